"""A node's own page: what it bears on, what bears on it, and what was said of it."""

from functools import cached_property

from django.db.models import Case, CharField, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from argmap.articles.models import Placement
from argmap.articles.placing import is_to_confirm, placements_in
from argmap.debate.models import Annotation
from argmap.maps.models import Link, Node, sees_article
from argmap.maps.skeleton import skeleton_of

from ..http.respond import Allowed, versioned
from ..workspace.about import before_of, edition_of_address
from ..workspace.cards import cards_of
from ..workspace.finding import get_node
from ..workspace.kept import TOKENS, Kept, filled, kept
from ..workspace.margin import Talk, read_said, read_stances, withhold
from ..workspace.outline import Item
from ..workspace.panes import shown_to
from ..workspace.text import edition_of
from .history import told_about


@versioned
def node_page(request, map, number):
    """All that stands around a statement, and all that was said of it."""
    parts = Parts(map, number, request.user, before_of(request), edition_of_address(request, map))
    context = {
        "map": map,
        "number": number,
        "about": filled(parts.kept("about").html, request),
        "said": filled(parts.kept("said", keep=parts.before is None, private=True).html, request),
        "stances": filled(parts.kept("stances").html, request),
        "told": parts.told,
    }
    return render(request, "maps/node.html", context)


class Parts:
    """The parts of a node's page, each as its class of reader sees it."""

    def __init__(self, map, number, user, before, edition):
        self.map, self.number, self.user, self.before = map, number, user, before
        self.edition = edition

    @cached_property
    def node(self):
        """Looked up only where a part is not kept."""
        node = get_node(self.map, self.number)
        withhold([node], self.map, self.user)
        return node

    def kept(self, name, **how):
        edition = self.edition if name == "about" else None
        which = ("node", self.number, name, edition)
        return kept(self.map, self.user, which, getattr(self, name), **how)

    def about(self):
        """The node itself, and what stands around it."""
        node = self.node
        context = {
            **_cards(shown_to(self.user, self.map, self.edition), node),
            "citations": [] if node.withheld else node.citations.all(),
            "placements": _placements(node) if _may_quote(self.user, node) else [],
            "allowed_here": Allowed(self.user, node),
        }
        return Kept(self._html("maps/_node.html", context), None, frozenset([node.author_id]))

    def said(self):
        """Disputes and annotations, which their authors may do more with."""
        talk = Talk()
        read_said(talk, self.node, self.map, self.user, self.before)
        html = self._html("debate/_said_of.html", {"talk": talk})
        return Kept(html, None, frozenset(_authors(talk, self.node)))

    def stances(self):
        talk = Talk()
        read_stances(talk, self.node, self.map, self.user)
        html = self._html("debate/_credence.html", {"talk": talk})
        own_of = self.node.stances.values_list("user", flat=True)
        return Kept(html, None, frozenset(own_of))

    @property
    def told(self):
        return told_about(self.map, self.number, self.user, lambda: self.node).html

    def _html(self, template, context):
        shared = {
            "map": self.map,
            "node": self.node,
            "user": self.user,
            "allowed": Allowed(self.user, self.map),
            "on_page": self.node.get_absolute_url(),
        }
        return render_to_string(template, shared | TOKENS | context)


def _authors(talk, node):
    """Of what is shown, and of what is shown to its author alone."""
    for dispute in talk.disputes:
        yield dispute.author_id
    for annotation in talk.annotations:
        yield annotation.author_id
        yield from (answer.author_id for answer in annotation.answers)
    retracted = Annotation.objects.exclude(retracted_at=None).filter(node=node)
    yield from retracted.values_list("author", flat=True).distinct().order_by()


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
        "card": _leading_into_text(card, shown.map),
        "sections": [
            {
                "key": key,
                "title": title,
                "rows": [
                    (link, _leading_into_text(bearing[items[link.pk].key].html, shown.map))
                    for link, _ in around[key]
                ],
                "more": more[key],
            }
            for key, title in SECTIONS
            if around[key]
        ],
    }


def _leading_into_text(card, map):
    """The card on a page that has no text: the numbers of paragraphs lead to the page that has."""
    return mark_safe(card.replace('href="#p', f'href="{map.get_absolute_url()}#p'))  # noqa: S308


def _around(node):
    """(link, node at its other end) by section, and how many more there are in each."""
    found, more = {key: [] for key, _ in SECTIONS}, {}
    links = (
        Link.objects.shown()
        .filter(Q(source=node) | Q(target_node=node) | Q(target_link__source=node))
        .filter(Q(source=node) | Q(source__retracted_at=None))
        .annotate(section=_section_of(node))
        .annotate(
            place=Window(RowNumber(), partition_by="section", order_by="pk"),
            in_section=Window(Count("pk"), partition_by="section"),
        )
        .filter(place__lte=MOST_IN_A_SECTION)
        .select_related("source", "target_node", "target_link__source")
        .order_by("pk")
    )
    for link in links:
        link.map = node.map
        other = link.end_node if link.section == "bears_on" else link.source
        found[link.section].append((link, other))
        more[link.section] = max(0, link.in_section - MOST_IN_A_SECTION)
    return found, more


def _section_of(node):
    """What a link is to the node: in which of SECTIONS it stands."""
    return Case(
        When(source=node, then=Value("bears_on")),
        When(relation="supports", source__kind=Node.Kind.EVIDENCE, then=Value("evidence")),
        default=F("relation"),
        output_field=CharField(),
    )


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
    rows = Placement.objects.filter(passage__nodes=node).select_related("passage", "edition")
    rows = list(rows.order_by("-edition__number", "start"))
    newest = edition_of(node.map).edition
    known = {row.passage_id for row in rows if row.edition_id == newest.pk}
    passages = {row.passage_id: row.passage for row in rows}
    fields = ("start", "end", "status", "score")
    found = placements_in(newest, passages.keys() - known, *fields)
    unknown = [
        Placement(passage=passages[pk], edition=newest, **dict(zip(fields, place, strict=True)))
        for pk, place in sorted(found.items())
    ]
    for row in unknown + rows:
        row.to_confirm = is_to_confirm(row.status, row.score)
        words = "" if row.start is None else row.edition.text[row.start : row.end]
        row.now = words if words != row.passage.exact else ""
    return unknown + rows
