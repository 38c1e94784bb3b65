"""The body of a briefing: labels and turns, shared by every layout that prints who speaks.

A label is accepted by evidence counted over the whole document, never by a colon alone. What is no label stays text.
This module must not know a page's head or foot. A further grammar is a further `Grammar`.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from edition.layouts.announcements import begins_announcement, common_names
from edition.layouts.parts import Known, Line, dropped, ends_sentence, is_separator, is_stage, word_set
from edition.model import DroppedLine, Occasion, Paragraph, Role, Section, SectionKind, Turn
from edition.words import label_key

Tag = Literal["question", "answer", "after", "separator", "heading", "contents", "text"]


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """The words by which one tradition of transcripts marks its turns. Keys are `words.label_key` of the printed label.

    `questions`, `answers`: anonymous labels; `follow_ups`: labels that carry on the question before them; `after`:
    introduces a question raised after the conference; `notice`: an organisational paragraph at the end; `roles`: words
    that make a label an answering person's; `particles`: words of a name that are printed small; `not_labels`: words
    before a colon that never name a speaker. Where a tradition has them: `shape`, what any label looks like; `asker`, a
    label that surely asks; `name`, a person's; `bare`, a question's label without a colon (label, words); `capitals`:
    labels in capital letters are speakers'; `carries_on`: keys of labels that carry on the question before them, as
    `follow_ups`; `prefixes`: keys of words that may stand before the asker's name (“FRAGE JUNG”); `voices`: of somebody
    unnamed, who asks in few words and states in many.
    """

    questions: frozenset[str]
    answers: frozenset[str]
    follow_ups: re.Pattern[str]
    after: re.Pattern[str]
    notice: re.Pattern[str]
    roles: frozenset[str]
    particles: frozenset[str]
    not_labels: frozenset[str]
    shape: re.Pattern[str] | None = None
    asker: re.Pattern[str] | None = None
    name: re.Pattern[str] | None = None
    bare: re.Pattern[str] | None = None
    capitals: bool = False
    carries_on: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    voices: frozenset[str] = frozenset()


ENGLISH = Grammar(
    questions=word_set(
        "q question questioner interviewer journalist reporter correspondent foreignjournalist press media audience"
    ),
    answers=frozenset({"a", "answer", "reply", "spokesperson", "spokesman", "spokeswoman"}),
    follow_ups=re.compile(
        r"(?:the\s+)?(?:foreign\s+)?(?:follow[\s-]*up(?:\s+question)?|(?:same\s+)?(?:journalist|reporter|correspondent)"
        r"(?:\s+(?:clarif(?:ies|ied)|adds?|added|explains?|explained|continues?|continued|asks?\s+again|follows?\s+up"
        r"|followed\s+up|insists?|insisted|interrupts?|interrupted))?)",
        re.I,
    ),
    after=re.compile(
        r"(?=.{0,160}\b(?:question|asked|ask|inquir|enquir|raised|query)\w*)"
        r"(?=.{0,160}\b(?:after|following)\s+(?:the|this|today[’']s)\s+(?:\w+\s+){0,2}?(?:conference|briefing)\b)",
        re.I,
    ),
    notice=re.compile(
        r"\b(?:press\s+(?:conference|briefing)s?|briefings?)\b.{0,80}\b(?:recess|suspended|adjourned|halted|cancell?ed"
        r"|postponed|resumed?|will\s+not\s+be\s+held|will\s+begin|be\s+(?:held|back)\s+(?:as\s+usual|again))\b"
        r"|\b(?:there\s+will\s+be\s+)?no\s+(?:regular\s+)?press\s+(?:conference|briefing)s?\b"
        r"|\bthank\s+you\s+(?:all\s+)?for\s+(?:attending|coming|joining)\b|^see\s+you\s+(?:all\s+)?(?:tomorrow|next|on|in|again)\b",
        re.I,
    ),
    roles=word_set(
        "minister premier president chancellor secretary ambassador spokesperson spokesman spokeswoman director envoy "
        "commissioner governor chairman chairwoman chairperson chair representative moderator host official "
        "coordinator administrator general mayor mr mrs ms dr mx sir madam shri smt prof professor"
    ),
    particles=word_set("of the and de da del der den di do dos du la le les el al bin ibn van von for in y e & on"),
    not_labels=word_set(
        "date time place venue location speaker speakers "
        "first firstly second secondly third thirdly fourth fourthly fifth sixth seventh lastly last finally note "
        "notes correction background update also moreover again one two three four five however therefore forexample "
        "example inshort insum inaddition thatis namely monday tuesday wednesday thursday friday saturday sunday "
        "today yesterday tomorrow pointone pointtwo important attention ps source sources appendix annex links link "
        "contact"
    ),
    asker=re.compile(r"(?:[A-Z][\w.&’'-]*\s+){1,5}(?:reporter|correspondent|journalist)"),
    bare=re.compile(r"((?:Q|A|Question|Answer)\s?\.?\s?[-–—])\s+(\S.*)", re.S),
)

#: How a machine renders the label of a journalist.
_TRANSLATED = re.compile(r"\w\s+(?:reporter|correspondent|journalist)$")
_LABEL = re.compile(r"([^:：]{1,100}?)\s*[:：]\s*(.*)", re.S)
#: A semicolon printed for the colon of a label in capitals stays with the label.
_SEMICOLON = re.compile(r"((?:[A-ZÀ-Þ][A-ZÀ-Þ.’'-]+ )*[A-ZÀ-Þ][A-ZÀ-Þ’'-]+;)\s*(.*)", re.S)
#: And so does one that was misread behind a single letter: “Q; Where …?”.
_MISREAD = re.compile(r"([QA]\s?;)\s*(.*)", re.S)
_NUMBERED_HEADING = re.compile(r"\s*\d{1,3}[.:]?$")
_INDIRECT = re.compile(
    r"([^,，]{1,60}[,，])\s*((?=.*\b(?:asks?|asked|inquired|enquired|question)\b(?!\s+raised)|.*[问問]).+)", re.S | re.I
)
_BROKEN = re.compile(r"\b([^\W\d_]) (?=[^\W\d_])")
#: What may stand behind a label's name: “Harbour Post (follow-up):”, “Ines Halvard (in French):”.
_REMARK = re.compile(r"\s*[(（]([^()（）]{1,60})[)）]\s*$")
#: A whole label in brackets: “(Lina Marsh, Harbour Post):”.
_BRACKETED = re.compile(r"[(（\[]([^()（）\[\]]{2,60})[)）\]]")
#: And before it: “(Laughter) Harbour Post:”.
_NOTE = re.compile(r"^[(（][^()（）]{1,40}[)）]\s*(?=\S)")
#: A speaker's label in capital letters: “MR. STRAND”, “SENIOR OFFICIAL”, “DR. VAN DER MEER (by phone)”.
_CAPITALS = re.compile(r"(?=[^a-zß-ÿ]*[A-ZÀ-Þ]{2})[A-ZÀ-ÞŁŚŻĆŠŽČĐŞĞİ][^a-z:;?!“”\"]{1,69}|(?:Mc|Mac)[A-Z]+")
_POSSESSIVE_END = re.compile(r"[’']s$")
#: From this number of people on, names are one person's only where they are equal: each is held against all others.
_MANY_PEOPLE = 200
_NUMBERED = re.compile(r"\d{0,3}(q|a|question|answer)\d{0,3}")
_SIGNS = re.compile(r"[?!;？！；。“”\"()（）\[\]【】…<>=_*|]")
_ABBREVIATION = re.compile(r"(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|St|Prof|Inc|Co|Ltd|Jr|Sr|No)\.")
_MEDIA = re.compile(
    r"\b(?:news|times|post|daily|press|agency|tv|television|radio|media|herald|journal|tribune|gazette|observer|"
    r"broadcasting|network|magazine|weekly|chronicle|telegraph|globe|mail|star|review|channel|wire|online|courier|echo)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A paragraph with what was found of it. `label` and `rest` are set where its beginning may be a label; `name` is
    the label without a remark in brackets; `below`: the words under a label that stands alone.
    """

    line: Line
    tag: Tag = "text"
    label: str | None = None
    name: str = ""
    rest: str = ""
    key: str = ""
    candidate: bool = False
    intro: str | None = None
    below: str = ""
    alone: bool = False

    def tagged(self, tag: Tag) -> _Printed:
        """Return the paragraph under another tag. Written out, since every paragraph of every file is."""
        return _Printed(
            self.line,
            tag,
            self.label,
            self.name,
            self.rest,
            self.key,
            self.candidate,
            self.intro,
            self.below,
            self.alone,
        )

    @property
    def said(self) -> str:
        """The words that follow the label, in its line or under it."""
        return self.rest or self.below


