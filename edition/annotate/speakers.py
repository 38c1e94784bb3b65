"""Labels → who speaks: the speaker of every turn and the outlet of every exchange.

A label is never changed and never dropped here: what no register knows becomes an entity that is marked as unknown,
with a note for the editor. This module must not look into the text of a turn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from edition.annotate.persons import bare_name, strip_titles
from edition.annotate.wordlists import words_of
from edition.layouts.cues import TONGUES
from edition.model import Locus, Outlet, Section, Speaker, Transcript, Turn
from edition.problems import Problem, suggest
from edition.urls import slug
from edition.words import fold, label_key

#: Labels that name nobody, as keys: who asks.
_ASKERS = words_of(
    """
    q question questions followup followupquestion journalist thejournalist journalists reporter thereporter
    foreignjournalist foreignreporter correspondent press media moderatorq unidentifiedreporter audience pregunta
    preguntas interlocutor interlocutora interlocutores intervencion vozmujer vozhombre reportero reportera
    periodista repregunta 问 追问 记者 记者追问 记者问 提问 外国记者 女记者 男记者
    """
)
_OF_TONGUES = frozenset().union(*(t.questions | t.follow_ups | t.voices for t in TONGUES))
_PREFIXES = frozenset().union(*(t.prefixes for t in TONGUES))
_CARRIES_ON = frozenset().union(*(t.follow_ups for t in TONGUES))
_ASKER_BEGINNINGS = ("journalist", "thejournalist", "followup", "thefollowingquestion", "question", "会后", "有记者问")
#: Labels that name nobody: who answers; it is the briefing's first speaker.
_ANSWERERS = words_of(
    "a answer spokesperson thespokesperson spokesman spokeswoman respuesta portavoz 答 发言人"
) | frozenset().union(*(t.answers for t in TONGUES))
_ASKER_TAIL = re.compile(r"(?:\s+(?:reporter|correspondent|journalist)|\s*记者)$", re.IGNORECASE)
_JOINT = re.compile(r"\s*(?:&|/|、|\+|\band\b)\s*")
_PARTS = re.compile(r"[,(（)），]")
_FOLLOW_UP = ("followup", "追问", "记者追问", "repregunta", "journalist", "thejournalist")


@lru_cache(maxsize=1 << 14)
def outlet_key(label: str) -> str:
    """Return what two printings of an outlet's name have in common: as `label_key`, without “The” and “reporter”."""
    key = label_key(_ASKER_TAIL.sub("", fold(label)))
    return key[3:] if key.startswith("the") and len(key) > 6 else key


@lru_cache(maxsize=1 << 14)
def names_nobody(label: str | None) -> bool:
    """Whether a label stands for a journalist without saying whose (Q, Follow-up, Journalist, 问, PREGUNTA)."""
    if label is None:
        return True
    key = label_key(label)
    # “FRAGE JUNG” names a person, but no outlet.
    first = label_key(label.split()[0]) if key else ""
    if key in _OF_TONGUES or first in _PREFIXES:
        return True
    return not key or key in _ASKERS or key.startswith(_ASKER_BEGINNINGS)


def names_lead(label: str | None) -> bool:
    """Whether a label means the briefing's first speaker: whoever answers, without a name (A, Spokesperson, 答)."""
    return label is not None and label_key(label) in _ANSWERERS


def is_follow_up(label: str | None) -> bool:
    """Whether a label itself says that the question follows up the one before it."""
    if label is None:
        return False
    return label_key(label).startswith(_FOLLOW_UP) or label_key(label) in _CARRIES_ON


