"""The live stream of a map's page (Server-Sent Events)."""

import asyncio
import threading
from collections import Counter
from contextlib import contextmanager
from importlib import import_module

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from argmap.activity.wakeups import waiting_for
from argmap.journal.errors import Gone
from argmap.journal.models import Change
from argmap.maps.models import get_map

from . import live
from .panes import shown_to
from .text import own_marks

LOOK_AGAIN_SECONDS = 15  # also the heartbeat, which tells proxies that we are alive
MOST_OF_A_PERSON, MOST_OF_AN_ADDRESS = 20, 100  # streams open in this process
MOST_BEHIND = 500  # Events; whoever has missed more is told to reload
MOST_CHANGES = 2_000  # or so many changed rows, as after an import

_open = Counter()
_guard = threading.Lock()


@require_GET
async def stream(request, slug):
    """What happens on the map from the position in Last-Event-ID, or in `from`, on."""
    user = await request.auser()
    try:
        journals = await sync_to_async(_journals)(user, slug)
        position = live.Position.parse(
            request.headers.get("Last-Event-ID") or request.GET.get("from", "")
        )
    except Gone:
        return HttpResponse(status=404)
    except ValueError:
        return HttpResponse("Say from where on.", status=400, content_type="text/plain")
    who = user.pk or request.META.get("REMOTE_ADDR", "")
    if _open[who] >= _most(who):
        sentence = "Too many pages of yours are open here. Close some, or reload this one later."
        return HttpResponse(sentence, status=429, content_type="text/plain")
    session = request.session.session_key if user.is_authenticated else None
    edition = request.GET.get("edition", "")
    number = (
        int(edition) if edition.isascii() and edition.isdecimal() and len(edition) < 10 else None
    )
    response = StreamingHttpResponse(
        _messages(who, session, slug, position, number, journals),
        content_type="text/event-stream",
    )
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def _journals(user, slug):
    """The ids of the journals that a page of the map shows. Raises Gone."""
    try:
        map = get_map(user, slug)
        found = [map.journal_id]
        found += [map.article.journal_id] if map.article_id else []
    finally:
        close_old_connections()
    return found + ([user.journal_id] if user.is_authenticated else [])


def _most(who):
    """How many streams a person (by their id), or all visitors of one address, may have open."""
    return MOST_OF_A_PERSON if isinstance(who, int) else MOST_OF_AN_ADDRESS


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


async def _messages(who, session, slug, position, edition, journals):
    with _counted(who) as within, waiting_for(journals) as woken:
        if not within:
            return
        yield f"id: {position}\n\n"
        while True:
            woken.clear()
            try:
                found = await sync_to_async(_since)(session, slug, position, edition)
            except Gone:  # the reader's role or session ended, or the map was hidden
                yield "event: gone\ndata: gone\n\n"
                return
            if found is not None:
                position, messages = found
                for message in messages:
                    yield message
            try:
                await asyncio.wait_for(woken.wait(), LOOK_AGAIN_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"


def _since(*asked):
    """`_messages_since`, which leaves no connection behind: a waiting stream needs none."""
    try:
        return _messages_since(*asked)
    finally:
        close_old_connections()


def _messages_since(session, slug, position, edition):
    """The new position and the messages that lead to it; None where nothing happened.

    The map is asked for again each time, since the reader may have lost it meanwhile.
    """
    user = _reader(session)
    map = get_map(user, slug)
    now = live.position(map)
    if now == position:
        return None
    if _is_too_much(map, position, now):
        return now, [
            _message(now, render_to_string("workspace/_much_has_happened.html", {"map": map}))
        ]
    shown = shown_to(user, map, edition)
    messages = []
    if now.map != position.map:
        messages.append(_message(now, _changes(shown, position, user)))
        talked = live.difference_of(shown, position.map).talked_about
        messages += [_named(f"node-{number}") for number in sorted(talked)]
    if now.article != position.article:
        messages.append(
            _message(now, render_to_string("workspace/_new_edition.html", {"map": map}))
        )
    if now.account != position.account:
        messages.append(_named("account"))
    return now, messages or [_message(now, "")]


def _is_too_much(map, position, now):
    """Whether one had better load the page anew: after an import, or a long absence."""
    changes = Change.objects.filter(
        event__journal_id=map.journal_id, event__seq__gt=position.map
    ).order_by()
    return now.map - position.map > MOST_BEHIND or changes[MOST_CHANGES:].exists()


def _reader(session):
    """Whose session it is, as it stands now; Gone where they signed out, or were banned."""
    if session is None:
        return AnonymousUser()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    user = get_user(request)
    if not user.is_authenticated:
        raise Gone
    return user


def _changes(shown, position, user):
    """Rendered once for all readers of a class, but for those with marks of their own."""
    if own_marks(shown.map, shown.edition, user):
        return live.partials(shown, position.map, user)
    return live.shared_partials(shown, position.map)


def _message(position, html):
    """Unnamed, so that htmx swaps it; the id is what the browser sends after a break."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines())
    return f"id: {position}\n{lines}\n"


def _named(name):
    """A DOM event on the page, for what each reader fetches by themself."""
    return f"event: {name}\ndata: {name}\n\n"
