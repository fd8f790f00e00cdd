"""What the margin is about: a node, a link or a thread; or nothing yet."""

from django.template.loader import render_to_string
from django.urls import reverse

from argmap.debate.models import Annotation
from argmap.journal.models import Event
from argmap.maps.models import Link, Node, sees_article

from ..http.numbers import whole_number
from ..http.respond import Allowed
from .live import partial
from .margin import talk_about, thread_of, withhold

MOST_STEPS = 50  # of a node, or on a link: all of them stand in the outline
IMPACTS = [(0, "not at all"), (1, "a little"), (2, "somewhat"), (3, "much"), (4, "decisively")]
TEMPLATES = {
    Node: "workspace/page.html#about",
    Link: "maps/link.html#about",
    Annotation: "debate/annotation.html#thread",
    type(None): "workspace/page.html#about",
}


def margin_html(request, map, about):
    """The margin as it stands now, for this reader."""
    return render_to_string(TEMPLATES[type(about)], context_of(request, map, about), request)


def context_of(request, map, about):
    context = {"map": map, "allowed": Allowed(request.user, map)}
    if isinstance(about, Node):
        return context | _of_node(map, about, request.user)
    if isinstance(about, Link):
        return context | _of_link(map, about, request.user, before_of(request))
    if isinstance(about, Annotation):
        return context | _of_thread(map, about, request.user, before_of(request))
    return context


def before_of(request):
    """The id in the address before which earlier annotations are asked for."""
    return whole_number(request.GET.get("before"), digits=18)


def node_of(about):
    """The node to select on the page, if there is one."""
    if isinstance(about, Link):
        return about.source
    return about if isinstance(about, Node) else None


def address_of(map, about):
    """Where a page without JavaScript goes on: the workspace, or the thing's own page."""
    if isinstance(about, Link):
        return about.get_absolute_url()
    workspace = reverse("workspace", args=[map.slug])
    if isinstance(about, Annotation):
        return reverse("annotation", args=[map.slug, about.pk])
    return f"{workspace}?node={about.number}#n{about.number}" if about else workspace


def _of_node(map, node, user):
    withhold([node], map, user)
    links = Link.objects.shown().filter(source=node)
    links = links.select_related(
        "map", "target_node", "target_link__source", "target_link__target_node"
    )[: MOST_STEPS + 1]
    return {
        "node": node,
        "allowed_here": Allowed(user, node),
        "hidden_because": hidden_because(map, node) if node.hidden else "",
        "talk": talk_about(node, map, user),
        **_first("links", links),
    }


def _of_link(map, link, user, before):
    source, target = link.source, link.end_node
    withhold([link, source, target], map, user)
    bearing = Link.objects.shown().filter(target_link=link, source__retracted_at=None)
    bearing = list(bearing.select_related("source")[: MOST_STEPS + 1])
    withhold([each.source for each in bearing], map, user)
    return {
        "link": link,
        "source": source,
        "target": target,
        **_first("bearing", bearing),
        "impacts": IMPACTS,
        "talk": talk_about(link, map, user, before),
    }


def _first(name, rows):
    """As many rows as are shown, and whether there are more."""
    rows = list(rows)
    return {name: rows[:MOST_STEPS], f"more_{name}": len(rows) > MOST_STEPS}


def _of_thread(map, annotation, user, before):
    first = annotation.first
    return {
        "annotation": first,
        "annotations": thread_of(first, map, user, before),
        "sees_article": sees_article(user, map),
    }


def hidden_because(map, node):
    """The public reason that a moderator gave."""
    hiding = Event.objects.filter(
        journal=map.journal_id,
        verb="hide",
        changes__object_type=node._meta.label_lower,
        changes__object_id=node.pk,
    )
    return hiding.order_by("-seq").values_list("reason", flat=True).first() or ""


def tools_html(request, map, node):
    """What the reader can do with a node, as it stands in its card."""
    withhold([node], map, request.user)
    context = {
        "map": map,
        "node": node,
        "allowed": Allowed(request.user, map),
        "allowed_here": Allowed(request.user, node),
    }
    return render_to_string("workspace/_tools.html", context, request)


def tools_partial(request, map, node):
    """The same, for a page that is there already."""
    if node is None:
        return ""
    return partial(f"#tools-{node.number}", tools_html(request, map, node), swap="innerMorph")
