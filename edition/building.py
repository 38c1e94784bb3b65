"""The build, from an edition's folder to a published site: the order of the stages, and nothing else.

It must not print, know the command line, or hold a rule that belongs to a stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from edition import urls
from edition.annotate import Annotator, make_annotator
from edition.annotate.repeats import find_repeats
from edition.checks import LinkCheck, check_briefings, check_transcripts
from edition.compliance import Survey
from edition.diagnostics import find_diagnostics, read_import_report
from edition.exports.files import list_files, make_citations, make_sitemap_files
from edition.file_pages import list_file_pages
from edition.history_pages import list_words
from edition.importing import Progress, Proof, prove_transcripts
from edition.indexes import Edition, Index, make_edition, make_index
from edition.interface import load
from edition.model import Briefing, Locus, Transcript
from edition.pages import make_compliance_page, make_frames, read_pages
from edition.problems import Problem, Refused
from edition.publish import MANIFEST, PublishReport, Stage, open_stage
from edition.releases import read_history
from edition.render import Renderer, find_page_problems, read_assets, render_site
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
    """An edition read and annotated, with everything that was found on the way. `transcripts` in order of id."""

    edition: Edition
    transcripts: tuple[Transcript, ...]
    problems: tuple[Problem, ...]
    annotator: Annotator


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `published` is None where nothing was: a locked build with a problem. `edition` is what the
    site shows, `proof` what was found of its texts beside their witnesses.
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
    return Content(edition, transcripts, tuple(problems), annotator)


def make_site(
    content: Content,
    folder: Path,
    proof: Proof,
    links: LinkCheck,
    progress: Progress = show_nothing,
    review: Review | None = None,
    index: Index | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of every file of the site but the search index and the lists of files (`write_file_pages`).

    `proof`: what was found of the texts beside their witnesses. `links` reads every file as it is made. `review` gets a
    page where there is one; otherwise nothing of the site knows of it. `index` spares making it twice. Raises Refused
    where a template fails.
    """
    survey = Survey(content.edition, content.edition.config.release.name if content.edition.config.release else "")
    links.expect([urls.COMPLIANCE, urls.FILES, REGISTER])
    pages: list[str] = []
    index = index or _index(content)
    for path, data in _make_files(content, folder, proof, progress, review, survey, links, index):
        links.read(path, data)
        survey.read(path, data)
        if path.endswith(".html"):
            pages.append(path)
        yield path, data
    for path, data in make_sitemap_files(content.edition, pages):
        links.read(path, data)
        yield path, data


def _make_files(
    content: Content,
    folder: Path,
    proof: Proof,
    progress: Progress,
    review: Review | None,
    survey: Survey,
    links: LinkCheck,
    index: Index,
) -> Iterator[tuple[str, bytes]]:
    edition = content.edition
    words = load(edition.config.interface)
    problems = (*content.problems, *proof.problems)
    diagnostics = find_diagnostics(edition, problems, read_import_report(folder))
    files = list_files(edition, index, words, content.transcripts, diagnostics, review)
    for file in files:
        yield file.path, file.make()
    yield from read_assets(folder)
    paths = frozenset(file.path for file in files)
    renderer, cite = Renderer(words, folder), make_citations(edition)
    rendered = render_site(edition, renderer, cite, paths, index, diagnostics, review, proof.states)
    yield from progress("writing pages", rendered, 0)
    # by now everything else has been read
    verdicts = survey.judge(proof.states, links.anchors, len(links.find_problems()), links.count)
    page = make_compliance_page(index, words, paths, verdicts)
    yield page.frame.path, renderer.render(page.template, page)


def _index(content: Content) -> Index:
    return make_index(content.edition, content.edition.config.interface)


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
    review: bool = False,
    progress: Progress = show_nothing,
) -> BuildReport:
    """Build the edition in `folder` and publish it to `output` (default: folder/_site), all or nothing.

    `search`: make the search index. `review`: make the editor's page review.html as well. `locked`: publish nothing
    where there is any problem. Raises Refused where nothing
    can be built at all: no config, a template that fails, a folder that can't be written.
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
    with open_stage(target) as stage:
        index = _index(content)
        for path, data in make_site(content, folder, proof, links, progress, reviewed, index):
            stage.write(path, data)
        if search:
            parts = list_parts(edition)
            build_index(progress("indexing", parts, len(parts)), stage.folder)
        write_file_pages(stage, index, folder)
        problems += [*links.find_problems(), *urls.find_collisions(links.paths)]
        if not (locked and any(problem.severity == "error" for problem in problems)):
            published = stage.publish()
    sections = sum(len(briefing.sections) for briefing in edition.briefings)
    return BuildReport(
        target, len(edition.briefings), sections, tuple(problems), published, changes, reviewed, edition, proof
    )


def check_edition(folder: Path, *, progress: Progress = show_nothing) -> tuple[Problem, ...]:
    """Return all that is wrong or worth a look: content, witnesses against transcripts, pages. Writes nothing."""
    content = read_content(folder, progress)
    proof = prove_transcripts(folder, progress("comparing", content.transcripts, len(content.transcripts)))
    problems = [*content.problems, *proof.problems]
    links = LinkCheck(content.edition.config.site_url)
    for _ in make_site(content, folder, proof, links, progress):
        pass
    problems += links.find_problems()
    return tuple(problems)
