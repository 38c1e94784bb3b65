"""Authority files → the known speakers, outlets, places, topics and people; the edition's own over the defaults.

This module must not look at a text, decide what a form matches, or write a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from edition.model import (
    Authorities,
    Cue,
    Locus,
    Office,
    Outlet,
    Person,
    Place,
    Speaker,
    Topic,
)
from edition.problems import Problem, Refused, suggest
from edition.urls import slug
from edition.words import fold
from edition.yamlfiles import Node, read_yaml

#: The files of `edition/defaults/` and of an edition's `content/authorities/`, in the order in which they are read.
FILES = ("countries", "territories", "speakers", "outlets", "topics", "persons", "not-places")
FOLDER = "content/authorities"
DEFAULTS = Path(__file__).parent / "defaults"

#: Geographical regions of "Standard country or area codes for statistical use (M49)", United Nations Statistics
#: Division, with their continents. The order is the one of an index by region.
REGIONS: dict[str, str] = {
    "northern-africa": "africa",
    "eastern-africa": "africa",
    "middle-africa": "africa",
    "southern-africa": "africa",
    "western-africa": "africa",
    "northern-america": "americas",
    "central-america": "americas",
    "caribbean": "americas",
    "south-america": "americas",
    "central-asia": "asia",
    "eastern-asia": "asia",
    "south-eastern-asia": "asia",
    "southern-asia": "asia",
    "western-asia": "asia",
    "eastern-europe": "europe",
    "northern-europe": "europe",
    "southern-europe": "europe",
    "western-europe": "europe",
    "australia-and-new-zealand": "oceania",
    "melanesia": "oceania",
    "micronesia": "oceania",
    "polynesia": "oceania",
    "antarctica": "antarctica",
}

#: How a key's value is written: one text; a flag; a list; a text or a list by language; offices; cues.
_Shape = Literal["text", "flag", "list", "texts", "lists", "offices", "cues"]

_PLACE_KEYS: dict[str, _Shape] = {
    "slug": "text", "name": "text", "names": "texts", "region": "text", "aliases": "lists", "adjectives": "lists",
    "capitals": "lists", "shared": "lists", "listed": "flag", "note": "text",
}  # fmt: skip
_KEYS: dict[str, dict[str, _Shape]] = {
    "countries": _PLACE_KEYS,
    "territories": _PLACE_KEYS,
    "speakers": {"name": "text", "aliases": "list", "names": "texts", "offices": "offices", "note": "text"},
    "outlets": {"name": "text", "full_name": "text", "aliases": "list", "country": "text", "note": "text"},
    "topics": {
        "label": "text", "labels": "texts", "aliases": "lists", "scope_note": "text", "scope_notes": "texts",
        "broader": "list", "related": "list", "cues": "cues",
    },
    "persons": {"name": "text", "aliases": "list", "status": "text", "offices": "offices", "note": "text"},
    "not-places": {
        "names": "list", "patterns": "list", "kept": "list", "given_names": "list", "place_given_names": "list",
        "place_surnames": "list", "titles": "list", "institutions": "list", "states": "list", "state_homonyms": "list",
    },
}  # fmt: skip
_NEEDED = {"speakers": "name", "outlets": "name", "topics": "label", "persons": "name"}

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_PARTIAL_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?\Z")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")
#: Codes that ISO 3166-1 leaves to its users (clause 8.1.3).
_USER_CODE = re.compile(r"(?:AA|Q[M-Z]|X[A-Z]|ZZ)\Z")
_ANY_LANGUAGE = ("any", "*")
_MISSING_HINT = "a new entry needs one; an entry that overrides a default needs the default's id"
_LANGUAGE_HINT = "write a code such as en, es or zh, or any"
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


@dataclass(slots=True)
class _Entry:
    """What the files say of one id: key → value, and where each was said."""

    family: str
    locus: Locus
    own: bool
    values: dict[str, Any] = field(default_factory=dict)
    loci: dict[str, Locus] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)  # the default's values, where the edition overrides it

    def at(self, key: str) -> Locus:
        return self.loci.get(key, self.locus)

    def revert(self, key: str) -> None:
        """Give a key the default's value again, or none."""
        self.values.pop(key, None)
        if key in self.before:
            self.values[key] = self.before[key]


