from django.core.exceptions import ValidationError

from argmap.accounts.permissions import Verb, require
from argmap.journal.text import clean_fields
from argmap.journal.writing import action, again, changed, fields_of, record, removed, take
from argmap.maps.actions.contributions import check_in_map, check_standing, retracted, touch
from argmap.maps.models import Link

from ..models import Annotation, Dispute, Stance


@action
def merge_nodes(actor, map, *, keep, merge, reason=""):
    """Editors make two nodes that say the same into one.

    Links, citations, passages and what was said of `merge` move to `keep`; `merge` is
    retracted and keeps its number. A link or a stance that `keep` has already is not doubled.
    """
    taken = take(map.journal_id)
    map = again(map)
    require(actor, Verb.MERGE, map)
    keep, merge = again(keep), again(merge)
    check_in_map(map, keep=keep, merge=merge)
    if keep.pk == merge.pk:
        raise ValidationError({"merge": "Choose two different nodes."})
    check_standing(keep)
    check_standing(merge)
    changes = [
        *_move_links(keep, merge, taken.at),
        *_move_rows(keep, merge),
        *_move_stances(keep, merge),
        *_move_passages(keep, merge),
        retracted(merge, taken.at),
    ]
    touch(taken.seq(map.journal_id), keep, merge, *_neighbours(keep))
    record(map.journal_id, actor, *changes, reason=clean_fields(reason=reason)["reason"])
    return keep


def _move_links(keep, merge, at):
    changes = []
    outward = [(link, "source") for link in Link.objects.filter(source=merge)]
    inward = [(link, "target_node") for link in Link.objects.filter(target_node=merge)]
    for link, end in outward + inward:
        between_them = keep.pk in (link.source_id, link.target_node_id)
        if not between_them and (link.retracted or not _would_double(link, end, keep)):
            changes.append(_moved(link, end, keep))
        elif not link.retracted:
            changes.append(retracted(link, at))
    return changes


def _would_double(link, end, keep):
    there = {
        "source": link.source,
        "target_node": link.target_node,
        "target_link": link.target_link,
        "relation": link.relation,
    }
    return Link.objects.standing().filter(**there | {end: keep}).exists()


def _move_rows(keep, merge):
    rows = [
        *merge.citations.all(),
        *Annotation.objects.filter(node=merge, visibility=Annotation.Visibility.MAP),
        *Dispute.objects.filter(node=merge),
    ]
    return [_moved(row, "node", keep) for row in rows]


def _move_stances(keep, merge):
    """A person's stance on `keep` goes before the one on `merge`."""
    there = set(Stance.objects.filter(node=keep).values_list("user_id", flat=True))
    changes = []
    for stance in Stance.objects.filter(node=merge):
        if stance.user_id in there:
            changes.append(removed(stance, fields_of(stance)))
            stance.delete()
        else:
            changes.append(_moved(stance, "node", keep))
    return changes


def _move_passages(keep, merge):
    before = fields_of(keep)
    keep.passages.add(*merge.passages.all())
    change = changed(keep, before)
    return [change] if before != fields_of(keep) else []


def _moved(row, end, keep):
    before = fields_of(row)
    setattr(row, end, keep)
    row.save(update_fields=[end])
    return changed(row, before)


def _neighbours(node):
    return [
        *Link.objects.filter(source=node).values_list("target_node_id", flat=True),
        *Link.objects.filter(target_node=node).values_list("source_id", flat=True),
    ]
