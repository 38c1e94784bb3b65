"""The parts of a large edition that several machines work out: what falls to which of them, and the folder of each.

    deal_portion("2/4", paths) -> Portion        portion.has(name) -> bool
    open_part(folder, portion)                   check_parts(folders) -> Iterator[Problem]

A part is a folder of packs of the memo (`memo`) and a note of who made it. Nothing in it is believed: the build that
takes parts in finds each entry by what it is of, and makes what none of them has, so that a part which is missing, old
or damaged is lost time and nothing else. This module must not know what lies in a pack.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edition.memo import digest_program
from edition.model import Locus
from edition.problems import Problem, Refused

NOTE: Final = "part.json"
#: The first words of a note, by which a part is known whatever its version.
_WHAT: Final = "part of a Rostrum edition"


#: The month, or the year alone, with which the name of a briefing's file begins.
_MONTH: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?![0-9]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Portion:
    """What falls to one of several machines: `number` of `of`, from 1 on. `months`: which machine has which month's
    briefings; everything else is dealt out by its name.
    """

    number: int
    of: int
    months: Mapping[str, int]

    def has(self, name: str) -> bool:
        """Say whether that which has this name (a briefing's id or file, a page's path) falls to this machine."""
        found = self.months.get(_month_of(name))
        return self.number == (found or 1 + zlib.crc32(name.encode("utf-8", "surrogatepass")) % self.of)

    def has_nth(self, index: int) -> bool:
        """Say whether that which stands at this place of a row falls to this machine: few large things are dealt so."""
        return index % self.of == self.number - 1

    def list_months(self) -> tuple[str, ...]:
        """Return the months whose briefings fall to this machine, the earliest first."""
        return tuple(sorted(month for month, number in self.months.items() if number == self.number))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def deal_portion(given: str, paths: Iterable[str]) -> Portion:
    """Return the portion that is called, say, “2/4”: the second of four. `paths`: of all transcripts of the edition.

    Each machine gets months that follow one another, with about as many briefings as the others have. All machines that
    see the same paths deal alike. Raises Refused where there is no such portion.
    """
    found = re.fullmatch(r"0*([0-9]{1,4})/0*([0-9]{1,4})", given, re.ASCII)
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of:
        hint = "write which of how many, such as 1/4, 2/4, 3/4 and 4/4"
        raise Refused(Problem(Locus(given), "there is no such portion of an edition", hint))
    counts = Counter(filter(None, map(_month_of, paths)))
    months, before = {}, 0
    for month, count in sorted(counts.items()):
        # the machine in whose share the middle of the month lies
        months[month] = 1 + (2 * before + count) * of // (2 * counts.total())
        before += count
    return Portion(number, of, months)


def _month_of(name: str) -> str:
    found = _MONTH.match(name.rpartition("/")[2])
    return found[0] if found else ""


def open_part(folder: Path, portion: Portion) -> None:
    """Make the folder of a part, with its note; one that was made before is made again. Raises Refused where something
    else lies there, OSError where it can't be written.
    """
    if folder.exists() and _read_note(folder) is None and (not folder.is_dir() or any(folder.iterdir())):
        message, hint = "this is no part of an edition, and holds something else", "choose a folder of its own"
        raise Refused(Problem(Locus(str(folder)), message, hint))
    folder.mkdir(parents=True, exist_ok=True)
    note = {"what": _WHAT, "portion": str(portion), "program": digest_program().hex()}
    (folder / NOTE).write_text(json.dumps(note) + "\n", encoding="utf-8")


def check_parts(folders: Iterable[Path]) -> Iterator[Problem]:
    """Yield a note of each part that another version of the program made. Raises Refused where a folder is no part."""
    program = digest_program().hex()
    notes = [(folder, _read_note(folder)) for folder in folders]
    unfit = [folder for folder, note in notes if note is None]
    if unfit:
        hint = f"name the folders that “build.py part” has made; each holds a {NOTE}"
        raise Refused(*(Problem(Locus(str(folder)), _say_missing(folder), hint) for folder in unfit))
    for folder, note in notes:
        if note is not None and note.get("program") != program:
            message = "another version of the program, of Python or of a library made this part: its work is done anew"
            yield Problem(Locus(str(folder)), message, severity="note")


def _say_missing(folder: Path) -> str:
    return "this is no part of an edition" if folder.exists() else "there is no such folder"


def _read_note(folder: Path) -> dict[str, object] | None:
    try:
        note = json.loads((folder / NOTE).read_bytes())
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and note.get("what") == _WHAT else None
