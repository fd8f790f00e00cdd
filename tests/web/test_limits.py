"""What a few people, or a script, could make too large or too slow for everybody else."""

import asyncio
import re
import time
from collections import Counter

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import AsyncClient, RequestFactory

from argmap.articles.actions import Selection
from argmap.articles.anchoring import Paragraph, paragraphs
from argmap.asgi import application as asgi
from argmap.interchange import document
from argmap.journal.markdown import html_of
from argmap.journal.models import Event, Journal
from argmap.maps import actions as maps
from argmap.maps.actions.links import MOST_LEVELS
from argmap.maps.models import Link
from argmap.moderation.actions import flag
from argmap.transfer.actions import import_map
from argmap.web.http.bounds import SENTENCE, can_be_read
from argmap.web.http.memory import Memory, weight_of
from argmap.web.workspace import broadcast, stream
from argmap.web.workspace.marks import MOST_NAMED, Mark
from argmap.web.workspace.text import segments
from argmap.wsgi import application as wsgi

# ── Articles and their passages


def test_a_card_names_the_first_paragraphs_of_a_long_passage(browse, new_map, new_node):
    map = new_map("public", text="\n\n".join("abcdefghi"))
    edition = map.article.editions.get()
    new_node(map, "thesis", selection=Selection(edition, 0, len(edition.text)))
    page = browse().get(map.get_absolute_url()).content.decode()
    assert "¶ 1, 2, 3, 4, 5, 6, …</a>" in page
    short = new_map("public", text="\n\n".join("abcdef"))
    edition = short.article.editions.get()
    new_node(short, "thesis", selection=Selection(edition, 0, len(edition.text)))
    assert "¶ 1, 2, 3, 4, 5, 6</a>" in browse().get(short.get_absolute_url()).content.decode()


def test_passages_within_passages_do_not_name_everyone_over_every_word():
    part = Paragraph(1, 0, "x" * 4000)
    marks = [Mark(i, 4000 - i, annotation=i + 1) for i in range(1500)]
    marks.append(Mark(0, 4000, node=7, status="disputed"))
    begun = time.process_time()
    found = segments(part, marks)
    assert time.process_time() - begun < 2
    assert "".join(each.text for each in found) == part.text
    assert max(len(each.annotations) for each in found) == MOST_NAMED
    assert all(each.nodes == (7,) and each.layers[0] == "disputed" for each in found)


def test_marks_end_where_their_words_end():
    part = Paragraph(2, 10, "0123456789")
    marks = [
        Mark(0, 13, node=1, status="stands"),
        Mark(12, 15, node=2, status="disputed"),
        Mark(12, 15, annotation=3),
        Mark(18, 40, annotation=4),
    ]
    assert [tuple(each) for each in segments(part, marks)] == [
        ("01", 10, 12, (1,), (), ("stands",)),
        ("2", 12, 13, (1, 2), (3,), ("disputed", "annotated")),
        ("34", 13, 15, (2,), (3,), ("disputed", "annotated")),
        ("567", 15, 18, (), (), ()),
        ("89", 18, 20, (), (4,), ("annotated",)),
    ]


# ── Markdown


@pytest.mark.parametrize(
    "text",
    [
        "|" + "a|" * 600 + "\n|" + "-|" * 600 + "\n" + "a\n" * 1200,
        "[x]" * 1000 + "\n\n[x]: http://" + "a" * 6000,
        ">" * 20 + "a\n\n" + "- " * 2000,
        "[a](http://b) " * 700,
    ],
)
def test_markdown_does_not_grow_beyond_what_was_written(text):
    assert len(html_of(text)) < 10 * len(text)


@pytest.mark.parametrize(
    "piece", ["![", "[", "![](", "[a](", "**a*", "~~a", "_a*", " *_", "](", "> ", "- ", "`", "<a:"]
)
def test_no_text_takes_long_to_render(piece):
    begun = time.process_time()
    html_of((piece * 20_000)[:20_000])
    assert time.process_time() - begun < 3  # not a measure: it takes a tenth of a second


def test_a_picture_in_markdown_is_a_link_to_it():
    assert html_of("![a](https://example.org/a.png)").startswith("<p>!<a href=")


