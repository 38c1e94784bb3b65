"""Why a line of a page is furniture: by the elements around it, in groups that a person can review.

This module must not know a site, and must not judge by a line's words.
"""

from __future__ import annotations

import re

from edition.containers.markup import Element
from edition.containers.shown import ShownLine

#: Parts of the class and id names by which pages call their furniture, the most telling first.
_GROUPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (reason, re.compile(rf"(?:^|[-_])(?:{names})(?:$|[-_\d])"))
    for reason, names in (
        ("breadcrumb", r"bread-?crumbs?|crumbs?|urhere|currchnlcls|crumb-?trail|youarehere|weizhi|dqwz"),
        ("language bar", r"lang|lan|langs|languages?|lan_btn|lang-?switch(?:er)?|translations?"),
        ("related news", r"rel-?news(?:list)?|related(?:[-_ ]?\w+)?|relnews-list|see-?also|more-?news|recommended"),
        ("appendix", r"appendix(?:[-_]\w+)?|attachments?"),
        (
            "share form",
            r"b?share(?:bar|box|custom|daddy|buttons?|links?)?|sharing|jiathis|social|addthis|bdshare|sharethis|socials",
        ),
        ("page tools", r"tools?|toolbar|print|fonts?|font-?size|action|actions|info-?bar|page-?tools|utility"),
        ("search form", r"search(?:bar|box|frm|form)?|searchx"),
        ("navigation", r"nav|navi|naver|navbar|navigation|menu|menus|sub-?nav|main-?nav|side-?bar|sidemenu|topnav|toc"),
        ("pop-up", r"pop|popup|pop-?up|modal|cookies?|consent|mask|overlay|banner|alert|mask_tc|foottip\w*"),
        ("comments", r"comments?|disqus|respond"),
        (
            "footer",
            r"foot|footer|copyright|disclaimer|legal|imprint|impressum|flink|bottom|colophon|site-?info|links|dibu|banquan",
        ),
        ("page header", r"header|head|top|logo|masthead|site-?header"),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "summary"))
_TAGS = {
    "nav": "navigation",
    "aside": "aside",
    "footer": "footer",
    "form": "form",
    "select": "form",
    "button": "form",
    "textarea": "form",
    "label": "form",
    "menu": "navigation",
    "figcaption": "caption",
}


def group_of(element: Element, below: Element | None = None, known: dict[int, str] | None = None) -> str:
    """Return the group of furniture ("navigation", "footer" …) that the nearest telling element around names; "" where
    none does. `below`: look only at elements inside this one. `known`: what was found before, by id of element.
    """
    cache = known if known is not None else {}
    walked: list[int] = []
    found = ""
    at: Element | None = element
    while at is not None and at is not below:
        if id(at) in cache:
            found = cache[id(at)]
            break
        walked.append(id(at))
        found = _own_group(at)
        if found:
            break
        at = at.parent
    for each in walked:
        cache[each] = found
    return found


def _own_group(element: Element) -> str:
    if element.tag == "header" or element.tag in ("html", "body"):
        # The header of an article holds its title; the page's own is told by its name. A body's class names its theme.
        return ""
    for reason, pattern in _GROUPS:
        if any(pattern.search(name) for name in element.names):
            return reason
    role = element.attributes.get("role", "")
    if role in ("navigation", "search", "banner", "contentinfo", "complementary"):
        return {"contentinfo": "footer", "search": "search form", "banner": "page header"}.get(role, "navigation")
    if element.tag == "button" and element.parent is not None and element.parent.tag in _HEADINGS:
        return ""  # it opens and closes what stands below its words
    return _TAGS.get(element.tag, "")


def elsewhere(line: ShownLine, before_body: bool) -> str:
    """Return the reason for a line outside the body that no element around it explains."""
    if line.scripted:
        return "shown by a script only"
    if line.linked >= 0.9:
        return "links"
    return "above the text" if before_body else "below the text"
