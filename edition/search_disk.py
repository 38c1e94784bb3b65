"""The search index once more, as classic scripts: what a page that was opened from a disk can load.

A browser lets a page from a disk run a script that lies beside it, but neither fetch a file nor start a worker from
one. So Pagefind's worker stands here as a function, unchanged, and every other file of the index as base64 in scripts
of about 150 kB (assets/search/disk.js is the reader). This module must not change a byte of what Pagefind wrote, and
never writes outside search/disk/.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edition.model import Locus
from edition.problems import Problem, Refused
from edition.search_index import INDEX
from edition.search_pagefind import PAGEFIND_VERSION, WORKER

FOLDER: Final = "search/disk"
#: The bytes that one script should have: few requests, and none that keeps a reader waiting.
SHARD: Final = 150_000

#: What the worker must hold, and what it must not, so that it runs inside a function: its way in and out is messages
#: and fetch, and it is no module. Read from Pagefind 1.5.2; another version is refused before it comes to this.
_NEEDED: Final = ('addEventListener("message"', "postMessage(", "fetch(")
_FORBIDDEN: Final = ("import.meta", "importScripts(", "export{", "export {")
#: A line of this kind would end the function early, were it ever in the worker's text.
_STRAY_END: Final = re.compile(r"</script|<!--", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DiskReport:
    """What was written: scripts, their bytes, and the bytes of Pagefind's files that they hold."""

    scripts: int
    bytes: int
    packed: int


def choose_shard(path: str, shards: int) -> int:
    """Return which of `shards` scripts holds a file: FNV-1a (32 bit) of its path, as assets/search/disk.js has it."""
    hashed = 0x811C9DC5
    for byte in path.encode("utf-8"):
        hashed = ((hashed ^ byte) * 0x01000193) & 0xFFFFFFFF
    return hashed % shards


def write_disk_copy(site: Path, shard: int = SHARD) -> DiskReport:
    """Write `site`/search/disk from `site`/pagefind; an edition without an index gets none.

    Raises Refused where the worker isn't what this was made for; nothing is written then.
    """
    bundle, folder = site / INDEX, site / FOLDER
    if not (bundle / WORKER).is_file():
        return DiskReport(0, 0, 0)
    worker = (bundle / WORKER).read_text(encoding="utf-8")
    _refuse_unfit(worker)
    # every file but the worker, so that a file nobody has heard of is packed and not lost
    files = {p.relative_to(bundle).as_posix(): p for p in sorted(bundle.rglob("*")) if p.is_file() and p.name != WORKER}
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in files:
        groups[path.rpartition("/")[0] or "core"].append(path)
    counts: dict[str, int] = {}
    scripts: dict[str, str] = {}
    for group, paths in sorted(groups.items()):
        size = sum(files[path].stat().st_size for path in paths) * 4 // 3
        counts[group] = max(1, round(size / shard)) if group != "core" else 1
        parts: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for path in paths:
            data = files[path].read_bytes()
            parts[choose_shard(path, counts[group])][path] = base64.b64encode(data).decode("ascii")
        for number, part in sorted(parts.items()):
            text = json.dumps(part, separators=(",", ":"))
            scripts[f"{group.replace('/', '-')}-{number}.js"] = f"RostrumSearch.takeFiles({text});\n"
    start = json.dumps({"version": PAGEFIND_VERSION, "shards": counts}, separators=(",", ":"))
    scripts["start.js"] = f"RostrumSearch.takeWorker({start},function(self,fetch,document,window){{\n{worker}\n}});\n"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in scripts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return DiskReport(
        len(scripts),
        sum(len(text.encode("utf-8")) for text in scripts.values()),
        len(worker.encode("utf-8")) + sum(path.stat().st_size for path in files.values()),
    )


def _refuse_unfit(worker: str) -> None:
    missing = [text for text in _NEEDED if text not in worker]
    unfit = [text for text in _FORBIDDEN if text in worker]
    if missing or unfit or _STRAY_END.search(worker):
        what = f"lacks {', '.join(missing)}" if missing else f"holds {', '.join(unfit) or 'a script end'}"
        raise Refused(
            Problem(
                Locus("search"),
                f"Pagefind's worker {what}, so the search can't be made to work from a disk",
                f"this needs Pagefind {PAGEFIND_VERSION}: install what requirements/run.txt lists",
            )
        )
