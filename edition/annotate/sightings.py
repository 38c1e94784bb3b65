"""Why: every form of a briefing that was tagged or might have been, with what became of it and for what reason.

A second reading beside the annotation, for who asks; the annotation itself is not slower for it. This module must not
decide anything: what became of a form is read from the annotated briefing, the reasons from the finders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edition.annotate.overrides import read_wish
from edition.annotate.persons import Mention, PersonFinder, RefusedName
from edition.annotate.places import PlaceFinder
from edition.annotate.speakers import names_lead, names_nobody
from edition.annotate.topics import CERTAIN, LEAST, SHARE, Evidence, TopicFinder
from edition.model import AnnotatedSection, Briefing, Outlet, Paragraph, Person, Span, Speaker, Turn

Family = Literal["places", "persons", "outlets", "labels", "topics"]

#: How a form came to be what it is.
REASONS: Final = (
    # Places that count, by the kind of form; "shared": one form for several places.
    "name", "adjective", "prefix", "capital", "shared",
    # Places that don't. "hidden": part of something else that is tagged; "masked": part of a name that is no place.
    "pronoun", "pattern", "language", "person", "town", "city", "masked", "hidden", "host",
    # People and outlets; then people who weren't taken: a name of several, too little alone, part of a longer name.
    "full", "single", "several", "alone", "longer",
    # Labels.
    "known", "unknown", "lead", "nobody",
    # Cues of a topic that is given: one of several, the one that decides; of a topic that is nearly given.
    "cues", "decides", "near",
    "editor",
)  # fmt: skip

_FAMILIES: Final[Mapping[str, Family]] = {
    "person": "persons", "speaker": "persons", "outlet": "outlets", "topic": "topics",
}  # fmt: skip

#: A topic this near to its bar from below is told: as a part of the bar.
NEAR = 0.75

Explain: TypeAlias = Callable[[Briefing], Iterator["Sighting"]]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where a form stands, what it was taken for, and why.

    `form`: as printed; of a topic, the cue as the vocabulary has it. `target`: "country:NO", "person:kari-lund",
    "topic:energy" …, "" for nothing. `other`: what else it could have been, in the same form. `paragraph`: its id, ""
    where the form stands in the heading; `start`, `end` count in its text, or in the heading.
    """

    family: Family
    form: str
    target: str
    reason: str
    section: str
    paragraph: str
    start: int
    end: int
    other: str = ""


def make_explain(places: PlaceFinder, people: PersonFinder, topics: TopicFinder, host: str | None) -> Explain:
    """Return what explains an annotated briefing: its sightings, section by section."""

    def explain(briefing: Briefing) -> Iterator[Sighting]:
        refused: list[RefusedName] = []
        mentions = people.find(briefing.transcript, refused=refused)
        names = {id: [(mention.start, mention.end) for mention in found] for id, found in mentions.items()}
        passed: dict[str, list[RefusedName]] = {}
        for each in refused:
            passed.setdefault(each.paragraph, []).append(each)
        for annotated in briefing.sections:
            yield from _labels(annotated)
            yield from _in_heading(annotated, places, briefing.transcript.language, host)
            spans = dict(annotated.spans)
            for paragraph in annotated.section.paragraphs:
                settled = tuple(_marked(annotated, paragraph))
                yield from settled
                taken = [(each.start, each.end) for each in settled]
                yield from _places(annotated, paragraph, spans, places, briefing.transcript.language, host, taken)
                yield from _people(annotated, paragraph, mentions.get(paragraph.id, ()), passed, taken)
                yield from _outlets(annotated, paragraph, spans, taken)
            yield from _topics(annotated, topics.explain(annotated.section, briefing.transcript.language, names))

    return explain


