"""Contexts become bytes through the one Jinja environment; an edition may override any template.

    render_pages(pages, renderer) -> Iterator[tuple[str, bytes]]       pages: (path, HTML)

The order of the pages is fixed; what each page says is decided in pages.py. This module must not write files.
"""

from __future__ import annotations

import hashlib
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import jinja2
import jinja2.bccache
import jinja2.compiler
import jinja2.nodes
import markupsafe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from edition import urls
from edition.assets import read_assets, split_address
from edition.contexts import Page
from edition.indexes import WrittenPage
from edition.interface import Words
from edition.model import Locus
from edition.problems import Problem, Refused, suggest

if TYPE_CHECKING:
    from markdown_it.renderer import RendererProtocol

_ROOT = Path(__file__).resolve().parent.parent
#: Characters that no HTML document may hold, and noncharacters (HTML Standard, 13.2.3.5 and 13.1); tab and line feed
#: stay. A lone surrogate can't be written in UTF-8 at all. The regular expression engine looks a character of the first
#: plane up in a table, but tries those of all planes one after another: eleven times as slow.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FORBIDDEN_BEYOND = re.compile(
    "[" + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17)) + "]"
)
_ALIGN = re.compile(r"text-align:(left|right|center)")


def show_forbidden(html: str) -> str:
    """Return the page with U+FFFD in place of each character that HTML forbids, so that a reader sees there is one."""
    shown = _FORBIDDEN.sub("\ufffd", html)
    # whatever lies beyond the first plane takes two more bytes in UTF-16
    beyond = len(shown.encode("utf-16-le")) > 2 * len(shown)
    return _FORBIDDEN_BEYOND.sub("\ufffd", shown) if beyond else shown


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled in this process, by file and a checksum of the source: a preview builds again and again, and
    a build makes two renderers. Never written to a disk, where somebody else's code could take its place.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def _escape(value: object) -> str:
    """Return a value as `markupsafe.escape` does, but as plain text: by the same function, without an object around."""
    if type(value) is str:
        return markupsafe._escape_inner(value)  # type: ignore[attr-defined]
    return escape(value)


