"""Words as somebody types them, and where they stand in a text."""

import pytest

from argmap.search.words import (
    FIELDS,
    MOST_WORDS,
    SNIPPET,
    Matcher,
    folded,
    is_like,
    marked,
    snippet,
    stem_of,
    vocabulary_of,
    wanted,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Bridge  BRIDGE tunnel", ["bridge", "tunnel"]),
        ("naïve Żółć", ["naive", "zolc"]),
        ("Ёлка йод", ["елка", "йод"]),
        ('"a" OR words:x* NEAR(b, 2) - ^c', ["a", "or", "words", "x", "near", "b", "2", "c"]),
        ("'; DROP TABLE", ["drop", "table"]),
        ("!!! … 🌉 \x00", []),
        ("", []),
        ("שלום", ["שלום"]),
        ("x" * 10_000, ["x" * 40]),
    ],
)
def test_what_is_typed_is_taken_as_words_alone(text, words):
    assert [each.word for each in wanted(text)] == words


def test_of_many_words_the_first_are_looked_for():
    assert len(wanted(" ".join(map(str, range(100))))) == MOST_WORDS


@pytest.mark.parametrize("text", ["İstanbul ß ﬁ Ǆ é è ё й 🌉", "a\u0301 \u1100\u1161 \ud7a3", "ΑΣ"])
def test_a_folded_text_stays_as_long(text):
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lukashenka", "lukashenko"),
        ("samorukow", "samorukov"),
        ("luakshenko", "lukashenko"),
        ("лукашенка", "лукашенко"),
        ("minks", "minsk"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_one_that_was_meant(typed, meant):
    assert is_like(typed, meant)


@pytest.mark.parametrize(
    ("one", "other"), [("border", "harbour"), ("gas", "oil"), ("vote", "note1")]
)
def test_another_word_is_not(one, other):
    assert not is_like(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("sanctions", "sanction"), ("санкциями", "санкции"), ("интеграция", "интеграцию")],
)
def test_forms_of_a_word_share_a_beginning(one, other):
    assert stem_of(one) == stem_of(other)
    assert len(stem_of(one)) >= 4


def test_words_are_marked_where_they_stand_whatever_their_case():
    matches = Matcher(wanted("bridge naive")).matches("A naïve Bridge, no cambridge; bridges.")
    assert marked("A naïve Bridge, no cambridge; bridges.", matches) == [
        "A ", "naïve", " ", "Bridge", ", no cambridge; ", "bridges", ".",
    ]  # fmt: skip


def test_a_snippet_is_cut_between_words_around_what_was_found():
    text = "before " * 100 + "the bridge and the tunnel" + " after" * 100
    parts = snippet(text, Matcher(wanted("tunnel bridge")))
    assert parts[1::2] == ["bridge", "tunnel"]
    assert parts[0].startswith("… before")
    assert parts[-1].endswith("after …")
    assert len("".join(parts)) < SNIPPET + 10


@pytest.mark.parametrize(
    "text", ["", "x" * 5000, "bridge", "bridge" * 900, "a bridge " + "x" * 900]
)
def test_every_text_has_a_snippet(text):
    assert len("".join(snippet(text, Matcher(wanted("bridge"))))) <= SNIPPET + 10


def test_the_text_counts_more_than_what_is_beside_it_and_words_together_more_than_apart():
    matcher = Matcher(wanted("bridge town"))

    def score(text):
        return matcher.score(text, matcher.matches(text))

    assert score(f"The town bridge.{FIELDS}More.") > score(f"More.{FIELDS}The town bridge.")
    assert score("The town bridge.") > score(
        "The town has, beside much else, some bridge or other."
    )
    assert score("The town bridge.") > score("The towns have bridges.")


def test_what_may_be_misspelt_is_words_of_letters():
    assert vocabulary_of("The Bridge, 2021; x1y2 мост") == {"bridge", "мост"}
