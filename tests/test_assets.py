"""Assets: names that tell the content and nothing else, and everything that names one follows."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import parallel, urls
from edition.assets import SEARCH_SCRIPT, Assets, list_sources, read_assets
from edition.building import build_site
from edition.checks import check_links
from edition.render import render_markdown
from tests.editions import ROOT, add, run_command, write_edition

T = TypeVar("T")

TAGGED = re.compile(r"assets/(?:[\w-]+/)*[\w-]+\.[0-9a-f]{8}\.(?:css|js|svg)")


def read_own(folder: Path, files: dict[str, str | bytes]) -> Assets:
    """The assets of an edition that has these of its own, besides those that it had."""
    for name, data in files.items():
        file = folder / "assets" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_assets(folder)


def text_of(assets: Assets, name: str) -> str:
    return assets.files[assets.names[f"assets/{name}"]].decode()


def test_every_asset_of_ours_has_the_beginning_of_its_checksum_in_its_name() -> None:
    assets = read_assets()
    assert {*assets.names, "assets/search/page.js"} <= {*list_sources(), SEARCH_SCRIPT}
    assert list(assets.names) == sorted(assets.names)
    assert assets.problems == ()
    for name, path in assets.names.items():
        assert TAGGED.fullmatch(path), path
        assert urls.untag_path(path) == name
        assert hashlib.sha256(assets.files[path]).hexdigest().startswith(path.split(".")[-2])
    assert list(assets.files) == list(assets.names.values())


def test_style_sheets_of_ours_lose_their_comments_and_no_word() -> None:
    assets = read_assets()
    sheets = [name for name in assets.names if name.endswith(".css")]
    assert len(sheets) >= 4
    for name in sheets:
        whole, published = (ROOT / name).read_text(encoding="utf-8"), assets.files[assets.names[name]].decode()
        assert "/*" in whole, name
        assert "/*" not in published, name
        assert "\n\n" not in published, name
        assert published.split() == re.sub(r"/\*.*?\*/", " ", whole, flags=re.DOTALL).split(), name


def test_a_name_changes_with_the_content_and_only_then(tmp_path: Path) -> None:
    ours = read_assets()
    mine = read_own(tmp_path, {"edition.css": "a { color: red }"})
    assert {name for name in ours.names if ours.names[name] != mine.names[name]} == {"assets/edition.css"}
    again = read_own(tmp_path, {"edition.css": "a { color: blue }"})
    assert again.names["assets/edition.css"] != mine.names["assets/edition.css"]
    assert read_own(tmp_path, {"edition.css": "a { color: red }"}) == mine


def test_what_is_linked_and_cited_keeps_its_name(tmp_path: Path) -> None:
    assets = read_own(tmp_path, {"charter.pdf": b"%PDF", "map.png": b"PNG", "plain": b"x"})
    assert assets.names["assets/charter.pdf"] == "assets/charter.pdf"
    assert assets.names["assets/plain"] == "assets/plain"
    assert assets.names["assets/map.png"] == f"assets/map.{hashlib.sha256(b'PNG').hexdigest()[:8]}.png"


def test_a_style_sheet_follows_what_it_asks_for(tmp_path: Path) -> None:
    sheet = """@import "parts/more.css" screen; @import url(parts/more.css);
