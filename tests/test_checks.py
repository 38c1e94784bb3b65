"""What is wrong in an edition is found and told with its place; what is right is left in peace."""

from __future__ import annotations

import time
from ast import literal_eval
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition.checks import FileFacts, LinkCheck, check_links, read_file, scan_page
from edition.model import AnnotatedSection, Briefing, Locus, Paragraph, Rights, Section, Source, Tag, Transcript, Turn
from edition.problems import Problem
from tests.samples import AUTHORITIES, sample_briefing
from tests.whole import check_briefings, check_transcripts


def texts(problems: object) -> list[str]:
    return [f"{p.locus}: {p.severity}: {p.message}" for p in problems]  # type: ignore[attr-defined]


def exchange(id: str, *roles: str, text: str = "Words.", line: int = 9) -> Section:
    turns = tuple(
        Turn(role, None, (Paragraph(f"{id}.{n}", text, line=line + n),), line=line + n)  # type: ignore[arg-type]
        for n, role in enumerate(roles, 1)
    )
    return Section(id, "exchange", None, turns, line=line)


def transcript_of(id: str, title: str = "Title", date: str | None = "2025-05-14", **changes: object) -> Transcript:
    return replace(sample_briefing(id=id, title=title, date=date).transcript, **changes)  # type: ignore[arg-type]


# ── Transcripts ──


def test_sound_transcripts_are_left_in_peace() -> None:
    sound = (
        transcript_of("a", "Regular press briefing, 14 May 2025"),
        transcript_of("b", "Regular press briefing, 15 May 2025", "2025-05-15", published="2025-05-15"),
        transcript_of("c", "A word on 3 March and 4 April 2025"),
        transcript_of("d", "Undated", None),
    )
    assert texts(check_transcripts(sound)) == []


@pytest.mark.parametrize(
    ("title", "date", "told"),
    [
        ("Regular press briefing, 15 May 2025", "2025-05-14", "2025-05-15"),
        ("Briefing of May 15, 2025", "2025-05-14", "2025-05-15"),
        ("Briefing of May 15, 2025", None, None),
        ("Briefing of May 14, 2025", "2025-05-14", None),
        ("Talks of 13 May 2025 and 15 May 2025", "2025-05-14", None),
        ("Briefing in May 2025", "2025-04-14", None),
    ],
)
def test_a_title_with_another_date(title: str, date: str | None, told: str | None) -> None:
    found = texts(check_transcripts([transcript_of("a", title, date, published=None)]))
    expected = [f"content/briefings/a.md: note: the title says {told}, the date is {date}"] if told else []
    assert found == expected


def test_a_date_after_the_publication() -> None:
    found = texts(check_transcripts([transcript_of("a", published="2025-05-13T10:00Z")]))
    assert found == ["content/briefings/a.md: note: published on 2025-05-13, before its date 2025-05-14"]


def test_sections_without_text_and_exchanges_without_answer() -> None:
    sections = (
        exchange("q1", "question", "answer"),
        exchange("q2", line=30),
        exchange("q3", "question", text=" — ", line=40),
        exchange("q4", "question", line=50),
        Section("i1", "item", "A headline", (), printed=True, line=60),
        # printed right above another heading: the source has no text there either
        Section("p1", "passage", "A heading above a heading", (), printed=True, line=70),
    )
    broken = replace(transcript_of("a"), sections=sections)
    assert texts(check_transcripts([broken])) == [
        "content/briefings/a.md:30: error: section q2 has no text",
        "content/briefings/a.md:40: error: section q3 has no text",
        "content/briefings/a.md:50: note: exchange q4 has no answer",
    ]
    assert "holds no section" in texts(check_transcripts([replace(broken, sections=())]))[0]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x85", "\ufffd", "\uffff"])
def test_characters_that_nobody_can_see(character: str) -> None:
    broken = replace(transcript_of("a"), sections=(exchange("q1", "question", "answer", text=f"a{character}b"),))
    found = texts(check_transcripts([broken]))
    assert found[0] == f"content/briefings/a.md:10: note: a character that no reader can see: U+{ord(character):04X}"
    assert len(found) == 2


def test_letters_of_every_script_are_no_control_characters() -> None:
    fine = "a\tb\nc é 灯塔 \u200dمنارة\u200f שלום \u00a0 \U0001f6f3"
    section = exchange("q1", "question", "answer", text=fine)
    assert texts(check_transcripts([replace(transcript_of("a"), sections=(section,))])) == []


