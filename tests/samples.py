"""A small annotated briefing of an invented ministry, with one of everything that an export has to carry."""

from __future__ import annotations

import hashlib

from edition.model import (
    AnnotatedSection,
    Apparatus,
    Authorities,
    Briefing,
    DateTag,
    DroppedLine,
    Emendation,
    Mark,
    MetadataLine,
    Occasion,
    Outlet,
    Paragraph,
    Person,
    Place,
    Rights,
    Section,
    Source,
    Span,
    Speaker,
    Tag,
    Topic,
    Transcript,
    Turn,
)

INES = Speaker("ines-halvard", "Ines Halvard")
TOM = Speaker("tom-roe", "Tom Roe", known=False)
POST = Outlet("harbour-post", "Harbour Post", full_name="The Harbour Post and Ferry Gazette")
ODA = Person("oda-lind", "Oda Lind", status="confirmed")

AUTHORITIES = Authorities(
    speakers=(INES,),
    outlets=(POST,),
    places=(
        Place("NO", "norway", "country", "Norway", region="europe"),
        Place("gaza", "gaza", "territory", "Gaza"),
    ),
    topics=(Topic("fisheries", "Fisheries", "Fish, boats and quotas."), Topic("transport", "Transport")),
    persons=(ODA,),
)

QUESTION = "The coast guards of Marenia and Norway met on 12 May 2025. Will Oda Lind's ferries run again?"
ANSWER = "The two services met for four hours & agreed on <everything>.\nThe timetable is with “the operators”."


def span_of(text: str, words: str, kind: str, target: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), kind, target)  # type: ignore[arg-type]


def sample_sections() -> tuple[AnnotatedSection, ...]:
    notice = Section(
        id="a1",
        kind="announcement",
        heading=None,
        turns=(Turn("statement", "Ines Halvard", (Paragraph("a1.1", "Good afternoon. One word on lighthouses."),)),),
    )
    exchange = Section(
        id="q1",
        kind="exchange",
        heading="Ferry safety",
        turns=(
            Turn("question", "Harbour Post", (Paragraph("q1.1", QUESTION),)),
            Turn(
                "answer",
                "Ines Halvard",
                (
                    Paragraph("q1.2", ANSWER),
                    Paragraph("q1.3", "(She showed a chart.)", kind="stage"),
                    Paragraph("q1.4", "Some 18 of 24 boats sail.", marks=(Mark(5, 13, "deleted"),)),
                ),
            ),
        ),
    )
    follow = Section(
        id="q2",
        kind="exchange",
        heading="Lighthouses",
        printed=True,
        proposed=True,
        occasion=Occasion("after-conference", "After the conference a reader wrote:"),
        turns=(
            Turn("question", None, (Paragraph("q2.1", "=SUM(A1) was on the slide. Why?"),)),
            Turn("answer", "Tom Roe", (Paragraph("q2.2", "A slip. 灯塔很好。"),)),
            Turn("note", None, (Paragraph("q2.3", "The lights were out for a minute."),)),
        ),
    )
    return (
        AnnotatedSection(notice, speakers=(INES,)),
        AnnotatedSection(
            exchange,
            outlet=POST,
            speakers=(None, INES),
            countries=(Tag("NO", ("Norway",)),),
            territories=(Tag("gaza"),),
            topics=("transport", "fisheries"),
            persons=(ODA,),
            dates=(DateTag("2025-05-12", "12 May 2025"),),
            dates_resolved=(DateTag("2025-05-13", "yesterday"),),
            spans=(
                (
                    "q1.1",
                    (
                        span_of(QUESTION, "Norway", "country", "NO"),
                        span_of(QUESTION, "12 May 2025", "date", "2025-05-12"),
                        span_of(QUESTION, "Oda Lind", "person", "oda-lind"),
                    ),
                ),
            ),
        ),
        AnnotatedSection(follow, speakers=(None, TOM, None), follows=("q1",)),
    )


def sample_briefing(
    id: str = "2025-05-14-ines-halvard",
    title: str = "Regular press briefing, 14 May 2025",
    date: str | None = "2025-05-14",
    sections: tuple[AnnotatedSection, ...] | None = None,
    **changes: object,
) -> Briefing:
    sections = sample_sections() if sections is None else sections
    fields: dict[str, object] = {
        "kind": "press-conference",
        "language": "en",
        "speakers": ("ines-halvard",),
        "source": Source(
            file="2025-05-14.txt",
            sha256=hashlib.sha256(id.encode()).hexdigest(),
            layout="mfa-2024",
            publisher="Foreign Office of Marenia",
            url="https://office.marenia.example/briefings/514",
            retrieved="2025-05-15",
        ),
        "apparatus": Apparatus(
            metadata=(MetadataLine("Regular press briefing, 14 May 2025", "title", 1),),
            dropped=(DroppedLine("Share this page", "furniture", 40),),
            emendations=(Emendation("fery", "ferry", "a slip of the source", 7),),
        ),
        "published": "2025-05-14T16:05+01:00",
        "rights": Rights("Free to use with a word of thanks.", "https://office.marenia.example/rights"),
        "notes": ("The sound is missing for a minute.",),
        "file": f"content/briefings/{id}.md",
    }
    transcript = Transcript(
        id=id,
        title=title,
        date=date,
        sections=tuple(annotated.section for annotated in sections),
        **(fields | changes),  # type: ignore[arg-type]
    )
    return Briefing(transcript, speakers=(INES,), sections=sections)
