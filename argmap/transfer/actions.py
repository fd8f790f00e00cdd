"""Maps that come in whole: one action and one Event in each journal, Changes in bulk."""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from argmap.accounts.permissions import Verb, require
from argmap.articles import anchoring
from argmap.articles.actions import _add_edition, _begin_article, placement_at
from argmap.articles.models import Passage, Placement, Visibility
from argmap.debate.actions.annotations import checked_words
from argmap.debate.models import Annotation, Dispute, Stance
from argmap.journal.text import clean_fields
from argmap.journal.writing import action, created, record, take
from argmap.maps.actions.maps import _begin_map, _save_map
from argmap.maps.actions.nodes import LONGEST as LONGEST_OF_NODE
from argmap.maps.actions.nodes import checked_citation
from argmap.maps.models import Citation, Link, Node

from .contradictions import check_graph

BATCH = 500


@dataclass
class Imported:
    """The new map, and a sentence for each thing that could not be brought in."""

    map: object
    dropped: list = field(default_factory=list)


@action
def import_map(actor, document, *, people=None, visibility=Visibility.PRIVATE):
    """A new map, its article included, from a MapDocument. Anyone signed in owns what comes.

    `people` maps names of the document to accounts that are credited; everything else is
    credited to the actor. Raises ValidationError where the graph contradicts itself.
    """
    check_graph(document)
    article = document.article and _begin_article(
        actor, _article_fields(document.article, visibility)
    )
    map = _begin_map(document.title, document.question, visibility, None)
    map.summary = clean_fields({"summary": 5000}, summary=document.summary)["summary"]
    journals = [map.journal_id] + ([article.journal_id] if article else [])
    highest = max((node.number for node in document.nodes), default=0)
    taken = take(*journals, numbers=highest)
    require(actor, Verb.BEGIN)
    edition = None
    if article:
        article.created_at = taken.at
        article.save()
        if document.article.edition:
            edition = _add_edition(
                actor,
                article,
                document.article.edition.text,
                document.article.edition.note,
                taken.at,
                {str(key): value for key, value in document.paragraph_hints.items()},
            )
        record(
            article.journal_id, actor, created(article), *([created(edition)] if edition else [])
        )
        map.article = article
    begun = _save_map(map, actor, taken.at)
    rows = _Rows(map, edition, taken, actor, people or {})
    rows.write(document)
    record(map.journal_id, actor, *begun, *rows.changes)
    return Imported(map, rows.dropped)


def _article_fields(article, visibility):
    try:
        published_on = date.fromisoformat(article.published_on) if article.published_on else None
    except ValueError:
        raise ValidationError(
            {"document": "article.published_on: write it as 2021-11-09."}
        ) from None
    return {
        "title": article.title,
        "byline": article.byline,
        "publisher": article.publisher,
        "url": article.url,
        "language": article.language,
        "licence_note": article.licence_note,
        "published_on": published_on,
        "visibility": visibility,
    }


