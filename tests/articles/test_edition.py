"""Articles, their editions, and what a new edition does to passages."""

import hashlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from argmap.accounts.actions import create_team, set_team_role
from argmap.accounts.permissions import Forbidden, Role
from argmap.articles import limits
from argmap.articles.actions import Selection, add_edition, bring_in_article, edit_article
from argmap.articles.models import Article, Edition, Placement
from argmap.articles.placing import find_places, places_in
from argmap.journal.errors import Gone
from argmap.journal.models import Event
from argmap.maps.actions import add_node, anchor_node, bring_in, place_passage
from argmap.moderation.actions import sanction


@pytest.fixture
def passage(claim, edition, bob):
    start = edition.text.index("Engineers")
    return anchor_node(bob, claim, Selection(edition, start, start + len("Engineers had found")))


def test_an_edition_is_numbered_and_sealed(article, alice):
    second = add_edition(alice, article, text="Another text.\r\n", note="Corrected.")
    assert (second.number, second.text, second.note) == (2, "Another text.", "Corrected.")
    assert second.sha256 == hashlib.sha256(b"Another text.").hexdigest()
    assert list(article.editions.all())[1] == second


def test_an_edition_keeps_its_letters_as_they_came(article, alice):
    assert add_edition(alice, article, text="e\u0301 🌉").text == "e\u0301 🌉"


def test_the_same_text_is_no_new_edition(article, edition, alice):
    with pytest.raises(ValidationError, match="letter for letter"):
        add_edition(alice, article, text=edition.text + "\r\n")


@pytest.mark.parametrize("text", ["", " \n\n ", "a\x00", "\ud800", "x" * (limits.TEXT + 1)])
def test_a_text_that_is_not_fit_says_why(article, alice, text):
    with pytest.raises(ValidationError) as caught:
        add_edition(alice, article, text=text)
    assert list(caught.value.message_dict) == ["text"]
    assert article.editions.count() == 1


def test_passages_find_their_words_in_it(article, edition, passage, alice):
    second = add_edition(alice, article, text="New first line.\n\n" + edition.text)
    placement = passage.placements.get(edition=second)
    assert placement.status == "exact"
    assert second.text[placement.start : placement.end] == "Engineers had found"


def test_words_that_were_changed_have_moved_and_words_that_are_gone_are_orphaned(
    article, edition, passage, alice
):
    second = add_edition(
        alice, article, text=edition.text.replace("Engineers had found", "Engineers had seen")
    )
    third = add_edition(alice, article, text="Something else.")
    assert passage.placements.get(edition=second).status == "moved"
    assert passage.placements.get(edition=third).status == "orphaned"
    assert passage.placements.get(edition=edition).status == "exact"


def test_words_chosen_in_an_older_edition_are_placed_in_the_newer_when_that_is_read(
    article, edition, claim, alice, bob
):
    second = add_edition(alice, article, text="New first line.\n\n" + edition.text)
    chosen = anchor_node(bob, claim, Selection(edition, 0, 10))
    assert [placement.edition for placement in chosen.placements.all()] == [edition]
    start, end = places_in(second, [chosen.pk])[chosen.pk]
    assert second.text[start:end] == "The bridge"
    placement = chosen.placements.get(edition=second)
    assert (placement.start, placement.end, placement.status) == (start, end, "exact")


def test_what_a_person_placed_stays_there(map, article, edition, passage, alice, edith):
    second = add_edition(alice, article, text="Something else.")
    place_passage(edith, map, passage, edition=second, start=0, end=9)
    add_edition(alice, article, text="Something else again.")
    assert passage.placements.get(edition=second).status == "placed"


def test_only_its_owner_adds_an_edition(article, edith, bob, alice):
    for person in (edith, bob):  # roles in the map are none in the article
        with pytest.raises(Gone):
            add_edition(person, article, text="Mine.")


def test_a_teams_editors_add_editions_and_only_its_owners_edit_the_article(alice, bob, edith):
    team = create_team(alice, name="Bridge builders")
    set_team_role(alice, team, bob, Role.WRITER)
    set_team_role(alice, team, edith, Role.EDITOR)
    article = bring_in_article(bob, text="Words.", title="The bridge", team=team)
    assert add_edition(edith, article, text="Other words.").number == 2
    with pytest.raises(Forbidden):
        add_edition(bob, article, text="More words.")
    with pytest.raises(Forbidden):
        edit_article(edith, article, byline="E.")


