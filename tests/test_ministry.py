"""The ministry's pages of all eras, and texts copied from them: exact against an independent reading, and every kind
of section that they hold. The corpus's own words are compared, never printed or kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from edition.authorities import read_authorities
from edition.config import Config
from edition.importing.transcribing import Reading, known_of, make_transcripts
from edition.layouts.announcements import begins_announcement, common_names
from edition.layouts.head import speaker_of_title
from edition.layouts.parts import Known
from edition.model import Authorities, Outlet, Section, Speaker, Transcript
from edition.witnesses import make_witness

CONFIG = Config(title="Marenia Briefings", publisher="Foreign Office of Marenia")
AUTHORITIES = Authorities(
    speakers=(Speaker("ines-halvard", "Ines Halvard"),), outlets=(Outlet("harbour-post", "Harbour Post"),)
)
TITLE = "Foreign Office Spokesperson Ines Halvard’s Regular Press Conference on May 6, 2025"
TITLE_ZH = "2025年5月6日外交部发言人林港生主持例行记者会"
FIRST = ("Harbour Post: Is the quay open?", "Ines Halvard: It is.")
FIRST_ZH = ("《港口报》记者：码头开了吗？", "林港生：开了。")


def read(*paragraphs: str, title: str = TITLE, known: Known | None = None) -> Reading:
    text = "\n\n".join([title, *paragraphs])
    return make_transcripts(make_witness("x.txt", "x.txt", text.encode()), CONFIG, known or Known(), AUTHORITIES)[0]


def read_page(*paragraphs: str, title: str = TITLE, head: str = "", stamp: str = "") -> Reading:
    """A page of the family of 2021; a paragraph that begins with “*” is bold."""
    body = "".join(f"<p><strong>{p[1:]}</strong></p>" if p[0] == "*" else f"<p>{p}</p>" for p in paragraphs)
    text = (
        f"<html><head><title>{title}</title>{head}</head><body><div class='news-details'><div class='news-title'>"
        f"<h1>{title}</h1><p class='time'><span>{stamp}</span></p></div>"
        f"<div class='news-main' id='News_Body_Txt_A'>{body}</div></div></body></html>"
    )
    return make_transcripts(make_witness("x.html", "x.html", text.encode()), CONFIG, Known(), AUTHORITIES)[0]


def shape(sections: tuple[Section, ...]) -> list[str]:
    """Each section as one line: “q2<q1 Q:Label/2 A:Label/1”, the numbers being those of paragraphs."""
    out = []
    for s in sections:
        follows = "".join(f"<{target}" for name, target in s.attributes if name == "follows")
        turns = " ".join(f"{t.role[0].upper()}:{t.label or ''}/{len(t.paragraphs)}" for t in s.turns)
        out.append(f"{s.id}{follows}{'?' if s.proposed else ''}{'!' if s.occasion else ''} {turns}")
    return out


# ── Announcements ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("paragraphs", "begins"),
    [
        (("At the invitation of Oda Lind, Tom Roe will visit.", "Lind and Roe are friends."), [True, False]),
        (("Invited by Oda Lind, Tom Roe will sail.", "Invited by Tom Roe, Oda Lind will row."), [True, True]),
        (("I. Oda Lind sails.", "Lind sails well.", "II. Tom Roe rows."), [True, False, True]),
        (("I. Oda Lind sails.", "At the invitation of Oda Lind they meet."), [True, False]),
        (("Good afternoon.", "I have two announcements:", "As agreed by both, they meet."), [True, False, True]),
        (("The fair opens.", "Oda Lind will be in Port Wren on May 9."), [True, True]),
        (("The fair in Port Wren opens.", "The mayor of Port Wren will speak on May 9."), [True, False]),
        (("Oda Lind will come.", "During her visit she will see Port Wren on May 9."), [True, False]),
        (("一、应北国外长邀请，林先生来访。", "两国友好。", "二、论坛将举行。"), [True, False, True]),
        (("应北国外长邀请，林先生来访。", "应南国政府邀请，罗先生来访。", "两国友好。"), [True, True, False]),
    ],
)
def test_a_further_announcement_begins_where_evidence_says_so(paragraphs: tuple[str, ...], begins: list[bool]) -> None:
    common = common_names(paragraphs)
    found: list[bool] = []
    above: list[str] = []
    for text in paragraphs:
        found.append(begins_announcement(text, above, lambda: common))
        above = [text] if found[-1] else [*above, text]
    assert found == begins


def test_names_that_stand_everywhere_part_nothing() -> None:
    assert common_names(["We see Marenia."] * 3 + ["We see Port."] * 3 + ["We row."] * 2) == {"marenia", "port"}
    assert common_names(["We see Marenia."] * 3 + ["We row."] * 20) == frozenset()


def test_announcements_of_several_subjects_are_several_sections() -> None:
    said = (
        "At the invitation of the Foreign Office, Minister Lund will visit Marenia from May 9 to 11.",
        "It is her first visit.",
        "The Harbour Forum will be held in Port Wren on May 12.",
    )
    assert shape(read(*said, *FIRST).transcript.sections) == [
        "a1 S:/2",
        "a2 S:/1",
        "q1 Q:Harbour Post/1 A:Ines Halvard/1",
    ]


def test_who_is_presented_answers_from_then_on() -> None:
    said = (
        "Tomas Erevik: Good afternoon. Let me present our new spokesperson, Ines Halvard.",
        "Ines Halvard: Thank you, Director Erevik.",
        "I look forward to it.",
    )
    transcript = read(*said, *FIRST).transcript
    assert shape(transcript.sections) == [
        "a1 S:Tomas Erevik/1 S:Ines Halvard/2",
        "q1 Q:Harbour Post/1 A:Ines Halvard/1",
    ]
    assert transcript.speakers == ("ines-halvard", "Tomas Erevik")
    said_zh = ("毛海宁：我介绍新任发言人林港生。", "林港生：谢谢毛司长。")
    sections = read_page(*said_zh, f"*{FIRST_ZH[0]}", FIRST_ZH[1], title=TITLE_ZH).transcript.sections
    assert shape(sections) == ["a1 S:毛海宁/1 S:林港生/1", "q1 Q:《港口报》记者/1 A:林港生/1"]


# ── Questions ───────────────────────────────────────────────────────────────────────────────────────────────────────

FURTHER = [
    ("Follow-up: Both quays?", "q2<q1 Q:Follow-up/1 A:Ines Halvard/1"),
    ("Journalist: Both quays?", "q2<q1 Q:Journalist/1 A:Ines Halvard/1"),
    ("The journalist clarified: I mean both.", "q2<q1 Q:The journalist clarified/1 A:Ines Halvard/1"),
    ("Journalist adds: And the mole?", "q2<q1 Q:Journalist adds/1 A:Ines Halvard/1"),
    ("Foreign Journalist: And the mole?", "q2<q1 Q:Foreign Journalist/1 A:Ines Halvard/1"),
    ("Reporter: Both quays?", "q2<q1 Q:Reporter/1 A:Ines Halvard/1"),
    ("HBC&Northern Wire: And the mole?", "q2 Q:HBC&Northern Wire/1 A:Ines Halvard/1"),
    ("HBC and Northern Wire: And the mole?", "q2 Q:HBC and Northern Wire/1 A:Ines Halvard/1"),
    ("HBC: And the mole? (Similar question from Northern Wire)", "q2 Q:HBC/1 A:Ines Halvard/1"),
    ("(Laughter) Northern Wire: And the mole?", "q2 Q:(Laughter) Northern Wire/1 A:Ines Halvard/1"),
    ("Following the press conference, a journalist asked: And the mole?", "q2! Q:/1 A:Ines Halvard/1"),
    ("The following question was raised after the press conference: And the mole?", "q2! Q:/1 A:Ines Halvard/1"),
    ("Question raised after the press conference: And the mole?", "q2! Q:/1 A:Ines Halvard/1"),
    ("After the briefing, Northern Wire asked whether the mole is shut.", "q2! Q:/1 A:Ines Halvard/1"),
]


@pytest.mark.parametrize(("asked", "expected"), FURTHER, ids=[a[:30] for a, _ in FURTHER])
def test_labels_of_further_questions(asked: str, expected: str) -> None:
    sections = read(*FIRST, asked, "Ines Halvard: So it is.").transcript.sections
    assert shape(sections) == ["q1 Q:Harbour Post/1 A:Ines Halvard/1", expected]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("*追问：北码头呢？", "q2<q1 Q:追问/1 A:林港生/1"),
        ("*记者追问：北码头呢？", "q2<q1 Q:记者追问/1 A:林港生/1"),
        ("*海风电台记者追问：北码头呢？", "q2<q1 Q:海风电台记者追问/1 A:林港生/1"),
        ("*海风电台：北码头呢？", "q2 Q:海风电台/1 A:林港生/1"),
        ("*海风电台记者: 北码头呢？", "q2 Q:海风电台记者/1 A:林港生/1"),
        ("*会后有记者问及：北码头呢？", "q2! Q:/1 A:林港生/1"),
        ("*会后，有记者问：北码头呢？", "q2! Q:/1 A:林港生/1"),
    ],
)
def test_labels_of_further_questions_in_chinese(asked: str, expected: str) -> None:
    sections = read_page(f"*{FIRST_ZH[0]}", FIRST_ZH[1], asked, "林港生：也是。", title=TITLE_ZH).transcript.sections
    assert shape(sections) == ["q1 Q:《港口报》记者/1 A:林港生/1", expected]


def test_a_question_in_chinese_needs_no_bold_type_and_no_word_for_journalist() -> None:
    text = ("海风电台：码头开了吗？", "林港生：开了。", "港口报：北码头呢？", "林港生：没有。")
    assert shape(read(*text, title=TITLE_ZH).transcript.sections) == [
        "q1 Q:海风电台/1 A:林港生/1", "q2 Q:港口报/1 A:林港生/1",
    ]  # fmt: skip


def test_an_introduction_without_a_question_introduces_a_notice() -> None:
    after = "After the press conference, Halvard made further response to the question raised by Harbour Post."
    sections = read(*FIRST, "---", after, "Ines Halvard: The mole is shut.").transcript.sections
    assert shape(sections)[1:] == ["n1! S:Ines Halvard/1"]
    assert sections[1].occasion is not None
    assert sections[1].occasion.printed == after
    asked = "A journalist asked the following question after the press conference:"
    assert shape(read(*FIRST, "***", asked).transcript.sections)[1:] == ["n1 S:/1"]
    assert shape(read(*FIRST, "***", asked, "The mole is shut.").transcript.sections)[1:] == ["n1! S:/1"]
    assert shape(read(*FIRST, "***", asked, "Is the mole shut?", "A: Yes.").transcript.sections)[1:] == [
        "q2! Q:/1 A:A/1"
    ]


def test_an_answer_without_a_label() -> None:
    assert shape(read("Q: Is it open?", "It is.", "Since noon.", "Q: Why?", "A: So.").transcript.sections) == [
        "q1 Q:Q/1 A:/2", "q2 Q:Q/1 A:A/1",
    ]  # fmt: skip


def test_a_second_speaker_answers() -> None:
    text = (
        *FIRST, "Northern Wire: And the mole?", "Tomas Erevik: I will take this one.", "Radio Meridian: Why?",
        "Ines Halvard: Repairs.", "Lantern Weekly: Until when?", "Tomas Erevik: May.",
    )  # fmt: skip
    transcript = read(*text).transcript
    assert [t.label for s in transcript.sections for t in s.turns if t.role == "answer"] == [
        "Ines Halvard", "Tomas Erevik", "Ines Halvard", "Tomas Erevik",
    ]  # fmt: skip
    assert len(transcript.sections) == 4


# ── What is said at the end, and what is no label ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "closing",
    [
        ("For the Harbour Festival the regular press conference will be adjourned on May 8.", "Happy festival!"),
        ("Our press conference will be in recess on Friday. You may still reach the office by e-mail.",),
        ("The press conference on May 9 will begin earlier, at 2 p.m.",),
        ("Thank you for attending today's press conference. See you tomorrow.",),
        ("See you next week.",),
    ],
)
def test_a_closing_notice_below_the_last_answer_is_proposed(closing: tuple[str, ...]) -> None:
    reading = read(*FIRST, *closing)
    assert shape(reading.transcript.sections)[1:] == [f"n1? S:/{len(closing)}"]
    doubts = reading.recognised.layout.parse(reading.recognised.page).doubts
    assert [message for _, message in doubts] == ["proposed as a closing notice of its own, apart from the last answer"]


def test_who_is_named_once_more_after_the_answer_says_something_of_his_own() -> None:
    closing = "Ines Halvard: Today is Harbour Day."
    assert shape(read(*FIRST, closing, "Be merry.").transcript.sections)[1:] == ["n1? S:Ines Halvard/2"]
    assert shape(read(*FIRST, "****", closing).transcript.sections)[1:] == ["n1 S:Ines Halvard/1"]


FALSE = (
    "Between 00:00 and 24:00: eleven ships.", "As of 24:00 May 5: nine.", "At 10: the first.",
    "I want to stress this: no.",
    "Our position is very clear: no.", "May 5: rain.", "Fact Check: no ships.", "Let me ask: why?", "Ms. Roe said: no.",
    "Northern Wire: said so.", "Here is the list: two.",
)  # fmt: skip
FALSE_ZH = (
    "首先向大家通报一组数字：一百艘。", "明天上午10:00开会。", "我想强调几点：第一，安全。", "事实是：没有。",
    "谎言：码头关了。",
    "我想问问这些人：为什么？", "《港口报》：已经关了。", "今天上午9:30：开会。",
)  # fmt: skip


@pytest.mark.parametrize("false", FALSE)
def test_words_before_a_colon_that_name_no_speaker(false: str) -> None:
    more = ("Radio Meridian: And the mole?", "Ines Halvard: No.")
    expected = ["q1 Q:Harbour Post/1 A:Ines Halvard/2", "q2 Q:Radio Meridian/1 A:Ines Halvard/1"]
    assert shape(read(*FIRST, false, *more).transcript.sections) == expected
    assert shape(read_page(f"*{FIRST[0]}", FIRST[1], false, f"*{more[0]}", more[1]).transcript.sections) == expected


@pytest.mark.parametrize("false", FALSE_ZH)
def test_words_before_a_colon_that_name_no_speaker_in_chinese(false: str) -> None:
    more = ("海风电台记者：北码头呢？", "林港生：没有。")
    expected = ["q1 Q:《港口报》记者/1 A:林港生/2", "q2 Q:海风电台记者/1 A:林港生/1"]
    assert shape(read(*FIRST_ZH, false, *more, title=TITLE_ZH).transcript.sections) == expected
    bold = (f"*{FIRST_ZH[0]}", FIRST_ZH[1], false, f"*{more[0]}", more[1])
    assert shape(read_page(*bold, title=TITLE_ZH).transcript.sections) == expected


def test_stage_notes_and_corrections_stay_in_their_turn() -> None:
    sections = read_page(
        "*Q: Is it open?",
        "A: <s>18 of 24</s> [16 of 21] are.",
        "(The journalist nodded.)",
        "(现场播放视频)",
        "*Q: Why?",
        "A: So.",
    ).transcript.sections
    assert shape(sections) == ["q1 Q:Q/1 A:A/3", "q2 Q:Q/1 A:A/1"]
    answer = sections[0].turns[1].paragraphs
    assert [p.kind for p in answer] == ["text", "stage", "stage"]
    assert [answer[0].text[m.start : m.end] for m in answer[0].marks] == ["18 of 24"]


# ── Titles, dates, speakers ─────────────────────────────────────────────────────────────────────────────────────────

TITLES = [
    ("Spokesperson Ines Halvard's Regular Press Conference on June11, 2018", "Ines Halvard", "2018-06-11"),
    ("Foreign Office Spokesperson Ines Halvard's Regular Press Conference on September 17", "Ines Halvard", None),
    ("Foreign Office Spokesperson Ines Halvard's Regular Press Conference", "Ines Halvard", None),
    ("Spokesperson Ines Halvard's Daily Briefing Online on February 17, 2020", "Ines Halvard", "2020-02-17"),
    ("Spokesperson Ines Halvard's Remarks on August 12, 2019", "Ines Halvard", "2019-08-12"),
    ("Spokesperson of the Ministry of Foreign Affairs Ines Halvard Answers a Question", "Ines Halvard", None),
    ("Foreign Office Spokesperson’s Remarks on the Closing of the Mole", None, None),
    ("2025年5月6日外交部发言人林港生主持例行记者会", "林港生", "2025-05-06"),
    ("外交部发言人林港生就码头开放发表谈话", "林港生", None),
    ("外交部发言人就码头一事答记者问", None, None),
    (
        "Conferencia de prensa del 6 de mayo de 2025 ofrecida por la portavoz del Ministerio de Asuntos Exteriores "
        "Inés Halvard",
        "Inés Halvard",
        "2025-05-06",
    ),
    ("Declaraciones de la portavoz de la Cancillería Inés Halvard sobre el muelle", "Inés Halvard", None),
]


@pytest.mark.parametrize(("title", "speaker", "date"), TITLES, ids=[t[:40] for t, _, _ in TITLES])
def test_a_title_names_speaker_and_day(title: str, speaker: str | None, date: str | None) -> None:
    assert speaker_of_title(title) == speaker
    reading = read("Q: Is it open?", "A: It is.", title=title)
    assert (reading.transcript.title, reading.transcript.date) == (title, date)


@pytest.mark.parametrize(
    ("title", "head", "stamp", "expected"),
    [
        (TITLE, "", "2025-05-07 09:00", ("2025-05-06", "2025-05-07T09:00")),
        (TITLE[:-6], "", "2025-05-07 09:00", ("2025-05-06", "2025-05-07T09:00")),
        (TITLE[:-6], '<meta name="PubDate" content="2024-05-06 19:00">', "", ("2024-05-06", "2024-05-06T19:00")),
        (TITLE[:-6], "", "", (None, None)),
        (TITLE_ZH, "", "2025-05-08 10:00", ("2025-05-06", "2025-05-08T10:00")),
        (TITLE_ZH[9:], "", "2025-05-08 10:00", ("2025-05-08", "2025-05-08T10:00")),
        (TITLE.replace(" Regular", "&lt;br&gt;Regular"), "", "", ("2025-05-06", None)),
    ],
)
def test_the_day_comes_from_title_head_or_stamp(
    title: str, head: str, stamp: str, expected: tuple[str | None, str | None]
) -> None:
    transcript = read_page("*Q: Is it open?", "A: It is.", title=title, head=head, stamp=stamp).transcript
    assert (transcript.date, transcript.published) == expected
    assert "<br>" not in transcript.title


@pytest.mark.parametrize(
    ("keywords", "speakers"), [("发言人;林港生", ("林港生",)), ("发言人;外交部", ()), ("外交部;发言人", ()), ("", ())]
)
def test_a_speaker_among_the_keywords(keywords: str, speakers: tuple[str, ...]) -> None:
    head = f'<meta name="Keywords" content="{keywords}">'
    transcript = read_page("*问：开了吗？", "答：开了。", title="外交部发言人就码头一事答记者问", head=head).transcript
    assert transcript.speakers == speakers


@pytest.mark.parametrize(
    "title", ["外交部发言人林港生就码头开放发表谈话", "外交部发言人谈话", "Spokesperson’s Remarks on the Mole"]
)
def test_a_statement_is_no_press_conference(title: str) -> None:
    transcript = read_page("码头已经开放。", "欢迎各方。", title=title).transcript
    assert transcript.kind == "statement"
    assert [s.kind for s in transcript.sections] == ["passage", "passage"]


def test_transcripts_of_chinese_pages_have_readable_ids() -> None:
    assert read(*FIRST_ZH, title=TITLE_ZH).transcript.id == "2025-05-06-lin-gangsheng-zh"


# ── The corpus, read a second time by another parser ────────────────────────────────────────────────────────────────

BODIES = {"mfa-html-en": "div.content", "mfa-html-zh": "#News_Body_Txt_A", "mfa-html-zh-2020s": "#News_Body_Txt_A"}


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def pages(shared: Path, folder: str) -> Iterator[tuple[str, Tag, Transcript]]:
    """Each page's name, its body as Beautiful Soup sees it, and our transcript."""
    authorities, _ = read_authorities(None)
    known = known_of(CONFIG, authorities)
    for path in sorted((shared / "corpus" / folder).iterdir()):
        data = path.read_bytes()
        body = BeautifulSoup(data.decode(), "html.parser").select_one(BODIES[folder])
        assert isinstance(body, Tag), path.name
        witness = make_witness(path.name, path.name, data)
        yield path.name, body, make_transcripts(witness, CONFIG, known, authorities)[0].transcript


