"""An import made ready: checked, cleaned and anchored while others write freely."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.articles import anchoring
from argmap.articles.actions import checked_text
from argmap.debate.actions.annotations import checked_words
from argmap.debate.limits import DISPUTE
from argmap.debate.models import Annotation, Dispute
from argmap.interchange.document import MapDocument
from argmap.journal.markdown import render
from argmap.journal.text import clean_fields
from argmap.maps.actions.nodes import CITATION_FIELDS, checked_citation
from argmap.maps.limits import NODE
from argmap.maps.models import Node

from .bounds import check_size
from .contradictions import check_graph

MAP = Annotation.Visibility.MAP
DECIDED = (Dispute.State.UPHELD, Dispute.State.DISMISSED)


def prepare(
    actor: User,
    document: MapDocument,
    *,
    people: Mapping[str, User] | None = None,
    visibility: str | None = None,
) -> "Prepared":
    """The document as rows that lack only ids and times. Raises ValidationError."""
    require(actor, Verb.BEGIN)
    check_size(document)
    check_graph(document)
    return Prepared(document, people or {}, actor)


class Prepared:
    """What is to be written, cleaned; people stand by their accounts' ids, all else by numbers.

    Nodes are tuples of (the node in the document, its columns), and likewise the others.
    `dropped` has a sentence for each thing that cannot be brought in.
    """

    def __init__(self, document, people, actor):
        self._people, self._actor, self.dropped = people, actor, []
        self.article = document.article and article_fields(document.article)
        edition = document.article and document.article.edition
        self.text = checked_text(edition.text) if edition else ""
        self.nodes = [(node, self._node(node)) for node in document.nodes]
        self.citations = [
            (node.number, self._citation(citation))
            for node in document.nodes
            for citation in node.citations
        ]
        self.links = [(link, self._link(link)) for link in document.links]
        annotations = [each for each in document.annotations if each.visibility == MAP]
        if len(annotations) < len(document.annotations):
            self.dropped.append("Private annotations stay with whoever wrote them.")
        self._place(document.nodes, annotations)
        self.annotations = list(self._annotations(annotations))
        self.disputes = [(dispute, self._dispute(dispute)) for dispute in document.disputes]
        self.stances = self._stances(document.stances)

    def _person(self, name):
        return self._people.get(name, self._actor).pk

    def _node(self, node):
        words = clean_fields(NODE, text=node.text, detail=node.detail)
        return {
            "number": node.number,
            "kind": node.kind,
            "author_id": self._person(node.by),
            **words,
            **_rendered(Node, words),
        }

    def _citation(self, citation):
        checked = checked_citation(None, vars(citation))
        return {name: getattr(checked, name) for name in CITATION_FIELDS}

    def _link(self, link):
        return {
            "relation": link.relation,
            "scheme": clean_fields({"scheme": 100}, scheme=link.scheme)["scheme"],
            "author_id": self._person(link.by),
        }

    def _place(self, nodes, annotations):
        """Find the words that nodes and annotations rest on: for each its (quote, place)s."""
        quotes = [quote for node in nodes for quote in node.passages]
        quotes += [each.on.passage for each in annotations if each.on.passage]
        quotes = [anchoring.Quote(each.exact, each.prefix, each.suffix) for each in quotes]
        found = iter(zip(quotes, anchoring.Searched(self.text).places(quotes), strict=True))
        self.anchors = [
            (node.number, passage)
            for node in nodes
            for passage in [self._passage(*next(found)) for _ in node.passages]
            if passage
        ]
        self._annotated = [
            self._passage(*next(found)) if each.on.passage else None for each in annotations
        ]

    def _passage(self, wanted, place):
        """(quote, place) as they stand in the edition; None for what is no passage of it."""
        if not wanted.exact or place.status == "orphaned":
            self.dropped.append(f"The passage “{wanted.exact[:60]}” is not in the article.")
            return None
        if place.end - place.start > anchoring.LONGEST_QUOTE:
            self.dropped.append(f"The passage “{wanted.exact[:60]}…” is too long for one.")
            return None
        return anchoring.quote(self.text, place.start, place.end), place

    def _annotations(self, annotations):
        """(annotation, its passage, its columns, those of its replies)."""
        for annotation, passage in zip(annotations, self._annotated, strict=True):
            columns = self._words(
                annotation.text, annotation.tags, annotation.motivation, annotation.by
            )
            replies = [
                self._words(each.text, (), "replying", each.by) for each in annotation.replies
            ]
            if annotation.on.passage and passage is None:
                self.dropped.append(f"The annotation on it was left out: “{annotation.text[:60]}”.")
            else:
                yield annotation, passage, columns, replies

    def _words(self, text, tags, motivation, by):
        words = checked_words(text, tags, motivation)
        return {
            "motivation": motivation,
            "author_id": self._person(by),
            **words,
            **_rendered(Annotation, words),
        }

    def _dispute(self, dispute):
        answer, decision = dispute.answer, dispute.decision
        decided = decision is not None and dispute.state in DECIDED
        columns = {
            "ground": dispute.ground,
            "state": dispute.state,
            "author_id": self._person(dispute.by),
            "answered_by_id": self._person(answer.by) if answer else None,
            "decided_by_id": self._person(decision.by) if decided else None,
            **clean_fields(
                DISPUTE,
                statement=dispute.statement,
                answer=answer.text if answer else "",
                decision=decision.text if decided else "",
                what_changed=decision.changed if decided else "",
            ),
        }
        if columns["answered_by_id"] == columns["author_id"]:
            self._unanswer(columns)
        if columns["decided_by_id"] == columns["author_id"]:
            self._undecide(columns)
        return columns | _rendered(Dispute, columns)

    def _unanswer(self, columns):
        """Where the names are unknown here, one person would have answered their own dispute."""
        answered = columns["state"] == Dispute.State.ANSWERED
        columns |= {"answered_by_id": None, "answer": ""}
        columns["state"] = Dispute.State.OPEN.value if answered else columns["state"]
        self.dropped.append(
            "The answer to a dispute was left out: who opened it and who answered are one person"
            " here."
        )

    def _undecide(self, columns):
        """Where the names are unknown here, one person would have decided their own dispute."""
        answered = columns["answered_by_id"] is not None
        columns |= {
            "state": Dispute.State.ANSWERED.value if answered else Dispute.State.OPEN.value,
            "decided_by_id": None,
            "decision": "",
            "what_changed": "",
        }
        self.dropped.append(
            "The decision of a dispute was left out: who opened it and who decided it are one"
            " person here."
        )

    def _stances(self, stances):
        """Only of people who are credited: nobody's opinion is taken for them."""
        known = [each for each in stances if each.by in self._people]
        if len(known) < len(stances):
            self.dropped.append("Stances of people without an account here were left out.")
        once = {(self._person(each.by), each.on.node, each.on.link): each for each in known}
        if len(once) < len(known):
            self.dropped.append("Of several stances of one person on one thing, the last counts.")
        return [
            (each, {"user_id": user_id, "credence": each.credence, "impact": each.impact})
            for (user_id, _, _), each in once.items()
        ]


def _rendered(model, columns):
    """The columns with the HTML of those that are Markdown."""
    return {f"{name}_html": columns[name] and render(columns[name]) for name in model.prose}


def article_fields(article):
    """The fields of an article by name, as a document has them."""
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
    }
