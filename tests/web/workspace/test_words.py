"""All that rests on words of the article is reached by pointing at them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.moderation import actions as moderation
from argmap.web.workspace.words import MOST
from tests.conftest import TEXT


@pytest.fixture
def world(public):
    return public


@pytest.fixture
def on(world):
    """A selection in the map's first edition."""
    edition = world.map.article.editions.get(number=1)
    return lambda start, end: Selection(edition, start, end)


@pytest.fixture
def note(world, on):
    def note(author, start, end, text="A note.", **how):
        return debate.annotate(author, world.map, target=on(start, end), text=text, **how)

    return note


@pytest.fixture
def link_over(browse, world, parsed):
    """The attributes of the link that a page of the map has over some words of the text."""

    def link_over(user, start):
        page = parsed(browse(user).get(world.map.get_absolute_url()))
        for _, attributes in page.elements:
            words = re.search(r"words/1/(\d+)-(\d+)/", attributes.get("href", ""))
            if words and int(words[1]) <= start < int(words[2]):
                return attributes
        raise AssertionError("the words there lead to no list")

    return link_over


def words_page(world, start, end):
    return f"{world.map.get_absolute_url()}words/1/{start}-{end}/"


def test_all_statements_and_annotations_on_the_words_are_listed_each_a_link(
    browse, world, on, note, link_over, parsed, alice, simon, bob
):
    nodes = [world.node(selection=on(4, 24)) for _ in range(7)]
    notes = [note(simon, 4, 24), note(bob, 10, 14)]
    link = link_over(alice, 10)
    assert link["aria-description"] == "7 statements, 2 annotations"
    listed = parsed(browse(alice).get(link["href"])).values("href")
    address = world.map.get_absolute_url()
    for node in nodes:
        assert f"{address}?node={node.number}#n{node.number}" in listed
    for each in notes:
        assert f"{address}annotations/{each.pk}/" in listed


def test_what_is_alone_on_its_words_opens_at_once(browse, world, on, note, parsed, simon):
    node = world.node(selection=on(4, 24))
    mine = note(simon, 30, 40)
    address = world.map.get_absolute_url()
    page = parsed(browse(simon).get(address))
    passages = [a for _, a in page.elements if "passage" in a.get("class", "")]
    assert [each["href"] for each in passages] == [
        f"{address}?node={node.number}",
        f"{address}annotations/{mine.pk}/",
    ]
    assert not any("aria-description" in each for each in passages)


def test_standing_annotations_and_ones_own_mark_show_together(
    world, on, note, link_over, browse, simon, victor, bob
):
    node = world.node(selection=on(4, 24))
    debate.open_dispute(bob, world.map, target=node, ground="outdated", statement="Once.")
    note(bob, 4, 24)
    note(simon, 4, 24, visibility="private")
    assert link_over(simon, 4)["class"] == "passage disputed annotated private"
    assert link_over(victor, 4)["class"] == "passage disputed annotated"


def test_a_private_annotation_is_listed_and_counted_for_its_author_alone(
    browse, world, on, note, alice, simon, victor, bob
):
    note(bob, 4, 24, text="For all.")
    note(simon, 4, 24, text="zqprivate", visibility="private")
    for user, sees in ((simon, True), (alice, False), (victor, False), (None, False)):
        page = browse(user).get(words_page(world, 4, 24)).content.decode()
        assert "For all." in page
        assert ("zqprivate" in page) is sees
        assert ("only you" in page) is sees


def test_words_that_a_moderator_hid_are_not_in_the_list(
    browse, world, note, mona, simon, victor, bob
):
    hidden = note(simon, 4, 24, text="zqhidden")
    note(bob, 4, 24)
    moderation.hide(mona, hidden, reason="Spam.")
    for user in (victor, None):
        assert "zqhidden" not in browse(user).get(words_page(world, 4, 24)).content.decode()


def test_of_a_hidden_article_no_words_are_listed(browse, world, note, mona, simon):
    note(simon, 4, 24)
    moderation.hide(mona, world.map.article, reason="Rights.")
    assert browse(simon).get(words_page(world, 4, 24)).status_code == 404


def test_more_than_fit_are_reached_by_going_on(browse, world, note, parsed, simon, alice):
    notes = {note(simon, 4, 24).pk for _ in range(MOST + 3)}
    client, address, found = browse(alice), words_page(world, 4, 24), set()
    for query in ("", f"?after={MOST}"):
        page = client.get(address + query)
        assert f">{MOST + 3}</span>" in browse(alice, htmx=True).get(address).content.decode()
        found |= {int(pk) for pk in re.findall(r'/annotations/(\d+)/"', page.content.decode())}
        assert (f"?after={MOST}" in page.content.decode()) is not query
    assert found == notes


GAP = TEXT.index("\n\n")  # between two paragraphs


@pytest.mark.parametrize(
    "words", ["1/24-4", "1/4-4", "1/0-9999999", "2/0-4", "0/0-4", f"1/{GAP}-{GAP + 2}"]
)
def test_words_that_are_not_there_are_not_found(browse, world, alice, words):
    address = f"{world.map.get_absolute_url()}words/{words}/"
    assert browse(alice).get(address).status_code == 404


def test_the_list_takes_as_many_queries_for_many_as_for_few(
    browse, world, note, alice, simon, empty_caches
):
    counts = []
    for many in (2, 30):
        for _ in range(many):
            note(simon, 4, 24)
        empty_caches()
        client = browse(alice)
        with CaptureQueriesContext(connection) as queries:
            client.get(words_page(world, 4, 24))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_margin_is_told_when_something_more_comes_to_rest_on_the_words(
    browse, world, note, simon, alice
):
    note(simon, 4, 24)
    margin = browse(alice, htmx=True).get(words_page(world, 4, 24)).content.decode()
    paragraph = re.search(r'hx-trigger="paragraph-(\d+) from:#live', margin)[1]
    assert f'id="p{paragraph}"' in browse(alice).get(world.map.get_absolute_url()).content.decode()
