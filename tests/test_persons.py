"""People are found by the titles beside their names, under the fullest printed form, and never guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edition.annotate.persons import PersonFinder, bare_name, strip_titles
from edition.model import Paragraph, Person, Section, Source, Transcript, Turn


def transcript(*texts: str) -> Transcript:
    sections = tuple(
        Section(f"q{n}", "passage", None, (Turn("statement", None, (Paragraph(f"q{n}.1", text),)),))
        for n, text in enumerate(texts, 1)
    )
    return Transcript("x", "other", "A text", None, "en", (), Source("a.txt", "0" * 64, "plain"), sections)


def named(*texts: str, finder: PersonFinder | None = None) -> list[list[str]]:
    found = (finder or PersonFinder([], ["Marenia", "Marenian", "Norway", "Panama", "South Cape"])).find(
        transcript(*texts)
    )
    return [[m.person.name for m in found.get(f"q{n}.1", ())] for n in range(1, len(texts) + 1)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Norwegian Prime Minister Kari Lund-Holm will come.", ["Kari Lund-Holm"]),
        ("It was Foreign Minister Wei An who signed.", ["Wei An"]),
        ("Harbour Commission Chairperson Omar Ali Yusuf said so.", ["Omar Ali Yusuf"]),
        ("President Ilse van der Meer’s speech was short.", ["Ilse van der Meer"]),
        ("Minister of Fisheries Tove Brandt opened the pier.", ["Tove Brandt"]),
        ("Vice Premier of the State Council He Anfeng left.", ["He Anfeng"]),
        ("President of Panama José Vega sent a letter.", ["José Vega"]),
        ("The ambassador, Lena Ruud, thanked the crew.", ["Lena Ruud"]),
        ("Lena Ruud, a senior research fellow at the Sea Institute, agreed.", ["Lena Ruud"]),
        ("Lena Ruud, spokesperson for the port, agreed.", ["Lena Ruud"]),
        ("Prime Minister K.P. Sundar Olin arrived.", ["K.P. Sundar Olin"]),
        ("Two sailors, the Norwegian citizens Jon Berg and Ole Dahl, were found.", ["Jon Berg", "Ole Dahl"]),
        ("Outgoing Marenian president Joe Vann waved.", ["Joe Vann"]),
        ("A man who asked to be identified as Zhou said so.", ["Zhou"]),
        ("Prime Minister Roe will visit.", ["Roe"]),
        ("Assistant Secretary of Defence Panama Jones spoke.", ["Panama Jones"]),
        ("At Blue Village, President Joe Vann spoke.", ["Joe Vann"]),
    ],
)
def test_names_beside_titles(text: str, names: list[str]) -> None:
    assert named(text) == [names]


@pytest.mark.parametrize(
    "text",
    [
        "The Prime Minister’s Office moved on Monday.",
        "Foreign Minister Meeting rooms are small.",
        "The General Assembly met. Secretary General duties rest.",
        "The Foreign Ministry spokesperson. He said nothing.",
        "Marenia, the chair of the group, and South Cape, a member of it, agreed.",
        "The Minister said that the President would come on Friday.",
        "They met at Harbour House, the seat of the government.",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert named(text) == [[]]


def test_the_fullest_printed_form_of_the_briefing_counts() -> None:
    assert named("Prime Minister Vann came.", "Marenian Prime Minister Joe Vann left.", "Mr. Vann slept.") == [
        ["Joe Vann"],
        ["Joe Vann"],
        ["Joe Vann"],
    ]


def test_a_title_elsewhere_makes_a_person_of_a_full_name() -> None:
    assert named("Joe Vanner has written to the port.", "Did Mr. Vanner sign?") == [["Joe Vanner"], ["Joe Vanner"]]


def test_the_first_word_of_a_sentence_makes_no_given_name() -> None:
    assert named("Meanwhile Vanner left. It is meanwhile dark.", "Did Mr. Vanner sign?") == [["Vanner"], ["Vanner"]]


def test_a_family_name_alone_counts_once_the_section_has_named_the_person() -> None:
    assert named("Minister Tove Li spoke. Li laughed.", "Li is a river as well.") == [["Tove Li", "Tove Li"], []]


def test_two_people_of_one_name_are_not_mixed_up() -> None:
    assert named(
        "Minister Tove Brandt spoke.", "Minister Jon Brandt spoke. Brandt left.", "Then Minister Brandt came."
    ) == [
        ["Tove Brandt"],
        ["Jon Brandt", "Jon Brandt"],
        [],
    ]


def test_the_register_names_the_person_and_confirms() -> None:
    vann = Person("joe-vann", "Joseph Vann", ("Joe Vann",), status="confirmed")
    finder = PersonFinder([vann], [])
    found = finder.find(transcript("Joe Vann came; nobody gave a title."))
    assert [m.person for m in found["q1.1"]] == [vann]
    assert [(m.start, m.end) for m in found["q1.1"]] == [(0, 8)]


def test_a_register_in_another_script() -> None:
    vann = Person("joe-vann", "Joe Vann", ("乔万",), status="confirmed")
    found = PersonFinder([vann], []).find(transcript("部长乔万今天到访。"))
    assert [(m.start, m.end, m.person.id) for m in found["q1.1"]] == [(2, 4, "joe-vann")]


def test_offsets_are_those_of_the_text() -> None:
    text = "“We wait,” said President Ana  de la Cruz, and President Ana de la Cruz left."
    found = PersonFinder([], []).find(transcript(text))["q1.1"]
    assert [text[m.start : m.end] for m in found] == ["Ana  de la Cruz", "Ana de la Cruz"]
    assert {m.person.name for m in found} == {"Ana de la Cruz"}


def test_titles_are_taken_off_labels() -> None:
    assert strip_titles("Foreign Minister Tom Roe") == "Tom Roe"
    assert strip_titles("Minister of Fisheries Tom Roe") == "Tom Roe"
    assert strip_titles("Tom Roe, Foreign Minister") == "Tom Roe"
    assert strip_titles("MS. ROE") == "ROE"
    assert bare_name("MS. ROE-BERG") == "Roe-Berg"
    assert strip_titles("Foreign Minister") == "Foreign Minister"
    assert strip_titles("TOM ROE (BY VIDEO)") == "TOM ROE"


def chinese(*texts: str, finder: PersonFinder | None = None) -> list[list[str]]:
    read = replace(transcript(*texts), language="zh")
    found = (finder or PersonFinder([], ["俄罗斯", "意大利", "韩国", "马里"])).find(read)
    return [[m.person.name for m in found.get(f"q{n}.1", ())] for n in range(1, len(texts) + 1)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("外交部副部长郑海宁和总干事贝尔托夫出席开幕式。", ["郑海宁", "贝尔托夫"]),
        ("罗森巴赫总统将会见曹毅国务委员。", ["罗森巴赫", "曹毅"]),
        ("俄罗斯科维奇总统昨天发表讲话。", ["科维奇"]),
        ("意大利总理在韩国总统府。", []),
        ("马里总统称港口已经开放。", []),
        ("部长安全抵达，主席国表示欢迎，大使馆开放。", []),
        ("首相田中大介表示支持。", ["田中大介"]),
        ("乔·凯尔森部长到访。凯尔森部长说港口很美。", ["乔·凯尔森", "乔·凯尔森"]),
        ("关于何安峰女士一案，我们已多次表明立场。", ["何安峰"]),
    ],
)
def test_names_beside_titles_in_chinese(text: str, names: list[str]) -> None:
    assert chinese(text) == [names]


def test_a_chinese_name_found_once_is_found_in_all_sections() -> None:
    assert chinese("外交官康海明在港口。", "是否允许对康海明进行探视？") == [["康海明"], ["康海明"]]


def test_a_name_of_the_register_inside_a_longer_foreign_name_is_not_the_person() -> None:
    kerri = Person("kerri", "Kerri Roe", ("克里",))
    assert chinese("克里米亚的港口", "克里说港口已开放。", finder=PersonFinder([kerri], ["克里米亚"])) == [
        [],
        ["Kerri Roe"],
    ]


def test_a_family_name_in_the_register_means_its_person_alone() -> None:
    vann = Person("joe-vann", "Joe Vann", ("Vann",))
    finder = PersonFinder([vann], [])
    assert named("President Vann came.", "Minister Ana Vann left.", finder=finder) == [["Joe Vann"], ["Ana Vann"]]
    assert named("President Vanner came.", finder=finder) == [["Vanner"]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("El canciller Tomás Roel llegó ayer.", ["Tomás Roel"]),
        ("El presidente de Panamá, José Vega, agradeció la visita.", ["José Vega"]),
        ("La secretaria de Pesca, Ana Lugo Ríos, respondió.", ["Ana Lugo Ríos"]),
        ("Gracias, presidente. Buenos días a todos.", []),
        ("La presidenta de México habló con el director de Puertos.", []),
    ],
)
def test_names_beside_titles_in_spanish(text: str, names: list[str]) -> None:
    finder = PersonFinder([], ["Panamá", "México"])
    found = finder.find(replace(transcript(text), language="es"))
    assert [m.person.name for m in found.get("q1.1", ())] == names


def test_a_given_name_before_a_surname_needs_no_title() -> None:
    finder = PersonFinder([], ["Marenia", "Monaco"], ["Tove", "Lisa", "Rose", "José", "Hans"])

    def names(text: str) -> list[str]:
        return [n for found in named(text, finder=finder) for n in found]

    assert names("We spoke to Tove Brandt yesterday.") == ["Tove Brandt"]
    assert names("The Director of Scheduling Tove Brandt and Lisa Monaco came.") == ["Tove Brandt", "Lisa Monaco"]
    assert names("Hans Salazar y José Moreno llegaron.") == ["Hans Salazar", "José Moreno"]
    # A garden, a saint's town, a word that begins a sentence, a longer name, shouting: nobody.
    for text in (
        "They met in the Rose Garden.",
        "Rose Harbour lies in Marenia.",
        "They sailed to San José Harbour.",
        "The Great Lisa Harbour opens.",
        "LISA MORE THAN EVER",
        "Lisa Marenia Fisheries Corporation",
    ):
        assert names(text) == [], text


def test_a_surname_that_is_a_title_too() -> None:
    assert named("Foreign Minister Julie Bishop came.") == [["Julie Bishop"]]
    assert named("They met Julie Bishop Lund.") == [[]]


def test_an_office_of_somebodys_congress() -> None:
    text = "Chairperson of the Council of the Marenian People’s Congress Shen Brandt came."
    assert named(text) == [["Shen Brandt"]]
    text = "Minister of Foreign Affairs Yldiz Brandt-Roe, and others, came."
    assert named(text) == [["Yldiz Brandt-Roe"]]


def test_a_chinese_title_inside_what_looks_like_a_name() -> None:
    assert chinese("主席派特使出席。") == [[]]