@dataclass(frozen=True, slots=True)
class Body:
    """The sections of a body, in order; `speakers`: who answers, as printed and without roles; `labels`: how many
    labels were accepted.
    """

    sections: tuple[Section, ...]
    dropped: tuple[DroppedLine, ...]
    speakers: tuple[str, ...]
    labels: int
    doubts: tuple[tuple[int, str], ...] = ()

    @property
    def exchanges(self) -> int:
        """How many sections are exchanges."""
        return sum(1 for s in self.sections if s.kind == "exchange")


def read_body(
    paragraphs: Sequence[Line],
    speaker: str | None,
    known: Known,
    grammar: Grammar = ENGLISH,
    standing: frozenset[int] = frozenset(),
) -> Body:
    """Return the sections printed in `paragraphs`. `speaker`: the name that the title gives; `standing`: the numbers of
    the lines that are labels by themselves.
    """
    lines, borders = _without_borders(paragraphs, standing)
    if standing:
        # Where labels stand alone, words before a colon are no label.
        printed = _with_words_below([_look_alone(line, grammar, standing) for line in lines])
    else:
        printed = [_look(line, grammar) for line in lines]
    printed, people = _decide(printed, speaker, known, grammar)
    tagged = zip(printed, _with_headings(printed, grammar), strict=True)
    printed = [p if p.tag == tag else replace(p, tag=tag) for p, tag in tagged]
    sections, gone = _assemble(printed, known, grammar)
    gone += borders
    sections, doubts = _part_notice(sections, grammar)
    labels = sum(1 for p in printed if p.tag in ("question", "answer"))
    # What has the shape of a label in a text that has labels is worth an editor's look: it may be a question.
    doubts += [
        (p.line.number, f"“{p.label}:” is read as words of the text, not as a label")
        for p in printed
        if labels and p.tag == "text" and p.candidate and (grammar.name is None or grammar.name.fullmatch(p.name))
    ]
    translated = [p for p in printed if p.tag == "question" and _TRANSLATED.search(p.name)]
    if len(translated) > 1 and 2 * len(translated) >= sum(1 for p in printed if p.tag == "question"):
        message = f"labels such as “{translated[0].label}:” are those of a translation, not of an office's own text"
        doubts.append((translated[0].line.number, message))
    return Body(tuple(sections), tuple(gone), people, labels, tuple(doubts))


# ── Headings among the turns ────────────────────────────────────────────────────────────────────────────────────────

_STARRED = re.compile(r"(\*{2,3})\s*([^*\s][^*]*)")
_BULLET = re.compile(r"^[\W\d_]+")
_CONTENTS = re.compile(r"\W*(?:(?:table\s+of\s+)?contents|índice|sommaire|inhalt|содержание|оглавление)\W*", re.I)
_HEADING_WORDS = 16


def _with_headings(printed: list[_Printed], grammar: Grammar) -> list[Tag]:
    """Return the tags with headings told apart: a line behind two stars (at least two are), a heading of a web page, a
    short line that a table of contents names before (at least two are), and, where at least two are and a tenth of the
    questions have one, a short line that ends like no sentence right above a question or above the first statement.
    """
    tags = [p.tag for p in printed]
    short = [i for i, p in enumerate(printed) if p.tag == "text" and not p.alone and _is_heading(p)]
    starred = [i for i, p in enumerate(printed) if p.tag == "text" and _STARRED.fullmatch(p.line.text)]
    found = set(starred) if len(starred) > 1 else set()
    # A page's headings part a document that has words between them; where most paragraphs are headings, they are only
    # large.
    large = {i for i, p in enumerate(printed) if p.tag == "text" and p.line.level}
    found |= large if 3 * sum(1 for p in printed if p.line.level) <= len(printed) else set()
    places: dict[str, list[int]] = {}
    for i in (i for i, p in enumerate(printed) if p.tag == "text" and not p.alone and _is_heading(p, colon=True)):
        places.setdefault(label_key(_BULLET.sub("", printed[i].line.text)), []).append(i)
    twice = sorted(at for key, at in places.items() if key and len(at) == 2)
    if len(twice) > 1 and twice[-1][0] < min(at[1] for at in twice):
        for first, second in twice:
            tags[first] = "contents"
            found.add(second)
        before = twice[0][0] - 1
        if before >= 0 and tags[before] == "text" and _CONTENTS.fullmatch(printed[before].line.text):
            tags[before] = "contents"
    if not grammar.capitals and not any(p.alone for p in printed):
        asked = [i for i, tag in enumerate(tags) if tag == "question"]
        above = {i for i in short if _is_above(tags, i, set(short), asked[0] if asked else 0)}
        if len(above) > 1 and len(above) * 10 >= len(asked):
            found |= above
    for i in found:
        tags[i] = "heading" if tags[i] == "text" else tags[i]
    return tags


