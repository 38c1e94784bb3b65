"""What layouts read and what they give back: a document by printed lines, and its parts.

This module must not know any layout, and must not change a word without an emendation that says so.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from edition.model import BriefingKind, DroppedLine, Emendation, Mark, MetadataLine, Paragraph, Section, Turn
from edition.words import emend, fold

if TYPE_CHECKING:
    # a build knows the words of speech that layouts share, and reads no page
    from edition.containers import Fields, MarkdownText, PageText

#: Characters that no text may hold: C0 (tab apart), DEL, C1 (NEL apart), and Unicode's noncharacters of plane 0.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|ensp|emsp|[lr]dquo|[lr]squo|[nm]dash|hellip|copy|eacute|#\d{1,7}|#x[0-9A-Fa-f]{1,6});"
)
_SENTENCE_END = re.compile(r"[.!?…。！？:：][\"'”’»)\]）」』*]*$")
#: A line of signs only, at least three: printed between parts of a document.
_SEPARATOR = re.compile(r"[*＊※\-–—_=~·•#+◆◇■□●○☆★ ]{3,}")
_STAGE = re.compile(r"[(（][^()（）]+[)）][.。]?")
_STAGE_WORDS = 25
#: More characters than a label has before its turn's words.
_LONGEST_LABEL = 200
_LABELLED = re.compile(r"[^:：.?!]{1,60}[:：]")
#: What may stand before a colon as a label: few words, the first one with a capital.
_LABEL_LIKE = re.compile(r"([A-ZÀ-Þ][^\s:：?!,]{0,30}(?: [^\s:：?!,]{1,30}){0,4}):(?=\s|$)")
_TURN = re.compile(r"Q[:.]?\s+(?=[^a-z&\s])|[QA]:|(?=[A-Z.]*[A-Z]{2}|M[RS]S?\b|DR\b)[A-ZÀ-Þ][^a-zß-ÿ:;?!]{1,60}[:;]")
#: How a line ends below which another turn may begin: with its sentence, or cut off.
_OPEN_TO_TURN = re.compile(r"(?:[.!?…。！？:：]|--|[-–—])[\"'”’»)\]）」』*]*$|[)\]]$")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line that holds something: its number, as printed (white space folded), and as emended. A paragraph of
    several printed lines has them as `parts`, and the first one's number. What only a web page or Markdown says:
    `bold`, the share of its letters; `level` of a heading (0: none); `deleted`, spans of `text` that are struck out;
    `label`: it begins with bold words up to a colon.
    """

    number: int
    printed: str
    text: str
    parts: tuple[Line, ...] = ()
    bold: float = 0.0
    level: int = 0
    deleted: tuple[tuple[int, int], ...] = ()
    label: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A witness's text as layouts see it: the printed lines that are not blank, and what was emended in them."""

    name: str
    lines: tuple[Line, ...]
    emendations: tuple[Emendation, ...] = ()
    #: lines of the witness after which a blank line stands
    before_blank: frozenset[int] = frozenset()
    #: of a web page: the number of the line that prints its title (0: not known); of it and of Markdown: what its head
    #: or its front matter says, and what a person should look at
    title: int = 0
    fields: Fields | None = None
    doubts: tuple[tuple[int, str], ...] = ()
    #: the end of a line means nothing by itself, as in Markdown
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a layout may know of the edition: the keys (`words.label_key`) of its registers, and its config."""

    speakers: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a layout fits a document: 0 (not at all) to 1, and what speaks for it."""

    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a layout read from a document. `speakers`: names as printed, the title's first; `notes`: for the editor;
    `starts`, `ends`: ISO 8601 as exact as printed, with the offset where the printed zone has one.
    """

    kind: BriefingKind
    title: str
    sections: tuple[Section, ...]
    date: str | None = None
    published: str | None = None
    publisher: str | None = None
    speakers: tuple[str, ...] = ()
    metadata: tuple[MetadataLine, ...] = ()
    dropped: tuple[DroppedLine, ...] = ()
    notes: tuple[str, ...] = ()
    #: (line, message): what a person should look at, told in the import's report
    doubts: tuple[tuple[int, str], ...] = ()
    starts: str | None = None
    ends: str | None = None
    place: str | None = None


def word_set(words: str) -> frozenset[str]:
    """Return the words of `words` as a set: how word lists are written in the layouts."""
    return frozenset(words.split())


def make_document(name: str, lines: Iterable[str]) -> Document:
    """Return the document whose printed lines are `lines`. Control characters become spaces, characters of
    Windows-1252 that stand at their code in Unicode and HTML entities become what they mean; each is an emendation.
    """
    out: list[Line] = []
    emendations: list[Emendation] = []
    before_blank: set[int] = set()
    number = 0
    for number, raw in enumerate(lines, 1):
        changes = _emendations(raw, number)
        emendations += changes
        text = fold(emend(raw, changes)) if changes else fold(raw)
        if text:
            # The apparatus can quote an entity, but no control character: those it gives as they were mended.
            controls = [c for c in changes if c.before.startswith("U+")]
            out.append(Line(number, fold(emend(raw, controls)) if changes else text, text))
        elif number > 1:
            before_blank.add(number - 1)
    before_blank.add(number)
    return Document(name, tuple(out), tuple(emendations), frozenset(before_blank))


#: What a container itself leaves out, each with the number of the document's line before which it stands.
Furniture = tuple[tuple[int, DroppedLine], ...]


def make_page_document(name: str, page: PageText) -> tuple[Document, tuple[int, ...], Furniture]:
    """Return (document, sources, furniture) of a web page. The document's lines are those that are no furniture,
    numbered in their order with a gap for each blank; `sources[n]` is the line of the HTML source of line n. Furniture
    that stands together for one reason is one entry.
    """
    out: list[Line] = []
    emendations: dict[tuple[int, str], Emendation] = {}
    before_blank: set[int] = set()
    sources = [0]
    title = 0
    furniture: list[tuple[int, DroppedLine]] = []
    together = False
    for each in page.lines:
        pieces = [(text, _emendations(text, number)) for number, text in each.joined or ((each.number, each.text),)]
        changes = [change for _, found in pieces for change in found]
        emendations |= {(c.line or 0, c.before): c for c in changes}
        printed = text = each.text
        if changes:
            printed = fold(" ".join(emend(t, [c for c in found if c.before.startswith("U+")]) for t, found in pieces))
            text = fold(" ".join(emend(t, found) for t, found in pieces))
        if each.part == "furniture":
            # Several lines become one entry, which an emendation of one of them could not mend in its place.
            printed = text
            if together and furniture[-1][1].reason == each.reason:
                place, last = furniture[-1]
                furniture[-1] = place, DroppedLine(f"{last.text} {printed}", each.reason, last.line)
            elif printed:
                furniture.append((len(sources), DroppedLine(printed, each.reason, each.number)))
                together = True
            continue
        together = False
        number = len(sources)
        sources.append(each.number)
        if text:
            out.append(
                Line(
                    number,
                    printed,
                    text,
                    (),
                    each.bold,
                    each.level,
                    each.deleted if text == each.text else (),
                    each.label,
                )
            )
            title = number if each.part == "title" else title
        if not each.runs_on:
            before_blank.add(number)
            sources.append(each.number)
    before_blank.add(len(sources) - 1)
    changed = tuple(emendations.values())
    document = Document(name, tuple(out), changed, frozenset(before_blank), title, page.fields)
    return document, tuple(sources), tuple(furniture)


def make_markdown_document(name: str, text: MarkdownText) -> tuple[Document, tuple[MetadataLine, ...], Furniture]:
    """Return (document, metadata, dropped) of a Markdown file: its printed lines with the signs of markup as
    emendations; the lines of its front matter, as fields or left out.
    """
    out: list[Line] = []
    emendations: list[Emendation] = []
    before_blank: set[int] = set()

    def quoted(number: int, raw: str) -> str:
        """Return the line as the apparatus may quote it: it can hold no control character."""
        controls = [c for c in _emendations(raw, number) if c.before.startswith("U+")]
        emendations.extend(controls)
        return fold(emend(raw, controls))

    front = [(number, quoted(number, raw), field) for number, raw, field in text.front]
    addresses = [(number, quoted(number, raw)) for number, raw in text.addresses]
    following = {a.number: b for a, b in pairwise(text.lines)}
    for each in text.lines:
        marks = [Emendation(c.before, c.after, c.reason, each.number) for c in each.changes]
        unmarked = emend(each.raw, marks)
        others = _emendations(unmarked, each.number)
        emendations += [*marks, *others]
        meant = fold(emend(unmarked, others))
        printed = fold(emend(each.raw, [c for c in others if c.before.startswith("U+")]))
        if any(m.before not in printed for m in marks):
            printed = meant
        if meant:
            deleted = each.deleted if meant == fold(unmarked) else ()
            out.append(Line(each.number, printed, meant, (), each.bold, each.level, deleted, each.label))
        below = following.get(each.number)
        parted = below is None or not each.runs_on
        if below is not None and each.breaks and not parted:
            parted = not _goes_on(meant, fold(emend(below.raw, [Emendation(*c) for c in below.changes])))
        if parted:
            before_blank.add(each.number)
    metadata_lines = tuple(MetadataLine(words, field, number) for number, words, field in front if field and words)
    left_out = [DroppedLine(words, "front matter", number) for number, words, field in front if words and not field]
    left_out += [DroppedLine(words, "address of a link", number) for number, words in addresses]
    document = Document(
        name, tuple(out), tuple(emendations), frozenset(before_blank), 0, text.fields, text.doubts, True
    )
    return document, metadata_lines, tuple((d.line or 0, d) for d in left_out)


def mark_deleted(parsed: Parsed, document: Document) -> Parsed:
    """Return what was read with a mark on each reading that the source itself struck out."""
    lines = document.lines
    if not any(line.deleted for line in lines):
        return parsed
    places = {line.number: i for i, line in enumerate(lines)}

    def paragraph(p: Paragraph) -> Paragraph:
        # A label before the paragraph's words stands in the same line; wrapped words go on in the lines below.
        texts: list[str] = []
        spans: list[tuple[int, int]] = []
        length = 0
        for line in islice(lines, places[p.line], None) if p.line in places else ():
            for start, end in line.deleted:
                # What is struck out over the end of a wrapped line is one reading.
                joined = spans.pop()[0] if spans and spans[-1][1] + 1 >= length + start else length + start
                spans.append((joined, length + end))
            texts.append(line.text)
            length += len(line.text) + 1
            cut = length - 1 - len(p.text)
            if cut >= 0 and " ".join(texts).endswith(p.text):
                marks = (Mark(a - cut, b - cut, "deleted") for a, b in spans if a >= cut)
                return replace(p, marks=(*p.marks, *marks))
            if cut > _LONGEST_LABEL:
                break
        return p

    def turn(t: Turn) -> Turn:
        return replace(t, paragraphs=tuple(paragraph(p) for p in t.paragraphs))

    return replace(parsed, sections=tuple(replace(s, turns=tuple(turn(t) for t in s.turns)) for s in parsed.sections))


def paragraphs(
    lines: Iterable[Line], before_blank: frozenset[int], apart: frozenset[int] = frozenset(), soft: bool = False
) -> tuple[Line, ...]:
    """Return the paragraphs printed in `lines`: one a line, unless the text is wrapped at a width; then blank lines
    part them, and the beginning of a turn below the end of a sentence; a paragraph has the number of its first line.
    Where blank lines part paragraphs anyway, a line that breaks off in a sentence goes on in the next. `apart`: lines
    (by their number) that are never joined to another. `soft`: a line's end means nothing by itself.
    """
    given = tuple(lines)
    if apart:
        before_blank |= apart | {a.number for a, b in pairwise(given) if b.number in apart}
    labels = Counter(found[1] for line in given if (found := _LABEL_LIKE.match(line.text)))
    if soft:
        before_blank |= {
            a.number for a, b in pairwise(given) if _opens_turn(b, labels) and _OPEN_TO_TURN.search(a.text)
        }
    if not is_wrapped(given, before_blank, soft):
        return _mended(given, before_blank)
    out: list[Line] = []
    run: list[Line] = []
    for line in given:
        if run and _opens_turn(line, labels) and _OPEN_TO_TURN.search(run[-1].text):
            out += _joined(run)
            run = []
        if is_separator(line.text):
            out += [*_joined(run), line]
            run = []
            continue
        run.append(line)
        if line.number in before_blank:
            out += _joined(run)
            run = []
    return (*out, *_joined(run))


def _opens_turn(line: Line, labels: Counter[str]) -> bool:
    """Return whether a line looks like the beginning of a turn: “Q”, a label in capitals or in bold type, or one with
    which another line begins too.
    """
    if line.label or _TURN.match(line.text):
        return True
    found = _LABEL_LIKE.match(line.text)
    return found is not None and labels[found[1]] > 1


def _mended(lines: tuple[Line, ...], before_blank: frozenset[int]) -> tuple[Line, ...]:
    pairs = list(pairwise(lines))
    parted = sum(1 for a, _ in pairs if a.number in before_blank)
    if parted == len(pairs) or parted * 5 < len(pairs) * 4:
        return lines
    out: list[Line] = []
    run: list[Line] = []
    for line in lines:
        if run and not (run[-1].number not in before_blank and _goes_on(run[-1].text, line.text)):
            out += _joined(run)
            run = []
        run.append(line)
    return (*out, *_joined(run))


def _goes_on(text: str, following: str) -> bool:
    """Return whether a line breaks off in a sentence that the line right below it continues. A short line without a
    label may be a heading: it goes on only in small letters.
    """
    if (
        ends_sentence(text)
        or _LABELLED.match(following)
        or any(is_separator(t) or is_stage(t) for t in (text, following))
    ):
        return False
    return following[:1].islower() or len(text.split()) >= 8 or _LABELLED.match(text) is not None


#: Words after which no sentence ends.
_OPEN_WORDS = word_set("a an the of to in on at by for with from and or but as than that which between into over under")


def bridged(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the paragraphs with those joined that a page break parts in mid-sentence: a long line that ends like no
    sentence and goes on in small letters, where at least three are so, and a tenth of all.
    """
    goes_on = [_runs_over(a, b) for a, b in pairwise(lines)]
    if sum(goes_on) < 3 or sum(goes_on) * 10 < len(goes_on):
        return lines
    out: list[Line] = []
    run: list[Line] = []
    for line, on in zip(lines, [*goes_on, False], strict=True):
        run += line.parts or (line,)
        if not on:
            out += _joined(run) if len(run) > len(line.parts or (line,)) else [line]
            run = []
    return tuple(out)


