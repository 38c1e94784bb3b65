"""Times of day as transcripts print them, and the moments at which a briefing began and ended.

This module must not read a day, and must not give an offset to a zone that is not printed or has more than one.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

#: Offsets from UTC by the printed abbreviation (IANA time zone database). Left out are those with several meanings in
#: use by governments: IST (India, Ireland, Israel), AST, GST, and ET, CT, PT, which name no offset of their own.
_OFFSETS = {
    "UTC": "+00:00", "GMT": "+00:00", "WET": "+00:00", "BST": "+01:00", "WEST": "+01:00", "CET": "+01:00",
    "WAT": "+01:00", "CEST": "+02:00", "EET": "+02:00", "SAST": "+02:00", "CAT": "+02:00", "EEST": "+03:00",
    "IDT": "+03:00", "MSK": "+03:00", "TRT": "+03:00", "EAT": "+03:00", "PKT": "+05:00", "NPT": "+05:45",
    "ICT": "+07:00", "WIB": "+07:00", "HKT": "+08:00", "SGT": "+08:00", "PHT": "+08:00", "AWST": "+08:00",
    "JST": "+09:00", "KST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00",
    "NDT": "-02:30", "BRT": "-03:00", "ART": "-03:00", "ADT": "-03:00", "CLT": "-04:00", "EDT": "-04:00",
    "EST": "-05:00", "CDT": "-05:00", "PET": "-05:00", "COT": "-05:00", "CST": "-06:00", "MDT": "-06:00",
    "MST": "-07:00", "PDT": "-07:00", "PST": "-08:00", "AKDT": "-08:00", "AKST": "-09:00", "HST": "-10:00",
}  # fmt: skip
_ZONE = r"\(?(?P<zone>[A-Z]{2,5}|[Ll]ocal(?:\s+[Tt]ime)?|LOCAL(?:\s+TIME)?|Eastern|Central|Mountain|Pacific)\)?"
_HALVES = re.compile(
    rf"\(?(?P<h>\d{{1,2}})(?:[:.](?P<m>\d{{2}}))?\s*(?:(?P<half>[AaPp])\.?\s*[Mm]\b\.?|(?P<noon>[Nn]oon|NOON)),?\s*(?:{_ZONE})?\.?\)?"
)
_WHOLE = re.compile(
    rf"\(?(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})\s*(?=\(?[A-Za-z])(?:(?:hours|hrs|h)\b\.?,?\s*)?(?:{_ZONE})?\.?\)?"
)
#: Words before a time: “END”, “Began at”, “(The briefing was concluded at”.
_SIGN = re.compile(
    r"\(?(?:the\s+(?:press\s+)?(?:briefing|conference|call|gaggle|press)\s+)?(?:was\s+|were\s+)?"
    r"(?:began|begins|begun|started|starts|commenced|ended|ends|end|concluded|adjourned)[\s.:,–—-]*(?:at\s+)?(?=\d)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A printed time of day. `offset` from UTC as ISO 8601 writes it, "" where none is printed or it is not certain."""

    hour: int
    minute: int
    offset: str = ""


def read_clock(text: str) -> Clock | None:
    """Return the time of day of a line that prints nothing else (a word such as “END” before it apart), else None."""
    rest = _SIGN.sub("", text.strip(), count=1)
    found = _HALVES.fullmatch(rest)
    if found is None or (found["m"] is None and found["zone"] is None and found["noon"] is None):
        found = _WHOLE.fullmatch(rest)
    if found is None:
        return None
    hour, minute = int(found["h"]), int(found["m"] or 0)
    half = found.groupdict().get("half")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    if hour > 23 or minute > 59:
        return None
    return Clock(hour, minute, _OFFSETS.get(found["zone"] or "", ""))


def moments(day: str | None, start: Clock | None, end: Clock | None) -> tuple[str | None, str | None]:
    """Return (beginning, end) as ISO 8601 on the day `day`; an end that is earlier than the beginning is the next
    day's. Without a day there are none.
    """
    if day is None:
        return None, None
    first = datetime.date.fromisoformat(day)
    last = first
    if start and end and _minutes(end, start) < _minutes(start, end):
        last = first + datetime.timedelta(days=1)
    return (_written(first, start) if start else None), (_written(last, end) if end else None)


def _minutes(clock: Clock, other: Clock) -> int:
    """Return minutes since midnight, in UTC where both clocks have an offset (a flight changes zones)."""
    minutes = clock.hour * 60 + clock.minute
    if clock.offset and other.offset:
        sign = -1 if clock.offset[0] == "-" else 1
        minutes -= sign * (int(clock.offset[1:3]) * 60 + int(clock.offset[4:]))
    return minutes


def _written(day: datetime.date, clock: Clock) -> str:
    return f"{day.isoformat()}T{clock.hour:02d}:{clock.minute:02d}{clock.offset}"
