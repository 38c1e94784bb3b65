"""An edition → one search record per section, the text of each as Pagefind reads it, and the words of them all.

This module must not decide how a query is read or shown (that is assets/search/*.js), run Pagefind, or write a file
(that is search_index.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

from edition.indexes import DECLARATIONS, Shown, number_of, read_plain, show_authorities, title_of
from edition.model import AnnotatedSection, Authorities, Briefing, Place, Role
from edition.search_words import clean, find_acronyms, fold_name, split_words, start_apart, take_apart
from edition.urls import UNDATED, anchor, briefing_path

#: Stands in every record, so that "all of them" is a search for one word and not a download of every index chunk.
EVERY: Final = "zqevery"
#: The facts of a section that a reader can choose by; the names are those of the address (search.html?country=NO).
FACETS: Final = ("speaker", "outlet", "country", "topic", "person", "year", "kind", "language", "briefing")

_FACET_OF_FAMILY: Final = {
    "speakers": "speaker", "outlets": "outlet", "countries": "country", "topics": "topic", "persons": "person",
}  # fmt: skip


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Searchable(Protocol):
    """What of an edition can be searched: `indexes.Edition` is one."""

    @property
    def briefings(self) -> Sequence[Briefing]: ...

    @property
    def authorities(self) -> Authorities: ...


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """A section as search knows it.

    `title`: what stands for the section in a list; `briefing_title`, `number`: where it stands. `text`: its paragraphs
    in order, each with its turn's role (a question's words weigh more). `facets`: facet → ids, in the order of
    `FACETS`. `names`: other words a reader may look for it by (names and aliases of the tagged places, the outlet, the
    speakers; readings that the source struck out), which stand in no paragraph. `day`: YYYY-MM-DD or None.
    """

    briefing: str
    section: str
    language: str
    title: str
    briefing_title: str
    number: str
    heading: str
    text: tuple[tuple[Role, str], ...]
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[str, ...]
    day: str | None

    @property
    def address(self) -> str:
        """The section's place on the site: briefings/ID.html#q3."""
        return anchor(briefing_path(self.briefing), self.section)

    @property
    def stub(self) -> str:
        """The name of its stub, from which the search page makes the address again: briefings/ID/q3.html."""
        return f"{briefing_path(self.briefing).removesuffix('.html')}/{self.section}.html"


def make_records(edition: Searchable) -> Iterator[SearchRecord]:
    """Yield one record per section: newest first, undated last, sections of a briefing in their order."""
    places = {place.id: place for place in edition.authorities.places}
    shown = show_authorities(edition.authorities, "")
    dated = [b for b in edition.briefings if b.date]
    undated = [b for b in edition.briefings if not b.date]
    for briefing in (*sorted(dated, key=lambda b: b.date or "", reverse=True), *undated):
        for section in briefing.sections:
            yield _make_record(briefing, section, places, shown)


def _make_record(
    briefing: Briefing, tagged: AnnotatedSection, places: Mapping[str, Place], shown: Shown
) -> SearchRecord:
    section, language = tagged.section, briefing.transcript.language
    # the same declarations make the index pages, so that "search in this" finds what the page lists
    values = {
        _FACET_OF_FAMILY[declaration.family]: tuple(
            dict.fromkeys(entity.id for entity in declaration.mentions(briefing, tagged, shown))
        )
        for declaration in DECLARATIONS
    }
    values["year"] = (briefing.year or UNDATED,)
    values["kind"] = (section.kind,)
    values["language"] = (language,)
    values["briefing"] = (briefing.id,)
    return SearchRecord(
        briefing=briefing.id,
        section=section.id,
        language=language,
        title=title_of(section),
        briefing_title=briefing.transcript.title,
        number=number_of(briefing, section.id),
        heading=section.heading or "",
        text=tuple((turn.role, read_plain(paragraph)) for turn in section.turns for paragraph in turn.paragraphs),
        facets=tuple((facet, values[facet]) for facet in FACETS),
        names=tuple(dict.fromkeys(filter(None, _other_names(briefing, tagged, places)))),
        day=briefing.date,
    )


