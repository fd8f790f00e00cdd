"""Where passages stand, as a person says."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.articles.actions import check_length
from argmap.articles.models import Edition, Passage, Placement
from argmap.journal.errors import Gone
from argmap.journal.writing import action, again, changed, created, fields_of, record, take

from ..models import Map, Node
from .contributions import touch


@action
def place_passage(
    actor: User, map: Map, passage: Passage, *, edition: Edition, start: int, end: int
) -> Placement:
    """Editors say where a passage stands in an edition, where anchoring could not or erred."""
    taken = take(map.journal_id)
    map = again(map)
    require(actor, Verb.PLACE, map)
    nodes = list(Node.objects.filter(map=map, passages=passage).values_list("pk", flat=True))
    if not nodes or edition.article_id != map.article_id:
        raise Gone
    if not 0 <= start < end <= len(edition.text):
        raise ValidationError({"passage": "These words do not stand in this edition."})
    check_length(edition.text[start:end])
    placement = Placement.objects.filter(passage=passage, edition=edition).first()
    place = {"start": start, "end": end, "status": Placement.Status.PLACED, "placed_by": actor}
    if placement is None:
        placement = Placement.objects.create(passage=passage, edition=edition, **place)
        change = created(placement)
    else:
        before = fields_of(placement)
        for name, value in place.items():
            setattr(placement, name, value)
        placement.save()
        change = changed(placement, before)
    touch(taken.seq(map.journal_id), *nodes)
    record(map.journal_id, actor, change)
    return placement
