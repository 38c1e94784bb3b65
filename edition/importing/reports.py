"""What an import did: file by file for the terminal, and as a file that other programs read.

This module must not decide what becomes of a file: it only says it. docs/import.md describes the file.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from edition.importing.transcribing import Reading
from edition.model import Locus
from edition.problems import Problem, Refused
from edition.witnesses import Found
from edition.words import count_words

Outcome = Literal["imported", "unchanged", "revision", "duplicate", "refused"]

#: Where the report of all imports so far is kept, below the edition's folder.
REPORT = "content/import-report.json"
#: Up to so many lines are printed as they are; of more, kinds with their number and their first examples.
_FEW = 40
_EXAMPLES = 3
#: What differs between messages of one kind: what they quote, numbers, ids, and what stands behind a colon.
_PARTICULAR = re.compile(r"“[^”]*”|\b\d{4}-\d\d-\d\d[\w-]*|\bundated-[\w-]+|\d[\d,.:]*")


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, or of one of the briefings that it holds.

    `kept`, `dropped`: words in the sections, and in the apparatus as furniture. `path`: below the imported folder;
    `root`: the folder's or zip's name, "" for a file that was named itself. `changes`: of a revision, how many.
    `reasons`: why this layout. `waiting`: of a revision that waits, its file, the SHA-256 of what was written there,
    and that of its briefing then.
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
    path: str = ""
    root: str = ""
    language: str = ""
    changes: int = 0
    waiting: tuple[str, str, str] | None = None

    def __str__(self) -> str:
        if self.outcome == "refused":
            return f"{self.origin}: refused"
        if self.outcome in ("unchanged", "duplicate"):
            return f"{self.origin}: {self.outcome} ({self.id})"
        counted = ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in self.sections) or "no sections"
        who = ", ".join(self.speakers) or "no speaker"
        changed = f"{self.changes} change{'' if self.changes == 1 else 's'}"
        arrow = "→" if self.outcome == "imported" else f"is a revision with {changed} of"
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

    def counts(self) -> tuple[int, int]:
        """How many problems and notes there are."""
        errors = sum(p.severity == "error" for p in set(self.problems))
        return errors, len(set(self.problems)) - errors

    def lines(self, verbose: bool = True) -> tuple[str, ...]:
        """One line a file; where there are many and not `verbose`, one for each outcome and layout, with a few files of
        each outcome that is not the usual one.
        """
        if verbose or len(self.files) <= _FEW:
            return tuple(str(f) for f in self.files)
        out: list[str] = []
        for (outcome, layout), n in sorted(Counter((f.outcome, f.layout) for f in self.files).items()):
            some = [f for f in self.files if (f.outcome, f.layout) == (outcome, layout)]
            out.append(f"{outcome}{f' ({layout})' if layout else ''}: {n:,}")
            if outcome in ("revision", "duplicate", "refused"):
                out += [f"    {f}" for f in some[:_EXAMPLES]]
                out += [f"    … and {n - _EXAMPLES:,} more"] if n > _EXAMPLES else []
        return tuple(out)

    def problem_lines(self, verbose: bool = True) -> tuple[str, ...]:
        """Every problem and note once, in file order; of many and not `verbose`, each kind with its number and its
        first examples.
        """
        found = sorted(set(self.problems))
        if verbose or len(found) <= _FEW:
            return tuple(str(p) for p in found)
        kinds: dict[tuple[str, str], list[Problem]] = {}
        for p in found:
            kinds.setdefault((p.severity, _PARTICULAR.sub("…", p.message).partition(": ")[0]), []).append(p)
        out: list[str] = []
        for (severity, kind), some in sorted(kinds.items(), key=lambda k: (k[0][0], -len(k[1]), k[0][1])):
            if len(some) <= _EXAMPLES:
                out += [str(p) for p in some]
                continue
            out.append(f"{len(some):,} × {'' if severity == 'error' else 'note: '}{kind}")
            out += [f"    {p.locus}: {p.message}" for p in some[:_EXAMPLES]]
            out.append(f"    … and {len(some) - _EXAMPLES:,} more")
        return tuple(out)

    def summary(self) -> str:
        """One line about the whole."""
        n = Counter(f.outcome for f in self.files)
        kept, dropped = sum(f.kept for f in self.files), sum(f.dropped for f in self.files)
        verb = "would be imported" if self.dry_run else "imported"
        parts = [f"{n['imported']:,} {verb}", f"{n['unchanged']:,} unchanged"]
        for outcome in ("revision", "duplicate"):
            if n[outcome]:
                parts.append(f"{n[outcome]:,} {outcome}{'' if n[outcome] == 1 else 's'}")
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
        path=found.path,
        language=transcript.language,
    )


# ── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def run_report(report: ImportReport) -> bytes:
    """Return what one import did as JSON: every file with its outcome, and what concerns no single file."""
    general = [_problem(p) for p in sorted(set(report.general))]
    return _json(_sorted(map(_entry, report.files)), f',\n"general": {json.dumps(general, ensure_ascii=False)}')


def read_report(edition_dir: Path) -> tuple[dict[str, Any], ...]:
    """Return the entries of the edition's import report, () where there is none yet; raises Refused where it can't be
    read.
    """
    try:
        files = json.loads((edition_dir / REPORT).read_text(encoding="utf-8"))["files"]
        if not all(isinstance(e["path"], str) and isinstance(e["outcome"], str) for e in files):
            raise ValueError("an entry without “path” and “outcome”")
        return tuple(files)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError, KeyError, TypeError) as e:
        hint = "what earlier imports said is lost; restore the file, or let this import's take its place"
        raise Refused(Problem(Locus(REPORT), f"can't be read: {e}", hint)) from None


def merged_report(
    before: Sequence[Mapping[str, Any]], report: ImportReport, roots: Collection[str], ids: Collection[str]
) -> bytes:
    """Return the edition's import report after an import, as JSON: of each file the latest outcome that was news.

    “unchanged” is none: what the earlier import said of the file stays. A refused file stays until it is imported, or
    until `roots` (the names of what was imported now) have its folder or zip and it is no longer there. Other entries
    stay as long as `ids` (the edition's briefings before this import) or this import has theirs.
    """
    ids = {*ids, *(f.id for f in report.files)}
    now: dict[str, list[FileReport]] = {}
    for f in report.files:
        now.setdefault(f.path or f.origin, []).append(f)
    old: dict[str, list[dict[str, Any]]] = {}
    for e in before:
        old.setdefault(str(e["path"]), []).append(dict(e))

    def entries() -> Iterator[dict[str, Any]]:
        for path in sorted({*now, *old}):
            earlier = old.get(path, [])
            stays = [e for e in earlier if e["outcome"] != "refused" and e.get("id") in ids]
            if path not in now:
                gone = [e for e in earlier if e["outcome"] == "refused" and e.get("from", "") not in roots]
                yield from _sorted([*stays, *gone])
                continue
            told = {e.get("id") for e in stays}
            fresh = [e for e in map(_entry, now[path]) if e["outcome"] != "unchanged" or e.get("id") not in told]
            yield from _sorted([*fresh, *(e for e in stays if e.get("id") not in {x.get("id") for x in fresh})])

    return _json(entries())


def report_bytes(entries: Iterable[dict[str, Any]]) -> bytes:
    """Return the import report with these entries as JSON."""
    return _json(_sorted(entries))


def _sorted(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda e: (str(e["path"]), str(e.get("from", "")), str(e.get("id", ""))))


def _entry(f: FileReport) -> dict[str, Any]:
    """Return a file's report as plain values; what is empty or zero is left out, but words are always counted."""
    entry: dict[str, Any] = {
        "path": f.path or f.origin,
        "from": f.root,
        "outcome": f.outcome,
        "id": f.id,
        "layout": f.layout,
        "evidence": list(f.reasons),
        "kind": f.kind,
        "date": f.date,
        "language": f.language,
        "speakers": list(f.speakers),
        "sections": dict(sorted(f.sections)),
        "changes": f.changes,
        "waiting": dict(zip(("file", "sha256", "briefing_sha256"), f.waiting, strict=True)) if f.waiting else None,
        "problems": [_problem(p) for p in f.problems],
    }
    entry = {key: value for key, value in entry.items() if value or key in ("path", "outcome")}
    return entry | {"words": {"kept": f.kept, "dropped": f.dropped}} if f.layout else entry


def _problem(p: Problem) -> dict[str, Any]:
    """Return a problem as plain values, without its file, which is the entry's."""
    parts = {"line": p.locus.line, "severity": p.severity, "message": p.message, "hint": p.hint}
    return {key: value for key, value in parts.items() if value}


def _json(files: Iterable[Mapping[str, Any]], more: str = "") -> bytes:
    """Return a report as JSON, a line for each file: so two versions of it can be compared and merged by lines."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = b",\n".join(encode(entry).encode("utf-8", "backslashreplace") for entry in files)
    return b'{"files": [\n' + lines + b"\n]" + more.encode("utf-8", "backslashreplace") + b"}\n"
