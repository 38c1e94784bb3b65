"""Editions of many briefings to measure on: the shared corpus's generator or made-up words, imported as anyone would.

Everything is kept in .tools/bench/ for the next run and is the same in every run; an edition that another version of
the content format made is made again. Must not write anywhere else.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.watched import watch
from edition.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("ROSTRUM_SHARED") or ROOT.parent / "shared")
KEPT = ROOT / ".tools" / "bench"
BUILD = (sys.executable, str(ROOT / "build.py"))


def find_generator() -> Path | None:
    """Return the shared corpus's generator of briefings, None where it isn't there."""
    program = SHARED / "tools" / "scale" / "make_scale.py"
    return program if program.is_file() else None


def name_source() -> str:
    """Return the name of what briefings are made of on this machine."""
    return "corpus" if find_generator() else "made-up"


#: The number of which other briefings are generated than those that an edition is made of.
_OTHER_SEED = 7


def prepare_sources(count: int, seed: int = 1) -> Path:
    """Return the folder of so many generated briefings as a ministry would publish them, made once. `seed`: another
    one, others.
    """
    folder = KEPT / f"sources-{name_source()}-{count}{f'-{seed}' if seed > 1 else ''}"
    if not folder.is_dir():
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        program = find_generator()
        if program is not None:
            command = [sys.executable, str(program), str(making), "-n", str(count), "--seed", str(seed)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        else:
            for name, text in make_up(count, seed):
                (making / name).parent.mkdir(exist_ok=True)
                (making / name).write_text(text, encoding="utf-8")
        making.rename(folder)
    return folder


def start_edition(folder: Path) -> None:
    """Make an empty edition."""
    subprocess.run([*BUILD, "new", str(folder)], check=True, stdout=subprocess.DEVNULL)


def _fingerprint() -> int:
    """Return a number that changes with the content format and with what an empty edition holds."""
    kept = 0
    for path in sorted([ROOT / "edition" / "transcripts.py", *(ROOT / "edition" / "starting").rglob("*")]):
        if path.is_file() and path.suffix != ".pyc":
            kept = zlib.crc32(path.read_bytes(), kept)
    return kept


def prepare_edition(count: int) -> Path:
    """Return the folder of an edition of so many generated briefings, imported once; nothing is built in it."""
    folder = KEPT / f"edition-{name_source()}-{count}-{_fingerprint():08x}"
    if not folder.is_dir():
        sources = prepare_sources(count)
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        start_edition(making)
        run = watch((*BUILD, "-C", str(making), "import", str(sources)), KEPT)
        # 1: some unknown label, which is no fault of the measurement
        if run.code not in (0, 1):
            raise SystemExit(f"the import of {count} briefings failed: {run.said}")
        made = sum(1 for _ in (making / "content" / "briefings").rglob("*.md"))
        if made != count:
            raise SystemExit(f"{count} briefings were made, {made} of them imported")
        making.rename(folder)
    return folder


# ── Briefings of made-up words ──────────────────────────────────────────────────────────────────────────────────────

SPEAKERS = ("Ines Halvard", "Tomas Erevik", "Mira Solheim", "Jon Kestrel", "Ada Brandvik", "Per Tollak")
EXCHANGES = 9
WORDS_AN_EXCHANGE = 200


def make_vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    """Return 20,000 made-up words and how often each is used, as in real texts (Zipf's law)."""
    letters = "bdfgklmnprstv", "aeiou"
    words = ["".join(rng.choice(letters[i % 2]) for i in range(2 + rng.randrange(8))) for _ in range(20_000)]
    return words, [1 / (rank + 1) for rank in range(len(words))]


def list_more(count: int) -> list[Path]:
    """Return the files of so many briefings that no edition has been made of, the newest last."""
    return sorted(prepare_sources(count, _OTHER_SEED).rglob("*.txt"), key=lambda file: file.name)


def make_up(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of so many briefings of made-up words, one a weekday; they name real countries and outlets."""
    rng = random.Random(seed)
    words, weights = make_vocabulary(rng)
    authorities = read_settings(ROOT).authorities
    places = [place.name for place in authorities.places if place.kind == "country"]
    outlets = [outlet.name for outlet in authorities.outlets]
    day = date(2026, 1, 30)
    for number in range(count):
        while day.weekday() > 4:
            day -= timedelta(days=1)
        speaker = SPEAKERS[number % len(SPEAKERS)]
        parts = [f"Foreign Office Spokesperson {speaker}’s Regular Press Briefing on {day:%B} {day.day}, {day.year}"]
        for _ in range(EXCHANGES):
            said = rng.choices(words, weights, k=WORDS_AN_EXCHANGE)
            place = places[min(rng.randrange(len(places)), rng.randrange(len(places)))]
            outlet = outlets[min(rng.randrange(len(outlets)), rng.randrange(len(outlets)))]
            parts.append(f"{outlet}: {_say(said[:49])} What do you say to {place}?")
            parts.append(f"{speaker}: {_say(said[49:120])}")
            parts.append(_say(said[120:]))
        name = f"{day.year}/{day.isoformat()}-{speaker.lower().replace(' ', '-')}.txt"
        yield name, "\n\n".join(parts) + "\n"
        day -= timedelta(days=1)


def _say(words: list[str]) -> str:
    sentences = [" ".join(words[at : at + 14]).capitalize() for at in range(0, len(words), 14)]
    return ". ".join(sentences) + "."


# ── Changing an edition ─────────────────────────────────────────────────────────────────────────────────────────────


def change_briefing(briefings: Path, turn: int) -> None:
    """Give the briefing in the middle of a folder of Markdown files another title. `turn`: another one for each."""
    file = _find_middle(briefings)
    lines = file.read_text("utf-8").split("\n")
    at = next(at for at, line in enumerate(lines) if line.startswith("title: "))
    lines[at] = f"title: Briefing with title {turn}"
    file.write_text("\n".join(lines), encoding="utf-8")


def change_text(briefings: Path, turn: int) -> Callable[[], object]:
    """Put a word into the longest paragraph of the briefing in the middle of a folder of Markdown files; return what
    takes it out again, since its witness hasn't that word.
    """
    file = _find_middle(briefings)
    text = file.read_text("utf-8")
    lines = text.split("\n")
    end = lines.index("---", 1)
    at = max(range(end, len(lines)), key=lambda at: len(lines[at]))
    before, blank, after = lines[at].rpartition(" ")
    lines[at] = f"{before} {turn}{blank}{after}"
    file.write_text("\n".join(lines), encoding="utf-8")
    return partial(file.write_text, text, encoding="utf-8")


def _find_middle(briefings: Path) -> Path:
    files = sorted(briefings.rglob("*.md"))
    return files[len(files) // 2]


def change_outlet(folder: Path, outlet: str, turn: int) -> None:
    """Give an outlet another name in the edition's authority file."""
    file = folder / "content" / "authorities" / "outlets.yaml"
    file.write_text(f"{outlet}:\n  name: Outlet with name {turn}\n", encoding="utf-8")


def change_template(folder: Path, turn: int) -> None:
    """Give the edition a template of its own for the page of a briefing: the program's with a comment more."""
    file = folder / "templates" / "briefing.html"
    file.parent.mkdir(exist_ok=True)
    text = (ROOT / "templates" / "briefing.html").read_text("utf-8")
    file.write_text(text.replace("<article", f"<!-- {turn} -->\n<article", 1), encoding="utf-8")


def choose_outlet(counts: dict[str, int], briefings: int) -> str:
    """Return the outlet that asks in about one briefing of a hundred: neither the rarest nor one that is everywhere."""
    return min(sorted(counts), key=lambda outlet: abs(counts[outlet] - max(1, briefings / 100)))
