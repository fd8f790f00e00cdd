"""Text as it comes from outside, made fit to store."""

import re
import unicodedata

from django.core.exceptions import ValidationError

_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text, *, normalise=True):
    """The text with plain line ends, in NFC unless it is an edition's (whose offsets count).

    Raises ValidationError on a NUL or a lone surrogate, which no database column can hold.
    """
    if "\x00" in text:
        raise ValidationError("This contains a NUL character, which text cannot hold.", code="nul")
    if _SURROGATE.search(text):
        raise ValidationError(
            "This contains half of a surrogate pair, which is not a character.", code="surrogate"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text) if normalise else text


def clean_fields(longest=None, /, **texts):
    """Each named text cleaned and stripped, within its longest length (code points).

    Raises ValidationError with a sentence for each field that is not fit.
    """
    cleaned, errors = {}, {}
    for name, text in texts.items():
        try:
            cleaned[name] = clean(text or "").strip()
        except ValidationError as error:
            errors[name] = error
            continue
        limit = (longest or {}).get(name)
        if limit and len(cleaned[name]) > limit:
            errors[name] = ValidationError(
                f"This is {len(cleaned[name]):,} characters long; the most is {limit:,}.",
                code="max_length",
            )
    if errors:
        raise ValidationError(errors)
    return cleaned
