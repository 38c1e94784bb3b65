"""A batch of witnesses → transcripts and kept witnesses in an edition's content folder.

A file that fails is refused by name, the others go on. This module must not overwrite a transcript or a kept witness,
and must not hold a text longer than it takes to write it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from edition.config import Config
from edition.importing.catalogue import Catalogue
from edition.importing.duplicates import Likeness, Seen, likeness_of, read_likeness, resemblance
from edition.importing.kept import (
    BRIEFINGS,
    REVISIONS,
    SOURCES,
    Existing,
    Held,
    find_held,
    free_id,
    free_path,
    is_path_of,
    kept_path,
    read_existing,
    with_suffix,
)
from edition.importing.reports import REPORT, FileReport, ImportReport, make_report, merged_report, read_report
from edition.importing.revisions import day_of_import, made_anew, read_base, read_text, revise, text_of
from edition.importing.transcribing import Reading, known_of, make_transcripts
from edition.layouts.parts import Known
from edition.model import Authorities, Change, Locus, Transcript
from edition.parallel import Progress, collect_rarely, work_through
from edition.problems import Problem, Refused
from edition.transcripts import dumps, loads
from edition.witnesses import Found, Witness, find_witnesses, read_witness
from edition.words import fold

T = TypeVar("T")

#: From this share of shingles in common on, another text under a known name is a version of the known one.
_SAME_TEXT = 0.3


@dataclass(frozen=True, slots=True)
class _Task:
    """One file to read. `kept`: where its witness will be kept, unless it is a revision."""

    number: int
    found: Found
    kept: str
    root: str


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a worker needs beside its task; the same for all of them."""

    edition_dir: Path
    config: Config
    known: Known
    authorities: Authorities
    existing: Existing
    spool: Path | None
    received: str


@dataclass(frozen=True, slots=True)
class _Spooled:
    """What came of a briefing of a file: its report and, where it is new, its transcript, which waits in a temporary
    folder for its id. Of a revision, `revises` is the briefing, `briefing_file` the briefing with the revision entered,
    `published` the SHA-256 of its file as it was read, `sha256` that of the new witness. Files are named as they lie in
    the temporary folder, "" where nothing was written.
    """

    path: str
    origin: str
    report: FileReport
    base: str = ""
    transcript_file: str = ""
    witness_file: str = ""
    kept_path: str = ""
    title: str = ""
    likeness: Likeness | None = None
    revises: Held | None = None
    briefing_file: str = ""
    published: str = ""
    sha256: str = ""


