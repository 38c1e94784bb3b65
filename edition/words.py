"""The words of a text and their conservation between witness and transcript.

This module must not know a layout, read a file, or mend anything: it only compares.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from edition.model import Emendation, Locus, Transcript
from edition.problems import Problem

#: Format characters without width that carry no word: soft hyphen, Mongolian vowel separator, zero width space,
#: word joiner, byte order mark. (Zero width joiner and non-joiner stay: they change letters.)
_UNSEEN = re.compile("[\u00ad\u180e\u200b\u2060\ufeff]")
#: White space in the wide sense: every Unicode space, and the control characters C0, DEL, C1.
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TOKEN = re.compile(r"\w+|[^\w\s\x00-\x1f\x7f-\x9f]")
_WORD = re.compile(r"\w+")
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")
_COLONS = re.compile("[\uff1a\ufe55\ufe13\ua789\u2236]")  # full-width, small, vertical, modifier letter, ratio
#: Above this many words between the first and the last difference, only the first difference is told: comparing is
#: quadratic in the worst case.
_LONGEST_COMPARISON = 4000


def fold(text: str) -> str:
    """Return `text` with each run of white space (any Unicode space or control character) as one space, none at the
    ends, and without unseen characters (soft hyphen, word joiner, byte order mark …). Quotes and spelling stay.
    """
    if text.isprintable():
        # Then the space is the only white space in it, and nothing in it is unseen: most lines, in a tenth of the time.
        return " ".join(text.split()) if "  " in text else text.strip()
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    return _SPACE.sub(" ", text).strip()


def tokens(text: str) -> list[str]:
    """Return the words (runs of letters and digits) and the punctuation marks of `text`, colons apart.

    White space and unseen characters separate or vanish as in `fold`. Colons are left out because the colon of a
    label becomes structure in a transcript; `check_conservation` compares the other colons too.
    """
    return [t for t in _marks(text) if t != ":"]


def count_words(text: str) -> int:
    """Return how many words `text` has; punctuation does not count."""
    return len(_WORD.findall(_UNSEEN.sub("", text)))


#: Marks that stand close to what is behind them, and to what is before them.
_OPENING = re.compile(r"([(\[{“‘¿¡]) ")
_CLOSING = re.compile(r" ([.,;:!?)\]}%’”…])")


@lru_cache(maxsize=1 << 16)
@lru_cache(maxsize=1 << 15)
def label_key(label: str) -> str:
    """Return what two printings of one label have in common: letters and digits without case, accents and spaces.

    “C hina N ational R adio ” and “China National Radio” have the same key.
    """
    plain = unicodedata.normalize("NFKD", fold(label)).casefold()
    return "".join(c for c in plain if c.isalnum())


def emend(text: str, emendations: Iterable[Emendation]) -> str:
    """Return `text` with each emendation applied in turn to every place where its `before` stands.

    A `before` of the form U+000C means that character, so that an apparatus need not hold a control character.
    """
    for e in emendations:
        before = _literal(e.before)
        if before:
            text = text.replace(before, e.after)
    return text


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of a transcript's words, and where it stands in the transcript."""

    words: list[str]
    line: int
    label: bool = False


def check_conservation(
    witness_lines: Sequence[str], transcript: Transcript, *, file: str = "", every: bool = False
) -> tuple[Problem, ...]:
    """Return what keeps the witness's words from being exactly the transcript's words and its apparatus.

    `witness_lines`: the witness's text by line, as decoded (of a web page: what it shows, by line of its source). Each
    apparatus entry's words are looked for at its line (whole line, else its end, its beginning, its middle, else from
    there on across the lines that follow) and taken out, the longest first; the emendations are applied; what is left
    must be, in order, the words of the sections: printed headings, the words that introduce an occasion, labels (a
    colon after them is optional), paragraphs. Where that fails because an entry's words stand in its line more than
    once, the one that the transcript leaves out is looked for. The comparison knows nothing of layouts.

    Of a witness that holds more, only the lines count that `source.lines` gives to this transcript.

    `file`: how messages name the witness (default: the transcript's source file). `every`: tell each difference (for
    a transcript that an editor changed), not only the first. No problem means: conserved.
    """
    name = file or transcript.source.file
    lines = _own_lines(witness_lines, transcript.source.lines)
    if _plainly_conserved(lines, transcript):
        return ()
    crowded = max(Counter(line for line, _, _ in _entries(transcript)).values(), default=0) >= _MANY_ENTRIES
    if crowded and _way_through(lines, transcript, name) is None:
        return ()
    rest, problems = _without_apparatus(lines, transcript, name)
    stream: list[str] = []
    numbers: list[int] = []
    for number, words in rest.items():
        stream += words
        numbers += [number] * len(words)
    difference = _first_difference(stream, _pieces(transcript))
    if not problems and difference is None:
        return ()
    if not crowded and _way_through(lines, transcript, name) is None:
        return ()
    if problems and not every:
        return tuple(problems[:1])
    if difference is None:
        return tuple(problems)
    at, words, where = difference
    if every:
        problems += _differences(stream, numbers, _flat(transcript), transcript, name)
        return tuple(problems)
    problems.append(_one_difference(stream, numbers, at, words, where, transcript, name))
    return tuple(problems)


