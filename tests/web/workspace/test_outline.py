"""The outline: what it shows of a map of any shape, and how the rest is reached."""

import pytest

from argmap.interchange.document import Link, MapDocument, Node
from argmap.maps import actions as maps
from argmap.transfer.actions import import_map

MOST = 200


@pytest.fixture
def new_graph(alice):
    """A map from pairs (source, target): new_graph({1: "thesis"}, [(2, 1)])."""

    def new_graph(kinds, pairs, relation="supports"):
        numbers = sorted({number for pair in pairs for number in pair} | set(kinds))
        nodes = [Node(n, kinds.get(n, "claim"), f"Statement {n}.") for n in numbers]
        links = [Link(f"l{i}", source, to, relation) for i, (source, to) in enumerate(pairs)]
        return import_map(alice, MapDocument("A graph", nodes=nodes, links=links)).map

    return new_graph


@pytest.fixture
def opened(browse, parsed, alice):
    """The numbers of the cards of a map's page, in the order in which they come: those that stand
    there at once, and those that come when every "more" is opened."""

    def opened(map):
        client = browse(alice)
        page = parsed(client.get(map.get_absolute_url()))
        first = cards(page)
        later, waiting = [], more(page)
        while waiting:
            address = waiting.pop()
            part = parsed(client.get(address, headers={"HX-Request": "true"}))
            assert cards(part) or "mention" in part.html, address
            later += cards(part)
            waiting += more(part)
        return first, later

    return opened


def cards(page):
    return [int(each[5:]) for each in page.values("id") if each.startswith("card-")]


def more(page):
    return [each for each in page.values("hx-get") if "/under/" in each or "/outline/" in each]


def test_a_small_map_stands_whole(new_graph, opened):
    map = new_graph({1: "thesis"}, [(2, 1), (3, 1), (4, 2)])
    assert opened(map) == ([1, 2, 4, 3], [])


def test_at_most_three_hundred_cards_come_at_once_and_the_nearest_first(new_graph, opened):
    pairs = [(n, 1) for n in range(2, 12)] + [(n, n % 10 + 2) for n in range(12, 1001)]
    first, later = opened(new_graph({1: "thesis"}, pairs))
    assert len(first) == MOST
    assert set(range(1, 12)) <= set(first)
    assert sorted(first + later) == list(range(1, 1001))


def test_a_chain_is_reached_to_its_end(new_graph, opened):
    first, later = opened(new_graph({1: "thesis"}, [(n + 1, n) for n in range(1, 500)]))
    assert first == list(range(1, len(first) + 1))
    assert sorted(first + later) == list(range(1, 501))


def test_a_star_is_reached_whole(new_graph, opened):
    first, later = opened(new_graph({1: "thesis"}, [(n, 1) for n in range(2, 1001)]))
    assert len(first) == MOST
    assert first + later == list(range(1, 1001))


@pytest.mark.parametrize("left_out", [1, 3])
def test_the_line_after_the_last_card_says_how_many_there_are_and_brings_the_rest(
    new_graph, browse, parsed, alice, left_out
):
    map = new_graph({1: "thesis"}, [(n, 1) for n in range(2, MOST + left_out + 1)])
    client = browse(alice)
    page = parsed(client.get(map.get_absolute_url()))
    said = f'Further below #1 (<span id="below-1">{MOST + left_out - 1}</span> in all)'
    assert said in page.html
    (rest,) = more(page)
    part = parsed(client.get(rest, headers={"HX-Request": "true"}))
    assert cards(part) == list(range(MOST + 1, MOST + left_out + 1))
    assert not more(part)


@pytest.mark.parametrize("size", [2, 3, 40])
def test_a_cycle_ends_where_it_comes_back(new_graph, opened, size):
    ring = [(n, n % size + 1) for n in range(1, size + 1)]
    first, later = opened(new_graph({}, ring, "opposes"))
    assert sorted(first + later) == list(range(1, size + 1))


def test_a_cycle_below_a_thesis_is_safe(new_graph, opened):
    first, later = opened(new_graph({1: "thesis"}, [(2, 1), (3, 2), (2, 3), (3, 1)]))
    assert sorted(first) == [1, 2, 3]
    assert later == []


