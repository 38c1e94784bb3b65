"""Builds that remember, through every kind of edit and through a long row of random ones, beside builds that don't."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from edition.building import build_site
from edition.memo import MEMO
from tests.decade import Decade
from tests.editions import tree_of
from tests.test_making import EDITS, follow

pytestmark = pytest.mark.torture

STEPS = 200


def test_after_every_kind_of_edit_the_site_is_that_of_a_build_which_remembers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(tmp_path, monkeypatch, EDITS)


@pytest.mark.parametrize("seed", [11, 12])
def test_after_random_edits_the_site_is_that_of_a_build_which_remembers_nothing(tmp_path: Path, seed: int) -> None:
    """The careless editor of the simulated decade renames, splits, joins, corrects and withdraws; each step is built in
    the folder that remembers all steps before, and in a copy that remembers nothing.
    """
    folder, fresh = tmp_path / "edition", tmp_path / "fresh"
    decade = Decade(folder, Random(seed))
    for _ in range(STEPS):
        decade.step()
        shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(MEMO, "_site"))
        clean = build_site(fresh, search=False)
        assert clean.published is not None
        assert tree_of(folder / "_site") == tree_of(fresh / "_site"), decade.history[-1]
        shutil.rmtree(fresh)
