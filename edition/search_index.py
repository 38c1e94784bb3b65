"""The parts of an edition → the search index: the register of its bundles, their scripts, all its words.

What the scripts hold is search_bundle.py's business. This module must not decide how a query is read or shown (that is
assets/search/*.js), and must not write a file.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from edition.memo import Kept, digest
from edition.model import Locus
from edition.problems import Problem, Refused
from edition.search import FACETS, Part
from edition.search_bundle import Bundle, Notes, dump, make_script, make_tag, take_notes
from edition.urls import anchor, briefing_path

FOLDER: Final = "search"
REGISTER: Final = "search/register.js"
#: How the index is written, and what is taken for a word in it: assets/search/register.js reads no other. It rises with
#: every such change, since a page that stays open for days, or was kept by a browser, has the scripts of its own day.
FORMAT: Final = 1

#: A language with at most so many sections is one bundle, so that a first query loads one of each thing.
WHOLE: Final = 15_000
#: Beyond, the sections that a bundle of whole years has at most.
FULL: Final = 10_000

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class BundleNote(Kept, frozen=True):
    """What the register and the list of words need of a bundle: its row of the register (JSON), a checksum of its words
    and names, and these: its words, in order and between spaces; the names of what is tagged in it, each with how many
    sections have it.
    """

    listed: str
    told: bytes
    words: str
    names: dict[str, int]


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """A bundle to be made: its name and its parts, newest first."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A bundle as it was published, where it had as many sections of the same briefings as now. `before`: what it had
    of those that have changed, by id; `kept`: the files of texts of all others, each with its size.
    """

    bundle: Bundle
    before: Mapping[str, Notes]
    kept: Mapping[str, Iterable[tuple[str, int]]]


class Keeper(Protocol):
    """Who remembers bundles that were made before."""

    def find(self, plan: BundlePlan) -> tuple[Iterable[tuple[str, bytes | int]], BundleNote] | None:
        """Return the files of a bundle that need not be made again, each with its bytes or, where it is as it was
        published, its size, and its note; None where it must be made.
        """

    def put(self, plan: BundlePlan, paths: Sequence[str], note: BundleNote) -> None:
        """Remember a bundle."""

    def recall(self, plan: BundlePlan) -> Earlier | None:
        """Return a bundle as it was published, None where it is quicker or necessary to make it anew."""

    def find_words(self, key: bytes) -> tuple[str, int] | None:
        """Return the path and the size of the list of all words, where it was published under this key."""

    def put_words(self, key: bytes, path: str) -> None:
        """Remember the list of all words."""

    def await_parts(self, parts: Sequence[Part]) -> None:
        """Take note that `take` will be asked for these, one after the other."""

    def take(self, part: Part) -> Generator[tuple[str, bytes | int], None, Notes]:
        """Yield the files of texts of a part, and return its notes; neither need be made again."""


def make_index(
    parts: Iterable[Part], keeper: Keeper | None = None, tick: Callable[[], object] = lambda: None
) -> Iterator[tuple[str, bytes | int]]:
    """Yield (path, bytes) of every file of the index of an edition's parts, which come newest first with the undated
    last; in place of the bytes of a file that is as it was published their number. `tick` is called once for each part.

    The records of one bundle are in memory at a time, and those only as what the index holds of them. An edition
    without a section gets a register of no bundles. Raises Refused where an id is no file name, or where two ids can't
    be told apart on every disk.
    """
    notes: list[BundleNote] = []
    seen: dict[str, str] = {}
    plans = [(plan, keeper.find(plan) if keeper else None) for plan in plan_parts(parts)]
    if keeper:
        keeper.await_parts([part for plan, known in plans if known is None for part in plan.parts])
    for plan, known in plans:
        if known is not None:
            files, note = known
            for part in plan.parts:
                for section in part.anchors:
                    _refuse_collision(part.briefing, section, seen)
                tick()
            yield from files
        else:
            note = yield from make_bundle(plan, keeper, seen, tick)
        notes.append(note)
    key = digest([note.told for note in notes])
    listed = keeper.find_words(key) if keeper else None
    if listed is None:
        words = {word for note in notes for word in note.words.split(" ") if word}
        names = {name for note in notes for name in note.names}
        vocabulary = dump(make_vocabulary(words, names))
        name = f"words-{make_tag(vocabulary)}"
        yield path_of(name), make_script(name, vocabulary).encode("utf-8")
        if keeper:
            keeper.put_words(key, path_of(name))
    else:
        name = name_of(listed[0])
        yield listed
    bundles = [json.loads(note.listed) for note in notes]
    register = {"format": FORMAT, "facets": FACETS, "bundles": bundles, "words": name}
    yield REGISTER, make_script("register", dump(register)).encode("utf-8")


def make_bundle(
    plan: BundlePlan, keeper: Keeper | None, seen: dict[str, str], tick: Callable[[], object] = lambda: None
) -> Generator[tuple[str, bytes | int], None, BundleNote]:
    """Yield (path, bytes) of every file of a bundle, and return its note; `keeper` gets to know of it. `seen`: the
    addresses of all bundles, each by its letters whatever their case. Raises Refused as `make_index` does.
    """
    earlier = keeper.recall(plan) if keeper else None
    bundle, written = earlier.bundle if earlier else Bundle(plan.name), list[str]()
    first = 0
    for part in plan.parts:
        for section in part.anchors:
            _refuse_collision(part.briefing, section, seen)
        if earlier and part.briefing in earlier.kept:
            files = earlier.kept[part.briefing]
            written += [path for path, _ in files]
            yield from files
        else:
            making = keeper.take(part) if keeper else make_part(part)
            while True:
                try:
                    path, data = next(making)
                except StopIteration as end:
                    if earlier:
                        bundle.change(first, earlier.before[part.briefing], end.value)
                    else:
                        bundle.add(end.value)
                    break
                written.append(path)
                yield path, data
        first += part.sections
        tick()
    for name, text in bundle.finish():
        facts = name
        written.append(path_of(name))
        yield written[-1], text.encode("utf-8")
    words, names = " ".join(sorted(bundle.words)), dict(sorted(bundle.names.items()))
    listed = json.dumps(_list_bundle(bundle, facts))
    note = BundleNote(listed, digest(words, list(names)), words, names)
    if keeper:
        keeper.put(plan, written, note)
    return note


def make_part(part: Part) -> Generator[tuple[str, bytes | int], None, Notes]:
    """Yield (path, bytes) of the files of texts of a part, and return its notes."""
    notes, scripts = take_notes(part.make())
    yield from ((path_of(name), text.encode("utf-8")) for name, text in scripts)
    return notes


def path_of(name: str) -> str:
    """Return the path of the script of a name."""
    return f"{FOLDER}/{name}.js"


def name_of(path: str) -> str:
    """Return the name of the script that lies at a path."""
    return path.removeprefix(f"{FOLDER}/").removesuffix(".js")


def _refusal(message: str, hint: str = "") -> Refused:
    """Return what the build says when there can be no search."""
    return Refused(Problem(Locus("search"), message, hint))


# ── Which records are indexed together ──────────────────────────────────────────────────────────────────────────────


def plan_bundles(counts: Mapping[str, int], whole: int, full: int) -> tuple[tuple[str, ...], ...]:
    """Return the months ("2025-03", "" for the undated) of each bundle of a language, all newest first.

    `counts`: sections by month. Bundles are filled from the oldest year on, so that a new briefing changes the newest
    only; a year shares its bundle with others or, where it alone has more than `full`, is divided between its months.
    """
    if sum(counts.values()) <= whole:
        return (tuple(sorted(counts, reverse=True)),) if counts else ()
    years: defaultdict[str, list[str]] = defaultdict(list)
    for month in sorted(counts):
        years[month[:4]].append(month)
    bundles: list[list[str]] = []
    size, apart = 0, True

    def put(months: Sequence[str], alone: bool) -> None:
        nonlocal size, apart
        added = sum(counts[month] for month in months)
        if apart or size + added > full:
            bundles.append([])
            size = 0
        bundles[-1].extend(months)
        size, apart = size + added, alone

    for of_year in years.values():
        if sum(counts[month] for month in of_year) <= full:
            put(of_year, False)
        else:
            apart = True
            for month in of_year:
                put((month,), False)
            apart = True
    return tuple(tuple(reversed(bundle)) for bundle in reversed(bundles))


def plan_parts(parts: Iterable[Part]) -> Iterator[BundlePlan]:
    """Yield the bundles, newest first; a bundle of years is named by its language and its oldest month or year."""
    languages: defaultdict[str, defaultdict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for part in parts:
        languages[_name_language(part.language)][(part.day or "")[:7]].append(part)
    plans = []
    for language, months in sorted(languages.items()):
        counts = {month: sum(part.sections for part in of_month) for month, of_month in months.items()}
        bundles = plan_bundles(counts, WHOLE, FULL)
        for bundle in bundles:
            oldest = bundle[-1]
            shared = [other for other in bundles if other is not bundle and oldest[:4] in (m[:4] for m in other)]
            since = (oldest if shared else oldest[:4]) or "undated"
            name = language if len(bundles) == 1 else f"{language}-{since}"
            plans.append((max(bundle), BundlePlan(name, tuple(part for month in bundle for part in months[month]))))
    plans.sort(key=lambda each: each[1].name)
    plans.sort(key=lambda each: each[0], reverse=True)
    yield from (plan for _, plan in plans)


def _name_language(language: str) -> str:
    """Return a language as a part of a file's name: zh-Hans → zh-hans."""
    return re.sub(r"[^a-z0-9]+", "-", language.lower()).strip("-") or "und"


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _list_bundle(bundle: Bundle, facts: str) -> dict[str, object]:
    days = [day for day in bundle.days if day]
    return {
        "name": bundle.name,
        "languages": sorted(bundle.languages),
        "sections": len(bundle),
        "from": min(days, default=""),
        "to": max(days, default=""),
        "facts": facts,
        "words": bundle.starts,
    }


