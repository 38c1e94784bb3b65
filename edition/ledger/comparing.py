"""One briefing as published and as its transcript stands now → what has to be written so that every id keeps its words.

    compare_briefing(recorded, transcript, departed) -> Comparison

A pure function of its arguments, so that its result can be kept by their hashes. This module must not change a
transcript, and takes nothing for the same that it isn't sure of: what it doesn't know is asked (`lost`, `rewritten`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Final

from edition.ledger.fingerprints import HASH_LENGTH, hash_words, likeness, sketch_words, sketched_words
from edition.ledger.records import (
    Print,
    RecordedBriefing,
    RecordedParagraph,
    RecordedSection,
    natural_key,
    write_block,
)
from edition.model import Transcript
from edition.transcripts import first_paragraph_id, following_id, lettered_id

#: From this likeness on, other words under the same id are the same paragraph, corrected. Of 17,000 paragraphs of real
#: briefings one or two slips left fewer than one in a thousand below it, and of two paragraphs of one briefing one pair
#: in 700 reaches it, most of them set phrases (docs/decisions.md).
CORRECTED: Final = 0.5
#: From this likeness on, a text of many words is taken to stand elsewhere now, corrected.
MOVED: Final = 0.6
#: Groups of a sketch that hold words, below which a text is too short to be known again at another place.
TELLING: Final = 6
MANY: Final = 8
#: Into how many paragraphs one may have been split.
PARTS: Final = 12
#: Longer paragraphs aren't searched for others that were joined.
LONGEST: Final = 20_000
#: How many pairs are compared by likeness; beyond, only those near each other.
PAIRS: Final = 250_000
NEAR: Final = 40

_SECTION_NUMBER = re.compile(r"([a-z]+)(\d+)[a-z]*")
_BOUNDARY = re.compile(r"\s+|(?<=[。！？；])")


@dataclass(frozen=True, slots=True)
class ParagraphEdit:
    """An id to be written at the end of a paragraph. `was`: the id that it has now; `published`: these words were
    published under `id`, otherwise they are new and `was` belongs to others.
    """

    line: int
    id: str
    was: str
    published: bool


@dataclass(frozen=True, slots=True)
class HeadingEdit:
    """An id to be written into a section's heading in place of `was`; `published` as for paragraphs."""

    line: int
    id: str
    was: str
    published: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """A published anchor whose words stand under another id now. `section`: it was a section."""

    anchor: str
    now: str
    line: int
    section: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of a published briefing.

    `headings`, `paragraphs`: ids to be written; `joined`: anchors that lead to others now; `lost`: anchors whose words
    are nowhere; `rewritten`: (anchor, line) of ids under which quite other words stand, while the old ones are nowhere;
    `corrected`: ids whose words changed a little; `added`: ids that are new; `revived`: anchors that an editor said had
    departed, and that have their words again. `ids`: of every section of the transcript, in order, its id and those of
    its paragraphs as they are to be. `block`: the lines of the ledger as they are once nothing is asked.
    """

    headings: tuple[HeadingEdit, ...] = ()
    paragraphs: tuple[ParagraphEdit, ...] = ()
    joined: tuple[Joined, ...] = ()
    lost: tuple[str, ...] = ()
    rewritten: tuple[tuple[str, int], ...] = ()
    corrected: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()
    ids: tuple[tuple[str, tuple[str, ...]], ...] = ()
    block: str = ""

    @property
    def asks(self) -> bool:
        """Whether an editor has to decide something before this can be published."""
        return bool(self.headings or self.paragraphs or self.joined or self.lost or self.rewritten)


@dataclass(frozen=True, slots=True)
class _Old:
    """A published paragraph and the section it is recorded under. `departed`: an editor has said what became of it,
    so that it is looked for no more, and only helps to know a paragraph again that it was joined with.
    """

    id: str
    section: str
    prints: tuple[Print, ...]
    departed: bool

    @property
    def telling(self) -> int:
        return max((sketched_words(p.sketch) for p in self.prints if p.sketch), default=0)


@dataclass
class _Current:
    """A paragraph of the transcript; its sketch is made when it is needed."""

    id: str
    section: int
    text: str
    line: int
    written: bool

    @cached_property
    def hash(self) -> str:
        return hash_words(self.text)

    @cached_property
    def sketch(self) -> str:
        return sketch_words(self.text)

    def likeness(self, old: _Old) -> float:
        return max((likeness(p.sketch, self.sketch) for p in old.prints if p.sketch), default=0.0)


def _has(prints: Sequence[Print], current: _Current) -> bool:
    return any(p.hash == current.hash for p in prints)


def record_briefing(transcript: Transcript) -> RecordedBriefing:
    """Return a briefing as the ledger records it when it is published for the first time."""
    sections = [
        RecordedSection(s.id, tuple(RecordedParagraph(p.id, (_print(p.text),)) for p in s.paragraphs))
        for s in transcript.sections
    ]
    sections.sort(key=lambda s: natural_key(s.id))
    return RecordedBriefing(transcript.id, " ".join(transcript.title.split()), tuple(sections))


def _print(text: str) -> Print:
    return Print(hash_words(text), sketch_words(text))


def accept_words(recorded: RecordedBriefing, ids: Collection[str]) -> RecordedBriefing:
    """Return a record in which some paragraphs have no fingerprint: any words that stand there are taken for theirs."""
    sections = tuple(
        replace(s, paragraphs=tuple(replace(p, prints=()) if p.id in ids else p for p in s.paragraphs))
        for s in recorded.sections
    )
    return replace(recorded, sections=sections)


def compare_briefing(
    recorded: RecordedBriefing,
    transcript: Transcript,
    departed: Collection[str] = frozenset(),
    reserved: Collection[str] = frozenset(),
) -> Comparison:
    """Return what has to be done so that every published anchor still leads to its words.

    `departed`: anchors of which an editor has said that they moved or are gone; a section takes its paragraphs along
    where these are in the transcript no more. `reserved`: further ids that nothing new may get.
    """
    return _Comparing(recorded, transcript, departed, reserved).result()


class _Comparing:
    """The published paragraphs and those of the transcript while they are being paired."""

    def __init__(
        self,
        recorded: RecordedBriefing,
        transcript: Transcript,
        departed: Collection[str],
        reserved: Collection[str],
    ) -> None:
        self.recorded = recorded
        self.transcript = transcript
        self.curs = [
            _Current(p.id, place, p.text, p.line, p.written)
            for place, s in enumerate(transcript.sections)
            for p in s.paragraphs
        ]
        self.at = {c.id: j for j, c in enumerate(self.curs)}
        self.here = {s.id for s in transcript.sections} | set(self.at)
        self.departed = frozenset(departed)
        self.sections = [s.id for s in recorded.sections if s.id not in departed]
        self.olds = [
            _Old(p.id, s.id, p.prints, self.has_departed(p, s.id)) for s in recorded.sections for p in s.paragraphs
        ]
        self.published = {*reserved, *recorded.anchors}
        #: what an editor said had departed, and stands where it stood
        self.revived: set[str] = set()
        #: published paragraph → the one of the transcript that it is
        self.pairs: dict[int, int] = {}
        #: published paragraph → the one of the transcript that holds its words beside those of another
        self.inside: dict[int, int] = {}
        self.taken: set[int] = set()
        self.corrected: list[int] = []

    def has_departed(self, paragraph: RecordedParagraph, section: str) -> bool:
        """Say whether an editor's word covers a paragraph: its own, or its section's if it isn't kept elsewhere."""
        if paragraph.id in self.departed or section not in self.departed:
            return paragraph.id in self.departed
        j = self.at.get(paragraph.id)
        if j is None or section in self.here:
            return True
        old = _Old(paragraph.id, section, paragraph.prints, False)
        return not (_has(old.prints, self.curs[j]) or self.curs[j].likeness(old) >= CORRECTED)

    def pair(self, i: int, j: int) -> None:
        self.pairs[i] = j
        self.taken.add(j)

    def left(self) -> list[int]:
        return [
            i for i, old in enumerate(self.olds) if not old.departed and i not in self.pairs and i not in self.inside
        ]

    def result(self) -> Comparison:
        if not self.is_unchanged():
            # set phrases come last: “Thank you.” under its id may be another one's
            self.pair_in_place(telling=True)
            self.pair_sections()
            self.pair_in_place()
            self.pair_equal()
            self.pair_split()
            self.pair_joined()
            self.pair_alike()
        self.pair_revived()
        rewritten = [i for i in self.left() if self.at.get(self.olds[i].id, -1) not in (-1, *self.taken)]
        lost = [i for i in self.left() if i not in rewritten]
        names, headings, gone, merged = self.name_sections()
        wanted, edits = self.name_paragraphs(names, {self.at[self.olds[i].id] for i in rewritten})
        joined = [Joined(s, wanted[j], self.curs[j].line, True) for s, j in merged.items()]
        joined += [Joined(self.olds[i].id, wanted[j], self.curs[j].line, False) for i, j in sorted(self.inside.items())]
        lost_ids = [self.olds[i].id for i in lost]
        comparison = Comparison(
            headings=tuple(headings),
            paragraphs=tuple(edits),
            joined=tuple(joined),
            lost=(*gone, *lost_ids),
            rewritten=tuple((self.olds[i].id, self.curs[self.at[self.olds[i].id]].line) for i in rewritten),
            corrected=tuple(self.olds[i].id for i in sorted(self.corrected)),
            added=self.added(),
            revived=tuple(sorted(self.revived, key=natural_key)),
            ids=tuple(
                (name, tuple(id for id, cur in zip(wanted, self.curs, strict=True) if cur.section == place))
                for place, name in enumerate(names)
            ),
        )
        return comparison if comparison.asks else replace(comparison, block=self.block())

    def added(self) -> tuple[str, ...]:
        ids = [a for s in self.transcript.sections for a in (s.id, *(p.id for p in s.paragraphs))]
        return tuple(id for id in ids if id not in self.published)

    # ── which paragraph is which

    def is_unchanged(self) -> bool:
        """Pair every published paragraph with the one under its id, where all of them have their very words."""
        places = [(i, self.place_of(old)) for i, old in enumerate(self.olds) if not old.departed]
        if all(j >= 0 for _, j in places):
            for i, j in places:
                self.pair(i, j)
            return True
        return False

    def place_of(self, old: _Old) -> int:
        """Return the place of a paragraph that has its id and its words, -1 where there is none."""
        j = self.at.get(old.id, -1)
        return j if j >= 0 and (not old.prints or _has(old.prints, self.curs[j])) else -1

    def pair_in_place(self, telling: bool = False) -> None:
        """Pair what has its id and its words; `telling`: only many words, or what is accepted with any."""
        for i in self.left():
            old = self.olds[i]
            j = self.place_of(old)
            if j >= 0 and j not in self.taken and not (telling and old.prints and old.telling < TELLING):
                self.pair(i, j)

    def pair_sections(self) -> None:
        """Pair whole sections that have the same words under another id, where only one here and one there has them."""
        left = set(self.left())
        olds: defaultdict[tuple[str, ...], list[list[int]]] = defaultdict(list)
        for _, group in groupby(range(len(self.olds)), key=lambda i: self.olds[i].section):
            row = list(group)
            if left.issuperset(row):
                olds[tuple(self.olds[i].prints[0].hash for i in row if self.olds[i].prints)].append(row)
        news: defaultdict[tuple[str, ...], list[list[int]]] = defaultdict(list)
        for _, group in groupby(range(len(self.curs)), key=lambda j: self.curs[j].section):
            row = list(group)
            if self.taken.isdisjoint(row):
                news[tuple(self.curs[j].hash for j in row)].append(row)
        for key, rows in olds.items():
            if len(rows) == len(news.get(key, ())) == 1 and len(key) == len(rows[0]):
                for i, j in zip(rows[0], news[key][0], strict=True):
                    self.pair(i, j)

    def pair_equal(self) -> None:
        """Pair equal words under other ids: many words wherever they are, few only in their section or beside their
        neighbour, since “Thank you.” stands everywhere.
        """
        at: defaultdict[str, list[int]] = defaultdict(list)
        for j, cur in enumerate(self.curs):
            if j not in self.taken:
                at[cur.hash].append(j)
        found = True
        while found:
            found = False
            for i in self.left():
                old = self.olds[i]
                places = [j for p in old.prints for j in at.get(p.hash, ()) if j not in self.taken]
                if old.telling < TELLING:
                    places = [j for j in places if self.is_near(i, j)]
                if places:
                    section = old.section
                    best = min(places, key=lambda j: (self.section_of(j) != section, abs(j - i)))
                    self.pair(i, best)
                    found = True

    def pair_revived(self) -> None:
        """Pair what an editor said had departed, where the very words stand under the very id: whole sections, many
        words, and then the set phrases beside them.
        """
        again: set[str] = set()
        for section in self.recorded.sections:
            olds = [old for old in self.olds if old.section == section.id and old.departed]
            if olds and len(olds) == len(section.paragraphs) and all(self.place_of(old) >= 0 for old in olds):
                again.add(section.id)
        for phrases in (False, True):
            for i, old in enumerate(self.olds):
                j = self.place_of(old) if old.departed and old.prints else -1
                known = old.section in again if phrases else old.telling >= TELLING
                if j >= 0 and j not in self.taken and known:
                    self.pair(i, j)
                    again.add(old.section)
                    self.revived |= {old.id, old.section} & self.departed & self.here
        self.sections += [s.id for s in self.recorded.sections if s.id in self.revived]

    def section_of(self, j: int) -> str:
        return self.transcript.sections[self.curs[j].section].id

    def is_near(self, i: int, j: int) -> bool:
        if self.section_of(j) == self.olds[i].section:
            return True
        before = next((n for n in range(i - 1, -1, -1) if not self.olds[n].departed), -1)
        behind = next((n for n in range(i + 1, len(self.olds)) if not self.olds[n].departed), -1)
        return (j > 0 and self.pairs.get(before) == j - 1) or self.pairs.get(behind) == j + 1

    def pair_split(self) -> None:
        """Pair a published paragraph with the first of several that together have its very words."""
        wanted = {p.hash: i for i in self.left() for p in self.olds[i].prints}
        if not wanted:
            return
        for j, cur in enumerate(self.curs):
            if j in self.taken:
                continue
            for joint in (" ", "\n", ""):
                text, end = cur.text, j
                while end + 1 < len(self.curs) and end + 1 - j < PARTS and end + 1 not in self.taken:
                    end += 1
                    text = f"{text}{joint}{self.curs[end].text}"
                    i = wanted.get(hash_words(text), -1)
                    if i >= 0 and i not in self.pairs:
                        self.pair(i, j)
                        self.taken.update(range(j, end + 1))
                        break
                if j in self.taken:
                    break

    def pair_joined(self) -> None:
        """Find published paragraphs whose very words follow each other in one paragraph now."""
        for j, cur in enumerate(self.curs):
            if j in self.taken or len(cur.text) > LONGEST:
                continue
            left = self.left()
            if not left:
                return
            wanted: defaultdict[str, list[int]] = defaultdict(list)
            for i in (*left, *(i for i, old in enumerate(self.olds) if old.departed)):
                for p in self.olds[i].prints:
                    wanted[p.hash].append(i)
            row = _tile(cur.text, wanted)
            if len(row) < 2:
                continue
            here = [i for i in row if not self.olds[i].departed]
            keeps = next((i for i in here if self.olds[i].id == cur.id), here[0] if here else -1)
            if here:
                self.pair(keeps, j)
                self.inside.update((i, j) for i in here if i != keeps)

    def pair_alike(self) -> None:
        """Pair what has most words in common: under the same id, else where there are many words."""
        left, free = self.left(), [j for j in range(len(self.curs)) if j not in self.taken]
        everywhere = len(left) * len(free) <= PAIRS
        rows: list[tuple[float, int, int]] = []
        for i in left:
            old = self.olds[i]
            same = self.at.get(old.id)
            for j in free if everywhere else (j for j in free if abs(j - i) <= NEAR):
                share = self.curs[j].likeness(old)
                if j == same and share >= CORRECTED:
                    rows.append((share + 0.2, i, j))
                elif share >= MOVED and old.telling >= MANY and sketched_words(self.curs[j].sketch) >= MANY:
                    rows.append((share + (0.1 if self.section_of(j) == old.section else 0), i, j))
        for _, i, j in sorted(rows, key=lambda row: (-row[0], row[1], row[2])):
            if i not in self.pairs and j not in self.taken:
                self.pair(i, j)
                self.corrected.append(i)

    # ── which ids they should have

    def name_sections(
        self,
    ) -> tuple[list[str], list[HeadingEdit], list[str], dict[str, int]]:
        """Return the id that each section of the transcript should have, the headings that need another one, the
        published sections that are nowhere, and those that are part of another section now, with the paragraph that
        they begin with.
        """
        current = [s.id for s in self.transcript.sections]
        place = {id: t for t, id in enumerate(current)}
        into: dict[str, Counter[int]] = {s: Counter() for s in self.sections}
        firsts: dict[str, int] = {}
        held: set[int] = set()
        for i, j in [*sorted(self.pairs.items()), *sorted(self.inside.items())]:
            section = self.olds[i].section
            if section in into:
                into[section][self.curs[j].section] += 1
                firsts[section] = min(j, firsts.get(section, j))
                held.add(self.curs[j].section)
        owner: dict[int, str] = {}
        for s in self.sections:
            if s in place and (into[s][place[s]] or (not into[s] and place[s] not in held)):
                owner[place[s]] = s
        gone: list[str] = []
        merged: dict[str, int] = {}
        # the section that holds most of a published one gets its id, the clearest first
        for s in sorted(self.sections, key=lambda s: (-max(into[s].values(), default=0), natural_key(s))):
            if s in owner.values():
                continue
            if not into[s]:
                gone.append(s)
                continue
            best = max(into[s], key=lambda t: (into[s][t], -t))
            if best in owner:
                merged[s] = firsts[s]
            else:
                owner[best] = s
        names: list[str] = []
        used = self.published | self.here
        for t, id in enumerate(current):
            if t in owner:
                names.append(owner[t])
            elif id in self.published:
                names.append(_new_section_id(names, id, used))
                used.add(names[-1])
            else:
                names.append(id)
        edits = [
            HeadingEdit(self.transcript.sections[t].line, name, current[t], t in owner)
            for t, name in enumerate(names)
            if name != current[t]
        ]
        return names, edits, sorted(gone, key=natural_key), dict(sorted(merged.items()))

    def name_paragraphs(
        self, names: Sequence[str], contested: Collection[int]
    ) -> tuple[list[str], list[ParagraphEdit]]:
        """Return the id that each paragraph of the transcript should have, and which of them must be written."""
        fixed = {j: self.olds[i].id for i, j in self.pairs.items()}
        fixed |= {j: self.curs[j].id for j in contested}
        written = {j for j, cur in enumerate(self.curs) if cur.written}
        used = self.published | set(fixed.values()) | {self.curs[j].id for j in written if j not in fixed} | set(names)
        wanted: list[str] = []
        edits: list[ParagraphEdit] = []
        section, following, before = -1, "", ""
        for j, cur in enumerate(self.curs):
            if cur.section != section:
                section = cur.section
                following = first_paragraph_id(names[section])
                before = f"{names[section]}.0"
            if j in fixed:
                id = fixed[j]
            elif j in written and cur.id not in self.published:
                id = cur.id
            else:
                id = following if following not in used else _id_behind(before, used)
                used.add(id)
            wanted.append(id)
            if id != (cur.id if j in written else following):
                edits.append(ParagraphEdit(cur.line, id, cur.id, j in fixed))
            following = following_id(id, following)
            before = id
        return wanted, edits

    # ── what the ledger says then

    def block(self) -> str:
        """Return the briefing's lines: its transcript's, with what departed kept where it was recorded."""
        known = {old.id: old.prints for old in self.olds if not old.departed}
        recorded = {s.id: s for s in self.recorded.sections}
        here = {c.id for c in self.curs}
        lines: list[RecordedSection] = []
        place = 0
        for section in self.transcript.sections:
            rows: list[RecordedParagraph] = []
            for _ in section.paragraphs:
                cur = self.curs[place]
                place += 1
                same = next((p for p in known.get(cur.id, ()) if p.hash == cur.hash and p.sketch), None)
                rows.append(RecordedParagraph(cur.id, (same or Print(cur.hash, cur.sketch),)))
            if section.id in recorded:
                rows = _with_departed(rows, recorded[section.id].paragraphs, here)
            lines.append(RecordedSection(section.id, tuple(rows)))
        for old in self.recorded.sections:
            if old.id not in self.here:
                kept = tuple(p for p in old.paragraphs if p.id not in here)
                lines.append(RecordedSection(old.id, kept))
        return write_block(RecordedBriefing(self.recorded.id, self.transcript.title, tuple(lines)))


