/**
 * The engine: one bundle of the index, asked through its desk (desk.js) in a worker. A worker holds one stemmer and one
 * bundle, so that languages keep apart and years are searched at the same time.
 *
 * Knows words only: which section holds which word, how well it ranks, where in the text. Must not know filters, the
 * address or the page. Pagefind's files are used as they come; docs/search.md says which of their parts we rely on.
 */
"use strict";
globalThis.RostrumSearch = globalThis.RostrumSearch || {};

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
   * @property {number} id         the section's number in the register
   * @property {number} score      nought where only a field of weight nought matches
   * @property {Uint32Array} words positions of the matching words in the record's text
   * @property {() => Promise<Object>} data  the record's text and metadata
   *
   * @typedef {Object} Engine
   * @property {Bundle} bundle     which sections it knows: bundle.first … bundle.first + bundle.sections - 1
   * @property {string} language   of its sections
   * @property {(term: string) => Promise<Hit[]>} search  by words in quotes
   * @property {(hits: Hit[]) => void} release  what is not to be shown; its data can't be asked for any more
   * @property {() => void} close
   */

  /**
   * Start a worker and make it ready.
   * @param {Bundle} bundle  as the register lists it
   * @param {() => Worker} startWorker  how a worker starts here: over HTTP, or from a disk
   * @param {string} base  absolute address of pagefind/
   * @returns {Promise<Engine>}  an error says by its `refused` that the worker did not start at all
   */
  search.openEngine = function (bundle, startWorker, base) {
    var waiting = new Map(), asked = 0, broken = null, spoken = false, worker;

    function call(method, args) {
      return new Promise(function (resolve, reject) {
        if (broken) return reject(broken);
        var id = ++asked;
        var timer = setTimeout(function () { fail(new Error("no answer from the search worker")); }, PATIENCE * 1000);
        waiting.set(id, { resolve: resolve, reject: reject, timer: timer });
        worker.postMessage({ id: id, method: method, args: args });
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
      return call("search", [term]).then(function (found) {
        var from = 0;
        return Array.from(found.sections, function (section, i) {
          var words = found.words.subarray(from, found.ends[i]);
          from = found.ends[i];
          return {
            id: bundle.first + section, score: found.scores[i], words: words, search: found.search, place: i,
            data: function () { return call("read", [found.search, i]).then(restore); }
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
      var searches = new Map();
      hits.forEach(function (hit) {
        if (!searches.has(hit.search)) searches.set(hit.search, []);
        searches.get(hit.search).push(hit.place);
      });
      searches.forEach(function (places, number) {
        if (!broken) worker.postMessage({ id: 0, method: "release", args: [number, places] });
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
    return call("open", [{
      base: base, bundle: bundle.name, language: bundle.language, entry: bundle.entry, hash: bundle.hash,
      weights: FIELD_WEIGHTS
    }]).then(function (sections) {
      if (sections !== bundle.sections) throw new Error("the register and the index are of two releases");
      return {
        bundle: bundle, language: bundle.spoken[0], search: ask, release: release,
        close: function () { fail(new Error("closed")); }
      };
    });
  };
})(globalThis.RostrumSearch);
