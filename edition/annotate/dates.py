"""Text → the calendar days that it prints, and those that “yesterday” or a weekday mean where that is certain.

This module must not guess: a day without a year in a text without a date stays silent, and so does everything coarser
than a day (a month, a year, a week).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from edition.annotate.tokens import Memo, Tokens
from edition.annotate.wordlists import words_of
from edition.model import DateTag, Span

Dated = tuple[Span, DateTag]

_PLAIN = {
    **dict.fromkeys("‐‑‒–—―−～〜﹣－", "-"),
    **{chr(code): " " for code in (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x0A, 0x09, 0x0D)},
    **dict.fromkeys("’‘ʼ", "'"),
}
_NOT_PLAIN = re.compile("[" + "".join(_PLAIN) + "]")

_MONTHS_EN = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10,
    "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
_MONTHS_ES = {
    "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9,
    "setiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
_BESIDE = re.compile(r"[\s,(，（]*(?:the\s+|a\s+|el\s+)?")
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS_ES = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_WEEKDAYS = {name: day for names in (_WEEKDAYS_EN, _WEEKDAYS_ES) for day, name in enumerate(names)} | {
    **{f"{name[:3]}.": day for day, name in enumerate(_WEEKDAYS_EN)},
    "tues.": 1, "thurs.": 3, "miercoles": 2, "sabado": 5,
}  # fmt: skip

_M = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|Jun\.|July?|Jul\.|Aug(?:ust|\.)?"
    r"|Sept(?:ember|\.)?|Sep\.?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)"
)
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,:]\d|-?[a-zA-Z])"
_D_BEFORE_DASH = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,:]\d|[a-zA-Z])"
_Y = r"(?:1[5-9]\d\d|20\d\d|21\d\d)(?!\d|,\d|-\d)"
_TO = r"(?:\s*-\s*|\s+(?:to|through|thru|until|till)\s+(?:the\s+)?)"

#: Month first: January 14; January 14, 2024; January 14 to 17; December 30 to January 2; January 3 and 4.
_MONTH_FIRST = re.compile(
    rf"(?<![\w-])(?P<m1>{_M})\s+(?:the\s+)?(?P<d1>{_D_BEFORE_DASH})(?:,?\s+(?P<y1>{_Y}))?"
    rf"(?:(?P<to>{_TO})(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?(?:(?P<m2>{_M})\s+)?(?P<d2>{_D})|(?P<list>(?:,\s+{_D})*,?\s+and\s+{_D}))?"
    rf"(?:,?\s+(?:of\s+)?(?P<y2>{_Y})|(?P<which>(?:\s+of|,)?\s+(?P<turn>last|this|next|every|each)\s+year))?"
)
#: Day first: 14 January; 14 January 2024; 14 to 17 January; 30 December to 2 January; 3 and 4 January.
_DAY_FIRST = re.compile(
    rf"(?<![\w.,:$£€-])(?P<d1>{_D_BEFORE_DASH})"
    rf"(?:\s+(?:of\s+)?(?P<m1>{_M})(?:,?\s+(?P<y1>{_Y}))?)?"
    rf"(?:(?P<to>{_TO})(?P<d2>{_D})\s+(?:of\s+)?(?P<m2>{_M})"
    rf"|(?P<list>(?:,\s+{_D})*,?\s+and\s+{_D})\s+(?:of\s+)?(?P<m3>{_M}))?"
    rf"(?:,?\s+(?P<y2>{_Y})|(?P<which>(?:\s+of|,)?\s+(?P<turn>last|this|next|every|each)\s+year))?"
)
#: What ties days to a month and to each other.
_TIES = frozenset(
    (*words_of("of and to through thru until till the de del y a al hasta el º ° o , - ."), *_MONTHS_EN, *_MONTHS_ES)
)
_ISO = re.compile(r"(?<![\w./-])(?P<y1>(?:19|20|21)\d\d)-(?P<m1>0[1-9]|1[0-2])-(?P<d1>0[1-9]|[12]\d|3[01])(?![\w/-])")
_CHINESE = re.compile(
    r"(?:(?P<y1>\d{4})年|(?P<turn>去年|今年|明年|每年))?(?P<m1>1[0-2]|0?[1-9])月(?P<d1>3[01]|[12]\d|0?[1-9])"
    r"(?:[日号]?(?:至|到|-|~)(?:(?P<y2>\d{4})年)?(?:(?P<m2>1[0-2]|0?[1-9])月)?(?P<d2>3[01]|[12]\d|0?[1-9])[日号]|[日号])"
)
_MES = "(?:" + "|".join(sorted(_MONTHS_ES, key=len, reverse=True)) + ")"
_DIA = r"(?:(?:3[01]|[12]\d|0?[1-9])(?:\.?[º°o])?|primero)(?![\d%]|[.,:]\d)"
_SPANISH = re.compile(
    rf"(?<![\w.,:$-])(?P<d1>{_DIA})(?:\s+de\s+(?P<m1>{_MES})(?:,?\s+del?\s+(?P<y1>{_Y}))?)?"
    rf"(?:(?P<to>\s*-\s*|\s+al?\s+|\s+hasta\s+el\s+)(?P<d2>{_DIA})\s+de\s+(?P<m2>{_MES})"
    rf"|(?P<list>(?:,\s+{_DIA})*\s+y\s+{_DIA})\s+de\s+(?P<m3>{_MES}))?"
    rf"(?:,?\s+del?\s+(?P<y2>{_Y})|\s+(?:de\s+)?(?P<turn>este\s+año|del\s+año\s+pasado|del\s+próximo\s+año|de\s+cada\s+año))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,2}")
_YEAR = re.compile(rf"(?<![\d.,$£€])({_Y})(?!\s*(?:million|billion|%|per\s?cent|km|people))")

#: A day that names an event of some other year: the August 17 Communiqué, the October 7 attack.
_EVENT_AFTER = re.compile(
    r"\s+(?:Incident|Movement|Communiqu[eé]|Revolution|Uprising|Massacre|Attacks?|attacks?|[Tt]errorist|incident|uprising"
    r"|massacre|riots?|coup|hostage|Tragedy)\b"
)
#: In January 20 people …: a number of things, not a day.
_NOT_BEFORE = re.compile(r"(?:\b[Ii]n|\b[Dd]uring|\b[Ll]ast|\bmid|\b[Ee]arly|\b[Ll]ate)[\s-]+$")
_COUNTED_AFTER = re.compile(
    r"\s+(?!(?:is|was|has|as|this|its|sees|marks|celebrations|says)\b)[a-z]+s\b|\s+(?:people|million)\b"
)
#: Within a sentence, a year before the day may be the day's own: then nothing is certain.
_YEAR_BEFORE = re.compile(
    rf"\b(?:in|of|since|by|during|en|de)\s+(?:(?:the\s+year|{_M})\s+)?({_Y})[^.!?]*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A day, or a range, as printed: months and days, and years where they stand there."""

    start: int
    end: int
    first: tuple[int | None, int, int]  # year, month, day
    last: tuple[int | None, int, int] | None = None
    turn: int | None = None  # last year -1, this year 0, next year 1
    weekday: int | None = None


