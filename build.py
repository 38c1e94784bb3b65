#!/usr/bin/env python3
"""The command line of Rostrum: reads arguments, prints problems, sets the exit code. It must not hold a rule."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from edition.deciding import Decision
    from edition.problems import Problem

T = TypeVar("T")

FINE, WITH_PROBLEMS, NOTHING_DONE = 0, 1, 2
HERE = Path(__file__).resolve().parent

#: What requirements/run.txt installs, by the name under which it is imported.
LIBRARIES = ("jinja2", "markdown_it", "tqdm", "yaml")

DESCRIPTION = """\
Rostrum makes a digital edition of official press briefings: plain files that can
be read, cited and searched, from a server or from a disk.

  python build.py                      build the edition beside this file into _site
  python build.py -C DIR build         build the edition in DIR into DIR/_site
  python build.py new DIR              make an empty edition that builds at once
  python build.py -C DIR import PATH…  turn saved briefings into transcripts
  python build.py -C DIR take ID…      take over a later version of a briefing
  python build.py -C DIR check         read everything again, write nothing
  python build.py -C DIR keep          keep every published id with its words
  python build.py -C DIR move OLD NEW  record that an address has moved
  python build.py -C DIR withdraw ID   record that something is gone, and why
  python build.py part read 2/4 --to PART   do one machine's share of a large build
  python build.py serve                build, show on this machine, build again on change
  python build.py release --next --date DATE
                                       number, date and record what has changed, and make its files
  python build.py package              one ZIP with site, sources and program, to keep for ever
  python build.py verify PATH          tell what a copy lacks: a folder, an archive, a mirror
