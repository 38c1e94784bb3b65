"""The editor's word on a section: attributes of its heading and marks in its text, which are final.

What an editor names must exist; what does not is a Problem with a suggestion, and the rest of the word still counts.
This module must not find anything by itself.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from edition.model import Locus, Mark, Paragraph, Section
from edition.problems import Problem, suggest

Scheme = Literal["country", "territory", "topic", "person", "outlet", "speaker", "date", "none"]
SCHEMES: tuple[Scheme, ...] = ("country", "date", "none", "outlet", "person", "speaker", "territory", "topic")

#: Attribute → the scheme of its ids. `date`, `outlet` and `speaker` are no lists: `read_date`, `read_voice`.
ATTRIBUTES: dict[str, Scheme | Literal["section", "date"]] = {
    "countries": "country",
    "territories": "territory",
    "topics": "topic",
    "persons": "person",
    "dates": "date",
    "follows": "section",
}
#: Where the ids of a scheme come from, for a message that has nothing better to suggest.
_SOURCES = {
    "country": "countries have their codes of ISO 3166-1, such as NO",
    "territory": "an entry in content/authorities/territories.yaml makes it known",
    "topic": "an entry in content/authorities/topics.yaml makes it known",
    "person": "an entry in content/authorities/persons.yaml makes it known",
    "outlet": "an entry in content/authorities/outlets.yaml makes it known",
    "speaker": "an entry in content/authorities/speakers.yaml makes it known",
}
_SPLIT = re.compile(r"[\s,]+")
_DAY = r"\d{4}-\d{2}-\d{2}"
_DAYS = re.compile(rf"({_DAY})(?:/({_DAY}))?")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an attribute asks for: a list that replaces (None: keep what was found), ids to add and to remove."""

    replace: tuple[str, ...] | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def applied(self, found: Iterable[str]) -> tuple[str, ...]:
        """Return the ids after the editor's word, each once, in order."""
        kept = list(found) if self.replace is None else list(self.replace)
        return tuple(dict.fromkeys(id for id in (*kept, *self.add) if id not in self.remove))


NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """Characters start..end that the editor tied to an entity, or (scheme "none") to nothing."""

    start: int
    end: int
    scheme: Scheme
    id: str


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The ids that an editor can name, by scheme, each with the names that a suggestion may go by."""

    names: Mapping[str, Mapping[str, tuple[str, ...]]]

    def find(self, scheme: str, id: str) -> str | None:
        """Return the id as the registers write it (codes of places in either case), or None."""
        ids = self.names.get(scheme, {})
        if id in ids:
            return id
        return id.upper() if id.upper() in ids else None

    def hint(self, scheme: str, id: str) -> str:
        """Return “did you mean …?” by id or by name, else where such ids come from."""
        ids = self.names.get(scheme, {})
        folded = id.casefold().replace("-", " ")
        for known in sorted(ids):
            if folded in (name.casefold() for name in ids[known]):
                return f"did you mean “{known}”?"
        return suggest(id, sorted(ids)) or _SOURCES.get(scheme, "")


def read_wish(value: str) -> Wish:
    """Return what an attribute's value asks for: bare ids or `=` replace the list, `+id` adds, `-id` removes."""
    replace: list[str] = []
    add: list[str] = []
    remove: list[str] = []
    replaces = False
    for part in _SPLIT.split(value.strip()):
        if part.startswith("+"):
            add.append(part[1:])
        elif part.startswith("-"):
            remove.append(part[1:])
        elif part:
            replaces = True
            replace.extend([part.removeprefix("=")] if part != "=" else [])
    if not value.strip():
        replaces = True
    clean = [tuple(id for id in ids if id) for ids in (replace, add, remove)]
    return Wish(clean[0] if replaces else None, clean[1], clean[2])


def read_wishes(
    section: Section, file: str, known: KnownIds, people: Iterable[str], sections: Sequence[str]
) -> tuple[dict[str, Wish], tuple[Problem, ...]]:
    """Return the section's wishes by attribute, with only ids that exist.

    `people`: ids of persons found in this briefing, who can be named as well as those of the register. `sections`: the
    ids of the briefing's sections.
    """
    if not section.attributes:
        return {}, ()
    wishes: dict[str, Wish] = {}
    problems: list[Problem] = []
    locus = Locus(file, section.line)
    here = frozenset(people)
    for name, value in section.attributes:
        scheme = ATTRIBUTES.get(name)
        if scheme is None:
            continue
        wish = read_wish(value)

        def check(
            ids: tuple[str, ...], scheme: str = scheme, name: str = name, removing: bool = False
        ) -> tuple[str, ...]:
            kept = []
            for id in ids:
                good, problem = _checked(id, scheme, name, section.id, locus, known, here, sections)
                if good is not None:
                    kept.append(good)
                elif problem is not None and not (removing and scheme == "person"):
                    problems.append(problem)
            return tuple(kept)

        wishes[name] = Wish(
            None if wish.replace is None else check(wish.replace), check(wish.add), check(wish.remove, removing=True)
        )
    return wishes, tuple(problems)


