"""A briefing with what ties it to the others → its page and all its files, each with what a build learns from it.

    make_briefing_files(workshop, order) -> tuple[MadeFile, ...]      a function of the workshop and the order alone
    make_page(workshop, briefing, order) -> (path, bytes)             the page alone

Any process can do it. This module must not know an index or another briefing, and must not write a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from edition.abstracts import Abstract
from edition.checks import FileFacts, read_file
from edition.compliance import PageTraits, look_at
from edition.config import Config, Release
from edition.contexts import Departed
from edition.exports.files import Offered, list_briefing_files, make_citations
from edition.importing.checking import State
from edition.indexes import Links
from edition.interface import load
from edition.memo import Kept, Unkept, unpack
from edition.model import Authorities, Briefing
from edition.pages import Common, Traces, make_briefing_page
from edition.render import Renderer


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file of the site."""

    path: str
    data: bytes
    facts: FileFacts
    traits: PageTraits | None


@dataclass(frozen=True, slots=True)
class Order:
    """A briefing whose files are to be made: packed as it lies on its shelf, or itself."""

    briefing: bytes | Briefing
    abstract: Abstract
    links: Links
    state: State
    traces: Traces


class Ties(Kept, frozen=True):
    """What ties a briefing to the rest of its edition, as it is remembered of one that was published: its file, its
    links and what the fields of its traces hold.
    """

    file: str = ""
    links: Links = Links()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    departed: tuple[tuple[tuple[str, str], tuple[Departed, ...]], ...] = ()

    @property
    def traces(self) -> Traces:
        """What its page shows of places that are no more on it."""
        return Traces(dict(self.aliases), dict(self.departed))


def tie(file: str, links: Links, traces: Traces) -> Ties:
    """Return what is to be remembered of what ties a briefing to the others. `file`: that of its transcript."""
    return Ties(file, links, tuple(traces.aliases.items()), tuple(traces.departed.items()))


class Bearings(Kept, frozen=True):
    """What all pages of briefings say of their edition, and only a build of the whole of it finds. `families`: those of
    entities that have a list; `written`: (name, title) of the editor's own pages; `paths`: of the files of the whole
    edition only those that every page may speak of; `release`: the newest; `names`: (asset, path at which it is
    published), since a file may change while others read it.
    """

    families: tuple[str, ...]
    written: tuple[tuple[str, str], ...]
    paths: tuple[str, ...]
    release: Release | None
    names: tuple[tuple[str, str], ...]


class Workshop:
    """What lies ready while files of briefings are made; another process lays out its own. `config`: the release in it
    is that of the bearings. `release`: its name as pages print it.
    """

    def __init__(self, folder: Path, config: Config, authorities: Authorities, bearings: Bearings) -> None:
        self.folder, self.authorities, self.bearings = folder, authorities, bearings
        self.config = replace(config, release=bearings.release)
        self.release = bearings.release.name if bearings.release else ""

    def __reduce__(self) -> tuple[type[Workshop], tuple[Path, Config, Authorities, Bearings]]:
        return Workshop, (self.folder, self.config, self.authorities, self.bearings)

    @cached_property
    def common(self) -> Common:
        """What all pages have in common; how much the edition holds is told by none of a briefing."""
        bearings, words = self.bearings, load(self.config.interface)
        offered = Offered(frozenset(bearings.paths), frozenset(self.config.formats))
        return Common(self.config, words, bearings.families, bearings.written, "", offered)

    @cached_property
    def renderer(self) -> Renderer:
        """What makes pages of contexts."""
        return Renderer(self.common.words, self.folder, dict(self.bearings.names))


def make_briefing_files(workshop: Workshop, order: Order) -> tuple[MadeFile, ...]:
    """Return the page of a briefing and all its files; nothing where it was packed and the disk has damaged it since.
    Raises Refused where a template fails.
    """
    try:
        briefing = unpack(order.briefing, Briefing) if isinstance(order.briefing, bytes) else order.briefing
    except Unkept:
        return ()
    words, config = workshop.common.words, workshop.config
    files = list_briefing_files(briefing, order.abstract, order.links, config, words, workshop.authorities)
    made = [*((file.path, file.make()) for file in files), make_page(workshop, briefing, order)]
    return tuple(make_file(path, data, config.site_url, workshop.release) for path, data in made)


def make_page(workshop: Workshop, briefing: Briefing, order: Order) -> tuple[str, bytes]:
    """Return the page of a briefing: its path and bytes. Raises Refused where a template fails."""
    cite = make_citations(lambda _: workshop.config.of_release(order.links.release))
    page = make_briefing_page(workshop.common, briefing, order.abstract, order.links, cite, order.state, order.traces)
    return page.frame.path, workshop.renderer.render(page.template, page)


def make_file(path: str, data: bytes, site_url: str | None, release: str) -> MadeFile:
    """Return a file with what a build learns from it."""
    return MadeFile(path, data, read_file(path, data, site_url), look_at(path, data, release))
