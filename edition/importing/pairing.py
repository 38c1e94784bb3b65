"""A table of language versions → statements in the front matter of the transcripts that an edition holds.

This module must not change a word of a transcript: lines are put into its front matter, and what doesn't read back as
the same transcript with these versions is not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from edition.importing.kept import BRIEFINGS, read_existing
from edition.model import Locus, Transcript, Version
from edition.problems import Problem, Refused
from edition.transcripts import loads

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_VERSIONS = re.compile(r"^versions:[ ]*\n", re.M)
_SOURCE = re.compile(r"^source:[ ]*\r?\n(?:[ ]+.*\n)+", re.M)


def state_versions(edition_dir: Path, table: Path) -> tuple[int, list[Problem]]:
    """State in front matter which transcripts the table pairs; return (how many transcripts were changed, problems).

    The table is tab-separated UTF-8: language tags in its first line, then one conference a line, each cell the path or
    the name of an imported file, or empty. The first transcript of a line states the others, which is enough for all.
    """
    shown = table.as_posix()
    try:
        rows = [line.rstrip("\r").split("\t") for line in table.read_text(encoding="utf-8-sig").split("\n")]
    except (OSError, UnicodeDecodeError) as e:
        return 0, [Problem(Locus(shown), f"the table of pairs can't be read: {e}", "save it as tab-separated UTF-8")]
    languages = [cell.strip() for cell in rows[0]]
    if len(languages) < 2 or len(set(languages)) < len(languages) or not all(map(_LANGUAGE.fullmatch, languages)):
        hint = "its first line names the language of each column, with tabs between, e.g. en⇥zh"
        return 0, [Problem(Locus(shown, 1), "the table of pairs has no line of languages", hint)]
    held = _Held(edition_dir)
    problems: list[Problem] = []
    changed = 0
    for number, row in enumerate(rows[1:], 2):
        found: list[tuple[str, Path]] = []
        for language, name in zip(languages, (cell.strip() for cell in row), strict=False):
            if name:
                try:
                    at = held.find(name, language)
                except Refused as refused:
                    problems += refused.problems
                    continue
                if isinstance(at, str):
                    problems.append(Problem(Locus(shown, number), at, "correct the table, or import the file"))
                else:
                    found.append((language, at))
        if len(found) > 1:
            try:
                changed += _state(found[0][1], [(language, file.stem) for language, file in found[1:]])
            except Refused as refused:
                problems += refused.problems
            except OSError as e:
                problems.append(Problem(Locus(found[0][1].as_posix()), f"can't be written: {e.strerror or e}"))
    return changed, problems


class _Held:
    """The transcripts of an edition by the paths and the names of their witnesses."""

    def __init__(self, edition_dir: Path) -> None:
        self._files: dict[str, list[Path]] = {}
        existing, _ = read_existing(edition_dir)
        files = {file.stem: file for file in sorted((edition_dir / BRIEFINGS).rglob("*.md"))}
        for path, rows in sorted(existing.by_path.items()):
            for held in rows:
                for name in {path, PurePosixPath(path).name}:
                    self._files.setdefault(name, []).append(files[held.id])

    def find(self, name: str, language: str) -> Path | str:
        """Return the one transcript of a file in a language, or the message why there is none."""
        rows = self._files.get(name, [])
        own = [file for file in rows if _read(file).language.split("-")[0] == language.split("-")[0]]
        if len(own) == 1:
            return own[0]
        if not rows:
            return f"no briefing of this edition was made from “{name}”"
        return f"“{name}” holds {len(own) or 'no'} briefing{'' if len(own) == 1 else 's'} in “{language}”"


def _read(file: Path) -> Transcript:
    return loads(file.read_bytes().decode("utf-8-sig"), file.name)


def _state(file: Path, others: list[tuple[str, str]]) -> bool:
    """Put into a transcript's front matter the versions that it doesn't state yet; return whether there are any."""
    text = file.read_bytes().decode("utf-8")
    before = _read(file)
    stated = {version.briefing for version in before.versions}
    new = tuple(Version(language, briefing=id) for language, id in others if id not in stated)
    if not new:
        return False
    block = "".join(f"  - language: {v.language}\n    briefing: {v.briefing}\n" for v in new)
    after = replace(before, versions=(*new, *before.versions))
    for put in _insertions(text, block):
        try:
            if loads(put, file.name) == after:
                break
        except Refused:
            continue
    else:
        hint = f"write it by hand:\n    versions:\n{block.rstrip()}"
        raise Refused(Problem(Locus(file.as_posix()), "its versions can't be put into this front matter", hint))
    waiting = file.with_name(f".{file.name}.new")
    waiting.write_bytes(put.encode("utf-8"))
    waiting.replace(file)
    return True


def _insertions(text: str, block: str) -> Iterator[str]:
    """Yield the text with the block of versions where it may stand, with either of the indents in use."""
    flat = "".join(line[2:] for line in block.splitlines(keepends=True))
    if found := _VERSIONS.search(text):
        yield from (text[: found.end()] + lines + text[found.end() :] for lines in (block, flat))
    elif found := _SOURCE.search(text):
        yield from (text[: found.end()] + "versions:\n" + lines + text[found.end() :] for lines in (block, flat))
