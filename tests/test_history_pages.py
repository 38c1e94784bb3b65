"""What the pages and feeds of releases say, and the pages that list every file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date as Day
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from edition import history_pages, interface, urls
from edition.exports import archive
from edition.exports.archive import ArchiveWriter
from edition.exports.changes import list_feeds, make_changes_feed, make_changes_lines
from edition.file_pages import group_files, list_file_pages
from edition.history_pages import list_history_pages
from edition.indexes import Edition, make_index
from edition.model import Briefing, Emendation
from edition.pages import find_common, make_frames
from edition.render import Renderer
from tests.histories import make_history
from tests.site_edition import AUTHORITIES, CONFIG, make_briefing, make_exchange
from tests.whole import gather_edition

HOSTILE = "</p><script>alert(1)</script> & “灯塔”"
OLD = make_briefing("2025-05-14-ines-halvard", "2025-05-14", make_exchange("q1", answer="It is lit at dusk."))
NEW = make_briefing("2025-05-14-ines-halvard", "2025-05-14", make_exchange("q1", answer="It is lit at nightfall."))
GONE = make_briefing("2025-06-02-ines-halvard", "2025-06-02", make_exchange("q1"), title=HOSTILE)


def emend(briefing: Briefing, before: str, after: str, reason: str) -> Briefing:
    apparatus = replace(briefing.transcript.apparatus, emendations=(Emendation(before, after, reason),))
    return replace(briefing, transcript=replace(briefing.transcript, apparatus=apparatus))


CORRECTED = emend(NEW, "dusk", "nightfall", HOSTILE)


def make_told(site_url: str | None = None) -> Edition:
    """Return an edition of one briefing, corrected in its second release, from which another one was withdrawn."""
    history = make_history(
        ("2025.1", "2025-06-30", [OLD.transcript, GONE.transcript]),
        ("2025.2", "2025-12-31", [CORRECTED.transcript]),
    ).compare([CORRECTED.transcript])
    config = replace(CONFIG, release=history.release, site_url=site_url)
    return gather_edition(config, [CORRECTED], AUTHORITIES, history=history)


def show(edition: Edition, language: str = "en") -> dict[str, BeautifulSoup]:
    words, index = interface.load(language), make_index(edition, language)
    renderer, frames = Renderer(words), make_frames(find_common(index, words))
    pages = list_history_pages(index, words, frames, (urls.CHANGES_FEED, urls.data_path("changes.jsonl")))
    return {page.frame.path: BeautifulSoup(renderer.render(page.template, page), "html.parser") for page in pages}


def say(page: BeautifulSoup) -> str:
    return " ".join(page.main.get_text(" ").split()) if page.main else ""


def test_changes_are_told_with_words_reason_and_place() -> None:
    pages = show(make_told())
    assert list(pages) == ["changes.html", "releases/2025.2.html", "releases/2025.1.html"]
    for path in ("changes.html", "releases/2025.2.html"):
        text = say(pages[path])
        for words in ("1 corrected", "1 withdrawn", "corrected here", "dusk", "nightfall", HOSTILE):
            assert words in text, (path, words)
        assert not pages[path].select("main script")
    links = [a["href"] for a in pages["releases/2025.2.html"].select("main a")]
    assert f"../briefings/{NEW.transcript.id}.html#q1" in links
    assert not any(GONE.transcript.id in str(link) for link in links), "what is gone has no page"
    assert "../releases/2025.1.html" in links or "2025.1.html" in links


def test_releases_stay_listed_and_the_newest_says_where_its_own_checksums_are() -> None:
    edition = make_told()
    first, second = edition.history.records
    with_sums = replace(first, sums=(("edition.sqlite", "ab" * 32),))
    history = replace(edition.history, records=(with_sums, second))
    page = show(replace(edition, history=history))["changes.html"]
    assert "ab" * 32 in say(page)
    assert first.list_sha256 in say(page)
    assert second.list_sha256 in say(page)
    assert say(page).count("stand beside the files") == 1


def test_what_has_changed_since_the_newest_release_comes_first() -> None:
    edition = make_told()
    history = replace(edition.history.compare([OLD.transcript]), words="Soon *more*.")
    page = show(gather_edition(edition.config, [OLD], AUTHORITIES, history=history))["changes.html"]
    headings = [h.get_text(" ", strip=True) for h in page.select("main h2")]
    assert headings[0] == "Since release 2025.2"
    assert page.select_one("#since em")


@pytest.mark.parametrize("language", ["en", "es", "zh"])
def test_every_language_has_its_words(language: str) -> None:
    assert all(say(page) for page in show(make_told(), language).values())


def test_a_long_history_is_cut_on_the_page_and_whole_on_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_pages, "CHANGES_ON_A_PAGE", 2)
    pages = show(make_told())
    assert "nightfall" in say(pages["changes.html"])
    assert HOSTILE not in say(BeautifulSoup(str(pages["changes.html"].select_one("#release-2025-1")), "html.parser"))
    assert "2 added" in say(pages["releases/2025.1.html"])


ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.mark.parametrize("site_url", [None, "https://example.org/b/"])
def test_a_harvester_finds_every_change_by_following_the_feeds(site_url: str | None) -> None:
    edition, words = make_told(site_url), interface.load("en")
    feeds = {
        path: ET.fromstring(make_changes_feed(edition, words, record, path)) for path, record in list_feeds(edition)
    }
    assert list(feeds) == ["releases/2025.1.xml", "releases/2025.2.xml", "changes.xml"]

    def before(path: str) -> str | None:
        for link in feeds[path].findall("a:link[@rel='prev-archive']", ATOM):
            return link.attrib["href"].rpartition("/")[2]
        return None

    found, at = set(), before("changes.xml")
    while at:
        path = f"releases/{at}"
        found |= {entry.findtext("a:id", "", ATOM) for entry in feeds[path].findall("a:entry", ATOM)}
        at = before(path)
    assert len(found) == 4
    newest = feeds["changes.xml"]
    assert [entry.find("a:category", ATOM).attrib["term"] for entry in newest.findall("a:entry", ATOM)] == [  # type: ignore[union-attr]
        "withdrawn",
        "corrected",
    ]
    assert newest.findtext("a:updated", "", ATOM) == "2025-12-31T00:00:00Z"


def test_every_change_is_a_line() -> None:
    lines = [json.loads(line) for line in make_changes_lines(make_told()).splitlines()]
    assert [(line["release"], line["change"], line["briefing"]) for line in lines] == [
        ("2025.1", "added", OLD.transcript.id),
        ("2025.1", "added", GONE.transcript.id),
        ("2025.2", "corrected", OLD.transcript.id),
        ("2025.2", "withdrawn", GONE.transcript.id),
    ]
    (erratum,) = lines[2]["errata"]
    assert erratum == {"kind": "emended", "section": "q1", "before": "dusk", "after": "nightfall", "reason": HOSTILE}
    assert lines[3]["url"] is None


# ── Every file ──────────────────────────────────────────────────────────────────────────────────────────────────────

PATHS = st.sets(
    st.builds(
        "{}{}".format, st.sampled_from(["", "a/", "a/b/", "A/", "_/"]), st.text("abAé_.-1", min_size=1, max_size=5)
    ),
    max_size=40,
)


@given(PATHS, st.integers(1, 9))
def test_every_file_is_in_one_group_of_its_own_page(paths: set[str], room: int) -> None:
    groups = group_files(paths, room)
    assert sorted(path for group in groups for path in group.paths) == sorted(paths)
    assert all(len(group.paths) <= room for group in groups if group.prefix)
    pages = [group.page.casefold() for group in groups]
    assert len(set(pages)) == len(pages), "no system takes one page for another"


def test_a_new_file_changes_the_page_of_its_neighbours_only() -> None:
    paths = {f"briefings/{year}-{n:02}.html" for year in range(2020, 2026) for n in range(12)}
    before = {group.page: group.paths for group in group_files(paths, 20)}
    after = {group.page: group.paths for group in group_files(paths | {"briefings/2023-99.html"}, 20)}
    changed = {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}
    assert len(changed) == 1


def test_pages_of_many_files_link_every_one_of_them() -> None:
    words, index = interface.load("en"), make_index(make_told(), "en")
    sums = {f"{folder}/{n}.html": f"{n:064x}" for folder in ("a", "b & c") for n in range(7)} | {"x.txt": "f" * 64}
    renderer, frames = Renderer(words), make_frames(find_common(index, words))
    pages = [planned.make() for planned in list_file_pages(words, frames, sums, len, "manifest-sha256.txt", room=5)]
    shown = {p.frame.path: BeautifulSoup(renderer.render(p.template, p), "html.parser") for p in pages}
    linked = {a.get_text(): str(a["href"]) for page in shown.values() for a in page.select("main td a")}
    assert linked.keys() == sums.keys()
    assert linked["b & c/3.html"] == "../b%20%26%20c/3.html"
    parts = {str(a["href"]) for a in shown["files.html"].select("main th a")}
    assert parts == shown.keys() - {"files.html"}


# ── The archive ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_archive_has_as_many_files_as_it_needs() -> None:
    """More than 65,535 need ZIP64."""
    file = io.BytesIO()
    writer = ArchiveWriter(file, Day(2025, 6, 30))
    for number in range(65_600):
        writer.add_bytes(f"{number}", b"")
    writer.add("größer", 3, iter([b"a", b"bc"]))
    writer.finish()
    with zipfile.ZipFile(file) as read:
        assert len(read.namelist()) == 65_601
        assert read.read("größer") == b"abc"
        assert read.getinfo("größer").date_time == (2025, 6, 30, 0, 0, 0)


def test_a_file_that_is_longer_or_shorter_than_it_says_is_refused() -> None:
    def blocks() -> Iterator[bytes]:
        yield b"abc"

    for size in (2, 4):
        writer = ArchiveWriter(io.BytesIO())
        with pytest.raises(ValueError, match=f"x: 3 bytes where {size} were expected"):
            writer.add("x", size, blocks())
        writer.close()
    assert Day(1980, 1, 1) == archive.EPOCH
