"""A later witness of a known briefing: what it changes, and the briefing with these changes beside the editor's own.

This module must not write a file, and must not change a byte of a briefing but to enter the revision.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edition.config import Config
from edition.containers import page_lines
from edition.importing.differences import differences, merge_words, pair_texts, phrases, word_tokens
from edition.importing.kept import SOURCES, Existing, Held
from edition.importing.transcribing import make_transcripts
from edition.layouts.parts import Known
from edition.model import (
    Apparatus,
    Authorities,
    Change,
    Doubt,
    Emendation,
    Locus,
    Mark,
    Paragraph,
    Revision,
    Section,
    Source,
    Transcript,
    Turn,
)
from edition.problems import Problem, Refused
from edition.transcripts import FRONT_MATTER_KEYS, dumps, faults_of, loads
from edition.witnesses import Witness, make_witness
from edition.words import check_conservation, fold

_TOP_KEY = re.compile(r"([a-z]+):")
#: Fields of a transcript whose change a revision tells.
_TOLD_FIELDS = ("title", "date", "published", "starts", "ends", "place", "speakers")
_FIELDS = (*_TOLD_FIELDS, "kind", "language", "rights", "notes", "versions")
_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True, slots=True)
class Text:
    """A transcript and the lines of the witness that it was made from."""

    transcript: Transcript
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision of a briefing. `briefing`: the published file with the revision entered, None where it can't be;
    `waiting`: the transcript that waits for the editor, None where no word of the text changed; `doubts`: what
    collides.
    """

    changes: tuple[Change, ...]
    briefing: str | None
    waiting: str | None
    doubts: tuple[Doubt, ...] = ()


def parse_day(typed: str | None, option: str = "--received") -> str:
    """Return the day that was typed behind an option of the command line, else today. Raises Refused."""
    try:
        day = day_of_import() if typed is None else datetime.date.fromisoformat(typed).isoformat()
    except (ValueError, OverflowError, OSError):
        what = "SOURCE_DATE_EPOCH" if typed is None else option
        raise Refused(Problem(Locus(what), "not a day", f"write it so: {option} 2026-01-31")) from None
    return day


def read_text(file: Path) -> str:
    """Return a transcript's file with its line ends as they are; raises Refused where it is no UTF-8."""
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as e:
        raise Refused(Problem(Locus(file.as_posix()), f"not UTF-8 at byte {e.start}", "save it as UTF-8")) from None


def read_base(
    edition_dir: Path, held: Held, place: int, config: Config, known: Known, authorities: Authorities
) -> Text | None:
    """Return the program's reading of the kept witness of a briefing, None where it is gone or was changed. `place`:
    of several briefings in one witness, which one, where date and title don't tell.
    """
    try:
        data = (edition_dir / SOURCES / held.path).read_bytes()
        witness = make_witness(held.path, f"{SOURCES}/{held.path}", data)
        if not held.path or witness.sha256 != held.sha256:
            return None
        readings = [r.transcript for r in make_transcripts(witness, config, known, authorities)]
    except (OSError, ValueError, RecursionError, Refused):
        return None
    transcript = chosen_reading(readings, held, place)
    source = replace(transcript.source, path=held.path)
    return text_of(replace(transcript, id=held.id, source=source), witness)


def chosen_reading(readings: Sequence[Transcript], held: Held, place: int) -> Transcript:
    """Return the one of a witness's briefings that is the known one: by date and title, else by its place."""
    same = [t for t in readings if (t.date or "", fold(t.title)) == (held.date, fold(held.title))]
    return same[0] if same else readings[min(place, len(readings) - 1)]


