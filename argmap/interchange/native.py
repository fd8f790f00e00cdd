"""Argmap's own JSON, version 1. It carries a whole MapDocument.

An edition's text stands as a list of paragraphs where blank lines alone part them, so that
people can read and edit the file; otherwise as `text`.
"""

from __future__ import annotations

import json
import re
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import (
    TYPE_CHECKING,
    Any,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from .document import (
    Annotation,
    Article,
    Citation,
    Dispute,
    Edition,
    FormatError,
    Link,
    MapDocument,
    Node,
    Quote,
    Stance,
    Target,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Object: TypeAlias = dict[str, Any]  # of JSON
Row = TypeVar("Row", bound="DataclassInstance")

FORMAT, VERSION = "argmap", 1
BETWEEN_PARAGRAPHS = "\n\n"


def load(text: str) -> MapDocument:
    """Raises FormatError, which names the place, where the text is not such a document."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"this is not JSON ({error})") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FormatError('this does not say "format": "argmap"')
    if data.get("version") != VERSION:
        raise FormatError(f"this is version {data.get('version')!r}; version {VERSION} can be read")
    about = _object(data.get("map"), "map")
    document = MapDocument(
        title=_value(about.get("title"), str, "map.title"),
        question=_value(about.get("question", ""), str, "map.question"),
        summary=_value(about.get("summary", ""), str, "map.summary"),
    )
    if data.get("article") is not None:
        document.article = _article(_object(data["article"], "article"))
    for name, kind in (
        ("nodes", Node),
        ("links", Link),
        ("annotations", Annotation),
        ("disputes", Dispute),
        ("stances", Stance),
    ):
        rows = _value(data.get(name, []), list, name)
        setattr(
            document,
            name,
            [
                _row(kind, _object(row, f"{name}[{i}]"), f"{name}[{i}]")
                for i, row in enumerate(rows)
            ],
        )
    document.paragraph_hints = _hints(data.get("hints", {}))
    return document


def dump(document: MapDocument) -> str:
    """The document as text, without what is empty and may be left out."""
    about = _row_out(document)
    data: Object = {
        "format": FORMAT,
        "version": VERSION,
        "article": document.article and _article_out(document.article),
        "map": {name: about[name] for name in ("title", "question", "summary") if name in about},
        "nodes": about.get("nodes"),
        "links": [_link_out(link) for link in document.links],
        "annotations": about.get("annotations"),
        "disputes": about.get("disputes"),
        "stances": [_stance_out(stance) for stance in document.stances],
        "hints": document.paragraph_hints and {"paragraphs": document.paragraph_hints},
    }
    data = {name: value for name, value in data.items() if value}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _row_out(row: DataclassInstance) -> Object:
    """The fields of a dataclass by name; not those that are empty, where loading makes them so."""
    data = {}
    for each in fields(row):
        value = getattr(row, each.name)
        default = each.default if each.default_factory is MISSING else each.default_factory()
        if value in ("", None, [], {}) and value == default:
            continue
        data[each.name] = _value_out(value)
    return data


def _value_out(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return _row_out(value)
    return [_value_out(each) for each in value] if isinstance(value, list) else value


def _article(data: Object) -> Article:
    data = dict(data)
    edition = data.pop("edition", None)
    article = _row(Article, data, "article")
    if edition is not None:
        edition = dict(_object(edition, "article.edition"))
        if "paragraphs" in edition:
            parts = _value(edition.pop("paragraphs"), list[str], "article.edition.paragraphs")
            edition["text"] = BETWEEN_PARAGRAPHS.join(parts)
        article.edition = _row(Edition, edition, "article.edition")
    return article


def _article_out(article: Article) -> Object:
    data = _row_out(article)
    if article.edition is not None:
        parts = article.edition.text.split(BETWEEN_PARAGRAPHS)
        if all(part and part == part.strip("\n") for part in parts):
            del data["edition"]["text"]
            data["edition"]["paragraphs"] = parts
    return data


def _link_out(link: Link) -> Object:
    data = _row_out(link)
    return {"id": data.pop("id"), "from": data.pop("source"), **data}


def _stance_out(stance: Stance) -> Object:
    data = _row_out(stance)
    return {**data.pop("on"), **data}


def _row(kind: type[Row], data: Object, where: str) -> Row:
    """A dataclass from an object: every field of its type, none missing, none unknown."""
    data = _renamed(kind, data)
    hints, known = _known(kind)
    if unknown := sorted(set(data) - set(known) - {"id"}):
        raise FormatError(f"there is no field {unknown[0]!r} here", where)
    values = {}
    for name, each in known.items():
        if name in data:
            values[name] = _value(data[name], hints[name], f"{where}.{name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise FormatError(f"{name} is missing", where)
    return kind(**values)


@cache
def _known(kind: type[Row]) -> tuple[Object, dict[str, Field[Any]]]:
    """The types and the fields of a dataclass by name; Python takes long to find the types."""
    return get_type_hints(kind), {each.name: each for each in fields(kind)}


def _renamed(kind: type, data: Object) -> Object:
    """The file's names for what Python has no free word for, or nests."""
    data = dict(data)
    if kind is Link and "from" in data:
        data["source"] = data.pop("from")
    if kind is Stance:
        data["on"] = {name: data.pop(name) for name in ("node", "link") if name in data}
    return data


def _value(value: Any, wanted: Any, where: str) -> Any:
    origin = get_origin(wanted)
    if origin is types.UnionType:
        return _one_of(value, get_args(wanted), where)
    if origin is list:
        (inner,) = get_args(wanted)
        items = _value(value, list, where)
        return [_value(item, inner, f"{where}[{i}]") for i, item in enumerate(items)]
    if is_dataclass(wanted):
        row: Any = _row(cast(type, wanted), _object(value, where), where)
        return _checked_target(row, where) if wanted is Target else row
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise FormatError(f"this should be {_NAMES[wanted]}", where)
    return value


def _one_of(value: Any, wanted: tuple[Any, ...], where: str) -> Any:
    if value is None and type(None) in wanted:
        return None
    for each in wanted:
        if each is type(None):
            continue
        if is_dataclass(each) or isinstance(value, each):
            return _value(value, each, where)
    names = " or ".join(_NAMES[each] for each in wanted if each is not type(None))
    raise FormatError(f"this should be {names}", where)


def _checked_target(target: Target, where: str) -> Target:
    if sum(part is not None for part in (target.node, target.link, target.passage)) != 1:
        raise FormatError("name one node, one link or one passage", where)
    return target


def _object(value: object, where: str) -> Object:
    if not isinstance(value, dict):
        raise FormatError("this should be an object", where)
    return value


def _hints(data: object) -> dict[int, list[int]]:
    rows = _object(_object(data, "hints").get("paragraphs", {}), "hints.paragraphs")
    hints: dict[int, list[int]] = {}
    for key, numbers in rows.items():
        if not re.fullmatch("[0-9]{1,9}", key):
            raise FormatError(f"{key!r} is not the number of a paragraph", "hints.paragraphs")
        hints[int(key)] = _value(numbers, list[int], f"hints.paragraphs.{key}")
    return hints


_NAMES = {
    str: "a text",
    int: "a whole number",
    list: "a list",
    Quote: "a quote",
    Citation: "a citation",
}
