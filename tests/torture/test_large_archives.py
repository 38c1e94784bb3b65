"""Archives beyond 4 GiB: a file that is larger, and one that lies behind it, need ZIP64 in four places."""

from __future__ import annotations

import hashlib
import zipfile
from itertools import repeat
from pathlib import Path

import pytest

from edition.exports.archive import ArchiveWriter
from edition.verify import verify

pytestmark = pytest.mark.torture

BLOCK = bytes(1 << 20)
BLOCKS = 4100


def test_a_file_of_more_than_four_gibibytes_and_one_behind_it(tmp_path: Path) -> None:
    digest = hashlib.sha256()
    for block in repeat(BLOCK, BLOCKS):
        digest.update(block)
    last = b"the last one"
    manifest = f"{digest.hexdigest()}  data/large\n{hashlib.sha256(last).hexdigest()}  data/small\n".encode()
    target = tmp_path / "copy.zip"
    with target.open("wb") as file:
        writer = ArchiveWriter(file)
        writer.add_bytes("bag/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        writer.add_bytes("bag/manifest-sha256.txt", manifest)
        writer.add("bag/data/large", len(BLOCK) * BLOCKS, repeat(BLOCK, BLOCKS))
        writer.add_bytes("bag/data/small", last)
        writer.finish()
    with zipfile.ZipFile(target) as archive:
        assert archive.getinfo("bag/data/large").file_size == len(BLOCK) * BLOCKS
        assert archive.read("bag/data/small") == last
    report = verify(str(target))
    assert (report.code, report.files) == (0, 2)
    with target.open("r+b") as file:
        file.seek(4 << 30)
        file.write(b"!")
    assert [str(finding) for finding in verify(str(target)).findings] == ["altered: data/large"]
