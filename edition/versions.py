"""Abstracts → which briefings are the same one in other languages, by what evidence; which sections correspond.

This module must not compare wording, and must not link where two answers are possible: no link is better than a wrong
one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from edition.abstracts import Abstract
from edition.model import Locus
from edition.problems import Problem, suggest

#: "stated": front matter names the briefing or its page; "address": two pages give one address; "day and speaker": the
#: only one of its kind, day and speaker in each language; "day and exchanges": the only one of its kind and day in each
#: language, with as many exchanges, where the register doesn't know a speaker.
VersionEvidence = Literal["stated", "address", "day and speaker", "day and exchanges"]

#: What an editor writes for a briefing's id to say that there is none: no link is made on weaker evidence.
NO_BRIEFING = "none"

_ADDRESS_START = re.compile(r"^https?://(?:www\.)?([^/?#]*?)(?::(?:80|443))?(?=[/?#]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkedVersion:
    """A briefing's version in another language: its id in this edition, its page on the web (stated, or the address of
    its witness), or both; and its `sections` that correspond, as (this briefing's id, the other's), () where they don't
    correspond in number and order.
    """

    language: str
    briefing: str | None
    url: str | None
    evidence: VersionEvidence
    sections: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Group:
    """Briefings known to be one, by language; and what their front matter states: ids by language."""

    members: dict[str, Abstract] = field(default_factory=dict)
    stated: dict[str, set[str]] = field(default_factory=dict)


def link_versions(briefings: Sequence[Abstract]) -> dict[str, tuple[LinkedVersion, ...]]:
    """Return for each briefing that has any its versions in other languages, sorted by language. Links are symmetric
    and transitive; of a chain of links the weakest evidence counts.
    """
    linking = _Linking(briefings)
    linking.link()
    return linking.versions()


def check_versions(briefings: Sequence[Abstract]) -> Iterator[Problem]:
    """Yield what contradicts itself in the versions that front matter states."""
    linking = _Linking(briefings)
    linking.link()
    yield from linking.problems


def align_sections(a: Abstract, b: Abstract) -> tuple[tuple[str, str], ...]:
    """Return the sections of two versions that correspond in number and order, as pairs of ids: all where the kinds
    follow each other alike, else the exchanges where there are as many of them; () where neither is so.
    """
    if [s.kind for s in a.sections] == [s.kind for s in b.sections]:
        return tuple((s.id, t.id) for s, t in zip(a.sections, b.sections, strict=True))
    mine, theirs = ([s for s in t.sections if s.kind == "exchange"] for t in (a, b))
    return tuple((s.id, t.id) for s, t in zip(mine, theirs, strict=True)) if len(mine) == len(theirs) else ()


def normal_address(url: str) -> str:
    """Return what two spellings of one page's address have in common: no scheme, no “www.”, no fragment, no slash at
    the end, the host in small letters.
    """
    found = _ADDRESS_START.match(url)
    rest = url[found.end() :] if found else url
    return (found[1].lower() if found else "") + rest.partition("#")[0].rstrip("/")


def same_language(a: str, b: str) -> bool:
    """Whether two language tags (BCP 47) may stand for one version: one language, and no two different scripts."""
    (first, script), (second, other) = _language_and_script(a), _language_and_script(b)
    return first == second and (script == other or not script or not other)


class _Linking:
    """The groups of versions while they are found, from the strongest evidence to the weakest."""

    def __init__(self, briefings: Sequence[Abstract]) -> None:
        self.problems: list[Problem] = []
        self._briefings = {b.id: b for b in sorted(briefings, key=lambda b: b.id)}
        self._groups = {id: self._group_of(b) for id, b in self._briefings.items()}
        self._evidence: dict[tuple[str, str], VersionEvidence] = {}

    def link(self) -> None:
        """Find the groups."""
        self._link_stated()
        self._link_addresses()
        self._link_days(by_speaker=True)
        self._link_days(by_speaker=False)

    def versions(self) -> dict[str, tuple[LinkedVersion, ...]]:
        """Return what was found, of each briefing that has a version."""
        found = {id: tuple(self._versions_of(b)) for id, b in self._briefings.items()}
        return {id: versions for id, versions in found.items() if versions}

    def _group_of(self, briefing: Abstract) -> _Group:
        group = _Group({briefing.language: briefing})
        for version in briefing.versions:
            if version.briefing is not None:
                group.stated.setdefault(version.language, set()).add(version.briefing)
        return group

    def _versions_of(self, briefing: Abstract) -> list[LinkedVersion]:
        group = self._groups[briefing.id]
        pages: dict[str, str] = {}
        for each in (*(b for _, b in sorted(group.members.items())), briefing):
            pages |= {v.language: v.url for v in each.versions if v.url}
        out: dict[str, LinkedVersion] = {}
        for language, other in group.members.items():
            if other is briefing:
                continue
            url = other.source.url or next((u for tag, u in pages.items() if same_language(tag, language)), None)
            sections = align_sections(briefing, other)
            out[language] = LinkedVersion(language, other.id, url, self._evidence[_pair(briefing, other)], sections)
        for language, url in pages.items():
            if not any(same_language(language, held) for held in group.members):
                out[language] = LinkedVersion(language, None, url, "stated")
        return [out[language] for language in sorted(out)]

    def _link_stated(self) -> None:
        for briefing in self._briefings.values():
            claimed: dict[str, str] = {}
            for version in briefing.versions:
                if version.briefing is None or version.briefing == NO_BRIEFING:
                    continue
                first = claimed.setdefault(version.language, version.briefing)
                if first != version.briefing:
                    message = f"two versions in “{version.language}”: {first} and {version.briefing}"
                    self._tell(briefing, message, "keep one of them under “versions”")
                elif other := self._stated(briefing, version.briefing, version.language):
                    self._join(briefing, other, "stated")

    def _stated(self, briefing: Abstract, id: str, language: str) -> Abstract | None:
        """Return the briefing that `briefing` states as its version, None with a problem where that can't be."""
        other = self._briefings.get(id)
        if other is None:
            hint = suggest(id, self._briefings) or f"correct the id under “versions”, or write: briefing: {NO_BRIEFING}"
            self._tell(briefing, f"its version “{id}” is no briefing of this edition", hint)
        elif other is briefing or other.language == briefing.language:
            what = "itself" if other is briefing else f"{id}, which is in the same language, “{language}”"
            self._tell(briefing, f"states as its version {what}", "correct or remove it under “versions”")
        elif not same_language(other.language, language):
            message = f"its version {id} is said to be in “{language}”, but is in “{other.language}”"
            self._tell(briefing, message, "correct one of them")
        else:
            return other
        return None

    def _link_addresses(self) -> None:
        """Link briefings by an address that stands for just one of them in its language: a briefing's own (its
        witness's), or one that it states of its version.
        """
        given: dict[str, list[tuple[str, Abstract]]] = {}
        for briefing in self._briefings.values():
            if briefing.source.url:
                given.setdefault(normal_address(briefing.source.url), []).append((briefing.language, briefing))
        for rows in given.values():
            counts = Counter(language for language, _ in rows)
            self._join_row([b for language, b in rows if counts[language] == 1], "address")
        waiting: dict[tuple[str, str], Abstract] = {}
        for briefing in self._briefings.values():
            for version in briefing.versions:
                if version.url is None or version.briefing == NO_BRIEFING:
                    continue
                address = normal_address(version.url)
                named = [b for tag, b in given.get(address, ()) if same_language(tag, version.language)]
                if len(named) == 1 and named[0] is not briefing:
                    self._join(briefing, named[0], "address")
                elif not given.get(address):
                    # Two briefings that name one page as their version are versions of each other.
                    first = waiting.setdefault((address, version.language), briefing)
                    if first is not briefing:
                        self._join(first, briefing, "address")

    def _link_days(self, *, by_speaker: bool) -> None:
        """Link briefings of one day and kind that are the only ones in their language: those of the same speakers, all
        in the register; then, where the register lacks a speaker, those with the same number of exchanges.
        """
        rows: dict[tuple[str, str, tuple[str, ...]], list[Abstract]] = {}
        for briefing in self._briefings.values():
            known = _known_speakers(briefing)
            if briefing.date and (known or not by_speaker):
                key = (briefing.date, briefing.kind, known if by_speaker else ())
                rows.setdefault(key, []).append(briefing)
        for row in rows.values():
            alike: dict[int, list[Abstract]] = {}
            for briefing in _alone(row):
                number = _exchanges(briefing)
                if by_speaker and number:
                    alike.setdefault(0, []).append(briefing)
                elif by_speaker:
                    # Statements of one day have less in common than its press conference: they must be of one length.
                    alike.setdefault(len(briefing.sections), []).append(briefing)
                elif number:
                    alike.setdefault(number, []).append(briefing)
            for group in alike.values():
                if by_speaker or _may_share_a_speaker(group):
                    self._join_row(group, "day and speaker" if by_speaker else "day and exchanges")

    def _join_row(self, row: Iterable[Abstract], evidence: VersionEvidence) -> None:
        for one, other in pairwise(row):
            self._join(one, other, evidence)

    def _join(self, one: Abstract, other: Abstract, evidence: VersionEvidence) -> None:
        """Make one group of the groups of two briefings, unless they hold or state something else in a language."""
        kept, gone = self._groups[one.id], self._groups[other.id]
        if kept is gone:
            return
        clash = _clash(kept, gone, evidence) or _clash(gone, kept, evidence)
        if clash:
            if evidence in ("stated", "address"):
                message = f"{other.id} can't be its version in “{other.language}”: {clash}"
                hint = "correct “versions” in one of them"
                self._tell(one, message, hint, severity="error" if evidence == "stated" else "note")
            return
        for a in kept.members.values():
            for b in gone.members.values():
                self._evidence[_pair(a, b)] = evidence
        kept.members |= gone.members
        for language, ids in gone.stated.items():
            kept.stated.setdefault(language, set()).update(ids)
        for b in gone.members.values():
            self._groups[b.id] = kept

    def _tell(self, briefing: Abstract, message: str, hint: str, severity: Literal["error", "note"] = "error") -> None:
        self.problems.append(Problem(Locus(briefing.file), message, hint, severity))


