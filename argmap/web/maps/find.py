"""Where in a map something stands: its statements by number or by words."""

import re

from django.http import HttpResponseRedirect
from django.shortcuts import render

from argmap.maps.models import Node
from argmap.maps.wording import find_statements

from ..http.respond import finished, fragment_of_map
from ..workspace.about import address_of, edition_of_address
from ..writing.forms import number_in
from .pick import LONGEST

MOST = 50
MOST_MARKS = 20  # in one statement, which may be one letter again and again


@fragment_of_map
def find(request, map):
    """The statements that have these words; to one that is named by its number it leads at once."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    edition = edition_of_address(request, map)
    if node := _named(map, words):
        return finished(HttpResponseRedirect(address_of(map, node, edition)))
    found = find_statements(map, words, MOST + 1)
    context = {
        "map": map,
        "words": words,
        "edition": edition,
        "statements": [(each, _parts(each.text, words)) for each in found[:MOST]],
        "more": len(found) > MOST,
        "most": MOST,
    }
    return finished(render(request, "maps/find.html", context))


def _named(map, words):
    """The statement of `30` or `#30`, whatever follows that sign, if everybody sees it."""
    if not words.startswith("#") and not words.isdecimal():
        return None
    return Node.objects.shown().filter(map=map, number=number_in(words)).first()


def _parts(text, words):
    """The text in parts, every second of which is one of the words."""
    wanted = sorted(set(words.split()), key=len, reverse=True)
    any_word = f"({'|'.join(map(re.escape, wanted))})"
    return re.split(any_word, text, maxsplit=MOST_MARKS, flags=re.IGNORECASE)
