"""Two browsers on one map: what one adds the other sees, without losing where it was."""

import pytest
from playwright.sync_api import expect

SECONDS = 1000
LIVE = 2 * SECONDS


@pytest.fixture
def open_map(new_page, map, claim):
    def open_map(user, query="", **options):
        page = new_page(user=user, **options)
        with page.expect_response(lambda response: "/stream" in response.url):
            page.goto(map.get_absolute_url() + query)
        return page

    return open_map


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_new_node_arrives_in_the_other_browser(open_map, alice, bob, map, claim, new_node):
    page = open_map(alice)
    node = new_node(map, "evidence", "Nine thousand people cross it.", on=claim)
    card = page.locator(f"#under-{claim.number} #card-{node.number}")
    expect(card).to_contain_text("Nine thousand", timeout=LIVE)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_half_typed_text_scroll_and_focus_stay_while_the_margin_changes(
    open_map, alice, simon, map, claim, new_node
):
    from argmap.debate import actions as debate

    note = debate.annotate(simon, map, target=claim, text="Who counted?")
    page = open_map(alice, f"?node={claim.number}")
    field = page.locator(f"#reply-{note.pk}")
    field.click()
    page.keyboard.type("The town did, in ")
    page.evaluate("document.getElementById('argument').scrollTop = 40")
    scrolled = page.evaluate("document.getElementById('argument').scrollTop")

    debate.open_dispute(
        simon, map, target=claim, ground="unsupported", statement="Nobody has counted."
    )
    expect(page.locator("#margin .dispute")).to_contain_text("Nobody has counted.", timeout=LIVE)
    expect(page.locator(f"#card-{claim.number}")).to_contain_text("1 open dispute", timeout=LIVE)
    expect(field).to_be_focused()
    page.keyboard.type("May.")
    expect(field).to_have_value("The town did, in May.")
    assert page.evaluate("document.getElementById('argument').scrollTop") == scrolled


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_an_annotation_and_a_link_arrive(open_map, alice, bob, simon, map, thesis, claim, new_node):
    from argmap.debate import actions as debate
    from argmap.maps import actions

    other = new_node(map, "claim", "Shops lose trade.")
    page = open_map(alice, f"?node={claim.number}")
    debate.annotate(simon, map, target=claim, text="Who counted?")
    expect(page.locator("#margin .annotation")).to_contain_text("Who counted?", timeout=LIVE)
    actions.add_link(bob, map, source=other, target=thesis, relation="supports")
    expect(page.locator(f"#under-{thesis.number} > #n{other.number}")).to_be_visible(timeout=LIVE)
    expect(page.locator(f"#n{other.number}")).to_have_count(1)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_reply_arrives_in_an_open_thread_on_words(open_map, alice, simon, map):
    from argmap.articles.actions import Selection
    from argmap.debate import actions as debate

    words = Selection(map.article.editions.get(), 4, 24)
    note = debate.annotate(simon, map, target=words, text="Which bridge?")
    page = open_map(alice)
    page.locator(f'.passage[data-annotations="{note.pk}"]').click()
    expect(page.locator("#margin .annotation")).to_contain_text("Which bridge?")
    field = page.locator(f"#reply-{note.pk}")
    field.click()
    page.keyboard.type("The old ")
    debate.reply(simon, note, text="There are two of them.")
    expect(page.locator("#margin .reply")).to_contain_text("two of them", timeout=LIVE)
    expect(field).to_be_focused()
    expect(field).to_have_value("The old ")


def test_a_statement_far_down_is_opened_and_scrolled_to_and_kept_live(
    new_page, alice, bob, map, thesis, new_node
):
    from argmap.maps import actions

    nodes = [new_node(map, text=f"Claim {n}.", on=thesis) for n in range(2, 401)]
    node = nodes[348]
    assert node.number == 350
    page = new_page(user=alice)
    with page.expect_response(lambda response: "/stream" in response.url):
        page.goto(f"{map.get_absolute_url()}?node=350")
    card = page.locator("#card-350")
    expect(card).to_have_count(1)
    expect(card).to_be_in_viewport()
    expect(page.locator("#tools-350")).to_be_visible()
    actions.edit_node(bob, node, version=1, text="Nine thousand people cross it.")
    expect(card).to_contain_text("Nine thousand", timeout=LIVE)
    expect(page.locator("#tools-350")).to_be_visible()


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_words_that_are_hidden_leave_the_readers_page(open_map, charlie, mona, map, claim):
    from argmap.moderation import actions as moderation

    page = open_map(charlie)
    expect(page.locator("#outline")).to_contain_text(claim.text)
    moderation.hide(mona, claim, reason="An insult.")
    expect(page.locator("#outline")).not_to_contain_text(claim.text, timeout=LIVE)
    expect(page.locator(f"#card-{claim.number}")).to_contain_text("Hidden by a moderator")
