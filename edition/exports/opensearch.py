"""What tells a browser that it can search the edition from its address bar: opensearch.xml (OpenSearch 1.1, draft 6).

This module must not be asked in a site that has no address of its own: a browser keeps the description, not the site.
"""

from __future__ import annotations

from typing import Final

from edition.exports.writing import append, element, write_xml
from edition.urls import OPENSEARCH, SEARCH, canonical

NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
#: The most letters of a name and of a description (OpenSearch 1.1, "ShortName" and "Description").
NAME_LENGTH: Final = 16
DESCRIPTION_LENGTH: Final = 1024


def make_description(site_url: str, title: str, description: str, language: str, icon: str) -> bytes:
    """Return opensearch.xml; `site_url` ends in "/", `language` is that of the pages, `icon` a path in the site."""
    root = element("OpenSearchDescription", {"xmlns": NAMESPACE})
    append(root, "ShortName", text=shorten_name(title))
    append(root, "LongName", text=title[:48])
    append(root, "Description", text=description[:DESCRIPTION_LENGTH])
    append(root, "InputEncoding", text="UTF-8")
    append(root, "Language", text=language)
    append(root, "Image", {"type": "image/svg+xml"}, canonical(site_url, icon))
    page = canonical(site_url, SEARCH)
    append(root, "Url", {"type": "text/html", "method": "get", "template": f"{page}?q={{searchTerms}}"})
    own = {"type": "application/opensearchdescription+xml", "rel": "self"}
    append(root, "Url", {**own, "template": canonical(site_url, OPENSEARCH)})
    return write_xml(root)


def shorten_name(title: str) -> str:
    """Return the first whole words of a title that a browser has room for, or its first letters."""
    if len(title) <= NAME_LENGTH:
        return title
    whole, _, _ = title[: NAME_LENGTH + 1].rpartition(" ")
    return whole.rstrip() or title[:NAME_LENGTH]