def import_witnesses(
    edition_dir: Path,
    config: Config,
    authorities: Authorities,
    paths: Iterable[Path],
    *,
    received: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    workers: int | None = None,
) -> ImportReport:
    """Import what lies at `paths` (files, folders, zips) into the edition and return the report.

    First every file is read and its transcript made and checked, into a temporary folder inside the edition, on
    `workers` processes (default: as many as there are processors); then ids are given in the order of the paths, and
    each file is moved to its place, witness first: an import that is broken off leaves whole files only, and running it
    again completes it. `received`: the day (YYYY-MM-DD) that a revision is stamped with (default: today). `dry_run`
    writes nothing into the content folder.
    """
    files: list[FileReport] = []
    general: list[Problem] = []
    try:
        before = read_report(edition_dir)
    except Refused as refused:
        before = ()
        general += refused.problems
    catalogue = Catalogue(edition_dir, keep=not dry_run)
    existing, trouble = read_existing(edition_dir, catalogue)
    general += trouble
    work: list[_Task] = []
    taken: dict[str, str] = {}
    origins: set[str] = set()
    roots: list[str] = []
    for path in paths:
        roots.append("" if path.is_file() and path.suffix.lower() != ".zip" else path.name)
        for f in find_witnesses([path]):
            if isinstance(f, Found):
                if f.origin not in origins:
                    origins.add(f.origin)
                    work.append(_Task(len(work), f, "", roots[-1]))
            elif f.severity == "note":
                general.append(f)
            else:
                name = PurePosixPath(f.locus.file).name
                files.append(FileReport(f.locus.file, "refused", problems=(f,), path=name, root=roots[-1]))
    # In the order of the paths, so that no name depends on the order in which they were given.
    for task in sorted(work, key=lambda t: (t.found.path.split("/"), t.found.origin)):
        kept = free_path(kept_path(task.found.path), taken, task.found.origin)
        work[task.number] = replace(task, kept=kept)
    if not work and not files:
        return ImportReport((), tuple(general), dry_run)
    try:
        spool = _open_spool(None if dry_run else edition_dir)
    except OSError as e:
        reason = f"can't be written to: {e.strerror or e}"
        return ImportReport((), (*general, Problem(Locus(str(edition_dir)), reason)), dry_run)
    try:
        processes = workers if workers is not None else os.cpu_count() or 1
        desk = _Desk(
            edition_dir, config, known_of(config, authorities), authorities, existing, None if dry_run else spool,
            received or day_of_import(),
        )  # fmt: skip
        collect_rarely()
        read = work_through(_read_file, desk, work, _lost, processes)
        waiting = [s for each in (progress("import", read, len(work)) if progress else read) for s in each]
        seen = Seen()
        if any(w.likeness for w in waiting):
            names = {file: id_ for id_, file in existing.files}
            for file, likeness in catalogue.list_likenesses(tuple(names), processes):
                if likeness:
                    seen.add(names[file], likeness)
        recorded = {w["file"]: w["sha256"] for e in before if isinstance(w := e.get("waiting"), dict)}
        settled = _settle(waiting, desk, seen, recorded)
        del waiting, seen, work, read  # of a large import, half of the memory
        report = ImportReport((*files, *(s.report for s in settled)), tuple(general), dry_run)
        catalogue.finish()
        if not dry_run:
            # The report comes first: what is broken off below is done by the next import, which then finds it said.
            trouble = _write_report(spool, edition_dir, merged_report(before, report, roots, existing.ids))
            done = ImportReport((*files, *(_carry_out(s, spool, edition_dir) for s in settled)), tuple(general))
            if done != report:
                trouble = _write_report(spool, edition_dir, merged_report(before, done, roots, existing.ids))
            report = replace(done, general=(*general, *trouble))
    finally:
        shutil.rmtree(spool, ignore_errors=True)
    return report


def _write_report(spool: Path, edition_dir: Path, data: bytes) -> list[Problem]:
    written = spool / "report.json"
    try:
        written.write_bytes(data)
        _place(written, edition_dir / REPORT, replace_it=True)
    except OSError as e:
        return [Problem(Locus(REPORT), f"can't be written: {e.strerror or e}")]
    return []


def _lost(task: _Task) -> list[_Spooled]:
    """Return what is said of a file on which the process that read it ended."""
    message = "refused: the process that read it was ended from outside (is the memory too small?)"
    lost = _refused(task.found, Problem(Locus(task.found.origin), message, "import this file again, alone"))
    return [replace(lost, report=replace(lost.report, root=task.root))]


def _refused(found: Found, *problems: Problem) -> _Spooled:
    report = FileReport(found.origin, "refused", problems=problems, path=found.path)
    return _Spooled(found.path, found.origin, report)


def _read_file(desk: _Desk, task: _Task) -> list[_Spooled]:
    """Return one file's transcripts, written to the spool, or the report of why there are none."""
    return [replace(each, report=replace(each.report, root=task.root)) for each in _spool_file(desk, task)]


def _spool_file(desk: _Desk, task: _Task) -> list[_Spooled]:
    found = task.found
    try:
        witness = read_witness(found)
        known = _known_bytes(found, desk.existing.by_sha.get(witness.sha256, ()))
        if known is not None:
            return known
        readings = make_transcripts(witness, desk.config, desk.known, desk.authorities)
        return list(_read_readings(desk, task, witness, readings))
    except Refused as refused:
        problems = refused.problems
    except OSError as e:
        problems = (Problem(Locus(found.origin), f"can't be imported: {e.strerror or e}"),)
    except (ValueError, RecursionError) as e:
        problems = (Problem(Locus(found.origin), f"refused: no transcript can be written of it: {e}"),)
    return [_refused(found, *problems)]