def _runs_over(a: Line, b: Line) -> bool:
    last = a.text.rstrip(')）”’"')
    return (
        len(a.text) >= 40
        and bool(last)
        and (last[-1].isalnum() or last[-1] == "-")
        and (b.text[0].islower() or a.text.split()[-1] in _OPEN_WORDS)
        and not _LABELLED.match(b.text)
        and not a.level
        and not b.level
    )


def is_wrapped(lines: tuple[Line, ...], before_blank: frozenset[int], soft: bool = False) -> bool:
    """Return whether the text was wrapped at a width: most of at least four lines that run on (no blank line after
    them) end like no sentence, and hardly a line (one in fifty) is longer than 120 characters. Where a line's end is
    `soft`, half of any number is enough.
    """
    on = [a for a, b in pairwise(lines) if a.number not in before_blank and b.number == a.number + 1]
    longer = sum(1 for line in lines if len(line.text) > 120)  # an address is not broken
    if soft:
        return bool(on) and sum(1 for line in on if not _SENTENCE_END.search(line.text)) * 2 >= len(on)
    if len(on) < 4 or longer * 50 > len(lines):
        return False
    open_end = sum(1 for line in on if len(line.text) > 40 and not _SENTENCE_END.search(line.text))
    return open_end * 2 > len(on)


