"""A site is published all or nothing: tried with real kills, full disks, foreign files and second builds."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition import publish
from edition.problems import Refused
from edition.publish import (
    MANIFEST,
    UNFINISHED,
    PublishReport,
    SiteChanged,
    mend_site,
    open_stage,
    read_manifest,
    write_manifest,
)

ROOT = Path(__file__).resolve().parent.parent
OLD = {"index.html": b"old home", "same.txt": b"same", "gone/x.html": b"gone"}
NEW = {"index.html": b"new home", "same.txt": b"same", "new/y.html": b"new"}


def put(output: Path, files: Mapping[str, bytes]) -> PublishReport:
    with open_stage(output) as stage:
        for path, data in files.items():
            stage.write(path, data)
        return stage.publish()


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def with_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    sums = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return {**files, MANIFEST: write_manifest(sums)}


def alone(output: Path) -> bool:
    """Whether nothing is left beside the site."""
    return [p.name for p in output.parent.iterdir()] == [output.name]


def break_off(output: Path, error: type[BaseException]) -> None:
    with open_stage(output) as stage:
        stage.write("index.html", b"new home")
        raise error


def message(caught: pytest.ExceptionInfo[Refused]) -> str:
    return str(caught.value)


def test_first_site_then_changes_then_nothing(tmp_path: Path) -> None:
    site = tmp_path / "out" / "_site"
    assert put(site, OLD) == PublishReport(written=3, unchanged=0, removed=0)
    assert tree(site) == with_manifest(OLD)
    assert put(site, NEW) == PublishReport(written=2, unchanged=1, removed=1)
    assert tree(site) == with_manifest(NEW)
    assert not (site / "gone").exists()
    before = site.stat()
    assert put(site, NEW) == PublishReport(written=0, unchanged=3, removed=0)
    assert os.path.samestat(before, site.stat()), "a site that didn't change isn't touched"
    assert alone(site)


def test_an_unchanged_file_keeps_its_time_stamp_and_a_changed_one_its_neighbours(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    os.utime(site / "same.txt", (1_000_000, 1_000_000))
    put(site, NEW)
    assert (site / "same.txt").stat().st_mtime == 1_000_000
    # a change of equal length must be seen although size and time stamp say nothing
    os.utime(site / "index.html", (1_000_000, 1_000_000))
    put(site, {**NEW, "index.html": b"NEW HOME"})
    assert (site / "index.html").read_bytes() == b"NEW HOME"


def test_a_file_changed_by_hand_is_written_again(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    (site / "same.txt").write_bytes(b"sane")
    assert put(site, OLD).written == 1
    assert tree(site) == with_manifest(OLD)


def test_the_manifest_is_what_sha256sum_reads(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    files = {"b.html": b"b", "a/é — ü.html": b"a", "a.html": b""}
    put(site, files)
    lines = (site / MANIFEST).read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines, key=lambda line: line[66:])
    assert [line[66:] for line in lines] == ["a.html", "a/é — ü.html", "b.html"]
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", MANIFEST], cwd=site, check=True)


def test_foreign_files_stay_whatever_they_are(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    (site / ".git" / "objects").mkdir(parents=True)
    (site / ".git" / "HEAD").write_text("ref", encoding="ascii")
    (site / "CNAME").write_text("example.org", encoding="ascii")
    (site / "gone" / "notes.txt").write_text("mine", encoding="ascii")
    (site / "empty").mkdir()
    (site / "latest").symlink_to("briefings/none.html")
    (site / "CNAME").chmod(0o640)
    assert put(site, NEW).foreign == 4
    assert (site / ".git" / "HEAD").read_text() == "ref"
    assert (site / ".git" / "objects").is_dir()
    assert (site / "empty").is_dir()
    assert (site / "gone" / "notes.txt").read_text() == "mine"
    assert not (site / "gone" / "x.html").exists()
    assert (site / "latest").readlink() == Path("briefings/none.html")
    assert stat.S_IMODE((site / "CNAME").stat().st_mode) == 0o640
    assert "CNAME" not in read_manifest(site)
    assert alone(site)


def test_foreign_files_stay_where_nothing_can_be_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*names: str, **options: bool) -> None:
        raise OSError(errno.EPERM, "no links here", *names)

    monkeypatch.setattr(os, "link", no_link)
    site = tmp_path / "_site"
    put(site, OLD)
    (site / "CNAME").write_text("example.org", encoding="ascii")
    put(site, NEW)
    assert tree(site) == {**with_manifest(NEW), "CNAME": b"example.org"}
    assert alone(site)


@pytest.mark.parametrize("foreign", ["index.html", "new", "new/y.html/z", "new/y.html"])
def test_a_foreign_file_in_the_way_is_named_and_nothing_done(tmp_path: Path, foreign: str) -> None:
    site = tmp_path / "_site"
    put(site, {"other.html": b"ours"})
    (site / foreign).parent.mkdir(parents=True, exist_ok=True)
    (site / foreign).write_bytes(b"theirs")
    before = tree(site)
    with pytest.raises(Refused) as caught:
        put(site, NEW)
    assert foreign in message(caught)
    assert "stands in the way" in message(caught)
    assert tree(site) == before
    assert alone(site)


def test_a_folder_of_somebody_else_is_not_taken_over(tmp_path: Path) -> None:
    site = tmp_path / "home"
    for n in range(30):
        (site / f"d{n}").mkdir(parents=True)
        (site / f"d{n}" / "index.html").write_bytes(b"precious")
    before = tree(site)
    with pytest.raises(Refused) as caught:
        put(site, {f"d{n}/index.html": b"ours" for n in range(30)})
    assert "10 more files stand in the way" in message(caught)
    assert tree(site) == before


def test_a_lost_manifest_is_no_loss_where_the_files_are_the_same(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    (site / MANIFEST).unlink()
    assert put(site, OLD).unchanged == 3
    assert tree(site) == with_manifest(OLD)


def test_a_tampered_manifest_can_delete_nothing_outside(tmp_path: Path) -> None:
    site, outside = tmp_path / "_site", tmp_path / "outside.txt"
    put(site, OLD)
    outside.write_bytes(b"keep")
    line = f"{'0' * 64}  "
    with (site / MANIFEST).open("a", encoding="utf-8") as file:
        file.write(f"{line}../outside.txt\n{line}{outside}\n{line}a/../../outside.txt\nnonsense\n")
    assert sorted(read_manifest(site)) == sorted(OLD)
    put(site, NEW)
    assert outside.read_bytes() == b"keep"


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../x", "/x", "a\\b", "", "a//b", "a/", "./a", "a:b", "nul\0", "a\nb", "end.", "end ", "x" * 256,
     MANIFEST, UNFINISHED, "\ud800"],
)  # fmt: skip
def test_a_path_that_leaves_the_site_or_can_not_be_stored_is_refused(tmp_path: Path, path: str) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    with pytest.raises(Refused), open_stage(site) as stage:
        stage.write(path, b"")
    assert tree(site) == with_manifest(OLD)
    assert alone(site)


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("a", "a/b"), ("a/b", "a")])
def test_two_files_at_one_address_are_refused(tmp_path: Path, first: str, second: str) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    with open_stage(site) as stage:
        stage.write(first, b"1")
        with pytest.raises(Refused):
            stage.write(second, b"2")
    assert tree(site) == with_manifest(OLD)
    assert alone(site)


@pytest.mark.parametrize(
    ("first", "second"), [("A.html", "a.html"), ("\u00e9.html", "e\u0301.html"), ("A", "a/b"), ("aux.html", "b")]
)
def test_addresses_that_only_some_systems_tell_apart_are_refused(tmp_path: Path, first: str, second: str) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    with pytest.raises(Refused):
        put(site, {first: b"1", second: b"2"})
    assert tree(site) == with_manifest(OLD)
    assert alone(site)


@pytest.mark.parametrize("patch", [False, True])
@pytest.mark.parametrize(
    ("old", "new"), [("b/y.html", "B/Y.html"), ("b/y.html", "b/Y.html"), ("b/y/z.html", "B/y"), ("b", "B/x.html")]
)
def test_a_new_address_is_held_against_those_that_stay(tmp_path: Path, old: str, new: str, patch: bool) -> None:
    site = tmp_path / "_site"
    before = {**OLD, old: b"1"}
    put(site, before)
    with open_stage(site, patch=patch) as stage:
        for path, data in before.items():
            stage.keep(path, len(data))
        stage.write(new, b"2")
        with pytest.raises(Refused, match=r"taken by|is a file, and a folder"):
            stage.publish()
    assert tree(site) == with_manifest(before)


@pytest.mark.parametrize("patch", [False, True])
@pytest.mark.parametrize("spare_from", [1, 5000])
def test_what_is_neither_written_nor_kept_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patch: bool, spare_from: int
) -> None:
    monkeypatch.setattr(publish, "SPARE_FROM", spare_from)
    site = tmp_path / "_site"
    now = OLD
    for number in range(3):
        put(site, now)
        with open_stage(site, patch=patch) as stage:
            stage.keep("same.txt", len(now["same.txt"]))
            stage.write("index.html", b"home %d" % number)
            assert stage.laid_out.keys() == {"same.txt", "index.html"}
            assert stage.size_of("same.txt") == len(now["same.txt"])
            with pytest.raises(Refused, match="two things claim"):
                stage.keep("index.html", 0)
            with pytest.raises(Refused, match="two things claim"):
                stage.write("same.txt", b"")
            stage.remove_rest()
            assert stage.publish().unchanged == 1
        now = {"same.txt": now["same.txt"], "index.html": b"home %d" % number}
        assert tree(site) == with_manifest(now)


def test_leaving_without_publishing_changes_nothing(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    with open_stage(site) as stage:
        stage.write("index.html", b"new home")
    for error in (KeyboardInterrupt, ZeroDivisionError, SystemExit):
        with pytest.raises(error):
            break_off(site, error)
    with pytest.raises(FileNotFoundError), open_stage(site):
        Path(tmp_path / "elsewhere" / "missing").read_bytes()
    assert tree(site) == with_manifest(OLD)
    assert alone(site)


def test_output_path_that_is_a_file_or_the_root(tmp_path: Path) -> None:
    (tmp_path / "_site").write_bytes(b"text")
    with pytest.raises(Refused, match="is a file"):
        put(tmp_path / "_site", OLD)
    assert (tmp_path / "_site").read_bytes() == b"text"
    with pytest.raises(Refused, match="a file stands where a folder is needed"):
        put(tmp_path / "_site" / "below", OLD)
    with pytest.raises(Refused, match="root of a disk"):
        put(Path("/"), OLD)


def test_output_folder_behind_a_link_is_published_where_it_lies(tmp_path: Path) -> None:
    real = tmp_path / "real" / "www"
    real.mkdir(parents=True)
    (tmp_path / "_site").symlink_to(real)
    put(tmp_path / "_site", OLD)
    assert (tmp_path / "_site").is_symlink()
    assert tree(real) == with_manifest(OLD)


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    parent = tmp_path / "closed"
    parent.mkdir()
    parent.chmod(0o555)
    # Root may write anywhere, so it becomes nobody, once everything that nobody may not read has been read.
    code = textwrap.dedent(f"""
        import os, sys
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from edition.problems import Refused
        from edition.publish import open_stage
        os.chdir({str(parent)!r})
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        try:
            with open_stage(Path("_site")) as stage:
                stage.write("a", b"")
        except Refused as refused:
            print(refused)
    """)
    folders = [tmp_path, *tmp_path.parents]
    modes = {folder: folder.stat().st_mode for folder in folders if os.access(folder, os.W_OK)}
    if os.geteuid() == 0:
        for folder in modes:
            folder.chmod(modes[folder] | 0o055)
    try:
        done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False)
    finally:
        for folder, mode in modes.items():
            folder.chmod(mode)
    assert "no permission" in done.stdout, done.stderr
    assert list(parent.iterdir()) == []


def test_a_disk_that_fills_up_at_any_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    real, left = os.write, 0

    def write(handle: int, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data[:3])

    monkeypatch.setattr(os, "write", write)
    for room in range(100):
        left = room
        with contextlib.suppress(Refused):
            put(site, NEW)
            break
        assert tree(site) == with_manifest(OLD), room
        assert alone(site)
    else:
        pytest.fail("never got through")
    assert room > 5
    assert tree(site) == with_manifest(NEW)
    left = 1
    with pytest.raises(Refused, match="no space is left on the disk"):
        put(site, OLD)


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        site = disk / "_site"
        put(site, OLD)
        with pytest.raises(Refused, match="no space is left on the disk"):
            put(site, {f"{n}.html": b"x" * 20_000 for n in range(30)})
        assert tree(site) == with_manifest(OLD)
        assert alone(site)
        put(site, NEW)
        assert tree(site) == with_manifest(NEW)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_mount_point_as_output_is_explained(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        with pytest.raises(Refused, match="mount point"):
            put(disk, OLD)
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_second_build_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    with open_stage(site) as stage:
        stage.write("index.html", b"home")
        with pytest.raises(Refused, match=rf"another build \(process {os.getpid()}\) is writing this site"):
            put(site, OLD)
        stage.publish()
    assert tree(site) == with_manifest({"index.html": b"home"})
    put(site, OLD)


def test_the_lock_without_fcntl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "fcntl", None)
    site = tmp_path / "_site"
    with open_stage(site), pytest.raises(Refused, match=r"remove \._site\.lock"):
        put(site, OLD)
    put(site, OLD)
    assert alone(site)


@pytest.mark.parametrize("mode", ["exchange", "rename", "patch", pytest.param("again", marks=pytest.mark.torture)])
def test_killed_at_every_step(tmp_path: Path, mode: str) -> None:
    command = [sys.executable, str(ROOT / "tests/fixtures/publish/killed.py"), str(tmp_path), mode]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["old"] > 20
    assert seen["new"] > 10
    assert seen["absent"] == (1 if mode == "rename" else 0)


LOOP = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from edition.publish import open_stage
site = Path({site!r})
print("go", flush=True)
n = 0
while True:
    n += 1
    with open_stage(site, durable=False) as stage:
        for i in range(40):
            stage.write(f"d{{i % 4}}/{{i}}.html", b"%d" % (n if i % 2 else 0) * 500)
        stage.write("index.html", b"%d" % n)
        stage.publish()
"""