def is_bold(p: Tag) -> bool:
    text = p.get_text().strip()
    return sum(len(s.strip()) for s in p.find_all(string=True) if s.find_parent(["b", "strong"])) >= 0.6 * len(text)


def asked(transcript: Transcript) -> list[tuple[str, str]]:
    """Each paragraph of a question: (printed introduction, label and words)."""
    out = []
    for s in transcript.sections:
        for turn in s.turns:
            for i, p in enumerate(turn.paragraphs if turn.role == "question" else ()):
                intro = s.occasion.printed if s.occasion and i == 0 else ""
                out.append((letters(intro), letters((turn.label or "") * (i == 0) + p.text)))
    return out


@pytest.mark.parametrize(("folder", "least"), [("mfa-html-en", 400), ("mfa-html-zh", 200), ("mfa-html-zh-2020s", 180)])
def test_the_questions_found_are_the_bold_paragraphs(shared: Path, folder: str, least: int) -> None:
    """An independent truth: those pages print every question in bold, and hardly anything else.

    Two kinds of difference are right. The words that introduce a question raised after the conference are bold and no
    question; and where a page's own label says “Q:” without bold type, it is a question all the same.
    """
    total = equal = 0
    for name, body, transcript in pages(shared, folder):
        paragraphs = [p for p in body.find_all("p") if isinstance(p, Tag) and letters(p.get_text())]
        bold = Counter(letters(p.get_text()) for p in paragraphs if is_bold(p))
        ours = Counter(q if q in bold else intro + q for intro, q in asked(transcript))
        intros = Counter(letters(s.occasion.printed) for s in transcript.sections if s.occasion)
        total += sum((bold - intros).values())
        equal += sum((bold & ours).values())
        plain = list((ours - bold).elements())
        assert all(q[0] in "Q问" for q in plain), name
        assert len(plain) <= 1, name
        assert not (bold - ours) - intros, name
    assert total >= least
    assert equal >= 0.995 * total


