"""Whoever points at words of the article sees all that rests on them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from argmap.articles.actions import Selection
from argmap.debate import actions as debate

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

WORDS = "Engineers had found cracks in two of its piers."


@pytest.fixture
def at(edition):
    def at(words):
        start = edition.text.index(words)
        return Selection(edition, start, start + len(words))

    return at


@pytest.fixture
def crowded(map, at, bob, simon, new_node, thesis):
    """Two statements and an annotation of Simon's on words, and one inside them."""
    return [
        new_node(map, "evidence", "Cracks were found.", on=thesis, selection=at(WORDS)),
        new_node(map, "claim", "Engineers looked.", on=thesis, selection=at(WORDS)),
        debate.annotate(simon, map, target=at(WORDS), text="By whom?"),
        debate.annotate(bob, map, target=at("cracks"), text="How wide?", visibility="private"),
    ]


def by_mouse(passage):
    passage.click()


def by_keyboard(passage):
    passage.focus()
    passage.page.keyboard.press("Enter")


def by_finger(passage):
    passage.tap()


@pytest.mark.parametrize(
    ("point", "options"),
    [
        (by_mouse, {"width": 1440, "height": 900}),
        (by_keyboard, {"width": 1440, "height": 900}),
        (by_finger, {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}),
    ],
)
def test_all_that_rests_on_words_is_reached_by_pointing_at_them(
    new_page, map, bob, crowded, point, options
):
    page = new_page(user=bob, **options)
    page.goto(map.get_absolute_url())
    passage = page.locator("#p1 a.passage", has_text="cracks")
    expect(passage).to_have_class("passage stands annotated private")
    expect(passage).to_have_attribute("aria-description", "2 statements, 2 annotations")
    point(passage)
    margin = page.locator("#margin")
    expect(margin.get_by_role("heading", name="On these words")).to_be_visible()
    expect(margin.locator(".on-words li")).to_have_count(4)
    expect(margin.locator(".on-words li", has_text="How wide?")).to_contain_text("only you")
    margin.get_by_role("link", name="By whom?").click()
    expect(margin.locator(".annotation")).to_contain_text("By whom?")


def test_a_statement_of_the_list_opens_in_the_outline(new_page, map, bob, crowded):
    page = new_page(user=bob, width=1440, height=900)
    page.goto(map.get_absolute_url())
    page.locator("#p1 a.passage").first.click()
    page.locator("#margin").get_by_role("link", name="Engineers looked.").click()
    expect(page.locator(f"#n{crowded[1].number}.selected")).to_be_visible()


def test_the_list_hears_of_what_others_put_on_the_words(new_page, map, bob, simon, at, crowded):
    page = new_page(user=bob, width=1440, height=900)
    page.goto(map.get_absolute_url())
    page.locator("#p1 a.passage").first.click()
    expect(page.locator("#margin .on-words li")).to_have_count(3)
    debate.annotate(simon, map, target=at(WORDS), text="And when?")
    expect(page.locator("#margin .on-words li")).to_have_count(4)


def test_without_javascript_the_words_lead_to_a_page(new_page, map, bob, crowded, at):
    page = new_page(user=bob, javascript=False)
    page.goto(map.get_absolute_url())
    page.locator("#p1 a.passage", has_text="cracks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("On these words")
    words = at("cracks")
    assert page.url.endswith(reverse("words", args=[map.slug, 1, words.start, words.end]))
    expect(page.locator(".on-words li")).to_have_count(4)


DRAWN = """passage => {
    const style = getComputedStyle(passage);
    const own = style.backgroundImage.split("(")[0];
    return [style.textDecorationLine, style.borderBlockEndStyle, own];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("forced", ["none", "active"])
def test_each_layer_on_the_same_words_shows_whatever_the_colours(
    new_page, map, bob, crowded, forced, scheme
):
    page = new_page(user=bob, forced_colors=forced, color_scheme=scheme)
    page.goto(map.get_absolute_url())
    standing, annotated, private = page.locator(".passage.private").evaluate(DRAWN)
    assert standing == "underline"
    assert annotated == "solid"
    assert private == "repeating-linear-gradient"
