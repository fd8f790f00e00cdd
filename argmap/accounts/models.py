"""Who you are: people, their teams, and what a moderator has imposed on them."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from argmap.journal.errors import Gone, Settled
from argmap.journal.models import Journal, Moderated
from argmap.journal.writing import new_journal

from .names import key_of
from .permissions import Role

#: Fields of an account that are compared by a key.
KEYED = ("username", "email")

#: The roles that a person can be given.
ROLES = [(role.value, role.label) for role in Role if role >= Role.VIEWER]


#: Columns of `accounts_user`, for `User.stands`.
WHAT_THE_SITE_LETS_DO = """
accounts_user.is_active, accounts_user.is_moderator, accounts_user.is_superuser,
  EXISTS (SELECT 1 FROM accounts_sanction
    WHERE user_id = accounts_user.id AND lifted_at IS NULL
    AND (ends_at IS NULL OR ends_at > CURRENT_TIMESTAMP)) AS is_sanctioned
"""
_ONE_PERSON = f"SELECT {WHAT_THE_SITE_LETS_DO} FROM accounts_user WHERE id = %s"  # noqa: S608


class People(UserManager):
    """Finds a person by their username, whatever its case."""

    use_in_migrations = False

    def get_by_natural_key(self, username):
        return self.get(username_key=key_of(username))


class User(Moderated, AbstractUser):
    """A person. `name` is what others read; the moderator is a role of the whole site.

    The keys are the username and the address as they are compared (see `key_of`): SQLite's own
    comparison knows no case beyond ASCII.
    """

    name = models.CharField(max_length=80, blank=True)
    is_moderator = models.BooleanField(default=False)
    journal = models.OneToOneField(Journal, models.PROTECT, related_name="account", editable=False)
    username_key = models.CharField(max_length=450, default="", editable=False)
    email_key = models.CharField(max_length=762, null=True, editable=False)  # noqa: DJ001

    objects = People()

    unjournaled = frozenset({"password", "last_login", "open_flags", "username_key", "email_key"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["username_key"], name="account_username_once"),
            models.UniqueConstraint(fields=["email_key"], name="account_email_once"),
        ]

    def save(self, *args, update_fields=None, **kwargs):
        """Django and allauth make users by themselves: what holds for every account is done here.

        That is its journal, its keys, and that no token outlives the password that it was made
        under (`actions.set_password` tells of it; `manage.py changepassword` cannot). Raises
        Settled where another account took the username or the address meanwhile.
        """
        if update_fields is not None:
            update_fields = {*update_fields, *(f"{n}_key" for n in KEYED if n in update_fields)}
        self.email = self.email.lower()
        self.username_key, self.email_key = key_of(self.username), key_of(self.email) or None
        new_password = self._password is not None and self.pk is not None
        try:
            with transaction.atomic():
                if self.journal_id is None:
                    self.journal = new_journal(Journal.Kind.ACCOUNT)
                super().save(*args, update_fields=update_fields, **kwargs)
                if new_password:
                    self.api_tokens.in_force().update(revoked_at=timezone.now())
        except IntegrityError as error:
            if self._is_taken():
                raise Settled("Another account has this username or address.") from error
            raise

    def _is_taken(self):
        same = Q(username_key=self.username_key)
        if self.email_key is not None:
            same |= Q(email_key=self.email_key)
        return User.objects.filter(same).exclude(pk=self.pk).exists()

    def __str__(self):
        return self.name or self.username

    @property
    def author_id(self):
        """An account is its person's own, as a contribution is its author's."""
        return self.pk

    @property
    def initials(self):
        words = str(self).split()
        return (
            "".join(word[0] for word in words[:2]).upper()
            if len(words) > 1
            else str(self)[:2].upper()
        )

    @property
    def hue(self):
        """One of eight colours for the avatar, the same everywhere."""
        return (self.pk or 0) % 8

    def role_of(self, user):
        """Towards an account: oneself owns it, anyone signed in may see that it exists."""
        if not user.is_authenticated:
            return Role.NOBODY
        return Role.OWNER if user.pk == self.pk else Role.VIEWER

    def has_no_sanctions(self):
        """Whoever has learnt by the way that none is in force spares the question."""
        self._sanctions = []

    def sanctions_in_force(self):
        """Asked once for each User object, which lives as long as a request."""
        if not hasattr(self, "_sanctions"):
            self._sanctions = list(self.sanctions.in_force())
        return self._sanctions

    def told_of(self):
        """The sanctions in force of which the person has not said yet that they read them."""
        return [each for each in self.sanctions_in_force() if each.read_at is None]

    def restrained_by(self):
        """Those of which they have said so, and that still keep them from something."""
        measures = self.sanctions_in_force()
        return [each for each in measures if each.read_at and each.kind != Sanction.Kind.WARN]

    def read_again(self):
        """What the site lets the person do, as it stands now: asked when an action has its lock.

        Raises Gone where the account is not there any more.
        """
        with connection.cursor() as cursor:
            cursor.execute(_ONE_PERSON, [self.pk])
            row = cursor.fetchone()
        if row is None:
            raise Gone
        self.stands(*row)

    def stands(self, is_active, is_moderator, is_superuser, is_sanctioned):
        """Take over what was read again."""
        self.is_active, self.is_moderator = bool(is_active), bool(is_moderator)
        self.is_superuser = bool(is_superuser)
        if is_sanctioned:
            self._sanctions = list(self.sanctions.in_force())
        else:
            self.has_no_sanctions()


class Team(models.Model):
    """People who own articles and maps together."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    created_at = models.DateTimeField()

    def __str__(self):
        return self.name

    def role_of(self, user):
        if not user.is_authenticated:
            return Role.NOBODY
        role = self.members.filter(user=user).values_list("role", flat=True).first()
        return Role(role) if role else Role.NOBODY

    open_to_moderators = False