@pytest.mark.parametrize(
    "to", ["/accounts/logout/", "//evil.example", "x", "https:/x", "?a", "\\\\x"]
)
def test_a_link_in_markdown_leads_to_a_whole_address(to):
    assert "href" not in html_of(f"[a]({to})")


@pytest.mark.parametrize("to", ["https://example.org/x?y", "http://x.org", "mailto:a@b.org", "#p4"])
def test_or_to_a_paragraph_of_the_page(to):
    assert f'href="{to}"' in html_of(f"[a]({to})")


def test_markdown_is_rendered_once(monkeypatch):
    first = html_of("*Once.*")
    monkeypatch.setattr("argmap.journal.markdown.render", lambda text: "again")
    assert html_of("*Once.*") == first


# ── What is kept in memory


def memory(thousands):
    cache = Memory("limits", {"OPTIONS": {"MAX_ENTRIES": thousands}})
    cache.clear()
    return cache


def test_the_paragraphs_of_many_editions_are_not_all_kept():
    cache = memory(2000)
    for number in range(10):
        cache.set(number, paragraphs(f"{number}\n\n" + "words\n\n" * 4000))
    kept = [cache.get(number) for number in range(10) if cache.get(number)]
    assert 0 < len(kept) < 4
    assert cache.get(9) == kept[-1]


def test_nor_what_has_long_names():
    cache = memory(100)
    for number in range(10):
        cache.set(("text", number, (Mark(0, 1, annotation=number),) * 100, "x" * 20_000), "")
    assert len([number for number in range(10) if len(cache._store.kept) > number]) < 5


def test_a_thing_that_knows_its_weight_is_believed():
    class Known:
        weight = 7

    assert weight_of(Known()) == 7
    assert weight_of(["x" * 1000]) > 1000
    assert weight_of({"a": ("x" * 1000,)}) > 1000


def test_what_is_set_again_or_deleted_weighs_no_more():
    cache = memory(10)
    for _ in range(100):
        cache.set("a", "x" * 5000)
    cache.set("b", "x" * 3000)
    assert cache.get("a")
    cache.delete("a")
    cache.set("c", "x" * 5000)
    assert cache.get("b")
    assert cache.get_many(["a", "b"]) == {"b": "x" * 3000}


# ── Steps on steps


def chain(map, bob, new_node, levels):
    """Steps that bear on one another, past what an action allows."""
    thesis = new_node(map, "thesis")
    link = new_node(map, on=thesis).links_out.get()
    node = new_node(map)
    event = Event.objects.last()
    for _ in range(levels):
        link = Link.objects.create(
            map=map,
            source=node,
            target_link=link,
            relation="undercuts",
            author=bob,
            created_at=event.at,
            changed_at=event.at,
        )
    return link


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_however_high_they_lie_a_step_names_one_level(browse, map, bob, charlie, mona, new_node):
    link = chain(map, bob, new_node, 400)
    assert str(link) == "#3 undercuts the step from #3"
    flag(charlie, link, reason="spam")
    for user, path in (
        (mona, "/moderation/"),
        (mona, f"/moderation/link/{link.pk}/hide/"),
        (charlie, f"/flag/link/{link.pk}/"),
        (bob, f"{map.get_absolute_url()}links/{link.pk}/"),
        (bob, f"{map.get_absolute_url()}links/{link.pk}/retract/"),
    ):
        assert browse(user).get(path).status_code == 200, path


def test_twenty_steps_bear_on_one_another_at_most(map, bob, edith, new_node):
    top = chain(map, bob, new_node, MOST_LEVELS - 1)
    last = new_node(map, "counterpoint", on=top, relation="undercuts")
    with pytest.raises(ValidationError, match="At most 20 steps") as caught:
        new_node(map, "counterpoint", on=last.links_out.get(), relation="undercuts")
    assert list(caught.value.message_dict) == ["target"]


