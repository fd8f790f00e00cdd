"""Two browsers on one map: what one adds the other sees, without losing where it was."""

import time

import pytest
from playwright.sync_api import expect

SECONDS = 1000
LIVE = 2 * SECONDS
WITHIN = 15 * SECONDS  # of a connection that is there again


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

    annotation = debate.annotate(simon, map, target=claim, text="Who counted?")
    page = open_map(alice, f"?node={claim.number}")
    field = page.locator(f"#reply-{annotation.pk}")
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
    annotation = debate.annotate(simon, map, target=words, text="Which bridge?")
    page = open_map(alice)
    page.locator(f'.passage[data-annotations="{annotation.pk}"]').click()
    expect(page.locator("#margin .annotation")).to_contain_text("Which bridge?")
    field = page.locator(f"#reply-{annotation.pk}")
    field.click()
    page.keyboard.type("The old ")
    debate.reply(simon, annotation, text="There are two of them.")
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


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_was_written_while_the_connection_was_broken_comes_without_a_reload(
    open_map, alice, simon, map, claim, new_node, serving, problems
):
    from argmap.debate import actions as debate

    page = open_map(alice, f"?node={claim.number}")
    page.evaluate("window.stayed = true")
    page.context.set_offline(True)
    break_connections(serving)
    first = new_node(map, "evidence", "Nine thousand people cross it.", on=claim)
    second = new_node(map, "evidence", "The ferry is full.", on=claim)
    debate.annotate(simon, map, target=claim, text="Who counted?")
    page.wait_for_timeout(SECONDS)
    expect(page.locator(f"#card-{first.number}")).to_have_count(0)

    page.context.set_offline(False)
    expect(page.locator("#margin .annotation")).to_contain_text("Who counted?", timeout=WITHIN)
    for node in (first, second):
        expect(page.locator(f"#under-{claim.number} #card-{node.number}")).to_have_count(1)
    expect(page.locator("#margin .annotation")).to_have_count(1)
    assert page.evaluate("window.stayed")
    new_node(map, "evidence", "And so is the train.", on=claim)
    expect(page.locator("#outline")).to_contain_text("so is the train", timeout=LIVE)
    broken = [each for each in problems if "net::ERR_" in each or "htmx:sse:error" in each]
    assert broken
    assert broken == problems
    problems.clear()


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_private_marks_come_to_ones_other_tab_and_to_nobody_else(
    open_map, alice, bob, simon, map, edition
):
    from argmap.articles.actions import Selection
    from argmap.debate import actions as debate

    mine, bobs, visitors = open_map(alice), open_map(bob), open_map(None)

    def mark(annotation):
        return f'.passage[data-annotations~="{annotation.pk}"]'

    def choose(user, start, visibility):
        words = Selection(edition, start, start + 20)
        return debate.annotate(user, map, target=words, text="Hm.", visibility=visibility)

    private = choose(alice, 4, "private")
    expect(mine.locator(mark(private))).to_be_visible(timeout=LIVE)
    again = choose(alice, 40, "private")
    expect(mine.locator(mark(again))).to_be_visible(timeout=LIVE)
    expect(mine.locator(mark(private))).to_be_visible()

    shared = choose(simon, 10, "map")
    for page in (mine, bobs, visitors):
        expect(page.locator(mark(shared)).first).to_be_visible(timeout=LIVE)
    expect(mine.locator(mark(private)).first).to_be_visible()
    for page in (bobs, visitors):
        expect(page.locator(f"{mark(private)}, {mark(again)}")).to_have_count(0)

    debate.retract_annotation(alice, private)
    debate.retract_annotation(alice, again)
    expect(mine.locator(f"{mark(private)}, {mark(again)}")).to_have_count(0, timeout=LIVE)
    expect(mine.locator(mark(shared)).first).to_be_visible()


def break_connections(serving):
    """As a network does that goes away."""
    for connection in list(serving.server_state.connections):
        connection.loop.call_soon_threadsafe(connection.transport.abort)


OUTLINE = """() => {
  const outline = document.getElementById("outline").cloneNode(true);
  for (const each of outline.querySelectorAll("*")) {
    for (const name of ["data-htmx-powered", "aria-current"]) each.removeAttribute(name);
  }
  return outline.innerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<");
}"""


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_the_outline_becomes_what_a_new_page_shows(
    open_map, alice, bob, edith, mona, map, thesis, claim, new_node
):
    from argmap.maps import actions
    from argmap.moderation import actions as moderation

    first, second = (new_node(map, text=f"Claim {n}.", on=claim) for n in range(2))
    below = new_node(map, text="Below.", on=first)
    page, fresh = open_map(alice), open_map(alice)
    for change in (
        lambda: new_node(map, "counterpoint", "No.", on=claim, relation="opposes"),
        lambda: new_node(map, "evidence", "Yes.", on=claim),
        lambda: actions.add_link(bob, map, source=below, target=thesis, relation="supports"),
        lambda: actions.add_link(bob, map, source=second, target=first, relation="supports"),
        lambda: actions.retract_link(edith, first.links_out.get()),
        lambda: actions.retract_node(edith, second),
        lambda: actions.restore_node(edith, second),
        lambda: moderation.hide(mona, below, reason="Spam."),
        lambda: new_node(map, text="Alone."),
    ):
        change()
        fresh.reload()
        expected, deadline = fresh.evaluate(OUTLINE), time.monotonic() + 10
        while (now := page.evaluate(OUTLINE)) != expected and time.monotonic() < deadline:
            page.wait_for_timeout(50)
        assert now == expected


