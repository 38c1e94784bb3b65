/**
 * The page: the form, the filters, the list of results, the messages, the history. The one file that touches the address
 * bar; facets.js and results.js make its parts.
 *
 * Sentences come from the page (templates/search.html), so that they are in the reader's language. Must not know how the
 * index is made.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  const AT_ONCE = 10;
  /** Seconds until a script that doesn't arrive is given up. */
  const PATIENCE = 30;
  /** Milliseconds until the page says that it searches: what is quicker needs no word. */
  const AT_LEISURE = 400;
  const byId = (id) => document.getElementById(id);
  const form = byId("search-form");
  if (!form) return;
  const root = new URL(form.dataset.root || ".", document.baseURI), box = form.elements.q;
  const heading = byId("search-heading"), status = byId("search-status"), list = byId("search-results");
  const more = byId("search-more"), meant = byId("search-meant"), ways = byId("search-ways");
  const filters = byId("search-filters"), chosen = byId("search-chosen"), order = byId("search-order");
  const sort = order.querySelector("select"), dates = { from: byId("search-from"), to: byId("search-to") };
  const days = byId("search-days");
  const language = document.documentElement.lang || "en", title = document.title;

  /** What an address may choose by, in the order in which it is written (edition/search.py, FACETS). */
  const FACETS = form.dataset.facets.split(" ");
  const MONTHS = (form.dataset.months || "").split("|");
  const number = new Intl.NumberFormat(language);

  let index = null;     // Promise of the index
  let failures = 0;     // how often loading has failed
  let turn = 0;         // the latest search; an older one must not write on the page any more
  let asked = null;     // the latest Wish
  let current = null;   // what is listed: {index, numbers, query, shown}
  let edited = null;    // the date that is being typed, whose next change is no new step of the history
  const parts = search.openFilters(filters, (n) => number.format(n));

  // ── Sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A sentence of the page: data-word-NAME of the form, with {n}, {words} … filled in. */
  function say(name, values = {}) {
    return Object.keys(values).reduce(
      (text, key) => text.split(`{${key}}`).join(values[key]), form.getAttribute(`data-word-${name}`) || ""
    );
  }

  function sayCount(n) {
    const one = n === 1 && form.hasAttribute("data-word-results-one");
    return say(one ? "results-one" : "results-many", { n: number.format(n) });
  }

  /** A day as the other pages print it. */
  function sayDay(day) {
    if (!day) return say("undated");
    const [year, month, date] = day.split("-");
    return form.dataset.date.replace("{day}", String(Number(date))).replace("{year}", year)
      .replace("{month}", MONTHS[Number(month) - 1]);
  }

  const quote = (word) => say("quoted", { word });

  /** What the page says, and to those who hear it: once, when all is there. `state`: idle, searching, done or failed. */
  function tell(state, text) {
    form.dataset.state = state;
    if (status.textContent !== text) status.textContent = text;
  }

  // ── Asking ────────────────────────────────────────────────────────────────────────────────────────────────────────

  function loadScript(path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const end = (settle, result) => {
        clearTimeout(timer);
        script.remove();
        settle(result);
      };
      const timer = setTimeout(() => end(reject, new Error(`no answer for ${path}`)), PATIENCE * 1000);
      // after a failure, not the copy that the browser kept
      script.src = new URL(path + (failures ? `?again=${failures}` : ""), root).href;
      script.onload = () => end(resolve);
      script.onerror = () => end(reject, new Error(`can't load ${path}`));
      document.head.append(script);
    });
  }

  function openIndex() {
    if (!index) {
      index = search.openIndex(loadScript);
      index.catch(() => { index = null; });
    }
    return index;
  }

  /**
   * Everything that the words of a wish find, whatever its filters say.
   * @returns {Promise<{index: Index, ranked: number[], query: Query, absent: Term[], notes: string[]}>}
   *   ranked: numbers, the best first; absent: what occurs nowhere; notes: what is to be said besides how many
   */
  async function ask(wish) {
    const index = await openIndex(), { register } = index, query = search.readQuery(wish.q, language);
    const answered = { index, ranked: [], query, absent: [], notes: [] };
    // for a wish without words the register is enough
    if (!wish.q) answered.ranked = (await index.know(wish)).flatMap((bundle) => register.sectionsOf(bundle));
    if (!query.tree) return answered;
    const edition = { size: register.size, openWords: index.openWords };
    const [answer] = await Promise.all([search.answer(index.open(wish), query, edition), index.know(wish)]);
    const name = (terms) => ({ words: terms.map((term) => quote(term.text ?? term)).join(", ") });
    if (query.cut) answered.notes.push(say("cut"));
    if (answer.toomany.length) answered.notes.push(say("toomany", name(answer.toomany)));
    if (answer.absent.length) answered.notes.push(say("absent", name(answer.absent)));
    if (query.dropped.length) answered.notes.push(say("dropped", name(query.dropped)));
    answered.absent = answer.absent;
    answer.found.forEach((score, section) => { if (score) answered.ranked.push(section); });
    answered.ranked.sort((one, other) => answer.found[other] - answer.found[one] || one - other);
    return answered;
  }

  /** For what occurs nowhere, the names and words of this edition that may be meant: links to that search. */
  async function suggest(wish, { index, absent }, mine) {
    if (!absent.length) return;
    try {
      const vocabulary = await index.openWords();
      const links = absent.flatMap(({ text }) => vocabulary.suggest(text).map((word) => makeSuggestion(wish, text, word)));
      if (mine !== turn || !links.length) return;
      meant.replaceChildren(`${say("meant")} `);
      links.forEach((link, i) => { meant.append(i ? " · " : "", link); });
      meant.hidden = false;
    } catch (error) {
      console.warn(`Rostrum search: ${error.message}`);
    }
  }

  function makeSuggestion(wish, typed, word) {
    const link = search.make("a"), plain = /^[\p{L}\p{N}]+$/u.test(word) || wish.q.includes(`"${typed}"`);
    link.href = addressOf(altered(wish, (next) => {
      // by its place, not by a pattern: what was typed may hold any sign
      const at = wish.q.indexOf(typed);
      next.q = wish.q.slice(0, at) + (plain ? word : `"${word}"`) + wish.q.slice(at + typed.length);
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
  async function run(wish, count) {
    const mine = ++turn, something = search.asksForSomething(wish);
    asked = wish;
    heading.hidden = order.hidden = !something;
    document.title = wish.q ? `${wish.q} – ${title}` : title;
    showChosen(wish);
    form.dataset.state = "searching";
    if (something) {
      list.setAttribute("aria-busy", "true");
      setTimeout(() => {
        if (mine === turn && form.dataset.state === "searching") tell("searching", say("searching"));
      }, AT_LEISURE);
    } else {
      clear();
      tell("searching", "");
    }
    try {
      const answer = await ask(wish);
      if (mine !== turn) return;
      if (something) await show(answer, wish, count, mine);
      else {
        narrow(answer, wish);
        tell("idle", "");
      }
    } catch (error) {
      if (mine === turn) explain(error);
    }
  }

  /** What can't be done, in the reader's words and with another way; the reason goes where a maintainer looks. */
  function explain(error) {
    index = null;
    failures++;
    clear();
    tell("failed", say("failed"));
    ways.hidden = false;
    console.warn(`Rostrum search: ${error.message}`);
  }

  /** Those of what was found that the filters leave, by rank; shows how many other choices would leave. */
  function narrow({ index: { register }, ranked }, wish) {
    const { chosen, count } = register.choose(ranked, wish);
    parts.show(wish, count);
    filters.hidden = !register.size;
    days.hidden = !register.bundles.some((bundle) => bundle.to);
    return chosen;
  }

  async function show(answer, wish, count, mine) {
    const { index, ranked, query, notes } = answer;
    const numbers = index.register.sort(narrow(answer, wish), orderOf(wish));
    const next = { index, numbers, query, shown: 0 };
    const sentences = [numbers.length ? sayCount(numbers.length) : say("none"), ...notes];
    if (!numbers.length && ranked.length) sentences.push(say("filtered", { n: number.format(ranked.length) }));
    const items = await makeMore(next, count);
    if (mine !== turn) return;
    clear();
    current = next;
    list.append(...items);
    more.hidden = current.shown >= numbers.length;
    ways.hidden = numbers.length > 0;
    suggest(wish, answer, mine);
    tell("done", sentences.join(" "));
  }

  /** Without words no match is better than another. */
  function orderOf(wish) { return wish.sort || (wish.q ? "" : "newest"); }

  function clear() {
    current = null;
    list.replaceChildren();
    list.removeAttribute("aria-busy");
    more.hidden = ways.hidden = meant.hidden = true;
  }

  // ── Results ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The next results as elements; how many are shown is counted in `listed.shown`. */
  async function makeMore(listed, count) {
    const { index, numbers, query } = listed, next = numbers.slice(listed.shown, listed.shown + count);
    const telling = { root, language, q: asked.q, sayDay, sayName: parts.name, tagsLabel: say("tags"), refine };
    const sections = await Promise.all(next.map(index.read));
    listed.shown += next.length;
    if (sections.length && asked.facets.briefing) nameBriefing(sections[0].briefingTitle);
    return sections.map((section, i) => (
      search.makeResult({ register: index.register, number: next[i], section, terms: query.terms }, telling)
    ));
  }

  async function showMore() {
    const here = current, mine = turn;
    list.setAttribute("aria-busy", "true");
    try {
      const items = await makeMore(here, AT_ONCE);
      if (mine !== turn) return;
      list.append(...items);
      list.removeAttribute("aria-busy");
      more.hidden = here.shown >= here.numbers.length;
      keepPlace();
      focusOn(items[0]);
    } catch (error) {
      if (mine === turn) explain(error);
    }
  }

  function focusOn(item, options) { item?.querySelector("h3 a").focus(options); }

  // ── Filters ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A wish with one thing changed. `change` gets a copy to write on. */
  function altered(wish, change) {
    const facets = Object.fromEntries(Object.entries(wish.facets).map(([facet, ids]) => [facet, ids.slice()]));
    const copy = { ...wish, facets };
    change(copy);
    // what the address can say is what is asked: read back, everything stands in its one order
    return search.readAddress(search.writeAddress(copy), FACETS);
  }

  /** The address of the present search with one more choice, "" where it is chosen. */
  function refine(facet, id) {
    const ids = asked.facets[facet] || [];
    return ids.includes(id) ? "" : addressOf(altered(asked, (wish) => { wish.facets[facet] = [...ids, id]; }));
  }

  /** Everything that is chosen, each to be taken back by a button. */
  function showChosen(wish) {
    const items = FACETS.flatMap((facet) => (wish.facets[facet] || []).map((id) => (
      makeChosen(parts.name(facet, id), facet, (next) => {
        next.facets[facet] = next.facets[facet].filter((each) => each !== id);
      })
    )));
    for (const edge of ["from", "to"]) {
      if (wish[edge]) items.push(makeChosen(`${say(edge)} ${sayDay(wish[edge])}`, edge, (next) => { next[edge] = ""; }));
    }
    chosen.querySelector("ul").replaceChildren(...items);
    chosen.hidden = !items.length;
    form.classList.toggle("narrowed", items.length > 0);
  }

  function makeChosen(name, facet, change) {
    const item = search.make("li"), button = search.make("button");
    button.type = "button";
    button.dataset.facet = facet;
    button.setAttribute("aria-label", say("remove", { name }));
    button.append(search.make("bdi", "", name));
    button.addEventListener("click", () => {
      const place = Array.from(item.parentNode.children).indexOf(item);
      go(altered(asked, change));
      const left = chosen.querySelectorAll("li button");
      (left[Math.min(place, left.length - 1)] || box).focus();
    });
    item.append(button);
    return item;
  }

  /** The address has a briefing's id; the results know its title. */
  function nameBriefing(name) {
    const text = chosen.querySelector("button[data-facet=briefing] bdi");
    if (!text || asked.facets.briefing.length > 1) return;
    text.textContent = name;
    text.parentNode.setAttribute("aria-label", say("remove", { name }));
  }

  // ── The address and the history ───────────────────────────────────────────────────────────────────────────────────

  function addressOf(wish) { return location.pathname + search.writeAddress(wish); }

  /** Ask for something new. `step`: whether it is a step that the reader can go back from. */
  function go(wish, step = true) {
    if (search.writeAddress(wish) !== search.writeAddress(search.readAddress(location.search, FACETS))) {
      keepPlace();
      write(step ? "pushState" : "replaceState", {}, addressOf(wish));
    }
    fillForm(wish);
    return run(wish, AT_ONCE);
  }

  /** Ask for the present wish with one thing changed. */
  function change(how, step) { return go(altered(asked, how), step); }

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
    const at = Array.from(list.children).indexOf(document.activeElement?.closest("#search-results > li"));
    write("replaceState", { shown: current.shown, scroll: Math.round(window.scrollY), at }, location.href);
  }

  function fillForm(wish) {
    box.value = wish.q;
    sort.value = orderOf(wish);
    sort.options[0].disabled = !wish.q;
    for (const [edge, input] of Object.entries(dates)) if (input.value !== wish[edge]) input.value = wish[edge];
    parts.tick(wish);
  }

  async function open() {
    const wish = search.readAddress(location.search, FACETS), state = history.state || {};
    edited = null;
    fillForm(wish);
    await run(wish, Math.max(AT_ONCE, Number(state.shown) || 0));
    if (!state.shown || asked !== wish) return;
    window.scrollTo(0, Number(state.scroll) || 0);
    focusOn(list.children[state.at], { preventScroll: true });
  }

  // ── The reader ────────────────────────────────────────────────────────────────────────────────────────────────────

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    edited = null;
    change((wish) => { wish.q = box.value.trim(); });
  });

  filters.addEventListener("change", ({ target: input }) => {
    if (input.type === "date") return changeDate(input);
    if (input.type !== "checkbox") return;
    edited = null;
    change((wish) => {
      const ids = (wish.facets[input.name] || []).filter((id) => id !== input.value);
      wish.facets[input.name] = input.checked ? [...ids, input.value] : ids;
    });
  });

  /** A date changes with every digit that is typed: a year like 0002 is none yet, and all of it is one step back. */
  function changeDate(input) {
    if (!input.validity.valid || input.value && input.value < "1000") return;
    const step = edited !== input;
    edited = input;
    change((wish) => { wish[input.name] = input.value; }, step);
  }

  sort.addEventListener("change", () => {
    edited = null;
    change((wish) => { wish.sort = sort.value; });
  });

  byId("search-reset").addEventListener("click", () => {
    edited = null;
    change((wish) => {
      wish.facets = {};
      wish.from = wish.to = "";
    });
    box.focus();
  });

  more.addEventListener("click", showMore);

  list.closest("section").addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-refines]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    edited = null;
    await go(search.readAddress(new URL(link.href).search, FACETS));
    heading.focus();
  });

  /** ↓ and ↑ go from the box to the results and between them, Escape goes back to the box. */
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const here = document.activeElement, links = Array.from(list.querySelectorAll("h3 a")), at = links.indexOf(here);
    let next = null;
    if (event.key === "ArrowDown") {
      if (here === box) next = links[0];
      else if (at >= 0) next = links[at + 1] || (more.hidden ? null : more);
    } else if (event.key === "ArrowUp") {
      if (at >= 0) next = links[at - 1] || box;
      else if (here === more) next = links[links.length - 1];
    } else if (event.key === "Escape" && (list.contains(here) || here === more)) {
      next = box;
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next === box) box.select();
  });

  window.addEventListener("popstate", open);
  window.addEventListener("pagehide", keepPlace);
  // the browser would scroll before there is anything to scroll to
  if ("scrollRestoration" in history) history.scrollRestoration = "manual";

  filters.hidden = false;
  ways.hidden = true;
  // beside the results they stand open, above them they would push the results out of sight
  filters.open = window.matchMedia("(min-width: 58em)").matches;
  open();
})(globalThis.RostrumSearch);
