"""Queries by the ten thousand: what the search page finds on a real index equals the oracle, set for set."""

from __future__ import annotations

from pathlib import Path

import pytest

from edition.building import read_content
from edition.search import make_records
from tests.search_host import ROOT, Asker
from tests.test_search_words import compare, make_odd_records
from tests.torture import list_seeds

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("seed", list_seeds(100, 4))
def test_the_sample_edition_equals_the_oracle_at_length(tmp_path: Path, seed: int) -> None:
    records = tuple(make_records(read_content(ROOT).edition))
    asker = Asker(records, seed)
    compare(records, tmp_path, [asker.make_query() for _ in range(2500)])


@pytest.mark.parametrize("seed", list_seeds(200, 4))
def test_odd_texts_equal_the_oracle_at_length(tmp_path: Path, seed: int) -> None:
    records = make_odd_records(seed, 200)
    asker = Asker(records, seed)
    compare(records, tmp_path, [asker.make_query() for _ in range(2500)])
