"""A text read once: its words and marks, for everything here that looks for words in it.

Whoever looks for something asks `where` its first words stand and reads on from there; no text is searched as a whole a
second time. This module must not know what is looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, compress
from typing import Any, Final, TypeVar

_T = TypeVar("_T")

#: Scripts that are written without spaces: each of their characters is a word.
_ALONE = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
#: Combining marks and unseen characters stay inside their word.
_INSIDE = r"\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"
_LETTER = rf"[^\W{_ALONE}]"
#: A word, or one mark, with the white space before it: all pieces in a row are the text, and their lengths tell where
#: each ends. A word of ASCII and the commonest marks come first, because they are read three times as fast.
_PIECE = re.compile(
    r"\s*(?:[A-Za-z0-9_]++(?![^\x00-\x7f‘’“”–—…])|[,.’“”()?!-]"
    rf"|{_LETTER}+(?:[{_INSIDE}]+{_LETTER}*)*|[{_ALONE}]|[^\w\s])"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")

_MARKS = {
    **dict.fromkeys("’‘ʼʻ`´‛＇", "'"),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    "．": ".", "＄": "$", "，": ",", "、": ",", "＆": "&",
}  # fmt: skip

#: Words remembered at once: more than the common ones of a language, and few enough for any machine.
_MOST_WORDS: Final = 200_000


class Memo(dict[str, _T]):
    """What `make` gives for each word met, remembered: most words of a text have been met before."""

    def __init__(self, make: Callable[[str], _T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> _T:
        if len(self) >= _MOST_WORDS:
            self.clear()
        self[word] = made = self._make(word)
        return made


class Openings(Memo[tuple[int, ...]]):
    """For each word the numbers of the finders for which something may begin with it: read once for all of them."""

    def __init__(self, finders: Iterable[Memo[Any]]) -> None:
        known = tuple(finders)
        super().__init__(lambda word: tuple(number for number, each in enumerate(known) if each[word]))
        self.numbers = {id(each): number for number, each in enumerate(known)}


def split_tokens(text: str) -> list[str]:
    """Return the words and marks of a text as printed."""
    return list(map(str.lstrip, _PIECE.findall(text)))


def make_plain(token: str) -> str:
    """Return a token with its marks made plain (’ → ', – → -), without accents and unseen characters; case is kept."""
    if token.isascii():
        return token
    if token in _MARKS:
        return _MARKS[token]
    decomposed = unicodedata.normalize("NFKD", _UNSEEN.sub("", token))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ı", "i").replace("ø", "o")


PLAIN: Final = Memo(make_plain)
FOLDED: Final = Memo(lambda token: make_plain(token).casefold())


class Tokens:
    """A text's words and marks as printed; what else is to know of them is made when it is asked for."""

    __slots__ = ("_found", "_numbers", "_words", "ends", "raw", "text")

    def __init__(self, text: str, openings: Openings | None = None) -> None:
        """`openings`: of the finders that will look for something here."""
        self.text = text
        pieces = _PIECE.findall(text)
        self.raw = list(map(str.lstrip, pieces))
        #: where each token ends in the text
        self.ends = list(accumulate(map(len, pieces)))
        self._words: frozenset[str] | None = None
        self._numbers: Mapping[int, int] = {}
        if openings is not None:
            self._numbers = openings.numbers
            self._found: tuple[list[int], ...] = tuple([] for _ in self._numbers)
            opening = list(map(openings.__getitem__, self.raw))
            for i in compress(range(len(opening)), opening):
                for number in opening[i]:
                    self._found[number].append(i)

    def where(self, known: Memo[Any]) -> Sequence[int]:
        """Return the numbers of the tokens for which `known` has something that is true."""
        number = self._numbers.get(id(known))
        if number is None:
            return list(compress(range(len(self.raw)), map(known.__getitem__, self.raw)))
        return self._found[number]

    def plain(self, i: int) -> str:
        """Return token i with plain marks and without accents, "" where there is none."""
        return PLAIN[self.raw[i]] if 0 <= i < len(self.raw) else ""

    def low(self, i: int) -> str:
        """Return token i made plain, without case, "" where there is none."""
        return FOLDED[self.raw[i]] if 0 <= i < len(self.raw) else ""

    def is_word(self, i: int) -> bool:
        """Tell whether token i exists and is a word."""
        return self.plain(i)[:1].isalnum()

    @property
    def words(self) -> frozenset[str]:
        """Each word and mark once, as printed: whether a text holds a word at all is asked here."""
        if self._words is None:
            self._words = frozenset(self.raw)
        return self._words

    def start(self, i: int) -> int:
        """Return where token i starts in the text."""
        return self.ends[i] - len(self.raw[i])

    def touches(self, i: int) -> bool:
        """Tell whether nothing stands between token i and the next."""
        return 0 <= i < len(self.raw) - 1 and self.ends[i + 1] - len(self.raw[i + 1]) == self.ends[i]
