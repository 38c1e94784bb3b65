"""The words of a text as search counts them, and the text as Pagefind is given it so that it counts the same.

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
#: What the words begin with that names are indexed as, see `fold_name`.
NAME: Final = "zqn"

#: Characters of no meaning (private use) that stand in what Pagefind reads, each for something that would mislead it.
#: With a space: two words that are written without one. Alone: a space before a sign that is no word.
_JOINT, _GLUE = "\ue37f ", "\ue37e"
#: Inside a word: an apostrophe, a full stop, a comma; between a small letter and a capital: nothing.
_INSIDE: Final = {"'": "\ue37d", ".": "\ue37c", ",": "\ue37b"}
_CAPITAL: Final = "\ue37a"
#: A mark of a letter, U+xxxx, is U+Fxxxx: Pagefind misses phrases where a word stands both with and without marks.
_MARKS: Final = 0xF0000
_BACK: Final = re.compile(r"\ue37f ?|[\ue37a-\ue37e\U000f0000-\U000fffff]")
_INSIDE_BACK: Final = {there: here for here, there in _INSIDE.items()} | {_CAPITAL: "", _GLUE: " "}

#: What XML calls no characters, what Pagefind and browsers take for a space or not, and the characters above.
_CONTROLS: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff\u200b\ue37a-\ue37f\U000f0000-\U000fffff]"
)


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
#: In this order: one character of an unspaced script; initials (U.S., e.g.); a number (12,000); letters, with a short
#: ending after an apostrophe (China’s, don’t); joining signs (_). Anything else separates words.
_WORD: Final = re.compile(
    r"Um*|lm*\.(?:lm*\.)*lm*(?!l)|(?:nm*)+(?:,(?:nm*){3}(?!n))*|(?:lm*)+(?:'(?:lm*){1,2}(?!l))?|p+"
)
#: Texts repeat their words: so many pieces between spaces are worked out once.
_REMEMBERED: Final = 1 << 17
_ACRONYM: Final = re.compile(r"[^\W\d_]{2,6}")


def clean(text: str) -> str:
    """Return a text without the characters that can't stand in an index."""
    return _CONTROLS.sub(" ", text)


def find_words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the words of a text: where each begins and ends."""
    for match in _WORD.finditer(text.translate(_KINDS)):
        yield match.span()


def split_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: “China’s anti-tank” → chinas, anti, tank."""
    return [fold(text[start:end]) for start, end in find_words(text)]


def fold(word: str) -> str:
    """Return a word as it is compared: letters, digits and joining signs only, lower case, no marks."""
    if word.isascii() and word.isalnum():
        return word.lower()
    # letter by letter: a Greek word in capitals ends in the same sigma as it has inside, also for Pagefind
    return "".join(c.lower() for c in unicodedata.normalize("NFD", word) if _KINDS[ord(c)] in "Ulnp")


def fold_name(name: str) -> str:
    """Return a name as one word that occurs in no text, "" for a name without letters: Harbour Post → zqnharbourpost.

    So a name is found whole or not at all; “harbour” alone does not find what the Harbour Post asked.
    """
    bare = "".join(c for c in fold(name) if _KINDS[ord(c)] != "p")
    return NAME + bare if bare else ""


def find_acronyms(text: str) -> set[str]:
    """Return the words of two to six letters that a text prints in capitals, without their full stops: WHO, US.

    A text that is all in capitals tells nothing.
    """
    return {word for piece in text.split() for word in _acronyms_of(piece)} if any(c.islower() for c in text) else set()


@lru_cache(_REMEMBERED)
def _acronyms_of(piece: str) -> tuple[str, ...]:
    words = (piece[start:end].replace(".", "") for start, end in find_words(piece))
    bare = (re.sub("['’‘]s$", "", word) for word in words)
    return tuple(word for word in bare if word.isupper() and _ACRONYM.fullmatch(word))


def take_apart(text: str) -> str:
    """Return a text as Pagefind is to read it: between two spaces there is one word, and nothing in it misleads."""
    pieces: list[str] = []
    begun = False
    for piece in text.split():
        apart, holds_word = _take_piece(piece)
        # what is no word hangs on the word before it, at the beginning on the word after
        if pieces:
            pieces.append(" " if holds_word and begun else _GLUE)
        pieces.append(apart)
        begun = begun or holds_word
    return "".join(pieces)


@lru_cache(_REMEMBERED)
def _take_piece(piece: str) -> tuple[str, bool]:
    """Return what stands between two spaces of a text as Pagefind is to read it, and whether there is a word in it."""
    parts: list[str] = []
    last = 0
    for start, end in find_words(piece):
        parts += (piece[last:start], _JOINT if parts else "", _guard(piece[start:end]))
        last = end
    return "".join((*parts, piece[last:])).translate(_MARKED), bool(parts)


def start_apart(text: str) -> str:
    """Return a paragraph as Pagefind is to read it: a sign before it lets no phrase run over its beginning."""
    return _JOINT + take_apart(text)


def put_together(text: str) -> str:
    """Return the text that `take_apart` was given, its spaces as spaces and its marks composed."""

    def restore(match: re.Match[str]) -> str:
        found = match[0]
        if found[0] == _JOINT[0]:
            return ""
        return _INSIDE_BACK[found] if found in _INSIDE_BACK else chr(ord(found) - _MARKS)

    return unicodedata.normalize("NFC", _BACK.sub(restore, text))


def _guard(word: str) -> str:
    """Return a word with nothing in it where Pagefind would cut it: signs, a capital after the first letter."""
    if word.isalpha() and word[1:].islower():
        return word
    guarded = "".join(_INSIDE.get(c, c) for c in word)
    if any(c.islower() for c in guarded):
        guarded = guarded[:1] + "".join(_CAPITAL + c if c.isupper() else c for c in guarded[1:])
    return guarded


class _Marked(dict[int, str]):
    """Letter with marks → the bare letter and its marks as characters of private use; other characters as they are."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        marks = [_KINDS[ord(c)] == "m" and ord(c) < 0x10000 for c in decomposed]
        marked = (chr(ord(c) + _MARKS) if mark else c for c, mark in zip(decomposed, marks, strict=True))
        self[code] = "".join(marked) if any(marks) else chr(code)
        return self[code]


_MARKED: Final = _Marked()
