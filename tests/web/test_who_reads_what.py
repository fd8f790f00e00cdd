"""Who reads which words, in a map with something of everything: by crawling as each class of
reader; and that no number counts what they may not see."""

import re

import pytest

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.moderation.actions import hide

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
API = ("", "article/", "article/editions/1/", "nodes/", "links/", "annotations/", "disputes/")
#: Words that stand in one place each, and who reads them there.
EDITORS = {"alice", "edith", "mona"}
READ_BY = {
    "zqhidden statement": EDITORS | {"bob"},
    "zqhidden scheme": EDITORS | {"bob"},
    "zqhidden dispute": EDITORS | {"simon"},
    "zqhidden annotation": EDITORS | {"simon"},
    "zqhidden on words": EDITORS | {"bob"},
    "zqprivate of Simon": {"simon"},
    "zqprivate of Victor": {"victor"},
}
READERS = ("alice", "edith", "mona", "bob", "simon", "victor", "charlie", None)
pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def reading(browse, full, addresses, people):
    """All that someone reads of the map, by address: pages, fragments, REST, history."""

    def reading(name):
        client, base = browse(people.get(name)), full.map.get_absolute_url()
        pages = {address for each, address in addresses(full) if each != "stream"}
        for each in full.hidden.values():
            kind = each._meta.model_name
            pages.add(f"{base}{kind}s/{each.number if kind == 'node' else each.pk}/")
        numbers = full.map.nodes.values_list("number", flat=True)
        pages |= {f"{base}?node={number}" for number in numbers}
        pages |= {base, "/", f"{base}?edition=1", *(f"/api/v1{base}{part}" for part in API)}
        for address in sorted(pages):
            for headers in ({}, HTMX) if "node" in address else ({},):
                yield address, client.get(address, headers=headers).content.decode()

    return reading


@pytest.mark.one_database
@pytest.mark.parametrize("name", READERS)
def test_hidden_and_private_words_are_read_by_whom_they_are_for(reading, name):
    found = {words: [] for words in READ_BY}
    for address, text in reading(name):
        for words in READ_BY:
            if words in text:
                found[words].append(address)
    wrong = {words: where for words, where in found.items() if where and name not in READ_BY[words]}
    assert wrong == {}
    missed = {words for words, where in found.items() if not where and name in READ_BY[words]}
    assert missed == set()


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["edith", "bob", "victor", "charlie", None])
def test_the_words_of_a_hidden_article_stand_nowhere(reading, full, mona, name):
    """Neither its text, nor what was quoted of it as a passage."""
    hide(mona, full.map.article, reason="Not theirs to publish.")
    words = ("old town", "Engineers had", "has been closed", "cracks in two")
    for address, text in reading(name):
        assert not [each for each in words if each in text], address


@pytest.mark.parametrize("name", READERS)
def test_a_passage_is_drawn_for_whom_its_words_are(browse, full, people, name):
    """Of what is hidden for nobody, of a private annotation for its author alone."""
    html = browse(people.get(name)).get(f"{full.map.get_absolute_url()}?edition=1")
    html = html.content.decode()
    drawn = {
        int(pk) for each in re.findall(r'data-annotations="(.*?)"', html) for pk in each.split()
    }
    hidden = full.hidden["passage"].pk
    private = {
        each.author.username: each.pk
        for each in full.map.annotations.filter(visibility="private", passage__isnull=False)
    }
    assert full.passage_annotation.pk in drawn
    assert hidden not in drawn
    assert drawn & set(private.values()) == {pk for who, pk in private.items() if who == name}


@pytest.mark.one_database
def test_what_is_private_moves_nothing_on_the_pages_of_others(browse, full, people, victor):
    """No word, no number, no version."""
    base = full.map.get_absolute_url()
    parts = ("", "?node=2", "nodes/2/", "disputes/", "history/", f"links/{full.link.pk}/")
    pages = [f"{base}{part}" for part in parts] + [f"/api/v1{base}{part}" for part in API] + ["/"]
    clients = {name: browse(people.get(name)) for name in ("alice", "mona", "simon", None)}

    def seen():
        return {
            (name, page): (_plain(answer), answer.headers.get("ETag"))
            for name, client in clients.items()
            for page in pages
            for answer in [client.get(page)]
        }

    seen()
    before = seen()
    words = Selection(full.edition, 4, 24)
    for target in (full.node, full.link, words):
        debate.annotate(victor, full.map, target=target, text="Mine.", visibility="private")
    assert seen() == before


def _plain(answer):
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())


def test_numbers_count_what_one_may_see(browse, full, mona):
    """On the card, in the head of the map and on the first page."""
    client, base = browse(), full.map.get_absolute_url()

    def numbers():
        page = client.get(base).content.decode()
        card = re.search(r'<article class="card[^>]*id="card-2".*?</article>', page, re.S)[0]
        home = " ".join(client.get("/").content.decode().split())
        return {
            "on the card": _number(r"(\d+) annotation", card),
            "disputes on the card": _number(r"(\d+) open dispute", card),
            "disputes of the map": _number(
                r"(\d+) open dispute", page.split('id="open-disputes"')[1]
            ),
            "disputes on the first page": _number(r"(\d+) open dispute", home),
        }

    assert numbers() == {
        "on the card": 1,
        "disputes on the card": 1,
        "disputes of the map": 2,
        "disputes on the first page": 2,
    }
    hide(mona, full.annotation, reason="Spam.")
    hide(mona, full.open_dispute, reason="Spam.")
    assert numbers() == {
        "on the card": 0,
        "disputes on the card": 0,
        "disputes of the map": 1,
        "disputes on the first page": 1,
    }


def _number(pattern, html):
    found = re.search(pattern, html)
    return int(found[1]) if found else 0
