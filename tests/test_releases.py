"""What a release holds of a text, what has changed since, and the committed files in which that is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition.config import Release
from edition.model import (
    Apparatus,
    Change,
    DroppedLine,
    Emendation,
    Mark,
    Paragraph,
    Revision,
    Section,
    Transcript,
    Turn,
)
from edition.problems import Refused
from edition.releases import (
    NOTHING,
    Erratum,
    History,
    check_name,
    describe_release,
    describe_text,
    next_name,
    read_history,
)
from edition.releases.states import compare
from tests.editions import ROOT, add
from tests.histories import make_history
from tests.site_edition import make_briefing, make_exchange

ONE = make_exchange("q1", "Is the lamp lit?", "It is lit at dusk.")
TWO = make_exchange("q2", "Who pays?", "The harbour pays.")
BASE = make_briefing("2025-05-14-ines-halvard", "2025-05-14", ONE, TWO).transcript
OTHER = make_briefing("2025-06-02-ines-halvard", "2025-06-02", make_exchange("q1")).transcript


def reword(transcript: Transcript, before: str, after: str) -> Transcript:
    """Return the transcript with words in place of others."""

    def paragraph(p: Paragraph) -> Paragraph:
        return replace(p, text=p.text.replace(before, after))

    def turn(t: Turn) -> Turn:
        return replace(t, paragraphs=tuple(map(paragraph, t.paragraphs)))

    def section(s: Section) -> Section:
        return replace(s, turns=tuple(map(turn, s.turns)))

    return replace(transcript, sections=tuple(map(section, transcript.sections)))


def with_emendation(transcript: Transcript, before: str, after: str, reason: str = "a misprint") -> Transcript:
    apparatus = transcript.apparatus
    more = (*apparatus.emendations, Emendation(before, after, reason))
    return replace(transcript, apparatus=replace(apparatus, emendations=more))


def with_dropped(transcript: Transcript, *lines: str) -> Transcript:
    dropped = tuple(DroppedLine(line, "page furniture") for line in lines)
    return replace(transcript, apparatus=replace(transcript.apparatus, dropped=dropped))


def errata(after: Transcript, before: Transcript = BASE) -> list[Erratum]:
    change = compare(describe_text(before), describe_text(after), lambda: after)
    return list(change.errata) if change else []


def kind(after: Transcript, before: Transcript = BASE) -> str | None:
    change = compare(describe_text(before), describe_text(after), lambda: after)
    return change.kind if change else None


# ── States and errata ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_is_told_with_its_words_and_reason() -> None:
    after = with_emendation(reword(BASE, "dusk", "nightfall"), "dusk", "nightfall")
    assert kind(after) == "corrected"
    assert errata(after) == [Erratum("emended", "q1", "dusk", "nightfall", "a misprint")]


def test_a_correction_that_is_taken_back_is_told_with_its_words() -> None:
    before = with_emendation(reword(BASE, "dusk", "nightfall"), "dusk", "nightfall")
    assert errata(BASE, before) == [Erratum("restored", "q1", "nightfall", "dusk")]


def test_a_better_reason_is_no_correction() -> None:
    before, after = (
        with_emendation(BASE, "dsuk", "dusk", reason) for reason in ("misprint", "a misprint of the source")
    )
    assert kind(after, before) == "kept"


def revised(taken: bool) -> Transcript:
    change = Change("dusk", "nightfall", "q1")
    return replace(BASE, revisions=(Revision("2025-07-01", "a.txt", "cd" * 32, (change,), taken),))


def test_a_later_witness_is_told_with_its_day_and_words() -> None:
    after = reword(revised(taken=True), "dusk", "nightfall")
    assert kind(after) == "corrected"
    assert errata(after) == [Erratum("revised", "q1", "dusk", "nightfall", "", "2025-07-01")]


def test_a_later_witness_that_waits_is_noted_and_is_no_correction() -> None:
    waiting = revised(taken=False)
    assert kind(waiting) == "noted"
    assert errata(waiting) == [Erratum("noticed", "q1", "dusk", "nightfall", "", "2025-07-01")]
    assert errata(reword(revised(taken=True), "dusk", "nightfall"), waiting)[0].kind == "revised"


def test_title_and_date_are_told_with_what_stood_there() -> None:
    after = replace(BASE, title="Briefing on lamps", date=None)
    assert errata(after) == [
        Erratum("title", before=BASE.title, after="Briefing on lamps"),
        Erratum("date", before="2025-05-14", after=""),
    ]


def test_words_that_change_without_a_record_are_told_all_the_same() -> None:
    assert errata(reword(BASE, "dusk", "nightfall")) == [Erratum("reworded", "q1")]


def test_sections_that_come_and_go_are_told() -> None:
    assert errata(replace(BASE, sections=BASE.sections[:1])) == [Erratum("section-gone", "q2")]
    assert errata(BASE, replace(BASE, sections=BASE.sections[:1])) == [Erratum("section-added", "q2")]


def test_lines_that_are_left_out_now_are_told_where_the_text_has_lost_them() -> None:
    menu = with_dropped(BASE, "Home")
    after = with_dropped(reword(BASE, "It is lit at dusk.", "It is lit"), "Home", "at dusk.")
    assert errata(after, menu) == [
        Erratum("left-out", before="at dusk.", reason="page furniture"),
        Erratum("reworded", "q1"),
    ]
    assert kind(with_dropped(BASE, "Home Contact"), menu) == "kept", "divided otherwise, and nothing is lost"


def test_what_an_editor_adds_is_no_correction() -> None:
    """Headings of the editor's, tags, the division into paragraphs, marks."""
    first = BASE.sections[0]
    answer = first.turns[1]
    parted = (Paragraph("q1.2", "It is lit"), Paragraph("q1.3", "at dusk."))
    marked = (Paragraph("q1.2", "It is lit at dusk.", marks=(Mark(0, 2, "entity", "none:"),)),)
    for section in (
        replace(first, heading="Of lamps"),
        replace(first, attributes=(("topics", "maritime"),)),
        replace(first, turns=(first.turns[0], replace(answer, paragraphs=parted))),
        replace(first, turns=(first.turns[0], replace(answer, paragraphs=marked))),
    ):
        assert kind(replace(BASE, sections=(section, BASE.sections[1]))) is None


