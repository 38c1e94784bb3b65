"""Later versions of a briefing: what changed, what the editor keeps, what is taken over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edition.importing.batch import import_witnesses
from edition.importing.checking import check_witnesses
from edition.importing.differences import merge_words, pair_texts, phrases
from edition.importing.reports import REPORT, ImportReport
from edition.importing.taking import take_revisions
from edition.model import Change, Transcript
from edition.transcripts import loads
from tests.test_importing import AUTHORITIES, CONFIG, DAY, tree

NAME = "content/briefings/2025-05-06-ines-halvard.md"
WAITING = "content/revisions/2025-05-06-ines-halvard.md"
TITLE = "Foreign Office Spokesperson Ines Halvard’s Press Conference on May 6, 2025"
EXCHANGES = (
    ("Harbour Post", "When will the night ferry sail again?", "On Monday, if the weather allows it."),
    (
        "Coast Radio",
        "Who pays for the new lighthouse lamp?",
        "The harbour fund pays, as in every year since the storm.",
    ),
    ("Fish and Tide", "Are the nets dry?", "They are drying on the quay, and the fishermen are content."),
)


def text(*exchanges: tuple[str, str, str], title: str = TITLE) -> str:
    body = "\n\n".join(f"{outlet}: {q}\n\nInes Halvard: {a}" for outlet, q, a in exchanges)
    return f"{title}\n\n{body}\n"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    folder = tmp_path / "edition"
    folder.mkdir()
    bring(folder, text(*EXCHANGES))
    return folder


def bring(edition: Path, words: str, name: str = "a.txt") -> ImportReport:
    inbox = edition.parent / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_text(words, encoding="utf-8", newline="")
    return import_witnesses(edition, CONFIG, AUTHORITIES, [inbox], received=DAY)


def held(edition: Path, name: str = NAME) -> Transcript:
    return loads((edition / name).read_text(encoding="utf-8"), name)


def edit(edition: Path, before: str, after: str, name: str = NAME) -> None:
    words = (edition / name).read_text(encoding="utf-8")
    assert words.count(before) == 1
    (edition / name).write_text(words.replace(before, after), encoding="utf-8", newline="")


def changed(number: int, answer: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((o, q, answer if i == number else a) for i, (o, q, a) in enumerate(EXCHANGES))


# ── What changed ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_changes_are_told_word_by_word_in_report_briefing_and_waiting_text(edition: Path) -> None:
    report = bring(edition, text(*changed(0, "On Tuesday, if the weather allows it.")))
    (file,) = report.files
    assert (file.outcome, file.changes) == ("revision", 1)
    assert any(p.message == "q1: “Monday” is now “Tuesday”" for p in file.problems)
    (entry,) = held(edition).revisions
    assert (entry.received, entry.taken, entry.changes) == (DAY, False, (Change("Monday", "Tuesday", "q1"),))
    (waits,) = held(edition, WAITING).revisions
    assert (waits.taken, waits.changes, waits.path) == (True, entry.changes, entry.path)
    assert held(edition, WAITING).source.sha256 == entry.sha256
    found = list(check_witnesses(edition, [held(edition), held(edition, WAITING)]))
    assert [p.severity for p in found] == ["note"]


def test_a_question_in_the_middle_gets_a_new_id_and_the_others_keep_theirs(edition: Path) -> None:
    new = ("Hill Gazette", "Is the mountain road open?", "It opens when the snow has gone.")
    bring(edition, text(EXCHANGES[0], new, EXCHANGES[1], EXCHANGES[2]))
    assert [s.id for s in held(edition, WAITING).sections] == ["q1", "q4", "q2", "q3"]
    (change,) = held(edition).revisions[0].changes
    assert change.section == "q4"
    assert (change.before, change.after.startswith("Hill Gazette: Is the mountain road open?")) == ("", True)


def test_a_question_that_is_gone_is_told_with_its_id(edition: Path) -> None:
    bring(edition, text(EXCHANGES[0], EXCHANGES[2]))
    assert [s.id for s in held(edition, WAITING).sections] == ["q1", "q3"]
    (change,) = held(edition).revisions[0].changes
    assert (change.section, change.after) == ("q2", "")


def test_a_title_that_changes_is_told(edition: Path) -> None:
    bring(edition, text(*EXCHANGES, title=TITLE.replace("Press", "Regular Press")))
    assert any(c.section is None and c.after.startswith("title: ") for c in held(edition).revisions[0].changes)


def test_only_the_page_around_the_text_is_no_revision(edition: Path) -> None:
    page = (
        "<html><head><title>{0}</title></head><body><div><a href='x'>{1}</a> <a href='y'>All news</a></div>"
        "<h1>{0}</h1>{2}</body></html>"
    )
    body = "".join(f"<p><b>{o}: {q}</b></p><p>Ines Halvard: {a * 3}</p>" for o, q, a in EXCHANGES)
    title = TITLE.replace("6", "9")
    bring(edition, page.format(title, "Fish market", body), "b.html")
    before = tree(edition)
    report = bring(edition, page.format(title, "Boat race", body), "b.html")
    assert [f.outcome for f in report.files] == ["unchanged", "unchanged"]
    assert any("only the page around the text" in p.message for p in report.problems)
    assert tree(edition) == before


# ── The editor's hand ───────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_entry_is_written_into_the_editor_s_file(edition: Path) -> None:
    words = (edition / NAME).read_text(encoding="utf-8")
    odd = words.replace("kind:", "# a remark of mine\nkind:   ").replace("\n\n## {#q2}", "\n\n\n##   {#q2}")
    (edition / NAME).write_bytes(odd.replace("\n", "\r\n").encode())
    for answer in ("On Tuesday.", "On Wednesday."):
        before = (edition / NAME).read_bytes()
        bring(edition, text(*changed(0, answer)))
        lines = (edition / NAME).read_bytes().splitlines(keepends=True)
        kept = iter(lines)
        assert all(line in kept for line in before.splitlines(keepends=True))
        assert all(line.endswith(b"\r\n") for line in lines)
    assert len(held(edition).revisions) == 2


def test_the_editor_s_changes_are_in_the_text_that_waits(edition: Path) -> None:
    edit(edition, "## {#q1}", "## The ferry {#q1 topics=shipping}")
    edit(edition, "the fishermen are", "the [fishermen](none:) are")
    edit(edition, "if the weather allows it", "if the wind allows it")
    edit(
        edition,
        "apparatus:\n",
        "apparatus:\n  emendations:\n    - line: 5\n      before: weather\n      after: wind\n      reason: misprint\n",
    )
    bring(edition, "\n" + text(*changed(0, "On Tuesday, if the weather allows it.")))
    new = held(edition, WAITING)
    assert new.sections[0].heading == "The ferry"
    assert new.sections[0].attributes == (("topics", "shipping"),)
    assert new.sections[0].paragraphs[1].text == "On Tuesday, if the wind allows it."
    assert [(e.line, e.after) for e in new.apparatus.emendations] == [(6, "wind")]
    assert [m.target for p in new.sections[2].paragraphs for m in p.marks] == ["none:"]
    assert new.doubts == ()
    assert [p for p in check_witnesses(edition, [new]) if p.severity == "error"] == []


def test_changes_that_collide_are_told_as_doubts(edition: Path) -> None:
    edit(edition, "On Monday", "On Sunday")
    bring(edition, text(*changed(0, "On Tuesday, if the weather allows it.")))
    new = held(edition, WAITING)
    assert new.sections[0].paragraphs[1].text == "On Tuesday, if the weather allows it."
    assert any("the editor has “On Sunday" in d.text for d in new.doubts)
    assert "On Sunday" in (edition / NAME).read_text(encoding="utf-8")


def test_words_that_an_editor_moved_are_never_lost(edition: Path) -> None:
    """The editor joined two sections, and one of them changes: the text that waits has every word of the witness."""
    edit(edition, "## {#q2}\n\n", "")
    bring(edition, text(*changed(1, "The state pays this year, and the harbour fund pays the next one.")))
    new = held(edition, WAITING)
    assert [p for p in check_witnesses(edition, [new]) if p.severity == "error"] == []
    assert any("q2" in d.text for d in new.doubts)


def test_a_waiting_text_that_an_editor_touched_stays(edition: Path) -> None:
    bring(edition, text(*changed(0, "On Tuesday.")))
    bring(edition, text(*changed(0, "On Wednesday.")))
    assert "On Wednesday" in (edition / WAITING).read_text(encoding="utf-8")
    edit(edition, "** On Wednesday", "** On [Wednesday](none:)", WAITING)
    touched = (edition / WAITING).read_bytes()
    report = bring(edition, text(*changed(0, "On Thursday.")))
    assert (edition / WAITING).read_bytes() == touched
    others = list((edition / "content" / "revisions").glob("*/2025-05-06-ines-halvard.md"))
    assert len(others) == 1
    assert "On Thursday" in others[0].read_text(encoding="utf-8")
    assert others[0].relative_to(edition).as_posix() in report.files[0].problems[0].message
    _, problems = take_revisions(edition, CONFIG, AUTHORITIES, ["2025-05-06-ines-halvard"])
    assert "2 revisions" in problems[0].message
    assert [c.before for r in held(edition).revisions for c in r.changes] == ["Monday, if the weather allows it"] * 3


def test_the_same_bytes_and_earlier_ones_are_unchanged(edition: Path) -> None:
    later = text(*changed(0, "On Tuesday."))
    bring(edition, later)
    before = tree(edition)
    assert bring(edition, later).files[0].outcome == "unchanged"
    assert tree(edition) == before
    assert take_revisions(edition, CONFIG, AUTHORITIES, ["2025-05-06-ines-halvard"])[1] == []
    before = tree(edition)
    for words in (later, text(*EXCHANGES)):
        assert bring(edition, words).files[0].outcome == "unchanged"
        assert tree(edition) == before


def test_another_text_under_a_known_name_is_a_briefing_of_its_own(edition: Path) -> None:
    other = text(("Harbour Post", "How many gulls?", "Nobody counts them."), title=TITLE.replace("6", "8"))
    for outcome in ("imported", "unchanged"):
        (file,) = bring(edition, other).files
        assert (file.outcome, file.id) == (outcome, "2025-05-08-ines-halvard")
    assert held(edition).revisions == ()


def test_the_witness_of_a_revision_is_checked(edition: Path) -> None:
    bring(edition, text(*changed(0, "On Tuesday.")))
    (entry,) = held(edition).revisions
    with (edition / "content/sources" / entry.path).open("ab") as f:
        f.write(b" ")
    assert "sha256 differs" in next(iter(check_witnesses(edition, [held(edition)]))).message
    (edition / "content/sources" / entry.path).unlink()
    assert "can't be read" in next(iter(check_witnesses(edition, [held(edition)]))).message


# ── Taking over ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_taking_over_keeps_what_the_editor_did_since(edition: Path) -> None:
    bring(edition, text(*changed(0, "On Tuesday, if the weather allows it.")))
    edit(edition, "## {#q3}", "## The nets {#q3}")
    done, problems = take_revisions(edition, CONFIG, AUTHORITIES, ["2025-05-06-ines-halvard"])
    assert (len(done), problems) == (1, [])
    mine = held(edition)
    assert mine.sections[2].heading == "The nets"
    assert "On Tuesday" in mine.sections[0].paragraphs[1].text
    assert [r.taken for r in mine.revisions] == [True]
    assert not (edition / WAITING).exists()
    assert list(check_witnesses(edition, [mine])) == []
    assert "waiting" not in (edition / REPORT).read_text(encoding="utf-8")


def test_what_an_editor_worked_on_is_taken_as_it_is(edition: Path) -> None:
    bring(edition, text(*changed(0, "On Tuesday.")))
    edit(edition, "## {#q3}", "## The nets {#q3}", WAITING)
    touched = (edition / WAITING).read_bytes()
    take_revisions(edition, CONFIG, AUTHORITIES, [WAITING])
    assert (edition / NAME).read_bytes() == touched


def test_nothing_is_taken_where_a_change_would_be_lost(edition: Path) -> None:
    bring(edition, text(*changed(0, "On Tuesday.")))
    edit(edition, "## {#q3}", "## The nets {#q3}", WAITING)
    edit(edition, "## {#q2}", "## The lamp {#q2}")
    before = tree(edition)
    done, problems = take_revisions(edition, CONFIG, AUTHORITIES, ["2025-05-06-ines-halvard", "2025-05-06-ines"])
    assert done == []
    assert "were both changed" in problems[0].message
    assert problems[1].hint == "did you mean “2025-05-06-ines-halvard”?"
    assert tree(edition) == before


# ── The report's file ───────────────────────────────────────────────────────────────────────────────────────────────


def entries(edition: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((edition / REPORT).read_text(encoding="utf-8"))["files"]
    return found


def test_a_refused_file_stays_in_the_report_until_it_is_imported_or_gone(edition: Path) -> None:
    bring(edition, "", "b.txt")
    assert [(e["path"], e["outcome"]) for e in entries(edition)] == [("a.txt", "imported"), ("b.txt", "refused")]
    other = edition.parent / "other.txt"
    other.write_text("A notice.\nThe office is closed.", encoding="utf-8")
    import_witnesses(edition, CONFIG, AUTHORITIES, [other], received=DAY)
    assert [e["outcome"] for e in entries(edition)] == ["imported", "refused", "imported"]
    (edition.parent / "inbox" / "b.txt").unlink()
    bring(edition, text(*EXCHANGES))
    assert [(e["path"], e["outcome"]) for e in entries(edition)] == [("a.txt", "imported"), ("other.txt", "imported")]
    assert entries(edition)[0]["words"] == {"kept": 47, "dropped": 0}


def test_a_report_that_can_t_be_read_stops_no_import(edition: Path) -> None:
    (edition / REPORT).write_text("<<<<<<<", encoding="utf-8")
    report = bring(edition, text(*changed(0, "On Tuesday.")))
    assert report.files[0].outcome == "revision"
    assert "can't be read" in report.general[0].message
    assert len(entries(edition)) == 1


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("The ferry sails on Monday.", "The ferry sails on Friday.", [("Monday", "Friday")]),
        ("The ferry sails.", "The old ferry sails.", [("", "old")]),
        ("The old ferry sails.", "The ferry sails!", [("old ferry sails.", "ferry sails!")]),
        ("The old ferry sails now.", "The ferry sails now!", [("old", ""), (".", "!")]),
        ("18 of the 24 boats", "19 of the 25 boats", [("18 of the 24", "19 of the 25")]),
        ("渡轮星期一开航。", "渡轮星期五开航。", [("一", "五")]),
        ("same  words", "same words", []),
    ],
)
def test_phrases(before: str, after: str, told: list[tuple[str, str]]) -> None:
    assert phrases(before, after) == told


@pytest.mark.parametrize(
    ("base", "mine", "new", "merged"),
    [
        ("one two three four", "one 2 three four", "one two three 4", "one 2 three 4"),
        ("one two three", "one two three", "one three", "one three"),
        ("one two three", "one 2 three", "one II three", None),
        ("one two", "zero one two", "one two three", "zero one two three"),
        ("one two", "one two!", "one two!", "one two!"),
    ],
)
def test_words_are_merged_or_collide(base: str, mine: str, new: str, merged: str | None) -> None:
    assert merge_words(base, mine, new) == merged


def test_long_texts_without_a_word_in_common_place_are_compared_in_time() -> None:
    a, b = "word other " * 60_000, "other word third " * 40_000
    assert phrases(a, b)
    assert pair_texts([a[:50]] * 3000, [b[:51]] * 3000)


# ── Several briefings in one file ───────────────────────────────────────────────────────────────────────────────────


def conference(day: int, sails: str = "Monday") -> str:
    return (
        f"Foreign Office Spokesperson Ines Halvard’s Press Conference on May {day}, 2025\n\n"
        f"Harbour Post: When will ferry number {day} sail again to the island of gulls?\n\n"
        f"Ines Halvard: On {sails}, if the weather allows it. We count {day} boats on pier {day * 3}.\n\n"
        f"Coast Radio: Who pays for lighthouse lamp {day}?\n\n"
        f"Ines Halvard: The harbour fund pays for lamp {day} and for oil {day * 7}.\n"
    )


def several(tmp_path: Path, *versions: tuple[str, ...], forget: bool = False) -> tuple[Path, ImportReport]:
    """Import versions of one file one after the other; return the edition and the last report."""
    edition = tmp_path / "several"
    edition.mkdir()
    for parts in versions:
        if forget and (edition / REPORT).exists():
            (edition / REPORT).unlink()
        report = bring(edition, "\n\n".join(parts))
    return edition, report


def outcomes(report: ImportReport) -> dict[str, str]:
    return {f.id[8:10]: f.outcome for f in report.files}


SIX, SEVEN, EIGHT = conference(6), conference(7), conference(8)
LATER = conference(7, "Tuesday")


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((SIX, SEVEN, EIGHT), (SIX, LATER, EIGHT), {"06": "unchanged", "07": "revision", "08": "unchanged"}),
        ((SIX, SEVEN), (SIX, SEVEN, EIGHT), {"06": "unchanged", "07": "unchanged", "08": "imported"}),
        ((SIX, SEVEN, EIGHT), (SIX, EIGHT), {"06": "unchanged", "07": "unchanged", "08": "unchanged"}),
        ((SIX, SEVEN, EIGHT), (SEVEN, SIX, EIGHT), {"06": "unchanged", "07": "unchanged", "08": "unchanged"}),
        ((SIX, SEVEN, EIGHT), (EIGHT, LATER, SIX), {"06": "unchanged", "07": "revision", "08": "unchanged"}),
        ((SEVEN,), (SEVEN, EIGHT), {"07": "unchanged", "08": "imported"}),
        ((SEVEN,), (LATER, EIGHT), {"07": "revision", "08": "imported"}),
        ((SIX, SEVEN), (SIX,), {"06": "unchanged", "07": "unchanged"}),
        ((SIX, SEVEN), (LATER,), {"06": "unchanged", "07": "revision"}),
    ],
)
def test_each_briefing_of_a_file_is_revised_by_itself(
    tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...], told: dict[str, str]
) -> None:
    edition, report = several(tmp_path, first, second)
    assert outcomes(report) == told
    gone = {f.id[8:10] for f in report.files if any("stands no more" in p.message for p in f.problems)}
    assert gone == {t for t in told if f"May {int(t)}," not in "".join(second)}
    transcripts = [
        held(edition, f.relative_to(edition).as_posix()) for f in sorted(edition.glob("content/briefings/*"))
    ]
    assert [
        p for p in check_witnesses(edition, transcripts) if p.severity == "error" or "no briefing" in p.message
    ] == []
    waiting = [f.stem for f in sorted((edition / "content/revisions").glob("*.md"))]
    assert [w[8:10] for w in waiting] == [t for t, outcome in told.items() if outcome == "revision"]
    for name in waiting:
        done, problems = take_revisions(edition, CONFIG, AUTHORITIES, [name])
        assert (len(done), problems) == (1, [])
        taken = held(edition, f"content/briefings/{name}.md")
        assert "On Tuesday," in taken.sections[0].paragraphs[1].text
        assert "boats on pier 21" in taken.sections[0].paragraphs[1].text
    transcripts = [
        held(edition, f.relative_to(edition).as_posix()) for f in sorted(edition.glob("content/briefings/*"))
    ]
    assert [str(p) for p in check_witnesses(edition, transcripts)] == []
    before = tree(edition)
    assert {f.outcome for f in bring(edition, "\n\n".join(second)).files} == {"unchanged"}
    assert tree(edition) == before


def test_without_a_report_what_waits_untouched_is_still_replaced(tmp_path: Path) -> None:
    third = conference(7, "Wednesday")
    edition, _ = several(tmp_path, (SIX, SEVEN), (SIX, LATER), (SIX, third), forget=True)
    assert [f.name for f in sorted((edition / "content/revisions").rglob("*.md"))] == ["2025-05-07-ines-halvard.md"]
    edit(edition, "On Wednesday", "On a Wednesday", "content/revisions/2025-05-07-ines-halvard.md")
    (edition / REPORT).unlink()
    bring(edition, f"{SIX}\n\n{conference(7, 'Thursday')}")
    assert len(list((edition / "content/revisions").rglob("*.md"))) == 2
