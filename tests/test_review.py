"""The review: every form with what became of it and why, the most doubtful first, and what to write to change it."""

from __future__ import annotations

import csv
import html
import io
import re
from pathlib import Path

import pytest

from edition.annotate.sightings import REASONS
from edition.building import build_site, read_content
from edition.retagging import FAMILIES, TABLE, compare_tags, read_tags
from edition.review import EXAMPLES, FormEntry, Review, make_review
from tests.editions import ROOT, Said, add, run_command, tree_of, write_edition

HEAD = """\
---
title: Regular press briefing, {date}
date: {date}
kind: press-conference
speakers:
- ines-halvard
language: {language}
source:
  file: {date}.txt
  sha256: "0000000000000000000000000000000000000000000000000000000000000000"
  layout: title-only
---
"""
SAID = """
## {#q1}

**Harbour Post:** Has Oslo answered, and who was in Oslo? Mr. Jordan spoke with Jordan.

**Ines Halvard:** Oslo will answer. We met in Oslo. Prime Minister Kari Lund was there, and Lund was kind.

## {#q2}

**Lantern Weekly:** Did Minister Jon Lund go to Chile?

**Ines Halvard:** Lund did. The Chile Ferry Line took him, as did the South China Sea pilots.
"""


def make(folder: Path, *texts: str, language: str = "en") -> Path:
    """Write an edition of briefings with these sections, on days from 2025-05-01 on."""
    write_edition(folder)
    (folder / "content/briefings/2025-05-14-ines-halvard.md").unlink()
    for number, text in enumerate(texts, 1):
        date = f"2025-05-{number:02}"
        add(folder, f"content/briefings/{date}-x.md", HEAD.format(date=date, language=language) + text)
    return folder


def review_of(folder: Path) -> Review:
    content = read_content(folder)
    return make_review(content.edition, content.shelf.examiner.desk.annotator.explain, content.problems)


def entry_of(review: Review, form: str, topic: str = "") -> FormEntry:
    (found,) = [e for each in review.entries.values() for e in each if e.form == form and e.topic == topic]
    return found


def outcomes_of(entry: FormEntry) -> set[tuple[str, str, int]]:
    return {(outcome.target, outcome.reason, outcome.count) for outcome in entry.outcomes}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Review:
    return review_of(make(tmp_path_factory.mktemp("review"), SAID))


def test_a_capital_is_told_where_it_counts_and_where_it_does_not(said: Review) -> None:
    oslo = entry_of(said, "Oslo")
    assert outcomes_of(oslo) == {("country:NO", "capital", 2), ("", "city", 2)}
    assert oslo.doubt == sum(outcome.wordings for outcome in oslo.outcomes) == 4


def test_a_form_that_is_a_person_here_and_a_country_there_is_in_doubt(said: Review) -> None:
    jordan = entry_of(said, "Jordan")
    assert ("country:JO", "name", 1) in outcomes_of(jordan)
    assert any(target == "" and reason in ("person", "hidden") for target, reason, _ in outcomes_of(jordan))
    assert jordan.doubt > 0


def test_what_is_part_of_a_longer_name_says_so_and_is_no_doubt_of_its_own(said: Review) -> None:
    china = entry_of(said, "China")
    assert outcomes_of(china) == {("", "masked", 1)}
    assert china.doubt == 0


def test_single_words_that_name_people_are_told_with_whom_they_could_mean(said: Review) -> None:
    lund = entry_of(said, "Lund")
    assert any(outcome.doubtful for outcome in lund.outcomes)
    assert {outcome.target or outcome.other for outcome in lund.outcomes} <= {"person:kari-lund", "person:jon-lund"}
    assert {proposal.id: proposal.sections for proposal in said.proposals} == {"kari-lund": 1, "jon-lund": 1}


