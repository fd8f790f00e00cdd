"""The main job without a mouse: real keys, from the top of the page to what one wrote."""

import pytest
from playwright.sync_api import expect

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.debate.models import Annotation

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def anchored(map, edition, new_node, thesis):
    words = "Engineers had found cracks in two of its piers."
    start = edition.text.index(words)
    selection = Selection(edition, start, start + len(words))
    return new_node(map, "evidence", "Cracks were found.", on=thesis, selection=selection)


@pytest.fixture
def open_map(new_page, map, anchored):
    def open_map(user, query="", **options):
        page = new_page(user=user, **{"width": 1440, "height": 900, **options})
        page.goto(map.get_absolute_url() + query)
        expect(page.locator("#strip .frame, .tabs [tabindex]").first).to_be_attached()
        return page

    return open_map


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def has_focus(page, selector):
    expect(page.locator(selector)).to_be_focused()


def chosen(page):
    return page.evaluate("getSelection().toString()")


def bar(page):
    return page.get_by_role("toolbar", name="With the chosen words")


def test_skip_links_lead_to_each_pane_from_the_top(open_map, bob):
    for tabs, pane in ((1, "article"), (2, "argument"), (3, "margin")):
        page = open_map(bob)
        press(page, *["Tab"] * tabs)
        expect(page.locator(":focus")).to_be_in_viewport()
        has_focus(page, f"a.skip[href='#{pane}']")
        press(page, "Enter")
        has_focus(page, f"#{pane}")


@pytest.mark.parametrize("width", [390, 1000])
def test_skip_links_show_the_pane_that_they_lead_to(open_map, bob, width):
    for tabs, pane in ((1, "article"), (2, "argument"), (3, "margin")):
        page = open_map(bob, width=width)
        press(page, *["Tab"] * tabs, "Enter")
        has_focus(page, f"#{pane}")
        expect(page.locator(f"#{pane}")).to_be_visible()


