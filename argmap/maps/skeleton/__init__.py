"""One skeleton of a map: what its graph is like at a `seq`, kept in the process.

It is brought from the `seq` that it stands at to the one asked for by what the Changes between
tell, and read whole only where it is not there. Outline, branches, ancestors, counts and what is
contested ask it; nothing else reads links by hand.
"""

from argmap.journal.versions import Versions
from argmap.journal.writing import in_action

from ..models import Map
from .reading import happened, read_whole
from .structure import LinkStub, NodeStub, Skeleton

__all__ = ["LinkStub", "NodeStub", "Skeleton", "skeleton_of"]

_versions: Versions[int, Skeleton] = Versions(most=4, most_bytes=100_000_000)


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
