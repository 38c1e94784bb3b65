"""The head of a page and its foot: what is printed above and below the body, as fields and as furniture.

This module must not read a date from anything but printed words, and must not decide which layout a page has.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edition.containers.fields import read_moment
from edition.layouts.cues import TONGUES
from edition.layouts.parts import Document, Line, dropped, ends_sentence, is_separator, metadata, word_set
from edition.model import DroppedLine, MetadataLine
from edition.words import label_key

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = "|".join([*MONTHS, *(f"{m[:3]}\\.?" for m in MONTHS), "sept\\.?"])
#: The months of the other languages, each with its number; a month that two languages share has one number in both.
_OTHER_MONTHS = {name.casefold(): i for t in TONGUES for i, name in enumerate(t.months, 1)}
_OTHER = "|".join(sorted(map(re.escape, _OTHER_MONTHS), key=lambda name: (-len(name), name)))
_DATES = (
    re.compile(rf"\b(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*,?\s*(?P<year>\d{{4}})\b)?", re.I),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})(?![a-z])(?:\s*,?\s*(?P<year>\d{{4}})\b)?", re.I
    ),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:er|º|\.)?\s+(?:de\s+)?(?P<month>{_OTHER})(?!\w)"
        rf"(?:(?:\s*,\s*|\s+)(?:del?\s+)?(?P<year>\d{{4}})(?:\s+(?:года|г\.?))?)?\b",
        re.I,
    ),
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(r"(?<![\d.])(?P<year>\d{4})(?:\.\s?|/)(?P<month>\d{1,2})(?:\.\s?|/)(?P<day>\d{1,2})(?![\d/])\.?"),
    # With full stops, the day stands first everywhere; with slashes that differs from country to country.
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?![\d.])"),
    re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"),
    re.compile(r"(?P<era>令和|平成)\s*(?P<year>元|\d{1,2})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"),
    re.compile(r"(?P<year>\d{4})\s*년\s*(?P<month>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일"),
)
_DIGIT = re.compile(r"\d")
#: The year before the first of an era.
_ERAS = {"令和": 2018, "平成": 1988}
_TIME = re.compile(r"(?<!\d)(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?(?:\s*(?P<half>[ap])\.?m\.?)?(?![\d:])", re.I)
_OFFSET = re.compile(r"(?:(?:UTC|GMT)\s*)?(?P<sign>[+\-−])(?P<h>\d{1,2})(?::?(?P<m>\d{2}))?$|(?P<z>Z|UTC|GMT)$")
#: Words before a stamp's date.
_STAMP_WORD = re.compile(
    r"(?:last\s+)?(?:updated?|published|posted|issued|released|modified|revised)(?:\s+on)?\s*[:：]?\s*"
    r"|(?:publié|mis\s+en\s+ligne|publicad[oa]|atualizado|actualizado|pubblicato|aggiornato|veröffentlicht|stand|date|fecha|"
    r"datum|data|опубликовано|发布时间|時間|日期)(?:\s+(?:le|el|em|il|am))?\s*[:：]?\s*",
    re.I,
)
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lundi|mardi|"
    r"mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b",
    re.I,
)
_TITLE_CUES = re.compile(
    r"\b(?:press|news|media)\s+(?:conference|briefing|availability|encounter|statement|release|gaggle)s?\b"
    r"|\b(?:daily|weekly|noon|regular|special|online)\s+(?:\w+\s+)?briefing\b"
    r"|\bbriefing\b|\bremarks\b|\bstatement\s+(?:by|of|on)\b|\bquestions\s+and\s+answers\b|\btranscript\b"
    r"|\banswers?\s+(?:\w+\s+){0,2}questions?\b"
    r"|记者会|記者會|发布会|吹风会|答记者问|记者招待会|发言人.{0,30}(?:谈话|表态|声明)"
    + "".join(rf"|\b{t}\b" if t[0] < "\u0600" else f"|{t}" for tongue in TONGUES for t in tongue.titles),
    re.I,
)
_ASKS = re.compile(r"[?？][\"'”’]?$")
_INITIAL_LAST = re.compile(r"\b[A-Z]\.$")
_LANGUAGES = word_set(
    "عربي العربية español русский français english 中文 简体中文 繁体中文 繁體中文 简体 繁體 deutsch português "
    "日本語 한국어 italiano "
    "türkçe polski nederlands svenska norsk dansk suomi eesti latviešu lietuvių українська ελληνικά magyar čeština "
    "slovenčina română български srpski hrvatski slovenščina íslenska gaeilge cymraeg euskara català galego فارسی اردو "
    "हिन्दी বাংলা ไทย tiếng việt bahasa indonesia melayu kiswahili עברית accessibility en es fr de zh ru ar"
)
_BREADCRUMB = re.compile(r"^\s*(?:home|start|main page|首页)\s*(?:[>›»/]|->).*", re.I)
_MENU_SIGN = re.compile(r"[•|·›»]")
#: Whole lines at the end of a page that are tools of the page.
_TOOLS = frozenset(
    label_key(t)
    for t in (
        "Suggest to a friend",  # cue
        "Print", "Share", "Share this", "Share this page", "Email", "E-mail", "Send to a friend", "Tell a friend",
        "Back to top", "Top", "Close", "Close window", "Back", "Return", "Home", "Previous", "Next", "Print this page",
        "Appendix", "Related News", "Related", "Subscribe", "Save", "Bookmark", "Follow us", "Contact us", "Sitemap",
        "Facebook", "Twitter", "X", "WhatsApp", "LinkedIn", "WeChat", "Weibo", "Download", "Listen", "Read more",
    )
)  # fmt: skip
#: Furniture glued to the last sentence: link lists of a ministry's page, up to its copyright line.
_GLUED = re.compile(r"\s*\bLinks?:\s+(?:\S+\s+){2,40}?(?:Copyright\b\s*©?|©).*$", re.I | re.S)
#: The beginning of a state's name under the name of its office; what matches is left out.
_STATE = re.compile(
    r"(?:the\s+)?(?=(?:\w+[’']?s?\s+){0,3}?(?:Republic|Kingdom|Federation|Commonwealth|Union|States|Principality|Emirates)\b)",
    re.I,
)
_COPYRIGHT = re.compile(r"^(?:Copyright\b|©|All rights reserved)", re.I)
_ROLE = (
    r"(?:Spokes(?:person|man|woman)|Minister|Secretary|President|Premier|Chancellor|Ambassador|Director|Commissioner|"
    r"Governor|Chair(?:man|woman|person)?|Envoy|Representative|Director-General|General|Speaker|Mayor|Coordinator|Administrator)"
)
_NAME = (
    r"[^\W\d_][\w'’.\-]*(?:\s+(?:[A-ZÀ-ÖØ-ÞŁŚŻĆŠŽČĐŞĞİ][\w'’.\-]*|"
    r"de|da|del|der|den|di|do|dos|bin|ibn|al|el|van|von|la|le|y))*"
)
_BY_ROLE = re.compile(rf"\b{_ROLE}(?:[’']s)?\s+(?P<name>{_NAME})")
_BY_WORD = re.compile(
    rf"\b(?:briefing|conference|remarks|statement|availability|encounter)\s+(?:by|of|with)\s+(?P<name>{_NAME})", re.I
)
#: “… del presidente Ana Ruiz”, “… de la ministre Claire Sand”: an office of another language before a name.
_BY = "|".join(sorted({w for t in TONGUES for w in t.by}, key=lambda w: (-len(w), w)))
_BY_OFFICE = re.compile(rf"\b(?:{_BY})\s+(?P<role>[\w-]+)\s+(?=[A-ZÀ-Þ])(?P<name>{_NAME})")
_OFFICES = frozenset().union(*(t.roles for t in TONGUES))
#: A spokesperson of an office that is named between role and name; a name right behind an article is an institution's.
_OFFICE_WORD = (
    "Ministry|Office|Department|Foreign|State|External|Affairs|Government|Republic|Ministerio|Cancillería|Relaciones|"
    "Asuntos|Exteriores|Gobierno|Presidencia|República"
)
_BY_SPOKESPERSON = re.compile(
    rf"\b(?:Spokes(?:person|man|woman)|[Pp]ortavoz|[Vv]ocer[oa])"
    rf"(?:\s+(?:of|for|the|del?|la|el|los|y|and|{_OFFICE_WORD}))*\s+(?:{_OFFICE_WORD})"
    rf"(?:,?\s+(?:Mr|Ms|Mrs|Dr)\.?)?\s+(?P<name>{_NAME})"
)
_POSSESSIVE = re.compile(rf"^(?P<name>{_NAME}?)[’']s?\s", re.U)
_CHINESE_SPEAKER = re.compile(
    r"(?:发言人|發言人)([\u4e00-\u9fff]{2,4}?)(?=主持|举行|舉行|就|的|答|在|谈|談|回应|关于|介绍|[:：\s]|$)"
)
_NOT_NAMES = word_set(
    "regular daily weekly monthly special online press news media briefing conference remarks statement holds answers "
    "on at in of for the a an and to transcript response replies foreign ministry office government department affairs "
    "following after"
)


#: The name of a part of a site, which the pages of that part print above their titles.
_SITE_PART = re.compile(
    r"(?:(?:press|news|media|speeches)\s*(?:conferences?|briefings?|releases?|statements?|room|cent(?:er|re)|office|"
    r"remarks)?|press\s+conferences\s+and\s+briefings|transcripts?|briefings?|daily\s+briefings?)",
    re.I,
)
#: Words on the text itself: how it was written down or translated.
_NOTE = re.compile(
    r"\b(?:verbatim\s+transcript|provisional\s+translation|unofficial\s+translation|courtesy\s+translation|"
    r"approximate\s+translation|translated\s+from|rush\s+transcript)\b|仮訳",
    re.I,
)
_NOTE_LENGTH = 400
_LANGUAGE_NAMES = word_set(
    "english japanese chinese korean russian french spanish arabic german portuguese italian norwegian danish swedish "
    "español français русский العربية deutsch português italiano 日本語 한국어 中文"
)
_PLACE_WORDS = 7
#: A day and a time printed without a blank between them: “19 April 201716:51”.
_GLUED_TIME = re.compile(r"(?<!\d)(\d{4})(?=\d{2}:\d{2}(?!\d))")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the body. `body`: the lines after it; `letterhead`: how many printed lines above the title are
    no furniture; `stamp`: the line of a printed stamp; `place`, `starts`, `held` (a day): where and when it was held,
    as a line says.
    """

    title: str | None
    title_line: int
    speaker: str | None
    date: str | None
    published: str | None
    publisher: str | None
    body: tuple[Line, ...]
    metadata: tuple[MetadataLine, ...]
    dropped: tuple[DroppedLine, ...]
    letterhead: int = 0
    stamp: str | None = None
    language_bar: bool = False
    doubts: tuple[tuple[int, str], ...] = ()
    place: str | None = None
    starts: str | None = None
    held: str | None = None


