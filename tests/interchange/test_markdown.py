"""Markdown of articles: which text it is, what its parts are, and the way back."""

import re
import sys
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from argmap.interchange.markdown import MOST_LINES, MOST_RANGES, TooMuch, looks_like_markdown, read
from argmap.interchange.markdown_writing import write
from argmap.interchange.structured import KINDS, ranges_of

pytestmark = pytest.mark.one_database

ARTICLE = """---
title: The bridge
---
# Why it was closed

The council closed it in *March*, and [the report](https://example.org/r) says
why: it **found cracks** in `two` piers[^1].

- Cracks, as wide as a finger.
- Rust.

  In the anchors, too.
  1. Seven
  2. eight

> Nobody who reads this would drive there,
> and everybody did.

---

    pier  crack

![A drawing](https://example.org/d.png) of [the mayor](/mayor) &amp; others\\
and their \\*stars\\*.

[^1]: Page 9.
"""


def parts(source):
    found = read(source)
    return [(each.kind, found.text[each.start : each.end]) for each in found.ranges]


def test_its_text_has_the_words_and_none_of_the_marks():
    assert read(ARTICLE).text.split("\n\n") == [
        "Why it was closed",
        "The council closed it in March, and the report says why: it found cracks in two piers[1].",
        "Cracks, as wide as a finger.",
        "Rust.",
        "In the anchors, too.",
        "Seven",
        "eight",
        "Nobody who reads this would drive there, and everybody did.",
        "pier  crack",
        "A drawing of the mayor & others\nand their *stars*.",
        "[1] Page 9.",
    ]


def test_its_structure_says_what_the_words_are():
    assert parts(ARTICLE) == [
        ("heading", "Why it was closed"),
        ("emphasis", "March"),
        ("link", "the report"),
        ("strong", "found cracks"),
        ("code", "two"),
        ("note", "[1]"),
        (
            "list",
            "Cracks, as wide as a finger.\n\nRust.\n\nIn the anchors, too.\n\nSeven\n\neight",
        ),
        ("item", "Cracks, as wide as a finger."),
        ("item", "Rust.\n\nIn the anchors, too.\n\nSeven\n\neight"),
        ("list", "Seven\n\neight"),
        ("item", "Seven"),
        ("item", "eight"),
        ("quote", "Nobody who reads this would drive there, and everybody did."),
        ("code", "pier  crack"),
        ("link", "A drawing"),
        ("footnote", "[1] Page 9."),
    ]


def test_a_range_knows_its_level_its_number_and_where_it_leads():
    rows = read("## A\n\n7. [b](https://example.org/)\n\n8. c[^x]\n\n[^x]: d").as_rows()
    known = [{**row, "start": 0, "end": 0} for row in rows]
    nothing = {"start": 0, "end": 0}
    assert known == [
        {"kind": "heading", "level": 2, **nothing},
        {"kind": "list", "first": 7, **nothing},
        {"kind": "item", **nothing},
        {"kind": "link", "href": "https://example.org/", **nothing},
        {"kind": "item", **nothing},
        {"kind": "note", "note": 1, **nothing},
        {"kind": "footnote", "note": 1, **nothing},
    ]
    assert ranges_of(rows) == list(
        read("## A\n\n7. [b](https://example.org/)\n\n8. c[^x]\n\n[^x]: d").ranges
    )


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/inside", "//host/x", "#p1", "ftp://a"]
)
def test_a_link_leads_nowhere_but_to_the_web(address):
    assert parts(f"[words]({address}) ![too]({address})") == []


def test_a_footnote_stays_though_nothing_refers_to_it():
    assert read("[^a]: Lost?").text == "[^a]: Lost?"
    assert read("[^a]: [^b]: In another.\n\nSee [^b].").text == "[^a]: [1] In another.\n\nSee [1]."


def test_html_stays_as_it_was_written():
    assert read("<b onclick=x>words</b>\n\n<script>1</script>").text == (
        "<b onclick=x>words</b>\n\n<script>1</script>"
    )


def test_an_entity_makes_no_line():
    """Offsets count over the text as it is stored; a control would change on the way there."""
    assert read("a&#10;&#13;&#10;b &copy;").text == "a&#10;&#13;&#10;b ©"


def paragraphs(paragraph, count):
    return "\n\n".join([paragraph] * count)


