"""Text as it comes from outside, made fit to store, and the numbers that it stands for."""

import re
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache

from django.core.exceptions import ValidationError

#: Of any text whose own longest length is not told.
LONGEST = 50_000
LONGEST_REASON = 2000  # that everyone reads

#: Combining marks in a row: no language stacks so many, and they freeze readers' browsers. To
#: bring n of them into order takes n² steps.
MOST_MARKS = 30

#: So many code points become one, at most, in NFC.
NFC_SHORTENS = 4


def clean(text: str, *, normalise: bool = True, longest: int | None = None) -> str:
    """The text with plain line ends, in NFC unless it is an edition's (whose offsets count).

    Raises ValidationError on a NUL or a lone surrogate, which no database column can hold, on
    too many combining marks in a row, and where it is longer than `longest` code points: what is
    far too long is refused before anything else is done with it.
    """
    if longest is not None and len(text) > longest * (NFC_SHORTENS if normalise else 1):
        raise _too_long(text, longest)
    if "\x00" in text:
        raise ValidationError("This contains a NUL character, which text cannot hold.", code="nul")
    if _SURROGATE.search(text):
        raise ValidationError(
            "This contains half of a surrogate pair, which is not a character.", code="surrogate"
        )
    if not text.isascii() and _too_many_marks().search(text):
        raise ValidationError(
            f"This contains more than {MOST_MARKS} combining marks in a row.", code="marks"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text) if normalise else text


_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def _too_many_marks() -> re.Pattern[str]:
    every = map(chr, range(sys.maxunicode + 1))
    marks = "".join(each for each in every if unicodedata.category(each).startswith("M"))
    return re.compile(f"[{marks}]{{{MOST_MARKS + 1}}}")


def _too_long(text: str, longest: int) -> ValidationError:
    return ValidationError(
        f"This is {len(text):,} characters long; the most is {longest:,}.", code="max_length"
    )


def clean_fields(
    longest: Mapping[str, int] | None = None, /, **texts: str | None
) -> dict[str, str]:
    """Each named text cleaned and stripped, within its longest length (code points); empty where
    nothing of it is seen.

    Raises ValidationError with a sentence for each field that is not fit.
    """
    cleaned: dict[str, str] = {}
    errors: dict[str, ValidationError] = {}
    for name, text in texts.items():
        limit = (longest or {}).get(name, LONGEST)
        try:
            cleaned[name] = clean(text or "", longest=limit).strip()
            if is_blank(cleaned[name]):
                cleaned[name] = ""
            if len(cleaned[name]) > limit:
                raise _too_long(cleaned[name], limit)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return cleaned


#: Letters and a sign that are drawn as nothing, of categories whose others are seen.
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Blanks, controls, what only says how others are drawn, marks without a letter, and what is no
#: character.
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Mn", "Me"}


def is_blank(text: str) -> bool:
    """Whether nobody sees anything of the text: then it is none where words are demanded. A NUL
    is something, to be refused as what it is.
    """
    return not any(
        each == "\x00" or (each not in BLANK_LETTERS and unicodedata.category(each) not in _UNSEEN)
        for each in text
    )


def clean_reason(reason: str) -> str:
    """The public reason of a deed. Raises ValidationError where it is not fit."""
    return clean_fields({"reason": LONGEST_REASON}, reason=reason)["reason"]


def whole_number(text: object, digits: int = 9) -> int | None:
    """The number that a text from outside stands for; None where it is none, or too long."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def one_line(text: str) -> str:
    """The text without a break in it, of whatever kind: for what people edit as one line."""
    return " ".join(text.split())
