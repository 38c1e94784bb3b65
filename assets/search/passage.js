/**
 * The passage: from a record's text the stretch that shows best why it was found, cut between words.
 *
 * Which words are marked is for marks.js to say. Returns values; must not make elements.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Words of a passage; of a script without spaces, characters. */
  var LENGTH = 42, LENGTH_UNSPACED = 84;
  /** A passage starts with its sentence where that is at most so many words before the first mark. */
  var LEAD = 9;
  /**
   * @typedef {{text: string, marked: boolean}[]} Pieces  in order; two neighbours differ in `marked`
   *
   * @param {Object} data        what Pagefind holds of the record
   * @param {Term[]} terms       of the query
   * @param {string} language    of the text
   * @returns {{title: Pieces, passage: Pieces}}  the passage doesn't repeat a title that is the whole of its beginning
   */
  search.makePassage = function (data, terms, language) {
    var read = data.content.split(/\s+/).map(search.putTogether), marks = new Set(), words = [];
    var found = search.findMarks(read, terms, language);
    read.forEach(function (word, i) {
      // stands at the beginning of each paragraph
      if (word === search.JOINT) return;
      if (found.has(i)) marks.add(words.length);
      words.push(word);
    });
    var joints = words.filter(isJoined).length;
    var length = joints * 2 > words.length ? LENGTH_UNSPACED : LENGTH;

    var title = data.meta.title, cut = / …$/.test(title), named = countTitle(words, title.replace(/ …$/, ""));
    var floor = cut || named === words.length ? 0 : named;
    var start = findStart(words, marks, floor, length), end = Math.min(words.length, start + length);
    var passage = cutPieces(words, marks, start, end);
    if (start > floor) push(passage, "… ", false, true);
    if (end < words.length) push(passage, " …", false);
    return { title: makeTitle(words, marks, named, title), passage: passage };
  };

  function isJoined(word) { return word.endsWith(search.JOINT); }

  /** With how many words the text says its title, nought where it says something else. */
  function countTitle(words, title) {
    var printed = "", bare = title.normalize("NFC").replace(/[^\p{L}\p{N}]+$/u, "");
    for (var i = 0; i < words.length && printed.length < bare.length; i++) {
      printed += isJoined(words[i]) ? words[i].slice(0, -1) : words[i] + " ";
    }
    return bare && printed.replace(/[^\p{L}\p{N}]+$/u, "") === bare ? i : 0;
  }

  /** The title with its marks, ended as it is printed: Pagefind puts a full stop after a heading. */
  function makeTitle(words, marks, named, title) {
    var pieces = cutPieces(words, marks, 0, named), end = /[^\p{L}\p{N}]*$/u;
    if (!named) return [{ text: title, marked: false }];
    var last = pieces[pieces.length - 1];
    last.text = last.text.replace(end, "");
    if (!last.text) pieces.pop();
    push(pieces, end.exec(title)[0], false);
    return pieces;
  }

  function push(pieces, text, marked, first) {
    var near = pieces[first ? 0 : pieces.length - 1];
    if (!text) return;
    if (near && near.marked === marked) near.text = first ? text + near.text : near.text + text;
    else pieces[first ? "unshift" : "push"]({ text: text, marked: marked });
  }

  function cutPieces(words, marks, start, end) {
    var pieces = [];
    for (var i = start; i < end; i++) {
      var joined = isJoined(words[i]), word = joined ? words[i].slice(0, -1) : words[i];
      var parts = marks.has(i) ? bare(word) : [word, "", ""];
      push(pieces, parts[0], false);
      push(pieces, parts[1], true);
      // what joins two marked words belongs to them: KX-19
      push(pieces, parts[2], joined && marks.has(i) && marks.has(i + 1) && i + 1 < end);
      if (!joined && i + 1 < end) push(pieces, " ", false);
    }
    return pieces;
  }

  /** A word without the punctuation around it: [before, word, after]. */
  function bare(word) {
    var match = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(word);
    return match[2] ? [match[1], match[2], match[3]] : [word, "", ""];
  }

  function findStart(words, marks, floor, length) {
    var places = Array.from(marks).filter(function (place) { return place >= floor; }).sort(function (a, b) { return a - b; });
    if (!places.length || words.length - floor <= length) return floor;
    var best = 0, most = 0, from = 0;
    for (var to = 0; to < places.length; to++) {
      while (places[to] - places[from] > length - LEAD) from++;
      if (to - from + 1 > most) { most = to - from + 1; best = places[from]; }
    }
    var lead = Math.max(floor, best - LEAD), last = Math.max(floor, words.length - length);
    if (lead === floor) return floor;
    for (var i = best; i > lead; i--) {
      if (/[.!?。！？]["”’»)]*\ue37f?$/.test(words[i - 1])) return Math.min(i, last);
    }
    return Math.min(Math.max(floor, best - 4), last);
  }

  window.RostrumSearch = search;
})(RostrumSearch);