def read_authorities(edition_dir: Path | None) -> tuple[Authorities, tuple[Problem, ...]]:
    """Return the authority files of the edition in `edition_dir`, merged over the defaults (None: the defaults alone).

    Nothing is raised for what a file says: every fault is a Problem with file and line, the value or entry that it
    spoils is left out, and the rest stands. Files of the edition are named from its folder (content/authorities/…).
    """
    problems: list[Problem] = []
    found = [(family, DEFAULTS / f"{family}.yaml") for family in FILES]
    files = [(f, path, f"edition/defaults/{path.name}", False) for f, path in found if path.is_file()]
    if edition_dir is not None:
        own = _own_files(edition_dir / FOLDER, problems)
        files += [(family, path, f"{FOLDER}/{path.name}", True) for family, path in own]
    texts = tuple(filter(None, (_open_file(*each, problems) for each in files)))
    authorities, wrong = _merge_files(texts, edition_dir is None)
    return authorities, tuple(sorted({*problems, *wrong}))


#: An authority file: its family, its name in messages, whether it is the edition's own, its text.
_File = tuple[str, str, bool, str]


def _open_file(family: str, path: Path, file: str, own: bool, problems: list[Problem]) -> _File | None:
    """Return an authority file, None where it can't be read, which goes to `problems`."""
    try:
        return family, file, own, path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(Problem(Locus(file), f"not UTF-8 (byte {error.start})", "save the file as UTF-8"))
    except OSError as error:
        problems.append(Problem(Locus(file), f"can't be read: {error.strerror}"))
    return None


@lru_cache(maxsize=2)
def _merge_files(files: tuple[_File, ...], alone: bool) -> tuple[Authorities, tuple[Problem, ...]]:
    """Return what authority files say together, the defaults first, and what they say wrongly; remembered, since the
    preview server reads them at every change. `alone`: there are no others than the defaults.
    """
    problems: list[Problem] = []
    entries: dict[str, dict[str, _Entry]] = {family: {} for family in FILES}
    for family, file, own, text in files:
        if not own:
            _merge_file(entries, family, file, own, text, problems)
    codes = {id for family in ("countries", "territories") for id in entries[family] if _is_code(id)}
    for family, file, own, text in files:
        if own:
            _merge_file(entries, family, file, own, text, problems)
    for family in FILES:
        found = sorted(entries[family].items())
        entries[family] = {id: entry for id, entry in found if _is_sound(id, entry, codes, problems)}
    return _make_authorities(entries, alone, problems), tuple(problems)


@lru_cache(maxsize=len(FILES))
def _read_default(text: str, file: str) -> Node:
    """Return read_yaml(text, file), remembered: an edition's own files are merged with the defaults at every change."""
    return read_yaml(text, file)


def _own_files(folder: Path, problems: list[Problem]) -> list[tuple[str, Path]]:
    """Return the edition's authority files as (family, path); another YAML file there is a problem."""
    found: dict[str, Path] = {}
    if not folder.is_dir():
        return []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".yaml", ".yml"):
            continue
        if path.stem in FILES and path.suffix == ".yaml":
            found[path.stem] = path
            continue
        names = [f"{family}.yaml" for family in FILES]
        hint = suggest(path.name, names) or "the names are " + ", ".join(names)
        problems.append(Problem(Locus(f"{FOLDER}/{path.name}"), f"no authority file has the name {path.name}", hint))
    return [(family, found[family]) for family in FILES if family in found]