def made_anew(
    edition_dir: Path, briefing: str, waiting: Transcript, published: str, existing: Existing, config: Config,
    known: Known, authorities: Authorities,
) -> str | None:  # fmt: skip
    """Return what the import would let wait now, None where a witness is gone or the briefing can't be read."""
    held = [h for every in existing.by_path.values() for h in every]
    name, path = waiting.id, waiting.source.path
    mine = next((h for h in held if h.id == name), None)
    if mine is None or path is None:
        return None
    place = [h.id for h in held if h.path == mine.path].index(name)
    try:
        loads(published, briefing)
        data = (edition_dir / SOURCES / path).read_bytes()
        witness = make_witness(path, f"{SOURCES}/{path}", data)
        readings = [r.transcript for r in make_transcripts(witness, config, known, authorities)]
    except (OSError, ValueError, Refused):
        return None
    base = read_base(edition_dir, mine, place, config, known, authorities)
    new = replace(chosen_reading(readings, mine, place), id=name, source=waiting.source)
    return revise(published, briefing, base, text_of(new, witness), day_of_import()).waiting


def day_of_import() -> str:
    """Return today as YYYY-MM-DD, by the local clock; of SOURCE_DATE_EPOCH (seconds, UTC) where that is set."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    return datetime.date.today().isoformat()


def text_of(transcript: Transcript, witness: Witness) -> Text:
    """Return a transcript with its witness's lines, as conservation counts them."""
    return Text(transcript, page_lines(witness.text) if witness.container == "html" else witness.lines)


def revise(published: str, name: str, base: Text | None, new: Text, received: str) -> Revised:
    """Return the revision of a briefing by a new witness.

    `published`: the briefing's file as it stands; `name`: its name, for messages; `base`: the program's reading of the
    witness that it was made from, None where that can't be read any more (then the published text stands for it);
    `received`: the day, YYYY-MM-DD. The changes are those between the two readings, with the published ids.
    """
    try:
        mine: Transcript | None = loads(published, name)
    except Refused as refused:
        mine = None
        if base is None:
            raise Refused(*refused.problems) from None
    read = base.transcript if base else mine or new.transcript
    read = _with_ids_of(mine, read) if mine else read
    numbered = _numbered(read, new.transcript, mine)
    changes = changes_between(read, numbered)
    if not changes:
        return Revised((), None, None)
    source = new.transcript.source
    earlier = [r for r in mine.revisions if r.sha256 == source.sha256] if mine else []
    entry = Revision(earlier[0].received if earlier else received, source.path or "", source.sha256, changes)
    own = () if mine is None else tuple(r for r in mine.revisions if r.sha256 != source.sha256)
    if mine is None:
        doubts: tuple[Doubt, ...] = (Doubt("the briefing could not be read: what its editor changed is not in here"),)
        merged = numbered
    else:
        merged, doubts = _merge(read, base.lines if base else (), mine, numbered, new.lines)
    told = {d.text for d in read.doubts}
    kept = (*(mine.doubts if mine else ()), *(d for d in numbered.doubts if mine is None or d.text not in told))
    merged = replace(
        merged,
        revisions=(*own, replace(entry, taken=True)),
        doubts=tuple(dict.fromkeys((*kept, *doubts))),
        source=_merged_source(read, mine, new.transcript),
    )
    if faults := faults_of(merged):
        merged = replace(
            numbered, revisions=merged.revisions, doubts=(*merged.doubts, Doubt(f"not merged: {faults[0]}"))
        )
    briefing = published if earlier else _entered(published, name, mine, entry)
    return Revised(changes, briefing, dumps(merged), doubts)


def _merged_source(base: Transcript, mine: Transcript | None, new: Transcript) -> Source:
    ours = mine.source if mine else base.source
    given = {
        name: getattr(ours, name)
        for name in ("publisher", "retrieved", "url")
        if getattr(ours, name) != getattr(base.source, name) or getattr(new.source, name) is None
    }
    return replace(new.source, **given)


# ── What changed ────────────────────────────────────────────────────────────────────────────────────────────────────


