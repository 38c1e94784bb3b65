"""Wording said again is found across briefings, only backwards, and always the same."""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Iterable

import pytest

from edition.annotate.repeats import MOST, Fingerprints, find_repeats, find_repeats_again, take_fingerprints
from edition.model import AnnotatedSection, Briefing, Paragraph, Repeat, Section, Source, Transcript, Turn
from tests.whole import repeats_of as repeats_by_briefing

WORDS = [
    a + b
    for a in ("bar", "cod", "del", "fir", "gar", "hul", "jib", "kel")
    for b in ("an", "em", "is", "or", "ut", "al")
]


def wording(seed: int, count: int = 80) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))


def briefing(id: str, date: str | None, *answers: str) -> Briefing:
    sections = tuple(
        Section(
            f"q{n}",
            "exchange",
            None,
            (
                Turn("question", "Q", (Paragraph(f"q{n}.1", wording(99)),)),
                Turn("answer", "A", (Paragraph(f"q{n}.2", text),)),
            ),
        )
        for n, text in enumerate(answers, 1)
    )
    transcript = Transcript(id, "press-conference", id, date, "en", (), Source("a", "0" * 64, "plain"), sections)
    return Briefing(transcript, (), tuple(AnnotatedSection(s) for s in sections))


def repeats_of(briefings: Iterable[Briefing]) -> dict[tuple[str, str], tuple[Repeat, ...]]:
    """Return what is said again, by briefing and section."""
    found = repeats_by_briefing(briefings)
    return {(id, section): repeats for id, each in found.items() for section, repeats in each}


def test_the_same_answer_is_found_in_the_earlier_briefing_only() -> None:
    got = repeats_of([briefing("b", "2024-02-02", wording(1)), briefing("a", "2024-01-02", wording(1), wording(2))])
    assert set(got) == {("b", "q1")}
    [repeat] = got[("b", "q1")]
    assert (repeat.briefing, repeat.section, repeat.share) == ("a", "q1", 1.0)


def test_questions_do_not_count_and_neither_do_short_answers() -> None:
    assert not repeats_of([briefing("a", "2024-01-02", wording(1)), briefing("b", "2024-02-02", wording(2))])
    assert not repeats_of([briefing("a", "2024-01-02", wording(1, 20)), briefing("b", "2024-02-02", wording(1, 20))])


def test_a_part_counts_with_its_share_and_a_small_part_not_at_all() -> None:
    half = wording(1) + " " + wording(3)
    got = repeats_of([briefing("a", "2024-01-02", wording(1)), briefing("b", "2024-02-02", half)])
    assert 0.35 < got[("b", "q1")][0].share < 0.65
    little = " ".join(wording(1).split()[:20]) + " " + wording(4, 160)
    assert not repeats_of([briefing("a", "2024-01-02", wording(1)), briefing("b", "2024-02-02", little)])


def test_punctuation_case_and_place_in_the_text_do_not_matter() -> None:
    moved = wording(7, 21) + ". " + wording(1).upper().replace(" ", ", ")
    got = repeats_of([briefing("a", "2024-01-02", wording(1)), briefing("b", "2024-02-02", moved)])
    assert ("b", "q1") in got


def test_earlier_in_the_same_briefing_counts_the_same_day_elsewhere_does_not() -> None:
    got = repeats_of([briefing("a", "2024-01-02", wording(1), wording(1)), briefing("b", "2024-01-02", wording(1))])
    assert {key: [r.section for r in found] for key, found in got.items()} == {("a", "q2"): ["q1"]}


def test_undated_briefings_take_no_part() -> None:
    assert not repeats_of([briefing("a", None, wording(1)), briefing("b", "2024-01-02", wording(1))])


def test_at_most_three_the_latest_first_and_in_any_order_of_input() -> None:
    briefings = [briefing(f"b{n}", f"2024-01-0{n}", wording(1)) for n in range(1, 7)]
    got = repeats_of(briefings)
    assert [r.briefing for r in got[("b6", "q1")]] == ["b5", "b4", "b3"]
    assert len(got[("b6", "q1")]) == MOST
    assert repeats_of(briefings[::-1]) == got


def test_every_section_is_held_against_every_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edition.annotate.repeats._FORMULA", 5)
    chance = random.Random(5)
    pieces = [wording(seed, 30) for seed in range(12)]
    answers = [" ".join(chance.sample(pieces, k=chance.randint(1, 3))) for _ in range(25)]
    every = [
        briefing(f"b{n:02}", f"2024-02-{chance.randint(1, 9):02}", *chance.choices(answers, k=chance.randint(1, 5)))
        for n in range(40)
    ]
    expected = hold_against_all([take_fingerprints(each) for each in every])
    assert repeats_of(every) == expected
    assert {len(each) for each in expected.values()} == {1, 2, 3}
    assert any(repeat.share < 1 for each in expected.values() for repeat in each)


def hold_against_all(every: list[Fingerprints]) -> dict[tuple[str, str], tuple[Repeat, ...]]:
    """The definition itself: each section held against each earlier one."""
    found = {}
    for late in every:
        for place, (id, packed) in enumerate(late.sections):
            marks = set(array("Q", packed))
            before = [
                ((each.date or "", each.id, number, section), set(array("Q", held)))
                for each in every
                if (each.date or "") < (late.date or "")
                for number, (section, held) in enumerate(each.sections)
            ]
            said = Counter(mark for _, held in before for mark in held)
            usual = {mark for mark, times in said.items() if times > 5}
            before = [(where, held - usual) for where, held in before]
            before += [
                ((late.date or "", late.id, number, section), set(array("Q", held)))
                for number, (section, held) in enumerate(late.sections[:place])
            ]
            ranked = sorted(((len(marks & held), where) for where, held in before), reverse=True)
            enough = [each for each in ranked if each[0] >= 2 and each[0] >= 0.3 * len(marks)][:MOST]
            if enough:
                found[late.id, id] = tuple(
                    Repeat(other, section, round(common / len(marks), 3)) for common, (_, other, _, section) in enough
                )
    return found


def test_after_a_change_the_same_is_found_as_if_all_were_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edition.annotate.repeats._FORMULA", 5)
    chance = random.Random(7)
    pieces = [wording(seed, 30) for seed in range(40)]

    def draw(id: str) -> Fingerprints:
        date = chance.choice([None, *(f"2024-02-{day:02}" for day in range(1, 10))])
        answers = [" ".join(chance.sample(pieces, k=chance.randint(1, 3))) for _ in range(chance.randint(0, 4))]
        return take_fingerprints(briefing(id, date, *answers))

    every = {f"b{n:02}": draw(f"b{n:02}") for n in range(40)}
    found = dict(find_repeats(every.values()))
    spared = 0
    for step in range(60):
        before = dict(every)
        for id in chance.sample(sorted(every), k=chance.randint(1, 2)):
            if step % 3:
                every[id] = draw(id)
            else:
                del every[id]
        if step % 3 == 0:
            every[f"c{step:02}"] = draw(f"c{step:02}")
        new = frozenset(id for id, each in every.items() if each != before.get(id))
        gone = [each for id, each in before.items() if each != every.get(id)]
        changed = dict(find_repeats_again(tuple(every.values()), new, gone, found))
        spared += len(every) - len(changed)
        found = {id: each for id, each in (found | changed).items() if each and id in every}
        assert found == dict(find_repeats(every.values()))
    assert spared > 60
