"""content/releases: the committed files of each release ↔ what is known of it.

    NAME.md       front matter: name, date, the release before, how many briefings came, changed, went, the checksum of
                  the list; below it the editor's words on the release, in Markdown
    NAME.jsonl    the list: a line for each briefing that is otherwise than in the release before, in order of id
    NAME.sha256   the checksums of what was made of it, as sha256sum writes them
    next.md       the editor's words on the release that comes next

The lists follow each other, so that all of them together say what an edition holds, and each says what to fetch. This
module must not change a file of an earlier release, and must not take one for true whose checksum is another.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from edition.config import Release, parse_web_address
from edition.model import Locus, Transcript
from edition.problems import Problem, Refused
from edition.releases.states import CHANGES, Change, Erratum, TextState, compare, describe_text, withdraw
from edition.yamlfiles import Node, as_date, as_map, as_text, dump_yaml, read_yaml

FOLDER: Final = "content/releases"
NEXT_WORDS: Final = f"{FOLDER}/next.md"

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?")
_NUMBER: Final = re.compile(r"(.*?)(\d+)")
_KEYS: Final = ("name", "date", "previous", "briefings", *CHANGES, "list", "files")
_RESTORE: Final = "restore it from the repository's history"
_SUM: Final = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")


@dataclass(frozen=True, slots=True)
class Record:
    """A release. `changes` from the release before, in order of id; `counts` of them, by kind; `briefings`: how many it
    holds; `words`: the editor's, from line `first_line` of `file`; `list_sha256`: of its list; `sums`: (file, SHA-256)
    of what was made of it; `files`: the address where that lies.
    """

    name: str
    date: str
    previous: str | None
    briefings: int
    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    list_sha256: str
    words: str = ""
    file: str = ""
    first_line: int = 1
    sums: tuple[tuple[str, str], ...] = ()
    files: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All releases, the oldest first; `held`: what the newest one holds; `since`: what has changed after it, in order
    of id, and `touched`: the ids of what a reader can see of that (nothing where there is no release yet); `words`: the
    editor's, on what comes next.
    """

    records: tuple[Record, ...] = ()
    held: Mapping[str, TextState] = field(default_factory=lambda: MappingProxyType({}))
    since: tuple[Change, ...] = ()
    words: str = ""
    words_file: str = NEXT_WORDS
    touched: frozenset[str] = frozenset()

    @property
    def newest(self) -> Record | None:
        """The newest release."""
        return self.records[-1] if self.records else None

    @property
    def release(self) -> Release | None:
        """The release that the edition as a whole belongs to."""
        newest = self.newest
        return Release(newest.name, newest.date, later=bool(self.touched)) if newest else None

    def release_of(self, id: str) -> Release | None:
        """Return the release that a briefing belongs to: the newest one, or what comes after it."""
        newest = self.newest
        return Release(newest.name, newest.date, later=id in self.touched) if newest else None

    def compare(self, transcripts: Iterable[Transcript], reasons: Mapping[str, str] = MappingProxyType({})) -> History:
        """Return the history with what has changed since the newest release. `reasons`: why a briefing is gone."""
        every = {transcript.id: transcript for transcript in transcripts}
        return self.compare_states(map(describe_text, every.values()), every.__getitem__, reasons)

    def compare_states(
        self,
        states: Iterable[TextState],
        read: Callable[[str], Transcript],
        reasons: Mapping[str, str] = MappingProxyType({}),
    ) -> History:
        """Return the same from the states of the transcripts; `read` gives one by its id."""
        there: set[str] = set()
        since: list[Change] = []
        for state in states:
            there.add(state.id)
            change = compare(self.held.get(state.id), state, partial(read, state.id))
            if change is not None:
                since.append(change)
        since += [withdraw(state, reasons.get(id, "")) for id, state in self.held.items() if id not in there]
        return self.follow(since)

    def follow(self, since: Iterable[Change]) -> History:
        """Return the history with these changes as those since its newest release."""
        ordered = tuple(sorted(since, key=lambda change: change.id))
        touched = frozenset(change.id for change in ordered if change.kind != "kept")
        return replace(self, since=ordered, touched=touched if self.records else frozenset())

    def hold(self, record: Record) -> Mapping[str, TextState]:
        """Return what the edition holds after one release more."""
        held = dict(self.held)
        for change in record.changes:
            if change.state is None:
                held.pop(change.id, None)
            else:
                held[change.id] = change.state
        return held

    @property
    def unsaid(self) -> str | None:
        """The file whose checksums the site of this very state can't show, since they are its own: that of the newest
        release, as long as nothing has changed after it.
        """
        newest = self.newest
        return f"{FOLDER}/{newest.name}.sha256" if newest and not self.touched else None


