"""Releases are made, and offline copies: built, written down, their files laid out in a folder of their own.

    issue_release(folder, program, name, …) -> ReleaseReport       package_edition(folder, program, …) -> PackReport

A release is recorded in content/releases before its site is built, since the site tells of it, and taken back where
anything fails. The checksums of its files are written down last: no site and no copy can hold those of its own release.
This module must not publish anything but through a build, and never dates a release by the clock unless it is asked to.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from edition.building import BuildReport, build_site, show_nothing, site_folder
from edition.examining import list_transcripts, read_transcript, tell_taken
from edition.ledger.records import FOLDER as ADDRESSES
from edition.ledger.records import read_texts, write_texts
from edition.model import Locus, Transcript
from edition.packing import PackReport, name_package, pack_edition
from edition.parallel import Progress
from edition.problems import Problem, Refused
from edition.publish import MANIFEST, explain_os_error
from edition.releases import (
    FOLDER,
    NEXT_WORDS,
    History,
    check_name,
    describe_release,
    next_name,
    read_history,
    read_sums,
)
from edition.releasing import list_release_files
from edition.settings import read_settings

#: Where releases and offline copies are laid out, below the edition's folder; git is told to leave it alone.
OUTPUT: Final = "_releases"
#: The list of a release's files, as sha256sum reads it.
SUMS: Final = "SHA256SUMS"
#: The site's own manifest, among the files of a release.
SITE_MANIFEST: Final = f"site-{MANIFEST}"

_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """What became of a release. `counts` of its changes by kind; `recorded`: the committed files that were written;
    `files`: (name, bytes, SHA-256) of what was made of it in `output`; `output` None: nothing was made. `again`: it had
    been recorded before.
    """

    name: str
    date: str
    briefings: int
    counts: Mapping[str, int]
    recorded: tuple[str, ...]
    files: tuple[tuple[str, int, str], ...]
    output: Path | None
    again: bool
    problems: tuple[Problem, ...]


def read_day(typed: str | None) -> str:
    """Return the day of a release: the one that was typed (or “today”), else that of SOURCE_DATE_EPOCH. Raises Refused
    where neither is given: what a release is dated with is decided, not found.
    """
    hint = "write it so: --date 2026-01-31 (or --date today)"
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if typed == "today":
            return datetime.date.today().isoformat()
        if typed is not None:
            return datetime.datetime.strptime(typed, "%Y-%m-%d").date().isoformat()
        if epoch:
            return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        what = "--date" if typed is not None else "SOURCE_DATE_EPOCH"
        raise Refused(Problem(Locus(what), f"“{typed or epoch}” is not a day", hint)) from None
    raise Refused(Problem(Locus("--date"), "a release needs its day", hint))


def package_edition(
    folder: Path,
    program: Path,
    *,
    output: Path | None = None,
    locked: bool = False,
    record: bool | None = None,
    progress: Progress = show_nothing,
) -> tuple[BuildReport, PackReport | None]:
    """Build the site, and write the offline copy of the edition in `folder` to `output` (default: below _releases).

    `program`: the folder of the program that builds it. `locked`, `record`: as in a build; where nothing was published,
    nothing is packed.
    """
    built = build_site(folder, locked=locked, record=record, progress=progress)
    if built.published is None:
        return built, None
    name = f"{name_package(built.edition.config)}.zip"
    target = output or folder / OUTPUT / name
    target = target / name if target.is_dir() else target
    _check_place(folder, target)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    release = built.edition.config.release
    day = read_day(None) if epoch and (release is None or release.later) else None
    return built, pack_edition(folder, built.output, program, target, built.edition, day=day, progress=progress)


def _check_place(folder: Path, target: Path) -> None:
    """Raise Refused where files of a release would mix with those of the edition or its site."""
    site = site_folder(folder).resolve()
    site_folder(folder, target)
    if target.resolve().is_relative_to(site):
        text = "it can't be written into the site"
        raise Refused(Problem(Locus(str(target)), text, f"choose another place, such as {OUTPUT}"))


def issue_release(
    folder: Path,
    program: Path,
    name: str | None,
    *,
    date: str | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    progress: Progress = show_nothing,
) -> ReleaseReport:
    """Make the release `name` (None: the number that comes next) and its files in `output` (default: _releases/NAME).

    The name of the newest release, with nothing changed since, makes its files again and compares them with the
    checksums that were written down. `dry_run`: tell what the release would hold, write nothing. Raises Refused where
    it can't be made; then nothing is left behind.
    """
    history, language = _read_history(folder)
    transcripts = _read_transcripts(folder, language, progress)
    history = history.compare(transcripts)
    newest = history.newest
    if newest is not None and name == newest.name:
        if history.touched:
            count = len(history.touched)
            text = f"is released already, and {count} briefing{'s have' if count > 1 else ' has'} changed since"
            raise Refused(Problem(Locus(newest.file), text, "make a new release (--next), or check out that state"))
        found = ReleaseReport(name, newest.date, newest.briefings, newest.counts, (), (), None, True, ())
        return found if dry_run else _make(folder, program, found, output, progress)
    day = read_day(date)
    name = next_name(history, day) if name is None else check_name(name)
    files = dict(describe_release(history, name, day))
    changes = [change.kind for change in history.since]
    counts: dict[str, int] = {kind: changes.count(kind) for kind in dict.fromkeys(changes)}
    found = ReleaseReport(name, day, len(transcripts), counts, tuple(sorted(files)), (), None, False, ())
    if dry_run:
        return found
    _check_place(folder, _target(folder, name, output))
    with _recorded(folder, files):
        made = _make(folder, program, found, output, progress)
        if made.output is None:
            raise Refused(*made.problems)
    return made


def _read_transcripts(folder: Path, language: str, progress: Progress) -> tuple[Transcript, ...]:
    """Return every transcript, in order of id; raises Refused where one can't be read."""
    paths = list_transcripts(folder)
    transcripts: dict[str, Transcript] = {}
    problems: list[Problem] = []
    for path in progress("reading", paths, len(paths)):
        try:
            transcript = read_transcript(folder, path, language)
        except Refused as refused:
            problems.extend(refused.problems)
            continue
        if (other := transcripts.setdefault(transcript.id, transcript)) is not transcript:
            problems.append(tell_taken(path, transcript.id, other.file))
    if problems:
        raise Refused(*problems)
    return tuple(transcripts.values())


