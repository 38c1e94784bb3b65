"""Which tags this build gives otherwise than the last one, section by section.

    make_tag_rows(briefings) -> rows         data/tags.csv: the tags of every section, in the site
    read_tags(site) -> the last build's      None where there is none to compare with
    compare_tags(old, briefings) -> TagChanges

The last build's tags are read from the site itself, so that nothing else has to be kept. This module must not tag
anything, and must not tell of sections that only one of the builds has: their text changed, not the tags.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from edition import urls
from edition.abstracts import TAGS, Abstract

#: The families of tags, as columns of data/tags.csv after the briefing and the section.
FAMILIES: Final = TAGS
COLUMNS: Final = ("briefing", "section", *FAMILIES)
TABLE: Final = urls.data_path("tags.csv")

#: (briefing, section) → the ids of each family, parted by blanks.
Tags: TypeAlias = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TagChange:
    """The tags of one family that a section has more or fewer than in the last build."""

    briefing: str
    section: str
    family: str
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def signs(self) -> str:
        """The ids as an attribute of a section has them: "+NO -GE"."""
        return " ".join((*(f"+{id}" for id in self.added), *(f"-{id}" for id in self.removed)))

    def __str__(self) -> str:
        return f"{self.briefing}#{self.section}: {self.family} {self.signs}"


@dataclass(frozen=True, slots=True)
class TagChanges:
    """All changes in the order of the edition."""

    changes: tuple[TagChange, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield a line for each family that changed, with one example."""
        for family in FAMILIES:
            found = [change for change in self.changes if change.family == family]
            if not found:
                continue
            added, removed = sum(len(c.added) for c in found), sum(len(c.removed) for c in found)
            briefings = len({change.briefing for change in found})
            counts = f"{_count(added, 'tag')} added, {removed:,} removed in {_count(briefings, 'briefing')}"
            yield f"{family}: {counts} (e.g. {found[0]})"


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def make_tag_rows(briefings: Iterable[Abstract]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of data/tags.csv, in the order of the edition."""
    for briefing in briefings:
        for section in briefing.sections:
            yield (briefing.id, section.id, *section.tags)


def read_tags(site: Path) -> Tags | None:
    """Return the tags of the build that lies in `site`; None where there is none, or none that can be read."""
    try:
        text = (site / TABLE).read_bytes().decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""))
        if tuple(next(rows, ())) != COLUMNS:
            return None
        return {(row[0], row[1]): tuple(row[2:]) for row in rows if len(row) == len(COLUMNS)}
    except (OSError, UnicodeDecodeError, csv.Error):
        return None


def compare_tags(old: Tags | None, briefings: Iterable[Abstract]) -> TagChanges:
    """Return what changed in the sections that both builds have; nothing where there is no last build."""
    if old is None:
        return TagChanges()
    changes = []
    for briefing in briefings:
        for section in briefing.sections:
            before, now = old.get((briefing.id, section.id)), section.tags
            if before is None or before == now:
                continue
            for family, was, are in zip(FAMILIES, before, now, strict=True):
                added = tuple(id for id in are.split() if id not in was.split())
                removed = tuple(id for id in was.split() if id not in are.split())
                if added or removed:
                    changes.append(TagChange(briefing.id, section.id, family, added, removed))
    return TagChanges(tuple(changes))
