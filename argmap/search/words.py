"""What somebody looks for, as words; and where they stand in a text. Pure: no database here."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 200  # of what is looked for
MOST_WORDS = 8
LONGEST_WORD = 40
LEAST_BEGINNING = 3  # letters of what is taken as the beginning of a word
VOCABULARY = range(4, 31)  # lengths of words that may be misspelt
MOST_MATCHES = 100  # that are looked at in one text
SNIPPET = 240  # characters
FIELDS = "\x1f"  # between the fields of what is looked through; no text holds it

WORD = re.compile(r"[^\W_]+")

#: Endings that a word loses before its beginning is looked for; what is left has four letters.
ENDINGS = re.compile(
    r"(?<=\w{4})(?:"
    r"ings?|edly|ed|ies|es|s|ly|"
    r"иями|ями|ами|иях|ях|ах|ией|ей|ой|ий|ый|ого|его|ому|ему|ыми|ими|ую|юю|ая|яя|ое|ее|ые|ие|"
    r"ов|ев|ам|ям|ом|ем|ия|ию|ии|ью|[аеиоуыьюяй]"
    r")$"
)


class _Folding(dict):
    """Letter by letter, so that what is found in the folded text stands there in the text, too."""

    def __missing__(self, code):
        letter = chr(code).lower()[0]
        base = unicodedata.normalize("NFD", letter)[0]
        latin = base.isascii() or base == "е"  # й is no и
        self[code] = folded = base if latin else letter
        return folded


_folding = _Folding({ord(a): b for a, b in zip("łŁøØđĐıİ", "llooddii", strict=True)})


def folded(text):
    """The text without case and, of Latin letters, without diacritics. It stays as long."""
    return text.translate(_folding)


def words_of(text):
    """The words of a text, as the index takes them."""
    return WORD.findall(unicodedata.normalize("NFC", text))


def vocabulary_of(text):
    """Those that may be what a misspelt one was meant to be."""
    return {word for word in words_of(text.lower()) if len(word) in VOCABULARY and word.isalpha()}


def stem_of(word):
    """The beginning that the forms of a word share, in English and Russian: more or less."""
    return ENDINGS.sub("", word)


@dataclass(frozen=True)
class Wanted:
    """One word that is looked for, and others that are taken for it."""

    word: str  # folded
    typed: str = ""  # as it was, but for its case
    like: tuple[str, ...] = ()

    @property
    def is_beginning(self):
        return len(self.word) >= LEAST_BEGINNING

    @property
    def stem(self):
        return stem_of(self.word)


def wanted(text):
    """The words that somebody looks for, as far as they are looked for."""
    typed = [word[:LONGEST_WORD] for word in words_of(text[:LONGEST].lower())]
    found = {folded(word): word for word in typed}
    return [Wanted(word, found[word]) for word in list(found)[:MOST_WORDS]]


def is_like(word, other):
    """Whether one may have been typed for the other: one letter is another, in long words two."""
    one, two = folded(word), folded(other)
    most = 1 if len(one) < 8 else 2
    return abs(len(one) - len(two)) <= most and _distance(one, two, most) <= most


def _distance(one, two, most):
    """Letters put in, left out, changed or swapped with the next; more than `most`, where they are
    more. Letters further from each other than that are not compared: there are very many words."""
    earlier, before, row = [], [], list(range(len(two) + 1))
    for i, a in enumerate(one):
        earlier, before, row = before, row, [i + 1] + [most + 1] * len(two)
        for j in range(max(0, i - most), min(len(two), i + most + 1)):
            b = two[j]
            best = min(before[j] + (a != b), before[j + 1] + 1, row[j] + 1)
            if i and j and a == two[j - 1] and b == one[i - 1]:
                best = min(best, earlier[j - 1] + 1)
            row[j + 1] = best
    return row[-1]


@dataclass(frozen=True)
class Match:
    start: int
    end: int
    which: int  # of the words that are looked for
    quality: float


class Matcher:
    """Finds words in a text as the database did, or nearly."""

    def __init__(self, words):
        self.words = words
        begun = [self._beginnings(each) for each in words]
        any_word = "|".join(f"({begin})" for begin in begun)
        self._pattern = re.compile(rf"(?<![^\W_])(?:{any_word})[^\W_]*") if words else None

    @staticmethod
    def _beginnings(wanted):
        begin = wanted.stem if wanted.is_beginning else rf"{re.escape(wanted.word)}(?![^\W_])"
        like = [rf"{re.escape(folded(each))}(?![^\W_])" for each in wanted.like]
        return "|".join([re.escape(begin) if wanted.is_beginning else begin, *like])

    def matches(self, text):
        if self._pattern is None:
            return []
        found = []
        for match in self._pattern.finditer(folded(text)):
            which = match.lastindex - 1
            quality = _quality(match[0], self.words[which])
            found.append(Match(*match.span(), which, quality))
            if len(found) == MOST_MATCHES:
                break
        return found

    def score(self, text, matches):
        """The more of what is looked for, the nearer its beginning and each other, the higher."""
        head = text.find(FIELDS) if FIELDS in text else len(text)
        best, nearest, last = {}, SNIPPET, None
        for match in matches:
            worth = match.quality * (1.5 if match.start < head else 1)
            best[match.which] = max(best.get(match.which, 0), worth)
            if last is not None and last.which != match.which:
                nearest = min(nearest, match.start - last.end)
            last = match
        together = 0.5 * (1 - nearest / SNIPPET) if len(best) > 1 else 0
        return sum(best.values()) + together + 40 / (200 + len(text))


@lru_cache(maxsize=4096)
def _quality(found, wanted):
    if found == wanted.word:
        return 1.0
    if found.startswith(wanted.word):
        return 0.8
    return 0.6 if found.startswith(wanted.stem) else 0.4


def marked(text, matches):
    """The text in parts, every second of which is to be marked."""
    parts, at = [], 0
    for match in matches:
        parts += [text[at : match.start], text[match.start : match.end]]
        at = match.end
    return [*parts, text[at:]]


def snippet(text, matcher):
    """Of a text the few words around most of what is looked for, in parts as `marked` gives."""
    text = " ".join(text.split())
    matches = matcher.matches(text)
    start = _most_around(matches)
    end = min(len(text), start + SNIPPET)
    if start:
        start = _after_space(text, start, matches)
    if end < len(text):
        end = _before_space(text, end, start)
    inside = [
        Match(m.start - start, m.end - start, m.which, m.quality)
        for m in matches
        if start <= m.start and m.end <= end
    ]
    parts = marked(text[start:end], inside)
    parts[0] = ("… " if start else "") + parts[0]
    parts[-1] += " …" if end < len(text) else ""
    return parts


def _most_around(matches):
    """Where to begin, so that the most of what is looked for follows."""
    if not matches:
        return 0
    starts = [match.start for match in matches]

    def worth(index):
        until = bisect_right(starts, starts[index] + SNIPPET // 2)
        return len({match.which for match in matches[index:until]}), until - index

    best = max(range(len(matches)), key=lambda index: (*worth(index), -index))
    start = starts[best] - SNIPPET // 4
    return start if start > SNIPPET // 8 else 0


def _after_space(text, start, matches):
    first = min((m.start for m in matches if m.start >= start), default=start)
    space = text.find(" ", start, first + 1)
    return space + 1 if space >= 0 else start


def _before_space(text, end, start):
    space = text.rfind(" ", start, end)
    return space if space > start else end
