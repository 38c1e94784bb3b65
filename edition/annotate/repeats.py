"""Said before: which earlier sections have a part of an answer's wording.

    take_fingerprints(briefing) -> Fingerprints      of one briefing, alone
    find_repeats(every) -> Iterator[(briefing, ((section, repeats), …))]
    find_repeats_again(every, new, gone) -> the same, of those briefings alone of which it may have changed

Sampled fingerprints of runs of words (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003) keep memory small at
20,000 briefings. This module must not compare meanings: only the same words in the same order count.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate, chain
from typing import TypeAlias

from edition.model import AnnotatedSection, Briefing, Repeat

#: Words in a run, and runs in a window of which one is kept: any common run of RUN + WINDOW - 1 words is found.
RUN, WINDOW = 8, 6
#: The part of an answer's wording that must have been said, and how many earlier sections are named.
LEAST_SHARE, MOST = 0.3, 3
#: Shorter answers have no wording of their own ("I have nothing to share on that").
LEAST_WORDS = 30
#: A run that stands in more sections than this is a formula; it says nothing about any one of them.
_FORMULA = 400
#: How many fingerprints are held against each other at once: some 100 MB.
_AT_ONCE = 1_000_000
#: The length of a fingerprint in bytes.
_BYTES = 8

_PRIME = (1 << 61) - 1
_BASE = 1_000_003
_HIGH = pow(_BASE, RUN - 1, _PRIME)

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The fingerprints of a briefing: of each section whose answer has a wording of its own (id, numbers of eight bytes
    in the order of this machine, sorted).
    """

    id: str
    date: str | None
    sections: tuple[tuple[str, bytes], ...]


def take_fingerprints(briefing: Briefing) -> Fingerprints:
    """Return the fingerprints of a briefing; none where it has no date, since nothing is earlier or later then."""
    found = ((s.section.id, _fingerprints(s)) for s in (briefing.sections if briefing.date else ()))
    return Fingerprints(
        briefing.id, briefing.date, tuple((id, array("Q", marks).tobytes()) for id, marks in found if marks)
    )


#: Sections, and which earlier ones have a part of their answers' wording.
Repeated: TypeAlias = tuple[tuple[str, tuple[Repeat, ...]], ...]


def find_repeats(every: Iterable[Fingerprints]) -> Iterator[tuple[str, Repeated]]:
    """Yield (briefing id, sections with the earlier ones that hold at least 30 % of their answer's wording).

    At most three, largest share first, the latest first where equal. Earlier is: an earlier date, or before it in the
    same briefing. Undated briefings take no part. The order of `every` does not matter.
    """
    dated = sorted((each for each in every if each.date), key=lambda each: (each.date or "", each.id))
    said = _Said(dated)
    places = [(briefing.id, section) for briefing in dated for section, _ in briefing.sections]
    waiting: list[int] = []
    day, number = None, 0
    for briefing in dated:
        # What another briefing said on the same day is not earlier: it waits until the day is over.
        if day != briefing.date:
            day = briefing.date
            for each in waiting:
                said.remember(each)
            waiting.clear()
        own: dict[int, list[int]] = {}
        repeated: list[tuple[str, tuple[Repeat, ...]]] = []
        for section, packed in briefing.sections:
            count, marks = len(packed) // _BYTES, said.marks_of(number)
            found = _choose(count, said.count_earlier(marks, own)) if marks else ()
            if found:
                repeated.append((section, tuple(Repeat(*places[n], round(c / count, 3)) for n, c in found)))
            for mark in marks:
                own.setdefault(mark, []).append(number)
            waiting.append(number)
            number += 1
        if repeated:
            yield briefing.id, tuple(repeated)


def find_repeats_again(
    every: Sequence[Fingerprints], new: Collection[str], gone: Iterable[Fingerprints], before: Mapping[str, Repeated]
) -> Iterator[tuple[str, Repeated]]:
    """Yield what `find_repeats` finds now of each briefing of which it may find something else than `before`, even if
    it finds nothing. `new`: the ids of those that have come or changed; `gone`: what has gone, and what these were.

    What a section repeats depends on the sections with which it shares a fingerprint. So only those are looked at again
    that share one with what has come or gone, and held against those alone with which they share one.
    """
    come = (each for each in every if each.id in new)
    touched = {mark for each in (*come, *gone) for _, packed in each.sections for mark in array("Q", packed)}
    again = {each.id: _share(each, touched) for each in every}
    marks = {
        mark for each in every for section, packed in each.sections if section in again[each.id]
        for mark in array("Q", packed)
    }  # fmt: skip
    near = ((each, _share(each, marks)) for each in every)
    some = (replace(each, sections=tuple(s for s in each.sections if s[0] in shared)) for each, shared in near)
    found = dict(find_repeats(some))
    for each in every:
        fresh = again[each.id]
        if fresh or each.id in new:
            kept = () if each.id in new else before.get(each.id, ())
            said = {section: repeats for section, repeats in kept if section not in fresh}
            said.update((section, repeats) for section, repeats in found.get(each.id, ()) if section in fresh)
            yield each.id, tuple((section, said[section]) for section, _ in each.sections if section in said)


def _share(briefing: Fingerprints, marks: set[int]) -> frozenset[str]:
    """Return the sections of a briefing that have any of these fingerprints."""
    return frozenset(id for id, packed in briefing.sections if not marks.isdisjoint(array("Q", packed)))


