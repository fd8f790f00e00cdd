"""Maps: beginning them, their settings and members, the archive."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from argmap.accounts.actions import _give_role
from argmap.accounts.models import Team, User
from argmap.accounts.permissions import Role, Verb, require
from argmap.articles.actions import (
    WrittenAs,
    _add_edition,
    _begin_article,
    checked_note,
    read_text,
    require_to_begin,
)
from argmap.articles.models import Article, Visibility
from argmap.journal.errors import Settled
from argmap.journal.models import Change, Journal
from argmap.journal.text import clean_fields, clean_reason
from argmap.journal.writing import (
    action,
    again,
    changed,
    check_difference,
    created,
    fields_of,
    new_journal,
    record,
    site_journal_id,
    take,
)

from .. import limits
from ..models import Map, Membership


@action
def bring_in(
    actor: User,
    *,
    article: dict[str, Any],
    text: str,
    written_as: str = WrittenAs.PLAIN,
    note: str = "",
    question: str = "",
    team: Team | None = None,
) -> Map:
    """A new article with its first edition, and an empty map of it, the actor's own.

    Anyone signed in; for a team, its writers. `article` holds its fields by name; the map
    has its title and visibility. Raises ValidationError.
    """
    source, note = read_text(text, written_as), checked_note(note)
    begun = _begin_article(actor, article, team)
    map = _begin_map(begun.title, question, begun.visibility, team)
    taken = take(begun.journal_id, map.journal_id)
    require_to_begin(actor, team)
    begun.created_at = taken.at
    begun.save()
    edition = _add_edition(actor, begun, source, note, taken.at)
    record(begun.journal_id, actor, created(begun), created(edition))
    map.article = begun
    record(map.journal_id, actor, *_save_map(map, actor, taken.at))
    return map


@action
def begin_map(
    actor: User,
    *,
    title: str,
    question: str = "",
    article: Article | None = None,
    visibility: str = Visibility.PRIVATE,
    team: Team | None = None,
) -> Map:
    """An empty map, the actor's own. Anyone signed in, on an article that they may read; for
    a team, its writers."""
    map = _begin_map(title, question, visibility, team)
    taken = take(map.journal_id, held=_journals_of(article))
    require_to_begin(actor, team)
    if article is not None:
        map.article = again(article, "team")
        require(actor, Verb.READ, map.article)
        _check_not_wider(visibility, map.article)
    record(map.journal_id, actor, *_save_map(map, actor, taken.at))
    return map


@action
def edit_map(
    actor: User,
    map: Map,
    *,
    title: str | None = None,
    question: str | None = None,
    summary: str | None = None,
    welcome_role: int | None = None,
    stances_by_name: bool | None = None,
) -> Map:
    """An owner changes the settings. What is None stays as it is.

    Who took a stance was told whether it stands by name, so that cannot change afterwards.
    """
    texts = {"title": title, "question": question, "summary": summary}
    fields: dict[str, Any] = {}
    fields |= clean_fields(
        limits.MAP, **{name: text for name, text in texts.items() if text is not None}
    )
    choices = {"welcome_role": welcome_role, "stances_by_name": stances_by_name}
    fields |= {name: choice for name, choice in choices.items() if choice is not None}
    take(map.journal_id)
    map = again(map)
    require(actor, Verb.MANAGE, map)
    before = fields_of(map)
    for name, value in fields.items():
        setattr(map, name, value)
    map.full_clean(exclude=["journal", "article", "slug"])
    if map.stances_by_name != before["stances_by_name"] and map.stances.exists():
        raise ValidationError(
            {"stances_by_name": "People have taken stances here already; this stays as it is."}
        )
    check_difference(map, before)
    map.save(update_fields=list(fields))
    record(map.journal_id, actor, changed(map, before))
    return map


@action
def set_visibility(actor: User, map: Map, visibility: str) -> Map:
    """An owner. No map is wider than its article; nobody guesses where an unlisted one is."""
    _check_visibility(visibility)
    take(map.journal_id, site_journal_id(), held=_journals_of(map.article))
    map = again(map, "article")
    require(actor, Verb.MANAGE, map)
    _check_not_wider(visibility, map.article)
    before = fields_of(map)
    _set_visibility(map, visibility)
    check_difference(map, before)
    record(map.journal_id, actor, changed(map, before))
    record(site_journal_id(), actor)
    return map


def _set_visibility(map: Map, visibility: str) -> None:
    if visibility == Visibility.UNLISTED and map.visibility != visibility:
        map.slug = _new_slug(map.title, visibility)
    map.visibility = visibility
    map.save(update_fields=["visibility", "slug"])


@action
def set_article_visibility(actor: User, article: Article, visibility: str) -> Article:
    """The article's owner (its team's owners). A map that would be wider is narrowed with it.

    Whoever owns the text says how widely it is seen, and a map shows its text. Were a wider map
    a reason to refuse, a stranger's unlisted one would both keep the owner from it and be
    betrayed by the refusal. Each map that is narrowed has an Event of its own.
    """
    _check_visibility(visibility)
    wider = _wider_maps(article, visibility)
    take(article.journal_id, site_journal_id(), *(map.journal_id for map in wider))
    article = again(article, "team")
    require(actor, Verb.MANAGE, article)
    if _wider_maps(article, visibility) != wider:
        raise Settled("Someone changed this while you were writing. Try again.")
    before = fields_of(article)
    article.visibility = visibility
    check_difference(article, before)
    article.save(update_fields=["visibility"])
    record(article.journal_id, actor, changed(article, before))
    for map in wider:
        before = fields_of(map)
        _set_visibility(map, visibility)
        record(map.journal_id, actor, changed(map, before))
    record(site_journal_id(), actor)
    return article


def _wider_maps(article: Article, visibility: str) -> list[Map]:
    """As they are in the database now."""
    wider = [each for each in Visibility if each.wider_than(visibility)]
    return list(Map.objects.filter(article=article, visibility__in=wider).order_by("pk"))


@action
def set_role(actor: User, map: Map, user: User, role: int | None) -> Membership | None:
    """An owner gives a role in the map; None ends the membership. The last owner stays one."""
    take(map.journal_id, site_journal_id())
    map = again(map)
    require(actor, Verb.MANAGE, map)
    member, change = _give_role(map.memberships, user, role)
    record(map.journal_id, actor, change)
    record(site_journal_id(), actor)
    return member


@action
def archive_map(actor: User, map: Map, *, reason: str = "") -> Map:
    """An owner. From then on it is only read. Raises Settled where it is archived already."""
    return _archive(actor, map, Verb.ARCHIVE, reason)


@action
def unarchive_map(actor: User, map: Map, *, reason: str = "") -> Map:
    """An owner takes it out of the archive again."""
    return _archive(actor, map, Verb.UNARCHIVE, reason)


def _archive(actor: User, map: Map, verb: Verb, reason: str) -> Map:
    taken = take(map.journal_id)
    map = again(map)
    archiving = verb is Verb.ARCHIVE
    if archiving and map.archived_at:
        require(actor, Verb.READ, map)
        raise Settled("This map is archived already.")
    require(actor, verb, map)
    if not archiving and not map.archived_at:
        raise Settled("This map is not archived.")
    before = fields_of(map)
    map.archived_at = taken.at if archiving else None
    map.save(update_fields=["archived_at"])
    record(map.journal_id, actor, changed(map, before), reason=clean_reason(reason))
    return map


def _journals_of(article: Article | None) -> list[int]:
    """Held while a map's visibility is chosen, so that the article's is not narrowed meanwhile."""
    return [] if article is None else [article.journal_id]


def _begin_map(title: str, question: str, visibility: str, team: Team | None) -> Map:
    """An unsaved map with its journal; it is saved when that is taken."""
    texts = clean_fields(limits.MAP, title=title, question=question)
    if not texts["title"]:
        raise ValidationError({"title": "Give the map a title."})
    _check_visibility(visibility)
    return Map(
        **texts,
        slug=_new_slug(texts["title"], visibility),
        team=team,
        visibility=visibility,
        journal=new_journal(Journal.Kind.MAP),
    )


def _check_visibility(visibility: str) -> None:
    if visibility not in Visibility.values:
        raise ValidationError({"visibility": "There is no such visibility."})


def _check_not_wider(visibility: str, article: Article | None) -> None:
    if article is not None and Visibility(visibility).wider_than(article.visibility):
        raise ValidationError(
            {"visibility": f"The article is {article.visibility}; its map cannot be wider."}
        )


def _save_map(map: Map, actor: User, at: datetime) -> list[Change]:
    """The new map with the actor as its owner. Returns the Changes.

    Someone may have begun a map with this address meanwhile; then ours gets another.
    """
    map.created_at = at
    try:
        with transaction.atomic():
            map.save(force_insert=True)
    except IntegrityError:
        map.slug = f"{map.slug[:80]}-{secrets.token_hex(8)}"
        map.save(force_insert=True)
    owner = Membership.objects.create(map=map, user=actor, role=Role.OWNER)
    return [created(map), created(owner)]


def _new_slug(title: str, visibility: str) -> str:
    """From the title; with a part that cannot be guessed, unless the map is public."""
    slug = slugify(title)[:80].strip("-") or "map"
    if visibility != Visibility.PUBLIC or Map.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(8)}"
    return slug