def test_duplicates() -> None:
    one, two = transcript_of("a", "Sea Talks!"), transcript_of("b", "Sea  talks")
    assert texts(check_transcripts([one, two])) == [
        "content/briefings/b.md: note: the same title and date as content/briefings/a.md"
    ]
    other_language = replace(two, language="es")
    assert texts(check_transcripts([one, other_language])) == []
    copied = replace(transcript_of("c", "Other", "2024-01-01", published=None), source=one.source)
    assert texts(check_transcripts([one, copied])) == [
        "content/briefings/c.md: note: made from the same witness as content/briefings/a.md"
    ]
    clash = replace(transcript_of("x", "Other"), id="A")
    assert texts(check_transcripts([one, clash])) == [
        "content/briefings/x.md: error: the id “A” is taken by content/briefings/a.md"
    ]


# ── Briefings ──


def briefing_with(follows: tuple[str, ...], tag: str = "NO", topic: str = "fisheries") -> Briefing:
    sections = (
        AnnotatedSection(exchange("q1", "question", "answer", line=10)),
        AnnotatedSection(
            exchange("q2", "question", "answer", line=20), follows=follows, countries=(Tag(tag),), topics=(topic,)
        ),
    )
    return replace(sample_briefing(id="a", sections=sections), rights=Rights("free"))


@pytest.mark.parametrize(
    ("follows", "told"),
    [
        (("q1",), ""),
        (("a#q1",), ""),
        (("q11",), "section q2 follows “q11”, but a has no section q11"),
        (("b#q1",), "section q2 follows “b#q1”, but there is no briefing b"),
        (("q2",), "section q2 follows “q2”, which doesn't come before it"),
    ],
)
def test_follow_ups(follows: tuple[str, ...], told: str) -> None:
    expected = [f"content/briefings/a.md:20: error: {told}"] if told else []
    assert texts(check_briefings([briefing_with(follows)], AUTHORITIES)) == expected


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Harbour Post: And when?", "Harbour Post"),  # of the register
        ("Lantern Weekly：何时？", "Lantern Weekly"),  # used as a label elsewhere in the briefing
        ("I told the Harbour Post: never.", None),
        ("One thing: never.", None),
        ("Harbour Post and others asked.", None),
    ],
)
def test_a_label_that_opens_no_turn(text: str, label: str | None) -> None:
    first = Section("q1", "exchange", None, (Turn("question", "Lantern Weekly", (Paragraph("q1.1", text),)),))
    second = exchange("q2", "question", "answer", text=text, line=20)
    briefing = replace(
        briefing_with(()), transcript=replace(sample_briefing(id="a").transcript, sections=(first, second))
    )
    told = [p for p in check_briefings([briefing], AUTHORITIES) if "looks like a label" in p.message]
    assert [p.locus.line for p in told] == ([21, 22] if label else [])
    assert all(p.severity == "note" and f"write **{label}:**" in p.hint for p in told)


def test_an_outlet_that_answers() -> None:
    turns = tuple(
        Turn(role, label, (Paragraph(f"q1.{n}", "Words."),), line=n)  # type: ignore[arg-type]
        for n, (role, label) in enumerate((("question", "Harbour Post"), ("answer", "X"), ("answer", "Harbour Post")))
    )
    sections = (Section("q1", "exchange", None, turns),)
    briefing = replace(briefing_with(()), transcript=replace(sample_briefing(id="a").transcript, sections=sections))
    told = [p for p in check_briefings([briefing], AUTHORITIES) if "but is an outlet" in p.message]
    assert [(p.locus.line, p.severity) for p in told] == [(2, "note")]
    assert "**Harbour Post:**{question}" in told[0].hint


def test_unknown_ids_of_places_and_topics() -> None:
    found = list(check_briefings([briefing_with((), "QQ", "fishery")], AUTHORITIES))
    assert texts(found) == [
        "content/briefings/a.md:20: error: section q2: unknown id “QQ” in countries",
        "content/briefings/a.md:20: error: section q2: unknown id “fishery” in topics",
    ]
    assert [p.hint for p in found] == [
        "add it to content/authorities/countries.yaml", "did you mean “fisheries”?"
    ]  # fmt: skip


def test_missing_rights_are_told_once() -> None:
    bare = [replace(sample_briefing(id=f"b{n}", rights=None), rights=None) for n in range(5)]
    found = texts(check_briefings([briefing_with(()), *bare], AUTHORITIES))
    assert found == [
        "config.yaml: note: nothing says what may be done with the text of 5 briefings (b0, b1, b2 …)"
    ]  # fmt: skip
    source = Source("x", "0" * 64, "plain")
    assert texts(check_briefings([sample_briefing(id="own", source=source)], AUTHORITIES)) == []


# ── Links ──

