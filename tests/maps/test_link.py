"""Links: the rules of the graph."""

import pytest
from django.core.exceptions import ValidationError

from argmap.journal.errors import Settled, Stale
from argmap.maps.actions import (
    add_link,
    add_node,
    edit_link,
    edit_node,
    move_link,
    restore_link,
    retract_link,
    retract_node,
)
from argmap.maps.models import Node


def refused(field, match, call, *args, **kwargs):
    with pytest.raises(ValidationError, match=match) as caught:
        call(*args, **kwargs)
    assert list(caught.value.message_dict) == [field]


@pytest.fixture
def evidence(map, new_node):
    return new_node(map, "evidence")


@pytest.fixture
def draw(map, bob):
    def draw(source, relation, target):
        return add_link(bob, map, source=source, target=target, relation=relation)

    return draw


def test_a_node_may_bear_on_several(draw, evidence, thesis, claim, link):
    draw(evidence, "supports", thesis)
    draw(evidence, "supports", claim)
    draw(evidence, "undercuts", link)
    assert evidence.links_out.count() == 3


def test_two_may_oppose_each_other(draw, evidence, claim):
    draw(evidence, "opposes", claim)
    draw(claim, "opposes", evidence)


@pytest.mark.parametrize("relation", ["supports", "opposes"])
def test_what_bears_on_a_statement_goes_to_a_node(draw, evidence, link, relation):
    refused("target", "has a node as its target", draw, evidence, relation, link)


@pytest.mark.parametrize("relation", ["undercuts", "joins"])
def test_what_bears_on_a_step_goes_to_a_link(draw, evidence, claim, relation):
    refused("target", "has a link as its target", draw, evidence, relation, claim)


def test_there_is_no_other_relation(draw, evidence, claim):
    refused("relation", "Choose", draw, evidence, "resembles", claim)


def test_no_node_bears_on_itself(draw, claim):
    refused("target", "on itself", draw, claim, "supports", claim)


def test_no_link_leaves_the_map(map, draw, claim, new_map, new_node):
    other = new_node(new_map())
    refused("source", "another map", draw, other, "supports", claim)
    refused("target", "another map", draw, claim, "supports", other)
    with pytest.raises(ValidationError, match="another map"):
        new_node(map, on=other)


def test_a_link_is_there_once(draw, claim, thesis):
    refused("target", "there already", draw, claim, "supports", thesis)
    assert draw(claim, "opposes", thesis)


def test_a_thesis_bears_on_nothing(draw, thesis, claim, link):
    refused("source", "A thesis bears on nothing", draw, thesis, "supports", claim)
    refused("source", "A thesis bears on nothing", draw, thesis, "joins", link)


def test_rival_theses_oppose_each_other(draw, thesis, map, new_node, alice):
    rival = new_node(map, "thesis", "It should be torn down.", by=alice)
    draw(rival, "opposes", thesis)
    draw(thesis, "opposes", rival)
    refused("source", "rival", draw, rival, "supports", thesis)


def test_nothing_is_linked_to_what_is_retracted(draw, evidence, claim, bob):
    retract_node(bob, claim)
    with pytest.raises(Settled, match="retracted"):
        draw(evidence, "supports", claim)


def test_the_scheme_of_a_step_can_be_named(link, bob):
    assert edit_link(bob, link, version=1, scheme=" expert opinion ").scheme == "expert opinion"


def test_whoever_edits_an_older_version_sees_both(link, bob):
    edit_link(bob, link, version=1, scheme="sign")
    with pytest.raises(Stale) as caught:
        edit_link(bob, link, version=1, scheme="analogy")
    assert (caught.value.theirs, caught.value.yours) == ({"scheme": "sign"}, {"scheme": "analogy"})


def test_a_step_that_supports_is_turned_to_oppose_and_keeps_its_scheme(link, bob):
    edit_link(bob, link, version=1, scheme="sign")
    turned = edit_link(bob, link, version=2, relation="opposes")
    assert (turned.relation, turned.scheme, turned.version) == ("opposes", "sign", 3)


