"""Words chosen with a finger."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

#: What the system does while a finger rests on a word: a browser without a screen does not.
SELECT_WORD = """([x, y]) => {
    const caret = document.caretPositionFromPoint(x, y);
    const selection = getSelection();
    selection.collapse(caret.offsetNode, caret.offset);
    selection.modify("move", "backward", "word");
    selection.modify("extend", "forward", "word");
    return selection.getRangeAt(0).getBoundingClientRect().bottom;
}"""


def test_a_long_press_raises_the_bar_below_the_words(new_page, map, thesis, bob):
    page = new_page(user=bob, width=390, height=844, has_touch=True, is_mobile=True)
    page.goto(map.get_absolute_url())
    expect(page.locator(".tabs [tabindex]").first).to_be_attached()
    page.get_by_role("tab", name="Article").tap()
    box = page.locator("#p1").bounding_box()
    x, y = box["x"] + 60, box["y"] + 14
    touch = page.context.new_cdp_session(page)
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    page.wait_for_timeout(600)
    bottom = page.evaluate(SELECT_WORD, [x, y])
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    bar = page.get_by_role("toolbar", name="With the chosen words")
    expect(bar).to_be_in_viewport(ratio=1)
    word = page.evaluate("getSelection().toString()").strip()
    assert word in "The bridge was closed in March."
    assert bar.bounding_box()["y"] > bottom + 20  # the system’s own menu and handles have room
    bar.get_by_role("button", name="Annotate").tap()
    expect(page.locator("#margin textarea").first).to_be_visible()
    expect(page.locator("#margin .quote")).to_have_text(word)
