"""A simulated editor who changes texts as people do, with no thought of ids, and knows what became of every word.

Must not know anything of the ledger: it is the oracle that the ledger is held to. All words are made up here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

WORDS = """
ferry pier lamp rope gull harbour quay boat pilot storm island market school coin tide clock tower stone bridge fund
winter spring summer autumn morning evening night captain sailor letter paper map chart bell anchor net fish mast
deck hull cabin crew cargo crate barrel salt sand shell cliff cave bay cape strait current wave wind fog rain ice
sun moon star north south east west old new long short deep shallow bright dark quiet loud early late slow oar asks
answers counts mends paints builds sells buys carries brings keeps loses finds opens closes begins ends waits lands
turns follows leads shows hides says hears knows forgets hopes fears wants needs gives takes the a this that no some
many few two three four first last next other with without under over behind before after near far for of
""".split()  # noqa: SIM905


@dataclass
class Passage:
    """A paragraph: its words, the id written at its end ("" for none), and which published ones it is made of."""

    text: str
    written: str = ""
    keys: frozenset[int] = frozenset()


@dataclass
class Chapter:
    """A section under its id."""

    id: str
    passages: list[Passage] = field(default_factory=list)


@dataclass
class Draft:
    """The body of a transcript."""

    chapters: list[Chapter] = field(default_factory=list)

    def body(self) -> str:
        """Return it as Markdown, below the front matter."""
        out = []
        for chapter in self.chapters:
            out.append(f"\n## {{#{chapter.id}}}\n")
            for place, passage in enumerate(chapter.passages):
                label = "**Harbour Post:** " if place == 0 else ""
                out.append(f"\n{label}{passage.text}{f' {{#{passage.written}}}' if passage.written else ''}\n")
        return "".join(out)

    def passages(self) -> Iterator[tuple[Chapter, Passage]]:
        for chapter in self.chapters:
            for passage in chapter.passages:
                yield chapter, passage


class Editor:
    """Makes and changes drafts by chance; `random` decides everything, so that a seed is a story."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.keys = 0

    def sentence(self, few: bool = True) -> str:
        """Return words that stand nowhere else, or a phrase that stands everywhere."""
        if few and self.random.random() < 0.15:
            return self.random.choice(["Thank you.", "No.", "Yes, of course.", "Next question."])
        words = self.random.choices(WORDS, k=self.random.randint(6, 40))
        return f"{' '.join(words).capitalize()}."

    def passage(self, few: bool = True) -> Passage:
        self.keys += 1
        return Passage(self.sentence(few), keys=frozenset([self.keys]))

    def draft(self) -> Draft:
        """Return a new text of a few sections."""
        return Draft(
            [
                Chapter(f"q{n}", [self.passage(few=n > 1) for _ in range(self.random.randint(1, 5))])
                for n in range(1, self.random.randint(2, 6))
            ]
        )

    def change(self, draft: Draft) -> str:
        """Change the draft in one way and return what was done."""
        ways: list[Callable[[Draft], str]] = [
            self.insert, self.insert, self.delete, self.split, self.split, self.join, self.correct, self.correct,
            self.correct, self.move, self.split_section, self.split_section, self.join_sections, self.join_sections,
            self.delete_section, self.insert_and_renumber, self.exchange_ids, self.reorder, self.rename_heading,
            self.append, self.rewrite,
        ]  # fmt: skip
        return self.random.choice(ways)(draft)

    # ── paragraphs

    def somewhere(self, draft: Draft) -> tuple[Chapter, int]:
        chapter = self.random.choice([c for c in draft.chapters if c.passages])
        return chapter, self.random.randrange(len(chapter.passages))

    def insert(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        chapter.passages.insert(at, self.passage())
        return f"a paragraph put into {chapter.id}"

    def append(self, draft: Draft) -> str:
        chapter, _ = self.somewhere(draft)
        chapter.passages.append(self.passage())
        return f"a paragraph put at the end of {chapter.id}"

    def rewrite(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        passage = chapter.passages[at]
        passage.text = self.sentence(few=False)
        return f"a paragraph of {chapter.id} rewritten"

    def delete(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        if len(chapter.passages) == 1:
            return "nothing"
        del chapter.passages[at]
        return f"a paragraph taken out of {chapter.id}"

    def split(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        passage = chapter.passages[at]
        words = passage.text.split(" ")
        if len(words) < 6:
            return "nothing"
        cut = self.random.randint(2, len(words) - 2)
        # what stands at the end of the line stays there: the second half takes the written id
        self.keys += 1
        first = Passage(" ".join(words[:cut]), keys=passage.keys)
        second = Passage(" ".join(words[cut:]), passage.written, frozenset([self.keys]))
        chapter.passages[at : at + 1] = [first, second]
        return f"a paragraph of {chapter.id} split"

    def join(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        if at + 1 >= len(chapter.passages):
            return "nothing"
        one, two = chapter.passages[at : at + 2]
        joined = Passage(f"{one.text} {two.text}", two.written, one.keys | two.keys)
        chapter.passages[at : at + 2] = [joined]
        return f"two paragraphs of {chapter.id} joined"

    def correct(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        passage = chapter.passages[at]
        words = passage.text.split(" ")
        if len(words) < 12:
            return "nothing"
        place = self.random.randrange(1, len(words) - 1)
        words[place] = words[place][::-1]
        passage.text = " ".join(words)
        return f"a word of {chapter.id} corrected"

    def move(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        passage = chapter.passages[at]
        if len(chapter.passages) == 1 or len(passage.text.split()) < 12:
            return "nothing"
        del chapter.passages[at]
        other, to = self.somewhere(draft)
        other.passages.insert(to, passage)
        return f"a paragraph moved from {chapter.id} to {other.id}"

    # ── sections

    def fresh(self, draft: Draft) -> str:
        return f"q{max((int(c.id[1:]) for c in draft.chapters if c.id[1:].isdecimal()), default=0) + 1}"

    def split_section(self, draft: Draft) -> str:
        chapter, at = self.somewhere(draft)
        if at == 0:
            return "nothing"
        place = draft.chapters.index(chapter)
        draft.chapters.insert(place + 1, Chapter(self.fresh(draft), chapter.passages[at:]))
        del chapter.passages[at:]
        return f"{chapter.id} split"

    def join_sections(self, draft: Draft) -> str:
        if len(draft.chapters) < 2:
            return "nothing"
        place = self.random.randrange(len(draft.chapters) - 1)
        one, two = draft.chapters[place : place + 2]
        one.passages += two.passages
        del draft.chapters[place + 1]
        return f"{two.id} joined to {one.id}"

    def delete_section(self, draft: Draft) -> str:
        if len(draft.chapters) < 2:
            return "nothing"
        gone = draft.chapters.pop(self.random.randrange(len(draft.chapters)))
        return f"{gone.id} taken out"

    def insert_and_renumber(self, draft: Draft) -> str:
        place = self.random.randrange(len(draft.chapters) + 1)
        draft.chapters.insert(place, Chapter("", [self.passage() for _ in range(self.random.randint(1, 3))]))
        for number, chapter in enumerate(draft.chapters, 1):
            chapter.id = f"q{number}"
        return f"a section put in as q{place + 1}, all others renumbered"

    def exchange_ids(self, draft: Draft) -> str:
        if len(draft.chapters) < 2:
            return "nothing"
        one, two = self.random.sample(draft.chapters, 2)
        one.id, two.id = two.id, one.id
        return f"the ids {one.id} and {two.id} exchanged"

    def reorder(self, draft: Draft) -> str:
        self.random.shuffle(draft.chapters)
        return "the sections in another order"

    def rename_heading(self, draft: Draft) -> str:
        chapter = self.random.choice(draft.chapters)
        was, chapter.id = chapter.id, self.fresh(draft)
        return f"{was} called {chapter.id}"
