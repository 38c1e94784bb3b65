"""How long the search index takes to make, how large it is, what a first query loads, how fast a reader is answered.

    make bench                                  1,000, 10,000 and 44,000 sections
    .venv/bin/python -m benchmarks.search 1000  as many as wanted

The sections come from the shared corpus's generator, which puts real questions and answers together, where it is
found (ROSTRUM_SHARED), else from made-up words; they are the same in every run, and kept, annotated, in .tools/bench/.
What is measured goes to standard output, with the load of the machine beside what depends on it. Must not write into
the project.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import KEPT, ROOT, SHARED, make_vocabulary
from edition.abstracts import make_abstract
from edition.annotate import Annotator, make_annotator
from edition.assets import read_assets
from edition.contexts import SearchPage
from edition.entities import show_authorities
from edition.importing.transcribing import known_of, make_transcripts
from edition.indexes import make_edition, make_index
from edition.interface import load
from edition.layouts.parts import Known
from edition.model import AnnotatedSection, Briefing, Outlet, Paragraph, Section, Source, Speaker, Tag, Transcript, Turn
from edition.pages import find_common, list_index_pages
from edition.render import Renderer
from edition.search import list_parts
from edition.settings import Settings, read_settings
from edition.witnesses import make_witness
from tests.conftest import CHROMIUM_FLAGS, Served, find_chromium
from tests.search_host import write_index
from tests.search_oracle import read_common

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIZES = (1_000, 10_000, 44_000)
#: Briefings a day in the generated corpus: 44,000 sections then lie in six years, as those of the real one do.
A_DAY = 3
SECTIONS_A_BRIEFING = 9.8
REPEATS = 5
#: Briefings whose places, topics and outlets the filters of the search page list: enough to name nearly all there are.
ON_THE_PAGE = 600


# ── The sections ────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_briefings(count: int) -> Path:
    """Return the file of annotated briefings that have so many sections together; made once."""
    source = "corpus" if (SHARED / "tools" / "scale" / "make_scale.py").is_file() else "made-up"
    # a model that has changed since makes the kept ones useless
    kept = KEPT / f"{source}-{count}-{zlib.crc32((ROOT / 'edition/model.py').read_bytes()):08x}.pickle"
    if not kept.is_file():
        rows = list(_cut(_read_corpus(count) if source == "corpus" else _make_up(count), count))
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(rows))
    return kept


def _cut(briefings: Iterator[Briefing], count: int) -> Iterator[Briefing]:
    """Yield the first briefings, the last one cut, so that their sections are `count`."""
    left = count
    for briefing in briefings:
        if left > 0:
            yield replace(briefing, sections=briefing.sections[:left])
        left -= len(briefing.sections)
    if left > 0:
        raise SystemExit(f"{left} of {count} sections are lacking")


def _read_corpus(count: int) -> Iterator[Briefing]:
    with tempfile.TemporaryDirectory() as folder:
        program = SHARED / "tools" / "scale" / "make_scale.py"
        briefings = str(int(count / SECTIONS_A_BRIEFING * 1.03) + 20)
        command = [sys.executable, str(program), folder, "-n", briefings, "--per-day", str(A_DAY), "--flat"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files = sorted(Path(folder).glob("*.txt"), reverse=True)
        with ProcessPoolExecutor() as pool:
            for part in pool.map(_read_file, files, chunksize=20):
                yield from part


@cache
def _open_room() -> tuple[Settings, Known, Annotator]:
    settings = read_settings(ROOT)
    annotator = make_annotator(settings.authorities, settings.config)
    return settings, known_of(settings.config, settings.authorities), annotator


def _read_file(path: Path) -> list[Briefing]:
    settings, known, annotator = _open_room()
    witness = make_witness(path.name, path.name, path.read_bytes())
    readings = make_transcripts(witness, settings.config, known, settings.authorities)
    return [annotator.annotate(replace(reading.transcript, id=path.stem))[0] for reading in readings]


def _make_up(count: int) -> Iterator[Briefing]:
    rng = random.Random(1)
    words, weights = make_vocabulary(rng)
    day = date(2026, 1, 30)
    for number in range(count // 10 + 1):
        when = (day - timedelta(days=number // A_DAY)).isoformat()
        speaker = Speaker(f"speaker-{rng.randrange(16)}", f"Speaker {rng.randrange(16)}")
        tagged = []
        for place in range(10):
            text = " ".join(rng.choices(words, weights, k=200))
            outlet = Outlet(f"outlet-{min(rng.randrange(60), rng.randrange(60))}", "Outlet")
            section = Section(
                f"q{place + 1}", "exchange", None,
                (
                    Turn("question", outlet.name, (Paragraph(f"q{place + 1}.1", text[:300]),)),
                    Turn("answer", speaker.name, (Paragraph(f"q{place + 1}.2", text[300:]),)),
                ),
            )  # fmt: skip
            country, topic = (
                f"{name}-{min(rng.randrange(n), rng.randrange(n))}" for name, n in (("c", 190), ("t", 40))
            )
            tagged.append(AnnotatedSection(section, outlet, (None, speaker), (Tag(country),), (), (topic,)))
        transcript = Transcript(
            f"{when}-{number}", "press-conference", "Briefing", when, "en", (speaker.id,),
            Source("x.txt", "0" * 64, "made-up"), tuple(each.section for each in tagged),
        )  # fmt: skip
        yield Briefing(transcript, (speaker,), tuple(tagged))


# ── Making the index ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Made:
    """`seconds` of everything that a build does for search, `cpu` seconds of it; `before`, `memory`: bytes of the
    process with the annotated edition alone and at the worst moment; the index's bundles, files and bytes.
    """

    seconds: float
    cpu: float
    before: int
    memory: int
    bundles: int
    files: int
    bytes: int


def measure_making(count: int, out: Path) -> Made:
    """Build in a process of its own, watched from here."""
    command = [sys.executable, "-m", "benchmarks.search", "--build", str(keep_briefings(count)), str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    most = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.05):
            most = max(most, _memory_of(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"the build of {count} sections failed")
    return Made(memory=most, **json.loads(said))


def _memory_of(process: int) -> int:
    """Return the resident bytes of a process (Linux; elsewhere nought)."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def build(kept: Path, out: Path) -> dict[str, Any]:
    """Make the index of an edition that is annotated, as a build does; then the search page, which no figure counts."""
    settings = read_settings(ROOT)
    briefings: list[Briefing] = pickle.loads(kept.read_bytes())
    shown = show_authorities(settings.authorities, "")
    abstracts, shelf = [make_abstract(briefing, shown) for briefing in briefings], {b.id: b for b in briefings}
    edition = make_edition(settings.config, abstracts, settings.authorities, {}, (), shelf)
    before = _memory_of(os.getpid())
    started, used = time.perf_counter(), sum(os.times()[:2])
    report = write_index(list_parts(edition), out)
    seconds, cpu = time.perf_counter() - started, sum(os.times()[:2]) - used
    make_page(replace(edition, briefings=edition.briefings[:ON_THE_PAGE]), out)
    facts = {"bundles": report.bundles, "files": report.files, "bytes": report.bytes}
    return {"seconds": seconds, "cpu": cpu, "before": before, **facts}


