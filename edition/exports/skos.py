"""The vocabulary of topics as SKOS (W3C Recommendation, 18 August 2009), written as RDF 1.1 Turtle: data/topics.ttl.

A concept's URI is the file's address and the topic's id, so that it stays while the edition stays at its address; in
an edition without one it is relative. Cues are no labels of a topic and stay out. This module must not know how topics
are found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from edition import urls
from edition.config import Config
from edition.exports.writing import encode_text
from edition.model import Topic

PATH: Final = urls.data_path("topics.ttl")

_PREFIXES: Final = (
    ("dcterms", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
)
#: The language of `label` and `scope_note` in the authority files.
_DEFAULT = "en"
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def make_vocabulary(config: Config, topics: Iterable[Topic], used: Collection[str]) -> bytes:
    """Return data/topics.ttl. `used`: the ids of topics that have a page."""
    by_id = {topic.id: topic for topic in sorted(topics, key=lambda t: t.id)}
    lines = [f"@base <{urls.canonical(config.site_url, PATH)}> ."] if config.site_url else []
    lines += [f"@prefix {name}: <{address}> ." for name, address in _PREFIXES]
    tops = [id for id, topic in by_id.items() if not _known(topic.broader, by_id)]
    scheme = [("a", ["skos:ConceptScheme"]), ("dcterms:title", [_literal(config.title, config.language)])]
    scheme.append(("dcterms:publisher", [_literal(config.publisher)] if config.publisher else []))
    scheme.append(("skos:hasTopConcept", [_concept(id) for id in tops]))
    lines += ["", *_subject("<>", scheme)]
    narrower: dict[str, list[str]] = {}
    related: dict[str, set[str]] = {}
    for id, topic in by_id.items():
        for broader in _known(topic.broader, by_id):
            narrower.setdefault(broader, []).append(id)
        for other in _known(topic.related, by_id):
            # SKOS S27: what is above or below is not related as well.
            if other not in _above(id, by_id) and id not in _above(other, by_id):
                related.setdefault(id, set()).add(other)
                related.setdefault(other, set()).add(id)
    for id, topic in by_id.items():
        said = [
            ("a", ["skos:Concept"]),
            ("skos:notation", [_literal(id)]),
            *_labels(topic),
            ("skos:inScheme", ["<>"]),
            ("skos:topConceptOf", ["<>"] if id in tops else []),
            ("skos:broader", [_concept(other) for other in _known(topic.broader, by_id)]),
            ("skos:narrower", [_concept(other) for other in narrower.get(id, ())]),
            ("skos:related", [_concept(other) for other in sorted(related.get(id, ()))]),
            ("foaf:page", [f"<{urls.relative(PATH, urls.entity_path('topics', id))}>"] if id in used else []),
        ]
        lines += ["", *_subject(_concept(id), said)]
    return encode_text("\n".join(lines) + "\n")


def _labels(topic: Topic) -> Iterator[tuple[str, list[str]]]:
    """Yield the labels and notes of a topic; SKOS allows one preferred label a language, and no other equal to it."""
    preferred = {_DEFAULT: topic.label, **dict(topic.labels)}
    notes = {**({_DEFAULT: topic.scope_note} if topic.scope_note else {}), **dict(topic.scope_notes)}
    others = sorted({(code or _DEFAULT, form) for code, forms in topic.aliases for form in forms})
    yield "skos:prefLabel", [_literal(text, code) for code, text in sorted(preferred.items())]
    yield "skos:altLabel", [_literal(form, code) for code, form in others if preferred.get(code) != form]
    yield "skos:scopeNote", [_literal(text, code) for code, text in sorted(notes.items())]


def _known(ids: Iterable[str], topics: Mapping[str, Topic]) -> list[str]:
    return sorted({id for id in ids if id in topics})


def _above(id: str, topics: Mapping[str, Topic]) -> set[str]:
    """Return every topic above one; the authority files have no circles, and one would only be walked once."""
    found: set[str] = set()
    waiting = _known(topics[id].broader, topics)
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += _known(topics[other].broader, topics)
    return found


def _concept(id: str) -> str:
    """Return a topic's URI; an id is a slug and needs no escape."""
    return f"<#{id}>"


def _literal(text: str, language: str = "") -> str:
    """Return a string in Turtle's short quotes (RDF 1.1 Turtle, section 6.4), with its language where it has one."""
    return f'"{"".join(_ESCAPES.get(c, c) for c in text)}"' + (f"@{language.lower()}" if language else "")


def _subject(name: str, said: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield the lines of one subject with its properties; those without a value are left out."""
    yield name
    kept = [(property, values) for property, values in said if values]
    for n, (property, values) in enumerate(kept, 1):
        yield f"    {property} " + ",\n        ".join(values) + (" ." if n == len(kept) else " ;")
