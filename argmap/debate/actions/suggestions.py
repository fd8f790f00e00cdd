"""Suggestions: making, deciding, withdrawing."""

from __future__ import annotations

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Settled
from argmap.journal.models import Change
from argmap.journal.text import clean_fields
from argmap.journal.writing import Taken, action, again, created, record, take
from argmap.maps.actions.contributions import (
    Target,
    check_in_map,
    check_standing,
    check_version,
    edited,
    touch,
)
from argmap.maps.actions.links import check_bearing
from argmap.maps.actions.nodes import _add_node, kind_for
from argmap.maps.models import Map, Node

from .. import limits
from ..models import Suggestion, on

State = Suggestion.State


@action
def suggest(
    actor: User,
    map: Map,
    *,
    target: Target,
    text: str,
    detail: str = "",
    kind: str = "",
    relation: str = "",
    why: str = "",
    on_version: int | None = None,
) -> Suggestion:
    """Suggesters propose new words for a node or, with a kind and a relation, a new node."""
    taken = take(map.journal_id)
    map = again(map)
    require(actor, Verb.SUGGEST, map)
    target = again(target)
    check_in_map(map, target=target)
    check_standing(target)
    if kind:
        check_bearing(kind_for(kind, relation), target, relation)
    suggestion = Suggestion(
        map=map,
        author=actor,
        created_at=taken.at,
        changed_at=taken.at,
        kind=kind,
        relation=relation,
        on_version=on_version if on_version or kind else getattr(target, "version", None),
        **on(target),
        **clean_fields(limits.SUGGESTION, text=text, detail=detail, why=why),
    )
    suggestion.full_clean()
    suggestion.save()
    record(map.journal_id, actor, created(suggestion))
    return suggestion


@action
def decide_suggestion(
    actor: User, suggestion: Suggestion, *, accept: bool, decision: str = ""
) -> Suggestion:
    """Editors, never on one of their own. What is accepted is written in the suggester's name.

    Raises Settled where someone was quicker, Stale where the node changed since.
    """
    taken = take(suggestion.map.journal_id, numbers=1 if accept and suggestion.kind else 0)
    suggestion = again(suggestion, "map", "author", "node", "link")
    require(actor, Verb.DECIDE, suggestion)
    _check_open(suggestion)
    fields = {
        "state": State.ACCEPTED if accept else State.DECLINED,
        "decision": clean_fields(limits.SUGGESTION, decision=decision)["decision"],
        "decided_by": actor,
        "decided_at": taken.at,
    }
    changes = [edited(suggestion, taken.at, fields)]
    if accept:
        changes += _accepted(suggestion, taken)
    record(suggestion.map.journal_id, actor, *changes)
    return suggestion


@action
def withdraw_suggestion(actor: User, suggestion: Suggestion) -> Suggestion:
    """Its author, until it is decided."""
    taken = take(suggestion.map.journal_id)
    suggestion = again(suggestion, "map")
    require(actor, Verb.SUGGEST, suggestion)
    require(actor, Verb.REWORD, suggestion)
    _check_open(suggestion)
    change = edited(suggestion, taken.at, {"state": State.WITHDRAWN})
    record(suggestion.map.journal_id, actor, change)
    return suggestion


def _check_open(suggestion: Suggestion) -> None:
    if suggestion.hidden:
        raise Settled("A moderator has hidden this suggestion.")
    if suggestion.state != State.OPEN:
        raise Settled(f"This suggestion is {suggestion.state} already.")


def _accepted(suggestion: Suggestion, taken: Taken) -> list[Change]:
    """The Changes of carrying a suggestion out."""
    if suggestion.kind:
        _, changes = _add_node(
            suggestion.author,
            suggestion.map,
            taken,
            kind=Node.Kind(suggestion.kind),
            words={"text": suggestion.text, "detail": suggestion.detail},
            relation=suggestion.relation,
            target=suggestion.target,
            selection=None,
            citations=(),
        )
        return changes
    assert suggestion.node_id is not None  # as the database checks
    node = Node.objects.get(pk=suggestion.node_id)
    check_standing(node)
    check_version(node, suggestion.on_version, text=suggestion.text)
    fields = {"text": suggestion.text, "wording": node.wording + 1}
    if suggestion.detail:
        fields["detail"] = suggestion.detail
    touch(taken.seq(suggestion.map.journal_id), node)
    return [edited(node, taken.at, fields)]
