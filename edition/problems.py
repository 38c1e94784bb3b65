"""What can be wrong, told so that a person can mend it: a place, a message, a hint.

This module must not print, exit, or decide what a problem means for the run.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from edition.model import Locus


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. "error": something was refused or is wrong. "note": worth an editor's look, nothing is wrong."""

    locus: Locus
    message: str
    hint: str = ""
    severity: Literal["error", "note"] = "error"

    def __str__(self) -> str:
        head = f"{self.locus}: {'' if self.severity == 'error' else 'note: '}{self.message}"
        return f"{head}\n    {self.hint}" if self.hint else head


class Refused(Exception):
    """A value can't be made from its input; carries the problems (at least one) that say why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(p) for p in problems))
        self.problems: tuple[Problem, ...] = problems

    def __reduce__(self) -> tuple[type[Refused], tuple[Problem, ...]]:
        # as it crosses from another process, with its problems
        return Refused, self.problems


def suggest(word: str, known: Iterable[str]) -> str:
    """Return “did you mean …?” with the likeliest of `known`, or "" where none is near."""
    folded = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean “{folded[near[0]]}”?" if near else ""
