"""Search in a copy that was opened from a disk: the same sections in the same order as over HTTP."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edition.problems import Refused
from edition.search_disk import choose_shard, write_disk_copy
from tests.browser.test_search_page import Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
    """Every result's address, all pages of results opened."""
    while reader.page.is_visible("#search-more"):
        reader.page.click("#search-more")
        reader.wait()
    return reader.links


@pytest.mark.browser
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


@pytest.mark.browser
def test_a_plain_fetch_of_the_index_fails_where_this_works(disk: Reader) -> None:
    disk.open("?q=ferry")
    assert disk.links
    refused = disk.page.evaluate(
        "fetch('pagefind/pagefind-worker.js').then(() => 'loaded', error => error.name)",
    )
    assert refused == "TypeError"


@pytest.mark.browser
def test_without_workers_the_page_itself_searches(copy: Path, chromium: Browser) -> None:
    context = chromium.new_context()
    context.add_init_script("window.Worker = function () { throw new DOMException('refused', 'SecurityError'); };")
    reader = Reader(context.new_page(), copy.as_uri() + "/")
    assert len(ids(reader.open("?q=ferry"))) > 3
    assert not reader.faults
    context.close()


@pytest.mark.browser
def test_a_script_of_the_index_that_is_missing_is_said_and_leaves_a_way_on(
    copy: Path, chromium: Browser, tmp_path: Path
) -> None:
    torn = tmp_path / "torn"
    shutil.copytree(copy, torn)
    for script in (torn / "search" / "disk").glob("*-index-*.js"):
        script.unlink()
    reader = Reader(chromium.new_page(), torn.as_uri() + "/")
    reader.open("?q=ferry")
    assert not reader.links
    assert reader.page.is_visible("#search-ways a")


# ── The files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def packed_files(folder: Path) -> dict[str, bytes]:
    """Return what the scripts of a disk copy hold, each file looked for where the page will look for it."""
    start = (folder / "start.js").read_text(encoding="utf-8")
    shards = json.loads(start[start.index("(") + 1 : start.index(",function")])["shards"]
    found: dict[str, bytes] = {}
    for script in sorted(folder.glob("*-*.js")):
        text = script.read_text(encoding="utf-8")
        for path, data in json.loads(text[text.index("(") + 1 : text.rindex(")")]).items():
            group = path.rpartition("/")[0] or "core"
            assert script.name == f"{group.replace('/', '-')}-{choose_shard(path, shards[group])}.js"
            found[path] = base64.b64decode(data)
    return found


def test_every_byte_of_the_index_is_in_the_scripts(sample_site: Path) -> None:
    bundle = sample_site / "pagefind"
    files = {p.relative_to(bundle).as_posix(): p.read_bytes() for p in bundle.rglob("*") if p.is_file()}
    worker = files.pop("pagefind-worker.js").decode("utf-8")
    folder = sample_site / "search" / "disk"
    assert packed_files(folder) == files
    assert worker in (folder / "start.js").read_text(encoding="utf-8")
    size = sum(p.stat().st_size for p in folder.iterdir())
    assert size <= 1.4 * (sum(map(len, files.values())) + len(worker))


def test_scripts_have_the_size_that_was_asked_for(sample_site: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_site / "pagefind", tmp_path / "pagefind")
    report = write_disk_copy(tmp_path, shard=20_000)
    sizes = [p.stat().st_size for p in (tmp_path / "search" / "disk").glob("*-fragment-*.js")]
    assert len(sizes) > 5
    assert max(sizes) < 60_000
    assert report.scripts == len(list((tmp_path / "search" / "disk").iterdir()))


@pytest.mark.parametrize("change", [("fetch(", "fetsch("), ("postMessage(", "import.meta;postMessage(")])
def test_a_worker_of_another_kind_is_refused(sample_site: Path, tmp_path: Path, change: tuple[str, str]) -> None:
    shutil.copytree(sample_site / "pagefind", tmp_path / "pagefind")
    worker = tmp_path / "pagefind" / "pagefind-worker.js"
    worker.write_text(worker.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(Refused, match="disk"):
        write_disk_copy(tmp_path)
    assert not (tmp_path / "search").exists()


def test_both_sides_choose_the_same_shard() -> None:
    script = (Path(__file__).parents[2] / "assets/search/disk.js").read_text(encoding="utf-8")
    assert re.search(r"0x811c9dc5.*\n?.*0x01000193", script)
    # published vectors of FNV-1a, 32 bit: of "a" and of "foobar"
    assert choose_shard("a", 2**32) == 0xE40C292C
    assert choose_shard("foobar", 2**32) == 0xBF9CF968
