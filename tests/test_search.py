"""The Python side of the search: records, stubs, the index and the register, and everything that Pagefind may do."""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import search_index, search_pagefind
from edition.model import (
    AnnotatedSection,
    Authorities,
    Briefing,
    Mark,
    Outlet,
    Paragraph,
    Place,
    Section,
    Source,
    Speaker,
    Tag,
    Topic,
    Transcript,
    Turn,
)
from edition.problems import Refused
from edition.search import EVERY, FACETS, SearchRecord, make_records, make_stub
from edition.search_index import REGISTER, WORDS, IndexReport, _Row, build_index, encode_facts, plan_bundles
from edition.search_pagefind import check_index, encode_page, find_pagefind, read_pages, run_service
from edition.search_words import put_together
from tests.browser.search_site import SPECIAL, make_record

NORWAY = Place("NO", "norway", "country", "Norway", (("es", "Noruega"),), (("en", ("Kingdom of Norway",)),))
INES = Speaker("ines-halvard", "Ines Halvard", ("Spokesperson Halvard",))
POST = Outlet("harbour-post", "Harbour Post", "The Harbour Post of Marenia", ("HP",))
AUTHORITIES = Authorities((INES,), (POST,), (NORWAY,), (Topic("fisheries", "Fisheries"),))


@dataclass(frozen=True)
class Part:
    """What of an edition the search reads."""

    briefings: tuple[Briefing, ...]
    authorities: Authorities = AUTHORITIES


def make_briefing(id: str, date: str | None, *sections: AnnotatedSection) -> Briefing:
    transcript = Transcript(
        id, "press-conference", "Regular press briefing", date, "en", ("ines-halvard",),
        Source("x.txt", "0" * 64, "made-up"), tuple(s.section for s in sections),
    )  # fmt: skip
    return Briefing(transcript, (INES,), sections)


def make_section(id: str, question: str = "Was the cod counted?", heading: str | None = None) -> AnnotatedSection:
    turns = (
        Turn("question", "Harbour Post", (Paragraph(f"{id}.1", question),)),
        Turn("answer", "Ines Halvard", (Paragraph(f"{id}.2", "It was."),)),
    )
    section = Section(id, "exchange", heading, turns)
    return AnnotatedSection(section, POST, (None, INES), (Tag("NO", ("Norway",)),), (), ("fisheries",))


def read_fragment(path: Path) -> dict[str, object]:
    data = gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd")
    return dict(json.loads(data))


def read_register(folder: Path) -> dict[str, Any]:
    text = (folder / REGISTER).read_text("ascii")
    return dict(json.loads(text.splitlines()[0].removeprefix("RostrumSearch.takeRegister(").removesuffix(");")))


def read_facts(folder: Path, bundle: dict[str, Any]) -> dict[str, Any]:
    text = (folder / (bundle["facts"] or REGISTER)).read_text("ascii")
    head = f'RostrumSearch.takeFacts("{bundle["name"]}",'
    (line,) = [line for line in text.splitlines() if line.startswith(head)]
    return dict(json.loads(line.removeprefix(head).removesuffix(");")))


def bundle_of(rows: Iterable[SearchRecord], language: str) -> list[SearchRecord]:
    return [row for row in rows if row.language == language]


def read_tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_is_a_record_with_its_facts() -> None:
    edition = Part((make_briefing("2025-05-14-ines-halvard", "2025-05-14", make_section("q3", heading="Cod")),))
    (record,) = make_records(edition)
    assert record.address == "briefings/2025-05-14-ines-halvard.html#q3"
    assert (record.title, record.briefing_title, record.number) == ("Cod", "Regular press briefing", "3")
    assert record.text == (("question", "Was the cod counted?"), ("answer", "It was."))
    assert dict(record.facets) == {
        "speaker": ("ines-halvard",),
        "outlet": ("harbour-post",),
        "country": ("NO",),
        "topic": ("fisheries",),
        "person": (),
        "year": ("2025",),
        "kind": ("exchange",),
        "language": ("en",),
        "briefing": ("2025-05-14-ines-halvard",),
    }
    assert tuple(dict(record.facets)) == FACETS
    for name in ("Norway", "Noruega", "Kingdom of Norway", "HP", "The Harbour Post of Marenia", "Spokesperson Halvard"):
        assert name in record.names