def killed_at_random_moments(tmp_path: Path, rounds: int, seed: int) -> None:
    site = tmp_path / "_site"
    chance = random.Random(seed)
    put(site, {"index.html": b"0"})
    (site / "CNAME").write_bytes(b"example.org")
    for _ in range(rounds):
        code = LOOP.format(root=str(ROOT), site=str(site))
        with subprocess.Popen([sys.executable, "-B", "-c", code], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            child.send_signal(signal.SIGKILL)
        for _ in range(2):
            found = tree(site)
            assert found.pop("CNAME") == b"example.org"
            manifest = found.pop(MANIFEST)
            assert write_manifest({p: hashlib.sha256(d).hexdigest() for p, d in found.items()}) == manifest
            mend_site(site)
        assert alone(site)


def test_killed_at_random_moments(tmp_path: Path) -> None:
    killed_at_random_moments(tmp_path, rounds=12, seed=1)


@pytest.mark.torture
def test_killed_at_many_random_moments(tmp_path: Path) -> None:
    killed_at_random_moments(tmp_path, rounds=500, seed=2)


def test_what_others_put_down_in_the_last_moment_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    (site / "CNAME").write_bytes(b"old.example")
    swap = publish._swap

    def late(new: Path, live: Path) -> None:
        (live / "late.txt").write_bytes(b"late")
        (live / "deep").mkdir()
        (live / "deep" / "later.txt").write_bytes(b"later")
        (live / "CNAME.new").write_bytes(b"new.example")
        os.utime(live / "CNAME.new", (2_000_000_000, 2_000_000_000))
        (live / "CNAME.new").replace(live / "CNAME")
        swap(new, live)

    monkeypatch.setattr(publish, "_swap", late)
    put(site, NEW)
    assert tree(site) == {
        **with_manifest(NEW), "late.txt": b"late", "deep/later.txt": b"later", "CNAME": b"new.example"
    }  # fmt: skip
    assert alone(site)


def test_a_new_site_stands_although_the_old_can_not_be_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    with monkeypatch.context() as broken:

        def closed(folder: Path) -> None:
            raise PermissionError(errno.EACCES, "closed", str(folder))

        broken.setattr(publish, "_discard", closed)
        assert put(site, NEW).written == 2
    assert tree(site) == with_manifest(NEW)
    assert not alone(site)
    mend_site(site)
    assert tree(site) == with_manifest(NEW)
    assert alone(site)


def test_a_folder_that_its_owner_closed_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    (site / "closed").mkdir()
    (site / "closed" / "mine.txt").write_bytes(b"mine")
    (site / "closed").chmod(0o555)
    real, refused = shutil.rmtree, []

    def rmtree(path: str) -> None:
        # root may delete everywhere; others are refused what lies in a closed folder
        if os.path.isdir(path) and not os.stat(path).st_mode & stat.S_IWUSR:  # noqa: PTH112, PTH116
            refused.append(path)
            raise PermissionError(errno.EACCES, "closed", path)
        real(path)

    monkeypatch.setattr(shutil, "rmtree", rmtree)
    put(site, NEW)
    assert len(refused) == 1
    assert tree(site) == {**with_manifest(NEW), "closed/mine.txt": b"mine"}
    assert alone(site)


NAMES = st.lists(st.sampled_from(["a", "b", "c.html", "é"]), min_size=1, max_size=3).map("/".join)
SITES = st.dictionaries(NAMES, st.sampled_from([b"", b"1", b"22", b"x" * 100]), max_size=6)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


def patch(output: Path, before: Mapping[str, bytes], files: Mapping[str, bytes]) -> PublishReport:
    """Publish `files` over a site of `before`, telling only of what differs."""
    with open_stage(output, patch=True) as stage:
        for path in sorted(before.keys() - files.keys()):
            stage.remove(path)
        for path, data in files.items():
            if before.get(path) != data:
                stage.write(path, data)
        return stage.publish()


def spare_of(site: Path) -> Path:
    return site.with_name(f".{site.name}.spare")


def test_a_patch_tells_only_what_differs(tmp_path: Path) -> None:
    site = tmp_path / "_site"
    put(site, OLD)
    assert patch(site, OLD, NEW) == PublishReport(written=2, unchanged=1, removed=1)
    assert tree(site) == with_manifest(NEW)
    assert not (site / "gone").exists()
    assert patch(site, NEW, NEW) == PublishReport(written=0, unchanged=3, removed=0)
    assert alone(site), "a small site keeps no spare tree"


def test_a_large_site_is_made_of_the_tree_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "SPARE_FROM", 1)
    linked: list[str] = []
    link = publish._link

    def count(source: str, target: str) -> bool:
        linked.append(target.rpartition("/")[2])
        return link(source, target)

    monkeypatch.setattr(publish, "_link", count)
    site = tmp_path / "_site"
    many = {f"{i % 3}/{i}.html": b"%d" % i for i in range(30)}
    put(site, {**many, **OLD})
    (site / "CNAME").write_bytes(b"example.org")
    assert patch(site, {**many, **OLD}, {**many, **NEW}).foreign == 1
    assert spare_of(site).is_dir()
    assert not (spare_of(site) / "CNAME").exists(), "nothing of others lies in the spare tree"
    linked.clear()
    (site / "1" / "theirs.txt").write_bytes(b"theirs")
    third = {**many, **NEW, "2/2.html": b"third"}
    assert patch(site, {**many, **NEW}, third).foreign == 2
    assert sorted(linked) == ["CNAME", "index.html", "theirs.txt", "y.html"], "only what differs is linked"
    assert tree(site) == {**with_manifest(third), "CNAME": b"example.org", "1/theirs.txt": b"theirs"}
    put(site, NEW)
    assert not spare_of(site).exists()


