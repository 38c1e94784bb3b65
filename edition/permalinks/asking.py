"""What an editor is asked when an address would be lost, and what is wrong in moved.yaml and gone.yaml.

Every problem says exactly what to write. This module must not decide what became of an address: it tells what others
found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import groupby
from typing import Final

from edition import urls
from edition.ledger.comparing import Comparison
from edition.ledger.records import FOLDER, PAGES, RecordedBriefing, ledger_file
from edition.model import Locus, Transcript
from edition.permalinks.addresses import MOVED, Address, Departures, suggest_address
from edition.permalinks.resolving import Resolver, Site
from edition.problems import Problem
from edition.transcripts import lettered_id

KEEP: Final = "“build.py keep --write”"
#: How like a name must be to one that vanished to be offered in its place.
_NEAR: Final = 0.8
#: How many lines of the ledger a message shows, so that they can be copied from it; of more than that, the first.
_LINES_SHOWN: Final = 40
_FIRST_LINES: Final = 3
_FORMATS: Final = "put what “formats” in config.yaml had back"


def ask_of_briefing(
    record: RecordedBriefing, transcript: Transcript, found: Comparison, elsewhere: Mapping[Address, Address]
) -> Iterator[Problem]:
    """Yield what has to be written, and what has to be decided, before a published briefing can be published again.

    `elsewhere`: where the words of lost anchors stand now, in other briefings.
    """
    yield from _ask_of_ids(transcript, found)
    yield from _ask_of_joined(record, transcript, found)
    yield from _ask_of_lost(record, transcript, found, elsewhere)
    used = {*record.anchors, *(a for s in transcript.sections for a in (s.id, *(p.id for p in s.paragraphs)))}
    for id, line in found.rewritten:
        address = Address(urls.briefing_path(record.id), id)
        yield Problem(
            Locus(transcript.file, line),
            f"quite other words were published as {id}",
            f"the same paragraph, rewritten? run: build.py keep --same {address} --write\n"
            f"    another one? write {{#{lettered_id(id, used)}}} at its end, and run: "
            f'build.py withdraw {address} --reason "why"',
        )


def _ask_of_ids(transcript: Transcript, found: Comparison) -> Iterator[Problem]:
    for heading in found.headings:
        locus = Locus(transcript.file, heading.line)
        hint = f"write {{#{heading.id}}} in place of {{#{heading.was}}}, or run {KEEP}"
        if heading.published:
            yield Problem(locus, f"this section was published as {heading.id}, and is {heading.was} here", hint)
        else:
            message = f"this section is new, and takes the id {heading.was} under which another one was published"
            yield Problem(locus, message, hint)
    for edit in found.paragraphs:
        locus = Locus(transcript.file, edit.line)
        hint = f"write {{#{edit.id}}} at the end of the paragraph, or run {KEEP}"
        if not edit.published:
            message = f"this paragraph is new, and takes the id {edit.was} under which other words were published"
        elif edit.id != edit.was:
            message = f"these words were published as {edit.id}, and are {edit.was} here"
        else:
            message = f"these words were published as {edit.id}, and keep that id only if it is written"
        yield Problem(locus, message, hint)


def _ask_of_joined(record: RecordedBriefing, transcript: Transcript, found: Comparison) -> Iterator[Problem]:
    path = urls.briefing_path(record.id)
    for each in found.joined:
        what = "section" if each.section else "paragraph"
        message = f"the {what} {each.anchor} was published, and its words are part of {each.now} now"
        line = f"{Address(path, each.anchor)}: {Address(path, each.now)}"
        yield Problem(Locus(transcript.file, each.line), message, f"write into {MOVED}: {line}\n    or run {KEEP}")


def _ask_of_lost(
    record: RecordedBriefing, transcript: Transcript, found: Comparison, elsewhere: Mapping[Address, Address]
) -> Iterator[Problem]:
    path = urls.briefing_path(record.id)
    anchors, lines = record.anchors, {s.id: s.line for s in record.sections}
    here = {s.id: s.line for s in transcript.sections}
    whole = [id for id in found.lost if anchors[id] == id]
    parts = [id for id in found.lost if anchors[id] != id and anchors[id] not in whole]
    groups = [[id] for id in whole] + [list(ids) for _, ids in groupby(parts, key=lambda id: anchors[id])]
    for ids in groups:
        section = anchors[ids[0]]
        locus = Locus(transcript.file, here.get(section, 0))
        at = {id: elsewhere[Address(path, id)] for id in ids if Address(path, id) in elsewhere}
        for id, now in at.items():
            message = f"{id} was published here, and its words are in {now} now"
            hint = f"write into {MOVED}: {Address(path, id)}: {now}\n    or run {KEEP}"
            yield Problem(locus, message, hint)
        left = [id for id in ids if id not in at]
        if left:
            typed = " ".join(str(Address(path, id)) for id in left)
            verb = "was" if len(left) == 1 else "were"
            its = "its" if len(left) == 1 else "their"
            ledger = Locus(f"{FOLDER}/{ledger_file(record.id)}", lines.get(section, record.line))
            yield Problem(
                locus,
                f"{', '.join(left)} {verb} published here, and {its} words are nowhere now",
                f"put them back, or run: build.py withdraw {typed} --reason {_reason(transcript, section)}\n"
                f"    told elsewhere now? build.py move {Address(path, left[0])} PLACE; "
                f"never published? take it out of {ledger}",
            )


def _reason(transcript: Transcript, section: str) -> str:
    """Return the reason that the transcript itself gives: a later version of its source lacks these words."""
    for revision in reversed(transcript.revisions):
        if revision.taken and any(c.section == section and not c.after for c in revision.changes):
            return f'"The version of the source received on {revision.received} no longer has it."'
    return '"why"'


def ask_of_lost_briefing(record: RecordedBriefing, now: str) -> Problem:
    """Return what is asked of a published briefing without a transcript. `now`: the one that has its words, or ""."""
    locus = Locus(record.file, record.line)
    if now:
        message = f"the briefing {record.id} was published, and its words are in {now} now"
        return Problem(locus, message, f"run: build.py move {record.id} {now}\n    or give the file its old name back")
    message = f"the briefing {record.id} was published, and has no transcript any more"
    return Problem(
        locus,
        message,
        f'put the file back, or run: build.py withdraw {record.id} --reason "why"\n'
        f"    told elsewhere now? build.py move {record.id} PLACE; never published? delete its lines here",
    )


def ask_of_unread(name: str, locus: Locus) -> Problem:
    """Return what is asked of a published briefing, or page of the editor, whose file is there and can't be read."""
    hint = "correct what is wrong with its file; “build.py serve” shows the rest meanwhile"
    return Problem(locus, f"“{name}” was published, and would vanish, because its file can't be read", hint)


