"""Reading a map while others write in it: every page is of one moment, and none fails."""

import threading

import pytest
from django.db import connections

from argmap.debate.actions import annotate
from argmap.maps import actions
from argmap.maps.models import Node

pytestmark = pytest.mark.django_db(transaction=True)
WRITES = 25


@pytest.fixture
def at_once():
    """Each call in a thread of its own; what they raised."""

    def at_once(*calls):
        errors = []

        def run(call):
            try:
                call()
            except BaseException as error:
                errors.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=240)
        return errors

    return at_once


def test_readers_get_every_page_while_others_write(map, claim, alice, bob, edith, browse, at_once):
    address, pages = map.get_absolute_url(), []
    writing = threading.Event()
    left = [2]

    def write(by):
        def writes():
            for _ in range(WRITES):
                node = actions.add_node(
                    by, map, kind="claim", text="So.", target=claim, relation="supports"
                )
                annotate(by, map, target=node, text="Since when?")
            left[0] -= 1
            if not left[0]:
                writing.set()

        return writes

    def read(client, path):
        def reads():
            while not writing.is_set():
                response = client.get(path)
                pages.append(response.status_code)
                assert response.status_code == 200, response.content

        return reads

    readers = [
        read(browse(edith), address),
        read(browse(edith), f"{address}?node={claim.number}"),
        read(browse(edith, htmx=True), f"{address}nodes/{claim.number}/under/0/"),
    ]
    errors = at_once(write(alice), write(bob), *readers)

    assert errors == []
    assert len(pages) > 10
    assert Node.objects.filter(map=map).count() == 2 + 2 * WRITES


def test_the_answer_after_a_write_is_of_one_moment(map, claim, alice, bob, browse, at_once):
    """Each writer's own page gets what changed, whatever the other wrote meanwhile."""

    def annotates(by):
        client = browse(by, htmx=True)

        def writes():
            for _ in range(10):
                response = client.post(
                    f"{map.get_absolute_url()}annotations/new/",
                    {"node": 2, "text": "So?", "motivation": "commenting", "visibility": "map"},
                )
                assert response.status_code == 200, response.content
                assert b"hx-partial" in response.content

        return writes

    def adds():
        for _ in range(20):
            actions.add_node(bob, map, kind="claim", text="So.", target=claim, relation="supports")

    assert at_once(annotates(alice), annotates(bob), adds) == []
