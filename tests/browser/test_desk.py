"""The desk: after a new edition, whoever may place passages puts right what it left behind."""

import pytest
from playwright.sync_api import expect

from argmap.articles.actions import Selection, add_edition
from argmap.articles.models import Placement
from argmap.maps.actions import anchor_node

SECOND = (
    "The bridge was closed in March. Engineers had found rust in three of its piers.\n\n"
    "Nobody drives there now."
)


@pytest.fixture
def passages(map, article, edition, new_node, alice, bob):
    """By their words: one stands as it was, one was changed, one was struck."""
    found = {}
    for words in ("The bridge", "found cracks in two of its piers", "the shops there complain"):
        start = edition.text.index(words)
        node = new_node(map, "evidence", f"On {words}.")
        found[words] = anchor_node(bob, node, Selection(edition, start, start + len(words)))
    add_edition(alice, article, text=SECOND)
    return found


def placed(passage):
    return Placement.objects.get(passage=passage, edition__number=2)


def test_one_key_accepts_what_is_offered_and_the_rest_is_left_orphaned_with_a_reason(
    new_page, map, passages, edith
):
    _, changed, struck = passages.values()
    page = new_page(user=edith)
    report = f"{map.get_absolute_url()}editions/2/"
    page.goto(report)
    counts = page.locator("main")
    for count in ("1 exact", "1 to confirm", "1 orphaned"):
        expect(counts).to_contain_text(count)

    page.locator(f'a[href="{report}passages/{changed.pk}/"]').first.click()
    expect(page.locator(".desk")).to_contain_text("found cracks in two of its piers")
    expect(page.locator(".offers mark").first).to_contain_text("found rust in three of its piers")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/passages/{struck.pk}/")  # the next one
    place = placed(changed)
    assert place.status == "placed"
    assert SECOND[place.start : place.end] == "found rust in three of its piers"

    page.get_by_label("Nowhere, because").fill("Nobody complains any more.")
    page.get_by_role("button", name="It stands nowhere here").click()
    expect(page.locator(".desk")).to_have_count(0)
    assert placed(struck).status == "orphaned"

    page.goto(report)
    for count in ("1 exact", "1 placed", "1 orphaned"):
        expect(counts).to_contain_text(count)
    assert "to confirm" not in counts.inner_text()
