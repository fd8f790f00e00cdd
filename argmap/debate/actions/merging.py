"""Merging: two nodes that say the same become one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, When

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Settled
from argmap.journal.models import Change
from argmap.journal.text import clean_reason
from argmap.journal.writing import action, again, changed, fields_of, record, removed, take
from argmap.maps.actions.contributions import check_in_map, check_standing, retracted, touch
from argmap.maps.actions.links import check_links_of
from argmap.maps.models import Link, Map, Node

from ..models import Annotation, Dispute, Stance, Suggestion


@action
def merge_nodes(actor: User, map: Map, *, keep: Node, merge: Node, reason: str = "") -> Node:
    """Editors make two nodes that say the same into one.

    Links, citations, passages and what was said of `merge` move to `keep`; `merge` is
    retracted and keeps its number. A link or a stance that `keep` has already is not doubled.
    In a map that shows only sums, what becomes of a stance stands in its person's journal.
    Raises Settled where one of them is not as it was given any more.
    """
    accounts = _accounts_with_a_stance(map, merge)
    taken = take(map.journal_id, *accounts.values())
    map = again(map)
    require(actor, Verb.MERGE, map)
    seen = keep.version, merge.version
    keep, merge = again(keep), again(merge)
    check_in_map(map, keep=keep, merge=merge)
    if keep.pk == merge.pk:
        raise ValidationError({"merge": "Choose two different nodes."})
    check_standing(keep)
    check_standing(merge)
    if seen != (keep.version, merge.version):
        raise Settled("Someone changed one of them meanwhile. Look again.")
    if accounts.keys() != _accounts_with_a_stance(map, merge).keys():
        raise Settled("Someone changed a stance on this meanwhile. Try again.")
    stances = _move_stances(keep, merge)
    changes = [
        *_move_links(keep, merge, taken.at),
        *_move_rows(keep, merge),
        *(change for user_id, change in stances.items() if user_id not in accounts),
        *_move_passages(keep, merge),
        retracted(merge, taken.at),
    ]
    check_links_of(keep, "merge")
    touch(taken.seq(map.journal_id), keep, merge, *_neighbours(keep))
    record(map.journal_id, actor, *changes, reason=clean_reason(reason))
    for user_id, journal_id in accounts.items():
        record(journal_id, actor, stances[user_id])
    return keep


def _accounts_with_a_stance(map: Map, node: Node) -> dict[int, int]:
    """The journals of the people whose stance on the node the map's must not name."""
    if map.stances_by_name:
        return {}
    stances = Stance.objects.filter(node=node).select_related("user")
    return {stance.user_id: stance.user.journal_id for stance in stances}


def _move_links(keep: Node, merge: Node, at: datetime) -> list[Change]:
    there = {_ends(link, merge, keep) for link in _links_of(keep) if not link.retracted}
    moved, changes = list[Link](), list[Change]()
    for link in _links_of(merge):
        ends = _ends(link, merge, keep)
        between_them = keep.pk in (link.source_id, link.target_node_id)
        if not between_them and (link.retracted or ends not in there):
            before = fields_of(link)
            link.source_id, link.target_node_id, *_ = ends
            moved.append(link)
            changes.append(changed(link, before))
        elif not link.retracted:
            changes.append(retracted(link, at))
    Link.objects.bulk_update(moved, ["source", "target_node"], batch_size=500)
    return changes


def _links_of(node: Node) -> models.QuerySet[Link]:
    return Link.objects.filter(Q(source=node) | Q(target_node=node))


def _ends(link: Link, merge: Node, keep: Node) -> tuple[int, int | None, int | None, str]:
    """Between what a link leads, and how, once it leads to the node that is kept."""
    source = keep.pk if link.source_id == merge.pk else link.source_id
    target = keep.pk if link.target_node_id == merge.pk else link.target_node_id
    return source, target, link.target_link_id, link.relation


def _move_rows(keep: Node, merge: Node) -> list[Change]:
    return [
        *_moved(merge.citations.all(), keep),
        *_moved(Annotation.objects.filter(node=merge, visibility=Annotation.Visibility.MAP), keep),
        *_moved(Dispute.objects.filter(node=merge), keep),
        # New words for `merge` are not words for `keep`; a new node bears on either.
        *_moved(
            Suggestion.objects.filter(node=merge, state=Suggestion.State.OPEN).exclude(kind=""),
            keep,
        ),
    ]


def _move_stances(keep: Node, merge: Node) -> dict[int, Change]:
    """The Change for each person; their stance on `keep` goes before the one on `merge`."""
    there = set(Stance.objects.filter(node=keep).values_list("user_id", flat=True))
    changes = {}
    stances = Stance.objects.filter(node=merge)
    for stance in stances:
        before = fields_of(stance)
        if stance.user_id in there:
            changes[stance.user_id] = removed(stance, before)
        else:
            # Still given on the newest wording, or on one that is not the newest any more.
            stance.wording = keep.wording if stance.wording == merge.wording else 0
            stance.node = keep
            changes[stance.user_id] = changed(stance, before)
    stances.filter(user__in=Stance.objects.filter(node=keep).values("user")).delete()
    newest = When(wording=merge.wording, then=keep.wording)
    stances.update(node=keep, wording=Case(newest, default=0))
    return changes


def _move_passages(keep: Node, merge: Node) -> list[Change]:
    before = fields_of(keep)
    keep.passages.add(*merge.passages.all())
    change = changed(keep, before)
    return [change] if before != fields_of(keep) else []


def _moved(rows: models.QuerySet[Any], keep: Node) -> list[Change]:
    """Rows that were said of one node are said of the other, in one statement."""
    changes = []
    many = [relation.name for relation in rows.model._meta.many_to_many]
    for row in rows.prefetch_related(*many):
        ids = {name: [each.pk for each in getattr(row, name).all()] for name in many}
        before = fields_of(row, **ids)
        row.node = keep
        changes.append(changed(row, before, **ids))
    rows.update(node=keep)
    return changes


def _neighbours(node: Node) -> list[int | None]:
    return [
        *Link.objects.filter(source=node).values_list("target_node_id", flat=True),
        *Link.objects.filter(target_node=node).values_list("source_id", flat=True),
    ]
