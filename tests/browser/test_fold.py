"""Folding what bears on a statement: by mouse, by keyboard, over a reload, and opened again by
whatever leads into it."""

import pytest
from playwright.sync_api import expect

from argmap.maps import actions as maps

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def tree(thesis, claim, new_node, map):
    """#1 thesis ← #2 claim ← #3 evidence ← #4 evidence; #1 ← #5 claim."""
    third = new_node(map, "evidence", "It is the only crossing.", on=claim)
    new_node(map, "evidence", "The ferry stopped in 1990.", on=third)
    new_node(map, "claim", "It can be paid for.", on=thesis)


@pytest.fixture
def open_map(new_page, map, tree):
    def open_map(user=None, query="", **options):
        page = new_page(user=user, **{"width": 1440, "height": 900, **options})
        page.goto(map.get_absolute_url() + query)
        expect(page.locator("#n1 > .box > .fold")).to_be_attached()
        return page

    return open_map


def toggle(page, number):
    return page.get_by_role("button", name=f"What bears on #{number}", exact=True)


def shown(page):
    """Numbers of the statements that one sees."""
    cards = page.locator("#outline .card").all()
    return [int(each.get_attribute("data-node")) for each in cards if each.is_visible()]


def test_what_is_folded_tells_how_much_it_is_and_stays_so(open_map):
    page = open_map()
    page.locator("#card-2").hover()
    toggle(page, 2).click()
    expect(toggle(page, 2)).to_have_text("+2")
    expect(toggle(page, 2)).to_have_attribute("aria-expanded", "false")
    assert shown(page) == [1, 2, 5]
    page.reload()
    expect(toggle(page, 2)).to_have_text("+2")
    assert shown(page) == [1, 2, 5]
    toggle(page, 2).click()
    assert shown(page) == [1, 2, 3, 4, 5]


def test_what_has_nothing_below_it_offers_nothing_to_fold(open_map):
    page = open_map()
    page.locator("#card-5").hover()
    expect(page.locator("#n5 > .box > .fold")).to_be_hidden()


def test_levels_are_shown_at_once(open_map):
    page = open_map()
    for chosen, numbers in (
        ("The top alone", [1]),
        ("Two levels", [1, 2, 5]),
        ("Three levels", [1, 2, 3, 5]),
        ("Everything", [1, 2, 3, 4, 5]),
    ):
        page.get_by_text("Levels", exact=True).click()
        page.get_by_role("button", name=chosen).click()
        assert shown(page) == numbers
    page.get_by_text("Levels", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Two levels").focus()
    page.keyboard.press("Enter")
    assert shown(page) == [1, 2, 5]


def test_arrows_fold_and_unfold_and_walk_the_tree(open_map):
    page = open_map()
    statement = page.locator("#card-2 .statement a")
    statement.focus()
    page.keyboard.press("ArrowLeft")
    assert shown(page) == [1, 2, 5]
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#card-1 .statement a")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(statement).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert shown(page) == [1, 2, 3, 4, 5]
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert shown(page) == [1, 2, 3, 5]
    page.keyboard.press("Shift+ArrowRight")
    assert shown(page) == [1, 2, 3, 4, 5]


def test_the_way_to_what_is_selected_unfolds(open_map, map):
    page = open_map()
    page.locator("#card-1").hover()
    toggle(page, 1).click()
    assert shown(page) == [1]
    page.goto(map.get_absolute_url() + "?node=4")
    expect(page.locator("#card-4")).to_be_in_viewport()
    toggle(page, 1).click()
    page.get_by_label("Find a statement").first.fill("ferry")
    page.get_by_role("option", name="ferry").click()
    expect(page.locator("#card-4")).to_be_in_viewport()


def test_what_somebody_adds_in_a_folded_branch_is_counted_there(open_map, map, claim, new_node):
    page = open_map()
    page.locator("#card-2").hover()
    toggle(page, 2).click()
    new_node(map, "evidence", "And the only one for lorries.", on=claim)
    expect(toggle(page, 2)).to_have_text("+3")
    assert 6 not in shown(page)


def test_what_comes_later_can_be_folded_too(open_map, map, thesis, new_node):
    page = open_map()
    parent = new_node(map, "claim", "A new one.", on=thesis)
    new_node(map, "evidence", "With something below.", on=parent)
    expect(page.locator("#card-7")).to_be_visible()
    page.locator("#card-6").hover()
    toggle(page, 6).click()
    expect(page.locator("#card-7")).to_be_hidden()


def test_one_map_forgets_nothing_of_another(open_map, map, alice):
    page = open_map()
    page.locator("#card-2").hover()
    toggle(page, 2).click()
    other = maps.begin_map(alice, title="Another", article=map.article, visibility="public")
    top = maps.add_node(alice, other, kind="thesis", text="Another thesis.")
    below = maps.add_node(alice, other, kind="claim", text="Why.", target=top, relation="supports")
    maps.add_node(alice, other, kind="claim", text="And why.", target=below, relation="supports")
    page.goto(other.get_absolute_url())
    expect(toggle(page, 2)).to_have_attribute("aria-expanded", "true")
    assert shown(page) == [1, 2, 3]


def test_by_touch_each_statement_has_its_toggle(open_map):
    page = open_map(width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_role("tab", name="Argument").tap()
    toggle(page, 2).tap()
    assert shown(page) == [1, 2, 5]
    assert toggle(page, 2).evaluate("e => getComputedStyle(e).opacity") == "1"