def _plainly_conserved(lines: Mapping[int, str], transcript: Transcript) -> bool:
    """Return whether witness and transcript are the same but for white space and for whole lines of the apparatus.

    Then the words are conserved, and none has to be taken apart, which takes five times as long; most text files are
    so. False says nothing.
    """
    if transcript.apparatus.emendations:
        return False
    left = dict(lines)
    for number, text, _ in _entries(transcript):
        if number is None or number not in left or left[number].split() != text.split():
            return False
        del left[number]
    said: list[str] = []
    for section in transcript.sections:
        if section.heading and section.printed:
            said.append(section.heading)
        if section.occasion:
            said.append(section.occasion.printed)
        for turn in section.turns:
            if turn.label is not None:
                said.append(f"{turn.label}:")
            said += [paragraph.text for paragraph in turn.paragraphs]
    return " ".join(left.values()).split() == " ".join(said).split()


def _marks(text: str) -> list[str]:
    if not text.isascii():
        text = _COLONS.sub(":", _UNSEEN.sub("", text))
    return _TOKEN.findall(text)


def _literal(before: str) -> str:
    named = _CODE_POINT.fullmatch(before)
    return chr(int(named[1], 16)) if named and int(named[1], 16) <= 0x10FFFF else before


def _own_lines(lines: Sequence[str], ranges: Sequence[tuple[int, int]]) -> dict[int, str]:
    """Return the lines of `ranges` by their numbers in order, all where there are no ranges."""
    own = ranges or ((1, len(lines)),)
    return {n: lines[n - 1] for first, last in own for n in range(first, min(last, len(lines)) + 1)}


def _without_apparatus(
    lines: Mapping[int, str], transcript: Transcript, name: str
) -> tuple[dict[int, list[str]], list[Problem]]:
    """Return the words of each line that are left once emendations and apparatus entries are taken into account."""
    by_line, lost = _emendations_by_line(lines, transcript)
    problems = [
        Problem(Locus(name, e.line or 0), f"emendation of “{e.before}”: these words do not stand here") for e in lost
    ]
    rest = {i: _marks(emend(t, by_line[i]) if i in by_line else t) for i, t in lines.items()}
    near: dict[int, int] = {}
    # The longest first: short words may stand in a line more than once, and what is left must be theirs.
    for number, text, what in sorted(_entries(transcript), key=lambda e: -len(e[1])):
        line = number if number is not None else 0
        words = _marks(emend(text, by_line.get(line, [])))
        if number is None:
            line = next((i for i, r in rest.items() if r == words), 0)
        left = _take(rest[line], words, near.get(line, 0)) if line in rest else None
        if left is None and line in by_line and line in rest:
            left = _take(rest[line], _marks(text), near.get(line, 0))  # given as it was mended
        if left is None and _take_across(rest, line, words):
            continue
        if left is None:
            message = f"apparatus, {what}: “{_short(text)}” does not stand here"
            problems.append(Problem(Locus(name, number or 0), message))
        else:
            rest[line], near[line] = left
    return rest, problems


def _emendations_by_line(
    lines: Mapping[int, str], transcript: Transcript
) -> tuple[dict[int, list[Emendation]], list[Emendation]]:
    """Return (the emendations of each line, those whose words do not stand where they say)."""
    by_line: dict[int, list[Emendation]] = {}
    left: dict[int, str] = {}
    lost: list[Emendation] = []
    for e in transcript.apparatus.emendations:
        before = _literal(e.before)
        line = e.line if e.line is not None else next((i for i, t in lines.items() if before in t), 0)
        # An emendation may work on what the one before it left, so the line is looked at as it is by then.
        now = left.get(line, lines.get(line, ""))
        if before and before in now:
            by_line.setdefault(line, []).append(e)
            left[line] = emend(now, [e])
        else:
            lost.append(e)
    return by_line, lost


