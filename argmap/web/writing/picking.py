"""What a form names in a map that was asked for already.

Raises a ValidationError, beside `field` where one is given.
"""

from django.core.exceptions import ValidationError

from argmap.maps.models import Link, Node

from ..workspace.finding import WITH_ENDS


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


def find_step_of(map, number, field):
    """The link by which the statement of this number bears on something, the first of them."""
    node = find_node(map, number, field)
    link = Link.objects.shown().filter(source=node).order_by("pk").first()
    if link is None:
        _refuse(f"#{number} bears on nothing, so there is no step from it.", field)
    return link


def _refuse(sentence, field):
    raise ValidationError({field: sentence} if field else sentence)