def ask_of_lost_page(address: Address, title: str, line: int, site: Site) -> Problem:
    """Return what is asked of a page, a place on a page, or a file that was published and isn't there any more."""
    locus = Locus(f"{FOLDER}/{PAGES}", line)
    shown = f"“{address}”" + (f" ({title})" if title else "")
    message = f"{shown} was published, and would vanish"
    family = address.path.partition("/")[0]
    name = address.path.removeprefix(f"{family}/").removesuffix(".html")
    others = (p.removeprefix(f"{family}/").removesuffix(".html") for p in site.pages if p.startswith(f"{family}/"))
    near = get_close_matches(name, others, 1, _NEAR)
    guess = f", {family}/{near[0]} perhaps" if near and family in urls.FAMILIES else ""
    hint = f"where is it now{guess}? run: build.py move {address} PLACE"
    if not address.path.endswith(".html"):
        hint = f"{_FORMATS}, or the program that wrote it in its place"
    elif address.anchor:
        hint = f"write {{#{address.anchor}}} behind its heading, or run: build.py move {address} PLACE"
    elif family in urls.FAMILIES:
        hint += "; or put its name among the aliases of whoever it is"
    return Problem(
        locus,
        message,
        f'{hint}\n    gone? build.py withdraw {address} --reason "why"; never published? delete this line',
    )


def tell_lost(addresses: Iterable[str]) -> tuple[Problem, ...]:
    """Return what is told of addresses that lead nowhere in the finished pages though nobody was asked about them."""
    lost = list(addresses)
    hint = (
        "this is a fault of the program: please report it, with content/permalinks and the transcript; until then,"
        ' put back what stood there, or run: build.py withdraw ADDRESS --reason "why"'
    )
    more = f" and {len(lost) - 1:,} more" if len(lost) > 1 else ""
    message = f"“{lost[0]}”{more} was published, and would lead nowhere: nothing is published"
    return (Problem(Locus(FOLDER), message, hint),)


