"""Contexts: what every page says, before a template lays it out."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edition import interface
from edition.contexts import (
    PAGES,
    BriefingPage,
    BriefingsPage,
    ChangesPage,
    CompliancePage,
    Date,
    DiagnosticsPage,
    EntityPage,
    EntityYearPage,
    FamilyPage,
    FilesPage,
    GonePage,
    HomePage,
    MovedPage,
    NotFoundPage,
    Page,
    ParallelPage,
    ReleasePage,
    ReviewPage,
    SearchBox,
    SearchPage,
    SectionCitation,
    Segment,
)
from edition.diagnostics import CHAPTERS, Diagnostics, Finding, Place
from edition.indexes import ENTRIES_ON_A_PAGE, make_index
from edition.model import (
    AnnotatedSection,
    Briefing,
    Change,
    Mark,
    Outlet,
    Paragraph,
    Person,
    Revision,
    Section,
    Span,
    Turn,
)
from edition.pages import (
    CHANGES_ON_A_PAGE,
    ENTRIES_WITH_EXCERPTS,
    FACETS,
    FINDINGS_ON_A_PAGE,
    NAMES_WITHOUT_LETTERS,
    PLACES_OF_A_FINDING,
    cut_segments,
    read_pages,
)
from edition.urls import CHANGES, COMPLIANCE, FILES, find_collisions
from tests.site_edition import (
    AUTHORITIES,
    CONFIG,
    make_briefing,
    make_exchange,
    make_language_edition,
    make_small_edition,
)
from tests.whole import diagnose, gather_edition, list_pages

ROOT = Path(__file__).resolve().parent.parent
#: Kinds of pages that others make, of what is there then, and those that a small edition hasn't got.
MADE_ELSEWHERE = {
    ChangesPage, CompliancePage, EntityYearPage, FilesPage, GonePage, MovedPage, ReleasePage, ReviewPage,
}  # fmt: skip


def make_pages(language: str = "en", **config: object) -> dict[str, Page]:
    edition = make_small_edition(dataclasses.replace(CONFIG, **config))  # type: ignore[arg-type]
    index = make_index(edition, language)
    return {p.frame.path: p for p in list_pages(index, interface.load(language))}


def briefing_page(pages: dict[str, Page], id: str = "2025-05-14-ines-halvard") -> BriefingPage:
    page = pages[f"briefings/{id}.html"]
    assert isinstance(page, BriefingPage)
    return page


def test_every_kind_of_page_is_made_once_at_its_address() -> None:
    pages = list(list_pages(make_index(make_small_edition(), "en"), interface.load("en")))
    paths = [p.frame.path for p in pages]
    assert len(paths) == len(set(paths))
    assert {
        "index.html", "briefings/index.html", "briefings/undated-notice.html", "years/2025.html", "years/undated.html",
        "speakers/index.html", "speakers/ines-halvard.html", "countries/index.html", "countries/norway.html",
        "countries/greenland.html", "countries/gaza.html", "topics/fisheries.html", "outlets/lantern-weekly.html",
        "figures.html", "about.html", "data/index.html", "search.html", "404.html",
    } <= set(paths)  # fmt: skip
    languages = list(list_pages(make_index(make_language_edition(), "en"), interface.load("en")))
    assert "parallel/2025-06-02-ines-halvard--2025-06-02-ines-halvard-ar.html" in {p.frame.path for p in languages}
    assert {type(p) for p in (*pages, *languages)} == set(PAGES) - MADE_ELSEWHERE
    from edition.model import Locus

    assert list(find_collisions((p, Locus(p)) for p in paths)) == []


def test_templates_and_contexts_are_pairs() -> None:
    ours = {p.name for p in (ROOT / "templates").glob("*.html")} - {"base.html", "macros.html"}
    # the first page of an offline copy is no page of the site
    assert ours == {kind.template for kind in PAGES} | {"start-here.html"}


def test_every_field_of_a_context_is_documented() -> None:
    text = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    for kind in PAGES:
        section = text.split(f"`{kind.template}`", 1)[1].split("\n## ", 1)[0]
        assert kind.__struct_fields__
        for name in kind.__struct_fields__:
            assert f"`{name}`" in section, (kind.template, name)


def test_the_head_of_a_briefing() -> None:
    page = briefing_page(make_pages())
    assert page.kind == "Press conference"
    assert page.summary == "Ines Halvard answers 3 questions: "
    assert page.subjects == "Norway · Greenland · Maritime safety"
    assert page.date is not None
    assert (page.date.iso, page.date.text) == ("2025-05-14", "14 May 2025")
    assert page.published is not None
    assert page.published.iso == "2025-05-14T16:05+01:00"
    assert page.source.link is not None
    assert page.source.link.href == "https://example.org/2025-05-14"
    assert [s.href for s in page.speakers] == ["../speakers/ines-halvard.html"]
    assert page.frame.previous is not None
    assert page.frame.previous.href == "2025-03-05-ines-halvard.html"
    assert page.frame.next is None


def test_an_undated_briefing_says_so_and_stands_last() -> None:
    pages = make_pages()
    assert briefing_page(pages, "undated-notice").date is None
    index = pages["briefings/index.html"]
    assert isinstance(index, BriefingsPage)
    assert index.groups[-1].heading == "Undated"
    assert index.groups[-1].lines[-1].date is None


def test_a_dangerous_source_address_is_no_link() -> None:
    briefing = make_briefing("x", "2025-01-01", make_exchange(), url="javascript:alert(1)")
    index = make_index(gather_edition(CONFIG, [briefing], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    assert briefing_page(pages, "x").source.link is None


def test_sections_say_what_they_are_about() -> None:
    first, second, third = briefing_page(make_pages()).sections
    assert first.outlet is not None
    assert first.outlet.href == "../outlets/harbour-post.html"
    assert (first.heading, first.printed) == ("Ferry safety", False)
    assert [t.text for t in first.tags] == ["Norway", "Greenland", "Maritime safety", "Fisheries"]
    assert first.turns[0].who == ""
    assert first.turns[1].who == "Ines Halvard"
    assert [(r.kind, r.text) for r in second.references][:2] == [
        ("follows", "Follows"),
        ("said-before", "Said before:"),
    ]
    assert second.references[0].links[0][0].href == "#q1"
    link, share = second.references[1].links[0]
    assert (link.href, link.text, share) == ("2024-11-20-ines-halvard.html#q1", "20 Nov 2024, §\u00a01", "71%")
    assert third.outlet is None
    assert third.proposed
    earlier = [r for r in first.references if r.kind == "thread"]
    assert [r.text for r in earlier] == ["Earlier on Fisheries and Norway:"]
    assert earlier[0].links[0][0].text == "5 March, §\u00a01"


def test_a_follow_up_of_another_briefing_links_to_it() -> None:
    section = dataclasses.replace(make_exchange(), follows=("a#q1", "b#q1"))
    briefings = [make_briefing("a", "2025-01-01", make_exchange()), make_briefing("x", "2025-02-01", section)]
    index = make_index(gather_edition(CONFIG, briefings, AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    first, *_ = briefing_page(pages, "x").sections[0].references
    assert first.kind == "follows"
    assert [(link.href, link.text) for link, _ in first.links] == [("a.html#q1", "1 January, §\u00a01")]


def test_an_unusual_label_of_an_outlet_stays_in_sight() -> None:
    section = make_exchange()
    turns = (dataclasses.replace(section.section.turns[0], label="The H arbour Post"), section.section.turns[1])
    changed = dataclasses.replace(section, section=dataclasses.replace(section.section, turns=turns))
    index = make_index(gather_edition(CONFIG, [make_briefing("x", "2025-01-01", changed)], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    assert briefing_page(pages, "x").sections[0].turns[0].who == "The H arbour Post"


def test_paragraphs_link_the_first_mention_and_mark_dates_and_deletions() -> None:
    segments = briefing_page(make_pages()).sections[0].turns[1].paragraphs[0].segments
    assert [(s.text, s.href, s.datetime, s.deleted) for s in segments] == [
        ("Norway", "../countries/norway.html", None, False),
        (" and ", None, None, False),
        ("Greenland", "../countries/greenland.html", None, False),
        (" agreed on ", None, None, False),
        ("14 May 2025", None, "2025-05-14", False),
        ("; Norway will count ", None, None, False),
        ("18 of 24", None, None, True),
        (" boats.", None, None, False),
    ]


SPANS = st.builds(
    Span,
    st.integers(-2, 30),
    st.integers(0, 40),
    st.sampled_from(["country", "date", "outlet"]),
    st.sampled_from(["NO", "2025-05-14", "2025-02-30", "2025-05-14/2025-05-16", ""]),
)
MARKS = st.builds(Mark, st.integers(-2, 30), st.integers(0, 40), st.sampled_from(["deleted", "entity"]), st.just(""))


@given(st.text(max_size=40), st.lists(SPANS, max_size=6), st.lists(MARKS, max_size=4))
def test_segments_keep_every_character(text: str, spans: list[Span], marks: list[Mark]) -> None:
    paragraph = Paragraph("q1.1", text, marks=tuple(marks))
    made = list(cut_segments(paragraph, spans, lambda span: "x.html" if span.target else None))
    assert "".join(s.text for s in made) == text
    assert all(s.text for s in made)
    assert all(s.datetime in (None, "2025-05-14") for s in made)
    assert all("\n" not in s.text for s in made if s.kind == "text")


def test_a_printed_line_break_is_a_segment() -> None:
    made = list(cut_segments(Paragraph("i1.1", "One\nTwo"), (), lambda span: None))
    assert made == [Segment("One"), Segment("\n", "break"), Segment("Two")]


def test_only_files_that_exist_are_offered() -> None:
    index = make_index(make_small_edition(), "en")
    files = ["briefings/2025-05-14-ines-halvard.json", "countries/norway.xml", "feed.xml", "data/edition.json"]
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"), files=files)}
    page = briefing_page(pages)
    assert [f.text for f in page.forms] == ["JSON"]
    assert [a.type for a in page.frame.alternates] == ["application/json", "application/atom+xml"]
    norway = pages["countries/norway.html"]
    assert isinstance(norway, EntityPage)
    assert [(f.text, f.href) for f in norway.forms] == [("Feed", "norway.xml")]
    assert briefing_page(pages, "undated-notice").forms == ()
    assert make_pages()["index.html"].frame.alternates == ()


def test_citations_are_shown_as_given() -> None:
    index = make_index(make_small_edition(), "en")

    def given_(briefing: Briefing, section: AnnotatedSection | None = None) -> tuple[tuple[str, str, str], ...]:
        part = f" {section.section.id}" if section else ""
        return ("BibTeX", "", "briefings/x.bib"), ("Text", f"Cite {briefing.id}{part}", "")

    files = ["briefings/x.bib"]
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"), given_, files)}
    page = briefing_page(pages)
    assert [(c.label, c.text, c.href) for c in page.citations] == [
        ("BibTeX", "", "x.bib"),
        ("Text", "Cite 2025-05-14-ines-halvard", ""),
    ]
    assert page.cite_section == SectionCitation("Text", f"Cite {page.id} q1", "1", "#q1", "#q1.1")
    assert briefing_page(make_pages()).cite_section is None


def test_a_person_who_also_speaks_leads_to_the_page_of_that_speaker() -> None:
    speaker = Person("ines-halvard", "Ines Halvard", status="confirmed")
    other = Person("ada-berg", "Ada Berg", status="confirmed")
    section = dataclasses.replace(make_exchange(), persons=(speaker, other))
    index = make_index(gather_edition(CONFIG, [make_briefing("x", "2025-01-01", section)], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    tags = [t for t in briefing_page(pages, "x").sections[0].tags if t.family == "persons"]
    assert [(t.text, t.href) for t in tags] == [
        ("Ines Halvard", "../speakers/ines-halvard.html"),
        ("Ada Berg", "../persons/ada-berg.html"),
    ]
    assert "persons/ines-halvard.html" not in pages


def test_an_entity_with_many_entries_gets_a_page_a_year() -> None:
    half = ENTRIES_ON_A_PAGE // 2 + 1
    briefings = [
        make_briefing(f"{year}-{i:03}", f"{year}-06-01", make_exchange(countries=("NO",)))
        for year in (2024, 2025)
        for i in range(half)
    ]
    index = make_index(gather_edition(CONFIG, briefings, AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    whole, year = pages["countries/norway.html"], pages["countries/norway/2024.html"]
    assert isinstance(whole, EntityPage)
    assert isinstance(year, EntityYearPage)
    assert whole.partial
    assert sum(len(g.lines) for g in whole.groups) < half
    assert [b.href for b in whole.years] == ["norway/2024.html", "norway/2025.html"]
    assert sum(len(g.lines) for g in year.groups) == half
    assert year.whole.href == "../norway.html"
    assert all(line.excerpt for g in year.groups for line in g.lines)


def test_the_page_of_a_year_with_very_many_entries_keeps_to_their_titles() -> None:
    sections = [make_exchange(f"q{n}", countries=("NO",)) for n in range(1, ENTRIES_WITH_EXCERPTS + 2)]
    index = make_index(gather_edition(CONFIG, [make_briefing("x", "2024-06-01", *sections)], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    year = pages["countries/norway/2024.html"]
    assert isinstance(year, EntityYearPage)
    lines = [line for g in year.groups for line in g.lines]
    assert len(lines) == len(sections)
    assert all(line.title and not line.excerpt for line in lines)


def test_an_index_whose_names_have_no_latin_letters_has_no_letters() -> None:
    outlets = [Outlet(f"o{n}", f"海港报{n}") for n in range(NAMES_WITHOUT_LETTERS + 1)]
    sections = [make_exchange(f"q{n}", outlet=outlet) for n, outlet in enumerate(outlets, 1)]
    authorities = dataclasses.replace(AUTHORITIES, outlets=tuple(outlets))
    index = make_index(gather_edition(CONFIG, [make_briefing("x", "2024-06-01", *sections)], authorities), "zh")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("zh"))}
    page = pages["outlets/index.html"]
    assert isinstance(page, FamilyPage)
    assert [(g.heading, len(g.lines)) for g in page.groups] == [("", len(outlets))]


def test_the_country_index_lists_by_letter_and_region_what_is_listed() -> None:
    page = make_pages()["countries/index.html"]
    assert isinstance(page, FamilyPage)
    assert [line.text for g in page.groups for line in g.lines] == ["Chile", "Greenland", "Norway"]
    assert [g.heading for g in page.regions] == ["Northern America", "Northern Europe", "South America"]


def test_an_empty_edition_has_its_pages() -> None:
    index = make_index(gather_edition(CONFIG, [], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    home = pages["index.html"]
    assert isinstance(home, HomePage)
    assert home.latest == ()
    assert home.calendar is None
    assert {"briefings/index.html", "countries/index.html", "figures.html", "search.html", "404.html"} <= set(pages)


def test_the_not_found_page_needs_nothing_or_is_absolute() -> None:
    alone = make_pages()["404.html"]
    assert isinstance(alone, NotFoundPage)
    assert (alone.frame.alone, alone.frame.nav, alone.frame.footer, alone.links) == (True, (), (), ())
    whole = make_pages(site_url="https://example.org/m/")["404.html"]
    assert isinstance(whole, NotFoundPage)
    assert (whole.frame.alone, whole.frame.root) == (False, "https://example.org/m/")
    assert {link.href for link in whole.frame.nav} >= {
        "https://example.org/m/briefings/",
        "https://example.org/m/search.html",
    }
    assert all(link.href.startswith("https://") for link in (*whole.frame.nav, *whole.frame.footer, *whole.links))


def test_canonical_links_only_with_a_site_url() -> None:
    assert make_pages()["index.html"].frame.canonical is None
    pages = make_pages(site_url="https://example.org/m/")
    assert pages["countries/norway.html"].frame.canonical == "https://example.org/m/countries/norway.html"


def test_navigation_leads_to_pages_that_exist() -> None:
    pages = make_pages()
    for path, page in pages.items():
        for link in (*page.frame.nav, *page.frame.footer):
            if not link.external:
                # the pages that count and list all others are made when these are there
                assert urljoin(path, link.href) in {*pages, COMPLIANCE, CHANGES, FILES}, (path, link)


def test_every_page_of_a_part_searches_in_that_part() -> None:
    pages = make_pages()
    boxes = {path: page.search for path, page in pages.items() if hasattr(page, "search")}
    assert boxes["countries/norway.html"] == SearchBox("../search.html", "Search in Norway", (("country", "NO"),))
    assert boxes["years/2024.html"].fixed == (("year", "2024"),)
    assert boxes["briefings/2025-05-14-ines-halvard.html"].fixed == (("briefing", "2025-05-14-ines-halvard"),)
    for family, facet in FACETS.items():
        if family == "persons":  # nobody in this edition is confirmed; tests/test_registers.py has somebody
            continue
        of_family = [path for path in pages if path.startswith(f"{family}/") and not path.endswith("/index.html")]
        assert of_family
        assert {boxes[path].fixed[0][0] for path in of_family} == {facet}


def test_search_offers_every_facet_with_counts() -> None:
    page = make_pages()["search.html"]
    assert isinstance(page, SearchPage)
    values = {f.name: f.values for f in page.facets}
    assert list(values) == ["speaker", "outlet", "country", "topic", "year", "kind", "language"]
    assert ("NO", "Norway", 5) in values["country"]
    assert values["year"] == (("2025", "2025", 5), ("2024", "2024", 1), ("undated", "Undated", 1))
    assert values["language"] == (("en", "English", 7),)


def test_the_language_of_a_briefing_is_told_where_it_differs() -> None:
    arabic = make_briefing("x", "2025-01-01", make_exchange(), language="ar")
    index = make_index(gather_edition(CONFIG, [arabic], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    assert (briefing_page(pages, "x").lang, briefing_page(pages, "x").dir) == ("ar", "rtl")
    assert (briefing_page(make_pages()).lang, briefing_page(make_pages()).dir) == ("", "")


@pytest.mark.parametrize("language", ["es", "zh"])
def test_pages_speak_the_language_of_the_interface(language: str) -> None:
    page = make_pages(language)["countries/norway.html"]
    assert isinstance(page, EntityPage)
    assert page.name == {"es": "Noruega", "zh": "挪威"}[language]


def test_a_statement_counts_its_parts() -> None:
    passage = AnnotatedSection(
        Section("p1", "passage", None, (Turn("statement", None, (Paragraph("p1.1", "The harbour is open."),)),))
    )
    base = make_briefing("x", "2025-01-01", passage)
    briefing = dataclasses.replace(base, transcript=dataclasses.replace(base.transcript, kind="statement"))
    index = make_index(gather_edition(CONFIG, [briefing], AUTHORITIES), "en")
    pages = {p.frame.path: p for p in list_pages(index, interface.load("en"))}
    page = briefing_page(pages, "x")
    assert (page.summary, page.subjects) == ("one passage, Ines Halvard: ", "The harbour is open.")


# ── The editor's own pages ──


def test_written_pages_are_read_with_their_titles(tmp_path: Path) -> None:
    folder = tmp_path / "content" / "pages"
    folder.mkdir(parents=True)
    (folder / "about.md").write_text("\n# About us #\n\nText.\n", encoding="utf-8")
    (folder / "b.md").write_text("No title\n", encoding="utf-8")
    (folder / "index.md").write_text("# Taken\n", encoding="utf-8")
    (folder / "Über uns.md").write_text("# No address\n", encoding="utf-8")
    (folder / "latin.md").write_bytes(b"# caf\xe9\n")
    pages, problems = read_pages(tmp_path)
    assert [(p.name, p.title, p.text, p.first_line) for p in pages] == [("about", "About us", "\nText.\n", 3)]
    told = [str(p) for p in problems]
    assert told[0].startswith("content/pages/b.md:1: the page has no title")
    assert any("“index” is the address of another page" in t for t in told)
    assert any("“Über uns” can't be an address" in t for t in told)
    assert any("not UTF-8" in t for t in told)
    assert len(told) == 4


def test_an_edition_without_pages_is_fine(tmp_path: Path) -> None:
    assert read_pages(tmp_path) == ((), ())


# ── Times, versions, revisions ──


def language_pages(language: str = "en", **config: object) -> dict[str, Page]:
    edition = make_language_edition(dataclasses.replace(CONFIG, **config))  # type: ignore[arg-type]
    return {p.frame.path: p for p in list_pages(make_index(edition, language), interface.load(language))}


def with_times(starts: str | None, ends: str | None, date: str | None = "2025-06-02") -> str:
    briefing = make_briefing("x", date, make_exchange())
    transcript = dataclasses.replace(briefing.transcript, starts=starts, ends=ends)
    edition = gather_edition(CONFIG, [dataclasses.replace(briefing, transcript=transcript)], AUTHORITIES)
    pages = {p.frame.path: p for p in list_pages(make_index(edition, "en"), interface.load("en"))}
    return "".join(part.text for part in briefing_page(pages, "x").held)


def test_the_times_of_a_briefing_have_their_zone_once() -> None:
    page = briefing_page(language_pages(), "2025-06-02-ines-halvard")
    assert page.held == (
        Date("2025-06-02T12:23-04:00", "12:23"),
        Date("", "–"),
        Date("2025-06-02T13:05-04:00", "13:05"),
        Date("", " (UTC−4)"),
    )
    assert page.place == "Briefing Room"
    assert page.source.lines == "17–1,240"


@pytest.mark.parametrize(
    ("starts", "ends", "shown"),
    [
        ("2025-06-02T09:30", None, "from 09:30"),
        (None, "2025-06-02T09:30Z", "until 09:30 (UTC)"),
        ("2025-06-02T23:30+02:00", "2025-06-03T00:10+02:00", "2 June 2025, 23:30 (UTC+2)–3 June 2025, 00:10 (UTC+2)"),
        ("2025-06-02T09:30-04:00", "2025-06-02T10:00", "2 June 2025, 09:30 (UTC−4)–2 June 2025, 10:00"),
        ("2025-06-02", "2025-06-03", "2 June 2025–3 June 2025"),
        (None, None, ""),
    ],
)
def test_times_say_the_day_where_it_is_another(starts: str | None, ends: str | None, shown: str) -> None:
    assert with_times(starts, ends) == shown


def test_the_time_of_an_undated_briefing_has_its_day() -> None:
    assert with_times("2025-06-02T09:30", None, date=None) == "from 2 June 2025, 09:30"


def test_versions_are_named_in_their_own_language() -> None:
    page = briefing_page(language_pages(), "2025-06-02-ines-halvard")
    assert [(v.language, v.text, v.dir, v.href, v.external, v.parallel is not None) for v in page.versions] == [
        ("ar", "العربية", "rtl", "2025-06-02-ines-halvard-ar.html", False, True),
        ("es", "Español", "ltr", "https://example.org/es/2", True, False),
        ("zh", "中文", "ltr", "2025-06-02-ines-halvard-zh.html", False, False),
    ]
    assert page.versions[0].parallel is not None
    together = "../parallel/2025-06-02-ines-halvard--2025-06-02-ines-halvard-ar.html"
    assert page.versions[0].parallel.href == together
    assert [[v.href for v in s.versions] for s in page.sections] == [
        ["2025-06-02-ines-halvard-ar.html#q1"],
        ["2025-06-02-ines-halvard-ar.html#q2"],
    ]
    other = briefing_page(language_pages(), "2025-06-02-ines-halvard-ar")
    assert [v.parallel.href for v in other.versions if v.parallel] == [together]
    assert [s.versions[0].href for s in other.sections] == [f"2025-06-02-ines-halvard.html#q{n}" for n in (1, 2)]


def test_only_absolute_addresses_are_told_to_search_engines() -> None:
    path = "briefings/2025-06-02-ines-halvard.html"
    assert [(t.language, t.href) for t in language_pages()[path].frame.translations] == [
        ("es", "https://example.org/es/2")
    ]
    site = "https://example.org/m/"
    assert [(t.language, t.href) for t in language_pages(site_url=site)[path].frame.translations] == [
        ("en", f"{site}{path}"),
        ("ar", f"{site}briefings/2025-06-02-ines-halvard-ar.html"),
        ("es", "https://example.org/es/2"),
        ("zh", f"{site}briefings/2025-06-02-ines-halvard-zh.html"),
    ]


def test_a_parallel_page_has_the_sections_of_both_and_is_no_new_text() -> None:
    pages = language_pages(site_url="https://example.org/m/")
    parallel = [p for p in pages.values() if isinstance(p, ParallelPage)]
    assert len(parallel) == 1
    page = parallel[0]
    assert [(s.lang, s.dir) for s in page.sides] == [("en", "ltr"), ("ar", "rtl")]
    assert [(r.id, r.cells[0].number, r.cells[1].number) for r in page.rows] == [("q1", "1", "1"), ("q2", "2", "2")]
    assert page.rows[1].cells[1].outlet == "صحيفة المنارة"
    assert page.rows[0].cells[1].href == "../briefings/2025-06-02-ines-halvard-ar.html#q1"
    assert page.frame.canonical == "https://example.org/m/briefings/2025-06-02-ines-halvard.html"
    assert page.heading == "English and Arabic, side by side"
    assert page.rest == ""


def test_revisions_say_whether_their_words_were_taken() -> None:
    page = briefing_page(language_pages(), "2025-06-02-ines-halvard")
    waiting, taken = page.revisions
    assert (waiting.id, waiting.taken, taken.id, taken.taken) == ("revision-1", False, "revision-2", True)
    assert "3 June 2025" in waiting.text
    assert waiting.status != taken.status
    assert [(c.section.href if c.section else None, c.before, c.after) for c in waiting.changes] == [
        ("#q1", "in winter", "in every month"),
        ("#q1", "", "and twice on Sundays"),
    ]
    assert taken.changes[0].section is None
    first, second = page.sections
    assert [(r.kind, [link.href for link, _ in r.links]) for r in first.references] == [("revision", ["#revision-1"])]
    assert [r.kind for r in second.references] == []


def test_a_page_shows_no_more_than_some_changes() -> None:
    changes = tuple(Change(f"a{n}", f"b{n}", "q1") for n in range(CHANGES_ON_A_PAGE + 3))
    briefing = make_briefing("x", "2025-06-02", make_exchange())
    revision = Revision("2025-06-03", "x.txt", "ab" * 32, changes)
    transcript = dataclasses.replace(briefing.transcript, revisions=(revision,))
    edition = gather_edition(CONFIG, [dataclasses.replace(briefing, transcript=transcript)], AUTHORITIES)
    pages = {p.frame.path: p for p in list_pages(make_index(edition, "en"), interface.load("en"))}
    (view,) = briefing_page(pages, "x").revisions
    assert len(view.changes) == CHANGES_ON_A_PAGE
    assert view.more.startswith("3 more changes")


def test_a_name_in_another_script_is_isolated_in_a_sentence() -> None:
    assert interface.load("en")("reference.earlier", names="عنوان") == "Earlier on \u2068عنوان\u2069:"
    assert interface.load("en")("reference.earlier", names="北京 (2)") == "Earlier on 北京 (2):"


# ── Diagnostics ──


def diagnostics_page(found: Diagnostics, language: str = "en", files: tuple[str, ...] = ()) -> DiagnosticsPage:
    index = make_index(make_language_edition(), language)
    pages = {p.frame.path: p for p in list_pages(index, interface.load(language), None, files, found)}
    page = pages["diagnostics.html"]
    assert isinstance(page, DiagnosticsPage)
    return page


def test_the_diagnostics_name_every_chapter_and_lead_to_the_places() -> None:
    page = diagnostics_page(diagnose(make_language_edition()), files=("data/diagnostics.json",))
    assert [c.id for c in page.chapters] == list(CHAPTERS)
    assert page.data is not None
    assert page.data.href == "data/diagnostics.json"
    chapters = {c.id: c for c in page.chapters}
    (stranger, *_) = chapters["labels"].findings
    assert (stranger.text, stranger.count) == ("Lantern Weekly", "1")
    assert [(p.text, p.href) for p in stranger.places] == [
        ("2025-06-02-ines-halvard, §\u00a02", "briefings/2025-06-02-ines-halvard.html#q2")
    ]
    (waiting,) = chapters["revisions"].findings
    assert waiting.places[0].href == "briefings/2025-06-02-ines-halvard.html#revision-1"
    (doubt,) = chapters["doubts"].findings
    assert doubt.places[0].text.endswith(":7")
    assert chapters["errors"].empty
    assert chapters["errors"].count == "0"


def test_the_diagnostics_stay_small_in_a_large_edition() -> None:
    places = tuple(Place(file=f"content/briefings/{n}.md", line=n) for n in range(1, 5000))
    many = tuple(Finding(f"label {n}", 1, (Place(file="x.md", line=1),)) for n in range(5000))
    found = Diagnostics({"labels": many, "dropped": (Finding("navigation", 4999, places),)})
    chapters = {c.id: c for c in diagnostics_page(found).chapters}
    assert len(chapters["labels"].findings) == FINDINGS_ON_A_PAGE
    assert chapters["labels"].more == f"{5000 - FINDINGS_ON_A_PAGE:,} more stand in diagnostics.json."
    (dropped,) = chapters["dropped"].findings
    assert len(dropped.places) == PLACES_OF_A_FINDING
    assert dropped.more == f"and {4999 - PLACES_OF_A_FINDING:,} more"
    assert dropped.places[0].text == "content/briefings/1.md:1"


def test_what_is_said_in_another_language_is_marked_as_such() -> None:
    found = Diagnostics(
        {"undated": (Finding("عنوان", 1, (), language="ar"),), "notes": (Finding("odd", 1, (), language="en"),)}
    )
    chapters = {c.id: c for c in diagnostics_page(found, "zh").chapters}
    assert (chapters["undated"].findings[0].lang, chapters["undated"].findings[0].dir) == ("ar", "rtl")
    assert chapters["notes"].findings[0].lang == "en"
    assert diagnostics_page(found, "zh").hint_lang == "en"
    assert diagnostics_page(found).hint_lang == ""
