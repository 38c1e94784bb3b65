"""The topics of a section: cue words and phrases of the vocabulary, weighed by where they stand.

This module must not know any topic by name, and reads text only through the cues of the authority file.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edition.annotate.tokens import Memo, Tokens, split_tokens
from edition.model import Section, Topic

_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$|[”’\"'])|[。！？]")

#: How much a cue counts by its place, and the bars below: chosen on the tune half of tests/fixtures/labelled and on the
#: three hand-tagged seeds; see docs/annotation.md.
HEADING, QUESTION, FIRST_SENTENCE = 2.0, 2.0, 1.4
#: A topic needs this score, and this part of the first topic's score, to be given; a first topic that is certain anyway
#: doesn't raise the bar for the others any further.
LEAST, SHARE, CERTAIN = 4.0, 0.33, 30.0
MOST, MOST_OF_ARTICLE = 3, 4

_SUFFIX = "*"
#: Steps from state to state remembered at once: all that occur in thousands of briefings, and some tens of megabytes.
_MOST_STEPS = 200_000


#: Where people are named: for a paragraph's id the characters (start, end) of each name.
Names = Mapping[str, Sequence[tuple[int, int]]]
NO_NAMES: Names = {}


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a cue speaks for a topic.

    `cue` is as the vocabulary has it, with its `weight`; `counts` is what it adds here to the topic's score.
    `paragraph` is an id, "" for the section's heading; `start` and `end` count code points in its text.
    """

    cue: str
    weight: float
    counts: float
    paragraph: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a topic was given, or wasn't: its score and every cue that spoke for it, in the order of the text."""

    topic: str
    score: float
    given: bool
    found: tuple[Found, ...]


@dataclass(slots=True)
class _Node:
    """One step in the tree of cues; `ends` are the (topic number, weight, cue number) of cues that end here."""

    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[_End] = field(default_factory=list)


#: Number of a topic, weight, number of a cue.
_End = tuple[int, float, int]


def _exact(word: str) -> bool:
    """Whether a cue's word counts only in capitals (WHO, AI, 5G are not who, ai)."""
    return len(word) > 1 and word.isupper()


def _is_word(token: str) -> bool:
    """Whether a token is a word and no mark; marks between the words of a cue don't count."""
    return token[0].isalnum() or len(token) > 1


def _cue_keys(text: str) -> list[str]:
    """Return the steps of a cue: `=WHO` as typed, `elect*` for a beginning, else in lower case."""
    keys: list[str] = []
    for token in split_tokens(text):
        if _is_word(token):
            keys.append("=" + token if _exact(token) else token.lower())
        elif token == _SUFFIX and keys:
            keys[-1] = keys[-1].removeprefix("=").lower() + _SUFFIX
    return keys


@dataclass(slots=True, eq=False)
class _State:
    """Where the reading of words stands in the tree, and for each word that may come the state after it (None: no cue).

    States are made from the tree as texts need them, one for each set of nodes, so that a word costs one look-up.
    `ends`: of the cues that end here the last of each topic.
    """

    nodes: tuple[_Node, ...]
    ends: tuple[_End, ...]
    goes_on: bool
    after: Memo[_State | None]


