"""Suggestions: what waits for an editor's yes."""

import pytest
from django.core.exceptions import ValidationError

from argmap.accounts.permissions import Forbidden
from argmap.debate.actions import decide_suggestion, suggest, withdraw_suggestion
from argmap.journal.errors import Settled, Stale
from argmap.maps.actions import edit_node, retract_node
from argmap.maps.models import Node
from argmap.moderation.actions import flag, hide


@pytest.fixture
def a_node(map, claim, simon):
    """Simon's: a new node against the claim."""
    return suggest(
        simon, map, target=claim, text="There is a ferry.", kind="claim", relation="opposes"
    )


def test_accepted_words_are_an_edit_of_the_node(suggestion, claim, edith):
    decided = decide_suggestion(edith, suggestion, accept=True, decision="Clearer.")
    claim.refresh_from_db()
    assert (decided.state, decided.decided_by) == ("accepted", edith)
    assert (claim.text, claim.version, claim.wording) == (suggestion.text, 2, 2)


def test_an_accepted_node_is_credited_to_whoever_suggested_it(a_node, map, claim, simon, edith):
    decide_suggestion(edith, a_node, accept=True)
    node = Node.objects.get(map=map, text="There is a ferry.")
    assert (node.author, node.kind, node.number) == (simon, "counterpoint", 3)
    assert node.links_out.get().target == claim
    assert node.links_out.get().author == simon


def test_declining_changes_nothing_else(a_node, suggestion, claim, edith):
    for each in (a_node, suggestion):
        assert decide_suggestion(edith, each, accept=False, decision="No.").state == "declined"
    claim.refresh_from_db()
    assert claim.version == 1
    assert Node.objects.count() == 2


def test_nobody_decides_a_suggestion_of_their_own(map, claim, edith):
    own = suggest(edith, map, target=claim, text="Mine.")
    with pytest.raises(Forbidden, match="it is your own"):
        decide_suggestion(edith, own, accept=True)


def test_what_is_decided_stays_decided(suggestion, edith, alice, simon):
    decide_suggestion(edith, suggestion, accept=False)
    with pytest.raises(Settled, match="declined already"):
        decide_suggestion(alice, suggestion, accept=True)
    with pytest.raises(Settled, match="declined already"):
        withdraw_suggestion(simon, suggestion)


def test_words_for_an_older_version_are_not_written_over_newer_ones(suggestion, claim, bob, edith):
    edit_node(bob, claim, version=1, text="Bob was quicker.")
    with pytest.raises(Stale) as caught:
        decide_suggestion(edith, suggestion, accept=True)
    assert caught.value.theirs == {"text": "Bob was quicker."}
    assert caught.value.yours == {"text": suggestion.text}
    suggestion.refresh_from_db()
    assert suggestion.state == "open"


def test_nothing_is_added_to_what_was_retracted(a_node, suggestion, claim, bob, edith):
    retract_node(bob, claim)
    for each in (a_node, suggestion):
        with pytest.raises(Settled):
            decide_suggestion(edith, each, accept=True)


def test_whoever_made_it_withdraws_it(suggestion, simon, edith, alice):
    with pytest.raises(Forbidden, match="only the person who wrote it"):
        withdraw_suggestion(alice, suggestion)
    assert withdraw_suggestion(simon, suggestion).state == "withdrawn"
    with pytest.raises(Settled, match="withdrawn already"):
        decide_suggestion(edith, suggestion, accept=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": "x" * 2001},
        {"kind": "joke", "relation": "supports"},
        {"kind": "claim"},
        {"kind": "claim", "relation": "resembles"},
        {"kind": "claim", "relation": "undercuts"},
        {"kind": "thesis", "relation": "supports"},
        {"relation": "supports"},
    ],
)
def test_what_could_never_be_accepted_is_not_suggested(map, claim, simon, fields):
    with pytest.raises(ValidationError):
        suggest(simon, map, target=claim, **{"text": "A ferry."} | fields)
    assert not map.suggestions.exists()


def test_a_step_gets_new_nodes_but_no_new_words(map, link, simon):
    with pytest.raises(ValidationError):
        suggest(simon, map, target=link, text="Words.")
    made = suggest(simon, map, target=link, text="Not so.", kind="claim", relation="undercuts")
    assert made.target == link


def test_it_stays_in_its_map(map, new_map, new_node, simon):
    with pytest.raises(ValidationError, match="another map"):
        suggest(simon, map, target=new_node(new_map()), text="Words.")


def test_a_hidden_suggestion_waits(suggestion, victor, mona, edith):
    flag(victor, suggestion, reason="abuse")
    hide(mona, suggestion, reason="Abuse.")
    with pytest.raises(Settled, match="moderator has hidden"):
        decide_suggestion(edith, suggestion, accept=True)
