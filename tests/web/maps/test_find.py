"""Statements of a map are found by words, and reached by number."""

import re

import pytest

from argmap.articles.actions import add_edition
from argmap.maps import actions
from argmap.moderation.actions import hide
from argmap.web.maps.find import MOST, MOST_MARKS


@pytest.fixture
def find(browse, map):
    """What somebody gets who looks for words: the numbers, or where they are led."""

    def find(words, user=None, **more):
        answer = browse(user).get(f"{map.get_absolute_url()}find/", {"q": words, **more})
        if answer.status_code == 302:
            return answer.headers["Location"]
        if answer.status_code != 200:
            return answer.status_code
        return [int(number) for number in re.findall(r"\?node=(\d+)#n", answer.content.decode())]

    return find


@pytest.fixture
def statements(map, new_node):
    texts = ["The bridge is closed.", "A bridge costs 12 millions.", "Мост закрыт."]
    return [new_node(map, text=text) for text in texts]


@pytest.mark.parametrize(
    ("words", "found"),
    [("bridge", [1, 2]), ("CLOSED brid", [1]), ("мост", [3]), ("12 millions", [2]),
     ("12", []), ("nothing of the kind", []), ("", []), ("\x00", []), ("( [", []), ("#", []),
     ("9" * 100, []), ("²", [])],
)  # fmt: skip
def test_they_are_found_by_words_in_whatever_case(find, statements, bob, words, found):
    found = [2] if words == "12" else found  # no statement has that number, one has it in it
    assert find(words, bob) == found


@pytest.mark.parametrize("words", ["2", "#2", " #2 ", "#2 A bridge costs 12 mill…"])
def test_a_number_leads_to_its_statement(find, map, statements, bob, words):
    assert find(words, bob) == f"{map.get_absolute_url()}?node=2#n2"


def test_the_words_are_marked_where_they_stand(browse, map, statements, bob, new_node):
    new_node(map, text="A <b>bridge</b> & a Bridge.")
    page = browse(bob).get(f"{map.get_absolute_url()}find/?q=bridge").content.decode()
    assert "A &lt;b&gt;<mark>bridge</mark>&lt;/b&gt; &amp; a <mark>Bridge</mark>." in page
    assert 'value="bridge"' in page


def test_a_letter_that_comes_again_and_again_makes_no_page_of_marks(browse, map, new_node, bob):
    new_node(map, text="a" * 2000)
    page = browse(bob).get(f"{map.get_absolute_url()}find/?q=a").content.decode()
    assert page.count("<mark>") == MOST_MARKS
    assert page.count("a" * (2000 - MOST_MARKS)) == 1


def test_of_very_many_the_first_are_shown_and_it_says_so(browse, map, new_node, bob):
    for _ in range(MOST + 1):
        new_node(map, text="The same.")
    page = browse(bob).get(f"{map.get_absolute_url()}find/?q=same").content.decode()
    assert page.count("<mark>") == MOST
    assert f"These are the first {MOST}." in page


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_what_is_hidden_or_retracted_is_found_by_nobody(find, statements, mona, alice, bob):
    hide(mona, statements[0], reason="Spam.")
    actions.retract_node(bob, statements[1])
    for user in (bob, alice, mona, None):
        for words in ("bridge", "closed", "#1", "2"):
            assert find(words, user) == [], (user, words)


def test_nobody_finds_what_stands_in_a_map_that_they_do_not_see(find, statements, charlie):
    for words in ("bridge", "#1"):
        assert find(words, charlie) == find(words) == 404


def test_who_reads_an_earlier_edition_finds_and_goes_in_it(find, map, statements, browse, bob):
    first = map.article.editions.get()
    add_edition(map.article.owner, map.article, text=f"New.\n\n{first.text}")
    base = map.get_absolute_url()
    field = '<input type="hidden" name="edition" value="1">'
    assert field in browse(bob).get(f"{base}?edition=1").content.decode()
    assert field not in browse(bob).get(base).content.decode()
    assert find("#2", bob, edition=1) == f"{base}?node=2&edition=1#n2"
    page = browse(bob).get(f"{base}find/?q=bridge&edition=1").content.decode()
    assert f'href="{base}?node=2&amp;edition=1#n2"' in page
    assert field in page


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_who_read_an_edition_of_an_article_that_is_hidden_now_is_led_to_the_statement_alone(
    find, map, statements, browse, mona, victor
):
    add_edition(map.article.owner, map.article, text="New.")
    hide(mona, map.article, reason="Not theirs.")
    base = map.get_absolute_url()
    assert find("#2", victor, edition=1) == f"{base}?node=2#n2"
    assert browse(victor).get(find("#2", victor, edition=1)).status_code == 200


def test_it_asks_the_database_no_more_where_more_is_found(
    browse, map, statements, bob, new_node, django_assert_max_num_queries
):
    client = browse(bob)
    for number in range(20):
        new_node(map, text=f"Bridge {number}")
    client.get(f"{map.get_absolute_url()}find/?q=bridge")
    with django_assert_max_num_queries(9):
        client.get(f"{map.get_absolute_url()}find/?q=bridge")