class _Rows:
    """The rows of one import, made in bulk, with the Changes that tell of them."""

    def __init__(self, map, edition, taken, actor, people):
        self.map, self.edition, self.taken = map, edition, taken
        self.actor, self.people = actor, people
        self.changes, self.dropped = [], []
        self.nodes, self.links = {}, {}

    def write(self, document):
        self._nodes(document.nodes)
        self._links(document.links)
        self._annotations(document.annotations)
        self._disputes(document.disputes)
        self._stances(document.stances)

    def _contributed(self, by):
        return {
            "map": self.map,
            "author": self._person(by),
            "created_at": self.taken.at,
            "changed_at": self.taken.at,
        }

    def _person(self, name):
        return self.people.get(name, self.actor)

    def _nodes(self, nodes):
        rows = [
            Node(
                number=node.number,
                kind=node.kind,
                touched=self.taken.seq(self.map.journal_id),
                **clean_fields(LONGEST_OF_NODE, text=node.text, detail=node.detail),
                **self._contributed(node.by),
            )
            for node in nodes
        ]
        Node.objects.bulk_create(rows, batch_size=BATCH)
        self.nodes = {row.number: row for row in rows}
        anchors, citations = [], []
        for node in nodes:
            row = self.nodes[node.number]
            anchors += [(row, quote) for quote in node.passages]
            citations += [checked_citation(row, vars(citation)) for citation in node.citations]
        passages = self._passages([quote for _, quote in anchors])
        anchored = {}
        for (row, _), passage in zip(anchors, passages, strict=True):
            if passage is not None:
                anchored.setdefault(row.pk, []).append(passage.pk)
        Node.passages.through.objects.bulk_create(
            [
                Node.passages.through(node_id=node_id, passage_id=passage_id)
                for node_id, passage_ids in anchored.items()
                for passage_id in passage_ids
            ],
            batch_size=BATCH,
        )
        Citation.objects.bulk_create(citations, batch_size=BATCH)
        self.changes += [created(row, passages=anchored.get(row.pk, [])) for row in rows]
        self.changes += [created(citation) for citation in citations]

    def _passages(self, quotes):
        """A passage for each quote; None for one that is not in the edition."""
        quotes = [anchoring.Quote(each.exact, each.prefix, each.suffix) for each in quotes]
        searched = anchoring.Searched(self.edition.text if self.edition else "")
        places = searched.places(quotes)
        found = [self._passage(*pair) for pair in zip(quotes, places, strict=True)]
        rows = [passage for passage, _ in filter(None, found)]
        Passage.objects.bulk_create(rows, batch_size=BATCH)
        placements = [
            placement_at(passage, self.edition, place) for passage, place in filter(None, found)
        ]
        Placement.objects.bulk_create(placements, batch_size=BATCH)
        self.changes += [created(row) for row in rows]
        return [pair and pair[0] for pair in found]

    def _passage(self, wanted, place):
        if not wanted.exact or place.status == "orphaned":
            self.dropped.append(f"The passage “{wanted.exact[:60]}” is not in the article.")
            return None
        if place.end - place.start > anchoring.LONGEST_QUOTE:
            self.dropped.append(f"The passage “{wanted.exact[:60]}…” is too long for one.")
            return None
        quote = anchoring.quote(self.edition.text, place.start, place.end)
        passage = Passage(
            edition=self.edition, exact=quote.exact, prefix=quote.prefix, suffix=quote.suffix
        )
        return passage, anchoring.Place("exact", place.start, place.end)

    def _links(self, links):
        """Layer by layer, since a link to a link needs that one's row first."""
        waiting = links
        while waiting:
            ready = [link for link in waiting if self._link_target(link) is not None]
            rows = [self._link(link) for link in ready]
            Link.objects.bulk_create(rows, batch_size=BATCH)
            self.changes += [created(row) for row in rows]
            self.links |= {link.id: row for link, row in zip(ready, rows, strict=True)}
            done = {link.id for link in ready}
            waiting = [link for link in waiting if link.id not in done]

    def _link_target(self, link):
        return self.nodes.get(link.to) if isinstance(link.to, int) else self.links.get(link.to)

    def _link(self, link):
        target = self._link_target(link)
        return Link(
            source=self.nodes[link.source],
            target_node=target if isinstance(target, Node) else None,
            target_link=target if isinstance(target, Link) else None,
            relation=link.relation,
            scheme=clean_fields({"scheme": 100}, scheme=link.scheme)["scheme"],
            **self._contributed(link.by),
        )

    def _on(self, target):
        return {
            "node": None if target.node is None else self.nodes[target.node],
            "link": None if target.link is None else self.links[target.link],
        }

    def _annotations(self, annotations):
        shared = [each for each in annotations if each.visibility == Annotation.Visibility.MAP]
        if len(shared) < len(annotations):
            self.dropped.append("Private annotations stay with whoever wrote them.")
        quotes = [each.on.passage for each in shared if each.on.passage]
        passages = iter(self._passages(quotes))
        rows, replies = [], []
        for each in shared:
            passage = next(passages) if each.on.passage else None
            if each.on.passage and passage is None:
                self.dropped.append(f"The note on it was left out: “{each.text[:60]}”.")
                continue
            first = Annotation(
                passage=passage,
                motivation=each.motivation,
                **checked_words(each.text, each.tags, each.motivation),
                **self._on(each.on),
                **self._contributed(each.by),
            )
            rows.append(first)
            replies += [self._reply(first, reply) for reply in each.replies]
        Annotation.objects.bulk_create(rows, batch_size=BATCH)
        Annotation.objects.bulk_create(replies, batch_size=BATCH)
        self.changes += [created(row) for row in [*rows, *replies]]

    def _reply(self, first, reply):
        return Annotation(
            parent=first,
            motivation=Annotation.Motivation.REPLYING,
            **checked_words(reply.text, (), Annotation.Motivation.REPLYING),
            **self._contributed(reply.by),
        )

    def _disputes(self, disputes):
        rows = [self._dispute(dispute) for dispute in disputes]
        Dispute.objects.bulk_create(rows, batch_size=BATCH)
        evidence = {
            row.pk: [self.nodes[number].pk for number in dispute.evidence]
            for row, dispute in zip(rows, disputes, strict=True)
        }
        through = Dispute.evidence.through
        through.objects.bulk_create(
            [
                through(dispute_id=dispute_id, node_id=node_id)
                for dispute_id, node_ids in evidence.items()
                for node_id in node_ids
            ]
        )
        self.changes += [created(row, evidence=evidence[row.pk]) for row in rows]

    def _dispute(self, dispute):
        row = Dispute(
            ground=dispute.ground,
            state=dispute.state,
            **clean_fields(statement=dispute.statement),
            **self._on(dispute.on),
            **self._contributed(dispute.by),
        )
        if dispute.answer:
            row.answer = clean_fields(answer=dispute.answer.text)["answer"]
            row.answered_by, row.answered_at = self._person(dispute.answer.by), self.taken.at
        if dispute.decision and dispute.state in (Dispute.State.UPHELD, Dispute.State.DISMISSED):
            texts = clean_fields(
                decision=dispute.decision.text, what_changed=dispute.decision.changed
            )
            row.decision, row.what_changed = texts["decision"], texts["what_changed"]
            row.decided_by, row.decided_at = self._person(dispute.decision.by), self.taken.at
        if row.decided_by == row.author:
            self._undecide(row)
        return row

    def _undecide(self, row):
        """Where the names are unknown here, one person would have decided their own dispute."""
        row.state = Dispute.State.ANSWERED if row.answered_by else Dispute.State.OPEN
        row.decision, row.what_changed, row.decided_by, row.decided_at = "", "", None, None
        self.dropped.append(
            "The decision of a dispute was left out: who opened it and who decided it are one"
            " person here."
        )

    def _stances(self, stances):
        """Only of people who are credited: nobody's opinion is taken for them."""
        known = [each for each in stances if each.by in self.people]
        if len(known) < len(stances):
            self.dropped.append("Stances of people without an account here were left out.")
        once = {(self._person(each.by).pk, each.on.node, each.on.link): each for each in known}
        if len(once) < len(known):
            self.dropped.append("Of several stances of one person on one thing, the last counts.")
        rows = [
            Stance(
                map=self.map,
                user=self._person(each.by),
                credence=each.credence,
                impact=each.impact,
                taken_at=self.taken.at,
                **self._on(each.on),
            )
            for each in once.values()
        ]
        Stance.objects.bulk_create(rows, batch_size=BATCH)
        self.changes += [created(row) for row in rows]
