"""When so many write that one's turn does not come, one hears when to try again."""

import pytest

from argmap.journal import writing
from argmap.journal.errors import Busy


@pytest.fixture
def no_turn(monkeypatch):
    def turn(*journal_ids):
        raise Busy

    monkeypatch.setattr(writing, "turn", turn)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_form_answers_503_and_says_when_to_try_again(browse, map, claim, simon, no_turn, htmx):
    answer = browse(simon, htmx=htmx).post(
        f"{map.get_absolute_url()}annotations/new/",
        {"node": 2, "text": "Why?", "motivation": "commenting", "visibility": "map"},
    )
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "Try again in a few seconds" in answer.content.decode()


def test_so_does_the_api(client, map, claim, simon, no_turn):
    client.force_login(simon)
    answer = client.post(
        f"/api/v1/maps/{map.slug}/annotations/",
        {"target": {"node": 2}, "text": "Why?"},
        content_type="application/json",
    )
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