def read_head(document: Document) -> Head:
    """Return the head of the page; of an e-mail's text, the head of what it says, its subject as the title."""
    mail, rest, gone = _mail_head(document.lines)
    if not mail:
        return _read_head(document)
    head = _read_head(replace(document, lines=(*mail, *rest), title=mail[0].number))
    return replace(head, dropped=tuple(sorted((*gone, *head.dropped), key=lambda d: d.line or 0)))


_MAIL_KEY = re.compile(
    r"(?:(?P<subject>Subject|Betreff|Objet|Asunto|Assunto|Oggetto)|(?P<sent>Date|Sent|Datum|Gesendet|Envoyé|Fecha|Enviado"
    r"|Data|Inviato)|From|To|Cc|Bcc|Reply-To|Sender|Message-ID|MIME-Version|Content-[\w-]+|Return-Path|Received"
    r"|Importance|Attachments?|X-[\w-]+|Von|An|De|À|A|Para|Da)\s?:\s*(?P<said>.*)",
    re.I,
)
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|tr|rv)\s?:\s*)+", re.I)
_SHORT_WEEKDAY = re.compile(r"^[A-Z][a-z]{2},\s*")


def _mail_head(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...], list[DroppedLine]]:
    """Return (subject and date as lines without their keys, the lines below the head, what was dropped) of an e-mail
    saved as text: at least three lines with an e-mail's keys stand first, a subject among them.
    """
    found: list[tuple[Line, re.Match[str]]] = []
    for line in lines[:40]:
        match = _MAIL_KEY.fullmatch(line.text)
        if match is None:
            break
        found.append((line, match))
    subject = next((p for p in found if p[1]["subject"] and p[1]["said"]), None)
    if len(found) < 3 or subject is None:
        return (), tuple(lines), []
    kept = [replace(subject[0], text=_REPLY.sub("", subject[1]["said"]))]
    sent = next(((line, _SHORT_WEEKDAY.sub("", m["said"])) for line, m in found if m["sent"]), None)
    if sent and read_stamp(sent[1]):
        kept.append(replace(sent[0], text=sent[1]))
    numbers = {line.number for line in kept}
    gone = [d for line, _ in found if line.number not in numbers for d in dropped(line, "head of an e-mail")]
    rest = list(lines[len(found) :])
    if end := next((i for i in range(max(0, len(rest) - 15), len(rest)) if rest[i].text in ("--", "__")), None):
        gone += [d for line in rest[end:] for d in dropped(line, "signature of an e-mail")]
        rest = rest[:end]
    return tuple(kept), tuple(rest), gone


