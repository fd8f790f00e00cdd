import pytest

from argmap.debate import actions as debate
from argmap.debate.models import Dispute
from argmap.journal.models import Event
from argmap.moderation.actions import hide

BODY = {"target": {"node": 2}, "ground": "unsupported", "statement": "Nobody has counted."}


@pytest.fixture
def path(map):
    return f"maps/{map.slug}/disputes/"


def test_a_suggester_opens_a_dispute_of_a_node(api, path, map, claim, simon, victor):
    answer = api(simon).post(path, BODY | {"evidence": [1, 1]})
    assert answer.status_code == 201, answer.data
    assert answer.data["target"] == {"node": 2, "link": None}
    assert (answer.data["state"], answer.data["evidence"]) == ("open", [1])
    assert api(victor).get(answer["Location"]).data == answer.data
    event = Event.objects.filter(journal=map.journal).last()
    assert (event.verb, event.actor) == ("open_dispute", simon)


def test_a_suggester_opens_a_dispute_of_a_link(api, path, link, simon):
    answer = api(simon).post(path, BODY | {"target": {"link": link.pk}})
    assert answer.data["target"] == {"node": None, "link": link.pk}


def test_what_became_of_it_is_told(api, full_map, address, victor):
    map, rows = full_map
    shown = api(victor).get(address(map, rows["dispute"])).data
    assert (shown["state"], shown["answer"]) == ("upheld", "Secret answer.")
    assert shown["what_changed"] == "Secret change."
    assert shown["decided_by"]["name"] == "Edith"


def test_a_reader_is_told_why_they_may_not(api, path, claim, victor):
    answer = api(victor).post(path, BODY)
    assert answer.status_code == 403
    assert answer.data["detail"].startswith("You may not open a dispute here")
    assert not Dispute.objects.exists()


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_is_hidden_is_not_disputed(api, path, claim, simon, mona):
    hide(mona, claim, reason="Spam.")
    assert api(simon).post(path, BODY).status_code == 409


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"ground": "ugly"}, "ground"),
        ({"ground": None}, "ground"),
        ({"statement": "  "}, "statement"),
        ({"statement": "x" * 5001}, "statement"),
        ({"evidence": [99]}, "evidence"),
        ({"evidence": [1] * 101}, "evidence"),
        ({"evidence": [2**31]}, "evidence.0"),
        ({"evidence": {"1": 1}}, "evidence"),
        ({"target": {"selection": {}}}, "target.selection"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(api, path, claim, simon, fields, named):
    answer = api(simon).post(path, BODY | fields)
    assert answer.status_code == 422, answer.data
    assert list(answer.data["errors"]) == [named]


def test_an_answer_of_a_dispute_elsewhere_is_not_found_here(api, path, dispute, new_map, bob):
    debate.answer_dispute(bob, dispute, answer="They have.")
    other = new_map("private", title="Other")
    assert api(bob).get(f"{path}{dispute.pk}/").data["answer"] == "They have."
    assert api(bob).get(f"maps/{other.slug}/disputes/{dispute.pk}/").status_code == 404
