"""What goes wrong, in a sentence and with the right status, as a page or as a fragment."""

import json

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse, UnreadablePostError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from argmap.accounts.attempts import TooManyAttempts
from argmap.accounts.permissions import Forbidden, SignInFirst
from argmap.journal.errors import Busy, Gone, Settled

from .respond import is_here, page, wants_fragment


class DomainErrors:
    """Turns what actions and `get_map` raise into answers. The API has its own handler."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            allowed = response["Allow"]
            response = sorry(request, 405, f"It answers to {allowed}.")
            response["Allow"] = allowed
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, SignInFirst) or _may_have_been_signed_in(request, exception):
            return _sign_in(request)
        if isinstance(exception, Gone):
            return sorry(request, 404)
        if isinstance(exception, Forbidden):
            return sorry(request, 403, str(exception))
        if isinstance(exception, Settled):
            return sorry(request, 409, str(exception))
        if isinstance(exception, Busy):
            response = sorry(request, 503, str(exception))
            response["Retry-After"] = exception.retry_after
            return response
        if isinstance(exception, TooManyAttempts):
            return _later(request, str(exception), exception.seconds)
        if isinstance(exception, RequestDataTooBig):
            return sorry(request, 413)
        if isinstance(exception, TooManyFieldsSent | UnreadablePostError):
            return sorry(request, 400)
        return None


def _may_have_been_signed_in(request, exception):
    """Whether a form may have come without its session to what is there for its sender alone.

    It is asked of every visitor whatever is there, so the question tells of nothing.
    """
    return (
        isinstance(exception, Gone)
        and request.method == "POST"
        and request.resolver_match is not None
        and request.resolver_match.url_name != "interrupted"
        and not request.user.is_authenticated
    )


TITLES = {
    400: "This request cannot be read",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This page takes no such request",
    408: "This took too long to arrive",
    409: "Someone was quicker",
    413: "This is too large",
    431: "This request cannot be read",
    429: "Too many attempts",
    500: "Something broke on our side",
    503: "Too much is going on here",
}
SENTENCES = {
    400: "It was cut short or garbled on the way. Go back and try again.",
    403: "Your role here does not allow it.",
    404: "The page does not exist, or it is not open to you.",
    408: "Nothing was saved. Go back and try again where the connection is better.",
    409: "Reload the page to see what happened meanwhile.",
    413: "A form takes at most 5 MB with its files, and a million characters of text. "
    "Shorten the text, or send it in parts.",
    500: "What you wrote was not saved. Go back, copy it, and try again in a minute.",
    503: "Nothing was saved. Go back and try again in a moment.",
}
LONGEST_ADDRESS = 2_000  # of where one goes on: it becomes a header
SIGN_IN_FIRST = (
    "You are not signed in, so this was not saved. Sign in and send it again: it is kept."
)


def sorry(request, status, sentence="", title=""):
    """The sentence as a toast for htmx, otherwise as a page."""
    said = _said(status, sentence, title)
    return page(request, "error.html", said, fragment="toast", status=status)


def _said(status, sentence="", title=""):
    sentence = sentence or SENTENCES.get(status, "")
    return {"title": title or TITLES[status], "sentence": sentence, "status": status}


def _sign_in(request):
    """To the sign-in page; afterwards back to where one was (a page that can be asked for).

    A form goes with its sender, whole, by a redirect that keeps method and body. What htmx sends
    stays in the page as a draft.
    """
    if request.method == "GET":
        return _to_sign_in(request, request.get_full_path())
    messages.info(request, SIGN_IN_FIRST)
    back = request.POST.get("next") or request.headers.get("HX-Current-URL")
    back = back or _page_before(request) or "/"
    back = back if len(back) <= LONGEST_ADDRESS else "/"
    if request.method != "POST" or wants_fragment(request):
        return _to_sign_in(request, back)
    query = urlencode({"to": request.get_full_path(), "next": back})
    return HttpResponse(status=307, headers={"Location": f"{reverse('interrupted')}?{query}"})


def _page_before(request):
    """The page of this site that a form was sent from, as its browser says; or nothing. That of an
    account is none to come back to."""
    here = f"{request.scheme}://{request.get_host()}"
    address = request.headers.get("Referer", "").removeprefix(here)
    return address if is_here(request, address) and not address.startswith("/accounts/") else ""


def _to_sign_in(request, back):
    url = f"{reverse('account_login')}?{urlencode({'next': back})}"
    if wants_fragment(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def bad_request(request, exception=None):
    return sorry(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request, exception=None):
    return sorry(request, 403)


def not_found(request, exception=None):
    return sorry(request, 404)


def too_many_requests(request, exception=None):
    """What django-allauth answers with, whose limits are all within a minute (see settings)."""
    return _later(request, "You tried this too often. Try again in a minute.", 60)


def _later(request, sentence, seconds):
    response = sorry(request, 429, sentence)
    response["Retry-After"] = str(seconds)
    return response


OUT_OF_DATE = (
    "Nothing was saved: since this form was opened, somebody signed in or out in this browser. Go "
    "back to it, reload the page and send it again. What you typed is kept in this browser; where "
    "JavaScript is off, copy it first."
)
NO_COOKIE = (
    "Nothing was saved: your browser sent no cookie, by which a form is known to be yours. Allow "
    "cookies for this site, go back, reload the page and send the form again. What you typed is "
    "kept in this browser; where JavaScript is off, copy it first."
)


def csrf_failure(request, reason=""):
    sentence = NO_COOKIE if reason == REASON_NO_CSRF_COOKIE else OUT_OF_DATE
    return sorry(request, 403, sentence, title="This form is out of date")


def server_error(request):
    """Without the request's user or session: those may be what broke."""
    return render(None, "broken.html", _said(500), status=500)


def outermost(path, headers, status, sentence=""):
    """(Content-Type, body) for what is refused before there is a request to ask."""
    said = _said(status, sentence)
    if path.startswith("/api/"):
        return "application/json", json.dumps({"detail": said["sentence"]}).encode()
    name = "error.html#toast" if headers.get(b"hx-request-type") == b"partial" else "broken.html"
    return "text/html; charset=utf-8", render_to_string(name, said).encode()