def _read_head(document: Document) -> Head:
    """Return the head of the page: title (one of the first twelve printed lines, short, that names a briefing), the
    letterhead above it, stamps and repeated titles right below it, navigation dropped.
    """
    lines = document.lines
    given = document.title
    at = next((i for i, line in enumerate(lines) if line.number == given), None) if given else None
    said = label_key(document.fields.title) if document.fields and document.fields.title else ""
    if at is None and said:
        at = next((i for i, line in enumerate(lines[:12]) if label_key(line.text) == said), None)
    elif at is None:
        titles = [i for i, line in enumerate(lines[:12]) if is_title(line.text)]
        # The name of a part of the site stands above the title of the page.
        at = next((i for i in titles if i == titles[-1] or not _SITE_PART.fullmatch(lines[i].text)), None)
        at = _title_by_place(lines) if at is None else at
    gone: list[DroppedLine] = []
    fields: list[MetadataLine] = []
    letterhead: list[Line] = []
    bar = False
    if at is None:
        i = 0
        stamp = held = None
        while i < min(len(lines), 6):
            if reason := furniture(lines[i].text):
                gone += dropped(lines[i], reason)
                bar = bar or reason == "language bar"
            elif not held and (held := day_in_brackets(lines[i].text)):
                fields += metadata(lines[i], "held")
            elif document.fields and not stamp and (stamp := read_stamp(lines[i].text)):
                fields += metadata(lines[i], "published")
            else:
                break
            i += 1
        head = Head(
            None, 0, None, None, stamp, None, lines[i:], tuple(fields), tuple(gone),
            stamp=stamp, language_bar=bar, held=held,
        )  # fmt: skip
        return _with_fields(head, document)
    stamps: list[Line] = []
    for line in lines[:at]:
        if reason := furniture(line.text):
            gone += dropped(line, reason)
            bar = bar or reason == "language bar"
        elif read_stamp(line.text):
            stamps.append(line)
        elif _SITE_PART.fullmatch(line.text):
            gone += dropped(line, "name of a part of the site")
        elif _RELEASE.match(line.text):
            fields += metadata(line, "release")
        elif _CONTACT.search(line.text):
            fields += metadata(line, "contact")
        else:
            letterhead.append(line)
    if letterhead and not given and any(len(line.text.split()) > 14 or ends_sentence(line.text) for line in letterhead):
        # Text above what looks like a title: then that line is no title of the whole.
        return Head(None, 0, None, None, None, None, lines, (), (), language_bar=bar)
    title = lines[at]
    fields += [m for line in letterhead for m in metadata(line, "publisher")]
    fields += metadata(title, "title")
    i = at + 1
    occasion: _Held | None = None
    dated = title
    speaker = speaker_of_title(title.text)
    while i < len(lines):
        line = lines[i]
        if label_key(line.text) == label_key(title.text):
            gone += dropped(line, "title printed again")
        elif i == at + 1 and _BY_LINE.match(line.text) and not ends_sentence(line.text):
            fields += metadata(line, "title")
            title = dated = replace(title, text=f"{title.text} {line.text}")
            speaker = speaker or speaker_of_title(title.text)
        elif not read_stamp(line.text) and _is_second_title(line.text, title.text):
            fields += metadata(line, "title")
            dated = dated if _find_date(title.text) else line
            speaker = speaker or speaker_of_title(line.text)
        elif not any(c.isalnum() for c in line.text) and not is_separator(line.text):
            gone += dropped(line, "separator")
        elif read_stamp(line.text):
            stamps.append(line)
        elif reason := furniture(line.text):
            gone += dropped(line, reason)
            bar = bar or reason == "language bar"
        elif label_key(line.text) in _LANGUAGE_NAMES:
            gone += dropped(line, "language bar")
        elif occasion is None and (occasion := read_occasion(line.text)):
            fields += metadata(line, "held")
        elif _NUMBER_LINE.fullmatch(line.text):
            fields += metadata(line, "number")
        elif len(line.text) < _NOTE_LENGTH and _NOTE.search(line.text):
            fields += metadata(line, "note on the text")
            speaker = speaker or speaker_of_title(line.text)
        else:
            break
        i += 1
    fields += [m for k, line in enumerate(stamps) for m in metadata(line, "published" if k == 0 else "stamp")]
    fields.sort(key=lambda m: m.line or 0)
    published = read_stamp(stamps[0].text) if stamps else None
    date, doubts = _event_date(dated, published)
    head = Head(
        title=title.text,
        title_line=title.number,
        speaker=speaker,
        date=date or (occasion.date if occasion else None),
        published=published,
        publisher=_publisher([line.text for line in letterhead]),
        body=lines[i:],
        metadata=tuple(fields),
        dropped=tuple(gone),
        letterhead=len(letterhead),
        stamp=stamps[0].text if stamps else None,
        language_bar=bar,
        doubts=doubts,
        place=occasion.place if occasion else None,
        starts=occasion.starts if occasion else None,
        held=occasion.date if occasion else None,
    )
    return _with_fields(head, document)


