"""Whether an edit changes the meaning, as far as its words tell: a slip of the pen does not, other
words do, as do other numbers. `static/js/meaning.js` presets by the same rule while one types."""

from itertools import pairwise
from unicodedata import category, normalize

SLIP = 2  # letters at most, in a word of more than three
LONGEST = 39  # of the words that are compared by letters


def changes_meaning(before, after):
    was, now = _words(before), _words(after)
    return len(was) != len(now) or not all(map(_is_slip, was, now))


def _words(text):
    letters = (each if category(each)[0] in "LNM" else " " for each in normalize("NFC", text))
    return "".join(letters).lower().split()


def _is_slip(was, now):
    if was == now:
        return True
    if any(category(each)[0] == "N" for each in was + now):
        return False
    shorter, longer = sorted((len(was), len(now)))
    return shorter > 3 and longer <= LONGEST and _distance(was, now) <= SLIP


def _distance(was, now):
    """How many letters it takes to make one word of the other."""
    row = range(len(now) + 1)
    for number, letter in enumerate(was, 1):
        above, row = row, [number]
        for (corner, over), other in zip(pairwise(above), now, strict=True):
            row.append(min(over + 1, row[-1] + 1, corner + (letter != other)))
    return row[-1]
