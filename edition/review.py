"""What an editor should look at in the tags: every form that was tagged or might have been, the most doubtful first.

    make_review(edition, explain, problems, changes) -> Review

Doubt is counted, not felt: it is the number of different wordings in which a rule had to choose. This module must not
decide what a form means, must not know pages or interface words, and takes time linear in the edition.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from edition.annotate.sightings import Explain, Family, Sighting
from edition.annotate.speakers import tell_unknown
from edition.indexes import Edition
from edition.model import Briefing
from edition.problems import Problem
from edition.retagging import TagChanges
from edition.urls import slug

FAMILIES: Final[tuple[Family, ...]] = ("places", "labels", "persons", "outlets", "topics")

#: Reasons that leave a doubt wherever they stand; see `sightings.REASONS`. All others leave one only where the same
#: form is something else more often.
DOUBTFUL: Final = frozenset((
    "capital", "pronoun", "pattern", "language", "person", "town", "city", "single", "several", "alone",
    "unknown", "decides", "near",
))  # fmt: skip

#: How many examples are kept of each outcome of a form.
EXAMPLES: Final = 2
#: How many wordings of an outcome are told apart: enough to put the doubtful first, in bounded memory.
MOST_WORDINGS: Final = 1000
#: How much of a sentence stands on each side of a form, in characters.
_AROUND: Final = 110

_SENTENCE_END = re.compile(r"[.!?…](?=[\s”’\"'])|[。！？\n]")
#: A capitalised word that stands right after a form, right before it.
_CAPITALISED = re.compile(r"[ -]([A-ZÀ-Þ][\w’-]*)")
_CAPITALISED_BEFORE = re.compile(r"[\w,] ([A-ZÀ-Þ][\w’-]*) $")
_DIDYOUMEAN = re.compile(r"“(.+)”")
_SPECIAL = re.compile(r"([\\\[\]*_`<~{|])")

_ATTRIBUTES: Final = {"country": "countries", "territory": "territories", "person": "persons", "topic": "topics"}


@dataclass(frozen=True, slots=True)
class Example:
    """A form in its sentence, and where: an anchor of a briefing's page, a file and line of its transcript."""

    briefing: str
    section: str
    anchor: str
    before: str
    form: str
    after: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to write to have it otherwise: words on the spot, an attribute of the section's heading, or an entry."""

    kind: Literal["mark", "attribute", "authority"]
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a form was taken for and why, how often, in how many wordings; see `Sighting` for its fields."""

    target: str
    other: str
    reason: str
    count: int
    wordings: int
    doubtful: bool
    examples: tuple[Example, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A form with all that it was taken for, the doubtful first; a cue of a topic has an entry for each topic.

    `doubt`: in how many wordings another reading was possible. `suggestion`: the known name that is near.
    """

    family: Family
    form: str
    language: str
    topic: str
    count: int
    briefings: int
    doubt: int
    outcomes: tuple[Outcome, ...]
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody whom the texts name and no register confirms: in how many sections and briefings, by which forms."""

    id: str
    name: str
    sections: int
    briefings: int
    forms: tuple[str, ...]
    examples: tuple[Example, ...]
    remedy: Remedy


@dataclass(frozen=True, slots=True)
class Review:
    """Everything, the most doubtful first. `changes`: tags that the last build had otherwise, None: nothing known."""

    entries: Mapping[Family, tuple[FormEntry, ...]]
    proposals: tuple[Proposal, ...]
    changes: TagChanges | None = None

    @property
    def doubts(self) -> int:
        """How many forms leave a doubt."""
        return sum(entry.doubt > 0 for each in self.entries.values() for entry in each)


_Key: TypeAlias = tuple[Family, str, str, str]


@dataclass(slots=True)
class _Gathered:
    """What is known of one outcome while it is counted."""

    count: int = 0
    wordings: set[str] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)


class _Texts:
    """The texts of one briefing and the lines they stand on, by section and paragraph ("": the heading)."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.texts: dict[tuple[str, str], str] = {}
        self.lines: dict[tuple[str, str], int] = {}
        self.turns: dict[tuple[str, str], int] = {}
        for section in briefing.transcript.sections:
            self.texts[section.id, ""], self.lines[section.id, ""] = section.heading or "", section.line
            for turn in section.turns:
                for paragraph in turn.paragraphs:
                    self.texts[section.id, paragraph.id] = paragraph.text
                    self.lines[section.id, paragraph.id] = paragraph.line or section.line
                self.turns.update({(section.id, p.id): turn.line or section.line for p in turn.paragraphs[:1]})

    def text(self, seen: Sighting) -> str:
        return self.texts[seen.section, seen.paragraph]

    def line(self, seen: Sighting) -> int:
        lines = self.turns if seen.family == "labels" else self.lines
        return lines[seen.section, seen.paragraph]


