"""The card of a node: three lines, the same wherever a node appears.

Rendered by the hundred, so it is a Jinja template, and each card is cached under the `seq`
of the last Event that changed it. It holds what all readers of one class share.
"""

from collections import defaultdict

from django.conf import settings
from django.core.cache import caches
from django.db.models import Avg, Count, Q
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import mark_safe
from jinja2 import Environment

from argmap.articles.anchoring import paragraphs
from argmap.articles.models import Placement
from argmap.debate.models import Annotation, Dispute, Stance
from argmap.maps.models import Citation, Node

cache = caches["pages"]
KINDS = {
    "thesis": "Thesis",
    "claim": "Claim",
    "evidence": "Evidence",
    "counterpoint": "Counterpoint",
}
GLYPHS = {"supports": "▲", "opposes": "▼", "undercuts": "↛", "joins": "+"}


def environment(**options):
    """Jinja2 as Django's template engine sets it up, with blocks that leave no blank lines."""
    options |= {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    return Environment(**options)  # noqa: S701 (autoescape is on)


def cards_of(map, items, edition, *, sees_hidden):
    """Rendered cards by number, for items of an outline: from the cache where they are."""
    keys = {item.stub.number: _key(map, item, edition, sees_hidden) for item in items}
    cached = cache.get_many(keys.values())
    missing = [item for item in items if keys[item.stub.number] not in cached]
    if missing:
        fresh = _rendered(map, missing, edition, sees_hidden)
        cache.set_many({keys[number]: html for number, html in fresh.items()})
        cached |= {keys[number]: html for number, html in fresh.items()}
    return {number: cached[key] for number, key in keys.items()}


def _key(map, item, edition, sees_hidden):
    step = (item.step.pk, item.step.relation, item.step.to) if item.step else ()
    edition_pk = edition.pk if edition else 0
    return (
        f"card:{settings.RELEASE}:{map.slug}:{item.stub.pk}:{item.stub.touched}:{edition_pk}"
        f":{int(sees_hidden)}:{'.'.join(str(part) for part in step)}"
    )


def _rendered(map, items, edition, sees_hidden):
    ids = [item.stub.pk for item in items]
    nodes = {node.pk: node for node in Node.objects.filter(pk__in=ids)}
    facts = facts_of(map, ids, edition)
    template = get_template("maps/_card.jinja", using="jinja2").template
    address = reverse("workspace", args=[map.slug])
    return {
        item.stub.number: mark_safe(  # noqa: S308 (Jinja has escaped it)
            template.render(
                node=nodes[item.stub.pk],
                step=item.step,
                facts=facts[item.stub.pk],
                address=address,
                withheld=item.stub.hidden and not sees_hidden,
                kind=KINDS[item.stub.kind],
                glyph=_glyph(item),
            )
        )
        for item in items
    }


def _glyph(item):
    if item.step is None:
        return ""
    if item.step.relation == "supports" and item.stub.kind == "evidence":
        return "●"
    return GLYPHS[item.step.relation]


class Facts:
    """The numbers that stand in the third line of a card."""

    def __init__(self):
        self.credence = None
        self.stances = self.sources = self.notes = 0
        self.open_disputes = self.withstood = self.upheld = 0
        self.paragraphs = []
        self.contested = False

    @property
    def status(self):
        """What the underline in the text and the chip say."""
        if self.open_disputes:
            return "disputed"
        return "contested" if self.contested else "stands"


def facts_of(map, ids, edition):
    """Facts by node id, for nodes of one map, in a constant number of queries."""
    facts = defaultdict(Facts)
    here = Q(node__in=ids)
    for node_id, mean, count in (
        Stance.objects.filter(here).values("node").values_list("node", Avg("credence"), Count("pk"))
    ):
        facts[node_id].credence, facts[node_id].stances = round(mean), count
    for node_id, count in _counted(Citation.objects.filter(here)):
        facts[node_id].sources = count
    notes = Annotation.objects.standing().filter(
        here, visibility=Annotation.Visibility.MAP, hidden_at=None
    )
    for node_id, count in _counted(notes):
        facts[node_id].notes = count
    for node_id, state, count in (
        Dispute.objects.filter(here, hidden_at=None)
        .order_by()
        .values("node", "state")
        .values_list("node", "state", Count("pk"))
    ):
        _count_dispute(facts[node_id], state, count)
    for node_id in _contested(ids):
        facts[node_id].contested = True
    for node_id, number in _paragraph_numbers(ids, edition):
        if number not in facts[node_id].paragraphs:
            facts[node_id].paragraphs.append(number)
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


def _contested(ids):
    """Those that a standing node opposes by a standing link."""
    return Node.objects.filter(
        Q(
            links_in__relation="opposes",
            links_in__retracted_at=None,
            links_in__hidden_at=None,
            links_in__source__retracted_at=None,
        ),
        pk__in=ids,
    ).values_list("pk", flat=True)


def _paragraph_numbers(ids, edition):
    """(node id, number of a paragraph) for every paragraph that a passage of the node touches."""
    if edition is None:
        return
    parts = paragraphs_of(edition)
    for node_id, start, end in (
        Placement.objects.filter(edition=edition, passage__nodes__in=ids, start__isnull=False)
        .order_by("start")
        .values_list("passage__nodes", "start", "end")
    ):
        for part in parts:
            if part.start < end and start < part.end:
                yield node_id, part.number


def paragraphs_of(edition):
    """Of an edition, which never changes."""
    return cache.get_or_set(f"paragraphs:{edition.pk}", lambda: paragraphs(edition.text))
