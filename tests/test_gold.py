"""The shared gold standard, through the real command line and the shared scorers: what issue by issue must hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.editions import ROOT, run_command

#: Measures that must be perfect on the two press conferences.
PERFECT = (
    "exchange_exact",
    "exchange_start",
    "block_exact",
    "block_start",
    "outlet_label",
    "outlet_norm",
    "speaker",
    "boilerplate_lines",
    "dates_explicit",
    "document_fields",
)


def _date_the_digest(transcript: Path, gold: Path) -> None:
    """Do what an editor does with an undated digest: confirm where each article begins, and say of which day it is."""
    text = transcript.read_text(encoding="utf-8")
    units = json.loads(gold.read_text(encoding="utf-8"))["units"]
    headings = re.findall(r"^## \{#t\d+ proposed\}$", text, re.MULTILINE)
    assert len(headings) == len(units)
    for heading, unit in zip(headings, units, strict=True):
        day = f" date={unit['date']}" if unit["date"] else ""
        text = text.replace(heading, heading.replace(" proposed", day), 1)
    transcript.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def score(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("gold")
    edition = folder / "edition"
    assert run_command("new", edition).code == 0
    config = edition / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "\nhost_country: CN\n", encoding="utf-8")
    said = run_command("-C", edition, "import", shared / "corpus" / "seeds")
    assert said.code == 0, said
    (digest,) = (edition / "content" / "briefings").glob("undated-001-*.md")
    _date_the_digest(digest, shared / "gold" / "001.json")
    said = run_command("-C", edition, "build", "--no-search")
    assert said.code == 0, said
    assert run_command("-C", edition, "check").code == 0
    predictions = folder / "predictions"
    tools = shared / "tools"
    subprocess.run([sys.executable, tools / "predict.py", edition / "_site", predictions], check=True)

    def of(documents: str) -> dict[str, Any]:
        paths = (str(tools / "score.py"), str(shared / "gold"), str(predictions))
        command = [sys.executable, *paths, "--only", documents, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    return of


@pytest.fixture(scope="module")
def scores(score: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    return score("000,002")


@pytest.mark.parametrize("measure", PERFECT)
def test_structure_and_fields_of_the_press_conferences_are_exact(scores: dict[str, Any], measure: str) -> None:
    assert scores[measure]["f1"] == 1.0, scores[measure]


@pytest.mark.parametrize(
    ("measure", "least"),
    [
        ("countries", 0.99),
        ("territories", 1.0),
        ("dates_explicit", 1.0),
        ("follow_up_explicit", 1.0),
        ("persons", 0.95),
        ("topics", 0.95),
    ],
)
@pytest.mark.parametrize("documents", ["000,002", "000,001,002"])
def test_tags_of_all_three(score: Callable[[str], dict[str, Any]], documents: str, measure: str, least: float) -> None:
    assert score(documents)[measure]["f1"] >= least, score(documents)[measure]


def test_trap_cases(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, shared / "tools" / "run_traps.py", ROOT / "build.py", shared / "gold", "--detail"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "structure cases right: 12/12" in done.stdout, done.stdout
    f1 = float(done.stdout.rsplit("F1 ", 1)[1])
    assert f1 >= 0.97, done.stdout


def test_no_text_of_the_corpus_stands_in_the_project(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, shared / "tools" / "borrowed_text.py", ROOT], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout
