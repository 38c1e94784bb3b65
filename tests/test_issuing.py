"""A release and its offline copy, made, unpacked, damaged, made again: everything that a library will do with them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

import build as program
from edition import issuing
from edition.building import show_nothing
from edition.exports.archive import EPOCH
from edition.importing.batch import import_witnesses
from edition.interface import load
from edition.issuing import ReleaseReport, issue_release, package_edition, read_day
from edition.packing import _Bag, _check_names, _describe, _Source, make_start_page, pack_edition
from edition.problems import Problem, Refused
from edition.releases import read_history, read_sums
from edition.render import Renderer
from edition.settings import read_settings
from edition.verify import verify
from tests.editions import CONFIG, OUTLETS, ROOT, SPEAKERS, WITNESS, add, run_command, tree_of
from tests.site_edition import AUTHORITIES
from tests.whole import gather_edition

NAME = "marenia-briefings-2025.1"
RIGHTS = "rights: Free for any use.\ncontact: editors@example.org\n"


def make_edition(folder: Path) -> Path:
    """Make an edition of one imported briefing."""
    add(folder, "config.yaml", CONFIG + RIGHTS)
    add(folder, "content/authorities/speakers.yaml", SPEAKERS)
    add(folder, "content/authorities/outlets.yaml", OUTLETS)
    add(folder, "content/releases/next.md", "The *first* one.\n")
    witness = add(folder.parent, "2025-05-14.txt", WITNESS)
    settings = read_settings(folder)
    report = import_witnesses(folder, settings.config, settings.authorities, [witness])
    assert report.counts() == (0, 0), list(report.problem_lines(True))
    return folder


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReleaseReport]:
    """An edition with one release, which no test changes; and what was said of the release."""
    folder = make_edition(tmp_path_factory.mktemp("issuing") / "edition")
    return folder, issue_release(folder, ROOT, None, date="2025-06-30")


@pytest.fixture
def copy(released: tuple[Path, ReleaseReport], tmp_path: Path) -> Path:
    """A copy of that edition with its release, to be changed."""
    return Path(shutil.copytree(released[0], tmp_path / "edition"))


@pytest.fixture(scope="module")
def bag(released: tuple[Path, ReleaseReport], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline copy, unpacked where names are odd."""
    place = tmp_path_factory.mktemp("ein Ordner, weit weg #1 & 50%")
    with zipfile.ZipFile(released[0] / f"_releases/2025.1/{NAME}.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(place)
    return place / NAME


def transcript_of(folder: Path) -> Path:
    (file,) = (folder / "content/briefings").glob("*.md")
    return file


def correct(folder: Path) -> None:
    """Correct a word of the briefing as an editor does, with its record."""
    file = transcript_of(folder)
    text = file.read_text(encoding="utf-8")
    assert "late again" in text
    record = "  emendations:\n  - {before: again, after: once more, reason: a slip of the pen}\n"
    text = text.replace("late again", "late once more")
    head, apparatus, rest = text.partition("apparatus:\n")
    if apparatus:
        text = f"{head}{apparatus}{record}{rest}"
    else:
        text = text.replace("\n---\n", f"\napparatus:\n{record}---\n", 1)
    file.write_text(text, encoding="utf-8")


# ── A release ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_release_is_recorded_and_its_files_are_laid_out(released: tuple[Path, ReleaseReport]) -> None:
    folder, report = released
    assert (report.name, report.date, report.briefings, dict(report.counts)) == (
        "2025.1",
        "2025-06-30",
        1,
        {"added": 1},
    )
    assert report.problems == ()
    ledger = ["content/permalinks/2025.txt", "content/permalinks/pages.txt"]
    releases = [f"content/releases/2025.1.{kind}" for kind in ("jsonl", "md", "sha256")]
    assert sorted(report.recorded) == [*ledger, *releases]
    place = folder / "_releases/2025.1"
    sums = dict(read_sums(place / "SHA256SUMS"))
    there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in place.iterdir()}
    del there["SHA256SUMS"]
    assert sums == there == {name: sum for name, _, sum in report.files}
    assert sorted(sums) == [
        "edition.sqlite",
        "edition.tei.xml",
        "marenia-briefings-2025.1.tagmanifest-sha256.txt",
        "marenia-briefings-2025.1.zip",
        "marenia-briefings-2025.epub",
        "site-manifest-sha256.txt",
    ]
    assert (place / "site-manifest-sha256.txt").read_bytes() == (folder / "_site/manifest-sha256.txt").read_bytes()
    assert (folder / "content/releases/2025.1.sha256").read_bytes() == (place / "SHA256SUMS").read_bytes()
    assert not (folder / "content/releases/next.md").exists()
    assert (folder / "content/releases/2025.1.md").read_text(encoding="utf-8").endswith("---\n\nThe *first* one.\n")


def test_each_page_says_which_release_it_belongs_to(released: tuple[Path, ReleaseReport]) -> None:
    pages = [path for path in sorted((released[0] / "_site").rglob("*.html")) if path.name != "404.html"]
    without = [page.name for page in pages if "2025.1" not in page.read_text(encoding="utf-8")]
    assert len(pages) > 10
    assert not without


def test_the_same_release_is_made_again_byte_for_byte(copy: Path) -> None:
    before = tree_of(copy / "_releases/2025.1")
    shutil.rmtree(copy / "_releases")
    shutil.rmtree(copy / "_site")
    report = issue_release(copy, ROOT, "2025.1")
    assert (report.again, report.recorded, report.problems) == (True, (), ())
    assert tree_of(copy / "_releases/2025.1") == before


def test_other_files_under_the_name_of_a_release_are_told(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sums = copy / "content/releases/2025.1.sha256"
    lines = sums.read_text(encoding="utf-8").splitlines()
    spoiled = [f"{'0' * 64}  edition.sqlite", f"{'0' * 64}  gone.txt", *lines[2:]]
    sums.write_text("\n".join(spoiled) + "\n", encoding="utf-8")
    assert program.main(["-C", str(copy), "release", "2025.1"]) == 1
    out, err = capsys.readouterr()
    told = [line for line in err.splitlines() if not line.startswith(" ")]
    assert told == [
        "content/releases/2025.1.sha256: edition.sqlite isn't what it was when the release was made",
        "content/releases/2025.1.sha256: edition.tei.xml was no part of the release",
        "content/releases/2025.1.sha256: gone.txt was part of the release and isn't made any more",
    ]
    assert "byte for byte" not in out
    assert sums.read_text(encoding="utf-8").splitlines() == spoiled, "what was written down stays"


def test_the_next_release_tells_what_was_corrected_and_lists_the_one_before(copy: Path) -> None:
    before = tree_of(copy / "content/releases")
    correct(copy)
    report = issue_release(copy, ROOT, None, date="2025-12-31")
    assert (report.name, dict(report.counts), report.problems) == ("2025.2", {"corrected": 1}, ())
    after = tree_of(copy / "content/releases")
    assert {name: after[name] for name in before} == before, "an earlier release never changes"
    changes = (copy / "_site/changes.html").read_text(encoding="utf-8")
    for words in ("Release 2025.2", "Release 2025.1", "once more", "a slip of the pen"):
        assert words in changes
    for _, sum in read_sums(copy / "content/releases/2025.1.sha256"):
        assert sum in changes
    text = "“again” → “once more”"
    assert text in (copy / "_site/changes.xml").read_text(encoding="utf-8")


def test_a_changed_text_is_no_more_of_the_release(copy: Path) -> None:
    correct(copy)
    with pytest.raises(Refused, match="is released already, and 1 briefing has changed since"):
        issue_release(copy, ROOT, "2025.1")
    _, packed = package_edition(copy, ROOT)
    assert packed is not None
    assert packed.file.name == "marenia-briefings-after-2025.1.zip"
    page = (copy / "_site/briefings" / f"{transcript_of(copy).stem}.html").read_text(encoding="utf-8")
    assert "After release 2025.1" in page
    assert verify(str(packed.file)).code == 0


def test_a_release_that_fails_leaves_nothing_behind(copy: Path) -> None:
    add(copy, "content/releases/next.md", "More.\n")
    correct(copy)
    file = transcript_of(copy)
    # a word that no record speaks of
    file.write_text(file.read_text(encoding="utf-8").replace("timetable", "clock", 1), encoding="utf-8")
    before = tree_of(copy)
    with pytest.raises(Refused, match="timetable"):
        issue_release(copy, ROOT, None, date="2025-12-31")
    assert tree_of(copy) == before


def test_a_dry_run_writes_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    correct(copy)
    before = tree_of(copy)
    assert program.main(["-C", str(copy), "release", "--next", "--date", "2025-12-31", "--dry-run"]) == 0
    assert capsys.readouterr().out == "release 2025.2 of 2025-12-31: 1 briefing (1 corrected)\nnothing is written\n"
    assert tree_of(copy) == before


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "no day": (("--next",), "--date: a release needs its day"),
    "no such day": (("--next", "--date", "2025-13-01"), "--date: “2025-13-01” is not a day"),
    "an earlier day": (("--next", "--date", "2025-06-29"), "--date: 2025-06-29 lies before the release “2025.1”"),
    "no address": (("Spring 25", "--date", "2025-12-31"), "release: “Spring 25” can't be the name of a release"),
    "into the content": (("--next", "--date", "2025-12-31", "--output", "content/x"), "content/x: the site can't go"),
    "into the site": (("--next", "--date", "2025-12-31", "--output", "_site/x"), "_site/x: it can't be written into"),
    "over other things": (("--next", "--date", "2025-12-31", "--output", "mine"), "this folder holds other things"),
    "no name": (("--date", "2025-12-31"), "give the release a NAME, or --next"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_t_be_a_release_is_refused_in_one_message(
    case: str, copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, wanted = REFUSED[case]
    add(copy, "mine/diary.txt", "Mine.")
    before = tree_of(copy)
    given = [str(copy / part) if part in ("content/x", "_site/x", "mine") else part for part in arguments]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    try:
        code = program.main(["-C", str(copy), "release", *given])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    assert code == 2
    assert wanted in capsys.readouterr().err.replace(f"{copy}/", "")
    assert tree_of(copy) == before


def test_the_day_of_a_release_is_decided_and_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1751241600")
    assert read_day(None) == "2025-06-30"
    assert read_day("2025-12-31") == "2025-12-31"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(Refused, match="SOURCE_DATE_EPOCH: “soon” is not a day"):
        read_day(None)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(Refused, match="a release needs its day"):
        read_day(None)


# ── The offline copy ────────────────────────────────────────────────────────────────────────────────────────────────


def test_any_machine_packs_the_same_bytes(released: tuple[Path, ReleaseReport], tmp_path: Path) -> None:
    """Another folder, time zone, seed, language, mask and age of the files."""
    folder = tmp_path / "anderswo"
    for part in ("config.yaml", "content"):
        source = released[0] / part
        folder.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / part)
    for file in folder.rglob("*"):
        file.chmod(0o700)
        os.utime(file, (0, 0))
    (folder / "content/releases/2025.1.sha256").unlink()
    environment = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "86400"}
    said = run_command("-C", folder, "package", "--locked", env=environment)
    assert (said.code, said.err) == (0, "")
    one, two = released[0] / f"_releases/2025.1/{NAME}.zip", folder / f"_releases/{NAME}.zip"
    assert one.read_bytes() == two.read_bytes()


def test_a_bag_holds_what_the_standard_asks_for(bag: Path) -> None:
    assert sorted(path.name for path in bag.iterdir()) == [
        "START-HERE.html",
        "bag-info.txt",
        "bagit.txt",
        "data",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
        "tagmanifest-sha256.txt",
        "tagmanifest-sha512.txt",
        "verify.py",
    ]
    info = (bag / "bag-info.txt").read_text(encoding="utf-8").replace("\n  ", " ").splitlines()
    said = dict(line.split(": ", 1) for line in info)
    payload = tree_of(bag / "data")
    assert said["Payload-Oxum"] == f"{sum(map(len, payload.values()))}.{len(payload)}"
    assert said["Contact-Email"] == "editors@example.org"
    assert (said["Edition-Release"], said["Edition-Release-Date"], said["Bagging-Date"]) == (
        "2025.1", "2025-06-30", "2025-06-30",
    )  # fmt: skip
    for algorithm in ("sha256", "sha512"):
        lines = (bag / f"manifest-{algorithm}.txt").read_text(encoding="utf-8").splitlines()
        sums = {path: sum for sum, path in (line.split("  ", 1) for line in lines)}
        assert sums == {f"data/{path}": hashlib.new(algorithm, data).hexdigest() for path, data in payload.items()}


def test_a_copy_holds_site_witnesses_transcripts_and_program(released: tuple[Path, ReleaseReport], bag: Path) -> None:
    folder, _ = released
    assert tree_of(bag / "data/site") == tree_of(folder / "_site")
    own = tree_of(bag / "data/edition")
    wanted = tree_of(folder / "content")
    del wanted["releases/2025.1.sha256"]  # it tells the checksum of the copy itself
    assert own == {f"content/{path}": data for path, data in wanted.items()} | {
        "config.yaml": (folder / "config.yaml").read_bytes()
    }
    assert any(path.startswith("content/sources/") for path in own)
    program = tree_of(bag / "data/program")
    assert program["requirements/run.txt"] == (ROOT / "requirements/run.txt").read_bytes()
    assert b"--hash=sha256:" in program["requirements/run.txt"]
    assert program["edition/verify.py"] == (bag / "verify.py").read_bytes()
    assert {"build.py", "LICENSE", "docs/house.md"} <= program.keys()


def test_the_first_page_of_a_copy_needs_nothing_and_its_policy_names_its_rules(bag: Path) -> None:
    page = (bag / "START-HERE.html").read_text(encoding="utf-8")
    rules = page[page.index("<style>") + len("<style>") : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(rules.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in page, "templates/start-here.html: its rules changed, so must this digest"
    links = Links()
    links.feed(page)
    assert links.found == {"data:,", "data/site/index.html"}
    for words in ("Marenia Briefings", "30 June 2025", "1 briefing", "editors@example.org", "Free for any use."):
        assert words in page


def test_what_an_edition_calls_itself_is_no_markup_in_its_copy(released: tuple[Path, ReleaseReport]) -> None:
    hostile = "</title><script>alert(1)</script>\nContact-Name: Nobody"
    config = replace(read_settings(released[0]).config, title=hostile, publisher=hostile)
    words = load(config.interface)
    page = make_start_page(gather_edition(config, [], AUTHORITIES), words, NAME)
    assert b"<script" not in Renderer(words).render("start-here.html", page)
    with contextlib.closing(_Bag(io.BytesIO(), NAME, EPOCH)) as bag:
        labels = [line.partition(":")[0] for line in "".join(_describe(config, NAME, None, bag)).splitlines()]
    assert "Contact-Name" not in labels


def test_the_edition_is_built_again_from_its_copy_alone(bag: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(bag / "data", tmp_path / "data"))
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONPATH")}
    done = subprocess.run(
        [sys.executable, "program/build.py", "-C", "edition", "build", "--output", "site-again"],
        cwd=data,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert tree_of(data / "site-again") == tree_of(bag / "data/site")


def flip(bag: Path) -> None:
    file = bag / "data/edition/config.yaml"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a flipped bit": (flip, "altered: data/edition/config.yaml"),
    "a lost file": (lambda bag: (bag / "data/site/index.html").unlink(), "missing: data/site/index.html"),
    "a foreign file": (lambda bag: add(bag, "data/site/new.html", "x"), "added: data/site/new.html"),
    "a foreign file beside": (lambda bag: add(bag, "README.txt", "x"), "added: README.txt"),
    "another program": (lambda bag: add(bag, "verify.py", "raise SystemExit(0)"), "altered: verify.py"),
}


def test_the_program_in_the_copy_finds_each_damage(bag: Path, tmp_path: Path) -> None:
    def judge(place: Path, program: Path) -> tuple[int, str]:
        command = [sys.executable, "-S", "-I", str(program), str(place)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        assert done.stderr == ""
        return done.returncode, done.stdout

    code, said = judge(bag, bag / "verify.py")
    assert (code, "WHOLE: nothing is missing, altered or added" in said) == (0, True)
    for number, (damage, wanted) in enumerate(DAMAGES.values()):
        place = Path(shutil.copytree(bag, tmp_path / str(number), copy_function=os.link))
        for path in ("data/edition/config.yaml", "verify.py"):  # what a damage writes into
            (place / path).unlink()
            shutil.copyfile(bag / path, place / path)
        damage(place)
        code, said = judge(place, bag / "verify.py")
        assert (code, said.splitlines()[0]) == (1, wanted)


def test_links_and_what_no_system_can_store_are_refused(copy: Path) -> None:
    (copy / "content/pages").mkdir()
    (copy / "content/pages/secret.md").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match=r"content/pages/secret\.md: is a link"):
        pack(copy)
    (copy / "content/pages/secret.md").unlink()
    add(copy, "content/notes/One.txt", "1")
    add(copy, "content/notes/one.txt", "2")
    with pytest.raises(Refused, match=r"(?i)content/notes/one\.txt"):
        pack(copy)


def pack(folder: Path) -> Path:
    """Pack the edition as it was built: one without words of its own, since only its files count here."""
    target, config = folder / "_releases/again.zip", read_settings(folder).config
    edition = gather_edition(config, [], AUTHORITIES)
    return pack_edition(folder, folder / "_site", ROOT, target, edition, progress=show_nothing).file


def test_a_site_that_somebody_has_changed_is_not_packed(copy: Path) -> None:
    page = copy / "_site/index.html"
    page.write_bytes(page.read_bytes() + b" ")
    before = tree_of(copy)
    with pytest.raises(Refused, match=r"index\.html: changed while the offline copy was made, or since the build"):
        pack(copy)
    assert tree_of(copy) == before, "no half of a copy"
    page.unlink()
    with pytest.raises(Refused, match=r"index\.html: changed"):
        pack(copy)
    (copy / "_site/manifest-sha256.txt").unlink()
    with pytest.raises(Refused, match="this is no site of ours"):
        pack(copy)


def test_litter_and_what_lies_beside_an_edition_stay_out(copy: Path) -> None:
    before = pack(copy).read_bytes()
    for path in ("content/.DS_Store", "content/briefings/x.md~", "content/Thumbs.db", "notes.txt", ".env"):
        add(copy, path, "litter")
    assert pack(copy).read_bytes() == before


def test_a_locked_package_is_not_made_of_an_edition_with_a_problem(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(copy, "content/briefings/broken.md", "no front matter")
    assert program.main(["-C", str(copy), "package", "--locked"]) == 2
    assert "\nnothing packed: a locked build publishes only what has no problem" in capsys.readouterr().err
    assert not list((copy / "_releases").glob("*.zip"))


def test_a_long_path_is_noted(copy: Path) -> None:
    long = f"edition/content/{'x' * 210}.txt"
    (note,) = _check_names([_Source(long, copy)], NAME)
    assert isinstance(note, Problem)
    assert (note.severity, note.locus.file) == ("note", long.removeprefix("edition/"))


# ── Mirrored by any crawler ─────────────────────────────────────────────────────────────────────────────────────────


class Links(HTMLParser):
    """What a crawler that knows HTML and no script follows: the addresses in a page's elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanted = {"a": "href", "link": "href", "script": "src", "img": "src"}.get(tag)
        self.found |= {value for name, value in attrs if name == wanted and value}


def crawl(site: Path) -> set[str]:
    """Return the paths of all files that links lead to from the first page."""
    base = "https://example.org/b/"
    seen, todo = {"index.html"}, ["index.html"]
    while todo:
        here = todo.pop()
        if not here.endswith(".html"):
            continue
        links = Links()
        links.feed((site / here).read_text(encoding="utf-8"))
        for href in links.found:
            address = urldefrag(urljoin(base + here, href)).url
            path = unquote(urlsplit(address).path).removeprefix("/b/")
            if address.startswith(base) and path not in seen and (site / path).is_file():
                seen.add(path)
                todo.append(path)
    return seen


def test_a_crawler_that_knows_only_html_gets_every_file(released: tuple[Path, ReleaseReport]) -> None:
    site = released[0] / "_site"
    everything = set(tree_of(site))
    assert any(path.startswith("search/") and path.endswith(".js") for path in everything)
    assert everything - crawl(site) == set()


def test_the_page_of_all_files_has_size_and_checksum_of_each(released: tuple[Path, ReleaseReport]) -> None:
    site = released[0] / "_site"
    page = (site / "files.html").read_text(encoding="utf-8")
    for path, data in tree_of(site).items():
        if path in ("files.html", "manifest-sha256.txt"):
            continue
        row = f'<td class="num">{len(data):,}</td><td><code>{hashlib.sha256(data).hexdigest()}</code></td>'
        assert row in page, path


def test_the_manifests_of_two_releases_say_what_a_mirror_has_to_fetch(copy: Path) -> None:
    first = (copy / "_releases/2025.1/site-manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    old = tree_of(copy / "_site")
    correct(copy)
    issue_release(copy, ROOT, None, date="2025-12-31")
    second = (copy / "_releases/2025.2/site-manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    new = tree_of(copy / "_site")
    fetch = {line[66:] for line in set(second) - set(first)} | {"manifest-sha256.txt"}
    gone = {line[66:] for line in first} - {line[66:] for line in second}
    mirror = {path: data for path, data in old.items() if path not in gone} | {path: new[path] for path in fetch}
    assert mirror == new
    assert 0 < len(fetch) < len(new)


def test_nothing_but_a_release_is_written_over(monkeypatch: pytest.MonkeyPatch, copy: Path) -> None:
    """The disk fills while the files of a release are written."""

    def fail(*_: object) -> tuple[str, int, str]:
        raise OSError(28, "No space left on device")

    correct(copy)
    before = tree_of(copy / "content"), tree_of(copy / "_releases")
    monkeypatch.setattr(issuing, "_write", fail)
    with pytest.raises(Refused, match="can't write the files of the release: no space is left on the disk") as refused:
        issue_release(copy, ROOT, None, date="2025-12-31")
    said = str(refused.value.problems[-1])
    assert "the site tells of the release 2025.2, which was not made" in said
    assert (tree_of(copy / "content"), tree_of(copy / "_releases")) == before
    assert read_history(copy)[1] == ()