SITE = {
    "index.html": b'<a href="briefings/a.html#q1">x</a> <a href="#top">t</a> <a href="?q=1">s</a> <p id="here">',
    "briefings/a.html": (
        b'<link rel="stylesheet" href="../assets/edition.css"><section id="q1"><a href="#q1">1</a> <a href="./">all</a>'
        b'<a href="../">home</a> <a href="https://example.org/x?y=1&amp;z">out</a> <a href="mailto:a@b.example">m</a>'
        b'<a href="index.html#:~:text=word">f</a> <a href="caf%C3%A9.html">c</a> <a href="">self</a>'
    ),
    "briefings/index.html": b"<!-- <a href='gone.html'> --><script>var a = '<a href=\"gone.html\">';</script>",
    "briefings/caf\u00e9.html": b"<a href=../index.html#here>b</a><textarea><a href='gone'></textarea>",
    "assets/edition.css": b"@font-face { src: url('a.woff2') } a { background: url(\"data:image/png;base64,AA\") }",
    "assets/a.woff2": b"",
}


def test_a_sound_site() -> None:
    assert texts(check_links(SITE)) == []


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ('<a href="gone.html">', "a link to “b/gone.html” leads nowhere"),
        ('<a href="../index.html#gone">', "a link to “index.html#gone”: the page has no such anchor"),
        ('<a href="#gone">', "a link to “b/new.html#gone”: the page has no such anchor"),
        ('<A HREF = gone.html>', "a link to “b/gone.html” leads nowhere"),
        ("<a title='a>b' href='gone.html'>", "a link to “b/gone.html” leads nowhere"),
        ('<a href="/index.html">', "the link “/index.html” starts at the root of the server"),
        ('<a href="../../x.html">', "the link “../../x.html” leaves the site"),
        ('<a href="..">', ""),
        ('<a href="../b">', "a link to “b” leads nowhere"),
        ('<a href="../briefings/">', ""),
        ('<a href="../assets/">', "a link to “assets/index.html” leads nowhere"),
        ('<img src="gone.png">', "a link to “b/gone.png” leads nowhere"),
        ('<img srcset="gone.png 2x">', "a link to “b/gone.png” leads nowhere"),
        ('<form action="gone.html">', "a link to “b/gone.html” leads nowhere"),
        ('<img src="https://o.example/x.png">', "the page would fetch “https://o.example/x.png” from elsewhere"),
        ('<script src="//o.example/x.js"></script>', "the page would fetch “//o.example/x.js” from elsewhere"),
        ('<link rel="icon" href="https://o.example/x">', "the page would fetch “https://o.example/x” from elsewhere"),
        ('<link rel="canonical" href="https://o.example/x.html">', ""),
        ('<a href="javascript:alert(1)">', "“javascript:alert(1)” is no address that a page may link to"),
        ('<a href="JavaScript&#58;alert(1)">', "“JavaScript:alert(1)” is no address that a page may link to"),
        ('<a href="https://">', "“https://” is not a well-formed address"),
        ('<p id="x"><p id="x">', "the id “x” stands twice on the page"),
        ('<a data-href="gone.html" title="href=gone.html">', ""),
        ('<script data-style="../assets/gone.css">', "a link to “assets/gone.css” leads nowhere"),
        ('<p data-said="assets/ are shared">', ""),
        ("<style>a{}</style><svg><use href='#gone'/>", "a link to “b/new.html#gone”: the page has no such anchor"),
    ],
)  # fmt: skip
def test_a_link_that_is_wrong(html: str, told: str) -> None:
    found = list(check_links({**SITE, "b/new.html": f"<p>\n{html}".encode()}))
    assert [p.message for p in found] == ([told] if told else [])
    assert all(p.locus in (Locus("b/new.html", 2), Locus("b/new.html")) for p in found)


def test_style_sheets_fonts_and_expected_files() -> None:
    css = {**SITE, "assets/edition.css": b"\na { src: url(b.woff2) }"}
    assert texts(check_links(css)) == ["assets/edition.css:2: error: a link to “assets/b.woff2” leads nowhere"]
    assert texts(check_links(css, others=["assets/b.woff2"])) == []


def test_absolute_links_into_the_site_are_followed() -> None:
    check = LinkCheck("https://office.example/b/")
    check.read("index.html", b'<link rel="canonical" href="https://office.example/b/">')
    check.read(
        "x/404.html", b'<a href="https://office.example/b/gone.html">x</a><a href="https://office.example/c">y</a>'
    )
    assert texts(check.find_problems()) == ["x/404.html:1: error: a link to “gone.html” leads nowhere"]


def test_many_links_to_one_missing_page_are_one_problem() -> None:
    pages = {f"{n}.html": b'<a href="gone.html">x</a>' for n in range(9)}
    assert texts(check_links(pages)) == [
        "0.html:1: error: a link to “gone.html” leads nowhere (and 8 more such links)"
    ]  # fmt: skip


