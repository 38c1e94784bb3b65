"""How builds grow with the edition, measured beside other generators on the same briefings.

    .venv/bin/python -m benchmarks.scale                       200 and 1,000 briefings
    .venv/bin/python -m benchmarks.scale 1000 5000             as many as wanted
    .venv/bin/python -m benchmarks.scale 5000 --repeats 1 --rows peers stages
    .venv/bin/python -m benchmarks.scale 20000 --repeats 1 --rows peers again      peers build once, ours after changes

In every round each command runs once, ours and the others' in turn (A B C A B C …), so that what the machine does
meanwhile strikes all of them; the median of the rounds is quoted with the lowest and the highest. What the peers need
is installed below .tools/ when first wanted; one that can't be is named. Standard output gets the tables of
docs/performance.md, in Markdown, standard error what is being done. Must not write into the project but to .tools/.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from benchmarks import peers
from benchmarks.corpus import (
    BUILD,
    KEPT,
    ROOT,
    change_briefing,
    change_outlet,
    change_template,
    change_text,
    choose_outlet,
    list_more,
    name_source,
    prepare_edition,
    prepare_sources,
    start_edition,
)
from benchmarks.peers import PEERS, SITE, Missing, Peer
from benchmarks.watched import HOW_MEMORY, Run, watch, weigh
from edition.config import FORMATS

SIZES = (200, 1_000)
#: Up to so many briefings every form is switched on by itself; above, all at once.
EACH_FORM = 500
OURS = "Rostrum"
#: A build that has found something to tell of ends with 1.
FINE = (0, 1)
ROWS = ("peers", "again", "rebuilds", "steps", "import", "check", "release", "stages")
FULL, PAGES = "full build", "pages and JSON alone"
#: The first build after another one may have had something left to record.
AGAIN = "nothing changed, once more"
NOTHING, BRIEFING, TEXT, MORE, ADDED, AUTHORITY, TEMPLATE = (
    "nothing changed",
    "one briefing's title changed",
    "a word put into one briefing",
    "one briefing more imported",
    "one briefing added",
    "one outlet renamed",
    "the template of briefings changed",
)

CONFIG = """
site_url: https://example.org/
publisher: Foreign Office of Marenia
rights: {text: Made for measuring.}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One command to measure. `prepare` is given the number of the round; `site`: the folder to weigh afterwards."""

    tool: str
    what: str
    command: tuple[str, ...]
    folder: Path
    prepare: Callable[[int], None] = lambda turn: None
    site: Path | None = None
    codes: tuple[int, ...] = (0,)


@dataclass(slots=True)
class Row:
    """All runs of a case; `files` and `bytes` of its site (0: none)."""

    tool: str
    what: str
    runs: list[Run] = field(default_factory=list)
    files: int = 0
    bytes: int = 0

    @property
    def wall(self) -> float:
        """Median seconds."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Median seconds of processor."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def memory(self) -> float:
        """Median bytes at the worst moment."""
        return statistics.median(run.memory for run in self.runs)


@dataclass(slots=True)
class Table:
    """What was measured at one size. `absent`: what was not, with the reason; `stages`: of one full build."""

    count: int
    words: float
    rows: list[Row]
    absent: list[str]
    stages: dict[str, list[float]]
    loads: tuple[str, str]


@dataclass(slots=True)
class Facts:
    """What the first full build of ours tells of the edition: `posts`, the file with what the peers get; `asked`, in
    how many briefings each outlet asks; `words` of all.
    """

    posts: Path
    asked: Counter[str] = field(default_factory=Counter)
    words: int = 0

    def judge(self, case: Case) -> None:
        """Read our first full build; end the measurement where a peer's has other pages or words than it should."""
        assert case.site
        if case.tool == OURS:
            peers.keep_posts(peers.read_posts(case.site), self.posts)
            for post in peers.load_posts(self.posts):
                self.asked.update(post.terms["outlets"])
                self.words += len(post.body.split())
        elif differences := peers.find_differences(case.site, peers.load_posts(self.posts)):
            raise SystemExit("\n".join([f"{case.tool} does not make the same pages:", *differences[:10]]))


# ── The cases ───────────────────────────────────────────────────────────────────────────────────────────────────────