def find_dates(
    text: str | Tokens, language: str = "en", context_date: str | None = None
) -> tuple[tuple[Dated, ...], tuple[Dated, ...]]:
    """Return (explicit, resolved): the days printed in `text`, and those that its relative words mean.

    A range is one tag A/B. `context_date`: the day on which the text was said (YYYY-MM-DD), None where unknown. A day
    without a year gets the year that brings it nearest to the context; without a context it gets one only where a
    weekday stands beside it and one of the years printed in the text (or the next to it) is the only one that fits.
    Resolved are yesterday, tomorrow and weekdays whose direction the sentence tells; in quoted words nothing is.
    Offsets are exact in `text`.
    """
    tokens = text if isinstance(text, Tokens) else Tokens(text)
    signs = openings(language)
    telling = [(i, says) for i in tokens.where(signs) if (says := _told(tokens, i, signs[tokens.raw[i]]))]
    if not telling:
        return (), ()
    text, base = tokens.text, language.split("-")[0].lower()
    plain = _NOT_PLAIN.sub(lambda found: _PLAIN[found[0]], text)
    context = _day_of(context_date)
    months = [i for i, says in telling if says == _MONTH]
    candidates = list(_FINDERS[base](tokens, plain, months)) if months else []
    if any(says == _YEAR_IN_FIGURES for _, says in telling):
        candidates += _iso_days(plain)
    printed: list[_Printed] = []
    # “5 May 14, 2025” can be read twice: what has a year comes first, then what is longer, then what stands first
    for found in sorted(candidates, key=lambda p: (p.first[0] is None, p.start - p.end, p.start)):
        if not any(found.start < other.end and other.start < found.end for other in printed):
            printed.append(found)
    explicit = []
    for found in sorted(printed, key=lambda p: p.start):
        iso = _iso_of(found, plain, context)
        if iso is not None:
            explicit.append(_dated(text, found.start, found.end, iso))
    resolved: tuple[Dated, ...] = ()
    relative = [i for i, says in telling if says == _RELATIVE_WORD]
    if context is not None and relative:
        pattern, find_days = _RELATIVE[base]
        covered = [(p.start, p.end) for p in printed]
        resolved = tuple(
            _dated(text, start, end, day.isoformat())
            for start, end, day in find_days(_at_words(pattern, tokens, relative, plain), plain, context)
            # “on Friday, 16 May” is one day, which is printed
            if not (covered and any(_is_beside(plain, start, end, s, e) for s, e in covered))
        )
    return tuple(explicit), resolved


