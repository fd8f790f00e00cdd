"""What an address or a form names in a map that was asked for already.

`get_…` is for addresses and raises Gone; `find_…` is for forms and raises a ValidationError,
beside `field` where one is given.
"""

from django.core.exceptions import ValidationError

from argmap.debate.models import Annotation, Dispute
from argmap.journal.writing import Gone
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
    notes = Annotation.objects.visible_to(user).select_related(
        "author", "node", "link__source", "passage", "parent__node", "parent__link__source"
    )
    return _there(notes.filter(map=map, pk=pk), map)


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


def find_node(map, number, field=None):
    node = Node.objects.filter(map=map, number=number).first()
    if node is None and not number:
        _refuse("Choose a statement.", field)
    if node is None:
        _refuse(f"There is no statement #{number} in this map.", field)
    return node


def find_nodes(map, numbers, field):
    nodes = list(Node.objects.filter(map=map, number__in=numbers))
    if missing := sorted(set(numbers) - {node.number for node in nodes}):
        _refuse(f"There is no statement #{missing[0]} in this map.", field)
    return nodes


def find_link(map, pk):
    link = pk and Link.objects.select_related(*WITH_ENDS).filter(map=map, pk=pk).first()
    if not link:
        _refuse("There is no such step in this map.", None)
    return link


def _refuse(sentence, field):
    raise ValidationError({field: sentence} if field else sentence)


def whole_number(text, digits=9):
    """The number that a text from outside stands for; None where it is none, or too long."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