def test_a_step_is_turned_into_nothing_that_its_target_does_not_take(link, draw, evidence, bob):
    refused("target", "a link as its target", edit_link, bob, link, version=1, relation="joins")
    refused("relation", "Choose", edit_link, bob, link, version=1, relation="")
    draw(link.source, "opposes", link.target_node)
    refused("target", "there already", edit_link, bob, link, version=1, relation="opposes")
    link.refresh_from_db()
    assert (link.relation, link.version) == ("supports", 1)


def test_a_thesis_only_opposes_its_rival_also_by_a_step_that_is_turned(
    draw, thesis, map, new_node, alice
):
    rival = new_node(map, "thesis", "It should be torn down.", by=alice)
    link = draw(rival, "opposes", thesis)
    refused("source", "rival", edit_link, alice, link, version=1, relation="supports")


def test_whoever_turns_a_step_that_moved_meanwhile_turns_nothing(link, evidence, bob, edith):
    move_link(edith, link, version=1, target=evidence)
    with pytest.raises(Stale):
        edit_link(bob, link, version=1, relation="opposes")


def test_a_step_that_is_turned_is_told_on_the_cards_at_both_of_its_ends(link, bob):
    edit_link(bob, link, version=1, relation="opposes")
    seq = link.map.journal.events.order_by("seq").last().seq
    ends = [link.source, link.target_node]
    assert all(Node.objects.get(pk=end.pk).touched == seq for end in ends)


def test_an_editor_moves_a_step_to_another_node(link, evidence, edith):
    moved = move_link(edith, link, version=1, target=evidence)
    assert (moved.target, moved.version) == (evidence, 2)


def test_whoever_moves_an_older_version_is_told_and_moves_nothing(link, evidence, bob, edith):
    edit_link(bob, link, version=1, scheme="sign")
    with pytest.raises(Stale):
        move_link(edith, link, version=1, target=evidence)
    link.refresh_from_db()
    assert link.target_node_id != evidence.pk


def test_a_step_that_moves_is_told_on_the_cards_at_both_of_its_ends(link, claim, evidence, edith):
    left = link.target_node
    move_link(edith, link, version=1, target=evidence)
    touched = [type(left).objects.get(pk=node.pk).touched for node in (left, claim, evidence)]
    assert len(set(touched)) == 1


def test_a_step_is_not_moved_where_it_may_not_go(link, claim, edith):
    refused("target", "on itself", move_link, edith, link, version=1, target=claim)


def test_no_step_bears_on_itself_by_way_of_others(link, evidence, draw, claim, edith):
    undercut = draw(evidence, "undercuts", link)
    second = draw(claim, "undercuts", undercut)
    refused("target", "on itself", move_link, edith, undercut, version=1, target=undercut)
    refused("target", "on itself", move_link, edith, undercut, version=1, target=second)


def test_a_retracted_link_can_be_restored(link, bob):
    retract_link(bob, link)
    assert not restore_link(bob, link).retracted


def test_a_second_time_there_is_nothing_to_retract_or_to_restore(link, bob):
    with pytest.raises(Settled, match="stands already"):
        restore_link(bob, link)
    retract_link(bob, link)
    with pytest.raises(Settled, match="retracted already"):
        retract_link(bob, link)


def test_a_link_drawn_anew_meanwhile_is_not_restored_beside_it(link, draw, claim, thesis, bob):
    retract_link(bob, link)
    draw(claim, "supports", thesis)
    refused("target", "there already", restore_link, bob, link)


def test_a_link_is_not_restored_from_what_became_a_thesis(link, claim, bob):
    retract_link(bob, link)
    edit_node(bob, claim, version=1, kind="thesis")
    refused("source", "A thesis bears on nothing", restore_link, bob, link)


def test_the_cards_at_both_ends_are_touched(map, thesis, evidence, draw):
    draw(evidence, "supports", thesis)
    seq = map.journal.events.last().seq
    assert set(Node.objects.filter(touched=seq)) == {thesis, evidence}


def test_a_node_on_a_step_touches_the_card_of_the_step(map, link, claim, bob):
    add_node(bob, map, kind="claim", text="Not so.", relation="undercuts", target=link)
    claim.refresh_from_db()
    assert claim.touched == map.journal.events.last().seq
