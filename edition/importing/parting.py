"""A document → the briefings that it holds: several conferences one after the other, one conference in two languages.

What counts is only what is counted in the document: titles of one shape with days of their own and turns below them;
paragraphs of two languages that pair. This module must not part what may be one: a doubt tells what was left together.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from edition.containers import Fields
from edition.layouts.head import day_of, is_title, opens_stamp, read_stamp, without_day
from edition.layouts.page import read_page
from edition.layouts.parts import Document, Known, Line, ends_sentence, is_separator, is_wrapped
from edition.model import Emendation
from edition.words import label_key

#: Lines above a title in which its letterhead is looked for, and lines around it in which its day may stand.
_LETTERHEAD = 8
_NEAR = 2
_WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]|[^\W\d_\u3400-\u9fff\u3040-\u30ff]+")
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

#: All that a text in Latin letters does not have: such a text, the usual one, is not searched for each script.
#: So many paragraphs a second language must have, at least.
_PARAGRAPHS = 3
_BEYOND_LATIN = re.compile("[^\x00-\u036f\u2000-\u206f]+")

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
#: Scripts by which a paragraph shows its language, and how much a sign of it weighs against a letter.
_SCRIPTS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("east", re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"), 3.0),
    ("cyrillic", re.compile("[\u0400-\u04ff]"), 1.0),
    ("arabic", re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]"), 1.0),
    ("greek", re.compile("[\u0370-\u03ff]"), 1.0),
    ("hebrew", re.compile("[\u0590-\u05ff]"), 1.0),
    ("thai", re.compile("[\u0e00-\u0e7f]"), 1.0),
    ("indic", re.compile("[\u0900-\u0dff]"), 1.0),
    ("caucasian", re.compile("[\u0530-\u058f\u10a0-\u10ff]"), 1.0),
    ("latin", _LATIN, 1.0),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One briefing of a document. `lines`: its ranges of the witness's lines, () for all; `above`: lines that stand
    above the first of several briefings and belong to none.
    """

    document: Document
    lines: tuple[tuple[int, int], ...] = ()
    above: tuple[Line, ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A part to be: its lines, its title's number (0: to be found), lines above the first of several."""

    lines: tuple[Line, ...]
    title: int = 0
    above: tuple[Line, ...] = ()


def part_document(
    document: Document, known: Known, last_line: int, line_of: Callable[[int], int], shown: frozenset[int] = frozenset()
) -> tuple[Part, ...]:
    """Return the briefings of a document, each language's in their order; the ranges of all together are the lines 1 to
    `last_line` of the witness, without gap or overlap. `line_of`: a document line's number → its line in the witness
    (of a web page: of the source); `shown`: lines of the witness at which furniture stands.
    """
    if not document.lines:
        return (Part(document),)
    languages, doubts = _languages(document)
    plans: list[_Plan] = []
    for language in sorted(set(languages)):
        own = [line for line, each in zip(document.lines, languages, strict=True) if each == language]
        starts, more = _briefings(own, document, known)
        doubts += more
        if starts and (sentence := next((line for line in own[: starts[0][0]] if ends_sentence(line.text)), None)):
            doubts.append((sentence.number, "a sentence above several briefings is left out of all of them"))
        if not starts:
            plans.append(_Plan(tuple(own)))
            continue
        ends = [*(first for first, _ in starts[1:]), len(own)]
        for k, ((first, title), end) in enumerate(zip(starts, ends, strict=True)):
            plans.append(_Plan(tuple(own[first:end]), title, tuple(own[:first]) if k == 0 else ()))
    if len(plans) == 1:
        return (Part(document, doubts=tuple(doubts)),)
    return _parted(document, plans, last_line, line_of, shown, tuple(doubts))


# ── Two languages ───────────────────────────────────────────────────────────────────────────────────────────────────


def _languages(document: Document) -> tuple[list[int], list[tuple[int, str]]]:
    """Return (of each line 0 or 1, doubts): 1 for the lines of a second language whose paragraphs pair with those of
    the first, one after the other or all after all.
    """
    lines = document.lines
    alone = [0] * len(lines)
    beyond = sum(1 for line in lines if not line.text.isascii() and _BEYOND_LATIN.search(line.text))
    if beyond < _PARAGRAPHS:
        return alone, []
    units = _units(document)
    tags = [_script("".join(lines[i].text for i in unit)) for unit in units]
    counts = Counter(tag for tag in tags if tag).most_common()
    if len(counts) < 2 or counts[1][1] < _PARAGRAPHS or counts[1][1] < 0.3 * counts[0][1]:
        return alone, []
    pair = {counts[0][0], counts[1][0]}
    runs = [
        (tag, list(each)) for tag, each in groupby((u for u in range(len(units)) if tags[u] in pair), tags.__getitem__)
    ]
    sizes = [sum(_weight(lines[i].text) for u in run for i in units[u]) for _, run in runs]
    total = {tag: sum(size for (t, _), size in zip(runs, sizes, strict=True) if t == tag) for tag in pair}
    if min(total.values()) < 0.2 * max(total.values()):
        return alone, []
    texts = [" ".join(lines[i].text for i in unit) for unit in units]
    if not (_do_pair(runs, texts) or _are_two_documents(runs, units, lines)):
        doubt = "two scripts in like parts, whose paragraphs don't pair: read as one briefing in one language"
        return alone, [(lines[0].number, doubt)]
    first = runs[0][0]
    out: list[int] = []
    now = 0
    for unit, tag in zip(units, tags, strict=True):
        now = now if tag not in pair else int(tag != first)
        out += [now] * len(unit)
    return out, []


def _units(document: Document) -> list[list[int]]:
    """Return the paragraphs as positions: a line each, or, where lines are wrapped, those between blank lines."""
    lines = document.lines
    if not is_wrapped(lines, document.before_blank):
        return [[i] for i in range(len(lines))]
    out: list[list[int]] = []
    new = True
    for i, line in enumerate(lines):
        if new:
            out.append([])
        out[-1].append(i)
        new = line.number in document.before_blank or is_separator(line.text)
    return out


def _weight(text: str) -> float:
    return sum(weight * len(script.findall(text)) for _, script, weight in _SCRIPTS)


def _script(text: str) -> str:
    """Return the script that has at least three fifths of a paragraph's letters, "" where none has or few are there."""
    if _BEYOND_LATIN.search(text) is None:
        return "latin" if len(_LATIN.findall(text[:200])) >= 4 or len(_LATIN.findall(text)) >= 4 else ""
    beyond = "".join(_BEYOND_LATIN.findall(text))
    weights = sorted(
        (
            (weight * len(script.findall(text if name == "latin" else beyond)), name)
            for name, script, weight in _SCRIPTS
        ),
        reverse=True,
    )
    whole = sum(weight for weight, _ in weights)
    return weights[0][1] if whole >= 4 and weights[0][0] >= 0.6 * whole else ""


def _do_pair(runs: Sequence[tuple[str, list[int]]], texts: Sequence[str]) -> bool:
    """Return whether each run of paragraphs has its counterpart in the next: as many, nine in ten of all, and as long
    in proportion (a correlation of 0.6 over at least four), or with the same numbers.
    """
    pairs = [(runs[i][1], runs[i + 1][1]) for i in range(0, len(runs) - 1, 2)]
    odd = len(runs[-1][1]) if len(runs) % 2 else 0
    paragraphs = sum(len(run) for _, run in runs)
    if odd + sum(abs(len(a) - len(b)) for a, b in pairs) > 0.1 * paragraphs + 1:
        return False
    couples = [(texts[x], texts[y]) for a, b in pairs for x, y in zip(a, b, strict=False)]
    lengths = [(math.log(_weight(x) + 1), math.log(_weight(y) + 1)) for x, y in couples]
    if len(couples) >= 4 and _correlation(lengths) >= 0.6:
        return True
    mine, theirs = ({n for text in side for n in _NUMBER.findall(text)} for side in zip(*couples, strict=True))
    return len(mine | theirs) >= 4 and len(mine & theirs) >= 0.5 * len(mine | theirs)


def _correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Return Pearson's correlation, 0 where one side doesn't vary."""
    n = len(pairs)
    mx, my = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    sx, sy = sum((x - mx) ** 2 for x, _ in pairs), sum((y - my) ** 2 for _, y in pairs)
    return sum((x - mx) * (y - my) for x, y in pairs) / math.sqrt(sx * sy) if sx and sy else 0.0


def _are_two_documents(
    runs: Sequence[tuple[str, list[int]]], units: Sequence[list[int]], lines: Sequence[Line]
) -> bool:
    """Return whether one language follows the other, each with a title and a day at its beginning."""
    if len(runs) != 2:
        return False
    heads = [[lines[i] for u in run[:6] for i in units[u]] for _, run in runs]
    return all(any(is_title(line.text) and _day_near(head, i) for i, line in enumerate(head)) for head in heads)


# ── Several briefings ───────────────────────────────────────────────────────────────────────────────────────────────


def _briefings(
    lines: Sequence[Line], document: Document, known: Known
) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """Return ((position of its first line, number of its title's) of each briefing, none where there is only one; and
    the doubts).
    """
    # In a wrapped text a line may be any words of a sentence: there only what a blank line stands above counts.
    wrapped = is_wrapped(tuple(lines), document.before_blank)
    own = [i for i in range(len(lines)) if not (wrapped and i and lines[i - 1].number not in document.before_blank)]
    titles = _of_one_shape([i for i in own if is_title(lines[i].text) and _day_near(lines, i)], lines)
    found, doubts = _with_turns(titles, lines, document, known)
    if len(found) < 2:
        days = [i for i in own if _is_day(lines[i].text)]
        by_day, more = _with_turns(days, lines, document, known)
        found, doubts = (by_day, more) if len(by_day) > 1 else ([], doubts)
    if not found:
        return [], doubts
    above = _letterhead(found, lines)
    out = [(i - a, lines[i].number) for i, a in zip(found, above, strict=True)]
    if read_page(_slice(document, lines[: out[0][0]]), known).body.exchanges:
        out.insert(0, (0, 0))
    return out, doubts


def _day_near(lines: Sequence[Line], at: int) -> tuple[int, int, int] | None:
    """Return the day in a title, else the one in a stamp near it."""
    if day := day_of(lines[at].text):
        return day
    around = (*lines[at + 1 : at + 1 + _NEAR], *reversed(lines[max(0, at - _NEAR) : at]))
    return next((day_of(line.text) for line in around if read_stamp(line.text)), None)


def _is_day(text: str) -> bool:
    """Return whether the line is a calendar day with its year and nothing else but a weekday: no stamp of an update."""
    day = day_of(text) if len(text) <= 60 and not ends_sentence(text) else None
    if day is None or day[0] <= 0 or len(_WORD.findall(without_day(text))) > 1:
        return False
    first = _WORD.search(text)
    return first is None or not opens_stamp(text[first.start() :])


def _of_one_shape(titles: list[int], lines: Sequence[Line]) -> list[int]:
    """Return the titles that share at least half of their words, the day apart, with most of the others."""
    words = [set(_WORD.findall(without_day(lines[i].text).casefold())) for i in titles]
    counts = Counter(word for each in words for word in each)
    usual = {word for word, n in counts.items() if n >= 2 and 2 * n > len(titles)}
    return [i for i, own in zip(titles, words, strict=True) if len(own & usual) >= max(2, 0.5 * len(own))]


def _with_turns(
    titles: Sequence[int], lines: Sequence[Line], document: Document, known: Known
) -> tuple[list[int], list[tuple[int, str]]]:
    """Return (the titles at which a briefing begins, doubts): those with exchanges below them, on other days than the
    one before; between two of them also one with a sentence below it.
    """
    if len(titles) < 2:
        return [], []
    ends = [*titles[1:], len(lines)]
    bodies = [lines[start + 1 : end] for start, end in zip(titles, ends, strict=True)]
    full = [read_page(_slice(document, body), known).body.exchanges > 0 for body in bodies]
    if sum(full) < 2:
        return [], []
    first, last = full.index(True), len(full) - 1 - full[::-1].index(True)
    out: list[int] = []
    doubts: list[tuple[int, str]] = []
    before: tuple[int, int, int] | None = None
    for k in range(first, last + 1):
        day = _day_near(lines, titles[k])
        line = lines[titles[k]]
        if not full[k] and not any(ends_sentence(b.text) and len(b.text) >= 40 for b in bodies[k]):
            continue
        if day == before:
            doubts.append((line.number, f"“{line.text}” has the day of the briefing before it: read as part of it"))
            continue
        out.append(titles[k])
        before = day
    return (out, doubts) if len(out) > 1 else ([], doubts)


def _letterhead(titles: Sequence[int], lines: Sequence[Line]) -> list[int]:
    """Return how many lines above each title belong to its head: those that stand likewise above the first title."""

    def keys(at: int, floor: int) -> list[str]:
        out = []
        for line in reversed(lines[max(floor, at - _LETTERHEAD) : at]):
            if is_separator(line.text):
                break
            stamp = read_stamp(line.text) or _is_day(line.text)
            out.append("stamp" if stamp else _DIGITS.sub("0", label_key(line.text)))
        return out

    model = keys(titles[0], 0)
    above = []
    for before, at in pairwise(titles):
        mine = keys(at, before + 1)
        above.append(
            next((n for n, (a, b) in enumerate(zip(mine, model, strict=False)) if a != b), min(len(mine), len(model)))
        )
    return [max(above), *above]


# ── The parts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _slice(document: Document, lines: Sequence[Line]) -> Document:
    """Return a document of some of the lines, to look at."""
    numbers = frozenset(line.number for line in lines if line.number in document.before_blank)
    return Document(document.name, tuple(lines), before_blank=numbers)


def _parted(
    document: Document,
    plans: Sequence[_Plan],
    last_line: int,
    line_of: Callable[[int], int],
    shown: frozenset[int],
    doubts: tuple[tuple[int, str], ...],
) -> tuple[Part, ...]:
    owners = {line.number: k for k, plan in enumerate(plans) for line in (*plan.above, *plan.lines)}
    changes = [(1, owners[document.lines[0].number])]
    for a, b in pairwise(document.lines):
        if owners[a.number] == owners[b.number]:
            continue
        at = line_of(b.number)
        if at <= line_of(a.number) or at in shown:
            doubt = "several briefings, but one begins on the line of the source on which another ends: read as one"
            return (Part(document, doubts=((b.number, doubt), *doubts)),)
        changes.append((at, owners[b.number]))
    ranges: list[list[tuple[int, int]]] = [[] for _ in plans]
    for (start, owner), (after, _) in pairwise([*changes, (last_line + 1, 0)]):
        ranges[owner].append((start, after - 1))
    firsts = [start for start, _ in changes]
    emendations: list[list[Emendation]] = [[] for _ in plans]
    for e in document.emendations:
        emendations[changes[bisect_right(firsts, e.line or 1) - 1][1]].append(e)
    out = []
    for k, plan in enumerate(plans):
        own = {line.number for line in plan.lines}
        ends = {a.number for a, b in pairwise(plan.lines) if line_of(b.number) > _end(ranges[k], line_of(a.number))}
        holds_title = document.title in own and not plan.title
        part = replace(
            document,
            lines=plan.lines,
            emendations=tuple(emendations[k]),
            before_blank=frozenset((own & document.before_blank) | ends | {plan.lines[-1].number}),
            title=plan.title or (document.title if holds_title else 0),
            fields=document.fields if holds_title else _of_all(document.fields),
        )
        out.append(Part(part, tuple(ranges[k]), plan.above, doubts if k == 0 else ()))
    return tuple(out)


def _end(ranges: Sequence[tuple[int, int]], line: int) -> int:
    """Return the last line of the range that holds `line`."""
    return ranges[bisect_right(ranges, (line, math.inf)) - 1][1]


def _of_all(fields: Fields | None) -> Fields | None:
    """Return what a page's head says that is true of each briefing on it."""
    return fields and Fields(publisher=fields.publisher, url=fields.url, language=fields.language)
