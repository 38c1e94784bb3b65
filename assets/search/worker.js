/**
 * The worker: Pagefind's own, unchanged, on a fetch that tells the page what can't be loaded. Pagefind goes on without a
 * missing piece of its index, and would answer as if the words in it did not occur.
 */
"use strict";
(function () {
  var fetchFile = self.fetch.bind(self);

  self.fetch = function (address, options) {
    return fetchFile(address, options).then(function (response) {
      if (!response.ok) throw new Error(response.status + " for " + address);
      return response;
    }).catch(function (error) {
      self.postMessage({ missing: String(error.message || error) });
      throw error;
    });
  };

  // Pagefind makes two of these for each search, which takes longer than the search; it gets words, and needs none
  Intl.Segmenter = undefined;

  importScripts("../../pagefind/pagefind-worker.js");
})();
