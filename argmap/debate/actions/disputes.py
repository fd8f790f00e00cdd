"""Disputes: opening, answering, deciding, withdrawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from django.core.exceptions import ValidationError

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Settled
from argmap.journal.markdown import says_nothing
from argmap.journal.text import clean_fields, clean_reason
from argmap.journal.writing import Taken, action, again, created, record, take
from argmap.maps.actions.contributions import (
    Target,
    check_in_map,
    check_standing,
    check_version,
    edited,
    nodes_of,
    touch,
)
from argmap.maps.models import Map, Node

from .. import limits
from ..models import Dispute, on

State = Dispute.State


@action
def open_dispute(
    actor: User,
    map: Map,
    *,
    target: Target,
    ground: str,
    statement: str,
    evidence: Sequence[Node] = (),
) -> Dispute:
    """Suggesters challenge a node or a link. `evidence`: nodes of the map that speak for it."""
    ground, statement = _checked_ground(ground), _said(statement=statement)
    taken = take(map.journal_id)
    map = again(map)
    require(actor, Verb.OPEN_DISPUTE, map)
    target = again(target)
    check_in_map(map, target=target)
    check_standing(target)
    dispute = Dispute.objects.create(
        map=map,
        author=actor,
        created_at=taken.at,
        changed_at=taken.at,
        ground=ground,
        statement=statement,
        **on(target),
    )
    dispute.evidence.set(_checked_evidence(map, evidence))
    touch(taken.seq(map.journal_id), *nodes_of(target))
    record(map.journal_id, actor, created(dispute))
    return dispute


@action
def edit_dispute(
    actor: User,
    dispute: Dispute,
    *,
    version: int,
    ground: str | None = None,
    statement: str | None = None,
    evidence: Sequence[Node] | None = None,
) -> Dispute:
    """Its author, as long as nobody has answered it."""
    if statement is not None:
        statement = _said(statement=statement)
    taken, dispute = _taken(dispute)
    require(actor, Verb.OPEN_DISPUTE, dispute)
    require(actor, Verb.REWORD, dispute)
    _check_state(dispute, State.OPEN)
    fields = {
        "ground": _checked_ground(dispute.ground if ground is None else ground),
        "statement": dispute.statement if statement is None else statement,
    }
    check_version(dispute, version, **fields)
    many: dict[str, Any] = {}
    if evidence is not None:
        already = dispute.evidence.values_list("pk", flat=True)
        many["evidence"] = _checked_evidence(dispute.map, evidence, set(already))
    change = edited(dispute, taken.at, fields, **many)
    record(dispute.map.journal_id, actor, change)
    return dispute


@action
def answer_dispute(actor: User, dispute: Dispute, *, answer: str) -> Dispute:
    """Writers, but not whoever opened it. Raises Settled where it is answered or over."""
    answer = _said(answer=answer)
    taken, dispute = _taken(dispute)
    require(actor, Verb.ANSWER, dispute)
    _check_state(dispute, State.OPEN)
    fields = {
        "answer": answer,
        "answered_by": actor,
        "answered_at": taken.at,
        "state": State.ANSWERED,
    }
    return _changed(actor, dispute, taken, fields)


@action
def decide_dispute(
    actor: User, dispute: Dispute, *, upheld: bool, decision: str, what_changed: str = ""
) -> Dispute:
    """Editors, but never of a dispute of their own. An upheld one says what changed.

    Raises Settled where someone was quicker, ValidationError where words are missing.
    """
    texts = clean_fields(limits.DISPUTE, decision=decision, what_changed=what_changed)
    unsaid = says_nothing(texts["decision"])
    taken, dispute = _taken(dispute)
    require(actor, Verb.DECIDE, dispute)
    _check_state(dispute, *Dispute.UNDECIDED)
    if unsaid:
        raise ValidationError({"decision": "Say why."})
    if upheld and not texts["what_changed"]:
        raise ValidationError({"what_changed": "Say what changes because of it."})
    fields = {
        "decision": texts["decision"],
        "what_changed": texts["what_changed"] if upheld else "",
        "state": State.UPHELD if upheld else State.DISMISSED,
        "decided_by": actor,
        "decided_at": taken.at,
    }
    return _changed(actor, dispute, taken, fields)


@action
def withdraw_dispute(actor: User, dispute: Dispute, *, reason: str = "") -> Dispute:
    """Its author, until it is decided."""
    taken, dispute = _taken(dispute)
    require(actor, Verb.OPEN_DISPUTE, dispute)
    require(actor, Verb.REWORD, dispute)
    _check_state(dispute, *Dispute.UNDECIDED)
    reason = clean_reason(reason)
    return _changed(actor, dispute, taken, {"state": State.WITHDRAWN}, reason)


def _taken(dispute: Dispute) -> tuple[Taken, Dispute]:
    taken = take(dispute.map.journal_id)
    return taken, again(dispute, "map", "node", "link", "link__target_link")


def _changed(
    actor: User, dispute: Dispute, taken: Taken, fields: Mapping[str, Any], reason: str = ""
) -> Dispute:
    change = edited(dispute, taken.at, fields)
    touch(taken.seq(dispute.map.journal_id), *nodes_of(dispute.target))
    record(dispute.map.journal_id, actor, change, reason=reason)
    return dispute


def _check_state(dispute: Dispute, *states: Dispute.State) -> None:
    if dispute.hidden:
        raise Settled("A moderator has hidden this dispute.")
    if dispute.state not in states:
        raise Settled(f"This dispute is {dispute.state} already.")


def _checked_ground(ground: str) -> str:
    if ground not in Dispute.Ground.values:
        raise ValidationError({"ground": "Choose the ground of the dispute."})
    return ground


def _said(**text: str) -> str:
    """The words, fit to store; their HTML is at hand then when they are saved, under the lock."""
    (name,) = text
    words = clean_fields(limits.DISPUTE, **text)[name]
    if says_nothing(words):  # and their HTML is at hand when they are saved, under the lock
        raise ValidationError({name: "Write something first."})
    return words


def _checked_evidence(
    map: Map, evidence: Sequence[Node], already: Set[int] = frozenset()
) -> Sequence[Node]:
    if len(evidence) > limits.MOST_EVIDENCE:
        raise ValidationError({"evidence": f"At most {limits.MOST_EVIDENCE} nodes."})
    for node in evidence:
        check_in_map(map, evidence=node)
        if node.pk not in already and (node.hidden or node.retracted):
            raise ValidationError({"evidence": f"{node} does not stand, so nothing rests on it."})
    return evidence
