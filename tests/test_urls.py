"""Addresses: slugs are safe everywhere, links resolve as a browser resolves them, collisions are found."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import urls
from edition.model import Locus


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norway", "norway"),
        ("Türkiye", "turkiye"),
        ("Côte d’Ivoire", "cote-divoire"),
        ("São Tomé & Príncipe", "sao-tome-and-principe"),
        ("Straße  nach Łódź", "strasse-nach-lodz"),
        ("Smørrebrød", "smorrebrod"),
    ],
)
def test_slug_of_latin_names(text: str, expected: str) -> None:
    assert urls.slug(text) == expected


def test_slug_of_other_scripts_is_readable_stable_and_distinct() -> None:
    assert re.fullmatch(r"gang-kou-you-bao-[0-9a-f]{8}", urls.slug("港口邮报"))
    assert urls.slug("港口邮报") == urls.slug("港口邮报")
    assert urls.readable("章伟") == urls.readable("张伟") == "zhang-wei"
    assert urls.slug("章伟") != urls.slug("张伟")
    assert urls.slug("Radio 港口") != urls.slug("Radio 海港")
    assert urls.slug("Radio 港口").startswith("radio-gang-kou-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("林港生", "lin-gangsheng"),
        ("林海", "lin-hai"),
        ("欧阳文", "ouyang-wen"),
        ("港口报记者", "gang-kou-bao-ji-zhe"),
        ("がギ", "gagi"),
        ("한국", "hangug"),
        ("Мария", "mariya"),
        ("Ελένη", "eleni"),
        ("हिन्दी", "hindi"),
        ("Türkiye", "turkiye"),
        ("!?", ""),
        ("港" * 90, "gang-" * 15 + "gang"),
    ],
)
def test_names_of_any_script_are_readable(text: str, expected: str) -> None:
    assert urls.readable(text) == expected


@given(st.text())
def test_what_is_readable_can_stand_in_an_address(text: str) -> None:
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", urls.readable(text))
    assert len(urls.readable(text)) <= 80


@given(st.text(st.characters(max_codepoint=0x2FF)), st.text(st.characters(max_codepoint=0x2FF)))
def test_slug_of_latin_text_is_what_is_readable(one: str, other: str) -> None:
    for text in (one, other):
        assert urls.slug(text) == urls.readable(text) or re.search(r"-[0-9a-f]{8}$", urls.slug(text))


@pytest.mark.parametrize("name", ["con", "CON", "aux", "Lpt1", "index", "undated", "", "---", "!?"])
def test_slug_avoids_reserved_and_empty_names(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}", urls.slug(name))


@given(st.text())
def test_slug_is_always_an_address(text: str) -> None:
    made = urls.slug(text)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", made)
    assert len(made) <= 80
    assert urls.slug(text) == made
    assert not list(urls.find_collisions([(urls.entity_path("outlets", made), Locus("x"))]))


def test_paths() -> None:
    assert urls.briefing_path("2025-05-14-ines-halvard") == "briefings/2025-05-14-ines-halvard.html"
    assert urls.briefing_path("x", "json") == "briefings/x.json"
    assert urls.entity_path("countries", "norway") == "countries/norway.html"
    assert urls.entity_year_path("countries", "norway", "2024") == "countries/norway/2024.html"
    assert urls.entity_year_path("countries", "norway", None) == "countries/norway/undated.html"
    assert urls.year_path("2024") == "years/2024.html"
    assert urls.family_path("topics") == "topics/index.html"


PATHS = ["index.html", "briefings/a.html", "countries/index.html", "countries/norway/2024.html", "years/2024.html"]


@pytest.mark.parametrize("base", ["https://example.org/", "https://example.org/a/b/", "file:///media/usb/site/"])
@pytest.mark.parametrize("start", PATHS)
@pytest.mark.parametrize("target", [*PATHS, "briefings/a.html#q3.2", "search.html?country=norway"])
def test_relative_links_resolve_to_their_target(base: str, start: str, target: str) -> None:
    assert urljoin(base + start, urls.relative(start, target)) == base + target


def test_relative_link_to_own_anchor_is_the_anchor() -> None:
    assert urls.relative("briefings/a.html", "briefings/a.html#q1") == "#q1"


@given(st.lists(st.text(st.characters(exclude_characters="/?#", exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_relative_links_encode_any_name(parts: list[str]) -> None:
    link = urls.relative("a/b.html", "c/" + "/".join(parts))
    assert unquote(link) == "../c/" + "/".join(parts)
    assert link.isascii()
    assert ":" not in link


def test_canonical() -> None:
    assert urls.canonical("https://example.org/e/", "briefings/index.html") == "https://example.org/e/briefings/"
    assert urls.canonical("https://example.org/e/", "index.html") == "https://example.org/e/"
    assert urls.canonical("https://example.org/", "briefings/a.html#q1") == "https://example.org/briefings/a.html#q1"
    assert urls.canonical("https://example.org/", "an-index.html") == "https://example.org/an-index.html"


@pytest.mark.parametrize("good", ["https://example.org/a?b=c#d", "HTTP://example.org", "http://example.org:8080/ä"])
def test_safe_href_lets_web_addresses_through(good: str) -> None:
    assert urls.safe_href(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x", "vbscript:x", "//example.org/x", "/x", "x.html", "https://", "http:x",
        "https://user@example.org/", "https://[broken", "https://example.org:99999/", "ftp://example.org/",
        'https://example.org/"onclick="x',
    ],
)  # fmt: skip
def test_safe_href_refuses_everything_else(bad: str | None) -> None:
    assert urls.safe_href(bad) is None


def collisions(*addresses: str) -> list[str]:
    return [str(p) for p in urls.find_collisions((a, Locus(f"file{i}.md")) for i, a in enumerate(addresses))]


def test_collisions_of_case_and_composition() -> None:
    assert len(collisions("outlets/a.html", "outlets/A.html")) == 1
    assert len(collisions("outlets/é.html", "outlets/e\u0301.html")) == 1
    (message,) = collisions("briefings/a.html", "briefings/a.html")
    assert message.startswith("file1.md: the address “briefings/a.html” is taken by file0.md")


def test_collisions_with_what_windows_forbids() -> None:
    assert len(collisions("outlets/nul.html")) == 1
    assert len(collisions("outlets/what?.html")) == 1
    assert len(collisions("outlets/end./x.html")) == 1


def test_collision_of_file_and_folder() -> None:
    assert len(collisions("countries/norway", "countries/norway/2024.html")) == 1


def test_no_collision_among_ordinary_addresses() -> None:
    assert collisions("index.html", "outlets/index.html", "countries/norway.html", "countries/norway/2024.html") == []
