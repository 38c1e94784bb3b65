"""A planned site → its files, one by one; what is as it was when it was published is not made again.

    making = Making(content, folder, plan, links, published)
    making.make_site(progress) -> Iterator[(path, bytes)]     and make_search, make_file_pages

In place of the bytes of a file that is as it was published stands how many they are. Each briefing's files are
remembered by the checksum of all that they were made of, so nothing may go into them that is not part of that: see
`_Orders`. This module must not write a file, and must not hold what a page or a format says.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from edition import urls
from edition.abstracts import Abstract
from edition.assets import Assets
from edition.briefing_files import Bearings, MadeFile, Order, Workshop, make_briefing_files, make_file, tie
from edition.checks import FileFacts, LinkCheck
from edition.compliance import PageTraits, Survey
from edition.contexts import Page
from edition.diagnostics import Diagnostics, Sign
from edition.entities import Key
from edition.examining import Shelf
from edition.exports.files import File, Offered, list_briefing_paths, make_sitemap_files
from edition.exports.writing import Piece
from edition.file_pages import list_file_pages
from edition.history_pages import list_history_pages
from edition.importing.checking import State
from edition.indexes import Edition, EntityIndex, Entry, Index, Links, make_links
from edition.interface import Words
from edition.memo import Kept, Unkept, digest, digest_program, pack, unpack
from edition.model import Briefing
from edition.pages import (
    NO_TRACES,
    EntityYear,
    Traces,
    find_common,
    list_page_groups,
    list_parallels,
    list_traces,
    make_compliance_page,
    make_frames,
    make_parallel_page,
    related_to,
)
from edition.parallel import Progress, work_through
from edition.parts import Portion
from edition.permalinks.asking import tell_lost
from edition.permalinks.counting import count_answers, find_lost
from edition.permalinks.settling import Settlement
from edition.problems import Problem, Refused
from edition.published import BEARINGS, KnownPieces, Pieces, Published
from edition.render import digest_templates
from edition.review import Review
from edition.search import Part, RecordMaker, list_parts
from edition.search_bundle import Bundle, Notes, take_notes
from edition.search_index import (
    FOLDER,
    REGISTER,
    BundleNote,
    BundlePlan,
    Earlier,
    make_bundle,
    make_index,
    make_part,
    name_of,
    path_of,
    plan_parts,
)


@dataclass(frozen=True, slots=True)
class Content:
    """An edition read and annotated, with everything that was found on the way. `signs`: what is worth a look, in the
    order of the edition. `states`: what was found of each text beside its witness. `unread`: names of transcripts and
    pages that can't be read. `blocks`: id → what the ledger of addresses has of it where nothing changed. `shelf`: that
    of the edition.
    """

    edition: Edition
    signs: Iterable[Sign]
    states: Mapping[str, State]
    problems: tuple[Problem, ...]
    unread: frozenset[str]
    blocks: Mapping[str, str]
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Plan:
    """A site before it is made: its indexes, the files that are of no single briefing, and what the ledger says of its
    addresses. `texts`: the ledger's files by name.
    """

    index: Index
    words: Words
    settlement: Settlement
    diagnostics: Diagnostics
    files: tuple[File, ...]
    texts: Mapping[str, str]
    assets: Assets


#: How the paths of files begin that no link is looked for in, and to which none leads but to those that are expected.
_NEVER_TAKEN = ("search/", "files/")
#: A file of the site: its path, and its bytes or, where it is as it was published, how many they are.
Laid = tuple[str, bytes | int]
#: What makes some files, when it is called.
Work = Callable[[], Iterator[Laid]]


def _note_briefing(maker: RecordMaker, briefing: bytes | Briefing) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """Return what the search index holds of a briefing, packed, and its scripts of texts; b"" where the disk has
    damaged what was packed, or where it can't be packed.
    """
    with suppress(Unkept):
        whole = unpack(briefing, Briefing) if isinstance(briefing, bytes) else briefing
        notes, scripts = take_notes(maker.make(whole))
        return pack(notes), scripts
    return b"", ()


class _NoteOfBundle(Kept, frozen=True):
    """What is remembered of a bundle. `parts`: the id of each briefing in it, how many sections it has, and the key of
    what it had in the bundle.
    """

    bundle: BundleNote
    parts: tuple[tuple[str, int, bytes], ...]


#: A bundle is made anew where more than one in so many of its briefings have changed.
_FEW: Final = 8
#: The entry of the list of all words.
_WORDS: Final = "search/words"


class _Bundles:
    """The bundles of the search index as they were published, each made of the briefings in it alone; and what these
    had in them, so that a bundle of which one has changed is put together anew of what all others had. `whole`: the
    latter is neither remembered nor asked for.
    """

    def __init__(self, content: Content, published: Published, whole: bool = False) -> None:
        self._shelf = content.shelf
        self._digest_of = content.shelf.digest_of
        # the aliases of places are searched; other entities stand in the briefings as the authority files have them
        self._version = digest(digest_program(), content.edition.authorities.places)
        self._published = published
        self._whole = whole
        self._maker = RecordMaker(content.edition.authorities)
        self._fresh: frozenset[str] = frozenset()
        self._made: Iterator[tuple[bytes, tuple[tuple[str, str], ...]]] = iter(())

    def _key(self, plan: BundlePlan) -> bytes:
        return digest(self._version, [self._digest_of(part.briefing) for part in plan.parts])

    def knows(self, plan: BundlePlan) -> bool:
        """Say whether `find` will most likely find a bundle."""
        return self._published.knows(f"search/{plan.name}", self._key(plan))

    def find(self, plan: BundlePlan) -> tuple[Iterable[Laid], BundleNote] | None:
        """Return the files and the note of a bundle that need not be made again."""
        name, key = f"search/{plan.name}", self._key(plan)
        with suppress(Unkept):
            files = self._published.find(name, key)
            if files is not None:
                # what is asked for stays in the memo
                for part in plan.parts:
                    self._published.knows(*self._entry_of(part))
                said = unpack(self._published.note_of(name), _NoteOfBundle)
                return [(file.path, file.size) for file in files], said.bundle
            made = self._published.fetch(name, key)
            if made is not None:
                note = unpack(made[1], _NoteOfBundle).bundle
                return self._hand_on(plan, made[0], note), note
        return None

    def _entry_of(self, part: Part) -> tuple[str, bytes]:
        """Return the name and the key of what a part had in its bundle."""
        return f"texts/{part.briefing}", digest(self._version, self._digest_of(part.briefing))

    def await_parts(self, parts: Sequence[Part]) -> None:
        """Have what isn't known of these worked out on all processors."""
        fresh = [part.briefing for part in parts if not self._published.knows(*self._entry_of(part))]
        self._fresh = frozenset(fresh)
        tasks = Row(fresh, self._shelf.take)
        self._made = work_through(_note_briefing, self._maker, tasks, lambda _: (b"", ()), os.cpu_count() or 1)

    def take(self, part: Part) -> Generator[Laid, None, Notes]:
        """Yield the files of texts of a part, and return its notes."""
        name, key = self._entry_of(part)
        packed, scripts = next(self._made) if part.briefing in self._fresh else (b"", ())
        with suppress(Unkept):
            if not (packed or self._whole) and (known := self._published.find(name, key)) is not None:
                notes = unpack(self._published.note_of(name), Notes)
                yield from ((file.path, file.size) for file in known)
                return notes
        if not packed:
            return (yield from make_part(part))
        files = [(path_of(script), text.encode("utf-8")) for script, text in scripts]
        yield from files
        self._published.put(name, key, ((path, FileFacts(), None) for path, _ in files), packed)
        return unpack(packed, Notes)

    def recall(self, plan: BundlePlan) -> Earlier | None:
        """Return a bundle as it was published, where it had as many sections of the same briefings and few of them have
        changed since.
        """
        name, published = f"search/{plan.name}", self._published
        said = None if self._whole else published.read_before(name, f"{FOLDER}/bundles/")
        if said is None:
            return None
        with suppress(Unkept):
            note = unpack(said[1], _NoteOfBundle)
            if [part[:2] for part in note.parts] != [(part.briefing, part.sections) for part in plan.parts]:
                return None
            before: dict[str, Notes] = {}
            kept: dict[str, list[tuple[str, int]]] = {}
            for part, (id, _, held) in zip(plan.parts, note.parts, strict=True):
                entry, key = self._entry_of(part)
                if key == held:
                    files = published.find(entry, key)
                    if files is None:
                        return None
                    kept[id] = [(file.path, file.size) for file in files]
                elif _FEW * len(before) > len(plan.parts):
                    return None
                else:
                    before[id] = unpack(published.note_before(entry, held), Notes)
            scripts = ((name_of(path), data.decode("utf-8")) for path, data in said[0].items())
            return Earlier(Bundle.read(plan.name, scripts, note.bundle.names), before, kept)
        return None

    def find_words(self, key: bytes) -> tuple[str, int] | None:
        """Return the path and the size of the list of all words, where it was published under this key."""
        files = self._published.find(_WORDS, digest(self._version, key))
        return (files[0].path, files[0].size) if files else None

    def put_words(self, key: bytes, path: str) -> None:
        """Remember the list of all words."""
        self._published.put(_WORDS, digest(self._version, key), [(path, FileFacts(), None)])

    def _hand_on(self, plan: BundlePlan, files: Sequence[MadeFile], note: BundleNote) -> Iterator[tuple[str, bytes]]:
        yield from ((file.path, file.data) for file in files)
        self.put(plan, [file.path for file in files], note)

    def put(self, plan: BundlePlan, paths: Sequence[str], note: BundleNote) -> None:
        """Remember a bundle."""
        with suppress(Unkept):
            files = ((path, FileFacts(), None) for path in paths)
            parts = tuple((part.briefing, part.sections, self._entry_of(part)[1]) for part in plan.parts)
            self._published.put(f"search/{plan.name}", self._key(plan), files, pack(_NoteOfBundle(note, parts)))


