"""Markdown of details and annotations: what in it becomes a link."""

import pytest

from argmap.journal.markdown import MOST_REFERENCES, render, says_nothing


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ("As #30 says.", ("?node=30", "#30")),
        ("(See #1, and", ("?node=1", "#1")),
        ("At https://a.b/c_(d)?q=1&e. So", ("https://a.b/c_(d)?q=1&amp;e", "https://a.b/c_(d)?q=1&amp;e")),
        ("(at https://a.b/c)", ("https://a.b/c", "https://a.b/c")),
        ("By 10.1000/xyz.123;", ("https://doi.org/10.1000/xyz.123", "10.1000/xyz.123")),
        ("*By 10.1000/a*", ("https://doi.org/10.1000/a", "10.1000/a")),
    ],
)  # fmt: skip
def test_what_names_a_node_or_an_address_is_a_link(words, linked):
    href, text = linked
    assert f'<a href="{href}" rel="nofollow noopener ugc">{text}</a>' in render(words)


@pytest.mark.parametrize(
    "words",
    ["a#3", "#0", "#x", "##4", "#1234567890", "`#30`", "/#30", "https://", "110.1000/a/", "10.1/x",
     "&#35;3", "javascript://#3"],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(words):
    assert "<a" not in render(words)


def test_a_link_that_somebody_made_is_left_as_it_is():
    assert render("[#3](https://a.b)").count("<a") == 1


def test_a_text_has_no_more_such_links_than_it_is_long_itself():
    """Each is twenty times as long as what was written, and a page has fifty annotations."""
    text = "#1 *and* " + "#1 " * 3_000
    html = render(text)
    assert html.count("<a ") == MOST_REFERENCES
    assert html.count("#1") == 3_001
    assert len(html) < 4 * len(text)


@pytest.mark.parametrize("text", ["", "***", "> ", "#", "-", "[](https://example.org/)", "&nbsp;"])
def test_signs_without_a_word_say_nothing(text):
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["2021.", "1)", "a", "5", "!", "👍", "`0`", "> so", "#30", "# no"])
def test_whatever_one_reads_says_something(text):
    assert not says_nothing(text)
