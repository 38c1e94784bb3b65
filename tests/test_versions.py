"""Language versions: linked by the evidence that there is, never by a guess; sections aligned, never forced."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from edition.abstracts import Abstract, make_abstract
from edition.entities import show_authorities
from edition.model import (
    AnnotatedSection,
    Authorities,
    Briefing,
    BriefingKind,
    Paragraph,
    Section,
    SectionKind,
    Source,
    Speaker,
    Transcript,
    Turn,
    Version,
)
from edition.versions import LinkedVersion, align_sections, check_versions, link_versions, normal_address

INES = Speaker("ines-halvard", "Ines Halvard")
TOM = Speaker("tom-roe", "Tom Roe")
STRANGER = Speaker("ines-halvardova", "Ines Halvardová", known=False)


def sections_of(kinds: str) -> tuple[Section, ...]:
    """Return small sections: "aqq" is an announcement and two exchanges, with ids as the import mints them."""
    names: dict[str, SectionKind] = {"a": "announcement", "q": "exchange", "n": "notice", "p": "passage"}
    out: list[Section] = []
    for i, kind in enumerate(kinds):
        id = f"{kind}{kinds[: i + 1].count(kind)}"
        turn = Turn("statement", None, (Paragraph(f"{id}.1", "The ferry sails."),))
        out.append(Section(id, names[kind], None, (turn,)))
    return tuple(out)


def briefing(
    id: str,
    language: str,
    kinds: str = "qq",
    *,
    date: str | None = "2025-05-14",
    speakers: Sequence[Speaker] = (INES,),
    url: str | None = None,
    versions: Sequence[Version] = (),
    kind: BriefingKind = "press-conference",
) -> Briefing:
    """Return a small briefing of the invented ministry."""
    transcript = Transcript(
        id=id,
        kind=kind,
        title="Briefing",
        date=date,
        language=language,
        speakers=tuple(s.id for s in speakers),
        source=Source(f"{id}.txt", "0" * 64, "title-only", url=url),
        sections=sections_of(kinds),
        versions=tuple(versions),
        file=f"content/briefings/{id}.md",
    )
    return Briefing(transcript, tuple(speakers), tuple(AnnotatedSection(s) for s in transcript.sections))


def abridge(*briefings: Briefing) -> list[Abstract]:
    shown = show_authorities(Authorities(), "en")
    return [make_abstract(briefing, shown) for briefing in briefings]


def links(*briefings: Briefing) -> dict[str, list[tuple[str, str | None, str]]]:
    """Return of each briefing its versions as (language, id, evidence)."""
    found = link_versions(abridge(*briefings))
    return {id: [(v.language, v.briefing, v.evidence) for v in rows] for id, rows in found.items()}


def messages(*briefings: Briefing) -> list[str]:
    """Return the problems as they are printed, without hints."""
    assert all(p.hint for p in check_versions(abridge(*briefings)))
    return [str(p).splitlines()[0] for p in check_versions(abridge(*briefings))]


def test_a_stated_briefing_is_a_version_in_both_directions_whatever_the_day() -> None:
    one = briefing("one", "en", date=None, versions=[Version("zh", briefing="two")])
    two = briefing("two", "zh-Hans", date="2025-05-15", speakers=[TOM])
    assert links(one, two) == {"one": [("zh-Hans", "two", "stated")], "two": [("en", "one", "stated")]}
    assert messages(one, two) == []


def test_links_are_transitive_and_a_chain_is_as_strong_as_its_weakest_link() -> None:
    en = briefing("en", "en", versions=[Version("zh", briefing="zh")])
    zh = briefing("zh", "zh", url="https://example.org/zh/1")
    es = briefing("es", "es", date=None, versions=[Version("zh", url="http://www.example.org/zh/1#top")])
    found = links(en, zh, es)
    assert found["es"] == [("en", "en", "address"), ("zh", "zh", "address")]
    assert found["en"] == [("es", "es", "address"), ("zh", "zh", "stated")]
    assert found == links(es, zh, en)


def test_a_page_that_is_not_in_the_edition_is_a_version_with_an_address_alone() -> None:
    en = briefing("en", "en", versions=[Version("fr", url="https://example.org/fr/1"), Version("zh", briefing="zh")])
    zh = briefing("zh", "zh")
    page = LinkedVersion("fr", None, "https://example.org/fr/1", "stated")
    found = link_versions(abridge(en, zh))
    assert found["en"][0] == found["zh"][1] == page


def test_two_briefings_that_state_one_page_are_versions_of_each_other() -> None:
    en = briefing("en", "en", date=None, versions=[Version("fr", url="https://example.org/fr/1")])
    es = briefing("es", "es", date=None, versions=[Version("fr", url="https://example.org/fr/1/")])
    assert links(en, es)["en"][0] == ("es", "es", "address")


def test_one_page_in_two_languages_gives_two_versions() -> None:
    en = briefing("en", "en", date=None, url="https://example.org/1")
    zh = briefing("zh", "zh", date=None, url="https://example.org/1")
    other = briefing("en-2", "en", date=None, url="https://example.org/1")
    assert links(en, zh)["en"] == [("zh", "zh", "address")]
    assert links(en, zh, other) == {}  # three briefings on one page: which belongs to which is not known


@pytest.mark.parametrize(
    ("others", "linked"),
    [
        ([briefing("zh", "zh")], ["zh"]),
        ([briefing("zh", "zh", "qqqqq")], ["zh"]),  # a translation may leave questions out
        ([briefing("zh", "zh", date="2025-05-15")], []),
        ([briefing("zh", "zh", speakers=[TOM])], []),
        ([briefing("zh", "zh", kind="statement", kinds="pp")], []),
        ([briefing("zh", "zh"), briefing("zh-2", "zh")], []),  # which of the two?
        ([briefing("zh", "zh"), briefing("en-2", "en")], []),
        ([briefing("hans", "zh-Hans"), briefing("hant", "zh-Hant")], ["hans", "hant"]),
        ([briefing("gb", "en-GB")], []),  # two printings in one language are no versions
        ([briefing("zh", "zh", speakers=[STRANGER])], ["zh"]),
        ([briefing("zh", "zh", "qqq", speakers=[STRANGER])], []),
        ([briefing("zh", "zh", speakers=[STRANGER]), briefing("zh-2", "zh", "qqq", speakers=[TOM])], []),
    ],
)
def test_a_day_and_a_speaker_link_only_what_is_alone_in_its_language(others: list[Briefing], linked: list[str]) -> None:
    en = briefing("en", "en")
    assert [id for _, id, _ in links(en, *others).get("en", [])] == linked


def test_without_a_registered_speaker_the_evidence_says_so() -> None:
    en, zh = briefing("en", "en"), briefing("zh", "zh", speakers=[STRANGER])
    assert links(en, zh)["zh"] == [("en", "en", "day and exchanges")]


def test_statements_of_one_day_must_be_of_one_length() -> None:
    en = briefing("en", "en", "pp", kind="statement")
    assert links(en, briefing("zh", "zh", "pp", kind="statement"))["en"] == [("zh", "zh", "day and speaker")]
    assert links(en, briefing("zh", "zh", "ppp", kind="statement")) == {}


def test_an_editor_forbids_a_link_from_either_side_for_the_whole_group() -> None:
    en = briefing("en", "en", versions=[Version("zh", briefing="none")])
    zh, es = briefing("zh", "zh"), briefing("es", "es")
    assert links(en, zh) == {}
    assert links(en, zh, es)["en"] == [("es", "es", "day and speaker")]
    assert "zh" not in links(en, zh, es)
    assert messages(en, zh, es) == []


def test_a_stated_version_keeps_the_place_from_an_automatic_one() -> None:
    en = briefing("en", "en", versions=[Version("zh", briefing="right")])
    assert links(en, briefing("right", "zh", date=None), briefing("wrong", "zh"))["en"] == [("zh", "right", "stated")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [briefing("en", "en", versions=[Version("zh", briefing="2025-05-14-zg")]), briefing("2025-05-14-zh", "zh")],
            "content/briefings/en.md: its version “2025-05-14-zg” is no briefing of this edition",
        ),
        (
            [briefing("en", "en", versions=[Version("zh", briefing="es")]), briefing("es", "es")],
            "content/briefings/en.md: its version es is said to be in “zh”, but is in “es”",
        ),
        (
            [briefing("en", "en", versions=[Version("en", briefing="en")])],
            "content/briefings/en.md: states as its version itself",
        ),
        (
            [
                briefing("en", "en", versions=[Version("zh", briefing="zh"), Version("zh", briefing="zh-2")]),
                briefing("zh", "zh"),
                briefing("zh-2", "zh"),
            ],
            "content/briefings/en.md: two versions in “zh”: zh and zh-2",
        ),
        (
            [
                briefing("en", "en", versions=[Version("zh", briefing="zh")]),
                briefing("en-2", "en", versions=[Version("zh", briefing="zh")]),
                briefing("zh", "zh"),
            ],
            "content/briefings/en-2.md: zh can't be its version in “zh”: en-2 and en would both be the one in “en”",
        ),
        (
            [
                briefing("en", "en", versions=[Version("zh", briefing="zh")]),
                briefing("zh", "zh", versions=[Version("en", briefing="en-2")]),
                briefing("en-2", "en"),
            ],
            "content/briefings/en.md: zh can't be its version in “zh”: for “en” it is stated: en-2",
        ),
    ],
)
def test_statements_that_contradict_are_told_with_file_and_hint(rows: list[Briefing], expected: str) -> None:
    assert expected in messages(*rows)


def test_a_missing_version_is_suggested() -> None:
    en = briefing("en", "en", versions=[Version("zh", briefing="2025-05-14-zg")])
    (problem,) = check_versions(abridge(en, briefing("2025-05-14-zh", "zh", date=None)))
    assert problem.hint == "did you mean “2025-05-14-zh”?"


@pytest.mark.parametrize(
    ("mine", "theirs", "pairs"),
    [
        ("aqqn", "aqqn", "a1=a1 q1=q1 q2=q2 n1=n1"),
        ("aqqn", "qq", "q1=q1 q2=q2"),
        ("aqq", "aaqqn", "q1=q1 q2=q2"),
        ("aqq", "aqqq", ""),
        ("ppp", "ppp", "p1=p1 p2=p2 p3=p3"),
        ("ppp", "pp", ""),
        ("a", "n", ""),
    ],
)
def test_sections_correspond_in_number_and_order_or_not_at_all(mine: str, theirs: str, pairs: str) -> None:
    a, b = abridge(briefing("a", "en", mine), briefing("b", "zh", theirs))
    assert " ".join("=".join(pair) for pair in align_sections(a, b)) == pairs
    assert align_sections(b, a) == tuple((y, x) for x, y in align_sections(a, b))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a/b",
        "http://example.org/a/b/",
        "https://www.example.org/a/b#c",
        "HTTPS://Example.ORG:443/a/b",
    ],
)
def test_spellings_of_one_address_are_one(url: str) -> None:
    assert normal_address(url) == "example.org/a/b"


def test_other_addresses_are_others() -> None:
    spellings = ["https://example.org/a", "https://example.org/A", "https://example.org/a?b", "https://example.com/a"]
    assert len({normal_address(url) for url in spellings}) == len(spellings)


def test_thousands_are_linked_in_a_moment() -> None:
    rows = [
        briefing(f"b{i}", "zh" if i % 2 else "en", date=f"20{i % 97:02}-01-{i // 2 % 28 + 1:02}") for i in range(4000)
    ]
    abridged = abridge(*rows)
    begun = time.monotonic()
    link_versions(abridged)
    assert time.monotonic() - begun < 2
