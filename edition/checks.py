"""What can be wrong in an edition as a whole: generators of problems over transcripts, briefings and finished pages.

A check looks at what other stages made and must not repair or change anything. "error" is wrong for a reader (a link
that leads nowhere); "note" is worth an editor's look and may be right as it is.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

from edition.abstracts import Abstract
from edition.annotate.dates import find_dates
from edition.assets import find_addresses
from edition.memo import Kept
from edition.model import Authorities, Briefing, Locus, Section, Transcript
from edition.problems import Problem, suggest
from edition.urls import asset_path, safe_href, untag_path
from edition.words import label_key

# ── Transcripts ─────────────────────────────────────────────────────────────────────────────────────────────────────

#: How many examples a message names.
_EXAMPLES = 3

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff]")
_PLAIN_LABEL = re.compile(r"([^:：\n]{1,60}?)\s*[:：]")
_NOT_WORD = re.compile(r"[\W_]+")


def check_transcript(transcript: Transcript) -> Iterator[Problem]:
    """Yield what is doubtful in a transcript alone."""
    yield from _find_wrong_dates(transcript)
    yield from _find_control_characters(transcript)
    if not transcript.sections:
        yield Problem(Locus(transcript.file), "holds no section", "a section starts with a line: ## {#q1}")
    for section in transcript.sections:
        locus = Locus(transcript.file, section.line)
        if not _has_text(section):
            if not section.heading or not (section.printed or section.kind == "item"):
                yield Problem(locus, f"section {section.id} has no text", "remove its heading, or restore its text")
        elif section.kind == "exchange":
            yield from _find_missing_turns(section, locus)


def _has_text(section: Section) -> bool:
    """Return whether anything is printed in a section; in an exchange, whether there are words."""
    if section.kind == "exchange":
        return any(character.isalnum() for p in section.paragraphs for character in p.text)
    return any(p.text.strip() for p in section.paragraphs)


def _find_missing_turns(section: Section, locus: Locus) -> Iterator[Problem]:
    roles = {turn.role for turn in section.turns}
    for role, words in (("question", "no question"), ("answer", "no answer")):
        if role not in roles:
            hint = "if it is none, give its heading another kind (kind=notice) or join it to its neighbour"
            yield Problem(locus, f"exchange {section.id} has {words}", hint, "note")


def _find_wrong_dates(transcript: Transcript) -> Iterator[Problem]:
    locus, date, published = Locus(transcript.file), transcript.date, transcript.published
    if date is not None:
        explicit, _ = find_dates(transcript.title, transcript.language, date)
        printed = {tag.iso for _, tag in explicit}
        # A title may speak of another day (a statement on a past event), so this is a note; two days say nothing.
        if len(printed) == 1 and date not in printed and not _covers(min(printed), date):
            yield Problem(locus, f"the title says {min(printed)}, the date is {date}", "correct one of them", "note")
    if date is not None and published is not None and len(published) >= 10 and published[:10] < date:
        yield Problem(locus, f"published on {published[:10]}, before its date {date}", "correct one of them", "note")


def _covers(iso: str, date: str) -> bool:
    first, _, last = iso.partition("/")
    return bool(last) and first <= date <= last


def _find_control_characters(transcript: Transcript) -> Iterator[Problem]:
    texts = [(0, transcript.title)]
    for section in transcript.sections:
        texts.append((section.line, section.heading or ""))
        for turn in section.turns:
            texts.append((turn.line, turn.label or ""))
            texts += ((paragraph.line, paragraph.text) for paragraph in turn.paragraphs)
    for line, text in texts:
        found = sorted(set(_CONTROL.findall(text)))
        if found:
            names = ", ".join(f"U+{ord(c):04X}" for c in found[:_EXAMPLES])
            hint = "the source was perhaps read in a wrong encoding; correct it and record an emendation"
            yield Problem(Locus(transcript.file, line), f"a character that no reader can see: {names}", hint, "note")


# ── Briefings ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Registers:
    """What the authority files know, as briefings are held against it: ids of places and topics, keys of labels."""

    countries: frozenset[str]
    territories: frozenset[str]
    topics: frozenset[str]
    #: labels of outlets and speakers; of those outlets that no speaker is called like
    labels: frozenset[str]
    outlets: frozenset[str]


def list_registers(authorities: Authorities) -> Registers:
    """Return what `check_briefing` holds briefings against."""
    outlets = {label_key(form) for o in authorities.outlets for form in (o.name, o.full_name, *o.aliases)} - {""}
    speakers = {
        label_key(form) for s in authorities.speakers for form in (s.name, *s.aliases, *(n for _, n in s.names))
    }
    return Registers(
        countries=frozenset(p.id for p in authorities.places if p.kind == "country"),
        territories=frozenset(p.id for p in authorities.places if p.kind == "territory"),
        topics=frozenset(topic.id for topic in authorities.topics),
        labels=frozenset((outlets | speakers) - {""}),
        outlets=frozenset(outlets - speakers),
    )


def check_briefing(briefing: Briefing, registers: Registers) -> Iterator[Problem]:
    """Yield what is wrong in a briefing, and between it and the authority files."""
    yield from _find_plain_labels(briefing, registers.labels)
    yield from _find_answering_outlets(briefing, registers.outlets)
    ids = tuple(annotated.section.id for annotated in briefing.sections)
    for annotated in briefing.sections:
        locus = Locus(briefing.transcript.file, annotated.section.line)
        for target in annotated.follows:
            if "#" not in target:
                yield from _check_follows(briefing.id, annotated.section.id, target, ids, locus)
        tagged = [("countries", tag.id, registers.countries) for tag in annotated.countries]
        tagged += [("territories", tag.id, registers.territories) for tag in annotated.territories]
        tagged += [("topics", topic, registers.topics) for topic in annotated.topics]
        for name, id, known in tagged:
            if id not in known:
                hint = suggest(id, known) or f"add it to content/authorities/{_FILES[name]}"
                yield Problem(locus, f"section {annotated.section.id}: unknown id “{id}” in {name}", hint)


def _find_plain_labels(briefing: Briefing, register: Collection[str]) -> Iterator[Problem]:
    """Yield each paragraph of an exchange that opens like a turn, with a label known or used here, but is none."""
    transcript = briefing.transcript
    used = {label_key(turn.label) for section in transcript.sections for turn in section.turns if turn.label}
    for section in transcript.sections:
        if section.kind != "exchange":
            continue
        for turn in section.turns:
            for paragraph in turn.paragraphs[1 if turn.label else 0 :]:
                found = _PLAIN_LABEL.match(paragraph.text)
                if found and (key := label_key(found[1])) and (key in used or key in register):
                    hint = f"if a turn begins here, write **{found[1]}:**"
                    message = f"“{found[1]}:” stands in the text of section {section.id} and looks like a label"
                    yield Problem(Locus(transcript.file, paragraph.line), message, hint, "note")


def _find_answering_outlets(briefing: Briefing, outlets: Collection[str]) -> Iterator[Problem]:
    """Yield each answer under an outlet's label: a question, most likely, whose section was joined to another."""
    for section in briefing.transcript.sections:
        for turn in section.turns if section.kind == "exchange" else ():
            if turn.role == "answer" and turn.label and label_key(turn.label) in outlets:
                message = f"“{turn.label}” answers in section {section.id}, but is an outlet"
                hint = f"if it asks, give it a section of its own, or write **{turn.label}:**{{question}}"
                yield Problem(Locus(briefing.transcript.file, turn.line), message, hint, "note")


