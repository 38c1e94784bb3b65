"""How long the ledger takes to be checked, and how large it is: two million anchors, nothing changed and much changed.

    .venv/bin/python -m benchmarks.permalinks            2,000,000 anchors
    .venv/bin/python -m benchmarks.permalinks 200000     as many as wanted

The briefings are made up of invented words, the same in every run: 23 words a paragraph, four paragraphs a section,
twenty sections a briefing. What is measured is what a build does on top of its other work: reading the ledger,
comparing it with the edition, finding what old addresses show. It goes to standard output with the load of the
machine. Must not write into the project.
"""

from __future__ import annotations

import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from edition import urls
from edition.ledger.records import FOLDER, bare_block, read_texts, write_texts
from edition.model import Paragraph, Section, Source, Transcript, Turn
from edition.permalinks.addresses import Departures
from edition.permalinks.counting import count_answers
from edition.permalinks.resolving import Site
from edition.permalinks.settling import Settlement, settle

T = TypeVar("T")

COUNT = 2_000_000
SECTIONS, PARAGRAPHS, WORDS = 20, 4, 23
ANCHORS = SECTIONS * (1 + PARAGRAPHS)
YEARS = 40
TEXTS = 20_000


def make_texts() -> list[str]:
    """Return the paragraphs that all briefings draw on; no two are alike."""
    pick = random.Random(1)
    words = ["".join(pick.choices("abcdefghijklmnoprstuvw", k=pick.randint(2, 10))) for _ in range(8_000)]
    return [" ".join(pick.choices(words, k=WORDS)) for _ in range(TEXTS)]


def make_transcripts(count: int) -> Iterator[Transcript]:
    """Yield so many briefings, spread over the years."""
    texts, pick = make_texts(), random.Random(2)
    for n in range(count):
        id = f"{1990 + n % YEARS}-{1 + n // YEARS % 12:02}-{1 + n // YEARS // 12 % 28:02}-ines-halvard-{n}"
        chosen = iter(pick.choices(texts, k=SECTIONS * PARAGRAPHS))
        sections = tuple(
            Section(f"q{s}", "exchange", None, (Turn("answer", "Halvard", _number(s, chosen)),))
            for s in range(1, SECTIONS + 1)
        )
        source = Source("made.txt", "0" * 64, "plain")
        yield Transcript(id, "press-conference", f"Briefing {n}", id[:10], "en", (), source, sections, file=f"{id}.md")


def _number(section: int, texts: Iterator[str]) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(f"q{section}.{p}", next(texts)) for p in range(1, PARAGRAPHS + 1))


def insert_paragraph(transcript: Transcript) -> Transcript:
    """Return a briefing with a new paragraph at the head of its fifth section, as an editor who writes no id has it."""
    fifth = transcript.sections[4]
    words = iter(["Someone had asked this before, and nobody was sure of it.", *(p.text for p in fifth.paragraphs)])
    paragraphs = tuple(Paragraph(f"q5.{n}", text, line=n) for n, text in enumerate(words, 1))
    sections = list(transcript.sections)
    sections[4] = replace(fifth, turns=(replace(fifth.turns[0], paragraphs=paragraphs),))
    return replace(transcript, sections=tuple(sections))


def describe(transcripts: Sequence[Transcript]) -> Site:
    """Return the addresses of a site of briefings alone."""
    anchors = {
        urls.briefing_path(t.id): frozenset(a for s in t.sections for a in (s.id, *(p.id for p in s.paragraphs)))
        for t in transcripts
    }
    return Site(dict.fromkeys(anchors, ""), frozenset(), anchors)


def take_time(what: str, make: Callable[[], T]) -> T:
    """Return what `make` returns, and print its seconds of processor."""
    begun = time.process_time()
    made = make()
    print(f"| {what} | {time.process_time() - begun:.2f} s |", flush=True)
    return made


def settle_all(texts: Mapping[str, str], site: Site, transcripts: Iterable[Transcript]) -> Settlement:
    """Return what the ledger says, with what each transcript would have in it worked out anew."""
    every = {t.id: t for t in transcripts}
    return settle(texts, Departures(), site, every, {id: bare_block(t) for id, t in every.items()})


def main(count: int) -> None:
    """Measure and print."""
    transcripts = list(make_transcripts(count // ANCHORS))
    print(f"{len(transcripts) * ANCHORS:,} anchors of {len(transcripts):,} briefings; {platform.machine()}, ", end="")
    print(f"Python {platform.python_version()}; load {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    print("\n| what | processor |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        site = take_time("the addresses of the edition", lambda: describe(transcripts))
        first = take_time("recording all of it for the first time", partial(settle_all, {}, site, transcripts))
        write_texts(home, first.texts)
        size = sum(file.stat().st_size for file in (home / FOLDER).iterdir())
        begun = time.process_time()
        texts = take_time("reading the ledger", lambda: read_texts(home)[0])
        same = take_time("comparing it, nothing changed", partial(settle_all, texts, site, transcripts))
        print(f"| **check, nothing changed** | **{time.process_time() - begun:.2f} s** |")
        if same.asked or same.texts or same.problems:
            sys.exit("an edition that hasn't changed differs from its ledger")
        step = len(transcripts) // 200 or 1
        edited = [insert_paragraph(t) if n % step == 0 else t for n, t in enumerate(transcripts)]
        there = describe(edited)
        asked = take_time("comparing it, a paragraph put into 200 briefings", partial(settle_all, texts, there, edited))
        if len(asked.asked) < len(transcripts) // step:
            sys.exit("some of the changes were not seen")
        answered = take_time(
            "counting answers for the compliance page", lambda: count_answers(texts, site.pages.keys(), site.anchors)
        )
        if answered != (len(transcripts) * (ANCHORS + 1),) * 2:
            sys.exit(f"not every address answers: {answered}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nledger: {size / 1e6:.0f} MB, {size / len(transcripts) / ANCHORS:.0f} bytes an anchor; ", end="")
    print(f"memory with the whole edition: {memory:,.0f} MiB; ", end="")
    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
