"""What holds for every action, however it is called. The cases are in tests/cases.py."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from argmap.accounts.models import User
from argmap.accounts.permissions import Forbidden
from argmap.journal.errors import Gone, Settled
from argmap.journal.models import Change, Event, Journal
from argmap.journal.writing import REGISTRY, digest_of_event, digest_of_text
from argmap.maps.models import Map
from argmap.moderation.actions import sanction

REFUSED = (Gone, Forbidden)


@pytest.fixture
def actor(possible, actors, allowed_roles):
    """The person with the least role that may do it."""
    return actors[allowed_roles[possible.row][0]]


def act(case, actor, arguments):
    return REGISTRY[case.action](actor, **arguments)


def allowed(case, actor, arguments):
    try:
        act(case, actor, arguments)
    except (*REFUSED, Settled):
        return False
    return True


def written():
    return (
        Event.objects.count(),
        Change.objects.count(),
        dict(Journal.objects.values_list("pk", "seq")),
    )


def test_no_action_is_without_a_case(cases):
    assert {case.action for case in cases} == set(REGISTRY)


def test_an_outsider_gets_nothing_and_writes_nothing(case, private, undone):
    outsiders = [AnonymousUser(), private.charlie]
    for outsider in outsiders[: 1 if case.row == "anyone signed in" else 2]:
        with undone():
            arguments = case.prepare(private, outsider)
            before = written()
            with pytest.raises(REFUSED):
                act(case, outsider, arguments)
            assert written() == before


def test_it_writes_one_event_in_each_journal_that_it_takes(possible, public, actor):
    arguments = possible.prepare(public, actor)
    events, _, seqs = written()

    act(possible, actor, arguments)

    moved = {j for j in Journal.objects.filter(seq__gt=0) if j.seq != seqs.get(j.pk, 0)}
    assert moved
    assert {j.pk: j.seq for j in moved} == {j.pk: seqs.get(j.pk, 0) + 1 for j in moved}
    assert Event.objects.count() - events == len(moved)
    for journal in moved:
        found = list(journal.events.values_list("seq", flat=True))
        assert found == list(range(1, journal.seq + 1))
        event = journal.events.get(seq=journal.seq)
        assert event.verb == possible.action
        assert event.digest == digest_of_event(event, list(digests_of_changes(event)))


def digests_of_changes(event):
    for change in event.changes.all():
        assert change.digest == digest_of_text(change.salt, change.text)
        yield change.digest


def test_the_table_says_who_may(case, public, actors, allowed_roles, undone):
    may = []
    for role, actor in actors.items():
        with undone():
            if allowed(case, actor, case.prepare(public, actor)):
                may.append(role)
    assert may == allowed_roles[case.row]


@pytest.mark.parametrize("how", ["archived_at", "locked_at"])
def test_in_a_closed_map_only_reading_moderation_and_opening_it_are_possible(
    possible, public, actor, how
):
    arguments = possible.prepare(public, actor)
    Map.objects.filter(pk=public.map.pk).update(**{how: timezone.now()})
    assert allowed(possible, actor, arguments) == possible.when_closed


@pytest.mark.parametrize("kind", ["warn", "mute", "suspend", "ban"])
def test_what_a_sanctioned_person_may_still_do(possible, public, actor, kind, mona):
    arguments = possible.prepare(public, actor)
    judge = mona if actor != mona else User.objects.create_user("max", is_moderator=True)
    sanction(judge, actor, kind=kind, reason="Spam.")
    suspended = possible.when_suspended
    expected = {"warn": True, "mute": possible.when_muted, "suspend": suspended, "ban": False}
    assert allowed(possible, User.objects.get(pk=actor.pk), arguments) == expected[kind]
