"""transcripts: dumps and loads are exact inverses, Markdown renders the very words, hand edits survive."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from edition.model import (
    BRIEFING_KINDS,
    ROLES,
    SECTION_KINDS,
    DroppedLine,
    Mark,
    Occasion,
    Paragraph,
    Rights,
    Section,
    Transcript,
    Turn,
)
from edition.problems import Refused
from edition.transcripts import (
    ATTRIBUTES,
    FRONT_MATTER_KEYS,
    MARK_SCHEMES,
    OCCASIONS,
    dumps,
    faults_of,
    loads,
    put_ids,
    read_amendment,
)
from tests.strategies import SNIPPETS, transcripts

GITHUB_LIKE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
COMMONMARK = MarkdownIt("commonmark")


@settings(max_examples=150, deadline=None)
@given(transcripts())
def test_what_is_dumped_loads_as_the_same(transcript: Transcript) -> None:
    check_inverse(transcript)


def check_inverse(transcript: Transcript) -> None:
    assert faults_of(transcript) == ()
    text = dumps(transcript)
    again = loads(text, f"{transcript.id}.md")
    assert again == transcript
    assert dumps(again) == text


# ── What a Markdown renderer makes of it ────────────────────────────────────────────────────────────────────────────


def rendered_blocks(text: str, markdown: MarkdownIt) -> Iterator[tuple[str, str, list[str]]]:
    """Yield tag, text and inline tags of every block a renderer sees; fail on any but headings and paragraphs."""
    body = text.split("\n---\n", 1)[1]
    tokens = markdown.parse(body)
    assert {token.type for token in tokens} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"),
    }
    for opening, inline in itertools.pairwise(tokens):
        if inline.type == "inline":
            children: list[Token] = inline.children or []
            shown = "".join("\n" if child.type == "hardbreak" else child.content for child in children)
            tags = [child for child in children if child.type not in ("text", "hardbreak", "text_special")]
            yield opening.tag, shown, [str(child.attrs.get("href", child.type)) for child in tags]


def expected_blocks(transcript: Transcript, tildes: bool) -> Iterator[tuple[str, str, list[str]]]:
    for section in transcript.sections:
        yield "h2", f"{section.heading} " if section.heading is not None else "", []
        stem, number = section.id, 0
        for index, turn in enumerate(section.turns):
            usual = "statement" if section.kind != "exchange" else "answer" if index else "question"
            role = f"{{{turn.role}}}" if turn.role != usual or (turn.label is None and index) else ""
            opening = (f"{turn.label}:" if turn.label is not None else "") + role
            strong = ["strong_open", "strong_close"] if turn.label is not None else []
            if not turn.paragraphs:
                yield "p", opening, strong
            for paragraph in turn.paragraphs:
                tail = "" if paragraph.id == f"{stem}.{number + 1}" else f" {{#{paragraph.id}}}"
                head, dot, last = paragraph.id.rpartition(".")
                if dot and last.isdecimal() and len(last) < 10:
                    stem, number = head, int(last)
                yield (
                    "p",
                    f"{opening} " * bool(opening) + shown(paragraph, tildes) + tail,
                    strong + tags(paragraph, tildes),
                )
                opening, strong = "", []


def shown(paragraph: Paragraph, tildes: bool) -> str:
    cuts = sorted(at for mark in paragraph.marks if mark.kind == "deleted" for at in (mark.start, mark.end))
    pieces = [paragraph.text[a:b] for a, b in zip([0, *cuts], [*cuts, len(paragraph.text)], strict=True)]
    return ("~~" if tildes else "").join(pieces)


def tags(paragraph: Paragraph, tildes: bool) -> list[str]:
    found = ["em_open", "em_close"] if paragraph.kind == "stage" else []
    for mark in paragraph.marks:
        if mark.kind == "entity":
            found += [mark.target, "link_close"]
        elif not tildes:
            found += ["s_open", "s_close"]
    return found


def check_rendering(transcript: Transcript, markdown: MarkdownIt, tildes: bool) -> None:
    intros = {section.id: section.occasion.printed for section in transcript.sections if section.occasion}
    headings = iter(transcript.sections)
    expected = list(expected_blocks(transcript, tildes))
    blocks = list(rendered_blocks(dumps(transcript), markdown))
    assert len(blocks) == len(expected)
    for (tag, text, inline), (tag_wanted, text_wanted, inline_wanted) in zip(blocks, expected, strict=True):
        assert tag == tag_wanted
        assert sorted(inline) == sorted(inline_wanted)
        if tag == "h2":
            section: Section = next(headings)
            assert text.startswith(f"{text_wanted}{{#{section.id}")
            assert text.endswith("}")
            if section.id in intros:
                assert f'intro="{intros[section.id]}"' in text
        else:
            assert text == text_wanted


@settings(max_examples=150, deadline=None)
@given(transcripts(controls=False))
def test_a_renderer_shows_exactly_the_words(transcript: Transcript) -> None:
    check_rendering(transcript, GITHUB_LIKE, tildes=False)


@settings(max_examples=80, deadline=None)
@given(transcripts(controls=False))
def test_a_renderer_of_plain_commonmark_shows_exactly_the_words(transcript: Transcript) -> None:
    check_rendering(transcript, COMMONMARK, tildes=True)


# ── What an editor sees ─────────────────────────────────────────────────────────────────────────────────────────────

HEADER = """---
title: Regular press briefing, 14 May 2025
date: 2025-05-14
kind: press-conference
speakers:
  - ines-halvard
