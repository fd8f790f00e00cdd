"""The article's text with its passages drawn in, paragraph by paragraph, and the heat strip."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.core.cache import caches
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe

from argmap.articles.anchoring import touched
from argmap.articles.models import Edition
from argmap.articles.placing import places_in
from argmap.debate.models import Annotation, Dispute
from argmap.maps.models import Node
from argmap.maps.skeleton import skeleton_of

from .cards import paragraphs_of

cache = caches["pages"]

#: Of several nodes on the same words, the one most in doubt gives the underline.
DOUBT = ("disputed", "contested", "stands")
MOST_NAMED = 20  # nodes, and annotations, of one run of words


class Mark(NamedTuple):
    """A passage of the text, and the node or annotation that has it."""

    start: int
    end: int
    node: int = 0
    note: int = 0
    status: str = "noted"


class Segment(NamedTuple):
    """A run of text under the same marks."""

    text: str
    nodes: tuple = ()
    notes: tuple = ()
    status: str = ""


class Found(NamedTuple):
    """An edition of an article, and how many there are."""

    edition: object
    count: int

    @property
    def weight(self):
        return 1000 + (2 * len(self.edition.text) if self.edition else 0)


def edition_of(map, number=None):
    """The edition of that number, or the newest; nothing where there is no article or no text.

    Kept under the article's `seq`: editions never change, there only come more. One that does not
    exist is not kept, or whoever asks for a thousand of them would fill the cache.
    """
    if map.article_id is None:
        return Found(None, 0)
    key = ("edition", map.article_id, map.article_seq)
    newest = cache.get_or_set((*key, None), lambda: _edition_of(map))
    if number is None or newest.edition is None or number == newest.edition.number:
        return newest
    if not 0 < number < newest.edition.number:
        return Found(None, newest.count)
    return cache.get_or_set((*key, number), lambda: _edition_of(map, number))


def _edition_of(map, number=None):
    editions = Edition.objects.filter(article=map.article_id)
    chosen = editions.order_by("-number") if number is None else editions.filter(number=number)
    return Found(chosen.first(), editions.count())


@dataclass(frozen=True)
class Drawing:
    """An edition with the marks that all readers of a map see."""

    map: object
    edition: object
    marks: tuple

    @classmethod
    def of(cls, map, edition):
        return cls(map, edition, tuple(_marks(edition, _node_marks(map) + _note_marks(map))))

    def text(self, own=()):
        """All paragraphs; kept, like the heat strip, for as long as no mark changes."""
        marks = (*self.marks, *own)
        return cache.get_or_set(
            ("text", self.map.slug, self.edition.pk, marks),
            lambda: mark_safe("".join(html for _, html in self.paragraphs(own))),  # noqa: S308
        )

    def heat(self):
        """The strip's bars, in percent of the text."""
        return cache.get_or_set(("heat", self.edition.pk, self.marks), self._heat)

    def paragraphs(self, own=(), numbers=None):
        """(number, html) of each paragraph, or of those."""
        parts = paragraphs_of(self.edition)
        by_part = _by_paragraph(parts, (*self.marks, *own))
        with_own = {number for number, marks in _by_paragraph(parts, own).items() if marks}
        for part in parts:
            if numbers is None or part.number in numbers:
                marks = by_part[part.number]
                yield part.number, self._rendered(part, marks, part.number in with_own)

    def _rendered(self, part, marks, own):
        """Where a reader has marks of their own, their page asks for the paragraph by itself."""
        return get_template("workspace/_text.jinja", using="jinja2").template.render(
            part=part,
            segments=segments(part, marks),
            address=self.map.get_absolute_url(),
            edition=self.edition.number,
            own=own,
        )

    def _heat(self):
        length = max(len(self.edition.text), 1)
        bars = defaultdict(list)
        for mark in self.marks:
            if mark.node:
                bars[mark.start, mark.end].append(mark)
        rows = [
            {
                "y": f"{100 * start / length:.1f}%",
                "height": f"{max(0.8, 100 * (end - start) / length):.1f}%",
                "status": _most_in_doubt(marks),
                "nodes": " ".join(str(mark.node) for mark in marks),
            }
            for (start, end), marks in sorted(bars.items())
        ]
        return render_to_string("workspace/_heat.html", {"bars": rows})


