"""The command line as a person uses it: a new edition, import, build, check, serve."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.editions import CONFIG, ROOT, TRANSCRIPT, WITNESS, add, run_command, tree_of, write_edition


def test_help_tells_what_each_command_does_and_what_the_exit_codes_mean() -> None:
    said = run_command("--help")
    assert said.code == 0
    for word in ("build", "import", "check", "keep", "move", "withdraw", "new", "serve", "-C", "exit codes"):
        assert word in said.out
    for command in ("build", "import", "check", "keep", "move", "withdraw", "new", "serve"):
        assert run_command(command, "--help").out.startswith("usage: ")


def test_a_new_edition_builds_at_once_and_grows_by_import(tmp_path: Path) -> None:
    edition = tmp_path / "my edition"
    said = run_command("new", edition)
    assert said.code == 0, said
    assert (edition / ".github/workflows/pages.yml").is_file()
    assert run_command("-C", edition, "build").code == 0
    assert (edition / "_site/index.html").is_file()
    assert (edition / "_site/search.html").is_file()

    add(tmp_path, "received/2025-05-14.txt", WITNESS)
    said = run_command("-C", edition, "import", tmp_path / "received")
    assert said.code == 0, said
    assert "2025-05-14" in said.out
    assert [p.name for p in (edition / "content/briefings").iterdir()] == ["2025-05-14-ines-halvard.md"]
    assert [p.read_text(encoding="utf-8") for p in (edition / "content/sources").rglob("*.txt")] == [WITNESS]

    assert run_command("-C", edition, "build").code == 0
    record = json.loads((edition / "_site/briefings/2025-05-14-ines-halvard.json").read_text(encoding="utf-8"))
    assert [s["kind"] for s in record["sections"]] == ["exchange", "exchange"]
    assert [c["code"] for c in record["sections"][0]["countries"]] == ["NO"]
    assert run_command("-C", edition, "check").code == 0


@pytest.mark.parametrize("where", [".", "..", "content", "content/site", "assets"])
def test_a_site_is_never_put_among_the_files_of_its_edition(tmp_path: Path, where: str) -> None:
    edition = write_edition(tmp_path / "edition")
    before = tree_of(edition)
    said = run_command("-C", edition, "build", "--output", edition / where)
    assert said.code == 2, said
    assert "would mix with those of the edition" in said.err
    assert tree_of(edition) == before


def test_the_program_inside_a_new_edition_builds_it(tmp_path: Path) -> None:
    edition = tmp_path / "edition"
    assert run_command("new", edition).code == 0
    done = subprocess.run(
        [sys.executable, str(edition / "rostrum" / "build.py"), "-C", str(edition), "build"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert (edition / "_site" / "index.html").is_file()


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    edition = write_edition(tmp_path / "edition")
    file = add(tmp_path, "received/2025-06-01.txt", WITNESS.replace("May 14", "June 1"))
    assert run_command("-C", edition, "import", file).code == 0
    before = tree_of(edition)
    assert run_command("-C", edition, "import", file).code == 0
    assert tree_of(edition) == before


def test_check_names_what_a_transcript_lost(tmp_path: Path) -> None:
    edition = tmp_path / "edition"
    add(edition, "config.yaml", CONFIG)
    assert run_command("-C", edition, "import", add(tmp_path, "2025-05-14.txt", WITNESS)).code == 0
    assert run_command("-C", edition, "check").code == 0
    transcript = next((edition / "content/briefings").glob("*.md"))
    text = transcript.read_text(encoding="utf-8")
    transcript.write_text(text.replace("built it well", "built it"), encoding="utf-8")
    before = tree_of(edition)
    said = run_command("-C", edition, "check")
    assert said.code == 1
    assert re.search(r"^content/briefings/\S+\.md:\d+: .*well", said.err, re.MULTILINE), said.err
    assert tree_of(edition) == before


def test_an_edition_may_override_one_template_and_one_asset(tmp_path: Path) -> None:
    edition = write_edition(tmp_path / "edition")
    add(edition, "templates/404.html", "<!doctype html><title>{{ page.frame.site_title }}</title>gone")
    add(edition, "assets/edition.css", "body { margin: 0 }\n")
    assert run_command("-C", edition, "build", "--no-search").code == 0
    assert (edition / "_site/404.html").read_text() == "<!doctype html><title>Marenia Briefings</title>gone"
    (sheet,) = (edition / "_site/assets").glob("edition.*.css")
    assert "margin: 0" in sheet.read_text()


def test_a_build_says_in_one_line_what_it_did(tmp_path: Path) -> None:
    edition = write_edition(tmp_path / "edition")
    first = run_command("-C", edition, "build", "--no-search")
    done = r"1 briefing, 2 sections → \S+: [\d,]+ files written, 0 unchanged, 0 removed.*\n"
    recorded = r"\d+ lines of new addresses recorded: commit content/permalinks with the rest\n"
    assert re.fullmatch(done + recorded, first.out)
    again = run_command("-C", edition, "build", "--no-search")
    assert " 0 files written," in again.out
    assert "recorded" not in again.out


def test_what_others_put_into_the_site_stays(tmp_path: Path) -> None:
    edition = write_edition(tmp_path / "edition")
    assert run_command("-C", edition, "build", "--no-search").code == 0
    add(edition, "_site/CNAME", "marenia.example")
    (edition / "content/briefings/2025-05-14-ines-halvard.md").unlink()
    said = run_command("-C", edition, "build", "--no-search")
    assert said.code == 2
    assert "nothing published: 1 question about published addresses" in said.err
    assert run_command("-C", edition, "withdraw", "2025-05-14-ines-halvard", "--reason", "A mistake.").code == 0
    assert run_command("-C", edition, "build", "--no-search").code == 0
    assert (edition / "_site/CNAME").read_text() == "marenia.example"
    assert not (edition / "_site/briefings/2025-05-14-ines-halvard.json").exists()


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8")


def test_serve_answers_as_github_pages_does_and_builds_on_change(tmp_path: Path) -> None:
    edition = write_edition(tmp_path / "edition")
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | {"PYTHONUNBUFFERED": "1"}
    options = ("serve", "--no-search", "--port", "0", "--base", "/briefs")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), "-C", str(edition), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        address = ""
        while not address:
            line = process.stdout.readline()
            assert line, "the server ended"
            address = next(iter(re.findall(r"http://127\.0\.0\.1:\d+/briefs/", line)), "")
        assert fetch(address)[0] == 200
        assert fetch(address + "briefings/2025-05-14-ines-halvard")[0] == 200
        assert fetch(address + "briefings")[0] == 200
        status, page = fetch(address + "briefings/nowhere.html")
        assert status == 404
        assert "<html" in page
        root = address.removesuffix("briefs/")
        assert fetch(root)[0] == 404
        assert fetch(root + "briefs/../../config.yaml")[0] == 404
        assert fetch(address + "..%2f..%2fconfig.yaml")[0] == 404

        path = "content/briefings/2025-05-14-ines-halvard.md"
        add(edition, path, TRANSCRIPT.replace("built it well", "painted it green"))
        deadline = time.monotonic() + 30
        while "painted it green" not in fetch(address + "briefings/2025-05-14-ines-halvard.html")[1]:
            assert time.monotonic() < deadline, "the change was not built"
            time.sleep(0.2)
        add(edition, "config.yaml", CONFIG + "titel: x\n")
        time.sleep(2)
        assert fetch(address)[0] == 200, "the last good site stays while the config is broken"
    finally:
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert "did you mean “title”?" in out
    assert process.returncode == 2
    assert "Traceback" not in out


def test_a_taken_port_is_one_message(tmp_path: Path) -> None:
    import socket

    edition = write_edition(tmp_path / "edition")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = run_command("-C", edition, "serve", "--no-search", "--port", str(taken.getsockname()[1]))
    assert said.code == 2
    assert "port" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_a_terminal_gets_progress_bars_and_a_pipe_plain_lines(tmp_path: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    edition = write_edition(tmp_path / "edition")
    piped = run_command("-C", edition, "build", "--no-search")
    assert "\r" not in piped.err
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), "-C", str(edition), "build", "--no-search"],
        stdout=subprocess.DEVNULL,
        stderr=side,
        env={name: value for name, value in os.environ.items() if name != "CI"},
    )
    process.wait(60)
    os.close(side)
    shown = b""
    while True:
        try:
            chunk = os.read(main, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    assert b"\r" in shown
    assert b"reading" in shown
