"""The live stream of a map's page (Server-Sent Events)."""

import asyncio

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from argmap.activity.wakeups import waiting_for
from argmap.journal.writing import Gone
from argmap.maps.models import get_map

from . import live
from .panes import shown_to
from .text import own_marks

LOOK_AGAIN_SECONDS = 15  # also the heartbeat, which tells proxies that we are alive


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
    edition = request.GET.get("edition", "")
    number = (
        int(edition) if edition.isascii() and edition.isdecimal() and len(edition) < 10 else None
    )
    response = StreamingHttpResponse(
        _messages(user, slug, position, number, journals), content_type="text/event-stream"
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


async def _messages(user, slug, position, edition, journals):
    with waiting_for(journals) as woken:
        yield f"id: {position}\n\n"
        while True:
            woken.clear()
            try:
                found = await sync_to_async(_since)(user, slug, position, edition)
            except Gone:  # the reader's role ended, or the map was hidden
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


def _messages_since(user, slug, position, edition):
    """The new position and the messages that lead to it; None where nothing happened.

    The map is asked for again each time, since the reader may have lost it meanwhile.
    """
    if user.is_authenticated:
        user = type(user).objects.get(pk=user.pk)
        if not user.is_active:
            raise Gone
    map = get_map(user, slug)
    now = live.position(map)
    if now == position:
        return None
    shown = shown_to(user, map, edition)
    messages = []
    if now.map != position.map:
        messages.append(_message(now, _changes(shown, position, user)))
        talked = live.difference_of(shown, position.map).talked_about
        messages += [_named(f"node-{number}") for number in sorted(talked)]
    if now.article != position.article:
        messages.append(_message(now, render_to_string("maps/_new_edition.html", {"map": map})))
    if now.account != position.account:
        messages.append(_named("account"))
    return now, messages or [_message(now, "")]


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
