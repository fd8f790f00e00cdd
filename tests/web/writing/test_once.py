"""A form that is sent several times makes one thing: by double clicks, proxies, two tabs."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from argmap.articles.models import Article, Edition
from argmap.debate.models import Annotation
from argmap.journal.models import Event
from argmap.maps.models import Node
from argmap.moderation.actions import hide

from .test_writing import DEEDS, request_of

REPLY = "annotations/{}/reply/"


def at_once(*calls):
    """Each in a thread of its own, all begun together."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(timeout=30)
            answers[number] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def keys(parsed):
    """The keys in the forms of a page."""

    def keys(answer):
        return [a["value"] for _, a in parsed(answer).elements if a.get("name") == "once"]

    return keys


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("htmx", [False, True])
def test_three_at_once_make_one_statement_and_all_three_lead_to_it(
    browse, keys, map, thesis, bob, htmx
):
    address = f"{map.get_absolute_url()}write/support/"
    clients = [browse(bob, htmx=htmx) for _ in range(3)]
    (key,) = keys(clients[0].get(address))
    before = Event.objects.count()

    data = {"text": "Sent three times.", "on": 1, "once": key}
    answers = at_once(*(lambda client=client: client.post(address, data) for client in clients))

    node = Node.objects.get(text="Sent three times.")
    assert Event.objects.count() == before + 1
    assert [answer.status_code for answer in answers] == [200 if htmx else 302] * 3
    if htmx:
        assert all(f'id="card-{node.number}"' in a.content.decode() for a in answers)
        assert len({answer.headers["HX-Trigger"] for answer in answers}) == 1
    else:
        there = f"{map.get_absolute_url()}?node={node.number}#n{node.number}"
        assert [answer.headers["Location"] for answer in answers] == [there] * 3


@pytest.mark.django_db(transaction=True)
def test_three_at_once_bring_in_one_article(browse, alice):
    data = {"title": "Thrice", "text": "One text.", "visibility": "private", "language": "en"}
    clients = [browse(alice) for _ in range(3)]
    posts = [lambda client=c: client.post("/articles/new/", data | {"once": "k"}) for c in clients]
    answers = at_once(*posts)
    made = Article.objects.get(title="Thrice")
    there = made.maps.get().get_absolute_url()
    assert [answer.headers.get("Location") for answer in answers] == [there] * 3


@pytest.mark.parametrize("name", DEEDS)
def test_whatever_is_sent_again_is_done_once(browse, world, bob, simon, request, events, name):
    deed = DEEDS[name]
    if deed.first:
        deed.first(world, {"bob": bob, "simon": simon})
    address, data = request_of(deed, world)
    client, before = browse(request.getfixturevalue(deed.by)), events()
    first, second = (client.post(address, data | {"once": "k"}) for _ in range(2))
    if deed.again == 422:  # the form itself says that it stands already
        assert second.status_code in (302, 422)
    else:
        assert second.headers["Location"] == first.headers["Location"]
    assert deed.there(world)
    assert events() == before + 1


def test_a_refused_form_is_sent_again_with_what_was_missing(browse, keys, map, annotation, bob):
    client, address = browse(bob), map.get_absolute_url() + REPLY.format(annotation.pk)
    refused = client.post(address, {"text": "", "once": "k"})
    assert refused.status_code == 422
    (fresh,) = keys(refused)
    for key in ("k", fresh):
        assert client.post(address, {"text": f"With {key}.", "once": key}).status_code == 302
    assert annotation.replies.count() == 2


def test_the_second_reply_in_a_page_that_a_browser_shows_again_is_kept(
    browse, map, annotation, bob
):
    client, address = browse(bob), map.get_absolute_url() + REPLY.format(annotation.pk)
    for text in ("One.", "Two.", "Two."):
        client.post(address, {"text": text, "once": "k"})
    assert [each.text for each in annotation.replies.order_by("pk")] == ["One.", "Two."]


def test_after_a_reply_the_margin_has_a_new_key(browse, keys, map, annotation, bob):
    client, address = browse(bob, htmx=True), map.get_absolute_url() + REPLY.format(annotation.pk)
    margin = client.get(f"{map.get_absolute_url()}nodes/2/")
    for _ in range(2):
        old = keys(margin)
        assert old
        margin = client.post(address, {"text": "+1", "once": old[0]})
        assert not set(old) & set(keys(margin))
    assert annotation.replies.count() == 2


def test_a_page_that_is_asked_for_anew_after_a_reply_is_no_longer_the_old_one(
    browse, keys, map, annotation, bob
):
    client, page = browse(bob), f"{map.get_absolute_url()}nodes/2/"
    first = client.get(page)
    reply = {"text": "+1", "once": keys(first)[0]}
    client.post(map.get_absolute_url() + REPLY.format(annotation.pk), reply)
    anew = client.get(page, headers={"If-None-Match": first.headers["ETag"]})
    assert anew.status_code == 200
    assert not set(keys(anew)) & set(keys(first))


@pytest.mark.one_database
def test_every_form_that_writes_has_a_key_of_its_own(browse, crawl, parsed, world, bob):
    seen = []
    for address, answer in crawl(browse(bob), world.map.get_absolute_url()):
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        elements = parsed(answer).elements
        forms = [
            a for tag, a in elements if tag == "form" and a.get("method") == "post"
            and not a.get("action", "").startswith("/accounts/")
        ]  # fmt: skip
        keys = [a["value"] for _, a in elements if a.get("name") == "once"]
        assert len(keys) == len(forms), address
        seen += keys
    assert len(seen) == len(set(seen)) > 20


def test_another_persons_form_is_another_form(browse, map, annotation, bob, edith):
    address = map.get_absolute_url() + REPLY.format(annotation.pk)
    for user in (bob, edith):
        browse(user).post(address, {"text": "+1", "once": "k"})
    assert Annotation.objects.filter(parent=annotation).count() == 2


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "a\x00", "é"])
def test_a_key_that_is_none_is_no_obstacle(browse, map, annotation, bob, key):
    address = map.get_absolute_url() + REPLY.format(annotation.pk)
    for _ in range(2):
        assert browse(bob).post(address, {"text": "+1", "once": key}).status_code == 302
    assert annotation.replies.count() == 2


def test_an_edition_that_is_uploaded_twice_is_added_once_and_another_file_is_another(
    browse, map, alice
):
    def upload(words):
        file = SimpleUploadedFile("text.txt", words)
        return client.post(f"{map.get_absolute_url()}editions/new/", {"file": file, "once": "k"})

    client = browse(alice)
    answers = [upload(b"New words."), upload(b"New words."), upload(b"Now words.")]
    assert [answer.status_code for answer in answers] == [302] * 3
    editions = Edition.objects.filter(article=map.article).order_by("number")
    assert [edition.text for edition in editions][1:] == ["New words.", "Now words."]


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_was_hidden_meanwhile_is_not_written_to_by_sending_it_again(
    browse, map, annotation, bob, mona
):
    client, address = browse(bob), map.get_absolute_url() + REPLY.format(annotation.pk)
    client.post(address, {"text": "+1", "once": "k"})
    hide(mona, annotation, reason="Spam.")
    assert client.post(address, {"text": "+1", "once": "k"}).status_code in (302, 403, 404, 409)
    assert annotation.replies.count() == 1
