"""Lists are counted before anything in them is looked at."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from argmap.journal.models import Event

MANY = 300_000


@pytest.fixture
def post(api, alice, map, claim):
    def post(part, **body):
        return api(alice).post(f"maps/{map.slug}/{part}/", body, format="json")

    return post


@pytest.mark.parametrize(
    ("part", "field", "body"),
    [
        ("annotations", "tags", {"target": {"node": 2}, "text": "x", "tags": [""] * MANY}),
        (
            "disputes",
            "evidence",
            {
                "target": {"node": 2},
                "ground": "outdated",
                "statement": "x",
                "evidence": [1] * MANY,
            },
        ),
        ("nodes", "citations", {"kind": "claim", "text": "x", "citations": [{}] * MANY}),
    ],
)
def test_a_list_without_end_is_refused_at_once(post, part, field, body):
    begun = time.process_time()
    answer = post(part, **body)
    assert time.process_time() - begun < 2  # to read the JSON, mostly
    assert answer.status_code == 422
    assert list(answer.data["errors"]) == [field]
    assert len(answer.data["errors"][field]) == 1


def test_lists_may_be_as_long_as_is_said(post, map, new_node):
    numbers = [new_node(map).number for _ in range(100)]
    body = {"target": {"node": 2}, "ground": "outdated", "statement": "x"}
    assert post("disputes", **body, evidence=numbers).status_code == 201
    assert post("disputes", **body, evidence=[*numbers, 1]).status_code == 422
    sources = [{"title": str(number)} for number in range(51)]
    assert post("nodes", kind="claim", text="x", citations=sources[:50]).status_code == 201
    assert post("nodes", kind="claim", text="x", citations=sources).status_code == 422


def test_one_person_writes_so_much_in_a_minute_and_others_are_served(
    api, alice, bob, map, settings
):
    settings.WRITES_A_MINUTE = Event.objects.filter(actor=bob).count() + 2
    path, body = f"maps/{map.slug}/nodes/", {"kind": "claim", "text": "Much."}
    answers = [api(bob).post(path, body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Try again in 60 seconds" in answers[-1].data["detail"]
    assert api(bob).get(path).status_code == 200
    settings.WRITES_A_MINUTE = Event.objects.filter(actor=alice).count() + 1
    assert api(alice).post(path, body).status_code == 201


def test_a_minute_later_they_write_again(api, bob, map, settings):
    settings.WRITES_A_MINUTE = 1
    path, body = f"maps/{map.slug}/nodes/", {"kind": "claim", "text": "Much."}
    assert [api(bob).post(path, body).status_code for _ in range(2)] == [201, 429]
    Event.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert api(bob).post(path, body).status_code == 201
