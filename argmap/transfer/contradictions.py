"""What a MapDocument may not say: no database can hold it, or the rules of the graph forbid it."""

from collections import Counter

from django.core.exceptions import ValidationError

from argmap.debate.models import Annotation, Dispute
from argmap.journal.text import is_blank
from argmap.maps.actions.links import MOST_LEVELS
from argmap.maps.models import Link, Node

#: Asked for each row; an enumeration makes its list anew each time.
KINDS, RELATIONS = set(Node.Kind.values), set(Link.Relation.values)
MOTIVATIONS = set(Annotation.Motivation.values)


def check_graph(document):
    """All that is wrong with the graph, in one ValidationError on `document`."""
    wrong = [*_wrong_nodes(document), *_wrong_links(document), *_wrong_debate(document)]
    if wrong:
        raise ValidationError({"document": wrong[:20]})


def _wrong_nodes(document):
    for number, count in Counter(node.number for node in document.nodes).items():
        if count > 1:
            yield f"Node {number} is there {count} times."
    for node in document.nodes:
        if not 1 <= node.number <= 1_000_000_000:
            yield f"{node.number} is not a node's number."
        if node.kind not in KINDS:
            yield f"Node {node.number}: there is no kind {node.kind!r}."
        if is_blank(node.text):
            yield f"Node {node.number} has no text."


def _wrong_links(document):
    kinds = {node.number: node.kind for node in document.nodes}
    links = {link.id: link for link in document.links}
    if len(links) < len(document.links):
        yield "Two links have the same id."
    seen = set()
    for link in document.links:
        if link.relation not in RELATIONS:
            yield f"Link {link.id}: there is no relation {link.relation!r}."
        elif link.source not in kinds:
            yield f"Link {link.id}: there is no node {link.source}."
        elif isinstance(link.to, int) != (link.relation in ("supports", "opposes")):
            yield f"Link {link.id}: what {link.relation} does not go to {link.to!r}."
        elif link.to not in (kinds if isinstance(link.to, int) else links):
            yield f"Link {link.id}: there is no {link.to!r}."
        elif link.to == link.source or _goes_round(link, links):
            yield f"Link {link.id} bears on itself."
        elif _is_too_high(link, links):
            yield f"Link {link.id}: at most {MOST_LEVELS} links bear on one another."
        elif (link.source, link.to, link.relation) in seen:
            yield f"Link {link.id} is there already."
        elif kinds[link.source] == "thesis" and (
            link.relation != "opposes" or kinds.get(link.to) != "thesis"
        ):
            yield f"Link {link.id}: a thesis bears on nothing but a rival thesis."
        seen.add((link.source, link.to, link.relation))


def _goes_round(link, links):
    """Whether following targets from link to link comes back, within the levels there may be."""
    passed = {link.id}
    for below in _below(link, links):
        if below.id in passed:
            return True
        passed.add(below.id)
    return False


def _is_too_high(link, links):
    return len(list(_below(link, links))) > MOST_LEVELS


def _below(link, links):
    """The links that it bears on by way of one another; one more than there may be at most."""
    for _ in range(MOST_LEVELS + 1):
        if link.to not in links:
            return
        link = links[link.to]
        yield link


def _wrong_debate(document):
    numbers = {node.number for node in document.nodes}
    links = {link.id for link in document.links}
    said = [*document.annotations, *document.disputes, *document.stances]
    for each in said:
        if [each.on.node, each.on.link, each.on.passage].count(None) != 2:
            yield "What is said is said of one node, one link or one passage."
        if each.on.node is not None and each.on.node not in numbers:
            yield f"There is no node {each.on.node} for something said of it."
        if each.on.link is not None and each.on.link not in links:
            yield f"There is no link {each.on.link!r} for something said of it."
    for annotation in document.annotations:
        if annotation.motivation not in MOTIVATIONS:
            yield f"There is no motivation {annotation.motivation!r}."
    for dispute in document.disputes:
        yield from _wrong_dispute(dispute, numbers)
    for stance in document.stances:
        on_node, on_link = stance.on.node is not None, stance.on.link is not None
        given = (stance.credence is not None, stance.impact is not None)
        if given != (on_node, on_link) or on_node == on_link:
            yield "A stance is a credence in a node, or the impact of a link."
        if not 0 <= (stance.credence or 0) <= 100:
            yield "A credence goes from 0 to 100."
        if not 0 <= (stance.impact or 0) <= 4:
            yield "An impact goes from 0 to 4."


def _wrong_dispute(dispute, numbers):
    if dispute.on.passage is not None:
        yield "A dispute is about a node or a link."
    if dispute.ground not in Dispute.Ground.values:
        yield f"There is no ground {dispute.ground!r}."
    if dispute.state not in Dispute.State.values:
        yield f"There is no state {dispute.state!r}."
    if is_blank(dispute.statement):
        yield "A dispute has no statement."
    for number in set(dispute.evidence) - numbers:
        yield f"There is no node {number} for a dispute to rest on."
    decided = dispute.state in (Dispute.State.UPHELD, Dispute.State.DISMISSED)
    if dispute.decision and not decided:
        yield "A dispute that has a decision is upheld or dismissed."
    if decided and (not dispute.decision or dispute.decision.by == dispute.by):
        yield "A dispute is decided by someone else than whoever opened it."
    changed = dispute.decision and not is_blank(dispute.decision.changed)
    if dispute.state == Dispute.State.UPHELD and not changed:
        yield "An upheld dispute says what changed."
    if dispute.state == Dispute.State.ANSWERED and not dispute.answer:
        yield "An answered dispute has an answer."
    if dispute.answer and is_blank(dispute.answer.text):
        yield "An answer to a dispute says something."
    if dispute.answer and dispute.by and dispute.answer.by == dispute.by:
        yield "A dispute is answered by someone else than whoever opened it."
    if dispute.state == Dispute.State.OPEN and dispute.answer:
        yield "An open dispute has no answer yet."
