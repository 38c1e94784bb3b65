"""Labels become speakers and outlets; what no register knows is kept and told."""

from __future__ import annotations

import pytest

from edition.annotate.speakers import LabelReader, is_follow_up, make_label_reader, names_nobody, outlet_key
from edition.model import Office, Outlet, Paragraph, Role, Section, SectionKind, Source, Speaker, Transcript, Turn

HALVARD = Speaker("ines-halvard", "Ines Halvard", ("I. Halvard",), names=(("zh", "伊内斯"),))
LUND = Speaker("per-lund", "Per Lund", offices=(Office("Harbour Minister", "2021", "2023-04"),))
MOSS = Speaker("ada-moss", "Ada Moss", offices=(Office("Harbour Minister", "2023-05", None),))
POST = Outlet("harbour-post", "Harbour Post", "The Harbour Post of Northport", ("H.P.",))
WIRE = Outlet("marenia-wire", "MW", "Marenia Wire", ("北港通讯社",))


@pytest.fixture
def reader() -> LabelReader:
    return make_label_reader([HALVARD, LUND, MOSS], [POST, WIRE])


def exchange(number: int, *turns: tuple[Role, str | None], kind: SectionKind = "exchange") -> Section:
    made = tuple(
        Turn(role, label, (Paragraph(f"q{number}.{n}", "The ferry sails."),), line=10 * number + n)
        for n, (role, label) in enumerate(turns, 1)
    )
    return Section(f"q{number}", kind, None, made)


def transcript(
    *sections: Section, speakers: tuple[str, ...] = ("ines-halvard",), date: str = "2024-03-04"
) -> Transcript:
    source = Source("a.txt", "0" * 64, "plain")
    return Transcript(
        "x", "press-conference", "A briefing", date, "en", speakers, source, sections, file="content/x.md"
    )


def test_a_known_label_is_read_without_case_spaces_quotes_and_article(reader: LabelReader) -> None:
    for label in ("Harbour Post", "The Harbour Post", "H arbour P ost", "HARBOUR POST", "“Harbour Post”", "H.P."):
        outlet = reader.outlet(label)
        assert outlet == POST, label
    assert reader.outlet("《北港通讯社》记者") == WIRE
    assert reader.outlet("Harbour Post reporter") == POST
    assert outlet_key("The Sea") != ""


def test_a_label_of_two_known_outlets_is_one_joint_outlet(reader: LabelReader) -> None:
    joint = reader.outlet("Harbour Post&MW")
    assert joint is not None
    assert (joint.id, joint.name, joint.known) == ("harbour-post-marenia-wire", "Harbour Post & MW", True)
    assert reader.outlet("Harbour Post & Somebody") is None


@pytest.mark.parametrize(
    "label", ["Q", "Question", "Follow-up", "Journalist clarifies", "问", "追问", "记者", "PREGUNTA", None]
)
def test_labels_that_name_nobody(label: str | None) -> None:
    assert names_nobody(label)


def test_only_labels_that_say_so_are_follow_ups() -> None:
    assert is_follow_up("Follow-up")
    assert is_follow_up("追问")
    assert not is_follow_up("Q")
    assert not is_follow_up("Harbour Post")
    assert not is_follow_up(None)


def test_anonymous_questions_are_answered_by_the_first_speaker(reader: LabelReader) -> None:
    got = reader.read(
        transcript(exchange(1, ("question", "Q"), ("answer", "A")), exchange(2, ("question", None), ("answer", None)))
    )
    assert got.sections == ((None, (None, HALVARD)), (None, (None, HALVARD)))
    assert got.problems == ()


def test_titles_do_not_make_another_person_and_a_family_name_is_enough(reader: LabelReader) -> None:
    got = reader.read(
        transcript(
            exchange(1, ("question", "MW"), ("answer", "Minister Kono")),
            exchange(2, ("question", "MW"), ("answer", "Foreign Minister Tom Kono")),
            exchange(3, ("question", "MW"), ("answer", "TOM  KONO")),
            exchange(4, ("question", "MW"), ("answer", "Tom Kono, Foreign Minister")),
        )
    )
    answers = {voices[1] for _, voices in got.sections}
    assert [s.id for s in answers if s] == ["tom-kono"]
    assert [s.id for s in got.speakers] == ["ines-halvard", "tom-kono"]


def test_the_same_office_is_another_person_at_another_time(reader: LabelReader) -> None:
    def answers(date: str) -> Speaker | None:
        briefing = transcript(exchange(1, ("question", "MW"), ("answer", "Harbour Minister")), date=date)
        return reader.read(briefing).sections[0][1][1]

    assert answers("2023-04-30") == LUND
    assert answers("2023-05-01") == MOSS


def test_an_unknown_outlet_needs_no_entry_and_is_told_once_with_its_place(reader: LabelReader) -> None:
    got = reader.read(
        transcript(
            exchange(1, ("question", "Harbor Post Weekly"), ("answer", "Ines Halvard")),
            exchange(2, ("question", "Harbor Post Weekly"), ("answer", "Ines Halvard")),
        )
    )
    outlet = got.sections[1][0]
    assert outlet == Outlet("harbor-post-weekly", "Harbor Post Weekly", known=False)
    assert [str(p) for p in got.problems] == [
        "content/x.md:11: note: unknown label “Harbor Post Weekly”\n    did you mean “Harbour Post”?"
    ]


def test_an_unknown_speaker_is_kept_with_a_suggestion(reader: LabelReader) -> None:
    got = reader.read(transcript(exchange(1, ("question", "MW"), ("answer", "Ines Halvart"))))
    speaker = got.sections[0][1][1]
    assert speaker is not None
    assert (speaker.id, speaker.name, speaker.known) == ("ines-halvart", "Ines Halvart", False)
    assert "did you mean “Ines Halvard”?" in str(got.problems[0])


def test_labels_in_capitals_are_shown_as_names(reader: LabelReader) -> None:
    got = reader.read(
        transcript(exchange(1, ("question", "Q"), ("answer", "MS. O’DELL-BERG")), speakers=("Rosa O’Dell-Berg",))
    )
    assert got.sections[0][1][1] == Speaker("rosa-odell-berg", "Rosa O’Dell-Berg", known=False)
    other = reader.read(transcript(exchange(1, ("question", "Q"), ("answer", "MR. VANN")))).sections[0][1][1]
    assert other is not None
    assert other.name == "Vann"


def test_an_id_in_the_front_matter_that_no_register_knows_gets_its_name_from_a_label() -> None:
    empty = make_label_reader([], [])
    got = empty.read(
        transcript(exchange(1, ("question", "Q"), ("answer", "Spokesperson Odd Næss")), speakers=("odd-naess",))
    )
    assert got.speakers == (Speaker("odd-naess", "Odd Næss", known=False),)
    assert got.problems == ()


def test_a_statement_without_label_is_nobodys_in_a_press_conference(reader: LabelReader) -> None:
    got = reader.read(transcript(exchange(1, ("statement", None), kind="announcement")))
    assert got.sections == ((None, (None,)),)