def test_an_unknown_label_is_kept_and_gets_a_suggestion_where_one_is_near(tmp_path: Path) -> None:
    text = "\n## {#q1}\n\n**Harbor Post:** Is it late?\n\n**Ines Halvart:** No.\n"
    review = review_of(make(tmp_path, text))
    assert entry_of(review, "Harbor Post").suggestion == "Harbour Post"
    assert entry_of(review, "Ines Halvart").suggestion == "Ines Halvard"
    remedies = [r.text for o in entry_of(review, "Harbor Post").outcomes for r in o.remedies]
    assert "harbour-post:\n  aliases+: [Harbor Post]" in remedies


def test_the_most_doubtful_stand_first(said: Review) -> None:
    for entries in said.entries.values():
        doubts = [entry.doubt for entry in entries]
        assert doubts == sorted(doubts, reverse=True)
        for entry in entries:
            assert [o.doubtful for o in entry.outcomes] == sorted((o.doubtful for o in entry.outcomes), reverse=True)
            assert entry.count == sum(outcome.count for outcome in entry.outcomes)
            assert {outcome.reason for outcome in entry.outcomes} <= set(REASONS)
            assert all(1 <= len(outcome.examples) <= EXAMPLES for outcome in entry.outcomes)


def test_an_example_is_the_sentence_with_its_place(said: Review) -> None:
    (example,) = {o.examples[0] for o in entry_of(said, "Oslo").outcomes if o.reason == "capital"}
    assert example.before + example.form + example.after == "Has Oslo answered, and who was in Oslo?"
    assert (example.anchor, example.file) == ("q1.1", "content/briefings/2025-05-01-x.md")
    lines = (HEAD.format(date="2025-05-01", language="en") + SAID).splitlines()
    assert "Has Oslo answered" in lines[example.line - 1]


def test_what_the_finders_explain_is_what_they_found(said: Review, tmp_path: Path) -> None:
    content = read_content(make(tmp_path, SAID))
    for briefing in content.edition.read_briefings():
        sightings = list(content.shelf.examiner.desk.annotator.explain(briefing))
        for annotated in briefing.sections:
            told = {s.target.partition(":")[2] for s in sightings if s.section == annotated.section.id and s.target}
            for tags in (annotated.countries, annotated.territories, annotated.persons):
                assert {tag.id for tag in tags} <= told
            assert set(annotated.topics) <= told


def test_your_own_word_leaves_no_doubt(tmp_path: Path) -> None:
    text = (
        '\n## {#q1 countries="-JO"}\n\n**Harbour Post:** Was Jordan in [Oslo](country:NO)?\n\n**Ines Halvard:** No.\n'
    )
    review = review_of(make(tmp_path, text))
    assert outcomes_of(entry_of(review, "Oslo")) == {("country:NO", "editor", 1)}
    assert outcomes_of(entry_of(review, "Jordan")) == {("", "editor", 1)}
    assert entry_of(review, "Oslo").doubt == entry_of(review, "Jordan").doubt == 0


def remedies_of(review: Review, form: str, kind: str, target: str | None = None) -> list[tuple[str, str]]:
    outcomes = entry_of(review, form).outcomes
    return [(r.file, r.text) for o in outcomes if target in (None, o.target) for r in o.remedies if r.kind == kind]


def tagged(folder: Path) -> list[str]:
    content = read_content(folder)
    assert not [p for p in content.problems if p.severity == "error"]
    return [tag.id for b in content.edition.read_briefings() for s in b.sections for tag in s.countries]


BERGEN = "\n## {#q1}\n\n**Harbour Post:** Oslo said so?\n\n**Ines Halvard:** Yes.\n"


def test_each_remedy_does_what_it_says(tmp_path: Path) -> None:
    folder = make(tmp_path, BERGEN)
    assert tagged(folder) == ["NO"]
    review = review_of(folder)
    file = folder / "content/briefings/2025-05-01-x.md"
    before = file.read_text(encoding="utf-8")
    ((where, mark),) = remedies_of(review, "Oslo", "mark")
    assert where == "content/briefings/2025-05-01-x.md"
    file.write_text(before.replace("Oslo", mark), encoding="utf-8")
    assert tagged(folder) == []
    ((_, attribute),) = remedies_of(review, "Oslo", "attribute")
    file.write_text(before.replace("{#q1}", f"{{#q1 {attribute}}}"), encoding="utf-8")
    assert tagged(folder) == []
    file.write_text(before, encoding="utf-8")
    ((authority, entry),) = remedies_of(review, "Oslo", "authority")
    add(folder, authority, entry + "\n")
    assert tagged(folder) == []


