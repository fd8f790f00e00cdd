"""The graph of a map: a page, and the same drawing as a file."""

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse

from argmap.journal.errors import Gone
from argmap.journal.text import whole_number
from argmap.maps.skeleton import skeleton_of

from ...http.respond import page, versioned
from ..finding import get_node
from ..panes import Shown, shown_to
from .drawing import MOST_OPEN, address, picture
from .file import as_file

MOST_NUMBERS = 2 * MOST_OPEN
CRUMBS = 4


@versioned
def graph(request, map):
    opened, node = opened_by(request), selected_by(request, map)
    number = node and node.number
    skeleton = skeleton_of(map)
    drawn = drawn_for(request.user, map, opened, number)
    context = {
        "map": map,
        "picture": drawn,
        "selected": node,
        "crumbs": crumbs(skeleton, opened, number) if drawn.shows_selected else [],
        "count": skeleton.standing,
        "query": request.GET.urlencode(),
    }
    return page(request, "workspace/graph.html", context, fragment="graph")


@versioned
def graph_file(request, map):
    """The drawing by itself, to be kept."""
    opened, node = opened_by(request), selected_by(request, map)
    drawn = drawn_for(request.user, map, opened, node and node.number)
    response = HttpResponse(as_file(drawn.svg), content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{map.slug}.svg"'
    return response


def drawn_for(user, map, opened, selected):
    """From the cache where nothing is asked for: that is what everybody comes to."""
    seen = shown_to(user, map)
    shown = Shown(map, None, seen.sees_hidden)
    if opened or selected is not None:
        return picture(shown, opened, selected)
    key = ("graph", settings.RELEASE, map.pk, map.slug, map.seq, seen.sees_hidden)
    return caches["pages"].get_or_set(key, lambda: picture(shown))


def opened_by(request):
    """The numbers whose branches the address opens. What is no such list leads nowhere."""
    value = request.GET.get("open", "")
    parts = value.split(",") if value else []
    numbers = [whole_number(part) for part in parts[: MOST_NUMBERS + 1]]
    if None in numbers or len(numbers) > MOST_NUMBERS:
        raise Gone
    return numbers


def selected_by(request, map):
    value = request.GET.get("node")
    number = whole_number(value)
    if value is not None and number is None:
        raise Gone
    return None if value is None else get_node(map, number)


def crumbs(skeleton, opened, number):
    """The way to a statement, each with its address here; a long one begins late."""
    way = skeleton.ancestors(number)[-CRUMBS:]
    return [(each, address(opened, each)) for each in way]
