"""Two builds of one edition are byte-identical, whatever the folder, the time zone, the locale and the hash seed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.editions import ROOT, tree_of

PARTS = ("config.yaml", "content")


def build(folder: Path, **environment: str) -> dict[str, bytes]:
    """Copy the sample edition to `folder`, build it there under another environment, return its site."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        folder.mkdir(parents=True, exist_ok=True)
        copy(source, folder / part)
    base = {name: value for name, value in os.environ.items() if name not in ("CI", "SOURCE_DATE_EPOCH")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "-C", str(folder), "build"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=base | environment,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return tree_of(folder / "_site")


def test_two_builds_in_different_places_are_byte_identical(tmp_path: Path) -> None:
    one = build(tmp_path / "one", TZ="Pacific/Kiritimati", PYTHONHASHSEED="1", LC_ALL="C", LANG="C")
    two = build(tmp_path / "ein Ordner, weit weg", TZ="America/Anchorage", PYTHONHASHSEED="4242", LC_ALL="C.UTF-8")
    assert sorted(one) == sorted(two)
    different = [path for path in one if one[path] != two[path]]
    assert not different


def test_the_manifest_is_what_sha256sum_would_write(sample_site: Path) -> None:
    import hashlib

    rows = (sample_site / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    listed = {path: digest for digest, path in (row.split("  ", 1) for row in rows)}
    files = {path: hashlib.sha256(data).hexdigest() for path, data in tree_of(sample_site).items()}
    del files["manifest-sha256.txt"]
    assert listed == files
    assert list(listed) == sorted(listed)
