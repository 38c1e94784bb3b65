"""People named in a text: found by the titles that stand beside their names, and by the register.

A name is taken under its fullest printed form in the briefing (“Prime Minister Lund” is Kari Lund where she is named
so), and only proposed unless the register confirms it. This module must not fetch a name from anywhere else: who is
meant by “the Minister” alone is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any, Literal

from edition.annotate.chinese_names import OPENINGS as CHINESE_TITLES
from edition.annotate.chinese_names import ChineseNames, is_in_longer_name
from edition.annotate.tokens import Memo, Tokens
from edition.annotate.wordlists import forms_of, words_of
from edition.model import Paragraph, Person, Transcript
from edition.urls import slug
from edition.words import fold, label_key

#: Titles before a name, by language, in lower case; the longest match wins. A title of several words need not be
#: listed when its last word is ("deputy prime minister" ends in "minister").
TITLES: dict[str, frozenset[str]] = {
    "en": words_of(
        """
        president premier minister chancellor secretary chairman chairwoman chairperson chair governor senator
        congressman congresswoman representative speaker ambassador envoy king queen prince princess pope emperor
        empress sheikh emir sultan general admiral colonel captain commander lieutenant major marshal commissioner
        councilor councillor counselor counsellor adviser advisor director secretary-general director-general
        general-secretary spokesperson spokesman spokeswoman mayor judge executive leader comrade official officer
        professor academician archbishop bishop cardinal imam ayatollah lord sir dame lady baroness chief
        coordinator negotiator diplomat lawmaker lawyer scholar expert economist analyst astronaut activist
        businessman businesswoman dissident journalist citizen national deputy vice-president president-elect
        undersecretary under-secretary under-secretary-general vice-premier vice-minister administrator inspector
        taoiseach mr ms mrs miss dr prof madam madame mme excellency researcher candidate author writer singer actor
        actress coach scientist engineer fisherman skipper nominee consul sen gov rep gen col lt capt adm amb rev
        husband wife son daughter brother sister father mother widow prime-minister foreign-minister
        """
    ),
    "es": words_of(
        """
        presidente presidenta secretario secretaria subsecretario subsecretaria gobernador gobernadora ministro
        ministra canciller embajador embajadora general almirante doctor doctora licenciado licenciada ingeniero
        ingeniera maestro maestra diputado diputada senador senadora director directora coordinador coordinadora
        fiscal comandante alcalde alcaldesa rey reina príncipe princesa papa señor señora compañero compañera jefe
        jefa procurador procuradora comisionado comisionada vocera vocero cónsul portavoz premier sr sra dr dra lic
        ing mtro mtra expresidente expresidenta vicepresidente vicepresidenta viceministro viceministra
        excanciller exsecretario exgobernador mandatario mandataria magistrado magistrada primer-ministro
        """
    ),
}
_PLURALS = {
    "presidents": "president", "ministers": "minister", "citizens": "citizen", "nationals": "national",
    "senators": "senator", "secretaries": "secretary", "spokespersons": "spokesperson", "officials": "official",
    "leaders": "leader", "lawmakers": "lawmaker", "activists": "activist", "journalists": "journalist",
    "ambassadors": "ambassador", "professors": "professor", "diplomats": "diplomat", "astronauts": "astronaut",
}  # fmt: skip
#: Titles that make a person of a single following name.
_STRONG = words_of(
    """
    president premier minister chancellor secretary chairman chairwoman chairperson senator king queen prince
    princess pope speaker ambassador governor mr ms mrs miss dr prof professor madam madame secretary-general
    director-general spokesperson presidente presidenta secretario secretaria ministro ministra commissioner lord
    sir general admiral congressman congresswoman doctor doctora vice-president vice-premier vice-minister mayor
    canciller rey reina papa embajador embajadora sr sra vicepresidente vicepresidenta expresidente expresidenta sen
    gov
    """
)
#: Titles that are printed with a dot.
_SHORT_TITLES = words_of("mr ms mrs dr prof sen gov rep gen col lt capt adm amb rev sr sra dra lic ing mtro mtra")
#: Words before a title that belong to it and to no name ("Press Secretary Moss").
_BEFORE_TITLE = words_of(
    """
    acting assistant associate chief deputy executive first foreign former general honorary incoming interim joint
    minister outgoing permanent press prime principal senior special state the then trade under vice crown defence
    defense finance interior environment commerce justice health agriculture energy home his her excellency national
    security political trade of for and
    """
)
#: What stands after a name and a comma, and tells that the name is a person's.
_ROLE_NOUNS = """president|minister|premier|chancellor|secretary|secretary-general|director|director-general|chairman|
chairwoman|chairperson|chair|chief|head|founder|co-founder|ceo|manager|professor|fellow|researcher|analyst|expert|
economist|scholar|spokesperson|spokesman|spokeswoman|ambassador|envoy|member|leader|official|executive|lawyer|
commander|captain|mayor|governor|senator|editor|author|dean|vice-president|commissioner|adviser|advisor|
representative|coordinator|speaker|secretario|secretaria|director|directora|titular|presidente|presidenta|
gobernador|gobernadora|subsecretario|subsecretaria|comandante|coordinador|coordinadora""".replace("\n", "")
_APPOSITION = re.compile(
    r",\s(?:(?:also|then|now|himself|herself|a|an|the|former|incumbent|current|el|la)\s)*"
    rf"(?:(?!and\b|but\b|said\b|who\b|which\b|with\b|where\b)[^\W\d_][\w’'.-]*\s){{0,4}}?(?:{_ROLE_NOUNS})\b(?!s)",
    re.IGNORECASE,
)
_IDENTIFIED = re.compile(
    r"\b(?:identified (?:only )?as|surnamed|by the name of|named|called|name(?: as reported)? is)\s"
    r"(?=[A-Z\u00c0-\u00de])"
)
#: Characters from the comma to the noun: more than any words that `_APPOSITION` allows between them.
_LONGEST_APPOSITION = 120
_CALLED_WORDS = words_of("identified surnamed named called name")
_PARTICLES = words_of(
    "von van der den de del della di da dos das do du la le el al bin ibn ben bint y zu zur ter ten af"
)
#: What joins a title with an office and then a name ("Minister of Fisheries Kari Lund").
_JOINERS = words_of("of for to the and on in de del la las los y e")
#: Titles whose “of …” is a department, not a place that a second place may follow (“mayor of Northport, New Maren”).
_OF_OFFICES = words_of(
    """
    minister secretary ministro ministra secretario secretaria viceministro viceministra subsecretario subsecretaria
    undersecretary vice-minister
    """
)
#: What begins an office and no name, in languages whose particles of names are the same words.
_OF = ("de ", "del ", "de la ")
#: The mark after a name that stands in commas; "" where the text ends.
_AFTER_APPOSITION = (",", ".", ";", ")", "")
#: Capitalised words that end an office or begin no name.
_OFFICES = words_of(
    """
    administration affairs agency army assembly association bank board bureau cabinet central centre center chamber
    commission committee conference congress cooperation corps council court cup day defence defense delegation
    department development dialogue economy education energy environment exchequer finance fisheries force forces
    forum foundation government guard group health house industry institute institution interior justice labour
    labor league meeting ministry ministries nations navy office organisation organization palace parliament party
    peninsula police policy press regiment region republic resources school security senate service services society
    staff state states strategy summit technology trade transport treasury tribunal union university city court’s
    board’s republic’s culture tourism agriculture commerce science innovation law order election thought street
    road village county province town district river lake mountain bay company corporation enterprise enterprises
    group’s island islands sea strait airport station hospital museum times post news daily television tv radio
    act rights east person persons control refuge assessment avenue tem coalition housing emirates cross american york
    international debate counsel communications alliance initiative agreement treaty plan program programme
    gobierno anticorrupción roo amistad congreso comisión ministerio dirección fuerza fuerzas justicia comunicación
    garden line bridge hall square scheduling communications operations outreach budget prize award medal trophy
    stadium memorial building college library tower castle
    church cathedral amendment doctrine effect survey hotel inc corp co ltd brothers motors airlines pharmaceuticals
    partners securities act’s way river’s war peace
    relaciones exteriores salud hacienda gobernación economía educación marina defensa bienestar república estado
    seguridad ciudadana mexicanos nación unidos
    """
)
_NO_NAME = words_of(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december the a an in on at as if it he she we they i you this that these those there
    what when where why how who is are was were do does did has have had will would could can should may but and or
    not no yes so for from with by of to first second third also both all any some our your his her its their my
    then after before since while although though however moreover meanwhile besides regarding according during
    under over today yesterday tomorrow recently earlier last next many most more several certain china-us elect
    designate emeritus responsible q a please thank thanks let here now once only such one two three than like el
    los las un una lo en por con para que se su este esta gracias buenos buenas muchas muy es sí no ya yo me le les
    nos te tú usted ustedes bueno pues entonces ahora aquí ahí como cuando donde quien qué cómo cuál cuándo dónde quién
    porque pero también hoy ayer mañana nosotros ellos ella él esto eso esa ese estos estas hay son fue ser era
    dos tres primero segundo o u ni si cualquier ojalá después antes entre desde hasta sobre sin todo todos toda
    todas tal tanto solo sólo mi mis tu tus sus nuestro nuestra al
    """
)
#: Words of _NO_NAME that are family or given names as well, beside another name (“Vice Premier He Anfeng”).
#: Titles that are family names as well, after a name and before none (“Julie Bishop said”).
_TITLES_TOO = words_of("bishop king pope prince judge major dean marshal chancellor baron lord abbot")
_ALSO_NAMES = words_of("he an you may will so to do no june april august than un")
#: Given names that are other words as well: at the beginning of a sentence, or alone, they tell nothing.
_WORDS_TOO = words_of(
    """
    Rose Grace Christian Guy Ray Art Bill Mark Will Frank Pat Rob Sue Dawn June Joy Hope Rich Drew Grant Chase Dean Earl
    Miles Victoria Charlotte Florence Elizabeth Martin Max Don Jack Gene Bob Penny Iris Ivy Olive Daisy Amber Ruby Pearl
    Jade Crystal Faith Charity Angel Salvador Santiago Diego Francisco Rosario Consuelo Dolores Mercedes
    """
)
#: Words before a given name that make it a place's or a saint's.
_OF_PLACES = words_of("San Santa Santo St Saint Sao São Port Fort Lake Mount Cape Los Las El La Camp Point Ciudad")

