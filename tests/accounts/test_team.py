"""Teams, their roles and invitations."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from argmap.accounts.actions import accept_invitation, create_team, invite, set_team_role
from argmap.accounts.models import Invitation, Team
from argmap.accounts.permissions import Forbidden, Role
from argmap.journal.errors import Gone, Settled
from argmap.journal.models import Change


@pytest.fixture
def team(alice, victor):
    team = create_team(alice, name="Bridge builders")
    set_team_role(alice, team, victor, Role.VIEWER)
    return team


@pytest.fixture
def invited(team, alice):
    return invite(alice, team, email="charlie@example.org", role=Role.EDITOR)


def test_whoever_creates_a_team_owns_it(team, alice):
    assert (team.slug, team.role_of(alice)) == ("bridge-builders", Role.OWNER)


@pytest.mark.parametrize("name", ["Bridge Builders", "", "橋", "x" * 81])
def test_a_name_that_is_taken_or_none_is_refused(team, charlie, name):
    with pytest.raises(ValidationError) as caught:
        create_team(charlie, name=name)
    assert list(caught.value.message_dict) == ["name"]
    assert Team.objects.count() == 1


def test_an_owner_gives_changes_and_ends_a_role(team, alice, bob):
    assert set_team_role(alice, team, bob, Role.WRITER).role == Role.WRITER
    assert set_team_role(alice, team, bob, Role.EDITOR).role == Role.EDITOR
    assert set_team_role(alice, team, bob, None) is None
    assert team.role_of(bob) == Role.NOBODY
    with pytest.raises(Gone):
        set_team_role(alice, team, bob, None)


@pytest.mark.parametrize("role", [0, 1, 7, "editor"])
def test_there_is_no_other_role(team, alice, bob, role):
    with pytest.raises(ValidationError, match="no such role"):
        set_team_role(alice, team, bob, role)


@pytest.mark.parametrize("role", [Role.EDITOR, None])
def test_the_last_owner_stays(team, alice, role):
    with pytest.raises(ValidationError, match="name another owner first"):
        set_team_role(alice, team, alice, role)


def test_a_member_who_does_not_own_it_may_not(team, victor, charlie):
    with pytest.raises(Forbidden):
        set_team_role(victor, team, charlie, Role.EDITOR)
    with pytest.raises(Forbidden):
        invite(victor, team, email="c@example.org", role=Role.VIEWER)


def test_an_invitation_makes_whoever_holds_it_a_member_once(invited, team, charlie, bob):
    _, secret = invited
    assert accept_invitation(charlie, secret).role == Role.EDITOR
    assert team.role_of(charlie) == Role.EDITOR
    with pytest.raises(Settled, match="used already"):
        accept_invitation(bob, secret)


def test_a_secret_that_is_none_is_gone(charlie):
    with pytest.raises(Gone):
        accept_invitation(charlie, "no such secret")


def test_after_its_time_it_is_over(invited, charlie):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Settled, match="time is over"):
        accept_invitation(charlie, invited[1])


def test_an_invitation_raises_a_members_role(invited, team, victor):
    assert accept_invitation(victor, invited[1]).role == Role.EDITOR
    assert team.role_of(victor) == Role.EDITOR


def test_an_invitation_lowers_nobodys_role(team, alice):
    _, secret = invite(alice, team, email="a@example.org", role=Role.VIEWER)
    assert accept_invitation(alice, secret).role == Role.OWNER


def test_the_secret_is_kept_nowhere(invited):
    _, secret = invited
    invitation = Invitation.objects.get()
    assert secret not in invitation.token_digest
    assert not Change.objects.filter(text__contains=secret).exists()


@pytest.mark.parametrize("fields", [{"email": "nobody"}, {"role": 7}, {"email": ""}])
def test_an_invitation_that_is_not_fit_says_why(team, alice, fields):
    with pytest.raises(ValidationError):
        invite(alice, team, **{"email": "c@example.org", "role": Role.VIEWER} | fields)
