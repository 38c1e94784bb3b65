"""Every file that a site holds beside its pages: which ones there are, and how each is made when it is asked for.

The list comes first and the bytes later, because a page may offer only what will be there. This module must not
decide what stands in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from edition import urls
from edition.config import Config
from edition.exports.citations import FORMS, Form, citation_path, make_citation_files
from edition.exports.feeds import item_of_briefing, item_of_entry, make_feed
from edition.exports.record import make_record
from edition.exports.sitemap import make_robots, make_sitemaps
from edition.exports.tables import make_briefings_table, make_edition_json, make_entries_table, make_section_lines
from edition.exports.tei import make_tei
from edition.exports.text import make_text
from edition.indexes import Edition, EntityIndex, Index
from edition.interface import Words
from edition.model import Briefing
from edition.transcripts import dumps


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of the site: its path, and the pure function that makes its bytes."""

    path: str
    make: Callable[[], bytes]


def list_files(index: Index, words: Words) -> tuple[SiteFile, ...]:
    """Return every file beside the pages, sitemap apart (that one lists the pages), in the order of making."""
    edition = index.edition
    files = [
        SiteFile(".nojekyll", bytes),
        SiteFile("robots.txt", partial(make_robots, edition.config.site_url)),
        SiteFile(urls.FEED, partial(_make_edition_feed, edition)),
        SiteFile(urls.data_path("edition.json"), partial(make_edition_json, edition)),
        SiteFile(urls.data_path("sections.jsonl"), lambda: b"".join(make_section_lines(edition.briefings))),
        SiteFile(urls.data_path("briefings.csv"), partial(make_briefings_table, edition.briefings)),
    ]
    for briefing in edition.briefings:
        files += _files_of_briefing(briefing, edition, words)
    for family in urls.FAMILIES:
        for entity in index.families[family]:
            files += _files_of_entity(entity, edition, words)
    return tuple(files)


def make_sitemap_files(edition: Edition, pages: Mapping[str, str | None]) -> Iterator[tuple[str, bytes]]:
    """Yield the sitemap's files; none where the edition has no address. `pages`: path → day of the last change."""
    if edition.config.site_url:
        yield from make_sitemaps(edition.config.site_url, pages.items())


def _files_of_briefing(briefing: Briefing, edition: Edition, words: Words) -> Iterator[SiteFile]:
    config, id = edition.config, briefing.id
    yield SiteFile(urls.briefing_path(id, "json"), lambda: make_record(briefing, edition.repeats, config.publisher))
    yield SiteFile(urls.briefing_path(id, "xml"), partial(make_tei, briefing, config, edition.authorities))
    yield SiteFile(urls.briefing_path(id, "txt"), partial(make_text, briefing, config, words))
    yield SiteFile(urls.briefing_path(id, "md"), lambda: dumps(briefing.transcript).encode("utf-8"))
    for form, _ in FORMS:
        yield SiteFile(citation_path(id, form), partial(_make_citation, briefing, config, form))


def _files_of_entity(index: EntityIndex, edition: Edition, words: Words) -> Iterator[SiteFile]:
    entity = index.entity
    page, feed = (urls.entity_path(entity.family, entity.slug, ext) for ext in ("html", "xml"))
    title = f"{entity.name} – {edition.config.title}"

    def make() -> bytes:
        return make_feed(edition.config, title, feed, page, map(item_of_entry, index.entries), words.code)

    yield SiteFile(feed, make)
    yield SiteFile(urls.entity_path(entity.family, entity.slug, "csv"), partial(make_entries_table, index.entries))


def _make_citation(briefing: Briefing, config: Config, form: Form) -> bytes:
    return dict(make_citation_files(briefing, config))[citation_path(briefing.id, form)]


def _make_edition_feed(edition: Edition) -> bytes:
    items = map(item_of_briefing, edition.briefings)
    return make_feed(edition.config, edition.config.title, urls.FEED, urls.HOME, items)
