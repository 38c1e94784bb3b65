"""One record per section → the Pagefind index and the register of facts that the search page reads.

Two halves answer a query in the browser: Pagefind knows which section holds which word, the register knows of each
section its day, speaker, outlet, places, topics. This module must not decide how a query is read or shown (that is
assets/search/*.js), must not reach the network, and writes only below the folders that it is given.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

from edition.indexes import DECLARATIONS, Shown, number_of, read_plain, show_authorities, title_of
from edition.model import AnnotatedSection, Authorities, Briefing, Locus, Place, Role
from edition.problems import Problem, Refused
from edition.search_words import clean, find_acronyms, fold_name, split_words, start_apart, take_apart
from edition.urls import UNDATED, anchor, briefing_path

#: The one version whose files, worker protocol and index this project was measured with (docs/search.md).
PAGEFIND_VERSION: Final = "1.5.2"
#: Stands in every record, so that "all of them" is a search for one word and not a download of every index chunk.
EVERY: Final = "zqevery"
#: The facts of a section that a reader can choose by; the names are those of the address (search.html?country=NO).
FACETS: Final = ("speaker", "outlet", "country", "topic", "person", "year", "kind", "language", "briefing")

_FACET_OF_FAMILY: Final = {
    "speakers": "speaker", "outlets": "outlet", "countries": "country", "topics": "topic", "persons": "person",
}  # fmt: skip

BUNDLE: Final = "pagefind"
REGISTER: Final = "search/register.js"
VOCABULARY: Final = "search/words.js"

_MODULES: Final = ("pagefind_bin_extended", "pagefind_bin")
_BINARIES: Final = ("pagefind_extended", "pagefind", "pagefind_extended.exe", "pagefind.exe")
#: What Pagefind writes for pages that use its own interface; ours speaks to the worker.
_UNUSED: Final = (
    "pagefind.js",
    "pagefind-ui.js",
    "pagefind-ui.css",
    "pagefind-modular-ui.js",
    "pagefind-modular-ui.css",
    "pagefind-component-ui.js",
    "pagefind-component-ui.css",
    "pagefind-highlight.js",
)
_SIGNATURE: Final = b"pagefind_dcd"
_INSTALL: Final = f"install what requirements/run.txt lists: pip install pagefind[extended]=={PAGEFIND_VERSION}"
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Searchable(Protocol):
    """What of an edition can be searched: `indexes.Edition` is one."""

    @property
    def briefings(self) -> Sequence[Briefing]: ...

    @property
    def authorities(self) -> Authorities: ...


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """A section as search knows it.

    `title`: what stands for the section in a list; `briefing_title`, `number`: where it stands. `text`: its paragraphs
    in order, each with its turn's role (a question's words weigh more). `facets`: facet → ids, in the order of
    `FACETS`. `names`: other words a reader may look for it by (names and aliases of the tagged places, the outlet, the
    speakers; readings that the source struck out), which stand in no paragraph. `day`: YYYY-MM-DD or None.
    """

    briefing: str
    section: str
    language: str
    title: str
    briefing_title: str
    number: str
    heading: str
    text: tuple[tuple[Role, str], ...]
    facets: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[str, ...]
    day: str | None

    @property
    def address(self) -> str:
        """The section's place on the site: briefings/ID.html#q3."""
        return anchor(briefing_path(self.briefing), self.section)

    @property
    def stub(self) -> str:
        """The name of its stub, from which the search page makes the address again: briefings/ID/q3.html."""
        return f"{briefing_path(self.briefing).removesuffix('.html')}/{self.section}.html"


def make_records(edition: Searchable) -> Iterator[SearchRecord]:
    """Yield one record per section: newest first, undated last, sections of a briefing in their order."""
    places = {place.id: place for place in edition.authorities.places}
    shown = show_authorities(edition.authorities, "")
    dated = [b for b in edition.briefings if b.date]
    undated = [b for b in edition.briefings if not b.date]
    for briefing in (*sorted(dated, key=lambda b: b.date or "", reverse=True), *undated):
        for section in briefing.sections:
            yield _make_record(briefing, section, places, shown)


