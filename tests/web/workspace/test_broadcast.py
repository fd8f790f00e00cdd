"""One piece of work for all who follow a map, and nothing in it that one of them may not see."""

import asyncio
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.test import AsyncClient, Client

from argmap.accounts.permissions import Role
from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.maps.models import get_map
from argmap.moderation.actions import (
    dismiss_flags,
    flag,
    hide,
    lock_map,
    restore,
    sanction,
)
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
                session = await act(session_of)(user)
                reader = await act(broadcast.Reader)(
                    user, session, address, seen, edition, since or live.position(seen)
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


def session_of(user):
    if not user.is_authenticated:
        return None
    client = Client()
    client.force_login(user)
    return client.session.session_key


async def hear_until(listener, word):
    heard = ""
    async with asyncio.timeout(20):
        while word not in heard:
            heard += (await anext(listener.messages)).decode()
    return heard


def hidden(name):
    return lambda w: hide(w.mona, getattr(w, name), reason="zqreason", moderator_note="zqsecret")


def in_private(w):
    """Written, replied to, edited and taken back."""
    words = Selection(w.edition, 30, 40)
    on_words = debate.annotate(w.bob, w.map, target=words, text="zqsecret", visibility="private")
    debate.reply(w.bob, on_words, text="zqsecret")
    debate.edit_annotation(w.bob, on_words, version=1, text="zqsecret, edited")
    debate.retract_annotation(w.bob, on_words)
    debate.annotate(w.bob, w.map, target=w.node, text="zqsecret", visibility="private")
    debate.annotate(w.bob, w.map, target=w.link, text="zqsecret", visibility="private")


def in_a_private_map_of_the_article(w):
    other = maps.begin_map(w.alice, title="zqsecret", article=w.map.article)
    words = Selection(w.edition, 60, 70)
    maps.add_node(w.alice, other, kind="thesis", text="zqsecret", selection=words)


def notices_of_moderators(w):
    flag(w.charlie, w.node, reason="spam", note="zqsecret")
    dismiss_flags(w.mona, w.node, moderator_note="zqsecret")
    flag(w.charlie, w.loose, reason="spam", note="zqsecret")
    hide(w.mona, w.loose, reason="Spam.", moderator_note="zqsecret")
    restore(w.mona, w.loose, reason="Not spam.", moderator_note="zqsecret")
    sanction(w.mona, w.victor, kind="mute", reason="zqsecret", moderator_note="zqsecret")


#: Kinds of things that are not for everyone: what happens, the words that may then be in no
#: message, and who may not read them.
VISITOR, READERS, ALL = (None,), (None, "charlie", "victor"), (None, "charlie", "victor", "edith")
SECRETS = {
    "a hidden statement": (hidden("node"), ["zqnode", "zqcitation", "zqquote"], READERS),
    "a hidden annotation": (hidden("annotation"), ["zqnote"], READERS),
    "a hidden dispute": (hidden("dispute"), ["zqstatement", "zqanswer", "zqdecision"], READERS),
    "a hidden link": (hidden("link"), ["zqscheme"], READERS),
    "a hidden article": (
        lambda w: hide(w.mona, w.map.article, reason="Theft."),
        ["Engineers", "piers", "old town"],
        READERS,
    ),
    "what only its author sees": (in_private, ["zqsecret", "zqprivate"], ALL),
    "a private map": (
        lambda w: w.new_node(w.new_map("private"), "thesis", "zqsecret"),
        ["zqsecret"],
        ALL,
    ),
    "a private map of the same article": (in_a_private_map_of_the_article, ["zqsecret"], ALL),
    "who believes what": (
        lambda w: debate.take_stance(w.bob, w.map, target=w.loose, credence=9),
        ["Bob", "bob"],
        ALL,
    ),
    "what moderators tell each other": (notices_of_moderators, ["zqsecret", "Charlie"], ALL),
    "a retracted statement": (
        lambda w: maps.retract_node(w.bob, w.loose),
        ["Nobody has linked"],
        VISITOR,
    ),
}


@pytest.mark.parametrize("secret", SECRETS)
def test_what_one_may_not_see_is_in_no_message(follow, world, secret, request):
    """Each stream of each reader; the words of all that they were sent, and would be anew."""
    people = ("alice", "bob", "charlie", "simon", "victor", "edith", "mona")
    for name in (*people, "new_node", "new_map"):
        setattr(world, name, request.getfixturevalue(name))
    happen, words, kept_from = SECRETS[secret]
    readers = [name and getattr(world, name) for name in kept_from]

    async def body(open_stream):
        streams = [await open_stream(reader, world.map) for reader in readers]
        await act(happen)(world)
        await act(maps.edit_node)(world.alice, world.thesis, version=1, text="zqlast")
        for reader, stream in zip(readers, streams, strict=True):
            heard = await hear_until(stream, "zqlast")
            heard += await act(from_the_beginning)(reader, world.map)
            assert not [word for word in words if word in heard], reader

    follow(body)


@pytest.mark.usefixtures("map")
def test_where_only_sums_are_shown_no_message_names_who_took_a_stance(
    follow, new_map, fill, bob, simon, edith, charlie
):
    world = fill(new_map("public", stances_by_name=False))

    def take_stances():
        debate.take_stance(simon, world.map, target=world.loose, credence=9)
        debate.take_stance(simon, world.map, target=world.link, impact=4)
        debate.take_stance(bob, world.map, target=world.node, credence=20)
        debate.drop_stance(bob, world.map, target=world.link)

    async def body(open_stream):
        readers = (None, charlie, edith, bob)
        streams = [await open_stream(reader, world.map) for reader in readers]
        await act(take_stances)()
        await act(maps.edit_node)(edith, world.thesis, version=1, text="zqlast")
        for reader, stream in zip(readers, streams, strict=True):
            heard = await hear_until(stream, "zqlast")
            assert f"node-{world.loose.number}" in heard
            heard += await act(from_the_beginning)(reader, world.map)
            assert not [name for name in ("bob", "simon") if name in heard.lower()], reader

    follow(body)


def from_the_beginning(reader, map):
    reader = reader or AnonymousUser()
    seen = get_map(reader, map.slug)
    place = broadcast.Place(asking.kind_of(reader, seen, None), 0, 0)
    return broadcast.body_of(seen, place).decode()


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


def test_whose_role_changes_is_told_to_fetch_their_tools_and_nobody_else(
    follow, world, alice, bob, simon
):
    async def body(open_stream):
        other, whose = await open_stream(bob, world.map), await open_stream(simon, world.map)
        await act(maps.set_role)(alice, world.map, simon, Role.EDITOR)
        await act(maps.edit_node)(bob, world.loose, version=1, text="zqnews")
        assert "event: account" in await hear_until(whose, "zqnews")
        assert "event: account" not in await hear_until(other, "zqnews")

    follow(body)


def test_whoever_has_tools_is_told_when_the_map_is_locked(follow, world, mona, bob, monkeypatch):
    monkeypatch.setattr(broadcast, "ASK_SECONDS", 0.05)

    async def body(open_stream):
        writer = await open_stream(bob, world.map)
        await act(lock_map)(mona, world.map, reason="Abuse.")
        await hear_until(writer, "event: account")

    follow(body)


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
    assert "paragraph own" in mine
    assert mine.count("data-annotations") > 0
    assert "paragraph own" not in browse(bob, htmx=True).get(address).content.decode()


def test_all_paragraphs_with_ones_own_marks_come_together_also_after_the_last_is_gone(
    world, victor, browse, map
):
    annotation = debate.annotate(
        victor, map, target=Selection(world.edition, 30, 40), text="Mine.", visibility="private"
    )
    address = f"{map.get_absolute_url()}paragraphs/own/?edition=1"
    mark = f'data-annotations="{annotation.pk}"'

    def own(user):
        return browse(user, htmx=True).get(address).content.decode()

    assert own(victor).startswith('<hx-partial hx-target="#p1" hx-swap="outerMorph">')
    assert mark in own(victor)
    assert own(None) == own(world.thesis.author) == ""
    place = world.edition.text.index("Traffic")
    debate.place_annotation(
        victor, annotation, edition=world.edition, start=place, end=place + len("Traffic")
    )
    assert 'hx-target="#p1"' in own(victor)
    assert 'hx-target="#p2"' in own(victor)
    assert own(victor).count(mark) == 1
    debate.retract_annotation(victor, annotation)
    assert 'hx-target="#p2"' in own(victor)
    assert mark not in own(victor)
