"""What pages say of the stances on a statement, or on a step."""

import re

import pytest
from django.utils import timezone

from argmap.accounts.models import User
from argmap.debate.actions import take_stance
from argmap.debate.models import Stance
from argmap.maps.actions import edit_map
from argmap.moderation.actions import hide, sanction
from argmap.web.workspace.margin import MOST_NAMED

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def page(browse):
    """Of the stances: what the page of a node or a link says to someone."""

    def page(user, target):
        text = browse(user).get(target.get_absolute_url()).content.decode()
        return text[text.index('id="stances"') :].split("</section>")[0]

    return page


def many_take_one(map, count, **stance):
    people = [User.objects.create_user(f"p{n}", name=f"Person {n}.") for n in range(count)]
    now = timezone.now()
    Stance.objects.bulk_create(
        Stance(map=map, user=person, taken_at=now, **stance) for person in people
    )


def test_the_newest_are_named_and_the_others_counted(page, map, claim, link, victor, simon):
    many_take_one(map, MOST_NAMED + 3, node=claim, credence=20)
    take_stance(simon, map, target=link, impact=1)
    take_stance(simon, map, target=claim, credence=100)
    said = page(victor, claim)
    assert said.count("<li>") == MOST_NAMED
    assert "<li><span>Simon</span> <span>100 %" in said
    assert "And 4 more." in said
    assert f'aria-label="Mean {round((53 * 20 + 100) / 54)} %"' in said
    assert len(re.findall(r'height="36"></rect>', said)) == 1  # the bar of the 53
    assert "more." not in page(victor, link)


def test_ones_own_is_there_however_many_came_after(page, map, claim, victor):
    take_stance(victor, map, target=claim, credence=90)
    many_take_one(map, MOST_NAMED + 1, node=claim, credence=20)
    said = page(victor, claim)
    assert "you: 90 %" in said
    assert said.count(" mine") == 1
    assert "Victor" not in said


def test_in_a_map_of_sums_one_reads_how_many_and_no_name(page, map, claim, link, alice, victor):
    edit_map(alice, map, stances_by_name=False)
    many_take_one(map, 3, node=claim, credence=20)
    said = page(victor, claim)
    assert 'aria-label="Mean 20 %"' in said
    assert "Person" not in said
    Stance.objects.update(node=None, link=link, credence=None, impact=3)
    assert "Nobody has judged it yet." not in page(victor, link)


def test_that_nobody_took_one_is_said_once(page, map, claim, victor):
    for user in (victor, None):
        assert page(user, claim).lower().count("no stance yet") == 1


def test_of_what_is_hidden_nobody_is_asked_whether_they_agree(page, map, claim, victor, mona):
    assert "Do you agree with #2?" in page(victor, claim)
    hide(mona, claim, reason="Spam.")
    for user in (victor, mona):
        said = page(user, claim)
        assert "Do you agree" not in said
        assert "<form" not in said


def test_who_may_take_no_stance_is_not_asked_for_one(browse, map, claim, simon, mona):
    address = f"{map.get_absolute_url()}?node={claim.number}"
    for client in (browse(), browse(simon)):
        assert "Do you agree with #2?" in client.get(address).content.decode()
    sanction(mona, simon, kind="mute", reason="Shouting.")
    page = browse(simon).get(address).content.decode()
    assert "Do you agree" not in page
    assert "Stances on #2" in page