def openings(language: str) -> Memo[int]:
    """Return what tells of a word whether a day may stand beside it; see `Openings`."""
    return _SIGNS.get(language.split("-")[0].lower(), _SIGNS[""])


def _is_beside(text: str, start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether two pieces of text overlap, or nothing but “, the” or a bracket stands between them."""
    if start < other_end and other_start < end:
        return True
    first, last = (end, other_start) if end <= other_start else (other_end, start)
    return last - first <= 10 and _BESIDE.fullmatch(text, first, last) is not None


def _dated(text: str, start: int, end: int, iso: str) -> Dated:
    return Span(start, end, "date", iso), DateTag(iso, text[start:end])


def _day_of(iso: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(iso) if iso else None
    except ValueError:
        return None


# ── What is printed ─────────────────────────────────────────────────────────────────────────────────────────────────


def _number(text: str) -> int:
    found = _NUMBER.search(text)
    return int(found[0]) if found else 1  # “primero”


def _month(text: str) -> int:
    return _MONTHS_EN[text.rstrip(".").lower()]


_TURNS = {
    "last": -1, "this": 0, "next": 1, "去年": -1, "今年": 0, "明年": 1, "este año": 0, "del año pasado": -1,
    "del próximo año": 1,
}  # fmt: skip
_NO_YEAR = ("every", "each", "每年", "de cada año")


def _english_days(tokens: Tokens, text: str, months: Sequence[int]) -> Iterator[_Printed]:
    end = 0
    for i in months:
        start = tokens.start(i)
        match = _MONTH_FIRST.match(text, start) if start >= end else None
        if match:
            end = match.end()
            yield from _read(match, text, _month, match["m1"], match["m2"] or match["m1"])
    for match in _at_numbers(_DAY_FIRST, tokens, text, months):
        last = match["m2"] or match["m3"]
        if match["m1"] or last:
            yield from _read(match, text, _month, match["m1"] or last, last or match["m1"])


def _spanish_days(tokens: Tokens, text: str, months: Sequence[int]) -> Iterator[_Printed]:
    for match in _at_numbers(_SPANISH, tokens, text, months):
        last = match["m2"] or match["m3"]
        if match["m1"] or last:
            yield from _read(match, text, lambda m: _MONTHS_ES[m.lower()], match["m1"] or last, last or match["m1"])


def _at_numbers(pattern: re.Pattern[str], tokens: Tokens, text: str, months: Sequence[int]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin at a number before one of the months, from left to right, without overlaps."""
    end = 0
    for at in sorted({number for month in months for number in _numbers_before(tokens, month)}):
        match = pattern.match(text, at) if at >= end else None
        if match:
            end = match.end()
            yield match


def _numbers_before(tokens: Tokens, month: int) -> Iterator[int]:
    """Yield where the numbers start that words of a range or a list tie to a month: “3, 4 and 5 January”."""
    for i in range(month - 1, max(-1, month - 40), -1):
        word = tokens.low(i)
        if word[:1].isdigit() or word == "primero":
            yield tokens.start(i)
        elif word not in _TIES:
            return


def _read(match: re.Match[str], text: str, month: Callable[[str], int], first: str, last: str) -> Iterator[_Printed]:
    """Return what one match of a day, a range or a list of days says."""
    start = min(match.start("m1"), match.start("d1")) if match["m1"] else match.start("d1")
    if match["turn"] is not None and match["turn"].lower() in _NO_YEAR:
        return
    has_year = bool(match["y1"] or match["y2"] or match["turn"])
    if not has_year and (_EVENT_AFTER.match(text, match.end()) or _NOT_BEFORE.search(text, max(0, start - 12), start)):
        return
    turn = _TURNS.get(" ".join(match["turn"].lower().split())) if match["turn"] else None
    y1, y2 = (int(match[name]) if match[name] else None for name in ("y1", "y2"))
    weekday = _weekday_before(text, match.start())
    one = (y1, month(first), _number(match["d1"]))
    if match["to"]:
        two = (y2 or y1, month(last), _number(match["d2"]))
        yield _Printed(start, match.end(), one, two, turn, weekday)
        return
    if not match["list"]:
        yield _Printed(start, match.end(), (y1 or y2, *one[1:]), None, turn, weekday)
        return
    if not has_year and _COUNTED_AFTER.match(text, match.end("list")):
        # “on June 3, 12 and 15 ships …” counts ships: only the first number is surely a day
        if match["m1"]:
            yield _Printed(start, match.start("list"), one, None, turn, weekday)
        return
    if (
        re.match(r"\s+and\s", match["list"])
        and match["m1"]
        and re.search(r"\b(?:between|entre)\s+$", text[max(0, start - 10) : start])
    ):
        day = _NUMBER.search(match["list"])
        if day:
            yield _Printed(
                start, match.end(), (y1 or y2, *one[1:]), (y2 or y1, month(last), int(day[0])), turn, weekday
            )
        return
    yield _Printed(start, match.end("d1"), (y1 or y2, month(last), one[2]), None, turn, weekday)
    for day in _NUMBER.finditer(text, match.start("list"), match.end("list")):
        yield _Printed(day.start(), day.end(), (y2 or y1, month(last), int(day[0])), None, turn)


def _weekday_before(text: str, at: int) -> int | None:
    """Return the weekday, from Monday as 0, that stands before a place (“Friday, the 16 May”), else None."""
    words = text[max(0, at - 24) : at].split()
    if words and words[-1] == "the":
        words.pop()
    return _WEEKDAYS.get(words[-1].rstrip(",").lstrip("([“\"'").lower()) if words else None


def _chinese_days(_: Tokens, text: str, __: Sequence[int]) -> Iterator[_Printed]:
    for match in _CHINESE.finditer(text):
        if match["turn"] in _NO_YEAR:
            continue
        turn = _TURNS.get(match["turn"]) if match["turn"] else None
        year = int(match["y1"]) if match["y1"] else None
        one = (year, int(match["m1"]), int(match["d1"]))
        two = None
        if match["d2"]:
            two = (int(match["y2"]) if match["y2"] else year, int(match["m2"] or match["m1"]), int(match["d2"]))
        yield _Printed(match.start(), match.end(), one, two, turn)


def _iso_days(text: str) -> Iterator[_Printed]:
    for match in _ISO.finditer(text):
        yield _Printed(match.start(), match.end(), (int(match["y1"]), int(match["m1"]), int(match["d1"])))


_FINDERS: dict[str, Callable[[Tokens, str, Sequence[int]], Iterator[_Printed]]] = {
    "en": _english_days,
    "es": _spanish_days,
    "zh": _chinese_days,
}

# ── Which year ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _iso_of(found: _Printed, text: str, context: datetime.date | None) -> str | None:
    """Return the ISO day or range, None where it isn't certain or no such day exists."""
    year, month, day = found.first
    last_year = found.last[0] if found.last else None
    if year is None and last_year is not None and found.last is not None:
        # December 30 to January 2, 2025: the year printed is the end's
        year = last_year - 1 if (month, day) > found.last[1:] else last_year
    if year is None and found.turn is not None:
        year = context.year + found.turn if context else None
        if year is None:
            return None
    if year is None:
        year = _nearest_year(month, day, context) if context else _year_by_weekday(found, text)
        if year is None:
            return None
        before = _YEAR_BEFORE.search(text, max(0, found.start - 200), found.start)
        if before and int(before[1]) != year:
            return None
    start = _date(year, month, day)
    if start is None:
        return None
    if found.last is None:
        return start.isoformat()
    end_year = last_year if last_year is not None and found.first[0] is not None else year
    if last_year is None or last_year == year:
        end_year = year + 1 if found.last[1:] < (month, day) and last_year is None else year
    elif found.first[0] is None:
        end_year = last_year
    end = _date(end_year, *found.last[1:])
    if end is None or end < start:
        return None
    return start.isoformat() if end == start else f"{start.isoformat()}/{end.isoformat()}"


def _nearest_year(month: int, day: int, context: datetime.date) -> int | None:
    """Return the year that brings the day nearest to `context` (said on 5 January, “December 28” is last year's)."""
    near = [
        (abs((date - context).days), date.year)
        for year in range(context.year - 1, context.year + 2)
        if (date := _date(year, month, day)) is not None
    ]
    return min(near)[1] if near else None


def _year_by_weekday(found: _Printed, text: str) -> int | None:
    """Return the only year among those printed in the text, and their neighbours, in which the day has its weekday."""
    if found.weekday is None:
        return None
    printed = {int(match[1]) for match in _YEAR.finditer(text)}
    fitting = {
        year
        for near in printed
        for year in (near - 1, near, near + 1)
        if (date := _date(year, *found.first[1:])) is not None and date.weekday() == found.weekday
    }
    return fitting.pop() if len(fitting) == 1 else None


# ── Relative words ──────────────────────────────────────────────────────────────────────────────────────────────────

_RELATIVE_EN = re.compile(
    r"\b(?:(?P<before>[Tt]he\s+day\s+before\s+)yesterday|(?P<after>[Tt]he\s+day\s+after\s+)tomorrow|(?P<yesterday>[Yy]esterday)"
    r"|(?P<tomorrow>[Tt]omorrow)|(?P<today>(?:[Ee]arlier|[Ll]ater)\s+today|[Tt]his\s+(?:morning|afternoon|evening)|[Tt]onight)"
    r"|(?:(?P<last>[Ll]ast|[Tt]his\s+past)\s+|(?P<on>(?:[Oo]n|[Ee]arly\s+on|[Ll]ate\s+on)\s+))?"
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?!s\b))\b"
)
_PAST = re.compile(
    r"\b(?:said|was|were|had|did|told|met|held|made|took|gave|began|went|came|saw|spoke|wrote|sent|left|hit|led|put|won"
    r"|[a-z]{2,}(?:[^e\W]ed|[a-z]ed))\b(?!\s+to\s+(?:be|visit|meet|arrive|hold|attend))"
)
_FUTURE = re.compile(
    r"\b(?:will|shall|upcoming|tomorrow|going\s+to|is\s+to|are\s+to|be\s+held|(?:is|are)\s+(?:scheduled|set|due|expected"
    r"|planned|slated)|scheduled|starting|plans?\s+to|coming)\b"
)
_IDLE_TOMORROW = re.compile(r"\b(?:a|the|better|brighter|beautiful|shared|of|'s)\s+$")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$|[\"”])")


