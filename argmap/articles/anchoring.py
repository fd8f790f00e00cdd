"""Where words stand in a text: text in, places out. Offsets are Unicode code points.

A quote is found exactly, told apart by the words around it; or, where the text was
changed, at the run of words most like it (W3C Web Annotation, TextQuoteSelector).

Texts and quotes are what anybody may have written. So what one search may take is counted, and
what all searches in one text may take together.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from math import ceil
from operator import attrgetter

CONTEXT = 32  # code points of prefix and suffix
LEAST_SCORE = 0.6  # what a changed text must share with the quote to count as moved
LEAST_ELSEWHERE = 0.8  # the same, where nothing but the words themselves vouches for the place
LEAST_OFFERED = 0.4  # the same, to be offered to a person who looks for the words
MOST_OFFERED = 200  # runs of words that are held against it then
LEAST_ALONE = 40  # code points of words that vouch for themselves, where a text has them once
LONGEST_QUOTE = 2000  # code points that a person may choose as one passage
MOST_WORDS = 120_000  # of a text that is searched for changed words; prose of 500,000 has fewer
MOST_STEPS = 100_000  # of one search, about 20 ms
MOST_STEPS_TOGETHER = 5_000_000  # of all searches in one text
MANY_PLACES = 5000  # of rare words, where more of them would only cost time
MOST_OCCURRENCES = 1000  # of the same words that are told apart
MANY_QUOTES = 50  # of which the beginnings are looked for in one walk over the text
BEGINNING = 16  # code points of a quote that tell where it may begin
MOST_BEGINNINGS = 50  # places of one beginning; where there are more, the text is searched
MOST_HINTED = 20  # paragraphs in which the words of a digest are looked for
MOST_SENTENCES = 1000  # of these paragraphs

_WORD = re.compile(r"\w+")
_WORDS_AND_BETWEEN = re.compile(r"(\w+)")
_PARAGRAPH = re.compile(r"\S(?:.|\n(?![^\S\n]*\n))*")
_SENTENCE_END = re.compile(r"[.!?…]['\"’”)]*\s+|[。！？]+")


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


def paragraphs(text, most=None):
    """The text cut at blank lines, numbered from 1, each with its offset; all, or the first."""
    return [
        Paragraph(number, match.start(), match.group())
        for number, match in enumerate(islice(_PARAGRAPH.finditer(text), most), start=1)
    ]


def overlapping(parts, start, end, most=None):
    """Of a text's paragraphs those that a place lies in; all, or the first."""
    first = bisect_right(parts, start, key=attrgetter("end"))
    last = bisect_left(parts, end, key=attrgetter("start"))
    return parts[first : last if most is None else min(last, first + most)]


def quote(text, start, end):
    """The quote of text[start:end]. Raises ValueError where that is no place in the text."""
    if not 0 <= start < end <= len(text):
        raise ValueError("the passage lies outside of the text")
    return Quote(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])


def place(text, quote):
    """Where the quote stands in the text."""
    return Searched(text).places([quote])[0]


def place_by_paragraph(text, quote, numbers):
    """Where a quote of a digest belongs in the original, given the paragraphs it digests."""
    return Searched(text).place_by_paragraph(quote, numbers)