"""

EPILOG = """\
exit codes: 0 fine; 1 done, with problems or refused files; 2 nothing done.
docs/ explains the content format, the config, importing and publishing.
"""


#: A machine that publishes by itself sees no message and has no hand to mend anything.
IN_CI = os.environ.get("CI") == "true"
LOCKED: dict[str, Any] = {
    "action": "store_true",
    "help": "for publishing: any problem, or an address that is not recorded, means that nothing is published "
    "(where CI=true: any problem, also without this option)",
}


def read_arguments(argv: list[str]) -> argparse.Namespace:
    """Return the parsed command line; ends the program with exit code 2 where it makes no sense."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("build.py", description=DESCRIPTION, epilog=EPILOG, formatter_class=raw)
    parser.add_argument("-C", metavar="DIR", dest="folder", type=Path, default=HERE, help="the edition's folder")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    build = commands.add_parser("build", help="build the site (the default)", description="Build the site.")
    serve = commands.add_parser("serve", help="build, and show the site on this machine", description="Show the site.")
    for command in (build, serve):
        command.add_argument("--output", type=Path, metavar="SITE", help="where the site goes (default: DIR/_site)")
        command.add_argument("--no-search", action="store_true", help="leave the search index out (quicker preview)")
    build.add_argument("--locked", **LOCKED)
    build.add_argument("--review", action="store_true", help="make review.html as well: the tags most in doubt")
    build.add_argument("--verbose", action="store_true", help="tell of every tag that changed since the last build")
    build.add_argument("--parts", nargs="+", type=Path, default=[], metavar="PART", help="take in what “part” has made")
    serve.add_argument("--port", type=int, default=8000, help="default: 8000")
    serve.add_argument("--base", default="/", metavar="/PATH/", help="show the site under a path, as GitHub Pages does")

    part = commands.add_parser(
        "part",
        help="do one machine's share of a large build",
        description="Do one machine's share of a large build; “build --parts” takes it in.",
    )
    part.add_argument("step", choices=("read", "make"), help="read transcripts; make files of what was read")
    part.add_argument("portion", metavar="N/M", help="which of how many, such as 2/4")
    part.add_argument("--to", type=Path, required=True, metavar="PART", help="the folder to make")
    part.add_argument("--parts", nargs="+", type=Path, default=[], metavar="PART", help="what “part read” has made")

    read = commands.add_parser("import", help="turn saved briefings into transcripts", description="Import briefings.")
    read.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, folders or zip archives")
    read.add_argument("--dry-run", action="store_true", help="tell what would happen, write nothing")
    read.add_argument("--verbose", action="store_true", help="every line of the report, however many files")
    read.add_argument("--report", type=Path, metavar="FILE", help="write what this import did there, as JSON")
    read.add_argument("--received", metavar="DATE", help="the day that revisions are dated with (default: today)")
    read.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a processor)")
    read.add_argument(
        "--pairs", type=Path, metavar="TABLE.tsv", help="a table of language versions: languages above, files below"
    )

    take = commands.add_parser("take", help="take over revisions that wait", description="Take over revisions.")
    take.add_argument("names", nargs="+", metavar="ID", help="ids of briefings, or files below content/revisions")

    keep = commands.add_parser(
        "keep", help="keep every published id with its words", description="Show what keeps every id with its words."
    )
    keep.add_argument("--write", action="store_true", help="write it, into transcripts and content/permalinks only")
    keep.add_argument(
        "--same", nargs="+", default=[], metavar="ADDRESS", help="these paragraphs are the same ones, rewritten"
    )
    move = commands.add_parser("move", help="record that an address has moved", description="Record a new address.")
    move.add_argument("old", metavar="OLD", help="e.g. 2025-05-14-ines-halvard#q3, speakers/ines-halvard")
    move.add_argument("new", metavar="NEW", help="where it is now")
    withdraw = commands.add_parser(
        "withdraw", help="record that something is gone, and why", description="Record that addresses are gone."
    )
    withdraw.add_argument("addresses", nargs="+", metavar="ADDRESS", help="e.g. 2025-05-14-ines-halvard#q3")
    withdraw.add_argument("--reason", required=True, metavar="TEXT", help="why; shown to whoever follows the address")
    withdraw.add_argument("--date", metavar="DATE", help="since when (default: today)")
    withdraw.add_argument("--was", default="", metavar="TEXT", help="what it was, where its title should not be shown")
    release = commands.add_parser(
        "release",
        help="record what has changed as a release, make its files",
        description="Make a release; or, of the newest one, its files again, compared with those that were recorded.",
    )
    release.add_argument("name", nargs="?", metavar="NAME", help="such as 2026.1; that of the newest: make it again")
    release.add_argument("--next", action="store_true", help="the number that comes next, in place of a name")
    release.add_argument("--date", metavar="DATE", help="its day, or “today” (default: SOURCE_DATE_EPOCH)")
    release.add_argument("--output", type=Path, metavar="FOLDER", help="for its files (default: DIR/_releases/NAME)")
    release.add_argument("--dry-run", action="store_true", help="tell what it would hold, write nothing")
    package = commands.add_parser(
        "package", help="make one ZIP with everything", description="Build, and make the offline copy."
    )
    package.add_argument("--output", type=Path, metavar="FILE", help="default: DIR/_releases/TITLE-RELEASE.zip")
    package.add_argument("--locked", **LOCKED)
    commands.add_parser("verify", help="tell what a copy lacks", add_help=False)

    commands.add_parser("check", help="read everything again, write nothing", description="Check the edition.")
    new = commands.add_parser("new", help="make an empty edition", description="Make an empty edition in DIR.")
    new.add_argument("target", type=Path, metavar="DIR")

    arguments, rest = parser.parse_known_args(argv)
    if arguments.command == "verify":
        # it has a command line of its own, because it also works alone
        arguments.rest = rest
        return arguments
    if arguments.command == "release" and bool(arguments.name) == arguments.next:
        release.error("give the release a NAME, or --next for the number that comes next")
    return parser.parse_args(argv if arguments.command else [*argv, "build"])


def end(message: str, code: int) -> NoReturn:
    """Print one last line and leave with `code`."""
    print(message, file=sys.stderr)
    raise SystemExit(code)


