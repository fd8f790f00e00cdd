from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response

from argmap.accounts.actions import issue_token, revoke_token
from argmap.accounts.models import ApiToken
from argmap.accounts.permissions import Forbidden, SignInFirst

from .base.authentication import PasswordAuthentication, TokenAuthentication
from .base.bodies import Body, Words
from .base.showing import Row, shown_time
from .base.views import NOT_WRITTEN, View, lists, makes, one


class TokenSerializer(Row):
    class Meta:
        model = ApiToken
        fields = ["id", "name", "created_at", "revoked_at"]


def shown_token(token, reader):
    return {
        "id": token.pk,
        "name": token.name,
        "created_at": shown_time(token.created_at),
        "revoked_at": shown_time(token.revoked_at),
    }


class IssuedTokenSerializer(TokenSerializer):
    """The only time that the secret is shown."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "secret"]


def shown_issued(token, reader):
    return {**shown_token(token, reader), "secret": token.secret}


class NewTokenSerializer(Body):
    name = Words(longest=80, required=False, default="", help_text="What it is for.")


class TokenView(View):
    """Tokens are their owner's own; a name and a password make them.

    No session does: whoever finds one open would else be the account for longer than it.
    """

    authentication_classes = [TokenAuthentication, PasswordAuthentication, SessionAuthentication]

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if not request.user.is_authenticated:
            raise SignInFirst("Sign in to see and make tokens.")


class Tokens(TokenView):
    @lists(TokenSerializer)
    def get(self, request):
        return self.page(request.user.api_tokens.all(), shown_token)

    @makes(NewTokenSerializer, IssuedTokenSerializer)
    def post(self, request):
        if not isinstance(request.successful_authenticator, PasswordAuthentication):
            raise Forbidden(
                "A token is made with a username and a password (HTTP Basic), as it outlives this"
                " session, and makes no other token."
            )
        token, token.secret = issue_token(request.user, **self.checked(NewTokenSerializer))
        response = self.made(token, shown_issued, "token", token.pk)
        response["Cache-Control"] = "no-store"
        return response


class OneToken(TokenView):
    @extend_schema(request=None, responses={204: None, **NOT_WRITTEN})
    def delete(self, request, pk):
        """Revokes it; it is not forgotten."""
        revoke_token(request.user, one(request.user.api_tokens.select_related("user"), pk=pk))
        return Response(status=204)
