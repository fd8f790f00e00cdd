"""Two nodes that say the same become one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from argmap.articles.actions import Selection
from argmap.debate.actions import (
    annotate,
    decide_suggestion,
    merge_nodes,
    open_dispute,
    suggest,
    take_stance,
)
from argmap.debate.models import Stance
from argmap.journal.errors import Settled
from argmap.maps.actions import add_link, anchor_node, edit_node, retract_node
from tests.conftest import person


@pytest.fixture
def double(map, thesis, claim, new_node):
    return new_node(map, "claim", "Without the bridge the town is cut off.", on=thesis)


@pytest.fixture
def merge(map, claim, double, edith):
    def merge():
        merge_nodes(edith, map, keep=claim, merge=double, reason="The same.")
        claim.refresh_from_db()
        double.refresh_from_db()
        return claim

    return merge


def test_the_merged_node_is_retracted_and_keeps_its_number(merge, double):
    merge()
    assert (double.retracted, double.number) == (True, 3)


def test_its_links_move_but_none_is_doubled(merge, map, claim, double, thesis, new_node):
    below = new_node(map, "evidence", on=double)
    merge()
    assert below.links_out.get().target == claim
    assert claim.links_out.filter(retracted_at=None).get().target == thesis
    assert double.links_out.get().retracted


def test_a_link_between_the_two_is_retracted(merge, map, claim, double, bob):
    between = add_link(bob, map, source=double, target=claim, relation="supports")
    merge()
    between.refresh_from_db()
    assert between.retracted


def test_what_was_said_of_it_moves(merge, map, double, claim, simon, edition, bob):
    annotation = annotate(simon, map, target=double, text="Why?")
    dispute = open_dispute(simon, map, target=double, ground="outdated", statement="So?")
    anchor_node(bob, double, Selection(edition, 0, 10))
    edit_node(bob, double, version=1, citations=[{"title": "A report"}])
    double.refresh_from_db()
    merge()
    for said in (annotation, dispute):
        said.refresh_from_db()
        assert said.node == claim
    assert claim.passages.get().exact == "The bridge"
    assert claim.citations.get().title == "A report"


def test_a_private_annotation_stays_where_its_author_put_it(merge, map, double, victor):
    annotation = annotate(victor, map, target=double, text="Why?", visibility="private")
    merge()
    annotation.refresh_from_db()
    assert annotation.node == double


def test_a_persons_stance_on_the_kept_one_goes_before(merge, map, claim, double, victor, bob):
    take_stance(victor, map, target=claim, credence=10)
    take_stance(victor, map, target=double, credence=90)
    take_stance(bob, map, target=double, credence=40)
    merge()
    found = {each.user: each.credence for each in Stance.objects.filter(node=claim)}
    assert found == {victor: 10, bob: 40}
    assert not Stance.objects.filter(node=double).exists()


def test_a_stance_counts_as_given_on_newest_words_only_if_it_was(
    merge, map, claim, double, victor, bob
):
    take_stance(victor, map, target=double, credence=10)
    edit_node(bob, double, version=1, text="Other words.")
    take_stance(bob, map, target=double, credence=40)
    double.refresh_from_db()
    merge()
    wordings = {each.user: each.wording for each in Stance.objects.all()}
    assert wordings == {victor: 0, bob: claim.wording}


def test_a_node_suggested_on_it_can_still_be_accepted(merge, map, claim, double, simon, edith):
    made = suggest(simon, map, target=double, text="A.", kind="claim", relation="supports")
    merge()
    made.refresh_from_db()
    decide_suggestion(edith, made, accept=True)
    assert map.nodes.get(text="A.").links_out.get().target == claim


@pytest.mark.parametrize("reworded", ["claim", "double"])
def test_whose_words_were_changed_since_one_chose_is_not_merged(
    merge, map, claim, double, bob, reworded
):
    node = {"claim": claim, "double": double}[reworded]
    edit_node(bob, node, version=1, text="Other words.")
    before = map.journal.events.count()
    with pytest.raises(Settled, match="Someone changed one of them"):
        merge()
    assert map.journal.events.count() == before
    double.refresh_from_db()
    assert not double.retracted


def test_no_node_is_merged_with_itself(map, claim, edith):
    with pytest.raises(ValidationError, match="two different nodes"):
        merge_nodes(edith, map, keep=claim, merge=claim)


def test_a_thesis_does_not_inherit_what_it_may_not_have(map, claim, thesis, new_node, edith):
    other = new_node(map, "claim", on=claim)
    with pytest.raises(ValidationError, match="A thesis bears on nothing"):
        merge_nodes(edith, map, keep=thesis, merge=other)
    other.refresh_from_db()
    assert not other.retracted


def test_nodes_of_two_maps_are_not_merged(map, claim, new_map, new_node, edith):
    with pytest.raises(ValidationError, match="another map"):
        merge_nodes(edith, map, keep=claim, merge=new_node(new_map()))


def test_a_second_time_there_is_nothing_to_merge(merge, map, claim, double, edith):
    merge()
    with pytest.raises(Settled):
        merge_nodes(edith, map, keep=claim, merge=double)


def test_nothing_is_merged_into_what_was_retracted(map, claim, double, bob, edith):
    retract_node(bob, claim)
    with pytest.raises(Settled):
        merge_nodes(edith, map, keep=claim, merge=double)


def test_a_node_with_many_links_is_merged_in_as_many_statements_as_one_with_few(
    undone, map, claim, double, new_node, edith
):
    """All who write wait meanwhile."""
    asked = []
    for count in (1, 12):
        for _ in range(count):
            new_node(map, "evidence", on=double)
        with undone(), CaptureQueriesContext(connection) as queries:
            merge_nodes(edith, map, keep=claim, merge=double)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_node_of_which_much_was_said_is_merged_in_as_many_statements_as_any_other(
    undone, map, claim, double, new_node, bob, edith
):
    evidence = new_node(map, "evidence", on=claim)

    def say_more(number):
        annotate(bob, map, target=double, text="Why?")
        said = {"ground": "outdated", "statement": "So?", "evidence": [evidence]}
        open_dispute(bob, map, target=double, **said)
        suggest(bob, map, target=double, text="A.", kind="claim", relation="supports")
        double.citations.create(title="A report")
        one, both = person(f"one-{number}"), person(f"both-{number}")
        for user, node in [(one, double), (both, double), (both, claim)]:
            at = timezone.now()
            Stance.objects.create(map=map, node=node, user=user, credence=10, taken_at=at)

    asked = []
    for numbers in (range(1), range(1, 7)):
        for number in numbers:
            say_more(number)
        with undone(), CaptureQueriesContext(connection) as queries:
            merge_nodes(edith, map, keep=claim, merge=double)
        asked.append(len(queries))
    assert asked[0] == asked[1]
