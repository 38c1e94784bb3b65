"""What an edition holds: names and ids that never collide, one page under several addresses."""

from __future__ import annotations

import random
import re
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition.importing.batch import import_witnesses
from edition.importing.kept import address_key
from edition.importing.reports import ImportReport
from tests.test_importing import AUTHORITIES, CONFIG, DAY, tree

PAGE = """<html lang="en"><head><title>Regular press conference of May 6, 2025</title>
<link rel="canonical" href="{}"></head><body><nav>{}</nav>
<h1>Foreign Office Spokesperson Ines Halvard’s Press Conference on May 6, 2025</h1>
<div>{}</div></body></html>
"""
TURNS = "".join(
    f"<p>Harbour Post: When will ferry number {n} sail again to the island of gulls?</p>"
    f"<p>Ines Halvard: Boat {n} sails at {n + 3}, and the pilots of pier {n * 7} know the tide by heart.</p>"
    for n in range(1, 12)
)


@pytest.mark.parametrize(
    "other",
    [
        "http://www.marenia.example/briefings/6-may",
        "https://www.marenia.example/briefings/6-may/",
        "https://Marenia.Example:443/briefings/6-may#q3",
        "https://marenia.example/briefings/6-may?utm_source=letter&fbclid=x1",
    ],
)
def test_one_page_under_two_addresses_is_one_source(tmp_path: Path, other: str) -> None:
    first, second = bring_pages(tmp_path, "https://marenia.example/briefings/6-may", other)
    assert [f.outcome for f in first.files] == ["imported"]
    assert [(f.outcome, f.id) for f in second.files] == [("revision", first.files[0].id)]


@pytest.mark.parametrize(
    "other",
    [
        "https://mirror.example/briefings/6-may",
        "https://en.marenia.example/briefings/6-may",
        "https://marenia.example/briefings/6-may?page=2",
        "https://marenia.example:8080/briefings/6-may",
    ],
)
def test_another_host_or_page_is_another_source_and_told_as_near(tmp_path: Path, other: str) -> None:
    first, second = bring_pages(tmp_path, "https://marenia.example/briefings/6-may", other)
    (file,) = second.files
    assert file.outcome == "imported"
    assert file.id != first.files[0].id
    assert any(p.message.startswith("near-duplicate") and first.files[0].id in p.message for p in file.problems)


def bring_pages(tmp_path: Path, *addresses: str) -> list[ImportReport]:
    """Import copies of one page, each later one with a word changed, under names of their own."""
    edition = tmp_path / "edition"
    edition.mkdir()
    reports = []
    for n, address in enumerate(addresses):
        file = tmp_path / f"copy-{n}.html"
        turns = TURNS.replace("by heart", "by heart" if n == 0 else "well", 1)
        file.write_text(PAGE.format(address, "Home " * 3, turns), encoding="utf-8")
        reports.append(import_witnesses(edition, CONFIG, AUTHORITIES, [file], received=DAY))
    return reports


def test_what_is_no_address_of_the_web_has_no_key() -> None:
    for url in ("", "file:///home/x.html", "https://", "https://[", "https://a:99999/", "mailto:a@b", "a b c"):
        assert address_key(url) == ""
    assert address_key("HTTPS://WWW.a.example/x/?b=2&a=1&utm_medium=m#top") == "a.example/x?a=1&b=2"


NAMES = st.sampled_from(
    ["a", "A", "Ä", "straße", "ferry", "渡轮", "Паром", "عبارة", "con", "x" * 200, "x..", "a:b", "é", "e\u0301", "🚢"]
)  # fmt: skip
TITLES = st.sampled_from(
    ["Ines Halvard", "伊内斯", "Łukasz Ærø", "Мария", "محمد", "ŞÖ", "ines halvard", "A" * 150, "I. H."]
)
FILES = st.lists(st.tuples(NAMES, TITLES, st.integers(0, 3)), min_size=2, max_size=9)


@settings(max_examples=40, deadline=None)
@given(FILES, st.randoms(use_true_random=False))
def test_ids_are_unique_short_safe_and_the_same_in_every_order(
    files: list[tuple[str, str, int]], shuffle: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made = []
        for n, (name, who, day) in enumerate(files):
            # names that differ by case or composition only lie in folders of their own, as from several systems
            file = root / "inbox" / str(n) / f"{name.replace('/', '_')[:60]}.txt"
            file.parent.mkdir(parents=True)
            when = f"May {day + 5}, 2025" if day else "a day"
            words = " ".join(f"boat{n}x{k}" for k in range(20))
            file.write_text(
                f"Foreign Office Spokesperson {who}’s Press Conference on {when}\n\n"
                f"Harbour Post: Which boats?\n\n{who}: {words}.\n",
                encoding="utf-8",
            )
            made.append(file)
        trees: list[dict[str, bytes]] = []
        for k in range(2):
            edition = root / f"edition{k}"
            edition.mkdir()
            report = import_witnesses(edition, CONFIG, AUTHORITIES, made, received=DAY)
            ids = [f.id for f in report.files if f.outcome == "imported"]
            assert len(ids) == len(files) == len({name.casefold() for name in ids})
            assert all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name) and len(name) <= 100 for name in ids)
            trees.append(tree(edition))
            kept = [name for name in trees[-1] if name.startswith("content/sources/")]
            assert len({unicodedata.normalize("NFC", name).casefold() for name in kept}) == len(files)
            shuffle.shuffle(made)
        assert trees[0] == trees[1]
