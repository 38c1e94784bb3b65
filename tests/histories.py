"""Histories for tests, made without a disk: releases of transcripts, one after the other.

Must not decide anything: what a release holds is worked out by the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from edition.model import Transcript
from edition.releases import NOTHING, History, Record, describe_release
from edition.releases.records import parse_record


def release(history: History, name: str, date: str, transcripts: Iterable[Transcript], words: str = "") -> History:
    """Return the history with one release more, of these transcripts."""
    since = replace(history.compare(transcripts), words=words)
    files = dict(describe_release(since, name, date))
    record: Record = parse_record(
        files[f"content/releases/{name}.md"].decode(), f"{name}.md", files[f"content/releases/{name}.jsonl"]
    )
    return History((*history.records, record), history.hold(record))


def make_history(*states: tuple[str, str, Iterable[Transcript]]) -> History:
    """Return a history of releases: (name, date, transcripts) each."""
    history = NOTHING
    for name, date, transcripts in states:
        history = release(history, name, date, transcripts)
    return history
