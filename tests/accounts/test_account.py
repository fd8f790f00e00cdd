"""Names and API tokens of one's own account."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from argmap.accounts.actions import issue_token, rename_account, revoke_token
from argmap.accounts.models import User, digest_of
from argmap.accounts.permissions import Forbidden, SignInFirst
from argmap.journal.errors import Settled
from argmap.journal.models import Change, Journal
from argmap.journal.writing import site_journal_id


def test_every_account_has_a_journal_however_it_is_made(db):
    user = User.objects.create_user("dora")
    other = User(username="dirk")
    other.save()
    assert user.journal != other.journal
    assert {user.journal.kind, other.journal.kind} == {"account"}


def test_a_person_renames_themself_and_the_site_hears_of_it(alice):
    assert str(rename_account(alice, alice, name=" Alice L. ")) == "Alice L."
    site = Journal.objects.get(pk=site_journal_id())
    assert site.events.last().verb == "rename_account"


def test_without_a_name_the_username_is_read(alice):
    assert str(rename_account(alice, alice, name="")) == "alice"


def test_a_name_has_its_length(alice):
    with pytest.raises(ValidationError):
        rename_account(alice, alice, name="x" * 81)


def test_nobody_renames_another(alice, mona):
    with pytest.raises(Forbidden):
        rename_account(mona, alice, name="Mallory")


def test_a_token_is_shown_once_and_only_its_digest_kept(alice):
    token, secret = issue_token(alice, name="script")
    assert token.digest == digest_of(secret)
    assert not Change.objects.filter(text__contains=secret).exists()
    assert not Change.objects.filter(text__contains=token.digest).exists()


def test_a_token_is_revoked_once_and_by_its_owner(alice, bob):
    token, _ = issue_token(alice, name="")
    with pytest.raises(Forbidden):
        revoke_token(bob, token)
    assert revoke_token(alice, token).revoked_at
    with pytest.raises(Settled, match="revoked already"):
        revoke_token(alice, token)


def test_a_visitor_signs_in_first(db):
    with pytest.raises(SignInFirst):
        issue_token(AnonymousUser(), name="script")


def test_a_password_stands_in_no_journal(alice):
    rename_account(alice, alice, name="Alice")
    assert not Change.objects.filter(text__contains="password").exists()
