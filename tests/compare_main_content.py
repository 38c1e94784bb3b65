"""Where the text of an unknown page is: our rule and well-known libraries on the same labelled pages, as a table.

`make compare` runs it in an environment of its own (requirements/compare.txt); the libraries are needed for nothing
else. In each page of tests/fixtures/main_content the text stands between <!--body--> and <!--/body-->; what is neither
right nor wrong (title, stamps) between <!--head--> and <!--/head-->. The comments are taken out before anything reads
the page. With ROSTRUM_SHARED also the corpus's pages are read, as if their families were unknown; there the truth is
what the family's declaration says.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import mean
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edition.containers import _unwrapped, page_lines, read_page_text  # noqa: E402
from edition.words import tokens  # noqa: E402

PAGES = ROOT / "tests" / "fixtures" / "main_content"
_MARK = re.compile(r"<!--(/?)(body|head)-->")
_FOLDERS = ("mfa-html-en", "mfa-html-zh", "mfa-html-zh-2020s", "whitehouse-html")


@dataclass(frozen=True)
class Labelled:
    """A page with its truth: the words of its text, and words that are neither right nor wrong."""

    name: str
    html: str
    text: Counter[str]
    neutral: Counter[str]


def count(text: str) -> Counter[str]:
    """Return the words of `text` and how often each stands there; signs of Chinese and Japanese count as words."""
    out: Counter[str] = Counter()
    for word in tokens(text):
        if word[0].isalnum():
            out.update(word if max(word) >= "\u2e80" else [word])
    return out


def written(path: Path) -> Labelled:
    """Return a page of ours with its labels."""
    html = path.read_text(encoding="utf-8")
    parts: dict[str, list[str]] = {"body": [], "head": []}
    inside, at = "", 0
    for mark in _MARK.finditer(html):
        if inside:
            parts[inside].append(" ".join(page_lines(f"<html><body>{html[at : mark.start()]}</body></html>")))
        inside, at = ("" if mark[1] else mark[2]), mark.end()
    return Labelled(path.stem, _MARK.sub("", html), count("\n".join(parts["body"])), count("\n".join(parts["head"])))


def of_a_family(path: Path) -> Labelled:
    """Return a saved page whose family is known, with what the family says as its labels."""
    html = path.read_text(encoding="utf-8")
    lines = read_page_text(html).lines
    text = "\n".join(line.text for line in lines if line.part == "body")
    neutral = "\n".join(line.text for line in lines if line.part in ("title", "stamp"))
    return Labelled(path.name, _unwrapped(html), count(text), count(neutral))


def ours(html: str) -> str:
    """Return what our rule takes for the text of a page of no known family."""
    with patch("edition.containers.best_family", return_value=None):
        return "\n".join(line.text for line in read_page_text(html).lines if line.part == "body")


def readers() -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield the name and the reading of each library that is installed, ours first."""
    yield "ours", ours
    try:
        trafilatura = import_module("trafilatura")
        for mode in ({}, {"favor_precision": True}, {"favor_recall": True}):
            options = {"include_comments": False, "include_tables": True, **mode}
            yield " ".join(["trafilatura", *mode]), lambda h, o=options: trafilatura.extract(h, **o) or ""  # type: ignore[misc]
        readability = import_module("readability")
        yield "readability", lambda h: "\n".join(page_lines(f"<html>{readability.Document(h).summary(True)}</html>"))
        plain = import_module("resiliparse.extract.html2text").extract_plain_text
        yield "resiliparse", lambda h: plain(h, main_content=True, alt_texts=False)
    except ImportError as e:
        print(f"not compared with more: {e}")


def measure(page: Labelled, found: str) -> tuple[float, float, float]:
    """Return (F, precision, recall) of the words that were found."""
    words = count(found)
    words -= (words - page.text) & page.neutral
    common = (words & page.text).total()
    precision, recall = common / max(1, words.total()), common / max(1, page.text.total())
    return (2 * precision * recall / (precision + recall) if common else 0.0), precision, recall


def main() -> None:
    """Print the table, one line a set of pages and reader."""
    every = [written(p) for p in sorted(PAGES.glob("*.html"))]
    sets = {
        "written": [p for p in every if not p.name.startswith("second-")],
        "written later": [p for p in every if p.name.startswith("second-")],
    }
    if shared := os.environ.get("ROSTRUM_SHARED"):
        for folder in _FOLDERS:
            files = sorted(p for p in (Path(shared) / "corpus" / folder).iterdir() if p.is_file())
            sets[folder] = [of_a_family(p) for p in files]
    print("| pages | reader | precision | recall | F | every word | exactly | worst F | ms a page |")
    print("|---|---|---|---|---|---|---|---|---|")
    for what, pages in sets.items():
        for name, read in readers():
            started = time.process_time()
            found = [read(page.html) for page in pages]
            ms = 1000 * (time.process_time() - started) / len(pages)
            scores = [measure(page, text) for page, text in zip(pages, found, strict=True)]
            f, precision, recall = (mean(s[i] for s in scores) for i in range(3))
            worst, worst_name = min((s[0], page.name) for s, page in zip(scores, pages, strict=True))
            whole, exact = sum(s[2] > 0.9999 for s in scores), sum(s[0] > 0.9999 for s in scores)
            print(
                f"| {what} ({len(pages)}) | {name} | {precision:.3f} | {recall:.3f} | {f:.3f} | {whole} | {exact} | "
                f"{worst:.2f} {worst_name} | {ms:.1f} |"
            )


if __name__ == "__main__":
    main()
