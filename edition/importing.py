"""Witnesses → transcripts in an edition's content folder, and a report of what was done.

What can't be decided is reported, never guessed silently; a file that fails is refused by name, the others go on.
This module must not hold a rule about a layout, and must never overwrite a transcript or a kept witness.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol, TypeVar

from edition.config import Config
from edition.containers import PageText, page_lines, read_page_text
from edition.layouts import Known, Parsed, Recognised, recognise
from edition.layouts.parts import Document, make_document, make_page_document
from edition.model import (
    Apparatus,
    Authorities,
    DroppedLine,
    Locus,
    Mark,
    Paragraph,
    Section,
    Source,
    Transcript,
    Turn,
)
from edition.problems import Problem, Refused
from edition.transcripts import dumps, loads
from edition.urls import slug
from edition.witnesses import Found, Witness, container_of, decode, find_witnesses, read_witness
from edition.words import check_conservation, count_words, fold, label_key
from edition.yamlfiles import plain_value, read_yaml

T = TypeVar("T")

Outcome = Literal["imported", "unchanged", "revision", "refused"]

BRIEFINGS, SOURCES, REVISIONS = "content/briefings", "content/sources", "content/revisions"
_ID_LENGTH = 100
#: Room for a counter behind an id: “-99999”.
_COUNTER_ROOM = 6
_REVISION = re.compile(r"\.rev-[0-9a-f]{8}(?=\.[^.]*$|$)")
_SAFE_PART = re.compile(r"[^\w.()+,' -]|[\x00-\x1f\x7f]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)
_SOURCE_BLOCK = re.compile(r"^source:[ ]*\n((?:[ ]+.*\n?)+)", re.M)
_SOURCE_FIELD = re.compile(r"^[ ]+((?:path|sha256|url):[ ].+)$", re.M)
_TOP_FIELD = re.compile(r"^((?:title|date):[ ].+)$", re.M)


class Progress(Protocol):
    """Shows how far long work is: yields the items it is given. `total` 0: not known."""

    def __call__(self, what: str, items: Iterable[T], total: int) -> Iterator[T]: ...


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. `kept`, `dropped`: words in the sections, and in the apparatus as furniture."""

    origin: str
    outcome: Outcome
    id: str = ""
    layout: str = ""
    date: str | None = None
    speakers: tuple[str, ...] = ()
    kind: str = ""
    sections: tuple[tuple[str, int], ...] = ()
    kept: int = 0
    dropped: int = 0
    problems: tuple[Problem, ...] = ()
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.outcome == "refused":
            return f"{self.origin}: refused"
        if self.outcome == "unchanged":
            return f"{self.origin}: unchanged ({self.id})"
        counted = ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in self.sections) or "no sections"
        who = ", ".join(self.speakers) or "no speaker"
        arrow = "→" if self.outcome == "imported" else "is a revision of"
        return (
            f"{self.origin}: {arrow} {self.id}: {self.layout}, {self.kind}, {self.date or 'undated'}, {who}, "
            f"{counted}, {self.kept:,} words kept, {self.dropped:,} dropped"
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `files`: in the order in which they were found; `general`: problems of no single file."""

    files: tuple[FileReport, ...] = ()
    general: tuple[Problem, ...] = ()
    dry_run: bool = False

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem and note, the general ones first."""
        return (*self.general, *(p for f in self.files for p in f.problems))

    def lines(self) -> tuple[str, ...]:
        """One line a file."""
        return tuple(str(f) for f in self.files)

    def summary(self) -> str:
        """One line about the whole."""
        n = Counter(f.outcome for f in self.files)
        kept, dropped = sum(f.kept for f in self.files), sum(f.dropped for f in self.files)
        verb = "would be imported" if self.dry_run else "imported"
        parts = [f"{n['imported']:,} {verb}", f"{n['unchanged']:,} unchanged"]
        if n["revision"]:
            parts.append(f"{n['revision']:,} revision{'' if n['revision'] == 1 else 's'}")
        parts.append(f"{n['refused']:,} refused")
        files = f"{len(self.files):,} file{'' if len(self.files) == 1 else 's'}"
        return f"{files}: {', '.join(parts)}; {kept:,} words kept, {dropped:,} dropped"


@dataclass(frozen=True, slots=True)
class Existing:
    """What an edition's folder holds already: of each transcript its id, its witness, and what it says of itself."""

    ids: frozenset[str] = frozenset()
    by_path: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_url: dict[str, tuple[str, str]] = field(default_factory=dict)
    revisions: frozenset[str] = frozenset()
    titles: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Spooled:
    """A transcript that is ready and waits, in a temporary folder, for its id."""

    found: Found
    report: FileReport
    base: str
    transcript_file: Path | None
    witness_file: Path | None
    kept_path: str
    title: str
    revises: str = ""


def import_witnesses(
    edition_dir: Path,
    config: Config,
    authorities: Authorities,
    paths: Iterable[Path],
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import what lies at `paths` (files, folders, zips) into the edition and return the report.

    First every file is read and its transcript made and checked, into a temporary folder inside the edition; then ids
    are given in the order of the paths, and each file is moved to its place, witness first: an import that is broken
    off leaves whole files only, and running it again completes it. `dry_run` writes nothing into the content folder.
    """
    known = known_of(config, authorities)
    found = find_witnesses(paths)
    files: list[FileReport] = []
    general: list[Problem] = []
    existing, trouble = read_existing(edition_dir)
    general += trouble
    work: list[Found] = []
    for f in found:
        if isinstance(f, Problem):
            general.append(f) if f.severity == "note" else files.append(
                FileReport(f.locus.file, "refused", problems=(f,))
            )
        else:
            work.append(f)
    if not work:
        return ImportReport(tuple(files), tuple(general), dry_run)
    try:
        spool = _open_spool(None if dry_run else edition_dir)
    except OSError as e:
        reason = f"can't be written to: {e.strerror or e}"
        return ImportReport(tuple(files), (*general, Problem(Locus(str(edition_dir)), reason)), dry_run)
    try:
        waiting: list[_Spooled] = []
        taken: dict[str, str] = {}
        items: Iterable[Found] = progress("import", work, len(work)) if progress else work
        for number, f in enumerate(items):
            waiting.append(_prepare(f, number, config, known, authorities, existing, taken, spool, dry_run))
        files += _settle(waiting, existing, edition_dir, dry_run)
    finally:
        shutil.rmtree(spool, ignore_errors=True)
    return ImportReport(tuple(files), tuple(general), dry_run)


def make_transcript(
    witness: Witness, config: Config, known: Known, authorities: Authorities
) -> tuple[Transcript, Recognised]:
    """Return the transcript of a witness, under the id that it would have alone, and the layout that read it; raises
    Refused where no layout can be tried or where words would not be conserved.
    """
    page = read_page_text(witness.text) if witness.container == "html" else None
    furniture: tuple[DroppedLine, ...] = ()
    if page is None:
        document = make_document(witness.name, witness.lines)
    else:
        document, sources, furniture = make_page_document(witness.name, page)
    recognised = recognise(document, known)
    parsed = recognised.layout.parse(recognised.page)
    layout = recognised.layout.name
    if page is not None:
        layout = f"{page.family}/{layout}"
        parsed = _of_page(parsed, document, sources, furniture)
    if not parsed.sections:
        message = "nothing but a title and page furniture: there is no text to import"
        raise Refused(Problem(Locus(witness.origin), message))
    transcript = Transcript(
        id="",
        kind=parsed.kind,
        title=parsed.title,
        date=parsed.date,
        language=_language(parsed, page, config.language),
        speakers=tuple(speaker_id(name, authorities) for name in parsed.speakers),
        source=Source(
            witness.name,
            witness.sha256,
            layout,
            witness.path,
            parsed.publisher,
            witness.url or (page.fields.url if page else None),
            None,
        ),
        sections=parsed.sections,
        apparatus=Apparatus(parsed.metadata, parsed.dropped, document.emendations),
        published=parsed.published,
        notes=parsed.notes,
    )
    lines = page_lines(witness.text) if page is not None else witness.lines
    problems = check_conservation(lines, transcript, file=witness.origin)
    if problems:
        raise Refused(*problems)
    return replace(transcript, id=base_id(transcript, config.language)), recognised


def _of_page(
    parsed: Parsed, document: Document, sources: tuple[int, ...], furniture: tuple[DroppedLine, ...]
) -> Parsed:
    """Return what was read of a web page with the lines of its HTML source, its furniture in the apparatus, and what
    it strikes out marked as deleted.
    """
    by_number = {line.number: line for line in document.lines}

    def paragraph(p: Paragraph) -> Paragraph:
        line = by_number.get(p.line)
        marks: tuple[Mark, ...] = ()
        if line is not None and line.deleted and line.text.endswith(p.text):
            # A label before the paragraph's words stands in the same line.
            cut = len(line.text) - len(p.text)
            marks = tuple(Mark(start - cut, end - cut, "deleted") for start, end in line.deleted if start >= cut)
        return replace(p, line=sources[p.line], marks=(*p.marks, *marks))

    def turn(t: Turn) -> Turn:
        return replace(t, line=sources[t.line], paragraphs=tuple(paragraph(p) for p in t.paragraphs))

    def section(s: Section) -> Section:
        return replace(s, line=sources[s.line], turns=tuple(turn(t) for t in s.turns))

    dropped = (*furniture, *(replace(d, line=sources[d.line or 0]) for d in parsed.dropped))
    return replace(
        parsed,
        sections=tuple(section(s) for s in parsed.sections),
        metadata=tuple(replace(m, line=sources[m.line or 0]) for m in parsed.metadata),
        dropped=tuple(sorted(dropped, key=lambda d: d.line or 0)),
        doubts=tuple((sources[line], message) for line, message in parsed.doubts),
    )


def _language(parsed: Parsed, page: PageText | None, default: str) -> str:
    """Return the language of the words; of a web page as exactly as it says itself, where the words agree."""
    found = detect_language(parsed, default)
    said = page.fields.language if page else None
    return said if said and said.split("-")[0] == found.split("-")[0] else found


def known_of(config: Config, authorities: Authorities) -> Known:
    """Return what layouts may know of the edition."""
    speakers = {label_key(n) for s in authorities.speakers for n in (s.name, *s.aliases, *(v for _, v in s.names))}
    outlets = {label_key(n) for o in authorities.outlets for n in (o.name, o.full_name, *o.aliases)}
    return Known(frozenset(speakers - {""}), frozenset(outlets - {""}), config.language)


def speaker_id(name: str, authorities: Authorities) -> str:
    """Return the register's id of a speaker's printed name; of a single word that is part of just one speaker's name,
    that speaker's; the name itself where the register does not have it.
    """
    key = label_key(name)
    parts: list[str] = []
    for s in authorities.speakers:
        names = (s.name, *s.aliases, *(v for _, v in s.names))
        if key in {label_key(n) for n in names}:
            return s.id
        if any(key == label_key(w) for n in names for w in n.split()):
            parts.append(s.id)
    return parts[0] if len(parts) == 1 and " " not in name else name


#: Characters by which the language is told.
_LANGUAGE_SAMPLE = 8000
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
#: Common small words by which a text in Latin letters shows its language.
_SMALL_WORDS = {
    "en": frozenset(["the", "and", "of", "to", "is", "that", "for", "with", "on", "will"]),
    "es": frozenset(["el", "los", "las", "que", "del", "por", "con", "para", "una", "se"]),
    "fr": frozenset(["les", "des", "est", "que", "pour", "dans", "une", "sur", "avec", "et"]),
    "de": frozenset(["der", "die", "und", "das", "ist", "nicht", "mit", "den", "von", "für"]),
    "pt": frozenset(["os", "que", "não", "para", "uma", "com", "do", "da", "em", "ao"]),
    "it": frozenset(["il", "che", "di", "per", "una", "con", "della", "sono", "gli", "non"]),
}


def detect_language(parsed: Parsed, default: str) -> str:
    """Return the language of the briefing's words: by script where half of its letters have one, by small words in
    Latin letters where they are clear (at least twenty, and twice as many as of any other language); else `default`.
    """
    text = " ".join([parsed.title, *(p.text for s in parsed.sections for p in s.paragraphs)])[:_LANGUAGE_SAMPLE]
    letters = len(_LETTER.findall(text)) or 1
    for language, script in _SCRIPTS:
        share = len(script.findall(text)) / letters
        if share > (0.1 if language == "ja" else 0.5):
            return default if default.split("-")[0] == language else language
    words = Counter(w.casefold() for w in text.split())
    counts = sorted(((sum(words[w] for w in small), code) for code, small in _SMALL_WORDS.items()), reverse=True)
    (best, code), (second, _) = counts[0], counts[1]
    if best >= 20 and best >= 2 * second and default.split("-")[0] != code:
        return code
    return default


def base_id(transcript: Transcript, default_language: str) -> str:
    """Return the id that a transcript would have if it were alone: date-speaker, with the language where it is not the
    edition's; an undated one has the slug of its file's name.
    """
    tail = "" if transcript.language == default_language else f"-{slug(transcript.language)}"
    if transcript.date is None:
        head = f"undated-{slug(PurePosixPath(transcript.source.file).stem)}"
    else:
        who = slug(transcript.speakers[0]) if transcript.speakers else transcript.kind
        head = f"{transcript.date}-{who}"
    return head[: _ID_LENGTH - _COUNTER_ROOM - len(tail)].rstrip("-") + tail


def kept_path(path: str) -> str:
    """Return where a witness is kept below content/sources: its own path, or a safe one that ends in eight digits of
    the path's SHA-256 where a part of it is no name that every file system takes.
    """
    parts = unicodedata.normalize("NFC", path).split("/")
    safe = [_safe_part(p) for p in parts]
    if safe == path.split("/"):
        return path
    return _with_suffix("/".join(safe), hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8])


def read_existing(edition_dir: Path) -> tuple[Existing, list[Problem]]:
    """Return what the edition holds. A transcript that can't be read still keeps its id and, where its lines can be
    found, its witness; it is the build that tells what is wrong with it.
    """
    ids: set[str] = set()
    by_path: dict[str, tuple[str, str]] = {}
    by_url: dict[str, tuple[str, str]] = {}
    titles: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for file in sorted((edition_dir / BRIEFINGS).rglob("*.md")):
        ids.add(file.stem)
        header = _header(file, problems)
        fields = _source_fields(header)
        sha = fields.get("sha256", "")
        if path := fields.get("path"):
            by_path[_REVISION.sub("", path)] = (file.stem, sha)
        if url := fields.get("url"):
            by_url[url] = (file.stem, sha)
        named = _fields(_TOP_FIELD.findall(header))
        if named.get("date"):
            titles[(fold(named.get("title", "")), named["date"])] = file.stem
    waiting: set[str] = set()
    for file in sorted((edition_dir / REVISIONS).glob("*.md")):
        waiting.add(_source_fields(_header(file, problems)).get("sha256", ""))
    return Existing(frozenset(ids), by_path, by_url, frozenset(waiting), titles), problems


def check_witnesses(edition_dir: Path, transcripts: Iterable[Transcript]) -> Iterator[Problem]:
    """Yield each difference between a transcript and its kept witness that the apparatus does not record, each kept
    witness that is missing, each whose bytes have changed since the import, and (a note) each revision that waits.
    """
    for transcript in transcripts:
        file = transcript.file or f"{BRIEFINGS}/{transcript.id}.md"
        source = transcript.source
        if source.path is None:
            continue
        shown = f"{SOURCES}/{source.path}"
        path = edition_dir / SOURCES / source.path
        if ".." in PurePosixPath(source.path).parts or PurePosixPath(source.path).is_absolute():
            yield Problem(Locus(file), f"source path “{source.path}” leads out of {SOURCES}")
            continue
        try:
            data = path.read_bytes()
        except OSError as e:
            yield Problem(Locus(file), f"its witness {shown} can't be read: {e.strerror or e}", "restore the file")
            continue
        if hashlib.sha256(data).hexdigest() != source.sha256:
            hint = "restore the witness; a new version of a source is imported, not put in its place"
            yield Problem(Locus(file), f"its witness {shown} is not the file that was imported (sha256 differs)", hint)
            continue
        try:
            text, _ = decode(data, shown)
        except Refused as refused:
            yield from refused.problems
            continue
        html = container_of(text) == "html"
        lines = page_lines(text) if html else tuple(re.split(r"\r\n|\r|\n", text))
        yield from check_conservation(lines, replace(transcript, file=file), file=shown, every=True)
    for waiting in sorted((edition_dir / REVISIONS).glob("*.md")):
        mine, new = f"{BRIEFINGS}/{waiting.name}", f"{REVISIONS}/{waiting.name}"
        hint = f"compare: git diff --no-index {mine} {new}; then move it there, or delete it"
        yield Problem(Locus(new), f"a revision waits beside {mine}", hint, "note")


# ── One file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _prepare(
    found: Found,
    number: int,
    config: Config,
    known: Known,
    authorities: Authorities,
    existing: Existing,
    taken: dict[str, str],
    spool: Path,
    dry_run: bool,
) -> _Spooled:
    """Return one file's transcript, written to the spool, or the report of why there is none."""
    nothing = _Spooled(found, FileReport(found.origin, "refused"), "", None, None, "", "")
    try:
        witness = read_witness(found)
        same = existing.by_url.get(witness.url or "") or _by_path(existing, witness.path)
        if same and (same[1] == witness.sha256 or witness.sha256 in existing.revisions):
            waits = same[1] != witness.sha256
            note = Problem(Locus(found.origin), f"this revision of {same[0]} waits in {REVISIONS}", severity="note")
            return replace(
                nothing, report=FileReport(found.origin, "unchanged", same[0], problems=(note,) if waits else ())
            )
        kept = _free_path(kept_path(witness.path), taken, found.path)
        if same:
            kept = _with_suffix(kept, f"rev-{witness.sha256[:8]}", ".")
        transcript, recognised = make_transcript(witness, config, known, authorities)
        transcript = replace(transcript, source=replace(transcript.source, path=kept))
        text = dumps(transcript)
        # What is written must read back as the same: a fault here is ours, and the file must not enter the edition.
        if loads(text, f"{transcript.id}.md") != transcript:
            raise Refused(Problem(Locus(found.origin), "refused: its transcript would not read back as written"))
        transcript_file = witness_file = None
        if not dry_run:
            transcript_file, witness_file = spool / f"{number}.md", spool / f"{number}.bin"
            transcript_file.write_text(text, encoding="utf-8", newline="\n")
            witness_file.write_bytes(witness.data)
    except Refused as refused:
        return replace(nothing, report=FileReport(found.origin, "refused", problems=refused.problems))
    except OSError as e:
        problem = Problem(Locus(found.origin), f"can't be imported: {e.strerror or e}")
        return replace(nothing, report=FileReport(found.origin, "refused", problems=(problem,)))
    except (ValueError, RecursionError) as e:
        problem = Problem(Locus(found.origin), f"refused: no transcript can be written of it: {e}")
        return replace(nothing, report=FileReport(found.origin, "refused", problems=(problem,)))
    report = _report(found, transcript, recognised, "revision" if same else "imported")
    return _Spooled(
        found, report, transcript.id, transcript_file, witness_file, kept, transcript.title, same[0] if same else ""
    )


def _by_path(existing: Existing, path: str) -> tuple[str, str] | None:
    plain = kept_path(path)
    return existing.by_path.get(plain) or existing.by_path.get(_with_suffix(plain, _digest(path)))


def _report(found: Found, transcript: Transcript, recognised: Recognised, outcome: Outcome) -> FileReport:
    counts = Counter(s.kind for s in transcript.sections)
    kept = sum(count_words(p.text) for s in transcript.sections for p in s.paragraphs)
    kept += sum(count_words(s.heading) for s in transcript.sections if s.heading and s.printed)
    doubts = recognised.layout.parse(recognised.page).doubts
    problems = [Problem(Locus(found.origin, line), message, severity="note") for line, message in doubts]
    if recognised.ties:
        others = ", ".join(recognised.ties)
        message = f"read as {recognised.layout.name}, but {others} would fit as well"
        problems.append(Problem(Locus(found.origin), message, severity="note"))
    if transcript.date is None:
        problems.append(Problem(Locus(found.origin), "undated: no date is printed", severity="note"))
    if "\ufffd" in transcript.title or any("\ufffd" in p.text for s in transcript.sections for p in s.paragraphs):
        message = "the text holds the sign for a lost character (U+FFFD)"
        problems.append(Problem(Locus(found.origin), message, severity="note"))
    return FileReport(
        origin=found.origin,
        outcome=outcome,
        layout=transcript.source.layout,
        date=transcript.date,
        speakers=transcript.speakers,
        kind=transcript.kind,
        sections=tuple(counts.items()),
        kept=kept,
        dropped=sum(count_words(d.text) for d in transcript.apparatus.dropped),
        problems=tuple(problems),
        reasons=recognised.evidence.reasons,
    )


# ── The whole batch ─────────────────────────────────────────────────────────────────────────────────────────────────


def _settle(waiting: Sequence[_Spooled], existing: Existing, edition_dir: Path, dry_run: bool) -> list[FileReport]:
    """Give ids in the order of the paths and move the spooled files to their places; return the reports as found."""
    ids = set(existing.ids)
    titles = dict(existing.titles)
    reports: dict[int, FileReport] = {i: w.report for i, w in enumerate(waiting)}
    order = sorted(range(len(waiting)), key=lambda i: (waiting[i].found.path.split("/"), waiting[i].found.origin))
    for i in order:
        w = waiting[i]
        if w.report.outcome not in ("imported", "revision"):
            continue
        problems = list(w.report.problems)
        if w.revises:
            name, folder = w.revises, REVISIONS
            message = f"a changed version of {name}'s witness: its transcript is put beside, in {folder}/{name}.md"
            hint = "compare the two, take over what is right, then remove the one in revisions"
            problems.append(Problem(Locus(w.found.origin), message, hint, severity="note"))
        else:
            name, folder = _free_id(w.base, ids), BRIEFINGS
            ids.add(name)
            key = (fold(w.title), w.report.date or "")
            if w.report.date and key in titles:
                message = f"near-duplicate: {titles[key]} has the same title and date"
                problems.append(Problem(Locus(w.found.origin), message, severity="note"))
            titles.setdefault(key, name)
        report = replace(w.report, id=name, problems=tuple(problems))
        if not dry_run and w.transcript_file and w.witness_file:
            try:
                _place(w.witness_file, edition_dir / SOURCES / w.kept_path)
                _place(w.transcript_file, edition_dir / folder / f"{name}.md", replace_it=bool(w.revises))
            except OSError as e:
                problem = Problem(Locus(w.found.origin), f"can't be written into the edition: {e.strerror or e}")
                report = FileReport(w.found.origin, "refused", problems=(problem,))
        reports[i] = report
    return [reports[i] for i in range(len(waiting))]


def _open_spool(edition_dir: Path | None) -> Path:
    """Return a new temporary folder, inside the edition so that a move is a rename; what a killed import left goes."""
    if edition_dir is None:
        return Path(tempfile.mkdtemp(prefix="import-"))
    content = edition_dir / "content"
    content.mkdir(parents=True, exist_ok=True)
    for left in sorted(content.glob(".import-*")):
        shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=".import-", dir=content))


