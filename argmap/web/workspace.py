"""The map's main page: the article, its argument as an outline, and the margin."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.shortcuts import redirect
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from argmap.accounts.permissions import Verb, may
from argmap.debate.models import Dispute
from argmap.journal.writing import Gone, again
from argmap.maps.models import Node, get_map

from . import live
from .about import address_of, context_of, margin_html, node_of
from .cards import cards_of
from .outline import branch, graph_of, lines, lines_below, outline, walk
from .respond import (
    Allowed,
    etag_of,
    not_modified,
    page,
    wants_fragment,
    with_etag,
)
from .text import Drawing, edition_of, own_marks

cache = caches["pages"]


@dataclass(frozen=True)
class Shown:
    """What a page of a map shows, and to which class of readers."""

    map: object
    edition: object
    editions: int
    sees_hidden: bool


@dataclass(frozen=True)
class Shared:
    """What all readers of a class see of the workspace, rendered."""

    shown: Shown
    drawing: Drawing | None
    outline: str
    text: str
    heat: str
    count: int
    open_disputes: int

    @property
    def weight(self):
        return len(self.outline) + len(self.text) + len(self.heat)


def shown_to(user, map, edition_number=None):
    edition = edition_of(map, edition_number)
    editions = map.article.editions.count() if map.article_id else 0
    return Shown(map, edition, editions, may(user, Verb.SEE_HIDDEN, map))


def shared_part(user, map, edition_number=None):
    """From the cache, under the `seq`s that came with the map."""
    key = ":".join(
        str(part)
        for part in (
            "workspace",
            settings.RELEASE,
            map.pk,
            map.slug,
            map.seq,
            map.article_seq,
            edition_number,
            may(user, Verb.SEE_HIDDEN, map),
        )
    )
    return cache.get_or_set(key, lambda: _shared_part(shown_to(user, map, edition_number)))


def _shared_part(shown):
    drawing = Drawing.of(shown.map, shown.edition) if shown.edition else None
    return Shared(
        shown,
        drawing,
        outline=outline_html(shown),
        text=drawing.text() if drawing else "",
        heat=drawing.heat() if drawing else "",
        count=graph_of(shown.map).count(),
        open_disputes=open_disputes(shown.map),
    )


@require_safe
def workspace(request, slug):
    map = get_map(request.user, slug)
    etag = etag_of(request, map)
    if unchanged := not_modified(request, etag):
        return unchanged
    node = _selected(request, map)
    if wants_fragment(request):
        triggers = {"argmap:selected": {"node": node.number if node else None}}
        return with_etag(_margin_and_tools(request, map, node, triggers), etag)
    shared = shared_part(request.user, map, _number(request, "edition"))
    shown = shared.shown
    if shown.edition is None and "edition" in request.GET:
        raise Gone
    own = own_marks(map, shown.edition, request.user)
    context = context_of(request, map, node) | {
        "shared": shared,
        "edition": shown.edition,
        "outline": shared.outline,
        "text": shared.drawing.text(own) if own else shared.text,
        "stream_from": live.position(map),
        "article": shown.map.article,
        "allowed_article": Allowed(request.user, shown.map.article),
    }
    if node:
        context["outline"] = outline_html(shown, node, _tools(request, map, node))
    return with_etag(page(request, "maps/workspace.html", context, fragment="about"), etag)


@require_safe
def margin(request, slug, number):
    """The margin of a node alone, which refreshes itself when the stream says so."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    if not wants_fragment(request):
        return redirect(address_of(map, node))
    return page(request, "maps/workspace.html", context_of(request, map, node), fragment="about")


@require_safe
def under(request, slug, number, after):
    """What the outline left out below a node, from its `after`-th child on."""
    map = get_map(request.user, slug)
    node = get_node(map, number)
    if not wants_fragment(request):
        return redirect(node)
    shown = shown_to(request.user, map)
    root = branch(graph_of(map), node.number, after)
    html = _lines_html(shown, [root], lines_below(root, after))
    return page(request, "maps/_html.html", {"html": html}, fragment="html")


@require_safe
def roots(request, slug, after):
    """What the outline left out at its end, from the `after`-th of its roots on."""
    map = get_map(request.user, slug)
    html = _roots_html(shown_to(request.user, map), after)
    context = {"map": map, "html": html}
    return page(request, "maps/roots.html", context, fragment="html")


def get_node(map, number):
    """The node of that number in a map that was asked for already. Raises Gone."""
    node = Node.objects.filter(map=map, number=number).select_related("author").first()
    if node is None:
        raise Gone
    node.map = map
    return node


def open_disputes(map):
    return Dispute.objects.filter(map=map, state__in=Dispute.UNDECIDED, hidden_at=None).count()


def after_write(request, map, about):
    """The margin, the tools of the selected node, and whatever the write changed on the page."""
    before = map.seq
    map = get_map(request.user, map.slug)
    shown = shown_to(request.user, map)
    if about is not None:
        about = again(about)
        about.map = map
    return (
        margin_html(request, map, about)
        + _tools_partial(request, map, node_of(about))
        + live.partials(shown, before, request.user)
    )


def outline_html(shown, selected=None, tools=""):
    """The whole outline, with the tools of the selected node in its card."""
    html = _roots_html(shown, 0, selected and selected.number, tools)
    return mark_safe(f'<ol class="outline" id="outline">{html}</ol>')  # noqa: S308


def _roots_html(shown, after, selected=None, tools=""):
    items, left_out = outline(graph_of(shown.map), after)
    html = _lines_html(shown, items, lines(items), selected, tools)
    address = shown.map.get_absolute_url()
    template = get_template("maps/_outline.jinja", using="jinja2").template
    return mark_safe(  # noqa: S308
        template.render(html=html, left_out=left_out, after=after + len(items), address=address)
    )


def branch_html(shown, number):
    """The list of what hangs on one node, for a live update."""
    root = branch(graph_of(shown.map), number)
    html = _lines_html(shown, [root], lines_below(root))
    return mark_safe(f'<ol class="under" id="under-{number}">{html}</ol>')  # noqa: S308


def _lines_html(shown, items, rows, selected=None, tools=""):
    """The lines one after the other; what stands the same as last time is kept with its card."""
    cards = cards_of(shown.map, list(walk(items)), shown.edition, sees_hidden=shown.sees_hidden)
    render = get_template("maps/_line.jinja", using="jinja2").template.render
    address = shown.map.get_absolute_url()

    def html(line):
        card = cards.get(line.number, "")
        if line.kind == "open" and line.number == selected:
            return render(line=line, card=card, tools=tools, selected=True)
        key = (address, line, card if line.kind == "open" else "")
        return cache.get_or_set(key, lambda: render(line=line, card=card, address=address))

    return mark_safe("".join(html(line) for line in rows))  # noqa: S308


def _margin_and_tools(request, map, node, triggers):
    context = context_of(request, map, node)
    response = page(request, "maps/workspace.html", context, fragment="about", triggers=triggers)
    response.write(_tools_partial(request, map, node))
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
