/**
 * The marks on the page of a briefing that a result led to (?q=QUERY#SECTION): what was asked for, in that section, whole
 * words only, and a way to be rid of them.
 *
 * Loads its rules and its style (data-rules, data-style) only there; changes nothing on a page that no result led to.
 * Must not change a word of the text.
 */
"use strict";
(function () {
  const script = document.currentScript, q = new URLSearchParams(location.search).get("q");
  const section = q && document.getElementById(location.hash.slice(1)), text = section?.querySelector(".text");
  if (!text) return;
  let marks = [], bar = null;   // the elements of each place

  mark().catch((error) => console.warn(`Rostrum marks: ${error.message}`));

  async function mark() {
    // the scripts of the search page, which a reader who comes from there has already
    await add("script", { src: script.dataset.rules });
    const { terms } = RostrumSearch.readQuery(q, document.documentElement.lang);
    marks = Array.from(text.querySelectorAll("h2, p")).flatMap((block) => markIn(block, terms));
    if (!marks.length) return;
    document.documentElement.classList.add("marked");
    await add("link", { rel: "stylesheet", href: script.dataset.style });
    bar = makeBar();
    text.prepend(bar);
    section.scrollIntoView();
  }

  function add(name, values) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(name), values);
      element.onload = resolve;
      element.onerror = () => reject(new Error(`can't load ${values.src || values.href}`));
      document.head.append(element);
    });
  }

  /** Mark a paragraph; a word may begin in one element and end in another. Returns the elements, one list a place. */
  function markIn(block, terms) {
    const nodes = [], walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (node) => (
      node.parentNode.closest(".pn, .who") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT
    ));
    let whole = "";
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, from: whole.length });
      whole += walker.currentNode.data;
    }
    // from the last place to the first, so that the places before stay true
    const places = RostrumSearch.findPlaces(whole, terms, block.closest("[lang]").lang).reverse();
    return places.map((place) => wrap(nodes, place)).reverse();
  }

  /** Wrap the letters of a place, from the last node to the first. */
  function wrap(nodes, place) {
    const made = [];
    for (const { node, from: start } of nodes.slice().reverse()) {
      const from = Math.max(0, place.from - start), to = Math.min(node.length, place.to - start);
      if (from >= to) continue;
      const part = from ? node.splitText(from) : node, mark = document.createElement("mark");
      if (to - from < part.length) part.splitText(to - from);
      part.replaceWith(mark);
      mark.append(part);
      made.unshift(mark);
    }
    return made;
  }

  function makeBar() {
    const made = document.createElement("div"), said = document.createElement("span"), words = script.dataset;
    const { lang, dir } = document.documentElement, one = marks.length === 1 && script.hasAttribute("data-marked-one");
    let at = -1;
    made.className = "marks ui";
    made.lang = lang;
    made.dir = dir || "ltr";
    said.textContent = (one ? words.markedOne : words.markedMany)
      .replace("{n}", new Intl.NumberFormat(lang).format(marks.length));
    made.append(said, " ");
    if (marks.length > 1) {
      made.append(makeButton(words.next, () => {
        at = (at + 1) % marks.length;
        marks.forEach((pieces, i) => pieces.forEach((mark) => mark.classList.toggle("here", i === at)));
        marks[at][0].scrollIntoView({ block: "center" });
      }), " ");
    }
    made.append(makeButton(words.clear, clear));
    return made;
  }

  function makeButton(name, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    return button;
  }

  function clear() {
    for (const mark of marks.flat()) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
    marks = [];
    bar.remove();
    document.documentElement.classList.remove("marked");
    section.tabIndex = -1;
    section.focus();
    try {
      history.replaceState(history.state, "", location.pathname + location.hash);
    } catch (error) {
      // a browser may refuse this for a page from a disk: the marks are gone, the address stays
    }
  }
})();
