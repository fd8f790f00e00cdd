"""How a page answers: whole, as a fragment, unchanged, or with what a write has changed."""

import hashlib
import json

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag, url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from argmap.accounts.permissions import Verb, may

VARY = ("Cookie", "HX-Request", "HX-Request-Type")


def wants_fragment(request):
    """Whether htmx asks for a part; a restored history wants the whole page."""
    return bool(request.htmx) and request.htmx.request_type != "full"


def page(request, template, context, *, fragment, status=200, triggers=None):
    """The page, or for htmx the named partial of its template."""
    name = f"{template}#{fragment}" if wants_fragment(request) else template
    response = render(request, name, context, status=status)
    return _finished(response, triggers)


def _finished(response, triggers=None):
    patch_vary_headers(response, VARY)
    response.setdefault("Cache-Control", "private, no-cache")
    if triggers:
        response["HX-Trigger"] = json.dumps(triggers)
    return response


def form_page(request, map, form, *, title, status=200, **context):
    """A form by itself as a page, or in the margin."""
    if status == 200 and form.errors:
        status = 422
    context |= {"map": map, "form": form, "title": title}
    return page(request, "maps/form.html", context, fragment="form", status=status)


def done(request, map, *, about=None, toast="", focus=None):
    """After a write: the page with JavaScript gets what changed, the one without goes on.

    `about` is the node, link or annotation that was written of.
    """
    from .about import address_of, node_of
    from .workspace import after_write

    if not wants_fragment(request):
        return redirect(safe_next(request) or address_of(map, about))
    node = node_of(about)
    triggers = {"argmap:selected": {"node": node.number if node else None}}
    if toast:
        triggers["argmap:toast"] = {"text": toast}
    if focus:
        triggers["argmap:focus"] = {"target": focus}
    return _finished(HttpResponse(after_write(request, map, about)), triggers)


def safe_next(request):
    """Where a form asked to go on, if that is on this site; otherwise nothing."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return back if safe else ""


class Allowed:
    """What templates ask: `allowed.ADD`, by the names of Verb."""

    def __init__(self, user, obj):
        self._user, self._obj = user, obj

    def __getitem__(self, name):
        try:
            return may(self._user, Verb[name], self._obj)
        except KeyError:
            raise KeyError(name) from None


def etag_of(request, map):
    """One name for one version of a page of a map; None while a message waits for the reader.

    What a page shows changes by Events, by the reader's role and sanctions, or by the
    clock (which browsers keep); so these name it, with session, language and release.
    """
    if len(get_messages(request)):
        return None
    user = request.user
    parts = [
        request.get_full_path(),
        wants_fragment(request),
        map.pk,
        map.seq,
        map.article_seq,
        int(map.role_of(user)),
        map.account_seq,
        map.site_seq,
        int(map.sanctions),
        user.is_authenticated and user.is_moderator,
        request.COOKIES.get(settings.SESSION_COOKIE_NAME),
        request.COOKIES.get(settings.CSRF_COOKIE_NAME),
        get_language(),
        settings.RELEASE,
    ]
    return quote_etag(hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32])


def not_modified(request, etag):
    """The answer 304, where the browser has this version; otherwise None."""
    if etag is None or request.method not in ("GET", "HEAD"):
        return None
    if etag not in parse_etags(request.headers.get("If-None-Match", "")):
        return None
    response = HttpResponseNotModified()
    response["ETag"] = etag
    return _finished(response)


def with_etag(response, etag):
    if etag is not None:
        response["ETag"] = etag
    return _finished(response)
