"""Search records → what the search page loads: Pagefind's index in bundles, and the register of facts beside them.

Two halves answer a query in the browser: Pagefind knows which section holds which word, the register knows of each
section its day, speaker, outlet, places, topics. This module must not decide how a query is read or shown (that is
assets/search/*.js), must not reach the network, and writes only below the folders that it is given.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final, NamedTuple

from edition.search import EVERY, FACETS, SearchRecord, find_words, make_stub, make_vocabulary
from edition.search_pagefind import (
    PAGEFIND_VERSION,
    WORKER,
    IndexFacts,
    check_version,
    encode_page,
    find_pagefind,
    make_index,
    refusal,
)

INDEX: Final = "pagefind"
FACTS: Final = "search"
REGISTER: Final = "search/register.js"
WORDS: Final = "search/words.js"

#: A language with at most so many sections is one bundle, so that a first query loads one of each thing.
WHOLE: Final = 11_000
#: Beyond, the sections that a bundle of whole years has at most: Pagefind takes 115 kB of memory a section, and the
#: time of a query for a common word grows with the square of a bundle's sections.
FULL: Final = 5_000
#: Bytes of facts that are not worth a request of their own.
INSIDE: Final = 10_000
#: Programs that run at once, each on one processor, each with the memory for a full bundle (0.6 GB).
MOST_AT_ONCE: Final = 4
#: Goes into the key of a bundle: to be changed with anything here that changes a bundle's files.
_MAKE: Final = "1"

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
#: The digits of a value's number in the register: the last digit of a number is one of the first forty.
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_LAST: Final = 40


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What was written: records, languages with their records, bundles, those of them that were remembered from an
    earlier build, files and bytes below pagefind/ and search/.
    """

    records: int
    languages: tuple[tuple[str, int], ...]
    bundles: int
    remembered: int
    files: int
    bytes: int


class _Row(NamedTuple):
    """What the register has of a record."""

    url: str
    day: str
    facets: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(slots=True)
class _Month:
    """The records of one language and month, in order: their messages to Pagefind in a file, their facts here."""

    spool: Path
    rows: list[_Row] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Records that are indexed together: one language, some months, newest first."""

    name: str
    months: tuple[_Month, ...]

    @property
    def rows(self) -> list[_Row]:
        return [row for month in self.months for row in month.rows]

    @property
    def key(self) -> str:
        """What the bundle's files depend on, as one hash."""
        parts = (_MAKE, PAGEFIND_VERSION, *(month.digest.hexdigest() for month in self.months))
        return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()[:16]


def build_index(
    records: Iterable[SearchRecord],
    out: Path,
    *,
    memory: Path | None = None,
    binary: Path | None = None,
    timeout: float = 3600.0,
) -> IndexReport:
    """Write `out`/pagefind and `out`/search from the records, which come newest first with the undated last.

    The records are taken one by one and not kept. `memory`: a folder where a bundle is kept under the hash of all that
    its files depend on, and taken from when nothing of that has changed; what a build doesn't use is removed from it.
    `binary`: Pagefind's program, by default the one that was installed with this project. `timeout`: seconds that it
    may take for a bundle. An edition without a section gets a register and no index. Raises Refused where Pagefind is
    missing, of another version, fails, is killed, or leaves out a record; nothing of an index is left in `out` then.
    """
    index, facts = out / INDEX, out / FACTS
    try:
        with tempfile.TemporaryDirectory(prefix="rostrum-search-") as folder:
            words: set[str] = set()
            names: set[str] = set()
            months = _spool(_note_words(records, words, names), Path(folder))
            bundles = tuple(_plan(months))
            shutil.rmtree(index, ignore_errors=True)
            _remove_register(facts)
            made, remembered = _make_bundles(bundles, index, memory, binary, timeout) if bundles else ({}, 0)
            facts.mkdir(parents=True, exist_ok=True)
            _write_register(bundles, made, facts)
            (out / WORDS).write_bytes(make_vocabulary(words, names))
    except OSError as error:
        _remove(index, facts)
        reason, where = error.strerror or str(error), str(error.filename or "")
        raise refusal(f"the search index can't be written: {reason}", where) from error
    except BaseException:
        _remove(index, facts)
        raise
    files = [path for path in (*index.rglob("*"), *facts.glob("*.js")) if path.is_file()]
    languages = Counter(tag for bundle in bundles for row in bundle.rows for tag in dict(row.facets)["language"])
    return IndexReport(
        sum(languages.values()),
        tuple(sorted(languages.items())),
        len(bundles),
        remembered,
        len(files),
        sum(path.stat().st_size for path in files),
    )


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


