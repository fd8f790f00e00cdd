"""A skeleton that is being made: from rows, or from an older one and what happened since."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from argmap.journal.versions import CannotBringForward

from .structure import (
    ARRAYS,
    GOES_ROUND,
    HIDDEN,
    KINDS,
    LEADS_NOWHERE,
    NONE,
    NOT_SHOWN,
    OPPOSES,
    RELATIONS,
    STANDING,
    THESIS,
    Flags,
    Numbers,
    Skeleton,
    numbers_in,
)

#: As `Draft.of_rows` takes them.
NodeColumns: TypeAlias = tuple[Numbers, Numbers, Numbers, Flags, Flags, Numbers]
LinkColumns: TypeAlias = tuple[Numbers, Numbers, Numbers, Numbers, Numbers, Flags, Flags]
#: By rank, the nodes that could have it, each with the link that would be its home.
Offers: TypeAlias = defaultdict[int, list[tuple[int, int]]]

MANY = 1000  # links; so many are sorted in at once


class Draft:
    """The arrays of a skeleton, open to be written, and what has to be settled anew.

    Call `add_node`, `alter_node`, `add_link` and `alter_link` in the order of what happened, then
    `finished` once. Beyond copying the arrays, what one leaf changes costs what a leaf costs.
    """

    numbers: array[int]
    node_pks: array[int]
    kinds: array[int]
    flags: array[int]
    touched: array[int]
    shown: array[int]
    ranks: array[int]
    homes: array[int]
    opposers: array[int]
    by_pk: array[int]
    link_pks: array[int]
    sources: array[int]
    targets: array[int]
    abouts: array[int]
    relations: array[int]
    link_flags: array[int]
    parents: array[int]
    below: array[int]
    below_from: array[int]
    above: array[int]
    above_from: array[int]
    roots: array[int]

    def __init__(self, skeleton: Skeleton | None = None) -> None:
        for name, kind in ARRAYS.items():
            setattr(self, name, getattr(skeleton, name)[:] if skeleton else array(kind))
        if skeleton is None:
            self.below_from.append(0)
            self.above_from.append(0)
        self.standing = skeleton.standing if skeleton else 0
        self.unplaced = set[int]()  # links of which it is to be found below which node they lead
        self.unsure = set[int]()  # nodes of which it is to be found whether they are shown
        self.homeless = set[int]()  # nodes that do not stand any more where they stood
        self.gained: list[int] = []  # links that came in
        self.rings_moved = False

    @classmethod
    def of_rows(cls, nodes: NodeColumns, links: LinkColumns) -> Draft:
        """From all rows at once, as columns: nodes in the order of their numbers, links of ids.

        `nodes` is pk, number, kind, standing, hidden, touched; `links` is pk, source, target
        node, target link (ids; 0 where there is none), relation, standing, hidden. Kinds and
        relations are their places in KINDS and RELATIONS.
        """
        draft = cls()
        pks, numbers, kinds, standing, hidden, touched = nodes
        by_pk, size = np.argsort(pks, kind="stable"), len(pks)
        draft._fill(
            numbers=numbers,
            node_pks=pks,
            kinds=kinds,
            flags=STANDING * standing + HIDDEN * hidden,
            touched=touched,
            shown=standing,
            ranks=np.full(size, NOT_SHOWN),
            homes=np.full(size, NONE),
            opposers=np.zeros(size),
            by_pk=by_pk,
        )
        draft.standing = int(np.count_nonzero(standing))
        link_pks, sources, targets, abouts, relations, standing, hidden = links
        draft._fill(
            link_pks=link_pks,
            sources=_places_of(sources, pks[by_pk], by_pk),
            targets=_places_of(targets, pks[by_pk], by_pk),
            abouts=_places_of(abouts, link_pks, np.arange(len(link_pks))),
            relations=relations,
            link_flags=STANDING * standing + HIDDEN * hidden,
            parents=np.full(len(link_pks), NONE),
        )
        draft._sort_in_all()
        draft.unsure = set(np.flatnonzero(numbers_in(draft.shown) == 0).tolist())
        draft.homeless = set(range(size))
        return draft

    def _fill(self, **columns: npt.NDArray[np.generic]) -> None:
        for name, column in columns.items():
            kind = ARRAYS[name]
            values = np.asarray(column).astype(np.dtype(kind))
            setattr(self, name, array(kind, values.tobytes()))

    # what happens

    def add_node(
        self, pk: int, number: int, kind: str, *, standing: bool = True, hidden: bool = False
    ) -> None:
        """Numbers only ever grow."""
        if self.numbers and number <= self.numbers[-1]:
            raise CannotBringForward
        place = len(self.numbers)
        self.numbers.append(number)
        self.node_pks.append(pk)
        self.kinds.append(KINDS.index(kind))
        self.flags.append(STANDING * standing + HIDDEN * hidden)
        self.touched.append(0)
        self.shown.append(0)
        self.ranks.append(NOT_SHOWN)
        self.homes.append(NONE)
        self.opposers.append(0)
        self.by_pk.insert(bisect_left(self.by_pk, pk, key=self.node_pks.__getitem__), place)
        self.below_from.append(len(self.below))
        self.above_from.append(len(self.above))
        self.standing += standing
        self.unsure.add(place)
        self.homeless.add(place)

    def alter_node(
        self,
        pk: int,
        *,
        kind: str | None = None,
        standing: bool | None = None,
        hidden: bool | None = None,
    ) -> None:
        """What is None stays as it is."""
        place = self._node(pk)
        was_standing = bool(self.flags[place] & STANDING)
        if hidden is not None:
            self._weigh(self.links_above(place), -1)
            self.flags[place] = self.flags[place] & ~HIDDEN | HIDDEN * hidden
            self._weigh(self.links_above(place), 1)
        if standing is not None and standing != was_standing:
            self._weigh(self.links_above(place), -1)
            self.flags[place] ^= STANDING
            self._weigh(self.links_above(place), 1)
            self.standing += 1 if standing else -1
            self.unsure.add(place)
        if kind is not None and KINDS.index(kind) != self.kinds[place]:
            if THESIS in (self.kinds[place], KINDS.index(kind)):
                self.homeless.add(place)
            self.kinds[place] = KINDS.index(kind)

    def add_link(
        self,
        pk: int,
        *,
        source: int,
        target_node: int | None,
        target_link: int | None,
        relation: str,
        standing: bool = True,
        hidden: bool = False,
    ) -> None:
        """The ends are ids. Ids of links only ever grow."""
        if self.link_pks and pk <= self.link_pks[-1]:
            raise CannotBringForward
        self.link_pks.append(pk)
        self.sources.append(self._node(source))
        self.targets.append(self._node(target_node))
        self.abouts.append(self._link(target_link))
        self.relations.append(RELATIONS.index(relation))
        self.link_flags.append(STANDING * standing | HIDDEN * hidden)
        self.parents.append(NONE)
        self.unplaced.add(len(self.link_pks) - 1)

    def alter_link(self, pk: int, **fields: Any) -> None:
        """`fields` are those of `add_link` that change."""
        place = self._link(pk)
        for link in (place, *np.flatnonzero(numbers_in(self.abouts) == place).tolist()):
            self._take_out(link)
            self.unplaced.add(link)
        if "source" in fields:
            self.sources[place] = self._node(fields["source"])
        if "target_node" in fields:
            self.targets[place] = self._node(fields["target_node"])
        if "target_link" in fields:
            self.abouts[place] = self._link(fields["target_link"])
        if "relation" in fields:
            self.relations[place] = RELATIONS.index(fields["relation"])
        for name, flag in (("standing", STANDING), ("hidden", HIDDEN)):
            if name in fields:
                self.link_flags[place] = self.link_flags[place] & ~flag | flag * fields[name]

    def finished(self, seq: int) -> Skeleton:
        """The skeleton as of `seq`."""
        self._put_in_what_is_unplaced()
        self._find_out_what_is_shown()
        self._settle()
        arrays = {name: getattr(self, name) for name in ARRAYS}
        return Skeleton(seq=seq, standing=self.standing, **arrays)

    def _node(self, pk: int | None) -> int:
        if pk is None:
            return NONE
        index = bisect_left(self.by_pk, pk, key=self.node_pks.__getitem__)
        if index == len(self.by_pk) or self.node_pks[self.by_pk[index]] != pk:
            raise CannotBringForward
        return self.by_pk[index]

    def _link(self, pk: int | None) -> int:
        if pk is None:
            return NONE
        place = bisect_left(self.link_pks, pk)
        if place == len(self.link_pks) or self.link_pks[place] != pk:
            raise CannotBringForward
        return place

    # the links below and above each node

    def links_below(self, node: int) -> array[int]:
        return self.below[self.below_from[node] : self.below_from[node + 1]]

    def links_above(self, node: int) -> array[int]:
        return self.above[self.above_from[node] : self.above_from[node + 1]]

    def _parent_by(self, link: int) -> int:
        """The node below which the source of a link stands by it, or NONE."""
        about = self.abouts[link]
        if self.link_flags[link] != STANDING or (
            about != NONE and self.link_flags[about] != STANDING
        ):
            return NONE
        return self.targets[link] if about == NONE else self.sources[about]

    def _put_in_what_is_unplaced(self) -> None:
        for link in sorted(self.unplaced):
            self.parents[link] = self._parent_by(link)
            if self.parents[link] != NONE:
                self.gained.append(link)
        if len(self.gained) >= MANY:
            self._sort_in_all()
        else:
            for link in self.gained:
                _insert(self.below, self.below_from, self.parents[link], link, self._order_below)
                _insert(self.above, self.above_from, self.sources[link], link, int)
            self._weigh(self.gained, 1)
        for link in self.gained:
            source = self.sources[link]
            self._be_unsure_of(self.parents[link])
            self.rings_moved |= self._goes_round(source)
            if self.homes[source] == NONE and self.kinds[source] != THESIS:
                self.homeless.add(source)  # what bears on something is no root any more

    def _order_below(self, link: int) -> tuple[int, int, int]:
        """What the links below one node are sorted by."""
        return self.relations[link], self.sources[link], link

    def _sort_in_all(self) -> None:
        """All links to the places below and above which they belong, and who is opposed."""
        sources, relations = numbers_in(self.sources), numbers_in(self.relations)
        parents, size = self._parents_of_all(), len(self.numbers)
        self._fill(parents=parents)
        placed = parents != NONE
        order = np.lexsort((sources, relations, parents))
        self._fill(below=order[placed[order]])
        order = np.argsort(sources, kind="stable")
        self._fill(above=order[placed[order]])
        for name, nodes in (("below_from", parents), ("above_from", sources)):
            counts = np.bincount(nodes[placed], minlength=size)
            self._fill(**{name: np.concatenate(([0], np.cumsum(counts)))})
        opposing = placed & (relations == OPPOSES) & (numbers_in(self.flags)[sources] == STANDING)
        self._fill(opposers=np.bincount(parents[opposing], minlength=size))

    def _parents_of_all(self) -> Numbers:
        """What `_parent_by` says of each link."""
        abouts, targets = numbers_in(self.abouts), numbers_in(self.targets)
        stands = numbers_in(self.link_flags) == STANDING
        on_link = abouts != NONE
        if not on_link.any():
            return np.where(stands, targets, NONE)
        parents = np.where(on_link, numbers_in(self.sources)[abouts], targets)
        return np.where(stands & (~on_link | stands[abouts]), parents, NONE)

    def _take_out(self, link: int) -> None:
        source, parent = self.sources[link], self.parents[link]
        if parent == NONE:
            return
        self._weigh([link], -1)
        _remove(self.below, self.below_from, parent, link)
        _remove(self.above, self.above_from, source, link)
        self.parents[link] = NONE
        self._be_unsure_of(parent)
        self.rings_moved |= self._goes_round(source)
        if self.homes[source] == link or self._goes_round(source):
            self.homeless.add(source)

    def _weigh(self, links: Iterable[int], by: int) -> None:
        """Count those of the links that oppose something, where their source stands, not hidden."""
        for link in links:
            if self.relations[link] == OPPOSES and self.flags[self.sources[link]] == STANDING:
                self.opposers[self.parents[link]] += by

    # what is shown

    def _be_unsure_of(self, node: int) -> None:
        """Whether a node is shown that someone has retracted, which what hangs on it decides."""
        if not self.flags[node] & STANDING:
            self.unsure.add(node)

    def _find_out_what_is_shown(self) -> None:
        """A node is shown where it stands, or where something shown hangs on it.

        Whether a retracted one is may hang on all that is retracted below it, round rings too:
        so all of which it could have changed is taken as not shown, then shown from below.
        """
        doubtful = self._doubtful()
        before = {node: self.shown[node] for node in doubtful}
        for node in doubtful:
            self.shown[node] = self.flags[node] & STANDING
        waiting = [node for node in doubtful if self.shown[node] or self._holds_something(node)]
        while waiting:
            node = waiting.pop()
            self.shown[node] = 1
            parents = [self.parents[link] for link in self.links_above(node)]
            waiting += [parent for parent in parents if not self.shown[parent]]
        self.homeless |= {node for node, was in before.items() if self.shown[node] != was}

    def _doubtful(self) -> set[int]:
        found, waiting = set[int](), list(self.unsure)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                parents = [self.parents[link] for link in self.links_above(node)]
                waiting += [each for each in parents if not self.flags[each] & STANDING]
        return found

    def _holds_something(self, node: int) -> bool:
        return any(self.shown[self.sources[link]] for link in self.links_below(node))

    # where each node stands

    def _settle(self) -> None:
        """Find a home for each node that has none, and the nearer one that a link offers."""
        homeless = self._with_all_that_stands_below(self.homeless)
        if 2 * len(homeless) > len(self.numbers):
            self._settle_all()
            return
        roots_moved = any(self._is_root(node) for node in homeless)
        self.rings_moved |= any(
            self._goes_round(node) and self._branches(node) for node in homeless
        )
        for node in homeless:
            self.ranks[node], self.homes[node] = NOT_SHOWN, NONE
        shown = [node for node in homeless if self.shown[node]]
        offers: Offers = defaultdict(list)
        for node in shown:
            self._offer_what_is_above(node, offers)
        for link in self.gained:
            self._offer(link, offers)
        self._spread(offers)
        if self.rings_moved or any(
            self.ranks[node] >= GOES_ROUND and self._branches(node) for node in shown
        ):
            self._settle_rings()
            roots_moved = True
        if roots_moved or any(self._is_root(node) for node in shown):
            self._list_roots()

    def _settle_all(self) -> None:
        size = len(self.numbers)
        self._fill(ranks=np.full(size, NOT_SHOWN), homes=np.full(size, NONE))
        shown, theses = numbers_in(self.shown) > 0, numbers_in(self.kinds) == THESIS
        loose = ~theses & (np.diff(numbers_in(self.above_from)) == 0)
        offers: Offers = defaultdict(list)
        offers[0] = [(node, NONE) for node in np.flatnonzero(shown & theses).tolist()]
        offers[LEADS_NOWHERE] = [(node, NONE) for node in np.flatnonzero(shown & loose).tolist()]
        self._spread(offers)
        self._settle_rings()
        self._list_roots()

    def _with_all_that_stands_below(self, nodes: Iterable[int]) -> set[int]:
        found, waiting = set(nodes), list(nodes)
        while waiting and 2 * len(found) <= len(self.numbers):
            for link in self.links_below(waiting.pop()):
                source = self.sources[link]
                if self.homes[source] == link and source not in found:
                    found.add(source)
                    waiting.append(source)
        return found

    def _is_root(self, node: int) -> bool:
        return self.homes[node] == NONE and self.ranks[node] != NOT_SHOWN

    def _goes_round(self, node: int) -> bool:
        return GOES_ROUND <= self.ranks[node] < NOT_SHOWN

    def _branches(self, node: int) -> bool:
        return self.below_from[node] != self.below_from[node + 1]

    def _offer_what_is_above(self, node: int, offers: Offers) -> None:
        above = self.links_above(node)
        if self.kinds[node] == THESIS:
            offers[0].append((node, NONE))
        elif not above:
            offers[LEADS_NOWHERE].append((node, NONE))
        for link in above:
            self._offer(link, offers)

    def _offer(self, link: int, offers: Offers) -> None:
        """The source of a link may stand below its parent, if that has a place itself."""
        rank = self.ranks[self.parents[link]]
        if rank != NOT_SHOWN and self.shown[self.sources[link]]:
            offers[rank + 1].append((self.sources[link], link))

    def _spread(self, offers: Offers) -> None:
        """Each node takes its best offer: the lowest rank, of equal ones the oldest link."""
        ranks, homes, sources, shown = self.ranks, self.homes, self.sources, self.shown
        below, below_from = self.below, self.below_from
        while offers:
            rank = min(offers)
            for node, home in offers.pop(rank):
                if rank < ranks[node]:
                    ranks[node], homes[node] = rank, home
                    for link in below[below_from[node] : below_from[node + 1]]:
                        if shown[sources[link]]:
                            offers[rank + 1].append((sources[link], link))
                elif rank == ranks[node] and home < homes[node]:
                    homes[node] = home

    def _settle_rings(self) -> None:
        """Place all that reaches neither a thesis nor something that bears on nothing.

        Whoever follows the oldest link up from there comes round. Each such ring begins at its
        lowest number.
        """
        going = (numbers_in(self.shown) > 0) & (numbers_in(self.ranks) >= GOES_ROUND)
        nodes = np.flatnonzero(going).tolist()
        for node in nodes:
            self.ranks[node], self.homes[node] = NOT_SHOWN, NONE
        if nodes:
            self._spread(defaultdict(list, {GOES_ROUND: [(n, NONE) for n in self._rings(nodes)]}))

    def _rings(self, nodes: Iterable[int]) -> Iterator[int]:
        """The lowest of each ring of oldest links among these nodes."""
        walked: dict[int, int] = {}
        for start in nodes:
            way, node = list[int](), start
            while node not in walked:
                walked[node] = start
                way.append(node)
                node = self.parents[self.links_above(node)[0]]
            if walked[node] == start:
                yield min(way[way.index(node) :])

    def _list_roots(self) -> None:
        """Theses first, each in the order of their numbers."""
        ranks, homes = numbers_in(self.ranks), numbers_in(self.homes)
        others = (homes == NONE) & (ranks > 0) & (ranks != NOT_SHOWN)
        self._fill(roots=np.concatenate((np.flatnonzero(ranks == 0), np.flatnonzero(others))))


def _places_of(pks: Numbers, sorted_pks: Numbers, places: Numbers) -> Numbers:
    """Where the rows of these ids are; NONE for 0."""
    if not len(sorted_pks):
        return np.full(len(pks), NONE)
    index = np.minimum(np.searchsorted(sorted_pks, pks), len(sorted_pks) - 1)
    return np.where(pks > 0, places[index], NONE)


def _insert(
    links: array[int], starts: array[int], node: int, link: int, order: Callable[[int], Any]
) -> None:
    first, last = starts[node], starts[node + 1]
    links.insert(bisect_left(links, order(link), first, last, key=order), link)
    numbers_in(starts)[node + 1 :] += 1


def _remove(links: array[int], starts: array[int], node: int, link: int) -> None:
    links.pop(links.index(link, starts[node], starts[node + 1]))
    numbers_in(starts)[node + 1 :] -= 1