def lay_anew(source: Path, folder: Path, config: str = "") -> None:
    """Put a fresh copy in place of a folder: nothing of an earlier build is left, whatever it remembered, and where."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    if config:
        # nothing of it was ever published: a build may leave out what another one makes
        shutil.rmtree(folder / "content" / "permalinks", ignore_errors=True)
        file = folder / "config.yaml"
        file.write_text(file.read_text("utf-8") + config, encoding="utf-8")


def build_case(what: str, folder: Path, prepare: Callable[[int], None], *options: str) -> Case:
    """Return a build of an edition of ours."""
    command = (*BUILD, "-C", str(folder), "build", *options)
    return Case(OURS, what, command, folder.parent, prepare, folder / "_site", FINE)


def list_full(source: Path, work: Path) -> Iterator[Case]:
    """Yield the whole build from nothing, then the least that ours can be told to make: pages, with the JSON that is
    always there. These are more pages than the peers make, and are checked as always.
    """
    yield build_case(FULL, work / "ours", lambda turn: lay_anew(source, work / "ours", CONFIG))
    config = f"{CONFIG}formats: []\n"
    yield build_case(PAGES, work / "steps", lambda turn: lay_anew(source, work / "steps", config), "--no-search")


def list_steps(source: Path, work: Path, count: int) -> Iterator[Case]:
    """Yield builds from nothing that do ever more than pages and JSON; the whole build has search besides."""
    taken = list(range(len(FORMATS) + 1)) if count <= EACH_FORM else [0, len(FORMATS)]
    for before, number in itertools.pairwise(taken):
        config = f"{CONFIG}formats: [{', '.join(FORMATS[:number])}]\n"

        def prepare(turn: int, config: str = config) -> None:
            lay_anew(source, work / "steps", config)

        yield build_case(f"… and {', '.join(FORMATS[before:number])}", work / "steps", prepare, "--no-search")


def list_again(work: Path, facts: Facts, count: int) -> Iterator[Case]:
    """Yield builds of an edition that was built before."""
    ours = work / "ours"
    yield build_case(NOTHING, ours, lambda turn: None)
    yield build_case(AGAIN, ours, lambda turn: None)
    yield build_case(BRIEFING, ours, lambda turn: change_briefing(ours / "content" / "briefings", turn))
    undo: list[Callable[[], object]] = []
    yield build_case(TEXT, ours, lambda turn: undo.append(change_text(ours / "content" / "briefings", turn)))
    more = (*BUILD, "-C", str(ours), "import")
    first, second = list_more(2)

    def import_first(turn: int) -> None:
        # as on any day but the first: what an import asks of all others is known
        undo.pop()()
        for command in ((*more, str(first)), (*BUILD, "-C", str(ours), "build")):
            if (run := watch(command, work)).code not in FINE:
                raise SystemExit(run.said)

    yield Case(OURS, MORE, (*more, str(second)), work, import_first, None, FINE)
    yield build_case(ADDED, ours, lambda turn: None)
    yield build_case(AUTHORITY, ours, lambda turn: change_outlet(ours, choose_outlet(facts.asked, count), turn))

    yield build_case(TEMPLATE, ours, lambda turn: change_template(ours, turn))


def list_peer(peer: Peer, program: tuple[str, ...], facts: Facts, work: Path) -> Iterator[Case]:
    """Yield a peer's build from nothing and its builds of what was built before, in the order of ours."""
    folder = work / peer.folder
    posts = folder / "content" / "briefings"
    source = work / "given" / peer.folder

    def lay(turn: int) -> None:
        if not source.is_dir():
            peers.lay_out(peer, peers.load_posts(facts.posts), source)
        lay_anew(source, folder)

    template = folder / peer.template

    def rewrite(turn: int) -> None:
        text = template.read_text("utf-8")
        template.write_text(text.replace("<article", f"<!-- {turn} -->\n<article", 1), encoding="utf-8")

    for what, prepare in (
        (FULL, lay),
        (NOTHING, lambda turn: None),
        (BRIEFING, lambda turn: change_briefing(posts, turn)),
        (TEMPLATE, rewrite),
    ):
        yield Case(peer.name, what, (*program, *peer.options), folder, prepare, folder / SITE)


def list_commands(sources: Path, work: Path, absent: list[str], rows: Sequence[str]) -> Iterator[Case]:
    """Yield our other commands, those that this version has."""
    ours, empty = work / "ours", work / "empty"

    def start(turn: int) -> None:
        shutil.rmtree(empty, ignore_errors=True)
        start_edition(empty)

    if "import" in rows:
        yield Case(OURS, "import", (*BUILD, "-C", str(empty), "import", str(sources)), work, start, None, FINE)
    if "check" in rows:
        yield Case(OURS, "check", (*BUILD, "-C", str(ours), "check"), work, codes=FINE)
    if "release" in rows:
        archive, releases = work / "package.zip", work / "release"

        def forget(turn: int) -> None:
            for folder in (releases, ours / "content" / "releases"):
                shutil.rmtree(folder, ignore_errors=True)

        cases = {
            "release": (("2026.1", "--date", "2026-06-30", "--output", str(releases)), forget, releases),
            "package": (("--output", str(archive)), lambda turn: archive.unlink(missing_ok=True), None),
            "verify": ((str(archive),), lambda turn: None, None),
        }
        for name, (options, prepare, site) in cases.items():
            if watch((*BUILD, name, "--help"), work).code:
                absent.append(f"{name}: build.py has no such command")
            else:
                yield Case(OURS, name, (*BUILD, "-C", str(ours), name, *options), work, prepare, site, FINE)


