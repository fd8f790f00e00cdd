"""Maps that come in whole: one action and one Event in each journal, all else in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from django.db import models

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.articles import anchoring
from argmap.articles.actions import _add_edition, _begin_article, checked_note
from argmap.articles.models import Edition, Passage, Placement, Visibility
from argmap.debate.models import Annotation, Dispute, Stance
from argmap.interchange import document as formats
from argmap.interchange.document import MapDocument
from argmap.interchange.structured import StructuredText
from argmap.journal.bulk import Row, Sheet, record_many
from argmap.journal.text import clean_fields
from argmap.journal.writing import Taken, Told, action, created, record, take
from argmap.maps.actions.maps import _begin_map, _save_map
from argmap.maps.limits import MAP
from argmap.maps.models import Citation, Link, Map, Node
from argmap.search.index import at_once

from .preparing import Prepared, prepare

#: Words of a document, and where they stand in the edition.
Found: TypeAlias = tuple[anchoring.Quote, anchoring.Place]
Changes: TypeAlias = Iterable[Iterable[Told]]


@dataclass
class Imported:
    """The new map, and a sentence for each thing that could not be brought in."""

    map: Map
    dropped: list[str] = field(default_factory=list)


@action(first=prepare)
def import_map(
    actor: User,
    document: MapDocument,
    *,
    people: Mapping[str, User] | None = None,
    visibility: str = Visibility.PRIVATE,
    ready: Prepared,
) -> Imported:
    """A new map, its article included, from a MapDocument. Anyone signed in owns what comes.

    `people` maps names of the document to accounts that are credited; everything else is
    credited to the actor. Raises ValidationError where the graph contradicts itself, and where
    there is more of it than `bounds` allow.
    """
    article = ready.article and _begin_article(actor, ready.article | {"visibility": visibility})
    map = _begin_map(document.title, document.question, visibility, None)
    map.summary = clean_fields(MAP, summary=document.summary)["summary"]
    journals = [map.journal_id] + ([article.journal_id] if article else [])
    highest = max((node.number for node in document.nodes), default=0)
    taken = take(*journals, numbers=highest)
    require(actor, Verb.BEGIN)
    edition = None
    if article:
        article.created_at = taken.at
        article.save()
        brought = document.article and document.article.edition
        if brought and ready.text:
            edition = _add_edition(
                actor,
                article,
                StructuredText(ready.text),
                checked_note(brought.note),
                taken.at,
                {str(key): value for key, value in document.paragraph_hints.items()},
            )
        record(
            article.journal_id, actor, created(article), *([created(edition)] if edition else [])
        )
        map.article = article
    begun = _save_map(map, actor, taken.at)
    rows = _Rows(map, edition, taken)
    with at_once(map.pk):
        changes = rows.write(ready)
    record_many(map.journal_id, actor, chain(begun, changes))
    return Imported(map, ready.dropped)


class _Rows:
    """The rows of one import. What comes later names what came before by its id."""

    def __init__(self, map: Map, edition: Edition | None, taken: Taken) -> None:
        self.map, self.edition, self.taken = map, edition, taken
        self.nodes: dict[int, int] = {}
        self.links: dict[str, int] = {}

    def write(self, ready: Prepared) -> Iterator[Told]:
        """Store them. Returns their Changes, which are made when they are asked for."""
        parts = [
            self._nodes(ready),
            self._links(ready.links),
            self._annotations(ready.annotations),
            self._disputes(ready.disputes),
            self._stances(ready.stances),
        ]
        return chain.from_iterable(chain.from_iterable(parts))

    def _sheet(self, model: type[models.Model], count: int, **same: object) -> Sheet:
        """Of a contribution."""
        at = self.taken.at
        return Sheet(model, count, map_id=self.map.pk, created_at=at, changed_at=at, **same)

    def _nodes(self, ready: Prepared) -> Changes:
        nodes = self._sheet(Node, len(ready.nodes), touched=self.taken.seq(self.map.journal_id))
        self.nodes = {node.number: nodes.add(**columns)["id"] for node, columns in ready.nodes}
        citations = Sheet(Citation, len(ready.citations))
        for number, columns in ready.citations:
            citations.add(node_id=self.nodes[number], **columns)
        # Before the nodes, which are so made ready to be searched once, with their sources.
        citations.write()
        nodes.write()
        passages = self._passages([passage for _, passage in ready.anchors])
        anchored: dict[int, list[int]] = {}
        through = Sheet(Node.passages.through)
        for (number, _), row in zip(ready.anchors, passages.rows, strict=True):
            anchored.setdefault(self.nodes[number], []).append(row["id"])
            through.add(node_id=self.nodes[number], passage_id=row["id"])
        through.write()
        return passages.changes(), nodes.changes(passages=anchored), citations.changes()

    def _passages(self, found: Sequence[Found]) -> Sheet:
        """Of (quote, place)s, with their placements in the edition."""
        edition_id = self.edition and self.edition.pk
        passages = Sheet(Passage, len(found), edition_id=edition_id)
        placements = Sheet(Placement, edition_id=edition_id, status="exact")
        for quote, place in found:
            row = passages.add(exact=quote.exact, prefix=quote.prefix, suffix=quote.suffix)
            placements.add(passage_id=row["id"], start=place.start, end=place.end)
        passages.write()
        placements.write()
        return passages

    def _links(self, links: Sequence[tuple[formats.Link, Row]]) -> Changes:
        rows = self._sheet(Link, len(links))
        added = [(link, rows.add(**columns)) for link, columns in links]
        self.links = {link.id: row["id"] for link, row in added}
        for link, row in added:
            # A link may come before the link that it bears on.
            row["source_id"] = self.nodes[link.source]
            row["target_node_id"] = self.nodes[link.to] if isinstance(link.to, int) else None
            row["target_link_id"] = None if isinstance(link.to, int) else self.links[link.to]
        rows.write()
        return [rows.changes()]

    def _on(self, target: formats.Target) -> Row:
        return {
            "node_id": None if target.node is None else self.nodes[target.node],
            "link_id": None if target.link is None else self.links[target.link],
        }

    def _annotations(
        self, annotations: Sequence[tuple[formats.Annotation, Found | None, Row, list[Row]]]
    ) -> Changes:
        passages = self._passages([passage for _, passage, _, _ in annotations if passage])
        chosen = iter(passages.rows)
        count = sum(1 + len(replies) for _, _, _, replies in annotations)
        rows, answers = self._sheet(Annotation, count), []
        for annotation, passage, columns, replies in annotations:
            passage_id = next(chosen)["id"] if passage else None
            first = rows.add(
                **columns, **self._on(annotation.on), passage_id=passage_id, parent_id=None
            )
            answers += [(first["id"], reply) for reply in replies]
        nothing = {"node_id": None, "link_id": None, "passage_id": None}
        for first_id, columns in answers:
            rows.add(**columns, **nothing, parent_id=first_id)
        rows.write()
        return passages.changes(), rows.changes()

    def _disputes(self, disputes: Sequence[tuple[formats.Dispute, Row]]) -> Changes:
        rows, evidence = self._sheet(Dispute, len(disputes)), {}
        through = Sheet(Dispute.evidence.through)
        for dispute, columns in disputes:
            times = {
                "answered_at": columns["answered_by_id"] and self.taken.at,
                "decided_at": columns["decided_by_id"] and self.taken.at,
            }
            row = rows.add(**columns, **times, **self._on(dispute.on))
            evidence[row["id"]] = [self.nodes[n] for n in dict.fromkeys(dispute.evidence)]
            for node_id in evidence[row["id"]]:
                through.add(dispute_id=row["id"], node_id=node_id)
        rows.write()
        through.write()
        return [rows.changes(evidence=evidence)]

    def _stances(self, stances: Sequence[tuple[formats.Stance, Row]]) -> Changes:
        rows = Sheet(Stance, len(stances), map_id=self.map.pk, taken_at=self.taken.at)
        for stance, columns in stances:
            rows.add(**columns, **self._on(stance.on))
        rows.write()
        return [rows.changes()]
