"""What a search must find, worked out from the records themselves: no index, no JavaScript, nothing fast.

It shares two tables with the search page, because they are the rule and no working-out: the word forms (read from
assets/search/forms.js) and the very common words (from query.js); and the words of a text with the build
(edition/search_words.py). Must hold no test.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edition.search import SearchRecord
from edition.search_words import find_words, fold, fold_name, read_words, split_words

SCRIPTS = Path(__file__).parent.parent / "assets/search"
LONGEST, MOST_TERMS, LONGEST_NAME, MOST_WORDS = 1000, 40, 5, 200
QUOTES = '"“”„‟«»「」『』＂'


def read_forms() -> dict[str, Any]:
    """Return the table of word forms as the search page has it."""
    text = (SCRIPTS / "forms.js").read_text("utf-8")
    table: dict[str, Any] = json.loads(text.split("/* json */", 1)[1].split("/* end */", 1)[0])
    return table


def read_common(language: str) -> frozenset[str]:
    """Return the very common words of a language, folded."""
    text = (SCRIPTS / "query.js").read_text("utf-8")
    entry = re.search(rf"^    {language}: (\"[^;]*?\")(?:,\n    \w\w:|\n  \}})", text, re.M | re.S)
    return frozenset(split_words(" ".join(re.findall('"([^"]*)"', entry[1])) if entry else ""))


_FORMS = read_forms()


@cache
def find_forms(word: str, language: str) -> frozenset[str]:
    """Return all forms of a folded word."""
    table = _FORMS.get(language.partition("-")[0].lower())
    if table is None or len(word) < 3 or not re.fullmatch("[a-z]+", word):
        return frozenset((word,))
    rows: list[tuple[str, list[str]]] = [(stem, ends) for stem, ends in table["rows"]]
    if "doubled" in table:
        stem, letters, ends = table["doubled"]
        rows += [(stem, [letter + end.replace("+", letter) for end in ends]) for letter in letters]
    forms = {word}
    for stem, ends in rows:
        for end in ends:
            if word.endswith(end) and re.fullmatch(stem, word[: len(word) - len(end)]):
                forms |= {word[: len(word) - len(end)] + other for other in ends}
    for group in table.get("sets", ()):
        if word in group.split():
            forms |= set(group.split())
    apart = {frozenset(pair.split()) for pair in table.get("apart", ())}
    return frozenset(form for form in forms if len(form) >= 3 and frozenset((form, word)) not in apart)


# ── What was typed ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Term:
    """A word, a phrase or a beginning of a word, as typed and as compared."""

    kind: str
    text: str
    words: tuple[str, ...]
    acronym: str = ""


@dataclass(frozen=True)
class Node:
    """`kind`: term, not, all, any."""

    kind: str
    term: Term | None = None
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Sign:
    """A sign of the text typed: a term, "(", ")" or "OR"."""

    kind: str
    term: Term | None = None
    negated: bool = False


def _read_acronym(word: str) -> str:
    bare = re.sub("['’‘]s$", "", word.replace(".", ""))
    return bare if 2 <= len(bare) <= 6 and all(unicodedata.category(c) == "Lu" for c in bare) else ""


def _make_term(kind: str, text: str) -> Term | None:
    printed = [text[start:end] for start, end in find_words(text)]
    words = tuple(map(fold, printed))
    if not any(c.isalnum() for word in words for c in word):
        return None
    if kind == "word" and text.endswith("*") and text[-2].isalnum():
        kind = "prefix"
    acronym = _read_acronym(printed[0]) if kind == "word" and len(printed) == 1 else ""
    return Term(kind, text.strip(), words, acronym)


def _read_signs(text: str) -> list[Sign]:
    signs: list[Sign] = []
    at = 0
    denied = False
    while at < len(text):
        c, before = text[at], text[at - 1] if at else " "
        negated = (
            c == "-" and at + 1 < len(text) and not text[at + 1].isspace() and (before.isspace() or before in "(（")
        )
        if c.isspace() or (c == "-" and (at + 1 == len(text) or text[at + 1].isspace())):
            at += 1
            continue
        if c == "-" and (negated or text[at + 1] in QUOTES + "()（）"):
            at += 1
            c = text[at]
        if c in QUOTES:
            end = next((i for i in range(at + 1, len(text)) if text[i] in QUOTES), len(text))
            if term := _make_term("phrase", text[at + 1 : end]):
                signs.append(Sign("term", term, negated or denied))
            denied = False
            at = end + 1
        elif c in "()（）":
            signs.append(Sign("(" if c in "(（" else ")", None, negated or denied))
            denied = False
            at += 1
        else:
            end = next(
                (i for i in range(at, len(text)) if text[i].isspace() or text[i] in QUOTES + "()（）"), len(text)
            )
            run = text[at:end]
            if run in ("AND", "NOT") and not negated:
                denied = denied or run == "NOT"
            elif run == "OR" and not negated:
                signs.append(Sign("OR"))
                denied = False
            else:
                for word in re.split(r"(?<![0-9])[,;/]|[,;/](?![0-9])", run):
                    if term := _make_term("word", word):
                        signs.append(Sign("term", term, negated or denied))
                denied = False
            at = end
    return signs


class _Reader:
    """alternatives = row (OR row)…, row = part…, part = [-] (term | "(" alternatives ")")."""

    def __init__(self, signs: Sequence[Sign]) -> None:
        self.signs = list(signs)
        self.terms = 0

    def read_alternatives(self, depth: int) -> Node | None:
        rows = [self.read_row(depth)]
        while self.signs and self.signs[0].kind == "OR":
            self.signs.pop(0)
            rows.append(self.read_row(depth))
        return self.join("any", rows)

    def read_row(self, depth: int) -> Node | None:
        parts: list[Node | None] = []
        while self.signs and self.signs[0].kind != "OR" and not (depth and self.signs[0].kind == ")"):
            sign = self.signs.pop(0)
            node: Node | None = None
            if sign.kind == "(":
                node = self.read_alternatives(depth + 1)
                if self.signs and self.signs[0].kind == ")":
                    self.signs.pop(0)
            elif sign.kind == "term":
                self.terms += 1
                node = Node("term", sign.term) if self.terms <= MOST_TERMS else None
            parts.append(Node("not", parts=(node,)) if node and sign.negated else node)
        return self.join("all", parts)

    @staticmethod
    def join(kind: str, nodes: Iterable[Node | None]) -> Node | None:
        found = [node for node in nodes if node]
        return Node(kind, parts=tuple(found)) if len(found) > 1 else found[0] if found else None


# ── What is found ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Result:
    """Positions of the records that are found, and the terms that occur nowhere."""

    found: frozenset[int]
    absent: frozenset[str]


class Oracle:
    """The records, read once."""

    def __init__(self, records: Sequence[SearchRecord]) -> None:
        self.every = frozenset(range(len(records)))
        self.languages = [record.language for record in records]
        self.texts: list[str] = []
        self.words: dict[str, set[int]] = {}
        self.names: dict[str, set[int]] = {}
        for position, record in enumerate(records):
            paragraphs = [record.heading, *(text for _, text in record.text)]
            read = [split_words(text) for text in paragraphs]
            # one line a paragraph, so that a phrase is a piece of text between spaces
            self.texts.append("".join(f" {' '.join(words)} \n" for words in read))
            for word in {word for words in read for word in words}:
                self.words.setdefault(word, set()).add(position)
            for name in (*record.names, *(each for text in paragraphs for each in read_words(text)[1])):
                if folded := fold_name(name):
                    self.names.setdefault(folded, set()).add(position)

    def search(self, text: str, language: str = "en") -> Result | None:
        """Return what a query finds, None where it asks for nothing."""
        tree = _Reader(_read_signs(unicodedata.normalize("NFC", text[:LONGEST]))).read_alternatives(0)
        if tree is None:
            return None
        self.common, self.absent = read_common(language.partition("-")[0]), set[str]()
        return Result(frozenset(self.evaluate(tree)), frozenset(self.absent))

    def evaluate(self, node: Node, listing: bool = True) -> set[int]:
        if node.kind == "term":
            assert node.term
            return self.judge(node.term, self.hold(node.term), listing)
        if node.kind == "not":
            return set(self.every - self.evaluate(node.parts[0], False))
        if node.kind == "any":
            return set[int]().union(*(self.evaluate(part, listing) for part in node.parts))
        wanted = [part for part in node.parts if part.kind != "not"]
        found = set(self.every)
        decisive = any(not self.is_common(part) for part in wanted)
        for i, part in enumerate(wanted):
            if part.term is None:
                found &= self.evaluate(part, listing)
            elif not (decisive and self.is_common(part)):
                found &= self.judge(part.term, self.hold(part.term) | self.hold_as_names(wanted, i), listing)
        for part in node.parts:
            if part.kind == "not":
                found -= self.evaluate(part.parts[0], False)
        return found

    def judge(self, term: Term, found: set[int], listing: bool) -> set[int]:
        if not found and listing and not (term.kind == "prefix" and len(self.begin_with(term)) > MOST_WORDS):
            self.absent.add(term.text)
        return found

    def is_common(self, node: Node) -> bool:
        term = node.term
        return bool(
            term and term.kind == "word" and len(term.words) == 1 and term.words[0] in self.common and not term.acronym
        )

    def hold(self, term: Term) -> set[int]:
        """Return the records that hold a term in their text, or as a name."""
        if term.kind == "prefix":
            begun = self.begin_with(term)
            if len(begun) > MOST_WORDS:
                return set()
            return set[int]().union(*(self.hold_phrase((*term.words[:-1], word)) for word in begun))
        named = self.names.get(fold_name(term.text), set())
        if term.acronym and named:
            return set(named)
        if term.kind == "phrase" or len(term.words) > 1:
            return self.hold_phrase(term.words) | named
        return named | {
            position
            for language in set(self.languages)
            for form in find_forms(term.words[0], language)
            for position in self.words.get(form, ())
            if self.languages[position] == language
        }

    def begin_with(self, term: Term) -> list[str]:
        return [word for word in self.words if word.startswith(term.words[-1])]

    def hold_phrase(self, words: tuple[str, ...]) -> set[int]:
        wanted = f" {' '.join(words)} "
        some = self.words.get(words[0], set())
        return {position for position in some if wanted in self.texts[position]}

    def hold_as_names(self, parts: Sequence[Node], at: int) -> set[int]:
        """Return the records with a name that some words in a row spell, the one at `at` among them."""
        found: set[int] = set()
        for first in range(max(0, at - LONGEST_NAME + 1), at + 1):
            for end in range(max(at + 1, first + 2), min(len(parts), first + LONGEST_NAME) + 1):
                row = [part.term for part in parts[first:end]]
                if all(term and term.kind == "word" for term in row):
                    found |= self.names.get(fold_name("".join(term.text for term in row if term)), set())
        return found
