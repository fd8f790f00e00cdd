"""Every write to accounts and teams."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from argmap.journal.errors import Gone, Settled
from argmap.journal.models import Change
from argmap.journal.text import clean_fields
from argmap.journal.writing import (
    action,
    again,
    changed,
    check_difference,
    created,
    fields_of,
    record,
    removed,
    shown_to_all,
    site_journal_id,
    take,
)

from .letters import tell_of_moderator
from .models import (
    ROLES,
    ApiToken,
    Invitation,
    Sanction,
    Team,
    TeamMember,
    User,
    digest_of,
    new_token,
)
from .names import check_name
from .permissions import Role, Verb, require, require_signed_in

INVITATION_LASTS = timedelta(days=14)


@action
def rename_account(actor: User, user: User, *, name: str) -> User:
    """The person themself. The site's journal hears of it, since it changes pages of others."""
    take(user.journal_id, site_journal_id())
    user = again(user)
    require(actor, Verb.KEEP_ACCOUNT, user)
    chosen, name = name.strip(), clean_fields({"name": 80}, name=name)["name"]
    try:
        check_name(name or chosen)
    except ValidationError as error:
        raise ValidationError({"name": error}) from error
    before = fields_of(user)
    user.name = name
    check_difference(user, before)
    user.save(update_fields=["name"])
    record(user.journal_id, actor, changed(user, before))
    shown_to_all(record(site_journal_id(), actor, changed(user, before)))
    return user


@action
def set_password(actor: User, user: User, password: str) -> User:
    """The person themself, also while suspended. Their tokens end with the old password.

    Django ends every session that was begun with it. The Event holds the tokens; no journal
    hears of a password.
    """
    taken = take(user.journal_id)
    user = again(user)
    require(actor, Verb.SECURE_ACCOUNT, user)
    changes = [_revoke(token, taken.at) for token in user.api_tokens.in_force()]
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user.journal_id, actor, *changes)
    return user


@action
def read_sanction(actor: User, measure: Sanction) -> Sanction:
    """Whom a sanction is for says that they have read it; no page tells them of it any more.

    Raises Settled where they have said so already.
    """
    taken = take(measure.user.journal_id)
    measure = again(measure, "user")
    require(actor, Verb.SECURE_ACCOUNT, measure.user)
    if measure.read_at:
        raise Settled("You have read this already.")
    before = fields_of(measure)
    measure.read_at = taken.at
    measure.save(update_fields=["read_at"])
    record(measure.user.journal_id, actor, changed(measure, before))
    return measure


@action
def issue_token(actor: User, *, name: str) -> tuple[ApiToken, str]:
    """A new API token of the actor's own. Returns (token row, secret); the secret is not kept."""
    require_signed_in(actor, Verb.KEEP_ACCOUNT)
    taken = take(actor.journal_id)
    require(actor, Verb.KEEP_ACCOUNT, actor)
    name = clean_fields({"name": 80}, name=name)["name"] or "token"
    secret, digest = new_token()
    token = ApiToken.objects.create(user=actor, name=name, digest=digest, created_at=taken.at)
    record(actor.journal_id, actor, created(token))
    return token, secret


@action
def revoke_token(actor: User, token: ApiToken) -> ApiToken:
    """The token's owner, also while suspended. Raises Settled if it is revoked already."""
    taken = take(token.user.journal_id)
    token = again(token, "user")
    require(actor, Verb.SECURE_ACCOUNT, token.user)
    if token.revoked_at:
        raise Settled("This token is revoked already.")
    record(token.user.journal_id, actor, _revoke(token, taken.at))
    return token


def _revoke(token: ApiToken, at: datetime) -> Change:
    before = fields_of(token)
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    return changed(token, before)


@action
def create_team(actor: User, *, name: str) -> Team:
    """Anyone signed in, who becomes its owner. Raises ValidationError where the name is taken."""
    taken = take(site_journal_id())
    require(actor, Verb.BEGIN)
    name = clean_fields({"name": 80}, name=name)["name"]
    slug = slugify(name, allow_unicode=False)
    if not slug:
        raise ValidationError({"name": "Give the team a name with letters in it."})
    if Team.objects.filter(slug=slug).exists():
        raise ValidationError({"name": "Another team has this name."})
    team = Team.objects.create(name=name, slug=slug, created_at=taken.at)
    owner = TeamMember.objects.create(team=team, user=actor, role=Role.OWNER)
    record(site_journal_id(), actor, created(team), created(owner))
    return team