def changes_between(old: Transcript, new: Transcript) -> tuple[Change, ...]:
    """Return the changes of fields and words from one transcript to another, whose sections have the same ids where
    they are the same ones; in the order of the new text, what is gone where it stood.
    """
    out = [
        Change(f"{name}: {_shown(a)}" if a else "", f"{name}: {_shown(b)}" if b else "")
        for name in _TOLD_FIELDS
        if (a := getattr(old, name)) != (b := getattr(new, name))
    ]
    there = {s.id: i for i, s in enumerate(old.sections)}
    at = 0
    for section in new.sections:
        i = there.get(section.id)
        if i is None:
            out.append(Change("", fold(_text_of(section)), section.id))
            continue
        out += [Change(fold(_text_of(s)), "", s.id) for s in old.sections[at:i]]
        at = max(at, i + 1)
        out += [Change(a, b, section.id) for a, b in phrases(_text_of(old.sections[i]), _text_of(section))]
    out += [Change(fold(_text_of(s)), "", s.id) for s in old.sections[at:]]
    return tuple(out)


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _text_of(section: Section, labels: bool = True) -> str:
    """Return the printed words of a section, a paragraph a line; what is struck out between tildes."""
    out = [section.heading] if section.heading and section.printed else []
    out += [section.occasion.printed] if section.occasion else []
    for turn in section.turns:
        for i, p in enumerate(turn.paragraphs or (Paragraph("", ""),)):
            text = _struck(p)
            out.append(f"{turn.label}: {text}" if labels and i == 0 and turn.label else text)
    return "\n".join(out)


def _struck(p: Paragraph) -> str:
    text = p.text
    for mark in reversed([m for m in p.marks if m.kind == "deleted"]):
        text = f"{text[: mark.start]}~~{text[mark.start : mark.end]}~~{text[mark.end :]}"
    return text


# ── Ids ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _with_ids_of(mine: Transcript, read: Transcript) -> Transcript:
    """Return a reading under the ids that the editor's file gives the same words."""
    pairs = {j: i for i, j in _paired(mine.sections, read.sections, named=True)}
    taken = {mine.sections[i].id for i in pairs.values()} | {s.id for s in mine.sections}
    sections: list[Section] = []
    for j, section in enumerate(read.sections):
        if j in pairs:
            sections.append(_under(section, mine.sections[pairs[j]]))
        else:
            name = section.id if section.id not in taken else _free(section.id, taken)
            taken.add(name)
            sections.append(_under(section, replace(section, id=name, turns=())))
    return replace(read, sections=tuple(sections))


def _numbered(base: Transcript, new: Transcript, mine: Transcript | None) -> Transcript:
    """Return the new reading under the ids of the old one, a section that is new under a free one."""
    pairs = {j: i for i, j in _paired(base.sections, new.sections)}
    used = {s.id for t in (base, mine) if t for s in t.sections}
    used |= {c.section for r in (mine.revisions if mine else ()) for c in r.changes if c.section}
    names: dict[str, str] = {}
    for j, section in enumerate(new.sections):
        name = base.sections[pairs[j]].id if j in pairs else _free(section.id, used)
        used.add(name)
        names[section.id] = name
    sections: list[Section] = []
    for j, section in enumerate(new.sections):
        like = base.sections[pairs[j]] if j in pairs else replace(section, id=names[section.id], turns=())
        renamed = _under(section, like)
        attributes = tuple((n, _followed(v, names) if n == "follows" else v) for n, v in renamed.attributes)
        sections.append(replace(renamed, attributes=attributes))
    return replace(new, id=base.id, sections=tuple(sections))


def _followed(value: str, names: dict[str, str]) -> str:
    return " ".join(names.get(word, word) for word in value.split(" "))


def _free(name: str, used: Iterable[str]) -> str:
    """Return the next number behind the letters of `name` that was never used: an id is for good."""
    letters = re.match(r"[a-z]+", name)
    stem = letters[0] if letters else "s"
    numbers = [int(u[len(stem) :]) for u in used if u.startswith(stem) and u[len(stem) :].isdecimal()]
    return f"{stem}{max(numbers, default=0) + 1}"


def _paired(a: Sequence[Section], b: Sequence[Section], named: bool = False) -> list[tuple[int, int]]:
    names = ([s.id for s in a], [s.id for s in b]) if named else None
    return pair_texts([_text_of(s, labels=False) for s in a], [_text_of(s, labels=False) for s in b], names)


