"""What rests on words of the article, in one edition: what stands there, and what is lost."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from django.core.cache import caches
from django.db.models import Value

from argmap.accounts.permissions import Verb, may
from argmap.articles.models import Passage
from argmap.articles.placing import is_to_confirm, placements_in
from argmap.debate.models import Annotation
from argmap.journal.errors import Gone
from argmap.maps.models import Node

cache = caches["pages"]

STATUSES = ("exact", "moved", "placed", "to confirm", "orphaned")
OPEN = ("to confirm", "orphaned")


class Anchor(NamedTuple):
    """A passage in an edition, with the node or the annotation that has it; one of them is 0."""

    passage: int
    node: int
    annotation: int
    status: str
    start: int
    end: int
    score: float
    waits: bool  # for a person to look


class Anchors(NamedTuple):
    """Those of a map in one edition: how many stand how, and those without a sure place: first
    what waits for a person, then what a person left so."""

    counts: Counter
    open: tuple

    @property
    def weight(self):
        return 200 * (1 + len(self.open))


@dataclass
class Open:
    """An anchor without a sure place, with what a page shows of it."""

    anchor: Anchor
    passage: Passage
    about: object
    words: str  # where it stands now, if it does


def anchors_in(map, edition, user):
    """What this reader sees: what all see, and what rests on their own private annotations."""
    key = ("anchors", map.pk, map.seq, map.article_seq, edition.pk)
    shared = cache.get_or_set(key, lambda: _anchors(edition, _of_all(map)))
    if not user.is_authenticated:
        return shared
    own = _anchors(edition, _of_annotations(_private(map, user)))
    return Anchors(shared.counts + own.counts, tuple(sorted(shared.open + own.open, key=_in_order)))


def anchor_of(map, edition, passage, user):
    """(anchor, node or annotation) of a passage, where this reader sees it. Raises Gone."""
    owners = [
        *_of_nodes(map).filter(passage=passage)[:1],
        *_of_annotations(Annotation.objects.for_all().filter(map=map, passage=passage))[:1],
    ]
    if not owners and user.is_authenticated:
        owners = _of_annotations(_private(map, user).filter(passage=passage))[:1]
    for owner in owners:
        [anchor] = _placed(edition, [owner])
        return anchor, _abouts(map, [anchor])[anchor]
    raise Gone


def may_place(user, map, about):
    """Whether this person says where the words of a node or an annotation stand."""
    return may(user, Verb.PLACE, about if isinstance(about, Annotation) else map)


def that_they_place(anchors, map, user):
    """The same of many: all of them for an editor, for others those of their annotations."""
    if may(user, Verb.PLACE, map):
        return anchors
    own = Annotation.objects.filter(map=map, author=user, passage__isnull=False)
    own = set(own.values_list("pk", flat=True))
    return [anchor for anchor in anchors if anchor.annotation in own]


def shown(map, edition, anchors):
    """Anchors with their passages, and what has them, in a constant number of queries."""
    passages = Passage.objects.select_related("edition").in_bulk([a.passage for a in anchors])
    abouts = _abouts(map, anchors)
    return [
        Open(a, passages[a.passage], abouts[a], edition.text[a.start : a.end])
        for a in anchors
        if a.passage in passages and a in abouts
    ]


def _abouts(map, anchors):
    nodes = Node.objects.filter(map=map, number__in={a.node for a in anchors if a.node})
    nodes = {node.number: node for node in nodes}
    annotations = Annotation.objects.select_related("author").in_bulk(
        [a.annotation for a in anchors if a.annotation]
    )
    found = {a: nodes.get(a.node) or annotations.get(a.annotation) for a in anchors}
    for about in found.values():
        if about is not None:
            about.map = map
    return {anchor: about for anchor, about in found.items() if about is not None}


def _anchors(edition, owners):
    found = _placed(edition, owners)
    waiting = sorted((each for each in found if each.status in OPEN), key=_in_order)
    return Anchors(Counter(each.status for each in found), tuple(waiting))


def _placed(edition, owners):
    fields = ("status", "start", "end", "score", "placed_by")
    places = placements_in(edition, {passage for passage, *_ in owners}, *fields)
    return [Anchor(*owner, *_status(*places[owner[0]])) for owner in owners if owner[0] in places]


def _status(status, start, end, score, placed_by):
    """What a person placed, or left without a place, and what kept its every word, waits for
    nobody."""
    if is_to_confirm(status, score):
        status = "to confirm"
    return status, start or 0, end or 0, score, status in OPEN and placed_by is None


def _in_order(anchor):
    return not anchor.waits, anchor.status == "orphaned", anchor.start, anchor.passage


def _of_all(map):
    return [*_of_nodes(map), *_of_annotations(Annotation.objects.for_all().filter(map=map))]


def _of_nodes(map):
    rows = Node.passages.through.objects.filter(
        node__map=map, node__retracted_at=None, node__hidden_at=None
    )
    return rows.order_by("pk").values_list("passage", "node__number", Value(0))


def _of_annotations(annotations):
    rows = annotations.filter(passage__isnull=False).order_by("pk")
    return rows.values_list("passage", Value(0), "pk")


def _private(map, user):
    private = Annotation.Visibility.PRIVATE
    return Annotation.objects.shown().filter(map=map, visibility=private, author=user)
