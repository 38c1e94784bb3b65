"""Briefings that have the same words, or nearly the same.

The method: the three-word shingles of a text (A. Z. Broder, “On the resemblance and containment of documents”, 1997),
of them one minimum in each of 64 bins by one permutation (P. Li, A. Owen, C.-H. Zhang, “One Permutation Hashing”,
2012), found again by bands (J. Leskovec, A. Rajaraman, J. D. Ullman, “Mining of Massive Datasets”, 3.4). Linear in the
number of words and of briefings. This module must not hold a text or decide what becomes of a duplicate.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from array import array
from dataclasses import dataclass, field
from pathlib import Path

#: A bin is a power of two, so that a hash's last bits tell it; of the bins the first sixty make twelve bands of five.
_BINS, _BANDS, _ROWS = 64, 12, 5
#: From this share of shingles in common on, two briefings are told as nearly the same. Twelve bands of five find a pair
#: of this share in 99 of 100 cases, one of half of it in 2 of 100.
NEAR = 0.8
#: Briefings with fewer words are compared as a whole only: a holiday notice is like the last one.
_SHORT = 60
#: So many briefings at most are compared with one that shares a band with it: where hundreds are alike, naming the
#: first is enough.
_COMPARED = 8
_MASK = (1 << 32) - 1
#: A quarter of all numbers that a hash can be is lower: of a text of some length each bin's minimum is among them.
_LOWEST = -(1 << 62)

_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\\W_]+")
#: The same words of a text in ASCII, in a fifth of the time: byte by byte a capital becomes small, what is no letter or
#: digit a blank. The signs that prose has beside ASCII become blanks before that.
_PLAIN = bytes(ord(chr(byte).lower()) if byte < 128 and chr(byte).isalnum() else 32 for byte in range(256))
_SIGNS = "“”‘’—–…·•«»¿¡\u00a0"
_HEADING = re.compile(r"\n## (.*?)\{[^{}\n]*\}(?=\n)")
_MARK = re.compile(r" \{#[^{}\s]+\}$|\]\([a-z]+:[^()\s]*\)", re.M)
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
    plain = _HEADING.sub(r"\n\1", f"\n{body}\n").replace("\\", "")
    words = _words_of(_MARK.sub("", plain) if "](" in plain or " {#" in plain else plain)
    whole = hashlib.blake2b(b" ".join(words), digest_size=12)
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


def _words_of(text: str) -> list[bytes]:
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, " ")
    if text.isascii():
        return text.encode("ascii").translate(_PLAIN).split()
    return [word.encode("utf-8", "surrogatepass") for word in _WORD.findall(text.casefold())]


class _Numbers(dict[bytes, int]):
    """Each word's number, reckoned once; not `hash`, which differs from process to process."""

    def __missing__(self, word: bytes) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = number = zlib.crc32(word)
        return number


_REMEMBERED = 1 << 16
_NUMBERS = _Numbers()


def _sketch(words: list[bytes]) -> bytes:
    if len(words) < _SHORT:
        return b""
    numbers = list(map(_NUMBERS.__getitem__, words))
    # Python's hash of a tuple of numbers is the same in every process, and spreads over all of its bits.
    hashes = list(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False)))
    least = _least([h for h in hashes if h < _LOWEST])
    if len(least) < _BINS:
        least = _least(hashes)
    # An empty bin of a short text takes what the next full one has (Shrivastava and Li, 2014).
    full = next(least[i] for i in range(_BINS) if i in least)
    out = array("I", bytes(4 * _BINS))
    for i in reversed(range(_BINS)):
        full = least.get(i, full)
        out[i] = full >> 16 & _MASK
    return out.tobytes()


def _least(hashes: list[int]) -> dict[int, int]:
    """Return bin → the least of its hashes."""
    return {h % _BINS: h for h in sorted(hashes, reverse=True)}


def _bands(sketch: bytes) -> list[int]:
    """Return a number for each band; the same in every process, whatever its hash seed."""
    size = 4 * _ROWS
    return [zlib.crc32(sketch[i * size : (i + 1) * size], i) for i in range(_BANDS)] if sketch else []