def _known_bytes(found: Found, same: Sequence[Held]) -> list[_Spooled] | None:
    """Return what is said of a file whose very bytes the edition has; None where they came and were not settled."""
    published = [h for h in same if h.state == "published"]
    if published:
        here = [h for h in published if is_path_of(h, found.path)]
        if not here:
            note = f"the same file as {published[0].path}, the witness of {published[0].id}: not imported again"
            return [_duplicate(found, published[0].id, note)]
        return [_unchanged(found, h.id) for h in here]
    told = {h.id for h in same if h.state == "told"}
    waits = {h.id: h.file for h in same if h.state == "waits"}
    if not told:
        return None
    return [
        _unchanged(
            found,
            name,
            f"this revision of {name} waits in {waits[name]}"
            if name in waits
            else f"an earlier revision of {name}, which tells it among its revisions",
        )
        for name in sorted(told)
    ]


def _unchanged(found: Found, name: str, message: str = "") -> _Spooled:
    notes = (Problem(Locus(found.origin), message, severity="note"),) if message else ()
    report = FileReport(found.origin, "unchanged", name, problems=notes, path=found.path)
    return _Spooled(found.path, found.origin, report)


def _duplicate(found: Found, name: str, message: str) -> _Spooled:
    note = Problem(Locus(found.origin), message, severity="note")
    report = FileReport(found.origin, "duplicate", name, problems=(note,), path=found.path)
    return _Spooled(found.path, found.origin, report)


def _read_readings(desk: _Desk, task: _Task, witness: Witness, readings: Sequence[Reading]) -> Iterator[_Spooled]:
    """Yield what comes of each briefing that a file holds: new ones, revisions of known ones, and known ones that are
    in it no more.
    """
    found = task.found
    held = find_held(desk.existing, witness, readings[0].transcript.source.url)
    earlier = desk.edition_dir / SOURCES / task.kept
    if held and earlier.is_file() and earlier.read_bytes() == witness.data:
        yield from (_unchanged(found, h.id, f"an earlier version of the witness of {h.id}") for h in held)
        return
    pairs = _matched(desk, held, [r.transcript for r in readings])
    for i, reading in enumerate(readings):
        if i in pairs:
            yield _spool_revision(desk, task, witness, reading, i, pairs[i], held.index(pairs[i]))
        else:
            kept = task.kept
            if any(is_path_of(h, found.path) for h in held):
                kept = with_suffix(kept, f"alt-{witness.sha256[:8]}", ".")
            yield _spool_reading(desk, task, witness, reading, i, kept)
    if pairs:
        gone = [h.id for h in held if h not in pairs.values() and h.path == next(iter(pairs.values())).path]
        yield from (_unchanged(found, g, f"{g} stands no more in this version of its witness") for g in gone)


def _matched(desk: _Desk, held: Sequence[Held], new: Sequence[Transcript]) -> dict[int, Held]:
    """Return which briefing of the edition each new reading is a version of: by date and title, else in order. One
    whose date and title are others, and most of its words, is a briefing of its own under an old name.
    """
    pairs: dict[int, Held] = {}
    left = list(held)
    for i, t in enumerate(new):
        if same := [h for h in left if h.date == (t.date or "") and fold(h.title) == fold(t.title)]:
            pairs[i] = same[0]
            left.remove(same[0])
    for i, t in enumerate(new):
        if i not in pairs and (h := next((h for h in left if _is_version(desk, h, t)), None)):
            pairs[i] = h
            left.remove(h)
    return pairs


def _is_version(desk: _Desk, held: Held, new: Transcript) -> bool:
    if held.date == (new.date or "") and (new.date or fold(held.title) == fold(new.title)):
        return True
    mine = read_likeness(desk.edition_dir / held.file)
    return mine is not None and resemblance(mine.sketch, likeness_of(_draft(new)).sketch) >= _SAME_TEXT


def _draft(transcript: Transcript) -> str:
    return dumps(replace(transcript, id=transcript.id or "draft"))


def _spool_reading(desk: _Desk, task: _Task, witness: Witness, reading: Reading, part: int, kept: str) -> _Spooled:
    transcript = replace(reading.transcript, source=replace(reading.transcript.source, path=kept))
    text = dumps(transcript)
    # What is written must read back as the same: a fault here is ours, and the file must not enter the edition.
    if loads(text, f"{transcript.id}.md") != transcript:
        raise Refused(Problem(Locus(task.found.origin), "refused: its transcript would not read back as written"))
    transcript_file, witness_file = _write_spool(desk.spool, f"{task.number}-{part}", text, witness.data)
    report = make_report(task.found, reading, "imported")
    return _Spooled(
        task.found.path, task.found.origin, report, transcript.id, transcript_file, witness_file, kept,
        transcript.title, likeness_of(text),
    )  # fmt: skip


