"""What a page says of itself in its head: title, publication, address, languages; each with where it stands.

This module must not read a field from an address, a file's name or the words of the text.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from edition.containers.markup import Element, Markup
from edition.words import fold

_TITLE_NAMES = ("articletitle", "dc.title", "dcterms.title", "citation_title", "og:title", "twitter:title")
_PUBLISHED_NAMES = (
    "pubdate", "article:published_time", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "datepublished",
    "date", "publishdate",
)  # fmt: skip
_SITE_NAMES = ("og:site_name", "dc.publisher", "dcterms.publisher", "sitename", "citation_publisher")
_URL_NAMES = ("og:url", "url", "dc.identifier")
_LANGUAGE_NAMES = ("dc.language", "dcterms.language", "og:locale", "content-language", "language")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_HTTP = re.compile(r"https?://[^\s<>\"']{3,2000}", re.I)
#: The path of a home: of a site (/, /index.html) or of a language (/fr/, /site_fr/default.htm).
_HOME = re.compile(r"(?:/[\w-]*)?/?(?:(?:index|default|home|main)[^/]*)?", re.I)
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)\s*(https?://\S+)", re.I)
#: “发言人;NAME”: how a ministry's pages name the spokesperson among their keywords (an office there is nobody's name).
_KEYWORD_SPEAKER = re.compile(
    r"(?:.*[;；,，])?\s*发言人\s*[;；,，]\s*([^;；,，\s]{2,12}?)(?<![部局厅司办室署馆会国])\s*"
)
#: Names of languages as pages write them on links to their other versions.
_LANGUAGE_WORDS = {
    "英文": "en", "法文": "fr", "西文": "es", "俄文": "ru", "阿文": "ar", "中文": "zh", "德文": "de", "日文": "ja",
    "english": "en", "français": "fr", "español": "es", "русский": "ru", "عربي": "ar", "العربية": "ar",
    "简体中文": "zh-Hans", "繁體中文": "zh-Hant", "繁体中文": "zh-Hant", "deutsch": "de", "português": "pt",
    "日本語": "ja", "한국어": "ko", "italiano": "it",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """What a page's head says; None or empty where it says nothing. `evidence`: (field, where it stands), in order.

    `published`: ISO 8601, as exact as given; `language`: BCP 47; `versions`: (language, address) of other-language
    versions of this very page; `title_tag`: the words of its `title` element. `date` (when it was held), `place`: only
    front matter has them.
    """

    title: str | None = None
    title_tag: str | None = None
    published: str | None = None
    speaker: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    versions: tuple[tuple[str, str], ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    date: str | None = None
    place: str | None = None


def read_fields(markup: Markup) -> Fields:
    """Return what the page's `meta`, `link`, `title` and `html` elements say."""
    meta: dict[str, str] = {}
    for e in markup.elements:
        if e.tag == "meta":
            a = e.attributes
            name = (a.get("name") or a.get("property") or a.get("itemprop") or a.get("http-equiv") or "").lower()
            value = fold(a.get("content", ""))
            if name and value:
                meta.setdefault(name, value)
    evidence: list[tuple[str, str]] = []

    def first(what: str, names: tuple[str, ...]) -> str | None:
        for name in names:
            if name in meta:
                evidence.append((what, f"meta {name}"))
                return meta[name]
        return None

    linked = _linked_data(markup)
    title = first("title", _TITLE_NAMES)
    if title is None and (title := linked.get("headline")):
        evidence.append(("title", "JSON-LD headline"))
    published = None
    for name in _PUBLISHED_NAMES:
        if name in meta and (moment := read_moment(meta[name])):
            published = moment
            evidence.append(("published", f"meta {name}"))
            break
    for where, said in (("JSON-LD datePublished", linked.get("datePublished", "")), ("time", _time(markup))):
        if published is None and (moment := read_moment(said)):
            published = moment
            evidence.append(("published", where))
    speaker = None
    if found := _KEYWORD_SPEAKER.fullmatch(meta.get("keywords", "")):
        speaker = found[1]
        evidence.append(("speaker", "meta keywords"))
    publisher = first("publisher", _SITE_NAMES)
    if publisher is None and (publisher := linked.get("publisher")):
        evidence.append(("publisher", "JSON-LD publisher"))
    url = _address(markup, meta, evidence)
    language = _language(markup, meta, evidence)
    title_tag = next((fold(t) for t in markup.titles if fold(t)), None)
    if title_tag:
        evidence.append(("title", "title element"))
    return Fields(
        title,
        title_tag,
        published,
        speaker,
        publisher,
        url,
        language,
        _versions(markup, language, url),
        tuple(evidence),
    )