class Reader(HTMLParser):
    """The slow way: what Python's own parser takes for ids and links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        seen: dict[str, str] = {}
        for name, value in attrs:
            seen.setdefault(name, value or "")
        if "id" in seen:
            self.ids.append(seen["id"])
        if "href" in seen:
            self.links.append((seen["href"], self.getpos()[0]))


WORDS = st.text("ab #&<>\"'/=\n", max_size=6)
VALUES = st.text("abc.#/ é", max_size=5)
QUOTED = st.one_of(
    st.tuples(st.just('"'), VALUES | st.sampled_from(["a>b", "it's", "a&amp;b", "<a href=x>"])).map(
        lambda v: f'"{v[1]}"'
    ),
    VALUES.map(lambda v: f"'{v}'"),
    st.text("abc.#", min_size=1, max_size=4),
)
ATTRIBUTES = st.lists(
    st.tuples(st.sampled_from(["id", "href", "title", "data-href", "class", "ID"]), QUOTED), max_size=3
).map(lambda pairs: "".join(f" {name}={value}" for name, value in pairs))
TAGS = st.one_of(
    st.tuples(st.sampled_from(["a", "p", "section", "A"]), ATTRIBUTES).map(lambda t: f"<{t[0]}{t[1]}>"),
    WORDS.map(lambda w: w.replace("<", "&lt;")),
    WORDS.map(lambda w: f"<!-- {w.replace('>', '').replace('-', '')} <a href=x> -->"),
    ATTRIBUTES.map(lambda a: f"<script{a}>'<a href=\"y\">'</script>"),
    st.just("</p>\n"),
)


@settings(deadline=None)
@given(st.lists(TAGS, max_size=12).map("".join))
def test_the_fast_reader_sees_what_a_parser_sees(text: str) -> None:
    reader = Reader(text)
    found = list(scan_page(text))
    assert [(address, line) for line, tag in found for address, _ in tag.links] == reader.links
    assert [tag.id for _, tag in found if tag.id is not None] == reader.ids


def test_what_was_read_once_can_be_taken_again() -> None:
    pages = SITE | {
        "b/new.html": b'<p id="x"><p id="x"><a href="gone.html">\n<a href="gone.html"><a href="../index.html#no">'
        b'<a href="https://office.example/b/lost.html"><img src="https://o.example/x.png">',
        "assets/more.css": b"a { src: url(b.woff2) }",
        "data.json": b'<a href="gone.html">',
    }
    read, taken = LinkCheck("https://office.example/b/"), LinkCheck("https://office.example/b/")
    for path, data in pages.items():
        read.read(path, data)
    kept = {path: read_file(path, data, "https://office.example/b/") for path, data in pages.items()}
    assert ("b/gone.html", "", 1, 2) in kept["b/new.html"].links
    assert kept["data.json"] == FileFacts()
    # with nothing but plain values, as a file of them would hold
    for path, facts in kept.items():
        taken.take(path, FileFacts(facts.ids, facts.count, literal_eval(repr(facts.links)), facts.problems))
    assert len(read.find_problems()) == 6
    assert taken.find_problems() == read.find_problems()
    assert (taken.count, dict(taken.anchors)) == (read.count, dict(read.anchors))


def test_reading_is_fast_enough_for_large_editions() -> None:
    part = "".join(
        f'<section id="q{n}"><h2><a href="#q{n}" class="number">§ {n}</a></h2>'
        f'<p id="q{n}.1">{"The ferries ran again, nobody was late. " * 30}<a href="../countries/norway.html">N</a></p>'
        for n in range(25)
    )
    page = f"<!doctype html><html>{part}".encode()
    assert 30_000 < len(page) < 60_000
    check = LinkCheck()
    start = time.process_time()
    for n in range(200):
        check.read(f"briefings/{n}.html", page)
    # 20,000 pages in two minutes on a slow machine; a parser in Python takes several times as long.
    assert (time.process_time() - start) / 200 < 0.004
    assert [p.message for p in check.find_problems()] == [
        "a link to “countries/norway.html” leads nowhere (and 4999 more such links)"
    ]


def test_an_unclosed_tag_takes_no_time() -> None:
    check = LinkCheck()
    start = time.process_time()
    check.read("x.html", ("<a href='" * 20_000 + "<p " * 200_000 + '"').encode())
    assert time.process_time() - start < 5


def test_a_problem_prints_its_place() -> None:
    assert str(Problem(Locus("a.md", 3), "m", "h")) == "a.md:3: m\n    h"
