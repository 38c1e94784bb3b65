/**
 * Search without a server: Pagefind's worker on files that come in scripts (search/disk/, written by
 * edition/search_disk.py), for a page that was opened from a disk.
 *
 * The worker runs in a worker of the browser where that is allowed, else on the page. It is asked, and answers, exactly
 * as over HTTP (engine.js). Must not know what is asked, and never reaches for any address.
 */
"use strict";
globalThis.RostrumSearch = globalThis.RostrumSearch || {};

(function (search) {
  /** Where Pagefind believes its files to be. Nobody asks this address: it only tells our files from all others. */
  var BASE = "https://pagefind.invalid/pagefind/";

  var shards = null;                 // folder of the index → number of its scripts
  var runWorker = null;              // Pagefind's worker as a function of (self, fetch)
  var files = Object.create(null);   // path → base64
  var loading = Object.create(null); // script → Promise

  /** Called by search/disk/start.js. */
  search.takeWorker = function (facts, run) { shards = facts.shards; runWorker = run; };

  /** Called by every other script of search/disk/. */
  search.takeFiles = function (some) { Object.keys(some).forEach(function (path) { files[path] = some[path]; }); };

  /**
   * Make ready to search from a disk.
   * @param {(path: string) => Promise<void>} loadScript
   * @returns {Promise<{base: string, startWorker: () => Object}>}  what engine.js needs
   */
  search.startOffline = function (loadScript) {
    loading = Object.create(null);
    return loadScript("search/disk/start.js").then(function () {
      if (!runWorker) throw new Error("search/disk/start.js holds no worker");
      return { base: BASE, startWorker: function () { return openPort(readFile.bind(null, loadScript)); } };
    });
  };

  // ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** FNV-1a, 32 bit: as choose_shard in edition/search_disk.py. */
  function chooseShard(path, count) {
    var hashed = 0x811c9dc5;
    new TextEncoder().encode(path).forEach(function (byte) { hashed = Math.imul(hashed ^ byte, 0x01000193) >>> 0; });
    return hashed % count;
  }

  /** @returns {Promise<ArrayBuffer>} the bytes that Pagefind asks for by an address below BASE */
  function readFile(loadScript, address) {
    if (address.indexOf(BASE) !== 0) return Promise.reject(new Error("not a file of the index: " + address));
    var path = address.slice(BASE.length).split("?")[0], folder = path.split("/").slice(0, -1).join("/") || "core";
    if (path in files) return Promise.resolve(decode(files[path]));
    if (!shards[folder]) return Promise.reject(new Error("not in the index: " + path));
    var script = "search/disk/" + folder.split("/").join("-") + "-" + chooseShard(path, shards[folder]) + ".js";
    loading[script] = loading[script] || loadScript(script);
    return loading[script].then(function () {
      if (!(path in files)) throw new Error("not in the index: " + path);
      return decode(files[path]);
    });
  }

  function decode(text) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return bytes.buffer;
  }

  // ── Running the worker ────────────────────────────────────────────────────────────────────────────────────────────

  /** The inside of a worker: its desk, which asks the page for files. Read as text, so it knows nothing outside itself. */
  function hostWorker(openDesk, runWorker) {
    var waiting = {}, asked = 0, hear;
    var post = self.postMessage.bind(self);
    // as in worker.js
    Intl.Segmenter = undefined;
    self.addEventListener("message", function (event) {
      var answer = event.data;
      if (!answer.file) return hear(answer);
      var one = waiting[answer.file];
      delete waiting[answer.file];
      if (answer.bytes) one.resolve(answer.bytes); else one.reject(new Error(answer.missing));
    });
    openDesk({
      post: function (message, transfer) { post(message, transfer || []); },
      listen: function (listener) { hear = listener; }
    }, function (address) {
      return new Promise(function (resolve, reject) {
        waiting[++asked] = { resolve: resolve, reject: reject };
        post({ wanted: asked, address: address });
      });
    }, runWorker);
  }

  /**
   * Something that engine.js takes for a worker. Starts a real one; where the browser refuses it before it has said a
   * word, the same code runs on the page, and everything that was asked is asked again.
   */
  function openPort(read) {
    var port = { onmessage: null, onerror: null, postMessage: send, terminate: end };
    var unanswered = [], spoken = false, behind = null;

    function send(message) {
      if (!spoken) unanswered.push(message);
      behind.postMessage(message);
    }

    function end() { behind.terminate(); }

    function hear(message) {
      spoken = true;
      unanswered = [];
      if (port.onmessage) port.onmessage({ data: message });
    }

    function useWorker() {
      var text = "(" + hostWorker + ")(" + search.openDesk + "," + runWorker + ");";
      var url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      var worker = new Worker(url);
      worker.onmessage = function (event) {
        var message = event.data, number = message.wanted;
        if (!number) return hear(message);
        spoken = true;
        read(message.address).then(function (bytes) {
          worker.postMessage({ file: number, bytes: bytes }, [bytes]);
        }, function (error) {
          worker.postMessage({ file: number, missing: error.message });
        });
      };
      worker.onerror = function (event) {
        event.preventDefault();
        worker.terminate();
        URL.revokeObjectURL(url);
        if (!spoken) return usePage();
        if (port.onerror) port.onerror(event);
      };
      behind = {
        postMessage: function (message) { worker.postMessage(message); },
        terminate: function () { worker.terminate(); URL.revokeObjectURL(url); }
      };
    }

    function usePage() {
      var ask = null, ended = false;
      search.openDesk({
        post: function (message) { if (!ended) hear(message); },
        listen: function (listener) { ask = listener; }
      }, read, runWorker);
      behind = {
        // as a worker does: never before the caller has gone on
        postMessage: function (message) { setTimeout(function () { ask(message); }, 0); },
        terminate: function () { ended = true; }
      };
      unanswered.forEach(behind.postMessage);
    }

    try {
      useWorker();
    } catch (error) {
      usePage();
    }
    return port;
  }
})(globalThis.RostrumSearch);
