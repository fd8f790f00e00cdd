import pytest
from django.contrib.auth.models import AnonymousUser

from argmap.maps.models import get_map
from argmap.search import index
from argmap.search.finding import search


@pytest.fixture
def find(db):
    """find(user, words): (kind, id) of all that somebody finds, the best first. Whoever counts,
    quotes or names more than that says so here."""

    def find(user, words, map=None, **more):
        user = user or AnonymousUser()
        map = get_map(user, map.slug) if map else None
        found = search(user, words, map=map, **more)
        hits = [(hit.kind.name, hit.obj.pk) for hit in found.hits]
        if not found.more and found.page.paginator.num_pages == 1 and not found.kind:
            assert found.count == len(hits)
        assert sum(count for _, count in found.maps) <= found.count
        return hits

    return find


@pytest.fixture
def in_step(db):
    """Whether what is searched is what is written."""
    return lambda: not list(index.out_of_step())