def install_peers(absent: list[str]) -> Iterator[tuple[Peer, tuple[str, ...]]]:
    """Yield the peers that run on this machine, each with its command; put down why the others don't."""
    for peer in PEERS:
        try:
            program = peer.install()
            peers.run(*program, peer.version)
        except Missing as missing:
            absent.append(f"{peer.name}: {missing}")
        else:
            yield peer, program


# ── Measuring ───────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(count: int, repeats: int, rows: Sequence[str]) -> Table:
    """Measure everything at one size."""
    kept, sources = prepare_edition(count), prepare_sources(count)
    absent: list[str] = []
    with tempfile.TemporaryDirectory(dir=KEPT, prefix="scale-") as place:
        work = Path(place)
        facts = Facts(work / "posts.jsonl")
        cases = list(list_full(kept, work))
        again = list(list_again(work, facts, count)) if "again" in rows else []
        others: list[Case] = []
        if "peers" in rows:
            for peer, program in install_peers(absent):
                others += list_peer(peer, program, facts, work)
        # each kind of build of ours, then the same of every peer
        cases += [case for case in others if case.what == FULL]
        for mine in again:
            cases += [mine, *(case for case in others if case.what == mine.what and "rebuilds" in rows)]
        cases += list_steps(kept, work, count) if "steps" in rows else ()
        cases += list_commands(sources, work, absent, rows)
        before = load()
        measured = run_rounds(cases, repeats, absent, facts.judge)
        after = load()
        stages = measure_stages(kept, work) if "stages" in rows else {}
        return Table(count, facts.words / count, measured, absent, stages, (before, after))


def run_rounds(
    cases: Sequence[Case], repeats: int, absent: list[str], judge: Callable[[Case], None] = lambda case: None
) -> list[Row]:
    """Return the runs of every case, taken in turn: all of them once, then all again. `judge` sees each after its first
    full build. A command that fails is put down as absent, and is not run again.
    """
    rows = {id(case): Row(case.tool, case.what) for case in cases}
    failed: set[int] = set()
    for turn in range(repeats):
        for case in cases:
            if id(case) in failed:
                continue
            tell(f"round {turn + 1} of {repeats}: {case.tool}, {case.what}")
            case.prepare(turn)
            run = watch(case.command, case.folder)
            if run.code not in case.codes:
                failed.add(id(case))
                absent.append(f"{case.tool}, {case.what}: ended with {run.code}: {run.said[-300:]}")
                continue
            row = rows[id(case)]
            row.runs.append(run)
            if turn == 0 and case.site is not None:
                row.files, row.bytes = weigh(case.site)
                if case.what == FULL:
                    judge(case)
    return [rows[id(case)] for case in cases if id(case) not in failed]


def measure_stages(source: Path, work: Path) -> dict[str, list[float]]:
    """Return the seconds, and those of processor, of each stage of one full build."""
    tell("the stages of a full build")
    folder, file = work / "ours", work / "stages.json"
    lay_anew(source, folder, CONFIG)
    run = watch((sys.executable, "-m", "benchmarks.stages", str(folder), str(file)), ROOT)
    if run.code not in FINE:
        raise SystemExit(run.said)
    stages: dict[str, list[float]] = json.loads(file.read_text("utf-8"))
    return stages


def tell(text: str) -> None:
    """Say what is being done."""
    print(text, file=sys.stderr, flush=True)


def load() -> str:
    """Return how many programs wanted a processor in the last one, five and fifteen minutes."""
    return ", ".join(f"{each:.1f}" for each in os.getloadavg())


# ── The tables ──────────────────────────────────────────────────────────────────────────────────────────────────────


def find_exponent(sizes: Sequence[int], figures: Sequence[float]) -> float:
    """Return b of figure = a · size^b, by least squares of the logarithms: 1 grows as the edition, 2 as its square."""
    x, y = [math.log(size) for size in sizes], [math.log(figure) for figure in figures]
    return statistics.linear_regression(x, y).slope


def find_ratio(row: Row, other: Row, figure: Literal["wall", "cpu"]) -> float:
    """Return how many times as much a row takes as another: the median over the rounds, each within itself."""
    pairs = zip(row.runs, other.runs, strict=False)
    return float(statistics.median(getattr(mine, figure) / getattr(theirs, figure) for mine, theirs in pairs))


