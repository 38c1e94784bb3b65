"""What tells search engines where the pages are: sitemap.xml (sitemaps.org, protocol 0.9) and robots.txt.

This module must not list an address in a site that has no address of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from edition.exports.writing import append, element, write_xml
from edition.urls import SITEMAP, canonical

NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"

#: How many addresses one file holds; the protocol allows 50,000, and 50 MB.
ADDRESSES_IN_A_FILE = 40_000

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def make_sitemaps(
    site_url: str, pages: Iterable[tuple[str, str | None]], room: int = ADDRESSES_IN_A_FILE
) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes): sitemap.xml, or for more than `room` addresses sitemap-1.xml … and their index.

    `pages` are (path, day of the last change as YYYY-MM-DD or None); `site_url` ends in "/".
    """
    every = sorted(pages)
    if len(every) <= room:
        yield SITEMAP, _list(site_url, every)
        return
    index = element("sitemapindex", {"xmlns": NAMESPACE})
    for number, start in enumerate(range(0, len(every), room), 1):
        part = every[start : start + room]
        path = f"sitemap-{number}.xml"
        yield path, _list(site_url, part)
        entry = append(index, "sitemap")
        append(entry, "loc", text=canonical(site_url, path))
        newest = max((day for _, day in part if day and _DAY.fullmatch(day)), default=None)
        if newest:
            append(entry, "lastmod", text=newest)
    yield SITEMAP, write_xml(index)


def _list(site_url: str, pages: Iterable[tuple[str, str | None]]) -> bytes:
    root = element("urlset", {"xmlns": NAMESPACE})
    for path, day in pages:
        entry = append(root, "url")
        append(entry, "loc", text=canonical(site_url, path))
        if day and _DAY.fullmatch(day):
            append(entry, "lastmod", text=day)
    return write_xml(root)


def make_robots(site_url: str | None) -> bytes:
    """Return robots.txt: everybody may read everything; where the sitemap is, in a site that has an address."""
    lines = ["User-agent: *", "Allow: /"]
    if site_url:
        lines += ["", f"Sitemap: {canonical(site_url, SITEMAP)}"]
    return ("\n".join(lines) + "\n").encode("ascii")
