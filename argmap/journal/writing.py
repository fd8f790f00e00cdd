"""The one way to write: actions, the journals that they take, and what they record.

An action cleans what came, takes its journals, which begins its transaction, reads its objects
again, requires its permission, changes rows and records one Event in each journal that it took.
`action` holds an action to that: one that forgets a part fails, and its transaction with it.
"""

from __future__ import annotations

import contextvars
import functools
import hashlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    NamedTuple,
    ParamSpec,
    TypeAlias,
    TypeVar,
    overload,
)

import orjson
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone as django_timezone

from . import rows
from .errors import Gone
from .locking import turn, watched_wait
from .models import Change, Event, Journal, Sent, new_salt
from .once import Repeated, keep, recall

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.auth.models import _User as User  # settings.AUTH_USER_MODEL, to mypy

#: Whoever asks, signed in or not.
Actor: TypeAlias = "User | AnonymousUser"
#: A value of a column as JSON can hold it, and a row of them by their names.
Plain: TypeAlias = "bool | int | float | str | list[Any] | dict[str, Any] | None"
Fields: TypeAlias = dict[str, Plain]

P = ParamSpec("P")
Result = TypeVar("Result")
Row = TypeVar("Row", bound=models.Model)

REGISTRY: dict[str, Callable[..., object]] = {}
listeners: list[Callable[[int, int], object]] = []
_current: contextvars.ContextVar[Acting | None] = contextvars.ContextVar(
    "current_action", default=None
)


@dataclass
class Acting:
    """What the action under way has taken, required and recorded so far."""

    name: str
    actor: Actor
    transaction: ExitStack
    begun: bool = False
    journals_are_locked: Callable[[], None] | None = None  # since it began
    sent: Sent | None = None
    at: datetime | None = None  # since its journals are taken
    taken: dict[int, int] = field(default_factory=dict)
    recorded: set[int] = field(default_factory=set)
    permission_required: bool = False

    def begin(self, *journal_ids: int) -> None:
        """Wait for a turn and begin the transaction. Nobody waits for what is done before.

        Raises Repeated where what is sent was done already.
        """
        if not self.begun:
            self.journals_are_locked = self.transaction.enter_context(turn(*journal_ids))
            self.begun = True
            self.sent = recall(self.actor)

    def check(self) -> None:
        if not self.permission_required:
            raise RuntimeError(f"{self.name} required no permission under its lock")
        if not self.taken or self.recorded != set(self.taken):
            raise RuntimeError(f"{self.name} must record one Event in each journal that it takes")


@overload
def action(
    function: Callable[Concatenate[User, P], Result], /
) -> Callable[Concatenate[Actor, P], Result]: ...


@overload
def action(
    *, first: Callable[Concatenate[User, P], object]
) -> Callable[[Callable[..., Result]], Callable[Concatenate[Actor, P], Result]]: ...


def action(
    function: Callable[..., Any] | None = None, *, first: Callable[..., object] | None = None
) -> Callable[..., Any]:
    """Register a public action and hold it to the rules of this module.

    `first` is called with the same arguments before the lock is asked for, while others write
    freely: what takes long and needs no lock. What it gives comes to the action as `ready`.

    Anyone may call an action, signed in or not. Its own code is written for a User, since no
    permission to write is for whoever is not signed in, and without one it fails.
    """
    if function is None:
        return functools.partial(action, first=first)
    name = function.__name__

    @functools.wraps(function)
    def act(actor: Actor, *args: Any, **kwargs: Any) -> Any:
        if (outer := _current.get()) is not None:
            raise RuntimeError(f"{outer.name} calls {name}: an action calls no other")
        if first is not None:
            kwargs["ready"] = first(actor, *args, **kwargs)
        acting = Acting(name, actor, ExitStack())
        token = _current.set(acting)
        try:
            with acting.transaction:
                result = function(actor, *args, **kwargs)
                acting.check()
                if acting.sent is not None and acting.at is not None:
                    keep(acting.sent, result, acting.at)
        except (_Unchanged, Repeated) as without_writing:
            return without_writing.obj
        finally:
            _current.reset(token)
        return result

    if name in REGISTRY:
        raise RuntimeError(f"two actions are called {name}")
    REGISTRY[name] = act
    return act


class _Unchanged(Exception):
    """Takes an object out of an action that turned out to have nothing to write."""

    def __init__(self, obj: models.Model) -> None:
        super().__init__()
        self.obj = obj