NOTHING: Final = History()


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_name(name: str) -> str:
    """Return the name of a release where it can be one; raises Refused otherwise."""
    if not _NAME.fullmatch(name) or name == "next" or ".." in name:
        hint = "small letters, digits, full stops and hyphens, e.g. 2026.1; it becomes part of addresses"
        raise Refused(Problem(Locus("release"), f"“{name}” can't be the name of a release", hint))
    return name


def next_name(history: History, date: str) -> str:
    """Return the name that comes next: YEAR.1, YEAR.2 … where names are such, else the last number and one more."""
    year, newest = date[:4], history.newest
    if newest is None:
        return f"{year}.1"
    if re.fullmatch(r"\d{4}\.\d+", newest.name):
        old, _, number = newest.name.partition(".")
        return f"{year}.{int(number) + 1 if old == year else 1}"
    found = _NUMBER.fullmatch(newest.name)
    if found is None:
        hint = "name the new one yourself: build.py release NAME"
        raise Refused(Problem(Locus("release"), f"nothing comes after “{newest.name}” by itself", hint))
    return f"{found[1]}{int(found[2]) + 1}"


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_history(folder: Path) -> tuple[History, tuple[Problem, ...]]:
    """Return the releases of the edition in `folder`, and what is wrong with their files.

    A release whose list is not the one that was released is left out, and so are those after it.
    """
    problems: list[Problem] = []
    found: dict[str, Record] = {}
    place = folder / FOLDER
    for path in sorted(place.glob("*.md")) if place.is_dir() else ():
        if path.name == Path(NEXT_WORDS).name:
            continue
        try:
            record = _read_record(path, f"{FOLDER}/{path.name}")
            found[record.name] = record
        except Refused as refused:
            problems.extend(refused.problems)
    records, tangled = _order(found)
    problems += tangled
    history = NOTHING
    for record in records:
        history = History((*history.records, record), history.hold(record))
    return replace(history, words=_read_words(folder, problems)), tuple(problems)


def _read_words(folder: Path, problems: list[Problem]) -> str:
    try:
        return (folder / NEXT_WORDS).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        problems.append(Problem(Locus(NEXT_WORDS), f"can't be read: {reason}"))
        return ""


def _order(found: Mapping[str, Record]) -> tuple[tuple[Record, ...], list[Problem]]:
    """Return the releases as they follow each other, and what breaks the chain."""
    problems = []
    after: dict[str | None, Record] = {}
    for record in sorted(found.values(), key=lambda r: (r.date, r.name)):
        if record.previous is not None and record.previous not in found:
            text = f"comes after the release “{record.previous}”, which isn't there"
            problems.append(Problem(Locus(record.file), text, f"{_RESTORE}; a release stays for ever"))
            continue
        other = after.setdefault(record.previous, record)
        if other is not record:
            what = f"after “{record.previous}”" if record.previous else "as the first"
            text = f"comes {what}, and so does “{other.name}”"
            hint = "two people made a release at the same time: remove the files of one of them, and make it again"
            problems.append(Problem(Locus(record.file), text, hint))
    chain: list[Record] = []
    at = after.get(None)
    while at is not None:
        if chain and at.date < chain[-1].date:
            text = f"is of {at.date}, before the release before it ({chain[-1].date})"
            problems.append(Problem(Locus(at.file), text, "correct the date"))
        chain.append(at)
        at = after.get(at.name)
    return tuple(chain), problems


def _read_record(path: Path, shown: str) -> Record:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(Problem(Locus(shown), "not in the encoding UTF-8", "save the file as UTF-8")) from None
    except OSError as error:
        raise Refused(Problem(Locus(shown), f"can't be read: {error.strerror or error}")) from None
    name = path.name.removesuffix(".md")
    listed = path.with_name(f"{name}.jsonl")
    try:
        data = listed.read_bytes()
    except OSError as error:
        place = Locus(f"{FOLDER}/{listed.name}")
        raise Refused(Problem(place, f"can't be read: {error.strerror or error}", _RESTORE)) from None
    return replace(parse_record(text, shown, data), sums=read_sums(path.with_name(f"{name}.sha256")))


