"""The briefings of a year as a book: EPUB 3.3, the same bytes every time.

    write_book(render, book, chapters) -> Iterator[bytes]

What the book says is in its contexts (contexts.Book, contexts.BookChapter), how it looks in templates/epub/. This
module knows only how the pieces lie in the container (EPUB Open Container Format 3.3, section 4). It must not make a
page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from edition.exports.archive import write_archive

#: Makes a file from the name of its template and its context.
Render = Callable[[str, object], bytes]

MEDIA_TYPE: Final = "application/epub+zip"
_CONTAINER: Final = b"""\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
 <rootfiles>
  <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
 </rootfiles>
</container>
"""


class Named(Protocol):
    """A chapter: `file` is its name in the book."""

    @property
    def file(self) -> str: ...


def write_book(render: Render, book: object, chapters: Iterable[Named]) -> Iterator[bytes]:
    """Yield the bytes of a book, a chapter at a time."""
    return write_archive(_list_entries(render, book, chapters))


def _list_entries(render: Render, book: object, chapters: Iterable[Named]) -> Iterator[tuple[str, bytes]]:
    # The media type comes first and bare, so that a program can tell the file by its first bytes (section 4.3).
    yield "mimetype", MEDIA_TYPE.encode("ascii")
    yield "META-INF/container.xml", _CONTAINER
    for name in ("package.opf", "nav.xhtml", "title.xhtml", "book.css"):
        yield f"EPUB/{name}", render(f"epub/{name}", book)
    for chapter in chapters:
        yield f"EPUB/{chapter.file}", render("epub/chapter.xhtml", chapter)
