"""One command as a whole process: how long it takes, how much of the processors, how much memory. Must not judge."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Seconds between two looks at the memory of a process tree.
INTERVAL = 0.05
_PROC = Path("/proc/self/task").is_dir()
HOW_MEMORY = (
    f"resident memory of the process and all that it started, added up (pages they share count in each), looked at "
    f"every {INTERVAL * 1000:.0f} ms"
    if _PROC
    else "the largest of its processes (this system tells no more)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """`wall`, `cpu` (user and system, of the process and all that it waited for): seconds; `memory`: bytes at the worst
    moment; `code`: how it ended; `said`: the last of what it printed.
    """

    wall: float
    cpu: float
    memory: int
    code: int
    said: str


def watch(command: Sequence[str], folder: Path) -> Run:
    """Run a command in a folder, to its end. A run in CI would be a locked build, so it isn't told of it."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    # what was written to prepare it is on the disk before it begins
    os.sync()
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        most, done = 0, threading.Event()

        def look() -> None:
            nonlocal most
            while not done.wait(INTERVAL):
                most = max(most, memory_of(process.pid))

        watcher = threading.Thread(target=look)
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        done.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(max(0, said.tell() - 2000))
        last = said.read().decode("utf-8", "replace").strip()
    # kilobytes on Linux, bytes on macOS
    largest = used.ru_maxrss * (1024 if os.uname().sysname == "Linux" else 1)
    return Run(wall, used.ru_utime + used.ru_stime, most or largest, process.returncode, last)


def memory_of(process: int) -> int:
    """Return the resident bytes of a process and of all that it started and that still run (Linux; elsewhere 0)."""
    total, todo = 0, [process]
    while todo:
        place = Path(f"/proc/{todo.pop()}")
        try:
            total += int((place / "statm").read_text().split()[1]) * resource.getpagesize()
            for task in (place / "task").iterdir():
                todo += map(int, (task / "children").read_text().split())
        except (OSError, IndexError):
            # it has ended between two looks
            continue
    return total


def weigh(site: Path) -> tuple[int, int]:
    """Return how many files lie below a folder, and their bytes."""
    sizes = [path.stat().st_size for path in site.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)
