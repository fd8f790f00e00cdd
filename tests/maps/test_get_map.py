"""Which map a person may see, open and find in lists."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from argmap.accounts.actions import create_team, set_team_role
from argmap.accounts.permissions import Role
from argmap.journal.errors import Gone
from argmap.maps.actions import begin_map, edit_map, set_role
from argmap.maps.models import Map, Node, get_map, visible
from argmap.moderation.actions import flag

PEOPLE = ["visitor", "outsider", "member", "team member", "team owner", "moderator"]


@pytest.fixture
def people(alice, bob, charlie, edith, mona, victor):
    """Alice's map and team: Bob is a member of the map, Victor of the team, Edith owns it too."""
    everyone = [AnonymousUser(), charlie, bob, victor, edith, mona]
    return dict(zip(PEOPLE, everyone, strict=True))


@pytest.fixture
def team(alice, victor, edith):
    team = create_team(alice, name="Bridge builders")
    set_team_role(alice, team, victor, Role.WRITER)
    set_team_role(alice, team, edith, Role.OWNER)
    return team


@pytest.fixture
def map(alice, bob, team):
    map = begin_map(alice, title="The bridge", team=team)
    set_role(alice, map, bob, Role.VIEWER)
    return map


def opens(person, map):
    try:
        return get_map(person, map.slug) == map
    except Gone:
        return False


def finds(person):
    return Map.objects.visible_to(person).exists()


def who(people, test):
    return [name for name, person in people.items() if test(person)]


OPEN = {
    "private": ["member", "team owner"],
    "team": ["member", "team member", "team owner"],
    "unlisted": PEOPLE,
    "public": PEOPLE,
}
LISTED = OPEN | {"unlisted": ["member", "team member", "team owner"]}


@pytest.mark.parametrize("visibility", OPEN)
def test_who_may_open_it(map, people, visibility):
    Map.objects.update(visibility=visibility)
    assert who(people, lambda person: opens(person, map)) == OPEN[visibility]


@pytest.mark.parametrize("visibility", OPEN)
def test_who_finds_it_in_lists(map, people, visibility):
    Map.objects.update(visibility=visibility)
    assert who(people, finds) == LISTED[visibility]


@pytest.mark.parametrize("visibility", OPEN)
def test_a_hidden_map_is_for_its_members_and_moderators(map, people, visibility):
    Map.objects.update(visibility=visibility, hidden_at=timezone.now())
    members = ["member", "team owner"] if visibility == "private" else OPEN["team"]
    assert who(people, lambda person: opens(person, map)) == [*members, "moderator"]
    assert who(people, finds) == members


@pytest.mark.parametrize("visibility", OPEN)
def test_the_predicate_across_maps_finds_their_nodes_as_the_list_finds_them(
    map, people, visibility, new_node, alice
):
    new_node(map, by=alice)
    Map.objects.update(visibility=visibility)
    found = who(people, lambda person: Node.objects.filter(visible(person, "map__")).exists())
    assert found == LISTED[visibility]


def test_a_flagged_private_map_opens_to_moderators(map, people, bob):
    flag(bob, map, reason="abuse")
    assert who(people, lambda person: opens(person, map)) == [*OPEN["private"], "moderator"]


def test_a_flagged_node_does_not_open_the_private_map_around_it(map, people, alice, bob, new_node):
    flag(bob, new_node(map, by=alice), reason="abuse")
    assert not opens(people["moderator"], map)


def test_a_slug_that_is_none_is_gone(alice):
    with pytest.raises(Gone):
        get_map(alice, "no-such-map")


@pytest.mark.parametrize(
    ("welcome", "role"),
    [(Role.VIEWER, "viewer"), (Role.SUGGESTER, "suggester"), (Role.WRITER, "writer")],
)
@pytest.mark.parametrize("visibility", ["unlisted", "public"])
def test_an_open_map_says_which_role_anyone_gets(map, alice, charlie, visibility, welcome, role):
    edit_map(alice, map, welcome_role=welcome)
    Map.objects.update(visibility=visibility)
    found = Map.objects.get()
    assert found.role_of(charlie).label == role
    assert found.role_of(AnonymousUser()) == Role.VISITOR


def test_a_person_has_the_highest_of_their_roles(map, alice, bob, victor, edith):
    Map.objects.update(visibility="public")
    set_role(alice, map, victor, Role.EDITOR)
    found = Map.objects.get()
    assert found.role_of(bob) == Role.SUGGESTER  # by welcome, above viewer by membership
    assert found.role_of(victor) == Role.EDITOR  # by membership, above writer by team
    assert found.role_of(edith) == Role.OWNER  # by team


def test_members_of_two_kinds_find_a_map_once(map, alice):
    Map.objects.update(visibility="public")
    assert Map.objects.visible_to(alice).count() == 1


def test_opening_a_map_takes_one_query(map, alice, django_assert_num_queries):
    with django_assert_num_queries(1):
        get_map(alice, map.slug).role_of(alice)