def _title_by_place(lines: Sequence[Line]) -> int | None:
    """Return which line is the title where no word says so: a short one, no sentence and no label, right above the only
    stamp, or right below it where the words above it only release the page; None where no line stands so.
    """
    stamps = [
        i for i, line in enumerate(lines[:_SEARCHED_FOR_STAMPS]) if read_stamp(line.text) or read_occasion(line.text)
    ]
    if len(stamps) != 1 or stamps[0] > 5 or stamps[0] + 2 > len(lines):
        return None
    at = stamps[0] + (1 if stamps[0] == 0 or _RELEASE.match(lines[stamps[0] - 1].text) else -1)
    text = lines[at].text
    if ends_sentence(text) or len(text.split()) > 30 or ":" in text or "：" in text or furniture(text):
        return None
    return at if any(c.isalpha() for c in text) and not is_separator(text) else None


_CONTACT = re.compile(r"^contacts?\b.{0,20}:|\S@\S+\.\w|^(?:tel|phone|fax|e-?mail)\b\W", re.I)
_SEARCHED_FOR_STAMPS = 40
_RELEASE = re.compile(r"(?:for\s+)?immediate\s+release\b|for\s+release\b|press\s+release$", re.I)
#: “PR. No. 141/2025”
_NUMBER_LINE = re.compile(r"(?:(?:press\s+release|PR|ref|release)\W{0,3})?(?:No|Nr|N°|№)\W{0,3}\d[\w/-]{0,20}", re.I)
#: “by Minister Tom Roe” under “Press conference”: who gives it, in small letters.
_BY_LINE = re.compile(r"(?:by|with|par|avec|por|con|com|mit|von)\s+\S")


