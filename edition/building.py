"""The build, from an edition's folder to a published site: the order of the stages, and nothing else.

It must not print, know the command line, or hold a rule that belongs to a stage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from edition import urls
from edition.annotate.repeats import find_repeats
from edition.checks import LinkCheck, check_together
from edition.compliance import Survey
from edition.diagnostics import Diagnostics, Sign, find_diagnostics, read_import_report
from edition.examining import (
    Examiner,
    Known,
    Transcripts,
    Unread,
    examine_all,
    list_transcripts,
    open_shelf,
    tell_taken,
)
from edition.exports.files import (
    File,
    Offered,
    list_briefing_files,
    list_briefing_paths,
    list_files,
    make_citations,
    make_sitemap_files,
)
from edition.file_pages import list_file_pages
from edition.history_pages import list_history_pages, list_words
from edition.importing import Progress, Share, State, check_shares, tell_waiting
from edition.indexes import Edition, Index, make_edition, make_index, make_links
from edition.interface import Words, load
from edition.ledger.records import PAGES, has_briefing, read_addresses, read_texts, write_texts
from edition.model import Locus
from edition.pages import (
    NO_TRACES,
    find_common,
    list_index_pages,
    list_parallels,
    list_paths,
    list_traces,
    make_briefing_page,
    make_compliance_page,
    make_frames,
    make_parallel_page,
    read_pages,
)
from edition.permalinks.addresses import Address, read_departures
from edition.permalinks.asking import tell_lost, tell_missing, tell_outdated
from edition.permalinks.counting import count_answers, find_lost
from edition.permalinks.living import describe_site
from edition.permalinks.settling import Settlement, settle
from edition.problems import Problem, Refused
from edition.publish import MANIFEST, PublishReport, Stage, open_stage
from edition.releases import read_history
from edition.render import Renderer, find_headings, find_page_problems, read_assets, render_pages
from edition.retagging import TagChanges, compare_tags, read_tags
from edition.review import Review, make_review
from edition.search import list_parts
from edition.search_index import REGISTER, build_index
from edition.settings import read_settings
from edition.versions import check_versions

T = TypeVar("T")


def show_nothing(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Progress that shows nothing."""
    yield from items


