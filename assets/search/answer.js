/**
 * The answer: what is asked for → which sections hold it, and how well. Sets, exact.
 *
 * The index says which sections hold a word in just this form; forms, names, beginnings and OR are unions of such sets,
 * a row of words is an intersection, "not" a difference. Must not know filters, the address or the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** What the key of a name ends with (NAME in edition/search_words.py), and the most words of a name. */
  const NAME = "=", LONGEST_NAME = 5;
  /** What a word in the form that was typed counts more than in another, or as a name of what is tagged: comes first. */
  const TYPED = 100;
  /** A beginning that more words have is refused. */
  const MOST_WORDS = 200;
  /** How well a name stands for its section: less than any word in its text. */
  const AS_NAME = 0.05;

  /**
   * @typedef {Float64Array} Scores  by number of section: nought where it is not found, else the higher the better;
   *   sections with the very words that were typed come first
   *
   * @typedef {Object} Answer
   * @property {Scores} found
   * @property {Term[]} absent   terms that occur nowhere in this edition, in no form
   * @property {Term[]} toomany  beginnings that too many words have; they find nothing
   *
   * @param {Words[]} engines  all that hold a part of what is asked for
   * @param {Query} query
   * @param {{size: number, openWords: () => Promise<Vocabulary>}} edition
   *   the number of its sections, and how to get at its words (asked for by "word*" only)
   * @returns {Promise<Answer>}
   */
  search.answer = async (engines, query, { size, openWords }) => {
    const absent = new Set(), toomany = new Set(), nothing = new Float64Array(size);

    /** The sections that hold one of some rows of words: list(engine) gives {words, typed} each. */
    async function gather(list) {
      const asked = engines.flatMap((engine) => list(engine).map((row) => ({ ...row, engine })));
      const found = await Promise.all(asked.map(async (row) => ({ ...row, hits: await row.engine.find(row.words) })));
      const all = found.some((row) => row.hits) ? new Float64Array(size) : nothing;
      for (const { hits, typed, engine } of found) {
        hits?.sections.forEach((section, i) => {
          const score = (hits.levels ? (hits.levels[i] + 1) / 8 : AS_NAME) + (typed ? TYPED : 0);
          const number = engine.bundle.first + section;
          if (score > all[number]) all[number] = score;
        });
      }
      return all;
    }

    const gatherRow = (words) => gather(() => [{ words, typed: true }]);

    function gatherName(texts) {
      const name = search.fold(texts.join("")).replace(/\p{Pc}/gu, "") + NAME;
      return gather(() => [{ words: [name], typed: false }]);
    }

    /** The sections that hold a term in their text. */
    async function gatherText(term) {
      if (term.kind === "prefix") return gatherBeginnings(term);
      if (term.kind === "phrase" || term.words.length > 1) return gatherRow(term.words);
      return gather((engine) => (
        search.findForms(term.words[0], engine.language).map((form, i) => ({ words: [form], typed: i === 0 }))
      ));
    }

    async function gatherBeginnings(term) {
      const first = term.words.slice(0, -1), begun = term.words[term.words.length - 1];
      let words = (await openWords()).beginWith(begun);
      if (words.length > MOST_WORDS) {
        toomany.add(term);
        words = [];
      }
      return gather(() => words.map((word) => ({ words: [...first, word], typed: word === begun })));
    }

    /** The sections that hold a term, in their text or as the name of what they are tagged with. */
    async function gatherTerm(term) {
      if (term.kind === "prefix") return gatherText(term);
      const [text, name] = await Promise.all([gatherText(term), gatherName([term.text])]);
      // in capitals what is printed in capitals, where the edition prints it so: the WHO, not who
      return term.acronym && name.some(Boolean) ? name.map((score, i) => score && (text[i] || score)) : highest([text, name]);
    }

    /** Of each term that stands in a row of parts: the same, and the sections with a name that it is part of. */
    function evaluateRow(parts) {
      const terms = parts.map(({ term }) => term && term.kind === "word" ? term : null);
      const found = parts.map(({ term }) => term ? [gatherTerm(term)] : []);
      for (let from = 0; from < terms.length; from++) {
        for (let to = from + 2; to <= terms.length && to - from <= LONGEST_NAME; to++) {
          const window = terms.slice(from, to);
          if (window.includes(null)) break;
          const name = gatherName(window.map((term) => term.text));
          for (let i = from; i < to; i++) found[i].push(name);
        }
      }
      return Promise.all(parts.map(async (part, i) => {
        if (!part.term) return evaluate(part);
        return part.term.dropped ? null : judge(part.term, await Promise.all(found[i]));
      }));
    }

    /** The sections of a term, with what each counts: rare words more (Robertson & Zaragoza 2009, 3.5), good hits more. */
    function judge(term, sets) {
      const found = highest(sets), count = found.reduce((sum, score) => sum + (score > 0), 0);
      const rarity = Math.log(1 + (size - count + 0.5) / (count + 0.5));
      if (!count && !toomany.has(term)) absent.add(term);
      return found.map((score) => score && (score > TYPED ? TYPED + rarity * (score - TYPED) : rarity * score));
    }

    /** A node of the query → Promise of Scores. */
    async function evaluate(node) {
      if (node.term) return judge(node.term, [await gatherTerm(node.term)]);
      if (node.not) return minus(everything(), await exclude(node.not));
      if (node.any) return sum(await Promise.all(node.any.map(evaluate)));
      const musts = node.all.filter((part) => !part.not), nots = node.all.filter((part) => part.not);
      const [found, less] = await Promise.all([evaluateRow(musts), Promise.all(nots.map((part) => exclude(part.not)))]);
      const all = found.filter(Boolean);
      return less.reduce(minus, all.length ? intersect(all) : everything());
    }

    /** What must not occur: a word of it that occurs nowhere is no news. */
    function exclude(node) { return node.term ? gatherTerm(node.term) : evaluate(node); }

    /** All sections that these engines hold. */
    function everything() {
      const all = new Float64Array(size);
      for (const { bundle } of engines) all.fill(1, bundle.first, bundle.first + bundle.sections);
      return all;
    }

    const found = query.tree ? await evaluate(query.tree) : everything();
    return { found, absent: query.terms.filter((term) => absent.has(term)), toomany: Array.from(toomany) };
  };

  const combine = (how) => (sets) => sets.reduce((one, other) => one.map((score, i) => how(score, other[i])));
  const highest = combine(Math.max);
  const sum = combine((one, other) => one + other);
  const intersect = combine((one, other) => one && other && one + other);
  const minus = (set, less) => set.map((score, i) => less[i] ? 0 : score);
})(globalThis.RostrumSearch);
