"""What the margin is about: a node, a link or a thread; or nothing yet."""

from django.template.loader import render_to_string

from argmap.debate.models import Annotation
from argmap.journal.text import whole_number
from argmap.kinds import kind_of
from argmap.maps.models import Link, Node, sees_article
from argmap.maps.schemes import SCHEMES

from ..http.respond import READING, Allowed, is_earlier
from .live import partial
from .margin import talk_about, thread_of, withhold
from .text import edition_of

MOST_STEPS = 50  # of a node, or on a link: all of them stand in the outline
IMPACTS = [(0, "not at all"), (1, "a little"), (2, "somewhat"), (3, "much"), (4, "decisively")]


def margin_html(request, map, about):
    """The margin as it stands now, for this reader."""
    template, _ = MARGINS[type(about)]
    return render_to_string(template, context_of(request, map, about), request)


def context_of(request, map, about):
    _, context = MARGINS[type(about)]
    shared = {"map": map, "allowed": Allowed(request.user, map)}
    return shared | context(map, about, request.user, before_of(request))


def before_of(request):
    """The id in the address before which earlier annotations are asked for."""
    return whole_number(request.GET.get("before"), digits=18)


#: What a page tells with each request from the workspace: which edition it shows.
EDITION = "Argmap-Edition"


def edition_in_view(request, map):
    """The number of the edition on the page that the request comes from; None for the newest."""
    return _existing(request.user, map, whole_number(request.headers.get(EDITION)))


def edition_of_address(request, map):
    """The number of the edition that the address of a page names; None for the newest."""
    return _existing(request.user, map, whole_number(request.GET.get("edition")))


def _existing(user, map, number):
    return number if sees_article(user, map) and edition_of(map, number).edition else None


def node_of(about):
    """The node to select on the page, if there is one."""
    if isinstance(about, Link):
        return about.source
    return about if isinstance(about, Node) else None


def edition_read(request, map):
    """The number of the earlier edition that a form without JavaScript comes from; else None."""
    number = whole_number(request.GET.get(READING))
    return number if number and is_earlier(request.user, map, number) else None


def address_of(map, about, edition=None):
    """Where a page without JavaScript goes on: the workspace, or the thing's own page; in the
    edition of that number, else in the newest."""
    address = kind_of(about).address(about) if about else map.get_absolute_url()
    place = ""
    if isinstance(about, Node):
        address = f"{map.get_absolute_url()}?node={about.number}"
        place = f"#n{about.number}"
    if edition:
        address += f"{'&' if '?' in address else '?'}edition={edition}"
    return address + place


def _of_nothing(map, about, user, before):
    return {}


def _of_node(map, node, user, before):
    withhold([node], map, user)
    links = Link.objects.shown().filter(source=node)
    links = links.select_related(
        "map", "target_node", "target_link__source", "target_link__target_node"
    )[: MOST_STEPS + 1]
    steps = _first("links", links)
    withhold(steps["links"], map, user)
    return {
        "node": node,
        "allowed_here": Allowed(user, node),
        "talk": talk_about(node, map, user),
        **steps,
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
        "scheme": None if link.withheld else SCHEMES.get(link.scheme),
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


#: By what the margin is about: its template, and what makes the context of that.
MARGINS = {
    type(None): ("workspace/page.html#about", _of_nothing),
    Node: ("workspace/page.html#about", _of_node),
    Link: ("maps/link.html#about", _of_link),
    Annotation: ("debate/annotation.html#thread", _of_thread),
}


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
