"""Every write of moderation: flags, hiding and restoring, locking, sanctions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.core.exceptions import ValidationError

from argmap.accounts.models import Sanction, User
from argmap.accounts.permissions import Forbidden, HasRoles, Role, Verb, may, require
from argmap.articles.models import Article
from argmap.debate.models import Annotation, Dispute, Suggestion
from argmap.journal.errors import Settled
from argmap.journal.models import Change
from argmap.journal.text import LONGEST_REASON, clean_fields, clean_reason
from argmap.journal.writing import (
    Actor,
    action,
    again,
    changed,
    created,
    fields_of,
    record,
    site_journal_id,
    take,
)
from argmap.kinds import kind_of
from argmap.maps.actions.contributions import touch
from argmap.maps.models import Link, Map, Node

from .models import Flag

Flaggable: TypeAlias = Node | Link | Annotation | Dispute | Suggestion | Article | Map | User

LONGEST = {"note": 2000, "reason": LONGEST_REASON, "moderator_note": 5000}
MOST_OPEN = 50  # flags of one person that wait for a moderator


@action
def flag(actor: User, target: Flaggable, *, reason: str, note: str = "") -> Flag:
    """Viewers report what breaks the rules, but not what they wrote themselves.

    Raises Settled where they have done so already, ValidationError where too many of their
    reports are still open.
    """
    taken = take(site_journal_id())
    target = again(target, *kind_of(target).related)
    require(actor, Verb.FLAG, seen_through(target, actor))
    if reason not in Flag.Reason.values:
        raise ValidationError({"reason": "Choose what is wrong with it."})
    name = kind_of(target).name
    flags = Flag.objects.open().filter(reporter=actor)
    if flags.filter(**{name: target}).exists():
        raise Settled("You have reported this already; a moderator will look at it.")
    if flags.count() >= MOST_OPEN:
        raise ValidationError(
            {"reason": f"{MOST_OPEN} of your reports wait for a moderator. Report more later."}
        )
    report = Flag.objects.create(
        reporter=actor,
        reason=reason,
        note=clean_fields(LONGEST, note=note)["note"],
        created_at=taken.at,
        **{name: target},
    )
    _count_flags(target)
    record(site_journal_id(), actor, created(report))
    return report


@action
def dismiss_flags(actor: User, target: Flaggable, *, moderator_note: str = "") -> Flaggable:
    """Moderators leave the target as it is, but not their own. Raises Settled where no flag is
    open."""
    taken = take(site_journal_id())
    target = again(target, *kind_of(target).related)
    require(actor, Verb.SEE_FLAGS, target)
    require(actor, Verb.DISMISS, target)
    changes = _handle_flags(actor, target, Flag.State.DISMISSED, taken.at)
    if not changes:
        raise Settled("No flag is open on this any more.")
    note = clean_fields(LONGEST, moderator_note=moderator_note)["moderator_note"]
    record(site_journal_id(), actor, *changes, moderator_note=note)
    return target


@action
def hide(actor: User, target: Flaggable, *, reason: str, moderator_note: str = "") -> Flaggable:
    """Moderators withhold a contribution, an article or a map from its readers.

    The public reason stands in the target's own journal, the note in the site's. Open
    flags on it are settled. Raises Settled where it is hidden already.
    """
    return _set_hidden(actor, target, Verb.HIDE, reason, moderator_note)


@action
def restore(actor: User, target: Flaggable, *, reason: str, moderator_note: str = "") -> Flaggable:
    """Moderators show again what was hidden, but not their own."""
    return _set_hidden(actor, target, Verb.RESTORE, reason, moderator_note)


def _set_hidden(
    actor: User, target: Flaggable, verb: Verb, reason: str, moderator_note: str
) -> Flaggable:
    kind = kind_of(target)
    if not kind.can_be_hidden:
        raise ValidationError({"reason": "An account is sanctioned, not hidden."})
    journal_id = kind.journal(target)
    taken = take(journal_id, site_journal_id())
    target = again(target, *kind.related)
    require(actor, verb, target)
    hiding = verb is Verb.HIDE
    if target.hidden == hiding:
        raise Settled(f"This is {'hidden' if hiding else 'shown'} already.")
    texts = clean_fields(LONGEST, reason=reason, moderator_note=moderator_note)
    if not texts["reason"]:
        raise ValidationError({"reason": "Give the reason; it is public."})
    before = fields_of(target)
    target.hidden_at = taken.at if hiding else None
    target.save(update_fields=["hidden_at"])
    flags = _handle_flags(actor, target, Flag.State.ACTED_ON, taken.at) if hiding else []
    touch(taken.seq(journal_id), *kind.cards(target))
    record(journal_id, actor, changed(target, before), reason=texts["reason"])
    record(site_journal_id(), actor, *flags, **texts)
    return target


@action
def lock_map(actor: User, map: Map, *, reason: str) -> Map:
    """Moderators stop all writing in a map."""
    return _set_locked(actor, map, Verb.LOCK, reason)


@action
def unlock_map(actor: User, map: Map, *, reason: str) -> Map:
    """Moderators let people write in it again."""
    return _set_locked(actor, map, Verb.UNLOCK, reason)


def _set_locked(actor: User, map: Map, verb: Verb, reason: str) -> Map:
    taken = take(map.journal_id, site_journal_id())
    map = again(map)
    locking = verb is Verb.LOCK
    if locking and map.locked_at:
        require(actor, Verb.READ, map)
        raise Settled("This map is locked already.")
    require(actor, verb, map)
    if not locking and not map.locked_at:
        raise Settled("This map is not locked.")
    reason = _needed_reason(reason)
    before = fields_of(map)
    map.locked_at = taken.at if locking else None
    map.save(update_fields=["locked_at"])
    record(map.journal_id, actor, changed(map, before), reason=reason)
    record(site_journal_id(), actor, reason=reason)
    return map


@action
def sanction(
    actor: User,
    user: User,
    *,
    kind: str,
    reason: str,
    ends_at: datetime | None = None,
    moderator_note: str = "",
) -> Sanction:
    """Moderators warn, mute, suspend or ban an account; only operators an operator's.

    A ban has no end until it is lifted. What readers reported of the account is settled by it.
    """
    taken = take(user.journal_id, site_journal_id())
    user = again(user)
    require(actor, sanction_verb(user))
    if user.pk == actor.pk:
        raise Forbidden("You cannot sanction yourself.")
    measure = Sanction(
        user=user,
        kind=kind,
        reason=_needed_reason(reason),
        imposed_by=actor,
        begins_at=taken.at,
        ends_at=ends_at,
    )
    measure.full_clean()
    measure.save()
    _set_active(measure)
    flags = _handle_flags(actor, user, Flag.State.ACTED_ON, taken.at)
    record(user.journal_id, actor, created(measure), reason=measure.reason)
    record(
        site_journal_id(),
        actor,
        created(measure),
        *flags,
        moderator_note=clean_fields(LONGEST, moderator_note=moderator_note)["moderator_note"],
    )
    return measure


@action
def lift_sanction(actor: User, measure: Sanction, *, reason: str) -> Sanction:
    """Moderators end a sanction before its time; an operator's, another operator."""
    taken = take(measure.user.journal_id, site_journal_id())
    measure = again(measure, "user")
    require(actor, sanction_verb(measure.user))
    if measure.user_id == actor.pk:
        raise Forbidden("You cannot lift your own sanction.")
    if measure.lifted_at:
        raise Settled("This sanction is lifted already.")
    reason = _needed_reason(reason)
    before = fields_of(measure)
    measure.lifted_at = taken.at
    measure.save(update_fields=["lifted_at"])
    _set_active(measure)
    change = changed(measure, before)
    record(measure.user.journal_id, actor, change, reason=reason)
    record(site_journal_id(), actor, changed(measure, before), reason=reason)
    return measure