def _under(section: Section, like: Section) -> Section:
    """Return a section under the id of `like`, its paragraphs under the ids of those that they are there."""
    theirs, ours = like.paragraphs, section.paragraphs
    pairs = {j: i for i, j in pair_texts([p.text for p in theirs], [p.text for p in ours])}
    used = {p.id for p in theirs}
    numbers = [int(found[2]) for u in used if (found := _NUMBERED.fullmatch(u)) and found[1] == f"{like.id}."]
    highest = max(numbers, default=0)
    ids: list[str] = []
    for j in range(len(ours)):
        if j in pairs:
            ids.append(theirs[pairs[j]].id)
            continue
        highest += 1
        ids.append(f"{like.id}.{highest}")
    names = iter(ids)
    turns = tuple(replace(t, paragraphs=tuple(replace(p, id=next(names)) for p in t.paragraphs)) for t in section.turns)
    return replace(section, id=like.id, turns=turns)


# ── The editor's changes and the witness's, together ────────────────────────────────────────────────────────────────


def _merge(
    base: Transcript, old_lines: Sequence[str], mine: Transcript, new: Transcript, lines: Sequence[str]
) -> tuple[Transcript, tuple[Doubt, ...]]:
    """Return the new reading with what the editor's file changes of the old one, and what collides.

    Where the whole would not have every word of the new witness (an editor moved words between sections that changed
    too), the editor's changes of words stay out, and a doubt names each of their sections.
    """
    doubts: list[Doubt] = []
    fields: dict[str, Any] = {name: _field(base, mine, new, name, doubts) for name in _FIELDS}
    apparatus, lost = _merged_apparatus(base, old_lines, mine, new, lines)
    sections, collisions = _merged_sections(base, mine, new)
    merged = replace(new, id=mine.id, sections=sections, apparatus=apparatus, **fields)
    allowed = len(check_conservation(old_lines, mine, every=True)) if old_lines else 0
    problems = check_conservation(lines, merged, every=True)
    if len(problems) <= allowed and not faults_of(merged):
        return merged, (*doubts, *lost, *collisions)
    theirs = {s.id: s for s in mine.sections}
    befores = {s.id: s for s in base.sections}
    plain = tuple(
        _dressed(befores[s.id], theirs[s.id], s) if s.id in theirs and s.id in befores else s for s in new.sections
    )
    for s in mine.sections:
        if s.id not in befores or word_tokens(_text_of(s)) != word_tokens(_text_of(befores[s.id])):
            doubts.append(Doubt(f"{s.id}: what the editor changed in its words is not in here; see the published text"))
    for id_ in befores:
        if id_ not in theirs:
            doubts.append(Doubt(f"{id_}: the editor had joined or removed it; here it stands as in the witness"))
    return replace(new, id=mine.id, sections=plain, **fields), tuple(doubts)


def _field(base: Transcript, mine: Transcript, new: Transcript, name: str, doubts: list[Doubt]) -> Any:
    was, ours, theirs = (getattr(t, name) for t in (base, mine, new))
    if ours in (was, theirs):
        return theirs
    if theirs != was:
        message = (
            f"{name}: the editor has “{_shown(ours)}”, the new witness “{_shown(theirs)}”; the editor's stands here"
        )
        doubts.append(Doubt(message))
    return ours


