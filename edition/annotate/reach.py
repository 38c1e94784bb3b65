"""Which briefings a change of the registers can touch, so that all others need not be annotated again.

    compare_registers(before, now) -> Changes | None        None: it may be any of them
    changes.touch(briefing, ids) -> bool

A briefing is touched where it could print a form of an entry that changed, old or new, however it is spaced, marked or
written; where it is tagged with that entry; or where an editor's attribute or mark names it. Too many are touched
rather than one too few: whether none is missed is tried with every entry (tests/torture/test_reach.py). This module
must not annotate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from edition.annotate.persons import bare_name
from edition.annotate.wordlists import words_of
from edition.model import Authorities, Briefing, Outlet, Person, Place, Speaker, Transcript
from edition.urls import slug
from edition.words import label_key

Entry: TypeAlias = Speaker | Outlet | Place | Person

#: So many changed entries are looked for one by one; where there are more, every briefing is annotated again.
MOST: Final = 500
#: The ends of longer words may be printed otherwise.
_STEM, _END = 6, 2
#: Words of people's names that are nobody's name alone.
_PARTICLES = words_of("von van der den de del di da dos das do du la le el al bin ibn ben bint y zu zur ter ten af of")
_WORD = re.compile(
    r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]+"
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_HAN_PARTS = re.compile(r"[\s·•‧・]+")
_ID = re.compile(r"[\w-]+")
#: What parts the names of one label, and where a label ends.
_PARTS = re.compile(r"[&/、+,，(（)）]|\band\b")
_COLON = re.compile("[:：]")
#: How long a label may be.
_LABEL = 80


@dataclass(frozen=True, slots=True)
class Changes:
    """Entries that changed. `ids`: of all; `keys`: their forms without spaces and marks; `runs`: the words of each
    form, of which a text must hold every one: whole where a blank ends them, else their beginnings.
    """

    ids: frozenset[str]
    keys: frozenset[str]
    runs: frozenset[tuple[str, ...]]

    def touch(self, briefing: Briefing, ids: Collection[str]) -> bool:
        """Say whether a briefing may be annotated otherwise now. `ids`: of the entities that it was tagged with."""
        transcript = briefing.transcript
        if not (self.ids.isdisjoint(ids) and self.ids.isdisjoint(_ids_of(transcript))):
            return True
        words = f" {_fold(' '.join(_texts_of(transcript)))} "
        if any(all(f" {word}" in words for word in run) for run in self.runs):
            return True
        squeezed = words.replace(" ", "")
        return any(key in squeezed for key in self.keys)


def compare_registers(before: Authorities, now: Authorities) -> Changes | None:
    """Return which entries were added, changed or removed; None where any briefing may be touched: by topics, which are
    weighed against each other, by words that are no place, by the first place with a name in a language (whose texts
    were read with English names until then), and by very many entries.
    """
    if (before.topics, before.not_places) != (now.topics, now.not_places):
        return None
    if _list_languages(before.places) != _list_languages(now.places):
        return None
    changed = [
        entry
        for old, new in (
            (before.speakers, now.speakers),
            (before.outlets, now.outlets),
            (before.places, now.places),
            (before.persons, now.persons),
        )
        for entry in _list_changed(old, new)
    ]
    if len(changed) > MOST:
        return None
    forms = {form for entry in changed for form in (*_forms_of(entry), *_offices_of(entry)) if form}
    # a short form without its spaces stands in the middle of many words; in its own words it is found all the same
    keys = {key for form in forms if len(key := label_key(form)) >= _STEM or _HAN.search(form)}
    # “The” is no part of an outlet's name or of an office
    keys |= {key[3:] for key in keys if key.startswith("the") and len(key) > _STEM}
    runs = {run for entry in changed for run in _runs_of(entry)} - {()}
    return Changes(frozenset(entry.id for entry in changed), frozenset(keys), frozenset(runs))


def _list_changed(before: Iterable[Entry], now: Iterable[Entry]) -> Iterator[Entry]:
    """Yield every entry of either register that isn't the same in both."""
    old, new = {entry.id: entry for entry in before}, {entry.id: entry for entry in now}
    for id in sorted(old.keys() | new.keys()):
        if old.get(id) != new.get(id):
            yield from (entry for entry in (old.get(id), new.get(id)) if entry is not None)


