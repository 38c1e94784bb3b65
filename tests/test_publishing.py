"""The workflow that publishes an edition, and what docs/publish.md promises of it."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.editions import OUTLETS, ROOT, SPEAKERS, WITNESS, add, run_command

WORKFLOWS = {
    ".": ROOT / ".github/workflows/pages.yml",
    "rostrum": ROOT / "edition/starting/edition/.github/workflows/pages.yml",
}


@pytest.fixture(params=WORKFLOWS, ids=["the sample", "a new edition"])
def workflow(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(WORKFLOWS[request.param].read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert loaded["env"]["PROGRAM"] == request.param
    return loaded


def test_both_workflows_differ_only_in_where_the_program_lies() -> None:
    one, other = (path.read_text(encoding="utf-8") for path in WORKFLOWS.values())
    assert one.replace("PROGRAM: .\n", "PROGRAM: rostrum\n") == other


def load_parts() -> dict[str, Any]:
    """Return the workflow that docs/parts.md gives."""
    written = re.findall(r"```yaml\n(.+?)```", (ROOT / "docs/parts.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(written) == 1
    loaded: dict[str, Any] = yaml.load(written[0], Loader=yaml.BaseLoader)
    return loaded


@pytest.fixture(params=[*WORKFLOWS, "in parts"])
def any_workflow(request: pytest.FixtureRequest) -> dict[str, Any]:
    if request.param == "in parts":
        return load_parts()
    loaded: dict[str, Any] = yaml.load(WORKFLOWS[request.param].read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return loaded


def test_no_job_may_do_more_than_it_needs(any_workflow: dict[str, Any]) -> None:
    assert any_workflow["permissions"] == {}
    for name, job in any_workflow["jobs"].items():
        if name == "deploy":
            assert job["permissions"] == {"pages": "write", "id-token": "write"}
        else:
            assert job["permissions"] == {"contents": "read"}
            assert job["steps"][0]["with"]["persist-credentials"] == "false"


def test_actions_are_pinned_by_commit(any_workflow: dict[str, Any]) -> None:
    used = [step["uses"] for job in any_workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert len(used) >= 9
    assert all(re.fullmatch(r"actions/[a-z-]+(/[a-z]+)?@[0-9a-f]{40}", name) for name in used)
    pins = dict(name.split("@") for name in used)
    assert len(set(used)) == len(pins), "one action, one version"


def test_all_workflows_use_the_same_versions() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (*WORKFLOWS.values(), ROOT / "docs/parts.md")]
    used = {line for text in texts for line in re.findall(r"actions/[\w-]+(?:/\w+)?@\S+ # v\S+", text)}
    assert len({line.split("@")[0] for line in used}) == len(used) >= 8


def test_nothing_of_a_name_or_a_message_becomes_a_command(any_workflow: dict[str, Any]) -> None:
    runs = [step["run"] for job in any_workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert not [run for run in runs if "${{" in run]


def test_it_installs_with_hashes_checks_builds_locked_and_then_deploys(workflow: dict[str, Any]) -> None:
    built, proved = (
        [step["run"] for step in workflow["jobs"][job]["steps"] if "run" in step] for job in ("build", "prove")
    )
    assert "--require-hashes" in built[0]
    assert built[1].endswith("check")
    assert built[2].endswith("build --locked")
    assert len(built) == 3
    assert proved[:2] == [built[0], built[2]]
    assert proved[-1] == 'diff --recursive --brief _site "$RUNNER_TEMP/site"'
    assert workflow["jobs"]["prove"]["needs"] == workflow["jobs"]["deploy"]["needs"] == "build"


def test_the_proof_remembers_nothing_and_only_what_is_proved_is_remembered(workflow: dict[str, Any]) -> None:
    uses = {
        job: [step["uses"].split("@")[0] for step in workflow["jobs"][job]["steps"] if "uses" in step]
        for job in ("build", "prove")
    }
    assert "actions/cache/restore" in uses["build"]
    assert "actions/cache/save" not in uses["build"]
    assert "actions/cache/restore" not in uses["prove"]
    assert "actions/cache/save" in uses["prove"]
    caches = [
        step["with"] for job in ("build", "prove") for step in workflow["jobs"][job]["steps"]
        if step.get("uses", "").startswith("actions/cache/")
    ]  # fmt: skip
    # a cache is known by its paths and its key
    assert caches[0]["path"] == caches[1]["path"] == ".memo\n_site\n"
    assert caches[1]["key"].startswith(caches[0]["restore-keys"])


class Runner:
    """A machine of a CI, with the checkout of an edition."""

    def __init__(self, folder: Path, edition: Path, program: str) -> None:
        self.workspace, self.temporary = folder / "work", folder / "temp"
        shutil.copytree(edition, self.workspace)
        self.temporary.mkdir()
        (folder / "bin").mkdir()
        python = folder / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        self._environment = os.environ | {
            "CI": "true",
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "PROGRAM": str(ROOT) if program == "." else program,
            "RUNNER_TEMP": str(self.temporary),
        }

    def run(self, job: dict[str, Any], first: str, last: str = "", **variables: str) -> str:
        """Run the commands of a job from the step of one name to that of another, and return what they print."""
        names = [step["name"] for step in job["steps"]]
        said = ""
        for step in job["steps"][names.index(first) : names.index(last or first) + 1]:
            if "run" in step:
                done = subprocess.run(
                    ["bash", "-e", "-c", step["run"]],
                    cwd=self.workspace,
                    env=self._environment | step.get("env", {}) | variables,
                    capture_output=True,
                    text=True,
                    encoding="utf-8",
                )
                assert done.returncode == 0, f"{step['name']}\n{done.stdout}{done.stderr}"
                said += done.stdout
        return said


@pytest.fixture(scope="module")
def new_edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new edition with a briefing, its addresses recorded, and nothing built."""
    edition = tmp_path_factory.mktemp("new") / "edition"
    assert run_command("new", edition).code == 0
    add(edition, "content/authorities/speakers.yaml", SPEAKERS)
    add(edition, "content/authorities/outlets.yaml", OUTLETS)
    add(edition, "received/2025-05-14.txt", WITNESS)
    assert run_command("-C", edition, "import", edition / "received").code == 0
    assert run_command("-C", edition, "build").code == 0
    for folder in (".memo", "_site", "received"):
        shutil.rmtree(edition / folder)
    return edition


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_what_the_workflow_runs_works(workflow: dict[str, Any], new_edition: Path, tmp_path: Path) -> None:
    jobs, program = workflow["jobs"], workflow["env"]["PROGRAM"]
    builder = Runner(tmp_path / "builder", new_edition, program)
    builder.run(jobs["build"], "Check every transcript against its source", "Build the site")
    assert (builder.workspace / "_site" / ".nojekyll").is_file()
    assert (builder.workspace / "_site" / "404.html").is_file()

    def prove(place: str) -> Runner:
        prover = Runner(tmp_path / place, new_edition, program)
        prover.run(jobs["prove"], "Build the site from nothing that is remembered, in another time zone")
        (prover.temporary / "handed").mkdir()
        handed = prover.temporary / "handed" / "artifact.tar"
        # as upload-pages-artifact packs it
        subprocess.run(
            ["tar", "--create", "--file", handed, "--directory", builder.workspace / "_site", "."], check=True
        )
        prover.run(jobs["prove"], "Unpack it", "Compare the two, byte for byte")
        return prover

    prover = prove("prover")
    # the next push finds what the proof has left, on another machine
    shutil.rmtree(builder.workspace)
    for folder in (".memo", "_site"):
        shutil.copytree(prover.workspace / folder, tmp_path / "cache" / folder, copy_function=shutil.copyfile)
    builder = Runner(tmp_path / "next", new_edition, program)
    shutil.copytree(tmp_path / "cache", builder.workspace, dirs_exist_ok=True)
    assert ": 0 files written, " in builder.run(jobs["build"], "Build the site")
    page = next((builder.workspace / "_site/briefings").glob("*.html"))
    page.write_bytes(page.read_bytes() + b"<!-- -->")
    with pytest.raises(AssertionError, match=rf"Compare the two[^/]+Files _site/briefings/{page.name}"):
        prove("last")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_what_the_workflow_in_parts_runs_works(new_edition: Path, tmp_path: Path) -> None:
    workflow = load_parts()
    jobs = workflow["jobs"]
    assert jobs["read"]["strategy"] == jobs["make"]["strategy"]
    assert (jobs["make"]["needs"], jobs["build"]["needs"], jobs["deploy"]["needs"]) == ("read", "make", "build")
    parts = tmp_path / "artifacts"
    for job, step in (("read", "Read the transcripts of this part"), ("make", "Make the files of this part")):
        names = {s["with"]["name"] for s in jobs[job]["steps"] if s["name"] == "Hand the part over"}
        assert names == {f"part-{job}-${{{{ matrix.part }}}}"}
        machine = Runner(tmp_path / job, new_edition, workflow["env"]["PROGRAM"])
        if parts.exists():
            shutil.copytree(parts, machine.temporary / "parts")
        assert "part 1/1: 1 briefing (2025-05 to 2025-05)" in machine.run(jobs[job], step, PART="1/1")
        shutil.copytree(machine.temporary / "part", parts / f"part-{job}-1")
    machine = Runner(tmp_path / "join", new_edition, workflow["env"]["PROGRAM"])
    shutil.copytree(parts, machine.temporary / "parts")
    assert "from parts: 1 of 1 briefing, " in machine.run(jobs["build"], "Build the site")
    patterns = [s["with"]["pattern"] for job in jobs.values() for s in job["steps"] if "pattern" in s.get("with", {})]
    assert [[fnmatch(name, each) for name in ("part-read-1", "part-make-1")] for each in patterns] == [
        [True, False],
        [True, True],
    ]


