"""One version of a page: the same URL as page or fragment, and what makes a browser's copy old."""

import re

import pytest
from django.conf import settings

from argmap.accounts.actions import make_moderator, rename_account
from argmap.accounts.permissions import Role
from argmap.articles.actions import add_edition
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.moderation.actions import lift_sanction, sanction

PARTS = ("", "?node=2", "history/", "disputes/", "nodes/2/", "table/", "graph/?node=2")
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def kept(browse, world):
    """Whether a browser's copy still holds: kept(alice) fetches it; the result says so."""

    def kept(user, part="", **headers):
        client = browse(user)
        address = world.map.get_absolute_url() + part
        client.get(address, headers=headers)
        etag = client.get(address, headers=headers).headers["ETag"]

        def holds():
            answer = client.get(address, headers={"If-None-Match": etag} | headers)
            assert answer.status_code in (200, 304)
            assert bool(answer.content) == (answer.status_code == 200)
            return answer.status_code == 304

        assert holds()
        return holds

    return kept


@pytest.mark.parametrize("part", [*PARTS, "links/{link.pk}/", "disputes/{dispute.pk}/"])
def test_unchanged_for_the_same_reader_until_something_happens_in_the_map(
    kept, world, victor, bob, part
):
    holds = kept(victor, part.format(**vars(world)))
    assert holds()
    maps.add_node(bob, world.map, kind="claim", text="News.")
    assert not holds()


def test_another_reader_another_page(browse, world, victor, simon):
    address = world.map.get_absolute_url()
    client = browse(victor)
    client.get(address)
    etag = client.get(address).headers["ETag"]
    assert browse(simon).get(address, headers={"If-None-Match": etag}).status_code == 200
    client.logout()
    client.force_login(simon)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_page_and_fragment_are_two_versions(browse, world, victor):
    client = browse(victor)
    address = f"{world.map.get_absolute_url()}?node=2"
    client.get(address)
    page, fragment = client.get(address), client.get(address, headers=HTMX)
    assert page.headers["ETag"] != fragment.headers["ETag"]
    for etag in (page.headers["ETag"], fragment.headers["ETag"]):
        answers = {
            client.get(address, headers={"If-None-Match": etag}).status_code,
            client.get(address, headers={"If-None-Match": etag} | HTMX).status_code,
        }
        assert answers == {200, 304}


def test_a_changed_role_makes_it_old(kept, world, alice, victor):
    holds = kept(victor)
    maps.set_role(alice, world.map, victor, Role.WRITER)
    assert not holds()


def test_a_sanction_and_its_end_make_it_old(kept, mona, simon):
    holds = kept(simon)
    measure = sanction(mona, simon, kind="mute", reason="Rude.")
    assert not holds()
    holds = kept(simon)
    lift_sanction(mona, measure, reason="Sorry.")
    assert not holds()


def test_another_persons_new_name_makes_it_old(kept, bob, victor):
    holds = kept(victor, "nodes/2/")
    rename_account(bob, bob, name="Robert")
    assert not holds()


def test_a_new_moderator_gets_a_new_page(kept, mona, victor):
    holds = kept(victor)
    make_moderator(mona, victor)
    assert not holds()


def test_another_session_of_the_same_reader_is_given_another_page(browse, world, victor):
    address, first, second = world.map.get_absolute_url(), browse(victor), browse(victor)
    first.get(address)
    second.cookies[settings.CSRF_COOKIE_NAME] = first.cookies[settings.CSRF_COOKIE_NAME].value
    etag = first.get(address).headers["ETag"]
    assert first.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert second.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_new_edition_makes_it_old(kept, world, alice, victor):
    holds = kept(victor)
    add_edition(alice, world.map.article, text="The bridge was closed in April.")
    assert not holds()


def test_ones_own_private_annotation_makes_it_old_and_leaves_the_others_theirs(
    kept, world, victor, simon
):
    mine, theirs = kept(victor, "?node=2"), kept(simon, "?node=2")
    debate.annotate(victor, world.map, target=world.node, text="Mine.", visibility="private")
    assert not mine()
    assert theirs()


def test_a_new_release_makes_it_old(kept, victor, settings):
    holds = kept(victor)
    settings.RELEASE += "1"
    assert not holds()


def test_a_page_with_a_message_is_no_version(browse, world, victor):
    client = browse()
    client.post("/accounts/login/", {"login": "victor", "password": "secret"})
    response = client.get(world.map.get_absolute_url())
    assert "Successfully signed in as victor" in response.content.decode()
    assert "ETag" not in response.headers
    client.get(world.map.get_absolute_url())
    assert "ETag" in client.get(world.map.get_absolute_url()).headers


@pytest.mark.parametrize("part", [*PARTS, "nodes/2/edit/", "nodes/99/", "disputes/new/?node=2"])
def test_caches_are_told_that_headers_choose(browse, world, edith, part):
    client = browse(edith)
    for headers in ({}, HTMX):
        response = client.get(world.map.get_absolute_url() + part, headers=headers)
        varies = {name.strip() for name in response.headers["Vary"].split(",")}
        assert {"HX-Request", "HX-Request-Type", "Cookie"} <= varies
        assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        (HTMX, False),
        ({"HX-Request": "true", "HX-Request-Type": "full"}, True),
        ({"HX-History-Restore-Request": "true", "HX-Request-Type": "full"}, True),
        ({"HX-Request-Type": "partial"}, True),
    ],
)
@pytest.mark.parametrize("part", ["?node=2", "nodes/2/edit/", "annotations/{annotation.pk}/"])
def test_headers_alone_choose_page_or_fragment(browse, world, edith, part, headers, whole):
    address = world.map.get_absolute_url() + part.format(**vars(world))
    text = browse(edith).get(address, headers=headers).content.decode()
    assert ("<!doctype html>" in text) == whole
    assert "HX-" not in text


def test_no_parameter_chooses_it(browse, world, edith):
    for query in ("fragment=1", "hx-request=true", "HX-Request=true", "partial=about"):
        response = browse(edith).get(f"{world.map.get_absolute_url()}?{query}")
        assert "<!doctype html>" in response.content.decode()


def test_first_load_and_fragment_draw_the_same_margin(browse, world, victor):
    client = browse(victor)
    address = f"{world.map.get_absolute_url()}?node=2"
    fragment = client.get(address, headers=HTMX).content.decode()
    margin = fragment.split("<hx-partial")[0]
    page = client.get(address).content.decode()
    assert _without_tokens(margin) in _without_tokens(page)
    assert settings.CSRF_COOKIE_NAME in client.cookies


def _without_tokens(text):
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", re.sub(r"\s+", "", text))