def _entries(transcript: Transcript) -> list[tuple[int | None, str, str]]:
    """Return (line, text, what it is) of each apparatus entry that holds words of the witness."""
    entries = [(m.line, m.text, f"metadata ({m.field})") for m in transcript.apparatus.metadata]
    return [*entries, *((d.line, d.text, f"dropped ({d.reason})") for d in transcript.apparatus.dropped)]


#: How many steps the search for a way through an ambiguous apparatus may take, for each word of the witness.
_STEPS_A_WORD = 20
#: From this number of entries on one line, they are searched for together from the first: taking out one after another
#: copies the line each time.
_MANY_ENTRIES = 50


@dataclass(slots=True)
class _Entries:
    """The apparatus's entries of one line. `numbers`: for each form of words the number of the first entry that has it,
    and how many have it, forms in the order in which the apparatus gives them; `lengths`: of the forms that begin with
    a word, in that order; `total`: how many entries there are.
    """

    numbers: dict[tuple[str, ...], tuple[int, int]]
    lengths: dict[str, list[int]]
    total: int


def _way_through(lines: Mapping[int, str], transcript: Transcript, name: str) -> Problem | None:
    """Return None where there is a way to read the witness from its first word to its last so that each word is the
    transcript's next one or an entry's of the apparatus, and each entry is read once and begins in its line; else what
    stands in the way, at the furthest place that was reached.

    First the entries are taken as they come: those of each kind in the order in which the apparatus has them, as an
    import writes it. Where that finds no way (an editor added some), any order does; the transcript's next word is
    tried before the entries. Both give up after a number of steps that grows with the witness's length alone: then it
    is as if there were no way, which is on the safe side.
    """
    by_line, lost = _emendations_by_line(lines, transcript)
    if lost:
        return Problem(
            Locus(name, lost[0].line or 0), f"emendation of “{lost[0].before}”: these words do not stand here"
        )
    stream: list[str] = []
    numbers: list[int] = []
    for number, text in lines.items():
        words = _marks(emend(text, by_line[number]) if number in by_line else text)
        stream += words
        numbers += [number] * len(words)
    rows: list[_Row] = []
    counts: dict[int, Counter[tuple[tuple[str, ...], ...]]] = {}
    for line, text, what in _entries(transcript):
        if line is None or line not in lines:
            return Problem(Locus(name, line or 0), f"apparatus, {what}: “{_short(text)}” does not stand here")
        # An entry gives its words as they are printed or as they were mended.
        forms = tuple(dict.fromkeys(tuple(_marks(t)) for t in (emend(text, by_line.get(line, [])), text)))
        if all(forms):
            rows.append((line, forms, what.startswith("metadata")))
            counts.setdefault(line, Counter())[forms] += 1
    here: dict[int, _Entries] = {}
    for line, count in counts.items():
        entries = here[line] = _Entries({}, {}, 0)
        for forms, size in count.items():
            for form in forms:
                entries.numbers[form] = (entries.total, size)
                lengths = entries.lengths.setdefault(form[0], [])
                if len(form) not in lengths:
                    lengths.append(len(form))
            entries.total += size
    flat = _flat(transcript)
    if _search_in_order(stream, numbers, rows, flat):
        return None
    furthest = _search(stream, numbers, here, flat)
    if furthest is None:
        return None
    at, mine = furthest
    words, number = ([flat[mine][0]], flat[mine][1]) if mine < len(flat) else ([], 0)
    return _one_difference(stream, numbers, at, words, number, transcript, name)


#: An entry: its line, its words as mended and as printed, whether it is metadata.
_Row = tuple[int, tuple[tuple[str, ...], ...], bool]


def _search_in_order(
    stream: list[str], numbers: list[int], rows: Sequence[_Row], flat: list[tuple[str, int, bool]]
) -> bool:
    """Return whether a way through was found on which the entries of each kind are read in their order."""
    kinds = [[row for row in rows if row[2]], [row for row in rows if not row[2]]]
    steps = _STEPS_A_WORD * (len(stream) + len(flat) + 50)
    ways = [(0, 0, (0, 0))]  # place, the transcript's place, how many entries of each kind are read
    seen: set[tuple[int, int, tuple[int, int]]] = set()
    while ways and steps > 0:
        at, mine, read = ways.pop()
        if (at, mine, read) in seen:
            continue
        seen.add((at, mine, read))
        steps -= 1
        if at == len(stream):
            if all(optional for _, _, optional in flat[mine:]) and read == (len(kinds[0]), len(kinds[1])):
                return True
            continue
        if mine < len(flat) and flat[mine][2]:
            ways.append((at, mine + 1, read))  # the colon of a label need not be printed
        for kind in (0, 1):
            if read[kind] < len(kinds[kind]):
                line, forms, _ = kinds[kind][read[kind]]
                for form in forms if line == numbers[at] else ():
                    steps -= len(form) // 8
                    if tuple(stream[at : at + len(form)]) == form:
                        after = (read[0] + 1, read[1]) if kind == 0 else (read[0], read[1] + 1)
                        ways.append((at + len(form), mine, after))
        if mine < len(flat) and flat[mine][0] == stream[at]:
            ways.append((at + 1, mine + 1, read))
    return False


