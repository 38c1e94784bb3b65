"""Every page of the site, made: from the indexes, the interface words and the config to a context of contexts.py.

    list_index_pages(index, common, …) -> Iterator[Page]                         every page that is not of one briefing
    make_briefing_page(common, briefing, abstract, links, …) -> BriefingPage     from values alone, no index needed

This module must not make HTML or write files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from math import ceil, sqrt
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from edition import urls
from edition.abstracts import Abstract, first_words, is_day, number_of, number_of_place, title_of
from edition.compliance import Verdict
from edition.config import Config, Release
from edition.contexts import (
    Alternate,
    ApparatusLine,
    ApparatusTable,
    Bar,
    Book,
    BookChapter,
    BriefingLine,
    BriefingPage,
    BriefingsPage,
    Cell,
    ChangeView,
    ChapterLink,
    ChapterView,
    Citation,
    Citations,
    Column,
    CompliancePage,
    ContentsLine,
    DataFile,
    DataPage,
    Date,
    Departed,
    DiagnosticsPage,
    EntityPage,
    EntityYearPage,
    EntryLine,
    ExampleView,
    Facet,
    FamilyPage,
    FieldsTable,
    FiguresPage,
    FindingView,
    FormView,
    Frame,
    GonePage,
    Group,
    HomePage,
    Link,
    Listed,
    MovedPage,
    NotFoundPage,
    OldPlace,
    OutcomeView,
    Page,
    ParagraphView,
    ParallelCell,
    ParallelPage,
    ParallelRow,
    ParallelSide,
    Reference,
    Relation,
    RemedyView,
    ReviewChapter,
    ReviewPage,
    RevisionView,
    Row,
    SearchBox,
    SearchPage,
    SectionCitation,
    SectionView,
    Segment,
    Shaded,
    SourceView,
    Tag,
    Translation,
    TurnView,
    VerdictChapter,
    VerdictRow,
    VersionLink,
    WrittenView,
    YearPage,
)
from edition.diagnostics import CHAPTERS, Chapter, Diagnostics, Finding, Place
from edition.entities import Entity, Key, show_authorities
from edition.exports import citations as citing
from edition.exports.dictionary import EDITION, EDITION_BRIEFINGS, LINE_TABLES, TABLES, read_record_tables
from edition.importing.checking import State
from edition.importing.kept import SOURCES
from edition.indexes import (
    ENTRIES_ON_A_PAGE,
    EntityIndex,
    Entry,
    Index,
    LinkedThread,
    Links,
    Neighbour,
    Pointer,
    WrittenPage,
    Year,
    fold_name,
    make_links,
)
from edition.interface import Words, direction_of, isolate, own_name
from edition.memo import replace
from edition.model import (
    SECTION_KINDS,
    AnnotatedSection,
    Briefing,
    Change,
    Locus,
    Paragraph,
    Revision,
    Rights,
    Span,
    Transcript,
    Turn,
)
from edition.permalinks.addresses import Address, Gone
from edition.permalinks.answering import Answers, OldPage, OldSection
from edition.problems import Problem, Refused
from edition.review import FAMILIES as REVIEW_FAMILIES
from edition.review import Example, FormEntry, Outcome, Proposal, Remedy, Review
from edition.versions import LinkedVersion

#: How many briefings the home page shows.
LATEST = 8
#: How many subjects a line of a list names, how many the page of a briefing.
SUBJECTS_OF_A_LINE = 6
SUBJECTS_OF_A_PAGE = 5
#: How many briefings the list of all may hold before it keeps to the newest and leaves the rest to the years' pages.
BRIEFINGS_ON_A_PAGE = 400
#: How many entries an entity's page shows when its years have pages of their own.
NEWEST_ENTRIES = 40
#: How many entries a year's page of an entity shows with the first words of each answer; beyond it the titles must do.
ENTRIES_WITH_EXCERPTS = 400
#: How many names an index holds before it is divided by letter.
NAMES_WITHOUT_LETTERS = 40
#: How many sections the list of contents shows without being opened.
CONTENTS_OPEN = 12
#: How many lines of the apparatus a page shows; the data files hold all of them.
APPARATUS_LINES = 40
#: How many changes of a revision a page shows; the data files hold all of them.
CHANGES_ON_A_PAGE = 40
#: How many forms of a family the review shows, and how many outcomes of each; data/review.csv holds all.
FORMS_ON_A_PAGE = 50
OUTCOMES_OF_A_FORM = 6
_SCHEMES = {"speakers": "speaker", "outlets": "outlet", "topics": "topic"}
_FAMILY_OF_SCHEME = {
    "country": "countries", "territory": "countries", "speaker": "speakers", "outlet": "outlets", "topic": "topics",
    "person": "persons",
}  # fmt: skip
#: How many findings of a kind the diagnostics show, and how many places of each; data/diagnostics.json holds all.
FINDINGS_ON_A_PAGE = 100
PLACES_OF_A_FINDING = 6
#: The shades of a table's cells, 1 (few) to this.
SHADES = 5

_LATIN = re.compile(r"[a-z]")
_YEAR_FILE = re.compile(rf"([a-z]+)-(\d{{4}}|{urls.UNDATED})(\.\w+)")
#: The tables of the data dictionary by the files that they describe.
_FILE_NAMES = {
    "briefings": "briefings.csv", "sections": "sections-YEAR.csv", "tags": "tags.csv", "moved": "moved.csv",
    "sections.jsonl": "sections-YEAR.jsonl", "changes.jsonl": "changes.jsonl", "edition.json": "edition.json",
    "edition.json: briefings": "edition.json: briefings",
}  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*$")
_TITLE = re.compile(r"#[ \t]+(.+?)[ \t]*#*[ \t]*$")
_TAKEN_NAMES = frozenset(("index", "search", "figures", "diagnostics", "compliance", "files", "404"))
#: The filter of the search that stands for a family.
FACETS = {
    "speakers": "speaker", "outlets": "outlet", "countries": "country", "topics": "topic", "persons": "person",
}  # fmt: skip
#: The filter of the search that holds one briefing; the search page has no list of these.
BRIEFING_FACET = "briefing"
#: Pages that the footer names first, where the editor wrote them.
_WELL_KNOWN = ("about", "principles", "changes")


# ── The editor's own pages ──────────────────────────────────────────────────────────────────────────────────────────


def read_pages(edition_dir: Path) -> tuple[tuple[WrittenPage, ...], tuple[Problem, ...]]:
    """Return the pages in content/pages/*.md, by name, and what is wrong with others (no title, a taken name …)."""
    pages: list[WrittenPage] = []
    problems: list[Problem] = []
    for path in sorted((edition_dir / "content" / "pages").glob("*.md")):
        file = path.relative_to(edition_dir).as_posix()
        try:
            pages.append(_read_page(path, file))
        except Refused as refused:
            problems.extend(refused.problems)
    return tuple(pages), tuple(problems)


def _read_page(path: Path, file: str) -> WrittenPage:
    name = path.stem
    if not _NAME.match(name) or name in _TAKEN_NAMES:
        why = "is the address of another page" if name in _TAKEN_NAMES else "can't be an address"
        raise Refused(Problem(Locus(file), f"“{name}” {why}", f"rename it, say to “{urls.slug('page ' + name)}.md”"))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise Refused(Problem(Locus(file), f"can't read the page: {reason}")) from error
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    title = _TITLE.match(lines[first]) if first is not None else None
    if first is None or title is None:
        line = 1 if first is None else first + 1
        raise Refused(Problem(Locus(file, line), "the page has no title", "begin it with a line “# The title”"))
    return WrittenPage(name, title[1], "\n".join(lines[first + 1 :]) + "\n", file, first + 2)


# ── Making the contexts ─────────────────────────────────────────────────────────────────────────────────────────────


def _shade(count: int, most: int) -> int:
    # Square root: counts of countries are so uneven that equal steps would leave all but one cell pale. A table of ones
    # is not a table of extremes, so the strongest shade begins at five.
    return min(SHADES, ceil(SHADES * sqrt(count / max(most, SHADES)))) if count else 0


_NOTHING = Diagnostics()
_NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class Common:
    """What all pages of a site have in common. `families`: those that have a list; `written`: (name, title) of the
    editor's own pages; `held`: what the edition holds, in words; `files`: paths of what the site has beside pages.
    """

    config: Config
    words: Words
    families: tuple[str, ...]
    written: tuple[tuple[str, str], ...]
    held: str
    files: Container[str]


def find_common(index: Index, words: Words, files: Container[str] = ()) -> Common:
    """Return what all pages have in common; a page offers only what is in `files` (data, feeds, other forms)."""
    edition, families = index.edition, _families_of(index)
    written = tuple((page.name, page.title) for page in edition.pages)
    return Common(edition.config, words, families, written, _count_held(index, words), files)


def _count_held(index: Index, words: Words) -> str:
    parts = [words.count("count.briefings", len(index.edition.briefings))]
    if index.exchanges:
        parts.append(words.count("count.exchanges", index.exchanges))
    elif index.sections:
        parts.append(words.count("count.sections", index.sections))
    countries = sum(x.entity.kind == "country" for x in index.families["countries"])
    if countries:
        parts.append(words.count("count.countries", countries))
    return words.list(parts)


def list_index_pages(
    index: Index,
    common: Common,
    data: Iterable[str] = (),
    diagnostics: Diagnostics = _NOTHING,
    review: Review | None = None,
    answers: Answers = _NO_ANSWERS,
) -> Iterator[Page]:
    """Yield every page that is not of a single briefing. `data`: paths, of which those of data/ are listed. `review`
    gets a page where there is one. `answers`: what is shown for old addresses.
    """
    for _, make in list_page_groups(index, common, data, diagnostics, review, answers):
        yield from make()


def list_page_groups(
    index: Index,
    common: Common,
    data: Iterable[str],
    diagnostics: Diagnostics,
    review: Review | None,
    answers: Answers,
) -> Iterator[tuple[EntityIndex | EntityYear | None, Callable[[], Iterable[Page]]]]:
    """Yield what makes the same pages, in the same order, each with the entity, or the year of one, that it is about.

    What the page of an entity says depends on it, on what `related_to` returns and on what all pages have in common;
    what that of its year says, on the year and on what all have in common.
    """
    maker, traces = _IndexMaker(common, index), list_traces(index, common, answers)

    def alone(make: Callable[..., Page], *of: Any) -> tuple[None, Callable[[], Iterable[Page]]]:
        return None, lambda: [make(*of)]

    yield alone(maker.home)
    yield alone(maker.briefings)
    for year in index.years:
        yield alone(maker.year, year)
    for family in common.families:
        yield alone(maker.family, family)
        for each in index.families[family]:
            yield each, partial(maker.entity, each)
            for part in _part_years(each) if len(each.entries) > ENTRIES_ON_A_PAGE else ():
                yield part, partial(maker.entity_year, part)
    for each in index.quiet:
        yield each, partial(maker.entity, each)
    yield alone(maker.figures)
    for page in index.edition.pages:
        if (path := urls.page_path(page.name)) != urls.CHANGES:
            yield alone(maker.written, page, traces.get(path, NO_TRACES))
    yield alone(maker.data, data)
    yield alone(maker.diagnostics, diagnostics)
    if review is not None:
        yield alone(maker.review, review)
    yield alone(maker.search)
    for old in answers.old:
        yield alone(maker.old, old)
    yield alone(maker.not_found)


@dataclass(frozen=True, slots=True)
class EntityYear:
    """What an edition holds on an entity in a year (None: undated). `years`: all in which it holds something."""

    entity: Entity
    year: str | None
    entries: tuple[Entry, ...]
    years: tuple[str | None, ...]


def _part_years(each: EntityIndex) -> Iterator[EntityYear]:
    by_year = dict(each.list_years())
    for year, entries in by_year.items():
        yield EntityYear(each.entity, year, entries, tuple(by_year))


def related_to(index: Index, entity: Entity) -> list[Entity]:
    """Return the entities to which the page of another one leads as related."""
    found = (index.find(entity.family, id) for id in entity.related)
    return [each.entity for each in found if each]


def make_frames(common: Common) -> Callable[..., Frame]:
    """Return what makes the frame of a page that other rooms make: called with its path, title and description."""
    return _Maker(common).frame


@dataclass(frozen=True, slots=True)
class Traces:
    """What a page shows of places that are no more on it, ready-made. `aliases`: anchor → the old ones that stand
    beside it; `departed`: (section, anchor behind which it stood) → what stands in the place of a section or paragraph.
    """

    aliases: Mapping[str, tuple[str, ...]]
    departed: Mapping[tuple[str, str], tuple[Departed, ...]]


NO_TRACES = Traces({}, {})


def list_traces(index: Index, common: Common, answers: Answers) -> dict[str, Traces]:
    """Return path → traces of every page that has any."""
    maker = _IndexMaker(common, index)
    paths = sorted(answers.aliases.keys() | answers.stubs.keys())
    return {path: maker.trace(path, answers) for path in paths}


def make_briefing_page(
    common: Common,
    briefing: Briefing,
    abstract: Abstract,
    links: Links,
    citations: Citations | None = None,
    state: State | None = None,
    traces: Traces = NO_TRACES,
) -> BriefingPage:
    """Return the page of a briefing. `citations` gives the ways to cite it; without it the box is left out. `state`:
    what this build found of it beside its witness, None: it didn't look.
    """
    return _BriefingMaker(common, briefing, links, citations, state, traces).page(abstract)


def list_parallels(abstract: Abstract, links: Links) -> Iterator[LinkedVersion]:
    """Yield the versions beside which a briefing is shown; each pair has one page, made with the first of the two."""
    for version in links.versions:
        if version.briefing in links.held and version.sections and abstract.id < version.briefing:
            yield version


def make_parallel_page(
    common: Common, one: tuple[Briefing, Links], two: tuple[Briefing, Links], pairs: tuple[tuple[str, str], ...]
) -> ParallelPage:
    """Return the page that shows two versions of a briefing side by side. `pairs`: their sections that correspond."""
    return _parallel(_BriefingMaker(common, *one), _BriefingMaker(common, *two), pairs)


def make_compliance_page(index: Index, words: Words, files: Container[str], verdicts: Iterable[Verdict]) -> Page:
    """Return the page of what was counted in all other files of the site, which therefore is made last."""
    return _IndexMaker(find_common(index, words, files), index).compliance(tuple(verdicts))


def list_books(
    index: Index, words: Words, citations: Citations, states: Mapping[str, State] | None = None
) -> Iterator[tuple[Book, Iterator[BookChapter]]]:
    """Yield a book for each year, the newest first, with its chapters in order of their days, made one by one."""
    common, known = find_common(index, words), states or {}
    maker = _IndexMaker(common, index)

    def chapter(abstract: Abstract) -> BookChapter:
        briefing, links = index.edition.shelf[abstract.id], make_links(index, abstract)
        return _BriefingMaker(common, briefing, links, citations, known.get(abstract.id)).book_chapter()

    for year in index.years:
        yield maker.book(year), (chapter(abstract) for abstract in reversed(year.briefings))


def _name_subjects(abstract: Abstract, names: Callable[[Key], str | None]) -> tuple[list[str], bool]:
    """Return what a briefing is about, and whether that is said in its own language: by its headings, else by its
    places and topics, the commonest first. `names`: of what has a page.
    """
    headings = [section.heading for section in abstract.sections if section.heading]
    if headings and len(headings) * 2 >= len(abstract.sections):
        return headings, True
    counted: dict[str, int] = {}
    for section in abstract.sections:
        countries = [key for key in section.mentions if key[0] == "countries"]
        topics = [key for key in section.mentions if key[0] == "topics"]
        for key in (*countries, *topics[:1]):
            name = names(key)
            if name:
                counted[name] = counted.get(name, 0) + 1
    if counted:
        return sorted(counted, key=lambda n: -counted[n]), False
    return [abstract.opening] if abstract.opening else [], True


def _join_subjects(names: Sequence[str], most: int) -> str:
    shown = " · ".join(names[:most])
    return f"{shown} …" if len(names) > most else shown


def list_paths(index: Index, review: bool = False) -> Iterator[str]:
    """Yield the path of every page of the site of an index but those for old addresses and the parts of files.html,
    none of them made.
    """
    yield from (urls.HOME, urls.BRIEFINGS, urls.FIGURES, urls.DATA, urls.DIAGNOSTICS, urls.COMPLIANCE, urls.SEARCH)
    yield from (urls.NOT_FOUND, urls.CHANGES, urls.FILES)
    yield from (urls.release_path(record.name) for record in index.edition.history.records)
    yield from (urls.year_path(year.year) for year in index.years)
    for briefing in index.edition.briefings:
        yield urls.briefing_path(briefing.id)
        for version in index.edition.versions.get(briefing.id, ()):
            other = index.briefings.get(version.briefing or "")
            if other and version.sections and briefing.id < other.id:
                yield urls.parallel_path(briefing.id, other.id)
    yield from (urls.family_path(family) for family in _families_of(index))
    for each in (*(x for family in _families_of(index) for x in index.families[family]), *index.quiet):
        family, slug = each.entity.family, each.entity.slug
        yield urls.entity_path(family, slug)
        if len(each.entries) > ENTRIES_ON_A_PAGE:
            yield from (urls.entity_year_path(family, slug, year) for year, _ in each.years)
    yield from (path for page in index.edition.pages if (path := urls.page_path(page.name)) != urls.CHANGES)
    if review:
        yield urls.REVIEW


def _families_of(index: Index) -> tuple[urls.Family, ...]:
    """Return the families that have a list. Most editions confirm nobody: one of people is there where anybody is."""
    persons = bool(index.families["persons"]) or any(each.entity.family == "persons" for each in index.quiet)
    return tuple(family for family in urls.FAMILIES if family != "persons" or persons)


# All pages of a folder have one header and footer, but for the link that is marked as the current one.
@lru_cache(maxsize=1_000)
def _link_places(folder: str, places: tuple[tuple[str, str], ...], current: str | None) -> tuple[Link, ...]:
    """Return the links from the pages of a folder to places (words, path), the current one marked."""
    return tuple(Link(text, urls.relative(f"{folder}/", to), current=to == current) for text, to in places)


class _Maker:
    """What all pages of one site have in common, while they are made."""

    def __init__(self, common: Common) -> None:
        self.common = common
        self.words = common.words
        self.files = common.files
        self.config = common.config
        self.families = common.families

    # ── small things ──

    def link(self, here: str, text: str, path: str) -> Link:
        return Link(text, urls.relative(here, path))

    def external(self, text: str, url: str | None) -> Link | None:
        href = urls.safe_href(url)
        return Link(text, href, external=True) if href else None

    def date(self, iso: str | None, short: bool = False) -> Date | None:
        if iso is None:
            return None
        return Date(iso if is_day(iso) else "", self.words.date_short(iso) if short else self.words.date(iso))

    def lang(self, language: str) -> str:
        return "" if language == self.words.code else language

    def dir(self, language: str) -> str:
        direction = direction_of(language)
        return "" if direction == self.words.direction else direction

    def language_name(self, language: str) -> str:
        key = f"languages.{language.split('-')[0]}"
        return self.words(key) if self.words.has(key) else language

    def span(self, first: str | None, last: str | None) -> str:
        if first is None or last is None:
            return ""
        if first == last:
            return self.words.date(first)
        return self.words("date.range", first=self.words.date(first), last=self.words.date(last))

    def frame(
        self,
        path: str,
        title: str,
        description: str = "",
        family: str = "",
        type: Literal["website", "article"] = "website",
        published: str | None = None,
        previous: Link | None = None,
        next: Link | None = None,
        alternates: tuple[Alternate, ...] = (),
        translations: tuple[Translation, ...] = (),
        index: bool = True,
        canonical: str | None = None,
        meta: tuple[tuple[str, str], ...] = (),
        relations: tuple[Relation, ...] = (),
        linked: Mapping[str, Any] | None = None,
        release: Release | None = None,
    ) -> Frame:
        words, config = self.words, self.config
        places = [("briefings", urls.BRIEFINGS), *((f, urls.family_path(f)) for f in self.families)]
        places += [("figures", urls.FIGURES), ("search", urls.SEARCH)]
        written = dict(self.common.written)
        named = [n for n in _WELL_KNOWN if n in written or urls.page_path(n) == urls.CHANGES]
        named += [n for n in sorted(written) if n not in _WELL_KNOWN]
        footer = [(written[n] if n in written else words("changes.heading"), urls.page_path(n)) for n in named] + [
            (words("nav.data"), urls.DATA),
            (words("nav.files"), urls.FILES),
            (words("nav.diagnostics"), urls.DIAGNOSTICS),
            (words("nav.compliance"), urls.COMPLIANCE),
        ]
        if urls.FEED in self.files:
            footer.append((words("nav.feed"), urls.FEED))
            alternates = (*alternates, Alternate("application/atom+xml", urls.relative(path, urls.FEED), config.title))
            if path == urls.HOME:
                alternates = (*alternates, Alternate("application/feed+json", urls.JSON_FEED_PATH, config.title))
        rights = config.rights
        root = urls.relative(path, urls.HOME).removesuffix(urls.HOME)
        folder = path.rpartition("/")[0]
        return Frame(
            path=path,
            title=title,
            description=description or config.description or "",
            language=words.code,
            direction=words.direction,
            root=root,
            site_title=config.title,
            site_subtitle=config.subtitle,
            site_language=self.lang(config.language),
            publisher=config.publisher or "",
            home=urls.relative(path, urls.HOME),
            search=urls.relative(path, urls.SEARCH),
            nav=_link_places(
                folder, tuple((words(f"nav.{name}"), to) for name, to in places), dict(places).get(family)
            ),
            footer=(
                *_link_places(folder, tuple(footer), path if any(path == to for _, to in footer) else None),
                *filter(None, [self.external(words("site.repository"), config.repository)]),
            ),
            release=self.release_line(release or config.release, of_page=release is not None),
            rights=rights.text if rights else "",
            rights_link=self.rights_link(rights),
            contact=words("site.contact", contact=config.contact) if config.contact else "",
            canonical=urls.canonical(config.site_url, canonical or path) if config.site_url else None,
            type=type,
            published=published,
            previous=previous,
            next=next,
            alternates=alternates,
            translations=translations,
            index=index,
            opensearch=urls.relative(path, urls.OPENSEARCH) if urls.OPENSEARCH in self.files else "",
            meta=meta,
            relations=relations,
            linked=linked,
        )

    def release_line(self, release: Release | None, of_page: bool = False) -> str:
        """Return which release the edition, or one page of it, belongs to."""
        if release is None:
            return ""
        date = self.words.date(release.date) if release.date else ""
        key = "site.release_of" if date else "site.release"
        if release.later:
            key = "site.release_after" if of_page else "site.release_later"
        return self.words(key, name=release.name, date=date)

    def rights_link(self, rights: Rights | None) -> Link | None:
        return self.external(self.words("site.rights_link"), rights.url) if rights else None


class _BriefingMaker(_Maker):
    """Makes what is told of one briefing: its page, its side of a parallel page, its chapter of a book."""

    def __init__(
        self,
        common: Common,
        briefing: Briefing,
        links: Links,
        citations: Citations | None = None,
        state: State | None = None,
        traces: Traces = NO_TRACES,
    ) -> None:
        super().__init__(common)
        self.briefing = briefing
        self.links = links
        self.citations = citations
        self.state = state
        self.traces = traces
        self.pages = {(family, id): urls.entity_path(family, slug) for family, id, slug, _ in links.entities}
        self.names = {(family, id): name for family, id, _, name in links.entities}
        self.days = dict(links.days)
        self.pointers = {(pointer.briefing, pointer.section): pointer for pointer in links.pointers}
        self.repeats = dict(links.repeats)
        self.threads = dict(links.threads)
        # language → this briefing's sections → the other's
        self.corresponding = {version.language: dict(version.sections) for version in links.versions}
        # section → the notes on revisions that touch it, and their days
        self.changed: dict[str, dict[str, str]] = {}
        for place, revision in enumerate(briefing.transcript.revisions, 1):
            for change in revision.changes:
                if change.section:
                    self.changed.setdefault(change.section, {})[f"#revision-{place}"] = revision.received

    # ── the briefing ──

    def subjects(self, abstract: Abstract) -> tuple[str, str]:
        """What the briefing is about, and the language that this is said in."""
        names, own = _name_subjects(abstract, self.names.get)
        return _join_subjects(names, SUBJECTS_OF_A_PAGE), abstract.language if own else self.words.code

    def opening(self) -> str:
        """Who speaks, and how much: the beginning of the one-line summary."""
        words, briefing = self.words, self.briefing
        sections = briefing.sections
        names = words.list(s.name for s in briefing.speakers)
        exchanges = sum(s.section.kind == "exchange" for s in sections)
        if exchanges:
            count = words.count("count.questions", exchanges)
            return words.count("briefing.answers", len(briefing.speakers), names=names, count=count) if names else count
        count = words.count(f"count.{sections[0].section.kind}s" if sections else "count.sections", len(sections))
        return words("briefing.by", names=names, count=count) if names else count

    def page(self, abstract: Abstract) -> BriefingPage:
        words, briefing = self.words, self.briefing
        transcript = briefing.transcript
        here = urls.briefing_path(briefing.id)
        rights = briefing.rights or transcript.rights or self.config.rights
        forms = []
        alternates = []
        for ext, type in (
            ("xml", "application/tei+xml"),
            ("txt", "text/plain"),
            ("md", "text/markdown"),
            ("json", "application/json"),
        ):
            path = urls.briefing_path(briefing.id, ext)
            if path in self.files:
                forms.append(self.link(here, words(f"form.{ext}"), path))
                alternates.append(Alternate(type, urls.relative(here, path), words(f"form.{ext}"), "alternate item"))
        sections = tuple(self.section(here, s) for s in briefing.sections)
        opening, (subjects, subjects_language) = self.opening(), self.subjects(abstract)
        start = words("briefing.summary", start=opening, subjects="") if subjects else opening
        cited = self.citations(briefing) if self.citations else ()
        record = citing.cite(briefing, self.config.of_release(self.links.release))
        return BriefingPage(
            frame=self.frame(
                here,
                transcript.title,
                first_words(start + subjects, 200),
                "briefings",
                type="article",
                published=briefing.date,
                previous=self.neighbour(here, self.links.older),
                next=self.neighbour(here, self.links.newer),
                alternates=tuple(alternates),
                translations=tuple(self.translations()),
                meta=tuple(self.meta(record, rights)),
                relations=tuple(self.relations(here, rights)),
                linked=self.linked(record, subjects, rights),
                release=self.links.release,
            ),
            id=briefing.id,
            kind=words(f"kind.{transcript.kind}"),
            title=transcript.title,
            lang=self.lang(transcript.language),
            dir=self.dir(transcript.language),
            date=self.date(briefing.date),
            summary=start,
            subjects=subjects,
            subjects_lang=self.lang(subjects_language) if subjects else "",
            speakers=tuple(self.speaker_link(here, s.id, s.name) for s in briefing.speakers),
            held=tuple(self.times(transcript)),
            place=transcript.place or "",
            published=self.published(transcript.published),
            source=SourceView(
                file=transcript.source.file,
                kept=f"{SOURCES}/{transcript.source.path}" if transcript.source.path else "",
                sha256=transcript.source.sha256,
                layout=transcript.source.layout,
                publisher=transcript.source.publisher or self.config.publisher or "",
                link=self.external(words("briefing.original"), transcript.source.url),
                retrieved=self.published(transcript.source.retrieved),
                lines=", ".join("–".join(map(words.number, lines)) for lines in transcript.source.lines),
            ),
            versions=tuple(self.version(here, v) for v in self.versions()),
            revisions=tuple(self.revision(n, r) for n, r in enumerate(transcript.revisions, 1)),
            forms=tuple(forms),
            rights=rights.text if rights else "",
            rights_link=self.rights_link(rights),
            citations=tuple(Citation(label, text, self.form_href(here, href)) for label, text, href in cited),
            cite_section=self.cite_section(sections),
            contents=tuple(
                ContentsLine(
                    href=view.permalink,
                    number=view.number,
                    outlet=view.outlet.text if view.outlet else "",
                    text=view.heading or title_of(s.section, 84),
                    heading=bool(view.heading),
                )
                for view, s in zip(sections, briefing.sections, strict=True)
            ),
            contents_open=len(sections) <= CONTENTS_OPEN,
            search=SearchBox(
                urls.relative(here, urls.SEARCH), words("briefing.search"), ((BRIEFING_FACET, briefing.id),)
            ),
            editorial=any(v.heading and not v.printed for v in sections),
            sections=sections,
            proof=words(f"apparatus.{self.state}") if self.state else "",
            notes=transcript.notes,
            apparatus=tuple(self.apparatus()),
            departed=self.departed("", ""),
            moved=self.traces != NO_TRACES,
        )

    def departed(self, section: str, behind: str) -> tuple[Departed, ...]:
        """What stands on the page in the place of what was behind an id of it, in a section or between sections."""
        return self.traces.departed.get((section, behind), ())

    # ── what programs read ──

    def meta(self, cited: citing.Cited, rights: Rights | None) -> Iterator[tuple[str, str]]:
        """What reference managers read (Highwire, Dublin Core), in the order in which Zotero takes the first of a name.

        Zotero knows the kind of an item by the first DC.type, and takes any item with a citation_title alone for a
        journal article. It parts a name at its last blank, unless a comma says that all before it is one name.
        """
        yield "citation_title", cited.title
        if cited.author:
            yield "citation_author", f"{cited.author},"
        if cited.date:
            yield "citation_publication_date", cited.date.replace("-", "/")
        yield "citation_language", cited.language
        yield "DC.type", "webpage"
        yield "DC.type", "Text"
        yield "z:websiteType", cited.genre
        yield "DC.title", cited.title
        if cited.author:
            yield "DC.creator", cited.author
        yield "DC.publisher", self.config.publisher or self.config.title
        if cited.date:
            yield "DC.date", cited.date
        yield "DC.language", cited.language
        yield "DC.identifier", cited.address or cited.key
        if rights:
            yield "DC.rights", rights.text

    def relations(self, here: str, rights: Rights | None) -> Iterator[Relation]:
        """What the page is to other addresses, as Signposting's level 1 asks (signposting.org/FAIR)."""
        for form, type in citing.TYPES.items():
            path = citing.citation_path(self.briefing.id, form)
            if path in self.files:
                yield Relation("describedby", urls.relative(here, path), type)
        license = urls.safe_href(rights.url) if rights else None
        if license:
            yield Relation("license", license)
        for speaker in self.briefing.speakers:
            path = self.pages.get(("speakers", speaker.id), "")
            if path:
                yield Relation("author", urls.relative(here, path))
        yield Relation("type", "https://schema.org/Article")

    def linked(self, cited: citing.Cited, subjects: str, rights: Rights | None) -> Mapping[str, Any]:
        """What the page is, in schema.org's words. Nothing is said that the page doesn't say."""
        briefing, config = self.briefing, self.config
        transcript = briefing.transcript
        publisher = {"@type": "Organization", "name": config.publisher or config.title}
        whole = {"@type": "Collection", "name": cited.container}
        if config.site_url:
            whole["url"] = config.site_url
        found: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Article",
            "url": cited.address,
            "identifier": briefing.id,
            "headline": cited.title,
            "genre": cited.genre,
            "datePublished": transcript.published or cited.date,
            "inLanguage": cited.language,
            "author": {"@type": "Organization", "name": cited.author} if cited.author else None,
            "contributor": [{"@type": "Person", "name": speaker.name} for speaker in briefing.speakers],
            "publisher": publisher,
            "isPartOf": whole,
            "isBasedOn": urls.safe_href(transcript.source.url),
            "license": urls.safe_href(rights.url) if rights else None,
            "keywords": subjects.removesuffix(" …").replace(" · ", ", "),
        }
        return {name: value for name, value in found.items() if value}

    # ── times, versions, revisions ──

    def times(self, transcript: Transcript) -> Iterator[Date]:
        """When it began and ended: the time of day, where the day is the briefing's; a common time zone at the end."""
        words = self.words
        moments = {"first": transcript.starts, "last": transcript.ends}
        given = {name: moment for name, moment in moments.items() if moment}
        if not given:
            return
        zones = [words.clock(moment)[1] for moment in given.values()]
        same_day = all(moment.startswith(transcript.date or "-") for moment in given.values())
        zone = zones[0] if len(set(zones)) == 1 and same_day else ""
        key = "briefing.from_to" if len(given) == 2 else "briefing.from" if "first" in given else "briefing.until"
        sentence = words(key, **{name: f"{{{name}}}" for name in moments if name in given})
        for part in re.split(r"\{(first|last)\}", sentence):
            if part in given:
                moment = given[part]
                exact = self.published(moment)
                time = words.clock(moment)[0] if same_day and len(set(zones)) == 1 else ""
                yield Date(exact.iso if exact else "", time or words.moment(moment))
            elif part:
                yield Date("", part)
        if zone:
            yield Date("", f" ({zone})")

    def versions(self) -> Iterator[LinkedVersion]:
        """The versions that a page can lead to."""
        for version in self.links.versions:
            if version.briefing in self.links.held or urls.safe_href(version.url):
                yield version

    def version(self, here: str, version: LinkedVersion) -> VersionLink:
        parallel = None
        name = own_name(version.language)
        if version.briefing and version.sections:
            path = urls.parallel_path(self.briefing.id, version.briefing)
            parallel = self.link(here, self.words("briefing.parallel"), path)
        if version.briefing in self.links.held:
            href = urls.relative(here, urls.briefing_path(version.briefing or ""))
            return VersionLink(version.language, direction_of(version.language), name, href, parallel=parallel)
        return VersionLink(version.language, direction_of(version.language), name, version.url or "", external=True)

    def versions_of_section(self, here: str, section: str) -> Iterator[VersionLink]:
        for version in self.versions():
            other = self.corresponding[version.language].get(section)
            if other and version.briefing:
                path = urls.anchor(urls.briefing_path(version.briefing), other)
                language = version.language
                href = urls.relative(here, path)
                yield VersionLink(language, direction_of(language), own_name(language), href)

    def translations(self) -> Iterator[Translation]:
        # Search engines take only absolute addresses here, so that a site without one names only pages elsewhere.
        site, versions = self.config.site_url, list(self.versions())
        if site and any(version.briefing for version in versions):
            path = urls.briefing_path(self.briefing.id)
            yield Translation(self.briefing.transcript.language, urls.canonical(site, path))
        for version in versions:
            if version.briefing is None:
                yield Translation(version.language, version.url or "")
            elif site:
                yield Translation(version.language, urls.canonical(site, urls.briefing_path(version.briefing)))

    def revision(self, number: int, revision: Revision) -> RevisionView:
        words, hidden = self.words, len(revision.changes) - CHANGES_ON_A_PAGE
        state = "taken" if revision.taken else "waiting"
        return RevisionView(
            id=f"revision-{number}",
            taken=revision.taken,
            status=words(f"revision.{state}"),
            text=words(f"revision.{state}_text", date=words.date(revision.received)),
            count=words.count("revision.changes", len(revision.changes)),
            changes=tuple(self.change(change) for change in revision.changes[:CHANGES_ON_A_PAGE]),
            more=words.count("revision.more", hidden) if hidden > 0 else "",
            sha256=revision.sha256,
        )

    def change(self, change: Change) -> ChangeView:
        link = None
        if change.section and self.holds(change.section):
            number = number_of(self.briefing, change.section)
            link = Link(self.words("reference.here", number=number), f"#{change.section}")
        return ChangeView(link, change.before, change.after)

    def holds(self, section: str) -> bool:
        return any(annotated.section.id == section for annotated in self.briefing.sections)

    def side(self, here: str) -> ParallelSide:
        language = self.briefing.transcript.language
        href = urls.relative(here, urls.briefing_path(self.briefing.id))
        return ParallelSide(language, direction_of(language), own_name(language), self.briefing.transcript.title, href)

    def cell(self, here: str, annotated: AnnotatedSection) -> ParallelCell:
        view = self.section(here, annotated)
        return ParallelCell(
            href=urls.relative(here, urls.anchor(urls.briefing_path(self.briefing.id), view.id)),
            number=view.number,
            outlet=view.outlet.text if view.outlet else "",
            heading=view.heading,
            printed=view.printed,
            turns=view.turns,
        )

    def cite_section(self, views: tuple[SectionView, ...]) -> SectionCitation | None:
        # Of the first section only: the sentence beside every section would make a page a fifth longer.
        for annotated, view in zip(self.briefing.sections, views, strict=True):
            paragraphs = [p.id for turn in view.turns for p in turn.paragraphs]
            for label, text, _ in self.citations(self.briefing, annotated) if self.citations and paragraphs else ():
                if text:
                    return SectionCitation(label, text, view.number, view.permalink, f"#{paragraphs[0]}")
        return None

    def form_href(self, here: str, path: str) -> str:
        """A citation's file: a path of this site, or an address elsewhere."""
        if not path:
            return ""
        return urls.relative(here, path) if path in self.files else urls.safe_href(path) or ""

    def published(self, iso: str | None) -> Date | None:
        if not iso:
            return None
        exact = re.fullmatch(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?", iso)
        return Date(iso if exact and is_day(iso[:10]) else "", self.words.moment(iso))

    def speaker_link(self, here: str, id: str, name: str) -> Link:
        path = self.pages.get(("speakers", id))
        return Link(name, urls.relative(here, path) if path else "")

    def neighbour(self, here: str, other: Neighbour | None) -> Link | None:
        if other is None:
            return None
        text = self.words.date(other.date) if other.date else other.title
        if other.language != self.briefing.transcript.language:
            text = f"{text} · {isolate(own_name(other.language), self.words.direction)}"
        return self.link(here, text, urls.briefing_path(other.id))

    def section(self, here: str, annotated: AnnotatedSection) -> SectionView:
        words, section = self.words, annotated.section
        outlet = None
        if annotated.outlet:
            path = self.pages.get(("outlets", annotated.outlet.id))
            outlet = Link(annotated.outlet.name, urls.relative(here, path) if path else "")
        tags = []
        for tag in (*annotated.countries, *annotated.territories):
            tags.append(self.tag(here, "countries", tag.id))
        tags += [self.tag(here, "topics", id) for id in annotated.topics]
        tags += [self.person(here, p.id, p.name) for p in annotated.persons if p.status == "confirmed"]
        spans = dict(annotated.spans)
        said: tuple[object, ...] = annotated.speakers + (None,) * (len(section.turns) - len(annotated.speakers))
        turns = []
        for place, (turn, speaker) in enumerate(zip(section.turns, said, strict=False)):
            id = getattr(speaker, "id", None)
            path = self.pages.get(("speakers", id)) if id else None
            turns.append(
                TurnView(
                    role=turn.role,
                    who=self.who(annotated, turn, place),
                    href=urls.relative(here, path) if path else None,
                    paragraphs=tuple(self.paragraph(here, section.id, p, spans.get(p.id, ())) for p in turn.paragraphs),
                )
            )
        return SectionView(
            id=section.id,
            number=number_of(self.briefing, section.id),
            kind=section.kind,
            kind_name=words(f"section.{section.kind}"),
            outlet=outlet,
            outlet_title=annotated.outlet.full_name if annotated.outlet else "",
            heading=section.heading or "",
            printed=section.printed,
            permalink=f"#{section.id}",
            occasion=section.occasion.printed if section.occasion else "",
            proposed=section.proposed,
            turns=tuple(turns),
            tags=tuple(tags),
            references=tuple(self.references(here, annotated)),
            versions=tuple(self.versions_of_section(here, section.id)),
            aliases=self.traces.aliases.get(section.id, ()),
            opening=self.departed(section.id, ""),
            departed=self.departed("", section.id),
        )

    def who(self, annotated: AnnotatedSection, turn: Turn, place: int) -> str:
        # The margin names the outlet already; only another printed form of it says something new.
        if not turn.label:
            return ""
        same = annotated.outlet is not None and turn.label.casefold() == annotated.outlet.name.casefold()
        return "" if place == 0 and turn.role == "question" and same else turn.label

    def tag(self, here: str, family: str, id: str) -> Tag:
        return Tag(self.names.get((family, id), id), urls.relative(here, self.pages[family, id]), family)

    def person(self, here: str, id: str, name: str) -> Tag:
        path = self.pages.get(("persons", id)) or self.pages.get(("speakers", id))
        return Tag(name, urls.relative(here, path) if path else None, "persons")

    def target(self, here: str, span: Span) -> str | None:
        if span.kind == "date":
            day = self.days.get(span.target)
            path = urls.briefing_path(day) if day else None
        else:
            path = self.pages.get((_FAMILY_OF_SCHEME[span.kind], span.target))
            if path is None and span.kind == "person":
                path = self.pages.get(("speakers", span.target))
        return urls.relative(here, path) if path else None

    def paragraph(self, here: str, section: str, paragraph: Paragraph, spans: tuple[Span, ...]) -> ParagraphView:
        return ParagraphView(
            id=paragraph.id,
            number=number_of_place(self.briefing, paragraph.id),
            segments=tuple(cut_segments(paragraph, spans, lambda span: self.target(here, span))),
            stage=paragraph.kind == "stage",
            aliases=self.traces.aliases.get(paragraph.id, ()),
            departed=self.departed(section, paragraph.id),
        )

    def reference_to(self, here: str, other: Pointer | None) -> Link | None:
        if other is None:
            return None
        today = self.briefing.date
        if other.date is None:
            when = self.words("date.undated")
        elif today and today[:4] == other.date[:4]:
            when = self.words.day(other.date)
        else:
            when = self.words.date_short(other.date)
        path = urls.anchor(urls.briefing_path(other.briefing), other.section)
        return self.link(here, self.words("reference.in", date=when, number=other.number), path)

    def references(self, here: str, annotated: AnnotatedSection) -> Iterator[Reference]:
        words, section = self.words, annotated.section.id
        follows = []
        for id in annotated.follows:
            home, _, anchor = id.rpartition("#")
            if home:
                link = self.reference_to(here, self.pointers.get((home, anchor)))
            else:
                number = number_of(self.briefing, id) if self.holds(id) else ""
                link = Link(words("reference.here", number=number), f"#{id}") if number else None
            if link:
                follows.append((link, ""))
        changed = self.changed.get(section, {})
        if changed:
            links = tuple((Link(words.date(day), anchor), "") for anchor, day in changed.items())
            yield Reference("revision", words("reference.changed"), links)
        if follows:
            yield Reference("follows", words("reference.follows"), tuple(follows))
        said = []
        for repeat in self.repeats.get(section, ()):
            link = self.reference_to(here, self.pointers.get((repeat.briefing, repeat.section)))
            if link:
                said.append((link, words.percent(repeat.share)))
        if said:
            yield Reference("said-before", words("reference.said_before"), tuple(said))
        for thread in self.threads.get(section, ()):
            yield from self.thread_line(here, thread)

    def thread_line(self, here: str, thread: LinkedThread) -> Iterator[Reference]:
        names = self.words.list(thread.names)
        earlier = self.reference_to(here, thread.earlier)
        later = self.reference_to(here, thread.later)
        if earlier:
            also = ((later, self.words("reference.and_later")),) if later else ()
            yield Reference("thread", self.words("reference.earlier", names=names), ((earlier, ""), *also))
        elif later:
            yield Reference("thread", self.words("reference.later", names=names), ((later, ""),))

    def apparatus(self) -> Iterator[ApparatusTable]:
        words, apparatus = self.words, self.briefing.transcript.apparatus

        def line(n: int | None) -> str:
            return words.number(n) if n else ""

        tables: tuple[tuple[Literal["emendations", "dropped", "metadata"], list[ApparatusLine]], ...] = (
            ("emendations", [ApparatusLine(line(e.line), e.reason, e.before, e.after) for e in apparatus.emendations]),
            ("dropped", [ApparatusLine(line(d.line), d.reason, d.text, "") for d in apparatus.dropped]),
            ("metadata", [ApparatusLine(line(m.line), m.field, m.text, "") for m in apparatus.metadata]),
        )
        for kind, lines in tables:
            if lines:
                hidden = len(lines) - APPARATUS_LINES
                more = words.count("apparatus.more", hidden) if hidden > 0 else ""
                yield ApparatusTable(kind, words(f"apparatus.{kind}"), tuple(lines[:APPARATUS_LINES]), more)

    def book_chapter(self) -> BookChapter:
        words, briefing = self.words, self.briefing
        transcript = briefing.transcript
        here = urls.briefing_path(briefing.id)
        cited = self.citations(briefing) if self.citations else ()
        return BookChapter(
            file=f"{briefing.id}.xhtml",
            language=transcript.language,
            direction=direction_of(transcript.language),
            title=transcript.title,
            kind=words(f"kind.{transcript.kind}"),
            date=words.date(briefing.date) if briefing.date else "",
            speakers=tuple(speaker.name for speaker in briefing.speakers),
            sections=tuple(self.section(here, annotated) for annotated in briefing.sections),
            citation=next((text for _, text, _ in cited if text), ""),
            witness=transcript.source.file,
            sha256=transcript.source.sha256,
            proof=words(f"apparatus.{self.state}") if self.state else "",
        )


def _parallel(one: _BriefingMaker, two: _BriefingMaker, pairs: tuple[tuple[str, str], ...]) -> ParallelPage:
    words, here = one.words, urls.parallel_path(one.briefing.id, two.briefing.id)
    sections = [{annotated.section.id: annotated for annotated in each.briefing.sections} for each in (one, two)]
    transcript = one.briefing.transcript
    names = [one.language_name(each.briefing.transcript.language) for each in (one, two)]
    heading = words("parallel.heading", first=names[0], second=names[1])
    hidden = len(one.briefing.sections) + len(two.briefing.sections) - 2 * len(pairs)
    return ParallelPage(
        frame=one.frame(
            here,
            words("parallel.title", title=transcript.title, languages=heading),
            words("parallel.description", title=transcript.title, languages=heading),
            "briefings",
            canonical=urls.briefing_path(one.briefing.id),
        ),
        heading=heading,
        date=one.date(one.briefing.date or two.briefing.date),
        sides=(one.side(here), two.side(here)),
        rows=tuple(
            ParallelRow(
                first,
                words("parallel.row", number=number_of(one.briefing, first)),
                (one.cell(here, sections[0][first]), two.cell(here, sections[1][second])),
            )
            for first, second in pairs
            if first in sections[0] and second in sections[1]
        ),
        rest=words.count("parallel.rest", hidden) if hidden else "",
    )


class _IndexMaker(_Maker):
    """Makes the pages that lead to briefings and sections, and those that stand alone."""

    def __init__(self, common: Common, index: Index) -> None:
        super().__init__(common)
        self.index = index
        every = {**{each.entity.key: each for each in index.quiet}, **index.entities}
        self.pages = {key: urls.entity_path(x.entity.family, x.entity.slug) for key, x in every.items()}

    # ── lines of lists ──

    def bars(self, rows: Iterable[tuple[str, str | None, int]]) -> tuple[Bar, ...]:
        made = list(rows)
        most = max((n for *_, n in made), default=1)
        return tuple(Bar(text, href, self.words.number(n), max(1, round(100 * n / most))) for text, href, n in made)

    def briefing_line(self, here: str, briefing: Abstract) -> BriefingLine:
        names, own = _name_subjects(briefing, self.name)
        language = briefing.language if own else self.words.code
        return BriefingLine(
            href=urls.relative(here, urls.briefing_path(briefing.id)),
            title=briefing.title,
            date=self.date(briefing.date, short=True),
            summary=_join_subjects(names, SUBJECTS_OF_A_LINE),
            summary_lang=self.lang(language),
            kind=self.words(f"kind.{briefing.kind}"),
            lang=self.lang(briefing.language),
            dir=self.dir(briefing.language),
        )

    def name(self, key: Key) -> str | None:
        found = self.index.entities.get(key)
        return found.entity.name if found else None

    def entry_line(self, here: str, entry: Entry, outlet: bool = True) -> EntryLine:
        briefing, section = entry.briefing, entry.section
        if section.outlet and outlet:
            lead = section.outlet
        else:
            kind = section.kind
            lead = "" if kind in ("exchange", "passage", "item", "article") else self.words(f"section.{kind}")
        return EntryLine(
            href=urls.relative(here, urls.anchor(urls.briefing_path(briefing.id), section.id)),
            number=section.number,
            date=self.date(briefing.date, short=True),
            lead=lead,
            title=section.title,
            excerpt=section.excerpt,
            lang=self.lang(briefing.language),
            dir=self.dir(briefing.language),
        )

    def count_sections(self, entries: Iterable[Entry]) -> str:
        kinds = [entry.section.kind for entry in entries]
        key = "count.exchanges" if kinds and all(k == "exchange" for k in kinds) else "count.sections"
        return self.words.count(key, len(kinds))

    # ── figures ──

    def calendar(self, here: str) -> Shaded | None:
        words = self.words
        years = [y for y in self.index.years if y.year]
        if not years:
            return None
        most = max(n for y in years for n in y.months)
        rows = []
        for year in sorted(years, key=lambda y: y.year or ""):
            path = urls.year_path(year.year)
            cells = []
            for month, n in enumerate(year.months, 1):
                name = words.date(f"{year.year}-{month:02}")
                href = urls.relative(here, urls.anchor(path, f"m{month:02}")) if n else None
                label = words("figures.cell", what=name, count=words.count("count.briefings", n))
                cells.append(Cell(words.number(n) if n else "", href, _shade(n, most), label))
            rows.append(
                Row(year.year or "", urls.relative(here, path), tuple(cells), words.number(len(year.briefings)))
            )
        columns = tuple(Column(words(f"month_initial.{m}"), words.month(m)) for m in range(1, 13))
        return Shaded(words("figures.calendar"), columns, tuple(rows))

    def by_years(self, here: str, family: str, caption: str) -> Shaded | None:
        words = self.words
        years = sorted(y.year for y in self.index.years if y.year)
        listed = [x for x in self.index.families[family] if x.entity.listed]
        if not years or not listed:
            return None
        most = max((n for x in listed for year, n in x.years if year), default=1)
        rows = []
        for each in listed:
            counts = dict(each.years)
            cells = []
            for year in years:
                n = counts.get(year, 0)
                what = words("figures.in_year", name=each.entity.name, year=year)
                label = words("figures.cell", what=what, count=words.count("count.sections", n))
                cells.append(Cell(words.number(n) if n else "", None, _shade(n, most), label))
            path = urls.entity_path(family, each.entity.slug)
            rows.append(Row(each.entity.name, urls.relative(here, path), tuple(cells), words.number(len(each.entries))))
        columns = tuple(Column(y, y, urls.relative(here, urls.year_path(y))) for y in years)
        return Shaded(caption, columns, tuple(rows))

    # ── pages ──

    def home(self) -> HomePage:
        words, index, here = self.words, self.index, urls.HOME

        def most(family: str) -> tuple[Bar, ...]:
            return self.bars(
                (x.entity.name, urls.relative(here, self.pages[x.entity.key]), len(x.entries))
                for x in index.most_asked(family, 8)
            )

        return HomePage(
            frame=self.frame(here, self.config.title, family="home"),
            heading=self.config.title,
            description=self.config.description or "",
            held=self.held_since(),
            latest=tuple(self.briefing_line(here, b) for b in index.edition.briefings[:LATEST]),
            all_briefings=self.link(here, words("home.all"), urls.BRIEFINGS),
            calendar=self.calendar(here),
            countries=most("countries"),
            topics=most("topics"),
            examples=self.examples(),
        )

    def examples(self) -> str:
        names = [x.entity.name for f in ("topics", "countries", "speakers") for x in self.index.most_asked(f, 1)]
        return f"{self.words('list.comma').join(names)} …" if names else ""

    def held_since(self) -> str:
        dates = [b.date for b in self.index.edition.briefings if b.date]
        if not dates:
            return self.words("home.held", held=self.common.held)
        return self.words("home.held_since", held=self.common.held, first=self.words.date(dates[-1]))

    def year_links(self, here: str) -> tuple[Link, ...]:
        return tuple(
            Link(
                y.year or self.words("date.undated"),
                urls.relative(here, urls.year_path(y.year)),
                current=urls.year_path(y.year) == here,
            )
            for y in self.index.years
        )

    def months(self, here: str, year: Year, anchors: bool) -> Iterator[Group[BriefingLine]]:
        groups: dict[str, list[Abstract]] = {}
        for briefing in year.briefings:
            groups.setdefault((briefing.date or "")[:7], []).append(briefing)
        for month, each in groups.items():
            lines = tuple(self.briefing_line(here, b) for b in each)
            name = f"m{month[5:]}" if anchors and month else f"m{month}" if month else urls.UNDATED
            yield Group(self.words.date(month) if month else self.words("date.undated"), name, lines)

    def briefings(self) -> BriefingsPage:
        here, words, index = urls.BRIEFINGS, self.words, self.index
        partial = len(index.edition.briefings) > BRIEFINGS_ON_A_PAGE
        groups: list[Group[BriefingLine]] = []
        shown = 0
        for year in index.years:
            if partial and shown >= BRIEFINGS_ON_A_PAGE // 4:
                break
            for group in self.months(here, year, anchors=False):
                groups.append(group)
                shown += len(group.lines)
                if partial and shown >= BRIEFINGS_ON_A_PAGE // 4:
                    break
        heading = words("nav.briefings")
        return BriefingsPage(
            frame=self.frame(here, heading, words("briefings.description", title=self.config.title), "briefings"),
            heading=heading,
            held=self.held_since(),
            years=self.year_links(here),
            groups=tuple(groups),
            partial=partial,
        )

    def year(self, year: Year) -> YearPage:
        here, words = urls.year_path(year.year), self.words
        name = words("year.heading", year=year.year) if year.year else words("year.undated_heading")
        held = words.count("count.briefings", len(year.briefings))
        years = self.index.years
        place = years.index(year)
        older = years[place + 1] if place + 1 < len(years) else None
        newer = years[place - 1] if place else None
        return YearPage(
            frame=self.frame(
                here,
                name,
                words("year.description", year=name, count=held, title=self.config.title),
                "briefings",
                previous=self.year_link(here, older),
                next=self.year_link(here, newer),
            ),
            heading=name,
            held=held,
            undated=year.year is None,
            groups=tuple(self.months(here, year, anchors=True)),
            years=self.year_links(here),
            search=self.search_box(here, name, ("year", year.year or urls.UNDATED)),
        )

    def year_link(self, here: str, year: Year | None) -> Link | None:
        if year is None:
            return None
        return self.link(here, year.year or self.words("date.undated"), urls.year_path(year.year))

    # ── books ──

    def book(self, year: Year) -> Book:
        words, config = self.words, self.config
        name = year.year or words("date.undated")
        file = f"{urls.slug(config.title)}-{year.year or urls.UNDATED}.epub"
        counted = Counter(briefing.language for briefing in year.briefings)
        release, rights = config.release, config.rights
        # A book must say when it last changed; what is known is the release's day, else that of its newest briefing.
        days = [briefing.date for briefing in year.briefings if briefing.date]
        day = (release.date if release else None) or max(days, default="1970-01-01")
        address = f"{config.site_url or f'tag:{urls.slug(config.title)}.invalid,2000:'}{file}"
        return Book(
            file=file,
            identifier=f"urn:uuid:{uuid5(NAMESPACE_URL, address)}",
            title=words("book.title", title=config.title, year=name),
            interface=words.code,
            direction=words.direction,
            languages=tuple(sorted(counted, key=lambda code: (-counted[code], code))),
            publisher=config.publisher or "",
            date=year.year or "",
            rights=rights.text if rights else "",
            source=config.site_url or "",
            release=self.release_line(release),
            held=words.count("count.briefings", len(year.briefings)),
            modified=f"{day}T00:00:00Z",
            chapters=tuple(
                ChapterLink(f"b-{b.id}", f"{b.id}.xhtml", b.title, b.language) for b in reversed(year.briefings)
            ),
        )

    # ── entities ──

    def family(self, family: str) -> FamilyPage:
        words, here = self.words, urls.family_path(family)
        listed = [(x, self.listed(here, x)) for x in self.index.families[family] if x.entity.listed]
        letters: dict[str, list[Listed]] = {}
        for each, line in listed:
            letter = fold_name(each.entity.name)[:1]
            letter = letter.upper() if _LATIN.match(letter) else words("family.others")
            letters.setdefault(letter if len(listed) > NAMES_WITHOUT_LETTERS else "", []).append(line)
        if len(letters) == 1:
            letters = {"": next(iter(letters.values()))}
        regions: dict[str, list[Listed]] = {}
        if family == "countries":
            for each, line in listed:
                regions.setdefault(self.region(each.entity.region), []).append(line)
        heading, intro = words(f"nav.{family}"), words(f"family.{family}")
        return FamilyPage(
            frame=self.frame(
                here, heading, words("family.description", name=heading, title=self.config.title, intro=intro), family
            ),
            heading=heading,
            family=family,
            intro=intro,
            groups=tuple(Group(k, f"letter-{urls.slug(k)}" if k else "", tuple(v)) for k, v in letters.items()),
            regions=tuple(Group(k, f"region-{urls.slug(k)}", tuple(v)) for k, v in sorted(regions.items()))
            if len(regions) > 1
            else (),
        )

    def region(self, name: str) -> str:
        key = f"region.{urls.slug(name)}" if name else "region.none"
        return self.words(key) if self.words.has(key) else name

    def listed(self, here: str, each: EntityIndex) -> Listed:
        entity = each.entity
        return Listed(
            text=entity.name,
            href=urls.relative(here, self.pages[entity.key]),
            count=self.words.number(len(each.entries)),
            counts=self.count_sections(each.entries),
            full_name=entity.full_name if entity.full_name != entity.name else "",
            note=entity.note if entity.family == "topics" else "",
            kind=self.words("entity.territory") if entity.kind == "territory" else "",
        )

    def year_groups(self, here: str, entries: Iterable[Entry], outlet: bool) -> tuple[Group[EntryLine], ...]:
        groups: dict[str | None, list[EntryLine]] = {}
        for entry in entries:
            groups.setdefault(entry.briefing.year, []).append(self.entry_line(here, entry, outlet))
        undated = self.words("date.undated")
        return tuple(Group(y or undated, f"y{y}" if y else urls.UNDATED, tuple(v)) for y, v in groups.items())

    def kind_of(self, entity: Entity) -> str:
        return self.words(f"entity.{entity.kind}" if entity.kind else f"entity.{entity.family}")

    def entity(self, each: EntityIndex) -> Iterator[EntityPage]:
        words, entity = self.words, each.entity
        here = self.pages[entity.key]
        split = len(each.entries) > ENTRIES_ON_A_PAGE
        held = self.count_sections(each.entries)
        in_briefings = words.count("entity.in_briefings", each.briefings, sections=held)
        span = self.span(each.first, each.last)
        counts = words("entity.counts", counts=in_briefings, span=span) if span else in_briefings
        alternates = []
        forms = []
        kinds = (("xml", "feed", "application/atom+xml"), ("feed.json", "json_feed", "application/feed+json"))
        for ext, form, type in (*kinds, ("csv", "csv", "text/csv")):
            path = urls.entity_path(entity.family, entity.slug, ext)
            if path in self.files:
                forms.append(self.link(here, words(f"form.{form}"), path))
                alternates.append(Alternate(type, urls.relative(here, path), entity.name))
        vocabulary = urls.data_path("topics.ttl")
        if entity.family == "topics" and vocabulary in self.files:
            forms.append(self.link(here, words("form.skos"), f"{vocabulary}#{entity.id}"))
            alternates.append(Alternate("text/turtle", urls.relative(here, vocabulary), words("form.skos")))
        related = tuple(self.link(here, e.name, self.pages[e.key]) for e in related_to(self.index, entity))
        outlet = entity.family != "outlets"
        shown = each.entries[:NEWEST_ENTRIES] if split else each.entries

        def year_href(year: str | None) -> str:
            if split:
                return urls.relative(here, urls.entity_year_path(entity.family, entity.slug, year))
            return f"#y{year}" if year else f"#{urls.UNDATED}"

        yield EntityPage(
            frame=self.frame(
                here,
                entity.name,
                words("entity.description", name=entity.name, title=self.config.title, counts=counts),
                entity.family,
                alternates=tuple(alternates),
            ),
            family=entity.family,
            kind=self.kind_of(entity),
            name=entity.name,
            full_name=entity.full_name if entity.full_name != entity.name else "",
            note=entity.note,
            known=entity.known,
            counts=counts,
            groups=self.year_groups(here, shown, outlet),
            partial=split,
            years=self.bars((y or words("date.undated"), year_href(y), n) for y, n in each.years),
            companions=self.bars(
                (other.name, urls.relative(here, self.pages[other.key]), n) for other, n in each.companions
            ),
            forms=tuple(forms),
            related=related,
            search=self.search_box(here, entity.name, (FACETS[entity.family], entity.id)),
        )

    def entity_year(self, part: EntityYear) -> Iterator[EntityYearPage]:
        words, entity, year, entries = self.words, part.entity, part.year, part.entries
        paths = {y: urls.entity_year_path(entity.family, entity.slug, y) for y in part.years}
        here, outlet = paths[year], entity.family != "outlets"
        heading = words("figures.in_year", name=entity.name, year=year or words("date.undated"))
        months: dict[str, list[EntryLine]] = {}
        for entry in entries:
            months.setdefault((entry.briefing.date or "")[:7], []).append(self.entry_line(here, entry, outlet))
        if len(entries) > ENTRIES_WITH_EXCERPTS:
            months = {m: [replace(line, excerpt="") for line in lines] for m, lines in months.items()}
        counts = self.count_sections(entries)
        yield EntityYearPage(
            frame=self.frame(
                here,
                heading,
                words("entity.description", name=heading, title=self.config.title, counts=counts),
                entity.family,
            ),
            family=entity.family,
            kind=self.kind_of(entity),
            name=entity.name,
            whole=self.link(here, entity.name, self.pages[entity.key]),
            heading=heading,
            counts=counts,
            groups=tuple(
                Group(words.date(m) if m else words("date.undated"), f"m{m[5:]}" if m else urls.UNDATED, tuple(v))
                for m, v in months.items()
            ),
            years=tuple(
                Link(y or words("date.undated"), urls.relative(here, path), current=y == year)
                for y, path in paths.items()
            ),
            search=self.search_box(here, heading, (FACETS[entity.family], entity.id), ("year", year or urls.UNDATED)),
        )

    def search_box(self, here: str, name: str, *fixed: tuple[str, str]) -> SearchBox:
        return SearchBox(urls.relative(here, urls.SEARCH), self.words("entity.search", name=name), fixed)

    # ── old addresses ──

    def trace(self, here: str, answers: Answers) -> Traces:
        """What a page shows of places that are no more on it."""
        departed: dict[tuple[str, str], tuple[Departed, ...]] = {}
        for stub in answers.stubs.get(here, ()):
            place = (stub.section, stub.behind)
            departed[place] = (*departed.get(place, ()), self.show_old(here, stub.left))
        return Traces(answers.aliases.get(here, {}), departed)

    def show_old(self, here: str, old: OldSection, page: Address | Gone | None = None) -> Departed:
        """An old section or paragraph of a page: what became of it, and where its paragraphs are now; in short on a
        page of which all became the same (`page`).
        """
        words, led = self.words, old.anchor.led
        number = words("reference.here", number=old_number(old.anchor.id))
        link = self.link(here, self.name_of(led), self.address(led)) if isinstance(led, Address) else None
        text, reason = number, ""
        if link and page is None:
            text = words("departed.moved", number=number)
        elif isinstance(led, Gone) and led != page:
            text, reason = words("departed.gone", number=number, date=words.date(led.date)), led.reason
        places = tuple(
            OldPlace(
                each.id,
                old_number(each.id),
                urls.relative(here, self.address(each.led)) if isinstance(each.led, Address) else None,
            )
            for each in old.paragraphs
        )
        return Departed(old.anchor.id, text, link, reason, places)

    def address(self, led: Address) -> str:
        return urls.anchor(led.path, led.anchor) if led.anchor else led.path

    def name_of(self, led: Address) -> str:
        """An address in words: day and number of a place in a briefing, else the title of a page."""
        briefing = self.index.briefings.get(led.briefing)
        if briefing is None:
            return self.titles.get(led.path) or str(led)
        if not led.anchor:
            return briefing.title
        number = number_of_place(briefing, led.anchor)
        if briefing.date is None:
            return f"{briefing.title}, {self.words('reference.here', number=number)}"
        return self.words("reference.in", date=self.words.date_short(briefing.date), number=number)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """The titles of pages that old addresses may lead to."""
        every = (*self.index.entities.values(), *self.index.quiet)
        titles = {urls.entity_path(x.entity.family, x.entity.slug): x.entity.name for x in every}
        titles |= {urls.family_path(family): self.words(f"nav.{family}") for family in self.families}
        titles |= {urls.page_path(page.name): page.title for page in self.index.edition.pages}
        titles |= {urls.BRIEFINGS: self.words("nav.briefings"), urls.HOME: self.config.title}
        return titles

    def old(self, page: OldPage) -> MovedPage | GonePage:
        """The page for an address at which nothing is published any more."""
        words, here, led = self.words, page.path, page.led
        sections = tuple(self.show_old(here, section, led) for section in page.sections)
        if isinstance(led, Address):
            name = self.name_of(led)
            return MovedPage(
                frame=self.frame(
                    here,
                    words("moved.heading"),
                    words("moved.text"),
                    index=False,
                    canonical=self.address(led),
                ),
                heading=words("moved.heading"),
                title=page.title if page.title != name else "",
                link=self.link(here, name, self.address(led)),
                sections=sections,
                refresh=not sections,
            )
        frame = self.frame(here, words("gone.heading"), words("gone.text"), index=False)
        return GonePage(
            frame=replace(frame, canonical=None),
            heading=words("gone.heading"),
            title=led.was or page.title,
            since=words("gone.since", date=words.date(led.date)),
            reason=led.reason,
            lang=self.lang(self.config.language),
            dir=self.dir(self.config.language),
            sections=sections,
            links=(
                self.link(here, words("home.all"), urls.BRIEFINGS),
                self.link(here, words("nav.search"), urls.SEARCH),
            ),
        )

    # ── the rest ──

    def figures(self) -> FiguresPage:
        words, here = self.words, urls.FIGURES
        return FiguresPage(
            frame=self.frame(here, words("nav.figures"), words("figures.intro"), "figures"),
            heading=words("nav.figures"),
            calendar=self.calendar(here),
            countries=self.by_years(here, "countries", words("figures.countries")),
            topics=self.by_years(here, "topics", words("figures.topics")),
        )

    def written(self, page: WrittenPage, traces: Traces) -> WrittenView:
        return WrittenView(
            frame=self.frame(urls.page_path(page.name), page.title),
            heading=page.title,
            lang=self.lang(self.config.language),
            dir=self.dir(self.config.language),
            text=page.text,
            file=page.file,
            first_line=page.first_line,
            departed=traces.departed.get(("", ""), ()),
        )

    def data(self, paths: Iterable[str]) -> DataPage:
        words, here = self.words, urls.DATA
        files: dict[str, list[Link]] = {}
        for path in sorted(f for f in paths if f.startswith("data/") and f != urls.DATA):
            name = path.removeprefix("data/")
            of_year = _YEAR_FILE.fullmatch(name)
            if of_year:
                year = words("date.undated") if of_year[2] == urls.UNDATED else of_year[2]
                files.setdefault(f"{of_year[1]}-YEAR{of_year[3]}", []).append(self.link(here, year, path))
            else:
                files[name] = [self.link(here, name, path)]
        rights = self.config.rights
        feeds = [(words("nav.feed"), urls.FEED), ("JSON", urls.JSON_FEED_PATH)]
        tables = (*TABLES.values(), *LINE_TABLES.values(), EDITION, EDITION_BRIEFINGS, *read_record_tables())
        return DataPage(
            frame=self.frame(here, words("nav.data"), words("data.description", title=self.config.title)),
            heading=words("nav.data"),
            files=tuple(DataFile(name, tuple(links), self.about(name)) for name, links in files.items()),
            beside=tuple(self.beside()),
            feeds=tuple(self.link(here, text, path) for text, path in feeds if path in self.files),
            dictionary=tuple(
                FieldsTable(
                    f"briefings/ID.json: {table.name}" if table.name[0].isupper() else _FILE_NAMES[table.name],
                    table.about,
                    tuple((column.name, column.type, column.describe()) for column in table.columns),
                )
                for table in tables
            ),
            dictionary_lang=self.lang("en"),
            rights=rights.text if rights else "",
            rights_link=self.rights_link(rights),
        )

    def about(self, name: str) -> str:
        key = f"data.file.{urls.slug(name.replace('-YEAR', ''))}"
        return self.words(key) if self.words.has(key) else ""

    def beside(self) -> Iterator[tuple[str, str]]:
        """The forms that every briefing and every entity has in this edition."""
        formats = self.config.formats
        shown = [("json", True), ("xml", "tei" in formats), ("txt", "text" in formats), ("md", "markdown" in formats)]
        for ext, there in shown:
            if there:
                yield urls.briefing_path("ID", ext), self.words(f"data.beside_{ext}")
        if "citations" in formats:
            yield " ".join(citing.citation_path("ID", form) for form, _ in citing.FORMS), self.words("data.beside_cite")
        if "feeds" in formats:
            paths = (urls.entity_path("FAMILY", "NAME", ext) for ext in ("xml", "feed.json"))
            yield " ".join(paths), self.words("data.beside_feed")
        if "tables" in formats:
            yield urls.entity_path("FAMILY", "NAME", "csv"), self.words("data.beside_csv")

    # ── diagnostics ──

    def diagnostics(self, found: Diagnostics) -> DiagnosticsPage:
        words, here = self.words, urls.DIAGNOSTICS
        data = urls.data_path("diagnostics.json")
        return DiagnosticsPage(
            frame=self.frame(here, words("nav.diagnostics"), words("diagnostics.description", title=self.config.title)),
            heading=words("nav.diagnostics"),
            chapters=tuple(self.chapter(here, found, chapter) for chapter in CHAPTERS),
            data=self.link(here, words("diagnostics.data"), data) if data in self.files else None,
            hint_lang=self.lang("en"),
        )

    def chapter(self, here: str, found: Diagnostics, chapter: Chapter) -> ChapterView:
        words, findings = self.words, found.chapters.get(chapter, ())
        hidden = len(findings) - FINDINGS_ON_A_PAGE
        return ChapterView(
            id=chapter,
            heading=words(f"diagnostics.{chapter}"),
            count=words.number(found.count(chapter)),
            empty=not findings,
            advice=words(f"diagnostics.{chapter}_advice"),
            findings=tuple(self.finding(here, finding) for finding in findings[:FINDINGS_ON_A_PAGE]),
            more=words.count("diagnostics.more", hidden) if hidden > 0 else "",
        )

    def finding(self, here: str, finding: Finding) -> FindingView:
        hidden = len(finding.places) - PLACES_OF_A_FINDING
        return FindingView(
            text=finding.text,
            after=finding.after,
            lang=self.lang(finding.language) if finding.language else "",
            dir=self.dir(finding.language) if finding.language else "",
            detail=finding.detail,
            hint=finding.hint,
            count=self.words.number(finding.count),
            examples=tuple((text, self.words.number(n)) for text, n in finding.examples),
            places=tuple(self.place(here, place) for place in finding.places[:PLACES_OF_A_FINDING]),
            more=self.words.count("diagnostics.more_places", hidden) if hidden > 0 else "",
        )

    def place(self, here: str, place: Place) -> Link:
        briefing = self.index.briefings.get(place.briefing)
        if briefing is None:
            return Link(str(Locus(place.file, place.line)), "")
        text, path = place.briefing, urls.briefing_path(place.briefing)
        number = next((section.number for section in briefing.sections if section.id == place.section), "")
        if number:
            text = self.words("diagnostics.place", id=place.briefing, number=number)
        elif place.line:
            text = str(Locus(place.file, place.line))
        return self.link(here, text, urls.anchor(path, place.section) if place.section else path)

    def compliance(self, verdicts: tuple[Verdict, ...]) -> CompliancePage:
        words, here = self.words, urls.COMPLIANCE
        number, good = words.number, sum(verdict.holds for verdict in verdicts)
        families = dict.fromkeys(verdict.family for verdict in verdicts)
        description = words("compliance.description", title=self.config.title)
        return CompliancePage(
            frame=self.frame(here, words("compliance.heading"), description),
            heading=words("compliance.heading"),
            summary=words("compliance.summary", good=number(good), all=number(len(verdicts))),
            chapters=tuple(
                VerdictChapter(
                    family,
                    words(f"compliance.{family}"),
                    tuple(
                        VerdictRow(
                            verdict.principle,
                            words(f"compliance.{verdict.principle}"),
                            words(f"compliance.{verdict.principle}_check"),
                            verdict.holds,
                            words("compliance.count", good=number(verdict.good), all=number(verdict.all)),
                        )
                        for verdict in verdicts
                        if verdict.family == family
                    ),
                )
                for family in families
            ),
        )

    # ── the review ──

    def review(self, review: Review) -> ReviewPage:
        words, here = self.words, urls.REVIEW
        shown = show_authorities(self.index.edition.authorities, words.code).entities
        names = {f"{_SCHEMES.get(e.family, e.kind)}:{e.id}": e.name for e in (*shown.values(), *self.entities())}
        names |= {f"person:{person.id}": person.name for person in self.index.edition.authorities.persons}
        names |= {f"person:{person.id}": person.name for person in review.proposals}
        chapters = [
            self.review_chapter(here, family, review.entries[family], names)
            for family in REVIEW_FAMILIES
            if review.entries[family]
        ]
        if review.proposals:
            chapters.append(self.proposals(here, review.proposals))
        changes = review.changes.changes if review.changes else ()
        hidden = len(changes) - FINDINGS_ON_A_PAGE
        data = urls.data_path("review.csv")
        return ReviewPage(
            frame=self.frame(here, words("review.heading"), words("review.intro"), index=False),
            heading=words("review.heading"),
            chapters=tuple(chapters),
            changes=tuple(
                (self.place(here, Place(c.briefing, c.section)), f"{words(f'review.{c.family}')} {c.signs}")
                for c in changes[:FINDINGS_ON_A_PAGE]
            ),
            changes_more=words.count("review.more", hidden) if hidden > 0 else "",
            data=self.link(here, words("review.data"), data) if data in self.files else None,
        )

    def entities(self) -> Iterator[Entity]:
        return (each.entity for each in self.index.entities.values())

    def review_chapter(
        self, here: str, family: str, entries: Sequence[FormEntry], names: Mapping[str, str]
    ) -> ReviewChapter:
        words = self.words
        doubtful = [entry for entry in entries if entry.doubt]
        on_page = doubtful[:FORMS_ON_A_PAGE]
        hidden = len(entries) - len(on_page)
        return ReviewChapter(
            id=family,
            heading=words(f"review.{family}"),
            count=words.number(len(doubtful)),
            advice=words(f"review.{family}_advice"),
            forms=tuple(self.form(here, entry, names) for entry in on_page),
            more=words.count("review.more", hidden) if hidden > 0 else "",
        )

    def form(self, here: str, entry: FormEntry, names: Mapping[str, str]) -> FormView:
        words = self.words
        facts = [words.count("review.times", entry.count), words.count("count.briefings", entry.briefings)]
        facts.append(words.count("review.doubts", entry.doubt))
        return FormView(
            form=entry.form,
            lang=self.lang(entry.language),
            dir=self.dir(entry.language),
            about=names.get(f"topic:{entry.topic}", entry.topic) if entry.topic else "",
            facts=" · ".join(facts),
            hint=words("review.near", name=entry.suggestion) if entry.suggestion else "",
            outcomes=tuple(self.outcome(here, each, names) for each in entry.outcomes[:OUTCOMES_OF_A_FORM]),
        )

    def outcome(self, here: str, outcome: Outcome, names: Mapping[str, str]) -> OutcomeView:
        words = self.words
        this = outcome.target or outcome.other
        path = self.page_of(this)
        name = names.get(this, this.partition(":")[2])
        what = (
            Link(name, urls.relative(here, path) if path else "") if outcome.target else Link(words("review.none"), "")
        )
        return OutcomeView(
            what=what,
            why=words(f"review.reason_{outcome.reason}", name=name),
            count=words.number(outcome.count),
            doubtful=outcome.doubtful,
            examples=tuple(self.example(here, each) for each in outcome.examples),
            remedies=tuple(self.remedy(each, outcome.examples[0]) for each in outcome.remedies),
        )

    def page_of(self, target: str) -> str | None:
        scheme, _, id = target.partition(":")
        return self.pages.get((_FAMILY_OF_SCHEME.get(scheme, ""), id))

    def example(self, here: str, example: Example) -> ExampleView:
        place = self.place(here, Place(example.briefing, example.section))
        href = place.href.partition("#")[0] + f"#{example.anchor}" if place.href else ""
        locus = str(Locus(example.file, example.line))
        return ExampleView(example.before, example.form, example.after, Link(place.text, href), locus)

    def remedy(self, remedy: Remedy, example: Example) -> RemedyView:
        where = self.words(f"review.{remedy.kind}", section=example.section)
        line = example.line if remedy.kind == "mark" else 0
        return RemedyView(where, str(Locus(remedy.file, line)), remedy.text)

    def proposals(self, here: str, proposals: Sequence[Proposal]) -> ReviewChapter:
        words, hidden = self.words, len(proposals) - FORMS_ON_A_PAGE
        forms = []
        for each in proposals[:FORMS_ON_A_PAGE]:
            outcome = OutcomeView(
                what=Link(each.name, ""),
                why=words("review.reason_proposed", name=words.list(each.forms)),
                count=words.number(each.sections),
                doubtful=False,
                examples=tuple(self.example(here, example) for example in each.examples),
                remedies=tuple(self.remedy(each.remedy, example) for example in each.examples[:1]),
            )
            facts = [words.count("count.sections", each.sections), words.count("count.briefings", each.briefings)]
            forms.append(FormView(each.name, "", "", "", " · ".join(facts), "", (outcome,)))
        return ReviewChapter(
            id="proposed",
            heading=words("review.proposed"),
            count=words.number(len(proposals)),
            advice=words("review.proposed_advice"),
            forms=tuple(forms),
            more=words.count("review.more", hidden) if hidden > 0 else "",
        )

    def search(self) -> SearchPage:
        words, here = self.words, urls.SEARCH
        facets = [
            Facet(
                FACETS[family],
                words(f"entity.{family}"),
                tuple((x.entity.id, x.entity.name, len(x.entries)) for x in self.index.families[family]),
            )
            for family in ("speakers", "outlets", "countries", "topics", "persons")
            if family in self.families
        ]
        years = ((y.year or urls.UNDATED, y.year or words("date.undated"), y.briefings) for y in self.index.years)
        kinds: dict[str, int] = {}
        languages: dict[str, int] = {}
        for briefing in self.index.edition.briefings:
            languages[briefing.language] = languages.get(briefing.language, 0) + len(briefing.sections)
            for section in briefing.sections:
                kinds[section.kind] = kinds.get(section.kind, 0) + 1
        facets += [
            Facet(
                "year",
                words("search.year"),
                tuple((id, name, sum(len(b.sections) for b in each)) for id, name, each in years),
            ),
            Facet(
                "kind",
                words("search.kind"),
                tuple((k, words(f"section.{k}"), kinds[k]) for k in SECTION_KINDS if k in kinds),
            ),
            Facet(
                "language",
                words("search.language"),
                tuple((k, self.language_name(k), n) for k, n in sorted(languages.items())),
            ),
        ]
        places = [("briefings", urls.BRIEFINGS), *((f, urls.family_path(f)) for f in self.families)]
        return SearchPage(
            frame=self.frame(here, words("nav.search"), words("search.description", title=self.config.title), "search"),
            heading=words("nav.search"),
            examples=self.examples(),
            facets=tuple(facets),
            families=tuple(self.link(here, words(f"nav.{name}"), path) for name, path in places),
        )

    def not_found(self) -> NotFoundPage:
        words, site = self.words, self.config.site_url
        frame = self.frame(urls.NOT_FOUND, words("not_found.heading"), words("not_found.text"), index=False)
        # A server shows this page at any depth, so that no relative link of it leads anywhere.
        if site is None:
            alone = replace(frame, home="", search="", root="", nav=(), footer=(), alternates=(), alone=True)
            return NotFoundPage(alone, words("not_found.heading"), ())

        def absolute(links: tuple[Link, ...]) -> tuple[Link, ...]:
            return tuple(
                link if link.external else replace(link, href=site + link.href.removesuffix("index.html"))
                for link in links
            )

        whole = replace(
            frame,
            canonical=None,
            home=site,
            search=site + frame.search,
            root=site,
            opensearch=site + urls.OPENSEARCH if frame.opensearch else "",
            nav=absolute(frame.nav),
            footer=absolute(frame.footer),
            alternates=(),
        )
        return NotFoundPage(whole, words("not_found.heading"), absolute(frame.nav[:1] + frame.nav[-1:]))


def old_number(id: str) -> str:
    """Return the number that an anchor had on its page, as far as the anchor tells: 3.2 for q3.2, A1 for a1."""
    match = re.fullmatch(r"([a-z])(\d.*)", id)
    if not match:
        return id
    return match[2] if match[1] in "qpti" else match[1].upper() + match[2]


def cut_segments(
    paragraph: Paragraph, spans: Iterable[Span], target: Callable[[Span], str | None]
) -> Iterator[Segment]:
    """Yield a paragraph's text in segments: the words of all of them, joined, are the words of the paragraph.

    The first mention of an entity or a day becomes a link where `target` gives an address; of spans that overlap the
    first one, and of those that start together the longest, counts. Printed line breaks are segments of kind "break".
    """
    text = paragraph.text
    links: list[tuple[int, int, str | None, str | None]] = []
    seen: set[tuple[str, str]] = set()
    end = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.kind, s.target)):
        if span.start < end or not 0 <= span.start < span.end <= len(text):
            continue
        if span.kind == "date":
            if is_day(span.target):
                day = None if ("date", span.target) in seen else target(span)
                if day:
                    seen.add(("date", span.target))
                links.append((span.start, span.end, day, span.target))
                end = span.end
            continue
        if (span.kind, span.target) in seen:
            continue
        href = target(span)
        if href:
            seen.add((span.kind, span.target))
            links.append((span.start, span.end, href, None))
            end = span.end
    deleted = [(m.start, m.end) for m in paragraph.marks if m.kind == "deleted"]
    edges = {edge for pair in deleted for edge in pair}
    if "\n" in text:
        edges.update(edge for m in re.finditer("\n", text) for edge in m.span())
    cuts = sorted(edges)
    for start, stop, href, datetime in _fill_gaps(links, len(text)):
        if not cuts:
            yield Segment(text[start:stop], href=href, datetime=datetime)
            continue
        for one, two in pairwise((start, *(cut for cut in cuts if start < cut < stop), stop)):
            gone = any(a <= one and two <= b for a, b in deleted)
            if text[one:two] == "\n":
                yield Segment("\n", "break", deleted=gone)
            else:
                yield Segment(text[one:two], href=href, datetime=datetime, deleted=gone)


def _fill_gaps(
    links: Iterable[tuple[int, int, str | None, str | None]], length: int
) -> Iterator[tuple[int, int, str | None, str | None]]:
    """Yield the links of a text of a length, and what lies between them."""
    end = 0
    for link in links:
        if end < link[0]:
            yield end, link[0], None, None
        yield link
        end = link[1]
    if end < length:
        yield end, length, None, None