def _overlaps(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return any(start < stop and begin < end for begin, stop in taken)


def _marked(annotated: AnnotatedSection, paragraph: Paragraph) -> Iterator[Sighting]:
    for mark in paragraph.marks:
        if mark.kind == "entity":
            scheme, _, id = mark.target.partition(":")
            target = "" if scheme == "none" else f"{scheme}:{id}"
            family = _FAMILIES.get(scheme, "places")
            form = paragraph.text[mark.start : mark.end]
            section = annotated.section.id
            yield Sighting(family, form, target, "editor", section, paragraph.id, mark.start, mark.end)


def _removed(annotated: AnnotatedSection, attribute: str, id: str) -> bool:
    """Whether the editor's attribute took away what was found."""
    value = dict(annotated.section.attributes).get(attribute)
    return value is not None and id not in read_wish(value).applied((id,))


def _places(
    annotated: AnnotatedSection,
    paragraph: Paragraph,
    found: Mapping[str, Sequence[Span]],
    finder: PlaceFinder,
    language: str,
    host: str | None,
    taken: Sequence[tuple[int, int]],
) -> Iterator[Sighting]:
    judged = finder.explain(paragraph.text, language)
    if not judged:
        return
    spans = found.get(paragraph.id, ())
    shared = Counter(each.start for each in judged)
    for each in judged:
        if _overlaps(each.start, each.end, taken):
            continue
        form, this = paragraph.text[each.start : each.end], f"{each.kind}:{each.id}"
        target, reason = "", each.refusal or each.role
        over = [s for s in spans if each.start < s.end and s.start < each.end]
        if not each.refusal:
            attribute = "countries" if each.kind == "country" else "territories"
            if each.id == host:
                reason = "host"
            elif _removed(annotated, attribute, each.id):
                reason = "editor"
            elif any(s.kind in ("country", "territory") for s in over):
                target = this
                reason = "shared" if shared[each.start] > 1 else each.role
            else:
                reason = "hidden"
        elif any(s.kind not in ("country", "territory", "date") for s in over):
            reason = "hidden"
        yield Sighting(
            "places", form, target, reason, annotated.section.id, paragraph.id, each.start, each.end,
            "" if target else this,
        )  # fmt: skip


def _in_heading(
    annotated: AnnotatedSection, finder: PlaceFinder, language: str, host: str | None
) -> Iterator[Sighting]:
    """A printed heading gives tags, but no spans."""
    section = annotated.section
    if not (section.printed and section.heading):
        return
    tagged = {tag.id for tag in (*annotated.countries, *annotated.territories)}
    for each in finder.explain(section.heading, language):
        this, form = f"{each.kind}:{each.id}", section.heading[each.start : each.end]
        reason = each.refusal or ("host" if each.id == host else each.role)
        target = this if not each.refusal and each.id in tagged else ""
        if not each.refusal and not target and each.id != host:
            reason = "editor" if _removed(annotated, "countries", each.id) else "hidden"
        other = "" if target else this
        yield Sighting("places", form, target, reason, section.id, "", each.start, each.end, other)


def _people(
    annotated: AnnotatedSection,
    paragraph: Paragraph,
    mentions: Sequence[Mention],
    passed: Mapping[str, Sequence[RefusedName]],
    taken: Sequence[tuple[int, int]],
) -> Iterator[Sighting]:
    section = annotated.section.id
    for each in mentions:
        if _overlaps(each.start, each.end, taken):
            continue
        form, this = paragraph.text[each.start : each.end], f"person:{each.person.id}"
        if _removed(annotated, "persons", each.person.id):
            yield Sighting("persons", form, "", "editor", section, paragraph.id, each.start, each.end, this)
            continue
        reason = "full" if _is_whole(form, each.person) else "single"
        yield Sighting("persons", form, this, reason, section, paragraph.id, each.start, each.end)
    for name in passed.get(paragraph.id, ()):
        if not _overlaps(name.start, name.end, taken):
            form, other = paragraph.text[name.start : name.end], f"person:{name.ids[0]}"
            yield Sighting("persons", form, "", name.reason, section, paragraph.id, name.start, name.end, other)


def _is_whole(form: str, person: Person) -> bool:
    """Whether a form is more than one word, or a name that stands in the register so."""
    return " " in form or (form in (person.name, *person.aliases) and person.status == "confirmed")


def _outlets(
    annotated: AnnotatedSection,
    paragraph: Paragraph,
    found: Mapping[str, Sequence[Span]],
    taken: Sequence[tuple[int, int]],
) -> Iterator[Sighting]:
    for span in found.get(paragraph.id, ()):
        if span.kind == "outlet" and not _overlaps(span.start, span.end, taken):
            form = paragraph.text[span.start : span.end]
            reason = "name" if " " in form else "single"
            yield Sighting(
                "outlets", form, f"outlet:{span.target}", reason, annotated.section.id, paragraph.id, span.start,
                span.end,
            )  # fmt: skip


def _labels(annotated: AnnotatedSection) -> Iterator[Sighting]:
    said: tuple[Speaker | None, ...] = annotated.speakers + (None,) * len(annotated.section.turns)
    for turn, speaker in zip(annotated.section.turns, said, strict=False):
        if turn.label is None or not turn.paragraphs:
            continue
        target, reason = _resolved(turn, speaker, annotated.outlet)
        first = turn.paragraphs[0].id
        yield Sighting("labels", turn.label, target, reason, annotated.section.id, first, 0, 0)


def _resolved(turn: Turn, speaker: Speaker | None, outlet: Outlet | None) -> tuple[str, str]:
    if speaker is not None and names_lead(turn.label):
        return f"speaker:{speaker.id}", "lead"
    if speaker is not None:
        return f"speaker:{speaker.id}", "known" if speaker.known else "unknown"
    if turn.role == "question" and outlet is not None and not names_nobody(turn.label):
        return f"outlet:{outlet.id}", "known" if outlet.known else "unknown"
    return "", "nobody"


def _topics(annotated: AnnotatedSection, evidence: Sequence[Evidence]) -> Iterator[Sighting]:
    """Yield the cues that spoke for a topic that was given, or nearly: each once a section, where it counts first."""
    if not evidence:
        return
    bar = max(LEAST, min(evidence[0].score, CERTAIN) * SHARE)
    for each in evidence:
        this, section = f"topic:{each.topic}", annotated.section.id
        if not each.given and each.score < bar * NEAR:
            continue
        removed = each.given and _removed(annotated, "topics", each.topic)
        target = this if each.given and not removed else ""
        counts: dict[str, float] = {}
        for found in each.found:
            counts[found.cue] = counts.get(found.cue, 0.0) + found.counts
        for found in {found.cue: found for found in reversed(each.found)}.values():
            decides = each.score - counts[found.cue] < bar
            reason = "editor" if removed else "near" if not target else "decides" if decides else "cues"
            other = "" if target else this
            yield Sighting("topics", found.cue, target, reason, section, found.paragraph, found.start, found.end, other)
