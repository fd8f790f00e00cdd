"""What people may be called: nothing that reads like another, or like whoever keeps order here.

Names are compared after NFKC and case folding (Unicode TR36 2.11.2, as django-allauth does), their
scripts and look-alikes judged after UTS 39 by the data of `confusable_homoglyphs`.
"""

import re
import unicodedata
from functools import cache

from confusable_homoglyphs import categories
from confusable_homoglyphs.confusables import confusables_data
from django.core.exceptions import ValidationError

from argmap.journal.text import BLANK_LETTERS

LONGEST_USERNAME = 150

#: Read as the site itself, or as who keeps order in it, wherever they stand in a name.
RESERVED = ("admin", "administrator", "moderator", "moderation", "argmap", "sysadmin", "webmaster")
#: The same where they are all of a name.
RESERVED_ALONE = ("mod", "operator", "root", "staff", "support", "system", "superuser", "anonymous")

#: Scripts that people write together (UTS 39 5.2, highly restrictive).
_TOGETHER = (
    {"LATIN", "HAN", "HIRAGANA", "KATAKANA"},
    {"LATIN", "HAN", "BOPOMOFO"},
    {"LATIN", "HAN", "HANGUL"},
)
_OF_EVERY_SCRIPT = {"COMMON", "INHERITED"}
_UNSEEN = ("Cc", "Cf", "Co", "Zl", "Zp")
_JOINERS = set("\u200c\u200d")  # which Persian and the scripts of India need

#: No @: people sign in by name or address, so a name must not be another person's address.
_USERNAME = re.compile(r"\w(?:\w|[.+-](?=\w))*")


def key_of(name):
    """What two names or addresses share that differ only by case or by the width of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def checked_username(username):
    """The username as it is kept. Raises ValidationError with a sentence."""
    username = unicodedata.normalize("NFKC", username)
    if len(username) > LONGEST_USERNAME:
        raise ValidationError(f"Take at most {LONGEST_USERNAME} characters.")
    if not _USERNAME.fullmatch(username):
        raise ValidationError(
            "Use letters, digits and . + - _ only, with a letter or digit on both sides"
            " of a sign; not an email address."
        )
    _check(username)
    return username


def check_name(name):
    """Raises ValidationError with a sentence where a person may not be called so by others."""
    seen = "".join(each for each in name if each not in _JOINERS)
    if any(unicodedata.category(each) in _UNSEEN for each in seen):
        raise ValidationError("This contains characters that cannot be seen.")
    if name:
        _check(unicodedata.normalize("NFKC", seen))


def _check(name):
    if not any(each.isalnum() and each not in BLANK_LETTERS for each in name):
        raise ValidationError("Take a name with letters or digits in it.")
    if BLANK_LETTERS & set(name):
        raise ValidationError("This contains letters that cannot be seen.")
    words = [word for word in re.split(r"[^\w|]+|_+", _without_accents(name)) if word]
    reserved = RESERVED if len(words) > 1 else RESERVED + RESERVED_ALONE
    if any(_read_as(reserved).fullmatch(word) for word in words):
        raise ValidationError("This reads like someone who keeps order here. Take another name.")
    if not _in_one_script(name):
        raise ValidationError("Write the name in one script: letters of two look alike.")


def _without_accents(name):
    letters = unicodedata.normalize("NFD", name)
    return "".join(each for each in letters if not unicodedata.combining(each))


def _in_one_script(name):
    scripts = categories.unique_aliases(name) - _OF_EVERY_SCRIPT
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)


@cache
def _read_as(words):
    """Matches whatever looks like one of the words, with a number behind it or none."""
    either = "|".join("".join(_like(letter) for letter in word) for word in words)
    return re.compile(rf"(?:{either})s?\d*", re.IGNORECASE)


@cache
def _like(letter):
    found = {letter, letter.upper()}
    for _ in range(2):  # a letter, its prototype, and what else looks like that
        found |= {other["c"] for each in found for other in confusables_data.get(each, ())}
    return f"(?:{'|'.join(re.escape(each.strip(chr(0x200E))) for each in sorted(found))})"