def _make_record(
    briefing: Briefing, tagged: AnnotatedSection, places: Mapping[str, Place], shown: Shown
) -> SearchRecord:
    section, language = tagged.section, briefing.transcript.language
    # the same declarations make the index pages, so that "search in this" finds what the page lists
    values = {
        _FACET_OF_FAMILY[declaration.family]: tuple(
            dict.fromkeys(entity.id for entity in declaration.mentions(briefing, tagged, shown))
        )
        for declaration in DECLARATIONS
    }
    values["year"] = (briefing.year or UNDATED,)
    values["kind"] = (section.kind,)
    values["language"] = (language,)
    values["briefing"] = (briefing.id,)
    return SearchRecord(
        briefing=briefing.id,
        section=section.id,
        language=language,
        title=title_of(section),
        briefing_title=briefing.transcript.title,
        number=number_of(briefing, section.id),
        heading=section.heading or "",
        text=tuple((turn.role, read_plain(paragraph)) for turn in section.turns for paragraph in turn.paragraphs),
        facets=tuple((facet, values[facet]) for facet in FACETS),
        names=tuple(dict.fromkeys(filter(None, _other_names(briefing, tagged, places)))),
        day=briefing.date,
    )


def _other_names(briefing: Briefing, tagged: AnnotatedSection, places: Mapping[str, Place]) -> Iterator[str]:
    language = briefing.transcript.language
    for tag in (*tagged.countries, *tagged.territories):
        if tag.id in places:
            yield from _names(places[tag.id], language)
    if tagged.outlet:
        yield from (tagged.outlet.name, tagged.outlet.full_name, *tagged.outlet.aliases)
    for speaker in tagged.speakers if any(tagged.speakers) else briefing.speakers:
        if speaker:
            yield from (speaker.name, *(name for _, name in speaker.names), *speaker.aliases)
    for person in tagged.persons:
        yield from (person.name, *person.aliases)
    for turn in tagged.section.turns:
        yield turn.label or ""
        for paragraph in turn.paragraphs:
            yield from (paragraph.text[m.start : m.end] for m in paragraph.marks if m.kind == "deleted")


def _names(place: Place, language: str) -> Iterator[str]:
    """Yield a place's names in all languages and its aliases in the record's; demonyms stand in the text anyway."""
    yield place.name
    yield from (name for _, name in place.names)
    base = language.partition("-")[0]
    yield from (form for spoken, forms in place.aliases if spoken in (language, base, "") for form in forms)


# ── Stubs: what Pagefind reads ──────────────────────────────────────────────────────────────────────────────────────


