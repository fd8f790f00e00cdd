"""The live stream of a map's page: from where the page stood, and no more than one may see."""

import asyncio
import re
from collections import deque

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient

from argmap.articles.actions import add_edition
from argmap.debate import actions as debate
from argmap.journal.models import Journal
from argmap.maps import actions as maps
from argmap.moderation.actions import hide, sanction
from argmap.web.workspace import broadcast

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 10


class Listener:
    """What a browser hears: each message as (id, event, data)."""

    def __init__(self, response):
        self.parts = response.streaming_content
        self.heartbeats = 0
        self.heard = deque()

    async def hear(self):
        """The next message, or None where the stream has ended."""
        while not self.heard:
            try:
                part = await asyncio.wait_for(anext(self.parts), SECONDS)
            except StopAsyncIteration:
                return None
            text = part.decode()
            assert text.endswith("\n\n")
            for message in text.removesuffix("\n\n").split("\n\n"):
                if message.startswith(":"):
                    self.heartbeats += 1
                else:
                    self.heard.append(message)
        lines = [line.partition(": ")[::2] for line in self.heard.popleft().splitlines()]
        found = {name: value for name, value in lines if name != "data"}
        data = "\n".join(value for name, value in lines if name == "data")
        return found.get("id"), found.get("event"), data

    async def hear_all(self, until):
        """Messages until one has the id."""
        heard = []
        while not heard or heard[-1][0] != until:
            heard.append(await self.hear())
        return heard


@pytest.fixture
def listen():
    """Runs an async test body with a function that opens streams and closes them afterwards."""

    def listen(body):
        async def run():
            opened = []

            async def open_stream(user, map, position=None, edition=None, **headers):
                client = AsyncClient()
                if user is not None:
                    await client.aforce_login(user)
                query = {"from": position} if position else {}
                query |= {"edition": edition} if edition else {}
                path = f"{map.get_absolute_url()}stream"
                response = await client.get(path, query, headers=headers)
                if response.streaming:
                    opened.append(response.streaming_content)
                    return Listener(response)
                return response

            try:
                await body(open_stream)
            finally:
                for each in opened:
                    await each.aclose()

        async_to_sync(run)()

    return listen


def position(map, user=None):
    seqs = Journal.objects.in_bulk([map.journal_id, map.article.journal_id])
    account = Journal.objects.get(pk=user.journal_id).seq if user else 0
    return f"{seqs[map.journal_id].seq}.{seqs[map.article.journal_id].seq}.{account}"


act = sync_to_async


def test_it_begins_where_the_page_stood(listen, world, victor, browse):
    page = browse(victor).get(world.map.get_absolute_url()).content.decode()
    start = re.search(r"/stream\?from=([\d.]+)", page)[1]
    assert start == position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, start)
        assert await listener.hear() == (start, None, "")

    listen(body)


def test_it_is_an_event_stream_that_no_proxy_keeps(listen, world, victor):
    async def body(open_stream):
        client = AsyncClient()
        await client.aforce_login(victor)
        path = f"{world.map.get_absolute_url()}stream?from=1.1.0"
        response = await client.get(path)
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert "no-transform" in response.headers["Cache-Control"]
        assert response.headers["X-Accel-Buffering"] == "no"
        await response.streaming_content.aclose()

    listen(body)


def test_after_a_break_one_gets_what_one_missed_and_no_more(listen, world, victor, bob, simon):
    before = position(world.map, victor)
    node = maps.add_node(
        bob, world.map, kind="claim", text="zqmissed", target=world.thesis, relation="supports"
    )
    middle = position(world.map, victor)
    debate.annotate(simon, world.map, target=world.loose, text="Seen?")
    after = position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, **{"Last-Event-ID": before})
        assert await listener.hear() == (before, None, "")
        *named, whole = await listener.hear_all(until=after)
        assert "zqmissed" in whole[2]
        assert f'id="card-{world.loose.number}"' in whole[2]
        assert f"node-{node.number}" in {event for _, event, _ in named}

        # The header, not the address, says where a browser stands that had more already.
        listener = await open_stream(victor, world.map, before, **{"Last-Event-ID": middle})
        await listener.hear()
        *named, rest = await listener.hear_all(until=after)
        assert f'hx-target="#card-{world.loose.number}"' in rest[2]
        assert "zqmissed" not in rest[2]
        assert named == [(None, f"node-{world.loose.number}", f"node-{world.loose.number}")]

    listen(body)


