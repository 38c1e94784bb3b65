"""What pages say: one typed, frozen context for each kind of page, complete before a template sees it.

A template only lays out what stands here (docs/templates.md lists it): links are already relative, dates already in
words, text already cut into segments, so that no template needs to mark anything as safe. pages.py makes them. This
module must not hold anything but values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeAlias, TypeVar

from edition.memo import Kept
from edition.model import AnnotatedSection, Briefing

T = TypeVar("T")


# ── Parts that several pages share ──────────────────────────────────────────────────────────────────────────────────


class Link(Kept, frozen=True):
    """Words that lead somewhere. `href` is relative to the page, or an http(s) address. `current`: this very page."""

    text: str
    href: str
    current: bool = False
    external: bool = False


class Date(Kept, frozen=True):
    """A date: `iso` for machines ("" where it is none that HTML knows), `text` for people."""

    iso: str
    text: str


class Alternate(Kept, frozen=True):
    """Another form of a page or a feed on it: a media type, an address, a name."""

    type: str
    href: str
    title: str
    rel: str = "alternate"


class Relation(Kept, frozen=True):
    """What a page is to another address, for programs (Signposting): the relation, the address, its media type ("")."""

    rel: str
    href: str
    type: str = ""


class Translation(Kept, frozen=True):
    """The same page in another language: `language` is BCP 47, `href` an absolute address."""

    language: str
    href: str


class Frame(Kept, frozen=True):
    """What stands around every page: see templates/base.html.

    `root` is the link to the site's root folder ("../", "" at the root); `alone`: the page may ask for no asset, since
    no link of it leads anywhere; `opensearch` is "" where browsers can't be told of the search. `canonical` and the
    relations of neighbours are None where there are none. `meta`: (name, content) for programs that cite; `linked`:
    what the page is, in schema.org's words (JSON-LD), None where nothing is said.
    """

    path: str
    title: str
    description: str
    language: str
    direction: str
    root: str
    site_title: str
    site_subtitle: str
    site_language: str
    publisher: str
    home: str
    search: str
    nav: tuple[Link, ...]
    footer: tuple[Link, ...]
    release: str
    rights: str
    rights_link: Link | None
    contact: str
    canonical: str | None = None
    type: Literal["website", "article"] = "website"
    published: str | None = None
    previous: Link | None = None
    next: Link | None = None
    alternates: tuple[Alternate, ...] = ()
    translations: tuple[Translation, ...] = ()
    index: bool = True
    alone: bool = False
    opensearch: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    relations: tuple[Relation, ...] = ()
    linked: Mapping[str, Any] | None = None


class SearchBox(Kept, frozen=True):
    """A form that searches a part of the edition: where it leads, its name, the choices it makes (name, value)."""

    action: str
    label: str
    fixed: tuple[tuple[str, str], ...]


class Bar(Kept, frozen=True):
    """A row of a bar table: `width` in percent of the longest bar, 1 to 100."""

    text: str
    href: str | None
    count: str
    width: int


class Cell(Kept, frozen=True):
    """A cell of a shaded table: its number, where it leads, its shade (0: nothing, 1 to 5), what it says in full."""

    count: str
    href: str | None
    shade: int
    label: str


class Column(Kept, frozen=True):
    """A column's head: what it shows and what it stands for."""

    text: str
    full: str
    href: str | None = None


class Row(Kept, frozen=True):
    """A row of a shaded table."""

    text: str
    href: str | None
    cells: tuple[Cell, ...]
    total: str


class Shaded(Kept, frozen=True):
    """A table whose cells are shaded by their number."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class BriefingLine(Kept, frozen=True):
    """A briefing in a list. `lang` is "" where it is the page's own language, `summary_lang` of the summary."""

    href: str
    title: str
    date: Date | None
    summary: str
    summary_lang: str
    kind: str
    lang: str
    dir: str


class EntryLine(Kept, frozen=True):
    """A section in a list: `lead` is the outlet, `excerpt` the first words of the answer ("" where there are none)."""

    href: str
    number: str
    date: Date | None
    lead: str
    title: str
    excerpt: str
    lang: str
    dir: str


class Group(Kept, Generic[T], frozen=True):
    """Some lines of a list under a heading; `anchor` is the heading's id."""

    heading: str
    anchor: str
    lines: tuple[T, ...]
    href: str | None = None


