/**
 * The engine: Pagefind's own worker, asked by its messages. One worker a language, since a worker holds one stemmer.
 *
 * Knows words only: which record holds which word, how well it ranks, where in the text. Must not know filters, the
 * address or the page. Pagefind's files are used as they come; docs/search.md says which of their parts we rely on.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Seconds until a worker that doesn't answer is given up: the slowest thing it does first is to load 150 kB. */
  var PATIENCE = 60;

  /**
   * How much a match in a field of metadata counts. Nought takes it out of a quoted search (its score is nought):
   * titles are there to be shown; "all" holds the word that every record has.
   */
  var FIELD_WEIGHTS = { title: 0, briefing: 0, number: 0, all: 0, names: 0.5 };

  /**
   * @typedef {Object} Hit
   * @property {string} id        the record's name in the register, e.g. "en_2ff426c"
   * @property {number} score     nought where only a field of weight nought matches
   * @property {number[]} words   positions of the matching words in the record's text
   * @property {() => Promise<Object>} data  the record's text and metadata
   */

  /**
   * Start a worker and make it ready.
   * @param {string} language  a language of the register
   * @param {() => Worker} startWorker  how a worker starts here: over HTTP, or from a disk
   * @param {string} base  absolute address of pagefind/
   * @returns {Promise<{language: string, search: (term: string) => Promise<Hit[]>, release: (hits: Hit[]) => void}>}
   *   language: of its texts; search: by words in quotes; release: forget what is not going to be shown. An error says
   *   by its `refused` that the worker did not start at all
   */
  search.openEngine = function (language, startWorker, base) {
    var waiting = new Map(), asked = 0, broken = null, spoken = false, worker;

    function call(method, args) {
      return new Promise(function (resolve, reject) {
        if (broken) return reject(broken);
        var id = String(++asked);
        var timer = setTimeout(function () { fail(new Error("no answer from the search worker")); }, PATIENCE * 1000);
        waiting.set(id, { resolve: resolve, reject: reject, timer: timer });
        worker.postMessage({ id: id, instanceId: language, method: method, args: args });
      });
    }

    function take(reply) {
      spoken = true;
      if (reply.missing) return fail(new Error("not loaded: " + reply.missing));
      var one = waiting.get(reply.id);
      if (!one) return;
      waiting.delete(reply.id);
      clearTimeout(one.timer);
      if (reply.error) one.reject(new Error(reply.error)); else one.resolve(reply.result);
    }

    function fail(error) {
      broken = error;
      waiting.forEach(function (one) { clearTimeout(one.timer); one.reject(error); });
      waiting.clear();
      worker.terminate();
    }

    function ask(term) {
      return call("search", [term, {}]).then(function (answer) {
        return answer.results.map(function (result) {
          return {
            id: result.id, score: result.score, words: result.words, handle: result.data,
            data: function () { return call("getData", [result.data]).then(restore); }
          };
        });
      });
    }

    /** The metadata as they are printed; the text stays in the words of the index, which its places count. */
    function restore(data) {
      Object.keys(data.meta).forEach(function (name) { data.meta[name] = search.putTogether(data.meta[name]); });
      return data;
    }

    function release(hits) {
      hits.forEach(function (hit) {
        worker.postMessage({ id: "", instanceId: language, method: "releaseData", args: [hit.handle] });
      });
    }

    try {
      worker = startWorker();
    } catch (error) {
      error.refused = true;
      return Promise.reject(error);
    }
    worker.onmessage = function (event) { take(event.data); };
    worker.onerror = function (event) {
      event.preventDefault();
      var error = new Error(event.message || "the search worker can't be loaded");
      error.refused = !spoken;
      fail(error);
    };
    return call("init", [{ basePath: base, baseUrl: "/", language: language, primary: true }])
      .then(function () { return call("options", [{ ranking: { metaWeights: FIELD_WEIGHTS } }]); })
      .then(function () { return { language: language.replace(/^und-/, ""), search: ask, release: release }; });
  };

  window.RostrumSearch = search;
})(RostrumSearch);
