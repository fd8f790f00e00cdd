"""What has some words, over REST."""

import pytest

from argmap.debate import actions as debate
from argmap.moderation.actions import hide


@pytest.fixture
def search(api):
    return lambda user=None, **asked: api(user).get("search/", asked)


def kinds(answer):
    return [(each["kind"], each["id"]) for each in answer.data["results"]]


def test_everybody_finds_what_they_may_read_and_where(search, map, claim, charlie, bob, simon):
    note = debate.annotate(simon, map, target=claim, text="Which town?")
    private = debate.annotate(bob, map, target=claim, text="My town.", visibility="private")
    assert kinds(search(charlie, q="town needs")) == []
    answer = search(simon, q="town needs")
    assert answer.data["count"] == 1
    [found] = answer.data["results"]
    assert found["map"] == map.slug
    assert found["number"] == claim.number
    assert found["url"] == f"http://testserver{claim.get_absolute_url()}"
    assert found["title"] == ["The ", "town", " ", "needs", " the bridge."]
    assert ("annotation", note.pk) in kinds(search(simon, q="town"))
    assert ("annotation", private.pk) not in kinds(search(simon, q="town"))
    assert kinds(search(bob, q="my town", map=map.slug)) == [("annotation", private.pk)]
    assert kinds(search(bob, q="town", kind="annotation"))[1:] in (
        [("annotation", note.pk)],
        [("annotation", private.pk)],
    )


def test_a_map_that_one_does_not_see_is_not_there(search, map, claim, charlie):
    assert search(charlie, q="town", map=map.slug).status_code == 404
    assert search(charlie, q="town", map="\x00").status_code == 404
    assert search(q="town", map="nothing").status_code == 404


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_hidden_words_are_found_by_nobody(search, map, claim, mona, alice, bob):
    hide(mona, claim, reason="Spam.")
    for user in (None, mona, alice, bob):
        for asked in ({}, {"map": map.slug}):
            answer = search(user, q="needs", **asked)
            assert (answer.data["count"], answer.data["results"]) == (0, [])


def test_pages_follow_one_another_to_the_last(search, map, new_node, bob):
    for number in range(25):
        new_node(map, text=f"A quay {number}.")
    first = search(bob, q="quay")
    assert len(first.data["results"]) == 20
    assert "page=2" in first.data["next"]
    second = search(bob, q="quay", page=2)
    assert len(second.data["results"]) == 5
    assert second.data["next"] is None
    assert search(bob, q="quay", page=3).data["results"] == []


@pytest.mark.parametrize("asked", [{"kind": "stance"}, {"page": "0"}, {"page": "x"}])
def test_what_is_no_kind_or_page_is_said(search, asked, bob):
    answer = search(bob, q="quay", **asked)
    assert answer.status_code == 422
    assert set(answer.data["errors"]) == set(asked)


@pytest.mark.parametrize("words", ["", "\x00", '"', "NEAR(", "x" * 10_000, "🌉"])
def test_whatever_is_typed_has_an_answer(search, claim, bob, words):
    assert search(bob, q=words).status_code == 200
