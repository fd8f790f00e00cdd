"""Who calls: by a token, by a session, or (only to get a first token) by a password."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed

from argmap.accounts.models import ApiToken, digest_of


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <secret>`. A revoked token, or one of a banned person, is none."""

    def authenticate(self, request):
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = (
            ApiToken.objects.select_related("user")
            .filter(digest=digest_of(secret.strip()), revoked_at=None, user__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed("This token is not valid.")
        return token.user, token

    def authenticate_header(self, request):
        return 'Bearer realm="argmap"'


class PasswordAuthentication(BasicAuthentication):
    """HTTP Basic, held to what the sign-in page holds people to: its limits, a verified address."""

    www_authenticate_realm = "argmap"

    def authenticate_credentials(self, userid, password, request=None):
        user = self._user(request, userid, password)
        if user is None or not user.is_active or not _may_sign_in(user):
            raise AuthenticationFailed("This name and password do not belong together.")
        return user, None

    def _user(self, request, username, password):
        if "\x00" in username:
            return None
        return get_adapter().authenticate(request, username=username, password=password)


def _may_sign_in(user):
    if settings.ACCOUNT_EMAIL_VERIFICATION != "mandatory":
        return True
    return EmailAddress.objects.filter(user=user, verified=True).exists()


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class PasswordScheme(OpenApiAuthenticationExtension):
    target_class = PasswordAuthentication
    name = "password"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "basic"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
