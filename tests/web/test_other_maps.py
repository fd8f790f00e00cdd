"""Another map of the same article, and another article: nothing of them is on the pages of this."""

import pytest
from django.core.exceptions import ValidationError

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.maps import actions as maps

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_no_page_of_a_map_says_anything_of_another(browse, world, addresses, alice):
    client = browse(alice)
    for name, address in addresses(world):
        if name != "stream" and world.map.slug in address:
            for headers in ({}, HTMX):
                html = client.get(address, headers=headers).content.decode()
                assert "zqbeside" not in html, address
    for part in ("", "article/", "nodes/", "links/", "annotations/", "disputes/"):
        answer = client.get(f"/api/v1/maps/{world.map.slug}/{part}")
        assert answer.status_code == 200
        assert "zqbeside" not in answer.content.decode(), part


def test_the_text_shows_the_passages_of_this_map_alone(browse, world, alice, parsed):
    def drawn(map):
        page = parsed(browse(alice).get(map.get_absolute_url()))
        return set(" ".join(page.values("data-nodes")).split()), set(
            " ".join(page.values("data-annotations")).split()
        )

    assert drawn(world.map) == ({str(world.node.number)}, {str(world.passage_annotation.pk)})
    assert drawn(world.beside.map) == ({"1"}, {str(world.beside.annotation.pk)})


def test_a_map_counts_its_own_alone(browse, world, alice):
    client = browse(alice)
    other = client.get(world.beside.map.get_absolute_url()).content.decode()
    bar = other.split('id="open-disputes"')[1].split("</a>")[0]
    assert bar.endswith(">1 open dispute")
    assert '<span id="count">2</span>' in other
    home = " ".join(client.get("/").content.decode().split())
    counted = {part.split("</a>")[0].split(">")[-1]: part for part in home.split("<article")[1:]}
    assert "2 statements" in counted["zqbeside map"]
    assert "1 open dispute<" in counted["zqbeside map"]
    assert "4 statements" in counted[world.map.title]
    assert "2 open disputes" in counted[world.map.title]


def test_what_happens_in_one_map_makes_no_page_of_another_old(browse, world, alice):
    client = browse(alice)
    base = world.map.get_absolute_url()
    for part in ("", "?node=2", "history/", "disputes/", "nodes/2/", "graph/"):
        client.get(base + part)
        etag = client.get(base + part).headers["ETag"]
        node = maps.add_node(alice, world.beside.map, kind="claim", text="News.")
        debate.annotate(alice, world.beside.map, target=node, text="Seen?")
        answer = client.get(base + part, headers={"If-None-Match": etag})
        assert answer.status_code == 304, part


def test_links_annotations_and_disputes_of_another_map_are_not_found_in_this(
    browse, world, addresses, alice, events
):
    client, before, tried = browse(alice), events(), 0
    for name, address in addresses(world.beside):
        if any(f"/{kind}s/" in address for kind in ("link", "annotation", "dispute")):
            if name in {"annotate", "annotations", "open-dispute", "disputes"}:
                continue
            address = address.replace(world.beside.map.slug, world.map.slug)
            for answer in (client.get(address), client.post(address, {"text": "x"})):
                assert answer.status_code in {404, 405}, address
                assert "zqbeside" not in answer.content.decode()
            tried += 1
    assert tried > 9
    assert events() == before


def test_the_address_of_a_map_opens_nothing_of_another(browse, world, alice):
    """Neither a thread nor a statement, though the reader may see both maps."""
    client, base = browse(alice), world.map.get_absolute_url()
    for _ in range(world.map.nodes.count() + 1):
        beside = maps.add_node(alice, world.beside.map, kind="claim", text="zqbeside more")
    there = debate.annotate(alice, world.beside.map, target=beside, text="zqbeside thread")
    queries = [f"annotation={pk}" for pk in (world.beside.annotation.pk, there.pk)]
    queries += [f"node={beside.number}", f"node={beside.number}&annotation={there.pk}"]
    for query in queries:
        assert client.get(f"{world.beside.map.get_absolute_url()}?{query}").status_code == 200
        assert client.get(f"{base}?{query}").status_code == 404, query
        fragment = client.get(f"{base}?{query}", headers=HTMX)  # of a statement, never of a thread
        assert fragment.status_code == (404 if "node" in query else 200), query
        assert "zqbeside" not in fragment.content.decode()
    for address in (f"nodes/{beside.number}/", f"nodes/{beside.number}/margin/"):
        assert client.get(base + address).status_code == 404, address


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("annotations/new/", {"link": "link"}),
        ("annotations/new/", {"edition": 2, "start": 0, "end": 8}),
        ("disputes/new/", {"link": "link"}),
        ("disputes/new/", {"node": 2, "evidence": 99}),
        ("write/undercut/", {"on_link": "link"}),
        ("write/claim/", {"on": 99}),
        ("write/thesis/", {"edition": 2, "start": 0, "end": 8}),
        ("nodes/2/link/", {"on": 99, "relation": "supports"}),
    ],
)
def test_a_form_takes_nothing_of_another_map_or_article(
    browse, world, alice, events, address, form
):
    while world.beside.map.nodes.order_by("number").last().number < 8:
        maps.add_node(alice, world.beside.map, kind="claim", text="zqbeside more")
    form = {
        name: world.beside.link.pk
        if value == "link"
        else world.beside.map.nodes.order_by("number").last().number
        if value == 99
        else value
        for name, value in form.items()
    }
    client, before = browse(alice), events()
    words = {"text": "Words.", "statement": "Words.", "ground": "outdated"}
    words |= {"motivation": "commenting", "visibility": "map"}
    answer = client.post(f"{world.map.get_absolute_url()}{address}", words | form)
    assert answer.status_code == 422
    assert "zqbeside" not in answer.content.decode()
    shown = client.get(f"{world.map.get_absolute_url()}{address}", form).content.decode()
    assert "zqbeside" not in shown
    assert events() == before


def test_an_action_takes_no_words_of_another_article(world, alice):
    words = Selection(world.beside.edition, 0, 8)
    for call in (
        lambda: maps.add_node(alice, world.map, kind="claim", text="So.", selection=words),
        lambda: maps.anchor_node(alice, world.loose, selection=words),
        lambda: debate.annotate(alice, world.map, target=words, text="So."),
    ):
        with pytest.raises(ValidationError, match="lies in another article"):
            call()


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("annotations/", {"text": "x", "target": {"link": "link"}}),
        ("annotations/", {"text": "x", "target": {"annotation": "annotation"}}),
        (
            "annotations/",
            {"text": "x", "target": {"selection": {"edition": 2, "start": 0, "end": 8}}},
        ),
        ("disputes/", {"statement": "x", "ground": "outdated", "target": {"link": "link"}}),
        ("links/", {"source": 2, "relation": "undercuts", "target": {"link": "link"}}),
    ],
)
def test_nor_does_the_api(browse, world, alice, events, part, body):
    target = {
        name: getattr(world.beside, value).pk if isinstance(value, str) else value
        for name, value in body["target"].items()
    }
    before = events()
    address = f"/api/v1/maps/{world.map.slug}/{part}"
    answer = browse(alice).post(address, body | {"target": target}, content_type="application/json")
    assert answer.status_code == 422, answer.content
    assert "zqbeside" not in answer.content.decode()
    assert events() == before
