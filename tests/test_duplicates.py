"""Likeness of texts: the same words, nearly the same, and many that share only their formulas."""

from __future__ import annotations

import random

from edition.importing.duplicates import NEAR, Seen, likeness_of, resemblance
from edition.importing.reports import FileReport, ImportReport
from edition.model import Locus
from edition.problems import Problem


def transcript(words: list[str], date: str = "2025-05-06", markup: str = "") -> str:
    return f"---\ntitle: Ferries\ndate: {date}\n---\n\n## {markup}{{#q1}}\n\n**Ines Halvard:** {' '.join(words)}\n"


def some_words(seed: int, number: int = 800) -> list[str]:
    chance = random.Random(seed)
    return [f"word{chance.randrange(4000)}" for _ in range(number)]


def test_markup_is_no_word_and_a_date_tells_apart() -> None:
    words = some_words(1)
    seen = Seen()
    seen.add("a", likeness_of(transcript(words)))
    marked = transcript(["[word9](country:GE)" if w == "word9" else w for w in words])
    assert seen.same(likeness_of(marked)) == "a"
    other_day = likeness_of(transcript(words, "2025-05-07"))
    assert (seen.same(other_day), seen.near(other_day)) == ("", ("a", 1.0))


def test_nearly_the_same_words_are_found_with_their_share() -> None:
    seen = Seen()
    for seed in range(200):
        seen.add(str(seed), likeness_of(transcript(some_words(seed))))
    for seed in range(200):
        words = some_words(seed)
        words[100:110] = ["other"] * 10
        words[500] = "another"
        name, share = seen.near(likeness_of(transcript(words)))
        assert name == str(seed)
        assert NEAR <= share <= 1
    assert seen.near(likeness_of(transcript(some_words(999)))) == ("", 0.0)


def test_the_share_is_near_the_true_one() -> None:
    a, b = some_words(1), some_words(1)
    b[:200] = some_words(2, 200)
    first, second = ({tuple(w[i : i + 3]) for i in range(len(w) - 2)} for w in (a, b))
    true = len(first & second) / len(first | second)
    found = resemblance(likeness_of(transcript(a)).sketch, likeness_of(transcript(b)).sketch)
    assert abs(found - true) < 0.2


def test_short_texts_are_compared_as_a_whole_only() -> None:
    seen = Seen()
    seen.add("a", likeness_of(transcript(["The", "office", "is", "closed"])))
    assert seen.near(likeness_of(transcript(["The", "office", "is", "open"], "2025-05-07"))) == ("", 0.0)


def test_many_files_don_t_flood_the_terminal() -> None:
    files = tuple(
        FileReport(
            f"{n}.txt",
            "refused" if n % 2 else "imported",
            problems=(Problem(Locus(f"{n}.txt", n), f"“word {n}” is read as words"),),
        )
        for n in range(1, 101)
    )
    report = ImportReport(files)
    assert len(report.lines()) == len(report.problem_lines()) == 100
    assert report.lines(verbose=False)[:2] == ("imported: 50", "refused: 50")
    assert report.problem_lines(verbose=False) == (
        "100 × … is read as words",
        "    1.txt:1: “word 1” is read as words",
        "    10.txt:10: “word 10” is read as words",
        "    100.txt:100: “word 100” is read as words",
        "    … and 97 more",
    )


def test_words_in_ascii_and_beyond_are_told_alike() -> None:
    signs = "".join(map(chr, range(32, 127)))
    plain = transcript([f"{sign}Word{sign}two" for sign in signs] * 3)
    beyond = transcript([f"{sign}Word{sign}two" for sign in signs] * 3 + ["“Été”"])
    alike = resemblance(likeness_of(plain).sketch, likeness_of(beyond).sketch)
    assert alike > 0.8
    quoted = transcript(["“Quiet”", "words", "—", "some…"] * 30)
    assert likeness_of(quoted) == likeness_of(transcript(['"quiet"', "Words", "-", "some..."] * 30))
