"""Text from outside, made fit to store."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from argmap.journal.text import clean, clean_fields

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