def test_what_happens_while_one_listens_comes_at_once(listen, world, victor, bob):
    start = position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, start)
        await listener.hear()
        await act(maps.edit_node)(bob, world.loose, version=1, text="zqnews")
        now = await act(position)(world.map, victor)
        *_, (_, event, html) = await listener.hear_all(until=now)
        assert event is None
        assert f'<hx-partial hx-target="#card-{world.loose.number}" hx-swap="outerMorph">' in html
        assert "zqnews" in html

    listen(body)


def test_a_new_edition_and_ones_own_account_are_told_of(listen, world, alice, victor):
    start = position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, start)
        await listener.hear()
        await act(add_edition)(alice, world.map.article, text="The bridge is open.")
        assert "The article has changed." in (await listener.hear())[2]
        await act(debate.annotate)(
            victor, world.map, target=world.node, text="Mine.", visibility="private"
        )
        assert (await listener.hear())[1] == "account"

    listen(body)


def test_what_was_new_in_ones_account_during_a_break_is_told_at_once(listen, world, victor):
    before = position(world.map, victor)
    debate.annotate(victor, world.map, target=world.node, text="Mine.", visibility="private")
    after = position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, **{"Last-Event-ID": before})
        assert await listener.hear() == (after, "account", "account")

    listen(body)


@pytest.mark.parametrize("who", ["visitor", "charlie"])
def test_the_outsider_finds_no_stream(listen, world, request, who):
    user = None if who == "visitor" else request.getfixturevalue(who)
    start = position(world.map)

    async def body(open_stream):
        assert (await open_stream(user, world.map, start)).status_code == 404

    listen(body)


def test_without_a_position_there_is_none(listen, world, victor):
    async def body(open_stream):
        for wrong in (None, "", "1", "a.b.c", "1.1.1.1", "-1.0.0"):
            assert (await open_stream(victor, world.map, wrong)).status_code == 400

    listen(body)


def test_there_is_none_of_an_edition_that_is_not_there(listen, world, victor):
    """What happens is worked out for each edition that somebody reads: nobody makes up a few."""

    async def body(open_stream):
        start = await act(position)(world.map, victor)
        assert (await open_stream(victor, world.map, start, edition=2)).status_code == 404
        listener = await open_stream(victor, world.map, start, edition=1)
        assert await listener.hear() == (start, None, "")

    listen(body)


@pytest.mark.parametrize("loss", ["membership", "ban"])
def test_it_ends_when_the_reader_loses_the_map(listen, world, alice, victor, mona, loss):
    start = position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, start)
        await listener.hear()
        if loss == "membership":
            await act(maps.set_role)(alice, world.map, victor, None)
        else:
            await act(sanction)(mona, victor, kind="ban", reason="Threats.")
            assert (await listener.hear())[1] == "account"
        assert (await listener.hear())[1] == "gone"
        assert await listener.hear() is None

    listen(body)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_it_ends_when_the_map_is_hidden(listen, world, mona):
    start = position(world.map)

    async def body(open_stream):
        listener = await open_stream(None, world.map, start)
        await listener.hear()
        await act(hide)(mona, world.map, reason="Spam.")
        assert (await listener.hear())[1] == "gone"
        assert await listener.hear() is None

    listen(body)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_hidden_words_come_to_those_alone_who_may_read_them(
    listen, world, charlie, edith, mona, bob
):
    starts = {user: position(world.map, user) for user in (None, charlie, edith)}

    async def body(open_stream):
        listeners = {
            user: await open_stream(user, world.map, start) for user, start in starts.items()
        }
        for listener in listeners.values():
            await listener.hear()
        await act(hide)(mona, world.node, reason="Spam.")
        await act(maps.edit_node)(bob, world.loose, version=1, text="zqopen")
        for user, listener in listeners.items():
            text = ""
            while "zqopen" not in text:
                text += (await listener.hear())[2]
            assert ("zqnodetext" in text) == (user == edith), user

    listen(body)


def test_a_commit_wakes_it_long_before_it_looks_by_itself(listen, world, victor, bob):
    """On PostgreSQL by NOTIFY, on SQLite by the poller and by the process that wrote."""
    assert broadcast.ASK_SECONDS >= 10
    start = position(world.map, victor)

    async def body(open_stream):
        listener = await open_stream(victor, world.map, start)
        await listener.hear()
        for version in (1, 2, 3):
            heard = asyncio.ensure_future(listener.hear())
            await asyncio.sleep(0.05)
            await act(maps.edit_node)(bob, world.loose, version=version, text=f"zqnews{version}")
            found = await asyncio.wait_for(heard, 5)
            while f"zqnews{version}" not in found[2]:
                found = await asyncio.wait_for(listener.hear(), 5)
        assert listener.heartbeats == 0

    listen(body)
