/**
 * The desk: Pagefind's own worker, unchanged, behind a counter. It is asked and answers through `port`, reads its files
 * through `read`, and its long lists go out as numbers: a section by its number in the bundle, not by Pagefind's name.
 *
 * Runs where Pagefind runs: in a worker over HTTP (worker.js), in a worker made from a disk or on the page (disk.js).
 * What openDesk needs stands inside it, since disk.js passes it on as text. Must not know queries, facts or the page.
 */
"use strict";
globalThis.RostrumSearch = globalThis.RostrumSearch || {};

(function (search) {
  /**
   * @param {{listen: (hear: (message: Object) => void) => void, post: (message: Object, transfer?: Object[]) => void}} port
   * @param {(address: string) => Promise<ArrayBuffer>} read
   * @param {(scope: Object, fetch: Function) => void} start  runs Pagefind's worker, which believes `scope` to be its self
   */
  search.openDesk = function (port, read, start) {
    var hear = null, asked = 0, waiting = new Map(), numbers = null, options = null;

    // ── Pagefind ────────────────────────────────────────────────────────────────────────────────────────────────────

    var scope = {
      addEventListener: function (kind, listener) { if (kind === "message") hear = listener; },
      postMessage: function (reply) {
        var one = waiting.get(reply.id);
        if (!one) return;
        waiting.delete(reply.id);
        if (reply.error) one.reject(new Error(reply.error)); else one.resolve(reply.result);
      }
    };

    function ask(method, args) {
      var id = "r" + (++asked);
      return new Promise(function (resolve, reject) {
        waiting.set(id, { resolve: resolve, reject: reject });
        hear({ data: { id: id, instanceId: "edition", method: method, args: args } });
      });
    }

    /** Pagefind goes on without a file that is missing, as if the words in it did not occur: so the page is told. */
    function fetchFile(address) {
      var wanted = String(address);
      if (/\/pagefind-entry\.json(\?|$)/.test(wanted)) return Promise.resolve(new Response(options.entry));
      // the program is the same in every bundle and lies beside them
      if (/\/wasm\.[^/]+\.pagefind(\?|$)/.test(wanted)) wanted = wanted.replace("/" + options.bundle + "/wasm.", "/wasm.");
      return read(wanted).then(function (bytes) {
        if (!/\.pf_meta(\?|$)/.test(wanted)) return new Response(bytes);
        if (wanted.indexOf("." + options.hash + ".pf_meta") < 0) throw new Error("the register and the index are of two releases");
        return readPages(bytes).then(function (pages) {
          numbers = new Map(pages.map(function (page, i) { return [page, i]; }));
          return new Response(bytes);
        });
      }).catch(function (error) {
        port.post({ missing: String(error && error.message || error) });
        throw error;
      });
    }

    /** The pages' names in the order of their numbers: as read_pages in edition/search_pagefind.py. */
    function readPages(bytes) {
      var stream = new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"));
      return new Response(stream).arrayBuffer().then(function (plain) {
        var data = new Uint8Array(plain), at = "pagefind_dcd".length, decoder = new TextDecoder(), pages = [];
        function head(kind) {
          var first = data[at++], width = first & 31, number = 0;
          if (first >> 5 !== kind || width > 26) throw new Error("the index is of another Pagefind");
          if (width < 24) return width;
          for (var size = 1 << width - 24; size; size--) number = number * 256 + data[at++];
          return number;
        }
        function text() {
          var size = head(3);
          at += size;
          return decoder.decode(data.subarray(at - size, at));
        }
        head(4);
        text();
        for (var left = head(4); left; left--) {
          head(4);
          pages.push(text());
          head(0);
        }
        return pages;
      });
    }

    // ── What the page asks for ──────────────────────────────────────────────────────────────────────────────────────

    var methods = {
      /** Make ready; answers how many sections the bundle has. */
      open: function (given) {
        options = given;
        return ask("init", [{
          basePath: options.base + options.bundle + "/", baseUrl: "/", language: options.language, primary: true
        }]).then(function () {
          return ask("options", [{ ranking: { metaWeights: options.weights } }]);
        }).then(function () { return numbers.size; });
      },

      /** All sections that match: numbers, scores, and the places of the words, those of section i up to ends[i]. */
      search: function (term) {
        var number = asked + 1;
        return ask("search", [term, {}]).then(function (answer) {
          var results = answer.results, total = 0;
          results.forEach(function (result) { total += result.words.length; });
          var packed = {
            search: number, sections: new Uint32Array(results.length), scores: new Float64Array(results.length),
            ends: new Uint32Array(results.length), words: new Uint32Array(total)
          };
          total = 0;
          results.forEach(function (result, i) {
            if (!numbers.has(result.id)) throw new Error("the index is of two releases");
            packed.sections[i] = numbers.get(result.id);
            packed.scores[i] = result.score;
            packed.words.set(result.words, total);
            packed.ends[i] = total += result.words.length;
          });
          return packed;
        });
      },

      /** The text and metadata of a section that a search found: the i-th of its answer. */
      read: function (number, i) { return ask("getData", ["data_r" + number + "_" + i]); },

      /** Forget what searches found. */
      release: function (number, list) {
        list.forEach(function (i) {
          hear({ data: { id: "", instanceId: "edition", method: "releaseData", args: ["data_r" + number + "_" + i] } });
        });
        return Promise.resolve();
      }
    };

    port.listen(function (message) {
      methods[message.method].apply(null, message.args).then(function (result) {
        var lists = result && result.sections;
        port.post({ id: message.id, result: result }, lists
          ? [result.sections.buffer, result.scores.buffer, result.ends.buffer, result.words.buffer] : []);
      }, function (error) {
        port.post({ id: message.id, error: String(error && error.message || error) });
      });
    });
    start(scope, fetchFile);
  };
})(globalThis.RostrumSearch);