@pytest.fixture
def teams(alice, edith):
    """Of a team: Alice owns it, Edith edits. Some of its words are chosen."""
    team = create_team(alice, name="Bridge builders")
    set_team_role(alice, team, edith, Role.EDITOR)
    about = {"title": "The bridge", "visibility": "team"}
    map = bring_in(alice, article=about, text="Words, and others.", team=team)
    words = Selection(map.article.editions.get(), 0, 5)
    add_node(edith, map, kind="claim", text="So.", selection=words)
    return map.article


@pytest.fixture
def meanwhile(monkeypatch):
    """Does something once when the words are found, before the lock is asked for."""

    def meanwhile(act):
        def find(*given):
            monkeypatch.setattr("argmap.articles.actions.find_places", find_places)
            found = find_places(*given)
            act()
            return found

        monkeypatch.setattr("argmap.articles.actions.find_places", find)

    return meanwhile


@pytest.mark.parametrize(
    ("loses_it", "refused"),
    [
        (lambda w: set_team_role(w["alice"], w["team"], w["edith"], Role.WRITER), Forbidden),
        (lambda w: set_team_role(w["alice"], w["team"], w["edith"], None), Gone),
        (lambda w: sanction(w["mona"], w["edith"], kind="suspend", reason="Spam."), Forbidden),
        (lambda w: sanction(w["mona"], w["edith"], kind="ban", reason="Spam."), Forbidden),
    ],
    ids=["lowered", "left", "suspended", "banned"],
)
def test_who_loses_their_role_while_the_words_are_found_is_refused(
    teams, meanwhile, alice, edith, mona, loses_it, refused
):
    people = {"alice": alice, "edith": edith, "mona": mona, "team": teams.team}
    before = teams.journal.events.count()
    meanwhile(lambda: loses_it(people))
    with pytest.raises(refused):
        add_edition(edith, teams, text="New first line.\n\nWords, and others.")
    assert Event.objects.filter(journal=teams.journal_id).count() == before
    assert Edition.objects.filter(article=teams).count() == 1
    assert set(Placement.objects.values_list("edition__number", flat=True)) == {1}


def test_an_edition_that_came_while_the_words_are_found_stands_before_it(
    teams, meanwhile, alice, edith
):
    meanwhile(lambda: add_edition(alice, teams, text="Other words."))
    added = add_edition(edith, teams, text="New first line.\n\nWords, and others.")
    assert (added.number, teams.editions.get(number=2).text) == (3, "Other words.")
    placed = Placement.objects.get(edition=added)
    assert added.text[placed.start : placed.end] == "Words"


def test_the_same_text_that_came_while_the_words_are_found_is_no_new_edition(
    teams, meanwhile, alice, edith
):
    meanwhile(lambda: add_edition(alice, teams, text="Other words."))
    with pytest.raises(ValidationError, match="letter for letter"):
        add_edition(edith, teams, text="Other words.")
    assert teams.editions.count() == 2


def test_its_fields_are_changed_by_name(article, alice):
    edited = edit_article(alice, article, byline=" A. Writer ", published_on="2021-11-10")
    assert (edited.byline, edited.published_on.year, edited.title) == (
        "A. Writer",
        2021,
        "The bridge",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("url", "nowhere"),
        ("byline", "x" * 201),
        ("published_on", "yesterday"),
        ("language", ""),
    ],
)
def test_what_is_not_fit_says_why(article, alice, field, value):
    with pytest.raises(ValidationError) as caught:
        edit_article(alice, article, **{field: value})
    assert list(caught.value.message_dict) == [field]


def test_a_field_that_there_is_not_is_no_field(article, alice):
    with pytest.raises(TypeError, match="titel"):
        edit_article(alice, article, titel="The new bridge")
    with pytest.raises(TypeError, match="titel"):
        bring_in_article(alice, text="Words.", title="The bridge", titel="The bridge")


def test_what_is_edited_into_what_it_was_is_no_event(article, alice):
    edit_article(alice, article, title=article.title, byline=" ")
    assert article.journal.events.count() == 1


@pytest.mark.parametrize(
    ("visibility", "roles"),
    [
        ("private", ["owner", "nobody", "nobody"]),
        ("team", ["owner", "nobody", "nobody"]),
        ("unlisted", ["owner", "viewer", "visitor"]),
        ("public", ["owner", "viewer", "visitor"]),
    ],
)
def test_who_sees_it(article, alice, charlie, visibility, roles):
    Article.objects.update(visibility=visibility)
    found = Article.objects.get()
    people = [alice, charlie, AnonymousUser()]
    assert [found.role_of(person).label for person in people] == roles
    listed = [visibility == "public" or person == alice for person in people]
    assert [Article.objects.visible_to(person).exists() for person in people] == listed