def _is_heading(p: _Printed, colon: bool = False) -> bool:
    text = p.line.text.rstrip(" :") if colon else p.line.text
    if not 0 < len(text.split()) <= _HEADING_WORDS or len(text) > 120 or is_stage(text) or p.line.parts:
        return False
    first = next((c for c in text if c.isalnum()), "")
    return bool(first) and not first.islower() and (text[-1].isalnum() or text[-1] in ')）”"’')


def _is_above(tags: Sequence[Tag], i: int, short: set[int], first: int) -> bool:
    """Return whether the line stands right above a question or, before the first one, above whoever speaks; another
    heading may stand between.
    """
    k = i + 1
    if k in short and k < len(tags) and tags[k] == "text":
        k += 1
    return k < len(tags) and (tags[k] == "question" or (tags[k] == "answer" and k < first))


def opens_turn(text: str, grammar: Grammar) -> bool:
    """Return whether the words alone say that a turn begins here: a question's label, or a speaker's in capitals."""
    if grammar.bare and grammar.bare.fullmatch(text):
        return True
    found = _LABEL.match(text[:200])
    if not found or _is_clock(found[1], found[2]):
        return False
    name = _REMARK.sub("", found[1])
    return label_key(name) in grammar.questions or (grammar.capitals and _CAPITALS.fullmatch(name) is not None)


def is_role(word: str) -> bool:
    """Return whether the words are an office or a form of address and no name (“Secretary”, “MODERATOR”)."""
    return all(label_key(w) in ENGLISH.roles for w in word.split())


def is_person_with_role(text: str) -> str | None:
    """Return the name in a line that is a person's name and role (“Tom Roe, Harbour Spokesperson”), None for any
    other line.
    """
    name, comma, role = text.partition(",")
    if not comma or not _is_name(name) or len(role.split()) > 8 or ends_sentence(role):
        return None
    return name.strip() if any(label_key(w) in ENGLISH.roles for w in role.split()) else None


# ── What a paragraph may be by itself ───────────────────────────────────────────────────────────────────────────────


def _without_borders(lines: Sequence[Line], standing: frozenset[int]) -> tuple[list[Line], list[DroppedLine]]:
    """Return (lines, what was dropped): a separator right above a label that stands alone is the border of a turn, not
    of a part of the document.
    """
    kept: list[Line] = []
    gone: list[DroppedLine] = []
    for i, line in enumerate(lines):
        if i + 1 < len(lines) and lines[i + 1].number in standing and is_separator(line.text):
            gone += dropped(line, "separator")
        else:
            kept.append(line)
    return kept, gone


def _look_alone(line: Line, grammar: Grammar, standing: frozenset[int]) -> _Printed:
    if line.number in standing:
        label = line.text.rstrip(" :：")
        name = _REMARK.sub("", label)
        # the label's own colon goes with it, a second one is text
        rest = line.text[len(label) :].strip()[1:].strip()
        return _Printed(line, label=label, name=name, rest=rest, key=label_key(name), candidate=True, alone=True)
    return _Printed(line, "separator" if is_separator(line.text) else "text")


def _look(line: Line, grammar: Grammar) -> _Printed:
    if is_separator(line.text):
        return _Printed(line, "separator")
    if grammar.bare and (said := grammar.bare.fullmatch(line.text)):
        name = said[1].strip("【】（）<>〈〉[] ")
        return _Printed(line, _of_bare(name, grammar), said[1], name, said[2], label_key(name), True)
    if line.level and label_key(_NUMBERED_HEADING.sub("", line.text)) in grammar.questions | grammar.answers:
        # A heading “Question” or “Answer 2” is the label of what stands below it.
        return _Printed(line, "text", line.text, line.text, "", label_key(line.text), True)
    found = _LABEL.fullmatch(line.text)
    if found is None:
        found = (_SEMICOLON if grammar.capitals else _MISREAD).fullmatch(line.text)
    if grammar.after.match(line.text):
        # The introduction reaches to its colon; without one the whole paragraph introduces what follows.
        if found and grammar.after.match(found[1]):
            return _Printed(line, "after", rest=found[2], intro=line.text[: len(line.text) - len(found[2])].rstrip())
        if found is None and len(line.text.split()) <= 25 and not line.text.endswith(("?", "？")):
            return _Printed(line, "after", intro=line.text)
    if not found or _is_clock(found[1], found[2]):
        return _Printed(line)
    whole = _BRACKETED.fullmatch(found[1])
    name = whole[1] if whole else _REMARK.sub("", _NOTE.sub("", found[1], count=1))
    shaped = _has_shape(name, grammar)
    return _Printed(line, label=found[1], name=name, rest=found[2], key=label_key(name), candidate=shaped)


def _with_words_below(printed: list[_Printed]) -> list[_Printed]:
    """Return the paragraphs with, at each label that stands alone, the words under it up to the next one."""
    out = list(printed)
    words: list[str] = []
    for i in range(len(printed) - 1, -1, -1):
        p = printed[i]
        if p.alone:
            out[i] = replace(p, below=" ".join(reversed(words)))
        if p.alone or p.tag == "separator":
            words = []
        else:
            words.append(p.line.text)
    return out


def _of_bare(label: str, grammar: Grammar) -> Tag:
    """Return what a label without a colon does: it asks, unless its word answers, or unless it names somebody where
    the tradition knows who asks.
    """
    if label_key(label) in grammar.answers:
        return "answer"
    asks = grammar.asker is None or grammar.asker.fullmatch(label) or label_key(label) in grammar.questions
    return "question" if asks else "answer"