class Segment(Kept, frozen=True):
    """A stretch of a paragraph's text with one appearance.

    `kind` "text" or "break" (a printed line break); `href` leads to an entity or to the briefing of a
    day; `datetime` is a calendar day;
    `deleted`: the source itself struck it out.
    """

    text: str
    kind: Literal["text", "break"] = "text"
    href: str | None = None
    datetime: str | None = None
    deleted: bool = False


class OldPlace(Kept, frozen=True):
    """An old anchor with its number, and the link to where it is now: None where it is gone."""

    id: str
    number: str
    href: str | None


class Departed(Kept, frozen=True):
    """What stands in the place of a section or paragraph that is no more there: what became of it in words, the link to
    where it is now (None: it is gone, for a `reason`), and the paragraphs that it took along.
    """

    id: str
    text: str
    link: Link | None
    reason: str
    places: tuple[OldPlace, ...]


class ParagraphView(Kept, frozen=True):
    """A paragraph: its anchor, the number beside it, its segments; `stage`: a stage note; `aliases`: old anchors that
    lead here; `departed`: what stood behind it.
    """

    id: str
    number: str
    segments: tuple[Segment, ...]
    stage: bool
    aliases: tuple[str, ...] = ()
    departed: tuple[Departed, ...] = ()


class TurnView(Kept, frozen=True):
    """What one speaker says: `who` is the label as printed ("" where none is, or where the section's head says it)."""

    role: str
    who: str
    href: str | None
    paragraphs: tuple[ParagraphView, ...]


class Tag(Kept, frozen=True):
    """A country, territory, topic or person of a section."""

    text: str
    href: str | None
    family: str


class Reference(Kept, frozen=True):
    """A line that leads to other sections: "Earlier on Norway:", then links, each with words that go with it.
    "revision" leads to the note on a later witness that differs here.

    In a thread the words come before the link ("later:"), under "said before" after it ("71%").
    """

    kind: Literal["revision", "follows", "said-before", "thread"]
    text: str
    links: tuple[tuple[Link, str], ...]


class VersionLink(Kept, frozen=True):
    """The same briefing or section in another language, named in that language.

    `parallel`: the page with both side by side, None where sections don't correspond.
    """

    language: str
    dir: str
    text: str
    href: str
    external: bool = False
    parallel: Link | None = None


class ChangeView(Kept, frozen=True):
    """Words that a later witness has in place of others; `section` leads to where they stand, None where unknown."""

    section: Link | None
    before: str
    after: str


class RevisionView(Kept, frozen=True):
    """A later witness: what it means for this page, its changes; `more` tells of those only in the data ("")."""

    id: str
    taken: bool
    status: str
    text: str
    count: str
    changes: tuple[ChangeView, ...]
    more: str
    sha256: str


class SectionView(Kept, frozen=True):
    """A section of a briefing as its page shows it. `aliases`: old anchors that lead here; `opening`, `departed`: what
    stood before its first paragraph, and behind the section.
    """

    id: str
    number: str
    kind: str
    kind_name: str
    outlet: Link | None
    outlet_title: str
    heading: str
    printed: bool
    permalink: str
    occasion: str
    proposed: bool
    turns: tuple[TurnView, ...]
    tags: tuple[Tag, ...]
    references: tuple[Reference, ...]
    versions: tuple[VersionLink, ...]
    aliases: tuple[str, ...] = ()
    opening: tuple[Departed, ...] = ()
    departed: tuple[Departed, ...] = ()


class ContentsLine(Kept, frozen=True):
    """A line of the list of contents."""

    href: str
    number: str
    outlet: str
    text: str
    heading: bool


class Citation(Kept, frozen=True):
    """One way to cite a page: `text` to copy, or `href` to a file ("" where there is none)."""

    label: str
    text: str
    href: str


class SectionCitation(Kept, frozen=True):
    """How a section is cited: style, sentence, the section's number and link, and the link of its first paragraph."""

    label: str
    text: str
    number: str
    link: str
    paragraph_link: str


class SourceView(Kept, frozen=True):
    """The witness: its name as received, its digest, where it came from and when; `kept`: its place in the edition."""

    file: str
    kept: str
    sha256: str
    layout: str
    publisher: str
    link: Link | None
    retrieved: Date | None
    lines: str


