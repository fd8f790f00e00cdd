"""The admin in a browser, under the site's own Content-Security-Policy."""

import pytest
from django.contrib.auth import get_user_model

from argmap.journal.models import Event
from argmap.moderation.actions import flag


@pytest.fixture
def flagged(new_map, new_node, alice, charlie):
    node = new_node(new_map("public"), "thesis", "The bridge should be rebuilt.", by=alice)
    flag(charlie, node, reason="spam")
    return node


def test_a_moderator_hides_what_was_flagged(new_page, mona, flagged):
    page = new_page(user=mona)
    page.goto("/admin/")
    page.get_by_role("link", name="Flags", exact=True).first.click()
    page.get_by_role("link", name="#1").click()
    page.get_by_role("link", name="Hide…").click()
    page.get_by_label("Reason").fill("An advertisement")
    page.get_by_role("button", name="Hide").click()
    page.get_by_text("Hide: done.").wait_for()
    flagged.refresh_from_db()
    assert flagged.hidden
    page.locator("#content-main").get_by_role("link", name="Changes").click()
    page.get_by_text("hidden_at").first.wait_for()


def test_no_page_of_the_admin_breaks_the_policy(new_page, mona, charlie, flagged):
    """`new_page` fails for any violation that the browser reports."""
    get_user_model().objects.filter(pk=mona.pk).update(is_superuser=True)
    event = Event.objects.get(verb="add_node")
    page = new_page(user=mona)
    for path in (
        "/admin/",
        "/admin/maps/",
        "/admin/maps/node/?kind__exact=thesis&q=bridge",
        f"/admin/maps/node/{flagged.pk}/change/",
        f"/admin/maps/node/{flagged.pk}/act/hide/",
        "/admin/journal/event/",
        f"/admin/journal/event/{event.pk}/change/",
        f"/admin/journal/change/{event.changes.first().pk}/change/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{charlie.pk}/act/sanction/",
    ):
        answer = page.goto(path)
        assert answer.status == 200, path
        assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]
        page.locator("#header").wait_for()
    page.get_by_role("button", name="Toggle theme").first.click()


def test_the_admin_asks_to_sign_in_on_the_sites_own_page(new_page, mona):
    page = new_page()
    page.goto("/admin/maps/map/")
    assert "/accounts/login/" in page.url
    page.locator("input[name=login]").fill("mona")
    page.locator("input[name=password]").fill("secret")
    page.locator("input[name=password]").press("Enter")
    page.get_by_role("heading", name="Select map to view").wait_for()