def _linked_data(markup: Markup) -> dict[str, str]:
    """Return headline, datePublished and the publisher's name of the first article that the page's JSON-LD describes
    (https://schema.org/Article), however it is nested; empty where there is none or it can't be read.
    """
    for script in markup.scripts:
        if "datePublished" not in script and "headline" not in script:
            continue
        try:
            todo: list[object] = [json.loads(script)]
        except (ValueError, RecursionError):
            continue
        for each in todo:
            if isinstance(each, list):
                todo += each
            elif isinstance(each, dict):
                if any(isinstance(each.get(name), str) for name in ("headline", "datePublished")):
                    by = each.get("publisher")
                    said = {**each, "publisher": by.get("name") if isinstance(by, dict) else by}
                    names = ("headline", "datePublished", "publisher")
                    return {n: fold(v) for n in names if isinstance(v := said.get(n), str) and fold(v)}
                todo += each.values()
    return {}


def _time(markup: Markup) -> str:
    """Return the moment of the page's `time` elements, "" where they name several days: then which is whose is open."""
    said = [e.attributes["datetime"].strip() for e in markup.elements if e.tag == "time" and "datetime" in e.attributes]
    return said[0] if len({moment[:10] for moment in said}) == 1 else ""


def language_tag(text: str) -> str | None:
    """Return a language tag as BCP 47 writes it (zh-Hant-TW), None where `text` is none."""
    if not _TAG.fullmatch(text.strip()):
        return None
    first, *rest = re.split("[-_]", text.strip())
    parts = [p.title() if len(p) == 4 and p.isalpha() else p.upper() if len(p) == 2 else p.lower() for p in rest]
    return "-".join([first.lower(), *parts])


def read_moment(text: str) -> str | None:
    """Return an ISO 8601 day or day and time, as exact as given; None for anything else."""
    found = _ISO.fullmatch(text.strip())
    if not found:
        return None
    day = f"{found[1]}-{found[2]}-{found[3]}"
    try:
        datetime.datetime.fromisoformat(f"{day}T{found[4] or '00:00'}")
    except ValueError:
        return None
    zone = found[5] or ""
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{day}T{found[4]}{zone}" if found[4] else day


def _address(markup: Markup, meta: dict[str, str], evidence: list[tuple[str, str]]) -> str | None:
    for e in markup.elements:
        if e.tag == "link" and "canonical" in e.attributes.get("rel", "").lower().split():
            if _HTTP.fullmatch(href := e.attributes.get("href", "").strip()):
                evidence.append(("url", "link canonical"))
                return href
            break
    for name in _URL_NAMES:
        if _HTTP.fullmatch(value := meta.get(name, "")):
            evidence.append(("url", f"meta {name}"))
            return value
    for comment in markup.comments[:5]:
        if found := _SAVED_FROM.search(comment):
            evidence.append(("url", "comment of the browser that saved it"))
            return found[1]
    return None


def _language(markup: Markup, meta: dict[str, str], evidence: list[tuple[str, str]]) -> str | None:
    for e in markup.elements:
        if e.tag == "html":
            if tag := language_tag(e.attributes.get("lang") or e.attributes.get("xml:lang") or ""):
                evidence.append(("language", "html lang"))
                return tag
            break
    for name in _LANGUAGE_NAMES:
        if name in meta and (tag := language_tag(meta[name])):
            evidence.append(("language", f"meta {name}"))
            return tag
    return None


def _versions(markup: Markup, language: str | None, own: str | None) -> tuple[tuple[str, str], ...]:
    """Return links to other-language versions, sorted: `link` elements with hreflang; links that have an hreflang of
    their own, or are no more than a language's name or its picture. A link to a home, of a site or of a language, or to
    this page itself is none. `own`: this page's address, which relative ones are resolved against.
    """
    words: dict[int, list[str]] = {}
    for piece in markup.pieces:
        if piece.kind == "text" and piece.text.strip() and (around := _link_around(piece.element)):
            words.setdefault(id(around), []).append(piece.text)
    out: dict[str, str] = {}
    for e in markup.elements:
        link: Element | None = e
        if e.tag == "link" and "alternate" in e.attributes.get("rel", "").lower().split():
            tag = language_tag(e.attributes.get("hreflang", ""))
        elif e.tag == "a":
            named = _LANGUAGE_WORDS.get(fold(" ".join(words.get(id(e), ()))).lower())
            tag = language_tag(e.attributes.get("hreflang", "")) or named
        elif e.tag == "img" and (word := e.attributes.get("data-desc")):
            tag, link = _LANGUAGE_WORDS.get(fold(word).lower()), _link_around(e)
        else:
            continue
        href = link.attributes.get("href", "").strip() if link else ""
        if not tag or tag == language or not href:
            continue
        try:
            address = urljoin(own, href) if own else href
            path = urlsplit(address).path
        except ValueError:
            continue
        if _HTTP.fullmatch(address) and not _HOME.fullmatch(path) and address.partition("#")[0] != own:
            out.setdefault(tag, address)
    return tuple(sorted(out.items()))


def _link_around(element: Element) -> Element | None:
    at: Element | None = element
    for _ in range(5):
        if at is None:
            return None
        if at.tag == "a":
            return at
        at = at.parent
    return None
