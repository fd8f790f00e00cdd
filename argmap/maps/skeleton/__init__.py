"""One skeleton of a map: what its graph is like at a `seq`, kept in the process.

It is brought from the `seq` that it stands at to the one asked for by what the Changes between
tell, and read whole only where it is not there. Outline, branches, ancestors, counts and what is
contested ask it; nothing else reads links by hand.
"""

import copy

from argmap.journal.versions import CannotBringForward, Versions
from argmap.journal.writing import in_action

from ..models import Map
from .moves import TOP, Moves, moves_between
from .reading import happened, read_whole
from .structure import LinkStub, NodeStub, Skeleton

__all__ = ["TOP", "LinkStub", "Moves", "NodeStub", "Skeleton", "moved_since", "skeleton_of"]

_versions: Versions[int, Skeleton] = Versions(most=8, most_bytes=100_000_000)


def skeleton_of(map: Map) -> Skeleton:
    """The skeleton of a map, as `get_map` gave it, as of `map.seq`.

    Cheap where `map` was read in the same `one_moment()`; from the whole journal where it was
    not, and someone has written meanwhile. Not for actions: what they see is not committed yet.
    """
    if in_action():
        raise RuntimeError("An action asks the rows: the skeleton is of what is committed.")
    return _versions.at(
        map.pk,
        map.seq,
        read_whole=lambda: read_whole(map),
        bring_forward=lambda older: happened(map, older),
    )


def moved_since(map: Map, seq: int) -> Moves | None:
    """What moved about in the outline from `seq` to `map.seq`; None where that is not known
    without reading the whole map as it was."""
    try:
        return moves_between(_kept_as_of(map, seq), skeleton_of(map))
    except CannotBringForward:
        return None


def _kept_as_of(map: Map, seq: int) -> Skeleton:
    """An earlier skeleton, if it is kept or one before it. Raises CannotBringForward."""
    then = copy.copy(map)
    then.seq = seq

    def not_kept() -> Skeleton:
        raise CannotBringForward

    return _versions.at(
        map.pk, seq, read_whole=not_kept, bring_forward=lambda older: happened(then, older)
    )
