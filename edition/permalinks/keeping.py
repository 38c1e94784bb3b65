"""What an editor decides about addresses, written into the edition's files.

    propose_changes                 ids into transcripts, lines into moved.yaml: what `build.py keep` writes
    accept_rewritten                words accepted in the ledger: `build.py keep --same`
    enter_moved, enter_gone         entries: `build.py move`, `build.py withdraw`
    write_changes                   writes changes, each file whole or not at all

Every change is textual: what isn't the id or the entry stays byte for byte. This module must not decide anything.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edition.ledger.comparing import accept_words
from edition.ledger.records import FOLDER, ledger_file, read_block, split_blocks, write_block, write_file
from edition.model import Locus
from edition.permalinks.addresses import GONE, MOVED, Address
from edition.permalinks.settling import Proposal
from edition.problems import Problem, Refused
from edition.transcripts import put_ids
from edition.yamlfiles import dump_yaml, read_yaml

_HEADS = {
    MOVED: "# Where addresses of this edition have moved: old: new. See docs/permalinks.md of the program.\n",
    GONE: "# Addresses of this edition that are gone, since when and why. See docs/permalinks.md of the program.\n",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A file of the edition as it is (`before`, None where there is none) and as it would be."""

    file: str
    before: str | None
    after: str

    def diff(self) -> Iterator[str]:
        """Yield the lines of the unified diff, without line ends."""
        old, new = (self.before or "").splitlines(), self.after.splitlines()
        source = f"a/{self.file}" if self.before is not None else "/dev/null"
        yield from difflib.unified_diff(old, new, source, f"b/{self.file}", lineterm="", n=1)


def propose_changes(edition_dir: Path, proposal: Proposal) -> tuple[list[Change], list[Problem]]:
    """Return what can be written without asking anybody, and which ids can't be."""
    changes: list[Change] = []
    problems: list[Problem] = []
    for file in sorted({*proposal.headings, *proposal.paragraphs}):
        headings = {edit.line: edit.id for edit in proposal.headings.get(file, ())}
        paragraphs = {edit.line: edit.id for edit in proposal.paragraphs.get(file, ())}
        before = _read(edition_dir, file)
        try:
            changes.append(Change(file, before, put_ids(before or "", file, headings, paragraphs)))
        except (ValueError, Refused):
            hint = "write the ids one by one, as the build says, and build again"
            problems.append(Problem(Locus(file), "these ids can't all be written at once", hint))
    if proposal.moved:
        changes.append(enter_moved(edition_dir, proposal.moved))
    return changes, problems


def enter_moved(edition_dir: Path, pairs: Iterable[tuple[Address, Address]]) -> Change:
    """Return moved.yaml with further entries. Those that lead to an old address stay: the parts of what moved go that
    way, and may part from it later.
    """
    before = _read(edition_dir, MOVED)
    text = before if before is not None else _HEADS[MOVED]
    for old, new in pairs:
        text = _with_entry(text, str(old), dump_yaml({str(old): str(new)}))
    return Change(MOVED, before, text)


def enter_gone(edition_dir: Path, addresses: Iterable[Address], date: str, reason: str, was: str = "") -> Change:
    """Return gone.yaml with further entries. `date`: YYYY-MM-DD; `was`: what it was, where its title won't do."""
    before = _read(edition_dir, GONE)
    text = before if before is not None else _HEADS[GONE]
    for address in addresses:
        day = datetime.date.fromisoformat(date)
        entry = {"date": day, "reason": reason, **({"was": was} if was else {})}
        text = _with_entry(text, str(address), dump_yaml({str(address): entry}))
    return Change(GONE, before, text)


def _with_entry(text: str, key: str, entry: str) -> str:
    """Return the text of a mapping with an entry before the first key that comes after it in the alphabet."""
    root = read_yaml(text, MOVED)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    pairs: Sequence[tuple[object, object]] = () if root.is_null else root.value  # type: ignore[assignment]
    later = [k.line for k, _ in pairs if str(k.value) > key]  # type: ignore[attr-defined]
    at = min(later) - 1 if later else len(lines)
    while later and at and lines[at - 1].lstrip().startswith("#") and lines[at - 1] not in _HEADS.values():
        at -= 1  # an editor's remark belongs to the entry below it
    return "".join([*lines[:at], entry, *lines[at:]])


def accept_rewritten(texts: Mapping[str, str], addresses: Iterable[Address]) -> list[Change]:
    """Return the ledger's files in which paragraphs have no fingerprint any more, so that the words that stand there
    now are taken for theirs. Raises Refused for an address that the ledger hasn't.
    """
    wanted: dict[str, list[str]] = {}
    for address in addresses:
        wanted.setdefault(address.briefing, []).append(address.anchor)
    changed = dict(texts)
    for briefing, ids in wanted.items():
        name = ledger_file(briefing)
        blocks, _ = split_blocks(changed.get(name, ""), name)
        record = read_block(briefing, blocks[briefing], name)[0] if briefing in blocks else None
        known = {p.id for s in record.sections for p in s.paragraphs} if record else set()
        for id in ids:
            if id not in known:
                message = f"the ledger has no paragraph “{briefing}#{id}”"
                raise Refused(Problem(Locus(f"{FOLDER}/{name}"), message, "name it as the build did"))
        rows = {b: "".join(f"{line}\n" for _, line in each) for b, each in blocks.items()}
        if record:
            rows[briefing] = write_block(accept_words(record, ids))
        changed[name] = write_file(rows)
    return [Change(f"{FOLDER}/{name}", texts[name], changed[name]) for name in changed if changed[name] != texts[name]]


def write_changes(edition_dir: Path, changes: Iterable[Change]) -> None:
    """Write the changed files, each whole or not at all. Raises Refused where one can't be written."""
    for change in changes:
        file = edition_dir / change.file
        beside = file.with_name(f".{file.name}.new")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(change.after.encode("utf-8"))
            beside.replace(file)
        except OSError as e:
            raise Refused(Problem(Locus(change.file), f"can't be written: {e.strerror or e}")) from None


def _read(edition_dir: Path, file: str) -> str | None:
    """Return a file's text with its line ends as they are, None where there is none; Refused where it is no UTF-8."""
    try:
        return (edition_dir / file).read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise Refused(Problem(Locus(file), "not in the encoding UTF-8", "save the file as UTF-8")) from None
    except OSError as e:
        raise Refused(Problem(Locus(file), f"can't be read: {e.strerror or e}")) from None
