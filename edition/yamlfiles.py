"""YAML text → nodes whose scalars stay exactly what was typed and know their line; and plain values → canonical YAML.

This module must not decide what a key means, guess a type (`NO` is two letters here, `12:30:45` eight characters), or
open a file.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, NamedTuple, NoReturn

import yaml

from edition.model import Locus
from edition.problems import Problem, Refused, suggest

MAX_CHARACTERS = 8_000_000  # the largest authority file of a national edition is far below a tenth of this
MAX_DEPTH = 24  # the deepest of our files nests five levels

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# YAML 1.1 and 1.2 allow these in no form but an escape.
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Line breaks for YAML 1.1 that no editor shows as one: a plain scalar would lose them, and line numbers would drift.
_HIDDEN_BREAKS = re.compile("[\r\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


class Node(NamedTuple):
    """One value of a YAML text. `line` counts from 1 in `file`; `plain`: a scalar that was typed without quotes."""

    value: str | tuple[tuple[Node, Node], ...] | tuple[Node, ...]
    line: int
    kind: Literal["scalar", "mapping", "sequence"]
    plain: bool
    file: str

    @property
    def is_null(self) -> bool:
        """True where nothing was typed, or `~` or `null` without quotes."""
        return self.plain and self.value in _NULLS

    @property
    def locus(self) -> Locus:
        return Locus(self.file, self.line)


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_yaml(text: str, file: str, first_line: int = 1) -> Node:
    """Return the one document of `text` as a Node; an empty text is a null scalar.

    `first_line`: the line of `file` on which `text` begins (front matter starts on line 2).
    Raises Refused for what doesn't parse, and for duplicate keys, anchors, aliases, tags, directives, a second
    document, nesting deeper than MAX_DEPTH, more than MAX_CHARACTERS, and characters that YAML has no place for.
    """
    if len(text) > MAX_CHARACTERS:
        raise Refused(
            Problem(
                Locus(file, first_line),
                f"{len(text):,} characters of YAML, more than the {MAX_CHARACTERS:,} that are read",
                "split the file, or look whether it is really meant to be here",
            )
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for pattern, what in ((_NOT_ALLOWED, "a control character"), (_HIDDEN_BREAKS, "an invisible line break")):
        if found := pattern.search(text):
            raise Refused(_hidden_character(text, found, what, file, first_line))
    try:
        return _Composer(text, file, first_line).document()
    except yaml.MarkedYAMLError as error:
        raise Refused(_diagnose(text, error, file, first_line)) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise Refused(Problem(Locus(file, first_line), f"this is not YAML: {error}")) from None


class _Composer:
    """Builds nodes from the parser's events; PyYAML's own composer would follow aliases and drop duplicate keys."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.next_event: Callable[[], Any] = _LOADER(text).get_event
        self.check_escapes = "\\" in text

    def document(self) -> Node:
        self.next_event()  # stream start
        event = self.next_event()
        if isinstance(event, yaml.StreamEndEvent):
            return Node("", self.first_line, "scalar", True, self.file)
        if event.version or event.tags:
            self.refuse(event, "a % directive", "remove the line that starts with %; the files here need none")
        root = self.node(self.next_event(), 0)
        self.next_event()  # document end
        event = self.next_event()
        if not isinstance(event, yaml.StreamEndEvent):
            self.refuse(event, "a second document starts here", "remove the line “---”; a file holds one document")
        return root

    def refuse(self, event: Any, message: str, hint: str) -> NoReturn:
        line: int = event.start_mark.line + self.first_line
        raise Refused(Problem(Locus(self.file, line), message, hint))

    def refuse_decoration(self, event: Any) -> NoReturn:
        if isinstance(event, yaml.AliasEvent):
            hint = 'write the value out; a text that starts with * needs "quotes"'
            self.refuse(event, f"an alias (*{event.anchor})", hint)
        if event.anchor is not None:
            self.refuse(event, f"an anchor (&{event.anchor})", 'remove it; a text that starts with & needs "quotes"')
        self.refuse(event, f"a type tag ({event.tag})", 'remove it; a text that starts with ! needs "quotes"')

    def node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            self.refuse_decoration(event)
        line: int = event.start_mark.line + self.first_line
        if kind is yaml.ScalarEvent:
            value: str = event.value
            if self.check_escapes and _SURROGATE.search(value):
                self.refuse(event, "half of a character (a surrogate escape)", "write the character itself")
            return Node(value, line, "scalar", not event.style, self.file)
        if depth >= MAX_DEPTH:
            self.refuse(event, f"nested deeper than {MAX_DEPTH} levels", "look for a bracket that is not closed")
        if kind is yaml.SequenceStartEvent:
            items: list[Node] = []
            while type(event := self.next_event()) is not yaml.SequenceEndEvent:
                items.append(self.node(event, depth + 1))
            return Node(tuple(items), line, "sequence", False, self.file)
        pairs: list[tuple[Node, Node]] = []
        lines: dict[str, int] = {}
        while type(event := self.next_event()) is not yaml.MappingEndEvent:
            key = self.node(event, depth + 1)
            if not isinstance(key.value, str):
                self.refuse(event, "a list or mapping used as a key", "a key is a word followed by a colon")
            if key.value in lines:
                hint = f"the other one is on line {lines[key.value]}; keep one"
                self.refuse(event, f"the key “{key.value}” stands twice", hint)
            lines[key.value] = key.line
            pairs.append((key, self.node(self.next_event(), depth + 1)))
        return Node(tuple(pairs), line, "mapping", False, self.file)


