"""What a person may not see does not exist for them: on every address, however it is asked for."""

import re
from urllib.parse import quote

import pytest

from argmap.maps import actions as maps
from argmap.moderation.actions import hide

#: What a visitor reads in a map that everyone sees; the rest asks them to sign in.
READING = {
    "workspace", "stream", "roots", "history", "node", "margin", "under", "link", "annotation",
    "disputes", "dispute", "annotations", "words", "paragraph", "own-paragraphs", "editions",
    "edition", "changes", "pick", "find", "search-map", "table", "graph", "graph-file",
}  # fmt: skip


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("who", ["visitor", "outsider"])
def test_a_private_map_is_not_found_at_any_address(
    browse, world, addresses, charlie, events, who, htmx, asks_to_sign_in
):
    client = browse(charlie if who == "outsider" else None, htmx=htmx)
    before = events()
    for name, address in addresses(world):
        for response in (client.get(address), client.post(address, {"reason": "x", "text": "x"})):
            posted = response.request["REQUEST_METHOD"] == "POST"
            if posted and who == "visitor" and response.status_code != 405:
                assert asks_to_sign_in(response), (name, address)  # as where there is nothing
            else:
                allowed = {404, 405} if posted else {404}
                assert response.status_code in allowed, (name, address, response.status_code)
            assert "zqnode" not in response.content.decode()
            assert world.map.title not in response.content.decode()
    assert events() == before


@pytest.mark.parametrize("who", ["visitor", "outsider", "moderator"])
def test_what_stands_in_an_unlisted_map_is_not_found_by_its_number(
    browse, new_map, fill, addresses, charlie, mona, who, asks_to_sign_in
):
    world = fill(new_map("unlisted"))
    client = browse({"visitor": None, "outsider": charlie, "moderator": mona}[who])
    for name, address in addresses(world):
        if world.map.slug not in address:
            assert client.get(address).status_code == 404, (name, address)
            posted = client.post(address, {"reason": "spam"})
            # A visitor is asked to sign in, as where there is nothing.
            asked = who == "visitor" and asks_to_sign_in(posted)
            assert asked or posted.status_code == 404, (name, address)


def test_a_visitor_who_sends_something_cannot_tell_what_there_is(browse, world, addresses):
    """Rows of a private map, and whatever is not there, by the same addresses."""
    for name, address in addresses(world):
        missing = re.sub(r"(?<=/)[0-9]+(?=/)", "99999", address)
        missing = missing.replace(world.map.slug, "no-such-map")
        data = {"reason": "spam", "text": "x"}
        there, nothing = (browse().post(each, data) for each in (address, missing))
        assert there.status_code == nothing.status_code, (name, address)
        told = [
            each.content.decode() + each.headers.get("Location", "") for each in (there, nothing)
        ]
        assert plain(told[0], address, missing) == plain(told[1], address, missing), name


def plain(told, address, missing):
    """Without the address that was asked for, and the token of the answer."""
    for each in (address, missing):
        told = told.replace(quote(quote(each, safe=""), safe=""), "")
        told = told.replace(quote(each, safe=""), "").replace(each, "")
    return re.sub(r"[A-Za-z0-9]{32,}", "", told)


def test_whoever_was_given_the_address_of_an_unlisted_map_may_report_what_stands_there(
    browse, new_map, fill, charlie, parsed
):
    world = fill(new_map("unlisted"))
    client = browse(charlie)
    page = parsed(client.get(world.node.get_absolute_url()))
    [address] = [each for each in page.addresses if f"/flag/node/{world.node.pk}/" in each]
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "spam"}).status_code == 302
    assert world.node.flags.count() == 1


