"""Said before: which earlier sections have a part of an answer's wording.

    take_fingerprints(briefing) -> Fingerprints      of one briefing, alone
    find_repeats(every) -> {(briefing, section): repeats}

Sampled fingerprints of runs of words (winnowing: Schleimer, Wilkerson and Aiken, SIGMOD 2003) keep memory small at
20,000 briefings. This module must not compare meanings: only the same words in the same order count.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from edition.model import AnnotatedSection, Briefing, Repeat

#: Words in a run, and runs in a window of which one is kept: any common run of RUN + WINDOW - 1 words is found.
RUN, WINDOW = 8, 6
#: The part of an answer's wording that must have been said, and how many earlier sections are named.
LEAST_SHARE, MOST = 0.3, 3
#: Shorter answers have no wording of their own ("I have nothing to share on that").
LEAST_WORDS = 30
#: A run that stands in more sections than this is a formula; it says nothing about any one of them.
_FORMULA = 400

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


def find_repeats(every: Iterable[Fingerprints]) -> dict[tuple[str, str], tuple[Repeat, ...]]:
    """Return for (briefing id, section id) the earlier sections that hold at least 30 % of its answer's wording.

    At most three, largest share first, the latest first where equal. Earlier is: an earlier date, or before it in the
    same briefing. Undated briefings take no part. The order of `every` does not matter.
    """
    dated = sorted((each for each in every if each.date), key=lambda each: (each.date or "", each.id))
    places: list[tuple[str, str]] = []
    where: dict[int, array[int]] = {}
    repeats: dict[tuple[str, str], tuple[Repeat, ...]] = {}
    waiting: list[tuple[str | None, int, tuple[int, ...]]] = []
    for briefing in dated:
        # What another briefing said on the same day is not earlier: it waits until the day is over.
        if waiting and waiting[0][0] != briefing.date:
            _remember(waiting, where)
        own: dict[int, list[int]] = {}
        for section, packed in briefing.sections:
            marks = tuple(array("Q", packed))
            number = len(places)
            places.append((briefing.id, section))
            found = _earlier(marks, where, own)
            if found:
                repeats[(briefing.id, section)] = tuple(
                    Repeat(*places[n], round(count / len(marks), 3)) for n, count in found
                )
            for mark in marks:
                own.setdefault(mark, []).append(number)
            waiting.append((briefing.date, number, marks))
    return repeats


def _remember(waiting: list[tuple[str | None, int, tuple[int, ...]]], where: dict[int, array[int]]) -> None:
    for _, number, marks in waiting:
        for mark in marks:
            known = where.get(mark)
            if known is None:
                where[mark] = array("I", (number,))
            elif len(known) <= _FORMULA:
                known.append(number)
    waiting.clear()


def _earlier(marks: tuple[int, ...], where: dict[int, array[int]], own: dict[int, list[int]]) -> list[tuple[int, int]]:
    """Return (section number, common fingerprints) of the sections with enough of them, best first."""
    counts: dict[int, int] = {}
    for mark in marks:
        known = where.get(mark)
        if known is not None and len(known) <= _FORMULA:
            for number in known:
                counts[number] = counts.get(number, 0) + 1
        for number in own.get(mark, ()):
            counts[number] = counts.get(number, 0) + 1
    enough = [(n, c) for n, c in counts.items() if c >= len(marks) * LEAST_SHARE and c >= 2]
    return sorted(enough, key=lambda item: (-item[1], -item[0]))[:MOST]


def _fingerprints(annotated: AnnotatedSection) -> tuple[int, ...]:
    """Return the sampled fingerprints of a section's answer (or statement), sorted, each once."""
    said = [t for t in annotated.section.turns if t.role in ("answer", "statement")]
    words = [w.lower() for t in said for p in t.paragraphs if p.kind == "text" for w in _WORD.findall(p.text)]
    if len(words) < LEAST_WORDS:
        return ()
    return tuple(sorted(set(_winnowed(_run_hashes(words)))))


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


def _winnowed(hashes: list[int]) -> Iterator[int]:
    """Yield the smallest fingerprint of each window: the same words give the same sample wherever they stand."""
    last = -1
    for start in range(max(1, len(hashes) - WINDOW + 1)):
        window = range(start, min(start + WINDOW, len(hashes)))
        if last < start or hashes[window[-1]] <= hashes[last]:
            last = min(window, key=lambda i: (hashes[i], -i)) if last < start else window[-1]
            yield hashes[last]
