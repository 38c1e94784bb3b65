"""An editor's word about addresses: what the commands keep, move and withdraw write, and what is still open then.

It must not print, and writes nothing but ids into transcripts, and the files in content/permalinks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Final

from edition.building import is_briefing, plan_site, read_content
from edition.ledger.records import read_pages
from edition.making import Content, Plan
from edition.model import Locus
from edition.permalinks.addresses import GONE, MOVED, Address, parse_address
from edition.permalinks.keeping import (
    Change,
    accept_rewritten,
    enter_gone,
    enter_moved,
    propose_changes,
    write_changes,
)
from edition.problems import Problem, Refused

#: How like a published address one must be to be taken for it, mistyped.
_NEAR: Final = 0.9


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor's word about addresses changes in the edition's files. `open`: what is still asked then."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()
    open: tuple[Problem, ...] = ()


def keep_ids(folder: Path, same: Sequence[str] = (), *, write: bool = False) -> Decision:
    """Return what keeps every id with its words, as far as the words tell; with `write` it is written.

    `same`: addresses of paragraphs that are the same ones, rewritten. Raises Refused where one is no such address.
    """
    content = read_content(folder)
    plan = plan_site(content, folder)
    parse = _address_parser(content, plan.texts)
    changes = accept_rewritten(plan.texts, map(parse, same))
    if changes:
        plan = plan_site(content, folder, changed=_texts_of(changes))
    proposed, problems = propose_changes(folder, plan.settlement.proposal)
    changes += proposed
    if write:
        write_changes(folder, changes)
        plan = plan_site(read_content(folder), folder)
    return Decision(tuple(changes), tuple(problems), plan.settlement.asked)


def move_address(folder: Path, old: str, new: str) -> Decision:
    """Record that an address has moved. Raises Refused, and nothing is written, where that would be wrong."""
    content = read_content(folder)
    plan = plan_site(content, folder)
    parse = _address_parser(content, plan.texts)
    was = parse(old)
    _refuse_mistyped([was], plan)
    return _decide(folder, content, plan, enter_moved(folder, [(was, parse(new, here=was.path))]))


def withdraw_addresses(folder: Path, addresses: Sequence[str], date: str, reason: str, was: str = "") -> Decision:
    """Record that addresses are gone. Raises Refused, and nothing is written, where that would be wrong."""
    content = read_content(folder)
    plan = plan_site(content, folder)
    parse = _address_parser(content, plan.texts)
    parsed = [parse(address) for address in addresses]
    _refuse_mistyped(parsed, plan)
    return _decide(folder, content, plan, enter_gone(folder, parsed, date, reason, was))


def _refuse_mistyped(addresses: Iterable[Address], plan: Plan) -> None:
    """Raise Refused for an address that was never published and is nearly one that was. Others may be brought from an
    earlier site.
    """
    known = {str(Address(path)) for path in read_pages(plan.texts)}
    for address in addresses:
        page = str(Address(address.path))
        if page not in known and (near := get_close_matches(page, known, 1, _NEAR)):
            hint = f"did you mean “{near[0]}”? an address of an earlier site is written into {MOVED} or {GONE} by hand"
            raise Refused(Problem(Locus(page), "was never published", hint))


def _decide(folder: Path, content: Content, plan: Plan, change: Change) -> Decision:
    """Write a change of moved.yaml or gone.yaml, unless it brings a problem that wasn't there."""
    settlement = plan_site(content, folder, changed=_texts_of([change])).settlement
    known = {problem.message for problem in plan.settlement.problems}
    if wrong := [problem for problem in settlement.problems if problem.message not in known]:
        raise Refused(*wrong)
    write_changes(folder, [change])
    return Decision((change,), open=settlement.asked)


def _texts_of(changes: Iterable[Change]) -> dict[str, str]:
    return {change.file: change.after for change in changes}


def _address_parser(content: Content, texts: Mapping[str, str]) -> Callable[..., Address]:
    held = content.edition.shelf

    def parse(typed: str, here: str = "") -> Address:
        try:
            return parse_address(typed, partial(is_briefing, held, texts), content.edition.config.site_url, here)
        except ValueError as e:
            hint = "write it as 2025-05-14-ines-halvard#q3, speakers/ines-halvard or about#sources"
            raise Refused(Problem(Locus(typed), str(e), hint)) from None

    return parse
