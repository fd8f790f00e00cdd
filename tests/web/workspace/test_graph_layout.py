"""Where the boxes of a graph stand, whatever the tree."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argmap.web.workspace.graph.layout import WIDTH, lay_out, width_of, wrapped

pytestmark = pytest.mark.one_database


@st.composite
def forests(draw):
    size = draw(st.integers(1, 40))
    hosts = [draw(st.integers(-1, each - 1)) for each in range(size)]
    heights = {each: draw(st.integers(20, 400)) for each in range(size)}
    children = {}
    for each, host in enumerate(hosts):
        if host >= 0:
            children.setdefault(host, []).append(each)
    roots = [each for each, host in enumerate(hosts) if host < 0]
    cut = draw(st.integers(0, len(roots)))
    return [roots[:cut], roots[cut:]], children, heights


@given(forests())
def test_no_two_boxes_overlap_and_all_are_inside(made):
    groups, children, heights = made
    places = lay_out(groups, children, heights)
    assert places.of.keys() == heights.keys()
    for (one, (x, y)), (other, (x2, y2)) in itertools.combinations(places.of.items(), 2):
        apart = abs(x - x2) >= WIDTH or y + heights[one] <= y2 or y2 + heights[other] <= y
        assert apart, (one, other)
    for each, (x, y) in places.of.items():
        assert x >= 0
        assert y >= 0
        assert x + WIDTH <= places.width
        assert y + heights[each] <= places.height


@given(forests())
def test_a_statement_is_left_of_what_bears_on_it_in_the_order_given(made):
    groups, children, heights = made
    places = lay_out(groups, children, heights)
    assert places == lay_out(groups, children, heights)
    for host, below in children.items():
        assert all(places.of[host][0] + WIDTH < places.of[each][0] for each in below)
        tops = [places.of[each][1] for each in below]
        assert tops == sorted(tops)


def test_a_chain_of_thousands_is_laid_out():
    size = 5000
    children = {each: [each + 1] for each in range(size - 1)}
    places = lay_out([[0], []], children, dict.fromkeys(range(size), 50))
    assert len({y for _, y in places.of.values()}) == 1


@given(st.text(max_size=300), st.integers(1, 5))
def test_words_fit_their_lines_and_none_is_lost(text, most):
    lines = wrapped(text, 200, 14)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    cut = wrapped(text, 200, 14, most=most)
    assert len(cut) <= most
    for line in (*lines, *cut):
        assert width_of(line, 14) <= 201
    assert cut == lines or cut[-1].endswith("…")
