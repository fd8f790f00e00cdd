"""Merging on pages: find the other statement, see both, choose whose words stay."""

import pytest

from argmap.debate.actions import annotate, take_stance
from argmap.maps.actions import add_node, edit_node
from argmap.moderation.actions import hide

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def double(map, thesis, new_node):
    sources = [{"title": "A count of ferries"}]
    return new_node(map, "claim", "It is cut off.", on=thesis, citations=sources)


@pytest.fixture
def address(map, claim, double):
    return f"{map.get_absolute_url()}nodes/{claim.number}/merge/"


@pytest.fixture
def both(address, double):
    return f"{address}?with={double.number}"


def sent(client, address, **fields):
    versions = client.get(address).context["seen"]
    return client.post(address, {"versions": versions} | fields)


@pytest.mark.parametrize("htmx", [False, True])
def test_the_other_statement_is_named_and_both_are_laid_side_by_side(
    browse, edith, address, both, claim, double, htmx
):
    answer = browse(edith, htmx=htmx).post(address, {"on": f"#{double.number} It is cut"})
    assert answer.headers["HX-Redirect" if htmx else "Location"] == both
    page = browse(edith).get(both).content.decode()
    assert claim.text in page
    assert double.text in page
    assert "A count of ferries" in page


def test_one_sees_what_would_be_carried_over_and_no_private_word_is_counted(
    browse, edith, map, both, double, bob, victor
):
    add_node(bob, map, kind="evidence", text="So.", target=double, relation="supports")
    annotate(bob, map, target=double, text="Why?")
    annotate(victor, map, target=double, text="Mine.", visibility="private")
    take_stance(bob, map, target=double, credence=40)
    page = browse(edith).get(both).content.decode()
    for told in (">1 step to it<", ">1 annotation<", ">1 stance<", ">1 step from it<"):
        assert told in page


@pytest.mark.parametrize("stays", ["claim", "double"])
def test_whose_words_one_chooses_stay_and_the_other_is_retracted(
    browse, edith, map, both, claim, double, stays
):
    keep, gone = (claim, double) if stays == "claim" else (double, claim)
    answer = sent(browse(edith), both, keep=keep.number, reason="The same.")
    assert (
        answer.headers["Location"] == f"{map.get_absolute_url()}?node={keep.number}#n{keep.number}"
    )
    keep.refresh_from_db()
    gone.refresh_from_db()
    assert (keep.retracted, gone.retracted) == (False, True)
    assert map.journal.events.last().reason == "The same."


def test_who_chose_before_another_reworded_one_of_them_is_shown_both_again(
    browse, edith, bob, map, both, claim, double
):
    client = browse(edith)
    versions = client.get(both).context["seen"]
    edit_node(bob, double, version=1, text="The ferry is enough.")
    before = map.journal.events.count()
    answer = client.post(both, {"versions": versions, "keep": claim.number, "reason": "So be it."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone changed one of them" in page
    assert "The ferry is enough." in page
    assert "So be it." in page  # what was typed stays
    assert map.journal.events.count() == before
    assert sent(client, both, keep=claim.number).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({}, "Choose whose words stay."), ({"keep": "1"}, "Select a valid choice")],
)
def test_nothing_is_merged_where_nobody_chose_one_of_the_two(
    browse, edith, both, double, typed, sentence
):
    answer = sent(browse(edith), both, **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    double.refresh_from_db()
    assert not double.retracted


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2", "This is the same statement."),
        ("99", "There is no statement #99"),
        ("", "Choose the other statement."),
        ("words", "There is no statement of that number."),
    ],
)
def test_what_is_no_other_statement_is_refused_with_a_sentence(
    browse, edith, address, on, sentence
):
    answer = browse(edith).post(address, {"on": on})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("other", ["", "99", "x", "9" * 5000, "-1", "\x00"])
def test_an_address_that_names_no_statement_is_404(browse, edith, address, other):
    assert browse(edith).get(address, {"with": other}).status_code == 404


def test_with_itself_it_is_refused(browse, edith, address, claim):
    answer = sent(browse(edith), f"{address}?with={claim.number}", keep=claim.number)
    assert answer.status_code == 422
    assert "Choose two different" in answer.content.decode()


def test_only_editors_merge_and_see_the_page(browse, both, bob, victor, asks_to_sign_in):
    for user in (bob, victor):
        assert browse(user).get(both).status_code == 403
        assert browse(user).post(both, {"keep": 2}).status_code == 403
    assert asks_to_sign_in(browse().get(both))


def test_a_hidden_statement_is_merged_into_nothing(browse, edith, mona, both, claim, double):
    hide(mona, double, reason="Spam.")
    assert sent(browse(edith), both, keep=claim.number).status_code == 409
