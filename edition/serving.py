"""The preview server: shows a built site on this machine as GitHub Pages would, and asks for a new build on change.

What was made ahead of the next build is shown in place of what lies in the site. This module must not build anything
itself, listen on any other address than loopback, or write a file.
"""

from __future__ import annotations

import io
import os
import posixpath
import stat
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from edition.model import Locus
from edition.problems import Problem, Refused

#: Folders of an edition whose files make the site.
WATCHED = ("config.yaml", "content", "templates", "assets")
#: Where transcripts lie below the edition's folder, and how their names end.
_TRANSCRIPTS = ("content/briefings/", ".md")
#: Of how many transcripts that change together pages are made ahead of the build.
_AHEAD = 20
#: After a look at the files this many times as long as it took passes before the next one.
_REST = 5

#: Path in the site → what is shown there until a build that began later has ended.
Pages = Mapping[str, bytes]


class PagesHandler(SimpleHTTPRequestHandler):
    """Answers as GitHub Pages does: under a path prefix, /page for page.html, 404.html for what isn't there. `ahead`:
    pages that are shown before they are built.
    """

    def __init__(self, *args: Any, base: str = "/", ahead: Pages = MappingProxyType({}), **kwargs: Any) -> None:
        self.base = base
        self.ahead = ahead
        super().__init__(*args, **kwargs)

    def send_head(self) -> Any:
        address = urllib.parse.urlsplit(self.path).path
        if not address.startswith(self.base):
            if address + "/" == self.base:
                return self._redirect(self.base)
            return self._send_missing()
        inside = posixpath.normpath("/" + urllib.parse.unquote(address[len(self.base) :])).lstrip("/")
        page = self.ahead.get(inside) or self.ahead.get(f"{inside}.html")
        if page is not None:
            return self._send_page(HTTPStatus.OK, io.BytesIO(page), len(page))
        target = Path(self.directory, inside)
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
        return self._send_page(HTTPStatus.NOT_FOUND, page.open("rb"), page.stat().st_size)

    def _send_page(self, status: HTTPStatus, stream: BinaryIO, size: int) -> BinaryIO:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        return stream

    def end_headers(self) -> None:
        # a preview must show what was built last, whatever the browser remembers
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


#: Path of a file below the edition's folder → when it changed (ns) and its size.
_State = dict[str, tuple[int, int]]


def _read_state(folder: Path) -> _State:
    """Return the state of every file that the site is made of."""
    found: _State = {}
    for name in WATCHED:
        with suppress(OSError):
            state = (folder / name).stat()
            if stat.S_ISDIR(state.st_mode):
                _read_folder(f"{folder}/{name}", f"{name}/", found)
            else:
                found[name] = state.st_mtime_ns, state.st_size
    return found


def _read_folder(place: str, shown: str, found: _State) -> None:
    with os.scandir(place) as entries:
        for entry in entries:
            # what is removed while we look is missing in the next state
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    _read_folder(entry.path, f"{shown}{entry.name}/", found)
                else:
                    state = entry.stat()
                    # a folder behind a link changes with whatever is done there, perhaps by the build itself
                    if not stat.S_ISDIR(state.st_mode):
                        found[shown + entry.name] = state.st_mtime_ns, state.st_size


class Watch:
    """Who watches the files of an edition while its site is shown. `show`: paths of transcripts → their pages, made
    ahead of the build.

    `due`: something has changed since `start` was called. `ahead`: what is shown before it is built. `pause`: how many
    seconds to wait until the next look.
    """

    def __init__(self, folder: Path, show: Callable[[Sequence[str]], Pages], every: float) -> None:
        self.ahead: dict[str, bytes] = {}
        self.due = True
        self.pause = self._every = every
        self._folder, self._show = folder, show
        self._state = _read_state(folder)
        self._looked = time.monotonic()
        self._before: Pages = {}

    def look(self) -> None:
        """Look at the files if the last look is long enough ago, and show the transcripts that have changed."""
        begin = time.monotonic()
        if begin - self._looked < self.pause:
            return
        now, before = _read_state(self._folder), self._state
        self._state = now
        self.pause = max(self._every, _REST * (time.monotonic() - begin))
        changed = [path for path, state in now.items() if before.get(path) != state]
        if changed or now.keys() != before.keys():
            self.due = True
            first, last = _TRANSCRIPTS
            transcripts = sorted(path for path in changed if path.startswith(first) and path.endswith(last))
            if transcripts and len(transcripts) <= _AHEAD:
                self.ahead.update(self._show(transcripts))
        self._looked = time.monotonic()

    def start(self) -> None:
        """Take note that a build begins: it will show all that has changed until now."""
        self.due = False
        self._before = dict(self.ahead)

    def end(self) -> None:
        """Take note that it has ended."""
        for path, page in self._before.items():
            if self.ahead.get(path) is page:
                del self.ahead[path]


def open_server(site: Path, port: int, base: str, ahead: Pages = MappingProxyType({})) -> ThreadingHTTPServer:
    """Return a server for `site` on loopback, not yet running. `ahead`: what it shows in place of what lies there.
    Raises Refused where the port is taken.
    """
    base = "/" + base.strip("/") + "/" if base.strip("/") else "/"
    handler = partial(PagesHandler, directory=str(site), base=base, ahead=ahead)
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        hint = "choose another with --port, or end the program that uses it"
        raise Refused(Problem(Locus(f"127.0.0.1:{port}"), f"this port can't be used ({error})", hint)) from None


def serve_site(
    site: Path,
    *,
    watched: Path,
    build: Callable[[Callable[[], None]], None],
    show: Callable[[Sequence[str]], Pages],
    port: int,
    base: str,
    announce: Callable[[str], None],
    stopped: Callable[[], bool],
    every: float = 0.7,
) -> None:
    """Build, show `site` on 127.0.0.1, and build again when a file of the edition changes, until it is `stopped`.

    `build`: builds, and calls what it gets every now and then, so that what changes meanwhile is shown; `show`: paths
    of transcripts that have changed → their pages, shown until they are built. `every`: seconds between two looks at
    the files. A refused build is announced and the last good site stays.
    """

    def tell(refused: Refused) -> None:
        for problem in refused.problems:
            announce(str(problem))

    def show_ahead(paths: Sequence[str]) -> Pages:
        try:
            return show(paths)
        except Refused as refused:
            tell(refused)
        except OSError:
            # something vanished while it was read; the build that follows tells what is wrong
            pass
        return {}

    watch = Watch(watched, show_ahead, every)
    server = open_server(site, port, base, watch.ahead)
    prefix = "/" + base.strip("/") + "/" if base.strip("/") else "/"
    running = False
    try:
        while True:
            if watch.due:
                watch.start()
                try:
                    build(watch.look)
                except Refused as refused:
                    # what was shown ahead stays: nothing was published in its place
                    tell(refused)
                else:
                    watch.end()
            if not running:
                running = True
                threading.Thread(target=server.serve_forever, daemon=True).start()
                announce(f"http://127.0.0.1:{server.server_port}{prefix}  (Ctrl-C ends)")
            if stopped():
                return
            time.sleep(watch.pause)
            watch.look()
    finally:
        if running:
            server.shutdown()
        server.server_close()
