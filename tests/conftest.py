"""What all tests share: the shared corpus where it exists, a browser where one is installed, and an honest count of
what could not run. It must not hide a test: whatever is left out is named at the end, and under CI=true a missing
browser is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.browser.firefox import Firefox, find_firefox

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("ROSTRUM_SHARED") or ROOT.parent / "shared").resolve()
NO_SHARED = "the shared corpus is absent"
NO_BROWSER = "no Chromium on this machine"
NO_FIREFOX = "no Firefox on this machine"

#: Chromium is started so that it never calls out: a closed network must not slow or colour a test.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# The same examples in every ordinary run, so that a commit is either green or not; `make torture` looks for new ones.
# No deadline: a property is not a benchmark, and this machine may be busy.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("torture", deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(
        "torture" if "torture" in str(config.getoption("-m")).replace("not torture", "") else "steady"
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh", action="store_true", help="write expected files anew (then read the diff)")


@pytest.fixture
def refresh(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written anew in this run."""
    return bool(request.config.getoption("--refresh"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder (real briefings, gold standard, tools). Where it is absent the test is left out and counted."""
    if not (SHARED / "README.md").is_file():
        pytest.skip(NO_SHARED)
    return SHARED


def find_chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome, None where there is none."""
    named = os.environ.get("ROSTRUM_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return named or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Without one the test is left out and named; where CI=true that is an error."""
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NO_BROWSER}, and CI=true asks for one")
        pytest.skip(NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """A headless Firefox, whose files from a disk are strangers to each other. Without one: as without Chromium."""
    program = find_firefox()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{NO_FIREFOX}, and CI=true asks for one")
        pytest.skip(NO_FIREFOX)
    browser = Firefox(program, tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves one folder under a path prefix, as GitHub Pages serves a project: nothing outside the prefix exists."""

    def __init__(self, *args: Any, prefix: str = "/", headers: Mapping[str, str], **kwargs: Any) -> None:
        self.prefix = prefix
        self.sent = headers
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "outside", "the", "prefix"))
        return super().translate_path("/" + path[len(self.prefix) :])

    def end_headers(self) -> None:
        for name, value in self.sent.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Served:
    """A folder served on loopback: `url` ends in a slash."""

    def __init__(self, folder: Path, prefix: str = "/", headers: Mapping[str, str] | None = None) -> None:
        handler = partial(_QuietHandler, directory=str(folder), prefix=prefix, headers=headers or {})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{prefix}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Any]:
    """`serve(folder, prefix="/", headers={})` → a `Served` that ends with the test."""
    running: list[Served] = []

    def start(folder: Path, prefix: str = "/", headers: Mapping[str, str] | None = None) -> Served:
        running.append(Served(folder, prefix, headers))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample edition, built once for all workers by the real command line."""
    base = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    site, claim, done = base / "sample-site", base / "sample-site.claim", base / "sample-site.done"
    try:
        claim.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 300
        while not done.exists():
            if time.monotonic() > deadline:
                pytest.fail("the other worker's build of the sample edition did not end")
            time.sleep(0.1)
    else:
        run = subprocess.run(
            [sys.executable, ROOT / "build.py", "-C", ROOT, "build", "--locked", "--output", site],
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        done.write_text(f"{run.returncode}\n{run.stdout}{run.stderr}", encoding="utf-8")
    result = done.read_text(encoding="utf-8")
    assert result.startswith("0\n"), result
    return site


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line each how many tests were left out, and name those that need a browser."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [(r.nodeid, str(r.longrepr[2]) if isinstance(r.longrepr, tuple) else str(r.longrepr)) for r in skipped]
    corpus = [node for node, reason in reasons if NO_SHARED in reason]
    lacking = {missing: [n for n, reason in reasons if missing in reason] for missing in (NO_BROWSER, NO_FIREFOX)}
    if corpus:
        terminalreporter.write_line(f"left out: {len(corpus)} tests, because {NO_SHARED} (ROSTRUM_SHARED)")
    for missing, nodes in lacking.items():
        if nodes:
            names = ", ".join(sorted({node.split("::")[-1] for node in nodes}))
            terminalreporter.write_line(f"not run: {len(nodes)} browser tests, because {missing}: {names}")
    named = (NO_SHARED, *lacking)
    others = [f"{node}: {reason}" for node, reason in reasons if not any(each in reason for each in named)]
    for line in sorted(others):
        terminalreporter.write_line(f"left out: {line}")
