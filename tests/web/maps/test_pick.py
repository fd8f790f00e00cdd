"""A picker offers the statements that somebody may mean, by number or by words."""

import time
from string import ascii_lowercase

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.maps import actions
from argmap.maps import wording as wordings
from argmap.moderation.actions import hide


@pytest.fixture
def pick(map, browse):
    def pick(words, user=None, of=None):
        answer = browse(user).get(f"{(of or map).get_absolute_url()}pick/", {"q": words})
        if answer.status_code != 200:
            return answer.status_code
        return [row["number"] for row in answer.json()["statements"]]

    return pick


@pytest.fixture
def statements(map, new_node):
    texts = ["The bridge is closed.", "Россия ist nicht closed.", "Straße und Brücke"]
    return [new_node(map, text=text) for text in texts]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bridge", [1]), ("BRIDGE the", [1]), ("closed", [1, 2]), ("россия", [2]), ("STRASSE", [3]),
        ("brü", [3]), ("#2", [2]), ("3", [3]), ("nothing", []), ("", []), ("  ", []), ("99", []),
        ("bridge россия", []), ("9" * 5000, []), ("\x00", []), ("the\nbridge", [1]),
    ],
)  # fmt: skip
def test_they_are_found_by_number_or_words_in_whatever_case(pick, statements, bob, words, found):
    assert pick(words, bob) == found


def test_a_number_comes_before_statements_that_have_it(pick, map, new_node, bob):
    for _ in range(3):
        new_node(map, text="Article 2 says so.")
    assert pick("2", bob) == [2, 1, 3]


def test_what_is_written_retracted_edited_or_hidden_meanwhile_counts(
    pick, statements, map, new_node, bob, mona
):
    first, second, third = statements
    assert pick("closed", bob) == [1, 2]
    new_node(map, text="It was closed, too.")
    actions.retract_node(bob, first)
    actions.edit_node(bob, third, version=1, text="Closed in March.")
    assert pick("closed", bob) == [2, 3, 4]
    actions.edit_node(bob, second, version=1, text="Open.")
    actions.restore_node(bob, type(first).objects.get(pk=first.pk))
    assert pick("closed", bob) == [1, 3, 4]


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_a_moderator_hid_is_offered_to_nobody(pick, statements, mona, alice, bob):
    assert pick("bridge", bob) == [1]
    hide(mona, statements[0], reason="Spam.")
    for user in (bob, alice, mona):
        assert pick("bridge", user) == []
        assert pick("1", user) == []


def test_it_is_for_whom_the_map_is_for(pick, statements, new_map, new_node, bob, charlie):
    other = new_map(title="Other")
    new_node(other, text="Another bridge.")
    assert pick("bridge", bob) == [1]
    assert pick("another", bob) == []
    assert pick("another", bob, of=other) == [1]
    assert pick("bridge", charlie) == 404
    assert pick("bridge") == 404


def test_what_is_touched_beyond_measure_is_read_whole(
    pick, statements, map, new_node, bob, monkeypatch
):
    monkeypatch.setattr(wordings, "MOST_TOUCHED", 2)
    assert pick("bridge", bob) == [1]
    for number in range(4):
        new_node(map, text=f"Bridge {number}")
    assert pick("bridge", bob) == [1, 4, 5, 6, 7]


def test_it_asks_little_of_the_database_while_one_types(pick, statements, browse, map, bob):
    client = browse(bob)

    def asked(words):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{map.get_absolute_url()}pick/", {"q": words})
        return [each["sql"] for each in queries if each["sql"].startswith("SELECT")]

    asked("bridge")
    assert len(asked("closed")) == len(asked("bridge")) <= 4


def test_many_words_are_not_looked_for_in_everything():
    """Of 20,000 statements that have all of 65 words but the last, each was looked at 66 times."""
    words = [first + second for first in ascii_lowercase for second in "abc"]
    text, count = " ".join(words) + wordings.END, 20_000
    starts = range(0, len(text) * count, len(text))
    wording = wordings.Wording(1, text * count, list(starts), list(range(1, count + 1)))

    def seconds(query):
        """The least of some, since this machine does other things, too."""
        taken = []
        for _ in range(7):
            start = time.process_time()
            assert wording.numbers_of(query, 10) == []
            taken.append(time.process_time() - start)
        return min(taken)

    assert seconds(" ".join([*words[:65], "zz"])) < 5 * seconds("aa zz")
    assert seconds("a " * 98 + "zz") < 5 * seconds("a zz")
