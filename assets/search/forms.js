/**
 * The forms of a word: what counts as the same word. The table is the rule; tests/search_oracle.py reads it from here.
 *
 * Inflection only (ferry, ferries), never derivation (organ, organization), and nothing that merely sounds alike (Ferris).
 * Words come folded, so that ’s is an s. A language that has no entry has no forms. Must not know the index.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /**
   * rows: [what the stem looks like, the endings that stand for each other]; doubled: [stem, letters, endings], a row for
   * each letter: ship, ships, shipped; sets: forms that follow no row; apart: pairs that a row would join by mistake.
   */
  var TABLE = /* json */ {
    "en": {
      "rows": [
        ["(?![^aeiouy]*(qu)?[aeiou][bdfgklmnprtvz]$)[a-z]*[aeiouy][a-z]*[bcdfghjklmnpqrtvw]|[a-z]+[aeou]y", ["", "s", "ed", "ing"]],
        ["[a-z]*[aeiouy][a-z]*(s|x|z|ch|sh|o)", ["", "s", "es", "ed", "ing"]],
        ["[a-z]*[aeiouy][a-z]*[bcdfghjklmnpqrstvwxzu]|[a-z]+i", ["e", "es", "ed", "ing"]],
        ["[a-z]+(ee|oe|ye)", ["", "s", "d", "ing"]],
        ["[a-z]+[aiu]", ["", "s", "ed", "ing"]],
        ["[a-z]+[bcdfghjklmnpqrstvwxz]", ["y", "ys", "ies", "ied", "ying"]],
        ["[a-z]*", ["man", "men", "mans", "mens"]],
        ["[a-z]*[aeiouy][a-z]*", ["sis", "ses"]]
      ],
      "doubled": ["[a-z]*[aeiou]", "bdfgklmnprtvz", ["", "s", "+ed", "+ing"]],
      "sets": [
        "bring brings bringing brought", "build builds building built", "buy buys buying bought", "child childs children childrens",
        "come comes coming came", "deal deals dealing dealt", "draw draws drawing drew drawn", "fall falls falling fell fallen",
        "feel feels feeling felt", "fight fights fighting fought", "fly flies flying flew flown", "foot foots feet",
        "get gets getting got gotten", "give gives giving gave given", "grow grows growing grew grown", "hear hears hearing heard",
        "hold holds holding held", "keep keeps keeping kept", "know knows knowing knew known", "lead leads leading led",
        "lose loses losing lost", "make makes making made", "meet meets meeting met", "pay pays paying paid",
        "run runs running ran", "say says saying said", "seek seeks seeking sought", "sell sells selling sold",
        "send sends sending sent", "speak speaks speaking spoke spoken", "spend spends spending spent",
        "take takes taking took taken", "teach teaches teaching taught", "tell tells telling told",
        "think thinks thinking thought", "write writes writing wrote written"
      ],
      "apart": ["even evening", "news new", "unit united", "units united"]
    },
    "es": {
      "rows": [["[a-z]+[aeiou]", ["", "s"]], ["[a-z]+[bcdfghjklmnprstxy]", ["", "es"]], ["[a-z]+", ["z", "ces"]]]
    },
    "fr": {
      "rows": [["[a-z]+[a-rt-wy]", ["", "s"]], ["[a-z]+", ["al", "aux"]], ["[a-z]+[ae]u", ["", "x"]]]
    },
    "pt": {
      "rows": [["[a-z]+[aeioun]", ["", "s"]], ["[a-z]+[rsz]", ["", "es"]], ["[a-z]+", ["ao", "aos", "oes", "aes"]],
        ["[a-z]+[aeou]", ["l", "is"]], ["[a-z]+", ["m", "ns"]]]
    }
  } /* end */;
  /** A word of fewer letters has no other form and is none. */
  var SHORTEST = 3;

  var rules = new Map(), none = { rows: [], sets: new Map(), apart: new Set() };

  function readRules(language) {
    if (!TABLE[language]) return none;
    if (!rules.has(language)) {
      var table = TABLE[language], rows = table.rows.slice(), sets = new Map();
      Array.from(table.doubled ? table.doubled[1] : "").forEach(function (letter) {
        rows.push([table.doubled[0], table.doubled[2].map(function (end) { return letter + end.replace("+", letter); })]);
      });
      (table.sets || []).forEach(function (set) {
        set.split(" ").forEach(function (form, _, forms) { sets.set(form, forms); });
      });
      rules.set(language, {
        rows: rows.map(function (row) { return { stem: new RegExp("^(?:" + row[0] + ")$"), endings: row[1] }; }),
        sets: sets, apart: new Set(table.apart || [])
      });
    }
    return rules.get(language);
  }

  /**
   * The forms of a word, the word itself first.
   * @param {string} word      folded
   * @param {string} language  of the text, "en" or "en-GB"
   */
  search.findForms = function (word, language) {
    var rule = readRules(language.split("-")[0].toLowerCase()), forms = new Set([word]);
    if (word.length < SHORTEST || !/^[a-z]+$/.test(word)) return [word];
    rule.rows.forEach(function (row) {
      row.endings.forEach(function (ending) {
        var stem = word.slice(0, word.length - ending.length);
        if (!word.endsWith(ending) || !row.stem.test(stem)) return;
        row.endings.forEach(function (other) { forms.add(stem + other); });
      });
    });
    (rule.sets.get(word) || []).forEach(function (form) { forms.add(form); });
    return Array.from(forms).filter(function (form) {
      return form.length >= SHORTEST && !rule.apart.has(form + " " + word) && !rule.apart.has(word + " " + form);
    });
  };

  window.RostrumSearch = search;
})(RostrumSearch);
