/**
 * The filters: for each facet its values as checkboxes, the most frequent first, each with the number of sections that
 * choosing it would give.
 *
 * The checkboxes and their names come with the page. Must not search, and must not know the address.
 */
"use strict";
var RostrumSearch = window.RostrumSearch || {};

(function (search) {
  /** How many values of a facet are shown until all are asked for. */
  var FIRST = 6;

  /**
   * @param {HTMLElement} root  what holds [data-facet] elements
   * @param {(n: number) => string} sayNumber
   * @returns {{show: (wish: Wish, count: (facet: string) => Map<string, number>) => void,
   *            tick: (wish: Wish) => void, name: (facet: string, id: string) => string}}
   */
  search.openFilters = function (root, sayNumber) {
    var facets = {};
    Array.prototype.forEach.call(root.querySelectorAll("[data-facet]"), function (box) {
      facets[box.dataset.facet] = new Facet(box, sayNumber);
    });

    function each(act) { Object.keys(facets).forEach(function (name) { act(facets[name], name); }); }

    return {
      tick: function (wish) { each(function (facet, name) { facet.tick(wish.facets[name] || []); }); },
      show: function (wish, count) {
        each(function (facet, name) { facet.tick(wish.facets[name] || []); facet.show(count(name)); });
      },
      name: function (facet, id) {
        var row = facets[facet] && facets[facet].byId.get(id);
        return row ? row.name : id;
      }
    };
  };

  function Facet(box, sayNumber) {
    var self = this;
    this.box = box;
    this.list = box.querySelector("ul");
    this.all = box.querySelector("[data-all]");
    this.sayNumber = sayNumber;
    this.open = !this.all;
    this.rows = Array.prototype.map.call(this.list.children, function (item, place) {
      var input = item.querySelector("input");
      return { item: item, input: input, place: place, count: 0, id: input.value,
        name: item.querySelector("bdi").textContent, number: item.querySelector(".num") };
    });
    this.byId = new Map(this.rows.map(function (row) { return [row.id, row]; }));
    if (this.all) {
      this.all.addEventListener("click", function () {
        var first = self.rows.find(function (row) { return row.item.hidden && (row.count || row.input.checked); });
        self.open = true;
        self.reveal();
        (first || self.rows[0]).input.focus();
      });
    }
  }

  Facet.prototype.tick = function (ids) {
    this.rows.forEach(function (row) { row.input.checked = ids.indexOf(row.id) >= 0; });
  };

  Facet.prototype.show = function (counts) {
    var self = this;
    this.rows.forEach(function (row) {
      row.count = counts.get(row.id) || 0;
      row.number.textContent = self.sayNumber(row.count);
    });
    // years stay in their order; and nothing moves under the hand of a reader who is choosing
    if (this.all && !this.list.contains(document.activeElement)) {
      this.rows.sort(function (a, b) {
        return b.input.checked - a.input.checked || b.count - a.count || a.place - b.place;
      });
      this.rows.forEach(function (row) { self.list.append(row.item); });
    }
    this.reveal();
  };

  /** What nothing has, and what isn't among the first, is out of the way; what is chosen stays, to be taken back. */
  Facet.prototype.reveal = function () {
    var shown = 0, left = 0, open = this.open, list = this.list;
    this.rows.forEach(function (row) {
      var held = row.input.checked || row.input === document.activeElement;
      var there = row.count > 0 || held, fits = open || held || shown < FIRST;
      row.item.hidden = !(there && fits);
      if (there && fits) shown++;
      else if (there) left++;
    });
    // the days stand beside the years, and can always be changed
    this.box.hidden = Boolean(this.all) && !shown;
    list.classList.toggle("long", open && shown > 2 * FIRST);
    if (this.all) {
      this.all.hidden = !left;
      this.all.textContent = this.all.dataset.all.replace("{n}", this.sayNumber(shown + left));
    }
  };

  window.RostrumSearch = search;
})(RostrumSearch);
