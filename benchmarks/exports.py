"""What each form of a briefing costs: processor time and bytes a briefing, of every file of the site and of a release.

    .venv/bin/python -m benchmarks.exports            200 briefings
    .venv/bin/python -m benchmarks.exports 1000       as many as wanted

The edition is one of benchmarks/corpus.py, kept in .tools/bench/. What is measured goes to standard output as a table,
with the load of the machine above it. Must not write into the project.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from benchmarks.corpus import prepare_edition
from edition.abstracts import make_abstract
from edition.building import read_content
from edition.checks import LinkCheck
from edition.compliance import Survey
from edition.contexts import Page
from edition.diagnostics import find_diagnostics
from edition.entities import show_authorities
from edition.exports.files import Offered, list_briefing_files, list_files, make_citations
from edition.history_pages import list_history_pages
from edition.importing.checking import prove_transcript
from edition.indexes import make_index, make_links
from edition.interface import load
from edition.making import Content
from edition.pages import find_common, list_index_pages, make_briefing_page, make_frames
from edition.releasing import list_release_files
from edition.render import Renderer

T = TypeVar("T")

COUNT = 200

#: What a file counts as, by its path; the first that fits.
KINDS = (
    ("briefings/ID.json", r"briefings/.*\.json"),
    ("briefings/ID.xml (TEI)", r"briefings/.*\.xml"),
    ("briefings/ID.txt", r"briefings/.*\.txt"),
    ("briefings/ID.md", r"briefings/.*\.md"),
    ("cite/ID.bib", r"cite/.*\.bib"),
    ("cite/ID.ris", r"cite/.*\.ris"),
    ("cite/ID.csl.json", r"cite/.*\.csl\.json"),
    ("data/sections-YEAR.csv", r"data/sections-.*\.csv"),
    ("data/sections-YEAR.jsonl", r"data/sections-.*\.jsonl"),
    ("other files of data/", r"data/.*"),
    ("feeds", r".*feed\.(xml|json)|[a-z]+/.*\.xml"),
    ("tables of entities", r"[a-z]+/.*\.csv"),
    ("briefings/ID.html", r"briefings/(?!index).*\.html"),
    ("other pages", r".*\.html"),
    ("everything else", r".*"),
)


class Ledger:
    """Seconds of processor, bytes and files by kind."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.bytes: Counter[str] = Counter()
        self.files: Counter[str] = Counter()

    def time(self, kind: str, make: Callable[[], T]) -> T:
        """Return what `make` returns; its processor time is put down."""
        begun = time.process_time()
        made = make()
        self.seconds[kind] += time.process_time() - begun
        return made

    def weigh(self, kind: str, size: int) -> None:
        """Put down a file."""
        self.bytes[kind] += size
        self.files[kind] += 1


def kind_of(path: str) -> str:
    """Return what a file counts as."""
    return next(name for name, pattern in KINDS if re.fullmatch(pattern, path))


def measure(content: Content, folder: Path) -> Ledger:
    """Make everything once and put down what it takes."""
    ledger, edition, words = Ledger(), content.edition, load("en")
    whole = tuple(edition.read_briefings())
    shown = show_authorities(edition.authorities, "")
    ledger.time("comparing with witnesses", lambda: [prove_transcript(folder, b.transcript) for b in whole])
    ledger.time("abstracts", lambda: [make_abstract(briefing, shown) for briefing in whole])
    index = ledger.time("indexes", lambda: make_index(edition, "en"))
    ties = ledger.time("links", lambda: [make_links(index, briefing) for briefing in edition.briefings])
    diagnostics = ledger.time("diagnostics", lambda: find_diagnostics(edition, content.signs, content.problems))
    files = ledger.time("listing files", lambda: list_files(edition, index, words, diagnostics))
    for file in files:
        kind = kind_of(file.path)
        ledger.weigh(kind, len(ledger.time(kind, file.make)))
    links, survey = LinkCheck(edition.config.site_url), Survey(edition, "1")
    offered = Offered(frozenset(file.path for file in files), frozenset(edition.config.formats))
    common, renderer = find_common(index, words, offered), Renderer(words, folder)
    cite = make_citations(edition.config_of)

    def take(kind: str, make: Callable[[], tuple[str, bytes]]) -> None:
        path, data = ledger.time(kind, make)
        ledger.weigh(kind, len(data))
        ledger.time("checking links", lambda: links.read(path, data))
        ledger.time("counting for the compliance page", lambda: survey.read(path, data))

    def render(page: Page) -> tuple[str, bytes]:
        return page.frame.path, renderer.render(page.template, page)

    pages = list_index_pages(index, common, offered.paths, diagnostics)
    told = list_history_pages(index, words, make_frames(common), offered)
    others = chain(pages, told)
    while page := ledger.time("other pages", lambda: next(others, None)):
        take("other pages", partial(render, page))
    for briefing, abstract, tied in zip(whole, edition.briefings, ties, strict=True):
        for file in list_briefing_files(briefing, abstract, tied, edition.config, words, edition.authorities):
            kind = kind_of(file.path)
            ledger.weigh(kind, len(ledger.time(kind, file.make)))
        state = content.states[briefing.id]
        kind = kind_of("briefings/ID.html")
        made = ledger.time(kind, partial(make_briefing_page, common, briefing, abstract, tied, cite, state))
        take(kind, partial(render, made))
    for release in list_release_files(edition, folder, content.states):
        kind = "release: books" if release.name.endswith(".epub") else f"release: {release.name}"
        ledger.weigh(kind, ledger.time(kind, lambda release=release: sum(map(len, release.write()))))  # type: ignore[misc]
    return ledger


def main(count: int) -> None:
    """Measure and print."""
    folder = prepare_edition(count)
    content = read_content(folder)
    config = replace(content.edition.config, site_url="https://example.org/b/", publisher="Foreign Office of Marenia")
    content = replace(content, edition=replace(content.edition, config=config))
    words = sum(section.words for briefing in content.edition.briefings for section in briefing.sections)
    number = len(content.edition.briefings)
    print(
        f"{number} briefings of {words / number:,.0f} words; {platform.machine()}, Python {platform.python_version()}"
    )
    print(f"load before: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    ledger = measure(content, folder)
    print(f"load after: {', '.join(f'{load:.1f}' for load in os.getloadavg())}\n")
    print("| what | ms a briefing | bytes a briefing | files |\n|---|---|---|---|")
    for kind in sorted(ledger.seconds, key=lambda kind: -ledger.seconds[kind]):
        size = f"{ledger.bytes[kind] / number:,.0f}" if ledger.files[kind] else ""
        print(f"| {kind} | {1000 * ledger.seconds[kind] / number:.2f} | {size} | {ledger.files[kind] or ''} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
