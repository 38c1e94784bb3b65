/**
 * The address: what is asked for, as it stands after search.html, e.g. ?q=harbour+fees&country=NO&sort=newest.
 *
 * Values are ids of the authority files, so that an address keeps its meaning when a name changes. Must not know the
 * page's elements.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  var SORTS = ["newest", "oldest"], DAY = /^\d{4}-\d{2}-\d{2}$/;

  /**
   * @typedef {Object} Wish
   * @property {string} q
   * @property {Object<string, string[]>} facets  only those with a value
   * @property {string} from  first day, or ""
   * @property {string} to    last day, or ""
   * @property {string} sort  "" (best match), "newest" or "oldest"
   */

  /**
   * @param {string} text  location.search, or what a form holds
   * @param {string[]} facets  the facets that the register knows
   * @returns {Wish}
   */
  search.readAddress = function (text, facets) {
    var params = new URLSearchParams(text), wish = { q: (params.get("q") || "").trim(), facets: {}, from: "", to: "", sort: "" };
    facets.forEach(function (facet) {
      var values = params.getAll(facet).filter(Boolean);
      if (values.length) wish.facets[facet] = Array.from(new Set(values));
    });
    ["from", "to"].forEach(function (name) { if (DAY.test(params.get(name) || "")) wish[name] = params.get(name); });
    if (SORTS.indexOf(params.get("sort")) >= 0) wish.sort = params.get("sort");
    return wish;
  };

  /** The other way round: "?q=…" with only what is set, always in one order; "" for no wish at all. */
  search.writeAddress = function (wish) {
    var params = new URLSearchParams();
    if (wish.q) params.set("q", wish.q);
    Object.keys(wish.facets).forEach(function (facet) {
      wish.facets[facet].forEach(function (value) { params.append(facet, value); });
    });
    ["from", "to", "sort"].forEach(function (name) { if (wish[name]) params.set(name, wish[name]); });
    var text = params.toString();
    return text ? "?" + text : "";
  };

  /** Whether anything is asked for; an order alone is no question. */
  search.asksForSomething = function (wish) {
    return Boolean(wish.q || wish.from || wish.to || Object.keys(wish.facets).length);
  };

  window.RostrumSearch = search;
})(RostrumSearch);
