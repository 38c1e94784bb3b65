"""The seconds of each stage of a build, by the names under which the build itself tells of its progress.

    .venv/bin/python -m benchmarks.stages FOLDER FILE     build the edition in FOLDER, write its stages to FILE

It takes the place of the command line's progress bar, so the build runs as it is. Must not know which stages there are.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import build

T = TypeVar("T")


@dataclass(slots=True)
class Clock:
    """Seconds and seconds of processor by stage; `turn` ends one and begins another."""

    stage: str = "starting, settings"
    seconds: dict[str, list[float]] = field(default_factory=dict)
    since: tuple[float, float] = (0.0, 0.0)

    def turn(self, stage: str) -> None:
        """Begin a stage, or go on with it."""
        now = time.perf_counter(), sum(os.times()[:4])
        row = self.seconds.setdefault(self.stage, [0.0, 0.0])
        row[0] += now[0] - self.since[0]
        row[1] += now[1] - self.since[1]
        self.stage, self.since = stage, now

    def show(self, what: str, items: Iterable[T], total: int) -> Iterator[T]:
        """Progress as the build wants it: what makes the items is one stage, what is done with them another."""
        self.turn(f"{what}: making")
        for item in items:
            self.turn(f"{what}: using")
            yield item
            self.turn(f"{what}: making")
        self.turn(f"after {what}")


def main(folder: str, file: str) -> int:
    """Build, and write {stage: [seconds, seconds of processor]} as JSON."""
    clock = Clock(since=(time.perf_counter(), sum(os.times()[:4])))
    build.show_progress = clock.show
    code = build.main(["-C", folder, "build"])
    clock.turn("")
    Path(file).write_text(json.dumps(clock.seconds), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
