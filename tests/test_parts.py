"""An edition that is built in parts on several machines is the one that is built at once, whatever became of a part."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from edition.building import BuildReport, build_site, make_part, read_part
from edition.examining import examine, list_transcripts
from edition.memo import MEMO
from edition.parts import NOTE, Portion, deal_portion
from edition.problems import Refused
from edition.render import Renderer
from tests.editions import CONFIG, OUTLETS, TRANSCRIPT, WITNESS, add, edit, run_command, tree_of, write_edition

DAYS = ("2023-02-14", "2023-11-14", "2024-03-14", "2024-08-14", "2025-05-14")
#: Two parts, each read on one machine and made on another.
STEPS = ("read-1", "read-2", "make-1", "make-2")


def file_of(day: str, more: str = "") -> str:
    return f"content/briefings/{day}-ines-halvard{more}.md"


def start(folder: Path) -> Path:
    """Make an edition of three years, with a witness, a version in another language and a page of words."""
    write_edition(folder)
    add(folder, "config.yaml", f"{CONFIG}site_url: https://example.org/m/\n")
    for day in DAYS:
        text = TRANSCRIPT.replace("2025-05-14", day).replace("14 May 2025", day)
        add(folder, file_of(day), text.replace("Chile", "Peru") if day < "2024" else text)
    add(folder, file_of("2025-05-14", "-es"), TRANSCRIPT.replace("language: en", "language: es"))
    (folder / file_of("2025-05-14")).unlink()
    add(folder, "received/2025-05-14.txt", WITNESS)
    assert run_command("-C", folder, "import", folder / "received").code == 0
    # an id without a date belongs to no month
    add(folder, "content/briefings/opening-words.md", TRANSCRIPT.replace("date: 2025-05-14\n", ""))
    add(folder, "content/pages/about.md", "# About\n\nWords.\n")
    return folder


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an edition built at once (`once`), and the parts of copies of it that were worked out by
    other processes in other places, whose files have other times.
    """
    home = tmp_path_factory.mktemp("machines")
    start(home / "once")
    # git carries no memo, from the machine of the import either
    shutil.rmtree(home / "once" / MEMO)
    shutil.copytree(home / "once", home / "untouched")
    for number, step in enumerate(STEPS):
        machine = shutil.copytree(home / "once", home / f"machine {number}" / step, copy_function=shutil.copyfile)
        for file in machine.rglob("*"):
            os.utime(file, (1_500_000_000 + number, 1_500_000_000 + number))
        what, which = step.split("-")
        lent = [str(part) for part in sorted((home / "parts").glob("read-*"))] if what == "make" else []
        before = tree_of(machine)
        said = run_command(
            "-C", machine, "part", what, f"{which}/2", "--to", home / "parts" / step,
            *(["--parts", *lent] if lent else []),
            env={"PYTHONHASHSEED": str(number), "TZ": "Pacific/Kiritimati"},
        )  # fmt: skip
        assert said.code == 0, said.err
        assert said.err == ""
        assert said.out.startswith(f"part {which}/2: ")
        assert tree_of(machine) == before, "a part publishes and records nothing"
        assert not (machine / MEMO).exists()
    assert build_site(home / "once").published is not None
    return home


@pytest.fixture
def edition(machines: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(machines / "untouched", tmp_path / "joined"))


@pytest.fixture
def parts(machines: Path, tmp_path: Path) -> list[Path]:
    """Return copies of all parts."""
    shutil.copytree(machines / "parts", tmp_path / "parts")
    return [tmp_path / "parts" / step for step in STEPS]


