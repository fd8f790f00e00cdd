"""Where passages stand, as a person says."""

from __future__ import annotations

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.articles.actions import _place
from argmap.articles.models import Edition, Passage, Placement
from argmap.journal.errors import Gone
from argmap.journal.text import clean_fields
from argmap.journal.writing import action, again, record, take

from ..models import Map, Node
from .contributions import touch


@action
def place_passage(
    actor: User,
    map: Map,
    passage: Passage,
    *,
    edition: Edition,
    start: int | None = None,
    end: int | None = None,
    reason: str = "",
    seen: str | None = None,
) -> Placement:
    """Editors say where a passage of a node stands in an edition, where anchoring did not know.

    Without `start` and `end` it stands nowhere there: it is left orphaned. Raises ValidationError;
    Settled where someone said so since what was `seen` (see `stamp_of`).
    """
    reason = clean_fields(reason=reason)["reason"]
    taken = take(map.journal_id)
    map = again(map)
    require(actor, Verb.PLACE, map)
    nodes = list(Node.objects.filter(map=map, passages=passage).values_list("pk", flat=True))
    if not nodes or edition.article_id != map.article_id:
        raise Gone
    placement, change = _place(actor, passage, edition, start, end, seen)
    touch(taken.seq(map.journal_id), *nodes)
    record(map.journal_id, actor, change, reason=reason)
    return placement
