"""Which earlier section a question or an answer itself says that it follows up.

Precision first: only printed words that point back count (“To follow up on the ferry question”, “my earlier question”,
“as I just said”), and only where one section is clearly meant. This module must not link what is merely alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import fsum
from typing import Final

from edition.annotate.speakers import is_follow_up
from edition.annotate.tokens import FOLDED, Memo, Tokens, split_tokens
from edition.annotate.wordlists import words_of
from edition.model import Outlet, Paragraph, Role, Section
from edition.words import fold

_FOLLOW = r"follow(?:ing)?(?:[-‑ ]?up)"
#: What may stand before “follow up” when a questioner speaks of the own question, and nothing else may.
_OPENING = re.compile(
    rf"""^(?:(?:and|so|but|also|yes|ok|okay|well|thanks|thank\syou|sorry|just|quickly|briefly|first|second|secondly|
        actually|really|if\si\smay|(?:sort|kind)\sof|a|one|another|as|on|my|to|quick|brief|short|small|further|the|it|
        this|that|[’']s|is|
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
        |(?:the|your)\s(?:earlier|previous|last|preceding)\s(?P<about2>(?:[^\W\d_][\w’'-]*\s){0,3}?)
          (?:question|answer|response|reply)
        |(?:on|about)\sthe\ssame\s(?:topic|subject|issue|question|matter)
        |(?:regarding|about|on|concerning|to)\s(?:the\squestion|what)\s(?:that\s)?
          (?:was\s)?(?:just\s)?(?:asked\s(?:by\s)?)?(?:my\scolleagues?|the\scolleague)\b
        |\b(?:my|the)\scolleagues?(?:[’']s?)?\s(?:just\s|earlier\s)?(?:asked|mentioned|question))""",
    re.IGNORECASE | re.VERBOSE,
)
#: An answer that points to what was said in this very briefing.
_JUST = re.compile(
    r"""\b(?:my|our)\s(?:earlier|previous|last)\s(?:answer|response|reply|remarks)
        |\bas\s(?:just\s)?(?:said|mentioned|stated|noted)\s(?:just\snow|earlier|above|a\smoment\sago)
        |\b(?:as\s)?(?:i|we)(?:[’']ve|\shave)?\s
        (?:just(?:\snow)?\s(?:said|mentioned|stated|stressed|noted|pointed\sout|answered|explained|responded|told|talked|
            made\sclear|shared|elaborated|briefed|outlined|spoke|addressed)
        |(?:said|mentioned|stated|stressed|noted|pointed\sout|answered|explained|responded|made\sclear|shared)
            \s(?:just\snow|a\smoment\sago|a\sminute\sago|earlier\s(?:today|in\sthis))
        |(?:just|already)\s(?:took|taken)\s(?:this|that|the\ssame|a\ssimilar)\s(?:\w+\s)?question
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
        |\b(?:when|while|in)\s(?:i\s)?(?:taking|answering|took|answered|responding\sto|(?:my\s)?(?:answer|response)\sto)\s
            (?:an?|the|your|another|(?:[^\W\d_][\w-]*\s){0,4}?[^\W\d_][\w-]*[’']s?)\s
            (?:earlier|previous|last|relevant|similar|other)?\s?question""",
    re.IGNORECASE | re.VERBOSE,
)
#: Whose question is meant: “the question from CNN”, “Brian’s question”.
_WHOSE = re.compile(
    r"""\bquestions?\s(?:just\snow\s|earlier\s)?(?:from|by|of|(?:raised|asked|put|posed)\sby)\s
          (?:(?:your|my|the)\s(?:colleague|journalist|reporter|correspondent)s?\s(?:from|of|with)\s)?(?P<who>.{2,60})
        |(?P<whose>[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,4})[’']s?\s(?:earlier\s|previous\s|last\s)?question""",
    re.VERBOSE,
)
#: What a question is said to be about.
_SUBJECT = re.compile(r"(?<=\s)(?:on|about|regarding|concerning|that)\s([^,.;?!]{3,90})", re.IGNORECASE)
#: A second subject: who carries on with one follows up nothing.
_OTHER_SUBJECT = re.compile(
    r"""\b(?:segund[oa]|otr[oa]|tercer[oa]?|nuev[oa]|diferente|distint[oa])\s(?:tema|asunto|pregunta|cuestión|punto)\b
        |\b(?:tema|asunto)\s(?:diferente|distinto|aparte)\b|\bcambiando\sde\stema\b|\bpor\sotr[oa]\s(?:lado|parte)\b
        |\b(?:another|different|second|separate|new|unrelated)\s(?:topic|subject|issue|question|matter|note)\b
        |\bseparately\b|\bmoving\son\b|\bchang(?:e|ing)\s(?:the\s)?(?:topic|subject)s?\b
        |另一个问题|另外一个问题|第二个问题|换个话题""",
    re.IGNORECASE | re.VERBOSE,
)
#: Another day than the briefing's: then nothing of this briefing is meant.
_OTHER_DAY = re.compile(
    r"""\b(?:yesterday|last|previously|the\sother\sday|(?:on|this)\s(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|year
        |before(?=[,.?!]|$)|in\sthe\spast|occasions|of\slate|all\salong|for\s(?:some|a\slong)\stime|weeks|many\stimes|repeatedly|ayer|semana|days?\sago|repeated|(?:several|multiple)\stimes)\b
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
_THINGS = ("interview", "article", "report", "speech", "letter", "poll", "study", "statement")
#: “in that interview”: something that an earlier question told of.
_THAT_THING = re.compile(
    rf"\b(?:in|at|from|of|about|on)\s(?:that|the\ssame)\s(?P<thing>{'|'.join(_THINGS)})\b",
    re.IGNORECASE,
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
#: What words tell of a question or an answer, so that most are read no further: that it may follow up, go back, name an
#: earlier question, take up what “you” said, speak of a thing told of before, or say that something was said already.
_FOLLOWS, _GOES_BACK, _NAMES, _CITES, _THING, _JUST_NOW, _AS, _ASKED = (1 << place for place in range(8))
_TELLING = {
    _FOLLOWS: words_of("follow following followup"),
    _GOES_BACK: words_of("back return returning"),
    _NAMES: words_of("question questions answer response reply same colleague colleagues"),
    _CITES: words_of("you usted spokesperson spokesman spokeswoman 刚 追 跟 接 继 回 关"),
    _THING: frozenset(_THINGS) | words_of("seguimiento volviendo regresando retomando"),
    _JUST_NOW: words_of("just ago earlier previous already above last 刚 已 正"),
    _AS: words_of("as like como"),
    _ASKED: words_of("question"),
}
_SAYING = words_of(
    "mentioned mention said announced talked spoke spoken stated noted stressed referred told pointed anunciar "
    "mencionar decir"
)
#: Each of the cues of `_EARLIER` holds one of these, and each of `_JUST` one of those.
_OF_EARLIER = ("question", "answer", "response", "reply", "same", "colleague")
_OF_JUST = ("just", "ago", "earlier", "previous", "already", "above", "last")
#: What comes after “as” and “como” where somebody says that it has been said.
_AS_WHO = words_of("i we ya le les dije acabo mencione mencioné explique expliqué comente comenté")


def _tell(word: str) -> int:
    low = word.lower()
    return sum(bit for bit, words in _TELLING.items() if low in words)


OPENINGS: Final = Memo(_tell)
#: White space after what ends a sentence. It begins with the space, which is found faster than what is before it.
_SENTENCE = re.compile(r"\s(?<=[.!?。！？]\s)(?<![A-Z]\.\s)(?<!\b[MD][rs]\.\s)\s*")
_ABOUT = re.compile(
    r"^[\s,:–—-]*(?:question|questions|one|issue|query|inquiry)?[\s,]*(?:on|to|about|regarding|with|of|concerning|from)?\s*",
    re.IGNORECASE,
)
_STOPS_TOPIC = re.compile(
    r"[,;:?!]|(?<![A-Z])\.|\s(?:and (?:can|could|what|how|do|does|is|i)|can you|could you|what|how|do you|does)\b"
)
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
#: Runs in common that an answer needs that does not say that it means this briefing: eight words in a row, or several
#: shorter passages. What allies and partners have in common is not the one section that is meant.
_MANY_RUNS = 5
#: Words and marks of a sentence that only calls upon somebody.
_LONGEST_CALL = 10


class _Candidate:
    """An earlier section that can be meant; its words are read when they are first asked for."""

    def __init__(self, section: Section, asks: Outlet | None, tokens: Mapping[str, Tokens]) -> None:
        self.id, self.kind, self.asks = section.id, section.kind, asks
        self._section, self._tokens = section, tokens
        asking: tuple[Role, ...] = ("question",) if self.kind == "exchange" else ("statement", "answer", "note")
        self._asking = asking

    @cached_property
    def said(self) -> str:
        """What the speaker said."""
        answer = _text(self._section, "answer")
        return answer or (_text(self._section, *self._asking) if self.kind == "announcement" else "")

    @cached_property
    def _question(self) -> frozenset[str]:
        return frozenset(self._stems(*self._asking))

    @cached_property
    def words(self) -> frozenset[str]:
        """The telling words of the question and the heading."""
        return self._question | frozenset(_stems(self._section.heading or ""))

    @cached_property
    def said_words(self) -> frozenset[str]:
        """The telling words of what the speaker said."""
        words = frozenset(self._stems("answer"))
        return words or (self._question if self.kind == "announcement" and self.said else words)

    @cached_property
    def all_words(self) -> frozenset[str]:
        """The telling words of question and answer."""
        return self._question | self.said_words

    def runs_in(self, chinese: bool) -> Iterator[tuple[str, ...]]:
        """Return the runs of words in the answer, in a Chinese text of characters in what the speaker said."""
        return _runs(tuple(self.said), _ZH_RUN) if chinese else _runs(self._answer, _RUN)

    @cached_property
    def _answer(self) -> tuple[str, ...]:
        return _words_said(self._section, self._tokens)

    @cached_property
    def called(self) -> frozenset[str]:
        """The words of a short last sentence: “Go ahead, Brian.” calls upon who asks next."""
        last = [word for p in self._section.paragraphs[-1:] for word in self._tokens[p.id].raw][-_LONGEST_CALL:]
        ends = [i for i, word in enumerate(last[:-1]) if word in ".?!"]
        call = last[ends[-1] + 1 :] if ends else last if len(last) < _LONGEST_CALL else []
        return frozenset(call if len(call) < 7 and call[-1:] != ["?"] else ())

    def _stems(self, *roles: Role) -> Iterator[str]:
        for paragraph in _paragraphs(self._section, *roles):
            yield from filter(None, map(_STEM.__getitem__, self._tokens[paragraph.id].raw))


class _Earlier:
    """The sections before one, read only when a cue points back: most never are."""

    def __init__(self, tokens: Mapping[str, Tokens], language: str) -> None:
        self._sections: list[tuple[Section, Outlet | None]] = []
        self._read: list[_Candidate] = []
        self.tokens, self.language = tokens, language

    def add(self, section: Section, asks: Outlet | None) -> None:
        self._sections.append((section, asks))

    def candidates(self) -> list[_Candidate]:
        """Return all earlier sections, oldest first."""
        for section, asks in self._sections[len(self._read) :]:
            self._read.append(_Candidate(section, asks, self.tokens))
        return self._read

    def exchanges(self, asks: Outlet | None = None) -> list[_Candidate]:
        """Return the earlier exchanges, those of one outlet where `asks` is given."""
        found = [c for c in self.candidates() if c.kind == "exchange"]
        return found if asks is None else [c for c in found if c.asks is not None and c.asks.id == asks.id]

    def of_whom(self, sentence: str) -> str:
        """Return the exchange of whom a sentence names: an outlet that asked, or a journalist who was called upon.

        Where they asked more than once, it is the exchange with most of the words that the sentence has after it.
        """
        found = _WHOSE.search(sentence) if "question" in sentence else None
        if not found:
            return ""
        words = found["who"] or found["whose"]
        askers = {c.asks.id: c.asks for c in self.exchanges() if c.asks is not None}
        named = [outlet for outlet in askers.values() if _names_outlet(words, outlet)]
        if len(named) > 1 or (not named and not found["whose"]):
            return ""
        pool = self.exchanges(named[0]) if named else self._called(found["whose"])
        subject = _SUBJECT.search(sentence, found.end() if found["whose"] else found.start("who"))
        wanted = frozenset(_stems(subject[1])) if subject else frozenset()
        shared = [(len(wanted & c.all_words), i) for i, c in enumerate(pool)]
        most, at = max(shared, default=(0, -1))
        return pool[at].id if pool and (most or not wanted) else ""

    def _called(self, name: str) -> list[_Candidate]:
        """Return the exchanges of a journalist: from the one before which the name was called to the next call."""
        found: list[_Candidate] = []
        asking = False
        for before, here in zip(self.candidates(), self.candidates()[1:], strict=False):
            if before.called:
                asking = name in before.called
            if asking and here.kind == "exchange":
                found.append(here)
        return found


def _names_outlet(words: str, outlet: Outlet) -> bool:
    """Whether words begin with a name of an outlet."""
    for form in (outlet.name, outlet.full_name, *outlet.aliases):
        bare = form.removeprefix("The ")
        rest = words.removeprefix("the ").removeprefix("The ")
        if bare and rest.startswith(bare) and not rest[len(bare) : len(bare) + 1].isalnum():
            return True
    return False


def find_follows(
    sections: Sequence[Section],
    outlets: Sequence[Outlet | None],
    language: str = "en",
    tokens: Mapping[str, Tokens] | None = None,
) -> tuple[tuple[str, ...], ...]:
    """Return for each section the ids of the earlier sections that it says it follows up, nearest cue first.

    `outlets[i]` asks in `sections[i]`. Only exchanges follow up; exchanges and announcements can be followed up.
    `language`: BCP 47. `tokens`: each paragraph read, by its id, where that is done already.
    """
    links: list[tuple[str, ...]] = []
    if tokens is None:
        tokens = {p.id: Tokens(p.text) for s in sections for p in s.paragraphs}
    earlier = _Earlier(tokens, language.split("-")[0].lower())
    for section, outlet in zip(sections, outlets, strict=True):
        found: list[str] = []
        if section.kind == "exchange":
            found = [id for id in (_by_question(section, outlet, earlier), _by_answer(section, earlier)) if id]
        links.append(tuple(dict.fromkeys(found)))
        if section.kind in ("exchange", "announcement"):
            earlier.add(section, outlet)
    return tuple(links)


def _opening(texts: Iterable[str]) -> list[str]:
    """Return the first three sentences of texts that are read as one."""
    joined, sentences = "", list[str]()
    for text in texts:
        joined = f"{joined} {text}" if joined else text
        sentences = _SENTENCE.split(joined, maxsplit=3)
        if len(sentences) > 3:
            break
    return [fold(sentence) for sentence in sentences[:3]]


def _told(paragraphs: Iterable[Paragraph], tokens: Mapping[str, Tokens]) -> int:
    """Return what the words of paragraphs tell; of a question or an answer only the beginning is asked."""
    told = 0
    for paragraph in paragraphs:
        read = tokens[paragraph.id]
        for i in read.where(OPENINGS):
            says = OPENINGS[read.raw[i]]
            if (says & _AS and read.low(i + 1) not in _AS_WHO) or (
                says & _CITES
                and len(read.raw[i]) > 1
                and _SAYING.isdisjoint(map(FOLDED.__getitem__, read.raw[i + 1 : i + 6]))
            ):
                continue
            told |= says
    return told


def _paragraphs(section: Section, *roles: Role) -> Iterator[Paragraph]:
    return (p for t in section.turns if t.role in roles for p in t.paragraphs if p.kind == "text")


def _text(section: Section, *roles: Role) -> str:
    return " ".join(p.text for p in _paragraphs(section, *roles))


def _words_said(section: Section, tokens: Mapping[str, Tokens]) -> tuple[str, ...]:
    """Return all words of the answer, in order, in lower case."""
    lower = (map(_LOWER.__getitem__, tokens[p.id].raw) for p in _paragraphs(section, "answer"))
    return tuple(word for words in lower for word in words if word)


def _runs(words: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    """Return all runs of `length` words."""
    return zip(*(words[i:] for i in range(length)), strict=False)


def _stem(token: str) -> str:
    """Return a telling word without a plural's ending, "" for a mark or a word that tells nothing."""
    word = token.lower()
    if word in _EMPTY or not word[0].isalnum():
        return ""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


_STEM: Final = Memo(_stem)
_LOWER: Final = Memo(lambda token: token.lower() if token[0].isalnum() else "")


def _stems(text: str) -> list[str]:
    """Return the telling words of a text."""
    return [stem for token in split_tokens(text) if (stem := _STEM[token])]


def _by_question(section: Section, asks: Outlet | None, earlier: _Earlier) -> str | None:
    """Return the section that the question's first words point at."""
    turn = next((t for t in section.turns if t.role == "question"), None)
    if turn is None or not turn.paragraphs:
        return None
    told = _told(turn.paragraphs[:1], earlier.tokens)
    points = told & (_FOLLOWS | _GOES_BACK | _NAMES)
    sentences = _opening((turn.paragraphs[0].text,)) if points or told & (_CITES | _THING) else []
    pointed = [p for s in sentences if (p := _pointed(s, told, asks, earlier)) is not None] if points else []
    if pointed:
        # “A follow-up and another question. The follow-up is on the ferry”: what names its subject counts first.
        return max(pointed, key=lambda pointer: pointer[1])[0] or None
    for sentence in sentences:
        cited = _cited(sentence, told, earlier)
        if cited:
            return cited
    if is_follow_up(turn.label) and not _OTHER_SUBJECT.search(_text(section, "question")[:200]):
        exchanges = earlier.exchanges()
        return exchanges[-1].id if exchanges else None
    return None


def _pointed(sentence: str, told: int, asks: Outlet | None, earlier: _Earlier) -> tuple[str, bool] | None:
    """Return the id that a sentence points at ("" where at nothing certain), and whether it names its subject.

    None where the sentence points at nothing.
    """
    opening = _OPENING.match(sentence) if told & _FOLLOWS else None
    back = _BACK.match(sentence) if told & _GOES_BACK and not opening else None
    found = None
    if told & _NAMES and not (opening or back) and any(map(sentence.lower().__contains__, _OF_EARLIER)):
        found = _EARLIER.search(sentence)
    whose = earlier.of_whom(sentence) if told & _NAMES else ""
    if whose or not (opening or back or found):
        return (whose, True) if whose else None
    pool_of_all, exchanges = earlier.candidates(), earlier.exchanges()
    own = earlier.exchanges(asks) if asks is not None else []
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
            return _best(wanted, announced) or (announced[0].id if len(announced) == 1 else ""), True
        pool = own if mine else exchanges
        if not wanted or (opening and not _names_a_subject(rest)):
            return (pool[-1].id if pool else ""), False
        return _best(wanted, pool) or (_best(wanted, pool_of_all) if not mine else ""), True
    if found:
        pool = own if found["my"] else exchanges
        wanted = _stems(found["about"] or found["about2"] or "")
        return (_best(wanted, pool), True) if wanted else ((pool[-1].id if pool else ""), False)
    return None


def _cited(sentence: str, told: int, earlier: _Earlier) -> str:
    """Return the section whose words a question takes up, "" where none certainly is: silence is better."""
    if earlier.language == "zh":
        return _cited_in_chinese(sentence, earlier)
    said = _YOU_SAID.search(sentence) if told & _CITES else None
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
    thing = _THAT_THING.search(sentence) if told & _THING else None
    if thing and thing["thing"].lower() not in sentence[: thing.start()].lower():
        names = {word.lower() for word in split_tokens(sentence) if word[0].isupper()} - _EMPTY
        for candidate in reversed(earlier.candidates()):
            if candidate.kind == "exchange" and thing["thing"].lower() in candidate.words and names & candidate.words:
                return candidate.id
    back = _ES_BACK.search(sentence) if earlier.language == "es" else None
    return _best(_stems(back["rest"]), earlier.candidates()) if back else ""


def _cited_in_chinese(sentence: str, earlier: _Earlier) -> str:
    """The same for a question in Chinese."""
    cited = _ZH_QUESTION.search(sentence) or _ZH_BACK.search(sentence)
    if not cited:
        return ""
    rest = cited["rest"]
    announced = "宣布" in cited[0] or "发布" in cited[0]
    pool = [c for c in earlier.candidates() if c.said]
    pool = [c for c in pool if c.kind == "announcement"] if announced else pool
    longest, chosen = _ZH_RUN - 3, ""
    for candidate in pool:
        text = candidate.said if "问题" not in cited[0] else candidate.said + "".join(sorted(candidate.words))
        common = _longest_common(rest, text)
        if common >= longest and common > 3:
            longest, chosen = common, candidate.id
    return chosen or (pool[0].id if announced and len(pool) == 1 else "")


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


def _by_answer(section: Section, earlier: _Earlier) -> str | None:
    """Return the section that “as I just said” means: whose answer has the same wording, nearest first."""
    paragraphs = tuple(_paragraphs(section, "answer"))
    told = _told(paragraphs, earlier.tokens)
    if not told & (_JUST_NOW | _AS | _ASKED):
        return None
    sentences = _opening(p.text for p in paragraphs)
    if earlier.language == "zh":
        said_again = any(map(_ZH_ANSWER.search, sentences)) or (
            told & _AS and any(_AS_SAID.search(s) and not _OTHER_DAY.search(s) for s in sentences)
        )
        return _by_wording(tuple(_text(section, "answer")), earlier, 2) if said_again else None
    if told & _ASKED:  # “while answering the question from …” may stand anywhere, the others mean what they begin with
        sentences += [fold(s) for p in paragraphs if "question" in p.text for s in _SENTENCE.split(p.text)]
    cues = [(sentence, found) for sentence in sentences if (found := _says_again(sentence, told))]
    if cues:
        for sentence, found in cues:
            whose = earlier.of_whom(sentence) if told & _ASKED else ""
            target = whose or _by_rest(sentence[found.end() :], earlier)
            if target:
                return target
        chosen = _by_wording(_words_said(section, earlier.tokens), earlier, 2)
        if chosen is None:
            # “I just reiterated our position on the ferry when taking an earlier question”
            cue = next((s for s, _ in cues if _OF_A_QUESTION.search(s)), "")
            about = re.search(r"\b(?:on|about)\s(.*?)(?:\bwhen\b|\bin\b|$)", cue)
            wanted = _stems(about[1]) if about else []
            chosen = _best(wanted, earlier.exchanges()) if len(wanted) > 2 else None
        return chosen or None
    as_said = map(_AS_SAID.search, sentences) if told & _AS else ()
    rests = [each.string[each.end() :] for each in as_said if each and not _OTHER_DAY.search(each.string)]
    for rest in rests:
        target = _by_rest(rest, earlier)
        if target:
            return target
    return _by_wording(_words_said(section, earlier.tokens), earlier, _MANY_RUNS, True) if rests else None


def _says_again(sentence: str, told: int) -> re.Match[str] | None:
    """Return the cue by which an answer points to what was said in this very briefing."""
    # Only a sentence that holds one of its cue's words is searched for the cue: most don't.
    low = sentence.lower()
    found = _JUST.search(sentence) if told & _JUST_NOW and any(map(low.__contains__, _OF_JUST)) else None
    if found and _OTHER_DAY.match(sentence, found.end() + 1):
        return None
    return found or (_OF_A_QUESTION.search(sentence) if told & _ASKED and "question" in low else None)


def _by_rest(rest: str, earlier: _Earlier) -> str:
    """Return the section in which what comes after “as I just said” was said; "" where none clearly was.

    Of its telling words three must stand there, among them most of those that few sections have.
    """
    wanted = frozenset(_stems(rest))
    pool = [c for c in earlier.candidates() if c.said]
    if len(wanted) < 3 or not pool:
        return ""
    spread = {word: sum(word in c.said_words for c in pool) for word in wanted}
    # `fsum`: exact, whatever the order, which in a set is another one in every process.
    scored = [(fsum(1 / spread[word] for word in wanted & c.said_words), i) for i, c in enumerate(pool)]
    best, at = max(scored)
    shared = wanted & pool[at].said_words
    return pool[at].id if len(shared) >= max(3, _LEAST_SHARE * len(wanted)) and best >= 1 else ""


def _by_wording(words: tuple[str, ...], earlier: _Earlier, least: int, telling: bool = False) -> str | None:
    """Return the nearest section with most runs of the same words, if it has at least `least`.

    `telling`: runs of words that everybody says in every answer don't count.
    """
    chinese = earlier.language == "zh"
    runs = set(_runs(words, _ZH_RUN if chinese else _RUN))
    if telling:
        runs = {r for r in runs if sum(len(word) > 3 and word not in _EMPTY for word in r) > 1}
    shared = [(runs.intersection(c.runs_in(chinese)), c.id) for c in earlier.candidates()]
    spread = Counter(run for found, _ in shared for run in found)
    best, chosen = 1.0, None
    for found, id in shared:
        # A run that many answers have tells of none of them.
        weight = fsum(1 / spread[run] for run in found)
        if len(found) >= least and weight >= best - 1e-9:
            best, chosen = weight, id
    return chosen
