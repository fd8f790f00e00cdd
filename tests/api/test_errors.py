"""Whatever is sent, the answer says what is wrong with it, and it is never a 500."""

import base64
import json
from types import SimpleNamespace

import pytest

from argmap.api.annotations import NewAnnotationSerializer
from argmap.api.articles import NewArticleSerializer
from argmap.api.base.errors import handle
from argmap.api.disputes import NewDisputeSerializer
from argmap.api.links import NewLinkSerializer
from argmap.api.maps import NewMapSerializer
from argmap.api.nodes import NewNodeSerializer
from argmap.api.tokens import NewTokenSerializer
from argmap.journal.errors import Stale
from argmap.maps.actions import edit_node

BODIES = {
    "articles/": {"title": "T", "text": "Words."},
    "maps/": {"title": "T"},
    "nodes/": {"kind": "claim", "text": "T"},
    "links/": {"source": 2, "relation": "opposes", "target": {"node": 1}},
    "annotations/": {"target": {"node": 2}, "text": "T"},
    "disputes/": {"target": {"node": 2}, "ground": "outdated", "statement": "T"},
    "tokens/": {"name": "T"},
}

BODY_OF = {
    "articles/": NewArticleSerializer,
    "maps/": NewMapSerializer,
    "nodes/": NewNodeSerializer,
    "links/": NewLinkSerializer,
    "annotations/": NewAnnotationSerializer,
    "disputes/": NewDisputeSerializer,
    "tokens/": NewTokenSerializer,
}


@pytest.fixture
def path_of(map, claim):
    return lambda part: (
        part if part in ("articles/", "maps/", "tokens/") else (f"maps/{map.slug}/{part}")
    )


@pytest.fixture
def sender(api, alice):
    """Alice, as whoever sends to that part must come: a token is made by the password alone."""

    def sender(part):
        client = api(alice)
        if part == "tokens/":
            client = api()
            pair = base64.b64encode(b"alice:secret").decode()
            client.credentials(HTTP_AUTHORIZATION=f"Basic {pair}")
        return client

    return sender


@pytest.mark.parametrize("part", BODIES)
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"title": NaN}', 400),
        (b'{"title": ' + b"1" * 5000 + b"}", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"17", 422),
        (b'{"\\ud800": 1}', 422),
    ],
)
def test_a_body_that_is_none_is_refused(sender, path_of, part, sent, status):
    answer = sender(part).post(path_of(part), sent, content_type="application/json")
    assert answer.status_code == status, answer.content
    json.loads(answer.content)


@pytest.mark.parametrize("part", BODIES)
def test_a_value_of_any_kind_in_any_field_is_no_error_of_ours(api, alice, path_of, part):
    values = [None, True, 0, -1, 1.5, 1e400, 10**4000, "", "x\x00y", "\ud800", "9" * 2000]
    values += [[], {}, [[]], [{}], {"node": {}}, {"node": []}, {"node": 1e400}, {"link": "\ud800"}]
    values += [{"selection": {"edition": 1e9, "start": -1, "end": None}}, [None], ["\x00"], [True]]
    client = api(alice)
    names = [*BODY_OF[part]().fields, "\ud800", "x" * 500]
    for name in names:
        for value in values:
            body = json.dumps(BODIES[part] | {name: value}).replace("Infinity", "1e400")
            answer = client.post(path_of(part), body, content_type="application/json")
            assert answer.status_code in (201, 403, 409, 422), (name, value, answer.content)
            if answer.status_code == 422:
                assert answer.data["errors"]
            json.loads(answer.content)


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("articles/", "title"),
        ("articles/", "text"),
        ("maps/", "title"),
        ("nodes/", "text"),
        ("annotations/", "text"),
        ("disputes/", "statement"),
        ("tokens/", "name"),
    ],
)
@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_what_no_database_can_hold_is_refused_beside_its_field(sender, path_of, part, field, bad):
    body = json.dumps(BODIES[part] | {field: bad})
    answer = sender(part).post(path_of(part), body, content_type="application/json")
    assert answer.status_code == 422
    assert list(answer.data["errors"]) == [field]


def test_what_is_sent_is_json(api, alice, path_of):
    for content_type in ("text/plain", "multipart/form-data; boundary=x", "application/xml"):
        answer = api(alice).post(path_of("nodes/"), b"x", content_type=content_type)
        assert answer.status_code == 415
    assert api(alice).post(path_of("nodes/")).status_code == 422


def test_what_is_too_large_is_not_read(api, alice, path_of):
    body = json.dumps({"title": "T", "text": "x" * 6_000_000})
    answer = api(alice).post("articles/", body, content_type="application/json")
    assert answer.status_code == 413
    assert answer.data == {"detail": "This is too large."}


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("after=x", "after"),
        ("after=-1", "after"),
        ("after=9223372036854775808", "after"),
        ("after=%00", "after"),
        ("after=" + "9" * 5000, "after"),
        ("after=٣", "after"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e3", "limit"),
    ],
)
@pytest.mark.parametrize("part", BODIES)
def test_a_page_that_cannot_be_is_refused(api, alice, path_of, part, query, named):
    answer = api(alice).get(f"{path_of(part)}?{query}")
    assert answer.status_code == 422
    assert list(answer.data["errors"]) == [named]


def test_after_the_last_row_there_is_nothing(api, alice, path_of):
    for part in BODIES:
        answer = api(alice).get(f"{path_of(part)}?after=9223372036854775807")
        assert answer.data == {"next": None, "results": []}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "x/",
        "maps",
        "maps/a b/",
        "maps/x%00y/",
        "maps/" + "x" * 3000 + "/",
        "articles/x/",
        "articles/0/",
        "articles/99999999999999999999999/",
        "articles/" + "9" * 5000 + "/",
        "articles/1/editions/99999999999999999999/",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found_in_json(api, alice, path):
    for answer in (api(alice).get(path), api(alice).post(path, {})):
        if answer.status_code == 405:
            continue
        assert answer.status_code == 404
        assert "nothing here" in answer.json()["detail"]


def test_nothing_is_changed_or_deleted_by_a_method_that_is_not_there(api, alice, map, claim):
    for part in ("", "nodes/", "nodes/2/", "links/", "annotations/", "disputes/"):
        for method in ("put", "patch", "delete"):
            answer = getattr(api(alice), method)(f"maps/{map.slug}/{part}", {})
            assert answer.status_code == 405
    assert map.nodes.count() == 2


def test_who_wants_no_json_is_told_so(api, public_map):
    answer = api().get(f"maps/{public_map.slug}/", headers={"accept": "text/html"})
    assert answer.status_code == 406
    assert answer.headers["Content-Type"] == "application/json"


def test_whoever_wrote_meanwhile_both_texts_are_kept(claim, bob):
    edit_node(bob, claim, version=1, text="Theirs.")
    with pytest.raises(Stale) as caught:
        edit_node(bob, claim, version=1, text="Yours.")
    answer = handle(caught.value, {"view": SimpleNamespace(), "request": None})
    assert answer.status_code == 409
    assert answer.data["theirs"]["text"] == "Theirs."
    assert answer.data["yours"]["text"] == "Yours."
    assert answer.data["current_version"] == 2
