/**
 * The vocabulary: all words of the edition and the names of what it is tagged with, loaded only when a query needs them.
 *
 * Its data is written by edition/search.py (make_vocabulary). Must not know records, the address or the page.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Suggestions for a word, and how many letters of it may differ: one in three to five letters, two in more. */
  var MOST = 3, SHORT = 3, LONG = 6;
  var taken = null;

  /** Called by search/words.js, the data. */
  search.takeWords = function (data) { taken = data; };

  /** Load search/words.js and return the vocabulary that it brings. */
  search.loadWords = function (loadScript) {
    taken = null;
    return loadScript("search/words.js").then(function () {
      if (!taken) throw new Error("search/words.js holds no words");
      return new Vocabulary(taken);
    });
  };

  /** @param {{words: string, names: string[]}} data as make_vocabulary writes it */
  function Vocabulary(data) {
    var last = "";
    this.words = data.words ? data.words.split(" ").map(function (coded) {
      last = last.slice(0, parseInt(coded[0], 36)) + coded.slice(1);
      return last;
    }) : [];
    this.known = new Set(this.words);
    this.names = data.names.map(function (name) { return { name: name, folded: search.fold(name) }; });
  }

  /** The words of the edition that begin with some letters. */
  Vocabulary.prototype.beginWith = function (letters) {
    return this.words.filter(function (word) { return word.startsWith(letters); });
  };

  /**
   * What may be meant by a word or phrase that occurs nowhere: names first, then words, the nearest first, three at most.
   * @param {string} text  as it was typed
   * @returns {string[]}
   */
  Vocabulary.prototype.suggest = function (text) {
    var sought = search.fold(text), far = sought.length < SHORT ? 0 : sought.length < LONG ? 1 : 2, found = new Map();
    if (!far) return [];

    function weigh(shown, folded, rank) {
      var distance = countEdits(sought, folded, far);
      if (distance > far || !distance && shown.toLowerCase() === text.toLowerCase()) return;
      // a wrong first letter is rarer than another
      var weight = distance * 4 + (folded[0] === sought[0] ? 0 : 2) + rank;
      if (!found.has(folded) || found.get(folded).weight > weight) found.set(folded, { shown: shown, weight: weight });
    }

    this.names.forEach(function (each) { weigh(each.name, each.folded, 0); });
    if (search.splitWords(text).length === 1) this.words.forEach(function (word) { weigh(word, word, 1); });
    return Array.from(found.values()).sort(function (a, b) {
      return a.weight - b.weight || (a.shown < b.shown ? -1 : 1);
    }).slice(0, MOST).map(function (one) { return one.shown; });
  };

  /**
   * How many letters must be put in, left out, changed or exchanged with their neighbour to make one word of the other
   * (Damerau 1964, optimal string alignment); more than `most` is told as most + 1.
   */
  function countEdits(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    var before = [], last = [], now = [];
    for (var j = 0; j <= b.length; j++) last[j] = j;
    for (var i = 1; i <= a.length; i++) {
      var least = now[0] = i;
      for (j = 1; j <= b.length; j++) {
        now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) now[j] = Math.min(now[j], before[j - 2] + 1);
        least = Math.min(least, now[j]);
      }
      if (least > most) return most + 1;
      before = last; last = now; now = [];
    }
    return last[b.length];
  }
  search.countEdits = countEdits;

  window.RostrumSearch = search;
})(RostrumSearch);
