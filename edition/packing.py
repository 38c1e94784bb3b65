"""The offline copy: one ZIP archive that holds a bag (BagIt, RFC 8493) with the site and everything it was made of.

    STEM/START-HERE.html verify.py bagit.txt bag-info.txt manifest-….txt tagmanifest-….txt
    STEM/data/site/       the site as its own manifest lists it
    STEM/data/edition/    config.yaml, content/ with all witnesses, the edition's own templates and assets
    STEM/data/program/    this program, with the locked list of its libraries

The same edition gives the same bytes on every machine. Every file is read once; memory doesn't grow with their number.
This module must not build a site, and must not pack a file that the site's manifest doesn't list.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Day
from pathlib import Path
from typing import IO, Final

from edition import urls
from edition.config import Config
from edition.contexts import StartPage
from edition.exports.archive import EPOCH, ArchiveWriter
from edition.indexes import Edition
from edition.interface import Words, load
from edition.model import Locus
from edition.parallel import Progress
from edition.problems import Problem, Refused
from edition.publish import MANIFEST, explain_os_error
from edition.releases import History
from edition.render import Renderer
from edition.starting import list_program

START_FILE: Final = "START-HERE.html"
VERIFY_FILE: Final = "verify.py"
#: Where things lie below data/ in the bag.
SITE, EDITION, PROGRAM = "site", "edition", "program"

_ALGORITHMS: Final = ("sha256", "sha512")
_BLOCK: Final = 1 << 20
#: What of an edition's folder makes the edition, besides config.yaml; documents of its own by the beginning of a name.
_PARTS: Final = ("content", "templates", "assets")
_DOCUMENTS: Final = ("README", "LICENSE", "LICENCE", "COPYING", "NOTICE", "CITATION", "CHANGELOG")
#: What systems and editors leave behind.
_LITTER: Final = re.compile(r"\..*|.*~|.*\.(?:pyc|swp|orig|rej)|Thumbs\.db|desktop\.ini|__pycache__", re.IGNORECASE)
#: Windows unpacks no longer path below a folder with a name of usual length (260 characters in all).
_LONGEST_PATH: Final = 220
_BAD_PERCENT: Final = re.compile("[%\n\r]")


@dataclass(frozen=True, slots=True)
class PackReport:
    """An offline copy that was made: where it lies, its files and their bytes (payload), the list that proves all its
    other lists (tagmanifest-sha256.txt), what is worth a look.
    """

    file: Path
    files: int
    octets: int
    proof: bytes
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that goes into the bag: its path there, where it lies, its SHA-256 where that is known."""

    path: str
    file: Path
    sha256: str = ""


def name_package(config: Config) -> str:
    """Return the name of an offline copy: the edition's, and its release's."""
    release = config.release
    label = "" if release is None else f"-after-{release.name}" if release.later else f"-{release.name}"
    return f"{urls.slug(config.title)}{label}"


def list_edition(folder: Path, program: Path, history: History) -> Iterator[tuple[Path, str]]:
    """Yield (file, path below the edition's folder) of what an edition is made of, sorted. The program's own templates
    and assets are none of it, nor is what can't be known before the copy is made: checksums of its own release.

    Raises Refused for a link: a copy holds files.
    """
    parts = [name for name in _PARTS if folder.resolve() != program.resolve() or name == "content"]
    documents = [path.name for path in folder.iterdir() if path.name.upper().startswith(_DOCUMENTS)]
    for top in sorted({"config.yaml", *parts, *(documents if folder.resolve() != program.resolve() else ())}):
        for file, path in _list_files(folder / top, top):
            if path != history.unsaid:
                yield file, path


def _list_files(file: Path, path: str) -> Iterator[tuple[Path, str]]:
    if file.is_symlink():
        raise Refused(Problem(Locus(path), "is a link, and an offline copy holds files", "put the file itself there"))
    if file.is_file():
        yield file, path
    elif file.is_dir():
        for name in sorted(entry.name for entry in file.iterdir()):
            if not _LITTER.fullmatch(name):
                yield from _list_files(file / name, f"{path}/{name}")


def _list_site(site: Path) -> Iterator[_Source]:
    """Yield what the manifest of a site lists, in its order, and the manifest where it belongs among them."""
    manifest = site / MANIFEST
    own: _Source | None = _Source(f"{SITE}/{MANIFEST}", manifest)
    try:
        with manifest.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                sum, path = line[:64], line[66:-1]
                if own is not None and path > MANIFEST:
                    yield own
                    own = None
                yield _Source(f"{SITE}/{path}", site / path, sum)
    except FileNotFoundError:
        raise Refused(
            Problem(Locus(str(site)), f"there is no {MANIFEST}, so this is no site of ours", "build it")
        ) from None
    if own is not None:
        yield own


