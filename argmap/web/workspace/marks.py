"""Which words of an edition the nodes and annotations of a map have.

They are kept as an array, since there may be a hundred thousand of them, and brought forward by
what was touched since: whatever changes a mark of a node touches its card too.
"""

from typing import NamedTuple

import numpy as np

from argmap.articles.models import Placement
from argmap.articles.placing import words_in
from argmap.debate.models import Annotation, Dispute
from argmap.journal.models import Change
from argmap.journal.reading import numbers_of
from argmap.journal.versions import CannotBringForward
from argmap.maps.models import Node
from argmap.maps.skeleton import skeleton_of

#: Of several nodes on the same words, the one most in doubt gives the underline; that there are
#: annotations, or private ones, shows beside it.
STATUSES = ("disputed", "contested", "stands", "annotated", "private")
DISPUTED, CONTESTED, STANDS, NOTED, PRIVATE = range(len(STATUSES))
MOST_NAMED = 20  # nodes, annotations, and private ones, of one run of words
MOST_TOUCHED = 1_000  # beyond that, as after an import, reading whole is quicker

#: `node` is a number and `annotation` the id of an annotation; one of them is 0.
MARK = np.dtype(
    [
        ("start", "i4"), ("end", "i4"), ("node", "i4"), ("annotation", "i8"), ("status", "i1"),
        ("unsure", "?"),
    ]
)  # fmt: skip


class Mark(NamedTuple):
    """A passage of the text, and the node or annotation that has it."""

    start: int
    end: int
    node: int = 0
    annotation: int = 0
    status: str = "annotated"
    unsure: bool = False  # a person has not confirmed that these are the words


# ── Arrays of marks


def in_order(marks):
    """Each once, in the order of the text; of those on the same words the nodes first, then the
    annotations, then private ones."""
    order = (
        marks["annotation"],
        marks["node"],
        _layer(marks),
        marks["end"],
        marks["start"],
    )
    marks = marks[np.lexsort(order)]
    return marks[_differ(*(marks[name] for name in MARK.names))]


def within(marks, start, end):
    """Those that lie in a part of the text, or reach into it."""
    return marks[(marks["start"] < end) & (marks["end"] > start)]


def named(marks):
    """The marks of those nodes and annotations that a page names, as tuples.

    Of many on the very same words it names the first, and tells of the doubt in all of them.
    """
    if not len(marks):
        return []
    runs = _differ(marks["start"], marks["end"], _layer(marks))
    place_in_run = np.arange(len(marks)) - np.flatnonzero(runs)[np.cumsum(runs) - 1]
    doubts = np.minimum.reduceat(marks["status"], np.flatnonzero(runs))[np.cumsum(runs) - 1]
    kept = place_in_run < MOST_NAMED
    columns = [marks[name][kept].tolist() for name in ("start", "end", "node", "annotation")]
    doubts = [STATUSES[doubt] for doubt in doubts[kept].tolist()]
    return [
        Mark(*row) for row in zip(*columns, doubts, marks["unsure"][kept].tolist(), strict=True)
    ]


def _layer(marks):
    """What stands together where the words are the same: nodes, annotations, private ones."""
    return np.maximum(marks["status"], STANDS)


