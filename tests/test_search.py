"""The Python side of the search: records, the scripts of the index, the register, and everything that may go wrong."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import search_bundle, search_index
from edition.config import Config
from edition.indexes import Edition
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
from edition.search import FACETS, SearchRecord, list_parts, make_records
from edition.search_digits import encode_column, encode_levels, encode_number, encode_rising, encode_sections
from edition.search_index import FORMAT, plan_bundles
from edition.search_words import fold_name, read_words
from tests.browser.search_site import SPECIAL, make_record
from tests.search_host import IndexReport, ask, index_records, write_index
from tests.whole import gather_edition

NORWAY = Place("NO", "norway", "country", "Norway", (("es", "Noruega"),), (("en", ("Kingdom of Norway",)),))
INES = Speaker("ines-halvard", "Ines Halvard", ("Spokesperson Halvard",))
POST = Outlet("harbour-post", "Harbour Post", "The Harbour Post of Marenia", ("HP",))
AUTHORITIES = Authorities((INES,), (POST,), (NORWAY,), (Topic("fisheries", "Fisheries"),))


def gather(*briefings: Briefing) -> Edition:
    """Return an edition of briefings, as far as search reads it."""
    return gather_edition(Config("Marenia Briefings"), briefings, AUTHORITIES)


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


def read_script(path: Path) -> tuple[str, Any]:
    """Return the name and the value that a script of the index hands over."""
    text = path.read_text("utf-8")
    assert text.startswith("RostrumSearch.take(")
    assert text.endswith(");\n")
    name, value = json.loads(f"[{text[len('RostrumSearch.take(') : -3]}]")
    return str(name), value


def read_value(site: Path, name: str) -> Any:
    """Return the value of a script by its name."""
    said, value = read_script(site / "search" / f"{name}.js")
    assert said == name
    return value


def bundle_of(rows: Iterable[SearchRecord], language: str) -> list[SearchRecord]:
    return [row for row in rows if row.language == language]


def read_tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_is_a_record_with_its_facts() -> None:
    edition = gather(make_briefing("2025-05-14-ines-halvard", "2025-05-14", make_section("q3", heading="Cod")))
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
    edition = gather(
        make_briefing("notice", None, make_section("q1")),
        make_briefing("2024-01-02-x", "2024-01-02", make_section("q1"), make_section("q2")),
        make_briefing("2025-01-02-x", "2025-01-02", make_section("q1")),
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
    edition = gather(make_briefing("b", "2025-01-01", replace(tagged, section=replace(tagged.section, turns=turns))))
    (record,) = make_records(edition)
    assert record.text[1] == ("answer", "Of 19 boats")
    assert "18" in record.names


def test_the_parts_of_an_edition_know_how_many_records_they_make() -> None:
    edition = gather(
        make_briefing("empty", "2025-03-02"),
        make_briefing("one", "2025-01-02", make_section("q1"), make_section("q2")),
    )
    (part,) = list_parts(edition)
    assert (part.language, part.day, part.sections) == ("en", "2025-01-02", 2)
    assert [record.section for record in part.make()] == ["q1", "q2"]


# ── Numbers in digits ───────────────────────────────────────────────────────────────────────────────────────────────

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def list_codes(count: int) -> list[str]:
    """Return how the first numbers are written, by counting instead of dividing: of one digit, of two, of three."""
    codes = [*_DIGITS[:40]]
    while len(codes) < count:
        codes.append(_DIGITS[40 + (len(codes) - 40) % 24] + codes[(len(codes) - 40) // 24])
    return codes[:count]


def test_numbers_are_written_as_they_are_counted() -> None:
    assert [encode_number(number) for number in range(30_000)] == list_codes(30_000)


def decode_column(column: tuple[list[str], str]) -> list[tuple[str, ...]]:
    """Read a column in another way than the page does: by a table of all the numbers in use."""
    values, cells = column
    table = dict(zip(list_codes(max(len(values), 40)), values, strict=False))
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


@given(st.lists(st.lists(st.integers(0, 3000), unique=True, max_size=4), min_size=1, max_size=50))
def test_any_column_can_be_read_again(numbers: list[list[int]]) -> None:
    # three thousand values, so that numbers of one, two and three digits occur
    rest = tuple(str(n) for n in range(3000))
    cells = [*(tuple(map(str, row)) for row in numbers), rest]
    assert decode_column(encode_column(cells)) == cells


def test_the_page_reads_what_is_written(tmp_path: Path) -> None:
    write_index((), tmp_path)
    rng = random.Random(4)
    lists = [
        sorted(rng.sample(range(size), count)) for size in (9, 50, 5000, 90_000) for count in (1, 2, size // 10 + 1)
    ]
    lists += [sorted(rng.sample(range(5000), count)) for count in (600, 900, 4000, 5000)]
    levels = [[rng.randrange(8) for _ in range(count)] for count in (1, 2, 3, 10, 501)]
    questions: list[dict[str, Any]] = [{"call": "readRising", "args": [encode_rising(each)]} for each in lists]
    questions += [{"call": "readSections", "args": [encode_sections(each)]} for each in lists]
    questions += [{"call": "readLevels", "args": [encode_levels(each), len(each)]} for each in levels]
    answers = ask(tmp_path, questions)
    assert answers[: 2 * len(lists)] == [*lists, *lists]
    assert [[each[str(i)] for i in range(len(each))] for each in answers[2 * len(lists) :]] == levels
    # many sections are written shorter than one by one
    assert encode_sections(range(6000)) == "." + "_" * 1000


# ── The index ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the special sections, in scripts so small that there are many."""
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_bundle, "WORDS", 300)
        patch.setattr(search_bundle, "TEXTS", 60)
        index_records(SPECIAL, folder)
    return folder


