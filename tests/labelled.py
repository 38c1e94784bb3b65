"""Independent sets of labelled sections of real briefings, and how well what the program finds agrees with them.

tests/fixtures/labelled/sections.yaml and later.yaml say how the sections were chosen and what their fields mean. They
hold labels and references only: the texts are found again, by their words, in transcripts that the program imports from
the shared corpus, and among the questions and answers of the shared generator. This module must not know how any tag is
found.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from edition.config import Config
from edition.importing.transcribing import known_of, make_transcripts
from edition.model import Authorities, Paragraph, Section, Source, Transcript, Turn
from edition.witnesses import make_witness

FOLDER = Path(__file__).parent / "fixtures" / "labelled"
SECTIONS, LATER = FOLDER / "sections.yaml", FOLDER / "later.yaml"
BLOCKS = Path("tools", "scale", "blocks.jsonl.gz")
CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia", host_country="CN")

#: The list fields of a label; each may have a field of neutral values beside it.
Field = Literal["topics", "countries", "territories", "persons", "dates"]


@dataclass(frozen=True)
class Labelled:
    """One labelled section, found: `entry` is the reader's word, the rest what the importer made of the source."""

    entry: dict[str, Any]
    transcript: Transcript
    section: Section

    @property
    def file(self) -> str:
        return str(self.entry["file"])

    @property
    def folder(self) -> str:
        """The family of sources, which is also one language: `mananera-es`."""
        return self.file.split("/")[0]

    @property
    def half(self) -> str:
        return str(self.entry["half"])

    @property
    def host(self) -> str:
        """The country that is not tagged."""
        return str(self.entry.get("host", CONFIG.host_country))

    def expected(self, field: Field) -> tuple[str, ...]:
        return tuple(self.entry[field])

    def neutral(self, field: Field) -> tuple[str, ...]:
        return tuple(self.entry.get(f"{field}_neutral", ()))


@dataclass
class Agreement:
    """Hits, false alarms and misses of one kind of tag, added up over sections (micro-averages)."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, expected: Iterable[str], found: Iterable[str], neutral: Iterable[str] = ()) -> None:
        """Count one section; what is neutral and not expected is neither right nor wrong."""
        wanted = set(expected)
        given = set(found) - (set(neutral) - wanted)
        self.right += len(wanted & given)
        self.wrong += len(given - wanted)
        self.missed += len(wanted - given)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0

    def __str__(self) -> str:
        figures = f"P {self.precision:.3f}  R {self.recall:.3f}  F1 {self.f1:.3f}"
        return f"{figures}  ({self.right} right, {self.wrong} wrong, {self.missed} missed)"


def digest(words: Sequence[str]) -> str:
    """Return the reference of a stretch of words, as the header of the labels says."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def references(section: Section) -> Iterator[str]:
    """Yield the references by which a section can be found: of each turn's first paragraph and first thirty words."""
    for turn in section.turns:
        if turn.paragraphs:
            yield digest(_words(turn.paragraphs[0].text))
            yield digest([word for paragraph in turn.paragraphs for word in _words(paragraph.text)][:30])


def read_transcript(path: Path) -> Transcript:
    """Return what the importer makes of a file of the corpus, as an edition with the house defaults would."""
    witness = make_witness(path.name, path.name, path.read_bytes())
    return make_transcripts(witness, CONFIG, known_of(CONFIG, Authorities()), Authorities())[0].transcript


def find_labelled(corpus: Path) -> tuple[Labelled, ...]:
    """Return every labelled section with its text, found in the corpus; raises LookupError where one isn't there."""
    return _find(SECTIONS, corpus)


def find_later(shared: Path) -> tuple[Labelled, ...]:
    """Return every section of the second set with its text; raises LookupError where one isn't there."""
    return (*_find(LATER, shared / "corpus"), *_find_blocks(shared / BLOCKS))


def _find_blocks(path: Path) -> Iterator[Labelled]:
    """Yield the labelled questions and answers of the generator, each as a briefing of its own, undated."""
    wanted = {
        e["ref"]: e for e in yaml.safe_load(LATER.read_text(encoding="utf-8"))["sections"] if e["file"] == "blocks"
    }
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for block in map(json.loads, lines):
            entry = wanted.pop(digest(_words(block["q"])), None) if block["type"] == "qa" else None
            if entry is None:
                continue
            said = tuple(Paragraph(f"q1.{n}", text) for n, text in enumerate((block["q"], *block["a"]), 1))
            section = Section("q1", "exchange", None, (Turn("question", "Q", said[:1]), Turn("answer", "A", said[1:])))
            source = Source("blocks", "0" * 64, "blocks")
            yield Labelled(entry, Transcript("x", "press-conference", "", None, "en", (), source, (section,)), section)
    if wanted:
        raise LookupError(f"{path}: {len(wanted)} labelled blocks are not there")


def _find(labels: Path, corpus: Path) -> tuple[Labelled, ...]:
    transcripts: dict[str, Transcript] = {}
    found = []
    for entry in yaml.safe_load(labels.read_text(encoding="utf-8"))["sections"]:
        name = entry["file"]
        if name == "blocks":
            continue
        if name not in transcripts:
            (path,) = corpus.glob(name)
            transcripts[name] = read_transcript(path)
        sections = transcripts[name].sections
        # Where the first paragraph is only a greeting, the first thirty words tell sections apart.
        hits = [s for s in sections if entry["ref30"] in references(s)]
        hits = hits or [s for s in sections if entry["ref"] in references(s)]
        if len(hits) != 1:
            raise LookupError(f"{name}, section {entry.get('ordinal', entry['ref'])}: found {len(hits)} times")
        found.append(Labelled(entry, transcripts[name], hits[0]))
    return tuple(found)


def measure(
    items: Iterable[Labelled], field: Field, find: Callable[[Labelled], Iterable[str]]
) -> Mapping[tuple[str, str], Agreement]:
    """Return how what `find` gives agrees with the labels, by (half, group).

    Groups are "all", each family of sources, and "shared pages" against "own pages": whether the other half has
    sections of the same page, so that tuning on it may have helped.
    """
    kept = tuple(items)
    halves: dict[str, set[str]] = {}
    for item in kept:
        halves.setdefault(item.file, set()).add(item.half)
    figures: dict[tuple[str, str], Agreement] = {}
    for item in kept:
        given = tuple(find(item))
        for group in ("all", item.folder, "shared pages" if len(halves[item.file]) > 1 else "own pages"):
            figures.setdefault((item.half, group), Agreement()).add(item.expected(field), given, item.neutral(field))
    return dict(sorted(figures.items()))


def table(figures: Mapping[tuple[str, str], Agreement]) -> str:
    """Return the figures as lines for a person."""
    return "\n".join(f"{half:5}{group:20}{agreement}" for (half, group), agreement in figures.items())