_WORD = re.compile(r"(?:[A-Z]\.){1,4}(?=[ -][A-Z])|[^\W\d_]+(?:[-‑][^\W\d_]+|[’'](?!s\b)[^\W\d_]+)*")
#: Where the first word of a name ends, as tokens do.
_FIRST = re.compile(r"(?<=.)[-‑’'.]")
_FIRST_PART = Memo(lambda name: _FIRST.split(name, maxsplit=1)[0])
#: Initials that are no person's.
_NO_INITIALS = forms_of("U.S.|U.K.|U.N.|E.U.|U.A.E.|D.C.|P.M.|A.M.|U.S.S.")
#: A word and a space that end where the search ends; what shows that a name is only the beginning of a word.
_WORD_BEFORE = re.compile(r"(?<![\w-])([^\W\d_][\w’'‑-]*) $")
_GOES_ON = re.compile(r"[\w-]")
_CAPITALISED = re.compile(r" [A-Z\u00c0-\u00de][\w’'-]*[a-z\u00df-\u00ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_CJK_PARTS = re.compile("[·•‧・]")
_ENDS_SENTENCE = re.compile(r"[.!?。！？:：]”?\s$|^$")


def _all_titles() -> frozenset[str]:
    return frozenset().union(*TITLES.values()) | frozenset(_PLURALS)


_TITLES = _all_titles()
#: Titles as they are printed: in lower case or with a capital (each part of “Secretary-General” has one).
_TITLE_AS_PRINTED = {form: title for title in sorted(_TITLES) for form in (title, title.capitalize(), title.title())}


#: Their first words, up to a hyphen.
_TITLE_HEADS = frozenset(form.split("-")[0] for form in _TITLE_AS_PRINTED)
_ROLE_HEADS = frozenset(noun.split("-")[0] for noun in _ROLE_NOUNS.split("|"))
#: What a word can say of a name beside it: that a title is here, the noun of an apposition, “named …”, a given name.
_TITLE, _NOUN, _CALLED, _GIVEN = 1, 2, 4, 8


@lru_cache(maxsize=1 << 14)
def strip_titles(label: str) -> str:
    """Return a label without titles and what stands in brackets: “Foreign Minister Tom Roe (by video)” → “Tom Roe”."""
    text = re.sub(r"\s*[(（].*?[)）]", "", fold(label)) or fold(label)
    if "," in text:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        plain = [part for part in parts if not any(_is_title(w) for w in part.split())]
        text = plain[0] if plain else text
    words = text.split()
    last = max((i for i, word in enumerate(words) if _is_title(word)), default=-1)
    rest = words[last + 1 :]
    if last < 0 or not rest:
        return text
    if rest[0].lower() in _JOINERS:  # “Minister of Fisheries Tom Roe”
        ends = [i for i, word in enumerate(rest) if word.lower().strip(".,’'") in _OFFICES]
        rest = rest[ends[-1] + 1 :] if ends and ends[-1] + 1 < len(rest) else rest
        if rest[0].lower() in _JOINERS:
            return text
    return " ".join(rest)


def bare_name(label: str) -> str:
    """Return the name of a label in the spelling for display: without titles, and not in capitals throughout."""
    name = strip_titles(label)
    return name.title() if name.isupper() and len(name) > 3 else name


def _is_title(word: str) -> bool:
    return word.lower().strip(".,:") in _TITLES or word.lower() in _TITLES


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters start..end of a paragraph that name a person."""

    start: int
    end: int
    person: Person


@dataclass(frozen=True, slots=True)
class RefusedName:
    """Characters start..end of a paragraph: part of a name of `ids` that was not taken for any of them, and why.

    "several": it is the name of several people; "alone": too little speaks for the person; "longer": part of a longer
    name.
    """

    paragraph: str
    start: int
    end: int
    ids: tuple[str, ...]
    reason: Literal["several", "alone", "longer"]


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A name beside a title: where, its words, and whether one word of it is enough."""

    start: int
    end: int
    words: tuple[str, ...]
    strong: bool


#: Names in Chinese characters by their first, the longest first, each with its person.
_CjkIndex = Memo[list[tuple[str, Person]] | None]


def _index(*registers: Mapping[str, Person]) -> _CjkIndex:
    """Return the names of registers; of one name in several the first register's counts."""
    index: dict[str, list[tuple[str, Person]]] = {}
    persons = {form: person for register in reversed(registers) for form, person in register.items()}
    for form in sorted(persons, key=lambda f: (-len(f), f)):
        index.setdefault(form[0], []).append((form, persons[form]))
    return Memo(index.get)


class PersonFinder:
    """The register of people, made ready once. Use `find`."""

    def __init__(
        self, persons: Iterable[Person], place_forms: Iterable[str] = (), given_names: Iterable[str] = ()
    ) -> None:
        """`place_forms`: names of places, which end an office (“President of Panama José …”) and are no names here;
        `given_names`: what stands before a surname needs no title.
        """
        self._given = frozenset(given_names)
        self._beside = Memo(self._tell)
        self._register: dict[str, Person] = {}
        self._register_heads: dict[str, list[tuple[str, ...]]] = {}
        self._cjk: dict[str, Person] = {}
        for person in sorted(persons, key=lambda p: p.id):
            for form in (person.name, *person.aliases):
                if not label_key(form):
                    continue
                self._register.setdefault(label_key(form), person)
                if _is_cjk(form):
                    self._cjk.setdefault(form, person)
                    continue
                words = tuple(_WORD.findall(form)) or (form,)
                self._register_heads.setdefault(_FIRST_PART[words[0]], []).append(words)
        self._register_begins: Memo[list[tuple[str, ...]] | None] = Memo(self._register_heads.get)
        #: names as texts print them → who has them: of the register, and of all
        self._known: Memo[Person | None] = Memo(lambda name: self._register.get(label_key(name)))
        self._named = Memo(lambda name: self._known[name] or Person(id=slug(name), name=name, status="proposed"))
        self._printed: Memo[re.Pattern[str]] = Memo(_compile_name)
        self._cjk_index = _index(self._cjk)
        self._places = frozenset(fold(form) for form in place_forms)
        self._chinese = ChineseNames(self._places)
        self._place_words = frozenset(form.lower() for form in self._places if " " not in form)

    def find(
        self,
        transcript: Transcript,
        tokens: Mapping[str, Tokens] | None = None,
        refused: list[RefusedName] | None = None,
    ) -> dict[str, tuple[Mention, ...]]:
        """Return the mentions of each paragraph that has any, in order and without overlaps, by the paragraph's id.

        `tokens`: each paragraph read, by its id, where that is done already. `refused`: a list that gets the single
        words that could have been one of the people found, and weren't taken.
        """
        paragraphs = [p for s in transcript.sections for p in s.paragraphs]
        tokens = {p.id: Tokens(p.text) for p in paragraphs} if tokens is None else tokens
        read = [(p, tokens[p.id]) for p in paragraphs]
        if transcript.language.split("-")[0] == "zh":
            sightings: dict[str, tuple[_Sighting, ...]] = {}
            cjk = _index(self._chinese_persons(each for _, each in read), self._cjk)
        else:
            found = ((p.id, tuple(self._sightings(each))) for p, each in read)
            sightings = {id: those for id, those in found if those}
            cjk = self._cjk_index
        names = self._names(read, sightings, cjk)
        mentions: dict[str, tuple[Mention, ...]] = {}
        for section in transcript.sections:
            near: dict[str, tuple[str, ...]] = {}
            for paragraph in section.paragraphs:
                each = tokens[paragraph.id]
                here = names.mentions(paragraph, each, sightings.get(paragraph.id, ()), near, refused)
                if here:
                    mentions[paragraph.id] = here
        return mentions

    def openings(self, language: str) -> tuple[Memo[Any], ...]:
        """Return what tells of a word whether it may stand beside a name or begin one; see `Openings`."""
        beside = (CHINESE_TITLES,) if language.split("-")[0] == "zh" else (self._beside, self._cjk_index)
        return (*beside, self._register_begins)

    def _tell(self, word: str) -> int:
        """Return what a word can say of a name beside it."""
        says = (word in _TITLE_HEADS) * _TITLE + (word.lower() in _ROLE_HEADS) * _NOUN
        return says + (word in _CALLED_WORDS) * _CALLED + (word in self._given) * _GIVEN

    def _chinese_persons(self, texts: Iterable[Tokens]) -> dict[str, Person]:
        """Return everybody whom Chinese texts name beside a title, by form.

        “乔·万恩” and “万恩” are one person: the last part of a foreign name stands for the fuller form.
        """
        forms = {tokens.text[start:end] for tokens in texts for start, end in self._chinese.find(tokens)}
        found: dict[str, Person] = {}
        for form in sorted(forms, key=lambda f: (-len(f), f)):
            found[form] = found.get(form) or self._cjk.get(form) or self._named[form]
            for part in _CJK_PARTS.split(form)[1:]:
                if part in forms:
                    found.setdefault(part, found[form])
        return found

    def _sightings(self, tokens: Tokens) -> Iterator[_Sighting]:
        """Yield the names that stand beside a title, in an apposition, or after “named”."""
        text = tokens.text
        commas: dict[int, None] = {}
        called = False
        for i in tokens.where(self._beside):
            says = self._beside[tokens.raw[i]]
            if says & _TITLE and not _is_joined(tokens, i):
                yield from self._at_title(text, tokens.start(i))
            if says & _NOUN:
                at = tokens.start(i)
                commas[text.rfind(", ", max(0, at - _LONGEST_APPOSITION), at)] = None
            called = called or bool(says & _CALLED)
            if says & _GIVEN:
                yield from self._at_given_name(tokens, i)
        for comma in commas:
            found = _APPOSITION.match(text, comma) if comma >= 0 else None
            if not found:
                continue
            after = _WORD.match(text, found.end() + 1)
            if after and after[0][0].isupper() and not _is_title(after[0]):
                continue  # “…, President Vann said”: the title is the next person's
            sighting = self._before(text, comma)
            if sighting:
                yield sighting
        for found in _IDENTIFIED.finditer(text) if called else ():
            words, end = self._name_at(text, found.end())
            if words:
                yield _Sighting(found.end(), end, words, True)

    def _at_title(self, text: str, start: int) -> Iterator[_Sighting]:
        """Yield the names after the title that begins at a place, if one does."""
        found = _WORD.match(text, start)
        title = _TITLE_AS_PRINTED.get(found[0]) if found else None
        if not found or title is None:
            return
        plural = title in _PLURALS
        strong = _PLURALS.get(title, title) in _STRONG and (found[0][0].isupper() or title in TITLES["es"])
        end = found.end() + 1 if title in _SHORT_TITLES and text.startswith(".", found.end()) else found.end()
        yield from self._after_title(text, end, strong, plural, title in _OF_OFFICES)

    def _at_given_name(self, tokens: Tokens, i: int) -> Iterator[_Sighting]:
        """Yield the name that begins with a given name at token i, if one does: two to four words, no more of them."""
        text, start = tokens.text, tokens.start(i)
        first = tokens.raw[i]
        alone = text[start - 1 : start] == " " and text[start - 2 : start - 1].isalnum()
        before = tokens.raw[i - 1] if i and alone else ""
        if (
            (before[:1].isupper() and before.lower() not in _OFFICES)
            or before in _OF_PLACES
            or first.lower() in self._place_words
        ):
            return
        if first in _WORDS_TOO and not before:
            return
        words, end = self._name_at(text, start)
        if "y" in words:  # two people, as a rule: the second has no title either
            words = words[: words.index("y")]
            end = start + len(" ".join(words))
        if not 2 <= len(words) <= 4 or words[0] != first or any(w.isupper() and len(w) > 2 for w in words):
            return
        if _CAPITALISED.match(text, end) or (words[0] in _WORDS_TOO and words[-1].lower() in self._place_words):
            return
        yield _Sighting(start, end, words, False)

    def _after_title(self, text: str, at: int, strong: bool, plural: bool, of_office: bool) -> Iterator[_Sighting]:
        comma = text.startswith(", ", at)
        start = at + 2 if comma else at + 1
        if not comma and not text.startswith(" ", at):
            return
        words, end = self._name_at(text, start) if not text.startswith(_OF, start) else ((), 0)
        if not words and not comma:
            start = self._after_office(text, start, of_office)
            apart = start >= 0 and text.startswith(", ", start - 1)
            start += apart
            words, end = self._name_at(text, start) if start >= 0 else ((), 0)
            if len(words) < 2 or (apart and text[end : end + 1] not in _AFTER_APPOSITION):
                return
        if not words or (comma and (len(words) < 2 or text[end : end + 1] != ",")):
            return
        yield _Sighting(start, end, words, strong)
        while plural and text.startswith((" and ", ", "), end):
            start = text.index(" ", end + 1) + 1 if text.startswith(" and ", end) else end + 2
            words, end = self._name_at(text, start)
            if len(words) < 2:
                return
            yield _Sighting(start, end, words, False)

    def _after_office(self, text: str, at: int, any_office: bool) -> int:
        """Return where the name begins after “of Fisheries”, “of the State Council”, “to Norway”; -1: there is none.

        `any_office`: before a comma every capitalised word ends the office (“secretaria de Pesca, …”).
        """
        joined = False
        ends = -1
        for _ in range(10):
            found = _WORD.match(text, at)
            if not found:
                break
            word = found[0]
            low = word.lower()
            if low in _JOINERS and not word[0].isupper():
                joined = True
                ends = -1 if low in ("of", "for", "to", "de", "del") else ends
            elif not joined or not word[0].isupper():
                break
            elif (
                low in _OFFICES
                or (ends < 0 and low in self._place_words)
                or (any_office and ends < 0 and text.startswith(", ", found.end()))
            ):
                ends = found.end()
            end = found.end() + 2 * text.startswith(("’s ", "'s "), found.end())
            at = end + 1
            if not text.startswith(" ", end):
                break
        return ends + 1 if ends >= 0 and text.startswith((" ", ", "), ends) else -1

    def _name_at(self, text: str, at: int) -> tuple[tuple[str, ...], int]:
        """Return the words of a name that begins at a place, and where it ends; no words: there is no name."""
        words: list[str] = []
        ends: list[int] = []
        while len(words) < 6:
            found = _WORD.match(text, at)
            if not found:
                break
            word, end = found[0], found.end()
            low = word.lower()
            if word[-1] == ".":
                if word in _NO_INITIALS:
                    break
            elif word[0].isupper():
                goes_on = _CAPITALISED.match(text, end) is not None
                also = (low in _ALSO_NAMES and (words or goes_on)) or (low in _TITLES_TOO and words and not goes_on)
                no_name = low in _NO_NAME or low in _OFFICES or _is_title(word) or (word.isupper() and len(word) > 3)
                if no_name and not also:
                    break
                if not words and word.isupper() and len(word) > 1:
                    break
            elif not (low in _PARTICLES and word == low):
                break
            words.append(word)
            ends.append(end)
            if not text.startswith(" ", end):
                break
            at = end + 1
        while words and words[-1].islower():
            words.pop()
            ends.pop()
        if not words or not any(w[0].isupper() for w in words):
            return (), at
        if " ".join(words) in self._places or (len(words) == 1 and words[0].lower() in self._place_words):
            return (), at
        return tuple(words), ends[-1]

    def _before(self, text: str, comma: int) -> _Sighting | None:
        """Return the name of two to six words that ends at a comma."""
        cut = max(text.rfind(mark, 0, comma) for mark in (". ", ", ", "; ", ": ", "“", "(", "! ", "? ", '"'))
        spans = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(text, cut + 1 if cut >= 0 else 0, comma)][-6:]
        if not spans or spans[-1][1] != comma:
            return None
        for first in range(len(spans) - 1):
            words, end = self._name_at(text, spans[first][0])
            if end == comma and 2 <= len(words) <= 6 and words[0][0].isupper():
                start = spans[first][0]
                if words[0].lower() in self._place_words or words[-1].lower() in self._place_words:
                    return None
                return _Sighting(start, comma, words, False)
        return None

    def _names(
        self,
        read: Sequence[tuple[Paragraph, Tokens]],
        sightings: Mapping[str, tuple[_Sighting, ...]],
        cjk: _CjkIndex,
    ) -> _Names:
        """Return everybody whom the briefing names, each under the fullest form that it prints."""
        full: dict[tuple[str, ...], None] = {}
        short: dict[tuple[str, ...], None] = {}
        for seen in sightings.values():
            for sighting in seen:
                if len(sighting.words) > 1:
                    full[sighting.words] = None
                elif sighting.strong:
                    short[sighting.words] = None
        for words in list(short):
            if not any(_is_part(words, f) for f in full):
                found = self._fuller(words[0], read)
                if found:
                    full[found] = None
        # However large the register is, only those of its names are looked for whose first word is printed.
        known: set[tuple[str, ...]] = set()
        for _, tokens in read:
            for i in tokens.where(self._register_begins):
                for form in self._register_heads[tokens.raw[i]]:
                    if form not in known and self._printed[" ".join(form)].match(tokens.text, tokens.start(i)):
                        known.add(form)
        full |= dict.fromkeys(sorted(known))
        return _Names(full, short, self._known, self._named, cjk, self._given)

    def _fuller(self, name: str, read: Sequence[tuple[Paragraph, Tokens]]) -> tuple[str, ...] | None:
        """Return the one fuller form of a name that stands in the texts without a title (“Donald Roe has said”)."""
        found: dict[tuple[str, ...], None] = {}
        head = _FIRST_PART[name]
        for _, tokens in read:
            text = tokens.text
            for i in [i for i, word in enumerate(tokens.raw) if word == head] if name in text else ():
                at = tokens.start(i)
                before = _WORD_BEFORE.search(text, max(0, at - 60), at) if text.startswith(name, at) else None
                if before is None or _GOES_ON.match(text, at + len(name)):
                    continue
                word = before[1]
                low = word.lower()
                if not word[0].isupper() or word.isupper() or low in _NO_NAME or low in _OFFICES or _is_title(word):
                    continue
                if low in _BEFORE_TITLE or low in self._place_words or low.endswith(("ly", "’s", "'s")):
                    continue
                if _ENDS_SENTENCE.search(text[max(0, before.start() - 3) : before.start()]) and any(
                    low in each.words for _, each in read
                ):
                    continue  # a common word that happens to begin a sentence
                found[(word, name)] = None
        return next(iter(found)) if len(found) == 1 else None