def _relative_english(
    matches: Iterable[re.Match[str]], text: str, context: datetime.date
) -> Iterator[tuple[int, int, datetime.date]]:
    """Return (start, end, day) for the relative words whose day is certain."""
    for match in matches:
        if _is_quoted(text, match.start()):
            continue
        day: datetime.date | None = None
        start = match.start()
        if match["before"]:
            day = context - datetime.timedelta(2)
        elif match["after"]:
            day = context + datetime.timedelta(2)
        elif match["yesterday"]:
            day = context - datetime.timedelta(1)
        elif match["tomorrow"]:
            idle = _IDLE_TOMORROW.search(text, max(0, start - 12), start) or text.startswith("'s", match.end())
            day = None if idle else context + datetime.timedelta(1)
        elif match["today"]:
            day = context
        else:
            day = _weekday_meant(text, match, context)
        if day is not None:
            yield start, match.end(), day


def _at_words(pattern: re.Pattern[str], tokens: Tokens, words: Iterable[int], text: str) -> Iterator[re.Match[str]]:
    """Yield the matches at relative words, from left to right; “the day before yesterday” is the longest of them."""
    end = 0
    for i in sorted({max(0, word - before) for word in words for before in range(4)}):
        match = pattern.match(text, tokens.start(i)) if tokens.start(i) >= end else None
        if match:
            end = match.end()
            yield match