class _Cues:
    """The cues of one language, made ready."""

    def __init__(self, tree: _Node) -> None:
        self._stems = frozenset(_stems(tree))
        self._keys = Memo(lambda word: _word_keys(word, self._stems))
        self._states: dict[tuple[int, ...], _State] = {}
        self._remembered = 0
        self._start = self._state_of((tree,))
        self.begins = self._start.after

    def _state_of(self, nodes: tuple[_Node, ...]) -> _State:
        key = tuple(map(id, nodes))
        known = self._states.get(key)
        if known is not None:
            return known
        ends = tuple({end[0]: end for node in nodes for end in node.ends}.values())
        made = _State(nodes, ends, any(node.next for node in nodes), Memo(lambda word: self._lead(made, word)))
        self._states[key] = made
        return made

    def _lead(self, state: _State, word: str) -> _State | None:
        """Return the state to which a word leads; what is remembered is forgotten when it grows too large."""
        self._remembered += 1
        if self._remembered > _MOST_STEPS:
            self._remembered = 0
            for each in self._states.values():
                each.after.clear()
        if not _is_word(word):
            return None if state is self._start else state
        nodes = tuple([node.next[key] for node in state.nodes for key in self._keys[word] if key in node.next])
        return self._state_of(nodes) if nodes else None

    def find(self, tokens: Tokens, first: int, end: int) -> Iterator[tuple[int, int, _End]]:
        """Yield (first token, token after the last, cue) of the longest cue of each topic at each place of a range."""
        covered: dict[int, int] = {}
        raw, begins = tokens.raw, self.begins
        starts = tokens.where(begins)
        for start in starts[bisect_left(starts, first) : bisect_left(starts, end)]:
            state = begins[raw[start]]
            if state is None:
                continue
            at = start + 1
            after = state.after[raw[at]] if state.goes_on and at < end else None
            if after is None:  # no cue of several words: so it is with most words that begin one
                for each in state.ends:
                    if covered.get(each[0], 0) < at:
                        covered[each[0]] = at
                        yield start, at, each
                continue
            best = {each[0]: (at, each) for each in state.ends}
            while after is not None:
                at += 1
                if after is not state:
                    for each in after.ends:
                        best[each[0]] = (at, each)
                state = after
                after = state.after[raw[at]] if state.goes_on and at < end else None
            for topic, (stop, each) in best.items():
                if covered.get(topic, 0) < stop:
                    covered[topic] = stop
                    yield start, stop, each


class TopicFinder:
    """The cues of one vocabulary, made ready once. Use `find`; `explain` says why."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        kept = sorted(topics, key=lambda t: t.id)
        self._ids = [topic.id for topic in kept]
        self._cues = [cue for topic in kept for cue in topic.cues]
        self._names = [cue.text != cue.text.lower() for cue in self._cues]
        trees: dict[str, _Node] = {}
        languages = sorted({cue.language for cue in self._cues} | {""})
        number = 0
        for place, topic in enumerate(kept):
            for cue in topic.cues:
                for language in languages if cue.language == "" else (cue.language,):
                    node = root = trees.setdefault(language, _Node())
                    for key in _cue_keys(cue.text):
                        node = node.next.setdefault(key, _Node())
                    if node is not root:
                        node.ends.append((place, cue.weight, number))
                number += 1
        self._languages = {language: _Cues(tree) for language, tree in trees.items()}

    def find(
        self,
        section: Section,
        language: str,
        tokens: Mapping[str, Tokens] | None = None,
        names: Names = NO_NAMES,
    ) -> tuple[str, ...]:
        """Return the ids of the section's topics, most important first: at most three, of an article four.

        `language` is a BCP 47 tag; cues of its primary language and cues of every language count. A language without
        cues gives no topics. `tokens`: each paragraph read, by its id, where that is done already. `names`: where
        people are named, by the paragraph's id; a common word that is only part of a name tells no subject.
        """
        return self._given(section, self._ranked(section, language, tokens, names))

    def scores(self, section: Section, language: str) -> tuple[tuple[str, float], ...]:
        """Return every topic that a cue speaks for with its score, best first."""
        ranked = self._ranked(section, language, None, NO_NAMES)
        return tuple((self._ids[number], round(score, 3)) for number, score in ranked)

    def explain(self, section: Section, language: str, names: Names = NO_NAMES) -> tuple[Evidence, ...]:
        """Return for every topic that a cue speaks for what an editor sees who asks why, best first."""
        ranked = self._ranked(section, language, None, names)
        given = self._given(section, ranked)
        by_topic: dict[int, list[Found]] = {}
        cues = self._cues_of(language)
        times: dict[int, int] = {}
        for paragraph, tokens, first, end, factor in _weighed(section, None):
            if cues is None:
                break
            for start, stop, (topic, weight, cue) in cues.find(tokens, first, end):
                if paragraph in names and self._is_in_name(tokens, start, stop, cue, names[paragraph]):
                    continue
                times[cue] = times.get(cue, 0) + 1
                by_topic.setdefault(topic, []).append(
                    Found(
                        cue=self._cues[cue].text,
                        weight=weight,
                        counts=round(weight * factor / times[cue], 3),
                        paragraph=paragraph,
                        start=tokens.start(start),
                        end=tokens.ends[stop - 1],
                    )
                )
        return tuple(
            Evidence(self._ids[number], round(score, 3), self._ids[number] in given, tuple(by_topic[number]))
            for number, score in ranked
        )

    def openings(self, language: str) -> Memo[Any] | None:
        """Return what tells of a word whether a cue may begin with it, None where no cue counts; see `Openings`."""
        cues = self._cues_of(language)
        return cues.begins if cues else None

    def _cues_of(self, language: str) -> _Cues | None:
        return self._languages.get(language.split("-")[0].lower()) or self._languages.get("")

    def _given(self, section: Section, ranked: list[tuple[int, float]]) -> tuple[str, ...]:
        """Return the topics above the bar of a section's first topic."""
        if not ranked:
            return ()
        bar = max(LEAST, min(ranked[0][1], CERTAIN) * SHARE)
        most = MOST_OF_ARTICLE if section.kind == "article" else MOST
        return tuple(self._ids[number] for number, score in ranked[:most] if score >= bar)

    def _ranked(
        self, section: Section, language: str, tokens: Mapping[str, Tokens] | None, names: Names
    ) -> list[tuple[int, float]]:
        """Return the numbers of the topics that a cue speaks for, with their scores, best first."""
        cues = self._cues_of(language)
        if cues is None:
            return []
        scores: dict[int, float] = {}
        times: dict[int, int] = {}
        for paragraph, read, first, end, factor in _weighed(section, tokens):
            here = names.get(paragraph, ())
            for start, stop, (topic, weight, cue) in cues.find(read, first, end):
                if here and self._is_in_name(read, start, stop, cue, here):
                    continue
                # Said again, a cue counts less each time: an article is not about AI twenty times over.
                times[cue] = n = times.get(cue, 0) + 1
                scores[topic] = scores.get(topic, 0.0) + weight * factor / n
        return sorted(scores.items(), key=lambda item: (-round(item[1], 6), self._ids[item[0]]))

    def _is_in_name(self, tokens: Tokens, first: int, stop: int, cue: int, names: Sequence[tuple[int, int]]) -> bool:
        """Tell whether a cue that is no name itself is only a part of somebody's (the Bishop in Julie Bishop)."""
        if self._names[cue]:
            return False
        start, end = tokens.start(first), tokens.ends[stop - 1]
        before = bisect_left(names, (end,))  # names don't overlap: only the last that begins before `end` can hold it
        a, b = names[before - 1] if before else (0, 0)
        return a <= start and end <= b and end - start < b - a


