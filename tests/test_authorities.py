"""Authority files: the defaults are whole, an edition's own override them, every fault is told with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pycountry
import pytest

from edition.authorities import FILES, REGIONS, read_authorities
from edition.model import Authorities, Cue, Office, Place
from edition.problems import Problem

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = ROOT / "tests" / "fixtures" / "authorities" / "addresses.txt"

Read = Callable[..., tuple[Authorities, tuple[Problem, ...]]]


@pytest.fixture(scope="module")
def defaults() -> Authorities:
    authorities, problems = read_authorities(None)
    assert [str(p) for p in problems] == []
    return authorities


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that writes authority files (name without .yaml → text) into an edition and reads them."""

    def reading(**files: str) -> tuple[Authorities, tuple[Problem, ...]]:
        folder = tmp_path / "content" / "authorities"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
        return read_authorities(tmp_path)

    return reading


def place(authorities: Authorities, id: str) -> Place:
    return next(p for p in authorities.places if p.id == id)


# ── The defaults ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_code_of_iso_3166_1_has_one_entry(defaults: Authorities) -> None:
    wanted = {country.alpha_2 for country in pycountry.countries}
    found = {p.id for p in defaults.places if re.fullmatch("[A-Z]{2}", p.id)}
    assert sorted(wanted - found) == [], "codes without an entry"
    assert sorted(found - wanted) == [], "entries whose code ISO 3166-1 doesn't have"


def test_countries_are_the_independent_states_with_palestine_and_the_holy_see(defaults: Authorities) -> None:
    countries = {p.id for p in defaults.places if p.kind == "country"}
    assert len(countries) == 195
    assert {"PS", "VA"} <= countries
    assert not countries & {"TW", "HK", "MO", "GL", "PR"}
    assert {"gaza", "kashmir", "shaksgam", "xizang"} <= {p.id for p in defaults.places if p.kind == "territory"}


def test_every_place_has_its_names_and_region(defaults: Authorities) -> None:
    for p in defaults.places:
        assert p.region in REGIONS, p.id
        assert dict(p.names).keys() >= {"es", "zh"}, p.id
        assert re.search("[\u3400-\u9fff]", dict(p.names)["zh"]), p.id


def test_every_independent_country_is_known_by_its_usual_english_names(defaults: Authorities) -> None:
    """The names of pycountry (ISO's) that are ordinary words, not “Korea, Republic of”, are among the forms."""
    for country in pycountry.countries:
        p = place(defaults, country.alpha_2)
        forms = {p.name, *(form for _, forms in p.aliases for form in forms)}
        common = getattr(country, "common_name", country.name).replace("'", "’")
        # “Congo” alone is one of two countries: it stays with the editor
        if p.kind == "country" and "," not in common and "(" not in common and common != "Congo":
            assert common in forms, (p.id, common)


def test_addresses_of_places_never_change(defaults: Authorities) -> None:
    """The list was written once. A new place adds its line; a line that changes breaks published addresses."""
    kept = dict(line.split(" ") for line in ADDRESSES.read_text(encoding="utf-8").splitlines())
    assert {p.id: p.slug for p in defaults.places} == kept


def test_everything_is_sorted_by_id(defaults: Authorities) -> None:
    for entries in (defaults.speakers, defaults.outlets, defaults.places, defaults.topics, defaults.persons):
        ids = [entry.id for entry in entries]
        assert ids == sorted(ids)


def test_reading_twice_gives_the_same(defaults: Authorities, tmp_path: Path) -> None:
    assert read_authorities(tmp_path) == (defaults, ())


# ── An edition's own files ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_overrides_and_the_others_stay(read: Read, defaults: Authorities) -> None:
    authorities, problems = read(countries="NO:\n  name: Kingdom of the Fjords\n  names: {es: Fiordos}\n")
    assert problems == ()
    found, before = place(authorities, "NO"), place(defaults, "NO")
    assert found.name == "Kingdom of the Fjords"
    assert dict(found.names) == {**dict(before.names), "es": "Fiordos"}
    assert replace(found, name=before.name, names=before.names, aliases=before.aliases) == before
    # what was recognised stays recognised, and the address stays
    assert "Norway" in dict(found.aliases)["en"]
    assert dict(before.names)["es"] in dict(found.aliases)["es"]
    assert found.slug == "norway"