@pytest.mark.parametrize("spare_from", [1, 5000])
def test_a_file_of_ours_that_is_gone_is_not_carried_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spare_from: int
) -> None:
    monkeypatch.setattr(publish, "SPARE_FROM", spare_from)
    site = tmp_path / "_site"
    put(site, OLD)
    patch(site, OLD, NEW)
    (site / "same.txt").unlink()
    before = tree(site)
    with pytest.raises(SiteChanged, match="same"):
        patch(site, NEW, {**NEW, "index.html": b"newest"})
    assert tree(site) == before
    put(site, NEW)
    assert tree(site) == with_manifest(NEW)


@pytest.fixture(scope="module")
def other_scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("patches")


@settings(max_examples=60, deadline=None)
@given(st.lists(SITES, min_size=2, max_size=6), st.lists(SITES, min_size=1, max_size=6), st.integers(0, 4))
def test_any_row_of_patches_over_things_of_others(
    other_scratch: Path, sites: list[dict[str, bytes]], foreign: list[dict[str, bytes]], spare_from: int
) -> None:
    """Whatever others put into the site between patches, it ends as a whole build would leave it."""
    patched, whole = other_scratch / "patched", other_scratch / "whole"
    for folder in (patched, whole, spare_of(patched)):
        shutil.rmtree(folder, ignore_errors=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(publish, "SPARE_FROM", spare_from)
        now: dict[str, bytes] = {}
        for number, files in enumerate(sites):
            for folder in (patched, whole):
                for path, data in foreign[number % len(foreign)].items() if number else ():
                    if path not in now and not (folder / path).exists():
                        with contextlib.suppress(OSError):
                            (folder / path).parent.mkdir(parents=True, exist_ok=True)
                            (folder / path).write_bytes(data)
            try:
                put(whole, files)
            except Refused:
                with pytest.raises((Refused, SiteChanged)):
                    patch(patched, now, files) if number else put(patched, files)
            else:
                try:
                    patch(patched, now, files) if number else put(patched, files)
                except SiteChanged:
                    put(patched, files)
                now = files
            assert tree(patched) == tree(whole)


@settings(max_examples=60, deadline=None)
@given(st.lists(SITES, min_size=1, max_size=4), SITES)
def test_any_row_of_sites_over_any_foreign_files(
    scratch: Path, sites: list[dict[str, bytes]], foreign: dict[str, bytes]
) -> None:
    site = scratch / "_site"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    for path, data in foreign.items():
        with contextlib.suppress(OSError):
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_bytes(data)
    theirs = tree(site)
    now: dict[str, bytes] = {}
    for files in sites:
        before = tree(site)
        try:
            put(site, files)
        except Refused:
            assert tree(site) == before
        else:
            now = files
            kept = {p: d for p, d in theirs.items() if p not in files}
            # a foreign file with our own bytes became ours when we first wrote it
            theirs = kept
            assert tree(site) == {**with_manifest(now), **kept}
        assert alone(site)