def borrow_libraries(argv: list[str]) -> None:
    """Make sure that the libraries are there: this interpreter's own, else those that `make` put into .venv.

    Where this interpreter has none, the program starts again with the one in .venv (beside build.py, or beside the
    edition that carries the program). Where there is no such place either, one message tells what to install.
    """
    from importlib.util import find_spec

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if not missing:
        return
    homes = [HERE, *([HERE.parent] if (HERE.parent / "config.yaml").is_file() else [])]
    for python in (home / ".venv" / "bin" / "python" for home in homes):
        if python.is_file() and Path(sys.prefix).resolve() != python.parent.parent.resolve():
            os.execv(python, [str(python), str(HERE / "build.py"), *argv])
    end(
        f"{HERE / 'build.py'}: the libraries {', '.join(missing)} are not installed\n    run “make site”, or: "
        f"{sys.executable} -m pip install --require-hashes -r {HERE / 'requirements' / 'run.txt'}",
        NOTHING_DONE,
    )


def print_problems(problems: Iterable[Problem]) -> tuple[int, int]:
    """Print each problem once, in file order, on standard error; return how many errors and notes there are."""
    found = sorted(set(problems))
    for problem in found:
        print(problem, file=sys.stderr)
    errors = sum(problem.severity == "error" for problem in found)
    return errors, len(found) - errors


