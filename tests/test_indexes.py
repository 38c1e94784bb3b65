"""Indexes: who, where, what and when, the threads between sections, and the words that stand for a section."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition.abstracts import excerpt_of, first_words, number_of, read_plain, title_of
from edition.indexes import make_index
from edition.model import AnnotatedSection, Authorities, Mark, Paragraph, Section, Speaker, Turn
from tests.site_edition import (
    AUTHORITIES,
    CONFIG,
    INES,
    make_briefing,
    make_exchange,
    make_small_edition,
)
from tests.whole import gather_edition


def test_briefings_are_newest_first_and_undated_last() -> None:
    ids = [b.id for b in make_small_edition().briefings]
    assert ids == ["2025-05-14-ines-halvard", "2025-03-05-ines-halvard", "2024-11-20-ines-halvard", "undated-notice"]


def test_entries_counts_and_dates_of_a_country() -> None:
    index = make_index(make_small_edition(), "en")
    norway = index.find("countries", "NO")
    assert norway is not None
    assert [e.key for e in norway.entries] == [
        ("2025-05-14-ines-halvard", "q1"),
        ("2025-05-14-ines-halvard", "q2"),
        ("2025-03-05-ines-halvard", "q1"),
        ("2024-11-20-ines-halvard", "q1"),
        ("undated-notice", "q1"),
    ]
    assert norway.briefings == 4
    assert (norway.first, norway.last) == ("2024-11-20", "2025-05-14")
    assert norway.years == (("2024", 1), ("2025", 3), (None, 1))


def test_companions_are_countries_and_topics_of_the_same_sections() -> None:
    index = make_index(make_small_edition(), "en")
    norway = index.find("countries", "NO")
    assert norway is not None
    assert [(e.name, n) for e, n in norway.companions] == [
        ("Fisheries", 2),
        ("Chile", 1),
        ("Greenland", 1),
        ("Maritime safety", 1),
    ]
    post = index.find("outlets", "harbour-post")
    assert post is not None
    assert {e.family for e, _ in post.companions} <= {"countries", "topics"}


def test_names_are_those_of_the_language() -> None:
    index = make_index(make_small_edition(), "es")
    assert [x.entity.name for x in index.families["countries"]] == ["Chile", "Gaza", "Greenland", "Noruega"]
    assert [x.entity.name for x in index.families["topics"]] == ["Maritime safety", "Pesca"]


def test_most_asked_leaves_out_what_is_not_listed() -> None:
    index = make_index(make_small_edition(), "en")
    assert [x.entity.id for x in index.most_asked("countries", 9)] == ["NO", "CL", "GL"]


def test_threads_lead_to_the_nearest_other_briefing() -> None:
    index = make_index(make_small_edition(), "en")
    threads = {t.entity.id: t for t in index.threads["2025-03-05-ines-halvard", "q1"]}
    norway = threads["NO"]
    assert norway.earlier is not None
    assert norway.later is not None
    assert norway.earlier.key == ("2024-11-20-ines-halvard", "q1")
    assert norway.later.key == ("2025-05-14-ines-halvard", "q1")
    assert ("undated-notice", "q1") not in index.threads


def test_a_section_has_few_threads_and_the_rarest_first() -> None:
    places = ("AA", "BB", "CC", "DD", "EE")
    briefings = [
        make_briefing(f"2025-01-0{day}-x", f"2025-01-0{day}", make_exchange(countries=places[: 6 - day]))
        for day in range(1, 6)
    ]
    index = make_index(gather_edition(CONFIG, briefings, Authorities()), "en")
    assert [t.entity.id for t in index.threads["2025-01-01-x", "q1"]] == ["DD", "CC"]


def test_neighbours_are_dated_briefings() -> None:
    neighbours = make_index(make_small_edition(), "en").neighbours
    older, newer = neighbours["2025-03-05-ines-halvard"]
    assert older is not None
    assert newer is not None
    assert (older.id, newer.id) == ("2024-11-20-ines-halvard", "2025-05-14-ines-halvard")
    assert neighbours["2025-05-14-ines-halvard"][1] is None
    assert "undated-notice" not in neighbours


def test_years_and_months() -> None:
    years = make_index(make_small_edition(), "en").years
    assert [y.year for y in years] == ["2025", "2024", None]
    assert years[0].months == (0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0)


def test_a_text_without_labels_is_spoken_by_the_briefings_speakers() -> None:
    bare = AnnotatedSection(Section("p1", "passage", None, (Turn("statement", None, (Paragraph("p1.1", "Good."),)),)))
    labelled = AnnotatedSection(
        Section("p2", "passage", None, (Turn("statement", "A voice", (Paragraph("p2.1", "Bad."),)),)), speakers=(None,)
    )
    index = make_index(gather_edition(CONFIG, [make_briefing("x", None, bare, labelled)], AUTHORITIES), "en")
    ines = index.find("speakers", "ines-halvard")
    assert ines is not None
    assert [e.section.id for e in ines.entries] == ["p1"]


def test_a_speaker_counts_once_a_section_and_unknown_ones_too() -> None:
    stranger = Speaker("oda-lund", "Oda Lund", known=False)
    turns = tuple(Turn("answer", "x", (Paragraph(f"q1.{n}", "Yes."),)) for n in range(3))
    section = AnnotatedSection(Section("q1", "exchange", None, turns), speakers=(INES, stranger, INES))
    index = make_index(gather_edition(CONFIG, [make_briefing("x", "2025-01-01", section)], AUTHORITIES), "en")
    assert [(x.entity.id, len(x.entries), x.entity.known) for x in index.families["speakers"]] == [
        ("ines-halvard", 1, True),
        ("oda-lund", 1, False),
    ]


def test_numbers_come_from_ids() -> None:
    briefing = next(make_small_edition().read_briefings())
    assert [number_of(briefing, id) for id in ("q1", "q12", "a1", "n2", "q3b", "opening")] == [
        "1",
        "12",
        "A1",
        "N2",
        "3b",
        "opening",
    ]


def test_struck_out_readings_do_not_stand_for_the_text() -> None:
    marks = (Mark(4, 12, "deleted"), Mark(0, 3, "entity", "country:NO"))
    assert read_plain(Paragraph("q1.1", "Had 18 of 24\nboats.", marks=marks)) == "Had boats."


def test_titles_and_excerpts() -> None:
    bare = make_exchange(question="Will it sail? " * 20, answer="Yes.").section
    assert title_of(bare).startswith("Will it sail?")
    assert title_of(bare).endswith(" …")
    assert len(title_of(bare)) <= 98
    assert excerpt_of(bare) == "Yes."
    headed = make_exchange(heading="Ferries").section
    assert title_of(headed) == "Ferries"
    chinese = make_exchange(question="渡轮冬天会开吗？" * 20).section
    assert len(title_of(chinese)) <= 52


@given(st.text(min_size=1), st.integers(20, 200))
def test_first_words_begin_the_text(text: str, length: int) -> None:
    words = first_words(text, length)
    assert words == text or text.startswith(words.removesuffix(" …"))
    assert len(words) <= length + 2


@pytest.mark.parametrize("count", [2000])
def test_indexing_is_linear(count: int) -> None:
    def seconds(n: int) -> float:
        briefings = [
            make_briefing(f"b{i:05}", f"{2000 + i % 20}-01-{1 + i % 28:02}", make_exchange(countries=("NO", "CL")))
            for i in range(n)
        ]
        edition = gather_edition(CONFIG, briefings, AUTHORITIES)
        start = time.process_time()
        make_index(edition, "en")
        return time.process_time() - start

    small = min(seconds(count) for _ in range(3))
    large = min(seconds(count * 4) for _ in range(2))
    assert large < small * 4 * 3
