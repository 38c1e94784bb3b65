"""A Markdown file → its lines as they read, each with what was changed in it, and what its front matter says.

Nothing is rendered: a renderer would run turns together whose blank lines hold a no-break space, and make headings of
lines above a rule. This module must not drop a word without a record, and must not fail: what is no front matter or no
pair of marks stays as printed.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from edition.containers.fields import Fields, language_tag, read_moment
from edition.model import Locus
from edition.problems import Problem, Refused
from edition.witnesses import FRONT_MATTER_KEY, TOML_KEY, front_matter_end
from edition.words import fold
from edition.yamlfiles import as_map, read_yaml

#: Keys of front matter (small letters, without “-” and “_”) by the field that they fill, the first that is there.
_KEYS = {
    "title": ("title", "headline"),
    "date": ("eventdate", "held", "date", "day"),
    "published": (
        "publishedtime", "published", "publishedat", "publisheddate", "datepublished", "publicationdate", "publishdate",
        "pubdate", "issued", "posted",
    ),
    "url": ("sourceurl", "originalurl", "canonicalurl", "canonical", "url", "link", "source", "permalink"),
    "language": ("language", "lang", "locale"),
    "publisher": ("publisher", "organization", "organisation", "office", "agency", "sitename"),
    "speaker": ("speaker", "spokesperson"),
    "place": ("place", "location", "venue"),
}  # fmt: skip
_HTTP = re.compile(r"https?://[^\s<>\"']{3,2000}", re.I)

_COLON = re.compile(r"[:：]")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")
#: In a line with more marks than this, its change is told as a whole: each would be looked for in all of the line.
_MOST_CHANGES = 100
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff\u00ad]*")
_RULE = re.compile(r"\s*(?:[-*_=#~+•]\s*){3,}")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t\u00a0]+(?=\S)")
_HEADING_END = re.compile(r"\s+#+\s*$")
_QUOTATION = re.compile(r"[ ]{0,3}>(?:[ ]{0,3}>)*[ ]?")
_BULLET = re.compile(r"[ \t]{0,8}[-*+•][ \t\u00a0]+(?=\S)")
_NUMBER = re.compile(r"[ ]{0,8}\d{1,3}[.)][ \t]+\S")
_DEFINITION = re.compile(r"[ ]{0,3}\[([^\[\]]{1,200})\]:\s*<?(?:https?:|mailto:|www\.|[./#])\S*(?:\s+[\"'(].*)?\s*")
_DESTINATION = (
    r"(?:<[^<>\n]*>|(?:[A-Za-z][A-Za-z0-9+.-]*:|www\.|[/#]|\.{1,2}/)[^\s()]*(?:\([^\s()]*\)[^\s()]*)*"
    r"|[\w%./-]+\.[A-Za-z]{2,5}\b[^\s()]*)"
)
_TAGS = (
    "s|del|strike|ins|u|b|strong|i|em|br|span|p|div|center|font|small|big|sup|sub|mark|a|hr|blockquote|h[1-6]|ul|ol|li"
)
#: What begins one piece of markup, each alternative one kind.
_PIECE = re.compile(
    r"(?P<escape>\\(?=[!-/:-@\[-`{-~]))"
    r"|(?P<hard>\\(?=\n|\Z))"
    r"|(?P<comment><!--)"
    rf"|(?P<tag></?(?P<name>{_TAGS})(?:\s[^<>]*)?/?>)"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]+)>"
    rf"|(?P<image>!\[[^\[\]]*\]\({_DESTINATION}(?:\s+[\"'][^\"'\n]*[\"'])?\))"
    rf"|(?P<link>\[(?=[^\[\]]*\]\({_DESTINATION}(?:\s+[\"'][^\"'\n]*[\"'])?\)))"
    rf"|(?P<address>\]\({_DESTINATION}(?:\s+[\"'][^\"'\n]*[\"'])?\))"
    r"|(?P<attribute>[ \t]?\{[:#.][^{}\n]*\}|(?<=\*\*)\{[a-z]+\})"
    r"|(?P<run>\*+|_+|~~)",
    re.S | re.I,
)


class MarkdownChange(NamedTuple):
    """Signs of markup that stand in a line and mean no word: `before` becomes `after`."""

    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class MarkdownLine:
    """A printed line: its number, as it stands, and its changes in their order. `bold`: share of its letters;
    `level`: of a heading; `deleted`: spans of the changed and folded line that are struck out; `runs_on`: nothing parts
    it from the line below; `breaks`: it ends in a hard break; `label`: it begins with bold words up to a colon.
    """

    number: int
    raw: str
    changes: tuple[MarkdownChange, ...] = ()
    bold: float = 0.0
    level: int = 0
    deleted: tuple[tuple[int, int], ...] = ()
    runs_on: bool = True
    breaks: bool = False
    label: bool = False


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """A Markdown file read. `front`: its front matter's lines as (number, as it stands, field or "" for none that an
    edition has); `addresses`: lines that only say where a link leads; `place`, `date`: as the front matter gives them.
    """

    lines: tuple[MarkdownLine, ...]
    fields: Fields
    front: tuple[tuple[int, str, str], ...] = ()
    addresses: tuple[tuple[int, str], ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()


def read_markdown_text(lines: Sequence[str]) -> MarkdownText:
    """Return what the Markdown file of these lines prints, its front matter apart."""
    end, closed = front_matter_end(lines)
    fields = Fields()
    front: tuple[tuple[int, str, str], ...] = ()
    doubts: tuple[tuple[int, str], ...] = ()
    if end and closed:
        fields, front, doubts = _read_front(lines, end)
    elif end:
        doubts = ((1, "front matter begins here and does not end: read as text"),)
    start = end if closed else 0
    definitions = {
        i for i in range(start, len(lines)) if lines[i].startswith(("[", " ")) and _DEFINITION.fullmatch(lines[i])
    }
    out: list[MarkdownLine] = []
    block: list[int] = []
    for i in range(start, len(lines)):
        if i in definitions or _BLANK.fullmatch(lines[i]) or _RULE.fullmatch(lines[i]):
            out += _read_block(lines, block)
            block = []
            if i not in definitions and not _BLANK.fullmatch(lines[i]):
                out.append(MarkdownLine(i + 1, lines[i], runs_on=False))
        else:
            block.append(i)
    out += _read_block(lines, block)
    addresses = tuple((i + 1, lines[i]) for i in sorted(definitions))
    return MarkdownText(tuple(out), fields, front, addresses, doubts)


# ── Front matter ────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_front(
    lines: Sequence[str], end: int
) -> tuple[Fields, tuple[tuple[int, str, str], ...], tuple[tuple[int, str], ...]]:
    """Return (fields, lines with the field of each, doubts) of the front matter that ends before line index `end`."""
    doubts: list[tuple[int, str]] = []
    toml = lines[0].lstrip("\ufeff").startswith("+++")
    pattern = TOML_KEY if toml else FRONT_MATTER_KEY
    printed_at = {_key(m[1]): i + 1 for i in range(end - 1, 0, -1) if (m := pattern.match(lines[i]))}
    values: dict[str, tuple[str, int]] = {}
    try:
        for key, said in _read_toml(lines[1 : end - 1]).items() if toml else ():
            values[_key(key)] = (fold(said), printed_at.get(_key(key), 1))
        for key, node in as_map(read_yaml("" if toml else "\n".join(lines[1 : end - 1]), "", 2)).items():
            if isinstance(node.value, str) and not node.is_null:
                values[_key(key)] = (fold(node.value), printed_at.get(_key(key), node.line))
    except Refused as refused:
        problem = refused.problems[0]
        doubts.append((problem.locus.line, f"front matter: {problem.message}; read line by line"))
        values = _by_line(lines, end, doubts)
    taken: dict[str, tuple[str, int]] = {}
    for name, keys in _KEYS.items():
        for key in keys:
            said, line = values.get(key, ("", 0))
            if said and (name != "url" or _HTTP.fullmatch(said)) and (name != "language" or language_tag(said)):
                taken[name] = (said, line)
                break
    by_line = {line: name for name, (_, line) in taken.items()}
    front: list[tuple[int, str, str]] = []
    name = ""
    for i in range(end):
        if pattern.match(lines[i]) or i in (0, end - 1):
            name = by_line.get(i + 1, "")
        front.append((i + 1, lines[i], name))

    def get(name: str) -> str | None:
        return taken[name][0] if name in taken else None

    def moment(name: str) -> str | None:
        said = get(name)
        return (read_moment(said) or said) if said else None

    date, published = moment("date"), moment("published")
    if date and "T" in date and read_moment(date):
        # A day with a time of day is when something was put up, not the day of a conference.
        date, published = date[:10], published or date
    language = get("language")
    fields = Fields(
        title=get("title"),
        date=date,
        published=published,
        speaker=get("speaker"),
        publisher=get("publisher"),
        url=get("url"),
        language=language_tag(language) if language else None,
        place=get("place"),
        evidence=tuple((name, f"front matter, line {line}") for name, (_, line) in taken.items()),
    )
    return fields, tuple(front), tuple(doubts)


def _read_toml(lines: Sequence[str]) -> dict[str, str]:
    """Return the texts and days among the values; raises Refused where the lines are no TOML."""
    try:
        values = tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError) as e:
        raise Refused(Problem(Locus("", 2), f"no TOML ({e})")) from None
    return {k: v if isinstance(v, str) else str(v) for k, v in values.items() if isinstance(v, str | datetime.date)}


def _key(key: str) -> str:
    return key.strip().casefold().replace("_", "").replace("-", "")


def _by_line(lines: Sequence[str], end: int, doubts: list[tuple[int, str]]) -> dict[str, tuple[str, int]]:
    """Return the values of “key: value” lines; of a key that stands there twice with two values, none."""
    values: dict[str, tuple[str, int]] = {}
    twice: set[str] = set()
    for i in range(1, end - 1):
        found = (TOML_KEY if lines[0].lstrip("\ufeff").startswith("+++") else FRONT_MATTER_KEY).match(lines[i])
        if not found:
            continue
        value = fold(lines[i][found.end() :])
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        key = _key(found[1])
        if key in values and values[key][0] != value:
            twice.add(key)
            doubts.append((i + 1, f"front matter: “{found[1]}” stands here twice with two values: neither is taken"))
        values.setdefault(key, (value, i + 1))
    return {key: value for key, value in values.items() if key not in twice}


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Edit(NamedTuple):
    start: int
    end: int
    after: str
    reason: str


def _read_block(lines: Sequence[str], block: list[int]) -> Iterator[MarkdownLine]:
    """Yield the lines of one block (a run of lines without a blank one), its pairs of marks resolved."""
    if not block:
        return
    text = "\n".join(lines[i] for i in block)
    edits: list[_Edit] = []
    levels: list[int] = []
    parted: list[bool] = []
    at = 0
    for i in block:
        line = lines[i]
        level, new, start = 0, False, at
        if (found := _QUOTATION.match(line)) and found.end() < len(line):
            edits.append(_Edit(at, at + found.end(), "", "Markdown: quotation"))
            start, line = at + found.end(), line[found.end() :]
        if found := _HEADING.match(line):
            level, new = len(found[1]), True
            edits.append(_Edit(start, start + found.end(), "", "Markdown: heading"))
            bare = re.sub(r"\s*\{[:#][^{}]*\}\s*$", "", line)
            if closing := _HEADING_END.search(bare, found.end()):
                edits.append(_Edit(start + closing.start(), start + len(bare), "", "Markdown: heading"))
        elif found := _BULLET.match(line):
            new = True
            edits.append(_Edit(start, start + found.end(), "", "Markdown: item of a list"))
        elif _NUMBER.match(line):
            new = True
        levels.append(level)
        parted.append(new)
        at += len(lines[i]) + 1
    marks, bold, deleted = _inline(text, {place: e.end for e in edits for place in range(e.start, e.end)})
    edits = sorted([*edits, *marks])
    at = 0
    pending = 0
    for k, i in enumerate(block):
        end = at + len(lines[i])
        mine: list[_Edit] = []
        while pending < len(edits) and edits[pending].start < max(end, at + 1):
            edit = edits[pending]
            if edit.end > end:  # what runs over the end of a line is changed in each of them
                mine.append(_Edit(edit.start - at, end - at, edit.after, edit.reason))
                edits[pending] = _Edit(end + 1, edit.end, "", edit.reason)
                break
            mine.append(_Edit(edit.start - at, edit.end - at, edit.after, edit.reason))
            pending += 1
        last = k == len(block) - 1
        hard = lines[i].endswith("  ") or any(e.reason == "Markdown: hard break" for e in mine)
        runs_on = not last and not levels[k] and not parted[k + 1]
        yield _line(i + 1, lines[i], mine, levels[k], _clip(bold, at, end), _clip(deleted, at, end), runs_on, hard)
        at = end + 1


def _clip(spans: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]


def _line(
    number: int,
    raw: str,
    edits: list[_Edit],
    level: int,
    bold: list[tuple[int, int]],
    deleted: list[tuple[int, int]],
    runs_on: bool,
    hard: bool,
) -> MarkdownLine:
    """Return the line with changes that, made one after the other wherever they fit, give exactly what is meant."""
    if not edits:
        return MarkdownLine(number, raw, level=level, runs_on=runs_on, breaks=hard)
    meant, moved = _applied_edits(raw, edits)
    changes = _changes(raw, edits, meant)
    places = _folded_places(meant) if bold or deleted else []
    struck = [_shrunk(fold(meant), places[moved(a)], places[moved(b)]) for a, b in deleted]
    strong = sum(_letters(meant[moved(a) : moved(b)]) for a, b in bold) / max(1, _letters(meant))
    spans = tuple(s for s in struck if s[0] < s[1])
    end = moved(bold[0][1]) if bold and not meant[: moved(bold[0][0])].strip() else 0
    label = bool(meant[:end].strip()) and _COLON.search(meant, max(0, end - 2), end + 2) is not None
    return MarkdownLine(number, raw, changes, min(1.0, strong), level, spans, runs_on, hard, label)


def _letters(text: str) -> int:
    return sum(not c.isspace() for c in text)


def _applied_edits(raw: str, edits: list[_Edit]) -> tuple[str, Callable[[int], int]]:
    """Return the line with its edits made, and where a place of the line stands afterwards."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[tuple[int, int]] = []
    at = length = 0
    for e in edits:
        out += [raw[at : e.start], e.after]
        length += max(0, e.start - at) + len(e.after)
        at = max(at, e.end)
        starts.append(e.start)
        ends.append((at, length))
    out.append(raw[at:])

    def moved(place: int) -> int:
        i = bisect_right(starts, place) - 1
        if i < 0:
            return place
        end, behind = ends[i]
        return behind + max(0, place - end)

    return "".join(out), moved


