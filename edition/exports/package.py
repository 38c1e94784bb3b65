"""What describes the data files to programs: data/datapackage.json, a Frictionless Data Package (Data Package 1.0).

It lists the files of data/ with the columns and keys that dictionary.py gives them, so that `frictionless validate`
can hold them to it. It must not be asked about a file that the site hasn't got.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from edition import urls
from edition.config import Config
from edition.exports.dictionary import LINE_TABLES, TABLES, Column, Table
from edition.exports.record import lay_out
from edition.exports.writing import encode_text

PATH: Final = urls.data_path("datapackage.json")

_MEDIA_TYPES: Final = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "ttl": "text/turtle",
    "csv": "text/csv",
}


def make_package(config: Config, paths: Iterable[str]) -> bytes:
    """Return data/datapackage.json; `paths`: of all files of the site."""
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": urls.slug(config.title),
        "title": config.title,
        "description": config.description or None,
        "homepage": config.site_url,
        "version": config.release.label if config.release else None,
        "created": f"{config.release.date}T00:00:00Z" if config.release and config.release.date else None,
        "contributors": [{"title": config.publisher, "role": "publisher"}] if config.publisher else None,
        "licenses": _describe_rights(config),
        "resources": [_describe(path) for path in sorted(paths) if _belongs(path)],
    }
    return encode_text(lay_out({key: value for key, value in package.items() if value}))


def _belongs(path: str) -> bool:
    # The JSON Schema describes files that lie elsewhere, and is no data.
    return path.startswith("data/") and path.rpartition(".")[2] in _MEDIA_TYPES and not path.endswith(".schema.json")


def _describe_rights(config: Config) -> list[dict[str, str]] | None:
    # A licence of a data package has a name from a list or an address; a sentence alone is neither.
    if config.rights is None or config.rights.url is None:
        return None
    return [{"path": config.rights.url, "title": config.rights.text}]


def _describe(path: str) -> dict[str, Any]:
    name = path.removeprefix("data/")
    stem, _, ext = name.rpartition(".")
    tables = {"csv": TABLES, "jsonl": LINE_TABLES}.get(ext, {})
    table = tables.get(stem) or tables.get(stem.rpartition("-")[0])
    resource: dict[str, Any] = {"name": urls.slug(name.replace(".", "-")), "path": name, "format": ext}
    resource |= {"mediatype": _MEDIA_TYPES[ext], "encoding": "utf-8"}
    if table is None:
        return resource
    schema: dict[str, Any] = {"fields": [_describe_column(column) for column in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    schema["missingValues"] = [""]
    references = list(_describe_references(table))
    if references:
        schema["foreignKeys"] = references
    return {**resource, "profile": "tabular-data-resource", "description": table.about, "schema": schema}


def _describe_column(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.about}
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        constraints["enum"] = list(column.values)
    return {**field, "constraints": constraints} if constraints else field


def _describe_references(table: Table) -> Iterator[dict[str, Any]]:
    for mine, other, theirs in table.references:
        yield {"fields": list(mine), "reference": {"resource": f"{other}-csv", "fields": list(theirs)}}