def show_progress(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Yield `items`, with a progress bar where a terminal is there and a plain line about long work where none is."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(items, desc=what, total=total or None, leave=False, unit="", file=sys.stderr)
        return
    begun, shown = time.monotonic(), 0.0
    for done, item in enumerate(items, 1):
        yield item
        if time.monotonic() - begun > shown + 5:
            shown = time.monotonic() - begun
            print(f"{what}: {done}{f' of {total}' if total else ''}", file=sys.stderr, flush=True)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 file", "1,204 files"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tell(errors: int, notes: int) -> str:
    """Return the end of a closing line: how many problems and notes were printed."""
    parts = [count(errors, "problem")] if errors else []
    parts += [count(notes, "note")] if notes else []
    return f" ({', '.join(parts)})" if parts else ""


def list_options(arguments: argparse.Namespace, site: Path, locked: bool) -> tuple[object, ...]:
    """Return what a build does that is remembered only for builds which do the same."""
    return site, arguments.no_search, locked, locked or IN_CI


def run_build(arguments: argparse.Namespace) -> int:
    """Build the site once; where nothing has changed since the last time, tell what that build told."""
    from edition.recall import Recalled, recall_build, remember_build, take_stock

    site = (arguments.output or arguments.folder / "_site").absolute()
    strict = arguments.locked or IN_CI
    options = list_options(arguments, site, arguments.locked)
    before = take_stock(arguments.folder, site, options)
    known = None if arguments.review or arguments.parts else recall_build(arguments.folder, before)
    if known is not None:
        errors, notes = print_problems(known.problems)
        print(
            f"{count(known.briefings, 'briefing')}, {count(known.sections, 'section')} → "
            f"{arguments.output or arguments.folder / '_site'}: 0 files written, {known.files:,} unchanged, 0 removed"
            f"{tell(errors, notes)}"
        )
        return WITH_PROBLEMS if errors else FINE
    from edition.building import build_site

    report = build_site(
        arguments.folder,
        output=arguments.output,
        search=not arguments.no_search,
        locked=strict,
        record=not arguments.locked,
        review=arguments.review,
        parts=arguments.parts,
        progress=show_progress,
    )
    errors, notes = print_problems(report.problems)
    if report.published is None:
        why = "a locked build publishes only what has no problem" if strict else "see above"
        if report.asked:
            why = f"{count(report.asked, 'question')} about published addresses (docs/permalinks.md)"
        print(f"nothing published: {why}{tell(errors, notes)}", file=sys.stderr)
        return NOTHING_DONE
    for line in (*report.changes.lines(), *(map(str, report.changes.changes) if arguments.verbose else ())):
        print(f"tags changed since the last build: {line}")
    if report.review is not None:
        proposed = f"{count(len(report.review.proposals), 'person', 'people')} proposed"
        print(f"review: {count(report.review.doubts, 'form')} in doubt, {proposed} → {report.output / 'review.html'}")
    if report.taken is not None:
        taken = report.taken
        print(
            f"from parts: {taken.transcripts:,} of {count(report.briefings, 'briefing')}, {count(taken.files, 'file')}"
        )
    done = report.published
    print(
        f"{count(report.briefings, 'briefing')}, {count(report.sections, 'section')} → {report.output}: "
        f"{count(done.written, 'file')} written, {done.unchanged:,} unchanged, {done.removed:,} removed"
        f"{tell(errors, notes)}"
    )
    if report.recorded:
        print(f"{count(report.recorded, 'line')} of new addresses recorded: commit content/permalinks with the rest")
    if report.review is None:
        told = Recalled(report.briefings, report.sections, done.written + done.unchanged, report.problems)
        after = take_stock(arguments.folder, site, options, alone=True)
        remember_build(arguments.folder, before, after, told)
    return WITH_PROBLEMS if errors else FINE


def run_part(arguments: argparse.Namespace) -> int:
    """Do one machine's share of a large build."""
    from edition.building import make_part, read_part

    run = read_part if arguments.step == "read" else make_part
    report = run(arguments.folder, arguments.portion, arguments.to, parts=arguments.parts, progress=show_progress)
    errors, notes = print_problems(report.problems)
    months = report.portion.list_months()
    of = f" ({months[0]} to {months[-1]})" if months else ""
    done = [f"{count(report.read, 'transcript')} read"]
    if arguments.step == "make":
        done.append(f"files of {count(report.made, 'briefing or page', 'briefings and pages')} made")
    print(
        f"part {report.portion}: {count(report.briefings, 'briefing')}{of}, {', '.join(done)} → "
        f"{arguments.to}{tell(errors, notes)}"
    )
    return WITH_PROBLEMS if errors else FINE


def run_import(arguments: argparse.Namespace) -> int:
    """Import witnesses into the edition's content folder."""
    from edition.importing.batch import import_witnesses
    from edition.importing.pairing import state_versions
    from edition.importing.reports import run_report
    from edition.importing.revisions import parse_day
    from edition.settings import read_settings

    received = parse_day(arguments.received)
    if not any(path.exists() for path in arguments.paths):
        end("\n".join(f"{path}: there is no such file or folder" for path in arguments.paths), NOTHING_DONE)
    settings = read_settings(arguments.folder)
    settings_errors, _ = print_problems(settings.problems)
    report = import_witnesses(
        arguments.folder,
        settings.config,
        settings.authorities,
        arguments.paths,
        received=received,
        dry_run=arguments.dry_run,
        progress=show_progress,
        workers=arguments.jobs,
    )
    for line in report.lines(arguments.verbose):
        print(line)
    for line in report.problem_lines(arguments.verbose):
        print(line, file=sys.stderr)
    errors, notes = report.counts()
    print(report.summary() + tell(errors, notes))
    if arguments.pairs and not arguments.dry_run:
        stated, problems = state_versions(arguments.folder, arguments.pairs)
        errors += print_problems(problems)[0]
        print(f"{arguments.pairs}: versions stated in {count(stated, 'transcript')}")
    if arguments.report:
        try:
            arguments.report.write_bytes(run_report(report))
        except OSError as e:
            end(f"{arguments.report}: can't be written: {e.strerror or e}", WITH_PROBLEMS)
    if not report.files:
        return NOTHING_DONE
    return WITH_PROBLEMS if errors or settings_errors else FINE


def run_take(arguments: argparse.Namespace) -> int:
    """Put revisions that wait in the place of the published texts."""
    from edition.importing.taking import take_revisions
    from edition.settings import read_settings

    settings = read_settings(arguments.folder)
    done, problems = take_revisions(arguments.folder, settings.config, settings.authorities, arguments.names)
    for line in done:
        print(line)
    errors, _ = print_problems((*settings.problems, *problems))
    if not done:
        return NOTHING_DONE
    return WITH_PROBLEMS if errors else FINE


def run_keep(arguments: argparse.Namespace) -> int:
    """Show, or write, what keeps every published id with its words."""
    from edition.deciding import keep_ids

    decision = keep_ids(arguments.folder, arguments.same, write=arguments.write)
    for change in decision.changes:
        print("\n".join(change.diff()))
    errors, _ = print_problems((*decision.problems, *(decision.open if arguments.write else ())))
    if not decision.changes:
        print("nothing to write: what is open, only an editor can decide" if decision.open else "nothing to write")
    elif not arguments.write:
        print("nothing is written yet: add --write")
    return WITH_PROBLEMS if errors else FINE


def run_move(arguments: argparse.Namespace) -> int:
    """Record that an address has moved."""
    from edition.deciding import move_address

    return _tell_decision(move_address(arguments.folder, arguments.old, arguments.new))


def run_withdraw(arguments: argparse.Namespace) -> int:
    """Record that addresses are gone."""
    from edition.deciding import withdraw_addresses
    from edition.importing.revisions import parse_day

    date = parse_day(arguments.date, "--date")
    reason, was = " ".join(arguments.reason.split()), " ".join(arguments.was.split())
    if not reason:
        end("--reason: say why; it is shown to whoever follows the address", NOTHING_DONE)
    return _tell_decision(withdraw_addresses(arguments.folder, arguments.addresses, date, reason, was))


def _tell_decision(decision: Decision) -> int:
    for change in decision.changes:
        print("\n".join(change.diff()))
    if decision.open:
        print(f"{count(len(decision.open), 'other question')} open: build.py build tells")
    return FINE


def run_check(arguments: argparse.Namespace) -> int:
    """Read content, witnesses and pages again; write nothing."""
    from edition.building import check_edition

    errors, notes = print_problems(check_edition(arguments.folder, progress=show_progress))
    print(f"checked{tell(errors, notes) or ': nothing to report'}")
    return WITH_PROBLEMS if errors else FINE


def run_new(arguments: argparse.Namespace) -> int:
    """Make an empty edition."""
    from edition.starting import start_edition

    for line in start_edition(arguments.target, program=HERE):
        print(line)
    return FINE


def run_release(arguments: argparse.Namespace) -> int:
    """Make a release, or the files of the newest one again."""
    from edition.issuing import issue_release

    report = issue_release(
        arguments.folder,
        HERE,
        arguments.name,
        date=arguments.date,
        output=arguments.output,
        dry_run=arguments.dry_run,
        progress=show_progress,
    )
    errors, notes = print_problems(report.problems)
    changes = ", ".join(f"{number:,} {kind}" for kind, number in report.counts.items() if kind != "kept" and number)
    print(
        f"release {report.name} of {report.date}: {count(report.briefings, 'briefing')} "
        f"({changes or 'no text has changed'}){tell(errors, notes)}"
    )
    if report.output is None:
        print("nothing is written" if arguments.dry_run else "nothing is made: see above")
        return FINE if arguments.dry_run else NOTHING_DONE
    for name, size, sum in report.files:
        print(f"{sum}  {name}  {size:,} bytes")
    print(f"→ {report.output}")
    if report.again and not errors:
        print("the same, byte for byte, as when the release was made")
    for path in report.recorded:
        print(f"recorded: {path}")
    if report.recorded:
        print(f"now commit content/releases, and give the commit the tag {report.name} (docs/release.md)")
    return WITH_PROBLEMS if errors else FINE


def run_package(arguments: argparse.Namespace) -> int:
    """Build, and make the offline copy."""
    from edition.issuing import package_edition

    built, packed = package_edition(
        arguments.folder,
        HERE,
        output=arguments.output,
        locked=arguments.locked or IN_CI,
        record=not arguments.locked,
        progress=show_progress,
    )
    errors, notes = print_problems((*built.problems, *(packed.problems if packed else ())))
    if packed is None:
        print(
            f"nothing packed: a locked build publishes only what has no problem{tell(errors, notes)}", file=sys.stderr
        )
        return NOTHING_DONE
    print(f"{count(packed.files, 'file')}, {packed.octets:,} bytes → {packed.file}{tell(errors, notes)}")
    return WITH_PROBLEMS if errors else FINE


def run_verify(arguments: argparse.Namespace) -> int:
    """Tell what a copy lacks."""
    from edition.verify import main as verify

    return verify(arguments.rest, program="build.py verify")


def run_serve(arguments: argparse.Namespace) -> int:
    """Build and show the site; build again whenever the edition's files change."""
    from edition.building import build_site, site_folder
    from edition.recall import recall_build, take_stock
    from edition.serving import serve_site

    site, first = site_folder(arguments.folder, arguments.output).absolute(), True
    stopped = False

    def interrupt(*_: object) -> None:
        # what is raised while Python frees something is lost, and a server would go on for ever
        nonlocal stopped
        stopped = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)

    def build(look: Callable[[], None]) -> None:
        nonlocal first
        if first:
            first = False
            stock = take_stock(arguments.folder, site, list_options(arguments, site, locked=False))
            if (known := recall_build(arguments.folder, stock)) is not None:
                errors, notes = print_problems(known.problems)
                print(f"{count(known.briefings, 'briefing')}, as they were built{tell(errors, notes)}", flush=True)
                return

        def progress(what: str, items: Iterable[T], total: int) -> Iterator[T]:
            for item in show_progress(what, items, total):
                yield item
                look()

        report = build_site(
            arguments.folder, output=arguments.output, search=not arguments.no_search, preview=True, progress=progress
        )
        errors, notes = print_problems(report.problems)
        print(f"{count(report.briefings, 'briefing')} built{tell(errors, notes)}", flush=True)

    def show(paths: Sequence[str]) -> Mapping[str, bytes]:
        from edition.ahead import make_pages_ahead

        pages, problems = make_pages_ahead(arguments.folder, paths)
        print_problems(problems)
        for page in pages:
            print(f"{page}: shown as it is now; the rest of the site follows", flush=True)
        return pages

    serve_site(
        site,
        watched=arguments.folder,
        build=build,
        show=show,
        port=arguments.port,
        base=arguments.base,
        announce=lambda line: print(line, flush=True),
        stopped=lambda: stopped,
    )
    # an interruption that was lost ends like any other
    raise KeyboardInterrupt