def test_the_register_lists_the_bundles(built: Path) -> None:
    register = read_value(built, "register")
    assert tuple(register["facets"]) == FACETS
    assert [(bundle["name"], bundle["languages"]) for bundle in register["bundles"]] == [("en", ["en"]), ("zh", ["zh"])]
    for bundle in register["bundles"]:
        records = bundle_of(SPECIAL, bundle["name"])
        days = sorted(record.day for record in records if record.day)
        assert (bundle["from"], bundle["to"], bundle["sections"]) == (days[0], days[-1], len(records))


def test_the_facts_of_a_bundle_are_those_of_its_records(built: Path) -> None:
    for bundle in read_value(built, "register")["bundles"]:
        records = bundle_of(SPECIAL, bundle["name"])
        facts = read_value(built, bundle["facts"])
        assert [day for day, count in facts["days"] for _ in range(count)] == [record.day or "" for record in records]
        for facet in FACETS:
            expected = [dict(record.facets)[facet] for record in records]
            if facet == "briefing":
                lines = [line.split(" ") for line in facts["texts"]]
                counts = [(id, sum(int(part.partition(":")[0]) for part in parts)) for id, *parts in lines]
                assert [(id,) for id, count in counts for _ in range(count)] == expected
            else:
                assert decode_column(facts["facets"][facet]) == expected


def test_the_texts_are_those_of_the_records(built: Path) -> None:
    found = []
    for bundle in read_value(built, "register")["bundles"]:
        for line in read_value(built, bundle["facts"])["texts"]:
            briefing, *parts = line.split(" ")
            for place, part in enumerate(parts, 1):
                count, tag = part.split(":")
                texts = read_value(built, f"texts/{briefing}-{place}-{tag}")
                assert len(texts["sections"]) == int(count)
                for id, number, title, heading, *paragraphs in texts["sections"]:
                    found.append((briefing, id, number, title or heading, heading, texts["briefing"], *paragraphs))
    expected = [
        (r.briefing, r.section, r.number, r.title, r.heading, r.briefing_title, *(text for _, text in r.text))
        for language in ("en", "zh")
        for r in bundle_of(SPECIAL, language)
    ]
    assert found == expected
    names = {path.name for path in (built / "search/texts").iterdir()}
    assert len(names) > len({r.briefing for r in SPECIAL}), "no briefing was parted"


