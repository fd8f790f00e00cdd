"""Disputes: opened, answered, decided or withdrawn."""

import pytest
from django.core.exceptions import ValidationError

from argmap.accounts.permissions import Forbidden
from argmap.debate.actions import (
    answer_dispute,
    decide_dispute,
    edit_dispute,
    open_dispute,
    withdraw_dispute,
)
from argmap.debate.models import Dispute
from argmap.journal.errors import Settled, Stale
from argmap.maps.actions import retract_node
from argmap.moderation.actions import flag, hide

ABOUT = {"ground": "unsupported", "statement": "Nobody has counted."}


def dismiss(editor, dispute):
    return decide_dispute(editor, dispute, upheld=False, decision="No.")


def uphold(editor, dispute, **more):
    more = {"decision": "Yes.", "what_changed": "The node now says so."} | more
    return decide_dispute(editor, dispute, upheld=True, **more)


def test_it_goes_from_open_to_answered_to_upheld(dispute, bob, edith):
    assert dispute.state == "open"
    assert answer_dispute(bob, dispute, answer="I have.").state == "answered"
    upheld = uphold(edith, dispute)
    assert (upheld.state, upheld.decided_by, upheld.what_changed) == (
        "upheld",
        edith,
        "The node now says so.",
    )


def test_it_may_be_decided_without_an_answer(dispute, edith):
    assert dismiss(edith, dispute).state == "dismissed"


def test_what_is_dismissed_changed_nothing(dispute, edith):
    decided = decide_dispute(
        edith, dispute, upheld=False, decision="No.", what_changed="Everything."
    )
    assert decided.what_changed == ""


@pytest.mark.parametrize(
    ("field", "words"), [("decision", {"decision": " "}), ("what_changed", {"what_changed": ""})]
)
def test_a_decision_says_why_and_what_changed(dispute, edith, field, words):
    with pytest.raises(ValidationError) as caught:
        uphold(edith, dispute, **words)
    assert list(caught.value.message_dict) == [field]


def test_nobody_decides_or_answers_a_dispute_of_their_own(map, claim, edith):
    own = open_dispute(edith, map, target=claim, **ABOUT)
    with pytest.raises(Forbidden, match="it is your own"):
        dismiss(edith, own)
    with pytest.raises(Forbidden, match="it is your own"):
        answer_dispute(edith, own, answer="Well.")


def test_what_is_decided_stays_decided(dispute, edith, alice, bob, simon):
    dismiss(edith, dispute)
    for late in (
        lambda: uphold(alice, dispute),
        lambda: answer_dispute(bob, dispute, answer="Well."),
        lambda: withdraw_dispute(simon, dispute),
        lambda: edit_dispute(simon, dispute, version=2, statement="Well."),
    ):
        with pytest.raises(Settled, match="dismissed already"):
            late()


def test_it_is_answered_once(dispute, bob, alice):
    answer_dispute(bob, dispute, answer="I have.")
    with pytest.raises(Settled, match="answered already"):
        answer_dispute(alice, dispute, answer="So have I.")


def test_whoever_opened_it_withdraws_it(dispute, simon, edith):
    assert withdraw_dispute(simon, dispute, reason="I see.").state == "withdrawn"
    with pytest.raises(Settled, match="withdrawn already"):
        dismiss(edith, dispute)


def test_nobody_else_edits_or_withdraws_it(dispute, alice):
    with pytest.raises(Forbidden, match="only the person who wrote it"):
        withdraw_dispute(alice, dispute)
    with pytest.raises(Forbidden, match="only the person who wrote it"):
        edit_dispute(alice, dispute, version=1, statement="Well.")


def test_it_is_edited_until_it_is_answered(dispute, thesis, simon, bob):
    edited = edit_dispute(
        simon, dispute, version=1, ground="outdated", statement="Long ago.", evidence=[thesis]
    )
    assert (edited.ground, edited.statement, edited.version) == ("outdated", "Long ago.", 2)
    assert edited.evidence.get() == thesis
    answer_dispute(bob, dispute, answer="No.")
    with pytest.raises(Settled):
        edit_dispute(simon, dispute, version=3, statement="Too late.")


def test_an_edit_of_the_evidence_stands_in_the_journal(map, dispute, thesis, simon):
    edit_dispute(simon, dispute, version=1, evidence=[thesis])
    assert f'"evidence":[{thesis.pk}]' in map.journal.events.last().changes.get().text


def test_whoever_edits_an_older_version_sees_both_texts(dispute, simon):
    edit_dispute(simon, dispute, version=1, statement="Here.")
    with pytest.raises(Stale) as caught:
        edit_dispute(simon, dispute, version=1, statement="There.")
    assert caught.value.theirs["statement"] == "Here."
    assert caught.value.yours["statement"] == "There."


@pytest.mark.parametrize("field", ["ground", "statement"])
def test_it_has_a_ground_and_a_statement(map, claim, simon, field):
    with pytest.raises(ValidationError) as caught:
        open_dispute(simon, map, target=claim, **ABOUT | {field: ""})
    assert list(caught.value.message_dict) == [field]


def test_a_link_can_be_disputed(map, link, simon):
    assert open_dispute(simon, map, target=link, **ABOUT).target == link


def test_target_and_evidence_are_of_its_map(map, claim, new_map, new_node, simon):
    other = new_node(new_map())
    with pytest.raises(ValidationError, match="another map"):
        open_dispute(simon, map, target=other, **ABOUT)
    with pytest.raises(ValidationError, match="another map"):
        open_dispute(simon, map, target=claim, evidence=[other], **ABOUT)


def test_what_is_retracted_is_not_disputed(map, claim, bob, simon):
    retract_node(bob, claim)
    with pytest.raises(Settled):
        open_dispute(simon, map, target=claim, **ABOUT)


def test_a_hidden_dispute_waits(dispute, victor, mona, edith):
    flag(victor, dispute, reason="abuse")
    hide(mona, dispute, reason="Abuse.")
    with pytest.raises(Settled, match="moderator has hidden"):
        dismiss(edith, dispute)


def test_a_retracted_statement_is_no_evidence(map, claim, simon, bob, new_node):
    other = new_node(map, "evidence", "Nine thousand cross it.", on=claim)
    retract_node(bob, other)
    other.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        open_dispute(
            simon, map, target=claim, ground="unsupported", statement="No.", evidence=[other]
        )
    assert "evidence" in refusal.value.message_dict


def test_a_list_that_is_cut_begins_with_what_is_undecided(map, claim, thesis, simon, edith):
    first, *others = (
        open_dispute(simon, map, target=claim, ground="outdated", statement="So?") for _ in range(3)
    )
    for dispute in others:
        decide_dispute(edith, dispute, upheld=False, decision="No.")
    assert list(Dispute.objects.undecided_first()) == [first, *reversed(others)]
