"""The plan of the house, enforced: who may import whom, which room each outside library has, what a module must say."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: From the ground up: a room may import only rooms that stand before it. docs/house.md holds the same table.
ROOMS = (
    "model",
    "problems",
    "words",
    "yamlfiles",
    "config",
    "interface",
    "urls",
    "assets",
    "witnesses",
    "transcripts",
    "releases",
    "ledger",
    "authorities",
    "settings",
    "parallel",
    "memo",
    "parts",
    "containers",
    "layouts",
    "importing",
    "annotate",
    "entities",
    "abstracts",
    "versions",
    "indexes",
    "permalinks",
    "diagnostics",
    "retagging",
    "review",
    "exports",
    "compliance",
    "contexts",
    "pages",
    "history_pages",
    "file_pages",
    "render",
    "releasing",
    "search_words",
    "search_digits",
    "search",
    "search_bundle",
    "search_index",
    "checks",
    "examining",
    "briefing_files",
    "published",
    "ahead",
    "making",
    "publish",
    "building",
    "deciding",
    "recall",
    "serving",
    "starting",
    "packing",
    "issuing",
    "verify",
)

#: Each outside library has its rooms; nobody else imports it.
LIBRARY_ROOMS = {
    "yaml": {"yamlfiles"},
    "anyascii": {"urls"},
    "jinja2": {"render"},
    "markupsafe": {"render"},
    "markdown_it": {"render"},
    "tqdm": {"build"},
    "msgspec": {"memo"},
}

STANDARD = set(__import__("sys").stdlib_module_names)


def python_files() -> list[Path]:
    """Return the program's own modules: build.py and the package."""
    return [ROOT / "build.py", *sorted((ROOT / "edition").rglob("*.py"))]


def room_of(path: Path) -> str:
    """Return the room a module belongs to: a file or a folder of the package, or "build"."""
    inside = path.relative_to(ROOT).parts
    return "build" if inside == ("build.py",) else (inside[1] if len(inside) > 2 else path.stem)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every imported module's dotted name with its line, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            if module == "edition":
                yield from ((f"edition.{alias.name}", node.lineno) for alias in node.names)
            else:
                yield module, node.lineno


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_downwards_and_libraries_keep_their_room(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert not list(imports_of(path))
        return
    assert room in (*ROOMS, "build"), f"{room} has no place in docs/house.md"
    wrong = []
    for name, line in imports_of(path):
        top = name.split(".")[0]
        if top == "edition":
            wanted = name.split(".")[1]
            allowed = ROOMS if room == "build" else (*ROOMS[: ROOMS.index(room)], room)
            if wanted not in allowed:
                wrong.append(f"{path.name}:{line}: {room} imports {wanted}, which stands above it")
        elif top not in STANDARD and room not in LIBRARY_ROOMS.get(top, set()):
            wrong.append(f"{path.name}:{line}: {top} has no room in {room}")
    assert not wrong


def test_layouts_never_import_each_other() -> None:
    shared_bodies = {"times", "turns", "parts", "head", "page", "grammars", "cues", "standing", "announcements"}
    wrong = []
    for path in sorted((ROOT / "edition" / "layouts").glob("*.py")):
        if path.stem == "__init__":
            continue
        for name, line in imports_of(path):
            parts = name.split(".")
            if parts[:2] == ["edition", "layouts"] and len(parts) > 2 and parts[2] not in shared_bodies:
                wrong.append(f"{path.name}:{line}: imports {name}")
    assert not wrong


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_is_and_what_it_must_not_do(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert re.search(r"\b(must not|must stay|never)\b", text), f"{path.name}: the docstring names no limit"


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_public_function_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [
        f"{path.name}:{node.lineno}: {node.name}"
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare


def test_the_house_page_names_every_room_in_this_order() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)(?:\.py|/)`", row.split("|")[1])]
    assert tuple(named) == ROOMS


def tracked_files() -> list[Path]:
    """Return the files of the project as git knows them, or every file where this is no checkout."""
    run = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=False)
    if run.returncode:
        skip = {".venv", "_site", ".tools", ".git", "__pycache__"}
        return [p for p in ROOT.rglob("*") if p.is_file() and not skip & set(p.parts)]
    return [ROOT / name for name in run.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_download_address_stands_in_any_file() -> None:
    pattern = re.compile(rb"https?://[^ \"]+(\.whl|\.tgz|\.tar\.gz|/simple)|--(extra-)?index-url")
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0).decode()}"
        for path in tracked_files()
        if path != Path(__file__) and (match := pattern.search(path.read_bytes()))
    ]
    assert not found


def test_dependencies_are_pinned_with_hashes() -> None:
    for name in ("run.txt", "develop.txt", "compare.txt", "topics.txt", "peers.txt"):
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        pins = [i for i, line in enumerate(lines) if re.match(r"[a-z0-9-]+==", line)]
        assert pins
        assert all(lines[i].endswith("\\") and "--hash=sha256:" in lines[i + 1] for i in pins)


def test_dependencies_are_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower().replace("_", "-")
    for name in ("run.in", "develop.in", "compare.in", "topics.in", "peers.in"):
        for line in (ROOT / "requirements" / name).read_text(encoding="utf-8").lower().splitlines():
            if line and line[0].isalpha():
                assert f"`{line.strip().replace('_', '-')}`" in page, f"docs/dependencies.md does not say why {line}"
