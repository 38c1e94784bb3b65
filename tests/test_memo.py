"""The memo: what is remembered of files is what would be worked out of them now, whatever happened in between."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from edition.annotate.repeats import Fingerprints
from edition.building import build_site, read_content
from edition.diagnostics import Sign
from edition.examining import Examined, Examiner, Shelf, examine, list_transcripts
from edition.making import Content
from edition.memo import _LIBRARIES, MEMO, Memo, Unkept, digest, is_true, pack, take_stamp, unpack
from edition.model import Briefing, Paragraph
from edition.settings import read_settings
from tests.editions import OUTLETS, ROOT, TRANSCRIPT, WITNESS, add, edit, write_edition

MAY, JUNE = "content/briefings/2025-05-14-ines-halvard.md", "content/briefings/2024-06-02-ines-halvard.md"
WITNESSES = "content/sources/2025-05-14.txt"
TOPIC = """\
lamps:
  label: Lamps
  cues:
    - {weight: 3, texts: lighting of lamps}
"""


@pytest.fixture(scope="module")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an edition of two briefings, one with its witness, of which a build has left a memo."""
    folder = write_edition(tmp_path_factory.mktemp("memo") / "edition")
    add(folder, WITNESSES, WITNESS)
    add(folder, MAY, TRANSCRIPT.replace("  layout:", "  path: 2025-05-14.txt\n  layout:"))
    add(folder, JUNE, TRANSCRIPT.replace("2025-05-14", "2024-06-02").replace("14 May 2025", "2 June 2024"))
    # as if all of it had lain there for long
    for file in folder.rglob("*"):
        if file.is_file():
            os.utime(file, (1_700_000_000, 1_700_000_000))
    build_site(folder, search=False)
    return folder


@pytest.fixture
def edition(remembered: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(remembered, tmp_path / "edition"))


def describe(content: Content) -> tuple[object, ...]:
    """Return all that a build makes a site of; numbers of lines count, too."""
    edition = content.edition
    whole = tuple(map(repr, edition.read_briefings()))
    signs = tuple(content.signs)
    return edition.briefings, edition.repeats, signs, content.states, content.problems, content.blocks, whole


def read_anew(folder: Path) -> tuple[object, ...]:
    """Return the same where nothing is remembered."""
    shutil.rmtree(folder / MEMO)
    return describe(read_content(folder))


