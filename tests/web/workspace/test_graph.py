"""The graph of a map: what it shows, to whom, and what its address opens."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from argmap.maps import actions as maps
from argmap.moderation.actions import hide
from argmap.web.workspace.graph import drawing, opening

pytestmark = pytest.mark.parametrize("map", ["public"], indirect=True)


@pytest.fixture
def graph(browse, map):
    def graph(query="", user=None):
        answer = browse(user).get(f"{map.get_absolute_url()}graph/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return graph


def drawn(page):
    """The numbers of the statements that stand there, in their order."""
    return [int(each) for each in re.findall(r'id="g(\d+)"', page)]


@pytest.fixture
def branch(map, thesis, claim, new_node):
    """#3 supports #2, which supports the thesis; #4 supports #3; #5 undercuts the step of #2."""
    third = new_node(map, "evidence", "A count.", on=claim)
    new_node(map, "claim", "Deeper.", on=third)
    new_node(map, "counterpoint", "A leap.", on=claim.links_out.get(), relation="undercuts")
    return third


def test_it_opens_with_the_thesis_and_its_layer(branch, graph):
    page = graph()
    assert drawn(page) == [1, 2]
    assert ">+1<" in page


def test_the_pill_of_a_statement_opens_its_branch_and_shuts_it_again(branch, graph):
    assert 'href="?open=2"' in graph()
    page = graph("?open=2")
    assert drawn(page) == [1, 2, 3]
    assert 'href="?" class="pill" id="p2"' in page


def test_the_way_to_what_is_selected_is_open_and_its_words_are_whole(map, branch, graph, new_node):
    long = "So many words stand in it that three lines are not enough for them. " * 6
    number = new_node(map, "claim", long, on=branch).number
    page = graph(f"?node={number}")
    assert drawn(page) == [1, 2, 3, 4, number]
    assert page.count("…") == graph("?open=2,3").count("…") - 1


def test_shutting_what_leads_to_the_selected_selects_what_it_bore_on(branch, graph):
    page = graph("?open=2,3&node=4")
    assert 'href="?open=3&amp;node=1#g1" class="pill" id="p2"' in page


def test_what_undercuts_a_step_stands_on_it_and_in_full_once_it_is_selected(branch, graph):
    page = graph()
    assert "Counterpoint #5 undercuts the step to #1 from #2" in page
    assert drawn(graph("?node=5")) == [1, 2, 3, 5]


def test_a_statement_with_several_parents_stands_once(map, thesis, branch, graph, bob, claim):
    other = maps.add_node(
        bob, map, kind="claim", text="Another.", target=thesis, relation="supports"
    )
    maps.add_link(bob, map, source=branch, target=other, relation="supports")
    page = graph(f"?open=2,{other.number}")
    assert drawn(page).count(branch.number) == 1
    assert "supports further" in page
    assert branch.number in drawn(graph(f"?open={other.number}"))  # where its home is shut


def test_a_ring_and_what_leads_nowhere_stand_below(map, branch, graph, new_node, bob):
    one = new_node(map, "claim", "One.")
    two = new_node(map, "claim", "Two.", on=one)
    maps.add_link(bob, map, source=one, target=two, relation="opposes")
    page = graph(f"?open={one.number},{two.number}")
    assert drawn(page) == [1, 2, one.number, two.number]
    assert "Not linked yet" in page


def test_of_very_many_the_first_stand_there_and_more_are_asked_for(
    map, branch, graph, new_node, claim, monkeypatch
):
    for module in (opening, drawing):
        monkeypatch.setattr(module, "AT_ONCE", 3)
    numbers = [new_node(map, "claim", on=claim).number for _ in range(6)]
    page = graph("?open=2")
    assert drawn(page) == [1, 2, 3, *numbers[:2]]
    assert "Show 3 of 4 more below #2" in page
    assert "?open=2,2" in page
    assert drawn(graph("?open=2,2")) == [1, 2, 3, *numbers[:5]]
    assert drawn(graph(f"?open=2&node={numbers[-1]}")) == [1, 2, 3, *numbers[:2], numbers[-1]]


@pytest.mark.parametrize("query", ["?open=x", "?open=1,,2", "?open=-1", "?node=x", "?node=999",
    "?open=" + ",".join(["1"] * 500), "?open=1\x00"])  # fmt: skip
def test_what_is_no_number_leads_nowhere(branch, browse, map, query):
    assert browse().get(f"{map.get_absolute_url()}graph/{query}").status_code == 404


@pytest.mark.parametrize("query", ["?open=", "?open=0", "?open=999", "?open=4,4,4", "?open=1"])
def test_numbers_of_nothing_open_nothing(branch, browse, map, query):
    assert browse().get(f"{map.get_absolute_url()}graph/{query}").status_code == 200


def test_hidden_words_are_drawn_for_those_alone_who_may_read_them(branch, graph, mona, bob):
    hide(mona, branch, reason="Spam.")
    for part in ("", "?open=2", "?node=3"):
        assert "A count." not in graph(part)
    assert "Hidden by a moderator" in graph("?open=2")
    assert "A count." in graph("?open=2", mona)
    assert "A count." not in graph("?open=2")


def test_words_are_written_as_they_are(map, branch, graph, new_node):
    new_node(map, "claim", "<script>\"&'</script>", on=branch)
    page = graph("?open=2,3")
    assert "<script>&#34;" not in page
    assert "&lt;script&gt;" in page
    assert 'style="' not in page.split('id="canvas"')[1].split("</svg>")[0]


def test_the_file_is_the_same_drawing(branch, browse, map, graph):
    answer = browse().get(map.get_absolute_url() + "graph.svg?open=2")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    file = answer.content.decode()
    root = ET.fromstring(file)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in file
    assert file.split("</style>")[1].strip() in graph("?open=2")


def test_a_larger_map_asks_no_more(branch, map, new_node, claim, browse, empty_caches):
    asked = []
    for _ in range(2):
        empty_caches()
        with CaptureQueriesContext(connection) as queries:
            browse().get(map.get_absolute_url() + "graph/?open=2,3")
        asked.append(len(queries))
        for _ in range(8):
            new_node(map, "evidence", on=claim)
    assert asked[0] == asked[1]
