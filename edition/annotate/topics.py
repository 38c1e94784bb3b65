"""The topics of a section: cue words and phrases of the vocabulary, weighed by where they stand.

This module must not know any topic by name, and reads text only through the cues of the authority file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edition.model import Section, Topic

#: A word, or a single character of a script that is written without spaces.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$|[”’\"'])|[。！？]")

#: How much a cue counts by its place, and the bars below: chosen on the tune half of tests/fixtures/labelled and on the
#: three hand-tagged seeds; see docs/annotation.md.
HEADING, QUESTION, FIRST_SENTENCE = 2.0, 2.0, 1.4
#: A topic needs this score, and this part of the first topic's score, to be given; a first topic that is certain anyway
#: doesn't raise the bar for the others any further.
LEAST, SHARE, CERTAIN = 4.0, 0.33, 30.0
MOST, MOST_OF_ARTICLE = 3, 4

_SUFFIX = "*"
#: Words remembered at once: more than a language's common ones, and few enough for any machine.
_MOST_WORDS = 200_000


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
#: What a word can begin: the cues that it is alone, and where longer ones go on.
_Start = tuple[tuple[_End, ...], tuple[_Node, ...]]


def _exact(word: str) -> bool:
    """Whether a cue's word counts only in capitals (WHO, AI, 5G are not who, ai)."""
    return len(word) > 1 and word.isupper()


def _cue_keys(text: str) -> list[str]:
    """Return the steps of a cue: `=WHO` as typed, `elect*` for a beginning, else in lower case."""
    keys = []
    for found in _WORD.finditer(text):
        word = found[0]
        if text[found.end() : found.end() + 1] == _SUFFIX:
            keys.append(word.lower() + _SUFFIX)
        else:
            keys.append("=" + word if _exact(word) else word.lower())
    return keys


class _Steps(dict[str, tuple[str, ...]]):
    """For each word met the steps in the tree that it can take."""

    def __init__(self, stems: frozenset[str]) -> None:
        super().__init__()
        self._stems = stems

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _MOST_WORDS:
            self.clear()
        self[word] = keys = _word_keys(word, self._stems)
        return keys


class _Starts(dict[str, _Start | None]):
    """For each word met what it can begin; None for most words."""

    def __init__(self, tree: _Node, steps: _Steps) -> None:
        super().__init__()
        self._next, self._steps = tree.next, steps

    def __missing__(self, word: str) -> _Start | None:
        if len(self) >= _MOST_WORDS:
            self.clear()
        nodes = [self._next[key] for key in self._steps[word] if key in self._next]
        ends = tuple(end for node in nodes for end in node.ends)
        self[word] = found = (ends, tuple(node for node in nodes if node.next)) if nodes else None
        return found


class _Cues:
    """The cues of one language, made ready."""

    def __init__(self, tree: _Node) -> None:
        self.steps = _Steps(frozenset(_stems(tree)))
        self.starts = _Starts(tree, self.steps)

    def find(self, words: list[str]) -> Iterator[tuple[int, int, _End]]:
        """Yield (first word, word after the last, cue) of the longest cue of each topic at each place."""
        covered: dict[int, int] = {}
        steps, last = self.steps, len(words)
        for start, begun in enumerate(map(self.starts.__getitem__, words)):
            if begun is None:
                continue
            ends, nodes = begun
            at = start + 1
            best = {end[0]: (at, end) for end in ends} if ends else {}
            while nodes and at < last:
                keys = steps[words[at]]
                # Most words that could begin a cue don't: this is where the time goes.
                if len(nodes) == 1 and nodes[0].next.keys().isdisjoint(keys):
                    break
                nodes = tuple([node.next[key] for node in nodes for key in keys if key in node.next])
                at += 1
                for node in nodes:
                    for end in node.ends:
                        best[end[0]] = (at, end)
            for topic, (stop, end) in best.items():
                if covered.get(topic, 0) < stop:
                    covered[topic] = stop
                    yield start, stop, end


