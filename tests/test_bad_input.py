"""Bad input, through the real command line: one clear message with file, line and a way on; the rest goes on; what
stood stays whole; exit codes mean what they say.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import build as program
from tests.editions import CONFIG, ROOT, TRANSCRIPT, WITNESS, Said, add, run_command, tree_of, write_edition

BRIEFING = "content/briefings/2025-05-14-ines-halvard.md"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


def build(folder: Path, *options: str, ci: bool = False, env: dict[str, str] | None = None) -> Said:
    return run_command("-C", folder, "build", "--no-search", *options, ci=ci, env=env)


def assert_points(said: Said, place: str, *words: str) -> None:
    """Some message points at `place` and it or its hint holds the words."""
    lines = said.lines
    at = [i for i, line in enumerate(lines) if line.startswith(place)]
    assert at, f"no message points at {place}:\n{said.err}"
    near = "\n".join("\n".join(lines[i : i + 2]) for i in at)
    for word in words:
        assert word in near, f"{word!r} is missing from:\n{near}"


# ── Import ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def import_beside_a_good_one(edition: Path, name: str, content: bytes) -> Said:
    """Import a folder with one bad file and one good one."""
    folder = edition.parent / "received"
    add(folder, name, content)
    add(folder, "good.txt", WITNESS)
    return run_command("-C", edition, "import", folder)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8, ()),
        ("empty.txt", b"", ("empty",)),
        ("blank.txt", b" \n\n \t\n", ("empty",)),
        ("latin.txt", "Señor Pérez habló en la reunión".encode("cp1252") * 20, ("UTF-8",)),
        ("page.html", b'<meta charset="utf-16"><p>' + "Señor".encode("cp1252"), ()),
        ("archive.zip", b"PK\x03\x04 no archive at all", ()),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name_and_the_others_go_on(
    edition: Path, name: str, content: bytes, words: tuple[str, ...]
) -> None:
    before = tree_of(edition)
    said = import_beside_a_good_one(edition, name, content)
    assert said.code == 1, said
    assert name in said.err
    for word in words:
        assert word in said.err
    made = set(tree_of(edition)) - set(before)
    assert any(path.startswith("content/briefings/") for path in made), "the good file was not imported"
    assert not any(Path(name).stem in path for path in made), made


def test_a_line_of_fifty_megabytes_neither_hangs_nor_breaks_the_import(edition: Path) -> None:
    begun = time.monotonic()
    said = import_beside_a_good_one(edition, "long.txt", b"word " * 10_000_000)
    assert time.monotonic() - begun < 60
    assert said.code == 1
    assert "long.txt" in said.err


def test_a_zip_that_reaches_outside_is_refused(edition: Path) -> None:
    folder = edition.parent / "received"
    folder.mkdir()
    with zipfile.ZipFile(folder / "bad.zip", "w") as archive:
        archive.writestr("../../outside.txt", WITNESS)
    said = run_command("-C", edition, "import", folder)
    assert said.code in (1, 2)
    assert "bad.zip" in said.err
    assert not list(edition.parent.glob("outside*"))


def test_nothing_found_to_import_is_nothing_done(edition: Path) -> None:
    before = tree_of(edition)
    said = run_command("-C", edition, "import", edition.parent / "nowhere")
    assert said.code == 2
    assert "nowhere" in said.err
    assert tree_of(edition) == before


def test_a_dry_run_writes_nothing(edition: Path) -> None:
    file = add(edition.parent, "received/2025-06-01.txt", WITNESS)
    before = tree_of(edition)
    assert run_command("-C", edition, "import", "--dry-run", file).code == 0
    assert tree_of(edition) == before


# ── Transcripts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def break_transcript(edition: Path, old: str, new: str) -> None:
    """Put a fault into the second briefing of an edition, so that one good one stays."""
    assert old in TRANSCRIPT
    add(edition, "content/briefings/2025-05-21-ines-halvard.md", TRANSCRIPT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("## {#q2}", "## The lighthouse", 20, ("id",)),
        ("## {#q2}", "## {#q1}", 20, ("q1", "14")),
        ("kind: press-conference", "kind: pres-conference", 4, ("press-conference",)),
        ("language: en", "langauge: en", 7, ("language",)),
        ("title: Regular press briefing, 14 May 2025", "title: Briefing: the 14th", 2, ()),
        ("date: 2025-05-14", "date: 2025-02-30", 3, ("2025-02-30",)),
        ("speakers:\n- ines-halvard", "speakers: &a [*a]", 5, ()),
        ("{#q1}", "{#q1 follow=q2}", 14, ("follows",)),
    ],
)
def test_a_faulty_transcript_is_named_with_its_line_and_the_others_are_built(
    edition: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    break_transcript(edition, old, new)
    said = build(edition)
    assert said.code == 1, said
    assert_points(said, f"content/briefings/2025-05-21-ines-halvard.md:{line}:", *words)
    assert (edition / "_site/briefings/2025-05-14-ines-halvard.html").is_file()
    assert not (edition / "_site/briefings/2025-05-21-ines-halvard.html").exists()


def test_a_locked_build_with_a_faulty_transcript_publishes_nothing(edition: Path) -> None:
    assert build(edition).code == 0
    before = tree_of(edition / "_site")
    break_transcript(edition, "## {#q2}", "## The lighthouse")
    for said in (build(edition, "--locked"), build(edition, ci=True)):
        assert said.code == 2
        assert "nothing published" in said.err
    assert tree_of(edition / "_site") == before


def test_an_alias_bomb_in_a_header_is_refused_at_once(edition: Path) -> None:
    rows = "\n".join(f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 12))
    break_transcript(edition, "title:", f"x0: &x0 lol\n{rows}\ntitle:")
    begun = time.monotonic()
    said = build(edition)
    assert time.monotonic() - begun < 20
    assert said.code == 1
    assert_points(said, "content/briefings/2025-05-21-ines-halvard.md:2:")


def test_a_transcript_in_another_encoding_is_named(edition: Path) -> None:
    add(edition, "content/briefings/2025-05-21-x.md", TRANSCRIPT.replace("late", "späť").encode("cp1250"))
    said = build(edition)
    assert said.code == 1
    assert_points(said, "content/briefings/2025-05-21-x.md:16:", "UTF-8")


def test_the_same_id_in_two_folders_is_named(edition: Path) -> None:
    add(edition, "content/briefings/2025/2025-05-14-ines-halvard.md", TRANSCRIPT)
    said = build(edition)
    assert said.code == 1
    assert "2025-05-14-ines-halvard" in said.err
    assert "taken" in said.err


def test_two_addresses_that_differ_in_case_only_are_named(edition: Path) -> None:
    add(edition, "content/pages/about.md", "# About\n\nWords.\n")
    add(edition, "content/authorities/persons.yaml", "")
    add(edition, "assets/Edition.css", "p { color: red }")
    said = build(edition)
    assert said.code in (1, 2)
    assert "dition.css" in said.err


def test_an_unknown_label_is_kept_and_listed_with_a_suggestion(edition: Path) -> None:
    add(edition, BRIEFING, TRANSCRIPT.replace("**Radio Meridian:**", "**Radio Meridain:**"))
    said = build(edition)
    assert said.code == 0, "a label nobody knows is no error"
    assert_points(said, f"{BRIEFING}:22:", "Radio Meridain", "did you mean “Radio Meridian”?")
    assert "Radio Meridain" in (edition / "_site/briefings/2025-05-14-ines-halvard.html").read_text(encoding="utf-8")


# ── Config, authority files, templates ──────────────────────────────────────────────────────────────────────────────


def test_an_unknown_config_key_is_named_with_a_suggestion_and_nothing_is_done(edition: Path) -> None:
    add(edition, "config.yaml", CONFIG + "pubisher: Somebody\n")
    said = build(edition)
    assert said.code == 2
    assert_points(said, "config.yaml:5:", "pubisher", "did you mean “publisher”?")
    assert not (edition / "_site").exists()


@pytest.mark.parametrize("text", ["title: [unclosed\n", "\tindented: by tab\n", "a: &a [*a]\n", "- a list\n", ""])
def test_a_config_that_is_no_mapping_is_one_message(edition: Path, text: str) -> None:
    add(edition, "config.yaml", text)
    said = build(edition)
    assert said.code == 2
    assert said.err.startswith("config.yaml")


def test_a_folder_that_is_no_edition_is_one_message(tmp_path: Path) -> None:
    said = run_command("-C", tmp_path, "build")
    assert said.code == 2
    assert "config.yaml" in said.err
    assert "new" in said.err


def test_an_authority_file_with_a_fault_is_named_and_the_rest_is_built(edition: Path) -> None:
    add(edition, "content/authorities/outlets.yaml", "harbour-post: {name: Harbour Post, alias: [HP]}\n")
    said = build(edition)
    assert said.code == 1
    assert_points(said, "content/authorities/outlets.yaml:1:", "alias", "aliases")


def test_a_template_that_fails_is_named_with_its_line_and_nothing_is_done(edition: Path) -> None:
    add(
        edition,
        "templates/page.html",
        "{% extends 'base.html' %}\n{% block main %}\n{{ page.nothing.here }}\n{% endblock %}",
    )
    add(edition, "content/pages/about.md", "# About\n\nWords.\n")
    said = build(edition)
    assert said.code == 2
    assert_points(said, "templates/page.html:3:")
    assert not (edition / "_site").exists()


@pytest.mark.parametrize("template", ["{% if %}", "{% extends 'bsae.html' %}", "{{ 'x'|nosuchfilter }}"])
def test_a_template_that_does_not_parse_is_one_message(edition: Path, template: str) -> None:
    add(edition, "templates/briefing.html", template)
    said = build(edition)
    assert said.code == 2
    assert_points(said, "templates/briefing.html:1:" if "bsae" not in template else "templates/briefing.html:")


# ── Output ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_output_folder_that_cannot_be_written_is_one_message(edition: Path) -> None:
    file = add(edition.parent, "in-the-way", "a file")
    for place in (file, file / "below", Path("/proc/nowhere/site") if sys.platform == "linux" else file):
        said = build(edition, "--output", str(place))
        assert said.code == 2, said
        assert str(place) in said.err or str(place.parent) in said.err
    assert file.read_text() == "a file"


def test_a_full_disk_is_one_message_and_the_site_stays(edition: Path) -> None:
    disk = edition.parent / "disk"
    disk.mkdir()
    mounted = (
        shutil.which("mount")
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(disk)], capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("a small file system can't be mounted without root; tests/test_publish.py simulates a full disk")
    try:
        site = disk / "site"
        site.mkdir()
        (site / "CNAME").write_text("marenia.example")
        (disk / "filler").write_bytes(b"x" * 700_000)
        said = build(edition, "--output", str(site))
        assert said.code == 2, said
        assert "space" in said.err
        assert tree_of(site) == {"CNAME": b"marenia.example"}
        assert sorted(p.name for p in disk.iterdir() if not p.name.endswith(".lock")) == ["filler", "site"]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_stopped_at_any_moment_leaves_the_old_site_or_the_new_one(edition: Path, stop: signal.Signals) -> None:
    assert build(edition).code == 0
    old = tree_of(edition / "_site")
    add(edition, BRIEFING, TRANSCRIPT.replace("built it well", "built it twice"))
    assert build(edition, "--output", str(edition / "new")).code == 0
    new = tree_of(edition / "new")
    assert old != new
    command = [sys.executable, str(ROOT / "build.py"), "-C", str(edition), "build", "--no-search"]
    begun = time.monotonic()
    subprocess.run([*command, "--output", str(edition / "timed")], capture_output=True, check=True, env=without_ci())
    length = time.monotonic() - begun
    chance = random.Random(7)
    for _ in range(6):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=without_ci())
        time.sleep(max(0.12, length * chance.uniform(0.05, 1.0)))
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
        assert "Traceback" not in err or stop is signal.SIGKILL, err
        now = tree_of(edition / "_site")
        assert now in (old, new), sorted(set(now) ^ set(old))
    assert build(edition).code == 0
    assert tree_of(edition / "_site") == new
    assert not list(edition.glob("._site.*next*"))


def without_ci() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "CI"}


def test_two_builds_at_once_do_not_meet(edition: Path) -> None:
    command = [sys.executable, str(ROOT / "build.py"), "-C", str(edition), "build", "--no-search"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=without_ci())
        for _ in range(2)
    ]
    codes = []
    for process in both:
        _, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        codes.append(process.returncode)
    assert 0 in codes
    assert set(codes) <= {0, 2}
    assert (edition / "_site/index.html").is_file()


# ── A new edition ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_new_refuses_a_folder_that_holds_something(tmp_path: Path) -> None:
    add(tmp_path, "taken/note.txt", "mine")
    said = run_command("new", tmp_path / "taken")
    assert said.code == 2
    assert tree_of(tmp_path) == {"taken/note.txt": b"mine"}


def test_unknown_commands_and_options_end_with_code_2(tmp_path: Path) -> None:
    for arguments in (["biuld"], ["build", "--nosearch"], ["import"]):
        said = run_command(*arguments)
        assert said.code == 2
        assert "usage" in said.err


@pytest.mark.parametrize("cause", [KeyboardInterrupt(), ValueError("a fault of ours")])
def test_an_interruption_that_python_wraps_is_still_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cause: BaseException
) -> None:
    def stopped(_: object) -> int:
        raise RuntimeError("Error calling __set_name__") from cause

    monkeypatch.setitem(program.COMMANDS, "check", stopped)
    with pytest.raises(SystemExit if isinstance(cause, KeyboardInterrupt) else RuntimeError):
        program.main(["check"])
    assert ("interrupted" in capsys.readouterr().err) == isinstance(cause, KeyboardInterrupt)
