"""Families of pages whose structure is known: where each keeps title, stamp and body. One family is one declaration.

A family is recognised by elements that its pages have and that are counted in the page, never by an address. This
module must not hold a rule about words, and must not be needed for a page to be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from edition.containers.markup import Element, Markup


@dataclass(frozen=True, slots=True)
class Place:
    """An element by tag ("" any), one of `names` (class or id, small letters), and an element around it (a name)."""

    names: tuple[str, ...] = ()
    tag: str = ""
    inside: str = ""

    def fits(self, element: Element) -> bool:
        """Whether the element is such a place."""
        if self.tag and element.tag != self.tag:
            return False
        if self.names and element.names.isdisjoint(self.names):
            return False
        at = element.parent
        while self.inside and at is not None:
            if self.inside in at.names:
                return True
            at = at.parent
        return not self.inside


@dataclass(frozen=True, slots=True)
class Family:
    """A family of pages. `body` must be there; each of the others that is there is evidence. `beside`: what stands in
    the body of some of its pages and is no text.
    """

    name: str
    body: Place
    title: Place
    stamp: Place | None = None
    signs: tuple[Place, ...] = ()
    beside: tuple[Place, ...] = (Place(("links", "share", "related-news", "news-foot")),)


#: The ministry's pages by the year in which they were first made so, and the publishing system of another office.
FAMILIES: tuple[Family, ...] = (
    Family(
        "ministry-2021",
        body=Place(("news_body_txt_a",)),
        title=Place(tag="h1", inside="news-title"),
        stamp=Place(("time",), inside="news-title"),
        signs=(Place(("news-details",)), Place(("news-main",))),
    ),
    Family(
        "ministry-2016",
        body=Place(("news_body_txt_a",)),
        title=Place(("news_body_title",)),
        stamp=Place(("news_body_time",)),
        signs=(Place(("vibox",)), Place(("content",))),
    ),
    Family(
        "ministry-2012",
        body=Place(("content",), inside="content_mod"),
        title=Place(("title",), tag="h2", inside="content_mod"),
        stamp=Place(("news_body_time",)),
        signs=(Place(("content_mod",)), Place(("urhere",))),
    ),
    Family(
        "ministry-english-2021",
        body=Place(("content_text",)),
        title=Place(("news_header_title",)),
        stamp=Place(("xltime",)),
        signs=(Place(("links",)), Place(("trs_ueditor", "trs_paper_default", "view_default", "view_dedault"))),
    ),
    Family(
        "drupal",
        body=Place(("forall-body", "field-name-field-forall-body", "field-name-body")),
        title=Place(tag="h1"),
        signs=(Place(("field-items",)), Place(("field-item",)), Place(("legacy-content",))),
    ),
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a page fits a family: its elements, and a share (0..1) of the family's places that are there."""

    family: Family
    share: float
    body: Element
    title: Element | None
    stamp: Element | None
    reasons: tuple[str, ...]


def fit_family(family: Family, markup: Markup) -> Fit | None:
    """Return how the page fits, None where it has no body of this family. The first element that fits is taken."""
    found: dict[str, Element] = {}
    places = [("body", family.body), ("title", family.title)]
    places += [("stamp", family.stamp)] if family.stamp else []
    places += [(f"sign {i}", sign) for i, sign in enumerate(family.signs, 1)]
    for element in markup.elements:
        for what, place in places:
            if what not in found and place.fits(element):
                found[what] = element
    body = found.get("body")
    if body is None:
        return None
    reasons = tuple(f"{what.rstrip(' 0123456789')}: {_shown(found[what])}" for what, _ in places if what in found)
    share = len(found) / len(places)
    return Fit(family, share, body, found.get("title"), found.get("stamp"), reasons)


def best_family(markup: Markup) -> Fit | None:
    """Return the family that most of whose places are there, at least half of them; None where there is no such."""
    fits = [fit for family in FAMILIES if (fit := fit_family(family, markup)) is not None]
    best = max(fits, key=lambda fit: fit.share, default=None)
    return best if best is not None and best.share >= 0.5 else None


def _shown(element: Element) -> str:
    names = ".".join(sorted(element.names)[:2])
    return f"{element.tag}.{names}" if names else element.tag
