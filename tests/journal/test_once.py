"""What is sent twice under a key is done once; a key that was refused is as good as new."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from argmap.accounts.actions import issue_token
from argmap.accounts.permissions import Forbidden
from argmap.debate import actions as debate
from argmap.debate.models import Annotation
from argmap.journal import once as sending
from argmap.journal.errors import Reused, Settled
from argmap.journal.models import Event, Sent
from argmap.journal.once import once
from argmap.transfer.consistency import problems


@pytest.fixture
def say(map, claim):
    """say(who, key, text): annotate the claim under a key."""

    def say(who, key="k", text="Why?", **how):
        with once(key, text, **how):
            return debate.annotate(who, map, target=claim, text=text)

    return say


def annotations():
    return Annotation.objects.count()


def test_the_second_gets_what_the_first_made_and_records_nothing(say, simon):
    first, events = say(simon), Event.objects.count()
    assert say(simon) == first
    assert (annotations(), Event.objects.count()) == (1, events)


def test_another_persons_same_key_means_nothing(say, simon, bob):
    assert say(simon) != say(bob)
    assert annotations() == 2


def test_without_a_key_all_is_done_as_often_as_it_is_sent(map, claim, simon):
    for _ in range(2):
        debate.annotate(simon, map, target=claim, text="Why?")
    assert (annotations(), Sent.objects.count()) == (2, 0)


def test_other_words_under_the_same_key_are_refused(say, simon):
    say(simon)
    with pytest.raises(Reused):
        say(simon, text="Since when?")
    assert annotations() == 1


def test_other_words_in_a_form_that_a_browser_shows_again_are_something_else(say, simon):
    one, two, one_more = (say(simon, text=t, may_differ=True) for t in ("One", "Two", "One"))
    assert len({one, two, one_more}) == 3


def test_a_refused_action_uses_up_no_key(say, simon, victor):
    with pytest.raises(ValidationError):
        say(simon, text="")
    with pytest.raises(Forbidden):
        say(victor)
    assert Sent.objects.count() == 0
    assert say(simon, text="Better.").text == "Better."


def test_what_changes_nothing_uses_up_no_key(annotation, simon):
    with once("k", "as it was"):
        debate.edit_annotation(simon, annotation, version=1, text=annotation.text)
    assert Sent.objects.count() == 0


def test_what_was_undone_since_is_done_again_by_the_same_form(map, claim, simon):
    def stance(credence, key):
        with once(key, str(credence), may_differ=True):
            return debate.take_stance(simon, map, target=claim, credence=credence)

    stance(70, "one form"), stance(30, "another"), stance(70, "one form")
    assert map.journal.events.filter(verb="take_stance").count() == 3
    stance(70, "one form")
    assert map.journal.events.filter(verb="take_stance").count() == 3


def test_a_stance_taken_back_twice_is_taken_back_once(map, claim, simon):
    debate.take_stance(simon, map, target=claim, credence=70)
    for _ in range(2):
        with once("k", "drop", may_differ=True):
            debate.drop_stance(simon, map, target=claim)
    assert map.journal.events.filter(verb="drop_stance").count() == 1


def test_a_key_is_forgotten_after_a_day(say, simon):
    first = say(simon)
    Sent.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    assert say(simon, text="Another day.") != first


def test_the_table_does_not_grow_for_ever(say, simon, bob, monkeypatch):
    monkeypatch.setattr(sending, "MOST_FORGOTTEN", 3)
    old = timezone.now() - timedelta(days=2)
    Sent.objects.bulk_create(Sent(actor=bob, key=f"old{n}", digest="d", at=old) for n in range(7))
    kept = []
    for n in range(3):
        say(simon, key=f"new{n}")
        kept.append(Sent.objects.filter(at=old).count())
    assert kept == [4, 1, 0]
    assert Sent.objects.count() == 3


def test_a_secret_is_given_once(alice):
    with once("k", "token"):
        issue_token(alice, name="one")
    with pytest.raises(Settled), once("k", "token"):
        issue_token(alice, name="one")
    assert alice.api_tokens.count() == 1


def test_two_actions_under_one_key_are_a_mistake(map, claim, simon):
    with once("k", "two"):
        debate.annotate(simon, map, target=claim, text="One")
        with pytest.raises(RuntimeError):
            debate.annotate(simon, map, target=claim, text="Two")


def test_what_is_remembered_is_no_part_of_a_journal(say, simon, map):
    say(simon)
    assert list(problems()) == []
    assert not map.journal.events.filter(changes__object_type="journal.sent").exists()
