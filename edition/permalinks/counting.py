"""How many of the addresses that were ever published answer in a site, counted in its finished pages.

    count_answers(texts, paths, anchors) -> (how many answer, of how many)      find_lost(…) -> those that don't

This module must not rely on what other modules mean to publish: it looks only at the ledger and at what was made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from edition import urls
from edition.ledger.records import PAGES, read_addresses, whole_id, without_sketches


def count_answers(
    texts: Mapping[str, str], paths: Collection[str], anchors: Mapping[str, Collection[str]]
) -> tuple[int, int]:
    """Return how many recorded addresses answer, and how many there are: pages, their anchors, files by their name.

    `texts`: the ledger's files by name; `paths`: of the site; `anchors`: the ids on each page. An address that stands
    on several lines counts as often. Forms of pages under one pattern (briefings/*.txt) don't count: their pages do.
    """
    good = all = 0
    for _, wanted, lost in _compare(texts, paths, anchors):
        all += len(wanted)
        good += len(wanted) - len(lost)
    return good, all


def find_lost(
    texts: Mapping[str, str], paths: Collection[str], anchors: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """Yield every recorded address that doesn't answer; the same arguments."""
    for path, _, lost in _compare(texts, paths, anchors):
        yield from (f"{path}#{anchor}" if anchor else path for anchor in lost)


def _compare(
    texts: Mapping[str, str], paths: Collection[str], anchors: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, Collection[str], Collection[str]]]:
    """Yield (path, anchors recorded of it, those that aren't there); the anchor "" is the page itself."""
    here, ids = "", frozenset[str]()
    for path, wanted in _list_recorded(texts):
        if path != here:
            here, ids = path, frozenset(anchors.get(path, ())) if path in paths else frozenset()
        yield path, wanted, [anchor for anchor in wanted if not (anchor in ids if anchor else path in paths)]


def _list_recorded(texts: Mapping[str, str]) -> Iterator[tuple[str, Collection[str]]]:
    """Yield path and anchors of each line of the ledger; the anchor "" is the page itself."""
    for name in sorted(texts):
        if name == PAGES:
            for address in read_addresses(texts[name])[0]:
                if "*" not in address:
                    path, _, anchor = address.partition("#")
                    yield path, (anchor,)
        else:
            yield from _list_briefings(without_sketches(texts[name]).splitlines())


def _list_briefings(lines: Iterable[str]) -> Iterator[tuple[str, Collection[str]]]:
    for line in lines:
        address, _, rest = line.partition(" ")
        if not address or address == "#":
            continue
        id, _, section = address.partition("#")
        parts = (part.partition(":")[0] for part in rest.split()) if section else ()
        yield urls.briefing_path(id), (section, *(whole_id(section, part) for part in parts))