def check_difference(obj: models.Model, before: Fields, *changes: Change) -> None:
    """Ends the action here, with nothing written, where the object is as it was before.

    To save what is as it was is no edit: it draws no `seq`, counts no version and wakes nobody.
    `changes` are what else the action has to record.
    """
    if not changes and fields_of(obj) == before:
        raise _Unchanged(obj)


def check_names(fields: Iterable[str], known: Iterable[str]) -> None:
    """Raises TypeError for a field that an action does not know, as Python does for a keyword."""
    if unknown := set(fields) - set(known):
        raise TypeError(f"unexpected fields: {', '.join(sorted(unknown))}")


def in_action() -> bool:
    """Whether an action is under way: what this thread reads is not committed yet."""
    return _current.get() is not None


def permission_required() -> None:
    """Note that the action under way has asked for its permission (see `require`).

    Only what is asked once the journals are taken counts: before, things were perhaps different.
    """
    if (acting := _current.get()) is not None and acting.taken:
        acting.permission_required = True


@dataclass(frozen=True)
class Taken:
    """The journals that an action holds: their next `seq`, one time, and node numbers."""

    at: datetime
    seqs: dict[int, int]
    numbers: range
    within: Any = None

    def seq(self, journal_id: int) -> int:
        return self.seqs[journal_id]


def take(
    *journal_ids: int, numbers: int = 0, held: Iterable[int] = (), within: Any = None
) -> Taken:
    """Lock the journals, in the order of their ids, and draw the next `seq` of each.

    `numbers` is how many node numbers to draw from the first one. Those `held` must only not
    change meanwhile (an article whose visibility or words something relies on): they get no
    Event. Then the actor is read again, since a moderator may have acted while we waited; and
    `within`, the map that it happens in, by the same statement. Once in an action. Raises Gone.
    """
    acting = _current.get()
    if acting is None or acting.taken:
        raise RuntimeError("journals are taken by an action, all in one call")
    acting.begin(*journal_ids)
    seqs: dict[int, int] = {}
    drawn = range(0)
    with watched_wait(), connection.cursor() as cursor:
        for journal_id in sorted({*journal_ids, *held}):
            if journal_id not in journal_ids:
                _hold(cursor, journal_id)
                continue
            count = numbers if journal_id == journal_ids[0] else 0
            cursor.execute(
                "UPDATE journal_journal SET seq = seq + 1, numbered = numbered + %s"
                " WHERE id = %s RETURNING seq, numbered",
                [count, journal_id],
            )
            seqs[journal_id], last = cursor.fetchone()
            if count:
                drawn = range(last - count + 1, last + 1)
    if acting.journals_are_locked is not None:
        acting.journals_are_locked()
    acting.taken = seqs
    acting.at = django_timezone.now()
    if within is not None:
        within = within.again_for(acting.actor)
    elif acting.actor.is_authenticated:
        acting.actor.read_again()
    return Taken(acting.at, seqs, drawn, within)


