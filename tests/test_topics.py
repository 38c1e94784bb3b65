"""Topics: cues of the vocabulary weighed by place; few, ordered, silent when unsure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edition.annotate.topics import TopicFinder, make_topic_finder
from edition.authorities import read_authorities
from edition.model import Cue, Paragraph, Section, Topic, Turn


def topic(id: str, *cues: tuple[str, float] | tuple[str, float, str]) -> Topic:
    return Topic(id, id, cues=tuple(Cue(c[0], c[1], c[2] if len(c) == 3 else "en") for c in cues))


def section(question: str, answer: str = "", heading: str | None = None) -> Section:
    turns = [Turn("question", "Q", (Paragraph("q1.1", question),))]
    if answer:
        turns.append(Turn("answer", "A", (Paragraph("q1.2", answer),)))
    return Section("q1", "exchange", heading, tuple(turns))


@pytest.fixture
def finder() -> TopicFinder:
    return make_topic_finder(
        [
            topic("sea", ("fishing quota", 4), ("trawler", 3), ("ferr*", 3), ("pesca", 4, "es"), ("渔业", 4, "zh")),
            topic("health", ("WHO", 4), ("vaccine", 3), ("AI", 0.5)),
            topic("sky", ("comet", 4), ("night sky", 3), ("sky", 1)),
            topic("all", ("X-Ray", 5, "")),
        ]
    )


def test_whole_words_plurals_and_beginnings(finder: TopicFinder) -> None:
    assert finder.find(section("Two trawlers collided."), "en") == ("sea",)
    assert finder.find(section("The ferries collided."), "en") == ("sea",)
    assert finder.find(section("The trawlerman collided."), "en") == ()


def test_capitals_count_only_in_capitals(finder: TopicFinder) -> None:
    assert finder.find(section("Will the WHO come?"), "en") == ("health",)
    assert finder.find(section("Who will come, and who will not?"), "en") == ()


def test_languages_are_kept_apart_and_unknown_ones_are_no_error(finder: TopicFinder) -> None:
    assert finder.find(section("La pesca es libre."), "es-MX") == ("sea",)
    assert finder.find(section("La pesca es libre."), "en") == ()
    assert finder.find(section("渔业问题如何？"), "zh-Hans") == ("sea",)
    assert finder.find(section("The trawler sank."), "xx") == ()
    assert finder.find(section("An x-ray and an X-Ray."), "xx") == ("all",)


def test_a_longer_cue_is_not_counted_twice(finder: TopicFinder) -> None:
    assert dict(finder.scores(section("x.", "The night sky."), "en")) == {"sky": 3.0}


def test_a_question_and_its_first_sentence_weigh_more(finder: TopicFinder) -> None:
    asked = dict(finder.scores(section("A comet? And why?"), "en"))["sky"]
    answered = dict(finder.scores(section("Well? And why?", "A comet."), "en"))["sky"]
    assert asked > answered > 0


def test_saying_it_again_counts_less(finder: TopicFinder) -> None:
    once = dict(finder.scores(section("x.", "comet"), "en"))["sky"]
    thrice = dict(finder.scores(section("x.", "comet comet comet"), "en"))["sky"]
    assert once < thrice < 2 * once


def test_topics_are_ordered_by_weight_and_weak_ones_left_out(finder: TopicFinder) -> None:
    text = section("The fishing quota, the trawler and the comet?", "The ferry. An AI.")
    assert finder.find(text, "en") == ("sea", "sky")
    assert finder.find(section("An AI?"), "en") == ()


def test_the_default_vocabulary_has_the_ids_that_the_contract_names(shared: Path) -> None:
    gold = json.loads((shared / "gold" / "topics.json").read_text(encoding="utf-8"))["topics"]
    authorities, problems = read_authorities(None)
    assert not problems
    assert {t.id for t in authorities.topics} == {t["id"] for t in gold}
    for entry in authorities.topics:
        assert entry.scope_note
        assert {"es", "zh"} <= {code for code, _ in entry.labels}, entry.id
        assert {"en", "es", "zh"} <= {cue.language for cue in entry.cues}, entry.id
    told = {t["scope_note"] for t in gold}
    assert not told & {t.scope_note for t in authorities.topics}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "An earthquake shook the hills of Marenia last night. How many rescue teams are on the way?",
            "aid-disaster-relief",
        ),
        ("Will travellers from Norway need a visa from May?", "visas-travel"),
        ("The two ministers agreed on lower tariffs. When do the trade talks go on?", "trade-economy"),
        ("Hackers stole letters of the port. Was it a cyberattack?", "cybersecurity"),
        ("How are the glaciers doing after the climate conference?", "climate-environment"),
        ("¿Cuándo llegan las vacunas contra la epidemia?", "health"),
    ],
)
def test_default_cues_on_plain_questions(question: str, expected: str) -> None:
    authorities, _ = read_authorities(None)
    finder = make_topic_finder(authorities.topics)
    assert finder.find(section(question), "es" if question.startswith("¿") else "en")[:1] == (expected,)
