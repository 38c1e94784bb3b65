"""A small edition, whole in memory: what the build does briefing by briefing, done at once for tests.

Must not decide anything: every function here only puts together what the program has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from edition.abstracts import make_abstract
from edition.annotate.repeats import Repeated, find_repeats, take_fingerprints
from edition.checks import check_briefing, check_together, check_transcript, list_registers
from edition.config import Config
from edition.contexts import Citations, Page
from edition.diagnostics import Diagnostics, Sign, find_diagnostics, find_signs
from edition.entities import show_authorities
from edition.exports.files import File, list_briefing_files, list_files
from edition.history_pages import list_history_pages
from edition.importing.checking import State
from edition.indexes import Edition, Index, Links, WrittenPage, make_edition, make_index, make_links
from edition.interface import Words
from edition.model import Authorities, Briefing, Transcript
from edition.pages import (
    NO_TRACES,
    find_common,
    list_index_pages,
    list_parallels,
    list_traces,
    make_briefing_page,
    make_frames,
    make_parallel_page,
)
from edition.permalinks.answering import Answers
from edition.problems import Problem
from edition.releases import NOTHING, History
from edition.render import Renderer, render_pages
from edition.review import Review
from edition.urls import briefing_path

Repeats = Mapping[str, Repeated]


def gather_edition(
    config: Config,
    briefings: Iterable[Briefing],
    authorities: Authorities,
    repeats: Repeats | None = None,
    pages: Iterable[WrittenPage] = (),
    history: History = NOTHING,
) -> Edition:
    """Return the edition of some briefings."""
    shelf = {briefing.id: briefing for briefing in briefings}
    shown = show_authorities(authorities, "")
    abstracts = [make_abstract(briefing, shown) for briefing in shelf.values()]
    return make_edition(config, abstracts, authorities, repeats or {}, pages, shelf, history)


def repeats_of(briefings: Iterable[Briefing]) -> Repeats:
    """Return what is said again in some briefings."""
    return dict(find_repeats(map(take_fingerprints, briefings)))


def signs_of(edition: Edition, problems: Iterable[Problem] = ()) -> Iterator[Sign]:
    """Yield the signs of every briefing of an edition."""
    told = tuple(problems)
    for briefing in edition.read_briefings():
        own = (problem for problem in told if problem.locus.file == briefing.transcript.file)
        yield from find_signs(briefing, own, edition.config)


def diagnose(
    edition: Edition, problems: Sequence[Problem] = (), report: Any = None, asked: Iterable[Problem] = ()
) -> Diagnostics:
    """Return everything worth a look in an edition."""
    return find_diagnostics(edition, signs_of(edition, problems), problems, report, asked)


def list_pages(
    index: Index,
    words: Words,
    citations: Citations | None = None,
    files: Collection[str] = (),
    diagnostics: Diagnostics = Diagnostics(),  # noqa: B008  a frozen value
    review: Review | None = None,
    states: Mapping[str, State] | None = None,
    answers: Answers = Answers(),  # noqa: B008  a frozen value
) -> Iterator[Page]:
    """Yield every page of a site but those of its compliance, its history and its files. `states`: of briefings beside
    their witnesses; `answers`: what is shown for old addresses.
    """
    common, known, shelf = find_common(index, words, frozenset(files)), states or {}, index.edition.shelf
    traces = list_traces(index, common, answers)
    yield from list_index_pages(index, common, files, diagnostics, review, answers)
    for abstract in index.edition.briefings:
        briefing, links = shelf[abstract.id], make_links(index, abstract)
        left = traces.get(briefing_path(abstract.id), NO_TRACES)
        yield make_briefing_page(common, briefing, abstract, links, citations, known.get(abstract.id), left)
        for version in list_parallels(abstract, links):
            other = index.briefings[version.briefing or ""]
            pair = (briefing, links), (shelf[other.id], make_links(index, other))
            yield make_parallel_page(common, *pair, version.sections)


def render_site(
    edition: Edition,
    renderer: Renderer,
    citations: Citations | None = None,
    files: Collection[str] = (),
    diagnostics: Diagnostics = Diagnostics(),  # noqa: B008  a frozen value
    states: Mapping[str, State] | None = None,
    answers: Answers = Answers(),  # noqa: B008  a frozen value
    index: Index | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield (path, HTML) of every page of a site but those of its compliance and its files. `index`: of the edition,
    where it isn't the usual one.
    """
    index, words = index or make_index(edition, renderer.words.code), renderer.words
    pages = list_pages(index, words, citations, files, diagnostics, None, states, answers)
    told = list_history_pages(index, words, make_frames(find_common(index, words, files)), files)
    return render_pages(chain(pages, told), renderer)


def list_every_file(edition: Edition, words: Words) -> tuple[File, ...]:
    """Return every file of a site that is no page, in order of path."""
    index = make_index(edition, words.code)
    files = list(list_files(edition, index, words))
    for abstract in edition.briefings:
        briefing, links = edition.shelf[abstract.id], links_of(edition, abstract.id, words.code)
        files += list_briefing_files(briefing, abstract, links, edition.config, words, edition.authorities)
    return tuple(sorted(files, key=lambda file: file.path))


def links_of(edition: Edition, id: str, language: str = "en") -> Links:
    """Return what ties one briefing to the rest of an edition."""
    index = make_index(edition, language)
    return make_links(index, index.briefings[id])


def check_transcripts(transcripts: Iterable[Transcript]) -> Iterator[Problem]:
    """Yield what is doubtful in transcripts, each alone and beside the others."""
    every = tuple(transcripts)
    for transcript in every:
        yield from check_transcript(transcript)
    briefings = (Briefing(transcript, (), (), transcript.rights) for transcript in every)
    shown = show_authorities(Authorities(), "")
    found = check_together(make_abstract(briefing, shown) for briefing in briefings)
    yield from (problem for problem in found if problem.locus.file != "config.yaml")


def check_briefings(briefings: Iterable[Briefing], authorities: Authorities) -> Iterator[Problem]:
    """Yield what is wrong in briefings, between them, and between them and the authority files."""
    every, registers = tuple(briefings), list_registers(authorities)
    for briefing in every:
        yield from check_briefing(briefing, registers)
    shown = show_authorities(authorities, "")
    found = check_together(make_abstract(briefing, shown) for briefing in every)
    yield from (problem for problem in found if "as content/" not in problem.message)
