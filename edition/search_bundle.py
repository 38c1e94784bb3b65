"""The records of a bundle → its scripts: which section holds which word and where, the facts and the text of each.

    take_notes(records) -> (Notes, scripts)      of one briefing, alone
    Bundle.add(notes), Bundle.finish() -> scripts

Everything is text in classic scripts, because that is what a page from a disk can load, and packed only as far as
plain digits go: a server may compress it, nobody has to. What is written here assets/search/register.js, index.js and
words.js read. This module must not know bundles beside its own, and never writes a file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from edition.search import FACETS, SearchRecord
from edition.search_words import fold_name, read_words

#: Characters that a script of words has at least: few enough for a first query, many enough for few files.
WORDS: Final = 24_000
#: Characters of text after which a briefing's next section goes into another script.
TEXTS: Final = 8_000

#: How much more than once a word counts in a heading and in a question.
_HEADING, _QUESTION = 7.0, 1.0
#: Okapi BM25's k1 and b (Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, 3.5) and the words of a
#: section that is neither long nor short; a constant, so that a bundle does not depend on others.
_K1, _B, _USUAL = 1.2, 0.75, 150.0
_LEVELS: Final = 8

#: The facets of which a bundle has a column: the briefing of a section is told by its script of texts.
_COLUMNS: Final = tuple(facet for facet in FACETS if facet != "briefing")

#: The digits of a number; one of the first forty ends it.
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_LAST: Final = 40
#: Sections that a digit stands for in a list of many.
_BITS: Final = 6

#: What nobody sees, or what reorders what is seen, is written as an escape.
_UNSEEN: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def dump(value: object) -> str:
    """Return a value as JSON that is also JavaScript, in one line."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def make_script(name: str, value: str) -> str:
    """Return the script that hands a value, as `dump` writes it, to the search page under a name."""
    return f"RostrumSearch.take({dump(name)},{value});\n"


def make_tag(text: str) -> str:
    """Return six digits that change when a text does: a part of its file's name, so that no stale copy is read."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:6]


# ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def encode_number(number: int) -> str:
    """Return a number in digits that tell where it ends: 0 → "0", 39 → "d", 40 → "e0"."""
    digits = ""
    while number >= _LAST:
        high, low = divmod(number - _LAST, len(_DIGITS) - _LAST)
        digits += _DIGITS[_LAST + low]
        number = high
    return digits + _DIGITS[number]


#: Numbers up to here are looked up: those of a bundle's sections and of a section's words.
_KNOWN: Final = tuple(map(encode_number, range(1 << 14)))


def encode_rising(numbers: Sequence[int]) -> str:
    """Return rising numbers, each as what it is above the one before, less one."""
    steps = [number - last - 1 for last, number in zip((-1, *numbers), numbers, strict=False)]
    try:
        return "".join([_KNOWN[step] for step in steps])
    except IndexError:
        return "".join(map(encode_number, steps))


def encode_sections(numbers: Sequence[int]) -> str:
    """Return the numbers of sections: rising, or, where they are many, “.” and a digit for each six sections."""
    digits = numbers[-1] // _BITS + 1
    if len(numbers) <= digits:
        return encode_rising(numbers)
    bits = [0] * digits
    for number in numbers:
        bits[number // _BITS] |= 1 << number % _BITS
    return "." + "".join([_DIGITS[each] for each in bits])


def encode_levels(levels: Sequence[int]) -> str:
    """Return how well sections hold a word, 0–7 each, two in a digit."""
    first, second = levels[::2], [*levels[1::2], 0]
    return "".join([_DIGITS[a + _LEVELS * b] for a, b in zip(first, second, strict=False)])


def encode_column(cells: Sequence[tuple[str, ...]]) -> tuple[list[str], str]:
    """Return the values of a facet, the commonest first, and the column: a cell a section, separated by commas.

    A cell holds the numbers of its values, run together; one that repeats is written once, followed by * and how often.
    """
    uses = Counter(value for cell in cells for value in cell)
    values = sorted(uses, key=lambda value: (-uses[value], value))
    numbers = {value: encode_number(number) for number, value in enumerate(values)}
    runs = _run(["".join(numbers[value] for value in cell) for cell in cells])
    return values, ",".join(text if count == 1 else f"{text}*{count}" for text, count in runs)


def _run(items: Sequence[str]) -> list[tuple[str, int]]:
    """Return the items as runs of equals."""
    runs: list[tuple[str, int]] = []
    for item in items:
        if runs and runs[-1][0] == item:
            runs[-1] = (item, runs[-1][1] + 1)
        else:
            runs.append((item, 1))
    return runs


# ── A bundle ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SectionNotes:
    """What a bundle holds of a section. `facets`: its cell of each of `_COLUMNS`. `names`: as they are written;
    `spoken`: these and what is printed in capitals, folded. `words`: each with how well the section holds it (0–7) and
    at which of its words, encoded.
    """

    day: str
    language: str
    facets: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    spoken: tuple[str, ...]
    words: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """What a bundle holds of a briefing. `texts`: its id, and of each of its scripts of texts how many sections it has
    and the tag of its name.
    """

    sections: tuple[SectionNotes, ...]
    texts: str


def take_notes(records: Iterable[SearchRecord]) -> tuple[Notes, tuple[tuple[str, str], ...]]:
    """Return the notes of the records of one briefing, and (name, text) of its scripts of texts."""
    sections: list[SectionNotes] = []
    scripts: list[tuple[str, str]] = []
    texts: list[str] = []
    waiting: list[SearchRecord] = []

    def take_texts() -> None:
        briefing = waiting[0].briefing
        value = dump({"briefing": waiting[0].briefing_title, "sections": list(map(_show, waiting))})
        tag = make_tag(value)
        name = f"texts/{briefing}-{len(texts) + 1}-{tag}"
        texts.append(f"{len(waiting)}:{tag}")
        scripts.append((name, make_script(name, value)))
        waiting.clear()

    for record in records:
        sections.append(_note_section(record))
        if waiting and sum(map(_count_text, waiting)) >= TEXTS:
            take_texts()
        waiting.append(record)
    if waiting:
        id = waiting[0].briefing
        take_texts()
        return Notes(tuple(sections), " ".join((id, *texts))), tuple(scripts)
    return Notes((), ""), ()


def _note_section(record: SearchRecord) -> SectionNotes:
    """Return the notes of a section.

    What is printed in capitals is indexed as names are, so that a query in capitals finds the WHO and not the word
    “who”.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    extra: dict[str, float] = {}
    capitals: set[str] = set()
    at = 0
    parts = [(_QUESTION if role == "question" else 0.0, text) for role, text in record.text]
    for weight, text in ((_HEADING, record.heading), *parts):
        words, acronyms = read_words(text)
        capitals |= acronyms
        for place, word in enumerate(words, at):
            places[word].append(place)
        if weight:
            for word in words:
                extra[word] = extra.get(word, 0.0) + weight
        # a phrase never runs from one paragraph into the next
        at += len(words) + 1
    half = _K1 * (1 - _B + _B * at / _USUAL)
    known, found = len(_KNOWN), []
    for word, numbers in places.items():
        count = len(numbers)
        weight = count + extra[word] if word in extra else count
        level = int(_LEVELS * weight / (weight + half))
        code = _KNOWN[numbers[0]] if count == 1 and at < known else encode_rising(numbers)
        found.append((word, level, code))
    facets = dict(record.facets)
    return SectionNotes(
        record.day or "",
        record.language,
        tuple(facets.get(facet, ()) for facet in _COLUMNS),
        record.names,
        tuple(dict.fromkeys(filter(None, (*map(fold_name, record.names), *map(fold_name, sorted(capitals)))))),
        tuple(found),
    )


