"""Where passages stand in the editions that they were not chosen in."""

import threading

import pytest
from django.db import connections

from argmap.articles import anchoring
from argmap.articles.actions import Selection, add_edition
from argmap.articles.models import Placement
from argmap.articles.placing import find_places, places_in
from argmap.debate.actions import annotate
from argmap.journal.errors import Busy
from argmap.journal.reading import one_moment
from argmap.journal.writing import _current
from argmap.maps.actions import anchor_node, place_passage
from argmap.transfer.consistency import problems


@pytest.fixture
def second(article, edition, alice):
    return add_edition(alice, article, text="New first line.\n\n" + edition.text)


@pytest.fixture
def passage(edition, second, claim, bob):
    """Chosen in the first edition when there were two already."""
    return anchor_node(bob, claim, Selection(edition, 0, 10))


@pytest.fixture
def searches(monkeypatch):
    """The action that was under way at each search for places."""
    found, places = [], anchoring.Searched.places_elsewhere

    def watched(*given):
        found.append(_current.get() and _current.get().name)
        return places(*given)

    monkeypatch.setattr(anchoring.Searched, "places_elsewhere", watched)
    return found


def test_no_words_are_looked_for_while_others_wait(map, article, edition, claim, searches, alice):
    selection = Selection(edition, 0, 10)
    anchor_node(alice, claim, selection)
    annotate(alice, map, target=selection, text="Why?")
    assert searches == []
    add_edition(alice, article, text="New first line.\n\n" + edition.text)
    assert searches == [None]


def test_an_edition_is_read_with_what_was_chosen_in_another(passage, second):
    assert places_in(second, [passage.pk]) == {passage.pk: (17, 27)}


def test_it_is_looked_for_once(passage, second, searches):
    for _ in range(2):
        places_in(second, [passage.pk])
    assert len(searches) == 1


def test_what_is_not_there_is_not_looked_for_again_either(
    article, edition, claim, bob, alice, searches
):
    other = add_edition(alice, article, text="Something else.")
    passage = anchor_node(bob, claim, Selection(edition, 0, 10))
    searches.clear()
    for _ in range(2):
        assert places_in(other, [passage.pk]) == {}
    assert len(searches) == 1


def test_where_a_person_placed_it_it_stays(map, passage, second, edith):
    place_passage(edith, map, passage, edition=second, start=0, end=9)
    assert places_in(second, [passage.pk]) == {passage.pk: (0, 9)}


@pytest.mark.django_db(transaction=True)
def test_who_reads_in_one_moment_stores_it_afterwards(passage, second):
    with one_moment():
        assert places_in(second, [passage.pk])
        assert not Placement.objects.filter(edition=second).exists()
    assert Placement.objects.get(edition=second).start == 17


def test_a_page_does_not_fail_where_nobody_can_write(passage, second, monkeypatch):
    def busy():
        raise Busy

    monkeypatch.setattr("argmap.articles.placing.turn", busy)
    assert places_in(second, [passage.pk]) == {passage.pk: (17, 27)}
    assert not Placement.objects.filter(edition=second).exists()


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_place_it_once(passage, second, monkeypatch):
    both = threading.Barrier(2)

    def find_together(*given):
        both.wait(timeout=30)
        return find_places(*given)

    monkeypatch.setattr("argmap.articles.placing.find_places", find_together)
    outcomes = at_once(*[lambda: places_in(second, [passage.pk])] * 2)
    assert outcomes == [{passage.pk: (17, 27)}] * 2
    assert Placement.objects.filter(edition=second).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edition_that_comes_while_words_are_chosen_has_them_when_it_is_read(
    article, edition, claim, alice, bob
):
    def choose():
        return [anchor_node(bob, claim, Selection(edition, at, at + 10)) for at in range(5)]

    def add():
        return add_edition(alice, article, text="New first line.\n\n" + edition.text)

    passages, second = at_once(choose, add)
    for each in (edition, second):
        places = places_in(each, [passage.pk for passage in passages])
        assert [each.text[start:end] for start, end in places.values()] == [
            passage.exact for passage in passages
        ]
        assert Placement.objects.filter(edition=each).count() == 5
    assert list(problems()) == []


def at_once(*calls):
    """Each call in a thread of its own, all begun together. Returns their results."""
    barrier, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(timeout=30)
            outcomes[number] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes
