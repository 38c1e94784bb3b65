"""The build, from an edition's folder to a published site: the order of the stages, and nothing else.

It must not print, know the command line, or hold a rule that belongs to a stage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from edition import urls
from edition.annotate import Annotator, make_annotator
from edition.annotate.repeats import find_repeats
from edition.checks import LinkCheck, check_briefings, check_transcripts
from edition.compliance import Survey
from edition.diagnostics import Diagnostics, find_diagnostics, read_import_report
from edition.exports.files import File, copy_files, list_files, make_citations, make_sitemap_files
from edition.file_pages import list_file_pages
from edition.history_pages import list_words
from edition.importing import Progress, Proof, prove_transcripts
from edition.indexes import Edition, Index, make_edition, make_index
from edition.interface import Words, load
from edition.ledger.records import PAGES, has_briefing, read_addresses, read_texts, write_texts
from edition.model import Briefing, Locus, Transcript
from edition.pages import list_paths, make_compliance_page, make_frames, read_pages
from edition.permalinks.addresses import Address, read_departures
from edition.permalinks.asking import tell_missing, tell_outdated
from edition.permalinks.counting import count_answers
from edition.permalinks.living import describe_site
from edition.permalinks.settling import Settlement, settle
from edition.problems import Problem, Refused
from edition.publish import MANIFEST, PublishReport, Stage, open_stage
from edition.releases import read_history
from edition.render import Renderer, find_headings, find_page_problems, read_assets, render_site
from edition.retagging import TagChanges, compare_tags, read_tags
from edition.review import Review, make_review
from edition.search import list_parts
from edition.search_index import REGISTER, build_index
from edition.settings import read_settings
from edition.transcripts import loads
from edition.versions import check_versions

T = TypeVar("T")


def show_nothing(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Progress that shows nothing."""
    yield from items


@dataclass(frozen=True, slots=True)
class Content:
    """An edition read and annotated, with everything that was found on the way. `transcripts` in order of id; `unread`:
    names of transcripts and pages that can't be read.
    """

    edition: Edition
    transcripts: tuple[Transcript, ...]
    problems: tuple[Problem, ...]
    annotator: Annotator
    unread: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """A site before it is made: its indexes, its files, and what the ledger says of its addresses.

    `texts`: the ledger's files by name.
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
    be lost. `edition` is what the site shows, `proof` what was found of its texts beside their witnesses. `asked`: how
    many addresses would be lost; `recorded`: how many lines of new addresses the ledger got.
    """

    output: Path
    briefings: int
    sections: int
    problems: tuple[Problem, ...]
    published: PublishReport | None
    changes: TagChanges
    review: Review | None
    edition: Edition
    proof: Proof
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


def read_transcripts(
    folder: Path, language: str = "en", progress: Progress = show_nothing
) -> tuple[tuple[Transcript, ...], tuple[Problem, ...]]:
    """Return every readable transcript below content/briefings in order of id, and what is wrong with the others.

    `language`: of transcripts that name none.
    """
    files = sorted((folder / "content" / "briefings").rglob("*.md"), key=lambda file: (file.stem, file.as_posix()))
    transcripts: dict[str, Transcript] = {}
    problems: list[Problem] = []
    for file in progress("reading", files, len(files)):
        shown = file.relative_to(folder).as_posix()
        try:
            transcript = loads(_read_text(file, shown), shown, language)
            if transcript.id in transcripts:
                other = transcripts[transcript.id].file
                raise Refused(Problem(Locus(shown), f"the id “{transcript.id}” is taken by {other}", "rename one file"))
            transcripts[transcript.id] = transcript
        except Refused as refused:
            problems.extend(refused.problems)
    return tuple(transcripts.values()), tuple(problems)


def _read_text(file: Path, shown: str) -> str:
    try:
        # newlines stay as they are: a printed carriage return is the transcript's business
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise Refused(Problem(Locus(shown, line), "not in the encoding UTF-8", "save the file as UTF-8")) from None
    except OSError as error:
        raise Refused(Problem(Locus(shown), f"can't be read: {error.strerror or error}")) from None


