"""Saved pages: what they show, what of it is body, furniture or a field; known families, unknown pages, broken markup.

`pytest tests/test_containers.py --refresh` writes the expected transcripts anew; a person reads the diff.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from edition.config import Config
from edition.containers import page_lines, read_page_text
from edition.containers.families import FAMILIES
from edition.importing.transcribing import known_of, make_transcripts
from edition.layouts.parts import Known
from edition.model import Authorities, Outlet, Speaker, Transcript
from edition.problems import Refused
from edition.transcripts import dumps, loads
from edition.witnesses import container_of, make_witness
from edition.words import check_conservation, tokens

FIXTURES = Path(__file__).resolve().parent / "fixtures" / "containers"
SOURCES = sorted(FIXTURES.glob("*.html"))
CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(Speaker("ines-halvard", "Ines Halvard"),), outlets=(Outlet("harbour-post", "Harbour Post"),)
)


def read(path: Path) -> Transcript:
    witness = make_witness(path.name, path.name, path.read_bytes())
    return make_transcripts(witness, CONFIG, known_of(CONFIG, AUTHORITIES), AUTHORITIES)[0].transcript


def read_html(html: str) -> Transcript:
    witness = make_witness("x.html", "x.html", html.encode())
    assert witness.container == "html"
    return make_transcripts(witness, CONFIG, Known(), AUTHORITIES)[0].transcript


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


# ── Fixture pairs ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_the_page_gives_its_expected_transcript(source: Path, refresh: bool) -> None:
    transcript = read(source)
    assert transcript.source.layout.split("/")[0] == source.stem.split("_")[0]
    text = dumps(transcript)
    assert loads(text, f"{transcript.id}.md") == transcript
    expected = source.with_suffix(".expected.md")
    if refresh:
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


def test_every_family_has_a_fixture_and_no_expected_file_is_an_orphan() -> None:
    assert {p.stem.split("_")[0] for p in SOURCES} == {f.name for f in FAMILIES} | {"page"}
    assert {p.name for p in FIXTURES.glob("*.expected.md")} == {f"{p.stem}.expected.md" for p in SOURCES}


@pytest.mark.parametrize(
    "body",
    [
        '<p class="news_header_title">{title}</p><p class="xltime">{stamp}</p><div class="content_text">{text}</div>',
        '<h1>{title}</h1><p class="xltime">{stamp}</p><div class="content_text"><div class="view_">{text}</div></div>',
        '<div class="xltime">{stamp}</div><div class="content_text trs_web">{text}</div>',
        '<div class="news_header_title">{title}</div><div class="content_text">{text}<div class="links">x</div></div>',
    ],
)
def test_no_single_name_of_a_family_decides(body: str) -> None:
    title = "Spokesperson Ines Halvard’s Regular Press Conference on May 6, 2025"
    text = "<p><strong>Harbour Post: Why is it shut?</strong></p><p>Ines Halvard: Because it leaks.</p>"
    shown = body.format(title=title, stamp="Updated: May 6, 2025 20:10", text=text)
    head = f"<title>{title}_Foreign Office of Marenia</title>"
    transcript = read_html(page(shown + '<div class="links">Links: Lighthouse Board</div>', head))
    assert (transcript.title, transcript.date, transcript.speakers) == (title, "2025-05-06", ("ines-halvard",))
    assert transcript.published == ("2025-05-06T20:10" if "{stamp}" in body else None)
    assert [[t.label for t in s.turns] for s in transcript.sections] == [["Harbour Post", "Ines Halvard"]]
    assert {d.reason for d in transcript.apparatus.dropped} == {"footer"}


# ── What a page shows ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>one<p>two", ["one", "two"]),
        ("<p>one<br>two<br><br>three</p>", ["one", "two", "three"]),
        ("<b>o</b>ne <i>t</i>wo", ["one two"]),
        ("<p>one <!-- not --> two<script>not()</script></p>", ["one two"]),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<p hidden>not</p><p style='DISPLAY : none'>not</p><p>one</p>", ["one"]),
        ("<div style='display:none'><p>not</p></div>one", ["one"]),
        ("<noscript>not</noscript><template>not</template>one", ["one"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<table><tr><td>one<td>two<tr><td>three</table>", ["one", "two", "three"]),
        ("<pre>one\ntwo</pre>", ["one", "two"]),
        ("<a href=1>one</a><a href=2>two</a>", ["one two"]),
        ("<a href=1>on</a><a href=1>e</a>", ["one"]),
        ("caf&eacute; &amp; 1 &lt; 2 &#x263A; &nbsp; x", ["café & 1 < 2 ☺ x"]),
        ("1 < 2 and 3 > 2 <3", ["1 < 2 and 3 > 2 <3"]),
        ("<p title='a > b' class=x>one</p>", ["one"]),
        ('<p title="never closed>one</p>', ["one"]),
        ("<!DOCTYPE x><?xml version='1.0'?><o:p>one</o:p>", ["one"]),
        ("<b><p>one</b><p>two</p>", ["one", "two"]),
        ("</p></div>one</span>", ["one"]),
        ("<svg><text>not</text></svg>one", ["one"]),
        ("<details><summary>one</summary><p>two</details>", ["one", "two"]),
        ("<ruby>one<rp>(</rp><rt>two</rt><rp>)</rp></ruby>", ["one(two)"]),
        ("<math><mi>x</mi><mo>=</mo><mn>2</mn></math>", ["x=2"]),
        ("<dl><dt>one<dd>two</dl><blockquote>three</blockquote>", ["one", "two", "three"]),
        ("<img alt=not><input value=not>one", ["one"]),
        ("<div><template shadowrootmode=open><p>one</template></div>two", ["one", "two"]),
        ("<iframe srcdoc='&lt;p&gt;not'>not</iframe>one", ["one"]),
    ],
)
def test_the_lines_that_a_page_shows(html: str, lines: list[str]) -> None:
    assert [line.text for line in read_page_text(html).lines] == lines


def in_a_family(title: str, body: str) -> str:
    """Return a page of a known family. `title`: what its heading holds."""
    shape = '<div class="field-items"><div class="field-item legacy-content"><div class="forall-body">'
    return page(f"<h1>{title}{shape}{body}</div></div></div>")


def test_a_control_character_is_mended_in_the_line_of_a_broken_title_that_has_it() -> None:
    title = "\nPress\ufffebriefing by\n<br>\nInes&#8217; Hal\ufffevard</h1>"
    html = in_a_family(title, "<p>The quay is wet today, all of it.</p>" * 3)
    transcript = read_html(html)
    assert transcript.title == "Press briefing by Ines’ Hal vard"
    mended = transcript.apparatus.emendations
    assert [e.before for e in mended] == ["U+FFFE", "U+FFFE"]
    assert len({e.line for e in mended}) == 2
    assert all("\ufffe" in html.split("\n")[(e.line or 0) - 1] for e in mended)


def test_a_heading_that_is_never_closed_is_no_title() -> None:
    turn = "<p>\n{}: The quay is wet, and {}today.</p>\n"
    turns = [turn.format(name, "the crane is dry " * 5) for name in ["Harbour Post", "Ines Halvard"] * 6]
    html = page(f'<div class="field-items"><div class="field-item forall-body"><h1>{"".join(turns)}')
    before = page(
        f'<h1>{"".join(turns)}<div class="field-items"><div class="field-item forall-body"><p>Ends</p>'
    )  # cue
    for each in (html, before):
        assert {line.part for line in read_page_text(each).lines if "wet" in line.text} == {"body"}
        assert len(read_html(each).title) < 500


def test_links_to_other_languages_are_versions_and_homes_are_none() -> None:
    head = (
        '<link rel="canonical" href="https://example.org/en/briefings/12.html">'
        '<link rel="alternate" hreflang="es" href="/es/briefings/12.html"><link rel="alternate" hreflang="x-default" '
        'href="https://example.org/"><link rel="alternate" hreflang="en" href="https://example.org/en/briefings/12.html">'
    )
    links = (
        '<ul><li><a href="../../fr/points/12.html">Français</a><li><a hreflang="ru" href="/ru/brifingi/12.html">RU</a>'
        '<li><a href="/zh/">中文</a><li><a href="/ar/index.html">العربية</a><li><a href="#top">日本語</a>'
        '<li><a href="/de/presse/12.html">Deutsch lernen</a><li><a href="https://[bad/it/x.html">Italiano</a></ul>'
    )
    versions = (
        ("es", "https://example.org/es/briefings/12.html"),
        ("fr", "https://example.org/fr/points/12.html"),
        ("ru", "https://example.org/ru/brifingi/12.html"),
    )
    html = page(f"{links}<h1>Title</h1><p>The ferry sails on Monday, and again on Tuesday.</p>", head)
    assert read_page_text(html).fields.versions == versions
    assert [(v.language, v.url) for v in read_html(html).versions] == list(versions)


def test_what_only_a_script_shows_is_kept_apart() -> None:
    html = page(
        "<div id='more' style='display:none'>Later</div><p>Words of a page.</p><script>$('#more').show()</script>"
    )
    assert [(line.text, line.part) for line in read_page_text(html).lines] == [
        ("Later", "furniture"),
        ("Words of a page.", "body"),
    ]


def test_lines_have_the_numbers_of_the_source() -> None:
    html = "<html><body>\n<p>\n\n one\ntwo</p>\r\n<p>three</p><p>four</p></body></html>"
    assert [(line.number, line.text) for line in read_page_text(html).lines] == [
        (4, "one two"), (6, "three"), (6, "four"),
    ]  # fmt: skip
    assert page_lines(html) == ("", "", "", "one two", "", "three four")


def test_bold_is_a_share_of_the_letters() -> None:
    html = "<p><b>ab</b><span style='font-weight:700'>cd</span> <strong><i>ef</i></strong>gh</p><h2>x</h2>"
    first, second = read_page_text(html).lines
    assert (first.bold, first.level, second.level) == (0.75, 0, 2)


def test_what_is_struck_out_is_marked_where_it_stands() -> None:
    text = "<p>Q: Why?</p><p>A: The <s>old</s> [new] <strike> bridge </strike>.</p><p>Q: How?</p><p>A: So.</p>"
    transcript = read_html(page(text))
    answer = transcript.sections[0].turns[1].paragraphs[0]
    assert [answer.text[m.start : m.end] for m in answer.marks] == ["old", "bridge"]
    assert "~~old~~" in dumps(transcript)


# ── Bold asks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bold_beats_the_colon() -> None:
    title = "<h1>Spokesperson Ines Halvard’s Press Conference on May 6, 2019</h1>"
    turns = "".join(
        f"<p><b>{asker}: Why?</b></p><p>Ines Halvard: Because.</p><p>Harbour Post: said so.</p>"
        for asker in ("Harbour Post", "Oddly Named Sheet", "Somebody Else")
    )
    transcript = read_html(page(title + turns))
    assert [(t.role, t.label, len(t.paragraphs)) for s in transcript.sections for t in s.turns] == [
        ("question", "Harbour Post", 1), ("answer", "Ines Halvard", 2),
        ("question", "Oddly Named Sheet", 1), ("answer", "Ines Halvard", 2),
        ("question", "Somebody Else", 1), ("answer", "Ines Halvard", 2),
    ]  # fmt: skip


def test_a_page_that_is_bold_throughout_marks_nothing_by_it() -> None:
    text = "<b><p>Q: Why?</p><p>A: Because.</p><p>Q: How?</p><p>A: So.</p></b>"
    transcript = read_html(page(text))
    assert [t.label for s in transcript.sections for t in s.turns] == ["Q", "A", "Q", "A"]


# ── Any page ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "html",
    [
        page("<p>Words"),
        page("<nav>Only a menu</nav>"),
        page("<a href=x>Only a link</a>"),
        page("<p>Words<!-- never closed"),
        page("<p>Words<script>never closed"),
        page("<p>Words<title>never closed"),
        page("<div>" * 3000 + "Words" + "</div>" * 3000),
        page("<p>a \x0b b \x85 c &#128; &amp;nbsp; &#0;</p>"),
        "<div><p>A fragment</p></div>",
        "b'<p>Caf\\xc3\\xa9 \\xe2\\x80\\x99</p>\\n<p>Q: Why?</p>'",
    ],
)
def test_every_page_with_words_is_imported_with_all_of_them(html: str) -> None:
    transcript = read_html(html)
    assert check_conservation(page_lines(html), transcript) == ()


@pytest.mark.parametrize(
    ("html", "why"),
    [
        (page("<script>words()</script>", "<title>Words</title>"), "scripts would have fetched it"),
        (page("<div id=app></div><noscript>Turn scripts on.</noscript><script src=a.js></script>"), "scripts"),
        ("<html><frameset><frame src=a.htm><noframes>No frames.</noframes></frameset></html>", "in frames"),
        (page("<p hidden>Words</p>"), "it shows none"),
    ],
)
def test_a_page_without_visible_words_is_refused_by_name(html: str, why: str) -> None:
    witness = make_witness("x.html", "x.html", html.encode())
    with pytest.raises(Refused) as refused:
        make_transcripts(witness, CONFIG, Known(), AUTHORITIES)
    (problem,) = refused.value.problems
    assert problem.locus.file == "x.html"
    assert problem.message.startswith("this page has no text saved: ")
    assert why in problem.message


def test_a_page_of_no_known_kind_becomes_passages_below_its_headings() -> None:
    words = "It is grey, and it was brought by boat from the north."
    html = page(f"<h1>Report on the quay</h1><p>{words}</p><h2>The lamp</h2><p>{words}</p><p>{words}</p>")
    transcript = read_html(html)
    assert (transcript.kind, transcript.source.layout) == ("other", "page/plain")
    assert [(s.heading, s.printed, len(s.paragraphs)) for s in transcript.sections] == [
        (None, False, 1), ("The lamp", True, 2),
    ]  # fmt: skip
    assert any("no layout knows this page" in doubt.text for doubt in transcript.doubts)


@pytest.mark.parametrize(
    ("head", "body", "published", "where"),
    [
        ('{"@type":"Article","datePublished":"2025-04-03T10:20:00Z"}', "", "2025-04-03T10:20:00Z", "JSON-LD"),
        ('{"@graph":[1,[{"headline":"Quay","datePublished":"2025-04-03"}]]}', "", "2025-04-03", "JSON-LD"),
        ('{"datePublished": broken', "<time datetime=2025-04-04>4 April</time>", "2025-04-04", "time"),
        ("[" * 100_000 + '"headline"', "", None, ""),
        ("", "<time datetime=2025-04-04>a</time><time datetime=2025-04-05>b</time>", None, ""),
        ("", "<time datetime=tomorrow>a</time>", None, ""),
    ],
)
def test_the_day_of_an_unknown_page(head: str, body: str, published: str | None, where: str) -> None:
    fields = read_page_text(page(f"<p>Words</p>{body}", f"<script>{head}</script>")).fields
    assert fields.published == published
    assert where in dict(fields.evidence).get("published", "")


def test_a_page_inside_a_page_is_told() -> None:
    assert read_page_text("<p>one</p>\n<iframe srcdoc='&lt;p&gt;two'></iframe>").doubts == (
        (2, "an “iframe” holds a page of its own, which is not read"),
    )


def test_a_comment_that_is_never_closed_is_told() -> None:
    assert read_page_text("<p>one</p>\n<!-- two").doubts == (
        (2, "a comment is never closed: what follows it is not shown"),
    )


@pytest.mark.parametrize(
    "html",
    [
        page("<p>Harbour</p><p>* * *</p><p>Q: Why? * * *</p><p>* * *</p><p>Lights and * * * more</p>"),
        page("<p>A word</p><aside>word</aside><p>word of the word</p><aside>word</aside><p>word</p>"),
        page("<p>Harbour</p>" + "<p>Q: Which * * *</p><p>* * *</p><p>A: * * * this.</p>" * 100),
        page("<p>Harbour</p>" + "".join(f"<p>Boat {i}</p><nav>Boat {i}</nav><p>of {i}</p>" for i in range(200))),
        page("<nav>x &amp;amp;amp; y</nav><p>Words here.</p>"),
        page("<nav><p>a</p>\n<p>b &amp;amp; c</p></nav><p>d &amp;amp; e is a line of words.</p>"),
        page("<nav>a b \x0c c\x0b\nd\x0c</nav><p>d \x0c e is a line of words.</p>"),
    ],
)
def test_what_stands_twice_in_a_line_is_no_reason_to_refuse(html: str) -> None:
    transcript = read_html(html)
    assert transcript.apparatus.dropped
    assert check_conservation(page_lines(html), transcript, every=True) == ()


def test_bytes_that_an_element_holds_are_the_page_they_were() -> None:
    html = page("\n<div>b'<p>It\\xe2\\x80\\x99s</p>\\n<p>not</p>' </div>\n<p>b'quiet'</p>")
    assert [(line.number, line.text) for line in read_page_text(html).lines] == [
        (2, "It’s"), (2, "not"), (3, "b'quiet'"),
    ]  # fmt: skip


def test_bytes_printed_by_a_program_are_the_page_they_were() -> None:
    html = r"""b"<p>It\xe2\x80\x99s \x97 not</p>" """
    assert [line.text for line in read_page_text(html).lines] == ["Itâ€™s — not"]
    assert [line.text for line in read_page_text(r"""b'<p>It\xe2\x80\x99s</p>'""").lines] == ["It’s"]


@pytest.mark.parametrize(
    ("text", "container"),
    [("<p>Words</p>", "html"), ("<p> is a tag", "text"), ("b'quiet'", "text"), ("<3 to all </p>", "text")],
)
def test_the_container_is_told_from_the_text(text: str, container: str) -> None:
    assert container_of(text) == container


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 40_000, "<b>" * 40_000, "<b><div>" * 20_000, "<table><tr><td>" * 15_000, "<ul><li>" * 20_000,
        "<!--" * 50_000, '<a b="' * 40_000, "<" * 200_000, "&" * 200_000, "<p>x" * 20_000, "</b>" * 50_000,
        "<s>a " * 20_000, "<br>" * 40_000, "<title>" * 20_000, "<a " + "=" * 200_000, "<a href=1>x</a>" * 10_000,
        "<h1>x" * 10_000, '<div class="nav x y">' * 10_000 + "x",
    ],
    ids=lambda b: b[:12],
)  # fmt: skip
def test_no_markup_takes_more_than_linear_time(bomb: str) -> None:
    started = time.process_time()
    read_page_text(f"<html><body><p>Words</p>{bomb}</body></html>")
    assert time.process_time() - started < 6


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "</b>", "<div class=nav>", "</div>", "<br>", "<td>", "<table>", "</table>", "<li>",
             "Q: Why? ", "A: So. ", "word ", "&amp;", "<", ">", "'", '"', "<!--", "-->", "<s>", "</s>", "\n", "<h1>",
             "</h1>", "Title ", "<a href=x>", "</a>", "* * *", "<pre>", "<form>", "\x85", "：", "问"]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_any_markup_conserves_its_words_or_is_refused_by_name(parts: list[str]) -> None:
    try:
        transcript = read_html(page("<p>Harbour</p>" + "".join(parts) + "<p>Lights</p>"))
    except Refused as e:
        refused = str(e)
    else:
        assert loads(dumps(transcript), f"{transcript.id}.md") == transcript
        return
    assert "there is no text to import" in refused


# ── The shared corpus ───────────────────────────────────────────────────────────────────────────────────────────────

HTML_FOLDERS = {"mfa-html-en": 46, "mfa-html-zh": 24, "mfa-html-zh-2020s": 20, "whitehouse-html": 20}


@pytest.mark.parametrize("folder", HTML_FOLDERS)
def test_every_saved_page_of_the_corpus_keeps_its_words(shared: Path, folder: str) -> None:
    """What another parser sees between body's tags, scripts and hidden parts apart, is what we see, in order."""
    paths = sorted(p for p in (shared / "corpus" / folder).iterdir() if p.is_file())
    assert len(paths) >= HTML_FOLDERS[folder]
    for path in paths:
        read(path)  # refuses where words are not conserved
        text = path.read_text(encoding="utf-8")
        soup = BeautifulSoup(text, "html.parser")
        for tag in soup.find_all(["script", "style", "noscript", "head"]):
            tag.decompose()
        ours = "".join(tokens(" ".join(page_lines(text))))
        theirs = "".join(tokens(" ".join(s for s in soup.strings if type(s).__name__ == "NavigableString")))
        hidden = re.findall(r"style=['\"][^'\"]*display\s*:\s*none", text)
        assert ours == theirs or (hidden and len(ours) >= 0.97 * len(theirs)), path.name
