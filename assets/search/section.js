/**
 * The marks on the page of a briefing that a result led to (?q=QUERY#SECTION): what was asked for, in that section, whole
 * words only, and a way to be rid of them.
 *
 * Loads its rules only there; changes nothing on a page that no result led to. Must not change a word of the text.
 */
"use strict";
(function () {
  var script = document.currentScript, q = new URLSearchParams(location.search).get("q");
  var section = q && document.getElementById(location.hash.slice(1));
  var text = section && section.querySelector(".text"), marks = [], bar = null;
  if (!text) return;

  load("words", "forms", "query", "marks").then(function () {
    var terms = RostrumSearch.readQuery(q, document.documentElement.lang).terms;
    text.querySelectorAll("h2, p").forEach(function (block) { marks = marks.concat(markIn(block, terms)); });
    return marks.length ? showStyle() : null;
  }).then(function () {
    if (!marks.length) return;
    bar = makeBar();
    text.prepend(bar);
    section.scrollIntoView();
  }).catch(function (error) { console.warn("Rostrum marks: " + error.message); });

  /** The scripts beside this one, each after the one before. */
  function load() {
    return Array.prototype.reduce.call(arguments, function (before, name) {
      return before.then(function () { return add("script", { src: address(name + ".js") }); });
    }, Promise.resolve());
  }

  function showStyle() {
    document.documentElement.classList.add("marked");
    return add("link", { rel: "stylesheet", href: address("search.css") });
  }

  function address(name) { return new URL(name, script.src).href; }

  function add(name, values) {
    return new Promise(function (resolve, reject) {
      var element = Object.assign(document.createElement(name), values);
      element.onload = resolve;
      element.onerror = function () { reject(new Error("can't load " + (values.src || values.href))); };
      document.head.append(element);
    });
  }

  /** Mark a paragraph; a word may begin in one element and end in another. Returns the elements, one list a place. */
  function markIn(block, terms) {
    var nodes = [], text = "", walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, function (node) {
      return node.parentNode.closest(".pn, .who") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    });
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, from: text.length });
      text += walker.currentNode.data;
    }
    var language = block.closest("[lang]").lang;
    return findPlaces(text, terms, language).reverse().map(function (place) { return wrap(nodes, place); }).reverse();
  }

  /** Where in a text the terms stand: [from, to], in order. Marked words that only a space parts are one place. */
  function findPlaces(text, terms, language) {
    var words = RostrumSearch.findWords(text), found = RostrumSearch.findMarks(words, terms, language), places = [], at = 0;
    words.forEach(function (word, i) {
      var from = text.indexOf(word, at), last = places[places.length - 1];
      at = from + word.length;
      if (!found.has(i)) return;
      if (last && found.has(i - 1) && !text.slice(last[1], from).trim()) last[1] = at;
      else places.push([from, at]);
    });
    return places;
  }

  /** Wrap the letters from … to …, from the last node to the first, so that the places before them stay true. */
  function wrap(nodes, place) {
    var made = [];
    for (var i = nodes.length - 1; i >= 0; i--) {
      var one = nodes[i], from = Math.max(0, place[0] - one.from), to = Math.min(one.node.length, place[1] - one.from);
      if (from >= to) continue;
      var part = from ? one.node.splitText(from) : one.node, mark = document.createElement("mark");
      if (to - from < part.length) part.splitText(to - from);
      part.replaceWith(mark);
      mark.append(part);
      made.unshift(mark);
    }
    return made;
  }

  function makeBar() {
    var bar = document.createElement("div"), text = document.createElement("span"), at = -1;
    bar.className = "marks ui";
    bar.lang = document.documentElement.lang;
    bar.dir = document.documentElement.dir || "ltr";
    var one = marks.length === 1 && script.hasAttribute("data-marked-one");
    text.textContent = script.getAttribute(one ? "data-marked-one" : "data-marked-many")
      .replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(marks.length));
    bar.append(text, " ");
    if (marks.length > 1) {
      bar.append(makeButton(script.dataset.next, function () {
        at = (at + 1) % marks.length;
        marks.forEach(function (pieces, i) { pieces.forEach(function (mark) { mark.classList.toggle("here", i === at); }); });
        marks[at][0].scrollIntoView({ block: "center" });
      }), " ");
    }
    bar.append(makeButton(script.dataset.clear, clear));
    return bar;
  }

  function makeButton(name, act) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    return button;
  }

  function clear() {
    marks.forEach(function (pieces) {
      pieces.forEach(function (mark) {
        var parent = mark.parentNode;
        mark.replaceWith.apply(mark, mark.childNodes);
        parent.normalize();
      });
    });
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