def _merged_sections(base: Transcript, mine: Transcript, new: Transcript) -> tuple[tuple[Section, ...], list[Doubt]]:
    befores = {s.id: s for s in base.sections}
    ours = {s.id: s for s in mine.sections}
    news = {s.id for s in new.sections}
    doubts: list[Doubt] = []
    # A section that only the editor's file has goes with the one before it.
    following: dict[str, list[Section]] = {}
    last = ""
    for s in mine.sections:
        if s.id in befores:
            last = s.id
        else:
            following.setdefault(last, []).append(s)
    out = list(following.get("", ()))
    for s in new.sections:
        before, own = befores.get(s.id), ours.get(s.id)
        if before is None:
            out.append(s)
        elif own is not None:
            out.append(_merged_section(before, own, s, doubts))
        elif word_tokens(_text_of(before)) != word_tokens(_text_of(s)):
            out.append(s)
            doubts.append(Doubt(f"{s.id}: the editor had joined or removed it; the new witness changes it"))
        out += following.get(s.id, ())
    for s in base.sections:
        if s.id in ours and s.id not in news and word_tokens(_text_of(s)) != word_tokens(_text_of(ours[s.id])):
            doubts.append(Doubt(f"{s.id}: the editor had changed it; the new witness does not have it"))
    return tuple(out), doubts


def _dressed(before: Section, own: Section, new: Section) -> Section:
    """Return a section of the new witness with what the editor says of it."""
    given = {
        name: getattr(own, name)
        for name in ("kind", "heading", "printed", "proposed", "occasion", "attributes")
        if getattr(own, name) != getattr(before, name)
    }
    return replace(new, **given)


def _merged_section(before: Section, own: Section, new: Section, doubts: list[Doubt]) -> Section:
    dressed = _dressed(before, own, new)
    if _text_of(before) == _text_of(new):
        return replace(dressed, turns=own.turns)
    shapes = [[(t.role, len(t.paragraphs)) for t in s.turns] for s in (before, own)]
    if shapes[0] != shapes[1]:
        message = f"{own.id}: the editor and the new witness both changed it; the witness's words stand here"
        doubts.append(Doubt(message))
        return dressed
    was = before.paragraphs
    theirs = dict(zip((p.id for p in was), own.paragraphs, strict=True))
    first = {p.id: p for p in was}
    labels = {
        t.paragraphs[0].id: (t.label, o.label)
        for t, o in zip(before.turns, own.turns, strict=True)
        if t.paragraphs and o.paragraphs
    }

    def paragraph(p: Paragraph) -> Paragraph:
        if p.id not in theirs:
            return p
        mine, old = theirs[p.id], first[p.id]
        text = merge_words(old.text, mine.text, p.text)
        if text is None:
            doubts.append(
                Doubt(f"{mine.id}: the editor has “{_brief(mine.text)}”, the new witness “{_brief(p.text)}”, here")
            )
            text = p.text
        kind = mine.kind if mine.kind != old.kind else p.kind
        return replace(p, id=mine.id, text=text, kind=kind, marks=_carried(mine, p, text))

    def turn(t: Turn) -> Turn:
        label = t.label
        if t.paragraphs and t.paragraphs[0].id in labels:
            old, mine = labels[t.paragraphs[0].id]
            label = mine if t.label == old else label
        return replace(t, label=label, paragraphs=tuple(paragraph(p) for p in t.paragraphs))

    gone = {p.id for p in was} - {p.id for p in new.paragraphs}
    for id_ in sorted(gone):
        if theirs[id_].text != first[id_].text:
            doubts.append(Doubt(f"{id_}: the editor had changed it; the new witness does not have it"))
    return replace(dressed, turns=tuple(turn(t) for t in new.turns))


def _brief(text: str) -> str:
    text = fold(text)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _carried(mine: Paragraph, new: Paragraph, text: str) -> tuple[Mark, ...]:
    """Return the marks that a merged text has: the editor's on entities, the witness's of what it strikes out; those
    whose words changed are gone.
    """
    if text == mine.text and not any(m.kind == "deleted" for m in (*mine.marks, *new.marks)):
        return mine.marks
    found: list[Mark] = []
    for p, kind in ((mine, "entity"), (new, "deleted")):
        marks = [m for m in p.marks if m.kind == kind]
        if not marks:
            continue
        changed = differences(p.text, text)
        for m in marks:
            if any((d.a1 < m.end and m.start < d.a2) or m.start < d.a1 == d.a2 < m.end for d in changed):
                continue
            shift = sum((d.b2 - d.b1) - (d.a2 - d.a1) for d in changed if d.a2 <= m.start)
            found.append(replace(m, start=m.start + shift, end=m.end + shift))
    return tuple(sorted(found, key=lambda m: (m.start, -m.end, m.kind)))


