"""A fuzzer over the layouts' fixtures: whatever is done to a source, every word is imported, or it is refused by name.

`make torture` runs it. It must not need the network or the shared corpus.
"""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from edition.config import Config
from edition.importing.batch import import_witnesses
from edition.importing.checking import check_witnesses
from edition.importing.transcribing import known_of, make_transcripts
from edition.model import Authorities, Outlet, Speaker
from edition.problems import Refused
from edition.transcripts import dumps, loads
from edition.witnesses import make_witness
from edition.words import check_conservation
from tests.torture import list_seeds

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "layouts"
CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(Speaker("ines-halvard", "Ines Halvard"),), outlets=(Outlet("harbour-post", "Harbour Post"),)
)
SOURCES = [p.read_bytes() for p in sorted(FIXTURES.glob("*/*.txt"))]

INSERTS = [
    *("\n", "\n\n", "\r\n", "\r", " ", "\u00a0", "\u3000", "\u2028", "\u200b", "\ufeff", "\u00ad", "\t", "\x0c"),
    *("\x0b", "\x00", "\x1b", "\x7f", "\x85", "\x92", "\ufffe", "\ufffd", "\u202e", "🧂", "e\u0301", "毛宁：", "Q: "),
    *("A: ", ": ", "***\n", "\n---\n", "\n# ", "**", "_", "`", "<b>", "&amp;", "&amp;amp;", "&#0;", "&#x110000;"),
    *("{#q1}", "[x](y)", "Links: a b Copyright ©", "Follow-up: ", "(x)", "1 2 3", "Ines Halvard: ", "Harbour Post: "),
    *("After the press conference, a question was raised: ", "Updated: May 6, 2025 10:00\n", "10:30", "http://x.org"),
    *("“", "”", "~~", "\\"),
]


def mutate(data: bytes, r: random.Random) -> bytes:
    """Return `data` after one to six changes: pieces inserted, cut out, doubled, swapped, bytes flipped."""
    text = data.decode("utf-8")
    for _ in range(r.randint(1, 6)):
        at, end = sorted((r.randrange(len(text) + 1), r.randrange(len(text) + 1)))
        end = min(end, at + r.choice([1, 5, 80, 2000]))
        match r.randrange(7):
            case 0 | 1 | 2:
                text = text[:at] + r.choice(INSERTS) + text[at:]
            case 3:
                text = text[:at] + text[end:]
            case 4:
                text = text[:end] + text[at:end] + text[end:]
            case 5:
                lines = text.split("\n")
                r.shuffle(lines)
                text = "\n".join(lines)
            case _:
                text = text.replace("\n\n", "\n") if r.random() < 0.5 else text.replace(" ", "\u00a0")
    out = text.encode("utf-8")
    if r.random() < 0.1 and out:
        at = r.randrange(len(out))
        out = out[:at] + bytes([r.randrange(256)]) + out[at + 1 :]
    return out


@pytest.mark.torture
@pytest.mark.parametrize("seed", list_seeds(0, 10))
def test_a_changed_source_is_imported_whole_or_refused_by_name(seed: int) -> None:
    r = random.Random(f"import:{seed}")
    known = known_of(CONFIG, AUTHORITIES)
    read = 0
    for k in range(500):
        data = mutate(r.choice(SOURCES), r)
        try:
            witness = make_witness("x.txt", "x.txt", data)
            transcript, _ = make_transcripts(witness, CONFIG, known, AUTHORITIES)[0]
        except Refused as refused:
            text = str(refused)
            assert "not conserved" not in text, (seed, k, text)
            assert "apparatus" not in text, (seed, k, text)
            continue
        read += 1
        assert loads(dumps(transcript), f"{transcript.id}.md") == transcript, (seed, k)
        assert check_conservation(witness.lines, transcript, every=True) == (), (seed, k)
    assert read > 250


@pytest.mark.torture
@pytest.mark.parametrize("seed", list_seeds(0, 4))
def test_a_lost_word_is_always_noticed(seed: int) -> None:
    """Take one word out of a witness, anywhere: its transcript must no longer agree."""
    r = random.Random(f"lost:{seed}")
    known = known_of(CONFIG, AUTHORITIES)
    for _ in range(300):
        witness = make_witness("x.txt", "x.txt", r.choice(SOURCES))
        transcript, _ = make_transcripts(witness, CONFIG, known, AUTHORITIES)[0]
        number = r.choice([i for i, line in enumerate(witness.lines) if line.split()])
        words = witness.lines[number].split()
        at = r.randrange(len(words))
        fewer = " ".join(words[:at] + words[at + 1 :])
        if not any(c.isalnum() for c in words[at]):
            continue
        lines = (*witness.lines[:number], fewer, *witness.lines[number + 1 :])
        assert check_conservation(lines, transcript), (number, words[at])


@pytest.mark.torture
def test_a_zip_with_any_byte_changed_never_gives_a_wrong_word(tmp_path: Path) -> None:
    r = random.Random("zip")
    archive = tmp_path / "z.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        for i, data in enumerate(SOURCES[:5]):
            z.writestr(f"{i}.txt", data)
    whole = archive.read_bytes()
    for k in range(150):
        at = r.randrange(len(whole))
        archive.write_bytes(whole[:at] + bytes([r.randrange(256)]) + whole[at + 1 :])
        report = import_witnesses(tmp_path / f"e{k}", CONFIG, AUTHORITIES, [archive], dry_run=True)
        assert all(f.outcome in ("imported", "refused") for f in report.files)
        assert all(f.problems for f in report.files if f.outcome == "refused")


@pytest.mark.torture
def test_many_mutants_make_one_edition_that_checks(tmp_path: Path) -> None:
    r = random.Random("edition")
    inbox, edition = tmp_path / "in", tmp_path / "edition"
    inbox.mkdir()
    edition.mkdir()
    for k in range(400):
        (inbox / f"{k:04}.txt").write_bytes(mutate(r.choice(SOURCES), r))
    report = import_witnesses(edition, CONFIG, AUTHORITIES, [inbox])
    assert len(report.files) == 400
    files = sorted((edition / "content" / "briefings").glob("*.md"))
    assert len(files) == sum(f.outcome == "imported" for f in report.files)
    found = [loads(f.read_text(encoding="utf-8"), f.name) for f in files]
    assert list(check_witnesses(edition, found)) == []
    again = import_witnesses(edition, CONFIG, AUTHORITIES, [inbox])
    assert [f.outcome for f in again.files] == [
        "unchanged" if f.outcome == "imported" else f.outcome for f in report.files
    ]
    # some mutants are the same byte for byte
    assert {f.outcome for f in report.files} == {"imported", "refused", "duplicate"}
