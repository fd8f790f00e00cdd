"""Where words stand in a text: text in, places out. Offsets are Unicode code points.

A quote is found exactly, told apart by the words around it; or, where the text was
changed, at the run of words most like it (W3C Web Annotation, TextQuoteSelector).
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 32  # code points of prefix and suffix
LEAST_SCORE = 0.6  # what a changed text must share with the quote to count as moved

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…]['\"’”)]*\s+")


@dataclass(frozen=True)
class Quote:
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Place:
    """`status` is exact, moved or orphaned; an orphan has neither start nor end."""

    status: str
    start: int | None = None
    end: int | None = None
    score: float = 1.0


ORPHANED = Place("orphaned", score=0.0)


@dataclass(frozen=True)
class Paragraph:
    number: int
    start: int
    text: str

    @property
    def end(self):
        return self.start + len(self.text)


def paragraphs(text):
    """The text cut at blank lines, numbered from 1, each with its offset."""
    return [
        Paragraph(number, match.start(), match.group())
        for number, match in enumerate(re.finditer(r"\S(?:.|\n(?![^\S\n]*\n))*", text), start=1)
    ]


def quote(text, start, end):
    """The quote of text[start:end]. Raises ValueError where that is no place in the text."""
    if not 0 <= start < end <= len(text):
        raise ValueError("the passage lies outside of the text")
    return Quote(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def place(text, quote):
    """Where the quote stands in the text."""
    found = list(_occurrences(text, quote.exact))
    if found:
        start = max(found, key=lambda at: _agreement(text, at, quote))
        return Place("exact", start, start + len(quote.exact))
    return _place_moved(text, quote)


def _occurrences(text, words):
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _agreement(text, start, quote):
    """How many code points of prefix and suffix stand around this place."""
    before = text[max(0, start - len(quote.prefix)) : start]
    after = text[start + len(quote.exact) :][: len(quote.suffix)]
    return _shared_run(reversed(before), reversed(quote.prefix)) + _shared_run(after, quote.suffix)


def _shared_run(left, right):
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


def _place_moved(text, quote):
    """The run of words most like the quote's, if it is like enough.

    The score is what both share of the longer: half of a quote is another quote.
    """
    wanted = [word.lower() for word in _WORD.findall(quote.exact)]
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [text[start:end].lower() for start, end in spans]
    if not wanted or not words:
        return ORPHANED
    best = ORPHANED
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    counted = set(wanted)
    for first in range(len(words)):
        if words[first] not in counted:
            continue
        window = words[first : first + len(wanted) + 2]
        matcher.set_seq1(window)
        at_most = matcher.quick_ratio() * (len(window) + len(wanted)) / 2 / len(wanted)
        if at_most <= best.score:
            continue
        blocks = [block for block in matcher.get_matching_blocks() if block.size]
        last = blocks[-1].a + blocks[-1].size
        score = sum(block.size for block in blocks) / max(last, len(wanted))
        if score > best.score:
            best = Place("moved", spans[first][0], spans[first + last - 1][1], round(score, 3))
    return best if best.score >= LEAST_SCORE else ORPHANED


def place_by_paragraph(text, quote, numbers):
    """Where a quote of a digest belongs in the original, given the paragraphs it digests.

    The sentence of those paragraphs that shares most words with the quote; where none
    shares any, the first paragraph whole. Orphaned where there is no such paragraph.
    """
    hinted = [paragraph for paragraph in paragraphs(text) if paragraph.number in numbers]
    if not hinted:
        return ORPHANED
    wanted = _stems(quote.exact)
    best = Place("moved", hinted[0].start, hinted[0].end, 0.0)
    for paragraph in hinted:
        for start, end in _sentences(paragraph):
            shared = wanted & _stems(text[start:end])
            score = round(len(shared) / len(wanted), 3) if wanted else 0.0
            if score > best.score:
                best = Place("moved", start, end, score)
    return best


def _stems(words):
    return {word.lower()[:5] for word in _WORD.findall(words) if len(word) > 3}


def _sentences(paragraph):
    start = 0
    for match in _SENTENCE_END.finditer(paragraph.text):
        yield paragraph.start + start, paragraph.start + match.start() + len(match.group().rstrip())
        start = match.end()
    if start < len(paragraph.text):
        yield paragraph.start + start, paragraph.end
