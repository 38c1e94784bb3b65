"""What a maintainer should look at in an edition, and what an honest reader may know of its making, gathered.

    find_signs(briefing, problems, config) -> tuple[Sign, ...]      of one briefing, alone
    find_diagnostics(edition, signs, problems, report) -> Diagnostics

Nothing is decided here: every finding was made by another stage. This module must not hide one, must not know pages or
interface words, and takes time linear in the edition.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from edition.abstracts import Abstract
from edition.annotate.speakers import tell_unknown
from edition.config import Config
from edition.indexes import Edition
from edition.model import Briefing
from edition.problems import Problem

Chapter = Literal[
    "refused", "addresses", "errors", "unkept", "revisions", "proposed", "doubts", "labels", "undated", "plain",
    "persons",
    "versions", "rights", "publisher", "notes", "emendations", "dropped",
]  # fmt: skip

#: In the order of the page: first what needs a hand, last what is only to be known.
CHAPTERS: Final[tuple[Chapter, ...]] = (
    "refused", "addresses", "errors", "unkept", "revisions", "proposed", "doubts", "labels", "undated", "plain",
    "persons",
    "versions", "rights", "publisher", "notes", "emendations", "dropped",
)  # fmt: skip

#: The layout of what no reader recognised.
PLAIN: Final = "plain"
#: What the last import said, as it wrote it.
IMPORT_REPORT: Final = "content/import-report.json"
#: How many texts stand for all that were left out for one reason.
_EXAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: a briefing and a section of it (""), a file and a line (0) of it.

    `count`: how often; 0 where it stands only beside another place.
    """

    briefing: str = ""
    section: str = ""
    file: str = ""
    line: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True)
