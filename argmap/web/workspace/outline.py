"""The outline of a map: which cards it shows, and under which each stands.

It is drawn from the map's skeleton, where each node stands in full once, at its home, and is
named again where it bears on a further one. So any part of it can be drawn by itself.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from argmap.maps.skeleton import LinkStub, NodeStub

MOST_CARDS = 200
MOST_MENTIONS = 300  # lines that only name what stands elsewhere
DEEPEST = 30  # layers; a longer chain opens on demand
MOST_ON_THE_WAY = 8  # nodes above the wanted one that are opened where there was no room


@dataclass(slots=True)
class Item:
    """A card in its place.

    `mention`: it stands elsewhere already. `more`: links below that are not shown, behind the link
    `last`. `apart`: the item below it on the way to a node that someone wants to see, which
    stands behind what is not shown.
    """

    node: NodeStub
    link: LinkStub | None = None
    mention: bool = False
    children: list = field(default_factory=list)
    more: int = 0
    below: int = 0  # all links below, shown or not
    last: int = 0
    apart: "Item | None" = None
    depth: int = 0

    @property
    def key(self):
        """What tells a card from the others of a page: a node may stand there by two links."""
        return self.node.number, self.link.pk if self.link else 0


class Roots(NamedTuple):
    """The top of an outline: its items, how many come after the `last`, and one apart."""

    items: list
    left_out: int
    all: int
    last: int
    apart: Item | None = None


def outline(skeleton, after=0, wanted=None, but=None):
    """From the root behind the number `after` on, breadth-first; with the way to the node `wanted`.

    `but` is the number of a node that the page shows already, apart.
    """
    first = skeleton.index_after_root(after)
    numbers, count = skeleton.roots_from(first, MOST_CARDS)
    builder = _Builder(skeleton, but)
    items = builder.grow([number for number in numbers if number != but])
    apart = builder.lead_to(items, wanted) if wanted is not None else None
    shown = but if apart is None else apart.node.number
    already = shown is not None and skeleton.is_root(shown) and shown not in numbers
    left_out = count - first - len(numbers) - already
    return Roots(items, left_out, count, numbers[-1] if numbers else after, apart)


def branch(skeleton, number, after=0, but=None):
    """The item of one node with what hangs on it, behind the link `after`."""
    return _Builder(skeleton, but).grow([number], after)[0]


def branches(skeleton, numbers):
    """The items of these nodes as they stand in their places, each with what hangs on it but for
    those that have an item here themselves."""
    return _Builder(skeleton, elsewhere=frozenset(numbers)).grow(numbers, at_home=True)


class _Builder:
    def __init__(self, skeleton, but=None, elsewhere=frozenset()):
        self.skeleton, self.but, self.elsewhere = skeleton, but, elsewhere
        self.room, self.room_to_mention = MOST_CARDS, MOST_MENTIONS

    def grow(self, numbers, after=0, *, at_home=False):
        """Items of these numbers and of what hangs on them, as far as there is room."""
        roots = [
            self._item(number, self.skeleton.home(number) if at_home else None)
            for number in numbers
        ]
        waiting = deque(roots)
        while waiting:
            item = waiting.popleft()
            self._open(item, after)
            after = 0
            waiting.extend(child for child in item.children if not child.mention)
        return roots

    def _open(self, item, after=0):
        """Where a child has no room, neither have those behind it: they can be asked for."""
        number = item.node.number
        first = self.skeleton.index_after(number, after) if after else 0
        links = self.skeleton.links_below(number, first, self.room + self.room_to_mention + 2)
        item.last = after
        for link in links:
            at_home = self.skeleton.is_home(link)
            if at_home and (link.source == self.but or link.source in self.elsewhere):
                pass
            elif at_home and self.room and item.depth < DEEPEST:
                item.children.append(self._item(link.source, link, item.depth + 1))
            elif not at_home and self.room_to_mention:
                self.room_to_mention -= 1
                node = self.skeleton.node(link.source)
                item.children.append(Item(node, link, mention=True, depth=item.depth + 1))
            else:
                break
            first += 1
            item.last = link.pk
        item.below = self.skeleton.count_below(number)
        item.more = item.below - first
        if item.more and self.but is not None and self._parent(self.but) == number:
            item.more -= self.skeleton.index_below(self.skeleton.home(self.but)) >= first

    def _item(self, number, link=None, depth=0):
        self.room -= 1
        return Item(self.skeleton.node(number), link, depth=depth)

    def lead_to(self, roots, number):
        """Put in what is missing of the way to a node. Returns the item of a root, if it was one.

        A long way is cut short: its end stands apart below the last node that has room.
        """
        if not self.skeleton.is_shown(number):
            return None
        there = {item.node.number: item for item in walk(roots)}
        way = [*self.skeleton.ancestors(number), number]
        missing = [each for each in way if each not in there]
        if not missing:
            return None
        above = there.get(self._parent(missing[0]))
        root = None
        if above is None:
            above = root = self._item(missing.pop(0))
            self._all_below_is_more(root)
        for each in missing[-MOST_ON_THE_WAY:]:
            above.apart = self._item(each, self.skeleton.home(each), above.depth + 1)
            above.more -= self._parent(each) == above.node.number
            above = above.apart
            self._all_below_is_more(above)
        return root

    def _parent(self, number):
        home = self.skeleton.home(number)
        return home and home.parent

    def _all_below_is_more(self, item):
        item.more = item.below = self.skeleton.count_below(item.node.number)


def walk(items):
    """Every item in full, parents before children."""
    waiting = deque(items)
    while waiting:
        item = waiting.popleft()
        if not item.mention:
            yield item
            waiting.extend(item.children)
            if item.apart:
                waiting.append(item.apart)


class Line(NamedTuple):
    """What a template writes at once: it opens or closes an item, or names what is elsewhere."""

    kind: str  # open, close, mention, more
    number: int
    link: LinkStub | None = None
    below: int = 0
    after: int = 0
    but: int | None = None


def lines(items):
    """The items as lines, in the order in which they stand on the page."""
    for item in items:
        if item.mention:
            yield Line("mention", item.node.number, item.link)
        else:
            yield Line("open", item.node.number)
            yield from lines_below(item)
            yield Line("close", item.node.number)


def lines_below(item, but=None):
    """What stands below an item. `but` stands there already, apart."""
    yield from lines(item.children)
    but = item.apart.node.number if item.apart else but
    if item.more > 0:
        yield Line("more", item.node.number, below=item.below, after=item.last, but=but)
    if item.apart:
        yield from lines([item.apart])
