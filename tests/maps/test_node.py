"""Writing, editing, retracting and anchoring nodes."""

import pytest
from django.core.exceptions import ValidationError

from argmap.articles.actions import Selection
from argmap.journal.errors import Gone, Settled, Stale
from argmap.maps import limits
from argmap.maps.actions import (
    add_node,
    anchor_node,
    begin_map,
    edit_node,
    place_passage,
    restore_node,
    retract_node,
)
from argmap.maps.actions.contributions import touch
from argmap.maps.models import Node
from argmap.moderation.actions import flag, hide


def refused(field, match, call, *args, **kwargs):
    with pytest.raises(ValidationError, match=match) as caught:
        call(*args, **kwargs)
    assert list(caught.value.message_dict) == [field]


def test_nodes_are_numbered_in_their_map_and_no_number_comes_again(new_map, new_node, bob):
    one, other = new_map(), new_map()
    assert [new_node(one).number, new_node(one).number, new_node(other).number] == [1, 2, 1]
    retract_node(bob, one.nodes.get(number=2))
    assert new_node(one).number == 3


def test_a_refused_node_takes_no_number(map, new_node, bob):
    refused("text", "one sentence", add_node, bob, map, kind="claim", text=" ")
    assert new_node(map).number == 1


@pytest.mark.parametrize(
    ("kind", "relation", "becomes"),
    [
        ("claim", "opposes", "counterpoint"),
        ("evidence", "opposes", "evidence"),
        ("claim", "supports", "claim"),
        ("counterpoint", "supports", "counterpoint"),
    ],
)
def test_what_opposes_when_it_is_written_is_a_counterpoint(
    thesis, map, new_node, kind, relation, becomes
):
    assert new_node(map, kind, on=thesis, relation=relation).kind == becomes


def test_what_undercuts_is_a_counterpoint_and_what_joins_stays(link, map, new_node):
    assert new_node(map, "evidence", on=link, relation="undercuts").kind == "counterpoint"
    assert new_node(map, "evidence", on=link, relation="joins").kind == "evidence"


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("kind", {"kind": "joke"}),
        ("text", {"text": "x" * 2001}),
        ("text", {"text": "a\x00b"}),
        ("detail", {"detail": "x" * 20_001}),
        ("target", {"relation": "supports"}),
        ("citations", {"citations": [{"quote": "So."}]}),
        ("citations", {"citations": [{"url": "nowhere"}]}),
        ("citations", {"citations": [{"title": "x" * 501}]}),
        ("citations", {"citations": [{"title": "A"}] * (limits.MOST_CITATIONS + 1)}),
    ],
)
def test_a_node_that_is_not_fit_says_why(map, bob, field, fields):
    refused(field, ".", add_node, bob, map, **{"kind": "claim", "text": "A claim."} | fields)
    assert not map.nodes.exists()


def test_a_node_comes_with_passage_citation_and_link_in_one_event(thesis, map, edition, new_node):
    seq = map.journal.events.count()
    node = new_node(
        map,
        "evidence",
        on=thesis,
        selection=Selection(edition, 0, 10),
        citations=[{"title": "A report", "url": "https://example.org/report"}],
    )
    event = map.journal.events.get(seq=seq + 1)
    assert sorted(event.changes.values_list("object_type", flat=True)) == [
        "articles.passage",
        "maps.citation",
        "maps.link",
        "maps.node",
    ]
    assert node.passages.get().exact == "The bridge"


def test_an_edit_counts_a_version_and_a_wording(claim, bob):
    edited = edit_node(bob, claim, version=1, text="The town lives by the bridge.")
    assert (edited.version, edited.wording) == (2, 2)


def test_an_edit_that_changes_no_meaning_counts_no_wording(claim, bob):
    edited = edit_node(
        bob, claim, version=1, text="The town needs its bridge.", changes_meaning=False
    )
    assert (edited.version, edited.wording) == (2, 1)


def test_an_edit_of_the_detail_alone_counts_no_wording(claim, bob):
    edited = edit_node(bob, claim, version=1, detail="More.")
    assert (edited.text, edited.detail, edited.wording) == (claim.text, "More.", 1)


def test_whoever_edits_an_older_version_sees_both_texts(claim, bob, edith):
    edit_node(edith, claim, version=1, text="By Edith.")
    with pytest.raises(Stale, match="while you were writing") as caught:
        edit_node(bob, claim, version=1, text="By Bob.")
    assert caught.value.theirs == {"text": "By Edith.", "detail": ""}
    assert caught.value.yours == {"text": "By Bob.", "detail": ""}
    assert caught.value.current.version == 2


def test_citations_are_replaced_as_a_whole(map, new_node, bob):
    node = new_node(map, citations=[{"title": "One"}, {"title": "Two"}])
    edit_node(bob, node, version=1, citations=[{"title": "Three"}])
    assert [each.title for each in node.citations.all()] == ["Three"]


def test_the_same_citations_stay_the_same_rows(map, new_node, bob):
    node = new_node(map, citations=[{"title": "One"}])
    kept = node.citations.get()
    edit_node(bob, node, version=1, citations=[{"title": "One"}])
    assert node.citations.get() == kept


def test_a_node_that_bears_on_something_does_not_become_a_thesis(claim, bob):
    refused("kind", "A thesis bears on nothing", edit_node, bob, claim, version=1, kind="thesis")