def own_marks(map, edition, user):
    """Passages that only this reader sees: of their private annotations."""
    if edition is None or not user.is_authenticated:
        return []
    key = f"own:{map.pk}:{edition.pk}:{user.pk}:{map.account_seq}:{map.article_seq}"
    return cache.get_or_set(key, lambda: _marks(edition, _note_marks(map, user)))


def _by_paragraph(parts, marks):
    """The marks that touch each paragraph, by its number; both come in the order of the text."""
    found = {part.number: [] for part in parts}
    for mark in marks:
        for part in touched(parts, mark.start, mark.end):
            found[part.number].append(mark)
    return found


def segments(part, marks):
    """The paragraph cut wherever a mark begins or ends."""
    begin, end = defaultdict(list), defaultdict(list)
    for index, mark in enumerate(marks):
        begin[max(mark.start, part.start)].append(index)
        end[min(mark.end, part.end)].append(index)
    nodes, notes, statuses = {}, {}, Counter()  # of the marks that are over the segment
    found = []
    for first, last in pairwise(sorted({part.start, part.end, *begin, *end})):
        for index in end[first]:
            nodes.pop(index, None)
            notes.pop(index, None)
            statuses[marks[index].status] -= 1
        for index in begin[first]:
            mark = marks[index]
            (nodes if mark.node else notes)[index] = mark.node or mark.note
            statuses[mark.status] += 1
        status = next((each for each in DOUBT if statuses[each]), "noted")
        text = part.text[first - part.start : last - part.start]
        found.append(Segment(text, _first(nodes.values()), _first(notes.values()), status))
    return found


def _first(names):
    """The first of many, each once: a page names no more for one run of words."""
    found = {}
    for name in names:
        found[name] = None
        if len(found) == MOST_NAMED:
            break
    return tuple(found)


def _most_in_doubt(marks):
    return next((s for s in DOUBT if any(mark.status == s for mark in marks)), "noted")


def _marks(edition, found):
    """Marks of an edition, in the order of its text, from pairs of (passage id, what has it).

    One query, and the join here: SQLite otherwise tries every node for every placement.
    """
    having = defaultdict(list)
    for passage_id, mark in found:
        having[passage_id].append(mark)
    places = places_in(edition, having)
    return [
        Mark(start, end, **mark)
        for (start, end), passage_id in sorted((place, pk) for pk, place in places.items())
        for mark in having[passage_id]
    ]


def _node_marks(map):
    """Of the passages of standing nodes."""
    status = _status_by_node(map)
    rows = Node.passages.through.objects.filter(
        node__map=map, node__retracted_at=None, node__hidden_at=None
    ).values_list("passage", "node__number")
    return [
        (pk, {"node": number, "status": status[number]})
        for pk, number in rows.order_by("node__number")
    ]


def _note_marks(map, user=None):
    """Of the passages of annotations: for all, or with `user` their private ones."""
    notes = Annotation.objects.for_all()
    if user is not None:
        private = Annotation.Visibility.PRIVATE
        notes = Annotation.objects.shown().filter(visibility=private, author=user)
    notes = notes.filter(map=map, passage__isnull=False)
    return [(passage, {"note": pk}) for passage, pk in notes.values_list("passage", "pk")]


def _status_by_node(map):
    status = defaultdict(lambda: "stands")
    status |= dict.fromkeys(skeleton_of(map).contested_numbers(), "contested")
    status |= dict.fromkeys(disputed(map), "disputed")
    return status


def disputed(map):
    """The number of its node for each undecided dispute of the map; None for one of a step."""
    disputes = Dispute.objects.undecided().filter(map=map)
    return cache.get_or_set(
        ("disputed", map.pk, map.seq), lambda: list(disputes.values_list("node__number", flat=True))
    )