def test_the_policy_in_the_documentation_is_the_one_in_the_pages(sample_site: Path) -> None:
    page = (sample_site / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    written = (ROOT / "docs/publish.md").read_text(encoding="utf-8")
    stated = re.search(r"default-src 'none';.+", written)
    assert stated

    def parts(text: str) -> set[str]:
        return {part.strip() for part in text.replace("&#39;", "'").split(";") if part.strip()}

    assert parts(stated[0]) == parts(policy[1])


def test_what_browsers_may_keep_for_ever_is_named_by_its_content(sample_site: Path) -> None:
    written = (ROOT / "docs/publish.md").read_text(encoding="utf-8")
    (stated,) = re.findall(
        r'location ~ "(.+)" \{\n +add_header Cache-Control "public, max-age=31536000, immutable";', written
    )
    kept, asked = set[str](), set[str]()
    for file in sample_site.rglob("*"):
        if not file.is_file():
            continue
        path, data = file.relative_to(sample_site).as_posix(), file.read_bytes()
        if not re.search(stated, f"/press/{path}"):
            asked.add(path)
            continue
        kept.add(path)
        held = data if path.startswith("assets/") else data.partition(b",")[2].removesuffix(b");\n")
        tag = re.split(r"[.-]", path)[-2]
        assert hashlib.sha256(held).hexdigest().startswith(tag), path
    assert {path for path in asked if path.startswith(("assets/", "search/"))} == {"search/register.js"}
    assert {path for path in kept if not path.startswith(("assets/", "search/"))} == set()
    assert len(kept) > 20
