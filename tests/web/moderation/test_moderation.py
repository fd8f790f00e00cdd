"""Reporting, the queue, hiding, restoring and leaving as it is."""

import json

import pytest

from argmap.accounts.actions import make_moderator
from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.debate import actions as debate
from argmap.journal.models import Change
from argmap.maps.actions import (
    begin_map,
    set_article_visibility,
    set_role,
    set_visibility,
)
from argmap.moderation.actions import flag, hide, lock_map, sanction
from argmap.moderation.models import Flag
from argmap.web.moderation.queue import MOST_REPORTS
from argmap.web.workspace.about import address_of

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
KINDS = ("node", "link", "annotation", "dispute", "suggestion", "map", "article", "account")


@pytest.fixture
def target(world, bob, request):
    return {"article": world.map.article, "account": bob}.get(request.param) or getattr(
        world, request.param
    )


def each_kind():
    return pytest.mark.parametrize(
        ("target", "kind"), [(kind, kind) for kind in KINDS], indirect=["target"]
    )


@each_kind()
def test_a_reader_reports_it_once_and_the_queue_shows_it(
    browse, world, target, kind, charlie, mona, events
):
    client, address = browse(charlie), f"/flag/{kind}/{target.pk}/"
    assert client.get(address).status_code == 200
    before = events()
    assert client.post(address, {"reason": "spam", "note": "An advert"}).status_code == 302
    assert Flag.objects.get().target == target
    again = client.post(address, {"reason": "abuse"})
    assert again.status_code == 409
    assert "You have reported this already" in again.content.decode()
    assert events() == before + 1
    queue = browse(mona).get("/moderation/").content.decode()
    assert "An advert" in queue
    assert f"/moderation/{kind}/{target.pk}/dismiss/" in queue


def test_a_moderator_is_led_from_a_reported_account_to_its_sanction(
    browse, world, bob, charlie, mona
):
    flag(charlie, bob, reason="abuse")
    client, sanction = browse(mona), f'href="/admin/accounts/user/{bob.pk}/act/sanction/"'
    queue = client.get("/moderation/").content.decode()
    assert sanction in queue
    assert 'href="/people/bob/"' in queue
    assert sanction in client.get("/people/bob/").content.decode()
    assert sanction not in browse(charlie).get("/people/bob/").content.decode()
    assert "act/sanction/" not in client.get("/people/mona/").content.decode()


def test_sanctioning_a_reported_account_takes_it_out_of_the_queue(
    browse, world, bob, charlie, mona
):
    flag(charlie, bob, reason="abuse")
    client = browse(mona)
    assert "sanctioning an account" in client.get("/moderation/").content.decode()
    sanction(mona, bob, kind="warn", reason="Abuse.")
    assert "The queue is empty" in client.get("/moderation/").content.decode()
    assert Flag.objects.get().state == "acted on"


def test_of_their_own_a_moderator_is_offered_no_decision(browse, world, charlie, mona, alice, bob):
    other = User.objects.create_user("max", is_moderator=True)
    note = debate.annotate(mona, world.map, target=world.node, text="Mine.")
    flag(charlie, note, reason="spam")
    mine = f"/moderation/annotation/{note.pk}/"
    for moderator, offered in ((mona, False), (other, True)):
        queue = browse(moderator).get("/moderation/").content.decode()
        assert (f"{mine}dismiss/" in queue) == offered
        assert ("another moderator decides" in queue) != offered
    assert browse(mona).post(f"{mine}dismiss/", {}).status_code == 403
    hide(other, note, reason="Spam.")
    assert browse(mona).post(f"{mine}restore/", {"reason": "It is none."}).status_code == 403
    for moderator, offered in ((mona, False), (other, True)):
        page = browse(moderator).get(world.node.get_absolute_url()).content.decode()
        assert (f"{mine}restore/" in page) == offered


def test_a_moderator_who_owns_a_reported_map_leaves_it_to_others(browse, world, charlie, alice):
    User.objects.filter(pk=alice.pk).update(is_moderator=True)
    for target in (world.map, world.map.article):
        flag(charlie, target, reason="spam")
    queue = browse(alice).get("/moderation/").content.decode()
    assert queue.count("another moderator decides") == 2
    assert browse(alice).post(f"/moderation/map/{world.map.pk}/dismiss/", {}).status_code == 403


def test_reporting_is_not_offered_for_what_one_owns(browse, world, alice, bob):
    addresses = [f"/flag/map/{world.map.pk}/", f"/flag/article/{world.map.article.pk}/"]
    for user, offered, status in ((alice, False, 403), (bob, True, 200)):
        page = browse(user).get(world.map.get_absolute_url()).content.decode()
        for address in addresses:
            assert (f'href="{address}' in page) == offered
            assert browse(user).get(address).status_code == status


