"""The catalogue of an import: what is remembered of a transcript is what would be read of it now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edition.importing import catalogue as module
from edition.importing.catalogue import Catalogue
from edition.importing.duplicates import Likeness, likeness_of
from edition.memo import MEMO
from tests.editions import TRANSCRIPT, add
from tests.test_importing import briefing, put, run, transcripts, tree

A, B = "content/briefings/2025-05-14-ines-halvard.md", "content/briefings/2024-06-02-ines-halvard.md"
LONG = " ".join(f"The lamp of quay {number} is lit at {number % 12} o’clock." for number in range(60))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an edition of two transcripts that have lain there for long."""
    add(tmp_path, A, TRANSCRIPT)
    add(tmp_path, B, TRANSCRIPT.replace("2025-05-14", "2024-06-02"))
    for path in (A, B):
        os.utime(tmp_path / path, (1_700_000_000, 1_700_000_000))
    return tmp_path


def ask(folder: Path, *, likeness: bool = True, keep: bool = True) -> tuple[list[str], list[Likeness | None]]:
    """Return the front matters of an edition and, where they are asked for, its likenesses."""
    catalogue = Catalogue(folder, keep=keep)
    headers = [catalogue.read_header(path) for path in (A, B)]
    found = [each for _, each in catalogue.list_likenesses((A, B), 1)] if likeness else []
    catalogue.finish()
    return headers, found


def forbid(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it was known")

    for name in names:
        monkeypatch.setattr(module, name, fail)


def test_what_was_asked_once_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask(folder)
    assert first[0] == [(folder / path).read_text("utf-8").split("---\n")[1] for path in (A, B)]
    assert first[1] == [likeness_of((folder / path).read_text("utf-8")) for path in (A, B)]
    forbid(monkeypatch, "_read_header", "read_likeness")
    assert ask(folder) == first


def test_an_import_that_asks_for_no_likeness_forgets_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask(folder)
    assert ask(folder, likeness=False) == (first[0], [])
    forbid(monkeypatch, "_read_header", "read_likeness")
    assert ask(folder) == first


def test_a_likeness_may_be_asked_for_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(folder, likeness=False)
    forbid(monkeypatch, "_read_header")
    first = ask(folder)
    forbid(monkeypatch, "read_likeness")
    assert ask(folder) == first


def test_a_transcript_that_was_changed_is_read_again(folder: Path) -> None:
    before = ask(folder)
    text = (folder / A).read_text("utf-8")
    (folder / A).write_text(text.replace("title: ", "title: New ").replace("lamps", "masts"), encoding="utf-8")
    # even if its size and times said nothing
    os.utime(folder / A, (1_700_000_000, 1_700_000_000))
    after = ask(folder)
    assert after[0][0].count("title: New ") == 1
    assert after[1][0] == likeness_of((folder / A).read_text("utf-8")) != before[1][0]
    assert (after[0][1], after[1][1]) == (before[0][1], before[1][1])


def test_a_likeness_of_other_bytes_than_the_front_matter_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalogue(folder, keep=True)
    for path in (A, B):
        catalogue.read_header(path)
    # somebody saves the file while the import runs
    (folder / A).write_text(TRANSCRIPT.replace("title: ", "title: New "), encoding="utf-8")
    os.utime(folder / A, (1_600_000_000, 1_600_000_000))
    found = dict(catalogue.list_likenesses((A, B), 1))
    catalogue.finish()
    assert found[A] == likeness_of((folder / A).read_text("utf-8"))
    assert "title: New " in ask(folder)[0][0]


@pytest.mark.parametrize("damage", [lambda data: data[:-40], lambda data: data.replace(b"title", b"tilte"), len])
def test_a_damaged_memo_is_as_if_it_were_not_there(folder: Path, damage: object) -> None:
    first = ask(folder)
    packs = sorted((folder / MEMO).glob("imported-*.pack"))
    assert len(packs) == 2
    for pack in packs:
        pack.write_bytes(b"" if damage is len else damage(pack.read_bytes()))  # type: ignore[operator]
    assert ask(folder) == first


def test_nothing_is_kept_where_nothing_is_to_be_written(folder: Path) -> None:
    ask(folder, keep=False)
    assert not (folder / MEMO).exists()


def test_a_file_that_is_no_text_or_has_no_front_matter_is_asked_without_harm(folder: Path) -> None:
    (folder / A).write_bytes(b"---\ntitle: \xff\n---\n")
    (folder / B).write_bytes(b"Only words.\n")
    for _ in range(2):
        headers, likenesses = ask(folder)
        assert headers == ["title: \ufffd\n", ""]
        assert likenesses[0] is None
    (folder / B).unlink()
    with pytest.raises(FileNotFoundError):
        Catalogue(folder, keep=True).read_header(B)


def test_near_duplicates_are_found_in_what_is_remembered(tmp_path: Path) -> None:
    edition, inbox = tmp_path / "edition", tmp_path / "inbox"
    edition.mkdir()
    put(inbox, a=briefing(answer=LONG))
    run(edition, inbox)
    put(inbox, b=briefing("May 9, 2025", answer="It is dry."))
    run(edition, inbox)
    assert list((edition / MEMO).glob("imported-*.pack"))
    put(inbox, c=briefing("May 12, 2025", answer=LONG.replace("quay 7 ", "pier 7 ")))
    forgetful = tmp_path / "forgetful"
    for file, data in tree(edition).items():
        add(forgetful, file, data.decode("utf-8"))
    reports = [run(folder, inbox) for folder in (edition, forgetful)]
    for report in reports:
        assert ["near-duplicate" in problem.message for problem in report.problems] == [True]
    assert reports[0].files[-1].problems[0].message == reports[1].files[-1].problems[0].message
    assert tree(edition) == tree(forgetful)
    assert len(transcripts(edition)) == 3


def test_a_dry_run_leaves_no_memo(tmp_path: Path) -> None:
    edition, inbox = tmp_path / "edition", tmp_path / "inbox"
    edition.mkdir()
    put(inbox, a=briefing())
    run(edition, inbox, dry_run=True)
    assert list(edition.iterdir()) == []
