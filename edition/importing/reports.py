"""What an import did, file by file.

This module must not decide anything: it only says it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from edition.importing.transcribing import Reading
from edition.model import Locus
from edition.problems import Problem
from edition.witnesses import Found
from edition.words import count_words

Outcome = Literal["imported", "unchanged", "revision", "refused"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, or of one of the briefings that it holds.

    `kept`, `dropped`: words in the sections, and in the apparatus as furniture.
    """

    origin: str
    outcome: Outcome
    id: str = ""
    layout: str = ""
    date: str | None = None
    speakers: tuple[str, ...] = ()
    kind: str = ""
    sections: tuple[tuple[str, int], ...] = ()
    kept: int = 0
    dropped: int = 0
    problems: tuple[Problem, ...] = ()
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.outcome == "refused":
            return f"{self.origin}: refused"
        if self.outcome == "unchanged":
            return f"{self.origin}: unchanged ({self.id})"
        counted = ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in self.sections) or "no sections"
        who = ", ".join(self.speakers) or "no speaker"
        arrow = "→" if self.outcome == "imported" else "is a revision of"
        return (
            f"{self.origin}: {arrow} {self.id}: {self.layout}, {self.kind}, {self.date or 'undated'}, {who}, "
            f"{counted}, {self.kept:,} words kept, {self.dropped:,} dropped"
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `files`: in the order in which they were found; `general`: problems of no single file."""

    files: tuple[FileReport, ...] = ()
    general: tuple[Problem, ...] = ()
    dry_run: bool = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem and note, the general ones first."""
        return (*self.general, *(p for f in self.files for p in f.problems))

    def lines(self) -> tuple[str, ...]:
        """One line a file."""
        return tuple(str(f) for f in self.files)

    def summary(self) -> str:
        """One line about the whole."""
        n = Counter(f.outcome for f in self.files)
        kept, dropped = sum(f.kept for f in self.files), sum(f.dropped for f in self.files)
        verb = "would be imported" if self.dry_run else "imported"
        parts = [f"{n['imported']:,} {verb}", f"{n['unchanged']:,} unchanged"]
        if n["revision"]:
            parts.append(f"{n['revision']:,} revision{'' if n['revision'] == 1 else 's'}")
        parts.append(f"{n['refused']:,} refused")
        count = len({f.origin for f in self.files})
        files = f"{count:,} file{'' if count == 1 else 's'}"
        return f"{files}: {', '.join(parts)}; {kept:,} words kept, {dropped:,} dropped"


def make_report(found: Found, reading: Reading, outcome: Outcome) -> FileReport:
    """Return the report of a file that was read."""
    transcript, recognised = reading.transcript, reading.recognised
    counts = Counter(s.kind for s in transcript.sections)
    kept = sum(count_words(p.text) for s in transcript.sections for p in s.paragraphs)
    kept += sum(count_words(s.heading) for s in transcript.sections if s.heading and s.printed)
    problems = [Problem(Locus(found.origin, d.line or 0), d.text, severity="note") for d in transcript.doubts]
    return FileReport(
        origin=found.origin,
        outcome=outcome,
        layout=transcript.source.layout,
        date=transcript.date,
        speakers=transcript.speakers,
        kind=transcript.kind,
        sections=tuple(counts.items()),
        kept=kept,
        dropped=sum(count_words(d.text) for d in transcript.apparatus.dropped),
        problems=tuple(problems),
        reasons=recognised.evidence.reasons,
    )