def _is_clock(before: str, after: str) -> bool:
    return bool(re.search(r"\d$", before) and re.match(r"\d", after)) or after.startswith("//")


@lru_cache(maxsize=1 << 14)
def _has_shape(label: str, grammar: Grammar) -> bool:
    """Return whether a label can name somebody: few words, each capitalised or a particle, no sentence in it."""
    if grammar.capitals and _CAPITALS.fullmatch(label.rstrip(";")) and label_key(label) not in grammar.not_labels:
        return True
    if grammar.shape is not None:
        return grammar.shape.fullmatch(label) is not None and label_key(label) not in grammar.not_labels
    if grammar.asker and grammar.asker.fullmatch(label):
        return True
    text = _BROKEN.sub(r"\1", label) if len(_BROKEN.findall(label)) > 1 else label
    words = [w for w in re.split(r"[\s/,&+]+", text.strip()) if w]
    if not 1 <= len(words) <= 8 or len(label) > 70 or _SIGNS.search(label) or label.count(",") > 1:
        return False
    if label_key(label) in grammar.not_labels or label_key(words[0]) in grammar.not_labels - {"one", "first", "press"}:
        return False
    if any(w.endswith(".") and not _ABBREVIATION.fullmatch(w) for w in words):
        return False
    if words[0].casefold() in grammar.particles - {"the", "al", "el", "la", "le", "les", "de", "van", "von"}:
        return False
    # An office behind a name may be printed small: “Claire Sand, ministre des Ports”.
    office = {w for w in text.partition(",")[2].split() if label_key(w) in grammar.roles}
    named = [w for w in words if w.casefold() not in grammar.particles and w not in office]
    letters = [w for w in named if any(c.isalpha() for c in w)]
    return bool(letters) and all(_opens_like_name(w) for w in named)


def _opens_like_name(word: str) -> bool:
    first = next((c for c in word if c.isalnum()), "")
    return first.isdigit() or (first.isalpha() and not first.islower()) or (word[1:2].isupper() and first.isalpha())


# ── What the document says of its labels ────────────────────────────────────────────────────────────────────────────


def _decide(
    printed: list[_Printed], speaker: str | None, known: Known, grammar: Grammar
) -> tuple[list[_Printed], tuple[str, ...]]:
    """Return the paragraphs with their tags, and the answering people: certain labels first, then what stands where a
    question or an answer stands.
    """
    counts = Counter(p.key for p in printed if p.candidate)
    asking = Counter(p.key for p in printed if p.alone and _asks(p.said))
    title_keys = _name_keys(speaker)
    answers = set(title_keys)
    for p in printed:
        # A label with a role names a person who answers; from then on the bare name does so too.
        if p.candidate and (name := _person_of(p.name, grammar)) and not _is_outlet(p.key, known):
            answers |= {p.key, *_name_keys(name, surname=False)}
    if not any(p.key in answers or _is_person(p, known) for p in printed if p.key) and (
        found := _answerer(printed, known, grammar)
    ):
        answers.add(found)
    tags: list[Tag] = [_certain(p, answers, title_keys, known, grammar) for p in printed]
    _read_bold_labels(printed, tags)
    bold = _bold_asks(printed)
    if bold:
        _read_bold(printed, tags, known, grammar)
    # Seldom asked for: most labels are certain.
    mentions = lru_cache(maxsize=1)(lambda: _mentions(printed))
    ahead = _next_tagged(tags)
    asked = {p.key for p, tag in zip(printed, tags, strict=True) if tag == "question"}
    opening = tags.index("question") if "question" in tags else len(tags)
    before: Tag | None = None
    for i, p in enumerate(printed):
        if bold and p.line.bold >= _BOLD and tags[i] == "question" and not p.label:
            printed[i] = replace(p, rest=p.line.text)
        if tags[i] == "text" and p.alone:
            # Whoever stands on a line of his own speaks; who asks in half of his turns asks in all.
            tags[i] = "question" if 2 * asking[p.key] >= counts[p.key] else "answer"
        elif tags[i] == "text" and p.candidate:
            following = tags[ahead[i]] if ahead[i] < len(tags) else None
            if i < opening and following == "answer" and _presents(p, printed[ahead[i]]):
                tags[i] = "answer"
            else:
                tags[i] = _by_place(printed, i, ahead[i], following, before, counts, asked, mentions, grammar)
            # Where questions are bold, what is not bold asks nothing.
            tags[i] = "text" if bold and tags[i] == "question" else tags[i]
            if tags[i] == "question":
                asked.add(p.key)
                opening = min(opening, i)
        if tags[i] == "separator":
            before = None
        elif tags[i] != "text":
            before = "question" if tags[i] == "after" else tags[i]
    out = [p if p.tag == t else p.tagged(t) for p, t in zip(printed, tags, strict=True)]
    people = [speaker] if speaker else []
    heard: set[str] = set()
    for p in out:
        if p.tag == "answer" and p.label and p.key not in grammar.answers and not _NUMBERED.fullmatch(p.key):
            if p.name in heard:
                continue
            heard.add(p.name)
            if len(people) >= _MANY_PEOPLE:
                people.append(p.name)
                continue
            if p.alone:
                _add_person(people, _person_alone(p.name, grammar))
                continue
            name = _person_of(p.name, grammar) or p.name
            if not any(_same_person(name, other) for other in people):
                people.append(name)
    return out, tuple(people)


def _certain(p: _Printed, answers: set[str], title_keys: set[str], known: Known, grammar: Grammar) -> Tag:
    if p.tag != "text" or not p.key or p.label is None:
        return p.tag
    if p.key in title_keys:
        return "answer"
    numbered = _NUMBERED.fullmatch(p.key)
    key = numbered[1] if numbered else p.key
    if _is_outlet(key, known) and (p.candidate or _is_broken(p.label)):
        return "question"
    if key in grammar.questions or _carries_on(p, grammar):
        return "question"
    if p.candidate and _first_key(p.name) in grammar.prefixes:
        return "question"
    if key in grammar.voices and p.label:
        return "question" if _is_short(p) else "answer"
    if grammar.asker and p.candidate and grammar.asker.fullmatch(p.name):
        return "question"
    if grammar.capitals and p.candidate and p.name.isupper():
        return "answer"
    if key in grammar.answers or key in answers or _is_person(p, known):
        return "answer"
    # One letter wrong in the title's name is a misprint of it, not another person.
    if p.candidate and len(key) >= 6 and any(_near(key, t) for t in title_keys if len(t) >= 6):
        return "answer"
    return "text"