@dataclass(frozen=True, slots=True)
class Content:
    """An edition read and annotated, with everything that was found on the way. `signs`: what is worth a look, in the
    order of the edition. `states`: what was found of each text beside its witness. `unread`: names of transcripts and
    pages that can't be read. `blocks`: id → what the ledger of addresses has of it where nothing changed.
    """

    edition: Edition
    signs: tuple[Sign, ...]
    states: Mapping[str, State]
    problems: tuple[Problem, ...]
    examiner: Examiner
    unread: frozenset[str]
    blocks: Mapping[str, str]


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


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `published` is None where nothing was: a locked build with a problem, or an address that would
    be lost. `edition` is what the site shows, `states` what was found of its texts beside their witnesses. `asked`:
    how many addresses would be lost; `recorded`: how many lines of new addresses the ledger got.
    """

    output: Path
    briefings: int
    sections: int
    problems: tuple[Problem, ...]
    published: PublishReport | None
    changes: TagChanges
    review: Review | None
    edition: Edition
    states: Mapping[str, State]
    asked: int = 0
    recorded: int = 0


#: Folders of an edition that no site may be written into.
_KEPT = ("content", "templates", "assets", "edition", ".git")


def site_folder(folder: Path, output: Path | None = None) -> Path:
    """Return where the site of the edition in `folder` goes; raises Refused where it would mix with the edition."""
    site = output or folder / "_site"
    home, place = folder.resolve(), site.resolve()
    if home.is_relative_to(place) or any(place.is_relative_to(home / name) for name in _KEPT):
        message = "the site can't go there: its files would mix with those of the edition"
        raise Refused(Problem(Locus(str(site)), message, "choose a folder of its own, such as _site"))
    return site


def read_content(folder: Path, progress: Progress = show_nothing, *, keep: bool = False) -> Content:
    """Return the whole edition, annotated and held against its witnesses. `keep`: leave what was worked out for the
    next build; without it nothing is written. Raises Refused where the config can't be used.
    """
    settings = read_settings(folder)
    examiner = Examiner(folder, settings)
    problems = list(settings.problems)
    every: dict[str, Known] = {}
    paths = list_transcripts(folder)
    shelf = open_shelf(examiner, keep=keep)
    examined = progress("reading", examine_all(examiner, paths, shelf), len(paths))
    for path, found in zip(paths, examined, strict=True):
        if isinstance(found, Unread):
            problems += found.problems
        elif (other := every.setdefault(found.abstract.id, found)) is not found:
            problems.append(tell_taken(path, found.abstract.id, other.abstract.file))
        else:
            shelf.stand(found.abstract.id, path)
    abstracts = [each.abstract for each in every.values()]
    for each in every.values():
        problems += each.problems
    pages, unfit = read_pages(folder)
    history, broken = read_history(folder)
    transcripts = Transcripts(shelf)
    history = history.compare_states((each.state for each in every.values()), transcripts.__getitem__)
    config = replace(settings.config, release=history.release)
    problems += [*unfit, *broken]
    problems += [problem for page in (*pages, *list_words(history)) for problem in find_page_problems(page)]
    problems += [*check_together(abstracts), *check_versions(abstracts)]
    shares = (Share(each.abstract.file, each.abstract.source) for each in every.values() if each.proved.read)
    problems += [*check_shares(folder, shares), *tell_waiting(folder)]
    repeats = find_repeats(each.fingerprints for each in every.values())
    edition = make_edition(config, abstracts, settings.authorities, repeats, pages, shelf, history)
    signs = tuple(sign for abstract in edition.briefings for sign in every[abstract.id].signs)
    states = {id: each.proved.state for id, each in every.items()}
    names = {Path(path).stem for path in paths} | {file.stem for file in (folder / "content" / "pages").rglob("*.md")}
    unread = names - every.keys() - {page.name for page in pages}
    blocks = {id: each.block for id, each in every.items()}
    return Content(edition, signs, states, tuple(problems), examiner, frozenset(unread), blocks)


def is_briefing(held: Collection[str], texts: Mapping[str, str], id: str) -> bool:
    """Say whether an id is that of a briefing which the edition has (`held`), or had by its ledger (`texts`)."""
    return id in held or has_briefing(texts, id)


def plan_site(
    content: Content,
    folder: Path,
    review: Review | None = None,
    changed: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """Return what the site will be: every path, and what the ledger of addresses says of them. Writes nothing.

    `changed`: files in content/permalinks → the text that they are to have, in place of what they hold.
    """
    edition = content.edition
    words = load(edition.config.interface)
    texts, problems = read_texts(folder, changed)
    known = partial(is_briefing, edition.shelf, texts)
    departures, wrong = read_departures(folder, known, edition.config.site_url, changed)
    recorded = map(Address, read_addresses(texts.get(PAGES, ""))[0])
    # a page that was published stays; so does the one to which it moved, though nothing may be listed there
    standing = (*(a for a in recorded if a not in departures), *(moved.new for moved in departures.moved.values()))
    kept = (a.path.removesuffix(".html").split("/") for a in standing)
    index = make_index(edition, words.code, [(each[0], each[1]) for each in kept if len(each) == 2])
    paths = [file.path for file in list_files(edition, index, words, review=review)]
    paths += (path for b in edition.briefings for path in list_briefing_paths(b.id, edition.config.formats))
    headings = {urls.page_path(page.name): find_headings(page) for page in edition.pages}
    site = describe_site(index, list_paths(index, review is not None), paths, headings)
    settlement = settle(texts, departures, site, Transcripts(edition.shelf), content.blocks, content.unread)
    settlement = replace(settlement, problems=(*problems, *wrong, *settlement.problems))
    every, report = (*content.problems, *settlement.problems), read_import_report(folder)
    diagnostics = find_diagnostics(edition, content.signs, every, report, settlement.asked)
    files = list_files(edition, index, words, diagnostics, review, settlement.answers)
    return Plan(index, words, settlement, diagnostics, files, texts)


def make_site(
    content: Content,
    folder: Path,
    plan: Plan,
    links: LinkCheck,
    progress: Progress = show_nothing,
    review: Review | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of every file of the site but the search index and the lists of files (`write_file_pages`).

    `links` reads every file as it is made. `review` gets a page where there is one; otherwise nothing of the site
    knows of it. Raises Refused where a template fails.
    """
    survey = Survey(content.edition, content.edition.config.release.name if content.edition.config.release else "")
    links.expect([urls.COMPLIANCE, urls.FILES, REGISTER])
    old = {page.path for page in plan.settlement.answers.old}
    pages: list[str] = []
    for path, data in _make_files(content, folder, plan, progress, review, survey, links):
        links.read(path, data)
        survey.read(path, data)
        if path.endswith(".html") and path not in old:
            pages.append(path)
        yield path, data
    for path, data in make_sitemap_files(content.edition, pages):
        links.read(path, data)
        yield path, data


