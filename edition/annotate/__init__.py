"""Transcript + authority files → the annotated briefing: who speaks, who and where is named, what it is about.

Everything here is pure: the same transcript, authorities and config give the same briefing, wherever and whenever. This
module must not change a word of the text, read a file, or let a language that nobody taught it be an error: it only
gets fewer tags.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from edition.annotate.dates import find_dates
from edition.annotate.dates import openings as date_openings
from edition.annotate.follows import OPENINGS as follow_openings
from edition.annotate.follows import find_follows
from edition.annotate.overrides import (
    NO_WISH,
    KnownIds,
    MarkedSpan,
    Wish,
    make_known_ids,
    read_date,
    read_marks,
    read_voice,
    read_wishes,
)
from edition.annotate.persons import Mention, PersonFinder
from edition.annotate.places import make_place_finder
from edition.annotate.sightings import Sighting, make_explain
from edition.annotate.speakers import Attribution, make_label_reader
from edition.annotate.tokens import Memo, Openings, Tokens, split_tokens
from edition.annotate.topics import make_topic_finder
from edition.annotate.wordlists import forms_of, words_of
from edition.config import Config
from edition.memo import digest
from edition.model import (
    AnnotatedSection,
    Authorities,
    Briefing,
    DateTag,
    Outlet,
    Paragraph,
    Person,
    Place,
    Section,
    Span,
    SpanKind,
    Speaker,
    Tag,
    Transcript,
)
from edition.problems import Problem

__all__ = ["Annotator", "make_annotator"]

_T = TypeVar("_T")

#: Names of outlets that are ordinary words or abbreviations of many things: never taken for the outlet in a text.
_ORDINARY = words_of(
    """
    AA ABC AKP ANP APA APP APS BNS BSS Bild CAN Dawn Delfi DR ENA ERT GMA GNA Globo Hindu HINA Inquirer KAN KPL Kan
    Khabar Kabar MAP MCOT Mehr Fars MENA MTI NAN NOS NTB PANA PAP Petra Phoenix PNA Politiken QNA RAI Reforma RSS
    SANA SPA STA STT SUNA Sankei Spiegel Tempo Time TIME TT UNI VNA WAM WP Welt arte ARTE Belga Lusa Kompas Andina
    Excelsior Excélsior Milenio Guardian Economist
    """
) | forms_of(
    """
        The Age|The Hill|The Herald|The Nation|The National|The Paper|The Punch|The Standard|The Star|The Times
        |The Independent|The Australian|Channel 4|Channel A|Foreign Policy|Reference News|Economic Daily
        |Libération
        """
)
_START = attrgetter("start")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class Annotator:
    """The authorities of an edition, made ready once. Use `annotate`; made by `make_annotator`."""

    def __init__(self, authorities: Authorities, config: Config) -> None:
        self._host = config.host_country
        self._rights = config.rights
        self._places = {place.id: place for place in authorities.places}
        self._persons = {person.id: person for person in authorities.persons}
        self._outlets = {outlet.id: outlet for outlet in authorities.outlets}
        self._speakers = {speaker.id: speaker for speaker in authorities.speakers}
        outlet_forms = _outlet_forms(authorities.outlets)
        self._labels = make_label_reader(authorities.speakers, authorities.outlets)
        self._topics = make_topic_finder(authorities.topics)
        self._people = PersonFinder(
            authorities.persons,
            (form for place in authorities.places for form in _place_forms(place)),
            (name for key, names in authorities.not_places if key.endswith("/given_names") for name in names),
        )
        # A single word can hold no place but itself, and then it is the place that is meant.
        masks = [form for form, _ in outlet_forms if " " in form or _CJK.search(form)]
        masks += [f for p in authorities.persons for f in (p.name, *p.aliases) if " " in f or _CJK.search(f)]
        self._place_finder = make_place_finder(authorities.places, authorities.not_places, masks)
        #: names of outlets by their first word and by their second, the longest first; under "" those of one word,
        #: which stand at the end of every list as well
        self._outlet_heads: dict[str, dict[str, list[tuple[str, str]]]] = {}
        for form, id in sorted(outlet_forms, key=lambda f: (-len(f[0]), f)):
            head = split_tokens(form)
            if form not in _ORDINARY and head and head[0][0].isupper() and not _CJK.search(form):
                seconds = self._outlet_heads.setdefault(head[0], {})
                seconds.setdefault("".join(head[1:2]), []).append((form, id))
        for seconds in self._outlet_heads.values():
            for second in seconds.keys() - {""}:
                seconds[second] += seconds.get("", ())
        self._outlet_begins: Memo[object] = Memo(self._outlet_heads.get)
        self._explain = make_explain(self._place_finder, self._people, self._topics, self._host)
        self._openings: dict[str, Openings] = {}
        self._known: KnownIds = make_known_ids(_known_ids(authorities))

    def annotate(self, transcript: Transcript) -> tuple[Briefing, tuple[Problem, ...]]:
        """Return the annotated briefing and what an editor should look at.

        Problems: unknown labels (notes), and ids in an editor's attributes and marks that do not exist (errors); each
        with its place and, where one is near, a suggestion. The transcript's own text is not changed.
        """
        attribution = self._labels.read(transcript)
        openings = self._openings_of(transcript.language)
        tokens = {p.id: Tokens(p.text, openings) for section in transcript.sections for p in section.paragraphs}
        problems = list(attribution.problems)
        mentions = self._people.find(transcript, tokens)
        names = {id: [(mention.start, mention.end) for mention in found] for id, found in mentions.items()}
        people = ChainMap[str, Person]({}, self._persons)  # no copy: a register may be large
        for found in mentions.values():
            for mention in found:
                people.setdefault(mention.person.id, mention.person)
        voices = self._voices(transcript, attribution, problems)
        follows = find_follows(transcript.sections, [outlet for outlet, _ in voices], transcript.language, tokens)
        ids = tuple(section.id for section in transcript.sections)
        sections = []
        for section, (outlet, speakers), linked in zip(transcript.sections, voices, follows, strict=True):
            wishes, wrong = read_wishes(section, transcript.file, self._known, people, ids)
            day, bad_day = read_date(section, transcript.file)
            problems += (*wrong, *bad_day)
            finder = _SectionFinder(
                transcript, section, day or transcript.date, self._known, people, self._host, problems
            )
            if section.printed and section.heading:
                # A printed heading is the source's own words; its spans go, as it is no paragraph.
                self._annotate_paragraph(Paragraph("", section.heading), Tokens(section.heading), finder, ())
            for paragraph in section.paragraphs:
                self._annotate_paragraph(paragraph, tokens[paragraph.id], finder, mentions.get(paragraph.id, ()))
            topics = self._topics.find(section, transcript.language, tokens, names)
            sections.append(self._annotated(finder, wishes, outlet, speakers, linked, people, topics))
        pinned = {s.id: s for _, speakers in voices for s in speakers if s is not None}
        briefing = Briefing(
            transcript=transcript,
            speakers=tuple({**{s.id: s for s in attribution.speakers}, **pinned}.values()),
            sections=tuple(sections),
            rights=transcript.rights or self._rights,
        )
        return briefing, tuple(sorted(set(problems)))

    def _voices(
        self, transcript: Transcript, attribution: Attribution, problems: list[Problem]
    ) -> list[tuple[Outlet | None, tuple[Speaker | None, ...]]]:
        """Return who asks and speaks in each section after the editor's word (`outlet=`, `speaker=`)."""
        if not any(name in ("outlet", "speaker") for s in transcript.sections for name, _ in s.attributes):
            return list(attribution.sections)
        outlets = {o.id: o for o, _ in attribution.sections if o is not None} | self._outlets
        speakers = {s.id: s for s in attribution.speakers} | self._speakers
        voices = []
        for section, (outlet, said) in zip(transcript.sections, attribution.sections, strict=True):
            asks, bad_outlet = read_voice(section, "outlet", transcript.file, self._known, outlets)
            answers, bad_speaker = read_voice(section, "speaker", transcript.file, self._known, speakers)
            problems += (*bad_outlet, *bad_speaker)
            if answers is not None:
                said = tuple(
                    voice if turn.role in ("question", "note") else speakers.get(answers)
                    for turn, voice in zip(section.turns, said, strict=True)
                )
            voices.append((outlet if asks is None else outlets.get(asks), said))
        return voices

    def explain(self, briefing: Briefing) -> Iterator[Sighting]:
        """Yield what each form of an annotated briefing was taken for and why, in order of sections; see `sightings`.

        A second reading, for a review: `annotate` itself doesn't remember what it refused.
        """
        return self._explain(briefing)

    def _openings_of(self, language: str) -> Openings:
        """Return which words of a language anything begins with that is looked for here."""
        found = self._openings.get(language)
        if found is None:
            topics = self._topics.openings(language)
            finders = [
                self._place_finder.openings(language), self._outlet_begins, *self._people.openings(language),
                date_openings(language), follow_openings, *([topics] if topics is not None else ()),
            ]  # fmt: skip
            found = self._openings[language] = Openings(finders)
        return found

    def _annotate_paragraph(
        self, paragraph: Paragraph, tokens: Tokens, finder: _SectionFinder, mentions: Sequence[Mention]
    ) -> None:
        """Find everything in one paragraph; what the editor marked comes first, people and outlets before places."""
        taken: list[tuple[int, int]] = []
        if paragraph.marks:
            marks, wrong = read_marks(paragraph, finder.transcript.file, finder.known, finder.people)
            finder.problems += wrong
            for mark in marks:
                finder.add_mark(paragraph, mark)
                _take(mark.start, mark.end, taken)
        for mention in mentions:
            if _take(mention.start, mention.end, taken):
                finder.add_person(paragraph, mention)
        for start, end, outlet_id in self._outlets_in(tokens):
            if _take(start, end, taken):
                finder.add_span(paragraph, Span(start, end, "outlet", outlet_id))
        language = finder.transcript.language
        for span in self._place_finder.find(tokens, language, self._host):
            if not taken or _is_free(span.start, span.end, taken):
                finder.add_place(paragraph, span)
        explicit, resolved = find_dates(tokens, language, finder.date)
        for span, tag in explicit:
            if _is_free(span.start, span.end, taken):
                finder.dates.setdefault(tag.iso, tag)
                finder.add_span(paragraph, span)
        for span, tag in resolved:
            if _is_free(span.start, span.end, taken):
                finder.resolved.setdefault(tag.iso, tag)
                finder.add_span(paragraph, span)

    def _outlets_in(self, tokens: Tokens) -> Iterator[tuple[int, int, str]]:
        """Yield (start, end, id) of the outlets that a text names."""
        text, raw, last = tokens.text, tokens.raw, 0
        for i in tokens.where(self._outlet_begins):
            seconds = self._outlet_heads[raw[i]]
            second = raw[i + 1] if i + 1 < len(raw) else ""
            for form, id in seconds.get(second) or seconds.get("", []):
                start = tokens.start(i)
                end = start + len(form)
                if start >= last and text.startswith(form, start) and not text[end : end + 1].isalnum():
                    yield start, end, id
                    last = end
                    break

    def _annotated(
        self,
        finder: _SectionFinder,
        wishes: Mapping[str, Wish],
        outlet: Outlet | None,
        speakers: tuple[Speaker | None, ...],
        linked: tuple[str, ...],
        people: Mapping[str, Person],
        topics: tuple[str, ...],
    ) -> AnnotatedSection:
        section = finder.section
        countries = _wished(finder.tags("country"), wishes.get("countries", NO_WISH), Tag)
        territories = _wished(finder.tags("territory"), wishes.get("territories", NO_WISH), Tag)
        if finder.topics or "topics" in wishes:
            topics = wishes.get("topics", NO_WISH).applied((*finder.topics, *topics))
        persons = _wished(finder.persons, wishes.get("persons", NO_WISH), lambda id: people[id])
        days = wishes.get("dates", NO_WISH)
        dates = _wished(finder.dates, days, lambda iso: DateTag(iso, ""))
        resolved = {iso: tag for iso, tag in finder.resolved.items() if iso not in finder.dates}
        if days is not NO_WISH:
            resolved = {iso: tag for iso, tag in resolved.items() if days.replace is None and iso not in days.remove}
        gone: dict[str, set[str]] = {}
        if wishes:
            gone = {
                "country": {*finder.printed["country"]} - {tag.id for tag in countries},
                "territory": {*finder.printed["territory"]} - {tag.id for tag in territories},
                "person": {*finder.persons} - {person.id for person in persons},
                "date": {*finder.dates, *finder.resolved} - {tag.iso for tag in dates} - resolved.keys(),
            }
        return AnnotatedSection(
            section=section,
            outlet=outlet,
            speakers=speakers,
            countries=countries,
            territories=territories,
            topics=topics,
            persons=persons,
            dates=dates,
            dates_resolved=tuple(resolved.values()),
            follows=wishes["follows"].applied(linked) if "follows" in wishes else linked,
            spans=finder.spans_without(gone),
        )


