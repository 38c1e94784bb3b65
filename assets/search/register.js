/**
 * The register: the bundles of the index, and of every section its day, speaker, outlet, places, topics. What is asked
 * of it is exact: a choice is an intersection of sets, a count is counted over the very results that are shown.
 *
 * Its data is written by edition/search_index.py: a list of bundles, and the facts of each bundle in a file of its own,
 * which is loaded when the bundle is. Must not know words, the address or the page.
 */
"use strict";
globalThis.RostrumSearch = globalThis.RostrumSearch || {};

(function (search) {
  var list = null, facts = Object.create(null);
  /** The digits of a value's number; one of the first forty ends it (_encode_number in edition/search_index.py). */
  var DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_", LAST = 40;

  /** Called by search/register.js, the list of bundles. */
  search.takeRegister = function (data) { list = data; };

  /** Called by the files of facts. */
  search.takeFacts = function (bundle, data) { facts[bundle] = data; };

  /**
   * @typedef {Object} Bundle   sections that are indexed together: of one language, of some years
   * @property {string} name
   * @property {string} language  by whose rules it is indexed, as Pagefind calls it
   * @property {string[]} spoken  the languages of its sections, as the edition calls them
   * @property {number} first     the number of its first section; numbers run on from bundle to bundle, newest first
   * @property {number} sections  how many it has
   * @property {number} undated   how many of them have no day
   * @property {string} from      its earliest day, "" where none has a day
   * @property {string} to        its latest day
   * @property {string} hash      Pagefind's own hash of the index's pages
   * @property {string} entry     what Pagefind's worker asks for first
   * @property {string} facts     the file of its sections' facts, "" where register.js brings them
   *
   * @typedef {{facets: Object<string, string[]>, from: string, to: string}} Choice
   */

  /**
   * Load search/register.js and return the register, which lists the bundles and knows no section yet.
   * @param {(path: string) => Promise<void>} loadScript
   * @returns {Promise<Register>}
   */
  search.loadRegister = function (loadScript) {
    list = null;
    return loadScript("search/register.js").then(function () {
      if (!list) throw new Error("search/register.js holds no register");
      return new Register(list, loadScript);
    });
  };

  function Register(data, loadScript) {
    var first = 0, loaded = new Map(), self = this;
    /** The word that all sections hold. */
    this.every = data.every;
    this.facets = data.facets;
    /** @type {Bundle[]} */
    this.bundles = data.bundles;
    this.bundles.forEach(function (bundle) {
      bundle.first = first;
      first += bundle.sections;
    });
    /** How many sections the edition has. */
    this.size = first;
    /** By number: the day or "", undefined where the section's bundle is not loaded. */
    this.days = [];
    /** facet → by number, its values */
    this.values = {};
    this.facets.forEach(function (facet) { self.values[facet] = []; });

    /** Make the facts of a bundle known; the same Promise for every asker. */
    this.load = function (bundle) {
      if (!loaded.has(bundle.name)) {
        loaded.set(bundle.name, (bundle.facts ? loadScript(bundle.facts) : Promise.resolve()).then(function () {
          if (!facts[bundle.name]) throw new Error("no facts of " + bundle.name);
          self.take(bundle, facts[bundle.name]);
          delete facts[bundle.name];
        }));
        loaded.get(bundle.name).catch(function () { loaded.delete(bundle.name); });
      }
      return loaded.get(bundle.name);
    };
  }

  /**
   * The bundles that can hold a section of this choice: by its days. Not by its years and languages, since how many there
   * would be in another year is counted too.
   */
  Register.prototype.bundlesFor = function (choice) {
    return this.bundles.filter(function (bundle) {
      return !(choice.from && bundle.to < choice.from || choice.to && (!bundle.from || bundle.from > choice.to));
    });
  };

  /** The numbers of all sections of a bundle. */
  Register.prototype.sectionsOf = function (bundle) {
    return Array.from({ length: bundle.sections }, function (_, i) { return bundle.first + i; });
  };

  Register.prototype.take = function (bundle, data) {
    var self = this, at = bundle.first;
    data.days.forEach(function (run) { for (var i = 0; i < run[1]; i++) self.days[at++] = run[0]; });
    if (at !== bundle.first + bundle.sections) throw new Error("the facts of " + bundle.name + " are torn");
    this.facets.forEach(function (facet) {
      decodeColumn(data.facets[facet], self.values[facet], bundle.first);
      if (self.values[facet].length < at) throw new Error("the facts of " + bundle.name + " are torn");
    });
  };

  /** The cells of a column (encode_facts in edition/search_index.py) into `rows` from `at` on; equal cells are one list. */
  function decodeColumn(column, rows, at) {
    var values = column[0], known = new Map();
    column[1].split(",").forEach(function (run) {
      var parts = run.split("*"), text = parts[0], count = parts.length > 1 ? Number(parts[1]) : 1;
      if (!known.has(text)) known.set(text, decodeNumbers(text).map(function (number) { return values[number]; }));
      for (var i = 0; i < count; i++) rows[at++] = known.get(text);
    });
  }

  function decodeNumbers(text) {
    var numbers = [], high = [];
    for (var i = 0; i < text.length; i++) {
      var digit = DIGITS.indexOf(text[i]);
      if (digit >= LAST) { high.push(digit - LAST); continue; }
      numbers.push(high.reduceRight(function (number, low) { return number * (DIGITS.length - LAST) + low + LAST; }, digit));
      high = [];
    }
    return numbers;
  }

  /** The values of a section for a facet, [] where it has none. */
  Register.prototype.of = function (position, facet) { return this.values[facet][position] || []; };

  /**
   * Those of `positions` that have, for every facet of the choice, one of the chosen values, and lie between the days.
   * @param {number[]} positions
   * @param {Choice} choice
   * @param {string} [except] a facet to leave out of account: what else could be chosen in its stead
   */
  Register.prototype.choose = function (positions, choice, except) {
    var self = this, names = Object.keys(choice.facets).filter(function (name) { return name !== except; });
    return positions.filter(function (position) {
      var day = self.days[position];
      if ((choice.from || choice.to) && !day) return false;
      if (choice.from && day < choice.from || choice.to && day > choice.to) return false;
      return names.every(function (name) {
        var values = self.values[name] ? self.of(position, name) : [];
        return choice.facets[name].some(function (value) { return values.indexOf(value) >= 0; });
      });
    });
  };

  /** How many of `positions` have each value of a facet: a Map, without the values that none has. */
  Register.prototype.count = function (positions, facet) {
    var self = this, counts = new Map();
    positions.forEach(function (position) {
      self.of(position, facet).forEach(function (value) { counts.set(value, (counts.get(value) || 0) + 1); });
    });
    return counts;
  };

  /**
   * Positions in the order asked for: by day, those of a day as the edition has them, the undated last in both orders.
   * @param {number[]} positions by rank
   * @param {string} sort "" (rank), "newest" or "oldest"
   */
  Register.prototype.sort = function (positions, sort) {
    if (!sort) return positions;
    var days = this.days, later = sort === "oldest" ? 1 : -1;
    return positions.slice().sort(function (a, b) {
      if (days[a] === days[b]) return a - b;
      if (!days[a] || !days[b]) return days[a] ? -1 : 1;
      return days[a] < days[b] ? -later : later;
    });
  };
})(globalThis.RostrumSearch);
