/**
 * The query: what a reader typed → which records hold it, whole words only.
 *
 * Pagefind ranks well but matches any word that merely begins like a word of the query, and shortens a word that it
 * doesn't know until it matches something. So it is asked twice: once plainly, for the ranking, and once for each word
 * in quotes, which matches that word (its stem) and nothing else. A record belongs to the answer when every word does,
 * or when neighbouring words are a name of what it is tagged with.
 * Must not know filters, the address or the page.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Words that decide nothing in a question; left out beside others, and the page says so. */
  var COMMON = {
    en: "a an and are as at be been but by did do does for from had has have he her his how i if in is it its me my " +
      "of on or our she so that the their them there these they this to us was we were what when where which who " +
      "why will with would you your",
    es: "a al como con de del el en es eran esta este fue ha han hay la las lo los más me mi no o para pero por que " +
      "qué se ser si sin son su sus un una uno y ya"
  };

  /** What the words begin with that names are indexed as (edition/search.py, NAME), and the most words of a name. */
  var NAME = "zqn", LONGEST_NAME = 5;

  /** A word as it is compared: letters and digits only, lower case, no marks. */
  search.fold = function (word) {
    return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  };

  /** Scripts without spaces between words; the same ranges as in edition/search.py, which indexes them by character. */
  var UNSPACED = "\\u2e80-\\u2fdf\\u3005-\\u3007\\u3021-\\u3029\\u3041-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff" +
    "\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  var SEAM = new RegExp("(?<=[" + UNSPACED + "])(?=[\\p{L}\\p{N}_])|(?<=\\S)(?=[" + UNSPACED + "])", "gu");

  /** A term as it is indexed: 渡轮 is the phrase 渡 轮. */
  search.takeApart = function (term) { return term.replace(SEAM, " "); };

  /**
   * @typedef {Object} Group  what must all hold at once
   * @property {string[]} words
   * @property {string[]} sequence  the words as they were typed one after another, very common ones too
   * @property {string[]} phrases
   * @property {string[]} without  words and phrases that must not occur
   *
   * @typedef {Object} Query
   * @property {Group[]} groups    alternatives: one must hold
   * @property {string[]} dropped  very common words that were left out
   */

  /**
   * Read a query: words (all must occur), "a phrase", -word or -"a phrase" (must not occur), OR between alternatives.
   * @param {string} text
   * @param {string} language  whose very common words are left out
   * @returns {Query}
   */
  search.readQuery = function (text, language) {
    var common = new Set((COMMON[language.split("-")[0]] || "").split(" ")), dropped = [];
    var plain = text.normalize("NFC").replace(/[“”„‟«»「」『』＂]/g, '"');
    var groups = splitAtOr(plain).map(function (part) {
      var group = { words: [], sequence: [], phrases: [], without: [] }, rare = [], often = [];
      tokens(part).forEach(function (token) {
        if (!search.fold(token.text)) return;
        if (token.not) group.without.push(token.text);
        else if (token.phrase) group.phrases.push(token.text);
        else group.sequence.push(token.text);
        if (!token.not && !token.phrase) (common.has(token.text.toLowerCase()) && !/^\p{Lu}{2,}$/u.test(token.text) ? often : rare).push(token.text);
      });
      if (rare.length || group.phrases.length) { group.words = rare; dropped.push.apply(dropped, often); }
      else group.words = often;
      return group;
    });
    return {
      groups: groups.filter(function (group) { return group.words.length || group.phrases.length || group.without.length; }),
      dropped: Array.from(new Set(dropped))
    };
  };

  function splitAtOr(text) {
    var parts = [""];
    text.split(/("[^"]*"?)/).forEach(function (piece, i) {
      if (i % 2) { parts[parts.length - 1] += piece; return; }
      var alternatives = piece.split(/(?:^|\s)OR(?=\s|$)/);
      parts[parts.length - 1] += alternatives[0];
      parts.push.apply(parts, alternatives.slice(1));
    });
    return parts;
  }

  function tokens(text) {
    var found = [], match, pattern = /(^|\s)?(-)?(?:"([^"]*)"?|([^\s"]+))/gu;
    while ((match = pattern.exec(text))) {
      var not = match[2] === "-" && (match[1] !== undefined || match.index === 0);
      if (match[3] !== undefined) found.push({ text: match[3].trim(), phrase: /\s/.test(match[3].trim()), not: not });
      else {
        // "Norway/Kenya" and "grain,tea" are two words each, "12,000" and "24/7" one
        match[4].split(/(?<!\d)[,;/]|[,;/](?!\d)/).forEach(function (word) {
          if (word) found.push({ text: word, phrase: false, not: not });
        });
      }
    }
    return found;
  }

  /**
   * @typedef {Object} Found
   * @property {Hit} hit
   * @property {number} score
   * @property {Set<number>} exact  positions in the text where a word or phrase of the query stands for certain
   */

  /**
   * Ask one engine. Sets are exact, because every search gives back all records that match.
   * @param {Object} engine
   * @param {Query} query
   * @param {string} every  the word that all records hold
   * @returns {Promise<{found: Map<string, Found>, known: Set<string>}>} found by id, and the terms that occur at all
   */
  search.answer = function (engine, query, every) {
    var asked = new Map(), known = new Set();

    /** The records that hold a term; where there are any, the words that it stands for occur in this edition. */
    function exact(term, words) {
      if (!asked.has(term)) {
        asked.set(term, engine.search('"' + search.takeApart(term) + '"').then(function (hits) {
          var real = hits.filter(function (hit) { return hit.score > 0; });
          if (real.length) (words || [term]).concat(words ? words.join(" ") : []).forEach(function (word) { known.add(word); });
          return new Map(real.map(function (hit) { return [hit.id, hit]; }));
        }));
      }
      return asked.get(term);
    }

    /** What has a name, as a whole and in one word, as edition/search.py (fold_name) indexes it. */
    function named(words) { return exact(NAME + search.fold(words.join("")), words); }

    /** For each word of the sequence, the records where it stands in the text, or is part of a name that they have. */
    function findWords(sequence) {
      var found = sequence.map(function (word) { return [exact(word)]; });
      for (var from = 0; from < sequence.length; from++) {
        for (var to = from + 1; to <= sequence.length && to - from <= LONGEST_NAME; to++) {
          var name = named(sequence.slice(from, to));
          for (var i = from; i < to; i++) found[i].push(name);
        }
      }
      return Promise.all(found.map(join));
    }

    function join(asking) {
      return Promise.all(asking).then(function (sets) {
        var all = new Map();
        sets.forEach(function (hits) { hits.forEach(function (hit, id) { if (!all.has(id)) all.set(id, hit); }); });
        return all;
      });
    }

    function textOrName(term) { return join([exact(term), named(term.split(/\s+/))]); }

    function answerGroup(group) {
      var terms = group.words.concat(group.phrases);
      var ranking = engine.search(terms.length ? search.takeApart(terms.join(" ")) : every);
      return Promise.all([
        ranking, findWords(group.sequence), Promise.all(group.phrases.map(textOrName)), Promise.all(group.without.map(textOrName))
      ]).then(function (all) {
        var ranked = new Map(all[0].map(function (hit) { return [hit.id, hit]; })), found = new Map();
        var musts = all[1].filter(function (_, i) { return group.words.indexOf(group.sequence[i]) >= 0; }).concat(all[2]);
        var candidates = musts.length ? musts.reduce(function (a, b) { return a.size <= b.size ? a : b; }) : ranked;
        candidates.forEach(function (candidate, id) {
          if (!musts.every(function (hits) { return hits.has(id); })) return;
          if (all[3].some(function (hits) { return hits.has(id); })) return;
          var hit = ranked.get(id) || candidate, places = new Set();
          musts.forEach(function (hits) { hits.get(id).words.forEach(function (place) { places.add(place); }); });
          found.set(id, { hit: hit, score: ranked.has(id) ? hit.score : 0, exact: places });
        });
        engine.release(all[0].filter(function (hit) { return !found.has(hit.id); }));
        return found;
      });
    }

    return Promise.all((query.groups.length ? query.groups : [{ words: [], sequence: [], phrases: [], without: [] }]).map(answerGroup))
      .then(function (answers) {
        var found = answers[0];
        answers.slice(1).forEach(function (more) {
          more.forEach(function (one, id) {
            var other = found.get(id);
            if (!other) { found.set(id, one); return; }
            one.exact.forEach(function (place) { other.exact.add(place); });
            if (one.score > other.score) { other.score = one.score; other.hit = one.hit; }
          });
        });
        return Promise.all(Array.from(asked.values())).then(function (sets) {
          sets.forEach(function (hits) {
            engine.release(Array.from(hits.values()).filter(function (hit) {
              var kept = found.get(hit.id);
              return !kept || kept.hit !== hit;
            }));
          });
          return { found: found, known: known };
        });
      });
  };

  window.RostrumSearch = search;
})(RostrumSearch);
