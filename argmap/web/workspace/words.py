"""All that rests on some words of the article: what a click on them opens."""

import numpy as np

from argmap.articles.anchoring import overlapping
from argmap.debate.models import Annotation
from argmap.journal.errors import Gone
from argmap.journal.text import whole_number
from argmap.maps.models import Node

from ..http.respond import Allowed, page, versioned
from .cards import paragraphs_of
from .margin import withhold
from .marks import in_order, within
from .panes import shown_to
from .text import drawing_of, own_marks

MOST = 100  # at once, of statements and annotations together


@versioned
def words(request, map, edition, start, end):
    """The statements and annotations on these words, as one reader may see them."""
    shown = shown_to(request.user, map, edition)
    if shown.edition is None or not start < end <= len(shown.edition.text):
        raise Gone
    paragraphs = overlapping(paragraphs_of(shown.edition), start, end)
    if not paragraphs:  # it is the gap between two
        raise Gone
    marks = marks_on(shown, request.user, start, end)
    after = whole_number(request.GET.get("after")) or 0
    here = marks[after : after + MOST]
    context = {
        "map": map,
        "allowed": Allowed(request.user, map),
        "edition": shown.edition,
        "quoted": shown.edition.text[start:end],
        "paragraph": paragraphs[0].number,
        "nodes": _nodes(map, request.user, here["node"][here["node"] > 0]),
        "annotations": _annotations(map, request.user, here["annotation"][here["node"] == 0]),
        "count": len(marks),
        "further": after + MOST if len(marks) > after + MOST else None,
    }
    return page(request, "workspace/words.html", context, fragment="on_words")


def marks_on(shown, user, start, end):
    """The marks over these words: statements, annotations, then the reader's private ones."""
    shared = drawing_of(shown.map, shown.edition).marks
    own = own_marks(shown.map, shown.edition, user)
    marks = in_order(np.concatenate([within(shared, start, end), within(own, start, end)]))
    marks = marks[np.lexsort((np.arange(len(marks)), marks["node"] == 0))]
    _, first = np.unique(marks[["node", "annotation"]], return_index=True)
    return marks[np.sort(first)]


def nodes_on(shown, start, end):
    """The numbers of the standing nodes on these words, in the order of the text."""
    marks = within(drawing_of(shown.map, shown.edition).marks, start, end)
    return marks["node"][marks["node"] > 0].tolist()


def _nodes(map, user, numbers):
    nodes = Node.objects.filter(map=map, number__in=numbers.tolist()).select_related("author")
    found = _in_order_of(numbers, {node.number: node for node in nodes})
    withhold(found, map, user)
    return found


def _annotations(map, user, ids):
    annotations = Annotation.objects.visible_to(user).filter(map=map, pk__in=ids.tolist())
    found = _in_order_of(ids, {each.pk: each for each in annotations.select_related("author")})
    withhold(found, map, user)
    return found


def _in_order_of(names, rows):
    return [rows[name] for name in names.tolist() if name in rows]
