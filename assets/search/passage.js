/**
 * The passage: from a section's text the stretch that shows best why it was found, cut between words.
 *
 * Which words are marked is for marks.js to say. Returns values; must not make elements.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** Words of a passage; of a script without spaces, characters. */
  const LENGTH = 42, LENGTH_UNSPACED = 84;
  /** A passage starts with its sentence where that is at most so many words before the first mark. */
  const LEAD = 9;
  const SENTENCE_END = /[.!?…。！？]["”’»)\]]*\s*$/;

  /**
   * @typedef {{text: string, marked: boolean}[]} Pieces  in order
   *
   * @param {Section} section
   * @param {Term[]} terms       of the query
   * @param {string} language    of the text
   * @returns {{title: Pieces, passage: Pieces}}  the passage doesn't repeat a title that is the whole of its beginning
   */
  search.makePassage = ({ title, heading, paragraphs }, terms, language) => {
    const places = [];
    let text = "";
    for (const paragraph of paragraphs) {
      if (text) text += " ";
      for (const { from, to } of search.findPlaces(paragraph, terms, language)) {
        places.push({ from: from + text.length, to: to + text.length });
      }
      text += paragraph;
    }
    // a title that goes on (“What are …”) is told in whole by the passage
    const told = !heading && `${text} `.startsWith(`${title} `) ? title.length : 0;
    const { from, to } = findStretch(text, places, told);
    const passage = cut(text, from, to, places);
    if (text.slice(told, from).trim()) passage.unshift({ text: "… ", marked: false });
    if (text.slice(to).trim()) passage.push({ text: " …", marked: false });
    return { title: cut(title, 0, title.length, search.findPlaces(title, terms, language)), passage };
  };

  /** From where to where in a text a passage goes: never before `floor`. */
  function findStretch(text, places, floor) {
    const words = search.findWords(text).filter((word) => word.from >= floor);
    const unspaced = words.filter(({ word }) => search.isUnspaced(word)).length * 2 > words.length;
    const length = unspaced ? LENGTH_UNSPACED : LENGTH;
    if (words.length <= length) return { from: skipSpace(text, floor), to: text.trimEnd().length };
    const start = findStart(text, words, places, length), end = start + length;
    // what stands between two words belongs to the one that it touches
    const before = start ? words[start - 1].to : floor, after = end < words.length ? words[end].from : text.length;
    const opening = /\S*$/.exec(text.slice(before, words[start].from))[0].length;
    const closing = /^\S*/.exec(text.slice(words[end - 1].to, after))[0].length;
    return { from: start ? words[start].from - opening : skipSpace(text, floor), to: words[end - 1].to + closing };
  }

  function skipSpace(text, from) { return text.length - text.slice(from).trimStart().length; }

  /** The word with which the passage begins: so that it shows as many marks as it can, and its first sentence whole. */
  function findStart(text, words, places, length) {
    const marked = words.flatMap((word, i) => places.some(({ from, to }) => from <= word.from && word.to <= to) ? [i] : []);
    if (!marked.length) return 0;
    let best = 0, most = 0, first = 0;
    marked.forEach((word, i) => {
      while (word - marked[first] > length - LEAD) first++;
      if (i - first + 1 > most) {
        most = i - first + 1;
        best = marked[first];
      }
    });
    const latest = words.length - length;
    if (best <= LEAD) return 0;
    for (let i = best; i > best - LEAD; i--) {
      if (SENTENCE_END.test(text.slice(words[i - 1].to, words[i].from))) return Math.min(i, latest);
    }
    return Math.min(best - 4, latest);
  }

  function cut(text, from, to, places) {
    const pieces = [];
    const add = (end, marked) => {
      if (end > from) pieces.push({ text: text.slice(from, end), marked });
      from = Math.max(from, end);
    };
    for (const place of places) {
      if (place.to <= from || place.from >= to) continue;
      add(place.from, false);
      add(Math.min(place.to, to), true);
    }
    add(to, false);
    return pieces;
  }
})(globalThis.RostrumSearch);
