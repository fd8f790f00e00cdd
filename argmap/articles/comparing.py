"""What of one text stands in another, and where: text in, places out.

Words alone cannot tell whether they are the words that somebody chose: those may have been struck,
and stand elsewhere in another sense. So two editions are laid beside each other, sentence by
sentence. A sentence that each text has once is the same sentence (patience diff, Cohen 2010);
what stands between two such pairs is paired in order, and then by likeness. A place is followed
within its sentences, and nowhere else.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice, pairwise

from .anchoring import LEAST_SCORE, Place, paragraphs, sentences, share_of_words

MOST_SENTENCES = 20_000  # of a text; prose of 500,000 code points has 5,000
LEAST_TELLING = 20  # code points of a sentence that is told from all others by its words
LONGEST_SENTENCE = 200  # words; longer ones are the same or they are not, but never alike
MOST_PAIRS = 10_000  # of sentences that are held against each other between two that are the same
MOST_PAIRS_TOGETHER = 50_000  # about half a second
MOST_STEPS = 10_000_000  # to align all edited sentences; about a second
SURE = 0.99  # the score of a place whose words changed ends below this

_WORD = re.compile(r"\w+")
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")
_NEGATIONS = re.compile(
    "no|not|never|none|nothing|neither|nor|without|cannot|t|hardly|barely"
    "|не|нет|ни|нельзя|никогда|никто|ничто|ничего|без|няма|нельга|ніколі|ніхто|нішто"
    "|nicht|kein|keine|nie|niemals|ohne|ne|pas|sans|jamais|non|bez"
)


@dataclass(frozen=True)
class Sentence:
    start: int
    end: int
    text: str

    @cached_property
    def words(self):
        return [match.group() for match in _WORD.finditer(self.text)]

    @cached_property
    def folded(self):
        return [word.lower() for word in self.words]

    @cached_property
    def spans(self):
        return [match.span() for match in _WORD.finditer(self.text)]

    @cached_property
    def key(self):
        """The same for sentences that differ in case and punctuation alone."""
        return " ".join(self.folded) or self.text.strip()


@dataclass(frozen=True)
class Change:
    """What became of a sentence: same, edited, new or struck; and its words (how, text)."""

    kind: str
    parts: list


class Comparison:
    """Two texts beside each other. To make one takes time linear in them, within bounds."""

    def __init__(self, old, new):
        self.old, self.new = old, new
        self._old, self._new = _sentences_of(old), _sentences_of(new)
        if max(len(self._old), len(self._new)) > MOST_SENTENCES:
            self._old = self._new = []
        self._ends = [each.end for each in self._old]
        self._starts = [each.start for each in self._old]
        self._alignments, self._left = {}, MOST_STEPS
        self._pairs = self._same_sentences()
        self._pair_between()

    def follow(self, start, end):
        """Where old[start:end] stands in the new text; None where its sentences do not.

        *Exact* where its words stand there unchanged, in sentences of which nothing was changed
        that may turn their sense; else *moved*. The score of a moved place is the share of its
        words that stayed (of its sentence's, where its own all did); 1 where only case and
        punctuation changed.
        """
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end) - 1
        if not 0 <= first <= last or {first, last} - self._pairs.keys() or self._left < 0:
            return None
        if not 0 <= self._pairs[last] - self._pairs[first] <= last - first + 1:
            return None
        left, right = self._alignment(first), self._alignment(last)
        low, high = left.follow_start(start), right.follow_end(end)
        if low is None or high is None or low >= high:
            return None
        return self._judged(range(first, last + 1), (start, end), (low, high))

    def changes(self):
        """The new text sentence by sentence, with what was struck where it stood: Changes."""
        olds = {new: old for old, new in self._pairs.items()}
        last, self._left = -1, MOST_STEPS
        for index, sentence in enumerate(self._new):
            old = olds.get(index)
            if old is None:
                yield Change("new", [("insert", sentence.text)])
                continue
            yield from self._struck(last, old)
            last = max(last, old)
            yield self._changed(old, index)
        yield from self._struck(last, len(self._old))

    def _struck(self, after, before):
        for index in range(after + 1, before):
            if index not in self._pairs:
                yield Change("struck", [("delete", self._old[index].text)])

    def _changed(self, old, new):
        before, after = self._old[old], self._new[new]
        if before.text == after.text:
            return Change("same", [("equal", after.text)])
        old, new = (_PIECE.findall(each.text) for each in (before, after))
        self._left -= _steps(*(_without_blanks(each) for each in (old, new)))
        if self._left < 0 or max(len(old), len(new)) > 3 * LONGEST_SENTENCE:
            return Change("edited", [("delete", before.text), ("insert", after.text)])
        return Change("edited", list(_parts(old, new)))

    def _judged(self, indexes, was, now):
        before, after = self.old[slice(*was)], self.new[slice(*now)]
        in_step = all(
            self._pairs.get(index) == self._pairs[indexes[0]] + index - indexes[0]
            for index in indexes
        )
        alignments = [self._alignment(index) for index in indexes if index in self._pairs]
        doubtful = any(each.doubts for each in alignments)
        if before == after and in_step and not doubtful:
            return Place("exact", *now)
        score = share_of_words(before, after)
        if score == 1 and doubtful:
            score = min(each.score for each in alignments)
        if score < LEAST_SCORE:
            return None
        return Place("moved", *now, 1.0 if score == 1 else round(min(score, SURE), 3))

    def _alignment(self, index):
        if index not in self._alignments:
            old, new = self._old[index], self._new[self._pairs[index]]
            if old.folded != new.folded:
                self._left -= _steps(old.folded, new.folded)
            self._alignments[index] = Alignment(old, new, self._common)
        return self._alignments[index]

    @cached_property
    def _common(self):
        return common_words(self.old) | common_words(self.new)

    def _same_sentences(self):
        """{old index: new index} of the sentences that each text has once."""
        once = _places_of_single(self._new)
        return {
            index: once[key]
            for key, index in _places_of_single(self._old).items()
            if key in once and len(key) >= LEAST_TELLING
        }

    def _pair_between(self):
        """Pair what stands between sentences that are the same and in the same order."""
        spine = _longest_increasing(sorted(self._pairs.items()))
        taken = set(self._pairs.values())
        left = MOST_PAIRS_TOGETHER
        for (a, x), (b, y) in pairwise([(-1, -1), *spine, (len(self._old), len(self._new))]):
            olds = [index for index in range(a + 1, b) if index not in self._pairs]
            news = [index for index in range(x + 1, y) if index not in taken]
            olds, news = self._pair_in_order(olds, news, forward=True)
            olds, news = self._pair_in_order(olds, news, forward=False)
            if olds and news and len(olds) * len(news) <= min(MOST_PAIRS, left):
                left -= len(olds) * len(news)
                self._pair_alike(olds, news)

    def _pair_in_order(self, olds, news, forward):
        """Pair from one end as long as sentences are the same; what is left of both."""
        step, count = (1 if forward else -1), 0
        for old, new in zip(olds[::step], news[::step], strict=False):
            if self._old[old].key != self._new[new].key:
                break
            self._pairs[old] = new
            count += 1
        if not count:
            return olds, news
        return (olds[count:], news[count:]) if forward else (olds[:-count], news[:-count])

    def _pair_alike(self, olds, news):
        """Pair those that are each other's most alike, where no other is as much."""
        counts = {("old", index): Counter(self._old[index].folded) for index in olds}
        counts |= {("new", index): Counter(self._new[index].folded) for index in news}
        rows = {
            old: {new: _alike(counts["old", old], counts["new", new]) for new in news}
            for old in olds
        }
        columns = {new: {old: rows[old][new] for old in olds} for new in news}
        for old in olds:
            new = _single_best(rows[old])
            if new is not None and _single_best(columns[new]) == old:
                self._pairs[old] = new


class Alignment:
    """Two versions of one sentence, word by word."""

    def __init__(self, old, new, common=frozenset()):
        self.old, self.new, self._common = old, new, common

    def follow_start(self, start):
        """Where in the new text begins what begins here in the old; None where it is gone."""
        if self.old.text == self.new.text:
            return self.new.start + max(start - self.old.start, 0)
        return self._follow(max(start - self.old.start, 0), after=False)

    def follow_end(self, end):
        end = min(end, self.old.end)
        if self.old.text == self.new.text:
            return self.new.start + end - self.old.start
        return self._follow(end - self.old.start, after=True)

    @cached_property
    def doubts(self):
        """What changed here that may turn the sense: see `doubts_of`."""
        return doubts_of(self._changes, self._common)

    @cached_property
    def score(self):
        return share_of_words(self.old.text, self.new.text)

    def _follow(self, at, after):
        spans = self.old.spans
        index = (
            bisect_left(spans, at, key=lambda span: span[0]) - 1
            if after
            else bisect_right(spans, at, key=lambda span: span[1])
        )
        if not 0 <= index < len(spans) or not self.new.spans:
            return None
        kind, a, x, y = next(
            (kind, a, x, y) for kind, a, b, x, y in self._opcodes if a <= index < b
        )
        if kind != "equal":
            edge = y - 1 if after else x
            return self._edge(edge, after) if 0 <= edge < len(self.new.spans) else None
        was, now = spans[index], self.new.spans[x + index - a]
        shift = now[0] - was[0]
        low, high = (was[0], at) if after else (at, was[1])
        if self.old.text[low:high] == self.new.text[low + shift : high + shift]:
            return self.new.start + at + shift
        return self._edge(x + index - a, after)

    def _edge(self, index, after):
        return self.new.start + self.new.spans[index][1 if after else 0]

    @cached_property
    def _opcodes(self):
        count = len(self.old.folded)
        if self.old.folded == self.new.folded:
            return [("equal", 0, count, 0, count)]
        return SequenceMatcher(None, self.old.folded, self.new.folded, autojunk=False).get_opcodes()

    @cached_property
    def _changes(self):
        """(words before, words after, whether these begin the sentence) where the two differ."""
        return [
            (self.old.words[a:b], self.new.words[x:y], a == 0)
            for kind, a, b, x, y in self._opcodes
            if kind != "equal"
        ]


def doubts_of(changes, common=frozenset()):
    """Why changed words may mean something else, as (kind of word, words before, words after).

    The kinds are number, negation and name; of each the first. `changes` are (words before, words
    after, whether these begin a sentence); a capital letter there is no name where the word is
    `common`. Scripts without capital letters do not tell names, so any word there may be one.
    """
    found = {}
    for before, after, begins in changes:
        for index, word in enumerate([*before, *after]):
            first = begins and index in (0, len(before))
            if any(letter.isnumeric() for letter in word):
                kind = "number"
            elif _NEGATIONS.fullmatch(word.lower()):
                kind = "negation"
            elif word.lower() == word.upper() or (
                word[0].isupper() and not (first and word.lower() in common)
            ):
                kind = "name"
            else:
                continue
            found.setdefault(kind, (" ".join(before), " ".join(after)))
    return [(kind, *words) for kind, words in found.items()]


def common_words(text):
    """The words that a text has with a small first letter: no names."""
    return {word for word in _WORD.findall(text) if word[0].islower()}


def doubts_between(before, after, common=frozenset()):
    """See `doubts_of`: those between two versions of the same words; none where they are long."""
    old, new = (Sentence(0, len(text), text) for text in (before, after))
    if max(len(old.words), len(new.words)) > LONGEST_SENTENCE:
        return []
    return Alignment(old, new, common).doubts


def _parts(old, new):
    """(equal, delete or insert, text) of an edited sentence, from its words, marks and blanks.

    A blank belongs to the words beside it: all are alike, and to hold each against each takes long.
    """
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for kind, a, b, x, y in matcher.get_opcodes():
        if kind != "insert":
            yield "equal" if kind == "equal" else "delete", "".join(old[a:b])
        if kind in ("insert", "replace"):
            yield "insert", "".join(new[x:y])


def _without_blanks(pieces):
    return [piece for piece in pieces if not piece.isspace()]


def _steps(old, new):
    """How many steps SequenceMatcher takes for these lists, about, where they are the worst.

    In each of its passes it goes through the pairs that are alike, and it makes as many passes as
    it finds runs.
    """
    counts = Counter(new)
    alike = sum(counts[each] for each in old)
    return len(old) + len(new) + alike * min(len(old), len(new)) // 4


def _sentences_of(text):
    found = (place for paragraph in paragraphs(text) for place in sentences(paragraph))
    return [Sentence(*place, text[slice(*place)]) for place in islice(found, MOST_SENTENCES + 1)]


def _places_of_single(found):
    """{key: index} of the sentences that stand there once."""
    counts = Counter(each.key for each in found)
    return {each.key: index for index, each in enumerate(found) if counts[each.key] == 1}


def _longest_increasing(pairs):
    """Of pairs in the order of their first, the most whose second grow as well (patience sort)."""
    tops, piles, before = [], [], {}
    for pair in pairs:
        pile = bisect_left(tops, pair[1])
        before[pair] = piles[pile - 1] if pile else None
        tops[pile : pile + 1] = [pair[1]]
        piles[pile : pile + 1] = [pair]
    chain, pair = [], piles[-1] if piles else None
    while pair is not None:
        chain.append(pair)
        pair = before[pair]
    return chain[::-1]


def _alike(left, right):
    """The share of words of the longer that both have; 0 where that says too little."""
    longer = max(left.total(), right.total())
    if not 0 < longer <= LONGEST_SENTENCE:
        return 0.0
    return (left & right).total() / longer


def _single_best(scores):
    """The one with the highest score that is enough; None where another has it too."""
    best = max(scores, key=scores.get)
    enough = scores[best] >= LEAST_SCORE
    return best if enough and list(scores.values()).count(scores[best]) == 1 else None
