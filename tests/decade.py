"""A decade of edits on a small edition: a careless editor changes texts, files and registers, the build asks, and he
does to the letter what it says. After each step every address ever published is followed by a reader of the files.

Must not look at the ledger: what an address should show is known here from what was done.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import build
from edition.building import BuildReport, build_site
from edition.problems import Refused
from edition.transcripts import first_paragraph_id, following_id, loads
from tests.careless_editor import Chapter, Draft, Editor
from tests.editions import CONFIG, TRANSCRIPT, add
from tests.permalink_reader import Reader

HEAD = TRANSCRIPT[: TRANSCRIPT.index("\n## ") + 1]
REASON = "Taken out by the editor"


@dataclass
class Telling:
    """A briefing of the story: its day, its title, its text; `number` stays when the day is corrected."""

    number: int
    day: str
    draft: Draft

    @property
    def id(self) -> str:
        return f"{self.day}-ines-halvard"

    @property
    def title(self) -> str:
        return f"Briefing number {self.number}"


@dataclass
class Promise:
    """What was published at an address: the briefing, and the passages whose words stood there (none: the page)."""

    briefing: int
    keys: frozenset[int] = frozenset()
    section: bool = False
    phrase: bool = False


@dataclass
class Decade:
    """The edition and its history."""

    folder: Path
    random: Random
    search: bool = False
    editor: Editor = field(init=False)
    tellings: list[Telling] = field(default_factory=list)
    #: outlet → the names that it is printed under
    outlets: dict[str, list[str]] = field(default_factory=dict)
    speaker: str = "ines-halvard"
    made: int = 0
    promises: dict[str, Promise] = field(default_factory=dict)
    #: addresses of entity pages → (family, a name that stays) or None where it was withdrawn
    pages: dict[str, str | None] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    #: the last page that got another address, which only the editor knows
    renamed: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        self.editor = Editor(self.random)
        self.outlets = {"harbour-post": ["Harbour Post"], "radio-meridian": ["Radio Meridian"]}
        add(self.folder, "config.yaml", CONFIG)
        add(self.folder, "content/pages/about.md", "# About\n\n## Sources\n\nWords.\n\n## Rights\n\nWords.\n")
        for _ in range(3):
            self.add_briefing()
        self.write()
        self.publish()

    # ── what stands in the folder

    def add_briefing(self) -> str:
        self.made += 1
        day = f"{2020 + self.made // 300}-{1 + self.made // 28 % 12:02}-{1 + self.made % 28:02}"
        self.tellings.append(Telling(self.made, day, self.editor.draft()))
        return f"briefing {self.made} added"

    def write(self) -> None:
        """Write the edition as the story has it."""
        kept = {f"{t.id}.md" for t in self.tellings}
        folder = self.folder / "content" / "briefings"
        for file in folder.glob("*.md"):
            if file.name not in kept:
                file.unlink()
        labels = [names[0] for names in self.outlets.values()]
        for telling in self.tellings:
            label = labels[telling.number % len(labels)]
            head = HEAD.replace("Regular press briefing, 14 May 2025", telling.title).replace("2025-05-14", telling.day)
            head = head.replace("- ines-halvard", f"- {self.speaker}")
            text = head + telling.draft.body().replace("**Harbour Post:**", f"**{label}:**")
            add(self.folder, f"content/briefings/{telling.id}.md", text)
        speakers = f"{self.speaker}:\n  name: Ines Halvard\n"
        add(self.folder, "content/authorities/speakers.yaml", speakers)
        rows = [
            f"{id}: {{name: {names[0]}, aliases: [{', '.join(names[1:])}]}}\n" for id, names in self.outlets.items()
        ]
        add(self.folder, "content/authorities/outlets.yaml", "".join(rows))

    # ── a step

    def step(self) -> None:
        """Change something, and publish: the build must ask, or keep every promise."""
        done = self.change()
        self.history.append(done)
        self.write()
        try:
            for telling in self.tellings:
                loads((self.folder / f"content/briefings/{telling.id}.md").read_text("utf-8"), f"{telling.id}.md")
        except Refused:
            # two ids alike: the build says so, and the editor takes back what he did
            self.history[-1] += " (taken back)"
            self.restore()
            return
        self.publish()

    def restore(self) -> None:
        """Take the state of the last publication back."""
        self.tellings = [Telling(t.number, t.day, _copy(t.draft)) for t in self.last]
        self.outlets, self.speaker = dict(self.last_outlets), self.last_speaker
        self.write()

    def change(self) -> str:
        chance = self.random.random()
        if chance < 0.7:
            telling = self.random.choice(self.tellings)
            return f"{telling.id}: {self.editor.change(telling.draft)}"
        ways = [
            self.add_briefing, self.correct_day, self.withdraw, self.move_section, self.rename_speaker,
            self.merge_outlets, self.rename_outlet, self.add_outlet,
        ]  # fmt: skip
        return self.random.choice(ways)()

    def correct_day(self) -> str:
        telling = self.random.choice(self.tellings)
        was = telling.id
        self.made += 1
        telling.day = f"{telling.day[:5]}{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
        if sum(t.id == telling.id for t in self.tellings) > 1 or telling.id in self.taken_ids() - {was}:
            telling.day = was[:10]
            return "nothing"
        return f"{was} is of {telling.day}"

    def taken_ids(self) -> set[str]:
        return {address.removeprefix("briefings/").removesuffix(".html") for address in self.promises}

    def withdraw(self) -> str:
        if len(self.tellings) < 3:
            return "nothing"
        gone = self.tellings.pop(self.random.randrange(len(self.tellings)))
        return f"{gone.id} withdrawn"

    def move_section(self) -> str:
        one, two = self.random.sample(self.tellings, 2)
        if len(one.draft.chapters) < 2:
            return "nothing"
        chapter = one.draft.chapters.pop(self.random.randrange(len(one.draft.chapters)))
        fresh = Chapter(self.editor.fresh(two.draft), chapter.passages)
        for passage in fresh.passages:
            passage.written = ""
        two.draft.chapters.append(fresh)
        return f"{chapter.id} moved from {one.id} to {two.id}"

    def rename_speaker(self) -> str:
        self.made += 1
        was, self.speaker = self.speaker, f"ines-{self.made}"
        self.renamed = (f"speakers/{was}", f"speakers/{self.speaker}")
        return f"{was} is {self.speaker}"

    def add_outlet(self) -> str:
        self.made += 1
        self.outlets[f"outlet-{self.made}"] = [f"Outlet {self.made}"]
        return f"outlet {self.made} added"

    def merge_outlets(self) -> str:
        if len(self.outlets) < 3:
            return "nothing"
        one, two = self.random.sample(sorted(self.outlets), 2)
        self.outlets[one] += self.outlets.pop(two)
        return f"{two} merged into {one}"

    def rename_outlet(self) -> str:
        """Give an outlet another id and another name; its old name is known no more."""
        self.made += 1
        was = self.random.choice(sorted(self.outlets))
        del self.outlets[was]
        self.outlets[f"outlet-{self.made}"] = [f"Outlet {self.made}"]
        self.renamed = (f"outlets/{was}", f"outlets/outlet-{self.made}")
        return f"{was} is outlet-{self.made}, and its name is forgotten"

    # ── publishing

    def build(self) -> BuildReport:
        return build_site(self.folder, search=self.search)

    def publish(self) -> None:
        """Build until nothing is asked, doing what each message says; then hold the site to every promise."""
        for _ in range(40):
            report = self.build()
            if report.published is not None:
                break
            hints = [p.hint for p in report.problems if p.severity == "error" and "build.py" in p.hint]
            assert hints, self.told("\n".join(map(str, report.problems)))
            self.obey(hints[0])
        else:
            raise AssertionError(self.told("\n".join(map(str, report.problems))))
        errors = [p for p in report.problems if p.severity == "error"]
        assert not errors, self.told("\n".join(map(str, errors)))
        self.take_ids()
        self.promise()
        self.check()
        again = self.build()
        assert again.published is not None
        assert (again.published.written, again.recorded) == (0, 0), self.told("the second build changed something")
        self.last = [Telling(t.number, t.day, _copy(t.draft)) for t in self.tellings]
        self.last_outlets = {id: list(names) for id, names in self.outlets.items()}
        self.last_speaker = self.speaker

    def obey(self, hint: str) -> None:
        """Run the first command of a hint that needs nothing but a reason, or the place that the editor knows."""
        commands = re.findall(r"build\.py ((?:keep|move|withdraw)[^;”\n]*)", hint)
        for command in commands:
            arguments = [REASON if part == "why" else part for part in shlex.split(command)]
            if arguments[0] == "move" and arguments[2] == "PLACE":
                if self.renamed[0] != arguments[1]:
                    continue
                arguments[2] = self.renamed[1]
            self.history.append(f"    build.py {shlex.join(arguments)}")
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                code = build.main(["-C", str(self.folder), *arguments])
            assert code != 2, self.told(f"{arguments}: {said.getvalue()}")
            return
        raise AssertionError(self.told(f"no command in: {hint}"))

    def take_ids(self) -> None:
        """Learn which ids were written into the transcripts."""
        for telling in self.tellings:
            file = self.folder / f"content/briefings/{telling.id}.md"
            transcript = loads(file.read_text(encoding="utf-8"), file.name)
            for chapter, section in zip(telling.draft.chapters, transcript.sections, strict=True):
                chapter.id = section.id
                following = first_paragraph_id(section.id)
                for passage, paragraph in zip(chapter.passages, section.paragraphs, strict=True):
                    passage.written = "" if paragraph.id == following else paragraph.id
                    following = following_id(paragraph.id, following)

    def promise(self) -> None:
        """Note every address that is published now, and what it shows."""
        for telling in self.tellings:
            page = f"briefings/{telling.id}.html"
            self.promises.setdefault(page, Promise(telling.number))
            for chapter in telling.draft.chapters:
                keys = frozenset(k for passage in chapter.passages for k in passage.keys)
                # a section is what it was when it was published last
                self.promises[f"{page}#{chapter.id}"] = Promise(telling.number, keys, section=True)
                following = first_paragraph_id(chapter.id)
                for passage in chapter.passages:
                    id = passage.written or following
                    following = following_id(id, following)
                    phrase = len(set(passage.text.split())) < 12
                    self.promises.setdefault(f"{page}#{id}", Promise(telling.number, passage.keys, phrase=phrase))
        site = self.folder / "_site"
        for family in ("speakers", "outlets"):
            for file in (site / family).glob("*.html"):
                self.pages.setdefault(f"{family}/{file.name}", None)

    def check(self) -> None:
        """Follow every address ever published."""
        reader = Reader(self.folder / "_site")
        alive = {t.number: t for t in self.tellings}
        standing: dict[int, str] = {}
        for telling in self.tellings:
            for _, passage in telling.draft.passages():
                standing |= dict.fromkeys(passage.keys, " ".join(passage.text.split()))
        for address, promise in self.promises.items():
            found = reader.follow(address)
            where = f"{address} → {found}"
            assert found.kind != "lost", self.told(where)
            words = {standing[key] for key in promise.keys if key in standing}
            if not promise.keys:
                if promise.briefing in alive:
                    assert (found.kind, found.words) == ("page", alive[promise.briefing].title), self.told(where)
                else:
                    assert found.kind == "gone", self.told(where)
                    assert REASON in found.words, self.told(where)
            elif promise.phrase:
                continue
            elif words and not promise.section:
                assert found.kind == "text", self.told(where)
                assert found.words in words or any(w in found.words for w in words), self.told(f"{where}\n{words}")
            elif not words:
                assert found.kind == "gone" or promise.section, self.told(where)
            elif found.kind == "text":
                assert any(w in found.words for w in words), self.told(f"{where}\n{words}")
        for address in self.pages:
            assert reader.follow(address).kind in ("page", "gone"), self.told(address)
        for file in sorted((self.folder / "_site" / "briefings").glob("*.json")):
            assert file.stem in {t.id for t in self.tellings}, self.told(f"{file.name} is no record of a briefing")

    def told(self, what: str) -> str:
        return "\n".join([what, "", "what was done:", *self.history])


def _copy(draft: Draft) -> Draft:
    from copy import deepcopy

    return deepcopy(draft)