def test_what_one_opened_stays_open_and_in_place_while_others_write_below_it(
    new_page, alice, bob, map, thesis, new_node
):
    nodes = [new_node(map, text=f"Claim {n}.", on=thesis) for n in range(2, 321)]
    page = new_page(user=alice)
    with page.expect_response(lambda response: "/stream" in response.url):
        page.goto(map.get_absolute_url())
    page.locator("#more-1 a").click()
    deep = page.locator(f"#card-{nodes[-1].number} .statement a")
    expect(deep).to_be_visible()
    deep.focus()
    deep.scroll_into_view_if_needed()
    scrolled = page.evaluate("document.getElementById('argument').scrollTop")
    node = new_node(map, text="Nine thousand people cross it.", on=nodes[-1])
    expect(page.locator(f"#under-{nodes[-1].number} #card-{node.number}")).to_be_visible(
        timeout=LIVE
    )
    last = new_node(map, text="And so do the trams.", on=thesis)
    expect(page.locator(f"#under-{thesis.number} > #n{last.number}")).to_have_count(1, timeout=LIVE)
    expect(deep).to_be_focused()
    assert page.evaluate("document.getElementById('argument').scrollTop") == scrolled


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_step_that_somebody_moves_is_seen_at_its_new_place(
    open_map, alice, edith, map, thesis, claim, new_node
):
    from argmap.maps import actions

    moved = new_node(map, "evidence", "Nine thousand people cross it.", on=claim)
    below = new_node(map, "evidence", "They were counted in May.", on=moved)
    other = new_node(map, "claim", "Shops lose trade.", on=thesis)
    page = open_map(alice)
    page.evaluate("window.stayed = true")
    expect(page.locator(f"#under-{claim.number} > #n{moved.number}")).to_be_visible()
    actions.move_link(edith, moved.links_out.get(), version=1, target=other)
    here = page.locator(f"#under-{other.number} > #n{moved.number}")
    expect(here).to_be_visible(timeout=LIVE)
    expect(here.locator(f"#card-{below.number}")).to_be_visible()
    expect(page.locator(f"#n{moved.number}")).to_have_count(1)
    expect(page.locator(f"#under-{claim.number} > *")).to_have_count(0)

    actions.move_link(edith, other.links_out.get(), version=1, target=claim)
    expect(page.locator(f"#under-{claim.number} > #n{other.number}")).to_be_visible(timeout=LIVE)
    expect(page.locator(f"#under-{other.number} > #n{moved.number}")).to_be_visible()
    assert page.evaluate("window.stayed")


SELECT = """([element, start, length, backward]) => {
  const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let seen = 0, node;
  while ((node = walk.nextNode())) {
    const end = seen + node.length;
    if (seen <= start && start < end) range.setStart(node, start - seen);
    if (start + length <= end) { range.setEnd(node, start + length - seen); break; }
    seen = end;
  }
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const ends = [startContainer, startOffset, endContainer, endOffset];
  getSelection().setBaseAndExtent(...(backward ? [...ends.slice(2), ...ends.slice(0, 2)] : ends));
}"""


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_words_that_one_has_selected_stay_so_while_others_write(
    open_map, alice, bob, simon, map, edition, claim, new_node, direction
):
    from argmap.articles.actions import Selection
    from argmap.debate import actions as debate
    from argmap.maps import actions

    page = open_map(alice)
    paragraph = page.locator("#p1").element_handle()
    start, words = edition.text.index("Engineers"), "Engineers had found cracks"
    page.evaluate(SELECT, [paragraph, start, len(words), direction == "backward"])

    def selected():
        return page.evaluate("[getSelection().toString(), getSelection().direction]")

    selection = [words, direction]
    assert selected() == selection
    bar = page.locator("#selection-bar")
    expect(bar).to_be_visible()
    new_node(map, "evidence", "Nine thousand people cross it.", on=claim)
    expect(page.locator("#outline")).to_contain_text("Nine thousand", timeout=LIVE)
    assert selected() == selection

    other = edition.text.index("Traffic")
    far = debate.annotate(simon, map, target=Selection(edition, other, other + 7), text="Which?")
    expect(page.locator(f'#p2 [data-annotations~="{far.pk}"]')).to_be_visible(timeout=LIVE)
    assert selected() == selection

    actions.anchor_node(bob, claim, Selection(edition, 0, 10))
    expect(page.locator(f'#p1 [data-nodes~="{claim.number}"]')).to_be_visible(timeout=LIVE)
    assert selected() == selection

    within = Selection(edition, start + 10, start + 19)
    near = debate.annotate(simon, map, target=within, text="By whom?")
    expect(page.locator(f'#p1 [data-annotations~="{near.pk}"]').first).to_be_visible(timeout=LIVE)
    assert selected() == selection
    expect(bar).to_be_visible()
