"""Importing: ids, known witnesses, revisions, refusals, dry runs, broken-off runs, and the check of kept witnesses."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from edition.config import Config
from edition.importing.batch import import_witnesses
from edition.importing.checking import check_witnesses
from edition.importing.kept import kept_path, read_existing
from edition.importing.pairing import state_versions
from edition.importing.reports import REPORT, ImportReport
from edition.importing.transcribing import known_of, make_transcripts, speaker_id
from edition.layouts.parts import Known, Parsed
from edition.layouts.recognising import recognise
from edition.memo import MEMO
from edition.model import Authorities, Change, Outlet, Speaker, Transcript
from edition.transcripts import loads
from edition.witnesses import make_witness

T = TypeVar("T")

CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(
        Speaker("ines-halvard", "Ines Halvard", names=(("zh", "伊内斯"),)),
        Speaker("tomas-erevik", "Tomas Erevik"),
    ),
    outlets=(Outlet("harbour-post", "Harbour Post", aliases=("The Post",)),),
)
DAY = "2026-02-01"
ROOT = Path(__file__).resolve().parent.parent


def briefing(day: str = "May 6, 2025", answer: str = "It is.", speaker: str = "Ines Halvard") -> str:
    return (
        f"Foreign Office Spokesperson {speaker}’s Press Conference on {day}\n\n"
        f"Harbour Post: Is the bridge wet?\n\n{speaker}: {answer}\n"
    )


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    folder = tmp_path / "edition"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def run(edition: Path, *paths: Path, dry_run: bool = False) -> ImportReport:
    return import_witnesses(edition, CONFIG, AUTHORITIES, paths, received=DAY, dry_run=dry_run)


def tree(folder: Path) -> dict[str, bytes]:
    """Return path → bytes of all files in a folder but those of the memo, which may go at any time."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and MEMO not in p.parts
    }


def transcripts(edition: Path) -> list[Transcript]:
    files = sorted((edition / "content" / "briefings").glob("*.md"))
    return [loads(f.read_text(encoding="utf-8"), f"content/briefings/{f.name}") for f in files]


# ── What an import leaves behind ────────────────────────────────────────────────────────────────────────────────────


def test_a_witness_becomes_a_transcript_and_is_kept_byte_for_byte(edition: Path, inbox: Path) -> None:
    put(inbox, **{"2025__a": "\ufeff" + briefing().replace("\n", "\r\n")})
    report = run(edition, inbox)
    assert set(tree(edition)) == {
        "content/sources/2025/a.txt",
        "content/briefings/2025-05-06-ines-halvard.md",
        "content/import-report.json",
    }
    assert tree(edition)["content/sources/2025/a.txt"] == tree(inbox)["2025/a.txt"]
    (transcript,) = transcripts(edition)
    assert transcript.speakers == ("ines-halvard",)
    assert (transcript.source.file, transcript.source.path) == ("a.txt", "2025/a.txt")
    assert report.lines() == (
        f"{inbox.as_posix()}/2025/a.txt: → 2025-05-06-ines-halvard: title-only, press-conference, 2025-05-06, "
        "ines-halvard, 1 exchange, 6 words kept, 0 dropped",
    )
    assert report.summary() == "1 file: 1 imported, 0 unchanged, 0 refused; 6 words kept, 0 dropped"
    assert report.problems == ()
    assert list(check_witnesses(edition, [transcript])) == []


def test_importing_again_changes_nothing(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(), b=briefing("May 7, 2025"))
    run(edition, inbox)
    before = tree(edition)
    times = {p: p.stat().st_mtime_ns for p in edition.rglob("*.md")}
    report = run(edition, inbox)
    assert [f.outcome for f in report.files] == ["unchanged", "unchanged"]
    assert tree(edition) == before
    assert {p: p.stat().st_mtime_ns for p in edition.rglob("*.md")} == times


def test_a_dry_run_tells_the_same_and_writes_nothing(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(), b="\n")
    told = run(edition, inbox, dry_run=True)
    assert tree(edition) == {}
    assert "1 would be imported" in told.summary()
    assert told.lines() == run(edition, inbox).lines()


