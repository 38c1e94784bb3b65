/**
 * The vocabulary: all words of the edition and the names of what it is tagged with, loaded only when a query needs them.
 *
 * Its data is written by edition/search_index.py (make_vocabulary). Must not know sections, the address or the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** Suggestions for a word, and how many letters of it may differ: one in three to five letters, two in more. */
  const MOST = 3, SHORT = 3, LONG = 6;

  search.Vocabulary = class {
    /** @param {{words: string, names: string[]}} data as make_vocabulary writes it */
    constructor(data) {
      let last = "";
      this.words = data.words ? data.words.split(" ").map((coded) => {
        last = last.slice(0, parseInt(coded[0], 36)) + coded.slice(1);
        return last;
      }) : [];
      this.names = data.names.map((name) => ({ name, folded: search.fold(name) }));
    }

    /** The words of the edition that begin with some letters. */
    beginWith(letters) { return this.words.filter((word) => word.startsWith(letters)); }

    /**
     * What may be meant by a word or phrase that occurs nowhere: names first, then words, the nearest first, three at most.
     * @param {string} text  as it was typed
     * @returns {string[]}
     */
    suggest(text) {
      const sought = search.fold(text), far = sought.length < SHORT ? 0 : sought.length < LONG ? 1 : 2, found = new Map();
      if (!far) return [];

      const weigh = (shown, folded, rank) => {
        const distance = countEdits(sought, folded, far);
        if (distance > far || !distance && shown.toLowerCase() === text.toLowerCase()) return;
        // a wrong first letter is rarer than another
        const weight = distance * 4 + (folded[0] === sought[0] ? 0 : 2) + rank;
        if (!found.has(folded) || found.get(folded).weight > weight) found.set(folded, { shown, weight });
      };

      for (const { name, folded } of this.names) weigh(name, folded, 0);
      if (search.splitWords(text).length === 1) this.words.forEach((word) => weigh(word, word, 1));
      return Array.from(found.values()).sort((a, b) => a.weight - b.weight || (a.shown < b.shown ? -1 : 1))
        .slice(0, MOST).map((one) => one.shown);
    }
  };

  /**
   * How many letters must be put in, left out, changed or exchanged with their neighbour to make one word of the other
   * (Damerau 1964, optimal string alignment); more than `most` is told as most + 1.
   */
  function countEdits(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], last = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const now = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], before[j - 2] + 1);
        least = Math.min(least, now[j]);
      }
      if (least > most) return most + 1;
      before = last;
      last = now;
    }
    return last[b.length];
  }
})(globalThis.RostrumSearch);
