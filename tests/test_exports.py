"""Text, TEI, citations, feeds, tables, sitemaps: whole, well-formed, harmless whatever a text holds, the same again."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition import retagging
from edition.abstracts import Abstract, count_words, make_abstract, number_of
from edition.config import FORMATS, Config, Format, Release
from edition.entities import show_authorities
from edition.exports import citations, database, dictionary, feeds, files, opensearch, sitemap, skos, tables, tei, text
from edition.exports.writing import Names, join_pieces, xml_text
from edition.indexes import Edition, Entry
from edition.interface import load
from edition.model import AnnotatedSection, Briefing, Locus, Mark, Paragraph, Rights, Section, Span, Topic, Turn
from edition.transcripts import loads
from edition.urls import find_collisions
from tests.histories import make_history
from tests.samples import AUTHORITIES, sample_briefing
from tests.site_edition import make_language_edition
from tests.whole import gather_edition, list_every_file

ROOT = Path(__file__).resolve().parent.parent
WORDS = load("en")
CONFIG = Config(
    title="Briefings of Marenia",
    publisher="Archive of Marenia",
    site_url="https://archive.marenia.example/b/",
    release=Release("2025-06", "2025-06-01"),
    rights=Rights("Free."),
)
BARE = Config(title="Briefings of Marenia", release=Release("2025-06"))
BRIEFING = sample_briefing()
HISTORY = make_history(("2025-06", "2025-06-01", [BRIEFING.transcript]))
ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


def without_surrogates(words: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", words)


def said(sections: tuple[AnnotatedSection, ...]) -> list[str]:
    return [p.text for s in sections for p in s.section.paragraphs]


def one_section(words: str, heading: str | None = None, *spans: Span, marks: tuple[Mark, ...] = ()) -> AnnotatedSection:
    turn = Turn("statement", "Ines Halvard", (Paragraph("p1.1", words, marks=marks),))
    return AnnotatedSection(Section("p1", "passage", heading, (turn,)), spans=(("p1.1", spans),))


# ── Plain text ──


def test_the_text_copy_reads_like_this() -> None:
    assert text.make_text(BRIEFING, BARE, WORDS).decode() == (
        """\
Regular press briefing, 14 May 2025
===================================