def make_page(edition: Any, out: Path) -> None:
    """Put the search page and its assets beside an index."""
    words = load("en")
    index = make_index(edition, words.code)
    pages = list_index_pages(index, find_common(index, words))
    page = next(page for page in pages if isinstance(page, SearchPage))
    for path, data in (("search.html", Renderer(words).render(page.template, page)), *read_assets().files.items()):
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)


def list_words(site: Path) -> list[str]:
    """Return the words of the edition, those in the most sections first."""
    uses: Counter[str] = Counter()
    for path in site.glob("search/bundles/*/words-*.js"):
        for line in re.split(r"\\n", path.read_text("utf-8").split('"')[3]):
            word, _, levels = (*line.split(" "), "")[:3]
            uses[word] += 2 * len(levels)
    return sorted((word for word in uses if word.isalpha()), key=lambda word: (-uses[word], word))


# ── Asking it ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Loaded:
    """What a query on a fresh page asked for: requests, bytes as they lie there, bytes compressed on the way (as GitHub
    Pages does), of the index, and of all with the page, its style and its script; scripts of words; seconds to the
    results.
    """

    requests: int
    bytes: int
    compressed: int
    all_requests: int
    all_bytes: int
    all_compressed: int
    words: int
    seconds: float


#: Lighthouse's “Slow 4G”: 150 ms there and back, 1.6 Mbit/s; nothing is compressed here.
_SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}


def load_first(browser: Browser, site: Path, base: str, address: str, slow: bool = False) -> Loaded:
    """Open a search in a browser that has nothing in its cache."""
    context = browser.new_context()
    page = context.new_page()
    if slow:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", _SLOW)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].removeprefix(base)))
    started = time.perf_counter()
    page.goto(f"{base}search.html{address}", wait_until="commit")
    _wait(page)
    seconds = time.perf_counter() - started
    # suggestions come after the results
    page.wait_for_load_state("networkidle")
    context.close()
    sizes = [(path, (site / path).read_bytes()) for path in asked if (site / path).is_file()]
    index = [(path, data) for path, data in sizes if path.startswith("search/")]

    def sums(files: list[tuple[str, bytes]]) -> tuple[int, int, int]:
        return len(files), sum(len(data) for _, data in files), sum(len(gzip.compress(data, 6)) for _, data in files)

    return Loaded(*sums(index), *sums(sizes), sum("/words-" in path for path, _ in index), seconds)


