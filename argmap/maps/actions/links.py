"""Links: adding, editing, moving, retracting; and what may bear on what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.journal.models import Change
from argmap.journal.text import clean_fields, clean_reason
from argmap.journal.writing import Taken, action, again, created, record, take

from .. import limits
from ..models import InMap, Link, Map, Node
from .contributions import (
    Target,
    check_in_map,
    check_standing,
    check_version,
    edited,
    nodes_of,
    retracted,
    touch,
    unretracted,
)

TO_NODE = {Link.Relation.SUPPORTS, Link.Relation.OPPOSES}
MOST_LEVELS = 20
THESIS_RULE = "A thesis bears on nothing, except that rival theses oppose each other."


@action
def add_link(
    actor: User, map: Map, *, source: Node, target: Target, relation: str, scheme: str = ""
) -> Link:
    """Writers: a node bears on one more node or link. Raises ValidationError, Settled."""
    taken = take(map.journal_id)
    map = again(map)
    require(actor, Verb.ADD, map)
    link, change = _add_link(
        actor,
        map,
        taken,
        source=again(source),
        target=again(target),
        relation=relation,
        scheme=scheme,
    )
    touch(taken.seq(map.journal_id), *nodes_of(link))
    record(map.journal_id, actor, change)
    return link


@action
def edit_link(
    actor: User, link: Link, *, version: int, scheme: str | None = None, relation: str | None = None
) -> Link:
    """Its author (a writer), or an editor: its argumentation scheme, and how it bears on its
    target. What is None stays as it is. Raises ValidationError, Settled, Stale.
    """
    fields = {} if scheme is None else clean_fields(limits.LINK, scheme=scheme)
    if relation is not None:
        fields["relation"] = relation
    taken = take(link.map.journal_id)
    link = again(link, "map", "source", "target_node", "target_link")
    require(actor, Verb.EDIT, link)
    check_standing(link)
    check_version(link, version, **fields)
    if relation is not None:
        check_bearing(link.source.kind, link.target, relation)
        _check_once(link, relation=relation)
    change = edited(link, taken.at, fields)
    touch(taken.seq(link.map.journal_id), *nodes_of(link))
    record(link.map.journal_id, actor, change)
    return link


@action
def move_link(actor: User, link: Link, *, version: int, target: Target) -> Link:
    """Editors: the link leads to another node (or link) from now on."""
    taken = take(link.map.journal_id)
    link = again(link, "map", "source", "target_link")
    require(actor, Verb.MOVE, link)
    check_standing(link)
    check_version(link, version)
    target = again(target)
    moved = _checked_link(link.author, link.map, link.source, target, link.relation)
    _check_not_round(link, target)
    _check_levels(target, _levels_on(link))
    before = nodes_of(link)
    change = edited(
        link, taken.at, {"target_node": moved.target_node, "target_link": moved.target_link}
    )
    touch(taken.seq(link.map.journal_id), *before, *nodes_of(link))
    record(link.map.journal_id, actor, change)
    return link


@action
def retract_link(actor: User, link: Link, *, reason: str = "") -> Link:
    """Its author (a writer), or an editor."""
    return _retract(actor, link, retracted, reason)


@action
def restore_link(actor: User, link: Link, *, reason: str = "") -> Link:
    """Its author (a writer), or an editor, takes the retraction back."""
    return _retract(actor, link, unretracted, reason)


def _retract(
    actor: User, link: Link, apply: Callable[[InMap, datetime], Change], reason: str
) -> Link:
    taken = take(link.map.journal_id)
    link = again(link, "map", "source", "target_node", "target_link")
    require(actor, Verb.RETRACT, link)
    if apply is unretracted:
        check_bearing(link.source.kind, link.target, link.relation)
        _check_once(link)
    change = apply(link, taken.at)
    touch(taken.seq(link.map.journal_id), *nodes_of(link))
    record(link.map.journal_id, actor, change, reason=clean_reason(reason))
    return link


def _add_link(
    author: User,
    map: Map,
    taken: Taken,
    *,
    source: Node,
    target: Target,
    relation: str,
    scheme: str = "",
) -> tuple[Link, Change]:
    """Returns (link, change)."""
    link = _checked_link(author, map, source, target, relation)
    link.scheme = clean_fields(limits.LINK, scheme=scheme)["scheme"]
    link.created_at = link.changed_at = taken.at
    link.save()
    return link, created(link)


def _checked_link(author: User, map: Map, source: Node, target: Target, relation: str) -> Link:
    """An unsaved link that obeys the rules of the graph."""
    check_in_map(map, source=source, target=target)
    check_standing(source)
    check_standing(target)
    check_bearing(source.kind, target, relation)
    to_node = isinstance(target, Node)
    if to_node and source.pk == target.pk:
        raise ValidationError({"target": "A node cannot bear on itself."})
    _check_levels(target)
    link = Link(
        map=map,
        author=author,
        source=source,
        target_node=target if isinstance(target, Node) else None,
        target_link=target if isinstance(target, Link) else None,
        relation=relation,
    )
    _check_once(link)
    return link


def check_bearing(kind: str, target: Target, relation: str) -> None:
    """Raises ValidationError where a node of this kind cannot bear on the target in this way."""
    if relation not in Link.Relation.values:
        raise ValidationError({"relation": "Choose supports, opposes, undercuts or joins."})
    to_node = isinstance(target, Node)
    if to_node != (relation in TO_NODE):
        wanted = "a node" if relation in TO_NODE else "a link"
        raise ValidationError({"target": f"What {relation} something has {wanted} as its target."})
    if kind == Node.Kind.THESIS and not _are_rivals(target, relation):
        raise ValidationError({"source": THESIS_RULE})


def _are_rivals(target: Target, relation: str) -> bool:
    return (
        relation == Link.Relation.OPPOSES
        and isinstance(target, Node)
        and target.kind == Node.Kind.THESIS
    )


def check_links_of(node: Node, name: str) -> None:
    """Raises ValidationError on `name` where the node's kind does not go with its links."""
    links = Link.objects.standing()
    if node.kind == Node.Kind.THESIS:
        rivals = {"relation": Link.Relation.OPPOSES, "target_node__kind": Node.Kind.THESIS}
        wrong = links.filter(source=node).exclude(**rivals)
    else:
        wrong = links.filter(target_node=node, source__kind=Node.Kind.THESIS)
    if wrong.exists():
        raise ValidationError({name: THESIS_RULE})


