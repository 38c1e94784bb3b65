"""The ledger's files: what they say of each briefing and page, line by line; docs/permalinks.md explains the format.

Lines can be read in any order and may stand twice, as a merge of two branches leaves them. This module must not decide
what a difference between ledger and edition means.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from edition import urls
from edition.ledger.fingerprints import HASH_LENGTH, SKETCH_LENGTH, hash_words
from edition.model import Locus, Section, Transcript
from edition.problems import Problem, Refused

FOLDER: Final = "content/permalinks"
#: The file of all pages that are no briefing, and of files that are no page.
PAGES: Final = "pages.txt"
UNDATED: Final = "undated.txt"
HEADER: Final = (
    "# Every address that this edition has published. The build adds lines and takes none away: see permalinks.md\n"
)

_YEAR = re.compile(r"(\d{4})-")
_TAIL = re.compile(r" ~[^\n]*")
_ID = r"[a-z0-9][a-z0-9.-]*"
_SECTION_LINE = re.compile(
    rf"(?P<briefing>[^ #]+)#(?P<section>{_ID})(?P<paragraphs>(?: {_ID}(?::[0-9a-f]{{{HASH_LENGTH}}})?)*)"
    rf"(?: ~(?P<sketches>(?: (?:[0-9a-z.]{{{SKETCH_LENGTH}}}|-))*))?"
)
_NATURAL = re.compile(r"(\D*)(\d*)(.*)", re.DOTALL)
_UNDECIDED = re.compile(r"(?:<{7}|={7}|>{7})(?: |$)")


class Print(NamedTuple):
    """A paragraph's fingerprint; `sketch` is "" where the ledger has none."""

    hash: str
    sketch: str


@dataclass(frozen=True, slots=True)
class RecordedParagraph:
    """A paragraph as published. `prints`: its fingerprint; several after a merge, none where any words are accepted."""

    id: str
    prints: tuple[Print, ...]


