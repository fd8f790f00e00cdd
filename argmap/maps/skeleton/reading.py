"""How a skeleton is read: whole, from the rows, or forward, from the Changes since an older one."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np

from argmap.journal.models import Change, Journal
from argmap.journal.reading import one_moment, rebuild
from argmap.journal.versions import CannotBringForward

from ..models import Link, Map, Node
from .draft import Draft, LinkColumns, NodeColumns
from .structure import KINDS, RELATIONS, Flags, Numbers, Skeleton

#: Columns of one row, whose names stand in NODE and LINK.
Row: TypeAlias = tuple[Any, ...]

MOST_CHANGES = 2_000  # beyond that, as after an import, reading whole is quicker
KIND = {kind: place for place, kind in enumerate(KINDS)}
RELATION = {relation: place for place, relation in enumerate(RELATIONS)}


def read_whole(map: Map) -> Skeleton:
    """From the rows of nodes and links, as of `map.seq`.

    Where someone has written since the map was read, so that the rows are newer, from the
    journal: it says what they were.
    """
    with one_moment():
        now = Journal.objects.values_list("seq", flat=True).get(pk=map.journal_id)
        nodes, links = _rows(map) if now == map.seq else _rows_then(map)
    return Draft.of_rows(_columns_of_nodes(nodes), _columns_of_links(links)).finished(map.seq)


def _columns_of_nodes(rows: list[Row]) -> NodeColumns:
    pks, numbers, kinds, retracted, hidden, touched = _columns(rows, 6)
    places = [KIND[kind] for kind in kinds]
    flags = _unset(retracted), ~_unset(hidden)
    return _numbers(pks), _numbers(numbers), _numbers(places), *flags, _numbers(touched)


def _columns_of_links(rows: list[Row]) -> LinkColumns:
    pks, sources, nodes, links, relations, retracted, hidden = _columns(rows, 7)
    targets = _numbers([pk or 0 for pk in nodes]), _numbers([pk or 0 for pk in links])
    places = _numbers([RELATION[relation] for relation in relations])
    return _numbers(pks), _numbers(sources), *targets, places, _unset(retracted), ~_unset(hidden)


def _columns(rows: list[Row], count: int) -> list[Row]:
    return list(zip(*rows, strict=True)) or [()] * count


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, dtype="i8")


def _unset(values: Sequence[object]) -> Flags:
    return np.array([value is None for value in values], dtype=bool)


NODE = ("number", "kind", "retracted_at", "hidden_at")
LINK = ("source_id", "target_node_id", "target_link_id", "relation", "retracted_at", "hidden_at")


FIELDS = {"maps.node": NODE, "maps.link": LINK}


def _rows(map: Map) -> tuple[list[Row], list[Row]]:
    nodes = Node.objects.filter(map=map).order_by("number")
    links = Link.objects.filter(map=map).order_by("pk")
    return list(nodes.values_list("pk", *NODE, "touched")), list(links.values_list("pk", *LINK))


def _rows_then(map: Map) -> tuple[list[Row], list[Row]]:
    """The same, as the journal tells of them. Each card counts as touched at `map.seq`."""
    nodes: list[Row] = []
    links: list[Row] = []
    for (kind, pk), row in sorted(rebuild(map.journal_id, until=map.seq).items()):
        if kind == "maps.node":
            nodes.append((pk, *(row[name] for name in NODE), map.seq))
        elif kind == "maps.link":
            links.append((pk, *(row[name] for name in LINK)))
    return sorted(nodes, key=itemgetter(1)), links


def happened(map: Map, older: Skeleton) -> Skeleton:
    """The skeleton as of `map.seq`, from an older one. Raises CannotBringForward."""
    nodes = Node.objects.filter(map=map, touched__gt=older.seq)
    touched = list(nodes.values_list("pk", "touched"))
    told = _told(map, older.seq)
    if not told:
        return _touched(older, touched, map.seq)
    draft = Draft(older)
    writes: dict[tuple[str, bool], Callable[..., None]] = {
        ("maps.node", True): draft.add_node,
        ("maps.node", False): draft.alter_node,
        ("maps.link", True): draft.add_link,
        ("maps.link", False): draft.alter_link,
    }
    for (kind, pk), (is_new, fields) in told.items():
        writes[kind, is_new](pk, **_named(fields))
    return _touched(draft.finished(map.seq), touched, map.seq)


def _told(map: Map, seq: int) -> dict[tuple[str, int], tuple[bool, dict[str, Any]]]:
    """What Changes since `seq` tell of nodes and links: for each whether it is new, and fields."""
    changes = list(
        Change.objects.filter(
            event__journal_id=map.journal_id, event__seq__gt=seq, event__seq__lte=map.seq
        )
        .order_by("event__seq", "pk")
        .values_list("object_type", "object_id", "text")[: MOST_CHANGES + 1]
    )
    if len(changes) > MOST_CHANGES:
        raise CannotBringForward
    told: dict[tuple[str, int], tuple[bool, dict[str, Any]]] = {}
    for kind, pk, text in changes:
        if kind in FIELDS:
            if text is None:  # erased on legal demand
                raise CannotBringForward
            change = json.loads(text)
            fields = {
                name: change["after"][name] for name in FIELDS[kind] if name in change["after"]
            }
            if fields:
                is_new, before = told.get((kind, pk), (change["before"] is None, {}))
                told[kind, pk] = is_new, before | fields
    return told


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row as a draft calls them."""
    named = {name.removesuffix("_id"): value for name, value in fields.items()}
    if "retracted_at" in named:
        named["standing"] = named.pop("retracted_at") is None
    if "hidden_at" in named:
        named["hidden"] = named.pop("hidden_at") is not None
    return named


def _touched(skeleton: Skeleton, touched: Iterable[tuple[int, int]], seq: int) -> Skeleton:
    """With the newest `touched`, for which no other array has to be copied.

    A node that is newer than the skeleton is left out: someone has written meanwhile.
    """
    newest = skeleton.touched[:]
    for pk, at in touched:
        if (place := skeleton.place_of_pk(pk)) is not None:
            newest[place] = at
    return replace(skeleton, seq=seq, touched=newest)
