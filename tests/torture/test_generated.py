"""Every irregularity that the shared generator puts into briefings, each over many documents: questions, dates, words.

`ROSTRUM_DIRTY_FILES` (100) says how many of each. This module must not know a layout.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from edition.importing.transcribing import known_of, make_transcripts
from edition.settings import read_settings
from edition.witnesses import make_witness
from tests.conftest import SHARED
from tests.torture import SEED

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = int(os.environ.get("ROSTRUM_DIRTY_FILES", "100"))
TOOL = SHARED / "tools" / "scale" / "make_scale.py"
#: Furniture and signs of a format that must not stand among the words.
FURNITURE = re.compile(r"Suggest to a friend|Links: State|Copyright©|&amp;|&ldquo;|\ufeff|\r")  # cue

pytestmark = pytest.mark.torture


def find_kinds() -> list[str]:
    """Return the kinds of irregularities that the generator knows, one name where it is absent."""
    return list(runpy.run_path(str(TOOL))["DIRT"]) if TOOL.is_file() else ["any"]


@pytest.mark.parametrize("kind", find_kinds())
def test_documents_with_an_irregularity(kind: str, shared: Path, tmp_path: Path) -> None:
    """In 99.5 % of the documents the questions are as many as were put in; each date is right or left open."""
    program = "import runpy, sys; tool = runpy.run_path(sys.argv[1]); "
    program += "tool['main'].__globals__['DIRT'][:] = [sys.argv[2]]; sys.argv[1:] = sys.argv[3:]; tool['main']()"
    arguments = [
        str(tmp_path),
        "-n",
        str(FILES),
        "--seed",
        f"{kind}{SEED or ''}",
        "--dirty",
        "1.0",
        "--flat",
        "--manifest",
    ]
    subprocess.run([sys.executable, "-c", program, str(TOOL), kind, *arguments], check=True, capture_output=True)
    rows = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["dirt"] for row in rows} == {kind}
    assert len(rows) == FILES
    settings = read_settings(ROOT)
    known = known_of(settings.config, settings.authorities)
    wrong: list[str] = []
    for row in rows:
        file = tmp_path / row["file"]
        witness = make_witness(file.name, file.name, file.read_bytes())
        # Words that are not conserved would be refused here.
        (reading,) = make_transcripts(witness, settings.config, known, settings.authorities)
        transcript = reading.transcript
        if sum(s.kind == "exchange" for s in transcript.sections) != row["questions"]:
            wrong.append(row["file"])
        text = " ".join(p.text for s in transcript.sections for p in s.paragraphs)
        assert not FURNITURE.search(text), row
        if transcript.date != row["date"]:
            assert (transcript.date, kind) in ((None, "no_year"), (None, "no_time")), row
    print(f"{kind}: questions right in {FILES - len(wrong)} of {FILES}")
    assert len(wrong) <= 0.005 * FILES, wrong
