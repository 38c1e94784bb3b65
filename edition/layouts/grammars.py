"""Traditions of transcripts: the words by which each marks its turns, and which of them a document follows.

A tradition is chosen by counting paragraphs over the whole document. This module must not read a turn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from edition.layouts.cues import TONGUES
from edition.layouts.parts import Line, word_set
from edition.layouts.turns import ENGLISH, Grammar
from edition.words import label_key

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_ASKED = re.compile(r"(?:QUESTION|REPORTER|JOURNALIST|CORRESPONDENT|PRESS)\s*[:：]")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]")
_BEFORE_COLON = re.compile(r"([^:：]{1,60}?)\s*[:：]")

CHINESE = Grammar(
    questions=word_set("问 問 记者 記者 提问 q"),
    answers=word_set("答 发言人 發言人 答复 a"),
    follow_ups=re.compile(r"(?:.{1,26}(?:记者|記者)|该名?|同一)?(?:记者|記者)?(?:继续)?追[问問]"),
    after=re.compile(r".{0,8}(?:会|會)(?:后|後).{0,16}(?:问|問|提问)"),
    notice=re.compile(
        r"例行(?:记者会|記者會).{0,40}(?:休会|暂停|恢复|照常|提前|推迟|改为|调整)|(?:休会|暂停).{0,40}例行(?:记者会|記者會)"
        r"|^(?:感谢|谢谢)(?:大家|各位).{0,8}(?:出席|参加)|^(?:明天|下周[一二三四五]?)见[。！]?$"
    ),
    roles=frozenset(),
    particles=frozenset(),
    not_labels=word_set(
        "第一 第二 第三 第四 第五 首先 其次 再次 最后 一是 二是 三是 四是 一 二 三 四 五 注 备注 附件 附 来源 编者按 "
        "更正 另外 此外 同时 例如 比如 即 强调 指出 表示"
    ),
    shape=re.compile(r"[^，,。；;？?！!“”\"…（）()\[\]【】<>=*|\s][^，,。；;？?！!“”\"…（）()\[\]【】<>=*|]{0,27}"),
    asker=re.compile(r".{1,26}(?:记者|記者)|(?:外国|该)?(?:记者|記者)(?:追问|问)?"),
    name=re.compile(
        r"[\u3400-\u4dbf\u4e00-\u9fff]{2,4}|[\u3400-\u4dbf\u4e00-\u9fff]{1,8}·[\u3400-\u4dbf\u4e00-\u9fff]{1,8}"
    ),
)

#: “Q” with no colon, and whoever speaks in capital letters: the White House, and offices that copied it.
CAPITALS = replace(ENGLISH, bare=re.compile(r"(Q)[:.]?(?=\s)\s*(?!&)(.+)", re.S), capitals=True)


#: The further languages: the English rules with their own words.
_OF_TONGUES = tuple(
    replace(
        ENGLISH,
        questions=t.questions,
        answers=t.answers,
        carries_on=t.follow_ups,
        voices=t.voices,
        roles=ENGLISH.roles | t.roles,
        particles=ENGLISH.particles | t.particles,
    )
    for t in TONGUES
)


def choose_grammar(paragraphs: Sequence[Line], standing: frozenset[int] = frozenset()) -> Grammar:
    """Return the tradition that the paragraphs follow: the Chinese one where at least three of ten letters are Han;
    the one of capitals where “Q” opens paragraphs without a colon (more than once, or beside labels in capitals) and
    oftener than with one, or where questions are labelled in capitals (“QUESTION:”) as speakers are; else the language
    whose words for questions and answers open the most paragraphs, English where none has more. `standing`: the numbers
    of the lines that are labels by themselves.
    """
    if standing:
        alone = [line.text for line in paragraphs if line.number in standing]
        grammar = _most_labels([label_key(_REMARK.sub("", text)) for text in alone])
        return replace(grammar, capitals=2 * sum(1 for text in alone if text.isupper()) > len(alone))
    sample = " ".join(line.text for line in paragraphs[:200])[:40_000]
    if len(_HAN.findall(sample)) * 10 >= 3 * max(1, len(_LETTER.findall(sample))):
        return CHINESE
    bare = CAPITALS.bare
    opened = sum(1 for line in paragraphs if bare and bare.fullmatch(line.text) and line.text[1] not in ":.")
    colon = sum(1 for line in paragraphs if line.text.startswith(("Q:", "Q :")))
    capitals = sum(1 for line in paragraphs if _in_capitals(line.text))
    if opened > colon and (opened > 1 or capitals > 1) and capitals:
        return CAPITALS
    asked = sum(1 for line in paragraphs if _ASKED.match(line.text))
    if asked and capitals > asked:
        return CAPITALS
    return _most_labels([label_key(found[1]) for line in paragraphs if (found := _BEFORE_COLON.match(line.text))])


def _most_labels(keys: Sequence[str]) -> Grammar:
    """Return the grammar whose words for who asks and who answers are most of `keys`; English where none has more."""
    counts = Counter(keys)

    def count(grammar: Grammar) -> int:
        words = grammar.questions | grammar.answers | grammar.carries_on | grammar.voices
        return sum(n for key, n in counts.items() if key in words)

    return max((ENGLISH, *_OF_TONGUES), key=count)


def _in_capitals(text: str) -> bool:
    label, colon, _ = text[:80].partition(":")
    return bool(colon) and label.isupper() and len(_LETTER.findall(label)) > 2
