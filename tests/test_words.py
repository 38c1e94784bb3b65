"""Words: folding, counting, emending, and above all that no loss of a word goes unnoticed."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition.layouts.parts import Known, make_document
from edition.layouts.recognising import recognise
from edition.model import Apparatus, DroppedLine, Emendation, MetadataLine, Paragraph, Section, Source, Transcript, Turn
from edition.words import check_conservation, count_words, emend, fold, label_key, tokens

LINES = (
    "Foreign Office",
    "Briefing on May 6, 2025",
    "",
    "Harbour Post: Is the bridge “wet”?",
    "Ines Halvard : It is: very.",
    "Print this page",
)


def paragraph(number: int, text: str) -> Paragraph:
    return Paragraph(f"q1.{number}", text)


def transcript() -> Transcript:
    question = Turn("question", "Harbour Post", (paragraph(1, "Is the bridge “wet”?"),), 10)
    answer = Turn("answer", "Ines Halvard", (paragraph(2, "It is: very."),), 12)
    return Transcript(
        id="x",
        kind="press-conference",
        title="Briefing on May 6, 2025",
        date="2025-05-06",
        language="en",
        speakers=("ines-halvard",),
        source=Source("x.txt", "0" * 64, "title-only"),
        sections=(Section("q1", "exchange", None, (question, answer)),),
        apparatus=Apparatus(
            metadata=(
                MetadataLine("Foreign Office", "publisher", 1),
                MetadataLine("Briefing on May 6, 2025", "title", 2),
            ),
            dropped=(DroppedLine("Print this page", "page furniture", 6),),
        ),
    )


def with_answer(text: str, label: str | None = "Ines Halvard") -> Transcript:
    t = transcript()
    section = t.sections[0]
    answer = replace(section.turns[1], label=label, paragraphs=(paragraph(2, text),))
    return replace(t, sections=(replace(section, turns=(section.turns[0], answer)),))


def test_white_space_folds_and_unseen_characters_vanish() -> None:
    assert fold(" a\u00a0\u2003b\tc\u2028 \u3000") == "a b c"
    assert fold("co\u00adopera\u2060tion\ufeff") == "cooperation"
    assert fold("“a” – ’b’") == "“a” – ’b’"
    assert fold("\u200c\u200d") == "\u200c\u200d"  # these two change letters
    assert fold("a\x0cb\x00c\x85d") == "a b c d"


def test_tokens_are_words_and_marks_without_colons() -> None:
    assert tokens("U.S. “oil”: 18,000 t — isn’t it?") == [
        *("U", ".", "S", ".", "“", "oil", "”", "18", ",", "000", "t", "—", "isn", "’", "t", "it", "?"),
    ]
    assert tokens("a：b") == ["a", "b"]
    assert count_words("U.S. “oil” — 18") == 4


def test_one_label_has_one_key_however_it_is_printed() -> None:
    keys = {
        label_key(x)
        for x in (
            "Marenia National Radio",
            "M arenia N ational R adio ",
            "MARENIA NATIONAL\u00a0RADIO",
            "Marénia National-Radio",
        )
    }
    assert keys == {"marenianationalradio"}
    assert label_key("毛宁") == "毛宁"


def test_emendations_apply_in_turn_and_may_name_a_character() -> None:
    made = (Emendation("U+000C", " ", "control character"), Emendation("recieved", "received", "misprint"))
    assert emend("a\x0cb recieved recieved", made) == "a b received received"


def test_a_faithful_transcript_is_conserved() -> None:
    assert check_conservation(LINES, transcript()) == ()


@pytest.mark.parametrize(
    ("text", "printed", "given"),
    [
        ("It is: quite.", "very", "quite"),
        ("It is:.", "very", "."),
        ("It is: very very.", ".", "very"),
        ("very. It is:", "It", "very"),
        ("It is very.", ":", "very"),
        ("It is: very!", ".", "!"),
        ("It is: Very.", "very", "Very"),
        ("It is: very. Indeed.", "nothing more", "Indeed"),
        ("It is: very", ".", "nothing more"),
    ],
)
def test_every_change_of_a_word_is_found(text: str, printed: str, given: str) -> None:
    (problem,) = check_conservation(LINES, with_answer(text))
    quoted = [w if w == "nothing more" else f"“{w}”" for w in (printed, given)]
    assert f"the witness has {quoted[0]}, the transcript {quoted[1]}" in problem.message
    assert str(problem.locus).startswith("x.txt:")
    assert problem.locus.line == 5


def test_a_changed_label_is_found() -> None:
    (problem,) = check_conservation(LINES, with_answer("It is: very.", label="Ines Halward"))
    assert "“Halvard”" in problem.message
    assert check_conservation(LINES, with_answer("It is: very.", label=None))


def test_an_apparatus_entry_must_stand_at_its_line() -> None:
    t = transcript()
    wrong = replace(t, apparatus=replace(t.apparatus, dropped=(DroppedLine("Print this page", "page furniture", 4),)))
    (problem,) = check_conservation(LINES, wrong)
    assert (problem.locus.line, "does not stand here" in problem.message) == (4, True)
    beyond = replace(t, apparatus=replace(t.apparatus, dropped=(DroppedLine("Print this page", "furniture", 99),)))
    assert check_conservation(LINES, beyond)
    unnumbered = replace(t, apparatus=replace(t.apparatus, dropped=(DroppedLine("Print this page", "furniture"),)))
    assert check_conservation(LINES, unnumbered) == ()


def test_furniture_may_be_a_part_of_a_line() -> None:
    lines = (*LINES[:4], "Ines Halvard: It is: very. Links: Harbours", *LINES[5:])
    t = transcript()
    gone = (*t.apparatus.dropped, DroppedLine("Links: Harbours", "page furniture", 5))
    assert check_conservation(lines, replace(t, apparatus=replace(t.apparatus, dropped=gone))) == ()


def test_an_emendation_accounts_for_a_change_and_must_apply() -> None:
    changed = with_answer("It is: quite.")
    recorded = replace(
        changed, apparatus=replace(changed.apparatus, emendations=(Emendation("very", "quite", "x", 5),))
    )
    assert check_conservation(LINES, recorded) == ()
    lost = replace(changed, apparatus=replace(changed.apparatus, emendations=(Emendation("never", "quite", "x", 5),)))
    (problem,) = check_conservation(LINES, lost)
    assert "emendation of “never”" in problem.message


def test_every_difference_is_told_where_an_editor_asks() -> None:
    t = with_answer("It was: very indeed.")
    section = t.sections[0]
    question = replace(section.turns[0], paragraphs=(paragraph(1, "Is the bridge ?"),))
    edited = replace(t, file="content/briefings/x.md", sections=(replace(section, turns=(question, section.turns[1])),))
    problems = check_conservation(LINES, edited, file="content/sources/x.txt", every=True)
    messages = [p.message for p in problems]
    assert messages == [
        "the transcript lacks ““wet”” of content/sources/x.txt:4",
        "the transcript has “was” where content/sources/x.txt:5 has “is”",
        "the transcript adds “indeed” (content/sources/x.txt:5 does not have it)",
    ]
    assert all(p.locus.file == "content/briefings/x.md" for p in problems)
    assert check_conservation(LINES, transcript(), every=True) == ()


def test_headings_count_only_where_they_are_printed() -> None:
    t = transcript()
    headed = replace(t, sections=(replace(t.sections[0], heading="The bridge"),))
    assert check_conservation(LINES, headed) == ()
    printed = replace(t, sections=(replace(t.sections[0], heading="The bridge", printed=True),))
    assert check_conservation(LINES, printed)


def test_a_word_beside_an_equal_entry_is_still_missed() -> None:
    """Entries that could stand in several places must not hide a word that is lost, added or moved."""
    lines = ("one * one * two one *",)
    made = replace(transcript(), apparatus=Apparatus(dropped=(DroppedLine("*", "separator", 1),) * 2))
    section = made.sections[0]

    def told(text: str) -> bool:
        turn = Turn("statement", None, (paragraph(1, text),))
        return bool(check_conservation(lines, replace(made, sections=(replace(section, turns=(turn,)),))))

    assert not any(told(text) for text in ("one * one two one", "one one * two one", "one one two one *"))
    wrong = ("one one two one", "one * one * two one", "one one two * one", "one one one two *", "one two one *", "")
    assert all(told(text) for text in wrong)


def conserved(text: str) -> bool:
    lines = text.split("\n")
    document = make_document("x.txt", lines)
    found = recognise(document, Known())
    parsed = found.layout.parse(found.page)
    t = Transcript(
        "x", parsed.kind, parsed.title, parsed.date, "en", (), Source("x.txt", "0" * 64, found.layout.name),
        parsed.sections, Apparatus(parsed.metadata, parsed.dropped, document.emendations),
    )  # fmt: skip
    return check_conservation(lines, t) == ()


PIECES = st.sampled_from(
    [
        "\n", "\n\n", " ", ": ", "：", "Q: ", "A: ", "Harbour Post: ", "Ines Halvard: ", "Follow-up: ", "***\n", "----",
        "Spokesperson Ines Halvard’s Press Conference on May 6, 2025\n", "Updated: May 6, 2025 10:00\n", "2025-05-06\n",
        "English Español Français\n", "Print\n", "After the press conference, a question was raised: ", "(He nods.)\n",
        "Why? ", "1 2 3 4\n", "&amp;", "&ldquo;", "&amp;lt;", "\x0c", "\x92", "\x00", "\u00ad", "\u2028",
        "said on Monday. ", "Links: a b c Copyright ©", "A headline\n", "毛宁：", "·", "• a • b • c", "word ", "Word ",
        "no press conference. ",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=30).map("".join))
def test_words_are_conserved_on_any_input(text: str) -> None:
    assert conserved(text)


@given(
    st.lists(st.sampled_from(["a", "b", ":", " ", "Q", "Q:", "\n", "\u00a0", "\u00ad", ""]), max_size=8).map("".join),
    st.lists(st.sampled_from(["a", "b", ":", " ", "Q", "\n", ""]), max_size=6).map("".join),
    st.sampled_from([None, "Q", "a", ""]),
    st.sampled_from([(), (DroppedLine("a", "x", 1),), (DroppedLine("b", "x", 2), DroppedLine("b", "x", 2))]),
)
def test_the_quick_look_says_yes_only_where_the_words_are_conserved(
    printed: str, said: str, label: str | None, dropped: tuple[DroppedLine, ...]
) -> None:
    turn = Turn("question", label, (paragraph(1, said),))
    section = Section("q1", "exchange", None, (turn,))
    made = replace(transcript(), sections=(section,), apparatus=Apparatus(dropped=dropped))
    lines = printed.split("\n")
    with patch("edition.words._plainly_conserved", return_value=False):
        slowly = check_conservation(lines, made) == ()
    assert (check_conservation(lines, made) == ()) == slowly


@pytest.mark.parametrize(
    "printed", ["Q: : and so", "Q : : and so", "Q and so", "Q: and so", "Q: :: and so", "Q :::: and"]
)
def test_colons_after_a_label_are_compared(printed: str) -> None:
    words = printed.removeprefix("Q").strip()
    for said, fits in ((words, True), (words.removeprefix(":").strip(), True), (f":{words}", False)):
        turn = Turn("question", "Q", (paragraph(1, said),))
        made = replace(transcript(), sections=(Section("q1", "exchange", None, (turn,)),), apparatus=Apparatus())
        assert (check_conservation([printed], made) == ()) is fits, said


_FURNITURE = st.sampled_from([":", ": :", ": : :", ": menu :", "menu", ": news"])
_TEXT = st.sampled_from([":", "menu is open", "we met :", ": we answer", "news"])


@given(
    st.lists(_FURNITURE, max_size=25),
    st.lists(st.tuples(st.booleans(), st.one_of(_TEXT, st.sampled_from([":", "***"]))), min_size=1, max_size=25),
    st.lists(_FURNITURE, max_size=25),
)
def test_a_whole_page_on_one_line_is_seen_to_be_conserved(
    above: list[str], body: list[tuple[bool, str]], below: list[str]
) -> None:
    """Furniture around a text, separators in it, all of the same few words: there is a way, and it is found."""
    page = " ".join([*above, *(text for _, text in body), *below])
    paragraphs = tuple(Paragraph(f"p1.{n}", text, line=1) for n, (printed, text) in enumerate(body, 1) if printed)
    left_out = [*above, *(text for printed, text in body if not printed), *below]
    t = replace(
        transcript(),
        sections=(Section("p1", "passage", None, (Turn("statement", None, paragraphs, 1),), line=1),),
        apparatus=Apparatus(dropped=tuple(DroppedLine(text, "furniture", 1) for text in left_out)),
    )
    assert check_conservation((page,), t) == ()
    lost = replace(t, apparatus=replace(t.apparatus, dropped=t.apparatus.dropped[1:]))
    assert not left_out or check_conservation((page,), lost) != ()