def test_records_come_newest_first_and_undated_last() -> None:
    edition = Part(
        (
            make_briefing("notice", None, make_section("q1")),
            make_briefing("2024-01-02-x", "2024-01-02", make_section("q1"), make_section("q2")),
            make_briefing("2025-01-02-x", "2025-01-02", make_section("q1")),
        )
    )
    assert [(r.briefing, r.section) for r in make_records(edition)] == [
        ("2025-01-02-x", "q1"),
        ("2024-01-02-x", "q1"),
        ("2024-01-02-x", "q2"),
        ("notice", "q1"),
    ]
    assert [dict(r.facets)["year"] for r in make_records(edition)][-1] == ("undated",)


def test_a_struck_reading_is_found_but_not_shown() -> None:
    tagged = make_section("q1")
    text = "Of 18 19 boats"
    struck = Paragraph("q1.2", text, marks=(Mark(3, 5, "deleted"),))
    turns = (tagged.section.turns[0], Turn("answer", None, (struck,)))
    edition = Part((make_briefing("b", "2025-01-01", replace(tagged, section=replace(tagged.section, turns=turns))),))
    (record,) = make_records(edition)
    assert record.text[1] == ("answer", "Of 19 boats")
    assert "18" in record.names


def test_a_stub_escapes_what_it_holds() -> None:
    hostile = '<script>alert("1")</script> & </main> \x00\ud800\u200b'
    stub = make_stub(make_record("b", "q1", hostile, title=hostile, heading=hostile))
    tags: list[str] = []
    reader = HTMLParser(convert_charrefs=True)
    reader.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    reader.feed(stub)
    assert tags == ["html", "head", *["meta"] * 6, "body", "main", "h2", "p"]
    assert "\x00" not in stub
    assert "\u200b" not in stub


# ── The index ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the special sections."""
    folder = tmp_path_factory.mktemp("built")
    build_index(SPECIAL, folder)
    return folder


def test_every_section_has_a_fragment_under_its_number(built: Path) -> None:
    register = read_register(built)
    assert register["every"] == EVERY
    assert [bundle["name"] for bundle in register["bundles"]] == ["en", "zh"]
    assert [bundle["language"] for bundle in register["bundles"]] == ["und-en", "und-zh"]
    for bundle in register["bundles"]:
        records = bundle_of(SPECIAL, bundle["name"])
        folder = built / "pagefind" / bundle["name"]
        (meta,) = folder.glob("*.pf_meta")
        pages = read_pages(meta.read_bytes())
        assert len(pages) == len(set(pages)) == len(records) == bundle["sections"]
        for page, record in zip(pages, records, strict=True):
            fragment = read_fragment(folder / "fragment" / f"{page}.pf_fragment")
            assert fragment["url"] == f"/{record.stub}"
            facts = fragment["meta"]
            assert isinstance(facts, dict)
            assert put_together(str(facts["title"])) == record.title
            content = put_together(str(fragment["content"])).removeprefix(f"{record.heading}. ")
            assert content == " ".join(text for _, text in record.text)


def test_many_facts_have_a_file_that_is_named_by_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "INSIDE", 100)
    build_index(SPECIAL, tmp_path)
    names = []
    for bundle in read_register(tmp_path)["bundles"]:
        digest = hashlib.sha256((tmp_path / bundle["facts"]).read_bytes()).hexdigest()
        names.append(bundle["facts"])
        assert bundle["facts"] == f"search/{bundle['name']}-{digest[:8]}.js"
        assert read_facts(tmp_path, bundle)["days"]
    assert len(names) == 2
    # what an earlier build left goes with it
    build_index(SPECIAL[:1], tmp_path)
    assert not any((tmp_path / name).is_file() for name in names)