def _merge_file(
    entries: dict[str, dict[str, _Entry]], family: str, file: str, own: bool, text: str, problems: list[Problem]
) -> None:
    """Read one file into `entries`; what it says wrongly goes to `problems`."""
    try:
        root = read_yaml(text, file) if own else _read_default(text, file)
    except Refused as refused:
        problems.extend(refused.problems)
        return
    if root.is_null:
        return
    if root.kind != "mapping":
        problems.append(Problem(Locus(file, root.line), "an authority file is a mapping from id to entry"))
        return
    for key, node in _pairs(root):
        _merge_entry(entries, family, _scalar(key), node, Locus(file, key.line), own, problems)


def _merge_entry(
    entries: dict[str, dict[str, _Entry]],
    family: str,
    id: str,
    node: Node,
    locus: Locus,
    own: bool,
    problems: list[Problem],
) -> None:
    known = entries[family].get(id)
    if known is None and family in ("countries", "territories"):
        # an edition moves a place from one list to the other by writing it in the other file
        other = "territories" if family == "countries" else "countries"
        if id in entries[other]:
            known = entries[other].pop(id)
            known.family = family
            entries[family][id] = known
    if node.kind != "mapping":
        if not node.is_null or known is None:
            problems.append(Problem(locus, f"“{id}” has no fields", "write the entry's keys below it, indented"))
        return
    fields = [(_scalar(key), key, value) for key, value in _pairs(node)]
    if any(name == "remove" and _flag(value) for name, _, value in fields):
        if known is None:
            hint = suggest(id, entries[family])
            problems.append(Problem(locus, f"“{id}” can't be removed: no such entry", hint))
        entries[family].pop(id, None)
        return
    entry = known or _Entry(family, locus, own)
    if own:
        entry.before = dict(entry.values)
        entry.own, entry.locus = True, locus
        if known:
            _keep_names(entry, {name: value for name, _, value in fields})
    entries[family][id] = entry
    shapes = _KEYS[family]
    for name, key, value in fields:
        at = Locus(locus.file, key.line)
        base, change = (name[:-1], name[-1]) if name[-1:] in ("+", "-") else (name, "")
        shape = shapes.get(base)
        if base == "remove" and not change:
            if _flag(value) is None:
                problems.append(Problem(at, "“remove” is true or false"))
            continue
        if shape is None:
            hint = suggest(base, shapes) or "the keys are " + ", ".join(shapes)
            problems.append(Problem(at, f"unknown key “{name}” of {family}", hint))
            continue
        if change and shape not in ("list", "lists", "cues", "offices"):
            problems.append(Problem(at, f"“{name}”: only a list can be added to or taken from", f"write “{base}”"))
            continue
        try:
            new = _READERS[shape](value, at)
            _change(entry.values, base, change, new, shape)
        except Refused as refused:
            problems.extend(refused.problems)
            continue
        entry.loci[base] = at


def _keep_names(entry: _Entry, fields: Mapping[str, Node]) -> None:
    """Make aliases of the default's names that the edition replaces: what was recognised by them stays so, and a place
    keeps its address.
    """
    values = entry.values
    lost: dict[str, tuple[str, ...]] = {}
    for key, language in (("name", "en"), ("full_name", "")):
        old, new = values.get(key), fields.get(key)
        if old and new and new.kind == "scalar" and _scalar(new) and fold(_scalar(new)) != old:
            lost[language] = (old,)
            if entry.family in ("countries", "territories") and not values.get("slug"):
                values["slug"] = slug(old)
    for key_node, node in _pairs(fields["names"]) if "names" in fields else ():
        language = _scalar(key_node)
        old = (values.get("names") or {}).get(language)
        if old and _scalar(node) and fold(_scalar(node)) != old:
            lost[language] = (*lost.get(language, ()), old)
    if entry.family in ("countries", "territories"):
        _change(values, "aliases", "+", lost, "lists")
    elif entry.family == "outlets":
        _change(values, "aliases", "+", tuple(name for names in lost.values() for name in names), "list")


