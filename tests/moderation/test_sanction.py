"""Warning, muting, suspending and banning."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from argmap.accounts.actions import make_moderator
from argmap.accounts.models import Sanction, User
from argmap.accounts.permissions import Forbidden, Verb, may
from argmap.debate.actions import annotate, take_stance
from argmap.journal.errors import Settled
from argmap.maps.actions import add_node
from argmap.maps.models import get_map
from argmap.moderation.actions import flag, lift_sanction, sanction

TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture
def impose(mona, bob):
    def impose(kind, **more):
        return sanction(mona, bob, kind=kind, reason="Spam.", **more)

    return impose


def again(user):
    """As the next request finds them."""
    return User.objects.get(pk=user.pk)


def writes(user, map):
    add_node(again(user), map, kind="claim", text="A claim.")


def test_a_warning_takes_nothing_away(impose, map, bob):
    impose("warn")
    writes(bob, map)


@pytest.mark.parametrize(("kind", "word"), [("mute", "muted"), ("suspend", "suspended")])
def test_the_sentence_says_what_until_when_and_why(impose, map, bob, kind, word):
    impose(kind, ends_at=TOMORROW)
    with pytest.raises(Forbidden, match=rf"account is {word} until .*\d{{4}}\. Spam\."):
        writes(bob, map)


def test_a_muted_person_still_writes_what_nobody_else_reads(impose, map, claim, bob):
    impose("mute")
    muted = again(bob)
    assert annotate(muted, map, target=claim, text="Mine.", visibility="private")
    with pytest.raises(Forbidden):
        annotate(muted, map, target=claim, text="Ours.")
    with pytest.raises(Forbidden):
        take_stance(muted, map, target=claim, credence=10)


def test_a_suspended_person_only_reads(impose, map, claim, bob):
    impose("suspend")
    suspended = again(bob)
    assert get_map(suspended, map.slug)
    allowed = [verb for verb in Verb if may(suspended, verb, map)]
    assert allowed == [Verb.READ]
    assert may(suspended, Verb.SECURE_ACCOUNT, suspended)


def test_what_was_reported_of_the_account_is_settled_by_it(impose, bob, alice, charlie, mona):
    reports = [flag(person, bob, reason="abuse") for person in (alice, charlie)]
    other = flag(charlie, alice, reason="abuse")
    impose("warn")
    for report in reports:
        report.refresh_from_db()
        assert (report.state, report.handled_by) == ("acted on", mona)
    other.refresh_from_db()
    assert (again(bob).open_flags, other.state) == (0, "open")
    assert not bob.journal.events.filter(changes__object_type="moderation.flag").exists()
    assert flag(charlie, bob, reason="abuse")


def test_a_banned_person_cannot_sign_in_until_it_is_lifted(impose, mona, bob, client):
    measure = impose("ban")
    assert not client.login(username="bob", password="secret")
    lift_sanction(mona, measure, reason="Sorry.")
    assert client.login(username="bob", password="secret")


def test_a_second_ban_keeps_the_door_shut(impose, mona, bob):
    first = impose("ban")
    impose("ban")
    lift_sanction(mona, first, reason="Doubled.")
    assert not again(bob).is_active


def test_a_lesser_sanction_does_not_open_an_account_that_was_closed(impose, mona, bob):
    User.objects.filter(pk=bob.pk).update(is_active=False)
    measure = impose("warn")
    assert not again(bob).is_active
    lift_sanction(mona, measure, reason="Sorry.")
    assert not again(bob).is_active


def test_what_has_ended_is_over(impose, map, bob):
    impose("mute", ends_at=TOMORROW)
    now = timezone.now()
    Sanction.objects.update(begins_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    writes(bob, map)


def test_what_is_lifted_is_over(impose, map, bob, mona):
    measure = impose("suspend")
    lift_sanction(mona, measure, reason="Sorry.")
    writes(bob, map)
    with pytest.raises(Settled, match="lifted already"):
        lift_sanction(mona, measure, reason="Sorry.")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "scold"},
        {"reason": ""},
        {"ends_at": timezone.now() - timedelta(days=1)},
        {"kind": "ban", "ends_at": TOMORROW},
    ],
)
def test_a_sanction_that_is_not_fit_says_why(mona, bob, fields):
    with pytest.raises(ValidationError):
        sanction(mona, bob, **{"kind": "mute", "reason": "Spam."} | fields)
    assert not Sanction.objects.exists()


def test_lifting_gives_a_reason(impose, mona):
    with pytest.raises(ValidationError, match="Give the reason"):
        lift_sanction(mona, impose("mute"), reason="")


def test_nobody_sanctions_themself(mona):
    with pytest.raises(Forbidden, match="yourself"):
        sanction(mona, mona, kind="warn", reason="Spam.")


def test_a_suspended_moderator_moderates_no_more(mona, bob):
    other = User.objects.create_user("max", is_moderator=True)
    sanction(other, mona, kind="suspend", reason="Power.")
    with pytest.raises(Forbidden):
        sanction(again(mona), bob, kind="warn", reason="Spam.")


def test_a_moderator_makes_another_and_ends_it(mona, bob, charlie):
    make_moderator(mona, bob)
    assert sanction(again(bob), charlie, kind="warn", reason="Spam.")
    make_moderator(mona, bob, moderator=False)
    with pytest.raises(Forbidden):
        sanction(again(bob), charlie, kind="warn", reason="Spam.")


def test_the_servers_operator_names_the_first_moderator(alice, bob):
    operator = User.objects.create_superuser("root")
    make_moderator(operator, bob)
    assert again(bob).is_moderator
    assert again(bob).is_staff
    with pytest.raises(Settled):
        make_moderator(operator, bob)
    with pytest.raises(Forbidden):
        make_moderator(alice, alice)


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root", "root@example.org")


@pytest.fixture
def other_root(db):
    return User.objects.create_superuser("other-root", "other@example.org")


def test_operators_are_sanctioned_by_operators_only(mona, root, other_root):
    with pytest.raises(Forbidden, match="who runs this server"):
        sanction(mona, root, kind="ban", reason="Power.")
    assert again(root).is_active
    measure = sanction(other_root, root, kind="mute", reason="Noise.")
    with pytest.raises(Forbidden):
        lift_sanction(mona, measure, reason="A friend.")
    assert lift_sanction(other_root, measure, reason="Quiet again.").lifted_at


def test_an_operator_is_made_no_moderator_and_ended_as_one_by_no_moderator(mona, root, other_root):
    with pytest.raises(Forbidden):
        make_moderator(mona, root)
    make_moderator(other_root, root)
    with pytest.raises(Forbidden):
        make_moderator(mona, root, moderator=False)
    assert again(root).is_moderator


def test_nobody_lifts_their_own_sanction(impose, mona):
    other = User.objects.create_user("max", is_moderator=True)
    measure = sanction(other, mona, kind="warn", reason="Rude.")
    with pytest.raises(Forbidden, match="your own"):
        lift_sanction(mona, measure, reason="Was I?")


def test_all_moderators_and_operators_get_a_letter_when_one_is_named_or_ended(
    mona, bob, root, alice, mailoutbox, django_capture_on_commit_callbacks
):
    for moderator, word in ((True, "named"), (False, "ended")):
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            make_moderator(mona, bob, moderator=moderator)
        told = sorted(letter.to[0] for letter in mailoutbox)
        assert told == ["bob@example.org", "mona@example.org", "root@example.org"]
        assert all(len(letter.to) == 1 for letter in mailoutbox)
        assert f"Mona (@mona) {word} Bob (@bob)" in mailoutbox[0].subject


def test_a_letter_that_cannot_be_sent_undoes_nothing(
    mona, bob, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "no.such.Backend"
    with django_capture_on_commit_callbacks(execute=True):
        make_moderator(mona, bob)
    assert again(bob).is_moderator


def test_the_person_and_the_site_hear_of_it_but_the_note_is_for_moderators(impose, bob):
    impose("mute", moderator_note="The third time.")
    event = bob.journal.events.last()
    assert (event.verb, event.reason, event.moderator_note) == ("sanction", "Spam.", "")
