/**
 * The register: the bundles of the index, and of every section its day, speaker, outlet, places, topics. What is asked
 * of it is exact: a choice is an intersection of sets, a count is counted over the very results that are shown.
 *
 * Its data is written by edition/search_index.py (the list) and search_bundle.py (the facts of each bundle). Must not
 * know words, the address or the page.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** How the index is written that these scripts read (FORMAT in edition/search_index.py). */
  const FORMAT = 1;

  /**
   * @typedef {Object} Bundle   sections that are indexed together: of one language, of some years
   * @property {string} name
   * @property {string[]} languages  of its sections
   * @property {number} first     the number of its first section; numbers run on from bundle to bundle, newest first
   * @property {number} sections  how many it has
   * @property {string} from      its earliest day, "" where none has a day
   * @property {string} to        its latest day
   * @property {string} facts     the script of its sections' facts
   * @property {string[]} words   its scripts of words: the first word of each, and the tags of its two files
   *
   * @typedef {{facets: Object<string, string[]>, from: string, to: string}} Choice
   */

  /** "2025-05-14" → 20250514, "" → 0: no day. */
  const readDay = (text) => Number(text.replace(/-/g, ""));

  const printDay = (day) => day ? String(day).padStart(8, "0").replace(/(....)(..)(..)/, "$1-$2-$3") : "";

  /** The register, which lists the bundles and knows no section yet. */
  search.Register = class {
    /** @param {{format: number, facets: string[], bundles: Bundle[], words: string}} data */
    constructor(data) {
      if (data.format !== FORMAT) throw new Error("the index is of another version than this page");
      /** The script of all words. */
      this.words = data.words;
      this.facets = data.facets;
      this.bundles = data.bundles;
      /** How many sections the edition has. */
      this.size = 0;
      for (const bundle of this.bundles) {
        bundle.first = this.size;
        this.size += bundle.sections;
      }
      this.days = new Int32Array(this.size);
      /** Which scripts hold the texts: {first, to, briefing, name}, in order. */
      this.texts = [];
      /** facet → its values, their numbers, the cells that sections have (numbers of values), of each section its cell */
      this.columns = new Map(this.facets.map((facet) => [facet, {
        values: [], numbers: new Map(), cells: [], of: new Int32Array(this.size).fill(-1)
      }]));
    }

    /**
     * The bundles that can hold a section of this choice: by its days. Not by its years and languages, since how many
     * there would be in another year is counted too.
     */
    bundlesFor(choice) {
      return this.bundles.filter((bundle) => (
        !(choice.from && bundle.to < choice.from || choice.to && (!bundle.from || bundle.from > choice.to))
      ));
    }

    /** The numbers of all sections of a bundle. */
    sectionsOf(bundle) { return Array.from({ length: bundle.sections }, (_, i) => bundle.first + i); }

    /** Make the facts of a bundle known (Bundle.finish in edition/search_bundle.py). */
    take(bundle, facts) {
      const end = bundle.first + bundle.sections;
      const check = (at) => { if (at !== end) throw new Error(`the facts of ${bundle.name} are torn`); };
      check(facts.days.reduce((at, [day, count]) => {
        this.days.fill(readDay(day), at, at + count);
        return at + count;
      }, bundle.first));
      for (const [facet, [values, column]] of Object.entries(facts.facets)) {
        const add = this.addTo(facet);
        check(column.split(",").reduce((at, run) => {
          const [cell, count] = run.split("*");
          return add(cell, () => search.readNumbers(cell).map((number) => values[number]), at, Number(count || 1));
        }, bundle.first));
      }
      const add = this.addTo("briefing");
      check(facts.texts.reduce((first, line) => {
        const [briefing, ...parts] = line.split(" ");
        return parts.reduce((at, part, i) => {
          const [count, tag] = part.split(":"), to = add(briefing, () => [briefing], at, Number(count));
          this.texts.push({ first: at, to, briefing, name: `texts/${briefing}-${i + 1}-${tag}` });
          return to;
        }, first);
      }, bundle.first));
      this.texts.sort((one, other) => one.first - other.first);
    }

    /** How to add to a column: add(key, list, from, count) gives so many sections a cell, and returns where it ended. */
    addTo(facet) {
      const { values, numbers, cells, of } = this.columns.get(facet), known = new Map();
      return (key, list, from, count) => {
        if (!known.has(key)) {
          const ids = list();
          for (const id of ids) if (!numbers.has(id)) numbers.set(id, values.push(id) - 1);
          known.set(key, cells.push(ids.map((id) => numbers.get(id))) - 1);
        }
        of.fill(known.get(key), from, from + count);
        return from + count;
      };
    }

    /** The values of a section for a facet, [] where it has none. */
    of(number, facet) {
      const { values, cells, of } = this.columns.get(facet);
      return (cells[of[number]] || []).map((value) => values[value]);
    }

    /** The day of a section, "" where it has none. */
    day(number) { return printDay(this.days[number]); }

    /** The script that holds the text of a section: {first, to, briefing, name}. */
    textOf(number) {
      let low = 0, high = this.texts.length - 1;
      while (low < high) {
        const middle = low + high + 1 >> 1;
        if (this.texts[middle].first <= number) low = middle; else high = middle - 1;
      }
      return this.texts[low];
    }

    /**
     * Those of some sections that have, for every facet of the choice, one of the chosen values, and lie between the days.
     * @param {number[]} numbers
     * @param {Choice} choice
     * @returns {{chosen: number[], count: (facet: string) => Map<string, number>}}  count: how many sections there would
     *   be with each value of a facet in place of those that are chosen of it, without the values that none has
     */
    choose(numbers, choice) {
      const facets = Object.keys(choice.facets), from = readDay(choice.from), to = readDay(choice.to) || Infinity;
      const tests = facets.map((facet) => {
        const { numbers: known, cells, of } = this.columns.get(facet);
        const wanted = new Set(choice.facets[facet].map((id) => known.get(id)));
        return { of, fits: cells.map((cell) => cell.some((value) => wanted.has(value))) };
      });
      const outside = from || to < Infinity
        ? (number) => !this.days[number] || this.days[number] < from || this.days[number] > to : () => false;
      /** Of each section, what speaks against it: the days, or a bit for each facet. */
      const faults = numbers.map((number) => tests.reduce((bits, test, i) => (
        test.fits[test.of[number]] ? bits : bits | 2 << i
      ), outside(number) ? 1 : 0));

      const count = (facet) => {
        const { values, cells, of } = this.columns.get(facet), mine = 2 << facets.indexOf(facet);
        const counts = new Int32Array(cells.length), found = new Map();
        const besides = facets.includes(facet) ? ~mine : ~0;
        numbers.forEach((number, i) => { if (!(faults[i] & besides)) counts[of[number]]++; });
        cells.forEach((cell, i) => {
          if (counts[i]) for (const value of cell) found.set(values[value], (found.get(values[value]) || 0) + counts[i]);
        });
        return found;
      };
      return { chosen: numbers.filter((_, i) => !faults[i]), count };
    }

    /**
     * Sections in the order asked for: by day, those of a day as the edition has them, the undated last in both orders.
     * @param {number[]} numbers  by rank
     * @param {string} sort  "" (rank), "newest" or "oldest"
     */
    sort(numbers, sort) {
      if (!sort) return numbers;
      const days = this.days, sign = sort === "oldest" ? 1 : -1;
      const key = (number) => days[number] ? sign * days[number] : Infinity;
      return Array.from(numbers).sort((one, other) => (
        days[one] === days[other] ? one - other : key(one) - key(other)
      ));
    }
  };
})(globalThis.RostrumSearch);
