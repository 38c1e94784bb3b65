"""How long the search index takes to make, how large it is, what a first query loads, how fast a reader is answered.

    make bench                                  1,000, 10,000 and 44,000 sections
    .venv/bin/python -m benchmarks.search 1000  as many as wanted

The sections come from the shared corpus's generator where it is found (ROSTRUM_SHARED), else from a generator of our
own that makes up words; they are the same in every run, and kept in .tools/bench/. What is measured goes to standard
output, with the load of the machine beside what depends on it. Must not write into the project.
"""

from __future__ import annotations

import gzip
import json
import os
import pickle
import platform
import random
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
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from edition.annotate import Annotator, make_annotator
from edition.importing import known_of, make_transcripts
from edition.layouts import Known
from edition.render import Renderer, list_assets, read_asset
from edition.search import FACETS, SearchRecord, find_words, make_records
from edition.search_disk import write_disk_copy
from edition.search_index import build_index
from edition.settings import Settings, read_settings
from edition.witnesses import make_witness
from tests.browser.search_site import make_page
from tests.conftest import CHROMIUM_FLAGS, Served, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("ROSTRUM_SHARED") or ROOT.parent / "shared")
KEPT = ROOT / ".tools" / "bench"
SIZES = (1_000, 10_000, 44_000)
#: Briefings a day in the generated corpus: 44,000 sections then lie in six years, as those of the real one do.
A_DAY = 3
SECTIONS_A_BRIEFING = 9.8
REPEATS = 5


# ── The sections ────────────────────────────────────────────────────────────────────────────────────────────────────


def read_records(count: int) -> tuple[SearchRecord, ...]:
    """Return so many sections, newest first; made once."""
    source = "corpus" if (SHARED / "tools" / "scale" / "make_scale.py").is_file() else "made-up"
    # facts that were added to the records since make the kept ones useless
    kept = KEPT / f"{source}-{count}-{zlib.crc32(' '.join(FACETS).encode()):08x}.pickle"
    if not kept.is_file():
        rows = tuple(_read_corpus(count) if source == "corpus" else _make_up(count))
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(rows))
    rows = pickle.loads(kept.read_bytes())
    assert len(rows) == count
    return tuple(rows)


def _read_corpus(count: int) -> list[SearchRecord]:
    with tempfile.TemporaryDirectory() as folder:
        program = SHARED / "tools" / "scale" / "make_scale.py"
        briefings = str(int(count / SECTIONS_A_BRIEFING * 1.03) + 20)
        command = [sys.executable, str(program), folder, "-n", briefings, "--per-day", str(A_DAY), "--flat"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files = sorted(Path(folder).glob("*.txt"), reverse=True)
        with ProcessPoolExecutor() as pool:
            rows = [row for part in pool.map(_read_file, files, chunksize=20) for row in part]
    return rows[:count]


@cache
def _open_room() -> tuple[Settings, Known, Annotator]:
    settings = read_settings(ROOT)
    return (
        settings,
        known_of(settings.config, settings.authorities),
        make_annotator(settings.authorities, settings.config),
    )


def _read_file(path: Path) -> list[SearchRecord]:
    settings, known, annotator = _open_room()
    witness = make_witness(path.name, path.name, path.read_bytes())
    rows: list[SearchRecord] = []
    for reading in make_transcripts(witness, settings.config, known, settings.authorities):
        briefing, _ = annotator.annotate(replace(reading.transcript, id=path.stem))
        rows += make_records(SimpleNamespace(briefings=(briefing,), authorities=settings.authorities))
    return rows


def _make_up(count: int) -> Iterator[SearchRecord]:
    rng = random.Random(1)
    letters = "bdfgklmnprstv", "aeiou"
    words = ["".join(rng.choice(letters[i % 2]) for i in range(2 + rng.randrange(8))) for _ in range(20_000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    day = date(2026, 1, 30)
    for number in range(count):
        when = (day - timedelta(days=int(number / SECTIONS_A_BRIEFING / A_DAY))).isoformat()
        text = " ".join(rng.choices(words, weights, k=200))
        facets = {"speaker": 16, "outlet": 60, "country": 190, "topic": 40, "person": 300}
        chosen = {name: (f"{name}-{min(rng.randrange(size), rng.randrange(size))}",) for name, size in facets.items()}
        briefing = f"{when}-{number // 10}"
        chosen |= {"year": (when[:4],), "kind": ("exchange",), "language": ("en",), "briefing": (briefing,)}
        yield SearchRecord(
            briefing, f"q{number % 10 + 1}", "en", text[:60], "Briefing", str(number % 10 + 1), "",
            (("question", text[:300]), ("answer", text[300:])), tuple((f, chosen[f]) for f in FACETS), (), when,
        )  # fmt: skip


def find_commonest(rows: Sequence[SearchRecord]) -> str:
    """Return the word of six letters or more that most sections hold; shorter ones a query may leave out."""
    uses = Counter(word for row in rows for word in find_words(row) if len(word) >= 6 and word.isalpha())
    return min(uses, key=lambda word: (-uses[word], word))


# ── Making the index ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Made:
    """`seconds` of the index and of the disk copy, `cpu` seconds of all processes, `memory`: bytes of all at the worst
    moment, the index's bundles, files and bytes; `overhead` of the disk copy as a part of the index.
    """

    seconds: float
    copying: float
    cpu: float
    memory: int
    bundles: int
    files: int
    bytes: int
    scripts: int
    overhead: float


def measure_making(count: int, out: Path) -> Made:
    """Build in a process of its own, watched from here."""
    command = [sys.executable, "-m", "benchmarks.search", "--build", str(count), str(out)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    most = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.1):
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
    """Return the resident bytes of a process and all below it (Linux; elsewhere nought)."""
    below: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        below.setdefault(int(fields[1]), []).append(number)
        sizes[number] = int(fields[21]) * page
    total, left = 0, [process]
    while left:
        number = left.pop()
        total += sizes.get(number, 0)
        left += below.get(number, [])
    return total


def build(count: int, out: Path) -> dict[str, Any]:
    """Make the index and its copy for a disk; the records are read one by one, as in a real build."""
    rows = read_records(count)
    started, used = time.perf_counter(), sum(os.times()[:4])
    report = build_index(iter(rows), out)
    between, used = time.perf_counter(), sum(os.times()[:4]) - used
    copy = write_disk_copy(out)
    return {
        "seconds": between - started,
        "copying": time.perf_counter() - between,
        "cpu": used,
        "bundles": report.bundles,
        "files": report.files,
        "bytes": report.bytes,
        "scripts": copy.scripts,
        "overhead": copy.bytes / copy.packed - 1,
    }


# ── Asking it ───────────────────────────────────────────────────────────────────────────────────────────────────────


def make_site(out: Path) -> None:
    """Put the search page and its assets beside an index."""
    from edition.interface import load

    page = make_page()
    (out / "search.html").write_bytes(Renderer(load("en")).render(page.template, page))
    for path, file in list_assets():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(read_asset(file))


@dataclass(frozen=True)
class Loaded:
    """What a query on a fresh page asked for: requests, bytes as they lie there, bytes with text compressed on the way
    (as GitHub Pages does), chunks of the index among them; milliseconds to the results.
    """

    requests: int
    bytes: int
    compressed: int
    chunks: int
    seconds: float


def load_first(browser: Browser, site: Path, base: str, address: str) -> Loaded:
    """Open a search in a browser that has nothing in its cache; the page itself, its style and scripts don't count."""
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: print(message.text, file=sys.stderr))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].removeprefix(base)))
    started = time.perf_counter()
    page.goto(f"{base}search.html{address}")
    _wait(page)
    seconds = time.perf_counter() - started
    context.close()
    wanted = [path for path in asked if path.startswith(("pagefind/", "search/")) or path.endswith("/worker.js")]
    wanted += [path for path in asked if path.endswith("/desk.js")][1:]
    data = [(path, (site / path).read_bytes()) for path in wanted]
    packed = sum(len(gzip.compress(each, 6) if path.endswith(".js") else each) for path, each in data)
    chunks = sum("/index/" in path for path in wanted)
    return Loaded(len(wanted), sum(len(each) for _, each in data), packed, chunks, seconds)