def _make_files(
    content: Content,
    folder: Path,
    plan: Plan,
    progress: Progress,
    review: Review | None,
    survey: Survey,
    links: LinkCheck,
) -> Iterator[tuple[str, bytes]]:
    edition, index, answers = content.edition, plan.index, plan.settlement.answers
    paths = frozenset(file.path for file in plan.files) | answers.copies.keys()
    offered = Offered(paths, frozenset(edition.config.formats))
    common, renderer = find_common(index, plan.words, offered), Renderer(plan.words, folder)
    yield from _copy_files(plan.files, answers.copies)
    yield from read_assets(folder)
    pages = list_index_pages(index, common, paths, plan.diagnostics, review, answers)
    yield from render_pages(pages, renderer)
    yield from render_pages(list_history_pages(index, plan.words, make_frames(common), offered), renderer)
    cite, traces = make_citations(edition), list_traces(index, common, answers)
    for abstract in progress("writing", edition.briefings, len(edition.briefings)):
        briefing, tied = edition.shelf[abstract.id], make_links(index, abstract)
        made = list_briefing_files(briefing, abstract, tied, edition.config, plan.words, edition.authorities)
        yield from _copy_files(made, answers.copies)
        left = traces.get(urls.briefing_path(abstract.id), NO_TRACES)
        page = make_briefing_page(common, briefing, abstract, tied, cite, content.states[abstract.id], left)
        yield page.frame.path, renderer.render(page.template, page)
        for version in list_parallels(abstract, tied):
            other = index.briefings[version.briefing or ""]
            pair = (briefing, tied), (edition.shelf[other.id], make_links(index, other))
            beside = make_parallel_page(common, *pair, version.sections)
            yield beside.frame.path, renderer.render(beside.template, beside)
    # by now everything else has been read
    recorded = {**plan.texts, **plan.settlement.texts}
    made_paths = survey.paths | {urls.COMPLIANCE, urls.FILES}
    answered = count_answers(recorded, made_paths, links.anchors)
    if answered[0] < answered[1] and not plan.settlement.asked:
        # whatever the settlement meant to publish: what the pages hold decides
        raise Refused(*tell_lost(find_lost(recorded, made_paths, links.anchors)))
    verdicts = survey.judge(content.states, links.anchors, len(links.find_problems()), links.count, answered)
    last = make_compliance_page(index, plan.words, offered, verdicts)
    yield last.frame.path, renderer.render(last.template, last)


