"""The preview server: shows a built site on this machine as GitHub Pages would, and asks for a new build on change.

It must not build anything itself, listen on any other address than loopback, or write a file.
"""

from __future__ import annotations

import os
import posixpath
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from edition.model import Locus
from edition.problems import Problem, Refused

#: Folders of an edition whose files make the site.
WATCHED = ("config.yaml", "content", "templates", "assets")


class PagesHandler(SimpleHTTPRequestHandler):
    """Answers as GitHub Pages does: under a path prefix, /page for page.html, 404.html for what isn't there."""

    def __init__(self, *args: Any, base: str = "/", **kwargs: Any) -> None:
        self.base = base
        super().__init__(*args, **kwargs)

    def send_head(self) -> Any:
        address = urllib.parse.urlsplit(self.path).path
        if not address.startswith(self.base):
            if address + "/" == self.base:
                return self._redirect(self.base)
            return self._send_missing()
        inside = posixpath.normpath("/" + urllib.parse.unquote(address[len(self.base) :]))
        target = Path(self.directory, inside.lstrip("/"))
        if target.is_dir():
            if not address.endswith("/"):
                return self._redirect(address + "/")
            target /= "index.html"
        elif not target.is_file() and not target.suffix:
            target = target.with_suffix(".html")
        if not target.is_file():
            return self._send_missing()
        self.path = "/" + urllib.parse.quote(target.relative_to(self.directory).as_posix())
        return super().send_head()

    def _redirect(self, address: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_missing(self) -> Any:
        page = Path(self.directory, "404.html")
        if not page.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        stream = page.open("rb")
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(page.stat().st_size))
        self.end_headers()
        return stream

    def end_headers(self) -> None:
        # a preview must show what was built last, whatever the browser remembers
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _read_state(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Yield (path, modification time in ns, size) of every file that the site is made of."""
    for name in WATCHED:
        top = folder / name
        files = [top] if top.is_file() else (Path(d, f) for d, _, names in os.walk(top) for f in names)
        for file in files:
            try:
                stat = file.stat()
            except OSError:
                continue  # removed while we looked; its absence shows in the next state
            yield str(file), stat.st_mtime_ns, stat.st_size


def open_server(site: Path, port: int, base: str) -> ThreadingHTTPServer:
    """Return a server for `site` on loopback, not yet running. Raises Refused where the port is taken."""
    base = "/" + base.strip("/") + "/" if base.strip("/") else "/"
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(PagesHandler, directory=str(site), base=base))
    except (OSError, OverflowError) as error:
        hint = "choose another with --port, or end the program that uses it"
        raise Refused(Problem(Locus(f"127.0.0.1:{port}"), f"this port can't be used ({error})", hint)) from None


def serve_site(
    site: Path,
    *,
    watched: Path,
    build: Callable[[], None],
    port: int,
    base: str,
    announce: Callable[[str], None],
    every: float = 0.7,
) -> None:
    """Build, show `site` on 127.0.0.1, and build again when a file of the edition changes, until interrupted.

    `every`: seconds between two looks at the files. A refused build is announced and the last good site stays.
    """
    server = open_server(site, port, base)
    prefix = "/" + base.strip("/") + "/" if base.strip("/") else "/"
    state: list[tuple[str, int, int]] = []

    def build_once() -> None:
        try:
            build()
        except Refused as refused:
            for problem in refused.problems:
                announce(str(problem))

    try:
        state = sorted(_read_state(watched))
        build_once()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        announce(f"http://127.0.0.1:{server.server_port}{prefix}")
        pause = threading.Event()
        while not pause.wait(every):
            now = sorted(_read_state(watched))
            if now != state:
                state = now
                build_once()
    finally:
        server.server_close()
