"""The pages of transcripts that were just saved, made at once: before the site is built again.

    make_pages_ahead(folder, paths) -> {path: bytes}

A transcript is examined as it stands; whatever its page says of the rest of the edition is what the last build found,
so that no other briefing is read: of the edition only the indexes of what is remembered. This module must not write a
file, and nothing of what it makes may be published: only a build knows what a change means to other pages, and they to
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from edition.abstracts import Abstract
from edition.briefing_files import Bearings, Order, Ties, Workshop, make_page
from edition.entities import Shown, show_authorities
from edition.examining import Examiner, Unread, examine, tell_taken
from edition.indexes import Links
from edition.memo import Unkept, replace, unpack
from edition.problems import Problem
from edition.published import BEARINGS, PUBLISHED, Published, open_files
from edition.settings import read_settings


def make_pages_ahead(folder: Path, paths: Iterable[str]) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return path in the site → page of each of some transcripts, and why there is none of the others. `paths`: below
    the edition's folder. A transcript that was never published is shown without neighbours, one whose id another file
    has, not at all; where no build has left anything there is no page. Raises Refused where the config can't be used
    or a template fails.
    """
    published = Published(open_files(folder, PUBLISHED, keep=False), None)
    said = published.recall_note(BEARINGS)
    if said is None:
        return {}, ()
    settings = read_settings(folder)
    with suppress(Unkept):
        workshop = Workshop(folder, settings.config, settings.authorities, unpack(said, Bearings))
        desk = Examiner(folder, settings).desk
        shown = show_authorities(settings.authorities, settings.config.interface)
        pages: dict[str, bytes] = {}
        problems: list[Problem] = []
        for path in paths:
            found = examine(desk, path)
            if isinstance(found, Unread):
                problems += found.problems
                continue
            abstract = found.known.abstract
            ties = _unpack_ties(published.recall_note(abstract.id))
            if ties.file not in ("", path) and (folder / ties.file).exists():
                problems.append(tell_taken(path, abstract.id, ties.file))
                continue
            links = _add_mentioned(ties.links, abstract, shown)
            order = Order(found.briefing, abstract, links, found.known.proved.state, ties.traces)
            page, data = make_page(workshop, found.briefing, order)
            pages[page] = data
        return pages, tuple(problems)
    return {}, ()


def _add_mentioned(links: Links, abstract: Abstract, shown: Shown) -> Links:
    """Return links that also lead to the entities which a briefing mentions only now. The page of one that stands
    nowhere else in the edition is not there before the build.
    """
    held = {(family, id) for family, id, *_ in links.entities}
    mentioned = dict.fromkeys(key for section in abstract.sections for key in section.mentions if key not in held)
    every = {**shown.entities, **{each.key: each for each in abstract.strangers}}
    new = (every[key] for key in mentioned)
    return replace(links, entities=(*links.entities, *((e.family, e.id, e.slug, e.name) for e in new)))


def _unpack_ties(said: bytes | None) -> Ties:
    with suppress(Unkept):
        return unpack(said or b"", Ties)
    return Ties()
