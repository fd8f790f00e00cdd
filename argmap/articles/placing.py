"""Placements: where passages stand in an edition, worked out while nobody waits for it.

They follow from the texts, so it does not matter who works them out, nor when. A new edition
comes with those of all passages that there are. What it could not know of (a passage chosen in
another edition, or in the same moment) is looked for when somebody first reads the edition.
"""

import logging
from collections import defaultdict
from itertools import islice
from math import inf

import numpy as np
from django.db.models import Case, When
from django.db.models.functions import Coalesce

from argmap.journal.bulk import insert_missing
from argmap.journal.errors import Busy
from argmap.journal.locking import turn
from argmap.journal.reading import afterwards, numbers_of

from . import anchoring
from .comparing import Comparison
from .models import Edition, Passage, Placement

MANY = 500  # passages; more are sooner found by reading all of the edition
COLUMNS = ("passage_id", "start", "end", "status", "score")

#: Where a passage stands in an edition, and whether a person has to look.
WORDS = np.dtype([("passage", "i8"), ("start", "i4"), ("end", "i4"), ("unsure", "?")])
NOWHERE = -1
TO_CONFIRM = Case(When(status=Placement.Status.MOVED, score__lt=1, then=1), default=0)

logger = logging.getLogger(__name__)


def places_in(edition, passage_ids):
    """(start, end) by passage id, without orphans; what nobody has looked for yet is found now."""
    found = placements_in(edition, passage_ids, "start", "end")
    return {pk: place for pk, place in found.items() if place[0] is not None}


def placements_in(edition, passage_ids, *fields):
    """These fields of placements by passage id; what nobody has looked for yet is found now."""
    wanted = set(passage_ids)
    if not wanted:
        return {}
    rows = _of_few(Placement.objects.filter(edition=edition), wanted)
    found = {pk: tuple(place) for pk, *place in rows.values_list("passage", *fields)}
    if missing := wanted - found.keys():
        placed = _found_now(edition, missing)
        found |= {row["passage_id"]: tuple(map(row.get, fields)) for row in placed}
    return {pk: place for pk, place in found.items() if pk in wanted}


def words_in(edition, passage_ids):
    """The same for a hundred thousand: WORDS in the order of their passages, without orphans."""
    wanted = np.unique(passage_ids)
    if not len(wanted):
        return np.empty(0, dtype=WORDS)
    rows = _of_few(Placement.objects.filter(edition=edition), wanted.tolist())
    start, end = Coalesce("start", NOWHERE), Coalesce("end", NOWHERE)
    known = numbers_of(rows, "passage", start, end, TO_CONFIRM)
    words = np.rec.fromarrays(known, dtype=WORDS)
    if len(missing := np.setdiff1d(wanted, words["passage"])):
        rows = _found_now(edition, set(missing.tolist()))
        placed = [tuple(map(row.get, COLUMNS)) for row in rows if row["start"] is not None]
        found = [(*place[:3], is_to_confirm(*place[3:])) for place in placed]
        words = np.concatenate((words, np.array(found, dtype=WORDS)))
    words = words[np.isin(words["passage"], wanted) & (words["start"] != NOWHERE)]
    return words[np.argsort(words["passage"])]


def _of_few(rows, passage_ids):
    """The rows of these passages; of all where they are many, which is read sooner."""
    return rows.filter(passage__in=passage_ids) if len(passage_ids) <= MANY else rows


def _found_now(edition, passage_ids):
    """Their placements, which are kept for the next reader."""
    passages = passages_of(edition.article_id, passage_ids)
    placed = find_places(edition.text, passages, edition.number)
    afterwards(lambda: _keep(edition, placed))
    return placed


def is_to_confirm(status, score):
    """Whether a place was found where words were changed, so that a person has to look."""
    return status == Placement.Status.MOVED and score < 1


def passages_of(article_id, ids=None):
    """Passages of an article as (id, edition id, exact, prefix, suffix); all, or those."""
    rows = Passage.objects.filter(edition__article=article_id).order_by("pk")
    if ids is not None and len(ids) <= MANY:
        rows = rows.filter(pk__in=ids)
    found = rows.values_list("pk", "edition_id", "exact", "prefix", "suffix")
    return [row for row in found if ids is None or row[0] in ids]


