"""A node's own page: what it bears on, what bears on it, and what was said of it."""

from collections import Counter

from django.db.models import Q
from django.shortcuts import render

from argmap.articles.models import Placement
from argmap.maps.models import Link, Node, sees_article
from argmap.maps.skeleton import skeleton_of

from ..http.respond import Allowed, versioned
from ..workspace.about import before_of
from ..workspace.cards import cards_of
from ..workspace.finding import get_node
from ..workspace.margin import talk_about, withhold
from ..workspace.outline import Item
from ..workspace.panes import shown_to
from .history import told_about


@versioned
def node_page(request, map, number):
    """All that stands around a statement, and all that was said of it."""
    node = get_node(map, number)
    withhold([node], map, request.user)
    context = {
        "map": map,
        "node": node,
        **_cards(shown_to(request.user, map), node),
        "citations": [] if node.withheld else node.citations.all(),
        "placements": _placements(node) if _may_quote(request.user, node) else [],
        "talk": talk_about(node, map, request.user, before_of(request)),
        "told": told_about(map, node, request.user),
        "allowed": Allowed(request.user, map),
        "allowed_here": Allowed(request.user, node),
    }
    return render(request, "maps/node.html", context)


SECTIONS = [
    ("bears_on", "Bears on"),
    ("supports", "Supports it"),
    ("evidence", "Evidence for it"),
    ("opposes", "Opposes it"),
    ("undercuts", "Undercuts its steps"),
    ("joins", "Joins its steps"),
]


MOST_IN_A_SECTION = 100


def _cards(shown, node):
    """The node's own card, and by section those around it, each with its link."""
    skeleton = skeleton_of(shown.map)
    around, more = _around(node)
    items = {
        link.pk: Item(skeleton.node(other.number), _drawn_by(skeleton, link, node))
        for rows in around.values()
        for link, other in rows
    }
    bearing = cards_of(shown, items.values())
    own = Item(skeleton.node(node.number))
    card = cards_of(shown, [own], sees_hidden=not node.withheld)[own.key].html
    return {
        "card": card,
        "sections": [
            {
                "key": key,
                "title": title,
                "rows": [(link, bearing[items[link.pk].key].html) for link, _ in around[key]],
                "more": more[key],
            }
            for key, title in SECTIONS
            if around[key]
        ],
    }


def _around(node):
    """(link, node at its other end) by section, and how many more there are in each."""
    found, more = {key: [] for key, _ in SECTIONS}, Counter()
    links = (
        Link.objects.shown()
        .filter(Q(source=node) | Q(target_node=node) | Q(target_link__source=node))
        .select_related("source", "target_node", "target_link__source")
    )
    for link in links:
        link.map = node.map
        if link.source_id == node.pk:
            key, other = "bears_on", link.end_node
        elif not link.source.retracted:
            key, other = _section(link), link.source
        else:
            continue
        if len(found[key]) < MOST_IN_A_SECTION:
            found[key].append((link, other))
        else:
            more[key] += 1
    return found, more


def _section(link):
    if link.relation == "supports" and link.source.kind == Node.Kind.EVIDENCE:
        return "evidence"
    return link.relation


def _drawn_by(skeleton, link, node):
    """How a card is drawn: what bears on the node by its link, what it bears on as it is."""
    if link.source_id == node.pk:
        return None
    above = skeleton.links_above(link.source.number)
    return next((each for each in above if each.pk == link.pk), None)


def _may_quote(user, node):
    return not node.withheld and sees_article(user, node.map)


def _placements(node):
    """Each passage of the node in each edition, the newest first."""
    return (
        Placement.objects.filter(passage__nodes=node)
        .select_related("passage", "edition")
        .order_by("-edition__number", "start")
    )
