"""A person, as others see them: the name, and since when."""

from contextlib import suppress

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from argmap.accounts.actions import read_sanction
from argmap.accounts.models import Sanction, User
from argmap.accounts.names import key_of
from argmap.accounts.permissions import Verb, require
from argmap.journal.errors import Gone, Settled
from argmap.moderation.actions import may_sanction

from ..http.respond import Allowed, safe_next


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


@require_POST
def sanction_read(request, pk):
    """What a moderator told the person was read; whoever says so twice goes on, too."""
    measure = Sanction.objects.select_related("user").filter(pk=pk, user=request.user.pk).first()
    if measure is None:
        raise Gone
    with suppress(Settled):
        read_sanction(request.user, measure)
    return HttpResponseRedirect(safe_next(request) or reverse("home"))
