/**
 * The marks: which words of a text are those that were asked for. Whole words in the forms of forms.js, nothing else.
 *
 * Takes words and returns places; must not touch elements. The search page and the page of a section both use it.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /**
   * @param {string[]} printed  the words of a text as printed, in order; what is no word folds to "" and parts phrases
   * @param {Term[]} terms      of a query, see query.js
   * @param {string} language   of the text
   * @returns {Set<number>}     places in `printed`
   */
  search.findMarks = function (printed, terms, language) {
    var folded = printed.map(search.fold), marks = new Set();
    terms.forEach(function (term) {
      var length = term.words.length, last = length - 1;
      var forms = term.kind === "word" && length === 1 ? new Set(search.findForms(term.words[0], language)) : null;
      var capitals = term.acronym && printed.some(function (word) { return readBare(word) === term.acronym; });
      for (var i = 0; i + length <= folded.length; i++) {
        if (capitals ? readBare(printed[i]) === term.acronym : forms ? forms.has(folded[i]) : stands(i)) {
          for (var k = 0; k < length; k++) marks.add(i + k);
        }
      }

      function stands(at) {
        return term.words.every(function (word, k) {
          return k === last && term.kind === "prefix" ? folded[at + k].startsWith(word) : folded[at + k] === word;
        });
      }
    });
    return marks;
  };

  function readBare(text) { return search.readAcronym(search.findWords(text)[0] || ""); }

  window.RostrumSearch = search;
})(RostrumSearch);
