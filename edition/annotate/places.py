"""Text → the countries and territories that its words name, each with the printed characters that speak for it.

One pass over the words with the longest form winning, however large the gazetteer is; then each find is judged by the
words around it. This module must not read a file, know an edition, or guess a country that no printed word names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from edition.annotate.tokens import FOLDED, Memo, Tokens, make_plain, split_tokens
from edition.model import Place, Span

_Role = Literal["name", "adjective", "capital", "prefix", "mask", "state"]
_Kind = Literal["country", "territory"]


#: Why a form of a place doesn't count: a pronoun, words around it, the name of a language, of a person, of a town or a
#: state, a capital that is only a city, a longer name. "" where it counts.
Refusal = Literal["", "pronoun", "pattern", "language", "person", "town", "city", "masked"]


@dataclass(slots=True, frozen=True)
class Judged:
    """Characters start..end of a text that are a form of a place, what kind of form, and why it doesn't count ("")."""

    start: int
    end: int
    kind: str
    id: str
    role: str
    refusal: Refusal


@dataclass(slots=True, frozen=True)
class _Form:
    """One form of the gazetteer: its tokens as written, what it is, and the ids that claim it.

    `printed`: for each token the ways in which it may be printed.
    """

    words: tuple[str, ...]
    raw: tuple[str, ...]
    role: _Role
    printed: tuple[frozenset[str], ...]
    ids: tuple[tuple[_Kind, str], ...] = ()  # (span kind, place id), countries first


@dataclass(slots=True, frozen=True)
class _Beginning:
    """What begins with a word as printed. `alone`: the form that this word is by itself, whatever stands around it;
    `asking`: whether neighbours decide which form it is, if any; `longer`: the trie that goes on from it.
    """

    alone: _Form | None
    asking: bool
    longer: dict[str, Any]


@dataclass(slots=True)
class _Find:
    """A form found in tokens first..end (end excluded)."""

    first: int
    end: int
    form: _Form


@dataclass(slots=True, frozen=True)
class _Pattern:
    """Words that must stand before and after a place, each as it may be printed; `free`: capitalised words may stand
    between place and `after`; `joined`: a mark follows that must touch what is before it.
    """

    before: tuple[frozenset[str], ...]
    after: tuple[frozenset[str], ...]
    free: bool
    adjective: bool
    joined: bool


#: Patterns by the word next to their place or, where they have more, by the two next to it, the nearest first.
_Filed = dict[tuple[str, ...], list[_Pattern]]


@dataclass(slots=True)
class _Patterns:
    """Patterns by the words next to their place: `after` where they follow, `before` where they only precede."""

    before: _Filed = field(default_factory=dict)
    after: _Filed = field(default_factory=dict)


class _WordLists(dict[str, frozenset[str]]):
    """The words of each category of the gazetteer; none where a language has none."""

    def __missing__(self, category: str) -> frozenset[str]:
        return frozenset()


