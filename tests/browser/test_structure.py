"""An article with headings, lists and links is annotated as any other."""

import pytest
from playwright.sync_api import expect

from argmap.articles.actions import WrittenAs, add_edition
from argmap.debate.models import Annotation

from .test_main_job import select_words

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)

SOURCE = """# Why it was *closed*

The **council** closed it, says [the *report* of the town](https://example.org/).

- Cracks, as wide as a finger.
- Rust.[^1]

[^1]: Page 9.
"""


@pytest.fixture
def page(new_page, map, article, edition, alice, bob):
    add_edition(alice, article, text=SOURCE, written_as=WrittenAs.MARKDOWN)
    page = new_page(user=bob, width=1440, height=900)
    page.goto(map.get_absolute_url())
    return page


@pytest.mark.parametrize(
    ("paragraph", "start", "end", "words"),
    [
        ("p1", 7, 17, "was closed"),
        ("p2", 4, 35, "council closed it, says the rep"),
        ("p3", 0, 6, "Cracks"),
        ("p5", 4, 8, "Page"),
    ],
)
def test_selected_words_are_the_ones_that_are_annotated(page, paragraph, start, end, words):
    page.bring_to_front()
    select_words(page, paragraph, start, end)
    page.get_by_role("button", name="Annotate", exact=True).click()
    margin = page.locator("#margin")
    margin.get_by_label("Text").fill("What of this?")
    margin.get_by_role("button", name="Annotate").click()
    expect(margin.locator(".annotation")).to_contain_text("What of this?")
    assert Annotation.objects.get().passage.exact == words
    expect(page.locator(f"#{paragraph} a.passage").first).to_be_visible()
    marked = "".join(page.locator(f"#{paragraph} a.passage").all_text_contents())
    assert marked == words


def test_the_contents_and_the_footnote_lead_to_their_place(page):
    expect(page.locator(".contents")).to_have_count(0)  # one heading needs none
    page.get_by_role("link", name="[1]").click()
    page.wait_for_url("**#p5")
    expect(page.locator("#p5")).to_be_in_viewport()


def test_an_earlier_edition_stays_while_one_moves_about_and_writes_in_it(
    new_page, map, article, edition, alice, bob, claim
):
    add_edition(alice, article, text=SOURCE, written_as=WrittenAs.MARKDOWN)
    page = new_page(user=bob, width=1440, height=900)
    page.goto(f"{map.get_absolute_url()}?edition=1")
    page.bring_to_front()
    page.locator("#card-2 .statement a").click()
    page.wait_for_url("**?node=2&edition=1")
    select_words(page, "p1", 0, 10)
    page.get_by_role("button", name="Annotate", exact=True).click()
    margin = page.locator("#margin")
    margin.get_by_label("Text").fill("Which one?")
    margin.get_by_role("button", name="Annotate").click()
    expect(page.locator("#p1 a.passage.annotated")).to_have_text("The bridge")
    expect(page.locator("#p1")).to_contain_text("was closed in March")
    page.reload()
    expect(page.locator("#text")).to_have_attribute("data-edition", "1")
