"""A list asks the database as often for thirty rows as for three."""

import itertools

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from argmap.accounts.actions import create_team, invite, issue_token
from argmap.accounts.permissions import Role
from argmap.articles.actions import Selection, add_edition
from argmap.debate import actions as debate
from argmap.journal.models import Sent
from argmap.maps import actions
from argmap.moderation.actions import flag, sanction

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
numbers = itertools.count()


def add_row_of_each(map, people):
    """One more row of every model."""
    alice, bob, charlie, mona = people
    n = next(numbers)
    edition = map.article.editions.first()
    other = actions.bring_in(
        alice, article={"title": f"Article {n}", "visibility": "public"}, text=f"Text {n}."
    )
    person = get_user_model().objects.create_user(f"person{n}", password=None)
    Sent.objects.create(actor=person, key=f"key{n}", digest="d", at=timezone.now())
    EmailAddress.objects.create(user=person, email=f"person{n}@example.org")
    team = create_team(person, name=f"Team {n}")
    invite(person, team, email="guest@example.org", role=Role.VIEWER)
    issue_token(person, name="laptop")
    actions.set_role(alice, map, person, Role.WRITER)
    add_edition(alice, other.article, text=f"Text {n}, corrected.")
    thesis = actions.add_node(person, map, kind="thesis", text=f"Thesis {n}")
    node = actions.add_node(
        person,
        map,
        kind="claim",
        text=f"Claim {n}",
        relation="supports",
        target=thesis,
        citations=[{"title": "A book"}],
        selection=Selection(edition, 4, 24),
    )
    step = actions.add_node(
        bob, map, kind="claim", text=f"Step {n}", relation="joins", target=node.links_out.get()
    )
    annotation = debate.annotate(bob, map, target=Selection(edition, 4, 24), text="An annotation")
    debate.reply(person, annotation, text="An answer")
    debate.take_stance(bob, map, target=node, credence=50)
    debate.take_stance(bob, map, target=step.links_out.get().target_link, impact=2)
    dispute = debate.open_dispute(
        bob, map, target=node, ground="outdated", statement="It was so once"
    )
    debate.decide_dispute(alice, dispute, upheld=False, decision="It still is")
    suggestion = debate.suggest(bob, map, target=node, text="Other words")
    debate.decide_suggestion(alice, suggestion, accept=False, decision="No")
    sanction(mona, charlie, kind="warn", reason="Rude")
    reader = get_user_model().objects.create_user(f"reader{n}", password=None)
    for target in (node, node.links_out.get(), annotation, dispute, suggestion, other, person):
        flag(reader, target, reason="spam")


def test_queries_do_not_grow_with_the_rows(
    new_map, alice, bob, charlie, mona, olga, sign_in, list_of
):
    map = new_map("public")
    clients = {"a moderator": sign_in(mona), "who runs the server": sign_in(olga)}

    def asked(at_least):
        counts = {}
        for who, client in clients.items():
            for model in MODELS:
                with CaptureQueriesContext(connection) as queries:
                    page = client.get(list_of(model)).context["cl"]
                counts[who, model] = len(queries)
                assert client == clients["a moderator"] or len(page.result_list) >= at_least
        return counts

    for _ in range(3):
        add_row_of_each(map, (alice, bob, charlie, mona))
    asked(3)  # the first requests also fill Django's own caches
    few = asked(3)
    for _ in range(27):
        add_row_of_each(map, (alice, bob, charlie, mona))
    assert asked(30) == few
