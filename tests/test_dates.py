"""Calendar days in texts: what is printed, which year is meant, what yesterday means, and silence elsewhere."""

from __future__ import annotations

import calendar
import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition.annotate.dates import find_dates


def explicit(text: str, context: str | None = None, language: str = "en") -> list[tuple[str, str]]:
    return [(tag.iso, tag.text) for _, tag in find_dates(text, language, context)[0]]


def resolved(text: str, context: str | None, language: str = "en") -> list[tuple[str, str]]:
    return [(tag.iso, tag.text) for _, tag in find_dates(text, language, context)[1]]


@pytest.mark.parametrize(
    ("text", "iso", "printed"),
    [
        ("The harbour opened on January 27, 2024.", "2024-01-27", "January 27, 2024"),
        ("It opened on 27 January 2024 at noon", "2024-01-27", "27 January 2024"),
        ("Saturday, January 27, 2024", "2024-01-27", "January 27, 2024"),
        ("the 1st of June 2025", "2025-06-01", "1st of June 2025"),
        ("on Sept. 3, 2025", "2025-09-03", "Sept. 3, 2025"),
        ("from March 6 to 8, 2025, boats", "2025-03-06/2025-03-08", "March 6 to 8, 2025"),
        ("March 15–17, 2025", "2025-03-15/2025-03-17", "March 15–17, 2025"),
        ("6–8 March 2025", "2025-03-06/2025-03-08", "6–8 March 2025"),
        ("between June 3 and 6, 2025", "2025-06-03/2025-06-06", "June 3 and 6, 2025"),
        ("30 December 2024 to 2 January 2025", "2024-12-30/2025-01-02", "30 December 2024 to 2 January 2025"),
        ("December 30 to January 2, 2025", "2024-12-30/2025-01-02", "December 30 to January 2, 2025"),
        ("December 30, 2024 to January 2, 2025", "2024-12-30/2025-01-02", "December 30, 2024 to January 2, 2025"),
        ("28 February to 3 March 2024", "2024-02-28/2024-03-03", "28 February to 3 March 2024"),
        ("May\u00a05,\u00a02025", "2025-05-05", "May\u00a05,\u00a02025"),
        ("on May\n5, 2025", "2025-05-05", "May\n5, 2025"),
        ("stamped 2025-05-14.", "2025-05-14", "2025-05-14"),
    ],
)
def test_days_with_their_year_need_no_context(text: str, iso: str, printed: str) -> None:
    assert explicit(text) == [(iso, printed)]
    assert explicit(text, "1999-07-01") == [(iso, printed)]


@pytest.mark.parametrize(
    ("text", "context", "iso"),
    [
        ("from January 14 to 17.", "2026-01-12", "2026-01-14/2026-01-17"),
        ("said on December 28 that", "2026-01-05", "2025-12-28"),
        ("will open on January 3", "2025-12-20", "2026-01-03"),
        ("December 30 to January 2", "2025-12-28", "2025-12-30/2026-01-02"),
        ("December 30 to January 2", "2026-01-01", "2025-12-30/2026-01-02"),
        ("by 1 June the quay", "2025-05-05", "2025-06-01"),
        ("February 29", "2024-03-01", "2024-02-29"),
        ("January 9 last year", "2026-01-12", "2025-01-09"),
        ("March 9 next year", "2026-01-12", "2027-03-09"),
    ],
)
def test_the_year_is_the_nearest_to_the_day_of_speaking(text: str, context: str, iso: str) -> None:
    assert [found for found, _ in explicit(text, context)] == [iso]


def test_a_list_of_days_is_one_tag_each() -> None:
    assert explicit("on June 3 and 4, 2025") == [("2025-06-03", "June 3"), ("2025-06-04", "4")]
    assert explicit("on 3, 5 and 9 June 2025") == [("2025-06-03", "3"), ("2025-06-05", "5"), ("2025-06-09", "9")]


