/**
 * The page: the form, the results, the messages, the history. The one file that touches elements and the address bar.
 *
 * Everything that comes from the edition is set as text, never as markup. Sentences come from the page (templates/
 * search.html), so that they are in the reader's language.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  var AT_ONCE = 20;
  var form = document.getElementById("search-form");
  if (!form) return;
  var root = new URL(form.dataset.root || ".", document.baseURI);
  var heading = document.getElementById("search-heading");
  var status = document.getElementById("search-status");
  var list = document.getElementById("search-results");
  var more = document.getElementById("search-more");
  var ways = document.getElementById("search-ways");
  var filters = document.getElementById("search-filters");
  var language = document.documentElement.lang || "en";

  /** Facets in the order of the register, also before it is loaded (edition/search.py, FACETS). */
  var FACETS = form.dataset.facets.split(" ");
  var MONTHS = (form.dataset.months || "").split("|");
  var number = new Intl.NumberFormat(language);

  var register = null;  // Promise of the register
  var machine = null;   // Promise of {register, engines}
  var vocabulary = null; // Promise of the words of the edition
  var failures = 0;     // how often loading has failed
  var turn = 0;         // the latest search; an older one must not write on the page any more
  var current = null;   // {positions, found, terms, shown}

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
    var parts = day.split("-");
    return form.dataset.date.replace("{day}", String(Number(parts[2]))).replace("{year}", parts[0])
      .replace("{month}", MONTHS[Number(parts[1]) - 1]);
  }

  function tell(text) { status.textContent = text; }

  // ── Loading ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function loadScript(path) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      // after a failure, not the copy that the browser kept
      script.src = new URL(path + (failures ? "?again=" + failures : ""), root).href;
      script.onload = function () { script.remove(); resolve(); };
      script.onerror = function () { script.remove(); reject(new Error("can't load " + path)); };
      document.head.appendChild(script);
    });
  }

  function openRegister() {
    if (!register) {
      register = search.loadRegister(loadScript);
      register.catch(function () { register = null; });
    }
    return register;
  }

  function startMachine() {
    if (!machine) {
      machine = openRegister().then(function (register) {
        var starting = location.protocol === "file:" ? search.startOffline(loadScript) : Promise.resolve(startFromServer());
        return starting.then(function (host) {
          return Promise.all(register.languages.map(function (each) {
            return search.openEngine(each, host.startWorker, host.base);
          }));
        }).then(function (engines) { return { register: register, engines: engines }; });
      });
      machine.catch(function () { machine = null; });
    }
    return machine;
  }

  /** The words of the edition, for what is not found as it is typed. */
  function openWords() {
    if (!vocabulary) {
      vocabulary = search.loadWords(loadScript);
      vocabulary.catch(function () { vocabulary = null; });
    }
    return vocabulary;
  }

  function startFromServer() {
    var base = new URL("pagefind/", root).href;
    return { base: base, startWorker: function () { return new Worker(new URL("assets/search/worker.js", root)); } };
  }

  // ── What is asked for ─────────────────────────────────────────────────────────────────────────────────────────────

  function readForm() {
    var params = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { if (value) params.append(name, String(value)); });
    return search.readAddress(params.toString(), FACETS);
  }

  function fillForm(wish) {
    form.elements.q.value = wish.q;
    ["from", "to", "sort"].forEach(function (name) { if (form.elements[name]) form.elements[name].value = wish[name]; });
    var open = Boolean(wish.from || wish.to);
    FACETS.forEach(function (facet) {
      var select = form.elements[facet], values = wish.facets[facet] || [];
      if (!select) return;
      values.forEach(function (value) {
        // a value that the edition doesn't have still shows, so that it can be taken back
        if (!optionOf(select, value)) select.add(new Option(value, value));
      });
      Array.prototype.forEach.call(select.options, function (option) {
        option.selected = values.length ? values.indexOf(option.value) >= 0 : !option.value;
      });
      open = open || values.length > 0;
    });
    if (filters && open) filters.open = true;
  }

  function optionOf(select, value) {
    return Array.prototype.find.call(select.options, function (option) { return option.value === value; });
  }

  /** The name of a value as the form prints it, without its count. */
  function nameOf(facet, value) {
    var option = form.elements[facet] && optionOf(form.elements[facet], value);
    return option ? option.dataset.name || option.textContent : value;
  }

  function showCounts(register, positions, wish) {
    FACETS.forEach(function (facet) {
      var select = form.elements[facet];
      if (!select) return;
      var counts = register.count(register.choose(positions, wish, facet), facet);
      Array.prototype.forEach.call(select.options, function (option) {
        if (!option.value) return;
        option.dataset.name = option.dataset.name || option.textContent;
        var count = counts.get(option.value) || 0;
        option.textContent = option.dataset.name + " (" + number.format(count) + ")";
        option.hidden = option.disabled = !count && !option.selected;
      });
    });
  }

  // ── Searching ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * @param {Wish} wish
   * @param {number} count  how many results to show at once
   */
  function run(wish, count) {
    var mine = ++turn;
    heading.hidden = !search.asksForSomething(wish);
    if (!search.asksForSomething(wish)) {
      clear();
      tell("");
      return openRegister().then(function (opened) {
        if (mine === turn) showCounts(opened, opened.ids.map(function (_, i) { return i; }), wish);
      }).catch(function (error) { if (mine === turn) explain(error); });
    }
    list.setAttribute("aria-busy", "true");
    tell(say("searching"));
    return startMachine().then(function (made) {
      var query = search.readQuery(wish.q, language);
      if (wish.q && !query.tree) return { made: made, query: query, answer: { found: new Map(), absent: [], toomany: [] } };
      var edition = { every: made.register.every, size: made.register.ids.length, openWords: openWords };
      return search.answer(made.engines, query, edition).then(function (answer) {
        return { made: made, query: query, answer: answer };
      });
    }).then(function (done) {
      return mine === turn ? show(done, wish, count, mine) : null;
    }).catch(function (error) { if (mine === turn) explain(error); });
  }

  /** What can't be done, in the reader's words and with another way; the reason goes where a maintainer looks. */
  function explain(error) {
    register = machine = null;
    failures++;
    clear();
    tell(say("failed"));
    ways.hidden = false;
    console.warn("Rostrum search: " + error.message);
  }

  function show(done, wish, count, mine) {
    var register = done.made.register, found = new Map();
    done.answer.found.forEach(function (one, id) {
      if (!register.position.has(id)) throw new Error("the register and the index are of two releases");
      found.set(register.position.get(id), one);
    });
    var ranked = Array.from(found.keys()).sort(function (a, b) {
      return wish.q ? found.get(b).score - found.get(a).score || a - b : a - b;
    });
    var positions = register.sort(register.choose(ranked, wish), wish.sort);
    var absent = done.answer.absent.map(function (term) { return term.text; });
    showCounts(register, ranked, wish);
    clear();
    current = { register: register, positions: positions, found: found, terms: done.query.terms, shown: 0 };
    var sentences = [positions.length ? sayCount(positions.length) : say("none")];
    if (absent.length) sentences.push(say("absent", { words: absent.map(quote).join(", ") }));
    if (!positions.length && ranked.length) sentences.push(say("filtered", { n: number.format(ranked.length) }));
    if (done.query.dropped.length) sentences.push(say("dropped", { words: done.query.dropped.map(quote).join(", ") }));
    ways.hidden = positions.length > 0;
    return showMore(count, mine).then(function () {
      if (mine === turn) tell(sentences.join(" "));
    });
  }

  function quote(word) { return "“" + word + "”"; }

  function clear() {
    current = null;
    list.replaceChildren();
    list.removeAttribute("aria-busy");
    more.hidden = true;
    ways.hidden = true;
  }

  /** Add the next results; resolves to the first of them, null where there is none. */
  function showMore(count, mine) {
    var next = current.positions.slice(current.shown, current.shown + count), here = current;
    return Promise.all(next.map(function (position) { return here.found.get(position).hit.data(); })).then(function (texts) {
      if (mine !== turn) return null;
      var items = texts.map(function (data, i) { return makeItem(here, next[i], data); });
      list.append.apply(list, items);
      list.removeAttribute("aria-busy");
      here.shown += next.length;
      more.hidden = here.shown >= here.positions.length;
      return items[0] || null;
    });
  }

  // ── Results as elements ───────────────────────────────────────────────────────────────────────────────────────────

  function make(name, className, text) {
    var element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function fill(element, pieces) {
    pieces.forEach(function (piece) { element.append(piece.marked ? make("mark", "", piece.text) : piece.text); });
  }

  /** "/briefings/ID/q3.html", the name of the stub, is briefings/ID.html#q3 on the site. */
  function linkOf(data) {
    return new URL(data.raw_url.replace(/^\//, "").replace(/\/([^/]+)\.html$/, ".html#$1"), root).href;
  }

  function makeItem(here, position, data) {
    var register = here.register, item = make("li"), body = make("div"), title = make("h3"), link = make("a");
    var day = register.days[position], when = make("div", "when"), time = make(day ? "time" : "span");
    time.textContent = day ? sayDay(day) : say("undated");
    if (day) time.dateTime = day;
    link.href = linkOf(data);
    title.append(link);
    var passage = make("p", "result-passage");
    var pieces = search.makePassage(data, here.terms, register.of(position, "language")[0] || language);
    fill(link, pieces.title);
    fill(passage, pieces.passage);
    var names = ["outlet", "speaker", "country"].map(function (facet) {
      return register.of(position, facet).map(function (value) { return nameOf(facet, value); }).join(", ");
    });
    var facts = [data.meta.briefing + " § " + data.meta.number].concat(names).filter(Boolean);
    var languages = register.of(position, "language");
    if (languages[0] && languages[0] !== language) { link.lang = languages[0]; passage.lang = languages[0]; }
    body.append(title, passage, make("p", "ui result-facts", facts.join(" · ")));
    when.append(time);
    item.append(when, body);
    return item;
  }

  // ── The reader ────────────────────────────────────────────────────────────────────────────────────────────────────

  function remember(wish, replace) {
    var address = location.pathname + search.writeAddress(wish);
    try {
      if (replace) history.replaceState({ shown: current ? current.shown : 0 }, "", address);
      else history.pushState({ shown: 0 }, "", address);
    } catch (error) {
      // a browser may refuse this for a page from a disk: the search works, the address stays
    }
  }

  function submit() {
    var wish = readForm();
    if (search.writeAddress(wish) !== search.writeAddress(search.readAddress(location.search, FACETS))) remember(wish, false);
    run(wish, AT_ONCE);
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); submit(); });
  form.addEventListener("change", function (event) {
    if (event.target.name !== "q") submit();
  });
  form.addEventListener("reset", function (event) {
    event.preventDefault();
    fillForm({ q: form.elements.q.value, facets: {}, from: "", to: "", sort: "" });
    submit();
  });
  more.addEventListener("click", function () {
    showMore(AT_ONCE, turn).then(function (first) {
      if (!first) return;
      remember(readForm(), true);
      first.querySelector("a").focus();
    });
  });
  window.addEventListener("popstate", open);

  function open() {
    var wish = search.readAddress(location.search, FACETS), state = history.state;
    fillForm(wish);
    run(wish, Math.max(AT_ONCE, state && state.shown || 0));
  }

  if (filters) filters.hidden = false;
  open();
})(RostrumSearch);
