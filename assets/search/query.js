/**
 * The query: what a reader typed → what is asked for. The one place where the language of queries is defined.
 *
 *     alternatives = all (OR all)…        all = part…        part = [-] (word | "phrase" | word* | ( alternatives ))
 *
 * Anything at all can be read: what is unfinished (an open quote, a lone -, an OR at the end, a bracket too many) counts
 * for nothing. Must not know the index, filters or the page.
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
  /** Of a longer text only the beginning is read, and of its terms only the first; the page says so. */
  var LONGEST = 1000, MOST_TERMS = 40, DEEPEST = 20;

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
  search.readQuery = function (text, language) {
    var tokens = findTokens(text.slice(0, LONGEST).normalize("NFC")), cut = text.length > LONGEST, at = 0, count = 0;
    var common = new Set(search.splitWords(COMMON[language.split("-")[0]] || "")), dropped = new Set();

    function readAlternatives(depth) {
      var found = [readAll(depth)];
      while (at < tokens.length && tokens[at].kind === "or") { at++; found.push(readAll(depth)); }
      return join("any", found.filter(Boolean));
    }

    function readAll(depth) {
      var parts = [], part;
      while (at < tokens.length && tokens[at].kind !== "or" && !(tokens[at].kind === "close" && depth)) {
        part = readPart(depth);
        if (part) parts.push(part);
      }
      return join("all", parts);
    }

    function readPart(depth) {
      var token = tokens[at++], node = null;
      if (token.kind === "open") {
        if (depth >= DEEPEST) { cut = true; return null; }
        node = readAlternatives(depth + 1);
        if (at < tokens.length && tokens[at].kind === "close") at++;
      } else if (token.kind !== "close") {
        if (++count > MOST_TERMS) { cut = true; return null; }
        node = { term: { kind: token.kind, text: token.text, words: token.words, acronym: token.acronym, dropped: false } };
      }
      return node && token.not ? { not: node } : node;
    }

    /** Leave out the very common words of a row of parts, unless there is nothing else that a result shall hold. */
    function dropCommon(node) {
      if (node.not || node.term) return node;
      if (node.any) return { any: node.any.map(dropCommon) };
      var rare = node.all.filter(function (part) { return !isCommon(part); });
      if (rare.some(function (part) { return !part.not; })) {
        node.all.filter(isCommon).forEach(function (part) { dropped.add(part.term.text); part.term.dropped = true; });
      }
      return { all: node.all.map(dropCommon) };
    }

    function isCommon(node) {
      var term = node.term;
      return term && term.kind === "word" && term.words.length === 1 && common.has(term.words[0]) && !term.acronym;
    }

    var tree = readAlternatives(0);
    if (tree) tree = dropCommon(tree);
    return { tree: tree, terms: tree ? listTerms(tree) : [], dropped: Array.from(dropped), cut: cut };
  };

  function join(name, nodes) {
    if (nodes.length < 2) return nodes[0] || null;
    var node = {};
    node[name] = nodes;
    return node;
  }

  function listTerms(node) {
    if (node.term) return node.term.dropped ? [] : [node.term];
    if (node.not) return [];
    return (node.any || node.all).reduce(function (terms, each) { return terms.concat(listTerms(each)); }, []);
  }

  /** Signs of a text: words, phrases, beginnings of words, brackets, OR; what holds no word at all is passed over. */
  function findTokens(text) {
    var tokens = [], match, pattern = /(\s*)(-?)(?:(["“”„‟«»「」『』＂])([^"“”„‟«»「」『』＂]*)["“”„‟«»「」『』＂]?|([()（）])|([^\s"“”„‟«»「」『』＂()（）]+))|\s+|-/gu;
    while ((match = pattern.exec(text))) {
      // a minus is one only at the beginning of a word: the U.S.-"led" has none
      var free = match[1] || match.index === 0 || /[(（\s]/.test(text[match.index - 1]);
      var not = match[2] === "-" && Boolean(free);
      if (match[3]) add("phrase", match[4], not);
      else if (match[5]) tokens.push({ kind: "(（".indexOf(match[5]) >= 0 ? "open" : "close", not: not });
      else if (match[6] === "OR" && !not) tokens.push({ kind: "or" });
      else if (match[6]) cutWords(match[6]).forEach(function (word) { add("word", word, not); });
    }
    return tokens;

    function add(kind, text, not) {
      var printed = search.findWords(text), words = printed.map(search.fold);
      if (!words.some(hasLetter)) return;
      if (kind === "word" && /[\p{L}\p{N}]\*$/u.test(text)) kind = "prefix";
      var acronym = kind === "word" && words.length === 1 ? search.readAcronym(printed[0]) : "";
      tokens.push({ kind: kind, text: text.trim(), words: words, acronym: acronym, not: not });
    }
  }

  function hasLetter(word) { return /[\p{L}\p{N}]/u.test(word); }

  /** "Norway/Kenya" and "grain,tea" are two words each, "12,000" and "24/7" one. */
  function cutWords(text) { return text.split(/(?<!\d)[,;/]|[,;/](?!\d)/).filter(Boolean); }

  window.RostrumSearch = search;
})(RostrumSearch);
