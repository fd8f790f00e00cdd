"""Signing in, also in the midst of something: what was sent when the session had ended goes on.

It stands in the page itself until its person is signed in and sends it again, so that nothing of
a visitor's is stored. Who has JavaScript finds it as a draft besides.
"""

import json

from allauth.account.views import LoginView
from django.contrib.messages import get_messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from argmap.journal.errors import Gone
from argmap.journal.once import FIELD

from ..http.errors import sorry
from ..http.form_keys import is_for
from ..http.respond import finished, is_here

#: Fields that say nothing of what was typed.
OF_THE_FORM = {"csrfmiddlewaretoken", "next"}
#: Bytes of what a page keeps: so many come back in a form, in which each may take three, and
#: make a page of six times as many where each is a quotation mark.
MOST_KEPT = 1_600_000
TOO_LONG = (
    "You are not signed in, so this was not saved, and it is too long to be kept until you are. "
    "Go back and copy it, sign in, and send it again."
)
#: Characters of any other field of a form for signing in, signing up and the like.
LONGEST_FIELD = 10_000


def short_fields(get_response):
    """A middleware: what any visitor may send to the forms of accounts is cut to what somebody
    may mean. A form that refuses it shows it again, six times as long where it is quotation marks.
    """

    def middleware(request):
        if request.method != "POST" or not request.path.startswith("/accounts/"):
            return get_response(request)
        if request.path != reverse("interrupted") and any(map(_is_long, request.POST.lists())):
            fields = request.POST.copy()
            for name, values in request.POST.lists():
                fields.setlist(name, [value[: _longest(name)] for value in values])
            request.POST = fields
        return get_response(request)

    return middleware


def _is_long(field):
    name, values = field
    return any(len(value) > _longest(name) for value in values)


def _longest(name):
    return MOST_KEPT if name == "kept" else LONGEST_FIELD


class SignIn(LoginView):
    """The sign-in page; with what is `kept` in it, and the address that it is `kept_for`."""

    def get_context_data(self, **kwargs):
        posted = self.request.POST
        kept = {name: posted.get(name, "") for name in ("kept", "kept_for", "kept_files")}
        return {**kept, **super().get_context_data(**kwargs)}

    def form_valid(self, form):
        response = super().form_valid(form)
        posted = self.request.POST
        to = posted.get("kept_for", "")
        if self.request.user.is_authenticated and is_here(self.request, to):
            return _ask_to_send(self.request, to, posted, back=response.url)
        return response


@method_decorator(require_POST, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class Interrupted(SignIn):
    """The sign-in page for somebody whose form came without a session."""

    def post(self, request, *args, **kwargs):
        to = request.GET.get("to", "")
        if not is_here(request, to):
            raise Gone
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in OF_THE_FORM
        ]
        kept = json.dumps(fields, ensure_ascii=False)
        if len(kept.encode(errors="replace")) > MOST_KEPT:
            list(get_messages(request))  # which say that it is kept
            return sorry(request, 413, TOO_LONG)
        context = self.get_context_data(
            form=self.get_form_class()(request=request),
            kept=kept,
            kept_for=to,
            kept_files="yes" if request.FILES else "",
        )
        return finished(render(request, self.template_name, context, status=403))


def _ask_to_send(request, to, posted, back):
    fields = _read(posted.get("kept", ""))
    if not is_for(dict(fields).get(FIELD, ""), request.user):
        return finished(render(request, "accounts/of_another.html", {"back": back}))
    context = {
        "to": to,
        "fields": fields,
        "words": max((value for name, value in fields if name != FIELD), key=len, default=""),
        "files": posted.get("kept_files"),
        "back": back,
    }
    return finished(render(request, "accounts/interrupted.html", context))


def _read(kept):
    """The pairs of name and value; none where it is not what the sign-in page gave."""
    try:
        fields = [(str(name), str(value)) for name, value in json.loads(kept)]
        "".join(text for pair in fields for text in pair).encode()  # no half of a character
        return fields
    except (ValueError, TypeError, RecursionError):
        return []