def make_stub(record: SearchRecord) -> bytes:
    """Return the HTML file that Pagefind indexes for a record; it never becomes part of the site.

    Weights: a heading 3, a question 1.5, anything else 1 (Pagefind squares them). Text is taken apart into words (see
    search_words.py). What is no text of the section is
    metadata, which a passage never shows; assets/search/engine.js says what each field of it counts.
    """
    page = Element("html", {"lang": _indexed_language(record.language)})
    head = SubElement(page, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    names = [*map(fold_name, record.names), *map(fold_name, sorted(_acronyms(record)))]
    fields = (
        ("title", take_apart(clean(record.title))),
        ("briefing", take_apart(clean(record.briefing_title))),
        ("number", record.number),
        ("names", " ".join(dict.fromkeys(filter(None, names)))),
        ("all", EVERY),
    )
    for name, value in fields:
        SubElement(head, "meta", {"data-pagefind-meta": f"{name}[content]", "content": value})
    body = SubElement(SubElement(page, "body"), "main", {"data-pagefind-body": ""})
    if record.heading:
        SubElement(body, "h2", {"data-pagefind-weight": "3"}).text = take_apart(clean(record.heading))
    for role, text in record.text:
        paragraph = SubElement(body, "p", {"data-pagefind-weight": "1.5"} if role == "question" else {})
        paragraph.text = start_apart(clean(text))
    markup: bytes = tostring(page, encoding="utf-8", method="html")
    return b"<!doctype html>" + markup


def _acronyms(record: SearchRecord) -> set[str]:
    # indexed as names are, so that a query in capitals finds the WHO and not the word “who”
    return {word for text in (record.heading, *(text for _, text in record.text)) for word in find_acronyms(text)}


def _indexed_language(language: str) -> str:
    """Return what Pagefind is told of a language, so that it brings no word forms of its own (forms.js has ours)."""
    return f"und-{language}".lower()


# ── The words of an edition ─────────────────────────────────────────────────────────────────────────────────────────


def make_vocabulary(records: Iterable[SearchRecord]) -> bytes:
    """Return search/words.js: all words of the edition and the names of what is tagged, as a classic script.

    The search page loads it for a beginning (ferr*) and for “did you mean”. `words`: folded and sorted, each as the
    number of letters that it shares with the one before (as one character, 0–9 and a–z) and the rest; `names`: as
    they are written.
    """
    words: set[str] = set()
    names: set[str] = set()
    for record in records:
        for text in (record.heading, *(text for _, text in record.text)):
            words.update(split_words(text))
        names.update(record.names)
    coded = []
    last = ""
    for word in sorted(words):
        shared = 0
        while shared < min(len(word), len(last), 35) and word[shared] == last[shared]:
            shared += 1
        coded.append("0123456789abcdefghijklmnopqrstuvwxyz"[shared] + word[shared:])
        last = word
    vocabulary = {"words": " ".join(coded), "names": sorted(name for name in names if len(name) <= 60)}
    text = json.dumps(vocabulary, ensure_ascii=True, separators=(",", ":"))
    return f"RostrumSearch.takeWords({text});\n".encode("ascii")


# ── The index ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What was written: records, languages with their records, files and bytes below pagefind/ and search/."""

    records: int
    languages: tuple[tuple[str, int], ...]
    files: int
    bytes: int


def build_index(
    records: Iterable[SearchRecord], out: Path, *, binary: Path | None = None, timeout: float = 3600.0
) -> IndexReport:
    """Write `out`/pagefind and `out`/search/register.js from the records, whose order is the order of the register.

    `binary`: Pagefind's program, by default the one that was installed with this project. `timeout`: seconds that it
    may take. An edition without a section gets a register and no index. Raises Refused where Pagefind is missing, of
    another version, fails, is killed, or leaves out a record; nothing of an index is left in `out` then.
    """
    bundle, register = out / BUNDLE, out / REGISTER
    rows = tuple(records)
    _refuse_collisions(rows)
    try:
        with tempfile.TemporaryDirectory(prefix="rostrum-search-") as folder:
            stubs = Path(folder) / "stubs"
            for row in rows:
                path = stubs / row.stub
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(make_stub(row))
            shutil.rmtree(bundle, ignore_errors=True)
            if rows:
                _run_pagefind(binary or find_pagefind(), stubs, bundle, Path(folder), timeout)
        hashes = _read_hashes(bundle) if rows else {}
        missing = [row.address for row in rows if row.stub not in hashes]
        if missing or len(hashes) != len(rows):
            raise _refusal(
                f"Pagefind indexed {len(hashes)} of {len(rows)} sections (missing: {', '.join(missing[:3]) or 'none'})",
                "this is a fault of Rostrum or of Pagefind: please report it with the section named here",
            )
        register.parent.mkdir(parents=True, exist_ok=True)
        register.write_bytes(make_register(rows, [hashes[row.stub] for row in rows]))
        (out / VOCABULARY).write_bytes(make_vocabulary(rows))
    except OSError as error:
        _remove(bundle, register)
        reason, where = error.strerror or str(error), str(error.filename or "")
        raise _refusal(f"the search index can't be written: {reason}", where) from error
    except BaseException:
        _remove(bundle, register)
        raise
    files = [path for path in (*bundle.rglob("*"), register, out / VOCABULARY) if path.is_file()]
    languages: dict[str, int] = {}
    for row in rows:
        languages[row.language] = languages.get(row.language, 0) + 1
    return IndexReport(
        len(rows), tuple(sorted(languages.items())), len(files), sum(path.stat().st_size for path in files)
    )


def find_pagefind() -> Path:
    """Return the path of Pagefind's program as pip installed it, the build with word segmentation first, or refuse."""
    for module in _MODULES:
        spec = find_spec(module)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for name in _BINARIES:
                if (path := Path(folder) / name).is_file():
                    return path
    raise _refusal("Pagefind, which makes the search index, is not installed", _INSTALL)


def _run_pagefind(binary: Path, stubs: Path, bundle: Path, scratch: Path, timeout: float) -> None:
    # a pagefind.yml beside the reader, or a PAGEFIND_… variable, would change what is indexed
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    environment["RAYON_NUM_THREADS"] = "1"
    bundle.parent.mkdir(parents=True, exist_ok=True)

    def run(*arguments: str) -> str:
        try:
            done = subprocess.run(
                [str(binary.resolve()), *arguments],
                cwd=scratch,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _refusal(f"Pagefind was stopped: it took longer than {timeout:.0f} seconds", "") from None
        except OSError as error:
            raise _refusal(f"Pagefind can't be started: {error.strerror or error}", _INSTALL) from error
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        if done.returncode < 0:
            raise _refusal(f"Pagefind was killed by signal {-done.returncode}", "is there enough memory for it?")
        if done.returncode:
            last = said.splitlines()[-1].strip() if said else "it says nothing"
            raise _refusal(f"Pagefind failed with exit code {done.returncode}: {last}", _INSTALL)
        return said

    version = run("--version").removeprefix("pagefind").strip()
    if version != PAGEFIND_VERSION:
        raise _refusal(f"Pagefind {version or '(no version)'} is installed, {PAGEFIND_VERSION} is needed", _INSTALL)
    run("--site", str(stubs), "--output-path", str(bundle.resolve()), "--silent")
    if not (bundle / "pagefind-entry.json").is_file() or not (bundle / "pagefind-worker.js").is_file():
        raise _refusal("Pagefind ended without an error and without an index", _INSTALL)
    for name in _UNUSED:
        (bundle / name).unlink(missing_ok=True)
    # the one thing that differs from run to run: Pagefind lists the languages in the order of a hash table
    entry = json.loads((bundle / "pagefind-entry.json").read_bytes())
    entry["languages"] = dict(sorted(entry["languages"].items()))
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    (bundle / "pagefind-entry.json").write_text(text, encoding="utf-8")


def _read_hashes(bundle: Path) -> dict[str, str]:
    """Return for each stub the name that Pagefind gave it: briefings/ID/q3.html → en_2ff426c."""
    hashes = {}
    for path in sorted((bundle / "fragment").glob("*.pf_fragment")):
        data = gzip.decompress(path.read_bytes())
        hashes[json.loads(data.removeprefix(_SIGNATURE))["url"].lstrip("/")] = path.stem
    return hashes


def _refuse_collisions(rows: Sequence[SearchRecord]) -> None:
    seen: dict[str, SearchRecord] = {}
    for row in rows:
        if not _SAFE_ID.fullmatch(row.briefing) or not _SAFE_ID.fullmatch(row.section):
            raise _refusal(f"{row.address} can't be searched: an id holds letters, digits, “.”, “_” and “-” only", "")
        if (other := seen.setdefault(row.stub.casefold(), row)) is not row:
            raise _refusal(f"{row.address} and {other.address} differ in nothing but case", "give one another id")


def _refusal(message: str, hint: str) -> Refused:
    return Refused(Problem(Locus("search"), message, hint))


def _remove(bundle: Path, register: Path) -> None:
    shutil.rmtree(bundle, ignore_errors=True)
    with suppress(OSError):
        register.unlink(missing_ok=True)


# ── The register ────────────────────────────────────────────────────────────────────────────────────────────────────


def make_register(records: Sequence[SearchRecord], hashes: Sequence[str]) -> bytes:
    """Return search/register.js: the facts of all records, as a classic script, so that it loads from a disk too.

    A record is its position in `ids`. `days` runs along the records: (day or "", how many). `facets`: facet → id →
    positions, each as its distance from the one before, which compresses to a fourth.
    """
    days: list[tuple[str, int]] = []
    facets: dict[str, dict[str, list[int]]] = {facet: {} for facet in FACETS}
    last: dict[tuple[str, str], int] = {}
    for position, record in enumerate(records):
        day = record.day or ""
        if days and days[-1][0] == day:
            days[-1] = (day, days[-1][1] + 1)
        else:
            days.append((day, 1))
        for facet, ids in record.facets:
            for id in ids:
                facets[facet].setdefault(id, []).append(position - last.get((facet, id), 0))
                last[facet, id] = position
    register = {
        "pagefind": PAGEFIND_VERSION,
        "every": EVERY,
        "languages": sorted({name.rpartition("_")[0] for name in hashes}),
        "ids": " ".join(hashes),
        "days": days,
        "facets": {facet: dict(sorted(values.items())) for facet, values in facets.items()},
    }
    text = json.dumps(register, ensure_ascii=True, separators=(",", ":"))
    return f"RostrumSearch.takeRegister({text});\n".encode("ascii")
