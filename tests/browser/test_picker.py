"""A statement is named by typing its number, or words of it."""

import pytest
from playwright.sync_api import expect

from argmap.debate.models import Dispute
from argmap.maps.models import Link

from .test_main_job import select_words

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def page(new_page, map, thesis, claim, new_node, bob):
    for text in ("The bridge is old.", "The Bridge is new.", "Nobody drives."):
        new_node(map, text=text)
    page = new_page(user=bob, width=1440, height=900)
    page.goto(f"{map.get_absolute_url()}?node=2")
    page.bring_to_front()
    return page


def test_it_is_found_by_words_and_taken_by_keyboard(page, map, bob):
    page.locator("#tools-2").get_by_role("link", name="Support").click()
    margin = page.locator("#margin")
    field = margin.get_by_label("Bears on")
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_value("#2 The town needs the bridge.")
    field.click()
    page.keyboard.type("bridge is")
    options = margin.get_by_role("option")
    expect(options).to_have_count(2)
    expect(options.first).to_have_text("#3 claim The bridge is old.")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(field).to_have_value("#4 The Bridge is new.")
    expect(field).to_have_attribute("aria-expanded", "false")
    margin.get_by_label("Claim", exact=True).fill("So it carries.")
    margin.get_by_role("button", name="Add claim").click()
    expect(page.locator("#under-4 .card", has_text="So it carries.")).to_be_visible()
    assert Link.objects.latest("pk").target_node.number == 4


def test_escape_closes_the_list_and_not_the_form(page):
    page.goto(page.url.split("?")[0] + "write/claim/")
    field = page.get_by_label("Bears on")
    field.fill("bridge")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("bridge")


def test_several_are_named_one_after_the_other(page, map):
    page.goto(page.url.split("?")[0] + "disputes/new/?node=2")
    page.get_by_label("outdated").check()
    page.get_by_label("What is wrong with it").fill("It is not.")
    field = page.get_by_label("Statements that speak for it")
    field.press_sequentially("1, nobody")
    page.get_by_role("option", name="Nobody drives.").click()
    expect(field).to_have_value("1, 5, ")
    field.press_sequentially("bridge is n")
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Open dispute").click()
    page.wait_for_url("**node=2**")
    numbers = Dispute.objects.get().evidence.values_list("number", flat=True)
    assert sorted(numbers) == [1, 4, 5]


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("The town neds the bridge.", False),
        ("The town, needs the bridge!", False),
        ("The town needs no bridge.", True),
        ("The town needs the new bridge.", True),
        ("The city needs the bridge.", True),
    ],
)
def test_whether_an_edit_changes_the_meaning_is_preset_by_the_edit(page, words, changes):
    page.goto(page.url.split("?")[0] + "nodes/2/edit/")
    question = page.get_by_role("group", name="Does this change the meaning?")
    expect(question.locator(":checked")).to_have_count(0)
    page.get_by_label("Statement").fill(words)
    expect(question.locator(":checked")).to_have_value("yes" if changes else "no")
    question.get_by_label("no" if changes else "yes").check(force=True)
    page.get_by_label("Statement").press_sequentially(" So.")
    expect(question.locator(":checked")).to_have_value("no" if changes else "yes")


def test_words_become_a_claim_below_what_the_last_one_was_added_to(page, map):
    for words, start, end in (("The bridge", 0, 10), ("was closed", 11, 21)):
        select_words(page, "p1", start, end)
        page.get_by_role("toolbar").get_by_role("button", name="Claim").click()
        margin = page.locator("#margin")
        expect(margin.get_by_label("Claim", exact=True)).to_have_value(words)
        expect(margin.get_by_label("Bears on")).to_have_value("#2 The town needs the bridge.")
        button = margin.get_by_role("button", name="Add claim")
        expect(button.last).to_be_in_viewport(ratio=1)
        page.keyboard.type(f"It says: {words}.")
        button.last.click()
        expect(page.locator("#under-2 .card", has_text=f"It says: {words}.")).to_be_visible()


def test_what_leads_to_no_thesis_stands_under_not_linked_yet(page):
    said = (
        """number => getComputedStyle(document.getElementById(`n${number}`), "::before").content"""
    )
    assert page.evaluate(said, 1) == "none"
    assert page.evaluate(said, 3) == '"Not linked yet"'
    assert page.evaluate(said, 4) == "none"


HIT = """field => {
    const { left, width, top, height } = field.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) === field;
}"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 600)])
def test_of_sources_the_next_and_the_one_to_mend_are_in_view_and_have_the_focus(
    page, width, height
):
    page.set_viewport_size({"width": width, "height": height})
    page.locator("#tools-2").get_by_role("link", name="Support").click()
    margin = page.locator("#margin")
    margin.get_by_label("Claim", exact=True).fill("It leads to the market.")
    margin.get_by_text("Sources and detail").click()
    margin.get_by_label("Address or DOI").fill("no address")
    for number in (2, 3):
        margin.get_by_role("button", name="Add a source").click()
        title = margin.get_by_role("group", name=f"Source {number}").get_by_label("Title")
        expect(title).to_be_focused()
        assert title.evaluate(HIT)
    margin.get_by_role("button", name="Add claim").last.click()
    wrong = margin.get_by_label("Address or DOI").first
    expect(wrong).to_be_focused()
    assert wrong.evaluate(HIT)


def test_one_goes_to_a_statement_from_the_outline_by_keyboard(page, map):
    page.locator("#argument").focus()
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find a statement")
    expect(field).to_be_focused()
    page.keyboard.type("bridge is")
    options = page.locator("#argument").get_by_role("option")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**?node=4#n4")
    expect(page.locator(".item.selected .statement").first).to_have_text("The Bridge is new.")


def test_who_takes_none_of_those_offered_gets_all_that_are_found(page, map):
    page.keyboard.press("/")
    page.keyboard.type("bridge is")
    expect(page.locator("#argument").get_by_role("option")).to_have_count(2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/?q=bridge+is")
    found = page.locator(".found .statement")
    expect(found).to_have_count(2)
    found.first.get_by_role("link").click()
    page.wait_for_url("**?node=3#n3")


def test_on_a_phone_a_tap_leads_to_what_is_offered(new_page, map, page):
    phone = new_page(width=390, height=844, has_touch=True)
    phone.goto(f"{map.get_absolute_url()}?node=1")
    phone.get_by_placeholder("Find a statement").tap()
    phone.keyboard.type("nobody")
    phone.get_by_role("option").tap()
    phone.wait_for_url("**?node=5#n5")
    expect(phone.locator("#n5")).to_be_in_viewport()
