"""A briefing with what ties it to the others → its page and all its files, each with what a build learns from it.

    make_briefing_files(workshop, order) -> tuple[MadeFile, ...]      a function of the workshop and the order alone

Any process can do it. This module must not know an index or another briefing, and must not write a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from edition.abstracts import Abstract
from edition.checks import FileFacts, read_file
from edition.compliance import PageTraits, look_at
from edition.config import Config
from edition.exports.files import Offered, list_briefing_files, make_citations
from edition.importing import State
from edition.indexes import Links
from edition.interface import load
from edition.memo import Unkept, unpack
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


class Workshop:
    """What lies ready while files of briefings are made; another process lays out its own. `language`: that of the
    interface. `offered`: of the files of the whole edition only those that every page may speak of. `release`: its name
    as pages print it. `names`: under which paths assets are published; they are given, since a file may change while
    others read it.
    """

    def __init__(
        self,
        folder: Path,
        config: Config,
        language: str,
        authorities: Authorities,
        families: tuple[str, ...],
        written: tuple[tuple[str, str], ...],
        offered: Offered,
        release: str,
        names: Mapping[str, str],
    ) -> None:
        self._given = folder, config, language, authorities, families, written, offered, release, names
        self.folder, self.config, self.authorities, self.release = folder, config, authorities, release
        self._language, self._families, self._written, self._offered = language, families, written, offered
        self._names = names

    def __reduce__(self) -> tuple[Callable[..., Workshop], tuple[object, ...]]:
        return Workshop, self._given

    @cached_property
    def common(self) -> Common:
        """What all pages have in common; how much the edition holds is told by none of a briefing."""
        return Common(self.config, load(self._language), self._families, self._written, "", self._offered)

    @cached_property
    def renderer(self) -> Renderer:
        """What makes pages of contexts."""
        return Renderer(self.common.words, self.folder, self._names)


def make_briefing_files(workshop: Workshop, order: Order) -> tuple[MadeFile, ...]:
    """Return the page of a briefing and all its files; nothing where it was packed and the disk has damaged it since.
    Raises Refused where a template fails.
    """
    try:
        briefing = unpack(order.briefing, Briefing) if isinstance(order.briefing, bytes) else order.briefing
    except Unkept:
        return ()
    common, config, links = workshop.common, workshop.config, order.links
    files = list_briefing_files(briefing, order.abstract, links, config, common.words, workshop.authorities)
    made = [(file.path, file.make()) for file in files]

    cite = make_citations(lambda _: config.of_release(links.release))
    page = make_briefing_page(common, briefing, order.abstract, links, cite, order.state, order.traces)
    made.append((page.frame.path, workshop.renderer.render(page.template, page)))
    return tuple(make_file(path, data, config.site_url, workshop.release) for path, data in made)


def make_file(path: str, data: bytes, site_url: str | None, release: str) -> MadeFile:
    """Return a file with what a build learns from it."""
    return MadeFile(path, data, read_file(path, data, site_url), look_at(path, data, release))
