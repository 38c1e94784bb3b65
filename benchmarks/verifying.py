"""How fast a copy of an edition is verified: megabytes a second, folder and archive, by one checksum and by two.

    .venv/bin/python -m benchmarks.verifying          300 MB of each kind
    .venv/bin/python -m benchmarks.verifying 1000     as many megabytes as wanted

Two copies are made below .tools/bench: one of large files, as a whole edition's database and corpus are, and one of
small files of the sizes that a site has (13 kB in the mean). Each is read once before it is measured, so that the disk
has no part in the figures. What is measured goes to standard output, with the load of the machine above it. Must not
write into the project.
"""

from __future__ import annotations

import hashlib
import os
import platform
import random
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from edition.exports.archive import ArchiveWriter
from edition.verify import WHOLE, verify

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".tools" / "bench" / "copies"
MEGABYTES = 300
_LARGE = 50_000_000
_SMALL = 13_000


def list_files(total: int, mean: int) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of files of some `total` bytes, each of half to one and a half times the `mean`."""
    draw = random.Random(0)
    written, number = 0, 0
    while written < total:
        data = draw.randbytes(draw.randint(mean // 2, mean + mean // 2))
        yield f"data/site/{number // 1000:03}/{number:06}.html", data
        written, number = written + len(data), number + 1


def write_bag(folder: Path, archive: Path, total: int, mean: int) -> int:
    """Write a bag into `folder`, and the same one as an archive; return the number of its files."""
    folder.mkdir(parents=True)
    lists: dict[str, list[str]] = {"sha256": [], "sha512": []}
    with archive.open("wb") as out:
        writer = ArchiveWriter(out)

        def add(path: str, data: bytes) -> None:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            writer.add_bytes(f"bag/{path}", data)

        add("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        for path, data in list_files(total, mean):
            add(path, data)
            for algorithm, lines in lists.items():
                lines.append(f"{hashlib.new(algorithm, data).hexdigest()}  {path}\n")
        for algorithm, lines in lists.items():
            add(f"manifest-{algorithm}.txt", "".join(lines).encode())
        writer.finish()
    return len(lists["sha256"])


def measure(path: Path, threads: int, algorithms: tuple[str, ...]) -> str:
    """Return megabytes a second, and (in brackets) megabytes a second of processor; the better of two."""
    best, cheapest = 0.0, 0.0
    for _ in range(2):
        clock, work = time.perf_counter(), time.process_time()
        report = verify(str(path), threads, algorithms)
        clock, work = time.perf_counter() - clock, time.process_time() - work
        if report.code != WHOLE:
            raise SystemExit(f"{path}: {report.findings[:3]}")
        best, cheapest = max(best, report.octets / clock / 1e6), max(cheapest, report.octets / work / 1e6)
    return f"{best:,.0f} ({cheapest:,.0f})"


def main(megabytes: int) -> None:
    """Make the copies, measure, print a table, and take the copies away."""
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} processors, load ", end="")
    print(" ".join(f"{load:.1f}" for load in os.getloadavg()))
    print("\n| copy | files | checksums | one thread | all threads |\n|---|---|---|---|---|")
    shutil.rmtree(PLACE, ignore_errors=True)
    try:
        for name, mean in (("large files", _LARGE), ("small files", _SMALL)):
            folder, archive = PLACE / name.split()[0], PLACE / f"{name.split()[0]}.zip"
            count = write_bag(folder, archive, megabytes * 1_000_000, mean)
            for place, what in ((folder, "folder"), (archive, "archive")):
                for algorithms in (("sha256",), ("sha512",), ("sha256", "sha512")):
                    figures = " | ".join(measure(place, threads, algorithms) for threads in (1, 0))
                    print(f"| {name}, {what} | {count:,} | {', '.join(algorithms)} | {figures} |", flush=True)
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MEGABYTES)
