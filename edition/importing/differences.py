"""Two texts → which parts of them differ, in nearly linear time.

This module must not know a transcript: it compares sequences of words and of texts.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import NamedTuple

from edition.words import fold

#: Words; of scripts without spaces the characters; marks.
_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|~~|\\w+|[^\\w\\s]")
#: Up to this size (words here times words there) two stretches are compared word by word whatever their words; larger
#: ones only between words that each of them has once.
_SMALL = 40_000
_DEEPEST = 12
#: So many equal words between two changes make them one: “three of the four” reads better than two scraps.
_BRIDGE = 2
#: Stretches of texts in which each may be paired with each; in larger ones the partner is looked for near by.
_PAIRED = 400
_NEAR_BY = 8
#: The share of words in common from which two texts are taken to be one that was changed.
_AKIN = 0.4
_AKIN_ALONE = 0.25


class Stretch(NamedTuple):
    """a[a1:a2] stands in the first sequence where b[b1:b2] stands in the second; one of them may be empty."""

    a1: int
    a2: int
    b1: int
    b2: int


def differences(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Stretch]:
    """Return where two sequences differ, in order.

    Patience diff (B. Cohen, 2003): what both have just once, in the longest order common to both, parts the rest into
    stretches, and these again; small stretches are compared with difflib. Where a large stretch has nothing once, it
    differs as a whole: so the time stays nearly linear.
    """
    out: list[Stretch] = []
    todo = [(Stretch(0, len(a), 0, len(b)), 0)]
    while todo:
        (a1, a2, b1, b2), depth = todo.pop()
        while a1 < a2 and b1 < b2 and a[a1] == b[b1]:
            a1, b1 = a1 + 1, b1 + 1
        while a1 < a2 and b1 < b2 and a[a2 - 1] == b[b2 - 1]:
            a2, b2 = a2 - 1, b2 - 1
        if a1 == a2 and b1 == b2:
            continue
        if a1 == a2 or b1 == b2:
            out.append(Stretch(a1, a2, b1, b2))
        elif (a2 - a1) * (b2 - b1) <= _SMALL:
            found = difflib.SequenceMatcher(None, a[a1:a2], b[b1:b2], autojunk=False).get_opcodes()
            out += [Stretch(a1 + i, a1 + j, b1 + k, b1 + n) for what, i, j, k, n in found if what != "equal"]
        else:
            anchors = _anchors(a, b, a1, a2, b1, b2) if depth < _DEEPEST else []
            if not anchors:
                out.append(Stretch(a1, a2, b1, b2))
                continue
            for i, j in (*anchors, (a2, b2)):
                todo.append((Stretch(a1, i, b1, j), depth + 1))
                a1, b1 = i + 1, j + 1
    return sorted(out)


def _anchors(a: Sequence[Hashable], b: Sequence[Hashable], a1: int, a2: int, b1: int, b2: int) -> list[tuple[int, int]]:
    """Return the longest row of places, rising in both, of what stands once in each stretch."""
    once_a, once_b = Counter(a[a1:a2]), Counter(b[b1:b2])
    at = {b[j]: j for j in range(b1, b2) if once_b[b[j]] == 1}
    pairs = [(i, at[a[i]]) for i in range(a1, a2) if once_a[a[i]] == 1 and a[i] in at]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        k = bisect_left(tails, j)
        before.append(ends[k - 1] if k else -1)
        tails[k : k + 1] = [j]
        ends[k : k + 1] = [n]
    row: list[tuple[int, int]] = []
    n = ends[-1] if ends else -1
    while n >= 0:
        row.append(pairs[n])
        n = before[n]
    return row[::-1]


def word_tokens(text: str) -> list[str]:
    """Return the words and marks by which a text is compared: white space does not count."""
    return _TOKEN.findall(fold(text))


def phrases(before: str, after: str) -> list[tuple[str, str]]:
    """Return what differs between two texts as (words before, words after), as printed, "" where nothing stands."""
    first, second = list(_TOKEN.finditer(before)), list(_TOKEN.finditer(after))
    joined: list[Stretch] = []
    for each in differences([t.group() for t in first], [t.group() for t in second]):
        if joined and each.a1 - joined[-1].a2 <= _BRIDGE:
            last = joined.pop()
            each = Stretch(last.a1, each.a2, last.b1, each.b2)
        joined.append(each)
    return [(_cut(before, first[a1:a2]), _cut(after, second[b1:b2])) for a1, a2, b1, b2 in joined]


def _cut(text: str, tokens: Sequence[re.Match[str]]) -> str:
    return fold(text[tokens[0].start() : tokens[-1].end()]) if tokens else ""


def merge_words(base: str, mine: str, new: str) -> str | None:
    """Return `base` with the changes that lead to `mine` and those that lead to `new`; None where they collide: where
    both changed the same words, or words that touch.
    """
    if new in (base, mine):
        return mine
    if mine == base:
        return new
    spans = [_spans(t) for t in (base, mine, new)]
    tokens = [[t[s:e].strip() for s, e in pairwise(p)] for t, p in zip((base, mine, new), spans, strict=True)]
    changes = [(d, 1, mine) for d in differences(tokens[0], tokens[1])]
    changes += [(d, 2, new) for d in differences(tokens[0], tokens[2])]
    changes.sort(key=lambda c: (c[0], c[1]))
    out: list[str] = []
    at, reached = 0, -1
    last: tuple[Stretch, str] | None = None
    for d, which, text in changes:
        words = text[spans[which][d.b1] : spans[which][d.b2]]
        if last and last[0][:2] == d[:2] and last[1] == words:
            continue
        if d.a1 <= reached:
            return None
        out.append(base[spans[0][at] : spans[0][d.a1]])
        if words and d.b1 and text[spans[which][d.b1] - 1].isspace() and out[-1] and not out[-1][-1].isspace():
            out.append(text[spans[which][d.b1] - 1])
        out.append(words)
        at = reached = d.a2
        last = (d, words)
    out.append(base[spans[0][at] :])
    return "".join(out).strip()


def _spans(text: str) -> list[int]:
    """Return where each word begins, and the end: cut there, the pieces are the whole text, each with its space."""
    starts = [t.start() for t in _TOKEN.finditer(text)]
    return [0, *starts[1:], len(text)] if starts else [0, len(text)]


def pair_texts(
    a: Sequence[str], b: Sequence[str], names: tuple[Sequence[str], Sequence[str]] | None = None
) -> list[tuple[int, int]]:
    """Return which text of `b` is which of `a`, as pairs of positions, rising in both: equal ones first, then, between
    them, those that have most words in common. Where the texts have `names`, one name speaks for one text.
    """
    first, second = [word_tokens(t) for t in a], [word_tokens(t) for t in b]
    keys_a, keys_b = [" ".join(t) for t in first], [" ".join(t) for t in second]
    pairs: list[tuple[int, int]] = []
    i = j = 0
    for gap in (*differences(keys_a, keys_b), Stretch(len(a), len(a), len(b), len(b))):
        while i < gap.a1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        pairs += _akin(first, second, gap, names or ((), ()))
        i, j = gap.a2, gap.b2
    return pairs


def _akin(
    first: Sequence[list[str]], second: Sequence[list[str]], gap: Stretch, names: tuple[Sequence[str], Sequence[str]]
) -> list[tuple[int, int]]:
    a1, a2, b1, b2 = gap
    names_a, names_b = names[0][a1:a2], names[1][b1:b2]
    bags_a = [Counter(w.casefold() for w in first[i]) for i in range(a1, a2)]
    bags_b = [Counter(w.casefold() for w in second[j]) for j in range(b1, b2)]
    n, m = len(bags_a), len(bags_b)
    if n == m == 1:
        return [(a1, b1)] if _share(bags_a[0], bags_b[0]) >= _AKIN_ALONE else []
    out: list[tuple[int, int]] = []
    if n * m > _PAIRED:
        nearest = 0
        for i in range(n):
            shares = [(_share(bags_a[i], bags_b[j]), -j) for j in range(nearest, min(m, nearest + _NEAR_BY))]
            best, at = max(shares, default=(0.0, 0))
            if best >= _AKIN:
                out.append((a1 + i, b1 - at))
                nearest = 1 - at
        return out
    # The best sum of shares over pairs that rise in both, from the end.
    best_sum = [[0.0] * (m + 1) for _ in range(n + 1)]
    shares_of = [[_share(x, y) for y in bags_b] for x in bags_a]
    for i, name in enumerate(names_a):
        for j, other in enumerate(names_b):
            if name == other and shares_of[i][j] >= _AKIN_ALONE:
                shares_of[i][j] += 1
    for i in reversed(range(n)):
        for j in reversed(range(m)):
            together = shares_of[i][j] + best_sum[i + 1][j + 1] if shares_of[i][j] >= _AKIN else 0.0
            best_sum[i][j] = max(together, best_sum[i + 1][j], best_sum[i][j + 1])
    i = j = 0
    while i < n and j < m:
        if shares_of[i][j] >= _AKIN and best_sum[i][j] == shares_of[i][j] + best_sum[i + 1][j + 1]:
            out.append((a1 + i, b1 + j))
            i, j = i + 1, j + 1
        elif best_sum[i][j] == best_sum[i + 1][j]:
            i += 1
        else:
            j += 1
    return out


def _share(a: Counter[str], b: Counter[str]) -> float:
    """Return how many of the words of two texts are common to both, 0 to 1 (Dice's coefficient)."""
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0