def _spool(records: Iterable[SearchRecord], folder: Path) -> dict[str, dict[str, _Month]]:
    """Write every record's message to Pagefind into a file of its language and month; return these, by both."""
    languages: dict[str, dict[str, _Month]] = {}
    open_files: dict[str, tuple[str, IO[bytes]]] = {}
    seen: dict[str, str] = {}
    try:
        for record in records:
            _refuse_collision(record, seen)
            language, month = _name_language(record.language), (record.day or "")[:7]
            months = languages.setdefault(language, {})
            if month not in months:
                months[month] = _Month(folder / f"{language}_{month or 'undated'}")
            if language not in open_files or open_files[language][0] != month:
                if language in open_files:
                    open_files[language][1].close()
                open_files[language] = (month, months[month].spool.open("ab"))
            message = encode_page(record.stub, make_stub(record))
            open_files[language][1].write(message)
            months[month].digest.update(message)
            months[month].rows.append(_Row(record.stub, record.day or "", record.facets))
    finally:
        for _, file in open_files.values():
            file.close()
    return languages


def _note_words(records: Iterable[SearchRecord], words: set[str], names: set[str]) -> Iterator[SearchRecord]:
    for record in records:
        words |= find_words(record)
        names.update(record.names)
        yield record


def _refuse_collision(record: SearchRecord, seen: dict[str, str]) -> None:
    if not _SAFE_ID.fullmatch(record.briefing) or not _SAFE_ID.fullmatch(record.section):
        raise refusal(f"{record.address} can't be searched: an id holds letters, digits, “.”, “_” and “-” only")
    address = record.address
    if (other := seen.setdefault(record.stub.casefold(), address)) is not address:
        raise refusal(f"{address} and {other} differ in nothing but case", "give one another id")


def _name_language(language: str) -> str:
    """Return a language as a part of a file's name: zh-Hans → zh-hans."""
    return re.sub(r"[^a-z0-9]+", "-", language.lower()).strip("-") or "und"


def _plan(languages: Mapping[str, Mapping[str, _Month]]) -> Iterator[_Bundle]:
    """Yield the bundles, newest first; a bundle of years is named by its language and its oldest month or year."""
    bundles = []
    for language, months in sorted(languages.items()):
        parts = plan_bundles({month: len(months[month].rows) for month in months}, WHOLE, FULL)
        for part in parts:
            oldest = part[-1]
            shared = [other for other in parts if other is not part and oldest[:4] in (m[:4] for m in other)]
            since = (oldest if shared else oldest[:4]) or "undated"
            name = language if len(parts) == 1 else f"{language}-{since}"
            bundles.append((max(part), name, _Bundle(name, tuple(months[month] for month in part))))
    bundles.sort(key=lambda each: each[1])
    bundles.sort(key=lambda each: each[0], reverse=True)
    yield from (bundle for _, _, bundle in bundles)


# ── Making them ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _make_bundles(
    bundles: Sequence[_Bundle], index: Path, memory: Path | None, binary: Path | None, timeout: float
) -> tuple[dict[str, IndexFacts], int]:
    """Write every bundle below `index`; return what Pagefind says of each, and how many were remembered."""
    program = binary or find_pagefind()
    check_version(program)
    index.mkdir(parents=True, exist_ok=True)
    kept = {bundle.name: _recall(bundle, index, memory) for bundle in bundles}
    made = {name: facts for name, facts in kept.items() if facts}
    missing = [bundle for bundle in bundles if bundle.name not in made]
    # the largest first, so that none is left to run alone at the end
    missing.sort(key=lambda bundle: -len(bundle.rows))
    with ThreadPoolExecutor(max(1, min(MOST_AT_ONCE, _count_processors(), len(missing)))) as pool:
        asked = {b.name: pool.submit(_make_bundle, b, index, memory, program, timeout) for b in missing}
        try:
            made |= {name: future.result() for name, future in asked.items()}
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    if memory:
        _forget(memory, {bundle.key for bundle in bundles})
    for bundle in bundles:
        # the same in every bundle: one copy is enough, and the browser loads it once
        for name in (WORKER, f"wasm.{made[bundle.name].wasm}.pagefind"):
            (index / bundle.name / name).replace(index / name)
    return made, len(bundles) - len(missing)


def _count_processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _make_bundle(bundle: _Bundle, index: Path, memory: Path | None, program: Path, timeout: float) -> IndexFacts:
    folder = index / bundle.name
    made = make_index(program, _read_spools(bundle), [row.url for row in bundle.rows], folder, timeout)
    if memory:
        _keep(bundle, folder, made, memory)
    return made


def _read_spools(bundle: _Bundle) -> Iterator[bytes]:
    for month in bundle.months:
        with month.spool.open("rb") as file:
            while portion := file.read(1 << 18):
                yield portion


def _recall(bundle: _Bundle, index: Path, memory: Path | None) -> IndexFacts | None:
    """Copy a bundle from memory and return what was kept of it, None where there is none or it is torn."""
    if memory is None or not (memory / bundle.key).is_dir():
        return None
    try:
        facts = json.loads((memory / bundle.key / "facts.json").read_bytes())
        shutil.copytree(memory / bundle.key / "files", index / bundle.name)
        return IndexFacts(**{name: str(facts[name]) for name in ("language", "wasm", "hash", "entry")})
    except (OSError, ValueError, KeyError, TypeError, shutil.Error):
        shutil.rmtree(index / bundle.name, ignore_errors=True)
        return None


