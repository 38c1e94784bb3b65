"""The workflow that publishes an edition, and what docs/publish.md promises of it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.editions import ROOT, run_command

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


def test_no_job_may_do_more_than_it_needs(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    checkout = workflow["jobs"]["build"]["steps"][0]
    assert checkout["with"]["persist-credentials"] == "false"


def test_actions_are_pinned_by_commit(workflow: dict[str, Any]) -> None:
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert len(used) == 4
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", name) for name in used)


def test_it_installs_with_hashes_checks_builds_locked_and_then_deploys(workflow: dict[str, Any]) -> None:
    runs = [step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    assert len(runs) == 5
    assert "--require-hashes" in runs[0]
    assert runs[1].endswith("check")
    assert runs[2].endswith("build --locked")
    assert runs[3] == f'{runs[2]} --output "$RUNNER_TEMP/again"'
    assert runs[4] == 'diff --recursive --brief _site "$RUNNER_TEMP/again"'
    assert workflow["jobs"]["deploy"]["needs"] == "build"


def test_what_the_workflow_runs_works(workflow: dict[str, Any], tmp_path: Path) -> None:
    edition = tmp_path / "edition"
    assert run_command("new", edition).code == 0
    for step in workflow["jobs"]["build"]["steps"][3:5]:
        arguments = re.fullmatch(r'python "\$PROGRAM/build\.py" -C \. (.+)', step["run"])
        assert arguments, step["run"]
        assert run_command("-C", edition, *arguments[1].split(), ci=True).code == 0
    assert (edition / "_site" / ".nojekyll").is_file()
    assert (edition / "_site" / "404.html").is_file()


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
