"""Hypothesis strategies for whole transcripts and their parts: every value that `faults_of` accepts may come out.

`texts()` leans to what hurts: Markdown's own signs, white space of every kind, and lines that look like structure.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, Literal

from hypothesis import strategies as st

from edition.model import (
    BRIEFING_KINDS,
    DEFAULT_SECTION_KIND,
    ROLES,
    SECTION_KINDS,
    Apparatus,
    Change,
    Doubt,
    DroppedLine,
    Emendation,
    Mark,
    MetadataLine,
    Occasion,
    Paragraph,
    ParagraphKind,
    Revision,
    Rights,
    Section,
    Source,
    Transcript,
    Turn,
    Version,
)
from edition.transcripts import faults_of

#: What a careless writer of Markdown would let through.
SNIPPETS = [
    *("# A heading", "## A heading {#q9}", "### x", "A heading\n---", "A heading\n===", "- item\n- item", "+ x", "* x"),
    *(
        "1. one",
        "2) two",
        "14.",
        "> quoted",
        "```\ncode\n```",
        "~~~",
        "    code",
        "\tcode",
        "---",
        "***",
        "___",
        "- - -",
    ),
    *(
        "<b>bold</b>",
        "<!-- remark -->",
        "<https://example.org>",
        "<script>",
        "a < b > c",
        "&amp;",
        "&#65;",
        "&copy;",
        "R&D",
    ),
    *(
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a | b\n--- | ---",
        "a\n:--",
        "[x]: https://example.org",
        "[^1]: note",
        "[^1]",
        "x[^1]",
    ),
    *(
        "**Name:** text",
        "**Name**: text",
        "__Name:__ text",
        "*(nods)*",
        "_(nods)_",
        "{question} text",
        "{#q1.9}",
        "x {#q1.9}",
    ),
    *(
        "[Georgia](country:GE)",
        "[Georgia]",
        "![Georgia](country:GE)",
        "~~18~~",
        "~18~",
        "`code`",
        "``",
        "$x$",
        ":smile:",
    ),
    *(
        "https://example.org/a_b?c=*d*&e;",
        "www.example.org/_x_",
        "a@example.org",
        "snake_case_word",
        "_a_",
        "a_",
        "5 * 3",
    ),
    *(
        "back\\slash",
        "\\",
        "\\\\",
        "\\*",
        "end\\\n",
        "two  blanks",
        "line  \nbreak",
        "a\\\nb",
        " lead",
        "trail ",
        "\u3000中文\u3000",
    ),
    *(
        "\u2028",
        "\u2029",
        "\x85",
        "\r",
        "\r\n",
        "\0",
        "\ufeff",
        "\xa0",
        "\xad",
        "\u200b",
        "\u202e",
        "---\ntitle: x\n---",
        "**",
        "*",
    ),
]


@functools.cache
def texts(controls: bool = True, min_size: int = 1, max_size: int = 24) -> st.SearchStrategy[str]:
    """Texts over all of Unicode (surrogates apart); without `controls` only what Markdown can carry."""
    character = st.characters(exclude_categories=["Cs"] if controls else ["Cs", "Cc", "Cn"])
    alphabet = character | st.sampled_from("\\`*_{}[]<>()#+-.!|~&;:=\"' \n\n\t0123456789aébZ中\u3000\xa0€“")
    snippets = SNIPPETS if controls else [s for s in SNIPPETS if not set(s) & set("\0\x85")]
    free = st.text(alphabet, min_size=min_size, max_size=max_size)
    pieces = st.lists(st.sampled_from(snippets) | st.text(alphabet, max_size=3), min_size=1, max_size=5).map("".join)
    return free | pieces.filter(lambda text: len(text) >= min_size)


@functools.cache
def words() -> st.SearchStrategy[str]:
    """Short ordinary texts, so that examples are not all noise."""
    return st.sampled_from(
        ["The ferry sails on Monday.", "Ines Halvard", "中文 标题", "No: yes", "a\nb", "18 of 24 boats"]
    )


@st.composite
def marks(draw: st.DrawFn, text: str) -> tuple[Mark, ...]:
    """Marks that a paragraph of `text` may have: nested, never overlapping, no deletions that touch."""
    found: list[Mark] = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        kind: Literal["entity", "deleted"] = draw(st.sampled_from(["entity", "deleted"]))
        targets = ["country:GE", "none:", "person:jim-jordan", "outlet:AFP", "territory:gaza", "topic:x.y_z"]
        target = draw(st.sampled_from(targets)) if kind == "entity" else ""
        new = Mark(start, end, kind, target)
        tried = tuple(sorted((*found, new), key=lambda mark: (mark.start, -mark.end, mark.kind)))
        if not faults_of(_around(Paragraph("p1.1", text, marks=tried))):
            found = list(tried)
    return tuple(found)


def _around(paragraph: Paragraph) -> Transcript:
    section = Section("p1", "passage", None, (Turn("statement", None, (paragraph,)),))
    return Transcript("x", "other", "x", None, "en", (), Source("x", "0" * 64, "x"), (section,))


@st.composite
def paragraphs(draw: st.DrawFn, identifier: str, controls: bool = True) -> Paragraph:
    text = draw(texts(controls) | words())
    kind: ParagraphKind = draw(st.sampled_from(["text", "text", "text", "stage"]))
    return Paragraph(identifier, text, kind, draw(marks(text)) if draw(st.integers(0, 2)) == 0 else ())


ATTRIBUTE_VALUES = {
    "countries": ["-GE +JP", "NO", "", "=", "=NO =SE"],
    "date": ["2025-05-14"],
    "dates": ["2025-05-14 2025-05-20/2025-05-22", "-2025-05-14", "="],
    "follows": ["q1", "2025-05-13-ines-halvard#q3 q2", "=", "-q1"],
    "outlet": ["afp", "="],
    "persons": ["+jim-jordan"],
    "speaker": ["ines-halvard"],
    "territories": ["HK gaza"],
    "topics": ["fisheries", "-energy"],
}


@st.composite
def sections(draw: st.DrawFn, identifier: str, controls: bool = True) -> Section:
    kind = draw(st.sampled_from(SECTION_KINDS))
    heading = draw(st.none() | texts(controls) | words())
    printed = heading is not None and draw(st.booleans())
    turns: list[Turn] = []
    number = 0
    for _ in range(draw(st.integers(0 if printed else 1, 3))):
        label = draw(st.none() | texts(controls, max_size=12) | words())
        inside: list[Paragraph] = []
        for _ in range(draw(st.integers(0 if label else 1, 2))):
            number += 1
            default = f"{identifier}.{number}"
            inside.append(draw(paragraphs(draw(st.sampled_from([default, default, f"x-{default}"])), controls)))
        turns.append(Turn(draw(st.sampled_from(ROLES)), label, tuple(inside)))
    occasion = draw(st.none() | st.builds(Occasion, st.sampled_from(["after-conference", "separate"]), texts(controls)))
    names = draw(st.sets(st.sampled_from(sorted(ATTRIBUTE_VALUES)), max_size=2))
    attributes = tuple((name, draw(st.sampled_from(ATTRIBUTE_VALUES[name]))) for name in sorted(names))
    return Section(identifier, kind, heading, tuple(turns), printed, draw(st.booleans()), occasion, attributes)


@functools.cache
def _entries() -> st.SearchStrategy[Apparatus]:
    line = st.none() | st.integers(1, 10**6)
    return st.builds(
        Apparatus,
        st.lists(st.builds(MetadataLine, texts(min_size=0), texts(), line), max_size=2).map(tuple),
        st.lists(st.builds(DroppedLine, texts(min_size=0), texts(), line), max_size=2).map(tuple),
        st.lists(st.builds(Emendation, texts(min_size=0), texts(min_size=0), texts(), line), max_size=2).map(tuple),
    )


MOMENTS = st.none() | st.sampled_from(
    ["2025", "2025-05", "2025-05-14", "2025-05-14T16:05+01:00", "2025-05-14T16:05:09Z"]
)
ADDRESSES = st.none() | st.sampled_from(["https://example.org/a?b=c#d", "http://example.org"])


def _versions() -> st.SearchStrategy[Version]:
    languages = st.sampled_from(["zh", "es-419"])
    here, there = st.just("2025-05-14-x"), st.just("https://example.org/zh/a")
    return st.builds(Version, languages, st.none(), here) | st.builds(Version, languages, there, st.none() | here)


def _revisions() -> st.SearchStrategy[Revision]:
    changes = st.builds(Change, texts(), texts() | st.just(""), st.none() | st.just("q2")) | st.builds(
        Change, st.just(""), texts()
    )
    return st.builds(
        Revision, st.dates().map(str), texts(), st.just("ab" * 32), st.tuples(changes) | st.just(()), st.booleans()
    )


@st.composite
def transcripts(draw: st.DrawFn, controls: bool = True, max_sections: int = 2) -> Transcript:
    """Whole transcripts; without `controls` no character that Markdown can't carry."""
    identifiers = draw(
        st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,3}", fullmatch=True), min_size=1, max_size=max_sections, unique=True)
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "publisher": st.none() | texts(),
        "path": st.none() | texts(),
        "url": ADDRESSES,
        "retrieved": MOMENTS,
        "lines": st.sampled_from([(), ((1, 1),), ((17, 240),), ((1, 2), (5, 5), (8, 240))]),
    }
    source = Source(
        file=draw(texts()),
        sha256=draw(st.sampled_from(["0" * 64, "1e" + "5" * 62, "af" * 32])),
        layout=draw(texts() | st.just("mfa-2024")),
        **{name: draw(strategy) for name, strategy in optional.items()},
    )
    transcript = Transcript(
        id=draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True)),
        kind=draw(st.sampled_from(BRIEFING_KINDS)),
        title=draw(texts() | words()),
        date=draw(st.none() | st.dates().map(str)),
        language=draw(st.sampled_from(["en", "no", "zh-Hant", "es-419"])),
        speakers=tuple(draw(st.lists(texts(), max_size=2))),
        source=source,
        sections=tuple(draw(sections(identifier, controls)) for identifier in identifiers),
        apparatus=draw(st.just(Apparatus()) | _entries()),
        published=draw(MOMENTS),
        rights=draw(st.none() | st.builds(Rights, texts(), ADDRESSES)),
        notes=tuple(draw(st.lists(texts(), max_size=2))),
        starts=draw(MOMENTS),
        ends=draw(MOMENTS),
        place=draw(st.none() | texts()),
        versions=draw(st.just(()) | st.tuples(_versions())),
        revisions=draw(st.just(()) | st.tuples(_revisions())),
        doubts=tuple(draw(st.lists(st.builds(Doubt, texts(), st.none() | st.integers(1, 10**6)), max_size=2))),
    )
    if draw(st.booleans()):
        default = DEFAULT_SECTION_KIND[transcript.kind]
        usual = tuple(dataclasses.replace(section, kind=default) for section in transcript.sections)
        transcript = dataclasses.replace(transcript, sections=usual)
    return transcript
