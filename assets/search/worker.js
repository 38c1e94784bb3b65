/** The worker over HTTP: a desk (desk.js) with Pagefind's own worker behind it, unchanged. */
"use strict";
(function () {
  var post = self.postMessage.bind(self), listen = self.addEventListener.bind(self), load = self.fetch.bind(self);

  // Pagefind makes two of these for each search, which takes longer than the search; it gets words, and needs none
  Intl.Segmenter = undefined;

  importScripts("desk.js");

  RostrumSearch.openDesk({
    post: function (message, transfer) { post(message, transfer || []); },
    listen: function (hear) { listen("message", function (event) { hear(event.data); }); }
  }, function (address) {
    return load(address).then(function (response) {
      if (!response.ok) throw new Error(response.status + " for " + address);
      return response.arrayBuffer();
    }, function (error) { throw new Error(error.message + " for " + address); });
  }, function (scope, fetchFile) {
    // Pagefind's worker takes what it needs from its self
    self.addEventListener = scope.addEventListener;
    self.postMessage = scope.postMessage;
    self.fetch = fetchFile;
    importScripts("../../pagefind/pagefind-worker.js");
  });
})();