def _check_not_round(link: Link, target: Target | None) -> None:
    passed = set()
    while isinstance(target, Link) and target.pk not in passed:
        if target.pk == link.pk:
            raise ValidationError({"target": "A step cannot bear on itself."})
        passed.add(target.pk)
        target = target.target_link


def _check_levels(target: Target | None, on_it: int = 0) -> None:
    """Raises ValidationError where a link to the target, with those on it, would lie too high."""
    levels = on_it
    while isinstance(target, Link):
        levels += 1
        if levels > MOST_LEVELS:
            raise ValidationError(
                {"target": f"At most {MOST_LEVELS} steps bear on one another. Answer with a claim."}
            )
        target = target.target_link


def _levels_on(link: Link) -> int:
    """How many links bear on one another, the first on this one."""
    for level in range(MOST_LEVELS + 1):
        path = "__".join(["target_link"] * (level + 1))
        if not Link.objects.filter(**{path: link}).exists():
            return level
    return MOST_LEVELS + 1


def _check_once(link: Link, relation: str | None = None) -> None:
    """That no other one bears on the same, as it does or (`relation`) as it will."""
    same = Link.objects.standing().filter(
        source=link.source,
        target_node=link.target_node,
        target_link=link.target_link,
        relation=relation or link.relation,
    )
    if same.exclude(pk=link.pk).exists():
        raise ValidationError({"target": "This link is there already."})