class _Names:
    """Everybody named in one briefing, and the forms they are named by."""

    def __init__(
        self,
        full: dict[tuple[str, ...], None],
        short: dict[tuple[str, ...], None],
        known: Memo[Person | None],
        named: Memo[Person],
        cjk: _CjkIndex,
        given: frozenset[str],
    ) -> None:
        self._cjk, self._given = cjk, given
        fulls = list(full)
        # A family name that the register gives to one person alone means nobody else.
        owned = {words for words in fulls if len(words) == 1 and known[words[0]] is not None}
        # “Azali” and “Azali Assoumani” are one person: the fullest form that holds all words of another stands for it.
        outer: dict[str, list[tuple[str, ...]]] = {}
        for words in fulls:
            for part in {words[0], words[-1]}:
                outer.setdefault(part, []).append(words)
        fullest: dict[tuple[str, ...], tuple[str, ...]] = {}
        for words in fulls:
            near = (*outer[words[0]], *outer[words[-1]]) if words not in owned else ()
            longer = [f for f in near if len(f) > len(words) and _is_part(words, f)]
            fullest[words] = max(longer, key=lambda f: (len(f), f)) if longer else words
        self.persons: dict[tuple[str, ...], Person] = {}
        for words in fulls:
            self.persons[words] = named[" ".join(fullest[words])]
        self._short: dict[str, list[tuple[str, ...]]] = {}
        for words in fulls:
            if fullest[words] == words:
                for part in {words[0], words[-1]}:
                    self._short.setdefault(part, []).append(words)
        self._short.update((words[0], [words]) for words in fulls if words in owned)
        for words in short:
            if words[0] not in self._short:
                self.persons[words] = named[words[0]]
                self._short[words[0]] = [words]
        self._heads: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted(self.persons, key=lambda w: (-len(w), w)):
            if len(words) > 1:
                self._heads.setdefault(words[0], []).append(words)
        self._openings = frozenset(map(_FIRST_PART.__getitem__, (*self._heads, *self._short)))

    def _cjk_mentions(self, tokens: Tokens) -> Iterator[Mention]:
        """Yield the names in Chinese characters, the longest at each place: time is linear in the text alone."""
        end, text = 0, tokens.text
        for i in tokens.where(self._cjk):
            at = tokens.start(i)
            if at < end:
                continue
            for form, person in self._cjk[tokens.raw[i]] or ():
                if text.startswith(form, at) and not is_in_longer_name(text, at, at + len(form)):
                    end = at + len(form)
                    yield Mention(at, end, person)
                    break

    def mentions(
        self,
        paragraph: Paragraph,
        tokens: Tokens,
        sightings: Sequence[_Sighting],
        near: dict[str, tuple[str, ...]],
        refused: list[RefusedName] | None = None,
    ) -> tuple[Mention, ...]:
        """Return who is named in a paragraph; `refused` gets what was not taken.

        A single word counts after a title, or where the section has named the person in full before (`near`, by the
        first and last words of their names), or where it is long and means one person only.
        """
        here = list(compress(range(len(tokens.raw)), map(self._openings.__contains__, tokens.raw)))
        latin = list(self._latin_mentions(here, paragraph, tokens, sightings, near, refused)) if here else []
        cjk = [
            mention
            for mention in self._cjk_mentions(tokens)
            if not any(m.start < mention.end and mention.start < m.end for m in latin)
        ]
        return tuple(sorted((*latin, *cjk), key=lambda m: m.start)) if cjk else tuple(latin)

    def _latin_mentions(
        self,
        here: Iterable[int],
        paragraph: Paragraph,
        tokens: Tokens,
        sightings: Sequence[_Sighting],
        near: dict[str, tuple[str, ...]],
        refused: list[RefusedName] | None,
    ) -> Iterator[Mention]:
        """Yield the names that begin with one of the tokens `here`."""
        text = tokens.text
        titled = {(s.start, s.end) for s in sightings}
        end = 0
        for i in here:
            start = tokens.start(i)
            match = _WORD.match(text, start) if start >= end and not _is_joined(tokens, i) else None
            if match is None or not match[0][0].isupper():
                continue
            full = self._full_at(text, match)
            if full:
                form, end = full
                for part in (form[0], form[-1]):
                    near[part] = form
                yield Mention(start, end, self.persons[form])
                continue
            owners = self._short.get(match[0])
            if not owners:
                continue
            owner = owners[0] if len(owners) == 1 else near.get(match[0])
            alone = (start, match.end()) in titled or match[0] in near
            alone = alone or (len(match[0]) > 4 and match[0] == owners[0][-1])
            longer = owner is not None and alone and _in_longer_name(text, match, self._given)
            if owner is None or not alone or longer:
                if refused is not None:
                    why: Literal["several", "alone", "longer"]
                    why = "longer" if longer else "several" if owner is None else "alone"
                    ids = tuple(sorted({self.persons[form].id for form in owners}))
                    refused.append(RefusedName(paragraph.id, start, match.end(), ids, why))
                continue
            end = match.end()
            yield Mention(start, end, self.persons[owner])

    def _full_at(self, text: str, match: re.Match[str]) -> tuple[tuple[str, ...], int] | None:
        """Return the longest name that begins with a word of the text, and where it ends."""
        forms = self._heads.get(match[0], ())
        words, ends = [match[0]], [match.end()]
        for form in forms:
            while len(words) < len(form):
                follows = _WORD.match(text, ends[-1] + 1) or _WORD.search(text, ends[-1], ends[-1] + 60)
                words.append(follows[0] if follows else "")
                ends.append(follows.end() if follows else ends[-1])
            size = len(form)
            if tuple(words[:size]) == form and ends[size - 1] - match.start() <= sum(map(len, form)) + 2 * size:
                return form, ends[size - 1]
        return None


