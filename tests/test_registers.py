"""Speakers, outlets and people from the transcript to their pages: one page each, nobody mixed up, nobody lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edition.building import build_site
from edition.problems import Problem
from tests.editions import add

HEAD = """\
---
title: Press briefing, {date}
date: {date}
kind: press-conference
speakers: []
language: en
source:
  file: {date}.txt
  sha256: "{sha256}"
  layout: title-only
---

"""
SPEAKERS = """\
ines-halvard:
  name: Ines Halvard
  aliases: [Inés Halvard, Mrs. Halvard-Berg]
  offices:
  - {title: Spokesperson of the Office, start: "2023-02", end: "2024-06-30"}
tom-roe:
  name: Tom Roe
  offices:
  - {title: Minister for Fisheries, start: "2020", end: "2024-05-31"}
  - {title: Spokesperson of the Office, start: "2024-07-01"}
ada-lind:
  name: Ada Lind
  offices:
  - {title: Minister for Fisheries, start: "2024-06-01", end: "2025"}
"""
PERSONS = """\
kari-lund: {name: Kari Lund, status: confirmed, note: Prime Minister since 2022.}
jon-vik: {name: Jon Vik, status: proposed}
"""


def head(date: str) -> str:
    return HEAD.format(date=date, sha256=date.replace("-", "") * 8)


def write(folder: Path, days: dict[str, str]) -> Path:
    add(folder, "config.yaml", "title: Marenia Briefings\nlanguage: en\ninterface: en\nrights: Free for any use.\n")
    add(folder, "content/authorities/speakers.yaml", SPEAKERS)
    add(folder, "content/authorities/outlets.yaml", "harbour-post: {name: Harbour Post, aliases: [H. Post]}\n")
    add(folder, "content/authorities/persons.yaml", PERSONS)
    for date, text in days.items():
        add(folder, f"content/briefings/{date}-x.md", head(date) + text)
    return folder


def exchange(label: str, asks: str = "Harbour Post", question: str = "Is it so?", answer: str = "It is.") -> str:
    return f"## {{#q1}}\n\n**{asks}:** {question}\n\n**{label}:** {answer}\n"


def build(folder: Path) -> tuple[Path, tuple[Problem, ...]]:
    report = build_site(folder, search=False)
    assert not [problem for problem in report.problems if problem.severity == "error"]
    return report.output, report.problems


def section(site: Path, date: str) -> dict[str, Any]:
    record = json.loads((site / f"briefings/{date}-x.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = record["sections"][0]
    return found


def speaker(site: Path, date: str) -> tuple[str, str]:
    turn = section(site, date)["turns"][1]
    return turn["speaker"]["id"] if isinstance(turn["speaker"], dict) else turn["speaker"], turn["label"]


def pages(site: Path, family: str) -> list[str]:
    return sorted(p.stem for p in (site / family).glob("*.html") if p.stem != "index")


def test_one_person_under_several_labels_has_one_page_and_keeps_each_label(tmp_path: Path) -> None:
    labels = {
        "2024-01-10": "Ines Halvard",
        "2024-01-11": "INÉS HALVARD",
        "2024-01-12": "Mrs. Halvard-Berg",
        "2024-01-13": "Spokesperson Ines Halvard",
        "2024-01-14": "I nes H alvard",
    }
    site, problems = build(write(tmp_path, {date: exchange(label) for date, label in labels.items()}))
    assert [speaker(site, date) for date in labels] == [("ines-halvard", label) for label in labels.values()]
    assert pages(site, "speakers") == ["ines-halvard"]
    assert not problems


@pytest.mark.parametrize(
    ("date", "office", "expected"),
    [
        ("2021-03-01", "Minister for Fisheries", "tom-roe"),
        ("2024-05-31", "Minister for Fisheries", "tom-roe"),
        ("2024-06-01", "The Minister for Fisheries", "ada-lind"),
        ("2025-12-31", "Minister for Fisheries", "ada-lind"),
        ("2024-06-30", "Spokesperson of the Office", "ines-halvard"),
        ("2024-07-01", "SPOKESPERSON OF THE OFFICE", "tom-roe"),
    ],
)
def test_an_office_is_whoever_held_it_on_the_day(tmp_path: Path, date: str, office: str, expected: str) -> None:
    site, _ = build(write(tmp_path, {date: exchange(office)}))
    assert speaker(site, date) == (expected, office)


def test_an_office_that_nobody_held_on_the_day_is_an_unknown_label_and_is_told(tmp_path: Path) -> None:
    site, problems = build(write(tmp_path, {"2026-03-01": exchange("Minister for Fisheries")}))
    assert speaker(site, "2026-03-01") == ("minister-for-fisheries", "Minister for Fisheries")
    (told,) = problems
    assert (told.severity, told.message) == ("note", "unknown label “Minister for Fisheries”")
    assert "no office that speakers.yaml has covers 2026-03-01" in told.hint


def test_an_unknown_label_is_kept_shown_and_listed_with_a_suggestion(tmp_path: Path) -> None:
    site, problems = build(write(tmp_path, {"2024-01-10": exchange("Ines Halvart", asks="Harbor Post")}))
    assert speaker(site, "2024-01-10") == ("ines-halvart", "Ines Halvart")
    assert {(p.message, p.hint) for p in problems} == {
        ("unknown label “Harbor Post”", "did you mean “Harbour Post”?"),
        ("unknown label “Ines Halvart”", "did you mean “Ines Halvard”?"),
    }
    assert "Ines Halvart" in (site / "briefings/2024-01-10-x.html").read_text(encoding="utf-8")
    listed = (site / "diagnostics.html").read_text(encoding="utf-8")
    assert "Harbor Post" in listed
    assert "did you mean “Ines Halvard”?" in listed
    assert pages(site, "outlets") == ["harbor-post"]


def test_a_new_outlet_needs_no_entry_and_joins_its_page_once_it_has_one(tmp_path: Path) -> None:
    days = {"2024-01-10": exchange("Ines Halvard", asks="Skerry Echo")}
    days["2024-01-11"] = exchange("Ines Halvard", asks="Skerry Echo reporter")
    site, problems = build(write(tmp_path, days))
    assert pages(site, "outlets") == ["skerry-echo"]
    assert {problem.message for problem in problems} == {
        "unknown label “Skerry Echo”",
        "unknown label “Skerry Echo reporter”",
    }
    add(tmp_path, "content/authorities/outlets.yaml", "skerry-echo: {name: Skerry Echo, full_name: Echo of Skerry}\n")
    site, problems = build(tmp_path)
    assert not problems
    assert pages(site, "outlets") == ["skerry-echo"]
    assert [section(site, date)["turns"][0]["label"] for date in days] == ["Skerry Echo", "Skerry Echo reporter"]


def test_only_confirmed_people_have_pages_and_links(tmp_path: Path) -> None:
    answer = "Prime Minister Kari Lund met Minister Jon Vik and Ambassador Ulf Strand. Lund left early."
    site, _ = build(write(tmp_path, {"2024-01-10": exchange("Ines Halvard", answer=answer)}))
    assert [person["id"] for person in section(site, "2024-01-10")["persons"]] == ["kari-lund", "jon-vik", "ulf-strand"]
    assert pages(site, "persons") == ["kari-lund"]
    page = (site / "briefings/2024-01-10-x.html").read_text(encoding="utf-8")
    assert page.count('<a href="../persons/kari-lund.html">Kari Lund</a>') == 2, "in the text and under it"
    assert "persons/jon-vik" not in page
    assert "Prime Minister since 2022." in (site / "persons/kari-lund.html").read_text(encoding="utf-8")
    assert 'name="person" value="kari-lund"' in (site / "persons/kari-lund.html").read_text(encoding="utf-8")
    assert (site / "persons/kari-lund.csv").is_file()
    assert "ulf-strand" not in (site / "persons/index.html").read_text(encoding="utf-8")


def test_without_confirmed_people_no_page_lists_them(tmp_path: Path) -> None:
    folder = write(tmp_path, {"2024-01-10": exchange("Ines Halvard", answer="Minister Jon Vik came.")})
    site, _ = build(folder)
    assert not (site / "persons").exists()
    assert "persons/" not in (site / "index.html").read_text(encoding="utf-8")


def test_a_day_leads_to_the_briefing_of_that_day_where_one_is_meant(tmp_path: Path) -> None:
    answer = "I said so on January 10, 2024. Yesterday I said more. On January 9, 2024 nobody asked."
    days = {"2024-01-10": exchange("Ines Halvard"), "2024-01-11": exchange("Ines Halvard")}
    days["2024-01-12"] = exchange("Ines Halvard", answer=answer)
    folder = write(tmp_path, days)
    site, _ = build(folder)
    page = (site / "briefings/2024-01-12-x.html").read_text(encoding="utf-8")
    assert 'href="2024-01-10-x.html"><time datetime="2024-01-10">January 10, 2024</time></a>' in page
    assert 'href="2024-01-11-x.html"><time datetime="2024-01-11">Yesterday</time></a>' in page
    assert '<time datetime="2024-01-09">January 9, 2024</time>' in page
    assert [d["iso"] for d in section(site, "2024-01-12")["dates"]] == ["2024-01-10", "2024-01-09"]
    add(folder, "content/briefings/2024-01-10-y.md", head("2024-01-10") + exchange("Ines Halvard"))
    site, _ = build(folder)
    assert '2024-01-10-x.html"><time' not in (site / "briefings/2024-01-12-x.html").read_text(encoding="utf-8")