def _other_names(briefing: Briefing, tagged: AnnotatedSection, places: Mapping[str, Place]) -> Iterator[str]:
    language = briefing.transcript.language
    for tag in (*tagged.countries, *tagged.territories):
        if tag.id in places:
            yield from _names(places[tag.id], language)
    if tagged.outlet:
        yield from (tagged.outlet.name, tagged.outlet.full_name, *tagged.outlet.aliases)
    for speaker in tagged.speakers if any(tagged.speakers) else briefing.speakers:
        if speaker:
            yield from (speaker.name, *(name for _, name in speaker.names), *speaker.aliases)
    for person in tagged.persons:
        yield from (person.name, *person.aliases)
    for turn in tagged.section.turns:
        yield turn.label or ""
        for paragraph in turn.paragraphs:
            yield from (paragraph.text[m.start : m.end] for m in paragraph.marks if m.kind == "deleted")


def _names(place: Place, language: str) -> Iterator[str]:
    """Yield a place's names in all languages and its aliases in the record's; demonyms stand in the text anyway."""
    yield place.name
    yield from (name for _, name in place.names)
    base = language.partition("-")[0]
    yield from (form for spoken, forms in place.aliases if spoken in (language, base, "") for form in forms)


# ── Stubs: what Pagefind reads ──────────────────────────────────────────────────────────────────────────────────────


def make_stub(record: SearchRecord) -> str:
    """Return the HTML file that Pagefind indexes for a record; it never becomes part of the site.

    Weights: a heading 3, a question 1.5, anything else 1 (Pagefind squares them). Text is taken apart into words (see
    search_words.py). What is no text of the section is
    metadata, which a passage never shows; assets/search/engine.js says what each field of it counts.
    """
    page = Element("html", {"lang": _indexed_language(record.language)})
    head = SubElement(page, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    names = [*map(fold_name, record.names), *map(fold_name, sorted(_acronyms(record)))]
    fields = (
        ("title", take_apart(clean(record.title))),
        ("briefing", take_apart(clean(record.briefing_title))),
        ("number", record.number),
        ("names", " ".join(dict.fromkeys(filter(None, names)))),
        ("all", EVERY),
    )
    for name, value in fields:
        SubElement(head, "meta", {"data-pagefind-meta": f"{name}[content]", "content": value})
    body = SubElement(SubElement(page, "body"), "main", {"data-pagefind-body": ""})
    if record.heading:
        SubElement(body, "h2", {"data-pagefind-weight": "3"}).text = take_apart(clean(record.heading))
    for role, text in record.text:
        paragraph = SubElement(body, "p", {"data-pagefind-weight": "1.5"} if role == "question" else {})
        paragraph.text = start_apart(clean(text))
    return "<!doctype html>" + tostring(page, encoding="unicode", method="html")


def _acronyms(record: SearchRecord) -> set[str]:
    # indexed as names are, so that a query in capitals finds the WHO and not the word “who”
    return {word for text in (record.heading, *(text for _, text in record.text)) for word in find_acronyms(text)}


def _indexed_language(language: str) -> str:
    """Return what Pagefind is told of a language, so that it brings no word forms of its own (forms.js has ours)."""
    return f"und-{language}".lower()


# ── The words of an edition ─────────────────────────────────────────────────────────────────────────────────────────


def find_words(record: SearchRecord) -> set[str]:
    """Return the words of a record's text, folded."""
    return {word for text in (record.heading, *(text for _, text in record.text)) for word in split_words(text)}


def make_vocabulary(words: Iterable[str], names: Iterable[str]) -> bytes:
    """Return search/words.js: all words of the edition and the names of what is tagged, as a classic script.

    The search page loads it for a beginning (ferr*) and for “did you mean”. `words`: folded and sorted, each as the
    number of letters that it shares with the one before (as one character, 0–9 and a–z) and the rest; `names`: as
    they are written.
    """
    coded = []
    last = ""
    for word in sorted(words):
        shared = 0
        while shared < min(len(word), len(last), 35) and word[shared] == last[shared]:
            shared += 1
        coded.append("0123456789abcdefghijklmnopqrstuvwxyz"[shared] + word[shared:])
        last = word
    vocabulary = {"words": " ".join(coded), "names": sorted(name for name in names if len(name) <= 60)}
    text = json.dumps(vocabulary, ensure_ascii=True, separators=(",", ":"))
    return f"RostrumSearch.takeWords({text});\n".encode("ascii")
