"""A wide screen is used, and a line stays as long as one reads it."""

import pytest
from playwright.sync_api import expect

from argmap.maps import actions as maps

WIDTHS = """(selectors) => selectors.map(selector =>
    document.querySelector(selector).getBoundingClientRect().width)"""


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_the_workspace_gives_its_width_to_lines_outline_and_margin(new_page, map, thesis, bob):
    page = new_page(user=bob, width=1920, height=1080)
    page.goto(f"{map.get_absolute_url()}?node={thesis.number}")
    parts = ["#article", "#argument", "#margin", "#text", "#outline"]
    article, argument, margin, text, outline = page.evaluate(WIDTHS, parts)
    assert article + argument + margin + 30 == pytest.approx(1920, abs=2)
    assert 560 < text < 680
    assert outline > argument - 80
    assert margin > 380


def test_home_has_as_many_columns_as_there_is_room_for(new_page, alice, bob):
    for number in range(4):
        maps.begin_map(alice, title=f"Map {number}", visibility="public")
    for width, columns in ((390, 1), (1440, 2), (1920, 2)):
        page = new_page(user=bob, width=width, height=900)
        page.goto("/")
        expect(page.locator(".map")).to_have_count(4)
        boxes = [each.bounding_box() for each in page.locator(".map").all()]
        assert len({box["x"] for box in boxes}) == columns
        right = max(box["x"] + box["width"] for box in boxes)
        assert width - right < 70
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_map_without_a_text_gives_its_room_to_the_argument(new_page, alice):
    map = maps.begin_map(alice, title="From nothing", question="Why?")
    maps.add_node(alice, map, kind="thesis", text="Because.")
    for width in (390, 1000, 1440):
        page = new_page(user=alice, width=width, height=900)
        page.goto(map.get_absolute_url())
        expect(page.locator("#article")).to_be_hidden()
        expect(page.get_by_role("heading", name="From nothing", level=2)).to_be_visible()
        expect(page.get_by_role("link", name="Because.")).to_be_visible()
        page.keyboard.press("F6")
        expect(page.locator("#argument")).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_on_the_smallest_screen_one_scrolls_no_page_sideways(new_page, map, claim, dispute, edith):
    page = new_page(user=edith, width=320, height=640)
    parts = ("", "?node=2", "nodes/2/", "nodes/2/edit/", "annotations/", "disputes/", "history/")
    for address in ("/", "/articles/new/", *(map.get_absolute_url() + part for part in parts)):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        views = page.locator(".views-end > *").last
        if views.count() and views.is_visible():
            box = views.bounding_box()
            assert box["x"] + box["width"] <= 320, address
