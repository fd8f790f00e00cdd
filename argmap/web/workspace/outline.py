"""The outline of a map: which cards it shows, and under which each stands."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.cache import caches

from argmap.maps.models import Link, Node

cache = caches["pages"]

MOST_CARDS = 300
DEEPEST = 30  # layers; a longer chain opens on demand
ORDER = {"supports": 0, "joins": 1, "opposes": 2, "undercuts": 3}


class Stub(NamedTuple):
    """What the outline needs of a node before it renders its card."""

    pk: int
    number: int
    kind: str
    touched: int
    standing: bool
    hidden: bool


class Step(NamedTuple):
    """A standing link. `to`: the node that it leads to, or that the link it is about does."""

    pk: int
    source: int  # number of the node that bears
    parent: int  # number of the node under which it stands
    to: int
    relation: str


@dataclass(slots=True)
class Item:
    """A card in its place. `again`: it stands elsewhere already. `more`: children not shown."""

    stub: Stub
    step: Step | None = None
    again: bool = False
    children: list = field(default_factory=list)
    more: int = 0
    depth: int = 0

    @property
    def key(self):
        """What tells a card from the others of a page: a node may stand there by two steps."""
        return self.stub.number, self.step.pk if self.step else 0


class Graph:
    """The stubs of a map by number, the steps under each, and where each stands in full.

    Each node stands in full once, under the nearest thesis, by the step `homes[number]`; where
    it bears on a further one, it is named again. What leads to no thesis comes last. Cycles end
    where they come back. So any part of the outline can be drawn by itself.
    """

    def __init__(self, stubs, steps):
        self.stubs = stubs
        self.under = defaultdict(list)
        self.above = defaultdict(list)
        for step in sorted(steps, key=lambda step: (ORDER[step.relation], step.source)):
            self.under[step.parent].append(step)
            self.above[step.source].append(step)
        self.roots, self.homes = [], {}
        shown = [number for number in stubs if self.shown(number)]
        self._settle([number for number in shown if stubs[number].kind == "thesis"])
        self._settle([number for number in shown if not self.above.get(number)])
        for number in shown:
            self._settle([number])

    def _settle(self, numbers):
        waiting = deque()
        for number in numbers:
            if number not in self.homes:
                self.homes[number] = None
                self.roots.append(number)
                waiting.append(number)
        while waiting:
            for step in self.shown_under(waiting.popleft()):
                if step.source not in self.homes:
                    self.homes[step.source] = step
                    waiting.append(step.source)

    def shown_under(self, number):
        return [step for step in self.under.get(number, ()) if self.shown(step.source)]

    @property
    def weight(self):
        return 600 * len(self.stubs)

    @property
    def contested(self):
        """Numbers of the nodes that something standing opposes."""
        return {
            number
            for number, steps in self.under.items()
            if any(s.relation == "opposes" and self.stubs[s.source].standing for s in steps)
        }

    def shown(self, number):
        """Retracted nodes go, unless something still hangs on them."""
        stub = self.stubs[number]
        return stub.standing or bool(self.under.get(number))

    def count(self):
        return sum(stub.standing for stub in self.stubs.values())


def graph_of(map):
    """From the cache, under the `seq` that was read with the map."""
    return cache.get_or_set(f"graph:{map.pk}:{map.seq}", lambda: _load(map))


def _load(map):
    stubs = {
        number: Stub(pk, number, kind, touched, retracted is None, hidden is not None)
        for pk, number, kind, touched, retracted, hidden in Node.objects.filter(map=map)
        .order_by("number")
        .values_list("pk", "number", "kind", "touched", "retracted_at", "hidden_at")
    }
    links = {
        row[0]: row
        for row in Link.objects.shown()
        .filter(map=map)
        .order_by("pk")
        .values_list("pk", "source__number", "target_node__number", "target_link", "relation")
    }
    parents = {_parent(row, links) for row in links.values()}
    steps = []
    for pk, source, to_node, to_link, relation in links.values():
        if not stubs[source].standing and source not in parents:
            continue
        if to_link is None:
            steps.append(Step(pk, source, to_node, to_node, relation))
        elif to_link in links:
            about = links[to_link]
            steps.append(Step(pk, source, about[1], _leads_to(about, links), relation))
    return Graph(stubs, steps)


def _parent(row, links):
    """The node under which a link's source stands: its target, or the source of the step."""
    about = links.get(row[3])
    return row[2] if row[3] is None else about and about[1]


def _leads_to(row, links):
    """The node at the end of a link, through links that are about links."""
    passed = set()
    while row[2] is None and row[3] in links and row[0] not in passed:
        passed.add(row[0])
        row = links[row[3]]
    return row[2] or row[1]


def outline(graph, after=0, most=MOST_CARDS):
    """The items from the `after`-th root on, breadth-first, and how many roots are left out."""
    wanted = graph.roots[after:]
    roots = _Builder(graph, most).grow(wanted)
    return roots, len(wanted) - len(roots)


def branch(graph, number, after=0, most=MOST_CARDS):
    """The item of one node with what hangs on it, from the `after`-th child on."""
    return _Builder(graph, most).grow([number], after)[0]


class _Builder:
    def __init__(self, graph, most):
        self.graph, self.room = graph, most

    def grow(self, numbers, after=0):
        """Items of these numbers and of what hangs on them, as far as there is room.

        Where a child has none, neither have those behind it: `more` counts from there on.
        """
        roots = [self._item(number, None) for number in numbers[: self.room]]
        waiting = deque(roots)
        while waiting:
            item = waiting.popleft()
            steps = self.graph.shown_under(item.stub.number)[after:]
            after = 0
            for place, step in enumerate(steps):
                if self.graph.homes[step.source] != step:
                    item.children.append(Item(self.graph.stubs[step.source], step, again=True))
                elif self.room and item.depth < DEEPEST:
                    child = self._item(step.source, step, item.depth + 1)
                    item.children.append(child)
                    waiting.append(child)
                else:
                    item.more = len(steps) - place
                    break
        return roots

    def _item(self, number, step, depth=0):
        self.room -= 1
        return Item(self.graph.stubs[number], step, depth=depth)


def walk(items):
    """Every item in full, parents before children."""
    waiting = deque(items)
    while waiting:
        item = waiting.popleft()
        if not item.again:
            yield item
            waiting.extend(item.children)


class Line(NamedTuple):
    """What a template writes at once: it opens or closes an item, or names what is elsewhere."""

    kind: str  # open, close, again, more
    number: int
    relation: str = ""
    to: int = 0
    more: int = 0
    after: int = 0


def lines(items):
    """The items as lines, in the order in which they stand on the page."""
    for item in items:
        if item.again:
            yield Line("again", item.stub.number, item.step.relation, item.step.to)
        else:
            yield Line("open", item.stub.number)
            yield from lines_below(item)
            yield Line("close", item.stub.number)


def lines_below(item, after=0):
    yield from lines(item.children)
    if item.more:
        yield Line("more", item.stub.number, more=item.more, after=after + len(item.children))