def test_files_folders_and_zips_give_the_same_edition(tmp_path: Path, inbox: Path) -> None:
    put(inbox, a=briefing(), b=briefing("May 7, 2025"))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as z:
        for name in ("a.txt", "b.txt"):
            z.write(inbox / name, name)
    trees = []
    for i, paths in enumerate(([inbox], [archive], [inbox / "b.txt", inbox / "a.txt"])):
        folder = tmp_path / str(i)
        folder.mkdir()
        run(folder, *paths)
        trees.append({name: data for name, data in tree(folder).items() if name != REPORT})
    assert trees[0] == trees[1] == trees[2]


# ── Ids ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_counters_are_given_in_order_of_path_and_existing_ids_stay(edition: Path, inbox: Path) -> None:
    put(inbox, z=briefing(answer="One."), m=briefing(answer="Two."))
    run(edition, inbox / "z.txt", inbox / "m.txt")
    by_file = {t.source.file: t.id for t in transcripts(edition)}
    assert by_file == {"m.txt": "2025-05-06-ines-halvard", "z.txt": "2025-05-06-ines-halvard-2"}
    put(inbox, a=briefing(answer="Three."))
    report = run(edition, inbox)
    by_file = {t.source.file: t.id for t in transcripts(edition)}
    assert by_file["m.txt"] == "2025-05-06-ines-halvard"
    assert by_file["a.txt"] == "2025-05-06-ines-halvard-3"
    assert any("near-duplicate" in p.message for p in report.problems)


def test_an_undated_file_has_its_name_as_id(edition: Path, inbox: Path) -> None:
    put(inbox, notice_of_2019="Words without a day.\nMore words without a day.")
    report = run(edition, inbox)
    (transcript,) = transcripts(edition)
    assert (transcript.id, transcript.date) == ("undated-notice-of-2019", None)
    assert any("undated" in p.message for p in report.problems)


def test_a_language_that_is_not_the_edition_s_is_part_of_the_id(edition: Path, inbox: Path) -> None:
    put(inbox, a="外交部发言人的谈话（2025年3月12日）\n\n马雷尼亚与挪威的海岸警卫队昨天在海上会面。\n")
    run(edition, inbox)
    (transcript,) = transcripts(edition)
    assert (transcript.language, transcript.date) == ("zh-Hans", "2025-03-12")
    assert transcript.id == "2025-03-12-statement-zh"


def test_ids_are_never_longer_than_a_hundred_characters(edition: Path, inbox: Path) -> None:
    name = " ".join(["Maximiliana"] * 6)
    put(
        inbox,
        a=briefing(speaker=name),
        b=briefing(speaker=name, answer="It was."),
        **{"undated" * 20: "One line.\nTwo lines."},
    )
    run(edition, inbox)
    ids = [t.id for t in transcripts(edition)]
    assert len(ids) == 3
    assert all(len(i) <= 100 for i in ids)
    assert any(i.endswith("-2") for i in ids)


# ── Known witnesses and revisions ───────────────────────────────────────────────────────────────────────────────────