class Searched:
    """A text in which quotes are looked for; what that takes is made once for all of them."""

    def __init__(self, text):
        self.text = text
        self._sentences = {}
        self._beginnings = None

    def places(self, quotes):
        """Where each quote stands that was taken from this text or one like it."""
        return self._search(quotes, self._place)

    def places_elsewhere(self, quotes):
        """Where quotes may stand whose own sentences are not here: moved, or orphaned.

        The same words may stand here in another sense. So they are never *exact*, and *moved* is
        for a person to confirm. What admits a place: the same words with half of their context
        around them and no other place with as much, or the same words once, if they are at least
        LEAST_ALONE code points; else a run of words that shares LEAST_ELSEWHERE with the quote.
        """
        return self._search(quotes, self._place_elsewhere)

    def stand_once(self, quotes):
        """Whether each quote's words stand here once, and were seen to within what may be taken."""
        return self._search(quotes, self._stands_once)

    def _stands_once(self, quote, steps):
        start = self._find(quote.exact, steps)
        affordable = steps.take(len(self.text) // 1000)
        return start >= 0 and affordable and self.text.find(quote.exact, start + 1) < 0

    def _search(self, quotes, place):
        """What is found of each. None may take more than its share of the steps that are left."""
        if len(quotes) >= MANY_QUOTES:
            self._beginnings = self._find_beginnings(quotes)
        found, left = [], MOST_STEPS_TOGETHER
        for index, quote in enumerate(quotes):
            share = min(MOST_STEPS, left // (len(quotes) - index))
            steps = _Steps(share)
            found.append(place(quote, steps))
            left -= share - max(steps.left, 0)
        return found

    def _place(self, quote, steps):
        start = self._find(quote.exact, steps)
        if start < 0:
            return self._place_moved(quote, steps)
        whole = self._find(_whole(quote), steps)
        start = self._most_agreeing(quote, start, steps) if whole < 0 else whole + len(quote.prefix)
        return Place("exact", start, start + len(quote.exact))

    def _place_elsewhere(self, quote, steps):
        start = self._find(quote.exact, steps)
        if start < 0:
            found = self._place_moved(quote, steps)
            return found if found.score >= LEAST_ELSEWHERE else ORPHANED
        context = len(quote.prefix) + len(quote.suffix)
        (most, start), *others = sorted(self._occurrences(quote, start, steps), reverse=True)
        known = 2 * most > context and not (others and others[0][0] == most)
        alone = not others and len(quote.exact) >= LEAST_ALONE
        if not known and not alone:
            return ORPHANED
        agreement = most / context if context else 0
        return Place("moved", start, start + len(quote.exact), round(0.6 + 0.3 * agreement, 3))

    def _find_beginnings(self, quotes):
        """Where first parts of quotes stand in the text, which is walked over once for all."""
        text = self.text
        wanted = {part[:BEGINNING] for each in quotes for part in (each.exact, _whole(each))}
        found = defaultdict(list)
        for at in range(len(text) - BEGINNING + 1):
            if (key := text[at : at + BEGINNING]) in wanted and len(found[key]) <= MOST_BEGINNINGS:
                found[key].append(at)
        return found

    def _find(self, words, steps):
        """Where the words stand first; -1 where they do not."""
        if self._beginnings is not None and len(words) >= BEGINNING:
            places = self._beginnings.get(words[:BEGINNING], ())
            if len(places) <= MOST_BEGINNINGS:
                steps.take(1)
                return next((at for at in places if self.text.startswith(words, at)), -1)
        steps.take(len(self.text) // 1000)
        return self.text.find(words)

    def _most_agreeing(self, quote, start, steps):
        """Of the places of its words the first that has most of its prefix and suffix around it."""
        found = self._occurrences(quote, start, steps)
        return max(found, key=lambda place: (place[0], -place[1]))[1]

    def _occurrences(self, quote, start, steps):
        """(agreement, start) of each place of the quote's words."""
        for _ in range(MOST_OCCURRENCES):
            yield self._agreement(start, quote), start
            start = self.text.find(quote.exact, start + 1)
            if start < 0 or not steps.take(20):
                break

    def _agreement(self, start, quote):
        """How many code points of prefix and suffix stand around this place."""
        end = start + len(quote.exact)
        before = self.text[max(0, start - len(quote.prefix)) : start]
        after = self.text[end : end + len(quote.suffix)]
        return _shared_run(reversed(before), reversed(quote.prefix)) + _shared_run(
            after, quote.suffix
        )

    def candidates(self, quote, most=5):
        """Places that may be meant, for a person to choose from: the likeliest first.

        Its very words, those in most of their context first; then the runs of words most like it,
        by the share of words that they have in common.
        """
        steps = _Steps(MOST_STEPS)
        start = self._find(quote.exact, steps)
        same = sorted(self._occurrences(quote, start, steps), reverse=True) if start >= 0 else []
        length = len(quote.exact)
        found = [Place("moved", at, at + length) for _, at in same[:most]]
        wanted = [word.lower() for word in _WORD.findall(quote.exact)]
        runs = islice(self._runs_like(wanted, steps, LEAST_OFFERED), MOST_OFFERED)
        like = [self._as_place(*run) for _, run in runs if run[0] >= LEAST_OFFERED]
        for place in sorted(like, key=lambda place: -place.score):
            if len(found) == most:
                break
            if all(place.end <= other.start or place.start >= other.end for other in found):
                found.append(place)
        return found

    def _place_moved(self, quote, steps):
        """The run of words most like the quote's, if it is like enough.

        The score is what both share of the longer: half of a quote is another quote.
        """
        wanted = [word.lower() for word in _WORD.findall(quote.exact)]
        best = (0, 0, 0)
        for most, run in self._runs_like(wanted, steps, LEAST_SCORE):
            if most <= best[0]:
                break
            best = max(best, run, key=lambda found: found[0])
        return self._as_place(*best) if best[0] >= LEAST_SCORE else ORPHANED

    def _runs_like(self, wanted, steps, least):
        """(the most that its score can be, (score, first word, length)) of runs of words."""
        if not wanted or not self._words:
            return
        bits = _bits_of(wanted)
        for overlap, first in self._windows(wanted, steps, least):
            if not steps.take(4 * len(wanted)):
                break
            window = self._words[first : first + len(wanted) + 2]
            score, length = _likeness(window, wanted, bits)
            yield overlap / len(wanted), (score, first, length)

    def _as_place(self, score, first, length):
        start, end = self._offsets[2 * first + 1], self._offsets[2 * (first + length)]
        return Place("moved", start, end, round(score, 3))

    def _windows(self, wanted, steps, share):
        """(how many of the wanted words it has in any order, its first word), the most first.

        Only those that may be like enough. Such a window lacks so few of the words that it has
        some of the rarest, so only the text around these is looked at.
        """
        size, least = len(wanted) + 2, ceil(share * len(wanted))
        rarest = self._rarest(wanted, len(wanted) - least + 1)
        around = [at for word in set(rarest) for at in self._found_at.get(word, ())]
        if not steps.take(len(around)):
            return []
        around.sort()
        together = len(rarest) - (len(wanted) - least)
        stretches = []
        for first, last in zip(around, around[together - 1 :], strict=False):
            if last - first < size:
                begin = max(0, last - size + 1)
                if stretches and begin <= stretches[-1][1] + size:
                    begin = stretches.pop()[0]
                stretches.append((begin, first))
        windows = []
        for begin, end in stretches:
            if not steps.take(2 * (end - begin + size)):
                return []
            windows += self._overlaps(wanted, begin, end, least)
        return sorted(windows, key=lambda window: (-window[0], window[1]))

    def _rarest(self, wanted, least):
        """Of the words those that are rarest here: at least so many, and more if they are rare."""
        rarest, places = [], 0
        count = {word: len(self._found_at.get(word, ())) for word in set(wanted)}
        for word in sorted(wanted, key=count.get):
            places += count[word]
            if len(rarest) >= least and places > MANY_PLACES:
                break
            rarest.append(word)
        return rarest

    def _overlaps(self, wanted, first, last, least):
        """The windows that begin with a wanted word from `first` to `last`, as it slides along."""
        words, lacking = self._words, Counter(wanted)
        overlap, end = 0, first
        for begin in range(first, last + 1):
            for word in words[end : begin + len(wanted) + 2]:
                end += 1
                if word in lacking:
                    lacking[word] -= 1
                    overlap += lacking[word] >= 0
            if (word := words[begin]) in lacking:
                if overlap >= least:
                    yield overlap, begin
                lacking[word] += 1
                overlap -= lacking[word] > 0

    def place_by_paragraph(self, quote, numbers):
        """Where a quote of a digest belongs in the original, given the paragraphs it digests.

        The sentence of those paragraphs that shares most words with the quote; where none
        shares any, the first paragraph whole. Orphaned where there is no such paragraph.
        """
        parts = self.paragraphs
        hinted = [parts[n - 1] for n in sorted(numbers)[:MOST_HINTED] if 0 < n <= len(parts)]
        if not hinted:
            return ORPHANED
        wanted = _stems(quote.exact)
        best = Place("moved", hinted[0].start, hinted[0].end, 0.0)
        sentences = (each for paragraph in hinted for each in self._sentences_of(paragraph))
        for start, end, stems in islice(sentences, MOST_SENTENCES):
            score = round(len(wanted & stems) / len(wanted), 3) if wanted else 0.0
            if score > best.score:
                best = Place("moved", start, end, score)
        return best

    def _sentences_of(self, paragraph):
        if paragraph.number not in self._sentences:
            self._sentences[paragraph.number] = [
                (start, end, _stems(self.text[start:end]))
                for start, end in islice(sentences(paragraph), MOST_SENTENCES)
            ]
        return self._sentences[paragraph.number]

    @cached_property
    def paragraphs(self):
        return paragraphs(self.text)

    @cached_property
    def _parts(self):
        """The text cut into what lies between words and words, in turn."""
        return _WORDS_AND_BETWEEN.split(self.text)

    @cached_property
    def _words(self):
        words = [word.lower() for word in self._parts[1::2]]
        return words if len(words) <= MOST_WORDS else []

    @cached_property
    def _offsets(self):
        """Where each of the parts begins."""
        return list(accumulate(map(len, self._parts), initial=0))

    @cached_property
    def _found_at(self):
        """The places of each word among the words."""
        found_at = defaultdict(list)
        for index, word in enumerate(self._words):
            found_at[word].append(index)
        return found_at


class _Steps:
    """What a search may still take."""

    def __init__(self, left):
        self.left = left

    def take(self, count):
        """Whether that much was left."""
        self.left -= count
        return self.left >= 0


def _whole(quote):
    return quote.prefix + quote.exact + quote.suffix


def _shared_run(left, right):
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count


def _bits_of(words):
    """The places of each word, as bits of one number."""
    bits = defaultdict(int)
    for index, word in enumerate(words):
        bits[word] |= 1 << index
    return bits


def _grown(grown, places, everything):
    """The longest common subsequence, one word further.

    All words of the other side at once, in the bits of a number (Hyyrö 2004): a bit is 0 where
    the subsequence grows.
    """
    found = grown & places
    return ((grown + found) | (grown - found)) & everything


def _likeness(window, wanted, bits):
    """(score, length) of the run at the window's beginning that is most like the wanted words.

    The score is their longest common subsequence, as a share of the longer of the two.
    """
    everything = (1 << len(wanted)) - 1
    grown, best = everything, (0, 0)
    for length, word in enumerate(window, start=1):
        if grown & bits.get(word, 0):
            grown = _grown(grown, bits[word], everything)
            score = (len(wanted) - grown.bit_count()) / max(length, len(wanted))
            if score > best[0]:
                best = (score, length)
    return best


def _stems(words):
    return {word.lower()[:5] for word in _WORD.findall(words) if len(word) > 3}


def sentences(paragraph):
    """(start, end) of each sentence of a paragraph, as offsets in the text."""
    start = 0
    for match in _SENTENCE_END.finditer(paragraph.text):
        yield paragraph.start + start, paragraph.start + match.start() + len(match.group().rstrip())
        start = match.end()
    if start < len(paragraph.text):
        yield paragraph.start + start, paragraph.end


def share_of_words(before, after):
    """What share of the longer one's words both have in the same order, whatever their case."""
    old = [word.lower() for word in _WORD.findall(before)]
    new = [word.lower() for word in _WORD.findall(after)]
    if old == new:
        return 1.0
    bits = _bits_of(old)
    everything = (1 << len(old)) - 1
    grown = everything
    for word in new:
        grown = _grown(grown, bits.get(word, 0), everything)
    return (len(old) - grown.bit_count()) / max(len(old), len(new))