_FILES = {"countries": "countries.yaml", "territories": "countries.yaml", "topics": "topics.yaml"}


def _check_follows(
    home: str, id: str, target: str, ids: Sequence[str], locus: Locus, inside: bool = True
) -> Iterator[Problem]:
    """Yield what is wrong where a section follows one (`target`) of a briefing (`home`) with the sections `ids`;
    `inside`: both are of one briefing.
    """
    anchor = target.rpartition("#")[2]
    if anchor not in ids:
        message = f"section {id} follows “{target}”, but {home} has no section {anchor}"
        yield Problem(locus, message, suggest(anchor, ids))
    elif inside and ids.index(anchor) >= ids.index(id):
        yield Problem(locus, f"section {id} follows “{anchor}”, which doesn't come before it")


# ── The edition ─────────────────────────────────────────────────────────────────────────────────────────────────────


def check_together(briefings: Iterable[Abstract]) -> Iterator[Problem]:
    """Yield what is doubtful in briefings beside each other, in their order."""
    every = tuple(briefings)
    yield from _find_clashing_ids(every)
    yield from _find_near_duplicates(every)
    yield from _find_lost_follows(every)
    without_rights = [briefing.id for briefing in every if not briefing.rights]
    if without_rights:
        examples = ", ".join(without_rights[:_EXAMPLES])
        more = " …" if len(without_rights) > _EXAMPLES else ""
        yield Problem(
            Locus("config.yaml"),
            f"nothing says what may be done with the text of {len(without_rights)} briefings ({examples}{more})",
            "add to config.yaml: rights: {text: …, url: …}",
            "note",
        )


