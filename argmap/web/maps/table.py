"""The statements of a map as a table: sorted by, and reduced to, what somebody looks for.

Which there are, and in which order, is worked out in arrays from the skeleton, however many there
are; of the database, rows are asked for those of a page.
"""

from typing import NamedTuple

import numpy as np
from django import forms
from django.db.models import Count, F, Sum
from django.shortcuts import render
from django.utils.http import urlencode

from argmap.accounts.names import LONGEST_USERNAME, key_of
from argmap.debate.models import Dispute, Stance
from argmap.journal.reading import numbers_of
from argmap.journal.text import whole_number
from argmap.maps.models import Citation, Node
from argmap.maps.skeleton import Skeleton, skeleton_of
from argmap.maps.skeleton.structure import KINDS, STANDING, numbers_in

from ..http.respond import versioned
from ..workspace.about import edition_of_address
from ..workspace.cards import Facts, facts_of
from ..workspace.outline import Item
from ..workspace.panes import shown_to

ON_A_PAGE = 50
EVIDENCE = KINDS.index("evidence")
LEAST = -1.0  # below all that is sorted by


class Columns(NamedTuple):
    """A map as the filters see it: a reader's edition, and the ids of all nodes in its skeleton."""

    shown: object
    skeleton: Skeleton
    pks: np.ndarray

    def have(self, rows, field="node"):
        """Of each node whether it is among those that rows name."""
        return np.isin(self.pks, numbers_of(rows, field)[0])

    def anchored(self, **how):
        """Whether words of the article are its, such as are placed so in the reader's edition."""
        return self.have(Node.passages.through.objects.filter(node__map=self.shown.map, **how))

    def disputed(self, disputes):
        """How many of these disputes each node has, of those that nobody has hidden."""
        rows = disputes.filter(map=self.shown.map, node__isnull=False, hidden_at=None)
        counted = rows.order_by().values("node").annotate(n=Count("pk"))
        return self.of_nodes(*numbers_of(counted, "node", "n"))

    def of_nodes(self, pks, values, otherwise=0):
        """These values, each where its node is in the arrays."""
        column = np.full(len(self.pks), otherwise, dtype="f8")
        order = np.argsort(self.pks)
        column[order[np.searchsorted(self.pks, pks, sorter=order)]] = values
        return column


def contested(columns):
    return numbers_in(columns.skeleton.opposers) > 0


def unsupported(columns):
    stands_by_itself = numbers_in(columns.skeleton.kinds) == EVIDENCE
    return (columns.skeleton.counts_below("supports") == 0) & ~stands_by_itself


def orphaned(columns):
    places = {"passage__placements__edition": columns.shown.edition}
    lost = columns.anchored(**places, passage__placements__status="orphaned")
    return lost & ~columns.anchored(**places, passage__placements__start__isnull=False)


#: What one may look for, each a function of Columns that says of every node whether it is so.
ONLY = {
    "disputed": ("disputed", lambda it: it.disputed(Dispute.objects.undecided()) > 0),
    "contested": ("contested", contested),
    "refuted": (
        "with a dispute upheld",
        lambda it: it.disputed(Dispute.objects.filter(state=Dispute.State.UPHELD)) > 0,
    ),
    "unsupported": ("that nothing supports", unsupported),
    "unsourced": (
        "without a source",
        lambda it: ~it.have(Citation.objects.filter(node__map=it.shown.map)),
    ),
    "unanchored": ("on no words", lambda it: ~it.anchored()),
    "orphaned": ("whose words are gone", orphaned),
}
#: Those that ask where words stand, which is for whom the article is for.
OF_THE_ARTICLE = {"unanchored", "orphaned"}


def sureness(columns):
    """The mean credence of each node, and how far people are from it, squared."""
    stances = Stance.objects.filter(map=columns.shown.map, node__isnull=False).order_by()
    sums = {"n": Count("pk"), "s": Sum("credence"), "q": Sum(F("credence") * F("credence"))}
    pks, count, total, squares = numbers_of(
        stances.values("node").annotate(**sums), "node", "n", "s", "q"
    )
    mean = total / np.maximum(count, 1)
    spread = np.where(count > 1, squares / np.maximum(count, 1) - mean**2, LEAST)
    return columns.of_nodes(pks, mean, LEAST), columns.of_nodes(pks, spread, LEAST)