def _hidden_character(text: str, found: re.Match[str], what: str, file: str, first_line: int) -> Problem:
    code = ord(found.group())
    line = text.count("\n", 0, found.start()) + first_line
    column = found.start() - text.rfind("\n", 0, found.start())
    escape = f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
    hint = "delete it"
    if not _SURROGATE.match(found.group()):
        hint += f', or write it as {escape} between "double quotes"'
    return Problem(Locus(file, line), f"{what} (U+{code:04X}, character {column} of the line)", hint)


_KEY_AND_VALUE = re.compile(r"(?P<head>\s*(?:- +)*)(?P<key>[^\s\"'#:\[\]{}][^:]*?):(?P<gap>[ \t]+|$)(?P<value>.*?)\s*$")
_ITEM = re.compile(r"(?P<head>\s*(?:- +)+)(?P<value>.*?)\s*$")


def _diagnose(text: str, error: yaml.MarkedYAMLError, file: str, first_line: int) -> Problem:
    """Return the parser's complaint in words that help somebody who does not program."""
    lines = text.split("\n")
    problem, context = error.problem or "", error.context or ""
    at = min(error.problem_mark.line if error.problem_mark else 0, len(lines) - 1)
    opened = error.context_mark.line if error.context_mark else at
    line = lines[at]

    def tell(row: int, message: str, hint: str) -> Problem:
        return Problem(Locus(file, row + first_line), message, hint)

    def quoted(row: int) -> str:
        found = _KEY_AND_VALUE.match(lines[row])
        if found and found["value"]:
            return f"write: {found['head'].lstrip()}{found['key']}: {_double_quoted(_unquoted(found['value']))}"
        if (item := _ITEM.match(lines[row])) and item["value"]:
            return f"write: {item['head'].lstrip()}{_double_quoted(_unquoted(item['value']))}"
        return 'put the text between "double quotes"'

    for row in (at, opened):
        if row < len(lines) and "\t" in lines[row][: len(lines[row]) - len(lines[row].lstrip())]:
            return tell(row, "a tab at the start of the line", "indent with spaces; YAML does not allow tabs there")
    if "cannot start any token" in problem or "alphabetic or numeric" in problem:
        return tell(at, f"a text that starts with “{_value_of(line)[:1]}” needs quotes", quoted(at))
    if "quoted scalar" in context and "unexpected" in problem:
        return tell(opened, "a quotation mark is opened here and never closed", "close it at the end of the text")
    if "escape" in problem:
        return tell(at, "a backslash that stands for nothing", "between double quotes write it twice: \\\\")
    if "block sequence entries" in problem or "sequence entries" in problem:
        return tell(at, "a list that starts on the line of its key", "put every “- item” on its own line, indented")
    if "flow" in context and "," in problem:
        bracket = "]" if "sequence" in context else "}"
        message = f"a bracket is opened here and never closed with “{bracket}”"
        return tell(opened, message, f"close it, or {quoted(opened)}")
    if "expected ':'" in problem:
        return tell(opened, "a line without “key: value”", _missing_colon(lines[opened]))
    if "mapping values" in problem:
        found = _KEY_AND_VALUE.match(line)
        if found and (": " in found["value"] or found["value"].endswith(":")):
            return tell(at, "a colon inside a text that has no quotes", quoted(at))
        before = next((row for row in range(at - 1, -1, -1) if lines[row].strip()), at)
        if not re.search(r":\s|:$", lines[before]):
            return tell(before, "a line without “key: value”", _missing_colon(lines[before]))
        return tell(at, "this line is indented more than its neighbours", "let keys of one level start in one column")
    if "expected key" in problem or "block end" in problem:
        value = _value_of(line)
        if value[:1] in ("'", '"'):
            return tell(at, "text goes on after the closing quotation mark", quoted(at))
        return tell(at, "this line does not fit in here", "look at its indentation, and at the line before it")
    return tell(at, f"this is not YAML: {problem}", "look at the indentation, the quotes and the brackets of this line")