def _weekday_meant(text: str, match: re.Match[str], context: datetime.date) -> datetime.date | None:
    """Return the day that a weekday means: the last one in a sentence about the past, the next one in one about what
    is to come; None where the sentence says neither or both, or where the weekday is the context's own.
    """
    weekday = _WEEKDAYS_EN.index(match["weekday"].lower())
    back = (context.weekday() - weekday) % 7
    if back == 0:
        return None
    if match["last"]:
        return context - datetime.timedelta(back) if back > 1 else None
    if re.search(
        r"\b(?:next|every|each|this|coming)\s+$", text[max(0, match.start() - 8) : match.start()], re.IGNORECASE
    ):
        return None
    ends = [m.end() for m in _SENTENCE_END.finditer(text, 0, match.start())]
    following = _SENTENCE_END.search(text, match.end())
    sentence = text[ends[-1] if ends else 0 : following.start() if following else len(text)]
    past, future = _PAST.search(sentence), _FUTURE.search(sentence)
    if past and not future:
        return context - datetime.timedelta(back)
    if future and not past:
        return context + datetime.timedelta(7 - back)
    return None


def _is_quoted(text: str, i: int) -> bool:
    """Tell whether position `i` stands inside quotation marks that open before it in its paragraph."""
    curly = text.rfind("“", 0, i)
    if curly > text.rfind("”", 0, i):
        return True
    return text.count('"', 0, i) % 2 == 1


