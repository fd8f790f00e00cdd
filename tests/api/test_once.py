"""`Idempotency-Key`: a request that is sent again makes nothing more."""

import base64
import json
import threading

import pytest
from django.db import connections

from argmap.articles.models import Article
from argmap.debate.models import Annotation
from argmap.journal.models import Event, Sent
from argmap.maps.models import Node
from argmap.moderation.actions import hide

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def path(map):
    return f"maps/{map.slug}/annotations/"


@pytest.fixture
def body(claim):
    return {"target": {"node": 2}, "text": "Since when?"}


@pytest.mark.django_db(transaction=True)
def test_three_at_once_make_one_node_and_answer_the_same(api, map, thesis, bob):
    body = {"kind": "claim", "text": "Thrice.", "target": {"node": 1}, "relation": "supports"}
    barrier, answers, before = threading.Barrier(3), [], Event.objects.count()

    def post(client):
        try:
            barrier.wait(timeout=30)
            answers.append(client.post(f"maps/{map.slug}/nodes/", body, headers=KEY))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post, args=[api(bob)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    node = Node.objects.get(text="Thrice.")
    assert Event.objects.count() == before + 1
    assert [answer.status_code for answer in answers] == [201] * 3
    assert {answer.data["number"] for answer in answers} == {node.number}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["Location"] for answer in answers}) == 1
    replayed = [answer.headers.get("Idempotent-Replayed", "") for answer in answers]
    assert sorted(replayed) == ["", "true", "true"]


def test_each_kind_of_thing_is_made_once_and_answered_again(api, map, claim, thesis, alice):
    made = {
        f"maps/{map.slug}/nodes/": {"kind": "claim", "text": "x", "citations": [{"title": "t"}]},
        f"maps/{map.slug}/links/": {
            "source": 2, "relation": "opposes", "target": {"node": 1},
        },
        f"maps/{map.slug}/annotations/": {
            "target": {"selection": {"edition": 1, "start": 4, "end": 10}}, "text": "x",
        },
        f"maps/{map.slug}/disputes/": {
            "target": {"node": 2}, "ground": "outdated", "statement": "x", "evidence": [1],
        },
        "articles/": {"title": "x", "text": "Words."},
        "maps/": {"title": "x"},
    }  # fmt: skip
    for number, (path, body) in enumerate(made.items()):
        headers = {"Idempotency-Key": f'"quoted-{number}"'}
        first = api(alice).post(path, body, headers=headers)
        assert first.status_code == 201, (path, first.data)
        before = Event.objects.count()
        second = api(alice).post(path, body, headers=headers)
        assert (second.status_code, second.data) == (201, first.data), path
        assert second["Location"] == first["Location"]
        assert second["Idempotent-Replayed"] == "true"
        assert Event.objects.count() == before


def test_a_reply_is_made_once(api, path, annotation, bob):
    body = {"target": {"annotation": annotation.pk}, "text": "Since March."}
    first, second = (api(bob).post(path, body, headers=KEY) for _ in range(2))
    assert (second.status_code, second.data) == (201, first.data)
    assert annotation.replies.count() == 1


def test_another_body_or_address_under_the_same_key_is_refused(api, map, path, body, simon):
    assert api(simon).post(path, body, headers=KEY).status_code == 201
    dispute = {"target": {"node": 2}, "ground": "outdated", "statement": "x"}
    for other, sent in (
        (path, body | {"text": "Why?"}),
        (f"maps/{map.slug}/disputes/", dispute),
    ):
        answer = api(simon).post(other, sent, headers=KEY)
        assert answer.status_code == 422, answer.data
        assert list(answer.data["errors"]) == ["Idempotency-Key"]
    assert Annotation.objects.count() == 1


def test_the_same_body_in_another_order_is_the_same(api, path, body, simon):
    first = api(simon).post(path, body, headers=KEY)
    second = api(simon).post(path, dict(reversed(body.items())), headers=KEY)
    assert second.data == first.data


def test_another_persons_same_key_means_nothing(api, path, body, simon, bob):
    first, second = (api(who).post(path, body, headers=KEY) for who in (simon, bob))
    assert first.data["id"] != second.data["id"]
    assert "Idempotent-Replayed" not in second


def test_a_refused_request_uses_up_no_key(api, path, body, simon, victor):
    assert api(simon).post(path, body | {"text": ""}, headers=KEY).status_code == 422
    assert api(victor).post(path, body, headers=KEY).status_code == 403
    assert api().post(path, body, headers=KEY).status_code in (401, 404)
    assert Sent.objects.count() == 0
    answer = api(simon).post(path, body, headers=KEY)
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)


def test_without_a_key_each_request_makes_one(api, path, body, simon):
    first, second = (api(simon).post(path, body) for _ in range(2))
    assert first.data["id"] != second.data["id"]


@pytest.mark.parametrize("key", ["", '""', "x" * 65, "a b", "a;b"])
def test_a_key_that_is_none_is_refused(api, path, body, simon, key):
    answer = api(simon).post(path, body, headers={"Idempotency-Key": key})
    assert answer.status_code == 400, answer.data
    assert "1 to 64" in answer.data["detail"]
    assert Annotation.objects.count() == 0


@pytest.mark.parametrize("sent", ["[" * 100_000, "[" * 900 + "]" * 900, '"\\ud800"', "{", ""])
def test_a_body_that_is_none_is_refused_with_a_key_as_without(api, path, claim, simon, sent):
    answer = api(simon).generic("POST", path, sent, "application/json", headers=KEY)
    assert answer.status_code in (400, 422), answer.data


def test_a_body_of_another_kind_is_refused_with_a_key_as_without(api, path, claim, simon):
    answer = api(simon).generic("POST", path, "a=b", "multipart/form-data; boundary=x", headers=KEY)
    assert answer.status_code == 415


def test_a_tokens_secret_is_shown_once(api, alice):
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Basic " + base64.b64encode(b"alice:secret").decode())
    assert client.post("tokens/", {"name": "one"}, headers=KEY).status_code == 201
    again = client.post("tokens/", {"name": "one"}, headers=KEY)
    assert again.status_code == 409
    assert "secret" not in again.data
    assert alice.api_tokens.count() == 1


def test_what_is_answered_again_is_as_the_caller_may_see_it_now(api, alice, mona):
    body = {"title": "Mine", "text": "Words.", "visibility": "public"}
    first = api(alice).post("articles/", body, headers=KEY)
    hide(mona, Article.objects.get(pk=first.data["id"]), reason="Spam.")
    second = api(alice).post("articles/", body, headers=KEY)
    assert second.data == api(alice).get(first["Location"]).data
    assert second.data["hidden"] is True


def test_the_schema_names_the_header_where_something_is_made(api, db):
    paths = json.loads(api().get("schema/").content)["paths"]
    making = [
        verbs["post"]
        for verbs in paths.values()
        if "201" in verbs.get("post", {}).get("responses", {})
    ]
    assert len(making) >= 7
    for post in making:
        assert "Idempotency-Key" in {each["name"] for each in post["parameters"]}
        assert "Idempotent-Replayed" in post["responses"]["201"]["headers"]