def decode_column(column: tuple[list[str], str]) -> list[tuple[str, ...]]:
    """Read a column in another way than the page does: by a table of all the numbers in use."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
    values, cells = column
    codes = [*digits[:40]]
    while len(codes) < len(values):
        codes.append(digits[40 + (len(codes) - 40) % 24] + codes[(len(codes) - 40) // 24])
    table = dict(zip(codes, values, strict=False))
    rows: list[tuple[str, ...]] = []
    for run in cells.split(","):
        text, _, count = run.partition("*")
        found, code = [], ""
        for digit in text:
            code += digit
            if code in table:
                found.append(table[code])
                code = ""
        assert not code
        rows += [tuple(found)] * int(count or 1)
    return rows


def test_the_register_gives_back_the_facts(built: Path) -> None:
    register = read_register(built)
    assert tuple(register["facets"]) == FACETS
    for bundle in register["bundles"]:
        records = bundle_of(SPECIAL, bundle["name"])
        facts = read_facts(built, bundle)
        assert [day for day, count in facts["days"] for _ in range(count)] == [record.day or "" for record in records]
        for facet in FACETS:
            assert decode_column(facts["facets"][facet]) == [dict(record.facets)[facet] for record in records]
        days = sorted(record.day for record in records if record.day)
        assert (bundle["from"], bundle["to"]) == (days[0], days[-1])
        assert bundle["undated"] == len(records) - len(days)
        assert bundle["spoken"] == [bundle["name"]]


@given(st.lists(st.lists(st.integers(0, 3000), unique=True, max_size=4), min_size=1, max_size=50))
def test_any_column_can_be_read_again(numbers: list[list[int]]) -> None:
    # three thousand values, so that numbers of one, two and three digits occur
    rest = [str(n) for n in range(3000)]
    cells = [*(tuple(map(str, row)) for row in numbers), tuple(rest)]
    rows = [make_record("b", "q1", "A boat", country=" ".join(cell)) for cell in cells]
    facts = encode_facts([_Row(row.stub, row.day or "", row.facets) for row in rows])
    facets = facts["facets"]
    assert isinstance(facets, dict)
    assert decode_column(facets["country"]) == cells


@pytest.mark.parametrize(
    ("counts", "bundles"),
    [
        ({}, ()),
        ({"2025-01": 5, "": 2, "2024-12": 3}, (("2025-01", "2024-12", ""),)),
        ({"2025-01": 60, "2024-12": 50}, (("2025-01",), ("2024-12",))),
        # years share a bundle from the oldest on
        (
            {"2025-02": 30, "2024-05": 30, "2024-01": 9, "2023-01": 9, "": 30},
            (("2025-02", "2024-05", "2024-01"), ("2023-01", "")),
        ),
        # a year that is too large is divided, and shares nothing
        ({"2025-01": 10, "2024-09": 40, "2024-05": 40, "2024-01": 9, "2023-01": 9},
         (("2025-01",), ("2024-09",), ("2024-05", "2024-01"), ("2023-01",))),
    ],
)  # fmt: skip
def test_years_share_bundles(counts: dict[str, int], bundles: tuple[tuple[str, ...], ...]) -> None:
    assert plan_bundles(counts, whole=100, full=70) == bundles


@given(st.dictionaries(st.sampled_from(["", *(f"20{y}-{m:02}" for y in range(10, 26) for m in range(1, 13))]),
                       st.integers(1, 50), min_size=1), st.integers(1, 50))  # fmt: skip
def test_a_new_month_changes_no_older_bundle_than_the_newest(counts: dict[str, int], added: int) -> None:
    before = plan_bundles(counts, whole=0, full=100)
    after = plan_bundles(counts | {"2026-01": added}, whole=0, full=100)
    assert sorted(month for bundle in before for month in bundle) == sorted(counts)
    assert [month for bundle in before for month in bundle] == sorted(counts, reverse=True)
    assert after[len(after) - len(before) + 1 :] == before[1:]
    assert all(sum(counts[month] for month in bundle) <= 100 or len(bundle) == 1 for bundle in before)


def test_only_what_the_page_needs_is_published(built: Path) -> None:
    names = {path.name for path in (built / "pagefind").iterdir()}
    assert names == {"en", "zh", "pagefind-worker.js", "wasm.unknown.pagefind"}
    for bundle in ("en", "zh"):
        (meta,) = (built / "pagefind" / bundle).glob("*.pf_meta")
        names = {path.name for path in (built / "pagefind" / bundle).iterdir()}
        assert names == {meta.name, "index", "fragment"}


def test_the_worker_still_speaks_as_the_engine_expects(built: Path) -> None:
    worker = (built / "pagefind" / "pagefind-worker.js").read_text("utf-8")
    assert 'addEventListener("message"' in worker
    assert "import.meta" not in worker
    assert "importScripts" not in worker
    for method in ("init", "options", "search", "getData", "releaseData"):
        assert f'case"{method}"' in worker


def test_the_index_is_the_same_byte_for_byte(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    monkeypatch.setenv("PAGEFIND_SITE", "elsewhere")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pagefind.yml").write_text("force_language: fr\n", encoding="utf-8")
    build_index(SPECIAL, tmp_path / "again")
    assert read_tree(tmp_path / "again") == read_tree(built)


def test_an_old_index_is_replaced_whole(tmp_path: Path) -> None:
    build_index(SPECIAL, tmp_path)
    report = build_index(SPECIAL[:2], tmp_path)
    assert report.records == 2
    assert len(list((tmp_path / "pagefind" / "en" / "fragment").iterdir())) == 2
    assert {path.name for path in (tmp_path / "search").iterdir()} == {"register.js", "words.js"}


def test_an_edition_without_a_section_has_a_register_and_no_index(tmp_path: Path) -> None:
    report = build_index((), tmp_path)
    assert report == IndexReport(0, (), 0, 0, 2, sum((tmp_path / path).stat().st_size for path in (REGISTER, WORDS)))
    assert read_register(tmp_path)["bundles"] == []
    assert not (tmp_path / "pagefind").exists()


def test_languages_keep_their_own_index(tmp_path: Path) -> None:
    tags = ("en", "pt-BR", "zh-Hans", "ar", "und")
    rows = [make_record(f"b-{tag.lower()}", "q1", "Um barco 渡轮 قارب", language=tag) for tag in tags]
    assert dict(build_index(rows, tmp_path).languages) == dict.fromkeys(tags, 1)
    bundles = {bundle["name"]: bundle for bundle in read_register(tmp_path)["bundles"]}
    assert {name: bundle["spoken"] for name, bundle in bundles.items()} == {tag.lower(): [tag] for tag in tags}
    for name, bundle in bundles.items():
        assert list(json.loads(bundle["entry"])["languages"]) == [bundle["language"]], name


# ── What may go wrong ───────────────────────────────────────────────────────────────────────────────────────────────


def refusal(out: Path, rows: tuple[SearchRecord, ...] = SPECIAL[:1], **options: Any) -> str:
    with pytest.raises(Refused) as caught:
        build_index(rows, out, **options)
    assert not (out / "pagefind").exists()
    assert not (out / REGISTER).exists()
    return str(caught.value.problems[0])


def test_pagefind_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_pagefind, "_MODULES", ("no_such_module_of_pagefind",))
    said = refusal(tmp_path)
    assert "not installed" in said
    assert "pip install pagefind[extended]==1.5.2" in said


def test_pagefind_of_another_version(tmp_path: Path) -> None:
    said = refusal(tmp_path, binary=write_program(tmp_path / "pf", "echo pagefind 1.4.0"))
    assert "Pagefind 1.4.0 is installed, 1.5.2 is needed" in said


def test_pagefind_that_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "pf").write_bytes(b"\x7fELF of another machine")
    (tmp_path / "pf").chmod(0o755)
    assert "can't be started" in refusal(tmp_path, binary=tmp_path / "pf")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo boom >&2; exit 3", "failed with exit code 3: boom"),
        ("kill -KILL $$", "killed by signal 9"),
        ("exit 0", "without an index"),
        ("exec sleep 60", "longer than 1 seconds"),
    ],
)
def test_pagefind_that_fails(tmp_path: Path, script: str, said: str) -> None:
    lines = f'if [ "$1" = --version ]; then echo "pagefind 1.5.2"; exit 0; fi\n{script}'
    assert said in refusal(tmp_path, binary=write_program(tmp_path / "pf", lines), timeout=1.0)


PROXY = """
import base64, json, subprocess, sys, threading
real = subprocess.Popen([{real!r}, "--service"], stdin=subprocess.PIPE, stdout=sys.stdout)
rest, number = b"", 0
while data := sys.stdin.buffer.raw.read(4096):
    *whole, rest = (rest + data).split(b",")
    for each in whole:
        message = json.loads(base64.b64decode(each))
        if message["payload"]["type"] == "AddFile":
            number += 1
            {change}
        real.stdin.write(base64.b64encode(json.dumps(message).encode()) + b",")
        real.stdin.flush()
