"""What a build in parts costs on each machine, beside one at once: the seconds of processor of every command.

    .venv/bin/python -m benchmarks.parts                 500 briefings in 4 parts
    .venv/bin/python -m benchmarks.parts 1000 8          as many as wanted

Each command runs alone, as on a machine of its own; a machine to which no briefing falls shows what it costs to be one
at all. Then the site is copied and built again as by a CI that remembers. The edition is that of `benchmarks.corpus`,
its addresses recorded. Must not write into the project, and ends where the joined site is another one.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import BUILD, KEPT, prepare_edition
from benchmarks.watched import Run, watch

COUNT, PARTS = 500, 4
#: So many machines that the last but one has nothing to do.
MANY = 9999


def run(folder: Path, *arguments: str) -> Run:
    """Run a command on the edition in a folder; ends the measurement where it fails."""
    done = watch((*BUILD, "-C", str(folder), *arguments), KEPT)
    # 1: some unknown label, which is no fault of the measurement
    if done.code not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)} failed: {done.said}")
    return done


def weigh(folder: Path) -> int:
    """Return the bytes of the files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def tell_differences(compared: filecmp.dircmp[str], place: str = "") -> Iterator[str]:
    """Yield the paths that two folders do not share, byte for byte."""
    _, mismatch, errors = filecmp.cmpfiles(compared.left, compared.right, compared.common_files, shallow=False)
    for name in (*compared.left_only, *compared.right_only, *mismatch, *errors):
        yield f"{place}{name}"
    for name, below in compared.subdirs.items():
        yield from tell_differences(below, f"{place}{name}/")


def measure(count: int, of: int) -> Iterator[tuple[str, tuple[Run, ...], int]]:
    """Yield (what, runs of the machines that do it, bytes of what they hand over)."""
    source = prepare_edition(count)
    with tempfile.TemporaryDirectory(dir=KEPT) as home:
        once, other, copy, parts = (Path(home) / name for name in ("once", "other", "copy", "parts"))
        shutil.copytree(source, once, ignore=shutil.ignore_patterns("_site", ".memo"))
        run(once, "build")
        shutil.copytree(once, other, ignore=shutil.ignore_patterns("_site", ".memo"))
        for folder in ("_site", ".memo"):
            shutil.rmtree(once / folder)
        yield "built at once", (run(once, "build"),), weigh(once / "_site")
        for step in ("read", "make"):
            lent = [str(part) for part in sorted(parts.glob("read-*"))]
            given = ["--parts", *lent] if lent else []
            numbers = range(1, of + 1)
            runs = [run(other, "part", step, f"{n}/{of}", "--to", str(parts / f"{step}-{n}"), *given) for n in numbers]
            yield f"part {step}", tuple(runs), sum(map(weigh, parts.glob(f"{step}-*")))
            nothing = run(other, "part", step, f"{MANY - 1}/{MANY}", "--to", str(Path(home) / f"none-{step}"), *given)
            yield f"part {step}, nothing falls to it", (nothing,), weigh(Path(home) / f"none-{step}")
        yield "joined", (run(other, "build", "--parts", *map(str, sorted(parts.iterdir()))),), 0
        different = list(tell_differences(filecmp.dircmp(once / "_site", other / "_site", ignore=[], hide=[".", ".."])))
        if different:
            raise SystemExit(f"the joined site is another one: {', '.join(different[:9])}")
        shutil.copytree(once, copy)
        yield "built again from a copy of site and memory", (run(copy, "build"),), 0


def main(arguments: list[str]) -> None:
    """Measure, and print the table."""
    count, of = (*map(int, arguments), *(COUNT, PARTS)[len(arguments) :])
    load = os.getloadavg()
    print(f"{count:,} briefings, {of} parts; seconds of processor, from the least to the most of the machines.\n")
    print("| what | machines | s of processor | s | MiB | MB handed over |\n|---|---|---|---|---|---|")
    for what, runs, size in measure(count, of):
        cpu, wall = (sorted(getattr(each, name) for each in runs) for name in ("cpu", "wall"))
        memory = max(each.memory for each in runs) / 2**20
        shown = [
            f"{least:.1f}" if least == most else f"{least:.1f}–{most:.1f}" for least, *_, most in (cpu * 2, wall * 2)
        ]
        print(f"| {what} | {len(runs)} | {' | '.join(shown)} | {memory:.0f} | {f'{size / 1e6:.1f}' if size else ''} |")
    before, after = (", ".join(f"{each:.1f}" for each in loads) for loads in (load, os.getloadavg()))
    print(f"\nLoad before {before}, after {after}.")


if __name__ == "__main__":
    main(sys.argv[1:])
