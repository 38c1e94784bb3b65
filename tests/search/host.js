/**
 * Answers queries outside a browser, with the very scripts of the search page.
 *
 * node host.js SCRIPT SITE: reads one JSON value a line ({query}, {suggest}, or {call, args} for any function of
 * RostrumSearch) and writes one JSON value a line. What stands in for the browser is only the way to a file.
 */
"use strict";
const fs = require("fs"), path = require("path"), vm = require("vm"), readline = require("readline");
const [, , script, site] = process.argv;

const page = vm.createContext({ console, URL, URLSearchParams, Intl, document: { getElementById: () => null } });
const run = (file) => vm.runInContext(fs.readFileSync(file, "utf8"), page, { filename: file });
run(script);
const search = page.RostrumSearch;

/** How search.html loads a script of the edition's data. */
async function loadScript(name) { run(path.join(site, name)); }

/** What a search finds: {number: score} and what is said about the query. */
async function ask(index, text, language) {
  const query = search.readQuery(text, language), said = { dropped: query.dropped, cut: query.cut, nothing: !query.tree };
  if (!query.tree) return { found: {}, absent: [], toomany: [], ...said };
  const edition = { size: index.register.size, openWords: index.openWords };
  const answer = await search.answer(index.open({ facets: {}, from: "", to: "" }), query, edition);
  const found = {};
  answer.found.forEach((score, number) => { if (score) found[number] = score; });
  const texts = (terms) => terms.map((term) => term.text);
  return { found, absent: texts(answer.absent), toomany: texts(answer.toomany), ...said };
}

async function main() {
  const index = await search.openIndex(loadScript);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    let answer;
    if (asked.query !== undefined) answer = await ask(index, asked.query, asked.language || "en");
    else if (asked.suggest !== undefined) answer = (await index.openWords()).suggest(asked.suggest);
    else if (asked.read !== undefined) answer = await index.know(asked.read.choice).then(() => index.read(asked.read.number));
    else answer = search[asked.call](...asked.args);
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

main().catch((error) => { console.error(error); process.exit(1); });