def _find_lost_follows(briefings: Sequence[Abstract]) -> Iterator[Problem]:
    """Yield each section that follows one of another briefing which isn't there."""
    known = {briefing.id: briefing for briefing in briefings}
    for briefing in briefings:
        for section in briefing.sections:
            for target in section.follows:
                home = target.rpartition("#")[0]
                locus = Locus(briefing.file, section.line)
                if home not in known:
                    message = f"section {section.id} follows “{target}”, but there is no briefing {home}"
                    yield Problem(locus, message, suggest(home, known))
                else:
                    ids = tuple(each.id for each in known[home].sections)
                    yield from _check_follows(home, section.id, target, ids, locus, home == briefing.id)


def _find_clashing_ids(briefings: Iterable[Abstract]) -> Iterator[Problem]:
    first: dict[str, Abstract] = {}
    for briefing in briefings:
        other = first.setdefault(unicodedata.normalize("NFC", briefing.id).casefold(), briefing)
        if other is not briefing:
            yield Problem(Locus(briefing.file), f"the id “{briefing.id}” is taken by {other.file}", "rename one file")


def _find_near_duplicates(briefings: Iterable[Abstract]) -> Iterator[Problem]:
    titles: dict[tuple[str | None, str, str], Abstract] = {}
    witnesses: dict[tuple[str, str, object], Abstract] = {}
    for briefing in briefings:
        title = _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", briefing.title).casefold()).strip()
        by_title = titles.setdefault((briefing.date, title, briefing.language), briefing)
        by_witness = witnesses.setdefault((briefing.source.sha256, briefing.language, briefing.source.lines), briefing)
        locus, hint = Locus(briefing.file), "if they are one briefing, remove one of them"
        if by_witness is not briefing:
            yield Problem(locus, f"made from the same witness as {by_witness.file}", hint, "note")
        elif by_title is not briefing:
            yield Problem(locus, f"the same title and date as {by_title.file}", hint, "note")


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────

