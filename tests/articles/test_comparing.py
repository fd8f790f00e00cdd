"""Words followed from one edition to the next: found where they went, never taken for others."""

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.articles.anchoring import Searched, paragraphs, quote, sentences
from argmap.articles.comparing import Comparison

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).parents[2]
EXAMPLE = json.loads((ROOT / "argmap/transfer/data/integration-deal.json").read_text())
PROSE = "\n\n".join(
    " ".join(node["text"] for node in EXAMPLE["nodes"][at : at + 5])
    for at in range(0, len(EXAMPLE["nodes"]), 5)
)
ARTICLE = ROOT.parent / "shared/article/integration-deal.txt"
TEXTS = [pytest.param(PROSE, id="example")]
if ARTICLE.exists():
    TEXTS.append(pytest.param(ARTICLE.read_text(), id="article"))
MANY = 150  # edits of each kind


class Edits:
    """Random edits of one text, each with a passage and where that should be found."""

    def __init__(self, text, seed=5):
        self.text, self.random = text, random.Random(seed)
        self.sentences = [
            place
            for paragraph in paragraphs(text)
            for place in sentences(paragraph)
            if place[1] - place[0] > 40
        ]
        self.vocabulary = sorted(set(re.findall(r"[a-z]{4,}", text)))

    def words(self, start, end):
        return [
            (start + m.start(), start + m.end()) for m in re.finditer(r"\w+", self.text[start:end])
        ]

    def choose(self):
        """A sentence, and two to fourteen words of it."""
        sentence = self.random.choice(self.sentences)
        words = self.words(*sentence)
        count = self.random.randint(2, min(14, len(words)))
        first = self.random.randint(0, len(words) - count)
        return sentence, words[first][0], words[first + count - 1][1]

    def word(self):
        return self.random.choice(self.vocabulary)

    def sentence(self):
        return " ".join(self.word() for _ in range(self.random.randint(6, 25))).capitalize() + "."

    def elsewhere(self, sentence, count):
        """Sentences struck, written and changed in other places."""
        edits = []
        for start, end in self.random.sample(self.sentences, min(count, len(self.sentences))):
            if start <= sentence[1] + 5 and end >= sentence[0] - 5:
                continue
            word = self.random.choice(self.words(start, end))
            edits.append(
                self.random.choice(
                    [(start, end, ""), (start, start, self.sentence() + " "), (*word, self.word())]
                )
            )
        return edits

    def apply(self, *edits):
        """The edited text, and a function that says where an offset of the text went."""
        edits, parts, at = sorted(edits), [], 0
        for start, end, new in edits:
            parts += [self.text[at:start], new]
            at = end

        def moved(offset):
            return offset + sum(len(new) - (b - a) for a, b, new in edits if b <= offset)

        return "".join([*parts, self.text[at:]]), moved


def follow(old, new, start, end):
    """What becomes of a passage, as `placing.find_places` asks."""
    place = Comparison(old, new).follow(start, end)
    if place is None:
        made = quote(old, start, end)
        [once] = Searched(old).stand_once([made])
        [place] = Searched(new).places_elsewhere([made])
        place = place if once else None
    return place


def tally(cases):
    """How many came out right (and how many of those to be confirmed), orphaned, wrong."""
    counts = Counter()
    for old, new, (start, end), wanted in cases:
        place = follow(old, new, start, end)
        if place is None or place.status == "orphaned":
            counts["orphaned"] += 1
        elif place.status == "exact" and (place.start, place.end) != wanted:
            counts["wrong"] += 1
        elif (place.start, place.end) == wanted:
            counts["right"] += 1
        else:
            counts["to be confirmed"] += 1
    return counts


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "edited", ["elsewhere", "beside it", "on both sides", "whole paragraph moved"]
)
def test_words_that_nobody_touched_are_found_where_they_went(text, edited):
    edits, cases = Edits(text), []
    while len(cases) < MANY:
        sentence, start, end = edits.choose()
        words = edits.words(*sentence)
        before = [word for word in words if word[1] < start][-1:]
        after = [word for word in words if word[0] > end][:1]
        changes = edits.elsewhere(sentence, 8)
        if edited == "whole paragraph moved":
            part = next(p for p in paragraphs(text) if p.start <= start < p.end)
            rest = text[: part.start] + text[part.end :].lstrip("\n")
            at = edits.random.choice(paragraphs(rest)).start
            new = f"{rest[:at]}{part.text}\n\n{rest[at:]}"
            start_now = at + start - part.start
        else:
            beside = {"beside it": (before or after), "on both sides": before + after}
            changes += [(*word, edits.word()) for word in beside.get(edited, [])]
            new, moved = edits.apply(*changes)
            start_now = moved(start)
        cases.append((text, new, (start, end), (start_now, start_now + end - start)))
    counts = tally(cases)
    assert counts["wrong"] == 0
    assert counts["right"] >= 0.99 * MANY, counts


@pytest.mark.parametrize("text", TEXTS)
def test_words_that_were_struck_are_not_taken_for_the_same_words_elsewhere(text):
    edits, cases = Edits(text), []
    while len(cases) < MANY:
        sentence, start, end = edits.choose()
        other = edits.random.choice(edits.sentences)
        if other == sentence:
            continue
        word = edits.random.choice(edits.words(*other))
        new, _ = edits.apply((*sentence, ""), (word[0], word[0], text[start:end] + " "))
        cases.append((text, new, (start, end), None))
    assert tally(cases)["wrong"] == 0


