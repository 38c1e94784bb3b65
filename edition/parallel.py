"""Tasks → results in their order, on several processes.

This module must not know what a task is, and must not lose one: where a process is ended from outside, the task that it
was at is named by its own result and all others are done.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

Desk = TypeVar("Desk")
Task = TypeVar("Task")
Result = TypeVar("Result")
Item = TypeVar("Item")

#: Fewer tasks are done at once in this process: starting others takes about as long as reading so many briefings.
FEW = 64
#: Tasks that are sent to a process together: so few that the bar moves and an interruption is quick.
_CHUNK = 8

_doing: tuple[Callable[[Any, Any], Any], Any] | None = None


class Progress(Protocol):
    """Shows how far long work is: yields the items it is given. `total` 0: not known."""

    def __call__(self, what: str, items: Iterable[Item], total: int) -> Iterator[Item]: ...


def work_through(
    do: Callable[[Desk, Task], Result],
    desk: Desk,
    tasks: Sequence[Task],
    lost: Callable[[Task], Result],
    workers: int,
) -> Iterator[Result]:
    """Yield `do(desk, task)` of each task, in order, worked out on `workers` processes; `lost(task)` where the process
    ended while it was at this task. All values must be picklable, `do` a function of a module: processes are spawned,
    which every system can. Only a few chunks are under way at a time, so memory does not grow with the tasks.
    """
    if workers < 2 or len(tasks) < FEW:
        # what is there will stay
        _freeze()
        for task in tasks:
            yield do(desk, task)
        return
    with _laid_out(do, desk) as file:
        yield from _share_out(file, tasks, lost, workers)


@contextmanager
def _laid_out(do: Callable[[Desk, Task], Result], desk: Desk) -> Iterator[str]:
    """Yield the path of a file with what every process needs, removed at the end. Handed over through a pipe it would
    have to be read by one process before the next is started.
    """
    handle, name = tempfile.mkstemp(suffix=".desk")
    try:
        with os.fdopen(handle, "wb") as file:
            pickle.dump((do, desk), file, pickle.HIGHEST_PROTOCOL)
        yield name
    finally:
        Path(name).unlink(missing_ok=True)


def _share_out(desk_file: str, tasks: Sequence[Task], lost: Callable[[Task], Result], workers: int) -> Iterator[Result]:
    # a task is taken from the sequence when its turn comes: it may be made only then
    todo = deque(range(i, min(i + _CHUNK, len(tasks))) for i in range(0, len(tasks), _CHUNK))
    suspects: deque[range] = deque()
    while todo or suspects:
        # One of the chunks under way when a process ended holds its task. They are done again one task at a time, so
        # that the next end names it.
        alone, queue = bool(suspects), suspects or todo
        width = 1 if alone else 2 * workers
        under_way: deque[tuple[range, Future[list[Result]]]] = deque()
        pool = ProcessPoolExecutor(
            1 if alone else workers, multiprocessing.get_context("spawn"), initializer=_sit_down, initargs=(desk_file,)
        )
        try:
            while queue or under_way:
                while queue and len(under_way) < width:
                    future = pool.submit(_work, [tasks[number] for number in queue[0]])
                    # not before: a pool that has just broken takes nothing, and the chunk would be nowhere
                    under_way.append((queue.popleft(), future))
                _, future = under_way[0]
                results = future.result()
                under_way.popleft()
                yield from results
        except BrokenProcessPool:
            broken = [chunk for chunk, _ in under_way] or [queue.popleft()]
            if alone:
                yield lost(tasks[broken[0][0]])
            else:
                suspects.extend(range(number, number + 1) for chunk in broken for number in chunk)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


#: New values after which Python looks for cyclic garbage among them; and from how many on, which it doesn't look at any
#: more, it is worth looking among these.
_NEW, _MANY = 100_000, 300_000
#: How many there were when it was looked for last; about how many have come since; how often Python had looked.
_looked_at = _come = _looks = 0


def collect_rarely() -> None:
    """Let Python look for cyclic garbage seldom: a briefing is a tree of thousands of small values without cycles, all
    freed at once when nothing refers to them. Looking over all of them again and again takes a tenth of the time.

    What earlier builds in this process left goes first, where it can be much: nothing frozen would ever be freed.
    """
    global _looked_at, _come
    _freeze()
    # counting them takes long
    if _come > _MANY:
        _come = 0
        if gc.get_freeze_count() > _looked_at + _MANY:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            _looked_at = gc.get_freeze_count()
    gc.set_threshold(_NEW, 50, 50)


def _freeze() -> None:
    """Look at nothing any more that is there now, and take note of how much has come."""
    global _come, _looks
    looks = gc.get_stats()[0]["collections"]
    # Python counts from its last look on, and from the beginning again after this
    _come += gc.get_count()[0] + (looks - _looks) * _NEW
    _looks = looks
    gc.freeze()


def _sit_down(desk_file: str) -> None:
    global _doing
    # Ctrl-C reaches every process of a terminal; the first one sees to it that the others end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _doing = pickle.loads(Path(desk_file).read_bytes())
    collect_rarely()


def _leave_with_parent() -> None:
    """End this process when the one that started it has ended, also by kill -9: nobody else would tell it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(chunk: Sequence[Any]) -> list[Any]:
    assert _doing is not None
    do, desk = _doing
    return [do(desk, task) for task in chunk]