def test_no_is_norway_and_not_false(read: Read) -> None:
    authorities, problems = read(outlets="fjord-post:\n  name: Fjord Post\n  country: NO\n")
    assert problems == ()
    assert next(o for o in authorities.outlets if o.id == "fjord-post").country == "NO"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("aliases: {en: Norge}", ("Norge",)),
        ("aliases+: {en: Norge}", ("Kingdom of Norway", "Norge")),
        ("aliases+: {en: [Norge, Kingdom of Norway]}", ("Kingdom of Norway", "Norge")),
        ("aliases-: {en: Kingdom of Norway}", ()),
        ("aliases: {en: }", ()),
    ],
)
def test_lists_are_replaced_added_to_and_taken_from(read: Read, line: str, expected: tuple[str, ...]) -> None:
    authorities, problems = read(countries=f"NO:\n  {line}\n")
    assert problems == ()
    assert dict(place(authorities, "NO").aliases).get("en", ()) == expected


def test_a_list_is_one_line_or_a_yaml_list(read: Read) -> None:
    authorities, problems = read(
        outlets="a-post:\n  name: A Post\n  aliases: The A Post,  Post A ,\n"
        "b-post:\n  name: B Post\n  aliases: ['Post, B']\n"
    )
    assert problems == ()
    aliases = {o.id: o.aliases for o in authorities.outlets}
    assert aliases["a-post"] == ("The A Post", "Post A")
    assert aliases["b-post"] == ("Post, B",)


def test_an_entry_is_removed_or_moved(read: Read) -> None:
    authorities, problems = read(
        countries="GL:\n  name: Greenland\nAD:\n  remove: true\n", territories="VA:\n  listed: no\n"
    )
    assert problems == ()
    assert place(authorities, "GL").kind == "country"
    assert place(authorities, "VA").kind == "territory"
    assert not place(authorities, "VA").listed
    assert "AD" not in {p.id for p in authorities.places}


def test_a_new_place_speaker_topic_and_person(read: Read) -> None:
    authorities, problems = read(
        territories="north-reef:\n  name: North Reef\n  region: polynesia\n  adjectives: {en: Reefer}\n",
        speakers="ines-halvard:\n  name: Ines Halvard\n  offices:\n"
        "    - {title: Spokesperson, start: 2023-02, end: 2025}\n    - Director\n",
        topics="kelp:\n  label: Kelp\n  cues:\n    - kelp forest\n"
        "    - {text: algas, weight: 0.5, language: es}\n    - {text: 🌿, language: any}\n"
        "    - texts: kelp farm, kelp\n      weight: 2\n    - {texts: [alga roja], language: es}\n"
        "  aliases: {en: Seaweed, es: Algas}\n",
        persons="tove-brandt:\n  name: Tove Brandt\n  status: confirmed\n",
    )
    assert [str(p) for p in problems] == []
    assert place(authorities, "north-reef").slug == "north-reef"
    speaker = next(s for s in authorities.speakers if s.id == "ines-halvard")
    assert speaker.offices == (Office("Spokesperson", "2023-02", "2025"), Office("Director"))
    kelp = next(t for t in authorities.topics if t.id == "kelp")
    assert kelp.cues == (
        *(Cue("kelp forest", 1.0, "en"), Cue("algas", 0.5, "es"), Cue("🌿", 1.0, "")),
        *(Cue("kelp farm", 2.0, "en"), Cue("kelp", 2.0, "en"), Cue("alga roja", 1.0, "es")),
    )
    assert kelp.aliases == (("en", ("Seaweed",)), ("es", ("Algas",)))
    assert [p.status for p in authorities.persons if p.id == "tove-brandt"] == ["confirmed"]


def test_words_that_are_no_place_are_added(read: Read, defaults: Authorities) -> None:
    authorities, problems = read(not_places="en:\n  names+: Norway Spruce, Norway Rat\n  names-: Lake Chad\n")
    assert problems == ()
    before, after = dict(defaults.not_places)["en/names"], dict(authorities.not_places)["en/names"]
    assert after == (*(form for form in before if form != "Lake Chad"), "Norway Spruce", "Norway Rat")