class ApparatusLine(Kept, frozen=True):
    """One record of the apparatus: line of the witness ("" where unknown), its reason or field, words before, after."""

    line: str
    reason: str
    before: str
    after: str


class ApparatusTable(Kept, frozen=True):
    """One table of the apparatus; `more` tells how many lines stand only in the data file ("" where none)."""

    kind: Literal["emendations", "dropped", "metadata"]
    caption: str
    lines: tuple[ApparatusLine, ...]
    more: str


# ── One context a kind of page ──────────────────────────────────────────────────────────────────────────────────────


class HomePage(Kept, frozen=True):
    """The first page: the newest briefings, the search box, when and about what."""

    template: ClassVar[str] = "home.html"
    frame: Frame
    heading: str
    description: str
    held: str
    latest: tuple[BriefingLine, ...]
    all_briefings: Link
    calendar: Shaded | None
    countries: tuple[Bar, ...]
    topics: tuple[Bar, ...]
    examples: str


class BriefingsPage(Kept, frozen=True):
    """The list of all briefings by month; `partial`: older ones are only on their years' pages."""

    template: ClassVar[str] = "briefings.html"
    frame: Frame
    heading: str
    held: str
    years: tuple[Link, ...]
    groups: tuple[Group[BriefingLine], ...]
    partial: bool


class YearPage(Kept, frozen=True):
    """The briefings of a year by month; `undated`: of no known date."""

    template: ClassVar[str] = "year.html"
    frame: Frame
    heading: str
    held: str
    undated: bool
    groups: tuple[Group[BriefingLine], ...]
    years: tuple[Link, ...]
    search: SearchBox


class BriefingPage(Kept, frozen=True):
    """One briefing: head, contents, sections, apparatus.

    `subjects_lang`: the language of `subjects`, "" where it is the page's own. `held`: the times of day, in parts of
    which those without `iso` are words between. `cite_section`: how one section is cited, as an example. `proof`: what
    is known of the text beside its witness ("" where nobody looked). `departed`: what stood before the first section;
    `moved`: anything on the page did.
    """

    template: ClassVar[str] = "briefing.html"
    frame: Frame
    id: str
    kind: str
    title: str
    lang: str
    dir: str
    date: Date | None
    summary: str
    subjects: str
    subjects_lang: str
    speakers: tuple[Link, ...]
    held: tuple[Date, ...]
    place: str
    published: Date | None
    source: SourceView
    versions: tuple[VersionLink, ...]
    revisions: tuple[RevisionView, ...]
    forms: tuple[Link, ...]
    rights: str
    rights_link: Link | None
    citations: tuple[Citation, ...]
    cite_section: SectionCitation | None
    contents: tuple[ContentsLine, ...]
    contents_open: bool
    search: SearchBox
    editorial: bool
    sections: tuple[SectionView, ...]
    proof: str
    notes: tuple[str, ...]
    apparatus: tuple[ApparatusTable, ...]
    departed: tuple[Departed, ...] = ()
    moved: bool = False


class EntityPage(Kept, frozen=True):
    """A speaker, place, topic or outlet; `partial`: its years have pages of their own."""

    template: ClassVar[str] = "entity.html"
    frame: Frame
    family: str
    kind: str
    name: str
    full_name: str
    note: str
    known: bool
    counts: str
    groups: tuple[Group[EntryLine], ...]
    partial: bool
    years: tuple[Bar, ...]
    companions: tuple[Bar, ...]
    forms: tuple[Link, ...]
    related: tuple[Link, ...]
    search: SearchBox


class EntityYearPage(Kept, frozen=True):
    """One year of an entity with many entries."""

    template: ClassVar[str] = "entity-year.html"
    frame: Frame
    family: str
    kind: str
    name: str
    whole: Link
    heading: str
    counts: str
    groups: tuple[Group[EntryLine], ...]
    years: tuple[Link, ...]
    search: SearchBox


class Listed(Kept, frozen=True):
    """An entity in the index of its family."""

    text: str
    href: str
    count: str
    counts: str
    full_name: str
    note: str
    kind: str


class FamilyPage(Kept, frozen=True):
    """The index of a family: by letter where it is long, countries also by region."""

    template: ClassVar[str] = "family.html"
    frame: Frame
    family: str
    heading: str
    intro: str
    groups: tuple[Group[Listed], ...]
    regions: tuple[Group[Listed], ...]


