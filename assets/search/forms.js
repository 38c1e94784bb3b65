/**
 * The forms of a word: what counts as the same word. The table is the rule; tests/search_oracle.py reads it from here.
 *
 * Inflection only (ferry, ferries), never derivation (organ, organization), and nothing that merely sounds alike (Ferris).
 * Words come folded, so that ’s is an s. A language that has no entry has no forms. Must not know the index.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /**
   * rows: [what the stem looks like, the endings that stand for each other]; doubled: [stem, letters, endings], a row for
   * each letter: ship, ships, shipped; sets: forms that follow no row; apart: pairs that a row would join by mistake.
   */
  const TABLE = /* json */ {
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
  const SHORTEST = 3;
  const rules = new Map(), none = { rows: [], sets: new Map(), apart: new Set() };

  function readRules(language) {
    if (!Object.keys(TABLE).includes(language)) return none;
    if (!rules.has(language)) {
      const table = TABLE[language], rows = table.rows.slice(), sets = new Map();
      if (table.doubled) {
        const [stem, letters, endings] = table.doubled;
        for (const letter of letters) rows.push([stem, endings.map((end) => letter + end.replace("+", letter))]);
      }
      for (const forms of (table.sets || []).map((set) => set.split(" "))) forms.forEach((form) => sets.set(form, forms));
      rules.set(language, {
        rows: rows.map(([stem, endings]) => ({ stem: new RegExp(`^(?:${stem})$`), endings })),
        sets,
        apart: new Set(table.apart)
      });
    }
    return rules.get(language);
  }

  /**
   * The forms of a word, the word itself first.
   * @param {string} word      folded
   * @param {string} language  of the text, "en" or "en-GB"
   */
  search.findForms = (word, language) => {
    if (word.length < SHORTEST || !/^[a-z]+$/.test(word)) return [word];
    const rule = readRules(language.split("-")[0].toLowerCase()), forms = new Set([word, ...(rule.sets.get(word) || [])]);
    for (const { stem, endings } of rule.rows) {
      for (const ending of endings) {
        const begun = word.slice(0, word.length - ending.length);
        if (word.endsWith(ending) && stem.test(begun)) endings.forEach((other) => forms.add(begun + other));
      }
    }
    return Array.from(forms).filter((form) => (
      form.length >= SHORTEST && !rule.apart.has(`${form} ${word}`) && !rule.apart.has(`${word} ${form}`)
    ));
  };
})(globalThis.RostrumSearch);
