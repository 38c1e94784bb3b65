"""Every file of the site that is no page: which there are, where they lie, and how each is made.

A file is made only when it is asked for, so that a large edition never lies in memory as a whole. This module must
not hold a format; each has its own module beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from edition import urls
from edition.abstracts import Abstract
from edition.config import Config, Format
from edition.diagnostics import Diagnostics, describe_diagnostics
from edition.entities import Key
from edition.exports import changes, citations, feeds, moved, opensearch, package, sitemap, skos, tables
from edition.exports.record import lay_out, make_record
from edition.exports.tei import make_tei
from edition.exports.text import make_text
from edition.exports.writing import Piece, encode_text, join_pieces
from edition.indexes import Edition, EntityIndex, Index, Links
from edition.interface import Words
from edition.model import AnnotatedSection, Authorities, Briefing, Transcript
from edition.permalinks.answering import Answers
from edition.retagging import TABLE as TAGS
from edition.review import Review
from edition.transcripts import dumps

#: The contract of briefings/ID.json, published with the edition.
SCHEMA = urls.data_path("briefing.schema.json")


@dataclass(frozen=True, slots=True)
class File:
    """A file of the site: `path` below its root, `make()` its bytes. `entity`: whose file it is, made of its entries
    and of the config alone; None: of nobody's. `briefings`: the only ones of which it is made; None: of more than
    these. `of`: the only value of which it is made; None: of others. `pieces()`: what it is put together of, so that it
    can be mended; None: it is made whole.
    """

    path: str
    make: Callable[[], bytes]
    entity: Key | None = None
    briefings: tuple[Abstract, ...] | None = None
    pieces: Callable[[], Iterable[Piece]] | None = None
    of: object = None


def _put_together(
    path: str,
    pieces: Callable[[], Iterable[Piece]],
    *,
    entity: Key | None = None,
    briefings: tuple[Abstract, ...] | None = None,
) -> File:
    return File(path, lambda: join_pieces(pieces()), entity, briefings, pieces)


def list_files(
    edition: Edition,
    index: Index,
    words: Words,
    diagnostics: Diagnostics | None = None,
    review: Review | None = None,
    answers: Answers | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[File, ...]:
    """Return every file of the site that is no page, no asset, no search index and not of a single briefing, in order
    of path. `answers`: what is shown for old addresses; `names`: under which paths assets are published, where
    these are not their own.
    """
    rows = _keep_rows()
    config, formats, every = edition.config, frozenset(edition.config.formats), edition.briefings
    files = [File(".nojekyll", bytes), File("robots.txt", partial(sitemap.make_robots, config.site_url))]
    files += [
        _put_together(urls.data_path("edition.json"), partial(tables.part_edition_json, edition), briefings=every),
        _put_together(urls.data_path("briefings.csv"), partial(tables.part_briefings_table, every), briefings=every),
        _make_diagnostics_file(diagnostics or Diagnostics()),
        File(skos.PATH, partial(_make_vocabulary, edition, index)),
        _put_together(TAGS, partial(tables.part_tags_table, every), briefings=every),
        File(SCHEMA, _read_schema),
        File(moved.TABLE, partial(moved.make_moved_table, answers or Answers())),
    ]
    if "data" in formats:
        files.append(File(changes.PATH, partial(changes.make_changes_lines, edition)))
        for year in index.years:
            held = year.briefings
            lines = partial(tables.part_section_lines, edition, held)
            files.append(_put_together(urls.year_data_path("sections", year.year, "jsonl"), lines, briefings=held))
            table = partial(tables.part_sections_table, held, rows)
            files.append(_put_together(urls.year_data_path("sections", year.year, "csv"), table, briefings=held))
    if "feeds" in formats:
        files.append(File(urls.FEED, partial(_make_edition_feed, feeds.make_feed, edition, urls.FEED)))
        path = urls.JSON_FEED_PATH
        files.append(File(path, partial(_make_edition_feed, feeds.make_json_feed, edition, path)))
        for path, record in changes.list_feeds(edition):
            files.append(File(path, partial(changes.make_changes_feed, edition, words, record, path)))
    if review is not None:
        files.append(File(urls.data_path("review.csv"), partial(tables.make_review_table, review)))
    if config.site_url:
        files.append(File(urls.OPENSEARCH, partial(_make_opensearch, config, words, names.get(_ICON, _ICON))))
    for family in index.families:
        for each in index.families[family]:
            files += _files_of_entity(config, each, rows)
    for each in index.quiet:
        files += _files_of_entity(config, each, rows)
    if "data" in formats:
        files.append(File(package.PATH, partial(package.make_package, config, [file.path for file in files])))
    return tuple(sorted(files, key=lambda file: file.path))


#: The endings of the forms that each format gives a briefing, besides its page and its record.
_ENDINGS: Mapping[Format, str] = {"tei": "xml", "text": "txt", "markdown": "md"}


@dataclass(frozen=True, slots=True)
class Offered(Container[str]):
    """The paths of all files that a site has besides its pages: those of the whole edition one by one (`paths`), those
    of each briefing by the formats that its edition has.
    """

    paths: frozenset[str]
    formats: frozenset[Format]

    def __contains__(self, path: object) -> bool:
        if path in self.paths:
            return True
        folder, _, name = str(path).partition("/")
        ending = name.rpartition(".")[2]
        if folder == "briefings":
            return ending == "json" or any(ending == _ENDINGS.get(each) for each in self.formats)
        return folder == "cite" and "citations" in self.formats


def list_briefing_paths(id: str, formats: Iterable[Format]) -> Iterator[str]:
    """Yield the path of every file of a briefing but its page: what `list_briefing_files` gives, nothing made."""
    offered = frozenset(formats)
    yield urls.briefing_path(id, "json")
    yield from (urls.briefing_path(id, ending) for name, ending in _ENDINGS.items() if name in offered)
    if "citations" in offered:
        yield from (citations.citation_path(id, form) for form, _ in citations.FORMS)


def list_briefing_files(
    briefing: Briefing,
    abstract: Abstract,
    links: Links,
    config: Config,
    words: Words,
    authorities: Authorities,
) -> Iterator[File]:
    """Yield every file of one briefing but its page. `config`: that of the edition."""
    config = config.of_release(links.release)
    id, formats, versions = briefing.id, config.formats, links.versions
    repeats = {(id, section): repeats for section, repeats in links.repeats}
    yield File(urls.briefing_path(id, "json"), partial(make_record, briefing, repeats, config.publisher, versions))
    if "tei" in formats:
        count = sum(section.words for section in abstract.sections)
        yield File(urls.briefing_path(id, "xml"), partial(make_tei, briefing, config, authorities, versions, count))
    if "text" in formats:
        yield File(urls.briefing_path(id, "txt"), partial(make_text, briefing, config, words, versions))
    if "markdown" in formats:
        yield File(urls.briefing_path(id, "md"), partial(_make_markdown, briefing.transcript))
    if "citations" in formats:
        made = partial(_make_citation_file, briefing, config)
        for form, _ in citations.FORMS:
            yield File(citations.citation_path(id, form), partial(made, form))


def _make_markdown(transcript: Transcript) -> bytes:
    return encode_text(dumps(transcript))


def _make_citation_file(briefing: Briefing, config: Config, form: citations.Form) -> bytes:
    return citations.make_citation_file(briefing, config, form)


def _make_diagnostics_file(diagnostics: Diagnostics) -> File:
    def make() -> bytes:
        return encode_text(lay_out(describe_diagnostics(diagnostics)))

    return File(urls.data_path("diagnostics.json"), make, of=diagnostics)


#: What a browser shows beside the search of an edition.
_ICON = urls.asset_path("icon.svg")


def _make_opensearch(config: Config, words: Words, icon: str) -> bytes:
    description = words("search.description", title=config.title)
    return opensearch.make_description(config.site_url or "", config.title, description, words.code, icon)


def _make_vocabulary(edition: Edition, index: Index) -> bytes:
    used = {each.entity.id for each in index.families.get("topics", ())}
    return skos.make_vocabulary(edition.config, edition.authorities.topics, used)


def _read_schema() -> bytes:
    return (Path(__file__).parent / "briefing.schema.json").read_bytes()


def _make_edition_feed(make: Callable[..., bytes], edition: Edition, path: str) -> bytes:
    items = map(feeds.item_of_briefing, edition.briefings[: feeds.NEWEST])
    return make(edition.config, edition.config.title, path, urls.HOME, items)


def _keep_rows() -> tables.Rows:
    """Return what makes the rows of a briefing's sections once and keeps them: some 4 kB for a briefing."""
    kept: dict[str, Sequence[str]] = {}

    def rows(briefing: Abstract) -> Sequence[str]:
        found = kept.get(briefing.id)
        if found is None:
            found = kept[briefing.id] = tables.make_section_rows(briefing)
        return found

    return rows


