"""A copy is told to be whole only where it is: bags, archives and mirrors, damaged in every way and made to mislead."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import os
import shutil
import stat
import struct
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import verify
from edition.verify import DIFFERENT, UNKNOWN, WHOLE, Archive, Report, Unreadable
from tests.editions import ROOT, add, tree_of

FILES = {
    "data/site/index.html": b"<p>The lamp is lit.</p>",
    "data/site/briefings/a.html": b"a" * 3000,
    "data/site/empty.txt": b"",
    "data/site/\u00e9t\u00e9/100%.txt": "Höhe".encode(),
}


def write_bag(
    folder: Path, files: dict[str, bytes] = FILES, algorithms: tuple[str, ...] = ("sha256", "sha512")
) -> Path:
    """Write a bag by RFC 8493, independently of the program's own writer."""
    for path, data in files.items():
        add(folder, path, data)
    add(folder, "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    octets = sum(map(len, files.values()))
    add(folder, "bag-info.txt", f"External-Identifier: marenia\n  2026\nPayload-Oxum: {octets}.{len(files)}\n")
    for algorithm in algorithms:
        rows = {path.replace("%", "%25"): hashlib.new(algorithm, data).hexdigest() for path, data in files.items()}
        add(folder, f"manifest-{algorithm}.txt", "".join(f"{sum}  {path}\n" for path, sum in sorted(rows.items())))
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    """Write the tag manifest of a bag anew."""
    tags = [p for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith("tagmanifest")]
    rows = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in tags]
    add(folder, "tagmanifest-sha256.txt", "".join(rows))


def write_site(folder: Path) -> Path:
    files = {path.removeprefix("data/site/"): data for path, data in FILES.items()}
    for path, data in files.items():
        add(folder, path, data)
    rows = [f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items())]
    add(folder, "manifest-sha256.txt", "".join(rows))
    return folder


