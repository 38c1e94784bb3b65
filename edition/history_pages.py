"""The pages that tell what has changed: changes.html, and a page for each release.

    list_history_pages(index, words, frames, files) -> Iterator[Page]

This module must not decide what a change is; edition/releases does.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Final

from edition import urls
from edition.abstracts import number_of
from edition.contexts import (
    ChangedText,
    ChangeGroup,
    ChangesPage,
    Date,
    ErratumView,
    Frame,
    Link,
    ReleasePage,
    ReleaseView,
)
from edition.indexes import Index, WrittenPage
from edition.interface import Words, direction_of
from edition.releases import Change, ChangeKind, Erratum, History, Record

#: How many changed briefings changes.html shows; releases for which no room is left are only named there.
CHANGES_ON_A_PAGE = 200
#: How many briefings of a kind the page of a release shows; data/changes.jsonl holds all.
TEXTS_OF_A_RELEASE = 1_000

#: In the order of the page: first what touches a citation.
_ORDER: Final[tuple[ChangeKind, ...]] = ("corrected", "withdrawn", "noted", "added")


def list_history_pages(
    index: Index, words: Words, frames: Callable[..., Frame], files: Container[str] = ()
) -> Iterator[ChangesPage | ReleasePage]:
    """Yield changes.html and the page of each release, the newest first. `files`: what else the site has to offer."""
    maker = _Maker(index, words, frames, files)
    yield maker.changes()
    for place, record in reversed(list(enumerate(maker.history.records))):
        yield maker.release(place, record)


def list_words(history: History) -> Iterator[WrittenPage]:
    """Yield what the editor wrote on releases, as pages whose links can be checked."""
    for record in history.records:
        yield WrittenPage(record.name, record.name, record.words, record.file, record.first_line)
    yield WrittenPage("next", "next", history.words, history.words_file)


class _Maker:
    def __init__(self, index: Index, words: Words, frames: Callable[..., Frame], files: Container[str]) -> None:
        self.files = files
        self.index = index
        self.words = words
        self.frames = frames
        self.config = index.edition.config
        self.history = index.edition.history

    # ── the two kinds of pages ──

    def changes(self) -> ChangesPage:
        words, here, history = self.words, urls.CHANGES, self.history
        written = next((page for page in self.index.edition.pages if urls.page_path(page.name) == here), None)
        heading = written.title if written else words("changes.heading")
        room = CHANGES_ON_A_PAGE
        since, releases = None, []
        if history.newest is not None and (history.touched or history.words):
            since = self.since(here)
            room -= len(history.touched)
        for record in reversed(history.records):
            room -= len(record.changes)
            releases.append(self.view(here, record, full=room >= 0))
        lang, direction = self.editors_language()
        return ChangesPage(
            frame=self.frames(here, heading, words("changes.description", title=self.config.title)),
            heading=heading,
            lang=lang,
            dir=direction,
            text=written.text if written else "",
            feeds=tuple(self.feeds(here)),
            since=since,
            releases=tuple(releases),
        )

    def release(self, place: int, record: Record) -> ReleasePage:
        words, here, records = self.words, urls.release_path(record.name), self.history.records
        heading = words("changes.release", name=record.name)
        neighbours = [self.release_link(here, each) for each in (records[:place][-1:] + records[place + 1 : place + 2])]
        neighbours.append(Link(words("changes.all"), urls.relative(here, urls.CHANGES)))
        lang, direction = self.editors_language()
        description = words("changes.release_description", name=record.name, title=self.config.title)
        return ReleasePage(
            frame=self.frames(here, heading, description),
            heading=heading,
            lang=lang,
            dir=direction,
            release=self.view(here, record, full=True),
            neighbours=tuple(neighbours),
        )

    # ── their parts ──

    def editors_language(self) -> tuple[str, str]:
        language = self.config.language
        lang = "" if language == self.words.code else language
        direction = direction_of(language)
        return lang, "" if direction == self.words.direction else direction

    def feeds(self, here: str) -> Iterator[Link]:
        for text, path in ((self.words("nav.feed"), urls.CHANGES_FEED), ("JSON", urls.data_path("changes.jsonl"))):
            if path in self.files:
                yield Link(text, urls.relative(here, path))

    def release_link(self, here: str, record: Record) -> Link:
        path = urls.release_path(record.name)
        return Link(self.words("changes.release", name=record.name), urls.relative(here, path))

    def since(self, here: str) -> ReleaseView:
        newest = self.history.newest
        assert newest is not None
        return ReleaseView(
            name="",
            anchor="since",
            heading=self.words("changes.since", name=newest.name),
            href="",
            date=None,
            counts=self.counts({kind: sum(c.kind == kind for c in self.history.since) for kind in _ORDER}),
            words=self.history.words,
            groups=tuple(self.groups(here, self.history.since, CHANGES_ON_A_PAGE)),
            sums=(),
            sums_note="",
            files=None,
            list_sha256="",
        )

    def view(self, here: str, record: Record, full: bool) -> ReleaseView:
        words, path = self.words, urls.release_path(record.name)
        own = record is self.history.newest and self.history.unsaid is not None
        lies = urls.safe_href(record.files)
        return ReleaseView(
            name=record.name,
            anchor=f"release-{urls.slug(record.name)}",
            heading=words("changes.release", name=record.name),
            href="" if path == here else urls.relative(here, path),
            date=Date(record.date, words.date(record.date)),
            counts=self.counts(record.counts, record.briefings),
            words=record.words,
            groups=tuple(self.groups(here, record.changes, TEXTS_OF_A_RELEASE)) if full else (),
            sums=() if own else record.sums,
            sums_note=words("changes.sums_own") if own else "",
            files=Link(words("changes.files"), lies, external=True) if lies else None,
            list_sha256=record.list_sha256,
        )

    def counts(self, counts: Mapping[str, int], briefings: int | None = None) -> str:
        parts = [self.words.count(f"changes.count_{kind}", counts[kind]) for kind in reversed(_ORDER) if counts[kind]]
        told = self.words.list(parts) if parts else self.words("changes.nothing")
        if briefings is None:
            return told
        held = self.words.count("count.briefings", briefings)
        return self.words("changes.counts", held=held, counts=told)

    def groups(self, here: str, changes: Iterable[Change], most: int) -> Iterator[ChangeGroup]:
        by_kind: dict[str, list[Change]] = {}
        for change in changes:
            by_kind.setdefault(change.kind, []).append(change)
        for kind in _ORDER:
            # newest first, undated last, as everywhere
            found = sorted(by_kind.get(kind, ()), key=lambda c: (c.date or "", c.id), reverse=True)
            if found:
                hidden = len(found) - most
                yield ChangeGroup(
                    self.words(f"changes.{kind}"),
                    tuple(self.text(here, change) for change in found[:most]),
                    self.words.count("changes.more", hidden) if hidden > 0 else "",
                )

    def text(self, here: str, change: Change) -> ChangedText:
        there = change.id in self.index.briefings
        direction = direction_of(change.language)
        path = urls.briefing_path(change.id)
        return ChangedText(
            title=Link(change.title, urls.relative(here, path) if there else ""),
            date=Date(change.date, self.words.date_short(change.date)) if change.date else None,
            lang="" if change.language == self.words.code else change.language,
            dir="" if direction == self.words.direction else direction,
            errata=tuple(self.erratum(here, change.id, erratum) for erratum in change.errata),
        )

    def erratum(self, here: str, id: str, erratum: Erratum) -> ErratumView:
        dated = erratum.date or None
        return ErratumView(
            kind=self.words(f"erratum.{erratum.kind}"),
            section=self.section(here, id, erratum.section) if erratum.section else None,
            before=erratum.before,
            after=erratum.after,
            reason=erratum.reason,
            date=Date(dated, self.words.date(dated)) if dated else None,
        )

    def section(self, here: str, id: str, section: str) -> Link:
        briefing = self.index.briefings.get(id)
        if briefing is None or all(each.id != section for each in briefing.sections):
            return Link(section, "")
        path = urls.anchor(urls.briefing_path(id), section)
        return Link(self.words("reference.here", number=number_of(briefing, section)), urls.relative(here, path))