def pack_edition(
    folder: Path,
    site: Path,
    program: Path,
    target: Path,
    edition: Edition,
    *,
    day: str | None = None,
    progress: Progress,
) -> PackReport:
    """Write the offline copy of the edition in `folder`, whose finished `site` was made by `program`, to `target`.

    `edition`: what the site shows. `day`: of the bag (YYYY-MM-DD), None for that of its release. An older file at
    `target` is replaced when the new one is complete. Raises Refused where a file can't be packed, can't be stored by
    every system, or isn't the one that the site's manifest lists.
    """
    config = edition.config
    stem, words = name_package(config), load(config.interface)
    made_of = [_Source(f"{EDITION}/{path}", file) for file, path in list_edition(folder, program, edition.history)]
    made_by = [_Source(f"{PROGRAM}/{path}", file) for file, path in list_program(program)]
    problems = tuple(_check_names([*made_of, *made_by], stem))
    if any(problem.severity == "error" for problem in problems):
        raise Refused(*(problem for problem in problems if problem.severity == "error"))
    release = config.release
    bagged = day or (release.date if release and not release.later else None)
    start = Renderer(words, folder).render("start-here.html", make_start_page(edition, words, stem))
    stage = target.with_name(f".{target.name}.next")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        dated = Day.fromisoformat(bagged) if bagged else EPOCH
        with stage.open("wb", buffering=_BLOCK) as file, contextlib.closing(_Bag(file, stem, dated)) as bag:
            bag.add_tag(START_FILE, start)
            bag.add_tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
            bag.add_tag(VERIFY_FILE, Path(__file__).with_name(VERIFY_FILE).read_bytes())
            sources = itertools.chain(_sort(made_of), _sort(made_by), _list_site(site))
            for source in progress("packing", sources, 0):
                bag.add_payload(source)
            bag.add_tag("bag-info.txt", "".join(_describe(config, stem, bagged, bag)).encode("utf-8"))
            proof = bag.finish()
        stage.replace(target)
    except OSError as error:
        raise explain_os_error(error, target, "write the offline copy", "nothing was changed") from error
    finally:
        with contextlib.suppress(OSError):
            stage.unlink()
    return PackReport(target, bag.files, bag.octets, proof, problems)


def _sort(sources: Iterable[_Source]) -> list[_Source]:
    return sorted(sources, key=lambda source: source.path)


def _check_names(sources: Iterable[_Source], stem: str) -> Iterator[Problem]:
    """Yield what some system can't store, and what Windows unpacks only where long paths are allowed."""
    for problem in urls.find_collisions((source.path, Locus(source.path.partition("/")[2])) for source in sources):
        yield Problem(problem.locus, problem.message, "rename it: an offline copy is for every system")
    for source in sources:
        length = len(f"{stem}/data/{source.path}")
        if length > _LONGEST_PATH:
            text = f"has a path of {length} characters in the offline copy, which not every Windows can unpack"
            yield Problem(Locus(source.path.partition("/")[2]), text, "a shorter name is safer", "note")


def make_start_page(edition: Edition, words: Words, stem: str) -> StartPage:
    """Return what START-HERE.html says."""
    config = edition.config
    release, rights = config.release, config.rights
    sections = sum(len(briefing.sections) for briefing in edition.briefings)
    held = (words.count("count.briefings", len(edition.briefings)), words.count("count.sections", sections))
    facts = {
        "title": config.title,
        "publisher": config.publisher,
        "release": release.label if release else None,
        "date": words.date(release.date) if release and release.date else None,
        "held": words.list(held),
        "address": config.site_url,
        "contact": config.contact,
        "rights": " ".join(filter(None, (rights.text, rights.url))) if rights else None,
    }
    return StartPage(
        title=config.title,
        language=words.code,
        direction=words.direction,
        heading=words("start.heading"),
        description=config.description,
        site_language="" if config.language == words.code else config.language,
        home=f"data/{SITE}/{urls.HOME}",
        stem=stem,
        facts=tuple((words(f"start.{key}"), value) for key, value in facts.items() if value),
    )


