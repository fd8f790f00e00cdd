"""A page to which is done what the stream says is like the page made anew: nothing of the outline
stands at another place, twice or not at all. And it is told no more than it needs."""

import contextlib
import random
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from argmap.debate import actions as debate
from argmap.interchange.document import Link, MapDocument, Node
from argmap.journal.errors import Settled
from argmap.maps import actions as maps
from argmap.maps.models import get_map
from argmap.moderation import actions as moderation
from argmap.transfer.actions import import_map
from argmap.web.workspace import live
from argmap.web.workspace.panes import children_html, outline_html, shown_to
from tests.web.following import Page, lines_of


@pytest.fixture
def shown():
    """A map as a reader is shown it now."""

    def shown(map, user):
        return shown_to(user, get_map(user, map.slug))

    return shown


@pytest.fixture
def page_of(shown):
    return lambda map, user: Page(outline_html(shown(map, user)))


def told(shown, since):
    return "".join(live._outline_partials(shown, live.difference_of(shown, since)))


class Life:
    """Something happens to a graph, at random."""

    def __init__(self, map, seed, alice, mona):
        self.map, self.dice = map, random.Random(seed)
        self.alice, self.mona = alice, mona

    def step(self):
        what = [self.add, self.add, self.link, self.retract, self.restore, self.move, self.turn]
        with contextlib.suppress(Settled, ValidationError):
            self.dice.choice([*what, self.hide, self.retract_link, self.kind, self.edit])()

    def node(self, **which):
        rows = list(self.map.nodes.filter(**which).order_by("pk"))
        if not rows:
            raise Settled("There is none.")
        return self.dice.choice(rows)

    def a_link(self):
        rows = list(self.map.links.standing().order_by("pk"))
        if not rows:
            raise Settled("There is none.")
        return self.dice.choice(rows)

    def add(self):
        on = self.dice.choice([None, self.node(), self.node(), self.a_link()])
        relations = ("joins", "undercuts") if hasattr(on, "relation") else ("supports", "opposes")
        bearing = {"target": on, "relation": self.dice.choice(relations)} if on else {}
        maps.add_node(self.alice, self.map, kind="claim", text="New.", **bearing)

    def link(self):
        on = self.dice.choice([self.node(), self.node(), self.a_link()])
        relations = ("joins", "undercuts") if hasattr(on, "relation") else ("supports", "opposes")
        relation = self.dice.choice(relations)
        maps.add_link(self.alice, self.map, source=self.node(), target=on, relation=relation)

    def retract(self):
        maps.retract_node(self.alice, self.node())

    def restore(self):
        maps.restore_node(self.alice, self.node(retracted_at__isnull=False))

    def retract_link(self):
        maps.retract_link(self.alice, self.a_link())

    def move(self):
        link = self.a_link()
        target = self.node() if link.target_node_id else self.a_link()
        maps.move_link(self.alice, link, version=link.version, target=target)

    def hide(self):
        target = self.dice.choice([self.node(), self.a_link()])
        moderation.hide(self.mona, target, reason="Spam.")

    def turn(self):
        link = self.a_link()
        relations = ("joins", "undercuts") if link.target_link_id else ("supports", "opposes")
        relation = self.dice.choice(relations)
        maps.edit_link(self.alice, link, version=link.version, relation=relation)

    def kind(self):
        node = self.node()
        maps.edit_node(
            self.alice, node, version=node.version, kind=self.dice.choice(["thesis", "claim"])
        )

    def edit(self):
        node = self.node()
        maps.edit_node(self.alice, node, version=node.version, text=f"{node.text} So.")


@pytest.fixture
def new_graph(alice):
    def new_graph(kinds, pairs):
        numbers = sorted({number for pair in pairs for number in pair} | set(kinds))
        nodes = [Node(n, kinds.get(n, "claim"), f"Statement {n}.") for n in numbers]
        links = [Link(f"l{i}", source, to, "supports") for i, (source, to) in enumerate(pairs)]
        made = import_map(alice, MapDocument("A graph", nodes=nodes, links=links)).map
        return maps.set_visibility(alice, made, "public")

    return new_graph


@pytest.mark.one_database
@pytest.mark.parametrize("seed", range(4))
def test_what_is_sent_makes_an_old_page_like_a_new_one(
    new_graph, shown, page_of, alice, mona, seed
):
    dice = random.Random(seed)
    map = new_graph({1: "thesis", 2: "thesis"}, [(n, dice.randrange(1, n)) for n in range(3, 14)])
    life = Life(map, seed, alice, mona)
    readers = alice, AnonymousUser()
    pages = {reader: page_of(map, reader) for reader in readers}
    since = dict.fromkeys(readers, get_map(alice, map.slug).seq)
    for _ in range(60):
        for _ in range(dice.choice([1, 1, 1, 2, 3])):
            life.step()
        for reader, page in pages.items():
            now = shown(map, reader)
            sent = told(now, since[reader])
            page.do(sent)
            assert page.outline() == page_of(map, reader).outline()
            page.do(sent)  # as whoever wrote it gets it a second time
            assert page.outline() == page_of(map, reader).outline()
            since[reader] = now.map.seq


@pytest.fixture
def star(new_graph):
    """A thesis on which 299 nodes hang, of which a page shows the first 199."""
    return new_graph({1: "thesis"}, [(n, 1) for n in range(2, 301)])


