/**
 * A result: what was found in a section → elements. Everything that comes from the edition is set as text, never as
 * markup.
 *
 * Must not search, and must not touch what stands on the page.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** Facets whose values stand under a passage as tags; the year is told by the date. */
  var TAGS = ["country", "topic"];

  /** An element: its name, its class, its text. */
  search.make = function (name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  /**
   * @typedef {Object} Telling  how to say things on this page
   * @property {URL} root                                the site's first folder
   * @property {string} language                         the page's language
   * @property {string} q                                what is asked for; goes along to the section, to be marked there
   * @property {(day: string) => string} sayDay          "" for what has no date
   * @property {(facet: string, id: string) => string} sayName
   * @property {(facet: string, id: string) => string} refine   the address of this search with one more choice
   * @property {string} tagsLabel
   *
   * @param {{register: Object, position: number, data: Object, terms: Term[]}} one
   * @param {Telling} telling
   * @returns {HTMLLIElement}
   */
  search.makeResult = function (one, telling) {
    var make = search.make, register = one.register, data = one.data;
    var item = make("li"), body = make("div"), title = make("h3"), link = make("a"), passage = make("p", "result-passage");
    var language = register.of(one.position, "language")[0] || telling.language;
    var shown = search.makePassage(data, one.terms, language);
    link.href = linkOf(data, telling.root, one.terms.length ? telling.q : "");
    fill(link, shown.title);
    fill(passage, shown.passage);
    title.append(link);
    if (language !== telling.language) link.lang = passage.lang = language;
    link.dir = passage.dir = "auto";
    body.append(title, makeOrigin(one, telling, data));
    if (passage.textContent) body.append(passage);
    var tags = makeTags(one, telling);
    if (tags) body.append(tags);
    item.append(makeWhen(register.days[one.position], telling), body);
    return item;
  };

  /** "/briefings/ID/q3.html", the name of the stub, is briefings/ID.html#q3 on the site; section.js reads the question. */
  function linkOf(data, root, q) {
    var url = new URL(data.raw_url.replace(/^\//, "").replace(/\/([^/]+)\.html$/, ".html#$1"), root);
    if (q) url.searchParams.set("q", q);
    return url.href;
  }

  function fill(element, pieces) {
    pieces.forEach(function (piece) { element.append(piece.marked ? search.make("mark", "", piece.text) : piece.text); });
  }

  function makeWhen(day, telling) {
    var when = search.make("div", "when"), time = search.make(day ? "time" : "span", "", telling.sayDay(day));
    if (day) time.dateTime = day;
    when.append(time);
    return when;
  }

  /** Who asked, who spoke, in which briefing. */
  function makeOrigin(one, telling, data) {
    var origin = search.make("p", "ui result-origin"), register = one.register, parts = [];
    ["outlet", "speaker"].forEach(function (facet) {
      register.of(one.position, facet).forEach(function (id) { parts.push(makeRefining(facet, id, telling)); });
    });
    if (!register.of(one.position, "outlet").length) {
      register.of(one.position, "kind").forEach(function (id) { parts.unshift(search.make("span", "", telling.sayName("kind", id))); });
    }
    var briefing = search.make("a", "", data.meta.briefing);
    briefing.href = linkOf(data, telling.root, "").split("#")[0];
    briefing.dir = "auto";
    parts.push(briefing);
    parts.forEach(function (part, i) { origin.append(i ? " · " : "", part); });
    origin.append(" ", search.make("span", "no", "§\u2009" + data.meta.number));
    return origin;
  }

  function makeTags(one, telling) {
    var list = search.make("ul", "tags ui");
    TAGS.forEach(function (facet) {
      one.register.of(one.position, facet).forEach(function (id) {
        var item = search.make("li");
        item.append(makeRefining(facet, id, telling));
        list.append(item);
      });
    });
    if (!list.children.length) return null;
    list.setAttribute("aria-label", telling.tagsLabel);
    return list;
  }

  /** A link to the same search narrowed by one value; a plain name where it is chosen already. */
  function makeRefining(facet, id, telling) {
    var address = telling.refine(facet, id), element = search.make(address ? "a" : "span", "", telling.sayName(facet, id));
    if (address) {
      element.href = address;
      element.dataset.refines = facet;
    }
    return element;
  }

  window.RostrumSearch = search;
})(RostrumSearch);
