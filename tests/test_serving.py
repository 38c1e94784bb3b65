"""The preview: a transcript that was saved is shown at once as the next build will show it, and the build follows."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.request import urlopen

import pytest

from edition.ahead import make_pages_ahead
from edition.building import build_site
from edition.deciding import move_address
from edition.memo import MEMO
from edition.model import Locus
from edition.problems import Problem, Refused
from edition.serving import Pages, Watch, serve_site
from tests.editions import TRANSCRIPT, add, edit, tree_of, write_edition

MAY, JUNE = "2025-05-14-ines-halvard", "2025-06-14-ines-halvard"
FILE, PAGE = f"content/briefings/{MAY}.md", f"briefings/{MAY}.html"
WORDS, OTHER = "built it well", "painted it green"


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    folder = write_edition(tmp_path / "edition")
    add(folder, FILE, TRANSCRIPT)
    add(folder, f"content/briefings/{JUNE}.md", TRANSCRIPT.replace("2025-05-14", "2025-06-14"))
    return folder


@pytest.mark.parametrize("moved", [False, True])
def test_a_page_made_ahead_is_the_one_that_the_build_makes(edition: Path, moved: bool) -> None:
    build_site(edition)
    if moved:  # an old address leaves its trace on the page
        edit(edition, FILE, "## {#q2}", "## {#q7}")
        move_address(edition, f"{MAY}#q2", f"{MAY}#q7")
        build_site(edition)
    edit(edition, FILE, WORDS, OTHER)
    before = tree_of(edition / "_site"), tree_of(edition / MEMO)
    pages, problems = make_pages_ahead(edition, [FILE])
    assert (tree_of(edition / "_site"), tree_of(edition / MEMO)) == before, "nothing is written"
    build_site(edition, preview=True)
    built = (edition / "_site" / PAGE).read_bytes()
    assert OTHER in built.decode()
    assert pages == {PAGE: built}
    assert problems == ()
    assert b'id="q2"' in built, "the place or what is left of it"


def test_a_new_transcript_is_shown_without_neighbours(edition: Path) -> None:
    build_site(edition)
    add(edition, "content/briefings/2025-07-14-ines-halvard.md", TRANSCRIPT.replace("2025-05-14", "2025-07-14"))
    pages, _ = make_pages_ahead(edition, ["content/briefings/2025-07-14-ines-halvard.md"])
    (page,) = pages.values()
    assert WORDS in page.decode()
    assert JUNE not in page.decode()


def test_whom_a_text_names_only_now_is_tagged_and_linked(edition: Path) -> None:
    build_site(edition)
    edit(edition, FILE, WORDS, "built it with Peru, said Gull Weekly’s reader")
    edit(edition, FILE, "**Radio Meridian:**", "**Gull Weekly:**")
    pages, _ = make_pages_ahead(edition, [FILE])
    assert b"../countries/peru.html" in pages[PAGE]
    build_site(edition, preview=True)
    built = (edition / "_site" / PAGE).read_bytes()
    names = rb'href="\.\./((?:countries|outlets|speakers)/[^"]+)"'
    assert set(re.findall(names, pages[PAGE])) == set(re.findall(names, built))


def test_one_that_cannot_be_read_says_why_and_the_others_are_shown(edition: Path) -> None:
    build_site(edition)
    june = f"content/briefings/{JUNE}.md"
    edit(edition, june, "kind: press-conference", "kind: concert")
    pages, problems = make_pages_ahead(edition, [FILE, june])
    assert list(pages) == [PAGE]
    assert {problem.locus.file for problem in problems} == {june}


def test_a_file_whose_id_another_one_has_is_not_shown_in_its_place(edition: Path) -> None:
    build_site(edition)
    twin = f"content/briefings/twins/{MAY}.md"
    add(edition, twin, TRANSCRIPT.replace(WORDS, OTHER))
    pages, problems = make_pages_ahead(edition, [twin])
    assert pages == {}
    assert [(each.locus.file, each.hint) for each in problems] == [(twin, "rename one file")]
    (edition / FILE).unlink()
    assert OTHER in make_pages_ahead(edition, [twin])[0][PAGE].decode(), "the file was moved"


def spoil_packs(edition: Path) -> None:
    for pack in (edition / MEMO).glob("made-*.pack"):
        pack.write_bytes(pack.read_bytes()[:-40])


@pytest.mark.parametrize("lose", [lambda edition: None, spoil_packs])
def test_where_no_build_has_left_anything_there_is_no_page(edition: Path, lose: Callable[[Path], None]) -> None:
    if lose is spoil_packs:
        build_site(edition)
    lose(edition)
    assert make_pages_ahead(edition, [FILE]) == ({}, ())


class Shown:
    """A stand-in for what makes pages: remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    def __call__(self, paths: Sequence[str]) -> Pages:
        self.asked.append(tuple(paths))
        return {path: f"{path} {len(self.asked)}".encode() for path in paths}


