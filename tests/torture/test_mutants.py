"""A fuzzer over the fixtures and, where it is there, the shared corpus: no traceback, no lost word, no hang.

`make torture` runs it for ROSTRUM_FUZZ_SECONDS (default 60) from ROSTRUM_FUZZ_SEED (default 0) on. A failure names the
seed and the number of the mutant; `mutant(SEED, NUMBER)` makes it again.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter

import pytest

from edition.config import Config
from edition.containers import page_lines
from edition.importing.transcribing import known_of, make_transcripts
from edition.model import Authorities, Outlet, Speaker, Transcript
from edition.problems import Refused
from edition.transcripts import dumps, loads
from edition.witnesses import make_witness
from edition.words import tokens
from tests.torture import SEED
from tests.torture.mutants import is_page, mutate, mutate_tree, sources

CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(Speaker("ines-halvard", "Ines Halvard"),), outlets=(Outlet("harbour-post", "Harbour Post"),)
)
SECONDS = float(os.environ.get("ROSTRUM_FUZZ_SECONDS", "60"))
#: A mutant may take this long, of processor time: a hundred times what a source of its size takes.
_SLOW = 5.0
#: Messages that no mutant may get: they say that we, not the source, are wrong.
_OURS = ("not conserved", "does not stand here", "do not stand here", "read back")
_WORD = re.compile(r"\w+")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u180e\u200b\u2060\ufeff"))

SOURCES = sources()


def mutant(seed: int, number: int) -> tuple[str, bytes, list[str] | None]:
    """Return (its source's name, its bytes, what it shows where that is certain) of a mutant."""
    r = random.Random(f"{seed}:{number}")
    names = list(SOURCES)
    name, other = r.choice(names), r.choice(names)
    if is_page(SOURCES[name]) and r.random() < 0.5:
        page, shown = mutate_tree(SOURCES[name], SOURCES[other] if is_page(SOURCES[other]) else b"<p>Harbour</p>", r)
        return name, page.encode(), shown
    return name, mutate(SOURCES[name], SOURCES[other], r), None


def words_of(transcripts: list[Transcript]) -> Counter[str]:
    """Return the words of transcripts and their apparatus, counted without the program's own way of splitting."""
    texts: list[str] = []
    for t in transcripts:
        texts += [m.text for m in t.apparatus.metadata] + [d.text for d in t.apparatus.dropped]
        for s in t.sections:
            texts += [s.heading or "" if s.printed else "", s.occasion.printed if s.occasion else ""]
            texts += [x for turn in s.turns for x in (turn.label or "", *(p.text for p in turn.paragraphs))]
    return Counter(w for text in texts for w in _WORD.findall(text.translate(_UNSEEN)))


def check(seed: int, number: int) -> bool:
    """Import a mutant and hold it to what every import promises; return whether it was imported."""
    name, data, shown = mutant(seed, number)
    where = f"mutant({seed}, {number}) of {name}"
    started = time.process_time()
    try:
        witness = make_witness("x.txt", "x.txt", data)
        readings = make_transcripts(witness, CONFIG, known_of(CONFIG, AUTHORITIES), AUTHORITIES)
    except Refused as e:
        refused = str(e)
    else:
        refused = ""
    assert time.process_time() - started < _SLOW, f"{where}: slow, {len(data):,} bytes"
    if refused:
        assert not any(said in refused for said in _OURS), f"{where}: {refused}"
        return False
    found = [reading.transcript for reading in readings]
    for t in found:
        assert loads(dumps(t), f"{t.id}.md") == t, f"{where}: does not read back"
    if shown is not None:
        ours, theirs = "".join(tokens(" ".join(page_lines(witness.text)))), "".join(tokens(" ".join(shown)))
        assert ours == theirs, f"{where}: shows other words"
    if len(found) == 1 and not found[0].apparatus.emendations:
        lines = page_lines(witness.text) if witness.container == "html" else witness.lines
        printed = Counter(w for line in lines for w in _WORD.findall(line.translate(_UNSEEN)))
        lost = printed - words_of(found)
        assert not lost, f"{where}: lost {dict(lost)}"
    return True


@pytest.mark.torture
def test_a_mutant_is_imported_whole_or_refused_by_name() -> None:
    until = time.monotonic() + SECONDS
    number = imported = 0
    while time.monotonic() < until:
        imported += check(SEED, number)
        number += 1
    print(f"{number:,} mutants of {len(SOURCES)} sources, {imported:,} imported")
    assert imported * 2 > number
