"""The sample edition in content/ is what people see first: these tests hold it to what it promises.

They must not test the program: each asks whether the edition itself is complete, tied to its witnesses, and clean.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from edition.annotate import make_annotator
from edition.authorities import read_authorities
from edition.config import read_config
from edition.importing.batch import import_witnesses
from edition.importing.transcribing import known_of, make_transcripts
from edition.model import Authorities, Briefing, Emendation, Transcript
from edition.problems import Problem
from edition.transcripts import dumps, loads
from edition.witnesses import make_witness
from edition.words import check_conservation, emend

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "content"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip  # noqa: E501
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def transcripts() -> tuple[Transcript, ...]:
    paths = sorted((CONTENT / "briefings").glob("*.md"))
    return tuple(loads(p.read_text(encoding="utf-8"), p.relative_to(ROOT).as_posix()) for p in paths)


@cache
def registers() -> tuple[Authorities, tuple[Problem, ...]]:
    return read_authorities(ROOT)


@cache
def annotated() -> tuple[tuple[Briefing, tuple[Problem, ...]], ...]:
    annotator = make_annotator(registers()[0], read_config(ROOT / "config.yaml"))
    return tuple(annotator.annotate(t) for t in transcripts())


def witness(transcript: Transcript) -> bytes:
    assert transcript.source.path is not None
    return (CONTENT / "sources" / transcript.source.path).read_bytes()


def turns(transcript: Transcript, emendations: Iterable[Emendation] = ()) -> list[object]:
    """Every turn with its section, as plain values, emended."""
    return [
        (s.id, s.kind, turn.role, turn.label, [(p.kind, emend(p.text, emendations)) for p in turn.paragraphs])
        for s in transcript.sections
        for turn in s.turns
    ]


def test_it_has_every_kind_of_briefing_over_three_years() -> None:
    kinds = Counter(t.kind for t in transcripts())
    assert len(transcripts()) >= 14
    assert kinds["press-conference"] >= 10
    assert {"digest", "listing", "statement", "other"} <= set(kinds)
    days = [date.fromisoformat(t.date) for t in transcripts() if t.date]
    assert min(days) >= date(2023, 9, 1)
    assert max(days) <= date(2026, 6, 30)
    assert {d.year for d in days} == {2023, 2024, 2025, 2026}
    assert any(t.date is None for t in transcripts() if t.kind == "other")


def test_it_has_ninety_exchanges_in_both_grammars() -> None:
    exchanges = [s for t in transcripts() for s in t.sections if s.kind == "exchange"]
    assert len(exchanges) >= 90
    labels = Counter("anonymous" if s.turns[0].label == "Q" else "named" for s in exchanges)
    assert labels["anonymous"] >= 25
    assert labels["named"] >= 25
    for s in exchanges:
        assert s.heading, s.id
        assert s.turns[0].role == "question"
        assert "answer" in {turn.role for turn in s.turns}


def test_it_shows_what_is_rare() -> None:
    sections = [s for t in transcripts() for s in t.sections]
    assert {"announcement", "notice", "article", "item", "passage"} <= {s.kind for s in sections}
    assert sum(s.proposed for s in sections) == 1
    assert sum(s.occasion is not None for s in sections) == 1
    assert any(p.kind == "stage" for s in sections for p in s.paragraphs)
    marks = [m for s in sections for p in s.paragraphs for m in p.marks]
    assert any(m.kind == "deleted" for m in marks)
    assert any(m.target == "none:" for m in marks)
    assert any(len({turn.label for turn in s.turns if turn.role == "answer"}) == 2 for s in sections)
    emendations = [e for t in transcripts() for e in t.apparatus.emendations]
    assert all(e.reason for e in emendations)
    assert any(e.before == "recieved" for e in emendations)
    assert {"ar", "en", "zh", "es"} == {t.language for t in transcripts()}
    assert any(
        "\u4e00" <= c <= "\u9fff" for t in transcripts() if t.language == "zh" for c in t.sections[0].paragraphs[0].text
    )


def test_every_witness_is_kept_and_every_word_of_it_is_accounted_for() -> None:
    kept = {p.relative_to(CONTENT / "sources").as_posix() for p in (CONTENT / "sources").rglob("*") if p.is_file()}
    assert kept == {t.source.path for t in transcripts()}
    for t in transcripts():
        data = witness(t)
        assert hashlib.sha256(data).hexdigest() == t.source.sha256, t.id
        assert check_conservation(data.decode("utf-8").splitlines(), t, every=True) == (), t.id


def test_every_transcript_is_written_as_the_program_writes_it() -> None:
    for t in transcripts():
        assert dumps(t) == (CONTENT / "briefings" / f"{t.id}.md").read_text(encoding="utf-8"), t.id


def test_importing_the_witnesses_again_changes_nothing() -> None:
    authorities, _ = registers()
    report = import_witnesses(ROOT, read_config(ROOT / "config.yaml"), authorities, [CONTENT / "sources"], dry_run=True)
    assert {f.outcome for f in report.files} == {"unchanged"}, report.files
    assert {f.id for f in report.files} == {t.id for t in transcripts()}
    assert [p for f in report.files for p in f.problems] == []


def test_the_importer_reads_each_press_briefing_as_the_edition_has_it() -> None:
    config = read_config(ROOT / "config.yaml")
    authorities, _ = registers()
    known = known_of(config, authorities)
    for t in transcripts():
        kept = make_witness(str(t.source.path), t.id, witness(t))
        read, _ = make_transcripts(kept, config, known, authorities)[0]
        assert read.source.layout == t.source.layout, t.id
        if t.kind == "press-conference":
            assert (read.kind, read.title, read.date, read.published) == (t.kind, t.title, t.date, t.published)
            assert turns(read, t.apparatus.emendations) == turns(t), t.id
        elif t.kind == "listing":
            assert turns(read) == turns(t)
            assert [s.heading for s in read.sections] == [s.heading for s in t.sections]
        elif t.kind == "digest":
            assert [p.text for s in read.sections for p in s.paragraphs] == [
                p.text for s in t.sections for p in s.paragraphs
            ]
            starts = {s.paragraphs[0].text for s in read.sections if s.proposed}
            assert {s.paragraphs[0].text for s in t.sections if s.proposed} <= starts


def test_the_registers_know_everybody_who_speaks() -> None:
    authorities, problems = registers()
    assert [p for p in problems if p.severity == "error"] == []
    assert [p for _, found in annotated() for p in found if p.severity == "error"] == []
    spokespersons = {s.id for s in authorities.speakers if any("Spokesperson" in o.title for o in s.offices)}
    answering = {s.id for b, _ in annotated() for s in b.speakers}
    assert {"ines-halvard", "tomas-erevik"} <= spokespersons & answering
    asking = {s.outlet.id for b, _ in annotated() for s in b.sections if s.outlet}
    assert len(asking) == 10


def test_thirty_countries_are_named_and_none_that_is_only_a_name() -> None:
    countries = {tag.id for b, _ in annotated() for s in b.sections for tag in s.countries}
    assert len(countries) >= 40
    # Chad Ferris and Jordan Pell are people; nobody from their namesakes is mentioned.
    assert not {"TD", "JO"} & countries
    georgia = [
        (b.id, s.section.id) for b, _ in annotated() for s in b.sections if any(tag.id == "GE" for tag in s.countries)
    ]
    assert ("2026-06-10-tomas-erevik", "q9") not in georgia
    assert ("2025-05-14-ines-halvard", "q7") in georgia


def test_weekdays_that_are_printed_with_a_date_are_true() -> None:
    printed = re.compile(rf"({'|'.join(_DAYS)}),? (\d+) ({'|'.join(_MONTHS)}) (\d{{4}})")
    found = 0
    for t in transcripts():
        for text in (p.text for s in t.sections for p in s.paragraphs):
            for weekday, day, month, year in printed.findall(text):
                found += 1
                held = date(int(year), _MONTHS.index(month) + 1, int(day))
                assert _DAYS[held.weekday()] == weekday, (t.id, text)
    assert found >= 3


def test_pages_link_only_to_sections_that_exist() -> None:
    known = {t.id: {s.id for s in t.sections} for t in transcripts()}
    linked = 0
    for path in sorted([*(CONTENT / "pages").glob("*.md"), *(CONTENT / "releases").glob("*.md")]):
        for briefing, section in re.findall(r"\]\(briefings/([\w-]+)\.html(?:#(\w+))?\)", path.read_text("utf-8")):
            linked += 1
            assert briefing in known, (path.name, briefing)
            assert not section or section in known[briefing], (path.name, briefing, section)
    assert linked >= 5


def test_about_says_that_all_is_invented() -> None:
    assert "Everything here is invented." in (CONTENT / "pages" / "about.md").read_text("utf-8")


def test_each_topic_page_leads_to_its_concept_in_the_vocabulary(sample_site: Path) -> None:
    vocabulary = (sample_site / "data" / "topics.ttl").read_text(encoding="utf-8")
    pages = [p for p in (sample_site / "topics").glob("*.html") if p.stem != "index"]
    assert pages
    for page in pages:
        assert f'href="../data/topics.ttl#{page.stem}"' in page.read_text(encoding="utf-8")
        assert f"<#{page.stem}>" in vocabulary