class _SectionFinder:
    """What has been found in one section so far: the one thing here that grows, and it never leaves this module."""

    def __init__(
        self,
        transcript: Transcript,
        section: Section,
        date: str | None,
        known: KnownIds,
        people: Mapping[str, Person],
        host: str | None,
        problems: list[Problem],
    ) -> None:
        self.transcript, self.section, self.date = transcript, section, date
        self.known, self.people, self.host, self.problems = known, people, host, problems
        #: for each place of a kind the words that speak for it
        self.printed: dict[str, dict[str, dict[str, None]]] = {"country": {}, "territory": {}}
        self.persons: dict[str, Person] = {}
        self.dates: dict[str, DateTag] = {}
        self.resolved: dict[str, DateTag] = {}
        self.topics: list[str] = []
        self._spans: dict[str, list[Span]] = {}

    def add_mark(self, paragraph: Paragraph, mark: MarkedSpan) -> None:
        """Take over an editor's mark. The host country is tagged where the editor marks it: the word is final."""
        if mark.scheme in ("country", "territory"):
            kind: SpanKind = "country" if mark.scheme == "country" else "territory"
            self.add_place(paragraph, Span(mark.start, mark.end, kind, mark.id))
        elif mark.scheme == "person":
            person = self.people[mark.id]
            self.add_person(paragraph, Mention(mark.start, mark.end, person))
        elif mark.scheme == "topic":
            self.topics.append(mark.id)
        elif mark.scheme == "date":
            printed = paragraph.text[mark.start : mark.end]
            self.dates.setdefault(mark.id, DateTag(mark.id, printed))
            self.add_span(paragraph, Span(mark.start, mark.end, "date", mark.id))
        elif mark.scheme == "outlet":
            self.add_span(paragraph, Span(mark.start, mark.end, "outlet", mark.id))
        elif mark.scheme == "speaker":
            self.add_span(paragraph, Span(mark.start, mark.end, "speaker", mark.id))

    def add_place(self, paragraph: Paragraph, span: Span) -> None:
        self.printed[span.kind].setdefault(span.target, {})[paragraph.text[span.start : span.end]] = None
        self.add_span(paragraph, span)

    def tags(self, kind: str) -> dict[str, Tag]:
        """Return the places of a kind with the words that speak for them."""
        return {id: Tag(id, tuple(forms)) for id, forms in self.printed[kind].items()}

    def add_person(self, paragraph: Paragraph, mention: Mention) -> None:
        self.persons.setdefault(mention.person.id, mention.person)
        self.add_span(paragraph, Span(mention.start, mention.end, "person", mention.person.id))

    def add_span(self, paragraph: Paragraph, span: Span) -> None:
        spans = self._spans.setdefault(paragraph.id, [])
        if not spans or spans[-1].end <= span.start:  # most come in the order of the text
            spans.append(span)
            return
        at = bisect_left(spans, span.end, key=_START)
        # One form can speak for two places ("two Koreas"): both are tags, the first is the span.
        if at == 0 or spans[at - 1].end <= span.start:
            spans.insert(at, span)

    def spans_without(self, gone: Mapping[str, set[str]]) -> tuple[tuple[str, tuple[Span, ...]], ...]:
        """Return the spans by paragraph in the order of the text, without those of tags that the editor took away."""
        kept = []
        for paragraph in self.section.paragraphs:
            spans: Sequence[Span] = self._spans.get(paragraph.id, ())
            if gone:
                spans = [span for span in spans if span.target not in gone.get(span.kind, ())]
            if spans:
                kept.append((paragraph.id, tuple(spans)))
        return tuple(kept)


