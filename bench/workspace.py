"""The workspace of a map: warm, unchanged, after a write, and with an empty cache."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory

from argmap.accounts.models import User
from argmap.debate.actions import annotate
from argmap.journal.versions import forget_all
from argmap.maps.actions import add_node
from argmap.maps.models import Node


def empty_caches():
    for cache in caches.all():
        cache.clear()
    forget_all()


@dataclass
class Row:
    """One line of the table: a request, the floor, and how the one may stand to the other."""

    name: str
    request: Callable
    floor: Callable
    faster: float = 0  # at least so many times the floor's requests a second
    slower: float = 0  # or at most so many times the floor's time
    prepare: Callable = lambda: None

    @property
    def budget(self):
        return f"≥ {self.faster:g} ×" if self.faster else f"≤ {self.slower:g} ×"

    def figure(self, floor, mine):
        return f"{floor / mine:.1f} ×" if self.faster else f"{mine / floor:.2f} ×"

    def holds(self, floor, mine):
        return floor / mine >= self.faster if self.faster else mine / floor <= self.slower


def rows(map):
    owner = User.objects.get(username="person0")
    reader = Browser(User.objects.get(username="person1"))
    page = map.get_absolute_url()

    def floor():
        reader.get(f"/floor/{map.slug}/")

    def fresh():
        assert reader.get(page).status_code == 200

    def unchanged():
        assert reader.get(page, HTTP_IF_NONE_MATCH=reader.etag).status_code == 304

    writer = Writer(owner, map)

    yield Row("workspace, warm", fresh, floor, faster=4)
    yield Row("workspace, unchanged", unchanged, floor, faster=8)
    yield Row("workspace, after a write", fresh, floor, slower=1, prepare=writer.annotate)
    yield Row("workspace, with an empty cache", fresh, floor, slower=3, prepare=empty_caches)


class Writer:
    """Writes at one node of a map after another."""

    def __init__(self, owner, map):
        self.owner, self.map = owner, map
        self._numbers = itertools.cycle(range(1, map.nodes.count() + 1, 7))

    def number(self):
        """Of the next node."""
        return next(self._numbers)

    def annotate(self):
        annotate(self.owner, self.map, target=self._node(), text="A note.")

    def add_node(self):
        fields = {"kind": "claim", "text": "New.", "relation": "supports"}
        add_node(self.owner, self.map, target=self._node(), **fields)

    def _node(self):
        return Node.objects.get(map=self.map, number=self.number())


class Browser:
    """Asks the site as a signed-in reader does, without a socket between."""

    def __init__(self, user):
        client = Client()
        client.force_login(user)
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        self.handler = WSGIHandler()
        self.factory = RequestFactory()
        self.etag = ""

    def get(self, path, **headers):
        return self._answer(self.factory.get(path, HTTP_COOKIE=self.cookie, **headers))

    def post(self, path, data, **headers):
        """JSON, as a program with a token sends it."""
        return self._answer(self.factory.post(path, data, "application/json", **headers))

    def _answer(self, request):
        environ = request.environ
        response = self.handler(environ, lambda status, headers: None)
        b"".join(response)
        response.close()
        self.etag = response.get("ETag", self.etag)
        return response