def _next_tagged(tags: list[Tag]) -> list[int]:
    """Return for each paragraph the position of the next one whose tag isn't "text", their number where none is."""
    following = [len(tags)] * len(tags)
    for i in range(len(tags) - 2, -1, -1):
        following[i] = i + 1 if tags[i + 1] != "text" else following[i + 1]
    return following


def _by_place(
    printed: list[_Printed],
    i: int,
    ahead: int,
    following: Tag | None,
    before: Tag | None,
    counts: Counter[str],
    asked: set[str],
    mentions: Callable[[], Counter[str]],
    grammar: Grammar,
) -> Tag:
    """Return what a name-shaped beginning is by its place: asked before an answer, or answering after a question.

    `ahead`: position of the next paragraph that has a tag; `following`: that tag, None where there is none. `asked`:
    the labels that ask elsewhere; `mentions`: tells how often a name stands in the text, labels included.
    """
    p = printed[i]
    if grammar.name is not None:
        # Where no capital tells a name from any other word, only a name that recurs is a label, or what asks right
        # before an answer.
        if following == "answer" and ahead == i + 1 and before != "question" and _asks(p.said):
            return "question"
        named = grammar.name.fullmatch(p.name) is not None and counts[p.key] > 1
        return "answer" if named and before in ("question", "answer") and not _asks(p.said) else "text"
    near = printed[i + 1 : min(ahead, i + 4)] if following is not None else []
    few = following is not None and ahead - i <= 4
    others = any(q.candidate for q in near)
    asks = any(_asks(q.said if q is p else q.line.text) for q in [p, *near])
    again = counts[p.key] > 1
    if before != "question":
        if following == "answer" and few and (asks or again or not near):
            return "question" if not others or _asks(p.said) else "text"
        if _asks(p.said) and (again or _MEDIA.search(p.name)):
            return "question"
    elif following == "answer":
        if again and _is_name(p.name) and not _asks(p.said) and any(q.candidate and _asks(q.said) for q in near):
            return "answer"  # the next question stands between this and the next answer that is certain
        # Several people may ask before anybody answers.
        another = _asks(p.said) and (_MEDIA.search(p.name) or _is_personal(p.name, grammar))
        return "question" if (again and p.key in asked) or another else "text"
    elif not _asks(p.said) and not _MEDIA.search(p.name) and (_is_name(p.name) or (again and _has_remark(p, grammar))):
        return "answer"
    named = before == "answer" and _is_name(p.name) and not _asks(p.said) and not _MEDIA.search(p.name)
    return "answer" if named and (again or mentions()[p.name] > counts[p.key]) else "text"


def _mentions(printed: list[_Printed]) -> Counter[str]:
    """Return how often each name that may be a label stands in the paragraphs, whatever signs are around it."""
    wanted = {_bare_words(p.name): p.name for p in printed if p.candidate and _is_name(p.name)}
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for words in wanted:
        if words:
            by_first.setdefault(words[0], []).append(words)
    found: Counter[str] = Counter()
    for p in printed:
        text = _bare_words(p.line.text)
        for i in [i for i, word in enumerate(text) if word in by_first]:
            for words in by_first[text[i]]:
                if text[i : i + len(words)] == words:
                    found[wanted[words]] += 1
    return found


def _bare_words(text: str) -> tuple[str, ...]:
    return tuple(map(_bare, text.split()))


@lru_cache(maxsize=1 << 16)
def _bare(word: str) -> str:
    return _POSSESSIVE_END.sub("", word.strip(".,;:!?()[]“”\"'’‘—–"))


def _presents(p: _Printed, following: _Printed) -> bool:
    """Return whether the words behind a label present whoever speaks next: they name him and don't ask."""
    return len(following.key) > 1 and following.name in p.said and not _asks(p.said) and not _MEDIA.search(p.name)


#: From this share of its letters on, a paragraph is bold: the label or a mark may have been left out.
_BOLD = 0.6
_BROKEN_OFF = re.compile(r"(?:…|\.\.\.)[?？\"”’)]*$")
#: Up to so many words may be an aside: thanks, a word thrown in.
_ASIDE = 20


def _read_bold_labels(printed: list[_Printed], tags: list[Tag]) -> None:
    """Set the tags of labels that bold type sets off from their words, where at least two stand so: whoever asks in at
    least half of the turns asks in all.
    """
    marked = [i for i, p in enumerate(printed) if p.line.label and p.candidate]
    if len(marked) < 2:
        return
    turns: Counter[str] = Counter(printed[i].key for i in marked)
    asked: Counter[str] = Counter(printed[i].key for i in marked if _asks(printed[i].rest))
    for i in marked:
        if tags[i] == "text":
            key = printed[i].key
            tags[i] = "question" if asked[key] * 2 >= turns[key] or _MEDIA.search(printed[i].name) else "answer"


def _bold_asks(printed: list[_Printed]) -> bool:
    """Return whether the document marks its questions by bold type: some paragraphs are bold and fewer than seven of
    ten, and at least half of the bold ones begin with a label or introduce a question.
    """
    shares = [p for p in printed if p.tag != "separator"]
    bold = [p for p in printed if p.line.bold >= _BOLD and p.tag != "separator" and not p.line.label]
    opened = sum(1 for p in bold if p.candidate or p.tag == "after" or _asks(p.line.text))
    return bool(bold) and len(bold) * 10 < 7 * len(shares) and opened * 2 >= len(bold)


def _read_bold(printed: list[_Printed], tags: list[Tag], known: Known, grammar: Grammar) -> None:
    """Set the tags that bold type decides: a bold paragraph with a label asks; without one it asks where it has a
    question mark and no bold one stands before it; a label that is not bold asks only where its words alone say so.
    """
    before = False
    for i, p in enumerate(printed):
        bold = p.line.bold >= _BOLD
        if bold and tags[i] == "text" and (p.candidate or (_asks(p.line.text) and not before and not p.label)):
            tags[i] = "question"
        elif not bold and tags[i] == "question" and p.label and _is_outlet(p.key, known):
            named = p.key in grammar.questions or (grammar.asker and grammar.asker.fullmatch(p.name))
            tags[i] = "question" if named else "text"
        before = bold if tags[i] != "separator" else False