def _search(
    stream: list[str],
    numbers: list[int],
    here: dict[int, _Entries],
    flat: list[tuple[str, int, bool]],
) -> tuple[int, int] | None:
    """Return None where a way was found, else (place in the witness, place in the transcript) that was reached."""
    anchors = [*sorted(here), len(numbers) + 1 + (numbers[-1] if numbers else 0)]
    steps = _STEPS_A_WORD * (len(stream) + len(flat) + 50)
    colons = [0] * (len(flat) + 1)  # for a label's colon, how many colons of the text follow it
    for i in range(len(flat) - 2, -1, -1):
        colons[i] = colons[i + 1] + 1 if flat[i + 1][0] == ":" and not flat[i + 1][2] else 0
    furthest = (0, 0)
    ways = [(0, 0, 0, 0)]  # place, the transcript's place, which anchor, which of its entries are read (bits)
    seen: set[tuple[int, int, int, int]] = set()
    while ways:
        at, mine, anchor, used = ways.pop()
        while steps > 0:
            steps -= 1
            while mine < len(flat) and flat[mine][2] and _colons(stream, at) <= colons[mine]:
                mine += 1  # the colon of a label need not be printed
            furthest = max(furthest, (at, mine))
            if at == len(stream):
                if anchor == len(here) and mine == len(flat):
                    return None
                break
            if anchors[anchor] < numbers[at]:
                break
            possible: list[tuple[int, int, int, int]] = []  # the best last
            if anchors[anchor] == numbers[at]:
                entries = here[anchors[anchor]]
                for n in reversed(entries.lengths.get(stream[at], ())):
                    steps -= 1 + n // 8
                    # near the end a shorter form would be found for a longer one
                    form = tuple(stream[at : at + n]) if at + n <= len(stream) else ()
                    first, size = entries.numbers.get(form, (0, 0))
                    read = (used >> first & (1 << size) - 1).bit_count()
                    if read < size:
                        after = used | 1 << first + read
                        done = after == (1 << entries.total) - 1
                        possible.append((at + n, mine, anchor + done, 0 if done else after))
            if mine < len(flat) and flat[mine][0] == stream[at]:
                possible.append((at + 1, mine + 1, anchor, used))
            if not possible:
                break
            if len(possible) > 1:
                if (at, mine, anchor, used) in seen:
                    break
                seen.add((at, mine, anchor, used))
                ways += possible[:-1]
            at, mine, anchor, used = possible[-1]
    return furthest


def _take(line: list[str], words: list[str], near: int = 0) -> tuple[list[str], int] | None:
    """Return (the line without `words`, where they stood), None where they do not stand in it. In its middle they are
    looked for from `near` on, then from its beginning: many entries of one long line must not each search all of it.
    """
    n = len(words)
    if n > len(line):
        return None
    if line == words:
        return [], 0
    if n == 0:
        return line, near
    if line[-n:] == words:
        return line[:-n], near
    if line[:n] == words:
        return line[n:], 0
    for start in (near, 0) if near else (0,):
        at = start - 1
        try:
            while True:
                at = line.index(words[0], at + 1)
                if line[at : at + n] == words:
                    return line[:at] + line[at + n :], at
        except ValueError:
            continue
    return None


def _take_across(rest: dict[int, list[str]], at: int, words: list[str]) -> bool:
    """Take `words` out of the lines from `at` on, where they begin in that line and run on to its end and over the
    lines that follow; return whether they stand so.
    """
    if at not in rest or not words:
        return False
    line = rest[at]
    for start in range(max(0, len(line) - len(words)), len(line)):
        if line[start:] != words[: len(line) - start]:
            continue
        done = len(line) - start
        following = at
        while done < len(words) and following + 1 in rest:
            following += 1
            n = min(len(rest[following]), len(words) - done)
            if rest[following][:n] != words[done : done + n]:
                break
            done += n
        else:
            if done < len(words):
                return False
            n = done - (len(line) - start) - sum(len(rest[i]) for i in range(at + 1, following))
            rest[at] = line[:start]
            for i in range(at + 1, following):
                rest[i] = []
            if following > at:
                rest[following] = rest[following][n:]
            return True
    return False


