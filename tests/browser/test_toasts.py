"""What is said in passing stands in nobody's way."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

SAY = """() => document.dispatchEvent(new CustomEvent("argmap:toast", { detail: {
    text: "Added as #12, and a sentence that is long enough for two lines of a phone.",
    level: "error",
} }))"""
#: Buttons, links and fields in view of which a toast covers a part.
COVERED = """() => {
    const box = document.querySelector("#toasts .toast").getBoundingClientRect();
    const all = "button, a[href], input:not([type=hidden]), textarea, summary";
    return [...document.querySelectorAll(all)]
        .filter(each => !each.closest("#toasts, .skip"))
        .filter(each => each.checkVisibility({ visibilityProperty: true }))
        .filter(each => {
            const pane = each.closest(".article, .argument, .margin")?.getBoundingClientRect();
            const { left, right, top, bottom } = each.getBoundingClientRect();
            const end = Math.min(bottom, pane?.bottom ?? innerHeight);
            return left < box.right && right > box.left && top < box.bottom && end > box.top;
        }).map(each => each.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("width", [390, 1000, 1440])
def test_a_toast_covers_nothing_that_can_be_pressed(new_page, map, thesis, new_node, bob, width):
    for number in range(12):
        new_node(map, "claim", f"Ground {number}.", on=thesis)
    page = new_page(user=bob, width=width, height=700)
    page.goto(f"{map.get_absolute_url()}?node={thesis.number}")
    page.locator(f"#tools-{thesis.number}").get_by_role("link", name="Annotate").click()
    expect(page.locator("#margin textarea").first).to_be_focused()
    page.evaluate(SAY)
    expect(page.locator(".toast")).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(100)
    assert page.evaluate(COVERED) == []
    send = page.locator("#margin").get_by_role("button", name="Annotate")
    send.scroll_into_view_if_needed()
    assert page.evaluate(COVERED) == []
    page.locator("#margin textarea").first.fill("Hm.")
    send.click()  # where it covered the button, this would wait in vain
    expect(page.locator("#margin .annotation")).to_contain_text("Hm.")


def test_the_line_before_the_margin_goes_down_beside_a_toast(new_page, map, bob):
    page = new_page(user=bob, width=1440, height=700)
    page.goto(map.get_absolute_url())
    page.evaluate(SAY)
    expect(page.locator(".toast")).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(100)
    lined = page.evaluate("""() => [...document.querySelectorAll(".argument, .margin")]
        .filter(each => parseFloat(getComputedStyle(each).borderInlineEndWidth)
            || parseFloat(getComputedStyle(each).borderInlineStartWidth))
        .map(each => each.getBoundingClientRect().bottom)""")
    assert lined == [700]
