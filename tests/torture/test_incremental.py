"""Builds that remember, through every kind of edit and through a long row of random ones, beside builds that don't."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from random import Random

import pytest

from edition.building import build_site
from edition.memo import MEMO
from tests.decade import Decade
from tests.editions import add, tree_of
from tests.test_making import EDITS, follow
from tests.torture import list_seeds

pytestmark = pytest.mark.torture

STEPS = 200


def test_after_every_kind_of_edit_the_site_is_that_of_a_build_which_remembers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(tmp_path, monkeypatch, EDITS)


@pytest.mark.parametrize("seed", list_seeds(11, 2))
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


def name_something(random: Random, folder: Path, persons: dict[str, str], places: dict[str, list[str]]) -> None:
    """Give a country an alias, or the register a person, by words that some text prints, or take one back."""
    file = random.choice(sorted((folder / "content" / "briefings").glob("*.md")))
    words = re.findall(r"[^\W\d_]{3,}", file.read_text(encoding="utf-8").rpartition("---\n")[2])
    start = random.randrange(len(words))
    form = " ".join(words[start : start + random.randint(1, 2)])
    taken = {name.casefold() for name in (*persons.values(), *(form for forms in places.values() for form in forms))}
    if form.casefold() in taken:
        # two entries may not have one name
        return
    if random.random() < 0.5:
        # nobody is taken out again: their pages were published
        persons[f"person-{len(persons)}"] = form
    elif places and random.random() < 0.3:
        places.pop(random.choice(sorted(places)))
    else:
        places.setdefault(random.choice(("NO", "CL", "PE", "JP", "KE")), []).append(form)
    rows = (f"{id}: {{name: {json.dumps(name)}, status: confirmed}}\n" for id, name in persons.items())
    add(folder, "content/authorities/persons.yaml", "".join(rows))
    rows = (f"{id}:\n  aliases+: {json.dumps(', '.join(forms))}\n" for id, forms in places.items())
    add(folder, "content/authorities/countries.yaml", "".join(rows))


@pytest.mark.parametrize("seed", list_seeds(21, 2))
def test_registers_and_the_search_index_follow_random_edits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Only what a changed entry can touch is annotated again, a bundle gets only what has changed, what is said
    again is looked for only where a change can matter, and only what differs is laid out: in an edition that is
    small, but treated as a large one.
    """
    monkeypatch.setattr("edition.search_index.WHOLE", 12)
    monkeypatch.setattr("edition.search_index.FULL", 8)
    monkeypatch.setattr("edition.publish.SPARE_FROM", 1)
    monkeypatch.setattr("edition.pages.ENTRIES_ON_A_PAGE", 3)
    monkeypatch.setattr("edition.annotate.repeats.LEAST_WORDS", 10)
    # however much has changed
    monkeypatch.setattr("edition.examining._FEW", 0)
    monkeypatch.setattr("edition.making._FEW", 0)
    # where addresses lead is another test's business; its reader parts words where a link of ours ends
    monkeypatch.setattr(Decade, "check", lambda decade: None)
    folder, fresh = tmp_path / "edition", tmp_path / "fresh"
    random = Random(seed)
    decade = Decade(folder, random, search=True)
    persons: dict[str, str] = {}
    places: dict[str, list[str]] = {}
    compared = 0
    for _ in range(STEPS):
        decade.step()
        name_something(random, folder, persons, places)
        if build_site(folder).published is None:
            # the page of a place or a person would be lost: the editor is asked, and leaves it
            places.clear()
            continue
        shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(MEMO, "_site", "._site*"))
        assert build_site(fresh).published is not None
        assert tree_of(folder / "_site") == tree_of(fresh / "_site"), decade.history[-1]
        shutil.rmtree(fresh)
        compared += 1
    assert compared > STEPS / 2