# ── What is wrong ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("file", "text", "line", "message", "hint"),
    [
        ("countries", "NO:\n  name: Norway\n  adjektives: Norsk\n", 3, "unknown key “adjektives”", "“adjectives”"),
        ("countries", "NO:\n  region: north-europe\n", 2, "unknown region", "“northern-europe”"),
        ("countries", "NN:\n  name: Nowhere\n", 1, "no code of ISO 3166-1", ""),
        ("countries", "norway:\n  name: Norway\n", 1, "the id of a country is its code", "territories.yaml"),
        ("countries", "no:\n  name: Norway\n", 1, "the id of a country is its code", "“NO”"),
        ("countries", "NO:\n  slug: Fjord Land\n", 2, "can't be an address", "fjord-land"),
        ("countries", "NO:\n  slug: sweden\n", 2, "would both have the address countries/sweden.html", "slug"),
        ("countries", "NO:\n  listed: perhaps\n", 2, "neither true nor false", "yes or no"),
        ("countries", "NO:\n  aliases: {english: Norge}\n", 2, "no language code", "en"),
        ("countries", "NO:\n  name+: Norge\n", 2, "only a list can be added to", "“name”"),
        (
            "countries", "NO:\n  aliases+: {en: Sverige}\nSE:\n  aliases+: {en: Sverige}\n", 4,
            "claimed by", "countries.yaml:2",
        ),
        ("territories", "Reef:\n  name: Reef\n", 1, "can't be an id", "reef"),
        ("territories", "reef:\n  region: polynesia\n", 1, "has no name", "new entry"),
        ("territories", "reef: Reef\n", 1, "no fields", "below it"),
        ("outlets", "a:\n  name: A\n  country: Norway\n", 3, "no country or territory", ""),
        (
            "outlets", "a-post:\n  name: A\nb-post:\n  name: B\n  aliases: a\n", 5,
            "claimed by “b-post” and by “a-post”", "outlets.yaml:2",
        ),
        ("outlets", "a:\n  name: A\na:\n  name: B\n", 3, "stands twice", "line 1"),
        ("outlets", "zz-no-such:\n  remove: true\n", 1, "no such entry", ""),
        ("speakers", "a:\n  name: A\n  offices:\n    - {title: T, start: May 2023}\n", 4, "is no date", "2023-02"),
        (
            "speakers", "a:\n  name: A\n  offices:\n    - {title: T, start: 2023-05, end: 2023-02}\n", 4,
            "before it starts", "",
        ),
        ("speakers", "a:\n  name: A\n  offices:\n    - {titel: T}\n", 4, "unknown key “titel”", "“title”"),
        ("topics", "kelp:\n  label: Kelp\n  broader: moss\n", 3, "no topic has the id “moss”", ""),
        ("topics", "a:\n  label: A\n  broader: b\nb:\n  label: B\n  broader: a\n", 6, "broader than itself", ""),
        ("topics", "kelp:\n  label: Kelp\n  cues: [{text: x, weight: heavy}]\n", 3, "is no weight", "2 or 0.5"),
        ("persons", "a:\n  name: A\n  status: confirm\n", 3, "unknown status", "“confirmed”"),
        ("not_places", "english:\n  names: X\n", 1, "no language code", "en"),
        ("persons", "- a\n- b\n", 1, "mapping from id to entry", ""),
        ("persons", "a: {name: [\n", 2, "", ""),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_the_rest_stands(
    read: Read, file: str, text: str, line: int, message: str, hint: str
) -> None:
    authorities, problems = read(**{file: text})
    assert len(problems) == 1, [str(p) for p in problems]
    problem = problems[0]
    assert problem.locus.file == f"content/authorities/{file.replace('_', '-')}.yaml"
    assert problem.locus.line == line
    assert message in problem.message
    assert hint in problem.hint
    assert len(authorities.places) >= 256


def test_a_bad_value_leaves_the_default(read: Read, defaults: Authorities) -> None:
    authorities, problems = read(countries="NO:\n  slug: sweden\n  region: nowhere\n  name:\n  note: Kept.\n")
    assert [p.locus.line for p in problems] == [2, 3, 4]
    assert place(authorities, "NO") == replace(place(defaults, "NO"), note="Kept.")


def test_removing_an_entry_is_no_fault_of_the_defaults_that_name_it(read: Read) -> None:
    authorities, problems = read(countries="GB:\n  remove: true\n")
    assert problems == ()
    assert "GB" not in {o.country for o in authorities.outlets}


def test_a_fault_in_one_file_leaves_the_others(read: Read) -> None:
    authorities, problems = read(persons="a: [", outlets="a-post:\n  name: A Post\n")
    assert [p.locus.file for p in problems] == ["content/authorities/persons.yaml"]
    assert "a-post" in {o.id for o in authorities.outlets}


def test_a_file_of_another_name_or_encoding_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "content" / "authorities"
    folder.mkdir(parents=True)
    (folder / "country.yaml").write_text("NO: {}\n", encoding="utf-8")
    (folder / "outlets.yaml").write_bytes(b"a:\n  name: Caf\xe9\n")
    (folder / "notes.txt").write_text("anything", encoding="utf-8")
    _, problems = read_authorities(tmp_path)
    assert [(p.locus.file, p.message) for p in problems] == [
        ("content/authorities/country.yaml", "no authority file has the name country.yaml"),
        ("content/authorities/outlets.yaml", "not UTF-8 (byte 14)"),
    ]
    assert "countries.yaml" in problems[0].hint


def test_a_default_that_names_what_is_removed_is_nobodys_fault(read: Read, defaults: Authorities) -> None:
    topic = next(t for t in defaults.topics if t.related)
    gone, *others = topic.related
    wanted = next(t.id for t in defaults.topics if t.id not in (topic.id, *topic.related))
    text = f"{gone}:\n  remove: yes\n{topic.id}:\n  related+: {wanted}\n"
    authorities, problems = read(topics=text)
    assert problems == ()
    assert next(t for t in authorities.topics if t.id == topic.id).related == (*others, wanted)
    _, (problem,) = read(topics=text.replace(wanted, "no-such"))
    assert problem.message == f"“{topic.id}”: no topic has the id “no-such”"


def test_an_outlet_under_another_name_is_still_recognised(read: Read) -> None:
    authorities, problems = read(outlets="afp:\n  name: Agence France\n  aliases-: [AFP News]\n")
    assert problems == ()
    afp = next(o for o in authorities.outlets if o.id == "afp")
    assert (afp.name, "AFP" in afp.aliases) == ("Agence France", True)
    authorities, _ = read(outlets="afp:\n  name: Agence France\n  aliases-: AFP\n")
    assert "AFP" not in next(o for o in authorities.outlets if o.id == "afp").aliases


def test_an_editions_claim_on_a_default_form_wins_and_is_told(read: Read) -> None:
    authorities, problems = read(territories="reef:\n  name: Reef\n  aliases: {en: Kingdom of Norway}\n")
    assert [str(p.locus) for p in problems] == ["content/authorities/territories.yaml:3"]
    assert "“NO” claims it at edition/defaults/countries.yaml:" in problems[0].hint
    assert dict(place(authorities, "reef").aliases)["en"] == ("Kingdom of Norway",)
    assert "en" not in dict(place(authorities, "NO").aliases)


# ── The documentation ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_example_of_the_documentation_is_read_without_a_problem(read: Read) -> None:
    text = (ROOT / "docs" / "authorities.md").read_text(encoding="utf-8")
    read_files = set()
    for match in re.finditer(r"```yaml\n(.*?)```", text, re.DOTALL):
        heading = re.findall(r"^## (.+)$", text[: match.start()], re.MULTILINE)[-1]
        name = next((f for f in FILES if heading.startswith(f"{f}.yaml")), "countries")
        example = match[1].replace("broader: oceans", "broader: []").replace("related: [trade, food]", "related: []")
        _, problems = read(**{name.replace("-", "_"): example})
        assert [str(p) for p in problems] == [], heading
        read_files.add(name)
    assert read_files == set(FILES) - {"territories"}


def test_the_documentation_names_every_key() -> None:
    from edition import authorities

    text = (ROOT / "docs" / "authorities.md").read_text(encoding="utf-8")
    for family, keys in authorities._KEYS.items():
        for key in keys:
            assert re.search(rf"`{key}`|\b{key}:", text), (family, key)
    for region in REGIONS:
        assert f"`{region}`" in text
