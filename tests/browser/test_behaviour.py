"""What the pages do under people's hands: mouse, keyboard, going back, small screens."""

import contextlib
import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Error, expect

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.maps.actions import retract_node

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

WORDS = "Engineers had found cracks in two of its piers."
#: Where the middle of a word is in the window, by its paragraph.
MIDDLE = """([paragraph, word]) => {
    const walker = document.createTreeWalker(
        document.getElementById(paragraph), NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
        const at = node.data.indexOf(word);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        return { left, right, y: (top + bottom) / 2 };
    }
}"""


@pytest.fixture
def anchored(map, edition, new_node, thesis):
    """Node 2, on words of the first paragraph."""
    start = edition.text.index(WORDS)
    words = Selection(edition, start, start + len(WORDS))
    return new_node(map, "evidence", "Cracks were found.", on=thesis, selection=words)


@pytest.fixture
def open_map(new_page, map, anchored):
    def open_map(user, query="", **options):
        page = new_page(user=user, **{"width": 1440, "height": 900, **options})
        page.goto(map.get_absolute_url() + query)
        page.wait_for_function("document.querySelector('#strip .frame, .tabs [tabindex]')")
        return page

    return open_map


def select(page, node):
    page.locator(f"#card-{node.number} .statement a").click()
    expect(page.locator("#margin h2")).to_have_text(f"On #{node.number}")


def is_selected(page, node):
    expect(page.locator(".item.selected")).to_have_count(1)
    expect(page.locator(f"#n{node.number}.selected > .box > .tools .actions")).to_be_visible()


def drag(page, start, end):
    """Press at the start of one word of the first paragraph, release at the end of another."""
    start = page.evaluate(MIDDLE, ["p1", start])
    end = page.evaluate(MIDDLE, ["p1", end])
    page.mouse.move(start["left"] + 1, start["y"])
    page.mouse.down()
    for part in (0.3, 0.6, 1):
        x = start["left"] + part * (end["right"] - start["left"]) - 1
        page.mouse.move(x, start["y"] + part * (end["y"] - start["y"]))
    page.mouse.up()


# Underlined words


def test_words_within_a_passage_are_selected_with_the_mouse(open_map, bob, anchored):
    page = open_map(bob)
    drag(page, "found", "cracks")
    bar = page.get_by_role("toolbar", name="With the chosen words")
    expect(bar).to_be_visible()
    assert page.evaluate("getSelection().toString()") == "found cracks"
    page.wait_for_timeout(200)
    expect(page.locator(".item.selected")).to_have_count(0)
    assert "node=" not in page.url
    # It is a link still, to the keyboard and to whoever opens it in another tab
    address = f"{anchored.map.get_absolute_url()}?node={anchored.number}"
    expect(page.locator("#p1 a.passage")).to_have_attribute("href", address)