real.stdin.close()
real.wait()
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("pass", ""),
        ("if number == 1: continue", "something else than expected at briefings/2025-05-14-halvard/q1.html"),
        ("if number == 3: continue", "indexed 2 of 3 sections"),
        ("message['payload']['file_path'] = f'elsewhere{number}.html'", "something else than expected at"),
        ("if number == 2: sys.stdout.write('!?,'); sys.stdout.flush()", "doesn't answer in the way"),
    ],
)
def test_pagefind_that_answers_otherwise(tmp_path: Path, change: str, said: str) -> None:
    (tmp_path / "proxy.py").write_text(PROXY.format(real=str(find_pagefind()), change=change), encoding="utf-8")
    lines = 'if [ "$1" = --version ]; then echo "pagefind 1.5.2"; exit 0; fi\n'
    lines += f'exec "{sys.executable}" "{tmp_path / "proxy.py"}"'
    program = write_program(tmp_path / "pf", lines)
    if said:
        assert said in refusal(tmp_path / "out", SPECIAL[:3], binary=program)
    else:
        # the proxy itself changes nothing: what the others show is their change
        build_index(SPECIAL[:3], tmp_path / "out", binary=program)
        build_index(SPECIAL[:3], tmp_path / "plain")
        assert read_tree(tmp_path / "out") == read_tree(tmp_path / "plain")


