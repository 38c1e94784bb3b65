"""yamlfiles: scalars stay what was typed, what is dumped reads back, and what is wrong is told with its line."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from edition import yamlfiles
from edition.problems import Problem, Refused
from edition.yamlfiles import (
    Node,
    as_bool,
    as_date,
    as_list,
    as_map,
    as_text,
    as_texts,
    dump_yaml,
    plain_value,
    read_yaml,
)

TYPED = [
    "NO",
    "12:30:45",
    "2025-05-14",
    "010",
    "1_000",
    "0x1F",
    "1e3",
    "yes",
    "Off",
    ".5",
    "y",
    "=",
    "<<",
    "true",
    "2001-1-1",
    "+1",
    "-.inf",
    "1,000",
    "190:20:30",
]
SYNTAX = ["a: b", "- a", "", " x", "x ", "#x", "a #b", "null", "~", "@x", "*x", "{x}", "[x", "a:", "-", "---", "..."]
PLAIN = ["Regular press briefing, 14 May 2025", "fisheries", "中文 标题", "a:b", "C#", "(see §8)", "v1", "-- x", "1-2"]


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(yamlfiles, "_LOADER", {"libyaml": yaml.CSafeLoader, "python": yaml.SafeLoader}[request.param])
    return str(request.param)


def refused(text: str, first_line: int = 1) -> str:
    with pytest.raises(Refused) as caught:
        read_yaml(text, "f.yaml", first_line)
    return "\n".join(str(p) for p in caught.value.problems)


@pytest.mark.parametrize("typed", TYPED)
def test_a_scalar_stays_what_was_typed(typed: str, parser: str) -> None:
    (pair,) = as_map(read_yaml(f"code: {typed}\n", "f.yaml")).items()
    assert pair[0] == "code"
    assert pair[1] == Node(typed, 1, "scalar", True, "f.yaml")


@pytest.mark.parametrize("typed", TYPED + SYNTAX)
def test_a_text_is_quoted_where_any_reader_needs_it(typed: str) -> None:
    text = dump_yaml({"code": typed})
    assert as_text(as_map(read_yaml(text, "f"))["code"]) == typed
    assert yaml.safe_load(text) == {"code": typed}
    assert '"' in text


@pytest.mark.parametrize("typed", PLAIN)
def test_a_text_is_not_quoted_without_need(typed: str) -> None:
    assert dump_yaml({"title": typed}) == f"title: {typed}\n"


def test_dump_is_block_style_in_the_order_given() -> None:
    value = {
        "title": "Sea: a view",
        "date": datetime.date(2025, 5, 14),
        "speakers": ["ines-halvard", "NO"],
        "source": {"file": "a.txt", "empty": [], "none": None, "map": {}},
        "dropped": [{"line": 3, "text": "two\nlines"}, ["a", ["b"]], True],
        "long": "word " * 100 + "end",
    }
    text = dump_yaml(value)
    assert text == (
        'title: "Sea: a view"\n'
        "date: 2025-05-14\n"
        "speakers:\n  - ines-halvard\n"
        '  - "NO"\n'
        "source:\n  file: a.txt\n  empty: []\n  none: null\n  map: {}\n"
        "dropped:\n  - line: 3\n    text: |-\n      two\n      lines\n  - - a\n    - - b\n  - true\n"
        f"long: {'word ' * 100}end\n"
    )
    assert plain_value(read_yaml(text, "f")) == {
        **value,
        "date": "2025-05-14",
        "dropped": [{"line": "3", "text": "two\nlines"}, ["a", ["b"]], "true"],
    }


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NASTY = st.text(st.sampled_from(" \t\n\r\x00\x85\u2028\ufeff:#-?,[]{}&*!|>'\"%@`~0123.eE_+=<NOyes\\é"), max_size=12)
TEXTS = ANY_TEXT | NASTY | st.sampled_from(TYPED) | st.text("ab \n", min_size=0, max_size=2000)
VALUES = st.recursive(
    TEXTS | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_is_dumped_reads_back(value: Any) -> None:
    text = dump_yaml(value)
    assert plain_value(read_yaml(text, "f")) == value
    assert yaml.load(text, Loader=yaml.CSafeLoader) == value


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_the_parser_in_python_reads_the_same(value: Any) -> None:
    text = dump_yaml(value)
    before = yamlfiles._LOADER
    try:
        yamlfiles._LOADER = yaml.SafeLoader
        assert plain_value(read_yaml(text, "f")) == value
    finally:
        yamlfiles._LOADER = before


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters() | st.sampled_from(" \t\n:#-?,[]{}&*!|>'\"%@`a\\"), max_size=60))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        read_yaml(text, "f.yaml")
    except Refused as refusal:
        problems = refusal.problems
    assert all(1 <= p.locus.line <= text.count("\n") + 1 and p.message for p in problems)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: Ferries: a timetable\n", 2, 'write: b: "Ferries: a timetable"'),
        ("a:\n  - b: c: d\n", 2, 'write: - b: "c: d"'),
        ("a: 1\n\tb: 2\n", 2, "a tab at the start of the line"),
        ("a: 1\nb: @home\n", 2, 'write: b: "@home"'),
        ("a: *b\n", 1, "an alias"),
        ("a: &b c\n", 1, "an anchor"),
        ("a: !!python/object:os.system x\n", 1, "a type tag"),
        ("a: ! x\n", 1, "a type tag"),
        ("%YAML 1.1\n---\na: b\n", 1, "directive"),
        ("a: b\n---\nc: d\n", 2, "a second document"),
        ('a: 1\nb: "open\nc: d\n', 2, "never closed"),
        ("a: 1\nb: [x, y\nc: d\n", 2, "never closed"),
        ("a: {x: y\n", 1, "never closed"),
        ("a: 1\na: 2\n", 2, "stands twice"),
        ("a: {b: 1, b: 2}\n", 1, "stands twice"),
        ("a: 1\nb: 2\nc: 3\na: 4\n", 4, "line 1"),
        ("a: 1\nno colon here\nb: 2\n", 2, "without “key: value”"),
        ("key:value\nb: 2\n", 1, "a blank belongs after the colon: key: value"),
        ("a: 1\n  b: 2\n", 2, "indented more"),
        ("a: 'it's'\n", 1, 'write: a: "it\'s"'),
        ('a: "b" c\n', 1, "after the closing quotation mark"),
        ("a: - b\n", 1, "on its own line"),
        ('a: "\\q"\n', 1, "backslash"),
        ('a: "\\ud800"\n', 1, ""),
        ("[a]: b\n", 1, "used as a key"),
        ("a: b\x00\n", 1, "U+0000"),
        ("a: 1\nb: x\u2028y\n", 2, "U+2028"),
        ("a: x\x85y\n", 1, "U+0085"),
        ("a: x\ry\n", 1, "U+000D"),
        ("a: " + "[" * 100_000, 1, "nested deeper"),
        ("a: x\n- b\n", 2, ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str, parser: str) -> None:
    message = refused(text)
    assert message.startswith(f"f.yaml:{line}: ")
    assert words in message
    assert refused(text, 5).startswith(f"f.yaml:{line + 4}: ")


def test_an_alias_bomb_is_refused_at_once(parser: str) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    assert refused(bomb).startswith("f.yaml:1: an anchor")


def test_a_text_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamlfiles, "MAX_CHARACTERS", 10)
    assert "more than the 10" in refused("a: 4567890\n")
    assert as_map(read_yaml("a: 456789\n", "f"))["a"].value == "456789"


def test_lines_count_from_the_first_line_given() -> None:
    node = read_yaml("a: 1\r\nb:\r\n  - x\r\n", "f", 10)
    assert as_map(node)["b"].line == 12
    assert as_list(as_map(node)["b"])[0].line == 12


def test_nothing_at_all() -> None:
    for text in ("", "# only a remark\n", "\ufeff", "---\n"):
        node = read_yaml(text, "f")
        assert node.is_null
        assert as_map(node) == {}
        assert as_list(node) == ()
        assert as_texts(node) == ()
    assert not read_yaml('""', "f").is_null


def test_typed_readers() -> None:
    node = as_map(read_yaml("d: 2024-02-29\ny: 2024\nb: No\nt: one\nl: [a, b]\nn:\nbad: 2023-02-29\n", "f"))
    assert as_date(node["d"]) == "2024-02-29"
    assert as_date(node["y"], partial=True) == "2024"
    assert as_bool(node["b"]) is False
    assert as_texts(node["t"]) == ("one",)
    assert as_texts(node["l"]) == ("a", "b")
    for reader, key, words in (
        (as_date, "bad", "no day"),
        (as_date, "y", "not a date"),
        (as_date, "t", "YYYY-MM-DD"),
        (as_bool, "t", "neither true nor false"),
        (as_text, "l", "not a list"),
        (as_text, "n", "missing"),
        (as_list, "t", "not a text"),
        (as_map, "l", "not a list"),
    ):
        with pytest.raises(Refused, match=words):
            reader(node[key])


def test_every_unknown_key_is_told_with_a_suggestion() -> None:
    with pytest.raises(Refused) as caught:
        as_map(read_yaml("tilte: x\nlanguage: en\nzzz: 1\n", "f"), ("title", "language"))
    first, second = map(str, caught.value.problems)
    assert first == "f:1: unknown key “tilte”\n    did you mean “title”?"
    assert second == "f:3: unknown key “zzz”\n    known are: title, language"


def test_what_can_not_be_written() -> None:
    deep: Any = "x"
    for _ in range(yamlfiles.MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(ValueError, match="deeper"):
        dump_yaml(deep)
    with pytest.raises(ValueError, match="surrogate"):
        dump_yaml("\ud800")
    with pytest.raises(TypeError, match="float"):
        dump_yaml({"a": 1.5})
    with pytest.raises(TypeError, match="key"):
        dump_yaml({1: "a"})
