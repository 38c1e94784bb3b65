"""`config.yaml` → Config: about a dozen keys, each checked when it is read.

This module must not know what a page does with a value, and must not read any file but the one it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from edition.model import Locus, Rights
from edition.problems import Problem, Refused, suggest
from edition.yamlfiles import Node, as_list, as_map, as_text, read_yaml

Interface = Literal["en", "es", "zh"]
INTERFACES: tuple[Interface, ...] = get_args(Interface)

#: What the site may have besides its pages and the JSON of every briefing; docs/config.md says what each is.
Format = Literal["tei", "text", "markdown", "citations", "feeds", "tables", "data"]
FORMATS: tuple[Format, ...] = get_args(Format)

#: ISO 3166-1 alpha-2, officially assigned codes (2024).
COUNTRY_CODES = frozenset(
    re.findall(
        r"[A-Z]{2}",
        """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
        BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
        FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
        IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
        MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
        PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
        SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
        YT ZA ZM ZW""",
    )
)
# AA, QM–QZ, XA–XZ and ZZ are set aside by the standard for whoever needs one: Kosovo, or a country in a novel.
_PRIVATE_COUNTRY = re.compile(r"AA|Q[M-Z]|X[A-Z]|ZZ")
_COMMON_SLIPS = {"UK": "GB", "EL": "GR", "UAE": "AE", "USA": "US", "PRC": "CN", "ROK": "KR", "DPRK": "KP"}

# The shape of RFC 5646, section 2.1, without its grandfathered tags.
_LANGUAGE = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extended>(?:-[a-z]{3}){0,3})(?P<script>-[a-z]{4})?(?P<region>-(?:[a-z]{2}|\d{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE,
)
_LANGUAGE_SLIPS = {
    **{"cn": "zh", "jp": "ja", "kr": "ko", "gr": "el", "cz": "cs", "dk": "da", "ua": "uk", "english": "en"},
    **{
        "chinese": "zh",
        "spanish": "es",
        "french": "fr",
        "german": "de",
        "russian": "ru",
        "arabic": "ar",
        "japanese": "ja",
    },
}


@dataclass(frozen=True, slots=True)
class Release:
    """The release that something belongs to: its name and its day (YYYY-MM-DD). `later`: it came or changed after it
    and is part of no release yet.
    """

    name: str
    date: str | None = None
    later: bool = False

    @property
    def label(self) -> str:
        """Its name in data and citations; what came later has a plus behind it."""
        return f"{self.name}+" if self.later else self.name


@dataclass(frozen=True, slots=True)
class Config:
    """What an edition says of itself. Each field but one is a key of `config.yaml`, explained in docs/config.md.

    `site_url`: absolute, http or https, ends with "/"; None where the site has no fixed place. `host_country`: ISO
    3166-1 alpha-2, the country whose briefings these are and which is not tagged. `language`: BCP 47, of briefings that
    name none. `interface`: the language of the site's own words. `release` is no key: it is the newest of
    content/releases.
    """

    title: str
    subtitle: str = ""
    description: str = ""
    publisher: str | None = None
    host_country: str | None = None
    language: str = "en"
    interface: Interface = "en"
    site_url: str | None = None
    rights: Rights | None = None
    contact: str | None = None
    repository: str | None = None
    release: Release | None = None
    formats: tuple[Format, ...] = FORMATS

    def of_release(self, release: Release | None) -> Config:
        """Return the config of something that belongs to a release, None: to that of the edition."""
        return self if release in (None, self.release) else replace(self, release=release)


def read_config(path: Path, shown: str | None = None) -> Config:
    """Return the Config of a `config.yaml` (or of the edition's folder that holds one).

    `shown`: the path as messages print it (default: `path` itself). Raises Refused with every problem of the file.
    """
    if path.is_dir():
        path = path / "config.yaml"
    file = shown or str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        hint = "“python build.py new DIR” makes a new edition; “-C DIR” names the folder of one that exists"
        raise Refused(
            Problem(Locus(file), "there is no config.yaml, so this is not the folder of an edition", hint)
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Refused(Problem(Locus(file, line), "not in the encoding UTF-8", "save the file as UTF-8")) from None
    except OSError as error:
        raise Refused(Problem(Locus(file), f"can't be read: {error.strerror}")) from None
    return parse_config(text, file)


def parse_config(text: str, file: str) -> Config:
    """Return the Config of the text of a `config.yaml`. Raises Refused with every problem of the text."""
    nodes = as_map(read_yaml(text, file))
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, node in nodes.items():
        if key not in _READERS:
            hint = _GONE.get(key) or suggest(key, _READERS) or f"the keys are: {', '.join(_READERS)}"
            problems.append(Problem(node.locus, f"unknown key “{key}”", hint))
        elif not node.is_null:
            try:
                values[key] = _READERS[key](node)
            except Refused as refusal:
                problems.extend(refusal.problems)
    if not values.get("title") and not any(p.locus == nodes["title"].locus for p in problems if "title" in nodes):
        line = nodes["title"].line if "title" in nodes else 0
        problems.append(
            Problem(Locus(file, line), "the edition has no title", "add a line, e.g. title: Press briefings")
        )
    if problems:
        raise Refused(*sorted(problems))
    return Config(**values)


def parse_language(node: Node) -> str:
    """Return a BCP 47 tag in its usual casing (zh-Hant-TW); refuse what can't be one. Existence isn't looked up."""
    typed = as_text(node)
    if better := _LANGUAGE_SLIPS.get(typed.lower()):
        raise Refused(Problem(node.locus, f"“{typed}” is not a language code", f"did you mean “{better}”?"))
    found = _LANGUAGE.fullmatch(typed)
    if not found:
        dashed = typed.replace("_", "-")
        hint = (
            f"write “{dashed}”" if "_" in typed and _LANGUAGE.fullmatch(dashed) else "e.g. en, zh-Hans, pt-BR (BCP 47)"
        )
        raise Refused(Problem(node.locus, f"“{typed}” is not a language tag", hint))
    script, region = found["script"] or "", found["region"] or ""
    return (
        f"{found['language'].lower()}{found['extended'].lower()}{script.title()}{region.upper()}{found['rest'].lower()}"
    )


def parse_web_address(node: Node) -> str:
    """Return an absolute http(s) address as typed; refuse anything else."""
    typed = as_text(node)
    hint = "write it in full, e.g. https://example.org/briefings/"

    def refuse(message: str, hint: str = hint) -> Refused:
        return Refused(Problem(node.locus, message, hint))

    if not typed.isascii() or re.search(r'[\s"<>\\^`{|}]', typed):
        raise refuse(f"“{typed}” holds a character that an address can't", "write it as browsers copy it (%20, xn--…)")
    try:
        parts = urlsplit(typed)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise refuse(f"“{typed}” is not a web address") from None
    if parts.scheme not in ("http", "https") or not typed.lower().startswith(f"{parts.scheme}://"):
        guess = f"did you mean “https://{typed}”?" if re.match(r"[\w-]+(\.[\w-]+)+(/|$)", typed) else hint
        raise refuse(f"“{typed}” does not start with https:// or http://", guess)
    if not host or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", host) or ".." in host:
        raise refuse(f"“{typed}” names no host")
    if "@" in parts.netloc:
        raise refuse("an address with a user name or password must not be published", "leave out the part before the @")
    return typed


def _site_url(node: Node) -> str:
    address = parse_web_address(node)
    parts = urlsplit(address)
    if "?" in address or "#" in address:
        bare = f"{parts.scheme}://{parts.netloc}{parts.path}"
        raise Refused(
            Problem(node.locus, "site_url can't have a query (?) or an anchor (#)", f"did you mean “{bare}”?")
        )
    if parts.path.endswith((".html", ".htm")):
        bare = address.rpartition("/")[0] + "/"
        raise Refused(Problem(node.locus, "site_url is the folder of the site, not a page", f"did you mean “{bare}”?"))
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def _host_country(node: Node) -> str:
    code = as_text(node)
    if code in COUNTRY_CODES or _PRIVATE_COUNTRY.fullmatch(code):
        return code
    better = _COMMON_SLIPS.get(code.upper(), code.upper())
    hint = (
        f"did you mean “{better}”?"
        if better in COUNTRY_CODES and better != code
        else "two letters as in ISO 3166-1, e.g. NO"
    )
    raise Refused(Problem(node.locus, f"“{code}” is not a country code", hint))


def _interface(node: Node) -> Interface:
    typed = as_text(node)
    for known in INTERFACES:
        if typed == known:
            return known
    hint = suggest(typed, INTERFACES) or f"choose one of {', '.join(INTERFACES)}; the briefings may be in any language"
    raise Refused(Problem(node.locus, f"the site's own words are not there in “{typed}”", hint))


def parse_rights(node: Node) -> Rights:
    """Return the rights in the text: a text, or a mapping of `text` and `url`."""
    if node.kind == "scalar":
        return Rights(as_text(node))
    parts = as_map(node, ("text", "url"))
    if "text" not in parts:
        raise Refused(Problem(node.locus, "rights without a text", "add a line text: … that says what readers may do"))
    url = parts.get("url")
    return Rights(as_text(parts["text"]), parse_web_address(url) if url and not url.is_null else None)


def _contact(node: Node) -> str:
    typed = as_text(node)
    if re.fullmatch(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+", typed):
        return typed
    if typed.startswith(("http://", "https://")):
        return parse_web_address(node)
    hint = "write name@example.org, or the full address of a page"
    raise Refused(Problem(node.locus, f"“{typed}” is neither a mail address nor a web address", hint))


def _formats(node: Node) -> tuple[Format, ...]:
    chosen = {as_text(each): each for each in as_list(node)}
    for typed, each in chosen.items():
        if typed not in FORMATS:
            hint = suggest(typed, FORMATS) or f"the formats are: {', '.join(FORMATS)} (JSON is always there)"
            raise Refused(Problem(each.locus, f"there is no format “{typed}”", hint))
    return tuple(known for known in FORMATS if known in chosen)


_READERS: dict[str, Callable[[Node], object]] = {
    "title": as_text,
    "subtitle": as_text,
    "description": as_text,
    "publisher": as_text,
    "host_country": _host_country,
    "language": parse_language,
    "interface": _interface,
    "site_url": _site_url,
    "rights": parse_rights,
    "contact": _contact,
    "repository": parse_web_address,
    "formats": _formats,
}
KEYS: tuple[str, ...] = tuple(_READERS)
#: What to do with keys that there were once.
_GONE = {"release": "take it out: a release is made with “build.py release NAME --date DATE” (docs/release.md)"}