def test_whoever_sees_an_article_only_through_a_map_reports_it_and_so_does_the_owner_of_that_map(
    browse, article, edith, bob, alice
):
    theirs = begin_map(edith, title="By Edith", article=article)
    set_role(edith, theirs, bob, Role.VIEWER)
    set_article_visibility(alice, article, "private")
    address = f"/flag/article/{article.pk}/?map={theirs.slug}"
    for reporter in (edith, bob):
        client = browse(reporter)
        page = client.get(theirs.get_absolute_url()).content.decode()
        assert f'href="{address}&amp;next=' in page
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": "spam", "note": ""}).status_code == 302
        assert Flag.objects.get(reporter=reporter).article == article
    refused = browse(edith).get(f"/flag/map/{theirs.pk}/?map={theirs.slug}")
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("goes_on", "cancel"),
    [("/moderation/", "/moderation/"), ("https://evil.example/", "")],
)
def test_cancel_leads_where_the_form_goes_on_and_never_elsewhere(
    browse, world, mona, goes_on, cancel
):
    address = f"/moderation/node/{world.node.pk}/hide/?next={goes_on}"
    page = browse(mona).get(address).content.decode()
    cancel = cancel or address_of(world.map, world.node)
    assert f'<a class="button quiet" href="{cancel}">Cancel</a>' in page


def test_the_report_of_an_article_can_be_cancelled(browse, world, bob, parsed):
    page = parsed(browse(bob).get(world.map.get_absolute_url()))
    (report,) = [each for each in page.addresses if each.startswith("/flag/article/")]
    form = browse(bob).get(report).content.decode()
    assert f'href="{world.map.get_absolute_url()}">Cancel</a>' in form


def test_a_reported_article_is_read_in_a_public_map_of_it_and_in_no_other(
    browse, article, map, charlie, mona, alice
):
    flag(charlie, article, reason="copyright")
    link = f'<a href="{map.get_absolute_url()}">Article</a>'
    assert link in browse(mona).get("/moderation/").content.decode()
    set_visibility(alice, map, "private")
    assert link not in browse(mona).get("/moderation/").content.decode()


def test_what_moderators_undo_has_one_name(browse, world, mona):
    hide(mona, world.node, reason="Spam.")
    client, address = browse(mona), f"/moderation/node/{world.node.pk}/restore/"
    assert ">Show again</a>" in client.get(world.node.get_absolute_url()).content.decode()
    form = client.get(address).content.decode()
    assert "Show again: Statement" in form
    assert "Restore" not in form


@each_kind()
def test_a_moderator_leaves_it_as_it_is_once(browse, world, target, kind, charlie, mona):
    flag(charlie, target, reason="spam")
    address = f"/moderation/{kind}/{target.pk}/dismiss/"
    client = browse(mona)
    assert client.get(address).status_code == 200
    answer = client.post(address, {"moderator_note": "", "next": "/moderation/"})
    assert answer.headers["Location"] == "/moderation/"
    assert Flag.objects.get().state == "dismissed"
    assert client.post(address, {"moderator_note": ""}).status_code == 409


@pytest.mark.parametrize(
    ("target", "kind"), [(kind, kind) for kind in KINDS[:-1]], indirect=["target"]
)
def test_a_moderator_hides_it_and_gives_it_back_each_once(
    browse, world, target, kind, charlie, mona, events
):
    client = browse(mona)
    for act, hidden in (("hide", True), ("restore", False)):
        address = f"/moderation/{kind}/{target.pk}/{act}/"
        assert client.get(address).status_code == 200
        nothing = client.post(address, {"reason": ""})
        assert nothing.status_code == 422
        assert "Give the reason; it is public." in nothing.content.decode()
        answer = client.post(address, {"reason": "As it must be.", "moderator_note": "Mine."})
        assert answer.status_code == 302
        target.refresh_from_db()
        assert target.hidden == hidden
        count = events()
        second = client.post(address, {"reason": "Again."})
        assert second.status_code == 409
        assert events() == count
    assert (
        "Mine."
        not in browse(charlie).get(f"{world.map.get_absolute_url()}history/").content.decode()
    )


def test_an_account_is_not_hidden(browse, world, bob, mona):
    answer = browse(mona).post(f"/moderation/account/{bob.pk}/hide/", {"reason": "Spam."})
    assert answer.status_code == 422
    assert "An account is sanctioned, not hidden." in answer.content.decode()