def _folded_places(text: str) -> list[int]:
    """Return for each place of `text` (its end too) how long the folded text before it is."""
    out = [0]
    length, space = 0, False
    for c in text:
        if not fold(c):
            space = space or _SPACE.fullmatch(c) is not None
        else:
            length += 1 + (space and length > 0)
            space = False
        out.append(length)
    return out


def _shrunk(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start : start + 1].isspace():
        start += 1
    return start, min(end, len(text))


def _changes(raw: str, edits: list[_Edit], meant: str) -> tuple[MarkdownChange, ...]:
    """Return the edits as changes of signs; where these stand elsewhere in the line too, of the words that they touch;
    where even those do, or where there are very many, of the whole line.
    """
    if len(edits) <= _MOST_CHANGES:
        signs = [MarkdownChange(raw[e.start : e.end], e.after, e.reason) for e in edits]
        for changes in (list(dict.fromkeys(signs)), list(dict.fromkeys(_word_changes(raw, edits)))):
            if _applied(raw, changes) == meant:
                return tuple(changes)
    return (MarkdownChange(raw.strip(), meant.strip(), _reason(edits)),)


def _reason(edits: Sequence[_Edit]) -> str:
    return ", ".join(dict.fromkeys(e.reason for e in edits))


def _word_changes(raw: str, edits: list[_Edit]) -> Iterator[MarkdownChange]:
    """Yield the changes of the runs without white space that edits touch."""
    i = 0
    while i < len(edits):
        start, end = edits[i].start, edits[i].end
        while start > 0 and not raw[start - 1].isspace():
            start -= 1
        inside: list[_Edit] = []
        while True:
            while end < len(raw) and not raw[end].isspace():
                end += 1
            if i == len(edits) or edits[i].start >= end:
                break
            inside.append(edits[i])
            end = max(end, edits[i].end)
            i += 1
        shifted = [_Edit(e.start - start, e.end - start, e.after, e.reason) for e in inside]
        yield MarkdownChange(raw[start:end], _applied_edits(raw[start:end], shifted)[0], _reason(inside))