def _place(spooled: Path, target: Path, replace_it: bool = False) -> None:
    """Move a whole file to its place. An existing file stays unless `replace_it`: it then must hold the same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not replace_it:
        if target.read_bytes() == spooled.read_bytes():
            spooled.unlink()
            return
        raise FileExistsError(0, f"{target.name} is there already, with other words")
    spooled.chmod(0o644)
    spooled.replace(target)


def _free_id(base: str, ids: set[str]) -> str:
    if base not in ids:
        return base
    n = 2
    while f"{base}-{n}" in ids:
        n += 1
    return f"{base}-{n}"


def _free_path(path: str, taken: dict[str, str], origin: str) -> str:
    """Return `path`, with a hash where another file of the batch has it on a file system that knows no capitals."""
    key = path.casefold()
    if taken.setdefault(key, origin) == origin:
        return path
    return _with_suffix(path, _digest(origin))


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _with_suffix(path: str, suffix: str, joint: str = "-") -> str:
    p = PurePosixPath(path)
    return (p.parent / f"{p.stem}{joint}{suffix}{p.suffix}").as_posix()


def _safe_part(part: str) -> str:
    """Return a part of a path as every common file system takes it: no signs of its own, at most 180 bytes (a longer
    one is cut to 150, so that what is put behind it later fits).
    """
    safe = _SAFE_PART.sub("_", part).rstrip(". ").lstrip(" ") or "_"
    if _DEVICE.fullmatch(safe) or safe.startswith("."):
        safe = f"_{safe}"
    too_long = len(safe.encode()) > 180
    while too_long and len(safe.encode()) > 150:
        stem, dot, suffix = safe.rpartition(".")
        safe = f"{stem[:-1]}.{suffix}" if dot and len(suffix) < 10 and len(stem) > 1 else safe[:-1]
    return safe


def _source_fields(header: str) -> dict[str, str]:
    block = _SOURCE_BLOCK.search(header)
    return _fields(_SOURCE_FIELD.findall(block[1])) if block else {}


def _fields(lines: Iterable[str]) -> dict[str, str]:
    """Return the values of “key: value” lines. Only a quoted value is given to the YAML reader: an edition has tens of
    thousands of headers, and reading each whole would take minutes.
    """
    out: dict[str, str] = {}
    for line in lines:
        key, _, value = line.partition(":")
        value = value.strip()
        if value[:1] in ("'", '"'):
            try:
                value = str(plain_value(read_yaml(value, "")))
            except Refused:
                continue
        out[key] = value
    return out


def _header(file: Path, problems: list[Problem]) -> str:
    """Return a transcript's front matter as it stands, "" where the file can't be read."""
    try:
        with file.open(encoding="utf-8", errors="replace") as f:
            if f.readline().strip() != "---":
                return ""
            out = []
            for line in f:
                if line.strip() == "---":
                    break
                out.append(line)
            return "".join(out)
    except OSError as e:
        problems.append(Problem(Locus(f"{BRIEFINGS}/{file.name}"), f"can't be read: {e.strerror or e}"))
        return ""
