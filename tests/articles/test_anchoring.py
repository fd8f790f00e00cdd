"""Where words stand in a text, and where they went."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from argmap.articles.anchoring import (
    CONTEXT,
    ORPHANED,
    Quote,
    Searched,
    paragraphs,
    place,
    place_by_paragraph,
    quote,
)

pytestmark = pytest.mark.one_database

WORDS = st.sampled_from(
    ["the", "bridge", "was", "closed", "in", "March", "and", "why", "橋", "🌉", "é", "שלום"]
)
PROSE = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)
ANY = st.text(min_size=1, max_size=80)
FEW_LETTERS = st.text("ab ", min_size=1, max_size=120)
TEXT = "The bridge was closed in March. Engineers had found cracks in two of its piers. " * 2


@st.composite
def chosen(draw, texts):
    """A text, and offsets in it."""
    text = draw(texts)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(chosen(st.one_of(PROSE, ANY, FEW_LETTERS)))
def test_what_was_quoted_is_found_word_for_word(choice):
    text, start, end = choice
    found = place(text, quote(text, start, end))
    assert (found.status, found.score) == ("exact", 1.0)
    assert text[found.start : found.end] == text[start:end]


@given(chosen(st.one_of(PROSE, ANY, FEW_LETTERS)))
def test_and_in_its_place_where_its_context_tells_it_apart(choice):
    text, start, end = choice
    made = quote(text, start, end)
    whole = made.prefix + made.exact + made.suffix
    assume(text.find(whole) == text.rfind(whole))
    found = place(text, made)
    assert (found.start, found.end) == (start, end)


@given(chosen(PROSE), PROSE, PROSE)
def test_what_is_added_far_away_moves_it_along(choice, before, after):
    text, start, end = choice
    made = quote(text, start, end)
    longer = f"{before}\n\n{text}\n\n{after}"
    found = place(longer, made)
    assert longer[found.start : found.end] == made.exact


@given(chosen(PROSE), st.one_of(PROSE, ANY))
def test_a_place_lies_within_the_text_whatever_became_of_it(choice, other):
    text, start, end = choice
    found = place(other, quote(text, start, end))
    assert found == ORPHANED or 0 <= found.start < found.end <= len(other)
    assert 0 <= found.score <= 1


@given(st.integers(), st.integers())
def test_what_is_no_place_in_the_text_is_no_quote(start, end):
    assume(not 0 <= start < end <= len(TEXT))
    with pytest.raises(ValueError, match="outside of the text"):
        quote(TEXT, start, end)


@given(chosen(ANY))
def test_the_context_is_32_code_points_at_most(choice):
    text, start, end = choice
    made = quote(text, start, end)
    assert len(made.prefix) == min(start, CONTEXT)
    assert len(made.suffix) == min(len(text) - end, CONTEXT)


def test_of_two_equal_words_the_context_tells_which():
    second = TEXT.rindex("cracks")
    found = place(TEXT, Quote("cracks", prefix="March. Engineers had found "))
    assert found.start == TEXT.index("cracks")
    unlike = TEXT[:80] + "Someone saw cracks. "
    found = place(unlike, Quote("cracks", prefix="Someone saw ", suffix="."))
    assert found.start == unlike.rindex("cracks")
    assert second > found.start


def test_words_that_overlap_themselves_are_told_apart_too():
    text = "aXaXaXb"
    assert place(text, quote(text, 2, 5)).start == 2
    assert place("bab" + "aa", quote("bab" + "aa", 3, 5)).start == 3


def test_offsets_are_code_points():
    text = "🌉🌉 bridge é"
    assert quote(text, 3, 9).exact == "bridge"
    assert place(text, Quote("bridge")).start == 3
    assert place(text, Quote("🌉", prefix="🌉")).start == 1


def test_words_that_were_changed_a_little_have_moved():
    edited = TEXT.replace("found cracks in two of its piers", "found deep cracks in three piers")
    found = place(edited, quote(TEXT, 32, 79))
    assert found.status == "moved"
    assert 0.6 <= found.score < 1
    assert "found deep cracks in three piers" in edited[found.start : found.end]


def test_case_and_punctuation_do_not_orphan_it():
    assert place("ENGINEERS, had found: cracks", Quote("Engineers had found cracks")).score == 1.0


@pytest.mark.parametrize("text", ["Something else altogether.", "?!", " "])
def test_words_that_are_gone_are_orphaned(text):
    assert place(text, Quote("cracks in two of its piers")) == ORPHANED


@given(st.one_of(ANY, st.text(" \t\na\u2003🌉", max_size=80)))
def test_paragraphs_cover_the_text(text):
    parts = paragraphs(text)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    end = 0
    for part in parts:
        assert text[part.start : part.end] == part.text
        assert not text[end : part.start].strip()
        end = part.end
    assert not text[end:].strip()


@given(st.lists(PROSE, min_size=1, max_size=8), st.sampled_from(["\n\n", "\n \n", "\n\n\n\t\n"]))
def test_blank_lines_part_paragraphs(parts, between):
    assert [part.text for part in paragraphs(between.join(parts))] == parts


def test_a_single_line_end_does_not():
    assert [part.text for part in paragraphs("one\ntwo\n\nthree")] == ["one\ntwo", "three"]


ORIGINAL = (
    "Nothing of interest stands here.\n\n"
    "The town lies on a river. Its only bridge was closed to traffic in March! Why?\n\n"
    "Another paragraph about bridges that were closed."
)


def test_a_digest_is_placed_in_the_sentence_most_like_it():
    found = place_by_paragraph(ORIGINAL, Quote("they closed the bridge to all traffic"), {2})
    assert ORIGINAL[found.start : found.end] == "Its only bridge was closed to traffic in March!"
    assert found.status == "moved"


def test_where_no_word_is_shared_it_is_the_paragraph():
    found = place_by_paragraph(ORIGINAL, Quote("xyz"), {2})
    assert ORIGINAL[found.start : found.end] == paragraphs(ORIGINAL)[1].text
    assert found.score == 0


def test_without_a_hint_it_is_orphaned():
    assert place_by_paragraph(ORIGINAL, Quote("bridge"), set()) == ORPHANED
    assert place_by_paragraph(ORIGINAL, Quote("bridge"), {9}) == ORPHANED


def test_half_of_a_quote_is_another_quote():
    assert place("The town is small, the ferry too.", Quote("one about the ferry")) == ORPHANED


def test_a_worse_likeness_that_comes_first_does_not_hide_a_better():
    text = "Engineers had found nothing. Later they found deep cracks in three of its piers."
    found = place(text, Quote("found cracks in two of its piers"))
    assert text[found.start : found.end] == "found deep cracks in three of its piers"


def test_places_are_offered_the_very_words_first_and_the_likest_next():
    text = (
        "Nobody may close the old bridge. They did close the old bridge in May. "
        "Some wanted to close an old road bridge."
    )
    offered = Searched(text).candidates(Quote("close the old bridge", "They did ", " in May"))
    assert [text[each.start : each.end] for each in offered] == [
        "close the old bridge",
        "close the old bridge",
        "close an old road bridge",
    ]
    assert text[: offered[0].start].endswith("They did ")
    assert offered[0].score == offered[1].score == 1 > offered[2].score


def test_nothing_is_offered_where_nothing_is_alike():
    assert Searched("Something else entirely.").candidates(Quote("close the old bridge")) == []
