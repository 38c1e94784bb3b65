"""One file, several briefings: conferences one after the other, one conference in two languages; never by a guess."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from edition.config import Config
from edition.importing.transcribing import known_of, make_transcripts
from edition.model import Authorities, Outlet, Speaker, Transcript
from edition.transcripts import dumps, loads
from edition.witnesses import make_witness
from edition.words import check_conservation, count_words

CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(Speaker("ines-halvard", "Ines Halvard", names=(("zh", "伊内斯"),)),),
    outlets=(Outlet("harbour-post", "Harbour Post"),),
)


def read(text: str, name: str = "year.txt") -> list[Transcript]:
    """Return the transcripts of a witness; each reads back as written, and together they are the whole witness."""
    witness = make_witness(name, name, text.encode())
    found = [r.transcript for r in make_transcripts(witness, CONFIG, known_of(CONFIG, AUTHORITIES), AUTHORITIES)]
    for transcript in found:
        assert loads(dumps(transcript), f"{transcript.id}.md") == transcript
    if len(found) > 1:
        ranges = sorted(lines for t in found for lines in t.source.lines)
        assert ranges[0][0] == 1
        assert ranges[-1][1] == len(witness.lines)
        assert all(b[0] == a[1] + 1 for a, b in pairwise(ranges))
        if witness.container == "text":
            for transcript in found:
                assert check_conservation(witness.lines, transcript) == ()
            assert sum(words_of(t) for t in found) == count_words(text)
    return found


def words_of(transcript: Transcript) -> int:
    """Return how many words a transcript and its apparatus hold."""
    texts = [p.text for s in transcript.sections for p in s.paragraphs]
    texts += [t.label for s in transcript.sections for t in s.turns if t.label]
    texts += [m.text for m in transcript.apparatus.metadata] + [d.text for d in transcript.apparatus.dropped]
    return sum(map(count_words, texts))


def conference(day: int, questions: int = 2, who: str = "Ines Halvard") -> str:
    """Return the text of one press conference."""
    turns = (f"Harbour Post: Is bridge {i} wet?\n\n{who}: For {day + i} days more.\n\n" for i in range(questions))
    return f"Foreign Office Spokesperson {who}’s Press Conference on May {day}, 2025\n\n{''.join(turns)}"


def listed(*days: int) -> str:
    """Return titles of conferences, one a line."""
    return "".join(conference(day, 0).rstrip() + "\n" for day in days)


def told(transcripts: list[Transcript]) -> list[tuple[str | None, tuple[tuple[int, int], ...], int]]:
    """Return of each transcript its day, its lines and its number of sections."""
    return [(t.date, t.source.lines, len(t.sections)) for t in transcripts]


# ── Several conferences ─────────────────────────────────────────────────────────────────────────────────────────────


def test_conferences_one_after_the_other_become_transcripts_of_their_own() -> None:
    found = read(conference(5) + conference(6, 1, "Tom Roe") + conference(7))
    assert told(found) == [
        ("2025-05-05", ((1, 10),), 2),
        ("2025-05-06", ((11, 16),), 1),
        ("2025-05-07", ((17, 27),), 2),
    ]
    assert [t.speakers for t in found] == [("ines-halvard",), ("Tom Roe",), ("ines-halvard",)]
    assert [t.id for t in found] == ["2025-05-05-ines-halvard", "2025-05-06-tom-roe", "2025-05-07-ines-halvard"]
    assert all(t.kind == "press-conference" and not t.doubts for t in found)


def test_a_table_of_contents_and_a_heading_above_go_to_the_first() -> None:
    found = read("Press conferences in May 2025\n\n" + listed(5, 6) + "\n" + conference(5) + conference(6))
    assert told(found) == [("2025-05-05", ((1, 15),), 2), ("2025-05-06", ((16, 26),), 2)]
    reasons = [(d.line, d.reason) for d in found[0].apparatus.dropped]
    assert reasons == [(n, "above several briefings") for n in (1, 3, 4)]


def test_a_sentence_above_several_briefings_is_told() -> None:
    found = read("These talks were held at the harbour.\n\n" + conference(5) + conference(6))
    assert [d.text for d in found[0].doubts] == ["a sentence above several briefings is left out of all of them"]


def test_a_letterhead_belongs_to_the_title_below_it() -> None:
    head = "Foreign Office\nThe Republic of Marenia\n"
    found = read(head + conference(5) + head + conference(6) + head + conference(7))
    assert [t.source.lines for t in found] == [((1, 12),), ((13, 24),), ((25, 37),)]
    assert {t.source.publisher for t in found} == {"Foreign Office of the Republic of Marenia"}


@pytest.mark.parametrize(
    "stamp", ["Updated: May 16, 2025 10:00", "***Updated: May 16, 2025 10:00", "Published 16 May 2025"]
)
def test_a_stamp_below_the_turns_parts_nothing(stamp: str) -> None:
    head, _, turns = conference(14, 2).partition("\n\n")
    first, second = turns.rstrip().split("\n\nHarbour Post")
    text = f"{head}\n\n2025-05-14 18:05\n\n{first}\n\n{stamp}\n\nHarbour Post{second}\n"
    assert [t.date for t in read(text)] == ["2025-05-14"]


def test_days_alone_part_conferences_too() -> None:
    days = "".join(f"{n} May 2025\n\nHarbour Post: Is it wet?\n\nInes Halvard: It is.\n\n" for n in (5, 6, 7))
    found = read("Press briefings\n\n" + days)
    assert [(t.title, t.date, t.source.lines) for t in found] == [
        ("5 May 2025", "2025-05-05", ((1, 8),)),
        ("6 May 2025", "2025-05-06", ((9, 14),)),
        ("7 May 2025", "2025-05-07", ((15, 21),)),
    ]


def test_a_conference_without_questions_between_others_is_one() -> None:
    note = conference(6, 0) + "There are no questions today, since the whole harbour is out fishing.\n\n"
    assert [t.date for t in read(conference(5) + note + conference(7))] == ["2025-05-05", "2025-05-06", "2025-05-07"]


@pytest.mark.parametrize(
    "text",
    [
        conference(5) + "Related\n" + listed(2, 3, 4),
        listed(2, 3, 4) + "\n" + conference(5),
        conference(5) + "Press Conference (Part 2)\n\nHarbour Post: Still wet?\n\nInes Halvard: Still.\n",
        conference(5) + "Ines Halvard: I said so at the press conference on May 4, 2025.\n\nHarbour Post: And now?\n",
        conference(5) + "4 May 2025\n\nThat was the day of the storm.\n",
        "Press Conference on May 5, 2025\n2025-05-05 20:10\n\nHarbour Post: Is it wet?\n\nInes Halvard: It is.\n",
    ],
    ids=["related news", "menu", "part 2", "mention", "day in the text", "stamp"],
)
def test_one_conference_stays_one(text: str) -> None:
    (found,) = read(text)
    assert found.source.lines == ()
    assert not [d for d in found.doubts if "several" in d.text or "has the day" in d.text]


def test_a_second_title_with_the_same_day_is_told_and_left_together() -> None:
    (found,) = read(conference(5) + conference(5))
    assert len(found.sections) == 4
    assert [d.line for d in found.doubts] == [11]
    assert "has the day of the briefing before it" in found.doubts[0].text


def test_words_that_a_wrapped_line_begins_with_are_no_day() -> None:
    wrapped = "Ines Halvard: The toll on the old bridge over the harbour will be paid until\nDecember 31st, 2025\n"
    (found,) = read(conference(5) + wrapped + "Harbour Post: And after that?\n\nInes Halvard: No more.\n")
    assert found.source.lines == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_pages_and_markdown_are_parted_like_texts(ending: str) -> None:
    lines = [line for day in (5, 6, 7) for line in conference(day).splitlines() if line]
    body = ending.join(f"<p>{line}</p>" for line in lines)
    page = (
        f"<html><body><nav><a href=/a>Start</a></nav>{ending}<main>{ending}{body}{ending}</main>{ending}<footer>Office"
    )
    found = read(page, "year.html")
    assert told(found) == [("2025-05-05", ((1, 7),), 2), ("2025-05-06", ((8, 12),), 2), ("2025-05-07", ((13, 19),), 2)]
    assert [[d.reason for d in t.apparatus.dropped] for t in found] == [["navigation"], [], ["footer"]]
    markdown = "# Briefings\n\n" + "".join(f"## {conference(day)}" for day in (5, 6))
    assert [t.date for t in read(markdown.replace("\n", ending), "year.md")] == ["2025-05-05", "2025-05-06"]


def test_a_page_on_one_line_of_its_source_stays_one_with_a_doubt() -> None:
    body = "".join(f"<p>{line}</p>" for day in (5, 6) for line in conference(day).splitlines() if line)
    (found,) = read(f"<html><body><main>{body}</main></body></html>", "year.html")
    assert [d.text for d in found.doubts] == [
        "several briefings, but one begins on the line of the source on which another ends: read as one"
    ]


def test_two_hundred_conferences_in_one_file_take_no_more_time_than_alone() -> None:
    month = ("May", "June", "July", "August", "September", "October", "November", "December")
    days = [conference(n % 28 + 1, 5).replace("May", month[n // 28]) for n in range(200)]
    begun = time.monotonic()
    for text in days:
        read(text)
    alone = time.monotonic() - begun
    begun = time.monotonic()
    assert len(read("".join(days))) == 200
    assert time.monotonic() - begun < 3 * alone + 1


# ── Two languages ───────────────────────────────────────────────────────────────────────────────────────────────────

_ZH_TITLE = "2025年5月5日外交部发言人伊内斯主持例行记者会"
_EN_TITLE = conference(5, 0).strip()


def pair(i: int) -> list[tuple[str, str]]:
    """Return a question and an answer, each in Chinese and in English; `i` gives the length."""
    return [
        (
            f"港口邮报记者：请问第{i}座桥今天湿不湿？{'码头有没有新的安排？' * i}",
            f"Harbour Post: Is bridge {i} wet today? {'Is there anything new at the pier? ' * i}".strip(),
        ),
        (
            f"伊内斯：还要{i}天。{'我们会继续观察。' * (5 - i)}",
            f"Ines Halvard: For {i} more days. {'We shall go on watching it. ' * (5 - i)}".strip(),
        ),
    ]


PAIRS = [(_ZH_TITLE, _EN_TITLE), *(p for i in (3, 1, 4, 2) for p in pair(i))]


@pytest.mark.parametrize(
    "lines",
    [
        [text for p in PAIRS for text in p],
        [text for p in PAIRS for text in reversed(p)],
        [zh for zh, _ in PAIRS] + [en for _, en in PAIRS],
        [text for a, b in zip(PAIRS[1::2], PAIRS[2::2], strict=True) for text in (a[0], b[0], a[1], b[1])],
    ],
    ids=["alternating", "English first", "one after the other", "exchange by exchange"],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_copy_in_two_languages_becomes_a_transcript_in_each(lines: list[str], gap: str) -> None:
    found = read(gap.join(lines) + "\n")
    assert sorted(t.language for t in found) == ["en", "zh-Hans"]
    by_language = {t.language: t for t in found}
    for k, language in enumerate(("zh-Hans", "en")):
        printed = [p.text for s in by_language[language].sections for p in s.paragraphs]
        assert printed == [p[k].partition("：" if k == 0 else ": ")[2] for p in PAIRS[1:]]
        assert [s.kind for s in by_language[language].sections] == ["exchange"] * 4


def test_the_day_that_one_language_prints_holds_for_the_other() -> None:
    found = read("\n\n".join([_EN_TITLE, *(text for p in PAIRS[1:] for text in p)]))
    assert [(t.language, t.date) for t in found] == [("en", "2025-05-05"), ("zh-Hans", "2025-05-05")]
    assert "its day is printed with the other language only" in [d.text for d in found[1].doubts]


@pytest.mark.parametrize(
    "foreign",
    [
        "海上明灯照渔船。\n\n天黑了还不归来。\n\n",
        "名单：张三、李四、王五\n\n",
        "".join(f"{name}\n\n" for name in ("张三说", "李四说", "王五说", "赵六说")),
    ],
    ids=["song", "list", "names"],
)
def test_a_foreign_quotation_is_no_second_language(foreign: str) -> None:
    (found,) = read(conference(5, 6) + "Ines Halvard: The song goes:\n\n" + foreign + "That is all.\n")
    assert (found.language, found.source.lines) == ("en", ())


def test_speakers_who_change_their_language_are_no_copy_in_two_languages() -> None:
    zh = [f"港口邮报记者：{'桥' * n}湿了吗？\n\n伊内斯：{'是' * (60 - n)}。\n\n" for n in (3, 40, 9, 50)]
    en = [
        f"Harbour Post: {'Why? ' * n}\n\nInes Halvard: {'So. ' * m}\n\n" for n, m in ((30, 9), (2, 3), (40, 70), (3, 2))
    ]
    (found,) = read(_EN_TITLE + "\n\n" + "".join(text for p in zip(zh, en, strict=True) for text in p))
    assert [d.text for d in found.doubts if "two scripts" in d.text]