def _change(values: dict[str, Any], key: str, change: str, new: Any, shape: _Shape) -> None:
    """Put `new` into `values[key]`: in its place, added (+) or taken out (-)."""
    old = values.get(key)
    if shape == "texts":
        values[key] = {**(old or {}), **new}
    elif shape == "lists":
        merged: dict[str, tuple[str, ...]] = dict(old or {})
        for language, forms in new.items():
            merged[language] = _changed(merged.get(language, ()), change, forms)
        values[key] = merged
    elif shape == "cues" and change == "-":
        gone = {cue.text for cue in new}
        values[key] = tuple(cue for cue in old or () if cue.text not in gone)
    elif shape in ("list", "cues", "offices"):
        values[key] = _changed(old or (), change, new)
    else:
        values[key] = new


def _changed(old: tuple[Any, ...], change: str, new: tuple[Any, ...]) -> tuple[Any, ...]:
    if change == "-":
        return tuple(item for item in old if item not in new)
    return tuple(dict.fromkeys((*old, *new) if change == "+" else new))


# ── Nodes → values ──────────────────────────────────────────────────────────────────────────────────────────────────


def _pairs(node: Node) -> tuple[tuple[Node, Node], ...]:
    return cast("tuple[tuple[Node, Node], ...]", node.value) if node.kind == "mapping" else ()


def _items(node: Node) -> tuple[Node, ...]:
    return cast("tuple[Node, ...]", node.value) if node.kind == "sequence" else ()


def _scalar(node: Node) -> str:
    return node.value.strip() if isinstance(node.value, str) else ""


def _refuse(locus: Locus, message: str, hint: str = "") -> Refused:
    return Refused(Problem(locus, message, hint))


def _read_text(node: Node, locus: Locus) -> str:
    if node.kind != "scalar":
        raise _refuse(locus, "one text is expected here")
    return "" if node.is_null else fold(_scalar(node))


def _flag(node: Node) -> bool | None:
    """Return the truth of a scalar, None where it is neither true nor false."""
    word = _scalar(node).lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _read_flag(node: Node, locus: Locus) -> bool:
    flag = _flag(node)
    if flag is None:
        raise _refuse(locus, f"“{_scalar(node)}” is neither true nor false", "write yes or no")
    return flag


def _read_list(node: Node, locus: Locus) -> tuple[str, ...]:
    """Return a YAML list of texts, or the parts of one line between its commas; without doubles, in order."""
    if node.is_null:
        return ()
    if node.kind == "scalar":
        return tuple(dict.fromkeys(part for raw in _scalar(node).split(",") if (part := fold(raw))))
    if node.kind == "mapping":
        raise _refuse(locus, "a list is expected here", "write one line with commas, or a YAML list")
    texts = (_read_text(item, Locus(locus.file, item.line)) for item in _items(node))
    return tuple(dict.fromkeys(text for text in texts if text))


def _by_language(node: Node, locus: Locus) -> Iterable[tuple[str, Node, Locus]]:
    """Return (language, value, locus) of a mapping; language "" where the value stands for every language."""
    if node.kind != "mapping":
        return [("", node, locus)]
    found = []
    for key, value in _pairs(node):
        language, at = _scalar(key), Locus(locus.file, key.line)
        if language not in _ANY_LANGUAGE and not _LANGUAGE.match(language):
            raise _refuse(at, f"“{language}” is no language code", _LANGUAGE_HINT)
        found.append(("" if language in _ANY_LANGUAGE else language, value, at))
    return found


def _read_texts(node: Node, locus: Locus) -> dict[str, str]:
    if node.kind == "scalar" and not node.is_null:
        raise _refuse(locus, "a language is missing", "write {es: …, zh: …}")
    return {language: _read_text(value, at) for language, value, at in _by_language(node, locus) if not value.is_null}


