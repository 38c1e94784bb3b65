"""Permalinks from an editor's chair: a change is made, the build asks or keeps, and a reader finds his way."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from edition.building import BuildReport, build_site, check_edition
from edition.checks import LinkCheck
from edition.deciding import keep_ids, move_address, withdraw_addresses
from edition.permalinks.addresses import Address, parse_address
from edition.permalinks.counting import count_answers, find_lost
from edition.permalinks.settling import is_promised
from edition.problems import Refused
from tests import editions
from tests.editions import OUTLETS, ROOT, TRANSCRIPT, add, run_command, tree_of, write_edition
from tests.permalink_reader import Arrival, Reader

MAY, JUNE = "2025-05-14-ines-halvard", "2025-06-02-ines-halvard"
FERRY = "The ferry to Norway was late again. Will the timetable change?"
CLOCK = "The timetable belongs to the operators. The harbour belongs to us, and its clock is right."
TOWER = "The lamp is. Chile built the tower, and built it well."
SECOND = TRANSCRIPT.replace("14 May 2025", "2 June 2025").replace("2025-05-14", "2025-06-02")
SECOND = SECOND[: SECOND.index("## Ferry")] + (
    "## {#q1}\n\n**Harbour Post:** How many gulls does the office count on the new pier this spring?\n\n"
    "**Ines Halvard:** Four hundred and twelve, and every one of them counted twice by two people.\n"
)
ABOUT = "# About\n\nWords.\n\n## The sources\n\nWords.\n\n## Rights\n\nWords.\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_edition(tmp_path_factory.mktemp("published") / "edition")
    add(folder, f"content/briefings/{JUNE}.md", SECOND)
    add(folder, "content/pages/about.md", ABOUT)
    assert publish(folder).published is not None
    return folder


@pytest.fixture
def edition(published: Path, tmp_path: Path) -> Path:
    """An edition of two briefings and a page, published once."""
    return shutil.copytree(published, tmp_path / "edition", symlinks=True)


def publish(folder: Path, locked: bool = False, preview: bool = False) -> BuildReport:
    return build_site(folder, search=False, locked=locked, preview=preview)


def edit(folder: Path, before: str, after: str, file: str = f"content/briefings/{MAY}.md") -> None:
    editions.edit(folder, file, before, after)


def carry_section(folder: Path, briefing: str, id: str = "q2") -> None:
    """Take the last section, q2, out of a briefing and put it at the end of that of June."""
    path = f"content/briefings/{briefing}.md"
    text = (folder / path).read_text(encoding="utf-8")
    section = text[text.index("\n## {#q2}") :]
    edit(folder, section, "", path)
    june = folder / f"content/briefings/{JUNE}.md"
    june.write_text(june.read_text(encoding="utf-8") + section.replace("{#q2}", f"{{#{id}}}"), encoding="utf-8")


def asked(report: BuildReport) -> str:
    """What the build asks; it published nothing."""
    assert report.published is None
    assert report.asked
    return "\n".join(str(p) for p in report.problems if p.severity == "error")


def follow(folder: Path, address: str) -> Arrival:
    return Reader(folder / "_site").follow(address)


def text_at(folder: Path, anchor: str, briefing: str = MAY) -> str:
    found = follow(folder, f"briefings/{briefing}.html#{anchor}")
    assert found.kind == "text", found
    return found.words


# ── What is recorded ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_build_records_every_promised_address_and_a_second_one_nothing(edition: Path) -> None:
    year = (edition / "content/permalinks/2025.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in year[1:]] == [MAY, f"{MAY}#q1", f"{MAY}#q2", JUNE, f"{JUNE}#q1"]
    pages = (edition / "content/permalinks/pages.txt").read_text(encoding="utf-8").splitlines()
    assert {"about.html About", "about.html#rights", "about.html#the-sources"} <= set(pages)
    assert {"briefings/*.json", "cite/*.bib", "outlets/*.xml", "data/briefings.csv", "feed.xml"} <= set(pages)
    assert {"outlets/harbour-post.html Harbour Post", "years/2025.html", "countries/norway.html Norway"} <= set(pages)
    before = tree_of(edition / "content")
    report = publish(edition)
    assert report.recorded == 0
    assert tree_of(edition / "content") == before


def test_every_page_and_file_of_the_site_is_promised_or_known_to_be_free(sample_site: Path) -> None:
    ledger = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / "content/permalinks").glob("*.txt")}
    pages = {line.split(" ")[0] for line in ledger.pop("pages.txt").splitlines()}
    briefings = {line.split(" ")[0] for text in ledger.values() for line in text.splitlines()}
    for path in tree_of(sample_site):
        folder, _, name = path.rpartition("/")
        stem, _, ending = name.partition(".")
        of_year = f"{folder}/{stem.rpartition('-')[0]}-*.{ending}"
        recorded = bool({path, f"{folder}/*.{ending}", of_year} & pages) or (
            folder == "briefings" and stem in briefings
        )
        assert recorded == is_promised(path), path
    free = {
        p for p in tree_of(sample_site) if not is_promised(p) and not p.startswith(("assets/", "files/", "search/"))
    }
    assert free == {".nojekyll", "404.html", "robots.txt", "manifest-sha256.txt"}


def test_the_plan_of_the_pages_is_what_is_made(sample_site: Path) -> None:
    from edition.building import plan_site, read_content
    from edition.pages import list_paths

    content = read_content(ROOT)
    plan = plan_site(content, ROOT)
    planned = sorted(list_paths(plan.index))
    assert planned == sorted(
        p for p in tree_of(sample_site) if p.endswith(".html") and not p.startswith(("files/", "search/"))
    )


def test_a_preview_shows_everything_and_records_nothing(edition: Path) -> None:
    before = tree_of(edition / "content/permalinks")
    edit(edition, CLOCK, f"A new paragraph.\n\n{CLOCK}")
    edit(edition, "# About", "# About us", "content/pages/about.md")
    report = publish(edition, preview=True)
    assert report.published is not None
    assert report.asked == 1
    assert "A new paragraph." in (edition / f"_site/briefings/{MAY}.html").read_text(encoding="utf-8")
    page = (edition / "_site/diagnostics.html").read_text(encoding="utf-8")
    assert "Addresses that would be lost" in page
    assert "build.py keep --write" in page
    assert tree_of(edition / "content/permalinks") == before


def test_nothing_is_recorded_while_a_transcript_can_not_be_read(edition: Path) -> None:
    add(edition, "content/briefings/2025-07-01-ines-halvard.md", TRANSCRIPT.replace("2025-05-14", "2025-07-01"))
    add(edition, "content/briefings/2025-08-01-ines-halvard.md", "No front matter.\n")
    before = tree_of(edition / "content/permalinks")
    report = publish(edition)
    assert report.published is not None, "nothing of it was published yet, so that nothing is lost"
    assert not report.asked
    assert tree_of(edition / "content/permalinks") == before


@pytest.mark.parametrize(
    ("file", "before", "after", "name", "line"),
    [
        (f"content/briefings/{JUNE}.md", "## {#q1}", "## {q1", JUNE, "content/permalinks/2025.txt:5"),
        ("content/pages/about.md", "# About", "Words", "about", "content/permalinks/pages.txt:2"),
    ],
)
def test_what_was_published_and_can_not_be_read_stops_the_build(
    edition: Path, file: str, before: str, after: str, name: str, line: str
) -> None:
    site, ledger = tree_of(edition / "_site"), tree_of(edition / "content/permalinks")
    edit(edition, before, after, file)
    told = asked(publish(edition))
    assert f"{file}:" in told, "what is wrong with the file is told, too"
    assert f"{line}: “{name}” was published, and would vanish, because its file can't be read" in told
    assert tree_of(edition / "_site") == site
    assert tree_of(edition / "content/permalinks") == ledger
    assert publish(edition, preview=True).published is not None


# ── Locked ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_an_edition_is_made_and_built_in_one_run_its_addresses_are_recorded(edition: Path) -> None:
    add(edition, "content/briefings/2025-07-01-ines-halvard.md", TRANSCRIPT.replace("2025-05-14", "2025-07-01"))
    said = run_command("-C", edition, "build", "--no-search", ci=True)
    assert said.code == 0
    assert "3 lines of new addresses recorded" in said.out
    assert "2025-07-01-ines-halvard#q1" in (edition / "content/permalinks/2025.txt").read_text(encoding="utf-8")


def test_a_locked_build_writes_nothing_and_names_the_lines_to_commit(edition: Path) -> None:
    add(edition, "content/briefings/2025-07-01-ines-halvard.md", TRANSCRIPT.replace("2025-05-14", "2025-07-01"))
    before = tree_of(edition)
    said = run_command("-C", edition, "build", "--no-search", "--locked")
    assert said.code == 2
    assert tree_of(edition) == before
    assert "content/permalinks/2025.txt: 3 lines of addresses would be published and are not recorded" in said.err
    assert "run “build.py” (or “make site”) on your machine and commit content/permalinks" in said.err
    shown = [line.strip() for line in said.lines if line.startswith("    2025-07-01-ines-halvard#q1 1:")]
    assert publish(edition).recorded == 3
    lines = (edition / "content/permalinks/2025.txt").read_text(encoding="utf-8").splitlines()
    assert shown[0] in lines
    assert run_command("-C", edition, "build", "--no-search", "--locked").code == 0


def test_a_locked_build_publishes_a_corrected_word_and_says_that_the_record_is_older(edition: Path) -> None:
    edit(edition, "its clock is right", "its clock is nearly right")
    before = tree_of(edition / "content")
    report = publish(edition, locked=True)
    assert report.published is not None
    (note,) = [p for p in report.problems if "content/permalinks" in p.locus.file]
    assert note.severity == "note"
    assert "no address is missing" in note.message
    assert tree_of(edition / "content") == before


def test_check_looks_at_the_ledger_too(edition: Path) -> None:
    edit(edition, CLOCK, f"A new paragraph.\n\n{CLOCK}")
    add(edition, "content/pages/terms.md", "# Terms\n")
    told = [str(p) for p in check_edition(edition)]
    assert any("takes the id q1.2 under which other words were published" in line for line in told)
    assert any("note: an address would be published and is not recorded" in line for line in told)


def test_the_ledger_of_a_new_edition_is_that_of_its_first_build(tmp_path: Path) -> None:
    edition = tmp_path / "new"
    said = run_command("new", edition)
    assert "content/permalinks" in said.out
    before = tree_of(edition / "content")
    assert run_command("-C", edition, "build", ci=True).code == 0
    assert run_command("-C", edition, "build").code == 0
    assert tree_of(edition / "content") == before
    assert "merge=union" in (edition / ".gitattributes").read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_two_branches_that_each_add_a_briefing_merge_without_a_conflict(edition: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *who, *arguments], cwd=edition, check=True, capture_output=True)

    add(edition, ".gitattributes", (ROOT / ".gitattributes").read_bytes())
    add(edition, ".gitignore", "_site/\n")
    git("init", "--quiet", "--initial-branch=main")
    git("add", "-A")
    git("commit", "--quiet", "-m", "one")
    for branch, day in (("left", "2025-07-01"), ("right", "2025-07-02")):
        git("checkout", "--quiet", "-b", branch, "main")
        add(edition, f"content/briefings/{day}-ines-halvard.md", TRANSCRIPT.replace("2025-05-14", day))
        edit(edition, "its clock is right", f"its clock is right {branch}")
        assert publish(edition).published is not None
        git("add", "-A")
        git("commit", "--quiet", "-m", branch)
    git("checkout", "--quiet", "left")
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "merge", "-X", "ours", "--quiet", "right"],
        cwd=edition, check=True, capture_output=True,
    )  # fmt: skip
    assert publish(edition, locked=True).published is not None, "lines that stand twice are no problem"
    assert publish(edition).published is not None
    lines = (edition / "content/permalinks/2025.txt").read_text(encoding="utf-8").splitlines()
    addresses = [line.split(" ")[0] for line in lines]
    assert len(addresses) == len(set(addresses)), "the next build tidies up"
    assert {"2025-07-01-ines-halvard", "2025-07-02-ines-halvard"} <= set(addresses)


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paragraph_put_in_is_asked_about_and_keep_writes_its_id(edition: Path) -> None:
    edit(edition, f"**Ines Halvard:** {CLOCK}", f"**Ines Halvard:** Good morning.\n\n{CLOCK}")
    told = asked(publish(edition))
    assert told.startswith(f"content/briefings/{MAY}.md:18: this paragraph is new, and takes the id q1.2 under which")
    assert "write {#q1.1a} at the end of the paragraph, or run “build.py keep --write”" in told
    before = tree_of(edition)
    said = run_command("-C", edition, "keep")
    assert said.code == 0
    assert "+**Ines Halvard:** Good morning. {#q1.1a}" in said.out
    assert tree_of(edition) == before
    said = run_command("-C", edition, "keep", "--write")
    assert said.code == 0, said
    assert [p for p, data in tree_of(edition).items() if data != before.get(p)] == [f"content/briefings/{MAY}.md"]
    assert publish(edition).published is not None
    assert text_at(edition, "q1.2") == CLOCK
    assert text_at(edition, "q1.1a") == "Good morning."


def test_an_exchange_that_is_split_keeps_every_link(edition: Path) -> None:
    edit(edition, f"**Ines Halvard:** {CLOCK}", f"## Clocks {{#q1a}}\n\n**Ines Halvard:** {CLOCK}")
    assert "these words were published as q1.2, and are q1a.1 here" in asked(publish(edition))
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    assert text_at(edition, "q1.1") == FERRY
    assert text_at(edition, "q1.2") == CLOCK
    assert CLOCK in text_at(edition, "q1a")
    assert CLOCK not in text_at(edition, "q1")


def test_exchanges_that_are_joined_keep_every_link(edition: Path) -> None:
    edit(edition, "## {#q2}\n\n**Radio Meridian:**", "**Radio Meridian:**{question}")
    told = asked(publish(edition))
    assert "the section q2 was published, and its words are part of q2.1 now" in told
    assert f"write into content/permalinks/moved.yaml: {MAY}#q2: {MAY}#q2.1" in told
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    assert text_at(edition, "q2.2") == TOWER
    assert text_at(edition, "q2") == text_at(edition, "q2.1") == "Is the new lighthouse in Chile ours?"
    page = (edition / f"_site/briefings/{MAY}.html").read_text(encoding="utf-8")
    assert page.count('id="q2"') == 1


def test_a_section_that_is_none_any_more_leads_to_its_own_words_and_not_to_what_was_put_before_them(
    edition: Path,
) -> None:
    edit(edition, "## {#q2}", "## {#q9}")
    move_address(edition, f"{MAY}#q2", f"{MAY}#q9")
    assert publish(edition).published is not None
    edit(edition, "## {#q9}\n\n**Radio Meridian:**", "## {#q9}\n\n**Radio Meridian:** Good morning.\n\n")
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    edit(edition, "## {#q9}\n\n**Radio Meridian:**", "**Radio Meridian:**{question}")
    keep_ids(edition, write=True)
    report = publish(edition)
    assert report.published is not None, asked(report)
    assert text_at(edition, "q9") == "Good morning."
    assert text_at(edition, "q2") == "Is the new lighthouse in Chile ours?"


def test_what_was_taken_out_says_why(edition: Path) -> None:
    text = (edition / f"content/briefings/{MAY}.md").read_text(encoding="utf-8")
    edit(edition, text[text.index("\n## {#q2}") :], "")
    told = asked(publish(edition))
    assert f'build.py withdraw {MAY}#q2 --reason "why"' in told
    withdraw_addresses(edition, [f"{MAY}#q2"], "2026-03-02", "The outlet asked for it.")
    assert publish(edition).published is not None
    for anchor in ("q2", "q2.1", "q2.2"):
        found = follow(edition, f"briefings/{MAY}.html#{anchor}")
        assert (found.kind, found.words) == ("gone", "§ 2 is gone since 2 March 2026. The outlet asked for it. 2.1 2.2")
    # back again: the entry is in the way
    add(edition, f"content/briefings/{MAY}.md", text)
    problems = [str(p) for p in publish(edition).problems if p.severity == "error"]
    assert problems == [
        f"content/permalinks/gone.yaml:2: “{MAY}#q2” is published again\n    delete this entry of gone.yaml; if it is "
        "another one under an old id, give that one an id of its own"
    ]


def test_a_later_source_that_lacks_a_question_gives_the_reason_itself(edition: Path) -> None:
    text = (edition / f"content/briefings/{MAY}.md").read_text(encoding="utf-8")
    edit(edition, text[text.index("\n## {#q2}") :], "")
    revision = (
        'revisions:\n- received: 2026-03-02\n  path: x.txt\n  sha256: "' + "0" * 64 + '"\n  taken: true\n'
        "  changes:\n  - {section: q2, before: Is the new lighthouse, after: ''}\n"
    )
    edit(edition, "  layout: title-only\n", f"  layout: title-only\n{revision}")
    told = asked(publish(edition))
    assert f'withdraw {MAY}#q2 --reason "The version of the source received on 2026-03-02 no longer has it."' in told


def test_a_section_moved_to_another_briefing_leaves_a_line_behind(edition: Path) -> None:
    carry_section(edition, MAY)
    told = asked(publish(edition))
    assert f"q2 was published here, and its words are in {JUNE}#q2 now" in told
    keep_ids(edition, write=True)
    assert (edition / "content/permalinks/moved.yaml").read_text(encoding="utf-8").splitlines()[1:] == [
        f"{MAY}#q2: {JUNE}#q2"
    ]
    assert publish(edition).published is not None
    for anchor in ("q2.1", "q2.2"):
        found = follow(edition, f"briefings/{MAY}.html#{anchor}")
        assert (found.kind, found.address) == ("text", f"briefings/{JUNE}.html#{anchor}")
    assert follow(edition, f"briefings/{MAY}.html#q2").address == f"briefings/{JUNE}.html#q2"
    page = (edition / f"_site/briefings/{MAY}.html").read_text(encoding="utf-8")
    assert "§ 2 is here now: " in page.replace("\u00a0", " ")


def test_a_section_that_has_lost_most_of_its_words_before_is_found_where_the_rest_of_them_is(edition: Path) -> None:
    edit(edition, TOWER, f"{TOWER}\n\nIts keeper is from Valdivia.\n\nHe has a dog that likes the rain.")
    assert publish(edition).published is not None
    edit(edition, "\n\nIts keeper is from Valdivia.\n\nHe has a dog that likes the rain.", "")
    edit(
        edition, "**Radio Meridian:** Is the new lighthouse in Chile ours?\n\n**Ines Halvard:**", "**Radio Meridian:**"
    )
    edit(edition, TOWER, f"{TOWER} {{#q2.2}}")
    withdraw_addresses(edition, [f"{MAY}#{id}" for id in ("q2.1", "q2.3", "q2.4")], "2026-03-02", "Said by nobody.")
    report = publish(edition)
    assert report.published is not None, asked(report)
    carry_section(edition, MAY)
    assert f"q2 was published here, and its words are in {JUNE}#q2 now" in asked(publish(edition))
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    assert text_at(edition, "q2.2") == TOWER
    assert follow(edition, f"briefings/{MAY}.html#q2").address == f"briefings/{JUNE}.html#q2"


def test_a_section_that_left_a_briefing_outlives_it(edition: Path) -> None:
    carry_section(edition, MAY)
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    (edition / f"content/briefings/{MAY}.md").unlink()
    withdraw_addresses(edition, [MAY], "2026-03-02", "The office took it back.")
    assert publish(edition).published is not None
    for anchor in ("q2", "q2.1", "q2.2"):
        found = follow(edition, f"briefings/{MAY}.html#{anchor}")
        assert (found.kind, found.address) == ("text", f"briefings/{JUNE}.html#{anchor}")
    assert follow(edition, f"briefings/{MAY}.html#q1.2").kind == "gone"


def test_a_section_under_another_id_shows_what_it_lost_since(edition: Path) -> None:
    edit(edition, "## {#q2}", "## {#q9}")
    move_address(edition, f"{MAY}#q2", f"{MAY}#q9")
    assert publish(edition).published is not None
    assert follow(edition, f"briefings/{MAY}.html#q2.2").words == TOWER
    edit(edition, f"\n**Ines Halvard:** {TOWER}\n", "")
    withdraw_addresses(edition, [f"{MAY}#q9.2"], "2026-03-02", "Said by nobody.")
    assert publish(edition).published is not None
    for anchor in ("q9.2", "q2.2"):
        gone = follow(edition, f"briefings/{MAY}.html#{anchor}")
        assert gone.kind == "gone"
        assert "Said by nobody." in gone.words


def test_a_section_that_is_moved_and_joined_there_later_takes_each_paragraph_along(edition: Path) -> None:
    carry_section(edition, MAY)
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    first, second = (text_at(edition, anchor) for anchor in ("q2.1", "q2.2"))
    assert first != second
    edit(edition, "\n## {#q2}\n", "", f"content/briefings/{JUNE}.md")
    assert publish(edition).published is None
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    for anchor, words in (("q2.1", first), ("q2.2", second)):
        found = follow(edition, f"briefings/{MAY}.html#{anchor}")
        assert (found.kind, found.words, found.address) == ("text", words, f"briefings/{JUNE}.html#{anchor}")
    assert first in text_at(edition, "q2")


def test_a_rewritten_paragraph_is_the_same_only_if_the_editor_says_so(edition: Path) -> None:
    edit(edition, TOWER, "Nobody at the office knows; a letter to Valparaíso has been on its way since March.")
    told = asked(publish(edition))
    assert "quite other words were published as q2.2" in told
    with pytest.raises(Refused, match=f"the ledger has no paragraph “{MAY}#q9.9”"):
        keep_ids(edition, [f"{MAY}#q9.9"], write=True)
    said = run_command("-C", edition, "keep", "--same", f"{MAY}#q2.2", "--write")
    assert said.code == 0, said
    assert publish(edition).published is not None
    assert "Valparaíso" in text_at(edition, "q2.2")


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def rename(edition: Path) -> str:
    new = "2025-05-15-ines-halvard"
    (edition / f"content/briefings/{MAY}.md").rename(edition / f"content/briefings/{new}.md")
    return new


def test_a_section_of_a_renamed_briefing_leads_to_its_own_words_after_it_was_split_behind_others(edition: Path) -> None:
    new = rename(edition)
    move_address(edition, MAY, new)
    assert publish(edition).published is not None
    file = f"content/briefings/{new}.md"
    edit(edition, "## {#q2}\n\n**Radio Meridian:**", "## {#q2}\n\n**Radio Meridian:** Good morning.\n\n", file)
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    assert follow(edition, f"briefings/{MAY}.html#q2").address == f"briefings/{new}.html#q2"
    edit(edition, "\n\n Is the new", "\n\n## {#q9}\n\n**Radio Meridian:** Is the new", file)
    keep_ids(edition, write=True)
    for _ in range(2):
        report = publish(edition)
        assert report.published is not None, asked(report)
        assert text_at(edition, "q2", new).endswith("Good morning.")
        # nothing but what stands in the new section was ever published under the old id
        assert text_at(edition, "q2") == "Is the new lighthouse in Chile ours?"
        assert text_at(edition, "q2.2") == TOWER


def test_a_section_that_is_none_any_more_leads_to_those_of_its_words_that_are_left(edition: Path) -> None:
    new = rename(edition)
    move_address(edition, MAY, new)
    file = f"content/briefings/{new}.md"
    assert publish(edition).published is not None
    edit(edition, "## {#q2}\n\n**Radio Meridian:**", "## {#q2}\n\n**Radio Meridian:** Good morning.\n\n", file)
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    edit(edition, "\n\n Is the new lighthouse in Chile ours?", "", file)
    withdraw_addresses(edition, [f"{new}#q2.1"], "2026-03-02", "Said by nobody.")
    edit(edition, "## {#q2}\n\n**Radio Meridian:** Good", "**Radio Meridian:**{question} Good", file)
    keep_ids(edition, write=True)
    for _ in range(2):
        report = publish(edition)
        assert report.published is not None, asked(report)
        assert text_at(edition, "q2", new) == "Good morning."
        assert text_at(edition, "q2") == TOWER


def test_a_briefing_with_another_id_keeps_every_link(edition: Path) -> None:
    new = rename(edition)
    told = asked(publish(edition))
    assert told.startswith(
        f"content/permalinks/2025.txt:2: the briefing {MAY} was published, and its words are in {new}"
    )
    assert f"run: build.py move {MAY} {new}" in told
    move_address(edition, MAY, new)
    report = publish(edition)
    assert report.published is not None
    assert follow(edition, f"briefings/{MAY}.html").words == "Regular press briefing, 14 May 2025"
    assert text_at(edition, "q1.2") == CLOCK
    assert follow(edition, f"briefings/{MAY}.html#q2").address == f"briefings/{new}.html#q2"
    site = edition / "_site"
    for form in ("briefings/{}.txt", "briefings/{}.md", "briefings/{}.xml", "cite/{}.bib"):
        assert (site / form.format(MAY)).read_bytes() == (site / form.format(new)).read_bytes()
    assert sorted(p.stem for p in (site / "briefings").glob("*.json")) == [new, JUNE]
    page = (site / f"briefings/{MAY}.html").read_text(encoding="utf-8")
    assert '<meta name="robots" content="noindex">' in page
    assert f'<link rel="canonical" href="{new}.html">' in page
    assert 'http-equiv="refresh"' not in page, "it would drop the anchor"
    # and once more
    (edition / f"content/briefings/{new}.md").rename(edition / "content/briefings/2025-05-16-ines-halvard.md")
    move_address(edition, new, "2025-05-16-ines-halvard")
    assert publish(edition).published is not None
    lines = (edition / "content/permalinks/moved.yaml").read_text(encoding="utf-8").splitlines()[1:]
    assert lines == [f"{MAY}: {new}", f"{new}: 2025-05-16-ines-halvard"]
    assert text_at(edition, "q1.2") == text_at(edition, "q1.2", new) == CLOCK


def test_a_third_name_is_compared_with_the_second(edition: Path) -> None:
    new, last = rename(edition), "2025-05-16-ines-halvard"
    move_address(edition, MAY, new)
    assert publish(edition).published is not None
    file = f"content/briefings/{new}.md"
    edit(edition, "## {#q2}", "## {#q7}", file)
    keep_ids(edition, write=True)
    edit(edition, CLOCK, "A quite different matter, of which nobody had spoken until that very morning.", file)
    keep_ids(edition, [f"{new}#q1.2"], write=True)
    assert publish(edition).published is not None
    (edition / file).rename(edition / f"content/briefings/{last}.md")
    move_address(edition, new, last)
    report = publish(edition)
    assert report.published is not None, [str(problem) for problem in report.problems]
    for id in (MAY, new, last):
        assert "quite different matter" in text_at(edition, "q1.2", id)


def test_the_newest_name_of_a_page_knows_in_which_section_a_paragraph_was(edition: Path) -> None:
    new, last = rename(edition), "2025-05-16-ines-halvard"
    move_address(edition, MAY, new)
    file = f"content/briefings/{new}.md"
    edit(edition, f"**Ines Halvard:** {TOWER}", f"## {{#q2b}}\n\n**Ines Halvard:** {TOWER}", file)
    keep_ids(edition, write=True)
    assert publish(edition).published is not None
    text = (edition / file).read_text(encoding="utf-8")
    (edition / file).write_text(text[: text.index("\n## {#q2b}")], encoding="utf-8")
    withdraw_addresses(edition, [f"{new}#q2b"], "2026-03-02", "Said by nobody.")
    assert publish(edition).published is not None
    (edition / file).rename(edition / f"content/briefings/{last}.md")
    move_address(edition, new, last)
    assert publish(edition).published is not None
    carry_section(edition, last, "q5")
    move_address(edition, f"{last}#q2", f"{JUNE}#q5")
    assert publish(edition).published is not None
    assert text_at(edition, "q2.1") == "Is the new lighthouse in Chile ours?"
    assert follow(edition, f"briefings/{MAY}.html#q2.2").kind == "gone"


def test_ids_that_went_with_an_old_name_are_given_to_nothing_else(edition: Path) -> None:
    text = (edition / f"content/briefings/{MAY}.md").read_text(encoding="utf-8")
    section = text[text.index("\n## {#q2}") :]
    edit(edition, section, "")
    withdraw_addresses(edition, [f"{MAY}#q2"], "2026-03-02", "Said twice.")
    assert publish(edition).published is not None
    move_address_to = rename(edition)
    move_address(edition, MAY, move_address_to)
    assert publish(edition).published is not None
    assert follow(edition, f"briefings/{MAY}.html#q2.1").kind == "gone"
    file = edition / f"content/briefings/{move_address_to}.md"
    file.write_text(file.read_text(encoding="utf-8") + "\n## {#q2}\n\n**Harbour Post:** A new one?\n", encoding="utf-8")
    assert "takes the id q2 under which another one was published" in asked(publish(edition))


def test_a_withdrawn_briefing_says_what_it_was_and_why(edition: Path) -> None:
    (edition / f"content/briefings/{MAY}.md").unlink()
    assert f'build.py withdraw {MAY} --reason "why"' in asked(publish(edition))
    withdraw_addresses(edition, [MAY], "2026-03-02", "Published by mistake: it’s another office’s.")
    assert publish(edition).published is not None
    for anchor in ("", "#q1", "#q1.2", "#q2"):
        found = follow(edition, f"briefings/{MAY}.html{anchor}")
        assert found.kind == "gone"
        for words in ("Regular press briefing, 14 May 2025", "2 March 2026", "Published by mistake: it’s another"):
            assert words in found.words
    assert [p.name for p in sorted((edition / "_site/briefings").glob("*.json"))] == [f"{JUNE}.json"]
    assert not (edition / f"_site/briefings/{MAY}.txt").exists()
    # what only it named has a page still
    assert follow(edition, "countries/chile.html").words == "Chile"
    page = (edition / "_site/countries/chile.html").read_text(encoding="utf-8")
    assert "Nothing is listed under this name now." in page
    assert "chile" not in (edition / "_site/countries/index.html").read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO((edition / "_site/data/moved.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["old", "new", "gone", "reason"]
    assert rows[1] == [f"briefings/{MAY}.html", "", "2026-03-02", "Published by mistake: it’s another office’s."]
    withdraw_addresses(edition, ["countries/chile"], "2026-03-02", "Not asked about any more.")
    assert publish(edition).published is not None
    assert follow(edition, "countries/chile.html").kind == "gone"


def test_the_title_of_what_is_gone_can_be_left_out(edition: Path) -> None:
    (edition / f"content/briefings/{MAY}.md").unlink()
    withdraw_addresses(edition, [MAY], "2026-03-02", "By order of a court.", "A briefing of May 2025")
    assert publish(edition).published is not None
    words = follow(edition, f"briefings/{MAY}.html").words
    assert "A briefing of May 2025" in words
    assert "Regular press briefing" not in words


def test_a_speaker_with_another_id_keeps_the_old_page(edition: Path) -> None:
    edit(edition, "ines-halvard:", "ines-berg:", "content/authorities/speakers.yaml")
    for id in (MAY, JUNE):
        edit(edition, "- ines-halvard", "- ines-berg", f"content/briefings/{id}.md")
    # the name is the same: the old page leads to the new one by itself
    assert publish(edition).published is not None
    found = follow(edition, "speakers/ines-halvard.html")
    assert (found.kind, found.words, found.address) == ("page", "Ines Halvard", "speakers/ines-berg.html")
    assert (edition / "_site/speakers/ines-halvard.xml").read_bytes() == (
        edition / "_site/speakers/ines-berg.xml"
    ).read_bytes()
    # another name without the old one among its aliases: the build asks
    edit(edition, "name: Ines Halvard", "name: Ines Berg", "content/authorities/speakers.yaml")
    for id in (MAY, JUNE):
        edit(edition, "**Ines Halvard:**", "**Ines Berg:**", f"content/briefings/{id}.md")
    told = asked(publish(edition))
    assert "“speakers/ines-halvard” (Ines Halvard) was published, and would vanish" in told
    move_address(edition, "speakers/ines-halvard", "speakers/ines-berg")
    assert publish(edition).published is not None
    assert follow(edition, "speakers/ines-halvard.html").words == "Ines Berg"
    page = (edition / "_site/speakers/ines-halvard.html").read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="0; url=ines-berg.html">' in page


def test_outlets_that_are_merged_keep_both_pages(edition: Path) -> None:
    merged = "harbour-post: {name: Harbour Post, aliases: [Radio Meridian]}\n"
    add(edition, "content/authorities/outlets.yaml", merged)
    assert publish(edition).published is not None
    found = follow(edition, "outlets/radio-meridian.html")
    assert (found.words, found.address) == ("Harbour Post", "outlets/harbour-post.html")
    # the alias goes, and nobody prints the name any more
    add(edition, "content/authorities/outlets.yaml", OUTLETS.splitlines()[0] + "\n")
    edit(edition, "Radio Meridian", "Harbour Post")
    told = asked(publish(edition))
    assert "“outlets/radio-meridian” (Radio Meridian) was published, and would vanish" in told
    move_address(edition, "outlets/radio-meridian", "outlets/harbour-post")
    assert publish(edition).published is not None
    assert follow(edition, "outlets/radio-meridian.html").words == "Harbour Post"


def test_an_outlet_under_another_name_keeps_its_page_though_nothing_is_listed_there(edition: Path) -> None:
    register = "content/authorities/outlets.yaml"
    edit(edition, "radio-meridian: {name: Radio Meridian}", "meridian-radio: {name: Meridian Radio}", register)
    edit(edition, "Radio Meridian", "Harbour Post")
    move_address(edition, "outlets/radio-meridian", "outlets/meridian-radio")
    report = publish(edition)
    assert report.published is not None, asked(report)
    found = follow(edition, "outlets/radio-meridian.html")
    assert (found.words, found.address) == ("Meridian Radio", "outlets/meridian-radio.html")
    assert "Nothing is listed under this name now." in (edition / "_site" / found.address).read_text(encoding="utf-8")
    assert publish(edition, locked=True).published is not None


def test_a_topic_that_is_removed_is_asked_about(edition: Path) -> None:
    edit(edition, "## {#q2}", "## {#q2 topics=space}")
    add(edition, "content/authorities/topics.yaml", "space: {label: Space, cues: [rocket]}\n")
    assert publish(edition).published is not None
    edit(edition, "## {#q2 topics=space}", "## {#q2}")
    assert publish(edition).published is not None, "a topic that nothing is about any more keeps its page"
    add(edition, "content/authorities/topics.yaml", "")
    assert "“topics/space” (Space) was published, and would vanish" in asked(publish(edition))
    withdraw_addresses(edition, ["topics/space"], "2026-03-02", "Merged into science.")
    assert publish(edition).published is not None
    assert "Merged into science." in follow(edition, "topics/space.html").words


def test_a_page_of_the_editor_keeps_its_headings(edition: Path) -> None:
    edit(edition, "## The sources", "## Where the texts come from", "content/pages/about.md")
    told = asked(publish(edition))
    assert "write {#the-sources} behind its heading, or run: build.py move about#the-sources PLACE" in told
    edit(edition, "texts come from", "texts come from {#the-sources}", "content/pages/about.md")
    assert publish(edition).published is not None
    assert follow(edition, "about.html#the-sources").words == "Where the texts come from"
    edit(edition, "\n## Rights\n\nWords.\n", "", "content/pages/about.md")
    withdraw_addresses(edition, ["about#rights"], "2026-03-02", "See the terms.")
    assert publish(edition).published is not None
    found = follow(edition, "about.html#rights")
    assert (found.kind, found.words) == ("gone", "§ rights is gone since 2 March 2026. See the terms.")


def test_pages_that_come_and_go_with_what_they_list_lead_on_by_themselves(tmp_path: Path) -> None:
    folder = write_edition(tmp_path)
    other = TRANSCRIPT.replace("language: en", "language: es")
    add(folder, f"content/briefings/{MAY}-es.md", other)
    assert publish(folder).published is not None
    parallel = f"parallel/{MAY}--{MAY}-es.html"
    assert (folder / "_site" / parallel).is_file()
    (folder / f"content/briefings/{MAY}-es.md").rename(folder / "content/briefings/2024-05-14-ines-halvard-es.md")
    move_address(folder, f"{MAY}-es", "2024-05-14-ines-halvard-es")
    assert publish(folder).published is not None
    assert follow(folder, parallel).address == f"parallel/2024-05-14-ines-halvard-es--{MAY}.html"
    edit(folder, "date: 2025-05-14", "date: 2024-05-14", "content/briefings/2024-05-14-ines-halvard-es.md")
    edit(folder, "date: 2025-05-14", "date: 2024-05-14")
    assert publish(folder).published is not None
    assert follow(folder, "years/2025.html").address == "briefings/index.html"
    edit(folder, "## {#q2}\n\n", "", "content/briefings/2024-05-14-ines-halvard-es.md")
    keep_ids(folder, write=True)
    assert publish(folder).published is not None
    found = follow(folder, f"{parallel}#q2")
    assert found.kind == "text"


def test_old_addresses_stand_in_no_list(edition: Path) -> None:
    edit(
        edition, "title: Marenia Briefings", "title: Marenia Briefings\nsite_url: https://example.org/m/", "config.yaml"
    )
    new = rename(edition)
    move_address(edition, MAY, new)
    (edition / f"content/briefings/{JUNE}.md").unlink()
    withdraw_addresses(edition, [JUNE], "2026-03-02", "Gone.")
    assert publish(edition).published is not None
    site = edition / "_site"
    for name in ("sitemap.xml", "feed.xml", "briefings/index.html", "data/briefings.csv"):
        text = (site / name).read_text(encoding="utf-8")
        assert MAY not in text, name
        assert JUNE not in text, name
    page = (site / f"briefings/{MAY}.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="https://example.org/m/briefings/{new}.html">' in page
    assert 'rel="canonical"' not in (site / f"briefings/{JUNE}.html").read_text(encoding="utf-8")


def test_the_compliance_page_counts_every_address_that_was_ever_published(edition: Path) -> None:
    new = rename(edition)
    move_address(edition, MAY, new)
    (edition / f"content/briefings/{JUNE}.md").unlink()
    withdraw_addresses(edition, [JUNE], "2026-03-02", "Gone.")
    assert publish(edition).published is not None
    site = edition / "_site"
    texts = {file.name: file.read_text(encoding="utf-8") for file in (edition / "content/permalinks").glob("*.txt")}
    paths = set(tree_of(site))
    check = LinkCheck()
    for path in paths:
        check.read(path, (site / path).read_bytes())
    good, all = count_answers(texts, paths, check.anchors)
    assert good == all
    # May's page, its sections and paragraphs count under both ids
    anchors = [line for line in texts["2025.txt"].splitlines() if line.startswith(f"{MAY}#")]
    assert all > 2 * sum(len(line.partition(" ~")[0].split()) for line in anchors)
    assert f"Holds: {all} of {all}" in (site / "compliance.html").read_text(encoding="utf-8")
    lost = f"briefings/{JUNE}.html"
    lost_anchors = 1 + sum(
        len(line.partition(" ~")[0].split()) for line in texts["2025.txt"].splitlines() if line.startswith(f"{JUNE}#")
    )
    assert count_answers(texts, paths - {lost}, check.anchors) == (good - lost_anchors, all)
    assert count_answers(texts, paths - {"feed.xml"}, check.anchors) == (good - 1, all)
    one_less = {**check.anchors, f"briefings/{MAY}.html": check.anchors[f"briefings/{MAY}.html"] - {"q1.2"}}
    assert count_answers(texts, paths, one_less) == (good - 1, all)
    assert list(find_lost(texts, paths, one_less)) == [f"briefings/{MAY}.html#q1.2"]
    assert list(find_lost(texts, paths, check.anchors)) == []


def test_what_the_finished_pages_would_lose_is_never_published(edition: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settlement is at fault: it shows nothing in the place of a paragraph that is gone."""
    edit(edition, f"\n**Ines Halvard:** {TOWER}\n", "")
    withdraw_addresses(edition, [f"{MAY}#q2.2"], "2026-03-02", "Said by nobody.")
    site = tree_of(edition / "_site")
    with monkeypatch.context() as broken:
        broken.setattr("edition.permalinks.settling.answer_places", lambda *_: ({}, ()))
        with pytest.raises(Refused, match=f"{MAY}.html#q2.2” was published, and would lead nowhere"):
            publish(edition)
    assert tree_of(edition / "_site") == site
    assert publish(edition).published is not None


