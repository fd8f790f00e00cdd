"""Beginning a map, its settings, members, visibility and archive."""

import pytest
from django.core.exceptions import ValidationError

from argmap.accounts.actions import create_team
from argmap.accounts.permissions import Forbidden, Role
from argmap.debate.actions import take_stance
from argmap.journal.errors import Gone, Settled
from argmap.maps.actions import (
    add_node,
    archive_map,
    begin_map,
    bring_in,
    edit_map,
    set_article_visibility,
    set_role,
    set_visibility,
    unarchive_map,
)
from argmap.maps.models import Map
from argmap.transfer.consistency import problems


def refused(field, match, call, *args, **kwargs):
    with pytest.raises(ValidationError, match=match) as caught:
        call(*args, **kwargs)
    assert list(caught.value.message_dict) == [field]


def test_whoever_brings_in_an_article_owns_it_and_its_map(charlie):
    map = bring_in(charlie, article={"title": "The bridge", "byline": "A. B."}, text="Words.\r\n")
    assert map.role_of(charlie) == Role.OWNER
    assert map.article.owner == charlie
    assert (map.title, map.visibility) == ("The bridge", "private")
    assert map.article.editions.get().text == "Words."


@pytest.mark.parametrize(
    ("field", "article", "text"),
    [
        ("title", {"title": ""}, "Words."),
        ("title", {"title": "x" * 301}, "Words."),
        ("url", {"title": "A", "url": "nowhere"}, "Words."),
        ("visibility", {"title": "A", "visibility": "secret"}, "Words."),
        ("text", {"title": "A"}, " \n "),
        ("text", {"title": "A"}, "a\x00b"),
    ],
)
def test_an_article_that_is_not_fit_says_why_and_leaves_nothing(charlie, field, article, text):
    refused(field, ".", bring_in, charlie, article=article, text=text)
    assert not Map.objects.exists()


def test_nobody_brings_in_an_article_for_a_team_of_others(alice, charlie):
    team = create_team(alice, name="Bridge builders")
    with pytest.raises(Gone):
        bring_in(charlie, article={"title": "A"}, text="Words.", team=team)
    with pytest.raises(Gone):
        begin_map(charlie, title="A", team=team)


def test_an_article_of_a_team_is_owned_by_the_team(alice):
    team = create_team(alice, name="Bridge builders")
    map = bring_in(alice, article={"title": "A"}, text="Words.", team=team)
    assert (map.article.owner, map.article.team, map.team) == (None, team, team)


def test_an_article_can_have_a_second_map(article, alice):
    second = begin_map(alice, title="Another view", article=article)
    assert set(article.maps.all()) >= {second}
    assert article.maps.count() == 2


def test_a_map_needs_a_title(alice):
    refused("title", "title", begin_map, alice, title="  ")


def test_a_private_map_has_an_address_that_nobody_guesses(alice):
    one, other = begin_map(alice, title="The bridge"), begin_map(alice, title="The bridge")
    assert one.slug != other.slug
    assert len(one.slug) > len("the-bridge-") + 12


def test_a_public_map_has_a_readable_address(alice):
    assert begin_map(alice, title="The bridge", visibility="public").slug == "the-bridge"
    assert begin_map(alice, title="The bridge", visibility="public").slug != "the-bridge"


def test_a_title_without_latin_letters_still_gives_an_address(alice):
    assert begin_map(alice, title="橋", visibility="public").slug


def test_no_map_is_begun_wider_than_its_article(article, alice):
    refused(
        "visibility",
        "private; its map cannot be wider",
        *(begin_map, alice),
        title="A",
        article=article,
        visibility="public",
    )


def test_no_map_is_set_wider_than_its_article(map, alice):
    refused("visibility", "private; its map cannot be wider", set_visibility, alice, map, "public")


def test_an_article_that_is_narrowed_narrows_the_maps_that_would_be_wider(new_map, alice, charlie):
    map = new_map("public")
    theirs = begin_map(charlie, title="A stranger's", article=map.article, visibility="unlisted")
    private = begin_map(charlie, title="Private", article=map.article)

    article = set_article_visibility(alice, map.article, "private")

    assert article.visibility == "private"
    assert set(Map.objects.values_list("visibility", flat=True)) == {"private"}
    for narrowed in (map, theirs):
        event = narrowed.journal.events.last()
        assert (event.verb, event.actor) == ("set_article_visibility", alice)
    assert private.journal.events.count() == 1
    assert list(problems()) == []


def test_a_public_map_that_becomes_unlisted_with_its_article_gets_another_address(new_map, alice):
    map = new_map("public")
    set_article_visibility(alice, map.article, "unlisted")
    assert Map.objects.get().slug != map.slug


