"""Many people at once, on both databases."""

import threading

import pytest
from django.db import connections

from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.debate.models import Stance
from argmap.journal.models import Change, Journal
from argmap.journal.reading import one_moment
from argmap.journal.writing import Settled, Stale
from argmap.maps import actions as maps
from argmap.maps.models import Node
from argmap.moderation.actions import flag
from argmap.transfer.consistency import problems

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Each call in a thread of its own, all begun together. Returns results and exceptions."""
    barrier = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(timeout=30)
            outcomes[number] = call()
        except Exception as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def errors_in(outcomes):
    return [each for each in outcomes if isinstance(each, Exception)]


def test_twenty_people_write_without_a_gap_or_an_error(map, bob):
    before = Journal.objects.get(pk=map.journal_id).seq

    def write():
        return [maps.add_node(bob, map, kind="claim", text="A claim.").number for _ in range(5)]

    outcomes = at_once(*[write] * 20)

    assert errors_in(outcomes) == []
    assert sorted(number for numbers in outcomes for number in numbers) == list(range(1, 101))
    journal = Journal.objects.get(pk=map.journal_id)
    assert (journal.seq, journal.numbered) == (before + 100, 100)
    assert list(journal.events.values_list("seq", flat=True)) == list(range(1, journal.seq + 1))
    assert Change.objects.filter(object_type="maps.node").count() == 100
    assert list(problems()) == []


def test_two_decide_one_dispute_and_one_decision_stands(map, dispute, edith, alice):
    def decide(editor, words):
        return lambda: debate.decide_dispute(editor, dispute, upheld=False, decision=words)

    outcomes = at_once(decide(edith, "No."), decide(alice, "Not so."))

    (late,) = errors_in(outcomes)
    assert isinstance(late, Settled)
    (first,) = set(outcomes) - {late}
    dispute.refresh_from_db()
    assert (dispute.decided_by, dispute.decision) == (first.decided_by, first.decision)
    assert map.journal.events.filter(verb="decide_dispute").count() == 1


def test_two_edit_one_node_and_the_later_sees_both_texts(claim, bob, edith):
    def edit(who, text):
        return lambda: maps.edit_node(who, claim, version=1, text=text)

    outcomes = at_once(edit(bob, "By Bob."), edit(edith, "By Edith."))

    (late,) = errors_in(outcomes)
    assert isinstance(late, Stale)
    claim.refresh_from_db()
    assert claim.version == 2
    assert late.theirs["text"] == claim.text
    assert {late.theirs["text"], late.yours["text"]} == {"By Bob.", "By Edith."}


def test_two_accept_one_suggestion_and_it_is_carried_out_once(map, claim, simon, edith, alice):
    suggestion = debate.suggest(
        simon, map, target=claim, text="One more.", kind="claim", relation="supports"
    )
    outcomes = at_once(
        lambda: debate.decide_suggestion(edith, suggestion, accept=True),
        lambda: debate.decide_suggestion(alice, suggestion, accept=True),
    )
    assert [type(error) for error in errors_in(outcomes)] == [Settled]
    assert Node.objects.filter(text="One more.").count() == 1


def test_one_person_in_two_windows_has_one_stance(map, claim, victor):
    outcomes = at_once(
        lambda: debate.take_stance(victor, map, target=claim, credence=10),
        lambda: debate.take_stance(victor, map, target=claim, credence=90),
    )
    assert errors_in(outcomes) == []
    assert Stance.objects.get().credence in (10, 90)


def test_two_owners_cannot_leave_a_map_without_one(map, alice, edith):
    maps.set_role(alice, map, edith, Role.OWNER)
    at_once(
        lambda: maps.set_role(alice, map, alice, Role.EDITOR),
        lambda: maps.set_role(edith, map, edith, Role.EDITOR),
    )
    assert map.memberships.filter(role=Role.OWNER).count() == 1


def test_the_first_to_ask_for_the_sites_journal_do_not_make_two(claim, victor, simon, edith):
    Journal.objects.filter(kind="site", events=None).delete()
    outcomes = at_once(
        *(lambda who=who: flag(who, claim, reason="spam") for who in (victor, simon, edith))
    )
    assert errors_in(outcomes) == []
    claim.refresh_from_db()
    assert claim.open_flags == 3
    assert Journal.objects.filter(kind="site").count() == 1


def test_journals_are_taken_in_one_order_so_that_nobody_waits_for_ever(new_map, alice, bob):
    one, other = new_map(), new_map()
    people = [User.objects.create_user(f"person{number}") for number in range(6)]
    calls = [
        lambda map=map, person=person: maps.set_role(alice, map, person, Role.VIEWER)
        for person in people
        for map in (one, other)
    ]
    assert errors_in(at_once(*calls)) == []
    assert list(problems()) == []


def test_one_moment_sees_nothing_of_what_is_written_meanwhile(map, bob):
    with one_moment():
        before = Node.objects.filter(map=map).count()
        (made,) = at_once(lambda: maps.add_node(bob, map, kind="claim", text="Meanwhile."))
        assert isinstance(made, Node)
        assert Node.objects.filter(map=map).count() == before
    assert Node.objects.filter(map=map).count() == before + 1
