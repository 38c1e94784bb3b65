"""Whether an edition keeps the principles of digital editions that last, counted in this build's own files.

    survey = Survey(edition, release); survey.read(path, data) … ; survey.judge(…) -> tuple[Verdict, ...]
    look_at(path, data, release) -> PageTraits | None      what `survey.take(path, traits)` is given for a file

The principles are those of the Endings Project (version 2.2.1: data, documentation, processing, products, releases)
and of FAIR (Wilkinson et al., Scientific Data 3, 160018, 2016), as far as a build can count them. A verdict is two
numbers: in how many cases it holds, of how many. This module must not hold words for people, and never says that a
principle is kept without having counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from edition import urls
from edition.exports.dictionary import LINE_TABLES, TABLES
from edition.importing.checking import State
from edition.indexes import Edition
from edition.releases import FOLDER, History

Family = Literal["endings", "fair"]

#: The principles in the order of the page; the interface words have a sentence and a way of counting for each.
PRINCIPLES: Final[tuple[tuple[Family, str], ...]] = (
    ("endings", "formats"),
    ("endings", "text"),
    ("endings", "records"),
    ("endings", "dictionary"),
    ("endings", "editorial"),
    ("endings", "links"),
    ("endings", "static"),
    ("endings", "hosts"),
    ("endings", "inline"),
    ("endings", "queries"),
    ("endings", "scriptless"),
    ("endings", "release"),
    ("endings", "labelled"),
    ("endings", "kept"),
    ("endings", "persistent"),
    ("fair", "identified"),
    ("fair", "described"),
    ("fair", "findable"),
    ("fair", "vocabulary"),
    ("fair", "licensed"),
    ("fair", "provenance"),
)

#: Formats with a public specification, by the endings of names; "" is for files without one (.nojekyll).
OPEN_FORMATS: Final = frozenset(
    ("", "bib", "css", "csv", "epub", "feed.json", "html", "jpg", "js", "json", "jsonl", "md", "png", "ris", "sqlite",
     "svg", "ttl", "txt", "wasm", "webp", "woff2", "xml", "zip")
)  # fmt: skip
#: Endings of what a server would have to run.
_SERVER: Final = frozenset(("asp", "aspx", "cgi", "jsp", "php", "pl", "py", "rb", "shtml"))

#: What a page may not have: a script of its own (a data block is none), code in an attribute. Each pattern begins with
#: letters that are looked for at once, since every page is searched.
_SCRIPT = re.compile(rb'<script(?![^>]*\b(?:src=|type="application/ld\+json"))')
_HANDLER = re.compile(rb' on[a-z]+="')
#: Something that a browser would fetch from another host by itself.
_FOREIGN_SOURCE = re.compile(rb' src="(?:https?:)?//')
_FOREIGN_LINK = re.compile(rb'<link rel="(?:stylesheet|icon|preload)"[^>]*href="(?:https?:)?//')
#: A link inside the site that needs a query, as only a search may.
_QUERY = re.compile(rb'href="(?!https?:|[./]*search\.html\?)[^"?]*\?')


@dataclass(frozen=True, slots=True)
class Verdict:
    """In how many of how many cases a principle holds."""

    family: Family
    principle: str
    good: int
    all: int

    @property
    def holds(self) -> bool:
        return self.good == self.all


@dataclass(frozen=True, slots=True)
class PageTraits:
    """What one page has that principles speak of."""

    #: code of its own; something that a browser fetches from another host; a link that needs a query
    inline: bool
    foreign: bool
    query: bool
    #: the name of the release
    labelled: bool


def look_at(path: str, data: bytes, release: str) -> PageTraits | None:
    """Return what a file has that principles speak of; None where it is no page. `release`: as pages print its name."""
    if not path.endswith(".html"):
        return None
    return PageTraits(
        # 404.html without the site's address carries its few rules with it, and its policy names them
        inline=path != urls.NOT_FOUND and _has_own_code(data),
        foreign=bool(_FOREIGN_SOURCE.search(data) or _FOREIGN_LINK.search(data)),
        query=_QUERY.search(data) is not None,
        labelled=bool(release) and release.encode() in data,
    )


@dataclass(slots=True)
class Survey:
    """Looks at every file of a site once, as it is made, and keeps some counts."""

    edition: Edition
    #: as the pages print it, "" where the edition names none
    release: str = ""
    paths: set[str] = field(default_factory=set)
    pages: int = 0
    inline: int = 0
    foreign: int = 0
    queries: int = 0
    labelled: int = 0

    def read(self, path: str, data: bytes) -> None:
        """Take note of one file."""
        self.take(path, look_at(path, data, self.release))

    def take(self, path: str, traits: PageTraits | None) -> None:
        """Take note of one file by what `look_at` once returned for it, with this release."""
        self.paths.add(path)
        if traits is not None:
            self.pages += 1
            self.inline += traits.inline
            self.foreign += traits.foreign
            self.queries += traits.query
            self.labelled += traits.labelled

    def judge(
        self,
        states: Mapping[str, State],
        anchors: Mapping[str, Collection[str]],
        problems: int,
        links: int,
        answered: tuple[int, int],
    ) -> tuple[Verdict, ...]:
        """Return the verdicts in the order of PRINCIPLES.

        `states`: what was found of each text beside its witness. `anchors`: the ids on each page. `problems`: how many
        of the `links` of the site lead nowhere or are wrong in another way. `answered`: how many addresses that were
        ever published answer, of how many.
        """
        counted = {**dict(self._count(states, anchors, problems, links)), "persistent": answered}
        return tuple(Verdict(family, name, *counted[name]) for family, name in PRINCIPLES)

    def _count(
        self, states: Mapping[str, State], anchors: Mapping[str, Collection[str]], problems: int, links: int
    ) -> Iterator[tuple[str, tuple[int, int]]]:
        edition, config, paths = self.edition, self.edition.config, self.paths
        briefings = edition.briefings
        count, files = len(briefings), len(paths)
        endings = [_ending(path) for path in paths]
        yield "formats", (sum(ending in OPEN_FORMATS for ending in endings), files)
        yield "text", (sum(states.get(briefing.id) == "checked" for briefing in briefings), count)
        yield "records", (sum(urls.briefing_path(briefing.id, "json") in paths for briefing in briefings), count)
        tables = [path for path in paths if path.startswith("data/") and path.endswith((".csv", ".jsonl"))]
        stems = [path.removeprefix("data/").rpartition(".")[0] for path in tables]
        known = TABLES.keys() | LINE_TABLES.keys()
        told = sum(stem in known or stem.rpartition("-")[0] in known for stem in stems if stem != "review")
        yield "dictionary", (told, sum(stem != "review" for stem in stems))
        written = {page.name for page in edition.pages}
        yield "editorial", (sum(name in written for name in ("about", "principles")), 2)
        yield "links", (links - problems, links)
        yield "static", (sum(ending not in _SERVER for ending in endings), files)
        yield "hosts", (self.pages - self.foreign, self.pages)
        yield "inline", (self.pages - self.inline, self.pages)
        yield "queries", (self.pages - self.queries, self.pages)
        yield "scriptless", _count_paragraphs(edition, anchors)
        release = config.release
        yield "release", (sum(bool(part) for part in (release and release.name, release and release.date)), 2)
        yield "labelled", (self.labelled, self.pages)
        yield "kept", _count_releases(edition.history)
        yield "identified", (count if config.site_url else 0, count)
        yield "described", (sum(_is_described(edition, n) for n in range(count)), count)
        wanted = (urls.SITEMAP if config.site_url else "", urls.FEED, urls.data_path("edition.json"))
        # the sitemap is written last, from the pages that are there
        yield "findable", (sum(path in paths or path == urls.SITEMAP for path in wanted), len(wanted))
        vocabularies = (urls.data_path("topics.ttl"), urls.data_path("briefing.schema.json"))
        yield "vocabulary", (sum(path in paths for path in vocabularies), len(vocabularies))
        rights = sum(b.rights or bool(config.rights) for b in briefings)
        yield "licensed", (rights, count)
        yield "provenance", (sum(bool(b.source.sha256) for b in briefings), count)


def _has_own_code(data: bytes) -> bool:
    return b"<style" in data or b' style="' in data or bool(_SCRIPT.search(data) or _HANDLER.search(data))


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name[1:] else ""


def _count_paragraphs(edition: Edition, anchors: Mapping[str, Collection[str]]) -> tuple[int, int]:
    """Return how many paragraphs stand with their anchor in the HTML of their page, without any script, of how many."""
    good = all = 0
    for briefing in edition.briefings:
        there = anchors.get(urls.briefing_path(briefing.id), ())
        for section in briefing.sections:
            ids = section.paragraphs.split()
            all += len(ids)
            good += sum(id in there for id in ids)
    return good, all


def _count_releases(history: History) -> tuple[int, int]:
    """Return how many releases are listed with the checksums of their files, of how many. Those of the newest can't
    stand in its own site, which is one of the files.
    """
    listed = sum(bool(r.sums) or f"{FOLDER}/{r.name}.sha256" == history.unsaid for r in history.records)
    return listed, max(len(history.records), 1)


def _is_described(edition: Edition, place: int) -> bool:
    """Whether title, day, language, kind and publisher of a briefing are known."""
    briefing = edition.briefings[place]
    publisher = briefing.source.publisher or edition.config.publisher
    return all((briefing.title, briefing.date, briefing.language, briefing.kind, publisher))