def _write_spool(spool: Path | None, name: str, text: str, data: bytes) -> tuple[str, str]:
    if spool is None:
        return "", ""
    (spool / f"{name}.md").write_text(text, encoding="utf-8", newline="")
    (spool / f"{name}.bin").write_bytes(data)
    return f"{name}.md", f"{name}.bin"


def _spool_revision(
    desk: _Desk, task: _Task, witness: Witness, reading: Reading, part: int, held: Held, place: int
) -> _Spooled:
    """Return a revision of a known briefing, or that nothing but the page around its text changed."""
    found = task.found
    kept = with_suffix(task.kept, f"rev-{witness.sha256[:8]}", ".")
    reading = reading._replace(
        transcript=replace(reading.transcript, id=held.id, source=replace(reading.transcript.source, path=kept))
    )
    published = read_text(desk.edition_dir / held.file)
    base = read_base(desk.edition_dir, held, place, desk.config, desk.known, desk.authorities)
    revised = revise(published, held.file, base, text_of(reading.transcript, witness), desk.received)
    if revised.waiting is None:
        note = f"only the page around the text of {held.id} changed: no revision, and this version is not kept"
        if reading.transcript.source.lines:
            note = f"the text of {held.id} is the same in this version of the file"
        return _unchanged(found, held.id, note)
    notes = [Problem(Locus(found.origin, d.line or 0), d.text, severity="note") for d in revised.doubts]
    notes += [Problem(Locus(found.origin), _told(c), severity="note") for c in revised.changes]
    if base is None:
        message = f"the kept witness of {held.id} can't be read: the changes are those from its published text"
        notes.append(Problem(Locus(found.origin), message, severity="note"))
    if revised.briefing is None:
        hint = "copy “revisions” from the transcript that waits"
        message = f"the revision can't be entered into {held.file}"
        notes.append(Problem(Locus(found.origin), message, hint, severity="note"))
    report = make_report(found, reading, "revision")
    report = replace(report, id=held.id, changes=len(revised.changes), problems=(*report.problems, *notes))
    name = f"{task.number}-{part}"
    waiting_file, witness_file = _write_spool(desk.spool, name, revised.waiting, witness.data)
    briefing_file = ""
    if desk.spool and revised.briefing not in (None, published):
        briefing_file = f"{name}.new"
        (desk.spool / briefing_file).write_text(revised.briefing or "", encoding="utf-8", newline="")
    return _Spooled(
        found.path, found.origin, report, "", waiting_file, witness_file, kept,
        revises=held, briefing_file=briefing_file, published=_sha256(published.encode()), sha256=witness.sha256,
    )  # fmt: skip


def _told(change: Change) -> str:
    where = f"{change.section}: " if change.section else ""
    if not change.before:
        return f"{where}adds “{_brief(change.after)}”"
    if not change.after:
        return f"{where}lacks “{_brief(change.before)}”"
    return f"{where}“{_brief(change.before)}” is now “{_brief(change.after)}”"


