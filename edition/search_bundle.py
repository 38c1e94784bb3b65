"""The records of a bundle → its scripts: which section holds which word and where, the facts and the text of each.

    take_notes(records) -> (Notes, scripts)      of one briefing, alone
    Bundle.add(notes), Bundle.finish() -> scripts
    Bundle.read(name, scripts, names), Bundle.change(first, before, after)      it was made before, and some changed

Everything is text in classic scripts, because that is what a page from a disk can load, and packed only as far as
plain digits go: a server may compress it, nobody has to. What is written here assets/search/register.js, index.js and
words.js read. This module must not know bundles beside its own, and never writes a file.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from edition.search import FACETS, SearchRecord
from edition.search_digits import (
    KNOWN,
    LEVELS,
    decode_column,
    decode_levels,
    decode_sections,
    encode_column,
    encode_levels,
    encode_rising,
    encode_sections,
    run,
)
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

#: The facets of which a bundle has a column: the briefing of a section is told by its script of texts.
_COLUMNS: Final = tuple(facet for facet in FACETS if facet != "briefing")

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
    known, found = len(KNOWN), []
    for word, numbers in places.items():
        count = len(numbers)
        weight = count + extra[word] if word in extra else count
        level = int(LEVELS * weight / (weight + half))
        code = KNOWN[numbers[0]] if count == 1 and at < known else encode_rising(numbers)
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
        self._columns: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in _COLUMNS}
        # how many sections have a name, as it is written
        self._tagged: Counter[str] = Counter()
        # word → in turns: a section that holds it, times eight, and how well; at which of its words, encoded
        self._words: defaultdict[str, list[Any]] = defaultdict(list)
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        # a term → its lines, where the bundle was read of its scripts and the term hasn't been touched since
        self._lines: dict[str, tuple[str, str]] = {}
        self._texts: list[str] = []
        self._starts: list[str] = []

    def __len__(self) -> int:
        return len(self.days)

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its sections."""
        return frozenset(language for cell in self._columns["language"] for language in cell)

    @property
    def names(self) -> Mapping[str, int]:
        """The names of what is tagged in it, as they are written, and how many sections have each."""
        return self._tagged

    @property
    def words(self) -> frozenset[str]:
        """All words of its texts, folded."""
        # the lines of a name have no places
        return frozenset((*self._words, *(term for term, (_, places) in self._lines.items() if places)))

    def add(self, notes: Notes) -> None:
        """Take the next briefing in."""
        for section in notes.sections:
            number = len(self.days)
            self.days.append(section.day)
            self._tagged.update(section.names)
            for facet, ids in zip(_COLUMNS, section.facets, strict=True):
                self._columns[facet].append(ids)
            for name in section.spoken:
                self._names[name].append(number)
            # one object for all words that the section holds equally well
            codes = tuple(range(LEVELS * number, LEVELS * (number + 1)))
            for word, level, places in section.words:
                self._words[word] += (codes[level], places)
        if notes.sections:
            self._texts.append(notes.texts)

    def change(self, first: int, before: Notes, after: Notes) -> None:
        """Put a briefing in the place of what it was. `first`: the number of its first section; `before`: what the
        bundle has of it, as many sections as now.
        """
        for number, (old, new) in enumerate(zip(before.sections, after.sections, strict=True), first):
            self.days[number] = new.day
            self._tagged.subtract(old.names)
            self._tagged.update(new.names)
            for facet, ids in zip(_COLUMNS, new.facets, strict=True):
                self._columns[facet][number] = ids
            for name in set(old.spoken) ^ set(new.spoken):
                numbers = self._open_name(name)
                if name in new.spoken:
                    insort(numbers, number)
                else:
                    numbers.remove(number)
            gone, come = set(old.words) - set(new.words), set(new.words) - set(old.words)
            for word, level, _ in gone:
                held = self._open_word(word)
                place = 2 * bisect_left(held[::2], LEVELS * number + level)
                del held[place : place + 2]
            for word, level, places in come:
                held = self._open_word(word)
                place = 2 * bisect_left(held[::2], LEVELS * number)
                held[place:place] = (LEVELS * number + level, places)
        if before.sections:
            self._texts[self._texts.index(before.texts)] = after.texts
        # what no section holds any more
        _drop_empty(self._words)
        _drop_empty(self._names)
        _drop_empty(self._tagged)

    def _open_word(self, word: str) -> list[Any]:
        """Return the sections that hold a word, to be changed."""
        if word in self._lines:
            line, places = self._lines.pop(word)
            _, sections, levels = line.split(" ")
            numbers = decode_sections(sections)
            held = zip(numbers, decode_levels(levels, len(numbers)), places.split(" ")[1].split(","), strict=True)
            self._words[word] = [each for number, level, at in held for each in (LEVELS * number + level, at)]
        return self._words[word]

    def _open_name(self, name: str) -> list[int]:
        """Return the sections that have a name, to be changed."""
        if name in self._lines:
            self._names[name] = decode_sections(self._lines.pop(name)[0].split(" ")[1])
        return self._names[name]

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
        value = dump({"days": run(self.days), "facets": columns, "texts": self._texts})
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
        terms = (*self._words, *self._names, *self._lines)
        for term in sorted(terms, key=lambda each: each.encode("utf-16-be")):
            if term in self._lines:
                lines.append(self._lines[term])
            elif term in self._names:
                lines.append((f"{term} {encode_sections(self._names[term])}", ""))
            else:
                codes, places = self._words[term][::2], self._words[term][1::2]
                sections, levels = [code // LEVELS for code in codes], [code % LEVELS for code in codes]
                found = f"{term} {encode_sections(sections)} {encode_levels(levels)}"
                lines.append((found, f"{term} {','.join(places)}"))
            size += len(lines[-1][0])
            if size >= WORDS:
                yield lines
                lines, size = [], 0
        if lines:
            yield lines

    @classmethod
    def read(cls, name: str, scripts: Iterable[tuple[str, str]], names: Mapping[str, int]) -> Bundle:
        """Return the bundle of which `finish` made these scripts, so that `change` can be called. `names`: its own.

        A term's lines are not read before it changes: that is why it is quick.
        """
        bundle = cls(name)
        bundle._tagged.update(names)
        words, places = dict[str, str](), dict[str, str]()
        for path, text in scripts:
            kind = path.rpartition("/")[2].partition("-")[0]
            value = json.loads(text[text.index(",") + 1 : text.rindex(")")])
            if kind == "facts":
                bundle.days = [day for day, count in value["days"] for _ in range(count)]
                bundle._columns = {facet: decode_column(*value["facets"][facet]) for facet in _COLUMNS}
                bundle._texts = value["texts"]
            else:
                lines = value.split("\n") if value else []
                (words if kind == "words" else places).update((line.partition(" ")[0], line) for line in lines)
        bundle._lines = {term: (line, places.get(term, "")) for term, line in words.items()}
        return bundle


def _drop_empty(held: dict[str, Any]) -> None:
    for term in [term for term, of_term in held.items() if not of_term]:
        del held[term]


def _count_text(record: SearchRecord) -> int:
    return sum(len(text) for _, text in record.text)