INTERRUPTED = "interrupted; nothing is half written"
COMMANDS = {
    "build": run_build,
    "part": run_part,
    "import": run_import,
    "take": run_take,
    "check": run_check,
    "keep": run_keep,
    "move": run_move,
    "withdraw": run_withdraw,
    "release": run_release,
    "package": run_package,
    "verify": run_verify,
    "new": run_new,
    "serve": run_serve,
}


def run_command(arguments: argparse.Namespace) -> int:
    """Run one command; return its exit code."""
    from edition.problems import Refused

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # A service manager's or a CI's "stop" is the same wish as Ctrl-C: undo what is half done, then leave.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        return COMMANDS[arguments.command](arguments)
    except Refused as refused:
        print_problems(refused.problems)
        return NOTHING_DONE
    except BrokenPipeError:
        # the reader of our output has left (a pager, head); there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING_DONE


def main(argv: list[str]) -> int:
    """Read the command line and run its command; return the exit code."""
    try:
        arguments = read_arguments(argv)
        if arguments.command != "verify":
            borrow_libraries(argv)
        return run_command(arguments)
    except KeyboardInterrupt:
        end(INTERRUPTED, NOTHING_DONE)
    except RuntimeError as error:
        # Python 3.11 puts this around whatever stops it while it makes a class.
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        end(INTERRUPTED, NOTHING_DONE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
