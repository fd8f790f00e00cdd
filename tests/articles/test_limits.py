"""How much work an article may make."""

import random
import time
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from argmap.articles import anchoring
from argmap.articles.actions import (
    MOST_PARAGRAPHS,
    Selection,
    add_edition,
)
from argmap.articles.anchoring import (
    LONGEST_QUOTE,
    MANY_QUOTES,
    Quote,
    Searched,
    overlapping,
    paragraphs,
    place,
    place_by_paragraph,
)
from argmap.articles.models import Passage
from argmap.interchange import document
from argmap.maps.actions import anchor_node, place_passage
from argmap.transfer.actions import import_map

AB = " ".join((["a"] * 3 + ["b"]) * 40 + ["x"])
random.seed(1)
SHUFFLED = [f"w{number}" for number in range(400)] * 200
random.shuffle(SHUFFLED)


@contextmanager
def within(seconds):
    """Of the processor: another test beside this one does not count."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < seconds


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a b " * 50_000, Quote(AB)),
        ("a b " * 124_000, Quote(AB)),
        (" ".join(SHUFFLED), Quote(" ".join(f"w{number}" for number in range(400)))),
        ("b" + "a" * 499_999, Quote("a", prefix="c" * 32, suffix="d" * 32)),
        ("a" * 499_999, Quote("a" * 1000 + "b" + "a" * 999)),
        ("1. " * 160_000, Quote("1. 2. 3.")),
    ],
)
def test_no_text_makes_one_place_slow(text, quote):
    with within(5):  # not a measure: what it guards against took minutes
        place(text, quote)


@pytest.mark.parametrize(
    "text", ["a b " * 50_000, " ".join(SHUFFLED), "a" * 499_999, "Nothing of this. " * 20_000]
)
def test_nor_five_hundred_of_them(text):
    quotes = [Quote(f"{AB} {number}") for number in range(250)]
    quotes += [Quote("a", prefix=f"c{number}") for number in range(250)]
    with within(20):
        assert len(Searched(text).places(quotes)) == 500


def test_a_search_that_takes_much_leaves_the_others_their_share():
    text = "a b " * 50_000 + "Engineers had found cracks in two of its piers."
    quotes = [Quote(f"{AB} {number}") for number in range(499)]
    quotes.append(Quote("Engineers had seen cracks in two of its piers"))
    found = Searched(text).places(quotes)
    assert found[-1].status == "moved"


def test_changed_words_are_found_in_a_book():
    words = " ".join(f"word{number % 9000}" for number in range(60_000))
    cut = words[200_000:201_500].split(" ", 1)[1]
    found = place(words.replace("word2", "wort2"), Quote(f"{cut} and"))
    assert found.status in ("moved", "exact")


def test_of_a_thousand_equal_words_the_last_is_still_told_apart():
    text = "a" * 5000 + "b"
    assert place(text, Quote("a", prefix="aaa", suffix="b")).start == 4999


def test_paragraphs_that_a_place_lies_in_are_found_from_its_ends():
    text = "one\n\ntwo\n\nthree\n\nfour"
    parts = paragraphs(text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            wanted = [part for part in parts if part.start < end and start < part.end]
            assert overlapping(parts, start, end) == wanted
            assert overlapping(parts, start, end, 2) == wanted[:2]


def test_a_digest_that_names_every_paragraph_is_looked_for_in_the_first():
    text = "\n\n".join(f"Sentence {number}. Another." for number in range(4000))
    with within(10):
        found = place_by_paragraph(text, Quote("sentence number"), set(range(1, 4001)))
    assert found.status == "moved"


def test_a_passage_has_at_most_two_thousand_letters(new_map, alice, new_node):
    map = new_map(text="word " * 1000)
    edition = map.article.editions.get()
    node = new_node(map, "thesis")
    assert anchor_node(alice, node, Selection(edition, 0, LONGEST_QUOTE))
    for start, end in ((0, LONGEST_QUOTE + 1), (0, len(edition.text))):
        with pytest.raises(ValidationError, match="the most is 2,000") as caught:
            anchor_node(alice, node, Selection(edition, start, end))
        assert list(caught.value.message_dict) == ["passage"]
    with pytest.raises(ValidationError, match="the most is 2,000"):
        place_passage(
            alice, map, node.passages.get(), edition=edition, start=0, end=LONGEST_QUOTE + 1
        )


def test_a_longer_one_is_left_out_of_an_import_which_says_so(alice):
    long = "word " * 500
    made = import_map(
        alice,
        document.MapDocument(
            "Long",
            article=document.Article("Long", edition=document.Edition(long)),
            nodes=[
                document.Node(
                    1,
                    "thesis",
                    "T.",
                    passages=[document.Quote(long.strip()), document.Quote("word")],
                )
            ],
        ),
    )
    assert made.map.nodes.get().passages.get().exact == "word"
    [sentence] = made.dropped
    assert "too long" in sentence


def test_an_edition_has_at_most_five_thousand_paragraphs(article, alice):
    add_edition(alice, article, text="a\n\n" * MOST_PARAGRAPHS)
    with pytest.raises(ValidationError, match="the most is 5,000") as caught:
        add_edition(alice, article, text="b\n\n" * (MOST_PARAGRAPHS + 1))
    assert list(caught.value.message_dict) == ["text"]


def test_an_edition_is_added_in_seconds_whatever_rests_on_the_last_one(article, edition, alice):
    Passage.objects.bulk_create(
        [Passage(edition=edition, exact=f"{AB} {number}") for number in range(500)]
    )
    with within(20):
        second = add_edition(alice, article, text="a b " * 50_000)
    assert second.placements.count() == 500


def test_an_article_has_at_most_so_many_editions(article, edition, alice, monkeypatch):
    monkeypatch.setattr("argmap.articles.actions.MOST_EDITIONS", 2)
    add_edition(alice, article, text="Another.")
    with pytest.raises(ValidationError, match="at most 2 editions") as caught:
        add_edition(alice, article, text="One more.")
    assert list(caught.value.message_dict) == ["text"]


def test_and_at_most_so_many_passages(edition, claim, alice, monkeypatch):
    monkeypatch.setattr("argmap.articles.actions.MOST_PASSAGES", 2)
    for start in (0, 1):
        anchor_node(alice, claim, Selection(edition, start, 10))
    with pytest.raises(ValidationError, match="at most 2 passages") as caught:
        anchor_node(alice, claim, Selection(edition, 2, 10))
    assert list(caught.value.message_dict) == ["passage"]


def test_a_hundred_thousand_quotes_are_found_in_seconds():
    words = [f"word{number % 9000}" for number in range(60_000)]
    text = " ".join(words)[:500_000]
    quotes = [Quote(text[at : at + 60], text[at - 32 : at]) for at in range(40, 400_040, 4)]
    with within(20):  # not a measure: each by itself they took minutes
        found = Searched(text).places(quotes)
    assert all(place.status == "exact" for place in found)


def test_words_that_begin_like_everything_are_found_among_many():
    text = "a" * 500 + "b"
    quotes = [Quote("a" * length + "b") for length in range(20, 20 + MANY_QUOTES)]
    assert Searched(text).places(quotes) == [place(text, quote) for quote in quotes]


@given(text=st.text("ab ", min_size=40, max_size=300), data=st.data())
def test_many_quotes_are_found_where_each_by_itself_is(text, data):
    starts = data.draw(st.lists(st.integers(0, len(text) - 2), min_size=MANY_QUOTES))
    quotes = [anchoring.quote(text, at, min(len(text), at + 25)) for at in starts]
    quotes.append(Quote("abababababababababab bbbb nowhere"))
    other = text[7:] + text[:9]
    assert Searched(other).places(quotes) == [place(other, quote) for quote in quotes]
