"""The fingerprint of a paragraph: a hash of its words, and a sketch by which two texts can be told to be alike.

Both must stay as they are for ever, since ledgers keep them: this module must not follow a library or a setting.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final
from zlib import crc32

#: Digits of the hash: 32 bits, so that two paragraphs of one briefing share one once in ten million briefings or so.
HASH_LENGTH: Final = 8
#: Signs of the sketch: the groups into which the words of a text fall.
SKETCH_LENGTH: Final = 16

#: Crockford's base 32: no letter that looks like a digit.
_SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_EMPTY: Final = "."
#: Scripts that put no blank between words: such a run is taken in pairs of characters.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f\U00020000-\U0003ffff]+")
_WORD = re.compile(r"\w+")


def hash_words(text: str) -> str:
    """Return the first eight hexadecimal digits of the SHA-256 of a paragraph's text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_LENGTH]


def sketch_words(text: str) -> str:
    """Return the sketch of a text: sixteen signs, each for one group of its words.

    One permutation hashing (P. Li, A. Owen, C.-H. Zhang, 2012) with five bits kept (b-bit minwise hashing, P. Li and
    A. König, 2010): every word has a number made of its CRC-32; four bits of it choose the group, and the sign is made
    of the smallest number in it. The share of equal signs estimates how many of all words two texts have in common.
    """
    least = [_NONE] * SKETCH_LENGTH
    for number in set(map(_number_of, _words_of(text))):
        group, rest = number & 15, number >> 4
        if rest < least[group]:
            least[group] = rest
    return "".join(_EMPTY if rest == _NONE else _SIGNS[rest & 31] for rest in least)


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are by their sketches, 0 to 1: the share of equal signs among the groups in which
    either has words. Two texts without words are alike.
    """
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != _EMPTY or b != _EMPTY]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 1.0


def sketched_words(sketch: str) -> int:
    """Return how many groups of a sketch hold words: fewer than eight mean a text of few words."""
    return SKETCH_LENGTH - sketch.count(_EMPTY)


_NONE: Final = 1 << 64


@lru_cache(maxsize=1 << 17)
def _number_of(word: str) -> int:
    # the multiplication spreads CRC's bits (Fibonacci hashing, D. Knuth, The Art of Computer Programming 3, 6.4)
    return (crc32(word.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> 20


def _words_of(text: str) -> Iterable[str]:
    folded = text.casefold()
    if folded.isascii() or not _UNSPACED.search(folded):
        return _WORD.findall(folded)
    return _mixed_words_of(folded)


def _mixed_words_of(folded: str) -> Iterator[str]:
    yield from _WORD.findall(_UNSPACED.sub(" ", folded))
    for run in _UNSPACED.findall(folded):
        yield from (run[i : i + 2] for i in range(max(1, len(run) - 1)))
