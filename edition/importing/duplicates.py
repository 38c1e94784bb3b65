"""Briefings that have the same words, or nearly the same.

The method: the three-word shingles of a text (A. Z. Broder, “On the resemblance and containment of documents”, 1997),
of them one minimum in each of 60 bins by one permutation (P. Li, A. Owen, C.-H. Zhang, “One Permutation Hashing”,
2012), found again by bands (J. Leskovec, A. Rajaraman, J. D. Ullman, “Mining of Massive Datasets”, 3.4). Linear in the
number of words and of briefings. This module must not hold a text or decide what becomes of a duplicate.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

_BINS, _BANDS = 60, 12
_ROWS = _BINS // _BANDS
#: From this share of shingles in common on, two briefings are told as nearly the same. Twelve bands of five find a pair
#: of this share in 99 of 100 cases, one of half of it in 2 of 100.
NEAR = 0.8
#: Briefings with fewer words are compared as a whole only: a holiday notice is like the last one.
_SHORT = 60
#: So many briefings at most are compared with one that shares a band with it: where hundreds are alike, naming the
#: first is enough.
_COMPARED = 8
_MASK = (1 << 32) - 1
#: Where each bin begins among all numbers that a hash can be.
_BORDERS = [(i << 64) // _BINS - (1 << 63) for i in range(_BINS)]

_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\W_]+")
#: The same words, in half the time, of a text without such letters.
_WORD_OF_ALPHABET = re.compile(r"\w+")
_LETTER_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_STRUCTURE = re.compile(r"^## (.*?)\{[^{}]*\}$| \{#[^{}\s]+\}$|\]\([a-z]+:[^()\s]*\)", re.M)
_DATE = re.compile(r"^date: (\S+)$", re.M)
_TITLE = re.compile(r"^title: (.+)$", re.M)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two briefings are compared by. `words`: a digest of title, date and all words; `text`: of the words alone;
    `sketch`: the bins, as bytes ("" for a short text).
    """

    words: bytes
    text: bytes
    sketch: bytes


@dataclass(slots=True)
class Seen:
    """The briefings seen so far, to be asked before one is added. Holds about two kilobytes a briefing."""

    _same: dict[bytes, str] = field(default_factory=dict)
    _text: dict[bytes, str] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _sketches: list[bytes] = field(default_factory=list)
    _bands: dict[int, list[int]] = field(default_factory=dict)

    def add(self, name: str, likeness: Likeness) -> None:
        """Remember a briefing."""
        self._same.setdefault(likeness.words, name)
        self._text.setdefault(likeness.text, name)
        if likeness.sketch:
            number = len(self._names)
            self._names.append(name)
            self._sketches.append(likeness.sketch)
            for band in _bands(likeness.sketch):
                numbers = self._bands.setdefault(band, [])
                if len(numbers) < _COMPARED:
                    numbers.append(number)

    def same(self, likeness: Likeness) -> str:
        """Return the briefing with the same words and the same date, "" where there is none."""
        return self._same.get(likeness.words, "")

    def near(self, likeness: Likeness) -> tuple[str, float]:
        """Return the briefing that has most words in common and the share (0 to 1, give or take 0.05), ("", 0) where
        none has `NEAR`.
        """
        name = self._text.get(likeness.text)
        if name and likeness.sketch:
            return name, 1.0
        best, share = -1, 0.0
        for number in sorted({n for band in _bands(likeness.sketch) for n in self._bands.get(band, ())}):
            found = resemblance(likeness.sketch, self._sketches[number])
            if found > share:
                best, share = number, found
        return (self._names[best], share) if share >= NEAR else ("", 0.0)


def resemblance(a: bytes, b: bytes) -> float:
    """Return the share of shingles that two sketches have in common, 0 to 1; of 60 bins, so give or take 0.05."""
    first, second = array("I", a), array("I", b)
    return sum(map(int.__eq__, first, second)) / _BINS if a and b else 0.0


def likeness_of(text: str) -> Likeness:
    """Return what a transcript, as its Markdown, is compared by: its title and words, whatever its markup."""
    _, _, rest = text.partition("---\n")
    header, _, body = rest.partition("\n---\n")
    date, title = _DATE.search(header), _TITLE.search(header)
    plain = _STRUCTURE.sub(lambda found: found[1] or "", body).replace("\\", "")
    plain = plain.casefold()
    words = _WORD.findall(plain) if _LETTER_WORD.search(plain) else _WORD_OF_ALPHABET.findall(plain.replace("_", " "))
    whole = hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=12)
    alone = whole.digest()
    for part in (title, date):
        whole.update(f"\n{part[1] if part else ''}".encode("utf-8", "surrogatepass"))
    return Likeness(whole.digest(), alone, _sketch(words))


def read_likeness(file: Path) -> Likeness | None:
    """Return what the transcript in a file is compared by, None where it can't be read."""
    try:
        return likeness_of(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1 << 16)
def _number(word: str) -> int:
    """Return a word's number; not `hash`, which differs from process to process."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def _sketch(words: list[str]) -> bytes:
    if len(words) < _SHORT:
        return b""
    numbers = [_number(w) for w in words]
    # Python's hash of a tuple of numbers is the same in every process, and spreads over all of its bits.
    mixed = sorted(set(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False))))
    places = [bisect_left(mixed, border) for border in _BORDERS]
    # An empty bin of a short text takes what the next full one has (Shrivastava and Li, 2014).
    mixed.append(mixed[0])
    return array("I", [mixed[place] >> 16 & _MASK for place in places]).tobytes()


def _bands(sketch: bytes) -> list[int]:
    """Return a number for each band; the same in every process, whatever its hash seed."""
    size = len(sketch) // _BANDS
    return [zlib.crc32(sketch[i * size : (i + 1) * size], i) for i in range(_BANDS)] if sketch else []
