"""What the graph of a map is like at a `seq`, in arrays of whole numbers.

Within it a node is known by its *place* (0 is the one with the lowest number) and a link by its
own (0 is the oldest); outside, a node by its number and a link by its id. Readers never change
an array: a newer skeleton has arrays of its own where anything differs (see `draft`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Flags: TypeAlias = npt.NDArray[np.bool_]

KINDS = ("thesis", "claim", "evidence", "counterpoint")
#: In the order in which links of each stand below a node.
RELATIONS = ("supports", "joins", "opposes", "undercuts")
THESIS, OPPOSES = KINDS.index("thesis"), RELATIONS.index("opposes")

STANDING, HIDDEN = 1, 2  # flags of nodes and links; STANDING is what nobody has retracted

NONE = -1  # no node, no link
#: The rank of a node is how far it stands below a root, plus one of these:
LEADS_NOWHERE = 1 << 28  # it reaches no thesis, only a node that bears on nothing
GOES_ROUND = 2 << 28  # it reaches neither, only a ring
NOT_SHOWN = 2**31 - 1
DEPTH = LEADS_NOWHERE - 1  # what of a rank is its depth

FEW = 64  # up to so many links are gone through faster in Python than by NumPy


class NodeStub(NamedTuple):
    """What the outline needs of a node before it has its row."""

    pk: int
    number: int
    kind: str
    touched: int
    standing: bool
    hidden: bool


class LinkStub(NamedTuple):
    """A link that stands, and where its source stands in the outline because of it."""

    pk: int
    source: int  # number of the node that bears
    parent: int  # number of the node below which it stands: its target, or the source of that link
    to: int  # number of the node at its end, by way of the links that it is about
    relation: str


def numbers_in(values: array[int]) -> Numbers:
    """The array as NumPy sees it, without a copy."""
    return np.frombuffer(values, dtype=f"i{values.itemsize}")


@dataclass(frozen=True, slots=True, eq=False)
class Skeleton:
    """The graph of one map at `seq`, and where each node stands in the outline.

    A node is shown where it stands, or where something shown hangs on it. Each shown node has
    one home: a root (every thesis; what bears on nothing; the lowest number of a ring) or the
    link by which it is nearest to a root, theses first, and of several such links the oldest.
    """

    seq: int
    standing: int  # how many nodes stand
    # of each node
    numbers: array[int]
    node_pks: array[int]
    kinds: array[int]
    flags: array[int]
    touched: array[int]
    shown: array[int]
    ranks: array[int]
    homes: array[int]  # the link by which it stands where it does; NONE for roots
    opposers: array[int]  # how many standing nodes oppose it that nobody has hidden
    by_pk: array[int]  # places of the nodes in the order of their ids
    # of each link
    link_pks: array[int]
    sources: array[int]
    targets: array[int]  # the node that it bears on, or NONE
    abouts: array[int]  # the link that it bears on, or NONE
    relations: array[int]
    link_flags: array[int]
    parents: array[int]  # the node below which its source stands by it, or NONE
    # the links below (and above) the node n: below[below_from[n]:below_from[n + 1]]
    below: array[int]
    below_from: array[int]
    above: array[int]
    above_from: array[int]
    roots: array[int]

    @property
    def weight(self) -> int:
        """Bytes."""
        arrays = [getattr(self, name) for name in ARRAYS]
        return sum(len(each) * each.itemsize for each in arrays)

    @property
    def has_thesis(self) -> bool:
        """Whether a thesis stands. They are the first roots."""
        theses = takewhile(lambda place: self.kinds[place] == THESIS, self.roots)
        return any(self.flags[place] & STANDING for place in theses)

    # nodes

    def place_of(self, number: int) -> int | None:
        """Where a node of that number is in the arrays; None where there is none."""
        place = bisect_left(self.numbers, number)
        there = place < len(self.numbers) and self.numbers[place] == number
        return place if there else None

    def _at(self, number: int) -> int:
        """Where a node is that the caller knows to be there."""
        place = self.place_of(number)
        if place is None:
            raise KeyError(number)
        return place

    def place_of_pk(self, pk: int) -> int | None:
        """The same for the id of a node."""
        index = bisect_left(self.by_pk, pk, key=self.node_pks.__getitem__)
        there = index < len(self.by_pk) and self.node_pks[self.by_pk[index]] == pk
        return self.by_pk[index] if there else None

    def number_of(self, pk: int) -> int | None:
        """The number of the node with that id, or None."""
        place = self.place_of_pk(pk)
        return None if place is None else self.numbers[place]

    def node(self, number: int) -> NodeStub | None:
        """The stub of a node, or None."""
        place = self.place_of(number)
        return None if place is None else self._node(place)

    def _node(self, place: int) -> NodeStub:
        return NodeStub(
            self.node_pks[place],
            self.numbers[place],
            KINDS[self.kinds[place]],
            self.touched[place],
            bool(self.flags[place] & STANDING),
            bool(self.flags[place] & HIDDEN),
        )

    def contested(self, number: int) -> bool:
        """Whether something opposes it that stands, and that no moderator has hidden."""
        place = self.place_of(number)
        return place is not None and self.opposers[place] > 0

    def contested_among(self, numbers: set[int]) -> set[int]:
        """Those of the numbers of nodes, in a set, whose node something opposes."""
        if len(numbers) <= FEW:
            return {number for number in numbers if self.contested(number)}
        return numbers & set(numbers_in(self.numbers)[numbers_in(self.opposers) > 0].tolist())

    # links

    def place_of_link(self, pk: int) -> int | None:
        """Where a link of that id is in the arrays, or None."""
        place = bisect_left(self.link_pks, pk)
        there = place < len(self.link_pks) and self.link_pks[place] == pk
        return place if there else None

    def _link(self, place: int) -> LinkStub:
        return LinkStub(
            self.link_pks[place],
            self.numbers[self.sources[place]],
            self.numbers[self.parents[place]],
            self.numbers[self.end_of(place)],
            RELATIONS[self.relations[place]],
        )

    def link(self, pk: int) -> LinkStub | None:
        """The stub of a link that stands somewhere, or None."""
        place = self.place_of_link(pk)
        return None if place is None or self.parents[place] == NONE else self._link(place)

    def end_of(self, place: int) -> int:
        """The node at the end of a link. One about a link ends where that one does."""
        passed = set()
        while self.targets[place] == NONE and place not in passed:
            passed.add(place)
            about = self.abouts[place]
            if self.link_flags[about] != STANDING:
                break
            place = about
        return self.sources[place] if self.targets[place] == NONE else self.targets[place]

    # the outline

    def is_shown(self, number: int) -> bool:
        """Whether the outline has a place for a node."""
        place = self.place_of(number)
        return place is not None and bool(self.shown[place])

    def depth(self, number: int) -> int:
        """How many links it stands below its root."""
        return self.ranks[self._at(number)] & DEPTH

    def home(self, number: int) -> LinkStub | None:
        """The link by which it stands where it does; None for a root."""
        home = self.homes[self._at(number)]
        return None if home == NONE else self._link(home)

    def is_home(self, link: LinkStub) -> bool:
        """Whether a node stands in full by this link (a LinkStub), or is only named again."""
        home = self.homes[self._at(link.source)]
        return home != NONE and self.link_pks[home] == link.pk

    def ancestors(self, number: int) -> list[int]:
        """The numbers of the nodes that a shown node stands below, its root first."""
        found, home = [], self.homes[self._at(number)]
        while home != NONE:
            parent = self.parents[home]
            found.append(self.numbers[parent])
            home = self.homes[parent]
        return found[::-1]

    def roots_from(self, after: int, most: int) -> tuple[list[int], int]:
        """Numbers of the roots from the `after`-th on, at most so many, and how many there are."""
        return [self.numbers[place] for place in self.roots[after : after + most]], len(self.roots)

    def is_root(self, number: int) -> bool:
        """Whether a node stands at the top of the outline."""
        return self.is_shown(number) and self.homes[self._at(number)] == NONE

    def links_below(self, number: int, after: int = 0, most: int | None = None) -> list[LinkStub]:
        """Links of the shown nodes below a node, from the `after`-th on, at most so many.

        In their order: by relation, then by the number of the source.
        """
        end = None if most is None else after + most
        return [self._link(int(place)) for place in self._shown_below(number)[after:end]]

    def count_below(self, number: int) -> int:
        """How many links `links_below` has in all."""
        return len(self._shown_below(number))

    def index_below(self, link: LinkStub) -> int:
        """Which of the links below its parent it is, from 0 (a LinkStub)."""
        below = np.asarray(self._shown_below(link.parent))
        return int(np.flatnonzero(below == self.place_of_link(link.pk))[0])

    def index_after(self, number: int, pk: int) -> int:
        """Which of the links below a node is the first behind that link, from 0.

        The link may have been taken away since someone saw it there.
        """
        last = self.place_of_link(pk)
        if last is None:
            return 0
        links = [int(place) for place in self._shown_below(number)]
        return bisect_right(links, self._order_below(last), key=self._order_below)

    def index_after_root(self, number: int) -> int:
        """The same for the roots."""
        last = self.place_of(number)
        return 0 if last is None else bisect_right(self.roots, self._order(last), key=self._order)

    def _order_below(self, link: int) -> tuple[int, int, int]:
        return self.relations[link], self.sources[link], link

    def _order(self, root: int) -> tuple[bool, int]:
        return self.kinds[root] != THESIS, root

    def _shown_below(self, number: int) -> Sequence[int] | Numbers:
        place = self._at(number)
        links = self.below[self.below_from[place] : self.below_from[place + 1]]
        if len(links) <= FEW:
            return [link for link in links if self.shown[self.sources[link]]]
        every = numbers_in(links)
        return every[numbers_in(self.shown)[numbers_in(self.sources)[every]] > 0]

    def split_below(self, number: int) -> tuple[Sequence[int], Sequence[int]]:
        """The places of the links below a node: of those that bear on itself, and on its steps."""
        below = np.asarray(self._shown_below(number), dtype="i8")
        on_step = numbers_in(self.abouts)[below] != NONE
        return below[~on_step].tolist(), below[on_step].tolist()

    def link_stubs(self, places: Sequence[int]) -> list[LinkStub]:
        """The links at these places in the arrays, each of which stands somewhere."""
        return [self._link(place) for place in places]

    def bearing(self, places: Sequence[int]) -> list[tuple[int, LinkStub]]:
        """These links, which bear on others, each behind the id of the one that it bears on."""
        return [(self.link_pks[self.abouts[place]], self._link(place)) for place in places]

    def links_above(self, number: int, most: int | None = None) -> list[LinkStub]:
        """The links by which a node stands below another, the oldest first, at most so many."""
        place = self._at(number)
        links = self.above[self.above_from[place] : self.above_from[place + 1]]
        return [self._link(link) for link in links[:most]]

    def counts_below(self, relation: str | None = None) -> Numbers:
        """Of every node, by its place, how many links stand below it (of that relation) whose
        source stands and is not hidden."""
        sources, parents = numbers_in(self.sources), numbers_in(self.parents)
        counted = (parents != NONE) & (numbers_in(self.flags)[sources] == STANDING)
        if relation is not None:
            counted &= numbers_in(self.relations) == RELATIONS.index(relation)
        return np.bincount(parents[counted], minlength=len(self.numbers))

    def stubs(self, places: Sequence[int]) -> list[NodeStub]:
        """The nodes at these places in the arrays."""
        return [self._node(place) for place in places]

    def walk(self, number: int) -> Iterator[int]:
        """The numbers of a node and of all that stands below it, breadth-first."""
        waiting = [self._at(number)]
        for place in waiting:
            yield self.numbers[place]
            for link in self.below[self.below_from[place] : self.below_from[place + 1]]:
                if self.homes[self.sources[link]] == link:
                    waiting.append(self.sources[link])


#: The arrays of a skeleton, by their type.
ARRAYS = {
    **dict.fromkeys(("node_pks", "touched", "link_pks"), "q"),
    **dict.fromkeys(("kinds", "flags", "shown", "relations", "link_flags"), "b"),
    **dict.fromkeys(
        (
            *("numbers", "ranks", "homes", "opposers", "by_pk"),
            *("sources", "targets", "abouts", "parents"),
            *("below", "below_from", "above", "above_from", "roots"),
        ),
        "i",
    ),
}