def _applied(raw: str, changes: Sequence[MarkdownChange]) -> str:
    for c in changes:
        if not c.before or c.before not in raw:
            return ""
        raw = raw.replace(c.before, c.after)
    return raw


# ── Marks inside a block ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Run:
    """A run of one sign that may open a pair."""

    sign: str
    start: int
    count: int


_REASONS = {"*": "Markdown: emphasis", "_": "Markdown: emphasis", "~": "Markdown: deletion"}


def _inline(text: str, done: dict[int, int]) -> tuple[list[_Edit], list[tuple[int, int]], list[tuple[int, int]]]:
    """Return (edits, bold spans, deleted spans) of a block's text; `done`: spans that are edited already."""
    edits: list[_Edit] = []
    bold: list[tuple[int, int]] = []
    deleted: list[tuple[int, int]] = []
    opened: list[_Run] = []
    counts: dict[str, int] = {}
    tags: dict[str, int] = {}
    links = 0
    comments = True
    at = 0
    while found := _PIECE.search(text, at):
        at = found.end()
        start, end = found.span()
        if end == start:
            at += 1
            continue
        if start in done:
            at = done[start]
            continue
        kind = found.lastgroup
        if found["escape"] is not None:
            edits.append(_Edit(start, end, "", "Markdown: escape"))
            at = end + 1
        elif found["hard"] is not None:
            edits.append(_Edit(start, end, "", "Markdown: hard break"))
        elif found["comment"] is not None:
            closed = text.find("-->", end) if comments else -1
            comments = closed >= 0
            if comments:
                at = closed + 3
                edits.append(_Edit(start, at, " ", "HTML in Markdown: comment"))
        elif found["tag"] is not None:
            name = found["name"].lower()
            gap = " " if name in ("br", "p", "div", "li", "hr") else ""
            edits.append(_Edit(start, end, gap, f"HTML in Markdown: {name}"))
            group = "deleted" if name in ("s", "del", "strike") else "bold" if name in ("b", "strong") else ""
            if group and found["tag"][1] != "/":
                tags.setdefault(group, end)
            elif group and group in tags:
                (deleted if group == "deleted" else bold).append((tags.pop(group), start))
        elif found["auto"] is not None:
            edits += [_Edit(start, start + 1, "", "Markdown: link"), _Edit(end - 1, end, "", "Markdown: link")]
        elif found["image"] is not None:
            edits.append(_Edit(start, end, "", "Markdown: picture"))
        elif found["link"] is not None:
            links += 1
            edits.append(_Edit(start, end, "", "Markdown: link"))
        elif found["address"] is not None:
            if links:
                links -= 1
                edits.append(_Edit(start, end, "", "Markdown: link, its address"))
        elif found["attribute"] is not None:
            edits.append(_Edit(start, end, "", "Markdown: attribute"))
        elif kind == "run":
            _pair(text, found["run"], start, opened, counts, edits, bold, deleted)
    return edits, sorted(bold), sorted(deleted)


