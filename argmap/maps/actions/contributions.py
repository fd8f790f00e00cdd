"""What writing, editing and retracting have in common, whatever the contribution is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import connection, models

from argmap.journal.errors import Settled, Stale
from argmap.journal.models import Change
from argmap.journal.writing import changed, check_difference, fields_of

from ..models import InMap, Link, Map, Node

#: What something can bear on, and what people say something about.
Target: TypeAlias = Node | Link

MOST_AT_ONCE = 10_000  # ids in a statement: no database takes all that a node may bear on


def check_standing(contribution: InMap) -> None:
    """Nothing can be done to what is retracted or hidden, but to restore it."""
    if contribution.retracted:
        raise Settled("This was retracted meanwhile.")
    if contribution.hidden:
        raise Settled("A moderator has hidden this.")


def check_version(contribution: InMap, version: int | None, **texts: Any) -> None:
    """Raises Stale, with both texts, where `version` is not the newest."""
    if version != contribution.version:
        theirs = {name: getattr(contribution, name) for name in texts}
        raise Stale(contribution, theirs, texts)


def check_in_map(map: Map, **objects: InMap | None) -> None:
    """Raises ValidationError on the name of an object that belongs to another map."""
    for name, obj in objects.items():
        if obj is not None and obj.map_id != map.pk:
            raise ValidationError({name: "This belongs to another map."})


def edited(
    contribution: InMap,
    at: datetime,
    fields: Mapping[str, Any],
    *,
    changes: Sequence[Change] = (),
    **many: Iterable[models.Model],
) -> Change:
    """Set the fields (`many`: many-to-many ones), count the edit, save. Returns the Change.

    Where nothing differs, and there are no other `changes`, it ends the action.
    """
    before = fields_of(contribution)
    for name, value in fields.items():
        setattr(contribution, name, value)
    for name, rows in many.items():
        getattr(contribution, name).set(rows)
    check_difference(contribution, before, *changes)
    contribution.version += 1
    contribution.changed_at = at
    contribution.save(update_fields=[*fields, "version", "changed_at"])
    return changed(contribution, before)


def retracted(contribution: InMap, at: datetime) -> Change:
    """Mark as retracted; raises Settled where it is already. Returns the Change."""
    if contribution.retracted:
        raise Settled("This was retracted already.")
    before = fields_of(contribution)
    contribution.retracted_at = contribution.changed_at = at
    contribution.save(update_fields=["retracted_at", "changed_at"])
    return changed(contribution, before)


def unretracted(contribution: InMap, at: datetime) -> Change:
    """The other way round."""
    if not contribution.retracted:
        raise Settled("This stands already.")
    before = fields_of(contribution)
    contribution.retracted_at, contribution.changed_at = None, at
    contribution.save(update_fields=["retracted_at", "changed_at"])
    return changed(contribution, before)


def touch(seq: int, *nodes: Node | int | None) -> None:
    """Note which cards an Event changes (ids or nodes), so that they are rendered again."""
    ids = list({node.pk if isinstance(node, Node) else node for node in nodes if node is not None})
    for begin in range(0, len(ids), MOST_AT_ONCE):
        some = ids[begin : begin + MOST_AT_ONCE]
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE maps_node SET touched = %s WHERE id IN ({places})",  # noqa: S608
                [seq, *some],
            )


def nodes_around(node: Node) -> list[int | None]:
    """A node, and those that it bears on: whether it stands changes the cards of them all."""
    bears_on = Link.objects.filter(source=node).values_list("target_node_id", flat=True)
    return [node.pk, *bears_on]


def nodes_of(target: Target) -> list[int]:
    """The nodes whose cards show something of a target: a node itself, both ends of a link."""
    if isinstance(target, Node):
        return [target.pk]
    if target.target_node_id is not None:
        return [target.source_id, target.target_node_id]
    assert target.target_link is not None  # as the database checks
    return [target.source_id, target.target_link.source_id]
