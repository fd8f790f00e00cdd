"""The live stream of a map's page (Server-Sent Events)."""

import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from argmap.journal.errors import Gone
from argmap.journal.text import whole_number
from argmap.maps.models import get_map

from ..http.bounds import MOST_STREAMS, MOST_STREAMS_OF_A_PERSON, share_of
from . import live
from .broadcast import Reader, account_moved, followed_by, reload_page
from .text import edition_of

_open = Counter()  # by the ids of people, and by the addresses of visitors
_guard = threading.Lock()


@require_GET
def stream(request, slug):
    """What happens on the map from the position in Last-Event-ID, or in `from`, on."""
    try:
        map = get_map(request.user, slug)
        position = live.Position.parse(
            request.headers.get("Last-Event-ID") or request.GET.get("from", "")
        )
        edition = _edition_in(request, map)
    except Gone:
        return _refusal(404)
    except ValueError:
        return _refusal(400, "Say from where on.")
    who = request.user.pk or request.META.get("REMOTE_ADDR", "")
    if _open[who] >= _most(who):
        return _refusal(429, "Too many pages of yours are open here. Reload this one later.")
    if _open.total() >= MOST_STREAMS:
        return _refusal(503, "Too many pages are open here. This one is not live.")
    response = StreamingHttpResponse(
        _messages(request, map, edition, who, position), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def _refusal(status, sentence=""):
    response = HttpResponse(sentence, status=status, content_type="text/plain")
    if status in (429, 503):
        response["Retry-After"] = "60"
    return response


def _edition_in(request, map):
    """The number of the edition that the page shows; None for the newest. Raises Gone.

    What happens is worked out for each edition that somebody reads, so it is one that is there.
    """
    number = whole_number(request.GET.get("edition"))
    if number is not None and edition_of(map, number).edition is None:
        raise Gone
    return number


def _messages(request, map, edition, who, position):
    """The request must be asked here and now: the messages themselves come in the event loop."""
    session = request.session.session_key if request.user.is_authenticated else None
    reader = Reader(
        request.user, session, request.META.get("REMOTE_ADDR", ""), map, edition, position
    )
    now = live.position(map)
    if position.is_beyond(now):  # of a database that was set back, or made up
        reader.give(reload_page(), now)
    elif position.account < now.account:
        reader.give(account_moved(), replace(position, account=now.account))
    return _counted_messages(who, map.slug, reader)


async def _counted_messages(who, slug, reader):
    with _counted(who) as within:
        if within:
            with followed_by(slug, reader):
                async for message in reader.messages():
                    yield message


def _most(who):
    """How many streams a person (by their id), or all visitors of one address, may have open."""
    if isinstance(who, int):
        return MOST_STREAMS_OF_A_PERSON
    return share_of(MOST_STREAMS, _open.total() - _open[who])


@contextmanager
def _counted(who):
    """For as long as a stream is open; whether it is one of those that they may have."""
    with _guard:
        _open[who] += 1
        within = _open[who] <= _most(who)
    try:
        yield within
    finally:
        with _guard:
            _open[who] -= 1
            if not _open[who]:
                del _open[who]
