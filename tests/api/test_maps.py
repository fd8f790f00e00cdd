import pytest

from argmap.maps.actions import archive_map
from argmap.maps.models import Map
from argmap.moderation.actions import hide


def test_whoever_is_signed_in_begins_a_map_and_owns_it(api, charlie):
    client = api(charlie)
    answer = client.post("maps/", {"title": "Mine", "question": "Why?"})
    assert answer.status_code == 201, answer.data
    assert answer.data["role"] == "owner"
    assert answer.data["question"] == "Why?"
    assert client.get(answer["Location"]).data == answer.data
    assert [row["slug"] for row in client.get("maps/").data["results"]] == [answer.data["slug"]]


def test_a_map_is_begun_on_an_article_that_one_may_read(api, alice, article, charlie):
    assert (
        api(alice).post("maps/", {"title": "A second", "article": article.pk}).data["article"]
        == article.pk
    )
    refused = api(charlie).post("maps/", {"title": "Mine", "article": article.pk})
    unknown = api(charlie).post("maps/", {"title": "Mine", "article": 999_999})
    assert refused.status_code == unknown.status_code == 422
    assert refused.data == unknown.data


def test_no_map_is_wider_than_its_article(api, alice, article):
    body = {"title": "Wide", "article": article.pk, "visibility": "public"}
    answer = api(alice).post("maps/", body)
    assert answer.status_code == 422
    assert list(answer.data["errors"]) == ["visibility"]


def test_a_visitor_is_told_to_sign_in(api):
    answer = api().post("maps/", {"title": "Mine"})
    assert answer.status_code == 401
    assert not Map.objects.exists()


def test_each_finds_the_maps_that_are_theirs_to_see(api, new_map, alice, victor, charlie, mona):
    private, unlisted, public = (new_map(each) for each in ("private", "unlisted", "public"))
    listed = {
        None: {public.slug},
        charlie: {public.slug},
        mona: {public.slug},
        victor: {private.slug, unlisted.slug, public.slug},
        alice: {private.slug, unlisted.slug, public.slug},
    }
    for user, slugs in listed.items():
        assert {row["slug"] for row in api(user).get("maps/").data["results"]} == slugs
        for map in (private, unlisted, public):
            seen = map.slug in slugs or map == unlisted
            assert (api(user).get(f"maps/{map.slug}/").status_code == 200) is seen


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "article/",
        "article/editions/1/",
        "nodes/",
        "nodes/1/",
        "links/",
        "links/1/",
        "annotations/",
        "annotations/1/",
        "disputes/",
        "disputes/1/",
    ],
)
def test_a_map_that_one_may_not_see_answers_as_one_that_is_not_there(
    api, map, claim, dispute, annotation, charlie, mona, rest
):
    for user in (None, charlie, mona):
        there = api(user).get(f"maps/{map.slug}/{rest}")
        nowhere = api(user).get(f"maps/no-such-map/{rest}")
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
        if rest.endswith("s/"):
            posted = api(user).post(f"maps/{map.slug}/{rest}", {"text": "x"})
            assert (posted.status_code, posted.content) == (404, nowhere.content)


def test_a_map_tells_everyone_their_own_role(api, public_map, alice, victor, charlie):
    roles = {None: "visitor", charlie: "suggester", victor: "suggester", alice: "owner"}
    for user, role in roles.items():
        assert api(user).get(f"maps/{public_map.slug}/").data["role"] == role


def test_an_archived_map_says_so_and_takes_nothing(api, public_map, alice, bob):
    archive_map(alice, public_map)
    assert api(bob).get(f"maps/{public_map.slug}/").data["closed"] == "archived"
    answer = api(bob).post(f"maps/{public_map.slug}/nodes/", {"kind": "thesis", "text": "Late."})
    assert answer.status_code == 403
    assert "archived" in answer.data["detail"]


def test_a_hidden_map_is_gone_for_readers_and_wordless_for_its_viewers(
    api, public_map, alice, victor, charlie, mona
):
    hide(mona, public_map, reason="Spam.")
    path = f"maps/{public_map.slug}/"
    for user in (None, charlie):
        assert api(user).get(path).status_code == 404
        assert api(user).get("maps/").data["results"] == []
    for shown in (api(victor).get(path).data, api(victor).get("maps/").data["results"][0]):
        assert shown["hidden"] is True
        assert shown["title"] is shown["question"] is shown["summary"] is None
    for user in (alice, mona):
        assert api(user).get(path).data["title"] == public_map.title
