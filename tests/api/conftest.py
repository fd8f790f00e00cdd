"""Clients of the API, and maps that have something of everything."""

import pytest
from rest_framework.test import APIClient

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.maps import actions as maps

ROOT = "/api/v1/"


@pytest.fixture
def api(db):
    """A client of someone, or of a visitor: api(alice).get("maps/")."""

    class Client(APIClient):
        def generic(self, method, path, *args, **kwargs):
            path = path if path.startswith(("/", "http")) else ROOT + path
            return super().generic(method, path, *args, **kwargs)

        def get(self, path, *args, **kwargs):
            path = path if path.startswith(("/", "http")) else ROOT + path
            return super().get(path, *args, **kwargs)

    def client(user=None):
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client


@pytest.fixture
def public_map(new_map):
    return new_map("public")


@pytest.fixture
def full_map(public_map, new_node, alice, bob, simon, edith):
    """A public map with a row of each kind, with words in each field. Returns (map, rows)."""
    map = public_map
    words = Selection(map.article.editions.get(), 0, 10)
    thesis = new_node(map, "thesis", "Secret thesis.", by=alice)
    node = new_node(
        map,
        "claim",
        "Secret claim.",
        on=thesis,
        by=bob,
        detail="Secret detail.",
        selection=words,
        citations=[{"title": "Secret source", "quote": "Secret quote"}],
    )
    link = node.links_out.get()
    link = maps.edit_link(bob, link, version=1, scheme="Secret scheme")
    annotation = debate.annotate(simon, map, target=words, text="Secret note.", tags=["secrettag"])
    answer = debate.reply(bob, annotation, text="An open reply.")
    dispute = debate.open_dispute(
        simon,
        map,
        target=node,
        ground="unsupported",
        statement="Secret statement.",
        evidence=[thesis],
    )
    debate.answer_dispute(bob, dispute, answer="Secret answer.")
    dispute = debate.decide_dispute(
        edith, dispute, upheld=True, decision="Secret decision.", what_changed="Secret change."
    )
    return map, {
        "thesis": thesis,
        "node": node,
        "link": link,
        "annotation": annotation,
        "reply": answer,
        "dispute": dispute,
    }


@pytest.fixture
def address():
    """The address of a row: address(map, node)."""

    def address(map, row):
        kind = row._meta.model_name
        name = row.number if kind == "node" else row.pk
        return f"{ROOT}maps/{map.slug}/{kind}s/{name}/"

    return address
