/**
 * The index: which bundles a wish needs, each opened once, its facts with it.
 *
 * Must not know how a query is read, the address or the page.
 */
"use strict";
globalThis.RostrumSearch = globalThis.RostrumSearch || {};

(function (search) {
  /**
   * @typedef {Object} Index
   * @property {Register} register
   * @property {(choice: Choice) => Promise<Bundle[]>} know   load the facts of all bundles that can hold what is chosen
   * @property {(choice: Choice) => Promise<Engine[]>} open   the same, and make them ready to be searched
   * @property {(number: number) => Promise<Object>} read     a section's text and metadata, without any search
   * @property {() => void} close
   */

  /**
   * @param {(path: string) => Promise<void>} loadScript  loads a script of the site, at most once for every call
   * @param {(() => Promise<{base: string, startWorker: () => Worker}>)[]} hosts  ways to start workers; where one is
   *   refused, the next is tried
   * @returns {Promise<Index>}
   */
  search.openIndex = function (loadScript, hosts) {
    return search.loadRegister(loadScript).then(function (register) {
      var engines = new Map(), everything = new Map(), started = [];

      function know(choice) {
        var bundles = register.bundlesFor(choice);
        return Promise.all(bundles.map(register.load)).then(function () { return bundles; });
      }

      function openBy(bundle, way) {
        started[way] = started[way] || hosts[way]();
        return started[way].then(function (host) {
          return search.openEngine(bundle, host.startWorker, host.base);
        }).catch(function (error) {
          if (!error.refused || way + 1 === hosts.length) throw error;
          return openBy(bundle, way + 1);
        });
      }

      function openOne(bundle) {
        if (!engines.has(bundle.name)) {
          var opening = openBy(bundle, 0);
          engines.set(bundle.name, opening);
          opening.catch(function () { engines.delete(bundle.name); });
        }
        return engines.get(bundle.name);
      }

      return {
        register: register,
        know: know,
        open: function (choice) {
          return Promise.all([Promise.all(register.bundlesFor(choice).map(openOne)), know(choice)])
            .then(function (both) { return both[0]; });
        },
        read: function (number) {
          var bundle = register.bundles.find(function (each) { return number < each.first + each.sections; });
          if (!everything.has(bundle.name)) {
            everything.set(bundle.name, openOne(bundle).then(function (engine) {
              return engine.search(register.every);
            }).then(function (hits) { return new Map(hits.map(function (hit) { return [hit.id, hit]; })); }));
          }
          return everything.get(bundle.name).then(function (hits) { return hits.get(number).data(); });
        },
        close: function () {
          engines.forEach(function (opening) { opening.then(function (engine) { engine.close(); }, function () {}); });
          engines.clear();
        }
      };
    });
  };
})(globalThis.RostrumSearch);
