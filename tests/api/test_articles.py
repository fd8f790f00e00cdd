import pytest

from argmap.accounts import actions as accounts
from argmap.accounts.permissions import Role
from argmap.articles.models import Article
from argmap.journal.models import Event
from argmap.moderation.actions import hide

BODY = {"title": "On bridges", "text": "Bridges stand.\n\nSome fall.", "published_on": "2021-11-09"}


def test_whoever_is_signed_in_brings_in_an_article_and_finds_it(api, charlie):
    client = api(charlie)
    answer = client.post("articles/", BODY)
    assert answer.status_code == 201, answer.data
    assert answer.data["title"] == "On bridges"
    assert answer.data["published_on"] == "2021-11-09"
    assert answer.data["owner"] == {"id": charlie.pk, "name": "Charlie"}
    assert answer.data["visibility"] == "private"
    assert [edition["number"] for edition in answer.data["editions"]] == [1]
    assert client.get(answer["Location"]).data == answer.data
    edition = client.get(f"{answer['Location']}editions/1/")
    assert edition.data["text"] == BODY["text"]
    assert [row["id"] for row in client.get("articles/").data["results"]] == [answer.data["id"]]


def test_an_article_is_one_event_of_its_journal(api, charlie):
    made = api(charlie).post("articles/", BODY).data
    event = Event.objects.get(journal=Article.objects.get(pk=made["id"]).journal)
    assert (event.seq, event.verb, event.actor) == (1, "bring_in_article", charlie)
    assert {change.object_type for change in event.changes.all()} == {
        "articles.article",
        "articles.edition",
    }


def test_a_visitor_is_told_to_sign_in(api):
    answer = api().post("articles/", BODY)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "Sign in" in answer.data["detail"]
    assert not Article.objects.exists()


def test_the_text_is_kept_to_the_code_point(api, charlie):
    text = "  Cafe\u0301 🌉\t\nend"
    made = api(charlie).post("articles/", BODY | {"text": text}).data
    edition = api(charlie).get(f"articles/{made['id']}/editions/1/")
    assert edition.data["text"] == text


def test_a_private_article_is_not_there_for_others(api, article, charlie, mona):
    for user in (None, charlie, mona):
        for path in (f"articles/{article.pk}/", f"articles/{article.pk}/editions/1/"):
            assert api(user).get(path).status_code == 404
        assert api(user).get("articles/").data == {"next": None, "results": []}


def test_whoever_sees_a_map_reads_its_article(api, map, article, victor):
    client = api(victor)
    assert client.get(f"articles/{article.pk}/").data["title"] == article.title
    assert client.get(f"maps/{map.slug}/article/").data["title"] == article.title
    for start in (f"articles/{article.pk}", f"maps/{map.slug}/article"):
        assert "closed in March" in client.get(f"{start}/editions/1/").data["text"]
        assert client.get(f"{start}/editions/2/").status_code == 404


@pytest.mark.parametrize("map", ["unlisted"], indirect=True)
def test_an_unlisted_article_is_read_through_its_map_and_not_found_by_counting(
    api, map, article, charlie
):
    client = api(charlie)
    assert client.get("articles/").data["results"] == []
    assert client.get(f"articles/{article.pk}/").status_code == 404
    assert client.get(f"articles/{article.pk}/editions/1/").status_code == 404
    begun = client.post("maps/", {"title": "Mine", "article": article.pk})
    assert begun.status_code == 422
    assert client.get(f"maps/{map.slug}/article/").data["title"] == article.title
    assert client.get(f"maps/{map.slug}/article/editions/1/").status_code == 200


def test_a_map_without_an_article_has_none(api, alice):
    slug = api(alice).post("maps/", {"title": "Bare"}).data["slug"]
    assert api(alice).get(f"maps/{slug}/article/").status_code == 404
    assert api(alice).get(f"maps/{slug}/article/editions/1/").status_code == 404


def test_a_team_owns_what_its_writers_bring_in(api, alice, bob, victor, charlie):
    team = accounts.create_team(alice, name="Engineers")
    accounts.set_team_role(alice, team, bob, Role.WRITER)
    accounts.set_team_role(alice, team, victor, Role.VIEWER)
    body = BODY | {"team": "engineers", "visibility": "public"}
    made = api(bob).post("articles/", body)
    assert made.status_code == 201, made.data
    assert (made.data["team"], made.data["owner"]) == ("engineers", None)
    assert api(victor).post("articles/", body).status_code == 403
    refused = api(charlie).post("articles/", body)
    unknown = api(charlie).post("articles/", body | {"team": "nobody"})
    assert refused.status_code == unknown.status_code == 422
    assert refused.data == unknown.data
    assert api(charlie).get(made["Location"]).data["team"] is None


def test_a_hidden_article_keeps_its_words_from_readers_in_whatever_way_they_ask(
    api, full_map, address, alice, victor, charlie, mona
):
    map, rows = full_map
    hide(mona, map.article, reason="Copied.")
    for user in (None, victor, charlie):
        client = api(user)
        assert client.get("articles/").data["results"] == []
        through = client.get(f"maps/{map.slug}/article/").data
        assert through["hidden"] is True
        assert through["title"] is through["editions"] is None
        edition = client.get(f"maps/{map.slug}/article/editions/1/").data
        assert edition["text"] is edition["sha256"] is None
        node = client.get(address(map, rows["node"])).data
        assert node["text"] == "Secret claim."
        assert node["passages"][0]["exact"] is None
        annotation = client.get(address(map, rows["annotation"])).data
        assert annotation["target"]["passage"]["exact"] is None
    for user in (alice, mona):
        assert api(user).get(f"articles/{map.article_id}/").data["title"] == "The bridge"
        node = api(user).get(address(map, rows["node"])).data
        assert node["passages"][0]["exact"] == "The bridge"


def test_the_words_of_a_hidden_article_cannot_be_had_by_selecting_them(
    api, public_map, simon, alice, mona
):
    hide(mona, public_map.article, reason="Copied.")
    body = {"target": {"selection": {"edition": 1, "start": 0, "end": 10}}, "text": "?"}
    path = f"maps/{public_map.slug}/annotations/"
    refused = api(simon).post(path, body)
    body["target"]["selection"] |= {"start": 3, "end": 4}  # a blank
    blank = api(simon).post(path, body)
    assert refused.status_code == blank.status_code == 409
    assert refused.data == blank.data
    body["target"]["selection"] |= {"start": 0, "end": 10}
    assert api(alice).post(path, body).status_code == 201


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 500_001}, "text"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"published_on": "yesterday"}, "published_on"),
        ({"published_on": 5}, "published_on"),
        ({"visibility": "secret"}, "visibility"),
        ({"visibility": ["public"]}, "visibility"),
        ({"note": "x" * 501}, "note"),
        ({"team": None, "titel": "x"}, "titel"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(api, charlie, fields, named):
    answer = api(charlie).post("articles/", BODY | fields)
    assert answer.status_code == 422
    assert list(answer.data["errors"]) == [named]
    assert not Article.objects.exists()
