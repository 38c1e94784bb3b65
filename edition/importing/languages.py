"""Words → the language that they are in, as a BCP 47 tag, or a doubt.

The method: the script with most letters; of languages that share one, small words and the letters of the alphabet,
counted (docs/decisions.md has figures). This module must not know a briefing or an edition.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Final, NamedTuple

#: What stands between words; apostrophes part them too, so that an article before a vowel is a word.
_WORD = re.compile(r"[^\s\d.,;:!?…(){}\[\]<>“”„\"«»'’‘*/\\|_=+~—–\-।؟،؛·¿¡、。，；：？！「」]+")
_LETTER = re.compile(r"[^\W\d_]")
#: All that a text in Latin letters does not have: such a text, the usual one, is not searched for each script.
_BEYOND_LATIN = re.compile("[^\x00-\u036f\u1e00-\u206f]+")
#: Scripts, and the language of those that just one common language is written in.
_SCRIPTS: Final = (
    ("han", re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("kana", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\u1100-\u11ff\uac00-\ud7a3]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("arabic", re.compile("[\u0620-\u064a\u066e-\u06d3\u06ee-\u06fc\u0750-\u077f]")),
    ("devanagari", re.compile("[\u0904-\u0939\u0958-\u0961]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile("[\u05d0-\u05ea]")),
    ("th", re.compile("[\u0e01-\u0e30]")),
    ("lo", re.compile("[\u0e81-\u0eb0]")),
    ("km", re.compile("[\u1780-\u17b3]")),
    ("my", re.compile("[\u1000-\u102a]")),
    ("bn", re.compile("[\u0985-\u09b9]")),
    ("pa", re.compile("[\u0a05-\u0a39]")),
    ("gu", re.compile("[\u0a85-\u0ab9]")),
    ("ta", re.compile("[\u0b85-\u0bb9]")),
    ("te", re.compile("[\u0c05-\u0c39]")),
    ("kn", re.compile("[\u0c85-\u0cb9]")),
    ("ml", re.compile("[\u0d05-\u0d39]")),
    ("si", re.compile("[\u0d85-\u0dc6]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("am", re.compile("[\u1200-\u137f]")),
)
#: The share of kana among the letters from which Han characters are Japanese.
_KANA = 0.08


class Signs(NamedTuple):
    """What a language is known by: small words, and the letters that it has beside those common to its script."""

    words: str
    letters: str = ""


_LATIN: Final = {
    "en": Signs("the and of to is that for with on will are this have be has you was it not at by in we any more"),
    "es": Signs("el los las que del por con para una se y es en la no su lo al más como sobre hay un de está están",
                "áéíóúüñ"),
    "gl": Signs("o os as que do da dos das non unha para co ao na é máis xa moi polo coa nos hai á sobre un de e están",
                "áéíóúüñï"),
    "pt": Signs("o os as que do da dos das não uma para com ao na é mais já em ou pelo foi são à há sobre um de e"
                " estão", "áâãàçéêíóôõú"),
    "ca": Signs("el els les que del dels amb per una i és la al més no ja als hi ha sobre un de aquest són va",
                "àçèéíïòóúü"),
    "fr": Signs("le les des est que pour dans une sur avec et la du au aux ce nous vous il qui en de un l d à a",
                "àâæçéèêëîïôœùûü"),
    "it": Signs("il che di per una con della sono gli non la e è del al dei delle ai più nel ci un l alla sul si ha",
                "àèéìòù"),
    "de": Signs("der die und das ist nicht mit den von für zu im auf ein eine dem es sich wir sie zur des noch",
                "äöüß"),
    "nl": Signs("de het een en van is dat niet met op voor te zijn er aan ook bij uw wij nog we in u over", "éëïóöü"),
    "da": Signs("og at det er på til af en den for med der ikke har vi om fra de et jeg som nye flere blev siger kan"
                " sig hvad efter nogle mod kun", "æøåé"),
    "nb": Signs("og at det er på til av en den for med der ikke har vi om fra de et jeg som nye flere ble sier kan"
                " seg hva etter noen mot bare dere", "æøåéôò"),
    "nn": Signs("og at det er på til av ein den for med ikkje har vi om frå dei eit eg som nye fleire vart seier kan"
                " seg kva etter nokre mot berre", "æøåéô"),
    "sv": Signs("och att det är på till av en den för med som inte har vi om från de ett jag ni nya fler blev kan sig"
                " vad efter några mot bara", "åäöé"),
    "is": Signs("og að er í á til um við ekki sem það en hefur var með þess fyrir af hann", "áéíóúýðþæö"),
    "fi": Signs("ja on ei että se oli ovat joka mutta myös kun tai hän sen tämä vielä jo olemme olla siitä kuin ovat",
                "äöåšž"),
    "et": Signs("ja on ei et see oli kui aga ka mis või tema selle juba veel seda taas ning mida oma", "äöüõšž"),
    "lv": Signs("un ka ir no uz ar par to jau bet kā ne pie tas vai kas tiek arī", "āčēģīķļņšūž"),
    "lt": Signs("ir kad yra į iš su tai apie jau bet kaip ne per už buvo kas taip pat", "ąčęėįšųūž"),
    "pl": Signs("i w na z się nie że do jest o to za jak po przez są już czy dla od tym a jeszcze", "ąćęłńóśźż"),
    "cs": Signs("a v na se že je to s do o z k si za jsou už jak pro ale nebo od by vám jste ještě", "áčďéěíňóřšťúůýž"),
    "sk": Signs("a v na sa že je to s do o z k si za sú už ako pre ale alebo od by vám ste ešte", "áäčďéíĺľňóôŕšťúýž"),
    "sl": Signs("in v na se da je to s za z so ki tudi ali pa po pri ne bo že ter od smo", "čšž"),
    "hr": Signs("i u na se da je to za su koji od ne će biti ali kao ili iz već ima li što tko vijeće svijet gdje"
                " ovdje vrijeme prije također uvijek mjesto sljedećeg vidjeli tjedan tjedna tijekom ured", "čćđšž"),
    "sr-Latn": Signs("i u na se da je to za su koji od ne će biti ali kao ili iz već ima li što šta ko savet svet gde"
                     " ovde vreme pre takođe uvek mesto sledeće videli nedelje nedelja tokom kancelarija", "čćđšž"),
    "sq": Signs("dhe të në për me një që është nga e i se ka nuk do si më së", "ëç"),
    "hu": Signs("a az és hogy nem is egy van ez meg már volt csak de mint be ki még vagy ezt", "áéíóöőúüű"),
    "ro": Signs("și de la în a cu pe nu că este o din pentru un se sunt le mai care au va ați despre", "ăâîșşțţ"),
    "tr": Signs("ve bir bu için ile da de olarak çok daha var olan gibi bunu ne mı kadar sonra ise başka", "çğıöşüâî"),
    "az": Signs("və bir bu üçün ilə da də ki olan daha bunu o edir olaraq çox hər", "çəğıöşü"),
    "id": Signs("yang dan di dari untuk dengan pada ini itu tidak akan telah dalam adalah juga oleh kami karena sudah"
                " bisa saat soal bahwa apakah kantor tersebut", "é"),
    "ms": Signs("yang dan di daripada untuk dengan pada ini itu tidak akan telah dalam adalah juga oleh kami kerana"
                " boleh pun mengenai tentang ialah bahawa adakah pejabat tersebut", "é"),
    "tl": Signs("ang ng sa mga na ay at hindi ito para kung siya may ni si nang", "ñ"),
    "vi": Signs("và của là có không được cho các đã với này trong những về người một xin chúng tôi",
                "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
    "sw": Signs("na ya wa kwa ni la katika za cha hii kuwa hiyo huo vya hilo"),
    "eu": Signs("eta da ez du dira bat hau baina ere egin izan dute den zen", "ñç"),
    "ga": Signs("agus an na is ar a go le ag bhí tá sé i don ní den", "áéíóú"),
    "cy": Signs("y yn a i o ar yr ei mae am gan bod oedd wedi fod hyn", "âêîôûŵŷï"),
    "eo": Signs("la kaj de en estas al ne por ke kun pri la li estis tiu", "ĉĝĥĵŝŭ"),
}  # fmt: skip
_RUSSIAN: Final = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_SERBIAN: Final = "абвгдђежзијклљмнњопрстћуфхцчџш"
_CYRILLIC: Final = {
    "ru": Signs("и в не на что с по к это мы как из о за для вы бы он также уже от у ли ещё об", _RUSSIAN),
    "uk": Signs("і в не на що з до про та як у за для це ми від є вже чи ще", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    "be": Signs("і ў не на што з да пра як у за для гэта мы ад ёсць ужо ці яшчэ", "абвгдеёжзійклмнопрстуўфхцчшыьэюя"),
    "bg": Signs("и в не на че с за от да се е по са ще как ли това вече ви", "абвгдежзийклмнопрстуфхцчшщъьюя"),
    "mk": Signs("и во не на дека со за од да се е по ќе како тоа веќе ги им ли", "абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ"),
    "sr": Signs("и у не на да са за од се је по ће како то већ ли што смо", _SERBIAN),
    "kk": Signs("және бұл мен үшін бір де деп емес туралы осы еді", _RUSSIAN + "әіңғүұқөһ"),
    "ky": Signs("жана бул менен үчүн бир да деп эмес жөнүндө ушул", _RUSSIAN + "ңөү"),
    "mn": Signs("нь ба энэ юм гэж бол байна хийх байсан тухай", _RUSSIAN + "өү"),
    "tg": Signs("ва дар ба аз ки ин бо барои аст то", _RUSSIAN + "ғӣқӯҳҷ"),
}  # fmt: skip
_ARAB: Final = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىًٌٍَُِّْـ"
_PERSIAN: Final = "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیةًٌٍَُِّْـ\u200c"
_ARABIC: Final = {
    "ar": Signs("في من على إلى أن هذا عن التي الذي ما هذه مع لا هل كان قد بشأن ذلك لم هناك", _ARAB),
    "fa": Signs("و در به از که این را با است برای آن های می یک تا درباره شما باید هست", _PERSIAN),
    "ur": Signs("کے کی میں اور سے کا کو نے ہے یہ پر کہ ہیں کوئی بھی نہیں گا تھا ہوگی",
                _PERSIAN + "ٹڈڑےہںھۂۓ"),
    "ps": Signs("د په او ته چې کې دا له سره یې به شي نه دی", _PERSIAN + "ټډړښږڼېۍګځڅيہ"),
    "ckb": Signs("و لە بە کە ئەو بۆ ئەم لەگەڵ دا یان بوو", _PERSIAN + "ەێۆڵڕڤ"),
}  # fmt: skip
_DEVANAGARI: Final = {
    "hi": Signs("के की में और है को से का यह ने पर हैं कि क्या लिए नहीं था"),
    "mr": Signs("आणि आहे हे या की च्या मध्ये नाही होते ते हा ही"),
    "ne": Signs("र छ को मा हो यो छैन गर्न पनि लाई भने यस"),
}
#: Characters that stand in only one of the two ways to write Chinese, each with its partner (Unicode's Unihan
#: database, kSimplifiedVariant and kTraditionalVariant): the most frequent ones.
_SIMPLIFIED: Final = (
    "们来这个国时会说为对发关问记双进动还实经现长见话开门东车书员应过种华总战间请议贸题务报际协认权联参谈"
)
_TRADITIONAL: Final = (
    "們來這個國時會說為對發關問記雙進動還實經現長見話開門東車書員應過種華總戰間請議貿題務報際協認權聯參談"
)
#: Languages that are not counted themselves: what their words are taken for.
_TAKEN_FOR: Final = {
    "af": ("nl",), "bs": ("hr", "sr-Latn"), "cnr": ("hr", "sr-Latn"), "fil": ("tl",), "fo": ("is", "da"),
    "no": ("nb", "nn", "da"), "prs": ("fa",), "sh": ("hr", "sr-Latn"), "yi": ("he",), "yue": ("zh-Hant", "zh-Hans"),
}  # fmt: skip
#: What a language must have: so many small words more than any other, so great a share of its words.
_AHEAD, _SHARE = 2, 0.06
#: Characters that are looked at: reading on changes nothing but the time.
_SAMPLE: Final = 6000


class Told(NamedTuple):
    """The language that words speak for most ("" for none), whether that is certain, and which others come near."""

    language: str
    certain: bool
    others: tuple[str, ...] = ()


def choose_language(text: str, said: str | None, default: str) -> tuple[str, str]:
    """Return (the language of a text, a doubt or ""). `said`: what its page says, `default`: the edition's. What is
    said holds unless the words are certainly of another language; where nothing is said and the words aren't certain,
    the edition's language stands.
    """
    told = tell_language(text)
    if said:
        if _agree(told.language, said):
            return (told.language if said == _base(told.language) else said), ""
        if not told.certain:
            return said, ""
        return told.language, f"its page says that its language is “{said}”; its words are “{told.language}”"
    if _agree(told.language, default):
        scripts = {part for tag in (told.language, default) for part in tag.split("-")[1:] if len(part) == 4}
        return (told.language if len(scripts) > 1 else default), ""
    if told.certain:
        return told.language, ""
    if not told.language or any(_agree(other, default) for other in told.others):
        return default, ""
    near = " or ".join(f"“{tag}”" for tag in (told.language, *told.others[:2]))
    return default, f"its language is not certain: “{default}”, the edition's, stands; its words are rather {near}"


def _base(tag: str) -> str:
    return tag.split("-")[0].lower()


def _agree(told: str, other: str) -> bool:
    """Return whether words that were told as one language may be of the other."""
    base = _base(other)
    return _base(told) == base or told in _TAKEN_FOR.get(base, ())


def tell_language(text: str) -> Told:
    """Return the language of a text's first 6,000 characters."""
    text = text[:_SAMPLE]
    elsewhere = "".join(_BEYOND_LATIN.findall(text))
    script, size = "latin", 0
    if elsewhere:
        counts = {name: len(pattern.findall(elsewhere)) for name, pattern in _SCRIPTS}
        letters = len(_LETTER.findall(text))
        # A sign of these says as much as some letters of an alphabet.
        east = 2 * (counts["han"] + counts["kana"] + counts["ko"])
        latin = letters - sum(counts.values())
        script, size = max(counts.items(), key=lambda item: item[1])
        if not size:
            script = "latin"
        elif script in ("han", "kana"):
            if east < latin:
                script = "latin"
            elif counts["kana"] > _KANA * (counts["han"] + counts["kana"]):
                return Told("ja", True)
            else:
                return _tell_chinese(text)
        elif (east if script == "ko" else size) <= latin:
            script = "latin"
    languages = {"latin": _LATIN, "cyrillic": _CYRILLIC, "arabic": _ARABIC, "devanagari": _DEVANAGARI}.get(script)
    return _tell_by_words(text, script, languages) if languages else Told(script, True)


