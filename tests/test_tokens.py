"""A text read into words and marks: nothing lost, offsets exact, whatever the characters."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from edition.annotate.tokens import Memo, Openings, Tokens, make_plain

#: The same in one plain rule, to hold the quick one against: a word with what hides in it, one character, one mark.
_PLAIN_RULE = re.compile(
    r"[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
    r"(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]*)*"
    r"|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\w\s]"
)
_LIKELY = st.sampled_from("ab Zé’“”–-.,ñ\u0301\u00ad\u200d\u00a0\n\u2028中カー_1")


@given(st.text(st.one_of(_LIKELY, st.characters()), max_size=60))
def test_tokens_are_those_of_the_plain_rule_with_their_places(text: str) -> None:
    tokens = Tokens(text)
    expected = [(m.start(), m.end(), m[0]) for m in _PLAIN_RULE.finditer(text)]
    assert [(tokens.start(i), tokens.ends[i], raw) for i, raw in enumerate(tokens.raw)] == expected
    for i in range(len(expected) - 1):
        assert tokens.touches(i) == (expected[i][1] == expected[i + 1][0])
    assert not tokens.touches(len(expected) - 1)
    assert not tokens.touches(-1)


def test_a_name_with_an_accent_is_one_word() -> None:
    assert Tokens("Peña, Ma\u0301laga and O’Neil").raw == ["Peña", ",", "Ma\u0301laga", "and", "O", "’", "Neil"]
    assert [make_plain(t) for t in ("Peña", "Ma\u0301laga", "’", "–")] == ["Pena", "Malaga", "'", "-"]


@given(st.lists(st.sampled_from(["ferry", "Oslo", "and", "the", ",", "2025"]), max_size=20))
def test_all_that_is_looked_for_is_found_in_one_reading(words: list[str]) -> None:
    capitals, digits, nothing = Memo(str.istitle), Memo(str.isdigit), Memo(lambda _: None)
    text = " ".join(words)
    alone, together = Tokens(text), Tokens(text, Openings([capitals, nothing, digits]))
    for known in (capitals, digits, nothing):
        assert together.where(known) == alone.where(known)
    assert together.where(digits) == [i for i, word in enumerate(words) if word == "2025"]
