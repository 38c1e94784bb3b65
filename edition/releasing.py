"""The files of a release that no build of the site makes: the whole edition as TEI, as a database, as books.

    list_release_files(content, folder) -> tuple[ReleaseFile, ...]

Each is written a briefing at a time, when it is asked for. This module must not write into the edition or its site,
and must not decide what a release is called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from edition.contexts import Book
from edition.exports import epub
from edition.exports.database import make_database
from edition.exports.files import make_citations
from edition.exports.tei import make_corpus
from edition.importing.checking import State
from edition.indexes import Edition, Index, make_index
from edition.interface import Words, load
from edition.pages import list_books
from edition.render import Renderer

#: What was found of each text beside its witness, by id.
States: TypeAlias = Mapping[str, State]


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file of a release: its name, its media type, `write()` its bytes piece by piece."""

    name: str
    type: str
    write: Callable[[], Iterator[bytes]]


def list_release_files(edition: Edition, folder: Path, states: States | None = None) -> tuple[ReleaseFile, ...]:
    """Return the files of a release in order of name; none of an edition without briefings.

    `folder`: the edition's, whose templates are used. `states`: what was found of the texts beside their witnesses.
    Writing raises Refused where a template fails or this Python's SQLite has no full-text index.
    """
    if not edition.briefings:
        return ()
    words = load(edition.config.interface)
    index = make_index(edition, words.code)
    files = [
        ReleaseFile("edition.sqlite", "application/vnd.sqlite3", partial(make_database, edition)),
        ReleaseFile("edition.tei.xml", "application/tei+xml", partial(make_corpus, edition)),
    ]
    renderer = Renderer(words, folder)
    for book, _ in _books(index, words, states):
        write = partial(_write_book, renderer, index, words, states, book.file)
        files.append(ReleaseFile(book.file, epub.MEDIA_TYPE, write))
    return tuple(sorted(files, key=lambda file: file.name))


def _books(index: Index, words: Words, states: States | None) -> Iterator[tuple[Book, Iterator[epub.Named]]]:
    cite = make_citations(index.edition.config_of)
    return list_books(index, words, cite, states)


def _write_book(renderer: Renderer, index: Index, words: Words, states: States | None, file: str) -> Iterator[bytes]:
    for book, chapters in _books(index, words, states):
        if book.file == file:
            return epub.write_book(renderer.render, book, chapters)
    raise KeyError(file)
