"""How well places, people, days and follow-ups agree with the labelled sections: figures of the half not tuned on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from edition.annotate import Annotator, make_annotator
from edition.authorities import read_authorities
from edition.model import AnnotatedSection, Briefing
from tests.labelled import CONFIG, Agreement, Labelled, find_labelled, find_later, references

#: What the figures may not fall below, on the half that nobody tuned on. Measured when written: countries 0.996,
#: territories 1.0, persons 0.889, dates 1.0.
LEAST = {"countries": 0.97, "territories": 1.0, "persons": 0.85, "dates": 0.99}


@pytest.fixture(scope="module")
def annotated(shared: Path) -> list[tuple[Labelled, Briefing, AnnotatedSection]]:
    authorities, _ = read_authorities(None)
    annotator = make_annotator(authorities, CONFIG)
    read: dict[str, Briefing] = {}
    found = []
    for item in find_labelled(shared / "corpus"):
        if "countries" not in item.entry:
            continue  # of some sources only the topics are labelled
        if item.file not in read:
            read[item.file] = annotator.annotate(item.transcript)[0]
        briefing = read[item.file]
        found.append((item, briefing, next(s for s in briefing.sections if s.section.id == item.section.id)))
    return found


def _plain(name: str) -> str:
    return name.replace("-", " ").casefold()


def _territories(ids: Iterable[str]) -> list[str]:
    return [id if len(id) == 2 else id.lower() for id in ids]


def _persons(item: Labelled, section: AnnotatedSection) -> list[str]:
    """Return the names found, under the label's spelling where they are it or its printed form."""
    names = item.expected("persons")
    printed = item.entry.get("persons_printed", names)
    known = {_plain(form): name for form, name in (*zip(printed, names, strict=True), *zip(names, names, strict=True))}
    return [known.get(_plain(person.name), person.name) for person in section.persons]


@pytest.mark.parametrize("field", sorted(LEAST))
def test_tags_agree_with_the_labels(annotated: list[tuple[Labelled, Briefing, AnnotatedSection]], field: str) -> None:
    agreement = Agreement()
    for item, _, section in annotated:
        if item.half != "test":
            continue
        wanted, neutral = item.entry[field], item.entry.get(f"{field}_neutral", ())
        if field == "countries":
            agreement.add(wanted, (tag.id for tag in section.countries), neutral)
        elif field == "territories":
            agreement.add(_territories(wanted), (t.id for t in section.territories), _territories(neutral))
        elif field == "persons":
            agreement.add(wanted, _persons(item, section), neutral)
        else:
            agreement.add(wanted, (tag.iso for tag in section.dates), neutral)
    assert agreement.right > 5
    assert agreement.f1 >= LEAST[field], f"{field}: {agreement}"


def test_follow_ups_agree_with_the_labels(annotated: list[tuple[Labelled, Briefing, AnnotatedSection]]) -> None:
    """All halves: the test half alone has twelve. At most one link in ten may be wrong, two in three must be found."""
    right = wrong = missed = 0
    for item, briefing, section in annotated:
        entry = item.entry
        if entry.get("follows_neutral") and entry["follows"] is None:
            continue
        asked = [s.section.id for s in briefing.sections for t in s.section.turns if t.role == "question" and t.label]
        opening = [s.section.id for s in briefing.sections if s.section.kind == "announcement"]
        targets = [entry["follows"], *entry.get("follows_alt", ())]
        wanted = {id for t in targets if t is not None for id in (opening if t == "opening" else [asked[t - 1]])}
        hit = bool(wanted & set(section.follows))
        right += hit
        wrong += bool(set(section.follows) - wanted)
        missed += bool(wanted) and not hit
    assert right > 10
    assert right / (right + wrong) >= 0.9, (right, wrong, missed)
    assert right / (right + missed) >= 0.66, (right, wrong, missed)


# The second set: sections of all families with their own host country, of which some are of no foreign policy at all.


@pytest.fixture(scope="module")
def later(shared: Path) -> list[tuple[Labelled, Briefing, AnnotatedSection]]:
    authorities, _ = read_authorities(None)
    annotators: dict[str, Annotator] = {}
    read: dict[tuple[str, str], Briefing] = {}
    found = []
    for item in find_later(shared):
        if item.host not in annotators:
            annotators[item.host] = make_annotator(authorities, replace(CONFIG, host_country=item.host))
        key = (item.file, item.host if item.file != "blocks" else item.entry["ref"])
        if key not in read:
            read[key] = annotators[item.host].annotate(item.transcript)[0]
        section = next(s for s in read[key].sections if s.section.id == item.section.id)
        found.append((item, read[key], section))
    assert len(found) == 139
    return found


#: Floors: untouched, the blocks were at 0.992 and 0.881; the others, since tuned on, at 0.992 and 0.798 before that.
LATER = {("blocks", "countries"): 0.97, ("blocks", "topics"): 0.84, ("", "countries"): 0.99, ("", "topics"): 0.86}


@pytest.mark.parametrize(("file", "field"), sorted(LATER))
def test_tags_agree_with_the_second_set(
    later: list[tuple[Labelled, Briefing, AnnotatedSection]], file: str, field: str
) -> None:
    agreement = Agreement()
    for item, _, section in later:
        if (item.file == "blocks") == (file == "blocks"):
            given = section.topics if field == "topics" else tuple(tag.id for tag in section.countries)
            agreement.add(item.entry[field], given, item.entry.get(f"{field}_neutral", ()))
    print(file or "sections", field, agreement)
    assert agreement.right > 50
    assert agreement.f1 >= LATER[file, field], agreement


def test_people_and_days_agree_with_the_second_set(later: list[tuple[Labelled, Briefing, AnnotatedSection]]) -> None:
    people, days = Agreement(), Agreement()
    for item, _, section in later:
        if item.file == "blocks":
            continue
        days.add(item.entry["dates"], (tag.iso for tag in section.dates))
        wanted = item.expected("persons")
        short = {name.split()[-1]: name for name in wanted}
        known = {
            form: name for p in section.persons for form in (p.name, *p.aliases) for name in wanted if form == name
        }
        given = [
            next((known[f] for f in (p.name, *p.aliases) if f in known), short.get(p.name.split()[-1], p.name))
            for p in section.persons
        ]
        neutral = [g for g in given if any(n in g for n in item.neutral("persons"))]
        people.add(wanted, given, neutral)
    print("persons", people, "dates", days)
    assert people.f1 >= 0.93, people
    assert days.f1 == 1.0, days


def test_follow_ups_agree_with_the_second_set(later: list[tuple[Labelled, Briefing, AnnotatedSection]]) -> None:
    right = wrong = missed = 0
    for item, briefing, section in later:
        entry = item.entry
        if item.file == "blocks" or entry.get("follows_neutral"):
            continue
        refs = {ref: s.section.id for s in reversed(briefing.sections) for ref in references(s.section)}
        wanted = {refs[ref] for ref in (entry["follows"], *entry.get("follows_alt", ())) if ref}
        hit = bool(wanted & set(section.follows))
        right += hit
        wrong += bool(set(section.follows) - wanted)
        missed += bool(wanted) and not hit
    print("follow-ups", right, wrong, missed)
    assert right >= 8
    assert wrong <= 1