def _in_longer_name(text: str, match: re.Match[str], given: frozenset[str]) -> bool:
    """Whether a single word stands inside a longer name that is somebody else's (“Melania Roe” is not Roe)."""
    start, end = match.span()
    if text[start - 1 : start] == " ":
        before = [m[0] for m in _WORD.finditer(text, text.rfind(" ", 0, start - 1) + 1, start - 1)][-1:]
        for word in before:
            whole = text.endswith(word, 0, start - 1)
            if whole and word in given and word.lower() not in _NO_NAME and not _is_title(word):
                return True
    after = _WORD.match(text, end + 1) if text.startswith(" ", end) else None
    if after and after[0][0].isupper():
        return after[0].lower() not in (*_NO_NAME, "administration", "government")
    return False


def _is_joined(tokens: Tokens, i: int) -> bool:
    """Whether token i is the later part of a word with hyphens or an apostrophe (vice-president)."""
    return (
        i > 1
        and tokens.raw[i - 1] in "-‑’'"
        and tokens.touches(i - 1)
        and tokens.touches(i - 2)
        and tokens.raw[i - 2][-1].isalpha()
    )


def _compile_name(name: str) -> re.Pattern[str]:
    """Return what finds a name as texts print it: with a space, hyphen or dot between its words."""
    return re.compile(r"(?<!\w)" + r"[\s.‑-]{1,2}".join(map(re.escape, name.split(" "))) + r"(?!\w)")


def _is_part(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether a name is a shorter form of another: its words in the other's order, at its beginning or end."""
    if len(short) >= len(full):
        return False
    rest = iter(full)
    return all(word in rest for word in short) and (short[0] == full[0] or short[-1] == full[-1])


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= c <= "\u9fff" for c in text[:40])
