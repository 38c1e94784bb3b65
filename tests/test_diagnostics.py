"""The diagnostics: everything worth a look is found, counted and told where it stands; nothing is hidden."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from edition.annotate.speakers import tell_unknown
from edition.diagnostics import (
    CHAPTERS,
    Chapter,
    Diagnostics,
    describe_diagnostics,
    read_import_report,
)
from edition.memo import digest
from edition.model import Apparatus, DroppedLine, Emendation, Locus, Outlet, Person, Speaker, Turn
from edition.problems import Problem
from tests.site_edition import (
    AUTHORITIES,
    CONFIG,
    make_briefing,
    make_exchange,
    make_language_edition,
    make_small_edition,
)
from tests.whole import diagnose, gather_edition


def told(found: Diagnostics, chapter: Chapter) -> list[tuple[str, int, list[str]]]:
    """What a chapter says: text, how often, and the briefings and anchors or files and lines."""
    return [
        (f.text, f.count, [f"{p.briefing}#{p.section}" if p.briefing else f"{p.file}:{p.line}" for p in f.places])
        for f in found.chapters[chapter]
    ]


def test_the_small_edition_is_told_as_it_is() -> None:
    found = diagnose(make_small_edition())
    may = "2025-05-14-ines-halvard"
    assert told(found, "undated") == [("A notice", 1, ["undated-notice#"])]
    assert told(found, "proposed") == [("Regular press briefing", 1, [f"{may}#q3"])]
    assert told(found, "dropped") == [("page number", 1, [f"{may}#apparatus-dropped"])]
    assert found.chapters["dropped"][0].examples == (("Page 1 of 2", 1),)
    (change,) = found.chapters["emendations"]
    assert (change.text, change.after, change.detail) == ("teh boats", "the boats", "slip of the keyboard")
    assert told(found, "labels") == [("Lantern Weekly", 1, ["2025-03-05-ines-halvard#q1"])]
    assert told(found, "rights") == []
    assert [chapter for chapter in CHAPTERS if found.count(chapter)] == [
        "unkept", "proposed", "labels", "undated", "emendations", "dropped",
    ]  # fmt: skip
    assert len(told(found, "unkept")) == len(make_small_edition().briefings), "no witness of it is kept"


def test_what_needs_rights_or_a_publisher_is_told() -> None:
    briefing = make_briefing("x", "2025-01-01", make_exchange())
    source = dataclasses.replace(briefing.transcript.source, publisher=None, layout="plain")
    bare = dataclasses.replace(briefing, transcript=dataclasses.replace(briefing.transcript, source=source))
    config = dataclasses.replace(CONFIG, rights=None, publisher=None)
    found = diagnose(gather_edition(config, [bare], AUTHORITIES))
    for chapter in ("rights", "publisher", "plain"):
        assert told(found, chapter) == [("Regular press briefing", 1, ["x#"])]


def test_lines_left_out_are_grouped_by_reason_and_counted_by_briefing() -> None:
    lines = (DroppedLine("Home", "navigation"), DroppedLine("Home", "navigation"), DroppedLine("Top", "navigation"))
    rows = [
        make_briefing("a", "2025-01-01", make_exchange(), apparatus=Apparatus(dropped=lines)),
        make_briefing(
            "b", "2025-01-02", make_exchange(), apparatus=Apparatus(dropped=(*lines, DroppedLine("1", "pager")))
        ),
    ]
    found = diagnose(gather_edition(CONFIG, rows, AUTHORITIES))
    navigation, pager = found.chapters["dropped"]
    assert (navigation.text, navigation.count, navigation.examples) == ("navigation", 6, (("Home", 4), ("Top", 2)))
    assert [(p.briefing, p.count) for p in navigation.places] == [("b", 3), ("a", 3)]
    assert (pager.text, pager.count) == ("pager", 1)
    assert found.count("dropped") == 7


def test_the_same_emendation_is_one_finding() -> None:
    change = Emendation("C hina", "China", "a space inside a word")
    rows = [
        make_briefing(id, "2025-01-01", make_exchange(), apparatus=Apparatus(emendations=(change,)))
        for id in ("a", "b")
    ]
    found = diagnose(gather_edition(CONFIG, rows, AUTHORITIES))
    assert told(found, "emendations") == [("C hina", 2, ["b#apparatus-emendations", "a#apparatus-emendations"])]


def test_unknown_labels_are_counted_by_turn_with_what_was_meant() -> None:
    stranger = Outlet("harbor-post", "Harbor Post", known=False)
    nobody = Speaker("ines-halvart", "Ines Halvart", known=False)
    section = make_exchange("q2", outlet=stranger)
    asked, answered = section.section.turns
    body = dataclasses.replace(
        section.section, turns=(asked, dataclasses.replace(answered, label="Ines Halvart"), asked)
    )
    odd = dataclasses.replace(section, section=body, speakers=(None, nobody, None))
    briefing = make_briefing("x", "2025-01-01", make_exchange("q1", outlet=stranger), odd)
    briefing = dataclasses.replace(
        briefing,
        transcript=dataclasses.replace(briefing.transcript, file="content/briefings/x.md"),
        speakers=(*briefing.speakers, nobody, Speaker("front-only", "Front Only", known=False)),
    )
    hint = "did you mean “Harbour Post”?"
    problem = Problem(Locus("content/briefings/x.md", 9), tell_unknown("Harbor Post"), hint, "note")
    found = diagnose(gather_edition(CONFIG, [briefing], AUTHORITIES), [problem])
    assert told(found, "labels") == [
        ("Harbor Post", 3, ["x#q1", "x#q2"]),
        ("Ines Halvart", 1, ["x#q2"]),
        ("Front Only", 1, ["x#"]),
    ]
    assert found.chapters["labels"][0].hint == hint
    assert told(found, "notes") == [], "a label is told once"


def test_a_label_that_was_told_is_never_lost() -> None:
    """The second asker of a section has no outlet of its own in the model: only the note tells of it."""
    section = make_exchange("q1")
    turns = (*section.section.turns, Turn("question", "Harbor Post", section.section.turns[0].paragraphs))
    odd = dataclasses.replace(section, section=dataclasses.replace(section.section, turns=turns))
    briefing = make_briefing("x", "2025-01-01", odd)
    briefing = dataclasses.replace(briefing, transcript=dataclasses.replace(briefing.transcript, file="x.md"))
    problem = Problem(Locus("x.md", 9), tell_unknown("Harbor  Post"), "", "note")
    found = diagnose(gather_edition(CONFIG, [briefing], AUTHORITIES), [problem])
    assert told(found, "labels") == [("Harbor Post", 1, ["x#q1"])]


def test_problems_are_errors_or_notes_at_their_places() -> None:
    briefing = make_briefing("x", "2025-01-01", make_exchange())
    briefing = dataclasses.replace(briefing, transcript=dataclasses.replace(briefing.transcript, file="b/x.md"))
    problems = [
        Problem(Locus("b/x.md", 3), "a link leads nowhere", "correct it"),
        Problem(Locus("config.yaml", 2), "worth a look", "", "note"),
        Problem(Locus("config.yaml", 8), "worth a look", "", "note"),
    ]
    found = diagnose(gather_edition(CONFIG, [briefing], AUTHORITIES), problems)
    assert told(found, "errors") == [("a link leads nowhere", 1, ["x#"])]
    assert (found.chapters["errors"][0].places[0].file, found.chapters["errors"][0].places[0].line) == ("b/x.md", 3)
    assert told(found, "notes") == [("worth a look", 2, ["config.yaml:2", "config.yaml:8"])]


def test_doubts_persons_revisions_and_versions_are_told() -> None:
    found = diagnose(make_language_edition())
    here = "2025-06-02-ines-halvard"
    assert told(found, "doubts") == [("the name before the second answer may be a heading", 1, [f"{here}#"])]
    assert found.chapters["doubts"][0].places[0].line == 7
    assert told(found, "revisions") == [("Regular press briefing", 1, [f"{here}#revision-1"])], (
        "a taken one is done with"
    )
    (also, apart) = found.chapters["versions"]
    assert found.count("versions") == 2, "each pair once"
    assert (apart.detail, {p.briefing for p in apart.places}) == ("en 2 · zh 1", {here, f"{here}-zh"})
    assert (also.detail, {p.briefing for p in also.places}) == ("ar 2 · zh 1", {f"{here}-ar", f"{here}-zh"})
    section = dataclasses.replace(
        make_exchange(), persons=(Person("ada", "Ada Berg"), Person("b", "Bo", status="confirmed"))
    )
    edition = gather_edition(CONFIG, [make_briefing("x", "2025-01-01", section)], AUTHORITIES)
    assert told(diagnose(edition), "persons") == [("Ada Berg", 1, ["x#q1"])]


REPORT = {
    "files": [
        {"path": "good.txt", "outcome": "imported"},
        {
            "path": "bad.pdf",
            "outcome": "refused",
            "problems": [{"line": 3, "message": "is no text", "hint": "save it as text"}],
        },
        {"path": "odd.txt", "outcome": "refused"},
    ]
}


def test_refused_files_come_from_the_last_import(tmp_path: Path) -> None:
    assert read_import_report(tmp_path) is None
    (tmp_path / "content").mkdir()
    (tmp_path / "content/import-report.json").write_text(json.dumps(REPORT), encoding="utf-8")
    found = diagnose(make_small_edition(), (), read_import_report(tmp_path))
    assert told(found, "refused") == [("bad.pdf", 1, ["bad.pdf:3"]), ("odd.txt", 1, ["odd.txt:0"])]
    assert (found.chapters["refused"][0].detail, found.chapters["refused"][0].hint) == ("is no text", "save it as text")


@pytest.mark.parametrize(
    "report",
    [
        None, [], "x", 7, {}, {"files": 3}, {"files": ["x", None]},
        {"files": [{"outcome": "refused", "problems": ["x", {"line": "y"}]}]},
        {"files": [{"outcome": "refused", "problems": [{"line": 10**20}]}]},
    ],
)  # fmt: skip
def test_a_report_of_another_shape_stops_nothing(report: object) -> None:
    found = diagnose(make_small_edition(), (), report)
    assert len(found.chapters["refused"]) <= 1
    assert digest(found), "by this the next build knows them again"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_report_that_cannot_be_read_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/import-report.json").write_bytes(data)
    assert read_import_report(tmp_path) is None


def test_the_data_hold_every_finding_and_every_place() -> None:
    found = diagnose(make_language_edition())
    record = describe_diagnostics(found)
    assert list(record["chapters"]) == list(CHAPTERS)
    for chapter in CHAPTERS:
        findings = record["chapters"][chapter]
        assert sum(f["count"] for f in findings) == record["counts"][chapter]
        assert [len(f["places"]) for f in findings] == [len(f.places) for f in found.chapters[chapter]]
    json.dumps(record)
