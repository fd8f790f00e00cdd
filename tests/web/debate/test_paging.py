"""However much was said, a page shows a part, leads on to the rest, and loses nothing."""

import re
from urllib.parse import urljoin

import pytest

from argmap.debate import actions as debate
from argmap.moderation.actions import hide
from argmap.web.debate import disputes as disputes_page
from argmap.web.workspace import margin

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(margin, "MOST_THREADS", 3)
    monkeypatch.setattr(margin, "MOST_REPLIES", 2)
    monkeypatch.setattr(disputes_page, "ON_A_PAGE", 3)


def walk(client, address, rel):
    """The texts of a page and of those that its links of this kind lead on to."""
    texts = []
    while address:
        texts.append(client.get(address).content.decode())
        found = re.search(rf'<a href="([^"]+)" rel="{rel}">', texts[-1])
        address = found and urljoin(address, found[1].replace("&amp;", "&").split("#")[0])
        assert len(texts) < 20
    return texts


def said(texts):
    """What is said on each page, in the order of the page."""
    return [re.findall(r"\bsaid-\d+", text) for text in texts]


@pytest.mark.parametrize("about", ["claim", "link"])
def test_a_page_shows_the_newest_annotations_and_leads_to_the_earlier(
    browse, map, simon, request, about
):
    target = request.getfixturevalue(about)
    for number in range(7):
        debate.annotate(simon, map, target=target, text=f"said-{number}")
    pages = walk(browse(), target.get_absolute_url(), "prev")
    talk = [text[text.index('id="annotations"') : text.index('id="stances"')] for text in pages]
    assert said(talk) == [
        ["said-4", "said-5", "said-6"],
        ["said-1", "said-2", "said-3"],
        ["said-0"],
    ]


def test_the_margin_leads_to_them_too(browse, map, claim, simon):
    for number in range(4):
        debate.annotate(simon, map, target=claim, text=f"said-{number}")
    client = browse()
    text = client.get(f"{map.get_absolute_url()}?node=2").content.decode()
    assert "said-0" not in text
    (address,) = re.findall(r'<a href="([^"]+)" rel="prev">Earlier annotations', text)
    assert "said-0" in client.get(address.split("#")[0]).content.decode()


def test_a_thread_shows_its_newest_replies_and_leads_to_all(browse, map, annotation, bob):
    for number in range(6):
        debate.reply(bob, annotation, text=f"said-{number}")
    client = browse()
    node = client.get(f"{map.get_absolute_url()}nodes/2/").content.decode()
    talk = node[node.index('id="annotations"') : node.index('id="stances"')]
    assert said([talk]) == [["said-4", "said-5"]]
    found = re.search(r'<a href="([^"]+)" rel="prev">Earlier replies', talk)
    pages = walk(client, found[1], "prev")
    assert said(pages) == [["said-1", "said-2", "said-3"], ["said-0"]]


def test_open_disputes_come_first_on_whatever_page_they_would_be(
    browse, map, claim, thesis, simon, edith
):
    made = [
        debate.open_dispute(simon, map, target=claim, ground="outdated", statement=f"said-{number}")
        for number in range(8)
    ]
    for dispute in made[2:]:
        debate.decide_dispute(edith, dispute, upheld=False, decision="No.", what_changed="")
    debate.open_dispute(simon, map, target=thesis, ground="outdated", statement="said-9")
    every = [["said-9", "said-1", "said-0"], ["said-7", "said-6", "said-5"]]
    every += [["said-4", "said-3", "said-2"]]
    assert said(walk(browse(), f"{map.get_absolute_url()}disputes/", "next")) == every
    text = browse().get(f"{map.get_absolute_url()}nodes/2/").content.decode()
    assert said([text[text.index('id="disputes"') : text.index('id="stances"')]]) == [
        ["said-1", "said-0", "said-7"]
    ]
    (address,) = re.findall(r'<a href="([^"]+)">All disputes about this', text)
    of_claim = [["said-1", "said-0", "said-7"], ["said-6", "said-5", "said-4"]]
    assert said(walk(browse(), address, "next")) == [*of_claim, ["said-3", "said-2"]]


def test_what_one_may_not_see_takes_no_room_on_a_page(browse, map, claim, simon, bob):
    for number in range(3):
        debate.annotate(simon, map, target=claim, text=f"said-{number}")
        debate.annotate(bob, map, target=claim, text="Mine.", visibility="private")
        debate.retract_annotation(simon, debate.annotate(simon, map, target=claim, text="Oh."))
    text = browse().get(f"{map.get_absolute_url()}nodes/2/").content.decode()
    talk = text[text.index('id="annotations"') : text.index('id="stances"')]
    assert said([talk]) == [["said-0", "said-1", "said-2"]]
    assert "Earlier" not in talk


def test_hidden_words_are_withheld_on_every_page(browse, map, claim, simon, mona):
    for number in range(7):
        annotation = debate.annotate(simon, map, target=claim, text=f"said-{number}")
        hide(mona, annotation, reason="Spam.")
    pages = walk(browse(), f"{map.get_absolute_url()}nodes/2/", "prev")
    assert len(pages) == 3
    assert said(pages) == [[], [], []]
    own = walk(browse(simon), f"{map.get_absolute_url()}nodes/2/", "prev")
    assert "said-0" in own[2]
