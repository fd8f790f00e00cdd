"""Turning and moving steps: by the sign of a card, by keyboard, by dragging; and in forms."""

import pytest
from playwright.sync_api import expect

from argmap.maps.models import Link

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def tree(thesis, claim, new_node, map):
    """#1 thesis ← #2 claim ← #3 evidence; #1 ← #4 claim; #5 on nothing."""
    new_node(map, "evidence", "It is the only crossing.", on=claim)
    new_node(map, "claim", "It can be paid for.", on=thesis)
    new_node(map, "counterpoint", "The ferry is enough.")


@pytest.fixture
def open_map(new_page, map, tree):
    def open_map(user, query=""):
        page = new_page(user=user, width=1440, height=900)
        page.goto(map.get_absolute_url() + query)
        expect(page.locator("#n1 > .box > .fold")).to_be_attached()
        return page

    return open_map


def card(page, number):
    return page.locator(f"#card-{number}")


def below(page, number):
    return page.locator(f"#under-{number} > .item > .box > .card")


def toast(page, text):
    expect(page.locator("#toasts")).to_contain_text(text)


def link_of(map, number):
    return Link.objects.get(map=map, source__number=number)


def test_a_click_on_the_sign_turns_a_step_and_another_turns_it_back(open_map, map, edith):
    page = open_map(edith)
    card(page, 4).locator(".glyph").click()
    toast(page, "#4 opposes #1 now.")
    expect(card(page, 4)).to_have_class("card claim opposes")
    expect(card(page, 1).locator(".contested")).to_be_visible()
    card(page, 4).locator(".glyph").click()
    toast(page, "#4 supports #1 now.")
    expect(card(page, 1).locator(".contested")).to_have_count(0)
    assert link_of(map, 4).version == 3


def test_a_key_turns_the_step_of_the_statement_that_has_the_focus(open_map, edith):
    page = open_map(edith)
    card(page, 3).locator(".statement a").focus()
    page.keyboard.press("r")
    toast(page, "#3 opposes #2 now.")
    expect(card(page, 3).locator(".statement a")).to_be_focused()


def test_what_is_cut_is_put_below_another_by_keyboard_alone(open_map, map, edith):
    page = open_map(edith)
    card(page, 3).locator(".statement a").focus()
    page.keyboard.press("x")
    toast(page, "#3 is cut.")
    expect(card(page, 3)).to_have_class("card evidence supports cut")
    page.keyboard.press("j")
    expect(card(page, 4).locator(".statement a")).to_be_focused()
    page.keyboard.press("v")
    toast(page, "#3 bears on #4 now.")
    expect(below(page, 4)).to_have_attribute("data-node", "3")
    expect(card(page, 3).locator(".statement a")).to_be_focused()
    expect(page.locator(".card.cut")).to_have_count(0)
    assert link_of(map, 3).target_node.number == 4


def test_escape_lets_go_of_what_was_cut(open_map, map, edith):
    page = open_map(edith)
    card(page, 3).locator(".statement a").focus()
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(page.locator(".card.cut")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("v")
    assert link_of(map, 3).target_node.number == 2


def test_a_statement_is_dragged_below_another_one(open_map, map, edith):
    page = open_map(edith)
    card(page, 3).locator(".kind").drag_to(card(page, 4))
    toast(page, "#3 bears on #4 now.")
    expect(below(page, 4)).to_have_attribute("data-node", "3")
    assert link_of(map, 3).target_node.number == 4


def test_what_bears_on_nothing_yet_is_dragged_to_where_it_does(open_map, map, edith):
    page = open_map(edith)
    card(page, 5).locator(".kind").drag_to(card(page, 2))
    toast(page, "Linked.")
    expect(below(page, 2).nth(1)).to_have_class("card counterpoint opposes")


def test_nothing_is_put_below_what_stands_below_itself(open_map, map, edith):
    page = open_map(edith)
    card(page, 2).locator(".kind").drag_to(card(page, 3))
    expect(below(page, 1).first).to_have_attribute("data-node", "2")
    assert link_of(map, 2).version == 1


def test_who_acts_on_a_step_that_stands_elsewhere_than_they_see_changes_nothing(
    open_map, map, edith
):
    page = open_map(edith)
    card(page, 3).evaluate("card => { card.dataset.under = 4; }")  # as if it had moved meanwhile
    card(page, 3).locator(".glyph").click()
    expect(page.locator("#margin")).to_contain_text("Someone changed this while you were writing")
    assert link_of(map, 3).version == 1


def test_whoever_may_move_nothing_has_no_signs_to_press(open_map, map, victor):
    page = open_map(victor)
    card(page, 3).locator(".glyph").click(force=True)
    card(page, 3).locator(".statement a").focus()
    page.keyboard.press("r")
    assert page.locator(".card [draggable=true]").count() == 0
    assert link_of(map, 3).version == 1


def test_an_author_turns_their_step_in_the_margin(open_map, map, bob):
    page = open_map(bob, "?node=3")
    page.locator("#margin").get_by_role("link", name="Turn", exact=True).click()
    page.locator("#margin").get_by_role("button", name="It opposes it").click()
    toast(page, "#3 opposes #2 now.")
    expect(page.locator("#margin .links")).to_contain_text("opposes #2")


def test_a_step_is_moved_in_the_margin_by_words_of_where_it_goes(open_map, map, edith):
    page = open_map(edith, "?node=3")
    page.locator("#margin").get_by_role("link", name="Move", exact=True).click()
    page.locator("#margin").get_by_label("It supports").fill("paid for")
    page.get_by_role("option").first.click()
    page.locator("#margin").get_by_role("button", name="Move").click()
    toast(page, "#3 bears on #4 now.")
    expect(below(page, 4)).to_have_attribute("data-node", "3")


def test_two_statements_are_merged_from_the_menu_of_one(open_map, map, edith):
    page = open_map(edith, "?node=4")
    card(page, 4).locator("xpath=..").get_by_label("More for #4").click()
    page.get_by_role("link", name="Merge…").click()
    page.locator("#margin").get_by_label("Which statement says the same").fill("2")
    page.locator("#margin").get_by_role("button", name="Compare").click()
    page.get_by_label("These words stay").last.check()
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("#article .message").first).to_contain_text("#4 is part of #2 now.")
    expect(page.locator("#n4")).to_have_count(0)
