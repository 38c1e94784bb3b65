"""The editor's word, from the files that an editor writes to what is published: every attribute, every mark, every
authority file and the config; and what the next build says of it.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.editions import Said, add, run_command, write_edition
from tests.test_review import HEAD

#: What the annotation finds without a word of the editor's: two countries, a territory, two people, days, a topic.
FOUND = (
    "**Harbour Post:** Norway and Georgia asked Greenland for ferries. Prime Minister Kari Lund met Minister Jon Berg "
    "on May 2. Yesterday the fishing quota and the trawlers were late.\n\n**Ines Halvard:** Yes.\n"
)
#: One section for each thing that an editor can write: its heading's attributes, its text (FOUND where nothing stands).
SECTIONS: dict[str, tuple[str, str]] = {
    "q1": ("", ""),
    "q2": ('countries="-GE +JP"', ""),
    "q3": ("countries=SE", ""),
    "q4": ('countries="="', ""),
    "q5": ('territories="-GL +HK"', ""),
    "q6": ("territories=gaza", ""),
    "q7": ('topics="-sea +energy"', ""),
    "q8": ('topics="energy, sea"', ""),
    "q9": ('topics="="', ""),
    "q10": ('persons="-jon-berg +tove-brandt"', ""),
    "q11": ('persons="="', ""),
    "q12": ('dates="-2025-05-02 -2025-05-08 +2025-06-01/2025-06-03"', ""),
    "q13": ('dates="="', ""),
    "q14": ("date=2025-01-03", ""),
    "q15": ('follows="q1 2025-05-08-x#q1"', ""),
    "q16": ("outlet=lantern-weekly", ""),
    "q17": ('outlet="="', ""),
    "q18": ("speaker=kari-holm", ""),
    "q19": (
        "",
        "**Harbour Post:** [Norway](none:) and [the isle](territory:GL), [they](country:SE) and [Georgia](country:US). "
        "[The chief](person:tove-brandt) read [The wire](outlet:lantern-weekly) on [the eve](date:2025-05-08), and "
        "[the word](speaker:ines-halvard) was [of lamps](topic:energy). Norway said nothing.\n\n"
        "**Ines Halvard:** Yes.\n",
    ),
    "q20": ("", "**Harbour Post:** To follow up on [Norway](none:)’s ferries: when?\n\n**Ines Halvard:** Soon.\n"),
    "q21": ('follows="="', "**Harbour Post:** A follow-up: who pays for the ferries?\n\n**Ines Halvard:** We do.\n"),
}
TOPICS = """\
sea:
  label: The sea
  scope_note: Ships and fish.
  cues: [{text: fishing quota, weight: 4}, {text: trawler, weight: 3}]
lamps:
  label: Lamps
  scope_note: Light.
  cues: [{text: lantern, weight: 4}]
"""
SPEAKERS = """\
ines-halvard: {name: Ines Halvard}
kari-holm: {name: Kari Holm}
"""
OUTLETS = """\
harbour-post: {name: Harbour Post}
lantern-weekly: {name: Lantern Weekly}
"""
PERSONS = """\
tove-brandt: {name: Tove Brandt, status: confirmed}
"""


def write(folder: Path) -> Path:
    """Write an edition whose second briefing has one section for each word of an editor's."""
    write_edition(folder)
    (folder / "content/briefings/2025-05-14-ines-halvard.md").unlink()
    body = "".join(
        f"\n## {{#{id}{' ' + attributes if attributes else ''}}}\n\n{text or FOUND}"
        for id, (attributes, text) in SECTIONS.items()
    )
    add(folder, "content/briefings/2025-05-08-x.md", HEAD.format(date="2025-05-08", language="en") + OTHER)
    add(folder, "content/briefings/2025-05-09-x.md", HEAD.format(date="2025-05-09", language="en") + body)
    for name, text in (("topics", TOPICS), ("speakers", SPEAKERS), ("outlets", OUTLETS), ("persons", PERSONS)):
        add(folder, f"content/authorities/{name}.yaml", text)
    return folder


OTHER = "\n## {#q1}\n\n**Harbour Post:** Will Oslo pay, and Marenland?\n\n**Ines Halvard:** Ask the Lantern Weekly.\n"


def build(folder: Path) -> Said:
    done = run_command("-C", folder, "build", "--no-search", "--verbose")
    assert done.code == 0, done
    return done


def read(folder: Path, briefing: str = "2025-05-09-x") -> dict[str, dict[str, Any]]:
    """Return the published record of each section."""
    record = json.loads((folder / "_site/briefings" / f"{briefing}.json").read_text(encoding="utf-8"))
    return {section["id"]: section for section in record["sections"]}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("edition"))
    build(folder)
    return folder


@pytest.fixture(scope="module")
def said(site: Path) -> dict[str, dict[str, Any]]:
    return read(site)