def _keep(bundle: _Bundle, folder: Path, facts: IndexFacts, memory: Path) -> None:
    # beside, then renamed: a killed build leaves no half of a bundle under its key
    memory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=memory) as beside:
        whole = Path(beside) / "whole"
        shutil.copytree(folder, whole / "files")
        (whole / "facts.json").write_text(json.dumps(asdict(facts)), encoding="utf-8")
        shutil.rmtree(memory / bundle.key, ignore_errors=True)
        with suppress(OSError):
            whole.rename(memory / bundle.key)


def _forget(memory: Path, keys: set[str]) -> None:
    for path in memory.iterdir() if memory.is_dir() else ():
        if path.name not in keys:
            shutil.rmtree(path, ignore_errors=True)


def _remove(index: Path, facts: Path) -> None:
    shutil.rmtree(index, ignore_errors=True)
    with suppress(OSError):
        _remove_register(facts)


def _remove_register(facts: Path) -> None:
    for path in facts.glob("*.js"):
        path.unlink()


# ── The register ────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_register(bundles: Sequence[_Bundle], made: Mapping[str, IndexFacts], facts: Path) -> None:
    """Write register.js, which lists the bundles, and of each bundle the facts of its sections: in a file of its own,
    or in register.js where they are few.

    All are classic scripts, so that they load from a disk too. A file of facts is named by a hash of what it holds: a
    browser may keep it for ever.
    """
    listed = []
    inside: list[str] = []
    for bundle in bundles:
        rows = bundle.rows
        text = f"RostrumSearch.takeFacts({_dump(bundle.name)},{_dump(encode_facts(rows))});\n"
        name = ""
        if len(text) <= INSIDE:
            inside.append(text)
        else:
            name = f"{bundle.name}-{hashlib.sha256(text.encode('ascii')).hexdigest()[:8]}.js"
            (facts / name).write_text(text, encoding="ascii")
        days = [row.day for row in rows if row.day]
        listed.append(
            {
                "name": bundle.name,
                "language": made[bundle.name].language,
                "spoken": sorted({tag for row in rows for tag in dict(row.facets)["language"]}),
                "sections": len(rows),
                "undated": len(rows) - len(days),
                "from": min(days, default=""),
                "to": max(days, default=""),
                "hash": made[bundle.name].hash,
                "entry": made[bundle.name].entry,
                "facts": f"{FACTS}/{name}" if name else "",
            }
        )
    register = {"pagefind": PAGEFIND_VERSION, "every": EVERY, "facets": FACETS, "bundles": listed}
    text = f"RostrumSearch.takeRegister({_dump(register)});\n"
    (facts / Path(REGISTER).name).write_text(text + "".join(inside), encoding="ascii")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def encode_facts(rows: Sequence[_Row]) -> dict[str, object]:
    """Return the facts of a bundle's records, by record: `days` as runs of (day or "", how many), `facets` as facet →
    (values, column). A column has a cell a record, separated by commas: the numbers of its values, run together; a cell
    that repeats is written once, followed by * and how often. The commonest values have the shortest numbers.

    So ten thousand sections take 40 kB compressed; as lists of numbers they took 60 (decodeColumn in
    assets/search/register.js reads it).
    """
    days: list[tuple[str, int]] = []
    columns: dict[str, list[tuple[str, ...]]] = {facet: [] for facet in FACETS}
    for row in rows:
        if days and days[-1][0] == row.day:
            days[-1] = (row.day, days[-1][1] + 1)
        else:
            days.append((row.day, 1))
        for facet, ids in row.facets:
            columns[facet].append(ids)
    return {"days": days, "facets": {facet: _encode_column(cells) for facet, cells in columns.items()}}


def _encode_column(cells: Sequence[tuple[str, ...]]) -> tuple[list[str], str]:
    uses = Counter(value for cell in cells for value in cell)
    values = sorted(uses, key=lambda value: (-uses[value], value))
    numbers = {value: _encode_number(number) for number, value in enumerate(values)}
    runs: list[tuple[str, int]] = []
    for cell in cells:
        text = "".join(numbers[value] for value in cell)
        if runs and runs[-1][0] == text:
            runs[-1] = (text, runs[-1][1] + 1)
        else:
            runs.append((text, 1))
    return values, ",".join(text if count == 1 else f"{text}*{count}" for text, count in runs)


def _encode_number(number: int) -> str:
    """Return a number in digits that tell where it ends: 0 → "0", 39 → "d", 40 → "e0"."""
    if number < _LAST:
        return _DIGITS[number]
    high, low = divmod(number - _LAST, len(_DIGITS) - _LAST)
    return _DIGITS[_LAST + low] + _encode_number(high)
