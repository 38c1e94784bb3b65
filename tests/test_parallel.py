"""Work on several processes: in order, nothing lost, also where a process is killed or the import itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from edition.examining import (
    Examined,
    Examiner,
    Known,
    Shelf,
    Unread,
    _lost,
    examine,
    examine_all,
    list_transcripts,
)
from edition.importing.batch import import_witnesses
from edition.parallel import collect_rarely, work_through
from edition.settings import read_settings
from tests.editions import add
from tests.test_importing import AUTHORITIES, CONFIG, DAY, briefing, tree

ROOT = Path(__file__).resolve().parent.parent


def double(desk: int, task: int) -> tuple[int, int]:
    if task == desk:
        os.kill(os.getpid(), signal.SIGKILL)
    return task * 2, os.getpid()


def lost(task: int) -> tuple[int, int]:
    return -task, 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that kills")
def test_a_killed_process_costs_only_the_task_that_it_was_at() -> None:
    results = list(work_through(double, 70, range(150), lost, 2))
    assert [value for value, _ in results] == [-n if n == 70 else 2 * n for n in range(150)]
    assert os.getpid() not in {pid for _, pid in results}


def test_a_pool_that_breaks_while_it_is_given_work_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process can die between two chunks that are handed out."""
    submit, given = ProcessPoolExecutor.submit, []

    def refuse_once(self: ProcessPoolExecutor, *work: Any) -> Any:
        given.append(work)
        if len(given) == 3:
            raise BrokenProcessPool
        return submit(self, *work)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", refuse_once)
    assert [number for number, _ in work_through(double, -1, range(100), lost, 2)] == [2 * n for n in range(100)]


def test_few_tasks_are_done_in_this_process() -> None:
    assert {pid for _, pid in work_through(double, -1, range(10), lost, 8)} == {os.getpid()}


class Ring:
    """A value that holds itself, so that only a search for cycles frees it."""

    def __init__(self) -> None:
        self.whole = self