class Sign:
    """One place of a finding in one briefing; `asked`: the message of the problem whose hint belongs to it."""

    chapter: Chapter
    text: str
    place: Place
    after: str = ""
    detail: str = ""
    hint: str = ""
    language: str = ""
    example: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, however often it was made. `text`: words of a source in `language`, or of this program ("")."""

    text: str
    count: int
    places: tuple[Place, ...]
    #: what an emendation put in the text's place
    after: str = ""
    #: why, or since when
    detail: str = ""
    hint: str = ""
    language: str = ""
    #: texts that it was made on and how often each, the most frequent first
    examples: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """The findings of each chapter, the most frequent first, then in order of their places."""

    chapters: Mapping[Chapter, tuple[Finding, ...]] = field(default_factory=dict)

    def count(self, chapter: Chapter) -> int:
        """Return how often anything of a chapter was found."""
        return sum(finding.count for finding in self.chapters.get(chapter, ()))


_Key: TypeAlias = tuple[str, str, str, str, str]


@dataclass(slots=True)
class _Heap:
    """Findings of a chapter while they are gathered: what is the same is counted."""

    places: dict[_Key, dict[tuple[str, str, str, int], int]] = field(default_factory=dict)
    examples: dict[_Key, Counter[str]] = field(default_factory=dict)

    def add(
        self,
        text: str,
        place: Place,
        *,
        after: str = "",
        detail: str = "",
        hint: str = "",
        language: str = "",
        example: str = "",
    ) -> None:
        key = (text, after, detail, hint, language)
        where = self.places.setdefault(key, {})
        at = (place.briefing, place.section, place.file, place.line)
        where[at] = where.get(at, 0) + place.count
        if example:
            self.examples.setdefault(key, Counter())[example] += 1

    def findings(self) -> tuple[Finding, ...]:
        made = []
        for key, where in self.places.items():
            counted = self.examples.get(key, Counter())
            examples = tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_EXAMPLES])
            places = tuple(Place(*at, count) for at, count in where.items())
            text, after, detail, hint, language = key
            count = sum(where.values())
            made.append(Finding(text, count, places, after, detail, hint, language, examples))
        # the order in which they were found is that of the briefings, and sorting keeps it among equals
        return tuple(sorted(made, key=lambda finding: -finding.count))


def find_signs(briefing: Briefing, problems: Iterable[Problem], config: Config) -> tuple[Sign, ...]:
    """Return everything worth a look in one briefing. `problems`: what the annotator told of it."""
    unknown = tell_unknown("")[:-1]
    told = {each.message for each in problems if each.severity == "note" and each.message.startswith(unknown)}
    return (
        *_find_labels(briefing, told),
        *_find_apparatus(briefing),
        *_find_openings(briefing),
        *_find_fields(briefing, config),
        *_find_revisions(briefing),
    )


def find_diagnostics(
    edition: Edition,
    signs: Iterable[Sign] = (),
    problems: Iterable[Problem] = (),
    report: Any = None,
    asked: Iterable[Problem] = (),
) -> Diagnostics:
    """Return everything worth a look in an edition.

    `signs`: of all briefings, in the order of the edition. `problems`: what the build said of it. `report`: what
    `read_import_report` gave. `asked`: addresses that would be lost.
    """
    heaps: dict[Chapter, _Heap] = {chapter: _Heap() for chapter in CHAPTERS}
    ids = {briefing.file: briefing.id for briefing in edition.briefings if briefing.file}
    for each in asked:
        place = Place(ids.get(each.locus.file, ""), "", each.locus.file, each.locus.line)
        heaps["addresses"].add(each.message, place, hint=each.hint, language="en")
    hints = _sort_problems(problems, edition, heaps)
    _gather_refused(report, heaps["refused"])
    for sign in signs:
        heaps[sign.chapter].add(
            sign.text,
            sign.place,
            after=sign.after,
            detail=sign.detail,
            hint=hints.get(sign.asked, "") if sign.asked else sign.hint,
            language=sign.language,
            example=sign.example,
        )
    lengths = {briefing.id: len(briefing.sections) for briefing in edition.briefings}
    for briefing in edition.briefings:
        _gather_versions(briefing, edition, lengths, heaps["versions"])
    return Diagnostics({chapter: heap.findings() for chapter, heap in heaps.items()})


def read_import_report(folder: Path) -> Any:
    """Return what the last import wrote of itself as plain values, None where there is nothing that can be read."""
    try:
        return json.loads((folder / IMPORT_REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _sort_problems(problems: Iterable[Problem], edition: Edition, heaps: Mapping[Chapter, _Heap]) -> dict[str, str]:
    """Put problems where they belong; return the first hint under each message that tells of an unknown label."""
    ids = {briefing.file: briefing.id for briefing in edition.briefings if briefing.file}
    unknown = tell_unknown("")[:-1]
    hints: dict[str, str] = {}
    for problem in sorted(problems):
        locus = problem.locus
        if problem.severity == "note" and problem.message.startswith(unknown):
            hints.setdefault(problem.message, problem.hint)
            continue
        place = Place(ids.get(locus.file, ""), "", locus.file, locus.line)
        heap = heaps["errors" if problem.severity == "error" else "notes"]
        heap.add(problem.message, place, hint=problem.hint, language="en")
    return hints


def _gather_refused(report: Any, heap: _Heap) -> None:
    files = report.get("files") if isinstance(report, dict) else None
    for entry in files if isinstance(files, list) else ():
        if not isinstance(entry, dict) or entry.get("outcome") != "refused":
            continue
        origin, told = str(entry.get("path", "")), entry.get("problems")
        whys = [p for p in told if isinstance(p, dict)] if isinstance(told, list) else []
        for why in whys or [{}]:
            line = why.get("line")
            place = Place(file=origin, line=line if isinstance(line, int) else 0)
            heap.add(origin, place, detail=str(why.get("message", "")), hint=str(why.get("hint", "")))


def _find_labels(briefing: Briefing, told: Collection[str]) -> Iterator[Sign]:
    """Yield every turn under a label that no register knows; the annotator told each label of a briefing once."""
    transcript = briefing.transcript
    strangers = {speaker.id for speaker in briefing.speakers if not speaker.known}
    for annotated in briefing.sections:
        section, asks = annotated.section, annotated.outlet
        pairs = zip(section.turns, (*annotated.speakers, *[None] * len(section.turns)), strict=False)
        for turn, speaker in pairs:
            unknown = speaker is not None and not speaker.known
            unknown = unknown or (turn.role == "question" and speaker is None and asks is not None and not asks.known)
            if turn.label and (unknown or tell_unknown(turn.label) in told):
                strangers.discard(speaker.id if speaker else "")
                place = Place(briefing.id, section.id)
                yield Sign("labels", turn.label, place, language=transcript.language, asked=tell_unknown(turn.label))
    for speaker in briefing.speakers:
        if speaker.id in strangers:
            yield Sign("labels", speaker.name, Place(briefing.id))


def _find_apparatus(briefing: Briefing) -> Iterator[Sign]:
    apparatus, language = briefing.transcript.apparatus, briefing.transcript.language
    for line in apparatus.dropped:
        yield Sign("dropped", line.reason, Place(briefing.id, "apparatus-dropped"), example=line.text)
    for change in apparatus.emendations:
        place = Place(briefing.id, "apparatus-emendations")
        yield Sign("emendations", change.before, place, change.after, change.reason, language=language)


def _find_openings(briefing: Briefing) -> Iterator[Sign]:
    transcript = briefing.transcript
    for doubt in transcript.doubts:
        witness = transcript.source.path
        place = Place(briefing.id, "", f"content/sources/{witness}" if witness else transcript.file, doubt.line or 0)
        yield Sign("doubts", doubt.text, place, language="en")
    for section in transcript.sections:
        if section.proposed:
            place = Place(briefing.id, section.id, transcript.file, section.line)
            yield Sign("proposed", transcript.title, place, language=transcript.language)
    for annotated in briefing.sections:
        for person in annotated.persons:
            if person.status == "proposed":
                yield Sign("persons", person.name, Place(briefing.id, annotated.section.id))


def _find_fields(briefing: Briefing, config: Config) -> Iterator[Sign]:
    transcript = briefing.transcript

    def note(chapter: Chapter, detail: str = "") -> Sign:
        place = Place(briefing.id, "", transcript.file)
        return Sign(chapter, transcript.title, place, detail=detail, language=transcript.language)

    if transcript.source.path is None:
        yield note("unkept", transcript.source.file)
    if transcript.date is None:
        yield note("undated")
    if transcript.source.layout == PLAIN:
        yield note("plain")
    if not (briefing.rights or transcript.rights or config.rights):
        yield note("rights")
    if not (transcript.source.publisher or config.publisher):
        yield note("publisher")


def _find_revisions(briefing: Briefing) -> Iterator[Sign]:
    transcript = briefing.transcript
    for number, revision in enumerate(transcript.revisions, 1):
        if not revision.taken:
            place = Place(briefing.id, f"revision-{number}", transcript.file)
            yield Sign("revisions", transcript.title, place, detail=revision.received, language=transcript.language)


def _gather_versions(briefing: Abstract, edition: Edition, lengths: Mapping[str, int], heap: _Heap) -> None:
    language = briefing.language
    for version in edition.versions.get(briefing.id, ()):
        # each pair once, with the number of its sections: what an editor looks at first
        other = lengths.get(version.briefing or "")
        if version.briefing and other is not None and briefing.id < version.briefing and not version.sections:
            detail = f"{language} {len(briefing.sections)} · {version.language} {other}"
            heap.add(briefing.title, Place(briefing.id), detail=detail, language=language)
            heap.add(briefing.title, Place(version.briefing, count=0), detail=detail, language=language)


def describe_diagnostics(diagnostics: Diagnostics) -> dict[str, Any]:
    """Return the findings as plain values, in full: what data/diagnostics.json holds."""
    return {
        "schema": "diagnostics/1",
        "counts": {chapter: diagnostics.count(chapter) for chapter in CHAPTERS},
        "chapters": {
            chapter: [_describe(finding) for finding in diagnostics.chapters.get(chapter, ())] for chapter in CHAPTERS
        },
    }


def _describe(finding: Finding) -> dict[str, Any]:
    record: dict[str, Any] = {"text": finding.text, "count": finding.count}
    record |= {
        name: value
        for name, value in (
            ("after", finding.after),
            ("detail", finding.detail),
            ("hint", finding.hint),
            ("language", finding.language),
        )
        if value
    }
    if finding.examples:
        record["examples"] = [{"text": text, "count": count} for text, count in finding.examples]
    record["places"] = [dict(_facts(place)) for place in finding.places]
    return record


def _facts(place: Place) -> Iterator[tuple[str, Any]]:
    if place.briefing:
        yield "briefing", place.briefing
    if place.section:
        yield "anchor", place.section
    if place.file:
        yield "file", place.file
    if place.line:
        yield "line", place.line
    if place.count > 1:
        yield "count", place.count
