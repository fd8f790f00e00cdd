"""The rules that hold an action to its form: one that forgets a part fails, and writes nothing."""

import json

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from argmap.accounts.permissions import Verb, require
from argmap.journal import writing
from argmap.journal.models import Event, Journal
from argmap.journal.writing import action, again, created, record, take
from argmap.maps.actions import add_node, edit_node
from argmap.maps.models import Node


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(writing, "REGISTRY", dict(writing.REGISTRY))


@pytest.fixture
def make(registry, map, alice):
    """Runs a function of the map as an action of Alice's."""

    def make(does):
        def surely_a_new_name(actor, map):
            return does(actor, map)

        return lambda: action(surely_a_new_name)(alice, map)

    return make


def refuses(call, match):
    events = Event.objects.count()
    with pytest.raises(RuntimeError, match=match):
        call()
    assert Event.objects.count() == events


def test_an_action_that_requires_no_permission_fails(make):
    def forgetful(actor, map):
        take(map.journal_id)
        record(map.journal_id, actor)

    refuses(make(forgetful), "required no permission")


def test_an_action_that_records_nothing_fails(make):
    def forgetful(actor, map):
        take(map.journal_id)
        require(actor, Verb.READ, map)

    refuses(make(forgetful), "one Event in each journal")


def test_an_action_that_takes_no_journal_fails(make):
    refuses(make(lambda actor, map: require(actor, Verb.READ, map)), "under its lock")


def test_a_permission_that_was_asked_before_the_lock_is_none(make):
    def hasty(actor, map):
        require(actor, Verb.READ, map)
        take(map.journal_id)
        record(map.journal_id, actor)

    refuses(make(hasty), "no permission under its lock")


@pytest.mark.django_db(transaction=True)
def test_an_action_is_outermost(map, bob):
    """Within another transaction it would hold that one's locks while it waits for its turn."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="outermost"):
        add_node(bob, map, kind="claim", text="A claim.")
    assert not map.nodes.exists()


def test_one_that_forgets_one_of_two_journals_fails(make, alice):
    def forgetful(actor, map):
        take(map.journal_id, alice.journal_id)
        require(actor, Verb.READ, map)
        record(map.journal_id, actor)

    refuses(make(forgetful), "one Event in each journal")
    assert Journal.objects.get(pk=alice.journal_id).seq == 0


def test_nobody_records_twice(make):
    def eager(actor, map):
        take(map.journal_id)
        record(map.journal_id, actor)
        record(map.journal_id, actor)

    refuses(make(eager), "record once")


def test_nobody_records_in_a_journal_that_was_not_taken(make, alice):
    def bold(actor, map):
        take(map.journal_id)
        record(alice.journal_id, actor)

    refuses(make(bold), "record once in each journal that was taken")


def test_journals_are_taken_in_one_call(make):
    def hesitant(actor, map):
        take(map.journal_id)
        take(map.journal_id)

    refuses(make(hesitant), "all in one call")


def test_an_action_calls_no_other(make):
    def bossy(actor, map):
        add_node(actor, map, kind="claim", text="A claim.")

    refuses(make(bossy), "an action calls no other")


def test_journals_are_taken_by_actions_only(map):
    with pytest.raises(RuntimeError, match="taken by an action"):
        take(map.journal_id)


def test_two_actions_cannot_share_a_name(registry):
    def add_node(actor):
        pass

    with pytest.raises(RuntimeError, match="two actions are called add_node"):
        action(add_node)


def test_what_fails_leaves_neither_row_nor_event_nor_number(make, map, bob, new_node):
    def broken(actor, map):
        taken = take(map.journal_id, numbers=1)
        require(actor, Verb.READ, map)
        node = Node.objects.create(
            map=map,
            number=taken.numbers[0],
            kind="claim",
            text="Half.",
            author=actor,
            created_at=taken.at,
            changed_at=taken.at,
        )
        record(map.journal_id, actor, created(node))
        raise RuntimeError("in the middle")

    refuses(make(broken), "in the middle")
    assert not map.nodes.exists()
    assert new_node(map).number == 1


def test_an_object_that_is_gone_is_gone(claim, make):
    pk = claim.pk
    gone = Node(pk=pk + 1000)
    with pytest.raises(writing.Gone):
        again(gone)


def test_listeners_wake_after_the_commit(
    map, new_node, monkeypatch, django_capture_on_commit_callbacks
):
    heard = []
    monkeypatch.setattr(writing, "listeners", [lambda *what: heard.append(what)])
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        new_node(map)
    assert heard == []
    for callback in callbacks:
        callback()
    map.journal.refresh_from_db()
    assert heard == [(map.journal_id, map.journal.seq)]


@pytest.mark.django_db(transaction=True)
def test_a_broken_listener_does_not_undo_what_was_written(map, new_node, monkeypatch):
    def broken(journal_id, seq):
        raise ValueError

    monkeypatch.setattr(writing, "listeners", [broken])
    assert Node.objects.get(pk=new_node(map).pk)


def test_rows_take_their_times_from_the_event(map, claim):
    event = map.journal.events.filter(verb="add_node").last()
    assert claim.created_at == claim.changed_at == event.at


def test_an_update_names_only_what_differs(map, claim, bob):
    edit_node(bob, claim, version=1, text="Other words.", changes_meaning=False)
    change = map.journal.events.get(verb="edit_node").changes.get()
    assert set(json.loads(change.text)["after"]) == {"text", "version", "changed_at"}


def test_journals_cannot_be_deleted_with_what_they_tell_of(map):
    with pytest.raises(ProtectedError), transaction.atomic():
        map.journal.delete()