#: The inside of a start tag. Nothing is tried twice (*+), so that no input takes long.
_REST = r"""[^<>"']*+(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)*+"""
#: One start tag with its attributes. What comments and elements without markup hold is passed over; so are, since most
#: of a page is that, tags with no attribute but a class, in which no other tag can begin.
_TAG = re.compile(
    r"""<(?!/|(?!script|style|textarea|title)[a-z][a-z0-9]*+(?: class="[^"<]*+")?+>)"""
    rf"(?:!--.*?(?:-->|\Z)|(script|style|textarea|title)(?=[\s/>])({_REST})>.*?(?:</\1(?=[\s/>])|\Z)"
    rf"|([a-zA-Z][^\s/<>]*+)({_REST})>)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
#: Kinds of <link> that a browser fetches.
_FETCHED = frozenset(("stylesheet", "icon", "preload", "modulepreload", "manifest", "prefetch", "apple-touch-icon"))
#: An address of an asset that a template tells a script.
_TOLD = re.compile(rf"(?:\.\./)*{asset_path('')}\S+")
_OUTSIDE = frozenset(("http", "https", "mailto", "tel"))


#: The links of a file, as `FileFacts` has them.
Links: TypeAlias = tuple[tuple[str, str, int, int], ...]


class FileFacts(Kept, frozen=True):
    """What the check of links learns from one file of a site: all that it needs to know of the file ever after."""

    #: the ids of a page in order, one a line; None: the file is no page
    ids: str | None = None
    #: how many links inside the site it has
    count: int = 0
    #: each place in the site that it links to: (path, fragment or "", line of the first such link, how many); not the
    #: ids of the page itself, which were seen to be there
    links: Links = ()
    #: what is wrong with the file by itself, wherever its links lead
    problems: tuple[Problem, ...] = ()


def read_file(path: str, data: bytes, site_url: str | None = None) -> FileFacts:
    """Return what one file of a site holds: the ids of a page, the links of pages and style sheets.

    `site_url`: absolute addresses that start with it are links inside the site.
    """
    if not path.endswith((".html", ".css")):
        return FileFacts()
    text = data.decode("utf-8", "replace")
    page = path.endswith(".html")
    folder = path.rpartition("/")[0]
    problems: list[Problem] = []
    ids: list[str] = []
    links: dict[tuple[str, str], list[int]] = {}
    for line, tag in scan_page(text) if page else _scan_style_sheet(text):
        if tag.id is not None:
            ids.append(tag.id)
        for address, fetched in tag.links:
            meant = _follow(folder, address, fetched, site_url)
            if meant is None:
                continue
            if meant.wrong:
                problems.append(Problem(Locus(path, line), meant.wrong, meant.hint))
                continue
            place = (meant.target or path, meant.fragment)
            if place in links:
                links[place][1] += 1
            else:
                links[place] = [line, 1]
    if len(set(ids)) < len(ids):
        twice = sorted(id for id, count in Counter(ids).items() if count > 1)
        problems += (Problem(Locus(path), f"the id “{id}” stands twice on the page") for id in twice)
    here = {(path, id) for id in (*ids, "")}
    others = tuple((*place, line, count) for place, (line, count) in links.items() if place not in here)
    return FileFacts(
        "\n".join(ids) if page else None, sum(count for _, count in links.values()), others, tuple(problems)
    )


class _Tag(NamedTuple):
    """What a start tag has of interest: its id, and its links as (address, whether a browser fetches it by itself)."""

    id: str | None
    links: tuple[tuple[str, bool], ...]


def scan_page(text: str) -> Iterator[tuple[int, _Tag]]:
    """Yield (line, tag) for each start tag of a page with an id or a link."""
    line, counted = 1, 0
    for match in _TAG.finditer(text):
        element, attributes, other, others = match.groups()
        tag = _read_tag(other or element, others if other else attributes)
        if tag is not None:
            start = match.start()
            line += text.count("\n", counted, start)
            counted = start
            yield line, tag


def _scan_style_sheet(text: str) -> Iterator[tuple[int, _Tag]]:
    """Yield the links of a style sheet as `scan_page` yields those of a page."""
    for start, _, address in find_addresses(text):
        yield text.count("\n", 0, start) + 1, _Tag(None, ((address, True),))


# Pages of one site have most of their tags in common: what is read once needn't be read again.
@lru_cache(maxsize=20_000)
def _read_tag(name: str | None, attributes: str | None) -> _Tag | None:
    """Return what a tag with such attributes has of interest, None: nothing. (No `name`: a comment.)"""
    if not name or not attributes:
        return None
    found: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(attributes):
        value = attribute[2] or attribute[3] or attribute[4] or ""
        found.setdefault(attribute[1].lower(), html.unescape(value) if "&" in value else value)
    tag = _Tag(found.get("id"), tuple(_links_of(name.lower(), found)))
    return tag if tag.id is not None or tag.links else None


class _Meant(NamedTuple):
    """Where in the site a link leads ("": the page it stands on), or what is wrong with it and how to mend it."""

    target: str
    fragment: str
    wrong: str = ""
    hint: str = ""


@lru_cache(maxsize=20_000)
def _follow(folder: str, address: str, fetched: bool, site_url: str | None) -> _Meant | None:
    """Return what a link on a page in a folder means, None: something outside."""
    link = address.strip(" \t\n\r\f")
    if site_url and link.startswith(site_url):
        link = "../" * (folder.count("/") + bool(folder)) + link[len(site_url) :]
    if link.startswith("//") or (":" in link and ":" in link.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]):
        wrong, hint = _look_outside(link, fetched)
        return _Meant("", "", wrong, hint) if wrong else None
    if link.startswith("/"):
        hint = "links inside the site are relative, so that it works in any folder"
        return _Meant("", "", f"the link “{link}” starts at the root of the server", hint)
    base, _, fragment = link.partition("#")
    target = _resolve(folder, base) if base else ""
    if target is None:
        return _Meant("", "", f"the link “{link}” leaves the site")
    # A text fragment (#:~:text=…) or #top is the browser's business.
    fragment = unquote(fragment).partition(":~:")[0]
    return _Meant(target, "" if fragment.lower() == "top" else fragment)


def _look_outside(link: str, fetched: bool) -> tuple[str, str]:
    """Return what is wrong with a link that leads out of the site ("": nothing), and how to mend it."""
    try:
        scheme = urlsplit(link).scheme.lower()
    except ValueError:
        scheme = ""
    if fetched and scheme != "data":
        hint = "a page asks nothing of any other host: keep a copy among the assets"
        return f"the page would fetch “{link}” from elsewhere", hint
    if not fetched and scheme not in _OUTSIDE:
        return f"“{link}” is no address that a page may link to", ""
    if scheme in ("http", "https") and safe_href(link) is None:
        return f"“{link}” is not a well-formed address", ""
    return "", ""


