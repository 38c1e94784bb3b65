"""The releases of an edition: what each one held of every briefing, and what has changed since.

    read_history(folder) -> History, problems          the committed files below content/releases
    history.compare(transcripts) -> History            … with what has changed since the newest release
    write_release(folder, history, …)                  one release more

A release is two committed files, NAME.md (its facts, and the editor's words on it) and NAME.jsonl (a line for each
briefing that was added, corrected, noted or withdrawn), and a third, NAME.sha256, with the checksums of what was made
of it. This room must not know pages, and must not ask what day it is.
"""

from edition.releases.records import (
    FOLDER,
    NEXT_WORDS,
    NOTHING,
    History,
    Record,
    check_name,
    describe_release,
    next_name,
    read_history,
    read_sums,
)
from edition.releases.states import CHANGES, Change, ChangeKind, Erratum, ErratumKind, TextState, describe_text

__all__ = [
    "CHANGES",
    "FOLDER",
    "NEXT_WORDS",
    "NOTHING",
    "Change",
    "ChangeKind",
    "Erratum",
    "ErratumKind",
    "History",
    "Record",
    "TextState",
    "check_name",
    "describe_release",
    "describe_text",
    "next_name",
    "read_history",
    "read_sums",
]
