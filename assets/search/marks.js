/**
 * The marks: where in a text the words stand that were asked for. Whole words in the forms of forms.js, nothing else.
 *
 * Takes text and returns places; must not touch elements. The search page and the page of a section both use it.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /**
   * @param {string} text       a paragraph
   * @param {Term[]} terms      of a query, see query.js
   * @param {string} language   of the text
   * @returns {{from: number, to: number}[]}  in order; marked words that only a space or no space at all parts are one
   */
  search.findPlaces = (text, terms, language) => {
    const words = search.findWords(text), marks = findMarks(words.map((each) => each.word), terms, language), places = [];
    words.forEach(({ from, to }, i) => {
      const last = places[places.length - 1], gap = last && marks.has(i) && marks.has(i - 1) ? text.slice(last.to, from) : null;
      if (gap !== null && (!gap.trim() || !/\s/.test(gap))) last.to = to;
      else if (marks.has(i)) places.push({ from, to });
    });
    return places;
  };

  /** Which of the words of a paragraph are to be marked. */
  function findMarks(printed, terms, language) {
    const folded = printed.map(search.fold), marks = new Set();
    for (const term of terms) {
      const last = term.words.length - 1;
      const forms = term.kind === "word" && !last ? new Set(search.findForms(term.words[0], language)) : null;
      const capitals = term.acronym && printed.some((word) => search.readAcronym(word) === term.acronym);
      const stands = (at) => (
        capitals ? search.readAcronym(printed[at]) === term.acronym : forms ? forms.has(folded[at])
          : term.words.every((word, k) => (
            k === last && term.kind === "prefix" ? folded[at + k].startsWith(word) : folded[at + k] === word
          ))
      );
      for (let at = 0; at + last < folded.length; at++) {
        if (stands(at)) for (let k = 0; k <= last; k++) marks.add(at + k);
      }
    }
    return marks;
  }
})(globalThis.RostrumSearch);
