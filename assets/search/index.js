/**
 * The index: loads what a wish needs of it, each script once. Which section holds which words one after another, and the
 * text of a section.
 *
 * Every part of the index is a script that hands over a value, because that is what a page from a disk can load, too;
 * edition/search_bundle.py and search_index.py write them. Must not know how a query is read, the address or the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  const taken = new Map();

  /** Called by every script of search/: what it holds, by its name. */
  search.take = (name, value) => { taken.set(name, value); };

  /**
   * A reader of these scripts: read("register") → Promise of its value. A script that fails is asked for again.
   * @param {(path: string) => Promise<void>} loadScript  loads a script of the site
   */
  search.openShelf = (loadScript) => {
    const asked = new Map();
    const load = async (name) => {
      taken.delete(name);
      await loadScript(`search/${name}.js`);
      if (!taken.has(name)) throw new Error(`search/${name}.js holds something else`);
      const value = taken.get(name);
      taken.delete(name);
      return value;
    };
    return (name, make = (value) => value) => {
      if (!asked.has(name)) {
        asked.set(name, load(name).then(make));
        asked.get(name).catch(() => { asked.delete(name); });
      }
      return asked.get(name);
    };
  };

  /**
   * @typedef {{sections: number[], levels: Uint8Array|null}} Hits  numbers within the bundle, rising; how well each holds
   *   the words, 0–7, null for a name
   */

  /** The words of a bundle. */
  class Words {
    /**
     * @param {Bundle} bundle
     * @param {(name: string) => Promise} read
     */
    constructor(bundle, read) {
      this.bundle = bundle;
      /** By whose rules a word has forms here. */
      this.language = bundle.languages[0];
      this.parts = bundle.words.map((line) => line.split(" "));
      this.read = read;
      this.known = new Map();
    }

    /**
     * The sections that hold some words one after another in a paragraph; a name ("harbourpost=") is one word.
     * @param {string[]} words  folded
     * @returns {Promise<Hits|null>}  null: none
     */
    find(words) {
      const key = words.join(" ");
      if (!this.known.has(key)) {
        const finding = words.length > 1 ? this.findRow(words) : this.findWord(words[0]);
        this.known.set(key, finding);
        finding.catch(() => { this.known.delete(key); });
      }
      return this.known.get(key);
    }

    async findWord(word) {
      const line = (await this.readLines("words", 1, word)).get(word);
      if (!line) return null;
      const [sections, levels] = line.split(" "), numbers = search.readSections(sections);
      return { sections: numbers, levels: levels ? search.readLevels(levels, numbers.length) : null };
    }

    async findRow(words) {
      const hits = await Promise.all(words.map((word) => this.find([word])));
      if (hits.includes(null)) return null;
      // of each section that holds all of them, its place in each of the lists, which rise
      const shared = [], at = hits.map(() => 0);
      for (const section of hits[0].sections) {
        const all = hits.every(({ sections }, i) => {
          while (sections[at[i]] < section) at[i]++;
          return sections[at[i]] === section;
        });
        if (all) shared.push(at.slice());
      }
      if (!shared.length) return null;
      const places = await Promise.all(words.map(async (word) => (
        (await this.readLines("places", 2, word)).get(word).split(",")
      )));
      const found = shared.filter((row) => {
        const [first, ...next] = row.map((place, i) => search.readRising(places[i][place]));
        return first.some((start) => next.every((each, i) => each.includes(start + i + 1)));
      });
      return found.length ? {
        sections: found.map((row) => hits[0].sections[row[0]]),
        levels: Uint8Array.from(found, (row) => Math.min(...row.map((place, i) => hits[i].levels[place])))
      } : null;
    }

    /** The lines of the script that would hold a word, by word: none where it would stand before the first. */
    async readLines(kind, tag, word) {
      let low = -1, high = this.parts.length - 1;
      while (low < high) {
        const middle = low + high + 1 >> 1;
        if (this.parts[middle][0] <= word) low = middle; else high = middle - 1;
      }
      if (low < 0) return new Map();
      return this.read(`bundles/${this.bundle.name}/${kind}-${low}-${this.parts[low][tag]}`, (text) => (
        new Map(text.split("\n").map((line) => {
          const end = line.indexOf(" ");
          return [line.slice(0, end), line.slice(end + 1)];
        }))
      ));
    }
  }

  /**
   * @typedef {Object} Section  as its text was published
   * @property {string} briefing    the id of its briefing
   * @property {string} id
   * @property {string} number      as it is cited
   * @property {string} briefingTitle
   * @property {string} title
   * @property {string} heading     "" where it has none
   * @property {string[]} paragraphs
   *
   * @typedef {Object} Index
   * @property {Register} register
   * @property {(choice: Choice) => Promise<Bundle[]>} know  load the facts of all bundles that can hold what is chosen
   * @property {(choice: Choice) => Words[]} open            the words of these bundles
   * @property {(number: number) => Promise<Section>} read   a section's text
   * @property {() => Promise<Vocabulary>} openWords         all words of the edition
   */

  /**
   * @param {(path: string) => Promise<void>} loadScript
   * @returns {Promise<Index>}
   */
  search.openIndex = async (loadScript) => {
    const read = search.openShelf(loadScript), register = new search.Register(await read("register")), opened = new Map();
    return {
      register,
      know: async (choice) => {
        const bundles = register.bundlesFor(choice);
        await Promise.all(bundles.map((bundle) => read(bundle.facts, (facts) => register.take(bundle, facts))));
        return bundles;
      },
      open: (choice) => register.bundlesFor(choice).map((bundle) => {
        if (!opened.has(bundle.name)) opened.set(bundle.name, new Words(bundle, read));
        return opened.get(bundle.name);
      }),
      read: async (number) => {
        const { first, to, briefing, name } = register.textOf(number), texts = await read(name);
        if (texts.sections.length !== to - first) throw new Error(`search/${name}.js is of another release`);
        const [id, cited, title, heading, ...paragraphs] = texts.sections[number - first];
        return { briefing, id, number: cited, briefingTitle: texts.briefing, title: title || heading, heading, paragraphs };
      },
      openWords: () => read(register.words, (data) => new search.Vocabulary(data))
    };
  };
})(globalThis.RostrumSearch);
