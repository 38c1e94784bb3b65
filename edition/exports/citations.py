"""How to cite a briefing or one of its sections: sentences in four styles, records for three kinds of program.

The sentences are those that citeproc makes of the CSL record below with the styles `chicago-notes-bibliography` (18th
edition), `apa` (7th), `modern-language-association` (9th) and `iso690-author-date-en`: `make validate` compares them.
These are styles of English; so are the names of months here. A section is cited like its briefing, with its number
behind the title and its anchor behind the address. Where the edition has no address of its own, a citation names its
release and the file. This module must not guess an author or a date that the source does not give.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

from edition.abstracts import number_of
from edition.config import Config
from edition.exports.writing import encode_text
from edition.model import AnnotatedSection, Briefing, BriefingKind
from edition.urls import briefing_path, canonical

Form = Literal["bib", "ris", "csl.json"]

#: The files of citations, with the name that a page shows.
FORMS: tuple[tuple[Form, str], ...] = (("bib", "BibTeX"), ("ris", "RIS"), ("csl.json", "CSL-JSON"))

#: Their media types.
TYPES: dict[Form, str] = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MLA_MONTHS: Final = (
    "Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
_BIB_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GENRES: dict[BriefingKind, str] = {
    "press-conference": "Press conference transcript",
    "statement": "Press statement",
    "digest": "News digest",
    "listing": "List of press releases",
    "other": "Press document",
}
#: White space, control characters and separators of lines.
_SPACE = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    }
)  # fmt: skip
_BIBTEX_KEY = re.compile(r"[^A-Za-z0-9.\-]")
_INNER_QUOTES = str.maketrans({"“": "‘", "”": "’"})
_STRAIGHT = re.compile('"([^"]*+)"')


@dataclass(frozen=True, slots=True)
class Cited:
    """Everything that a citation says, before any style. `address`: absolute, or None; `place`: release and file."""

    key: str
    author: str
    title: str
    container: str
    genre: str
    date: str | None
    language: str
    address: str | None
    place: str


def cite(briefing: Briefing, config: Config, section: AnnotatedSection | None = None) -> Cited:
    """Return what is cited: the briefing or one section of it."""
    transcript = briefing.transcript
    path = briefing_path(transcript.id)
    release = config.release
    parts = [f"release {_line(release.label)}" if release else "", f"file {path}"]
    whole = Cited(
        key=transcript.id,
        author=_line(transcript.source.publisher or config.publisher or ""),
        title=_line(transcript.title),
        container=_line(config.title),
        genre=_GENRES[transcript.kind],
        date=transcript.date,
        language=transcript.language,
        address=canonical(config.site_url, path) if config.site_url else None,
        place=", ".join(part for part in parts if part),
    )
    if section is None:
        return whole
    id = section.section.id
    return _cite_part(whole, _BIBTEX_KEY.sub("_", id), number_of(briefing, id), id)


def _cite_part(whole: Cited, key: str, number: str, anchor: str) -> Cited:
    return replace(
        whole,
        key=f"{whole.key}.{key}",
        title=f"{whole.title}, § {number}",
        address=f"{whole.address}#{anchor}" if whole.address else None,
        place=f"{whole.place}#{anchor}",
    )


def make_citations(
    briefing: Briefing, config: Config, section: AnnotatedSection | None = None
) -> tuple[tuple[str, str, str], ...]:
    """Return (name of the style or format, sentence or "", path of the file or "") for every way to cite."""
    cited = cite(briefing, config, section)
    return (
        *((label, write_sentence(cited), "") for label, write_sentence in STYLES),
        *((label, "", citation_path(briefing.id, form)) for form, label in FORMS),
    )


def citation_path(id: str, form: Form) -> str:
    """Return the path of a file of citations: of a briefing, and of each of its sections."""
    return f"cite/{id}.{form}"


#: What stands for a section's key, number and anchor while its record is made once for all sections. No text of a
#: record holds a control character.
_KEY, _NUMBER, _ANCHOR = "\x01", "\x02", "\x03"


def make_citation_file(briefing: Briefing, config: Config, form: Form) -> bytes:
    """Return a file of citations: the briefing first, then its sections in their order."""
    whole = cite(briefing, config)
    write, between, keys, texts = _WRITERS[form]
    part = write(_cite_part(whole, _KEY, _NUMBER, _ANCHOR))
    marks = tuple(texts(mark) for mark in (_KEY, _NUMBER, _ANCHOR))
    records = [write(whole)]
    for annotated in briefing.sections:
        id = annotated.section.id
        number = texts(number_of(briefing, id))
        record = part.replace(marks[0], keys(id)).replace(marks[1], number)
        records.append(record.replace(marks[2], texts(id)))
    body = between.join(records)
    return encode_text(f"[{body}\n]\n" if form == "csl.json" else body)


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _chicago(cited: Cited) -> str:
    day = f"{_MONTHS[int(cited.date[5:7]) - 1]} {int(cited.date[8:])}, {cited.date[:4]}" if cited.date else ""
    # A text of nobody is listed under the work that holds it.
    source = ", ".join(part for part in (cited.container if cited.author else "", day) if part)
    return _join(
        cited.author or cited.container, f"“{_stop(_quote(_show_title(cited)))}”", cited.genre, source,
        cited.address or _capital(cited.place),
    )  # fmt: skip


def _apa(cited: Cited) -> str:
    day = f"({cited.date[:4]}, {_MONTHS[int(cited.date[5:7]) - 1]} {int(cited.date[8:])})" if cited.date else "(n.d.)"
    title, genre = _curl(cited.title), f"[{cited.genre}]"
    opening = (
        (_stop(cited.author), f"{day}.", f"{title} {genre}.")
        if cited.author
        else (_stop(title), f"{day}.", f"{genre}.")
    )
    # APA ends an address without a full stop.
    return " ".join((*opening, _stop(cited.container), cited.address or _stop(_capital(cited.place))))


def _mla(cited: Cited) -> str:
    day = f"{int(cited.date[8:])} {_MLA_MONTHS[int(cited.date[5:7]) - 1]} {cited.date[:4]}" if cited.date else ""
    last = ", ".join(part for part in (cited.container, day, cited.address or cited.place) if part)
    return _join(cited.author, f"“{_stop(_quote(_show_title(cited)))}”", cited.genre, last)


def _iso690(cited: Cited) -> str:
    year = cited.date[:4] if cited.date else "[no date]"
    title = _curl(cited.title)
    day = f"{int(cited.date[8:])} {_MONTHS[int(cited.date[5:7]) - 1]} {cited.date[:4]}" if cited.date else ""
    opening = (f"{cited.author.upper()}, {year}", title) if cited.author else (f"{title}, {year}",)
    where = f"Available from: {cited.address}" if cited.address else _stop(_capital(cited.place))
    online = "Online" if cited.address else ""
    return f"{_join(*opening, cited.container, online, day if cited.author else '')} {where}"


#: The styles of the sentences, with the name that a page shows.
STYLES: Final[tuple[tuple[str, Callable[[Cited], str]], ...]] = (
    ("Chicago", _chicago), ("APA", _apa), ("MLA", _mla), ("ISO 690", _iso690),
)  # fmt: skip


def _stop(text: str) -> str:
    """Return the text with a full stop, unless its own end closes a sentence."""
    return text if text.rstrip("”’\"'").endswith((".", "?", "!")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _join(*parts: str) -> str:
    return " ".join(_stop(part) for part in parts if part)


def _curl(text: str) -> str:
    """Return the text with typographic quotation marks and apostrophes, as citeproc sets them."""
    return _STRAIGHT.sub(r"“\1”", text.replace("'", "’")) if "'" in text or '"' in text else text


def _quote(text: str) -> str:
    """Return a title as it stands between quotation marks: its own are single ones."""
    return text.translate(_INNER_QUOTES)


def _show_title(cited: Cited) -> str:
    return capitalize_title(_curl(cited.title)) if cited.language[:2].lower() == "en" else _curl(cited.title)


#: Words that stay small in an English title, as citeproc-js 1.4 takes them: prepositions, conjunctions, articles.
_SMALL_WORDS: Final = frozenset(
    re.findall(
        r"\S+",
        """a about above across afore after against al along alongside amid amidst among amongst an and anenst apropos
        apud around as aside astride at athwart atop barring before behind below beneath beside besides
        between beyond but by c ca circa d' de despite down during et except for forenenst from given in
        inside into lest like modulo near next nor notwithstanding of off on onto or out over per plus pro
        qua sans since so than the through throughout thruout till to toward towards under underneath until
        unto up upon v van versus via vis-à-vis von vs with within without yet""",
    )
)
_PIECE = re.compile("([‘’“”/.,;?!:()\\[\\]–—-])")
_BLANK = re.compile("([ \u00a0\u2000-\u200b\u205f\u3000]+)")


@lru_cache(maxsize=1024)
def capitalize_title(title: str) -> str:
    """Return an English title in the capitals of its style (CSL 1.0.2, "Text-case"): all but small words get one.

    A word that already has a capital stays as it is; the first and the last word and the first after “:”, “?” and “!”
    get one even where they are small.
    """
    pieces = _PIECE.split(title)
    first, after = True, False
    words: dict[int, list[str]] = {}
    last: tuple[int, int] | None = None
    for place in range(0, len(pieces), 2):
        mark = pieces[place - 1] if place else ""
        after = after or mark in ("!", "?", ":")
        words[place] = _BLANK.split(pieces[place])
        # what follows an apostrophe is no word of its own
        joined = mark == "’" and not pieces[place].startswith(" ")
        end = len(words[place]) - 1
        for n in range(0, end + 1, 2):
            word = words[place][n]
            if not word:
                continue
            # “so-called”: citeproc gives the first part of a compound its capital only before the first mark
            compound = place == 0 and n == end and pieces[1:2] == ["-"]
            chosen = first or after or compound or (len(word) > 1 and word.lower() not in _SMALL_WORDS)
            if chosen and word == word.lower() and not (joined and n == 0):
                words[place][n] = word[0].upper() + word[1:]
            first = after = False
            last = None if joined else (place, n)
    if last is not None:
        word = words[last[0]][last[1]]
        if len(word) > 1 and word in _SMALL_WORDS:
            words[last[0]][last[1]] = word[0].upper() + word[1:]
    return "".join(["".join(words[place]) if place in words else piece for place, piece in enumerate(pieces)])


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bibtex(cited: Cited) -> str:
    fields = [("author", f"{{{_tex(cited.author)}}}" if cited.author else "")]
    # A second pair of braces keeps programs from lowering the title's capitals.
    fields += [("title", f"{{{_tex(cited.title)}}}"), ("howpublished", _tex(cited.container))]
    note = cited.genre if cited.address else f"{cited.genre}, {cited.place}"
    if cited.date:
        fields += [("year", cited.date[:4]), ("day", str(int(cited.date[8:])))]
    fields += [
        ("url", _bibtex_address(cited.address or "")),
        ("language", cited.language),
        ("note", _tex(note)),
    ]
    lines = [f"  {name} = {{{value}}}" for name, value in fields if value]
    if cited.date:
        lines.append(f"  month = {_BIB_MONTHS[int(cited.date[5:7]) - 1]}")
    return f"@misc{{{cited.key},\n" + ",\n".join(lines) + "\n}\n"


def escape_bibtex(text: str) -> str:
    """Return `text` as the value of a field: no character means anything to BibTeX or LaTeX, and braces balance."""
    return _tex(_line(text))


def _tex(line: str) -> str:
    return line.translate(_BIBTEX_ESCAPES)


def _bibtex_address(url: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in "{}\\ " else c for c in url)


def _ris(cited: Cited) -> str:
    fields = [("TY", "ELEC"), ("ID", cited.key), ("AU", cited.author), ("TI", cited.title), ("T2", cited.container)]
    if cited.date:
        fields += [("PY", cited.date[:4]), ("DA", cited.date.replace("-", "/") + "/")]
    fields += [("M3", cited.genre), ("LA", cited.language)]
    fields += [("UR", cited.address)] if cited.address else [("N1", cited.place)]
    return "".join([f"{tag}  - {value}\r\n" for tag, value in fields if value] + ["ER  - \r\n"])


def describe_citation(cited: Cited) -> dict[str, Any]:
    """Return the record in CSL-JSON (CSL 1.0.2, appendix III), from which citeproc makes the sentences."""
    record: dict[str, Any] = {"id": cited.key, "type": "webpage", "title": cited.title}
    if cited.author:
        record["author"] = [{"literal": cited.author}]
    record["container-title"] = cited.container
    record["genre"] = cited.genre
    if cited.date:
        record["issued"] = {"date-parts": [[int(part) for part in cited.date.split("-")]]}
    record["language"] = cited.language
    if cited.address:
        record["URL"] = cited.address
    else:
        record["note"] = cited.place
    return record


_JSON = json.JSONEncoder(ensure_ascii=False).encode


def _csl(cited: Cited) -> str:
    return f"\n {_JSON(describe_citation(cited))}"


def _key(id: str) -> str:
    return _BIBTEX_KEY.sub("_", id)


def _json_text(text: str) -> str:
    return _JSON(text)[1:-1]


#: Of each form: what writes a record, what stands between two, how a key and how a text looks in it.
_WRITERS: Final[dict[Form, tuple[Callable[[Cited], str], str, Callable[[str], str], Callable[[str], str]]]] = {
    "bib": (_bibtex, "\n", _key, _tex),
    "ris": (_ris, "\r\n", _key, str),
    "csl.json": (_csl, ",", _key, _json_text),
}


def _line(text: str) -> str:
    """Return `text` on one line, without control characters: no record may be broken by what it holds."""
    return _SPACE.sub(" ", text).strip()