def _answerer(printed: list[_Printed], known: Known, grammar: Grammar) -> str | None:
    """Return the key of the label that answers where no title and no register says so: the one that most often stands
    after a paragraph that asks, and asks less than half of the time itself.
    """
    votes: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    last_asks = False
    last_key = ""
    for p in printed:
        if p.candidate and not _is_outlet(p.key, known) and p.key not in grammar.questions:
            seen[p.key] += 1
            asked[p.key] += _asks(p.said)
            votes[p.key] += last_asks and p.key != last_key
        if p.candidate or p.key in grammar.questions:
            last_key = p.key
        last_asks = _asks(p.line.text)
    ranked = sorted(votes, key=lambda k: (-votes[k], k))
    if ranked and votes[ranked[0]] >= 1 and asked[ranked[0]] * 2 < seen[ranked[0]]:
        return ranked[0]
    return None


def _first_key(name: str) -> str:
    """Return the key of the first of several words, "" where it is the only one."""
    return label_key(name.split()[0]) if " " in name else ""


def _carries_on(p: _Printed, grammar: Grammar) -> bool:
    if _first_key(p.name) in grammar.prefixes & grammar.carries_on:
        return True
    return p.key in grammar.carries_on or grammar.follow_ups.fullmatch(p.name) is not None


def _is_short(p: _Printed) -> bool:
    return len(p.said.split()) <= _ASIDE


def _is_aside(p: _Printed) -> bool:
    """Return whether the words under a label that stands alone are no part of their own: few and without a question
    mark, or broken off, or the rest of what was broken off.
    """
    said = p.said
    short = _is_short(p)
    return p.alone and (said.startswith("…") or (short and (not _asks(said) or _BROKEN_OFF.search(said) is not None)))


def _asides(printed: list[_Printed]) -> set[int]:
    """Return the positions of asides; what was broken off and is taken up again (“…”) is a question that begins."""
    out: set[int] = set()
    taken_up = False
    for i in range(len(printed) - 1, -1, -1):
        p = printed[i]
        if p.tag == "question":
            if _is_aside(p) and not (taken_up and not p.said.startswith("…") and _BROKEN_OFF.search(p.said)):
                out.add(i)
            taken_up = p.said.startswith("…")
    return out


def _is_outlet(key: str, known: Known) -> bool:
    return key in known.outlets or (key.startswith("the") and key[3:] in known.outlets)


def _is_broken(label: str) -> bool:
    return len(_BROKEN.findall(label)) > 1


def _is_person(p: _Printed, known: Known) -> bool:
    return p.candidate and p.key in known.speakers


def _asks(text: str) -> bool:
    return any(mark in text for mark in "?？؟")


def _is_name(label: str) -> bool:
    words = label.split()
    return 2 <= len(words) <= 4 and all(w[:1].isupper() and all(c.isalpha() or c in "-’'." for c in w) for w in words)


def _is_personal(label: str, grammar: Grammar) -> bool:
    """Return whether a label may be no more than a person's name: one to three words, none of them of any other use."""
    words = label.split()
    usual = grammar.not_labels | grammar.questions | grammar.answers | grammar.particles
    return len(words) <= 3 and all(
        w[:1].isupper() and len(w) > 2 and w.replace("-", "").isalpha() and label_key(w) not in usual for w in words
    )


def _has_remark(p: _Printed, grammar: Grammar) -> bool:
    """Return whether a label is a surname with an office in brackets: “Hallmann (Verkehr)”."""
    return bool(p.label) and _REMARK.search(p.label or "") is not None and _is_personal(p.name, grammar)


def _near(key: str, other: str) -> bool:
    return abs(len(key) - len(other)) <= 1 and difflib.SequenceMatcher(None, key, other, autojunk=False).ratio() >= 0.9


def _name_keys(name: str | None, surname: bool = True) -> set[str]:
    """Return the keys under which a person's labels are printed: the name, turned round, and (title only) a part."""
    if not name:
        return set()
    words = name.split()
    keys = {label_key(name), label_key(" ".join([*words[1:], words[0]]))}
    if surname and len(words) > 1:
        keys |= {label_key(w) for w in (words[0], words[-1]) if len(label_key(w)) >= 3}
    return keys - {""}


def _person_of(label: str, grammar: Grammar) -> str | None:
    """Return the personal name in a label that has a role (“Foreign Minister Tom Roe”, “Tom Roe, Minister”), the label
    itself where it is a role only, None where it has no role.
    """
    if not _has_shape(label, grammar):
        return None
    name, comma, role = label.partition(",")
    if comma and any(label_key(w) in grammar.roles for w in role.split()) and len(name.split()) > 1:
        words = [w for w in name.split() if label_key(w) not in grammar.roles]
        return " ".join(words) or None
    words = label.split()
    at = max((i for i, w in enumerate(words) if label_key(w) in grammar.roles), default=None)
    if at is None or _MEDIA.search(label):
        return None
    after = words[at + 1 :]
    if after and after[0].casefold() in grammar.particles:
        return label  # “Minister of Fisheries”: an office without a name
    return " ".join(after) if after else label


def _person_alone(label: str, grammar: Grammar) -> str | None:
    """Return the personal name in a label that stands alone (“TOM ROE, MINISTER OF FISHERIES”, “MINISTER OF FISHERIES,
    TOM ROE”, “PRESIDENT EVA TORRIN”), None where it names an office or a voice only. Capitals become a name's.
    """
    if label_key(label) in grammar.voices | grammar.answers:
        return None
    first, *more = [part.strip() for part in label.split(",")]
    name = more[-1] if more and any(label_key(w) in grammar.roles for w in first.split()) else first
    words = name.split()
    at = max((i for i, w in enumerate(words) if label_key(w) in grammar.roles), default=-1)
    words = words[at + 1 :]
    if not words or words[0].casefold() in grammar.particles or len(words) > 7:
        return None
    return " ".join(_lowered(w, grammar) for w in words)


def _lowered(word: str, grammar: Grammar) -> str:
    """Return a word of a name that is printed in capitals as names are written."""
    if not word.isupper() or re.fullmatch(r"(?:\w\.)+", word):
        return word
    return word.lower() if word.casefold() in grammar.particles else word.title()


def _add_person(people: list[str], name: str | None) -> None:
    """Add a name, or put it in the place of one that it holds whole (“López” and “Ana López Ruiz”)."""
    if not name:
        return
    words = {label_key(w) for w in name.split()}
    for i, other in enumerate(people):
        theirs = {label_key(w) for w in other.split()}
        if words <= theirs:
            return
        if theirs < words:
            people[i] = name
            return
    people.append(name)