def _wait(page: Page) -> None:
    """Wait until the page has answered."""
    deadline = time.monotonic() + 120
    while (state := page.get_attribute("#search-form", "data-state")) != "done":
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


def ask_again(browser: Browser, base: str, queries: Sequence[str]) -> dict[str, float]:
    """Return for each query the median milliseconds from asking to the results on the page, all of it loaded before."""
    page = browser.new_page()
    page.goto(f"{base}search.html?q=harbour")
    _wait(page)
    took = {}
    for query in queries:
        times = [float(page.evaluate(_ASK, query)) for _ in range(REPEATS + 1)]
        took[query] = statistics.median(times[1:])
    page.close()
    return took


# ── The table ───────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(sizes: Sequence[int]) -> Iterator[str]:
    """Yield the lines of docs/performance.md's table."""
    path = find_chromium()
    if path is None:
        raise SystemExit("no Chromium on this machine: set ROSTRUM_CHROMIUM")
    from playwright.sync_api import sync_playwright

    yield f"{platform.machine()}, {len(os.sched_getaffinity(0))} processors, Python {platform.python_version()}"
    for count in sizes:
        rows = read_records(count)
        common = find_commonest(rows)
        topic = dict(rows[0].facets)["topic"][:1] or ("none",)
        del rows
        with tempfile.TemporaryDirectory() as folder:
            site = Path(folder)
            before = os.getloadavg()[0]
            made = measure_making(count, site)
            yield f"\n## {count:,} sections\n"
            yield f"index: {made.seconds:.1f} s ({made.cpu:.1f} s of processor, load before {before:.1f}), "
            yield f"  at most {made.memory / 2**20:,.0f} MiB, {made.bundles} bundles, {made.files:,} files, "
            yield f"  {made.bytes / 1e6:.1f} MB"
            yield f"disk copy: {made.copying:.1f} s, {made.scripts} scripts, {made.overhead:+.0%}"
            make_site(site)
            served = Served(site, "/edition/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
                for name, address in (
                    ("two words", "?q=harbour+agreement"),
                    ("the commonest word", f"?q={common}"),
                    ("word and filter, newest", f"?q=agreement&topic={topic[0]}&sort=newest"),
                    ("filter alone", f"?topic={topic[0]}"),
                ):
                    got = load_first(browser, site, served.url, address)
                    yield (
                        f"first query, {name}: {got.requests} requests, {got.compressed / 1000:.0f} kB compressed "
                        f"({got.bytes / 1000:.0f} kB as it lies there), {got.chunks} chunks, "
                        f"{got.seconds * 1000:.0f} ms"
                    )
                queries = (common, f'"the {common}"', f"{common} agreement", f"{common} -agreement", "agreement")
                load = os.getloadavg()[0]
                for query, took in ask_again(browser, served.url, queries).items():
                    yield f"again, {query}: {took:.0f} ms (load {load:.1f})"
                browser.close()
            served.close()


def main(arguments: Sequence[str]) -> None:
    """Run the measurements, or one build of them."""
    if arguments[:1] == ["--build"]:
        print(json.dumps(build(int(arguments[1]), Path(arguments[2]))))
        return
    for line in measure([int(each) for each in arguments] or SIZES):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