@action
def set_team_role(actor: User, team: Team, user: User, role: int | None) -> TeamMember | None:
    """A team's owner. `role` None ends the membership. The last owner stays one."""
    take(site_journal_id())
    team = again(team)
    require(actor, Verb.MANAGE, team)
    member, change = _give_role(team.members, user, role)
    record(site_journal_id(), actor, change)
    return member


def _give_role(members: Any, user: User, role: int | None) -> tuple[Any, Change]:
    """The person's role among the members of a team or a map; None ends the membership.

    Returns (member or None, Change). Raises ValidationError, also where no owner would be
    left, and Gone where there is no membership to end.
    """
    if role is not None and role not in dict(ROLES):
        raise ValidationError({"role": "There is no such role."})
    member = members.filter(user=user).first()
    if member is None and role is None:
        raise Gone
    if member is None:
        member = members.create(user=user, role=role)
        return member, created(member)
    is_owner = member.role == Role.OWNER
    if is_owner and role != Role.OWNER and members.filter(role=Role.OWNER).count() == 1:
        raise ValidationError({"role": "Someone must own this: name another owner first."})
    before = fields_of(member)
    if role is None:
        change = removed(member, before)
        member.delete()
        return None, change
    member.role = role
    check_difference(member, before)
    member.save(update_fields=["role"])
    return member, changed(member, before)


@action
def invite(actor: User, team: Team, *, email: str, role: int) -> tuple[Invitation, str]:
    """A team's owner. Returns (invitation, secret); the secret goes into the letter only."""
    taken = take(site_journal_id())
    team = again(team)
    require(actor, Verb.MANAGE, team)
    secret, digest = new_token()
    invitation = Invitation(
        team=team,
        email=clean_fields(email=email)["email"],
        role=role,
        token_digest=digest,
        invited_by=actor,
        created_at=taken.at,
        expires_at=taken.at + INVITATION_LASTS,
    )
    invitation.full_clean(exclude=["token_digest"])
    invitation.save()
    record(site_journal_id(), actor, created(invitation))
    return invitation, secret


@action
def accept_invitation(actor: User, secret: str) -> TeamMember:
    """Whoever holds the secret. Nobody's role falls by it.

    Raises Gone if it is none, Settled if it is used or too old.
    """
    taken = take(site_journal_id())
    require(actor, Verb.BEGIN)
    invitation = Invitation.objects.filter(token_digest=digest_of(secret)).first()
    if invitation is None:
        raise Gone
    if invitation.accepted_at or invitation.expires_at <= taken.at:
        raise Settled("This invitation was used already, or its time is over.")
    before = fields_of(invitation)
    invitation.accepted_at, invitation.accepted_by = taken.at, actor
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    changes = [changed(invitation, before)]
    members = invitation.team.members
    member = members.filter(user=actor).first()
    if member is None or member.role < invitation.role:
        member, change = _give_role(members, actor, invitation.role)
        changes.append(change)
    record(site_journal_id(), actor, *changes)
    return member


@action
def make_moderator(actor: User, user: User, *, moderator: bool = True) -> User:
    """A moderator or the server's operator names one (who may use the admin), or ends it.

    An operator is left one by operators only. All moderators and operators get a letter.
    Raises Settled where it is so already.
    """
    take(user.journal_id, site_journal_id())
    user = again(user)
    require(actor, Verb.NAME_MODERATORS)
    if user.is_superuser:
        require(actor, Verb.SANCTION_OPERATOR)
    if user.is_moderator == moderator:
        raise Settled(f"{user} is {'a moderator' if moderator else 'no moderator'} already.")
    before = fields_of(user)
    user.is_moderator = moderator
    user.is_staff = moderator or user.is_superuser
    user.save(update_fields=["is_moderator", "is_staff"])
    record(user.journal_id, actor, changed(user, before))
    record(site_journal_id(), actor, changed(user, before))
    transaction.on_commit(lambda: tell_of_moderator(actor, user), robust=True)
    return user
