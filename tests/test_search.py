"""The Python side of the search: records, stubs, the index and the register, and everything that Pagefind may do."""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from edition import search
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
from edition.search import EVERY, FACETS, SearchRecord, build_index, find_pagefind, make_records, make_stub
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


def read_register(folder: Path) -> dict[str, object]:
    text = (folder / search.REGISTER).read_text("ascii")
    return dict(json.loads(text.removeprefix("RostrumSearch.takeRegister(").removesuffix(");\n")))


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
    stub = make_stub(make_record("b", "q1", hostile, title=hostile, heading=hostile)).decode("utf-8")
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


def test_every_section_has_a_fragment_and_a_line_in_the_register(built: Path) -> None:
    register = read_register(built)
    ids = str(register["ids"]).split(" ")
    assert len(ids) == len(set(ids)) == len(SPECIAL)
    for id, record in zip(ids, SPECIAL, strict=True):
        fragment = read_fragment(built / "pagefind" / "fragment" / f"{id}.pf_fragment")
        assert fragment["url"] == f"/{record.stub}"
        meta = fragment["meta"]
        assert isinstance(meta, dict)
        assert put_together(str(meta["title"])) == record.title
        content = put_together(str(fragment["content"])).removeprefix(f"{record.heading}. ")
        assert content == " ".join(text for _, text in record.text)
    assert register["languages"] == ["und-en", "und-zh"]
    assert register["every"] == EVERY


def test_the_register_gives_back_the_facts(built: Path) -> None:
    register = read_register(built)
    facets = register["facets"]
    assert isinstance(facets, dict)
    assert tuple(facets) == FACETS
    found: dict[int, set[tuple[str, str]]] = {}
    for facet, values in facets.items():
        for value, steps in values.items():
            position = 0
            for step in steps:
                position += step
                found.setdefault(position, set()).add((facet, value))
    for position, record in enumerate(SPECIAL):
        assert found[position] == {(facet, id) for facet, ids in record.facets for id in ids}
    runs = register["days"]
    assert isinstance(runs, list)
    assert [day for day, count in runs for _ in range(count)] == [record.day or "" for record in SPECIAL]


def test_only_what_the_page_needs_is_published(built: Path) -> None:
    names = {path.name for path in (built / "pagefind").iterdir()}
    assert {"pagefind-entry.json", "pagefind-worker.js", "index", "fragment"} <= names
    assert not [name for name in names if "ui" in name or "highlight" in name or name == "pagefind.js"]
    assert "filter" not in names


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
    assert len(list((tmp_path / "pagefind" / "fragment").iterdir())) == 2


def test_an_edition_without_a_section_has_a_register_and_no_index(tmp_path: Path) -> None:
    report = build_index((), tmp_path)
    sizes = [(tmp_path / path).stat().st_size for path in (search.REGISTER, search.VOCABULARY)]
    assert report == search.IndexReport(0, (), 2, sum(sizes))
    assert read_register(tmp_path)["ids"] == ""
    assert not (tmp_path / "pagefind").exists()


def test_languages_keep_their_own_index(tmp_path: Path) -> None:
    tags = ("en", "pt-BR", "zh-Hans", "ar", "und")
    rows = [make_record(f"b-{tag.lower()}", "q1", "Um barco 渡轮 قارب", language=tag) for tag in tags]
    assert dict(build_index(rows, tmp_path).languages) == dict.fromkeys(tags, 1)
    entry = json.loads((tmp_path / "pagefind" / "pagefind-entry.json").read_text("utf-8"))
    assert sorted(entry["languages"]) == read_register(tmp_path)["languages"]


# ── What may go wrong ───────────────────────────────────────────────────────────────────────────────────────────────


def refusal(out: Path, rows: tuple[SearchRecord, ...] = SPECIAL[:1], **options: object) -> str:
    with pytest.raises(Refused) as caught:
        build_index(rows, out, **options)  # type: ignore[arg-type]
    assert not (out / "pagefind").exists()
    assert not (out / search.REGISTER).exists()
    return str(caught.value.problems[0])


def test_pagefind_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MODULES", ("no_such_module_of_pagefind",))
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


def test_pagefind_that_leaves_a_section_out(tmp_path: Path) -> None:
    lines = f'if [ "$1" != --version ]; then rm -r "$2/briefings/{SPECIAL[0].briefing}/q1.html"; fi\n'
    lines += f'exec "{find_pagefind()}" "$@"'
    said = refusal(tmp_path, SPECIAL[:3], binary=write_program(tmp_path / "pf", lines))
    assert f"indexed 2 of 3 sections (missing: {SPECIAL[0].address})" in said


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