class _Said:
    """Which sections have said what: the wordings that hold a fingerprint, in one array for all of them, and who said a
    wording last. What is said word for word again and again is so held against the others once, and fingerprints that
    stand in one section alone, most of a real text, take no room.
    """

    def __init__(self, briefings: Sequence[Fingerprints]) -> None:
        packed = [marks for briefing in briefings for _, marks in briefing.sections]
        times = Counter(packed)
        numbers = {mark: number for number, mark in enumerate(_list_common(times))}
        wordings = {wording: number for number, wording in enumerate(times)}
        #: of each section its wording, of each wording the fingerprints that another section has, too
        self._wordings = array("I", map(wordings.__getitem__, packed))
        self._marks = [
            array("I", [number for number in map(numbers.get, array("Q", each)) if number is not None])
            for each in wordings
        ]
        #: the sections that said a wording last
        self._last: list[tuple[int, ...]] = [()] * len(wordings)
        #: how many sections have said a fingerprint
        self._times = array("I", bytes(array("I").itemsize * len(numbers)))
        room = Counter(chain.from_iterable(self._marks))
        ends = accumulate(min(room[mark], _FORMULA) for mark in range(len(numbers)))
        self._starts = array("Q", chain((0,), ends))
        self._ends = self._starts[:-1]
        self._held = array("I", bytes(array("I").itemsize * self._starts[-1]))

    def marks_of(self, section: int) -> array[int]:
        """Return the fingerprints of a section that another one has, too, by their own numbers."""
        return self._marks[self._wordings[section]]

    def remember(self, section: int) -> None:
        """Take note of what a section has said."""
        wording = self._wordings[section]
        new = not self._last[wording]
        self._last[wording] = (*self._last[wording], section)[-MOST:]
        for mark in self._marks[wording]:
            self._times[mark] += 1
            end = self._ends[mark]
            if new and end < self._starts[mark + 1]:
                self._held[end] = wording
                self._ends[mark] = end + 1

    def count_earlier(self, marks: Iterable[int], own: Mapping[int, list[int]]) -> Iterator[tuple[int, int]]:
        """Yield (section number, how many of these fingerprints it holds) of those that stand in `own` or are
        remembered; of several with the same wording the last ones.
        """
        mine: list[Iterable[int]] = []
        theirs: list[Iterable[int]] = []
        for mark in marks:
            if mark in own:
                mine.append(own[mark])
            if 0 < self._times[mark] <= _FORMULA:
                theirs.append(self._held[self._starts[mark] : self._ends[mark]])
        yield from Counter(chain.from_iterable(mine)).items()
        for wording, count in Counter(chain.from_iterable(theirs)).items():
            yield from ((section, count) for section in self._last[wording])


def _list_common(times: Mapping[bytes, int]) -> Iterator[int]:
    """Yield, in order, each fingerprint that more than one section has: a part of all numbers after another, so that
    few lie in memory. `times`: the fingerprints of a wording → how many sections have it.
    """
    parts = 1 + sum(map(len, times)) // _BYTES // _AT_ONCE
    for part in range(parts):
        low, high = _PRIME * part // parts, _PRIME * (part + 1) // parts
        seen: set[int] = set()
        again: set[int] = set()
        for each, said in times.items():
            marks = array("Q", each)
            if parts > 1:
                marks = marks[bisect_left(marks, low) : bisect_left(marks, high)]
            again.update(marks if said > 1 else seen.intersection(marks))
            seen.update(marks)
        yield from sorted(again)


def _choose(count: int, earlier: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (section number, common fingerprints) of the sections with enough of them, best first."""
    enough = [(n, c) for n, c in earlier if c >= count * LEAST_SHARE and c >= 2]
    return sorted(enough, key=lambda item: (-item[1], -item[0]))[:MOST]


def _fingerprints(annotated: AnnotatedSection) -> tuple[int, ...]:
    """Return the sampled fingerprints of a section's answer (or statement), sorted, each once."""
    said = [t for t in annotated.section.turns if t.role in ("answer", "statement")]
    words = [w.lower() for t in said for p in t.paragraphs if p.kind == "text" for w in _WORD.findall(p.text)]
    if len(words) < LEAST_WORDS:
        return ()
    return tuple(sorted(_winnow(_run_hashes(words))))


@lru_cache(maxsize=1 << 17)
def _hash(word: str) -> int:
    # Not hash(): it differs from run to run.
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=7).digest(), "big")


def _run_hashes(words: list[str]) -> list[int]:
    """Return one number for each run of RUN words (a rolling hash: Karp and Rabin, 1987)."""
    numbers = [_hash(word) for word in words]
    value = 0
    for number in numbers[:RUN]:
        value = (value * _BASE + number) % _PRIME
    hashes = [value]
    for gone, come in zip(numbers, numbers[RUN:], strict=False):
        value = ((value - gone * _HIGH) * _BASE + come) % _PRIME
        hashes.append(value)
    return hashes


def _winnow(hashes: Sequence[int]) -> set[int]:
    """Return the smallest fingerprint of each window: the same words give the same sample wherever they stand."""
    if len(hashes) <= WINDOW:
        return {min(hashes)}
    return set(map(min, *(hashes[at:] for at in range(WINDOW))))
