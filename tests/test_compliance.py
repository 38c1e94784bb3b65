"""What the compliance page counts: each principle holds in a good site, and is seen not to hold where it is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from edition import interface
from edition.abstracts import Abstract, make_abstract
from edition.compliance import PRINCIPLES, Survey, Verdict, look_at
from edition.contexts import CompliancePage
from edition.entities import show_authorities
from edition.importing.checking import State
from edition.indexes import Edition, WrittenPage, make_index
from edition.model import Rights
from edition.pages import make_compliance_page
from edition.releases import NOTHING
from edition.render import Renderer
from tests.histories import make_history
from tests.site_edition import AUTHORITIES, CONFIG, make_briefing, make_exchange
from tests.whole import gather_edition

PAGES = tuple(WrittenPage(name, name, "Words.\n", f"content/pages/{name}.md") for name in ("about", "principles"))
BRIEFING = make_briefing("x", "2025-01-01", make_exchange())
HISTORY = make_history(("2025.1", "2025-06-30", [BRIEFING.transcript]))
GOOD = gather_edition(
    replace(CONFIG, site_url="https://example.org/b/", rights=Rights("Free.")),
    [BRIEFING],
    AUTHORITIES,
    pages=PAGES,
    history=HISTORY,
)
IDS = frozenset(id for s in GOOD.briefings[0].sections for id in s.paragraphs.split())
FILES: dict[str, bytes] = {
    "briefings/x.html": b'<script defer src="../assets/a.js"></script><p><a href="x.html#q1">1</a> spring 2025',
    "index.html": b'<script type="application/ld+json">{}</script><a href="https://e.org/?a">a</a> spring 2025'
    b'<a class="x" href="../search.html?q=a">a</a>',
    "briefings/x.json": b"{}",
    "data/briefings.csv": b"",
    "data/sections-2025.jsonl": b"",
    "data/topics.ttl": b"",
    "data/briefing.schema.json": b"{}",
    "data/edition.json": b"{}",
    "feed.xml": b"<feed/>",
    "countries/norway.feed.json": b"{}",
    ".nojekyll": b"",
}


def judge(
    edition: Edition = GOOD,
    files: dict[str, bytes] = FILES,
    state: State | None = "checked",
    ids: frozenset[str] = IDS,
    problems: int = 0,
    answered: tuple[int, int] = (60, 60),
) -> dict[str, Verdict]:
    survey = Survey(edition, "spring 2025")
    for path, data in files.items():
        survey.read(path, data)
    states = {"x": state} if state else {}
    return {v.principle: v for v in survey.judge(states, {"briefings/x.html": ids}, problems, 40, answered)}


def test_a_good_site_keeps_every_principle() -> None:
    verdicts = judge()
    assert [name for name, verdict in verdicts.items() if not verdict.holds] == []
    assert tuple((v.family, v.principle) for v in verdicts.values()) == PRINCIPLES
    # a count of nothing would prove nothing
    assert all(verdict.all > 0 for verdict in verdicts.values())


def page(html: bytes) -> Callable[[], dict[str, Verdict]]:
    return lambda: judge(files=FILES | {"index.html": html + b" spring 2025"})


def without(path: str) -> Callable[[], dict[str, Verdict]]:
    return lambda: judge(files={name: data for name, data in FILES.items() if name != path})


BROKEN: dict[str, list[Callable[[], dict[str, Verdict]]]] = {
    "formats": [lambda: judge(files=FILES | {"data/table.xlsx": b""})],
    "text": [lambda: judge(state="differs"), lambda: judge(state="unkept"), lambda: judge(state=None)],
    "records": [without("briefings/x.json")],
    "dictionary": [lambda: judge(files=FILES | {"data/secret.csv": b""})],
    "editorial": [lambda: judge(replace(GOOD, pages=()))],
    "links": [lambda: judge(problems=1)],
    "static": [lambda: judge(files=FILES | {"search.php": b""})],
    "hosts": [
        page(b'<img src="https://cdn.example/a.png">'),
        page(b'<script src="//cdn.example/a.js"></script>'),
        page(b'<link rel="stylesheet" href="https://cdn.example/a.css">'),
    ],
    "inline": [page(b"<script>alert(1)</script>"), page(b'<p style="color: red">'), page(b'<p onclick="go()">')],
    "queries": [page(b'<a class="x" href="list.html?page=2">2</a>')],
    "scriptless": [lambda: judge(ids=IDS - {"q1.1"})],
    "release": [lambda: judge(replace(GOOD, config=replace(GOOD.config, release=None)))],
    "labelled": [lambda: judge(files=FILES | {"index.html": b"no release here"})],
    "kept": [
        # a text has changed since, so that the checksums of the release could stand here
        lambda: judge(replace(GOOD, history=HISTORY.compare([]))),
        lambda: judge(replace(GOOD, history=NOTHING)),
    ],
    "persistent": [lambda: judge(answered=(59, 60))],
    "identified": [lambda: judge(replace(GOOD, config=replace(GOOD.config, site_url=None)))],
    "described": [lambda: judge(gather_edition(GOOD.config, [make_briefing("x", None, make_exchange())], AUTHORITIES))],
    "findable": [without("feed.xml")],
    "vocabulary": [without("data/topics.ttl")],
    "licensed": [lambda: judge(replace(GOOD, config=replace(GOOD.config, rights=None), briefings=(bare(),)))],
    "provenance": [lambda: judge(replace(GOOD, briefings=(bare(sha256=""),)))],
}


def bare(sha256: str = "0" * 64) -> Abstract:
    briefing = make_briefing("x", "2025-01-01", make_exchange())
    source = replace(briefing.transcript.source, sha256=sha256)
    briefing = replace(briefing, rights=None, transcript=replace(briefing.transcript, rights=None, source=source))
    return make_abstract(briefing, show_authorities(AUTHORITIES, "en"))


@pytest.mark.parametrize("principle", [name for _, name in PRINCIPLES])
def test_a_breach_of_a_principle_is_seen(principle: str) -> None:
    for breach in BROKEN[principle]:
        verdict = breach()[principle]
        assert not verdict.holds
        assert verdict.good < verdict.all


def test_a_file_looked_at_once_counts_as_one_that_is_read() -> None:
    bad = {
        "a.html": b"<script>alert(1)</script>",
        "b.html": b'<img src="https://cdn.example/a.png">spring 2025',
        "c.html": b'<a href="list.html?page=2">2</a>',
        "404.html": b"<style>p { color: red }</style>",
    }
    read, taken = Survey(GOOD, "spring 2025"), Survey(GOOD, "spring 2025")
    for path, data in (FILES | bad).items():
        read.read(path, data)
        taken.take(path, look_at(path, data, "spring 2025"))
    assert taken == read
    assert (read.pages, read.inline, read.foreign, read.queries, read.labelled) == (6, 1, 1, 1, 3)
    assert look_at("briefings/x.json", b"{}", "spring 2025") is None


@pytest.mark.parametrize("code", interface.languages())
def test_the_page_says_what_was_counted(code: str) -> None:
    words = interface.load(code)
    verdicts = (Verdict("endings", "text", 20, 21), Verdict("fair", "licensed", 1_234, 1_234))
    made = make_compliance_page(make_index(GOOD, code), words, (), verdicts)
    assert isinstance(made, CompliancePage)
    rows = [row for chapter in made.chapters for row in chapter.rows]
    assert [(row.id, row.holds) for row in rows] == [("text", False), ("licensed", True)]
    html = Renderer(words).render(made.template, made).decode("utf-8")
    assert words("compliance.fails") in html
    assert rows[1].count in html
