import pytest

from argmap.debate import actions as debate
from argmap.debate.models import Annotation
from argmap.journal.models import Event


@pytest.fixture
def path(map):
    return f"maps/{map.slug}/annotations/"


def test_a_suggester_annotates_a_node_for_all(api, path, map, claim, simon, victor):
    body = {"target": {"node": 2}, "text": "Since when?", "tags": ["#dates"]}
    answer = api(simon).post(path, body)
    assert answer.status_code == 201, answer.data
    assert answer.data["target"] == {"node": 2, "link": None, "passage": None, "annotation": None}
    assert (answer.data["text"], answer.data["tags"]) == ("Since when?", ["dates"])
    assert (answer.data["visibility"], answer.data["motivation"]) == ("map", "commenting")
    assert api(victor).get(answer["Location"]).data == answer.data
    event = Event.objects.filter(journal=map.journal).last()
    assert (event.verb, event.actor) == ("annotate", simon)


def test_a_suggester_annotates_a_link(api, path, link, simon):
    answer = api(simon).post(path, {"target": {"link": link.pk}, "text": "Why?"})
    assert answer.data["target"]["link"] == link.pk


def test_a_suggester_annotates_words_of_the_article(api, path, map, simon):
    body = {
        "target": {"selection": {"edition": 1, "start": 4, "end": 10}},
        "motivation": "highlighting",
    }
    answer = api(simon).post(path, body)
    assert answer.status_code == 201, answer.data
    passage = answer.data["target"]["passage"]
    assert (passage["exact"], passage["placements"][0]["start"]) == ("bridge", 4)


def test_a_reply_stands_in_its_thread(api, path, annotation, bob):
    body = {"target": {"annotation": annotation.pk}, "text": "Since March."}
    first = api(bob).post(path, body)
    assert first.status_code == 201, first.data
    assert first.data["motivation"] == "replying"
    again = api(bob).post(path, {"target": {"annotation": first.data["id"]}, "text": "2021."})
    assert again.data["target"]["annotation"] == annotation.pk


def test_a_reply_takes_the_rest_from_its_thread(api, path, annotation, bob):
    body = {"target": {"annotation": annotation.pk}, "text": "x", "visibility": "private"}
    answer = api(bob).post(path, body)
    assert answer.status_code == 422
    assert list(answer.data["errors"]) == ["visibility"]


def test_a_viewer_annotates_privately_and_not_for_all(api, path, claim, victor):
    body = {"target": {"node": 2}, "text": "Mine."}
    assert api(victor).post(path, body).status_code == 403
    assert api(victor).post(path, body | {"visibility": "private"}).status_code == 201


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_visitor_is_told_to_sign_in(api, path, claim):
    for visibility in ("map", "private"):
        body = {"target": {"node": 2}, "text": "Mine.", "visibility": visibility}
        assert api().post(path, body).status_code == 401


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_private_annotation_is_there_for_its_author_alone(
    api, path, claim, victor, alice, edith, mona
):
    body = {"target": {"node": 2}, "text": "Mine alone.", "visibility": "private"}
    made = api(victor).post(path, body)
    assert len(api(victor).get(path).data["results"]) == 1
    for user in (None, alice, edith, mona):
        client = api(user)
        assert client.get(path).data == {"next": None, "results": []}
        there, nowhere = client.get(made["Location"]), client.get(f"{path}999999/")
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
        if user:
            replies = [
                client.post(path, {"target": {"annotation": pk}, "text": "Ha."})
                for pk in (made.data["id"], 999_999)
            ]
            assert replies[0].status_code == 422
            assert replies[0].data == replies[1].data
    assert Annotation.objects.count() == 1


def test_a_retracted_annotation_is_marked(api, path, annotation, simon, victor):
    debate.retract_annotation(simon, annotation)
    assert api(victor).get(path).data["results"][0]["retracted"] is True


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"tags": "x"}, "tags"),
        ({"tags": [5]}, "tags.0"),
        ({"tags": ["x" * 41]}, "tags"),
        ({"tags": list("abcdefghijk")}, "tags"),
        ({"motivation": "trolling"}, "motivation"),
        ({"visibility": "team"}, "visibility"),
        ({"target": {}}, "target"),
        ({"target": None}, "target"),
        ({"target": {"node": 1, "annotation": 1}}, "target"),
        ({"target": {"annotation": 10**40}}, "target.annotation"),
        ({"target": {"selection": {"edition": 1, "start": 9, "end": 4}}}, "target"),
        ({"target": {"selection": 5}}, "target.selection"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(api, path, claim, simon, fields, named):
    body = {"target": {"node": 2}, "text": "Fine."} | fields
    answer = api(simon).post(path, body)
    assert answer.status_code == 422, answer.data
    assert list(answer.data["errors"]) == [named]
