/**
 * The page: the form, the filters, the list of results, the messages, the history. The one file that touches the address
 * bar; facets.js and results.js make its parts.
 *
 * Sentences come from the page (templates/search.html), so that they are in the reader's language.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  var AT_ONCE = 10;
  /** Seconds until a script that doesn't arrive is given up. */
  var PATIENCE = 30;
  /** Milliseconds until the page says that it searches: what is quicker needs no word. */
  var AT_LEISURE = 400;
  var form = document.getElementById("search-form");
  if (!form) return;
  var root = new URL(form.dataset.root || ".", document.baseURI);
  var box = form.elements.q;
  var heading = document.getElementById("search-heading");
  var status = document.getElementById("search-status");
  var list = document.getElementById("search-results");
  var found = list.closest("section");
  var more = document.getElementById("search-more");
  var meant = document.getElementById("search-meant");
  var ways = document.getElementById("search-ways");
  var filters = document.getElementById("search-filters");
  var chosen = document.getElementById("search-chosen");
  var order = document.getElementById("search-order");
  var sort = order.querySelector("select");
  var dates = { from: document.getElementById("search-from"), to: document.getElementById("search-to") };
  var language = document.documentElement.lang || "en";
  var title = document.title;

  /** What an address may choose by, in the order in which it is written (edition/search.py, FACETS). */
  var FACETS = form.dataset.facets.split(" ");
  var MONTHS = (form.dataset.months || "").split("|");
  var number = new Intl.NumberFormat(language);

  var index = null;     // Promise of the index
  var vocabulary = null; // Promise of the words of the edition
  var failures = 0;     // how often loading has failed
  var turn = 0;         // the latest search; an older one must not write on the page any more
  var asked = null;     // the latest Wish
  var current = null;   // what is listed: {index, positions, found, query, shown}
  var edited = null;    // the date that is being typed, whose next change is no new step of the history
  var parts = search.openFilters(filters, function (n) { return number.format(n); });

  // ── Sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A sentence of the page: data-word-NAME of the form, with {n}, {words} … filled in. */
  function say(name, values) {
    var text = form.getAttribute("data-word-" + name) || "";
    Object.keys(values || {}).forEach(function (key) { text = text.split("{" + key + "}").join(values[key]); });
    return text;
  }

  function sayCount(n) {
    var one = n === 1 && form.hasAttribute("data-word-results-one");
    return say(one ? "results-one" : "results-many", { n: number.format(n) });
  }

  /** A day as the other pages print it. */
  function sayDay(day) {
    if (!day) return say("undated");
    var parts = day.split("-");
    return form.dataset.date.replace("{day}", String(Number(parts[2]))).replace("{year}", parts[0])
      .replace("{month}", MONTHS[Number(parts[1]) - 1]);
  }

  function quote(word) { return say("quoted", { word: word }); }

  /** What the page says, and to those who hear it: once, when all is there. `state`: idle, searching, done or failed. */
  function tell(state, text) {
    form.dataset.state = state;
    if (status.textContent !== text) status.textContent = text;
  }

  // ── Loading ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function loadScript(path) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      var timer = setTimeout(function () { end(reject, new Error("no answer for " + path)); }, PATIENCE * 1000);
      function end(settle, result) { clearTimeout(timer); script.remove(); settle(result); }
      // after a failure, not the copy that the browser kept
      script.src = new URL(path + (failures ? "?again=" + failures : ""), root).href;
      script.onload = function () { end(resolve); };
      script.onerror = function () { end(reject, new Error("can't load " + path)); };
      document.head.appendChild(script);
    });
  }

  function openIndex() {
    if (!index) {
      // where no worker may start, the scripts that are made for a disk run on the page itself
      index = search.openIndex(loadScript, location.protocol === "file:" ? [startFromDisk] : [startFromServer, startFromDisk]);
      index.catch(function () { index = null; });
    }
    return index;
  }

  function startFromDisk() { return search.startOffline(loadScript); }

  function startFromServer() {
    return Promise.resolve({
      base: new URL("pagefind/", root).href,
      startWorker: function () { return new Worker(new URL("assets/search/worker.js", root)); }
    });
  }

  /** The words of the edition, for what is not found as it is typed. */
  function openWords() {
    if (!vocabulary) {
      vocabulary = search.loadWords(loadScript);
      vocabulary.catch(function () { vocabulary = null; });
    }
    return vocabulary;
  }

  // ── Asking ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Everything that the words of a wish find, whatever its filters say.
   * @returns {Promise<{index: Index, found: Map<number, Found>, ranked: number[], query: Query, absent: Term[], notes: string[]}>}
   *   found by number; ranked: the same, the best first; absent: what occurs nowhere; notes: what is to be said besides
   *   how many
   */
  function ask(wish) {
    return openIndex().then(function (index) {
      var query = search.readQuery(wish.q, language), notes = [];
      var answered = { index: index, found: new Map(), ranked: [], query: query, absent: [], notes: notes };
      if (wish.q && !query.tree) return answered;
      // for a wish without words the register is enough
      if (!wish.q) {
        return index.know(wish).then(function (bundles) {
          answered.ranked = [].concat.apply([], bundles.map(index.register.sectionsOf));
          return answered;
        });
      }
      var edition = { every: index.register.every, size: index.register.size, openWords: openWords };
      return index.open(wish).then(function (engines) {
        return search.answer(engines, query, edition);
      }).then(function (answer) {
        if (query.cut) notes.push(say("cut"));
        if (answer.toomany.length) notes.push(say("toomany", { words: answer.toomany.map(function (term) { return quote(term.text); }).join(", ") }));
        if (answer.absent.length) notes.push(say("absent", { words: answer.absent.map(function (term) { return quote(term.text); }).join(", ") }));
        if (query.dropped.length) notes.push(say("dropped", { words: query.dropped.map(quote).join(", ") }));
        answered.absent = answer.absent;
        answered.found = answer.found;
        answered.ranked = Array.from(answer.found.keys()).sort(function (a, b) {
          return answer.found.get(b).score - answer.found.get(a).score || a - b;
        });
        return answered;
      });
    });
  }

  /** For what occurs nowhere, the names and words of this edition that may be meant: links to that search. */
  function suggest(wish, absent, mine) {
    if (!absent.length) return;
    openWords().then(function (vocabulary) {
      var links = [];
      absent.forEach(function (term) {
        vocabulary.suggest(term.text).forEach(function (word) { links.push(makeSuggestion(wish, term.text, word)); });
      });
      if (mine !== turn || !links.length) return;
      meant.replaceChildren(say("meant") + " ");
      links.forEach(function (link, i) { meant.append(i ? " · " : "", link); });
      meant.hidden = false;
    }).catch(function (error) { console.warn("Rostrum search: " + error.message); });
  }

  function makeSuggestion(wish, typed, word) {
    var link = search.make("a"), plain = /^[\p{L}\p{N}]+$/u.test(word) || wish.q.indexOf('"' + typed + '"') >= 0;
    link.href = addressOf(altered(wish, function (next) {
      // by its place, not by a pattern: what was typed may hold any sign
      var at = wish.q.indexOf(typed);
      next.q = wish.q.slice(0, at) + (plain ? word : '"' + word + '"') + wish.q.slice(at + typed.length);
    }));
    link.dataset.refines = "q";
    link.append(search.make("bdi", "", word));
    return link;
  }

  /**
   * @param {Wish} wish
   * @param {number} count  how many results to show at once
   * @returns {Promise<void>} when everything stands on the page
   */
  function run(wish, count) {
    var mine = ++turn, something = search.asksForSomething(wish);
    asked = wish;
    heading.hidden = order.hidden = !something;
    document.title = wish.q ? wish.q + " – " + title : title;
    showChosen(wish);
    if (!something) {
      clear();
      tell("searching", "");
      return ask(wish).then(function (answer) {
        if (mine !== turn) return;
        showCounts(answer.index.register, answer.ranked, wish);
        tell("idle", "");
      }).catch(function (error) { if (mine === turn) explain(error); });
    }
    form.dataset.state = "searching";
    list.setAttribute("aria-busy", "true");
    setTimeout(function () {
      if (mine === turn && form.dataset.state === "searching") tell("searching", say("searching"));
    }, AT_LEISURE);
    return ask(wish).then(function (answer) {
      return mine === turn ? show(answer, wish, count, mine) : null;
    }).catch(function (error) { if (mine === turn) explain(error); });
  }

  /** What can't be done, in the reader's words and with another way; the reason goes where a maintainer looks. */
  function explain(error) {
    if (index) index.then(function (opened) { opened.close(); }, function () {});
    index = null;
    failures++;
    clear();
    tell("failed", say(refusesWebAssembly(error) ? "no-wasm" : "failed"));
    ways.hidden = false;
    console.warn("Rostrum search: " + error.message);
  }

  function refusesWebAssembly(error) {
    try {
      // the smallest module there is: a signature and a version
      return !new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) || /WebAssembly/.test(error.message);
    } catch (refusal) {
      return true;
    }
  }

  function show(answer, wish, count, mine) {
    var register = answer.index.register, ranked = answer.ranked;
    var positions = register.sort(register.choose(ranked, wish), wish.sort || (wish.q ? "" : "newest"));
    showCounts(register, ranked, wish);
    var next = { index: answer.index, positions: positions, found: answer.found, query: answer.query, shown: 0 };
    var sentences = [positions.length ? sayCount(positions.length) : say("none")].concat(answer.notes);
    if (!positions.length && ranked.length) sentences.push(say("filtered", { n: number.format(ranked.length) }));
    return makeMore(next, count).then(function (items) {
      if (mine !== turn) return;
      clear();
      current = next;
      list.append.apply(list, items);
      more.hidden = current.shown >= positions.length;
      ways.hidden = positions.length > 0;
      suggest(wish, answer.absent, mine);
      tell("done", sentences.join(" "));
    });
  }

  function clear() {
    current = null;
    list.replaceChildren();
    list.removeAttribute("aria-busy");
    more.hidden = true;
    ways.hidden = true;
    meant.hidden = true;
  }

  // ── Results ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The next results as elements; what is shown already is counted in `list.shown`. */
  function makeMore(listed, count) {
    var next = listed.positions.slice(listed.shown, listed.shown + count);
    var telling = {
      root: root, language: language, q: asked.q, sayDay: sayDay, sayName: parts.name, tagsLabel: say("tags"), refine: refine
    };
    return Promise.all(next.map(function (position) {
      var one = listed.found.get(position);
      return one ? one.hit.data() : listed.index.read(position);
    })).then(function (texts) {
      listed.shown += next.length;
      if (texts.length && asked.facets.briefing) nameBriefing(texts[0].meta.briefing);
      return texts.map(function (data, i) {
        var one = { register: listed.index.register, position: next[i], data: data, terms: listed.query.terms };
        return search.makeResult(one, telling);
      });
    });
  }

  function showMore() {
    var here = current, mine = turn;
    list.setAttribute("aria-busy", "true");
    return makeMore(here, AT_ONCE).then(function (items) {
      if (mine !== turn) return;
      list.append.apply(list, items);
      list.removeAttribute("aria-busy");
      more.hidden = here.shown >= here.positions.length;
      keepPlace();
      focusOn(items[0]);
    }).catch(function (error) { if (mine === turn) explain(error); });
  }

  function focusOn(item) { if (item) item.querySelector("h3 a").focus(); }

  // ── Filters ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function showCounts(register, positions, wish) {
    parts.show(wish, function (facet) { return register.count(register.choose(positions, wish, facet), facet); });
  }

  /** A wish with one thing changed. `change` gets a copy to write on. */
  function altered(wish, change) {
    var copy = { q: wish.q, facets: {}, from: wish.from, to: wish.to, sort: wish.sort };
    Object.keys(wish.facets).forEach(function (facet) { copy.facets[facet] = wish.facets[facet].slice(); });
    change(copy);
    Object.keys(copy.facets).forEach(function (facet) { if (!copy.facets[facet].length) delete copy.facets[facet]; });
    // what the address can say is what is asked: read back, everything stands in its one order
    return search.readAddress(search.writeAddress(copy), FACETS);
  }

  function has(wish, facet, id) { return (wish.facets[facet] || []).indexOf(id) >= 0; }

  /** The address of the present search with one more choice, "" where it is chosen. */
  function refine(facet, id) {
    if (has(asked, facet, id)) return "";
    return location.pathname + search.writeAddress(altered(asked, function (wish) {
      wish.facets[facet] = (wish.facets[facet] || []).concat(id);
    }));
  }

  /** Everything that is chosen, each to be taken back by a button. */
  function showChosen(wish) {
    var items = [];
    FACETS.forEach(function (facet) {
      (wish.facets[facet] || []).forEach(function (id) {
        items.push(makeChosen(parts.name(facet, id), facet, function (next) {
          next.facets[facet] = next.facets[facet].filter(function (each) { return each !== id; });
        }));
      });
    });
    ["from", "to"].forEach(function (edge) {
      if (wish[edge]) items.push(makeChosen(say(edge) + " " + sayDay(wish[edge]), edge, function (next) { next[edge] = ""; }));
    });
    chosen.querySelector("ul").replaceChildren.apply(chosen.querySelector("ul"), items);
    chosen.hidden = !items.length;
    form.classList.toggle("narrowed", items.length > 0);
  }

  function makeChosen(name, facet, change) {
    var item = search.make("li"), button = search.make("button"), text = search.make("bdi", "", name);
    button.type = "button";
    button.dataset.facet = facet;
    button.setAttribute("aria-label", say("remove", { name: name }));
    button.append(text);
    button.addEventListener("click", function () {
      var place = Array.prototype.indexOf.call(item.parentNode.children, item);
      go(altered(asked, change));
      var left = chosen.querySelectorAll("li button");
      (left[Math.min(place, left.length - 1)] || box).focus();
    });
    item.append(button);
    return item;
  }

  /** The address has a briefing's id; the results know its title. */
  function nameBriefing(name) {
    var text = chosen.querySelector("button[data-facet=briefing] bdi");
    if (text && asked.facets.briefing.length === 1) {
      text.textContent = name;
      text.parentNode.setAttribute("aria-label", say("remove", { name: name }));
    }
  }

  // ── The address and the history ───────────────────────────────────────────────────────────────────────────────────

  function addressOf(wish) { return location.pathname + search.writeAddress(wish); }

  /** Ask for something new. `step`: whether it is a step that the reader can go back from. */
  function go(wish, step) {
    var here = search.writeAddress(search.readAddress(location.search, FACETS));
    if (search.writeAddress(wish) !== here) {
      keepPlace();
      write(step === false ? "replaceState" : "pushState", {}, addressOf(wish));
    }
    fillForm(wish);
    return run(wish, AT_ONCE);
  }

  function write(method, state, address) {
    try {
      history[method](state, "", address);
    } catch (error) {
      // a browser may refuse this for a page from a disk: the search works, the address stays
    }
  }

  /** Remember how much is shown and where the reader is, for when they come back. */
  function keepPlace() {
    if (!current) return;
    var items = Array.prototype.slice.call(list.children), at = document.activeElement && document.activeElement.closest("#search-results > li");
    write("replaceState", { shown: current.shown, scroll: Math.round(window.scrollY), at: items.indexOf(at) }, location.href);
  }

  function fillForm(wish) {
    box.value = wish.q;
    sort.value = wish.sort;
    Object.keys(dates).forEach(function (edge) {
      if (dates[edge].value !== wish[edge]) dates[edge].value = wish[edge];
    });
    parts.tick(wish);
  }

  function open() {
    var wish = search.readAddress(location.search, FACETS), state = history.state || {};
    fillForm(wish);
    return run(wish, Math.max(AT_ONCE, Number(state.shown) || 0)).then(function () {
      if (!state.shown || asked !== wish) return;
      window.scrollTo(0, Number(state.scroll) || 0);
      var item = list.children[state.at];
      if (item) item.querySelector("h3 a").focus({ preventScroll: true });
    });
  }

  // ── The reader ────────────────────────────────────────────────────────────────────────────────────────────────────

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    edited = null;
    go(altered(asked, function (wish) { wish.q = box.value.trim(); }));
  });

  filters.addEventListener("change", function (event) {
    var input = event.target, facet = input.name;
    if (input.type === "date") return changeDate(input);
    if (input.type !== "checkbox") return;
    edited = null;
    go(altered(asked, function (wish) {
      var ids = (wish.facets[facet] || []).filter(function (id) { return id !== input.value; });
      wish.facets[facet] = input.checked ? ids.concat(input.value) : ids;
    }));
  });

  /** A date changes with every digit that is typed: a year like 0002 is none yet, and all of it is one step back. */
  function changeDate(input) {
    if (!input.validity.valid || input.value && input.value < "1000") return;
    var step = edited !== input;
    edited = input;
    go(altered(asked, function (wish) { wish[input.name] = input.value; }), step);
  }

  sort.addEventListener("change", function () {
    edited = null;
    go(altered(asked, function (wish) { wish.sort = sort.value; }));
  });

  document.getElementById("search-reset").addEventListener("click", function () {
    edited = null;
    go(altered(asked, function (wish) { wish.facets = {}; wish.from = wish.to = ""; }));
    box.focus();
  });

  more.addEventListener("click", showMore);

  found.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-refines]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    edited = null;
    go(search.readAddress(new URL(link.href).search, FACETS)).then(function () { heading.focus(); });
  });

  /** ↓ and ↑ go from the box to the results and between them, Escape goes back to the box. */
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var links = Array.prototype.slice.call(list.querySelectorAll("h3 a")), at = links.indexOf(document.activeElement);
    var inResults = list.contains(document.activeElement), next = null;
    if (event.key === "ArrowDown") {
      if (document.activeElement === box) next = links[0];
      else if (at >= 0) next = links[at + 1] || (more.hidden ? null : more);
    } else if (event.key === "ArrowUp") {
      if (at >= 0) next = links[at - 1] || box;
      else if (document.activeElement === more) next = links[links.length - 1];
    } else if (event.key === "Escape" && (inResults || document.activeElement === more)) {
      next = box;
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next === box) box.select();
  });

  window.addEventListener("popstate", function () { edited = null; open(); });
  window.addEventListener("pagehide", keepPlace);
  // the browser would scroll before there is anything to scroll to
  if ("scrollRestoration" in history) history.scrollRestoration = "manual";

  filters.hidden = false;
  // beside the results they stand open, above them they would push the results out of sight
  filters.open = window.matchMedia("(min-width: 58em)").matches;
  open();
})(RostrumSearch);
