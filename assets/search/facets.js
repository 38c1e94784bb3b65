/**
 * The filters: for each facet its values as checkboxes, the most frequent first, each with the number of sections that
 * choosing it would give.
 *
 * The checkboxes and their names come with the page. Must not search, and must not know the address.
 */
"use strict";
globalThis.RostrumSearch ??= {};

(function (search) {
  /** How many values of a facet are shown until all are asked for. */
  const FIRST = 6;

  /**
   * @param {HTMLElement} root  what holds [data-facet] elements
   * @param {(n: number) => string} sayNumber
   * @returns {{show: (wish: Wish, count: (facet: string) => Map<string, number>) => void,
   *            tick: (wish: Wish) => void, name: (facet: string, id: string) => string}}
   */
  search.openFilters = (root, sayNumber) => {
    const boxes = Array.from(root.querySelectorAll("[data-facet]"));
    const facets = new Map(boxes.map((box) => [box.dataset.facet, new Facet(box, sayNumber)]));
    const tick = (wish) => facets.forEach((facet, name) => facet.tick(wish.facets[name] || []));
    return {
      tick,
      show: (wish, count) => {
        tick(wish);
        facets.forEach((facet, name) => facet.show(count(name)));
      },
      name: (facet, id) => facets.get(facet)?.byId.get(id)?.name ?? id
    };
  };

  class Facet {
    constructor(box, sayNumber) {
      this.box = box;
      this.list = box.querySelector("ul");
      this.all = box.querySelector("[data-all]");
      this.sayNumber = sayNumber;
      this.open = !this.all;
      this.rows = Array.from(this.list.children, (item, place) => {
        const input = item.querySelector("input");
        return {
          item, input, place, count: 0, id: input.value,
          name: item.querySelector("bdi").textContent, number: item.querySelector(".num")
        };
      });
      this.byId = new Map(this.rows.map((row) => [row.id, row]));
      this.all?.addEventListener("click", () => {
        const first = this.rows.find((row) => row.item.hidden && (row.count || row.input.checked));
        this.open = true;
        this.reveal();
        (first || this.rows[0]).input.focus();
      });
    }

    tick(ids) { for (const row of this.rows) row.input.checked = ids.includes(row.id); }

    show(counts) {
      for (const row of this.rows) {
        row.count = counts.get(row.id) || 0;
        row.number.textContent = this.sayNumber(row.count);
      }
      // years stay in their order; and nothing moves under the hand of a reader who is choosing
      if (this.all && !this.list.contains(document.activeElement)) {
        this.rows.sort((a, b) => b.input.checked - a.input.checked || b.count - a.count || a.place - b.place);
        this.list.append(...this.rows.map((row) => row.item));
      }
      this.reveal();
    }

    /** What nothing has, and what isn't among the first, is out of the way; what is chosen stays, to be taken back. */
    reveal() {
      let shown = 0, left = 0;
      for (const row of this.rows) {
        const held = row.input.checked || row.input === document.activeElement;
        const there = row.count > 0 || held, fits = this.open || held || shown < FIRST;
        row.item.hidden = !(there && fits);
        if (there && fits) shown++;
        else if (there) left++;
      }
      // the days stand beside the years, and can always be changed
      this.box.hidden = Boolean(this.all) && !shown;
      this.list.classList.toggle("long", this.open && shown > 2 * FIRST);
      if (!this.all) return;
      this.all.hidden = !left;
      this.all.textContent = this.all.dataset.all.replace("{n}", this.sayNumber(shown + left));
    }
  }
})(globalThis.RostrumSearch);