_RELATIVE_ZH = re.compile(
    "(?P<days>昨天|昨日|昨晚|前天|明天|明晚|后天)|(?P<week>本|这|上|下)(?:周|个?星期)(?P<weekday>[一二三四五六日天])(?![周年月])"
)
_DAYS_ZH = {"昨天": -1, "昨日": -1, "昨晚": -1, "前天": -2, "明天": 1, "明晚": 1, "后天": 2}
_IDLE_ZH = re.compile("(?:美好|更加|的)$")


def _relative_chinese(
    matches: Iterable[re.Match[str]], text: str, context: datetime.date
) -> Iterator[tuple[int, int, datetime.date]]:
    """Return (start, end, day); 本周三 is the Wednesday of the week, from Monday, in which it is said."""
    for match in matches:
        if _is_quoted(text, match.start()):
            continue
        if match["days"]:
            if not _IDLE_ZH.search(text, max(0, match.start() - 2), match.start()):
                yield match.start(), match.end(), context + datetime.timedelta(_DAYS_ZH[match["days"]])
            continue
        weeks = {"上": -1, "下": 1}.get(match["week"], 0)
        weekday = min("一二三四五六日天".index(match["weekday"]), 6)
        yield match.start(), match.end(), context + datetime.timedelta(7 * weeks + weekday - context.weekday())


