"""A person, as others see them: the name, and since when."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from argmap.accounts.models import User
from argmap.accounts.names import key_of
from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Gone
from argmap.moderation.actions import may_sanction

from ..http.respond import Allowed


@require_safe
def account_page(request, username):
    """For whoever is signed in. From here an account can be reported."""
    key = key_of(username)
    person = None if "\x00" in key else User.objects.filter(username_key=key).first()
    if person is None:
        raise Gone
    require(request.user, Verb.READ, person)
    context = {
        "person": person,
        "allowed": Allowed(request.user, person),
        "may_sanction": may_sanction(request.user, person),
    }
    return render(request, "accounts/account.html", context)
