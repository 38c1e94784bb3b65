/**
 * A result: what was found in a section → elements. Everything that comes from the edition is set as text, never as
 * markup.
 *
 * Must not search, and must not touch what stands on the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** Facets whose values stand under a passage as tags; the year is told by the date. */
  const TAGS = ["country", "topic"];

  /** An element: its name, its class, its text. */
  const make = search.make = (name, className, text) => {
    const element = document.createElement(name);
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
   * @param {{register: Register, number: number, section: Section, terms: Term[]}} one
   * @param {Telling} telling
   * @returns {HTMLLIElement}
   */
  search.makeResult = (one, telling) => {
    const { register, number, section, terms } = one, item = make("li"), body = make("div"), heading = make("h3");
    const link = make("a"), passage = make("p", "result-passage");
    const language = register.of(number, "language")[0] || telling.language;
    const shown = search.makePassage(section, terms, language);
    link.href = linkTo(section, telling.root, terms.length ? telling.q : "") + `#${section.id}`;
    fill(link, shown.title);
    fill(passage, shown.passage);
    heading.append(link);
    if (language !== telling.language) heading.lang = passage.lang = language;
    heading.dir = passage.dir = "auto";
    body.append(heading, makeOrigin(one, telling));
    if (passage.textContent) body.append(passage);
    const tags = makeTags(one, telling);
    if (tags) body.append(tags);
    item.append(makeWhen(register.day(number), telling), body);
    return item;
  };

  /** The page of a section's briefing; its own script (section.js) reads what was asked for, and marks it. */
  function linkTo(section, root, q) {
    const url = new URL(`briefings/${section.briefing}.html`, root);
    if (q) url.searchParams.set("q", q);
    return url.href;
  }

  function fill(element, pieces) {
    element.append(...pieces.map((piece) => piece.marked ? make("mark", "", piece.text) : piece.text));
  }

  function makeWhen(day, telling) {
    const when = make("div", "when"), time = make(day ? "time" : "span", "", telling.sayDay(day));
    if (day) time.dateTime = day;
    when.append(time);
    return when;
  }

  /** Who asked, who spoke, in which briefing. */
  function makeOrigin({ register, number, section }, telling) {
    const origin = make("p", "ui result-origin"), parts = [];
    for (const facet of ["outlet", "speaker"]) {
      for (const id of register.of(number, facet)) parts.push(makeRefining(facet, id, telling));
    }
    if (!register.of(number, "outlet").length) {
      for (const id of register.of(number, "kind")) parts.unshift(make("span", "", telling.sayName("kind", id)));
    }
    const briefing = make("a", "", section.briefingTitle);
    briefing.href = linkTo(section, telling.root, "");
    briefing.dir = "auto";
    parts.push(briefing);
    parts.forEach((part, i) => { origin.append(i ? " · " : "", part); });
    origin.append(" ", make("span", "no", `§\u2009${section.number}`));
    return origin;
  }

  function makeTags({ register, number }, telling) {
    const list = make("ul", "tags ui");
    for (const facet of TAGS) {
      for (const id of register.of(number, facet)) {
        const item = make("li");
        item.append(makeRefining(facet, id, telling));
        list.append(item);
      }
    }
    if (!list.children.length) return null;
    list.setAttribute("aria-label", telling.tagsLabel);
    return list;
  }

  /** A link to the same search narrowed by one value; a plain name where it is chosen already. */
  function makeRefining(facet, id, telling) {
    const address = telling.refine(facet, id), element = make(address ? "a" : "span", "", telling.sayName(facet, id));
    if (address) {
      element.href = address;
      element.dataset.refines = facet;
    }
    return element;
  }
})(globalThis.RostrumSearch);