def ask_of_form(pattern: str, line: int, example: str) -> Problem:
    """Return what is told where pages no longer have a form that was published with them."""
    message = f"“{pattern}” was published, and would vanish: there is no {example}"
    hint = f"{_FORMATS}, or the program that wrote them in its place\n    shall they end? delete this line"
    return Problem(Locus(f"{FOLDER}/{PAGES}", line), message, hint)


def tell_missing(missing: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Yield what a build that writes nothing tells of addresses that the ledger hasn't: the lines to be committed."""
    for name, lines in sorted(missing.items()):
        most = len(lines) if len(lines) <= _LINES_SHOWN else _FIRST_LINES
        shown = "".join(f"\n    {line}" for line in lines[:most])
        more = f"\n    … and {len(lines) - most:,} more" if len(lines) > most else ""
        count = "an address" if len(lines) == 1 else f"{len(lines):,} lines of addresses"
        yield Problem(
            Locus(f"{FOLDER}/{name}"),
            f"{count} would be published and {'is' if len(lines) == 1 else 'are'} not recorded",
            f"run “build.py” (or “make site”) on your machine and commit {FOLDER}; missing:{shown}{more}",
        )


def tell_outdated(texts: Collection[str], missing: Collection[str]) -> Iterator[Problem]:
    """Yield a note for each file of the ledger whose words or titles were corrected since: no address is missing, and
    the next build that may write brings it up to date.
    """
    for name in sorted(set(texts) - set(missing)):
        message = "older than the words that it records; no address is missing"
        hint = f"run “build.py” (or “make site”) on your machine and commit {FOLDER}, at the next occasion"
        yield Problem(Locus(f"{FOLDER}/{name}"), message, hint, "note")


def tell_wrong_departures(
    departures: Departures, site: Site, resolver: Resolver, revived: Collection[Address], published: Collection[Address]
) -> Iterator[Problem]:
    """Yield what is wrong in moved.yaml and gone.yaml. `revived`: anchors that have their words again; `published`:
    those of the addresses in them, old and new, that the ledger has.
    """
    for old, moved in departures.moved.items():
        yield from _tell_wrong_old(old, moved.locus, site, revived, published)
        # where the new address is lost itself, that is asked
        if moved.new not in published or moved.new in departures or not resolver.is_lost(moved.new):
            yield from _tell_wrong_target(old, moved.new, moved.locus, departures, site, resolver)
    for old, gone in departures.gone.items():
        yield from _tell_wrong_old(old, gone.locus, site, revived, published)


def _tell_wrong_old(
    old: Address, locus: Locus, site: Site, revived: Collection[Address], published: Collection[Address]
) -> Iterator[Problem]:
    # a new paragraph that took an old id is asked about where it stands
    alive = old in revived or (site.has(old) and not (old.briefing and old.anchor) and not _is_loose(old, site))
    if alive:
        name = locus.file.rpartition("/")[2]
        hint = f"delete this entry of {name}; if it is another one under an old id, give that one an id of its own"
        yield Problem(locus, f"“{old}” is published again", hint)
    elif old.anchor and old not in published:
        known = [a.path for a in published]
        hint = suggest_address(old, known) or "look at the address; only what the ledger has can be cited"
        yield Problem(locus, f"“{old}” was never published", hint)


def _is_loose(address: Address, site: Site) -> bool:
    return bool(address.anchor) and address.path not in site.anchors


def _leads_in_a_circle(address: Address, departures: Departures) -> bool:
    seen: set[Address] = set()
    while (moved := departures.moved.get(address)) and address not in seen:
        seen.add(address)
        address = moved.new
    return address in seen


def _tell_wrong_target(
    old: Address, new: Address, locus: Locus, departures: Departures, site: Site, resolver: Resolver
) -> Iterator[Problem]:
    if _leads_in_a_circle(old, departures):
        yield Problem(locus, f"“{old}” leads in a circle", "name the address that is there now")
    # what moved on is told of where it ends
    elif new not in departures.moved and resolver.resolve(new) is None:
        hint = suggest_address(new, site.pages) or "name an address of this edition as it is now"
        if new.anchor and new.path in site.pages:
            hint = f"the page is there, the place {new.anchor} is not"
        yield Problem(locus, f"“{new}” is nowhere in this edition", hint)
