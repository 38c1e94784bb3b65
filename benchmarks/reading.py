"""How soon a reader sees a page on a slow line: first paint and whole page, from an empty cache, in Chromium.

    .venv/bin/python -m benchmarks.reading            the sample edition, as `make site` built it
    .venv/bin/python -m benchmarks.reading SITE       another site's folder

The line is WebPageTest's “Slow 3G”: 400 ms there and back, 400 kbit/s. Files are compressed on the way as GitHub Pages
does. Each page is opened five times in a fresh browser context, with and without scripts; medians go to standard
output. Must not write into the project.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import ROOT
from tests.conftest import CHROMIUM_FLAGS, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPEATS = 5
_SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
_COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml", ".txt")


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        file = Path(self.directory, self.path.partition("?")[0].lstrip("/"))
        if not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix in _COMPRESSED:
            data = gzip.compress(data, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        return


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Yield the address at which a folder is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass(frozen=True)
class Opened:
    """One opening of a page: milliseconds to its first paint and to its end, bytes that came, requests."""

    paint: float
    end: float
    bytes: int
    requests: int


_READ = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const every = [page, ...performance.getEntriesByType("resource")];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [paint ? paint.startTime : -1, page.loadEventEnd,
          every.reduce((sum, each) => sum + each.transferSize, 0), every.length];
}"""


def open_page(browser: Browser, address: str, scripts: bool) -> Opened:
    """Open a page with an empty cache on a slow line."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _SLOW)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    # a page whose own scripts are off can still be asked
    found = Opened(*page.evaluate(_READ))
    context.close()
    return found


def list_pages(site: Path) -> list[tuple[str, str]]:
    """Return (name, path) of the pages that are opened: the largest briefing, and the kinds that readers arrive at."""
    briefings = sorted(site.glob("briefings/*.html"), key=lambda file: file.stat().st_size)
    countries = sorted(site.glob("countries/*.html"), key=lambda file: file.stat().st_size)
    return [
        ("home", "index.html"),
        ("a briefing, the middle one", f"briefings/{briefings[len(briefings) // 2].name}"),
        ("a briefing, the largest", f"briefings/{briefings[-1].name}"),
        ("a country, the largest", f"countries/{countries[-1].name}"),
        ("search", "search.html"),
    ]


def main(site: Path) -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    print(f"load {', '.join(f'{load:.1f}' for load in os.getloadavg())}\n")
    print("| page | first paint | loaded | without scripts | bytes on the way | requests |\n|---|---|---|---|---|---|")
    with serve(site) as base, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        for name, path in list_pages(site):
            each = [open_page(browser, base + path, True) for _ in range(REPEATS)]
            bare = [open_page(browser, base + path, False) for _ in range(REPEATS)]
            middle = partial(_middle, each)
            print(
                f"| {name} | {middle('paint'):,.0f} ms | {middle('end'):,.0f} ms | {_middle(bare, 'paint'):,.0f} ms "
                f"| {middle('bytes'):,.0f} | {middle('requests'):.0f} |",
                flush=True,
            )
        browser.close()


def _middle(opened: list[Opened], what: str) -> float:
    return float(statistics.median(getattr(each, what) for each in opened))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_site")
