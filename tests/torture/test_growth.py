"""Time that grows with a source's length alone: four times the source, at most nine times the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from edition.importing.transcribing import known_of, make_transcripts
from edition.problems import Refused
from edition.witnesses import make_witness
from tests.torture.test_mutants import AUTHORITIES, CONFIG

_TITLE = "Spokesperson Ines Halvard’s Press Conference on May 6, 2025\n\n"


def _name(i: int) -> str:
    return "".join(chr(97 + int(c)) for c in str(i)).title()


def _page(body: str) -> str:
    return f"<html><body><h1>Quay</h1><p>Harbour</p>{body}</body></html>"


SHAPES: dict[str, Callable[[int], str]] = {
    "names": lambda n: _TITLE + "".join(f"Q: Why?\n\nA: So.\n\nTom {_name(i)}: said so.\n\n" for i in range(n)),
    "capitals": lambda n: "".join(f"Q  Why {i}?\n\nMR. {_name(i).upper()}:  So.\n\n" for i in range(n)),
    "colons": lambda n: _TITLE + "Q: " + "a: " * 20 * n,
    "separators": lambda n: _page("<p>Q: a * * *</p><p>* * *</p><p>A: * * * so.</p>" * n),
    "furniture": lambda n: _page("".join(f"<p>Boat {i}</p><nav>Boat {i}</nav>" for i in range(n))),
    "equal words": lambda n: _page("<p>word</p><nav>word</nav><p>word word</p><aside>word</aside>" * n),
    "one long line": lambda n: _page(f"<nav>{'word ' * 5 * n}</nav><p>{'word ' * 20 * n}x</p>"),
    "headings": lambda n: _page("<h2>Quay</h2>" + "<p>Stone</p>" * n),
    "teasers": lambda n: _page("<p>" + "words " * 30 + "</p>" + "<h3><a href=x>Boat</a></h3><p>Lamp</p>" * n),
    "depth": lambda n: _page("<div>" * 390 + "<p>word word</p>" * n),
    "controls": lambda n: "a\x0cb &amp; \x92 word\n" * n,
    "bytes": lambda n: _page("b'<p>\\n" * n),
}


@pytest.mark.torture
@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_the_length_alone(shape: str) -> None:
    def seconds(n: int) -> float:
        witness = make_witness("x", "x", SHAPES[shape](n).encode())
        started = time.process_time()
        try:
            make_transcripts(witness, CONFIG, known_of(CONFIG, AUTHORITIES), AUTHORITIES)
        except Refused as e:
            assert "conserved" not in str(e)  # noqa: PT017
        return time.process_time() - started

    seconds(50)
    assert seconds(1600) < 9 * max(0.05, min(seconds(400), seconds(400)))