@pytest.mark.parametrize(
    "source",
    ["[" * 400_000, "![" * 200_000, "a\n" * (MOST_LINES + 2), "*a* " * MOST_RANGES,
     paragraphs("*a*", MOST_RANGES + 1), paragraphs("[" * 999, 25), paragraphs("*a_b" * 490, 25),
     paragraphs("<http://a>" * 990, 50), "- a\n" * 9_000, "# a\n" * 9_000, "[^1]: a\n" * 9_000,
     "[a]: http://a\n" * 9_000, ">" * 3000 + "\n" + "a\n" * 14_000,
     "[a]: http://" + "x" * 900 + "\n\n" + "[a]\n\n" * 2000],
)  # fmt: skip
def test_what_would_take_too_long_is_refused(source):
    with pytest.raises(TooMuch):
        read(source)


@pytest.mark.parametrize(
    "source",
    ["#" * 500_000, "a -> " * 100_000, "[^1]: a\n\n" + "[^" * 490 + "a" * 498_000,
     "[a]: http://x\n\n" + "[" * 19 + "a " * 249_000 + "]" * 19,
     "[a](http://" + "ä." * 240_000 + ")"],
    ids=["hashes", "arrows", "notes without end", "labels", "an address"],
)  # fmt: skip
def test_what_is_no_mark_takes_no_longer_than_other_words(source):
    words = "word " * 100_000
    assert seconds(source) < 25 * max(seconds(words), 0.01)


def seconds(source):
    """The least of three, without coverage, which follows the lines of ours and not the rest."""
    trace, taken = sys.gettrace(), []
    sys.settrace(None)
    try:
        for _ in range(3):
            start = time.process_time()
            read(source)
            taken.append(time.process_time() - start)
    finally:
        sys.settrace(trace)
    return min(taken)


def test_a_long_text_of_an_ordinary_kind_is_read():
    paragraph = "\n".join(
        ["Words that go on and on, *so* that a line is full of them, as one does."] * 9
    )
    note = "See [a page](https://de.wikipedia.org/wiki/Zürich_(Stadt)), page 9 and elsewhere."
    book = paragraphs(f"{paragraph}[^n]\n\n- one\n- two", 650) + f"\n\n[^n]: {note}" * 650
    assert 450_000 < len(book) < 500_000
    assert len(read(book).ranges) > 8_000


def test_an_address_is_kept_with_letters_of_any_alphabet():
    assert read("[a](https://de.wikipedia.org/wiki/Zürich_(Stadt)?q=%C3%A4)").ranges[0].href == (
        "https://de.wikipedia.org/wiki/Z%C3%BCrich_(Stadt)?q=%C3%A4"
    )


@pytest.mark.parametrize(
    "source", [">" * 3000, "- " * 3000, "".join("  " * n + "- a\n" for n in range(200))]
)
def test_what_is_nested_without_end_is_read_all_the_same(source):
    read(source)


@pytest.mark.parametrize(
    ("text", "is_markdown"),
    [
        ("# A heading\n\nWords.", True),
        ("See [this](https://example.org).", True),
        ("It is **so**.", True),
        ("Words.[^1]\n\n[^1]: A note.", True),
        ("Words, and 2 * 3 * 4 = 24.\n\n- She said so.", False),
        ("#1 is a number, **** are stars.", False),
        ("", False),
    ],
)
def test_what_is_pasted_tells_what_it_is_written_as(text, is_markdown):
    assert looks_like_markdown(text) is is_markdown


MARKS = [
    "# ", "## ", "> ", "- ", "1. ", "3)", "=\n", "---\n", "```\n", "\n", "\n\n", "    ", "  ",
    "*", "**", "_", "`", "[", "](https://a.b)", "![", "[^1]", "[^1]: ", "&amp;", "\\", "<b>",
    "word", "ünd",
]  # fmt: skip
sources = st.lists(st.sampled_from(MARKS), max_size=30).map("".join)


@given(sources)
@example("*a\n\nb*")
def test_ranges_lie_in_the_text_and_contain_one_another_or_lie_apart(source):
    found = read(source)
    assert found.text == found.text.strip("\n")
    open_ = []
    for each in found.ranges:
        assert each.kind in KINDS
        assert 0 <= each.start < each.end <= len(found.text)
        while open_ and each.start >= open_[-1].end:
            open_.pop()
        assert not open_ or open_[-1].start <= each.start <= each.end <= open_[-1].end
        open_.append(each)


def test_what_is_written_back_is_read_as_the_same():
    assert read(write(read(ARTICLE))) == read(ARTICLE)


PROSE = [
    "word", "*a*", "**b *c***", "`d`", "[e](https://a.b/(x))", "5 * 3", "_f", " ", "<g>", "\\# ",
    "\n\n", "\n\n- ", "\n\n1. ", "\n\n> ", "\n\n# ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PROSE), max_size=30).map("".join))
def test_no_word_is_lost_on_the_way_back(source):
    found = read(source)
    assert re.findall(r"\w+", read(write(found)).text) == re.findall(r"\w+", found.text)
