"""Revisions that wait → the published text, when an editor takes them over.

This module must not lose a change that an editor made, in the briefing or in the transcript that waits.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from edition.config import Config
from edition.importing.kept import REVISIONS, Existing, read_existing
from edition.importing.reports import REPORT, read_report, report_bytes
from edition.importing.revisions import made_anew, read_text
from edition.importing.transcribing import known_of
from edition.layouts.parts import Known
from edition.model import Authorities, Locus
from edition.problems import Problem, Refused, suggest
from edition.transcripts import loads


def take_revisions(
    edition_dir: Path, config: Config, authorities: Authorities, names: Iterable[str]
) -> tuple[list[str], list[Problem]]:
    """Take over the revisions that wait for the briefings (ids, or files below content/revisions); return a line for
    each that was taken and why others were not.

    A revision that waits as the import wrote it is made anew from both witnesses and the briefing as it stands now; one
    that an editor worked on takes the briefing's place, unless the briefing was changed too since it was written.
    """
    done: list[str] = []
    problems: list[Problem] = []
    existing, _ = read_existing(edition_dir)
    known = known_of(config, authorities)
    for name in dict.fromkeys(names):
        try:
            file = _waiting_file(edition_dir, name, existing)
            done.append(_take(edition_dir, file, existing, config, known, authorities))
        except Refused as refused:
            problems += refused.problems
        except OSError as e:
            problems.append(Problem(Locus(name), f"can't be taken over: {e.strerror or e}"))
    return done, problems


def _waiting_file(edition_dir: Path, name: str, existing: Existing) -> str:
    """Return the file below the edition's folder that waits under an id or a path; raises Refused where none does."""
    files = sorted(p.relative_to(edition_dir).as_posix() for p in (edition_dir / REVISIONS).rglob("*.md"))
    wanted = PurePosixPath(name.replace(os.sep, "/")).as_posix()
    for file in files:
        if wanted in (file, (edition_dir / file).as_posix()):
            return file
    waiting = [file for file in files if PurePosixPath(file).stem == name]
    if not waiting:
        ids = sorted({PurePosixPath(file).stem for file in files})
        hint = suggest(name, ids) or (f"waiting are: {', '.join(ids[:10])}" if ids else "no revision waits")
        raise Refused(Problem(Locus(REVISIONS), f"no revision of “{name}” waits", hint))
    if len(waiting) > 1:
        hint = f"name one of them: {', '.join(waiting)}"
        raise Refused(Problem(Locus(REVISIONS), f"{len(waiting)} revisions of {name} wait", hint))
    return waiting[0]


def _take(
    edition_dir: Path, file: str, existing: Existing, config: Config, known: Known, authorities: Authorities
) -> str:
    name = PurePosixPath(file).stem
    briefing = next((f for id_, f in existing.files if id_ == name), None)
    if briefing is None:
        raise Refused(
            Problem(Locus(file), f"there is no briefing {name}", "move the file to content/briefings by hand")
        )
    waiting_text, published = read_text(edition_dir / file), read_text(edition_dir / briefing)
    waiting = loads(waiting_text, file)
    recorded = _recorded(edition_dir, file)
    anew = made_anew(edition_dir, briefing, waiting, published, existing, config, known, authorities)
    if anew is not None and (_sha256(waiting_text) == recorded.get("sha256") or anew == waiting_text):
        text, how = anew, "made with what the briefing holds now"
    elif _sha256(published) == recorded.get("briefing_sha256"):
        text, how = waiting_text, "as it waited"
    else:
        message = f"{briefing} and this file were both changed since it was written"
        hint = f"compare: git diff --no-index {briefing} {file}; put them together, then move it there by hand"
        raise Refused(Problem(Locus(file), message, hint))
    beside = (edition_dir / briefing).with_suffix(".md.new")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(edition_dir / briefing)
    (edition_dir / file).unlink()
    _forget(edition_dir, file)
    changes = next((r.changes for r in reversed(waiting.revisions) if r.taken), ())
    return f"{file} → {briefing}: {len(changes)} change{'' if len(changes) == 1 else 's'}, {how}"


def _recorded(edition_dir: Path, file: str) -> dict[str, Any]:
    """Return what the import recorded of a file that waits, {} where it did not or its report is gone."""
    try:
        entries = read_report(edition_dir)
    except Refused:
        return {}
    return next((w for e in entries if isinstance(w := e.get("waiting"), dict) and w.get("file") == file), {})


def _forget(edition_dir: Path, file: str) -> None:
    """Take a file that waits no more out of the import report."""
    try:
        entries = read_report(edition_dir)
    except Refused:
        return
    if any(isinstance(w := e.get("waiting"), dict) and w.get("file") == file for e in entries):
        kept = [{k: v for k, v in e.items() if k != "waiting" or v.get("file") != file} for e in entries]
        beside = (edition_dir / REPORT).with_suffix(".json.new")
        beside.write_bytes(report_bytes(kept))
        beside.replace(edition_dir / REPORT)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