def test_a_changed_witness_is_a_revision_beside_the_editor_s_work(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    run(edition, inbox)
    mine = edition / "content" / "briefings" / "2025-05-06-ines-halvard.md"
    mine.write_text(mine.read_text(encoding="utf-8").replace("{#q1}", "A wet bridge {#q1}"), encoding="utf-8")
    before = tree(edition)
    put(inbox, a=briefing(answer="It was."))
    report = run(edition, inbox)
    assert report.files[0].outcome == "revision"
    assert any("changed version of 2025-05-06-ines-halvard's witness" in p.message for p in report.problems)
    after = tree(edition)
    name = "content/briefings/2025-05-06-ines-halvard.md"
    entry = after[name].decode().partition("revisions:\n")[2].partition("apparatus:\n")[0]
    assert after[name].decode().replace(f"revisions:\n{entry}", "") == before[name].decode()
    (told,) = loads(after[name].decode(), name).revisions
    assert (told.received, told.taken) == (DAY, False)
    assert told.changes == (Change("is", "was", "q1"),)
    assert {k: after[k] for k in before if k not in (name, REPORT)} == {
        k: before[k] for k in before if k not in (name, REPORT)
    }
    new = sorted(set(after) - set(before))
    assert new[0] == "content/revisions/2025-05-06-ines-halvard.md"
    assert new[1].startswith("content/sources/a.rev-")
    revision = loads(after[new[0]].decode(), new[0])
    assert revision.source.path == new[1].removeprefix("content/sources/")
    assert revision.sections[0].heading == "A wet bridge"
    assert [r.taken for r in revision.revisions] == [True]
    (note,) = check_witnesses(edition, [revision])
    assert (str(note.locus), note.severity) == (new[0], "note")
    assert "waits beside content/briefings/2025-05-06-ines-halvard.md" in note.message
    again = run(edition, inbox)
    assert again.files[0].outcome == "unchanged"
    assert "waits in content/revisions" in again.problems[0].message
    assert tree(edition) == after
    # Once the editor has taken it over, it is the known witness.
    (edition / new[0]).replace(mine)
    assert run(edition, inbox).files[0].outcome == "unchanged"
    assert run(edition, inbox).problems == ()


def test_a_transcript_in_a_folder_of_its_own_is_known(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    run(edition, inbox)
    mine = edition / "content" / "briefings" / "2025-05-06-ines-halvard.md"
    moved = mine.parent / "2025" / "first.md"
    moved.parent.mkdir()
    mine.rename(moved)
    (file,) = run(edition, inbox).files
    assert (file.outcome, file.id) == ("unchanged", "first")


def test_a_newer_revision_takes_the_place_of_a_waiting_one(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    run(edition, inbox)
    for answer in ("It was.", "It will be."):
        put(inbox, a=briefing(answer=answer))
        run(edition, inbox)
    waiting = edition / "content" / "revisions" / "2025-05-06-ines-halvard.md"
    assert "It will be." in waiting.read_text(encoding="utf-8")
    assert "It is." in (edition / "content" / "briefings" / waiting.name).read_text(encoding="utf-8")


def test_the_same_words_under_another_name_are_not_imported_again(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    run(edition, inbox)
    put(inbox, copy=briefing(), spaced=briefing().replace("\n\n", "\n \n"))
    before = tree(edition)
    report = run(edition, inbox)
    assert [(f.outcome, f.id) for f in report.files] == [
        ("unchanged", "2025-05-06-ines-halvard"),
        ("duplicate", "2025-05-06-ines-halvard"),
        ("duplicate", "2025-05-06-ines-halvard"),
    ]
    assert "the same file as a.txt, the witness of 2025-05-06-ines-halvard" in report.problems[0].message
    assert "the same words and date as 2025-05-06-ines-halvard" in report.problems[1].message
    after = tree(edition)
    assert {n for n in after if after[n] != before.get(n)} == {REPORT}
    run(edition, inbox)
    assert tree(edition) == after


def test_a_transcript_that_does_not_parse_still_keeps_its_id_and_witness(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    run(edition, inbox)
    mine = edition / "content" / "briefings" / "2025-05-06-ines-halvard.md"
    mine.write_text(mine.read_text(encoding="utf-8").replace("kind:", "knid:"), encoding="utf-8")
    assert run(edition, inbox).files[0].outcome == "unchanged"


def test_a_quoted_path_is_read_as_it_was_written(edition: Path, inbox: Path) -> None:
    (inbox / "it's “2025”, May.txt").write_text(briefing(), encoding="utf-8")
    run(edition, inbox)
    existing, problems = read_existing(edition)
    assert problems == []
    assert [h.id for held in existing.by_path.values() for h in held] == ["2025-05-06-ines-halvard"]
    assert run(edition, inbox).files[0].outcome == "unchanged"


# ── Names of kept witnesses ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["a.txt", "2025/may/a b.txt", "毛宁.txt", "é.md", "a.rev.txt", "t20240730_1.txt"])
def test_a_safe_name_is_kept(path: str) -> None:
    assert kept_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["a:b.txt", "con.txt", "x/nul", "a?.txt", ".hidden.txt", "a .", "e\u0301.txt", "x" * 300 + ".txt", "a\x01.txt"],
)
def test_an_unsafe_name_becomes_a_safe_one_always_the_same(path: str) -> None:
    kept = kept_path(path)
    assert kept == kept_path(path)
    assert kept != path
    assert kept_path(kept) == kept
    assert all(len(part.encode()) < 200 for part in kept.split("/"))


def test_names_that_differ_only_by_capitals_are_kept_apart(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    (inbox / "A.txt").write_text(briefing("May 7, 2025"), encoding="utf-8")
    if len(list(inbox.iterdir())) < 2:
        pytest.skip("this file system knows no capitals")
    run(edition, inbox)
    kept = [t.source.path for t in transcripts(edition)]
    assert len({p.casefold() for p in kept if p}) == 2
    assert {f.outcome for f in run(edition, inbox).files} == {"unchanged"}


# ── Bad input ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_file_fails_alone(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(), c=briefing("May 8, 2025"), e="<!DOCTYPE html><html><body>Words</body></html>")
    (inbox / "b.pdf").write_bytes(b"%PDF-1.7")
    (inbox / "d.txt").write_bytes(b"caf\xe9 and more")
    report = run(edition, inbox, inbox / "nowhere")
    outcomes = {f.origin.rsplit("/", 1)[1]: f.outcome for f in report.files}
    assert outcomes == {
        **dict.fromkeys(["a.txt", "c.txt", "e.txt"], "imported"),
        **dict.fromkeys(["b.pdf", "d.txt", "nowhere"], "refused"),
    }
    assert all(f.problems and f.problems[0].severity == "error" for f in report.files if f.outcome == "refused")
    assert len(transcripts(edition)) == 3


def test_a_layout_that_loses_a_word_is_caught(edition: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conservation does not trust the layouts: here one forgets the last word of each paragraph."""

    def forgetful(*arguments: object) -> object:
        recognised = recognise(*arguments)  # type: ignore[arg-type]
        parse = recognised.layout.parse

        def lose(page: object) -> Parsed:
            parsed = parse(page)  # type: ignore[arg-type]
            shorter = tuple(
                replace(s, turns=tuple(
                    replace(t, paragraphs=tuple(replace(p, text=p.text.rpartition(" ")[0]) for p in t.paragraphs))
                    for t in s.turns
                ))
                for s in parsed.sections
            )  # fmt: skip
            return replace(parsed, sections=shorter)

        return replace(recognised, layout=replace(recognised.layout, parse=lose))

    monkeypatch.setattr("edition.importing.transcribing.recognise", forgetful)
    put(inbox, a=briefing())
    report = run(edition, inbox)
    assert report.files[0].outcome == "refused"
    assert str(report.problems[0]).startswith(
        f"{inbox.as_posix()}/a.txt:3: words are not conserved: the witness has “wet”, the transcript “Ines”"
    )
    assert set(tree(edition)) == {REPORT}


def test_control_characters_become_spaces_and_the_apparatus_says_so(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(answer="It\x0bis\x92t."))
    run(edition, inbox)
    (transcript,) = transcripts(edition)
    assert transcript.sections[0].paragraphs[1].text == "It is’t."
    assert [(e.line, e.before, e.after) for e in transcript.apparatus.emendations] == [
        (5, "U+000B", " "),
        (5, "U+0092", "’"),
    ]
    assert list(check_witnesses(edition, [transcript])) == []


def test_a_long_line_is_read_in_linear_time(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(answer="word: " * 300_000))
    report = run(edition, inbox)
    assert report.files[0].kept == 300_004


def test_a_folder_that_can_t_be_written_is_told(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    (edition / "content").write_text("a file where the folder should be", encoding="utf-8")
    report = run(edition, inbox)
    assert report.files == ()
    assert "can't be written to" in report.problems[0].message


def test_a_disk_that_is_full_leaves_no_half_file(edition: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(inbox, a=briefing(), b=briefing("May 7, 2025"))
    write = Path.write_text

    def full(path: Path, *arguments: object, **named: object) -> int:
        if path.suffix == ".md":
            write(path, "---\ntit", encoding="utf-8")
            raise OSError(28, "No space left on device")
        return write(path, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "write_text", full)
    report = run(edition, inbox)
    assert [f.outcome for f in report.files] == ["refused", "refused"]
    assert "No space left on device" in report.problems[0].message
    assert set(tree(edition)) == {REPORT}


@pytest.mark.parametrize("step", range(1, 9))
def test_an_import_broken_off_anywhere_leaves_whole_files_and_can_be_completed(
    edition: Path, inbox: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: int
) -> None:
    put(inbox, a=briefing(), b=briefing("May 7, 2025"))
    whole = tmp_path / "whole"
    whole.mkdir()
    run(whole, inbox)
    steps = 0

    def count(original: T) -> T:
        def counted(*arguments: object, **named: object) -> object:
            nonlocal steps
            steps += 1
            if steps == step:
                raise KeyboardInterrupt
            return original(*arguments, **named)  # type: ignore[operator]

        return counted  # type: ignore[return-value]

    with monkeypatch.context() as patch:
        for name in ("write_text", "write_bytes", "replace"):
            patch.setattr(Path, name, count(getattr(Path, name)))
        with pytest.raises(KeyboardInterrupt):
            run(edition, inbox)
    left = tree(edition)
    assert all(tree(whole)[name] == data for name, data in left.items())
    run(edition, inbox)
    assert tree(edition) == tree(whole)


def test_the_leavings_of_a_killed_import_are_removed(edition: Path, inbox: Path) -> None:
    left = edition / "content" / ".import-old"
    left.mkdir(parents=True)
    (left / "0.md").write_text("half", encoding="utf-8")
    put(inbox, a=briefing())
    run(edition, inbox)
    assert not left.exists()
    assert not list((edition / "content").glob(".import-*"))


def test_progress_sees_every_file(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(), b=briefing("May 7, 2025"))
    seen: list[tuple[str, int]] = []

    def watch(what: str, items: Iterable[T], total: int) -> Iterator[T]:
        for item in items:
            seen.append((what, total))
            yield item

    import_witnesses(edition, CONFIG, AUTHORITIES, [inbox], progress=watch)
    assert seen == [("import", 2), ("import", 2)]


# ── The check of kept witnesses ─────────────────────────────────────────────────────────────────────────────────────


def test_an_unrecorded_edit_is_found_with_both_places(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing())
    run(edition, inbox)
    mine = edition / "content" / "briefings" / "2025-05-06-ines-halvard.md"
    mine.write_text(mine.read_text(encoding="utf-8").replace("It is.", "It was, twice."), encoding="utf-8")
    problems = list(check_witnesses(edition, transcripts(edition)))
    assert [p.message for p in problems] == [
        "the transcript has “was, twice” where content/sources/a.txt:5 has “is”",
    ]
    assert problems[0].locus.file == "content/briefings/2025-05-06-ines-halvard.md"
    assert problems[0].locus.line > 10
    assert "emendations" in problems[0].hint


def test_a_witness_that_is_missing_changed_or_elsewhere_is_found(edition: Path, inbox: Path) -> None:
    put(inbox, a=briefing(), b=briefing("May 7, 2025"), c=briefing("May 8, 2025"))
    run(edition, inbox)
    (edition / "content/sources/a.txt").unlink()
    with (edition / "content/sources/b.txt").open("ab") as f:
        f.write(b" ")
    found = transcripts(edition)
    found[2] = replace(found[2], source=replace(found[2].source, path="../../c.txt"))
    messages = [p.message for p in check_witnesses(edition, found)]
    assert messages[0].startswith("its witness content/sources/a.txt can't be read")
    assert "sha256 differs" in messages[1]
    assert "leads out of" in messages[2]


def test_the_sample_edition_is_what_its_witnesses_say() -> None:
    folder = ROOT / "content"
    found = transcripts(ROOT)
    assert len(found) >= 14
    assert [str(p) for p in check_witnesses(ROOT, found)] == []
    assert sum(t.source.path is not None for t in found) == len(list((folder / "sources").rglob("*.*")))


# ── Fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_speaker_is_found_in_the_register_by_any_name() -> None:
    names = ("Ines Halvard", "INES HALVARD", "伊内斯", "Halvard", "Ines Marsh", "Tom Roe")
    found = [speaker_id(n, AUTHORITIES) for n in names]
    assert found == ["ines-halvard"] * 4 + ["Ines Marsh", "Tom Roe"]


def test_the_register_gives_layouts_every_printed_form() -> None:
    known = known_of(CONFIG, AUTHORITIES)
    assert {"ineshalvard", "伊内斯", "tomaserevik"} == known.speakers
    assert known.outlets == {"harbourpost", "thepost"}


# ── The shared corpus ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shared_seeds_are_imported_with_every_word(shared: Path, edition: Path) -> None:
    report = run(edition, shared / "corpus" / "seeds")
    assert [f.outcome for f in report.files] == ["imported"] * 4
    assert sorted(f.layout for f in report.files) == ["digest", "language-bar", "letterhead", "listing"]
    found = transcripts(edition)
    assert list(check_witnesses(edition, found)) == []
    by_file = {t.source.file[:3]: t for t in found}
    assert (by_file["001"].kind, by_file["001"].date) == ("digest", None)
    assert (by_file["003"].kind, by_file["003"].date) == ("listing", None)
    assert sum(s.kind == "item" for s in by_file["003"].sections) == 10
    gold = json.loads((shared / "gold" / "001.json").read_text(encoding="utf-8"))
    starts = {u["lines"][0] for u in gold["units"]}
    lines = (shared / "corpus" / "seeds" / gold["file"]).read_text(encoding="utf-8").split("\n")
    proposed = {
        next(i for i, x in enumerate(lines, 1) if x.strip() == s.paragraphs[0].text) for s in by_file["001"].sections
    }
    # How well the boundaries are proposed is a figure, not a promise: most of them, and few that are wrong.
    assert len(proposed & starts) >= 7
    assert len(proposed - starts) <= 2
    shutil.rmtree(edition)


def test_make_transcript_is_pure(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "seeds").glob("*.txt")):
        witness = make_witness(path.name, path.name, path.read_bytes())
        first, _ = make_transcripts(witness, CONFIG, Known(), AUTHORITIES)[0]
        second, _ = make_transcripts(witness, CONFIG, Known(), AUTHORITIES)[0]
        assert first == second


# ── A table of language versions ────────────────────────────────────────────────────────────────────────────────────


def chinese(day: int) -> str:
    return f"2025年5月{day}日外交部发言人伊内斯主持例行记者会\n\n港口邮报记者：桥湿了吗？\n\n伊内斯：湿了。\n"


def test_a_table_states_versions_and_changes_no_other_line(edition: Path, inbox: Path, tmp_path: Path) -> None:
    put(inbox, en__1=briefing(), zh__1=chinese(6), en__2=briefing("May 7, 2025"), zh__9=chinese(8))
    run(edition, inbox)
    before = tree(edition)
    table = tmp_path / "pairs.tsv"
    table.write_text("en\tzh\n1.txt\t1.txt\r\nen/2.txt\tzh/9.txt\n2.txt\t3.txt\n\n", encoding="utf-8")
    changed, problems = state_versions(edition, table)
    assert changed == 2
    assert [str(p).splitlines()[0] for p in problems] == [
        f"{table.as_posix()}:4: no briefing of this edition was made from “3.txt”"
    ]
    after = tree(edition)
    for id, other in (("2025-05-06-ines-halvard", "2025-05-06"), ("2025-05-07-ines-halvard", "2025-05-08")):
        name = f"content/briefings/{id}.md"
        block = f"versions:\n  - language: zh\n    briefing: {other}-ines-halvard-zh\n"
        assert after[name].decode().replace(block, "", 1) == before[name].decode()
        del after[name], before[name]
    assert after == before
    assert state_versions(edition, table)[0] == 0


def test_a_table_adds_to_versions_that_stand_there(edition: Path, inbox: Path, tmp_path: Path) -> None:
    put(inbox, a=briefing(), b=chinese(6))
    run(edition, inbox)
    file = edition / "content/briefings/2025-05-06-ines-halvard.md"
    flat = "versions:\n- language: fr\n  url: https://example.org/fr\n"
    file.write_text(file.read_text(encoding="utf-8").replace("source:\n", flat + "source:\n"), encoding="utf-8")
    table = tmp_path / "pairs.tsv"
    table.write_text("en\tzh\na.txt\tb.txt\n", encoding="utf-8")
    assert state_versions(edition, table) == (1, [])
    versions = loads(file.read_text(encoding="utf-8"), file.name).versions
    assert [(v.language, v.briefing, v.url) for v in versions] == [
        ("zh", "2025-05-06-ines-halvard-zh", None),
        ("fr", None, "https://example.org/fr"),
    ]


@pytest.mark.parametrize(
    "data", [b"a.txt\tb.txt\n1\t2\n".replace(b".", b"_"), b"", b"\xff\xfe", b"en\nx\n", b"en\ten\n"]
)
def test_a_table_that_is_none_is_one_problem(edition: Path, tmp_path: Path, data: bytes) -> None:
    table = tmp_path / "pairs.tsv"
    table.write_bytes(data)
    changed, problems = state_versions(edition, table)
    assert (changed, len(problems)) == (0, 1)
    assert problems[0].hint
