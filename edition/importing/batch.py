"""A batch of witnesses → transcripts and kept witnesses in an edition's content folder.

A file that fails is refused by name, the others go on. This module must never overwrite a transcript or a kept witness.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from edition.config import Config
from edition.importing.kept import (
    BRIEFINGS,
    REVISIONS,
    SOURCES,
    Existing,
    find_held,
    free_id,
    free_path,
    kept_path,
    read_existing,
    with_suffix,
)
from edition.importing.reports import FileReport, ImportReport, make_report
from edition.importing.transcribing import Reading, known_of, make_transcripts
from edition.layouts import Known
from edition.model import Authorities, Locus
from edition.problems import Problem, Refused
from edition.transcripts import dumps, loads
from edition.witnesses import Found, find_witnesses, read_witness
from edition.words import fold

T = TypeVar("T")


class Progress(Protocol):
    """Shows how far long work is: yields the items it is given. `total` 0: not known."""

    def __call__(self, what: str, items: Iterable[T], total: int) -> Iterator[T]: ...


@dataclass(frozen=True, slots=True)
class _Spooled:
    """A transcript that is ready and waits, in a temporary folder, for its id."""

    found: Found
    report: FileReport
    base: str
    transcript_file: Path | None
    witness_file: Path | None
    kept_path: str
    title: str
    revises: str = ""


def import_witnesses(
    edition_dir: Path,
    config: Config,
    authorities: Authorities,
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import what lies at `paths` (files, folders, zips) into the edition and return the report.

    First every file is read and its transcript made and checked, into a temporary folder inside the edition; then ids
    are given in the order of the paths, and each file is moved to its place, witness first: an import that is broken
    off leaves whole files only, and running it again completes it. `dry_run` writes nothing into the content folder.
    """
    known = known_of(config, authorities)
    found = find_witnesses(paths)
    files: list[FileReport] = []
    general: list[Problem] = []
    existing, trouble = read_existing(edition_dir)
    general += trouble
    work: list[Found] = []
    for f in found:
        if isinstance(f, Problem):
            general.append(f) if f.severity == "note" else files.append(
                FileReport(f.locus.file, "refused", problems=(f,))
            )
        else:
            work.append(f)
    if not work:
        return ImportReport(tuple(files), tuple(general), dry_run)
    try:
        spool = _open_spool(None if dry_run else edition_dir)
    except OSError as e:
        reason = f"can't be written to: {e.strerror or e}"
        return ImportReport(tuple(files), (*general, Problem(Locus(str(edition_dir)), reason)), dry_run)
    try:
        waiting: list[_Spooled] = []
        taken: dict[str, str] = {}
        items: Iterable[Found] = progress("import", work, len(work)) if progress else work
        for number, f in enumerate(items):
            waiting += _prepare(f, number, config, known, authorities, existing, taken, spool, dry_run)
        files += _settle(waiting, existing, edition_dir, dry_run)
    finally:
        shutil.rmtree(spool, ignore_errors=True)
    return ImportReport(tuple(files), tuple(general), dry_run)


def _prepare(
    found: Found,
    number: int,
    config: Config,
    known: Known,
    authorities: Authorities,
    existing: Existing,
    taken: dict[str, str],
    spool: Path,
    dry_run: bool,
) -> list[_Spooled]:
    """Return one file's transcripts, written to the spool, or the report of why there are none."""
    nothing = _Spooled(found, FileReport(found.origin, "refused"), "", None, None, "", "")
    try:
        witness = read_witness(found)
        held = find_held(existing, witness)
        if held and (held[0].sha256 == witness.sha256 or witness.sha256 in existing.revisions):
            waits = held[0].sha256 != witness.sha256
            return [replace(nothing, report=_unchanged(found, h.id, waits)) for h in held]
        kept = free_path(kept_path(witness.path), taken, found.path)
        if held:
            kept = with_suffix(kept, f"rev-{witness.sha256[:8]}", ".")
        out: list[_Spooled] = []
        for i, reading in enumerate(make_transcripts(witness, config, known, authorities)):
            revises = held[i].id if i < len(held) else ""
            spooled = None if dry_run else spool / f"{number}-{i}"
            out.append(_spool_reading(found, reading, kept, witness.data, spooled, revises))
        return out
    except Refused as refused:
        problems = refused.problems
    except OSError as e:
        problems = (Problem(Locus(found.origin), f"can't be imported: {e.strerror or e}"),)
    except (ValueError, RecursionError) as e:
        problems = (Problem(Locus(found.origin), f"refused: no transcript can be written of it: {e}"),)
    return [replace(nothing, report=FileReport(found.origin, "refused", problems=problems))]


