"""Every model has a list and a page, for those who may use the admin and for no one else."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from argmap.accounts.models import ApiToken, Invitation, Team, TeamMember, User
from argmap.debate.models import Annotation
from argmap.journal.models import Change, Event, Journal, Sent

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
#: What a moderator who does not run the server reads no row of.
NOT_FOR_MODERATORS = {
    Team,
    TeamMember,
    Invitation,
    ApiToken,
    Sent,
    apps.get_model("account.EmailAddress"),
}


@pytest.fixture
def rows(public, around, bob):
    """A row of each model that a moderator may read, or at least someone who runs the server."""
    rows = {type(obj): obj for each in (public, around) for obj in vars(each).values()}
    events = Event.objects.filter(journal=public.map.journal)
    return rows | {
        Annotation: public.annotation,
        User: bob,
        Journal: public.map.journal,
        Event: events.filter(verb="add_node").first(),
        Change: Change.objects.filter(event__in=events).first(),
        Sent: Sent.objects.create(actor=bob, key="k", digest="d", at=timezone.now()),
    }


def test_every_model_of_argmap_is_there():
    domain = ("journal", "accounts", "articles", "maps", "debate", "moderation")
    models = [model for label in domain for model in apps.get_app_config(label).get_models()]
    assert set(models) <= set(MODELS)
    assert not admin.site.is_registered(Group)


def test_someone_who_runs_the_server_reads_every_list_and_page(
    rows, olga, sign_in, list_of, page_of
):
    client = sign_in(olga)
    for model in MODELS:
        assert client.get(list_of(model), {"q": "1"}).status_code == 200, model
        answer = client.get(list_of(model))
        assert answer.status_code == 200, model
        assert answer.context["cl"].result_count >= 1, model
        assert client.get(page_of(rows[model])).status_code == 200, model


def test_a_moderator_reads_every_list_and_what_is_public(rows, mona, sign_in, list_of, page_of):
    client = sign_in(mona)
    for model in MODELS:
        answer = client.get(list_of(model))
        assert answer.status_code == 200, model
        readable = model not in NOT_FOR_MODERATORS
        assert bool(answer.context["cl"].result_count) == readable, model
        assert client.get(page_of(rows[model])).status_code == (200 if readable else 302), model


def test_every_filter_of_a_list_works(rows, olga, sign_in, list_of):
    client = sign_in(olga)
    for model in MODELS:
        page = client.get(list_of(model)).context["cl"]
        assert page.search_fields, model
        for spec in page.filter_specs:
            choice = list(spec.choices(page))[-1]
            answer = client.get(list_of(model) + choice["query_string"])
            assert answer.status_code == 200, (model, choice)
            assert answer.context["cl"].has_active_filters, (model, choice)


def test_for_others_there_is_no_admin(rows, alice, sign_in, list_of, page_of):
    outsider, visitor = sign_in(alice), sign_in(None)
    for model in MODELS:
        for address in (list_of(model), page_of(rows[model])):
            assert outsider.get(address, follow=True).status_code == 404
            answer = visitor.get(address)
            assert answer.status_code == 302
            assert answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    "fields",
    [{"is_staff": True}, {"is_moderator": True}, {"is_superuser": True}],
    ids=lambda fields: next(iter(fields)),
)
def test_one_half_of_the_key_opens_nothing(fields, alice, sign_in):
    User.objects.filter(pk=alice.pk).update(**fields)
    assert sign_in(alice).get(reverse("admin:index"), follow=True).status_code == 404


def test_a_suspended_moderator_is_kept_out(mona, alice, sign_in):
    from argmap.moderation.actions import sanction

    User.objects.filter(pk=alice.pk).update(is_moderator=True)
    alice.refresh_from_db()
    sanction(alice, mona, kind="suspend", reason="Look at the rules again")
    assert sign_in(mona).get(reverse("admin:index"), follow=True).status_code == 404


def test_signing_in_is_the_sites_own(client, db):
    answer = client.get(reverse("admin:login"), {"next": "/admin/maps/map/"})
    assert answer.status_code == 302
    assert answer.url == f"{reverse('account_login')}?next=/admin/maps/map/"
    assert client.post(reverse("admin:login"), {"username": "x"}).status_code == 302


def test_the_index_names_every_model(olga, sign_in, list_of):
    page = sign_in(olga).get(reverse("admin:index")).content.decode()
    assert all(f'href="{list_of(model)}"' in page for model in MODELS)


def test_an_event_shows_its_changes_field_by_field(public, mona, sign_in, page_of):
    event = Event.objects.filter(journal=public.map.journal, verb="add_node")[1]
    page = sign_in(mona).get(page_of(event)).content.decode()
    assert "open claim" in page
    assert f'href="{page_of(public.node)}">maps.node {public.node.pk}</a>' in page


def test_an_object_leads_to_its_history(public, mona, sign_in, page_of):
    answer = sign_in(mona).get(page_of(public.node, "history"), follow=True)
    assert [change.object_id for change in answer.context["cl"].result_list] == [public.node.pk]


def test_an_object_leads_to_what_points_to_it(public, mona, sign_in, page_of):
    client = sign_in(mona)
    lists = dict(client.get(page_of(public.map)).context["lists"])
    answer = client.get(lists["nodes (map)"])
    assert {node.map_id for node in answer.context["cl"].result_list} == {public.map.pk}


def test_an_event_of_an_import_shows_its_first_changes_only(public, olga, sign_in, page_of):
    event = Event.objects.filter(journal=public.map.journal).first()
    change = event.changes.first()
    Change.objects.bulk_create(
        Change(
            event=event, object_type="maps.node", object_id=9, text=change.text, salt="", digest=""
        )
        for _ in range(120)
    )
    page = sign_in(olga).get(page_of(event)).content.decode()
    assert page.count("maps.node 9</a>") <= 100
    assert "changes (event)" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("journal/event/?verb=%00", 400),
        ("journal/event/?verb=fly", 200),
        ("journal/change/?object_type=%00", 400),
        ("journal/change/?object_id=many", 302),
        ("maps/node/?map__id__exact=99999999999999999999", 200),
        ("maps/node/?q=%00", 200),
        ("maps/node/99999999999999999999/change/", 302),
        ("maps/node/99999999999999999999/act/hide/", 302),
        ("maps/node/%00/change/", 302),
    ],
)
def test_a_garbled_address_is_no_error(address, status, olga, sign_in):
    assert sign_in(olga).get(f"/admin/{address}").status_code == status


def test_a_search_of_any_length_gets_an_answer(rows, olga, sign_in, list_of):
    client = sign_in(olga)
    for model in MODELS:
        answer = client.get(list_of(model), {"q": "a" * 50_001})
        assert answer.status_code == 200, model
        assert "Search for at most" in answer.content.decode()
