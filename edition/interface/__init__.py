"""The interface words: everything a page says that is not the source's text, one YAML file a language.

Adding a language is adding a file with the same keys. This module must not format anything but words, numbers and
dates, and must not know which page they stand on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
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
_RIGHT_TO_LEFT_SCRIPTS = frozenset(("arab", "hebr", "thaa", "syrc", "nkoo", "adlm"))


def direction_of(language: str) -> str:
    """Return "rtl" or "ltr" for a BCP 47 language tag."""
    parts = language.casefold().split("-")
    scripts = [p for p in parts[1:] if len(p) == 4 and p.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if parts[0] in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
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
        """Return the words under a key, `{name}` filled in. KeyError names a key or value that isn't there."""
        return _FIELD.sub(lambda m: values[m[1]], self._plain(key))

    def count(self, key: str, n: int, **values: str) -> str:
        """Return the words for a number of things ("1 question", "7 questions"); {n} is the number."""
        forms = self.entries.get(key)
        if not isinstance(forms, Mapping):
            raise KeyError(f"no plural forms “{key}” in {self.code}.yaml; {suggest(key, self.entries)}".rstrip("; "))
        form = forms["one"] if n == 1 and "one" in forms else forms["many"]
        filled = {**values, "n": self.number(n)}
        return _FIELD.sub(lambda m: filled[m[1]], form)

    def number(self, n: int) -> str:
        """Return a whole number with the language's separator of thousands."""
        return f"{n:,}".replace(",", self._plain("number.thousands"))

    def percent(self, share: float) -> str:
        """Return a share (0..1) in whole percent."""
        return self("number.percent", n=str(round(share * 100)))

    def list(self, items: Iterable[str]) -> str:
        """Return an enumeration: "a, b and c"."""
        names = list(items)
        if len(names) < 2:
            return "".join(names)
        return self("list.last", first=self._plain("list.comma").join(names[:-1]), last=names[-1])

    def month(self, number: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self._plain(f"month.{number}")

    def _date(self, key: str, iso: str) -> str:
        match = _ISO.match(iso)
        if not match:
            return iso
        year, month, day = match.groups()
        if month is None:
            return self("date.year", year=year)
        names = {"month": self.month(int(month)), "short": self._plain(f"month_short.{int(month)}"), "year": year}
        if day is None:
            return self("date.month", **names)
        return self(key, day=str(int(day)), **names)

    def date(self, iso: str) -> str:
        """Return a date as exact as it is given: "14 May 2025", "May 2025", "2025"."""
        return self._date("date.long", iso)

    def date_short(self, iso: str) -> str:
        """Return a date with the month's short name: "14 Sept 2025"."""
        return self._date("date.short", iso)

    def day(self, iso: str) -> str:
        """Return a date without its year: "14 May"."""
        return self._date("date.day", iso)

    def moment(self, iso: str) -> str:
        """Return a moment as exact as it is given, in the time zone that it names."""
        match = _MOMENT.match(iso)
        if not match:
            return self.date(iso)
        date, time, zone = match.groups()
        if time is None:
            return self.date(date)
        moment = self("date.moment", date=self.date(date), time=time)
        if zone is None:
            return moment
        shift = "" if zone == "Z" else zone.replace("-", "−").removesuffix("00").removesuffix(":")
        return f"{moment} (UTC{shift.replace('+0', '+').replace('−0', '−')})"


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
