"""Small editions for tests, made on the spot, and the command line run on them.

Must not know anything of a real briefing: all words here are ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from edition.memo import MEMO

ROOT = Path(__file__).resolve().parent.parent

CONFIG = """\
title: Marenia Briefings
publisher: Foreign Office of Marenia
language: en
interface: en
"""

WITNESS = """\
Foreign Office Spokesperson Ines Halvard’s Regular Press Briefing on May 14, 2025

Harbour Post: The ferry to Norway was late again. Will the timetable change?

Ines Halvard: The timetable belongs to the operators. The harbour belongs to us, and its clock is right.

Radio Meridian: Is the new lighthouse in Chile ours?

Ines Halvard: The lamp is. Chile built the tower, and built it well.
"""

TRANSCRIPT = """\
---
title: Regular press briefing, 14 May 2025
date: 2025-05-14
kind: press-conference
speakers:
- ines-halvard
language: en
source:
  file: 2025-05-14.txt
  sha256: "0000000000000000000000000000000000000000000000000000000000000000"
  layout: title-only
---

## Ferry safety {#q1}

**Harbour Post:** The ferry to Norway was late again. Will the timetable change?

**Ines Halvard:** The timetable belongs to the operators. The harbour belongs to us, and its clock is right.

## {#q2}

**Radio Meridian:** Is the new lighthouse in Chile ours?

**Ines Halvard:** The lamp is. Chile built the tower, and built it well.
"""

SPEAKERS = """\
ines-halvard:
  name: Ines Halvard
  offices:
  - {title: Spokesperson, start: "2023-09"}
"""

OUTLETS = """\
harbour-post: {name: Harbour Post}
radio-meridian: {name: Radio Meridian}
"""


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code, what it printed, what it complained of."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


def run_command(*arguments: str | Path, ci: bool = False, env: dict[str, str] | None = None) -> Said:
    """Run build.py as a person would and return what it said. `ci`: under CI=true."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | (env or {})
    if ci:
        environment["CI"] = "true"
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def write_edition(folder: Path) -> Path:
    """Make an edition with one briefing in `folder` and return it; `add` writes further files."""
    add(folder, "config.yaml", CONFIG)
    add(folder, "content/authorities/speakers.yaml", SPEAKERS)
    add(folder, "content/authorities/outlets.yaml", OUTLETS)
    add(folder, "content/briefings/2025-05-14-ines-halvard.md", TRANSCRIPT)
    return folder


def add(folder: Path, path: str, content: str | bytes) -> Path:
    """Write one file of an edition and return its path."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


def edit(folder: Path, path: str, before: str, after: str) -> None:
    """Change some words of a file of an edition, wherever they stand in it."""
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def tree_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, but for what a build remembers: that is of no edition."""
    found = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {path: file.read_bytes() for path, file in found.items() if MEMO not in path.split("/")}
