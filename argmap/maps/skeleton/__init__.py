"""One skeleton of a map: what its graph is like at a `seq`, kept in the process.

It is brought from the `seq` that it stands at to the one asked for by what the Changes between
tell, and read whole only where it is not there. Outline, branches, ancestors, counts and what is
contested ask it; nothing else reads links by hand.
"""

import threading
from collections import OrderedDict

from argmap.journal.writing import in_action

from ..models import Map
from .reading import CannotBringForward, happened, read_whole
from .structure import LinkStub, NodeStub, Skeleton

__all__ = ["LinkStub", "NodeStub", "Skeleton", "forget_all", "skeleton_of"]

MOST_OF_A_MAP = 4  # kept, for readers who are still at an older `seq`
MOST_BYTES = 100_000_000

#: By (id of the map, seq), the least used first.
_kept: OrderedDict[tuple[int, int], Skeleton] = OrderedDict()
_guard = threading.Lock()
#: Twenty threads that want the same wait for one that makes it. A map has one of these locks.
_flights = [threading.Lock() for _ in range(64)]


def skeleton_of(map: Map) -> Skeleton:
    """The skeleton of a map, as `get_map` gave it, as of `map.seq`.

    Cheap where `map` was read in the same `one_moment()`; from the whole journal where it was
    not, and someone has written meanwhile. Not for actions: what they see is not committed yet.
    """
    if in_action():
        raise RuntimeError("An action asks the rows: the skeleton is of what is committed.")
    found = _kept_at(map)
    if found is None:
        with _flights[map.pk % len(_flights)]:
            found = _kept_at(map) or _keep(map, _made(map))
    return found


def forget_all() -> None:
    """As in a new process: for tests, where ids of rows come again, and for benchmarks."""
    with _guard:
        _kept.clear()


def _made(map: Map) -> Skeleton:
    older = _newest_before(map)
    if older is not None:
        try:
            return happened(map, older)
        except CannotBringForward:
            pass
    return read_whole(map)


def _kept_at(map: Map) -> Skeleton | None:
    with _guard:
        if found := _kept.get((map.pk, map.seq)):
            _kept.move_to_end((map.pk, map.seq))
        return found


def _newest_before(map: Map) -> Skeleton | None:
    with _guard:
        older = [seq for pk, seq in _kept if pk == map.pk and seq < map.seq]
        return _kept[map.pk, max(older)] if older else None


def _keep(map: Map, skeleton: Skeleton) -> Skeleton:
    with _guard:
        _kept[map.pk, map.seq] = skeleton
        of_map = sorted(seq for pk, seq in _kept if pk == map.pk)
        for seq in of_map[:-MOST_OF_A_MAP]:
            del _kept[map.pk, seq]
        while len(_kept) > 1 and sum(each.weight for each in _kept.values()) > MOST_BYTES:
            _kept.popitem(last=False)
    return skeleton