def test_nor_does_a_move_pile_them_higher(map, bob, edith, new_node):
    first = chain(map, bob, new_node, MOST_LEVELS)
    other = chain(map, bob, new_node, 1)
    under_it = other.target_link
    chain_on_other = new_node(map, "counterpoint", on=other, relation="undercuts")
    below = Link.objects.filter(map=map, relation="undercuts").order_by("pk")[MOST_LEVELS - 2]
    with pytest.raises(ValidationError, match="At most 20 steps"):
        maps.move_link(edith, other, version=1, target=below)
    assert maps.move_link(edith, other, version=1, target=first.target_link.target_link.target_link)
    assert chain_on_other.links_out.get().target_link_id == other.pk
    assert under_it.links_in.count() == 0


def test_nor_an_import(alice):
    def levels(count):
        links = [document.Link("l0", 2, 1, "supports")]
        links += [document.Link(f"l{n}", 2, f"l{n - 1}", "undercuts") for n in range(1, count + 1)]
        nodes = [document.Node(1, "thesis", "T."), document.Node(2, "claim", "C.")]
        return document.MapDocument("High", nodes=nodes, links=links)

    assert import_map(alice, levels(MOST_LEVELS)).map.links.count() == MOST_LEVELS + 1
    with pytest.raises(ValidationError, match="at most 20 links bear on one another"):
        import_map(alice, levels(5000))


# ── Requests

# Over the first three Django fails before any middleware.
GARBLED = [
    "text/plain; charset=hex",
    'multipart/form-data; boundary=b; CHARSET="hex"',
    "text/plain; x*=\xff''%41",
    "text/plain; x*=utf-8''%41",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data; boundary=b; charset=unicode_escape",
    "text/plain; charset*=utf-8''utf-16",
]


@pytest.mark.parametrize("content_type", GARBLED[3:])
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/api/v1/maps/"])
def test_another_encoding_is_refused_with_a_sentence(browse, content_type, path):
    assert not can_be_read(content_type)
    for ask in (browse().get, browse().post):
        answer = ask(path, headers={"Content-Type": content_type})
        assert answer.status_code == 400
        assert SENTENCE in answer.content.decode()


@pytest.mark.parametrize("content_type", GARBLED)
def test_by_both_ways_that_servers_take_to_us(content_type):
    environ = RequestFactory().get("/").environ | {"CONTENT_TYPE": content_type}
    begun = []
    body = b"".join(wsgi(environ, lambda status, headers: begun.append(status)))
    assert (begun, body.decode()) == (["400 Bad Request"], SENTENCE)

    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    headers = [(b"content-type", content_type.encode("latin-1"))]
    scope = {"type": "http", "path": "/", "query_string": b"", "headers": headers}
    async_to_sync(asgi)(scope, receive, send)
    assert sent[0]["status"] == 400
    assert SENTENCE in sent[1]["body"].decode()


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain; charset=utf-8",
        'application/json; charset="UTF-8"',
        "multipart/form-data; boundary=--x",
        "text/html;charset=utf8",
    ],
)
def test_utf_8_is_read(browse, db, content_type):
    assert can_be_read(content_type)
    assert browse().get("/", headers={"Content-Type": content_type}).status_code == 200


@pytest.mark.parametrize("session", ["a\x00b", "A" * 32, "é", "x" * 65, "", "'; --"])
def test_a_session_cookie_that_is_none_of_ours_is_none(browse, db, session):
    client = browse()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    assert client.get("/", headers={"Cookie": f"sessionid={session}"}).status_code == 200
    answer = client.post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 200


def test_ours_is_still_one(browse, alice):
    assert "Alice" in browse(alice).get("/").content.decode()


# ── Names


def test_who_reports_an_account_reads_its_name_alone(browse, alice, bob):
    bob.name = "Robert"
    bob.save()
    page = browse(alice).get(f"/flag/account/{bob.pk}/").content.decode()
    assert "Robert" in page
    assert re.search(r"\bbob\b", page) is None


def test_nobody_takes_anothers_address_for_a_name(browse, alice):
    form = {"email": "evil@example.org", "password1": "xK9!lmnopq", "password2": "xK9!lmnopq"}
    answer = browse().post("/accounts/signup/", {"username": alice.email, **form})
    assert "not an email address" in answer.content.decode()
    assert not get_user_model().objects.filter(username=alice.email).exists()
    browse().post("/accounts/signup/", {"username": "Zoë.z-1", **form})
    assert get_user_model().objects.filter(username="Zoë.z-1").exists()


