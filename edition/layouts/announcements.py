"""Where, among the paragraphs before the first question, a further announcement begins.

Only evidence parts: a number, a formula with which announcements open, or a coming event with its day and with no name
from the paragraphs above. What none of these parts stays with the paragraph above it. This module must not read labels.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from edition.layouts.parts import word_set
from edition.words import label_key

_HAN_NUMBER = "一二三四五六七八九十"
#: “I.”, “2)”, “二、”.
_NUMBER = re.compile(
    r"(?:[IVX]{1,4}[.)]|\(?\d{1,2}[.)](?!\d))\s"
    rf"|(?:[{_HAN_NUMBER}]{{1,3}}、|[(（][{_HAN_NUMBER}]{{1,3}}[)）]|\d{{1,2}}、|第[{_HAN_NUMBER}]{{1,2}}[，、])"
)
#: Who invites or agrees; who shares or announces something.
_OPENING = re.compile(
    r"(?:(?:At|Upon|On) the (?:\w+ )?invitation of|Invited by|As agreed|[\w\s,’'-]{2,80} have agreed to hold"
    r"|(?:Now,? |First,? |Also,? )?I(?:[’']d| would| will|[’']ll| want| wish| have| am|[’']m)\b[^.:]{0,40}?"
    r"\b(?:announce|announcements?|share|inform|brief|remind)\b"
    r"|(?:Second|Third|Fourth|Last|Final)(?:ly)?,|Before (?:we|I) (?:begin|start|open)|Here(?:[’']s| is| are)\b"
    r"|According to the latest|Starting (?:from )?today)"
    r"|(?:应|受).{2,60}邀请|(?:经|根据).{2,30}(?:商定|协商一致|达成的共识)"
    r"|(?:下面|接下来|另外)?我(?:想|愿|要|将)?.{0,6}(?:宣布|通报)",
    re.I,
)
_MONTHS = r"(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber"
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
#: A first sentence that tells what comes or happens, and its day.
_EVENT = re.compile(
    rf"[^.]*\b(?:(?:{_MONTHS})\s?\d{{1,2}}|\d{{1,2}}\s(?:{_MONTHS}))\b"
    rf"|[^.]*\b(?:today|tomorrow|(?:this|next) (?:week|month|{_DAYS}))\b"
)
#: What points back at the paragraph above.
_BACK = re.compile(r"(?:During|At the|In the|The (?:visit|meeting|two)|This|These|It|He|She|They|Both|As|Between)\b")
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b[^\W\d_a-z][^\W_]{2,}")
#: Words in capitals that name no subject: the calendar, offices.
_NO_NAMES = word_set(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday foreign ministry minister ministers state council councilor president premier "
    "prime vice deputy government people peoples republic affairs office department committee party central member "
    "members secretary special envoy governor parliament international national"
)


def common_names(paragraphs: Iterable[str]) -> frozenset[str]:
    """Return the names that stand in more than a quarter of the document's paragraphs, and in more than two: they do
    not tell one announcement from another.
    """
    seen: Counter[str] = Counter()
    total = 0
    for text in paragraphs:
        total += 1
        seen.update(_names(text))
    return frozenset(name for name, n in seen.items() if n > max(2, total / 4))


def begins_announcement(text: str, above: Sequence[str], common: Callable[[], frozenset[str]]) -> bool:
    """Return whether `text` begins an announcement of its own below the paragraphs of another (`above`, its first one
    first). Where announcements are numbered only a number parts them. `common` is asked for the names that tell nothing
    only where a name decides.
    """
    if not above:
        return True
    if _NUMBER.match(above[0]):
        return _NUMBER.match(text) is not None
    if text.endswith((":", "：")):  # introduces what follows it
        return False
    if _NUMBER.match(text) or _OPENING.match(text):
        return True
    if not _EVENT.match(text) or _BACK.match(text):
        return False
    return _names(text).isdisjoint({name for each in above for name in _names(each)} - common())


def _names(text: str) -> set[str]:
    return {label_key(name) for name in _NAME.findall(text)} - _NO_NAMES