def test_rows_of_one_map_are_not_found_under_another(browse, world, new_map, addresses, alice):
    other = new_map(title="Another bridge")
    client = browse(alice)
    for name, address in addresses(world):
        if name in {
            "workspace",
            "stream",
            "history",
            "new-edition",
            "disputes",
            "roots",
            "paragraph",
            "own-paragraphs",
            "annotations",
            "pick",
            "find",
            "search-map",
            "table",
            "graph",
            "graph-file",
            "words",  # of the article, on which nothing rests in that map
        }:
            continue
        if world.map.slug not in address or name in {
            "write-node", "anchor", "annotate", "open-dispute", "editions", "edition",
        }:  # fmt: skip
            continue
        address = address.replace(world.map.slug, other.slug)
        assert client.get(address).status_code == 404, (name, address)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_visitor_reads_a_public_map_and_is_asked_to_sign_in_to_write(
    browse, world, addresses, events, asks_to_sign_in
):
    client, before = browse(), events()
    for name, address in addresses(world):
        response = client.get(address)
        if name in READING:
            assert response.status_code in {200, 302, 400}, (name, address)
            assert "/accounts/" not in response.headers.get("Location", "")
        elif name == "repair":  # of what they see
            assert response.status_code in {200, 404}, (name, address)
        elif name == "dismiss-flags":
            assert response.status_code == 404, (name, address)
        else:
            assert response.status_code == 302, (name, address, response.status_code)
            assert response.headers["Location"].startswith("/accounts/login/?next=")
            posted = client.post(address, {"text": "x", "reason": "spam"})
            assert asks_to_sign_in(posted)
    assert events() == before


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_htmx_is_sent_to_the_sign_in_page_and_back_to_where_it_was(browse, world):
    client = browse(htmx=True)
    here = f"http://testserver{world.map.get_absolute_url()}?node=2"
    response = client.post(
        f"{world.map.get_absolute_url()}annotations/new/",
        {"text": "x", "node": 2},
        headers={"HX-Current-URL": here},
    )
    assert response.status_code == 204
    assert response.headers["HX-Redirect"].startswith(
        "/accounts/login/?next=http%3A%2F%2Ftestserver"
    )


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_map_that_a_moderator_hid_is_gone_for_readers_and_stays_for_members(
    browse, world, addresses, charlie, victor, mona
):
    hide(mona, world.map, reason="Spam.")
    for _, address in addresses(world):
        if "/article/" in address:
            continue
        for user in (None, charlie):
            assert browse(user).get(address).status_code == 404, address
    assert browse(victor).get(world.map.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_private_annotation_is_its_authors_alone(
    browse, world, alice, bob, edith, mona, charlie, crawl
):
    address = f"{world.map.get_absolute_url()}annotations/{world.private.pk}/"
    for part in ("", "reply/", "edit/", "retract/", "restore/"):
        for user in (alice, edith, mona, charlie):
            assert browse(user).get(address + part).status_code == 404
            if part:
                assert browse(user).post(address + part, {"text": "x"}).status_code == 404
        assert browse(bob).get(address + part).status_code == 200
    for name in ("flag/annotation/{}/", "moderation/annotation/{}/hide/"):
        assert browse(mona).get("/" + name.format(world.private.pk)).status_code == 404
    page = world.node.get_absolute_url()
    assert "zqprivate" in browse(bob).get(page).content.decode()
    for user in (alice, edith, mona, None):
        for found, response in crawl(browse(user), page):
            assert b"zqprivate" not in _body(response), found


def _body(response):
    return b"" if response.streaming else response.content


def test_a_member_who_is_removed_finds_nothing_from_then_on(browse, world, alice, victor):
    client = browse(victor)
    assert client.get(world.map.get_absolute_url()).status_code == 200
    maps.set_role(alice, world.map, victor, None)
    assert client.get(world.map.get_absolute_url()).status_code == 404


def test_only_moderators_find_the_queue(browse, world, alice, mona):
    assert browse().get("/moderation/").status_code == 404
    assert browse(alice).get("/moderation/").status_code == 404
    assert browse(mona).get("/moderation/").status_code == 200