def sanction_verb(user: User) -> Verb:
    """What is asked of whoever sanctions this person."""
    return Verb.SANCTION_OPERATOR if user.is_superuser else Verb.SANCTION


def may_sanction(actor: Actor, user: User) -> bool:
    return actor.pk != user.pk and may(actor, sanction_verb(user))


def _set_active(measure: Sanction) -> None:
    """A banned person cannot sign in."""
    if measure.kind == Sanction.Kind.BAN:
        bans = measure.user.sanctions.in_force().filter(kind=Sanction.Kind.BAN)
        User.objects.filter(pk=measure.user_id).update(is_active=not bans.exists())


@dataclass(frozen=True)
class Through:
    """An article as those see it who see it only through a map: whose map that is says nothing
    of whose article it is."""

    map: Map

    @property
    def open_to_moderators(self) -> bool:
        return self.map.open_to_moderators

    def role_of(self, user: Actor) -> Role:
        return min(self.map.role_of(user), Role.VIEWER)


def seen_through(target: Flaggable, user: Actor, maps: Iterable[Map] | None = None) -> HasRoles:
    """The target, or an article through one of its maps, where the person sees it only there."""
    if not isinstance(target, Article) or may(user, Verb.READ, target):
        return target
    maps = target.maps.all() if maps is None else maps
    return next((Through(map) for map in maps if may(user, Verb.READ, map)), target)


def _needed_reason(reason: str) -> str:
    reason = clean_reason(reason)
    if not reason:
        raise ValidationError({"reason": "Give the reason."})
    return reason


def _handle_flags(actor: User, target: Flaggable, state: Flag.State, at: datetime) -> list[Change]:
    changes = []
    for report in Flag.objects.open().filter(**{kind_of(target).name: target}):
        before = fields_of(report)
        report.state, report.handled_by, report.handled_at = state, actor, at
        report.save(update_fields=["state", "handled_by", "handled_at"])
        changes.append(changed(report, before))
    _count_flags(target)
    return changes


def _count_flags(target: Flaggable) -> None:
    """The number of open flags; an update of its own, since it stands in no Change."""
    count = Flag.objects.open().filter(**{kind_of(target).name: target}).count()
    type(target).objects.filter(pk=target.pk).update(open_flags=count)
    target.open_flags = count
