"""Annotations and replies: writing, editing, retracting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from argmap.accounts.models import User
from argmap.accounts.permissions import Verb, is_own, require
from argmap.articles.actions import (
    Selection,
    _choose_passage,
    _place,
    journals_of_passage,
)
from argmap.articles.models import Edition, Placement
from argmap.journal.errors import Gone, Settled
from argmap.journal.markdown import html_of, says_nothing
from argmap.journal.models import Change
from argmap.journal.text import clean_fields, clean_reason
from argmap.journal.writing import (
    Actor,
    action,
    again,
    changed,
    created,
    fields_of,
    record,
    take,
)
from argmap.maps.actions.contributions import (
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
from argmap.maps.models import InMap, Map

from .. import limits
from ..models import Annotation, on

PRIVATE, FOR_ALL = Annotation.Visibility.PRIVATE, Annotation.Visibility.MAP


@action
def annotate(
    actor: User,
    map: Map,
    *,
    target: Target | Selection | None,
    text: str,
    tags: Sequence[str] = (),
    motivation: str = Annotation.Motivation.COMMENTING,
    visibility: str = FOR_ALL,
) -> Annotation:
    """Write in the margin of a node, a link or selected words (`target`: one of these).

    For all it asks for a suggester and stands in the map's journal; privately for a
    viewer, and in the account's. Raises ValidationError, Settled.
    """
    visibility = _checked(visibility, Annotation.Visibility, "visibility")
    motivation = _checked(motivation, Annotation.Motivation, "motivation")
    words = _rendered(checked_words(text, tags, motivation))
    journal_id = _journal_id(actor, map, visibility)
    taken = take(journal_id, held=journals_of_passage(map, target), within=map)
    map = taken.within
    require(actor, _verb(visibility), map)
    place, changes = _target_fields(actor, map, target)
    annotation = Annotation(
        map=map,
        author=actor,
        created_at=taken.at,
        changed_at=taken.at,
        visibility=visibility,
        motivation=motivation,
        **words,
        **place,
    )
    annotation.store()
    touch(taken.seq(journal_id), *nodes_counting(annotation))
    record(journal_id, actor, *changes, created(annotation))
    return annotation


@action
def reply(actor: User, annotation: Annotation, *, text: str) -> Annotation:
    """Suggesters answer in a thread; it is as private or as open as the thread."""
    words = _rendered(checked_words(text, (), Annotation.Motivation.REPLYING))
    first = annotation.first
    journal_id = journal_of(first)
    taken = take(journal_id)
    first = again(first, "map", "node", "link")
    require(actor, Verb.ANNOTATE_PRIVATELY if first.is_private else Verb.REPLY, first)
    check_standing(first)
    answer = Annotation(
        map=first.map,
        parent=first,
        author=actor,
        created_at=taken.at,
        changed_at=taken.at,
        visibility=first.visibility,
        motivation=Annotation.Motivation.REPLYING,
        **words,
    )
    answer.store()
    touch(taken.seq(journal_id), *nodes_counting(answer))
    record(journal_id, actor, created(answer))
    return answer


@action
def edit_annotation(
    actor: User,
    annotation: Annotation,
    *,
    version: int,
    text: str,
    tags: Sequence[str] | None = None,
) -> Annotation:
    """Its author. Raises Stale with both texts where `version` is not the newest."""
    _rendered(checked_words(text, tags or (), annotation.motivation))
    journal_id = journal_of(annotation)
    taken = take(journal_id)
    annotation = again(annotation, "map", "node", "link")
    _require_author(actor, annotation)
    check_standing(annotation)
    fields = checked_words(text, annotation.tags if tags is None else tags, annotation.motivation)
    check_version(annotation, version, text=fields["text"])
    change = edited(annotation, taken.at, fields)
    record(journal_id, actor, change)
    return annotation


@action
def place_annotation(
    actor: User,
    annotation: Annotation,
    *,
    edition: Edition,
    start: int | None = None,
    end: int | None = None,
    reason: str = "",
    seen: str | None = None,
) -> Placement:
    """Its author, or an editor where it is for all, says where its words stand in an edition.

    Without `start` and `end` they stand nowhere there: it is left orphaned. Raises
    ValidationError; Settled where someone said so since what was `seen` (see `stamp_of`).
    """
    reason = clean_fields(reason=reason)["reason"]
    journal_id = journal_of(annotation)
    take(journal_id)
    annotation = again(annotation, "map", "passage")
    require(actor, Verb.PLACE, annotation)
    if annotation.passage is None or edition.article_id != annotation.map.article_id:
        raise Gone
    placement, change = _place(actor, annotation.passage, edition, start, end, seen)
    record(journal_id, actor, change, reason=reason)
    return placement


@action
def retract_annotation(actor: User, annotation: Annotation, *, reason: str = "") -> Annotation:
    """Its author, or an editor where it is for all. Its replies stay."""
    return _retract(actor, annotation, retracted, reason)


@action
def restore_annotation(actor: User, annotation: Annotation, *, reason: str = "") -> Annotation:
    """Its author, or an editor where it is for all, takes the retraction back."""
    return _retract(actor, annotation, unretracted, reason)


def _retract(
    actor: User, annotation: Annotation, apply: Callable[[InMap, datetime], Change], reason: str
) -> Annotation:
    journal_id = journal_of(annotation)
    taken = take(journal_id)
    annotation = again(annotation, "map", "node", "link", "parent", "parent__node")
    if is_own(actor, annotation):
        _require_author(actor, annotation)
    else:
        require(actor, Verb.RETRACT, annotation)
    change = apply(annotation, taken.at)
    touch(taken.seq(journal_id), *nodes_counting(annotation))
    record(journal_id, actor, change, reason=clean_reason(reason))
    return annotation


@action
def resolve_annotation(actor: User, annotation: Annotation, *, reason: str = "") -> Annotation:
    """Its author, or an editor where it is for all: the question is settled, the assessment heard.

    Raises Settled where it is already, or where it asks for nothing.
    """
    return _resolve(actor, annotation, True, reason)


@action
def reopen_annotation(actor: User, annotation: Annotation, *, reason: str = "") -> Annotation:
    """The same people take that back. Raises Settled where it is open."""
    return _resolve(actor, annotation, False, reason)


def _resolve(actor: User, annotation: Annotation, resolved: bool, reason: str) -> Annotation:
    reason = clean_reason(reason)
    journal_id = journal_of(annotation)
    taken = take(journal_id)
    annotation = again(annotation, "map")
    require(actor, Verb.RESOLVE, annotation)
    check_standing(annotation)
    if not annotation.can_be_resolved:
        raise Settled("Only a question or an assessment is resolved.")
    if annotation.resolved == resolved:
        raise Settled("It is resolved already." if resolved else "It is open already.")
    before = fields_of(annotation)
    annotation.resolved_at, annotation.resolved_by = (taken.at, actor) if resolved else (None, None)
    annotation.save(update_fields=["resolved_at", "resolved_by"])
    record(journal_id, actor, changed(annotation, before), reason=reason)
    return annotation


def _require_author(actor: User, annotation: Annotation) -> None:
    """Whoever may write it may edit it, if it is theirs; an editor edits nobody's words."""
    require(actor, _verb(annotation.visibility), annotation)
    require(actor, Verb.REWORD, annotation)


