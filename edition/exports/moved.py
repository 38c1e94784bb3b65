"""The table of old addresses, data/moved.csv: where each leads, or since when and why it is gone.

It must not hold an address that is alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from edition import urls
from edition.exports.dictionary import MOVED
from edition.exports.tables import make_table
from edition.permalinks.addresses import Address, Gone
from edition.permalinks.answering import Answers

TABLE: Final = urls.data_path("moved.csv")


def make_moved_table(answers: Answers) -> bytes:
    """Return the table, sorted by the old address."""
    return make_table(MOVED.names, sorted(_rows(answers)))


def _rows(answers: Answers) -> Iterator[tuple[str, ...]]:
    for page in answers.old:
        yield _row(page.path, "", page.led)
        for section in page.sections:
            for anchor in (section.anchor, *section.paragraphs):
                yield _row(page.path, anchor.id, anchor.led)
    for path, aliases in answers.aliases.items():
        for now, ids in aliases.items():
            for id in ids:
                yield _row(path, id, Address(path, now))
    for path, stubs in answers.stubs.items():
        for stub in stubs:
            for anchor in (stub.left.anchor, *stub.left.paragraphs):
                yield _row(path, anchor.id, anchor.led)
    for old, new in answers.copies.items():
        yield _row(old, "", Address(new))


def _row(path: str, anchor: str, led: Address | Gone) -> tuple[str, ...]:
    old = urls.anchor(path, anchor) if anchor else path
    if isinstance(led, Gone):
        return old, "", led.date, led.reason
    return old, urls.anchor(led.path, led.anchor) if led.anchor else led.path, "", ""
