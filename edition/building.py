"""The build, from an edition's folder to a published site: the order of the stages, and nothing else.

It must not print, know the command line, or hold a rule that belongs to a stage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from edition import urls
from edition.assets import read_assets
from edition.checks import LinkCheck, check_together
from edition.diagnostics import find_diagnostics, read_import_report
from edition.examining import (
    Examiner,
    Known,
    Shelf,
    Signs,
    Transcripts,
    Unread,
    examine_all,
    list_transcripts,
    tell_taken,
)
from edition.exports.files import list_briefing_paths, list_files
from edition.history_pages import list_words
from edition.importing.checking import Share, State, check_shares, tell_waiting
from edition.indexes import Edition, make_edition, make_index
from edition.interface import load
from edition.ledger.records import PAGES, has_briefing, read_addresses, read_texts, write_texts
from edition.making import Content, Laid, Making, Plan
from edition.memo import MEMO
from edition.model import Locus
from edition.pages import list_paths, read_pages
from edition.parallel import Progress
from edition.parts import Portion, check_parts, deal_portion, open_part
from edition.permalinks.addresses import Address, read_departures
from edition.permalinks.asking import tell_missing, tell_outdated
from edition.permalinks.living import describe_site
from edition.permalinks.settling import settle
from edition.problems import Problem, Refused
from edition.publish import MANIFEST, PublishReport, SiteChanged, Stage, explain_os_error, open_stage
from edition.published import IN_PART, PUBLISHED, LinksLost, PartFiles, Published, open_files
from edition.releases import read_history
from edition.render import find_headings, find_page_problems
from edition.retagging import TagChanges, compare_tags, read_tags
from edition.review import Review, make_review
from edition.settings import read_settings
from edition.versions import check_versions

T = TypeVar("T")


def show_nothing(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Progress that shows nothing."""
    yield from items


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `published` is None where nothing was: a locked build with a problem, or an address that would
    be lost. `edition` is what the site shows, `states` what was found of its texts beside their witnesses. `asked`:
    how many addresses would be lost; `recorded`: how many lines of new addresses the ledger got. `taken`: what came
    from parts, None where there were none.
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
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a build took from parts: what is known of how many transcripts, and how many files of the site."""

    transcripts: int
    files: int


@dataclass(frozen=True, slots=True)
class PartReport:
    """What a machine did for its part of an edition. `briefings`: how many fall to it; `read`: how many transcripts it
    read; `made`: of how many briefings, entities, pages and bundles it made the files.
    """

    portion: Portion
    briefings: int
    read: int
    made: int
    problems: tuple[Problem, ...]


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


def read_content(
    folder: Path, progress: Progress = show_nothing, *, keep: bool = False, parts: Sequence[Path] = ()
) -> Content:
    """Return the whole edition, annotated and held against its witnesses. `keep`: leave what was worked out for the
    next build; without it nothing is written. `parts`: folders in which other machines' work lies. Raises Refused where
    the config can't be used.
    """
    settings = read_settings(folder)
    examiner = Examiner(folder, settings)
    problems = list(settings.problems)
    every: dict[str, Known] = {}
    paths = list_transcripts(folder)
    shelf = Shelf(examiner, keep=keep, lent=parts)
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
    repeats = shelf.find_repeats(every)
    shelf.finish()
    edition = make_edition(config, abstracts, settings.authorities, repeats, pages, shelf, history)
    signs = Signs(shelf, (abstract.id for abstract in edition.briefings))
    states = {id: each.proved.state for id, each in every.items()}
    names = {Path(path).stem for path in paths} | {file.stem for file in (folder / "content" / "pages").rglob("*.md")}
    unread = names - every.keys() - {page.name for page in pages}
    blocks = {id: each.block for id, each in every.items()}
    return Content(edition, signs, states, tuple(problems), frozenset(unread), blocks, shelf)


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
    assets = read_assets(folder)
    files = list_files(edition, index, words, diagnostics, review, settlement.answers, assets.names)
    return Plan(index, words, settlement, diagnostics, files, texts, assets)


def build_site(
    folder: Path,
    *,
    output: Path | None = None,
    search: bool = True,
    locked: bool = False,
    record: bool | None = None,
    preview: bool = False,
    review: bool = False,
    parts: Sequence[Path] = (),
    progress: Progress = show_nothing,
) -> BuildReport:
    """Build the edition in `folder` and publish it to `output` (default: folder/_site), all or nothing.

    Where an address that was published would be lost, nothing is published; otherwise the ledger of addresses gets
    what is new. `locked`: publish nothing where there is any problem, and write nothing into the edition: an address
    that the ledger hasn't is a problem, too. `record` (default: not `locked`): give the ledger what is new. `preview`:
    publish in any case, and record nothing. `search`: make the search index. `review`: make the editor's page
    review.html as well. `parts`: folders in which other machines' work lies. Raises Refused where nothing can be built
    at all: no config, a template that fails, a folder that can't be written.
    """
    target = site_folder(folder, output)
    told = tuple(check_parts(parts))
    content = read_content(folder, progress, keep=True, parts=parts)
    edition = content.edition
    problems = [*told, *content.problems]
    changes = compare_tags(read_tags(target), edition.briefings)
    explain = content.shelf.examiner.desk.annotator.explain if review else None
    reviewed = make_review(edition, explain, problems, changes) if explain else None
    plan = plan_site(content, folder, reviewed)
    settlement = plan.settlement
    problems += [*settlement.problems, *settlement.asked, *plan.assets.problems]
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

    def lay_out(patch: bool) -> BuildReport:
        links = LinkCheck(edition.config.site_url)
        with open_stage(target, patch=patch) as stage:
            lent = open_files(folder, IN_PART, keep=False, lent=parts) if parts else None
            published = Published(open_files(folder, PUBLISHED, keep=True), stage, lent, doubt=not patch)
            making = Making(content, folder, plan, links, published, reviewed)
            lay_files(stage, making.make_site(progress))
            lay_files(stage, making.make_search(progress) if search else ())
            lay_files(stage, making.make_file_pages(stage.laid_out, stage.size_of, MANIFEST))
            stage.remove_rest()
            every = (*problems, *making.find_link_problems())
            done, recorded = None, 0
            if not (locked and any(problem.severity == "error" for problem in every)):
                # an address is recorded before anybody can see it; while something can't be read, none is
                if recording:
                    write_texts(folder, settlement.texts)
                    recorded = sum(map(len, settlement.missing.values()))
                done = stage.publish()
                published.finish(sound=making.sound)
        taken = Taken(content.shelf.memo.taken, published.fetched) if parts else None
        return replace(report, problems=every, published=done, recorded=recorded, taken=taken)

    try:
        return lay_out(patch=True)
    except (SiteChanged, LinksLost):
        return lay_out(patch=False)


def lay_files(stage: Stage, files: Iterable[Laid]) -> None:
    """Lay out files on a stage: those that are as they were published stay."""
    for path, data in files:
        if isinstance(data, int):
            stage.keep(path, data)
        else:
            stage.write(path, data)


def read_part(
    folder: Path, given: str, output: Path, *, parts: Sequence[Path] = (), progress: Progress = show_nothing
) -> PartReport:
    """Read a portion of the edition in `folder` for another machine, and put what is known of it into the part
    `output`. `given`: which one, such as “2/4”; `parts`: what other machines have read already. Publishes nothing.
    Raises Refused where nothing can be done.
    """
    settings = read_settings(folder)
    paths = list_transcripts(folder)
    portion = deal_portion(given, paths)
    mine = [path for path in paths if portion.has(path)]
    problems = [*check_parts(parts), *settings.problems]
    with _write_part(output, portion):
        shelf = Shelf(Examiner(folder, settings), keep=True, home=output, lent=(folder / MEMO, *parts))
        for found in progress("reading", examine_all(shelf.examiner, mine, shelf), len(mine)):
            problems += found.problems
        shelf.finish()
    return PartReport(portion, len(mine), shelf.examined, 0, tuple(problems))


def make_part(
    folder: Path, given: str, output: Path, *, parts: Sequence[Path] = (), progress: Progress = show_nothing
) -> PartReport:
    """Make the files of a portion of the edition in `folder` for another machine, and put them into the part `output`:
    those of its briefings and its share of the others, but for what the edition has published as it is. `given`: which
    one, such as “2/4”; `parts`: where other machines have put what they read; a transcript that none has read is read.
    Publishes nothing. Raises Refused where nothing can be done.
    """
    portion = deal_portion(given, list_transcripts(folder))
    told = tuple(check_parts(parts))
    content = read_content(folder, progress, parts=parts)
    plan = plan_site(content, folder)
    with _write_part(output, portion):
        part = open_files(folder, IN_PART, keep=True, home=output)
        published = PartFiles(part, open_files(folder, PUBLISHED, keep=False))
        links = LinkCheck(content.edition.config.site_url)
        making = Making(content, folder, plan, links, published, portion=portion)
        for path, data in making.make_portion(progress):
            if isinstance(data, bytes):
                published.lay(path, data)
        published.finish(sound=False)
    briefings = sum(portion.has(briefing.id) for briefing in content.edition.briefings)
    # what is worth a look is told once, by the build
    found = (*content.problems, *plan.settlement.problems, *plan.settlement.asked)
    errors = (problem for problem in found if problem.severity == "error")
    return PartReport(portion, briefings, content.shelf.examined, published.made, (*told, *errors))


@contextmanager
def _write_part(output: Path, portion: Portion) -> Iterator[None]:
    try:
        open_part(output, portion)
        yield
    except OSError as error:
        raise explain_os_error(error, output, "write the part", "nothing was published") from error


def check_edition(folder: Path, *, progress: Progress = show_nothing) -> tuple[Problem, ...]:
    """Return all that is wrong or worth a look: content, witnesses against transcripts, pages. Writes nothing."""
    content = read_content(folder, progress)
    plan = plan_site(content, folder)
    settlement = plan.settlement
    problems = [*content.problems, *settlement.problems, *settlement.asked, *plan.assets.problems]
    problems += (replace(each, severity="note") for each in tell_missing(settlement.missing))
    problems += tell_outdated(settlement.texts, settlement.missing)
    links = LinkCheck(content.edition.config.site_url)
    published = Published(open_files(folder, PUBLISHED, keep=False), None)
    for _ in Making(content, folder, plan, links, published).make_site(progress):
        pass
    problems += links.find_problems()
    return tuple(problems)
