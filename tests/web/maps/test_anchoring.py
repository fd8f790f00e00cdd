"""A statement that stands already is anchored to words of the article, once more or at last."""

import pytest

from argmap.articles.actions import Selection

WORDS = {"edition": 1, "start": 4, "end": 24}


@pytest.fixture
def world(public):
    return public


@pytest.fixture
def address(world):
    return f"{world.map.get_absolute_url()}anchor/"


def quoted(node):
    return [passage.exact for passage in node.passages.order_by("pk")]


@pytest.mark.parametrize("kind", ["thesis", "claim"])
def test_a_statement_comes_to_rest_on_the_selected_words(browse, world, address, bob, kind):
    node = world.node(kind)
    text = world.map.article.editions.get().text
    answer = browse(bob, htmx=True).post(address, WORDS | {"on": node.number})
    assert answer.status_code == 200
    assert quoted(node) == [text[4:24]]
    assert f'data-nodes="{node.number}"' in answer.content.decode()  # the words are drawn anew


def test_and_on_further_ones(browse, world, address, bob):
    edition = world.map.article.editions.get()
    node = world.node(selection=Selection(edition, 30, 40))
    browse(bob).post(address, WORDS | {"on": node.number})
    assert quoted(node) == [edition.text[30:40], edition.text[4:24]]


def test_the_form_shows_the_words_and_the_statement_in_view(browse, world, address, bob):
    node = world.node()
    url = f"http://testserver{world.map.get_absolute_url()}?node={node.number}"
    client = browse(bob, htmx=True)
    form = client.get(address, WORDS, headers={"HX-Current-URL": url}).content.decode()
    assert world.map.article.editions.get().text[4:24] in form
    assert f'value="#{node.number} ' in form


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose the statement"),
        ({"on": 99}, "There is no statement #99 in this map."),
        ({"on": 1, "edition": "", "start": "", "end": ""}, "Select words of the article first."),
        ({"on": 1, "start": 24, "end": 4}, "do not stand in this edition"),
        ({"on": 1, "edition": 7}, "do not stand in this article"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    browse, world, address, bob, events, fields, sentence
):
    world.node()
    before = events()
    answer = browse(bob).post(address, WORDS | fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert events() == before


def test_only_its_author_or_an_editor_anchors_a_statement(
    browse, world, address, bob, edith, simon, charlie
):
    node = world.node()
    type(node).objects.filter(pk=node.pk).update(author=edith)
    for person, status in ((simon, 403), (bob, 403), (edith, 302)):
        answer = browse(person).post(address, WORDS | {"on": node.number})
        assert answer.status_code == status, person
    assert len(quoted(node)) == 1
