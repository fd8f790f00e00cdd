"""The article's text with its passages drawn in, paragraph by paragraph, and the heat strip."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Q
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from argmap.articles.models import Placement
from argmap.debate.models import Annotation, Dispute

from .cards import HOUR, paragraphs_of
from .outline import graph_of

#: Of several nodes on the same words, the one most in doubt gives the underline.
DOUBT = ("disputed", "contested", "stands")


@dataclass(frozen=True)
class Mark:
    """A passage of the text, and the node or annotation that has it."""

    start: int
    end: int
    node: int | None = None
    note: int | None = None
    status: str = "noted"


@dataclass(frozen=True)
class Segment:
    """A run of text under the same marks."""

    text: str
    nodes: tuple = ()
    notes: tuple = ()
    status: str = ""


def newest_edition(map, number=None):
    """The edition of that number, or the newest; None where the map has no article or it no text."""
    if map.article_id is None:
        return None
    editions = map.article.editions.all()
    if number is not None:
        return editions.filter(number=number).first()
    return editions.order_by("-number").first()


def text_html(map, edition, user):
    """All paragraphs, from the cache unless the reader has marks of their own."""
    own = _own_marks(map, edition, user)
    if own:
        return _paragraphs_html(map, edition, marks_of(map, edition) + own)
    key = f"text:{map.pk}:{edition.pk}:{map.journal.seq}:{map.article.journal.seq}"
    return cache.get_or_set(
        key, lambda: _paragraphs_html(map, edition, marks_of(map, edition)), HOUR
    )


def some_paragraphs(map, edition, user, numbers):
    """[(number, html)] of these paragraphs, for a live update."""
    marks = marks_of(map, edition) + (_own_marks(map, edition, user) if user else [])
    return [
        (part.number, _paragraphs_html(map, edition, marks, only={part.number}))
        for part in paragraphs_of(edition)
        if part.number in numbers
    ]


def _paragraphs_html(map, edition, marks, only=None):
    parts = [part for part in paragraphs_of(edition) if only is None or part.number in only]
    template = get_template("maps/_text.jinja", using="jinja2").template
    rows = [(part, segments(part, marks)) for part in parts]
    return mark_safe(  # noqa: S308 (Jinja has escaped it)
        template.render(rows=rows, address=map.get_absolute_url())
    )


def segments(part, marks):
    """The paragraph cut wherever a mark begins or ends."""
    here = [mark for mark in marks if mark.start < part.end and part.start < mark.end]
    cuts = {part.start, part.end}
    for mark in here:
        cuts |= {max(mark.start, part.start), min(mark.end, part.end)}
    edges = sorted(cuts)
    return [_segment(part, here, start, end) for start, end in zip(edges, edges[1:], strict=False)]


def _segment(part, marks, start, end):
    over = [mark for mark in marks if mark.start <= start and end <= mark.end]
    nodes = tuple(dict.fromkeys(mark.node for mark in over if mark.node))
    notes = tuple(dict.fromkeys(mark.note for mark in over if mark.note))
    status = next((s for s in DOUBT if any(mark.status == s for mark in over)), "noted")
    return Segment(part.text[start - part.start : end - part.start], nodes, notes, status)


def marks_of(map, edition):
    """What all readers see: passages of standing nodes and of annotations for all."""
    status = _status_by_node(map)
    return [
        Mark(start, end, node=number, status=status[number])
        for start, end, number in _places(edition)
        .filter(
            passage__nodes__map=map,
            passage__nodes__retracted_at=None,
            passage__nodes__hidden_at=None,
        )
        .values_list("start", "end", "passage__nodes__number")
    ] + [
        Mark(start, end, note=pk)
        for start, end, pk in _note_places(
            map, edition, Q(visibility=Annotation.Visibility.MAP)
        )
    ]


def _own_marks(map, edition, user):
    if not user.is_authenticated:
        return []
    rule = Q(visibility=Annotation.Visibility.PRIVATE, author=user)
    return [Mark(start, end, note=pk) for start, end, pk in _note_places(map, edition, rule)]


def _note_places(map, edition, rule):
    notes = Annotation.objects.standing().filter(
        rule, map=map, passage__isnull=False, hidden_at=None
    )
    return (
        _places(edition)
        .filter(passage__annotations__in=notes)
        .values_list("start", "end", "passage__annotations")
    )


def _places(edition):
    return Placement.objects.filter(edition=edition, start__isnull=False).order_by("start", "end")


def _status_by_node(map):
    disputed = set(
        Dispute.objects.filter(
            map=map, state__in=Dispute.UNDECIDED, hidden_at=None, node__isnull=False
        ).values_list("node__number", flat=True)
    )
    status = defaultdict(lambda: "stands")
    status |= dict.fromkeys(graph_of(map).contested, "contested")
    status |= dict.fromkeys(disputed, "disputed")
    return status


def heat(map, edition):
    """The strip's bars: y and height in percent of the text, status, node numbers."""
    length = max(len(edition.text), 1)
    bars = defaultdict(lambda: {"nodes": [], "status": []})
    for mark in marks_of(map, edition):
        if mark.node:
            bar = bars[mark.start, mark.end]
            bar["nodes"].append(mark.node)
            bar["status"].append(mark.status)
    return [
        {
            "y": f"{100 * start / length:.1f}%",
            "height": f"{max(0.8, 100 * (end - start) / length):.1f}%",
            "status": next(s for s in DOUBT if s in bar["status"]),
            "nodes": " ".join(str(number) for number in bar["nodes"]),
        }
        for (start, end), bar in sorted(bars.items())
    ]

