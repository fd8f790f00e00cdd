"""How a page answers: whole, as a fragment, or unchanged."""

import functools
import json
import re
from html import unescape
from urllib.parse import quote, unquote

from django.conf import settings
from django.contrib.messages import get_messages
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from argmap.accounts.permissions import Verb, may
from argmap.articles.models import Edition
from argmap.journal.reading import one_moment
from argmap.journal.text import whole_number
from argmap.maps.models import get_map, sees_article
from argmap.maps.versions import names_a_version, version_of, version_of_many

VARY = ("Cookie", "HX-Request", "HX-Request-Type")


def wants_fragment(request):
    """Whether htmx asks for a part; a restored history wants the whole page."""
    htmx = getattr(request, "htmx", None)  # not there yet where a middleware refused the request
    return bool(htmx) and htmx.request_type != "full"


def page(request, template, context, *, fragment, status=200, triggers=None):
    """The page, or for htmx the named partial of its template."""
    name = f"{template}#{fragment}" if wants_fragment(request) else template
    response = render(request, name, context, status=status)
    return finished(response, triggers)


def finished(response, triggers=None):
    """The response with what every page and fragment says of itself."""
    patch_vary_headers(response, VARY)
    response.setdefault("Cache-Control", "private, no-cache")
    if triggers:
        response["HX-Trigger"] = json.dumps(triggers)
    return response


def says_who_may_keep_it(get_response):
    """The outermost middleware: no answer leaves without Cache-Control."""
    return lambda request: for_its_reader_alone(get_response(request))


def for_its_reader_alone(response):
    """The response, which nobody else may keep unless it says so."""
    kept = "private, no-cache" if response.status_code < 400 else "no-store"
    response.setdefault("Cache-Control", kept)
    return response


def safe_next(request):
    """Where a form asked to go on, if that is on this site; otherwise nothing."""
    back = request.POST.get("next", "")
    return back if is_here(request, back) else ""


def is_here(request, address):
    """Whether it is an address of this site, from its root."""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return safe and address.startswith("/")


class Allowed:
    """What templates ask: `allowed.ADD`, by the names of Verb."""

    def __init__(self, user, obj):
        self._user, self._obj = user, obj

    def __getitem__(self, name):
        if name not in Verb.__members__:
            raise RuntimeError(f"a template asks for {name}, which is no verb")
        return may(self._user, Verb[name], self._obj)


def etag_of(request, map):
    """One name for one version of a page of a map; None while a message waits for the reader."""
    if len(get_messages(request)):
        return None
    return version_of(map, request.user, *_asked(request))


def _asked(request):
    """What of a request chooses its answer."""
    return (
        request.get_full_path(),
        wants_fragment(request),
        request.COOKIES.get(settings.SESSION_COOKIE_NAME),
        request.COOKIES.get(settings.CSRF_COOKIE_NAME),
    )


def page_over_maps(request, template, read, *, version, context):
    """A page over the maps that `read()` finds, or 304 to whoever has this version.

    `version(maps)` is as `version_of_many` takes it; `context(maps)` is made only where the
    browser has another. What a browser has was read before, and no version comes twice: so one
    looks for it without one moment.
    """
    if names_a_version(request):
        etag = _etag_over_maps(request, version(read()))
        if (unchanged := _not_modified(request, etag)) is not None:
            return unchanged
    with one_moment():
        maps = read()
        etag = _etag_over_maps(request, version(maps))
        return _with_etag(render(request, template, context(maps)), etag)


def _etag_over_maps(request, versions):
    if len(get_messages(request)):
        return None
    return version_of_many(request.user, versions, *_asked(request))


def _not_modified(request, etag):
    """The answer 304, where the browser has this version; otherwise None."""
    response = get_conditional_response(request, etag=etag)
    return response and _with_etag(response, etag)


def _with_etag(response, etag):
    if etag is not None:
        response["ETag"] = etag
    return finished(response)


#: Of a page of a map, the links that lead to it, to what stands in it, and further in the page.
_INTO_MAP = (
    r'href="(?P<page>{address}(?:(?:nodes|links|annotations|disputes)/\d+/'
    r'|(?:annotations|disputes|history|table|graph)/)?|(?=\?))(?P<query>\?[^"#]*)?(?P<place>#[^"]*)?"'
)
#: And what leads to its forms, or sends them.
_TO_FORMS = (
    r'(?P<attribute>href|action)="(?P<page>{address}(?:write/[\w-]+/|anchor/'
    r"|(?:annotations|disputes)/new/|(?:nodes|links|annotations|disputes)/\d+/[\w-]+/))"
    r'(?P<query>\?[^"#]*)?"'
)
#: And what leads back to it from signing in.
_BY_SIGNING_IN = r'\?next={address}(?P<query>%3F[^"]*)?"'
#: What the address of a form calls the edition that its sender reads; `edition` is the one in
#: which they chose words.
READING = "reading"


def staying(request, map, response, edition):
    """The page of an earlier edition, which its links into the map keep, and its forms: who reads
    one stays in it while they move about and write. `edition` is its number."""
    if not edition or not response.content or not is_earlier(request.user, map, edition):
        return response

    def page_in_it(found):
        query, place = _with(found["query"], "edition", edition), found["place"] or ""
        return f'href="{found["page"]}{query}{place}"'

    def form_in_it(found):
        query = _with(found["query"], READING, edition)
        return f'{found["attribute"]}="{found["page"]}{query}"'

    def signed_in_it(found):
        query = unescape(_with(unquote(found["query"] or ""), "edition", edition))
        return f'?next={quote(address + query)}"'

    address = map.get_absolute_url()
    html = response.content.decode()
    for leading, rewritten in (
        (_INTO_MAP, page_in_it),
        (_TO_FORMS, form_in_it),
        (_BY_SIGNING_IN, signed_in_it),
    ):
        html = re.sub(leading.format(address=re.escape(address)), rewritten, html)
    response.content = html
    return response


def _with(query, name, number):
    """The query of an address in HTML with this number, unless it has one of that name."""
    query = query or ""
    if f"{name}=" in query:
        return query
    return f"{query}{'&amp;' if query else '?'}{name}={number}"


def is_earlier(user, map, number):
    """Whether there is an edition of that number for this person, and a newer one."""
    later = Edition.objects.filter(article=map.article_id, number__gt=number)
    return sees_article(user, map) and later.exists()


def _edition_of(request, which):
    """The edition of a page: its number stands in the path, else in the query."""
    return which.get("edition") or whole_number(request.GET.get("edition"))


def versioned(view):
    """A page of a map, view(request, map, …), that answers 304 to whoever has this version.

    What it shows is read as of one moment, and its ETag names that one.
    """

    @require_safe
    @functools.wraps(view)
    def answer(request, slug, **which):
        if names_a_version(request):
            etag = etag_of(request, get_map(request.user, slug))
            if (unchanged := _not_modified(request, etag)) is not None:
                return unchanged
        with one_moment():
            map = get_map(request.user, slug)
            etag = etag_of(request, map)
            response = view(request, map, **which)
            response = staying(request, map, response, _edition_of(request, which))
            return _with_etag(response, etag)

    return answer


def fragment_of_map(view):
    """A part of a page of a map, view(request, map, …), read as of one moment."""

    @require_safe
    @functools.wraps(view)
    def answer(request, slug, **which):
        with one_moment():
            map = get_map(request.user, slug)
            response = view(request, map, **which)
            return staying(request, map, response, _edition_of(request, which))

    return answer
