"""Labels that stand on a line of their own, with the words below them: which lines of a document are such labels.

Decided by recurrence and place over the whole document: a heading in capital letters is not a speaker. This module
must not say who asks and who answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from edition.layouts.cues import TONGUES
from edition.layouts.parts import Line, ends_sentence, is_separator, is_stage
from edition.words import label_key

_REMARK = re.compile(r"\s*[(（][^()（）]*[)）]")
_NUMBER = re.compile(r"\s*\d{1,3}\.?$")
_SENTENCE = re.compile(r"[.!?…。！？;]$|[!?！？¿¡]")
_NAME = re.compile(r"(?:[A-ZÀ-ÖØ-ÞŁŚŻĆŠŽČĐŞĞİ][\w'’.-]*\s?){1,5}")
_NAME_ALONE = re.compile(
    r"[A-ZÀ-ÖØ-ÞŁŚŻĆŠŽČĐŞĞİ][\w'’.-]*"
    r"(?: (?:\d{1,2}|[A-ZÀ-ÖØ-ÞŁŚŻĆŠŽČĐŞĞİ][\w'’.-]*|of|the|for|de|da|van|von|al|bin))*"
)
#: A label with its words in the same line: such a document's lines of one label are accidents.
_INLINE = re.compile(rf"Q[:.]?\s+\S|[A-ZÀ-Þ][A-ZÀ-Þ’'. -]{{2,50}}:\s+\S|{_NAME.pattern}:\s+\S")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONGEST = 25
#: So many lines must be labels, or none is.
_FEWEST = 3
_ANONYMOUS = frozenset().union(*(t.questions | t.follow_ups | t.answers | t.voices for t in TONGUES)) | {
    "q", "a", "question", "answer", "journalist", "reporter", "press", "followup", "correspondent",
}  # fmt: skip
_ROLES = frozenset().union(*(t.roles for t in TONGUES)) | {
    "minister", "president", "spokesperson", "spokesman", "spokeswoman", "secretary", "director", "ambassador",
    "moderator", "chair", "chairman", "commissioner", "mr", "mrs", "ms", "dr",
}  # fmt: skip


def find_standing(lines: Sequence[Line], title: str | None) -> frozenset[int]:
    """Return the numbers of the lines that are labels by themselves, none where fewer than three are.

    None is one, either, where as many labels have their words in the same line.

    Where labels follow a separator (most of those that recur do), a line in capitals after a separator is one, and
    any other only if it recurs. Where none do, one is accepted that recurs, asks by its words, names an office, is part
    of the title or of a label that is accepted already, or has a colon and a question below it.
    """
    return _find_labels(lines, title) or _find_names(lines)


def _find_names(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of names that stand above their words in ordinary letters, without a colon (“Ines Halvard”).

    At least four, of at least two people, half of them of names that recur, each above a line that is none and most
    above a sentence: headlines and headings don't recur. Of names that stand there once, those below the first that
    recurs are labels, and those with a question below them.
    """
    shaped = [_stands_like_name(line) for line in lines]
    at = [i for i in range(len(lines) - 1) if shaped[i] and not shaped[i + 1] and not is_separator(lines[i + 1].text)]
    keys = {i: _key(lines[i].text) for i in at}
    counts = Counter(keys.values())
    recurring = [i for i in at if counts[keys[i]] > 1]
    accepted = [i for i in at if recurring and (i >= recurring[0] or "?" in lines[i + 1].text)]
    if len(accepted) < 4 or 2 * len(recurring) < len(at) or len({keys[i] for i in accepted}) < 2:
        return frozenset()
    said = sum(1 for i in accepted if ends_sentence(lines[i + 1].text))
    return frozenset(lines[i].number for i in accepted) if said * 5 >= len(accepted) * 4 else frozenset()


def _stands_like_name(line: Line) -> bool:
    name = _without_remark(line.text).rstrip(" :：")
    return name.count(" ") < 5 and _NAME_ALONE.fullmatch(name) is not None


def _without_remark(text: str) -> str:
    return _REMARK.sub("", text) if "(" in text or "（" in text else text


def _find_labels(lines: Sequence[Line], title: str | None) -> frozenset[int]:
    """Return what `find_standing` does for labels in capitals, with a colon, or of a word that asks."""
    candidates = [i for i, line in enumerate(lines[:-1]) if _can_stand(line) and not is_separator(lines[i + 1].text)]
    if len(candidates) < _FEWEST:
        return frozenset()
    there = set(candidates)
    keys = {i: _key(lines[i].text) for i in candidates}
    counts = Counter(keys.values())
    after = {i for i in candidates if i > 0 and is_separator(lines[i - 1].text)}
    recurring = [i for i in candidates if counts[keys[i]] > 1 and (i + 1 not in there or i in after)]
    sure = [i for i in candidates if keys[i] in _ANONYMOUS]
    strong = sorted({*recurring, *sure})
    if len({keys[i] for i in strong}) < 2 or len(strong) < _FEWEST:
        return frozenset()
    by_separator = sum(1 for i in strong if i in after) * 5 >= len(strong) * 4
    accepted = set(strong)
    for i in candidates:
        asks = lines[i].text.endswith((":", "：")) and "?" in lines[i + 1].text
        if i in after if by_separator else asks or _names_office(lines[i].text):
            accepted |= {i} if i in after or not (i + 1 in there and i + 1 not in after) else set()
    if not by_separator:
        holding: dict[str, list[frozenset[str]]] = {}
        for words in sorted({_words(lines[i].text) for i in accepted} | {_words(title or "")}, key=sorted):
            for word in words:
                holding.setdefault(word, []).append(words)
        for i in candidates:
            words = _words(lines[i].text)
            # The rarest word leads to the fewest labels.
            if words and any(words <= theirs for theirs in min((holding.get(w, []) for w in sorted(words)), key=len)):
                accepted.add(i)
    inline = sum(1 for line in lines if _INLINE.match(line.text))
    return frozenset(lines[i].number for i in accepted) if inline < len(accepted) else frozenset()


def _can_stand(line: Line) -> bool:
    """Return whether a line can be a label alone: in capital letters, or a name with a colon and nothing after it, or
    a word for somebody who asks; not a sentence, not a stage note.
    """
    text = line.text
    if text.count(" ") >= _LONGEST or is_stage(text) or is_separator(text):
        return False
    name = text.rstrip(" :：")
    plain = _REMARK.sub("", name).strip()
    if _key(plain) in _ANONYMOUS:
        return True
    if not _LETTERS.search(plain) or _SENTENCE.search(plain) or ":" in plain or "：" in plain:
        return False
    return plain.isupper() or (name != text and _NAME.fullmatch(plain) is not None)


def _key(text: str) -> str:
    """Return the key of a label; “Question 2” has that of “Question”, but “Speaker 2” is somebody of his own."""
    plain = _REMARK.sub("", text).strip(" :：")
    unnumbered = label_key(_NUMBER.sub("", plain))
    return unnumbered if unnumbered in _ANONYMOUS else label_key(plain)


def _words(text: str) -> frozenset[str]:
    """Return the words of a label by their keys; a label of one short word has none, since it may be any word."""
    words = frozenset(label_key(w) for w in _REMARK.sub("", text).split()) - {""}
    return words if len("".join(words)) > 2 else frozenset()


def _names_office(text: str) -> bool:
    first, comma, rest = text.partition(",")
    words = [*first.split()[:2], *(rest.split()[:2] if comma else [])]
    return any(label_key(w) in _ROLES for w in words)
