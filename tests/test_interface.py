"""The interface words: every language says everything, every word is used, and every word that is used exists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from edition import interface
from edition.annotate.sightings import REASONS
from edition.compliance import PRINCIPLES
from edition.diagnostics import CHAPTERS
from edition.model import BRIEFING_KINDS, SECTION_KINDS
from edition.problems import Refused
from edition.releases import CHANGES, ErratumKind
from edition.retagging import FAMILIES as TAG_FAMILIES
from edition.review import FAMILIES as REVIEW_FAMILIES
from edition.urls import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
CODES = interface.languages()
FIELD = re.compile(r"\{([a-z_]+)\}")
#: Keys that only exist in this form, made from a value: prefix → what may follow.
SHOWN_CHANGES = tuple(kind for kind in CHANGES if kind != "kept")
MADE = {
    "kind.": BRIEFING_KINDS,
    "section.": (*SECTION_KINDS, "proposed_article"),
    "month.": tuple(str(n) for n in range(1, 13)),
    "month_short.": tuple(str(n) for n in range(1, 13)),
    "month_initial.": tuple(str(n) for n in range(1, 13)),
    "nav.": ("briefings", "figures", "search", *FAMILIES),
    "family.": FAMILIES,
    "entity.": ("country", "territory", *FAMILIES),
    "form.": ("xml", "txt", "md", "json", "csv", "feed", "json_feed"),
    "data.": ("beside_json", "beside_xml", "beside_txt", "beside_md"),
    "apparatus.": ("emendations", "dropped", "metadata", "checked", "differs", "unkept"),
    "revision.": ("waiting", "taken", "waiting_text", "taken_text"),
    "compliance.": ("endings", "fair", *(n for _, name in PRINCIPLES for n in (name, f"{name}_check"))),
    "diagnostics.": (*CHAPTERS, *(f"{chapter}_advice" for chapter in CHAPTERS)),
    "review.": (
        *(f"reason_{reason}" for reason in (*REASONS, "proposed")),
        *(name for family in REVIEW_FAMILIES for name in (family, f"{family}_advice")),
        *TAG_FAMILIES,
        "mark",
        "attribute",
        "authority",
    ),
    "changes.": (*SHOWN_CHANGES, *(f"count_{kind}" for kind in SHOWN_CHANGES)),
    "erratum.": get_args(ErratumKind),
    "start.": ("title", "publisher", "release", "date", "held", "address", "contact", "rights"),
    "count.": tuple(f"{kind}s" for kind in SECTION_KINDS),
}
#: Keys that are looked up where they exist: names that data bring along.
OPTIONAL = ("region.", "languages.", "data.file.")


def keys_in_use() -> set[str]:
    """Every literal key in the package, the templates and the scripts."""
    sources: Iterable[Path] = [
        *(ROOT / "edition").rglob("*.py"),
        *(file for file in (ROOT / "templates").rglob("*") if file.suffix in {".html", ".xhtml", ".opf"}),
    ]
    found: set[str] = set()
    for source in sources:
        text = source.read_text(encoding="utf-8")
        found.update(re.findall(r"""["']([a-z_]+(?:\.[a-z0-9_-]+)+)["']""", text))
    return found


def forms(entry: object) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())  # type: ignore[attr-defined]