def _hold(cursor: CursorWrapper, journal_id: int) -> None:
    """Others may hold it too, nobody takes it. In SQLite one writes at a time anyway."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT 1 FROM journal_journal WHERE id = %s FOR SHARE", [journal_id])


def again(obj: Row, *related: str) -> Row:
    """The object read again under the lock. Raises Gone if it is not there any more."""
    if related:
        found = type(obj)._default_manager.select_related(*related).filter(pk=obj.pk).first()
    else:
        found = rows.read(type(obj), obj.pk)
    if found is None:
        raise Gone
    return found


def record(
    journal_id: int,
    actor: User | None,
    *changes: Change,
    reason: str = "",
    moderator_note: str = "",
    verb: str | None = None,
) -> Event:
    """Make the Event of a journal that was taken, with its Changes. Only this and `record_many` do.

    An import has its Changes by the hundred thousand: see `bulk.record_many`.
    """
    event = begin_event(journal_id, actor, reason, moderator_note, verb)
    event.digest = digest_of_event(event, [change.digest for change in changes])
    if len(changes) == 1:
        rows.store_with(event, changes[0], "event")
    else:
        rows.store(event)
        for change in changes:
            change.event = event
        Change.objects.bulk_create(changes, batch_size=500)
    tell_listeners(event)
    return event


def begin_event(
    journal_id: int,
    actor: User | None,
    reason: str = "",
    moderator_note: str = "",
    verb: str | None = None,
) -> Event:
    """The unsaved Event of a journal that was taken: one for each."""
    acting = _current.get()
    if acting is None or acting.at is None:
        raise RuntimeError("only an action records")
    if journal_id not in acting.taken or journal_id in acting.recorded:
        raise RuntimeError("record once in each journal that was taken")
    acting.recorded.add(journal_id)
    return Event(
        journal_id=journal_id,
        seq=acting.taken[journal_id],
        actor=actor,
        verb=verb or acting.name,
        at=acting.at,
        reason=reason,
        moderator_note=moderator_note,
    )


def shown_to_all(event: Event) -> None:
    """Note that an Event of the site's journal changes what everyone is shown: a person's name.

    Most of that journal (reports, sanctions, teams) is not for everyone, nor is a sign of it.
    """
    Journal.objects.filter(pk=event.journal_id).update(shown_seq=event.seq)


def tell_listeners(event: Event) -> None:
    """Wake whoever waits, once the Event is there for all."""
    # Not a functools.partial: Django names the function that failed, and a partial has no name.
    transaction.on_commit(lambda: _wake(event.journal_id, event.seq), robust=True)


def _wake(journal_id: int, seq: int) -> None:
    for listener in listeners:
        listener(journal_id, seq)


def created(obj: models.Model, **many: Iterable[int]) -> Change:
    """The Change for a row that was made. `many`: ids of its many-to-many fields, if known."""
    return _change(obj, None, fields_of(obj, **many))


def changed(obj: models.Model, before: Fields, **many: Iterable[int]) -> Change:
    """The Change for a row that was altered, naming only the fields that differ."""
    after = fields_of(obj, **many)
    differing = [name for name in after if before.get(name) != after[name]]
    return _change(
        obj,
        {name: before.get(name) for name in differing},
        {name: after[name] for name in differing},
    )


def removed(obj: models.Model, before: Fields) -> Change:
    """The Change for a row that is there no more (a stance taken back, a citation replaced)."""
    return _change(obj, before, None)


def _change(obj: models.Model, before: Fields | None, after: Fields | None) -> Change:
    return Change(**told(obj._meta.label_lower, obj.pk, before, after)._asdict())


class Told(NamedTuple):
    """What a Change holds, before it is a row."""

    object_type: str
    object_id: int
    text: str
    salt: str
    digest: str


def told(
    object_type: str, object_id: int, before: Fields | None, after: Fields | None, salt: str = ""
) -> Told:
    """The Change of a row, sealed with its digest; with a salt of its own, unless one is given."""
    text, salt = canonical({"before": before, "after": after}), salt or new_salt()
    return Told(object_type, object_id, text, salt, digest_of_text(salt, text))


def fields_of(obj: models.Model, **many: Iterable[int]) -> Fields:
    """A row as plain values: what a Change holds of it, without what is derived."""
    skipped = getattr(obj, "unjournaled", ())
    fields = {
        field.attname: plain(getattr(obj, field.attname))
        for field in obj._meta.concrete_fields
        if field.attname not in skipped
    }
    for relation in obj._meta.many_to_many:
        if relation.name not in skipped:
            ids = many.get(relation.name)
            if ids is None:
                ids = getattr(obj, relation.name).values_list("pk", flat=True)
            fields[relation.name] = sorted(ids)
    return fields


def plain(value: object) -> Plain:
    """A value of a column as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return (
        value
        if value is None or isinstance(value, bool | int | float | str | list | dict)
        else str(value)
    )


def canonical(value: object) -> str:
    """JSON with sorted keys and no spare space: one text for one value."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest_of_text(salt: str, text: str) -> str:
    """The digest of a Change."""
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def digest_of_event(event: Event, change_digests: list[str]) -> str:
    """The digest of an Event: of all that it says, and of its Changes' digests."""
    parts: list[object] = [
        event.journal_id,
        event.seq,
        event.actor_id,
        event.verb,
        plain(event.at),
        event.reason,
        event.moderator_note,
        change_digests,
    ]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def new_journal(kind: Journal.Kind) -> Journal:
    """An empty journal for something that is being made."""
    if (acting := _current.get()) is not None:
        acting.begin()
    return Journal.objects.create(kind=kind)


def site_journal_id() -> int:
    """The site's own journal; there is one, made when it is first asked for."""
    return Journal.objects.get_or_create(kind=Journal.Kind.SITE)[0].pk
