"""A bundle read of its scripts, in which some briefings change, has the scripts of one that is made anew."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import search_bundle
from edition.search import SearchRecord
from edition.search_bundle import Bundle, Notes, take_notes
from edition.search_digits import (
    decode_column,
    decode_levels,
    decode_rising,
    decode_sections,
    encode_column,
    encode_levels,
    encode_rising,
    encode_sections,
)
from tests.browser.search_site import make_record

WORDS = ("the", "The", "HARBOUR", "harbour", "lamp", "Lamp", "tower", "café", "Æther", "U.S.", "12,000", "灯塔", "it")
NAMES = ("Harbour Post", "Tern", "tern", "Ines Halvard", "灯塔")
COUNTRIES = ("CL", "NO", "CL NO", "")

rising = st.lists(st.integers(0, 4000), unique=True, min_size=1).map(sorted)
#: Of each briefing how many sections it has, and two numbers by which these are made: as they were, as they are now.
briefings = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8)


@given(rising)
def test_rising_numbers_come_back(numbers: list[int]) -> None:
    assert decode_rising(encode_rising(numbers)) == decode_sections(encode_sections(numbers)) == numbers


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7])
def test_many_sections_come_back(step: int) -> None:
    numbers = list(range(step - 1, 500, step))
    assert decode_sections(encode_sections(numbers)) == numbers


@given(st.lists(st.integers(0, 7), min_size=1))
def test_levels_come_back(levels: list[int]) -> None:
    assert decode_levels(encode_levels(levels), len(levels)) == levels


@given(st.lists(st.lists(st.integers(0, 99).map(str), max_size=3, unique=True).map(tuple), min_size=1))
def test_columns_come_back(cells: list[tuple[str, ...]]) -> None:
    assert decode_column(*encode_column(cells)) == cells


def make_notes(place: int, count: int, seed: int) -> Notes:
    """Return the notes of a briefing that has so many sections; of the same seed they are the same."""
    rng = random.Random(100 * count + seed)

    def make(number: int) -> SearchRecord:
        return make_record(
            f"briefing-{place}",
            f"q{number}",
            " ".join(rng.choices(WORDS, k=rng.randint(1, 12))),
            " ".join(rng.choices(WORDS, k=rng.randint(0, 40))),
            heading=" ".join(rng.choices(WORDS, k=rng.randint(0, 2))),
            day=rng.choice(["2025-05-14", "2025-06-01", None]),
            language=rng.choice(["en", "en", "en-GB"]),
            names=tuple(rng.sample(NAMES, rng.randint(0, 2))),
            country=rng.choice(COUNTRIES),
        )

    return take_notes(make(number) for number in range(count))[0]


def make_bundle(every: Sequence[Notes]) -> tuple[Bundle, list[tuple[str, str]]]:
    bundle = Bundle("en")
    for notes in every:
        bundle.add(notes)
    return bundle, list(bundle.finish())


@given(briefings, st.integers(1, 90))
def test_a_bundle_with_changed_briefings_is_that_made_anew(told: list[tuple[int, int, int]], words: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # few words in a script, so that their borders move
        patch.setattr(search_bundle, "WORDS", words)
        before = [make_notes(place, count, old) for place, (count, old, _) in enumerate(told)]
        after = [make_notes(place, count, new) for place, (count, _, new) in enumerate(told)]
        was, scripts = make_bundle(before)
        bundle, first = Bundle.read("en", scripts, was.names), 0
        for old, new in zip(before, after, strict=True):
            if old != new:
                bundle.change(first, old, new)
            first += len(new.sections)
        fresh, expected = make_bundle(after)
        assert list(bundle.finish()) == expected
        assert (bundle.starts, bundle.days, bundle.words) == (fresh.starts, fresh.days, fresh.words)
        assert (dict(bundle.names), bundle.languages) == (dict(fresh.names), fresh.languages)