def _describe(config: Config, stem: str, day: str | None, bag: _Bag) -> Iterator[str]:
    """Yield the lines of bag-info.txt (RFC 8493, section 2.2.2)."""
    release, contact = config.release, config.contact or ""
    facts = {
        "Source-Organization": config.publisher,
        "Contact-Email": contact if "@" in contact and "/" not in contact else None,
        "Contact-Page": contact if "/" in contact else None,
        "External-Description": ". ".join(filter(None, (config.title, config.subtitle, config.description))),
        "External-Identifier": stem,
        "Edition-Address": config.site_url,
        "Edition-Repository": config.repository,
        "Edition-Release": release.label if release else None,
        "Edition-Release-Date": release.date if release else None,
        "Bagging-Date": day,
        "Bag-Size": f"{bag.octets / 1e6:,.1f} MB",
        "Payload-Oxum": f"{bag.octets}.{bag.files}",
        "Bag-Software-Agent": f"Rostrum, whose program is in data/{PROGRAM}",
    }
    for label, value in facts.items():
        if value:
            line = f"{label}: {' '.join(value.split())}"
            wrapped = textwrap.wrap(line, 78, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
            yield "\n".join(wrapped) + "\n"


class _Bag:
    """A bag while it is written. Its manifests grow in temporary files."""

    def __init__(self, file: IO[bytes], stem: str, day: Day) -> None:
        self._archive = ArchiveWriter(file, day)
        self._stem = stem
        self._tags: dict[str, tuple[str, ...]] = {}
        self._manifests = [tempfile.TemporaryFile(prefix="rostrum-") for _ in _ALGORITHMS]  # noqa: SIM115 - closed by `close`
        self.files = 0
        self.octets = 0

    def add_tag(self, name: str, data: bytes) -> None:
        """Add a file beside the payload."""
        self._tags[name] = tuple(hashlib.new(algorithm, data).hexdigest() for algorithm in _ALGORITHMS)
        self._archive.add_bytes(f"{self._stem}/{name}", data)

    def add_payload(self, source: _Source) -> None:
        """Add a file of the payload, read once. Raises Refused where it isn't what the site's manifest lists."""
        path = f"data/{source.path}"
        hashers = [hashlib.new(algorithm) for algorithm in _ALGORITHMS]
        try:
            with source.file.open("rb", buffering=0) as file:
                size = os.fstat(file.fileno()).st_size
                if size > _BLOCK:
                    self._archive.add(f"{self._stem}/{path}", size, _read(file, hashers))
                else:
                    # known as a whole before it is written, so that nothing has to be filled in
                    data = b"".join(_read(file, hashers))
                    size = len(data)
                    self._archive.add_bytes(f"{self._stem}/{path}", data)
        except (FileNotFoundError, ValueError):
            raise Refused(_tell_changed(source)) from None
        sums = [hasher.hexdigest() for hasher in hashers]
        if source.sha256 and sums[0] != source.sha256:
            raise Refused(_tell_changed(source))
        written = _BAD_PERCENT.sub(lambda sign: f"%{ord(sign[0]):02X}", path)
        for manifest, sum in zip(self._manifests, sums, strict=True):
            manifest.write(f"{sum}  {written}\n".encode())
        self.files += 1
        self.octets += size

    def finish(self) -> bytes:
        """Add the manifests and what proves them, and close the archive; return the first of these proofs."""
        for algorithm, manifest in zip(_ALGORITHMS, self._manifests, strict=True):
            size = manifest.tell()
            manifest.seek(0)
            name, hashers = f"manifest-{algorithm}.txt", [hashlib.new(each) for each in _ALGORITHMS]
            self._archive.add(f"{self._stem}/{name}", size, _read(manifest, hashers))
            self._tags[name] = tuple(hasher.hexdigest() for hasher in hashers)
        proofs = []
        for n, algorithm in enumerate(_ALGORITHMS):
            lines = "".join(f"{sums[n]}  {name}\n" for name, sums in sorted(self._tags.items()))
            proofs.append(lines.encode("utf-8"))
            self._archive.add_bytes(f"{self._stem}/tagmanifest-{algorithm}.txt", proofs[-1])
        self._archive.finish()
        return proofs[0]

    def close(self) -> None:
        """Let go of the temporary files, whether the bag is finished or not."""
        self._archive.close()
        for manifest in self._manifests:
            manifest.close()


def _read(file: IO[bytes], hashers: Iterable[hashlib._Hash]) -> Iterator[bytes]:
    """Yield a file's blocks, each given to every one of `hashers`."""
    while block := file.read(_BLOCK):
        for hasher in hashers:
            hasher.update(block)
        yield block


def _tell_changed(source: _Source) -> Problem:
    return Problem(
        Locus(str(source.file)), "changed while the offline copy was made, or since the build", "build again"
    )
