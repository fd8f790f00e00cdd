"""An hour of annotating: three people, forty annotations on overlapping words, three editions.

Each of them is reached by pointing at the words, by the list and by its address, by everyone who
may read it and by nobody else.
"""

import random
import re

import pytest

from argmap.articles.actions import Selection, add_edition
from argmap.articles.placing import places_in
from argmap.debate.actions import annotate, reply
from argmap.web.debate.annotation_list import ON_A_PAGE


@pytest.fixture
def world(public):
    return public


@pytest.fixture
def hour(world, alice, bob, simon, edith):
    """The annotations, in the order of their writing; the last edition has lost some words."""
    dice, people, made = random.Random(7), (bob, simon, edith), []
    article = world.map.article
    texts = [article.editions.get().text]
    texts.append("Foreword.\n\n" + texts[0])
    texts.append(texts[1].replace("Engineers had found cracks", "Cracks were found"))
    for turn in range(40):
        if turn in (15, 30):
            add_edition(alice, article, text=texts[turn // 15])
        edition = dice.choice(list(article.editions.all()))
        start = dice.randrange(min(60, len(edition.text) - 30))
        words = Selection(edition, start, start + dice.randint(5, 30))
        if "\n\n" in edition.text[words.start : words.end]:
            words = Selection(edition, 0, 8)
        made.append(
            annotate(
                dice.choice(people),
                world.map,
                target=words,
                text=f"Note {turn}.",
                visibility=dice.choice(["map", "map", "private"]),
            )
        )
        if turn % 10 == 0:
            made.append(reply(made[-1].author, made[-1], text=f"Answer {turn}."))
    return made


def may_read(person, annotation):
    return not annotation.is_private or annotation.author == person


def ids_in(html):
    return {int(pk) for pk in re.findall(r"/annotations/(\d+)/", html)}


def pointed_at(client, parsed, address):
    """Ids of the annotations that the words of the text lead to."""
    found = set()
    for _, attributes in parsed(client.get(address)).elements:
        if "passage" in attributes.get("class", "").split():
            href = attributes["href"]
            found |= ids_in(href if "/annotations/" in href else client.get(href).content.decode())
    return found


def listed(client, address):
    found, after = set(), 0
    while True:
        html = client.get(f"{address}annotations/?after={after}").content.decode()
        found |= {int(pk) for pk in re.findall(r'id="annotation-(\d+)"', html)}
        after += ON_A_PAGE
        if f"after={after}" not in html:
            return found


@pytest.mark.one_database
def test_every_annotation_is_reached_by_pointing_by_the_list_and_by_its_address(
    browse, world, hour, parsed, bob, simon, edith, victor
):
    address = world.map.get_absolute_url()
    threads = [each for each in hour if each.parent_id is None]
    lost = set()
    for person in (bob, simon, edith, victor, None):
        client = browse(person)
        readable = {each.pk for each in hour if may_read(person, each)}
        assert listed(client, address) == readable
        for each in hour:
            status = client.get(f"{address}annotations/{each.pk}/").status_code
            assert status == (200 if each.pk in readable else 404)
        for edition in world.map.article.editions.all():
            places = places_in(edition, [each.passage_id for each in threads])
            stands = {each.pk for each in threads if each.passage_id in places}
            shown = pointed_at(client, parsed, f"{address}?edition={edition.number}")
            assert shown == stands & readable
            lost |= {each.pk for each in threads} - stands
    assert lost  # else nothing was asked of those that lost their words
