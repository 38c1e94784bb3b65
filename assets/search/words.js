/**
 * The words of a text, as edition/search_words.py counts and compares them.
 *
 * Must not know queries, sections or the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** Scripts without spaces between words, and letters in circles: a character is a word (UNSPACED). */
  const UNSPACED = "\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3041-\\u3096\\u309b-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf" +
    "\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}\\u0e01-\\u0e30\\u0e32\\u0e33\\u0e40-\\u0e46\\u0e81-\\u0eb0" +
    "\\u0eb2\\u0eb3\\u0ebd-\\u0ec6\\u1000-\\u102a\\u1780-\\u17b3\\u24b6-\\u24e9\\u{1f130}-\\u{1f189}";
  const MARKS = `(?:(?![${UNSPACED}])[\\p{M}\\p{Cf}])*`;
  const LETTER = `(?:(?![${UNSPACED}])\\p{L}${MARKS})`, DIGIT = `(?:(?![${UNSPACED}])\\p{N}${MARKS})`;
  /** In this order: an unspaced character; initials; a number; letters with a short ending; joining signs. */
  const WORD = new RegExp([
    `[${UNSPACED}]${MARKS}`,
    `${LETTER}\\.(?:${LETTER}\\.)*${LETTER}(?!${LETTER})\\.?`,
    `${DIGIT}+(?:,${DIGIT}{3}(?!${DIGIT}))*`,
    `${LETTER}+(?:['’‘]${LETTER}{1,2}(?!${LETTER}))?`,
    "\\p{Pc}+"
  ].join("|"), "gu");
  const DROPPED = new RegExp(`[^\\p{L}\\p{N}\\p{Pc}${UNSPACED}]+`, "gu");
  const UNSPACED_WORD = new RegExp(`^[${UNSPACED}]`, "u");

  /**
   * The words of a text as they are printed.
   * @returns {{from: number, to: number, word: string}[]}  in order; `from`, `to`: where in the text
   */
  search.findWords = (text) => Array.from(text.matchAll(WORD), (match) => (
    { from: match.index, to: match.index + match[0].length, word: match[0] }
  ));

  /** A word as it is compared: letters, digits and joining signs only, lower case, no marks. */
  search.fold = (word) => Array.from(word.normalize("NFD").replace(DROPPED, ""), (c) => c.toLowerCase()).join("");

  /** The words of a text as they are compared: “China’s anti-tank” → chinas, anti, tank. */
  search.splitWords = (text) => search.findWords(text).map((each) => search.fold(each.word));

  /** Whether a word is a character of a script without spaces. */
  search.isUnspaced = (word) => UNSPACED_WORD.test(word);

  /** A word of two to six letters in capitals without its full stops and its ’s (WHO, US), "" for any other. */
  search.readAcronym = (word) => {
    const bare = word.replace(/\./g, "").replace(/['’‘]s$/, "");
    return /^\p{Lu}{2,6}$/u.test(bare) ? bare : "";
  };
})(globalThis.RostrumSearch);
