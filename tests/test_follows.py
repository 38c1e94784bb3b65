"""A section follows another only where printed words say so and one section is clearly meant."""

from __future__ import annotations

import pytest

from edition.annotate.follows import find_follows
from edition.model import Outlet, Paragraph, Section, Turn

POST = Outlet("harbour-post", "Harbour Post")
WIRE = Outlet("marenia-wire", "Marenia Wire")
DAILY = Outlet("norway-daily", "Norway Daily")

OPENING = Section(
    "a1",
    "announcement",
    None,
    (Turn("statement", None, (Paragraph("a1.1", "Minister Lund will visit the lighthouse."),)),),
)


def exchange(id: str, question: str, answer: str = "We will see.", label: str = "Q") -> Section:
    return Section(
        id,
        "exchange",
        None,
        (
            Turn("question", label, (Paragraph(f"{id}.1", question),)),
            Turn("answer", "A", (Paragraph(f"{id}.2", answer),)),
        ),
    )


FERRY = exchange("q1", "Will the ferry to Norway sail?", "The ferry sails when the wind allows it and not before.")
HERRING = exchange("q2", "What of the herring quota?", "The quota is for the council.")
STRIKE = exchange("q3", "Are there strikes at the port?", "I have seen no strike.")


def follows(
    question: str, answer: str = "We will see.", label: str = "Q", asks: Outlet | None = POST
) -> tuple[str, ...]:
    last = exchange("q4", question, answer, label)
    return find_follows((OPENING, FERRY, HERRING, STRIKE, last), (None, POST, WIRE, DAILY, asks))[-1]


@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("To follow up on the ferry question, who pays?", "q1"),
        ("It’s a follow-up question about the strikes at the port. Who pays?", "q3"),
        ("I’d like to follow up on the herring issue. Who pays?", "q2"),
        ("Just a quick follow-up on that. Who pays?", "q3"),
        ("A follow-up: who pays?", "q3"),
        ("I wish to raise a follow-up question on the herring quota. Who pays?", "q2"),
        ("To follow up on the announcement that Minister Lund will visit, who pays?", "a1"),
        ("I want to go back to my ferry question. Who pays?", "q1"),
        ("Going back to the herring question, who pays?", "q2"),
        ("My earlier question was about something else. Who pays?", "q1"),
        ("On the same topic, who pays?", "q3"),
    ],
)
def test_printed_cues_point_back(question: str, target: str) -> None:
    assert follows(question) == (target,)


@pytest.mark.parametrize(
    "question",
    [
        "How will Marenia follow up on the ferry agreement?",
        "Will the ministry follow up the case of the ferry?",
        "The minister said he would go back to Norway. Who pays?",
        "The ferry to Norway is late again. Who pays?",
        "Follow the ferry: who pays?",
        "To follow up on the comet question, who pays?",
        "The council met to follow up on the herring quota. Who pays?",
    ],
)
def test_silence_where_nothing_points_back(question: str) -> None:
    assert follows(question) == ()


def test_my_question_is_one_of_the_same_outlet() -> None:
    assert follows("I want to go back to my question. Who pays?", asks=WIRE) == ("q2",)
    assert follows("I want to go back to my question. Who pays?", asks=Outlet("x", "X")) == ()


def test_a_label_that_says_follow_up_means_the_exchange_before() -> None:
    assert follows("Does that mean this week?", label="Follow-up", asks=None) == ("q3",)
    assert find_follows((OPENING, exchange("q1", "And?", label="Follow-up")), (None, None))[-1] == ()


def test_an_answer_that_repeats_itself_names_the_section_by_its_wording() -> None:
    said = "As I just said, the ferry sails when the wind allows it and not before."
    assert follows("And the boats?", said) == ("q1",)
    assert follows("And the boats?", "As I just said, we have nothing new for you on that matter.") == ()
    assert follows("And the boats?", "The ferry sails when the wind allows it and not before.") == ()


def test_only_exchanges_follow() -> None:
    notice = Section("n1", "notice", None, (Turn("statement", None, (Paragraph("n1.1", "A follow-up to that."),)),))
    assert find_follows((FERRY, notice), (POST, None)) == ((), ())


ANNOUNCED = exchange("q1", "And the budget?", "The lighthouse will be painted in bright red colours before the winter.")


@pytest.mark.parametrize(
    ("question", "answer", "target"),
    [
        ("You just announced that Minister Lund will visit the lighthouse. When?", "We will see.", "a1"),
        ("When you mentioned the bright red colours of the lighthouse, are you saying it was grey?", "Yes.", "q1"),
        ("Just now you said the lighthouse will be painted before the winter. By whom?", "By us.", "q1"),
        ("And now?", "Like I said, the lighthouse will be painted in bright red colours.", "q1"),
    ],
)
def test_what_was_just_said_or_announced_is_taken_up(question: str, answer: str, target: str) -> None:
    last = exchange("q3", question, answer)
    assert find_follows((OPENING, ANNOUNCED, HERRING, last), (None, POST, WIRE, DAILY))[-1] == (target,)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("You said yesterday that the lighthouse will be painted in bright red colours. By whom?", "By us."),
        ("You mentioned the comet. What of it?", "Nothing."),
        ("And now?", "Like I said last week, the lighthouse will be painted in bright red colours."),
        ("And now?", "As I said, we have nothing to add to it for you today."),
        ("The council announced a fair. When?", "In May."),
    ],
)
def test_what_was_said_on_another_day_is_not(question: str, answer: str) -> None:
    last = exchange("q3", question, answer)
    assert find_follows((OPENING, ANNOUNCED, HERRING, last), (None, POST, WIRE, DAILY))[-1] == ()


