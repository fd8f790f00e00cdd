"""The table of a map: which statements, in which order, for whom."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.articles import actions as articles
from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.maps import actions as maps
from argmap.moderation.actions import hide, restore

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def numbers(browse, map):
    """The numbers of the statements that a person (or a visitor) gets, in their order."""

    def numbers(user=None, **asked):
        answer = browse(user).get(map.get_absolute_url() + "table/", asked)
        assert answer.status_code == 200
        page = answer.content.decode()
        found = [
            int(number) for number in re.findall(r'class="number" href="[^"]*">#(\d+)</a>', page)
        ]
        told = int(re.search(r'<span class="count">(\d+)</span>', page)[1])
        assert told == len(found) or told > 50
        return found

    return numbers


@pytest.fixture
def several(map, thesis, claim, new_node, edition, simon, bob, edith, alice):
    """#1 thesis (Alice), #2 claim, #3 evidence with a source and words on #2, #4 counterpoint that
    opposes #2, #5 a claim by Alice; an open dispute of #4, an upheld one of #5."""
    source = [{"title": "A count", "url": "https://example.org/"}]
    words = Selection(edition, 4, 24)
    third = new_node(map, "evidence", on=claim, citations=source, selection=words)
    fourth = new_node(map, "counterpoint", on=claim, relation="opposes")
    fifth = new_node(map, "claim", "By Alice.", by=alice)
    asked = {"ground": "outdated", "statement": "It is over."}
    debate.open_dispute(simon, map, target=fourth, **asked)
    dispute = debate.open_dispute(simon, map, target=fifth, **asked)
    debate.decide_dispute(edith, dispute, upheld=True, decision="Yes.", what_changed="It.")
    for user, credence in ((bob, 90), (alice, 10)):
        debate.take_stance(user, map, target=claim, credence=credence)
    debate.take_stance(bob, map, target=third, credence=20)
    debate.take_stance(bob, map, target=thesis, credence=80)
    return third


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"kind": "claim"}, [2, 5]),
        ({"person": "alice"}, [1, 5]),
        ({"person": "Alice", "kind": "claim"}, [5]),
        ({"person": "nobody"}, []),
        ({"only": "disputed"}, [4]),
        ({"only": "refuted"}, [5]),
        ({"only": "contested"}, [2]),
        ({"only": "unsupported"}, [4, 5]),
        ({"only": "unsourced"}, [1, 2, 4, 5]),
        ({"only": "unanchored"}, [1, 2, 4, 5]),
        ({"only": "orphaned"}, []),
        ({"order": "newest"}, [5, 4, 3, 2, 1]),
        ({"order": "unsure"}, [3, 2, 1, 4, 5]),
        ({"order": "split"}, [2, 1, 3, 4, 5]),
        ({"order": "disputes"}, [4, 5, 1, 2, 3]),
        ({"order": "below"}, [2, 1, 3, 4, 5]),
        ({"order": "newest", "kind": "claim"}, [5, 2]),
    ],
)  # fmt: skip
def test_statements_are_found_and_sorted_by(several, numbers, asked, found):
    assert numbers(**asked) == found


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "nothing"}, {"only": "x"}, {"order": "-number"}, {"after": "-1"},
        {"after": "x"}, {"person": "\x00"}, {"person": "x" * 5_000}, {"only": ["x", "y"]},
    ],
)  # fmt: skip
def test_what_is_no_choice_is_not_asked_for(several, browse, map, asked):
    answer = browse().get(map.get_absolute_url() + "table/", asked)
    assert answer.status_code == 200


def test_an_address_beyond_the_end_says_what_to_do(several, browse, map):
    page = browse().get(map.get_absolute_url() + "table/?after=50").content.decode()
    assert "Show all statements" in page


def test_words_that_a_new_edition_struck_leave_an_orphan(several, numbers, alice, map, browse):
    articles.add_edition(alice, map.article, text="Nothing of it is left.")
    browse().get(map.get_absolute_url())
    assert numbers(only="orphaned") == [3]
    assert numbers(only="unanchored") == [1, 2, 4, 5]


def test_what_is_hidden_or_retracted_is_neither_shown_nor_counted_for_anyone(
    several, numbers, mona, edith, bob
):
    hide(mona, several, reason="Spam.")
    for user in (None, mona, edith, bob):
        assert numbers(user) == [1, 2, 4, 5]
        assert 3 not in numbers(user, order="below")
    assert numbers(only="unsupported") == [2, 4, 5]
    restore(mona, several, reason="Not so.")
    maps.retract_node(bob, several)
    assert numbers() == [1, 2, 4, 5]


def test_of_a_hidden_article_nothing_is_told(several, numbers, mona, map, charlie, alice):
    hide(mona, map.article, reason="Spam.")
    for only in ("unanchored", "orphaned"):
        assert numbers(charlie, only=only) == []
    assert numbers(alice, only="unanchored") == [1, 2, 4, 5]


def test_a_hidden_dispute_counts_for_nobody(several, numbers, mona, map):
    hide(mona, map.disputes.get(node__number=4), reason="Spam.")
    assert numbers(only="disputed") == []
    assert numbers(order="disputes") == [5, 1, 2, 3, 4]


def test_who_comes_from_an_earlier_edition_stays_in_it(several, browse, map, alice, parsed):
    articles.add_edition(alice, map.article, text="Nothing of it is left.")
    base = map.get_absolute_url()
    page = browse().get(f"{base}table/?edition=1&only=unsourced")
    assert '<input type="hidden" name="edition" value="1">' in page.content.decode()
    assert f"{base}?node=2&edition=1#n2" in parsed(page).values("href")
    workspace = parsed(browse().get(f"{base}?edition=1"))
    assert f"{base}table/?edition=1" in workspace.values("href")


def test_fifty_are_on_a_page_and_the_way_to_the_next_keeps_the_filter(
    map, new_node, numbers, browse, parsed
):
    for _ in range(52):
        new_node(map, "claim")
    first = numbers(kind="claim", order="newest")
    assert first == list(range(52, 2, -1))
    page = parsed(browse().get(map.get_absolute_url() + "table/?kind=claim&order=newest"))
    [following] = [each for each in page.addresses if "after=50" in each]
    rest = browse().get(map.get_absolute_url() + "table/" + following).content.decode()
    assert re.findall(r'href="[^"]*">#(\d+)</a>', rest) == ["2", "1"]


def test_a_larger_map_asks_no_more(several, map, new_node, claim, browse, empty_caches):
    asked = []
    for _ in range(2):
        empty_caches()
        with CaptureQueriesContext(connection) as queries:
            browse().get(map.get_absolute_url() + "table/?only=unsourced&order=split")
        asked.append(len(queries))
        for _ in range(8):
            new_node(map, "evidence", on=claim)
    assert asked[0] == asked[1]