@dataclass(frozen=True, slots=True)
class RecordedSection:
    """A section as published, its paragraphs in their order; `line` of the ledger's file."""

    id: str
    paragraphs: tuple[RecordedParagraph, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class RecordedBriefing:
    """A briefing as published: the title that it had, its sections by number; `file` and `line` in the ledger."""

    id: str
    title: str
    sections: tuple[RecordedSection, ...]
    file: str = ""
    line: int = 0

    @property
    def anchors(self) -> dict[str, str]:
        """Every anchor of a section or paragraph → the section under which it is recorded."""
        found: dict[str, str] = {}
        for section in self.sections:
            found.setdefault(section.id, section.id)
            for paragraph in section.paragraphs:
                found.setdefault(paragraph.id, section.id)
        return found


def ledger_file(briefing: str) -> str:
    """Return the name of the ledger's file that has a briefing: by the year in its id, which never changes."""
    found = _YEAR.match(briefing)
    return f"{found[1]}.txt" if found else UNDATED


def natural_key(id: str) -> tuple[str, int, str]:
    """Return what ids are sorted by as people count: q2 before q10, q3 before q3a."""
    letters, digits, rest = _NATURAL.fullmatch(id).groups()  # type: ignore[union-attr]
    return letters, int(digits[:9] or 0), rest


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#: Lines of a ledger's file with their numbers.
Rows = list[tuple[int, str]]


def read_texts(
    edition_dir: Path, changed: Mapping[str, str] = MappingProxyType({})
) -> tuple[dict[str, str], list[Problem]]:
    """Return the text of each of the ledger's files by its name, and which can't be read.

    `changed`: files of the edition → the text that they are to have, in place of what they hold.
    """
    texts = {name: text for file, text in changed.items() if (name := _name_in_ledger(file))}
    problems: list[Problem] = []
    for file in sorted((edition_dir / FOLDER).glob("*.txt")):
        if file.name in texts:
            continue
        try:
            texts[file.name] = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            problems.append(Problem(Locus(f"{FOLDER}/{file.name}"), "not in the encoding UTF-8", "restore it from git"))
        except OSError as e:
            problems.append(Problem(Locus(f"{FOLDER}/{file.name}"), f"can't be read: {e.strerror or e}"))
    return texts, problems


def _name_in_ledger(file: str) -> str:
    folder, _, name = file.rpartition("/")
    return name if folder == FOLDER and name.endswith(".txt") else ""


def split_blocks(text: str, name: str) -> tuple[dict[str, Rows], list[Problem]]:
    """Return the lines of each briefing in a year's file, and what a merge left undecided."""
    blocks: defaultdict[str, Rows] = defaultdict(list)
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line[0] == "#":
            continue
        if line[0] in "<=>" and _UNDECIDED.match(line):
            problems += _undecided(name, number, line)
            continue
        blocks[line.partition(" ")[0].partition("#")[0]].append((number, line))
    return dict(blocks), problems


def _undecided(name: str, number: int, line: str) -> Iterator[Problem]:
    if line[0] == "<":
        hint = (
            "delete the lines “<<<<<<<”, “=======” and “>>>>>>>” and keep all others, those of both sides; then build"
        )
        yield Problem(Locus(f"{FOLDER}/{name}", number), "a merge that git left undecided", hint)


def read_block(briefing: str, rows: Rows, name: str) -> tuple[RecordedBriefing, list[Problem]]:
    """Return what the lines of one briefing say, and which of them can't be read."""
    problems: list[Problem] = []
    title, first = "", rows[0][0]
    sections: dict[str, dict[str, list[Print]]] = {}
    lines: dict[str, int] = {}
    for number, row in rows:
        line = row.rstrip()
        if line == briefing or line.startswith(f"{briefing} "):
            title = title or line[len(briefing) + 1 :]
            first = number
        elif found := _SECTION_LINE.fullmatch(line):
            lines.setdefault(found["section"], number)
            paragraphs = sections.setdefault(found["section"], {})
            for id, print_ in _read_paragraphs(found["section"], found["paragraphs"], found["sketches"] or ""):
                prints = paragraphs.setdefault(id, [])
                if print_ and print_ not in prints:
                    prints.append(print_)
        else:
            problems.append(_unreadable(name, number))
    made = tuple(
        RecordedSection(id, tuple(RecordedParagraph(p, tuple(prints)) for p, prints in each.items()), lines[id])
        for id, each in sorted(sections.items(), key=lambda item: natural_key(item[0]))
    )
    return RecordedBriefing(briefing, title, made, f"{FOLDER}/{name}", first), problems


def _unreadable(name: str, number: int) -> Problem:
    hint = "restore it from git (git checkout content/permalinks); the build writes these files"
    return Problem(Locus(f"{FOLDER}/{name}", number), "not a line of the ledger", hint)


def _read_paragraphs(section: str, paragraphs: str, sketches: str) -> Iterator[tuple[str, Print | None]]:
    typed, drawn = paragraphs.split(), sketches.split()
    if len(typed) != len(drawn):  # somebody's hand: which sketch is whose can't be known
        drawn = ["-"] * len(typed)
    for each, sketch in zip(typed, drawn, strict=True):
        name, _, digest = each.partition(":")
        yield whole_id(section, name), Print(digest, "" if sketch == "-" else sketch) if digest else None


def whole_id(section: str, name: str) -> str:
    """Return the id that a paragraph's name in a section's line stands for: 2 is q3.2, others stand in full."""
    return f"{section}.{name}" if name[0].isdecimal() else name


def short_name(section: str, id: str) -> str:
    """Return the name of a paragraph in the line of a section: the inverse of `whole_id`."""
    rest = id.removeprefix(f"{section}.")
    return rest if rest != id and rest[:1].isdecimal() else id


def read_addresses(text: str) -> tuple[dict[str, tuple[str, int]], list[Problem]]:
    """Return address → (title, line) of pages.txt, and what a merge left undecided or can't be an address."""
    found: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line[0] == "#":
            continue
        if line[0] in "<=>" and _UNDECIDED.match(line):
            problems += _undecided(PAGES, number, line)
            continue
        address, _, title = line.rstrip().partition(" ")
        if address:
            found.setdefault(address, (title, number))
        else:
            problems.append(_unreadable(PAGES, number))
    return found, problems


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def page_line(address: str, title: str) -> str:
    """Return the line of a page, a briefing (under its id) or a file."""
    words = " ".join(title.split())
    return f"{address} {words}\n" if words else f"{address}\n"


def section_line(briefing: str, section: RecordedSection) -> str:
    """Return the line of a section with its fingerprints."""
    parts = [f"{briefing}#{section.id}"]
    for p in section.paragraphs:
        name = short_name(section.id, p.id)
        parts.append(f"{name}:{p.prints[0].hash}" if p.prints else name)
    if section.paragraphs:
        parts.append("~")
        parts += ((p.prints[0].sketch if p.prints else "") or "-" for p in section.paragraphs)
    return " ".join(parts) + "\n"


def write_block(briefing: RecordedBriefing) -> str:
    """Return the lines of a briefing, sorted by address."""
    lines = [page_line(briefing.id, briefing.title)]
    lines += sorted(
        (section_line(briefing.id, section) for section in briefing.sections), key=lambda line: line.partition(" ")[0]
    )
    return "".join(lines)


def write_file(blocks: Mapping[str, str]) -> str:
    """Return a file of the ledger: its blocks (by briefing, or line by address), sorted."""
    return HEADER + "".join(blocks[key] for key in sorted(blocks))


def bare_block(transcript: Transcript) -> str:
    """Return the lines that a briefing's block has when all that is recorded stands in its transcript, without the
    sketches: enough to see that nothing changed, at the cost of one hash a paragraph.
    """
    lines = [page_line(transcript.id, transcript.title)]
    lines += sorted(
        (_bare_line(transcript.id, s) for s in transcript.sections), key=lambda line: line.partition(" ")[0]
    )
    return "".join(lines)


def _bare_line(briefing: str, section: Section) -> str:
    stem = f"{section.id}."
    cut = len(stem)
    parts = [f"{briefing}#{section.id}"]
    for turn in section.turns:
        for p in turn.paragraphs:
            id = p.id
            # as short_name has it; millions pass here
            name = id[cut:] if id.startswith(stem) and id[cut : cut + 1].isdecimal() else id
            parts.append(f"{name}:{hash_words(p.text)}")
    return " ".join(parts) + "\n"


def without_sketches(text: str) -> str:
    """Return the text of a ledger's file as `bare_block` would have it."""
    return _TAIL.sub("", text)


def changed_blocks(
    text: str, name: str, expected: Mapping[str, str]
) -> tuple[dict[str, Rows], tuple[str, ...], list[Problem]]:
    """Return what of a year's file isn't as expected: the lines of each briefing that differ or that the edition has no
    more, the briefings that the file hasn't, and what a merge left undecided.

    `expected`: of every briefing of that file its `bare_block`. Where nothing changed the file is compared as one text.
    """
    bare = without_sketches(text)
    if bare == write_file(expected):
        return {}, (), []
    blocks, problems = split_blocks(text, name)
    found = {
        id: rows
        for id, rows in blocks.items()
        if id not in expected or without_sketches("".join(f"{line}\n" for _, line in rows)) != expected[id]
    }
    return found, tuple(id for id in expected if id not in blocks), problems


def write_texts(edition_dir: Path, texts: Mapping[str, str]) -> None:
    """Write files of the ledger, each whole or not at all. Raises Refused where one can't be written."""
    for name, text in texts.items():
        file = edition_dir / FOLDER / name
        beside = file.with_name(f".{name}.new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8", newline="")
            beside.replace(file)
        except OSError as e:
            hint = "the ledger must be writable for a build that records; “--locked” writes nothing"
            raise Refused(Problem(Locus(f"{FOLDER}/{name}"), f"can't be written: {e.strerror or e}", hint)) from None


def has_briefing(texts: Mapping[str, str], id: str) -> bool:
    """Say whether the ledger has a briefing."""
    text = texts.get(ledger_file(id), "")
    return f"\n{id} " in text or f"\n{id}\n" in text


def read_pages(texts: Mapping[str, str]) -> frozenset[str]:
    """Return the path of every page and file in the ledger, forms of pages under one pattern left out.

    `texts`: the ledger's files by name.
    """
    paths = {address.partition("#")[0] for address in read_addresses(texts.get(PAGES, ""))[0] if "*" not in address}
    for name in texts.keys() - {PAGES}:
        paths |= {urls.briefing_path(id) for id in split_blocks(texts[name], name)[0]}
    return frozenset(paths)


def recorded_anchors(edition_dir: Path, briefings: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return every anchor that the ledger has of some briefings: ids that no other section or paragraph may get."""
    found: dict[str, frozenset[str]] = {}
    wanted: Sequence[str] = tuple(briefings)
    texts = read_texts(edition_dir)[0] if wanted else {}
    for name in sorted({ledger_file(id) for id in wanted}):
        blocks, _ = split_blocks(texts.get(name, ""), name)
        for id in wanted:
            if id in blocks:
                found[id] = frozenset(read_block(id, blocks[id], name)[0].anchors)
    return found
