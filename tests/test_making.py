"""A build that remembers makes the very files that a build which remembers nothing makes, whatever was changed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from edition import indexes, memo, pages
from edition.abstracts import Abstract
from edition.annotate import repeats
from edition.briefing_files import MadeFile, Order, Workshop, make_briefing_files
from edition.building import BuildReport, build_site, check_edition
from edition.checks import Links
from edition.deciding import move_address, withdraw_addresses
from edition.exports import sitemap, tables
from edition.memo import MEMO
from edition.model import Briefing
from edition.parallel import FEW
from edition.problems import Refused
from edition.published import Published
from edition.render import Renderer
from edition.search_bundle import Bundle, Notes
from tests.editions import CONFIG, OUTLETS, ROOT, SPEAKERS, TRANSCRIPT, WITNESS, add, edit, tree_of, write_edition

Edit = tuple[str, Callable[[Path], object], int | None]

MAY, JUNE, JULY = (f"2025-0{month}-14-ines-halvard" for month in (5, 6, 7))
SPANISH = f"{MAY}-es"
AUTHORITIES = "content/authorities"
TOWER = "The lamp is. Chile built the tower, and built it well."


def file_of(id: str) -> str:
    return f"content/briefings/{id}.md"


def transcript_of(id: str) -> str:
    return TRANSCRIPT.replace("2025-05-14", id[:10]).replace("14 May 2025", f"14 {id[5:7]} 2025")


def start(folder: Path) -> None:
    write_edition(folder)
    add(folder, "content/sources/2025-05-14.txt", WITNESS)
    add(folder, file_of(MAY), TRANSCRIPT.replace("  layout:", "  path: 2025-05-14.txt\n  layout:"))
    add(folder, file_of(JUNE), transcript_of(JUNE))
    add(folder, file_of(SPANISH), TRANSCRIPT.replace("language: en", "language: es"))
    add(folder, "content/pages/about.md", "# About\n\nWords.\n\n## Rights\n\nWords.\n")


def set_free(folder: Path) -> None:
    add(folder, "config.yaml", f"{CONFIG}rights: {{text: Free to use.}}\nsite_url: https://example.org/m/\n")


def add_outlet(folder: Path, line: str) -> None:
    file = folder / f"{AUTHORITIES}/outlets.yaml"
    add(folder, f"{AUTHORITIES}/outlets.yaml", file.read_text(encoding="utf-8") + line)


def rename(folder: Path) -> None:
    (folder / file_of(JULY)).rename(folder / file_of("2025-07-15-ines-halvard"))
    move_address(folder, JULY, "2025-07-15-ines-halvard")


def withdraw(folder: Path) -> None:
    (folder / file_of("2025-07-15-ines-halvard")).unlink()
    withdraw_addresses(folder, ["2025-07-15-ines-halvard"], "2026-03-02", "Published by mistake.")


def override_template(folder: Path) -> None:
    text = (ROOT / "templates/macros.html").read_text(encoding="utf-8")
    add(folder, "templates/macros.html", text.replace('class="departed ui"', 'class="departed ui mine"'))


def spoil_site(folder: Path) -> None:
    """Somebody writes into a published page; its size stays."""
    page = folder / f"_site/briefings/{MAY}.html"
    page.write_bytes(page.read_bytes().replace(b"Norway", b"Nirvay"))


def damage_memo(folder: Path) -> None:
    for number, pack in enumerate(sorted((folder / MEMO).glob("*.pack"))):
        data = bytearray(pack.read_bytes())
        data[len(data) // 2 if number % 2 else -20] ^= 0x55
        pack.write_bytes(data)


#: What an editor does, one after the other, and how many pages are made anew at most (None: any number).
EDITS: tuple[Edit, ...] = (
    ("nothing", lambda f: None, 2),
    ("a word of an answer", lambda f: edit(f, file_of(MAY), "operators", "owners"), 12),
    ("a new briefing", lambda f: add(f, file_of(JULY), transcript_of(JULY)), None),
    ("a heading", lambda f: edit(f, file_of(JULY), "Ferry safety", "Ferries"), 26),
    ("another country", lambda f: edit(f, file_of(JULY), "Chile", "Peru"), None),
    ("an outlet renamed", lambda f: add(f, f"{AUTHORITIES}/outlets.yaml", OUTLETS.replace("Radio M", "Mr M")), None),
    ("the speaker's office", lambda f: add(f, f"{AUTHORITIES}/speakers.yaml", SPEAKERS.replace("2023", "2022")), None),
    ("an outlet that nobody names", lambda f: add_outlet(f, "nobody: {name: Nobody’s Weekly}\n"), 6),
    ("a place's name", lambda f: add(f, f"{AUTHORITIES}/countries.yaml", "NO:\n  name: Norge\n"), None),
    ("a place's alias", lambda f: add(f, f"{AUTHORITIES}/countries.yaml", "NO:\n  aliases+: Fram\n"), None),
    ("a topic", lambda f: add(f, f"{AUTHORITIES}/topics.yaml", "lamps: {label: Lamps, cues: [lamp]}\n"), None),
    ("rights and an address", set_free, None),
    ("a paragraph taken out", lambda f: edit(f, file_of(MAY), f"\n**Ines Halvard:** {TOWER}\n", ""), None),
    ("… and its word of it", lambda f: withdraw_addresses(f, [f"{MAY}#q2.2"], "2026-03-02", "Never said."), None),
    ("a page", lambda f: edit(f, "content/pages/about.md", "Words.\n\n##", "Other words.\n\n##"), 3),
    ("a template", override_template, None),
    ("a style sheet", lambda f: add(f, "assets/edition.css", "p { color: red }"), None),
    ("another id", rename, None),
    ("withdrawn", withdraw, None),
    ("a date", lambda f: edit(f, file_of(JUNE), "date: 2025-06-14", "date: 2024-06-14"), None),
    ("no date", lambda f: edit(f, file_of(MAY), "date: 2025-05-14\n", ""), None),
    ("a date again", lambda f: edit(f, file_of(MAY), "kind:", "date: 2025-05-14\nkind:"), None),
    ("a witness", lambda f: edit(f, "content/sources/2025-05-14.txt", "late again", "late"), None),
    ("a version less", lambda f: edit(f, file_of(SPANISH), "date: 2025-05-14", "date: 2025-05-13"), None),
    ("fewer formats", lambda f: edit(f, "config.yaml", "rights:", "formats: [tei, feeds]\nrights:"), None),
    ("the site spoiled", spoil_site, 3),
    ("no site", lambda f: shutil.rmtree(f / "_site"), None),
    ("the memo damaged", damage_memo, None),
    ("no memo", lambda f: shutil.rmtree(f / MEMO), None),
    ("a transcript broken", lambda f: edit(f, file_of(JUNE), "kind:", "kynd:"), None),
    ("… and mended", lambda f: edit(f, file_of(JUNE), "kynd:", "kind:"), None),
)  # fmt: skip


#: Those that are tried in every run of the tests; `make torture` tries them all.
USUAL = (
    "nothing", "a word of an answer", "a new briefing", "a heading", "an outlet renamed", "an outlet that nobody names",
    "a place's alias", "a topic", "a page", "a template", "a style sheet", "the site spoiled", "the memo damaged",
)  # fmt: skip


def build(folder: Path) -> BuildReport:
    return build_site(folder, record=None)


def test_after_an_edit_the_site_is_that_of_a_build_which_remembers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(tmp_path, monkeypatch, [each for each in EDITS if each[0] in USUAL])


def test_it_is_so_where_entities_have_pages_by_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (indexes, pages):
        monkeypatch.setattr(module, "ENTRIES_ON_A_PAGE", 1)
    names = ("a word of an answer", "a date", "no date")
    follow(tmp_path, monkeypatch, [(what, act, None) for what, act, _ in EDITS if what in names])


#: An answer that is long enough to be said again.
SAID = " ".join(f"The {thing} of the {place} was seen by the watch." for thing, place in zip(
    ("lamp", "buoy", "crane", "slip", "gate", "bell"), ("mole", "quay", "yard", "lock", "pier", "dock"), strict=True
))  # fmt: skip


def test_what_is_said_again_is_that_of_a_build_which_remembers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edition.examining._FEW", 0)
    looked: list[int] = []
    find = repeats.find_repeats

    def watch(every: Iterable[repeats.Fingerprints]) -> Iterator[tuple[str, repeats.Repeated]]:
        some = list(every)
        looked.append(sum(len(each.sections) for each in some))
        return find(some)

    monkeypatch.setattr(repeats, "find_repeats", watch)
    tower = f"**Ines Halvard:** {TOWER}"

    def say(id: str, before: str, after: str) -> Edit:
        return f"{id}: {after[-40:]}", lambda folder: edit(folder, file_of(id), before, after), None

    edits = [
        ("another one", lambda folder: add(folder, file_of(JULY), transcript_of(JULY)), None),
        say(JUNE, tower, f"{tower}\n\n{SAID}"),
        say(JULY, tower, f"{tower}\n\n{SAID}"),
        say(MAY, tower, f"{tower}\n\n{SAID}"),
        say(JUNE, "The bell of the dock", "A bell of a dock"),
        say(JULY, "date: 2025-07-14", "date: 2025-04-14"),
        ("one has gone", lambda folder: (folder / file_of(MAY)).unlink(), None),
        ("one is read no more", lambda folder: edit(folder, file_of(JUNE), "## {#q2}", "## {#q1}"), None),
        say(JUNE, "## {#q1}", "## {#q2}"),
    ]  # fmt: skip
    follow(tmp_path, monkeypatch, edits)
    assert any(looked)


@contextmanager
def watch_rendering(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Yield a list to which the template of each page that is rendered is added."""
    rendered, render = list[str](), Renderer.render

    def count(self: Renderer, template: str, page: object) -> bytes:
        rendered.append(template)
        return render(self, template, page)

    with monkeypatch.context() as counted:
        counted.setattr(Renderer, "render", count)
        yield rendered


def follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: Sequence[Edit]) -> None:
    """Make edits one after the other, and after each compare what is built with what a fresh folder gives."""
    folder = tmp_path / "edition"
    start(folder)
    build(folder)
    for what, act, most in edits:
        act(folder)
        fresh = tmp_path / "fresh"
        shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(MEMO, "_site"))
        before = tree_of(folder / "_site") if (folder / "_site").is_dir() else {}
        with watch_rendering(monkeypatch) as rendered:
            report = build(folder)
        clean = build(fresh)
        assert report.problems == clean.problems, what
        assert (report.published is None) == (clean.published is None), what
        wanted = before if clean.published is None else tree_of(fresh / "_site")
        found = tree_of(folder / "_site")
        assert sorted(found) == sorted(wanted), what
        assert [path for path in found if found[path] != wanted[path]] == [], what
        assert most is None or len(rendered) <= most, f"{what}: {len(rendered)} pages were rendered"
        if most is not None:
            # whoever only looks finds the same, whether something is remembered or not
            assert check_edition(folder) == check_edition(fresh), what
        shutil.rmtree(fresh)


def test_a_copy_elsewhere_is_known_by_its_bytes_and_what_is_damaged_in_it_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a machine that gets site and memory out of a cache does not make all again: its files have other times."""
    start(tmp_path / "one")
    build(tmp_path / "one")
    with watch_rendering(monkeypatch) as always:
        build(tmp_path / "one")
    wanted = tree_of(tmp_path / "one")
    two = shutil.copytree(tmp_path / "one", tmp_path / "another place" / "two", copy_function=shutil.copyfile)
    for file in two.rglob("*"):
        os.utime(file, (1_600_000_000, 1_600_000_000))
    spoil_site(two)
    (two / f"_site/briefings/{JUNE}.xml").unlink()
    with watch_rendering(monkeypatch) as rendered:
        build(two)
    assert sorted(rendered) == sorted([*always, "briefing.html", "briefing.html"])
    assert tree_of(two) == wanted
    # now it knows them by their states
    monkeypatch.setattr("edition.published.hashlib", None)
    with watch_rendering(monkeypatch) as rendered:
        build(two)
    assert rendered == always


def test_of_tables_only_the_pieces_are_made_again_that_are_not_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(tmp_path)
    add(tmp_path, file_of(JULY), transcript_of(JULY))
    build(tmp_path)
    listed: list[tuple[str, ...]] = []
    list_briefings = tables._list_briefings

    def watch(briefings: Sequence[Abstract]) -> bytes:
        listed.append(tuple(each.id for each in briefings))
        return list_briefings(briefings)

    monkeypatch.setattr(tables, "_list_briefings", watch)
    # a year of its own
    edit(tmp_path, file_of(JUNE), "date: 2025-06-14", "date: 2024-06-14")
    build(tmp_path)
    assert sorted(map(len, listed)) == [1, 3]
    listed.clear()
    edit(tmp_path, file_of(JULY), "operators", "owners")
    build(tmp_path)
    assert [len(each) for each in listed] == [3]
    # what somebody has written into the file is no piece of it
    table = tmp_path / "_site/data/edition.json"
    held, state = table.read_bytes(), table.stat()
    table.write_bytes(held.replace(JUNE.encode(), JUNE.upper().encode()))
    os.utime(table, ns=(state.st_atime_ns, state.st_mtime_ns))
    listed.clear()
    edit(tmp_path, file_of(JULY), "owners", "operators")
    build(tmp_path)
    assert sorted(map(len, listed)) == [1, 3]
    assert JUNE.encode() in table.read_bytes()


def test_of_a_bundle_only_what_has_changed_is_put_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "edition"
    start(folder)
    add(folder, file_of(JULY), transcript_of(JULY))
    build(folder)
    added: list[Notes] = []
    add_notes = Bundle.add

    def watch(bundle: Bundle, notes: Notes) -> None:
        added.append(notes)
        add_notes(bundle, notes)

    def check(count: int) -> None:
        added.clear()
        with monkeypatch.context() as watched:
            watched.setattr(Bundle, "add", watch)
            build(folder)
        assert len(added) == count
        fresh = tmp_path / "fresh"
        shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(MEMO, "_site"))
        build(fresh)
        assert tree_of(folder / "_site") == tree_of(fresh / "_site")
        shutil.rmtree(fresh)

    edit(folder, file_of(JULY), "operators", "owners of QUAYS")
    check(0)
    edit(folder, file_of(MAY), "language: en", "language: en-GB")
    # a briefing leaves one bundle for another one
    check(3)
    edit(folder, file_of(MAY), "language: en-GB", "language: en")
    check(3)
    edit(folder, file_of(JULY), "owners of QUAYS", "operators")
    [script, *_] = sorted((folder / "_site/search/bundles/en").glob("words-*"))
    script.write_bytes(script.read_bytes().replace(b"tower", b"towel"))
    check(3)
    # a section more
    end = f"\n**Ines Halvard:** {TOWER}\n"
    edit(folder, file_of(JUNE), end, end + "\n## More {#q3}\n\n**Radio Meridian:** So?\n")
    check(3)
    edit(folder, file_of(JULY), "operators", "owners")
    edit(folder, file_of(JUNE), "operators", "owners")
    # most of it
    check(3)


def test_links_of_what_stays_are_looked_at_again_where_something_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    doubt = Published.doubt

    def watch(published: Published) -> Iterator[tuple[str, Links]]:
        links = list(doubt(published))
        looked.append(sum(len(each) for _, each in links))
        return iter(links)

    def tell() -> list[str]:
        looked.clear()
        report = build_site(tmp_path, preview=True)
        return [str(problem) for problem in report.problems if "link" in problem.message]

    monkeypatch.setattr(Published, "doubt", watch)
    start(tmp_path)
    about = f"# About\n\n[So he said](briefings/{JUNE}.html#q2.2), [and so](briefings/{MAY}.html).\n"
    add(tmp_path, "content/pages/about.md", about)
    assert (tell(), looked) == ([], [])
    # the first build has let the compliance page say otherwise, and nothing has gone
    edit(tmp_path, file_of(JUNE), "operators", "owners")
    assert (tell(), looked) == ([], [])
    # an id goes
    text = (tmp_path / file_of(JUNE)).read_text(encoding="utf-8")
    edit(tmp_path, file_of(JUNE), f"\n**Ines Halvard:** {TOWER}\n", "")
    [told] = tell()
    assert f"“briefings/{JUNE}.html#q2.2”: the page has no such anchor" in told
    assert looked[0] > 100
    # it is told again and again
    assert (tell(), looked) == ([told], [])
    edit(tmp_path, file_of(MAY), "operators", "owners")
    assert (tell(), looked) == ([told], [])
    add(tmp_path, file_of(JUNE), text)
    assert (tell(), looked) == ([], [])
    edit(tmp_path, file_of(MAY), "owners", "operators")
    assert (tell(), looked) == ([], [])
    # a file goes
    (tmp_path / file_of(MAY)).unlink()
    [told] = tell()
    assert f"a link to “briefings/{MAY}.html” leads nowhere" in told
    assert looked[0] > 50


#: What a page of an edition says, what its compliance page says besides, and what is told of it in the end.
BELIEVED = (
    # the ids of the page that lies there were never written into the memo
    (f"[So](briefings/{JUNE}.html#q2.3)", "", "no such anchor"),
    # the sitemap is made last
    ("[Map](sitemap.xml)", "", ""),
    ("[Map](sitemap-1.xml)", "", ""),
    # the compliance page is made of what was found of all others
    ("## Contact", '<a href="about.html#contact">Contact</a>', "no such anchor"),
)


@pytest.mark.parametrize(("said", "added", "told"), BELIEVED)
def test_no_link_is_believed_that_a_build_from_nothing_would_not_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, added: str, told: str
) -> None:
    folder = tmp_path / "edition"
    start(folder)
    set_free(folder)
    about = f"# About\n\nWords.\n\n{said}\n"
    add(folder, "content/pages/about.md", about)
    add(folder, file_of("12-may-note"), transcript_of(MAY).replace(MAY, "12-may-note"))
    if added:
        text = (ROOT / "templates/compliance.html").read_text(encoding="utf-8")
        add(folder, "templates/compliance.html", text.replace("{% endblock %}", f"<p>{added}</p>{{% endblock %}}"))
    # so that there are several
    monkeypatch.setattr(sitemap.make_sitemaps, "__defaults__", (9,))
    build_site(folder, preview=True)
    if "briefings" in said:
        # a paragraph more, and the disk is full when the memo of its year is written
        edit(folder, file_of(JUNE), f"\n**Ines Halvard:** {TOWER}\n", f"\n**Ines Halvard:** {TOWER}\n\nAnd so on.\n")
        write = memo.Memo._write

        def fill(self: memo.Memo, group: str, names: Sequence[str]) -> None:
            if (self._family, group) == ("made", "2025"):
                raise OSError(28, "No space left on device")
            write(self, group, names)

        with monkeypatch.context() as full:
            full.setattr(memo.Memo, "_write", fill)
            build_site(folder, preview=True)
        edit(folder, file_of(JUNE), "\nAnd so on.\n", "")
        edit(folder, file_of(JUNE), "operators", "owners")
    add(folder, "content/pages/about.md", about.replace("## Contact", "## Contacts"))
    edit(folder, file_of(MAY), "operators", "owners")
    fresh = tmp_path / "fresh"
    shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(MEMO, "_site"))
    for _ in range(2):
        report, clean = build_site(folder, preview=True), build_site(fresh, preview=True)
        assert report.problems == clean.problems
        assert tree_of(folder / "_site") == tree_of(fresh / "_site")
        shutil.rmtree(fresh / "_site")
        shutil.rmtree(fresh / MEMO)
    found = [
        problem.message for problem in report.problems if "anchor" in problem.message or "nowhere" in problem.message
    ]
    assert len(found) == bool(told)
    assert told in "".join(found)


def test_links_that_the_disk_has_damaged_are_read_from_pages_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(tmp_path)
    add(tmp_path, "content/pages/about.md", f"# About\n\n[So he said](briefings/{JUNE}.html#q2.2).\n")
    build(tmp_path)
    edit(tmp_path, file_of(JUNE), f"\n**Ines Halvard:** {TOWER}\n", "")
    unpack = memo.unpack

    def refuse(data: bytes, kind: type, **more: bool) -> object:
        if kind == tuple[Links, ...]:
            raise memo.Unkept
        return unpack(data, kind, **more)

    monkeypatch.setattr("edition.published.unpack", refuse)
    report = build_site(tmp_path, preview=True)
    assert any("no such anchor" in problem.message for problem in report.problems)


def test_what_a_killed_build_made_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies when all is laid out and nothing is published."""
    start(tmp_path)
    build(tmp_path)
    site = tree_of(tmp_path / "_site")
    edit(tmp_path, file_of(MAY), "operators", "owners")
    with monkeypatch.context() as killed:
        killed.setattr("edition.publish.Stage.publish", lambda stage: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path)
    assert tree_of(tmp_path / "_site") == site
    report = build(tmp_path)
    assert report.published is not None
    assert report.published.written > 0
    assert b"owners" in (tmp_path / f"_site/briefings/{MAY}.html").read_bytes()


