// One collection for each taxonomy: its terms, each with its briefings, the newest first.
const TAXONOMIES = ["speakers", "countries", "outlets"];

export default function (config) {
  config.addCollection("briefings", (api) => api.getFilteredByGlob("content/briefings/*.md").reverse());
  for (const name of TAXONOMIES) {
    config.addCollection(name, (api) => {
      const terms = new Map();
      for (const page of api.getFilteredByGlob("content/briefings/*.md").reverse()) {
        for (const term of page.data[name] ?? []) {
          if (!terms.has(term)) terms.set(term, []);
          terms.get(term).push(page);
        }
      }
      return [...terms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, pages]) => ({ id, pages }));
    });
  }
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  const places = new WeakMap();
  config.addFilter("neighbours", (pages, url) => {
    if (!places.has(pages)) places.set(pages, new Map(pages.map((page, place) => [page.url, place])));
    const at = places.get(pages).get(url);
    return { before: pages[at + 1], after: pages[at - 1] };
  });
  config.addFilter("newest", (pages) => pages.slice(0, 50));
  return {
    dir: { input: "content", includes: "../_includes", output: "_site" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
}
