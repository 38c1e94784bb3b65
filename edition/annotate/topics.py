"""The topics of a section: cue words and phrases of the vocabulary, weighed by where they stand.

This module must not know any topic by name, and reads text only through the cues of the authority file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from edition.model import Section, Topic

#: A word, or a single character of a script that is written without spaces.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_SENTENCE_END = re.compile(r"[.!?。！？](?=\s|$|[”’\"'])|[。！？]")

#: How much a cue counts by its place. Chosen on the three hand-tagged seeds; see docs/annotation.md.
HEADING, QUESTION, FIRST_SENTENCE = 2.0, 1.5, 1.4
#: A topic needs this score, and this part of the first topic's score, to be given.
LEAST, SHARE = 4.0, 0.33
MOST, MOST_OF_ARTICLE = 3, 4

_SUFFIX = "*"
#: Words remembered at once: more than a language's common ones, and few enough for any machine.
_MOST_WORDS = 200_000
_END = ""


@dataclass(slots=True)
class _Node:
    """One step in the tree of cues; `ends` are the (topic number, weight) of cues that end here."""

    next: dict[str, _Node] = field(default_factory=dict)
    ends: list[tuple[int, float]] = field(default_factory=list)


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


class _Steps(dict[str, tuple[bool, tuple[str, ...]]]):
    """For each word met: whether a cue can begin with it, and the steps that it can take."""

    def __init__(self, stems: frozenset[str], first: frozenset[str]) -> None:
        super().__init__()
        self._stems, self._first = stems, first

    def __missing__(self, word: str) -> tuple[bool, tuple[str, ...]]:
        if len(self) >= _MOST_WORDS:
            self.clear()
        keys = _word_keys(word, self._stems)
        self[word] = found = (not self._first.isdisjoint(keys), keys)
        return found


class TopicFinder:
    """The cues of one vocabulary, made ready once. Use `find`."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._ids: list[str] = []
        self._trees: dict[str, _Node] = {}
        self._steps: dict[str, _Steps] = {}
        kept = sorted(topics, key=lambda t: t.id)
        languages = sorted({cue.language for topic in kept for cue in topic.cues} | {""})
        for number, topic in enumerate(kept):
            self._ids.append(topic.id)
            for cue in topic.cues:
                for language in languages if cue.language == "" else (cue.language,):
                    node = self._trees.setdefault(language, _Node())
                    for key in _cue_keys(cue.text):
                        node = node.next.setdefault(key, _Node())
                    if node is not self._trees[language]:
                        node.ends.append((number, cue.weight))
        for language, tree in self._trees.items():
            self._steps[language] = _Steps(frozenset(_stems(tree)), frozenset(tree.next))

    def find(self, section: Section, language: str) -> tuple[str, ...]:
        """Return the ids of the section's topics, most important first: at most three, of an article four.

        `language` is a BCP 47 tag; cues of its primary language and cues of every language count. A language without
        cues gives no topics.
        """
        primary = language.split("-")[0].lower()
        key = primary if primary in self._trees else ""
        tree = self._trees.get(key)
        if tree is None:
            return ()
        seen: dict[tuple[int, int], int] = {}
        scores: dict[int, float] = {}
        for text, factor in _weighed(section):
            self._add(text, factor, key, tree, seen, scores)
        ranked = sorted(scores.items(), key=lambda item: (-round(item[1], 6), self._ids[item[0]]))
        if not ranked or ranked[0][1] < LEAST:
            return ()
        bar = max(LEAST, ranked[0][1] * SHARE)
        most = MOST_OF_ARTICLE if section.kind == "article" else MOST
        return tuple(self._ids[number] for number, score in ranked[:most] if score >= bar)

    def scores(self, section: Section, language: str) -> tuple[tuple[str, float], ...]:
        """Return every topic that a cue speaks for with its score, best first: what an editor sees who asks why."""
        primary = language.split("-")[0].lower()
        key = primary if primary in self._trees else ""
        tree = self._trees.get(key)
        if tree is None:
            return ()
        seen: dict[tuple[int, int], int] = {}
        scores: dict[int, float] = {}
        for text, factor in _weighed(section):
            self._add(text, factor, key, tree, seen, scores)
        return tuple(sorted(((self._ids[n], round(s, 3)) for n, s in scores.items()), key=lambda x: (-x[1], x[0])))

    def _add(
        self,
        text: str,
        factor: float,
        language: str,
        tree: _Node,
        seen: dict[tuple[int, int], int],
        scores: dict[int, float],
    ) -> None:
        """Add what the cues in `text` say to `scores`. `seen` counts how often a cue has been met in the section."""
        words = _WORD.findall(text)
        steps = self._steps[language]
        covered: dict[int, int] = {}
        for start in [i for i, word in enumerate(words) if steps[word][0]]:
            best: dict[int, tuple[int, float, int]] = {}
            nodes = [tree]
            at = start
            while nodes and at < len(words):
                nodes = [node.next[key] for node in nodes for key in steps[words[at]][1] if key in node.next]
                at += 1
                for node in nodes:
                    for topic, weight in node.ends:
                        best[topic] = (at, weight, id(node))
            for topic in sorted(best):
                end, weight, node_id = best[topic]
                if covered.get(topic, 0) >= end:
                    continue
                covered[topic] = end
                times = seen[(topic, node_id)] = seen.get((topic, node_id), 0) + 1
                # Said again, a cue counts less each time: an article is not about AI twenty times over.
                scores[topic] = scores.get(topic, 0.0) + weight * factor / times


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


def _weighed(section: Section) -> Iterable[tuple[str, float]]:
    """Yield the texts of a section with the factor of their place; stage notes say nothing of the subject."""
    if section.heading:
        yield section.heading, HEADING
    first = True
    for turn in section.turns:
        base = QUESTION if turn.role == "question" else 1.0
        for paragraph in turn.paragraphs:
            if paragraph.kind == "stage":
                continue
            text = paragraph.text
            if first:
                end = _SENTENCE_END.search(text)
                cut = end.end() if end else len(text)
                yield text[:cut], base * FIRST_SENTENCE
                text, first = text[cut:], False
            if text:
                yield text, base
