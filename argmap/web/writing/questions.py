"""The questions that critics of a step should ask, by its scheme: words for who objects."""

from argmap.journal.text import whole_number
from argmap.maps.models import Link
from argmap.maps.schemes import SCHEMES


def objection(map, link, number):
    """What one says whose answer to that question speaks against the step; nothing where there is
    no such question. Both numbers are as an address has them."""
    link, number = whole_number(link, digits=18), whole_number(number)
    schemes = Link.objects.shown().filter(map=map, pk=link).values_list("scheme", flat=True)
    scheme = SCHEMES.get(schemes.first()) if link and number else None
    if scheme is None or not 1 <= number <= len(scheme.questions):
        return ""
    return scheme.questions[number - 1].objects