@dataclass(slots=True)
class _Person:
    """A proposed person while the sections are counted."""

    name: str
    sections: int = 0
    briefings: int = 0
    last: str = ""
    forms: dict[str, None] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)


def make_review(
    edition: Edition, explain: Explain, problems: Iterable[Problem] = (), changes: TagChanges | None = None
) -> Review:
    """Return the review of an edition. `explain`: the annotator's; `problems`: what the build said of the edition."""
    heaps: dict[_Key, dict[tuple[str, str, str], _Gathered]] = {}
    held: dict[_Key, tuple[int, str]] = {}  # in how many briefings, and the last of them
    people: dict[str, _Person] = {}
    names = _names_of(edition)
    for briefing in edition.read_briefings():
        texts = _Texts(briefing)
        proposed: dict[str, str] = {}
        for annotated in briefing.sections:
            for person in annotated.persons:
                if person.status == "proposed":
                    proposed[person.id] = person.name
                    known = people.setdefault(person.id, _Person(person.name))
                    known.sections += 1
                    known.briefings += known.last != briefing.id
                    known.last = briefing.id
        for seen in explain(briefing):
            topic = (seen.target or seen.other) if seen.family == "topics" else ""
            key = (seen.family, seen.form, briefing.transcript.language, topic)
            times, last = held.get(key, (0, ""))
            if last != briefing.id:
                held[key] = (times + 1, briefing.id)
            heap = heaps.setdefault(key, {}).setdefault((seen.target, seen.other, seen.reason), _Gathered())
            heap.count += 1
            if len(heap.wordings) < MOST_WORDINGS:
                heap.wordings.add(_wording(seen, texts))
            if len(heap.examples) < EXAMPLES:
                heap.examples.append(_example(seen, texts))
            id = seen.target.removeprefix("person:")
            if seen.family == "persons" and id in proposed:
                _remember(people[id], seen, texts)
    hints = _suggestions(problems)
    aliases = frozenset(alias for speaker in edition.authorities.speakers for alias in speaker.aliases)
    aliases |= frozenset(alias for outlet in edition.authorities.outlets for alias in outlet.aliases)
    entries: dict[Family, list[FormEntry]] = {family: [] for family in FAMILIES}
    for key, outcomes in heaps.items():
        entries[key[0]].append(_make_entry(key, outcomes, held[key][0], hints, aliases, names))
    return Review(
        entries={family: tuple(sorted(found, key=_by_doubt)) for family, found in entries.items()},
        proposals=tuple(sorted(map(_propose, people.items()), key=lambda p: (-p.briefings, -p.sections, p.id))),
        changes=changes,
    )


def _names_of(edition: Edition) -> dict[str, str]:
    """Return the names of the speakers and outlets that are known from labels only."""
    names: dict[str, str] = {}
    for briefing in edition.briefings:
        names |= {f"speaker:{speaker.id}": speaker.name for speaker in briefing.speakers if not speaker.known}
        strangers = (entity for entity in briefing.strangers if entity.family == "outlets" and not entity.known)
        names |= {f"outlet:{entity.id}": entity.name for entity in strangers}
    return names


def _by_doubt(entry: FormEntry) -> tuple[int, int, str, str, str]:
    return -entry.doubt, -entry.count, entry.form, entry.language, entry.topic