@pytest.mark.parametrize("text", TEXTS)
def test_nor_for_those_of_a_sentence_that_says_nearly_the_same(text):
    edits, cases = Edits(text), []
    while len(cases) < MANY:
        sentence, start, end = edits.choose()
        outside = [word for word in edits.words(*sentence) if word[1] <= start or word[0] >= end]
        if not outside:
            continue
        first, last = edits.random.choice(outside)
        other = edits.random.choice(["not", "nobody", "Norway", "1977", "seven"])
        twin = text[sentence[0] : first] + other + text[last : sentence[1]] + " "
        at = edits.random.choice(paragraphs(text)).start
        if sentence[0] < at < sentence[1]:
            continue
        old, moved = edits.apply((at, at, twin))
        start, end = moved(start), moved(start) + end - start
        new = old[: moved(sentence[0])] + old[moved(sentence[0]) + sentence[1] - sentence[0] :]
        cases.append((old, new, (start, end), None))
    counts = tally(cases)
    assert counts["wrong"] == 0
    assert counts["orphaned"] >= 0.99 * MANY, counts


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("where", ["in it", "just before it"])
def test_a_negation_a_number_or_a_name_asks_a_person_to_confirm(text, where):
    edits, cases = Edits(text), []
    while len(cases) < MANY:
        sentence, start, end = edits.choose()
        inside = [(a, b) for a, b in edits.words(start, end) if a > start]
        first, _ = edits.random.choice(inside) if where == "in it" else (start, end)
        turned = edits.random.choice(["not ", "never ", "31 ", "Sweden ", "Zhukov "])
        new, _ = edits.apply((first, first, turned), *edits.elsewhere(sentence, 5))
        cases.append((text, new, (start, end), None))
    counts = tally(cases)
    assert counts["wrong"] == 0
    assert counts["to be confirmed"] >= 0.8 * MANY, counts


def test_a_changed_word_moves_the_passage_and_says_how_much_of_it_stayed():
    old = "The bridge was closed in the spring of that year. It stayed so."
    new = "Nobody knew why. The bridge was barred in the spring of that year. It stayed so."
    place = Comparison(old, new).follow(0, old.index(" of that"))
    assert new[place.start : place.end] == "The bridge was barred in the spring"
    assert (place.status, place.score) == ("moved", round(6 / 7, 3))


def test_quotation_marks_of_another_kind_leave_nothing_to_confirm():
    old = 'He called it a "union of equals" on that day, in that place.'
    new = "He called it a “union of equals” on that day, in that place."
    place = Comparison(old, new).follow(13, 32)
    assert (place.status, place.score) == ("moved", 1.0)
    assert new[place.start : place.end] == "a “union of equals"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "橋は三月に閉鎖された。人々は怒った。とても長い話である。",
            "とても長い話である。人々は怒った。",
            "怒った",
        ),
        (
            "הגשר נסגר במרץ בגלל סדקים. אחר כך נפתח שוב לתנועה.",
            "אחר כך נפתח שוב לתנועה.",
            "נפתח שוב",
        ),
        (
            "Cafe\u0301 and bar were shut by the guards.",
            "By night Cafe\u0301 and bar were shut by the guards.",
            "bar were",
        ),
        (
            "👩‍👩‍👧 families crossed the old bridge at dawn.",
            "Then 👩‍👩‍👧 families crossed the old bridge at dawn.",
            "families crossed",
        ),
    ],
)
def test_words_of_every_script_are_followed(old, new, words):
    start = old.index(words)
    place = follow(old, new, start, start + len(words))
    assert new[place.start : place.end] == words


@given(st.text(), st.text(), st.data())
def test_whatever_the_texts_an_exact_place_has_the_very_words(old, new, data):
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    place = Comparison(old, new).follow(start, end)
    if place is not None:
        assert 0 <= place.start < place.end <= len(new)
        assert place.status == "moved" or new[place.start : place.end] == old[start:end]


FEW = st.lists(
    st.sampled_from(
        ["He left. ", "She left the house at noon. ", "Nobody saw the 3 of them. ", "\n\n"]
    ),
    max_size=12,
).map("".join)


@given(FEW, FEW, st.data())
def test_also_where_few_sentences_come_again_and_again(old, new, data):
    test_whatever_the_texts_an_exact_place_has_the_very_words.hypothesis.inner_test(old, new, data)


@pytest.mark.parametrize(
    "sentence", ["a. ", "a a a a. ", "One of many words in this one. ", "\n\n"]
)
def test_texts_made_to_take_long_are_compared_soon(sentence):
    """The test's own limit of two minutes is far above what it takes: about a second."""
    old = (sentence * 500_000)[:500_000]
    new = "x" + old[7:] + sentence
    comparison = Comparison(old, new)
    for start in range(0, len(old) - 50, 5000):
        comparison.follow(start, start + 40)


def edited_sentences(words, count=100):
    """Two texts of long sentences in which every third word changed, each between others that
    stayed."""
    pick = random.Random(7).choices
    old, new = [], []
    for number in range(count):
        before = pick(words, k=190)
        after = [word if at % 3 else "changed" for at, word in enumerate(before)]
        apart = f" This is number {number}, which stays as it is. "
        old += [" ".join(before), ".", apart]
        new += [" ".join(after), ".", apart]
    return "".join(old), "".join(new)


def aligned(old, new):
    """How many edited sentences are shown word by word, and how many as one and then the other."""
    edits = [each for each in Comparison(old, new).changes() if each.kind == "edited"]
    return Counter(len(each.parts) > 2 for each in edits)


def test_changes_are_shown_word_by_word_as_long_as_that_takes_little():
    """Of words that come again and again each may be any other: to align them takes long."""
    assert aligned(*edited_sentences(sorted(set(re.findall("[a-z]+", PROSE))))) == {True: 100}
    costly = aligned(*edited_sentences(["a", "b"]))
    assert costly.total() == 100
    assert 0 < costly[True] < 50
