"""A session is asked for at every request: what ended it is seen by the next one."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from argmap.accounts.models import User
from argmap.moderation.actions import lift_sanction, sanction


@pytest.fixture
def signed_in(client, alice):
    """Whether the site still takes the browser for Alice's."""
    client.force_login(alice)

    def signed_in():
        return "Signed in as" in client.get("/").content.decode()

    assert signed_in()
    return signed_in


def test_a_session_that_is_over_is_over(signed_in):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not signed_in()


def test_a_session_that_was_ended_elsewhere_is_ended(signed_in):
    Session.objects.all().delete()
    assert not signed_in()


def test_a_ban_ends_it_and_its_end_gives_it_back(signed_in, alice, mona):
    measure = sanction(mona, alice, kind="ban", reason="Spam.")
    assert not signed_in()
    lift_sanction(mona, measure, reason="A mistake.")
    assert signed_in()


def test_a_closed_account_is_signed_out(signed_in, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not signed_in()


def test_another_password_ends_it(signed_in, alice):
    alice.set_password("another one")
    alice.save()
    assert not signed_in()


@pytest.mark.parametrize("key", ["", "x", "a" * 32, "é" * 32, "'; --"])
def test_a_made_up_session_is_nobodys(client, db, key):
    client.cookies["sessionid"] = key
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Signed in as" not in answer.content.decode()