def test_an_address_of_an_earlier_site_can_lead_here(edition: Path) -> None:
    move_address(edition, "press/2025/0514.html", f"{MAY}#q2")
    assert publish(edition).published is not None
    assert follow(edition, "press/2025/0514.html").address == f"briefings/{MAY}.html#q2"


def test_a_form_that_the_program_no_longer_writes_is_a_loss(edition: Path) -> None:
    edit(edition, "briefings/*.json", "briefings/*.doc\nbriefings/*.json", "content/permalinks/pages.txt")
    told = asked(publish(edition))
    assert f"“briefings/*.doc” was published, and would vanish: there is no briefings/{JUNE}.doc" in told


# ── What can be wrong in moved.yaml and gone.yaml ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("moved", f"{MAY}: {JUNE}\n", f"moved.yaml:1: “{MAY}” is published again"),
        ("moved", "a: b\n", "moved.yaml:1: “b” is nowhere in this edition"),
        ("moved", "a: abut\n", "did you mean “about”?"),
        ("moved", "a: about#nowhere\n", "the page is there, the place nowhere is not"),
        ("moved", "a: b\nb: a\n", "moved.yaml:1: “a” leads in a circle"),
        ("moved", "a: a\n", "leads in a circle"),
        ("moved", "a: b\nb: c\n", "moved.yaml:2: “c” is nowhere in this edition"),
        ("moved", f"{MAY}#q9: {MAY}#q1\n", f"“{MAY}#q9” was never published"),
        ("moved", "a: https://example.org/b\n", "“https://example.org/b” is no address of this site"),
        ("moved", "a:\n", "a value is missing"),
        ("moved", "a: about\na: index\n", "moved.yaml:2: the key “a” stands twice"),
        ("moved", "a: about\na.html: index\n", "moved.yaml:2: what became of “a” is said twice"),
        ("moved", "- a\n", "a mapping is expected here"),
        ("moved", "../a: about\n", "can't be an address"),
        ("gone", "a: because\n", "gone.yaml:1: since when “a” is gone isn't said"),
        ("gone", "a: {date: 2026-03-02}\n", "“a” is gone without “reason”"),
        ("gone", "a: {date: 2026-02-30, reason: x}\n", "no day “2026-02-30”"),
        ("gone", "a: {date: 2026-03-02, reason: x, why: y}\n", "unknown key “why”"),
        ("gone", f"{MAY}: {{date: 2026-03-02, reason: x}}\n", f"gone.yaml:1: “{MAY}” is published again"),
        ("gone", "about#rights: {date: 2026-03-02, reason: x}\n", "“about#rights” is published again"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(edition: Path, file: str, text: str, words: str) -> None:
    add(edition, f"content/permalinks/{file}.yaml", text)
    report = publish(edition, locked=True)
    told = "\n".join(str(p) for p in report.problems if p.severity == "error")
    assert words in told
    assert f"content/permalinks/{file}.yaml:" in told
    assert report.published is None


def test_a_wrong_word_is_not_written(edition: Path) -> None:
    before = tree_of(edition)
    for old, new in ((MAY, JUNE), ("a", "nowhere"), ("a", "a"), ("a b", "about"), (f"{MAY}#q9", f"{MAY}#q1")):
        with pytest.raises(Refused):
            move_address(edition, old, new)
    with pytest.raises(Refused):
        withdraw_addresses(edition, [MAY], "2026-03-02", "x")
    with pytest.raises(Refused, match=f"did you mean “{MAY}”"):
        withdraw_addresses(edition, [MAY.replace("halvard", "halvrd")], "2026-03-02", "x")
    with pytest.raises(Refused, match="did you mean “outlets/harbour-post”"):
        move_address(edition, "outlets/harbor-post", "about")
    assert run_command("-C", edition, "withdraw", "a", "--reason", " ").code == 2
    assert run_command("-C", edition, "withdraw", "a", "--reason", "x", "--date", "2026-3-2").code == 2
    assert tree_of(edition) == before


def test_entries_are_put_in_order_and_everything_else_stays(edition: Path) -> None:
    head = "# ours\n\n# about b\nb: about   # a remark\nd: index\n"
    add(edition, "content/permalinks/moved.yaml", head)
    move_address(edition, "c", "about#rights")
    move_address(edition, "a", "figures")
    text = (edition / "content/permalinks/moved.yaml").read_text(encoding="utf-8")
    assert text == "# ours\n\na: figures\n# about b\nb: about   # a remark\nc: about#rights\nd: index\n"


def test_a_ledger_that_was_damaged_is_one_message(edition: Path) -> None:
    edit(edition, f"{MAY}#q1 1:", f"{MAY}#q1 1:?", "content/permalinks/2025.txt")
    report = publish(edition, locked=True)
    assert "content/permalinks/2025.txt:3: not a line of the ledger" in "\n".join(map(str, report.problems))
    (edition / "content/permalinks/2025.txt").write_bytes(b"\xff\n")
    report = publish(edition, locked=True)
    assert "content/permalinks/2025.txt: not in the encoding UTF-8" in "\n".join(map(str, report.problems))
    assert report.published is None


# ── Addresses as they are typed ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (MAY, Address(f"briefings/{MAY}.html")),
        (f"{MAY}#q3.2", Address(f"briefings/{MAY}.html", "q3.2")),
        (f"briefings/{MAY}.html#q3", Address(f"briefings/{MAY}.html", "q3")),
        (f"https://example.org/m/briefings/{MAY}.html#q3", Address(f"briefings/{MAY}.html", "q3")),
        ("speakers/ines-halvard", Address("speakers/ines-halvard.html")),
        ("/speakers/ines-halvard.html", Address("speakers/ines-halvard.html")),
        ("about#sources", Address("about.html", "sources")),
        ("#q3", Address("here.html", "q3")),
        ("speakers/", Address("speakers/index.html")),
        ("data/briefings.csv", Address("data/briefings.csv")),
        ("old-note", Address("briefings/old-note.html")),
        ("about%2Ehtml", Address("about.html")),
    ],
)
def test_an_address_is_typed_as_it_is_seen(typed: str, address: Address) -> None:
    known = "old-note".__eq__
    assert parse_address(typed, known, "https://example.org/m/", "here.html") == address
    assert parse_address(str(address), known) == address


@pytest.mark.parametrize("typed", ["", "#", "a#", "//x/y", "javascript:x", "a b", "../x", "a/../b", "ä", "a#b c"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="“"):
        parse_address(typed)
