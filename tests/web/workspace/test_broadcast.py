"""One piece of work for all who follow a map, and nothing in it that one of them may not see."""

import asyncio
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.test import AsyncClient

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.maps.models import get_map
from argmap.moderation.actions import hide
from argmap.web.workspace import asking, broadcast, live

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("map", ["public"], indirect=True),
]
act = sync_to_async


@pytest.fixture
def follow():
    """Runs an async body with a function that lets a reader follow; it hears bytes."""

    def follow(body):
        async def run():
            opened = []

            async def open_stream(user, map, address="127.0.0.1", since=None, edition=None):
                user = user or AnonymousUser()
                seen = await act(get_map)(user, map.slug)
                reader = await act(broadcast.Reader)(
                    user, None, address, seen, edition, since or live.position(seen)
                )
                followed = broadcast.followed_by(map.slug, reader)
                followed.__enter__()
                opened.append(followed)
                messages = reader.messages()
                await anext(messages)
                return SimpleNamespace(reader=reader, messages=messages)

            try:
                await body(open_stream)
            finally:
                for each in opened:
                    each.__exit__(None, None, None)

        async_to_sync(run)()
        assert not broadcast._hubs

    return follow


async def hear_until(listener, word):
    heard = ""
    async with asyncio.timeout(20):
        while word not in heard:
            heard += (await anext(listener.messages)).decode()
    return heard


SECRETS = {
    "a hidden statement": lambda w: hide(w.mona, w.node, reason="Spam."),
    "a hidden annotation": lambda w: hide(w.mona, w.annotation, reason="Spam."),
    "a hidden dispute": lambda w: hide(w.mona, w.dispute, reason="Spam."),
    "a hidden link": lambda w: hide(w.mona, w.link, reason="Spam."),
    "a hidden article": lambda w: hide(w.mona, w.map.article, reason="Theft."),
    "a private annotation": lambda w: debate.annotate(
        w.bob, w.map, target=Selection(w.edition, 30, 40), text="zqsecret", visibility="private"
    ),
    "another map": lambda w: w.new_node(w.new_map("public"), "thesis", "zqsecret"),
    "who took a stance": lambda w: debate.take_stance(w.bob, w.map, target=w.loose, credence=9),
    "a retracted statement": lambda w: maps.retract_node(w.bob, w.loose),
}
WORDS = {
    "a hidden statement": ["zqnode"],
    "a hidden annotation": ["zqnote"],
    "a hidden dispute": ["zqstatement", "zqdecision"],
    "a hidden link": ["zqscheme"],
    "a hidden article": ["Engineers", "piers", "old town"],
    "a private annotation": ["zqsecret"],
    "another map": ["zqsecret"],
    "who took a stance": ["Bob"],
    "a retracted statement": ["Nobody has linked"],
}


@pytest.mark.parametrize("secret", SECRETS)
def test_what_a_visitor_may_not_see_is_in_no_message(follow, world, secret, request):
    for name in ("mona", "bob", "new_node", "new_map"):
        setattr(world, name, request.getfixturevalue(name))
    other = world.thesis

    async def body(open_stream):
        visitor = await open_stream(None, world.map)
        await act(SECRETS[secret])(world)
        await act(maps.edit_node)(request.getfixturevalue("alice"), other, version=1, text="zqlast")
        heard = await hear_until(visitor, "zqlast")
        seen = await act(get_map)(AnonymousUser(), world.map.slug)
        place = broadcast.Place(await act(asking.kind_of)(AnonymousUser(), seen, None), 0, 0)
        heard += (await act(broadcast.body_of)(seen, place)).decode()
        assert not [word for word in WORDS[secret] if word in heard]

    request.getfixturevalue("alice")
    follow(body)


def test_a_hundred_readers_cost_one_piece_of_work(follow, world, bob, monkeypatch):
    told, real = [], broadcast.body_of
    monkeypatch.setattr(broadcast, "body_of", lambda *where: told.append(where) or real(*where))

    async def body(open_stream):
        readers = [await open_stream(None, world.map) for _ in range(100)]
        await asyncio.sleep(0.2)
        told.clear()
        await act(maps.edit_node)(bob, world.loose, version=1, text="zqnews")
        heard = [await hear_until(reader, "zqnews") for reader in readers]
        assert len(set(heard)) == 1
        assert len(told) == 1

    follow(body)