def test_follow_ups_in_chinese() -> None:
    first = exchange("q1", "灯塔何时粉刷？", "关于灯塔，我没有可以提供的信息，请向港务局了解。", "问")
    second = exchange("q2", "渡轮何时开航？", "渡轮由港务局安排。", "问")
    again = exchange("q3", "什么颜色？", "我刚才说过了，我没有可以提供的信息。", "问")
    own = exchange("q3", "渡轮已经停航。你对此有何看法？", "你刚才提到的渡轮由港务局安排。", "问")
    cited = exchange("q3", "你刚才说渡轮由港务局安排，能否说明？", "可以。", "问")
    nobody = (None, None, None)
    assert find_follows((first, second, again), nobody, "zh")[-1] == ("q1",)
    assert find_follows((first, second, own), nobody, "zh")[-1] == ()
    assert find_follows((first, second, cited), nobody, "zh")[-1] == ("q2",)


CALLS = exchange("q2", "And the herring?", "The quota is for the council. Go ahead, Brenna.")


@pytest.mark.parametrize(
    ("question", "answer", "target"),
    [
        # Whose question it was, by outlet and by who was called upon.
        ("To follow up on Harbour Post’s question, who pays?", "We will see.", ("q1",)),
        ("On the question from Norway Daily: who pays?", "We will see.", ("q3",)),
        ("Who pays?", "I spoke of it while answering the question from Harbour Post.", ("q1",)),
        (
            "Who pays?",
            "It is early. Much is open. Nobody knows. I said so in my answer to Harbour Post’s question.",
            ("q1",),
        ),
        ("On the question from the Comet Courier: who pays?", "We will see.", ()),
        # What is said after the cue tells where it was said, whatever else the answer says.
        ("And now?", "The council meets. Like I just said, the ferry sails when the wind allows it.", ("q1",)),
        ("Is it settled?", "I have already answered a similar question yesterday.", ()),
        ("Who pays?", "As we have said all along, the ferry sails when the wind allows it and not before.", ()),
        ("Just to sort of follow up on the strikes at the U.S. port, who pays?", "We will see.", ("q3",)),
    ],
)
def test_whose_question_and_which_words(question: str, answer: str, target: tuple[str, ...]) -> None:
    assert follows(question, answer, asks=None) == target


def test_a_journalist_who_was_called_upon() -> None:
    last = exchange("q4", "To follow up on Brenna’s question, who pays?")
    nobody = (None, None, None, None)
    assert find_follows((FERRY, CALLS, STRIKE, last), nobody)[-1] == ("q3",)
    unasked = exchange("q4", "To follow up on Tove’s question, who pays?")
    assert find_follows((FERRY, CALLS, STRIKE, unasked), nobody)[-1] == ()


@pytest.mark.parametrize(
    "question", ["Como segundo tema, la feria.", "Otro tema: la feria.", "On a different subject: the fair."]
)
def test_a_label_that_carries_on_with_another_subject_follows_nothing(question: str) -> None:
    assert follows(question, label="Interlocutora", asks=None) == ()
    assert follows("Pero la feria, ¿cuándo?", label="Interlocutora", asks=None) == ("q3",)


def test_what_names_its_subject_counts_before_what_does_not() -> None:
    asked = "A quick follow-up and another question. The follow-up is on the ferry question. Who pays?"
    assert follows(asked.replace("The follow-up is", "A follow-up")) == ("q1",)
    assert follows("A quick follow-up and another question. Who pays?") == ("q3",)


def test_a_common_phrase_is_no_repetition() -> None:
    said = "We spoke to our friends and neighbours, and to the council of the isles."
    again = "As I mentioned, on the price we are watching. Our friends and neighbours, and the port, know it."
    last = exchange("q2", "And the price?", again)
    assert find_follows((exchange("q1", "Who helps?", said), last), (None, None))[-1] == ()


def test_of_two_sections_with_as_much_in_common_the_nearest_is_meant_in_every_process() -> None:
    # The order of a set is another one in each process, and so are rounded sums in its order: many sets of words.
    for n in range(20):
        both = [f"{word}{n}" for word in ("anchor", "buoy", "canal", "dock", "estuary", "fjord")]
        trees = [f"{word}{n}" for word in ("alder", "ash", "beech")]
        birds = [f"{word}{n}" for word in ("crow", "dove", "duck")]
        rarer = [
            exchange(f"q{i}", "And?", f"We have {' '.join((*both[i:], *trees[i:], *birds[i:]))}.") for i in range(6)
        ]
        near = [exchange(words[0], "Which?", f"{' '.join((*both, *words))}.") for words in (trees, birds)]
        last = exchange("last", "And now?", f"As I just said {' '.join((*both, *trees, *birds))}.")
        sections = (*rarer[1:], *near, last)
        assert find_follows(sections, (POST,) * len(sections))[-1] == (birds[0],)
