/**
 * The address: what is asked for, as it stands after search.html, e.g. ?q=harbour+fees&country=NO&sort=newest.
 *
 * Values are ids of the authority files, so that an address keeps its meaning when a name changes. Must not know the
 * page's elements.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  const SORTS = ["newest", "oldest"], DAY = /^\d{4}-\d{2}-\d{2}$/;

  /**
   * @typedef {Object} Wish
   * @property {string} q
   * @property {Object<string, string[]>} facets  only those with a value
   * @property {string} from  first day, or ""
   * @property {string} to    last day, or ""
   * @property {string} sort  "" (best match), "newest" or "oldest"
   *
   * @param {string} text  location.search, or what a form holds
   * @param {string[]} facets  the facets that the register knows
   * @returns {Wish}
   */
  search.readAddress = (text, facets) => {
    const params = new URLSearchParams(text), wish = { q: (params.get("q") || "").trim(), facets: {}, from: "", to: "", sort: "" };
    for (const facet of facets) {
      const values = new Set(params.getAll(facet).filter(Boolean));
      if (values.size) wish.facets[facet] = Array.from(values);
    }
    for (const edge of ["from", "to"]) {
      const day = params.get(edge) || "";
      if (DAY.test(day) && !Number.isNaN(Date.parse(day))) wish[edge] = day;
    }
    if (SORTS.includes(params.get("sort"))) wish.sort = params.get("sort");
    return wish;
  };

  /** The other way round: "?q=…" with only what is set, always in one order; "" for no wish at all. */
  search.writeAddress = (wish) => {
    const params = new URLSearchParams();
    if (wish.q) params.set("q", wish.q);
    for (const [facet, values] of Object.entries(wish.facets)) for (const value of values) params.append(facet, value);
    for (const name of ["from", "to", "sort"]) if (wish[name]) params.set(name, wish[name]);
    const text = params.toString();
    return text && `?${text}`;
  };

  /** Whether anything is asked for; an order alone is no question. */
  search.asksForSomething = (wish) => Boolean(wish.q || wish.from || wish.to || Object.keys(wish.facets).length);
})(globalThis.RostrumSearch);