def _copy_files(files: Iterable[File], copies: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of files, and of those that also stand at an old path. `copies`: old path → path."""
    also: defaultdict[str, list[str]] = defaultdict(list)
    for old, path in copies.items():
        also[path].append(old)
    for file in files:
        data = file.make()
        yield file.path, data
        yield from ((old, data) for old in also.get(file.path, ()))


def write_file_pages(stage: Stage, index: Index, folder: Path) -> None:
    """Write the pages that list every file on the stage, which is complete apart from them."""
    words = load(index.edition.config.interface)
    sums = stage.take_in()
    frames = make_frames(find_common(index, words, sums.keys() & {urls.FEED, urls.OPENSEARCH}))
    renderer = Renderer(words, folder)
    for page in list_file_pages(words, frames, sums, stage.size_of, MANIFEST):
        stage.write(page.frame.path, renderer.render(page.template, page))


def build_site(
    folder: Path,
    *,
    output: Path | None = None,
    search: bool = True,
    locked: bool = False,
    record: bool | None = None,
    preview: bool = False,
    review: bool = False,
    progress: Progress = show_nothing,
) -> BuildReport:
    """Build the edition in `folder` and publish it to `output` (default: folder/_site), all or nothing.

    Where an address that was published would be lost, nothing is published; otherwise the ledger of addresses gets
    what is new. `locked`: publish nothing where there is any problem, and write nothing into the edition: an address
    that the ledger hasn't is a problem, too. `record` (default: not `locked`): give the ledger what is new. `preview`:
    publish in any case, and record nothing. `search`: make the search index. `review`: make the editor's page
    review.html as well. Raises Refused where nothing can be built at all: no config, a template that fails, a folder
    that can't be written.
    """
    target = site_folder(folder, output)
    content = read_content(folder, progress, keep=True)
    edition = content.edition
    problems = list(content.problems)
    links = LinkCheck(edition.config.site_url)
    published: PublishReport | None = None
    changes = compare_tags(read_tags(target), edition.briefings)
    reviewed = make_review(edition, content.examiner.desk.annotator.explain, problems, changes) if review else None
    plan = plan_site(content, folder, reviewed)
    settlement = plan.settlement
    problems += [*settlement.problems, *settlement.asked]
    recording = not preview and not content.unread and (not locked if record is None else record)
    if locked and not recording:
        problems += [*tell_missing(settlement.missing), *tell_outdated(settlement.texts, settlement.missing)]
    sections = sum(len(briefing.sections) for briefing in edition.briefings)
    report = BuildReport(
        target, len(edition.briefings), sections, tuple(problems), None, changes, reviewed, edition,
        content.states, len(settlement.asked),
    )  # fmt: skip
    if settlement.asked and not preview:
        return report
    with open_stage(target) as stage:
        for path, data in make_site(content, folder, plan, links, progress, reviewed):
            stage.write(path, data)
        if search:
            parts = list_parts(edition)
            build_index(progress("indexing", parts, len(parts)), stage.folder)
        write_file_pages(stage, plan.index, folder)
        problems += [*links.find_problems(), *urls.find_collisions(links.paths)]
        recorded = 0
        if not (locked and any(problem.severity == "error" for problem in problems)):
            # an address is recorded before anybody can see it; while something can't be read, none is
            if recording:
                write_texts(folder, settlement.texts)
                recorded = sum(map(len, settlement.missing.values()))
            published = stage.publish()
    return replace(report, problems=tuple(problems), published=published, recorded=recorded)


def check_edition(folder: Path, *, progress: Progress = show_nothing) -> tuple[Problem, ...]:
    """Return all that is wrong or worth a look: content, witnesses against transcripts, pages. Writes nothing."""
    content = read_content(folder, progress)
    plan = plan_site(content, folder)
    settlement = plan.settlement
    problems = [*content.problems, *settlement.problems, *settlement.asked]
    problems += (replace(each, severity="note") for each in tell_missing(settlement.missing))
    problems += tell_outdated(settlement.texts, settlement.missing)
    links = LinkCheck(content.edition.config.site_url)
    for _ in make_site(content, folder, plan, links, progress):
        pass
    problems += links.find_problems()
    return tuple(problems)