def _wording(seen: Sighting, texts: _Texts) -> str:
    """Return what makes two places one case: a word on each side; of labels the briefing, of cues the section."""
    if seen.family == "labels":
        return texts.briefing.id
    if seen.family == "topics":
        return f"{texts.briefing.id}#{seen.section}"
    before, after = _neighbours(seen, texts.text(seen))
    return f"{before} {after}".casefold()


def _neighbours(seen: Sighting, text: str) -> tuple[str, str]:
    before = text[max(0, seen.start - 30) : seen.start].split()
    after = text[seen.end : seen.end + 30].split()
    return before[-1] if before else "", after[0] if after else ""


def _example(seen: Sighting, texts: _Texts) -> Example:
    """Return a form with the sentence around it, cut between words where it is long."""
    text = texts.text(seen)
    first, last = max(0, seen.start - _AROUND), min(len(text), seen.end + _AROUND)
    for end in _SENTENCE_END.finditer(text, first, seen.start):
        first = end.end()
    stop = _SENTENCE_END.search(text, seen.end, last)
    last = stop.end() if stop else last
    before, after = text[first : seen.start], text[seen.end : last]
    if first and not _SENTENCE_END.match(text, first - 1):
        before = "… " + before.partition(" ")[2]
    if last < len(text) and not stop:
        after = after.rpartition(" ")[0] + " …"
    return Example(
        briefing=texts.briefing.id,
        section=seen.section,
        anchor=seen.paragraph or seen.section,
        before=before.lstrip().replace("\n", " "),
        form=text[seen.start : seen.end].replace("\n", " "),
        after=after.rstrip().replace("\n", " "),
        file=texts.briefing.transcript.file,
        line=texts.line(seen),
    )


def _remember(person: _Person, seen: Sighting, texts: _Texts) -> None:
    if len(person.forms) < 8:
        person.forms[seen.form] = None
    if len(person.examples) < EXAMPLES:
        person.examples.append(_example(seen, texts))


def _propose(item: tuple[str, _Person]) -> Proposal:
    id, person = item
    entry = f"{id}:\n  name: {_quoted(person.name)}\n  status: confirmed"
    return Proposal(
        id, person.name, person.sections, person.briefings, tuple(sorted(person.forms)), tuple(person.examples),
        Remedy("authority", _file("persons"), entry),
    )  # fmt: skip


def _suggestions(problems: Iterable[Problem]) -> dict[str, str]:
    """Return for the message of each unknown label the name that the annotator found near."""
    unknown = tell_unknown("")[:-1]
    found: dict[str, str] = {}
    for problem in problems:
        near = _DIDYOUMEAN.search(problem.hint)
        if problem.message.startswith(unknown) and near and problem.hint.startswith("did you mean"):
            found.setdefault(problem.message, near[1])
    return found


def _make_entry(
    key: _Key,
    heaps: Mapping[tuple[str, str, str], _Gathered],
    briefings: int,
    hints: Mapping[str, str],
    aliases: Collection[str],
    names: Mapping[str, str],
) -> FormEntry:
    family, form, language, topic = key
    totals: dict[str, int] = {}
    for (target, _, _), heap in heaps.items():
        totals[target] = totals.get(target, 0) + heap.count
    usual = max(totals, key=lambda target: (totals[target], target))
    suggestion = hints.get(tell_unknown(form), "") if family == "labels" else ""
    outcomes = []
    for (target, other, reason), heap in heaps.items():
        odd = target != usual and family != "topics" and reason not in ("shared", "lead", "editor", "host", "nobody")
        remedies = tuple(
            _remedies(family, form, language, target, other, reason, suggestion, heap.examples[0], aliases, names)
        )
        outcomes.append(
            Outcome(
                target, other, reason, heap.count, len(heap.wordings), odd or reason in DOUBTFUL,
                tuple(heap.examples), remedies,
            )
        )  # fmt: skip
    outcomes.sort(key=lambda o: (not o.doubtful, -o.wordings, -o.count, o.target, o.other, o.reason))
    return FormEntry(
        family=family,
        form=form,
        language=language,
        topic=topic.removeprefix("topic:"),
        count=sum(totals.values()),
        briefings=briefings,
        doubt=sum(o.wordings for o in outcomes if o.doubtful),
        outcomes=tuple(outcomes),
        suggestion=suggestion,
    )