def _joins(sign: str) -> bool:
    """Return whether the sign is part of a word that has spaces around it (Chinese words have none)."""
    return sign.isalnum() and sign < "\u2e80"


def _pair(
    text: str,
    run: str,
    start: int,
    opened: list[_Run],
    counts: dict[str, int],
    edits: list[_Edit],
    bold: list[tuple[int, int]],
    deleted: list[tuple[int, int]],
) -> None:
    """Close the pairs that a run of “*”, “_” or “~~” closes; keep what is left of it to be closed later."""
    sign, left, end = run[0], len(run), start + len(run)
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if _joins(before) and _joins(after):
        return  # inside a word, such as a name in code or a word left out, signs are printed
    closes = not before.isspace() and (before in ":：" or not _joins(after))
    opens = not after.isspace() and not _joins(before)
    while closes and left and counts.get(sign):
        while opened[-1].sign != sign:
            counts[opened.pop().sign] -= 1
        opener = opened[-1]
        used = min(opener.count, left)
        inner = opener.start + opener.count
        edits.append(_Edit(inner - used, inner, "", _REASONS[sign]))
        edits.append(_Edit(start, start + used, "", _REASONS[sign]))
        if sign == "~":
            deleted.append((inner, start))
        elif used >= 2:
            bold.append((inner, start))
        opener.count -= used
        left -= used
        start += used
        if not opener.count:
            opened.pop()
            counts[sign] -= 1
    if left and opens:
        opened.append(_Run(sign, start, left))
        counts[sign] = counts.get(sign, 0) + 1
