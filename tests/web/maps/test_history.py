"""What a map's history and a node's page tell of what happened."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.debate import actions as debate
from argmap.interchange import document as doc
from argmap.journal.models import Change
from argmap.moderation.actions import hide, restore
from argmap.transfer.actions import import_map


@pytest.fixture
def imported(alice):
    """A public map that one Event brought in, with many Changes."""
    nodes = [doc.Node(n, "claim", f"Imported {n}.") for n in range(1, 41)]
    return import_map(alice, doc.MapDocument("Imported", nodes=nodes), visibility="public").map


def lines(client, address):
    text = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index('class="events"') :]))


def test_an_import_is_told_in_sum(browse, imported):
    for _ in range(2):  # the second time from the cache
        told = lines(browse(), f"{imported.get_absolute_url()}history/")
        assert "brought in the map: 40 statements" in told
        assert "Imported 7." not in told


def test_a_node_tells_of_its_import_what_it_did_to_the_node(browse, imported):
    told = lines(browse(), f"{imported.get_absolute_url()}nodes/7/")
    assert "Imported 7." in told
    assert "Imported 8." not in told


def test_neither_reads_the_changes_of_a_whole_import(browse, imported, monkeypatch):
    made = []
    loaded = Change.from_db.__func__

    def from_db(cls, *args):
        made.append(args)
        return loaded(cls, *args)

    monkeypatch.setattr(Change, "from_db", classmethod(from_db))
    browse().get(f"{imported.get_absolute_url()}nodes/7/")
    assert len(made) == 1
    browse().get(f"{imported.get_absolute_url()}history/")
    assert len(made) == 1


def test_a_node_tells_what_was_said_of_it_and_nothing_else(browse, map, claim, thesis, simon, bob):
    annotation = debate.annotate(simon, map, target=claim, text="said-annotation")
    debate.reply(bob, annotation, text="said-reply")
    debate.open_dispute(simon, map, target=claim, ground="outdated", statement="said-dispute")
    debate.annotate(simon, map, target=thesis, text="said-elsewhere")
    told = lines(browse(simon), f"{map.get_absolute_url()}nodes/2/")
    assert {"said-annotation", "said-reply", "said-dispute"} <= set(re.findall(r"said-\w+", told))
    assert "said-elsewhere" not in told


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("part", ["history/", "nodes/2/"])
@pytest.mark.parametrize("first", ["mona", "edith", "simon", "victor", "visitor"])
def test_who_read_it_first_changes_nothing_for_the_others(
    browse, map, claim, simon, mona, edith, victor, part, first
):
    people = {"mona": mona, "edith": edith, "simon": simon, "victor": victor, "visitor": None}
    hide(mona, debate.annotate(simon, map, target=claim, text="zqhidden"), reason="Spam.")
    address = map.get_absolute_url() + part
    lines(browse(people[first]), address)
    told = {name for name, user in people.items() if "zqhidden" in lines(browse(user), address)}
    assert told == {"mona", "edith", "simon"}


def test_what_is_kept_spares_the_questions(browse, map, claim, victor):
    client = browse(victor)
    address = f"{map.get_absolute_url()}history/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert not [query for query in queries if "journal_change" in query["sql"]]


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_new_words_for_a_hidden_statement_are_withheld_with_it(
    browse, map, suggestion, simon, victor, mona
):
    words, history = suggestion.text, f"{map.get_absolute_url()}history/"
    assert words in lines(browse(victor), history)
    hide(mona, suggestion.node, reason="Spam.")
    for reader, reads in ((simon, True), (victor, False), (simon, True)):
        assert (words in lines(browse(reader), history)) == reads


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_it_says_what_a_moderator_hid_and_showed_again(
    browse, map, claim, link, dispute, mona, victor
):
    for thing, what in (
        (claim, "#2"),
        (link, "the step from #2"),
        (dispute, "the dispute on #2"),
        (map, "the map"),
    ):
        hide(mona, thing, reason="Spam.")
        restore(mona, thing, reason="It is none.")
        told = lines(browse(victor), f"{map.get_absolute_url()}history/")
        assert f"Mona hid {what} " in told
        assert f"Mona showed again {what} " in told
    about = lines(browse(victor), claim.get_absolute_url())
    assert "Mona hid #2 " in about
    assert "something" not in told + about
