"""What writing, editing and retracting have in common, whatever the contribution is."""

from django.core.exceptions import ValidationError

from argmap.journal.errors import Settled, Stale
from argmap.journal.writing import changed, check_difference, fields_of

from ..models import Node


def check_standing(contribution):
    """Nothing can be done to what is retracted or hidden, but to restore it."""
    if contribution.retracted:
        raise Settled("This was retracted meanwhile.")
    if contribution.hidden:
        raise Settled("A moderator has hidden this.")


def check_version(contribution, version, **texts):
    """Raises Stale, with both texts, where `version` is not the newest."""
    if version != contribution.version:
        theirs = {name: getattr(contribution, name) for name in texts}
        raise Stale(contribution, theirs, texts)


def check_in_map(map, **objects):
    """Raises ValidationError on the name of an object that belongs to another map."""
    for name, obj in objects.items():
        if obj is not None and obj.map_id != map.pk:
            raise ValidationError({name: "This belongs to another map."})


def edited(contribution, at, fields, *, changes=(), **many):
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


def retracted(contribution, at):
    """Mark as retracted; raises Settled where it is already. Returns the Change."""
    if contribution.retracted:
        raise Settled("This was retracted already.")
    before = fields_of(contribution)
    contribution.retracted_at = contribution.changed_at = at
    contribution.save(update_fields=["retracted_at", "changed_at"])
    return changed(contribution, before)


def unretracted(contribution, at):
    """The other way round."""
    if not contribution.retracted:
        raise Settled("This stands already.")
    before = fields_of(contribution)
    contribution.retracted_at, contribution.changed_at = None, at
    contribution.save(update_fields=["retracted_at", "changed_at"])
    return changed(contribution, before)


def touch(seq, *nodes):
    """Note which cards an Event changes (ids or nodes), so that they are rendered again."""
    ids = {getattr(node, "pk", node) for node in nodes} - {None}
    if ids:
        Node.objects.filter(pk__in=ids).update(touched=seq)


def nodes_of(target):
    """The nodes whose cards show something of a target: a node itself, both ends of a link."""
    if isinstance(target, Node):
        return [target.pk]
    return [target.source_id, target.target_node_id or target.target_link.source_id]