def ids(section: dict[str, Any], field: str) -> list[str]:
    key = {"countries": "code", "territories": "id", "persons": "id", "dates": "iso", "dates_resolved": "iso"}.get(
        field
    )
    return [item[key] if key and isinstance(item, dict) else item for item in section.get(field, ())]


def annotated_with(section: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (kind, target)
        for turn in section["turns"]
        for paragraph in turn["paragraphs"]
        for _, _, kind, target in paragraph.get("annotations", ())
    }


def test_what_is_found_without_a_word(said: dict[str, dict[str, Any]]) -> None:
    first = said["q1"]
    assert ids(first, "countries") == ["NO", "GE"]
    assert ids(first, "territories") == ["GL"]
    assert first["topics"] == ["sea", "arctic"]
    assert ids(first, "persons") == ["kari-lund", "jon-berg"]
    assert (ids(first, "dates"), ids(first, "dates_resolved")) == (["2025-05-02"], ["2025-05-08"])
    assert first["follows"] == []


@pytest.mark.parametrize(
    ("section", "field", "expected"),
    [
        ("q2", "countries", ["NO", "JP"]),
        ("q3", "countries", ["SE"]),
        ("q4", "countries", []),
        ("q5", "territories", ["HK"]),
        ("q6", "territories", ["gaza"]),
        ("q7", "topics", ["arctic", "energy"]),
        ("q8", "topics", ["energy", "sea"]),
        ("q9", "topics", []),
        ("q10", "persons", ["kari-lund", "tove-brandt"]),
        ("q11", "persons", []),
        ("q12", "dates", ["2025-06-01/2025-06-03"]),
        ("q12", "dates_resolved", []),
        ("q13", "dates", []),
        ("q13", "dates_resolved", []),
        ("q14", "dates_resolved", ["2025-01-02"]),
        ("q15", "follows", ["q1", "2025-05-08-x#q1"]),
        ("q20", "countries", []),
        ("q20", "follows", ["q18"]),
        ("q21", "follows", []),
    ],
)
def test_attributes(said: dict[str, dict[str, Any]], section: str, field: str, expected: list[str]) -> None:
    assert ids(said[section], field) == expected
    for other in ("countries", "territories", "topics", "persons"):
        if other != field and said[section]["turns"][0]["paragraphs"][0]["text"].startswith("Norway and"):
            assert ids(said[section], other) == ids(said["q1"], other), other


def test_what_was_taken_away_is_no_link_either(said: dict[str, dict[str, Any]]) -> None:
    everything = {
        ("country", "NO"), ("country", "GE"), ("territory", "GL"), ("person", "kari-lund"), ("person", "jon-berg"),
        ("date", "2025-05-02"), ("date", "2025-05-08"),
    }  # fmt: skip
    assert annotated_with(said["q1"]) == everything
    assert annotated_with(said["q2"]) == everything - {("country", "GE")}
    assert annotated_with(said["q5"]) == everything - {("territory", "GL")}
    assert annotated_with(said["q11"]) == everything - {("person", "kari-lund"), ("person", "jon-berg")}
    assert annotated_with(said["q12"]) == annotated_with(said["q13"])
    assert annotated_with(said["q13"]) == everything - {("date", "2025-05-02"), ("date", "2025-05-08")}


def test_who_asks_and_who_answers(said: dict[str, dict[str, Any]]) -> None:
    voices = {id: (said[id]["outlet"], said[id]["turns"][1]["speaker"]["id"]) for id in ("q1", "q16", "q17", "q18")}
    assert {id: (outlet and outlet["id"], speaker) for id, (outlet, speaker) in voices.items()} == {
        "q1": ("harbour-post", "ines-halvard"),
        "q16": ("lantern-weekly", "ines-halvard"),
        "q17": (None, "ines-halvard"),
        "q18": ("harbour-post", "kari-holm"),
    }
    # The printed labels stay as they are.
    assert [turn["label"] for turn in said["q16"]["turns"]] == ["Harbour Post", "Ines Halvard"]


def test_marks(said: dict[str, dict[str, Any]]) -> None:
    marked = said["q19"]
    assert [(tag["code"], tag["evidence"]) for tag in marked["countries"]] == [
        ("SE", ["they"]), ("US", ["Georgia"]), ("NO", ["Norway"]),
    ]  # fmt: skip
    assert ids(marked, "territories") == ["GL"]
    assert ids(marked, "persons") == ["tove-brandt"]
    assert ids(marked, "dates") == ["2025-05-08"]
    assert marked["topics"] == ["energy"]
    text = marked["turns"][0]["paragraphs"][0]["text"]
    assert {
        (text[start:end], kind, target)
        for start, end, kind, target in marked["turns"][0]["paragraphs"][0]["annotations"]
    } == {
        ("the isle", "territory", "GL"), ("they", "country", "SE"), ("Georgia", "country", "US"),
        ("The chief", "person", "tove-brandt"), ("The wire", "outlet", "lantern-weekly"),
        ("the eve", "date", "2025-05-08"), ("the word", "speaker", "ines-halvard"), ("Norway", "country", "NO"),
    }  # fmt: skip
    assert text.index("Norway said") in [start for start, *_ in marked["turns"][0]["paragraphs"][0]["annotations"]]


