"""The main job, end to end: an article and its argument, read, annotated and disputed."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from argmap.accounts.models import User
from argmap.maps.models import Map, Node
from argmap.transfer.example import PASSWORD


@pytest.fixture
def example(transactional_db):
    """The seeded map, as `make run` makes it."""
    call_command("seed", verbosity=0)
    return Map.objects.get()


def sign_in(page, username):
    page.goto("/accounts/login/")
    page.get_by_label("Username or email").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def select_words(page, paragraph, start, end):
    """Select words of a paragraph as a person does with the mouse: the browser's own selection."""
    page.evaluate(
        """([paragraph, start, end]) => {
            const walker = document.createTreeWalker(
                document.getElementById(paragraph), NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            let passed = 0;
            for (let node; (node = walker.nextNode()); passed += node.length) {
                if (passed <= start && start <= passed + node.length)
                    range.setStart(node, start - passed);
                if (passed <= end && end <= passed + node.length) {
                    range.setEnd(node, end - passed);
                    break;
                }
            }
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        [paragraph, start, end],
    )


def test_editor_makes_a_counterpoint_from_words_and_decides_a_readers_dispute(new_page, example):
    page = new_page(width=1440, height=1000)
    sign_in(page, "editor")
    page.get_by_role("link", name=str(example)).click()
    page.wait_for_url(f"**{example.get_absolute_url()}")

    # Select words of the article, and make a counterpoint from them
    select_words(page, "p2", 0, 33)
    words = page.evaluate("getSelection().toString()").strip()
    bar = page.get_by_role("toolbar", name="With the chosen words")
    bar.get_by_role("button", name="Counterpoint").click()
    margin = page.get_by_role("complementary", name="Margin")
    expect(margin.locator("p.quote")).to_have_text(words)
    statement = margin.get_by_label("Counterpoint")
    expect(statement).to_be_focused()
    statement.fill("Minsk fought off the union of 2019 by itself.")
    margin.get_by_label("Bears on").fill("2")
    address = page.url
    margin.get_by_role("button", name="Add counterpoint").click()

    # See it in the outline, under what it opposes, and its words marked in the text
    card = page.locator("#under-2 .card", has_text="Minsk fought off the union of 2019")
    expect(card).to_contain_text("Counterpoint")
    node = Node.objects.get(text="Minsk fought off the union of 2019 by itself.")
    expect(card.get_by_role("link", name=node.text)).to_be_focused()
    expect(page.locator(f"#p2 .passage[data-nodes~='{node.number}']").first).to_be_visible()
    assert node.passages.get().exact == words
    assert page.url.split("?")[0] == address.split("?")[0]

    # A second person opens a dispute on a claim ...
    other = new_page()
    sign_in(other, "reader")
    other.goto(f"{example.get_absolute_url()}?node=5")
    other.locator("#tools-5").get_by_role("link", name="Dispute").click()
    form = other.locator("#margin")
    form.get_by_label("does not follow").check()
    form.get_by_label("What is wrong with it").fill("The one does not lead to the other.")
    form.get_by_role("button", name="Open dispute").click()
    expect(form.locator(".dispute", has_text="The one does not lead")).to_contain_text("open")

    # ... and the first decides it
    page.locator("#card-5 .statement a").click()
    dispute = page.locator("#margin .dispute", has_text="The one does not lead to the other.")
    dispute.get_by_role("link", name="Decide").click()
    page.locator("#margin").get_by_label("dismissed").check()
    page.locator("#margin").get_by_label("Why").fill("Paragraph 12 gives the reason.")
    page.locator("#margin").get_by_role("button", name="Decide").click()
    expect(dispute).to_contain_text("dismissed")

    # The map's history shows each with its number
    page.get_by_role("link", name="History").click()
    for sentence in (
        f"Emil Editor added #{node.number}",
        "Rosa Reader opened a dispute on #5: does not follow",
        "Emil Editor decided a dispute on #5: dismissed",
    ):
        line = page.locator("li.event", has_text=sentence)
        expect(line.locator(".seq")).to_have_text(re.compile(r"^\d+$"))


def test_the_same_without_javascript(new_page, example):
    page = new_page(javascript=False)
    sign_in(page, "editor")
    page.get_by_role("link", name=str(example)).click()

    # Words cannot be selected, so the counterpoint starts from the claim
    page.locator("#card-2 .statement a").click()
    page.locator("#tools-2").get_by_role("link", name="Counterpoint").click()
    page.get_by_label("Counterpoint").fill("Minsk fought off the union of 2019 by itself.")
    page.get_by_role("button", name="Add counterpoint").click()
    page.wait_for_url("**?node=*")
    node = Node.objects.get(text="Minsk fought off the union of 2019 by itself.")
    expect(page.locator(f"#under-2 #card-{node.number}")).to_contain_text("Counterpoint")
    assert page.url.endswith(f"?node={node.number}#n{node.number}")

    other = new_page(javascript=False)
    sign_in(other, "reader")
    other.goto(f"{example.get_absolute_url()}?node=5")
    other.locator("#tools-5").get_by_role("link", name="Dispute").click()
    other.get_by_label("does not follow").check()
    other.get_by_label("What is wrong with it").fill("The one does not lead to the other.")
    other.get_by_role("button", name="Open dispute").click()
    expect(other.locator(".dispute", has_text="The one does not lead")).to_contain_text("open")

    page.goto(f"{example.get_absolute_url()}?node=5")
    dispute = page.locator(".dispute", has_text="The one does not lead to the other.")
    dispute.get_by_role("link", name="Decide").click()
    page.get_by_label("dismissed").check()
    page.get_by_label("Why").fill("Paragraph 12 gives the reason.")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#margin .dispute", has_text="The one does not")).to_contain_text(
        "dismissed"
    )

    page.get_by_role("link", name="History").click()
    expect(page.locator("li.event .seq").first).to_have_text(re.compile(r"^\d+$"))
    expect(page.get_by_text(f"added #{node.number}")).to_be_visible()


def test_a_new_person_signs_up_signs_out_and_in_again(new_page, transactional_db):
    page = new_page()
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill("newcomer")
    page.get_by_label("Email").fill("newcomer@example.org")
    page.get_by_label("Password", exact=True).fill("a-long-enough-secret")
    page.get_by_label("Password (again)").fill("a-long-enough-secret")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("No map is yours yet.")).to_be_visible()
    assert User.objects.get(username="newcomer").journal_id

    page.get_by_label("Account of newcomer").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