def test_what_one_opened_stays_open_and_the_new_comes_at_its_place(
    star, shown, page_of, alice, new_node
):
    page = page_of(star, alice)
    since, more = shown(star, alice), page.tree.find("more-1").find("below-1")
    assert more.children == ["299"]
    opened = page.ids("card-")
    last = star.links.get(source__number=int(opened[-1][5:])).pk
    page.open(1, children_html(since, 1, after=last))
    assert len(page.ids("card-")) == 300
    node = new_node(star, on=star.nodes.get(number=1), by=alice)
    deep = new_node(star, on=star.nodes.get(number=290), by=alice)
    sent = told(shown(star, alice), since.map.seq)
    page.do(sent)
    assert page.ids("card-")[-1] == f"card-{node.number}"
    assert len(page.ids("card-")) == 302
    assert page.tree.find("under-290").find(f"card-{deep.number}")
    assert len(sent) < 10_000


def test_what_is_behind_more_comes_when_that_is_opened_and_once(
    star, shown, page_of, alice, new_node
):
    page, since = page_of(star, alice), shown(star, alice)
    last = star.links.get(source__number=int(page.ids("card-")[-1][5:])).pk
    nodes = [new_node(star, on=star.nodes.get(number=1), by=alice) for _ in range(2)]
    maps.retract_node(alice, star.nodes.get(number=2))
    now = shown(star, alice)
    page.do(told(now, since.map.seq))
    assert {f"card-{node.number}" for node in nodes}.isdisjoint(page.ids("card-"))
    assert "card-2" not in page.ids("card-")
    assert page.tree.find("below-1").children == ["300"]  # one went, two came
    page.open(1, children_html(now, 1, after=last))
    assert sorted(page.ids("card-")) == sorted({f"card-{n}" for n in (1, *range(3, 303))})


def test_of_a_branch_that_moves_no_more_is_sent_than_a_page_shows(new_graph, shown, page_of, alice):
    pairs = [(3, 1), (4, 3)] + [(n, 4) for n in range(5, 1000)]
    map = new_graph({1: "thesis", 2: "thesis"}, pairs)
    page, since = page_of(map, alice), shown(map, alice).map.seq
    link = map.links.get(source__number=3)
    maps.move_link(alice, link, version=1, target=map.nodes.get(number=2))
    sent = told(shown(map, alice), since)
    page.do(sent)
    assert page.tree.find("under-2").find("card-3")
    assert sent.count('<article class="card') <= 200 + 5


def test_where_the_older_graph_is_not_known_the_whole_outline_is_sent(
    new_graph, shown, alice, new_node, empty_caches
):
    map = new_graph({1: "thesis"}, [(2, 1)])
    since = shown(map, alice).map.seq
    new_node(map, on=map.nodes.get(number=2), by=alice)
    empty_caches()
    sent = told(shown(map, alice), since)
    assert sent.startswith('<hx-partial hx-target="#outline"')
    assert sent.count("<hx-") == 1


def targets(sent):
    return re.findall(r'<hx-partial hx-target="#([\w-]+)"', sent)


def edit(map, numbers, by):
    for node in map.nodes.filter(number__in=numbers).order_by("number"):
        maps.edit_node(by, node, version=node.version, text=f"{node.text} So.")


def test_as_many_cards_as_are_sent_one_by_one_come_so_and_one_more_brings_the_outline(
    star, shown, page_of, alice
):
    page, since = page_of(star, alice), shown(star, alice).map.seq
    edited = range(2, 2 + live.MOST)
    edit(star, edited, alice)
    sent = told(shown(star, alice), since)
    assert targets(sent) == [f"card-{n}" for n in edited]
    page.do(sent)
    assert page.outline() == page_of(star, alice).outline()

    edit(star, [edited.stop], alice)
    sent = told(shown(star, alice), since)
    assert targets(sent) == ["outline"]
    assert "<hx-place" not in sent
    page.do(sent)
    assert page.outline() == page_of(star, alice).outline()


def test_what_moves_counts_beside_the_cards(star, shown, page_of, alice):
    page, since = page_of(star, alice), shown(star, alice).map.seq
    for node in star.nodes.filter(number__in=range(2, 12)):
        maps.retract_node(alice, node)
    cards = live.MOST - 10 - 10 - 1  # moved, their own cards, the one below which they stood
    edit(star, range(100, 100 + cards), alice)
    sent = told(shown(star, alice), since)
    assert (sent.count("<hx-place"), len(targets(sent))) == (10, cards + 2)
    page.do(sent)
    assert not {f"card-{n}" for n in range(2, 12)} & set(page.ids("card-"))
    assert "So." in str(list(lines_of(page.tree.find(f"card-{99 + cards}"))))

    edit(star, [100 + cards], alice)
    sent = told(shown(star, alice), since)
    assert targets(sent) == ["outline"]
    page.do(sent)
    assert page.outline() == page_of(star, alice).outline()


def test_an_edit_of_what_was_said_of_a_step_comes_to_the_margin_about_it(public, alice, simon):
    link, address = public.link(), public.map.slug
    asked = debate.annotate(
        simon, public.map, target=link, text="Since when?", motivation="questioning"
    )
    reply = debate.reply(simon, asked, text="I wonder.")
    dispute = debate.open_dispute(
        simon, public.map, target=link, ground="outdated", statement="It was so once."
    )
    for act in (
        lambda: debate.edit_annotation(simon, asked, version=1, text="Until when?"),
        lambda: debate.edit_annotation(simon, reply, version=1, text="I do wonder."),
        lambda: debate.resolve_annotation(simon, asked),
        lambda: debate.edit_dispute(simon, dispute, version=1, statement="It was."),
    ):
        since = get_map(alice, address).seq
        act()
        names, _ = live.news(shown_to(alice, get_map(alice, address)), since)
        assert f"node-{link.source.number}" in names