def is_separator(text: str) -> bool:
    """Return whether the line is signs only (stars, dashes, reference marks), printed between two parts."""
    return _SEPARATOR.fullmatch(text) is not None and not text.isspace()


def is_stage(text: str) -> bool:
    """Return whether the paragraph is one bracketed note, such as “(The journalist nodded.)”."""
    return _STAGE.fullmatch(text) is not None and len(text.split()) <= _STAGE_WORDS


def ends_sentence(text: str) -> bool:
    """Return whether the text ends as a sentence does."""
    return _SENTENCE_END.search(text) is not None


def dropped(line: Line, reason: str) -> tuple[DroppedLine, ...]:
    """Return the apparatus's entries for a line that is left out: one a printed line."""
    return tuple(DroppedLine(p.printed, reason, p.number) for p in line.parts or (line,))


def metadata(line: Line, name: str) -> tuple[MetadataLine, ...]:
    """Return the apparatus's entries for a line that became the field `name`: one a printed line."""
    return tuple(MetadataLine(p.printed, name, p.number) for p in line.parts or (line,))


def _joined(run: list[Line]) -> list[Line]:
    if len(run) < 2:
        return run
    deleted: list[tuple[int, int]] = []
    at = 0
    for r in run:
        deleted += [(at + start, at + end) for start, end in r.deleted]
        at += len(r.text) + 1
    bold = sum(r.bold * len(r.text) for r in run) / max(1, at - len(run))
    printed, text = " ".join(r.printed for r in run), " ".join(r.text for r in run)
    return [Line(run[0].number, printed, text, tuple(run), bold, run[0].level, tuple(deleted), run[0].label)]


def _emendations(raw: str, number: int) -> list[Emendation]:
    found: list[Emendation] = []
    for c in dict.fromkeys(_CONTROL.findall(raw)):
        meant = _meant(c)
        reason = "character of Windows-1252" if meant != " " else "control character"
        found.append(Emendation(f"U+{ord(c):04X}", meant, reason, number))
    if "&" in raw:
        for entity in dict.fromkeys(_ENTITY.findall(raw)):
            char = html.unescape(entity)
            if len(char) == 1 and not _CONTROL.match(char) and not 0xD800 <= ord(char) <= 0xDFFF:
                found.append(Emendation(entity, char, "HTML entity in a text", number))
    return found


def _meant(control: str) -> str:
    if not "\x80" <= control <= "\x9f":
        return " "
    try:
        return control.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return " "
