"""A small made-up edition for the tests of indexes, pages and render: whole values, no files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from edition.config import Config, Release
from edition.indexes import Edition, WrittenPage
from edition.model import (
    AnnotatedSection,
    Apparatus,
    Authorities,
    Briefing,
    Change,
    Doubt,
    DroppedLine,
    Emendation,
    Mark,
    MetadataLine,
    Occasion,
    Outlet,
    Paragraph,
    Place,
    Repeat,
    Revision,
    Rights,
    Section,
    Source,
    Span,
    Speaker,
    Tag,
    Topic,
    Transcript,
    Turn,
    Version,
)
from tests.whole import gather_edition

INES = Speaker("ines-halvard", "Ines Halvard", note="Speaks for the Foreign Office.", names=(("zh", "伊内丝"),))
POST = Outlet("harbour-post", "Harbour Post", "The Harbour Post")
WIRE = Outlet("continental-wire", "Continental Wire")
STRANGER = Outlet("lantern-weekly", "Lantern Weekly", known=False)
NORWAY = Place("NO", "norway", "country", "Norway", (("es", "Noruega"), ("zh", "挪威")), region="northern-europe")
CHILE = Place("CL", "chile", "country", "Chile", region="south-america")
GREENLAND = Place("GL", "greenland", "territory", "Greenland", region="northern-america")
GAZA = Place("gaza", "gaza", "territory", "Gaza", listed=False)
FISHERIES = Topic("fisheries", "Fisheries", "Catch, quotas, boats.", (("es", "Pesca"),), related=("maritime",))
MARITIME = Topic("maritime", "Maritime safety", "Lights, drills, rescue.")

AUTHORITIES = Authorities(
    speakers=(INES,),
    outlets=(WIRE, POST),
    places=(CHILE, GREENLAND, NORWAY, GAZA),
    topics=(FISHERIES, MARITIME),
)

CONFIG = Config(
    title="Marenia Briefings",
    subtitle="Test edition",
    description="What was asked in Sundhaven.",
    publisher="Foreign Office of Marenia",
    rights=Rights("Free for any use.", "https://example.org/terms"),
    release=Release("2025.2", "2025-06-30"),
    repository="https://example.org/repository",
)


def make_exchange(
    id: str = "q1",
    question: str = "Will the ferry sail in winter?",
    answer: str = "It will sail when the second drill is done.",
    outlet: Outlet | None = POST,
    countries: tuple[str, ...] = (),
    territories: tuple[str, ...] = (),
    topics: tuple[str, ...] = (),
    follows: tuple[str, ...] = (),
    heading: str | None = None,
    printed: bool = False,
    proposed: bool = False,
    occasion: Occasion | None = None,
    spans: tuple[tuple[str, tuple[Span, ...]], ...] = (),
    marks: tuple[Mark, ...] = (),
) -> AnnotatedSection:
    """Return an exchange of one question and one answer by Ines Halvard; paragraphs ID.1 and ID.2."""
    asked = Turn("question", outlet.name if outlet else None, (Paragraph(f"{id}.1", question),))
    answered = Turn("answer", "Ines Halvard", (Paragraph(f"{id}.2", answer, marks=marks),))
    section = Section(id, "exchange", heading, (asked, answered), printed, proposed, occasion)
    return AnnotatedSection(
        section,
        outlet=outlet,
        speakers=(None, INES),
        countries=tuple(Tag(c, (c,)) for c in countries),
        territories=tuple(Tag(t) for t in territories),
        topics=topics,
        follows=follows,
        spans=spans,
    )


def make_briefing(
    id: str,
    date: str | None,
    *sections: AnnotatedSection,
    title: str = "Regular press briefing",
    language: str = "en",
    url: str | None = None,
    apparatus: Apparatus = Apparatus(),  # noqa: B008  a frozen value
) -> Briefing:
    """Return a press conference by Ines Halvard."""
    source = Source(f"{id}.txt", "ab" * 32, "mfa-2024", publisher="Foreign Office of Marenia", url=url)
    transcript = Transcript(
        id,
        "press-conference",
        title,
        date,
        language,
        ("ines-halvard",),
        source,
        tuple(s.section for s in sections),
        apparatus,
        published=f"{date}T16:05+01:00" if date else None,
    )
    return Briefing(transcript, (INES,), sections)


def make_small_edition(config: Config = CONFIG) -> Edition:
    """Return an edition of four briefings: two of 2025, one of 2024, one undated."""
    text = "Norway and Greenland agreed on 14 May 2025; Norway will count 18 of 24 boats."
    spans = (
        Span(0, 6, "country", "NO"),
        Span(11, 20, "territory", "GL"),
        Span(31, 42, "date", "2025-05-14"),
        Span(44, 50, "country", "NO"),
    )
    may = make_briefing(
        "2025-05-14-ines-halvard",
        "2025-05-14",
        make_exchange(
            "q1",
            answer=text,
            countries=("NO",),
            territories=("GL",),
            topics=("maritime", "fisheries"),
            heading="Ferry safety",
            spans=(("q1.2", spans),),
            marks=(Mark(text.index("18"), text.index(" boats"), "deleted"),),
        ),
        make_exchange("q2", "A follow-up: is the quota settled?", outlet=WIRE, countries=("NO",), follows=("q1",)),
        make_exchange("q3", "<script>alert('boo')</script> & a “quoted” word?", outlet=None, proposed=True),
        url="https://example.org/2025-05-14",
        apparatus=Apparatus(
            metadata=(MetadataLine("FOREIGN OFFICE", "publisher", 1),),
            dropped=(DroppedLine("Page 1 of 2", "page number", 40),),
            emendations=(Emendation("teh boats", "the boats", "slip of the keyboard", 12),),
        ),
    )
    march = make_briefing(
        "2025-03-05-ines-halvard",
        "2025-03-05",
        make_exchange("q1", outlet=STRANGER, countries=("CL", "NO"), topics=("fisheries",)),
        make_exchange("q2", countries=("CL",), territories=("gaza",), occasion=Occasion("separate", "In writing:")),
    )
    old = make_briefing("2024-11-20-ines-halvard", "2024-11-20", make_exchange("q1", countries=("NO",)))
    undated = make_briefing("undated-notice", None, make_exchange("q1", countries=("NO",)), title="A notice")
    repeats = {"2025-05-14-ines-halvard": (("q2", (Repeat("2024-11-20-ines-halvard", "q1", 0.713),)),)}
    words = "Made **for tests**. See [the terms](terms.md).\n"
    about = WrittenPage("about", "About", words, "content/pages/about.md", 2)
    return gather_edition(config, [old, undated, may, march], AUTHORITIES, repeats, [about])


def make_language_edition(config: Config = CONFIG) -> Edition:
    """Return an edition in three languages: English and Arabic that correspond (with times, a revision that waits, a
    doubt, a label that nobody knows), and a Chinese version of another number of sections.
    """
    versions = (
        Version("ar", briefing="2025-06-02-ines-halvard-ar"),
        Version("es", url="https://example.org/es/2"),
        Version("zh", briefing="2025-06-02-ines-halvard-zh"),
    )
    changes = (Change("in winter", "in every month", "q1"), Change("", "and twice on Sundays", "q1"))
    english = make_briefing(
        "2025-06-02-ines-halvard",
        "2025-06-02",
        make_exchange("q1", heading="The ferry", countries=("NO",)),
        make_exchange("q2", "Who pays for the lamp?", "The harbour does.", outlet=STRANGER),
    )
    english = _with(
        english,
        starts="2025-06-02T12:23-04:00",
        ends="2025-06-02T13:05-04:00",
        place="Briefing Room",
        versions=versions,
        revisions=(
            Revision("2025-06-03", "2025-06-02.rev-1.txt", "cd" * 32, changes),
            Revision("2025-06-04", "2025-06-02.rev-2.txt", "ef" * 32, (Change("lamp", "light", None),), taken=True),
        ),
        doubts=(Doubt("the name before the second answer may be a heading", 7),),
        source=replace(english.transcript.source, lines=((17, 1240),)),
    )
    arabic = make_briefing(
        "2025-06-02-ines-halvard-ar",
        "2025-06-02",
        make_exchange("q1", "هل تبحر العبارة في الشتاء؟", "نعم، بعد التمرين الثاني.", heading="العبارة"),
        make_exchange("q2", "من يدفع ثمن المصباح (Lamp 2)؟", "الميناء.", outlet=Outlet("manara", "صحيفة المنارة")),
        title="إحاطة صحفية (2 يونيو 2025)",
        language="ar",
    )
    chinese = make_briefing(
        "2025-06-02-ines-halvard-zh",
        "2025-06-02",
        make_exchange("q1", "渡轮冬天开航吗？", "第二次演练之后开航。"),
        title="例行记者会",
        language="zh",
    )
    return gather_edition(config, [english, arabic, chinese], AUTHORITIES)


def _with(briefing: Briefing, **changes: Any) -> Briefing:
    return replace(briefing, transcript=replace(briefing.transcript, **changes))
