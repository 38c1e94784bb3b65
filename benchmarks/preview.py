"""How long a maintainer waits in a preview: from saving a transcript until its page is shown, and until the site is.

    .venv/bin/python -m benchmarks.preview               500 briefings
    .venv/bin/python -m benchmarks.preview 1000 20000    as many as wanted

An edition of `benchmarks.corpus` is built, then shown by `serve`; transcripts from its middle are saved with a word
more, one after the other, and the page is asked for until the word stands in it. Must not write into the project.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from benchmarks.corpus import BUILD, KEPT, prepare_edition
from benchmarks.parts import run
from benchmarks.watched import memory_of

COUNT = 500
#: Transcripts that are saved.
SAVED = 5
#: A file system may count the times of files in steps of so many seconds.
STEP = 2.5


@dataclass(frozen=True, slots=True)
class Preview:
    """Seconds until the server answers, from each saving until the page is shown and until the site is built, and the
    bytes of memory that it keeps.
    """

    started: float
    shown: tuple[float, ...]
    built: tuple[float, ...]
    memory: int


def await_line(said: IO[str], wanted: str) -> str:
    """Return what a line of a program's output says; ends the measurement where the program ends."""
    for line in said:
        found = re.search(wanted, line)
        if found:
            return found[0]
    raise SystemExit(f"the preview ended before it said {wanted}")


@contextmanager
def run_preview(folder: Path) -> Iterator[tuple[int, IO[str]]]:
    """Yield the process of a preview and what it says."""
    command = (*BUILD, "-C", str(folder), "serve", "--port", "0")
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        assert process.stdout
        try:
            yield process.pid, process.stdout
        finally:
            process.terminate()
            process.stdout.read()


def measure(folder: Path) -> Preview:
    """Return how long a maintainer waits for an edition that is built."""
    files = sorted((folder / "content" / "briefings").rglob("*.md"))
    begin = time.perf_counter()
    with run_preview(folder) as (process, said):
        address = await_line(said, r"http://\S+/")
        started = time.perf_counter() - begin
        shown, built = [], []
        for turn, file in enumerate(files[len(files) // 2 :][:SAVED]):
            word = f"Zaunkoenig{turn}"
            time.sleep(STEP)
            file.write_text(f"{file.read_text('utf-8').rstrip()} {word}\n", encoding="utf-8")
            begin = time.perf_counter()
            while word not in read_page(f"{address}briefings/{file.stem}.html"):
                time.sleep(0.02)
            shown.append(time.perf_counter() - begin)
            await_line(said, r"\d briefings? built")
            built.append(time.perf_counter() - begin)
        return Preview(started, tuple(shown), tuple(built), memory_of(process))


def read_page(address: str) -> str:
    """Return a page as the server shows it."""
    with urlopen(address) as answer:
        page: bytes = answer.read()
    return page.decode("utf-8")


def tell(seconds: tuple[float, ...]) -> str:
    """Return the median of some seconds, with the lowest and the highest."""
    return f"{statistics.median(seconds):.1f} ({min(seconds):.1f}–{max(seconds):.1f})"


def main(arguments: list[str]) -> None:
    """Measure, and print the table."""
    load = os.getloadavg()
    print("| briefings | the preview answers, s | page shown, s | site built, s | MiB kept |\n|---|---|---|---|---|")
    for count in map(int, arguments or [str(COUNT)]):
        with tempfile.TemporaryDirectory(dir=KEPT) as home:
            folder = Path(home) / "edition"
            shutil.copytree(prepare_edition(count), folder, ignore=shutil.ignore_patterns("_site", ".memo"))
            # the first build records addresses, so that the second has nothing left to write and is remembered
            run(folder, "build")
            time.sleep(STEP)
            run(folder, "build")
            found = measure(folder)
        waits = f"{tell(found.shown)} | {tell(found.built)}"
        print(f"| {count:,} | {found.started:.1f} | {waits} | {found.memory / 2**20:.0f} |", flush=True)
    before, after = (", ".join(f"{each:.1f}" for each in loads) for loads in (load, os.getloadavg()))
    print(f"\nLoad before {before}, after {after}.")


if __name__ == "__main__":
    main(sys.argv[1:])
