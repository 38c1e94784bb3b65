"""Search in a copy that was opened from a disk: the same sections in the same order as over HTTP."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edition.building import show_nothing
from edition.packing import pack_edition
from edition.settings import read_settings
from tests.browser.test_search_page import Reader
from tests.editions import ROOT
from tests.site_edition import AUTHORITIES
from tests.whole import gather_edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ODD = "Kopie für die Bücherei #1 (100 % geprüft) — 资料"

QUERIES = (
    "?q=ferry",
    "?q=ferry+timetable",
    "?q=%22northern+route%22",
    "?q=mackerel+-Norway",
    "?q=lighthouse+OR+walrus",
    "?country=NO&sort=oldest",
    "?topic=fisheries&outlet=harbour-post&sort=newest",
    "?q=faros",
    "?q=%E9%A9%AC",
    "?q=Republic+of+Korea",
    "?q=xyzzyq",
    "?year=undated",
)


@pytest.fixture(scope="module")
def copy(sample_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk") / ODD
    shutil.copytree(sample_site, folder)
    return folder


@pytest.fixture
def disk(copy: Path, chromium: Browser) -> Iterator[Reader]:
    page = chromium.new_page()
    yield Reader(page, copy.as_uri() + "/")
    page.close()


def ids(reader: Reader) -> list[str]:
    """Every result's address, all of them shown."""
    return reader.show_all().links


def test_the_same_sections_in_the_same_order_as_over_http(
    sample_site: Path, disk: Reader, chromium: Browser, serve: Callable[..., Any]
) -> None:
    page = chromium.new_page()
    online = Reader(page, serve(sample_site, prefix="/repo/").url)
    found = 0
    for query in QUERIES:
        expected, got = ids(online.open(query)), ids(disk.open(query))
        assert got == expected, query
        assert disk.status == online.status, query
        found += len(got)
    assert found > 40, "the queries hardly find anything"
    # a form from a disk has no other way than its own address; whatever else is asked for would be a leak
    assert all(url.startswith(("file://", "blob:")) for url in disk.requests), disk.requests
    assert not disk.faults
    page.close()


#: Asks the browser itself, on a page of the copy that has no policy of its own, for what a page from a disk may not do.
FORBIDDEN = """Promise.all([
    fetch("search/register.js").then(() => "loaded", error => error.name),
    import("./search/register.js").then(() => "loaded", error => error.name),
    new Promise(done => {
      try {
        const worker = new Worker("search/register.js");
        worker.onerror = () => done("refused");
        setTimeout(() => done("running"), 3000);
      } catch (error) { done(error.name); }
    })
])"""


def write_bare_page(folder: Path) -> Path:
    """Write a page that nothing but the browser keeps from anything."""
    page = folder / "bare.html"
    page.write_text('<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title>', encoding="utf-8")
    return page


def test_a_page_from_a_disk_may_not_fetch_what_the_search_finds(copy: Path, disk: Reader) -> None:
    disk.page.goto(write_bare_page(copy).as_uri())
    fetched, imported, worker = disk.page.evaluate(FORBIDDEN)
    assert (fetched, imported) == ("TypeError", "TypeError")
    assert worker == "SecurityError"


def test_a_script_of_the_index_that_is_missing_is_said_and_leaves_a_way_on(
    copy: Path, chromium: Browser, tmp_path: Path
) -> None:
    torn = tmp_path / "torn"
    shutil.copytree(copy, torn)
    for script in torn.glob("search/bundles/en/words-*.js"):
        script.unlink()
    page = chromium.new_page()
    reader = Reader(page, torn.as_uri() + "/")
    reader.open("?q=ferry")
    assert not reader.links
    assert reader.page.is_visible("#search-ways a")
    page.close()


def test_the_index_is_one_for_both_and_in_few_files(sample_site: Path) -> None:
    files = [path for path in (sample_site / "search").rglob("*") if path.is_file()]
    briefings = len(list((sample_site / "briefings").glob("*.json")))
    assert all(path.suffix == ".js" for path in files)
    texts = [path for path in files if path.parent.name == "texts"]
    assert len(texts) < 3 * briefings
    # all else: the register, the words, and of each language its facts and at most two pairs of scripts
    assert len(files) - len(texts) <= 2 + 5 * len(list((sample_site / "search/bundles").iterdir()))


def test_an_offline_copy_is_opened_at_its_first_page_and_searched(
    sample_site: Path, tmp_path: Path, chromium: Browser
) -> None:
    config = read_settings(ROOT).config
    edition = gather_edition(config, [], AUTHORITIES)
    archive = tmp_path / "copy.zip"
    pack_edition(ROOT, sample_site, ROOT, archive, edition, progress=show_nothing)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / ODD)
    (bag,) = (tmp_path / ODD).iterdir()
    page = chromium.new_page()
    reader = Reader(page, (bag / "data/site").as_uri() + "/")
    page.goto((bag / "START-HERE.html").as_uri())
    page.click("a[href='data/site/index.html']")
    assert page.title().startswith(config.title)
    assert ids(reader.open("?q=ferry"))
    assert not reader.faults
    page.close()
