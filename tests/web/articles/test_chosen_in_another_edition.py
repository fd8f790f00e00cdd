"""Words that were chosen in one edition stand in the newest one for whoever asks first."""

import pytest

from argmap.articles.actions import Selection, add_edition
from argmap.articles.models import Placement
from argmap.debate.actions import annotate
from argmap.maps.actions import anchor_node

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def newest(article, edition, alice):
    return add_edition(alice, article, text=f"A preface.\n\n{edition.text}")


@pytest.fixture
def chosen_late(map, edition, newest, claim, bob):
    """A claim anchored, and annotated, in the first edition when there are two."""
    start = edition.text.index("old town")
    words = Selection(edition, start, start + len("old town"))
    annotate(bob, map, target=words, text="Which one?")
    anchor_node(bob, claim, words)
    return claim


@pytest.fixture
def at(newest):
    start = newest.text.index("old town")
    return {"start": start, "end": start + len("old town")}


def test_the_page_of_a_node_says_where_it_stands_now(chosen_late, browse, bob):
    page = browse(bob).get(chosen_late.get_absolute_url()).content.decode()
    assert ">edition 2</a> <span>exact" in page
    assert Placement.objects.filter(edition__number=2, passage__nodes=chosen_late).exists()


@pytest.mark.parametrize("address", ["nodes/", "nodes/2/", "annotations/"])
def test_so_does_rest(map, chosen_late, newest, at, browse, bob, address):
    data = browse(bob).get(f"/api/v1/maps/{map.slug}/{address}").json()
    rows = data.get("results", [data])
    found = [row["target"]["passage"] if "target" in row else row["passages"] for row in rows]
    [passage] = [each for row in found if row for each in (row if isinstance(row, list) else [row])]
    assert [each["edition"] for each in passage["placements"]] == [1, 2]
    assert {name: passage["placements"][1][name] for name in at} == at


def test_a_dispute_of_these_words_is_of_what_rests_on_them(map, chosen_late, at, browse, bob):
    form = browse(bob).get(f"{map.get_absolute_url()}disputes/new/", {"edition": 2, **at})
    assert f'value="#{chosen_late.number} ' in form.content.decode()


def test_words_of_no_edition_preselect_nothing(map, chosen_late, browse, bob):
    for edition in (0, 3, "x"):
        words = {"edition": edition, "start": 0, "end": 4}
        form = browse(bob).get(f"{map.get_absolute_url()}disputes/new/", words)
        assert form.status_code == 200


def test_who_writes_beside_an_earlier_edition_gets_its_paragraphs(
    map, edition, newest, bob, browse
):
    """Those of the newest have other words under the same numbers."""
    start = edition.text.index("old town")
    words = {"edition": 1, "start": start, "end": start + len("old town")}
    answer = browse(bob, htmx=True).post(
        f"{map.get_absolute_url()}annotations/new/",
        {**words, "text": "Which one?", "motivation": "commenting", "visibility": "map"},
        headers={"Argmap-Edition": "1"},
    )
    assert answer.status_code == 200
    html = answer.content.decode()
    assert 'hx-target="#p2' in html
    assert 'hx-target="#p3' not in html
    assert f"{map.get_absolute_url()}words/2/" not in html


@pytest.mark.parametrize("number", ["0", "9", "x", "1" * 5000, ""])
def test_a_page_that_names_no_edition_gets_the_newest(map, newest, claim, bob, browse, number):
    answer = browse(bob, htmx=True).post(
        f"{map.get_absolute_url()}annotations/new/",
        {"node": claim.number, "text": "So?", "motivation": "commenting", "visibility": "map"},
        headers={"Argmap-Edition": number},
    )
    assert answer.status_code == 200
