"""The map's main page: the article, its argument as an outline, and the margin."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import Http404
from django.shortcuts import redirect
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from argmap.accounts.permissions import Verb, may
from argmap.debate.models import Dispute
from argmap.journal.writing import Gone
from argmap.maps.models import Link, Node, get_map

from . import live
from .cards import HOUR, cards_of
from .margin import talk_about, withhold
from .outline import branch, graph_of, outline, walk
from .respond import (
    Allowed,
    etag_of,
    not_modified,
    page,
    wants_fragment,
    with_etag,
    workspace_url,
)
from .text import heat, newest_edition, text_html


@dataclass(frozen=True)
class Shown:
    """What a page of a map shows, and to whom: the key of all that is cached of it."""

    map: object
    edition: object
    sees_hidden: bool


def shown_to(user, map, edition_number=None):
    return Shown(map, newest_edition(map, edition_number), may(user, Verb.SEE_HIDDEN, map))


@require_safe
def workspace(request, slug):
    map = get_map(request.user, slug)
    etag = etag_of(request, map)
    if unchanged := not_modified(request, etag):
        return unchanged
    shown = shown_to(request.user, map, _number(request, "edition"))
    if shown.edition is None and "edition" in request.GET:
        raise Http404
    node = _selected(request, map)
    if wants_fragment(request):
        triggers = {"argmap:selected": {"node": node.number if node else None}}
        return with_etag(_margin_and_tools(request, shown, node, triggers), etag)
    context = _about(request, map, node) | {
        "outline": outline_html(shown, node, _tools(request, map, node)),
        "count": graph_of(map).count(),
        "open_disputes": open_disputes(map),
        "edition": shown.edition,
        "editions": map.article.editions.count() if map.article_id else 0,
        "stream_from": live.position(map, request.user),
    }
    if shown.edition:
        context |= {
            "text": text_html(map, shown.edition, request.user),
            "bars": _heat(map, shown.edition),
        }
    return with_etag(page(request, "maps/workspace.html", context, fragment="about"), etag)


@require_safe
def margin(request, slug, number):
    """The margin of a node alone, which refreshes itself when the stream says so."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    if not wants_fragment(request):
        return redirect(workspace_url(map, node))
    return page(request, "maps/workspace.html", _about(request, map, node), fragment="about")


@require_safe
def under(request, slug, number, after):
    """What the outline left out below a node, from its `after`-th child on."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    if not wants_fragment(request):
        return redirect(node)
    shown = shown_to(request.user, map)
    root = branch(graph_of(map), node.number, after)
    html = _outline_part(shown, "children", [root], root=root, after=after)
    return page(request, "maps/_html.html", {"html": html}, fragment="html")


def get_node(map, number):
    """The node of that number in a map that was asked for already. Raises Gone."""
    node = Node.objects.filter(map=map, number=number).select_related("author").first()
    if node is None:
        raise Gone
    node.map = map
    return node


def open_disputes(map):
    return Dispute.objects.filter(map=map, state__in=Dispute.UNDECIDED, hidden_at=None).count()


def after_write(request, map, node):
    """The margin of the node, its tools, and whatever the write changed on the page."""
    before = map.journal.seq
    map = get_map(request.user, map.slug)
    shown = shown_to(request.user, map)
    if node is not None:
        node = get_node(map, node.number)
    return (
        render_to_string("maps/workspace.html#about", _about(request, map, node), request)
        + _tools_partial(request, map, node)
        + live.partials(shown, before, request.user)
    )


def outline_html(shown, selected=None, tools=""):
    """The whole outline: cached for each class of reader, unless a node is selected in it."""
    if selected is not None:
        return _whole_outline(shown, selected.number, tools)
    edition_pk = shown.edition.pk if shown.edition else 0
    key = (
        f"outline:{settings.RELEASE}:{shown.map.pk}:{shown.map.journal.seq}"
        f":{edition_pk}:{int(shown.sees_hidden)}"
    )
    return cache.get_or_set(key, lambda: _whole_outline(shown), HOUR)


def branch_html(shown, number):
    """The list of what hangs on one node, for a live update."""
    root = branch(graph_of(shown.map), number)
    return _outline_part(shown, "under", [root], root=root)


def _whole_outline(shown, selected=None, tools=""):
    roots, left_out = outline(graph_of(shown.map))
    return _outline_part(
        shown, "all", roots, roots=roots, left_out=left_out, selected=selected, tools=tools
    )


def _outline_part(shown, part, items, **context):
    cards = cards_of(
        shown.map, list(walk(items)), shown.edition, sees_hidden=shown.sees_hidden
    )
    template = get_template("maps/_outline.jinja", using="jinja2").template
    return mark_safe(  # noqa: S308 (Jinja has escaped it)
        template.render(part=part, cards=cards, address=shown.map.get_absolute_url(), **context)
    )


def _heat(map, edition):
    key = f"heat:{map.pk}:{edition.pk}:{map.journal.seq}:{map.article.journal.seq}"
    return cache.get_or_set(key, lambda: heat(map, edition), HOUR)


def _about(request, map, node):
    """The context of the margin."""
    context = {"map": map, "node": node, "allowed": Allowed(request.user, map)}
    if node is not None:
        withhold([node], map, request.user)
        context["talk"] = talk_about(node, map, request.user)
        context["steps"] = (
            Link.objects.standing()
            .filter(source=node, hidden_at=None)
            .select_related("target_node", "target_link__source", "target_link__target_node")
        )
    return context


def _margin_and_tools(request, shown, node, triggers):
    context = _about(request, shown.map, node)
    response = page(
        request, "maps/workspace.html", context, fragment="about", triggers=triggers
    )
    response.write(_tools_partial(request, shown.map, node))
    return response


def _tools_partial(request, map, node):
    if node is None:
        return ""
    html = _tools(request, map, node)
    return f'<hx-partial hx-target="#tools-{node.number}" hx-swap="innerHTML">{html}</hx-partial>'


def _tools(request, map, node):
    if node is None:
        return ""
    context = {
        "map": map,
        "node": node,
        "own": request.user.is_authenticated and node.author_id == request.user.pk,
        "allowed": Allowed(request.user, map),
        "allowed_here": Allowed(request.user, node),
    }
    return render_to_string("maps/_tools.html", context, request)


def _selected(request, map):
    number = _number(request, "node")
    return None if number is None else get_node(map, number)


def _number(request, name):
    """A number from the address; what is none, or too large for one, leads nowhere."""
    value = request.GET.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise Gone
    return int(value)
