"""The map's main page: the article, its argument as an outline, and the margin."""

from django.http import HttpResponse
from django.shortcuts import redirect

from argmap.journal.errors import Gone
from argmap.journal.text import whole_number
from argmap.moderation.actions import seen_through

from ..http.respond import Allowed, finished, fragment_of_map, page, versioned, wants_fragment
from . import live
from .about import (
    EDITION,
    address_of,
    context_of,
    edition_in_view,
    tools_html,
    tools_partial,
)
from .finding import get_annotation, get_node
from .layout import Layout, begins_with, layout_of
from .panes import children_html, outline_html, roots_html, shared_part, shown_to
from .text import drawing_of, own_marks


@versioned
def workspace(request, map):
    """The whole page, or for htmx the margin and the tools of what is selected."""
    node = _selected(request, map)
    if wants_fragment(request):
        triggers = {"argmap:selected": {"node": node.number if node else None}}
        return _margin_and_tools(request, map, node, triggers)
    shared = shared_part(request.user, map, _number(request, "edition"))
    shown = shared.shown
    own = own_marks(map, shown.edition, request.user)
    layout = layout_of(shown.edition) if shown.edition else Layout()
    has_title = bool(shown.edition) and begins_with(shown.edition, shown.map.article.title)
    context = context_of(request, map, node or _thread(request, map)) | {
        "shared": shared,
        "edition": shown.edition,
        "edition_header": EDITION,
        "headings": [each for each in layout.headings if not has_title or each.paragraph > 1],
        "has_title": has_title,
        "outline": shared.outline,
        "text": drawing_of(map, shown.edition).text(own) if len(own) else shared.text,
        "stream_from": live.position(map),
        "article": shown.map.article,
        "allowed_article": _allowed_article(request.user, shown.map),
    }
    if node:
        context["outline"] = outline_html(shown, node, tools_html(request, map, node))
    return page(request, "workspace/page.html", context, fragment="about")


@fragment_of_map
def margin(request, map, number):
    """The margin of a node with its tools, which a page asks for when the stream says so."""
    node = get_node(map, number)
    if not wants_fragment(request):
        return redirect(address_of(map, node))
    return _margin_and_tools(request, map, node)


@fragment_of_map
def under(request, map, number, after):
    """What the outline left out below a node, behind the link `after`."""
    node = get_node(map, number)
    shown = shown_to(request.user, map, edition_in_view(request, map))
    html = children_html(shown, node.number, after, _number(request, "but"))
    return page(request, "workspace/roots.html", {"map": map, "html": html}, fragment="html")


@fragment_of_map
def roots(request, map, after):
    """What the outline left out at its end, behind the root `after`."""
    shown = shown_to(request.user, map, edition_in_view(request, map))
    html = roots_html(shown, after, but=_number(request, "but"))
    return page(request, "workspace/roots.html", {"map": map, "html": html}, fragment="html")


@fragment_of_map
def paragraph(request, map, number):
    """A paragraph with the reader's own marks, which a page asks for when the stream says so."""
    edition = shown_to(request.user, map, _number(request, "edition")).edition
    if edition is None:
        raise Gone
    if not wants_fragment(request):
        return redirect(f"{map.get_absolute_url()}?edition={edition.number}#p{number}")
    own = own_marks(map, edition, request.user)
    html = dict(drawing_of(map, edition).paragraphs(own, {number})).get(number)
    if html is None:
        raise Gone
    return finished(HttpResponse(html))


@fragment_of_map
def own_paragraphs(request, map):
    """Where the reader has marks of their own, or had, which a page asks for when the stream says
    that something is new in their account."""
    shown = shown_to(request.user, map, _number(request, "edition"))
    if not wants_fragment(request):
        return redirect(map.get_absolute_url())
    return finished(HttpResponse(live.own_partials(shown, request.user)))


def _allowed_article(user, map):
    return Allowed(user, map.article and seen_through(map.article, user, [map]))


def _margin_and_tools(request, map, node, triggers=None):
    context = context_of(request, map, node)
    response = page(request, "workspace/page.html", context, fragment="about", triggers=triggers)
    response.write(tools_partial(request, map, node))
    return response


def _selected(request, map):
    number = _number(request, "node")
    return None if number is None else get_node(map, number)


def _thread(request, map):
    """The annotation whose thread the address opens in the margin."""
    pk = _number(request, "annotation", digits=18)
    return None if pk is None else get_annotation(map, pk, request.user)


def _number(request, name, digits=9):
    """A number from the address; what is none, or too large for one, leads nowhere."""
    value = request.GET.get(name)
    number = whole_number(value, digits)
    if value is not None and number is None:
        raise Gone
    return number