def _wait(page: Page) -> None:
    """Wait until the page has answered."""
    deadline = time.monotonic() + 120
    while (state := page.evaluate("document.getElementById('search-form')?.dataset.state")) != "done":
        if state == "failed" or time.monotonic() > deadline:
            raise SystemExit(f"the search page says: {page.inner_text('#search-status')}")
        time.sleep(0.01)


_ASK = """(query) => new Promise(done => {
  const form = document.getElementById("search-form");
  form.elements.q.value = query;
  const started = performance.now();
  new MutationObserver((_, watch) => {
    if (form.dataset.state === "searching") return;
    watch.disconnect();
    done(performance.now() - started);
  }).observe(form, { attributes: true, attributeFilter: ["data-state"] });
  form.requestSubmit();
})"""


def ask_again(browser: Browser, base: str, queries: Sequence[str], slower: int = 1) -> dict[str, float]:
    """Return for each query the median milliseconds from asking to the results on the page, all of it loaded before."""
    context = browser.new_context()
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(f"{base}search.html?q=agreement")
    _wait(page)
    took = {}
    for query in queries:
        times = [float(page.evaluate(_ASK, query)) for _ in range(REPEATS + 1)]
        took[query] = statistics.median(times[1:])
    context.close()
    return took


# ── The table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(sizes: Sequence[int]) -> Iterator[str]:
    """Yield the lines of docs/performance.md's tables."""
    path = find_chromium()
    if path is None:
        raise SystemExit("no Chromium on this machine: set ROSTRUM_CHROMIUM")
    from playwright.sync_api import sync_playwright

    yield f"{platform.machine()}, {len(os.sched_getaffinity(0))} processors, Python {platform.python_version()}"
    for count in sizes:
        keep_briefings(count)
        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            site = Path(folder)
            load = os.getloadavg()[0]
            made = measure_making(count, site)
            yield f"\n## {count:,} sections\n"
            yield (
                f"index: {made.seconds:.1f} s ({made.cpu:.1f} s of processor, load before {load:.1f}), "
                f"{made.memory / 2**20:,.0f} MiB with the edition ({made.before / 2**20:,.0f} without search), "
                f"{made.bundles} bundles, {made.files:,} files, {made.bytes / 1e6:.1f} MB"
            )
            served = Served(site, "/edition/")
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
            words = list_words(site)
            very, common = words[0], next(word for word in words if word not in read_common("en"))
            second = words[100]
            for name, address in (
                ("two words", f"?q={words[50]}+{second}"),
                (f"the commonest word, {common}", f"?q={common}"),
                ("a phrase", f"?q=%22the+{common}%22"),
                ("a word that is not there", "?q=harbuor"),
                ("a word and a topic, newest first", f"?q={second}&topic=trade-economy&sort=newest"),
                ("a topic alone", "?topic=trade-economy"),
            ):
                got = load_first(browser, site, served.url, address)
                slow = load_first(browser, site, served.url, address, slow=True)
                yield (
                    f"first query, {name}: {got.requests} requests, {got.compressed / 1000:.0f} kB compressed "
                    f"({got.bytes / 1000:.0f} kB as it lies there), {got.words} scripts of words; with the page "
                    f"{got.all_requests} requests, {got.all_compressed / 1000:.0f} kB ({got.all_bytes / 1000:.0f}); "
                    f"{got.seconds * 1000:.0f} ms, slow network {slow.seconds:.1f} s"
                )
            queries = (common, very, f'"the {common}"', f"{common} {second}", f"{common} -{second}", second)
            load = os.getloadavg()[0]
            quick, slowly = (ask_again(browser, served.url, queries, slower) for slower in (1, 4))
            for query in queries:
                yield (
                    f"again, {query}: {quick[query]:.0f} ms, with a processor slowed down four times "
                    f"{slowly[query]:.0f} ms (load {load:.1f})"
                )
            browser.close()
            served.close()


def main(arguments: Sequence[str]) -> None:
    """Run the measurements, or one build of them."""
    if arguments[:1] == ["--build"]:
        print(json.dumps(build(Path(arguments[1]), Path(arguments[2]))))
        return
    for line in measure([int(each) for each in arguments] or SIZES):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