def _with_departed(
    rows: list[RecordedParagraph], recorded: Sequence[RecordedParagraph], here: Collection[str]
) -> list[RecordedParagraph]:
    """Return the paragraphs of a section with those that departed, each behind the one that it stood behind."""
    out = list(rows)
    before = ""
    for paragraph in recorded:
        if paragraph.id not in here:
            at = next((n + 1 for n, p in enumerate(out) if p.id == before), 0)
            out.insert(at, paragraph)
        before = paragraph.id
    return out


def _tile(text: str, wanted: Mapping[str, Sequence[int]]) -> list[int]:
    """Return the published paragraphs whose words, one behind the other, are the whole text; [] where none are."""
    ends = [m.start() for m in _BOUNDARY.finditer(text)] + [len(text)]
    row: list[int] = []
    start = 0
    while start < len(text):
        digest = hashlib.sha256()
        done, found = start, None
        for end in ends:
            if end <= start:
                continue
            digest.update(text[done:end].encode("utf-8", "surrogatepass"))
            done = end
            free = [i for i in wanted.get(digest.hexdigest()[:HASH_LENGTH], ()) if i not in row]
            if free:  # the longest that fits, and of equal ones that which followed
                found = (next((i for i in free if row and i == row[-1] + 1), free[0]), end)
        if found is None:
            return []
        row.append(found[0])
        start = found[1]
        while start < len(text) and text[start].isspace():
            start += 1
    return row


def _id_behind(before: str, used: Collection[str]) -> str:
    """Return a free id for a paragraph behind `before`; q3.0 stands before the first one."""
    return before if before.endswith(".0") and before not in used else lettered_id(before, used)


def _new_section_id(before: Sequence[str], id: str, used: Collection[str]) -> str:
    """Return a free id for a new section: q2a behind q2."""
    found = _SECTION_NUMBER.fullmatch(before[-1]) if before else None
    if found is None:
        found = _SECTION_NUMBER.fullmatch(id)
        stem = f"{found[1]}0" if found else f"{id}-"
    else:
        stem = f"{found[1]}{found[2]}"
    return stem if stem not in used else lettered_id(stem, used)