@dataclass(slots=True)
class LinkCheck:
    """Takes the files of a site one by one, keeps little of each, and knows in the end which links lead nowhere.

    `site_url`: absolute addresses that start with it are links inside the site. `count`: how many links inside the site
    there were so far.
    """

    site_url: str | None = None
    _paths: set[str] = field(default_factory=set)
    _ids: dict[str, str] = field(default_factory=dict)
    _wanted: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _problems: list[Problem] = field(default_factory=list)
    count: int = 0

    @property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The ids on each page so far."""
        return _Anchors(self._ids)

    def expect(self, paths: Iterable[str]) -> None:
        """Take note of files that will lie there without being taken, or are taken last."""
        self._paths.update(paths)

    def read(self, path: str, data: bytes) -> None:
        """Take note of one file of the site."""
        self.take(path, read_file(path, data, self.site_url))

    def take(self, path: str, facts: FileFacts) -> None:
        """Take note of one file of the site by what `read_file` once returned for it, with this site's address."""
        self._paths.add(path)
        if facts.ids is not None:
            self._ids[path] = facts.ids
        self._problems += facts.problems
        self.count += facts.count
        self.follow(path, facts.links)

    def follow(self, path: str, links: Links) -> None:
        """See whether these links of a file lead anywhere, too, where it was taken without them."""
        wanted, counts = self._wanted, self._counts
        for target, fragment, line, count in links:
            key = (target, fragment)
            if key not in wanted or wanted[key] > (path, line):
                wanted[key] = (path, line)
            counts[key] += count

    def misses(self, paths: Iterable[str]) -> bool:
        """Say whether one of these is not there."""
        return not self._paths.issuperset(paths)

    def find_problems(self) -> list[Problem]:
        """Return what is wrong with the links of everything taken so far, sorted by page and line."""
        problems = list(self._problems)
        ids_of: tuple[str, frozenset[str]] = ("", frozenset())
        for target, fragment in sorted(self._wanted):
            path, line = self._wanted[target, fragment]
            count = self._counts[target, fragment]
            more = f" (and {count - 1} more such links)" if count > 1 else ""
            if target not in self._paths:
                address = f"{target}#{fragment}" if fragment else target
                words = f"a link to “{address}” leads nowhere{more}"
                problems.append(Problem(Locus(path, line), words, self._tell_published(target)))
            elif fragment and target in self._ids:
                if ids_of[0] != target:
                    ids_of = (target, frozenset(self._ids[target].split("\n")))
                if fragment not in ids_of[1]:
                    words = f"a link to “{target}#{fragment}”: the page has no such anchor{more}"
                    problems.append(Problem(Locus(path, line), words))
        return sorted(problems)

    def _tell_published(self, target: str) -> str:
        """Return what to do about a link to an asset by the name that it has in assets/, "" where it is none."""
        if not target.startswith(asset_path("")):
            return ""
        path = next((path for path in sorted(self._paths) if path != target and untag_path(path) == target), None)
        if path is None:
            return ""
        name = target.removeprefix(asset_path(""))
        return f'it is published as “{path}”: in a template write {{{{ asset("{name}") }}}}'


class _Anchors(Mapping[str, frozenset[str]]):
    """The ids of pages as sets, each made when it is asked for: they are kept as one text a page."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        self._ids = ids

    def __getitem__(self, path: str) -> frozenset[str]:
        return frozenset(self._ids[path].split("\n"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


@lru_cache(maxsize=20_000)
def _resolve(folder: str, link: str) -> str | None:
    """Return the path that a relative link in a folder means, "" for the page itself, None for one outside the site."""
    target = unquote(link.partition("?")[0])
    if not target:
        return ""
    whole = normpath(f"{folder}/{target}" if folder else target)
    if whole == ".." or whole.startswith("../"):
        return None
    if whole == ".":
        return "index.html"
    return f"{whole}/index.html" if target.endswith(("/", "/.", "/..")) or target in (".", "..") else whole


def _links_of(name: str, found: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Yield (address, whether a browser fetches it by itself) of a tag."""
    if "href" in found:
        kinds = found.get("rel", "").lower().split()
        yield found["href"], name in ("use", "image") or (name == "link" and bool(_FETCHED.intersection(kinds)))
    if "src" in found:
        yield found["src"], True
    if "poster" in found:
        yield found["poster"], True
    if "data" in found and name == "object":
        yield found["data"], True
    if "action" in found and name == "form":
        yield found["action"], False
    if "srcset" in found:
        for candidate in found["srcset"].split(","):
            if candidate.strip():
                yield candidate.split()[0], True
    yield from ((value, True) for key, value in found.items() if key.startswith("data-") and _TOLD.fullmatch(value))


def check_links(pages: Mapping[str, bytes], others: Collection[str] = ()) -> Iterator[Problem]:
    """Yield each link inside a site that leads nowhere. `pages`: all its files; `others`: paths known to exist."""
    check = LinkCheck()
    check.expect(others)
    for path in sorted(pages):
        check.read(path, pages[path])
    yield from check.find_problems()