def _pieces(transcript: Transcript) -> list[_Piece]:
    pieces = []
    for section in transcript.sections:
        if section.heading and section.printed:
            pieces.append(_Piece(_marks(section.heading), section.line))
        if section.occasion:
            pieces.append(_Piece(_marks(section.occasion.printed), section.line))
        for turn in section.turns:
            if turn.label is not None:
                pieces.append(_Piece(_marks(turn.label), turn.line, label=True))
            pieces += [_Piece(_marks(p.text), p.line) for p in turn.paragraphs]
    return pieces


def _first_difference(stream: list[str], pieces: list[_Piece]) -> tuple[int, list[str], int] | None:
    """Return (position in the witness's words, the transcript's word there, its line), None where all are equal."""
    at = 0
    for i, piece in enumerate(pieces):
        end = at + len(piece.words)
        if stream[at:end] != piece.words:
            same = 0
            while at + same < len(stream) and stream[at + same] == piece.words[same]:
                same += 1
            return at + same, piece.words[same : same + 1], piece.line
        at = end
        if piece.label and stream[at : at + 1] == [":"]:
            # Where the label's words go on with colons of their own, one colon more is the label's.
            own = _colons(pieces[i + 1].words, 0) if i + 1 < len(pieces) else 0
            at += _colons(stream, at) > own
    return None if at == len(stream) else (at, [], 0)


def _colons(words: Sequence[str], at: int) -> int:
    """Return how many colons stand in `words` from `at` on, one after another."""
    end = at
    while end < len(words) and words[end] == ":":
        end += 1
    return end - at


def _flat(transcript: Transcript) -> list[tuple[str, int, bool]]:
    """Return the transcript's words, each with its line and whether it is the optional colon after a label."""
    out: list[tuple[str, int, bool]] = []
    for piece in _pieces(transcript):
        out += [(w, piece.line, False) for w in piece.words]
        if piece.label:
            out.append((":", piece.line, True))
    return out


def _one_difference(
    stream: list[str], numbers: list[int], at: int, words: list[str], line: int, transcript: Transcript, name: str
) -> Problem:
    number = numbers[at] if at < len(numbers) else (numbers[-1] if numbers else 0)
    has = f"“{stream[at]}”" if at < len(stream) else "nothing more"
    gives = f"“{words[0]}”" if words else "nothing more"
    around = " ".join(stream[max(0, at - 4) : at + 4])
    place = f" (transcript, line {line})" if line else ""
    return Problem(
        Locus(name, number),
        f"words are not conserved: the witness has {has}, the transcript {gives}{place}",
        f"near “{around}”" if around else "",
    )


def _differences(
    stream: list[str], numbers: list[int], flat: list[tuple[str, int, bool]], transcript: Transcript, name: str
) -> list[Problem]:
    theirs = [w for w, _, _ in flat]
    start = 0
    while start < min(len(stream), len(theirs)) and stream[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(stream), len(theirs)) - start and stream[-1 - end] == theirs[-1 - end]:
        end += 1
    a, b = stream[start : len(stream) - end], theirs[start : len(theirs) - end]
    if len(a) > _LONGEST_COMPARISON or len(b) > _LONGEST_COMPARISON:
        line = flat[start][1] if start < len(flat) else 0
        return [_one_difference(stream, numbers, start, theirs[start : start + 1], line, transcript, name)]
    problems = []
    file = transcript.file or transcript.id
    for what, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal" or (a1 == a2 and all(optional for _, _, optional in flat[start + b1 : start + b2])):
            continue
        line = flat[min(start + b1, len(flat) - 1)][1] if flat else 0
        number = numbers[min(start + a1, len(numbers) - 1)] if numbers else 0
        printed_text, given_text = _short(_run(a[a1:a2])), _short(_run(b[b1:b2]))
        if a1 == a2:
            message = f"the transcript adds “{given_text}” ({name}:{number} does not have it)"
        elif b1 == b2:
            message = f"the transcript lacks “{printed_text}” of {name}:{number}"
        else:
            message = f"the transcript has “{given_text}” where {name}:{number} has “{printed_text}”"
        hint = "restore the witness's words, or record the change under apparatus: emendations"
        if b1 == b2:
            hint += " (what is no part of the briefing: under dropped)"
        problems.append(Problem(Locus(file, line), message, hint))
    return problems


def _run(words: Iterable[str]) -> str:
    """Return words and marks as one line, with no space before a mark that closes or behind one that opens."""
    return _CLOSING.sub(r"\1", _OPENING.sub(r"\1", " ".join(words)))


def _short(text: str) -> str:
    text = fold(text)
    return text if len(text) <= 80 else text[:77] + "…"