def _read_history(folder: Path) -> tuple[History, str]:
    history, broken = read_history(folder)
    if broken:
        raise Refused(*broken)
    return history, read_settings(folder).config.language


@contextlib.contextmanager
def _recorded(folder: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """Write the files that record a release, and take them back where what follows fails: the ledger of addresses, too,
    which the build gives the page of the release.
    """
    ledger, _ = read_texts(folder)
    words = folder / NEXT_WORDS
    before = words.read_bytes() if words.is_file() else None
    try:
        for path, data in files.items():
            target = folder / path
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            except OSError as error:
                raise explain_os_error(error, target, "record the release", "it is not made") from error
        words.unlink(missing_ok=True)
        yield
    except BaseException:
        for path in files:
            with contextlib.suppress(OSError):
                (folder / path).unlink(missing_ok=True)
        if before is not None:
            words.write_bytes(before)
        write_texts(folder, ledger)
        for name in read_texts(folder)[0].keys() - ledger.keys():
            (folder / ADDRESSES / name).unlink(missing_ok=True)
        raise


def _target(folder: Path, name: str, output: Path | None) -> Path:
    return output or folder / OUTPUT / name


def _make(folder: Path, program: Path, found: ReleaseReport, output: Path | None, progress: Progress) -> ReleaseReport:
    """Build the site and lay out all files of a recorded release; put down their checksums where that wasn't done."""
    target = _target(folder, found.name, output)
    _check_place(folder, target)
    if target.exists() and (not target.is_dir() or not _is_ours(target)):
        text = "this folder holds other things than a release"
        raise Refused(Problem(Locus(str(target)), text, "choose another one, or move it away"))
    ledger, _ = read_texts(folder)
    built = build_site(folder, locked=True, record=not found.again, progress=progress)
    errors = tuple(problem for problem in built.problems if problem.severity == "error")
    if built.published is None:
        return _report(found, (), None, errors)
    try:
        made = _lay_out(folder, program, found, target, built, progress)
    except Refused as refused:
        if found.again:
            raise
        text = f"the site tells of the release {found.name}, which was not made"
        raise Refused(*refused.problems, Problem(Locus(str(built.output)), text, "build it again")) from refused
    now, _ = read_texts(folder)
    changed = sorted(f"{ADDRESSES}/{name}" for name, text in now.items() if text != ledger.get(name))
    return replace(made, recorded=(*made.recorded, *changed))


def _lay_out(
    folder: Path, program: Path, found: ReleaseReport, target: Path, built: BuildReport, progress: Progress
) -> ReleaseReport:
    stage = target.with_name(f".{target.name}.next")
    try:
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        files = tuple(sorted(_write_files(folder, program, stage, built, progress)))
        lines = "".join(f"{sum}  {name}\n" for name, _, sum in files)
        (stage / SUMS).write_text(lines, encoding="utf-8", newline="\n")
        problems = tuple(_compare(folder, found, files))
        if target.exists():
            shutil.rmtree(target)
        stage.replace(target)
        sums = folder / _sums_path(found.name)
        if not sums.exists():
            sums.write_text(lines, encoding="utf-8", newline="\n")
    except OSError as error:
        raise explain_os_error(error, target, "write the files of the release", "it is not made") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return _report(found, files, target, (*built.problems, *problems))


def _report(
    found: ReleaseReport, files: tuple[tuple[str, int, str], ...], target: Path | None, problems: tuple[Problem, ...]
) -> ReleaseReport:
    recorded = (*found.recorded, _sums_path(found.name)) if files and not found.again else found.recorded
    return ReleaseReport(
        found.name, found.date, found.briefings, found.counts, recorded, files, target, found.again, problems
    )


def _sums_path(name: str) -> str:
    return f"{FOLDER}/{name}.sha256"


def _is_ours(folder: Path) -> bool:
    return (folder / SUMS).is_file() or not any(folder.iterdir())


def _write_files(
    folder: Path, program: Path, stage: Path, built: BuildReport, progress: Progress
) -> Iterator[tuple[str, int, str]]:
    """Write every file of a release into `stage`; yield (name, bytes, SHA-256) of each."""
    files = list_release_files(built.edition, folder, built.states)
    for file in progress("writing the release", files, len(files)):
        yield _write(stage / file.name, file.write())
    with (built.output / MANIFEST).open("rb") as manifest:
        yield _write(stage / SITE_MANIFEST, iter(lambda: manifest.read(_BLOCK), b""))
    stem = name_package(built.edition.config)
    package = stage / f"{stem}.zip"
    packed = pack_edition(folder, built.output, program, package, built.edition, progress=progress)
    yield _measure(package)
    yield _write(stage / f"{stem}.tagmanifest-sha256.txt", [packed.proof])


def _write(target: Path, pieces: Iterable[bytes]) -> tuple[str, int, str]:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            size += file.write(piece)
    return target.name, size, digest.hexdigest()


def _measure(file: Path) -> tuple[str, int, str]:
    digest = hashlib.sha256()
    with file.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return file.name, file.stat().st_size, digest.hexdigest()


def _compare(folder: Path, found: ReleaseReport, files: Iterable[tuple[str, int, str]]) -> Iterator[Problem]:
    """Yield where the files of a release aren't those whose checksums were written down."""
    path = _sums_path(found.name)
    before = dict(read_sums(folder / path))
    if not before:
        return
    now = {name: sum for name, _, sum in files}
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            yield Problem(Locus(path), f"{name} was part of the release and isn't made any more")
        elif name not in before:
            yield Problem(Locus(path), f"{name} was no part of the release")
        elif before[name] != now[name]:
            hint = "the same content, made by another program or library, or other content: see docs/release.md"
            yield Problem(Locus(path), f"{name} isn't what it was when the release was made", hint)
