"""Words by which the transcripts of further languages mark questions, answers, offices, titles and months.

One `Tongue` a language; English and Chinese stand in the grammars that they need. This module must not hold a rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from edition.layouts.parts import word_set
from edition.words import label_key


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of one language. `questions`, `follow_ups`, `answers`: keys of labels that name nobody; `voices`: keys
    of labels of somebody unnamed who may ask or speak; `roles`: keys of words that make a label an office's;
    `particles`: words of a name that are printed small; `titles`: what a title says of a briefing (patterns); `months`:
    January first; `by`: words between a briefing and who gives it; `prefixes`: keys of words
    that may stand before the name of who asks (“FRAGE JUNG”); `asker`: a label that surely asks (pattern);
    `bracketed`: labels stand in brackets, without a colon; `caseless`: no capital letter tells a name.
    """

    code: str
    questions: frozenset[str]
    follow_ups: frozenset[str]
    answers: frozenset[str]
    voices: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    prefixes: frozenset[str] = frozenset()
    asker: str = ""
    bracketed: bool = False
    caseless: bool = False


def _keys(words: str) -> frozenset[str]:
    """Return the keys of forms that “|” parts."""
    return frozenset(label_key(form) for form in words.split("|")) - {""}


def _forms(words: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in words.split("|") if form.strip())


SPANISH = Tongue(
    "es",
    questions=_keys("Pregunta | Preguntas | P | Periodista | Reportero | Reportera | Prensa | Pregunta del público"),
    prefixes=_keys("Pregunta | Repregunta"),
    follow_ups=_keys("Interlocutor | Interlocutora | Interlocutores | Intervención | Repregunta | Pregunta adicional"),
    answers=_keys("Respuesta | R | Portavoz | Vocero | Vocera"),
    voices=_keys("Voz mujer | Voz hombre | Voz | Voces | Voces a coro | Voz femenina | Voz masculina | Asistentes"),
    roles=_keys(
        "presidente|presidenta|vicepresidente|vicepresidenta|expresidente|ministro|ministra|viceministro|viceministra|"
        "secretario|secretaria|subsecretario|subsecretaria|director|directora|subdirector|subdirectora|titular|"
        "gobernador|gobernadora|coordinador|coordinadora|procurador|procuradora|fiscal|comisionado|comisionada|"
        "embajador|embajadora|canciller|consejero|consejera|jefe|jefa|vocero|vocera|portavoz|almirante|general|"
        "comandante|alcalde|alcaldesa|rector|rectora|senador|senadora|diputado|diputada|delegado|delegada|"
        "representante|moderador|moderadora|presentador|presentadora|conductor|conductora|beneficiario|beneficiaria|"
        "divulgador|divulgadora|especialista|investigador|investigadora|doctor|doctora|dr|dra|maestro|maestra|"
        "licenciado|licenciada|ingeniero|ingeniera|señor|señora|sr|sra|encargado|encargada|administrador|"
        "administradora|presidencia|emprendedor|emprendedora|médico|médica|profesor|profesora|hijo|hija|traductor|"
        "traductora|intérprete|locutor|locutora|narrador|narradora|invitado|invitada"
    ),
    particles=word_set("de del la las los el y e en para a al"),
    titles=_forms(
        r"conferencias?\s+de\s+prensa | ruedas?\s+de\s+prensa | versión\s+estenográfica | comparecencia"
        r" | declaraci(?:ón|ones)\s+(?:a\s+la\s+prensa|del?)"
    ),
    months=_forms("enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"),
    by=_forms("del|de la|de"),
)

PORTUGUESE = Tongue(
    "pt",
    questions=_keys("Pergunta | Perguntas | P | Jornalista | Repórter | Imprensa"),
    prefixes=_keys("Pergunta"),
    follow_ups=_keys("Interlocutor | Interlocutora | Intervenção | Pergunta adicional"),
    answers=_keys("Resposta | R | Porta-voz"),
    voices=_keys("Voz | Vozes | Orador não identificado | Intervenção não identificada"),
    roles=_keys(
        "presidente|presidenta|vice-presidente|ministro|ministra|secretário|secretária|diretor|diretora|governador|"
        "governadora|embaixador|embaixadora|chanceler|porta-voz|comissário|comissária|senhor|senhora|sr|sra|dr|dra|"
        "prefeito|prefeita|assessor|assessora|coordenador|coordenadora|moderador|moderadora|chefe"
    ),
    particles=word_set("de da do das dos e a o"),
    titles=_forms(r"conferências?\s+de\s+imprensa | entrevistas?\s+coletivas? | coletivas?\s+de\s+imprensa"),
    months=_forms("janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"),
    by=_forms("do|da|de"),
)

FRENCH = Tongue(
    "fr",
    questions=_keys("Question | Questions | Q | Journaliste | Le journaliste | La journaliste | Presse"),
    prefixes=_keys("Question"),
    follow_ups=_keys("Relance | Suite | Question complémentaire | Intervention"),
    answers=_keys("Réponse | R | Porte-parole | Le porte-parole | La porte-parole"),
    voices=_keys("Voix | Intervenant | Intervenante | Un intervenant"),
    roles=_keys(
        "président|présidente|premier|première|ministre|secrétaire|ambassadeur|ambassadrice|directeur|directrice|"
        "porte-parole|commissaire|gouverneur|gouverneure|chancelier|maire|monsieur|madame|m|mme|mlle|préfet|préfète|"
        "modérateur|modératrice|haut-représentant|général|générale"
    ),
    particles=word_set("de du des d la le les et à l"),
    titles=_forms(
        r"conférences?\s+de\s+presse | points?\s+de\s+presse | point\s+presse | déclaration\s+à\s+la\s+presse"
    ),
    months=_forms("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"),
    by=_forms("du|de la|de"),
)

