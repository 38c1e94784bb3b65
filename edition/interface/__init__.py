"""The interface words: everything a page says that is not the source's text, one YAML file a language.

Adding a language is adding a file with the same keys. This module must not format anything but words, numbers and
dates, and must not know which page they stand on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from edition.model import Locus
from edition.problems import Problem, Refused, suggest
from edition.yamlfiles import Node, as_map, as_text, read_yaml

_HERE = Path(__file__).parent
_FIELD = re.compile(r"\{([a-z_]+)\}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_PLURALS = frozenset(("one", "many"))
#: Scripts written from right to left, by language or by script subtag (Unicode CLDR, "characterOrder").
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"))
#: Names of languages in themselves.
_OWN_NAMES: Mapping[str, str] = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fa": "فارسی", "fr": "Français", "he": "עברית",
    "hi": "हिन्दी", "id": "Indonesia", "it": "Italiano", "ja": "日本語", "ko": "한국어", "nl": "Nederlands",
    "no": "norsk", "pl": "Polski", "pt": "Português", "ru": "Русский", "sv": "Svenska", "tr": "Türkçe",
    "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文", "zh-hans": "简体中文", "zh-hant": "繁體中文",
}  # fmt: skip
_RIGHT_TO_LEFT_SCRIPTS = frozenset(("arab", "hebr", "thaa", "syrc", "nkoo", "adlm"))


@lru_cache(maxsize=1_000)
def direction_of(language: str) -> str:
    """Return "rtl" or "ltr" for a BCP 47 language tag."""
    parts = language.casefold().split("-")
    scripts = [p for p in parts[1:] if len(p) == 4 and p.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if parts[0] in _RIGHT_TO_LEFT else "ltr"


def own_name(language: str) -> str:
    """Return what a language is called in itself (Unicode CLDR), else its tag: "Español", "中文", "繁體中文"."""
    parts = language.casefold().split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    return _OWN_NAMES.get("-".join(parts[:1] + scripts)) or _OWN_NAMES.get(parts[0]) or language


def isolate(text: str, direction: str) -> str:
    """Return a name for a sentence of a direction: between U+2068 and U+2069 where its letters run the other way.

    Without them a name in another script draws the signs beside it to its own side (Unicode Bidirectional Algorithm,
    UAX 9). A name of the sentence's own direction stays as it is.
    """
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in ("L", "R", "AL"):
            return text if (strong == "L") == (direction == "ltr") else f"\u2068{text}\u2069"
    return text


def _zone(offset: str | None) -> str:
    if not offset:
        return ""
    shift = "" if offset == "Z" else offset.replace("-", "−").removesuffix("00").removesuffix(":")
    return f"UTC{shift.replace('+0', '+').replace('−0', '−')}"


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The interface words of one language. `entries`: dotted key → its words, or its plural forms (one, many)."""

    code: str
    entries: Mapping[str, str | Mapping[str, str]]

    @property
    def direction(self) -> str:
        return direction_of(self.code)

    def has(self, key: str) -> bool:
        """Return whether this language has words under a key."""
        return key in self.entries

    def _plain(self, key: str) -> str:
        found = self.entries.get(key)
        if not isinstance(found, str):
            raise KeyError(f"no interface words “{key}” in {self.code}.yaml; {suggest(key, self.entries)}".rstrip("; "))
        return found

    def __call__(self, key: str, **values: str) -> str:
        """Return the words under a key, `{name}` filled in and isolated. KeyError names a key or value not there."""
        text = self._plain(key)
        return self._fill(text, values) if "{" in text else text

    def _fill(self, text: str, values: Mapping[str, str]) -> str:
        direction = self.direction
        start, fields = _cut_at_fields(text)
        return start + "".join([isolate(values[name], direction) + after for name, after in fields])

    def count(self, key: str, n: int, **values: str) -> str:
        """Return the words for a number of things ("1 question", "7 questions"); {n} is the number."""
        forms = self.entries.get(key)
        if not isinstance(forms, Mapping):
            raise KeyError(f"no plural forms “{key}” in {self.code}.yaml; {suggest(key, self.entries)}".rstrip("; "))
        form = forms["one"] if n == 1 and "one" in forms else forms["many"]
        return self._fill(form, {**values, "n": self.number(n)})

    def number(self, n: int) -> str:
        """Return a whole number with the language's separator of thousands."""
        return f"{n:,}".replace(",", self._plain("number.thousands"))

    def percent(self, share: float) -> str:
        """Return a share (0..1) in whole percent."""
        return self("number.percent", n=str(round(share * 100)))

    def list(self, items: Iterable[str]) -> str:
        """Return an enumeration: "a, b and c"."""
        names = [isolate(item, self.direction) for item in items]
        if len(names) < 2:
            return "".join(names)
        return self("list.last", first=self._plain("list.comma").join(names[:-1]), last=names[-1])

    def month(self, number: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self._plain(f"month.{number}")

    def date(self, iso: str) -> str:
        """Return a date as exact as it is given: "14 May 2025", "May 2025", "2025"."""
        return _write_date(self, "date.long", iso)

    def date_short(self, iso: str) -> str:
        """Return a date with the month's short name: "14 Sept 2025"."""
        return _write_date(self, "date.short", iso)

    def day(self, iso: str) -> str:
        """Return a date without its year: "14 May"."""
        return _write_date(self, "date.day", iso)

    def moment(self, iso: str) -> str:
        """Return a moment as exact as it is given, in the time zone that it names."""
        match = _MOMENT.match(iso)
        if not match:
            return self.date(iso)
        date, time, zone = match.groups()
        if time is None:
            return self.date(date)
        moment = self("date.moment", date=self.date(date), time=time)
        return f"{moment} ({_zone(zone)})" if zone else moment

    def clock(self, iso: str) -> tuple[str, str]:
        """Return the time of day and the time zone of a moment, "" for what it doesn't say: ("12:23", "UTC−4")."""
        match = _MOMENT.match(iso)
        return (match[2] or "", _zone(match[3])) if match else ("", "")


@lru_cache(maxsize=4_000)
def _cut_at_fields(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the beginning of words with fields, and for each field its name and the words after it."""
    start, *rest = _FIELD.split(text)
    return start, tuple(zip(rest[::2], rest[1::2], strict=True))


# An edition writes each of its days on many pages.
@lru_cache(maxsize=20_000)
def _write_date(words: Words, key: str, iso: str) -> str:
    """Return a date as exact as it is given, a whole day by the interface words under a key."""
    match = _ISO.match(iso)
    if not match:
        return iso
    year, month, day = match.groups()
    if month is None:
        return words("date.year", year=year)
    names = {"month": words.month(int(month)), "short": words(f"month_short.{int(month)}"), "year": year}
    if day is None:
        return words("date.month", **names)
    return words(key, day=str(int(day)), **names)


def _flatten(node: Node, prefix: str, into: dict[str, str | Mapping[str, str]]) -> None:
    for key, value in as_map(node).items():
        name = f"{prefix}{key}"
        if value.kind != "mapping":
            into[name] = as_text(value)
            continue
        inner = as_map(value)
        if inner and inner.keys() <= _PLURALS:
            into[name] = {k: as_text(v) for k, v in inner.items()}
        else:
            _flatten(value, f"{name}.", into)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that the interface speaks."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.yaml")))


@cache
def load(code: str) -> Words:
    """Return the interface words of a language ("en"). Refused where there is no such file, or a malformed one."""
    if code not in languages():
        known = ", ".join(languages())
        raise Refused(Problem(Locus("config.yaml"), f"no interface words in “{code}”", f"known: {known}"))
    path = _HERE / f"{code}.yaml"
    entries: dict[str, str | Mapping[str, str]] = {}
    _flatten(read_yaml(path.read_text(encoding="utf-8"), f"edition/interface/{path.name}"), "", entries)
    return Words(code, entries)
