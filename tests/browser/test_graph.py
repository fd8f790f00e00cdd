"""The graph in a browser: open a branch, walk along the links, go back; and without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def tree(thesis, claim, new_node, map):
    """#1 thesis ← #2 claim ← #3 evidence ← #4 evidence; #1 ← #5 counterpoint."""
    third = new_node(map, "evidence", "It is the only crossing.", on=claim)
    new_node(map, "evidence", "The ferry stopped in 1990.", on=third)
    new_node(map, "counterpoint", "It cannot be paid for.", on=thesis, relation="opposes")


@pytest.fixture
def open_graph(new_page, map, tree):
    def open_graph(query="", **options):
        page = new_page(**{"width": 1440, "height": 900, **options})
        page.goto(f"{map.get_absolute_url()}graph/{query}")
        return page

    return open_graph


def shown(page):
    return sorted(int(each.get_attribute("id")[1:]) for each in page.locator(".graph .node").all())


def test_a_pill_opens_a_branch_that_the_address_keeps_and_going_back_shuts_it(open_graph):
    page = open_graph()
    assert shown(page) == [1, 2, 5]
    page.locator(".graph .pill").first.click()
    expect(page.locator("#g3")).to_be_visible()
    assert "open=2" in page.url
    page.reload()
    assert shown(page) == [1, 2, 3, 5]
    page.go_back()
    expect(page.locator("#g3")).to_have_count(0)


def test_without_javascript_a_pill_and_a_statement_are_links(open_graph):
    page = open_graph(javascript=False)
    page.locator(".graph .pill").first.click()
    assert shown(page) == [1, 2, 3, 5]
    page.locator("#g3").click()
    assert "node=3" in page.url


def test_arrows_walk_along_the_links_space_selects_and_enter_leads_to_the_outline(open_graph):
    page = open_graph("?node=2")
    expect(page.locator("#graph-tools")).to_be_visible()
    page.locator("#g2").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#g1")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#g2")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#g5")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#g5.selected")).to_be_focused()
    assert "node=5" in page.url
    page.keyboard.press("Enter")
    expect(page.locator("#n5.selected")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_only_the_drawing_scrolls_aside(open_graph, width):
    page = open_graph("?node=4", width=width, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.locator("#g4")).to_be_in_viewport()
    assert page.locator("#g4 .box").bounding_box()["width"] > 200  # so that one can read it


def test_graph_and_outline_lead_to_each_other_with_the_same_statement_selected(open_graph):
    page = open_graph("?node=3")
    views = page.get_by_role("navigation", name="Views")
    views.get_by_role("link", name="Outline").click()
    expect(page.locator("#n3.selected")).to_be_visible()
    page.locator("#card-5 .statement a").click()
    expect(page.locator("#n5.selected")).to_be_visible()
    views.get_by_role("link", name="Graph").click()
    expect(page.locator("#g5.selected")).to_be_visible()


def test_without_javascript_the_graph_shows_what_is_selected_in_the_outline(open_graph, map):
    page = open_graph(javascript=False)
    page.goto(f"{map.get_absolute_url()}?node=2")
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Graph").click()
    assert page.locator("#g2.selected").count() == 1
