"""A small site with nothing but a search page, its index and the pages that the results lead to, from made-up sections.

The page is made by the real template in the real frame; nothing else of a site is needed. Must hold no test.
"""

from __future__ import annotations

import random
from html import escape
from pathlib import Path

from edition.assets import read_assets
from edition.config import Config
from edition.contexts import Facet, Link, SearchPage
from edition.indexes import make_index
from edition.interface import load
from edition.memo import replace
from edition.model import Authorities
from edition.render import Renderer
from edition.search import FACETS, SearchRecord
from tests.search_host import IndexReport, index_records
from tests.whole import gather_edition, list_pages

NAMES = {
    "country": {"NO": "Norway", "KE": "Kenya", "CL": "Chile", "KR": "South Korea", "JP": "Japan"},
    "topic": {"fisheries": "Fisheries", "transport": "Transport", "science": "Science"},
    "outlet": {"harbour-post": "Harbour Post", "fjord-radio": "Fjord Radio", "marenia-today": "Marenia Today"},
    "speaker": {"ines-halvard": "Ines Halvard", "tomas-reeve": "Tomas Reeve"},
    "year": {"2025": "2025", "2024": "2024", "2023": "2023", "undated": "Undated"},
}
LABELS = {"country": "Country", "topic": "Topic", "outlet": "Outlet", "speaker": "Speaker", "year": "Year"}
ALIASES = {"NO": ("Norway", "Kingdom of Norway"), "KR": ("South Korea", "Republic of Korea", "ROK")}


def make_record(
    briefing: str,
    section: str,
    question: str,
    answer: str = "",
    *,
    day: str | None = "2025-05-14",
    title: str = "",
    heading: str = "",
    language: str = "en",
    names: tuple[str, ...] = (),
    **facets: str,
) -> SearchRecord:
    """Return a record; facets are ids separated by spaces, year, kind and language come of themselves."""
    values = {name: tuple(ids.split()) for name, ids in facets.items()}
    values |= {"year": (day[:4] if day else "undated",), "kind": ("exchange",), "language": (language,)}
    values["briefing"] = (briefing,)
    aliases = tuple(alias for id in values.get("country", ()) for alias in ALIASES.get(id, ()))
    return SearchRecord(
        briefing=briefing,
        section=section,
        language=language,
        title=title or heading or question[:60],
        briefing_title="Regular press briefing",
        number=section[1:],
        heading=heading,
        text=(("question", question), *((("answer", answer),) if answer else ())),
        facets=tuple((facet, values.get(facet, ())) for facet in FACETS),
        names=(*names, *aliases),
        day=day,
    )


SPECIAL = (
    make_record(
        "2025-05-14-halvard", "q1", "Will the new AI laboratory open in June?", "The laboratory opens on the third.",
        country="NO", topic="science", outlet="harbour-post", speaker="ines-halvard",
    ),
    make_record(
        "2025-05-14-halvard", "q2", "Was the aid sent by air or by sea?", "Both aircraft and ships carried the aid.",
        country="KE", topic="transport", outlet="fjord-radio", speaker="ines-halvard",
    ),
    make_record(
        "2025-05-14-halvard", "q3", "What are the harbour fees for small boats?", "Harbour fees are set by the ports.",
        heading="Harbour fees", country="NO", topic="transport", outlet="harbour-post", speaker="ines-halvard",
    ),
    make_record(
        "2025-05-07-halvard", "q1", "Who pays the fees of a harbour?", "The owner of the boat pays them.",
        day="2025-05-07", country="CL", topic="transport", outlet="marenia-today", speaker="ines-halvard",
    ),
    make_record(
        "2025-05-07-halvard", "q2", "A cargo went to Nigeria. Is it there?", "It has arrived in Nigeria.",
        day="2025-05-07", topic="transport", outlet="fjord-radio", speaker="ines-halvard",
    ),
    make_record(
        "2025-05-07-halvard", "q3", "Is the river Niger navigable in May?", "In most years it is.",
        day="2025-05-07", topic="transport", outlet="fjord-radio", speaker="ines-halvard",
    ),
    make_record(
        "2024-03-06-reeve", "q1", "Does Norway’s ferry use R&D money, and what is KX-19?", "KX-19 is a buoy.",
        day="2024-03-06", country="NO", topic="science", outlet="harbour-post", speaker="tomas-reeve",
    ),
    make_record(
        "2024-03-06-reeve", "q2", "What did Seoul’s envoys say of the tide tables?", "It thanked us for the tables.",
        day="2024-03-06", country="KR", topic="science", outlet="marenia-today", speaker="tomas-reeve",
    ),
    make_record(
        "2024-03-06-reeve", "q3", "Is <img src=x onerror=alert(1)> & <b>bold</b> a good name for a dinghy?", "No.",
        day="2024-03-06", title="A <b>dinghy</b> & its name", outlet="fjord-radio", speaker="tomas-reeve",
    ),
    make_record(
        "notice-on-tides", "n1", "The tide tables for the coming season lie at the harbour office.",
        day=None, topic="transport",
    ),
    make_record(
        "2023-09-12-reeve-zh", "q1", "渡轮何时恢复航行？", "港务局表示，渡轮将于下周恢复航行。", day="2023-09-12",
        language="zh", country="JP", topic="transport", outlet="fjord-radio", speaker="tomas-reeve",
    ),
)  # fmt: skip


