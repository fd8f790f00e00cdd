"""Nothing typed is lost: where the tab closed, the session ended, or the server was gone."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from argmap.articles.models import Article
from argmap.debate.models import Annotation, Dispute
from argmap.maps.models import Node

WORDS = "The town council’s own report says otherwise."

pytestmark = pytest.mark.parametrize("map", ["private"], indirect=True)


@pytest.fixture
def article(new_page, map, bob, new_node):
    """The map, with a thesis and a claim, as its reader opens it."""
    new_node(map, "claim", "Cracks were found.", on=new_node(map, "thesis", "Rebuild it."))

    def open_map(query="", **options):
        page = new_page(user=bob, **options)
        page.goto(map.get_absolute_url() + query)
        return page

    return open_map


def select(page, start=4, end=24):
    """Characters of the first paragraph, chosen as with the mouse."""
    page.evaluate(
        """([start, end]) => {
          const paragraph = document.querySelector("#text p");
          const walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
          const range = document.createRange();
          let at = 0;
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const next = at + node.length;
            if (at <= start && start < next) range.setStart(node, start - at);
            if (at < end && end <= next) range.setEnd(node, end - at);
            at = next;
          }
          getSelection().removeAllRanges();
          getSelection().addRange(range);
          document.dispatchEvent(new Event("selectionchange"));
        }""",
        [start, end],
    )
    page.locator("#selection-bar").wait_for()


def sign_in(page):
    expect(page.locator("h1")).to_have_text("Sign in")
    page.get_by_label("Username or email").fill("bob")
    page.locator("[type=password]").fill("secret")
    page.get_by_role("button", name="Sign in").click()


def unsent(page):
    return page.locator(".unsent")


def test_what_was_typed_in_a_tab_that_closed_is_offered_in_the_next(article):
    page = article()
    select(page)
    page.locator("#selection-bar").get_by_role("button", name="Annotate").click()
    quoted = page.locator("#margin .quote").inner_text()
    page.locator("#margin textarea").fill(WORDS)
    context = page.context
    page.close()

    page = context.new_page()
    page.goto(reverse("home"))
    page.locator("article.map a").first.click()
    expect(unsent(page)).to_contain_text(WORDS[:40])
    unsent(page).get_by_role("link", name="Go on writing").click()
    expect(page.locator("#margin textarea")).to_have_value(WORDS)
    expect(page.locator("#margin .quote")).to_have_text(quoted)
    expect(unsent(page)).to_be_hidden()
    page.locator("#margin").get_by_role("button", name="Annotate").click()
    expect(page.locator("#margin .annotation")).to_contain_text(WORDS)
    page.reload()
    expect(page.locator("#margin h2").first).to_be_visible()
    expect(unsent(page)).to_have_count(0)


def test_a_draft_is_discarded_without_opening_it(article):
    page = article("?node=2")
    page.locator("#tools-2").get_by_role("link", name="Annotate").click()
    page.locator("#margin textarea").fill(WORDS)
    page.reload()
    unsent(page).get_by_role("button", name="Discard it").click()
    page.reload()
    expect(page.locator("#margin h2").first).to_be_visible()
    expect(unsent(page)).to_have_count(0)


def test_on_a_phone_a_draft_is_offered_under_whichever_tab_is_shown(article):
    page = article(width=390, height=844)
    page.get_by_role("tab", name="Article").click()
    select(page)
    page.locator("#selection-bar").get_by_role("button", name="Annotate").click()
    page.locator("#margin textarea").fill(WORDS)
    page.reload()
    for name in ("Article", "Argument", "Article"):
        page.get_by_role("tab", name=name).click()
        expect(unsent(page)).to_be_in_viewport(ratio=1)
    unsent(page).get_by_role("link", name="Go on writing").click()
    expect(page.locator("#margin textarea")).to_have_value(WORDS)


@pytest.mark.parametrize("kind", ["annotation", "dispute", "claim", "words"])
def test_when_the_session_ended_one_is_back_at_the_form_with_its_words(article, kind):
    page = article("?node=2")
    if kind == "words":
        select(page)
        page.locator("#selection-bar").get_by_role("button", name="Claim").click()
    else:
        name = {"annotation": "Annotate", "dispute": "Dispute", "claim": "Support"}[kind]
        page.locator("#tools-2").get_by_role("link", name=name).first.click()
    margin = page.locator("#margin")
    button = margin.locator(".buttons button").first
    if kind == "dispute":
        margin.get_by_label("unsupported").check()
    if kind == "words":
        margin.get_by_label("supports").first.check()
    margin.locator("textarea").first.fill(WORDS)
    where, quoted = page.url, margin.locator(".quote").all_inner_texts()
    Session.objects.all().delete()
    button.click()
    sign_in(page)
    page.wait_for_url(where)
    expect(margin.locator("textarea").first).to_have_value(WORDS)
    assert margin.locator(".quote").all_inner_texts() == quoted
    margin.locator(".buttons button").first.click()
    expect(page.locator(".toast")).to_be_visible()
    model, field = {
        "annotation": (Annotation, "text"),
        "dispute": (Dispute, "statement"),
        "claim": (Node, "text"),
        "words": (Node, "text"),
    }[kind]
    assert model.objects.filter(**{field: WORDS}).count() == 1
    page.reload()
    expect(page.locator("#margin h2").first).to_be_visible()
    expect(unsent(page)).to_have_count(0)


def test_without_javascript_it_is_sent_after_signing_in(article):
    page = article(javascript=False)
    page.goto(page.url + "annotations/new/?node=2")
    page.locator("main textarea").fill(WORDS)
    Session.objects.all().delete()
    page.locator("main").get_by_role("button", name="Annotate").click()
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Send what you wrote")
    expect(page.locator("main blockquote")).to_have_text(WORDS)
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("main")).to_contain_text(WORDS)
    assert Annotation.objects.get(text=WORDS).author.username == "bob"


@pytest.mark.parametrize("ended", ["tab", "session"])
def test_a_new_article_is_kept_like_any_other(article, ended):
    page = article()
    page.goto(reverse("new-article"))
    page.get_by_label("Title").fill("The ferry")
    page.get_by_label("Text", exact=True).fill("The ferry sails daily.\n\nIt is slow.")
    if ended == "tab":
        context = page.context
        page.close()
        page = context.new_page()
        page.goto("/")
        unsent(page).get_by_role("link", name="Go on writing").click()
        expect(page.get_by_label("Title")).to_have_value("The ferry")
        expect(page.get_by_label("Text", exact=True)).to_have_value(
            "The ferry sails daily.\n\nIt is slow."
        )
    else:
        Session.objects.all().delete()
    page.get_by_label("only me").first.check()
    page.locator("main").get_by_role("button", name="Begin").click()
    if ended == "session":
        sign_in(page)
        page.get_by_role("button", name="Send it now").click()
    expect(page.locator("#text")).to_contain_text("The ferry sails daily.")
    assert Article.objects.filter(title="The ferry").count() == 1
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    expect(unsent(page)).to_have_count(0)


def test_a_server_that_is_gone_takes_nothing_with_it(article, problems):
    page = article("?node=2")
    page.locator("#tools-2").get_by_role("link", name="Annotate").click()
    page.locator("#margin textarea").fill(WORDS)
    page.context.set_offline(True)
    page.locator("#margin").get_by_role("button", name="Annotate").click()
    expect(page.locator(".toast")).to_contain_text("Nothing was lost")
    expect(page.locator("#margin textarea")).to_have_value(WORDS)
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#margin textarea")).to_have_value(WORDS)  # it opens by itself
    problems.clear()


@pytest.mark.parametrize("address", ["?node=2", "nodes/2/edit/"])
def test_a_form_that_is_out_of_date_is_sent_again_after_a_reload(article, problems, map, address):
    page = article(address)
    if address.startswith("?"):
        page.locator("#tools-2").get_by_role("link", name="Annotate").click()
    field = page.locator("form.write textarea").first
    field.fill(WORDS)
    [token] = [each for each in page.context.cookies() if each["name"] == "csrftoken"]
    page.context.add_cookies([token | {"value": "z" * 32}])  # as after signing in elsewhere
    send = page.locator("form.write").get_by_role("button", name=re.compile("^(Annotate|Save)$"))
    send.click()
    expect(page.locator(".toast, h1").filter(has_text="This form is out of date")).to_be_visible()
    problems.clear()
    if page.locator("body.page-error").count():
        page.go_back()
    page.reload()
    if address.startswith("?"):
        unsent(page).get_by_role("link", name="Go on writing").click()
    expect(field).to_have_value(WORDS)
    send.click()
    written = "#margin .annotation" if address.startswith("?") else "#card-2 .statement"
    expect(page.locator(written).first).to_contain_text(WORDS)
    problems.clear()


def test_a_draft_that_came_back_is_kept_until_it_is_sent(article):
    page = article("nodes/2/edit/")
    page.locator("form.write textarea").first.fill(WORDS)
    context = page.context
    for _ in range(3):
        address = page.url
        page.close()
        page = context.new_page()
        page.goto(address)
        expect(page.locator("form.write textarea").first).to_have_value(WORDS)
