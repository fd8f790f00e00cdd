"""The pattern by which a step argues: named, shown with its questions, each a click from an
objection."""

import pytest

from argmap.maps.actions import edit_link
from argmap.maps.models import Link
from argmap.maps.schemes import SCHEMES
from argmap.moderation.actions import hide

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

EXPERT = SCHEMES["expert opinion"]


@pytest.fixture
def step(link, bob):
    return edit_link(bob, link, version=1, scheme="expert opinion")


def test_who_writes_the_step_names_its_pattern_and_sees_what_to_ask(map, link, browse, bob):
    address = f"{map.get_absolute_url()}links/{link.pk}/"
    assert EXPERT.questions[0].asks not in browse(bob).get(address).content.decode()
    answer = browse(bob).post(f"{address}scheme/", {"version": 1, "scheme": "expert opinion"})
    assert answer["Location"] == address
    page = browse(bob).get(address).content.decode()
    assert all(question.asks in page for question in EXPERT.questions)


@pytest.mark.parametrize(
    ("what", "field"), [("write/undercut/?on_link", "text"), ("disputes/new/?link", "statement")]
)
def test_each_question_is_a_click_from_an_objection_with_its_words(
    map, step, browse, parsed, bob, what, field
):
    page = parsed(browse(bob).get(step.get_absolute_url()))
    address = f"{map.get_absolute_url()}{what}={step.pk}&question=2"
    assert address in page.addresses
    form = browse(bob).get(address).context["form"]
    assert form.initial[field] == EXPERT.questions[1].objects


@pytest.mark.parametrize("number", ["0", "7", "-1", "x", "", "9" * 5000, "\x00"])
def test_of_no_question_there_are_no_words(map, step, browse, bob, number):
    for what, field in (("write/undercut/", "text"), ("disputes/new/", "statement")):
        asked = {"on_link": step.pk, "link": step.pk, "question": number}
        answer = browse(bob).get(map.get_absolute_url() + what, asked)
        assert answer.status_code == 200
        assert answer.context["form"].initial[field] == ""


def test_a_pattern_of_elsewhere_stays_until_another_is_chosen(map, link, browse, bob):
    edit_link(bob, link, version=1, scheme="argument from elsewhere")
    address = f"{link.get_absolute_url()}scheme/"
    assert "argument from elsewhere" in browse(bob).get(address).content.decode()
    kept = {"version": 2, "scheme": "argument from elsewhere"}
    assert browse(bob).post(address, kept).status_code == 302
    unknown = browse(bob).post(address, {"version": 2, "scheme": "nonsense"})
    assert (unknown.status_code, Link.objects.get(pk=link.pk).version) == (422, 2)


def test_who_only_reads_sees_the_questions_and_nothing_to_press(map, step, browse, victor):
    page = browse().get(step.get_absolute_url()).content.decode()
    assert EXPERT.questions[0].asks in page
    assert "question=" not in page
    assert browse(victor).get(f"{step.get_absolute_url()}scheme/").status_code == 403


def test_of_a_hidden_step_nobody_learns_the_pattern(map, step, browse, mona, simon):
    hide(mona, step, reason="Spam.")
    for htmx in (False, True):
        page = browse(simon, htmx=htmx).get(step.get_absolute_url()).content.decode()
        assert "expert" not in page
    asked = {"link": step.pk, "question": 1}
    answer = browse(simon).get(f"{map.get_absolute_url()}disputes/new/", asked)
    assert answer.status_code == 200
    assert EXPERT.questions[0].objects not in answer.content.decode()