class TeamMember(models.Model):
    """A person's role in all that a team owns."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="teams")
    role = models.PositiveSmallIntegerField(choices=ROLES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="team_member_once"),
            models.CheckConstraint(
                condition=Q(role__gte=Role.VIEWER, role__lte=Role.OWNER), name="team_member_role"
            ),
        ]

    def __str__(self):
        return f"{self.user} in {self.team}"


class Invitation(models.Model):
    """An offer of a role in a team, to whoever holds its token. Only its digest is kept."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.PositiveSmallIntegerField(choices=ROLES)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    unjournaled = frozenset({"token_digest"})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__gte=Role.VIEWER, role__lte=Role.OWNER), name="invitation_role"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_someone",
            ),
        ]

    def __str__(self):
        return f"{self.email} to {self.team}"


class SanctionQuerySet(models.QuerySet):
    def in_force(self):
        """Those that are neither over nor lifted."""
        now = timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), lifted_at=None)


class Sanction(models.Model):
    """A moderator's measure on an account."""

    class Kind(models.TextChoices):
        WARN = "warn"
        MUTE = "mute"
        SUSPEND = "suspend"
        BAN = "ban"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sanctions")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    imposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # by whom it is for, who says so

    objects = SanctionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begins_at")),
                name="sanction_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="sanction_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind="ban") | Q(ends_at=None), name="sanction_ban_has_no_end"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["warn", "mute", "suspend", "ban"]), name="sanction_kind"
            ),
        ]

    def __str__(self):
        return f"{self.kind} on {self.user}"

    @property
    def done(self):
        """What was done to the account, as a sentence goes on."""
        words = {"warn": "warned", "mute": "muted", "suspend": "suspended", "ban": "banned"}
        return words[self.kind]


class ApiTokenQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(revoked_at=None)


class ApiToken(models.Model):
    """A key to the API in its owner's name. It is shown once; only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    unjournaled = frozenset({"digest"})

    def __str__(self):
        return f"{self.name} of {self.user}"


def new_token():
    """A secret and its digest, which is what the database keeps."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token):
    """What the database keeps of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()