@pytest.mark.parametrize(
    "text",
    [
        "in January 2024 and in May",
        "in 2024, the year 1963, the 1960s",
        "last week, this month, a year ago",
        "On January 20 the gate was shut.",  # without a context, no year is certain
        "February 30, 2024",
        "June 31 to July 2, 2025",
        "The March 15,000 walked; it may 5 times repeat; 3 May be enough? 12.5 May",
        "version 1.2025-05-14, page 3-05-14",
    ],
)
def test_silence_where_nothing_is_certain(text: str) -> None:
    assert explicit(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "In January 20 boats came in.",
        "the October 7 attack",
        "the May 4 Movement",
        "on January 1 each year",
        "In 2019 the crew agreed that March 5 would be the day of the boat.",
    ],
)
def test_silence_where_a_year_would_be_a_guess(text: str) -> None:
    assert explicit(text, "2026-01-12") == []


def test_without_a_context_a_weekday_and_a_printed_year_can_be_enough() -> None:
    assert explicit("On Monday, January 20, the 2025 session began.") == [("2025-01-20", "January 20")]
    assert explicit("On Monday, January 20, the session began.") == []
    assert explicit("On Sunday, January 20, the 2025 session began.") == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2024年1月27日，港口开放。", "zh", [("2024-01-27", "2024年1月27日")]),
        ("1月14日至17日", "zh", [("2026-01-14/2026-01-17", "1月14日至17日")]),
        ("12月30日到2027年1月2日", "zh", [("2026-12-30/2027-01-02", "12月30日到2027年1月2日")]),
        ("去年5月3日", "zh", [("2025-05-03", "去年5月3日")]),
        ("2024年1月，每年5月3日", "zh", []),
        ("el 14 de mayo de 2025", "es", [("2025-05-14", "14 de mayo de 2025")]),
        ("del 14 al 17 de mayo", "es", [("2026-05-14/2026-05-17", "14 al 17 de mayo")]),
        ("el 1.º de julio y el primero de agosto", "es",
            [("2025-07-01", "1.º de julio"), ("2025-08-01", "primero de agosto")]),
        ("en mayo de 2025", "es", []),
    ],
)  # fmt: skip
def test_spanish_and_chinese(text: str, language: str, expected: list[tuple[str, str]]) -> None:
    if "primero" in text:
        assert explicit(text, "2025-09-01", language) == expected
    else:
        assert explicit(text, "2026-03-12", language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yesterday the crew slept.", [("2026-01-11", "Yesterday")]),
        ("The day before yesterday it rained.", [("2026-01-10", "The day before yesterday")]),
        ("The boat leaves tomorrow.", [("2026-01-13", "tomorrow")]),
        ("The keeper said on Friday that", [("2026-01-09", "on Friday")]),
        ("The keeper will visit on Friday.", [("2026-01-16", "on Friday")]),
        ("Earlier today the keeper wrote.", [("2026-01-12", "Earlier today")]),
        # 2026-01-12 is a Monday: the day itself, both directions, neither, and other people’s words stay silent
        ("The keeper said on Monday that", []),
        ("The keeper said on Friday that he will come.", []),
        ("On Friday, perhaps.", []),
        ("He said: “Yesterday we slept.”", []),
        ("Fridays are quiet; next Friday too.", []),
        ("We build a better tomorrow.", []),
        ("In the world of today, last week and this year", []),
    ],
)
def test_relative_words_where_they_are_certain(text: str, expected: list[tuple[str, str]]) -> None:
    assert resolved(text, "2026-01-12") == expected
    assert resolved(text, None) == []


def test_relative_words_in_spanish_and_chinese() -> None:
    assert resolved("Ayer llovió.", "2026-01-12", "es") == [("2026-01-11", "Ayer")]
    assert resolved("昨天下雨，明天开港。", "2026-01-12", "zh") == [("2026-01-11", "昨天"), ("2026-01-13", "明天")]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)))