def test_what_builds_left_behind_is_freed_as_soon_as_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A preview builds again and again in one process."""
    monkeypatch.setattr("edition.parallel._MANY", 1_000)
    collect_rarely()
    ring = Ring()
    seen = weakref.ref(ring)
    collect_rarely()
    del ring
    much = [Ring() for _ in range(1_100)]
    collect_rarely()
    assert seen() is None
    del much


def test_what_many_builds_left_behind_little_by_little_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    # a build leaves less than what lets Python look
    monkeypatch.setattr("edition.parallel._NEW", 1_000)
    monkeypatch.setattr("edition.parallel._MANY", 5_000)
    collect_rarely()
    ring = Ring()
    seen = weakref.ref(ring)
    del ring
    for _ in range(40):
        for _ in range(200):
            Ring()
        list(work_through(double, -1, range(2), lost, 1))
        collect_rarely()
    assert seen() is None
    monkeypatch.undo()
    collect_rarely()


def fill(inbox: Path, number: int) -> None:
    inbox.mkdir()
    for n in range(number):
        # words of their own, so that no two are duplicates
        words = " ".join(f"boat{n} pier{n * k} tide{k}." for k in range(40))
        day = f"May {n % 28 + 1}, {2000 + n // 28}"
        (inbox / f"{n:03}.txt").write_text(briefing(day, words), encoding="utf-8")


def test_several_processes_give_the_same_edition_as_one(tmp_path: Path) -> None:
    fill(tmp_path / "inbox", 70)
    for workers in (1, 2):
        edition = tmp_path / f"e{workers}"
        edition.mkdir()
        report = import_witnesses(edition, CONFIG, AUTHORITIES, [tmp_path / "inbox"], received=DAY, workers=workers)
        assert {f.outcome for f in report.files} == {"imported"}
    assert tree(tmp_path / "e1") == tree(tmp_path / "e2")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that kills")
def test_an_import_that_is_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    fill(tmp_path / "inbox", 120)
    run = [sys.executable, str(ROOT / "build.py"), "-C", str(tmp_path / "e"), "import", str(tmp_path / "inbox")]
    for name in ("e", "whole"):
        subprocess.run([sys.executable, str(ROOT / "build.py"), "new", str(tmp_path / name)], check=True)
    killed = subprocess.Popen([*run, "--jobs", "2"], start_new_session=True, stdout=subprocess.DEVNULL)
    spool = tmp_path / "e" / "content"
    while killed.poll() is None and len(list(spool.glob(".import-*/*.md"))) < 20:
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*run[:3], str(tmp_path / "whole"), *run[4:]], check=True, stdout=subprocess.DEVNULL)
    assert tree(tmp_path / "e") == tree(tmp_path / "whole")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to signal")
@pytest.mark.parametrize("to_all", [True, False], ids=["Ctrl-C in a terminal", "a signal to the first process"])
def test_an_import_that_is_interrupted_says_so_leaves_nothing_and_can_be_completed(
    tmp_path: Path, to_all: bool
) -> None:
    fill(tmp_path / "inbox", 120)
    build = [sys.executable, str(ROOT / "build.py")]
    for name in ("e", "whole"):
        subprocess.run([*build, "new", str(tmp_path / name)], check=True, stdout=subprocess.DEVNULL)
    before = tree(tmp_path / "e" / "content")
    run = [*build, "-C", str(tmp_path / "e"), "import", str(tmp_path / "inbox"), "--jobs", "2"]
    started = subprocess.Popen(run, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    spool = tmp_path / "e" / "content"
    while started.poll() is None and len(list(spool.glob(".import-*/*.md"))) < 20:
        time.sleep(0.01)
    assert started.poll() is None
    if to_all:
        os.killpg(started.pid, signal.SIGINT)
    else:
        started.send_signal(signal.SIGINT)
    # every process that it started has these pipes open, so their end is the end of all
    out, err = started.communicate(timeout=60)
    assert started.returncode == 2
    assert err.strip().splitlines()[-1] == "interrupted; nothing is half written"
    assert "Traceback" not in out + err
    assert tree(tmp_path / "e" / "content") == before
    for name in ("e", "whole"):
        subprocess.run([*build, "-C", str(tmp_path / name), *run[4:6]], check=True, stdout=subprocess.DEVNULL)
    assert tree(tmp_path / "e") == tree(tmp_path / "whole")


def die_at_one(examiner: Examiner, path: str) -> Examined | Unread:
    if path.endswith("/2000-05-05-ines-halvard.md"):
        os.kill(os.getpid(), signal.SIGKILL)
    return examine(examiner.desk, path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that kills")
def test_transcripts_are_examined_alike_on_any_number_of_processes(tmp_path: Path) -> None:
    fill(tmp_path / "inbox", 70)
    folder = tmp_path / "edition"
    add(folder, "config.yaml", "title: Briefings\n")
    import_witnesses(folder, CONFIG, AUTHORITIES, [tmp_path / "inbox"], received=DAY, workers=1)
    add(folder, "content/briefings/2001-01-01-broken.md", "no front matter\n")
    paths, settings = list_transcripts(folder), read_settings(folder)
    examiner = Examiner(folder, settings)
    alone = list(examine_all(examiner, paths, Shelf(examiner, keep=False), 1))
    assert [isinstance(found, Known) for found in alone] == ["broken" not in path for path in paths]
    # a desk that is laid out already stays where it is
    assert list(examine_all(examiner, paths, Shelf(examiner, keep=False), 2)) == alone
    (fatal,) = (path for path in paths if path.endswith("/2000-05-05-ines-halvard.md"))
    for path, found, whole in zip(paths, work_through(die_at_one, examiner, paths, _lost, 2), alone, strict=True):
        if path == fatal:
            assert isinstance(found, Unread)
            assert [problem.locus.file for problem in found.problems] == [fatal]
        else:
            assert (found.known if isinstance(found, Examined) else found) == whole