def _value_of(line: str) -> str:
    found = _KEY_AND_VALUE.match(line) or _ITEM.match(line)
    return found["value"] if found else line.strip()


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _missing_colon(line: str) -> str:
    if found := re.match(r"\s*([\w-]+):(\S.*)$", line):
        return f"a blank belongs after the colon: {found[1]}: {found[2].rstrip()}"
    return "write a key, a colon, a blank and the value; a text over several lines is indented below its key"


# ── Typed readers ───────────────────────────────────────────────────────────────────────────────────────────────────


def _refuse(node: Node, message: str, hint: str = "") -> NoReturn:
    raise Refused(Problem(node.locus, message, hint))


_KINDS = {"scalar": "a text", "mapping": "a mapping (key: value)", "sequence": "a list"}


def as_text(node: Node) -> str:
    """Return the scalar as typed. Raises Refused for a list, a mapping, or nothing at all."""
    if not isinstance(node.value, str):
        _refuse(node, f"a text is expected here, not {_KINDS[node.kind]}")
    if node.is_null:
        _refuse(node, "a value is missing", 'write it after the colon; the word null itself needs "quotes"')
    return node.value


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def as_date(node: Node, partial: bool = False) -> str:
    """Return an ISO 8601 calendar date that exists, as typed; with `partial` also a year or a year and month."""
    text = as_text(node)
    found = _DATE.fullmatch(text)
    hint = "write YYYY-MM-DD" + (", YYYY-MM or YYYY" if partial else ", e.g. 2025-05-14")
    if not found or not (partial or found[3]):
        _refuse(node, f"“{text}” is not a date", hint)
    try:
        datetime.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        _refuse(node, f"there is no day “{text}” in the calendar", hint)
    return text


_BOOLS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def as_bool(node: Node) -> bool:
    """Return true/yes/on or false/no/off, in any case."""
    value = _BOOLS.get(as_text(node).lower())
    if value is None:
        _refuse(node, f"“{node.value}” is neither true nor false", "write true or false")
    return value


def as_list(node: Node) -> tuple[Node, ...]:
    """Return the items of a list; nothing at all is an empty list."""
    if node.is_null:
        return ()
    if node.kind != "sequence":
        hint = "write [one, two], or a line “- item” for each"
        _refuse(node, f"a list is expected here, not {_KINDS[node.kind]}", hint)
    return node.value  # type: ignore[return-value]


def as_texts(node: Node) -> tuple[str, ...]:
    """Return the texts of a list; a single text counts as a list of one."""
    return (as_text(node),) if node.kind == "scalar" and not node.is_null else tuple(map(as_text, as_list(node)))


def as_map(node: Node, known: Collection[str] | None = None) -> dict[str, Node]:
    """Return key → value in the order typed; nothing at all is an empty mapping.

    With `known`, every key outside it is refused, all of them at once, with the likeliest known one suggested.
    """
    if node.is_null:
        return {}
    if node.kind != "mapping":
        _refuse(node, f"a mapping is expected here, not {_KINDS[node.kind]}", "write lines of the form “key: value”")
    pairs: tuple[tuple[Node, Node], ...] = node.value  # type: ignore[assignment]
    if known is not None and (strange := [key for key, _ in pairs if key.value not in known]):
        every = f"known are: {', '.join(known)}"
        raise Refused(
            *(Problem(k.locus, f"unknown key “{k.value}”", suggest(str(k.value), known) or every) for k in strange)
        )
    return {str(key.value): value for key, value in pairs}


