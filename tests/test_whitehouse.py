"""The White House's transcripts of the shared corpus: turns against a count of their own, days, places and times.

The count reads no structure: a line that begins with “Q” and a blank (or “:” or “.”) is a question; a line that begins
with a label in capital letters and a colon or semicolon is a speaker's turn.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from edition.config import Config
from edition.importing.transcribing import known_of, make_transcripts
from edition.model import Authorities, Transcript
from edition.transcripts import dumps, loads
from edition.witnesses import make_witness

CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")

_QUESTION = re.compile(r"Q[:.]?\s")
#: A label in capitals; “LaHOOD” and “Ms. Psaki” are the two kinds that the corpus has with small letters.
_SPEAKER = re.compile(r"(?!END\b)(?:[A-ZÀ-Þ](?:[A-ZÀ-Þ.,'’ -]|La(?=HOOD)){1,60}|M[rs]s?\. [A-Z][\w-]+)[:;]")


def read(path: Path) -> Transcript:
    witness = make_witness(path.name, path.name, path.read_bytes())
    return make_transcripts(witness, CONFIG, known_of(CONFIG, Authorities()), Authorities())[0].transcript


def counted(lines: list[str]) -> tuple[int, int]:
    """Return (questions, speakers' turns) that begin lines."""
    bare = [re.sub(r"[\u2060\u200b]", "", line).replace("\u00a0", " ").strip() for line in lines]
    return sum(bool(_QUESTION.match(f"{b} ")) for b in bare), sum(bool(_SPEAKER.match(b)) for b in bare)


def turns_of(transcript: Transcript) -> tuple[int, int]:
    labels = [t.label for s in transcript.sections for t in s.turns if t.label]
    asked = sum(bool(re.fullmatch(r"Q[.:]?", label)) for label in labels)
    return asked, len(labels) - asked


def shown(path: Path) -> list[str]:
    """Return the lines that a page shows, by another parser than ours: a page stored as `b'…'` is that page."""
    text = path.read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser")
    found = soup.find(class_="forall-body")
    body = found if isinstance(found, Tag) else soup
    for mark in body.find_all("br"):
        mark.replace_with("\n")
    for block in body.find_all(["p", "div", "li", "h1", "h2", "h3"]):
        block.insert(0, "\n")
        block.append("\n")
    return body.get_text().split("\n")


def test_every_turn_of_the_markdown_files_is_found_and_each_is_dated(shared: Path) -> None:
    files = sorted((shared / "corpus" / "whitehouse-md").glob("*.md"))
    assert len(files) == 40
    for file in files:
        transcript = read(file)
        assert turns_of(transcript) == counted(file.read_text(encoding="utf-8").split("\n")), file.name
        assert transcript.source.layout == "markdown/press-room", file.name
        assert all((transcript.date, transcript.published, transcript.source.url)), file.name
        assert loads(dumps(transcript), f"{transcript.id}.md") == transcript


def test_every_turn_of_the_pages_is_found(shared: Path) -> None:
    files = sorted((shared / "corpus" / "whitehouse-html").glob("*.html"))
    assert len(files) == 20
    for file in files:
        transcript = read(file)
        assert turns_of(transcript) == counted(shown(file)), file.name
        # A page that prints a day nowhere stays undated; all others have theirs from the title.
        text = " ".join(shown(file)) + transcript.title
        assert (transcript.date is not None) == bool(re.search(r"\d{1,2}/\d{1,2}/\d{2,4}", text)), file.name


@pytest.mark.parametrize(
    ("begins", "date", "starts", "ends", "place"),
    [
        ("2021-01-20", "2021-01-20", "2021-01-20T19:06-05:00", "2021-01-20T19:37-05:00",
         "James S. Brady Press Briefing Room"),
        ("2021-05-06", "2021-05-06", "2021-05-06T11:40-04:00", "2021-05-06T12:06", None),
        ("2021-06-30", "2021-06-29", None, None, "Via Teleconference"),
        ("2021-07-28", "2021-07-28", "2021-07-28T11:45-04:00", "2021-07-28T11:52-04:00",
         "Aboard Air Force One, En Route Allentown, Pennsylvania"),
        ("2021-11-18", "2021-11-17", "2021-11-17T15:45-05:00", "2021-11-17T16:13-05:00", "Via Teleconference"),
        ("2022-02-16", "2022-02-16", "2022-02-16T11:02-05:00", "2022-02-16T11:32-05:00", "Via Teleconference"),
        ("2022-06-10", "2022-06-10", "2022-06-10T17:05-07:00", "2022-06-10T17:25-07:00", "Via Teleconference"),
        ("2023-01-09", "2023-01-09", "2023-01-09T10:10-06:00", "2023-01-09T10:40-06:00",
         "InterContinental Presidente, Mexico City, Mexico"),
        ("2023-02-21", "2023-02-21", "2023-02-21T10:23+01:00", "2023-02-21T10:42+01:00", "Via Teleconference"),
        ("2024-04-19", "2024-04-19", "2024-04-19T14:04-04:00", "2024-04-19T14:48-04:00", None),
        ("2024-11-17", "2024-11-17", None, None, "Rio de Janeiro, Brazil"),
    ],
)  # fmt: skip
def test_days_times_and_places_are_those_that_a_person_reads(
    shared: Path, begins: str, date: str, starts: str | None, ends: str | None, place: str | None
) -> None:
    (file,) = (shared / "corpus" / "whitehouse-md").glob(f"{begins}-*.md")
    transcript = read(file)
    assert (transcript.date, transcript.starts, transcript.ends, transcript.place) == (date, starts, ends, place)


def test_what_is_struck_out_is_marked_and_its_correction_stands_beside_it(shared: Path) -> None:
    struck = 0
    for file in sorted((shared / "corpus" / "whitehouse-md").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        transcript = read(file)
        found = [p.text[m.start : m.end] for s in transcript.sections for p in s.paragraphs for m in p.marks]
        assert found == [" ".join(words.split()) for words in re.findall(r"<s>(.*?)</s>", text, re.S)], file.name
        assert not any("\\" in p.text or "<s>" in p.text for s in transcript.sections for p in s.paragraphs)
        struck += len(found)
    assert struck > 20
