"""How long annotation takes for 1,000 words: by the length of the text, and by the size of the authority files.

    .venv/bin/python -m benchmarks.annotation            200 briefings
    .venv/bin/python -m benchmarks.annotation 500        as many as wanted

The briefings are those of `benchmarks.exports`. Each is annotated five times and its fastest counts, since other work
on the machine can only add to it. Must not write into the project.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from benchmarks.corpus import prepare_edition
from edition.annotate import Annotator, make_annotator
from edition.model import Authorities, Outlet, Paragraph, Person, Section, Speaker, Transcript, Turn
from edition.parallel import collect_rarely
from edition.settings import read_settings
from edition.transcripts import loads

COUNT, REPEATS = 200, 5
#: So many entries are added to each register that grows with an edition.
MORE = 5_000
#: Words of the longest paragraph that is measured: a source without breaks must not cost more a word.
LONG = 20_000


def count_words(transcript: Transcript) -> int:
    """Return the number of words that are read."""
    return sum(len(p.text.split()) for section in transcript.sections for p in section.paragraphs)


def with_more(authorities: Authorities) -> Authorities:
    """Return authority files with many more outlets, speakers and people, whose names share words with common ones."""
    given = ("James", "Maria", "Robert", "Anna", "Daily", "Global")
    outlets = tuple(Outlet(f"more-{i}", f"{given[i % 6]} Courier {i} Quorvex{i}") for i in range(MORE))
    speakers = tuple(Speaker(f"more-{i}", f"{given[i % 4]} Quorvex{i}") for i in range(MORE))
    persons = tuple(Person(f"more-p{i}", f"{given[i % 4]} Ondrith{i}", status="confirmed") for i in range(MORE))
    return replace(
        authorities,
        outlets=(*authorities.outlets, *outlets),
        speakers=(*authorities.speakers, *speakers),
        persons=(*authorities.persons, *persons),
    )


def as_one_paragraph(transcripts: Sequence[Transcript]) -> Transcript:
    """Return a transcript whose one paragraph has the first `LONG` words of these."""
    words = (w for t in transcripts for section in t.sections for p in section.paragraphs for w in p.text.split())
    text = " ".join(islice(words, LONG))
    section = Section("q1", "exchange", None, (Turn("answer", None, (Paragraph("q1.1", text),)),))
    return replace(transcripts[0], sections=(section,))


def time_each(annotator: Annotator, transcripts: Sequence[Transcript]) -> list[float]:
    """Return the fewest seconds that each transcript took."""
    best = [float("inf")] * len(transcripts)
    for _ in range(REPEATS):
        for i, transcript in enumerate(transcripts):
            begun = time.perf_counter()
            annotator.annotate(transcript)
            best[i] = min(best[i], time.perf_counter() - begun)
    return best


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    folder = prepare_edition(int(arguments[0]) if arguments else COUNT)
    settings = read_settings(folder)
    files = sorted((folder / "content" / "briefings").glob("*.md"))
    transcripts = [loads(file.read_text(encoding="utf-8"), file.name) for file in files]
    words = [count_words(transcript) for transcript in transcripts]
    print(
        f"{platform.machine()}, Python {platform.python_version()}, one process; load before {os.getloadavg()[0]:.1f}\n"
    )
    collect_rarely()
    print("| texts | words each (median) | ms for 1,000 words |\n|---|---|---|")
    annotator = make_annotator(settings.authorities, settings.config)
    best = time_each(annotator, transcripts)
    rows = sorted(zip(words, best, strict=True))
    quarter = len(rows) // 4
    parts = {"all": rows, **{f"quarter {i + 1}": rows[i * quarter : (i + 1) * quarter] for i in range(4)}}
    for name, part in parts.items():
        total, middle = sum(w for w, _ in part), statistics.median(w for w, _ in part)
        print(f"| {name} | {middle:,.0f} | {sum(s for _, s in part) / total * 1e6:.2f} |")
    long = as_one_paragraph(transcripts)
    size = count_words(long)
    print(f"| one paragraph | {size:,} | {time_each(annotator, [long])[0] / size * 1e6:.2f} |")
    large = make_annotator(with_more(settings.authorities), settings.config)
    again = time_each(large, transcripts)
    slower = sum(again) / sum(words) * 1e6
    print(f"| all, with {3 * MORE:,} further entries | {statistics.median(words):,.0f} | {slower:.2f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
