"""The last build remembered: nothing is done where nothing has changed, and everything is seen that has."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from edition import recall
from edition.memo import MEMO
from edition.recall import Recalled, recall_build, remember_build, take_stock
from tests.editions import ROOT, add, run_command, tree_of, write_edition

TOLD = Recalled(2, 3, 40, ())


def wait() -> None:
    # the time of a file's last change of state can't be set back
    time.sleep(2.1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_edition(tmp_path_factory.mktemp("recall") / "edition")
    assert run_command("-C", folder, "build", "--no-search").code == 0
    wait()
    assert run_command("-C", folder, "build", "--no-search").code == 0
    return folder


def test_a_build_without_change_tells_the_same_and_touches_nothing(built: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.rglob("*")}
    done = run_command("-C", built, "build", "--no-search")
    assert done.code == 0
    assert "0 files written" in done.out
    assert {path: path.stat().st_mtime_ns for path in built.rglob("*")} == before


def test_other_options_are_another_build(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)  # as `run_command` does
    site = (built / "_site").absolute()
    assert recall_build(built, take_stock(built, site, (site, True, False, False))) is not None
    assert recall_build(built, take_stock(built, site, (site, False, False, False))) is None
    assert recall_build(built, take_stock(built, site, (site, True, True, False))) is None
    assert recall_build(built, take_stock(built, site, (site, True, False, True))) is None
    monkeypatch.setenv("CI", "true")
    assert recall_build(built, take_stock(built, site, (site, True, False, False))) is None


def correct(folder: Path) -> None:
    file = next((folder / "content/briefings").glob("*.md"))
    file.write_text(file.read_text(encoding="utf-8").replace("late", "lame"), encoding="utf-8")


def correct_and_set_back(folder: Path) -> None:
    file = next((folder / "content/briefings").glob("*.md"))
    state = file.stat()
    correct(folder)
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))


def damage(folder: Path) -> None:
    (folder / "_site/index.html").write_text("lost", encoding="utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a word, as long as the one before": correct,
    "its time set back": correct_and_set_back,
    "a new file": lambda folder: add(folder, "content/pages/more.md", "# More\n\nWords.\n"),
    "a file less": lambda folder: next((folder / "content/sources").rglob("*.txt"), folder / "config.yaml").unlink(),
    "a setting": lambda folder: add(folder, "config.yaml", "title: Other\n"),
    "a template": lambda folder: add(folder, "templates/extra.html", "x"),
    "a page of the site": damage,
    "a stranger on the site": lambda folder: add(folder, "_site/stranger.txt", "x"),
    "the memory": lambda folder: (folder / MEMO / "build.json").write_text("{", encoding="utf-8"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_is_seen(tmp_path: Path, change: Callable[[Path], object]) -> None:
    folder = write_edition(tmp_path / "edition")
    add(folder, "content/sources/2025/a.txt", "Words.")
    add(folder, "_site/index.html", "home")
    site = folder / "_site"
    stock = take_stock(folder, site, ())
    remember_build(folder, stock if stock.settled else type(stock)(stock.inputs, stock.site, True), stock, TOLD)
    assert recall_build(folder, take_stock(folder, site, ())) == TOLD
    change(folder)
    assert recall_build(folder, take_stock(folder, site, ())) is None


def test_what_changed_a_moment_ago_is_not_remembered(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition")
    stock = take_stock(folder, folder / "_site", ())
    assert not stock.settled
    remember_build(folder, stock, stock, TOLD)
    assert recall_build(folder, stock) is None


def test_what_changed_during_the_build_is_not_remembered(tmp_path: Path) -> None:
    folder = write_edition(tmp_path / "edition")
    before = take_stock(folder, folder / "_site", ())
    correct(folder)
    after = take_stock(folder, folder / "_site", ())
    remember_build(folder, type(before)(before.inputs, before.site, True), after, TOLD)
    assert recall_build(folder, after) is None


def test_a_build_that_is_recalled_is_the_build_that_would_be_made(built: Path) -> None:
    recalled = tree_of(built / "_site")
    for file in (built / MEMO).iterdir():
        file.unlink()
    assert run_command("-C", built, "build", "--no-search").code == 0
    assert tree_of(built / "_site") == recalled


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="another process is forked, and waited for, where the system can")
def test_two_processes_see_what_one_sees(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, started = built / "_site", list[int]()
    fork, alone = os.fork, take_stock(built, site, ())
    monkeypatch.setattr(recall, "_MANY", 0)
    monkeypatch.setattr(recall, "_can_fork", lambda: True)

    def count() -> int:
        started.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", count)
    assert take_stock(built, site, (), alone=True) == alone
    assert started == []
    assert take_stock(built, site, ()) == alone
    assert started == [1]
    work_off, parent = recall._work_off, os.getpid()

    def die(todo: int, jobs: Sequence[tuple[str, bool]]) -> dict[int, tuple[str, int]]:
        if os.getpid() != parent:
            os.read(todo, recall._NUMBER)
            os._exit(9)
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        return work_off(todo, jobs)

    # what it had taken is not lost
    monkeypatch.setattr(recall, "_work_off", die)
    assert take_stock(built, site, ()) == alone
    assert started == [1, 1]


def test_one_process_is_enough(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = take_stock(built, built / "_site", ())
    monkeypatch.setattr(recall, "_MANY", 0)
    monkeypatch.setattr(recall, "_can_fork", lambda: True)

    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse, raising=False)
    assert take_stock(built, built / "_site", ()) == alone
    # and a system that can't look at files from their folder sees the same
    monkeypatch.setattr(recall, "_FROM_FOLDERS", False)
    assert take_stock(built, built / "_site", ()) == alone


@pytest.mark.skipif(sys.platform == "win32", reason="links to folders need a right there")
def test_what_can_not_be_looked_at_hides_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_edition(tmp_path)
    briefings = tmp_path / "content/briefings"
    # a folder that holds itself, an editor's lock that leads nowhere, a file from another age
    (tmp_path / "content/loop").symlink_to(".")
    (briefings / "loop").symlink_to("..")
    (briefings / ".#lock.md").symlink_to("nobody@nowhere.1")
    late = add(tmp_path, "content/notes.txt", "Words.")
    os.utime(late, (12_000_000_000, 12_000_000_000))
    seen = [take_stock(tmp_path, tmp_path / "_site", ())]
    for ways in (True, False):
        monkeypatch.setattr(recall, "_FROM_FOLDERS", ways)
        add(tmp_path, f"content/briefings/2025-07-1{int(ways)}-x.md", "Words.")
        seen.append(take_stock(tmp_path, tmp_path / "_site", ()))
    assert len({each.inputs for each in seen}) == 3


def test_git_leaves_the_memory_alone() -> None:
    assert f"{MEMO}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert f"{MEMO}/" in (ROOT / "edition/starting/edition/gitignore").read_text(encoding="utf-8").split()
