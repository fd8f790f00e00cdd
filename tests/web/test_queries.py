"""A page asks the database as often for a thousand statements as for ten."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from argmap.accounts.actions import create_team
from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.interchange import document as doc
from argmap.journal.models import Event, Journal
from argmap.maps import actions as maps
from argmap.maps.models import Map, Membership
from argmap.moderation.actions import flag, hide
from argmap.transfer.actions import import_map

TEXT = "The bridge was closed.\n\nTraffic goes through the old town.\n\nShops complain of noise."
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def new_large_map(alice):
    """A public map of so many statements, of which a third hang on #1 and a third on #2, with as
    many passages, citations, annotations, disputes and stances; and steps on the step from #2."""

    def new_large_map(count):
        people = [f"reader{number}" for number in range(max(3, count // 10))]
        known = {name: User.objects.get_or_create(username=name)[0] for name in people}
        numbers = range(3, count + 1)
        on_two, on_step = doc.Target(node=2), doc.Target(link="l2")
        links = [doc.Link("l2", 2, 1, "supports")]
        for number in numbers:
            kind, to = [("supports", 1), ("opposes", 2), ("undercuts", "l2")][number % 3]
            links.append(doc.Link(f"l{number}", number, to, kind))
        links += [doc.Link(f"m{number}", 2, number, "supports") for number in numbers[1::3]]
        document = doc.MapDocument(
            f"A map of {count}",
            article=doc.Article("The bridge", edition=doc.Edition(TEXT)),
            nodes=[
                doc.Node(
                    number,
                    "thesis" if number == 1 else "claim",
                    f"Statement {number}.",
                    by=people[number % len(people)],
                    passages=[doc.Quote("the old town")] if number % 5 == 0 else [],
                    citations=[doc.Citation("A book")],
                )
                for number in range(1, count + 1)
            ],
            links=links,
            annotations=[
                doc.Annotation(target, "Hm.", by=people[number % 3], replies=[doc.Reply("Yes.")])
                for number in numbers[:60]
                for target in (on_two, on_step, doc.Target(node=number))
            ],
            disputes=[
                doc.Dispute(target, "outdated", "No.", by=people[number % 3], evidence=[1, 2])
                for number in numbers[:60]
                for target in (on_two, on_step, doc.Target(node=number))
            ],
            stances=[
                stance
                for name in people
                for stance in (
                    doc.Stance(on_two, name, credence=50), doc.Stance(on_step, name, impact=2),
                )
            ],
        )  # fmt: skip
        return import_map(alice, document, people=known, visibility="public").map

    return new_large_map


def addresses(map):
    step = map.links.get(source__number=2, target_node__number=1)
    start, dispute = map.get_absolute_url(), map.disputes.order_by("pk").last()
    return {
        "workspace": (start, {}),
        "selected": (f"{start}?node=2", {}),
        "another selected": (f"{start}?node=3", {}),
        "fragment": (f"{start}?node=2", HTMX),
        "margin": (f"{start}nodes/2/margin/", HTMX),
        "under": (f"{start}nodes/1/under/0/", HTMX),
        "outline": (f"{start}outline/0/", {}),
        "node": (f"{start}nodes/2/", {}),
        "link": (f"{start}links/{step.pk}/", {}),
        "disputes": (f"{start}disputes/", {}),
        "annotations": (f"{start}annotations/", {}),
        "annotations of the text": (f"{start}annotations/?order=place&state=open&tag=one", {}),
        "words": (f"{start}words/1/4-24/", {}),
        "dispute": (dispute.get_absolute_url(), {}),
        "history": (f"{start}history/", {}),
        "write": (f"{start}write/claim/?on=1", {}),
        "write link": (f"{start}nodes/3/link/", {}),
        "dispute form": (f"{start}disputes/new/", {}),
    }


@pytest.mark.parametrize("who", ["visitor", "alice"])
def test_no_page_asks_more_of_a_larger_map(browse, new_large_map, request, who):
    user = None if who == "visitor" else request.getfixturevalue("alice")
    client = browse(user)
    client.get("/")
    counts = {10: {}, 1000: {}}
    for size in counts:
        map = new_large_map(size)
        for name, (address, headers) in addresses(map).items():
            for cache in caches.all():
                cache.clear()
            for warmth in ("cold", "warm"):
                with CaptureQueriesContext(connection) as queries:
                    answer = client.get(address, headers=headers)
                assert answer.status_code in (200, 302), address
                counts[size][name, warmth] = len(queries)
    assert counts[1000] == counts[10]
    assert max(counts[10].values()) <= 40, counts[10]
    assert counts[10]["workspace", "warm"] < counts[10]["workspace", "cold"]


def test_home_asks_as_often_for_many_maps_as_for_few(browse, alice, victor, mona):
    team = create_team(alice, name="Society")
    found = []
    for count in (3, 25):
        for number in range(count):
            for whose in (team, None):
                map = maps.begin_map(alice, title=f"Map {number}", visibility="public", team=whose)
                node = maps.add_node(alice, map, kind="thesis", text="Why?")
                debate.open_dispute(alice, map, target=node, ground="outdated", statement="No.")
                debate.take_stance(alice, map, target=node, credence=50)
            maps.set_role(alice, map, victor, Role.WRITER)
            hide(mona, map, reason="Spam.")
        for user in (None, victor, alice):
            client = browse(user)
            client.get("/")
            for headers in ({}, {"If-None-Match": client.get("/").headers["ETag"]}):
                with CaptureQueriesContext(connection) as queries:
                    client.get("/", headers=headers)
                found.append(len(queries))
    half = len(found) // 2
    assert found[:half] == found[half:]
    assert max(found) <= 24, found
    assert max(found[1::2]) <= 12, found  # unchanged


def test_home_asks_as_often_among_thousands_of_maps(browse, alice, victor):
    """Rows beside the actions, which would take minutes: what is asked is what counts."""
    found = []
    for count in (20, 3000):
        journals = Journal.objects.bulk_create(Journal(kind="map", seq=1) for _ in range(count))
        rows = Map.objects.bulk_create(
            Map(
                title=f"Map {journal.pk}",
                slug=f"map-{journal.pk}",
                visibility="public",
                journal=journal,
                created_at=timezone.now(),
            )
            for journal in journals
        )
        Event.objects.bulk_create(
            Event(journal=journal, seq=1, verb="begin_map", actor=alice, at=timezone.now())
            for journal in journals
        )
        Membership.objects.bulk_create(
            Membership(map=map, user=alice, role=Role.OWNER) for map in rows[::2]
        )
        for user in (None, victor, alice):
            client = browse(user)
            client.get("/")
            with CaptureQueriesContext(connection) as queries:
                page = client.get("/").content.decode()
            found.append(len(queries))
            assert page.count('<article class="map"') == (20 if user == alice else 10)
    assert found[:3] == found[3:]


def test_history_asks_as_often_for_many_events_as_for_few(
    browse, world, alice, bob, simon, empty_caches
):
    client = browse(alice)
    address = f"{world.map.get_absolute_url()}history/"
    client.get(address)
    empty_caches()  # what is kept would ask for less, before and after
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(12):
        maps.edit_node(bob, world.loose, version=number + 1, text=f"Words {number}.")
        annotation = debate.annotate(simon, world.map, target=world.link, text="An annotation")
        debate.reply(bob, annotation, text="An answer")
    maps.retract_node(bob, world.loose)
    empty_caches()
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_an_unchanged_page_costs_next_to_nothing(browse, world, victor):
    client = browse(victor)
    for part in ("", "nodes/2/", "history/", "disputes/"):
        address = world.map.get_absolute_url() + part
        client.get(address)
        etag = client.get(address).headers["ETag"]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
        assert len(queries) <= 8, [query["sql"][:80] for query in queries]


def test_the_queue_asks_as_often_for_many_flags_as_for_few(browse, new_map, fill, mona, charlie):
    found = []
    for _ in range(2):
        for _ in range(1 + 4 * len(found)):
            world = fill(new_map("public"))
            for name in ("node", "link", "annotation", "reply", "dispute", "link_dispute", "map"):
                flag(charlie, getattr(world, name), reason="spam")
            flag(charlie, world.map.article, reason="spam")
        client = browse(mona)
        client.get("/moderation/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/moderation/").status_code == 200
        found.append(len(queries))
    assert found[0] == found[1]
