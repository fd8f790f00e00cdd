"""The admin writes through actions, and in no other way."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from argmap.accounts.models import User
from argmap.journal.models import Sent
from argmap.maps.models import Node

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


def written(queries):
    words = ("INSERT", "UPDATE", "DELETE")
    return [query["sql"] for query in queries if query["sql"].startswith(words)]


@every_model
def test_nothing_is_added_changed_or_deleted(model, olga, rf):
    request = rf.get("/")
    request.user = olga
    shown = admin.site.get_model_admin(model)
    assert shown.get_model_perms(request) == {
        "add": False,
        "change": False,
        "delete": False,
        "view": True,
    }
    assert shown.get_actions(request) == {}
    assert not shown.list_editable
    for inline in shown.get_inline_instances(request):
        assert not inline.has_add_permission(request, None)
        assert not inline.has_change_permission(request)
        assert not inline.has_delete_permission(request)


def test_no_post_writes(public, around, olga, sign_in, list_of):
    client = sign_in(olga)
    Sent.objects.create(actor=olga, key="key", digest="d", at=timezone.now())
    for model in MODELS:
        row = model._default_manager.first()
        name = f"admin:{model._meta.label_lower.replace('.', '_')}"
        everything = {"_selected_action": [row.pk], "action": "delete_selected", "post": "yes"}
        everything |= {"_save": "Save", "text": "Written over", "username": "taken"}
        with CaptureQueriesContext(connection) as queries:
            assert client.post(list_of(model), everything).status_code in (200, 302)
            assert client.post(reverse(f"{name}_add"), everything).status_code == 403
            for view in ("change", "delete"):
                address = reverse(f"{name}_{view}", args=[row.pk])
                assert client.post(address, everything).status_code == 403
        assert not written(queries), model


def test_opening_pages_writes_nothing(public, olga, sign_in, list_of, page_of):
    client = sign_in(olga)
    with CaptureQueriesContext(connection) as queries:
        for model in MODELS:
            client.get(list_of(model))
        client.get(page_of(public.node))
        client.get(page_of(public.node, "act", "hide"))
    assert not written(queries)


def test_djangos_own_ways_to_write_a_password_are_gone(bob, olga, sign_in):
    client = sign_in(olga)
    assert client.get(reverse("admin:password_change")).url == reverse("account_change_password")
    answer = client.post(f"/admin/accounts/user/{bob.pk}/password/", {"password1": "x" * 12})
    assert answer.status_code in (302, 404)
    before, bob = bob.password, User.objects.get(pk=bob.pk)
    assert bob.password == before


@pytest.mark.parametrize("name", ["view_on_site", "autocomplete"])
def test_what_would_tell_of_rows_unasked_is_gone(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{name}", args=[1, 1] if name == "view_on_site" else [])


def test_a_button_needs_the_token_of_its_form(public, mona, sign_in, page_of):
    client = sign_in(mona, enforce_csrf_checks=True)
    answer = client.post(page_of(public.node, "act", "hide"), {"reason": "Spam"})
    assert answer.status_code == 403
    assert not Node.objects.get(pk=public.node.pk).hidden


def test_a_button_is_pressed_not_linked_to(public, mona, sign_in, page_of):
    answer = sign_in(mona).get(page_of(public.node, "act", "hide"), {"reason": "Spam"})
    assert answer.status_code == 200
    assert not Node.objects.get(pk=public.node.pk).hidden