@pytest.mark.parametrize("folder", BODIES)
def test_every_paragraph_of_a_body_is_in_one_place_and_nothing_else_is(shared: Path, folder: str) -> None:
    for name, body, transcript in pages(shared, folder):
        for unseen in body.find_all(["script", "style"]):
            unseen.decompose()
        sections = []
        for section in transcript.sections:
            sections += [section.heading or "", section.occasion.printed if section.occasion else ""]
            for turn in section.turns:
                sections += [turn.label or "", *(p.text for p in turn.paragraphs)]
        assert "".join(map(letters, sections)) == letters(body.get_text()), name


FURNITURE = re.compile(
    r"Suggest to a friend|Related News|Appendix:|Please enter|Copyright\s*©"
    r"|版权所有|推荐给朋友|打印本页|相关新闻|京ICP|分享到"
)


@pytest.mark.parametrize("folder", BODIES)
def test_no_furniture_stands_in_a_section(shared: Path, folder: str) -> None:
    for name, _, transcript in pages(shared, folder):
        text = "\n".join(p.text for s in transcript.sections for p in s.paragraphs)
        assert not FURNITURE.search(text), name
        assert FURNITURE.search(" ".join(d.text for d in transcript.apparatus.dropped)), name
        others = re.findall(r"Regular Press Conference on|主持例行记者会[（(]\d", text)
        assert not others, name
