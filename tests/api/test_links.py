import pytest

from argmap.maps.models import Link


@pytest.fixture
def path(map):
    return f"maps/{map.slug}/links/"


@pytest.fixture
def loose(map, new_node):
    """A node that bears on nothing yet."""
    return new_node(map, "evidence", "A count.")


def test_a_writer_links_two_nodes(api, path, claim, loose, bob):
    client = api(bob)
    body = {"source": 3, "relation": "supports", "target": {"node": 2}, "scheme": "from example"}
    answer = client.post(path, body)
    assert answer.status_code == 201, answer.data
    assert answer.data["target"] == {"node": 2, "link": None}
    assert answer.data["scheme"] == "from example"
    assert client.get(answer["Location"]).data == answer.data


def test_a_premise_joins_a_link(api, path, link, loose, bob):
    body = {"source": 3, "relation": "joins", "target": {"link": link.pk}}
    answer = api(bob).post(path, body)
    assert answer.status_code == 201, answer.data
    assert answer.data["target"] == {"node": None, "link": link.pk}


def test_the_same_link_a_second_time_is_refused(api, path, link, bob):
    body = {"source": 2, "relation": "supports", "target": {"node": 1}}
    answer = api(bob).post(path, body)
    assert answer.status_code == 422
    assert answer.data == {"errors": {"target": ["This link is there already."]}}


def test_who_may_not_write_is_told_why(api, path, claim, loose, simon, victor):
    body = {"source": 3, "relation": "supports", "target": {"node": 2}}
    for user in (simon, victor):
        assert api(user).post(path, body).status_code == 403
        assert len(api(user).get(path).data["results"]) == 1
    assert Link.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"source": 99}, "source"),
        ({"source": None}, "source"),
        ({"source": 2**31}, "source"),
        ({"source": 2}, "target"),
        ({"source": 1}, "source"),
        ({"target": None}, "target"),
        ({"target": {"link": 999}}, "target"),
        ({"target": {"link": 2**63}}, "target.link"),
        ({"relation": "joins"}, "target"),
        ({"relation": ""}, "relation"),
        ({"scheme": "x" * 101}, "scheme"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(api, path, claim, loose, bob, fields, named):
    body = {"source": 3, "relation": "supports", "target": {"node": 2}} | fields
    answer = api(bob).post(path, body)
    assert answer.status_code == 422, answer.data
    assert list(answer.data["errors"]) == [named]


def test_a_link_of_another_map_is_not_found_here(api, path, link, new_map, new_node, bob):
    other = new_map("private", title="Other")
    far = new_node(other, "claim", on=new_node(other, "thesis")).links_out.get()
    assert api(bob).get(f"{path}{link.pk}/").status_code == 200
    assert api(bob).get(f"{path}{far.pk}/").status_code == 404
