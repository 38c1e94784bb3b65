/**
 * The words of a text, as edition/search_words.py counts them, and a text of the index as it was printed.
 *
 * Must not know queries, records or the page.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Scripts without spaces between words, and letters in circles: a character is a word (UNSPACED). */
  var UNSPACED = "\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3041-\\u3096\\u309b-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf" +
    "\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}\\u0e01-\\u0e30\\u0e32\\u0e33\\u0e40-\\u0e46\\u0e81-\\u0eb0" +
    "\\u0eb2\\u0eb3\\u0ebd-\\u0ec6\\u1000-\\u102a\\u1780-\\u17b3\\u24b6-\\u24e9\\u{1f130}-\\u{1f189}";
  var MARKS = "(?:(?![" + UNSPACED + "])[\\p{M}\\p{Cf}])*";
  var LETTER = "(?:(?![" + UNSPACED + "])\\p{L}" + MARKS + ")", DIGIT = "(?:(?![" + UNSPACED + "])\\p{N}" + MARKS + ")";
  /** After a word: no letter, no digit, as these are told from the characters of unspaced scripts. */
  var NO_LETTER = "(?!" + LETTER + ")", NO_DIGIT = "(?!" + DIGIT + ")";
  /** In this order: an unspaced character; initials; a number; letters with a short ending; joining signs. */
  var WORD = new RegExp([
    "[" + UNSPACED + "]" + MARKS,
    LETTER + "\\.(?:" + LETTER + "\\.)*" + LETTER + NO_LETTER,
    DIGIT + "+(?:," + DIGIT + "{3}" + NO_DIGIT + ")*",
    LETTER + "+(?:['’‘]" + LETTER + "{1,2}" + NO_LETTER + ")?",
    "\\p{Pc}+"
  ].join("|"), "gu");
  var DROPPED = new RegExp("[^\\p{L}\\p{N}\\p{Pc}" + UNSPACED + "]+", "gu");

  /** The words of a text as they are printed. */
  search.findWords = function (text) { return text.match(WORD) || []; };

  /** A word as it is compared: letters, digits and joining signs only, lower case, no marks. */
  search.fold = function (word) {
    return Array.from(word.normalize("NFD").replace(DROPPED, ""), function (c) { return c.toLowerCase(); }).join("");
  };

  /** The words of a text as they are compared: “China’s anti-tank” → chinas, anti, tank. */
  search.splitWords = function (text) { return search.findWords(text).map(search.fold); };

  /** A word of two to six letters in capitals without its full stops and its ’s (WHO, US), "" for any other. */
  search.readAcronym = function (word) {
    var bare = word.replace(/\./g, "").replace(/['’‘]s$/, "");
    return /^\p{Lu}{2,6}$/u.test(bare) ? bare : "";
  };

  /** Stands, with a space, between two words of the index that are printed without one. */
  search.JOINT = "\ue37f";
  var PRINTED = { "\ue37f": "", "\ue37e": " ", "\ue37d": "'", "\ue37c": ".", "\ue37b": ",", "\ue37a": "" };

  /** A text of the index as it was printed; a JOINT at its end stays, to be seen. */
  search.putTogether = function (text) {
    var joined = text.endsWith(search.JOINT);
    return text.replace(/\ue37f ?|[\ue37a-\ue37e\u{f0000}-\u{fffff}]/gu, function (found) {
      var printed = PRINTED[found[0]];
      return printed === undefined ? String.fromCharCode(found.codePointAt(0) - 0xf0000) : printed;
    }).normalize("NFC") + (joined ? search.JOINT : "");
  };

  window.RostrumSearch = search;
})(RostrumSearch);
