"""briefings/ID.json: under the contract, whole, the same every time, and small."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition.exports.record import describe_briefing, lay_out, make_record
from edition.model import AnnotatedSection, Apparatus, Briefing, Outlet, Paragraph, Repeat, Section, Source, Turn
from tests.samples import sample_briefing
from tests.site_edition import make_language_edition

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "edition/exports/briefing.schema.json").read_text(encoding="utf-8"))


def checker(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))


def bare_briefing() -> Briefing:
    """A briefing with nothing that may be missing."""
    source = Source(file="x.txt", sha256="0" * 64, layout="plain")
    section = AnnotatedSection(
        Section("p1", "passage", None, (Turn("statement", None, (Paragraph("p1.1", "Words."),)),))
    )
    return replace(
        sample_briefing(
            id="notice", date=None, sections=(section,), source=source, published=None, rights=None, notes=(),
            apparatus=Apparatus(), kind="other",
        ),
        speakers=(),
    )  # fmt: skip


REPEATS = {("2025-05-14-ines-halvard", "q1"): (Repeat("2024-01-01-x", "q7", 0.83333333),)}
RECORDS = {
    "sample": make_record(sample_briefing(), REPEATS),
    "bare": make_record(bare_briefing()),
    "undated": make_record(sample_briefing(date=None)),
}


@pytest.mark.parametrize("name", RECORDS)
def test_records_keep_our_contract(name: str) -> None:
    checker(SCHEMA).check_schema(SCHEMA)
    checker(SCHEMA).validate(json.loads(RECORDS[name]))


@pytest.mark.parametrize("name", RECORDS)
def test_records_keep_the_shared_contract(name: str, shared: Path) -> None:
    contract = json.loads((shared / "contracts/briefing.schema.json").read_text(encoding="utf-8"))
    checker(contract).validate(json.loads(RECORDS[name]))


Spoil = Callable[[dict[str, Any]], Any]


def leave_out(*path: str | int) -> Spoil:
    def spoil(record: dict[str, Any]) -> None:
        value: Any = record
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return spoil


def put(value: Any, *path: str | int) -> Spoil:
    def spoil(record: dict[str, Any]) -> None:
        holder: Any = record
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return spoil


SPOILED: dict[str, Spoil] = {
    **{f"no {key}": leave_out(key) for key in SCHEMA["required"]},
    **{f"no section {key}": leave_out("sections", 1, key) for key in SCHEMA["$defs"]["section"]["required"]},
    **{f"no turn {key}": leave_out("sections", 1, "turns", 0, key) for key in SCHEMA["$defs"]["turn"]["required"]},
    **{f"no source {key}": leave_out("source", key) for key in ("file", "sha256", "layout")},
    **{f"no apparatus {key}": leave_out("apparatus", key) for key in ("dropped", "metadata", "emendations")},
    **{f"no {key} of an emendation": leave_out("apparatus", "emendations", 0, key) for key in ("before", "after")},
    "no reason": leave_out("apparatus", "dropped", 0, "reason"),
    "no field": leave_out("apparatus", "metadata", 0, "field"),
    "no paragraph id": leave_out("sections", 1, "turns", 0, "paragraphs", 0, "id"),
    "no text": leave_out("sections", 1, "turns", 0, "paragraphs", 0, "text"),
    "no evidence": leave_out("sections", 1, "countries", 0, "evidence"),
    "no iso": leave_out("sections", 1, "dates", 0, "iso"),
    "no printed": leave_out("sections", 2, "occasion", "printed"),
    "no name": leave_out("speakers", 0, "name"),
    "another schema": put("briefing/2", "schema"),
    "a path as id": put("a/b", "id"),
    "capitals in the id": put("A", "id"),
    "a long id": put("a" * 101, "id"),
    "an unknown kind": put("speech", "kind"),
    "no title": put("", "title"),
    "a date as a number": put(20250514, "date"),
    "no such day": put("2025-02-30", "date"),
    "a short sum": put("abc", "source", "sha256"),
    "an unknown section kind": put("question", "sections", 0, "kind"),
    "a section kind that is none": put(None, "sections", 0, "kind"),
    "an unknown role": put("asks", "sections", 0, "turns", 0, "role"),
    "an unknown paragraph kind": put("verse", "sections", 1, "turns", 1, "paragraphs", 1, "kind"),
    "a country by name": put("Norway", "sections", 1, "countries", 0, "code"),
    "an outlet as text": put("Harbour Post", "sections", 1, "outlet"),
    "a speaker as text": put("Ines", "sections", 1, "turns", 1, "speaker"),
    "an unknown status": put("maybe", "sections", 1, "persons", 0, "status"),
    "an unknown occasion": put("before", "sections", 2, "occasion", "value"),
    "territories as objects": put([{"key": "gaza"}], "sections", 1, "territories"),
    "rights as text": put("free", "rights"),
    "sections as a mapping": put({}, "sections"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_our_contract_refuses_what_breaks_it(name: str) -> None:
    record = json.loads(RECORDS["sample"])
    spoiled = copy.deepcopy(record)
    SPOILED[name](spoiled)
    assert spoiled != record
    assert not checker(SCHEMA).is_valid(spoiled)


@pytest.mark.parametrize(
    "span", [[0, 1, "country"], [0, 1, "country", "NO", 1], [-1, 1, "date", "x"], [0, 1, "sea", "x"]]
)
def test_annotations_of_another_shape_are_refused(span: list[object]) -> None:
    record = json.loads(RECORDS["sample"])
    record["sections"][1]["turns"][0]["paragraphs"][0]["annotations"] = [span]
    assert not checker(SCHEMA).is_valid(record)


def test_the_shared_contract_refuses_what_ours_refuses(shared: Path) -> None:
    contract = checker(json.loads((shared / "contracts/briefing.schema.json").read_text(encoding="utf-8")))
    record = json.loads(RECORDS["sample"])
    accepted = []
    for name, spoil in SPOILED.items():
        spoiled = copy.deepcopy(record)
        spoil(spoiled)
        if contract.is_valid(spoiled):
            accepted.append(name)
    assert accepted == []


def test_the_record_says_what_the_briefing_says() -> None:
    record = json.loads(RECORDS["sample"])
    assert record["url"] == "briefings/2025-05-14-ines-halvard.html"
    assert record["publisher"] == "Foreign Office of Marenia"
    assert record["rights"]["text"] == "Free to use with a word of thanks."
    assert record["notes"] == ["The sound is missing for a minute."]
    first, second, third = record["sections"]
    assert [s["number"] for s in record["sections"]] == ["A1", "1", "2"]
    assert (second["heading"], second["title"]) == (None, "Ferry safety"), "an editor's heading isn't a printed one"
    assert (third["heading"], third.get("title")) == ("Lighthouses", None)
    assert first["outlet"] is None
    assert second["outlet"] == {
        "id": "harbour-post", "name": "Harbour Post", "full_name": "The Harbour Post and Ferry Gazette"
    }  # fmt: skip
    assert third["proposed"] is True
    assert "proposed" not in second
    assert second["countries"] == [{"code": "NO", "evidence": ["Norway"]}]
    assert second["territories"] == ["gaza"]
    assert second["topics"] == ["transport", "fisheries"], "most important first, not sorted"
    assert second["persons"] == [{"id": "oda-lind", "name": "Oda Lind", "status": "confirmed"}]
    assert second["dates"] == [{"iso": "2025-05-12", "text": "12 May 2025"}]
    assert second["dates_resolved"] == [{"iso": "2025-05-13", "text": "yesterday"}]
    assert "dates_resolved" not in third
    assert second["repeats"] == [{"briefing": "2024-01-01-x", "section": "q7", "share": 0.833}]
    assert third["follows"] == ["q1"]
    assert third["occasion"] == {"value": "after-conference", "printed": "After the conference a reader wrote:"}
    question, answer = second["turns"]
    assert (question["role"], question["label"], question["speaker"]) == ("question", "Harbour Post", None)
    assert answer["speaker"] == {"id": "ines-halvard", "name": "Ines Halvard"}
    assert third["turns"][1]["speaker"] == {"id": "tom-roe", "name": "Tom Roe", "known": False}
    assert [p.get("kind") for p in answer["paragraphs"]] == [None, "stage", None]
    for paragraph in (question["paragraphs"][0], answer["paragraphs"][2]):
        text = paragraph["text"]
        words = [(kind, text[start:end], id) for start, end, kind, id in paragraph["annotations"]]
        assert words in (
            [("country", "Norway", "NO"), ("date", "12 May 2025", "2025-05-12"), ("person", "Oda Lind", "oda-lind")],
            [("deleted", "18 of 24", "")],
        )
    assert record["apparatus"]["dropped"] == [{"line": 40, "reason": "furniture", "text": "Share this page"}]
    assert record["apparatus"]["emendations"][0]["after"] == "ferry"


def test_an_edition_of_one_publisher_names_it_where_the_witness_does_not() -> None:
    assert json.loads(make_record(bare_briefing()))["publisher"] is None
    assert json.loads(make_record(bare_briefing(), publisher="Office"))["publisher"] == "Office"


def test_every_word_is_in_the_record_as_it_is() -> None:
    briefing = sample_briefing()
    record = json.loads(make_record(briefing))
    texts = [p["text"] for s in record["sections"] for t in s["turns"] for p in t["paragraphs"]]
    assert texts == [p.text for s in briefing.sections for p in s.section.paragraphs]


def test_a_paragraph_is_a_line_and_the_same_is_the_same() -> None:
    text = RECORDS["sample"].decode()
    assert text.endswith("}\n")
    assert text == make_record(sample_briefing(), REPEATS).decode()
    assert len([line for line in text.splitlines() if '"text": "Good afternoon' in line]) == 1
    assert "灯塔" in text


def test_a_record_is_not_much_larger_than_its_text() -> None:
    words = ("timetable harbour ferry quotas lighthouse operators of the and under " * 12).strip()
    turns = (
        Turn("question", "Harbour Post", (Paragraph("q1.1", words[:400]),)),
        Turn("answer", "Ines Halvard", (Paragraph("q1.2", words[:500]), Paragraph("q1.3", words[:300]))),
    )
    outlet = Outlet("harbour-post", "Harbour Post")
    sections = tuple(AnnotatedSection(Section(f"q{n}", "exchange", None, turns), outlet) for n in range(1, 11))
    briefing = sample_briefing(sections=sections)
    text = sum(len(p.text) for s in sections for p in s.section.paragraphs)
    assert 11_000 < text < 13_000
    assert len(make_record(briefing)) < 25_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=30,
)


@settings(deadline=None)
@given(JSON)
def test_the_layout_changes_no_value(value: Any) -> None:
    assert json.loads(lay_out(value)) == value


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_comes_back(title: str, text: str) -> None:
    section = AnnotatedSection(Section("p1", "passage", None, (Turn("statement", None, (Paragraph("p1.1", text),)),)))
    record = json.loads(make_record(sample_briefing(title=title, sections=(section,))))
    assert record["title"] == title
    assert record["sections"][0]["turns"][0]["paragraphs"][0]["text"] == text


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    record = json.loads(make_record(sample_briefing(title="a\ud800b")))
    assert record["title"] == "a�b"


def test_values_are_written_in_the_order_of_the_description() -> None:
    assert list(describe_briefing(sample_briefing(), {}))[:5] == ["schema", "id", "url", "kind", "title"]


def test_the_record_tells_times_versions_and_revisions() -> None:
    edition = make_language_edition()
    english = next(b for b in edition.read_briefings() if b.transcript.language == "en")
    record = json.loads(make_record(english, versions=edition.versions[english.id]))
    checker(SCHEMA).validate(record)
    assert (record["starts"], record["ends"]) == ("2025-06-02T12:23-04:00", "2025-06-02T13:05-04:00")
    assert record["place"] == "Briefing Room"
    assert record["source"]["lines"] == [[17, 1240]]
    arabic, spanish, chinese = record["versions"]
    assert arabic == {
        "language": "ar",
        "briefing": "2025-06-02-ines-halvard-ar",
        "url": None,
        "evidence": "stated",
        "sections": [["q1", "q1"], ["q2", "q2"]],
        "parallel": "parallel/2025-06-02-ines-halvard--2025-06-02-ines-halvard-ar.html",
    }
    assert (spanish["briefing"], spanish["url"]) == (None, "https://example.org/es/2")
    assert (chinese["briefing"], chinese["sections"]) == ("2025-06-02-ines-halvard-zh", [])
    assert "parallel" not in chinese
    waiting, taken = record["revisions"]
    assert (waiting["received"], waiting["taken"], taken["taken"]) == ("2025-06-03", False, True)
    assert waiting["changes"][1] == {"section": "q1", "before": "", "after": "and twice on Sundays"}


def test_the_record_of_a_briefing_without_them_has_no_empty_lists() -> None:
    record = json.loads(make_record(sample_briefing()))
    assert not {"versions", "revisions"} & set(record)
    assert (record["starts"], record["ends"], record["place"]) == (None, None, None)
    assert "lines" not in record["source"]
