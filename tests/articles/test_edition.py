"""Articles, their editions, and what a new edition does to passages."""

import hashlib

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from argmap.accounts.actions import create_team, set_team_role
from argmap.accounts.permissions import Forbidden, Role
from argmap.articles.actions import (
    LONGEST_TEXT,
    Selection,
    add_edition,
    bring_in_article,
    edit_article,
)
from argmap.articles.models import Article
from argmap.articles.placing import places_in
from argmap.journal.errors import Gone
from argmap.maps.actions import anchor_node, place_passage


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


@pytest.mark.parametrize("text", ["", " \n\n ", "a\x00", "\ud800", "x" * (LONGEST_TEXT + 1)])
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
