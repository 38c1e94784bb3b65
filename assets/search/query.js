/**
 * The query: what a reader typed → what is asked for. The one place where the language of queries is defined.
 *
 *     alternatives = all (OR all)…        all = part…        part = [-] (word | "phrase" | word* | ( alternatives ))
 *
 * NOT before a part is a minus; AND between parts says what holds anyway.
 *
 * Anything at all can be read: what is unfinished (an open quote, a lone -, an OR at the end, a bracket too many) counts
 * for nothing. Must not know the index, filters or the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** Words that decide nothing in a question; left out beside others, and the page says so. */
  const COMMON = {
    en: "a an and are as at be been but by did do does for from had has have he her his how i if in is it its me my " +
      "of on or our she so that the their them there these they this to us was we were what when where which who " +
      "why will with would you your",
    es: "a al como con de del el en es eran esta este fue ha han hay la las lo los más me mi no o para pero por que " +
      "qué se ser si sin son su sus un una uno y ya"
  };
  /** Of a longer text only the beginning is read, and of its terms only the first; the page says so. */
  const LONGEST = 1000, MOST_TERMS = 40, DEEPEST = 20;

  /**
   * @typedef {Object} Term
   * @property {"word"|"phrase"|"prefix"} kind
   * @property {string} text     as it was typed
   * @property {string[]} words  as they are compared; of a prefix, the last one is its beginning
   * @property {string} acronym  of a word in capitals: what is meant is printed in capitals (WHO, U.S.); else ""
   * @property {boolean} dropped very common, left out
   *
   * @typedef {Object} Node  one of
   *   {term: Term} · {any: Node[]}, one must hold · {all: Node[]}, each must · {not: Node}
   *
   * @typedef {Object} Query
   * @property {Node|null} tree    null where nothing can be asked
   * @property {Term[]} terms      those that a result shall hold, in the order typed
   * @property {string[]} dropped  very common words that were left out
   * @property {boolean} cut       whether something was too much to be read
   */

  /**
   * @param {string} text
   * @param {string} language  whose very common words are left out
   * @returns {Query}
   */
  search.readQuery = (text, language) => {
    const tokens = findTokens(text.slice(0, LONGEST).normalize("NFC"));
    const common = new Set(search.splitWords(COMMON[language.split("-")[0]] || "")), dropped = new Set();
    let cut = text.length > LONGEST, at = 0, count = 0;

    function readAlternatives(depth) {
      const found = [readAll(depth)];
      while (at < tokens.length && tokens[at].kind === "or") {
        at++;
        found.push(readAll(depth));
      }
      return join("any", found.filter(Boolean));
    }

    function readAll(depth) {
      const parts = [];
      while (at < tokens.length && tokens[at].kind !== "or" && !(tokens[at].kind === "close" && depth)) {
        const part = readPart(depth);
        if (part) parts.push(part);
      }
      return join("all", parts);
    }

    function readPart(depth) {
      const token = tokens[at++];
      let node = null;
      if (token.kind === "open") {
        if (depth >= DEEPEST) {
          cut = true;
          return null;
        }
        node = readAlternatives(depth + 1);
        if (at < tokens.length && tokens[at].kind === "close") at++;
      } else if (token.kind !== "close") {
        if (++count > MOST_TERMS) {
          cut = true;
          return null;
        }
        const { kind, text: typed, words, acronym } = token;
        node = { term: { kind, text: typed, words, acronym, dropped: false } };
      }
      return node && token.not ? { not: node } : node;
    }

    /** Leave out the very common words of a row of parts, unless there is nothing else that a result shall hold. */
    function dropCommon(node) {
      if (node.not || node.term) return node;
      if (node.any) return { any: node.any.map(dropCommon) };
      if (node.all.some((part) => !part.not && !isCommon(part))) {
        for (const { term } of node.all.filter(isCommon)) {
          dropped.add(term.text);
          term.dropped = true;
        }
      }
      return { all: node.all.map(dropCommon) };
    }

    function isCommon({ term }) {
      return term && term.kind === "word" && term.words.length === 1 && common.has(term.words[0]) && !term.acronym;
    }

    let tree = readAlternatives(0);
    if (tree) tree = dropCommon(tree);
    return { tree, terms: tree ? listTerms(tree) : [], dropped: Array.from(dropped), cut };
  };

  function join(name, nodes) { return nodes.length > 1 ? { [name]: nodes } : nodes[0] || null; }

  function listTerms(node) {
    if (node.term) return node.term.dropped ? [] : [node.term];
    return node.not ? [] : (node.any || node.all).flatMap(listTerms);
  }

  /** Signs of a text: words, phrases, beginnings of words, brackets, OR; what holds no word at all is passed over. */
  function findTokens(text) {
    const pattern = /(\s*)(-?)(?:(["“”„‟«»「」『』＂])([^"“”„‟«»「」『』＂]*)["“”„‟«»「」『』＂]?|([()（）])|([^\s"“”„‟«»「」『』＂()（）]+))|\s+|-/gu;
    const tokens = [];
    let denied = false;
    for (const { index, 1: space, 2: minus, 3: quote, 4: phrase, 5: bracket, 6: run } of text.matchAll(pattern)) {
      // a minus is one only at the beginning of a word: the U.S.-"led" has none
      const minused = minus === "-" && Boolean(space || index === 0 || /[(（\s]/.test(text[index - 1]));
      if (!minused && (run === "AND" || run === "NOT")) {
        denied = run === "NOT" || denied;
        continue;
      }
      const not = minused || denied;
      if (quote || bracket || run) denied = false;
      if (quote) add("phrase", phrase, not);
      else if (bracket) tokens.push({ kind: "(（".includes(bracket) ? "open" : "close", not });
      else if (run === "OR" && !minused) tokens.push({ kind: "or" });
      else if (run) cutWords(run).forEach((word) => add("word", word, not));
    }
    return tokens;

    function add(kind, typed, not) {
      const printed = search.findWords(typed).map((each) => each.word), words = printed.map(search.fold);
      if (!words.some((word) => /[\p{L}\p{N}]/u.test(word))) return;
      if (kind === "word" && /[\p{L}\p{N}]\*$/u.test(typed)) kind = "prefix";
      const acronym = kind === "word" && words.length === 1 ? search.readAcronym(printed[0]) : "";
      tokens.push({ kind, text: typed.trim(), words, acronym, not });
    }
  }

  /** "Norway/Kenya" and "grain,tea" are two words each, "12,000" and "24/7" one. */
  function cutWords(text) {
    const within = (at) => /\d/.test(text[at - 1] || "") && /\d/.test(text[at + 1] || "");
    const parts = text.replace(/[,;/]/g, (sign, at) => within(at) ? sign : " ");
    return parts.split(" ").filter(Boolean);
  }
})(globalThis.RostrumSearch);