def least_sure(columns):
    mean, _ = sureness(columns)
    return np.where(mean == LEAST, LEAST, 100 - mean)


#: Orders, each a function of Columns that says how far above a node stands; the number decides
#: between equals.
ORDERS = {
    "newest": ("newest first", lambda it: it.pks),
    "unsure": ("least sure first", least_sure),
    "split": ("most divided first", lambda it: sureness(it)[1]),
    "disputes": ("most disputes first", lambda it: it.disputed(Dispute.objects.all())),
    "below": ("most below first", lambda it: it.skeleton.counts_below()),
}


class Filters(forms.Form):
    """What a reader looks for; what is no choice is not asked for."""

    kind = forms.ChoiceField(
        required=False, choices=[("", "any kind"), *Node.Kind.choices], label="Kind"
    )
    only = forms.ChoiceField(
        required=False,
        choices=[("", "all"), *((name, label) for name, (label, _) in ONLY.items())],
        label="Only those",
    )
    person = forms.CharField(required=False, max_length=LONGEST_USERNAME, label="By")
    order = forms.ChoiceField(
        required=False,
        choices=[("", "by number"), *((name, label) for name, (label, _) in ORDERS.items())],
        label="Order",
    )


class Row(NamedTuple):
    node: Node
    facts: Facts
    below: int


@versioned
def table(request, map):
    """The statements that stand and that everybody sees, a page of them."""
    filters = Filters(request.GET)
    filters.is_valid()
    wanted = {name: value for name, value in filters.cleaned_data.items() if value}
    reading = edition_of_address(request, map)
    shown = shown_to(request.user, map, reading)
    found = statements(shown, wanted)
    after = whole_number(request.GET.get("after")) or 0
    context = {
        "map": map,
        "filters": filters,
        "wanted": wanted,
        "reading": reading,
        "rows": rows_of(shown, found[after : after + ON_A_PAGE]),
        "count": len(found),
        "after": after,
        "before": max(0, after - ON_A_PAGE),
        "next": after + ON_A_PAGE if len(found) > after + ON_A_PAGE else None,
        "query": urlencode(wanted),
    }
    return render(request, "maps/table.html", context)


def statements(shown, wanted):
    """Where in the skeleton those stand that are asked for, in their order."""
    skeleton = skeleton_of(shown.map)
    columns = Columns(shown, skeleton, numbers_in(skeleton.node_pks))
    kept = numbers_in(skeleton.flags) == STANDING
    if kind := wanted.get("kind"):
        kept = kept & (numbers_in(skeleton.kinds) == KINDS.index(kind))
    if person := wanted.get("person"):
        theirs = Node.objects.filter(map=shown.map, author__username_key=key_of(person))
        kept = kept & columns.have(theirs, "pk")
    if only := wanted.get("only"):
        _, is_so = ONLY[only]
        seen = shown.edition is not None or only not in OF_THE_ARTICLE
        kept = kept & is_so(columns) if seen else np.zeros_like(kept)
    places = np.flatnonzero(kept)
    if order := wanted.get("order"):
        _, height = ORDERS[order]
        places = places[np.argsort(-height(columns)[places], kind="stable")]
    return places


def rows_of(shown, places):
    """Their rows, in a constant number of queries."""
    skeleton = skeleton_of(shown.map)
    stubs, counts = skeleton.stubs(places.tolist()), skeleton.counts_below()
    nodes = Node.objects.select_related("author").in_bulk([stub.pk for stub in stubs])
    facts = facts_of(shown, [Item(stub) for stub in stubs])
    return [
        Row(nodes[stub.pk], facts[stub.pk], int(counts[place]))
        for stub, place in zip(stubs, places, strict=True)
    ]