def _list_languages(places: Iterable[Place]) -> frozenset[str]:
    """Return the languages in which any place has a name."""
    return frozenset(language for place in places for language, _ in (*place.names, *place.aliases))


def _forms_of(entry: Entry) -> Iterator[str]:
    """Yield everything under which a text may name an entry."""
    yield entry.name
    if isinstance(entry, Place):
        yield from (name for _, name in entry.names)
        yield from (
            form for by in (entry.aliases, entry.adjectives, entry.capitals) for _, forms in by for form in forms
        )
        return
    yield from entry.aliases
    if isinstance(entry, Outlet):
        yield entry.full_name
    elif isinstance(entry, Speaker):
        yield from (name for _, name in entry.names)


def _offices_of(entry: Entry) -> Iterator[str]:
    """Yield the offices for which a text may name somebody."""
    if isinstance(entry, Speaker | Person):
        yield from (office.title for office in entry.offices)


def _runs_of(entry: Entry) -> Iterator[tuple[str, ...]]:
    """Yield the words of each form of an entry; of people each word alone, since one may stand for them."""
    for form in filter(label_key, _forms_of(entry)):
        words = [word for word in dict.fromkeys(_fold(form).split()) if word != "the"]
        if isinstance(entry, Place | Outlet) or _HAN.search(form):
            yield tuple(map(_open, words))
            parts = (part for part in _HAN_PARTS.split(form) if _HAN.search(part))
            yield from (tuple(map(_open, _fold(part).split())) for part in parts)
        else:
            said = [word for word in words if len(word) > 1 and word not in _PARTICLES]
            yield from ((_open(word),) for word in said or words)
        # as one word: U.S. and US, and the other way round
        yield (_open(label_key(form)),)
    for office in _offices_of(entry):
        yield tuple(_open(word) for word in _fold(office).split() if word != "the")


def _open(word: str) -> str:
    """Return a word as it is looked for: whole, and a longer one by its beginning."""
    return word[:-_END] if len(word) >= _STEM else f"{word} "


def _fold(text: str) -> str:
    """Return the words of a text, parted by blanks, without case and accents; Han and kana letters one by one. What is
    broken by marks alone stands there in one piece, too.
    """
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    words = _WORD.findall(plain)
    broken = {piece for piece in plain.split() if not piece.isalnum()}
    joined = sorted(word for piece in broken if (word := "".join(filter(str.isalnum, piece))))
    return " ".join((*words, *joined))


def _ids_of(transcript: Transcript) -> Iterator[str]:
    """Yield everything in a transcript that may be an entry's id, or a name from which its id is made."""
    for text in transcript.speakers:
        yield from (text, slug(text))
    labels: set[str] = set()
    for section in transcript.sections:
        for _, value in section.attributes:
            yield from _ID.findall(value)
        for turn in section.turns:
            if turn.label and turn.label not in labels:
                labels.add(turn.label)
                yield from (slug(turn.label), slug(bare_name(turn.label)))
            yield from (mark.target.partition(":")[2] for paragraph in turn.paragraphs for mark in paragraph.marks)


def _texts_of(transcript: Transcript) -> Iterator[str]:
    """Yield everything in a transcript that a register is held against; labels also without their spaces."""
    yield transcript.title
    yield from transcript.speakers
    for section in transcript.sections:
        yield section.heading or ""
        for turn in section.turns:
            if turn.label:
                yield turn.label
                yield from map(label_key, _PARTS.split(turn.label))
            for paragraph in turn.paragraphs:
                yield paragraph.text
                # a label that was left in the text
                if _COLON.search(paragraph.text, 0, _LABEL):
                    yield label_key(_COLON.split(paragraph.text, maxsplit=1)[0])
