"""Text from outside, made fit to store."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from argmap.journal.text import clean, clean_fields, is_blank

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "x\udfffy"])
def test_what_no_database_can_hold_is_refused(bad):
    with pytest.raises(ValidationError, match="character"):
        clean(bad)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("a\r\n\r\nb", "a\n\nb"), ("e\u0301", "é")],
)
def test_line_ends_are_plain_and_letters_composed(text, cleaned):
    assert clean(text) == cleaned


def test_an_edition_is_not_composed_since_its_offsets_count():
    assert clean("e\u0301\r\n", normalise=False) == "e\u0301\n"


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text):
    once = clean(text)
    assert clean(once) == once
    assert "\r" not in once
    assert unicodedata.is_normalized("NFC", once)


@given(TEXTS)
def test_code_points_outside_the_first_plane_stay(text):
    assert clean("🌉" + text, normalise=False).startswith("🌉")


def test_fields_are_stripped_and_measured_in_code_points():
    assert clean_fields({"text": 2}, text=" 🌉🌉 ") == {"text": "🌉🌉"}


def test_none_is_empty():
    assert clean_fields(text=None) == {"text": ""}


def test_each_field_that_is_not_fit_has_its_sentence():
    with pytest.raises(ValidationError) as caught:
        clean_fields({"title": 3}, title="Four", text="\x00", note="fine")
    assert caught.value.message_dict == {
        "title": ["This is 4 characters long; the most is 3."],
        "text": ["This contains a NUL character, which text cannot hold."],
    }


@pytest.mark.parametrize("normalise", [True, False])
def test_more_combining_marks_in_a_row_than_any_language_has_are_refused(normalise):
    assert clean("a" + "\u0301" * 30 + "b" + "\u0301" * 30, normalise=normalise)
    with pytest.raises(ValidationError, match="combining marks"):
        clean("a" + "\u0301\u0323" * 16, normalise=normalise)


def test_what_is_far_too_long_is_refused_before_anything_is_done_with_it():
    """Else these marks would be counted first; to bring them into order took five seconds."""
    with pytest.raises(ValidationError, match="80,001 characters long; the most is 10,000"):
        clean_fields({"text": 10_000}, text="a" + "\u0301\u0323" * 40_000)


def test_a_text_that_is_short_enough_once_it_is_composed_is_not_too_long():
    assert clean_fields({"text": 3}, text="e\u0301" * 3) == {"text": "ééé"}


def test_a_field_without_a_limit_of_its_own_has_one():
    with pytest.raises(ValidationError, match="50,000"):
        clean_fields(reason="x" * 50_001)


@pytest.mark.parametrize(
    "text",
    ["", "\u200b", "\u200d \u2060\ufeff", "\u00ad", "\u3164", "\u2800\u2800", "\ufe0f", "\u0301",
     "\U000e0020", "\u202e\u2066", "\u180e\u115f"],
)  # fmt: skip
def test_what_nobody_sees_anything_of_is_no_text(text):
    assert is_blank(text)
    assert clean_fields(text=text) == {"text": ""}


@pytest.mark.parametrize("text", [".", "橋", "🌉", "م\u200cی", "👩\u200d🚒", "\u200b5", "ी"])
def test_what_is_seen_stays_with_what_is_not(text):
    assert clean_fields(text=text) == {"text": text}