def test_f6_goes_from_pane_to_pane_and_back(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    for pane in ("article", "argument", "margin", "article"):
        press(page, "F6")
        has_focus(page, f"#{pane}")
    for pane in ("margin", "argument", "article"):
        press(page, "Shift+F6")
        has_focus(page, f"#{pane}")
    page.locator("#margin input[type=number]").focus()
    press(page, "F6")  # out of a field, too
    has_focus(page, "#article")


def test_f6_turns_the_tabs_of_a_phone(open_map, bob):
    page = open_map(bob, width=390)
    press(page, "F6", "F6")
    has_focus(page, "#argument")
    expect(page.locator("#article")).to_be_hidden()
    press(page, "F6")
    has_focus(page, "#article")


def test_j_and_k_walk_the_statements_outside_fields(open_map, bob, thesis, anchored):
    page = open_map(bob)
    press(page, "j")
    has_focus(page, f"#card-{thesis.number} .statement a")
    press(page, "j")
    has_focus(page, f"#card-{anchored.number} .statement a")
    press(page, "j", "k")
    has_focus(page, f"#card-{thesis.number} .statement a")
    press(page, "Enter")
    expect(page.locator("#margin h2")).to_have_text(f"On #{thesis.number}")
    page.locator(f"#tools-{thesis.number}").get_by_role("link", name="Annotate").focus()
    press(page, "Enter")
    field = page.locator("#margin textarea").first
    expect(field).to_be_focused()
    press(page, "j", "k", "?")
    expect(field).to_have_value("jk?")
    expect(field).to_be_focused()


def test_the_legend_opens_and_closes_and_its_keys_can_be_off(open_map, bob):
    page = open_map(bob)
    press(page, "?")
    legend = page.get_by_role("dialog", name="Keyboard")
    expect(legend).to_be_visible()
    expect(legend).to_contain_text("choose its first sentence")
    legend.get_by_label("Single keys").uncheck()
    press(page, "Escape")
    expect(legend).to_be_hidden()
    press(page, "?", "j")
    expect(legend).to_be_hidden()
    expect(page.locator("#outline a:focus")).to_have_count(0)


def test_words_are_chosen_and_annotated_by_keys_alone(open_map, bob):
    page = open_map(bob)
    press(page, "F6", "Tab")
    while not page.evaluate("document.activeElement.matches('.paragraph')"):
        press(page, "Tab")
    has_focus(page, "#p1")
    press(page, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp")
    has_focus(page, "#p1")
    press(page, "Enter")
    assert chosen(page) == "The bridge was closed in March."
    press(page, "ArrowRight")
    assert chosen(page) == "Engineers had found cracks in two of its piers."
    press(page, "ArrowLeft", "Shift+ArrowDown")
    assert chosen(page).endswith("March. Engineers had found cracks in two of its piers.")
    press(page, "Shift+ArrowUp", "Shift+ArrowRight", "Shift+ArrowRight")
    assert chosen(page) == "The bridge was closed in March. Engineers had"
    press(page, "Shift+ArrowLeft", "Shift+ArrowLeft", "Alt+Shift+ArrowRight")
    assert chosen(page).strip() == "bridge was closed in March"
    press(page, "Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight", "Shift+ArrowLeft")
    assert chosen(page) == "bridge was closed in"
    has_focus(page, "#p1")
    expect(bar(page)).to_be_visible()
    press(page, "Tab")
    expect(bar(page).get_by_role("button", name="Annotate")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#margin textarea").first).to_be_focused()
    page.keyboard.type("Since when?")
    press(page, "Control+Enter")
    expect(page.locator("#margin .annotation")).to_contain_text("Since when?")
    assert Annotation.objects.get().passage.exact == "bridge was closed in"


def test_the_bar_is_about_the_words_that_are_chosen_however_fast_one_goes_on(open_map, bob):
    """It follows a moment later: who was quicker annotated the words chosen before."""
    page = open_map(bob)
    page.locator("#p1").focus()
    press(page, "Enter")
    expect(bar(page)).to_be_visible()
    chosen_in_bar = page.evaluate("""() => {
        const words = document.querySelector("#p1").firstChild;
        getSelection().setBaseAndExtent(words, 4, words, 10);
        const key = {key: "Tab", bubbles: true, cancelable: true};
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
        const {start, end} = document.querySelector("#selection-bar").elements;
        return [start.value, end.value, document.activeElement.closest("#selection-bar") !== null];
    }""")
    assert chosen_in_bar == ["4", "10", True]


def test_in_a_paragraph_links_and_the_page_keep_their_keys(open_map, bob, anchored):
    page = open_map(bob)
    page.locator("#p1 a.passage").focus()
    press(page, "Enter")  # the link’s own
    expect(page.locator("#margin h2")).to_have_text(f"On #{anchored.number}")
    assert chosen(page) == ""
    page.locator("#p1").focus()
    press(page, "Enter", "Enter")
    assert chosen(page) == "The bridge was closed in March."
    expect(bar(page)).to_be_visible()
    press(page, "Escape")
    expect(bar(page)).to_be_hidden()
    assert chosen(page) == "The bridge was closed in March."


def test_a_report_is_in_a_menu_and_reached_by_keys(open_map, bob, simon, map, thesis):
    debate.annotate(simon, map, target=thesis, text="Hm.")
    dispute = debate.open_dispute(simon, map, target=thesis, ground="outdated", statement="No.")
    page = open_map(bob, f"?node={thesis.number}")
    for part in ("#margin .annotation", "#margin .dispute"):
        report = page.locator(part).get_by_role("link", name="Report")
        expect(report).to_be_hidden()
        page.locator(f"{part} .menu summary").focus()
        press(page, "Enter", "Tab")
        expect(report).to_be_focused()
        expect(report).to_be_in_viewport(ratio=1)
        press(page, "Escape")
        expect(report).to_be_hidden()
        expect(page.locator(f"{part} .menu summary")).to_be_focused()
    page.goto(thesis.get_absolute_url())
    expect(page.locator(".lead").get_by_role("link", name="Report")).to_be_hidden()
    page.locator(".lead .menu summary").focus()
    press(page, "Enter", "Tab")
    expect(page.locator(".lead .menu-panel a").first).to_be_focused()
    expect(page.locator(".lead").get_by_role("link", name="Report")).to_be_visible()
    page.locator(f"#dispute-{dispute.pk} .menu summary").focus()
    press(page, "Enter", "Tab", "Enter")
    page.wait_for_url("**/flag/dispute/**")


def test_a_tooltip_shows_for_the_keyboard_too(open_map, bob, anchored):
    page = open_map(bob, f"?node={anchored.number}")
    tip = "getComputedStyle(document.activeElement, '::after').content"
    page.locator("#tools-2 .actions > a").last.focus()
    press(page, "Tab")
    has_focus(page, "#tools-2 .menu summary")
    assert "More" in page.evaluate(tip)


@pytest.fixture
def doubted(map, edition, new_node, thesis, simon, bob):
    """“The bridge” and “Traffic” are contested, “The council” behind them is disputed."""
    made = {}
    for words in ("The council", "The bridge", "Traffic"):
        start = edition.text.index(words)
        made[words] = new_node(
            map, text=words, on=thesis, selection=Selection(edition, start, start + len(words))
        )
    for words in ("The bridge", "Traffic"):
        new_node(map, "counterpoint", "No.", on=made[words], relation="opposes")
    debate.open_dispute(
        simon, map, target=made["The council"], ground="outdated", statement="It said so once."
    )


def test_c_and_d_go_along_what_is_contested_and_disputed_in_the_text(open_map, bob, doubted):
    page = open_map(bob)
    focused = page.locator("#text a.passage:focus")
    for key, words in (
        ("c", "The bridge"), ("c", "Traffic"), ("c", "The bridge"), ("C", "Traffic"),
        ("C", "The bridge"), ("d", "The council"), ("d", "The council"), ("c", "The bridge"),
    ):  # fmt: skip
        press(page, key)
        expect(focused).to_have_text(words)
    page.locator("#find").focus()
    press(page, "c")
    expect(page.locator("#find")).to_have_value("c")


def test_on_a_phone_they_bring_the_article(open_map, bob, doubted):
    page = open_map(bob, width=390)
    page.get_by_role("tab", name="Argument").click()
    page.locator("#card-1 .statement a").focus()
    press(page, "d")
    expect(page.locator("#text a.passage:focus")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 390])
def test_control_k_searches_from_anywhere(open_map, bob, width):
    page = open_map(bob, width=width)
    press(page, "Control+k")
    expect(page.locator("#site-search:focus, [type=search]#find:focus")).to_be_visible()