def _merged_apparatus(
    base: Transcript, old_lines: Sequence[str], mine: Transcript, new: Transcript, lines: Sequence[str]
) -> tuple[Apparatus, list[Doubt]]:
    """Return the new reading's apparatus with the entries that the editor added, at the lines where their words stand
    now, and without those that the editor removed.
    """
    doubts: list[Doubt] = []
    lists: dict[str, tuple[Any, ...]] = {}
    for name in ("metadata", "dropped", "emendations"):
        was, ours, theirs = (getattr(t.apparatus, name) for t in (base, mine, new))
        keys = {replace(e, line=None) for e in was}, {replace(e, line=None) for e in ours}
        entries = [e for e in theirs if replace(e, line=None) not in keys[0] - keys[1]]
        for e in ours:
            if replace(e, line=None) in keys[0]:
                continue
            words = e.before if isinstance(e, Emendation) else e.text
            line = _line_of(words, e.line, old_lines, lines)
            if line is None:
                doubts.append(Doubt(f"apparatus: “{_brief(words)}” of the editor does not stand in the new witness"))
            else:
                entries.append(replace(e, line=line))
        lists[name] = tuple(sorted(entries, key=lambda e: e.line or 0))
    return Apparatus(**lists), doubts


def _line_of(words: str, line: int | None, old: Sequence[str], new: Sequence[str]) -> int | None:
    """Return where words stand in the new lines: in the line that is the same as their old one, else in the nearest."""
    folded = fold(words)
    places = [i for i, text in enumerate(new, 1) if folded and folded in fold(text)]
    if not places:
        return None
    before = fold(old[line - 1]) if line and line <= len(old) else None
    return min(places, key=lambda i: (fold(new[i - 1]) != before, abs(i - (line or i)), i))


# ── The entry in the editor's file ──────────────────────────────────────────────────────────────────────────────────


def _entered(published: str, name: str, mine: Transcript | None, entry: Revision) -> str | None:
    """Return the editor's file with a revision in its front matter and every other byte as it was; None where the
    result would not read as just that.
    """
    if mine is None:
        return None
    lines = published.splitlines(keepends=True)
    ends = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    close = next((i for i, text in enumerate(lines) if i and text.strip() == "---"), 0)
    whole = dumps(replace(mine, revisions=(entry,))).split("\n")
    begins = whole.index("revisions:")
    length = next(i for i, text in enumerate(whole[begins + 1 :]) if text[:1] != " ")
    item = whole[begins + 1 : begins + 1 + length]
    block = next((i for i in range(1, close) if lines[i].rstrip() == "revisions:"), None)
    if block is not None:
        at = block + 1
        inside = [i for i in range(block + 1, _block_end(lines, block, close)) if lines[i].strip()]
        dash = next((lines[i] for i in inside if lines[i].lstrip().startswith("-")), "  -")
        indent = len(dash) - len(dash.lstrip())
        item = [" " * indent + text[2:] for text in item]
        at = inside[-1] + 1 if inside else at
    else:
        later = FRONT_MATTER_KEYS[FRONT_MATTER_KEYS.index("revisions") + 1 :]
        at = next((i for i in range(1, close) if (k := _TOP_KEY.match(lines[i])) and k[1] in later), close)
        while at > 1 and lines[at - 1].startswith("#"):
            at -= 1
        item = ["revisions:", *item]
    text = "".join([*lines[:at], *(f"{x}{ends}" for x in item), *lines[at:]])
    try:
        return text if loads(text, name) == replace(mine, revisions=(*mine.revisions, entry)) else None
    except Refused:
        return None


def _block_end(lines: Sequence[str], start: int, close: int) -> int:
    return next((i for i in range(start + 1, close) if lines[i].strip() and lines[i][0] not in " -#"), close)