def _read_lists(node: Node, locus: Locus) -> dict[str, tuple[str, ...]]:
    return {language: _read_list(value, at) for language, value, at in _by_language(node, locus)}


def _record(node: Node, locus: Locus, keys: tuple[str, ...], lists: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a mapping of texts that has no other keys than `keys`; a bare text stands for the first of them.

    The keys in `lists` are allowed and left to the caller.
    """
    if node.kind != "mapping":
        return {keys[0]: _read_text(node, locus)}
    record = {}
    for key, value in _pairs(node):
        name = _scalar(key)
        if name not in keys:
            hint = suggest(name, keys) or "the keys are " + ", ".join(keys)
            raise _refuse(Locus(locus.file, key.line), f"unknown key “{name}”", hint)
        if name not in lists:
            record[name] = _read_text(value, Locus(locus.file, key.line))
    return record


def _read_offices(node: Node, locus: Locus) -> tuple[Office, ...]:
    if node.is_null:
        return ()
    if node.kind != "sequence":
        raise _refuse(locus, "a list of offices is expected here", "write - {title: …, start: 2023-02, end: 2025}")
    offices = []
    for item in _items(node):
        at = Locus(locus.file, item.line)
        record = _record(item, at, ("title", "start", "end"))
        if not record.get("title"):
            raise _refuse(at, "an office needs a title")
        for name in ("start", "end"):
            if record.get(name) and not _PARTIAL_DATE.match(record[name]):
                raise _refuse(at, f"“{record[name]}” is no date", "write 2023, 2023-02 or 2023-02-14")
        start, end = record.get("start") or None, record.get("end") or None
        if start and end and end[: len(start)] < start[: len(end)]:
            raise _refuse(at, f"the office ends ({end}) before it starts ({start})")
        offices.append(Office(record["title"], start, end))
    return tuple(offices)


def _read_cues(node: Node, locus: Locus) -> tuple[Cue, ...]:
    if node.kind != "sequence":
        return tuple(Cue(text, 1.0, "en") for text in _read_list(node, locus))
    cues = []
    for item in _items(node):
        at = Locus(locus.file, item.line)
        several: tuple[str, ...] = ()
        if item.kind == "mapping":
            lists = [(key, value) for key, value in _pairs(item) if _scalar(key) == "texts"]
            several = tuple(t for key, value in lists for t in _read_list(value, Locus(locus.file, key.line)))
        record = _record(item, at, ("text", "weight", "language", "texts"), lists=("texts",))
        texts = (*filter(None, [record.get("text")]), *several)
        if not texts:
            raise _refuse(at, "a cue needs a text")
        weight = record.get("weight") or "1"
        if not _NUMBER.match(weight):
            raise _refuse(at, f"“{weight}” is no weight", "write a number such as 2 or 0.5")
        language = record.get("language") or "en"
        if language not in _ANY_LANGUAGE and not _LANGUAGE.match(language):
            raise _refuse(at, f"“{language}” is no language code", _LANGUAGE_HINT)
        spoken = "" if language in _ANY_LANGUAGE else language
        cues += [Cue(text, float(weight), spoken) for text in texts]
    return tuple(dict.fromkeys(cues))


_READERS: dict[_Shape, Callable[[Node, Locus], Any]] = {
    "text": _read_text,
    "flag": _read_flag,
    "list": _read_list,
    "texts": _read_texts,
    "lists": _read_lists,
    "offices": _read_offices,
    "cues": _read_cues,
}


# ── Checks across entries, and the values that come back ────────────────────────────────────────────────────────────


def _is_code(id: str) -> bool:
    return len(id) == 2 and id.isascii() and id.isupper() and id.isalpha()


def _is_sound(id: str, entry: _Entry, codes: set[str], problems: list[Problem]) -> bool:
    """Tell whether the entry can stand; why not goes to `problems`, as does a single bad value, which is taken out."""
    family, values = entry.family, entry.values
    if family == "not-places":
        if id not in _ANY_LANGUAGE and not _LANGUAGE.match(id):
            problems.append(Problem(entry.locus, f"“{id}” is no language code", _LANGUAGE_HINT))
            return False
        return True
    if family in ("countries", "territories"):
        if _is_code(id) and id not in codes and not _USER_CODE.match(id):
            hint = suggest(id, codes)
            problems.append(Problem(entry.locus, f"“{id}” is no code of ISO 3166-1", hint))
            return False
        if family == "countries" and not _is_code(id):
            upper = id.upper()
            hint = f"did you mean “{upper}”?" if upper in codes else "a place without a code goes into territories.yaml"
            problems.append(Problem(entry.locus, f"“{id}”: the id of a country is its code of ISO 3166-1", hint))
            return False
    if not _is_code(id) and (not _SLUG.match(id) or slug(id) != id):
        hint = f"small letters, digits and hyphens: {slug(id)}"
        problems.append(Problem(entry.locus, f"“{id}” can't be an id", hint))
        return False
    needed = _NEEDED.get(family, "name")
    if not values.get(needed) and entry.before.get(needed):
        problems.append(
            Problem(entry.at(needed), f"“{id}”: the {needed} is empty", "leave the key out to keep the default")
        )
        entry.revert(needed)
    if not values.get(needed):
        problems.append(Problem(entry.locus, f"“{id}” has no {needed}", _MISSING_HINT))
        return False
    region = values.get("region")
    if region and region not in REGIONS:
        hint = suggest(region, REGIONS) or "docs/authorities.md lists the regions"
        problems.append(Problem(entry.at("region"), f"unknown region “{region}”", hint))
        entry.revert("region")
    place_slug = values.get("slug")
    if place_slug and (not _SLUG.match(place_slug) or slug(place_slug) != place_slug):
        hint = f"small letters, digits and hyphens: {slug(place_slug)}"
        problems.append(Problem(entry.at("slug"), f"“{place_slug}” can't be an address", hint))
        entry.revert("slug")
    status = values.get("status")
    if status and status not in ("proposed", "confirmed"):
        hint = suggest(status, ("proposed", "confirmed")) or "write proposed or confirmed"
        problems.append(Problem(entry.at("status"), f"unknown status “{status}”", hint))
        entry.revert("status")
    return True


def _make_authorities(
    entries: Mapping[str, Mapping[str, _Entry]], defaults_alone: bool, problems: list[Problem]
) -> Authorities:
    places = {**entries["countries"], **entries["territories"]}
    places = _without_slug_collisions(dict(sorted(places.items())), problems)
    topics = entries["topics"]
    _check_references(entries["outlets"], ("country",), places, "country or territory", defaults_alone, problems)
    _check_references(topics, ("broader", "related"), topics, "topic", defaults_alone, problems)
    _check_circles(topics, problems)
    for family in ("speakers", "outlets", "persons", "topics"):
        _settle_claims(entries[family], _LABEL_KEYS[family], str.casefold, problems)
    _settle_claims(places, ("name", "names", "aliases", "adjectives", "capitals"), str, problems)
    return Authorities(
        speakers=tuple(_make_speaker(id, e.values) for id, e in entries["speakers"].items()),
        outlets=tuple(_make_outlet(id, e.values) for id, e in entries["outlets"].items()),
        places=tuple(_make_place(id, e) for id, e in places.items()),
        topics=tuple(_make_topic(id, e.values) for id, e in topics.items()),
        persons=tuple(_make_person(id, e.values) for id, e in entries["persons"].items()),
        not_places=tuple(
            (f"{'' if id in _ANY_LANGUAGE else id}/{key}", forms)
            for id, e in entries["not-places"].items()
            for key, forms in sorted(e.values.items())
        ),
    )


_LABEL_KEYS = {
    "speakers": ("name", "aliases", "names"),
    "outlets": ("name", "full_name", "aliases"),
    "persons": ("name", "aliases"),
    "topics": ("label", "labels"),
}


def _slug_of(id: str, entry: _Entry) -> str:
    return entry.values.get("slug") or (slug(entry.values["name"]) if _is_code(id) else id)


def _without_slug_collisions(places: dict[str, _Entry], problems: list[Problem]) -> dict[str, _Entry]:
    """Take back a slug that would give two pages one address; a new entry that has no other is left out."""
    owners: dict[str, str] = {}
    # defaults have their addresses first, then what overrides one, then new entries
    for id, entry in sorted(places.items(), key=lambda item: (item[1].own, not item[1].before, item[0])):
        address = _slug_of(id, entry)
        if address in owners:
            other = owners[address]
            problems.append(
                Problem(
                    entry.at("slug"),
                    f"“{id}” and “{other}” would both have the address countries/{address}.html",
                    f"“{other}” stands at {places[other].at('slug')}; give one of them another slug",
                )
            )
            entry.revert("slug")
            address = _slug_of(id, entry)
            if address in owners:
                del places[id]
                continue
        owners[address] = id
    return places


def _check_references(
    entries: Mapping[str, _Entry],
    keys: tuple[str, ...],
    known: Mapping[str, _Entry],
    what: str,
    defaults_alone: bool,
    problems: list[Problem],
) -> None:
    """Take out references to entries that do not exist, each with a problem."""
    for id, entry in entries.items():
        for key in keys:
            value = entry.values.get(key)
            if not value:
                continue
            targets: tuple[str, ...] = (value,) if isinstance(value, str) else value
            good = tuple(t for t in targets if t in known and t != id)
            # a default may name what the edition has removed: that is nobody's fault
            before = () if defaults_alone else entry.before.get(key, ()) if entry.own else targets
            for target in targets:
                if target not in good and target not in before:
                    message = f"“{id}”: no {what} has the id “{target}”"
                    problems.append(Problem(entry.at(key), message, suggest(target, known)))
            entry.values[key] = (good[0] if good else None) if isinstance(value, str) else good


def _check_circles(topics: Mapping[str, _Entry], problems: list[Problem]) -> None:
    """Cut every way by which a topic would be broader than itself."""
    done: set[str] = set()
    for start in topics:
        way: list[str] = []
        stack = [(start, iter(topics[start].values.get("broader") or ()))] if start not in done else []
        way.extend(id for id, _ in stack)
        while stack:
            id, broader = stack[-1]
            nxt = next(broader, None)
            if nxt is None:
                stack.pop()
                way.pop()
                done.add(id)
            elif nxt in way:
                entry = topics[id]
                circle = " → ".join([*way[way.index(nxt) :], nxt])
                problems.append(Problem(entry.at("broader"), f"“{nxt}” would be broader than itself: {circle}"))
                entry.values["broader"] = tuple(t for t in entry.values["broader"] if t != nxt)
            elif nxt not in done:
                stack.append((nxt, iter(topics[nxt].values.get("broader") or ())))
                way.append(nxt)


def _settle_claims(
    entries: Mapping[str, _Entry], keys: tuple[str, ...], folded: Callable[[str], str], problems: list[Problem]
) -> None:
    """Where two entries claim the same form, name both places and leave it with one: the edition's own before a
    default, then the first by id. A name is never taken away; it stays ambiguous until an editor decides.
    """
    owners: dict[tuple[str, str], tuple[str, str]] = {}
    for id, entry in sorted(entries.items(), key=lambda item: (not item[1].own, item[0])):
        for key in keys:
            value = entry.values.get(key)
            if not value:
                continue
            if isinstance(value, dict):
                kept_by_language: dict[str, Any] = {}
                for language, forms in value.items():
                    if isinstance(forms, str):
                        _claim(entries, owners, id, key, language, (forms,), folded, problems)
                        kept_by_language[language] = forms
                    else:
                        kept_by_language[language] = _claim(entries, owners, id, key, language, forms, folded, problems)
                entry.values[key] = kept_by_language
            elif isinstance(value, str):
                _claim(entries, owners, id, key, "", (value,), folded, problems)
            else:
                entry.values[key] = _claim(entries, owners, id, key, "", value, folded, problems)


def _claim(
    entries: Mapping[str, _Entry],
    owners: dict[tuple[str, str], tuple[str, str]],
    id: str,
    key: str,
    language: str,
    forms: tuple[str, ...],
    folded: Callable[[str], str],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return those of `forms` that no other entry has claimed in this language or in all."""
    kept = []
    for form in forms:
        word = folded(form)
        owner = owners.get((language, word)) or (owners.get(("", word)) if language else None)
        if owner is None or owner[0] == id:
            owners.setdefault((language, word), (id, key))
            kept.append(form)
            continue
        # Told where the edition's own file can mend it: a default is not the editor's to change.
        (here, place), (there, other) = (id, entries[id].at(key)), (owner[0], entries[owner[0]].at(owner[1]))
        if entries[there].own and not entries[here].own:
            (here, place), (there, other) = (there, other), (here, place)
        problems.append(
            Problem(
                place,
                f"“{form}” is claimed by “{here}” and by “{there}”",
                f"“{there}” claims it at {other}; take it out of one of them (a key with a minus, such as aliases-)",
            )
        )
    return tuple(kept)


def _sorted_texts(values: Mapping[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((language, text) for language, text in (values.get(key) or {}).items() if text))


def _sorted_lists(values: Mapping[str, Any], key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((language, tuple(forms)) for language, forms in (values.get(key) or {}).items() if forms))


def _make_speaker(id: str, values: Mapping[str, Any]) -> Speaker:
    return Speaker(
        id=id,
        name=values["name"],
        aliases=values.get("aliases", ()),
        offices=values.get("offices", ()),
        note=values.get("note", ""),
        names=_sorted_texts(values, "names"),
    )


def _make_outlet(id: str, values: Mapping[str, Any]) -> Outlet:
    return Outlet(
        id=id,
        name=values["name"],
        full_name=values.get("full_name", ""),
        aliases=values.get("aliases", ()),
        country=values.get("country") or None,
        note=values.get("note", ""),
    )


def _make_place(id: str, entry: _Entry) -> Place:
    values = entry.values
    aliases: dict[str, tuple[str, ...]] = dict(values.get("aliases") or {})
    for language, forms in (values.get("shared") or {}).items():
        aliases[language] = tuple(dict.fromkeys((*aliases.get(language, ()), *forms)))
    return Place(
        id=id,
        slug=_slug_of(id, entry),
        kind="country" if entry.family == "countries" else "territory",
        name=values["name"],
        names=_sorted_texts(values, "names"),
        aliases=_sorted_lists({"aliases": aliases}, "aliases"),
        adjectives=_sorted_lists(values, "adjectives"),
        capitals=_sorted_lists(values, "capitals"),
        region=values.get("region", ""),
        listed=values.get("listed", True),
        note=values.get("note", ""),
    )


def _make_topic(id: str, values: Mapping[str, Any]) -> Topic:
    return Topic(
        id=id,
        label=values["label"],
        scope_note=values.get("scope_note", ""),
        labels=_sorted_texts(values, "labels"),
        scope_notes=_sorted_texts(values, "scope_notes"),
        broader=values.get("broader", ()),
        related=values.get("related", ()),
        cues=values.get("cues", ()),
        aliases=_sorted_lists(values, "aliases"),
    )


def _make_person(id: str, values: Mapping[str, Any]) -> Person:
    return Person(
        id=id,
        name=values["name"],
        aliases=values.get("aliases", ()),
        offices=values.get("offices", ()),
        status=values.get("status", "proposed"),
        note=values.get("note", ""),
    )