def _files_of_entity(config: Config, each: EntityIndex, rows: tables.Rows) -> Iterator[File]:
    entity = each.entity
    if "feeds" in config.formats:
        for ext, make in (("xml", feeds.make_feed), ("feed.json", feeds.make_json_feed)):
            path = urls.entity_path(entity.family, entity.slug, ext)
            yield File(path, partial(_make_entity_feed, make, config, each, path), entity.key)
    if "tables" in config.formats:
        table = partial(_part_entity_table, each, rows)
        yield _put_together(urls.entity_path(entity.family, entity.slug, "csv"), table, entity=entity.key)


def _part_entity_table(each: EntityIndex, rows: tables.Rows) -> Iterator[Piece]:
    yield from tables.part_entries_table((entries for _, entries in each.list_years()), rows)


def _make_entity_feed(make: Callable[..., bytes], config: Config, each: EntityIndex, path: str) -> bytes:
    entity = each.entity
    page = urls.entity_path(entity.family, entity.slug)
    items = map(feeds.item_of_entry, each.entries[: feeds.NEWEST])
    return make(config, f"{entity.name} · {config.title}", path, page, items)


def make_citations(config_of: Callable[[str], Config]) -> Callable[..., tuple[tuple[str, str, str], ...]]:
    """Return what gives the ways to cite a briefing or a section of it: (name, sentence or "", path of a file or "").

    It is called with a briefing, and with an annotated section of it where that one is cited. `config_of`: a briefing's
    id → the config with the release that it belongs to.
    """

    def cite(briefing: Briefing, section: AnnotatedSection | None = None) -> tuple[tuple[str, str, str], ...]:
        return citations.make_citations(briefing, config_of(briefing.id), section)

    return cite


def make_sitemap_files(edition: Edition, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of the sitemap of the pages among `paths`; nothing in a site without an address.

    A briefing changed last when it was published, else held; of other pages the sitemap doesn't say it.
    """
    site_url = edition.config.site_url
    if site_url is None:
        return
    days: Mapping[str, str] = {
        urls.briefing_path(briefing.id): feeds.stamp_of(briefing)[:10]
        for briefing in edition.briefings
        if briefing.date or briefing.published
    }
    # a parallel page holds no text that isn't on a page of its own
    listed = (path for path in paths if path.endswith(".html") and not path.startswith(urls.PARALLEL))
    pages = ((path, days.get(path)) for path in listed if path not in (urls.NOT_FOUND, urls.REVIEW))
    yield from sitemap.make_sitemaps(site_url, pages)