GERMAN = Tongue(
    "de",
    questions=_keys("Frage | Fragen | F | Journalist | Journalistin | Reporter | Reporterin"),
    prefixes=_keys("Frage | Zusatz | Zusatzfrage | Nachfrage | Zuruf"),
    follow_ups=_keys("Zusatz | Zusatzfrage | Nachfrage | Zuruf | Zwischenruf | Zwischenfrage"),
    answers=_keys("Antwort | A | Sprecher | Sprecherin | Regierungssprecher | Regierungssprecherin"),
    voices=_keys("Stimme | Stimmen"),
    roles=_keys(
        "StS|StSin|SRS|SRSin|BM|BMin|BK|BKin|Vors|Vorsitzender|Vorsitzende|Staatssekretär|Staatssekretärin|Minister|"
        "Ministerin|Bundesminister|Bundesministerin|Bundeskanzler|Bundeskanzlerin|Kanzler|Kanzlerin|Präsident|"
        "Präsidentin|Sprecher|Sprecherin|Regierungssprecher|Regierungssprecherin|Direktor|Direktorin|Botschafter|"
        "Botschafterin|Herr|Frau|Dr|Prof|Moderator|Moderatorin|Kommissar|Kommissarin|Staatsminister|Staatsministerin"
    ),
    particles=word_set("der die das des dem den und für von vom zu zur im am"),
    titles=_forms(r"\w*pressekonferenz(?:en)? | Pressebriefing | Presseunterrichtung"),
    months=_forms("Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"),
    by=_forms("mit|von|der|des"),
)

ITALIAN = Tongue(
    "it",
    questions=_keys("Domanda | Domande | D | Giornalista | Stampa"),
    prefixes=_keys("Domanda"),
    follow_ups=_keys("Intervento | Replica del giornalista"),
    answers=_keys("Risposta | R | Portavoce"),
    voices=_keys("Voce | Voci"),
    roles=_keys(
        "presidente|ministro|ministra|segretario|segretaria|direttore|direttrice|ambasciatore|ambasciatrice|portavoce|"
        "commissario|commissaria|governatore|governatrice|sindaco|sindaca|signor|signora|dott|dottor|dottoressa"
    ),
    particles=word_set("di del della dei delle degli da e il la lo"),
    titles=_forms(r"conferenz[ae]\s+stampa | briefing\s+stampa"),
    months=_forms("gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"),
    by=_forms("del|della|di"),
)

RUSSIAN = Tongue(
    "ru",
    questions=_keys("Вопрос | Вопросы | В | Журналист | Журналистка | Корреспондент | Реплика"),
    prefixes=_keys("Вопрос"),
    follow_ups=_keys("Уточняющий вопрос | Дополнительный вопрос | Реплика из зала"),
    answers=_keys("Ответ | О | Официальный представитель"),
    voices=_keys("Голос | Голос из зала"),
    roles=_keys(
        "министр|президент|премьер-министр|секретарь|директор|посол|представитель|председатель|губернатор|канцлер|"
        "пресс-секретарь|заместитель|модератор|ведущий|ведущая"
    ),
    titles=_forms(r"брифинг\w* | пресс-конференци\w+ | пресс-подход\w* | ответ\w*\s+на\s+вопрос\w*"),
    months=_forms("января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"),
)

ARABIC = Tongue(
    "ar",
    questions=_keys("سؤال | السؤال | س | الصحفي | الصحفية | صحفي | صحفية | مراسل"),
    follow_ups=_keys("سؤال متابعة | متابعة | مداخلة"),
    answers=_keys("جواب | الجواب | ج | الإجابة | إجابة | المتحدث | المتحدثة | المتحدث الرسمي"),
    roles=_keys("الوزير|الوزيرة|وزير|وزيرة|الرئيس|رئيس|الأمين|السفير|السفيرة|المتحدث|المتحدثة|السيد|السيدة|المدير"),
    titles=_forms(r"مؤتمر\s+صحفي | المؤتمر\s+الصحفي | الإحاطة\s+الصحفية | إحاطة\s+صحفية | إيجاز\s+صحفي"),
    months=_forms("يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"),
    asker=r"(?:مراسل|مراسلة|صحفي|صحفية)\s.{1,30}",
    caseless=True,
)

JAPANESE = Tongue(
    "ja",
    questions=_keys("問 | 質問 | 記者 | Ｑ | 質疑"),
    follow_ups=_keys("再質問 | 追加質問"),
    answers=_keys("答 | 回答 | 大臣 | 報道官 | 長官 | Ａ"),
    roles=_keys("大臣|外務大臣|報道官|外務報道官|長官|官房長官|副大臣|総理|司会"),
    titles=_forms(r"記者会見\w* | 会見記録 | 定例会見"),
    asker=r"\W?.{1,20}記者\W?|\W?記者\W?",
    bracketed=True,
    caseless=True,
)

KOREAN = Tongue(
    "ko",
    questions=_keys("질문 | 문 | 기자 | 질의"),
    follow_ups=_keys("추가질문 | 추가 질문 | 후속 질문"),
    answers=_keys("답변 | 답 | 대변인 | 부대변인 | 응답"),
    roles=_keys("대변인|부대변인|장관|차관|국장|사회자|대통령|총리"),
    titles=_forms(r"정례\s*브리핑 | 브리핑 | 기자\s*회견\w*"),
    asker=r".{1,20}기자",
    bracketed=True,
    caseless=True,
)

#: Every language but English and Chinese, in the order in which evidence that is equal is decided.
TONGUES = (SPANISH, PORTUGUESE, FRENCH, GERMAN, ITALIAN, RUSSIAN, ARABIC, JAPANESE, KOREAN)