def list_rows(table: Table) -> Iterator[str]:
    """Yield the table of one size, in Markdown."""
    hugo = next((row for row in table.rows if (row.tool, row.what) == ("Hugo", FULL)), None)
    yield "| what | by | s | lowest–highest | × Hugo | s of processor | × Hugo | peak MiB | files | MB |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for row in table.rows:
        walls = [run.wall for run in row.runs]
        cells = (
            row.what,
            row.tool,
            f"{row.wall:.2f}",
            f"{min(walls):.2f}–{max(walls):.2f}",
            f"{find_ratio(row, hugo, 'wall'):.1f}" if hugo else "",
            f"{row.cpu:.2f}",
            f"{find_ratio(row, hugo, 'cpu'):.1f}" if hugo else "",
            f"{row.memory / 2**20:,.0f}",
            f"{row.files:,}" if row.files else "",
            f"{row.bytes / 1e6:,.1f}" if row.files else "",
        )
        yield f"| {' | '.join(cells)} |"


def list_stages(stages: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Yield the table of stages, in Markdown, the longest first; those below one in a hundred together."""
    total = sum(seconds for seconds, _ in stages.values()) or 1.0
    large = {name: row for name, row in stages.items() if row[0] >= total / 100}
    rest = [row for name, row in stages.items() if name not in large]
    rows = sorted(large.items(), key=lambda item: -item[1][0])
    yield "| stage | s | s of processor | of all |"
    yield "|---|---|---|---|"
    for name, (seconds, cpu) in (*rows, ("everything else", [sum(row[at] for row in rest) for at in (0, 1)])):
        yield f"| {name} | {seconds:.2f} | {cpu:.2f} | {seconds / total:.0%} |"


def list_growth(tables: Sequence[Table]) -> Iterator[str]:
    """Yield the exponents of what was measured at every size, in Markdown."""
    yield "| what | by | s | s of processor | memory | files | bytes |"
    yield "|---|---|---|---|---|---|---|"
    sizes = [table.count for table in tables]
    for first in tables[0].rows:
        same = [row for table in tables for row in table.rows if (row.tool, row.what) == (first.tool, first.what)]
        if len(same) != len(tables):
            continue
        figures = ([getattr(row, name) for row in same] for name in ("wall", "cpu", "memory", "files", "bytes"))
        cells = (f"{find_exponent(sizes, each):.2f}" if all(each) else "" for each in figures)
        yield f"| {first.what} | {first.tool} | {' | '.join(cells)} |"


def list_versions() -> Iterator[str]:
    """Yield each program with its version."""
    yield f"Python {platform.python_version()}"
    for peer, program in install_peers([]):
        yield f"{peer.name} {peers.read_version(peers.run(*program, peer.version))}"
    node = shutil.which("node")
    if node:
        yield f"Node {peers.read_version(peers.run(node, '--version'))}"


def describe(sizes: Sequence[int], repeats: int, rows: Sequence[str]) -> Iterator[str]:
    """Measure, and yield everything that docs/performance.md shows."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield (
        f"{platform.system()} {platform.machine()}, {processors} processors, {memory:.0f} GiB; "
        f"{', '.join(list_versions())}. Briefings: {name_source()}. Medians of "
        f"{repeats} round{'' if repeats == 1 else 's'}; “× Hugo”: beside its full build. Memory: {HOW_MEMORY}."
    )
    tables = []
    for count in sizes:
        table = measure(count, repeats, rows)
        tables.append(table)
        yield f"\n### {count:,} briefings of {table.words:,.0f} words\n"
        yield f"Load before {table.loads[0]}, after {table.loads[1]}.\n"
        yield from list_rows(table)
        yield from (f"\nNot run: {reason}" for reason in table.absent)
        if table.stages:
            yield "\nOne full build of ours, by stages:\n"
            yield from list_stages(table.stages)
    if len(tables) > 1:
        yield f"\n### Growth from {sizes[0]:,} to {sizes[-1]:,}\n\nExponents: 1 is as the edition grows.\n"
        yield from list_growth(tables)


def main(arguments: Sequence[str]) -> None:
    """Read what is wanted, measure, print."""
    assert __doc__
    parser = argparse.ArgumentParser("benchmarks.scale", description=__doc__.split("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", help="briefings")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="rounds (3)")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=ROWS, help="besides full builds (all)")
    wanted = parser.parse_args(arguments)
    for line in describe(sorted(wanted.sizes or SIZES), wanted.repeats, wanted.rows):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
