"""Placements: where passages stand in an edition, worked out while nobody waits for it.

They follow from the texts, so it does not matter who works them out, nor when. A new edition
comes with those of all passages that there are. What it could not know of (a passage chosen in
another edition, or in the same moment) is looked for when somebody first reads the edition.
"""

import logging
from itertools import islice

from argmap.journal.bulk import insert_missing
from argmap.journal.errors import Busy
from argmap.journal.locking import turn
from argmap.journal.reading import afterwards

from . import anchoring
from .models import Edition, Passage, Placement

MANY = 500  # passages; more are sooner found by reading all of the edition
COLUMNS = ("passage_id", "start", "end", "status", "score")

logger = logging.getLogger(__name__)


def places_in(edition, passage_ids):
    """(start, end) by passage id, without orphans; what nobody has looked for yet is found now."""
    wanted = set(passage_ids)
    if not wanted:
        return {}
    rows = Placement.objects.filter(edition=edition)
    if len(wanted) <= MANY:
        rows = rows.filter(passage__in=wanted)
    found = {pk: (start, end) for pk, start, end in rows.values_list("passage", "start", "end")}
    if missing := wanted - found.keys():
        placed = find_places(edition.text, passages_of(edition.article_id, missing))
        found |= {row["passage_id"]: (row["start"], row["end"]) for row in placed}
        afterwards(lambda: _keep(edition, placed))
    return {pk: place for pk, place in found.items() if pk in wanted and place[0] is not None}


def passages_of(article_id, ids=None):
    """Passages of an article as (id, edition id, exact, prefix, suffix); all, or those."""
    rows = Passage.objects.filter(edition__article=article_id).order_by("pk")
    if ids is not None and len(ids) <= MANY:
        rows = rows.filter(pk__in=ids)
    found = rows.values_list("pk", "edition_id", "exact", "prefix", "suffix")
    return [row for row in found if ids is None or row[0] in ids]


def find_places(text, passages):
    """The placements of passages in a text, as rows that lack only their edition."""
    quotes = [anchoring.Quote(*quote) for _, _, *quote in passages]
    searched = anchoring.Searched(text)
    editions = {edition_id for _, edition_id, *_ in passages}
    digests = {
        each.pk: _Digest(each)
        for each in Edition.objects.filter(pk__in=editions).exclude(digests={})
    }
    rows = []
    for passage, quote, place in zip(passages, quotes, searched.places(quotes), strict=True):
        pk, edition_id, *_ = passage
        if place.status == "orphaned" and edition_id in digests:
            place = searched.place_by_paragraph(quote, digests[edition_id].digested_by(quote))
        values = (pk, place.start, place.end, place.status, place.score)
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


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
        parts = anchoring.touched(self.searched.paragraphs, place.start, place.end)
        named = (number for part in parts for number in self.digests.get(str(part.number), ()))
        return set(islice(named, anchoring.MOST_HINTED))
