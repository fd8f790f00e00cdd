"""How a skeleton is read: whole, from the rows, or forward, from the Changes since an older one."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.models import Case, When
from django.db.models.functions import Coalesce

from argmap.journal.models import Change, Journal
from argmap.journal.reading import numbers_of, one_moment, rebuild
from argmap.journal.versions import CannotBringForward

from ..models import Link, Map, Node
from .draft import Draft, LinkColumns, NodeColumns
from .structure import KINDS, RELATIONS, Numbers, Skeleton

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
        nodes, links = _columns(map) if now == map.seq else _columns_then(map)
    return Draft.of_rows(_columns_of_nodes(*nodes), _columns_of_links(*links)).finished(map.seq)


NODE = ("number", "kind", "retracted_at", "hidden_at")
LINK = ("source_id", "target_node_id", "target_link_id", "relation", "retracted_at", "hidden_at")


FIELDS = {"maps.node": NODE, "maps.link": LINK}


def _columns_of_nodes(
    pks: Numbers, numbers: Numbers, kinds: Numbers, standing: Numbers, shown: Numbers, at: Numbers
) -> NodeColumns:
    return pks, numbers, kinds, standing > 0, shown == 0, at


def _columns_of_links(*columns: Numbers) -> LinkColumns:
    pks, sources, nodes, links, relations, standing, shown = columns
    return pks, sources, nodes, links, relations, standing > 0, shown == 0


def _columns(map: Map) -> tuple[Numbers, Numbers]:
    """What NODE and LINK name, as numbers: their places for kinds and relations, 0 for no id,
    and 1 where no moment is set."""
    flags = (_is_unset("retracted_at"), _is_unset("hidden_at"))
    nodes = Node.objects.filter(map=map).order_by("number")
    links = Link.objects.filter(map=map).order_by("pk")
    targets = (Coalesce("target_node_id", 0), Coalesce("target_link_id", 0))
    return (
        numbers_of(nodes, "pk", "number", _place_of("kind", KIND), *flags, "touched"),
        numbers_of(links, "pk", "source_id", *targets, _place_of("relation", RELATION), *flags),
    )


def _is_unset(name: str) -> Case:
    return Case(When(**{name: None}, then=1), default=0)


def _place_of(name: str, places: dict[str, int]) -> Case:
    return Case(*(When(**{name: value}, then=place) for value, place in places.items()))


def _columns_then(map: Map) -> tuple[Numbers, Numbers]:
    """The same, as the journal tells of them. Each card counts as touched at `map.seq`."""
    nodes, links = list[tuple[int, ...]](), list[tuple[int, ...]]()
    for (kind, pk), row in sorted(rebuild(map.journal_id, until=map.seq).items()):
        if kind not in FIELDS:
            continue
        flags = row["retracted_at"] is None, row["hidden_at"] is None
        if kind == "maps.node":
            nodes.append((pk, row["number"], KIND[row["kind"]], *flags, map.seq))
        else:
            ids = (row[name] or 0 for name in ("source_id", "target_node_id", "target_link_id"))
            links.append((pk, *ids, RELATION[row["relation"]], *flags))
    nodes.sort(key=itemgetter(1))
    return _in_columns(nodes, 6), _in_columns(links, 7)


def _in_columns(rows: list[tuple[int, ...]], width: int) -> Numbers:
    return np.array(rows, dtype="i8").reshape(-1, width).T


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