def test_the_words_and_their_places_are_those_of_the_texts(built: Path) -> None:
    codes, parts = list_codes(5000), list[int]()

    def read_rising(text: str) -> list[int]:
        numbers, code, last = [], "", -1
        for digit in text:
            code += digit
            if code in codes:
                last += codes.index(code) + 1
                numbers.append(last)
                code = ""
        assert not code
        return numbers

    for bundle in read_value(built, "register")["bundles"]:
        records = bundle_of(SPECIAL, bundle["name"])
        expected: dict[str, dict[int, list[int]]] = {}
        named: dict[str, set[int]] = {}
        for number, record in enumerate(records):
            at = 0
            for text in (record.heading, *(text for _, text in record.text)):
                words, capitals = read_words(text)
                for word in words:
                    expected.setdefault(word, {}).setdefault(number, []).append(at)
                    at += 1
                at += 1
                for name in capitals:
                    named.setdefault(fold_name(name), set()).add(number)
            for name in record.names:
                named.setdefault(fold_name(name), set()).add(number)
        found: dict[str, dict[int, list[int]]] = {}
        found_names: dict[str, set[int]] = {}
        firsts = []
        for number, line in enumerate(bundle["words"]):
            first, *tags = line.split(" ")
            firsts.append(first)
            pair = zip(("words", "places"), tags, strict=True)
            texts = [read_value(built, f"bundles/{bundle['name']}/{kind}-{number}-{tag}") for kind, tag in pair]
            places = dict(row.split(" ") for row in texts[1].split("\n") if row)
            rows = [row.split(" ") for row in texts[0].split("\n")]
            assert rows[0][0] == first
            assert [row[0] for row in rows if len(row) > 2] == list(places)
            for word, sections, *levels in rows:
                bits = "".join(f"{_DIGITS.index(digit):06b}"[::-1] for digit in sections.removeprefix("."))
                numbers = (
                    [i for i, bit in enumerate(bits) if bit == "1"] if sections[0] == "." else read_rising(sections)
                )
                if levels:
                    assert len(levels[0]) == (len(numbers) + 1) // 2
                    where = map(read_rising, places[word].split(","))
                    found[word] = dict(zip(numbers, where, strict=True))
                else:
                    found_names[word] = set(numbers)
        assert found == expected
        assert found_names == named
        assert firsts == sorted(firsts)
        parts.append(len(firsts))
    assert max(parts) > 1, "no bundle has several scripts of words"


def test_a_word_counts_more_in_a_heading_and_in_a_question(tmp_path: Path) -> None:
    rest = " and so on" * 30
    rows = (
        make_record("a", "q1", "What of it?", f"The buoy is green{rest}"),
        make_record("b", "q1", "What of the buoy?", f"It is green{rest}"),
        make_record("c", "q1", "What of it?", f"It is green{rest}", heading="The buoy"),
    )
    index_records(rows, tmp_path)
    (said,) = ask(tmp_path, [{"query": "buoy"}])
    assert sorted(said["found"], key=said["found"].get) == ["0", "1", "2"]


def test_files_are_named_by_what_they_hold(tmp_path: Path) -> None:
    index_records(SPECIAL, tmp_path / "one")
    other = replace(SPECIAL[0], text=(*SPECIAL[0].text, ("answer", "In July, then.")))
    index_records((other, *SPECIAL[1:]), tmp_path / "two")
    one, two = (read_tree(tmp_path / each / "search") for each in ("one", "two"))
    same = {path for path in one.keys() & two.keys() if path != "register.js"}
    assert all(one[path] == two[path] for path in same)
    # the texts of the other briefings, and everything of the other language
    assert len([path for path in same if path.startswith("texts/")]) == len({r.briefing for r in SPECIAL}) - 1
    assert all(path in same for path in one if path.startswith("bundles/zh/"))
    assert one["register.js"] != two["register.js"]
    # all words of the edition, too: with one of another day a word that begins so would be missed without a word
    assert len([path for path in one.keys() ^ two.keys() if path.startswith("words-")]) == 2


def test_what_is_written_otherwise_has_another_format(tmp_path: Path) -> None:
    rows = (
        make_record("a", "q1", "Is the ferry late?", "The ferry is early.", heading="Ferries", country="NO"),
        make_record("b", "q1", "渡轮何时恢复？", "下周。", day=None, language="zh", outlet="harbour-post"),
    )
    index_records(rows, tmp_path)
    whole = hashlib.sha256(json.dumps(read_tree(tmp_path)).encode()).hexdigest()[:16]
    told = "the index is written otherwise: raise FORMAT in search_index.py and register.js, then correct this line"
    assert (FORMAT, whole) == (1, "a0bb7e0b769a403a"), told


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


def test_many_sections_make_bundles_of_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "WHOLE", 5)
    monkeypatch.setattr(search_index, "FULL", 4)
    report = index_records(SPECIAL, tmp_path)
    bundles = read_value(tmp_path, "register")["bundles"]
    # 2025 alone is too large, and all of it in one month
    assert [bundle["name"] for bundle in bundles] == ["en-2025", "en-undated", "zh"]
    assert [bundle["sections"] for bundle in bundles] == [6, 4, 1]
    assert (report.bundles, report.records) == (3, 11)