class _Lexicon:
    """All forms and rules of one language. `trie` maps folded tokens to tries; the key "" holds the forms that end.

    `begins`: what begins with each word as printed, None where no form does.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.trie: dict[str, Any] = {}
        self.openings: set[str] = set()
        self.refusing, self.keeping = _Patterns(), _Patterns()
        #: the words next to a place that any pattern is filed under
        self.beside: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self.words = _WordLists()
        self.begins: Memo[_Beginning | None] = Memo(self._begin)

    def _begin(self, word: str) -> _Beginning | None:
        longer = self.trie.get(FOLDED[word]) if make_plain(word) in self.openings else None
        if longer is None:
            return None
        forms = longer.get("", [])
        asking = any(form.role == "prefix" for form in forms)
        return _Beginning(_best(forms, Tokens(word), 0) if forms and not asking else None, asking, longer)


class PlaceFinder:
    """Finds places in texts. Pure: the same text, language and host give the same spans. Made by make_place_finder."""

    def __init__(
        self,
        places: tuple[Place, ...],
        not_places: tuple[tuple[str, tuple[str, ...]], ...],
        masks: tuple[str, ...],
    ) -> None:
        self._places = places
        self._not_places = not_places
        self._masks = masks
        self._lexicons: dict[str, _Lexicon] = {}

    def __getstate__(self) -> tuple[Any, ...]:
        return (self._places, self._not_places, self._masks)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._places, self._not_places, self._masks = state
        self._lexicons = {}

    def find(self, text: str | Tokens, language: str = "en", host: str | None = None) -> tuple[Span, ...]:
        """Return the places that `text` names, as spans in order, offsets exact in `text`.

        `language`: BCP 47; its first part chooses forms and rules. `host`: the country that is not tagged. A form that
        speaks for several places gives one span for each, countries first. Time is linear in the text's length.
        """
        lexicon = self._lexicon(language.split("-")[0].lower())
        tokens = text if isinstance(text, Tokens) else Tokens(text)
        finds = _find_forms(lexicon, tokens)
        if not finds:
            return ()
        judge = _Judge(lexicon, tokens, finds)
        spans: list[Span] = []
        for find in finds:
            ids = find.form.ids
            if not ids or (ids[0][1] == host and len(ids) == 1) or judge.refusal(find):
                continue
            start, end = tokens.start(find.first), tokens.ends[find.end - 1]
            for kind, id in ids:
                if id != host:
                    spans.append(Span(start, end, kind, id))
        return tuple(spans)

    def explain(self, text: str | Tokens, language: str = "en") -> tuple[Judged, ...]:
        """Return every form of a place in `text`, also what doesn't count, each with how it was judged.

        What `find` gives is what counts here but for the host; forms inside a longer name that is no place count as
        "masked". Slower than `find`: for who asks why.
        """
        lexicon = self._lexicon(language.split("-")[0].lower())
        tokens = text if isinstance(text, Tokens) else Tokens(text)
        finds = _find_forms(lexicon, tokens)
        judge = _Judge(lexicon, tokens, finds)
        judged: list[Judged] = []
        for find in finds:
            start, end = tokens.start(find.first), tokens.ends[find.end - 1]
            if find.form.ids:
                refusal = judge.refusal(find)
                judged += (Judged(start, end, kind, id, find.form.role, refusal) for kind, id in find.form.ids)
            elif find.form.role == "mask":
                inside = Tokens(tokens.text[start:end])
                for each in _find_forms(lexicon, inside, masks=False):
                    at, stop = inside.start(each.first), inside.ends[each.end - 1]
                    ids = each.form.ids
                    judged += (Judged(start + at, start + stop, k, i, each.form.role, "masked") for k, i in ids)
        return tuple(judged)

    def openings(self, language: str) -> Memo[Any]:
        """Return what tells of a word whether a form may begin with it; see `Openings`."""
        return self._lexicon(language.split("-")[0].lower()).begins

    def _lexicon(self, language: str) -> _Lexicon:
        found = self._lexicons.get(language)
        if found is None:
            known = {code for place in self._places for code, _ in (*place.names, *place.aliases)}
            found = self._lexicons[language] = (
                _make_lexicon(self._places, self._not_places, self._masks, language)
                if language == "en" or language in known
                else self._lexicon("en")
            )
        return found


def make_place_finder(
    places: Iterable[Place], not_places: Iterable[tuple[str, tuple[str, ...]]], masks: Iterable[str] = ()
) -> PlaceFinder:
    """Return a finder for these places.

    `not_places`: as in Authorities. `masks`: names of outlets and people; a place's name inside one of them does not
    count (where a mask and a place's form are equally long, the place counts).
    """
    return PlaceFinder(tuple(places), tuple(not_places), tuple(sorted(set(masks))))


# ── Forms → a trie ──────────────────────────────────────────────────────────────────────────────────────────────────


def _forms_of(place: Place, language: str) -> Iterable[tuple[str, _Role]]:
    """Return every form of `place` that counts in texts of `language`, with what it is."""
    yield place.name, "name"
    for code, name in place.names:
        if code.split("-")[0] == language:
            yield name, "name"
    groups: tuple[tuple[_Role, tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
        ("name", place.aliases),
        ("adjective", place.adjectives),
        ("capital", place.capitals),
    )
    for role, by_language in groups:
        for code, forms in by_language:
            if code == "" or code.split("-")[0] == language:
                for form in forms:
                    yield form, role


def _make_lexicon(
    places: tuple[Place, ...],
    not_places: tuple[tuple[str, tuple[str, ...]], ...],
    masks: tuple[str, ...],
    language: str,
) -> _Lexicon:
    lexicon = _Lexicon(language)
    claims: dict[tuple[tuple[str, ...], _Role], dict[tuple[_Kind, str], None]] = {}
    for place in sorted(places, key=lambda p: (p.kind, p.id)):
        for text, role in _forms_of(place, language):
            prefix = text.endswith("-")
            raw = tuple(split_tokens(text.rstrip("-")))
            if raw:
                claims.setdefault((raw, "prefix" if prefix else role), {})[(place.kind, place.id)] = None
    for (form_raw, form_role), ids in claims.items():
        _insert(lexicon, form_raw, form_role, tuple(ids))
    for text in masks:
        _insert(lexicon, tuple(split_tokens(text)), "mask")
    words: dict[str, set[str]] = {}
    for key, forms in not_places:
        code, _, category = key.partition("/")
        if code and code.split("-")[0] != language:
            continue
        if category == "names":
            for text in forms:
                _insert(lexicon, tuple(split_tokens(text)), "mask")
        elif category == "states":
            for text in forms:
                _insert(lexicon, tuple(split_tokens(text)), "state")
        elif category in ("patterns", "kept"):
            for text in forms:
                _insert_pattern(lexicon.refusing if category == "patterns" else lexicon.keeping, text)
        else:
            words.setdefault(category, set()).update(make_plain(form) for form in forms)
    both = (lexicon.refusing, lexicon.keeping)
    lexicon.beside = (
        frozenset(words[0] for patterns in both for words in patterns.before),
        frozenset(words[0] for patterns in both for words in patterns.after),
    )
    lexicon.words = _WordLists((category, frozenset(found)) for category, found in sorted(words.items()))
    return lexicon


def _insert(lexicon: _Lexicon, raw: tuple[str, ...], role: _Role, ids: tuple[tuple[_Kind, str], ...] = ()) -> None:
    """Put a form into the trie; also with spaces for its hyphens, and without an abbreviation's last dot."""
    if not raw:
        return
    words = tuple(make_plain(token) for token in raw)
    variants = {(words, raw)}
    if "-" in words:
        kept = [i for i, word in enumerate(words) if word != "-"]
        variants.add((tuple(words[i] for i in kept), tuple(raw[i] for i in kept)))
    if len(words) > 3 and words[-1] == "." and words[1] == ".":
        variants.add((words[:-1], raw[:-1]))
    for variant, variant_raw in sorted(variants):
        node = lexicon.trie
        for word in variant:
            node = node.setdefault(word.casefold(), {})
        printed = tuple(map(_printed, variant))
        node.setdefault("", []).append(_Form(variant, variant_raw, role, printed, ids))
        lexicon.openings |= printed[0]


def _filed_under(filed: _Filed, near: str, farther: str) -> tuple[_Pattern, ...]:
    """Return the patterns whose words nearest to a place are these."""
    return (*filed.get((near,), ()), *filed.get((near, farther), ()))


@lru_cache(maxsize=1 << 14)
def _printed(word: str) -> frozenset[str]:
    """Return how a text may print a word: as written, in capitals, or capitalised where it isn't."""
    forms = {word}
    if len(word) > 1 or not word.isalpha():
        forms.add(word.upper())
    if word.islower():
        forms.add(word.capitalize())
    return frozenset(forms)


def _insert_pattern(patterns: _Patterns, text: str) -> None:
    """File a pattern under the words next to its place."""
    before, slot, after = text.partition("{place}")
    adjective = not slot
    if adjective:
        before, slot, after = text.partition("{adjective}")
    free = "{Names}" in after
    left = tuple(make_plain(token) for token in split_tokens(before))
    right = tuple(make_plain(token) for token in split_tokens(after.replace("{Names}", "")))
    if not slot or not (left or right):
        return
    filed, anchor = (patterns.after, right[:2]) if right else (patterns.before, left[:-3:-1])
    printed = [tuple(map(_printed, words)) for words in (left, right)]
    pattern = _Pattern(printed[0], printed[1], free, adjective, right[:1] == ("-",))
    filed.setdefault(tuple(word.casefold() for word in anchor), []).append(pattern)


# ── Tokens → finds ───────────────────────────────────────────────────────────────────────────────────────────


def _fits(form: _Form, tokens: Tokens, first: int) -> bool:
    """Tell whether the text's case, and for a combining form what stands around it, allows the form."""
    i = first
    for printed in form.printed:
        if tokens.plain(i) not in printed:
            return False
        i += 1
    if form.role == "prefix":
        if _is_letter(form):
            return _is_in_compound(tokens, first)
        return tokens.touches(i - 1) and tokens.plain(i) == "-" and tokens.touches(i) and tokens.is_word(i + 1)
    return True


def _is_letter(form: _Form) -> bool:
    """Tell whether a combining form is one Chinese character (美, 俄)."""
    return len(form.words) == 1 and len(form.words[0]) == 1 and form.words[0] > "\u3400"


def _is_in_compound(tokens: Tokens, i: int) -> bool:
    """Tell whether a character is a country: two before a relation (俄乌冲突), or one as in 驻美大使."""
    text, start = tokens.text, tokens.start(i)
    first, end = start, start + 1
    while first > 0 and text[first - 1] in _LETTERS:
        first -= 1
    while end < len(text) and text[end] in _LETTERS:
        end += 1
    if end - first > 1:
        alone = not _HAN.match(text, end) and not _HAN.match(text[max(0, first - 1) : first])
        return end - first <= 6 and (alone or text.startswith(_AFTER_LETTERS, end))
    before = text[start - 1 : start]
    return (
        (before in _AFTER_OBJECT and text.startswith(_AFTER_OBJECT[before], end))
        or (text.startswith(_ARMED, end) and before not in _NOT_ARMED)
    )  # fmt: skip


def _best(forms: Sequence[_Form], tokens: Tokens, first: int) -> _Form | None:
    """Return the form that counts among those of the same words: the one printed exactly so, then a place's."""
    if len(forms) == 1:
        return forms[0] if _fits(forms[0], tokens, first) else None
    fitting = [form for form in forms if _fits(form, tokens, first)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    printed = tuple(tokens.raw[first : first + len(fitting[0].words)])
    return min(fitting, key=lambda form: (form.raw != printed, _ORDER[form.role]))


def _find_forms(lexicon: _Lexicon, tokens: Tokens, masks: bool = True) -> list[_Find]:
    """Return the longest form at each place of the text, from left to right, none overlapping another.

    `masks`: names that are no places are forms as well.
    """
    finds: list[_Find] = []
    raw, begins = tokens.raw, lexicon.begins
    end, n = 0, len(raw)
    for i in tokens.where(begins):
        beginning = begins[raw[i]]
        if i < end or beginning is None:
            continue
        found, stop, j = beginning.alone, i + 1, i + 1
        if beginning.asking or not masks:
            found = _best(_those(beginning.longer, masks), tokens, i)
        node = beginning.longer.get(FOLDED[raw[j]]) if j < n else None
        while node is not None:
            j += 1
            if "" in node:
                longer = _best(_those(node, masks), tokens, i)
                if longer is not None:
                    found, stop = longer, j
            node = node.get(FOLDED[raw[j]]) if j < n else None
        if found is not None and not (_opens_with_article(found) and starts_sentence(tokens, i)):
            finds.append(_Find(i, stop, found))
            end = stop
    return finds


def _those(node: Mapping[str, Any], masks: bool) -> Sequence[_Form]:
    """Return the forms that end in a trie's node, those that are places or all."""
    forms: Sequence[_Form] = node.get("", ())
    return forms if masks else [form for form in forms if form.ids]


def _opens_with_article(form: _Form) -> bool:
    """Tell whether a form is an outlet's name such as “The Australian”, which begins a sentence as anything may."""
    return form.role == "mask" and len(form.words) == 2 and form.words[0] == "The"


def starts_sentence(tokens: Tokens, i: int) -> bool:
    """Tell whether token i is the first word of a sentence, a line or a quotation."""
    j = i - 1
    while j >= 0 and (tokens.low(j) in _CLOSERS or tokens.plain(j) in '"“‘«([-'):
        j -= 1
    if j < 0 or tokens.low(j) in _ENDS:
        # the dot of an abbreviation ends no sentence
        return not (j >= 1 and tokens.plain(j) == "." and len(tokens.plain(j - 1)) == 1 and tokens.touches(j - 1))
    return "\n" in tokens.text[tokens.ends[j] : tokens.start(i)]


# ── Finds → which of them count ─────────────────────────────────────────────────────────────────────────────────────


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _openings(text: str) -> tuple[str, ...]:
    """Return words as `str.startswith` and `str.endswith` take them."""
    return tuple(dict.fromkeys(text.split()))


#: Characters that stand for countries and continents in compounds; which of them is a tag, the gazetteer says.
_LETTERS = frozenset("中美俄日韩朝英法德印以伊越泰菲缅加澳乌沙意巴欧非新土墨匈塞蒙柬叙埃古")
_AFTER_LETTERS = _openings(
    """
    关系 冲突 贸易 两国 三国 四国 五国 六国 双边 三边 四边 边境 边界 战争 会谈 对话 峰会 合作 领导人 元首 外长 防长
    财长 首脑 联盟 同盟 友好 建交 经贸 协议 协定 谈判 和谈 之间 停火 问题 争端 海警 军演 联合 高层 战略 人文 交流
    交往 摩擦 局势 矛盾 争议 伙伴 往来 互信 紧张 会晤 等国 双方 三方 各方 民间 经济 能源 投资 安全 核 军事 共同 一道
    团结 间 班列 铁路 自贸 航线 博览会 论坛 危机 媒体 企业 青年 地区 海军 军舰 代表
    """
)
_COMMON_OBJECT = _openings(
    """
    大使 使馆 使领馆 总领 公使 外交 记者 军 期间 中国 中方 ， 。 、 ； 的 后 前 时 并 与 会见 行程 之行 日程 代表团
    成果
    """
)
_TOWARDS = _openings(
    """
    出口 进口 制裁 投资 政策 关系 贸易 援助 军售 关税 加征 采取 反制 立场 合作 外交 战略 交涉 提出 施压 动武 宣战
    遏制 依赖 工作 谈判 态度 友好 实施 国防 情报 军事 武器
    """
)
_AFTER_OBJECT: dict[str, tuple[str, ...]] = {
    "驻": _COMMON_OBJECT,
    "访": _COMMON_OBJECT,
    "赴": (*_COMMON_OBJECT, *_openings("留学 访问 旅游 出席 参加 签证 学习")),
    "对": _TOWARDS,
    "涉": _openings("问题 议题 法案 制裁 言论 事务 政策"),
    "援": _openings("的 物资 武器 计划"),
    "抗": _openings("援朝"),
    "反": _openings("情绪 示威 势力"),
    "亲": _openings("的 势力 派"),
    "在": _openings("留学 企业 中国公民 公民 侨胞 军事"),
    "旅": _openings("侨胞 大熊猫 学者"),
}
_ARMED = _openings(
    """
    军方 军机 军舰 军队 军基地 军战机 军在 军对 军和 军士兵 军空袭 军撤 军已 军将 军宣布 军， 军。
    """
)
_NOT_ARMED = frozenset("完")
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Of forms with the same words the first of these counts.
_ORDER: dict[_Role, int] = {"prefix": 0, "name": 1, "adjective": 2, "capital": 3, "state": 4, "mask": 5}
_ENDS = frozenset(".!?;:…")
_CLOSERS = frozenset("\"”’')]»")


_ZH_LOCATIVES = _openings(
    """
    在 到 从 抵达 前往 飞往 访问 去 赴 来自 位于 离开 首都 于 抵 往 至 驻 州 经
    """
)
_ZH_GOVERNMENT = _openings(
    """
    应 表示 认为 宣布 称 说 指责 警告 拒绝 希望 要求 方面 当局 政府 官员 的立场 的态度 的政策 的回应 的决定 的做法
    的意图 正 将 一再 不断 试图 企图 对此 同意 决定 承诺 呼吁 敦促 是否 会不会 不应 必须 需要 回应 声称 否认 承认
    威胁 不会 可能 已经 曾 强调 愿
    """
)
_ES_LOCATIVES = _words("en desde hasta por sobre cerca ciudad para capital la el una los las del al")
_ES_OF_GOVERNMENT = _words(
    """
    posición postura respuesta política gobierno decisión presión presiones reacción amenaza amenazas sanciones
    aranceles apoyo parte lado interés intereses autoridades embajador relaciones intención estrategia anuncio
    mensaje exigencias injerencia administración canciller relación diálogo dictados voluntad
    posicion politica decision presion reaccion interes intencion administracion relacion dialogo
    """
)
_ES_TO_GOVERNMENT = _words(
    """
    pidió exigió respuesta mensaje exhortó advirtió acusó acusa pide exige instó propuso respondió ofreció criticó
    pidio exigio exhorto advirtio acuso insto respondio ofrecio critico apoyo oposicion carta llamado sanciones culpo
    """
)
_ES_GOVERNING = _words(
    """
    respondio responde respondieron anuncio anuncia anunciaron acordaron acuerda acordo acuerdan dijo dice dicen dijeron
    pidio pide piden exigio exige exigen advirtio advierte acuso acusa acusan nego niega quiere quieren decidio decide
    decidieron impuso impone imponen amenazo amenaza amenazan insiste insistio considera consideran debe deben puede
    pueden aceptara acepto acepta aceptan rechazo rechaza rechazan rechazaron sostiene sostienen espera esperan propuso
    propone firmo firma firmaron firman apoya apoyo apoyan busca buscan reitero reitera llamo expulso expulsa retiro
    mantiene mantienen asegura aseguro confirmo confirma denuncio denuncia estudia cedio suspendio critico critica
    reanudaron reacciono reconocio reconoce romperan rompio convoco
    """
)

#: In a headline in capitals, US after one of these words is the pronoun.
_BEFORE_PRONOUN = _words(
    """
    LET JOIN TELL TELLS TOLD GIVE GIVES GAVE ASK ASKS ASKED SHOW SHOWS CONTACT ABOUT AMONG AMONGST FOLLOW
    REMIND REMINDS ALLOW ALLOWS TEACH TEACHES LEAVE SAVE SEND SENDS TRUST MAKES MAKE HELP HELPS UNITES UNITE
    """
)
_QUANTITY_OF_PRONOUN = _words("ALL BOTH SOME MANY MOST NONE EACH ONE ANY REST FEW SEVERAL EITHER NEITHER TWO THREE")

# The words that tell a government from a city. English only: no rule, no metonym.
_LOCATIVES = _words(
    """
    in at near around outside across inside through throughout via within into visit visits visited visiting
    reach reached reaching leave leaves left leaving depart departed arrive arrived enter entered entering
    tour toured touring capital city town downtown central greater metropolitan capitals cities off beyond
    past
    """
)
#: What stands before a town that is named with its state (“to Seattle, Washington”), and what ends that.
_LOCATIVES_OF_TOWNS = _words("in at near from to around outside of")
_ENDS_APPOSITION = frozenset((",", ".", ";", ")", ""))
_COUNTING_BEFORE = _words(
    """
    with against between by upon about toward towards than without behind versus vs regarding concerning
    despite both on over under
    """
)
_TO_GOVERNMENT = _words(
    """
    message messages warning warnings signal signals sanctions support threat threats response reply replied
    replies letter letters appeal appealed appeals pressure concession concessions aid assistance commitment
    commitments gift blow challenge challenges protest protests protested representations demarche exports
    sales sell sells sold said say says speak spoke listen bow bowed bows according answer turn turned turns
    loyal hostile friendly close addressed approach attitude due thanks note proposal proposals offer offers
    offered accountable related linked ties tied alternative debt owed owe ultimatum opposed opposition
    resistance door open
    """
)
_FROM_GOVERNMENT = _words(
    """
    pressure support response signal signals order orders message messages approval threat threats reply
    reaction reactions word words answer demand demands aid backing guarantees assurances permission
    instructions criticism denial independence distance statement statements remarks comment comments apology
    explanation invitation request requests protest protests concession concessions warning warnings help
    assistance funding money weapons autonomy independent
    """
)
_FOR_GOVERNMENT = _words(
    """
    support respect good bad blow important problem victory defeat contempt setback win loss challenge
    headache priority speak speaks speaking lesson matter issue interest interests time room
    """
)
_OF_CITY = _words(
    """
    city mayor bishop archbishop university port treaty capital outskirts suburb suburbs streets centre
    center north south east west northeast northwest southeast southwest battle siege district municipality
    residents airport region hotel hotels fall heart tower kilometres kilometers km miles metres meters
    people part parts area town skyline museum declaration convention peace statute
    """
)
_GOVERNING = _words(
    """
    authorities government administration regime officials leadership side leaders policymakers elite
    establishment cabinet diplomats bureaucrats lawmakers politicians officialdom hawks
    """
)
_CITY_THINGS = _words(
    """
    talks summit conference meeting forum agreement agreements accord accords protocol climate airport time
    court stock metro marathon festival exchange trial attack attacks bombing suburb suburbs resident
    residents hotel hotels embassy office offices bureau newspaper newspapers based born mayor police
    communiqué communique declaration statute club game games olympics round format process principles
    session fire flight flights trip visit museum station street streets subway zoo university school schools
    weather skyline population traffic district districts auction market markets stage derby fashion theatre
    theater opera restaurant restaurants rain floods flood hospital hospitals correspondent underground tower
    gallery galleries streetcar tram trams train trains bus buses convention consensus memorandum area region
    province exhibition expo fair week biennale
    """
)
_HOSTING = _words("host hosts hosted hosting lies")
_AUXILIARIES = _words("will would has had have is was shall should also may might can could")
_ARTICLES = _words("the a an this these those last next its their our his her")
_LINKED = _words(
    """
    led backed sponsored aligned controlled friendly imposed brokered appointed funded supported installed
    dominated dictated initiated proposed engineered approved
    """
)
_STANCES = _words("pro anti non ex")
_TRAVEL = _words(
    """
    flight flights fly flying flew train trains bus buses railway railroad rail route routes road highway
    ferry ferries airport airports travel travelled traveled travelling traveling commute journey distance
    link corridor
    """
)
_IN_WHOSE = _words(
    """
    view views eyes interest interests hands favor favour name direction position policy strategy calculus
    thinking backyard attitude stance approach behalf mind opinion orbit
    """
)
_LANGUAGE_BEFORE = _words(
    """
    in into speak speaks spoke spoken speaking learn learning learned learnt fluent teach teaching teaches
    translated read reads write writes written study studying sing en al habla hablan hablar
    """
)
_LANGUAGE_AFTER = _words("y o and or but at on to with by for from that when as because so while instead well too")
_SOME = _words("some a little basic fluent broken good perfect bit of")
_LISTING = _words(", and or nor y e o u ni &")
#: Languages that no adjective of the gazetteer is the name of.
_OTHER_LANGUAGES = _words("english ingles castellano espanol mandarin cantonese catalan nahuatl")
_SPANISH_LANGUAGES = _words("ingles frances aleman italiano portugues ruso chino japones arabe coreano creole criollo")
_STATE_OFFICES = _words(
    """
    governor senator senators voters voter legislature republicans republican democrats democrat county
    sheriff bulldogs tech runoff primary electors elector statehouse lawmaker congressman congresswoman
    """
)


class _Judge:
    """Tells of each find of one text whether its words speak for the place."""

    def __init__(self, lexicon: _Lexicon, tokens: Tokens, finds: list[_Find]) -> None:
        self.lexicon = lexicon
        self.tokens = tokens
        self.finds = finds
        self.plain, self.low, self.known = tokens.plain, tokens.low, lexicon.words.__getitem__
        self.at = {find.first: find for find in finds}
        self.until = {find.end: find for find in finds}
        self._capitals: dict[int, bool] = {}

    # words around

    def is_capitalised(self, i: int) -> bool:
        return self.plain(i)[:1].isupper()

    def starts_sentence(self, i: int) -> bool:
        return starts_sentence(self.tokens, i)

    def follows_directly(self, i: int) -> bool:
        """Tell whether token i exists and is a word, so that no mark parts it from what stands before."""
        return self.tokens.is_word(i)

    # the judgement

    def refusal(self, find: _Find) -> Refusal:
        """Return why the find doesn't speak for its place, "" where it does."""
        first, end, role = find.first, find.end, find.form.role
        before, after = self.low(first - 1), self.low(end)
        preceding, following = self.lexicon.beside
        # Most places stand between words that no pattern asks for.
        asked = after in following or before in preceding or self.is_capitalised(end)
        if asked and self.holds(find, self.lexicon.keeping):
            return ""
        word = self.plain(first)
        if word == "US" and self.is_pronoun(find):
            return "pronoun"
        if asked and self.holds(find, self.lexicon.refusing):
            return "pattern"
        if role == "adjective" and self.is_language(find):
            return "language"
        if end - first == 1 and self.is_person(find):
            return "person"
        if (after == "," or word in self.known("state_homonyms")) and self.is_town_or_state(find):
            return "town"
        return "city" if role == "capital" and not self.is_government(find) else ""

    def holds(self, find: _Find, patterns: _Patterns) -> bool:
        """Tell whether one of the patterns holds around the find."""
        first, end = find.first, find.end
        # What begins with a name of its own is not the place's: “the US Wall Street Journal”.
        follows = self.at.get(end)
        if follows is None or follows.form.role != "mask":
            for pattern in _filed_under(patterns.after, self.low(end), self.low(end + 1)):
                if self.fits(pattern, find, end):
                    return True
        for pattern in _filed_under(patterns.before, self.low(first - 1), self.low(first - 2)):
            if self.fits(pattern, find, end):
                return True
        for j in range(end, end + 3):
            if not self.is_capitalised(j) or j in self.at:
                return False
            for pattern in _filed_under(patterns.after, self.low(j + 1), self.low(j + 2)):
                if pattern.free and self.fits(pattern, find, j + 1):
                    return True
        return False

    def fits(self, pattern: _Pattern, find: _Find, j: int) -> bool:
        if pattern.adjective and find.form.role != "adjective":
            return False
        i = find.first - len(pattern.before)
        if i < 0:
            return False
        for printed in pattern.before:
            if self.plain(i) not in printed:
                return False
            i += 1
        i = j
        for printed in pattern.after:
            if self.plain(i) not in printed:
                return False
            i += 1
        # "-" and "'" must touch the place: a dash between clauses is no compound
        return not (pattern.joined and not self.tokens.touches(j - 1))

    def is_pronoun(self, find: _Find) -> bool:
        """A find “US” in a line of capitals: LET US HOPE, ALL OF US, HELPS US ALL."""
        if find.end - find.first != 1:
            return False
        before = self.plain(find.first - 1)
        if before in _BEFORE_PRONOUN or (before == "OF" and self.plain(find.first - 2) in _QUANTITY_OF_PRONOUN):
            return True
        return before.isupper() and len(before) > 1 and self.plain(find.end) in ("ALL", "BOTH")

    def is_language(self, find: _Find) -> bool:
        """An adjective that is the name of a language: “answered in French.”, “speaks Spanish and”."""
        first = find.first
        while self.low(first - 1) in _SOME:
            first -= 1
        while self.low(first - 1) in _LISTING:  # “speaks Danish, Dutch and German”
            i = first - 1
            while self.low(i) in _LISTING:
                i -= 1
            earlier = self.until.get(i + 1)
            if self.low(i) in _OTHER_LANGUAGES:
                first = i
            elif earlier is None or earlier.form.role != "adjective":
                break
            else:
                first = earlier.first
        if self.lexicon.language == "es" and self.low(first - 1) in ("entre", "de"):
            if self.low(find.first) not in _SPANISH_LANGUAGES | _OTHER_LANGUAGES:
                return False
            return first != find.first or self.lists_a_language(find.end)
        if self.low(first - 1) not in _LANGUAGE_BEFORE:
            return False
        after = self.low(find.end)
        if not after[:1].isalnum():
            return after not in ("-", "'")
        return after in _LANGUAGE_AFTER

    def lists_a_language(self, i: int) -> bool:
        """Tell whether a language is listed from token i on: “(entre francés), inglés y español”, no adjectives."""
        j = i
        while self.low(j) in _LISTING:
            j += 1
        return j > i and self.low(j) in _SPANISH_LANGUAGES | _OTHER_LANGUAGES

    def is_person(self, find: _Find) -> bool:
        """A place's name of one word as somebody's given name or surname."""
        if "given_names" not in self.lexicon.words:
            return False
        word, before = self.plain(find.first), self.plain(find.first - 1)
        if word.isupper():
            word = word.title()
        if not (before == "." or before[:1].isupper() or word in self.known("place_given_names")):
            return False
        if word in self.known("place_given_names") and self.is_surname(find.end) and not self.is_office(find.first):
            return True
        if self.tokens.touches(find.first - 1) and self.plain(find.first - 1) == "-":
            return False
        i = find.first - 1
        surname = word in self.known("place_surnames")
        titles = self.known("titles")
        if self.plain(i) == "." and (self.plain(i - 1) in titles) and surname:
            return True  # Mr. Jordan
        if self.plain(i) in titles and self.is_capitalised(i) and surname:
            return self.plain(i) not in ("Deputy", "General", "Chief", "Secretary", "Minister", "Major")
        if self.plain(i) == "." and len(self.plain(i - 1)) == 1 and self.is_capitalised(i - 1):
            i -= 2  # Michael B. Jordan
        if i in self.at or i + 1 in self.until or not self.is_capitalised(i):
            return False
        if self.plain(i) in self.known("given_names"):
            return True
        return surname and self.plain(i - 1) in titles and self.plain(i) not in self.known("institutions")

    def is_office(self, i: int) -> bool:
        """Tell whether an office stands before token i: President of Kenya, Ambassador to Israel."""
        if self.low(i - 1) not in ("of", "to"):
            return False
        before = self.plain(i - 2)
        return before in self.known("titles") or before.capitalize() in self.known("institutions")

    def is_surname(self, i: int) -> bool:
        """Tell whether token i can be a surname: capitalised, no other place, no word of an institution after it."""
        word = self.plain(i)
        if word in self.known("given_names") and self.is_capitalised(i + 1):
            return False  # the ambassador in Israel David Holm
        if not self.is_capitalised(i) or i in self.at or (len(word) > 1 and word.isupper()):
            return False
        institutions = self.known("institutions")
        for j in range(i, i + 4):
            if not self.is_capitalised(j):
                break
            if self.plain(j) in institutions:
                return False
        return len(word) > 1 or self.plain(i + 1) in ("'", ".")

    def is_town_or_state(self, find: _Find) -> bool:
        """Cuba, New York; Georgia among the states of a federation."""
        state = self.at.get(find.end + 1) if self.plain(find.end) == "," else None
        if state is not None and state.form.role == "state":
            return True
        if find.form.role == "adjective" or self.plain(find.first) not in self.known("state_homonyms"):
            return False
        if self.plain(find.first - 1) == "," and self.low(find.first - 2) == "county":
            return True
        owned = find.end + 2 if self.plain(find.end) == "'" else find.end
        if self.low(owned) in _STATE_OFFICES:
            return True
        if self.low(find.first - 1) == "of" and self.low(find.first - 2) in (
            "state",
            "governor",
            "senator",
            "senators",
        ):
            return True
        target = find.form.ids
        if any(f.form.ids == target and f.form.role != "name" for f in self.finds):
            return False
        first, end = self.sentence(find.first)
        return any(f.form.role == "state" and first <= f.first < end for f in self.finds)

    def sentence(self, i: int) -> tuple[int, int]:
        """Return the tokens first..end of the sentence around token i."""
        first, end = i, i
        while first > 0 and not self.starts_sentence(first):
            first -= 1
        while end < len(self.tokens.raw) and self.plain(end) not in ".!?":
            end += 1
        return first, end

    # capitals

    def is_government(self, find: _Find) -> bool:
        """Tell whether a capital stands for its government (“Oslo replied”) and not for the city (“in Oslo”)."""
        if self.lexicon.language == "zh":
            start, end = self.tokens.start(find.first), self.tokens.ends[find.end - 1]
            text = self.tokens.text
            return not text.endswith(_ZH_LOCATIVES, 0, start) and text.startswith(_ZH_GOVERNMENT, end)
        if self.lexicon.language == "es":
            return self.is_government_in_spanish(find)
        known = self._capitals.get(find.first)
        if known is None:
            chain = self.chain(find)
            left = self.left_side(chain[0])
            capitals = [f for f in chain if f.form.role == "capital"]
            verdicts = {f.first: self.right_side(f, left) for f in capitals}
            together = all(verdicts.values()) and left != "city"
            for f in capitals:
                own = verdicts[f.first] and self.follows_directly_possessive(f)
                self._capitals[f.first] = together or own
            known = self._capitals[find.first]
        return known

    def is_government_in_spanish(self, find: _Find) -> bool:
        """“Oslo respondió”, “la postura de Oslo”, “entre Oslo y Estocolmo”; not “en Oslo”."""
        chain = self.chain(find)
        before, after = self.low(chain[0].first - 1), self.low(chain[-1].end)
        if before in ("entre", "con", "contra", "hacia"):
            return len(chain) > 1 or before != "hacia"
        if before == "de":
            return self.low(chain[0].first - 2) in _ES_OF_GOVERNMENT
        if before == "a":
            return self.low(chain[0].first - 2) in _ES_TO_GOVERNMENT
        if before in _ES_LOCATIVES:
            return False
        if after in ("no", "se", "ya", "le", "les", "lo", "ha", "han", "también", "siempre", "aún", "nunca"):
            after = self.low(chain[-1].end + 1) if after != "ha" and after != "han" else "respondio"
        return after in _ES_GOVERNING or (after[-1:] in ("o", "a") and after in _ES_GOVERNING)

    def follows_directly_possessive(self, find: _Find) -> bool:
        return self.plain(find.end) == "'"

    def chain(self, find: _Find) -> list[_Find]:
        """Return the places listed together with the find: Moscow, Beijing and Pyongyang."""
        chain = [find]
        while True:
            i = chain[0].first - 1
            while self.low(i) in _LISTING:
                i -= 1
            earlier = self.until.get(i + 1)
            if earlier is None or not earlier.form.ids or i == chain[0].first - 1 or earlier.form.role == "adjective":
                break
            chain.insert(0, earlier)
        while True:
            j = chain[-1].end
            while self.low(j) in _LISTING:
                j += 1
            later = self.at.get(j)
            if later is None or not later.form.ids or j == chain[-1].end or later.form.role == "adjective":
                break
            chain.append(later)
        return chain

    def left_side(self, find: _Find) -> Literal["city", "government", "article", "open"]:
        """Judge the words before a capital (or a list of them)."""
        i = find.first - 1
        word = self.low(i)
        if not word or self.starts_sentence(find.first):
            return "open"
        if word == "," and self.low(find.end) in _ENDS_APPOSITION and self.is_unknown_town(i - 1):
            return "city"  # Seattle, Washington, …
        if word == "-" and self.tokens.touches(i):
            before = self.low(i - 1)
            return "government" if before in _STANCES or i in self.until else "city"
        if word in _ARTICLES:
            return "article"
        if word in _LOCATIVES:
            return "city"
        if word == "," and self.low(i - 1) in ("capital", "city"):
            return "city"
        if word in ("to", "from", "for"):
            wanted = {"to": _TO_GOVERNMENT, "from": _FROM_GOVERNMENT, "for": _FOR_GOVERNMENT}[word]
            if word == "for" and self.low(find.end) == "to":
                return "government"
            near = {self.low(k) for k in range(max(0, i - 6), i)}
            return "government" if near & wanted and not near & _TRAVEL else "city"
        if word == "of":
            before = self.low(i - 1)
            named = self.is_capitalised(i - 1) and not self.starts_sentence(i - 1)
            return "city" if before in _OF_CITY or named else "government"
        if word in _COUNTING_BEFORE:
            near = {self.low(k) for k in range(max(0, i - 6), i)}
            return "city" if near & _TRAVEL else "government"
        if (
            self.is_capitalised(i)
            and not self.starts_sentence(i)
            and not self.plain(i).isupper()
            and self.follows_directly(i)
            and i + 1 not in self.until
        ):
            return "city"  # Radio Moscow, Treaty of … Greater London
        if self.is_capitalised(i) and self.plain(i) in self.known("given_names"):
            return "city"
        if word in ("and", "or", ",") and self.is_capitalised(i - 1) and i not in self.until:
            # listed with a town that no gazetteer holds: Osaka and Tokyo
            return "open" if self.starts_sentence(i - 1) or word == "," else "city"
        return "open"

    def is_unknown_town(self, i: int) -> bool:
        """Tell whether token i is a capitalised word of one's own that no list knows, after “in”, “to” and the like."""
        return self.is_capitalised(i) and i not in self.at and self.low(i - 1) in _LOCATIVES_OF_TOWNS

    def right_side(self, find: _Find, left: str) -> bool:
        """Judge the words after a capital, given what stands before it."""
        j = find.end
        word = self.low(j)
        if word == "'":
            j += 2 if self.low(j + 1) == "s" else 1
            owned = self.low(j)
            if left == "city" and owned not in _IN_WHOSE:
                return False
            return owned not in _CITY_THINGS and not (
                self.is_capitalised(j) and not self.plain(j).isupper() and j not in self.at
            )
        if word == "-" and self.tokens.touches(find.end - 1) and self.tokens.touches(j):
            return self.low(j + 1) in _LINKED or j + 1 in self.at
        if left == "article":
            return word in _GOVERNING
        if self.follows_directly(j) and j not in self.at:
            shouted = len(self.plain(j)) > 1 and self.plain(j).isupper()
            if (self.is_capitalised(j) and not shouted) or word[0].isdigit():
                return False  # London Bridge, Paris Agreement
            if word in _CITY_THINGS or word in _HOSTING:
                return False
            if word in _AUXILIARIES and {self.low(j + 1), self.low(j + 2)} & (_HOSTING | {"located", "capital"}):
                return False
        if word == "," and (self.low(j + 1) in ("the", "a") and self.low(j + 2) in ("capital", "city", "largest")):
            return False
        if left == "open" and self.starts_sentence(find.first):
            # a dateline: LONDON (…), Paris, 5 March
            after = self.low(j + 1)
            if word == "(" or (word == "," and after[:1].isdigit()):
                return False
        listed = word in ("and", "or", ",") and self.is_capitalised(j + 1) and j + 1 not in self.at
        return not (listed and left != "government")  # Tokyo and Osaka
