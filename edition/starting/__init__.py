"""A new edition: the empty folder tree, its settings, and the program itself, so that it builds without anybody else.

It must not touch a folder that holds anything, and never overwrites a file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from edition.model import Locus
from edition.problems import Problem, Refused

_BLANK = Path(__file__).resolve().parent / "edition"

#: What of the program travels with an edition.
_PROGRAM = ("build.py", "edition", "templates", "assets", "requirements/run.txt", "docs", "LICENSE")

#: Files whose name git or a wheel would treat as its own are kept under another name here.
_RENAMED = {"gitignore": ".gitignore", "gitattributes": ".gitattributes"}

_FOLDERS = ("content/briefings", "content/sources", "content/authorities", "content/pages")


def list_program(program: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, path below rostrum/) for each file of the program that travels with an edition, sorted."""
    for name in _PROGRAM:
        top = program / name
        files = [top] if top.is_file() else sorted(top.rglob("*"))
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                yield file, file.relative_to(program).as_posix()


def start_edition(target: Path, *, program: Path) -> tuple[str, ...]:
    """Make an empty edition in `target` that builds at once; return lines that tell what to do next.

    `program`: the folder that holds build.py. Raises Refused where `target` exists and isn't an empty folder, or
    can't be written; then nothing stays behind.
    """
    place = Locus(str(target))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(Problem(place, "this folder exists and isn't empty", "choose a new name for the edition"))
    stage = target.parent / f".{target.name or 'edition'}.new"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if stage.exists():
            shutil.rmtree(stage)
        for folder in _FOLDERS:
            (stage / folder).mkdir(parents=True)
        for file in sorted(_BLANK.rglob("*")):
            if file.is_file():
                inside = file.relative_to(_BLANK)
                copy = stage / inside.with_name(_RENAMED.get(inside.name, inside.name))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
        for file, inside_program in list_program(program):
            copy = stage / "rostrum" / inside_program
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        if target.exists():
            target.rmdir()
        stage.rename(target)
    except OSError as error:
        shutil.rmtree(stage, ignore_errors=True)
        hint = "choose a folder that you may write to"
        raise Refused(Problem(place, f"the edition can't be made here: {error.strerror or error}", hint)) from None
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    return (
        f"made {target}",
        f"next: put the title and the publisher into {target / 'config.yaml'}, then",
        f"  python build.py -C {target} import PATH…",
        f"  python build.py -C {target} build",
        "the build records every address in content/permalinks: commit it with the rest, or nothing is published",
    )