def _brief(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}…"


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was decided of a briefing, and the moves that do it: the name of a spooled file, its place below the
    edition's folder, and whether it takes another's.
    """

    report: FileReport
    moves: tuple[tuple[str, str, bool], ...] = ()


def _settle(waiting: Sequence[_Spooled], desk: _Desk, seen: Seen, recorded: Mapping[str, str]) -> list[_Settled]:
    """Give ids in the order of the paths; return what is decided of each, as found."""
    ids = set(desk.existing.ids)
    titles = dict(desk.existing.titles)
    out: dict[int, _Settled] = {i: _Settled(w.report) for i, w in enumerate(waiting)}
    for i in sorted(range(len(waiting)), key=lambda i: (waiting[i].path.split("/"), waiting[i].origin)):
        w = waiting[i]
        if w.revises:
            out[i] = _settle_revision(w, w.revises, desk, recorded)
        elif w.likeness:
            out[i] = _settle_new(w, w.likeness, ids, titles, seen)
    return [out[i] for i in range(len(waiting))]


def _settle_new(
    w: _Spooled,
    likeness: Likeness,
    ids: set[str],
    titles: dict[tuple[str, str], str],
    seen: Seen,
) -> _Settled:
    if twin := seen.same(likeness):
        note = Problem(Locus(w.origin), f"the same words and date as {twin}: not imported again", severity="note")
        return _Settled(FileReport(w.origin, "duplicate", twin, problems=(note,), path=w.path))
    notes: list[Problem] = []
    near, share = seen.near(likeness)
    key = (fold(w.title), w.report.date or "")
    if near:
        alike = "the same words as" if share == 1 else f"about {share:.0%} of its words in common with"
        notes.append(Problem(Locus(w.origin), f"near-duplicate: {alike} {near}", severity="note"))
    if w.report.date and key in titles and titles[key] != near:
        message = f"near-duplicate: {titles[key]} has the same title and date"
        notes.append(Problem(Locus(w.origin), message, severity="note"))
    name = free_id(w.base, ids)
    ids.add(name)
    titles.setdefault(key, name)
    seen.add(name, likeness)
    report = replace(w.report, id=name, problems=(*w.report.problems, *notes))
    if not (w.transcript_file and w.witness_file):
        return _Settled(report)
    kept, file = f"{SOURCES}/{w.kept_path}", f"{BRIEFINGS}/{name}.md"
    return _Settled(report, ((w.witness_file, kept, False), (w.transcript_file, file, False)))


def _settle_revision(w: _Spooled, held: Held, desk: _Desk, recorded: Mapping[str, str]) -> _Settled:
    """Decide where a revision goes: its witness, the transcript that waits, the entry in the briefing. What an editor
    touched among the waiting stays, and the new one waits in a folder of its own.
    """
    edition_dir = desk.edition_dir
    file = f"{REVISIONS}/{held.id}.md"
    there = [h for h in desk.existing.by_sha.get(w.sha256, ()) if h.state == "waits"]
    if there:
        file = there[0].file
    elif (edition_dir / file).exists() and _is_touched(desk, held, file, recorded.get(file)):
        file = f"{REVISIONS}/{w.sha256[:8]}/{held.id}.md"
    message = f"a changed version of {held.id}'s witness: its transcript waits in {file}"
    hint = f"compare: git diff --no-index {held.file} {file}; then: python build.py take {held.id}"
    note = Problem(Locus(w.origin), message, hint, severity="note")
    report = replace(w.report, problems=(note, *w.report.problems))
    if not (desk.spool and w.transcript_file and w.witness_file):
        return _Settled(report)
    moves = [(w.witness_file, f"{SOURCES}/{w.kept_path}", False)]
    written, published = recorded.get(file, ""), w.published
    if not there:
        written = _sha256((desk.spool / w.transcript_file).read_bytes())
        moves.append((w.transcript_file, file, True))
    if w.briefing_file:
        published = _sha256((desk.spool / w.briefing_file).read_bytes())
        moves.append((w.briefing_file, held.file, True))
    return _Settled(replace(report, waiting=(file, written, published)), tuple(moves))


def _is_touched(desk: _Desk, held: Held, file: str, recorded: str | None) -> bool:
    """Return whether a transcript that waits is another than the import wrote; where its report is gone, the text is
    made anew from both witnesses to compare.
    """
    data = (desk.edition_dir / file).read_bytes()
    if recorded is not None:
        return recorded != _sha256(data)
    try:
        text = data.decode("utf-8")
        published = read_text(desk.edition_dir / held.file)
        anew = made_anew(
            desk.edition_dir, held.file, loads(text, file), published, desk.existing,
            desk.config, desk.known, desk.authorities,
        )  # fmt: skip
    except (OSError, ValueError, Refused):
        return True
    return anew != text


def _carry_out(settled: _Settled, spool: Path, edition_dir: Path) -> FileReport:
    """Move what was spooled to its places, witness first; return the report, of a failure where one can't be moved."""
    try:
        for spooled, target, instead in settled.moves:
            _place(spool / spooled, edition_dir / target, instead)
    except OSError as e:
        f = settled.report
        problem = Problem(Locus(f.origin), f"can't be written into the edition: {e.strerror or e}")
        return FileReport(f.origin, "refused", problems=(problem,), path=f.path, root=f.root)
    return settled.report


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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
