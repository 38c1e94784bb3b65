"""The ledger against the edition as it would be published: what has to be asked, what old addresses show, what is new.

    settle(texts, departures, site, every, blocks, unread) -> Settlement

A year's file is compared as one text, and only the briefings that differ are looked at, each by itself
(ledger/comparing.py). This module must not read or write a file, and decides nothing that an editor has to decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from edition import urls
from edition.ledger.comparing import Comparison, HeadingEdit, ParagraphEdit, compare_briefing, record_briefing
from edition.ledger.records import (
    FOLDER,
    PAGES,
    RecordedBriefing,
    Rows,
    changed_blocks,
    ledger_file,
    page_line,
    read_addresses,
    read_block,
    split_blocks,
    without_sketches,
    write_block,
    write_file,
)
from edition.model import Locus, Transcript
from edition.permalinks.addresses import Address, Departures
from edition.permalinks.answering import (
    Answers,
    OldPage,
    Stub,
    answer_briefing,
    answer_headings,
    answer_page,
    answer_places,
    find_copies,
    stem_of,
)
from edition.permalinks.asking import (
    ask_of_briefing,
    ask_of_form,
    ask_of_lost_briefing,
    ask_of_lost_page,
    ask_of_unread,
    tell_wrong_departures,
)
from edition.permalinks.resolving import Resolver, Site, find_kin
from edition.permalinks.searching import search_lost
from edition.problems import Problem

#: Files of the site whose addresses are no promise.
_FREE_FOLDERS: Final = ("assets/", "files/", "search/")
_FREE_FILES: Final = re.compile(
    r"(?:404|review)\.html|\.nojekyll|robots\.txt|opensearch\.xml|sitemap[^/]*|data/review\.csv|manifest-[^/]*"
)
#: The data of a year, a form of the page of that year.
_OF_YEAR: Final = re.compile(rf"(data/[a-z]+-)(?:\d{{4}}|{urls.UNDATED})(\.\w+)")


def is_promised(path: str) -> bool:
    """Say whether the address of a file of the site is promised (docs/permalinks.md)."""
    return not path.startswith(_FREE_FOLDERS) and not _FREE_FILES.fullmatch(path)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `build.py keep` can write: ids into transcripts (file → edits), and lines into moved.yaml."""

    headings: Mapping[str, tuple[HeadingEdit, ...]] = field(default_factory=dict)
    paragraphs: Mapping[str, tuple[ParagraphEdit, ...]] = field(default_factory=dict)
    moved: tuple[tuple[Address, Address], ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the ledger says of a build.

    `asked`: what must be decided before anything is published; `problems`: what is wrong in the ledger's own files;
    `answers`: what old addresses show; `texts`: the ledger's files that change, as they are to be written; `missing`:
    the lines in them that have new addresses, by file; `proposal`: what can be written without asking.
    """

    asked: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    answers: Answers = field(default_factory=Answers)
    texts: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proposal: Proposal = field(default_factory=Proposal)


def settle(
    texts: Mapping[str, str],
    departures: Departures,
    site: Site,
    every: Mapping[str, Transcript],
    blocks: Mapping[str, str],
    unread: Collection[str] = frozenset(),
) -> Settlement:
    """Return what the ledger says of a build. `texts`: the ledger's files by name; `every`: id → transcript, asked for
    only where something is new or different; `blocks`: id → its `bare_block`. `unread`: ids of transcripts and pages
    that can't be read: those that were published are asked for, and nothing of pages that might hang on them.
    """
    rows, new, problems = _read_years(texts, blocks)
    pages, more = read_addresses(texts.get(PAGES, ""))
    records: dict[str, RecordedBriefing] = {}
    for id, block in rows.items():
        records[id], wrong = read_block(id, block, ledger_file(id))
        problems += wrong

    @cache
    def recorded(id: str) -> RecordedBriefing | None:
        if id in records:
            return records[id]
        # what is neither new nor different is recorded just as it stands
        return record_briefing(every[id]) if id in every and id not in new else None

    kin = find_kin(departures)
    resolver = Resolver(site, departures, recorded, kin)
    by_page = departures.by_page()

    def said(id: str) -> frozenset[str]:
        path = urls.briefing_path(id)
        return frozenset[str]().union(*(by_page.get(p, ()) for p in (path, *kin.get(path, ()))))

    departed = [records[id] for id in sorted(records) if id not in every and id not in unread]
    compared = {
        id: compare_briefing(records[id], every[id], said(id), _reserved(id, departed, kin))
        for id in sorted(records)
        if id in every
    }
    moved = _compare_moved(departed, new, every, resolver, said)
    asked, proposal = _ask_of_briefings(records, every, new, compared, departed, moved, resolver, said)
    old = [page for record in departed if (page := answer_briefing(record, resolver))]
    asked += _ask_of_unread(unread, records, pages)
    asked += _ask_of_pages(pages, site, resolver, unread)
    old += _old_pages(pages, departures, site, resolver)
    revived = {Address(urls.briefing_path(id), a) for id, found in compared.items() for a in found.revived}
    # what is just as it was recorded was not compared
    revived |= {
        a
        for a in (*departures.moved, *departures.gone)
        if a.anchor and a.briefing in every and a.briefing not in compared and site.has(a)
    }
    problems += more
    published = _published(departures, pages, recorded)
    problems += tell_wrong_departures(departures, site, resolver, revived, published)
    changed, missing = _write_years(texts, every, new, compared)
    text, lines = _write_pages(texts.get(PAGES, ""), pages, site)
    return Settlement(
        asked=tuple(sorted(set(asked))),
        problems=tuple(sorted(set(problems))),
        answers=Answers(
            tuple(sorted(old, key=lambda page: page.path)),
            *_places(_read_again(records, compared), every, pages, resolver),
            find_copies(old, (address for address in pages if "*" in address), site.files),
        ),
        texts=changed | text,
        missing=missing | lines,
        proposal=proposal,
    )


# ── Briefings ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_years(
    texts: Mapping[str, str], blocks: Mapping[str, str]
) -> tuple[dict[str, Rows], frozenset[str], list[Problem]]:
    """Return the lines of briefings that differ from their transcripts or have none, and the briefings that are new."""
    expected: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for id, block in blocks.items():
        expected[ledger_file(id)][id] = block
    rows: dict[str, Rows] = {}
    new: list[str] = []
    problems: list[Problem] = []
    for name in sorted({*expected, *texts} - {PAGES}):
        changed, added, wrong = changed_blocks(texts.get(name, ""), name, expected.get(name, {}))
        rows |= changed
        new += added
        problems += wrong
    return rows, frozenset(new), problems


def _reserved(id: str, departed: Iterable[RecordedBriefing], kin: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the anchors that a briefing had under other ids: nothing else may get them."""
    group = kin.get(urls.briefing_path(id), frozenset())
    return frozenset(a for record in departed if urls.briefing_path(record.id) in group for a in record.anchors)


def _compare_moved(
    departed: Iterable[RecordedBriefing],
    new: Collection[str],
    transcripts: Mapping[str, Transcript],
    resolver: Resolver,
    said: Callable[[str], frozenset[str]],
) -> dict[str, tuple[str, Comparison]]:
    """Return briefing → (its new id, what has to be done there) for those that have just got another id: their anchors
    were published under the old one, and the new one has none yet.
    """
    found: dict[str, tuple[str, Comparison]] = {}
    for record in departed:
        moved = resolver.departures.moved.get(Address(urls.briefing_path(record.id)))
        # what had its id before that one went into it; its words are those of an earlier time
        if moved and moved.new.briefing in new:
            comparison = compare_briefing(record, transcripts[moved.new.briefing], said(record.id))
            found[record.id] = (moved.new.briefing, comparison)
    return found


def _ask_of_briefings(
    records: Mapping[str, RecordedBriefing],
    transcripts: Mapping[str, Transcript],
    new: Collection[str],
    compared: Mapping[str, Comparison],
    departed: Iterable[RecordedBriefing],
    moved: Mapping[str, tuple[str, Comparison]],
    resolver: Resolver,
    said: Callable[[str], frozenset[str]],
) -> tuple[list[Problem], Proposal]:
    """Return what is asked of briefings, and what of it can be written without asking."""
    lost = {id: found.lost for id, found in (*compared.items(), *((id, c) for id, (_, c) in moved.items()))}
    gone = [r for r in departed if resolver.is_lost(Address(urls.briefing_path(r.id)))]
    fresh = [transcripts[id] for id in sorted({*new, *compared})]
    known = {**compared, **dict(moved.values())}
    published = {id: record for id, record in records.items() if id not in new}
    elsewhere = search_lost(lost, gone, fresh, published.get, known, resolver.is_lost, said)
    asked: list[Problem] = []
    headings: dict[str, tuple[HeadingEdit, ...]] = {}
    paragraphs: dict[str, tuple[ParagraphEdit, ...]] = {}
    lines = [(old, now) for old, now in elsewhere.items() if old.anchor]
    homes = {id: (id, found) for id, found in compared.items()} | dict(moved)
    for id, (home, found) in sorted(homes.items()):
        transcript, path = transcripts[home], urls.briefing_path(id)
        asked += ask_of_briefing(records[id], transcript, found, elsewhere)
        if found.headings:
            headings[transcript.file] = found.headings
        if found.paragraphs:
            paragraphs[transcript.file] = found.paragraphs
        lines += [(Address(path, j.anchor), Address(urls.briefing_path(home), j.now)) for j in found.joined]
    for record in gone:
        now = elsewhere.get(Address(urls.briefing_path(record.id)))
        asked.append(ask_of_lost_briefing(record, now.briefing if now else ""))
    return asked, Proposal(headings, paragraphs, tuple(sorted(lines)))


def _write_years(
    texts: Mapping[str, str],
    transcripts: Mapping[str, Transcript],
    new: Iterable[str],
    compared: Mapping[str, Comparison],
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the files of years that change, and the lines in them that have new addresses."""
    blocks: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for id in new:
        blocks[ledger_file(id)][id] = write_block(record_briefing(transcripts[id]))
    for id, found in compared.items():
        if found.block:
            blocks[ledger_file(id)][id] = found.block
    changed: dict[str, str] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for name, those in sorted(blocks.items()):
        old, _ = split_blocks(texts.get(name, ""), name)
        now = {id: "".join(f"{line}\n" for _, line in rows) for id, rows in old.items()}
        lines = [line for id in sorted(those) for line in _new_lines(now.get(id, ""), those[id])]
        text = write_file(now | those)
        if text != texts.get(name):
            changed[name] = text
        if lines:
            missing[name] = tuple(lines)
    return changed, missing


def _new_lines(before: str, after: str) -> Iterator[str]:
    """Yield the lines of a block that have an address which the block before hasn't."""
    known = _addresses(before)
    for line in after.splitlines():
        if not _addresses(line) <= known:
            yield line


def _addresses(block: str) -> set[str]:
    found: set[str] = set()
    for line in without_sketches(block).splitlines():
        address, _, rest = line.partition(" ")
        found.add(address)
        if "#" in address:
            found |= {f"{address} {part.partition(':')[0]}" for part in rest.split()}
    return found


# ── Other pages, and files ──────────────────────────────────────────────────────────────────────────────────────────

_Pages = Mapping[str, tuple[str, int]]


def _address(text: str) -> Address:
    path, _, anchor = text.partition("#")
    return Address(path, anchor)


def _ask_of_unread(unread: Iterable[str], records: Mapping[str, RecordedBriefing], pages: _Pages) -> Iterator[Problem]:
    for name in sorted(unread):
        if name in records:
            yield ask_of_unread(name, Locus(records[name].file, records[name].line))
        elif urls.page_path(name) in pages:
            yield ask_of_unread(name, Locus(f"{FOLDER}/{PAGES}", pages[urls.page_path(name)][1]))


def _ask_of_pages(pages: _Pages, site: Site, resolver: Resolver, unread: Collection[str]) -> Iterator[Problem]:
    """Yield what is asked of pages, places on them, forms of pages and files that would vanish."""
    for text, (title, line) in pages.items():
        if "*" in text:
            folder, _, ending = text.partition("*")
            names = filter(None, (stem_of(path, folder) for path in site.pages))
            missing = [path for name in names if (path := f"{folder}{name}{ending}") not in site.files]
            if missing and not unread:
                yield ask_of_form(text, line, missing[0])
        # while a transcript can't be read, whatever it names seems to be gone
        elif not unread and resolver.is_lost(_address(text)):
            yield ask_of_lost_page(_address(text), title, line, site)


def _old_pages(pages: _Pages, departures: Departures, site: Site, resolver: Resolver) -> Iterator[OldPage]:
    """Yield the pages for old addresses beside those of published briefings; also for those that an editor brings from
    an earlier site.
    """
    anchors: defaultdict[str, list[str]] = defaultdict(list)
    for text in pages:
        path, mark, anchor = text.partition("#")
        if mark:
            anchors[path].append(anchor)
    brought = {
        a.path for a in (*departures.moved, *departures.gone) if not a.anchor and not resolver.recorded(a.briefing)
    }
    for path in sorted({*pages, *brought}):
        if path.endswith(".html") and path not in site.pages:
            title = pages[path][0] if path in pages else ""
            if page := answer_page(path, title, anchors.get(path, ()), resolver):
                yield page


def _read_again(
    records: Mapping[str, RecordedBriefing], compared: Mapping[str, Comparison]
) -> Iterator[RecordedBriefing]:
    """Yield the living briefings as this build records them: the next build must show the same in the same places."""
    for id, found in compared.items():
        rows = list(enumerate(found.block.splitlines(), 1))
        yield read_block(id, rows, ledger_file(id))[0] if rows else records[id]


def _places(
    records: Iterable[RecordedBriefing],
    transcripts: Mapping[str, Transcript],
    pages: _Pages,
    resolver: Resolver,
) -> tuple[dict[str, Mapping[str, tuple[str, ...]]], dict[str, tuple[Stub, ...]]]:
    """Return what stands on living pages for anchors that are no more on them."""
    aliases: dict[str, Mapping[str, tuple[str, ...]]] = {}
    stubs: defaultdict[str, tuple[Stub, ...]] = defaultdict(tuple)
    for record in records:
        path = urls.briefing_path(record.id)
        aliases[path], stubs[path] = answer_places(record, transcripts[record.id], resolver)
    for text in pages:
        path, mark, anchor = text.partition("#")
        if mark and path in resolver.site.pages:
            stubs[path] += tuple(answer_headings(path, [anchor], resolver))
    return {p: a for p, a in aliases.items() if a}, {p: s for p, s in stubs.items() if s}


def _published(
    departures: Departures, pages: _Pages, recorded: Callable[[str], RecordedBriefing | None]
) -> frozenset[Address]:
    """Return which of the addresses that editors speak of were published, old ones and new ones."""
    found: set[Address] = set()
    for address in (*departures.moved, *departures.gone, *(moved.new for moved in departures.moved.values())):
        record = recorded(address.briefing) if address.briefing else None
        if (record and (not address.anchor or address.anchor in record.anchors)) or (
            f"{address.path}#{address.anchor}" if address.anchor else address.path
        ) in pages:
            found.add(address)
    return frozenset(found)


def _write_pages(before: str, pages: _Pages, site: Site) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return pages.txt where it changes, and the lines in it that have new addresses."""
    titles = {text: title for text, (title, _) in pages.items()}
    titles |= {p: title for p, title in site.pages.items() if is_promised(p) and not Address(p).briefing}
    for path in site.anchors:
        if not Address(path).briefing:
            titles |= {f"{path}#{anchor}": "" for anchor in site.anchors[path]}
    titles |= dict.fromkeys(_addresses_of_files(site), "")
    lines = {address: page_line(address, title) for address, title in titles.items()}
    text = write_file(lines)
    new = tuple(lines[address].rstrip("\n") for address in sorted(lines) if address not in pages)
    return ({PAGES: text} if text != before else {}), ({PAGES: new} if new else {})


def _addresses_of_files(site: Site) -> set[str]:
    """Return the addresses of files that are no page: forms of pages under one pattern, others by themselves."""
    found: set[str] = set()
    briefings = {id for path in site.pages if (id := Address(path).briefing)}
    for path in filter(is_promised, site.files):
        folder, slash, name = path.rpartition("/")
        stem, dot, ending = name.partition(".")
        is_form = slash and (f"{folder}/{stem}.html" in site.pages or stem in briefings)
        of_year = _OF_YEAR.fullmatch(path)
        found.add(f"{folder}/*{dot}{ending}" if is_form else f"{of_year[1]}*{of_year[2]}" if of_year else path)
    return found
