"""Traditions of transcripts: the words by which each marks its turns, and which of them a document follows.

A tradition is chosen by counting paragraphs over the whole document. This module must not read a turn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from edition.layouts.cues import TONGUES, Tongue
from edition.layouts.parts import Line, word_set
from edition.layouts.turns import ENGLISH, Grammar
from edition.words import label_key

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_ASKED = re.compile(r"(?:QUESTION|QUESTIONER|INTERVIEWER|REPORTER|JOURNALIST|CORRESPONDENT|PRESS)\s*[:：]")
_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
_BEFORE_COLON = re.compile(r"([^:：]{1,60}?)\s*[:：]|([^\W\d_]{1,12})\s?\.?\s?[-–—]\s|[【（]([^】）]{1,30})[】）]")

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
CAPITALS = replace(ENGLISH, bare=re.compile(r"(Q\.?):?(?=\s)\s*(?!&)(.+)", re.S), capitals=True)


#: “Q.” and “A.” with no colon, in ordinary letters.
_DOTTED = replace(ENGLISH, bare=re.compile(r"([QA]\.)\s+(\S.*)", re.S))


def _grammar_of(tongue: Tongue) -> Grammar:
    """Return the English rules with the words of another language."""
    words = "|".join(
        sorted({"Q", "R", "A", *(w for w in _DASHED if label_key(w) in tongue.questions | tongue.answers)})
    )
    bare = (
        r"([【（<〈\[][^】）>〉\]]{1,30}[】）>〉\]])\s*(\S.*)"
        if tongue.bracketed
        else rf"((?:{words})\s?\.?\s?[-–—])\s+(\S.*)"
    )
    return replace(
        ENGLISH,
        questions=tongue.questions,
        answers=tongue.answers,
        carries_on=tongue.follow_ups,
        voices=tongue.voices,
        roles=ENGLISH.roles | tongue.roles,
        particles=ENGLISH.particles | tongue.particles,
        prefixes=tongue.prefixes,
        asker=re.compile(tongue.asker) if tongue.asker else None,
        name=re.compile(r"[^\W\d_][^:：]{1,40}") if tongue.caseless else None,
        bare=re.compile(bare, re.S),
    )


#: Words that stand before a dash in place of a colon: “Question - ”, “R. - ”.
_DASHED = ("Question", "Réponse", "Pregunta", "Respuesta", "Pergunta", "Resposta", "Frage", "Antwort", "Domanda",
    "Risposta", "Вопрос", "Ответ", "P", "F", "D")  # fmt: skip
_OF_TONGUES = tuple(map(_grammar_of, TONGUES))
_SMALL_WORDS = {
    ENGLISH: word_set("the of and to is"),
    **dict(zip(_OF_TONGUES, (t.particles for t in TONGUES), strict=True)),
}


def _holders(words_of: Callable[[Grammar], frozenset[str]]) -> dict[str, frozenset[Grammar]]:
    """Return word → the grammars of languages that have it among `words_of` them."""
    found: dict[str, set[Grammar]] = {}
    for grammar in (ENGLISH, *_OF_TONGUES):
        for word in words_of(grammar):
            found.setdefault(word, set()).add(grammar)
    return {word: frozenset(holders) for word, holders in found.items()}


#: The key of a label, or of its first word → the languages whose label it may be.
_BY_WORD = _holders(lambda g: g.questions | g.answers | g.carries_on | g.voices)
_BY_PREFIX = _holders(lambda g: g.prefixes)
_BY_SMALL_WORD = _holders(_SMALL_WORDS.__getitem__)
#: So many characters show in which language a text is.
_WORDS_SAMPLE = 10_000


def choose_grammar(paragraphs: Sequence[Line], standing: frozenset[int] = frozenset()) -> Grammar:
    """Return the tradition that the paragraphs follow: the Chinese one where at least three of ten letters are Han;
    the one of capitals where “Q” opens paragraphs without a colon (more than once, or beside labels in capitals) and
    oftener than with one, or where questions are labelled in capitals (“QUESTION:”) as speakers are; else the language
    whose words for questions and answers open the most paragraphs, English where none has more. `standing`: the numbers
    of the lines that are labels by themselves.
    """
    sample = " ".join(line.text for line in paragraphs[:200])[:40_000]
    if standing:
        alone = [line.text for line in paragraphs if line.number in standing]
        grammar = _most_labels([_REMARK.sub("", text) for text in alone], sample)
        return replace(grammar, capitals=2 * sum(1 for text in alone if text.isupper()) > len(alone))
    if _EAST.search(sample):
        if _is_chinese(sample):
            return CHINESE
        letters = max(1, len(_LETTER.findall(sample)))
        for code, script in (("ja", _KANA), ("ko", _HANGUL)):
            if len(script.findall(sample)) * 10 >= letters:
                return _OF_TONGUES[[t.code for t in TONGUES].index(code)]
    bare = CAPITALS.bare
    opened = sum(1 for line in paragraphs if bare and bare.fullmatch(line.text) and line.text[1] not in ":.")
    colon = sum(1 for line in paragraphs if line.text.startswith(("Q:", "Q :")))
    capitals = sum(1 for line in paragraphs if _in_capitals(line.text))
    if opened > colon and (opened > 1 or capitals > 1) and capitals:
        return CAPITALS
    asked = sum(1 for line in paragraphs if _ASKED.match(line.text))
    # “Q:” and “Q.” stand in many traditions; beside “MR. ROE:” they are this one's.
    shouted = bare is not None and any(bare.fullmatch(line.text) for line in paragraphs) and _with_role(paragraphs)
    if (asked and capitals > asked) or shouted:
        return CAPITALS
    if sum(1 for line in paragraphs if line.text.startswith("Q. ")) > 1 and any(
        line.text.startswith("A. ") for line in paragraphs
    ):
        return _DOTTED
    found = (_BEFORE_COLON.match(line.text) for line in paragraphs)
    labels = [m[1] or m[2] or m[3] for m in found if m]
    grammar = _most_labels(labels, sample)
    if grammar is ENGLISH or 2 * sum(1 for x in labels if x.split() and x.split()[-1].isupper()) <= len(labels):
        return grammar
    return replace(grammar, capitals=True)


def _is_chinese(sample: str) -> bool:
    han = len(_HAN.findall(sample))
    if not han:
        return False
    letters = len(_LETTER.findall(sample))
    return len(_KANA.findall(sample)) * 10 < letters and han * 10 >= 3 * letters


def _most_labels(labels: Sequence[str], sample: str) -> Grammar:
    """Return the grammar whose words for who asks and who answers are most of `labels`; where two languages share the
    word (“Question”), the one whose small words are more of the `sample`; English where none has more.
    """
    counts = Counter((label_key(label), label_key(label.split()[0])) for label in labels if label.strip())

    known: Counter[Grammar] = Counter(dict.fromkeys((ENGLISH, *_OF_TONGUES), 0))
    for (key, first), n in counts.items():
        for grammar in _BY_WORD.get(key, frozenset()) | _BY_PREFIX.get(first, frozenset()):
            known[grammar] += n
    most = max(known.values())
    best = [grammar for grammar, n in known.items() if n == most]
    if len(best) == 1:
        return best[0]
    scores = dict.fromkeys(best, 0)
    for word, n in Counter(sample[:_WORDS_SAMPLE].casefold().split()).items():
        for grammar in _BY_SMALL_WORD.get(word, ()):
            if grammar in scores:
                scores[grammar] += n
    return max(best, key=scores.__getitem__)


def _with_role(paragraphs: Sequence[Line]) -> bool:
    """Return whether at least two paragraphs begin with a label in capitals that has an office or a form of address."""
    labels = [line.text.partition(":")[0] for line in paragraphs if _in_capitals(line.text)]
    return sum(1 for label in labels if any(label_key(w) in ENGLISH.roles for w in label.split())) > 1


def _in_capitals(text: str) -> bool:
    label, colon, _ = text[:80].partition(":")
    return bool(colon) and label.isupper() and len(_LETTER.findall(label)) > 2