def _same_person(name: str, other: str) -> bool:
    a, b = label_key(name), label_key(other)
    parts = {label_key(w) for w in other.split()}
    return a == b or a in parts or a in _name_keys(other) or (len(a) >= 6 and _near(a, b))


# ── From tags to sections ───────────────────────────────────────────────────────────────────────────────────────────


class _Builder:
    """The sections of one body while they are read: opens sections and turns, numbers them, gives frozen values."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._counts: Counter[str] = Counter()
        self._head: Section | None = None
        self._turns: list[Turn] = []
        self._paragraphs: list[Paragraph] = []
        self._opened: tuple[Role, str | None, int] | None = None
        self._waiting: tuple[str, int] | None = None
        self._number = 0
        self._texts: list[str] = []

    def section(
        self,
        letter: str,
        kind: SectionKind,
        line: int,
        occasion: Occasion | None = None,
        follows: str | None = None,
    ) -> str:
        self.close()
        self._counts[letter] += 1
        name = f"{letter}{self._counts[letter]}"
        attributes = (("follows", follows),) if follows else ()
        heading, at = self._waiting or (None, line)
        printed = heading is not None
        self._head = Section(name, kind, heading, (), printed, occasion=occasion, attributes=attributes, line=at)
        self._waiting = None
        self._number = 0
        self._texts = []
        return name

    def heading(self, text: str, line: int) -> None:
        """Close what is open; the next section has this printed heading."""
        self.finish()
        self._waiting = (text, line)

    def turn(self, role: Role, label: str | None, line: int) -> None:
        self._end_turn()
        self._opened = (role, label, line)

    def paragraph(self, text: str, line: int) -> None:
        if not text or self._head is None:
            return
        self._number += 1
        self._texts.append(text)
        kind: Literal["text", "stage"] = "stage" if is_stage(text) else "text"
        self._paragraphs.append(Paragraph(f"{self._head.id}.{self._number}", text, kind, line=line))

    def finish(self) -> None:
        """Close what is open; a heading that nothing follows is a passage without words."""
        self.close()
        if self._waiting:
            self.section("p", "passage", self._waiting[1])
            self.close()

    def close(self) -> None:
        self._end_turn()
        if self._head is not None:
            self.sections.append(replace(self._head, turns=tuple(self._turns)))
        self._head, self._turns = None, []

    @property
    def kind(self) -> SectionKind | None:
        return self._head.kind if self._head else None

    @property
    def headed(self) -> bool:
        return self._head is not None and self._head.heading is not None

    @property
    def above(self) -> list[str]:
        """The section's first paragraph and its last few: enough to tell what it is about, whatever its length."""
        return [*self._texts[:1], *self._texts[max(1, len(self._texts) - 8) :]]

    @property
    def has_words(self) -> bool:
        return bool(self._paragraphs) or any(t.paragraphs for t in self._turns)

    @property
    def answered(self) -> bool:
        return self.role == "answer" or any(t.role == "answer" for t in self._turns)

    @property
    def label(self) -> str | None:
        return self._opened[1] if self._opened else None

    @property
    def role(self) -> Role | None:
        return self._opened[0] if self._opened else None

    def _end_turn(self) -> None:
        if self._opened is not None:
            role, label, line = self._opened
            self._turns.append(Turn(role, label, tuple(self._paragraphs), line))
        self._opened, self._paragraphs = None, []


def _assemble(printed: list[_Printed], known: Known, grammar: Grammar) -> tuple[list[Section], list[DroppedLine]]:
    build = _Builder()
    gone: list[DroppedLine] = []
    named = any(p.tag == "question" and _is_named(p, grammar) for p in printed)
    answered = _answered(printed)
    common = lru_cache(maxsize=1)(lambda: common_names(p.line.text for p in printed))
    last_exchange: str | None = None
    introduced: Occasion | None = None
    closing = False
    # Who is named in capitals, or on a line apart, goes on until somebody else is.
    alone = any(p.alone for p in printed)
    asides = _asides(printed)
    stated = False  # whether the statement that is open holds more than asides
    for i, p in enumerate(printed):
        if p.tag == "separator":
            gone += dropped(p.line, "separator")
            build.close()
            closing = last_exchange is not None
        elif p.tag == "contents":
            gone += dropped(p.line, "table of contents")
        elif p.tag == "heading":
            text = p.line.text
            if starred := _STARRED.fullmatch(text):
                gone.append(DroppedLine(starred[1], "sign of a heading", p.line.number))
                text = starred[2]
            _keep_introduction(build, introduced, p.line.number)
            build.heading(text, p.line.number)
            # What follows is a part of its own: an announcement, or questions of their own.
            introduced, last_exchange, closing = None, None, False
        elif p.tag == "after" and build.kind == "exchange" and build.role == "question" and introduced is None:
            # Right below a question that nobody has answered yet, the words belong to that question.
            build.paragraph(p.line.text, p.line.number)
        elif p.tag == "after":
            _keep_introduction(build, introduced, p.line.number)
            introduced, closing = Occasion("after-conference", p.intro or ""), False
            if p.rest:
                label, rest = _label_within(p.rest, known, grammar)
                last_exchange = build.section("q", "exchange", p.line.number, introduced)
                build.turn("question", label, p.line.number)
                build.paragraph(rest, p.line.number)
                introduced = None
            else:
                build.close()
        elif (
            p.tag == "question"
            and introduced is None
            and ((build.kind is not None and i in asides) or _asks_too(p, build, named, grammar))
        ):
            build.turn("question", p.label, p.line.number)
            build.paragraph(p.rest, p.line.number)
        elif p.tag == "question":
            follows = last_exchange if _follows(p, named, grammar) else None
            last_exchange = build.section("q", "exchange", p.line.number, introduced, follows)
            introduced, closing = None, False
            build.turn("question", p.label, p.line.number)
            build.paragraph(p.rest, p.line.number)
        elif p.tag == "answer":
            if build.kind == "exchange":
                build.turn("answer", p.label, p.line.number)
            elif introduced is not None and (asked := _INDIRECT.fullmatch(introduced.printed)):
                # “After the conference, a journalist asked whether …” is introduction and question in one.
                occasion = replace(introduced, printed=asked[1])
                last_exchange = build.section("q", "exchange", p.line.number, occasion)
                build.turn("question", None, p.line.number)
                build.paragraph(asked[2], p.line.number)
                introduced = None
                build.turn("answer", p.label, p.line.number)
            else:
                # Asides and a hand-over stay with the statement before them, so does one that only greetings precede;
                # who is presented by one speaker and thanks him goes on in the same section.
                if alone:
                    opens = build.kind is None or (stated and not _is_short(p))
                else:
                    opens = build.kind != "announcement" or build.label in (None, p.label)
                if opens or introduced is not None:
                    _open_statement(build, closing, last_exchange, introduced, p.line.number)
                    stated = False
                stated = stated or not _is_short(p)
                introduced = None
                build.turn("statement", p.label, p.line.number)
            build.paragraph(p.rest, p.line.number)
        else:
            text, number = p.line.text, p.line.number
            if build.kind == "exchange":
                if (
                    introduced is None
                    and build.role == "question"
                    and build.has_words
                    and i not in answered
                    and not alone
                ):
                    build.turn("answer", None, number)
            elif introduced is not None and (i in answered or p.line.bold >= _BOLD or _asks(text)):
                last_exchange = build.section("q", "exchange", number, introduced)
                introduced = None
                build.turn("question", None, number)
            elif introduced is not None:
                # What neither asks nor is answered was only introduced.
                build.section("n", "notice", number, introduced)
                introduced = None
                build.turn("statement", None, number)
            elif (grammar.capitals or alone) and build.kind is not None and build.label is not None:
                pass
            elif build.kind is None or (
                build.kind == "announcement"
                and not build.headed
                and not is_stage(text)
                and begins_announcement(text, build.above, common)
            ):
                _open_statement(build, closing, last_exchange, None, number)
                build.turn("statement", None, number)
            build.paragraph(text, number)
    build.close()
    _keep_introduction(build, introduced, printed[-1].line.number if printed else 0)
    build.finish()
    return build.sections, gone