def annotate_all(
    transcripts: Iterable[Transcript], annotator: Annotator, progress: Progress = show_nothing
) -> tuple[tuple[Briefing, ...], tuple[Problem, ...]]:
    """Return every transcript annotated, in the order given, and what an editor should look at."""
    rows = tuple(transcripts)
    briefings: list[Briefing] = []
    problems: list[Problem] = []
    for transcript in progress("annotating", rows, len(rows)):
        briefing, found = annotator.annotate(transcript)
        briefings.append(briefing)
        problems.extend(found)
    return tuple(briefings), tuple(problems)


def read_content(folder: Path, progress: Progress = show_nothing) -> Content:
    """Return the whole edition, annotated. Raises Refused where the config can't be used."""
    settings = read_settings(folder)
    transcripts, unreadable = read_transcripts(folder, settings.config.language, progress)
    annotator = make_annotator(settings.authorities, settings.config)
    briefings, doubtful = annotate_all(transcripts, annotator, progress)
    pages, unfit = read_pages(folder)
    history, broken = read_history(folder)
    history = history.compare(transcripts)
    config = replace(settings.config, release=history.release)
    edition = make_edition(config, briefings, settings.authorities, find_repeats(briefings), pages, history)
    problems = [*settings.problems, *unreadable, *doubtful, *unfit, *broken]
    problems += [problem for page in (*pages, *list_words(history)) for problem in find_page_problems(page)]
    problems += [*check_transcripts(transcripts), *check_briefings(briefings, settings.authorities)]
    problems += check_versions(briefings)
    names = {file.stem for place in ("briefings", "pages") for file in (folder / "content" / place).rglob("*.md")}
    unread = names - {t.id for t in transcripts} - {page.name for page in pages}
    return Content(edition, transcripts, tuple(problems), annotator, frozenset(unread))


def is_briefing(held: Collection[str], texts: Mapping[str, str], id: str) -> bool:
    """Say whether an id is that of a briefing which the edition has (`held`), or had by its ledger (`texts`)."""
    return id in held or has_briefing(texts, id)


def plan_site(
    content: Content,
    folder: Path,
    review: Review | None = None,
    changed: Mapping[str, str] = MappingProxyType({}),
    told: Iterable[Problem] = (),
) -> Plan:
    """Return what the site will be: every path, and what the ledger of addresses says of them. Writes nothing.

    `changed`: files in content/permalinks → the text that they are to have, in place of what they hold. `told`: what
    else there is to say of the edition, for the diagnostics.
    """
    edition = content.edition
    words = load(edition.config.interface)
    texts, problems = read_texts(folder, changed)
    held = {transcript.id for transcript in content.transcripts}
    departures, wrong = read_departures(folder, partial(is_briefing, held, texts), edition.config.site_url, changed)
    recorded = map(Address, read_addresses(texts.get(PAGES, ""))[0])
    kept = (a.path.removesuffix(".html").split("/") for a in recorded if a not in departures)
    index = make_index(edition, words.code, [(each[0], each[1]) for each in kept if len(each) == 2])
    known = list_files(edition, index, words, content.transcripts, review=review)
    headings = {urls.page_path(page.name): find_headings(page) for page in edition.pages}
    site = describe_site(
        index, content.transcripts, list_paths(index, review is not None), (file.path for file in known), headings
    )
    settlement = settle(texts, departures, site, content.transcripts, content.unread)
    settlement = replace(settlement, problems=(*problems, *wrong, *settlement.problems))
    every = (*content.problems, *told, *settlement.problems)
    diagnostics = find_diagnostics(edition, every, read_import_report(folder), settlement.asked)
    answers = settlement.answers
    files = list_files(edition, index, words, content.transcripts, diagnostics, review, answers)
    return Plan(index, words, settlement, diagnostics, copy_files(files, answers.copies), texts)