def test_a_thesis_that_a_rival_opposes_stays_one(thesis, map, new_node, alice):
    new_node(map, "thesis", on=thesis, relation="opposes", by=alice)
    refused("kind", "rival theses", edit_node, alice, thesis, version=1, kind="claim")


def test_a_kind_may_change_otherwise(claim, bob):
    assert edit_node(bob, claim, version=1, kind="evidence").kind == "evidence"


def test_a_retracted_node_keeps_its_number_and_can_be_restored(claim, bob):
    retract_node(bob, claim, reason="I was wrong.")
    assert not Node.objects.standing().filter(pk=claim.pk).exists()
    restored = restore_node(bob, claim)
    assert (restored.number, restored.retracted) == (2, False)


def test_a_second_time_there_is_nothing_to_retract_or_to_restore(claim, bob):
    with pytest.raises(Settled, match="stands already"):
        restore_node(bob, claim)
    retract_node(bob, claim)
    with pytest.raises(Settled, match="retracted already"):
        retract_node(bob, claim)


def test_what_is_retracted_is_not_edited(claim, bob):
    retract_node(bob, claim)
    with pytest.raises(Settled, match="retracted meanwhile"):
        edit_node(bob, claim, version=1, text="Still here.")


def test_what_is_hidden_is_not_edited(claim, bob, victor, mona):
    flag(victor, claim, reason="spam")
    hide(mona, claim, reason="Spam.")
    with pytest.raises(Settled, match="moderator has hidden"):
        edit_node(bob, claim, version=1, text="Still here.")


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 5), (-1, 5), (0, 100_000)])
def test_a_passage_outside_its_edition_is_refused(claim, edition, bob, start, end):
    refused("passage", "edition", anchor_node, bob, claim, Selection(edition, start, end))


def test_blank_space_is_no_passage(claim, edition, bob):
    gap = edition.text.index("\n\n")
    refused("passage", "blank", anchor_node, bob, claim, Selection(edition, gap, gap + 2))


def test_a_passage_of_another_article_is_refused(claim, new_map, bob):
    other = new_map().article.editions.get()
    refused("passage", "another article", anchor_node, bob, claim, Selection(other, 0, 10))


def test_a_map_without_an_article_has_no_passages(alice, edition):
    map = begin_map(alice, title="No article")
    node = add_node(alice, map, kind="claim", text="A claim.")
    refused("passage", "another article", anchor_node, alice, node, Selection(edition, 0, 10))


def test_offsets_count_code_points(claim, edition, bob):
    start = edition.text.index("🌉")
    assert anchor_node(bob, claim, Selection(edition, start, start + 1)).exact == "🌉"


def test_an_editor_says_where_a_passage_stands(claim, map, edition, bob, edith):
    passage = anchor_node(bob, claim, Selection(edition, 0, 10))
    placed = place_passage(edith, map, passage, edition=edition, start=4, end=10)
    assert (placed.status, placed.start, placed.end) == ("placed", 4, 10)
    assert placed.placed_by == edith
    assert passage.placements.get() == placed


def test_a_passage_is_not_placed_outside_the_edition(claim, map, edition, bob, edith):
    passage = anchor_node(bob, claim, Selection(edition, 0, 10))
    end = len(edition.text) + 1
    refused("passage", ".", place_passage, edith, map, passage, edition=edition, start=0, end=end)


def test_a_passage_of_no_node_here_is_gone(claim, map, edition, new_map, bob, edith):
    passage = anchor_node(bob, claim, Selection(edition, 0, 10))
    with pytest.raises(Gone):
        place_passage(edith, new_map(), passage, edition=edition, start=0, end=5)


@pytest.mark.parametrize("end", ["\n", "\u2028", "\x85", "\x0b"])
def test_a_citation_is_one_line_whatever_came(map, new_node, end):
    node = new_node(map, citations=[{"title": f"A report{end}of 2021"}])
    assert node.citations.get().title == "A report of 2021"


def test_a_field_that_a_citation_does_not_have_is_none(map, new_node):
    with pytest.raises(TypeError, match="titel"):
        new_node(map, citations=[{"titel": "A report"}])


def test_an_edit_that_changes_nothing_is_none(map, claim, bob):
    seq = map.journal.events.count()
    assert edit_node(bob, claim, version=1, text=claim.text, citations=[]) == claim
    claim.refresh_from_db()
    assert (claim.version, map.journal.events.count()) == (1, seq)


def test_other_citations_are_an_edit_of_the_node(claim, bob):
    assert edit_node(bob, claim, version=1, citations=[{"title": "A report"}]).version == 2


def test_a_reason_is_as_short_wherever_it_comes_from(claim, bob):
    with pytest.raises(ValidationError) as refused:
        retract_node(bob, claim, reason="x" * 2001)
    assert "reason" in refused.value.message_dict
    assert retract_node(bob, claim, reason="x" * 2000).retracted


def test_whatever_number_of_cards_an_act_changes_they_are_touched(claim):
    """A map that came in whole may have a node that bears on a hundred thousand."""
    far = claim.pk + 1
    touch(77, *range(far, far + 300_000), claim)
    claim.refresh_from_db()
    assert claim.touched == 77


def test_a_passage_is_placed_on_words(map, edition, new_node, edith):
    passage = new_node(map, selection=Selection(edition, 4, 10)).passages.get()
    gap = edition.text.index("\n\n")
    place = {"edition": edition, "start": gap, "end": gap + 2}
    refused("passage", "Only blank space", place_passage, edith, map, passage, **place)