class FiguresPage(Kept, frozen=True):
    """The tables of the whole edition; None where there is nothing to count."""

    template: ClassVar[str] = "figures.html"
    frame: Frame
    heading: str
    calendar: Shaded | None
    countries: Shaded | None
    topics: Shaded | None


class WrittenView(Kept, frozen=True):
    """A page that the editor wrote; `text` is Markdown, for the template's filter `markdown`."""

    template: ClassVar[str] = "page.html"
    frame: Frame
    heading: str
    lang: str
    dir: str
    text: str
    file: str
    first_line: int
    departed: tuple[Departed, ...] = ()


class DataFile(Kept, frozen=True):
    """A file, or the files of all years: `links` name the years then. `about`: what it holds ("" where unknown)."""

    name: str
    links: tuple[Link, ...]
    about: str


class FieldsTable(Kept, frozen=True):
    """A table of the data dictionary: `rows` are (name, type, what it holds)."""

    name: str
    about: str
    rows: tuple[tuple[str, str, str], ...]


class DataPage(Kept, frozen=True):
    """What can be downloaded; `beside`: (address with what varies in capitals, what it is); `feeds`: of the whole.

    `dictionary`: what the files hold, field by field, in English; `dictionary_lang` is "" where the page is, too.
    """

    template: ClassVar[str] = "data.html"
    frame: Frame
    heading: str
    files: tuple[DataFile, ...]
    beside: tuple[tuple[str, str], ...]
    feeds: tuple[Link, ...]
    dictionary: tuple[FieldsTable, ...]
    dictionary_lang: str
    rights: str
    rights_link: Link | None


class ParallelSide(Kept, frozen=True):
    """One briefing of a parallel page; its language and direction are always given. `name`: of its language."""

    lang: str
    dir: str
    name: str
    title: str
    href: str


class ParallelCell(Kept, frozen=True):
    """A section of one side: `href` leads to it on the page of its briefing."""

    href: str
    number: str
    outlet: str
    heading: str
    printed: bool
    turns: tuple[TurnView, ...]


class ParallelRow(Kept, frozen=True):
    """Sections that correspond, one of each side; `id` is that of the first."""

    id: str
    label: str
    cells: tuple[ParallelCell, ParallelCell]


class ParallelPage(Kept, frozen=True):
    """Two versions of a briefing side by side; `rest` tells of sections that only one of them has ("")."""

    template: ClassVar[str] = "parallel.html"
    frame: Frame
    heading: str
    date: Date | None
    sides: tuple[ParallelSide, ParallelSide]
    rows: tuple[ParallelRow, ...]
    rest: str


class FindingView(Kept, frozen=True):
    """A finding: `text` (a text of a source: with `lang`), what was put in its place, why, what to do, and where.

    `more`: how many places are only in the data ("" where none).
    """

    text: str
    after: str
    lang: str
    dir: str
    detail: str
    hint: str
    count: str
    examples: tuple[tuple[str, str], ...]
    places: tuple[Link, ...]
    more: str


class ChapterView(Kept, frozen=True):
    """A kind of findings: how many, what they mean and what to do; `more`: those only in the data ("")."""

    id: str
    heading: str
    count: str
    empty: bool
    advice: str
    findings: tuple[FindingView, ...]
    more: str


class DiagnosticsPage(Kept, frozen=True):
    """What a maintainer should look at; `data` leads to all of it."""

    template: ClassVar[str] = "diagnostics.html"
    frame: Frame
    heading: str
    chapters: tuple[ChapterView, ...]
    data: Link | None
    hint_lang: str


class VerdictRow(Kept, frozen=True):
    """A principle, how it was counted, whether it holds, and the count in words."""

    id: str
    principle: str
    check: str
    holds: bool
    count: str


class VerdictChapter(Kept, frozen=True):
    """The principles of one family."""

    id: str
    heading: str
    rows: tuple[VerdictRow, ...]


class CompliancePage(Kept, frozen=True):
    """Whether the edition keeps the principles of editions that last; `summary`: how many of how many hold."""

    template: ClassVar[str] = "compliance.html"
    frame: Frame
    heading: str
    summary: str
    chapters: tuple[VerdictChapter, ...]


