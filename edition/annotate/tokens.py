"""A text read once: its words and marks, for everything here that looks for words in it.

This module must not know what is looked for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: A word, one Chinese character, or one mark. Combining marks and unseen characters stay inside their word.
_TOKEN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\W\u3400-\u9fff\uf900-\ufaff]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\W\u3400-\u9fff\uf900-\ufaff]*)*"
    r"|[^\w\s]"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_MARKS = {
    **dict.fromkeys("’‘ʼʻ`´‛＇", "'"),
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    "．": ".", "＄": "$", "，": ",", "、": ",", "＆": "&",
}  # fmt: skip


def split_tokens(text: str) -> list[str]:
    """Return the words and marks of a text as printed."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=1 << 16)
def make_plain(token: str) -> str:
    """Return a token with its marks made plain (’ → ', – → -), without accents and unseen characters; case is kept."""
    if token.isascii():
        return token
    if token in _MARKS:
        return _MARKS[token]
    decomposed = unicodedata.normalize("NFKD", _UNSEEN.sub("", token))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ı", "i").replace("ø", "o")


class Tokens:
    """A text's words and marks: as printed, made plain, folded; where each stands is read only when it is asked for."""

    __slots__ = ("_folded", "_spans", "plain", "raw", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.raw = split_tokens(text)
        self.plain = self.raw if text.isascii() else [t if t.isascii() else make_plain(t) for t in self.raw]
        #: each word and mark once, as printed: whether a text holds a word at all is asked here
        self.words = frozenset(self.raw)
        self._folded: list[str] | None = None
        self._spans: list[tuple[int, int]] | None = None

    @property
    def folded(self) -> list[str]:
        """The tokens made plain, without case."""
        if self._folded is None:
            self._folded = list(map(str.casefold, self.plain))
        return self._folded

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each token starts and ends in the text."""
        if self._spans is None:
            self._spans = [m.span() for m in _TOKEN.finditer(self.text)]
        return self._spans

    def touches(self, i: int) -> bool:
        """Tell whether nothing stands between token i and the next."""
        return i + 1 < len(self.raw) and self.spans[i][1] == self.spans[i + 1][0]