def test_an_article_is_widened_without_its_maps(map, alice):
    assert set_article_visibility(alice, map.article, "public").visibility == "public"
    assert Map.objects.get().visibility == "private"


def test_only_its_owner_says_how_widely_an_article_is_seen(new_map, bob):
    with pytest.raises(Forbidden):
        set_article_visibility(bob, new_map("public").article, "private")


def test_there_is_no_other_visibility(map, alice):
    refused("visibility", "no such visibility", set_visibility, alice, map, "secret")
    refused("visibility", "no such", set_article_visibility, alice, map.article, "secret")


def test_a_map_that_becomes_unlisted_moves_to_an_address_that_nobody_guesses(new_map, alice):
    map = new_map("public")
    moved = set_visibility(alice, map, "unlisted")
    assert moved.slug != map.slug


def test_settings_are_changed_by_name(map, alice):
    edited = edit_map(alice, map, title="The new bridge", welcome_role=Role.WRITER)
    assert (edited.title, edited.welcome_role, edited.question) == ("The new bridge", 4, "")


def test_a_setting_that_there_is_not_is_no_setting(map, alice):
    with pytest.raises(TypeError, match="titel"):
        edit_map(alice, map, titel="The new bridge")


def test_settings_that_stay_as_they_are_are_no_event(map, alice):
    seq = map.journal.events.count()
    assert edit_map(alice, map, title=map.title, welcome_role=map.welcome_role) == map
    assert set_visibility(alice, map, map.visibility) == map
    assert map.journal.events.count() == seq


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("question", "x" * 501), ("welcome_role", Role.OWNER)]
)
def test_settings_that_are_not_fit_say_why(map, alice, field, value):
    refused(field, ".", edit_map, alice, map, **{field: value})


def test_whether_stances_stand_by_name_is_settled_by_the_first_stance(map, claim, alice, victor):
    edit_map(alice, map, stances_by_name=False)
    edit_map(alice, map, stances_by_name=True)
    take_stance(victor, map, target=claim, credence=10)
    refused("stances_by_name", "taken stances", edit_map, alice, map, stances_by_name=False)
    edit_map(alice, map, question="Why?", stances_by_name=True)


def test_an_owner_gives_changes_and_ends_a_role(map, alice, charlie):
    assert set_role(alice, map, charlie, Role.VIEWER).role == Role.VIEWER
    assert set_role(alice, map, charlie, Role.EDITOR).role == Role.EDITOR
    assert set_role(alice, map, charlie, None) is None
    assert Map.objects.get().role_of(charlie) == Role.NOBODY


def test_a_role_that_nobody_has_cannot_end(map, alice, charlie):
    with pytest.raises(Gone):
        set_role(alice, map, charlie, None)


@pytest.mark.parametrize("role", [0, 1, 7, "editor"])
def test_there_is_no_other_role(map, alice, charlie, role):
    refused("role", "no such role", set_role, alice, map, charlie, role)


@pytest.mark.parametrize("role", [Role.EDITOR, None])
def test_the_last_owner_stays(map, alice, role):
    refused("role", "name another owner first", set_role, alice, map, alice, role)


def test_an_owner_may_go_when_there_is_another(map, alice, edith):
    set_role(alice, map, edith, Role.OWNER)
    set_role(alice, map, alice, None)
    assert [each.user for each in map.memberships.filter(role=Role.OWNER)] == [edith]


def test_an_archived_map_is_only_read_until_it_is_taken_out(map, alice, bob):
    archive_map(alice, map, reason="The bridge is built.")
    with pytest.raises(Forbidden, match="archived"):
        add_node(bob, map, kind="claim", text="Too late.")
    with pytest.raises(Forbidden, match="archived"):
        edit_map(alice, map, title="Too late")
    unarchive_map(alice, map)
    assert add_node(bob, map, kind="claim", text="In time.")


def test_a_second_time_there_is_nothing_to_archive_or_to_take_out(map, alice):
    archive_map(alice, map)
    with pytest.raises(Settled, match="archived already"):
        archive_map(alice, map)
    unarchive_map(alice, map)
    with pytest.raises(Settled, match="not archived"):
        unarchive_map(alice, map)


def test_the_reason_of_an_archiving_is_public(map, alice):
    archive_map(alice, map, reason="  The bridge is built. ")
    assert map.journal.events.last().reason == "The bridge is built."


def test_an_address_that_was_taken_meanwhile_becomes_another(alice, monkeypatch):
    first = begin_map(alice, title="The bridge", visibility="public")
    monkeypatch.setattr("argmap.maps.actions.maps._new_slug", lambda title, visibility: first.slug)
    second = begin_map(alice, title="The bridge", visibility="public")
    assert second.slug.startswith(f"{first.slug}-")