language: en
source:
  file: 2025-05-14.txt
  sha256: 00000000000000000000000000000000000000000000000000000000000000aa
  layout: mfa-2024
---
"""
BODY_LINE = HEADER.count("\n") + 1
FILE = "2025-05-14-ines-halvard.md"


def read(body: str, header: str = HEADER) -> Transcript:
    return loads(header + body, FILE)


def refused(body: str, header: str = HEADER) -> str:
    with pytest.raises(Refused) as caught:
        read(body, header)
    assert all(problem.locus.file == FILE for problem in caught.value.problems)
    return "\n".join(str(problem).removeprefix(FILE) for problem in caught.value.problems)


CANONICAL = sorted((Path(__file__).parent / "fixtures" / "transcripts").glob("*.md"))


@pytest.mark.parametrize("path", CANONICAL, ids=lambda path: path.stem)
def test_a_canonical_file_is_written_as_it_stands(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert dumps(loads(text, path.name)) == text


def test_there_are_canonical_files() -> None:
    assert [path.stem for path in CANONICAL] == ["2025-05-14-ines-halvard", "2025-05-16-digest", "2025-05-20-notice-zh"]


def test_every_construct_is_read() -> None:
    path = CANONICAL[0]
    transcript = loads(path.read_text(encoding="utf-8"), str(path))
    assert transcript.id == "2025-05-14-ines-halvard"
    assert transcript.file == str(path)
    assert transcript.published == "2025-05-14T16:05+01:00"
    assert transcript.rights == Rights("The text may be copied.", "https://example.org/rights")
    assert transcript.apparatus.dropped == (DroppedLine("Page 1 of 3", "page number", 41),)
    opening, ferries, boats, notice = transcript.sections
    assert (opening.kind, opening.heading, opening.printed, opening.line) == (
        "announcement",
        "Opening remarks",
        True,
        41,
    )
    assert [turn.role for turn in ferries.turns] == ["question", "answer", "question", "note", "answer"]
    assert [turn.label for turn in ferries.turns] == [
        "Harbour Post",
        "Ines Halvard",
        "Harbour Post",
        None,
        "Ines Halvard",
    ]
    assert [p.kind for p in ferries.paragraphs] == ["text", "text", "stage", "text", "stage", "text"]
    assert ferries.paragraphs[5].text == "First line\nsecond line, with 5 * 3 signs."
    assert ferries.attributes == (("countries", "-GE +JP"), ("follows", "2025-05-13-ines-halvard#q3"))
    assert boats.proposed
    assert boats.paragraphs[2].id == "q2.7"
    assert boats.paragraphs[2].marks == (Mark(0, 8, "deleted"), Mark(25, 32, "entity", "country:GE"))
    assert boats.paragraphs[2].text == "18 of 24 boats came from Georgia."
    assert notice.occasion == Occasion("after-conference", 'After the briefing, a "late" question was answered:')


def test_lines_are_those_of_the_file() -> None:
    transcript = read("\n## {#q1}\n\n**A:** one\n\ntwo\nwrapped\n\n\n**B:** three\n")
    (section,) = transcript.sections
    assert section.line == BODY_LINE + 1
    assert [turn.line - BODY_LINE for turn in section.turns] == [3, 9]
    assert [p.line - BODY_LINE for p in section.paragraphs] == [3, 5, 9]


PLAIN = (
    "\n## Ferries {#q1 follows=q2 topics=fisheries}\n\n**Harbour Post:** How are you?\n"
    "\n**Ines Halvard:** Well.\n\nThank you.\n"
)


@pytest.mark.parametrize(
    "typed",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "  \n"),
        PLAIN.replace("\n\n", "\n\n\n \t\n\u3000\n"),
        PLAIN.replace("How are", "How\nare").replace("Thank you", "  Thank\n   you"),
        PLAIN.replace("{#q1 follows=q2 topics=fisheries}", '{ topics = "fisheries"   #q1 follows="q2" }'),
        PLAIN.replace("## Ferries {", "##   Ferries{"),
        PLAIN.replace("## Ferries {", "##Ferries {"),
        PLAIN.replace("Post:**", "Post**:"),
        PLAIN.replace("Post:**", "Post: **").replace("Halvard:** ", "Halvard：**"),
        PLAIN.replace("you?\n\n", "you?\n"),
        PLAIN.replace("topics=fisheries}\n\n", "topics=fisheries}\n"),
        PLAIN.replace("Halvard:** ", "Halvard:**\n\n"),
        PLAIN.removesuffix("\n"),
        PLAIN + "\n\n\n",
        PLAIN.replace("Post:** ", "Post:**{question}  "),
        PLAIN.replace("How are", "H&#111;w are"),
    ],
)
def test_what_editors_type_is_read_as_they_mean_it(typed: str) -> None:
    assert dumps(read(typed)) == HEADER + PLAIN


def test_a_byte_order_mark_and_windows_lines_in_the_header() -> None:
    assert dumps(loads("\ufeff" + (HEADER + PLAIN).replace("\n", "\r\n"), FILE)) == HEADER + PLAIN


def test_a_wrapped_line_of_chinese_is_joined_without_a_blank() -> None:
    paragraphs = read("\n## {#q1}\n\n渡轮星期一\n开航。Ferry\nline\n").sections[0].paragraphs
    assert paragraphs[0].text == "渡轮星期一开航。Ferry line"


def test_signs_that_mean_nothing_to_markdown_need_no_escape() -> None:
    typed = "A [b] c, 5 * 3, a < b, R&D, ~10, snake_case, x_, {y}, (z) | w! #3 + 4 & more; C:\\dir"
    assert read(f"\n## {{#q1}}\n\n{typed}\n").sections[0].paragraphs[0].text == typed


DIGEST = """
## {#t1 proposed}

