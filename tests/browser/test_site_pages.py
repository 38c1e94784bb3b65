"""The sample edition as its readers meet it: in Chromium, at a root, under a sub-path, from a disk, with and without
script, judged by axe-core.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, SoupStrainer

from edition.assets import read_assets
from edition.interface import load
from edition.model import Locus
from edition.permalinks.addresses import Address, Gone
from edition.permalinks.answering import Answers, OldAnchor, OldPage, OldSection, Stub
from edition.problems import Problem
from edition.render import Renderer
from tests.site_edition import make_language_edition
from tests.whole import diagnose, render_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

#: One page of each kind, by a pattern over the site's paths.
KINDS = {
    "home": "index.html",
    "briefings": "briefings/index.html",
    "year": "years/20*.html",
    "press conference": "briefings/20*-ines-halvard.html",
    "undated": "briefings/undated-*.html",
    "other script": "briefings/*-zh.html",
    "right to left": "briefings/*-ar.html",
    "parallel": "parallel/*-ar.html",
    "parallel, other script": "parallel/*-ar--*-zh.html",
    "diagnostics": "diagnostics.html",
    "compliance": "compliance.html",
    "speaker": "speakers/ines-halvard.html",
    "speakers": "speakers/index.html",
    "country": "countries/norway.html",
    "countries": "countries/index.html",
    "topic": "topics/fisheries.html",
    "topics": "topics/index.html",
    "outlet": "outlets/harbour-post.html",
    "outlets": "outlets/index.html",
    "figures": "figures.html",
    "search": "search.html",
    "about": "about.html",
    "principles": "principles.html",
    "changes": "changes.html",
    "data": "data/index.html",
    "missing": "404.html",
}


def find_page(site: Path, pattern: str) -> Path:
    """Return the first page of a kind, or fail with what there is."""
    found = sorted(site.glob(pattern))
    assert found, f"{pattern}: no such page among {sorted(p.name for p in site.rglob('*.html'))[:40]}"
    return found[0]


def watch(page: Page) -> list[str]:
    """Return a list that fills with everything the page complains of, policy violations included."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    return complaints


def listen(page: Page, asked: list[str], failed: list[str]) -> None:
    """Fill the lists with every address that the page asks for, and with those that fail."""
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(f"failed: {request.url}"))


@pytest.fixture(scope="module")
def axe() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_no_accessibility_violation(sample_site: Path, chromium: Browser, axe: str, kind: str) -> None:
    assert not find_violations(find_page(sample_site, KINDS[kind]), chromium, axe)


def find_violations(path: Path, chromium: Browser, axe: str) -> list[str]:
    """Return what axe-core finds on a page, wide and narrow, light and dark (where only colours differ)."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    looks: tuple[tuple[int, Any, list[str]], ...] = (
        (1400, "light", tags),
        (390, "light", tags),
        (1400, "dark", ["color-contrast"]),
    )
    found = []
    # axe is a foreign script, which the page's own policy rightly forbids
    context = chromium.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(axe)
    for width, scheme, rules in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        result: dict[str, Any] = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
        assert result["passes"], "axe judged nothing"
        found += [f"{width} {scheme}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
    context.close()
    return found


#: Pages that the sample edition hasn't: with revisions, versions elsewhere, labels that nobody knows, doubts, old
#: addresses.
UNUSUAL = {
    "with revisions and old anchors": "briefings/2025-06-02-ines-halvard.html",
    "moved, with anchors": "briefings/2025-06-01-ines-halvard.html",
    "gone": "briefings/2025-06-09-ines-halvard.html",
    "right to left": "briefings/2025-06-02-ines-halvard-ar.html",
    "parallel": "parallel/*.html",
    "diagnostics": "diagnostics.html",
    "outlet in another script": "outlets/manara.html",
    "mixed list": "briefings/index.html",
}


def make_answers() -> Answers:
    """Old addresses of every kind but a page that leads on at once, which nobody sees."""
    here = "briefings/2025-06-02-ines-halvard.html"
    old = Address("briefings/2025-06-09-ines-halvard.html")
    gone = Gone(old, "2026-03-02", "The office took it back.", "", Locus("gone.yaml"))
    moved = OldSection(OldAnchor("q1", Address(here, "q1")), (OldAnchor("q1.1", Address(here, "q1.1")),))
    lost = OldSection(OldAnchor("q9", gone), (OldAnchor("q9.1", gone),))
    return Answers(
        old=(
            OldPage("briefings/2025-06-01-ines-halvard.html", "Briefing of 1 June", Address(here), (moved, lost)),
            OldPage(old.path, "Briefing of 9 June", gone, (lost,)),
        ),
        aliases={here: {"q1": ("q7",), "q1.1": ("q7.1",)}},
        stubs={here: (Stub(lost, "", "q1"), Stub(OldSection(OldAnchor("q1.8", gone)), "q1", "q1.1"))},
    )


@pytest.fixture(scope="module")
def unusual_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages and assets of an edition in three languages."""
    folder = tmp_path_factory.mktemp("unusual")
    edition = make_language_edition()
    files = read_assets().files.items()
    found = diagnose(edition, [Problem(Locus("x.md", 3), "a link leads nowhere", "correct it")])
    made = render_site(edition, Renderer(load("en")), diagnostics=found, answers=make_answers())
    for path, data in [*files, *made]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize("kind", UNUSUAL)
