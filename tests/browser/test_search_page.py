"""The search page in Chromium, on a small site under a sub-path: what it finds, shows, says and remembers."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from edition.search_index import FORMAT
from edition.search_words import NAME, fold_name
from tests.browser.search_site import make_records, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PREFIX = "/press/edition/"
#: What a browser says when a file is missing or torn; only the tests that damage files expect it.
LOADING = re.compile(r"Failed to load |Rostrum search: |Invalid or unexpected token")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    make_site(folder)
    return folder


class Reader:
    """Somebody at the search page, and everything that went wrong around them."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.faults: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.faults.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, address: str) -> Reader:
        self.page.goto(f"{self.base}search.html{address}")
        return self.wait()

    def wait(self) -> Reader:
        """Wait until the page has answered: it says how many, or what is wrong; without a question it says nothing."""
        return self.until(
            """["idle", "done", "failed"].includes(document.getElementById("search-form").dataset.state)
                 && !document.querySelector("#search-results[aria-busy]")"""
        )

    def until(self, expression: str) -> Reader:
        """Wait until an expression holds. (Playwright's own way needs eval, which the page's policy forbids.)"""
        deadline = time.monotonic() + 10
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"never came true: {expression}; the page says “{self.status}”"
            time.sleep(0.02)
        return self

    def submit(self, query: str) -> Reader:
        self.page.fill("#search-q", query)
        self.page.press("#search-q", "Enter")
        return self.wait()

    def show_all(self) -> Reader:
        """Ask for more results until all are there."""
        while self.page.is_visible("#search-more"):
            before = len(self.links)
            self.page.click("#search-more")
            self.until(f"document.querySelectorAll('#search-results > li').length > {before}")
        return self

    def choose(self, facet: str, value: str) -> Reader:
        """Tick a value of a facet, or take the tick away."""
        self.page.locator("#search-filters").evaluate("d => { d.open = true; }")
        self.page.click(f"input[name={facet}][value='{value}']")
        return self.wait()

    def order(self, sort: str) -> Reader:
        self.page.select_option("select[name=sort]", sort)
        return self.wait()

    @property
    def status(self) -> str:
        return self.page.inner_text("#search-status")

    @property
    def links(self) -> list[str]:
        """The addresses of the results, relative to the site, without the words that are to be marked there."""
        hrefs = self.page.eval_on_selector_all("#search-results h3 a", "all => all.map(a => a.href)")
        assert all(href.startswith(self.base) for href in hrefs)
        return [re.sub(r"\?[^#]*", "", href.removeprefix(self.base)) for href in hrefs]

    @property
    def marks(self) -> list[str]:
        return [mark.inner_text() for mark in self.page.query_selector_all("#search-results mark")]

    def counts(self, facet: str) -> dict[str, int]:
        """The values of a facet that can be chosen, with the number that stands beside them."""
        rows = self.page.eval_on_selector_all(
            f"[data-facet={facet}] li:not([hidden])",
            "all => all.map(row => [row.querySelector('input').value, row.querySelector('.num').textContent])",
        )
        return {value: int(count) for value, count in rows}

    @property
    def chosen(self) -> list[str]:
        """The filters that are named above the results."""
        return [each.inner_text() for each in self.page.query_selector_all("#search-chosen li")]


@pytest.fixture
def reader(chromium: Browser, serve: Callable[..., Any], site: Path) -> Iterator[Reader]:
    """A reader at the site under a sub-path. Whatever the browser complains of fails the test."""
    served = serve(site, PREFIX)
    context = chromium.new_context()
    made = Reader(context.new_page(), served.url)
    yield made
    context.close()
    assert made.faults == []
    outside = [url for url in made.requests if not url.startswith((served.url, "data:", "blob:"))]
    assert outside == []


