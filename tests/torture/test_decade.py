"""A simulated decade: two hundred careless edits, and after each every address ever published is followed."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.decade import Decade
from tests.torture import list_seeds

pytestmark = pytest.mark.torture

STEPS = 200


@pytest.mark.parametrize("seed", list_seeds(1, 2))
def test_after_two_hundred_edits_every_address_ever_published_answers(tmp_path: Path, seed: int) -> None:
    decade = Decade(tmp_path, Random(seed))
    for _ in range(STEPS):
        decade.step()