def _show(record: SearchRecord) -> list[str]:
    # a title that is the heading stands there once
    title = "" if record.title == record.heading else record.title
    return [record.section, record.number, title, record.heading, *(text for _, text in record.text)]


class Bundle:
    """The sections of one language and some months, which come newest first; their number is their place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.days: list[str] = []
        self.languages: set[str] = set()
        self.names: set[str] = set()
        self._columns: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in _COLUMNS}
        # word → in turns: a section that holds it, times eight, and how well; at which of its words, encoded
        self._words: defaultdict[str, list[Any]] = defaultdict(list)
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._texts: list[str] = []
        self._starts: list[str] = []

    def __len__(self) -> int:
        return len(self.days)

    @property
    def words(self) -> frozenset[str]:
        """All words of its texts, folded."""
        return frozenset(self._words)

    def add(self, notes: Notes) -> None:
        """Take the next briefing in."""
        for section in notes.sections:
            number = len(self.days)
            self.days.append(section.day)
            self.languages.add(section.language)
            self.names.update(section.names)
            for facet, ids in zip(_COLUMNS, section.facets, strict=True):
                self._columns[facet].append(ids)
            for name in section.spoken:
                self._names[name].append(number)
            # one object for all words that the section holds equally well
            codes = tuple(range(_LEVELS * number, _LEVELS * (number + 1)))
            for word, level, places in section.words:
                self._words[word] += (codes[level], places)
        if notes.sections:
            self._texts.append(notes.texts)

    def finish(self) -> Iterator[tuple[str, str]]:
        """Yield (path, text) of the scripts that are of no single briefing; that of the facts comes last."""
        for number, terms in enumerate(self._part_terms()):
            tags = []
            for kind, lines in zip(("words", "places"), zip(*terms, strict=True), strict=True):
                value = dump("\n".join(filter(None, lines)))
                tags.append(make_tag(value))
                name = f"bundles/{self.name}/{kind}-{number}-{tags[-1]}"
                yield name, make_script(name, value)
            self._starts.append(" ".join((terms[0][0].partition(" ")[0], *tags)))
        columns = {facet: encode_column(cells) for facet, cells in self._columns.items()}
        value = dump({"days": _run(self.days), "facets": columns, "texts": self._texts})
        name = f"bundles/{self.name}/facts-{make_tag(value)}"
        yield name, make_script(name, value)

    @property
    def starts(self) -> tuple[str, ...]:
        """Of each script of words, when all are made: its first word, the tags of its two files."""
        return tuple(self._starts)

    def _part_terms(self) -> Iterator[list[tuple[str, str]]]:
        """Yield the lines of each script of words: a term's own and that of its places, in the order of JavaScript."""
        lines: list[tuple[str, str]] = []
        size = 0
        for term in sorted((*self._words, *self._names), key=lambda each: each.encode("utf-16-be")):
            if term in self._names:
                lines.append((f"{term} {encode_sections(self._names[term])}", ""))
            else:
                codes, places = self._words[term][::2], self._words[term][1::2]
                sections, levels = [code // _LEVELS for code in codes], [code % _LEVELS for code in codes]
                found = f"{term} {encode_sections(sections)} {encode_levels(levels)}"
                lines.append((found, f"{term} {','.join(places)}"))
            size += len(lines[-1][0])
            if size >= WORDS:
                yield lines
                lines, size = [], 0
        if lines:
            yield lines


def _count_text(record: SearchRecord) -> int:
    return sum(len(text) for _, text in record.text)