def make_records() -> tuple[SearchRecord, ...]:
    """Return about sixty sections, newest first, undated last."""
    rng = random.Random(7)
    things = ("lighthouse", "trawler", "seaweed", "pilot boat", "breakwater", "cod quota", "ice chart", "slipway")
    filled = []
    for number in range(50):
        thing, country = things[number % len(things)], list(NAMES["country"])[number % 5]
        day = f"{2023 + number % 3}-{1 + number % 12:02}-{1 + number % 27:02}"
        filled.append(
            make_record(
                f"{day}-reeve-{number}",
                "q1",
                f"A question on the {thing}: was the {thing} of last winter inspected before the coast guard left?",
                " ".join(
                    f"The {rng.choice(things)} was looked at by crew {rng.randint(1, 9)} and found in order."
                    for _ in range(12)
                ),
                day=day,
                country=country,
                topic="fisheries",
                outlet="harbour-post",
                speaker="tomas-reeve",
            )
        )
    every = sorted((*SPECIAL, *filled), key=lambda r: (r.day or "", r.briefing), reverse=True)
    return tuple(sorted(every, key=lambda r: r.day is None))


def make_page() -> SearchPage:
    """Return the search page of an edition without briefings, with the filters of the made-up sections."""
    words = load("en")
    index = make_index(gather_edition(Config(title="Marenia Briefings"), (), Authorities()), "en")
    page = next(page for page in list_pages(index, words, None, ()) if isinstance(page, SearchPage))
    facets = tuple(
        Facet(name, label, tuple((id, each, 0) for id, each in NAMES[name].items())) for name, label in LABELS.items()
    )
    families = (Link("Briefings", "briefings/index.html"), Link("Countries", "countries/index.html"))
    return replace(page, facets=facets, families=families)


def make_site(folder: Path, records: tuple[SearchRecord, ...] | None = None) -> IndexReport:
    """Write a site into `folder`: the search page by its real template, the index, a bare page for each briefing."""
    rows = make_records() if records is None else records
    page = make_page()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "search.html").write_bytes(Renderer(load("en")).render(page.template, page))
    for path, data in read_assets().files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    for path in ("briefings/index.html", "countries/index.html", "index.html"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text('<!doctype html><html lang="en"><title>List</title>', encoding="utf-8")
    for briefing in sorted({row.briefing for row in rows}):
        sections = "".join(
            f'<section id="{row.section}"><h2>{escape(row.title)}</h2></section>'
            for row in rows
            if row.briefing == briefing
        )
        page_text = f'<!doctype html><html lang="en"><title>x</title><link rel="icon" href="data:,">{sections}'
        (folder / "briefings" / f"{briefing}.html").write_text(page_text, encoding="utf-8")
    return index_records(rows, folder)