def _clash(kept: _Group, gone: _Group, evidence: VersionEvidence) -> str:
    """Return why two groups can't be one, "" where they can."""
    certain = evidence in ("stated", "address")
    for language, briefing in sorted(gone.members.items()):
        for held, b in sorted(kept.members.items()):
            if held == language or (not certain and same_language(held, language)):
                return f"{b.id} and {briefing.id} would both be the one in “{held}”"
        for denied, ids in sorted(kept.stated.items()):
            if same_language(denied, language) and briefing.id not in ids:
                named = ", ".join(sorted(ids))
                return f"for “{denied}” it is stated: {named}"
    return ""


def _pair(a: Abstract, b: Abstract) -> tuple[str, str]:
    return (min(a.id, b.id), max(a.id, b.id))


def _exchanges(briefing: Abstract) -> int:
    return sum(s.kind == "exchange" for s in briefing.sections)


def _known_speakers(briefing: Abstract) -> tuple[str, ...]:
    """Return the ids of the briefing's speakers, () where the register lacks one."""
    known = all(s.known for s in briefing.speakers)
    return tuple(sorted({s.id for s in briefing.speakers})) if known else ()


def _may_share_a_speaker(row: Iterable[Abstract]) -> bool:
    known = [set(ids) for b in row if (ids := {s.id for s in b.speakers if s.known})]
    return not known or bool(set.intersection(*known))


def _alone(row: Sequence[Abstract]) -> list[Abstract]:
    """Return the briefings that are the only one of the row in their language."""
    tags = [_language_and_script(b.language) for b in row]
    languages, exact = Counter(language for language, _ in tags), Counter(tags)
    return [
        b
        for b, (language, script) in zip(row, tags, strict=True)
        if languages[language] == 1 or (script and exact[language, script] == 1 and not exact[language, ""])
    ]


def _language_and_script(tag: str) -> tuple[str, str]:
    first, *rest = tag.lower().split("-")
    return first, next((part for part in rest if len(part) == 4 and part.isalpha()), "")