/* url(fonts/a.woff2) as it was */
@font-face { src: url(fonts/a.woff2), url( 'fonts/a.woff2?#old' ), url("fonts/gone.woff2"); }
b { background: url(data:image/png;base64,AA), url("a%20%23map.png#x") }
c { background: url(//o.example/fonts/a.woff2) }"""
    assets = read_own(
        tmp_path,
        {
            "own.css": sheet,
            "a #map.png": b"",
            "fonts/a.woff2": b"F",
            "parts/more.css": "i { mask: URL(../fonts/a.woff2#x) }",
        },
    )
    font, more = (
        assets.names[f"assets/{name}"].removeprefix("assets/") for name in ("fonts/a.woff2", "parts/more.css")
    )
    expected = sheet.replace("parts/more.css", more).replace("fonts/a.woff2", font)
    expected = expected.replace(f"/* url({font})", "/* url(fonts/a.woff2)").replace(
        f"example/{font}", "example/fonts/a.woff2"
    )
    expected = expected.replace("a%20%23map.", f"a%20%23map.{hashlib.sha256().hexdigest()[:8]}.")
    assert text_of(assets, "own.css") == expected
    assert text_of(assets, "parts/more.css") == f"i {{ mask: URL(../{font}#x) }}"
    # another font gives both style sheets another name
    other = read_own(tmp_path, {"fonts/a.woff2": b"G"})
    changed = {name for name in assets.names if assets.names[name] != other.names[name]}
    assert changed == {"assets/fonts/a.woff2", "assets/parts/more.css", "assets/own.css"}
    told = [str(problem) for problem in check_links(assets.files)]
    assert told[0] == f"{assets.names['assets/own.css']}:3: a link to “assets/fonts/gone.woff2” leads nowhere"


def test_bytes_that_are_no_utf_8_stay_as_they_are(tmp_path: Path) -> None:
    data = b"/* \xff\xfe */ a { background: url(icon.svg) } b::after { content: '\xe9' }"
    assets = read_own(tmp_path, {"own.css": data})
    name = assets.names["assets/icon.svg"].removeprefix("assets/").encode()
    assert assets.files[assets.names["assets/own.css"]] == data.replace(b"icon.svg", name)


def test_style_sheets_that_ask_for_each_other_are_told(tmp_path: Path) -> None:
    assets = read_own(
        tmp_path, {"one.css": '\n@import "two.css";', "two.css": '@import "one.css";', "three.css": "a{}"}
    )
    assert [str(p).partition("\n")[0] for p in assets.problems] == [
        "assets/two.css:1: the style sheet asks for “one.css”, which asks for it in turn"
    ]
    assert (
        read_own(tmp_path, {"one.css": "@import 'one.css';", "two.css": ""}).problems[0].locus.file == "assets/one.css"
    )


def test_a_script_that_asks_for_a_plain_name_is_told(tmp_path: Path) -> None:
    script = "const a = 'x';\nload('search.css', \"edition.css\", `../assets/edition.css`, 'charter.pdf', 'no.css');\n"
    assets = read_own(tmp_path, {"search/section.js": script, "charter.pdf": b""})
    assert [str(p.locus) for p in assets.problems] == ["assets/search/section.js:2"] * 2
    assert all(p.severity == "note" for p in assets.problems)
    assert "names “../assets/edition.css”, which is published as “assets/edition." in assets.problems[0].message
    assert assets.problems[1].hint == 'let a template tell it: data-…="{{ asset("search/search.css") }}"'


def test_a_picture_of_an_editors_page_is_found_under_its_name() -> None:
    names = {"assets/a #map.png": "assets/a #map.1a2b3c4d.png", "assets/x.pdf": "assets/x.pdf"}
    text = "![m](<assets/a %23map.png>) [m](assets/a%20%23map.png?x=1#y) [x](assets/x.pdf)"
    html = str(render_markdown(text, "../", names))
    assert html.count('"../assets/a%20%23map.1a2b3c4d.png"') == 1
    assert html.count('"../assets/a%20%23map.1a2b3c4d.png?x=1#y"') == 1
    assert 'href="../assets/x.pdf"' in html


@given(st.text(string.ascii_lowercase + "./-", min_size=1), st.sampled_from(["css", "svg", "tar.gz"]), st.binary())
def test_a_tag_can_be_taken_out_again(stem: str, ending: str, data: bytes) -> None:
    path = f"assets/{stem}.{ending}"
    tagged = urls.tag_path(path, hashlib.sha256(data).hexdigest())
    assert tagged != path
    assert urls.untag_path(tagged) == path


# ── A whole site ──


def test_all_that_names_an_asset_follows(tmp_path: Path) -> None:
    edition = write_edition(tmp_path / "edition")
    add(edition, "config.yaml", (edition / "config.yaml").read_text() + "site_url: https://example.org/m/\n")
    add(edition, "content/pages/about.md", "# About\n\n![A map](assets/map.svg) [The charter](assets/charter.pdf)\n")
    add(edition, "assets/map.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    add(edition, "assets/charter.pdf", "%PDF")
    add(edition, "assets/edition.css", "@font-face { font-family: M; src: url(m.woff2) }")
    add(edition, "assets/m.woff2", "F")
    said = run_command("-C", edition, "build")
    assert said.code == 0, said.err
    site = edition / "_site"
    lying = {path.relative_to(site).as_posix() for path in (site / "assets").rglob("*") if path.is_file()}
    assert lying == set(read_assets(edition).files)
    assert {urls.untag_path(path) for path in lying} >= {"assets/edition.css", "assets/icon.svg", "assets/map.svg"}
    asked = set[str]()
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if page.relative_to(site).parts[0].startswith("files"):
            continue  # there every file is linked
        for found in re.findall(r'"([^"\s]*assets/[^"\s]*)"', text):
            assert found.rpartition("assets/")[0] in ("", "../", "https://example.org/m/"), (page, found)
            asked.add("assets/" + found.rpartition("assets/")[2])
    assert asked <= lying
    # the style sheet asks for the font, an old address for its script, and what was taken out for its style
    rest = {"assets/m.woff2", "assets/moved.js", "assets/permalinks.css"}
    assert {urls.untag_path(path) for path in lying - asked} == rest
    assert read_assets(edition).names["assets/icon.svg"] in (site / "opensearch.xml").read_text()
    assert "data-rules=" in next((site / "briefings").glob("2*.html")).read_text()


@pytest.mark.parametrize(
    ("template", "told", "code"),
    [
        (
            '<link rel="stylesheet" href="{{ frame.root }}assets/edition.css">',
            r"404\.html:1: a link to “assets/edition\.css” leads nowhere\n +it is published as "
            r'“assets/edition\.[0-9a-f]{8}\.css”: in a template write \{\{ asset\("edition\.css"\) \}\}',
            1,
        ),
        ('<link rel="stylesheet" href="{{ frame.stylesheet }}">', r"templates/404\.html:1: .*\n +now: \{\{ asset\(", 2),
        (
            '\n<img src="{{ asset("edition.cs") }}">',
            r"templates/404\.html:2: .*no asset “edition\.cs”\n.*edition\.css",
            2,
        ),
        (
            '{% from "mine.html" import m %}{{ m() }}',
            r"templates/mine\.html:1: .*no page is known here .*\n +import the macro “with context”",
            2,
        ),
        ('{% from "mine.html" import m with context %}{{ m() }}', "", 0),
    ],
)
def test_an_own_template_asks_for_an_asset(tmp_path: Path, template: str, told: str, code: int) -> None:
    edition = write_edition(tmp_path / "edition")
    add(edition, "templates/404.html", "<!doctype html><title>x</title>" + template)
    add(edition, "templates/mine.html", '{% macro m() %}<img src="{{ asset("icon.svg") }}" alt="">{% endmacro %}')
    said = run_command("-C", edition, "build", "--no-search")
    assert said.code == code, said.err
    assert re.search(told, said.err), said.err
    if not code:
        assert read_assets().names["assets/icon.svg"] in (edition / "_site/404.html").read_text()


def test_a_style_sheet_saved_during_a_build_is_not_mixed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even by another process, which begins later."""
    monkeypatch.setattr(parallel, "FEW", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    edition = write_edition(tmp_path / "edition")
    add(edition, "assets/edition.css", "p { color: red }")

    def save(what: str, items: Iterable[T], total: int) -> Iterator[T]:
        if what == "writing":
            add(edition, "assets/edition.css", "p { color: blue }")
        yield from items

    report = build_site(edition, progress=save)
    assert [problem for problem in report.problems if problem.severity == "error"] == []
    (sheet,) = (edition / "_site/assets").glob("edition.*.css")
    assert sheet.read_text() == "p { color: red }"
    pages = [page for page in (edition / "_site").rglob("*.html") if page.name != "404.html"]
    assert len(pages) > 10
    assert all(f"assets/{sheet.name}" in page.read_text(encoding="utf-8") for page in pages)
    # and the next build sees what was saved
    build_site(edition)
    assert [each.read_text() for each in (edition / "_site/assets").glob("edition.*.css")] == ["p { color: blue }"]


def test_assets_are_the_same_wherever_the_build_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert read_assets(Path()) == read_assets(ROOT)


def test_an_edition_may_override_a_part_of_the_search_or_the_whole(tmp_path: Path) -> None:
    before = read_assets()
    mine = read_own(tmp_path, {"search/page.js": "/** mine */\nconst two = `\n\n`;\n"})
    # what is theirs stays as they wrote it, among ours
    assert text_of(mine, "search/search.js").endswith("/** mine */\nconst two = `\n\n`;\n")
    assert text_of(mine, "search/search.js")[:1000] == text_of(before, "search/search.js")[:1000]
    assert mine.names.keys() == before.names.keys()
    whole = read_own(tmp_path, {"search/search.js": "// all mine\n"})
    assert text_of(whole, "search/search.js") == "// all mine\n"