def count_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how many transcripts a build of the edition examines."""
    seen: list[str] = []

    def watch(desk: object, path: str) -> object:
        seen.append(path)
        return examine(desk, path)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr("edition.examining.examine", watch)
        read_content(folder)
    return len(seen)


def test_what_was_read_once_is_not_read_again(edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packs = sorted(file.name for file in (edition / MEMO).glob("read-*"))
    assert packs == ["read-2024.pack", "read-2025.pack", "read-others.pack"]
    assert count_made(edition, monkeypatch) == 0
    assert describe(read_content(edition)) == read_anew(edition)


def same_size_and_time(folder: Path) -> None:
    """Change a letter, and set the time back: only the bytes tell of it."""
    state = (folder / MAY).stat()
    edit(folder, MAY, "Norway", "Sweden")
    os.utime(folder / MAY, ns=(state.st_atime_ns, state.st_mtime_ns))


def put_folder(file: Path) -> None:
    file.unlink()
    (file / "x").mkdir(parents=True)


CHANGES: dict[str, tuple[int, Callable[[Path], object]]] = {
    "a word of a transcript": (1, lambda f: edit(f, MAY, "Norway", "Iceland")),
    "a letter, the time set back": (1, same_size_and_time),
    "a line of front matter": (1, lambda f: edit(f, MAY, "14 May 2025", "14 May, 2025")),
    "a word of a witness": (1, lambda f: edit(f, WITNESSES, "lamp", "lump")),
    "no witness": (1, lambda f: (f / WITNESSES).unlink()),
    "an outlet renamed": (2, lambda f: add(f, "content/authorities/outlets.yaml", OUTLETS.replace("Radio M", "R. M"))),
    "an outlet that no text names": (
        0, lambda f: add(f, "content/authorities/outlets.yaml", f"{OUTLETS}zephyr-post: {{name: Zephyr Post}}\n"),
    ),
    "an outlet called by words that both texts print": (
        2, lambda f: add(f, "content/authorities/outlets.yaml", f"{OUTLETS}ferry-post: {{name: Ferry Safety}}\n"),
    ),
    "a topic that no text is about": (2, lambda f: add(f, "content/authorities/topics.yaml", TOPIC)),
    "another config": (2, lambda f: add(f, "config.yaml", "title: Other\nlanguage: en\nrights: {text: Free.}\n")),
    "a third briefing": (1, lambda f: add(f, MAY.replace("05-14", "05-15"), TRANSCRIPT)),
    "one less": (0, lambda f: (f / JUNE).unlink()),
    "one under another name": (1, lambda f: (f / JUNE).rename(f / JUNE.replace("06-02", "06-03"))),
    "one that can't be read": (1, lambda f: add(f, JUNE, "no front matter\n")),
    "times alone": (0, lambda f: os.utime(f / MAY)),
    "a pack cut short": (1, lambda f: os.truncate(f / MEMO / "read-2025.pack", 900)),
    "an empty pack": (1, lambda f: os.truncate(f / MEMO / "read-2025.pack", 0)),
    "no pack": (1, lambda f: (f / MEMO / "read-2025.pack").unlink()),
    "a folder in its place": (1, lambda f: put_folder(f / MEMO / "read-2025.pack")),
    "one pack in another's place": (
        1, lambda f: shutil.copy(f / MEMO / "read-2024.pack", f / MEMO / "read-2025.pack"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_only_what_it_touches_is_read_and_all_is_as_if_read_anew(
    edition: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    made, act = CHANGES[change]
    act(edition)
    assert count_made(edition, monkeypatch) == made
    assert describe(read_content(edition)) == read_anew(edition)


def test_a_copy_elsewhere_is_known_by_its_bytes_once_and_then_by_its_times(
    edition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in edition.glob("content/**/*.*"):
        os.utime(file, (1_600_000_000, 1_600_000_000))
    # the files were copied just now; as if that were long ago
    monkeypatch.setattr("edition.memo.STEP", 0)
    found = describe(read_content(edition, keep=True))
    with monkeypatch.context() as patched:
        patched.setattr("edition.memo.take_stamp", lambda folder, path: pytest.fail(f"{path} is read again"))
        assert describe(read_content(edition)) == found
    assert read_anew(edition) == found


@pytest.mark.parametrize("place", [20, 400, 1500, -200, -30, -16, -12, -3])
def test_a_damaged_byte_costs_work_and_nothing_else(edition: Path, place: int) -> None:
    pack = edition / MEMO / "read-2025.pack"
    data = bytearray(pack.read_bytes())
    data[place] ^= 0xFF
    pack.write_bytes(data)
    assert describe(read_content(edition)) == read_anew(edition)


@pytest.mark.parametrize("small", [False, True])
def test_no_damaged_byte_becomes_another_word(small: bool) -> None:
    data = pack("The ferry was late.", small=small)
    assert unpack(data, str, small=small) == "The ferry was late."
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 0x04
        with suppress(Unkept):
            assert unpack(bytes(damaged), str, small=small) == "The ferry was late."
    with pytest.raises(Unkept):
        unpack(data[:3], str, small=small)


@pytest.mark.parametrize("kind", [tuple[Sign, ...], Fingerprints, Briefing])
def test_a_part_of_an_entry_that_the_disk_has_damaged_is_worked_out_again(
    edition: Path, monkeypatch: pytest.MonkeyPatch, kind: object
) -> None:
    """What is known of the briefing can still be read, so that it is not examined at first."""
    wanted = describe(read_content(edition))
    (edition / MEMO / "read-others.pack").unlink()
    refused: list[object] = []

    def refuse(data: bytes, wanted: type, *, small: bool = False) -> object:
        if wanted == kind:
            refused.append(wanted)
            raise Unkept
        return unpack(data, wanted, small=small)

    monkeypatch.setattr("edition.examining.unpack", refuse)
    assert describe(read_content(edition)) == wanted
    assert refused


def test_what_the_program_works_out_otherwise_is_worked_out_anew(
    edition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("edition.examining.digest_program", lambda: b"another")
        assert count_made(edition, monkeypatch) == 2
    assert count_made(edition, monkeypatch) == 0


def test_whoever_only_looks_writes_nothing(edition: Path) -> None:
    edit(edition, MAY, "Norway", "Iceland")
    before = [file.read_bytes() for file in edition.rglob("*") if file.is_file()]
    read_content(edition)
    assert [file.read_bytes() for file in edition.rglob("*") if file.is_file()] == before
    read_content(edition, keep=True)
    assert [file.read_bytes() for file in edition.rglob("*") if file.is_file()] != before


def test_the_memo_holds_what_is_there_and_no_more(edition: Path) -> None:
    size = sum(file.stat().st_size for file in (edition / MEMO).glob("read-*"))
    for n in range(5):
        edit(edition, MAY, "clock is right", f"clock is right{n}")
        edit(edition, MAY, f"clock is right{n}", "clock is right")
        edit(edition, MAY, "Ferry safety", "Ferry safetie"[: 12 - n])
        read_content(edition, keep=True)
        edit(edition, MAY, "Ferry safetie"[: 12 - n], "Ferry safety")
    (edition / JUNE).unlink()
    add(edition, f"{MEMO}/.read-killed", "half of a pack")
    read_content(edition, keep=True)
    assert sorted(file.name for file in (edition / MEMO).glob("*read*")) == ["read-2025.pack", "read-others.pack"]
    assert (edition / MEMO / "read-2025.pack").stat().st_size < size


def test_a_disk_that_refuses_the_memo_is_no_problem(edition: Path) -> None:
    shutil.rmtree(edition / MEMO)
    add(edition, MEMO, "a file")
    kept = describe(read_content(edition, keep=True))
    assert kept == describe(read_content(edition))


def test_every_briefing_of_the_sample_edition_comes_back_as_it_was() -> None:
    examiner = Examiner(ROOT, read_settings(ROOT))
    for path in list_transcripts(ROOT):
        found = examine(examiner.desk, path)
        assert isinstance(found, Examined)
        assert repr(unpack(pack(found.briefing), Briefing)) == repr(found.briefing)
        assert repr(unpack(pack(found.known), type(found.known))) == repr(found.known)


def test_a_text_that_can_not_be_packed_stands_on_the_shelf_all_the_same(edition: Path) -> None:
    examiner = Examiner(edition, read_settings(edition))
    found = examine(examiner.desk, MAY)
    assert isinstance(found, Examined)
    odd = replace(found.briefing, transcript=replace(found.briefing.transcript, title="half \ud800 a letter"))
    with pytest.raises(Unkept):
        pack(odd)
    shelf = Shelf(examiner, keep=False)
    shelf.put(MAY, replace(found, briefing=odd))
    shelf.stand(odd.id, MAY)
    assert shelf[odd.id] == odd
    assert digest(odd) != digest(found.briefing)


def test_other_bytes_are_no_value() -> None:
    for data in (b"", b"x", pack(("a", 1)), pack(Paragraph("q1.1", "x"))[:-2]):
        with pytest.raises(Unkept):
            unpack(data, Paragraph)


def test_a_stamp_knows_a_file_by_its_times_or_its_bytes(tmp_path: Path) -> None:
    file = add(tmp_path, "a.txt", "one")
    young = take_stamp(tmp_path, "a.txt")
    assert young.changed == 0, "within two seconds another change would have the same times"
    assert is_true(tmp_path, young)
    file.write_text("two", encoding="utf-8")
    assert not is_true(tmp_path, young)
    missing = take_stamp(tmp_path, "b.txt")
    assert is_true(tmp_path, missing)
    add(tmp_path, "b.txt", "")
    assert not is_true(tmp_path, missing)


def test_two_readers_at_once_leave_one_whole_memo(edition: Path) -> None:
    one = Memo(edition, "read", b"1" * 16, keep=True)
    two = Memo(edition, "read", b"2" * 16, keep=True)
    for memo, word in ((one, "one"), (two, "two"), (one, "three")):
        memo.put(f"2025-{word}.md", b"", (), (pack(word),))
    two.finish()
    one.finish()
    assert unpack(two.read("2025-two.md", 0), str) == "two", "what it wrote is still open"
    last = Memo(edition, "read", b"1" * 16, keep=False)
    assert [last.recall(f"2025-{word}.md") for word in ("one", "two", "three")] == [True, False, True]


def test_every_library_that_an_edition_is_built_with_has_a_say() -> None:
    wanted = (ROOT / "requirements/run.in").read_text(encoding="utf-8").split("\n")
    named = {line for line in wanted if line and not line.startswith("#")}
    assert named - {"tqdm"} <= set(_LIBRARIES)