def test_printed_headings_labels_and_what_is_struck_out_are_words_of_the_text() -> None:
    first = BASE.sections[0]
    question, answer = first.turns
    struck = (Paragraph("q1.2", "It is lit at dusk.", marks=(Mark(0, 2, "deleted"),)),)
    for section in (
        replace(first, heading="Of lamps", printed=True),
        replace(first, turns=(replace(question, label="Radio Meridian"), answer)),
        replace(first, turns=(question, replace(answer, paragraphs=struck))),
    ):
        assert kind(replace(BASE, sections=(section, BASE.sections[1]))) == "corrected"


# ── Histories ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_releases_follow_each_other_and_say_what_came_changed_and_went() -> None:
    corrected = with_emendation(reword(BASE, "dusk", "nightfall"), "dusk", "nightfall")
    history = make_history(
        ("2025.1", "2025-06-30", [BASE]),
        ("2025.2", "2025-12-31", [corrected, OTHER]),
        ("2026.1", "2026-06-30", [OTHER]),
    )
    told = [[(change.kind, change.id) for change in record.changes] for record in history.records]
    assert told == [
        [("added", BASE.id)],
        [("corrected", BASE.id), ("added", OTHER.id)],
        [("withdrawn", BASE.id)],
    ]
    assert [record.briefings for record in history.records] == [1, 2, 1]
    assert [record.previous for record in history.records] == [None, "2025.1", "2025.2"]
    assert history.records[1].changes[0].errata == (Erratum("emended", "q1", "dusk", "nightfall", "a misprint"),)
    assert history.records[2].changes[0].title == BASE.title
    assert set(history.held) == {OTHER.id}


def test_a_text_belongs_to_the_newest_release_until_it_changes() -> None:
    history = make_history(("2025.1", "2025-06-30", [BASE, OTHER]))
    same = history.compare([BASE, OTHER])
    assert same.release == same.release_of(BASE.id) == Release("2025.1", "2025-06-30")
    assert same.unsaid == "content/releases/2025.1.sha256"
    changed = history.compare([reword(BASE, "dusk", "nightfall"), OTHER])
    assert changed.release == changed.release_of(BASE.id) == Release("2025.1", "2025-06-30", later=True)
    assert changed.release_of(OTHER.id) == Release("2025.1", "2025-06-30")
    assert changed.release is not None
    assert changed.release.label == "2025.1+"
    assert changed.unsaid is None
    kept = history.compare([with_dropped(BASE, "Home"), OTHER])
    assert kept.release == Release("2025.1", "2025-06-30"), "to a reader nothing has changed"


