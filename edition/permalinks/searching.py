"""Words that a briefing has lost → the place in another briefing where they stand now, under an id that is new.

Only equal words count here, and many of them: this module must not guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

from edition import urls
from edition.ledger.comparing import TELLING, Comparison
from edition.ledger.fingerprints import hash_words, sketched_words
from edition.ledger.records import RecordedBriefing
from edition.model import Transcript
from edition.permalinks.addresses import Address

#: From this share of the words of a section or a briefing on, it is taken to be found again.
MOST: Final = 0.5


def search_lost(
    lost: Mapping[str, Collection[str]],
    gone: Iterable[RecordedBriefing],
    fresh: Iterable[Transcript],
    recorded: Callable[[str], RecordedBriefing | None],
    compared: Mapping[str, Comparison],
    is_lost: Callable[[Address], bool],
    said: Callable[[str], Collection[str]],
) -> dict[Address, Address]:
    """Return where lost anchors and briefings are now.

    `lost`: briefing → its lost anchors; `gone`: briefings without a transcript; `fresh`: the transcripts that have
    something new; `recorded`: a briefing as published; `compared`: which ids its places are to have; `is_lost`:
    whether an address is still looked for; `said`: the anchors of a briefing that are known to have departed. A section
    is where most of its paragraphs are that aren't, a briefing where most of those are, if that one is new.
    """
    records = [record for id in lost if (record := recorded(id))]
    gone = tuple(gone)
    if not any(lost.values()) and not gone:
        return {}
    places, sections, new = _index(fresh, recorded, compared)
    found: dict[Address, Address] = {}
    for record in records:
        found |= _find_sections(record, set(lost[record.id]), said(record.id), places, sections)
    for record in gone:
        path = urls.briefing_path(record.id)
        sought = [p for s in record.sections for p in s.paragraphs if is_lost(Address(path, p.id))]
        homes = Counter(places[p.prints[0].hash].path for p in sought if p.prints and p.prints[0].hash in places)
        home, count = max(homes.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if count and count >= MOST * len(sought) and home in new:
            found[Address(path)] = Address(home)
    return found


def _index(
    fresh: Iterable[Transcript],
    recorded: Callable[[str], RecordedBriefing | None],
    compared: Mapping[str, Comparison],
) -> tuple[dict[str, Address], dict[Address, str], set[str]]:
    """Return hash → place of every paragraph under a new id, place → its section, and the pages of new briefings."""
    places: dict[str, Address] = {}
    sections: dict[Address, str] = {}
    new: set[str] = set()
    for transcript in fresh:
        path = urls.briefing_path(transcript.id)
        record = recorded(transcript.id)
        known = record.anchors if record else {}
        if not record:
            new.add(path)
        asis = tuple((section.id, tuple(p.id for p in section.paragraphs)) for section in transcript.sections)
        ids = compared[transcript.id].ids if transcript.id in compared else asis
        for section, (name, names) in zip(transcript.sections, ids, strict=True):
            for p, id in zip(section.paragraphs, names, strict=True):
                if id not in known:
                    place = Address(path, id)
                    places.setdefault(hash_words(p.text), place)
                    sections[place] = name
    return places, sections, new


def _find_sections(
    record: RecordedBriefing,
    lost: Collection[str],
    departed: Collection[str],
    places: Mapping[str, Address],
    sections: Mapping[Address, str],
) -> dict[Address, Address]:
    """Return where the lost sections of a briefing are, with those of their paragraphs that have another number there,
    and where lost paragraphs of other sections are.
    """
    path = urls.briefing_path(record.id)
    found: dict[Address, Address] = {}
    for section in record.sections:
        at = {
            p.id: places[p.prints[0].hash]
            for p in section.paragraphs
            if p.id in lost and p.prints and p.prints[0].hash in places
        }
        telling = {p.id for p in section.paragraphs if p.prints and sketched_words(p.prints[0].sketch) >= TELLING}
        if section.id in lost:
            homes = Counter((place.path, sections[place]) for place in at.values())
            home, count = max(homes.items(), key=lambda item: (item[1], item[0]), default=(("", ""), 0))
            sought = sum(p.id not in departed for p in section.paragraphs)
            if not count or count < MOST * sought or not telling & at.keys():
                continue
            found[Address(path, section.id)] = Address(*home)
            for id, place in at.items():
                if place != Address(home[0], f"{home[1]}.{id.removeprefix(f'{section.id}.')}"):
                    found[Address(path, id)] = place
        else:
            found |= {Address(path, id): place for id, place in at.items() if id in telling}
    return found
