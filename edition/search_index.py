"""The parts of an edition → the search index: the register of its bundles, their scripts, all its words.

What the scripts hold is search_bundle.py's business. This module must not decide how a query is read or shown (that is
assets/search/*.js), must not reach the network, and writes only below the folder search/ of the site that it is given.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edition.model import Locus
from edition.problems import Problem, Refused
from edition.search import FACETS, Part, SearchRecord
from edition.search_bundle import Bundle, dump, make_script

FOLDER: Final = "search"
REGISTER: Final = "search/register.js"
WORDS: Final = "search/words.js"

#: A language with at most so many sections is one bundle, so that a first query loads one of each thing.
WHOLE: Final = 15_000
#: Beyond, the sections that a bundle of whole years has at most.
FULL: Final = 10_000

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What was written: records, languages with their records, bundles, files and bytes below search/."""

    records: int
    languages: tuple[tuple[str, int], ...]
    bundles: int
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """A bundle to be made: its name and its parts, newest first."""

    name: str
    parts: tuple[Part, ...]


def build_index(parts: Iterable[Part], out: Path) -> IndexReport:
    """Write `out`/search from the parts of an edition, which come newest first with the undated last.

    The records of one bundle are in memory at a time, and those only as what the index holds of them. An edition
    without a section gets a register of no bundles. Raises Refused where an id is no file name, where two ids can't be
    told apart on every disk, where the folder can't be written; nothing of an index is left in `out` then.
    """
    folder = out / FOLDER
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return _write(tuple(plan_parts(parts)), folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        reason, where = error.strerror or str(error), str(error.filename or "")
        raise _refusal(f"the search index can't be written: {reason}", where) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


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


def plan_parts(parts: Iterable[Part]) -> Iterator[_Plan]:
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
            plans.append((max(bundle), _Plan(name, tuple(part for month in bundle for part in months[month]))))
    plans.sort(key=lambda each: each[1].name)
    plans.sort(key=lambda each: each[0], reverse=True)
    yield from (plan for _, plan in plans)


def _name_language(language: str) -> str:
    """Return a language as a part of a file's name: zh-Hans → zh-hans."""
    return re.sub(r"[^a-z0-9]+", "-", language.lower()).strip("-") or "und"


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write(plans: Sequence[_Plan], folder: Path) -> IndexReport:
    listed: list[dict[str, object]] = []
    languages: Counter[str] = Counter()
    words: set[str] = set()
    names: set[str] = set()
    seen: dict[str, str] = {}
    files = size = 0

    def put(path: str, text: str) -> None:
        nonlocal files, size
        data = text.encode("utf-8")
        file = folder / f"{path}.js"
        if not file.parent.is_dir():
            file.parent.mkdir(parents=True)
        with file.open("xb") as script:
            script.write(data)
        files, size = files + 1, size + len(data)

    for plan in plans:
        bundle = Bundle(plan.name)
        for part in plan.parts:
            for record in part.make():
                _refuse_collision(record, seen)
                languages[record.language] += 1
                for path, text in bundle.add(record):
                    put(path, text)
        path = ""
        for path, text in bundle.finish():
            put(path, text)
        words |= bundle.words
        names |= bundle.names
        listed.append(_list_bundle(bundle, path))
    put("register", make_script("register", dump({"facets": FACETS, "bundles": listed})))
    put("words", make_script("words", dump(make_vocabulary(words, names))))
    return IndexReport(sum(languages.values()), tuple(sorted(languages.items())), len(plans), files, size)


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


def _refuse_collision(record: SearchRecord, seen: dict[str, str]) -> None:
    if not _SAFE_ID.fullmatch(record.briefing) or not _SAFE_ID.fullmatch(record.section):
        raise _refusal(f"{record.address} can't be searched: an id holds letters, digits, “.”, “_” and “-” only")
    address = record.address
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