# ── What to write ───────────────────────────────────────────────────────────────────────────────────────────────────


def _file(family: str) -> str:
    return f"content/authorities/{family}.yaml"


def _escape(form: str) -> str:
    return _SPECIAL.sub(r"\\\1", form)


def _quoted(text: str) -> str:
    """Return a text as YAML that needs no thought: bare where it is plain words, else in quotes."""
    if re.fullmatch(r"[^\W\d_][\w ’.-]*", text) and text.casefold() not in ("yes", "no", "on", "off", "true", "false"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _remedies(
    family: Family,
    form: str,
    language: str,
    target: str,
    other: str,
    reason: str,
    suggestion: str,
    example: Example,
    aliases: Collection[str],
    names: Mapping[str, str],
) -> Iterator[Remedy]:
    """Yield what makes an outcome another one, from the smallest to the one that holds for the whole edition."""
    if family == "labels":
        yield from _for_label(form, target, reason, suggestion, aliases, names.get(target, form))
        return
    scheme, _, id = (target or other).partition(":")
    instead = "none:" if target else other
    if family != "topics" and instead:
        yield Remedy("mark", example.file, f"[{_escape(form)}]({instead})")
    attribute = _ATTRIBUTES.get(scheme)
    if attribute and id:
        yield Remedy("attribute", example.file, f'{attribute}="{"-" if target else "+"}{id}"')
    if family == "topics":
        yield _for_cue(form, language, target, id)
    elif family == "places" and reason not in ("masked", "hidden", "host", "editor"):
        yield from _for_place(form, language, target, reason, scheme, id, example)
    elif family == "outlets" and form in aliases:
        yield Remedy("authority", _file("outlets"), f"{id}:\n  aliases-: [{_quoted(form)}]")


def _entry(language: str, key: str, *texts: str) -> str:
    return f"{language.split('-')[0]}:\n  {key}: [{', '.join(map(_quoted, texts))}]"


def _for_label(
    form: str, target: str, reason: str, suggestion: str, aliases: Collection[str], name: str
) -> Iterator[Remedy]:
    scheme, _, id = target.partition(":")
    if not scheme:
        return
    file = _file("outlets" if scheme == "outlet" else "speakers")
    if suggestion:
        yield Remedy("authority", file, f"{slug(suggestion)}:\n  aliases+: [{_quoted(form)}]")
    if reason == "unknown":
        yield Remedy("authority", file, f"{id}:\n  name: {_quoted(name)}")
    elif form in aliases:
        yield Remedy("authority", file, f"{id}:\n  aliases-: [{_quoted(form)}]")


def _for_cue(cue: str, language: str, target: str, id: str) -> Remedy:
    if target:
        return Remedy("authority", _file("topics"), f"{id}:\n  cues-: [{_quoted(cue)}]")
    code = language.split("-")[0]
    tongue = "" if code == "en" else f", language: {code}"
    return Remedy("authority", _file("topics"), f"{id}:\n  cues+: [{{text: {_quoted(cue)}, weight: 4{tongue}}}]")


def _for_place(
    form: str, language: str, target: str, reason: str, scheme: str, id: str, example: Example
) -> Iterator[Remedy]:
    """Yield the entry that settles such places in the whole edition; none where no entry is narrow enough."""
    code = language.split("-")[0]
    places = _file("countries" if scheme == "country" else "territories")
    after = _CAPITALISED.match(example.after)
    before = _CAPITALISED_BEFORE.search(example.before)
    if target and reason in ("capital", "adjective"):
        yield Remedy("authority", places, f"{id}:\n  {reason}s-: {{{code}: [{_quoted(form)}]}}")
    elif target and (after or before):
        longer = f"{form} {after[1]}" if after else f"{before[1] if before else ''} {form}"
        yield Remedy("authority", _file("not-places"), _entry(language, "names+", longer))
    elif reason == "city":
        yield Remedy("authority", places, f"{id}:\n  aliases+: {{{code}: [{_quoted(form)}]}}")
    elif not target and after:
        yield Remedy("authority", _file("not-places"), _entry(language, "kept+", f"{{place}} {after[1]}"))
