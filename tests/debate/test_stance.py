"""Stances, by name or as sums only."""

import pytest
from django.core.exceptions import ValidationError

from argmap.debate.actions import drop_stance, merge_nodes, take_stance
from argmap.debate.models import Stance
from argmap.journal.errors import Gone, Settled
from argmap.journal.models import Change
from argmap.maps.actions import edit_map, edit_node, retract_node


@pytest.fixture
def sums_only(map, alice):
    return edit_map(alice, map, stances_by_name=False)


def test_a_credence_in_a_node_and_an_impact_of_a_link(map, claim, link, victor):
    assert take_stance(victor, map, target=claim, credence=0).credence == 0
    assert take_stance(victor, map, target=link, impact=4).impact == 4


@pytest.mark.parametrize("value", [-1, 101, None, True, 1.5, "50"])
def test_a_credence_goes_from_0_to_100(map, claim, victor, value):
    with pytest.raises(ValidationError, match="from 0 to 100"):
        take_stance(victor, map, target=claim, credence=value)


@pytest.mark.parametrize("value", [-1, 5, None])
def test_an_impact_goes_from_0_to_4(map, link, victor, value):
    with pytest.raises(ValidationError, match="from 0 to 4"):
        take_stance(victor, map, target=link, impact=value)


def test_a_later_stance_replaces_the_earlier(map, claim, victor, bob):
    take_stance(victor, map, target=claim, credence=10)
    take_stance(bob, map, target=claim, credence=50)
    take_stance(victor, map, target=claim, credence=90)
    assert sorted(Stance.objects.values_list("credence", flat=True)) == [50, 90]


def test_it_is_bound_to_the_wording_that_it_was_given_on(map, claim, bob, victor):
    edit_node(bob, claim, version=1, text="Other words.")
    assert take_stance(victor, map, target=claim, credence=10).wording == 2


def test_a_stance_can_be_taken_back_once(map, claim, victor):
    take_stance(victor, map, target=claim, credence=10)
    drop_stance(victor, map, target=claim)
    assert not Stance.objects.exists()
    with pytest.raises(Gone):
        drop_stance(victor, map, target=claim)


def test_it_stays_in_its_map(map, new_map, new_node, victor):
    other = new_map()
    node = new_node(other)
    with pytest.raises(ValidationError, match="another map"):
        take_stance(victor, map, target=node, credence=10)
    take_stance(victor, other, target=node, credence=10)
    with pytest.raises(Gone):
        drop_stance(victor, map, target=node)


def test_no_stance_on_what_was_retracted(map, claim, bob, victor):
    retract_node(bob, claim)
    with pytest.raises(Settled):
        take_stance(victor, map, target=claim, credence=10)


def test_by_name_it_stands_in_the_maps_journal(map, claim, victor):
    take_stance(victor, map, target=claim, credence=10)
    event = map.journal.events.last()
    assert event.actor == victor
    assert event.changes.get().object_type == "debate.stance"


def told_of_stances(map):
    """What a reader of the map's journal learns of who thinks what."""
    events = map.journal.events.filter(verb__in=["take_stance", "drop_stance", "merge_nodes"])
    changes = Change.objects.filter(event__journal=map.journal, object_type="debate.stance")
    return {event.actor.username for event in events if event.actor}, changes.count()


def test_in_sums_it_stands_in_the_persons_journal_and_the_map_hears_no_name(
    sums_only, claim, victor
):
    take_stance(victor, sums_only, target=claim, credence=10)
    take_stance(victor, sums_only, target=claim, credence=20)
    drop_stance(victor, sums_only, target=claim)
    assert told_of_stances(sums_only) == (set(), 0)
    assert sums_only.journal.events.filter(verb="take_stance").count() == 2
    changes = Change.objects.filter(object_type="debate.stance")
    assert set(changes.values_list("event__journal_id", flat=True)) == {victor.journal_id}
    assert changes.count() == 3


def test_merging_names_nobody_either(sums_only, claim, new_node, victor, bob, edith):
    double = new_node(sums_only)
    take_stance(victor, sums_only, target=double, credence=10)
    take_stance(bob, sums_only, target=double, credence=20)
    take_stance(bob, sums_only, target=claim, credence=30)

    merge_nodes(edith, sums_only, keep=claim, merge=double)

    found = Stance.objects.filter(node=claim).order_by("credence")
    assert [(each.user, each.credence) for each in found] == [(victor, 10), (bob, 30)]
    assert told_of_stances(sums_only) == ({"edith"}, 0)
    for person in (victor, bob):
        event = person.journal.events.last()
        assert (event.verb, event.changes.get().object_type) == ("merge_nodes", "debate.stance")


def test_a_page_from_before_the_settings_changed_writes_nothing(map, claim, alice, victor):
    old = type(map).objects.get(pk=map.pk)
    edit_map(alice, map, stances_by_name=False)
    with pytest.raises(Settled, match="changed meanwhile"):
        take_stance(victor, old, target=claim, credence=10)
    assert not Stance.objects.exists()