class TopicFinder:
    """The cues of one vocabulary, made ready once. Use `find`; `explain` says why."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        kept = sorted(topics, key=lambda t: t.id)
        self._ids = [topic.id for topic in kept]
        self._cues = [cue for topic in kept for cue in topic.cues]
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

    def find(self, section: Section, language: str) -> tuple[str, ...]:
        """Return the ids of the section's topics, most important first: at most three, of an article four.

        `language` is a BCP 47 tag; cues of its primary language and cues of every language count. A language without
        cues gives no topics.
        """
        return self._given(section, self._ranked(section, language))

    def scores(self, section: Section, language: str) -> tuple[tuple[str, float], ...]:
        """Return every topic that a cue speaks for with its score, best first."""
        return tuple((self._ids[number], round(score, 3)) for number, score in self._ranked(section, language))

    def explain(self, section: Section, language: str) -> tuple[Evidence, ...]:
        """Return for every topic that a cue speaks for what an editor sees who asks why, best first."""
        ranked = self._ranked(section, language)
        given = self._given(section, ranked)
        by_topic: dict[int, list[Found]] = {}
        cues = self._cues_of(language)
        times: dict[int, int] = {}
        for paragraph, offset, text, factor in _weighed(section):
            if cues is None:
                break
            spans = [(m.start() + offset, m.end() + offset) for m in _WORD.finditer(text)]
            for start, stop, (topic, weight, cue) in cues.find(_WORD.findall(text)):
                times[cue] = times.get(cue, 0) + 1
                by_topic.setdefault(topic, []).append(
                    Found(
                        cue=self._cues[cue].text,
                        weight=weight,
                        counts=round(weight * factor / times[cue], 3),
                        paragraph=paragraph,
                        start=spans[start][0],
                        end=spans[stop - 1][1],
                    )
                )
        return tuple(
            Evidence(self._ids[number], round(score, 3), self._ids[number] in given, tuple(by_topic[number]))
            for number, score in ranked
        )

    def _cues_of(self, language: str) -> _Cues | None:
        return self._languages.get(language.split("-")[0].lower()) or self._languages.get("")

    def _given(self, section: Section, ranked: list[tuple[int, float]]) -> tuple[str, ...]:
        """Return the topics above the bar of a section's first topic."""
        if not ranked:
            return ()
        bar = max(LEAST, min(ranked[0][1], CERTAIN) * SHARE)
        most = MOST_OF_ARTICLE if section.kind == "article" else MOST
        return tuple(self._ids[number] for number, score in ranked[:most] if score >= bar)

    def _ranked(self, section: Section, language: str) -> list[tuple[int, float]]:
        """Return the numbers of the topics that a cue speaks for, with their scores, best first."""
        cues = self._cues_of(language)
        if cues is None:
            return []
        scores: dict[int, float] = {}
        times: dict[int, int] = {}
        for _, _, text, factor in _weighed(section):
            for _, _, (topic, weight, cue) in cues.find(_WORD.findall(text)):
                # Said again, a cue counts less each time: an article is not about AI twenty times over.
                times[cue] = n = times.get(cue, 0) + 1
                scores[topic] = scores.get(topic, 0.0) + weight * factor / n
        return sorted(scores.items(), key=lambda item: (-round(item[1], 6), self._ids[item[0]]))


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


def _weighed(section: Section) -> Iterator[tuple[str, int, str, float]]:
    """Yield (paragraph, offset, text, factor of the place); stage notes say nothing of the subject."""
    if section.heading:
        yield "", 0, section.heading, HEADING
    first = True
    for turn in section.turns:
        base = QUESTION if turn.role == "question" else 1.0
        for paragraph in turn.paragraphs:
            if paragraph.kind == "stage":
                continue
            text, offset = paragraph.text, 0
            if first:
                end = _SENTENCE_END.search(text)
                offset = end.end() if end else len(text)
                yield paragraph.id, 0, text[:offset], base * FIRST_SENTENCE
                text, first = text[offset:], False
            if text:
                yield paragraph.id, offset, text, base
