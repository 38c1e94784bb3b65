"""The language of a briefing: told by its words on 149 short texts of our own, never wrongly; what a page says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from edition.importing.languages import _SIMPLIFIED, _TRADITIONAL, choose_language, tell_language
from edition.interface import direction_of

FIXTURE = Path(__file__).parent / "fixtures" / "importing" / "languages.tsv"
TEXTS = [line.split("\t") for line in FIXTURE.read_text(encoding="utf-8").splitlines()]


def test_a_certain_language_is_the_right_one_and_most_first_choices_are() -> None:
    """One sentence each, so many are not certain; what is certain must be right, without exception."""
    told = [(wanted, tell_language(text), text) for wanted, text in TEXTS]
    assert len(told) >= 120
    assert len({wanted for wanted, _, _ in told}) >= 50
    assert [(wanted, found) for wanted, found, _ in told if found.certain and found.language != wanted] == []
    right = sum(found.language == wanted for wanted, found, _ in told)
    assert right >= 144
    assert sum(found.certain for _, found, _ in told) >= 116


@pytest.mark.parametrize("language", sorted({language for language, _ in TEXTS}))
def test_all_sentences_of_a_language_together_are_told(language: str) -> None:
    sentences = [text for each, text in TEXTS if each == language]
    found = tell_language(" ".join(sentences))
    assert found.language == language if len(sentences) > 2 else not found.certain or found.language == language


def test_what_is_too_short_or_in_no_known_language_is_not_certain() -> None:
    for text in ("", "Ship.", "12:30", "Σ", "Wszystko", "qwx zvb kjl " * 30, "😀 😀", "ABC DEF"):
        found = tell_language(text)
        assert not found.certain or found.language == "el", text


def test_quotations_in_another_language_do_not_decide() -> None:
    english = "The ferry is late and the bridge is wet, and that is all that we have for you on it. " * 4
    assert tell_language(english + "“Министр ответил на вопросы журналистов о погоде.”").language == "en"
    assert tell_language(english + "“海岸警卫队昨天在海上会面。”").language == "en"
    assert tell_language("海岸警卫队昨天在海上会面，讨论渡轮安全问题。The ferry is late. " * 3).language == "zh-Hans"


def test_chinese_is_told_by_the_characters_of_one_way_to_write_it() -> None:
    assert len(_SIMPLIFIED) == len(_TRADITIONAL) >= 50
    assert not set(_SIMPLIFIED) & set(_TRADITIONAL)
    assert tell_language("山水火土日月").language == "zh"
    # a name in the other way of writing does not turn a text
    assert tell_language("我们昨天在这个港口见到了陳國華，他说渡轮会来。").language == "zh-Hans"


@pytest.mark.parametrize(
    ("text", "said", "default", "language", "doubt"),
    [
        ("海岸警卫队昨天发布了关于渡轮的报告。", None, "en", "zh-Hans", ""),
        ("海岸警卫队昨天发布了关于渡轮的报告。", "zh-CN", "en", "zh-CN", ""),
        ("海岸警卫队昨天发布了关于渡轮的报告。", "zh", "en", "zh-Hans", ""),
        ("海岸警卫队昨天发布了关于渡轮的报告。", None, "zh", "zh", ""),
        ("海岸警卫队昨天发布了关于渡轮的报告。", None, "zh-Hant", "zh-Hans", ""),
        ("海岸警卫队昨天发布了关于渡轮的报告。", "en", "en", "zh-Hans", "its page says that its language is “en”"),
        ("The boat is here and the bridge is not.", "en-GB", "es", "en-GB", ""),
        ("Ship.", "nb", "en", "nb", ""),
        ("Ship.", None, "nn", "nn", ""),
        ("Hvala vam što ste došli, Ana.", None, "bs", "bs", ""),
        ("Noćni trajekt ponovno plovi, a lučki ured to je rekao.", None, "en", "en", "its language is not certain"),
    ],
)
def test_the_page_comes_first_then_certain_words_then_the_edition(
    text: str, said: str | None, default: str, language: str, doubt: str
) -> None:
    found, why = choose_language(text, said, default)
    assert found == language
    assert why.startswith(doubt)
    assert bool(why) == bool(doubt)


def test_languages_written_from_the_right_give_pages_their_direction() -> None:
    for wanted, text in TEXTS:
        if wanted in ("ar", "fa", "he", "ps", "ur"):
            assert direction_of(tell_language(text).language) == "rtl"
    assert direction_of("sr-Latn") == direction_of("zh-Hant") == "ltr"


def test_telling_takes_about_a_millisecond_whatever_the_length() -> None:
    text = " ".join(text for _, text in TEXTS) * 100
    started = time.perf_counter()
    for _ in range(20):
        tell_language(text)
    assert time.perf_counter() - started < 20 * 0.02
