"""Witnesses → transcripts in an edition's content folder, and a report of what was done.

What can't be decided is reported, never guessed silently; a file that fails is refused by name, the others go on.
This module must not hold a rule about a layout, and must never overwrite a transcript or a kept witness.
"""

from __future__ import annotations

from edition.importing.batch import Progress, import_witnesses
from edition.importing.checking import (
    Proved,
    Share,
    State,
    check_shares,
    check_witnesses,
    is_inside,
    prove_transcript,
    tell_waiting,
)
from edition.importing.kept import BRIEFINGS, REVISIONS, SOURCES, kept_path, read_existing
from edition.importing.languages import choose_language, tell_language
from edition.importing.pairing import state_versions
from edition.importing.reports import REPORT, FileReport, ImportReport, read_report, run_report
from edition.importing.revisions import day_of_import, parse_day
from edition.importing.taking import take_revisions
from edition.importing.transcribing import Reading, base_id, known_of, make_transcripts, speaker_id

__all__ = [
    "BRIEFINGS",
    "REPORT",
    "REVISIONS",
    "SOURCES",
    "FileReport",
    "ImportReport",
    "Progress",
    "Proved",
    "Reading",
    "Share",
    "State",
    "base_id",
    "check_shares",
    "check_witnesses",
    "choose_language",
    "day_of_import",
    "import_witnesses",
    "is_inside",
    "kept_path",
    "known_of",
    "make_transcripts",
    "parse_day",
    "prove_transcript",
    "read_existing",
    "read_report",
    "run_report",
    "speaker_id",
    "state_versions",
    "take_revisions",
    "tell_language",
    "tell_waiting",
]
