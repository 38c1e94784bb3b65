"""The files of a release: whole, the same every time, harmless whatever a text holds, a briefing at a time."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from edition.contexts import Book, BookChapter
from edition.exports import epub
from edition.exports.archive import write_archive
from edition.importing.checking import State
from edition.indexes import Edition
from edition.model import Rights
from edition.releasing import ReleaseFile, list_release_files
from tests.site_edition import (
    AUTHORITIES,
    CONFIG,
    make_briefing,
    make_exchange,
    make_language_edition,
    make_small_edition,
)
from tests.whole import gather_edition

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
HOSTILE = "</p><script>alert('x')</script> & <b> ]]> \x00\x08 \ud800 \ufffe “灯塔”"


def files_of(edition: Edition, folder: Path, states: Mapping[str, State] | None = None) -> dict[str, ReleaseFile]:
    return {file.name: file for file in list_release_files(edition, folder, states)}


def find_book(files: dict[str, ReleaseFile], year: str = "") -> dict[str, bytes]:
    return read_book(next(file for name, file in files.items() if name.endswith(f"{year}.epub")))


def read_book(file: ReleaseFile) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(file.write()))) as book:
        assert book.testzip() is None
        assert book.namelist()[0] == "mimetype"
        return {name: book.read(name) for name in book.namelist()}


def test_a_release_has_a_corpus_a_database_and_a_book_a_year(tmp_path: Path) -> None:
    files = files_of(make_small_edition(), tmp_path)
    books = sorted(name for name in files if name.endswith(".epub"))
    assert [name.removesuffix(".epub").rpartition("-")[2] for name in books] == ["2024", "2025", "undated"]
    assert sorted(set(files) - set(books)) == ["edition.sqlite", "edition.tei.xml"]
    for file in files.values():
        assert b"".join(file.write()) == b"".join(file.write()), file.name
    assert list_release_files(gather_edition(CONFIG, [], AUTHORITIES), tmp_path) == ()


def test_a_book_is_laid_out_as_epub_asks(tmp_path: Path) -> None:
    states: dict[str, State] = {"2025-05-14-ines-halvard": "checked"}
    book = read_book(
        next(file for name, file in files_of(make_small_edition(), tmp_path, states).items() if "2025" in name)
    )
    assert book["mimetype"] == b"application/epub+zip"
    root = ET.fromstring(book["META-INF/container.xml"])
    assert [node.get("full-path") for node in root.iter() if node.tag.endswith("rootfile")] == ["EPUB/package.opf"]
    package = ET.fromstring(book["EPUB/package.opf"])
    items = {item.get("id"): item.get("href") for item in package.iterfind("opf:manifest/opf:item", OPF)}
    assert {f"EPUB/{href}" for href in items.values()} == {name for name in book if name.startswith("EPUB/")} - {
        "EPUB/package.opf"
    }
    spine = [str(items[ref.get("idref")]) for ref in package.iterfind("opf:spine/opf:itemref", OPF)]
    assert spine[:2] == ["title.xhtml", "nav.xhtml"]
    days = spine[2:]
    assert days == sorted(days), "in order of their days"
    nav = ET.fromstring(book["EPUB/nav.xhtml"])
    assert [a.get("href") for a in nav.iter(f"{XHTML}a")] == ["title.xhtml", *days]
    facts = {meta.get("property"): meta.text for meta in package.iterfind("opf:metadata/opf:meta", OPF)}
    assert facts["dcterms:modified"] == "2025-06-30T00:00:00Z", "the day of the release"
    assert facts["schema:accessModeSufficient"] == "textual"
    page = ET.fromstring(book["EPUB/2025-05-14-ines-halvard.xhtml"])
    shown = "".join(page.itertext())
    for section in next(make_small_edition().read_briefings()).sections:
        for paragraph in section.section.paragraphs:
            assert paragraph.text.replace("\n", "") in shown
    assert "Checked against its source" in shown
    assert {node.get("id") for node in page.iter()} >= {"q1", "q1.1", "q1.2"}


def test_no_text_breaks_a_book_or_becomes_markup(tmp_path: Path) -> None:
    section = make_exchange("q1", HOSTILE, HOSTILE, heading=HOSTILE)
    briefing = make_briefing("x", "2025-01-01", section, title=HOSTILE)
    config = replace(CONFIG, title=HOSTILE, publisher=HOSTILE, rights=Rights(HOSTILE))
    book = find_book(files_of(gather_edition(config, [briefing], AUTHORITIES), tmp_path))
    for name, data in book.items():
        if name.endswith((".xhtml", ".opf")):
            assert b"<script" not in data, name
            ET.fromstring(data)
    shown = "".join(ET.fromstring(book["EPUB/x.xhtml"]).itertext())
    assert "</p><script>alert('x')</script> & <b> ]]>" in shown


def test_a_book_in_several_languages_says_which(tmp_path: Path) -> None:
    files = files_of(make_language_edition(), tmp_path)
    book = find_book(files)
    package = ET.fromstring(book["EPUB/package.opf"])
    languages = {node.text for node in package.iterfind("opf:metadata/dc:language", OPF)}
    assert {"en", "ar", "zh"} <= languages
    arabic = ET.fromstring(book["EPUB/2025-06-02-ines-halvard-ar.xhtml"])
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")


def test_an_editions_own_template_makes_its_books(tmp_path: Path) -> None:
    (tmp_path / "templates" / "epub").mkdir(parents=True)
    (tmp_path / "templates" / "epub" / "book.css").write_text("p { color: green; }", encoding="utf-8")
    book = find_book(files_of(make_small_edition(), tmp_path))
    assert book["EPUB/book.css"] == b"p { color: green; }"


def test_an_archive_has_no_time_no_owner_and_no_machine() -> None:
    data = b"".join(write_archive([("b.txt", b"b" * 2_000_000), ("a/ü.txt", b"")]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["b.txt", "a/ü.txt"], "in the order given"
    for entry in entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert (entry.create_system, entry.external_attr >> 16) == (3, 0o100644)
        assert entry.compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("name", ["edition.tei.xml", "edition.sqlite", "book"])
def test_memory_does_not_grow_with_the_edition(tmp_path: Path, name: str) -> None:
    words = "The lamp on the pier burns until morning. " * 200

    def peak(count: int) -> int:
        briefings = [
            make_briefing(f"b{n:03}", "2025-01-01", make_exchange("q1", words, words, heading=f"Heading {n}"))
            for n in range(count)
        ]
        files = files_of(gather_edition(CONFIG, briefings, AUTHORITIES), tmp_path)
        file = files.get(name) or next(file for n, file in files.items() if n.endswith(".epub"))
        tracemalloc.start()
        for _ in file.write():
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2)
    few, many = peak(10), peak(60)
    # fifty briefings of 16 kB each; what may grow is a line for each in a table of contents
    assert many - few < 250_000, (few, many)


def test_writing_a_book_takes_one_chapter_at_a_time() -> None:
    alive: list[str] = []

    @dataclass(frozen=True)
    class Piece:
        file: str

    def chapters() -> Iterator[Piece]:
        for n in range(3):
            alive.append("made")
            yield Piece(f"{n}.xhtml")

    def render(template: str, page: object) -> bytes:
        if template == "epub/chapter.xhtml":
            alive.append("written")
        return b"x"

    pieces = epub.write_book(render, object(), chapters())
    assert alive == []
    assert b"".join(pieces).startswith(b"PK")
    assert alive == ["made", "written"] * 3


def test_contexts_of_books_say_what_templates_need() -> None:
    for context, templates in ((Book, ("package.opf", "nav.xhtml", "title.xhtml")), (BookChapter, ("chapter.xhtml",))):
        folder = Path(__file__).resolve().parent.parent / "templates" / "epub"
        text = "".join((folder / name).read_text(encoding="utf-8") for name in templates)
        for field in context.__struct_fields__:
            assert f"page.{field}" in text or f"chapter.{field}" in text or field == "file", field