def find_places(text, passages, number=inf):
    """The placements of passages in the text of edition `number`, as rows that lack their edition.

    Each is followed from the nearest edition in which its place is known. Where its sentence is
    gone, its words are looked for elsewhere, unless they stood in that edition more than once:
    then nobody can tell which of them are left.
    """
    sources = _known_places(passages, number)
    own = {edition_id for _, edition_id, *_ in passages}
    editions = Edition.objects.in_bulk(own | {source for source, *_ in sources.values()})
    searched = anchoring.Searched(text)
    found = _follow(text, editions, sources)
    lost = _told_apart([each for each in passages if each[0] not in found], editions, sources)
    places = searched.places_elsewhere(list(lost.values()))
    found |= dict(zip(lost, places, strict=True))
    digests = {pk: _Digest(each) for pk, each in editions.items() if each.digests}
    rows = []
    for pk, edition_id, *quote in passages:
        place = found.get(pk, anchoring.ORPHANED)
        if place.status == "orphaned" and edition_id in digests:
            quote = anchoring.Quote(*quote)
            place = searched.place_by_paragraph(quote, digests[edition_id].digested_by(quote))
        values = (pk, place.start, place.end, place.status, place.score)
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def _follow(text, editions, sources):
    """{passage id: place} of those whose sentences are here."""
    comparisons, found = {}, {}
    for pk, (edition_id, start, end) in sources.items():
        if edition_id not in comparisons:
            comparisons[edition_id] = Comparison(editions[edition_id].text, text)
        if place := comparisons[edition_id].follow(start, end):
            found[pk] = place
    return found


def _told_apart(passages, editions, sources):
    """{passage id: quote} of those whose words stand once where they are known to stand."""
    lost = defaultdict(dict)
    for pk, edition_id, *quote in passages:
        lost[sources.get(pk, (edition_id,))[0]][pk] = anchoring.Quote(*quote)
    apart = {}
    for edition_id, quotes in lost.items():
        once = anchoring.Searched(editions[edition_id].text).stand_once(list(quotes.values()))
        apart |= {pk: quotes[pk] for pk, alone in zip(quotes, once, strict=True) if alone}
    return apart


def _known_places(passages, number):
    """{passage id: (edition id, start, end)} in the edition next to that in which each is known."""
    ids = {pk for pk, *_ in passages}
    rows = Placement.objects.filter(status__in=("exact", "placed"))
    if len(ids) <= MANY:
        rows = rows.filter(passage__in=ids)
    else:
        rows = rows.filter(passage__edition__in={edition_id for _, edition_id, *_ in passages})
    nearest = {}
    rows = rows.order_by("edition__number").values_list(
        "passage", "edition", "start", "end", "edition__number"
    )
    for pk, edition_id, start, end, at in rows:
        if pk in ids and (pk not in nearest or abs(number - at) <= nearest[pk][0]):
            nearest[pk] = (abs(number - at), (edition_id, start, end))
    return {pk: place for pk, (_, place) in nearest.items()}


def store_places(edition, rows):
    """Store placements; where there is one already, perhaps a person's, that one stays."""
    insert_missing(Placement, rows, {"edition_id": edition.pk, "placed_by_id": None})


def _keep(edition, rows):
    """Store them for the next reader. Where writers are too busy, that one works them out again."""
    try:
        with turn():
            store_places(edition, rows)
    except Busy:
        logger.warning("%d placements in %s could not be kept", len(rows), edition.pk)


class _Digest:
    """An edition whose paragraphs name those of the original that they are a digest of."""

    def __init__(self, edition):
        self.searched = anchoring.Searched(edition.text)
        self.digests = edition.digests

    def digested_by(self, quote):
        """The paragraphs of the original that are named where the quote stands."""
        [place] = self.searched.places([quote])
        if place.status == "orphaned":
            return set()
        parts = anchoring.overlapping(self.searched.paragraphs, place.start, place.end)
        named = (number for part in parts for number in self.digests.get(str(part.number), ()))
        return set(islice(named, anchoring.MOST_HINTED))