def _is_second_title(text: str, title: str) -> bool:
    """Return whether a line below the title is a title too, with a day in it that is the title's or the only one."""
    found, printed = _find_date(text), _find_date(title)
    if not found or found[0] is None or not is_title(text):
        return False
    return printed is None or printed[1:3] == found[1:3]


#: Marks of a line break that some pages print in their titles, for a script to turn into one.
_PRINTED_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.I)
_SUFFIX = re.compile(r"(?:\s+[—–|-]\s+|\s*[_|]\s*)[^_|]+$")


def _break(found: re.Match[str]) -> str:
    """Return what stands for a printed mark of a line break: a space, none between Chinese characters."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return "" if min(before, after) >= "\u2e80" else " "


def _with_fields(head: Head, document: Document) -> Head:
    """Return the head completed by what the page's own head or front matter says: its fields come first, then the
    printed title, then the printed stamp. Of two moments of one day the more exact one is taken; where the days differ,
    a doubt tells. A day that is the publication's says nothing of when it was held if the title has a day.
    """
    fields = document.fields
    doubts = [*document.doubts, *head.doubts]
    if fields is None:
        date = head.held if head.held and head.date in (None, (head.published or "")[:10]) else head.date
        return replace(head, date=date, doubts=tuple(doubts))
    title = head.title or fields.title or (_SUFFIX.sub("", fields.title_tag) if fields.title_tag else None)
    title = _PRINTED_BREAK.sub(_break, title) if title else None
    published = head.published
    if said := _moment_of(fields.published, document, "published", doubts):
        if published is None or published == said[:10]:
            published = said
        elif published[:10] != said[:10]:
            message = f"the page's head says that it was published {said}, the printed stamp {published}"
            doubts.append((head.title_line, message))
            published = said
    speaker = (speaker_of_title(title) if title else None) or head.speaker
    date = head.date
    if title and (date is None or head.title is None):
        date, found = _event_date(Line(head.title_line, title, title), published)
        doubts += [d for d in found if d not in doubts]
    elif title is None and date is None and published:
        date = published[:10]
    if (held := _moment_of(fields.date, document, "date", doubts)) and held[:10] != date:
        printed = _find_date(title) if title else None
        if not (printed and printed[0]) or held[:10] != (published or "")[:10]:
            if printed and printed[0]:
                doubts.append((head.title_line, f"its own date is {held[:10]}, that of its title {date}"))
            date = held[:10]
    if head.held and (date is None or date == (published or "")[:10]):
        date = head.held
    return replace(
        head,
        title=title,
        speaker=fields.speaker or speaker,
        date=date,
        published=published,
        publisher=head.publisher or fields.publisher,
        doubts=tuple(doubts),
    )


def _moment_of(said: str | None, document: Document, field: str, doubts: list[tuple[int, str]]) -> str | None:
    """Return a moment that a page's head or front matter gives, as ISO 8601; a doubt where it can't be read."""
    if said is None:
        return None
    moment = read_moment(said) or read_stamp(said)
    if moment is None:
        where = (
            next((place for name, place in document.fields.evidence if name == field), "") if document.fields else ""
        )
        doubts.append((0, f"“{said}” can't be read as a date ({where or field})"))
    return moment


def _publisher(letterhead: Sequence[str]) -> str | None:
    """Return the office that a letterhead names: an office and, under it, its state are one name."""
    if len(letterhead) == 2 and (state := _STATE.match(letterhead[1])):
        return f"{letterhead[0]} of the {letterhead[1][state.end() :]}"
    return ", ".join(letterhead) or None


def is_title(text: str) -> bool:
    """Return whether the line can be the title of one briefing: short, no sentence, no label, and it says so."""
    if len(text) > 300 or len(text.split()) > 40:
        return False
    if _ASKS.search(text) or (text.endswith((".", "。")) and not _INITIAL_LAST.search(text)):
        return False
    if _TITLE_CUES.search(text) is None or furniture(text):
        return False
    before, colon, after = text.partition(":")
    # “Harbour Post: Will there be a briefing today” is a turn; “Press briefing: 14 May” is a title.
    turn = colon and after.strip() and not after.strip()[0].isdigit()
    return not (turn and not _TITLE_CUES.search(before) and len(after.split()) > 6)


def furniture(text: str) -> str:
    """Return why a line is page furniture ("language bar", "breadcrumb", "site menu"), "" where it is none."""
    words = [w.strip(",|/·•") for w in text.split()]
    names = [w for w in words if w]
    if len(names) >= 2 and sum(1 for w in names if w.casefold() in _LANGUAGES) >= max(2, 0.7 * len(names)):
        return "language bar"
    if _BREADCRUMB.match(text):
        return "breadcrumb"
    if len(_MENU_SIGN.findall(text)) >= 3 and not ends_sentence(text):
        return "site menu"
    return ""


def read_foot(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[DroppedLine, ...]]:
    """Return (the lines without the page's foot, what was dropped): tools such as “Print” as whole lines at the end,
    a copyright line, a list of links glued to the last sentence.
    """
    rest = list(lines)
    gone: list[DroppedLine] = []
    while rest and (
        all(label_key(t) in _TOOLS for t in re.split(r"[|·•]", rest[-1].text))
        or (_COPYRIGHT.match(rest[-1].text) and len(rest) > 1)
    ):
        gone += dropped(rest.pop(), "page furniture")
    if rest and (glued := _GLUED.search(rest[-1].text)):
        last = rest.pop()
        words = glued.group().strip()
        if words in last.printed:
            gone.append(DroppedLine(words, "page furniture", last.number))
            if kept := last.text[: glued.start()].rstrip():
                # what it prints may be left out or become a field as a whole
                printed = last.printed[: last.printed.rindex(words)].rstrip()
                deleted = tuple((start, end) for start, end in last.deleted if end <= len(kept))
                rest.append(replace(last, printed=printed, text=kept, deleted=deleted))
        else:
            rest.append(last)
    return tuple(rest), tuple(reversed(gone))


def opens_stamp(text: str) -> bool:
    """Return whether a line begins with the word of a stamp, such as “Updated:”."""
    return _STAMP_WORD.match(text) is not None


def read_stamp(text: str) -> str | None:
    """Return the ISO 8601 date or date and time of a line that is a stamp and nothing else, as exact as printed; None
    for any other line. An offset is kept where one is printed; none is invented.
    """
    if len(text) > 80 or day_in_brackets(text):
        return None
    rest = _STAMP_WORD.sub("", text, count=1) if _STAMP_WORD.match(text) else text
    rest = _GLUED_TIME.sub(r"\1 ", rest)
    found = _find_date(rest)
    if not found or found[0] is None:
        return None
    year, month, day, start, end = found
    left = rest[:start] + " " + rest[end:]
    clock = ""
    if t := _TIME.search(left):
        hour, minute = int(t["h"]), int(t["m"])
        if t["half"]:
            hour = hour % 12 + (12 if t["half"].lower() == "p" else 0)
        if hour > 23 or minute > 59:
            return None
        clock = f"T{hour:02d}:{minute:02d}" + (f":{t['s']}" if t["s"] else "")
        left = left[: t.start()] + left[t.end() :]
    left = _WEEKDAY.sub("", left).strip(" ,.;|()T–—-")
    if clock and (zone := _OFFSET.fullmatch(left)):
        if zone["z"]:
            clock += "Z"
        else:
            clock += f"{'+' if zone['sign'] == '+' else '-'}{int(zone['h']):02d}:{zone['m'] or '00'}"
        left = ""
    if re.search(r"\w", re.sub(r"\b(?:at|hours|hrs|local time)\b", "", left, flags=re.I)):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}{clock}"


def day_in_brackets(text: str) -> str | None:
    """Return the ISO day of a line such as “(14 May 2025)”: how offices print when a briefing was held that was
    published on another day. It is no stamp.
    """
    if len(text) > 40 or not (text.startswith("(") and text.endswith(")")):
        return None
    stamp = read_stamp(text[1:-1])
    return stamp if stamp and len(stamp) == 10 else None


_JAPANESE_WEEKDAY = re.compile(r"[(（][月火水木金土日](?:曜日?)?[)）]")
_JAPANESE_TIME = re.compile(r"(\d{1,2})時(\d{2})分")
_JAPANESE_PLACE = re.compile(r"(?:於|場所)\s*[:：]")


@dataclass(frozen=True, slots=True)
class _Held:
    """When and where a briefing was held: ISO 8601, as exact as printed."""

    date: str
    place: str | None
    starts: str | None


def read_occasion(text: str) -> _Held | None:
    """Return what a line says that gives a day with its year, a weekday or a time or a mark between them, and at most a
    few words for a place (“Tuesday, May 6, 2025, 11:00 a.m. Harbour House”); None for any other line.
    """
    if only := day_in_brackets(text):
        return _Held(only, None, None)
    if text.startswith(("(", "（")) and text.endswith((")", "）")):
        text = text[1:-1]
    text = _JAPANESE_PLACE.sub(" ", _JAPANESE_TIME.sub(r" \1:\2 ", _JAPANESE_WEEKDAY.sub(" ", text)))
    found = _find_date(text) if len(text) <= 120 and not text.endswith((".", "?", "!")) else None
    if not found or found[0] is None:
        return None
    year, month, day, start, end = found
    date = f"{year:04d}-{month:02d}-{day:02d}"
    left = f"{text[:start]}|{text[end:]}"
    clock = _clock(left)
    weekday = _WEEKDAY.search(left)
    bare = _WEEKDAY.sub("", left[: clock[0]] + left[clock[1] :] if clock else left)
    place = bare.strip(" ,.;|()–—-")
    if ":" in place or len(place.split()) > _PLACE_WORDS or "|" in place or place[:1].islower():
        return None
    if not (clock or weekday or re.search(r"[,;|–—-]\s*\||\|\s*[,;–—-]", bare)):
        return None
    return _Held(date, re.sub(r"\s+", " ", place) or None, f"{date}T{clock[2]}" if clock else None)


def _clock(text: str) -> tuple[int, int, str] | None:
    """Return (start, end, HH:MM) of the first time of day."""
    t = _TIME.search(text)
    if not t:
        return None
    hour, minute = int(t["h"]), int(t["m"])
    if t["half"]:
        hour = hour % 12 + (12 if t["half"].lower() == "p" else 0)
    return (t.start(), t.end(), f"{hour:02d}:{minute:02d}") if hour < 24 and minute < 60 else None


def take_title(head: Head, lines: Sequence[Line]) -> tuple[str, list[Line], list[MetadataLine], str | None, str | None]:
    """Return (title, the lines after it, metadata, date, published) where the first line is known to be the title:
    stamps right below it belong to it. `head`: what else was found around the text, such as the day at its end.
    """
    title, rest = lines[0], list(lines[1:])
    fields = [*head.metadata, *metadata(title, "title")]
    published = None
    while rest and (stamp := read_stamp(rest[0].text)):
        fields += metadata(rest.pop(0), "stamp" if published or head.published else "published")
        published = published or stamp
    date, _ = _event_date(title, published)
    return title.text, rest, sorted(fields, key=_line_of), date or head.date, published or head.published


def _line_of(field: MetadataLine) -> int:
    return field.line or 0


def speaker_of_title(title: str) -> str | None:
    """Return the personal name that a title gives to whoever speaks, None where it names nobody."""
    if found := _CHINESE_SPEAKER.search(title):
        return found[1]
    if title.isupper():
        # A name is not spelled in capitals because its title is.
        title = title.title()
    for m in _BY_OFFICE.finditer(title):
        if label_key(m["role"]) in _OFFICES and (name := _personal(m["name"])):
            return name
    for pattern in (_BY_ROLE, _BY_SPOKESPERSON, _BY_WORD, _POSSESSIVE):
        for m in pattern.finditer(title):
            if name := _personal(m["name"]):
                return name
    return None


def _personal(words: str) -> str | None:
    """Return the run of name words at the beginning, roles taken off; None where fewer than two letters are left."""
    out: list[str] = []
    for w in words.split():
        bare = w.strip(".,")
        possessive = re.fullmatch(r"(.+?)(?:[’']s|[’'])", bare)
        core = possessive[1] if possessive else bare
        if core.casefold() in _NOT_NAMES or (not out and not core[:1].isupper()):
            break
        if re.fullmatch(_ROLE, core):
            out = []
            continue
        out.append(core)
        if possessive:
            break
    while out and not out[-1][:1].isupper():
        out.pop()
    return " ".join(out) if len("".join(out)) >= 2 and len(out) <= 6 else None


def day_of(text: str) -> tuple[int, int, int] | None:
    """Return (year, 0 where none is printed, month, day) of the first calendar date in `text`, None without one."""
    found = _find_date(text)
    return (found[0] or 0, found[1], found[2]) if found else None


def without_day(text: str) -> str:
    """Return `text` without its first calendar date."""
    found = _find_date(text)
    return text[: found[3]] + " " + text[found[4] :] if found else text


def _find_date(text: str) -> tuple[int | None, int, int, int, int] | None:
    """Return (year or None, month, day, start, end) of the first calendar date in `text`."""
    best: tuple[int | None, int, int, int, int] | None = None
    if not _DIGIT.search(text):
        return None
    for pattern in _DATES:
        for m in pattern.finditer(text):
            name = m["month"].rstrip(".").lower()
            month = int(name) if name.isdigit() else _month(name)
            year = int(m["year"].replace("元", "1")) if m["year"] else None
            if year is not None and (era := m.groupdict().get("era")):
                year += _ERAS[era]
            try:
                datetime.date(year or 2000, month, int(m["day"]))
            except ValueError:
                continue
            candidate = (year, month, int(m["day"]), m.start(), m.end())
            # A date with its year beats one without; then the first in the line.
            if best is None or (best[0] is None, best[3]) > (year is None, m.start()):
                best = candidate
            break
    return best


def _month(name: str) -> int:
    if name in _OTHER_MONTHS:
        return _OTHER_MONTHS[name]
    return next(i for i, n in enumerate(MONTHS, 1) if n[:3] == name[:3])


def _event_date(title: Line, published: str | None) -> tuple[str | None, tuple[tuple[int, str], ...]]:
    """Return the day the briefing was held: the title's date, completed by the stamp's year, else the stamp's day."""
    found = _find_date(title.text)
    if found is None:
        return (published[:10] if published else None), ()
    year, month, day, _, _ = found
    if year is not None:
        return f"{year:04d}-{month:02d}-{day:02d}", ()
    if published is None:
        return None, ((title.number, "the title's date has no year, and no other year is printed: left undated"),)
    stamp = datetime.date.fromisoformat(published[:10])
    try:
        held = datetime.date(stamp.year, month, day)
        if (held - stamp).days > 31:  # printed in January of a briefing held in December
            held = datetime.date(stamp.year - 1, month, day)
    except ValueError:
        return None, ((title.number, "the title's date does not exist in the stamp's year: left undated"),)
    return held.isoformat(), ((title.number, f"the title's date has no year: {held.year} is the stamp's"),)
