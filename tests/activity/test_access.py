"""Which actions may change who sees a map: each is in one list, or in the other."""

from argmap.activity import access
from argmap.journal.writing import REGISTRY


def test_every_action_says_whether_it_may_take_sight_of_a_map_from_someone():
    assert set(REGISTRY) == access.MAY_TAKE | access.TAKE_NOTHING
    assert not access.MAY_TAKE & access.TAKE_NOTHING
