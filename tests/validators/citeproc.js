/**
 * Cites records with citeproc-js, the reference implementation of CSL, for `make validate`.
 *
 * node citeproc.js NODE_MODULES STYLES LOCALES STYLE…: reads a JSON list of CSL records, writes a JSON list with one list
 * of sentences for each style.
 */
"use strict";
const fs = require("fs"), path = require("path");
const [, , modules, styles, locales, ...wanted] = process.argv;
const CSL = require(path.join(modules, "citeproc"));
const records = JSON.parse(fs.readFileSync(0, "utf8"));
const byId = new Map(records.map((record) => [record.id, record]));

const system = {
  retrieveItem: (id) => byId.get(id),
  retrieveLocale: (tag) => {
    const file = path.join(locales, `locales-${tag}.xml`);
    return fs.readFileSync(fs.existsSync(file) ? file : path.join(locales, "locales-en-US.xml"), "utf8");
  },
};

function cite(style) {
  const engine = new CSL.Engine(system, fs.readFileSync(path.join(styles, `${style}.csl`), "utf8"), "en-US", false);
  engine.setOutputFormat("text");
  return records.map((record) => {
    engine.updateItems([record.id]);
    return engine.makeBibliography()[1][0].trim();
  });
}

process.stdout.write(JSON.stringify(wanted.map(cite)));
