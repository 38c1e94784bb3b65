/**
 * The register: of every section its day, speaker, outlet, places, topics. What is asked of it is exact: a choice is
 * an intersection of sets, a count is counted over the very results that are shown.
 *
 * Its data is written by edition/search.py (make_register). Must not know words, the address or the page.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  var taken = null;

  /** Called by search/register.js, the data. */
  search.takeRegister = function (data) { taken = data; };

  /**
   * Load search/register.js and return the register that it brings.
   * @param {(path: string) => Promise<void>} loadScript
   */
  search.loadRegister = function (loadScript) {
    taken = null;
    return loadScript("search/register.js").then(function () {
      if (!taken) throw new Error("search/register.js holds no register");
      return new Register(taken);
    });
  };

  /** @param {Object} data as make_register writes it */
  function Register(data) {
    var self = this;
    this.every = data.every;
    this.languages = data.languages;
    this.ids = data.ids ? data.ids.split(" ") : [];
    this.position = new Map(this.ids.map(function (id, i) { return [id, i]; }));
    this.days = [];
    data.days.forEach(function (run) { for (var i = 0; i < run[1]; i++) self.days.push(run[0]); });
    this.facets = Object.keys(data.facets);
    /** facet → for each position, its values */
    this.values = {};
    this.facets.forEach(function (facet) {
      var rows = self.values[facet] = [];
      Object.keys(data.facets[facet]).forEach(function (value) {
        var at = 0;
        data.facets[facet][value].forEach(function (step) {
          at += step;
          (rows[at] = rows[at] || []).push(value);
        });
      });
    });
  }

  /** The values of a record for a facet, [] where it has none. */
  Register.prototype.of = function (position, facet) { return this.values[facet][position] || []; };

  /**
   * Those of `positions` that have, for every facet of the choice, one of the chosen values, and lie between the days.
   * @param {number[]} positions
   * @param {{facets: Object<string, string[]>, from: string, to: string}} choice
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
   * Positions in the order asked for. The register's own order is newest first with the undated last, and the undated
   * stay last when the oldest come first.
   * @param {number[]} positions by rank
   * @param {string} sort "" (rank), "newest" or "oldest"
   */
  Register.prototype.sort = function (positions, sort) {
    if (!sort) return positions;
    var days = this.days;
    return positions.slice().sort(function (a, b) {
      if (sort === "oldest" && days[a] !== days[b]) {
        if (!days[a] || !days[b]) return days[a] ? -1 : 1;
        return days[a] < days[b] ? -1 : 1;
      }
      return a - b;
    });
  };

  window.RostrumSearch = search;
})(RostrumSearch);
