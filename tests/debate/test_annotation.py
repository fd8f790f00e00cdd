"""What people write in the margin."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from argmap.accounts.permissions import Forbidden, Role
from argmap.articles.actions import Selection
from argmap.debate.actions import (
    annotate,
    edit_annotation,
    reply,
    restore_annotation,
    retract_annotation,
)
from argmap.debate.models import Annotation
from argmap.journal.errors import Gone, Settled, Stale
from argmap.journal.models import Change
from argmap.maps.actions import retract_node, set_role
from argmap.moderation.actions import hide


@pytest.fixture
def private(map, claim, victor):
    return annotate(victor, map, target=claim, text="My own thought.", visibility="private")


def test_it_stands_on_a_node_a_link_or_chosen_words(map, claim, link, edition, simon):
    assert annotate(simon, map, target=claim, text="Why?").target == claim
    assert annotate(simon, map, target=link, text="Why?").target == link
    on_words = annotate(simon, map, target=Selection(edition, 0, 10), text="Why?")
    assert on_words.target.exact == "The bridge"


def test_it_asks_the_database_seven_times_and_begins_and_ends(
    map, claim, simon, django_assert_num_queries
):
    """One lock, the map and the actor in one, the target; three rows, and the card's number.

    PostgreSQL stores an Event and its Change in one statement.
    """
    with django_assert_num_queries(2 + 7 - (connection.vendor == "postgresql")):
        annotate(simon, map, target=claim, text="Why?")


def test_its_html_is_kept_beside_its_text_and_that_of_a_reply(map, claim, simon):
    annotation = annotate(simon, map, target=claim, text="Why *so*?")
    for written in (annotation, reply(simon, annotation, text="*So*.")):
        written.refresh_from_db()
        assert "<em>" in written.text_html


def test_what_is_private_is_seen_by_its_author_only(map, private, victor, alice, mona):
    annotations = Annotation.objects.filter(map=map)
    assert annotations.visible_to(victor).get() == private
    assert not annotations.visible_to(alice).exists()
    assert not annotations.visible_to(mona).exists()


def test_what_is_private_stands_in_its_authors_journal_only(map, private, victor):
    changes = Change.objects.filter(object_type="debate.annotation")
    assert changes.get().event.journal_id == victor.journal_id


def test_what_is_private_is_gone_for_everyone_else(private, alice, mona):
    for person in (alice, mona):
        with pytest.raises(Gone):
            reply(person, private, text="I see you.")
        with pytest.raises(Gone):
            retract_annotation(person, private)


def test_its_author_answers_and_edits_it_as_a_viewer(private, victor):
    assert reply(victor, private, text="And another.").is_private
    assert edit_annotation(victor, private, version=1, text="Better.").text == "Better."


def test_whoever_left_the_map_has_left_their_notes_in_it(map, private, victor, alice):
    set_role(alice, map, victor, None)
    with pytest.raises(Gone):
        edit_annotation(victor, private, version=1, text="Better.")


def test_an_answer_to_an_answer_stands_in_the_thread(annotation, simon, bob):
    first = reply(bob, annotation, text="Because.")
    second = reply(simon, first, text="Really?")
    assert second.parent == annotation
    assert list(annotation.replies.all()) == [first, second]
    assert Annotation.objects.threads().get() == annotation


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("text", {"text": "  "}),
        ("text", {"text": "x" * 10_001}),
        ("tags", {"tags": ["x" * 41]}),
        ("tags", {"tags": [str(number) for number in range(11)]}),
        ("tags", {"tags": [7]}),
        ("motivation", {"motivation": "boasting"}),
        ("visibility", {"visibility": "some"}),
    ],
)
def test_what_is_not_fit_says_why(map, claim, simon, field, fields):
    with pytest.raises(ValidationError) as caught:
        annotate(simon, map, target=claim, **{"text": "Why?"} | fields)
    assert list(caught.value.message_dict) == [field]


def test_a_highlight_needs_no_words(map, edition, simon):
    chosen = Selection(edition, 0, 10)
    assert annotate(simon, map, target=chosen, text="", motivation="highlighting").text == ""


def test_tags_are_cleaned_and_there_once(map, claim, simon):
    tags = [" #closing", "closing", "", "# Town"]
    assert annotate(simon, map, target=claim, text="Why?", tags=tags).tags == ["closing", "Town"]


def test_an_annotation_stays_in_its_map(map, new_map, new_node, simon, edition):
    other = new_map()
    with pytest.raises(ValidationError, match="another map"):
        annotate(simon, map, target=new_node(other), text="Why?")
    with pytest.raises(ValidationError, match="another article"):
        annotate(simon, other, target=Selection(edition, 0, 10), text="Why?")


def test_a_passage_outside_its_edition_is_refused(map, edition, simon):
    with pytest.raises(ValidationError, match="do not stand in this edition"):
        annotate(simon, map, target=Selection(edition, 0, 9_999), text="Why?")


def test_nothing_is_written_on_what_was_retracted(map, claim, bob, simon):
    retract_node(bob, claim)
    with pytest.raises(Settled):
        annotate(simon, map, target=claim, text="Why?")


def test_a_thread_whose_first_annotation_is_retracted_is_closed(annotation, simon, bob):
    answer = reply(bob, annotation, text="Because.")
    retract_annotation(simon, annotation)
    with pytest.raises(Settled):
        reply(bob, annotation, text="Still.")
    answer.refresh_from_db()
    assert not answer.retracted


def test_nobody_edits_anothers_words(annotation, alice):
    with pytest.raises(Forbidden, match="only the person who wrote it"):
        edit_annotation(alice, annotation, version=1, text="Better.")


def test_whoever_edits_an_older_version_sees_both_texts(annotation, simon):
    edit_annotation(simon, annotation, version=1, text="Here.")
    with pytest.raises(Stale) as caught:
        edit_annotation(simon, annotation, version=1, text="There.")
    assert (caught.value.theirs, caught.value.yours) == ({"text": "Here."}, {"text": "There."})


def test_an_edit_keeps_the_tags_unless_it_says_otherwise(map, claim, simon):
    annotation = annotate(simon, map, target=claim, text="Why?", tags=["closing"])
    assert edit_annotation(simon, annotation, version=1, text="How?").tags == ["closing"]
    assert edit_annotation(simon, annotation, version=2, text="How?", tags=[]).tags == []


def test_an_editor_retracts_and_restores_what_is_for_all(annotation, edith):
    retract_annotation(edith, annotation, reason="Off topic.")
    with pytest.raises(Settled, match="retracted already"):
        retract_annotation(edith, annotation)
    assert not restore_annotation(edith, annotation).retracted
    with pytest.raises(Settled, match="stands already"):
        restore_annotation(edith, annotation)


def test_a_viewer_annotates_for_themself_only(map, claim, victor, alice):
    with pytest.raises(Forbidden):
        annotate(victor, map, target=claim, text="Why?")
    set_role(alice, map, victor, Role.SUGGESTER)
    assert annotate(victor, map, target=claim, text="Why?")


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("words", [(0, 10), (3, 4), (0, 9_999)], ids=["words", "blank", "outside"])
def test_of_words_that_a_moderator_hid_nothing_can_be_asked(map, edition, simon, mona, words):
    """One answer, whether a character is blank, or stands there at all."""
    hide(mona, map.article, reason="Libel.")
    with pytest.raises(Settled, match="A moderator has hidden the article"):
        annotate(simon, map, target=Selection(edition, *words), text="Why?")
    with pytest.raises(Settled, match="A moderator has hidden the article"):
        annotate(simon, map, target=Selection(edition, *words), text="Why?", visibility="private")