def _verb(visibility: str) -> Verb:
    return Verb.ANNOTATE_PRIVATELY if visibility == PRIVATE else Verb.ANNOTATE


def _journal_id(actor: Actor, map: Map, visibility: str) -> int:
    if visibility == PRIVATE and actor.is_authenticated:
        return actor.journal_id
    return map.journal_id


def journal_of(annotation: Annotation) -> int:
    """The journal of its Changes: what is private to a person stands in the account's."""
    return _journal_id(annotation.author, annotation.map, annotation.visibility)


def _target_fields(
    actor: User, map: Map, target: Target | Selection | None
) -> tuple[dict[str, Any], list[Change]]:
    """The fields that name the target, and the Change of a passage made for it."""
    if isinstance(target, Selection):
        passage = _choose_passage(actor, map.article, target)
        return {"passage": passage}, [created(passage)]
    if target is None:
        raise Gone
    target = again(target)
    check_in_map(map, target=target)
    check_standing(target)
    return on(target), []


def nodes_counting(annotation: Annotation) -> list[int]:
    """The nodes whose cards count it: those of what it is about, where it is for all."""
    about = annotation.first.node or annotation.first.link
    return nodes_of(about) if about and not annotation.is_private else []


def checked_words(text: str, tags: Sequence[str], motivation: str) -> dict[str, Any]:
    """The words of an annotation, fit to store. Raises ValidationError."""
    text = clean_fields(limits.ANNOTATION, text=text)["text"]
    if says_nothing(text) and motivation != Annotation.Motivation.HIGHLIGHTING:
        raise ValidationError({"text": "Write something first."})
    return {"text": text, "tags": _checked_tags(tags)}


def _rendered(words: dict[str, Any]) -> dict[str, Any]:
    """The same words; their HTML is at hand then when they are saved, under the lock."""
    html_of(words["text"])
    return words


def _checked_tags(tags: Sequence[str]) -> list[str]:
    if len(tags) > limits.MOST_TAGS:
        raise ValidationError({"tags": f"At most {limits.MOST_TAGS} tags."})
    if not all(isinstance(tag, str) for tag in tags):
        raise ValidationError({"tags": "Tags are words."})
    cleaned = [clean_fields({"tags": limits.TAG}, tags=tag)["tags"] for tag in tags]
    cleaned = [tag.lstrip("#").strip() for tag in cleaned]
    return list(dict.fromkeys(tag for tag in cleaned if tag))


def _checked(value: str, choices: type[models.TextChoices], name: str) -> str:
    if value not in choices.values:
        raise ValidationError({name: f"Choose one of: {', '.join(choices.values)}."})
    return value
