"""Markdown witnesses: front matter as fields, marks of markup as emendations, what no renderer would keep apart.

`pytest tests/test_markdown.py --refresh` writes the expected transcripts anew; a person reads the diff.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition.config import Config
from edition.containers import read_markdown_text
from edition.importing.transcribing import known_of, make_transcripts
from edition.layouts.times import moments, read_clock
from edition.model import Authorities, Transcript
from edition.problems import Refused
from edition.transcripts import dumps, loads
from edition.witnesses import container_of, make_witness
from edition.words import fold

FIXTURES = Path(__file__).resolve().parent / "fixtures" / "markdown"
SOURCES = sorted(p for p in FIXTURES.glob("*.md") if not p.name.endswith(".expected.md"))
CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
TURNS = "MS. HALVARD:  Good day.\n\nQ    Why?\n\nMS. HALVARD:  Because.\n\nQ    Really?\n\nMS. HALVARD:  Yes.\n"


def read(path: Path) -> Transcript:
    witness = make_witness(path.name, path.name, path.read_bytes())
    return make_transcripts(witness, CONFIG, known_of(CONFIG, Authorities()), Authorities())[0].transcript


def read_text(text: str, name: str = "x.md") -> Transcript:
    witness = make_witness(name, name, text.encode())
    transcript = make_transcripts(witness, CONFIG, known_of(CONFIG, Authorities()), Authorities())[0].transcript
    assert loads(dumps(transcript), f"{transcript.id}.md") == transcript
    return transcript


def words_of(transcript: Transcript) -> list[str]:
    return [p.text for s in transcript.sections for p in s.paragraphs]


def doubts_of(transcript: Transcript) -> str:
    return " / ".join(d.text for d in transcript.doubts)


# ── Fixture pairs ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_the_source_gives_its_expected_transcript(source: Path, refresh: bool) -> None:
    transcript = read(source)
    assert transcript.source.layout.startswith("markdown/")
    text = dumps(transcript)
    assert loads(text, f"{transcript.id}.md") == transcript
    expected = source.with_suffix(".expected.md")
    if refresh:
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


def test_no_expected_file_is_an_orphan() -> None:
    assert {p.name for p in FIXTURES.glob("*.expected.md")} == {f"{p.stem}.expected.md" for p in SOURCES}
    assert len(SOURCES) >= 3


# ── What is Markdown ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "container"),
    [
        ("---\ntitle: Ferries\n---\nText.", "markdown"),
        ("\ufeff---\r\ndate: '2025-05-14'\r\n---\r\nText.", "markdown"),
        ("---\ntitle: Ferries\nText that never closes it.", "markdown"),
        ("**Harbour Post:** Why?\n\n**Ines Halvard:** So.", "markdown"),
        ("# Ferries\n\n## Question\n\nWhy?", "markdown"),
        (r"The \[new\] ferry.", "markdown"),
        ("See [one](https://example.org/1) and [two](https://example.org/2).", "markdown"),
        # A transcript that has a rule as its fourth line, as Mexican ones do, or as its first.
        ("Morning conference\n\nLindhavn\n---\nPRESIDENTA EVA TORRIN\nBuenos días.\n---\nPREGUNTA\n¿Y?", "text"),
        ("---\nEVA TORRIN\nGood day.\n---\nTOM ROE\nGood day.", "text"),
        ("---\nQ: Why?\nA: Because.\n---\nText.", "text"),
        ("**Harbours\n\nThe pier is dry.\n\n**Lamps\n\nThey burn.", "text"),
        ("It costs ~~18~~ 24 crowns.\n\n* * *\n\n****\n\n#2 on your keypad", "text"),
        ("Q: Why?\n\nA: Because.", "text"),
    ],
)
def test_markdown_is_known_by_what_only_markdown_has(text: str, container: str) -> None:
    assert container_of(text) == container


def test_tildes_of_a_plain_text_stay_as_printed() -> None:
    text = "Q: Was it ~~18~~ 24?\n\nA: Yes.\n\nQ: Why?\n\nA: Because."
    assert words_of(read_text(text, "x.txt"))[0] == "Was it ~~18~~ 24?"


# ── Front matter ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_front_matter_in_any_order_gives_the_fields_and_every_line_is_accounted_for(order: tuple[int, ...]) -> None:
    keys = (
        'title: "Press Briefing by Ines\\_Halvard on the\\u2060 Ferry"',
        "date: '2025-05-14'",
        "published_time: 2025-05-14 19:06:00-05:00",
        "tags:\n  - ferries\n  - lamps",
    )
    text = "---\n" + "\n".join(keys[i] for i in order) + f"\n---\n{TURNS}"
    transcript = read_text(text)
    assert transcript.title == "Press Briefing by Ines Halvard on the Ferry"
    assert (transcript.date, transcript.published) == ("2025-05-14", "2025-05-14T19:06:00-05:00")
    apparatus = transcript.apparatus
    assert {m.field for m in apparatus.metadata} == {"title", "date", "published"}
    lines = sorted([*((m.line, m.text) for m in apparatus.metadata), *((d.line, d.text) for d in apparatus.dropped)])
    assert [words for _, words in lines] == [fold(line) for line in text.split("\n---\n")[0].split("\n")] + ["---"]


@pytest.mark.parametrize(
    ("front", "body", "date", "published"),
    [
        ("date: 2025-05-14", "", "2025-05-14", None),
        ("date: 2025-05-14\npublished: 2025-05-15", "", "2025-05-14", "2025-05-15"),
        ("published: 2025-05-15T08:00Z", "", "2025-05-15", "2025-05-15T08:00Z"),
        ("date: 2025-05-15 08:00:00 +0200", "", "2025-05-15", "2025-05-15T08:00:00+02:00"),
        ("date: May 14, 2025", "", "2025-05-14", None),
        ("date: 2025-05-15\npublished: 2025-05-15", "(May 14, 2025)\n\n", "2025-05-14", "2025-05-15"),
        ("date: 2025-02-30", "", None, None),
        ("tags: ferries\ntitle: Ferries", "", None, None),
    ],
)
def test_the_day_is_the_event_s_and_the_publication_s_is_kept(
    front: str, body: str, date: str | None, published: str | None
) -> None:
    transcript = read_text(f"---\n{front}\n---\n{body}{TURNS}", "2019-01-01.md")
    assert (transcript.date, transcript.published) == (date, published)


def test_a_day_in_the_title_beats_one_that_is_only_the_publication_s() -> None:
    front = "title: Briefing of May 14, 2025\ndate: 2025-05-15"
    assert read_text(f"---\n{front}\npublished: 2025-05-15\n---\n{TURNS}").date == "2025-05-14"
    transcript = read_text(f"---\n{front}\n---\n{TURNS}")
    assert transcript.date == "2025-05-15"
    assert "2025-05-14" in doubts_of(transcript)


@pytest.mark.parametrize(
    ("text", "title", "doubt"),
    [
        (f"---\ntitle: Ferries: a briefing\ndate: 2025-05-14\n---\n{TURNS}", "Ferries: a briefing", "line by line"),
        (f"---\ntitle: Ferries\ntitle: Lamps\n---\n{TURNS}", None, "twice with two values"),
        (f"---\ntitle: 'Ferries\ndate: 2025-05-14\n---\n{TURNS}", "'Ferries", "line by line"),
        (f"---\ntitle: &a Ferries\nurl: *a\n---\n{TURNS}", "&a Ferries", "line by line"),
        (f"---\ntitle: Ferries\n\n{TURNS}", None, "does not end"),
        (f"---\ntitle: Ferries\ndate: soon\n---\n{TURNS}", "Ferries", "can't be read as a date"),
    ],
)
def test_broken_front_matter_is_read_with_a_doubt(text: str, title: str | None, doubt: str) -> None:
    transcript = read_text(text)
    assert title is None or transcript.title == title
    assert doubt in doubts_of(transcript)
    assert "Because." in words_of(transcript)


# ── Marks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (r"a \[new\] ferry, 5 \* 3, a\_b, \# and \\", r"a [new] ferry, 5 * 3, a_b, # and \ ".strip()),
        (r"\###", "###"),
        ("*one* _two_ **three** ***four*** __five__", "one two three four five"),
        ("5 * 3 * 2, f**k and s**t, snake_case_name, *note", "5 * 3 * 2, f**k and s**t, snake_case_name, *note"),
        ("**Harbour Post:**Why?", "Harbour Post:Why?"),
        ("**Harbour Post**: Why?", "Harbour Post: Why?"),
        ("it was <s>18 of 24</s> \\[16 of 21\\]", "it was 18 of 24 [16 of 21]"),
        ("it was ~~18~~ 24, about ~20", "it was 18 24, about ~20"),
        ("see [the list](https://example.org/a_(b)) and <https://example.org/c>",
         "see the list and https://example.org/c"),
        ("![a ferry](ferry.png \"At sea\") sails", "sails"),
        ("he said [sic] and [inaudible](laughter)", "he said [sic] and [inaudible](laughter)"),
        ("## Lamps ## {#lamps}", "Lamps"),
        ("> quoted", "quoted"),
        ("- one", "one"),
        ("1. one", "1. one"),
        ("* * *", "* * *"),
        ("one <!-- two --> three<br>four", "one three four"),
        ("one <!-- two", "one <!-- two"),
        ("a line\\", "a line"),
        ("#2 on the keypad", "#2 on the keypad"),
    ],
)  # fmt: skip
def test_marks_become_what_they_mean_and_each_is_recorded(raw: str, meant: str) -> None:
    (line,) = read_markdown_text([raw]).lines
    text = line.raw
    for change in line.changes:
        assert change.before in text
        assert change.reason
        text = text.replace(change.before, change.after)
    assert fold(text) == meant


def test_a_pair_of_marks_may_span_wrapped_lines_and_never_a_blank_one() -> None:
    text = read_markdown_text(["It *was", "new* and *old.", "\u00a0", "It was* dry."])
    assert [fold(line.raw.replace("*", "")) for line in text.lines if line.changes] == ["It was", "new and old."]
    assert len(text.lines) == 3


def test_a_line_of_blanks_parts_turns_whatever_blanks_they_are() -> None:
    for blank in ("\u00a0", "\u2003 ", "\u202f", "\u3000", "  ", "\u2060"):
        text = f"---\ntitle: Ferries\n---\n{TURNS}".replace("\n\n", f"\n{blank}\n")
        assert len(words_of(read_text(text))) == 5


@pytest.mark.parametrize("gap", [" ", "  ", "\u00a0\u00a0\u00a0 ", "\u00a0 ", " \u00a0", "\u2003", ": ", ". "])
def test_a_question_has_no_colon_and_any_blank(gap: str) -> None:
    lines = "MS. HALVARD: A long line of words that somebody wrapped at a width of\nseventy, and who knows the why."
    text = f"---\ntitle: Ferries\n---\n{lines}\nQ{gap}Is it dry now?\n"
    transcript = read_text(f"{text}MS. HALVARD:\u00a0It is fer- — ferried.\nQ{gap}And?\nMR. ROE:And\nso on.")
    assert [(t.role, t.label) for s in transcript.sections for t in s.turns] == [
        ("statement", "MS. HALVARD"),
        ("question", f"Q{gap.strip()}".rstrip(":")),
        ("answer", "MS. HALVARD"),
        ("question", f"Q{gap.strip()}".rstrip(":")),
        ("answer", "MR. ROE"),
    ]
    assert words_of(transcript)[-1] == "And so on."
    assert words_of(transcript)[2] == "It is fer- — ferried."


# ── Times ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("7:06 P.M. EST", "T19:06-05:00"),
        ("2:48 P.M EDT", "T14:48-04:00"),
        ("3:10 PM", "T15:10"),
        ("4:33 P.M.\u00a0 CEST", "T16:33+02:00"),
        ("12:05 a.m. local time", "T00:05"),
        ("12:00 noon GMT", "T12:00+00:00"),
        ("END 5:52 P.M. BST", "T17:52+01:00"),
        ("11:00 A.M. IST", "T11:00"),
        ("(The briefing was concluded at 12:51 p.m.)", "T12:51"),
        ("(9:15 A.M. KST)", "T09:15+09:00"),
        ("14:30 GMT", "T14:30+00:00"),
        ("10 A.M. ICT", "T10:00+07:00"),
        ("14:30", None),
        ("25:00 GMT", None),
        ("13:20 P.M. EST", None),
        ("At 3:10 PM the ferry left.", None),
    ],
)
def test_a_time_has_an_offset_only_where_its_zone_says_one(printed: str, moment: str | None) -> None:
    clock = read_clock(fold(printed))
    if moment is None:
        assert clock is None
    else:
        assert clock is not None
        assert moments("2025-05-14", clock, None) == (f"2025-05-14{moment}", None)
        assert moments(None, clock, clock) == (None, None)


@pytest.mark.parametrize(
    ("start", "end", "ends"),
    [
        ("11:50 P.M. CEST", "12:20 A.M. CEST", "2025-05-15T00:20+02:00"),
        ("11:50 A.M. EDT", "10:55 A.M. CDT", "2025-05-14T10:55-05:00"),
        ("11:40 A.M. EDT", "12:06 P.M.", "2025-05-14T12:06"),
    ],
)
def test_an_end_after_midnight_is_the_next_day_s(start: str, end: str, ends: str) -> None:
    assert moments("2025-05-14", read_clock(start), read_clock(end))[1] == ends


# ── Anything at all ─────────────────────────────────────────────────────────────────────────────────────────────────

PIECES = (
    "*", "**", "_", "~~", "\\", "`", "<s>", "</s>", "<b>", "[", "]", "](https://example.org/a)", "![", "{#q1}", "> ",
    "# ", "- ", "1. ", "---\n", "title: a\n", "date: 2025-05-14\n", "\n", "\n\n", "  \n", "\u00a0\n", "&amp;", "&",
    "Q    ", "MS. ROE: ", "**Roe:** ", "END\n", "3:10 P.M. EST\n", "word", " ", "é", "问：", "\x07", "\\*", "<!--",
    "-->",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_markdown_conserves_its_words_or_is_refused_by_name(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        witness = make_witness("x.md", "x.md", f"---\ntitle: Ferries\n---\n{text}\nword".encode())
        (reading,) = make_transcripts(witness, CONFIG, known_of(CONFIG, Authorities()), Authorities())
    except Refused as refused:
        # Whatever else is wrong with such a text, no reading of it may lose a word.
        if any("conserved" in p.message or "apparatus" in p.message for p in refused.problems):
            raise
        return
    assert loads(dumps(reading.transcript), f"{reading.transcript.id}.md") == reading.transcript


@given(st.lists(st.sampled_from([p for p in PIECES if "\n" not in p]), max_size=30))
def test_changes_made_one_after_the_other_give_the_line(parts: list[str]) -> None:
    for line in read_markdown_text(["".join(parts)]).lines:
        text = line.raw
        for change in line.changes:
            assert change.before in text
            text = text.replace(change.before, change.after)
        assert all(0 <= a < b <= len(fold(text)) for a, b in line.deleted)


@pytest.mark.parametrize(
    "piece", ["*a ", "**a", "[", "[a](", "<s>", "<!-- ", "\\", "~~a ", "> ", "_a_ ", "a\\\n", "![a"]
)
def test_marks_without_end_are_read_in_linear_time(piece: str) -> None:
    start = time.perf_counter()
    read_markdown_text((piece * 60_000).split("\n"))
    assert time.perf_counter() - start < 8
