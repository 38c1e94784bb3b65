"""Rendering: valid and safe HTML from every context, templates that fail are told, and colours that can be read."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urljoin

import jinja2
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from edition import interface
from edition.assets import read_assets
from edition.compliance import PRINCIPLES, Verdict
from edition.config import Config
from edition.importing.checking import State
from edition.indexes import Edition, WrittenPage, make_index
from edition.model import Mark
from edition.pages import make_compliance_page
from edition.problems import Refused
from edition.render import Renderer, find_page_problems, render_markdown, show_forbidden
from edition.urls import FILES
from tests.site_edition import (
    AUTHORITIES,
    CONFIG,
    make_briefing,
    make_exchange,
    make_language_edition,
    make_small_edition,
)
from tests.whole import diagnose, gather_edition, list_pages, render_site

ROOT = Path(__file__).resolve().parent.parent
BRIEFING = "briefings/2025-05-14-ines-halvard.html"


def make_site(
    language: str = "en", make: Callable[[Config], Edition] = make_small_edition, **config: object
) -> dict[str, BeautifulSoup]:
    edition = make(dataclasses.replace(CONFIG, **config))  # type: ignore[arg-type]
    words = interface.load(language)
    renderer, verdicts = Renderer(words), [Verdict(family, name, 1, 2) for family, name in PRINCIPLES]
    pages = dict(render_site(edition, renderer, diagnostics=diagnose(edition)))
    last = make_compliance_page(make_index(edition, language), words, (), verdicts)
    pages[last.frame.path] = renderer.render(last.template, last)
    return {path: BeautifulSoup(html, "html.parser") for path, html in pages.items()}


def pick(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    """The one tag that a CSS selector names."""
    (tag,) = soup.select(selector)
    return tag


def by_id(soup: BeautifulSoup, id: str) -> Tag:
    return pick(soup, f'[id="{id}"]')


@pytest.fixture(scope="module", params=[make_small_edition, make_language_edition], ids=["small", "languages"])
def every_site(request: pytest.FixtureRequest) -> dict[str, BeautifulSoup]:
    return make_site(make=request.param)


@pytest.fixture(scope="module")
def site() -> dict[str, BeautifulSoup]:
    return make_site()


def test_every_page_has_one_title_heading_landmarks_and_policy(every_site: dict[str, BeautifulSoup]) -> None:
    for path, soup in every_site.items():
        assert len(soup.find_all("h1")) == 1, path
        assert len(soup.find_all("main")) == 1, path
        assert soup.title is not None, path
        assert soup.title.text.strip(), path
        policy = pick(soup, 'meta[http-equiv="Content-Security-Policy"]')
        assert "unsafe-inline" not in str(policy["content"]), path
        if path != "404.html":  # there nothing stands before the text
            assert pick(soup, "a.skip")["href"] == "#main"
        assert pick(soup, "html")["lang"] == "en"


def test_headings_are_in_order_and_not_empty(every_site: dict[str, BeautifulSoup]) -> None:
    for path, soup in every_site.items():
        level = 0
        for heading in soup.find_all(re.compile("^h[1-6]$")):
            assert heading.get_text(strip=True), path
            assert int(heading.name[1]) <= level + 1, (path, heading)
            level = int(heading.name[1])


def test_nothing_inline_and_nothing_from_elsewhere(site: dict[str, BeautifulSoup]) -> None:
    for path, soup in site.items():
        for tag in soup.find_all(True):
            assert "style" not in tag.attrs, (path, tag.name)
            assert not [a for a in tag.attrs if a.startswith("on")], (path, tag.name)
        # 404.html without the site's address carries its rules, named in its policy by their digest (see below)
        assert path == "404.html" or soup.find("style") is None, path
        for script in soup.find_all("script"):
            # a data block is no script: no browser runs it
            if script.get("type") != "application/ld+json":
                assert not script.string, path
                assert "//" not in str(script["src"]), path
        for tag in soup.find_all(["img", "link"]):
            named = not {"type", "license", "author"}.isdisjoint(tag.get("rel") or ())
            assert named or "//" not in str(tag.get("src", tag.get("href"))), (path, tag)


def test_every_link_and_anchor_leads_somewhere(every_site: dict[str, BeautifulSoup]) -> None:
    assets = read_assets().files.keys() | {"search/register.js"}
    ids = {path: {str(t["id"]) for t in soup.find_all(id=True)} for path, soup in every_site.items()}
    count = 0
    for path, soup in every_site.items():
        for tag in soup.find_all(href=True):
            href = str(tag["href"])
            if href.startswith("https://"):
                assert "noopener" in str(tag.get("rel", "")) or tag.name == "link", (path, href)
                continue
            if href == "data:,":
                continue
            target, _, fragment = urljoin(path, href).partition("#")
            target = unquote(target.partition("?")[0])
            if path == "about.html" and target == "terms.html":
                continue
            # the list of all files is made when they are there
            assert target in every_site or target in assets or target == FILES, (path, href)
            assert not fragment or fragment in ids[target], (path, href)
            count += 1
    assert count > 300


def test_ids_are_unique(every_site: dict[str, BeautifulSoup]) -> None:
    for path, soup in every_site.items():
        ids = [str(t["id"]) for t in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), path


def test_text_of_a_source_is_never_markup(site: dict[str, BeautifulSoup]) -> None:
    soup = site[BRIEFING]
    assert by_id(soup, "q3").find("script") is None
    assert "<script>alert('boo')</script> & a “quoted” word?" in by_id(soup, "q3.1").get_text()


def test_the_words_of_a_paragraph_stand_on_the_page(site: dict[str, BeautifulSoup]) -> None:
    soup = site[BRIEFING]
    for section in next(make_small_edition().read_briefings()).sections:
        for paragraph in section.section.paragraphs:
            shown = by_id(soup, paragraph.id)
            for extra in shown.select(".pn, .who"):
                extra.decompose()
            assert shown.get_text().strip() == paragraph.text


def test_the_briefing_is_marked_up_for_machines() -> None:
    soup = make_site()[BRIEFING]
    answer = by_id(soup, "q1.2")
    assert [a["href"] for a in answer.select("a:not([class])")] == [
        "../countries/norway.html",
        "../countries/greenland.html",
    ]
    assert [t["datetime"] for t in answer.select("time")] == ["2025-05-14"]
    assert [s.text for s in answer.select("s")] == ["18 of 24"]
    number = pick(answer, "a.pn")
    assert (number["href"], number.text) == ("#q1.2", "1.2")
    assert soup.find("link", rel="prev") is not None
    assert "proposed by the importer" in by_id(soup, "q3").get_text()
    assert pick(soup, "#q1 h2 i.editorial").text == "Ferry safety"


def read_meta(soup: BeautifulSoup) -> list[tuple[str, str]]:
    return [(str(tag["name"]), str(tag["content"])) for tag in soup.select("head meta[name]")]


HOSTILE = "</script><script>alert(1)</script> <!-- & “quoted” 'words' \u2028"


def test_programs_that_cite_are_told_what_the_page_is() -> None:
    config = dataclasses.replace(CONFIG, site_url="https://example.org/b/")
    briefing = make_briefing("x", "2025-01-01", make_exchange(heading="h"), title=HOSTILE)
    files = ["cite/x.bib", "cite/x.csl.json", "briefings/x.json"]
    made = dict(
        render_site(gather_edition(config, [briefing], AUTHORITIES), Renderer(interface.load("en")), None, files)
    )
    html = made["briefings/x.html"].decode("utf-8")
    soup = BeautifulSoup(html, "html.parser")
    meta = read_meta(soup)
    found = dict(reversed(meta))
    shown = " ".join(HOSTILE.split())
    assert found["citation_title"] == found["DC.title"] == shown
    # one name in one piece: Zotero parts a name without a comma at its last blank
    assert found["citation_author"] == f"{found['DC.creator']},"
    assert found["citation_publication_date"] == "2025/01/01"
    assert found["DC.identifier"] == "https://example.org/b/briefings/x.html"
    # the first DC.type is the kind of item that Zotero makes of the page
    assert [content for name, content in meta if name == "DC.type"] == ["webpage", "Text"]
    kinds = {"citation_journal_title", "citation_conference_title", "citation_inbook_title", "citation_isbn"}
    assert kinds.isdisjoint(found), "names that would make it another kind of item"
    assert soup.find("meta", property="og:type", content="article") is not None, "“website” would outdo the DC.type"
    (block,) = soup.select('script[type="application/ld+json"]')
    linked = json.loads(block.string or "")
    assert (linked["headline"], linked["url"]) == (shown, found["DC.identifier"])
    assert len(soup.find_all("script")) == 2, "the data block and the page's own script, no other"
    assert "<!--" not in (block.string or "")
    relations = {(rel, str(tag["href"])) for tag in soup.find_all("link") for rel in tag["rel"]}
    assert {
        ("canonical", "https://example.org/b/briefings/x.html"),
        ("cite-as", "https://example.org/b/briefings/x.html"),
        ("describedby", "../cite/x.bib"),
        ("describedby", "../cite/x.csl.json"),
        ("item", "x.json"),
        ("type", "https://schema.org/Article"),
        ("author", "../speakers/ines-halvard.html"),
    } <= relations
    assert ("describedby", "../cite/x.ris") not in relations


def test_without_an_address_the_page_names_itself_by_its_id() -> None:
    soup = make_site()[BRIEFING]
    found = dict(read_meta(soup))
    assert found["DC.identifier"] == "2025-05-14-ines-halvard"
    assert soup.find("link", rel="cite-as") is None
    assert soup.find("meta", property="og:url") is None
    assert soup.find("meta", property="og:site_name") is not None


@pytest.mark.parametrize("state", ["checked", "differs", "unkept", None])
def test_the_page_says_whether_its_text_was_checked(state: State | None) -> None:
    edition = make_small_edition()
    states = {edition.briefings[0].id: state} if state else {}
    html = dict(render_site(edition, Renderer(interface.load("en")), states=states))[BRIEFING]
    soup = BeautifulSoup(html, "html.parser")
    said = pick(soup, ".after > .facts").get_text(" ", strip=True)
    wanted = interface.load("en")(f"apparatus.{state}") if state else ""
    assert (wanted in said) if state else said == ""


def test_languages_and_directions_are_on_the_containers() -> None:
    briefing = make_briefing("x", "2025-01-01", make_exchange(heading="h"), language="ar", title="عنوان")
    edition = gather_edition(CONFIG, [briefing], AUTHORITIES)
    pages = dict(render_site(edition, Renderer(interface.load("en"))))
    soup = BeautifulSoup(pages["briefings/x.html"], "html.parser")
    for selector in ("h1", "#q1 .text"):
        tag = pick(soup, selector)
        assert (tag["lang"], tag["dir"]) == ("ar", "rtl")


def test_each_side_of_a_parallel_page_has_its_language_and_direction() -> None:
    site = make_site(make=make_language_edition)
    soup = site["parallel/2025-06-02-ines-halvard--2025-06-02-ines-halvard-ar.html"]
    for row in soup.select("section.pair"):
        assert [(cell["lang"], cell["dir"]) for cell in row.select(".text")] == [("en", "ltr"), ("ar", "rtl")]
    assert len(soup.select("section.pair")) == 2
    arabic = site["briefings/2025-06-02-ines-halvard-ar.html"]
    for selector in ("h1", "#q1 .text", ".toc ol"):
        assert (pick(arabic, selector)["lang"], pick(arabic, selector)["dir"]) == ("ar", "rtl")
    link = pick(site["briefings/2025-06-02-ines-halvard.html"], 'dd a[hreflang="ar"]')
    assert (link["lang"], link["dir"], link.text) == ("ar", "rtl", "العربية")


def test_changes_of_a_source_are_said_aloud() -> None:
    soup = make_site(make=make_language_edition)["briefings/2025-06-02-ines-halvard.html"]
    waiting, taken = soup.select("aside.revision")
    assert ("waiting" in waiting["class"], "taken" in taken["class"]) == (True, True)
    assert waiting.select("li")[0].get_text(" ", strip=True) == "§\u00a01 removed: in winter added: in every month"
    assert [t.name for t in waiting.select("del, ins")] == ["del", "ins", "ins"]
    assert pick(soup, "#q1 .notes .revision")["class"] == ["revision"]
    assert [t["datetime"] for t in soup.select("dd time")][:2] == ["2025-06-02T12:23-04:00", "2025-06-02T13:05-04:00"]


def test_a_briefing_of_2000_words_is_small() -> None:
    words = "The harbour is open to every ship of every flag, and the lamp on the pier burns until morning. "
    sections = [
        make_exchange(f"q{n}", words * 2, words * 8, countries=("NO", "CL"), topics=("fisheries",), heading="A heading")
        for n in range(1, 13)
    ]
    edition = gather_edition(CONFIG, [make_briefing("x", "2025-01-01", *sections)], AUTHORITIES)
    html = dict(render_site(edition, Renderer(interface.load("en"))))["briefings/x.html"]
    text = BeautifulSoup(html, "html.parser").get_text()
    assert len(text.split()) > 2000
    assert len(html) < 40_000


def test_the_stylesheet_is_small_and_self_contained() -> None:
    css = (ROOT / "assets" / "edition.css").read_bytes()
    assert len(css) < 20_000
    assert b"url(" not in css
    assert b"@import" not in css


@pytest.mark.parametrize("language", ["es", "zh"])
def test_every_page_renders_in_every_language(language: str) -> None:
    site = make_site(language)
    english = {"Briefings", "Countries", "Search", "Latest", "Undated"}
    for path, soup in site.items():
        shown = {t.strip() for t in soup.find_all(string=True)}
        assert not shown & english, (path, shown & english)


def test_pages_are_the_same_every_time() -> None:
    def make() -> list[tuple[str, bytes]]:
        return list(render_site(make_small_edition(), Renderer(interface.load("en"))))

    assert make() == make()


def test_the_not_found_page_stands_alone() -> None:
    soup = make_site()["404.html"]
    assert soup.find("link", rel="stylesheet") is None
    assert [a["href"] for a in soup.find_all("a")] == ["https://example.org/terms"]
    style = pick(soup, "style").string
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = str(pick(soup, 'meta[http-equiv="Content-Security-Policy"]')["content"])
    assert f"style-src 'sha256-{digest}';" in policy, "templates/404.html: its rules changed, so must this digest"
    whole = make_site(site_url="https://example.org/m/")["404.html"]
    assert whole.find("style") is None
    assert all(str(a["href"]).startswith(("https://", "#main")) for a in whole.find_all("a"))


# ── Characters that HTML forbids ──


@given(st.text())
@example("a\x00b\x85c\ud800d\ufdd0e\ufffff")
@example("a\U0001f600b\U0001fffec\U0010ffff")
def test_no_forbidden_character_reaches_a_page(text: str) -> None:
    shown = show_forbidden(text)
    assert len(shown) == len(text)
    assert not [
        c for c in shown if (ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0 or ord(c) & 0xFFFE == 0xFFFE
    ]
    shown.encode("utf-8")


def test_a_control_character_is_seen_as_one() -> None:
    section = make_exchange(answer="One\x00two\x85\ud800three", marks=(Mark(0, 3, "deleted"),))
    edition = gather_edition(CONFIG, [make_briefing("x", "2025-01-01", section)], AUTHORITIES)
    html = dict(render_site(edition, Renderer(interface.load("en"))))["briefings/x.html"].decode("utf-8")
    assert "<s>One</s>\ufffdtwo\ufffd\ufffdthree" in html


# ── Templates of an edition ──

PUT_OUT = """
{% macro shown(x) %}<b title="{{ x }}">{{ x }}</b>{% endmacro %}
{% set part %}{{ page.text }}{{ page.markup }}{% endset %}
{{ page.text }}{{ page.markup }}{{ page.number }}{{ page.nothing }}{{ page.odd }}{{ shown(page.text) }}{{ part }}
{{ page.text ~ page.markup }}{{ page.text|e }}{{ page.markup|upper }}{{ "<&" }}{{ [page.text, 1.5] }}
{% for each in page.list %}{{ each }}{{ loop.index }}{% endfor %}{% filter upper %}{{ page.text }}{% endfilter %}
"""


OURS = Renderer(interface.load("en"))._environment.from_string(PUT_OUT)
THEIRS = jinja2.Environment(
    autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
).from_string(PUT_OUT)  # fmt: skip


class Odd(str):
    """A text of a kind of its own: as much a text as any other."""


@given(st.text("<>&\"'a\u00e9 "), st.text("<&a"))
def test_what_a_template_puts_out_is_escaped_as_jinja_does_it(text: str, odd: str) -> None:
    page = {
        "text": text, "markup": Markup("<i>&amp;</i>"), "number": 3, "nothing": None, "odd": Odd(odd),
        "list": [text, odd],
    }  # fmt: skip
    assert OURS.render(page=page) == THEIRS.render(page=page)


def make_folder(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / name).write_text(text, encoding="utf-8")
    return tmp_path


def render_home(folder: Path) -> str:
    words = interface.load("en")
    home = next(iter(list_pages(make_index(make_small_edition(), "en"), words)))
    return Renderer(words, folder).render("home.html", home).decode("utf-8")


def test_an_edition_may_override_one_template(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, "home.html", '{% extends "base.html" %}{% block main %}<h1>Mine</h1>{% endblock %}')
    html = render_home(folder)
    assert "<h1>Mine</h1>" in html
    assert "Content-Security-Policy" in html


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<p>\n{{ page.headin }}\n", r"templates/home\.html:2: .*headin.*\n.*did you mean “heading”"),
        ("\n\n{% if %}\n", r"templates/home\.html:3: the template can't be read"),
        ("{% extends 'bass.html' %}", r"templates/home\.html: there is no template “bass\.html”"),
        ("\n{{ words('nav.serch') }}", r"templates/home\.html:2: .*nav\.serch.*did you mean “nav\.search”"),
        ("{{ 1 / 0 }}", r"templates/home\.html:1: .*division by zero"),
        ("{{ pagge.title }}", r"templates/home\.html:1: .*pagge.*\n.*did you mean “page”"),
    ],
)
def test_a_template_that_fails_is_told_with_its_line(tmp_path: Path, template: str, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        render_home(make_folder(tmp_path, "home.html", template))
    (problem,) = refused.value.problems
    assert re.search(expected, str(problem)), str(problem)


# ── Pages in Markdown ──


def test_markdown_shows_raw_html_as_text() -> None:
    html = str(render_markdown('A <b onclick="x">b</b>\n\n<script>alert(1)</script>\n'))
    assert "<b" not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//example.org/x", "mailto:a@example.org"])
def test_markdown_leaves_out_dangerous_addresses(url: str) -> None:
    html = str(render_markdown(f"[x]({url}) ![y]({url}) <{url}>"))
    assert "href" not in html
    assert "src" not in html
    page = WrittenPage("p", "P", f"\nOne\n\nSee [x]({url}).\n", "content/pages/p.md", 2)
    (problem,) = find_page_problems(page)
    assert str(problem).startswith("content/pages/p.md:5: ")
    assert url in problem.message


def test_markdown_links_pages_by_their_files_and_sets_off_the_web() -> None:
    html = str(render_markdown("[a](principles.md#why) [b](https://example.org/x.md) ![c](assets/map.png)"))
    assert 'href="principles.html#why"' in html
    assert '<a href="https://example.org/x.md" rel="noopener">' in html
    assert 'src="assets/map.png"' in html
    outside = WrittenPage("p", "P", "![c](https://example.org/map.png)\n", "content/pages/p.md")
    assert [p.hint for p in find_page_problems(outside)] == ["the site shows no picture from another host"]


def test_markdown_headings_have_ids_and_stay_below_the_title() -> None:
    html = str(render_markdown("# Again\n\n## Again\n"))
    assert '<h2 id="again">' in html
    assert '<h2 id="again-2">' in html


def test_markdown_tables_keep_the_policy() -> None:
    html = str(render_markdown("| a | b |\n|---|--:|\n| 1 | 2 |\n"))
    assert "style" not in html
    assert '<td class="align-right">' in html


# ── Colours ──


def read_tokens() -> dict[str, tuple[str, str]]:
    css = (ROOT / "assets" / "edition.css").read_text(encoding="utf-8")
    pairs = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in pairs}


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, "contrast ratio" and "relative luminance")."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("paper", "raised", "mark")
SHADES = tuple(f"shade-{n}" for n in range(1, 6))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_all_text_can_be_read(scheme: int) -> None:
    tokens = read_tokens()
    pairs = [(text, ground) for text in ("ink", "soft", "muted", "accent", "link") for ground in GROUNDS]
    pairs += [("ink", shade) for shade in SHADES] + [("paper", "accent")]
    low = {p: round(contrast(tokens[p[0]][scheme], tokens[p[1]][scheme]), 2) for p in pairs}
    assert {p: c for p, c in low.items() if c < 4.5} == {}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_edges_of_fields_can_be_seen(scheme: int) -> None:
    tokens = read_tokens()
    assert contrast(tokens["edge"][scheme], tokens["raised"][scheme]) >= 3
    assert contrast(tokens["edge"][scheme], tokens["paper"][scheme]) >= 3