def test_a_city_can_be_made_to_count_everywhere(tmp_path: Path) -> None:
    folder = make(tmp_path, "\n## {#q1}\n\n**Harbour Post:** Were you in Oslo?\n\n**Ines Halvard:** Yes.\n")
    assert tagged(folder) == []
    ((authority, entry),) = remedies_of(review_of(folder), "Oslo", "authority")
    add(folder, authority, entry + "\n")
    assert tagged(folder) == ["NO"]


def test_a_proposed_person_is_confirmed_by_the_entry_that_the_review_gives(tmp_path: Path) -> None:
    folder = make(tmp_path, SAID)
    (kari,) = [p for p in review_of(folder).proposals if p.id == "kari-lund"]
    add(folder, kari.remedy.file, kari.remedy.text + "\n")
    assert "kari-lund" not in {p.id for p in review_of(folder).proposals}
    content = read_content(folder)
    (found,) = {
        p for b in content.edition.read_briefings() for s in b.sections for p in s.persons if p.id == "kari-lund"
    }
    assert found.status == "confirmed"


def test_cues_that_decide_alone_are_told_for_their_topic(tmp_path: Path) -> None:
    add(
        tmp_path,
        "content/authorities/topics.yaml",
        "lamp-lighting:\n  label: Lamp lighting\n"
        "  cues: [{text: lamplighter, weight: 4}, {text: wickfold, weight: 2}]\n",
    )
    text = "\n## {#q1}\n\n**Harbour Post:** Is it so?\n\n**Ines Halvard:** The lamplighter came.\n"
    near = "\n## {#q1}\n\n**Harbour Post:** Is it so?\n\n**Ines Halvard:** A wickfold, and a wickfold more.\n"
    review = review_of(make(tmp_path, text, near))
    assert outcomes_of(entry_of(review, "lamplighter", "lamp-lighting")) == {("topic:lamp-lighting", "decides", 1)}
    assert outcomes_of(entry_of(review, "wickfold", "lamp-lighting")) == {("", "near", 1)}


# ── The command, the page, the changes ──────────────────────────────────────────────────────────────────────────────


def build(folder: Path, *arguments: str) -> Said:
    return run_command("-C", folder, "build", "--no-search", *arguments)


def test_only_a_build_with_review_writes_it_and_the_next_one_takes_it_away(tmp_path: Path) -> None:
    folder = make(tmp_path, SAID)
    plain = build(folder)
    assert plain.code == 0
    before = tree_of(folder / "_site")
    assert "review.html" not in before
    assert not [path for path, data in before.items() if b"review.html" in data]
    done = build(folder, "--review")
    assert done.code == 0
    assert re.search(r"review: \d+ forms in doubt, \d+ people proposed → .*review\.html", done.out)
    with_review = tree_of(folder / "_site")
    assert {path for path in with_review if path not in before} == {"review.html", "data/review.csv"}
    changed = {path for path in before if before[path] != with_review[path]}
    # only what lists or counts the files of the site
    listing = {"manifest-sha256.txt", "data/index.html", "data/datapackage.json", "compliance.html", "files.html"}
    assert changed <= listing
    build(folder)
    assert tree_of(folder / "_site") == before


def test_the_review_page_shows_the_sentence_its_place_and_what_to_write(tmp_path: Path) -> None:
    folder = make(tmp_path, SAID)
    build(folder, "--review")
    page = (folder / "_site/review.html").read_text(encoding="utf-8")
    assert '<meta name="robots" content="noindex">' in page
    assert "<mark>Oslo</mark>" in page
    assert 'href="briefings/2025-05-01-x.html#q1.1"' in page
    assert "[Oslo](none:)" in page
    assert "content/briefings/2025-05-01-x.md:" in page
    assert "<script" not in page
    table = (folder / "_site/data/review.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {(row["form"], row["reason"]) for row in rows} >= {("Oslo", "capital"), ("Oslo", "city")}


@pytest.mark.parametrize("code", ["es", "zh"])
def test_the_page_speaks_the_interfaces_language(tmp_path: Path, code: str) -> None:
    folder = make(tmp_path, SAID)
    config = folder / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("interface: en", f"interface: {code}"), "utf-8")
    assert build(folder, "--review").code == 0
    assert "Review of the tags" not in (folder / "_site/review.html").read_text(encoding="utf-8")