def touch(edition: Path, path: str) -> None:
    """Save a file anew, later than before on any disk."""
    file = edition / path
    time = file.stat().st_mtime_ns + 2_000_000_000
    os.utime(file, ns=(time, time))


def test_what_changes_is_shown_until_a_build_that_began_later_has_ended(edition: Path) -> None:
    shown = Shown()
    watch = Watch(edition, shown, every=0)
    watch.pause = 0
    watch.start()
    watch.look()
    assert not watch.due
    touch(edition, FILE)  # while a build runs
    watch.pause = 0
    watch.look()
    watch.end()
    assert watch.due, "the next build is due"
    assert watch.ahead == {FILE: f"{FILE} 1".encode()}, "that build may not have seen the change"
    watch.start()
    touch(edition, FILE)
    watch.pause = 0
    watch.look()
    watch.end()
    assert watch.ahead == {FILE: f"{FILE} 2".encode()}, "what was saved again meanwhile stays"
    watch.start()
    watch.end()
    assert watch.ahead == {}
    assert not watch.due
    assert shown.asked == [(FILE,), (FILE,)]


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (lambda e: touch(e, "config.yaml"), []),
        (lambda e: (e / FILE).unlink(), []),
        (lambda e: add(e, "content/pages/about.md", "# About\n"), []),
        (lambda e: [add(e, f"content/briefings/2020-01-{n:02}-x.md", TRANSCRIPT) for n in range(1, 22)], []),
        (lambda e: add(e, "content/briefings/more/2020-01-01-x.md", ""), [("content/briefings/more/2020-01-01-x.md",)]),
    ],
    ids=["config", "removed", "page", "many", "folder"],
)
def test_every_change_asks_for_a_build_and_few_transcripts_are_shown_ahead(
    edition: Path, change: Callable[[Path], object], asked: list[Sequence[str]]
) -> None:
    shown = Shown()
    watch = Watch(edition, shown, every=0)
    watch.start()
    change(edition)
    watch.pause = 0
    watch.look()
    assert watch.due
    assert shown.asked == asked


def test_looking_at_many_files_leaves_the_processor_alone(edition: Path) -> None:
    watch = Watch(edition, Shown(), every=1_000)
    watch.start()
    touch(edition, FILE)
    watch.look()
    assert not watch.due, "the last look was not long ago"


def test_an_interruption_that_python_lost_ends_the_server_all_the_same(edition: Path) -> None:
    """What is raised while values are freed, as a build's are in the end, is swallowed."""
    stops, said = list[object](), list[str]()
    serve_site(
        edition / "_site", watched=edition, build=stops.append, show=Shown(), port=0, base="/",
        announce=said.append, stopped=lambda: bool(stops),
    )  # fmt: skip
    assert "http://127.0.0.1:" in said[0]


def test_what_was_shown_ahead_stays_where_the_build_is_refused(edition: Path) -> None:
    """And a fault of what shows it ends nothing."""
    said, held = list[str](), list[Pages]()

    def show(paths: Sequence[str]) -> Pages:
        if held:
            raise FileNotFoundError(paths[0])
        held.append({PAGE: b"words"})
        return held[0]

    builds: list[bytes] = []

    def build(look: Callable[[], None]) -> None:
        if not builds:
            builds.append(b"")
            touch(edition, FILE)
            return
        page = urlopen(re.findall(r"http://\S+/", said[0])[0] + PAGE)
        with page:
            builds.append(page.read())
        touch(edition, FILE)
        raise Refused(Problem(Locus("config.yaml"), "no"))

    serve_site(
        edition / "_site", watched=edition, build=build, show=show, port=0, base="/", announce=said.append,
        stopped=lambda: len(builds) > 2, every=0.1,
    )  # fmt: skip
    assert builds == [b"", b"words", b"words"]
