"""The benchmark of scale: its corpus is read, peers get every word, rounds alternate, tables say what was measured."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from benchmarks import preview
from benchmarks.corpus import EXCHANGES, change_briefing, change_text, choose_outlet, make_up
from benchmarks.peers import (
    Missing,
    Peer,
    Post,
    dumps_pelican,
    dumps_yaml,
    escape,
    find_differences,
    make_post,
    read_words,
)
from benchmarks.scale import (
    Case,
    Row,
    Table,
    find_exponent,
    find_ratio,
    install_peers,
    list_growth,
    list_rows,
    list_stages,
    run_rounds,
)
from benchmarks.stages import Clock
from benchmarks.watched import Run, watch
from edition.building import build_site
from edition.importing.transcribing import known_of, make_transcripts
from edition.settings import read_settings
from edition.transcripts import loads
from edition.witnesses import make_witness
from tests.editions import ROOT, TRANSCRIPT, add, write_edition


def test_made_up_briefings_are_read_with_every_exchange() -> None:
    room = read_settings(ROOT)
    known = known_of(room.config, room.authorities)
    for path, text in make_up(2):
        witness = make_witness(path, path, text.encode())
        (reading,) = make_transcripts(witness, room.config, known, room.authorities)
        assert [section.kind for section in reading.transcript.sections] == ["exchange"] * EXCHANGES
    assert list(make_up(2)) == list(make_up(2))


def test_a_briefing_gets_another_title_each_time(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.md").write_text((ROOT / "content/briefings/2025-05-14-ines-halvard.md").read_text("utf-8"))
    before = loads((tmp_path / "b.md").read_text("utf-8"), "b.md")
    titles = []
    for turn in range(2):
        change_briefing(tmp_path, turn)
        changed = loads((tmp_path / "b.md").read_text("utf-8"), "b.md")
        titles.append(changed.title)
        assert changed.sections == before.sections
    assert len({before.title, *titles}) == 3
    assert loads((tmp_path / "a.md").read_text("utf-8"), "b.md") == before


def test_a_briefing_gets_another_word_each_time(tmp_path: Path) -> None:
    text = (ROOT / "content/briefings/2025-05-14-ines-halvard.md").read_text("utf-8")
    (tmp_path / "b.md").write_text(text)
    before = loads(text, "b.md")
    for turn in range(3):
        undo = change_text(tmp_path, turn)
        changed = loads((tmp_path / "b.md").read_text("utf-8"), "b.md")
        words = [Counter(word for p in s.paragraphs for word in p.text.split()) for s in changed.sections]
        known = [Counter(word for p in s.paragraphs for word in p.text.split()) for s in before.sections]
        assert sum(((now - then) for now, then in zip(words, known, strict=True)), Counter()) == {str(turn): 1}
        undo()
        assert (tmp_path / "b.md").read_text("utf-8") == text
        text = text.replace("harbour", "harbours", 1)
        (tmp_path / "b.md").write_text(text)
        before = loads(text, "b.md")


def test_the_outlet_that_is_renamed_is_neither_rare_nor_everywhere() -> None:
    assert choose_outlet({"rare": 1, "some": 11, "everywhere": 900}, 1_000) == "some"


# ── Peers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" ")), st.booleans())
def test_every_word_of_a_paragraph_reaches_the_peers(text: str, labelled: bool) -> None:
    label = "**Harbour Post:** " if labelled else ""
    page = MarkdownIt("commonmark").render(label + escape(text, begins=not labelled))
    assert read_words(f"<article>{page}") == [*(["Harbour", "Post:"] if labelled else []), *text.split()]
    assert page.count("<p>") == bool(label + text.strip())


RECORD = {
    "id": "2025-05-14-x",
    "title": "A title: with a colon",
    "date": "2025-05-14",
    "speakers": [{"id": "ines-halvard", "name": "Ines Halvard"}],
    "sections": [
        {
            "heading": "Ferries",
            "outlet": {"id": "harbour-post", "name": "Harbour Post"},
            "countries": [{"code": "NO", "evidence": ["Norway"]}],
            "turns": [
                {
                    "label": "Harbour Post",
                    "paragraphs": [{"text": "Is the *ferry* to Norway late?"}, {"text": "1. Why?"}],
                }
            ],
        }
    ],
}
POST = make_post(RECORD)


def test_a_post_has_the_terms_and_words_of_its_record() -> None:
    assert POST.terms == {"speakers": ["ines-halvard"], "countries": ["no"], "outlets": ["harbour-post"]}
    assert 'title: "A title: with a colon"\ndate: 2025-05-14\n' in dumps_yaml(POST)
    assert "category: ines-halvard\ntags: no\nauthors: harbour-post\n" in dumps_pelican(POST)


def make_site(folder: Path, post: Post) -> None:
    for name in (
        "index",
        *(f"{taxonomy}/{term}" for taxonomy in post.terms for term in ("index", *post.terms[taxonomy])),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.html").write_text("<main>")
    (folder / "briefings").mkdir()
    page = MarkdownIt("commonmark").render(post.body)
    (folder / "briefings" / f"{post.id}.html").write_text(f"<main><article>{page}</article>outside")
    (folder / "feed.xml").write_text("<item>")
    (folder / "sitemap.xml").write_text("<loc>" * 8)


def test_a_site_with_the_common_set_of_pages_and_words_has_no_difference(tmp_path: Path) -> None:
    make_site(tmp_path, POST)
    assert find_differences(tmp_path, [POST]) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda site: (site / "countries/no.html").unlink(), "countries/no.html is lacking"),
        (lambda site: (site / "more.html").write_text(""), "more.html is one too many"),
        (lambda site: (site / "feed.xml").write_text(""), "feed.xml has 0 entries, not 1"),
        (lambda site: (site / "sitemap.xml").unlink(), "sitemap.xml has 0 entries, not 8"),
        (
            lambda site: (site / f"briefings/{POST.id}.html").write_text("<article>Is the ferry late?"),
            f"briefings/{POST.id}.html has other words than the briefing",
        ),
    ],
)
def test_a_site_with_other_pages_or_words_is_told(tmp_path: Path, spoil: Callable[[Path], None], said: str) -> None:
    make_site(tmp_path, POST)
    spoil(tmp_path)
    assert find_differences(tmp_path, [POST]) == [said]


def test_a_peer_that_cannot_run_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> tuple[str, ...]:
        raise Missing("node is not installed")

    def install() -> tuple[str, ...]:
        return (sys.executable,)

    here = [
        Peer("Gone", "eleventy", refuse, "--version", "", dumps_yaml),
        Peer("There", "hugo", install, "--version", "", dumps_yaml),
        Peer("Broken", "hugo", install, "--no-such-option", "", dumps_yaml),
    ]
    monkeypatch.setattr("benchmarks.scale.PEERS", here)
    absent: list[str] = []
    assert [peer.name for peer, _ in install_peers(absent)] == ["There"]
    assert absent[0] == "Gone: node is not installed"
    assert absent[1].startswith("Broken: ")


# ── Measuring ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rounds_alternate_and_a_command_that_fails_is_named(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def case(name: str, code: int) -> Case:
        return Case(name, "full", ("sh", "-c", f"echo {name} >> log; echo said by {name}; exit {code}"), tmp_path)

    absent: list[str] = []
    rows = run_rounds([case("a", 0), case("b", 3), case("c", 0)], 2, absent)
    assert log.read_text().split() == ["a", "b", "c", "a", "c"]
    assert [(row.tool, len(row.runs)) for row in rows] == [("a", 2), ("c", 2)]
    assert absent == ["b, full: ended with 3: said by b"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory of a tree isn't told")
def test_a_run_counts_the_processor_and_memory_of_what_it_starts(tmp_path: Path) -> None:
    inner = "import time; kept = bytearray(80_000_000)\nwhile time.process_time() < 0.25: pass"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    run = watch((sys.executable, "-c", outer), tmp_path)
    assert run.code == 0
    assert run.cpu >= 0.2
    assert run.memory > 80_000_000


def test_stages_hold_all_seconds_by_what_the_build_tells() -> None:
    clock = Clock()
    assert list(clock.show("reading", iter([1, 2]), 2)) == [1, 2]
    clock.turn("")
    assert list(clock.seconds) == ["starting, settings", "reading: making", "reading: using", "after reading"]
    assert sum(seconds for seconds, _ in clock.seconds.values()) == pytest.approx(clock.since[0])


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def row_of(tool: str, *walls: float, files: int = 0) -> Row:
    return Row(tool, "full build", [Run(wall, 2 * wall, 2**20, 0, "") for wall in walls], files, files * 1000)


def test_the_exponent_is_that_of_the_growth() -> None:
    assert find_exponent([100, 1_000, 10_000], [3.0, 30.0, 300.0]) == pytest.approx(1)
    assert find_exponent([10, 20], [1.0, 4.0]) == pytest.approx(2)


def test_a_ratio_is_the_median_of_the_rounds_not_the_ratio_of_medians() -> None:
    rows = row_of("x", 2, 40, 6), row_of("Hugo", 1, 10, 1)
    assert find_ratio(*rows, "wall") == find_ratio(*rows, "cpu") == 4


def test_tables_show_median_spread_and_ratio() -> None:
    table = Table(10, 5.0, [row_of("Rostrum", 4, 2, 3, files=7), row_of("Hugo", 1, 1, 1)], [], {}, ("", ""))
    lines = list(list_rows(table))
    assert lines[2] == "| full build | Rostrum | 3.00 | 2.00–4.00 | 3.0 | 6.00 | 3.0 | 1 | 7 | 0.0 |"
    assert lines[3] == "| full build | Hugo | 1.00 | 1.00–1.00 | 1.0 | 2.00 | 1.0 | 1 |  |  |"


def test_the_table_of_growth_leaves_out_what_one_size_lacks() -> None:
    small = Table(10, 5.0, [row_of("Rostrum", 1, files=5), row_of("Hugo", 1)], [], {}, ("", ""))
    large = Table(100, 5.0, [row_of("Rostrum", 10, files=50)], [], {}, ("", ""))
    assert list(list_growth([small, large]))[2:] == ["| full build | Rostrum | 1.00 | 1.00 | 0.00 | 1.00 | 1.00 |"]


def test_short_stages_are_added_up() -> None:
    lines = list(list_stages({"a": [60.0, 50.0], "b": [0.2, 0.1], "c": [0.3, 0.3], "d": [39.5, 30.0]}))
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| a", "| d", "| everything else"]
    assert lines[-1] == "| everything else | 0.50 | 0.40 | 0% |"


def test_a_preview_is_measured_from_saving_to_showing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = write_edition(tmp_path / "edition")
    add(edition, "content/briefings/2025-05-14-ines-halvard.md", TRANSCRIPT)
    build_site(edition)
    monkeypatch.setattr(preview, "SAVED", 1)
    monkeypatch.setattr(preview, "STEP", 0.2)
    found = preview.measure(edition)
    assert len(found.shown) == len(found.built) == 1
    assert 0 < found.shown[0] <= found.built[0]
    assert found.started > 0
