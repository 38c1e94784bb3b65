/**
 * The passage: from a record's text the stretch that shows best why it was found, cut between words.
 *
 * Marks only what is a word of the query for certain: the places that a quoted search named, and the other places
 * where the same words stand. Returns values; must not make elements.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Words of a passage; a token of a script without spaces is a word or a character, so it takes more of them. */
  var LENGTH = 42, LENGTH_UNSPACED = 70;
  /** A passage starts with its sentence where that is at most so many words before the first mark. */
  var LEAD = 9;

  /**
   * @param {Object} data      what Pagefind holds of the record
   * @param {Set<number>} exact  places known for certain
   * @param {string[]} terms   words and phrases of the query
   * @returns {{text: string, marked: boolean}[]}  pieces in order; two neighbours differ in `marked`
   */
  search.makePassage = function (data, exact, terms) {
    // Pagefind sets a zero-width space between the words of a text that is written without spaces
    var unspaced = data.raw_content.indexOf("\u200B") >= 0;
    var words = unspaced
      ? data.raw_content.split("\u200B").map(function (word) { return word.replace(/&lt;/g, "<").replace(/&gt;/g, ">"); })
      : data.content.split(/[\r\n\s]+/);
    var forms = new Set();
    terms.forEach(function (term) { if (!/\s/.test(term)) forms.add(search.fold(term)); });
    exact.forEach(function (place) { forms.add(search.fold(words[place] || "")); });
    forms.delete("");
    var marks = new Set(exact);
    data.locations.forEach(function (place) { if (forms.has(search.fold(words[place] || ""))) marks.add(place); });

    var length = unspaced ? LENGTH_UNSPACED : LENGTH;
    var start = findStart(words, Array.from(marks).sort(function (a, b) { return a - b; }), length, unspaced);
    var end = Math.min(words.length, start + length);
    var pieces = [];
    function add(text, marked) {
      var last = pieces[pieces.length - 1];
      if (last && last.marked === marked) last.text += text; else if (text) pieces.push({ text: text, marked: marked });
    }
    if (start > 0) add("… ", false);
    for (var i = start; i < end; i++) {
      var parts = marks.has(i) ? bare(words[i]) : [words[i], "", ""];
      add(parts[0], false);
      add(parts[1], true);
      add(parts[2], false);
      if (!unspaced && i + 1 < end) add(" ", false);
    }
    if (end < words.length) add(" …", false);
    return pieces;
  };

  /** A word without the punctuation around it: [before, word, after]. */
  function bare(word) {
    var match = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(word);
    return match[2] ? [match[1], match[2], match[3]] : [word, "", ""];
  }

  function findStart(words, places, length, unspaced) {
    if (!places.length || words.length <= length) return 0;
    var best = 0, most = 0, from = 0;
    for (var to = 0; to < places.length; to++) {
      while (places[to] - places[from] > length - LEAD) from++;
      if (to - from + 1 > most) { most = to - from + 1; best = places[from]; }
    }
    var start = Math.max(0, best - LEAD);
    for (var i = best; i > start; i--) {
      if (/[.!?。！？]["”’»)]*$/.test(words[i - 1])) return i;
    }
    return Math.max(0, Math.min(unspaced ? start : best - 4, words.length - length));
  }

  window.RostrumSearch = search;
})(RostrumSearch);