def _keep_introduction(build: _Builder, introduced: Occasion | None, line: int) -> None:
    """Make a notice of words that should have introduced a question, where none follows them."""
    if introduced is not None:
        build.section("n", "notice", line)
        build.turn("statement", None, line)
        build.paragraph(introduced.printed, line)
        build.close()


def _open_statement(
    build: _Builder, closing: bool, last_exchange: str | None, occasion: Occasion | None, line: int
) -> None:
    if closing and build.kind == "notice":
        return
    if closing or last_exchange is not None:
        build.section("n", "notice", line, occasion)
    else:
        build.section("a", "announcement", line, occasion)


def _answered(printed: list[_Printed]) -> set[int]:
    """Return the positions of unlabelled paragraphs that still belong to a question: a labelled answer follows."""
    out: set[int] = set()
    ahead = False
    for i in range(len(printed) - 1, -1, -1):
        if printed[i].tag == "answer":
            ahead = True
        elif printed[i].tag != "text":
            ahead = False
        elif ahead:
            out.add(i)
    return out


def _is_named(p: _Printed, grammar: Grammar) -> bool:
    key = _NUMBERED.sub(r"\1", p.key)
    return key not in grammar.questions and not _carries_on(p, grammar)


def _asks_too(p: _Printed, build: _Builder, named: bool, grammar: Grammar) -> bool:
    """Return whether a question belongs to the exchange that is open: nobody has answered there yet, and it is another
    person's (several are heard, then all are answered), or its label stands alone.
    """
    if build.kind != "exchange" or build.answered or build.label is None:
        return False
    return p.alone or (named and _is_named(p, grammar) and p.key != label_key(build.label))


def _follows(p: _Printed, named: bool, grammar: Grammar) -> bool:
    """Return whether the label says that it carries on: “Follow-up” always, “Journalist” where others are named."""
    remark = _REMARK.search(p.label or "")
    if remark and grammar.follow_ups.fullmatch(remark[1].strip()):
        return True
    if not _carries_on(p, grammar):
        return False
    return named or p.alone or p.key not in grammar.questions


def _label_within(text: str, known: Known, grammar: Grammar) -> tuple[str | None, str]:
    """Return (label, rest) of a question that stands in its introduction's paragraph."""
    found = _LABEL.fullmatch(text)
    if found and _has_shape(found[1], grammar):
        key = label_key(found[1])
        if _is_outlet(key, known) or key in grammar.questions:
            return found[1], found[2]
    return None, text


def _part_notice(sections: list[Section], grammar: Grammar) -> tuple[list[Section], list[tuple[int, str]]]:
    """Return the sections with an organisational notice at the very end of the last answer proposed as its own."""
    if not sections or sections[-1].kind != "exchange" or len(sections[-1].turns) < 2:
        return sections, []
    last = sections[-1]
    turn = last.turns[-1]
    before = last.turns[-2]
    if (
        turn.label is not None
        and turn.label == before.label
        and label_key(turn.label) not in grammar.answers
        and before.paragraphs
        and not _asks(before.paragraphs[-1].text)
        and not grammar.capitals
    ):
        # Who has answered and is named once more, with nobody between, says something of his own.
        return _with_notice(sections, replace(last, turns=last.turns[:-1]), turn)
    at = next(
        (i for i, p in enumerate(turn.paragraphs) if i > 0 and ends_sentence(p.text) and grammar.notice.search(p.text)),
        None,
    )
    if at is None or len(turn.paragraphs) - at > 4:
        return sections, []
    kept = replace(last, turns=(*last.turns[:-1], replace(turn, paragraphs=turn.paragraphs[:at])))
    return _with_notice(sections, kept, Turn("statement", None, turn.paragraphs[at:], turn.paragraphs[at].line))


def _with_notice(sections: list[Section], last: Section, said: Turn) -> tuple[list[Section], list[tuple[int, str]]]:
    """Return the sections with `last` as the last exchange and behind it what is said as a proposed notice."""
    name = f"n{sum(1 for s in sections if s.kind == 'notice') + 1}"
    paragraphs = tuple(replace(p, id=f"{name}.{k}") for k, p in enumerate(said.paragraphs, 1))
    turn = replace(said, role="statement", paragraphs=paragraphs)
    notice = Section(name, "notice", None, (turn,), proposed=True, line=said.line)
    doubt = (said.line, "proposed as a closing notice of its own, apart from the last answer")
    return [*sections[:-1], last, notice], [doubt]
