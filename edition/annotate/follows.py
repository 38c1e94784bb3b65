"""Which earlier section a question or an answer itself says that it follows up.

Precision first: only printed words that point back count (“To follow up on the ferry question”, “my earlier question”,
“as I just said”), and only where one section is clearly meant. This module must not link what is merely alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from edition.annotate.speakers import is_follow_up
from edition.annotate.wordlists import words_of
from edition.model import Outlet, Section
from edition.words import fold

_FOLLOW = r"follow(?:ing)?(?:[-‑ ]?up)"
#: What may stand before “follow up” when a questioner speaks of the own question, and nothing else may.
_OPENING = re.compile(
    rf"""^(?:(?:and|so|but|also|yes|ok|okay|well|thanks|thank\syou|sorry|just|quickly|briefly|first|second|secondly|
        actually|if\si\smay|a|one|another|as|on|my|to|quick|brief|short|small|further|the|it|this|that|[’']s|is|
        i|we|i[’']d|i[’']m|i[’']ve|would|like|want|wanted|wish|have|got|had|ask|raise|pose|put|make|add|question|a\scouple\sof|let\sme|let|me|can|could|may|
        might|do|in|going|please)\b[\s,.:;–—-]*)*?
        \b{_FOLLOW}s?\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BACK = re.compile(
    r"""^(?:(?:and|so|but|also|just|to|i|we|i[’']d|i[’']ll|would|like|want|wanted|wish|let|me|can|could|may|if|again|
        please|going|go|come|coming|get|getting|turn|turning|return|returning|circle|circling|jump|step)\b[\s,]*)*?
        \b(?:(?:go|going|come|coming|get|getting|turn|turning|circle|circling|jump|step|^)\s?back\s(?:again\s)?to
          |return(?:ing)?\sto|^back\sto)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_EARLIER = re.compile(
    r"""\b(?:(?P<my>my)\s(?:own\s)?(?:(?:earlier|previous|last|first|initial|original|other|prior)\s)
          (?P<about>(?:[^\W\d_][\w’'-]*\s){0,3}?)question
        |(?:the|your)\s(?:earlier|previous|last|preceding)\s(?P<about2>(?:[^\W\d_][\w’'-]*\s){0,3}?)(?:question|answer)
        |on\sthe\ssame\s(?:topic|subject|issue|question|matter)
        |(?:regarding|about|on|concerning|to)\s(?:the\squestion|what)\s(?:that\s)?
          (?:was\s)?(?:just\s)?(?:asked\s(?:by\s)?)?(?:my\scolleagues?|the\scolleague)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
#: An answer that points to what was said in this very briefing.
_JUST = re.compile(
    r"""\b(?:as\s)?(?:i|we)(?:[’']ve|\shave)?\s
        (?:just(?:\snow)?\s(?:said|mentioned|stated|stressed|noted|pointed\sout|answered|explained|responded|told|talked|
            made\sclear|shared|elaborated|briefed|outlined|spoke|addressed)
        |(?:said|mentioned|stated|stressed|noted|pointed\sout|answered|explained|responded|made\sclear|shared)
            \s(?:just\snow|a\smoment\sago|a\sminute\sago|earlier\s(?:today|in\sthis))
        |already\s(?:answered|responded\sto|addressed)\s(?:this|that|your|the\ssame|a\ssimilar|the|these)\s(?:\w+\s)?question)""",
    re.IGNORECASE | re.VERBOSE,
)
#: An answer that points back without saying where to: more of its wording must stand in the section meant.
_AS_SAID = re.compile(
    r"""\b(?:as|like)\s(?:i|we)(?:[’']ve|\shave|\sdid)?\s(?:said|mentioned|stated|noted|stressed|told\syou|explained|pointed\sout)\b
        |\bcomo\s(?:ya\s)?(?:le\s|les\s)?(?:dije|acabo\sde\sdecir|mencioné|expliqué|comenté)\b""",
    re.IGNORECASE | re.VERBOSE,
)
#: An answer that names a question of this briefing, whatever its wording.
_OF_A_QUESTION = re.compile(
    r"""\bi\s(?:have\s)?(?:just\s)?(?:reiterated|talked\sabout|spoken\sabout|commented\son|touched\s(?:up)?on)\b
            .{0,90}?\bquestion
        |\bwhen\s(?:i\s)?(?:taking|answering|took|answered|responding\sto)\s(?:an?|the|your|another)\s
            (?:earlier|previous|last|relevant|similar|other)?\s?question""",
    re.IGNORECASE | re.VERBOSE,
)
#: Asked first: one of these stands in each such answer.
_JUST_WORDS = (
    "just", "Just", "ago", "earlier", "Earlier", "already", "Already", "As ", "as I ", "as we ", "like ", "Like ",
    "question", "刚", "已", "omo ",
)  # fmt: skip
#: Another day than the briefing's: then nothing of this briefing is meant.
_OTHER_DAY = re.compile(
    r"""\b(?:yesterday|last|previously|the\sother\sday|(?:on|this)\s(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|year
        |before(?=[,.?!]|$)|in\sthe\spast|occasions|of\slate|weeks|many\stimes|repeatedly|ayer|semana|days?\sago|repeated|(?:several|multiple)\stimes)\b
        |昨天|昨日|前天|上周|此前|多次|日前|前几天|近期""",
    re.IGNORECASE | re.VERBOSE,
)
#: A question that takes up what was said: “You just announced …”, “When you mentioned the ferry, …”.
_YOU_SAID = re.compile(
    r"""\b(?:you|the\sspokes(?:person|man|woman)|usted)(?:[’']ve|\shave)?\s(?P<just>just\s(?:now\s)?|acaba\sde\s)?
        (?P<verb>mentioned|mention|said|announced|talked\sabout|spoke\s(?:of|about)|spoken\sof|stated|noted|stressed|referred\sto
            |told\sus|pointed\sout|anunciar|mencionar|decir)\b(?:\s(?:just\snow|earlier|a\smoment\sago))?(?:\s(?:that|que))?
        (?P<rest>[^.;?!]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_ENDS_CITED = re.compile(
    r",\s(?:are|is|do|does|did|can|could|what|how|why|will|would|has|have|when|who|which|so|but|and)\b", re.IGNORECASE
)
#: “in that interview”: something that an earlier question told of.
_THAT_THING = re.compile(
    r"\b(?:in|at|from|of|about|on)\s(?:that|the\ssame)\s(?P<thing>interview|article|report|speech|letter|poll|study|statement)\b",
    re.IGNORECASE,
)
#: Asked first: one of these stands in each question that takes something up.
_CITING_WORDS = (
    "you ",
    "You ",
    "you’",
    "spokes",
    "sted ",
    " that ",
    " same ",
    "刚",
    "追问",
    "跟进",
    "关于",
    "继续",
    "回到",
    "ento a",
    "ndo a",
)
_ZH_ANSWER = re.compile(
    "(?<![你您者人])(?:刚才|刚刚)我?(?:已经?)?(?:就此|对此)?(?:说过?|回答过?|讲过?|表示过?|强调过?|介绍过?|提到过?|谈到?过?)|我(?:刚才|刚刚)|正如我(?:刚才|刚刚|已)"
)
_ZH_QUESTION = re.compile(
    "(?:你|您|发言人)?(?:刚才|刚刚)(?:你|您|发言人)?(?:也|就)?(?:提到|提及|说|表示|介绍|宣布|发布|谈到|讲到|强调)(?:了|的)?(?P<rest>[^。？！]*)"
)
_ZH_BACK = re.compile(
    "(?:跟进|追问|接着|继续|回到|关于)(?:一个|一下)?(?:刚才|上一个|前面|之前)[^。？！，]{0,12}?(?P<rest>[^。？！，]{0,20}?)(?:的)?(?:问题|话题)"
)
_ES_BACK = re.compile(
    r"\b(?:(?:para\s)?dar(?:le)?\sseguimiento\sa|en\sseguimiento\sa|volviendo\sa(?:l)?|regresando\sa(?:l)?|retomando)\s"
    r"(?:la\s|el\s|lo\s)?(?:pregunta|tema|asunto|cuestión)\s(?:de(?:l)?|sobre)\s(?P<rest>[^.;?!,]*)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+")
_ABOUT = re.compile(
    r"^[\s,:–—-]*(?:question|questions|one|issue|query|inquiry)?[\s,]*(?:on|to|about|regarding|with|of|concerning|from)?\s*",
    re.IGNORECASE,
)
_STOPS_TOPIC = re.compile(
    r"[,.;:?!]|\s(?:and (?:can|could|what|how|do|does|is|i)|can you|could you|what|how|do you|does)\b"
)
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_EMPTY = words_of(
    """
    a an the that this these those my your our his her its their question questions issue issues topic subject
    matter answer answers earlier previous last first second other same just on about of to in for with by from and
    or at as is was were are be been i we you it he she they there which who what how when where why will would can
    could do does did has have had not no s t up follow following back go going want like ask asked asking one ones
    here today yesterday china chinese side comment spokesperson minister ministry government said say says news
    report reports point words me so also some any more press briefing just bit little quick regarding statement
    remarks announcement announcements agency el la los las un una de del en por con para que se su sus lo al
    y o es son fue como más pero sobre este esta ese esa usted presidente tema pregunta asunto
    """
)
_ANNOUNCEMENT = re.compile(r"\bannouncements?\b|\bannounced\b", re.IGNORECASE)

#: The part of the words named that a section must have to be the one that is meant.
_LEAST_SHARE = 0.6
#: Runs of this many words that an answer must share with an earlier one for “as I just said” to mean it.
_RUN = 4
#: The same in characters of a Chinese text.
_ZH_RUN = 6
#: Runs in common that an answer needs that does not say that it means this briefing.
_MANY_RUNS = 3


class _Candidate:
    """An earlier section that can be meant; its words are read when they are first asked for."""

    def __init__(self, section: Section, asks: str | None) -> None:
        self.id, self.kind, self.asks = section.id, section.kind, asks
        self._section = section

    @cached_property
    def question(self) -> str:
        """What opens the section."""
        roles = ("question",) if self.kind == "exchange" else ("statement", "answer", "note")
        return _text(self._section, *roles)

    @cached_property
    def said(self) -> str:
        """What the speaker said."""
        answer = _text(self._section, "answer")
        return answer or (self.question if self.kind == "announcement" else "")

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of the question and the heading."""
        return frozenset(_stems(f"{self.question} {self._section.heading or ''}"))

    @cached_property
    def said_words(self) -> frozenset[str]:
        """The telling words of what the speaker said."""
        return frozenset(_stems(self.said))

    @cached_property
    def all_words(self) -> frozenset[str]:
        """The telling words of question and answer."""
        return frozenset(_stems(self.question)) | self.said_words

    @cached_property
    def answer(self) -> tuple[str, ...]:
        """All words of the answer, in order."""
        return tuple(w.lower() for w in _WORD.findall(_text(self._section, "answer")))


class _Earlier:
    """The sections before one, read only when a cue points back: most never are."""

    def __init__(self) -> None:
        self._sections: list[tuple[Section, str | None]] = []
        self._read: list[_Candidate] = []

    def add(self, section: Section, asks: str | None) -> None:
        self._sections.append((section, asks))

    def candidates(self) -> list[_Candidate]:
        """Return all earlier sections, oldest first."""
        for section, asks in self._sections[len(self._read) :]:
            self._read.append(_Candidate(section, asks))
        return self._read


def find_follows(sections: Sequence[Section], outlets: Sequence[Outlet | None]) -> tuple[tuple[str, ...], ...]:
    """Return for each section the ids of the earlier sections that it says it follows up, nearest cue first.

    `outlets[i]` asks in `sections[i]`. Only exchanges follow up; exchanges and announcements can be followed up.
    """
    links: list[tuple[str, ...]] = []
    earlier = _Earlier()
    for section, outlet in zip(sections, outlets, strict=True):
        asks = outlet.id if outlet else None
        found: list[str] = []
        if section.kind == "exchange":
            found = [id for id in (_by_question(section, asks, earlier), _by_answer(section, asks, earlier)) if id]
        links.append(tuple(dict.fromkeys(found)))
        if section.kind in ("exchange", "announcement"):
            earlier.add(section, asks)
    return tuple(links)


def _text(section: Section, *roles: str) -> str:
    return " ".join(p.text for t in section.turns if t.role in roles for p in t.paragraphs if p.kind == "text")


def _stems(text: str) -> list[str]:
    """Return the telling words of a text, each without a plural's ending."""
    words = (w.lower() for w in _WORD.findall(text))
    return [w[:-1] if len(w) > 4 and w.endswith("s") and not w.endswith("ss") else w for w in words if w not in _EMPTY]


def _by_question(section: Section, asks: str | None, earlier: _Earlier) -> str | None:
    """Return the section that the question's first words point at."""
    turn = next((t for t in section.turns if t.role == "question"), None)
    if turn is None or not turn.paragraphs:
        return None
    text = fold(turn.paragraphs[0].text)
    sentences = _SENTENCE.split(text)[:3]
    for sentence in sentences:
        pointed = _pointed(sentence, asks, earlier)
        if pointed is not None:
            return pointed or None
    for sentence in sentences:
        cited = _cited(sentence, earlier)
        if cited:
            return cited
    if is_follow_up(turn.label):
        exchanges = [c for c in earlier.candidates() if c.kind == "exchange"]
        return exchanges[-1].id if exchanges else None
    return None


def _pointed(sentence: str, asks: str | None, earlier: _Earlier) -> str | None:
    """Return the id that a sentence points at, "" where it points at nothing certain, None where it doesn't point."""
    opening = _OPENING.match(sentence)
    back = None if opening else _BACK.match(sentence)
    found = None if opening or back else _EARLIER.search(sentence)
    if not (opening or back or found):
        return None
    pool_of_all = earlier.candidates()
    exchanges = [c for c in pool_of_all if c.kind == "exchange"]
    if opening or back:
        rest = sentence[(opening or back).end() :]  # type: ignore[union-attr]
        about = _ABOUT.sub("", rest, count=1)
        mine = bool(re.match(r"\s*(?:question\s)?(?:on|to|about|of)?\s*my\b", rest, re.IGNORECASE))
        cut = _STOPS_TOPIC.search(about)
        topic = about[: cut.start()] if cut else about
        if back and not re.search(r"\b(?:question|issue|topic|subject|answer|point|announcement|remark)s?\b", topic):
            return None
        wanted = _stems(topic)
        if _ANNOUNCEMENT.search(topic):
            announced = [c for c in pool_of_all if c.kind == "announcement"]
            return _best(wanted, announced) or (announced[0].id if len(announced) == 1 else "")
        pool = [c for c in exchanges if c.asks == asks and asks is not None] if mine else exchanges
        if not wanted or (opening and not _names_a_subject(rest)):
            return pool[-1].id if pool else ""
        return _best(wanted, pool) or (_best(wanted, pool_of_all) if not mine else "") or ""
    if found:
        pool = [c for c in exchanges if c.asks == asks and asks is not None] if found["my"] else exchanges
        wanted = _stems(found["about"] or found["about2"] or "")
        if wanted:
            return _best(wanted, pool)
        return pool[-1].id if pool else ""
    return None


def _cited(sentence: str, earlier: _Earlier) -> str:
    """Return the section whose words a question takes up, "" where none certainly is: silence is better."""
    if not any(word in sentence for word in _CITING_WORDS):
        return ""
    chinese = _ZH_QUESTION.search(sentence) or _ZH_BACK.search(sentence)
    if chinese:
        rest = chinese["rest"]
        announced = "宣布" in chinese[0] or "发布" in chinese[0]
        pool = [c for c in earlier.candidates() if c.said]
        pool = [c for c in pool if c.kind == "announcement"] if announced else pool
        longest, chosen = _ZH_RUN - 3, ""
        for candidate in pool:
            text = candidate.said if "问题" not in chinese[0] else candidate.said + "".join(sorted(candidate.words))
            common = _longest_common(rest, text)
            if common >= longest and common > 3:
                longest, chosen = common, candidate.id
        return chosen or (pool[0].id if announced and len(pool) == 1 else "")
    said = _YOU_SAID.search(sentence)
    if said and not _OTHER_DAY.search(sentence):
        cut = _ENDS_CITED.search(said["rest"])
        wanted = frozenset(_stems(said["rest"][: cut.start()] if cut else said["rest"]))
        pool = earlier.candidates()
        if said["verb"].lower().startswith("an"):
            pool = [c for c in pool if c.kind == "announcement"]
            if len(pool) == 1 and said["just"]:
                return pool[0].id
        # Numbers of words from the tune half of the labelled set; fewer than three words may stand anywhere.
        least = 3 if said["just"] else 4
        scored = [(len(wanted & c.said_words), i) for i, c in enumerate(pool) if c.said]
        shared, at = max(scored, default=(0, 0))
        least -= shared == len(wanted)
        return pool[at].id if shared >= max(least, 3) and shared >= _LEAST_SHARE * len(wanted) else ""
    thing = _THAT_THING.search(sentence)
    if thing and thing["thing"].lower() not in sentence[: thing.start()].lower():
        names = {word.lower() for word in _WORD.findall(sentence) if word[0].isupper()} - _EMPTY
        for candidate in reversed(earlier.candidates()):
            if candidate.kind == "exchange" and thing["thing"].lower() in candidate.words and names & candidate.words:
                return candidate.id
    back = _ES_BACK.search(sentence)
    return _best(_stems(back["rest"]), earlier.candidates()) if back else ""


def _longest_common(text: str, other: str) -> int:
    """Return the length of the longest run of characters (30 at most) that both texts have."""
    longest = 0
    for at in range(min(len(text), 200)):
        while longest < 30 and at + longest < len(text) and text[at : at + longest + 1] in other:
            longest += 1
    return longest


def _names_a_subject(rest: str) -> bool:
    """Whether “on …”, “about …”, “to …” comes after the cue: else what follows is the new question itself."""
    return bool(
        re.match(r"\s*(?:question|questions|one)?\s*(?:on|to|about|regarding|with|of|concerning|from)\b", rest, re.I)
    )


def _best(wanted: Sequence[str], pool: Sequence[_Candidate]) -> str:
    """Return the nearest of the candidates with most of the wanted words in the question; "" where none has enough."""
    asked = frozenset(wanted)
    if not asked or not pool:
        return ""
    for words in ("words", "all_words"):
        scored = [(len(asked & getattr(c, words)) / len(asked), i) for i, c in enumerate(pool)]
        share, at = max(scored)
        if share >= _LEAST_SHARE:
            return pool[at].id
    return ""


def _by_answer(section: Section, asks: str | None, earlier: _Earlier) -> str | None:
    """Return the section that “as I just said” means: the one whose answer has the same wording, nearest first."""
    answer = _text(section, "answer")
    if not any(word in answer for word in _JUST_WORDS):
        return None
    sentences = _SENTENCE.split(fold(answer), maxsplit=3)[:3]
    just = any(
        _JUST.search(sentence) or _ZH_ANSWER.search(sentence) or _OF_A_QUESTION.search(sentence)
        for sentence in sentences
    )
    if not just and not any(_AS_SAID.search(sentence) and not _OTHER_DAY.search(sentence) for sentence in sentences):
        return None
    chinese = _HAN.search(answer) is not None
    mine = tuple(answer) if chinese else tuple(w.lower() for w in _WORD.findall(answer))
    run = _ZH_RUN if chinese else _RUN
    runs = {mine[i : i + run] for i in range(len(mine) - run + 1)}
    if not just and not chinese:  # what everybody says in every answer proves nothing
        runs = {r for r in runs if sum(len(word) > 3 and word not in _EMPTY for word in r) > 1}
    best, chosen = 0, None
    for candidate in earlier.candidates():
        words = tuple(candidate.said) if chinese else candidate.answer or tuple(sorted(candidate.words))
        shared = len(runs & {words[i : i + run] for i in range(len(words) - run + 1)})
        if shared >= max(best, 2 if just else _MANY_RUNS):
            best, chosen = shared, candidate.id
    if chosen is None and not chinese:
        # “I just reiterated our position on the ferry when taking an earlier question”
        cue = next((s for s in sentences if _OF_A_QUESTION.search(s)), "")
        about = re.search(r"\b(?:on|about)\s(.*?)(?:\bwhen\b|\bin\b|$)", cue)
        wanted = _stems(about[1]) if about else []
        chosen = _best(wanted, [c for c in earlier.candidates() if c.kind == "exchange"]) if len(wanted) > 2 else None
    return chosen or None