class ErratumView(Kept, frozen=True):
    """A difference between two releases: what it is, the section (none where it isn't one section's), the words before
    and after, why, and the day on which the source's later words were received.
    """

    kind: str
    section: Link | None
    before: str
    after: str
    reason: str
    date: Date | None


class ChangedText(Kept, frozen=True):
    """A briefing that came, changed or went; `href` of its link is "" where there is no page. `lang`, `dir`: of its
    title and its words.
    """

    title: Link
    date: Date | None
    lang: str
    dir: str
    errata: tuple[ErratumView, ...]


class ChangeGroup(Kept, frozen=True):
    """What became of some briefings; `more`: how many are only in the data ("" where none)."""

    heading: str
    texts: tuple[ChangedText, ...]
    more: str


class ReleaseView(Kept, frozen=True):
    """A release, or what has changed since the newest one (`name` "" then). `counts`: in words; `words`: the editor's,
    Markdown; `groups`: what changed, none where a page has no room for it; `sums`: (file, SHA-256) of what was made of
    it; `files` leads to where that lies; `list_sha256`: of the list of what it changed.
    """

    name: str
    anchor: str
    heading: str
    href: str
    date: Date | None
    counts: str
    words: str
    groups: tuple[ChangeGroup, ...]
    sums: tuple[tuple[str, str], ...]
    sums_note: str
    files: Link | None
    list_sha256: str


class ChangesPage(Kept, frozen=True):
    """What was added, corrected and withdrawn: since the newest release, and in each of them, the newest first.

    `text`: what the editor says of it, Markdown. `lang`, `dir`: of all that the editor wrote.
    """

    template: ClassVar[str] = "changes.html"
    frame: Frame
    heading: str
    lang: str
    dir: str
    text: str
    feeds: tuple[Link, ...]
    since: ReleaseView | None
    releases: tuple[ReleaseView, ...]


class ReleasePage(Kept, frozen=True):
    """One release with all that it changed; `neighbours`: the releases before and after it, and all changes."""

    template: ClassVar[str] = "release.html"
    frame: Frame
    heading: str
    lang: str
    dir: str
    release: ReleaseView
    neighbours: tuple[Link, ...]


class FileRow(Kept, frozen=True):
    """A file of the site: its link, its size in bytes (in words), its SHA-256."""

    link: Link
    size: str
    sha256: str


class FileGroup(Kept, frozen=True):
    """Files whose paths begin alike, on a page of their own: the link to it, how many, how large."""

    link: Link
    count: str
    size: str


class FilesPage(Kept, frozen=True):
    """Every file of the site, or a part of them (`whole` leads to all). `groups`: the parts, where they are many;
    `manifest`: the link to the list of checksums.
    """

    template: ClassVar[str] = "files.html"
    frame: Frame
    heading: str
    counts: str
    whole: Link | None
    manifest: Link
    groups: tuple[FileGroup, ...]
    rows: tuple[FileRow, ...]


class StartPage(Kept, frozen=True):
    """START-HERE.html of an offline copy, which stands beside the folder of the site and needs nothing else.

    `facts`: (what, value); `home` leads to the site; `stem`: the name of the copy.
    """

    title: str
    language: str
    direction: str
    heading: str
    description: str
    site_language: str
    home: str
    stem: str
    facts: tuple[tuple[str, str], ...]


class RemedyView(Kept, frozen=True):
    """What to write, and where: `where` as words, `file` of the edition, `text` to copy."""

    where: str
    file: str
    text: str


class ExampleView(Kept, frozen=True):
    """A form in its sentence, with the link to it and the line of its transcript."""

    before: str
    form: str
    after: str
    place: Link
    locus: str


class OutcomeView(Kept, frozen=True):
    """What a form was taken for (`what`), why, how often; `doubtful`: another reading was possible."""

    what: Link
    why: str
    count: str
    doubtful: bool
    examples: tuple[ExampleView, ...]
    remedies: tuple[RemedyView, ...]


class FormView(Kept, frozen=True):
    """A form with its outcomes. `about`: the topic of a cue; `facts`: counts; `hint`: a known name that is near."""

    form: str
    lang: str
    dir: str
    about: str
    facts: str
    hint: str
    outcomes: tuple[OutcomeView, ...]


class ReviewChapter(Kept, frozen=True):
    """The forms of a family, the most doubtful first; `more`: those that are only in the data ("")."""

    id: str
    heading: str
    count: str
    advice: str
    forms: tuple[FormView, ...]
    more: str


