"""The plain-text copy of a briefing: briefings/ID.txt, for readers without a browser and for the next fifty years.

One paragraph is one line, nothing is wrapped. It must not leave out or change a word of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from edition.abstracts import number_of
from edition.config import Config
from edition.exports.writing import encode_text
from edition.model import AnnotatedSection, Briefing, Paragraph
from edition.urls import briefing_path, canonical
from edition.versions import LinkedVersion

#: The interface words of the head, by their keys.
WORDS: Final = (
    "text.date",
    "text.undated",
    "text.starts",
    "text.ends",
    "text.place",
    "text.published",
    "text.speakers",
    "text.publisher",
    "text.source",
    "text.edition",
    "text.release",
    "text.address",
    "text.rights",
    "text.version",
    "text.note",
)


def make_text(
    briefing: Briefing, config: Config, words: Callable[[str], str], versions: Iterable[LinkedVersion] = ()
) -> bytes:
    """Return the bytes of briefings/ID.txt; `words` gives the interface word of a key of `WORDS`.

    `versions`: the same briefing in other languages.
    """
    transcript = briefing.transcript
    lines = [transcript.title, "=" * min(len(transcript.title), 78), ""]
    lines += [f"{words(key)}: {value}" for key, value in _head(briefing, config, words, versions)]
    for section in briefing.sections:
        lines += ["", "", *_write_section(section, number_of(briefing, section.section.id))]
    return encode_text("\n".join(lines) + "\n")


def _head(
    briefing: Briefing, config: Config, words: Callable[[str], str], versions: Iterable[LinkedVersion]
) -> Iterator[tuple[str, str]]:
    transcript = briefing.transcript
    rights = briefing.rights or transcript.rights
    release = config.release
    yield "text.date", transcript.date or words("text.undated")
    for key, value in (
        ("text.starts", transcript.starts),
        ("text.ends", transcript.ends),
        ("text.place", transcript.place),
    ):
        if value:
            yield key, value
    if transcript.published:
        yield "text.published", transcript.published
    if briefing.speakers:
        yield "text.speakers", ", ".join(speaker.name for speaker in briefing.speakers)
    publisher = transcript.source.publisher or config.publisher
    if publisher:
        yield "text.publisher", publisher
    yield "text.source", transcript.source.url or transcript.source.file
    yield "text.edition", config.title
    if release and release.name:
        yield "text.release", f"{release.label} ({release.date})" if release.date else release.label
    if config.site_url:
        yield "text.address", canonical(config.site_url, briefing_path(transcript.id))
    if rights:
        yield "text.rights", f"{rights.text} ({rights.url})" if rights.url else rights.text
    for version in versions:
        yield "text.version", f"{version.language}, {f'{version.briefing}.txt' if version.briefing else version.url}"
    for note in transcript.notes:
        yield "text.note", note


def _write_section(annotated: AnnotatedSection, number: str) -> Iterator[str]:
    section = annotated.section
    yield f"§{number}  {section.heading}" if section.heading else f"§{number}"
    if section.occasion:
        yield from ("", section.occasion.printed)
    for turn in section.turns:
        label = f"{turn.label}: " if turn.label is not None else ""
        for paragraph in turn.paragraphs:
            yield from ("", label + _show_deletions(paragraph))
            label = ""


def _show_deletions(paragraph: Paragraph) -> str:
    """Return the paragraph's text; what the source struck out stands between ~~ and ~~, as in the Markdown copy."""
    text = paragraph.text
    for mark in sorted(paragraph.marks, key=lambda m: m.start, reverse=True):
        if mark.kind == "deleted":
            text = f"{text[: mark.start]}~~{text[mark.start : mark.end]}~~{text[mark.end :]}"
    return text
