"""README and docs/ say what is true: their commands run, their links lead somewhere, their files exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.editions import ROOT, WITNESS, add

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def tokens_of(path: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8"))


def shell_lines(path: Path) -> list[tuple[int, str]]:
    """Return (line, command) of every command in a ```sh block."""
    found = []
    for token in tokens_of(path):
        if token.type == "fence" and token.info.strip() == "sh":
            assert token.map is not None
            for offset, line in enumerate(token.content.splitlines(), token.map[0] + 2):
                command = line.split(" #")[0].strip()
                if command and not command.startswith("#"):
                    found.append((offset, command))
    return found


COMMANDS = [(path, line, command) for path in PAGES for line, command in shell_lines(path)]

#: Commands that this very run is, or that need what a test must not touch; each with its reason.
NOT_HERE = {
    "make test": "this is it",
    "make validate": "installs outside checkers",
    "make compare": "installs the libraries that it compares",
    "make torture": "takes minutes",
    "make bench": "takes minutes",
    "make lock": "asks the package registry",
    "make refresh": "writes expected files",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that uses this run's interpreter as its virtual environment, and briefings to import."""
    home = tmp_path_factory.mktemp("documentation")
    project = home / "rostrum"
    skip = shutil.ignore_patterns(".git", ".venv", "_site", ".tools", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, project, ignore=skip)
    lend_environment(project)
    add(home, "briefings/2025-05-14.txt", WITNESS)
    return project


def lend_environment(folder: Path) -> None:
    """Give a folder a .venv that is this run's own, so that make need not install anything."""
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True, exist_ok=True)
    python = binaries / "python"
    if not python.exists():
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
    for stamp in ("run.stamp", "develop.stamp"):
        (folder / ".venv" / stamp).touch()


def test_there_are_commands_to_test() -> None:
    assert len(COMMANDS) >= 8


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_command_runs(path: Path, checkout: Path) -> None:
    """Run a page's commands one after another, as a reader would, in one shell's folder."""
    folder = checkout
    for line, command in shell_lines(path):
        if command in NOT_HERE:
            continue
        where = f"{path.name}:{line}: {command}"
        if command.startswith("cd "):
            folder = (folder / command.removeprefix("cd ")).resolve()
            lend_environment(folder)
            continue
        command = command.replace("~/", f"{checkout.parent}/").replace("python3 ", f"{sys.executable} ", 1)
        if command.startswith("python "):
            command = command.replace("python", sys.executable, 1)
        if "serve" in command:
            command = command.replace("make serve", f"{sys.executable} rostrum/build.py -C . serve --port 0")
            if not (folder / "rostrum").exists():
                command = command.replace("rostrum/build.py", "build.py")
            command = re.sub(r"--port \d+", "--port 0", command)
            done = subprocess.Popen(
                shlex.split(command), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            assert done.stdout is not None
            said = ""
            while "http://127.0.0.1:" not in said:
                read = done.stdout.readline()
                assert read, f"{where}\n{said}"
                said += read
            done.terminate()
            done.communicate(timeout=30)
            continue
        run = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, encoding="utf-8")
        assert run.returncode == 0, f"{where}\n{run.stdout}{run.stderr}"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_link_and_picture_leads_somewhere(path: Path) -> None:
    wrong = []
    for token in tokens_of(path):
        for child in token.children or ():
            target = str(child.attrs.get("href") or child.attrs.get("src") or "")
            if target and not re.match(r"https?://|mailto:|#", target):
                file = target.split("#")[0]
                if not (path.parent / file).exists():
                    wrong.append(f"{path.name}: {target}")
    assert not wrong


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    seen, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\(([^)#]+\.md)", page.read_text(encoding="utf-8")):
            if (page.parent / target).exists():
                todo.append((page.parent / target).resolve())
    assert not set(PAGES) - seen
