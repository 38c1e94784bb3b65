"""Pagefind, run as a service: pages go in one by one, files of an index come out, their pages numbered as they came.

This is the only module that knows the program, its messages and its file formats, and it refuses whatever is not as it
expects. It must not know what an edition is, and writes only into the folder that it is given.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import tempfile
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

from edition.model import Locus
from edition.problems import Problem, Refused

#: The one version whose files, messages and index this project was measured with (docs/search.md).
PAGEFIND_VERSION: Final = "1.5.2"
WORKER: Final = "pagefind-worker.js"
ENTRY: Final = "pagefind-entry.json"

INSTALL: Final = f"install what requirements/run.txt lists: pip install pagefind[extended]=={PAGEFIND_VERSION}"
_STRANGE: Final = f"this needs Pagefind {PAGEFIND_VERSION}; if that is what you have, please report this"
_MODULES: Final = ("pagefind_bin_extended", "pagefind_bin")
_BINARIES: Final = ("pagefind_extended", "pagefind", "pagefind_extended.exe", "pagefind.exe")
#: What Pagefind writes for pages that use its own interface; ours speaks to the worker.
_UNUSED: Final = (
    "pagefind.js",
    "pagefind-ui.js",
    "pagefind-ui.css",
    "pagefind-modular-ui.js",
    "pagefind-modular-ui.css",
    "pagefind-component-ui.js",
    "pagefind-component-ui.css",
    "pagefind-highlight.js",
)
#: What every packed file begins with when it is unpacked.
_SIGNATURE: Final = b"pagefind_dcd"


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """What Pagefind says of an index: the language whose rules it uses, the name of the program for it, a hash of its
    pages; `entry`: these in Pagefind's own words, which its worker asks for first.
    """

    language: str
    wasm: str
    hash: str
    entry: str


def refusal(message: str, hint: str = "") -> Refused:
    """Return what the build says when there can be no search."""
    return Refused(Problem(Locus("search"), message, hint))


def find_pagefind() -> Path:
    """Return the path of Pagefind's program as pip installed it, the build with word segmentation first, or refuse."""
    for module in _MODULES:
        spec = find_spec(module)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for name in _BINARIES:
                if (path := Path(folder) / name).is_file():
                    return path
    raise refusal("Pagefind, which makes the search index, is not installed", INSTALL)