def repack(files: dict[str, bytes], end: str, old: bytes, new: bytes) -> None:
    """Put something else into the first file of a kind."""
    name = min(name for name in files if name.endswith(end))
    data = gzip.decompress(files[name]) if end.startswith(".pf") else files[name]
    assert old in data
    data = data.replace(old, new, 1)
    files[name] = gzip.compress(data) if end.startswith(".pf") else data


def remove(files: dict[str, bytes], end: str) -> None:
    del files[min(name for name in files if name.endswith(end))]


CHANGES: dict[str, Callable[[dict[str, bytes]], object]] = {
    "another version": lambda f: repack(f, "entry.json", b"1.5.2", b"1.6.0"),
    "no entry": lambda f: remove(f, "entry.json"),
    "an entry of another shape": lambda f: repack(f, "entry.json", b'"languages":', b'"indexes":'),
    "two languages": lambda f: repack(f, "entry.json", b'"languages":{', b'"languages":{"xx":{},'),
    "no worker": lambda f: remove(f, "pagefind-worker.js"),
    "no meta": lambda f: remove(f, ".pf_meta"),
    "meta that is not packed": lambda f: f.update({name: b"pages" for name in f if name.endswith(".pf_meta")}),
    "meta of another signature": lambda f: repack(f, ".pf_meta", b"pagefind_dcd", b"pagefind_new"),
    "meta of another version": lambda f: repack(f, ".pf_meta", b"1.5.2", b"1.6.0"),
    "pages of three parts": lambda f: repack(f, ".pf_meta", b"\x82nund-en_", b"\x83nund-en_"),
    "pages that are no text": lambda f: repack(f, ".pf_meta", b"\x82nund-en_", b"\x82Nund-en_"),
    "more pages than there are": lambda f: repack(f, ".pf_meta", b"1.5.2\x89", b"1.5.2\x99\xff\xff"),
    "no program": lambda f: remove(f, "wasm.unknown.pagefind"),
    "a fragment of another shape": lambda f: repack(f, ".pf_fragment", b'{"url":', b'{"link":'),
    "a fragment that is missing": lambda f: remove(f, ".pf_fragment"),
    "a fragment that is not packed": lambda f: f.update({name: b"{}" for name in f if name.endswith("fragment")}),
}


