"""What of a page is shown, as lines in document order: each block, and each part of it that a `<br>` ends.

Shown is what stands in the file and is not hidden there: no script, no style, no `hidden`, no `display: none`, unless
a script of the page shows that very element. Style sheets are not looked at. This module must not know a site, and
must not decide what is body and what is furniture.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from edition.containers.markup import BLOCKS, Element, Markup, Piece
from edition.words import fold

LINE_END = re.compile(r"\r\n|\r|\n")
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I)
_WEIGHT = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(\w+)", re.I)
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b", re.I)
_BOLD_WEIGHTS = frozenset(["bold", "bolder", "600", "700", "800", "900"])
_NEVER = frozenset(("head", "template", "noscript", "datalist", "object", "audio", "video", "canvas", "svg"))
_HEADING = re.compile(r"h([1-6])")
_IN_SCRIPT = re.compile(r"""["'#]([A-Za-z][\w-]*)["']""")
_SHOWS = re.compile(r"""\.style\.display\s*=\s*["'](?!none)|\.show\(|\.css\(\s*["']display["']""", re.I)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line that a page shows. `number`: the line of the HTML source on which its first word stands; `text`: white
    space folded; `bold`, `linked`: shares (0..1) of its letters; `level`: of a heading (1-6), 0 otherwise; `deleted`:
    spans of `text` that are struck out; `element`: the block that holds it; `inline`: the innermost element around its
    first word; `scripted`: only a script shows it;
    `runs_on`: it ends at a single `<br>`; `label`: only its beginning up to a colon is bold.
    """

    number: int
    text: str
    element: Element
    inline: Element
    bold: float = 0.0
    linked: float = 0.0
    level: int = 0
    deleted: tuple[tuple[int, int], ...] = ()
    scripted: bool = False
    runs_on: bool = False
    label: bool = False


@dataclass(slots=True)
class _State:
    """What holds for the text that stands in an element."""

    hidden: bool = False
    scripted: bool = False
    bold: bool = False
    linked: bool = False
    deleted: bool = False
    pre: bool = False
    level: int = 0
    block: Element | None = None


def line_starts(text: str) -> list[int]:
    """Return the offsets at which the lines of `text` begin, counted as `witnesses` counts them."""
    return [0, *(m.end() for m in LINE_END.finditer(text))]


def shown_lines(markup: Markup, text: str) -> tuple[ShownLine, ...]:
    """Return the lines that the page shows, in document order. `text`: what `markup` was read from."""
    starts = line_starts(text)
    states = _states(markup)
    out: list[ShownLine] = []
    run: list[tuple[Piece, _State, str]] = []
    last_link: str | None = None

    def end(by_br: bool) -> None:
        line = _line(run, starts) if run else None
        run.clear()
        if line is None:
            # An empty part between two breaks is a blank line; so is the end of a block.
            if out and out[-1].runs_on:
                out[-1] = replace(out[-1], runs_on=False)
            return
        out.append(replace(line, runs_on=by_br))

    for piece in markup.pieces:
        state = states[id(piece.element)]
        if state.hidden:
            continue
        if piece.kind == "text":
            if last_link is not None and piece.element.tag == "a" and piece.element.attributes.get("href") != last_link:
                run.append((piece, state, " "))
            last_link = None if piece.text else last_link
            if run and run[-1][1].scripted != state.scripted:
                end(False)
            if state.pre and "\n" in piece.text:
                parts = LINE_END.split(piece.text)
                at = piece.at
                for i, part in enumerate(parts):
                    run.append((Piece("text", piece.element, part, at), state, part))
                    at += len(part) + 1
                    if i < len(parts) - 1:
                        end(True)
            else:
                run.append((piece, state, piece.text))
        elif piece.kind == "link":
            last_link = piece.element.attributes.get("href", "")
        elif piece.kind == "br":
            last_link = None
            end(True)
        else:
            last_link = None
            end(False)
            if out and out[-1].runs_on:
                out[-1] = replace(out[-1], runs_on=False)
    end(False)
    return tuple(out)


def _states(markup: Markup) -> dict[int, _State]:
    shown_by_script = _shown_by_script(markup.scripts)
    states: dict[int, _State] = {}
    for element in markup.elements:
        above = states[id(element.parent)] if element.parent is not None else _State()
        states[id(element)] = _state(element, above, shown_by_script)
    return states


def _state(element: Element, above: _State, shown_by_script: frozenset[str]) -> _State:
    tag, attributes = element.tag, element.attributes
    style = attributes.get("style", "")
    hides = (
        "hidden" in attributes
        or (bool(style) and _HIDDEN_STYLE.search(style) is not None)
        or (tag == "dialog" and "open" not in attributes)
    )
    scripted = hides and not element.names.isdisjoint(shown_by_script)
    bold = above.bold
    if tag in ("b", "strong"):
        bold = True
    if style and (weight := _WEIGHT.search(style)):
        bold = weight[1].lower() in _BOLD_WEIGHTS
    heading = _HEADING.fullmatch(tag)
    return _State(
        hidden=above.hidden or _is_never_shown(element) or (hides and not scripted),
        scripted=above.scripted or scripted,
        bold=bold,
        linked=above.linked or (tag == "a" and "href" in attributes),
        deleted=above.deleted
        or tag in ("s", "strike", "del")
        or (bool(style) and _LINE_THROUGH.search(style) is not None),
        pre=tag in ("pre", "textarea") or above.pre,
        level=int(heading[1]) if heading else above.level,
        block=element if tag in BLOCKS or above.block is None else above.block,
    )


def _is_never_shown(element: Element) -> bool:
    """Return whether browsers with scripts show nothing of the element: a template only where it is no shadow tree."""
    return element.tag in _NEVER and not (element.tag == "template" and "shadowrootmode" in element.attributes)


def _shown_by_script(scripts: list[str]) -> frozenset[str]:
    """Return the ids (small letters) that stand as strings in a script that shows something."""
    out: set[str] = set()
    for script in scripts:
        if _SHOWS.search(script):
            out |= {name.lower() for name in _IN_SCRIPT.findall(script)}
    return frozenset(out)


def _line(run: list[tuple[Piece, _State, str]], starts: list[int]) -> ShownLine | None:
    text = fold("".join(part for _, _, part in run))
    if not text:
        return None
    letters = bold = linked = 0
    first: Piece | None = None
    first_state: _State | None = None
    before = ""
    deleted: list[tuple[int, int]] = []
    at, space = 0, False
    strong: list[tuple[int, int]] = []
    for piece, state, part in run:
        folded = fold(part)
        if not folded:
            space = space or bool(part)
            continue
        n = len(folded.replace(" ", ""))
        letters += n
        bold += n if state.bold else 0
        linked += n if state.linked else 0
        if first is None:
            first, first_state = piece, state
            before = part[: len(part) - len(part.lstrip())]
        at += 1 if at and (space or part[0].isspace()) else 0
        if state.deleted:
            deleted.append((at, at + len(folded)))
        if state.bold:
            strong.append((at, at + len(folded)))
        at += len(folded)
        space = part[-1].isspace()
    if at != len(text):  # signs without width stand between: then no span is certain
        deleted = []
    if first is None or first_state is None or first_state.block is None:
        return None
    # Entities are resolved by now, so that only the white space before the first word can be counted exactly.
    number = bisect_right(starts, first.at + len(before))
    n = max(1, letters)
    return ShownLine(
        number,
        text,
        first_state.block,
        first.element,
        bold / n,
        linked / n,
        first_state.level,
        _joined(deleted),
        any(state.scripted for _, state, part in run if part.strip()),
        label=_is_label(text, _joined(strong)),
    )


def _is_label(text: str, bold: tuple[tuple[int, int], ...]) -> bool:
    """Return whether only the line's beginning is bold, and a colon ends it, in it or right behind it."""
    if len(bold) != 1 or bold[0][0] > 0 or bold[0][1] >= len(text):
        return False
    return text[: bold[0][1]].endswith((":", "：")) or text[bold[0][1] :].lstrip().startswith((":", "："))


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
