"""The site that a build is about to publish, as addresses: its pages with titles, its files, its anchors, its names.

This module must not make a page; it is told the paths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from edition import urls
from edition.abstracts import Abstract
from edition.indexes import Index
from edition.model import Authorities
from edition.permalinks.resolving import Site


def describe_site(
    index: Index,
    pages: Iterable[str],
    files: Iterable[str],
    headings: Mapping[str, Collection[str]],
) -> Site:
    """Return the site of an edition. `pages`, `files`: paths; `headings`: path of an editor's page → its anchors."""
    titles = dict.fromkeys(pages, "")
    briefings = {urls.briefing_path(briefing.id): briefing for briefing in index.edition.briefings}
    titles |= {path: briefing.title for path, briefing in briefings.items()}
    others = {path: frozenset(ids) for path, ids in headings.items()}
    anchors = _Anchors(briefings, lambda briefing: frozenset(_find_sections(briefing)), others)
    sections = _Anchors(briefings, _find_sections)
    for each in (*index.entities.values(), *index.quiet):
        titles[urls.entity_path(each.entity.family, each.entity.slug)] = each.entity.name
    for page in index.edition.pages:
        titles[urls.page_path(page.name)] = page.title
    authorities = index.edition.authorities

    @cache
    def names() -> Mapping[tuple[str, str], frozenset[str]]:
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for family, slug, forms in list_names(authorities):
            path = urls.entity_path(family, slug)
            if path in titles:
                for form in forms:
                    found[family, urls.slug(form)].add(path)
        return {key: frozenset(paths) for key, paths in found.items()}

    def find_named(family: str, name: str) -> Collection[str]:
        return names().get((family, name), frozenset())

    return Site(titles, frozenset(files), anchors, find_named, sections)


_Found = TypeVar("_Found")


class _Anchors(Mapping[str, _Found]):
    """The anchors of pages, those of a briefing worked out when they are asked for: few are, and all of them would take
    as much memory as all else that is known of a briefing. `others`: those of further pages.
    """

    def __init__(
        self,
        briefings: Mapping[str, Abstract],
        find: Callable[[Abstract], _Found],
        others: Mapping[str, _Found] = MappingProxyType({}),
    ) -> None:
        self._briefings, self._find, self._others = briefings, find, others

    def __getitem__(self, path: str) -> _Found:
        briefing = self._briefings.get(path)
        return self._others[path] if briefing is None else self._find(briefing)

    def __contains__(self, path: object) -> bool:
        return path in self._briefings or path in self._others

    def __iter__(self) -> Iterator[str]:
        yield from self._briefings
        yield from self._others.keys() - self._briefings.keys()

    def __len__(self) -> int:
        return len(self._briefings.keys() | self._others.keys())


def _find_sections(briefing: Abstract) -> dict[str, str]:
    """Return each anchor → the section in which it stands, or which it is."""
    return {id: section.id for section in briefing.sections for id in (section.id, *section.paragraphs.split())}


def list_names(authorities: Authorities) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (family, slug, names) of everybody and everything that the authority files know."""
    for speaker in authorities.speakers:
        yield "speakers", speaker.id, (speaker.id, speaker.name, *speaker.aliases, *(n for _, n in speaker.names))
    for outlet in authorities.outlets:
        yield "outlets", outlet.id, (outlet.id, outlet.name, outlet.full_name or outlet.name, *outlet.aliases)
    for place in authorities.places:
        aliases = (form for _, forms in place.aliases for form in forms)
        yield "countries", place.slug, (place.slug, place.name, *(n for _, n in place.names), *aliases)
    for topic in authorities.topics:
        aliases = (form for _, forms in topic.aliases for form in forms)
        yield "topics", topic.id, (topic.id, topic.label, *(n for _, n in topic.labels), *aliases)
    for person in authorities.persons:
        if person.status == "confirmed":
            yield "persons", person.id, (person.id, person.name, *person.aliases)
