"""Lists are counted before anything in them is looked at."""

import time

import pytest

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
