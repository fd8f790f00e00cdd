"""What a moderator hid: its words are found nowhere, but by those who may still read them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from argmap.maps.actions import edit_map
from argmap.maps.models import get_map
from argmap.moderation.actions import hide, restore
from argmap.web.workspace import asking, broadcast

KINDS = ("node", "link", "annotation", "dispute")
pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def everything(browse, world, addresses, crawl):
    """All that a person reaches: by following every address, by guessing each, in the API and in
    the live stream; as (where, text)."""

    def everything(user, map=world.map):
        for htmx in (False, True):
            client = browse(user, htmx=htmx)
            guesses = [address for _, address in addresses(world) if not address.endswith("stream")]
            for address, response in crawl(client, *guesses):
                if not response.streaming:
                    yield address, response.content.decode()
        api = f"/api/v1/maps/{map.slug}/"
        for part in ("", "article/", "nodes/", "links/", "annotations/", "disputes/"):
            yield api + part, browse(user).get(api + part).content.decode()
        yield "/api/v1/maps/", browse(user).get("/api/v1/maps/").content.decode()
        seen = get_map(user or AnonymousUser(), map.slug)
        place = broadcast.Place(asking.kind_of(user or AnonymousUser(), seen, None), 0, 0)
        yield "stream", broadcast.body_of(seen, place).decode()

    return everything


def test_hidden_words_are_found_nowhere(everything, world, request, mona):
    for kind in KINDS:
        hide(mona, getattr(world, kind), reason="Spam.")
    words = [word for kind in KINDS for word in world.words[kind]]
    for name in (None, "charlie", "victor"):
        for where, text in everything(name and request.getfixturevalue(name)):
            found = [word for word in words if word in text]
            assert not found, (name, where, found)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", KINDS)
def test_nor_where_only_one_thing_is_hidden(everything, world, mona, kind):
    hide(mona, getattr(world, kind), reason="Spam.")
    for where, text in everything(None):
        found = [word for word in world.words[kind] if word in text]
        assert not found, (where, found)


def test_their_author_and_an_editor_read_them_still(browse, world, mona, request):
    addresses = {
        kind: getattr(world, kind).get_absolute_url() for kind in ("node", "link", "dispute")
    }
    addresses["annotation"] = f"{world.map.get_absolute_url()}annotations/{world.annotation.pk}/"
    for kind in KINDS:
        hide(mona, getattr(world, kind), reason="Spam.")
    for kind, address in addresses.items():
        author = getattr(world, kind).author.username
        for name in (author, "edith", "alice", "mona"):
            text = browse(request.getfixturevalue(name)).get(address).content.decode()
            missing = [word for word in world.words[kind] if word not in text]
            assert not missing, (name, kind, missing)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_restored_is_read_by_all_again(browse, world, mona, kind):
    address = world.node.get_absolute_url()
    if kind == "link":
        address = world.link.get_absolute_url()
    seen = browse().get(address).content.decode()
    assert all(word in seen for word in world.words[kind])
    target = hide(mona, getattr(world, kind), reason="Spam.")
    assert not any(word in browse().get(address).content.decode() for word in world.words[kind])
    restore(mona, target, reason="It is none.")
    seen = browse().get(address).content.decode()
    assert all(word in seen for word in world.words[kind])


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["victor", "simon"])
def test_no_form_quotes_what_is_hidden(browse, world, addresses, mona, request, name):
    """Whatever its address says that it is about."""
    for each in (world.node, world.link):
        hide(mona, each, reason="Spam.")
    number, client, quoting = world.node.number, browse(request.getfixturevalue(name)), 0
    about = f"node={number}&on={number}&link={world.link.pk}&on_link={world.link.pk}"
    about += f"&next={world.map.get_absolute_url()}"
    words = [word for kind in ("node", "link") for word in world.words[kind]]
    for pattern, address in addresses(world):
        if pattern == "stream":
            continue
        for query in (about, f"node={number}", f"on={number}", f"link={world.link.pk}"):
            answer = client.get(f"{address}?{query}")
            text = answer.content.decode()
            assert not [word for word in words if word in text], (address, query)
            quoting += answer.status_code == 200 and "<form" in text
    assert quoting > 40


@pytest.mark.parametrize("name", [None, "victor", "simon"])
def test_what_bears_on_a_step_is_read_there_no_more_once_it_is_hidden(
    browse, world, mona, request, name
):
    client = browse(name and request.getfixturevalue(name))
    pages = [world.link.get_absolute_url(), world.node.get_absolute_url()]
    pages += [world.map.get_absolute_url(), f"{pages[0]}?before=99999"]
    assert "The step is a leap." in client.get(pages[0]).content.decode()
    hide(mona, world.doubt, reason="Spam.")
    for page in pages:
        assert "The step is a leap." not in client.get(page).content.decode(), page


@pytest.mark.parametrize("name", [None, "victor", "simon"])
def test_the_page_of_a_hidden_statement_does_not_quote_the_words_that_it_rests_on(
    browse, world, mona, request, parsed, name
):
    client = browse(name and request.getfixturevalue(name))
    quoted = world.edition.text[4:24]
    assert quoted in client.get(world.node.get_absolute_url()).content.decode()
    hide(mona, world.node, reason="Spam.")
    page = client.get(world.node.get_absolute_url())
    assert quoted not in page.content.decode()
    assert "passages" not in parsed(page).values("id")


def test_a_hidden_statement_keeps_its_place_and_says_why_it_is_empty(browse, world, mona, parsed):
    hide(mona, world.node, reason="Spam.")
    response = browse().get(f"{world.map.get_absolute_url()}?node={world.node.number}")
    assert "Hidden by a moderator" in response.content.decode()
    ids = parsed(response).values("id")
    assert f"n{world.node.number}" in ids
    assert f"n{world.doubt.number}" in ids
    history = browse().get(f"{world.map.get_absolute_url()}history/").content.decode()
    assert "Its words were hidden by a moderator." in history
    assert "Spam." in history


def test_a_page_that_a_browser_kept_is_not_confirmed_once_its_words_are_hidden(browse, world, mona):
    client = browse()
    for part in ("", "history/", f"nodes/{world.node.number}/", "disputes/"):
        address = world.map.get_absolute_url() + part
        client.get(address)
        kept = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": kept}).status_code == 304
    hide(mona, world.node, reason="Spam.")
    for part in ("", "history/", f"nodes/{world.node.number}/", "disputes/"):
        address = world.map.get_absolute_url() + part
        again = client.get(address, headers={"If-None-Match": kept})
        assert again.status_code == 200
        assert "zqnodetext" not in again.content.decode()


@pytest.mark.parametrize("name", [None, "victor", "bob", "alice", "mona"])
def test_the_words_that_a_hidden_statement_rests_on_are_not_drawn_as_its_own(
    browse, world, mona, request, parsed, name
):
    client = browse(name and request.getfixturevalue(name))
    address = world.map.get_absolute_url()

    def drawn():
        return {
            each
            for value in parsed(client.get(address)).values("data-nodes")
            for each in value.split()
        }

    number = str(world.node.number)
    assert number in drawn()
    hide(mona, world.node, reason="Spam.")
    assert number not in drawn()


def test_the_words_of_a_hidden_map_are_for_nobody_but_its_editors(map, browse, alice, mona, victor):
    edit_map(alice, map, title="zqmaptitle", question="zqmapquestion")
    hide(mona, map, reason="Spam.")
    base = map.get_absolute_url()
    for address in ("/", base, f"{base}history/", f"{base}disputes/"):
        assert "zqmap" not in browse(victor).get(address).content.decode(), address
        assert "zqmaptitle" in browse(alice).get(address).content.decode(), address
    assert base not in browse(victor).get("/?q=zqmap").content.decode()