Date: 2025-05-14
Published: 2025-05-14T16:05+01:00
Speakers: Ines Halvard
Publisher: Foreign Office of Marenia
Source: https://office.marenia.example/briefings/514
Edition: Briefings of Marenia
Release: 2025-06
Rights: Free to use with a word of thanks. (https://office.marenia.example/rights)
Note: The sound is missing for a minute.


§A1

Ines Halvard: Good afternoon. One word on lighthouses.


§1  Ferry safety

Harbour Post: The coast guards of Marenia and Norway met on 12 May 2025. Will Oda Lind's ferries run again?

Ines Halvard: The two services met for four hours & agreed on <everything>.
The timetable is with “the operators”.

(She showed a chart.)

Some ~~18 of 24~~ boats sail.


§2  Lighthouses

After the conference a reader wrote:

=SUM(A1) was on the slide. Why?

Tom Roe: A slip. 灯塔很好。

The lights were out for a minute.
"""
    )


def test_the_head_of_the_text_copy_says_what_is_not_known() -> None:
    undated = text.make_text(sample_briefing(date=None), CONFIG, WORDS).decode()
    assert f"Date: {WORDS('text.undated')}\n" in undated
    assert "Release: 2025-06 (2025-06-01)\n" in undated
    assert "Address: https://archive.marenia.example/b/briefings/2025-05-14-ines-halvard.html\n" in undated
    assert all(WORDS.has(key) for key in text.WORDS)


@settings(deadline=None)
@given(ANY_TEXT)
def test_the_text_copy_keeps_every_word(words: str) -> None:
    copy = text.make_text(sample_briefing(sections=(one_section(words),)), BARE, WORDS).decode()
    assert f"\n\nInes Halvard: {without_surrogates(words)}\n" in copy


# ── TEI ──

NS = {"tei": tei.TEI}


def tei_text(data: bytes) -> list[str]:
    """Return the text of every paragraph of a TEI document, line breaks as "\n"."""
    root = ET.fromstring(data)
    found = []
    for node in root.iterfind(".//tei:body//*", NS):
        name = node.tag.removeprefix(f"{{{tei.TEI}}}")
        kind = node.get("type")
        if name == "seg" or (name == "note" and kind == "stage") or (name == "p" and node.get("ana")):
            found.append(inner(node))
    return found


def inner(node: ET.Element) -> str:
    words = node.text or ""
    for child in node:
        words += ("\n" if child.tag.endswith("}lb") else inner(child)) + (child.tail or "")
    return words


def test_tei_holds_every_paragraph_in_order() -> None:
    assert tei_text(tei.make_tei(BRIEFING, CONFIG, AUTHORITIES)) == said(BRIEFING.sections)


def test_tei_ties_turns_to_speakers_and_names_to_places() -> None:
    root = ET.fromstring(tei.make_tei(BRIEFING, CONFIG, AUTHORITIES))
    ids = [node.get("{http://www.w3.org/XML/1998/namespace}id") for node in root.iter()]
    given_ids = [id for id in ids if id]
    assert len(given_ids) == len(set(given_ids))
    assert {"q1", "q1.1", "q1.3", "q2.3"} <= set(given_ids), "anchors of the page are ids of the document"
    pointers = [p for n in root.iter() for a in ("who", "ana", "ref", "corresp") for p in (n.get(a) or "").split()]
    assert pointers
    assert {p.removeprefix("#") for p in pointers} <= set(given_ids)
    who = [u.get("who") for u in root.iterfind(".//tei:u", NS)]
    assert who == ["#speaker.ines-halvard", "#outlet.harbour-post", "#speaker.ines-halvard", None, "#speaker.tom-roe"]
    places = [(n.get("type"), [inner(part) for part in n]) for n in root.iterfind(".//tei:listPlace/tei:place", NS)]
    assert places == [("country", ["Norway", "NO"]), ("territory", ["Gaza", "gaza"])]
    divs = root.findall(".//tei:body/tei:div", NS)
    tagged = [a.section.id for a in BRIEFING.sections if "NO" in [tag.id for tag in a.countries]]
    assert tagged
    found = [d for d in divs if "#country.NO" in (d.get("ana") or "").split()]
    assert [d.get("{http://www.w3.org/XML/1998/namespace}id") for d in found] == tagged
    assert [inner(n) for n in root.iterfind(".//tei:seg/tei:del", NS)] == ["18 of 24"]
    assert root.find(".//tei:sourceDesc//tei:idno[@type='sha256']", NS).text == BRIEFING.transcript.source.sha256  # type: ignore[union-attr]
    assert [inner(n) for n in root.iterfind(".//tei:corr", NS)] == ["ferry"]


def tei_ranges(data: bytes) -> list[tuple[str, str, str, str]]:
    """Return (kind, id, paragraph, words) of all that the stand-off part says of the text, by its own pointers."""
    root = ET.fromstring(data)
    texts = {n.get("{http://www.w3.org/XML/1998/namespace}id"): n for n in root.iterfind(".//tei:body//*", NS)}
    found = []
    for group in root.iterfind("./tei:standOff/tei:spanGrp", NS):
        for span in group:
            for pointer in (span.get("target") or "").split():
                match = re.fullmatch(r"#string-range\((.+),(\d+),(\d+)\)", pointer)
                assert match, pointer
                words = "".join(texts[match[1]].itertext())
                start = int(match[2])
                found.append((group.get("type") or "", span.text or "", match[1], words[start : start + int(match[3])]))
    return found


def test_names_and_days_stand_apart_from_the_text() -> None:
    data = tei.make_tei(BRIEFING, CONFIG, AUTHORITIES)
    assert sorted(tei_ranges(data)) == [
        ("country", "NO", "q1.1", "Norway"),
        ("date", "2025-05-12", "q1.1", "12 May 2025"),
        ("person", "oda-lind", "q1.1", "Oda Lind"),
    ]
    body = ET.fromstring(data).find(".//tei:body", NS)
    assert body is not None
    # The text holds the words, their turns, and what the source itself struck out.
    names = {node.tag.removeprefix(f"{{{tei.TEI}}}") for node in body.iter()}
    assert names <= {"body", "div", "head", "note", "u", "seg", "p", "del", "lb"}


def test_spans_may_cross_and_line_breaks_are_no_characters() -> None:
    section = one_section(
        "abcdefgh", None,
        Span(0, 6, "country", "NO"), Span(1, 3, "person", "x"), Span(5, 8, "date", "2025-01-01/2025-01-02"),
        Span(6, 8, "date", "2025-01-01/2025-01-02"), Span(7, 99, "country", "SE"), Span(3, 3, "country", "FI"),
    )  # fmt: skip
    data = tei.make_tei(sample_briefing(sections=(section,)), BARE, AUTHORITIES)
    assert b'<seg xml:id="p1.1">abcdefgh</seg>' in data
    assert tei_ranges(data) == [
        ("country", "NO", "p1.1", "abcdef"),
        ("date", "2025-01-01/2025-01-02", "p1.1", "fgh"),
        ("date", "2025-01-01/2025-01-02", "p1.1", "gh"),
        ("person", "x", "p1.1", "bc"),
    ]
    broken = one_section(
        "North\nNorway and\nSouth\nKorea", None, Span(6, 12, "country", "NO"), Span(17, 28, "country", "KR")
    )
    data = tei.make_tei(sample_briefing(sections=(broken,)), BARE, AUTHORITIES)
    assert [words for *_, words in tei_ranges(data)] == ["SouthKorea", "Norway"]


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["country", "person", "date", "outlet"])).map(
        lambda s: Span(min(s[:2]), max(s[:2]), s[2], "NO")  # type: ignore[arg-type]
    ),
    max_size=5,
)


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, SPANS)
def test_tei_is_well_formed_and_whole_whatever_the_text_holds(words: str, heading: str, spans: list[Span]) -> None:
    briefing = sample_briefing(title=heading or "x", sections=(one_section(words, heading or None, *spans),))
    data = tei.make_tei(briefing, CONFIG, AUTHORITIES)
    assert tei_text(data) == [xml_text(words)]
    bare = [
        (s.kind, xml_text(words[s.start : s.end]).replace("\n", "")) for s in spans if s.start < s.end <= len(words)
    ]
    assert sorted((kind, found) for kind, _, _, found in tei_ranges(data)) == sorted(bare)
    allowed = all(c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in words)
    assert (xml_text(words) == words) == allowed


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "speaker", "paragraph"]), st.text(max_size=4)), max_size=8))
def test_names_are_valid_and_each_belongs_to_one_thing(wishes: list[tuple[str, str]]) -> None:
    names = Names()
    made = {wish: names.name(*wish) for wish in wishes}
    assert len(set(made.values())) == len(made)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.\-]*", name) for name in made.values())
    assert all(names.name(*wish) == name for wish, name in made.items())


@pytest.mark.validator
def test_tei_is_valid_against_the_schema_of_the_tei(tmp_path: Path) -> None:
    """Needs jing, and tei_all.rng at the path that ROSTRUM_TEI_SCHEMA names: `make validate` has both."""
    schema = os.environ["ROSTRUM_TEI_SCHEMA"]
    section = one_section("a & b\n<c>", "Heading")
    cases = {
        "sample": (BRIEFING, CONFIG),
        "bare": (
            replace(sample_briefing(date=None, rights=None, notes=(), published="2025", sections=(section,))),
            BARE,
        ),
        "empty": (sample_briefing(sections=()), BARE),
        "stage": (sample_briefing(sections=(_stage_only(),)), BARE),
    }
    for name, (briefing, config) in cases.items():
        (tmp_path / f"{name}.xml").write_bytes(tei.make_tei(briefing, config, AUTHORITIES))
    edition = make_language_edition()
    for briefing in edition.read_briefings():
        made = tei.make_tei(briefing, CONFIG, AUTHORITIES, edition.versions[briefing.id])
        (tmp_path / f"{briefing.id}.xml").write_bytes(made)
    (tmp_path / "corpus.xml").write_bytes(b"".join(tei.make_corpus(replace(edition, config=CONFIG))))
    done = subprocess.run(
        ["jing", schema, *map(str, sorted(tmp_path.glob("*.xml")))], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_corpus_holds_every_text_with_identifiers_of_its_own() -> None:
    edition = make_language_edition()
    pieces = list(tei.make_corpus(edition))
    assert len(pieces) == len(edition.briefings) + 3, "a briefing at a time"
    data = b"".join(pieces)
    root = ET.fromstring(data)
    ids = [id for node in root.iter() if (id := node.get("{http://www.w3.org/XML/1998/namespace}id"))]
    assert len(ids) == len(set(ids))
    assert "b-2025-06-02-ines-halvard.q1.1" in ids
    names = ("who", "ana", "ref", "corresp", "target")
    pointers = [p for n in root.iter() for a in names for p in (n.get(a) or "").split() if not p.startswith("https:")]
    assert pointers
    assert {p.removeprefix("#") for p in pointers} <= set(ids), "every pointer leads to a place in the corpus"
    assert tei_text(data) == [text for briefing in edition.read_briefings() for text in said(briefing.sections)]
    assert list(tei.make_corpus(gather_edition(BARE, [], AUTHORITIES))) == []


def language_tei() -> ET.Element:
    edition = make_language_edition()
    english = next(b for b in edition.read_briefings() if b.transcript.language == "en")
    return ET.fromstring(tei.make_tei(english, CONFIG, AUTHORITIES, edition.versions[english.id]))


def test_tei_tells_times_place_and_versions() -> None:
    root = language_tei()
    setting = root.find(".//tei:settingDesc/tei:setting", NS)
    assert setting is not None
    date, place = setting.find("tei:date", NS), setting.find("tei:placeName", NS)
    assert date is not None
    assert (date.get("from"), date.get("to")) == ("2025-06-02T12:23:00-04:00", "2025-06-02T13:05:00-04:00")
    assert place is not None
    assert place.text == "Briefing Room"
    related = root.findall(".//tei:relatedItem", NS)
    assert [(r.get("n"), r.get("target")) for r in related] == [
        ("ar", "2025-06-02-ines-halvard-ar.xml"),
        ("es", "https://example.org/es/2"),
        ("zh", "2025-06-02-ines-halvard-zh.xml"),
    ]
    links = [link.get("target") for link in root.findall("tei:standOff/tei:linkGrp/tei:link", NS)]
    assert links == [f"#q{n} 2025-06-02-ines-halvard-ar.xml#q{n}" for n in (1, 2)]
    scope = root.find(".//tei:biblScope", NS)
    assert scope is not None
    assert (scope.get("from"), scope.get("to")) == ("17", "1240")


def test_tei_tells_later_witnesses_newest_first() -> None:
    changes = language_tei().findall(".//tei:revisionDesc/tei:change", NS)
    assert [(c.get("when"), c.get("status")) for c in changes] == [("2025-06-04", "taken"), ("2025-06-03", "waiting")]
    items = changes[1].findall("tei:list/tei:item", NS)
    assert [item.get("corresp") for item in items] == ["#q1", "#q1"]
    assert [[(part.tag.rpartition("}")[2], part.text) for part in item] for item in items] == [
        [("del", "in winter"), ("add", "in every month")],
        [("add", "and twice on Sundays")],
    ]


def test_the_text_copy_tells_times_and_versions() -> None:
    edition = make_language_edition()
    english = next(b for b in edition.read_briefings() if b.transcript.language == "en")
    head = (
        text.make_text(english, CONFIG, load("en"), edition.versions[english.id])
        .decode()
        .split("\n\n\n")[0]
        .splitlines()
    )
    assert {
        "Began: 2025-06-02T12:23-04:00",
        "Place: Briefing Room",
        "Also in: ar, 2025-06-02-ines-halvard-ar.txt",
        "Also in: es, https://example.org/es/2",
    } <= set(head)


def _stage_only() -> AnnotatedSection:
    stage = Turn("statement", None, (Paragraph("p1.1", "(Music)", kind="stage"),))
    return AnnotatedSection(Section("p1", "passage", None, (stage, Turn("statement", "Ines", ()))))


# ── Citations ──


def sentences(briefing: Briefing, config: Config, section: AnnotatedSection | None = None) -> Mapping[str, str]:
    return {label: words for label, words, path in citations.make_citations(briefing, config, section) if words}


def test_sentences_of_a_briefing() -> None:
    address = "https://archive.marenia.example/b/briefings/2025-05-14-ines-halvard.html"
    assert sentences(BRIEFING, CONFIG) == {
        "Chicago": "Foreign Office of Marenia. “Regular Press Briefing, 14 May 2025.” Press conference transcript. "
        f"Briefings of Marenia, May 14, 2025. {address}.",
        "APA": "Foreign Office of Marenia. (2025, May 14). Regular press briefing, 14 May 2025 [Press conference "
        f"transcript]. Briefings of Marenia. {address}",
        "MLA": "Foreign Office of Marenia. “Regular Press Briefing, 14 May 2025.” Press conference transcript. "
        f"Briefings of Marenia, 14 May 2025, {address}.",
        "ISO 690": "FOREIGN OFFICE OF MARENIA, 2025. Regular press briefing, 14 May 2025. Briefings of Marenia. "
        f"Online. 14 May 2025. Available from: {address}",
    }


@pytest.mark.parametrize("config", [CONFIG, BARE])
@pytest.mark.parametrize("title", ["Regular press briefing, 14 May 2025", "What do “we” know?", "Notas sobre el mar"])
def test_a_section_is_cited_like_its_briefing_with_number_and_anchor(config: Config, title: str) -> None:
    briefing = sample_briefing(title=title, language="es" if title.startswith("Notas") else "en")
    whole = sentences(briefing, config)
    for section in briefing.sections:
        id = section.section.id
        number = number_of(briefing, id)
        for style, sentence in sentences(briefing, config, section).items():
            assert f", § {number}" in sentence
            assert f".html#{id}" in sentence
            plain = sentence.replace(f".html#{id}", ".html")
            ways = [plain.replace(f", § {number}{stop}", end) for stop in (".", "", ",") for end in ("", ".", ",")]
            assert whole[style] in ways


def test_sentences_of_a_section_without_address_or_date() -> None:
    undated = sample_briefing(date=None, title="What do “we” know?")
    assert sentences(undated, BARE, undated.sections[1]) == {
        "Chicago": "Foreign Office of Marenia. “What Do ‘We’ Know?, § 1.” Press conference transcript. Briefings of "
        "Marenia. Release 2025-06, file briefings/2025-05-14-ines-halvard.html#q1.",
        "APA": "Foreign Office of Marenia. (n.d.). What do “we” know?, § 1 [Press conference transcript]. Briefings "
        "of Marenia. Release 2025-06, file briefings/2025-05-14-ines-halvard.html#q1.",
        "MLA": "Foreign Office of Marenia. “What Do ‘We’ Know?, § 1.” Press conference transcript. Briefings of "
        "Marenia, release 2025-06, file briefings/2025-05-14-ines-halvard.html#q1.",
        "ISO 690": "FOREIGN OFFICE OF MARENIA, [no date]. What do “we” know?, § 1. Briefings of Marenia. Release "
        "2025-06, file briefings/2025-05-14-ines-halvard.html#q1.",
    }


def test_a_text_of_nobody_starts_with_its_title_or_its_edition() -> None:
    nobody = replace(BRIEFING, transcript=replace(BRIEFING.transcript, source=replace(
        BRIEFING.transcript.source, publisher=None), title="Why now?"))  # fmt: skip
    said = sentences(nobody, BARE)
    assert said["APA"].startswith("Why now? (2025, May 14). [Press conference transcript]. Briefings of Marenia. ")
    assert said["Chicago"].startswith("Briefings of Marenia. “Why Now?” Press conference transcript. May 14, 2025. ")
    assert said["MLA"].startswith("“Why Now?” Press conference transcript. Briefings of Marenia, 14 May 2025, ")
    assert said["ISO 690"].startswith("Why now?, 2025. Briefings of Marenia. ")
    assert b"author" not in citations.make_citation_file(nobody, BARE, "bib")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("remarks on the state of the sea", "Remarks on the State of the Sea"),
        ("Ferries: a view from the quay", "Ferries: A View from the Quay"),
        ("The minister’s answer to what he’ll do", "The Minister’s Answer to What He’ll Do"),
        ("so-called neutral waters", "So-Called Neutral Waters"),
        ("iPads and eMail for the fleet", "iPads and eMail for the Fleet"),
        ("what is it for", "What Is It For"),
        ("", ""),
    ],
)
def test_english_titles_get_the_capitals_of_their_style(title: str, shown: str) -> None:
    assert citations.capitalize_title(title) == shown


def read_bibtex(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """A strict reader of what we write: fields in braces, which must balance; no TeX command but the known escapes."""
    entries = []
    source = data.decode()
    at = 0
    while (match := re.compile(r"\s*@misc\{([A-Za-z0-9._\-]+)").match(source, at)) is not None:
        key, fields, at = match[1], {}, match.end()
        while (item := re.compile(r",\n  ([a-z]+) = ").match(source, at)) is not None:
            at = item.end()
            if source[at] != "{":
                month = re.compile("[a-z]{3}").match(source, at)
                assert month is not None
                fields[item[1]], at = month[0], month.end()
                continue
            depth, start = 0, at
            while True:
                depth += {"{": 1, "}": -1}.get(source[at], 0)
                at += 1
                if depth == 0:
                    break
            fields[item[1]] = source[start + 1 : at - 1]
        assert source.startswith("\n}\n", at)
        at += 3
        entries.append((key, fields))
    assert source[at:].strip() == ""
    return entries


UNESCAPED = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
             "textasciicircum": "^"}  # fmt: skip


def read_tex(value: str) -> str:
    assert not re.search(r"(?<!\\)[$&%#_^~]", value)
    return re.sub(r"\\(?:([a-z]+)\{\}|([$&%#_]))", lambda m: m[2] or UNESCAPED[m[1]], value)


def test_records_for_reference_managers() -> None:
    entries = read_bibtex(citations.make_citation_file(BRIEFING, CONFIG, "bib"))
    assert [key for key, _ in entries] == [
        "2025-05-14-ines-halvard", "2025-05-14-ines-halvard.a1", "2025-05-14-ines-halvard.q1",
        "2025-05-14-ines-halvard.q2",
    ]  # fmt: skip
    assert entries[2][1] == {
        "author": "{Foreign Office of Marenia}",
        "title": "{Regular press briefing, 14 May 2025, § 1}",
        "howpublished": "Briefings of Marenia",
        "year": "2025",
        "month": "may",
        "day": "14",
        "url": "https://archive.marenia.example/b/briefings/2025-05-14-ines-halvard.html#q1",
        "language": "en",
        "note": "Press conference transcript",
    }
    ris = citations.make_citation_file(BRIEFING, BARE, "ris").decode()
    assert ris.count("TY  - ELEC\r\n") == ris.count("ER  - \r\n") == 4
    assert "DA  - 2025/05/14/\r\n" in ris
    assert "N1  - release 2025-06, file briefings/2025-05-14-ines-halvard.html#q2\r\n" in ris
    records = json.loads(citations.make_citation_file(BRIEFING, CONFIG, "csl.json"))
    assert records[0]["issued"] == {"date-parts": [[2025, 5, 14]]}
    assert records[0]["author"] == [{"literal": "Foreign Office of Marenia"}]
    assert len({record["id"] for record in records}) == 4


@settings(deadline=None)
@given(ANY_TEXT.filter(str.strip), ANY_TEXT)
def test_no_text_breaks_a_record(title: str, heading: str) -> None:
    briefing = sample_briefing(title=title, sections=(one_section("w", heading or None),))
    cited = citations.cite(briefing, CONFIG, briefing.sections[0])
    expected = without_surrogates(cited.title)
    _, fields = read_bibtex(citations.make_citation_file(briefing, CONFIG, "bib"))[1]
    assert read_tex(fields["title"][1:-1]) == expected
    lines = citations.make_citation_file(briefing, CONFIG, "ris").decode().split("\r\n")
    assert all(line == "" or re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert [line[6:] for line in lines if line.startswith("TI")][-1] == expected
    assert json.loads(citations.make_citation_file(briefing, CONFIG, "csl.json"))[1]["title"] == expected


# ── Feeds ──

ATOM = {"a": feeds.ATOM}


def texts_of(root: ET.Element, path: str) -> list[str]:
    return [node.text or "" for node in root.iterfind(path, ATOM)]


def check_atom(data: bytes) -> ET.Element:
    """Hold a feed against the rules of RFC 4287, sections 4.1.1 and 4.1.2."""
    root = ET.fromstring(data)
    for node in (root, *root.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"a:{name}", ATOM)) == 1, name
            assert node.findtext(f"a:{name}", "", ATOM).strip()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", node.findtext("a:updated", "", ATOM))
        links = [(n.get("rel"), n.get("type")) for n in node.iterfind("a:link", ATOM)]
        assert links.count(("alternate", "text/html")) == 1
    assert texts_of(root, "a:author/a:name")
    ids = texts_of(root, ".//a:id")
    assert len(ids) == len(set(ids))
    assert all(re.match(r"(https?://|tag:[a-z0-9.\-]+,\d{4}:)", id) for id in ids)
    return root


def abridge(briefing: Briefing) -> Abstract:
    return make_abstract(briefing, show_authorities(AUTHORITIES, "en"))


def entries_of(briefing: Briefing) -> list[Entry]:
    abstract = abridge(briefing)
    return [Entry(abstract, section) for section in abstract.sections]


def test_a_feed_of_an_edition_and_of_an_entity() -> None:
    older = sample_briefing(id="older", date="2024-01-02", published=None)
    items = [feeds.item_of_briefing(abridge(BRIEFING)), feeds.item_of_briefing(abridge(older))]
    root = check_atom(feeds.make_feed(CONFIG, CONFIG.title, "feed.xml", "index.html", items))
    assert texts_of(root, "a:updated") == ["2025-05-14T16:05:00+01:00"]
    assert texts_of(root, "a:entry/a:updated") == ["2025-05-14T16:05:00+01:00", "2024-01-02T00:00:00Z"]
    assert [n.get("rel") for n in root.iterfind("a:link", ATOM)] == ["self", "alternate"]
    entries = [feeds.item_of_entry(entry) for entry in entries_of(BRIEFING)]
    root = check_atom(feeds.make_feed(BARE, "Norway", "countries/norway.xml", "countries/norway.html", entries))
    assert texts_of(root, "a:id") == ["tag:briefings-of-marenia.invalid,2000:countries/norway.xml"]
    hrefs = [n.get("href") for n in root.iterfind("a:entry/a:link", ATOM)]
    assert hrefs[1] == "../briefings/2025-05-14-ines-halvard.html#q1"
    assert texts_of(root, "a:entry/a:title")[1] == "Ferry safety (Regular press briefing, 14 May 2025, § 1)"
    check_atom(feeds.make_feed(BARE, "Empty", "feed.xml", "index.html", []))


def test_a_feed_holds_the_newest_and_no_more() -> None:
    items = [feeds.item_of_briefing(abridge(sample_briefing(id=f"b{n}"))) for n in range(60)]
    root = check_atom(feeds.make_feed(BARE, "x", "feed.xml", "index.html", items))
    assert len(root.findall("a:entry", ATOM)) == feeds.NEWEST


@pytest.mark.parametrize(
    ("published", "date", "stamp"),
    [
        ("2025-05-14T16:05+01:00", "2025-05-13", "2025-05-14T16:05:00+01:00"),
        ("2025-05-14T16:05:09Z", None, "2025-05-14T16:05:09Z"),
        ("2025-05-14T16:05:09.25+0800", None, "2025-05-14T16:05:09+08:00"),
        ("2025-05-14 16:05", None, "2025-05-14T16:05:00Z"),
        ("2025-05", None, "2025-05-01T00:00:00Z"),
        ("2025", None, "2025-01-01T00:00:00Z"),
        ("soon", "2025-05-13", "2025-05-13T00:00:00Z"),
        ("2025-02-30", "2025-05-13", "2025-05-13T00:00:00Z"),
        (None, None, "1970-01-01T00:00:00Z"),
    ],
)
def test_stamps_are_complete_and_never_now(published: str | None, date: str | None, stamp: str) -> None:
    assert feeds.stamp_of(abridge(sample_briefing(date=date, published=published))) == stamp


@settings(deadline=None)
@given(ANY_TEXT.filter(str.strip), ANY_TEXT)
def test_no_text_breaks_a_feed(title: str, words: str) -> None:
    briefing = sample_briefing(title=title, sections=(one_section(words),))
    items = [feeds.item_of_briefing(abridge(briefing)), feeds.item_of_entry(entries_of(briefing)[0])]
    root = ET.fromstring(feeds.make_feed(BARE, title, "feed.xml", "index.html", items))
    assert texts_of(root, "a:entry/a:title")[0] == xml_text(" ".join(title.split()))


def check_json_feed(data: bytes) -> dict[str, Any]:
    """Hold a feed against JSON Feed 1.1: what must be there, and the types of what may be."""
    feed: dict[str, Any] = json.loads(data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert isinstance(feed["items"], list)
    known = {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items"}
    assert set(feed) <= known
    for item in feed["items"]:
        assert item["id"]
        assert item["content_text"]
        assert set(item) <= {"id", "url", "title", "content_text", "date_published", "language", "authors"}
        if "date_published" in item:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", item["date_published"])
        assert all(author["name"] for author in item.get("authors", []))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


def test_a_json_feed_says_the_same_as_the_atom_feed() -> None:
    undated = sample_briefing(id="older", date=None, published=None)
    items = [feeds.item_of_briefing(abridge(BRIEFING)), feeds.item_of_briefing(abridge(undated))]
    for config in (CONFIG, BARE):
        atom = check_atom(feeds.make_feed(config, config.title, "feed.xml", "index.html", items))
        feed = check_json_feed(feeds.make_json_feed(config, config.title, "feed.json", "index.html", items))
        assert [item["id"] for item in feed["items"]] == texts_of(atom, "a:entry/a:id")
        assert [item["title"] for item in feed["items"]] == texts_of(atom, "a:entry/a:title")
        assert [item["content_text"] for item in feed["items"]] == texts_of(atom, "a:entry/a:summary")
        assert [item.get("date_published") for item in feed["items"]] == ["2025-05-14T16:05:00+01:00", None]
        assert ("feed_url" in feed) == bool(config.site_url)
    assert check_json_feed(feeds.make_json_feed(BARE, "Empty", "feed.json", "index.html", []))["items"] == []


@settings(deadline=None)
@given(ANY_TEXT.filter(str.strip), ANY_TEXT)
def test_no_text_breaks_a_json_feed(title: str, words: str) -> None:
    briefing = sample_briefing(title=title, sections=(one_section(words),))
    items = [feeds.item_of_briefing(abridge(briefing)), feeds.item_of_entry(entries_of(briefing)[0])]
    feed = json.loads(feeds.make_json_feed(BARE, title, "feed.json", "index.html", items))
    assert feed["items"][0]["title"] == without_surrogates(" ".join(title.split()))
    assert all(item["content_text"] for item in feed["items"]) or not title.strip()


# ── Tables ──


def read_table(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_tables_have_their_columns() -> None:
    head, row = read_table(join_pieces(tables.part_briefings_table([abridge(BRIEFING)])))
    found = dict(zip(head, row, strict=True))
    assert (found["date"], found["sections"], found["words"]) == ("2025-05-14", "3", "69")
    rows = read_table(join_pieces(tables.part_entries_table([entries_of(BRIEFING)])))
    found = dict(zip(rows[0], rows[2], strict=True))
    assert found["url"] == "briefings/2025-05-14-ines-halvard.html#q1"
    assert (found["countries"], found["territories"], found["topics"]) == ("NO", "gaza", "transport fisheries")
    assert (found["number"], found["outlet"], found["title"]) == ("1", "Harbour Post", "Ferry safety")
    with pytest.raises(ValueError, match="2 cells under 1 columns"):
        tables.make_table(["a"], [["1", "2"]])


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u00a0=1", "＝1+1", "\ufeff=1", "\n=1"]
)
def test_a_cell_that_would_be_a_formula_is_defused(cell: str) -> None:
    assert tables.defuse(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=1", "1-2", "'quoted'", "Norway", "“=1”", "灯塔"])
def test_a_harmless_cell_stays(cell: str) -> None:
    assert tables.defuse(cell) == cell


@settings(deadline=None)
@given(st.lists(st.lists(ANY_TEXT, min_size=2, max_size=2), max_size=5))
def test_any_cell_comes_back_and_none_is_a_formula(rows: list[list[str]]) -> None:
    found = read_table(tables.make_table(["a", "b"], rows))[1:]
    for written, read in zip(rows, found, strict=True):
        for before, after in zip(written, read, strict=True):
            clean = re.sub("[\ud800-\udfff\0]", "\ufffd", before)
            assert after in (clean, f"'{clean}")
            assert not after.lstrip().startswith(("=", "+", "-", "@"))


def test_the_vocabulary_as_skos_reads_like_this() -> None:
    topics = [
        Topic(
            "sea",
            "Sea",
            'All “salt” "water"\nand \\ more.',
            related=("fish", "sky"),
            aliases=(("en", ("Ocean", "Sea")),),
        ),
        Topic("fish", "Fish", labels=(("es", "Peces"),), broader=("sea", "gone")),
        Topic("sky", "Sky"),
    ]
    assert skos.make_vocabulary(replace(CONFIG, publisher=None), topics, {"fish"}).decode() == (
        """\
@base <https://archive.marenia.example/b/data/topics.ttl> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<>
    a skos:ConceptScheme ;
    dcterms:title "Briefings of Marenia"@en ;
    skos:hasTopConcept <#sea>,
        <#sky> .

<#fish>
    a skos:Concept ;
    skos:notation "fish" ;
    skos:prefLabel "Fish"@en,
        "Peces"@es ;
    skos:inScheme <> ;
    skos:broader <#sea> ;
    foaf:page <../topics/fish.html> .

<#sea>
    a skos:Concept ;
    skos:notation "sea" ;
    skos:prefLabel "Sea"@en ;
    skos:altLabel "Ocean"@en ;
    skos:scopeNote "All “salt” \\"water\\"\\nand \\\\ more."@en ;
    skos:inScheme <> ;
    skos:topConceptOf <> ;
    skos:narrower <#fish> ;
    skos:related <#sky> .

<#sky>
    a skos:Concept ;
    skos:notation "sky" ;
    skos:prefLabel "Sky"@en ;
    skos:inScheme <> ;
    skos:topConceptOf <> ;
    skos:related <#sea> .
"""
    )
    assert not skos.make_vocabulary(BARE, topics, ()).decode().startswith("@base")


def test_edition_json_and_section_lines() -> None:
    edition = gather_edition(CONFIG, [BRIEFING, sample_briefing(id="later", date="2025-06-01")], AUTHORITIES)
    record = json.loads(join_pieces(tables.part_edition_json(edition)))
    assert [b["id"] for b in record["briefings"]] == ["later", "2025-05-14-ines-halvard"]
    assert record["counts"] == {"briefings": 2, "sections": 6}
    empty = json.loads(join_pieces(tables.part_edition_json(gather_edition(BARE, [], AUTHORITIES))))
    assert empty["briefings"] == []
    lines = b"".join(tables.make_section_lines(edition.read_briefings())).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 6
    spoken = "\n\n".join(turn["text"] for row in rows[3:] for turn in row["turns"])
    assert spoken == "\n\n".join(said(BRIEFING.sections))


@pytest.mark.parametrize(
    ("words", "count"),
    [("", 0), ("One two", 2), ("— one – “two” …", 2), ("well-known U.S. (all)", 3), ("灯塔很好。", 4),
     ("日本の tide 3", 5), ("18:30 o’clock", 2), ("Привет, мир!", 2), ("한국 배", 2)],
)  # fmt: skip
def test_words_are_counted(words: str, count: int) -> None:
    assert count_words([one_section(words)]) == count


# ── Sitemap and robots ──


def test_the_sitemap_lists_pages_and_splits() -> None:
    pages = [("index.html", None), ("briefings/a b.html", "2025-05-14"), ("x/index.html", "soon")]
    ((path, data),) = sitemap.make_sitemaps("https://x.example/r/", pages)
    assert path == "sitemap.xml"
    space = {"s": sitemap.NAMESPACE}
    root = ET.fromstring(data)
    assert [n.text for n in root.iterfind("s:url/s:loc", space)] == [
        "https://x.example/r/briefings/a%20b.html", "https://x.example/r/", "https://x.example/r/x/"
    ]  # fmt: skip
    assert [n.text for n in root.iterfind("s:url/s:lastmod", space)] == ["2025-05-14"]
    parts = dict(sitemap.make_sitemaps("https://x.example/r/", pages, room=2))
    assert sorted(parts) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap.xml"]
    index = ET.fromstring(parts["sitemap.xml"])
    assert [n.text for n in index.iterfind("s:sitemap/s:loc", space)] == [
        "https://x.example/r/sitemap-1.xml", "https://x.example/r/sitemap-2.xml"
    ]  # fmt: skip


def test_robots() -> None:
    assert sitemap.make_robots(None) == b"User-agent: *\nAllow: /\n"
    assert sitemap.make_robots("https://x.example/").endswith(b"\nSitemap: https://x.example/sitemap.xml\n")


def test_a_browser_is_told_of_the_search_in_a_site_with_an_address() -> None:
    data = opensearch.make_description(
        "https://x.example/r/", "Briefings of the Harbour & Quay", "Search <all>.", "en", "i.svg"
    )
    root, space = ET.fromstring(data), {"o": opensearch.NAMESPACE}
    assert root.findtext("o:ShortName", None, space) == "Briefings of the"
    assert root.findtext("o:Description", None, space) == "Search <all>."
    templates = {u.get("type"): u.get("template") for u in root.iterfind("o:Url", space)}
    assert root.findtext("o:Image", None, space) == "https://x.example/r/i.svg"
    assert templates["text/html"] == "https://x.example/r/search.html?q={searchTerms}"
    assert templates["application/opensearchdescription+xml"] == "https://x.example/r/opensearch.xml"
    assert opensearch.shorten_name("Leuchtturmwärterverein") == "Leuchtturmwärter"
    assert opensearch.shorten_name("Sixteen letters.") == "Sixteen letters."
    for config in (CONFIG, BARE):
        assert ("opensearch.xml" in list_sample_files(config)) == bool(config.site_url)


# ── All files ──


def list_sample_files(config: Config) -> dict[str, bytes]:
    briefings = [BRIEFING, sample_briefing(id="undated", date=None)]
    edition = gather_edition(config, briefings, AUTHORITIES, history=HISTORY)
    found = list_every_file(edition, WORDS)
    assert [file.path for file in found] == sorted({file.path for file in found})
    return {file.path: file.make() for file in found}


@pytest.mark.parametrize("left_out", FORMATS)
def test_a_format_that_is_left_out_has_no_file(left_out: Format) -> None:
    whole = set(list_sample_files(CONFIG))
    rest = set(list_sample_files(replace(CONFIG, formats=tuple(f for f in FORMATS if f != left_out))))
    patterns = {
        "tei": r"briefings/.*\.xml",
        "text": r"briefings/.*\.txt",
        "markdown": r"briefings/.*\.md",
        "citations": "cite/.*",
        "feeds": r"(feed|changes)\.(xml|json)|(?!briefings)[a-z]+/.*\.(xml|feed\.json)",
        "tables": r"(?!data/)[a-z]+/.*\.csv",
        "data": r"data/(sections-.*|changes\.jsonl|datapackage\.json)",
    }
    assert whole - rest == {path for path in whole if re.fullmatch(patterns[left_out], path)} != set()
    bare = set(list_sample_files(replace(CONFIG, formats=())))
    assert bare >= {"briefings/undated.json", "data/briefings.csv", "data/tags.csv", "data/edition.json"}
    assert not [path for path in bare if any(re.fullmatch(pattern, path) for pattern in patterns.values())]


@pytest.mark.parametrize("formats", [(), *((each,) for each in FORMATS), FORMATS])
def test_the_files_of_a_briefing_are_known_before_they_are_made(formats: tuple[Format, ...]) -> None:
    made = list_sample_files(replace(CONFIG, formats=formats))
    told = set(files.list_briefing_paths("undated", formats))
    assert told == {path for path in made if re.match(r"(briefings|cite)/undated\.", path)}
    offered = files.Offered(frozenset(), frozenset(formats))
    every = files.list_briefing_paths("undated", FORMATS)
    assert {path for path in every if path in offered} == told
    assert not any(path in offered for path in ("briefings/undated.html", "data/undated.json", "feed.xml"))


def test_the_package_describes_every_file_of_data() -> None:
    made = list_sample_files(CONFIG)
    package = json.loads(made["data/datapackage.json"])
    paths = {f"data/{resource['path']}" for resource in package["resources"]}
    beside = {"data/datapackage.json", "data/briefing.schema.json"}
    assert paths == {path for path in made if path.startswith("data/")} - beside
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[-a-z0-9._/]+", name) for name in (*names, package["name"]))
    for resource in package["resources"]:
        for reference in resource.get("schema", {}).get("foreignKeys", []):
            assert reference["reference"]["resource"] in names


# ── The database ──


def open_database(edition: Edition, path: Path) -> sqlite3.Connection:
    path.write_bytes(b"".join(database.make_database(edition)))
    return sqlite3.connect(path)


def test_the_database_holds_the_edition(tmp_path: Path) -> None:
    edition = gather_edition(CONFIG, [BRIEFING, sample_briefing(id="undated", date=None)], AUTHORITIES)
    with closing(open_database(edition, tmp_path / "e.sqlite")) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in dictionary.DATABASE:
            columns = [row[1] for row in base.execute(f"PRAGMA table_info({table.name})")]
            assert tuple(columns) == table.names, table.name
            assert base.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0], table.name
        query = "SELECT text FROM paragraphs JOIN sections USING (briefing, section) WHERE briefing = ? ORDER BY"
        order = "sections.position, turn, paragraphs.position"
        rows = base.execute(f"{query} {order}", (BRIEFING.id,)).fetchall()
        assert [text for (text,) in rows] == said(BRIEFING.sections)
        found = "SELECT briefing, paragraph FROM paragraphs WHERE rowid IN (SELECT rowid FROM paragraphs_fts WHERE {})"
        hits = base.execute(found.format("paragraphs_fts MATCH 'ferries'") + " ORDER BY briefing").fetchall()
        assert hits == [(BRIEFING.id, "q1.1"), ("undated", "q1.1")]
        named = base.execute("SELECT name FROM places JOIN section_places ON place = id WHERE briefing = 'undated'")
        assert named.fetchall() == [("Norway",), ("Gaza",)]
        kinds = base.execute("SELECT kind, printed, given FROM apparatus WHERE briefing = ?", (BRIEFING.id,)).fetchall()
        assert ("emendation", "fery", "ferry") in kinds


def test_the_database_is_the_same_every_time_whatever_it_holds(tmp_path: Path) -> None:
    hostile = sample_briefing(title="'); DROP TABLE turns; --\ud800\0", sections=(one_section("\0 ' \ud800 -- ;"),))
    edition = gather_edition(CONFIG, [hostile], AUTHORITIES)
    data = b"".join(database.make_database(edition))
    assert data == b"".join(database.make_database(edition))
    assert data[:16] == b"SQLite format 3\0"
    # its header tells the library's version, which must not differ from machine to machine
    assert data[96:100] == (3_040_000).to_bytes(4, "big")
    with closing(open_database(edition, tmp_path / "e.sqlite")) as base:
        assert base.execute("SELECT text FROM paragraphs").fetchall() == [("\0 ' \ufffd -- ;",)]
    empty = gather_edition(BARE, [], AUTHORITIES)
    assert b"".join(database.make_database(empty)).startswith(b"SQLite format 3\0")


def test_every_file_is_made_and_none_in_the_way_of_another() -> None:
    made = list_sample_files(CONFIG)
    for ext in ("json", "xml", "txt", "md"):
        assert f"briefings/undated.{ext}" in made
    assert {"cite/undated.bib", "cite/undated.ris", "cite/undated.csl.json"} <= set(made)
    assert {"countries/norway.xml", "countries/norway.csv", "topics/fisheries.csv", "feed.xml"} <= set(made)
    assert made[".nojekyll"] == b""
    assert [path for path in made if path.startswith("briefings/") and path.endswith(".json")] == [
        "briefings/2025-05-14-ines-halvard.json", "briefings/undated.json"
    ]  # fmt: skip
    assert list(find_collisions((path, Locus(path)) for path in made)) == []
    schema = json.loads(made["data/briefing.schema.json"])
    jsonschema.Draft202012Validator(schema).validate(json.loads(made["briefings/undated.json"]))
    read = loads(made["briefings/undated.md"].decode(), "content/briefings/undated.md")
    assert read == replace(BRIEFING.transcript, id="undated", date=None, source=read.source)
    assert made == list_sample_files(CONFIG)


def test_pages_are_in_the_sitemap_only_with_an_address() -> None:
    edition = gather_edition(CONFIG, [BRIEFING], AUTHORITIES)
    paths = ["index.html", "404.html", "briefings/2025-05-14-ines-halvard.html", "assets/edition.css"]
    ((_, data),) = files.make_sitemap_files(edition, paths)
    assert data.count(b"<loc>") == 2
    assert b"<lastmod>2025-05-14</lastmod>" in data
    assert list(files.make_sitemap_files(replace(edition, config=BARE), paths)) == []


def test_the_ways_to_cite_for_a_page() -> None:
    rows = files.make_citations(gather_edition(CONFIG, [BRIEFING], AUTHORITIES).config_of)(BRIEFING)
    assert [row[0] for row in rows] == ["Chicago", "APA", "MLA", "ISO 690", "BibTeX", "RIS", "CSL-JSON"]
    assert all(bool(words) != bool(path) for _, words, path in rows)


# ── The documentation ──


def documented(heading: str) -> list[str]:
    """Return the names in the first column of the table below a heading of docs/data.md."""
    return re.findall(r"^\| `([^`]+)` \|", "\n".join(table_below(heading)), re.MULTILINE)


def table_below(heading: str) -> list[str]:
    """Return the lines of the table below a heading of docs/data.md."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    places = [n for n, line in enumerate(lines) if line.lstrip("#") == f" {heading}"]
    assert len(places) == 1, f"docs/data.md has no heading “{heading}”"
    rows = []
    for line in lines[places[0] + 1 :]:
        if line.startswith("#"):
            break
        if line.startswith("|"):
            rows.append(line)
    return rows


def draw(table: dictionary.Table, first: str) -> list[str]:
    """Return the lines of a table of docs/data.md."""
    rows = [f"| {first} | type | what |", "|---|---|---|"]
    for column in table.columns:
        rows.append(f"| `{column.name}` | {column.type} | {column.describe()} |")
    return rows


TABLES = {
    **{table.name: draw(table, "field") for table in dictionary.read_record_tables()},
    "data/edition.json": draw(dictionary.EDITION, "field"),
    "data/edition.json: briefings": draw(dictionary.EDITION_BRIEFINGS, "field"),
    "data/sections-YEAR.jsonl": draw(dictionary.LINES, "field"),
    "data/changes.jsonl": draw(dictionary.CHANGES, "field"),
    "data/briefings.csv": draw(dictionary.BRIEFINGS, "column"),
    "data/sections-YEAR.csv, and the tables of speakers, countries, topics and outlets": draw(
        dictionary.SECTIONS, "column"
    ),
    "data/tags.csv": draw(dictionary.TAGS, "column"),
    "data/moved.csv": draw(dictionary.MOVED, "column"),
    **{f"edition.sqlite: {table.name}": draw(table, "column") for table in dictionary.DATABASE},
}
GUIDE = ROOT / "docs/data.md"


@pytest.mark.parametrize("heading", TABLES)
def test_the_documentation_is_the_dictionary(heading: str, refresh: bool) -> None:
    """`pytest --refresh` writes the tables of docs/data.md anew."""
    if refresh:
        old, new = "\n".join(table_below(heading)), "\n".join(TABLES[heading])
        before, mark, after = GUIDE.read_text(encoding="utf-8").partition(f" {heading}\n")
        GUIDE.write_text(before + mark + after.replace(old, new, 1), encoding="utf-8")
    assert table_below(heading) == TABLES[heading]


def test_every_file_of_data_has_the_columns_that_are_told() -> None:
    made = list_sample_files(CONFIG)
    for path, table in (
        ("data/briefings.csv", dictionary.BRIEFINGS),
        ("data/sections-2025.csv", dictionary.SECTIONS),
        ("data/tags.csv", dictionary.TAGS),
        ("data/moved.csv", dictionary.MOVED),
        ("countries/norway.csv", dictionary.SECTIONS),
    ):
        assert tuple(read_table(made[path])[0]) == table.names, path
    assert dictionary.TAGS.names == retagging.COLUMNS
    lines = [json.loads(line) for line in made["data/sections-2025.jsonl"].decode().splitlines()]
    assert all(tuple(line) == dictionary.LINES.names for line in lines)
    lines = [json.loads(line) for line in made["data/changes.jsonl"].decode().splitlines()]
    assert lines
    assert all(tuple(line) == dictionary.CHANGES.names for line in lines)
    edition = json.loads(made["data/edition.json"])
    assert tuple(key for key in edition if key != "briefings") == dictionary.EDITION.names
    assert all(tuple(row) == dictionary.EDITION_BRIEFINGS.names for row in edition["briefings"])


def test_every_kind_of_file_is_documented() -> None:
    guide = documented("All files")
    patterns = [
        re.compile(
            re.escape(name)
            .replace("ID", "[^/]+")
            .replace("NAME", "[^/]+")
            .replace("FAMILY", "[a-z]+")
            .replace("YEAR", r"(\d{4}|undated)")
        )
        for name in guide
    ]
    made = list_sample_files(CONFIG)
    assert [path for path in made if not any(p.fullmatch(path) for p in patterns)] == []
    unused = [name for name, p in zip(guide, patterns, strict=True) if not any(p.fullmatch(path) for path in made)]
    assert unused == ["sitemap.xml", "manifest-sha256.txt"], "made by others"
