import pytest

from argmap.journal.models import Event
from argmap.maps.actions import retract_node
from argmap.maps.models import Node


@pytest.fixture
def path(map):
    return f"maps/{map.slug}/nodes/"


def test_a_writer_adds_a_node_with_all_that_belongs_to_it(api, path, map, thesis, bob):
    client = api(bob)
    answer = client.post(
        path,
        {
            "kind": "claim",
            "text": "Shops complain.",
            "detail": "*Noise*, they say.",
            "relation": "supports",
            "target": {"node": 1},
            "selection": {"edition": 1, "start": 4, "end": 10},
            "citations": [{"title": "The Gazette", "url": "https://example.org/g"}],
        },
    )
    assert answer.status_code == 201, answer.data
    node = answer.data
    assert (node["number"], node["kind"], node["text"]) == (2, "claim", "Shops complain.")
    assert node["author"] == {"id": bob.pk, "name": "Bob"}
    assert node["citations"][0]["title"] == "The Gazette"
    (passage,) = node["passages"]
    assert (passage["exact"], passage["edition"]) == ("bridge", 1)
    assert passage["placements"] == [
        {"edition": 1, "start": 4, "end": 10, "status": "exact", "score": 1.0}
    ]
    assert client.get(answer["Location"]).data == node
    (link,) = client.get(f"maps/{map.slug}/links/").data["results"]
    assert node["links"] == [link["id"]]
    assert (link["source"], link["relation"]) == (2, "supports")
    assert link["target"] == {"node": 1, "link": None}


def test_the_api_writes_what_the_pages_write(api, path, map, thesis, bob):
    api(bob).post(
        path, {"kind": "claim", "text": "One.", "relation": "opposes", "target": {"node": 1}}
    )
    event = Event.objects.filter(journal=map.journal).last()
    assert (event.verb, event.actor) == ("add_node", bob)
    assert [change.object_type for change in event.changes.all()] == ["maps.node", "maps.link"]
    assert Node.objects.get(number=2).kind == "counterpoint"


def test_what_undercuts_leads_to_a_link(api, path, link, bob):
    body = {"kind": "claim", "text": "No.", "relation": "undercuts", "target": {"link": link.pk}}
    answer = api(bob).post(path, body)
    assert answer.status_code == 201, answer.data
    assert answer.data["kind"] == "counterpoint"


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_who_may_not_write_is_told_why(api, path, map, thesis, simon, victor, charlie, mona):
    body = {"kind": "thesis", "text": "Mine."}
    for user in (simon, victor, charlie, mona):
        answer = api(user).post(path, body)
        assert answer.status_code == 403
        assert answer.data["detail"].startswith("You may not add to this map")
    answer = api().post(path, body)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert Node.objects.count() == 1


def test_a_reader_of_a_private_map_reads_and_does_not_write(api, path, thesis, victor):
    assert api(victor).get(path).data["results"][0]["text"] == thesis.text
    assert api(victor).post(path, {"kind": "thesis", "text": "x"}).status_code == 403


def test_a_second_time_makes_a_second_node(api, path, bob):
    body = {"kind": "thesis", "text": "Again."}
    numbers = [api(bob).post(path, body).data["number"] for _ in range(2)]
    assert numbers == [1, 2]


def test_a_retracted_node_is_marked(api, path, claim, bob, victor):
    retract_node(bob, claim)
    rows = api(victor).get(path).data["results"]
    assert [row["retracted"] for row in rows] == [False, True]


def test_nothing_bears_on_what_is_retracted(api, path, thesis, alice, bob):
    retract_node(alice, thesis)
    body = {"kind": "claim", "text": "x", "relation": "supports", "target": {"node": 1}}
    answer = api(bob).post(path, body)
    assert answer.status_code == 409
    assert "retracted" in answer.data["detail"]


def test_a_target_elsewhere_is_no_target_here(api, path, new_map, new_node, thesis, bob):
    other = new_map("private", title="Other")
    for number in (1, 2):
        new_node(other, "thesis", f"Other {number}")
    link = new_node(other, "claim", on=other.nodes.first()).links_out.get()
    body = {"kind": "claim", "text": "x", "relation": "supports"}
    there = api(bob).post(path, body | {"target": {"node": 2}})
    nowhere = api(bob).post(path, body | {"target": {"node": 2_000}})
    assert there.status_code == 422
    assert there.data == nowhere.data
    there = api(bob).post(path, body | {"relation": "joins", "target": {"link": link.pk}})
    nowhere = api(bob).post(path, body | {"relation": "joins", "target": {"link": 2**63 - 1}})
    assert (
        there.data == nowhere.data == {"errors": {"target": ["There is no such link in this map."]}}
    )


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": None}, "text"),
        ({"text": 5}, "text"),
        ({"detail": ["x"]}, "detail"),
        ({"kind": "idea"}, "kind"),
        ({"kind": {}}, "kind"),
        ({"relation": "likes"}, "relation"),
        ({"relation": "supports"}, "target"),
        ({"target": {"node": 1}}, "relation"),
        ({"relation": "supports", "target": 1}, "target"),
        ({"relation": "supports", "target": {}}, "target"),
        ({"relation": "supports", "target": {"node": 1, "link": 1}}, "target"),
        ({"relation": "supports", "target": {"node": "x"}}, "target.node"),
        ({"relation": "supports", "target": {"node": True}}, "target.node"),
        ({"relation": "supports", "target": {"node": 10**30}}, "target.node"),
        ({"relation": "undercuts", "target": {"node": 1}}, "target"),
        ({"kind": "thesis", "relation": "supports", "target": {"node": 1}}, "kind"),
        ({"selection": {"edition": 1, "start": 5, "end": 5}}, "selection"),
        ({"selection": {"edition": 1, "start": 5, "end": 10**6}}, "selection"),
        ({"selection": {"edition": 1, "start": 5, "end": 10**30}}, "selection.end"),
        ({"selection": {"edition": 7, "start": 5, "end": 6}}, "selection.edition"),
        ({"selection": {"start": 5, "end": 6}}, "selection.edition"),
        ({"citations": "x"}, "citations"),
        ({"citations": [{}]}, "citations"),
        ({"citations": [{"url": "x"}]}, "citations"),
        ({"citations": [{"title": 5}]}, "citations.0.title"),
        ({"citations": [{"titel": "x"}]}, "citations.0.titel"),
        ({"citations": [{"title": "x"}] * 51}, "citations"),
        ({"number": 7}, "number"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(api, path, thesis, bob, fields, named):
    answer = api(bob).post(path, {"kind": "claim", "text": "Fine."} | fields)
    assert answer.status_code == 422, answer.data
    assert list(answer.data["errors"]) == [named]
    assert Node.objects.count() == 1


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "9" * 5000, "x", "-1"])
def test_a_number_that_no_node_has_is_not_found(api, path, thesis, bob, number):
    assert api(bob).get(f"{path}{number}/").status_code == 404