def test_every_day_is_read_in_every_form(day: datetime.date) -> None:
    name = calendar.month_name[day.month]
    for text in (f"on {name} {day.day}, {day.year}", f"on {day.day} {name} {day.year}", f"on {day.isoformat()}"):
        assert [iso for iso, _ in explicit(text)] == [day.isoformat()], text
    assert [iso for iso, _ in explicit(f"于{day.year}年{day.month}月{day.day}日", None, "zh")] == [day.isoformat()]


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 12, 31)), st.integers(-170, 170))
def test_a_day_without_a_year_is_found_again_within_half_a_year(context: datetime.date, days: int) -> None:
    day = context + datetime.timedelta(days)
    if (day.month, day.day) == (2, 29):
        return
    text = f"on {day.day} {calendar.month_name[day.month]}"
    assert [iso for iso, _ in explicit(text, context.isoformat())] == [day.isoformat()]


@given(st.text(), st.sampled_from(["en", "es", "zh", "xx"]), st.sampled_from([None, "2026-01-12", "2026", "x"]))
def test_any_text_is_read_and_offsets_are_exact(text: str, language: str, context: str | None) -> None:
    for group in find_dates(text, language, context):
        for span, tag in group:
            assert text[span.start : span.end] == tag.text
            assert span.target == tag.iso


@given(
    st.lists(st.sampled_from(["3", "14", "2025", ",", "to", "and", "May", "1 June", "Monday,", "-", "of"]), max_size=14)
)
def test_spans_do_not_overlap(words: list[str]) -> None:
    explicit_days, relative = find_dates(" ".join(words), "en", "2025-05-05")
    spans = sorted((s.start, s.end) for s, _ in (*explicit_days, *relative))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "text",
    [
        "The press was invited to the signing on Friday 16 May 2025 at eleven.",
        "It said on Friday, 9 May 2025, that it came.",
        "It said on Friday the 9th of May that it came.",
        "We met on Friday (9 May).",
        "It said on May 9, Friday, that it came.",
        "We met on 9 May, a Friday.",
    ],
)
def test_a_weekday_beside_its_date_is_no_other_day(text: str) -> None:
    explicit, resolved = find_dates(text, "en", "2025-05-14")
    assert len(explicit) == 1
    assert resolved == ()


def test_a_weekday_apart_from_a_date_is_a_day_of_its_own() -> None:
    _, resolved = find_dates("It came on 2 May, and on Friday we met.", "en", "2025-05-14")
    assert [tag.iso for _, tag in resolved] == ["2025-05-09"]


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("港口本周三开放，上周五关闭。", "zh", ["2025-05-14", "2025-05-09"]),
        ("昨晚风大，下周一再看。", "zh", ["2025-05-13", "2025-05-19"]),
        ("美好的明天，“昨天”", "zh", []),
        ("本周三年来", "zh", []),
        ("El lunes pasado llovió; el próximo viernes abre el puerto.", "es", ["2025-05-12", "2025-05-16"]),
        ("El miércoles pasado y cada lunes", "es", []),
        ("Ayer y antier", "es", ["2025-05-13", "2025-05-12"]),
    ],
)
def test_relative_days_in_chinese_and_spanish(text: str, language: str, days: list[str]) -> None:
    """14 May 2025 is a Wednesday."""
    assert [tag.iso for _, tag in find_dates(text, language, "2025-05-14")[1]] == days


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("12月30日至1月2日", "zh", "2024-12-30/2025-01-02"),
        ("5月3日至5日", "zh", "2025-05-03/2025-05-05"),
        ("del 30 de diciembre al 2 de enero", "es", "2024-12-30/2025-01-02"),
        ("from December 30 to January 2", "en", "2024-12-30/2025-01-02"),
    ],
)
def test_a_range_over_the_turn_of_the_year(text: str, language: str, iso: str) -> None:
    assert [tag.iso for _, tag in find_dates(text, language, "2025-01-05")[0]] == [iso]