@pytest.fixture
def broken(chromium: Browser, serve: Callable[..., Any], site: Path, tmp_path: Path) -> Iterator[tuple[Reader, Path]]:
    """A reader at a copy of the site that a test may damage; what can't be loaded is reported and no fault."""
    copy = tmp_path / "copy"
    shutil.copytree(site, copy)
    context = chromium.new_context()
    made = Reader(context.new_page(), serve(copy, PREFIX).url)
    yield made, copy
    context.close()
    assert [fault for fault in made.faults if not LOADING.match(fault)] == []


def holding(word: str) -> list[str]:
    """The addresses of the sections that hold a word as it is written, letter case apart."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return [r.address for r in make_records() if pattern.search(" ".join([r.heading, *(text for _, text in r.text)]))]


# ── What is found ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_word_finds_the_sections_that_hold_it_and_no_other(reader: Reader) -> None:
    reader.open("")
    for word in ("AI", "Niger", "Nigeria", "dinghy", "KX-19", "R&D", "navigable", "in", "slipway"):
        expected = holding(word)
        reader.submit(word).show_all()
        assert sorted(reader.links) == sorted(expected), word
        assert expected, word
        assert reader.status.startswith(f"{len(expected)} section"), word
        assert {mark.casefold() for mark in reader.marks} == {word.casefold()}


def test_what_is_not_there_is_not_found(reader: Reader) -> None:
    reader.open("")
    for query in ("xyzzy", "harbourxyz", "ha", "briefing", "harbour xyzzy", '"fees boats"'):
        reader.submit(query)
        assert reader.links == [], query
        assert reader.status.startswith("Nothing was found."), query
        assert reader.page.is_visible("#search-ways a[href='briefings/index.html']"), query


def test_a_word_that_occurs_nowhere_is_named(reader: Reader) -> None:
    reader.open("").submit("harbour xyzzy")
    assert "“xyzzy”" in reader.status
    assert "“harbour”" not in reader.status


QUERIES = {
    "harbour fees": ["2025-05-14-halvard.html#q3", "2025-05-07-halvard.html#q1"],
    '"harbour fees"': ["2025-05-14-halvard.html#q3"],
    "“harbour fees”": ["2025-05-14-halvard.html#q3"],
    'boat "fees of a harbour"': ["2025-05-07-halvard.html#q1"],
    "fees -heading -ports": ["2025-05-07-halvard.html#q1"],
    "dinghy OR navigable": ["2024-03-06-reeve.html#q3", "2025-05-07-halvard.html#q3"],
    "who pays the fees of the harbour?": ["2025-05-07-halvard.html#q1"],
    "渡轮": ["2023-09-12-reeve-zh.html#q1"],
    "下周 港务局": ["2023-09-12-reeve-zh.html#q1"],
    "局港": [],
    "渡轮 港务局": ["2023-09-12-reeve-zh.html#q1"],
    "Post office": [],
    "Korea tables": [],
    "kingdom": [],
    "ROK tables": ["2024-03-06-reeve.html#q2"],
    "Republic of Korea tables": ["2024-03-06-reeve.html#q2"],
}


def test_queries(reader: Reader) -> None:
    reader.open("")
    for query, expected in QUERIES.items():
        reader.submit(query)
        assert sorted(reader.links) == sorted(f"briefings/{each}" for each in expected), query


def test_a_name_finds_what_is_tagged_with_it(reader: Reader) -> None:
    tagged = [r.address for r in make_records() if "KR" in dict(r.facets)["country"]]
    reader.open("")
    for name in ("ROK", "south korea", '"Republic of Korea"', "Republic of Korea"):
        reader.submit(name).show_all()
        assert sorted(reader.links) == sorted(tagged)
        assert "Found nowhere" not in reader.status


def test_names_are_folded_alike_on_both_sides(reader: Reader) -> None:
    reader.open("")
    names = [
        "Türkiye",
        "Côte d’Ivoire",
        "U.S.",
        "AT&T",
        "İstanbul",
        "Straße 7",
        "大韩民国",
        "Ньюс, 24",
        "Ｆｕｌｌ",
        "ﬁn",
        "क्षेत्र",
        "Α΄ ΣΟΦΟΣ",
        "½ ² 𝟛",
        "—",
    ]
    folded = reader.page.evaluate("names => names.map(name => RostrumSearch.fold(name))", names)
    assert [fold_name(name).removesuffix(NAME) for name in names] == folded


def test_very_common_words_are_left_out_and_named(reader: Reader) -> None:
    reader.open("").submit("the dinghy")
    assert reader.links == ["briefings/2024-03-06-reeve.html#q3"]
    assert "“the”" in reader.status


def test_the_heading_and_the_question_rank_first(reader: Reader) -> None:
    reader.open("").submit("harbour")
    assert reader.links[0] == "briefings/2025-05-14-halvard.html#q3"


# ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_result_says_when_who_where_and_shows_the_passage(reader: Reader) -> None:
    reader.open("?q=aircraft")
    text = reader.page.inner_text("#search-results > li")
    for part in ("14 May 2025", "Was the aid sent by air or by sea?", "Regular press briefing §\u20092", "Fjord Radio"):
        assert part in text
    assert "Ines Halvard" in text
    assert "Both aircraft and ships carried the aid." in text
    assert reader.page.get_attribute("#search-results time", "datetime") == "2025-05-14"


def test_markup_of_the_text_stays_text(reader: Reader) -> None:
    reader.open("?q=dinghy")
    assert reader.page.query_selector("#search-results img, #search-results b") is None
    assert "A <b>dinghy</b> & its name" in reader.page.inner_text("#search-results h3")
    assert "<img src=x onerror=alert(1)> & <b>bold</b>" in reader.page.inner_text("#search-results .result-passage")


def test_a_result_leads_to_its_section(reader: Reader) -> None:
    reader.open("?q=navigable")
    reader.page.click("#search-results h3 a")
    reader.page.wait_for_url("**/briefings/2025-05-07-halvard.html?q=navigable#q3")
    assert reader.page.evaluate("document.querySelector(':target').id") == "q3"


def test_a_text_in_another_language_says_so(reader: Reader) -> None:
    reader.open("?q=渡轮")
    assert reader.page.get_attribute("#search-results h3", "lang") == "zh"
    assert reader.page.get_attribute("#search-results .result-passage", "lang") == "zh"


def test_more_results_come_in_order_and_take_the_focus(reader: Reader) -> None:
    reader.open("?topic=fisheries&sort=newest")
    expected = [r.address for r in make_records() if "fisheries" in dict(r.facets)["topic"]]
    assert len(expected) == 50
    assert reader.links == expected[:10]
    reader.page.focus("#search-more")
    reader.page.keyboard.press("Enter")
    reader.until("document.querySelectorAll('#search-results > li').length === 20")
    assert reader.page.evaluate("document.activeElement.href") == reader.base + expected[10]
    for shown in (30, 40, 50):
        reader.page.click("#search-more")
        reader.until(f"document.querySelectorAll('#search-results > li').length === {shown}")
    assert reader.links == expected
    assert not reader.page.is_visible("#search-more")


# ── Filters, order, address ─────────────────────────────────────────────────────────────────────────────────────────


def test_filters_are_exact_and_their_counts_true(reader: Reader) -> None:
    records = make_records()
    reader.open("?q=the+harbour")
    for facet in ("country", "topic", "outlet", "speaker", "year"):
        expected: dict[str, int] = {}
        for record in records:
            if record.address in holding("harbour"):
                for value in dict(record.facets)[facet]:
                    expected[value] = expected.get(value, 0) + 1
        assert reader.counts(facet) == expected


def test_a_filter_alone_lists_newest_first(reader: Reader) -> None:
    reader.open("?country=NO&year=2024")
    expected = [
        r.address for r in make_records() if "NO" in dict(r.facets)["country"] and dict(r.facets)["year"] == ("2024",)
    ]
    assert reader.links == expected
    assert reader.page.is_checked("input[name=country][value=NO]")
    assert reader.chosen == ["Norway", "2024"]


def test_counts_of_a_facet_are_of_what_could_be_chosen_instead(reader: Reader) -> None:
    reader.open("?q=harbour&country=NO")
    assert reader.links == ["briefings/2025-05-14-halvard.html#q3"]
    assert reader.counts("country") == {"NO": 1, "CL": 1}
    assert reader.counts("outlet") == {"harbour-post": 1}


def test_several_values_and_days(reader: Reader) -> None:
    reader.open("?country=NO&country=CL&from=2025-05-01&to=2025-05-31")
    expected = [
        r.address
        for r in make_records()
        if {"NO", "CL"} & set(dict(r.facets)["country"]) and "2025-05-01" <= (r.day or "") <= "2025-05-31"
    ]
    assert reader.links == expected
    assert expected


def test_the_undated_come_last_in_both_orders(reader: Reader) -> None:
    for sort, days in (("newest", ("2025-05-14", "2025-05-07")), ("oldest", ("2025-05-07", "2025-05-14"))):
        reader.open(f"?q=harbour&sort={sort}")
        assert reader.links == [
            *(next(a for a in holding("harbour") if day in a) for day in days),
            "briefings/notice-on-tides.html#n1",
        ]


def test_without_words_the_newest_come_first_and_the_page_says_so(reader: Reader) -> None:
    reader.open("?country=NO")
    assert reader.page.input_value("select[name=sort]") == "newest"
    assert reader.page.is_disabled("select[name=sort] option[value='']")
    reader.submit("harbour")
    assert reader.page.input_value("select[name=sort]") == ""
    assert not reader.page.is_disabled("select[name=sort] option[value='']")


def test_a_value_that_the_edition_does_not_have(reader: Reader) -> None:
    reader.open("?q=harbour&country=XX")
    assert reader.links == []
    assert reader.status == "Nothing was found. 3 without the filters."
    assert reader.chosen == ["XX"]
    reader.page.click("#search-reset")
    reader.wait()
    assert len(reader.links) == 3
    assert reader.chosen == []


def test_the_address_keeps_what_is_asked_and_back_goes_back(reader: Reader) -> None:
    reader.open("").submit("harbour fees")
    reader.choose("country", "CL").order("oldest")
    assert parse_qs(urlsplit(reader.page.url).query) == {"q": ["harbour fees"], "country": ["CL"], "sort": ["oldest"]}
    assert reader.links == ["briefings/2025-05-07-halvard.html#q1"]
    reader.page.go_back()
    reader.page.go_back()
    reader.until("document.querySelectorAll('#search-results > li').length === 2")
    assert not reader.page.is_checked("input[name=country][value=CL]")
    reader.page.go_back()
    reader.until("document.querySelectorAll('#search-results > li').length === 0")
    assert reader.page.input_value("#search-q") == ""
    reader.page.go_forward()
    reader.until("document.querySelectorAll('#search-results > li').length === 2")
    assert reader.page.input_value("#search-q") == "harbour fees"


def test_a_date_that_is_typed_is_one_step_of_the_history(reader: Reader) -> None:
    reader.open("?q=harbour")
    before = reader.page.evaluate("history.length")
    reader.page.focus("#search-from")
    reader.page.keyboard.type("05102025")  # each digit of the year changes the field: 0002, 0020, 0202, 2025
    reader.until("location.search.includes('from=2025-05-10')")
    reader.wait()
    assert reader.links == ["briefings/2025-05-14-halvard.html#q3"]
    assert reader.page.evaluate("history.length") == before + 1
    assert reader.chosen == ["From 10 May 2025"]
    reader.page.go_back()
    reader.until("document.querySelectorAll('#search-results > li').length === 3")


def test_typing_in_the_box_asks_and_remembers_nothing(reader: Reader) -> None:
    reader.open("?q=harbour")
    before, asked = reader.page.evaluate("[history.length, location.href]"), len(reader.requests)
    reader.page.type("#search-q", " fees of boats")
    assert reader.page.evaluate("[history.length, location.href]") == before
    assert len(reader.requests) == asked
    assert len(reader.links) == 3


def test_a_tag_narrows_the_search_and_the_focus_is_not_lost(reader: Reader) -> None:
    reader.open("?q=harbour")
    reader.page.locator("#search-results .tags a", has_text="Chile").click()
    reader.wait()
    assert parse_qs(urlsplit(reader.page.url).query) == {"q": ["harbour"], "country": ["CL"]}
    assert reader.links == ["briefings/2025-05-07-halvard.html#q1"]
    assert reader.page.evaluate("document.activeElement.id") == "search-heading"
    assert reader.page.query_selector("#search-results .tags a:text-is('Chile')") is None
    # another tag of another kind stays a real link, which opens anywhere
    reader.page.goto(reader.page.eval_on_selector("#search-results .tags a", "a => a.href"))
    assert reader.wait().chosen == ["Chile", "Transport"]


def test_several_chosen_values_of_a_kind_stay_when_something_else_changes(reader: Reader) -> None:
    reader.open("?country=NO&country=CL").order("oldest")
    assert parse_qs(urlsplit(reader.page.url).query)["country"] == ["NO", "CL"]
    reader.page.click("#search-chosen button[data-facet=country] >> nth=0")
    reader.wait()
    assert parse_qs(urlsplit(reader.page.url).query)["country"] == ["CL"]


def test_a_search_in_one_briefing_names_it(reader: Reader) -> None:
    reader.open("?briefing=2025-05-14-halvard")
    assert len(reader.links) == 3
    assert reader.chosen == ["Regular press briefing"]
    reader.submit("harbour")
    assert reader.links == ["briefings/2025-05-14-halvard.html#q3"]


def test_what_is_not_found_is_suggested_as_it_is_spelt_here(reader: Reader) -> None:
    reader.open("").submit("harbor fees")
    reader.page.click("#search-meant a:has-text('harbour')")
    reader.wait()
    assert reader.page.input_value("#search-q") == "harbour fees"
    assert len(reader.links) == 2


def test_changes_are_told_once_and_only_when_all_is_there(reader: Reader) -> None:
    reader.open("?q=harbour")
    reader.page.evaluate(
        """() => { const status = document.getElementById("search-status"); window.told = [];
             new MutationObserver(() => window.told.push(status.textContent))
               .observe(status, {childList: true, characterData: true, subtree: true}); }"""
    )
    reader.submit("dinghy")
    assert [said for said in reader.page.evaluate("window.told") if "Searching" not in said] == ["1 section"]


def test_results_of_any_length_stay_within_the_window(reader: Reader) -> None:
    reader.open("?q=harbour&country=NO&country=CL")
    reader.page.locator("#search-filters").evaluate("d => { d.open = true; }")
    for place in ("#search-results h3 a", ".result-passage", ".tags a", ".chosen bdi", ".facet bdi", "#search-status"):
        reader.page.locator(place).first.evaluate("e => { e.textContent = 'Leuchtturm'.repeat(20); }")
    for width in (320, 820):
        reader.page.set_viewport_size({"width": width, "height": 800})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_everything(reader: Reader) -> None:
    reader.open("?q=harbour&sort=newest")
    reader.page.focus("#search-q")
    name = "(e => e.name || e.type || e.localName)(document.activeElement)"
    reached = []
    for _ in range(60):
        reader.page.keyboard.press("Tab")
        reached.append(reader.page.evaluate(name))
    for each in ("submit", "summary", "country", "from", "sort", "a"):
        assert each in reached
    assert reader.page.get_attribute("#search-status", "role") == "status"


# ── Where it can't run ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "gone",
    [
        "search/*",
        "search/register.js",
        "search/bundles/en/*",
        "search/bundles/en/facts-*",
        "search/bundles/en/words-*",
        "search/texts/*",
    ],
)
@pytest.mark.parametrize("torn", [False, True])
def test_what_cannot_be_loaded_is_said_and_another_way_shown(
    broken: tuple[Reader, Path], gone: str, torn: bool
) -> None:
    reader, copy = broken
    for path in list(copy.glob(gone)):
        if torn and path.is_file():
            path.write_bytes(path.read_bytes()[:-40])
        else:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    reader.open("?q=harbour")
    assert "could not be loaded" in reader.status
    assert reader.links == []
    assert reader.page.is_visible("#search-ways a[href='briefings/index.html']")


def test_without_its_script_the_page_shows_another_way(broken: tuple[Reader, Path]) -> None:
    reader, _ = broken
    reader.open("")
    assert not reader.page.is_visible("#search-ways")
    reader.page.route("**/search.*.js", lambda route: route.abort())
    reader.page.goto(f"{reader.base}search.html?q=harbour")
    assert reader.page.is_visible("#search-ways a[href='briefings/index.html']")


def test_a_phrase_whose_places_are_missing_is_not_just_not_found(broken: tuple[Reader, Path]) -> None:
    reader, copy = broken
    (places,) = copy.glob("search/bundles/en/places-*")
    places.unlink()
    assert len(reader.open("?q=harbour+fees").links) == 2
    assert "could not be loaded" in reader.open("?q=%22harbour+fees%22").status


def test_a_second_try_works_when_the_files_are_back(broken: tuple[Reader, Path]) -> None:
    reader, copy = broken
    (copy / "search" / "bundles").rename(copy / "away")
    reader.open("?q=harbour")
    assert "could not be loaded" in reader.status
    (copy / "away").rename(copy / "search" / "bundles")
    reader.page.click("#search-form button[type=submit]")
    reader.page.wait_for_selector("#search-results > li")
    assert len(reader.links) == 3


def test_an_index_of_another_version_is_not_read(broken: tuple[Reader, Path]) -> None:
    reader, copy = broken
    register = copy / "search" / "register.js"
    text = register.read_text("utf-8")
    assert f'"format":{FORMAT},' in text
    register.write_text(text.replace(f'"format":{FORMAT},', f'"format":{FORMAT + 1},'), "utf-8")
    assert "could not be loaded" in reader.open("?q=harbour").status
    assert reader.page.is_visible("#search-ways a[href='briefings/index.html']")


@pytest.mark.parametrize("fact", ["sections", "facts", "words"])
def test_a_register_of_another_release_is_no_basis(broken: tuple[Reader, Path], fact: str) -> None:
    reader, copy = broken
    register = copy / "search" / "register.js"
    text = register.read_text("utf-8")
    bundle = json.loads(text[text.index(",") + 1 : text.rindex(")")])["bundles"][0]
    other = {
        "sections": bundle["sections"] - 1,
        "facts": "bundles/en/facts-000000",
        "words": [bundle["words"][0].replace(bundle["words"][0].split()[1], "000000")],
    }
    old, new = (json.dumps({fact: value}, separators=(",", ":"))[1:-1] for value in (bundle[fact], other[fact]))
    assert old in text
    register.write_text(text.replace(old, new, 1), "utf-8")
    assert "could not be loaded" in reader.open("?q=harbour").status


@pytest.mark.parametrize("silent", ["**/search/register.js*", "**/search/bundles/en/*", "**/search/texts/*"])
def test_what_never_answers_is_given_up_in_time(broken: tuple[Reader, Path], silent: str) -> None:
    reader, _ = broken
    reader.page.clock.install()
    reader.page.route(silent, lambda route: None)
    reader.page.goto(f"{reader.base}search.html?q=harbour", wait_until="commit")
    reader.until("document.getElementById('search-form')?.dataset.state === 'searching'")
    reader.page.clock.run_for(3_000)
    assert reader.status == "Searching …"
    reader.page.clock.fast_forward(120_000)
    reader.wait()
    assert "could not be loaded" in reader.status
    assert reader.page.is_visible("#search-ways a[href='briefings/index.html']")


def test_without_javascript_the_page_is_a_form_with_another_way(
    chromium: Browser, serve: Callable[..., Any], site: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(site, PREFIX).url + "search.html?q=harbour")
    assert page.is_visible("noscript p")
    assert page.is_visible("#search-ways a[href='briefings/index.html']")
    assert not page.is_visible("#search-filters")
    assert page.get_attribute("#search-form", "action") == "search.html"
    context.close()
