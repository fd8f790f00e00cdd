"""The answer after a write."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from argmap.journal.reading import one_moment
from argmap.journal.writing import again
from argmap.maps.models import Node, get_map

from ..http.respond import finished, safe_next, wants_fragment
from ..workspace import live
from ..workspace.about import (
    address_of,
    edition_in_view,
    edition_read,
    margin_html,
    node_of,
    tools_partial,
)
from ..workspace.panes import shown_to


def done(request, map, *, about=None, toast="", focus=None):
    """The page with JavaScript gets what changed, the one without goes on.

    `about` is the node, link or annotation that was written of.
    """
    if not wants_fragment(request):
        if toast:
            messages.success(request, toast)
        return HttpResponseRedirect(
            safe_next(request) or address_of(map, about, edition_read(request, map))
        )
    node = node_of(about)
    triggers = {"argmap:selected": {"node": node.number if node else None}}
    if toast:
        triggers["argmap:toast"] = {"text": toast}
    if focus:
        triggers["argmap:focus"] = {"target": focus}
    response = finished(HttpResponse(_changes(request, map, about)), triggers)
    if isinstance(about, Node) and not _is_shown(request, map, about):
        response["HX-Push-Url"] = address_of(map, about)
    return response


def _changes(request, map, about):
    """The margin, whatever the write changed on the page, and the tools of the selected node.

    The tools come last, since a new node's card brings the place for them.
    """
    before = map.seq
    with one_moment():
        map = get_map(request.user, map.slug)
        shown = shown_to(request.user, map, edition_in_view(request, map))
        if about is not None:
            about = again(about)
            about.map = map
        return (
            margin_html(request, map, about)
            + live.partials(shown, before, request.user)
            + tools_partial(request, map, node_of(about))
        )


def _is_shown(request, map, node):
    """Whether the page's address names the node already."""
    shown = f"{reverse('workspace', args=[map.slug])}?node={node.number}"
    return request.htmx.current_url_abs_path == shown