def make_site(
    content: Content,
    folder: Path,
    plan: Plan,
    proof: Proof,
    links: LinkCheck,
    progress: Progress = show_nothing,
    review: Review | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of every file of the site but the search index and the lists of files (`write_file_pages`).

    `proof`: what was found of the texts beside their witnesses. `links` reads every file as it is made. `review` gets a
    page where there is one; otherwise nothing of the site knows of it. Raises Refused where a template fails.
    """
    survey = Survey(content.edition, content.edition.config.release.name if content.edition.config.release else "")
    links.expect([urls.COMPLIANCE, urls.FILES, REGISTER])
    old = {page.path for page in plan.settlement.answers.old}
    pages: list[str] = []
    for path, data in _make_files(content, folder, plan, proof, progress, review, survey, links):
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
    proof: Proof,
    progress: Progress,
    review: Review | None,
    survey: Survey,
    links: LinkCheck,
) -> Iterator[tuple[str, bytes]]:
    edition, answers = content.edition, plan.settlement.answers
    for file in plan.files:
        yield file.path, file.make()
    yield from read_assets(folder)
    paths = frozenset(file.path for file in plan.files)
    renderer, cite = Renderer(plan.words, folder), make_citations(edition)
    rendered = render_site(edition, renderer, cite, paths, plan.index, plan.diagnostics, review, proof.states, answers)
    yield from progress("writing pages", rendered, 0)
    # by now everything else has been read
    recorded = {**plan.texts, **plan.settlement.texts}
    answered = count_answers(recorded, survey.paths | {urls.COMPLIANCE, urls.FILES}, links.anchors)
    verdicts = survey.judge(proof.states, links.anchors, len(links.find_problems()), links.count, answered)
    page = make_compliance_page(plan.index, plan.words, paths, verdicts)
    yield page.frame.path, renderer.render(page.template, page)


def write_file_pages(stage: Stage, index: Index, folder: Path) -> None:
    """Write the pages that list every file on the stage, which is complete apart from them."""
    words = load(index.edition.config.interface)
    sums = stage.take_in()
    frames = make_frames(index, words, sums.keys() & {urls.FEED, urls.OPENSEARCH})
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
    content = read_content(folder, progress)
    edition = content.edition
    proof = prove_transcripts(folder, progress("comparing", content.transcripts, len(content.transcripts)))
    problems = [*content.problems, *proof.problems]
    links = LinkCheck(edition.config.site_url)
    published: PublishReport | None = None
    changes = compare_tags(read_tags(target), edition.briefings)
    reviewed = make_review(edition, content.annotator.explain, problems, changes) if review else None
    plan = plan_site(content, folder, reviewed, told=proof.problems)
    settlement = plan.settlement
    problems += [*settlement.problems, *settlement.asked]
    recording = not preview and not content.unread and (not locked if record is None else record)
    if locked and not recording:
        problems += [*tell_missing(settlement.missing), *tell_outdated(settlement.texts, settlement.missing)]
    sections = sum(len(briefing.sections) for briefing in edition.briefings)
    report = BuildReport(
        target, len(edition.briefings), sections, tuple(problems), None, changes, reviewed, edition, proof,
        len(settlement.asked),
    )  # fmt: skip
    if settlement.asked and not preview:
        return report
    with open_stage(target) as stage:
        for path, data in make_site(content, folder, plan, proof, links, progress, reviewed):
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
    proof = prove_transcripts(folder, progress("comparing", content.transcripts, len(content.transcripts)))
    plan = plan_site(content, folder, told=proof.problems)
    settlement = plan.settlement
    problems = [*content.problems, *proof.problems, *settlement.problems, *settlement.asked]
    problems += (replace(each, severity="note") for each in tell_missing(settlement.missing))
    problems += tell_outdated(settlement.texts, settlement.missing)
    links = LinkCheck(content.edition.config.site_url)
    for _ in make_site(content, folder, plan, proof, links, progress):
        pass
    problems += links.find_problems()
    return tuple(problems)
