"""No briefing is left as it was that an entry of a register would change: tried with every entry of the sample."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edition.annotate.reach import compare_registers
from edition.examining import Examined, examine, list_transcripts, make_desk
from edition.model import Authorities
from edition.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.torture


def list_edits(authorities: Authorities, words: list[str], rng: random.Random) -> Iterator[tuple[str, Authorities]]:
    """Yield every register without each entry in turn, and with a further name that stands in the texts."""
    for family in ("outlets", "speakers", "persons", "places"):
        entries = getattr(authorities, family)
        for entry in entries:
            rest = tuple(each for each in entries if each is not entry)
            yield f"{family} without {entry.id}", replace(authorities, **{family: rest})
        for entry in rng.sample(entries, min(len(entries), 40)):
            start = rng.randrange(len(words))
            form = " ".join(words[start : start + rng.randint(1, 3)])
            aliases = (*entry.aliases, ("en", (form,)) if family == "places" else form)
            changed = replace(entry, aliases=aliases)
            named = tuple(changed if each is entry else each for each in entries)
            yield f"{family}: {entry.id} is “{form}”", replace(authorities, **{family: named})


def test_no_briefing_is_missed() -> None:
    settings = read_settings(ROOT)
    found = (examine(make_desk(ROOT, settings), path) for path in list_transcripts(ROOT))
    before = [each for each in found if isinstance(each, Examined)]
    texts = (p.text for e in before for s in e.briefing.transcript.sections for p in s.paragraphs)
    words = [word.strip(".,;:“”()") for text in texts for word in text.split()]
    missed, left = [], 0
    for name, authorities in list_edits(settings.authorities, words, random.Random(3)):
        changes = compare_registers(settings.authorities, authorities)
        if changes is None:
            # the last name in a language is gone: all is annotated again
            continue
        desk = make_desk(ROOT, replace(settings, authorities=authorities))
        for each in before:
            abstract = each.known.abstract
            ids = {id for s in abstract.sections for _, id in s.mentions} | {id for _, id in abstract.named}
            if not (each.known.unsettled or changes.touch(each.briefing, ids)):
                left += 1
                if examine(desk, abstract.file) != each:
                    missed.append((name, abstract.file))
    assert missed == []
    assert left > 1_000, "otherwise nothing was tried"
