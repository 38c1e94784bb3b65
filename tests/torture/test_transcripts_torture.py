"""The properties of tests/test_transcripts.py and tests/test_yamlfiles.py, over many more examples."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition.model import Transcript
from edition.yamlfiles import dump_yaml, plain_value, read_yaml
from tests.strategies import SNIPPETS, transcripts
from tests.test_transcripts import COMMONMARK, GITHUB_LIKE, check_any_body, check_inverse, check_rendering
from tests.test_yamlfiles import VALUES

pytestmark = pytest.mark.torture


@settings(max_examples=2000, deadline=None)
@given(transcripts(max_sections=4))
def test_what_is_dumped_loads_as_the_same(transcript: Transcript) -> None:
    check_inverse(transcript)


@settings(max_examples=2000, deadline=None)
@given(transcripts(controls=False, max_sections=4))
def test_a_renderer_shows_exactly_the_words(transcript: Transcript) -> None:
    check_rendering(transcript, GITHUB_LIKE, tildes=False)
    check_rendering(transcript, COMMONMARK, tildes=True)


@settings(max_examples=10_000, deadline=None)
@given(st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=20).map("\n".join))
def test_any_body_is_read_or_refused_with_a_line(body: str) -> None:
    check_any_body(body)


@settings(max_examples=10_000, deadline=None)
@given(VALUES)
def test_what_is_dumped_as_yaml_reads_back(value: Any) -> None:
    assert plain_value(read_yaml(dump_yaml(value), "f")) == value
