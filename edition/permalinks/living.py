"""The site that a build is about to publish, as addresses: its pages with titles, its files, its anchors, its names.

This module must not make a page; it is told the paths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from edition import urls
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
    anchors = {path: frozenset(ids) for path, ids in headings.items()}
    sections: dict[str, frozenset[str]] = {}
    for briefing in index.edition.briefings:
        path = urls.briefing_path(briefing.id)
        titles[path] = briefing.title
        anchors[path] = frozenset(a for s in briefing.sections for a in (s.id, *s.paragraphs.split()))
        sections[path] = frozenset(s.id for s in briefing.sections)
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
