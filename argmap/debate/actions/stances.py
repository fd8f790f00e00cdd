"""Stances: taking them, and taking them back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Gone, Settled
from argmap.journal.models import Change
from argmap.journal.writing import (
    Actor,
    Taken,
    action,
    again,
    changed,
    created,
    fields_of,
    record,
    removed,
    take,
)
from argmap.maps.actions.contributions import Target, check_in_map, check_standing, nodes_of, touch
from argmap.maps.models import Link, Map

from ..models import Stance, on

RANGES = {"credence": (0, 100), "impact": (0, 4)}


@action
def take_stance(
    actor: User, map: Map, *, target: Target, credence: int | None = None, impact: int | None = None
) -> Stance:
    """Viewers say how far they believe a node (credence), or how much a link matters (impact).

    One for each person and target; a later one replaces it. In a map that shows only sums
    the Change stands in the account's journal, and the map's hears only that it was taken.
    """
    taken = _take(actor, map)
    map = again(map)
    require(actor, Verb.TAKE_STANCE, map)
    _check_by_name(actor, map, taken)
    target = again(target)
    check_in_map(map, target=target)
    check_standing(target)
    on_link = isinstance(target, Link)
    fields: dict[str, Any] = _checked(
        "impact" if on_link else "credence", impact if on_link else credence
    )
    fields |= {"wording": 1 if isinstance(target, Link) else target.wording, "taken_at": taken.at}
    stance = _own(actor, target)
    if stance is None:
        stance = Stance.objects.create(map=map, user=actor, **on(target), **fields)
        change = created(stance)
    else:
        before = fields_of(stance)
        for name, value in fields.items():
            setattr(stance, name, value)
        stance.save()
        change = changed(stance, before)
    _record(actor, map, taken, target, change)
    return stance


@action
def drop_stance(actor: User, map: Map, *, target: Target) -> None:
    """The person takes their stance back. Raises Gone where there is none."""
    taken = _take(actor, map)
    map = again(map)
    require(actor, Verb.TAKE_STANCE, map)
    _check_by_name(actor, map, taken)
    target = again(target)
    stance = _own(actor, target)
    if stance is None or stance.map_id != map.pk:
        raise Gone
    change = removed(stance, fields_of(stance))
    stance.delete()
    _record(actor, map, taken, target, change)


def _take(actor: Actor, map: Map) -> Taken:
    if map.stances_by_name or not actor.is_authenticated:
        return take(map.journal_id)
    return take(map.journal_id, actor.journal_id)


def _check_by_name(actor: User, map: Map, taken: Taken) -> None:
    if map.stances_by_name == (actor.journal_id in taken.seqs):
        raise Settled("How stances are shown here was changed meanwhile. Look, and try again.")


def _record(actor: User, map: Map, taken: Taken, target: Target, change: Change) -> None:
    touch(taken.seq(map.journal_id), *nodes_of(target))
    if actor.journal_id in taken.seqs:
        record(map.journal_id, None)
        record(actor.journal_id, actor, change)
    else:
        record(map.journal_id, actor, change)


def _own(actor: User, target: Target) -> Stance | None:
    return Stance.objects.filter(user=actor, **on(target)).first()


def _checked(name: str, value: int | None) -> dict[str, int]:
    low, high = RANGES[name]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValidationError({name: f"Give a whole number from {low} to {high}."})
    return {name: value}