def test_rival_theses_stand_side_by_side(new_graph, opened):
    map = new_graph({1: "thesis", 2: "thesis"}, [(1, 2), (2, 1)], "opposes")
    assert sorted(opened(map)[0]) == [1, 2]


def test_what_bears_on_several_stands_once_and_is_named_again(new_graph, opened, browse, alice):
    map = new_graph({1: "thesis"}, [(2, 1), (3, 1), (4, 2), (4, 3)])
    assert sorted(opened(map)[0]) == [1, 2, 3, 4]
    page = browse(alice).get(map.get_absolute_url()).content.decode()
    assert "supports: see #4" in page


@pytest.mark.one_database
def test_what_bears_on_several_stands_once_in_a_large_map_too(new_graph, opened):
    """Every layer bears on the whole layer above, and there is not room for all."""
    pairs = [(n, 1) for n in range(2, 252)]
    pairs += [(n, m) for n in range(252, 452) for m in (n - 250, 451 - n + 2)]
    first, later = opened(new_graph({1: "thesis"}, list(dict.fromkeys(pairs))))
    assert len(first) == MOST
    assert sorted(first + later) == list(range(1, 452))


def test_what_hangs_on_nothing_is_listed_last(new_graph, opened):
    map = new_graph({1: "thesis", 3: "claim", 4: "evidence"}, [(2, 1), (5, 4)])
    assert opened(map)[0] == [1, 2, 3, 4, 5]


def test_all_that_hangs_on_nothing_is_reached(new_graph, opened):
    map = new_graph({1: "thesis"} | dict.fromkeys(range(2, 701), "claim"), [])
    first, later = opened(map)
    assert len(first) == MOST
    assert sorted(first + later) == list(range(1, 701))


def test_a_retracted_statement_keeps_its_place_while_something_hangs_on_it(
    new_graph, opened, alice, browse
):
    map = new_graph({1: "thesis"}, [(2, 1), (3, 2), (4, 1)])
    maps.retract_node(alice, map.nodes.get(number=2))
    maps.retract_node(alice, map.nodes.get(number=4))
    assert opened(map)[0] == [1, 2, 3]
    page = browse(alice).get(map.get_absolute_url()).content.decode()
    assert "<del>Statement 2.</del>" in page
    maps.retract_node(alice, map.nodes.get(number=3))
    assert opened(map)[0] == [1]


def test_a_retracted_statement_among_many_moves_no_other_out_of_reach(new_graph, opened, alice):
    map = new_graph({1: "thesis"}, [(n, 1) for n in range(2, 402)] + [(402, 2)])
    maps.retract_node(alice, map.nodes.get(number=2))
    maps.retract_node(alice, map.nodes.get(number=402))
    first, later = opened(map)
    assert sorted(first + later) == [1, *range(3, 402)]


def test_what_attacks_a_step_stands_below_its_first_statement(browse, world, alice):
    page = browse(alice).get(world.map.get_absolute_url()).content.decode()
    below = page[page.index('id="under-2"') :]
    assert below.index("Undercuts the step to #1") < below.index("</ol>")


def test_without_javascript_more_leads_to_a_page_that_has_it(new_graph, browse, alice, parsed):
    map = new_graph({1: "thesis"}, [(n, 1) for n in range(2, 302)])
    page = parsed(browse(alice).get(map.get_absolute_url()))
    [more] = [each for each in page.values("href") if "/under/" in each]
    page = parsed(browse(alice).get(more))
    assert "<!doctype html>" in page.html
    assert cards(page) == list(range(201, 302))
    rest = new_graph({1: "thesis"} | dict.fromkeys(range(2, 701), "claim"), [])
    page = parsed(browse(alice).get(f"{rest.get_absolute_url()}outline/{MOST}/"))
    assert "<!doctype html>" in page.html
    assert cards(page) == list(range(201, 401))