def test_with_htmx_it_happens_in_the_margin(browse, world, mona, charlie):
    client = browse(mona, htmx=True)
    address = f"/moderation/node/{world.node.pk}/hide/"
    assert "<html" not in client.get(address).content.decode()
    answer = client.post(address, {"reason": "Spam."})
    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger"])["argmap:toast"]["text"] == "Hidden."
    assert f'hx-target="#card-{world.node.number}"' in answer.content.decode() or (
        'hx-target="#outline"' in answer.content.decode()
    )
    answer = browse(charlie, htmx=True).post(f"/flag/node/{world.thesis.pk}/", {"reason": "spam"})
    assert json.loads(answer.headers["HX-Trigger"])["argmap:toast"]["text"]


def test_of_a_private_map_a_moderator_sees_what_was_flagged_and_no_more(
    browse, world, new_map, fill, victor, mona
):
    private = fill(new_map(title="Hushed bridge"))
    flag(victor, private.node, reason="spam")
    address = f"/moderation/node/{private.node.pk}/hide/"
    for htmx in (False, True):
        page = browse(mona, htmx=htmx).get(address).content.decode()
        assert "zqnodetext" in page
        assert "Hushed bridge" not in page
    answer = browse(mona).post(address, {"reason": "Spam."})
    assert answer.headers["Location"] == "/"
    assert browse(mona).get(f"/moderation/node/{private.thesis.pk}/hide/").status_code == 404
    assert browse(mona).get(private.map.get_absolute_url()).status_code == 404


def test_nobody_but_a_moderator_moderates(browse, world, alice, edith, charlie, victor, events):
    before = events()
    for user in (alice, edith, charlie, victor):
        for act, statuses in (("hide", {403}), ("restore", {403}), ("dismiss", {404})):
            address = f"/moderation/node/{world.node.pk}/{act}/"
            assert browse(user).get(address).status_code in statuses
            assert browse(user).post(address, {"reason": "x"}).status_code in statuses
    assert events() == before


@pytest.mark.one_database
def test_a_flag_names_its_reporter_to_moderators_only(browse, world, charlie, alice, crawl, mona):
    flag(charlie, world.node, reason="privacy", note="zqflagnote")
    for user in (None, alice):
        for address, response in crawl(browse(user), world.node.get_absolute_url()):
            if not response.streaming:
                assert "zqflagnote" not in response.content.decode(), address


def test_hiding_settles_the_flags_on_it(browse, world, charlie, mona):
    flag(charlie, world.node, reason="spam")
    hide(mona, world.node, reason="Spam.")
    assert "The queue is empty" in browse(mona).get("/moderation/").content.decode()


@pytest.mark.parametrize("address", ["/flag/node/0/", "/flag/nothing/1/", "/flag/user/1/",
                                     "/moderation/node/99999999999999999999/hide/",
                                     "/flag/node/99999999999999999999999999/"])  # fmt: skip
def test_what_is_not_there_is_not_found(browse, world, mona, address):
    client = browse(mona)
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "spam"}).status_code == 404


def test_a_new_moderator_is_announced_in_the_queue_of_all_the_others(browse, map, mona, bob):
    other = User.objects.create_user("max", is_moderator=True, name="Max")
    make_moderator(mona, bob)
    queue = browse(other).get("/moderation/").content.decode()
    assert "Mona named Bob a moderator" in queue
    make_moderator(mona, bob, moderator=False)
    assert "Mona ended Bob as a moderator" in browse(other).get("/moderation/").content.decode()


def test_in_a_locked_map_a_reader_still_finds_how_to_report(browse, world, charlie, mona):
    lock_map(mona, world.map, reason="It burns.")
    page = browse(charlie).get(world.node.get_absolute_url()).content.decode()
    assert f"/flag/node/{world.node.pk}/" in page
    assert f"/moderation/node/{world.node.pk}/hide/" in (
        browse(mona).get(world.node.get_absolute_url()).content.decode()
    )


def test_the_queue_begins_with_what_most_reported_and_shows_some_of_many_reports(
    browse, world, mona, charlie
):
    flag(charlie, world.annotation, reason="abuse")
    for number in range(MOST_REPORTS + 3):
        reader = User.objects.create_user(f"reader{number}")
        flag(reader, world.node, reason="spam", note=f"Note {number}.")
    queue = browse(mona).get("/moderation/").content.decode()
    assert queue.index(f'id="node-{world.node.pk}"') < queue.index('id="annotation-')
    assert queue.count("Note ") == MOST_REPORTS
    assert "Note 0." in queue
    assert "and 3 more reports" in queue


def test_the_queue_is_told_who_became_a_moderator_though_the_text_was_erased(
    browse, map, mona, bob
):
    make_moderator(mona, bob)
    Change.objects.filter(event__verb="make_moderator").update(text=None)
    queue = browse(mona).get("/moderation/").content.decode()
    assert "Mona changed whether Bob is a moderator" in queue
