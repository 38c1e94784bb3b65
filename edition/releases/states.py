"""What a release keeps of a briefing, and how two states of it differ, in words.

    describe_text(transcript) -> TextState        compare(before, now, read) -> Change | None

A state has fingerprints of a text and not the text. The words before and after a correction come from the apparatus,
where the conservation of words has every one of them recorded. This module must not call it a correction when only the
editor's own headings and tags, or the division into paragraphs, have changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from edition.model import Section, Transcript
from edition.words import fold

#: added: wasn't in the release before. corrected: its words or its date are others. noted: a later witness was entered,
#: whose words the text hasn't taken over. withdrawn: isn't there any more. kept: to a reader nothing has changed, only
#: the division of what was left out; releases record it so that nothing of it is told as a change later.
ChangeKind = Literal["added", "corrected", "noted", "withdrawn", "kept"]
CHANGES: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)

#: What an erratum is: the title, the date, an emendation by the editor, one taken back, words that the source's later
#: witness has in place of others (taken over, or only noted), a line that is left out now, a section that is new, gone,
#: or has other words of which the apparatus says no more.
ErratumKind = Literal[
    "title", "date", "emended", "restored", "revised", "noticed", "left-out", "section-added", "section-gone",
    "reworded",
]  # fmt: skip

_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class TextState:
    """What a release keeps of a briefing. `sections`: each id with eight digits of the SHA-256 of its words, parted by
    colon and blanks; `emendations`: (before, after, reason); `left_out`: fingerprints of lines that were left out,
    parted by blanks; `revisions`: checksum of each later witness, with a plus where its words were taken over.
    """

    id: str
    title: str
    date: str | None
    language: str
    sections: str
    emendations: tuple[tuple[str, str, str], ...] = ()
    left_out: str = ""
    revisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erratum:
    """A difference between two states. `section`: its id, "" where it isn't one section's; `date`: the day on which a
    later witness was received, "" of all others.
    """

    kind: ErratumKind
    section: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a briefing between two releases. `state`: after it, None where it was withdrawn."""

    kind: ChangeKind
    id: str
    title: str
    date: str | None
    language: str
    state: TextState | None
    errata: tuple[Erratum, ...] = ()


def describe_text(transcript: Transcript) -> TextState:
    """Return what a release keeps of a briefing: a pure function of its transcript."""
    apparatus = transcript.apparatus
    return TextState(
        id=transcript.id,
        title=fold(transcript.title),
        date=transcript.date,
        language=transcript.language,
        sections=" ".join(f"{s.id}:{_fingerprint(_words_of(s))}" for s in transcript.sections),
        emendations=tuple(
            dict.fromkeys((fold(e.before), fold(e.after), fold(e.reason)) for e in apparatus.emendations)
        ),
        left_out=" ".join(sorted({_fingerprint(fold(line.text)) for line in apparatus.dropped})),
        revisions=tuple(f"{r.sha256[:16]}{'+' if r.taken else ''}" for r in transcript.revisions),
    )


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _words_of(section: Section) -> str:
    """Return the printed words of a section as one line; what the source struck out stands between tildes."""
    parts = [section.heading or ""] if section.printed else []
    for turn in section.turns:
        parts.append(f"{turn.label}:" if turn.label else "")
        for paragraph in turn.paragraphs:
            text = paragraph.text
            for mark in sorted((m for m in paragraph.marks if m.kind == "deleted"), key=lambda m: -m.start):
                text = f"{text[: mark.start]}~~{text[mark.start : mark.end]}~~{text[mark.end :]}"
            parts.append(text)
    return fold(" ".join(parts))


def compare(before: TextState | None, now: TextState, read: Callable[[], Transcript]) -> Change | None:
    """Return what became of a briefing since the state `before` (None: it wasn't there), None where nothing did.

    `read` gives its transcript, which is asked for only where its text is another one.
    """
    if now == before:
        return None
    if before is None:
        return Change("added", now.id, now.title, now.date, now.language, now)
    errata = tuple(_find_errata(before, now, read()))
    kind: ChangeKind = "corrected" if any(erratum.kind != "noticed" for erratum in errata) else "noted"
    if not errata:
        kind = "kept"
    return Change(kind, now.id, now.title, now.date, now.language, now, errata)


def withdraw(before: TextState, reason: str = "") -> Change:
    """Return that a briefing is there no more."""
    errata = (Erratum("section-gone", reason=reason),) if reason else ()
    return Change("withdrawn", before.id, before.title, before.date, before.language, None, errata)


def parse_sections(text: str) -> dict[str, str]:
    """Return id → fingerprint of the sections of a state."""
    pairs = (part.rpartition(":") for part in text.split())
    return {id: digits for id, _, digits in pairs}


def _find_errata(before: TextState, now: TextState, transcript: Transcript) -> Iterator[Erratum]:
    if before.title != now.title:
        yield Erratum("title", before=before.title, after=now.title)
    if before.date != now.date:
        yield Erratum("date", before=before.date or "", after=now.date or "")
    old, new = parse_sections(before.sections), parse_sections(now.sections)
    changed = [id for id in new if id in old and old[id] != new[id]]
    told = list(_find_recorded(before, now, transcript, changed))
    yield from told
    explained = {erratum.section for erratum in told if erratum.kind != "noticed"}
    yield from (Erratum("section-added", id) for id in new if id not in old)
    yield from (Erratum("section-gone", id) for id in old if id not in new)
    yield from (Erratum("reworded", id) for id in changed if id not in explained)


def _find_recorded(
    before: TextState, now: TextState, transcript: Transcript, changed: Iterable[str]
) -> Iterator[Erratum]:
    """Yield what the apparatus tells of a change, with its words."""
    texts = {section.id: _words_of(section) for section in transcript.sections}
    places = {id: texts[id] for id in changed}
    known = set(before.revisions)
    for revision, mark in zip(transcript.revisions, now.revisions, strict=True):
        if mark in known:
            continue
        kind: ErratumKind = "revised" if revision.taken else "noticed"
        for change in revision.changes:
            yield Erratum(kind, change.section or "", fold(change.before), fold(change.after), "", revision.received)
        if not revision.changes:
            yield Erratum(kind, date=revision.received)
    old, new = ({(was, is_now): reason for was, is_now, reason in state.emendations} for state in (before, now))
    for (was, is_now), reason in new.items():
        if (was, is_now) not in old:
            yield Erratum("emended", _find_section(places, texts, is_now), was, is_now, reason)
    for was, is_now in old:
        if (was, is_now) not in new:
            yield Erratum("restored", _find_section(places, texts, was), is_now, was)
    if places:
        # without a changed text it is only the division of what was left out all along
        known = set(before.left_out.split())
        for line in transcript.apparatus.dropped:
            text = fold(line.text)
            if _fingerprint(text) not in known:
                yield Erratum("left-out", before=text, reason=fold(line.reason))


def _find_section(places: Mapping[str, str], texts: Mapping[str, str], words: str) -> str:
    """Return the section that holds the words, one whose text has changed before others; "" where that isn't sure."""
    for among in (places, texts):
        found = [id for id, text in among.items() if words and words in text]
        if len(found) == 1:
            return found[0]
    return next(iter(places)) if len(places) == 1 else ""
