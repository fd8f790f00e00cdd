"""What an address names in a map that was asked for already. Raises Gone where it is not there."""

from argmap.debate.models import Annotation, Dispute
from argmap.journal.errors import Gone
from argmap.maps.models import Link, Node

WITH_ENDS = (
    "author",
    "source",
    "target_node",
    "target_link__source",
    "target_link__target_node",
    "target_link__target_link__source",
)


def get_node(map, number):
    return _there(Node.objects.select_related("author").filter(map=map, number=number), map)


def get_link(map, pk):
    return _there(Link.objects.select_related(*WITH_ENDS).filter(map=map, pk=pk), map)


def get_annotation(map, pk, user):
    """Only one that this person may see."""
    annotations = Annotation.objects.visible_to(user).select_related(
        "author", "node", "link__source", "passage", "parent__node", "parent__link__source"
    )
    return _there(annotations.filter(map=map, pk=pk), map)


def get_dispute(map, pk):
    disputes = Dispute.objects.select_related(
        "author", "answered_by", "decided_by", "node", "link__source", "link__target_node"
    ).prefetch_related("evidence")
    return _there(disputes.filter(map=map, pk=pk), map)


def _there(rows, map):
    row = rows.first()
    if row is None:
        raise Gone
    row.map = map
    return row
