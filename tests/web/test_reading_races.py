"""Reading while others write, on both databases: no page fails, and one version has one text."""

import re
import threading

import pytest
from django.db import connections
from django.test import Client

from argmap.debate import actions as debate
from argmap.maps import actions as maps

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("map", ["public"], indirect=True),
]
WRITES, READERS = 12, 3


def _write(map, thesis, writer, disputer):
    """Cards come, change, go and are talked about."""
    node = maps.add_node(
        writer, map, kind="counterpoint", text="So.", target=thesis, relation="opposes"
    )
    debate.annotate(disputer, map, target=node, text="Why?")
    dispute = debate.open_dispute(
        disputer, map, target=node, ground="outdated", statement="It was so once."
    )
    maps.edit_node(writer, node, version=1, text="So it is.")
    debate.withdraw_dispute(disputer, dispute)
    maps.retract_node(writer, node)


def test_pages_and_lists_are_whole_while_two_write_and_three_read(world, bob, simon, edith):
    base = world.map.get_absolute_url()
    addresses = [
        base + part for part in ("nodes/1/", "nodes/2/", "history/", "disputes/", "?node=1")
    ]
    addresses += [
        f"/api/v1{base}{part}" for part in ("nodes/", "links/", "annotations/", "disputes/")
    ]
    addresses.append("/")
    versions, wrong = {}, []
    writers = [
        threading.Thread(target=_guarded, args=(wrong, _writes, world, who, simon))
        for who in (bob, edith)
    ]

    def read():
        client = Client()
        while any(thread.is_alive() for thread in writers):
            for address in addresses:
                answer = client.get(address)
                text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())
                if answer.status_code != 200:
                    wrong.append((address, answer.status_code))
                elif etag := answer.headers.get("ETag"):
                    versions.setdefault((address, etag), set()).add(text)

    readers = [threading.Thread(target=_guarded, args=(wrong, read)) for _ in range(READERS)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in (*writers, *readers):
        thread.join(timeout=120)
    assert wrong == []
    assert len(versions) > len(addresses)
    assert {address for (address, _), texts in versions.items() if len(texts) > 1} == set()


def _writes(world, writer, disputer):
    for _ in range(WRITES):
        _write(world.map, world.thesis, writer, disputer)


def _guarded(wrong, call, *arguments):
    try:
        call(*arguments)
    except Exception as error:
        wrong.append(repr(error))
    finally:
        connections.close_all()