class Making:
    """The making of a site, file by file: what is as it was when it was published is not made again.

    `links` and `survey` learn of every file. `published`: what is remembered. `review` gets a page where there is one;
    otherwise nothing of the site knows of it. `portion`: what alone is to be made, by `make_portion`. Every method
    raises Refused where a template fails.
    """

    def __init__(
        self,
        content: Content,
        folder: Path,
        plan: Plan,
        links: LinkCheck,
        published: Published,
        review: Review | None = None,
        portion: Portion | None = None,
    ) -> None:
        links.expect([urls.COMPLIANCE, urls.FILES, REGISTER, *([urls.SITEMAP] if links.site_url else ())])
        self.portion = portion
        self.content, self.plan, self.links, self.published, self.review = content, plan, links, published, review
        self.edition, self.index, self.answers = content.edition, plan.index, plan.settlement.answers
        release = self.edition.config.release
        self.survey = Survey(self.edition, release.name if release else "")
        self.paths = frozenset(file.path for file in plan.files) | self.answers.copies.keys()
        self.offered = Offered(self.paths, frozenset(self.edition.config.formats))
        self.common = find_common(self.index, plan.words, self.offered)
        self.workshop = Workshop(
            folder,
            self.edition.config,
            self.edition.authorities,
            Bearings(
                self.common.families,
                self.common.written,
                tuple(sorted(self.paths & {urls.FEED, urls.OPENSEARCH})),
                release,
                tuple(sorted(plan.assets.names.items())),
            ),
        )
        self.renderer = self.workshop.renderer
        #: whether an id of a page has gone; whether no link was ever found to lead nowhere
        self.lost, self.sound = False, True
        self.folder = folder
        # the sitemap lists what stands at no old address, in the order of the making
        self.old = frozenset(page.path for page in self.answers.old)
        self.pages: list[str] = []
        self.copies: defaultdict[str, list[str]] = defaultdict(list)
        for old, path in self.answers.copies.items():
            self.copies[path].append(old)
        # what turns a context into a page and finds its facts and traits; the name of an asset stands on every page
        program = digest_program(), digest_templates(folder), plan.words.code, plan.assets.names
        self.program = digest(*program, links.site_url, self.survey.release)
        # what the page and the files of a briefing may say besides what is known of it and what ties it to others
        places, topics = self.edition.authorities.places, self.edition.authorities.topics
        self.version = digest(
            self.program, self.edition.config, [(p.id, p.name) for p in places], [(t.id, t.label) for t in topics],
            self.workshop.bearings,
        )  # fmt: skip
        self.keys = _Keys(self.version, self.index, self.content.shelf)

    def make_site(self, progress: Progress) -> Iterator[Laid]:
        """Yield every file but the search index and the lists of files."""
        yield from self.note(self.plan.assets.files.items())
        yield from self.make_briefings(progress, [*self.list_files(), *self.list_index_pages()])
        yield from self.make_last()
        with suppress(Unkept):
            self.published.put(BEARINGS, b"", (), pack(self.workshop.bearings))

    def make_search(self, progress: Progress) -> Iterator[Laid]:
        """Yield every file of the search index."""
        parts = list_parts(self.edition)
        shown = iter(progress("indexing", parts, len(parts)))
        yield from make_index(parts, _Bundles(self.content, self.published), lambda: next(shown, None))
        next(shown, None)

    def make_portion(self, progress: Progress) -> Iterator[Laid]:
        """Yield the files of a portion of the site and its search index: all that can be remembered, but not the lists
        of files. `published` gets to know of each.
        """
        yield from self.make_briefings(progress, [*self.list_files(), *self.list_index_pages()])
        bundles = _Bundles(self.content, self.published, whole=True)
        for index, bundle in enumerate(plan_parts(list_parts(self.edition))):
            if (self.portion is None or self.portion.has_nth(index)) and not bundles.knows(bundle):
                yield from make_bundle(bundle, bundles, {})

    def make_file_pages(self, sums: Mapping[str, str], size_of: Callable[[str], int], manifest: str) -> Iterator[Laid]:
        """Yield the pages that list every file of the site, which is complete apart from them."""
        frames = make_frames(self.common)
        for page in list_file_pages(self.common.words, frames, sums, size_of, manifest):
            path = page.group.page
            key = digest(self.version, page.told.encode("utf-8"))
            known = self.published.find(f"pages/{path}", key)
            if known is not None:
                yield from ((file.path, file.size) for file in known)
                continue
            yield from self.render(page.make())
            self.published.put(f"pages/{path}", key, [(path, FileFacts(), None)])

    def note(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Yield files, and take note of each."""
        for path, data in files:
            self.look(path, data)
            yield path, data

    def look(
        self, path: str, data: bytes, before: Mapping[str, str | None] = MappingProxyType({})
    ) -> tuple[str, FileFacts, PageTraits | None]:
        """Take note of a file, and return what is to be remembered of it. `before`: the ids of pages that were
        published under its name.
        """
        return self.put(make_file(path, data, self.links.site_url, self.survey.release), before)

    def put(self, made: MadeFile, before: Mapping[str, str | None]) -> tuple[str, FileFacts, PageTraits | None]:
        """The same of a file that was looked at where it was made."""
        path, facts = made.path, made.facts
        self.take(path, facts, made.traits)
        if self.published.sound and not self.lost and self.published.was_page(path):
            ids = before.get(path)
            self.lost = ids is None or not set(ids.split("\n")) <= set((facts.ids or "").split("\n"))
        return path, facts, made.traits

    def find_link_problems(self, awaited: tuple[str, ...] = _NEVER_TAKEN) -> list[Problem]:
        """Return which links of the site lead nowhere. The links of what is as it was published lead where they led,
        unless a file of the site or an id of a page has gone; only then they are looked at. `awaited`: how the paths of
        files begin that are not taken, or not yet.
        """
        published = self.published
        if published.sound:
            gone = (path for path in published.paths if not path.startswith(awaited))
            if self.lost or self.links.misses(gone):
                for path, links in published.doubt():
                    self.links.follow(path, links)
        found = self.links.find_problems()
        self.sound = self.sound and not found
        return found

    def take(self, path: str, facts: FileFacts, traits: PageTraits | None) -> None:
        """Take note of a file by what is known of it."""
        self.links.take(path, facts)
        self.survey.take(path, traits)
        if traits is not None and path not in self.old:
            self.pages.append(path)

    def copy(
        self,
        files: Iterable[File],
        known: Mapping[str, KnownPieces] = MappingProxyType({}),
        pieces: Pieces | None = None,
    ) -> Iterator[tuple[str, bytes]]:
        """Yield (path, bytes) of files, and of those that also stand at an old path. `known`: pieces that needn't be
        made; `pieces` gets to know of all.
        """
        for file in files:
            if file.pieces is None or pieces is None:
                data = file.make()
            else:
                data, pieces[file.path] = self.join(file.pieces(), known.get(file.path, KnownPieces()))
            yield file.path, data
            yield from ((old, data) for old in self.copies.get(file.path, ()))

    def once(
        self,
        name: str,
        key: bytes,
        make: Callable[[], Iterable[tuple[str, bytes]]] = tuple,
        files: Sequence[File] = (),
    ) -> Iterator[Laid]:
        """Yield the files of that name: as they were published, or made elsewhere, with the same key, else `files` and
        what `make` makes besides. Of the former those pieces that are as they were published stay, too.
        """
        if not self.has(name):
            return
        known = self.published.find(name, key)
        if known is not None:
            for file in known:
                self.take(file.path, file.facts, file.traits)
                yield file.path, file.size
            return
        seen = []
        before = self.published.list_ids(name)
        fetched = self.published.fetch(name, key)
        if fetched is not None:
            for each in fetched[0]:
                seen.append(self.put(each, before))
                yield each.path, each.data
            self.published.put(name, key, seen, fetched[1])
            return
        pieces: Pieces = {}
        known_pieces = self.published.find_pieces(name) if any(file.pieces for file in files) else {}
        for path, data in chain(self.copy(files, known_pieces, pieces), make()):
            seen.append(self.look(path, data, before))
            yield path, data
        self.published.put(name, key, seen, pack(pieces) if pieces else b"")

    def join(self, pieces: Iterable[Piece], known: KnownPieces) -> tuple[bytes, tuple[tuple[bytes, int], ...]]:
        """Return the bytes of a file that is put together of pieces, and the key and length of each."""
        made, listed = [], []
        for piece in pieces:
            key = self.keys.key_of_piece(piece.of) if piece.of else b""
            data = known.find(key) if key else None
            made.append(piece.make() if data is None else data)
            listed.append((key, len(made[-1])))
        return b"".join(made), tuple(listed)

    def has(self, name: str) -> bool:
        """Say whether what has this name is to be made."""
        return self.portion is None or self.portion.has(name)

    def list_files(self) -> Iterator[Work]:
        """Yield the making of each file that is of no single briefing or entity."""
        digest_of = self.content.shelf.digest_of
        for file in self.plan.files:
            if file.entity is not None:
                continue
            if file.briefings is None and file.of is None:
                # quickly made, and never remembered
                if self.portion is None:
                    yield partial(self.copy_noted, file)
            else:
                held = file.of if file.briefings is None else b"".join(digest_of(each.id) for each in file.briefings)
                key = digest(self.version, held, self.copies.get(file.path, ()))
                yield partial(self.once, f"files/{file.path}", key, files=[file])

    def copy_noted(self, file: File) -> Iterator[Laid]:
        yield from self.note(self.copy([file]))

    def list_index_pages(self) -> Iterator[Work]:
        """Yield the making of the pages that are of no single briefing: they are rendered only if they say something
        new.
        """
        index, common, plan = self.index, self.common, self.plan
        groups = list_page_groups(index, common, self.paths, plan.diagnostics, self.review, self.answers)
        files: defaultdict[Key, list[File]] = defaultdict(list)
        for file in plan.files:
            if file.entity is not None:
                files[file.entity].append(file)
        keys = self.keys
        for entity, make in groups:
            if entity is None:
                yield partial(self.make_pages, make)
            elif isinstance(entity, EntityYear):
                name = f"{entity.entity.family}/{entity.entity.slug}/{entity.year}"
                yield partial(self.once, name, keys.key_of_year(entity), partial(self.render_all, make))
            else:
                of_entity = files[entity.entity.key]
                copies = [(file.path, self.copies[file.path]) for file in of_entity if file.path in self.copies]
                name = f"{entity.entity.family}/{entity.entity.slug}"
                key = keys.key_of(entity, copies)
                yield partial(self.once, name, key, partial(self.render_all, make), of_entity)
        yield partial(
            self.make_pages, partial(list_history_pages, index, plan.words, make_frames(common), self.offered)
        )

    def make_pages(self, pages: Callable[[], Iterable[Page]]) -> Iterator[Laid]:
        for page in pages():
            key = digest(self.program, page.template, page)
            yield from self.once(f"pages/{page.frame.path}", key, partial(self.render, page))

    def render_all(self, pages: Callable[[], Iterable[Page]]) -> Iterator[tuple[str, bytes]]:
        for page in pages():
            yield from self.render(page)

    def render(self, page: Page) -> Iterator[tuple[str, bytes]]:
        yield page.frame.path, self.renderer.render(page.template, page)

    def make_briefings(self, progress: Progress, aside: Sequence[Work]) -> Iterator[Laid]:
        """Yield the files of all briefings, and the pages that show one beside a version of it. `aside`: what this
        process makes while others make files of briefings: so many after each of these that all are made in the end.
        """
        briefings = tuple(abstract for abstract in self.edition.briefings if self.has(abstract.id))
        orders = _Orders(self)
        keys = {abstract.id: orders.key_of(abstract) for abstract in briefings}
        fresh = [abstract for abstract in briefings if not self.published.knows(abstract.id, keys[abstract.id])]
        new = frozenset(abstract.id for abstract in fresh)
        workers = os.cpu_count() or 1
        made = work_through(make_briefing_files, self.workshop, orders.of(fresh), lambda order: (), workers)
        done = 0
        for number, abstract in enumerate(progress("writing", briefings, len(briefings)), 1):
            key = keys[abstract.id]
            files = self.published.find(abstract.id, key) if abstract.id not in new else None
            if files is not None:
                for file in files:
                    self.take(file.path, file.facts, file.traits)
                    yield file.path, file.size
            else:
                fetched = self.published.fetch(abstract.id, key) if abstract.id not in new else None
                # not ready: a process was ended from outside, the disk has damaged what was packed, or a file isn't in
                # its place any more
                ready = next(made) if abstract.id in new else ()
                if fetched is None and not ready:
                    ready = make_briefing_files(self.workshop, orders.make(abstract, whole=True))
                seen, before = [], self.published.list_ids(abstract.id)
                for each in self.with_copies(ready) if fetched is None else fetched[0]:
                    seen.append(self.put(each, before))
                    yield each.path, each.data
                self.published.put(abstract.id, key, seen, orders.note_of(abstract))
            yield from self.make_parallels(abstract)
            while done < len(aside) * number // len(briefings):
                yield from aside[done]()
                done += 1
        for make in aside[done:]:
            yield from make()

    def with_copies(self, files: Iterable[MadeFile]) -> Iterator[MadeFile]:
        """Yield files, and each again at the old paths where it also stands."""
        for file in files:
            yield file
            for old in self.copies.get(file.path, ()):
                yield make_file(old, file.data, self.links.site_url, self.survey.release)

    def make_parallels(self, abstract: Abstract) -> Iterator[Laid]:
        id, digest_of = abstract.id, self.content.shelf.digest_of
        if id not in self.edition.versions:
            return
        tied = make_links(self.index, abstract)
        for pair in list_parallels(abstract, tied):
            other = self.index.briefings[pair.briefing or ""]
            beside = make_links(self.index, other)
            key = digest(self.version, digest_of(id), tied, digest_of(other.id), beside)
            make = partial(self.make_parallel, (id, tied), (other.id, beside), pair.sections)
            yield from self.once(urls.parallel_path(id, other.id), key, make)

    def make_parallel(
        self, one: tuple[str, Links], two: tuple[str, Links], sections: tuple[tuple[str, str], ...]
    ) -> Iterator[tuple[str, bytes]]:
        (first, tied), (second, beside), shelf = one, two, self.edition.shelf
        yield from self.render(make_parallel_page(self.common, (shelf[first], tied), (shelf[second], beside), sections))

    def make_last(self) -> Iterator[Laid]:
        """Yield the page of what was counted in all others, and the sitemap."""
        links, survey, plan = self.links, self.survey, self.plan
        recorded = {**plan.texts, **plan.settlement.texts}
        paths = survey.paths | {urls.COMPLIANCE, urls.FILES}
        answered = count_answers(recorded, paths, links.anchors)
        if answered[0] < answered[1] and not plan.settlement.asked:
            # whatever the settlement meant to publish: what the pages hold decides
            raise Refused(*tell_lost(find_lost(recorded, paths, links.anchors)))
        wrong = len(self.find_link_problems((*_NEVER_TAKEN, "sitemap")))
        verdicts = survey.judge(self.content.states, links.anchors, wrong, links.count, answered)
        page = make_compliance_page(self.index, plan.words, self.offered, verdicts)
        yield from self.make_pages(lambda: [page])
        # briefings come last there, whenever they were made
        pages = sorted(self.pages, key=lambda path: path.startswith("briefings/"))
        yield from self.note(make_sitemap_files(self.edition, pages))


class _Keys:
    """Checksums of what is made of entries: an entry is told on the pages and in the files of its entities by its
    section's abstract and what is told of its briefing, of which that has the mark.
    """

    def __init__(self, version: bytes, index: Index, shelf: Shelf) -> None:
        self._version = version
        self._index = index
        self._shelf = shelf
        self._years: dict[tuple[Key, str | None], bytes] = {}

    def _year(self, entity: Key, year: str | None, entries: Sequence[Entry]) -> bytes:
        found = self._years.get((entity, year))
        if found is None:
            found = self._years[entity, year] = digest(b"".join([entry.section.mark for entry in entries]))
        return found

    def key_of_piece(self, of: Sequence[Abstract] | Sequence[Entry]) -> bytes:
        """Return a checksum of all that a piece of a file is made of."""
        digest_of = self._shelf.digest_of
        return digest(self._version, *(e.section.mark if isinstance(e, Entry) else digest_of(e.id) for e in of))

    def key_of_year(self, part: EntityYear) -> bytes:
        """Return a checksum of all that the page of a year of an entity is made of."""
        entries = self._year(part.entity.key, part.year, part.entries)
        return digest(self._version, part.entity, part.year, part.years, entries)

    def key_of(self, each: EntityIndex, copies: Sequence[object]) -> bytes:
        """Return a checksum of all that the page and the files of an entity are made of."""
        entries = [self._year(each.entity.key, year, entries) for year, entries in each.list_years()]
        related = related_to(self._index, each.entity)
        return digest(self._version, each.entity, related, each.companions, entries, copies)


class _Orders:
    """What is to be made of briefings, each put together when it is asked for."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._traces = list_traces(making.index, making.common, making.answers)
        self._formats = making.edition.config.formats

    def key_of(self, abstract: Abstract) -> bytes:
        """Return a checksum of all that the files of a briefing are made of."""
        making, traces = self._making, self._traces_of(abstract)
        paths = list_briefing_paths(abstract.id, self._formats)
        return digest(
            making.version,
            making.content.shelf.digest_of(abstract.id),
            make_links(making.index, abstract),
            making.content.states[abstract.id],
            [tuple(traces.aliases.items()), tuple(traces.departed.items())],
            [(path, making.copies[path]) for path in paths if path in making.copies],
        )

    def note_of(self, abstract: Abstract) -> bytes:
        """Return what ties a briefing to the others, packed; b"" where it can't be."""
        with suppress(Unkept):
            return pack(tie(abstract.file, make_links(self._making.index, abstract), self._traces_of(abstract)))
        return b""

    def make(self, abstract: Abstract, whole: bool = False) -> Order:
        """Return an order. `whole`: with the briefing itself, packed or not."""
        making, id, shelf = self._making, abstract.id, self._making.content.shelf
        tied, state = make_links(making.index, abstract), making.content.states[id]
        return Order(shelf[id] if whole else shelf.take(id), abstract, tied, state, self._traces_of(abstract))

    def _traces_of(self, abstract: Abstract) -> Traces:
        return self._traces.get(urls.briefing_path(abstract.id), NO_TRACES)

    def of(self, abstracts: Sequence[Abstract]) -> Sequence[Order]:
        """Return the orders of briefings, none of them made yet."""
        return Row(abstracts, self.make)


class Row(Sequence[Any]):
    """What is made of each of some things, none of it made before it is asked for."""

    def __init__(self, things: Sequence[Any], make: Callable[[Any], Any]) -> None:
        self._things, self._make = things, make

    def __len__(self) -> int:
        return len(self._things)

    def __getitem__(self, number: Any) -> Any:
        return self._make(self._things[number])