#: The annotator that was made last, by a checksum of what it was made of.
_made_last: dict[bytes, Annotator] = {}


def make_annotator(authorities: Authorities, config: Config) -> Annotator:
    """Return the annotator of an edition; making it takes far longer than a briefing. Where it would be the one made
    last, it is that: a preview builds again and again, and what it finds doesn't depend on what it has read.
    """
    key = digest(authorities, config.host_country, config.rights)
    if key not in _made_last:
        _made_last.clear()
        _made_last[key] = Annotator(authorities, config)
    return _made_last[key]


def _is_free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    """Tell whether nothing that is taken, in the order of the text and without overlaps, stands within start..end."""
    before = bisect_left(taken, (end,))
    return before == 0 or taken[before - 1][1] <= start


def _take(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    """Take start..end if that is free, and tell whether it was."""
    free = _is_free(start, end, taken)
    if free:
        insort(taken, (start, end))
    return free


def _wished(found: Mapping[str, _T], wish: Wish, make: Callable[[str], _T]) -> tuple[_T, ...]:
    """Return what was found after the editor's word; what the editor adds has no printed evidence."""
    if wish is NO_WISH:
        return tuple(found.values())
    return tuple(found[id] if id in found else make(id) for id in wish.applied(found))


def _place_forms(place: Place) -> Iterator[str]:
    """Yield the names and adjectives of a place in every language."""
    yield place.name
    for _, name in place.names:
        yield name
    for _, forms in (*place.aliases, *place.adjectives):
        yield from forms


def _outlet_forms(outlets: Iterable[Outlet]) -> list[tuple[str, str]]:
    """Return (form, id) of every name of every outlet; a form that two share belongs to the first."""
    forms: dict[str, str] = {}
    for outlet in sorted(outlets, key=lambda o: o.id):
        for form in (outlet.name, outlet.full_name, *outlet.aliases):
            if form:
                forms.setdefault(form, outlet.id)
                # “The Washington Post” is printed without its article as well.
                if form.startswith("The ") and form.count(" ") > 1:
                    forms.setdefault(form[4:], outlet.id)
    return sorted(forms.items())


def _known_ids(authorities: Authorities) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for place in authorities.places:
        yield place.kind, place.id, (place.slug, *_place_forms(place))
    for topic in authorities.topics:
        yield (
            "topic",
            topic.id,
            (topic.label, *(text for _, text in topic.labels), *(f for _, forms in topic.aliases for f in forms)),
        )
    for person in authorities.persons:
        yield "person", person.id, (person.name, *person.aliases)
    for outlet in authorities.outlets:
        yield "outlet", outlet.id, (outlet.name, outlet.full_name, *outlet.aliases)
    for speaker in authorities.speakers:
        yield "speaker", speaker.id, (speaker.name, *speaker.aliases)
