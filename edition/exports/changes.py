"""What has changed, for programs: data/changes.jsonl, and Atom feeds of the releases.

changes.xml is the feed to follow. It holds the newest changes and leads to releases/NAME.xml, the feed of the newest
release, which leads to the one before it (Feed Paging and Archiving, RFC 5005): who follows the links until a release
that he has knows everything that has changed since. This module must not date what belongs to no release yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from edition import urls
from edition.config import Config
from edition.exports.feeds import ATOM, NEWEST, identify
from edition.exports.writing import Element, append, element, encode_text, write_xml
from edition.indexes import Edition
from edition.releases import Change, Erratum, Record

HISTORY: Final = "http://purl.org/syndication/history/1.0"
PATH: Final = urls.data_path("changes.jsonl")

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def make_changes_lines(edition: Edition) -> bytes:
    """Return data/changes.jsonl: a line for each change of a briefing, release by release, the oldest first; at the end
    those that belong to no release yet.
    """
    there = {briefing.id for briefing in edition.briefings}
    lines: list[str] = []
    for record in edition.history.records:
        lines += (_JSON(_describe(change, record, there)) for change in record.changes if change.kind != "kept")
    if edition.history.records:
        lines += (_JSON(_describe(change, None, there)) for change in edition.history.since if change.kind != "kept")
    return encode_text("".join(f"{line}\n" for line in lines))


def _describe(change: Change, record: Record | None, there: Collection[str]) -> dict[str, Any]:
    return {
        "release": record.name if record else None,
        "released": record.date if record else None,
        "change": change.kind,
        "briefing": change.id,
        "title": change.title,
        "date": change.date,
        "url": urls.briefing_path(change.id) if change.id in there else None,
        "errata": [{key: value for key, value in asdict(erratum).items() if value} for erratum in change.errata],
    }


def make_changes_feed(edition: Edition, words: Callable[..., str], record: Record, path: str) -> bytes:
    """Return the Atom feed of a release at `path`: its own one, or changes.xml, which keeps to the newest entries."""
    config, records = edition.config, edition.history.records
    own = urls.release_path(record.name, "xml")
    there = {briefing.id for briefing in edition.briefings}
    changes = sorted((c for c in record.changes if c.kind != "kept"), key=lambda c: (c.date or "", c.id), reverse=True)
    root = element("feed", {"xmlns": ATOM, "xmlns:fh": HISTORY, "xml:lang": config.interface})
    append(root, "id", text=identify(config, path))
    append(root, "title", text=f"{words('changes.heading')} · {config.title}")
    append(root, "updated", text=f"{record.date}T00:00:00Z")
    append(append(root, "author"), "name", text=config.publisher or config.title)
    page = urls.CHANGES if path != own else urls.release_path(record.name)
    _link(root, config, "self", path, path)
    _link(root, config, "alternate", path, page, "text/html")
    if path == own:
        append(root, "fh:archive")
        _link(root, config, "current", path, urls.CHANGES_FEED)
        place = records.index(record)
        if place:
            _link(root, config, "prev-archive", path, urls.release_path(records[place - 1].name, "xml"))
        if record is not records[-1]:
            _link(root, config, "next-archive", path, urls.release_path(records[place + 1].name, "xml"))
    else:
        _link(root, config, "prev-archive", path, own)
    for change in changes if path == own else changes[:NEWEST]:
        _write_entry(root, config, words, record, change, path, change.id in there)
    return write_xml(root)


def _write_entry(
    root: Element, config: Config, words: Callable[..., str], record: Record, change: Change, path: str, there: bool
) -> None:
    entry = append(root, "entry")
    append(entry, "id", text=identify(config, urls.anchor(urls.release_path(record.name), change.id)))
    append(entry, "title", text=f"{words(f'changes.{change.kind}')}: {change.title}")
    append(entry, "updated", text=f"{record.date}T00:00:00Z")
    append(entry, "category", {"term": change.kind})
    target = urls.briefing_path(change.id) if there else urls.release_path(record.name)
    _link(entry, config, "alternate", path, target, "text/html")
    told = [_tell(words, erratum) for erratum in change.errata]
    append(entry, "summary", text=" ".join(" ".join(told).split()) or words("changes.release", name=record.name))


def _tell(words: Callable[..., str], erratum: Erratum) -> str:
    place = f"{erratum.section}: " if erratum.section else ""
    shown = " → ".join(f"“{text}”" for text in (erratum.before, erratum.after) if text)
    return f"{place}{words(f'erratum.{erratum.kind}')}{f': {shown}' if shown else ''}."


def _link(parent: Element, config: Config, rel: str, here: str, path: str, type: str = "application/atom+xml") -> None:
    if rel == "self" and not config.site_url:
        return
    href = urls.canonical(config.site_url, path) if config.site_url else urls.relative(here, path)
    append(parent, "link", {"rel": rel, "type": type, "href": href})


def list_feeds(edition: Edition) -> Iterator[tuple[str, Record]]:
    """Yield (path, release) of every feed of changes."""
    records: Iterable[Record] = edition.history.records
    for record in records:
        yield urls.release_path(record.name, "xml"), record
    if edition.history.newest is not None:
        yield urls.CHANGES_FEED, edition.history.newest
