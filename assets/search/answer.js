/**
 * The answer: what is asked for → which records hold it, and how well. Sets, exact.
 *
 * Pagefind ranks and matches words that merely begin alike, and shortens a word that it doesn't know until something
 * matches. So it is only ever asked for words in quotes, which gives all records that hold these very words one after
 * another; forms, names, beginnings and OR are unions of such sets, and "not" is a difference.
 * Must not know filters, the address or the page.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** What the words begin with that names are indexed as (edition/search_words.py, NAME), and the most words of a name. */
  var NAME = "zqn", LONGEST_NAME = 5;
  /** What a word in the form that was typed counts more than in another, or as a name of what is tagged: comes first. */
  var TYPED = 100;
  /** Words that more records hold rank none of them: asking Pagefind for the order would take longer than the answer. */
  var MOST_RANKED = 2000;
  /** A beginning that more words have is refused. */
  var MOST_WORDS = 200;

  /**
   * @typedef {Object} Found
   * @property {Hit} hit
   * @property {number} score      the higher the better; records with the very words that were typed come first
   *
   * @typedef {Object} Answer
   * @property {Map<string, Found>} found  by id
   * @property {Term[]} absent   terms that occur nowhere in this edition, in no form
   * @property {Term[]} toomany  beginnings that too many words have; they find nothing
   */

  /**
   * @param {Object[]} engines  all that hold a part of the edition
   * @param {Query} query
   * @param {{every: string, size: number, openWords: () => Promise<Vocabulary>}} edition
   *   the word that all records hold, their number, and how to get at the words of the edition (asked for by "word*" only)
   * @returns {Promise<Answer>}
   */
  search.answer = function (engines, query, edition) {
    var asked = new Map(), absent = new Set(), toomany = new Set();

    /** The records that hold some words one after another: id → hit. */
    function ask(engine, words) {
      var key = engine.language + " " + words.join(" ");
      var mine = asked.get(engine) || asked.set(engine, new Map()).get(engine);
      if (!mine.has(key)) {
        mine.set(key, engine.search('"' + words.join(" ") + '"').then(function (hits) {
          return new Map(hits.filter(function (hit) { return hit.score > 0; }).map(function (hit) { return [hit.id, hit]; }));
        }));
      }
      return mine.get(key);
    }

    /** id → {hit, typed: whether in the form that was typed} of all engines. */
    function askAll(list) {
      return Promise.all([].concat.apply([], engines.map(function (engine) {
        return list(engine).map(function (one) {
          return ask(engine, one.words).then(function (hits) { return { hits: hits, form: one }; });
        });
      }))).then(function (answers) {
        var all = new Map();
        answers.forEach(function (answer) {
          answer.hits.forEach(function (hit, id) {
            if (!all.has(id) || answer.form.typed) all.set(id, { hit: hit, typed: answer.form.typed });
          });
        });
        return all;
      });
    }

    function askName(words) {
      return askAll(function () { return [{ words: [NAME + search.fold(words.join("")).replace(/\p{Pc}/gu, "")], typed: false }]; });
    }

    /** The records that hold a term in their text. */
    function askText(term) {
      if (term.kind === "phrase" || term.words.length > 1 && term.kind === "word") {
        return askAll(function () { return [{ words: term.words, typed: true }]; });
      }
      if (term.kind === "prefix") return askPrefix(term);
      return askAll(function (engine) {
        return search.findForms(term.words[0], engine.language).map(function (form, i) { return { words: [form], typed: !i }; });
      });
    }

    function askPrefix(term) {
      return edition.openWords().then(function (vocabulary) {
        var first = term.words.slice(0, -1), begun = term.words[term.words.length - 1], words = vocabulary.beginWith(begun);
        if (words.length > MOST_WORDS) { toomany.add(term); words = []; }
        return askAll(function () {
          return words.map(function (word) { return { words: first.concat(word), typed: word === begun }; });
        });
      });
    }

    /** The records that hold a term, in their text or as the name of what they are tagged with. */
    function askTerm(term) {
      var name = term.kind === "prefix" ? Promise.resolve(new Map()) : askName([term.text]);
      return Promise.all([askText(term), name]).then(function (both) {
        // in capitals what is printed in capitals, where the edition prints it so: the WHO, not who
        if (!term.acronym || !both[1].size) return union(both);
        return mapValues(both[1], function (one, id) { return { hit: one.hit, typed: both[0].has(id) }; });
      });
    }

    /** Of each term that stands in a row of words: the same, and the records with a name that it is part of. */
    function askRow(parts) {
      var terms = parts.map(function (part) { return part.term && part.term.kind === "word" ? part.term : null; });
      var found = parts.map(function (part) { return part.term ? [askTerm(part.term)] : null; });
      for (var from = 0; from < terms.length; from++) {
        for (var to = from + 2; to <= terms.length && to - from <= LONGEST_NAME; to++) {
          var window = terms.slice(from, to);
          if (window.indexOf(null) >= 0) break;
          var name = askName(window.map(function (term) { return term.text; }));
          for (var i = from; i < to; i++) found[i].push(name);
        }
      }
      return Promise.all(parts.map(function (part, i) {
        if (!part.term) return evaluate(part);
        if (part.term.dropped) return null;
        return Promise.all(found[i]).then(function (sets) { return judge(part.term, sets); });
      }));
    }

    /** The records of a term, with what each counts. */
    function judge(term, sets) {
      var found = union(sets), size = Math.max(edition.size, found.size);
      var rarity = Math.log(1 + (size - found.size + 0.5) / (found.size + 0.5));
      if (!found.size && !toomany.has(term)) absent.add(term);
      return askRanks(term, found).then(function (ranks) {
        return mapValues(found, function (one, id) {
          return { hit: one.hit, score: (ranks.get(id) || 0) + rarity + (one.typed ? TYPED : 0) };
        });
      });
    }

    /** How well records hold a word, as Pagefind judges by its number, its weight, the length of the text: id → score. */
    function askRanks(term, found) {
      if (term.kind !== "word" || term.words.length > 1 || found.size < 2 || found.size > MOST_RANKED) {
        return Promise.resolve(new Map());
      }
      return Promise.all(engines.map(function (engine) {
        return engine.search(term.words[0]).then(function (hits) {
          engine.release(hits);
          return hits.map(function (hit) { return [hit.id, hit.score]; });
        });
      })).then(function (ranks) { return new Map([].concat.apply([], ranks)); });
    }

    /** A node of the query → Promise of Map<id, Found>. */
    function evaluate(node) {
      if (node.term) return askTerm(node.term).then(function (set) { return judge(node.term, [set]); });
      if (node.not) return Promise.all([askEvery(), exclude(node.not)]).then(function (both) { return minus(both[0], both[1]); });
      if (node.any) return Promise.all(node.any.map(evaluate)).then(unite);
      var musts = node.all.filter(function (part) { return !part.not; });
      var nots = node.all.filter(function (part) { return part.not; }).map(function (part) { return exclude(part.not); });
      return Promise.all([musts.length ? askRow(musts) : askEvery().then(function (all) { return [all]; }), Promise.all(nots)])
        .then(function (both) { return both[1].reduce(minus, intersect(both[0].filter(Boolean))); });
    }

    /** What must not occur: a word of it that occurs nowhere is no news. */
    function exclude(node) {
      return node.term ? askTerm(node.term) : evaluate(node);
    }

    function askEvery() {
      return Promise.all(engines.map(function (engine) { return engine.search(edition.every); })).then(function (answers) {
        var all = new Map();
        answers.forEach(function (hits) {
          hits.forEach(function (hit) { all.set(hit.id, { hit: hit, score: 0 }); });
        });
        return all;
      });
    }

    return (query.tree ? evaluate(query.tree) : askEvery()).then(function (found) {
      asked.forEach(function (mine, engine) {
        mine.forEach(function (asking) {
          asking.then(function (hits) {
            engine.release(Array.from(hits.values()).filter(function (hit) {
              return !found.has(hit.id) || found.get(hit.id).hit !== hit;
            }));
          });
        });
      });
      var lost = function (term) { return absent.has(term); };
      return { found: found, absent: query.terms.filter(lost), toomany: Array.from(toomany) };
    });
  };

  function mapValues(map, change) {
    return new Map(Array.from(map, function (pair) { return [pair[0], change(pair[1], pair[0])]; }));
  }

  function union(sets) {
    var all = new Map();
    sets.forEach(function (set) {
      set.forEach(function (one, id) { if (!all.has(id) || one.typed) all.set(id, one); });
    });
    return all;
  }

  function together(one, other) { return { hit: one.hit, score: one.score + other.score }; }

  /** Of answers: all, and what several have counts more. */
  function unite(sets) {
    var all = new Map();
    sets.forEach(function (set) {
      set.forEach(function (one, id) { all.set(id, all.has(id) ? together(all.get(id), one) : one); });
    });
    return all;
  }

  function intersect(sets) {
    var smallest = sets.reduce(function (a, b) { return a.size <= b.size ? a : b; }), all = new Map();
    smallest.forEach(function (one, id) {
      if (sets.every(function (set) { return set.has(id); })) {
        all.set(id, sets.map(function (set) { return set.get(id); }).reduce(together));
      }
    });
    return all;
  }

  function minus(set, less) {
    var all = new Map();
    set.forEach(function (one, id) { if (!less.has(id)) all.set(id, one); });
    return all;
  }

  window.RostrumSearch = search;
})(RostrumSearch);
