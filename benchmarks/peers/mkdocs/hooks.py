"""What MkDocs lacks of the common set of pages: taxonomies, a feed, the newest on the home page, a sitemap of all.

It must not render a page of a briefing: that is MkDocs's own work, which is what is measured.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

TAXONOMIES = ("speakers", "countries", "outlets")


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Write the pages of terms, the feed and the sitemap; MkDocs calls this when it has read every briefing."""
    out = Path(config.site_dir)
    pages = [file.page for file in files.documentation_pages() if "date" in file.page.meta]
    pages.sort(key=lambda page: page.file.src_uri, reverse=True)
    env.globals["newest"] = pages[:50]
    addresses = ["index.html", *(page.url for page in pages)]
    for name in TAXONOMIES:
        terms: defaultdict[str, list[Any]] = defaultdict(list)
        for page in pages:
            for term in page.meta[name]:
                terms[term].append(page)
        (out / name).mkdir(parents=True, exist_ok=True)
        for term, listed in terms.items():
            text = env.get_template("term.html").render(title=term, listed=listed)
            (out / name / f"{term}.html").write_text(text, encoding="utf-8")
        text = env.get_template("terms.html").render(title=name, name=name, terms=sorted(terms.items()))
        (out / name / "index.html").write_text(text, encoding="utf-8")
        addresses += [f"{name}/index.html", *(f"{name}/{term}.html" for term in terms)]
    env.globals["addresses"] = addresses
    text = env.get_template("feed.html").render(site=config.site_url, listed=pages[:50])
    (out / "feed.xml").write_text(text, encoding="utf-8")
    return env
