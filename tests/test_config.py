"""config: every key is read, checked, documented; what is wrong is told with a suggestion."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from edition.config import COUNTRY_CODES, FORMATS, KEYS, Config, parse_config, read_config
from edition.model import Rights
from edition.problems import Refused

DOCUMENT = Path(__file__).parent.parent / "docs" / "config.md"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        parse_config(text, "config.yaml")
    return "\n".join(map(str, caught.value.problems))


def test_every_key_is_read() -> None:
    assert parse_config(EXAMPLES[0], "config.yaml") == Config(
        title="Press briefings of Marenia",
        subtitle="Questions and answers since 2023",
        description="Every regular briefing of the Foreign Office of Marenia, with the questions as they were asked.",
        publisher="Foreign Office of Marenia",
        host_country="XM",
        language="en",
        interface="en",
        site_url="https://example.org/briefings/",
        rights=Rights("The texts may be copied as long as their source is named.", "https://example.org/rights"),
        contact="editors@example.org",
        repository="https://example.org/code/briefings",
        formats=("tei", "text", "citations", "feeds", "data"),
    )


def test_only_the_title_must_be_there() -> None:
    assert parse_config("title: NO\nsubtitle:\nrights: ~\n", "f") == Config(title="NO")


def test_the_keys_are_the_fields_and_all_documented() -> None:
    assert tuple(field.name for field in dataclasses.fields(Config) if field.name != "release") == KEYS
    keys = DOCUMENT.read_text(encoding="utf-8").split("## Keys", 1)[1].split("\n## ", 1)[0]
    table = re.findall(r"^\| `(\w+)` \|", keys, re.MULTILINE)
    assert table == list(KEYS)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_document_is_right(example: str) -> None:
    assert parse_config(example, "config.md").title


def test_the_first_example_shows_every_key() -> None:
    assert re.findall(r"^(\w+):", EXAMPLES[0], re.MULTILINE) == list(KEYS)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://Example.org/a", "https://example.org/a/"),
        ("http://localhost:8000/A//", "http://localhost:8000/A/"),
        ("https://[::1]/", "https://[::1]/"),
    ],
)
def test_site_url_ends_with_a_slash(typed: str, value: str) -> None:
    assert parse_config(f"title: x\nsite_url: {typed}\n", "f").site_url == value


@pytest.mark.parametrize(
    ("typed", "value"), [("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("de-ch-1996", "de-CH-1996")]
)
def test_languages_get_their_usual_casing(typed: str, value: str) -> None:
    assert parse_config(f"title: x\nlanguage: {typed}\n", "f").language == value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("tittle: x", "did you mean “title”?"),
        ("host_county: NO", "did you mean “host_country”?"),
        ("colour: red", "the keys are: title, subtitle"),
        ("host_country: UK", "did you mean “GB”?"),
        ("host_country: no", "did you mean “NO”?"),
        ("host_country: Norway", "two letters as in ISO 3166-1"),
        ("host_country: [NO]", "a text is expected here, not a list"),
        ("language: english", "did you mean “en”?"),
        ("language: en_GB", "write “en-GB”"),
        ("language: e", "BCP 47"),
        ("interface: fr", "en, es, zh"),
        ("interface: esp", "did you mean “es”?"),
        ("site_url: example.org/x", "did you mean “https://example.org/x”?"),
        ("site_url: ftp://example.org/", "does not start with https://"),
        ("site_url: https://example.org/?a=b", "did you mean “https://example.org/”?"),
        ("site_url: https://example.org/x#top", "did you mean “https://example.org/x”?"),
        ("site_url: https://example.org/x/index.html", "did you mean “https://example.org/x/”?"),
        ("site_url: https://", "names no host"),
        ("site_url: https://me:word@example.org/", "user name"),
        ("site_url: https://example.org:99999/", "not a web address"),
        ("site_url: https://example.org/a b", "an address can't"),
        ("site_url: https://münster.example/", "an address can't"),
        ("repository: git@example.org:x.git", "does not start with https://"),
        ("rights: {url: https://example.org}", "rights without a text"),
        ("rights: {text: x, link: y}", "unknown key “link”"),
        ("contact: nobody", "neither a mail address nor a web address"),
        ("release: 2025.1", "unknown key “release”"),
        ("publisher: Office: Press", 'write: publisher: "Office: Press"'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str, words: str) -> None:
    message = refused(f"title: x\n{line}\n")
    assert message.startswith("config.yaml:2: ")
    assert words in message


def test_all_problems_are_told_at_once_in_file_order() -> None:
    message = refused("host_country: ZY\ninterface: xx\nsite_ulr: y\n")
    assert [line.split(": ")[0] for line in message.splitlines() if not line.startswith(" ")] == [
        "config.yaml",
        "config.yaml:1",
        "config.yaml:2",
        "config.yaml:3",
    ]
    assert "the edition has no title" in message


def test_a_title_of_nothing() -> None:
    assert refused('subtitle: x\ntitle: ""\n').startswith("config.yaml:2: the edition has no title")
    assert refused("") == "config.yaml: the edition has no title\n    add a line, e.g. title: Press briefings"
    assert refused("title: [x]\n").count("title") == 0


def test_a_list_instead_of_keys() -> None:
    assert "a mapping is expected here, not a list" in refused("- title\n")


def test_a_file_is_read_by_name_or_folder(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"\xef\xbb\xbftitle: x\r\n")
    assert read_config(tmp_path) == read_config(tmp_path / "config.yaml") == Config(title="x")


def test_a_file_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^config\.yaml: there is no config\.yaml") as caught:
        read_config(tmp_path, "config.yaml")
    assert "build.py new DIR" in caught.value.problems[0].hint


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"title: x\nsubtitle: caf\xe9\n")
    with pytest.raises(Refused, match=r"^config\.yaml:2: not in the encoding UTF-8"):
        read_config(tmp_path, "config.yaml")


def test_the_codes_are_those_of_the_standard() -> None:
    assert len(COUNTRY_CODES) == 249
    assert {"NO", "PS", "TW", "GB"} <= COUNTRY_CODES
    assert "XK" not in COUNTRY_CODES


def test_formats_are_named_once_in_their_order_and_no_other() -> None:
    assert parse_config("title: x\n", "f").formats == FORMATS
    assert parse_config("title: x\nformats: [data, tei, data]\n", "f").formats == ("tei", "data")
    assert parse_config("title: x\nformats: []\n", "f").formats == ()
    assert refused("title: x\nformats: [tei, citation]\n") == (
        "config.yaml:2: there is no format “citation”\n    did you mean “citations”?"
    )


def test_every_format_is_documented() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## Formats", 1)[1].split("\n## ", 1)[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == FORMATS