@pytest.fixture(scope="module")
def raw_index(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[str]]:
    """An index as Pagefind writes it, and its pages."""
    rows = bundle_of(SPECIAL, "en")[:9]
    urls = [row.stub for row in rows]
    feed = [encode_page(row.stub, make_stub(row)) for row in rows]
    return run_service(find_pagefind(), feed, urls, tmp_path_factory.mktemp("raw"), 60), urls


@pytest.mark.parametrize("change", CHANGES)
def test_an_index_that_is_made_otherwise_is_refused(raw_index: tuple[dict[str, bytes], list[str]], change: str) -> None:
    files, urls = dict(raw_index[0]), raw_index[1]
    whole = check_index(files, urls)
    assert (whole.language, whole.wasm) == ("und-en", "unknown")
    assert f"pagefind.{whole.hash}.pf_meta" in files
    CHANGES[change](files)
    with pytest.raises(Refused, match=r"isn't made as this project expects|another section where"):
        check_index(files, urls)


def test_pages_in_another_order_are_refused(raw_index: tuple[dict[str, bytes], list[str]]) -> None:
    files, urls = raw_index
    with pytest.raises(Refused, match="another section where"):
        check_index(files, [urls[1], urls[0], *urls[2:]])
    with pytest.raises(Refused, match="indexed 9 of 8"):
        check_index(files, urls[:-1])


# ── What is remembered ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bundle_is_remembered_until_something_in_it_changes(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    assert build_index(SPECIAL, tmp_path / "one", memory=memory).remembered == 0
    assert build_index(SPECIAL, tmp_path / "two", memory=memory).remembered == 2
    assert read_tree(tmp_path / "two") == read_tree(tmp_path / "one")
    changed = (replace(SPECIAL[0], title="Something else"), *SPECIAL[1:])
    assert build_index(changed, tmp_path / "three", memory=memory).remembered == 1
    build_index(changed, tmp_path / "clean")
    assert read_tree(tmp_path / "three") == read_tree(tmp_path / "clean")
    # what the last build did not use is gone
    assert len(list(memory.iterdir())) == 2


def test_a_torn_memory_is_no_memory(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    build_index(SPECIAL, tmp_path / "one", memory=memory)
    for folder in memory.iterdir():
        (folder / "facts.json").write_text("{", encoding="utf-8")
    assert build_index(SPECIAL, tmp_path / "two", memory=memory).remembered == 0
    assert read_tree(tmp_path / "two") == read_tree(tmp_path / "one")


def test_many_sections_make_bundles_of_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "WHOLE", 5)
    monkeypatch.setattr(search_index, "FULL", 4)
    report = build_index(SPECIAL, tmp_path)
    bundles = read_register(tmp_path)["bundles"]
    # 2025 alone is too large, and all of it in one month
    assert [bundle["name"] for bundle in bundles] == ["en-2025", "en-undated", "zh"]
    assert [bundle["sections"] for bundle in bundles] == [6, 4, 1]
    assert [bundle["undated"] for bundle in bundles] == [0, 1, 0]
    assert (report.bundles, report.records) == (3, 11)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(Refused, match="can't be written"):
        build_index(SPECIAL[:1], tmp_path)
    assert not (tmp_path / "pagefind").exists()


@pytest.mark.parametrize(("briefing", "section"), [("../b", "q1"), ("b", "q/1"), ("b", ""), (".b", "q1")])
def test_an_id_that_is_no_file_name(tmp_path: Path, briefing: str, section: str) -> None:
    assert "can't be searched" in refusal(tmp_path, (make_record(briefing, section, "A boat"),))


def test_ids_that_differ_only_in_case(tmp_path: Path) -> None:
    assert "differ in nothing but case" in refusal(
        tmp_path, (make_record("b", "q1", "A boat"), make_record("B", "q1", "A ship"))
    )
