"""Which briefings a changed register can touch: however its names are printed, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edition.annotate.reach import MOST, compare_registers
from edition.model import (
    AnnotatedSection,
    Authorities,
    Briefing,
    Mark,
    Office,
    Outlet,
    Paragraph,
    Person,
    Place,
    Section,
    Source,
    Speaker,
    Topic,
    Transcript,
    Turn,
)

NOTHING = Authorities(places=(Place("NO", "norway", "country", "Norway"),))


def briefing(text: str, label: str = "Q", attributes: tuple[tuple[str, str], ...] = (), mark: str = "") -> Briefing:
    marks = (Mark(0, 1, "entity", mark),) if mark else ()
    turn = Turn("question", label, (Paragraph("q1.1", text, marks=marks),))
    section = Section("q1", "exchange", None, (turn,), attributes=attributes)
    transcript = Transcript(
        "a", "press-conference", "Briefing", "2025-05-14", "en", (), Source("a", "0" * 64, "plain"), (section,)
    )
    return Briefing(transcript, (), (AnnotatedSection(section),))


def touches(entry: Speaker | Outlet | Place | Person, found: Briefing, ids: tuple[str, ...] = ()) -> bool:
    family = {Speaker: "speakers", Outlet: "outlets", Place: "places", Person: "persons"}[type(entry)]
    more = replace(NOTHING, **{family: (*getattr(NOTHING, family), entry)})
    added, gone = compare_registers(NOTHING, more), compare_registers(more, NOTHING)
    assert added is not None
    assert gone is not None
    assert added.touch(found, ids) == gone.touch(found, ids)
    return added.touch(found, ids)


POST = Outlet("harbour-post", "Harbour Post", "The Harbour Post of Northport", ("HP",))
LUND = Person("kari-lund", "Kari Lund", ("Lúnd the Elder",))
HALVARD = Speaker("ines-halvard", "Ines Halvard", offices=(Office("Deputy Keeper of Lamps"),))
GUINEA = Place("GW", "guinea-bissau", "country", "Guinea-Bissau", adjectives=(("en", ("Bissau-Guinean",)),))


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (POST, briefing("The lamp burns, wrote the Harbour Post.")),
        (POST, briefing("The lamp burns.", "HARBOUR  POST reporter")),
        (POST, briefing("The lamp burns.", "H arbour P ost")),
        (POST, briefing("The lamp burns.", "Radio & HarbourPost")),
        (POST, briefing("H P: the lamp burns.")),
        (POST, briefing("As H.P. wrote.")),
        (POST, briefing("The lamp burns.", attributes=(("outlet", "harbour-post"),))),
        (POST, briefing("The lamp burns.", mark="outlet:harbour-post")),
        (LUND, briefing("Minister Lund came.")),
        (LUND, briefing("Minister Lu\u0301nd came.")),
        (LUND, briefing("Kari\u2019s lamp burns.")),
        (HALVARD, briefing("The lamp burns.", "The Deputy Keeper of Lamps")),
        (HALVARD, briefing("The lamp burns.", "halvard")),
        (GUINEA, briefing("A ship from Guinea Bissau.")),
        (GUINEA, briefing("A bissau-guinean ship.")),
    ],
)
def test_a_name_is_seen_however_it_is_printed(entry: Speaker | Outlet | Place | Person, found: Briefing) -> None:
    assert touches(entry, found)


@pytest.mark.parametrize("entry", [POST, LUND, HALVARD, GUINEA])
def test_other_words_and_parts_of_words_are_left_alone(entry: Speaker | Outlet | Place | Person) -> None:
    found = briefing("The harbour keeper, whom blunders and posters vex, said guineas were paid.", "Radio")
    assert not touches(entry, found)
    assert touches(entry, found, (entry.id,))


def test_what_may_touch_any_briefing_is_said_to() -> None:
    lamps = Topic("lamps", "Lamps")
    assert compare_registers(NOTHING, replace(NOTHING, topics=(lamps,))) is None
    assert compare_registers(NOTHING, replace(NOTHING, not_places=(("en/names", ("Norway Times",)),))) is None
    named = replace(NOTHING.places[0], names=(("de", "Norwegen"),))
    assert compare_registers(NOTHING, replace(NOTHING, places=(named,))) is None
    many = tuple(Outlet(f"outlet-{n}", f"Outlet {n}") for n in range(MOST + 1))
    assert compare_registers(NOTHING, replace(NOTHING, outlets=many)) is None
    unchanged = compare_registers(NOTHING, NOTHING)
    assert unchanged is not None
    assert not unchanged.touch(briefing("Norway"), ("NO",))