# ── Streams


def position(map, user=None):
    seqs = [Journal.objects.get(pk=pk).seq for pk in (map.journal_id, map.article.journal_id)]
    return f"{seqs[0]}.{seqs[1]}.{Journal.objects.get(pk=user.journal_id).seq if user else 0}"


@pytest.fixture
def listen():
    """Runs an async body with a function that opens streams: (client, map, position) → response."""

    def listen(body):
        async def run():
            opened = []

            async def open_stream(client, map, position):
                response = await client.get(f"{map.get_absolute_url()}stream", {"from": position})
                if response.streaming:
                    opened.append(response._iterator)
                return response

            try:
                await body(open_stream)
            finally:
                for each in opened:
                    await each.aclose()

        async_to_sync(run)()
        assert not stream._open

    return listen


async def hear(response):
    """The next message that is no heartbeat."""
    async with asyncio.timeout(20):
        async for part in response.streaming_content:
            if not part.startswith(b":"):
                return part.decode()
    return None


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("signed_in", [True, False])
def test_one_person_or_address_opens_so_many_streams(listen, map, victor, monkeypatch, signed_in):
    monkeypatch.setattr(stream, "MOST_STREAMS_OF_A_PERSON", 2)
    monkeypatch.setattr(stream, "MOST_STREAMS", 4)  # of which an address may have half
    start = position(map, victor if signed_in else None)

    async def body(open_stream):
        client = AsyncClient()
        if signed_in:
            await client.aforce_login(victor)
        first, second = [await open_stream(client, map, start) for _ in range(2)]
        assert await hear(first)
        assert await hear(second)
        refused = await open_stream(client, map, start)
        assert refused.status_code == 429
        assert "Too many pages" in refused.content.decode()
        await first._iterator.aclose()
        third, fourth = [await open_stream(client, map, start) for _ in range(2)]
        assert await hear(third)
        assert await hear(fourth) is None  # it was asked for before the third was counted

    listen(body)


def test_streams_of_many_greedy_addresses_leave_room_for_the_next(monkeypatch):
    monkeypatch.setattr(stream, "_open", Counter())
    for greedy in range(9):
        address = f"127.0.9.{greedy}"
        while stream._open[address] < stream._most(address):
            stream._open[address] += 1
    assert stream._open.total() < stream.MOST_STREAMS
    assert stream._most("127.0.10.1") > 0


def test_whoever_missed_very_much_is_told_to_reload(listen, map, victor, bob, monkeypatch, claim):
    monkeypatch.setattr(broadcast, "MOST_BEHIND", 2)
    start = position(map, victor)
    for version in (1, 2, 3):
        maps.edit_node(bob, claim, version=version, text=f"zqnews {version}")

    async def body(open_stream):
        client = AsyncClient()
        await client.aforce_login(victor)
        response = await open_stream(client, map, start)
        assert await hear(response) == f"id: {start}\n\n"
        message = await hear(response)
        assert "Much has happened here." in message
        assert "zqnews" not in message
        await sync_to_async(maps.edit_node)(bob, claim, version=4, text="zqlater")
        assert "zqlater" in await hear(response)

    listen(body)


@pytest.mark.parametrize("end", ["sign out", "new password"])
def test_a_stream_ends_with_the_session_that_it_was_opened_in(listen, map, victor, bob, claim, end):
    start = position(map, victor)

    async def body(open_stream):
        client = AsyncClient()
        await client.aforce_login(victor)
        response = await open_stream(client, map, start)
        await hear(response)
        if end == "sign out":
            await client.alogout()
        else:
            victor.set_password("another")
            await victor.asave()
        # At the next heartbeat: nobody says so in a journal.
        assert await hear(response) == "event: gone\ndata: gone\n\n"
        await sync_to_async(maps.edit_node)(bob, claim, version=1, text="zqlater")
        assert await hear(response) is None

    listen(body)