class Joined:
    """What a build made itself: transcripts that it read, templates that it filled in."""

    def __init__(self, folder: Path, parts: Sequence[Path], monkeypatch: pytest.MonkeyPatch) -> None:
        self.read, self.rendered = list[str](), list[str]()
        render = Renderer.render

        def watch_reading(desk: object, path: str) -> object:
            self.read.append(path)
            return examine(desk, path)  # type: ignore[arg-type]

        def watch_rendering(renderer: Renderer, template: str, page: object) -> bytes:
            self.rendered.append(template)
            return render(renderer, template, page)

        with monkeypatch.context() as patched:
            patched.setattr("edition.examining.examine", watch_reading)
            patched.setattr(Renderer, "render", watch_rendering)
            self.report: BuildReport = build_site(folder, parts=parts)
        assert self.report.published is not None


#: Pages of what was counted in all others: they are always made.
ALWAYS = {"compliance.html", "files.html"}


def test_joined_it_is_what_is_built_at_once_and_nothing_is_worked_out_twice(
    machines: Path, edition: Path, parts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = Joined(edition, parts, monkeypatch)
    assert tree_of(edition) == tree_of(machines / "once")
    assert (edition / "content/permalinks").is_dir()
    assert joined.read == []
    assert set(joined.rendered) == ALWAYS
    taken = joined.report.taken
    assert taken is not None
    assert taken.transcripts == 7
    assert taken.files > 100
    # from now on it remembers all of that by itself
    for part in parts:
        shutil.rmtree(part)
    again = Joined(edition, (), monkeypatch)
    assert again.read == []
    assert set(again.rendered) <= ALWAYS | {"diagnostics.html"}
    assert again.report.taken is None


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(place: float) -> Callable[[Path], None]:
    def act(file: Path) -> None:
        data = bytearray(file.read_bytes())
        data[int(len(data) * place) - 20] ^= 0xFF
        file.write_bytes(data)

    return act


DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut short": cut,
    "gone": Path.unlink,
    "a byte near the beginning": flip(0.2),
    "a byte in the middle": flip(0.5),
    "a byte of the index": flip(1.0),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_costs_time_and_nothing_else(
    machines: Path, edition: Path, parts: list[Path], monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    packs = [pack for part in parts for pack in part.glob("*.pack") if pack.stat().st_size > 1000]
    assert len(packs) >= 4
    for pack in packs:
        DAMAGES[damage](pack)
    joined = Joined(edition, parts, monkeypatch)
    assert tree_of(edition) == tree_of(machines / "once")
    assert joined.read or set(joined.rendered) > ALWAYS, "it did notice"


def test_what_was_edited_since_is_worked_out_anew(
    machines: Path, edition: Path, parts: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(edition, file_of("2024-03-14"), "operators", "owners")
    joined = Joined(edition, parts, monkeypatch)
    fresh = Path(shutil.copytree(machines / "untouched", tmp_path / "fresh"))
    edit(fresh, file_of("2024-03-14"), "operators", "owners")
    assert build_site(fresh).published is not None
    assert tree_of(edition) == tree_of(fresh)
    assert joined.read == [file_of("2024-03-14")]
    assert joined.rendered.count("briefing.html") < 4
    assert joined.report.taken is not None
    assert joined.report.taken.transcripts == 6
    assert joined.report.taken.files > 50


def test_a_part_that_was_not_made_is_made_by_the_build(
    machines: Path, edition: Path, parts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = Joined(edition, [parts[0], parts[3]], monkeypatch)
    assert tree_of(edition) == tree_of(machines / "once")
    assert 0 < len(joined.read) < 7
    assert 0 < joined.rendered.count("briefing.html") < 7


def test_a_part_of_another_version_of_the_program_is_named_and_worked_out_anew(
    machines: Path, edition: Path, parts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("examining", "making", "parts"):
        monkeypatch.setattr(f"edition.{room}.digest_program", lambda: b"another program")
    joined = Joined(edition, parts, monkeypatch)
    assert tree_of(edition) == tree_of(machines / "once")
    notes = [problem for problem in joined.report.problems if "another version of the program" in problem.message]
    assert [Path(note.locus.file).name for note in sorted(notes)] == sorted(STEPS)
    assert {note.severity for note in notes} == {"note"}, "a locked build publishes all the same"
    taken = joined.report.taken
    assert taken is not None
    assert (taken.transcripts, taken.files) == (0, 0)


def test_a_part_knows_of_a_changed_register_what_an_earlier_build_of_ones_own_does_not(
    machines: Path, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (".memo", "_site", "content/permalinks"):
        shutil.copytree(machines / "once" / name, edition / name, dirs_exist_ok=True)
    fresh = Path(shutil.copytree(machines / "untouched", tmp_path / "fresh"))
    for folder in (edition, fresh):
        add(folder, "content/authorities/outlets.yaml", OUTLETS.replace("Radio Meridian", "Radio Zenith"))
        edit(folder, file_of("2023-02-14"), "Radio Meridian", "Radio Zenith")
    read_part(fresh, "1/1", tmp_path / "part")
    assert Joined(edition, [tmp_path / "part"], monkeypatch).read == []
    shutil.copytree(machines / "once/content/permalinks", fresh / "content/permalinks", dirs_exist_ok=True)
    assert build_site(fresh).published is not None
    assert tree_of(edition) == tree_of(fresh)


def test_what_is_published_as_it_is_need_not_be_made_for_a_part(machines: Path, tmp_path: Path) -> None:
    machine = tmp_path / "machine"
    shutil.copytree(machines / "once", machine, ignore=shutil.ignore_patterns("_site"))
    edit(machine, file_of("2024-03-14"), "operators", "owners")
    read = read_part(machine, "1/1", tmp_path / "read")
    assert (read.briefings, read.read) == (7, 1)
    made = make_part(machine, "1/1", tmp_path / "made", parts=[tmp_path / "read"])
    assert made.read == 0
    assert 0 < made.made < 12
    report = build_site(machines / "once", output=tmp_path / "site", parts=[tmp_path / "read"])
    assert report.taken is not None


def test_a_part_is_made_again_in_its_place(edition: Path, tmp_path: Path) -> None:
    for given, briefings in (("1/2", 4), ("2/2", 2)):
        report = read_part(edition, given, tmp_path / "part")
        names = {json.loads((tmp_path / "part" / NOTE).read_text(encoding="utf-8"))["portion"]}
        assert names == {given}
        assert report.briefings >= briefings
        assert report.read == report.briefings
    assert read_part(edition, "2/2", tmp_path / "part").read == 0
    assert sorted(file.name for file in (tmp_path / "part").glob("read-2*")) == ["read-2024.pack", "read-2025.pack"]


def test_there_may_be_more_machines_than_briefings(
    machines: Path, edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = list_transcripts(edition)
    having = {number: sum(map(deal_portion(f"{number}/9", paths).has, paths)) for number in range(1, 10)}
    assert sum(having.values()) == len(paths) == 7
    idle = min(having, key=lambda number: having[number])
    parts = [tmp_path / "read", tmp_path / "made"]
    read = read_part(edition, f"{idle}/9", parts[0])
    assert (read.briefings, read.read) == (0, 0)
    assert [file.name for file in parts[0].iterdir()] == [NOTE]
    made = make_part(edition, f"{idle}/9", parts[1], parts=[machines / "parts/read-1", machines / "parts/read-2"])
    assert (made.briefings, made.read) == (0, 0)
    Joined(edition, parts, monkeypatch)
    assert tree_of(edition) == tree_of(machines / "once")


def test_an_edition_without_a_briefing_has_parts(tmp_path: Path) -> None:
    assert run_command("new", tmp_path / "new").code == 0
    for step in ("read", "make"):
        said = run_command("-C", tmp_path / "new", "part", step, "1/2", "--to", tmp_path / step)
        assert (said.code, said.err) == (0, "")
        assert "0 briefings" in said.out
    assert build_site(tmp_path / "new", parts=[tmp_path / "read", tmp_path / "make"]).published is not None


def test_a_transcript_that_can_not_be_read_is_told_by_the_part_to_which_it_falls(edition: Path, tmp_path: Path) -> None:
    add(edition, file_of("2025-05-14"), "no front matter\n")
    one, two = (
        run_command("-C", edition, "part", "read", which, "--to", tmp_path / which[0]) for which in ("1/2", "2/2")
    )
    assert (one.code, one.err) == (0, "")
    assert two.code == 1
    assert file_of("2025-05-14") in two.err


@pytest.mark.parametrize("given", ["0/2", "3/2", "2", "2/", "/2", "1/2/3", "-1/2", "one/two", "1.5/2", "2/0", "٢/٤"])
def test_there_is_no_such_portion(given: str) -> None:
    with pytest.raises(Refused, match="there is no such portion of an edition"):
        deal_portion(given, [])


def test_bad_input_gets_one_message_and_leaves_nothing(edition: Path, tmp_path: Path) -> None:
    add(tmp_path, "mine/notes.txt", "Mine.")
    add(tmp_path, "a file", "Mine.")
    before = tree_of(tmp_path)

    def say(*arguments: str | Path) -> str:
        said = run_command("-C", edition, *arguments)
        assert (said.code, said.out) == (2, "")
        assert tree_of(tmp_path) == before
        return said.err.replace(f"{tmp_path}/", "")

    assert say("part", "read", "5/4", "--to", tmp_path / "p") == (
        "5/4: there is no such portion of an edition\n    write which of how many, such as 1/4, 2/4, 3/4 and 4/4\n"
    )
    for taken in ("mine", "a file"):
        assert say("part", "make", "1/4", "--to", tmp_path / taken) == (
            f"{taken}: this is no part of an edition, and holds something else\n    choose a folder of its own\n"
        )
    hint = f"name the folders that “build.py part” has made; each holds a {NOTE}"
    for command in (("build",), ("part", "read", "1/2", "--to", tmp_path / "p")):
        assert say(*command, "--parts", tmp_path / "mine", tmp_path / "nowhere") == (
            f"mine: this is no part of an edition\n    {hint}\nnowhere: there is no such folder\n    {hint}\n"
        )
    assert "--to" in say("part", "read", "1/2")


def test_a_disk_that_refuses_a_part_is_told(edition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(memo: object, group: str, names: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "part" / "read-2025.pack"))

    monkeypatch.setattr("edition.memo.Memo._write", refuse)
    with pytest.raises(Refused, match=r"can't write the part: no space is left on the disk"):
        read_part(edition, "1/1", tmp_path / "part")


@pytest.mark.parametrize("of", [1, 2, 3, 4, 8, 13])
def test_everything_falls_to_one_machine_and_none_has_much_more_than_another(of: int) -> None:
    # more from year to year, as archives have it
    paths = [
        f"content/briefings/{year}-{month:02}-{day:02}-ines-halvard.md"
        for year in range(2001, 2026)
        for month in range(1, 13)
        for day in range(1, 3 + year % 100 // 2)
    ]
    portions = [deal_portion(f"{number}/{of}", reversed(paths)) for number in range(1, of + 1)]
    others = [f"country/land-{number}" for number in range(400)] + ["pages/index.html", "briefings/first-words"]
    for name in (*paths, *others):
        assert [portion.has(name) for portion in portions].count(True) == 1
    for names in (paths, others):
        found = [sum(map(portion.has, names)) for portion in portions]
        assert max(found) < 1.6 * len(names) / of
    assert [[p.has_nth(index) for p in portions].count(True) for index in range(20)] == [1] * 20
    months = [portion.list_months() for portion in portions]
    assert sum(months, ()) == tuple(sorted(sum(months, ()))), "one after the other"
    id = "2025-03-01-ines-halvard"
    assert [p.has(id) for p in portions] == [p.has(f"content/briefings/{id}.md") for p in portions]


def test_a_month_is_one_only_where_it_ends() -> None:
    portion = Portion(1, 2, {"2025-03": 1, "2025": 2})
    assert portion.has("content/briefings/2025-03.md")
    assert not portion.has("2025-031.md")
    assert not portion.has("2025.html")