def test_before_the_first_release_nothing_is_told() -> None:
    history = NOTHING.compare([BASE])
    assert (history.release, history.touched) == (None, frozenset())
    assert [change.kind for change in history.since] == ["added"], "it would be in the first"


def test_why_a_text_is_gone_is_told_where_it_is_known() -> None:
    history = make_history(("2025.1", "2025-06-30", [BASE])).compare([], {BASE.id: "Published by mistake."})
    assert history.since[0].errata == (Erratum("section-gone", reason="Published by mistake."),)


TEXTS = st.text(st.characters(codec=None), max_size=20)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), TEXTS, max_size=3), min_size=1, max_size=4))
def test_what_all_releases_say_together_is_what_the_last_one_held(states: list[dict[str, str]]) -> None:
    def texts(state: dict[str, str]) -> list[Transcript]:
        return [make_briefing(id, None, make_exchange("q1", text, text)).transcript for id, text in state.items()]

    releases = [(f"2025.{n}", "2025-06-30", texts(state)) for n, state in enumerate(states, 1)]
    history = make_history(*releases)
    last = releases[-1][2]
    assert dict(history.held) == {t.id: describe_text(t) for t in last}
    assert history.compare(last).since == ()


# ── Names and files ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("last", "date", "name"),
    [
        (None, "2025-06-30", "2025.1"),
        ("2025.1", "2025-12-31", "2025.2"),
        ("2025.9", "2025-12-31", "2025.10"),
        ("2025.3", "2026-01-31", "2026.1"),
        ("7", "2026-01-31", "8"),
        ("v2.9", "2026-01-31", "v2.10"),
    ],
)
def test_the_next_name(last: str | None, date: str, name: str) -> None:
    history = make_history((last, "2025-06-30", [BASE])) if last else NOTHING
    assert next_name(history, date) == name


def test_nothing_follows_a_name_without_a_number() -> None:
    with pytest.raises(Refused, match="nothing comes after “spring” by itself"):
        next_name(make_history(("spring", "2025-06-30", [BASE])), "2025-12-31")


@pytest.mark.parametrize("name", ["", "2025 spring", "../x", "a/b", "Ünser", "A", ".x", "x.", "next", "a..b", "x" * 41])
def test_names_that_can_t_be_addresses_are_refused(name: str) -> None:
    with pytest.raises(Refused, match="can't be the name of a release"):
        check_name(name)


def test_a_taken_name_and_a_day_before_the_last_release_are_refused() -> None:
    history = make_history(("2025.1", "2025-06-30", [BASE]))
    with pytest.raises(Refused, match=r"there is a release “2025\.1” already"):
        dict(describe_release(history, "2025.1", "2025-12-31"))
    with pytest.raises(Refused, match=r"2025-06-29 lies before the release “2025\.1”"):
        dict(describe_release(history, "2025.2", "2025-06-29"))


def write_releases(folder: Path, history: History = NOTHING, words: str = "The *first* one.") -> Path:
    """Write two releases as `build.py release` does."""
    for name, date, texts in (("2025.1", "2025-06-30", [BASE]), ("2025.2", "2025-12-31", [OTHER])):
        for path, data in describe_release(replace(history.compare(texts), words=words), name, date):
            add(folder, path, data)
        history, problems = read_history(folder)
        assert problems == ()
    return folder


def test_what_is_written_is_read(tmp_path: Path) -> None:
    history, problems = read_history(write_releases(tmp_path))
    assert problems == ()
    assert [(r.name, r.date, r.previous, r.briefings) for r in history.records] == [
        ("2025.1", "2025-06-30", None, 1),
        ("2025.2", "2025-12-31", "2025.1", 1),
    ]
    first = history.records[0]
    assert first.words == "The *first* one."
    text = (tmp_path / first.file).read_text(encoding="utf-8")
    assert text.splitlines()[first.first_line - 1] == "The *first* one."
    assert first.counts == {"added": 1, "corrected": 0, "noted": 0, "withdrawn": 0, "kept": 0}
    assert history.held == {OTHER.id: describe_text(OTHER)}