def tell_unknown(label: str) -> str:
    """Return the message on a label that no register knows."""
    return f"unknown label “{fold(label)}”"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks in a briefing: its speakers, and for each section its outlet and the speaker of each turn."""

    speakers: tuple[Speaker, ...]
    sections: tuple[tuple[Outlet | None, tuple[Speaker | None, ...]], ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Cast:
    """The people of one briefing while its labels are read."""

    lead: list[Speaker]
    others: list[Speaker] = field(default_factory=list)

    def everybody(self) -> list[Speaker]:
        return self.lead + self.others

    def find(self, name: str) -> Speaker | None:
        """Return who is meant by a name or, where only one person fits, by a part of it (“Kono”, “Jean-Pierre”)."""
        key = label_key(name)
        whole = [s for s in self.everybody() if key in {label_key(form) for form in _forms(s)}]
        if whole:
            return whole[0]
        if " " in fold(name):
            return None
        parts = [s for s in self.everybody() if key and key in {label_key(w) for w in _outer_words(s.name)}]
        return parts[0] if len({s.id for s in parts}) == 1 else None


class LabelReader:
    """The registers of speakers and outlets, made ready once. Use `read`."""

    def __init__(self, speakers: Iterable[Speaker], outlets: Iterable[Outlet]) -> None:
        self._speakers: dict[str, Speaker] = {}
        self._ids: dict[str, Speaker] = {}
        self._offices: dict[str, list[tuple[str, str, Speaker]]] = {}
        self._outlets: dict[str, Outlet] = {}
        self._speaker_names: list[str] = []
        self._outlet_names: list[str] = []
        self._hints: dict[tuple[str, bool], str] = {}
        for speaker in sorted(speakers, key=lambda s: s.id):
            self._ids[speaker.id] = speaker
            for form in _forms(speaker):
                self._speakers.setdefault(label_key(form), speaker)
                self._speaker_names.append(form)
            for office in speaker.offices:
                held = (office.start or "", office.end or "9999", speaker)
                self._offices.setdefault(_office_key(office.title), []).append(held)
        self._speakers.pop("", None)
        for outlet in sorted(outlets, key=lambda o: o.id):
            for form in (outlet.name, outlet.full_name, *outlet.aliases):
                self._outlets.setdefault(outlet_key(form), outlet)
                if form:
                    self._outlet_names.append(form)
        self._outlets.pop("", None)

    def outlet(self, label: str) -> Outlet | None:
        """Return the known outlet of a label, or None. A label of two known outlets (ITN&BBC) is one joint outlet."""
        found = self._outlets.get(outlet_key(label))
        if found:
            return found
        for part in _PARTS.split(label):
            found = self._outlets.get(outlet_key(part))
            if found:
                return found
        parts = [self._outlets.get(outlet_key(part)) for part in _JOINT.split(fold(label))]
        known = [part for part in parts if part]
        if len(known) < 2 or len(known) != len(parts):
            return None
        # One question put by two outlets is kept as one asker: giving it to either alone would be wrong.
        return Outlet(
            id="-".join(part.id for part in known),
            name=" & ".join(part.name for part in known),
            full_name=" & ".join(part.full_name or part.name for part in known),
            aliases=(fold(label),),
            known=True,
        )

    def speaker(self, label: str, date: str | None = None) -> Speaker | None:
        """Return the registered speaker of a label: by name or alias, else by an office that one held on `date`."""
        found = self._speakers.get(label_key(label)) or self._speakers.get(label_key(strip_titles(label)))
        if found:
            return found
        holders = self._holders(label, date)
        return holders[0] if len(holders) == 1 else None

    def _holders(self, label: str, date: str | None) -> list[Speaker]:
        """Return those who held the office that a label names on a day."""
        held = self._offices.get(_office_key(label), ())
        return list({s.id: s for start, end, s in held if _holds(start, end, date)}.values())

    def read(self, transcript: Transcript) -> Attribution:
        """Return who speaks in each turn of a transcript. Problems are notes: unknown labels, each once."""
        problems: list[Problem] = []
        cast = _Cast([self._front(text, transcript, problems) for text in transcript.speakers])
        # Full names first: “Minister Kono” may stand before “Foreign Minister Taro Kono”.
        for section in transcript.sections:
            for turn in section.turns:
                if turn.role != "question" and turn.label and " " in bare_name(turn.label):
                    self._speaker_of(turn, transcript, cast, None, section)
        sections = []
        noted: set[str] = set()
        for section in transcript.sections:
            outlet: Outlet | None = None
            voices: list[Speaker | None] = []
            for turn in section.turns:
                if turn.role == "question":
                    who, asks = self._asker_of(turn, transcript, cast, noted, problems)
                    outlet = outlet or asks
                    voices.append(who)
                else:
                    voices.append(self._speaker_of(turn, transcript, cast, (noted, problems), section))
            sections.append((outlet, tuple(voices)))
        # A speaker seen only in a label belongs to the briefing, too; the front matter's come first.
        unique = {s.id: s for s in cast.everybody()}
        return Attribution(tuple(unique.values()), tuple(sections), tuple(problems))

    def _front(self, text: str, transcript: Transcript, problems: list[Problem]) -> Speaker:
        """Return the speaker that the front matter names by id or by name."""
        found = self._ids.get(text) or self.speaker(text, transcript.date)
        if found:
            return found
        name = fold(text)
        if slug(text) == text and " " not in name:
            labels = (t.label for s in transcript.sections for t in s.turns if t.label)
            name = next((bare_name(x) for x in labels if slug(bare_name(x)) == text), text.replace("-", " ").title())
        if self._speaker_names:
            hint = self._hint(text, False)
            if hint:
                problems.append(Problem(Locus(transcript.file), f"unknown speaker “{text}”", hint, "note"))
        return Speaker(id=slug(name), name=name, known=False)

    def _asker_of(
        self, turn: Turn, transcript: Transcript, cast: _Cast, noted: set[str], problems: list[Problem]
    ) -> tuple[Speaker | None, Outlet | None]:
        label = turn.label
        if label is None or names_nobody(label):
            return None, None
        outlet = self.outlet(label)
        if outlet:
            return None, outlet
        speaker = self.speaker(label, transcript.date) or cast.find(strip_titles(label))
        if speaker:
            return speaker, None
        name = fold(_ASKER_TAIL.sub("", fold(label)))
        if label_key(name) not in noted:
            noted.add(label_key(name))
            problems.append(self._note(label, turn, transcript, True))
        return None, Outlet(id=slug(name), name=name, known=False)

    def _speaker_of(
        self,
        turn: Turn,
        transcript: Transcript,
        cast: _Cast,
        notes: tuple[set[str], list[Problem]] | None,
        section: Section,
    ) -> Speaker | None:
        label = turn.label
        if label is None:
            alone = turn.role == "answer" or (transcript.kind == "statement" and len(cast.lead) == 1)
            return cast.lead[0] if alone and cast.lead else None
        key = label_key(label)
        if key in _ANSWERERS and not self._speakers.get(key):
            holder = self.speaker(label, transcript.date)
            return holder or (cast.lead[0] if cast.lead else None)
        name = strip_titles(label)
        found = self._speakers.get(key) or cast.find(name) or self.speaker(label, transcript.date)
        if found is None:
            if names_nobody(label) or self.outlet(label):
                return None
            plain = bare_name(label)
            found = self._ids.get(slug(plain)) or Speaker(
                id=slug(plain), name=plain, aliases=(fold(label),) if fold(label) != plain else (), known=False
            )
            if notes is not None and key not in notes[0]:
                notes[0].add(key)
                notes[1].append(self._note(label, turn, transcript, False, [s.name for s in cast.everybody()]))
        elif notes is not None and not found.known and found not in cast.lead and found.id not in notes[0]:
            notes[0].add(found.id)
            notes[1].append(self._note(label, turn, transcript, False, [s.name for s in cast.lead]))
        if found.id not in {s.id for s in cast.everybody()}:
            cast.others.append(found)
        return found

    def _note(self, label: str, turn: Turn, transcript: Transcript, asks: bool, here: Sequence[str] = ()) -> Problem:
        near = "" if asks else self._office_hint(label, transcript.date)
        near = near or (suggest(fold(label), here) if here else "")
        near = near or self._hint(fold(label), asks)
        file = "outlets.yaml" if asks else "speakers.yaml"
        what = "outlet" if asks else "speaker"
        hint = near or f"kept as a new {what}; an entry in content/authorities/{file} makes it known"
        return Problem(Locus(transcript.file, turn.line), tell_unknown(label), hint, "note")

    def _office_hint(self, label: str, date: str | None) -> str:
        """Return why an office that the register has names nobody, "" where it doesn't have it."""
        if _office_key(label) not in self._offices:
            return ""
        names = [speaker.name for speaker in self._holders(label, date)]
        if names:
            return f"on {date} {' and '.join(names)} held this office; make the dates in speakers.yaml tell them apart"
        when = f"no office that speakers.yaml has covers {date}" if date else "the briefing has no date"
        return f"{when}; who held this office is found by “offices” and their dates"

    def _hint(self, label: str, asks: bool) -> str:
        """Return “did you mean …?”, remembered: comparing with a whole register takes milliseconds."""
        known = self._hints.get((label, asks))
        if known is None:
            names = self._outlet_names if asks else self._speaker_names
            known = self._hints[(label, asks)] = suggest(label, names)
        return known


def make_label_reader(speakers: Iterable[Speaker], outlets: Iterable[Outlet]) -> LabelReader:
    """Return the reader of labels for two registers."""
    return LabelReader(speakers, outlets)


def _forms(speaker: Speaker) -> tuple[str, ...]:
    return (speaker.name, *speaker.aliases, *(name for _, name in speaker.names))


def _office_key(title: str) -> str:
    """Return what two printings of an office have in common: as `label_key`, without a leading “The”."""
    return label_key(title[4:] if title[:4].casefold() == "the " else title)


def _outer_words(name: str) -> tuple[str, ...]:
    """Return the first and last word of a name: the family name stands at either end."""
    words = name.split()
    return (words[0], words[-1]) if words else ()


def _holds(start: str, end: str, date: str | None) -> bool:
    """Whether an office lasted on a day; `start` and `end` are as exact as known, so "2024" ends with the year."""
    if date is None:
        return False
    return start <= date and (date <= end or date.startswith(end))
