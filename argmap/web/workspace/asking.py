"""Whether those who follow a map may still read it, and what of it: asked for all at once."""

from importlib import import_module
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from argmap.accounts.models import Sanction, TeamMember, User
from argmap.accounts.permissions import Role, Verb, may
from argmap.activity import access
from argmap.journal.models import Event, Journal
from argmap.journal.text import whole_number
from argmap.maps.models import Membership, sees_article

MOST_AT_ONCE = 200  # people in one query


class Kind(NamedTuple):
    """The class of a reader: what they are shown depends on nothing else."""

    sees_hidden: bool
    sees_article: bool
    edition: int | None  # the number in the address of their page; None is the newest


class Powers(NamedTuple):
    """What else the tools on a person's page depend on."""

    role: Role
    closed: str


class Standing(NamedTuple):
    """What a reader is to a map now."""

    kind: Kind
    powers: Powers | None  # of a visitor, who has no tools, none
    account_seq: int = 0


def kind_of(user, map, edition):
    """Of whoever may read the map."""
    return Kind(may(user, Verb.SEE_HIDDEN, map), sees_article(user, map), edition)


def powers_of(user, map):
    return Powers(map.role_of(user), map.closed) if user.is_authenticated else None


def sight_changed(after, until):
    """Whether an Event of the site's journal may have changed who sees what."""
    if until <= after:
        return False
    events = Event.objects.filter(
        journal__kind=Journal.Kind.SITE, seq__gt=after, seq__lte=until, verb__in=access.MAY_TAKE
    )
    return events.exists()


def standings(map, readers):
    """The Standing of each reader who may still read the map: `{reader: Standing}`.

    A reader has `person` (an id, or None), `session` (its key) and `kind`. The map is as
    `get_map_for_many` gave it.
    """
    readers = list(readers)
    found = {}
    for begin in range(0, len(readers), MOST_AT_ONCE):
        found |= _standings(map, readers[begin : begin + MOST_AT_ONCE])
    return found


def _standings(map, readers):
    people = _people(map, {reader.person for reader in readers if reader.person})
    alive = _sessions(people, {reader.session for reader in readers if reader.session})
    found, visitor = {}, AnonymousUser()
    for reader in readers:
        user = people.get(reader.person) if reader.person else visitor
        if user is None or (reader.person and alive.get(reader.session) != reader.person):
            continue
        _introduce(map, user)
        if may(user, Verb.READ, map):
            kind = kind_of(user, map, reader.kind.edition)
            account_seq = user.account_seq if reader.person else 0
            found[reader] = Standing(kind, powers_of(user, map), account_seq)
    return found


def _people(map, ids):
    """Active people by id, with their roles, sanctions and the `seq` of their accounts."""
    here = OuterRef("pk")
    article_team = map.article.team_id if map.article_id else None
    people = User.objects.filter(pk__in=ids, is_active=True).annotate(
        account_seq=F("journal__seq"),
        by_membership=_role(Membership.objects.filter(map=map.pk, user=here)),
        by_team=_role(TeamMember.objects.filter(team=map.team_id, user=here)),
        by_team_of_article=_role(TeamMember.objects.filter(team=article_team, user=here)),
    )
    sanctions = Sanction.objects.in_force().filter(user__in=ids)
    found = {user.pk: user for user in people}
    for pk in found.keys() - set(sanctions.values_list("user", flat=True)):
        found[pk].has_no_sanctions()
    return found


def _role(rows):
    return Subquery(rows.values("role")[:1])


def _introduce(map, user):
    """The map knows this person's roles, as it would had it been read for them."""
    signed_in = user.is_authenticated
    map.roles_are_of = user.pk
    map.role_by_membership = user.by_membership if signed_in else None
    map.role_by_team = user.by_team if signed_in else None
    if map.article_id:
        map.article.role_by_team_is_of = user.pk
        map.article.role_by_team = user.by_team_of_article if signed_in else None


def _sessions(people, keys):
    """The id of the person of each session that is still open."""
    model = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    found = {}
    for session in model.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()):
        data = session.get_decoded()
        user = people.get(whole_number(data.get(SESSION_KEY), digits=18))
        if user and constant_time_compare(
            data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        ):
            found[session.session_key] = user.pk
    return found
