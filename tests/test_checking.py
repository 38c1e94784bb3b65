"""The check of transcripts against their witnesses: every kind of edit by hand, and witnesses that hold several."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edition.importing.batch import import_witnesses
from edition.importing.checking import check_witnesses
from edition.interface import load
from edition.problems import Problem
from edition.transcripts import loads
from tests.editions import add, run_command, tree_of
from tests.test_importing import AUTHORITIES, CONFIG, DAY, transcripts

WITNESS = """\
1. News

Foreign Office Spokesperson Ines Halvard’s Press Conference on May 6, 2025

Ines Halvard: Good afternoon. The “Gull” sails at ten.

Harbour Post: When will the night ferry sail again?

Ines Halvard: On Monday, if the weather allows it. The timetable belongs to the operators.

The nets are dry.

Coast Radio: Who pays for the new lighthouse lamp?

Ines Halvard: The harbour fund pays.
"""
NAME = "content/briefings/2025-05-06-ines-halvard.md"
FIRST = """**Harbour Post:** When will the night ferry sail again?

**Ines Halvard:** On Monday, if the weather allows it. The timetable belongs to the operators.

The nets are dry.
"""
SECOND = """**Coast Radio:** Who pays for the new lighthouse lamp?

**Ines Halvard:** The harbour fund pays.
"""
NETS_DROPPED = (
    "apparatus:\n",
    "apparatus:\n  dropped:\n    - line: 11\n      reason: x\n      text: The nets are dry.\n",
)
EMENDATION = "apparatus:\n  emendations:\n    - line: {}\n      before: {}\n      after: {}\n      reason: misprint\n"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    folder, inbox = tmp_path / "edition", tmp_path / "inbox"
    folder.mkdir()
    inbox.mkdir()
    (inbox / "a.txt").write_text(WITNESS, encoding="utf-8")
    import_witnesses(folder, CONFIG, AUTHORITIES, [inbox], received=DAY)
    return folder


def after(edition: Path, *edits: tuple[str, str]) -> list[Problem]:
    text = (edition / NAME).read_text(encoding="utf-8")
    for before, instead in edits:
        assert before in text
        text = text.replace(before, instead)
    return list(check_witnesses(edition, [loads(text, NAME)]))


def test_an_untouched_transcript_has_no_difference(edition: Path) -> None:
    assert after(edition) == []


@pytest.mark.parametrize(
    ("before", "instead", "message"),
    [
        ("fund pays", "fund always pays", "the transcript adds “always” (content/sources/a.txt:15 does not have it)"),
        ("night ferry", "ferry", "the transcript lacks “night” of content/sources/a.txt:7"),
        ("house lamp", "house bulb", "the transcript has “bulb” where content/sources/a.txt:13 has “lamp”"),
        ("allows it.", "allows it!", "the transcript has “!” where content/sources/a.txt:9 has “.”"),
        ("allows it.", "allows it", "the transcript lacks “.” of content/sources/a.txt:9"),
        ("On Monday", "on Monday", "the transcript has “on” where content/sources/a.txt:9 has “On”"),
        ("“Gull”", '"Gull"', "the transcript has “\"” where content/sources/a.txt:5 has ““”"),
        ("night ferry", "ferry night", "the transcript"),
        ("**Coast Radio:**", "**Coast Wireless:**", "has “Wireless” where content/sources/a.txt:13 has “Radio”"),
        ("**Coast Radio:** ", "", "the transcript lacks “Coast Radio:” of content/sources/a.txt:13"),
        ("## {#q2}", "## Lamps {#q2 printed}", "the transcript adds “Lamps”"),
        ("are dry.", "are dry.\n\n*(Laughter.)*", "the transcript adds “(Laughter.)”"),
        (SECOND, SECOND + "\nGood night.\n", "the transcript adds “Good night.”"),
        ("\nThe nets are dry.\n", "", "the transcript lacks “The nets are dry.” of content/sources/a.txt:11"),
    ],
)  # fmt: skip
def test_a_difference_of_words_is_named_with_both_places(
    edition: Path, before: str, instead: str, message: str
) -> None:
    problems = after(edition, (before, instead))
    assert message in problems[0].message
    for problem in problems:
        assert (problem.locus.file, problem.severity) == (NAME, "error")
        assert problem.locus.line > 15
        assert "emendations" in problem.hint


@pytest.mark.parametrize(
    "edits",
    [
        (FIRST, "\x00"),
        ("The timetable belongs to the operators.", ""),
    ],
)
def test_words_that_were_moved_are_told_where_they_lack_and_where_they_were_added(
    edition: Path, edits: tuple[str, str]
) -> None:
    moved = edits[0]
    if edits[1]:
        problems = after(edition, (FIRST, edits[1]), (SECOND, FIRST), (edits[1], SECOND))
    else:
        problems = after(edition, (moved, ""), ("fund pays.", f"fund pays. {moved}"))
    assert {p.message.split("“")[0] for p in problems} == {"the transcript adds ", "the transcript lacks "}


@pytest.mark.parametrize(
    "edits",
    [
        [("## {#q2}", "## Lamps {#q2}")],
        [("## {#q2}", "## {#lamps kind=notice topics=energy}")],
        [("## {#q2}\n\n", "")],
        [("\nThe nets are dry.", "\n## {#q9}\n\nThe nets are dry.")],
        [("operators.\n\nThe nets", "operators. The nets")],
        [("allows it. The", "allows it.\n\nThe")],
        [("allows it. The", "allows it.\\\nThe")],
        [("night ferry", "night [ferry](none:)")],
        [("night ferry", "night ~~ferry~~")],
        [("The nets are dry.", "*The nets are dry.*")],
        [("dry.\n", "dry. {#q1.9}\n")],
        [("title: Foreign Office", "title: The Office")],
        [("date: 2025-05-06", "date: 2025-05-07")],
        [("\n", "\r\n")],
        [("night ferry", "day ferry"), ("apparatus:\n", EMENDATION.format(7, "night", "day"))],
        [("\nThe nets are dry.\n", ""), NETS_DROPPED],
    ],
)  # fmt: skip
def test_structure_marks_and_recorded_changes_are_no_difference(edition: Path, edits: list[tuple[str, str]]) -> None:
    assert after(edition, *edits) == []


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([("apparatus:\n", EMENDATION.format(7, "day", "sea"))], "emendation of “day”: these words do not stand"),
        ([("apparatus:\n", EMENDATION.format(9, "night", "day"))], "do not stand here (content/sources/a.txt:9)"),
        ([("apparatus:\n", EMENDATION.format(999, "night", "day"))], "do not stand here (content/sources/a.txt:999)"),
        ([("apparatus:\n", EMENDATION.format(7, "night", "day"))], "the transcript has “night” where"),
        ([("text: 1. News", "text: 2. News")], "“2. News” does not stand here"),
        ([("      text: Foreign Office", "      text: The Foreign Office")], "stand here (content/sources/a.txt:3)"),
        ([NETS_DROPPED], "the transcript adds “The nets are dry.”"),
    ],
)  # fmt: skip
def test_an_apparatus_that_is_wrong_is_a_problem_of_the_transcript(
    edition: Path, edits: list[tuple[str, str]], message: str
) -> None:
    problems = after(edition, *edits)
    assert any(message in p.message for p in problems), problems
    assert {p.locus.file for p in problems} == {NAME}
    assert all(p.hint for p in problems)


def test_an_apparatus_entry_that_was_removed_leaves_its_words_unrecorded(edition: Path) -> None:
    entry = "    - line: 1\n      field: publisher\n      text: 1. News\n"
    (told,) = after(edition, (entry, ""))
    assert "the transcript lacks “1. News” of content/sources/a.txt:1" in told.message
    assert "under dropped" in told.hint


# ── Several briefings in one witness ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def several(tmp_path: Path) -> Path:
    folder, inbox = tmp_path / "edition", tmp_path / "inbox"
    folder.mkdir()
    inbox.mkdir()
    days = [WITNESS.partition("\n\n")[2].replace("May 6", f"May {day}").replace("ten", f"{day}") for day in (6, 7, 8)]
    (inbox / "a.txt").write_text("\n\n".join(days), encoding="utf-8")
    import_witnesses(folder, CONFIG, AUTHORITIES, [inbox], received=DAY)
    return folder


def shared_lines(edition: Path, before: str = "", instead: str = "") -> list[str]:
    found = transcripts(edition)
    if before:
        file = edition / (found[1].file or "")
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, instead), encoding="utf-8")
    return [f"{p.severity} {p}" for p in check_witnesses(edition, transcripts(edition))]


def test_ranges_that_are_the_whole_witness_are_right(several: Path) -> None:
    assert [t.source.lines for t in transcripts(several)] == [((1, 15),), ((16, 30),), ((31, 44),)]
    assert shared_lines(several) == []


def test_a_deleted_transcript_is_told_as_a_note(several: Path) -> None:
    for file, first, last in (("2025-05-07", 16, 30), ("2025-05-08", 16, 44)):
        (several / f"content/briefings/{file}-ines-halvard.md").unlink()
        (told,) = shared_lines(several)
        assert told.startswith(f"note content/sources/a.txt:{first}: ")
        assert f"lines {first}–{last} are in no briefing" in told


def test_lines_in_two_briefings_are_a_problem(several: Path) -> None:
    told = shared_lines(several, "lines: 16-30", "lines: 15-31")
    assert any("line 31 of content/sources/a.txt stand" in t for t in told), told
    assert any("stand in content/briefings/2025-05-06-ines-halvard.md, too" in t for t in told), told
    assert all(t.startswith("error content/briefings/") for t in told)


def test_a_range_beyond_the_end_and_a_gap_are_told(several: Path) -> None:
    told = shared_lines(several, "lines: 16-30", "lines: 17-30, 45-50")
    assert any("source.lines goes to line 50; content/sources/a.txt ends at line 44" in t for t in told), told
    assert any("does not stand here" in t and t.startswith("error content/briefings/2025-05-07") for t in told)


def test_each_build_checks_each_text_and_says_so(tmp_path: Path) -> None:
    folder, source = tmp_path / "edition", tmp_path / "2025-05-06.txt"
    config = "title: Briefings\npublisher: Office of Marenia\nrights: Free.\n"
    add(folder, "config.yaml", config)
    source.write_text(WITNESS, encoding="utf-8")
    assert run_command("-C", folder, "import", source).code == 0
    page, site = folder / "_site" / NAME.replace("content/", "").replace(".md", ".html"), folder / "_site"

    def build(*options: str) -> tuple[int, str]:
        done = run_command("-C", folder, "build", "--no-search", *options)
        return done.code, done.err

    assert build()[0] == 0
    assert build("--locked")[0] == 0
    words = load("en")
    assert words("apparatus.checked") in page.read_text(encoding="utf-8")
    transcript = folder / NAME
    text = transcript.read_text(encoding="utf-8")

    transcript.write_text(text.replace("if the weather allows it", "weather permitting"), encoding="utf-8")
    before = tree_of(site)
    code, said = build("--locked")
    assert (code, tree_of(site)) == (2, before), "nothing is published"
    assert "the transcript has “permitting” where" in said
    assert build()[0] == 1
    assert words("apparatus.differs") in page.read_text(encoding="utf-8")
    assert "permitting" in (site / "diagnostics.html").read_text(encoding="utf-8")
    assert "0 of 1" in (site / "compliance.html").read_text(encoding="utf-8")

    transcript.write_text(re.sub(r"\n  path: .*", "", text), encoding="utf-8")
    assert build("--locked")[0] == 0, "that a source isn't kept is no mistake"
    assert words("apparatus.unkept") in page.read_text(encoding="utf-8")
    assert words("diagnostics.unkept") in (site / "diagnostics.html").read_text(encoding="utf-8")