def _tell_chinese(text: str) -> Told:
    simplified = sum(map(text.count, _SIMPLIFIED))
    traditional = sum(map(text.count, _TRADITIONAL))
    if simplified == traditional:
        return Told("zh", True)
    return Told("zh-Hans" if simplified > traditional else "zh-Hant", True)


def _tell_by_words(text: str, script: str, languages: dict[str, Signs]) -> Told:
    """Return the language that has most of the words: each small word of a language speaks for it, each word with a
    letter that it does not have speaks against it.
    """
    index, letters = _index(script)
    scores = dict.fromkeys(languages, 0)
    counts = Counter(_WORD.findall(text.lower()))
    total = counts.total()
    for word in counts.keys() & index.keys():
        for language in index[word]:
            scores[language] += counts[word]
    for word, number in counts.items():
        # What tells alphabets apart is beyond ASCII.
        if not word.isascii() and (foreign := {c for c in word if c in letters}):
            having = frozenset.intersection(*(letters[c] for c in foreign))
            if having:
                for language in languages.keys() - having:
                    scores[language] -= number
    (best, first), *rest = sorted(((n, code) for code, n in scores.items()), key=lambda s: (-s[0], s[1]))
    if best <= 0:
        return Told("", False)
    near = tuple(code for n, code in rest if best - n < _AHEAD + total // 100)
    return Told(first, not near and best >= max(_AHEAD, _SHARE * total), near)


@lru_cache(maxsize=8)
def _index(script: str) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Return (small word → its languages, letter that not all languages of the script have → those that have it)."""
    languages = {"latin": _LATIN, "cyrillic": _CYRILLIC, "arabic": _ARABIC, "devanagari": _DEVANAGARI}[script]
    words: dict[str, set[str]] = {}
    letters: dict[str, set[str]] = {}
    for code, signs in languages.items():
        for word in signs.words.split():
            words.setdefault(word, set()).add(code)
        for letter in signs.letters:
            letters.setdefault(letter, set()).add(code)
    return {w: frozenset(c) for w, c in words.items()}, {
        c: frozenset(having) for c, having in letters.items() if len(having) < len(languages)
    }