def _unchanged(found: Found, name: str, waits: bool) -> FileReport:
    note = Problem(Locus(found.origin), f"this revision of {name} waits in {REVISIONS}", severity="note")
    return FileReport(found.origin, "unchanged", name, problems=(note,) if waits else ())


def _spool_reading(
    found: Found, reading: Reading, kept: str, data: bytes, spooled: Path | None, revises: str
) -> _Spooled:
    transcript = replace(reading.transcript, source=replace(reading.transcript.source, path=kept))
    text = dumps(transcript)
    # What is written must read back as the same: a fault here is ours, and the file must not enter the edition.
    if loads(text, f"{transcript.id}.md") != transcript:
        raise Refused(Problem(Locus(found.origin), "refused: its transcript would not read back as written"))
    transcript_file = witness_file = None
    if spooled:
        transcript_file, witness_file = spooled.with_suffix(".md"), spooled.with_suffix(".bin")
        transcript_file.write_text(text, encoding="utf-8", newline="\n")
        witness_file.write_bytes(data)
    report = make_report(found, reading, "revision" if revises else "imported")
    return _Spooled(found, report, transcript.id, transcript_file, witness_file, kept, transcript.title, revises)


def _settle(waiting: Sequence[_Spooled], existing: Existing, edition_dir: Path, dry_run: bool) -> list[FileReport]:
    """Give ids in the order of the paths and move the spooled files to their places; return the reports as found."""
    ids = set(existing.ids)
    titles = dict(existing.titles)
    reports: dict[int, FileReport] = {i: w.report for i, w in enumerate(waiting)}
    order = sorted(range(len(waiting)), key=lambda i: (waiting[i].found.path.split("/"), waiting[i].found.origin))
    for i in order:
        w = waiting[i]
        if w.report.outcome not in ("imported", "revision"):
            continue
        problems = list(w.report.problems)
        if w.revises:
            name, folder = w.revises, REVISIONS
            message = f"a changed version of {name}'s witness: its transcript is put beside, in {folder}/{name}.md"
            hint = "compare the two, take over what is right, then remove the one in revisions"
            problems.append(Problem(Locus(w.found.origin), message, hint, severity="note"))
        else:
            name, folder = free_id(w.base, ids), BRIEFINGS
            ids.add(name)
            key = (fold(w.title), w.report.date or "")
            if w.report.date and key in titles:
                message = f"near-duplicate: {titles[key]} has the same title and date"
                problems.append(Problem(Locus(w.found.origin), message, severity="note"))
            titles.setdefault(key, name)
        report = replace(w.report, id=name, problems=tuple(problems))
        if not dry_run and w.transcript_file and w.witness_file:
            try:
                _place(w.witness_file, edition_dir / SOURCES / w.kept_path)
                _place(w.transcript_file, edition_dir / folder / f"{name}.md", replace_it=bool(w.revises))
            except OSError as e:
                problem = Problem(Locus(w.found.origin), f"can't be written into the edition: {e.strerror or e}")
                report = FileReport(w.found.origin, "refused", problems=(problem,))
        reports[i] = report
    return [reports[i] for i in range(len(waiting))]


def _open_spool(edition_dir: Path | None) -> Path:
    """Return a new temporary folder, inside the edition so that a move is a rename; what a killed import left goes."""
    if edition_dir is None:
        return Path(tempfile.mkdtemp(prefix="import-"))
    content = edition_dir / "content"
    content.mkdir(parents=True, exist_ok=True)
    for left in sorted(content.glob(".import-*")):
        shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=".import-", dir=content))


def _place(spooled: Path, target: Path, replace_it: bool = False) -> None:
    """Move a whole file to its place. An existing file stays unless `replace_it`: it then must hold the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not replace_it:
        if target.read_bytes() == spooled.read_bytes():
            spooled.unlink()
            return
        raise FileExistsError(0, f"{target.name} is there already, with other words")
    spooled.chmod(0o644)
    spooled.replace(target)
