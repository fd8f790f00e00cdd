"""`manage.py check_data` finds what no constraint can hold."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db.models import F

from argmap.accounts.models import User
from argmap.accounts.permissions import Role
from argmap.articles.actions import Selection, add_edition
from argmap.articles.models import Edition, Placement
from argmap.debate import actions as debate
from argmap.journal.models import Change, Event
from argmap.maps.models import Citation, Membership, Node
from argmap.search.models import Entry
from argmap.transfer.consistency import RULES

BREAKS = []


def check():
    out = io.StringIO()
    try:
        call_command("check_data", stdout=out)
    except SystemExit as exit:
        return exit.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def world(new_map, new_node, alice, bob, simon, victor):
    """Two maps with everything in them, and nothing wrong."""
    maps = []
    for title in ("The bridge", "The tunnel"):
        map = new_map(title=title)
        edition = map.article.editions.get()
        thesis = new_node(map, "thesis", by=alice)
        cited = {"selection": Selection(edition, 4, 20), "citations": [{"title": "A report"}]}
        claim = new_node(map, "claim", on=thesis, **cited)
        link = claim.links_out.get()
        undercut = new_node(map, "counterpoint", on=link, relation="undercuts").links_out.get()
        annotation = debate.annotate(
            simon, map, target=Selection(edition, 30, 40), text="Why?", tags=["closing"]
        )
        maps.append(
            SimpleNamespace(
                map=map,
                edition=edition,
                thesis=thesis,
                claim=claim,
                link=link,
                undercut=undercut,
                annotation=annotation,
                reply=debate.reply(bob, annotation, text="Because."),
                dispute=debate.open_dispute(
                    simon, map, target=claim, ground="outdated", statement="So?", evidence=[thesis]
                ),
                stance=debate.take_stance(victor, map, target=claim, credence=70),
                suggestion=debate.suggest(simon, map, target=claim, text="Better."),
            )
        )
        add_edition(alice, map.article, text=edition.text.replace("March", "April"))
    here, there = maps
    return SimpleNamespace(here=here, there=there)


def breaks(sentence):
    def add(spoil):
        BREAKS.append(pytest.param(spoil, sentence, id=spoil.__name__))
        return spoil

    return add


def update(obj, **fields):
    type(obj).objects.filter(pk=obj.pk).update(**fields)


@breaks("has an end in another map")
def a_link_from_another_map(here, there):
    update(here.link, source=there.claim)


@breaks("has an end in another map")
def a_link_to_another_map(here, there):
    update(here.link, target_node=there.thesis)


@breaks("has an end in another map")
def a_link_to_a_link_of_another_map(here, there):
    update(here.undercut, target_link=there.link)


@breaks("bears on itself")
def links_in_a_circle(here, there):
    update(here.undercut, target_link=here.undercut)


@breaks("is about a node of another map")
def an_annotation_of_another_map(here, there):
    update(here.annotation, node=there.claim, passage=None)


@breaks("is about a node of another map")
def a_dispute_of_another_map(here, there):
    update(here.dispute, node=there.claim)


@breaks("is about a link of another map")
def a_stance_of_another_map(here, there):
    update(here.stance, node=None, credence=None, link=there.link, impact=2)


@breaks("is about a node of another map")
def a_suggestion_of_another_map(here, there):
    update(here.suggestion, node=there.claim)


@breaks("answers one in another map")
def a_reply_in_another_map(here, there):
    update(here.reply, parent=there.annotation)


@breaks("is searched by other words than its own")
def words_that_are_searched_no_more(here, there):
    Entry.objects.filter(kind="node", object_id=here.claim.pk).delete()


@breaks("is searched by other words than its own")
def words_that_are_searched_still(here, there):
    entry = Entry.objects.get(kind="dispute", object_id=here.dispute.pk)
    entry.pk, entry.part, entry.words = None, 1, "What it said before."
    entry.save()


@breaks("answers an answer")
def a_thread_of_two_levels(here, there):
    update(here.annotation, parent=there.reply, passage=None)


@breaks("unlike the thread that it stands in")
def a_private_reply(here, there):
    update(here.reply, visibility="private")


@breaks("rests on a node of another map")
def evidence_of_another_map(here, there):
    here.dispute.evidence.add(there.claim)


@breaks("Node {here.claim.pk} of map {here.map.pk} has a passage of another article")
def a_node_with_a_passage_of_another_article(here, there):
    here.claim.passages.add(there.claim.passages.get())


@breaks("Annotation {here.annotation.pk} of map {here.map.pk} has a passage of another article")
def an_annotation_on_another_article(here, there):
    update(here.annotation, passage=there.annotation.passage)


@breaks("has a passage of another article")
def a_map_that_lost_its_article(here, there):
    update(here.map, article=None)


@breaks("is not in edition")
def a_passage_that_nobody_wrote(here, there):
    update(here.annotation.passage, exact="Words that nobody wrote.")


@breaks("is in an edition of another article")
def a_placement_in_another_article(here, there):
    Placement.objects.filter(passage=here.annotation.passage, edition__number=2).update(
        edition=there.map.article.editions.get(number=2)
    )


@breaks("lies beyond the end")
def a_placement_beyond_the_end(here, there):
    Placement.objects.filter(passage=here.annotation.passage).update(end=100_000)


@breaks("other words stand there")
def a_placement_of_other_words(here, there):
    Placement.objects.filter(passage=here.annotation.passage).update(start=F("start") + 1)


@breaks("has no place in its own edition")
def a_passage_without_a_place(here, there):
    here.annotation.passage.placements.all().delete()


@breaks("is not the text that its SHA-256 was made of")
def an_edition_that_was_altered(here, there):
    update(here.edition, text=here.edition.text + "!")


@breaks("editions, numbered up to")
def an_edition_that_is_lost(here, there):
    Edition.objects.filter(article=here.map.article, number=2).update(number=3)


@breaks("and has {here.map.journal.seq} Events")
def a_journal_that_ran_ahead(here, there):
    update(here.map.journal, seq=F("seq") + 1)


@breaks("Events, up to")
def an_event_that_is_lost(here, there):
    event = here.map.journal.events.get(seq=2)
    event.changes.all().delete()
    event.delete()


@breaks("a number that was not given out yet")
def a_node_number_from_nowhere(here, there):
    update(here.claim, number=100)


@breaks("has neither an owner nor a team")
def a_map_that_nobody_owns(here, there):
    Membership.objects.filter(map=here.map, role=Role.OWNER).update(role=Role.EDITOR)


@breaks("is public, its article only private")
def a_map_wider_than_its_article(here, there):
    update(here.map, visibility="public")


@breaks("goes out from a thesis")
def a_thesis_that_supports(here, there):
    update(here.claim, kind="thesis")


@breaks("counts 1 open flags and has 0")
def a_flag_that_is_not_there(here, there):
    update(here.claim, open_flags=1)


@breaks("User")
def a_flag_on_nobody(here, there):
    User.objects.filter(username="bob").update(open_flags=1)


@breaks("is not the text that its digest was made of")
def a_change_that_was_altered(here, there):
    Change.objects.filter(pk=Change.objects.first().pk).update(text='{"after":{},"before":null}')


@breaks("is not what its digest was made of")
def an_event_that_was_altered(here, there):
    Event.objects.filter(journal=here.map.journal, seq=1).update(reason="Never said.")


@breaks("has the HTML of another text than it has now")
def html_of_what_was_said_before(here, there):
    update(here.annotation, text_html="<p>Why not?</p>")


@breaks("is not what its Changes add up to")
def a_node_edited_behind_the_journal(here, there):
    update(here.claim, text="Nobody said this.")


@breaks("is not in the journal")
def a_node_written_behind_the_journal(here, there):
    Node.objects.filter(pk=here.claim.pk).get().citations.create(title="From nowhere")


@breaks("but not there")
def a_row_deleted_behind_the_journal(here, there):
    Citation.objects.filter(node=here.claim).delete()


def test_what_is_sound_passes(world):
    assert check() == (0, f"All is well: {len(RULES)} checks.\n")


def test_an_empty_site_passes(db):
    assert check()[0] == 0


@pytest.mark.parametrize(("spoil", "sentence"), BREAKS)
def test_it_finds(world, spoil, sentence):
    for each in vars(world.here).values():
        each.refresh_from_db()
    expected = sentence.format(here=world.here)
    spoil(world.here, world.there)
    status, out = check()
    assert status == 1
    assert expected in out


def test_every_rule_is_broken_by_some_test(world, undone):
    """Each rule once finds something in what the tests above do."""
    found = set()
    for param in BREAKS:
        spoil, _ = param.values
        with undone():
            spoil(world.here, world.there)
            found |= {rule.__name__ for rule in RULES if next(iter(rule()), None)}
    assert found == {rule.__name__ for rule in RULES}
