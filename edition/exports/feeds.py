"""Feeds for the edition and for each speaker, country, topic and outlet, as Atom (RFC 4287) and as JSON Feed 1.1.

A feed says when a briefing was published or held, never when the site was built: the same content is the same feed.
This module must not put more than an excerpt of a text into a feed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from edition.abstracts import Abstract
from edition.config import Config
from edition.exports.writing import append, append_child, element, encode_text, write_element, write_xml
from edition.indexes import Entry
from edition.urls import FEED, JSON_FEED_PATH, anchor, briefing_path, canonical, relative, slug

ATOM: Final = "http://www.w3.org/2005/Atom"
JSON_FEED: Final = "https://jsonfeed.org/version/1.1"

#: How many of the newest entries a feed holds.
NEWEST = 50
#: When something without any date was published, for a format that asks for a date.
_NO_DATE = "1970-01-01T00:00:00Z"
_SECTIONS_TOLD = 5

_JSON = json.JSONEncoder(ensure_ascii=False).encode

_STAMP = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed. `path`: its address below the site's root; `updated`: RFC 3339."""

    path: str
    title: str
    updated: str
    summary: str
    author: str | None = None
    language: str = ""


def item_of_briefing(briefing: Abstract) -> FeedItem:
    """Return the feed's entry for a briefing: what its first sections are about."""
    titles = [section.title for section in briefing.sections[:_SECTIONS_TOLD]]
    more = " · …" if len(briefing.sections) > _SECTIONS_TOLD else ""
    return FeedItem(
        path=briefing_path(briefing.id),
        title=briefing.title,
        updated=stamp_of(briefing),
        summary=" · ".join(titles) + more,
        author=briefing.source.publisher,
        language=briefing.language,
    )


def item_of_entry(entry: Entry) -> FeedItem:
    """Return the feed's entry for one section."""
    briefing, section = entry.briefing, entry.section
    return FeedItem(
        path=anchor(briefing_path(briefing.id), section.id),
        title=f"{section.title} ({briefing.title}, § {section.number})",
        updated=stamp_of(briefing),
        summary=section.excerpt or section.title,
        author=briefing.source.publisher,
        language=briefing.language,
    )


def make_feed(config: Config, title: str, path: str, page: str, items: Iterable[FeedItem], language: str = "") -> bytes:
    """Return a feed of the first NEWEST items, which come newest first.

    `path`: where the feed lies; `page`: the page that shows the same. Without a site_url the feed's links are relative
    and its ids are tag URIs (RFC 4151) under a name that nobody can own (RFC 2606).
    """
    newest = list(islice(items, NEWEST))
    root = element("feed", {"xmlns": ATOM, "xml:lang": language or config.interface})
    append(root, "id", text=identify(config, path))
    append(root, "title", text=_line(title))
    if config.subtitle and path == FEED:
        append(root, "subtitle", text=_line(config.subtitle))
    append(root, "updated", text=max((item.updated for item in newest), key=_moment, default=_NO_DATE))
    author = append(root, "author")
    append(author, "name", text=_line(config.publisher or config.title))
    if config.site_url:
        append(root, "link", {"rel": "self", "type": "application/atom+xml", "href": canonical(config.site_url, path)})
    append(root, "link", {"rel": "alternate", "type": "text/html", "href": _address(config, path, page)})
    rights = config.rights
    if rights:
        append(root, "rights", text=_line(rights.text))
    for item in newest:
        by = "" if item.author == (config.publisher or config.title) else item.author or ""
        append_child(root, _write_entry(item, identify(config, item.path), _address(config, path, item.path), by))
    return write_xml(root)


# A section stands in the feeds of all that it is about.
@lru_cache(maxsize=4_000)
def _write_entry(item: FeedItem, id: str, href: str, author: str) -> str:
    """Return the element of one item. `author`: "" where it is that of the feed."""
    entry = element("entry", {"xml:lang": item.language or None})
    append(entry, "id", text=id)
    append(entry, "title", text=_line(item.title))
    append(entry, "updated", text=item.updated)
    if author:
        append(append(entry, "author"), "name", text=_line(author))
    append(entry, "link", {"rel": "alternate", "type": "text/html", "href": href})
    append(entry, "summary", text=_line(item.summary))
    return write_element(entry, depth=1)


def make_json_feed(
    config: Config, title: str, path: str, page: str, items: Iterable[FeedItem], language: str = ""
) -> bytes:
    """Return the same feed as JSON Feed 1.1 (jsonfeed.org/version/1.1); the parameters are those of `make_feed`.

    An item without a date has none: JSON Feed asks for no date. A feed of no entries is one all the same.
    """
    feed: dict[str, Any] = {
        "version": JSON_FEED,
        "title": _line(title),
        "home_page_url": _address(config, path, page),
        "feed_url": canonical(config.site_url, path) if config.site_url else None,
        "description": _line(config.subtitle) if config.subtitle and path == JSON_FEED_PATH else None,
        "language": language or config.interface,
        "authors": [{"name": _line(config.publisher or config.title)}],
    }
    rows = ",\n  ".join(
        _write_item(item, identify(config, item.path), _address(config, path, item.path))
        for item in islice(items, NEWEST)
    )
    lines = [f" {_JSON(key)}: {_JSON(value)}" for key, value in feed.items() if value is not None]
    return encode_text("{\n" + ",\n".join([*lines, f' "items": [\n  {rows}\n ]']) + "\n}\n")


@lru_cache(maxsize=4_000)
def _write_item(item: FeedItem, id: str, url: str) -> str:
    """Return one item as JSON, as `_write_entry` does as XML."""
    members = {
        "id": id,
        "url": url,
        "title": _line(item.title),
        "content_text": _line(item.summary) or _line(item.title),
        "date_published": item.updated if item.updated != _NO_DATE else None,
        "language": item.language or None,
        "authors": [{"name": _line(item.author)}] if item.author else None,
    }
    return _JSON({key: value for key, value in members.items() if value})


def identify(config: Config, path: str) -> str:
    """Return the permanent name of an address in feeds: the address itself, or a tag URI where the site has none."""
    if config.site_url:
        return canonical(config.site_url, path)
    return f"tag:{_name_authority(config.title)}.invalid,2000:{path.replace('#', '/')}"


@lru_cache(maxsize=8)
def _name_authority(title: str) -> str:
    return slug(title)


def stamp_of(briefing: Abstract) -> str:
    """Return when a briefing was published, else held (midnight UTC), as RFC 3339 asks: with seconds and offset."""
    return _write_stamp(briefing.published, briefing.date)


@lru_cache(maxsize=4_000)
def _write_stamp(published: str | None, date: str | None) -> str:
    for printed in (published, date):
        match = _STAMP.fullmatch((printed or "").strip())
        if match:
            year, month, day, hour, minute, second, offset = match.groups()
            stamp = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
            stamp += _offset(offset)
            try:
                datetime.fromisoformat(stamp)
            except ValueError:
                continue
            return stamp
    return _NO_DATE


def _offset(printed: str | None) -> str:
    if not printed or printed == "Z":
        return "Z"
    digits = printed[1:].replace(":", "").ljust(4, "0")
    return f"{printed[0]}{digits[:2]}:{digits[2:]}"


@lru_cache(maxsize=4_000)
def _moment(stamp: str) -> tuple[timedelta, str]:
    return datetime.fromisoformat(stamp) - datetime(1, 1, 2, tzinfo=UTC), stamp


def _address(config: Config, here: str, path: str) -> str:
    return canonical(config.site_url, path) if config.site_url else relative(here, path)


def _line(text: str) -> str:
    return " ".join(text.split())