def test_the_pages_follow(site: Path) -> None:
    page = (site / "_site/briefings/2025-05-09-x.html").read_text(encoding="utf-8")
    assert 'href="../persons/tove-brandt.html"' in page
    assert 'href="../persons/kari-lund.html"' not in page, "only a confirmed person has a page and links"
    assert (site / "_site/persons/tove-brandt.html").is_file()
    assert (site / "_site/countries/japan.html").is_file()


#: What an editor writes, the line that the build says of it, and what the records hold then.
CHANGES: list[tuple[str, str, str, str, dict[str, tuple[str, str, list[str]]]]] = [
    (
        "countries.yaml", "GE:\n  remove: true\nNO:\n  aliases+: {en: [Marenland]}\n  capitals-: {en: [Oslo]}\n",
        "countries", r"countries: 0 tags added, 1[5-7] removed in 1 briefing \(e\.g\. 2025-05-09-x#q1: countries -GE\)",
        {"2025-05-09-x": ("q1", "countries", ["NO"]), "2025-05-08-x": ("q1", "countries", ["NO"])},
    ),
    (
        "territories.yaml", "NO: {name: Norway}\n",
        "territories", r"territories: 1[5-9] tags added, 0 removed in 2 briefings",
        {"2025-05-08-x": ("q1", "territories", ["NO"])},
    ),
    (
        "topics.yaml", TOPICS.replace("fishing quota", "fishing rod").replace("trawler", "lorry"),
        "topics", r"topics: 0 tags added, 1\d removed in 1 briefing \(e\.g\. 2025-05-09-x#q1: topics -sea\)",
        {"2025-05-09-x": ("q1", "topics", ["arctic"])},
    ),
    (
        "persons.yaml", PERSONS + "the-premier: {name: Kari Lund, aliases: Premier Lund}\n",
        "persons", r"persons: 1\d tags added, 1\d removed in 1 briefing \(e\.g\. .*persons \+the-premier -kari-lund\)",
        {"2025-05-09-x": ("q1", "persons", ["the-premier", "jon-berg"])},
    ),
    (
        "outlets.yaml", OUTLETS.replace("harbour-post: {name: Harbour", "post: {name: Post, aliases: Harbour"),
        "outlets", r"outlets: 2\d tags added, 2\d removed in 2 briefings \(e\.g\. .*outlets \+post -harbour-post\)",
        {"2025-05-09-x": ("q1", "outlet", ["post"])},
    ),
    (
        "speakers.yaml", SPEAKERS.replace("ines-halvard: {name: Ines", "ines: {name: Ines H., aliases: Ines"),
        "speakers", r"speakers: 2\d tags added, 2\d removed in 2 briefings",
        {},
    ),
    (
        "not-places.yaml", "en:\n  names+: [Norway and]\n",
        "countries", r"countries: 0 tags added, 1\d removed in 1 briefing \(e\.g\. 2025-05-09-x#q1: countries -NO\)",
        {"2025-05-09-x": ("q1", "countries", ["GE"])},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "family", "line", "records"), CHANGES, ids=[change[0] for change in CHANGES])
def test_a_changed_authority_file_holds_for_the_whole_edition_at_the_next_build(
    site: Path,
    tmp_path: Path,
    file: str,
    text: str,
    family: str,
    line: str,
    records: dict[str, tuple[str, str, list[str]]],
) -> None:
    folder = Path(shutil.copytree(site, tmp_path / "edition"))
    add(folder, f"content/authorities/{file}", text)
    if "remove: true" in text:
        # its page was published
        assert run_command("-C", folder, "withdraw", "countries/georgia", "--reason", "Not meant.").code == 0
    done = run_command("-C", folder, "build", "--no-search", "--verbose")
    assert done.code in (0, 1), done  # an id that marks name may be gone
    said = done.out + done.err
    assert re.search(line, said), said
    for briefing, (section, field, expected) in records.items():
        found = read(folder, briefing)[section]
        assert (ids(found, field) if field != "outlet" else [found["outlet"]["id"]]) == expected
    # With --verbose every section is named.
    assert re.search(rf"2025-05-09-x#q4: {family} |2025-05-09-x#q1: {family} ", said), said


def test_the_config_names_the_host(site: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(site, tmp_path / "edition"))
    config = folder / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "host_country: NO\n", encoding="utf-8")
    said = build(folder).out
    assert re.search(r"countries: 0 tags added, 1\d removed in 2 briefings", said), said
    found = read(folder)
    assert ids(found["q1"], "countries") == ["GE"]
    assert ids(found["q19"], "countries") == ["SE", "US"], "an unmarked Norway is the host"
    assert "tags changed" not in build(folder).out, "nothing changed since"
