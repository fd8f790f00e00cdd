"""Flags, hiding and restoring, locking."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import timezone

from argmap.accounts.models import User
from argmap.accounts.permissions import Forbidden, Role, SignInFirst, Verb, may
from argmap.debate.actions import annotate
from argmap.journal.errors import Gone, Settled
from argmap.maps.actions import add_node, set_role
from argmap.maps.models import Map, get_map
from argmap.maps.skeleton import skeleton_of
from argmap.moderation.actions import (
    dismiss_flags,
    flag,
    hide,
    lock_map,
    restore,
    unlock_map,
)
from argmap.moderation.models import Flag

THINGS = ["claim", "link", "annotation", "dispute", "suggestion", "article", "map"]


@pytest.fixture(params=THINGS)
def thing(request):
    return request.getfixturevalue(request.param)


def test_a_reader_reports_a_thing_once(thing, victor):
    report = flag(victor, thing, reason="abuse", note="Look at this.")
    assert report.target == thing
    with pytest.raises(Settled, match="reported this already"):
        flag(victor, thing, reason="spam")
    thing.refresh_from_db()
    assert thing.open_flags == 1


def test_an_account_can_be_reported(alice, bob):
    assert flag(alice, bob, reason="abuse").target == bob


def test_a_report_needs_one_of_the_reasons(claim, alice):
    with pytest.raises(ValidationError, match="Choose what is wrong"):
        flag(alice, claim, reason="ugly")


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_visitor_signs_in_first(claim):
    with pytest.raises(SignInFirst):
        flag(AnonymousUser(), claim, reason="spam")


def test_what_was_reported_is_hidden_and_restored_and_its_flags_are_settled(thing, victor, mona):
    report = flag(victor, thing, reason="abuse")
    hidden = hide(mona, thing, reason="Abuse.", moderator_note="The third time.")
    report.refresh_from_db()
    assert hidden.hidden
    assert (hidden.open_flags, report.state, report.handled_by) == (0, "acted on", mona)
    assert not restore(mona, thing, reason="A mistake.").hidden


def test_a_second_time_there_is_nothing_to_hide_or_to_restore(claim, alice, mona):
    flag(alice, claim, reason="spam")
    with pytest.raises(Settled, match="shown already"):
        restore(mona, claim, reason="Fine.")
    hide(mona, claim, reason="Spam.")
    with pytest.raises(Settled, match="hidden already"):
        hide(mona, claim, reason="Spam.")


def test_the_reason_is_public_and_the_note_is_for_moderators(map, claim, alice, mona):
    flag(alice, claim, reason="spam")
    hide(mona, claim, reason="Spam.", moderator_note="The third time.")
    event = map.journal.events.last()
    assert (event.verb, event.reason, event.moderator_note) == ("hide", "Spam.", "")
    assert not event.changes.filter(object_type="moderation.flag").exists()


@pytest.mark.parametrize("act", [hide, restore])
def test_hiding_and_restoring_give_a_reason(claim, alice, mona, act):
    flag(alice, claim, reason="spam")
    if act is restore:
        hide(mona, claim, reason="Spam.")
    with pytest.raises(ValidationError, match="Give the reason"):
        act(mona, claim, reason=" ")


def test_an_account_is_not_hidden(bob, mona):
    with pytest.raises(ValidationError, match="sanctioned, not hidden"):
        hide(mona, bob, reason="Abuse.")


def test_a_moderator_touches_nothing_private_that_nobody_reported(thing, mona):
    with pytest.raises(Gone):
        hide(mona, thing, reason="Curious.")
    with pytest.raises(Gone):
        dismiss_flags(mona, thing)


def test_a_reported_node_does_not_open_the_map_around_it(map, claim, thesis, alice, mona):
    flag(alice, claim, reason="spam")
    with pytest.raises(Gone):
        hide(mona, thesis, reason="Curious.")
    with pytest.raises(Gone):
        lock_map(mona, map, reason="Curious.")


def test_a_private_annotation_is_nobodys_business(map, claim, victor, mona):
    annotation = annotate(victor, map, target=claim, text="Mine.", visibility="private")
    with pytest.raises(Gone):
        hide(mona, annotation, reason="Spam.")


def test_flags_can_be_dismissed_once(claim, alice, victor, mona):
    flag(alice, claim, reason="spam")
    flag(victor, claim, reason="spam")
    dismissed = dismiss_flags(mona, claim, moderator_note="It is fine.")
    assert dismissed.open_flags == 0
    assert set(Flag.objects.values_list("state", flat=True)) == {"dismissed"}
    with pytest.raises(Gone):
        dismiss_flags(mona, claim)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_where_no_flag_is_open_there_is_nothing_to_dismiss(claim, mona):
    with pytest.raises(Settled, match="No flag is open"):
        dismiss_flags(mona, claim)


def test_after_a_dismissal_it_can_be_reported_anew(claim, alice, mona):
    flag(alice, claim, reason="spam")
    dismiss_flags(mona, claim)
    assert flag(alice, claim, reason="abuse")


def test_who_sees_what_is_hidden(map, claim, alice, edith, simon, victor, charlie, mona):
    people = [alice, edith, simon, victor, charlie]
    assert [p for p in people if may(p, Verb.SEE_HIDDEN, map)] == [alice, edith]


def test_hiding_touches_the_card(map, claim, thesis, alice, mona):
    flag(alice, claim, reason="spam")
    hide(mona, claim, reason="Spam.")
    claim.refresh_from_db()
    thesis.refresh_from_db()
    assert claim.touched == thesis.touched == map.journal.events.last().seq


def test_a_locked_map_is_only_read_until_it_is_unlocked(map, bob, mona):
    flag(bob, map, reason="abuse")
    lock_map(mona, map, reason="A quarrel.")
    with pytest.raises(Forbidden, match="locked"):
        add_node(bob, map, kind="claim", text="Late.")
    with pytest.raises(Settled, match="locked already"):
        lock_map(mona, map, reason="Again.")
    dismiss_flags(mona, map)
    unlock_map(mona, map, reason="Peace.")
    assert add_node(bob, map, kind="claim", text="In time.")


@pytest.mark.parametrize("how", ["locked_at", "archived_at"])
def test_abuse_in_a_closed_map_is_still_reported_hidden_and_restored(map, claim, victor, mona, how):
    Map.objects.filter(pk=map.pk).update(**{how: timezone.now()})
    flag(victor, claim, reason="abuse")
    assert hide(mona, claim, reason="Abuse.").hidden
    assert not restore(mona, claim, reason="A mistake.").hidden


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_is_not_locked_is_not_unlocked(map, mona):
    with pytest.raises(Settled, match="not locked"):
        unlock_map(mona, map, reason="Peace.")


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_locking_gives_a_reason(map, mona):
    with pytest.raises(ValidationError, match="Give the reason"):
        lock_map(mona, map, reason="")


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_moderator_judges_nothing_of_their_own(map, claim, alice, mona, charlie):
    other = User.objects.create_user("max", is_moderator=True)
    set_role(alice, map, mona, Role.EDITOR)
    theirs = add_node(mona, map, kind="claim", text="Mine.")
    flag(charlie, theirs, reason="spam")
    with pytest.raises(Forbidden, match="your own"):
        dismiss_flags(mona, theirs)
    hide(other, theirs, reason="Spam.")
    with pytest.raises(Forbidden, match="You may not show this again: it is your own"):
        restore(mona, theirs, reason="It is none.")
    assert not restore(other, theirs, reason="It is none.").hidden


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("name", ["map", "article"])
def test_nor_a_map_or_an_article_that_they_own(request, map, name, alice, charlie):
    thing = request.getfixturevalue(name)
    alice.is_moderator = True
    alice.save()
    other = User.objects.create_user("max", is_moderator=True)
    flag(charlie, thing, reason="spam")
    with pytest.raises(Forbidden, match="your own"):
        dismiss_flags(alice, thing)
    hide(other, thing, reason="Spam.")
    with pytest.raises(Forbidden, match="your own"):
        restore(alice, thing, reason="It is none.")
    assert not restore(other, thing, reason="It is none.").hidden


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_is_hidden_contests_nothing_until_it_is_shown_again(map, claim, new_node, mona):
    counter = new_node(map, "counterpoint", "It was open.", on=claim, relation="opposes")

    def contested():
        return skeleton_of(get_map(mona, map.slug)).contested(claim.number)

    assert contested()
    hide(mona, counter, reason="Spam.")
    assert not contested()
    restore(mona, counter, reason="A mistake.")
    assert contested()
