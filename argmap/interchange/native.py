"""Argmap's own JSON, version 1. It carries a whole MapDocument.

An edition's text stands as a list of paragraphs where blank lines alone part them, so that
people can read and edit the file; otherwise as `text`.
"""

import json
import types
from dataclasses import MISSING, asdict, fields, is_dataclass
from typing import get_args, get_origin, get_type_hints

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

FORMAT, VERSION = "argmap", 1
BETWEEN_PARAGRAPHS = "\n\n"


def load(text):
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
            [_row(kind, _object(row, f"{name}[{i}]"), f"{name}[{i}]") for i, row in enumerate(rows)],
        )
    document.paragraph_hints = _hints(data.get("hints", {}))
    return document


def dump(document):
    """The document as text, without what is empty."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "article": _article_out(document.article),
        "map": {
            "title": document.title,
            "question": document.question,
            "summary": document.summary,
        },
        "nodes": [asdict(node) for node in document.nodes],
        "links": [_link_out(link) for link in document.links],
        "annotations": [asdict(annotation) for annotation in document.annotations],
        "disputes": [asdict(dispute) for dispute in document.disputes],
        "stances": [_stance_out(stance) for stance in document.stances],
        "hints": {"paragraphs": document.paragraph_hints} if document.paragraph_hints else {},
    }
    return json.dumps(_without_empty(data), ensure_ascii=False, indent=2) + "\n"


def _article(data):
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


def _article_out(article):
    if article is None:
        return None
    data = asdict(article)
    if article.edition is not None:
        parts = article.edition.text.split(BETWEEN_PARAGRAPHS)
        if all(part and part == part.strip("\n") for part in parts):
            data["edition"] = {"note": article.edition.note, "paragraphs": parts}
    return data


def _link_out(link):
    data = asdict(link)
    return {"id": data.pop("id"), "from": data.pop("source"), **data}


def _stance_out(stance):
    data = asdict(stance)
    return {"by": data["by"], **data.pop("on"), **data}


def _row(kind, data, where):
    """A dataclass from an object: every field of its type, none missing, none unknown."""
    data = _renamed(kind, data)
    hints = get_type_hints(kind)
    known = {each.name: each for each in fields(kind)}
    if unknown := sorted(set(data) - set(known) - {"id"}):
        raise FormatError(f"there is no field {unknown[0]!r} here", where)
    values = {}
    for name, each in known.items():
        if name in data:
            values[name] = _value(data[name], hints[name], f"{where}.{name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise FormatError(f"{name} is missing", where)
    return kind(**values)


def _renamed(kind, data):
    """The file's names for what Python has no free word for, or nests."""
    data = dict(data)
    if kind is Link and "from" in data:
        data["source"] = data.pop("from")
    if kind is Stance:
        data["on"] = {name: data.pop(name) for name in ("node", "link") if name in data}
    return data


def _value(value, wanted, where):
    origin = get_origin(wanted)
    if origin is types.UnionType:
        return _one_of(value, get_args(wanted), where)
    if origin is list:
        (inner,) = get_args(wanted)
        items = _value(value, list, where)
        return [_value(item, inner, f"{where}[{i}]") for i, item in enumerate(items)]
    if is_dataclass(wanted):
        row = _row(wanted, _object(value, where), where)
        return _checked_target(row, where) if wanted is Target else row
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise FormatError(f"this should be {_NAMES[wanted]}", where)
    return value


def _one_of(value, wanted, where):
    if value is None and type(None) in wanted:
        return None
    for each in wanted:
        if each is type(None):
            continue
        if is_dataclass(each) or isinstance(value, each):
            return _value(value, each, where)
    names = " or ".join(_NAMES[each] for each in wanted if each is not type(None))
    raise FormatError(f"this should be {names}", where)


def _checked_target(target, where):
    if sum(part is not None for part in (target.node, target.link, target.passage)) != 1:
        raise FormatError("name one node, one link or one passage", where)
    return target


def _object(value, where):
    if not isinstance(value, dict):
        raise FormatError("this should be an object", where)
    return value


def _hints(data):
    rows = _object(_object(data, "hints").get("paragraphs", {}), "hints.paragraphs")
    hints = {}
    for key, numbers in rows.items():
        if not key.isdecimal():
            raise FormatError(f"{key!r} is not the number of a paragraph", "hints.paragraphs")
        hints[int(key)] = _value(numbers, list[int], f"hints.paragraphs.{key}")
    return hints


def _without_empty(value):
    if isinstance(value, dict):
        kept = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ("", None, [], {})}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value


_NAMES = {
    str: "a text",
    int: "a whole number",
    list: "a list",
    Quote: "a quote",
    Citation: "a citation",
}