def test_a_checkout_with_other_line_ends_is_the_same(tmp_path: Path) -> None:
    write_releases(tmp_path)
    before = read_history(tmp_path)
    for file in (tmp_path / "content/releases").iterdir():
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_history(tmp_path)[0].held == before[0].held


def test_the_address_of_a_release_s_files_is_the_editor_s_to_add(tmp_path: Path) -> None:
    write_releases(tmp_path)
    file = tmp_path / "content/releases/2025.1.md"
    text = file.read_text(encoding="utf-8").replace("list:", "files: https://example.org/1\nlist:", 1)
    file.write_text(text, encoding="utf-8")
    assert read_history(tmp_path)[0].records[0].files == "https://example.org/1"


def break_list(folder: Path) -> None:
    file = folder / "2025.1.jsonl"
    file.write_bytes(file.read_bytes().replace(b"2025-05-14", b"2025-05-15"))


def rewrite(name: str, before: str, after: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")

    return change


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "the list": (break_list, "2025.1.jsonl: is not the list that was released: its checksum is another"),
    "no list": (lambda folder: (folder / "2025.1.jsonl").unlink(), "2025.1.jsonl: can't be read"),
    "no release before": (lambda folder: (folder / "2025.1.md").unlink(), "2025.2.md: comes after the release"),
    "no facts": (lambda folder: (folder / "2025.1.md").write_text("Words."), "2025.1.md:1: holds no facts"),
    "another name": (rewrite("2025.2.md", '"2025.2"', '"2025.3"'), "2025.2.md:2: the release “2025.3” is to stand in"),
    "no date": (rewrite("2025.2.md", "date: 2025-12-31\n", ""), "2025.2.md:1: the release has no “date”"),
    "no such day": (rewrite("2025.2.md", "2025-12-31", "2025-12-32"), "2025.2.md:3: there is no day “2025-12-32”"),
    "no number": (rewrite("2025.2.md", "briefings: 1", "briefings: one"), "2025.2.md:5: “one” is no number"),
    "an unknown key": (rewrite("2025.2.md", "briefings: 1", "breifings: 1"), "unknown key “breifings”"),
    "not in time": (rewrite("2025.2.md", "2025-12-31", "2025-01-31"), "is of 2025-01-31, before the release before it"),
    "a bad encoding": (lambda folder: (folder / "2025.1.md").write_bytes(b"\xff"), "2025.1.md: not in the encoding"),
    "bad words": (lambda folder: (folder / "next.md").write_bytes(b"\xff"), "next.md: can't be read: it is not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_history_is_told(case: str, tmp_path: Path) -> None:
    spoil, wanted = BROKEN[case]
    spoil(write_releases(tmp_path) / "content/releases")
    _, problems = read_history(tmp_path)
    assert any(wanted in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_two_releases_after_one_are_told(tmp_path: Path) -> None:
    """Two people made one on two branches, and git has merged both."""
    write_releases(tmp_path)
    one = make_history(("2025.1", "2025-06-30", [BASE]))
    for path, data in describe_release(one.compare([BASE, OTHER]), "2025.3", "2025-12-31"):
        add(tmp_path, path, data)
    history, problems = read_history(tmp_path)
    assert [str(problem).splitlines()[0] for problem in problems] == [
        "content/releases/2025.3.md: comes after “2025.1”, and so does “2025.2”"
    ]
    assert [record.name for record in history.records] == ["2025.1", "2025.2"]


def test_the_lists_are_small_sorted_and_a_line_a_briefing(tmp_path: Path) -> None:
    lines = (write_releases(tmp_path) / "content/releases/2025.2.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line.partition('", ')[0] for line in lines] == [f'{{"id": "{BASE.id}', f'{{"id": "{OTHER.id}']
    assert all(len(line) < 400 for line in lines)


def test_the_sample_s_release_is_what_its_files_say() -> None:
    history, problems = read_history(ROOT)
    assert problems == ()
    newest = history.newest
    assert newest is not None
    data = (ROOT / f"content/releases/{newest.name}.jsonl").read_bytes()
    assert hashlib.sha256(data).hexdigest() == newest.list_sha256
    assert newest.briefings == len(history.held) == len(list((ROOT / "content/briefings").glob("*.md")))


def test_apparatus_is_not_needed() -> None:
    bare = replace(BASE, apparatus=Apparatus())
    assert describe_text(bare).emendations == ()
