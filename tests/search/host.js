/**
 * Answers queries outside a browser, with the very scripts of the search page and Pagefind's own worker and index.
 *
 * node host.js PROJECT SITE: reads one JSON value a line ({query}, {suggest}, or {call, args} for any function of
 * RostrumSearch) and writes one JSON value a line. What stands in for the browser is only the way to a file and to a worker.
 */
"use strict";
const fs = require("fs"), path = require("path"), vm = require("vm"), readline = require("readline");
/** These touch the page, or do there what this host does. */
const OF_THE_PAGE = ["page", "disk"];
const BASE = "https://site.invalid/pagefind/";
const [, , project, site] = process.argv;

function readFile(address) {
  const file = path.join(site, "pagefind", new URL(address).pathname.replace(/^\/pagefind\//, ""));
  return new Response(fs.readFileSync(file)).arrayBuffer();
}

/** What a worker is to the page: a desk with Pagefind's worker behind it, in a context of its own. */
class Host {
  constructor() {
    const context = { setTimeout, clearTimeout, TextDecoder, TextEncoder, URL, URLSearchParams, Response, DecompressionStream,
      WebAssembly, console, location: { href: BASE },
      Intl: { getCanonicalLocales: Intl.getCanonicalLocales } };  // as assets/search/worker.js leaves it
    context.self = context.globalThis = vm.createContext(context);
    const run = (file) => vm.runInContext(fs.readFileSync(file, "utf8"), context, { filename: file });
    run(path.join(project, "assets", "search", "desk.js"));
    const port = { listen: (hear) => { this.hear = hear; }, post: (data) => queueMicrotask(() => this.onmessage({ data })) };
    context.RostrumSearch.openDesk(port, readFile, (scope, fetch) => {
      context.addEventListener = scope.addEventListener;
      context.postMessage = scope.postMessage;
      context.fetch = fetch;
      run(path.join(site, "pagefind", "pagefind-worker.js"));
    });
  }
  postMessage(data) { queueMicrotask(() => this.hear(data)); }
  terminate() {}
}

const page = vm.createContext({ setTimeout, clearTimeout, URL, URLSearchParams, console, Intl });
page.window = page;
const template = fs.readFileSync(path.join(project, "templates", "search.html"), "utf8");
const names = /for script in \(([^)]*)\)/.exec(template)[1].match(/\w+/g).filter((name) => !OF_THE_PAGE.includes(name));
for (const name of names) {
  const file = path.join(project, "assets", "search", name + ".js");
  vm.runInContext(fs.readFileSync(file, "utf8"), page, { filename: file });
}
const search = page.RostrumSearch;

/** How search.html loads a script of the edition's data. */
function loadScript(name) {
  return Promise.resolve().then(() => vm.runInContext(fs.readFileSync(path.join(site, name), "utf8"), page, { filename: name }));
}


/** What a search finds: {id: [score, places]} and what is said about the query. */
async function ask(engines, register, text, language, openWords) {
  const query = search.readQuery(text, language);
  const said = { dropped: query.dropped, cut: query.cut, nothing: !query.tree };
  if (!query.tree) return { found: {}, absent: [], toomany: [], ...said };
  const edition = { every: register.every, size: register.size, openWords };
  const answer = await search.answer(engines, query, edition);
  const found = {};
  answer.found.forEach((one, id) => { found[id] = one.score; });
  const texts = (terms) => terms.map((term) => term.text);
  return { found, absent: texts(answer.absent), toomany: texts(answer.toomany), ...said };
}

async function main() {
  const index = await search.openIndex(loadScript, [async () => ({ base: BASE, startWorker: () => new Host() })]);
  const register = index.register, engines = await index.open({ facets: {}, from: "", to: "" });
  const openWords = () => search.loadWords(loadScript);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let answer;
    if (asked.query !== undefined) answer = await ask(engines, register, asked.query, asked.language || "en", openWords);
    else if (asked.suggest !== undefined) answer = (await openWords()).suggest(asked.suggest);
    else answer = search[asked.call](...asked.args);
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
  process.exit(0);
}

main().catch((error) => { console.error(error); process.exit(1); });