def plain_value(node: Node) -> Any:
    """Return the node as dict, list and str; what is null comes back as None."""
    if node.kind == "mapping":
        return {key: plain_value(value) for key, value in as_map(node).items()}
    if node.kind == "sequence":
        return [plain_value(item) for item in as_list(node)]
    return None if node.is_null else node.value


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# Characters that are written as escapes: controls, separators, what is invisible or turns the direction of writing.
_HIDDEN = r"\x00-\x1f\x7f-\xa0\xad\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff"
# A scalar that no reader takes for anything but this text: it starts with a letter, a digit or a harmless sign, has no
# "colon blank", no "blank hash", no two blanks in a row and none at its end.
_SAFE = re.compile(
    rf"""(?=[^\W_]|[(/._$“„«‘—–+-]) (?!\.\.\.|---|-\Z|-\ )
        (?: [^{_HIDDEN}:\ \#] | :(?!\ |\Z) | \ (?!\#|\Z|\ ) | (?<!\ )\# )*+ \Z""",
    re.VERBOSE,
)
# What YAML 1.1 (its full list, with y and n) or 1.2 readers elsewhere take for null, true, false, a number or a date.
_WORDS_OF_YAML = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_LIKE_NUMBER = re.compile(
    r"[-+]?(?:0[box][0-9a-fA-F_]*|[\d_,.]+(?:[eE][-+]?\d*)?|\.(?:inf|nan)|\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?"
    r"|\d{4}-\d\d?-\d\d?(?:(?:[Tt]|\s+)\d\d?:\d\d:\d\d(?:\.\d*)?\s*(?:Z|[-+]\d\d?(?::?\d\d)?)?)?)",
    re.IGNORECASE,
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x85": "\\N", "\xa0": "\\_"}
_TO_ESCAPE = re.compile(rf'["\\{_HIDDEN}]')
# A text of several lines that a reader sees best as lines: nothing hidden, no blank at either end of a line.
_LITERAL = re.compile(rf"(?=\S)(?:[^{_HIDDEN}]|(?<! )\n(?! ))++(?<=\S)\Z")
_LONGEST_KEY = 1000  # YAML allows 1,024 characters for a key without a question mark


def dump_yaml(value: Any) -> str:
    """Return `value` (dict, list, tuple, str, int, bool, None, date) as YAML in block style, ending with a line break.

    The order of keys is kept. Texts are quoted where read_yaml or a YAML 1.1 or 1.2 reader elsewhere could take them
    for something else; a `datetime.date` is written plain, as every reader expects it. Long lines are not wrapped.
    Raises ValueError for surrogates and for nesting deeper than MAX_DEPTH, TypeError for other types.
    """
    out: list[str] = []
    _write(value, "", out, 0)
    return "".join(out).removeprefix("\n").removeprefix(" ")


def _write(value: Any, indent: str, out: list[str], depth: int) -> None:
    """Append `value` as it stands after "key:" or "-": on this line, or from the next one on at `indent`."""
    if isinstance(value, Mapping) and value:
        _descend(depth)
        out.append("\n")
        for key, item in value.items():
            _write_pair(key, item, indent, out, depth)
    elif isinstance(value, (list, tuple)) and value:
        _descend(depth)
        out.append("\n")
        for item in value:
            _write_item(item, indent, out, depth)
    else:
        out.append(f" {_flat(value, indent)}\n")


def _descend(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")


def _write_pair(key: Any, item: Any, indent: str, out: list[str], depth: int) -> None:
    if not isinstance(key, str):
        raise TypeError(f"a key must be a text, not {key!r}")
    scalar = _scalar(key)
    out.append(f"{indent}{scalar}:" if len(scalar) <= _LONGEST_KEY else f"{indent}? {scalar}\n{indent}:")
    _write(item, indent + "  ", out, depth + 1)


def _write_item(item: Any, indent: str, out: list[str], depth: int) -> None:
    """Append a list's item; a mapping or list inside it begins on the line of its hyphen."""
    inner: list[str] = []
    _write(item, indent + "  ", inner, depth + 1)
    text = "".join(inner)
    out.append(f"{indent}- {text[len(indent) + 3 :]}" if text[0] == "\n" else f"{indent}-{text}")


def _flat(value: Any, indent: str) -> str:
    if isinstance(value, str):
        if "\n" in value and _LITERAL.match(body := value.removesuffix("\n")) and "\n" in body and indent:
            lines = "\n".join(f"{indent}{line}" if line else "" for line in body.split("\n"))
            return f"{'|' if value.endswith(chr(10)) else '|-'}\n{lines}"
        return _scalar(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, (list, tuple)):
        return "[]"
    raise TypeError(f"{type(value).__name__} has no place in our YAML")


def _scalar(text: str) -> str:
    if _SAFE.match(text) and text.lower() not in _WORDS_OF_YAML and not _LIKE_NUMBER.fullmatch(text):
        return text
    return _double_quoted(text)


def _double_quoted(text: str) -> str:
    return f'"{_TO_ESCAPE.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError(f"a surrogate (U+{code:04X}) is no character and can't be written")
    return _ESCAPES.get(character) or (f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}")