The harbour opens.

The ferries sail.

## {#t2 proposed}

The school closes.

The market opens.
"""
DIGEST_HEADER = HEADER.replace("press-conference", "digest")


def test_a_heading_can_be_moved() -> None:
    moved = DIGEST.replace("## {#t2 proposed}\n\nThe school closes.\n\n", "The school closes.\n\n## {#t2}\n\n")
    first, second = read(moved, DIGEST_HEADER).sections
    assert [p.id for p in first.paragraphs] == ["t1.1", "t1.2", "t1.3"]
    assert [(p.id, p.text) for p in second.paragraphs] == [("t2.1", "The market opens.")]
    assert (first.proposed, second.proposed) == (True, False)
    assert first.kind == second.kind == "article"


def test_a_heading_can_be_deleted_or_added() -> None:
    (only,) = read(DIGEST.replace("## {#t2 proposed}\n\n", ""), DIGEST_HEADER).sections
    assert [p.id for p in only.paragraphs] == ["t1.1", "t1.2", "t1.3", "t1.4"]
    added = read(DIGEST.replace("The market", "## Market {#t3}\n\nThe market"), DIGEST_HEADER).sections
    assert [section.id for section in added] == ["t1", "t2", "t3"]


def ids(body: str) -> list[list[str]]:
    return [[p.id for p in section.paragraphs] for section in read(body).sections]


def test_a_paragraph_without_an_id_has_the_number_after_the_one_before_it() -> None:
    one, two = ids(
        "\n## {#q1}\n\n**A:** a\n\nb\n\nnew {#q1.2a}\n\nc\n\n**B:** e {#q1.5}\n\nf\n\ng {#q1.intro}\n\nh\n"
        "\n## {#q2}\n\nfirst {#q2.0a}\n\n**A:** a\n\nmoved {#q1.9}\n\nwith it\n\nback {#q2.2}\n"
    )
    assert one == ["q1.1", "q1.2", "q1.2a", "q1.3", "q1.5", "q1.6", "q1.intro", "q1.7"]
    assert two == ["q2.0a", "q2.1", "q1.9", "q1.10", "q2.2"]


def test_two_sections_joined_keep_the_ids_of_both_with_one_id_written() -> None:
    assert ids("\n## {#q3}\n\n**A:** a\n\n**B:** b\n\n**C:**{question} c {#q4.1}\n\n**B:** d\n") == [
        ["q3.1", "q3.2", "q4.1", "q4.2"]
    ]


@settings(max_examples=100, deadline=None)
@given(transcripts(), st.data())
def test_ids_are_put_into_a_file_and_nothing_else_changes(transcript: Transcript, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([dumps, lambda t: dumps(t).replace("\n", "\r\n")]))(transcript)
    file = f"{transcript.id}.md"
    read = loads(text, file)
    paragraphs = [p.line for section in read.sections for p in section.paragraphs]
    chosen = data.draw(st.sets(st.sampled_from(paragraphs)) if paragraphs else st.just(set()))
    headings = {s.line: f"z{n}" for n, s in enumerate(read.sections) if data.draw(st.booleans())}
    wanted = {line: f"y.{line}x" for line in chosen}
    put = put_ids(text, file, headings, wanted)
    again = loads(put, file)
    assert [s.id for s in again.sections] == [headings.get(s.line, s.id) for s in read.sections]
    assert {p.line: p.id for s in again.sections for p in s.paragraphs if p.line in chosen} == wanted
    for old, new in zip(re.split(r"(?<=\n)", text), re.split(r"(?<=\n)", put), strict=True):
        if old != new:
            bare = [re.sub(r"#[a-z][a-z0-9.-]*|[{} \r\n]", "", line) for line in (old, new)]
            assert bare[0] == bare[1] or old.startswith("##")
    assert put_ids(put, file, headings, wanted) == put


def test_a_section_that_gets_another_id_gets_it_where_it_is_followed() -> None:
    typed = HEADER + (
        '\n## Ferry #q2 {#q1}\n\nA.\n\n## {follows="q1, 2025-05-13-x#q1" #q2 countries=NO}\n\nB.\n'
        "\n## {#q3 follows=q2}\n\nC\nwrapped {#q3.8}\n"
    )
    first, second = (n for n, line in enumerate(typed.splitlines(), 1) if "{#q1}" in line or "{follows" in line)
    line = next(n for n, each in enumerate(typed.splitlines(), 1) if each == "C")
    with pytest.raises(ValueError, match="can't be written"):
        put_ids(typed, FILE, {first: "q 9"}, {})
    put = put_ids(typed, FILE, {first: "q2", second: "q1"}, {line: "q3.1"})
    assert put == typed.replace("{#q1}", "{#q2}").replace(
        'follows="q1, 2025-05-13-x#q1" #q2', 'follows="q2, 2025-05-13-x#q1" #q1'
    ).replace("follows=q2}", "follows=q1}").replace("{#q3.8}", "{#q3.1}")


# ── What is refused, and how it is told ─────────────────────────────────────────────────────────────────────────────

OK = "\n## {#q1}\n\nText.\n"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("\n## Ferries\n\nText.\n", 1, "a section without an id\n    write ## Ferries {#q1}"),
        (OK + "\n## Ferries\n\nText.\n", 5, "write ## Ferries {#q2}"),
        (OK + "\n## Ferries\n\nText.\n\n## {#q2}\n\nText.\n", 5, "write ## Ferries {#q1a}"),
        (OK + "\n## {kind=notice}\n\nText.\n", 5, "write ## {#n1}"),
        (OK + "\n## {#q1}\n\nText.\n", 5, f"the id “q1” stands twice\n    the other one is on line {BODY_LINE + 1};"),
        ("\nStray.\n" + OK, 1, "text before the first section"),
        ("\n## {#q1 folows=q2}\n\nText.\n", 1, "did you mean “follows”?"),
        ("\n## {#q1 colour=red}\n\nText.\n", 1, "known are: kind, printed, proposed, countries"),
        ("\n## {#q1 prnted}\n\nText.\n", 1, "did you mean “printed”?"),
        ("\n## {#q1 kind=anouncement}\n\nText.\n", 1, "did you mean “announcement”?"),
        ("\n## {#q1 topics=“energy”}\n\nText.\n", 1, 'write topics="…" with the straight quotes'),
        ("\n## {#q1 countries=ge}\n\nText.\n", 1, "did you mean “GE”?"),
        ("\n## {#q1 countries=Georgia}\n\nText.\n", 1, "two capital letters"),
        ("\n## {#q1 date=2025-02-30}\n\nText.\n", 1, "YYYY-MM-DD"),
        ("\n## {#q1 dates=2025-05}\n\nText.\n", 1, "days or ranges"),
        ("\n## {#q1 follows=#q3}\n\nText.\n", 1, "ids of sections"),
        ("\n## {#q1 follows=q2 follows=q3}\n\nText.\n", 1, "stands twice in one heading"),
        ("\n## {#q1 #q2}\n\nText.\n", 1, "two ids"),
        ("\n## {#Q1}\n\nText.\n", 1, "“Q1” can't be an id"),
        ("\n## {#q1 follows=q2\n\nText.\n", 1, "attributes that are opened and never closed"),
        ("\n## {#q1} Ferries\n\nText.\n", 1, "unreadable from “} Ferries” on"),
        ("\n## {#q1 printed}\n\nText.\n", 1, "“printed” without a heading"),
        ("\n## {#q1 printed=yes}\n\nText.\n", 1, "takes no value"),
        ("\n## {#q1 occasion=separate}\n\nText.\n", 1, "only one of occasion and intro"),
        ('\n## {#q1 occasion=later intro="x"}\n\nText.\n', 1, "unknown occasion “later”"),
        (OK + "\n## {#q2}\n\n## {#q3}\n\nText.\n", 5, "section q2 has no text"),
        (OK + "\n### Ferries\n\nText.\n", 5, "a heading of level 3"),
        (OK + "\n# Ferries {#q2}\n\nText.\n", 5, "a heading of level 1"),
        (OK + "\nSee [Georgia](cuntry:GE).\n", 5, "did you mean “country”?"),
        (OK + "\nSee [Georgia](https://example.org).\n", 5, "a mark that can't be"),
        (OK + "\nSee [Georgia](country:Georgia).\n", 5, "not a country code"),
        (OK + "\nSee [Georgia](country:ge).\n", 5, "did you mean “country:GE”?"),
        (OK + "\nSee [Georgia](contry:GE).\n", 5, "did you mean “country”?"),
        (OK + "\nSee [Georgia](country:GE.\n", 5, "a mark whose ) is missing"),
        (OK + "\nSee Georgia](country:GE).\n", 5, "a mark whose [ is missing"),
        (OK + "\nSee [](country:GE).\n", 5, "a mark around nothing"),
        (OK + "\n[a [b](country:GE)](country:GE)\n", 5, "a mark inside a mark"),
        (OK + "\nThe number ~~18 of 24.\n", 5, "~~ without a second ~~"),
        (OK + "\nThe number ~~~~.\n", 5, "nothing stands between"),
        (OK + "\n[a ~~b](none:) c~~\n", 5, "marks that overlap"),
        (OK + "\nA *strong* word.\n", 5, "an asterisk that Markdown takes for emphasis"),
        (OK + "\nA _strong_ word.\n", 5, "an underscore"),
        (OK + "\nA `strong` word.\n", 5, "a grave accent"),
        (OK + "\nA <b>strong</b> word.\n", 5, "HTML"),
        (OK + "\n**Strong** word.\n", 5, "a label ends with its colon"),
        (OK + "\n**:** word.\n", 5, "a label without a name"),
        (OK + "\n**A:**{questoin} word.\n", 5, "did you mean “question”?"),
        (OK + "\n{questoin} word.\n", 5, "did you mean “question”?"),
        (OK + "\n- one\n- two\n", 5, "a list"),
        (OK + "\nline\n---\n", 6, "a heading or a rule"),
        (OK + "\n| a |\n|---|\n", 6, "a table"),
        (OK + "\nfirst\nsecond *x*\n", 6, "an asterisk"),
        (OK + "\ntext {#Q.1}\n", 5, "can't be an id"),
        (OK + "\ntext {#q1.1}\n", 5, "the id “q1.1” stands twice"),
        (OK + "\n{#q1.9}\n", 5, "a paragraph without text"),
        (OK + "\n&#xD800;\n", 5, "stands for no character"),
        ("\n", 0, "the transcript has no section"),
    ],
)
def test_what_is_wrong_in_the_body_is_told_with_its_line(body: str, line: int, words: str) -> None:
    message = refused(body)
    assert message.startswith(f":{BODY_LINE + line}: ")
    assert words in message


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("date: 2025-05-14", "date: 2025-05-34"), 3, "no day “2025-05-34”"),
        (("date: 2025-05-14", "date: 14 May 2025"), 3, "write YYYY-MM-DD"),
        (("date: 2025-05-14", "date: 2025-05-14\npublished: 2025-05-14 16:05"), 4, "is not a date or time"),
        (("title: Regular", "title: Ferries: regular"), 2, 'write: title: "Ferries: regular press'),
        (("title: Regular press briefing, 14 May 2025", "title:"), 2, "“title” is missing"),
        (("title: ", "tilte: "), 1, "“title” is missing"),
        (("language: en", "langauge: en"), 7, "did you mean “language”?"),
        (("language: en", "language: english"), 7, "did you mean “en”?"),
        (("kind: press-conference", "kind: press-confrence"), 4, "did you mean “press-conference”?"),
        (("sha256: 00", "sha256: zz"), 10, "is not a SHA-256"),
        (("  layout: mfa-2024\n", ""), 9, "the source has no layout"),
        (("  layout: mfa-2024\n", "  layout: x\n  url: javascript:x\n"), 12, "not a web address"),
        (("language: en", "language: en\nrights: {url: https://example.org}"), 8, "rights without a text"),
        (("language: en", "language: en\napparatus: {dropped: [{line: 1}]}"), 8, "without “reason”"),
        (
            ("language: en", "language: en\napparatus: {dropped: [{line: 0, reason: x, text: y}]}"),
            8,
            "number of a line",
        ),
        (("---\n", "\n---\n"), 1, "does not begin with its front matter"),
        (("kind: press-conference\n", "kind: press-conference\nkind: digest\n"), 5, "stands twice"),
        ((HEADER, HEADER.removesuffix("---\n")), 1, "never closed"),
    ],
)
def test_what_is_wrong_in_the_header_is_told_with_its_line(change: tuple[str, str], line: int, words: str) -> None:
    header = HEADER.replace(*change, 1)
    assert header != HEADER
    message = refused(OK, header)
    assert f":{line}: " in message
    assert words in message


def test_an_empty_file() -> None:
    assert "does not begin with its front matter" in refused("", "")


def test_a_file_name_that_can_not_be_an_address() -> None:
    with pytest.raises(Refused, match=r"rename it: 14-may-2025\.md"):
        loads(HEADER + OK, "content/briefings/14 May 2025.md")


def test_the_problems_of_a_file_are_told_together_in_order() -> None:
    message = refused("\n## Ferries\n\nA *b*\n\n## {#q1 folows=q2}\n", HEADER.replace("date: 2025", "date: 20255"))
    lines = [int(line.split(":")[1]) - BODY_LINE for line in message.splitlines() if line.startswith(":")]
    assert lines == [3 - BODY_LINE, 1, 3, 5, 5]


def test_a_file_full_of_problems_is_told_in_short() -> None:
    message = refused("\n## {#q1}\n" + "\nA * b*\n" * 1000)
    assert message.count("\n") < 120
    assert "950 more problems are not shown" in message


def test_a_value_that_could_not_be_read_again_is_not_written() -> None:
    transcript = read(OK)
    section = transcript.sections[0]
    for broken in (
        dataclasses.replace(transcript, sections=(section, section)),
        dataclasses.replace(transcript, date="2025-02-30"),
        dataclasses.replace(transcript, sections=(dataclasses.replace(section, turns=()),)),
        dataclasses.replace(transcript, sections=(dataclasses.replace(section, attributes=(("topics", "a,b"),)),)),
        dataclasses.replace(transcript, title=""),
        dataclasses.replace(transcript, language="english"),
    ):
        with pytest.raises(ValueError, match="2025-05-14-ines-halvard: "):
            dumps(broken)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=5), max_size=12).map("\n".join))
def test_any_body_is_read_or_refused_with_a_line(body: str) -> None:
    check_any_body(body)


@pytest.mark.parametrize(
    "text", ["://", "\\://", "://a*b", "http://a*b", "a\\://b", ":// www.a*b", "://\n://x_", "www.://*"]
)
def test_a_colon_with_two_slashes_is_escaped_once(text: str) -> None:
    turn = Turn("question", None, (Paragraph("q1.1", "Text."), Paragraph("q1.2", text)))
    transcript = dataclasses.replace(read(OK), sections=(Section("q1", "exchange", None, (turn,)),))
    check_inverse(transcript)
    check_rendering(transcript, GITHUB_LIKE, tildes=False)


def check_any_body(body: str) -> None:
    body = body.encode("utf-8", "replace").decode()
    try:
        transcript = read(f"\n## {{#q1}}\n\nText.\n\n{body}\n")
    except Refused as refusal:
        lines = [problem.locus.line for problem in refusal.problems]
        last = BODY_LINE + 6 + body.count("\n") + body.count("\r")
    else:
        check_inverse(transcript)
        return
    assert lines == sorted(lines)
    assert all(line == 0 or BODY_LINE < line <= last for line in lines)


@pytest.mark.parametrize(
    "piece",
    [
        "word ",
        "[",
        "]",
        "~~",
        "{",
        "\\",
        "&",
        "_a",
        "*",
        "**",
        "[a](",
        "](country:GE)",
        "{#",
        "中",
        "<",
        "a_",
        "`",
        "#",
    ],
)
def test_a_huge_line_takes_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    text = HEADER + "\n## {#q1}\n\n" + piece * (200_000 // len(piece)) + "\n"
    with contextlib.suppress(Refused):
        dumps(loads(text, FILE))
    assert time.process_time() - started < 6


def test_a_line_of_five_million_characters() -> None:
    started = time.process_time()
    transcript = read(
        "\n## {#q1}\n\n"
        + "The ferry [sails] & \\*waits\\* for everybody who comes to the harbour before the evening. " * 62_000
    )
    assert len(transcript.sections[0].paragraphs[0].text) > 4_800_000
    assert loads(dumps(transcript), FILE) == transcript
    assert time.process_time() - started < 15


# ── The document for editors ────────────────────────────────────────────────────────────────────────────────────────

DOCUMENT = Path(__file__).parent.parent / "docs" / "content-format.md"
EXAMPLES = re.findall(r"^````markdown\n(.*?)^````$", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
ATTRIBUTE_ROWS = re.findall(r"^\| `(\w+)=` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_document_is_canonical(example: str) -> None:
    text = example if example.startswith("---\n") else f"{HEADER}\n{example}"
    assert dumps(loads(text, FILE)) == text


def test_the_document_names_everything() -> None:
    assert len(EXAMPLES) >= 6
    assert sorted(ATTRIBUTE_ROWS) == sorted({*ATTRIBUTES, "kind", "occasion", "intro"})
    document = DOCUMENT.read_text(encoding="utf-8")
    for word in (*SECTION_KINDS, *BRIEFING_KINDS, *ROLES, *OCCASIONS, "printed", "proposed", *FRONT_MATTER_KEYS):
        assert f"`{word}`" in document, word
    for scheme in MARK_SCHEMES:
        assert f"`{scheme}:" in document, scheme


# ── Attributes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("+JP -GE", ("NO", "JP")),
        ("SE", ("SE",)),
        ("=SE =NO", ("SE", "NO")),
        ("", ()),
        ("=", ()),
        ("-XX +NO", ("GE", "NO")),
    ],
)
def test_an_amendment_changes_what_was_found(value: str, result: tuple[str, ...]) -> None:
    assert read_amendment(value).apply(("GE", "NO")) == result


@pytest.mark.parametrize("before", ["", "title: X\n", "title: X\nkind: other\n---\n\n## {#p1}\n\n"])
def test_a_merge_that_git_left_undecided_is_one_message(before: str) -> None:
    text = f"---\n{before}<<<<<<< HEAD\nOne.\n\n=======\n\nAnother.\n>>>>>>> harbour\n"
    with pytest.raises(Refused) as refused:
        loads(text, "x.md")
    (problem,) = refused.value.problems
    assert problem.message == "a merge that git left undecided: both versions stand here"
    assert problem.locus.line == before.count("\n") + 2