class _Generator(jinja2.compiler.CodeGenerator):
    """Writes the Python code of templates. What a template puts out is escaped as ever; nothing but joining follows, so
    that it needn't be marked as safe, which took a quarter of the time of rendering.
    """

    def _output_child_pre(self, node: jinja2.nodes.Expr, frame: jinja2.compiler.Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escape(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Environment(jinja2.Environment):
    code_generator_class = _Generator
    escape = staticmethod(_escape)


#: What a frame had before templates asked for assets by their names, and what says the same now.
_DEPARTED = {
    "stylesheet": 'now: {{ asset("edition.css") }}, where frame.alone is false',
    "icon": 'now: {{ asset("icon.svg") }}, where frame.alone is false',
}


class _Missing(LookupError):
    """A template asks for what there is not. `hint`: what may be meant."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Renderer:
    """The one Jinja environment of a site: the edition's own templates/ first, then the program's.

    `names`: under which paths assets are published (`Assets.names`); None: as they lie there when one is asked for.
    """

    def __init__(self, words: Words, edition_dir: Path | None = None, names: Mapping[str, str] | None = None) -> None:
        folders = [_ROOT / "templates"]
        if edition_dir is not None and (edition_dir / "templates").is_dir():
            folders.insert(0, edition_dir / "templates")
        self.words = words
        self._folders = tuple(folders)
        self._edition_dir, self._given_names = edition_dir, names
        self._environment = _Environment(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            loader=jinja2.FileSystemLoader([str(f) for f in folders]),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_COMPILED,
        )
        self._environment.globals["words"] = words
        self._environment.globals["asset"] = self._find_asset
        self._environment.filters["markdown"] = self._render_markdown
        # the filter tojson writes <, >, & and ' as escapes, so that no text can end the element that holds the JSON
        self._environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}

    def render(self, template: str, page: object) -> bytes:
        """Return a page as UTF-8 HTML. Refused, with the template's file and line, where the template fails."""
        try:
            made = self._environment.get_template(template)
            html = made.render(page=page, frame=getattr(page, "frame", None))
        except jinja2.TemplateNotFound as error:
            folders = ", ".join(self._name(f) for f in self._folders)
            message = f"there is no template “{error.name}”"
            raise Refused(Problem(Locus(f"templates/{template}"), message, f"looked in {folders}")) from error
        except jinja2.TemplateSyntaxError as error:
            file = self._name(Path(error.filename or template))
            raise Refused(Problem(Locus(file, error.lineno), f"the template can't be read: {error.message}")) from error
        except Refused:
            raise
        except Exception as error:
            raise Refused(self._explain(template, page, error)) from error
        return show_forbidden(html).encode("utf-8")

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return read_assets(self._edition_dir).names if self._given_names is None else self._given_names

    @jinja2.pass_context
    def _find_asset(self, context: jinja2.runtime.Context, name: str) -> str:
        """Return the link from the page that is being made to an asset, by the name that it has in assets/."""
        frame, path = context.get("frame"), self._names.get(urls.asset_path(name))
        if path is None:
            known = (each.removeprefix(urls.asset_path("")) for each in self._names)
            raise _Missing(f"there is no asset “{name}”", suggest(name, known))
        if frame is None:
            raise _Missing("no page is known here that could ask for an asset", "import the macro “with context”")
        return str(frame.root) + urls.relative_file("", path)

    def _render_markdown(self, text: str, root: str = "") -> Markup:
        return render_markdown(text, root, self._names)

    def _explain(self, template: str, page: object, error: Exception) -> Problem:
        places = [
            (self._name(Path(f.filename)), f.lineno)
            for f in traceback.extract_tb(sys.exc_info()[2])
            if Path(f.filename).suffix == ".html"
        ]
        file, line = places[-1] if places else (f"templates/{template}", 0)
        message = str(error.args[0]) if error.args else type(error).__name__
        hint = error.hint if isinstance(error, _Missing) else ""
        if isinstance(error, jinja2.UndefinedError):
            word = re.search(r"attribute '(\w+)'|^'(\w+)' is undefined", message)
            known = [*getattr(page, "__struct_fields__", ()), "page", "frame", "words", "asset"]
            hint = _DEPARTED.get(word[1]) or suggest(word[1] or word[2], known) if word else ""
        path = getattr(getattr(page, "frame", None), "path", "")
        of = f" of “{path}”" if path else ""
        return Problem(Locus(file, line or 0), f"the template fails in the making{of}: {message}", hint)

    def _name(self, path: Path) -> str:
        for folder in self._folders:
            if path.is_relative_to(folder):
                return (PurePosixPath("templates") / path.relative_to(folder).as_posix()).as_posix()
        return path.name if path.suffix else f"{path.name}/"


def digest_templates(edition_dir: Path) -> bytes:
    """Return a checksum of the templates, and of those that an edition has in their place."""
    found = hashlib.sha256()
    for folder in (_ROOT / "templates", edition_dir / "templates"):
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file():
                found.update(file.relative_to(folder).as_posix().encode("utf-8", "surrogatepass") + b"\0")
                found.update(hashlib.sha256(file.read_bytes()).digest())
        found.update(b"\0")
    return found.digest()


# ── Markdown of the editor's own pages ──────────────────────────────────────────────────────────────────────────────


#: An id that the editor wrote behind a heading, so that it stays when the words change.
_WRITTEN_ID = re.compile(r"\s*\{#([a-z0-9][a-z0-9-]*)\}\s*$")


def _render_heading_ids(tokens: list[Token]) -> Iterator[str]:
    """Give each heading its id, and yield it."""
    used: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            last = inline.children[-1] if inline.children else None
            written = _WRITTEN_ID.search(last.content) if last and last.type == "text" else None
            if last and written:
                last.content = last.content[: written.start()]
            name = written[1] if written else urls.slug("".join(t.content for t in inline.children or ()))
            used[name] = used.get(name, 0) + 1
            id = name if used[name] == 1 else f"{name}-{used[name]}"
            opening.attrSet("id", id)
            yield id


def find_headings(page: WrittenPage) -> tuple[str, ...]:
    """Return the anchors of an editor's page: the ids of its headings, in order."""
    return tuple(_render_heading_ids(_parser().parse(page.text)))


def _keep_policy(tokens: list[Token]) -> None:
    # The site's policy forbids style attributes, which is how the table rule aligns cells.
    for token in tokens:
        aligned = _ALIGN.match(str(token.attrGet("style") or ""))
        if aligned:
            token.attrs.pop("style")
            token.attrSet("class", f"align-{aligned[1]}")


def _inline(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        for child in token.children or ():
            yield child, line


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    # Every scheme is let through here, so that _check_link can name the ones that a page may not use.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _check_link(url: str, image: bool) -> str:
    """Return the address as the page has it; ValueError says why it may not stand there."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", url):
        if image:
            raise ValueError("the site shows no picture from another host")
        if urls.safe_href(url) is None:
            raise ValueError("only http and https addresses and pages of this site can be linked")
        return url
    path, mark, fragment = url.partition("#")
    # as the file lies in content/pages/, “../briefings/ID.md” is a link that GitHub can follow, too
    path = path.removeprefix("../") if path.startswith("../briefings/") else path
    return (path.removesuffix(".md") + ".html" if path.endswith(".md") else path) + mark + fragment


def find_page_problems(page: WrittenPage) -> Iterator[Problem]:
    """Yield a problem for each link or picture that a page of the editor may not hold."""
    for token, line in _inline(_parser().parse(page.text)):
        name = {"link_open": "href", "image": "src"}.get(token.type)
        if name:
            url = str(token.attrGet(name) or "")
            try:
                _check_link(url, image=token.type == "image")
            except ValueError as error:
                locus = Locus(page.file, page.first_line + line - 1)
                yield Problem(locus, f"the link “{url}” can't stand on the page", str(error))


def render_markdown(text: str, root: str = "", names: Mapping[str, str] = MappingProxyType({})) -> Markup:
    """Return an editor's Markdown as HTML: raw HTML is shown as text, an address that may not stand there is left out.

    `root`: the link from the page to the site's root ("../"), where addresses count from. `names`: under which paths
    assets are published. Headings get ids, and go down to level 2 at the highest; `about.md` leads to about.html. The
    only place where HTML is not made by a template: markdown-it escapes every text, and every address is checked here.
    """
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
    for _ in _render_heading_ids(tokens):
        pass
    _keep_policy(tokens)
    for token, _ in _inline(tokens):
        name = {"link_open": "href", "image": "src"}.get(token.type)
        if name:
            try:
                url = _check_link(str(token.attrGet(name) or ""), image=token.type == "image")
                target, tail = split_address(url)
                if target in names:
                    url = urls.relative_file("", names[target]) + tail
                token.attrSet(name, url if urls.safe_href(url) or url.startswith("#") else root + url)
                if token.type == "link_open" and urls.safe_href(url):
                    token.attrSet("rel", "noopener")
            except ValueError:
                token.attrs.pop(name, None)
                if token.type == "image":
                    token.type, token.tag = "text", ""
    renderer: RendererProtocol = parser.renderer
    options: Any = parser.options
    return Markup(renderer.render(tokens, options, {}))


# ── The site ────────────────────────────────────────────────────────────────────────────────────────────────────────


def render_pages(pages: Iterator[Page], renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """Yield (path, HTML) for each page."""
    for page in pages:
        yield page.frame.path, renderer.render(page.template, page)
