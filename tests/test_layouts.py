"""Layouts: fixture pairs (source and expected transcript), recognition by structure, and the shared gold standard.

`pytest tests/test_layouts.py --refresh` writes the expected files anew; a person reads the diff.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edition.config import Config
from edition.importing.transcribing import known_of, make_transcripts
from edition.layouts.digest import weigh_openings
from edition.layouts.head import is_title, read_stamp, speaker_of_title
from edition.layouts.parts import Known, make_document
from edition.layouts.recognising import LAYOUTS, Recognised, recognise
from edition.model import Authorities, Outlet, Section, Speaker, Transcript
from edition.transcripts import dumps, loads
from edition.witnesses import Witness, make_witness
from edition.words import check_conservation

FIXTURES = Path(__file__).resolve().parent / "fixtures" / "layouts"
SOURCES = sorted(FIXTURES.glob("*/*.txt"))
CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(Speaker("ines-halvard", "Ines Halvard"), Speaker("tomas-erevik", "Tomas Erevik")),
    outlets=(
        Outlet("harbour-post", "Harbour Post"),
        Outlet("marenia-national-radio", "MNR", full_name="Marenia National Radio"),
    ),
)
TITLE = "Foreign Office Spokesperson Ines Halvard’s Regular Press Conference on May 6, 2025"


def read(path: Path) -> tuple[Witness, Transcript, Recognised]:
    witness = make_witness(path.name, path.name, path.read_bytes())
    return witness, *make_transcripts(witness, CONFIG, known_of(CONFIG, AUTHORITIES), AUTHORITIES)[0]


def read_text(text: str, known: Known | None = None) -> tuple[Transcript, Recognised]:
    witness = make_witness("x.txt", "x.txt", text.encode())
    return make_transcripts(witness, CONFIG, known or Known(), AUTHORITIES)[0]


def shape(sections: tuple[Section, ...]) -> list[tuple[str, list[tuple[str, str | None, int]]]]:
    return [(s.id, [(t.role, t.label, len(t.paragraphs)) for t in s.turns]) for s in sections]


# ── Fixture pairs ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_source_gives_its_expected_transcript(source: Path, refresh: bool) -> None:
    witness, transcript, recognised = read(source)
    assert recognised.layout.name == source.parent.name, recognised.evidence
    assert recognised.ties == ()
    assert check_conservation(witness.lines, transcript) == ()
    text = dumps(transcript)
    assert loads(text, f"{transcript.id}.md") == transcript
    expected = source.with_suffix(".expected.md")
    if refresh:
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


def test_every_layout_has_a_fixture_and_no_expected_file_is_an_orphan() -> None:
    assert {p.parent.name for p in SOURCES} == {layout.name for layout in LAYOUTS}
    expected = {p.name.removesuffix(".expected.md") for p in FIXTURES.glob("*/*.expected.md")}
    assert expected == {p.stem for p in SOURCES}
    assert all(p.name.endswith((".txt", ".expected.md")) for p in FIXTURES.glob("*/*"))


# ── Recognition ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_recognition_does_not_look_at_the_name_of_the_file(source: Path) -> None:
    lines = source.read_text(encoding="utf-8").split("\n")
    known = known_of(CONFIG, AUTHORITIES)
    names = {recognise(make_document(n, lines), known).layout.name for n in ("2019-01-01-digest.txt", "", source.name)}
    assert names == {source.parent.name}


def test_a_layout_gives_its_score_with_reasons() -> None:
    _, _, recognised = read(FIXTURES / "letterhead" / "two-openings.txt")
    assert 0.9 < recognised.evidence.score <= 1
    assert "2 lines of letterhead" in recognised.evidence.reasons


def test_what_no_layout_knows_is_plain_and_says_so() -> None:
    transcript, recognised = read_text("one\ntwo\n")
    assert (transcript.kind, recognised.layout.name) == ("other", "plain")
    doubts = recognised.layout.parse(recognised.page).doubts
    assert any("no layout knows this page" in message for _, message in doubts)


# ── Turns ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_labels_are_found_without_any_register() -> None:
    """Position alone must do: the register only helps where a label stands once or is broken."""
    text = (
        f"{TITLE}\n\nHarbour Post: Is it late?\n\nInes Halvard: No.\n\nNorthern Wire: Is it early?\n\nInes Halvard: No."
    )
    transcript, _ = read_text(text)
    assert [t.label for s in transcript.sections for t in s.turns] == [
        "Harbour Post",
        "Ines Halvard",
        "Northern Wire",
        "Ines Halvard",
    ]


@pytest.mark.parametrize(
    "false",
    [
        "Between 00:00 and 24:00: eleven ships.",
        "As of 24:00: nothing.",
        "At 10:30 the ferry leaves.",
        "I want to say this: no.",
        "Our position is very clear: no.",
        "First: the railings.",
        "Note: the bridge is wet.",
        "Finally: thank you.",
        "See https://example.org/bridge for more.",
        "“Harbour Post: closed,” the sign said.",
    ],
)
def test_what_is_no_label_stays_text(false: str) -> None:
    asked = "Harbour Post: Why?\n\nInes Halvard: Because."
    text = f"{TITLE}\n\n{asked}\n\n{false}\n\nRadio Meridian: How?\n\nInes Halvard: So."
    transcript, _ = read_text(text, known_of(CONFIG, AUTHORITIES))
    assert shape(transcript.sections) == [
        ("q1", [("question", "Harbour Post", 1), ("answer", "Ines Halvard", 2)]),
        ("q2", [("question", "Radio Meridian", 1), ("answer", "Ines Halvard", 1)]),
    ]
    assert transcript.sections[0].paragraphs[2].text == false


@pytest.mark.parametrize(
    "label", ["INES HALVARD", "Ines halvard", "Ínes Halvard", "Ms. Halvard", "Halvard", "Ines Halvrad"]
)
def test_the_title_s_speaker_is_known_in_other_printings(label: str) -> None:
    transcript, _ = read_text(f"{TITLE}\n\nQ: Why?\n\n{label}: Because.\n\nQ: How?\n\nInes Halvard: So.")
    assert [t.role for s in transcript.sections for t in s.turns] == ["question", "answer"] * 2
    assert transcript.sections[0].turns[1].label == label
    assert transcript.speakers == ("ines-halvard",)


def test_a_remark_in_brackets_belongs_to_the_label() -> None:
    transcript, _ = read_text(
        f"{TITLE}\n\nHarbour Post: Why?\n\nInes Halvard (in French): Because.\n\n"
        "Lantern Weekly (follow-up): And when?\n\nInes Halvard: Soon.\n\n"
        "The Lantern Fund (a charity): nobody asked it. It asks nothing."
    )
    first, second = transcript.sections
    assert shape(transcript.sections) == [
        ("q1", [("question", "Harbour Post", 1), ("answer", "Ines Halvard (in French)", 1)]),
        ("q2", [("question", "Lantern Weekly (follow-up)", 1), ("answer", "Ines Halvard", 2)]),
    ]
    assert (first.attributes, second.attributes) == ((), (("follows", "q1"),))
    assert transcript.speakers == ("ines-halvard",)


def test_what_only_looks_like_a_label_is_a_doubt() -> None:
    _, recognised = read_text(
        f"{TITLE}\n\nHarbour Post: Why?\n\nInes Halvard: Because.\n\nFish and Tide: a fair that we hold."
    )
    parsed = recognised.layout.parse(recognised.page)
    assert parsed.doubts == ((7, "“Fish and Tide:” is read as words of the text, not as a label"),)


def test_a_question_of_two_paragraphs_stays_one_question() -> None:
    text = f"{TITLE}\n\nHarbour Post: Two things.\n\nIs the bridge wet? And is it high?\n\nInes Halvard: Both."
    transcript, _ = read_text(text, known_of(CONFIG, AUTHORITIES))
    assert shape(transcript.sections) == [("q1", [("question", "Harbour Post", 2), ("answer", "Ines Halvard", 1)])]


def test_an_answer_without_a_label_is_still_an_answer() -> None:
    transcript, _ = read_text(f"{TITLE}\n\nQ: Why?\n\nBecause.\n\nIndeed.\n\nQ: How?\n\nA: So.")
    assert shape(transcript.sections)[0] == ("q1", [("question", "Q", 1), ("answer", None, 2)])


def test_labels_are_read_where_the_title_names_nobody() -> None:
    text = (
        "Press briefing at the Foreign Office, 6 May 2025\n\nNorthern Wire: Is it late?\n\nLeif Strand: No.\n\n"
        "Harbour Post: Is it early?\n\nLeif Strand: Never."
    )
    transcript, _ = read_text(text)
    assert [t.role for s in transcript.sections for t in s.turns] == ["question", "answer"] * 2
    assert transcript.speakers == ("Leif Strand",)


def test_questions_after_the_conference_keep_their_introduction() -> None:
    text = (
        f"{TITLE}\n\nQ: Why?\n\nA: Because.\n\nThe following questions were raised after the press conference:\n\n"
        "Harbour Post: Why not?\n\nInes Halvard: Because not."
    )
    transcript, _ = read_text(text, known_of(CONFIG, AUTHORITIES))
    after = transcript.sections[1]
    assert after.occasion is not None
    assert after.occasion.value == "after-conference"
    assert after.occasion.printed == "The following questions were raised after the press conference:"
    assert after.turns[0].label == "Harbour Post"


def test_a_question_reported_after_the_conference_is_an_exchange() -> None:
    asked = "After the press conference, a journalist asked whether the bridge would be painted."
    transcript, _ = read_text(f"{TITLE}\n\nQ: Why?\n\nA: Because.\n\n{asked}\n\nInes Halvard: It will.")
    after = transcript.sections[1]
    assert after.occasion is not None
    assert (after.kind, after.occasion.printed) == ("exchange", "After the press conference,")
    assert [t.role for t in after.turns] == ["question", "answer"]


def test_a_line_that_breaks_off_goes_on_where_blank_lines_part_paragraphs() -> None:
    asked = "Harbour Post: Did the guests from Saudi Arabia and South\nAfrica like the ferry?"
    text = f"{TITLE}\n\n{asked}\n\nInes Halvard: They did.\n\nA heading\nThey sang.\n\nThen" + "\n\nthey left." * 6
    transcript, _ = read_text(text, known_of(CONFIG, AUTHORITIES))
    texts = [p.text for p in transcript.sections[0].paragraphs]
    assert texts[0] == "Did the guests from Saudi Arabia and South Africa like the ferry?"
    assert "A heading" in texts


def test_a_closing_notice_without_a_separator_is_proposed() -> None:
    text = f"{TITLE}\n\nQ: Why?\n\nA: Because.\n\nThe regular press conference will be in recess until May 20."
    transcript, recognised = read_text(text)
    assert [(s.id, s.kind, s.proposed) for s in transcript.sections] == [
        ("q1", "exchange", False),
        ("n1", "notice", True),
    ]
    assert any("proposed" in m for _, m in recognised.layout.parse(recognised.page).doubts)


def test_a_conference_without_a_question_is_a_doubt() -> None:
    _, recognised = read_text(f"{TITLE}\n\nThe bridge is closed.\n\nThe ferry sails.")
    assert any("no question" in message for _, message in recognised.layout.parse(recognised.page).doubts)


# ── Head and foot ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Updated: May 14, 2025 16:05", "2025-05-14T16:05"),
        ("2024-01-29 21:19", "2024-01-29T21:19"),
        ("14 May 2025", "2025-05-14"),
        ("Published on Wednesday, 14 May 2025 at 4:05 p.m.", "2025-05-14T16:05"),
        ("2024-01-29 21:19:07 +02:00", "2024-01-29T21:19:07+02:00"),
        ("12 de abril de 2026", "2026-04-12"),
        ("2025年3月12日 09:30", "2025-03-12T09:30"),
        ("February 30, 2025", None),
        ("May 14", None),
        ("2024-01-29 25:19", None),
        ("On May 14, 2025 the ferry sailed", None),
    ],
)
def test_stamps(text: str, moment: str | None) -> None:
    assert read_stamp(text) == moment


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (TITLE, "Ines Halvard"),
        ("Foreign Ministry Spokeswoman Ana María de la Cruz's Remarks on Fish", "Ana María de la Cruz"),
        ("Weekly Press Briefing by Spokesperson Ines Halvard, 3 April 2025", "Ines Halvard"),
        ("Press Conference by Foreign Minister Tom Roe", "Tom Roe"),
        ("Remarks by Vice President Lind on Ferries", "Lind"),
        ("Regular Press Conference on May 6", None),
        ("Foreign Office Spokesperson’s Regular Press Conference", None),
    ],
)
def test_the_speaker_in_a_title(title: str, name: str | None) -> None:
    assert is_title(title)
    assert speaker_of_title(title) == name


@pytest.mark.parametrize(
    ("title", "stamp", "date"),
    [
        ("on May 6, 2025", "2025-05-07 09:00", "2025-05-06"),
        ("on May6, 2025", "", "2025-05-06"),
        ("on May 6", "2025-05-06 18:00", "2025-05-06"),
        ("on December 30", "2025-01-02 09:00", "2024-12-30"),
        ("on May 6", "", None),
        ("", "2025-05-06 18:00", "2025-05-06"),
        ("", "", None),
    ],
)
def test_the_date_comes_from_the_title_then_from_the_stamp_and_never_from_the_name(
    title: str, stamp: str, date: str | None
) -> None:
    text = f"Spokesperson Ines Halvard’s Press Conference {title}\n{stamp}\n\nQ: Why?\n\nA: Because."
    witness = make_witness("t20190101_99.txt", "t20190101_99.txt", text.encode())
    transcript, _ = make_transcripts(witness, CONFIG, Known(), AUTHORITIES)[0]
    assert transcript.date == date
    if date is None:
        assert transcript.id == "undated-t20190101-99"


def test_a_sentence_or_a_turn_is_no_title() -> None:
    assert not is_title("The press conference was long.")
    assert not is_title("Harbour Post: Will there be a briefing on Friday, and if so where?")
    assert not is_title("Was there a press conference?")


# ── Digest ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_digest_proposes_its_articles_and_an_editor_settles_them() -> None:
    """All boundaries are marked as proposed; moving and deleting headings in the file gives the nine articles."""
    _, transcript, _ = read(FIXTURES / "digest" / "nine-items.txt")
    assert all(s.proposed for s in transcript.sections)
    assert any("proposed by the importer" in n for n in transcript.notes)
    openings = (
        "Foreign Office spokesperson Ines Halvard answered", "In a speech given on Tuesday",
        "When asked whether the herring",
        "Vice President Oda Lind on Saturday", "In response to a question about the chess",
        "A choir of girls from Kigali",
        "Asked about the lamp", "The weather stations for Tonga are packed", "Marenian President Eva Torrin on Tuesday",
    )  # fmt: skip
    proposed = [s.paragraphs[0].text for s in transcript.sections]
    assert not all(p.startswith(openings) for p in proposed), "this imitation should hold a boundary proposed wrongly"
    assert not all(any(p.startswith(o) for p in proposed) for o in openings), "and one that is missed"
    # The editor's work, with nothing but a text editor: take every proposed heading out, set one before each article.
    body = [line for line in dumps(transcript).split("\n") if not line.startswith("## ")]
    edited: list[str] = []
    number = 0
    for line in body:
        if line.startswith(openings):
            number += 1
            edited += [f"## {{#t{number}}}", ""]
        edited.append(line)
    settled = loads("\n".join(edited), f"{transcript.id}.md")
    assert [s.id for s in settled.sections] == [f"t{n}" for n in range(1, 10)]
    assert not any(s.proposed for s in settled.sections)
    lines = (FIXTURES / "digest" / "nine-items.txt").read_text(encoding="utf-8").split("\n")
    assert check_conservation(lines, settled) == ()


def test_boundaries_are_proposed_from_evidence_that_is_told() -> None:
    lines = (FIXTURES / "digest" / "nine-items.txt").read_text(encoding="utf-8").strip().split("\n")
    weighed = weigh_openings(lines)
    assert len(weighed) == len(lines)
    assert all(o.evidence for o in weighed if o.points >= 3.5)
    assert weigh_openings([]) == []


# ── The shared corpus ───────────────────────────────────────────────────────────────────────────────────────────────


def first(text: str, n: int = 8) -> str:
    return " ".join(text.split()[:n])


def last(text: str, n: int = 8) -> str:
    return " ".join(text.split()[-n:])


@pytest.mark.parametrize("name", ["000", "002"])
def test_the_structure_of_the_gold_standard(shared: Path, name: str) -> None:
    gold: dict[str, Any] = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
    _, transcript, _ = read(shared / "corpus" / "seeds" / gold["file"])
    assert (transcript.title, transcript.date, transcript.published) == (gold["title"], gold["date"], gold["updated"])
    assert transcript.speakers == (gold["spokesperson"],)
    assert [d.line for d in transcript.apparatus.dropped] == gold["boilerplate_lines"]
    assert [m.line for m in transcript.apparatus.metadata] == gold["metadata_lines"]
    units = gold["units"]
    assert len(transcript.sections) == len(units)
    for section, unit in zip(transcript.sections, units, strict=True):
        if unit["kind"] == "opening":
            assert section.kind == "announcement"
            texts = [p.text for p in section.paragraphs]
            assert (len(texts), first(texts[0]), last(texts[-1])) == (unit["paragraphs"], unit["first8"], unit["last8"])
            continue
        assert section.kind == "exchange"
        question, answer = section.turns
        assert (question.label, answer.label) == (unit["outlet_label"], unit["answer"]["speaker"])
        asked, said = [p.text for p in question.paragraphs], [p.text for p in answer.paragraphs]
        assert (first(asked[0]), last(asked[-1])) == (unit["question"]["first8"], unit["question"]["last8"])
        assert (first(said[0]), last(said[-1])) == (unit["answer"]["first8"], unit["answer"]["last8"])
        assert len(said) == unit["answer"]["paragraphs"]
        assert [p.line for p in answer.paragraphs] == list(
            range(unit["answer"]["lines"][0], unit["answer"]["lines"][-1] + 1, 2)
        )


def test_the_structure_cases_come_out_right(shared: Path) -> None:
    cases = json.loads((shared / "gold" / "structure_traps.json").read_text(encoding="utf-8"))["cases"]
    assert cases
    for case in cases:
        transcript, recognised = read_text(case["text"], known_of(CONFIG, AUTHORITIES))
        want, sections = case["expected"], transcript.sections
        exchanges = [s for s in sections if s.kind == "exchange"]
        assert sum(len(s.paragraphs) for s in sections if s.kind == "announcement") == want["openings"], case["id"]
        assert sum(len(s.paragraphs) for s in sections if s.kind == "notice") == want["closings"], case["id"]
        assert len(exchanges) == len(want["exchanges"]), case["id"]
        assert sum(d.reason == "separator" for d in transcript.apparatus.dropped) == want.get(
            "separators", int("※" in case["text"])
        )
        for k, (section, expected) in enumerate(zip(exchanges, want["exchanges"], strict=True)):
            asked = [p for t in section.turns if t.role == "question" for p in t.paragraphs]
            said = [p for t in section.turns if t.role == "answer" for p in t.paragraphs]
            assert first(asked[0].text, 4) == expected["question_first4"], case["id"]
            assert len(said) == expected["answer_paragraphs"], case["id"]
            assert sum(p.kind == "stage" for p in said) == expected.get("stage_directions", 0), case["id"]
            assert (section.occasion is not None) == expected.get("after_conference", False), case["id"]
            follows = dict(section.attributes).get("follows")
            assert follows == (exchanges[expected["follow_up_of"] - 1].id if "follow_up_of" in expected else None)
            if "speakers" in expected:
                assert next(t.label for t in section.turns if t.role == "answer") == expected["speakers"][0]
                assert transcript.speakers == tuple(expected["speakers"]), case["id"]
            assert k < len(exchanges)
        assert recognised.layout.name == "title-only"


def test_generated_briefings_with_every_irregularity(shared: Path, tmp_path: Path) -> None:
    """60 documents by the shared generator, each with one irregularity: questions, dates, speakers, no word lost."""
    tool = shared / "tools" / "scale" / "make_scale.py"
    arguments = [str(tmp_path), "-n", "60", "--seed", "rostrum", "--dirty", "1.0", "--flat", "--manifest"]
    subprocess.run([sys.executable, tool, *arguments], check=True, capture_output=True)
    rows = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["dirt"] for row in rows}) > 15
    for row in rows:
        _, transcript, _ = read(tmp_path / row["file"])
        exchanges = sum(s.kind == "exchange" for s in transcript.sections)
        assert exchanges == row["questions"], row
        assert transcript.speakers == (row["spokesperson"],), row
        text = " ".join(p.text for s in transcript.sections for p in s.paragraphs)
        assert not re.search(r"Suggest to a friend|Links: State|Copyright©|&amp;|&ldquo;", text), row
        if transcript.date != row["date"]:
            assert transcript.date is None, row
            assert row["dirt"] in ("no_year", "no_time"), row


# ── docs/layouts.md ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_of_the_documentation_is_a_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (FIXTURES.parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^```\w+ (source|layout)\n(.*?)^```$", page, re.M | re.S))
    namespace: dict[str, Any] = {"__name__": "circular"}
    exec(compile(blocks["layout"], "docs/layouts.md", "exec"), namespace)
    before, _ = read_text(blocks["source"])
    assert before.source.layout == "plain"
    monkeypatch.setattr("edition.layouts.recognising.LAYOUTS", (namespace["LAYOUT"], *LAYOUTS))
    transcript, recognised = read_text(blocks["source"])
    assert recognised.layout.name == "circular"
    assert (transcript.kind, transcript.date, transcript.source.publisher) == (
        "statement",
        "2025-05-04",
        "Harbour Office",
    )
    assert [p.text for s in transcript.sections for p in s.paragraphs] == blocks["source"].strip().split("\n")[3::2]
    assert loads(dumps(transcript), f"{transcript.id}.md") == transcript


def test_the_documentation_names_every_layout() -> None:
    page = (FIXTURES.parents[2] / "docs" / "layouts.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.M)) == {layout.name for layout in LAYOUTS}


# ── Speakers on lines of their own ──────────────────────────────────────────────────────────────────────────────────

_ASKS = re.compile(r"PREGUNTA|INTERLOCUTORA?|INTERVENCIÓN")


def test_every_question_label_of_the_shared_conferences_is_a_question_turn(shared: Path) -> None:
    """Counted without the program: a line that is nothing but the label."""
    files = sorted((shared / "corpus" / "mananera-es").glob("*.txt"))
    assert files
    for file in files:
        printed = [line for line in file.read_text(encoding="utf-8").split("\n") if _ASKS.fullmatch(line.strip())]
        _, transcript, recognised = read(file)
        asked = [t.label for s in transcript.sections for t in s.turns if t.role == "question" and t.label]
        assert recognised.layout.name == "speaker-lines"
        assert [label for label in asked if _ASKS.fullmatch(label)] == [line.strip() for line in printed]
        assert (transcript.kind, transcript.language) == ("press-conference", "es")
        assert transcript.date is not None
        assert transcript.date[:4] == file.name[:4]
        labels = {t.label for s in transcript.sections for t in s.turns}
        assert None not in labels, "every word of such a conference is somebody's"


def test_a_heading_in_capitals_is_no_speaker() -> None:
    _, transcript, recognised = read(FIXTURES / "speaker-lines" / "lamp-oil.txt")
    labels = [t.label for s in transcript.sections for t in s.turns]
    assert "WHERE THE BARRELS STAND" not in labels
    assert labels.count("QUESTION") == 3
    doubts = recognised.layout.parse(recognised.page).doubts
    assert doubts == ((8, "“WHERE THE BARRELS STAND” is read as words of the text, not as a speaker"),)


def test_headings_in_capitals_alone_make_no_conference_of_speakers() -> None:
    text = "Press briefing on ferries, 6 May 2025\n\n" + "\n\n".join(
        f"{heading}\nThe {i} boats sail. They sail early, and they come back late in the evening."
        for i, heading in enumerate(["FERRIES", "THE NORTH", "THE SOUTH", "THE ISLANDS"])
    )
    _, recognised = read_text(text)
    assert recognised.layout.name != "speaker-lines"


def test_a_label_of_its_own_line_with_two_colons_keeps_both() -> None:
    lines = [
        "Press briefing by Spokesperson Ines Halvard, 6 May 2025",
        *(
            "Ines Halvard:",
            "Good afternoon. The choir is back from its tour.",
            "Harbour Post:",
            "Which islands did it see?",
        ),
        *(
            "Ines Halvard:",
            "All nine of them.",
            "Northern Wire::",
            "Will it go again?",
            "Ines Halvard:",
            "Ask the choir.",
        ),
        *("Harbour Post:", "Is the boat for sale?", "Ines Halvard:", "Not to my knowledge."),
    ]
    transcript, _ = read_text("\n".join(lines))
    labels = [turn.label for section in transcript.sections for turn in section.turns]
    assert "Northern Wire" in labels
    assert [p.text for s in transcript.sections for p in s.paragraphs if p.text.startswith(":")] == [":"]


def test_an_aside_whose_label_has_two_colons_keeps_both() -> None:
    lines = [
        "Press briefing by Spokesperson Ines Halvard, 6 May 2025",
        *("Ines Halvard:", "Good afternoon. The choir is back from its tour."),
        *("Harbour Post::", "It sang well.", "Ines Halvard:", "All of it did."),
        *("Northern Wire:", "Will it go again?", "Ines Halvard:", "Ask the choir."),
        *("Harbour Post:", "Is the boat for sale?", "Ines Halvard:", "Not to my knowledge."),
    ]
    transcript, _ = read_text("\n".join(lines))
    said = [p.text for s in transcript.sections for p in s.paragraphs]
    assert said[:4] == ["Good afternoon. The choir is back from its tour.", ":", "It sang well.", "All of it did."]


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (
            [
                "[00:01:14] IDA FENN: The st",
                "ate pays for them.",
                "[00:02: 01] REPORTER: And what colour are they?",
                "[00:00:03] IDA FENN: Good afternoon. The ferries start in June.",
                "",
                "[00:01:10Q: ] REPORTER: Who pays for them?",
                "[00:02:05] IDA FENN: They are blue.",
            ],
            "title",
        ),
        (
            [
                "[00:00:03] I毛宁：DA FENN: Good afternoon. The ferrie",
                "s start in June.",
                "[00:01:10] REPORTER: Who pays for them?",
                "[00:01:14] :14] IDA FENN: The state pays for them.",
                "[00:02:01] REPORTER: And what colour are they?",
                "[00:02:05] IDA FENN: They are blue.",
            ],
            "place",
        ),
    ],
)
def test_times_of_a_recording_go_from_a_line_that_becomes_a_field(lines: list[str], field: str) -> None:
    transcript, _ = read_text("\n".join(lines))
    (found,) = transcript.apparatus.metadata
    assert (found.field, found.text) == (field, lines[0][11:])
    assert transcript.apparatus.dropped[0].text == lines[0][:10]


def test_what_is_struck_out_stays_so_behind_the_time_of_a_recording() -> None:
    turns = [("REPORTER", "Who pays for <del>them</del> it?"), ("IDA FENN", "The state does.")] * 3
    body = "".join(f"<p>[00:0{n}:10] {who}: {words}</p>" for n, (who, words) in enumerate(turns))
    html = f"<html><body><h1>Press briefing by Ida Fenn, 6 May 2025</h1>{body}</body></html>"
    witness = make_witness("x.html", "x.html", html.encode())
    transcript, _ = make_transcripts(witness, CONFIG, Known(), AUTHORITIES)[0]
    asked = [p for s in transcript.sections for t in s.turns if t.role == "question" for p in t.paragraphs]
    assert [[p.text[m.start : m.end] for m in p.marks] for p in asked] == [["them"]] * 3


def test_links_glued_to_the_mark_of_the_end_are_left_out_once() -> None:
    lines = [
        "Press Gaggle by Press Secretary Leif Strand en route Lindhavn, 5/16/2014",
        "Aboard the Ferry",
        "9:12 A.M. EDT",
        "MR. STRAND:  Good morning.  The wind is fair.",
        "Q    Is it true that the bells were painted?",
        "MR. STRAND:  It is.",
        "Q    And the lamps?",
        "MR. STRAND:  Not yet.",
        "END    Links: Ferries Copyright © Port of Lindhavn",  # cue
    ]
    transcript, _ = read_text("\n".join(lines))
    assert [(d.reason, d.text) for d in transcript.apparatus.dropped] == [
        ("mark of the end", "END"),
        ("page furniture", "Links: Ferries Copyright © Port of Lindhavn"),  # cue
    ]


@pytest.mark.parametrize(
    "body",
    [
        ["Port notices", "The quay is wet.", "The crane is dry, and nobody minds."],
        ["Port notices", "The quay closes early.", "For how long? Nobody knows."],
    ],
)
def test_the_day_at_the_end_stays_where_the_first_line_is_the_title(body: list[str]) -> None:
    transcript, recognised = read_text("\n".join([*body, "NNNN", "Ends/Wednesday, May 14, 2025"]))  # cue
    assert recognised.layout.name == "plain"
    assert (transcript.title, transcript.date) == ("Port notices", "2025-05-14")
    assert [(m.field, m.text) for m in transcript.apparatus.metadata] == [
        ("title", "Port notices"),
        ("published", "Ends/Wednesday, May 14, 2025"),  # cue
    ]


def test_one_person_under_several_labels_is_one_speaker() -> None:
    _, transcript, _ = read(FIXTURES / "speaker-lines" / "mesa-de-faros.txt")
    assert transcript.speakers == ("Eva Torrín Salas", "Liv Marrero Ocaña")


def test_a_word_thrown_in_stays_in_the_exchange_into_which_it_falls() -> None:
    _, transcript, _ = read(FIXTURES / "speaker-lines" / "mesa-de-faros.txt")
    assert shape(transcript.sections)[3][1] == [
        ("question", "PREGUNTA", 2),
        ("answer", "PRESIDENTA DE MARENIA, EVA TORRÍN SALAS", 1),
        ("question", "INTERLOCUTORA", 1),
        ("answer", "LIV MARRERO OCAÑA", 1),
    ]
    assert transcript.sections[4].attributes == (("follows", "q1"),)


# ── Further languages ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asks", "says"),
    [
        ("Pregunta", "Respuesta"),
        ("Pergunta", "Resposta"),
        ("Question", "Réponse"),
        ("Frage", "Antwort"),
        ("Domanda", "Risposta"),
        ("Вопрос", "Ответ"),
        ("السؤال", "الجواب"),
        ("سؤال", "جواب"),
        ("問", "答"),
        ("질문", "답변"),
    ],
)
def test_questions_and_answers_are_known_in_many_languages(asks: str, says: str) -> None:
    text = f"x\n\n{asks}: 1?\n\n{says}: 2.\n\n3.\n\n{asks} : 4?\n\n{says}: 5."
    transcript, _ = read_text(text)
    assert shape(transcript.sections)[-2:] == [
        ("q1", [("question", asks, 1), ("answer", says, 2)]),
        ("q2", [("question", asks, 1), ("answer", says, 1)]),
    ]


@pytest.mark.parametrize(
    ("title", "date"),
    [
        ("Conferencia de prensa | Jueves 7 de noviembre, 2019", "2019-11-07"),
        ("Conférence de presse du 1er mars 2021", "2021-03-01"),
        ("Regierungspressekonferenz vom 6. Mai 2025", "2025-05-06"),
        ("Entrevista coletiva, 12 de março de 2023", "2023-03-12"),
        ("Брифинг, 19 апреля 2017 года", "2017-04-19"),
        ("정례 브리핑 2025년 5월 6일", "2025-05-06"),
        ("大臣会見記録（令和元年9月3日）", "2019-09-03"),
        ("المؤتمر الصحفي، 6 مايو 2025", "2025-05-06"),
    ],
)
def test_titles_and_days_are_read_in_many_languages(title: str, date: str) -> None:
    assert is_title(title)
    transcript, _ = read_text(f"{title}\n\nQ: 1?\n\nA: 2.")
    assert transcript.date == date


@pytest.mark.parametrize("outlet", ["Prensa Latina", "Presse Canadienne", "La Stampa", "Question Time"])
def test_an_outlet_whose_name_begins_like_a_cue_stays_an_outlet(outlet: str) -> None:
    text = f"{TITLE}\n\n{outlet}: Is it late?\n\nInes Halvard: No.\n\n{outlet}: Is it early?\n\nInes Halvard: No."
    transcript, _ = read_text(text)
    assert [t.label for s in transcript.sections for t in s.turns] == [outlet, "Ines Halvard"] * 2
    assert all(not s.attributes for s in transcript.sections)


# ── Headings among turns, and texts that are no transcripts ─────────────────────────────────────────────────────────


def test_a_short_line_below_an_answer_is_no_heading_where_it_stands_once() -> None:
    text = f"{TITLE}\n\nQ: Why?\n\nA: Because.\n\nThank you\n\nQ: How?\n\nA: So.\n\nQ: When?\n\nA: Now."
    transcript, _ = read_text(text)
    assert [s.heading for s in transcript.sections] == [None] * 3
    assert transcript.sections[0].paragraphs[2].text == "Thank you"


def test_one_starred_line_is_no_topic() -> None:
    transcript, _ = read_text(f"{TITLE}\n\n**The bridge is closed\n\nQ: Why?\n\nA: Because.")
    assert all(not s.printed for s in transcript.sections)


def test_a_capitalised_phrase_with_a_colon_in_a_question_asks_nothing() -> None:
    asked = "Harbour Post: Two things.\n\nSecond: is it high? And the Northern Railings: are they wet?"
    text = f"{TITLE}\n\n{asked}\n\nInes Halvard: Both.\n\nHarbour Post: Why?\n\nInes Halvard: Rain."
    transcript, _ = read_text(text, known_of(CONFIG, AUTHORITIES))
    assert shape(transcript.sections)[0] == ("q1", [("question", "Harbour Post", 2), ("answer", "Ines Halvard", 1)])


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        ("title-only/machine-translation", "translation"),
        ("plain/numbered-summary", "a summary, not a transcript"),
        ("plain/captions", "captions"),
        ("indirect/lamps", "indirect speech"),
    ],
)
def test_what_is_no_transcript_of_the_office_is_told_in_a_doubt(name: str, doubt: str) -> None:
    _, _, recognised = read(FIXTURES / f"{name}.txt")
    assert any(doubt in message for _, message in recognised.layout.parse(recognised.page).doubts)


@pytest.mark.parametrize(
    ("line", "date", "place"),
    [
        ("Tuesday, May 6, 2025, 11:00 a.m. Harbour House", "2025-05-06", "Harbour House"),
        ("Harbour House, 6 May 2025", "2025-05-06", "Harbour House"),
        ("Palacio del Faro, 6 de mayo de 2025", "2025-05-06", "Palacio del Faro"),
    ],
)
def test_a_line_may_say_where_and_when(line: str, date: str, place: str) -> None:
    transcript, _ = read_text(f"Press briefing by Spokesperson Ines Halvard\n{line}\n\nQ: Why?\n\nA: Because.")
    assert (transcript.date, transcript.place) == (date, place)


@pytest.mark.parametrize(
    "line", ["On May 6, 2025 the ferry sailed", "The ferry, which was built on May 6, 2025, in Bergen"]
)
def test_a_sentence_with_a_day_is_no_place(line: str) -> None:
    transcript, _ = read_text(f"Press briefing by Spokesperson Ines Halvard\n{line}\n\nQ: Why?\n\nA: Because.")
    assert transcript.place is None


def test_only_a_time_at_the_beginning_of_a_line_is_one_of_a_recording() -> None:
    lines = ("[00:00:03] IDA FENN: Good day.", "[00:01:10] REPORTER: Who pays?", "[00:01:14] IDA FENN: The state.")
    transcript, _ = read_text("\n".join((*lines, ":02:10] REPORTER: And who rows?", "[00:02:14] IDA FENN: We do.")))
    assert [d.text for d in transcript.apparatus.dropped] == ["[00:00:03]", "[00:01:10]", "[00:01:14]", "[00:02:14]"]
    assert "02:10" in dumps(transcript)
