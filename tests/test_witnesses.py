"""Witnesses: files, folders and zips; exact bytes; encodings by evidence; and every kind of bad input told clearly."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from edition import witnesses
from edition.problems import Problem, Refused
from edition.witnesses import Found, Witness, decode, find_witnesses, make_witness, read_witnesses

TEXT = "Häfen und “Fähren”\n第二行\n"


def read(*paths: Path) -> tuple[list[Witness], list[Problem]]:
    found = list(read_witnesses(paths))
    return [w for w in found if isinstance(w, Witness)], [p for p in found if isinstance(p, Problem)]


def refused(data: bytes, name: str = "x.txt") -> Problem:
    with pytest.raises(Refused) as caught:
        decode(data, name)
    (problem,) = caught.value.problems
    return problem


def make_zip(path: Path, entries: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change:
                change(info)
            z.writestr(info, data)
    return path


# ── What comes back ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_keeps_its_bytes_and_has_its_lines(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfone\r\ntwo\rthree\n\nfour \xc2\xa0"
    (tmp_path / "a.txt").write_bytes(data)
    (witness,), problems = read(tmp_path / "a.txt")
    assert (witness.data, witness.sha256) == (data, hashlib.sha256(data).hexdigest())
    assert witness.lines == ("one", "two", "three", "", "four \u00a0")
    assert (witness.name, witness.path, witness.encoding, problems) == ("a.txt", "a.txt", "utf-8-sig", [])


def test_a_folder_is_read_to_the_bottom_in_order_of_path(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.md", "a-b.txt", "B.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words", encoding="utf-8")
    found, problems = read(tmp_path)
    assert [w.path for w in found] == ["B.txt", "a/b/c.md", "a/z.txt", "a-b.txt", "b.txt"]
    assert found[1].origin == f"{tmp_path.as_posix()}/a/b/c.md"
    assert problems == []


def test_files_of_data_are_passed_over_but_named(tmp_path: Path) -> None:
    for name in ("manifest.jsonl", "INDEX.CSV", "a.txt"):
        (tmp_path / name).write_text("Words of a file.", encoding="utf-8")
    archive = tmp_path / "b.zip"
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("in/list.json", "{}")
        z.writestr("in/c.txt", "Words of a file.")
    note, file, *_ = find_witnesses([tmp_path])
    inner, *_ = find_witnesses([archive])
    assert isinstance(note, Problem)
    assert isinstance(inner, Problem)
    assert (note.severity, note.message) == (
        "note",
        "files of data or programs passed over: 2 (INDEX.CSV, manifest.jsonl)",
    )
    assert inner.message == "files of data or programs passed over: 1 (in/list.json)"
    assert isinstance(file, Found)
    assert file.path == "a.txt"
    named = find_witnesses([tmp_path / "manifest.jsonl"])
    assert [f.path for f in named if isinstance(f, Found)] == ["manifest.jsonl"]


def test_hidden_files_are_passed_over_but_named(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".DS_Store", ".git/x.txt", "Thumbs.db", "a.txt"):
        (tmp_path / name).write_text("words", encoding="utf-8")
    found, (note,) = read(tmp_path)
    assert [w.path for w in found] == ["a.txt"]
    assert note.severity == "note"
    assert "hidden files passed over: 3 (.DS_Store, .git/, Thumbs.db)" in note.message


def test_a_zip_gives_the_same_witnesses_as_its_folder(tmp_path: Path) -> None:
    entries = {"2025/b.txt": b"two", "2025/a.txt": b"one", "__MACOSX/._a.txt": b"junk"}
    archive = make_zip(tmp_path / "all.zip", entries)
    found, (note,) = read(archive)
    assert [(w.path, w.data) for w in found] == [("2025/a.txt", b"one"), ("2025/b.txt", b"two")]
    assert found[0].origin.endswith("all.zip/2025/a.txt")
    assert "passed over: 1" in note.message


# ── Encodings ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "x")[0] == TEXT


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<html><meta charset="gb2312">', "gb18030"),
        ("<html><meta http-equiv='Content-Type' content='text/html; charset=GBK'>", "gb18030"),
        ('<?xml version="1.0" encoding="gb18030"?>', "gb18030"),
        ("<html><meta charset=big5>", "big5"),
    ],
)
def test_what_the_file_declares_is_tried_after_utf_8(head: str, encoding: str) -> None:
    text = f"{head}外交部"
    assert decode(text.encode(encoding), "x") == (text, encoding)
    assert decode(text.encode(), "x") == (text, "utf-8")


def test_iso_8859_1_means_windows_1252_as_in_every_browser() -> None:
    text = "<meta charset=iso-8859-1>“é”"
    assert decode(text.encode("cp1252"), "x") == (text, "cp1252")


@pytest.mark.parametrize(
    ("text", "encoding", "likely"),
    [
        ("The minister’s visit – “a café”, she said.\n" * 3, "cp1252", "WINDOWS-1252"),
        ("外交部发言人在例行记者会上回答了记者提问。" * 3, "gb18030", "GB18030"),
        ("Министр ответил на вопросы журналистов." * 3, "cp1251", "WINDOWS-1251"),
        ("報道官は記者会見でひらがなとカタカナで答えた。" * 3, "shift_jis", "SHIFT_JIS"),
    ],
)
def test_another_encoding_is_refused_with_its_byte_and_a_likely_name(text: str, encoding: str, likely: str) -> None:
    problem = refused(b"ascii\n" + text.encode(encoding))
    assert "is not UTF-8: byte 0x" in problem.message
    assert "at offset " in problem.message
    assert problem.locus.line == 2
    assert likely in problem.hint


def test_a_declaration_that_lies_is_refused() -> None:
    problem = refused(b"<meta charset=big5>\n\xff\xff\xff")
    assert "declares big5, but byte 0xFF at offset 20" in problem.message
    problem = refused(b"<meta charset=klingon>\n\xff")
    assert "unknown encoding “klingon”" in problem.message
    problem = refused(b"<meta charset=rot13>\n\xff")
    assert "unknown encoding “rot13”" in problem.message
    assert "begins like UTF-16, but" in refused(b"\xff\xfea\x00b").message


# ── What is no text ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refused(data).message == "the file is empty"


def test_a_file_without_words_is_refused() -> None:
    assert refused("—— ※※※ ——\n".encode()).message == "the file has no words"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7 ...", "this is a PDF"),
        (b"PK\x03\x04rest", "a zip or an office document"),
        (b"{\\rtf1\\ansi Press briefing}", "a document in Rich Text Format"),
        (b"From: a@b.example\nContent-Transfer-Encoding: base64\n\nQUJD", "as sent"),
        (b"From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "as sent"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an office document of the old kind"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"text\nand\x00zero", "a zero byte at offset 8"),
        (b"a\x01\x02\x03\x04" * 20, "control characters"),
    ],
)
def test_what_is_no_text_is_refused_by_name(data: bytes, what: str) -> None:
    assert what in refused(data).message


def test_utf_16_without_its_mark_gets_a_hint() -> None:
    assert "UTF-16LE" in refused("plain words and more words".encode("utf-16-le")).hint
    assert "UTF-16BE" in refused("plain words and more words".encode("utf-16-be")).hint


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "line.txt"
    with path.open("wb") as f:
        f.truncate(50_000_000)  # fifty megabytes on one line, sparse
    found, (problem,) = read(path)
    assert found == []
    assert problem.message.startswith("too large: 50,000,000 bytes")


def test_a_missing_path_and_a_folder_without_files(tmp_path: Path) -> None:
    found, (problem,) = read(tmp_path / "nowhere.txt")
    assert (found, problem.message) == ([], "there is no such file or folder")
    assert read(tmp_path) == ([], [])


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(b"words")
    (tmp_path / "c.txt").write_bytes(b"\xff\x00")
    found, problems = read(tmp_path)
    assert [w.path for w in found] == ["b.txt"]
    assert [p.locus.file.rsplit("/", 1)[1] for p in problems] == ["a.txt", "c.txt"]


def test_a_name_that_is_not_utf_8_is_shown_and_read(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(b"words")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (witness,), _ = read(tmp_path)
    assert witness.path == "caf\ufffd.txt"
    witness.origin.encode("utf-8")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    _, (problem,) = read(tmp_path)
    assert problem.message == "not an ordinary file"


def test_a_web_page_is_told_apart_by_its_beginning() -> None:
    assert make_witness("a.txt", "a.txt", b"\n<!-- saved --><!DOCTYPE html><html>x").container == "html"
    assert make_witness("a.html", "a.html", b"Plain words about <html>").container == "text"


# ── Zips that mean harm ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil.txt", "/etc/evil.txt", "C:evil.txt", "..\\evil.txt", "a//b.txt"]
)
def test_a_path_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    found, (problem,) = read(make_zip(tmp_path / "z.zip", {name: b"words"}))
    assert found == []
    assert "leads out of the zip" in problem.message


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.create_system, info.external_attr = 3, 0o120777 << 16

    found, (problem,) = read(make_zip(tmp_path / "z.zip", {"a.txt": b"/etc/passwd"}, link))
    assert found == []
    assert "a link inside a zip" in problem.message


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    found, (problem,) = read(make_zip(tmp_path / "z.zip", {"a.txt": b"0" * 15_000_000}))
    assert found == []
    assert "zip bomb" in problem.message


def test_a_zip_whose_header_lies_about_a_size_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnesses, "MAX_BYTES", 1000)
    archive = make_zip(tmp_path / "z.zip", {"a.txt": os.urandom(2000).hex().encode()})
    data = bytearray(archive.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (900).to_bytes(4, "little")
    archive.write_bytes(data)
    found, problems = read(archive)
    assert found == []
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("limit", "message"), [("MAX_ZIP_ENTRIES", "3 entries"), ("MAX_ZIP_BYTES", "15 bytes unpacked")]
)
def test_limits_of_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, message: str) -> None:
    monkeypatch.setattr(witnesses, limit, 2)
    found, (problem,) = read(make_zip(tmp_path / "z.zip", {f"{n}.txt": b"words" for n in range(3)}))
    assert found == []
    assert message in problem.message


def test_a_broken_zip_and_a_broken_entry(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"PK but no zip")
    _, (problem,) = read(tmp_path / "no.zip")
    assert "not a readable zip" in problem.message
    archive = make_zip(tmp_path / "z.zip", {"a.txt": b"words " * 50, "b.txt": b"more words"})
    data = bytearray(archive.read_bytes())
    at = data.index(b"a.txt") + len(b"a.txt")
    data[at : at + 4] = b"\xff\xff\xff\xff"
    archive.write_bytes(data)
    found, (problem,) = read(archive)
    assert [w.path for w in found] == ["b.txt"]
    assert "can't be unpacked" in problem.message


def test_a_name_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as z:
        z.writestr("a.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            z.writestr("a.txt", "two")
    (tmp_path / "z.zip").write_bytes(stream.getvalue())
    found, (problem,) = read(tmp_path / "z.zip")
    assert len(found) == 1
    assert "this name twice" in problem.message


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words")
    (found,) = find_witnesses([tmp_path])
    assert isinstance(found, Found)
    (tmp_path / "a.txt").write_bytes(b"other words")
    assert found.read() == b"other words"
