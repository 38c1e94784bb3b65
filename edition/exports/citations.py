"""How to cite a briefing or one of its sections: sentences in three styles, records for three kinds of program.

The sentences follow the rules for a web document of a corporate author in The Chicago Manual of Style (17th edition,
14.205-14.207), the APA Publication Manual (7th edition, 10.16) and the MLA Handbook (9th edition, 5.1-5.19). These
are styles of English; so are the names of months here. Where the edition has no address of its own, a citation names
its release and the file. This module must not guess an author or a date that the source does not give.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from edition.config import Config
from edition.exports.writing import encode_text
from edition.indexes import number_of
from edition.model import AnnotatedSection, Briefing, BriefingKind
from edition.urls import anchor, briefing_path, canonical

Form = Literal["bib", "ris", "csl.json"]

#: The files of citations, with the name that a page shows.
FORMS: tuple[tuple[Form, str], ...] = (("bib", "BibTeX"), ("ris", "RIS"), ("csl.json", "CSL-JSON"))

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
    path, key, title = briefing_path(transcript.id), transcript.id, _line(transcript.title)
    if section is not None:
        id = section.section.id
        path, key = anchor(path, id), f"{key}.{_BIBTEX_KEY.sub('_', id)}"
        heading = f" ({_line(section.section.heading)})" if section.section.heading else ""
        title = f"{title}, § {number_of(briefing, id)}{heading}"
    release = config.release
    parts = [f"release {release.name}" if release else "", f"file {path}"]
    return Cited(
        key=key,
        author=_line(transcript.source.publisher or config.publisher or ""),
        title=title,
        container=_line(config.title),
        genre=_GENRES[transcript.kind],
        date=transcript.date,
        language=transcript.language,
        address=canonical(config.site_url, path) if config.site_url else None,
        place=", ".join(part for part in parts if part),
    )


def make_citations(
    briefing: Briefing, config: Config, section: AnnotatedSection | None = None
) -> tuple[tuple[str, str, str], ...]:
    """Return (name of the style or format, sentence or "", path of the file or "") for every way to cite."""
    cited = cite(briefing, config, section)
    sentences = (("Chicago", _chicago(cited)), ("APA", _apa(cited)), ("MLA", _mla(cited)))
    return (
        *((label, text, "") for label, text in sentences),
        *((label, "", citation_path(briefing.id, form)) for form, label in FORMS),
    )


def citation_path(id: str, form: Form) -> str:
    """Return the path of a file of citations: of a briefing, and of each of its sections."""
    return f"cite/{id}.{form}"


def make_citation_file(briefing: Briefing, config: Config, form: Form) -> bytes:
    """Return a file of citations: the briefing first, then its sections in their order."""
    cited = [cite(briefing, config), *(cite(briefing, config, section) for section in briefing.sections)]
    if form == "bib":
        return encode_text("\n".join(map(_bibtex, cited)))
    if form == "ris":
        return encode_text("\r\n".join(map(_ris, cited)))
    return encode_text(json.dumps([_csl(each) for each in cited], ensure_ascii=False, indent=1) + "\n")


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _chicago(cited: Cited) -> str:
    day = f"{_MONTHS[int(cited.date[5:7]) - 1]} {int(cited.date[8:])}, {cited.date[:4]}" if cited.date else "n.d."
    return _join(
        cited.author, f"“{_stop(cited.title.translate(_INNER_QUOTES))}”", f"{cited.genre}, {day}", cited.container,
        cited.address or _capital(cited.place),
    )  # fmt: skip


def _apa(cited: Cited) -> str:
    day = f"({cited.date[:4]}, {_MONTHS[int(cited.date[5:7]) - 1]} {int(cited.date[8:])})" if cited.date else "(n.d.)"
    title = f"{cited.title} [{cited.genre}]"
    where = cited.address or _capital(cited.place)
    opening = (_stop(cited.author), f"{day}.", f"{title}.") if cited.author else (f"{title}.", f"{day}.")
    # APA ends an address without a full stop.
    tail = (where,) if cited.address else (_stop(where),)
    return " ".join((*opening, _stop(cited.container), *tail))


def _mla(cited: Cited) -> str:
    day = f"{int(cited.date[8:])} {_MLA_MONTHS[int(cited.date[5:7]) - 1]} {cited.date[:4]}" if cited.date else ""
    where = (cited.address or cited.place).removeprefix("https://").removeprefix("http://")
    last = ", ".join(part for part in (cited.container, day, where) if part)
    return _join(cited.author, f"“{_stop(cited.title.translate(_INNER_QUOTES))}”", last)


def _stop(text: str) -> str:
    """Return the text with a full stop, unless its own end closes a sentence."""
    return text if text.rstrip("”’\"'").endswith((".", "?", "!", "…", "。", "？", "！")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _join(*parts: str) -> str:
    return " ".join(_stop(part) for part in parts if part)


# ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bibtex(cited: Cited) -> str:
    fields = [("author", f"{{{escape_bibtex(cited.author)}}}" if cited.author else "")]
    # A second pair of braces keeps programs from lowering the title's capitals.
    fields += [("title", f"{{{escape_bibtex(cited.title)}}}"), ("howpublished", escape_bibtex(cited.container))]
    note = cited.genre if cited.address else f"{cited.genre}, {cited.place}"
    if cited.date:
        fields += [("year", cited.date[:4]), ("day", str(int(cited.date[8:])))]
    fields += [
        ("url", _bibtex_address(cited.address or "")),
        ("language", cited.language),
        ("note", escape_bibtex(note)),
    ]
    lines = [f"  {name} = {{{value}}}" for name, value in fields if value]
    if cited.date:
        lines.append(f"  month = {_BIB_MONTHS[int(cited.date[5:7]) - 1]}")
    return f"@misc{{{cited.key},\n" + ",\n".join(lines) + "\n}\n"


def escape_bibtex(text: str) -> str:
    """Return `text` as the value of a field: no character means anything to BibTeX or LaTeX, and braces balance."""
    return _line(text).translate(_BIBTEX_ESCAPES)


def _bibtex_address(url: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in "{}\\ " else c for c in url)


def _ris(cited: Cited) -> str:
    fields = [("TY", "ELEC"), ("ID", cited.key), ("AU", cited.author), ("TI", cited.title), ("T2", cited.container)]
    if cited.date:
        fields += [("PY", cited.date[:4]), ("DA", cited.date.replace("-", "/") + "/")]
    fields += [("M3", cited.genre), ("LA", cited.language)]
    fields += [("UR", cited.address)] if cited.address else [("N1", cited.place)]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _csl(cited: Cited) -> dict[str, Any]:
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


def _line(text: str) -> str:
    """Return `text` on one line, without control characters: no record may be broken by what it holds."""
    return _SPACE.sub(" ", text).strip()