def parse_record(text: str, shown: str, data: bytes) -> Record:
    """Return the release whose files NAME.md (`shown`) and NAME.jsonl hold `text` and `data`.

    Raises Refused where they aren't the files of a release, or where the list isn't the one that was released.
    """
    # a checkout may have turned the ends of lines
    text, data = text.replace("\r\n", "\n"), data.replace(b"\r\n", b"\n")
    head, fence, words = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not fence:
        hint = "it begins with a line ---, the facts of the release, and a line ---; “build.py release” writes it"
        raise Refused(Problem(Locus(shown, 1), "holds no facts of a release", hint))
    facts = as_map(read_yaml(f"{head}\n", shown, 2), _KEYS)
    for key in ("name", "date", "list"):
        if key not in facts:
            raise Refused(Problem(Locus(shown, 1), f"the release has no “{key}”", _RESTORE))
    name = as_text(facts["name"])
    file = shown.rpartition("/")[2]
    if f"{name}.md" != file:
        raise Refused(Problem(facts["name"].locus, f"the release “{name}” is to stand in {name}.md", "rename the file"))
    proof = as_map(facts["list"], ("file", "sha256"))
    if "sha256" not in proof:
        raise Refused(Problem(facts["list"].locus, "the list has no checksum", _RESTORE))
    wanted = as_text(proof["sha256"])
    if hashlib.sha256(data).hexdigest() != wanted:
        place = Locus(f"{shown.removesuffix(file)}{name}.jsonl")
        text = "is not the list that was released: its checksum is another"
        raise Refused(Problem(place, text, f"{_RESTORE}; what was released never changes"))
    return Record(
        name=name,
        date=as_date(facts["date"]),
        previous=as_text(facts["previous"]) if "previous" in facts else None,
        briefings=_number(facts.get("briefings")),
        counts={kind: _number(facts.get(kind)) for kind in CHANGES},
        changes=tuple(_parse_line(json.loads(line)) for line in data.splitlines()),
        list_sha256=wanted,
        words=words.strip("\n"),
        file=shown,
        first_line=text.count("\n", 0, len(text) - len(words.lstrip("\n"))) + 1,
        files=parse_web_address(facts["files"]) if "files" in facts else None,
    )


def _number(node: Node | None) -> int:
    typed = as_text(node) if node is not None else "0"
    if not typed.isdecimal() or not typed.isascii() or len(typed) > 9:
        assert node is not None
        raise Refused(Problem(node.locus, f"“{typed}” is no number", _RESTORE))
    return int(typed)


def read_sums(path: Path) -> tuple[tuple[str, str], ...]:
    """Return (file, SHA-256) of what was made of a release; nothing where that isn't written down."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple((found[2], found[1]) for found in map(_SUM.fullmatch, lines) if found)


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _parse_line(line: dict[str, Any]) -> Change:
    errata = tuple(Erratum(**erratum) for erratum in line.get("errata", ()))
    state = None
    if "sections" in line:
        state = TextState(
            line["id"],
            line["title"],
            line["date"],
            line["language"],
            line["sections"],
            tuple((was, now, reason) for was, now, reason in line.get("emendations", ())),
            line.get("left_out", ""),
            tuple(line.get("revisions", ())),
        )
    return Change(line["change"], line["id"], line["title"], line["date"], line["language"], state, errata)


def describe_change(change: Change) -> dict[str, Any]:
    """Return a change as it stands in a list; what is empty is left out."""
    line: dict[str, Any] = {"id": change.id, "change": change.kind, "title": change.title, "date": change.date}
    line["language"] = change.language
    if change.errata:
        line["errata"] = [{key: value for key, value in asdict(e).items() if value} for e in change.errata]
    state = change.state
    if state is not None:
        more = {"emendations": state.emendations, "left_out": state.left_out, "revisions": state.revisions}
        line |= {"sections": state.sections, **{key: value for key, value in more.items() if value}}
    return line


def describe_release(history: History, name: str, date: str) -> Iterator[tuple[str, bytes]]:
    """Yield (path below the edition's folder, bytes) of the files that record what has changed since the newest release
    as a new one. Raises Refused where the name is taken, or the date lies before that of the newest release.
    """
    check_name(name)
    newest = history.newest
    if any(record.name == name for record in history.records):
        text = f"there is a release “{name}” already"
        raise Refused(Problem(Locus(f"{FOLDER}/{name}.md"), text, "choose another name, or --next"))
    if newest is not None and date < newest.date:
        text = f"{date} lies before the release “{newest.name}” ({newest.date})"
        raise Refused(Problem(Locus("--date"), text, "releases follow each other in time"))
    lines = [json.dumps(describe_change(change), ensure_ascii=False) for change in history.since]
    # half of a surrogate pair stands as the escape that JSON has for it
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    counts: dict[str, int] = {kind: sum(change.kind == kind for change in history.since) for kind in CHANGES}
    head: dict[str, Any] = {"name": name, "date": datetime.date.fromisoformat(date)}
    head["previous"] = newest.name if newest else None
    head["briefings"] = len(history.held) + counts["added"] - counts["withdrawn"]
    head |= counts
    head["list"] = {"file": f"{name}.jsonl", "sha256": hashlib.sha256(data).hexdigest()}
    facts = dump_yaml({key: value for key, value in head.items() if value not in (None, 0)})
    words = history.words.strip("\n")
    yield f"{FOLDER}/{name}.jsonl", data
    yield f"{FOLDER}/{name}.md", f"---\n{facts}---\n{f'{chr(10)}{words}{chr(10)}' if words else ''}".encode()