def test_no_violation_where_a_page_has_more_to_say(unusual_site: Path, chromium: Browser, axe: str, kind: str) -> None:
    assert not find_violations(find_page(unusual_site, UNUSUAL[kind]), chromium, axe)


def test_no_unusual_page_scrolls_sideways(unusual_site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    for kind, pattern in UNUSUAL.items():
        page.goto(find_page(unusual_site, pattern).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        for width in (320, 820):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (kind, width)
    page.close()


def test_versions_stand_side_by_side_where_there_is_room(sample_site: Path, chromium: Browser) -> None:
    rows = (
        "[...document.querySelectorAll('section.pair')].map(r => [...r.children].map(c => c.getBoundingClientRect()))"
    )
    for width, together in ((1400, True), (390, False)):
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=True)
        page = context.new_page()
        page.goto(find_page(sample_site, KINDS["parallel"]).as_uri())
        boxes = page.evaluate(rows)
        assert len(boxes) == 4
        for first, second in boxes:
            assert (first["top"] == second["top"]) == together
            assert together or first["bottom"] <= second["top"]
        context.close()


def test_text_from_right_to_left_starts_at_the_right(sample_site: Path, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto(find_page(sample_site, KINDS["right to left"]).as_uri())
    starts = """() => { const p = document.querySelector('#p4 .text p'), range = document.createRange();
      range.setStart(p.firstChild, 0); range.setEnd(p.firstChild, 1);
      return [range.getBoundingClientRect().right, p.getBoundingClientRect().right]; }"""
    letter, edge = page.evaluate(starts)
    assert abs(letter - edge) < 3
    # the heading ends where its text ends, however wide the window
    right = "q => document.querySelector(q).getBoundingClientRect().right"
    assert abs(page.evaluate(right, "h1") - page.evaluate(right, "#p4 .text")) < 3
    page.close()


def test_a_place_in_the_apparatus_opens_it(sample_site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto((sample_site / "diagnostics.html").as_uri() + "#dropped")
    page.locator("#dropped a[href$='#apparatus-dropped']").first.click()
    # a click returns while the page that it leads to may still be loading
    page.locator("#apparatus-dropped").wait_for(state="visible")
    page.close()


def test_no_page_scrolls_sideways(sample_site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    for kind, pattern in KINDS.items():
        page.goto(find_page(sample_site, pattern).as_uri())
        for width in (320, 820):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (kind, width)
    page.close()


def test_a_page_under_a_sub_path_asks_for_nothing_outside_it(sample_site: Path, chromium: Browser, serve: Any) -> None:
    served = serve(sample_site, prefix="/a/b/")
    for pattern in KINDS.values():
        page = chromium.new_page()
        complaints = watch(page)
        asked: list[str] = []
        listen(page, asked, complaints)
        path = find_page(sample_site, pattern).relative_to(sample_site).as_posix()
        page.goto(served.url + path)
        if path == "search.html":
            page.wait_for_selector("#search-form[data-state=idle]")
        assert asked
        assert not [url for url in asked if not url.startswith(served.url)]
        assert not complaints, (path, complaints)
        page.close()


def test_a_copy_on_a_disk_in_an_odd_folder_shows_every_kind_of_page(
    sample_site: Path, chromium: Browser, tmp_path: Path
) -> None:
    copy = tmp_path / "Meine Kopie #1 (100 %) — 资料"
    shutil.copytree(sample_site, copy)
    page = chromium.new_page()
    complaints = watch(page)
    for kind, pattern in KINDS.items():
        page.goto(find_page(copy, pattern).as_uri())
        assert page.locator("main").inner_text().strip(), kind
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        # without a site_url nobody knows where 404.html will be shown, so it needs no other file
        assert (colour == "rgba(0, 0, 0, 0)") == (kind == "missing"), f"{kind}: the style sheet was not found"
        assert not complaints, (kind, complaints)
    page.close()


def test_following_links_from_the_home_page_reaches_every_page(sample_site: Path) -> None:
    todo, seen = ["index.html"], {"index.html"}
    while todo:
        path = todo.pop()
        links = BeautifulSoup((sample_site / path).read_text("utf-8"), "html.parser", parse_only=SoupStrainer("a"))
        for link in links.find_all("a", href=True):
            address = urlsplit(urljoin(path, str(link["href"])))
            target = unquote(address.path)
            if not address.scheme and target.endswith(".html") and target not in seen:
                seen.add(target)
                todo.append(target)
    pages = {p.relative_to(sample_site).as_posix() for p in sample_site.rglob("*.html")}
    assert not pages - seen, "nothing leads to these pages"
    assert not seen - pages, "these links lead nowhere"


def test_without_script_the_text_and_the_indexes_are_all_there(sample_site: Path, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(find_page(sample_site, KINDS["press conference"]).as_uri())
    assert page.locator("section#q1").inner_text().strip()
    page.goto((sample_site / "search.html").as_uri())
    page.locator("main a[href$='countries/index.html']").first.click()
    page.wait_for_url(re.compile(r"countries/index\.html$"))
    context.close()


def test_the_keyboard_reaches_the_text_by_the_first_link(sample_site: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(find_page(sample_site, KINDS["press conference"]).as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    assert page.evaluate("document.activeElement.getBoundingClientRect().width") > 10, "the skip link stays invisible"
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.length > 1")
    page.close()


def test_a_permanent_link_shows_its_section(sample_site: Path, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 700})
    path = find_page(sample_site, KINDS["press conference"])
    page.goto(path.as_uri() + "#q4")
    box = page.evaluate("document.querySelector('#q4 .text').getBoundingClientRect().top")
    assert -50 < box < 400
    page.close()


@pytest.mark.parametrize("kind", ["home", "press conference", "country", "outlets", "countries"])
def test_a_word_without_end_breaks_instead_of_widening_the_page(
    sample_site: Path, chromium: Browser, kind: str
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.goto(find_page(sample_site, KINDS[kind]).as_uri())
    # dates and numbers never break; tables of figures scroll
    places = "main :is(h1, h2, h3, p, a, dd):not(.pn, .no, .scroll *, .notes p *)"
    changed = page.evaluate(
        """places => {
             const all = [...document.querySelectorAll(places)].filter(e => !e.children.length);
             all.forEach(e => { e.textContent = "Leuchtturm".repeat(12); });
             return all.length; }""",
        places,
    )
    assert changed > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_not_found_page_wears_the_style_that_it_carries(sample_site: Path, chromium: Browser, scheme: Any) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 800}, color_scheme=scheme)
    complaints = watch(page)
    page.goto((sample_site / "404.html").as_uri())
    assert page.evaluate("document.body.getBoundingClientRect().width") < 800
    assert complaints == []
    page.close()


def test_pages_are_small(sample_site: Path) -> None:
    for path in sorted(sample_site.glob("briefings/*.html")):
        assert path.stat().st_size < 60_000, path.name
    for path in sorted(sample_site.rglob("*.css")):
        assert path.stat().st_size < 20_000, path.name


@pytest.mark.parametrize("kind", ["press conference", "undated", "right to left"])
def test_a_page_alone_still_shows_text_speakers_source_and_citation(
    sample_site: Path, chromium: Browser, axe: str, tmp_path: Path, kind: str
) -> None:
    original = find_page(sample_site, KINDS[kind])
    alone = tmp_path / original.name
    shutil.copy(original, alone)
    record = json.loads(original.with_suffix(".json").read_text(encoding="utf-8"))
    page = chromium.new_page(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page.goto(alone.as_uri())
    shown = page.inner_text("main")
    page.close()
    for section in record["sections"]:
        for turn in section["turns"]:
            for paragraph in turn["paragraphs"]:
                assert " ".join(paragraph["text"].split()) in " ".join(shown.split())
            # the first label of an exchange may stand as its heading
            if turn["label"] and turn["role"] == "answer":
                assert f"{turn['label']}:" in shown
        if section["outlet"]:
            assert section["outlet"]["name"] in shown
    assert record["title"] in shown
    assert record["publisher"] in shown
    assert f"briefings/{record['id']}.html" in shown, "the citation names the page"
    assert load("en")("briefing.cite_as") in shown
    assert load("en")("apparatus.checked") in shown
    # without its style sheet, sizes and colours are the browser's own (WCAG 2.2, 2.5.8: "User Agent Control")
    own = ("target-size", "color-contrast")
    assert [v for v in find_violations(alone, chromium, axe) if not any(rule in v for rule in own)] == []
