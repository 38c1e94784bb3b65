"""Pelican's settings: its three taxonomies under our names. It must not ask for a page that the others lack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_places: dict[int, dict[str, int]] = {}


def neighbours(articles: Sequence[Any], article: Any) -> tuple[Any, Any]:
    """Return the articles before and after one, None where there is none; Pelican itself knows of no neighbours."""
    places = _places.get(id(articles))
    if places is None:
        places = _places[id(articles)] = {each.slug: place for place, each in enumerate(articles)}
    at = places[article.slug]
    # the newest stands first
    return (articles[at + 1] if at + 1 < len(articles) else None), (articles[at - 1] if at else None)


JINJA_GLOBALS = {"neighbours": neighbours}
SITENAME = "Briefings"
SITEURL = "https://example.org"
PATH = "content"
ARTICLE_PATHS = ["briefings"]
OUTPUT_PATH = "_site"
THEME = "theme"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
RELATIVE_URLS = False
MARKDOWN: dict[str, Any] = {"extension_configs": {"markdown.extensions.meta": {}}}
ARTICLE_URL = ARTICLE_SAVE_AS = "briefings/{slug}.html"
CATEGORY_URL = CATEGORY_SAVE_AS = "speakers/{slug}.html"
TAG_URL = TAG_SAVE_AS = "countries/{slug}.html"
AUTHOR_URL = AUTHOR_SAVE_AS = "outlets/{slug}.html"
CATEGORIES_SAVE_AS = "speakers/index.html"
TAGS_SAVE_AS = "countries/index.html"
AUTHORS_SAVE_AS = "outlets/index.html"
DIRECT_TEMPLATES = ["index", "categories", "tags", "authors", "sitemap"]
SITEMAP_SAVE_AS = "sitemap.xml"
DEFAULT_PAGINATION = False
FEED_ALL_RSS = "feed.xml"
FEED_MAX_ITEMS = 50
RSS_FEED_SUMMARY_ONLY = True
SUMMARY_MAX_LENGTH = 0
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
