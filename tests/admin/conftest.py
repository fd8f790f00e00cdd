"""A row of every model, in a public map and in a private one, and who looks at them."""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from argmap.accounts.actions import create_team, invite, issue_token
from argmap.accounts.permissions import Role
from argmap.articles.actions import Selection
from argmap.articles.models import Placement
from argmap.debate import actions as debate
from argmap.moderation.actions import flag, sanction


@pytest.fixture
def olga(db):
    """Runs the server, and is no moderator."""
    return get_user_model().objects.create_user(
        "olga", "olga@example.org", "secret", is_staff=True, is_superuser=True
    )


@pytest.fixture
def sign_in():
    def sign_in(user, **options):
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def list_of():
    """The address of a model's list."""

    def list_of(model):
        return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")

    return list_of


@pytest.fixture
def page_of():
    """The address of an object's page: page_of(node), page_of(node, "act", "hide")."""

    def page_of(obj, view="change", *more):
        name = f"admin:{obj._meta.label_lower.replace('.', '_')}_{view}"
        return reverse(name, args=[obj.pk, *more])

    return page_of


@pytest.fixture
def fill(alice, bob, simon, charlie, new_node):
    """Puts a row of every kind into a map; gives them by name."""

    def fill(map, word):
        edition = map.article.editions.first()
        selection = Selection(edition, 4, 24)
        thesis = new_node(map, "thesis", f"{word} thesis", by=alice)
        claim = new_node(
            map,
            "claim",
            f"{word} claim",
            on=thesis,
            citations=[{"title": f"{word} source"}],
            selection=selection,
        )
        link = claim.links_out.get()
        doubt = new_node(map, "counterpoint", f"{word} doubt", on=link, relation="undercuts")
        annotation = debate.annotate(simon, map, target=claim, text=f"{word} annotation")
        return SimpleNamespace(
            map=map,
            article=map.article,
            edition=edition,
            passage=claim.passages.get(),
            placement=Placement.objects.get(passage=claim.passages.get(), edition=edition),
            membership=map.memberships.get(user=bob),
            node=claim,
            citation=claim.citations.get(),
            link=link,
            step=doubt.links_out.get(),
            annotation=annotation,
            reply=debate.reply(bob, annotation, text=f"{word} reply"),
            private=debate.annotate(
                bob, map, target=selection, text=f"{word} secret note", visibility="private"
            ),
            dispute=debate.open_dispute(
                simon, map, target=claim, ground="unsupported", statement=f"{word} dispute"
            ),
            stance=debate.take_stance(bob, map, target=claim, credence=83),
            suggestion=debate.suggest(simon, map, target=claim, text=f"{word} suggestion"),
        )

    return fill


@pytest.fixture
def public(new_map, fill):
    return fill(new_map("public", title="Open bridge"), "open")


@pytest.fixture
def private(new_map, fill):
    return fill(new_map("private", title="Hushed bridge"), "hushed")


@pytest.fixture
def team(alice):
    return create_team(alice, name="Secret society")


@pytest.fixture
def around(alice, bob, charlie, mona, team, public):
    """What does not stand in a map, and is nobody's but their own; the secrets of it."""
    invitation, secret = invite(alice, team, email="guest@example.org", role=Role.WRITER)
    token, key = issue_token(bob, name="laptop")
    return SimpleNamespace(
        invitation=invitation,
        invitation_secret=secret,
        token=token,
        key=key,
        team=team,
        member=team.members.get(),
        address=EmailAddress.objects.create(user=bob, email="bob@example.org", primary=True),
        sanction=sanction(mona, charlie, kind="warn", reason="Rude"),
        flag=flag(charlie, public.node, reason="spam", note="An advertisement"),
    )