def make_topic_finder(topics: Iterable[Topic]) -> TopicFinder:
    """Return the finder for a vocabulary."""
    return TopicFinder(topics)


def _stems(tree: _Node) -> Iterable[str]:
    for key, node in tree.next.items():
        if key.endswith(_SUFFIX):
            yield key[:-1]
        yield from _stems(node)


def _word_keys(word: str, stems: frozenset[str]) -> tuple[str, ...]:
    """Return the steps that a word of the text can take: itself, its singular, the beginnings that cues ask for."""
    low = word.lower()
    keys = ["=" + word] if _exact(word) else []
    keys.append(low)
    if len(low) > 3 and low.endswith("s") and not low.endswith("ss"):
        keys.append(low[:-1])
        if low.endswith("ies"):
            keys.append(low[:-3] + "y")
        elif low.endswith(("ches", "shes", "xes", "ses")):
            keys.append(low[:-2])
    keys.extend(low[:n] + _SUFFIX for n in range(1, len(low) + 1) if low[:n] in stems)
    return tuple(keys)


def _weighed(section: Section, tokens: Mapping[str, Tokens] | None) -> Iterator[tuple[str, Tokens, int, int, float]]:
    """Yield (paragraph, its tokens, first..end of them, factor of the place); stage notes tell no subject."""
    if section.heading:
        heading = Tokens(section.heading)
        yield "", heading, 0, len(heading.raw), HEADING
    opening = True
    for turn in section.turns:
        base = QUESTION if turn.role == "question" else 1.0
        for paragraph in turn.paragraphs:
            if paragraph.kind == "stage":
                continue
            read = Tokens(paragraph.text) if tokens is None else tokens[paragraph.id]
            first, last = 0, len(read.raw)
            if opening:
                stop = _SENTENCE_END.search(paragraph.text)
                first = bisect_right(read.ends, stop.end()) if stop else last
                yield paragraph.id, read, 0, first, base * FIRST_SENTENCE
                opening = False
            if first < last:
                yield paragraph.id, read, first, last, base