class ReviewPage(Kept, frozen=True):
    """What an editor should look at in the tags. `changes`: (where, what) of tags that the last build had otherwise."""

    template: ClassVar[str] = "review.html"
    frame: Frame
    heading: str
    chapters: tuple[ReviewChapter, ...]
    changes: tuple[tuple[Link, str], ...]
    changes_more: str
    data: Link | None


class Facet(Kept, frozen=True):
    """A filter of the search: its name in the index, its label, and its values (id there, name, how many sections)."""

    name: str
    label: str
    values: tuple[tuple[str, str, int], ...]


class SearchPage(Kept, frozen=True):
    """The search form's data; `families` lead on without JavaScript."""

    template: ClassVar[str] = "search.html"
    frame: Frame
    heading: str
    examples: str
    facets: tuple[Facet, ...]
    families: tuple[Link, ...]


class MovedPage(Kept, frozen=True):
    """A page that has moved. `title`: of what stood here; `link`: where it is now; `sections`: its anchors, each with
    the link to its new place; `refresh`: the browser leads on by itself, since there is no anchor that it would lose.
    """

    template: ClassVar[str] = "moved.html"
    frame: Frame
    heading: str
    title: str
    link: Link
    sections: tuple[Departed, ...]
    refresh: bool


class GonePage(Kept, frozen=True):
    """A page that is gone: what it was (`title`), since when, why (in the edition's `lang`), and its anchors."""

    template: ClassVar[str] = "gone.html"
    frame: Frame
    heading: str
    title: str
    since: str
    reason: str
    lang: str
    dir: str
    sections: tuple[Departed, ...]
    links: tuple[Link, ...]


class NotFoundPage(Kept, frozen=True):
    """What a server shows for an address that doesn't exist."""

    template: ClassVar[str] = "404.html"
    frame: Frame
    heading: str
    links: tuple[Link, ...]


class BookChapter(Kept, frozen=True):
    """A briefing as a chapter of a book (templates/epub/chapter.xhtml). `file`: its name in the book."""

    file: str
    language: str
    direction: str
    title: str
    kind: str
    date: str
    speakers: tuple[str, ...]
    sections: tuple[SectionView, ...]
    citation: str
    witness: str
    sha256: str
    proof: str


class ChapterLink(Kept, frozen=True):
    """A line of a book's table of contents; `id` is its name in the manifest."""

    id: str
    file: str
    title: str
    language: str


class Book(Kept, frozen=True):
    """A year of briefings as a book (templates/epub/). `modified`: when it last changed, as EPUB asks (UTC, seconds).

    `interface`: the language of the book's own words; `languages`: of its texts, the commonest first.
    """

    file: str
    identifier: str
    title: str
    interface: str
    direction: str
    languages: tuple[str, ...]
    publisher: str
    date: str
    rights: str
    source: str
    release: str
    held: str
    modified: str
    chapters: tuple[ChapterLink, ...]


Page: TypeAlias = (
    HomePage
    | BriefingsPage
    | YearPage
    | BriefingPage
    | EntityPage
    | EntityYearPage
    | FamilyPage
    | FiguresPage
    | WrittenView
    | DataPage
    | ParallelPage
    | DiagnosticsPage
    | CompliancePage
    | ChangesPage
    | ReleasePage
    | FilesPage
    | ReviewPage
    | SearchPage
    | MovedPage
    | GonePage
    | NotFoundPage
)

#: Every kind of page, and with it every template.
PAGES: tuple[type[Page], ...] = (
    HomePage,
    BriefingsPage,
    YearPage,
    BriefingPage,
    EntityPage,
    EntityYearPage,
    FamilyPage,
    FiguresPage,
    WrittenView,
    DataPage,
    ParallelPage,
    DiagnosticsPage,
    CompliancePage,
    ChangesPage,
    ReleasePage,
    FilesPage,
    ReviewPage,
    SearchPage,
    MovedPage,
    GonePage,
    NotFoundPage,
)


class Citations(Protocol):
    """Gives (label, text to copy, address of a file or "") for each way to cite a briefing or one of its sections."""

    def __call__(
        self, briefing: Briefing, section: AnnotatedSection | None = None, /
    ) -> tuple[tuple[str, str, str], ...]: ...
