"""What came, went or moved about in the outline between two skeletons of one map."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .structure import NONE, THESIS, Numbers, Skeleton, numbers_in

TOP = 0  # of the outline, which is below no node
Places: TypeAlias = list[int]


@dataclass(frozen=True)
class Moves:
    """Numbers of nodes, and ids of links, that stand elsewhere than in the older skeleton.

    Of a branch that moves as it is, only the node at its top has moved. `mentions`: the links by
    which a node is only named. `lists`: the nodes below which something came or went, or TOP.
    `leading_elsewhere`: nodes whose link is about one that has moved.
    """

    nodes: list[int] = field(default_factory=list)
    mentions: list[int] = field(default_factory=list)
    lists: set[int] = field(default_factory=set)
    leading_elsewhere: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.nodes) + len(self.mentions)


def moves_between(old: Skeleton, new: Skeleton) -> Moves | None:
    """What leads from the older skeleton to the newer; None where they do not fit together."""
    if not _begins_with(new.numbers, old.numbers) or not _begins_with(new.link_pks, old.link_pks):
        return None
    nodes, links = len(new.numbers), len(new.link_pks)
    before, now = _stands(old, nodes), _stands(new, nodes)
    moved = np.flatnonzero((before != now).any(axis=0)).tolist()
    named_before, named_now = _mentioned(old, links), _mentioned(new, links)
    ended = _ends_elsewhere(old, new)
    mentions = set(np.flatnonzero(named_before != named_now).tolist())
    mentions |= {link for link in (*ended, *_turned(old, new)) if named_now[link] != NONE}
    parents = {place for rows in (before, now) for place in rows[_PARENT, moved].tolist()}
    parents |= {named[link] for named in (named_before, named_now) for link in mentions}
    return Moves(
        nodes=[new.numbers[place] for place in moved],
        mentions=[new.link_pks[link] for link in sorted(mentions)],
        lists={TOP if place == _TOP else new.numbers[place] for place in parents - {NONE}},
        leading_elsewhere=[new.numbers[new.sources[link]] for link in ended],
    )


_HOME, _PARENT, _KIND, _RELATION = range(4)
_TOP = -2  # the parent of a root; NONE is that of what is not shown


def _begins_with(longer: array[int], shorter: array[int]) -> bool:
    return longer[: len(shorter)] == shorter


def _stands(skeleton: Skeleton, size: int) -> npt.NDArray[np.int64]:
    """Of each node by which link it stands, below which node, and among which roots or siblings."""
    homes, parents = numbers_in(skeleton.homes), numbers_in(skeleton.parents)
    relations = numbers_in(skeleton.relations)
    shown, theses = numbers_in(skeleton.shown) > 0, numbers_in(skeleton.kinds) == THESIS
    found = np.full((4, size), NONE, dtype="i8")
    count = len(homes)
    at_home = homes != NONE
    found[_HOME, :count] = homes
    found[_PARENT, :count][at_home] = parents[homes[at_home]]
    found[_RELATION, :count][at_home] = relations[homes[at_home]]
    found[_PARENT, :count][shown & ~at_home] = _TOP
    found[_KIND, :count] = shown & ~at_home & theses
    found[_KIND, count:] = 0
    return found


def _mentioned(skeleton: Skeleton, size: int) -> Numbers:
    """Of each link the node below which its source is named by it, but stands elsewhere."""
    found = np.full(size, NONE, dtype="i8")
    count = len(skeleton.sources)
    if count:
        sources, parents = numbers_in(skeleton.sources), numbers_in(skeleton.parents)
        shown, homes = numbers_in(skeleton.shown) > 0, numbers_in(skeleton.homes)
        mentioned = (parents != NONE) & shown[sources] & (homes[sources] != np.arange(count))
        found[:count] = np.where(mentioned, parents, NONE)
    return found


def _turned(old: Skeleton, new: Skeleton) -> Places:
    """Links that bear in another way than before."""
    before = numbers_in(old.relations)
    return np.flatnonzero(before != numbers_in(new.relations)[: len(before)]).tolist()


def _ends_elsewhere(old: Skeleton, new: Skeleton) -> Places:
    """Links about links that lead to another node now, since one on their way has moved."""
    count = len(old.link_pks)
    differ = np.zeros(count, dtype=bool)
    for name in ("targets", "abouts", "link_flags"):
        differ |= numbers_in(getattr(old, name)) != numbers_in(getattr(new, name))[:count]
    waiting, found = np.flatnonzero(differ).tolist(), set[int]()
    abouts = numbers_in(new.abouts)
    while waiting:
        about = np.flatnonzero(abouts[:count] == waiting.pop()).tolist()
        waiting += [link for link in about if link not in found]
        found.update(about)
    return sorted(
        link for link in found if new.parents[link] != NONE and old.end_of(link) != new.end_of(link)
    )