def test_a_page_of_many_forms_stays_small(tmp_path: Path) -> None:
    lines = [
        f"\n## {{#q{n}}}\n\n**Paper {chr(65 + n % 26)}{n}:** Is it so?\n\n**Ines Halvard:** Yes.\n"
        for n in range(1, 120)
    ]
    folder = make(tmp_path, "".join(lines))
    build(folder, "--review")
    page = (folder / "_site/review.html").read_text(encoding="utf-8")
    assert page.count('class="form"') <= 55
    assert "more stand in the data" in page


def test_a_build_tells_which_tags_an_authority_file_changed(tmp_path: Path) -> None:
    folder = make(tmp_path, BERGEN, BERGEN.replace("Oslo", "Norway"))
    first = build(folder)
    assert "tags changed" not in first.out
    assert "tags changed" not in build(folder).out
    add(folder, "content/authorities/countries.yaml", "NO:\n  capitals-: {en: [Oslo]}\n")
    told = build(folder, "--review")
    assert (
        "tags changed since the last build: countries: 0 tags added, 1 removed in 1 briefing "
        "(e.g. 2025-05-01-x#q1: countries -NO)"
    ) in told.out
    assert "-NO" in (folder / "_site/review.html").read_text(encoding="utf-8")
    assert "tags changed" not in build(folder).out
    add(folder, "content/authorities/countries.yaml", "NO:\n  note: The neighbour.\n")
    verbose = build(folder, "--verbose")
    assert "tags changed since the last build: 2025-05-01-x#q1: countries +NO" in verbose.out


def test_without_a_readable_last_build_nothing_is_told(tmp_path: Path) -> None:
    folder = make(tmp_path, BERGEN)
    assert read_tags(folder / "_site") is None
    build_site(folder, search=False)
    content = read_content(folder)
    assert not compare_tags(read_tags(folder / "_site"), content.edition.briefings).changes
    assert not compare_tags(None, content.edition.briefings).changes
    for broken in (b"", b"other,columns\r\n", b"\xff\xfe\x00", b"briefing\r\n"):
        (folder / "_site" / TABLE).write_bytes(broken)
        assert read_tags(folder / "_site") is None
    assert len(FAMILIES) == len(set(FAMILIES))


def test_the_walk_through_of_the_documentation_works_in_each_of_its_three_ways(tmp_path: Path) -> None:
    chapter = (ROOT / "docs/annotation.md").read_text(encoding="utf-8").split("## From a wrong tag to the right one")[1]
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", chapter, re.S))
    on_words, in_heading = re.findall(r"```markdown\n(.*?)\n```", chapter, re.S)
    file, entry = blocks["yaml"].split("\n", 1)
    asked = on_words.replace("[Oslo](none:)", "Oslo")
    text = f"\n## {{#q1}}\n\n{asked}\n\n**Ines Halvard:** Soon.\n"
    transcript = "content/briefings/2025-05-01-x.md"
    ways = ((transcript, asked, on_words), (transcript, "## {#q1}", in_heading), (file.removeprefix("# "), "", entry))
    for number, (path, old, new) in enumerate(ways):
        folder = make(tmp_path / str(number), text)
        build(folder, "--review")
        page = html.unescape((folder / "_site/review.html").read_text(encoding="utf-8"))
        for remedy in ("[Oslo](none:)", 'countries="-NO"', "NO:\n  capitals-: {en: [Oslo]}"):
            assert remedy in page
        before = (folder / path).read_text(encoding="utf-8") if old else ""
        add(folder, path, before.replace(old, new) if old else new)
        assert blocks["text"].strip() in build(folder).out