def _checked(
    id: str,
    scheme: str,
    attribute: str,
    section: str,
    locus: Locus,
    known: KnownIds,
    people: frozenset[str],
    sections: Sequence[str],
) -> tuple[str | None, Problem | None]:
    if scheme == "date":
        if _is_days(id):
            return id, None
        return None, Problem(locus, f"“{id}” in {attribute} is no date", "write 2025-05-14, or 2025-05-14/2025-05-16")
    if scheme == "section":
        # Whether another briefing has the section can only be told when all are read: the checks do.
        if (id in sections and id != section) or "#" in id:
            return id, None
        if id == section:
            return None, Problem(locus, f"section “{id}” can't follow up itself", "")
        others = [other for other in sections if other != section]
        shown = ", ".join(others[:12]) + (" …" if len(others) > 12 else "")
        hint = suggest(id, others) or (f"the other sections are {shown}" if others else "there is no other section")
        return None, Problem(locus, f"unknown section “{id}” in {attribute}", hint)
    good = known.find(scheme, id)
    if good is not None or (scheme == "person" and id in people):
        return good or id, None
    other = {"country": "territory", "territory": "country"}.get(scheme)
    swapped = known.find(other, id) if other else None
    if swapped:
        key = "territories" if other == "territory" else "countries"
        return None, Problem(locus, f"“{swapped}” is a {other}, not a {scheme}", f"write {key}=…")
    hint = (suggest(id, sorted(people)) if scheme == "person" else "") or known.hint(scheme, id)
    return None, Problem(locus, f"unknown id “{id}” in {attribute}", hint)


def read_marks(
    paragraph: Paragraph, file: str, known: KnownIds, people: Iterable[str]
) -> tuple[tuple[MarkedSpan, ...], tuple[Problem, ...]]:
    """Return the editor's marks of a paragraph whose ids exist, in order of place."""
    if not paragraph.marks:
        return (), ()
    marks: list[MarkedSpan] = []
    problems: list[Problem] = []
    here = frozenset(people)
    locus = Locus(file, paragraph.line)
    for mark in sorted(paragraph.marks, key=lambda m: (m.start, m.end, m.target)):
        if mark.kind != "entity":
            continue
        found, problem = _marked(mark, locus, known, here)
        if found:
            marks.append(found)
        if problem:
            problems.append(problem)
    return tuple(marks), tuple(problems)


def _marked(
    mark: Mark, locus: Locus, known: KnownIds, people: frozenset[str]
) -> tuple[MarkedSpan | None, Problem | None]:
    name, _, id = mark.target.partition(":")
    scheme: Scheme | None = next((s for s in SCHEMES if s == name), None)
    if scheme is None:
        hint = suggest(name, SCHEMES) or f"known are {', '.join(SCHEMES)}"
        return None, Problem(locus, f"unknown kind of mark “{mark.target}”", hint)
    if scheme == "none":
        return MarkedSpan(mark.start, mark.end, scheme, ""), None
    if scheme == "date":
        if _is_days(id):
            return MarkedSpan(mark.start, mark.end, scheme, id), None
        return None, Problem(locus, f"“{id}” in the mark “{mark.target}” is no date", "write date:2025-05-14")
    good = known.find(scheme, id)
    if good is None and scheme == "person" and id in people:
        good = id
    if good is None and scheme in ("country", "territory"):
        # An editor may not care which list a place stands in: the register does.
        other: Scheme = "territory" if scheme == "country" else "country"
        good = known.find(other, id)
        scheme = other if good else scheme
    if good is None:
        return None, Problem(locus, f"unknown id “{id}” in the mark “{mark.target}”", known.hint(scheme, id))
    return MarkedSpan(mark.start, mark.end, scheme, good), None


def read_date(section: Section, file: str) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the section's own day where its heading gives one (`date=2025-05-14`)."""
    value = dict(section.attributes).get("date")
    if value is None:
        return None, ()
    if _is_days(value) and "/" not in value:
        return value, ()
    return None, (Problem(Locus(file, section.line), f"“{value}” is no date", "write date=2025-05-14"),)


def read_voice(
    section: Section, name: Literal["outlet", "speaker"], file: str, known: KnownIds, here: Iterable[str]
) -> tuple[str | None, tuple[Problem, ...]]:
    """Return who asks (`outlet=ID`) or answers (`speaker=ID`) in a section by the editor's word: an id, "" for nobody.

    None where the heading says nothing, or names an id that neither the register has nor the briefing (`here`).
    """
    value = dict(section.attributes).get(name)
    if value is None or value == "=":
        return value and "", ()
    if value in here:
        return value, ()
    id, problem = _checked(value, name, name, section.id, Locus(file, section.line), known, frozenset(), ())
    return id, (problem,) if problem else ()


def _is_days(text: str) -> bool:
    match = _DAYS.fullmatch(text)
    if not match:
        return False
    try:
        days = [datetime.date.fromisoformat(day) for day in match.groups() if day]
    except ValueError:
        return False
    return days == sorted(days)


def make_known_ids(entries: Iterable[tuple[str, str, tuple[str, ...]]]) -> KnownIds:
    """Return the known ids of (scheme, id, names) entries."""
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    for scheme, id, forms in entries:
        names.setdefault(scheme, {})[id] = forms
    return KnownIds(names)
