"""transcripts: dumps and loads are exact inverses, Markdown renders the very words, hand edits survive."""

from __future__ import annotations

from hypothesis import given, settings

from edition.model import Transcript
from edition.transcripts import dumps, faults_of, loads
from tests.strategies import transcripts


@settings(max_examples=150, deadline=None)
@given(transcripts())
def test_what_is_dumped_loads_as_the_same(transcript: Transcript) -> None:
    assert faults_of(transcript) == ()
    text = dumps(transcript)
    again = loads(text, f"{transcript.id}.md")
    assert again == transcript
    assert dumps(again) == text
