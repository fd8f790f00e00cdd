"""Maps: beginning them, their settings and members, the archive."""

import secrets

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from argmap.accounts.actions import _give_role
from argmap.accounts.permissions import Role, Verb, require
from argmap.articles.actions import _add_edition, _begin_article
from argmap.articles.models import Visibility
from argmap.journal.models import Journal
from argmap.journal.text import clean_fields
from argmap.journal.writing import (
    Settled,
    action,
    again,
    changed,
    created,
    fields_of,
    new_journal,
    record,
    site_journal_id,
    take,
)

from ..models import Map, Membership

LONGEST = {"title": 300, "question": 500, "summary": 5000}


@action
def bring_in(actor, *, article, text, note="", question="", team=None):
    """A new article with its first edition, and an empty map of it, the actor's own.

    Anyone signed in; for a team, its writers. `article` holds its fields by name; the map
    has its title and visibility. Raises ValidationError.
    """
    require(actor, Verb.BEGIN)
    if team is not None:
        require(actor, Verb.ADD, team)
    source = _begin_article(actor, article, team)
    map = _begin_map(source.title, question, source, source.visibility, team)
    taken = take(source.journal_id, map.journal_id)
    source.created_at = taken.at
    source.save()
    edition = _add_edition(actor, source, text, note, taken.at)
    record(source.journal_id, actor, created(source), created(edition))
    map.article = source
    record(map.journal_id, actor, *_save_map(map, actor, taken.at))
    return map


@action
def begin_map(actor, *, title, question="", article=None, visibility=Visibility.PRIVATE, team=None):
    """An empty map, the actor's own. Anyone signed in, on an article that they may read; for
    a team, its writers."""
    require(actor, Verb.BEGIN)
    if article is not None:
        require(actor, Verb.READ, article)
    if team is not None:
        require(actor, Verb.ADD, team)
    map = _begin_map(title, question, article, visibility, team)
    taken = take(map.journal_id)
    record(map.journal_id, actor, *_save_map(map, actor, taken.at))
    return map


@action
def edit_map(actor, map, **fields):
    """An owner: title, question, summary, welcome_role, stances_by_name.

    Who took a stance was told whether it stands by name, so that cannot change afterwards.
    """
    take(map.journal_id)
    map = again(map)
    require(actor, Verb.MANAGE, map)
    before = fields_of(map)
    texts = {name: fields[name] for name in LONGEST if name in fields}
    for name, value in clean_fields(LONGEST, **texts).items():
        setattr(map, name, value)
    for name in ("welcome_role", "stances_by_name"):
        if name in fields:
            setattr(map, name, fields[name])
    map.full_clean(exclude=["journal", "article", "slug"])
    if map.stances_by_name != before["stances_by_name"] and map.stances.exists():
        raise ValidationError(
            {"stances_by_name": "People have taken stances here already; this stays as it is."}
        )
    map.save(update_fields=[*LONGEST, "welcome_role", "stances_by_name"])
    record(map.journal_id, actor, changed(map, before))
    return map


@action
def set_visibility(actor, map, visibility):
    """An owner. No map is wider than its article; nobody guesses where an unlisted one is."""
    take(map.journal_id, site_journal_id())
    map = again(map, "article")
    require(actor, Verb.MANAGE, map)
    _check_visibility(visibility, map.article)
    before = fields_of(map)
    map.visibility = visibility
    if visibility == Visibility.UNLISTED:
        map.slug = _new_slug(map.title, visibility)
    map.save(update_fields=["visibility", "slug"])
    record(map.journal_id, actor, changed(map, before))
    record(site_journal_id(), actor)
    return map


@action
def set_role(actor, map, user, role):
    """An owner gives a role in the map; None ends the membership. The last owner stays one."""
    take(map.journal_id, site_journal_id())
    map = again(map)
    require(actor, Verb.MANAGE, map)
    member, change = _give_role(map.memberships, user, role)
    record(map.journal_id, actor, change)
    record(site_journal_id(), actor)
    return member


@action
def archive_map(actor, map, *, reason=""):
    """An owner. From then on it is only read. Raises Settled where it is archived already."""
    return _archive(actor, map, Verb.ARCHIVE, reason)


@action
def unarchive_map(actor, map, *, reason=""):
    """An owner takes it out of the archive again."""
    return _archive(actor, map, Verb.UNARCHIVE, reason)


def _archive(actor, map, verb, reason):
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
    record(
        map.journal_id, actor, changed(map, before), reason=clean_fields(reason=reason)["reason"]
    )
    return map


def _begin_map(title, question, article, visibility, team):
    """An unsaved map with its journal; it is saved when that is taken."""
    texts = clean_fields(LONGEST, title=title, question=question)
    if not texts["title"]:
        raise ValidationError({"title": "Give the map a title."})
    _check_visibility(visibility, article)
    return Map(
        **texts,
        slug=_new_slug(texts["title"], visibility),
        article=article,
        team=team,
        visibility=visibility,
        journal=new_journal(Journal.Kind.MAP),
    )


def _check_visibility(visibility, article):
    if visibility not in Visibility.values:
        raise ValidationError({"visibility": "There is no such visibility."})
    if article is not None and Visibility(visibility).wider_than(article.visibility):
        raise ValidationError(
            {"visibility": f"The article is {article.visibility}; its map cannot be wider."}
        )


def _save_map(map, actor, at):
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


def _new_slug(title, visibility):
    """From the title; with a part that cannot be guessed, unless the map is public."""
    slug = slugify(title)[:80].strip("-") or "map"
    if visibility != Visibility.PUBLIC or Map.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(8)}"
    return slug
