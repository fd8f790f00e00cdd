"""django-allauth, held to the rules of this house: names, limits of attempts, passwords."""

import unicodedata

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.shortcuts import render

from argmap.journal import rows

from .actions import set_password
from .attempts import TooManyAttempts
from .models import Sanction, User
from .names import checked_username, key_of

FAILED_SECONDS = 300  # the longest window of "login_failed" in ACCOUNT_RATE_LIMITS


class Backend(AuthenticationBackend):
    """Finds a person by name or address whatever its case.

    Each attempt costs one hash. By django-allauth's own way a known address costs two, which
    tells it from an unknown one.
    """

    def _authenticate(self, request, **credentials):
        login = credentials.get("email") or credentials.get("username") or ""
        return self._check_password(_person(login), credentials["password"])

    def get_user(self, user_id):
        """The person of a session, for each request; nobody where the account is closed."""
        user = rows.read(User, user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def _person(login):
    """Whose address it is (confirmed before not), else whose name; or None."""
    if "@" in login:
        address = EmailAddress.objects.filter(email=login.lower(), verified=True)
        if confirmed := address.select_related("user").first():
            return confirmed.user
        if person := User.objects.filter(email_key=key_of(login)).first():
            return person
    return User.objects.filter(username_key=key_of(login)).first()


class Adapter(DefaultAccountAdapter):
    def clean_username(self, username, shallow=False):
        username = super().clean_username(checked_username(username), shallow=True)
        if not shallow and User.objects.filter(username_key=key_of(username)).exists():
            raise self.validation_error("username_taken")
        return username

    def respond_user_inactive(self, request, user):
        """Why, to whoever has just given the password, and to nobody else."""
        measures = user.sanctions.in_force().filter(kind=Sanction.Kind.BAN)
        context = {"measures": measures.order_by("pk")}
        return render(request, "account/account_inactive.html", context, status=403)

    def clean_email(self, email):
        return unicodedata.normalize("NFKC", email)

    def set_password(self, user, password):
        """For a change and for a reset alike."""
        person = User.objects.get(pk=user.pk)  # a page's is lazy, and no action takes that
        user.password = set_password(person, person, password).password

    def can_delete_email(self, email_address):
        """The one that we write to stays, so that who takes an account cannot silence it."""
        return not email_address.primary and super().can_delete_email(email_address)

    def _get_login_attempts_cache_key(self, request, **credentials):
        name = credentials.get("email") or credentials.get("username") or ""
        return f"{ratelimit.get_ip(request)} {key_of(name)}"

    def pre_authenticate(self, request, **credentials):
        """Counts the attempt, also a GET's (with a password in its header).

        By address, and by address and name together: whoever guesses at a name from elsewhere
        locks out nobody.
        """
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
            limit_get=True,
        )
        if not self._login_failed_rl_usage:
            raise TooManyAttempts(
                "Too many wrong passwords from here. Try again in five minutes.", FAILED_SECONDS
            )