def test_three_languages_are_there() -> None:
    assert {"en", "es", "zh"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_no_key_is_missing_and_none_too_many(code: str) -> None:
    assert set(interface.load(code).entries) == set(interface.load("en").entries)


@pytest.mark.parametrize("code", CODES)
def test_every_translation_has_the_same_kind_and_fields(code: str) -> None:
    english = interface.load("en").entries
    for key, entry in interface.load(code).entries.items():
        assert isinstance(entry, str) == isinstance(english[key], str), key
        if key.startswith("date.") or key == "list.last":
            continue
        for form in forms(entry):
            assert form, key
            extra = set(FIELD.findall(form)) - set(FIELD.findall(" ".join(forms(english[key])))) - {"n"}
            assert not extra, (key, extra)
        if isinstance(entry, str):
            assert set(FIELD.findall(entry)) == set(FIELD.findall(str(english[key]))), key
        else:
            assert "many" in entry, key


@pytest.mark.parametrize("code", CODES)
def test_no_translation_was_forgotten(code: str) -> None:
    if code == "en":
        return
    english, other = interface.load("en").entries, interface.load(code).entries
    same = [k for k, v in english.items() if v == other[k] and re.search(r"[a-z]{4}", " ".join(forms(v)))]
    names = {"form.json", "form.md", "form.xml", "form.csv", "region.micronesia", "region.melanesia"}
    formats = {k for k in same if not re.search(r"[A-Za-z]{4}", FIELD.sub("", " ".join(forms(english[k]))))}
    assert set(same) <= names | formats


@pytest.mark.parametrize("code", CODES)
def test_no_text_is_cut_off(code: str) -> None:
    """A “#” after a space begins a comment in YAML: what follows it would be lost without a word."""
    for key, entry in interface.load(code).entries.items():
        for form in forms(entry):
            assert [form.count(a) - form.count(b) for a, b in ("()", "（）", "“”", "{}")] == [0] * 4, (key, form)
    for line in (ROOT / "edition" / "interface" / f"{code}.yaml").read_text(encoding="utf-8").splitlines():
        quoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert line.startswith("#") or "#" not in quoted, line


def test_every_key_is_used() -> None:
    used = keys_in_use() | {prefix + rest for prefix, rests in MADE.items() for rest in rests}
    unused = [k for k in interface.load("en").entries if k not in used and not k.startswith(OPTIONAL)]
    assert unused == []


def test_every_used_key_exists() -> None:
    entries = interface.load("en").entries
    heads = {k.split(".")[0] for k in entries}
    called: set[str] = set()
    for source in [*(ROOT / "edition").rglob("*.py"), *(ROOT / "templates").glob("*.html")]:
        text = source.read_text(encoding="utf-8")
        called.update(re.findall(r"""\bwords(?:\.count)?\(\s*["']([a-z_]+\.[a-z0-9_.-]+[a-z0-9])["']""", text))
    assert len(called) > 80
    assert sorted(k for k in called if k not in entries) == []
    assert {k.split(".")[0] for k in called} <= heads
    made = [prefix + rest for prefix, rests in MADE.items() for rest in rests]
    assert sorted(k for k in made if k not in entries) == []


def test_dates_in_three_languages() -> None:
    assert interface.load("en").date("2025-05-04") == "4 May 2025"
    assert interface.load("es").date("2025-05-04") == "4 de mayo de 2025"
    assert interface.load("zh").date("2025-05-04") == "2025年5月4日"
    assert interface.load("en").date("2025-05") == "May 2025"
    assert interface.load("zh").date("2025") == "2025年"
    assert interface.load("en").date_short("2025-09-04") == "4 Sept 2025"
    assert interface.load("es").day("2025-09-04") == "4 de septiembre"
    assert interface.load("en").date("in spring") == "in spring"


def test_moments_are_as_exact_as_given() -> None:
    words = interface.load("en")
    assert words.moment("2025-05-14T16:05+01:00") == "14 May 2025, 16:05 (UTC+1)"
    assert words.moment("2025-05-14T16:05-03:30") == "14 May 2025, 16:05 (UTC−3:30)"
    assert words.moment("2025-05-14T16:05:09Z") == "14 May 2025, 16:05 (UTC)"
    assert words.moment("2025-05-14T16:05") == "14 May 2025, 16:05"
    assert words.moment("2025-05-14T16:05+10:00") == "14 May 2025, 16:05 (UTC+10)"
    assert words.moment("2025-05-14") == "14 May 2025"


def test_numbers_and_plurals() -> None:
    english, chinese = interface.load("en"), interface.load("zh")
    assert english.count("count.briefings", 1) == "1 briefing"
    assert english.count("count.briefings", 0) == "0 briefings"
    assert english.count("count.briefings", 12345) == "12,345 briefings"
    assert chinese.count("count.briefings", 1) == "1 场发布会"
    assert interface.load("es").number(12345) == "12\u00a0345"
    assert english.percent(0.714) == "71%"


def test_enumerations() -> None:
    assert interface.load("en").list(["a"]) == "a"
    assert interface.load("en").list(["a", "b", "c"]) == "a, b and c"
    assert interface.load("zh").list(["a", "b", "c"]) == "a、b和c"
    assert interface.load("en").list([]) == ""


def test_an_unknown_key_or_language_is_told() -> None:
    words = interface.load("en")
    with pytest.raises(KeyError, match=r"did you mean “nav\.search”"):
        words("nav.serch")
    with pytest.raises(KeyError, match=r"count\.briefing"):
        words.count("count.briefing", 2)
    with pytest.raises(KeyError):
        words("briefing.summary", start="x")
    with pytest.raises(Refused, match="known: en, es, zh"):
        interface.load("tlh")


@pytest.mark.parametrize(
    ("language", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("zh-Hans", "ltr"), ("ku-Arab", "rtl"), ("az-Latn", "ltr")],
)
def test_direction_of_languages(language: str, direction: str) -> None:
    assert interface.direction_of(language) == direction