def test_a_page_of_cards_is_small_whatever_the_map(new_graph, browse, alice):
    pairs = [(n, (n - 2) // 4 + 1) for n in range(2, 3001)]
    map = new_graph({1: "thesis"}, pairs)
    assert len(browse(alice).get(map.get_absolute_url()).content) < 300_000


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_its_links_follow_the_map_to_a_new_address(browse, world, alice):
    client, old = browse(alice), world.map.get_absolute_url()
    client.get(old)
    map = maps.set_visibility(alice, world.map, "unlisted")
    assert map.get_absolute_url() != old
    assert old not in client.get(map.get_absolute_url()).content.decode()


@pytest.fixture
def star(new_graph):
    """A thesis on which 399 nodes hang; on the last of them another."""
    return new_graph({1: "thesis"}, [(n, 1) for n in range(2, 401)] + [(401, 400)])


@pytest.mark.parametrize("number", [350, 401])
def test_a_statement_far_down_is_shown_on_the_page_that_names_it(
    star, browse, alice, parsed, number
):
    page = parsed(browse(alice).get(f"{star.get_absolute_url()}?node={number}"))
    assert f"card-{number}" in page.values("id")
    assert f"tools-{number}" in page.values("id")
    assert 'class="item selected"' in page.html


@pytest.mark.parametrize("number", [350, 401])
def test_what_is_shown_apart_comes_no_second_time(star, browse, alice, parsed, number):
    client = browse(alice)
    page = parsed(client.get(f"{star.get_absolute_url()}?node={number}"))
    found, waiting = cards(page), more(page)
    while waiting:
        part = parsed(client.get(waiting.pop(), headers={"HX-Request": "true"}))
        found += cards(part)
        waiting += more(part)
    assert sorted(found) == list(range(1, 402))


@pytest.mark.parametrize("number", [350, 499])
def test_the_end_of_a_long_chain_is_shown_with_what_is_just_above(
    new_graph, browse, alice, parsed, number
):
    map = new_graph({1: "thesis"}, [(n + 1, n) for n in range(1, 500)])
    page = parsed(browse(alice).get(f"{map.get_absolute_url()}?node={number}"))
    assert cards(page)[-8:][-1] == number
    assert len(cards(page)) < 60


def test_a_statement_that_leads_nowhere_is_shown_though_it_is_the_last(
    new_graph, browse, alice, parsed
):
    map = new_graph({1: "thesis"} | dict.fromkeys(range(2, 701), "claim"), [])
    client = browse(alice)
    page = parsed(client.get(f"{map.get_absolute_url()}?node=650"))
    found, waiting = cards(page), more(page)
    assert 650 in found
    while waiting:
        part = parsed(client.get(waiting.pop(), headers={"HX-Request": "true"}))
        found += cards(part)
        waiting += more(part)
    assert sorted(found) == list(range(1, 701))


def test_a_dense_map_names_what_stands_elsewhere_only_so_often(new_graph, opened, browse, alice):
    numbers = range(2, 82)
    pairs = [(n, 1) for n in numbers] + [(n, m) for n in numbers for m in numbers if n != m]
    map = new_graph({1: "thesis"}, pairs)
    page = browse(alice).get(map.get_absolute_url()).content
    assert page.count(b"item mention") <= 300
    assert len(page) < 300_000
    first, _ = opened(map)
    assert sorted(first) == list(range(1, 82))


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_a_thesis_is_asked_for_until_one_stands(map, new_node, browse, alice):
    client, address = browse(alice), map.get_absolute_url()
    new_node(map, "claim", "The piers are sound.")
    assert b"Write the thesis" in client.get(address).content
    claim = client.post(
        f"{address}write/claim/", {"text": "It is old."}, headers={"HX-Request": "true"}
    )
    assert b'id="no-thesis" hidden' not in claim.content
    thesis = client.post(
        f"{address}write/thesis/", {"text": "Rebuild it."}, headers={"HX-Request": "true"}
    )
    assert b'id="no-thesis" hidden' in thesis.content
    assert b"Write the thesis" not in client.get(address).content
    retracted = client.post(
        f"{address}nodes/3/retract/", {"reason": "Too short."}, headers={"HX-Request": "true"}
    )
    assert b"This map has no thesis yet" in retracted.content
    assert b"Write the thesis" in retracted.content
    assert b"Write the thesis" in client.get(address).content