def test_a_briefing_that_the_disk_has_damaged_is_examined_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of it can still be read, and its page must be made anew."""
    start(tmp_path)
    build(tmp_path)
    site = tree_of(tmp_path / "_site")
    shutil.rmtree(tmp_path / "_site")
    monkeypatch.setattr("edition.examining.Shelf.take", lambda shelf, id: b"no briefing")
    unpack = memo.unpack

    def refuse(data: bytes, kind: type, **more: bool) -> object:
        if kind is Briefing:
            raise memo.Unkept
        return unpack(data, kind, **more)

    monkeypatch.setattr("edition.examining.unpack", refuse)
    assert build(tmp_path).published is not None
    assert tree_of(tmp_path / "_site") == site


def die(workshop: Workshop, order: Order) -> tuple[MadeFile, ...]:
    if "2024-02-14" in order.abstract.id and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return make_briefing_files(workshop, order)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that kills")
def test_several_processes_make_the_very_files_that_one_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them is killed at its work, too."""
    write_edition(tmp_path)
    add(tmp_path, "config.yaml", f"{CONFIG}formats: [text]\n")
    for number in range(FEW + 1):
        id = f"2024-{1 + number // 28:02}-{1 + number % 28:02}-ines-halvard"
        add(tmp_path, file_of(id), TRANSCRIPT.replace("2025-05-14", id[:10]).replace("14 May 2025", id[:10]))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert build_site(tmp_path, search=False).published is not None
    shutil.rmtree(tmp_path / MEMO)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with monkeypatch.context() as killed:
        killed.setattr("edition.making.make_briefing_files", die)
        report = build_site(tmp_path, search=False)
    assert report.published is not None
    assert (report.published.written, report.published.removed) == (0, 0)
    # what fails in another process is told as if it had failed here
    add(tmp_path, "templates/briefing.html", '{% extends "base.html" %}\n{% block main %}{{ page.no }}{% endblock %}')
    with pytest.raises(Refused, match=r"templates/briefing.html:2: the template fails in the making of “briefings/20"):
        build_site(tmp_path, search=False)