def test_the_index_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    report = index_records(SPECIAL, tmp_path / "one")
    assert index_records(SPECIAL, tmp_path / "two") == report
    tree = read_tree(tmp_path / "one")
    assert read_tree(tmp_path / "two") == tree
    sizes = [path.stat().st_size for path in (tmp_path / "one").rglob("*.js")]
    assert (report.files, report.bytes) == (len(tree), sum(sizes))


def test_an_edition_without_a_section_has_a_register_of_no_bundles(tmp_path: Path) -> None:
    report = write_index((), tmp_path)
    assert report == IndexReport(0, (), 0, 2, sum(path.stat().st_size for path in tmp_path.rglob("*.js")))
    register = read_value(tmp_path, "register")
    assert register["bundles"] == []
    assert read_value(tmp_path, register["words"]) == {"words": "", "names": []}


def test_languages_keep_their_own_index(tmp_path: Path) -> None:
    tags = ("en", "pt-BR", "zh-Hans", "ar", "und")
    rows = [make_record(f"b-{tag.lower()}", "q1", "Um barco 渡轮 قارب", language=tag) for tag in tags]
    assert dict(index_records(rows, tmp_path).languages) == dict.fromkeys(tags, 1)
    bundles = {bundle["name"]: bundle["languages"] for bundle in read_value(tmp_path, "register")["bundles"]}
    assert bundles == {tag.lower(): [tag] for tag in tags}


HOSTILE = (
    "</script><script>alert(1)</script>", "\u2028 \u2029 line ends", "\u202e evil \u2066 bidi", "\\u0022;alert(1);//",
    "__proto__ constructor hasOwnProperty toString valueOf", '"]);alert("x',
    "😀 emoji \U000e0041 tag \ud83d", "a\x00b\x7fc",
    "' ` ${alert(1)} */ /* -->", "zqn== = . , * 0:0",
)  # fmt: skip


def test_what_a_text_holds_is_only_ever_a_value(tmp_path: Path) -> None:
    rows = tuple(
        make_record(f"b{i}", "q1", text, text, heading=text, names=(text,), country="__proto__ constructor")
        for i, text in enumerate(HOSTILE)
    )
    index_records(rows, tmp_path)
    for path in sorted((tmp_path / "search").rglob("*.js")):
        text = path.read_text("utf-8")
        assert text.count("\n") == 1, path
        assert not re.search("[\x00-\x08\x7f\u2028\u2029\u202e\u2066\U000e0041]", text), path
        read_script(path)
    queries = ["__proto__", "constructor", "toString", "alert", "emoji", "evil", "zqn"]
    queries += ['"alert 1"', "toString -valueOf"]
    found = [sorted(map(int, said["found"])) for said in ask(tmp_path, [{"query": query} for query in queries])]
    assert found == [[4], [4], [4], [0, 3, 5, 8], [6], [2], [9], [0, 3, 8], []]
    choice = {"facets": {}, "from": "", "to": ""}
    texts = ask(tmp_path, [{"read": {"number": i, "choice": choice}} for i in range(len(rows))])
    for row, said in zip(rows, texts, strict=True):
        assert said["paragraphs"] == [text for _, text in row.text]
        assert (said["title"], said["heading"], said["id"]) == (row.title, row.heading, row.section)


# ── What may go wrong ───────────────────────────────────────────────────────────────────────────────────────────────


def refusal(out: Path, rows: tuple[SearchRecord, ...]) -> str:
    with pytest.raises(Refused) as caught:
        index_records(rows, out)
    return str(caught.value.problems[0])


@pytest.mark.parametrize(("briefing", "section"), [("../b", "q1"), ("b", "q/1"), ("b", ""), (".b", "q1")])
def test_an_id_that_is_no_file_name(tmp_path: Path, briefing: str, section: str) -> None:
    assert "can't be searched" in refusal(tmp_path, (make_record(briefing, section, "A boat"),))


def test_ids_that_differ_only_in_case(tmp_path: Path) -> None:
    assert "differ in nothing but case" in refusal(
        tmp_path, (make_record("b", "q1", "A boat"), make_record("B", "q1", "A ship"))
    )