def _refuse_collision(briefing: str, section: str, seen: dict[str, str]) -> None:
    address = anchor(briefing_path(briefing), section)
    if not _SAFE_ID.fullmatch(briefing) or not _SAFE_ID.fullmatch(section):
        raise _refusal(f"{address} can't be searched: an id holds letters, digits, “.”, “_” and “-” only")
    if (other := seen.setdefault(address.casefold(), address)) is not address:
        raise _refusal(f"{address} and {other} differ in nothing but case", "give one another id")


def make_vocabulary(words: Iterable[str], names: Iterable[str]) -> dict[str, object]:
    """Return all words of the edition and the names of what is tagged, as the search page takes them.

    It loads them for a beginning (ferr*) and for “did you mean”. `words`: folded; sorted, each becomes the number of
    letters that it shares with the one before (as one digit, 0–9 and a–z) and the rest. `names`: as they are written.
    """
    coded = []
    last = ""
    for word in sorted(words):
        shared = 0
        while shared < min(len(word), len(last), 35) and word[shared] == last[shared]:
            shared += 1
        coded.append("0123456789abcdefghijklmnopqrstuvwxyz"[shared] + word[shared:])
        last = word
    return {"words": " ".join(coded), "names": sorted(name for name in names if len(name) <= 60)}