def check_version(binary: Path) -> None:
    """Refuse a program that isn't Pagefind of the one version."""
    try:
        done = subprocess.run(
            [str(binary.resolve()), "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        raise refusal("Pagefind doesn't say its version", INSTALL) from None
    except OSError as error:
        raise refusal(f"Pagefind can't be started: {error.strerror or error}", INSTALL) from error
    said = done.stdout.decode("utf-8", "replace").strip()
    _refuse_failure(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"))
    version = said.removeprefix("pagefind").strip()
    if version != PAGEFIND_VERSION:
        raise refusal(f"Pagefind {version or '(no version)'} is installed, {PAGEFIND_VERSION} is needed", INSTALL)


def encode_page(url: str, page: str) -> bytes:
    """Return the message that gives Pagefind a page; `url` as its results are to name it."""
    return _encode({"type": "AddFile", "index_id": 0, "file_path": url, "file_contents": page})


def make_index(binary: Path, feed: Iterable[bytes], urls: Sequence[str], out: Path, timeout: float) -> IndexFacts:
    """Write the index of the pages into `out`, a new folder, and return what Pagefind says of it.

    `feed`: what `encode_page` made, in any portions, in the order of `urls`, which is the order in which the index
    numbers the pages. All pages are in one language. `timeout`: seconds. Raises Refused where Pagefind fails, is
    killed, takes too long, leaves out a page, or writes something else than this project knows how to read.
    """
    with tempfile.TemporaryDirectory(prefix="rostrum-pagefind-") as scratch:
        files = run_service(binary, feed, urls, Path(scratch), timeout)
    facts = check_index(files, urls)
    for name, data in files.items():
        if name in (ENTRY, *_UNUSED) or (name.startswith("wasm.") and name != f"wasm.{facts.wasm}.pagefind"):
            continue
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)
    return facts


def _encode(payload: dict[str, Any]) -> bytes:
    # answers come in the order of the questions, so that a number tells nothing
    message = json.dumps({"message_id": 1, "payload": payload}, ensure_ascii=True, separators=(",", ":"))
    return base64.b64encode(message.encode("ascii")) + b","


# ── The service ─────────────────────────────────────────────────────────────────────────────────────────────────────


def run_service(
    binary: Path, feed: Iterable[bytes], urls: Sequence[str], scratch: Path, timeout: float
) -> dict[str, bytes]:
    """Return the files of the index of what is fed, by name; `scratch`: an empty folder to run in."""
    # a pagefind.yml where it runs, or a PAGEFIND_… variable, would change what is indexed
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    # several threads would share out the work in an order that differs from run to run
    environment["RAYON_NUM_THREADS"] = "1"
    with (scratch / "said").open("w+b") as said:
        try:
            process = subprocess.Popen(
                [str(binary.resolve()), "--service"],
                cwd=scratch,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        except OSError as error:
            raise refusal(f"Pagefind can't be started: {error.strerror or error}", INSTALL) from error
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(timeout, stop)
        feeder = threading.Thread(target=_feed, args=(process.stdin, feed), daemon=True)
        clock.start()
        feeder.start()
        try:
            files = _read_answers(process.stdout, urls)
            feeder.join()
            with suppress(OSError):
                process.stdin.close()
            code = process.wait()
        finally:
            clock.cancel()
            process.kill()
            process.wait()
            feeder.join()
            with suppress(OSError):
                process.stdin.close()
            process.stdout.close()
        said.seek(0)
        if late.is_set():
            raise refusal(f"Pagefind was stopped: it took longer than {timeout:.0f} seconds")
        _refuse_failure(code, said.read().decode("utf-8", "replace"))
    if not files:
        raise refusal("Pagefind ended without an error and without an index", INSTALL)
    return files


def _feed(pipe: IO[bytes], feed: Iterable[bytes]) -> None:
    # a program that has ended takes nothing more; what it said before tells why
    with suppress(OSError, ValueError):
        pipe.write(_encode({"type": "NewIndex", "config": None}))
        for portion in feed:
            pipe.write(portion)
        # not its WriteFiles, which answers before the files are written and then loses some when it ends
        pipe.write(_encode({"type": "GetFiles", "index_id": 0}))
        pipe.flush()


def _read_answers(pipe: IO[bytes], urls: Sequence[str]) -> dict[str, bytes]:
    """Read one answer a page, in order, then the files; none where it ends before. Refuses what isn't expected."""
    indexed = 0
    for answer in _answers(pipe):
        payload = answer.get("payload") or {}
        kind = payload.get("type")
        if kind == "IndexedFile" and indexed < len(urls) and payload.get("page_url") == f"/{urls[indexed]}":
            indexed += 1
        elif kind == "GetFiles":
            if indexed != len(urls):
                raise refusal(f"Pagefind indexed {indexed} of {len(urls)} sections", _STRANGE)
            return {file["path"]: base64.b64decode(file["content"]) for file in payload["files"]}
        elif kind != "NewIndex":
            at = f" at {urls[indexed]}" if indexed < len(urls) else ""
            what = str(payload.get("message") or payload.get("page_url") or kind)[:200]
            raise refusal(f"Pagefind answers something else than expected{at}: {what}", _STRANGE)
    return {}


def _answers(pipe: IO[bytes]) -> Iterator[dict[str, Any]]:
    portions: list[bytes] = []
    while data := os.read(pipe.fileno(), 1 << 18):
        first, *others = data.split(b",")
        portions.append(first)
        for other in others:
            yield _decode(b"".join(portions))
            portions = [other]


def _decode(answer: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(base64.b64decode(answer, validate=True))
    except ValueError:
        decoded = None
    if not isinstance(decoded, dict):
        raise refusal("Pagefind doesn't answer in the way that this project knows", _STRANGE)
    return decoded


def _refuse_failure(code: int, said: str) -> None:
    if code < 0:
        raise refusal(f"Pagefind was killed by signal {-code}", "is there enough memory for it?")
    if code:
        last = said.strip().splitlines()[-1].strip() if said.strip() else "it says nothing"
        raise refusal(f"Pagefind failed with exit code {code}: {last}", INSTALL)


# ── The files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def check_index(files: Mapping[str, bytes], urls: Sequence[str]) -> IndexFacts:
    """Return what the index says of itself; refuse where its pages aren't those of `urls` in their order."""
    try:
        entry = json.loads(files[ENTRY])
        ((language, facts),) = entry["languages"].items()
        wasm = facts["wasm"] or "unknown"
        pages = read_pages(files[f"pagefind.{facts['hash']}.pf_meta"])
        lacking = [name for name in (WORKER, f"wasm.{wasm}.pagefind") if name not in files]
        if lacking or entry["version"] != PAGEFIND_VERSION:
            raise ValueError(f"no {lacking[0]}" if lacking else f"version {entry['version']}")
    except (KeyError, ValueError, TypeError, AttributeError, OSError, EOFError, zlib.error) as error:
        raise refusal(f"Pagefind's index isn't made as this project expects ({error})", _STRANGE) from error
    if len(pages) != len(urls):
        raise refusal(f"Pagefind indexed {len(pages)} of {len(urls)} sections", _STRANGE)
    for page, url in zip(pages, urls, strict=True):
        if not _begins_with_url(files.get(f"fragment/{page}.pf_fragment", b""), url):
            raise refusal(f"Pagefind's index holds another section where {url} should be", _STRANGE)
    return IndexFacts(str(language), str(wasm), str(facts["hash"]), files[ENTRY].decode("utf-8"))


def _begins_with_url(fragment: bytes, url: str) -> bool:
    # only its first bytes are unpacked: there are as many fragments as sections
    expected = _SIGNATURE + b'{"url":' + json.dumps(f"/{url}").encode("ascii")
    try:
        return zlib.decompressobj(wbits=31).decompress(fragment, len(expected)) == expected
    except zlib.error:
        return False


def read_pages(meta: bytes) -> tuple[str, ...]:
    """Return the names of an index's pages in the order of their numbers; raises ValueError where `meta` is no such.

    Pagefind's .pf_meta is packed CBOR (RFC 8949): an array of version, pages, … ; a page is [name, words]. As readPages
    in assets/search/desk.js.
    """
    data = gzip.decompress(meta)
    if not data.startswith(_SIGNATURE):
        raise ValueError("no signature")
    at = len(_SIGNATURE)

    def head(kind: int) -> int:
        """Read the head of an item of this kind; return its number."""
        nonlocal at
        first = data[at] if at < len(data) else 0xFF
        at += 1
        if first >> 5 != kind or first & 31 > 26:
            raise ValueError(f"byte {at - 1} is no head of kind {kind}")
        if (width := first & 31) < 24:
            return width
        size = 1 << width - 24
        at += size
        return int.from_bytes(data[at - size : at], "big")

    def text() -> str:
        nonlocal at
        size = head(3)
        at += size
        return data[at - size : at].decode("utf-8")

    head(4)
    if text() != PAGEFIND_VERSION:
        raise ValueError("another version")
    pages = []
    for _ in range(head(4)):
        if head(4) != 2:
            raise ValueError("a page of another shape")
        pages.append(text())
        head(0)
    return tuple(pages)