def test_whoever_loses_the_map_hears_nothing_of_what_comes_after(follow, world, alice, bob, victor):
    """Both Events in one look: what is sent, and who may have it, are of one moment."""
    maps.set_visibility(alice, world.map, "private")
    seen = get_map(victor, world.map.slug)
    reader = broadcast.Reader(victor, None, "", seen, None, live.position(seen))
    maps.set_role(alice, world.map, victor, None)
    maps.edit_node(bob, world.loose, version=1, text="zqafter")
    found = broadcast.look(world.map.slug, [reader])
    assert broadcast.place_of(reader, found.standings) is None
    assert not found.bodies


def test_an_address_with_a_hundred_readers_waits_for_the_other_ones(follow, world, bob):
    async def body(open_stream):
        crowd = [await open_stream(None, world.map, "10.0.0.1") for _ in range(100)]
        one = await open_stream(None, world.map, "10.0.0.2")
        order, give = [], broadcast.Reader.give

        def noted(reader, *what):
            order.append(reader)
            give(reader, *what)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(broadcast.Reader, "give", noted)
            await act(maps.edit_node)(bob, world.loose, version=1, text="zqnews")
            await hear_until(crowd[-1], "zqnews")
        assert order.index(one.reader) <= 1

    follow(body)


def test_a_slow_reader_keeps_little_and_is_told_to_reload(follow, world, bob, monkeypatch):
    monkeypatch.setattr(broadcast, "MOST_WAITING", 5_000)

    async def body(open_stream):
        slow, quick = await open_stream(None, world.map), await open_stream(None, world.map)
        for version in range(1, 12):
            await act(maps.edit_node)(bob, world.loose, version=version, text=f"zqnews{version}.")
            await hear_until(quick, f"zqnews{version}.")
            assert slow.reader._size < 10_000
        heard = (await anext(slow.messages)).decode()
        assert "Much has happened here." in heard
        assert str(slow.reader.position) == str(quick.reader.position)
        await act(maps.edit_node)(bob, world.loose, version=12, text="zqlast")
        assert "Much has happened" not in await hear_until(slow, "zqlast")

    follow(body)


def test_whoever_stands_behind_gets_what_they_missed_once(follow, world, bob):
    async def body(open_stream):
        ahead = await open_stream(None, world.map)
        since = ahead.reader.position
        for version in (1, 2, 3):
            await act(maps.edit_node)(bob, world.loose, version=version, text=f"zqnews{version}.")
            await hear_until(ahead, f"zqnews{version}.")
        late = await open_stream(None, world.map, since=since)
        heard = await hear_until(late, "zqnews3.")
        assert heard.count("\nid: ") == 1
        assert f"id: {ahead.reader.position}\n" in heard

    follow(body)


def test_a_position_that_was_never_reached_is_told_to_reload(world):
    address = f"{world.map.get_absolute_url()}stream?from=999.1.0"

    async def first():
        response = await AsyncClient().get(address)
        return (await anext(aiter(response.streaming_content))).decode()

    assert "Much has happened here." in async_to_sync(first)()


def test_the_names_of_what_one_fetches_come_before_the_id(world, bob):
    before = get_map(AnonymousUser(), world.map.slug)
    maps.edit_node(bob, world.node, version=world.node.version, text="zqnews")
    seen = get_map(AnonymousUser(), world.map.slug)
    place = broadcast.Place(
        asking.kind_of(AnonymousUser(), seen, None), before.seq, before.article_seq
    )
    body = broadcast.body_of(seen, place).decode()
    *named, last = body.split("\n\n")
    assert f"event: node-{world.node.number}\ndata: node-{world.node.number}" in named
    assert "event: paragraph-1\ndata: paragraph-1" in named
    assert last.startswith("data: <hx-partial")
    assert "id:" not in body


def test_what_is_shared_leaves_paragraphs_with_ones_own_marks_alone(
    world, bob, victor, browse, map
):
    debate.annotate(
        victor, map, target=Selection(world.edition, 30, 40), text="zqmine", visibility="private"
    )
    page = browse(victor).get(map.get_absolute_url()).content.decode()
    assert 'class="paragraph own" id="p1"' in page
    assert "paragraph own" not in browse(bob).get(map.get_absolute_url()).content.decode()

    before = get_map(AnonymousUser(), map.slug)
    maps.edit_node(bob, world.node, version=world.node.version, text="zqnews")
    seen = get_map(AnonymousUser(), map.slug)
    place = broadcast.Place(
        asking.kind_of(AnonymousUser(), seen, None), before.seq, before.article_seq
    )
    assert 'hx-target="#p1:not(.own)"' in broadcast.body_of(seen, place).decode()

    address = f"{map.get_absolute_url()}paragraphs/1/?edition=1"
    mine = browse(victor, htmx=True).get(address).content.decode()
    assert address in mine
    assert mine.count("data-annotations") > 0
    assert "own" not in browse(bob, htmx=True).get(address).content.decode()
