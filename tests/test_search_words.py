"""The words of a text and what a query finds: the page's scripts, run by Node.js, held to a Python oracle."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from edition import search_bundle, search_index
from edition.assets import PARTS, SEARCH_SCRIPT, list_sources, read_assets
from edition.building import read_content
from edition.search import SearchRecord, make_records
from edition.search_words import read_words, split_words
from tests.browser import search_site
from tests.search_host import ROOT, Asker, ask, index_records, number_records, write_index
from tests.search_oracle import Oracle, find_forms, read_common

#: What texts are made of to trip whoever counts words: scripts, marks, apostrophes, signs between and inside words.
_PIECES = (
    "ferry ferries Ferris OpenAI McDonald AI WHO who U.S. US us e.g. COVID-19 covid19 F-16 F16 12,000 12000 1.2 12 3/4 "
    "China’s China's chinas don’t don l'eau eau l’or O’Brien café cafe CAFÉ cafe\u0301 Türkiye Turkiye naïve grain—tea "
    "grain tea — – … “grain” (tea) tea/grain AT&T Q&A "
    "anti-tank antitank foo_bar ____ 渡轮 渡轮将于下周 港務局2025 ひがし "
    "ภาษาไทย क्षेत्र 한국어 ﬁn Ｆｕｌｌ ½ m² Ⓐ Ⓐgrain 🚢 🚢grain e\u200dmail soft\u00adware İstanbul ΣΟΦΟΣ "
    "Straße "
    "рынок РЫНОК 1990s 19th don't't 'tis rock'n'roll \u0301lone a.b.c. www.example.org 10:30 $5m 50% #tag @name x_ _x"
)
PIECES = _PIECES.split()


def make_odd_records(seed: int, count: int) -> tuple[SearchRecord, ...]:
    """Return records whose texts are a heap of odd words; one in three in another language."""
    rng = random.Random(seed)

    def heap() -> str:
        return "".join(
            rng.choice(PIECES) + rng.choice(("", " ", " ", " ", " ", "\u00a0", "\n")) for _ in range(rng.randint(1, 14))
        )

    return tuple(
        search_site.make_record(
            f"odd-{number}", "q1", heap(), heap(), heading=heap() if number % 4 == 0 else "",
            language=("en", "en", "es", "zh", "ru", "th")[number % 6], names=(rng.choice(PIECES), "Harbour Post"),
        )
        for number in range(count)
    )  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> tuple[SearchRecord, ...]:
    content = read_content(ROOT)
    return tuple(make_records(content.edition))


def compare(records: tuple[SearchRecord, ...], site: Path, queries: list[str]) -> None:
    """Hold the scripts' answers to the oracle's."""
    index_records(records, site)
    oracle = Oracle(number_records(records))
    wrong = []
    found = 0
    for query, answer in zip(queries, ask(site, [{"query": query} for query in queries]), strict=True):
        expected = oracle.search(query)
        if expected is None:
            right = answer["nothing"]
        else:
            got = frozenset(map(int, answer["found"]))
            found += bool(got)
            right = not answer["nothing"] and got == expected.found and frozenset(answer["absent"]) == expected.absent
        if not right:
            wrong.append((query, answer, expected))
    assert not wrong, f"{len(wrong)} of {len(queries)} differ, e.g. {wrong[0]}"
    assert found > len(queries) / 3, "most queries ask for nothing that is there"


def test_the_words_of_a_text_are_counted_alike_on_both_sides(tmp_path: Path) -> None:
    index_records((), tmp_path)
    rng = random.Random(3)
    texts = ["".join(rng.choice(PIECES) + rng.choice((" ", "", "-")) for _ in range(8)) for _ in range(500)]
    answers = ask(tmp_path, [{"call": "splitWords", "args": [text]} for text in texts])
    assert [split_words(text) for text in texts] == answers


def test_forms_are_those_of_the_table(tmp_path: Path, sample: tuple[SearchRecord, ...]) -> None:
    index_records((), tmp_path)
    words = sorted({word for record in sample for _, text in record.text for word in split_words(text)})[:4000]
    for language in ("en-GB", "es", "ru"):
        answers = ask(tmp_path, [{"call": "findForms", "args": [word, language]} for word in words])
        assert [frozenset(answer) for answer in answers] == [find_forms(word, language) for word in words]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ferry", "ferries", True), ("ferry", "ferris", False), ("ship", "shipped", True), ("ship", "shipyard", False),
        ("plan", "planning", True), ("plan", "planed", False), ("plane", "planed", True), ("hope", "hopping", False),
        ("university", "universe", False), ("organ", "organization", False), ("process", "processes", True),
        ("say", "said", True), ("aid", "said", False), ("country", "countrys", True), ("spokesman", "spokesmen", True),
        ("crisis", "crises", True), ("agree", "agreeing", True), ("china", "chinas", True), ("news", "new", False),
        ("united", "unit", False), ("use", "used", True), ("us", "used", False), ("veto", "vetoes", True),
        ("police", "policy", False), ("general", "generous", False), ("nigeria", "niger", False),
    ],
)  # fmt: skip
def test_forms_of_a_word(one: str, other: str, same: bool) -> None:
    assert (other in find_forms(one, "en")) is same
    assert (one in find_forms(other, "en")) is same


def test_acronyms_are_what_is_printed_in_capitals() -> None:
    assert read_words("The U.S. and the WHO’s AID for us, AI-driven, OpenAI, COVID-19")[1] == {
        "US",
        "WHO",
        "AID",
        "AI",
        "COVID",
    }
    assert read_words("AID FOR US")[1] == set()


def test_common_words_are_read_from_the_page() -> None:
    assert {"the", "of", "your"} <= read_common("en")
    assert {"del", "que", "mas"} <= read_common("es")
    assert not read_common("zh")


def test_the_sample_edition_equals_the_oracle(sample: tuple[SearchRecord, ...], tmp_path: Path) -> None:
    asker = Asker(sample, 11)
    compare(sample, tmp_path, [asker.make_query() for _ in range(1000)])


def test_bundles_of_years_equal_the_oracle(
    sample: tuple[SearchRecord, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "WHOLE", 10)
    monkeypatch.setattr(search_index, "FULL", 30)
    monkeypatch.setattr(search_bundle, "WORDS", 500)
    asker = Asker(sample, 17)
    compare(sample, tmp_path, [asker.make_query() for _ in range(500)])
    assert len(list((tmp_path / "search/bundles").glob("en-*"))) > 2


def test_odd_texts_equal_the_oracle(tmp_path: Path) -> None:
    records = make_odd_records(7, 90)
    asker = Asker(records, 13)
    compare(records, tmp_path, [*PIECES, *(f'"{each}"' for each in PIECES), *(asker.make_query() for _ in range(600))])


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("U.S.", "The U.S. told us: US buses and the U.S.A. thus.", ["U.S.", "US"]),
        ("us", "The U.S. told us of buses.", ["U.S.", "us"]),
        ("AI", "The AI said that OpenAI has aid and an AI-driven ai.", ["AI", "AI"]),
        ("COVID-19", "COVID-19, covid 19, covid19 and COVID-190.", ["COVID-19", "covid 19", "covid19"]),
        ("China’s", "China’s and China's, Chinas, China.", ["China’s", "China's", "Chinas", "China"]),
        ("China", "China’s chinaware is Indochina’s, says CHINA.", ["China’s", "CHINA"]),
        ("渡轮", "港务局表示，渡轮将于下周恢复航行；轮渡。", ["渡轮"]),
        ('"harbour fees"', "Harbour fees; the harbour’s fees. Fees of the harbour", ["Harbour fees"]),
        ("harbour fees", "Harbour fees; the harbour’s fees, a fee.", ["Harbour fees", "harbour’s fees", "fee"]),
        ("ferr*", "A ferry, ferries, Ferris, a carrier", ["ferry", "ferries", "Ferris"]),
        ("ferry -boat", "A ferry is a boat.", ["ferry"]),
        ("AT&T", "AT&T, at t, AT T", ["AT&T", "at t", "AT T"]),
        ("Türkiye", "Turkiye, Tu\u0308rkiye, Turkey", ["Turkiye", "Tu\u0308rkiye"]),
        ("12000", "12,000 of 120001 and 12000", ["12,000", "12000"]),
        ("grain—tea", "grain—tea, grain tea", ["grain—tea", "grain tea"]),
        ("the", "The end of the theme.", ["The", "the"]),
        ("__proto__", "constructor __proto__ proto", ["__proto__"]),
    ],
)  # fmt: skip
def test_marks_are_whole_words(tmp_path: Path, query: str, text: str, marked: list[str]) -> None:
    write_index((), tmp_path)
    (read,) = ask(tmp_path, [{"call": "readQuery", "args": [query, "en"]}])
    (places,) = ask(tmp_path, [{"call": "findPlaces", "args": [text, read["terms"], "en"]}])
    assert [text[place["from"] : place["to"]] for place in places] == marked


HOPELESS = (
    "",
    " ",
    '"',
    '""',
    "-",
    "--",
    "- -",
    "OR",
    "OR OR",
    "(",
    ")",
    "((",
    "))",
    ")(",
    "-(",
    '-"',
    "*",
    "**",
    "☃",
    "🚢 🚢",
    "\x00",
    "(" * 500,
    '"' * 501,
    "- " * 300,
    "OR " * 300,
    "\u200b",
    "\ud83d",
    "___ ...",
    "\u0301",
)


def test_what_asks_for_nothing_finds_nothing_and_says_so(tmp_path: Path) -> None:
    index_records(search_site.make_records(), tmp_path)
    for query, answer in zip(HOPELESS, ask(tmp_path, [{"query": query} for query in HOPELESS]), strict=True):
        assert answer["found"] == {}, query
        assert answer["nothing"], query


@pytest.mark.parametrize(
    ("query", "like"),
    [
        ('"harbour fees', '"harbour fees"'),
        ("harbour OR", "harbour"),
        ("OR harbour", "harbour"),
        ("harbour -", "harbour"),
        ("(harbour", "harbour"),
        ("harbour)", "harbour"),
        ("harbour ()", "harbour"),
        ('harbour ""', "harbour"),
        ("harbour - fees", "harbour fees"),
        ("harbour 🚢", "harbour"),
        ("“harbour fees”", '"harbour fees"'),
        ("-(fees OR laboratory) harbour", "harbour -fees -laboratory"),
        ("（harbour）", "harbour"),
        ("harbour/fees", "harbour fees"),
        ("harbour AND fees", "harbour fees"),
        ("harbour NOT fees", "harbour -fees"),
        ("NOT (fees OR laboratory) AND harbour AND", "harbour -fees -laboratory"),
        ('harbour NOT "harbour fees" NOT', 'harbour -"harbour fees"'),
        ("NOT OR harbour", "harbour"),
    ],
)
def test_what_is_unfinished_counts_for_nothing(tmp_path: Path, query: str, like: str) -> None:
    index_records(search_site.SPECIAL, tmp_path)
    one, other = ask(tmp_path, [{"query": query}, {"query": like}])
    assert one["found"] == other["found"] != {}


def test_the_longest_query_is_cut_and_says_so(tmp_path: Path) -> None:
    index_records(search_site.SPECIAL, tmp_path)
    long = (
        "harbour " * 2000,
        "x" * 10_000,
        '"' + "harbour fees " * 1000,
        "(harbour OR " * 1000,
        "fees" + " -xyzzy" * 60,
    )
    answers: list[dict[str, Any]] = ask(tmp_path, [{"query": query} for query in long])
    assert all(answer["cut"] for answer in answers)
    assert [bool(answer["found"]) for answer in answers] == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("harbuor", "harbour"),
        ("Norwya", "Norway"),
        ("ROKK", "ROK"),
        ("dingy", "dinghy"),
        ("Republic of Koera", "Republic of Korea"),
        ("slipwya", "slipway"),
        ("eNorway", "Norway"),
        ("xyzzyxyzzy", None),
        ("of", None),
    ],
)
def test_did_you_mean(tmp_path: Path, typed: str, meant: str | None) -> None:
    index_records(search_site.make_records(), tmp_path)
    (said,) = ask(tmp_path, [{"suggest": typed}])
    assert said[:1] == ([meant] if meant else [])
    assert len(said) <= 3


def test_a_beginning_that_too_many_words_have_is_told(tmp_path: Path) -> None:
    words = " ".join(f"shoal{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(201))
    index_records((search_site.make_record("b", "q1", words),), tmp_path)
    told, few = ask(tmp_path, [{"query": "shoal*"}, {"query": "shoala*"}])
    assert (told["toomany"], told["found"], told["absent"]) == (["shoal*"], {}, [])
    assert (set(few["found"]), few["toomany"]) == ({"0"}, [])


def test_what_was_typed_comes_before_its_other_forms(tmp_path: Path) -> None:
    rows = (
        search_site.make_record("a", "q1", "Ferries, ferries and ferries again.", "Ferries."),
        search_site.make_record("b", "q1", "A long answer on tides and tables that names one ferry."),
    )
    index_records(rows, tmp_path)
    ferry, ferries = ask(tmp_path, [{"query": "ferry"}, {"query": "ferries"}])
    assert max(ferry["found"], key=ferry["found"].get) == "1"
    assert max(ferries["found"], key=ferries["found"].get) == "0"


def test_published_scripts_have_no_comments_and_answer_alike(tmp_path: Path) -> None:
    index_records(search_site.SPECIAL, tmp_path)
    files = [list_sources()[f"assets/search/{name}.js"] for name in PARTS]
    whole = b"\n".join(file.read_bytes() for file in files)
    assets = read_assets()
    published = assets.files[assets.names[SEARCH_SCRIPT]]
    assert b"/**" not in published
    assert len(published) < len(whole) * 0.75
    # what is taken away can't be part of a value: no text of ours runs over several lines
    assert all(line.count(b"`") % 2 == 0 for line in whole.split(b"\n"))
    questions = [
        {"query": query} for query in ("harbour -fees", '"harbour fees" OR 渡轮', "ferr*", "WHO", "(boat", "KX-19")
    ]
    assert ask(tmp_path, questions, published) == ask(tmp_path, questions, whole)