def zip_up(folder: Path, target: Path, top: str = "marenia/", method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(target, "w", method) as archive:
        for path, data in tree_of(folder).items():
            archive.writestr(top + path, data)
    return target


def look(path: Path) -> Report:
    return verify.verify(str(path))


def told(path: Path) -> list[str]:
    return [str(finding) for finding in look(path).findings]


def told_or_reason(path: Path) -> list[str]:
    try:
        return told(path)
    except Unreadable as unreadable:
        return [str(unreadable)]


def reason(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        look(path)
    return str(caught.value)


COPIES: dict[str, Callable[[Path], Path]] = {
    "a bag": lambda tmp: write_bag(tmp / "bag"),
    "a site": lambda tmp: write_site(tmp / "site"),
    "a bag in an archive": lambda tmp: zip_up(write_bag(tmp / "bag"), tmp / "bag.zip"),
    "a bag in a packed archive": lambda tmp: zip_up(
        write_bag(tmp / "bag"), tmp / "bag.zip", method=zipfile.ZIP_DEFLATED
    ),
    "a bag at the top of an archive": lambda tmp: zip_up(write_bag(tmp / "bag"), tmp / "bag.zip", ""),
    "a site in an archive": lambda tmp: zip_up(write_site(tmp / "site"), tmp / "site.zip"),
}


# ── Whole, missing, altered, added ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", COPIES)
def test_a_whole_copy_is_whole(kind: str, tmp_path: Path) -> None:
    report = look(COPIES[kind](tmp_path))
    assert report.findings == ()
    assert report.code == WHOLE
    assert report.what == ("site" if "site" in kind else "bag")
    assert report.octets > 3000
    if report.what == "bag":
        assert report.label == "marenia 2026"
        assert report.algorithms == ("sha256", "sha512")


def test_what_differs_is_named(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    (bag / "data/site/index.html").unlink()
    (bag / "data/site/briefings/a.html").write_bytes(b"b" * 3000)
    add(bag, "data/site/briefings/b.html", b"new")
    add(bag, "READ ME.html", b"new")
    wanted = [
        "missing: data/site/index.html",
        "altered: data/site/briefings/a.html",
        "added: READ ME.html",
        "added: data/site/briefings/b.html",
    ]
    assert told(bag) == wanted
    assert look(bag).code == DIFFERENT
    archive = zip_up(bag, tmp_path / "bag.zip")
    assert told(archive) == wanted


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt"])
def test_a_changed_list_is_seen_by_the_list_of_lists(name: str, tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    file = bag / name
    file.write_bytes(
        file.read_bytes() + b"Contact-Name: Nobody\n" if "manifest" not in name else file.read_bytes()[:-1]
    )
    assert f"altered: {name}" in told(bag)


def test_files_and_lists_changed_together_are_seen_by_what_was_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bag = write_bag(tmp_path / "bag")
    before = dict(look(bag).proofs)["tagmanifest-sha256.txt"]
    forged = write_bag(tmp_path / "forged", {**FILES, "data/site/index.html": b"<p>The lamp is out.</p>"})
    after = dict(look(forged).proofs)["tagmanifest-sha256.txt"]
    assert look(forged).code == WHOLE
    assert before != after == hashlib.sha256((forged / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert verify.main([str(bag), "--expect", before.upper()]) == WHOLE
    capsys.readouterr()
    assert verify.main([str(forged), "--expect", before]) == DIFFERENT
    said = capsys.readouterr().out.splitlines()
    assert f"NOT WHOLE: its files fit its lists, but no list has the checksum {before}" in said
    assert not any(line.startswith("WHOLE") for line in said)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_any_changed_byte_of_a_file_in_an_archive_is_seen(method: int, tmp_path: Path) -> None:
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip", method=method)
    data = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        entries = [entry for entry in opened.infolist() if entry.compress_size]
    for entry in entries:
        start = entry.header_offset + 30 + len(entry.filename.encode())
        for place in {start, start + entry.compress_size // 2, start + entry.compress_size - 1}:
            archive.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            if main_code(archive) == WHOLE:
                # the last bits of a packed file mean nothing
                assert method == zipfile.ZIP_DEFLATED
                assert zipfile.ZipFile(archive).testzip() is None, (entry.filename, place)
    archive.write_bytes(data)
    assert main_code(archive) == WHOLE


def main_code(path: Path) -> int:
    return verify.main([str(path)])


def test_only_the_quicker_sum_is_compared_where_that_is_asked_for(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    report = verify.verify(str(bag), algorithms=["sha256"])
    assert (report.code, report.algorithms) == (WHOLE, ("sha256",))
    (bag / "data/site/empty.txt").write_bytes(b"x")
    assert verify.verify(str(bag), algorithms=["sha256"]).code == DIFFERENT
    with pytest.raises(Unreadable, match="no list of md5"):
        verify.verify(str(bag), algorithms=["md5"])


def test_bags_of_others_are_understood(tmp_path: Path) -> None:
    """What RFC 8493 and its drafts allow: other sums, stars, dots, tabs, capitals, CRLF, no line break at the end."""
    bag = tmp_path / "bag"
    add(bag, "data/a.txt", b"a")
    add(bag, "data/b c.txt", b"b")
    add(bag, "bagit.txt", "BagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-8\r\n")
    one, two = hashlib.sha1(b"a").hexdigest().upper(), hashlib.sha1(b"b").hexdigest()
    add(bag, "manifest-sha1.txt", f"\ufeff{one}\t./data/a.txt\r\n{two} *data/b c.txt")
    assert look(bag).findings == ()
    shorter = hashlib.sha3_256(b"a").hexdigest()
    add(bag, "manifest-sha3256.txt", f"{shorter}  data/a.txt\n{hashlib.sha3_256(b'b').hexdigest()}  data/b c.txt\n")
    assert look(bag).algorithms == ("sha1", "sha3_256")


def test_names_that_a_system_has_taken_apart_are_the_same_names(tmp_path: Path) -> None:
    """Some systems keep é as e and an accent."""
    bag = write_bag(tmp_path / "bag")
    (bag / "data/site/\u00e9t\u00e9").rename(bag / "data/site/e\u0301te\u0301")
    assert look(bag).findings == ()


def test_a_payload_that_one_list_lacks_is_told(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    lines = (bag / "manifest-sha512.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    add(bag, "manifest-sha512.txt", "".join(lines[1:]))
    seal(bag)
    assert told(bag) == [
        "unclear: data/site/briefings/a.html: is in manifest-sha256.txt and not in manifest-sha512.txt"
    ]


def test_a_bag_that_counts_otherwise_is_told(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    add(bag, "bag-info.txt", "Payload-Oxum: 5.4\n")
    seal(bag)
    assert told(bag) == ["unclear: bag-info.txt: says that the payload is 5.4 (bytes.files); it is 3028.4"]


def test_files_that_have_to_be_fetched_are_told(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    add(bag, "fetch.txt", "https://example.org/x - data/x\n")
    seal(bag)
    assert told(bag) == ["unclear: fetch.txt: files of this bag have to be fetched from elsewhere first"]


# ── What can't be told ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_no_copy_is_said_to_be_none(tmp_path: Path) -> None:
    write_site(tmp_path / "deep/site")
    assert "neither a bagit.txt" in reason(tmp_path)
    assert "perhaps “site” in it is meant" in reason(tmp_path / "deep")
    assert reason(tmp_path / "nothing") == "there is no such file or folder"
    assert "no ZIP archive" in reason(add(tmp_path, "a.txt", "Words."))
    assert "no ZIP archive" in reason(add(tmp_path, "b.txt", ""))
    assert reason(Path("a\0b")) == "there is no such file or folder"
    empty = add(tmp_path, "empty/manifest-sha256.txt", "").parent
    assert told(empty) == ["unclear: manifest-sha256.txt: lists no file"]
    bare = add(tmp_path, "bare/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n").parent
    assert "no list of its payload" in reason(bare)


def test_a_cut_archive_can_t_be_told(tmp_path: Path) -> None:
    data = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip").read_bytes()
    for length in (*range(0, len(data) - 1, 97), len(data) - 1):
        assert main_code(add(tmp_path, "cut.zip", data[:length])) == UNKNOWN, length


HOSTILE_LINES = {
    "../outside.txt": "leads out of its folder",
    "/etc/hosts": "leads out of the copy: it starts at the root of a disk",
    "C:/boot.ini": "leads out of the copy: it starts at the root of a disk",
    "a/../../b.txt": "leads out of its folder",
    "a//b.txt": "leads out of its folder",
    "a\\..\\b.txt": "holds a backslash, which some systems take for a folder's border",
}


@pytest.mark.parametrize("path", HOSTILE_LINES)
def test_a_list_that_leads_out_of_the_copy_is_not_followed(path: str, tmp_path: Path) -> None:
    add(tmp_path, "outside.txt", b"secret")
    site = write_site(tmp_path / "site")
    manifest = site / "manifest-sha256.txt"
    line = f"{hashlib.sha256(b'secret').hexdigest()}  {path}\n"
    manifest.write_text(manifest.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert told(site) == [f"unclear: manifest-sha256.txt:5: {path}: {HOSTILE_LINES[path]}"]
    assert look(site).code == UNKNOWN


def test_lists_that_make_no_sense_are_told_with_their_line(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    manifest = site / "manifest-sha256.txt"
    good = manifest.read_bytes()
    other = b"0" * 64 + b"  index.html\n"
    manifest.write_bytes(good + other + b"no sum\n\n" + b"12" * 16 + b"  index.html\n" + b"\xff\xfe \x1b[31m\n")
    lines = told(site)
    assert lines[0] == "unclear: manifest-sha256.txt:5: index.html: stands twice, with two checksums"
    assert [line.split(": no checksum and path")[0] for line in lines[1:]] == [
        "unclear: manifest-sha256.txt:6",
        "unclear: manifest-sha256.txt:8",
        "unclear: manifest-sha256.txt:9",
    ]
    assert "\x1b" not in "".join(lines)
    manifest.write_bytes(good + b"a" * 200_000)
    assert reason(site) == "manifest-sha256.txt: a line of it has no end"


def test_bags_that_make_no_sense_are_told(tmp_path: Path) -> None:
    bag = write_bag(tmp_path / "bag")
    sum = hashlib.sha256(b"").hexdigest()
    for name, data, wanted in (
        ("bagit.txt", "BagIt-Version: new\n", "doesn't say which version and encoding"),
        ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: rot13\n", "the encoding rot13 isn't known"),
        ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n", "isn't text in the encoding"),
        ("manifest-crc32.txt", "00000000  data/a\n", "this Python doesn't know the checksum"),
        ("tagmanifest-sha256.txt", f"{sum}  data/site/empty.txt\n", "has no place in this list"),
        ("manifest-sha256.txt", f"{sum}  bag-info.txt\n", "has no place in this list"),
    ):
        shutil.rmtree(bag)
        write_bag(bag)
        add(bag, name, data)
        assert wanted in "\n".join(told_or_reason(bag)), name


def test_links_and_devices_are_named_and_never_followed(tmp_path: Path) -> None:
    add(tmp_path, "outside/index.html", FILES["data/site/index.html"])
    site = write_site(tmp_path / "site")
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(tmp_path / "outside/index.html")
    (site / "more").symlink_to(tmp_path / "outside")
    os.mkfifo(site / "pipe")
    assert told(site) == [
        "unclear: index.html: is a link, not a file, and isn't followed",
        "unclear: more: is a link, not a file, and isn't followed",
        "unclear: pipe: is neither a file nor a folder",
    ]
    (site / "empty.txt").unlink()
    os.mkfifo(site / "empty.txt")
    assert "unclear: empty.txt: is neither a file nor a folder" in told(site)


def test_what_may_not_be_read_can_t_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = write_site(tmp_path / "site")
    read = verify.Folder.read

    def refuse(self: verify.Folder, path: str) -> Iterator[bytes]:
        if path == "index.html":
            raise PermissionError(13, "Permission denied", path)
        return read(self, path)

    monkeypatch.setattr(verify.Folder, "read", refuse)
    assert told(site) == ["unclear: index.html: can't be read: Permission denied"]


def test_names_that_meet_on_other_systems_are_told(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    data = b"x"
    add(site, "INDEX.html", data)
    manifest = site / "manifest-sha256.txt"
    line = f"{hashlib.sha256(data).hexdigest()}  INDEX.html\n"
    manifest.write_text(manifest.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert told(site) == ["unclear: index.html: some systems take it for INDEX.html, and keep only one of the two"]


# ── Archives that are made to mislead ───────────────────────────────────────────────────────────────────────────────


def entry(name: str, data: bytes = b"x", mode: int = 0o100644, **fields: int) -> tuple[zipfile.ZipInfo, bytes]:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = mode << 16
    for field, value in fields.items():
        setattr(made, field, value)
    return made, data


def with_entries(tmp_path: Path, *entries: tuple[zipfile.ZipInfo, bytes]) -> Path:
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip")
    with zipfile.ZipFile(archive, "a") as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that a name stands twice
        for made, data in entries:
            opened.writestr(made, data)
    return archive


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../evil.txt", "leads out of its folder"),
        ("marenia/../../evil.txt", "leads out of its folder"),
        ("/etc/passwd", "leads out of the copy: it starts at the root of a disk"),
        ("C:/evil.txt", "leads out of the copy: it starts at the root of a disk"),
        ("marenia\\data\\evil.txt", "holds a backslash, which some systems take for a folder's border"),
    ],
)
def test_entries_that_lead_out_of_an_archive_are_named(name: str, wanted: str, tmp_path: Path) -> None:
    archive = with_entries(tmp_path, entry(name))
    assert told(archive) == [f"unclear: {verify.show(name)}: {wanted}"]
    assert look(archive).code == UNKNOWN


def test_links_in_an_archive_are_named(tmp_path: Path) -> None:
    archive = with_entries(tmp_path, entry("marenia/data/link", b"/etc/passwd", stat.S_IFLNK | 0o777))
    assert told(archive) == ["unclear: marenia/data/link: is a link or a device, not a file"]


def test_an_entry_that_stands_twice_is_named(tmp_path: Path) -> None:
    name = "marenia/data/site/index.html"
    archive = with_entries(tmp_path, entry(name, b"one"), entry(name, b"two"))
    assert told(archive) == [f"unclear: {name}: stands twice in the archive"]


def test_what_lies_beside_the_copy_is_told(tmp_path: Path) -> None:
    archive = with_entries(tmp_path, entry("__MACOSX/._marenia", b"x"))
    assert told(archive) == ["added: __MACOSX/._marenia: beside the folder of the copy"]


def patch(archive: Path, at: int, data: bytes) -> Path:
    whole = bytearray(archive.read_bytes())
    whole[at : at + len(data)] = data
    archive.write_bytes(whole)
    return archive


def central(archive: Path, name: str) -> int:
    """Return where the directory's line of an entry begins."""
    data = archive.read_bytes()
    at = data.rfind(name.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return at


INDEX = "marenia/data/site/index.html"


@pytest.mark.parametrize(
    ("offset", "data", "wanted"),
    [
        (8, b"\x01\x00", "can't be read: it is encrypted"),
        (10, b"\x0e\x00", "can't be read: it is packed in a way (method 14) that this program doesn't know"),
        (10, b"\x08\x00", "can't be read: its packed form is damaged"),
        (24, struct.pack("<I", 5), "can't be read: it is packed in a way (method 0) that this program doesn't know"),
        (42, struct.pack("<I", 7), "can't be read: its beginning in the archive is damaged"),
        (42, struct.pack("<I", 0x7FFFFFFF), "lies outside the archive"),
    ],
)
def test_an_entry_that_isn_t_what_the_directory_says_is_named(
    offset: int, data: bytes, wanted: str, tmp_path: Path
) -> None:
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip")
    patch(archive, central(archive, INDEX) + offset, data)
    lines = told_or_reason(archive)
    # what lies over another entry makes the whole archive unbelievable
    assert any(line.endswith(wanted) or "lie over each other" in line for line in lines), lines
    assert main_code(archive) in (DIFFERENT, UNKNOWN)


def test_another_name_inside_than_in_the_directory_is_seen(tmp_path: Path) -> None:
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip")
    at = archive.read_bytes().find(INDEX.encode())
    patch(archive, at, b"X")
    wanted = "can't be read: it has another name inside the archive than in its directory"
    assert told(archive) == [f"unclear: data/site/index.html: {wanted}"]


def test_a_bomb_is_not_lit(tmp_path: Path) -> None:
    """An entry that says that it unpacks to gigabytes, and one that unpacks to more than it says."""
    zeros = {**FILES, "data/zeros": bytes(3_000_000)}
    archive = zip_up(write_bag(tmp_path / "bag", zeros), tmp_path / "bag.zip", method=zipfile.ZIP_DEFLATED)
    at = central(archive, "marenia/data/zeros")
    patch(archive, at + 24, struct.pack("<I", 1000))
    assert told(archive) == ["unclear: data/zeros: can't be read: it unpacks to more than it says"]
    patch(archive, at + 24, struct.pack("<I", 4_000_000))
    assert told(archive) == ["unclear: data/zeros: can't be read: it doesn't unpack to as much as it says"]
    patch(archive, at + 24, struct.pack("<I", 0xFFFFFFF0))
    assert reason(archive).startswith("it says that it unpacks to 4,294,9")


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """A bomb without nesting has one stretch of bytes for many files (Fifield, 2019)."""
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip")
    data = archive.read_bytes()
    other = struct.unpack_from("<I", data, central(archive, "marenia/data/site/briefings/a.html") + 42)[0]
    patch(archive, central(archive, INDEX) + 42, struct.pack("<I", other))
    assert reason(archive) == "files in the archive lie over each other, as in one that is made to do harm"


def test_a_directory_that_lies_is_not_believed(tmp_path: Path) -> None:
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip")
    whole = archive.read_bytes()
    end = whole.rfind(b"PK\x05\x06")
    count = struct.unpack_from("<H", whole, end + 10)[0]
    for offset, form, values, wanted in (
        (8, "<2H", (count + 1, count + 1), "doesn't hold as many entries"),
        (8, "<2H", (count - 1, count - 1), "doesn't hold as many entries"),
        (8, "<2H", (60_000, 60_000), "lies outside of it"),
        (12, "<2I", (0x7FFFFFFF, 0), "lies outside of it"),
        (16, "<I", (3,), "directory is damaged"),
        (4, "<H", (1,), "in several parts"),
        (16, "<I", (0xFFFFFFFF,), "lies outside of it"),
    ):
        archive.write_bytes(whole)
        patch(archive, end + offset, struct.pack(form, *values))
        assert wanted in reason(archive), (offset, values)


def test_a_remark_that_looks_like_an_end_is_a_remark(tmp_path: Path) -> None:
    archive = zip_up(write_bag(tmp_path / "bag"), tmp_path / "bag.zip")
    with zipfile.ZipFile(archive, "a") as opened:
        opened.comment = b"PK\x05\x06" + bytes(18) + b"!"
    assert look(archive).code == WHOLE


NAMES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0/\\"), min_size=1, max_size=12)


@given(st.dictionaries(NAMES, st.binary(max_size=300), min_size=1, max_size=6), st.booleans())
def test_an_archive_is_read_as_the_standard_library_reads_it(files: dict[str, bytes], packed: bool) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(f"d/{name}", content)
    tree = in_memory(data.getvalue())
    kept = {path for path in tree.paths if path in {f"d/{name}" for name in files}}
    assert len(kept) + len(tree.findings) == len(files)
    for path in kept:
        assert b"".join(tree.read(path)) == files[path[2:]]


def in_memory(data: bytes) -> Archive:
    class InMemory(Archive):
        def _file(self) -> io.BytesIO:
            if not self._opened:
                self._opened.append(io.BytesIO(data))
            file = self._opened[0]
            assert isinstance(file, io.BytesIO)
            return file

    return InMemory("")


def sample_archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/manifest-sha256.txt", f"{hashlib.sha256(b'x' * 500).hexdigest()}  a.txt\n")
        archive.writestr("m/a.txt", b"x" * 500)
    return data.getvalue()


WHOLE_ARCHIVE = sample_archive()


@given(st.lists(st.tuples(st.integers(0, len(WHOLE_ARCHIVE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_no_damage_makes_it_stumble(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE_ARCHIVE)
    for place, value in changes:
        data[place] = value
    try:
        tree = in_memory(bytes(data))
        report = verify._verify_tree(tree, 1, (), None)
    except Unreadable:
        return
    if report.code == WHOLE:
        assert b"".join(tree.read("a.txt")) == b"x" * 500


@given(st.binary(max_size=400))
def test_no_list_makes_it_stumble(data: bytes) -> None:
    class Lists(verify.Tree):
        def __init__(self) -> None:
            super().__init__()
            self.paths = {"manifest-sha256.txt": None, "bagit.txt": None, "bag-info.txt": None}

        def read(self, path: str) -> Iterator[bytes]:
            yield data

    with contextlib.suppress(Unreadable):
        assert verify._verify_tree(Lists(), 1, (), None).code != WHOLE


# ── Alone, quick, small ─────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works_alone_with_a_bare_python(tmp_path: Path) -> None:
    """No package of ours, no site packages, no environment; it takes its own folder."""
    bag = write_bag(tmp_path / "bag")
    shutil.copy(ROOT / "edition/verify.py", bag / "verify.py")
    seal(bag)
    run = subprocess.run([sys.executable, "-I", "-S", "-B", "verify.py"], cwd=bag, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert "WHOLE: nothing is missing, altered or added" in run.stdout
    (bag / "data/site/index.html").unlink()
    run = subprocess.run([sys.executable, "-I", "-S", "-B", "verify.py"], cwd=bag, capture_output=True, text=True)
    assert (run.returncode, run.stdout.splitlines()[0]) == (1, "missing: data/site/index.html")
    run = subprocess.run([sys.executable, "-I", "-S", "-B", "verify.py", "x"], cwd=bag, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (2, "CAN'T TELL: x: there is no such file or folder\n")


def test_it_needs_nothing_but_the_standard_library_of_an_old_python() -> None:
    source = (ROOT / "edition/verify.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert names
    assert all(name.split(".")[0] in sys.stdlib_module_names for name in names)


def test_the_command_needs_no_library_of_ours(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    command = [sys.executable, "-E", "-S", "-B", str(ROOT / "build.py"), "verify", str(site), "--threads", "1"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_large_file_is_read_a_block_at_a_time(tmp_path: Path) -> None:
    zeros = {"data/zeros": bytes(60_000_000)}
    bag = write_bag(tmp_path / "bag", zeros)
    archive = zip_up(bag, tmp_path / "bag.zip", method=zipfile.ZIP_DEFLATED)
    for path in (bag, archive):
        tracemalloc.start()
        assert verify.verify(str(path), threads=1).code == WHOLE
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 6_000_000, path


def test_progress_counts_every_file(tmp_path: Path) -> None:
    files = {f"data/{n:04}": b"%d" % n for n in range(1000)}
    said: list[tuple[int, int]] = []
    report = verify.verify(str(write_bag(tmp_path / "bag", files)), 2, (), lambda done, all: said.append((done, all)))
    assert report.files == 1000 + 4
    assert said
    assert all(done <= total == 1004 for done, total in said)
