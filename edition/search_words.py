"""The words of a text as search counts and compares them.

assets/search/words.js has the same rule for queries and passages; tests/test_search_words.py holds the two together.
This module must not know records, queries or languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

#: Scripts without spaces between words (Han, kana, Thai, Lao, Burmese, Khmer) and letters in circles: a character is a
#: word. So a query in such a script is a phrase and finds exactly what it spells, whatever anybody takes for its words.
UNSPACED: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309b-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6"
    "\u1000-\u102a\u1780-\u17b3\u24b6-\u24e9\U0001f130-\U0001f189"
)
#: What the key of a name ends with: a character that no word holds and that lets the name stand beside its word.
NAME: Final = "="


class _Kinds(dict[int, str]):
    """Character → its kind: U unspaced, l letter, n number, m mark, p joining sign, s space, ' . , or x."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        category = unicodedata.category(c)
        if _IN_UNSPACED.match(c):
            kind = "U"
        elif c in "'’‘":
            kind = "'"
        elif c.isspace():
            kind = "s"
        else:
            kind = {"L": "l", "N": "n", "M": "m"}.get(category[0], c if c in ".," else "x")
            kind = {"Pc": "p", "Cf": "m"}.get(category, kind)
        self[code] = kind
        return kind


_IN_UNSPACED: Final = re.compile(f"[{UNSPACED}]")
_KINDS: Final = _Kinds()
#: In this order: one character of an unspaced script; initials with their full stops (U.S., e.g.); a number (12,000);
#: letters, with a short ending after an apostrophe (China’s, don’t); joining signs (_). Anything else separates words.
_WORD: Final = re.compile(
    r"Um*|lm*\.(?:lm*\.)*lm*(?!l)\.?|(?:nm*)+(?:,(?:nm*){3}(?!n))*|(?:lm*)+(?:'(?:lm*){1,2}(?!l))?|p+"
)
#: Texts repeat their words: so many pieces between spaces are worked out once.
_REMEMBERED: Final = 1 << 17
_ACRONYM: Final = re.compile(r"[^\W\d_]{2,6}")


def find_words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the words of a text: where each begins and ends."""
    for match in _WORD.finditer(text.translate(_KINDS)):
        yield match.span()


def split_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: “China’s anti-tank” → chinas, anti, tank."""
    return read_words(text)[0]


def read_words(text: str) -> tuple[list[str], set[str]]:
    """Return the words of a text as they are compared, and those of two to six letters that it prints in capitals,
    without their full stops: WHO, US. A text that is all in capitals tells nothing of these.
    """
    words: list[str] = []
    acronyms: set[str] = set()
    # a word never runs over a space
    for piece in text.split():
        folded, capitals = _PIECES[piece]
        words += folded
        if capitals:
            acronyms.update(capitals)
    return words, set() if text.isupper() else acronyms


class _Pieces(dict[str, tuple[tuple[str, ...], tuple[str, ...]]]):
    """What stands between two spaces → its words as they are compared, and those in capitals. Texts repeat these."""

    def __missing__(self, piece: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        words = [piece[start:end] for start, end in find_words(piece)]
        bare = (re.sub("['’‘]s$", "", word.replace(".", "")) for word in words)
        capitals = tuple(word for word in bare if word.isupper() and _ACRONYM.fullmatch(word))
        if len(self) >= _REMEMBERED:
            self.clear()
        self[piece] = tuple(map(fold, words)), capitals
        return self[piece]


_PIECES: Final = _Pieces()


def fold(word: str) -> str:
    """Return a word as it is compared: letters, digits and joining signs only, lower case, no marks."""
    if word.isascii() and word.isalnum():
        return word.lower()
    # letter by letter, so that a Greek word in capitals ends in the same sigma as it has inside
    return "".join(c.lower() for c in unicodedata.normalize("NFD", word) if _KINDS[ord(c)] in "Ulnp")


@lru_cache(_REMEMBERED)
def fold_name(name: str) -> str:
    """Return a name as one word that occurs in no text, "" for a name without letters: Harbour Post → harbourpost=.

    So a name is found whole or not at all; “harbour” alone does not find what the Harbour Post asked.
    """
    bare = "".join(c for c in fold(name) if _KINDS[ord(c)] != "p")
    return bare + NAME if bare else ""