_DIA_ES = "|".join(name.replace("á", "[áa]").replace("é", "[ée]") for name in _WEEKDAYS_ES)
_RELATIVE_ES = re.compile(
    rf"\b(?:(?P<days>antier|anteayer|ayer|pasado mañana)|(?:el\s+)?(?P<before>{_DIA_ES})\s+pasado"
    rf"|(?:el\s+)?pr[óo]ximo\s+(?P<next>{_DIA_ES}))\b",
    re.IGNORECASE,
)
_DAYS_ES = {"antier": -2, "anteayer": -2, "ayer": -1, "pasado mañana": 2}


def _relative_spanish(
    matches: Iterable[re.Match[str]], text: str, context: datetime.date
) -> Iterator[tuple[int, int, datetime.date]]:
    """Return (start, end, day); a weekday only with “pasado” or “próximo”, and not on the same weekday."""
    for match in matches:
        if _is_quoted(text, match.start()):
            continue
        if match["days"]:
            yield match.start(), match.end(), context + datetime.timedelta(_DAYS_ES[match["days"].lower()])
            continue
        weekday = _WEEKDAYS.get((match["before"] or match["next"]).lower())
        back = (context.weekday() - weekday) % 7 if weekday is not None else 0
        if back:
            start = match.start("before") if match["before"] else match.start()
            yield start, match.end(), context + datetime.timedelta(-back if match["before"] else 7 - back)


_FindDays = Callable[[Iterable[re.Match[str]], str, datetime.date], Iterator[tuple[int, int, datetime.date]]]
_RELATIVE: dict[str, tuple[re.Pattern[str], _FindDays]] = {
    "en": (_RELATIVE_EN, _relative_english),
    "es": (_RELATIVE_ES, _relative_spanish),
    "zh": (_RELATIVE_ZH, _relative_chinese),
}

# ── Where to look ───────────────────────────────────────────────────────────────────────────────────────────────────

#: What a word tells of a text: that a day by its month may stand there, a relative one, one in figures.
_MONTH, _RELATIVE_WORD, _YEAR_IN_FIGURES = 1, 2, 4


def _make_signs(months: Iterable[str], relative: Iterable[str]) -> Memo[int]:
    """Return what each word tells of its text; a paragraph in which none tells anything is read no further."""
    names, words = frozenset(months), frozenset(relative)

    def tell(word: str) -> int:
        if word in names:
            return _MONTH
        if word in words:
            return _RELATIVE_WORD
        return _YEAR_IN_FIGURES if len(word) == 4 and word.isdigit() else 0

    return Memo(tell)


def _told(tokens: Tokens, i: int, says: int) -> int:
    """Return what token i tells beside its neighbours: “2025” of a day in figures only before a dash, and so on."""
    if says == _YEAR_IN_FIGURES:
        return says if tokens.low(i + 1) == "-" else 0
    needs = _NEED_BEFORE.get(tokens.raw[i])
    return says if needs is None or tokens.low(i - 1) in needs else 0


def _cased(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from (word, word.title(), word.upper())


#: Words that mean a day only after one of these.
_NEED_BEFORE = {
    "today": ("earlier", "later"), **dict.fromkeys(("morning", "afternoon", "evening"), ("this",)),
}  # fmt: skip
_SIGNS = {
    "": _make_signs((), ()),
    "en": _make_signs(
        (name for name in _cased(_MONTHS_EN) if not name.islower()),
        (
            *_cased(words_of("yesterday tomorrow tonight")), *map(str.title, _WEEKDAYS_EN),
            *words_of("today morning afternoon evening"),
        ),
    ),
    "es": _make_signs(_cased(_MONTHS_ES), _cased(words_of("antier anteayer ayer pasado próximo proximo"))),
    "zh": _make_signs("月", "昨前明后周星"),
}  # fmt: skip