def test_a_drag_may_begin_in_a_passage_and_end_beyond_it(open_map, bob):
    page = open_map(bob)
    drag(page, "cracks", "March")
    expect(page.get_by_role("toolbar", name="With the chosen words")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == ". Engineers had found "


def test_a_click_and_enter_on_a_passage_select_its_node(open_map, bob, anchored, thesis):
    page = open_map(bob)
    page.locator("#p1 a.passage").click()
    is_selected(page, anchored)
    expect(page.locator("#p1 a.passage")).to_be_focused()
    select(page, thesis)
    page.locator("#p1 a.passage").focus()
    page.keyboard.press("Enter")
    is_selected(page, anchored)


def test_an_annotated_passage_can_be_selected_from_too(open_map, bob, map, edition):
    start = edition.text.index("closed in March")
    words = Selection(edition, start, start + len("closed in March"))
    debate.annotate(bob, map, target=words, text="Or in April?")
    page = open_map(bob)
    drag(page, "closed", "March")
    expect(page.get_by_role("toolbar", name="With the chosen words")).to_be_visible()
    page.wait_for_timeout(200)
    expect(page.locator("#margin h2")).to_have_text("Margin")
    page.mouse.click(5, 500)
    page.locator("#p1 a.passage", has_text="closed in March").click()
    expect(page.locator("#margin .annotation")).to_contain_text("Or in April?")


# Back and forward


def test_back_and_forward_move_the_selection(open_map, bob, anchored, thesis):
    page = open_map(bob)
    select(page, thesis)
    select(page, anchored)
    is_selected(page, anchored)
    page.go_back()
    expect(page.locator("#margin h2")).to_have_text("On #1")
    is_selected(page, thesis)
    page.go_back()
    expect(page.locator("#margin h2")).to_have_text("Margin")
    expect(page.locator(".item.selected, .passage.selected")).to_have_count(0)
    page.go_forward()
    page.go_forward()
    expect(page.locator("#margin h2")).to_have_text("On #2")
    is_selected(page, anchored)
    expect(page.locator("#p1 a.passage")).to_have_class("passage stands selected")


def test_the_bar_works_after_going_back(open_map, bob, thesis):
    page = open_map(bob)
    select(page, thesis)
    page.go_back()
    expect(page.locator("#margin h2")).to_have_text("Margin")
    drag(page, "found", "cracks")
    bar = page.get_by_role("toolbar", name="With the chosen words")
    expect(bar).to_be_visible()
    page.keyboard.press("Tab")
    expect(bar.get_by_role("button", name="Annotate")).to_be_focused()


# The margin that slides over


def test_a_statement_keeps_its_tools_where_the_margin_slides_over(open_map, bob, anchored):
    page = open_map(bob, width=1000)
    page.locator("#card-2 .statement a").click()
    is_selected(page, anchored)
    expect(page.locator("#margin")).to_be_hidden()
    page.locator("#tools-2 .actions").get_by_role("link", name="Counterpoint").click()
    expect(page.locator("#margin textarea").first).to_be_focused()
    page.keyboard.press("Escape")
    is_selected(page, anchored)
    expect(page.locator("#margin")).to_be_hidden()
    expect(page.locator("#card-2 .statement a")).to_be_focused()


def test_the_button_opens_the_margin_and_escape_closes_it(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}", width=1000)
    expect(page.locator("#margin")).to_be_hidden()
    button = page.get_by_role("button", name="Margin", exact=True)
    button.click()
    expect(page.locator("#margin")).to_be_visible()
    page.locator("#card-1 .number").focus()  # from anywhere
    page.get_by_label("Account of").click()
    page.keyboard.press("Escape")  # the menu's
    expect(page.locator("#margin")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#margin")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_on_a_phone_the_sheet_leaves_the_new_card_free(open_map, bob):
    page = open_map(bob, width=390, height=844)
    drag(page, "found", "cracks")
    page.get_by_role("toolbar").get_by_role("button", name="Claim").click()
    page.locator("#margin textarea").first.fill("Piers crack.")
    page.locator("#margin").get_by_role("button", name="Add claim").click()
    expect(page.get_by_role("link", name="Piers crack.")).to_be_focused()
    expect(page.locator("#margin")).to_be_hidden()
    is_in_view(page, ".item.selected > .box")


def is_in_view(page, selector):
    expect(page.locator(selector)).to_be_in_viewport(ratio=1)


def test_a_new_card_comes_with_its_tools_whether_or_not_the_stream_was_quicker(
    open_map, bob, map, thesis, new_node, new_page
):
    for _ in range(12):
        new_node(map, "claim", "The town needs the bridge, and so do the villages.", on=thesis)
    page = new_page(user=bob)
    page.route(re.compile("/stream"), lambda route: None)  # it never comes
    page.goto(f"{map.get_absolute_url()}?node={thesis.number}")
    page.locator("#tools-1").get_by_role("link", name="Support").click()
    page.locator("#margin textarea").first.fill("Last of all.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".item.selected > .box .statement")).to_have_text("Last of all.")
    expect(page.locator(".item.selected > .box > .tools .actions")).to_be_visible()
    is_in_view(page, ".item.selected > .box")


# Focus


def focused_after_a_live_update(page, target):
    """The focus is there, and still when the margin has refreshed itself."""
    expect(target).to_be_focused()
    page.wait_for_timeout(600)
    expect(target).to_be_focused()


def test_the_focus_follows_notes_replies_and_disputes(open_map, alice, map, anchored, simon):
    annotation = debate.annotate(simon, map, target=anchored, text="Who found them?")
    dispute = debate.open_dispute(
        simon, map, target=anchored, ground="unsupported", statement="Nobody says who."
    )
    page = open_map(alice, f"?node={anchored.number}")
    margin = page.locator("#margin")

    page.locator(f"#reply-{annotation.pk}").fill("The engineers.")
    margin.get_by_role("button", name="Reply").click()
    focused_after_a_live_update(page, margin.locator(".reply"))

    page.locator("#tools-2").get_by_role("link", name="Annotate").click()
    margin.locator("form.write textarea").fill("An annotation.")
    margin.get_by_role("button", name="Annotate").click()
    focused_after_a_live_update(page, margin.locator(".annotation", has_text="An annotation."))

    page.locator(f"#answer-{dispute.pk}").fill("The report does.")
    margin.get_by_role("button", name="Answer").click()
    focused_after_a_live_update(page, page.locator(f"#dispute-{dispute.pk}"))

    margin.locator(".dispute").get_by_role("link", name="Decide").click()
    expect(margin.get_by_label("upheld")).to_be_focused()
    margin.get_by_label("dismissed").check()
    margin.get_by_label("Why").fill("It does.")
    margin.get_by_role("button", name="Decide").click()
    focused_after_a_live_update(page, page.locator(f"#dispute-{dispute.pk}"))


def test_the_focus_is_never_lost(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    margin = page.locator("#margin")
    heading = margin.locator("h2")

    margin.get_by_role("spinbutton", name="Your credence in percent").fill("60")
    margin.locator("form.stance").get_by_role("button", name="Save").click()
    page.locator(".toast", has_text="stance").wait_for()
    focused_after_a_live_update(page, heading)

    margin.locator(".links li > a").click()
    expect(heading).to_contain_text("On the step")
    focused_after_a_live_update(page, heading)

    page.locator("#tools-2").get_by_role("link", name="Annotate").click()
    margin.get_by_role("link", name="Cancel").click()
    expect(heading).to_have_text("On #2")
    expect(heading).to_be_focused()

    page.locator("#tools-2 summary").click()
    page.locator("#tools-2").get_by_role("link", name="Also bears on…").click()
    margin.get_by_role("link", name="Cancel").wait_for()
    page.wait_for_timeout(100)
    assert page.evaluate("document.getElementById('margin').contains(document.activeElement)")


def test_a_report_begins_with_its_reason(open_map, alice, anchored):
    page = open_map(alice, f"?node={anchored.number}")
    page.locator("#tools-2 summary").click()
    page.locator("#tools-2").get_by_role("link", name="Report").click()
    expect(page.locator("#margin input[type=radio]").first).to_be_focused()
    page.locator("#margin input[type=radio]").first.check()
    page.keyboard.press("Control+Enter")
    page.locator(".toast").wait_for()
    expect(page.locator("#margin h2")).to_be_focused()


# Keys in forms


def test_escape_cancels_a_form_and_control_enter_sends_it(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    tool = page.locator("#tools-2").get_by_role("link", name="Annotate")
    tool.click()
    expect(page.locator("#margin textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#margin h2")).to_have_text("On #2")
    tool.click()
    page.locator("#margin textarea").fill("Sent with keys.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#margin .annotation")).to_contain_text("Sent with keys.")


# Drafts


def test_half_written_words_come_back(open_map, bob, anchored, thesis):
    page = open_map(bob, f"?node={anchored.number}")
    margin, field = page.locator("#margin"), page.locator("#margin textarea")
    back = margin.get_by_text("Your draft is back.")
    tool = page.locator("#tools-2").get_by_role("link", name="Annotate")

    tool.click()
    expect(field).to_be_focused()
    page.keyboard.type("A thought that is")
    margin.get_by_label("only me").check()
    select(page, thesis)
    page.locator("#tools-1").get_by_role("link", name="Annotate").click()
    expect(field).to_have_value("")  # it was about another statement
    page.goto(page.url.split("?")[0] + f"?node={anchored.number}")
    tool.click()
    expect(field).to_have_value("A thought that is")
    expect(margin.get_by_label("only me")).to_be_checked()
    expect(back).to_be_visible()
    expect(field).to_be_focused()

    page.keyboard.type(" complete.")
    margin.get_by_role("button", name="Annotate").click()
    expect(margin.locator(".annotation")).to_contain_text("A thought that is complete.")
    tool.click()
    expect(field).to_have_value("")
    expect(back).to_have_count(0)


def test_a_draft_is_its_authors_alone(open_map, bob, edith, serving, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    field = page.locator("#margin textarea")
    tool = page.locator("#tools-2").get_by_role("link", name="Annotate")
    for person, found in ((edith, ""), (bob, "Bob alone thinks so.")):
        tool.click()
        if person is edith:
            field.fill("Bob alone thinks so.")
        client = Client()
        client.force_login(person)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": serving.url}
        page.context.add_cookies([cookie])
        page.reload()
        tool.click()
        expect(field).to_have_value(found)
        page.reload()


def test_a_slow_answer_does_not_replace_what_one_asked_for_after_it(open_map, bob, anchored):
    page, slow = open_map(bob, f"?node={anchored.number}"), []
    tool = page.locator("#tools-2").get_by_role("link", name="Annotate")
    tool.click()
    expect(page.locator("#margin textarea")).to_be_focused()
    page.route(lambda url: f"?node={anchored.number}" in url, lambda route: slow.append(route))
    page.locator("#margin").get_by_role("link", name="Cancel").click()
    page.wait_for_timeout(200)
    assert slow
    tool.click()
    page.wait_for_timeout(500)
    for route in slow:
        with contextlib.suppress(Error):  # nobody waits for it any more
            route.continue_()
    page.wait_for_timeout(500)
    expect(page.locator("#margin textarea")).to_be_visible()


def test_a_draft_is_discarded(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    margin, field = page.locator("#margin"), page.locator("#margin textarea")
    tool = page.locator("#tools-2").get_by_role("link", name="Annotate")
    tool.click()
    expect(field).to_be_focused()
    page.keyboard.type("Never mind")
    page.keyboard.press("Escape")
    tool.click()
    margin.get_by_role("button", name="Discard it").click()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    tool.click()
    expect(field).to_have_value("")


def test_a_draft_on_words_comes_back_for_nearly_the_same(open_map, bob):
    page = open_map(bob)
    bar = page.get_by_role("toolbar", name="With the chosen words")
    drag(page, "found", "cracks")
    bar.get_by_role("button", name="Annotate").click()
    page.locator("#margin textarea").fill("Which?")
    page.keyboard.press("Escape")
    expect(page.locator("#margin h2")).to_have_text("Margin")
    drag(page, "cracks", "two")
    bar.get_by_role("button", name="Annotate").click()
    expect(page.locator("#margin textarea")).to_have_value("Which?")
    expect(page.locator("#margin .quote")).to_have_text("cracks in two")


def test_a_draft_does_not_write_over_what_others_wrote(open_map, bob, edith, map, anchored):
    from argmap.maps import actions

    page = open_map(bob, f"?node={anchored.number}")

    def edit():
        page.locator("#tools-2 summary").click()
        page.locator("#tools-2").get_by_role("link", name="Edit").click()

    edit()
    page.locator("#margin textarea").first.fill("Many cracks were found.")
    page.keyboard.press("Escape")
    expect(page.locator("#margin h2")).to_have_text("On #2")
    with page.expect_response("**/margin/"):  # the stream has told, and the tools come anew
        actions.edit_node(edith, anchored, version=1, text="Three cracks were found.")
    page.wait_for_timeout(200)
    edit()
    expect(page.locator("#margin textarea").first).to_have_value("Many cracks were found.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#margin .conflict")).to_contain_text("Three cracks were found.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#card-2")).to_contain_text("Many cracks were found.")


# A stance


def test_nothing_is_recorded_for_whoever_set_nothing(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    stance = page.locator("#stances")
    stance.get_by_role("button", name="Save").click()
    expect(page.locator("#margin")).to_contain_text("Give a whole number from 0 to 100.")
    assert not anchored.stances.exists()


@pytest.mark.parametrize("how", ["slider", "number"])
def test_a_stance_says_that_it_is_not_saved_until_it_is(open_map, bob, anchored, how):
    page = open_map(bob, f"?node={anchored.number}")
    stance = page.locator("#stances")
    expect(stance).to_contain_text("no stance yet")
    if how == "slider":
        slider = stance.get_by_role("slider", name="Your credence")
        slider.focus()
        page.keyboard.press("ArrowRight")
    else:
        stance.get_by_role("spinbutton", name="Your credence in percent").fill("55")
    expect(stance).to_contain_text("55 %, not saved yet")
    stance.get_by_role("button", name="Save").click()
    expect(stance).to_contain_text("you: 55 %")
    assert anchored.stances.get().credence == 55


def test_without_javascript_a_stance_is_a_number(new_page, bob, anchored):
    page = new_page(user=bob, javascript=False)
    page.goto(anchored.get_absolute_url())
    expect(page.get_by_role("slider")).to_have_count(0)
    page.get_by_role("spinbutton", name="Your credence in percent").fill("70")
    page.locator("#stances").get_by_role("button", name="Save").click()
    expect(page.locator("#stances")).to_contain_text("you: 70 %")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("stands", [True, False], ids=["standing", "retracted"])
def test_what_else_can_be_done_opens_inside_the_card(
    new_page, map, claim, new_node, bob, stands, width
):
    new_node(map, on=claim)  # so that the card keeps its place
    if not stands:
        retract_node(bob, claim)
    page = new_page(user=bob, width=width, height=844)
    page.goto(f"{map.get_absolute_url()}?node={claim.number}")
    page.locator(f"#tools-{claim.number} summary").click()
    panel = page.locator(f"#tools-{claim.number} .menu-panel")
    expect(panel.get_by_role("link", name="Its own page")).to_be_in_viewport(ratio=1)
    inner, outer = panel.bounding_box(), page.locator(f"#n{claim.number} > .box").bounding_box()
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_what_else_can_be_done_opens_at_its_button_where_there_is_room(new_page, map, claim, simon):
    page = new_page(user=simon, width=1440, height=844)
    page.goto(f"{map.get_absolute_url()}?node={claim.number}")
    button = page.locator(f"#tools-{claim.number} summary")
    button.click()
    panel = page.locator(f"#tools-{claim.number} .menu-panel").bounding_box()
    assert panel["x"] == pytest.approx(button.bounding_box()["x"], abs=2)
