"""Who may do what: the roles, the verbs and the table of them, as data.

An object answers `role_of(user)` with the highest role the person has in it, and may have
`closed` (archived or locked) and `open_to_moderators`. Nothing else compares roles.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from argmap.journal.errors import Gone
from argmap.journal.writing import Actor, permission_required

if TYPE_CHECKING:
    from .models import User


class Role(IntEnum):
    """In a map or an article, rising; `label` is what people read."""

    NOBODY = 0  # may not even see it
    VISITOR = 1  # not signed in, or outside of a public map's welcome
    VIEWER = 2
    SUGGESTER = 3
    WRITER = 4
    EDITOR = 5
    OWNER = 6

    @property
    def label(self) -> str:
        return self.name.lower()


class Verb(Enum):
    """What can be asked for; the value completes the sentence "You may not …"."""

    READ = "read this"
    ANNOTATE_PRIVATELY = "annotate this privately"
    FOLLOW = "follow this"
    FLAG = "flag this"
    TAKE_STANCE = "take a stance here"
    ANNOTATE = "annotate this for all"
    REPLY = "reply here"
    OPEN_DISPUTE = "open a dispute here"
    SUGGEST = "suggest a change here"
    ADD = "add to this map"
    REWORD = "change this, or take it back"
    ANSWER = "answer a dispute here"
    EDIT = "edit this"
    MOVE = "move this"
    MERGE = "merge these"
    RETRACT = "retract this"
    RESOLVE = "resolve what was asked here"
    PLACE = "place passages here"
    DECIDE = "decide here"
    SEE_HIDDEN = "see what a moderator hid here"
    NEW_EDITION = "add an edition to this article"
    MANAGE = "change members and settings here"
    ARCHIVE = "archive this"
    UNARCHIVE = "take this out of the archive"
    HIDE = "hide this"
    RESTORE = "show this again"
    DISMISS = "leave what was reported as it is"
    LOCK = "lock this"
    UNLOCK = "unlock this"
    SANCTION = "sanction an account"
    SANCTION_OPERATOR = "sanction who runs this server"
    NAME_MODERATORS = "name moderators"
    SEE_FLAGS = "see flags"
    SEE_AUDIT = "see the audit"
    BEGIN = "bring in an article or begin a map"
    KEEP_ACCOUNT = "change this account"
    SECURE_ACCOUNT = "secure this account"


MODERATOR = "moderator"
OPERATOR = "operator"  # a superuser: whoever runs the server, and so names the first moderator
SIGNED_IN = "signed in"

#: What a person can be towards an object: a role in it, or one of the site.
Standing: TypeAlias = Role | str


class HasRoles(Protocol):
    """What a permission is asked of: it says who is what in it."""

    def role_of(self, user: Actor, /) -> Role: ...


class Hideable(HasRoles, Protocol):
    """The same, where a moderator can hide its words."""

    @property
    def words_hidden(self) -> bool: ...


def _from(role: Role) -> frozenset[Standing]:
    return frozenset(r for r in Role if r >= role)


_WITH_MODERATOR: frozenset[Standing] = frozenset({MODERATOR})

TABLE: dict[Verb, frozenset[Standing]] = {
    Verb.READ: _from(Role.VISITOR) | _WITH_MODERATOR,
    Verb.ANNOTATE_PRIVATELY: _from(Role.VIEWER) | _WITH_MODERATOR,
    Verb.FOLLOW: _from(Role.VIEWER) | _WITH_MODERATOR,
    Verb.FLAG: _from(Role.VIEWER) | _WITH_MODERATOR,
    Verb.TAKE_STANCE: _from(Role.VIEWER) | _WITH_MODERATOR,
    Verb.ANNOTATE: _from(Role.SUGGESTER) | _WITH_MODERATOR,
    Verb.REPLY: _from(Role.SUGGESTER) | _WITH_MODERATOR,
    Verb.OPEN_DISPUTE: _from(Role.SUGGESTER) | _WITH_MODERATOR,
    Verb.SUGGEST: _from(Role.SUGGESTER) | _WITH_MODERATOR,
    Verb.ADD: _from(Role.WRITER),
    Verb.REWORD: frozenset(),
    Verb.ANSWER: _from(Role.WRITER),
    Verb.EDIT: _from(Role.EDITOR),
    Verb.MOVE: _from(Role.EDITOR),
    Verb.MERGE: _from(Role.EDITOR),
    Verb.RETRACT: _from(Role.EDITOR),
    Verb.RESOLVE: _from(Role.EDITOR),
    Verb.PLACE: _from(Role.EDITOR),
    Verb.DECIDE: _from(Role.EDITOR),
    Verb.SEE_HIDDEN: _from(Role.EDITOR) | _WITH_MODERATOR,
    Verb.NEW_EDITION: _from(Role.EDITOR),
    Verb.MANAGE: _from(Role.OWNER),
    Verb.ARCHIVE: _from(Role.OWNER),
    Verb.UNARCHIVE: _from(Role.OWNER),
    Verb.HIDE: _WITH_MODERATOR,
    Verb.RESTORE: _WITH_MODERATOR,
    Verb.DISMISS: _WITH_MODERATOR,
    Verb.LOCK: _WITH_MODERATOR,
    Verb.UNLOCK: _WITH_MODERATOR,
    Verb.SANCTION: _WITH_MODERATOR,
    Verb.SANCTION_OPERATOR: frozenset({OPERATOR}),
    Verb.NAME_MODERATORS: _WITH_MODERATOR | {OPERATOR},
    Verb.SEE_FLAGS: _WITH_MODERATOR,
    Verb.SEE_AUDIT: _WITH_MODERATOR,
    Verb.BEGIN: frozenset({SIGNED_IN}),
    Verb.KEEP_ACCOUNT: frozenset({Role.OWNER}),
    Verb.SECURE_ACCOUNT: frozenset({Role.OWNER}),
}

#: Who may do it with what they wrote themselves, where that differs from the table. REWORD says
#: whose words they are: their author's, whom another verb lets write such words at all.
OWN: dict[Verb, frozenset[Standing]] = {
    Verb.EDIT: _from(Role.WRITER),
    Verb.RETRACT: _from(Role.WRITER),
    Verb.REWORD: _from(Role.VISITOR) | _WITH_MODERATOR,
    Verb.RESOLVE: _from(Role.VIEWER) | _WITH_MODERATOR,
    Verb.PLACE: _from(Role.VIEWER) | _WITH_MODERATOR,
    Verb.ANSWER: frozenset(),
    Verb.DECIDE: frozenset(),
    Verb.FLAG: frozenset(),
    Verb.RESTORE: frozenset(),
    Verb.DISMISS: frozenset(),
}

#: In which a map or an article is its owners' own.
JUDGING = frozenset({Verb.FLAG, Verb.RESTORE, Verb.DISMISS})

#: What is still possible in an archived or locked map.
WHEN_CLOSED = frozenset(
    {Verb.READ, Verb.SEE_HIDDEN, Verb.SEE_FLAGS, Verb.SEE_AUDIT}
    | {Verb.FLAG, Verb.HIDE, Verb.RESTORE, Verb.DISMISS, Verb.UNARCHIVE, Verb.UNLOCK}
)

#: What a muted person still may do: what nobody else reads.
WHEN_MUTED = frozenset(
    {Verb.READ, Verb.FOLLOW, Verb.ANNOTATE_PRIVATELY, Verb.REWORD, Verb.FLAG, Verb.SEE_HIDDEN}
    | {Verb.KEEP_ACCOUNT, Verb.SECURE_ACCOUNT}
)
#: A suspended person reads, and shuts out whoever has their password or a token of theirs.
WHEN_SUSPENDED = frozenset({Verb.READ, Verb.SECURE_ACCOUNT})

#: What each kind of sanction leaves; a warning leaves everything.
STILL_MAY = {"mute": WHEN_MUTED, "suspend": WHEN_SUSPENDED, "ban": WHEN_SUSPENDED}


class Forbidden(Exception):
    """The person sees the object, but may not do this to it; says so in a sentence."""


class SignInFirst(Forbidden):
    """The same, where signing in may help."""


def standing_of(user: Actor, obj: HasRoles | None = None) -> set[Standing]:
    """The roles, site roles included, that a person has towards an object."""
    roles: set[Standing] = {obj.role_of(user) if obj is not None else Role.NOBODY}
    if user.is_authenticated:
        roles.add(SIGNED_IN)
        if user.is_superuser:
            roles.add(OPERATOR)
        if user.is_moderator and (obj is None or getattr(obj, "open_to_moderators", True)):
            roles.add(MODERATOR)
    return roles


def is_own(user: Actor, obj: object) -> bool:
    """Whether the person wrote the object, or is the account."""
    return user.is_authenticated and getattr(obj, "author_id", None) == user.pk


def judges_own(user: Actor, obj: HasRoles) -> bool:
    """Whether who judges the object would judge their own: they wrote it, are it, or own it."""
    if hasattr(obj, "author_id"):
        return is_own(user, obj)
    return obj.role_of(user) is Role.OWNER


def may(user: Actor, verb: Verb, obj: HasRoles | None = None) -> bool:
    """Whether the table, the person's sanctions and the object's state allow it."""
    return refusal(user, verb, obj) is None


def may_read_words(user: Actor, obj: Hideable) -> bool:
    """Whether the words of an object that they see are for this person.

    Hidden ones are for their author, and for whom the table lets see what is hidden.
    """
    return not obj.words_hidden or is_own(user, obj) or may(user, Verb.SEE_HIDDEN, obj)


def require(user: Actor, verb: Verb, obj: HasRoles | None = None) -> None:
    """Raises Gone where the person may not even read the object, Forbidden where not do this."""
    permission_required()
    sentence = refusal(user, verb, obj)
    if sentence is None:
        return
    if verb is not Verb.READ and obj is not None and refusal(user, Verb.READ, obj) is not None:
        raise Gone
    if verb is Verb.READ or verb in (Verb.SEE_FLAGS, Verb.SEE_AUDIT):
        raise Gone
    raise (Forbidden if user.is_authenticated else SignInFirst)(sentence)


def require_signed_in(user: Actor, verb: Verb) -> None:
    """Raises SignInFirst: asked where there would be no journal to take, and nobody to own."""
    if not user.is_authenticated:
        raise SignInFirst(f"Sign in to {verb.value}.")


def refusal(user: Actor, verb: Verb, obj: HasRoles | None = None) -> str | None:
    """The sentence that says why the person may not do this; None where they may."""
    rule = judges_own if verb in JUDGING else is_own
    own = obj is not None and verb in OWN and rule(user, obj)
    if not ((OWN if own else TABLE)[verb] & standing_of(user, obj)):
        if not user.is_authenticated:
            return f"Sign in to {verb.value}."
        if own and not OWN[verb]:
            return f"You may not {verb.value}: it is your own, so someone else does."
        if not TABLE[verb]:
            return f"You may not {verb.value}: only the person who wrote it may."
        return f"You may not {verb.value}: your role here does not allow it."
    if verb not in WHEN_CLOSED and obj is not None and (closed := getattr(obj, "closed", "")):
        return f"This map is {closed}: it can be read, and what is wrong with it reported."
    if user.is_authenticated and verb is not Verb.READ:  # which no sanction takes away
        return _sanction_refusal(user, verb)
    return None


def _sanction_refusal(user: User, verb: Verb) -> str | None:
    for sanction in user.sanctions_in_force():
        if verb not in STILL_MAY.get(sanction.kind, TABLE):
            until = f" until {sanction.ends_at:%-d %B %Y}" if sanction.ends_at else ""
            done = f"your account is {sanction.done}{until}."
            return f"You may not {verb.value}: {done} {sanction.reason}".strip()
    if not user.is_active:
        return f"You may not {verb.value}: your account is closed."
    return None
