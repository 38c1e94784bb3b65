"""A short decade of careless edits: the build asks or keeps every address (tests/torture holds the long one)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.decade import Decade


@pytest.mark.parametrize("seed", [4])
def test_after_every_step_every_address_ever_published_answers(tmp_path: Path, seed: int) -> None:
    decade = Decade(tmp_path, Random(seed))
    for _ in range(6):
        decade.step()
