"""The card of a node: three lines, the same wherever a node appears.

Rendered by the hundred, so it is a Jinja template, and each card is cached under the `seq`
of the last Event that changed it. It holds what all readers of one class share.
"""

from collections import defaultdict
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db.models import Avg, Count, F, Max, Q
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from jinja2 import Environment

from argmap.articles.anchoring import overlapping, paragraphs
from argmap.articles.placing import places_in
from argmap.debate.models import Annotation, Dispute, Stance
from argmap.maps.models import Citation, Node
from argmap.maps.skeleton import skeleton_of

from .margin import reasons_of_hiding
from .outline import Line

cache = caches["pages"]
MOST_PARAGRAPHS = 6  # whose numbers a card names
GLYPHS = {"supports": "▲", "opposes": "▼", "undercuts": "↛", "joins": "+"}


def environment(**options):
    """Jinja2 as Django's template engine sets it up, with blocks that leave no blank lines."""
    options |= {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    return Environment(**options)  # noqa: S701 (autoescape is on)


class Card(NamedTuple):
    """A rendered card, and how its item in the outline begins."""

    html: str
    opening: str

    @property
    def weight(self):
        return 2 * (len(self.html) + len(self.opening))


def cards_of(shown, items, *, sees_hidden=None):
    """Rendered cards by the items' keys, from the cache where they are there.

    `sees_hidden` where it is another than the class of reader's: one's own hidden words.
    """
    sees_hidden = shown.sees_hidden if sees_hidden is None else sees_hidden
    keys = {item.key: _key(shown, item, sees_hidden) for item in items}
    cached = cache.get_many(keys.values())
    missing = [item for item in items if keys[item.key] not in cached]
    if missing:
        fresh = {keys[key]: html for key, html in _rendered(shown, missing, sees_hidden)}
        cache.set_many(fresh)
        cached |= fresh
    return {key: cached[kept] for key, kept in keys.items()}


def _key(shown, item, sees_hidden):
    edition = shown.edition.pk if shown.edition else 0
    place = (settings.RELEASE, shown.map.slug, edition, sees_hidden)
    return ("card", *place, item.node.pk, item.node.touched, item.link)


def _rendered(shown, items, sees_hidden):
    ids = [item.node.pk for item in items]
    nodes = {node.pk: node for node in Node.objects.filter(pk__in=ids)}
    reasons = reasons_of_hiding(shown.map, nodes.values())
    facts = facts_of(shown, items)
    template = get_template("workspace/_card.jinja", using="jinja2").template
    line = get_template("workspace/_line.jinja", using="jinja2").template
    address = shown.map.get_absolute_url()
    for item in items:
        html = template.render(
            node=nodes[item.node.pk],
            link=item.link,
            facts=facts[item.node.pk],
            address=address,
            withheld=item.node.hidden and not sees_hidden,
            hidden_because=reasons.get(("maps.node", item.node.pk), ""),
            kind=Node.Kind(item.node.kind).label,
            glyph=_glyph(item),
        )
        opening = line.render(line=Line("open", item.node.number), card=mark_safe(html))  # noqa: S308
        yield item.key, Card(mark_safe(html), opening)  # noqa: S308 (Jinja has escaped it)


def _glyph(item):
    if item.link is None:
        return ""
    if item.link.relation == "supports" and item.node.kind == "evidence":
        return "●"
    return GLYPHS[item.link.relation]


class Facts:
    """The numbers that stand in the third line of a card."""

    def __init__(self):
        self.credence = None
        self.stances = self.sources = self.annotations = 0
        self.open_disputes = self.withstood = self.upheld = 0
        self.of_earlier_wording = False  # all stances
        self.paragraphs = []  # numbers; one more than a card names where there are more
        self.contested = False


def facts_of(shown, items):
    """Facts by node id, in a constant number of queries."""
    facts = defaultdict(Facts)
    ids = [item.node.pk for item in items]
    skeleton = skeleton_of(shown.map)
    for item in items:
        facts[item.node.pk].contested = skeleton.contested(item.node.number)
    here = Q(node__in=ids)
    stances = Stance.objects.filter(here).values("node")
    for node_id, mean, count, earlier in stances.values_list(
        "node", Avg("credence"), Count("pk"), Max("wording") - F("node__wording")
    ):
        facts[node_id].credence, facts[node_id].stances = round(mean), count
        facts[node_id].of_earlier_wording = earlier < 0
    for node_id, count in _counted(Citation.objects.filter(here)):
        facts[node_id].sources = count
    for node_id, count in _counted(Annotation.objects.for_all().filter(here)):
        facts[node_id].annotations = count
    for node_id, state, count in (
        Dispute.objects.filter(here, hidden_at=None)
        .order_by()
        .values("node", "state")
        .values_list("node", "state", Count("pk"))
    ):
        _count_dispute(facts[node_id], state, count)
    for node_id, number in _paragraph_numbers(ids, shown.edition):
        numbers = facts[node_id].paragraphs
        if number not in numbers and len(numbers) <= MOST_PARAGRAPHS:
            numbers.append(number)
    return facts


def _counted(rows):
    return rows.order_by().values("node").values_list("node", Count("pk"))


def _count_dispute(facts, state, count):
    if state in Dispute.UNDECIDED:
        facts.open_disputes += count
    elif state == Dispute.State.DISMISSED:
        facts.withstood += count
    elif state == Dispute.State.UPHELD:
        facts.upheld += count


def _paragraph_numbers(ids, edition):
    """(node id, number of a paragraph) for the first paragraphs that each passage of it touches."""
    if edition is None:
        return
    parts = paragraphs_of(edition)
    anchors = Node.passages.through.objects.filter(node__in=ids).values_list("node", "passage")
    places = places_in(edition, [passage_id for _, passage_id in anchors])
    found = [
        (places[passage_id], node_id) for node_id, passage_id in anchors if passage_id in places
    ]
    for (start, end), node_id in sorted(found):
        for part in overlapping(parts, start, end, MOST_PARAGRAPHS + 1):
            yield node_id, part.number


def paragraphs_of(edition):
    """Of an edition, which never changes."""
    return cache.get_or_set(f"paragraphs:{edition.pk}", lambda: paragraphs(edition.text))