def _differ(*columns):
    """Of each row whether it differs from the one before; the first does."""
    differ = np.ones(len(columns[0]), dtype=bool)
    if len(differ):
        differ[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return differ


# ── From the database


def read_marks(map, edition):
    """Those that all readers of the map see."""
    nodes = Node.passages.through.objects.filter(node__map=map)
    disputes = Dispute.objects.filter(map=map)
    annotations = Annotation.objects.for_all().filter(map=map)
    return _marks(edition, _of_nodes(map, nodes, disputes), _of_annotations(annotations))


def read_own_marks(map, edition, user):
    """Those that only this reader sees: of their private annotations."""
    private = Annotation.Visibility.PRIVATE
    annotations = Annotation.objects.shown().filter(map=map, visibility=private, author=user)
    return _marks(edition, _of_annotations(annotations, PRIVATE))


def marks_since(map, edition, marks, seq):
    """The marks as of `map.seq`, and those that came or went, from the marks as of `seq`.

    Raises CannotBringForward.
    """
    numbers = dict(_few(Node.objects.filter(map=map, touched__gt=seq).values_list("pk", "number")))
    annotation_ids = _changed_annotations(map, edition, seq)
    nodes = Node.passages.through.objects.filter(node__in=numbers)
    disputes = Dispute.objects.filter(node__in=numbers)
    annotations = Annotation.objects.for_all().filter(map=map, pk__in=annotation_ids)
    now = _marks(edition, _of_nodes(map, nodes, disputes), _of_annotations(annotations))
    stale = np.isin(marks["node"], list(numbers.values())) | np.isin(
        marks["annotation"], annotation_ids
    )
    moved = np.setxor1d(marks[stale], now)
    if not len(moved):
        return marks, moved
    return in_order(np.concatenate((marks[~stale], now))), moved


def _changed_annotations(map, edition, seq):
    """Ids of annotations that were written, or whose passage a person has placed, since."""
    changes = Change.objects.filter(
        event__journal_id=map.journal_id, event__seq__gt=seq, event__seq__lte=map.seq
    ).filter(object_type__in=("debate.annotation", "articles.placement"))
    ids = {"debate.annotation": set(), "articles.placement": set()}
    for kind, pk in _few(changes.values_list("object_type", "object_id")):
        ids[kind].add(pk)
    if placed := ids["articles.placement"]:
        passages = Placement.objects.filter(pk__in=placed, edition=edition).values("passage")
        annotations = Annotation.objects.filter(map=map, passage__in=passages)
        ids["debate.annotation"] |= set(_few(annotations.values_list("pk", flat=True)))
    return list(ids["debate.annotation"])


def _few(rows):
    rows = list(rows[: MOST_TOUCHED + 1])
    if len(rows) > MOST_TOUCHED:
        raise CannotBringForward
    return rows


def _of_nodes(map, nodes, disputes):
    """Of the passages of standing nodes, from rows of those: a line of the ids of the passages,
    of the numbers of the nodes, of no annotations, and of statuses."""
    rows = nodes.filter(node__retracted_at=None, node__hidden_at=None)
    passages, numbers = numbers_of(rows, "passage", "node__number")
    of_nodes = disputes.undecided().filter(node__isnull=False)
    disputed = np.isin(numbers, numbers_of(of_nodes, "node__number")[0])
    contested = list(skeleton_of(map).contested_among(set(numbers.tolist())))
    status = np.where(np.isin(numbers, contested), CONTESTED, STANDS)
    status[disputed] = DISPUTED
    return np.stack((passages, numbers, np.zeros_like(numbers), status))


def _of_annotations(annotations, status=NOTED):
    """The same four lines."""
    rows = annotations.filter(passage__isnull=False)
    passages, ids = numbers_of(rows, "passage", "pk")
    return np.stack((passages, np.zeros_like(ids), ids, np.full_like(ids, status)))


def _marks(edition, *owners):
    """Marks in an edition. Passages and places are joined here: SQLite otherwise tries every
    node for every placement."""
    passages, numbers, annotations, status = np.concatenate(owners, axis=1)
    words = words_in(edition, passages)
    if not len(words):
        return np.empty(0, dtype=MARK)
    at = np.minimum(np.searchsorted(words["passage"], passages), len(words) - 1)
    placed = words["passage"][at] == passages
    words = words[at[placed]]
    columns = numbers[placed], annotations[placed], status[placed]
    marks = [words["start"], words["end"], *columns, words["unsure"]]
    return in_order(np.rec.fromarrays(marks, dtype=MARK).view(np.ndarray))
