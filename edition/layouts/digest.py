"""A digest: news items run together, a paragraph a line, no headlines between them.

Where one article ends and the next begins is the importer's proposal, from evidence that is counted, never a certainty:
each article is marked `proposed` for an editor to confirm or to move. This layout must not drop or reorder a paragraph.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from edition.layouts.head import take_title
from edition.layouts.page import Layout, Page
from edition.layouts.parts import Evidence, Line, Parsed, ends_sentence, word_set
from edition.model import Paragraph, Section, Turn

_REPORTED = re.compile(
    r"\b(?:said|says|told|noted|added|stressed|stated|announced|reported|remarked|pointed out|according to|called for|"
    r"explained|expressed|highlighted|urged|met with|responded)\b"
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_NAME = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’-]*(?:\s+(?:(?:von|van|der|de|al|bin|el|da|di)\s+)*[A-ZÀ-ÖØ-Þ][\w-]*)+")
_ROLE = re.compile(
    r"\b(?:spokes(?:person|man|woman)|president|premier|minister|chancellor|secretary(?:-general)?|ambassador|envoy|"
    r"commissioner|governor|chair(?:man|woman|person)?|leader|king|queen|mayor|chief|director-general)\b",
    re.I,
)
#: Somebody who comments on the news rather than makes it.
_COMMENT = re.compile(
    r"\b(?:told the|told our|research fellow|professor|expert|analyst|scholar|researcher|economist|general manager|"
    r"director of the institute|who requested|a member of the)\b",
    re.I,
)
_ANSWERING = re.compile(
    r"(?:In response to|In reply to|Responding to|When asked|Asked (?:about|whether|if|to)|Commenting on)\b"
)
#: First words that point back at what was said.
_BACK = word_set(
    "he she they it this that these those his her their its however but also meanwhile moreover furthermore besides "
    "additionally notably instead earlier later to while since both such another other still yet then thus therefore "
    "so and or for as once established set reviewing despite although though overall finally regarding concerning on "
    "according per during"
)
_BACK_NAMED = re.compile(r"The\s+[a-z]")
_NEW = re.compile(r"An?\s+[a-z]")
_STOP = word_set(
    "the a an of and to in for on with at by from as is are was were be been has have had will would that this these "
    "those it its he she his her they their them we our you your i not no but or if than then also said says told "
    "which who whom what when where there such more most other some any all new two one between into over under about "
    "after before during while can could should may might must do does did so up out s us ll re ve it's"
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’']?\s+(?=[A-Z“\"])")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|U\.S|Co|Inc)\.$")
#: A name before or after a verb of saying. “The chamber in Norway said” does not name a person.
_SAYS = re.compile(
    r"(?<!\bin )(?<!\bof )(?<!\bfor )(?<!\bfrom )\b([A-ZÀ-ÖØ-Þ][\w’-]+)\s+(?:\w+ly\s+|also\s+|further\s+)?"
    r"(?:said|noted|added|told|made|stressed)\b"
)
_SAID_BY = re.compile(r"\b(?:said|noted|added)\s+([A-ZÀ-ÖØ-Þ][\w’-]+)(?=[.,;\"”])")
#: Points from which a paragraph is proposed to open an article.
_ENOUGH = 3.5


@dataclass(frozen=True, slots=True)
class Opening:
    """How strongly a paragraph seems to open an article, and the evidence by name."""

    points: float
    evidence: tuple[str, ...]


def recognise(page: Page) -> Evidence:
    """Return the evidence: no turns, at least five full paragraphs, a third of which report what somebody said (0.3 to
    0.7), weekdays without dates (0.1), no title (0.1).
    """
    if page.body.exchanges:
        return Evidence(0)
    lines = [line for line in page.paragraphs if len(line.text.split()) >= 12]
    if len(lines) < 5:
        return Evidence(0)
    full = [line for line in lines if ends_sentence(line.text)]
    reported = sum(1 for line in lines if _REPORTED.search(line.text))
    share = reported / len(lines)
    if share < 0.34 or len(full) < 0.8 * len(lines) or len(lines) < 0.7 * len(page.paragraphs):
        return Evidence(0)
    reasons = [f"{reported} of {len(lines)} paragraphs report what was said"]
    score = 0.2 + 0.5 * share
    if sum(1 for line in lines if _WEEKDAY.search(line.text)) >= 2:
        score += 0.1
        reasons.append("weekdays")
    if page.head.title is None:
        score += 0.1
        reasons.append("no title")
    openings = sum(1 for o in weigh_openings([line.text for line in page.paragraphs]) if o.points >= _ENOUGH)
    if not openings:
        return Evidence(0)
    reasons.append(f"{openings + 1} articles proposed")
    return Evidence(min(score, 1.0), tuple(reasons))


def parse(page: Page) -> Parsed:
    """Return the paragraphs as articles whose beginnings are proposed."""
    head = page.head
    lines = list(page.paragraphs)
    title = head.title
    fields, date, published = list(head.metadata), head.date, head.published
    notes = [
        "The boundaries between the articles are proposed by the importer, not printed: please confirm or move them."
    ]
    if title is None and len(lines) > 1 and len(lines[0].text.split()) <= 12 and not ends_sentence(lines[0].text):
        title, lines, fields, date, published = take_title(head, lines)
    if title is None:
        title = "[Digest of news items]"
        notes.append("The title is the editor's: the source prints none.")
    openings = weigh_openings([line.text for line in lines])
    sections: list[Section] = []
    run: list[Line] = []
    doubts: list[tuple[int, str]] = list(head.doubts)
    for line, opening in zip(lines, openings, strict=True):
        if run and opening.points >= _ENOUGH:
            sections.append(_article(len(sections) + 1, run))
            run = []
            doubts.append((line.number, f"article proposed to begin here: {', '.join(opening.evidence)}"))
        run.append(line)
    if run:
        sections.append(_article(len(sections) + 1, run))
    return Parsed(
        kind="digest",
        title=title,
        sections=tuple(sections),
        date=date,
        published=published,
        publisher=head.publisher,
        metadata=tuple(fields),
        dropped=tuple(sorted((*head.dropped, *page.foot), key=lambda d: d.line or 0)),
        notes=tuple(notes),
        doubts=tuple(doubts),
    )


def weigh_openings(texts: Sequence[str]) -> list[Opening]:
    """Return for each paragraph how strongly it seems to open an article (the first paragraph: not weighed).

    Counted: a person with an office named in full, more so where the bare surname was in use before (an article names
    people anew); a weekday in the first sentence; an answer to a question; few words in common with the three
    paragraphs before (cosine of words weighted by rarity, after Hearst's TextTiling, 1997). Against it: words that
    point back, a bare surname, a commentator, a quotation, a subheading.
    """
    bags = _weighted([_content(t) for t in texts])
    surnames: set[str] = set()
    out = [Opening(0.0, ())] if texts else []
    _learn(texts[0], surnames) if texts else None
    for i in range(1, len(texts)):
        out.append(_weigh(texts, bags, i, surnames))
        _learn(texts[i], surnames)
    return out


def _weigh(texts: Sequence[str], bags: Sequence[dict[str, float]], i: int, surnames: set[str]) -> Opening:
    text = texts[i]
    if len(text.split()) < 8 or (len(texts[i - 1].split()) < 8 and not ends_sentence(texts[i - 1])):
        return Opening(-9.0, ("a subheading",))
    first = _first_sentence(text)
    points, why = 0.0, []
    names = [m.group() for m in _NAME.finditer(first)]
    office = _ROLE.search(first) is not None
    if names and office:
        points += 1.5
        why.append("an office and a full name")
        if any(w in surnames for n in names for w in n.split()[-2:]):
            points += 1.0
            why.append("somebody named in full again")
    if _WEEKDAY.search(first):
        points += 1.5
        why.append("a weekday")
    if _NEW.match(text):
        points += 0.75
        why.append("something not named before")
    if _ANSWERING.match(text):
        points += 1.5
        why.append("an answer to a question")
    near = _cohesion(bags, i)
    if near < 0.06:
        points += 1.5
        why.append("hardly a word of the paragraphs before")
    elif near < 0.11:
        points += 0.75
        why.append("few words of the paragraphs before")
    elif near > 0.15:
        points -= 1.5
    opener = _WORD.match(text)
    word = opener.group() if opener else ""
    bare = re.sub(r"[’']s?$", "", word)
    if (word.casefold() in _BACK and not _ANSWERING.match(text)) or _BACK_NAMED.match(text):
        points -= 2.0
    if bare in surnames and not any(n.startswith(word) for n in names):
        points -= 2.5
    if not text[:1].isalnum():
        points -= 2.0
    if _COMMENT.search(first):
        points -= 2.0
    return Opening(points, tuple(why))


def _learn(text: str, surnames: set[str]) -> None:
    """Add the names that the paragraph uses with a verb of saying to `surnames`: “Halvard said”, “said Halvard.”"""
    for m in (*_SAYS.finditer(text), *_SAID_BY.finditer(text)):
        if m[1].casefold() not in _BACK and not _ROLE.fullmatch(m[1]):
            surnames.add(m[1])


def _first_sentence(text: str) -> str:
    start = 0
    for m in _SENTENCE.finditer(text):
        if not _ABBREVIATED.search(text[: m.start()]):
            return text[start : m.start()]
    return text


def _content(text: str) -> Counter[str]:
    return Counter(_stem(w) for w in _WORD.findall(text) if w.casefold() not in _STOP and len(w) > 2)


def _stem(word: str) -> str:
    word = re.sub(r"[’']s?$", "", word.casefold())
    return re.sub(r"(?:ies|ing|ed|es|s)$", "", word) if len(word) > 5 else word


def _weighted(bags: Sequence[Counter[str]]) -> list[dict[str, float]]:
    spread = Counter(w for bag in bags for w in bag)
    n = len(bags)
    return [{w: (1 + math.log(c)) * math.log((n + 1) / spread[w]) for w, c in bag.items()} for bag in bags]


def _cohesion(bags: Sequence[dict[str, float]], i: int) -> float:
    """Return how much the two paragraphs from i on share with the three before: 0 (nothing) to 1."""
    before, after = _sum(bags[max(0, i - 3) : i]), _sum(bags[i : i + 2])
    shared = sum(before[w] * after[w] for w in sorted(before.keys() & after.keys()))
    size = math.sqrt(math.fsum(v * v for v in before.values()) * math.fsum(v * v for v in after.values()))
    return shared / size if size else 0.0


def _sum(bags: Sequence[dict[str, float]]) -> dict[str, float]:
    out: dict[str, float] = {}
    for bag in bags:
        for w, v in bag.items():
            out[w] = out.get(w, 0.0) + v
    return out


def _article(number: int, run: Sequence[Line]) -> Section:
    name = f"t{number}"
    paragraphs = tuple(Paragraph(f"{name}.{i}", line.text, line=line.number) for i, line in enumerate(run, 1))
    turn = Turn("statement", None, paragraphs, run[0].number)
    return Section(name, "article", None, (turn,), proposed=True, line=run[0].number)


LAYOUT = Layout("digest", recognise, parse)
