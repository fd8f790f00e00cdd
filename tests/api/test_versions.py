"""What a client has already it is not sent again, and nobody is told that old things are new."""

import json
import re

import pytest

from argmap.accounts.actions import issue_token, rename_account
from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.moderation.actions import hide, sanction

PARTS = ("", "article/", "article/editions/1/", "nodes/", "links/", "annotations/", "disputes/")
PEOPLE = ("visitor", "charlie", "victor", "alice", "mona")


@pytest.fixture
def people(request):
    """By their names, the visitor among them."""
    return {name: None if name == "visitor" else request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def kept(api, full_map):
    """What a client keeps of each part of the map: kept(victor)() says which have changed."""
    map, _ = full_map

    def kept(user):
        client = api(user)
        answers = {part: client.get(f"maps/{map.slug}/{part}") for part in PARTS}

        def changed():
            again = {
                part: client.get(f"maps/{map.slug}/{part}", headers={"If-None-Match": a["ETag"]})
                for part, a in answers.items()
            }
            assert {answer.status_code for answer in again.values()} <= {200, 304}
            return {part for part, answer in again.items() if answer.status_code == 200}

        return changed

    return kept


def test_every_reading_of_a_map_is_a_version(api, full_map, address):
    map, rows = full_map
    schema = json.loads(api().get("schema/").content)
    reads = [path for path, ways in schema["paths"].items() if "{slug}" in path and "get" in ways]
    assert len(reads) == 11
    pk = {"link": rows["link"].pk, "annotation": rows["annotation"].pk}
    pk["dispute"] = rows["dispute"].pk
    for path in reads:
        kind = path.removeprefix("/api/v1/maps/{slug}/").split("/")[0].removesuffix("s")
        path = path.replace("{slug}", map.slug).replace("{number}", "1")
        path = re.sub(r"\{(id|pk)\}", str(pk.get(kind)), path)
        answer = api().get(path)
        assert answer.status_code == 200
        again = api().get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert again["ETag"] == answer["ETag"]


@pytest.mark.parametrize("path", ["maps/", "articles/"])
def test_a_list_over_many_maps_is_none(api, full_map, alice, path):
    assert "ETag" not in api(alice).get(path).headers


def test_an_etag_that_was_weakened_on_the_way_is_known_again(api, full_map):
    """Whatever compresses an answer makes its ETag a weak one."""
    map, _ = full_map
    etag = api().get(f"maps/{map.slug}/nodes/")["ETag"]
    headers = {"If-None-Match": f'"another", W/{etag}'}
    assert api().get(f"maps/{map.slug}/nodes/", headers=headers).status_code == 304


def test_caches_are_told_who_may_keep_it(api, full_map, alice):
    map, _ = full_map
    paths = ["maps/", "maps/none/", *(f"maps/{map.slug}/{part}" for part in PARTS)]
    etag = api(alice).get(f"maps/{map.slug}/")["ETag"]
    answers = [api(alice).get(path) for path in paths]
    answers.append(api(alice).get(f"maps/{map.slug}/", headers={"If-None-Match": etag}))
    answers.append(api(alice).post(f"maps/{map.slug}/nodes/", {}))
    for answer in answers:
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Cookie"} <= set(re.split(r",\s*", answer["Vary"]))


def test_what_anyone_writes_for_all_makes_it_old_for_everyone(
    kept, full_map, new_node, people, alice, simon, bob
):
    map, rows = full_map
    writes = [
        lambda: new_node(map, by=alice),
        lambda: maps.edit_node(alice, rows["thesis"], version=1, text="Other words."),
        lambda: debate.annotate(simon, map, target=rows["node"], text="For all."),
        lambda: debate.reply(bob, rows["annotation"], text="Yes."),
        lambda: debate.open_dispute(
            simon, map, target=rows["thesis"], ground="outdated", statement="Old."
        ),
        lambda: maps.retract_node(bob, rows["node"]),
    ]
    for write in writes:
        holding = [kept(user) for user in people.values()]
        write()
        assert all(changed() == set(PARTS) for changed in holding)


@pytest.mark.parametrize("kind", ["node", "link", "annotation", "dispute", "article"])
def test_what_a_moderator_hides_is_sent_again_to_everyone(kept, full_map, people, mona, kind):
    map, rows = full_map
    holding = [kept(user) for user in people.values()]
    hide(mona, map.article if kind == "article" else rows[kind], reason="Spam.")
    assert all(changed() == set(PARTS) for changed in holding)


def test_what_one_writes_for_oneself_makes_it_old_for_oneself_alone(kept, full_map, people, victor):
    map, rows = full_map
    holding = {name: kept(user) for name, user in people.items()}
    debate.annotate(victor, map, target=rows["node"], text="Mine.", visibility="private")
    assert {name for name, changed in holding.items() if changed()} == {"victor"}


def test_a_role_a_sanction_and_a_name_make_it_old(kept, full_map, alice, bob, mona, victor, simon):
    map, _ = full_map
    changed = kept(victor)
    maps.set_role(alice, map, victor, Role.EDITOR)
    assert changed() == set(PARTS)
    changed = kept(simon)
    sanction(mona, simon, kind="suspend", reason="Rude.")
    assert changed() == set(PARTS)
    changed = kept(victor)
    rename_account(bob, bob, name="Robert")
    assert changed() == set(PARTS)


def test_ones_version_is_none_of_anothers(api, full_map, people, edith):
    """Two of the same role, who have done as much: still each has private words of their own."""
    map, _ = full_map
    people = {**people, "edith": edith}
    etags = {
        name: api(user).get(f"maps/{map.slug}/annotations/")["ETag"]
        for name, user in people.items()
    }
    assert len(set(etags.values())) == len(people)


def test_a_token_is_told_of_changes_as_a_session_is(api, full_map, alice, new_node):
    map, _ = full_map
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_token(alice, name='x')[1]}")
    path = f"maps/{map.slug}/nodes/?limit=1"
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"{path}&after=1", headers={"If-None-Match": etag}).status_code == 200
    new_node(map, by=alice)
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_version_is_no_way_to_ask_for_what_one_may_not_see(api, full_map, map, alice, charlie):
    """Charlie has heard the ETag of a private map."""
    etag = api(alice).get(f"maps/{map.slug}/")["ETag"]
    answer = api(charlie).get(f"maps/{map.slug}/", headers={"If-None-Match": etag})
    assert answer.status_code == 404
