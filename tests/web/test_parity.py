"""Pages and REST give one answer to the same request: the rules stand in the actions."""

import pytest

from argmap.moderation.actions import hide


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("words", [(0, 10), (3, 4)])
def test_to_annotate_words_of_a_hidden_article(browse, map, edition, simon, mona, words):
    hide(mona, map.article, reason="Libel.")
    start, end = words
    page = browse(simon).post(
        f"{map.get_absolute_url()}annotations/new/",
        {"edition": 1, "start": start, "end": end, "text": "Why?", "motivation": "commenting"}
        | {"visibility": "map"},
    )
    rest = browse(simon).post(
        f"/api/v1/maps/{map.slug}/annotations/",
        {"target": {"selection": {"edition": 1, "start": start, "end": end}}, "text": "Why?"},
        content_type="application/json",
    )
    for answer in (page, rest):
        assert answer.status_code == 409
        assert "A moderator has hidden the article." in answer.content.decode()
