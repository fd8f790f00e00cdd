"""The skeleton of a map: brought forward step by step it is what it would be if read whole, and
what it says of the outline is what the outline promises."""

import contextlib
import random

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from argmap.debate.actions import annotate, merge_nodes
from argmap.journal.errors import Settled
from argmap.journal.versions import forget_all
from argmap.maps import actions
from argmap.maps.models import Link, Node, get_map
from argmap.maps.skeleton import skeleton_of
from argmap.maps.skeleton.draft import Draft
from argmap.maps.skeleton.reading import read_whole
from argmap.maps.skeleton.structure import (
    ARRAYS,
    KINDS,
    LEADS_NOWHERE,
    NONE,
    NOT_SHOWN,
    RELATIONS,
)
from argmap.moderation.actions import hide, restore


def same(one, other):
    """The names of what differs."""
    names = ["seq", "standing", *ARRAYS]
    return [name for name in names if getattr(one, name) != getattr(other, name)]


ENDS = ("source", "target_node", "target_link")


class Graph:
    """Rows of nodes and links that something happens to at random, each time told to a draft."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.nodes, self.links = {}, {}
        self.seq = 0
        self.skeleton = Draft().finished(0)

    def whole(self):
        rows = [(pk, *row.values()) for pk, row in sorted(self.nodes.items())]
        pks, numbers, kinds, standing, hidden, touched = columns(rows, 6)
        kinds = np.array([KINDS.index(kind) for kind in kinds])
        nodes = (pks, numbers, kinds, standing, hidden, touched)
        rows = [(pk, *row.values()) for pk, row in sorted(self.links.items())]
        pks, sources, targets, abouts, relations, standing, hidden = columns(rows, 7)
        relations = np.array([RELATIONS.index(relation) for relation in relations])
        links = (pks, sources, targets, abouts, relations, standing, hidden)
        return Draft.of_rows(nodes, links).finished(self.seq)

    def step(self):
        self.seq += 1
        draft = Draft(self.skeleton)
        for _ in range(self.dice.choice([1, 1, 1, 2, 4])):
            what = [self.add_node, self.add_link, self.alter_node, self.alter_link]
            self.dice.choices(what, [4, 3, 3, 3])[0](draft)
        self.skeleton = draft.finished(self.seq)

    def add_node(self, draft):
        pk = 10 * len(self.nodes) + 7
        kind = self.dice.choices(KINDS, [1, 6, 2, 3])[0]
        row = {"number": 2 * len(self.nodes) + 1, "kind": kind, "standing": True, "hidden": False}
        self.nodes[pk] = row | {"touched": 0}
        draft.add_node(pk, row["number"], kind)
        if len(self.nodes) > 1 and self.dice.random() < 0.7:
            self.add_link(draft, source=pk)

    def add_link(self, draft, source=None):
        if not self.nodes:
            return
        pk = 10 * len(self.links) + 3
        row = {"source": source or self.any(self.nodes), "target_node": 0, "target_link": 0}
        if self.links and self.dice.random() < 0.25:
            row["target_link"] = self.any(self.links)
            row["relation"] = self.dice.choice(["joins", "undercuts"])
        else:
            row["target_node"] = self.any(self.nodes)
            row["relation"] = self.dice.choice(["supports", "opposes"])
        if row["source"] == row["target_node"]:
            return
        self.links[pk] = row | {"standing": True, "hidden": False}
        ends = {name: row[name] or None for name in ("target_node", "target_link")}
        draft.add_link(pk, source=row["source"], relation=row["relation"], **ends)

    def alter_node(self, draft):
        if not self.nodes:
            return
        pk = self.any(self.nodes)
        field = self.dice.choice(["kind", "standing", "standing", "standing", "hidden"])
        kind = self.dice.choices(KINDS, [1, 3, 1, 1])[0]
        value = kind if field == "kind" else not self.nodes[pk][field]
        self.nodes[pk][field] = value
        draft.alter_node(pk, **{field: value})

    def alter_link(self, draft):
        if not self.links:
            return
        pk = self.any(self.links)
        row = self.links[pk]
        if self.dice.random() < 0.6:
            name = self.dice.choice(["standing", "standing", "hidden"])
            fields = {name: not row[name]}
        elif self.dice.random() < 0.3:
            fields = {"source": self.any(self.nodes)}
        elif row["target_node"]:
            fields = {"target_node": self.any(self.nodes), "target_link": 0}
        else:
            fields = {"target_node": 0, "target_link": self.any(self.links)}
        altered = row | fields
        if altered["source"] == altered["target_node"] or self.round(pk, altered["target_link"]):
            return
        row |= fields
        ends = {name: value or None for name, value in fields.items() if name in ENDS}
        draft.alter_link(pk, **fields | ends)

    def any(self, rows):
        pks = list(rows)
        return self.dice.choice(pks[-8:] if self.dice.random() < 0.3 else pks)

    def round(self, pk, about):
        passed = set()
        while about and about not in passed:
            if about == pk:
                return True
            passed.add(about)
            about = self.links[about]["target_link"]
        return False


def columns(rows, count):
    return [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0, int)] * count


@pytest.mark.parametrize("seed", range(12))
def test_brought_forward_it_is_as_if_read_whole(seed):
    graph = Graph(seed)
    for _ in range(250):
        graph.step()
        assert same(graph.skeleton, graph.whole()) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_reader_keeps_the_skeleton_that_they_have(seed):
    graph = Graph(seed)
    kept = []
    for _ in range(40):
        graph.step()
        kept.append((graph.skeleton, graph.whole()))
    for mine, as_it_was in kept:
        assert same(mine, as_it_was) == []


@pytest.mark.parametrize("seed", range(12))
def test_each_node_stands_as_near_to_a_thesis_as_its_links_allow(seed):
    """Held against a plain search, over and over, until nothing gets nearer."""
    graph = Graph(100 + seed)
    for _ in range(8):
        for _ in range(12):
            graph.step()
        check_outline(graph.skeleton)


def check_outline(skeleton):
    shown = [number for number in skeleton.numbers if skeleton.is_shown(number)]
    up = {number: [link.parent for link in skeleton.links_above(number)] for number in shown}
    theses = [number for number in shown if skeleton.node(number).kind == "thesis"]
    loose = [number for number in shown if not up[number] and number not in theses]
    near = distances(dict.fromkeys(theses, 0), up)
    near = near | distances(dict.fromkeys(loose, LEADS_NOWHERE), up, near)
    roots, count = skeleton.roots_from(0, 10_000)
    assert roots[: len(theses)] == theses
    assert set(loose) <= set(roots)
    assert count == len(roots)
    for number in shown:
        rank = skeleton.ranks[skeleton.place_of(number)]
        assert near.get(number, rank) == rank
        assert (number in roots) == (skeleton.home(number) is None)
        if number not in near:
            assert up[number], "what goes round bears on something"
    assert sorted(each for root in roots for each in skeleton.walk(root)) == shown
    for number in shown:
        way = [*skeleton.ancestors(number), number]
        assert way[0] in roots
        assert len(way) == skeleton.depth(number) + 1


def distances(start, up, already=()):
    near, nearer = dict(start), True
    while nearer:
        nearer = False
        for number, parents in up.items():
            found = min((near[each] + 1 for each in parents if each in near), default=None)
            if number not in already and found is not None and found < near.get(number, NOT_SHOWN):
                near[number] = found
                nearer = True
    return near


def test_it_is_small():
    size = 10_000
    pks = np.arange(1, size + 1)
    ones, zeros = np.ones(size, int), np.zeros(size, int)
    nodes = (pks, pks, np.minimum(pks - 1, 1), ones > 0, zeros > 0, ones)
    no = zeros[1:] > 0
    links = (pks[1:], pks[1:], pks[1:] // 2, zeros[1:], zeros[1:], ~no, no)
    skeleton = Draft.of_rows(nodes, links).finished(1)
    assert skeleton.weight < 100 * size
    assert set(skeleton.homes) == {NONE, *range(size - 1)}


# With rows, journals and actions.


class Deeds:
    """People who do something at random to a map, each time as the actions allow."""

    def __init__(self, map, alice, mona, seed):
        self.map, self.alice, self.mona = map, alice, mona
        self.dice = random.Random(seed)

    def one(self):
        often = [*[self.add] * 3, self.bear, self.bear, self.retract, self.hide]
        seldom = [self.restore, self.move, self.turn, self.kind, self.merge, self.talk]
        deed = self.dice.choice([*often, *often, *seldom])
        with contextlib.suppress(ValidationError, Settled):
            deed()

    def any(self, model, **fields):
        found = model.objects.filter(map=self.map, **fields).order_by("pk")
        if not found:
            raise Settled
        return self.dice.choice(found)

    def target(self):
        if self.dice.random() < 0.3:
            return self.any(Link), self.dice.choice(["joins", "undercuts"])
        return self.any(Node), self.dice.choice(["supports", "opposes"])

    def add(self):
        kind = self.dice.choices(KINDS, [1, 5, 2, 2])[0]
        on = {}
        if kind != "thesis" and self.dice.random() < 0.8:
            on = dict(zip(("target", "relation"), self.target(), strict=True))
        actions.add_node(self.alice, self.map, kind=kind, text="So it is.", **on)

    def bear(self):
        target, relation = self.target()
        source = self.any(Node)
        actions.add_link(self.alice, self.map, source=source, target=target, relation=relation)

    def retract(self):
        if self.dice.random() < 0.6:
            actions.retract_node(self.alice, self.any(Node))
        else:
            actions.retract_link(self.alice, self.any(Link))

    def restore(self):
        if self.dice.random() < 0.6:
            actions.restore_node(self.alice, self.any(Node, retracted_at__isnull=False))
        else:
            actions.restore_link(self.alice, self.any(Link, retracted_at__isnull=False))

    def hide(self):
        target = self.any(self.dice.choice([Node, Link]))
        (restore if target.hidden else hide)(self.mona, target, reason="Spam.")

    def move(self):
        link = self.any(Link)
        target = self.any(Link if link.target_node_id is None else Node)
        actions.move_link(self.alice, link, version=link.version, target=target)

    def turn(self):
        link = self.any(Link)
        relations = ("joins", "undercuts") if link.target_link_id else ("supports", "opposes")
        relation = self.dice.choice(relations)
        actions.edit_link(self.alice, link, version=link.version, relation=relation)

    def kind(self):
        node, kind = self.any(Node), self.dice.choice(KINDS)
        actions.edit_node(self.alice, node, version=node.version, kind=kind)

    def merge(self):
        merge_nodes(self.alice, self.map, keep=self.any(Node), merge=self.any(Node))

    def talk(self):
        annotate(self.alice, self.map, target=self.any(self.dice.choice([Node, Link])), text="So?")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_after_any_deeds_it_is_as_if_read_whole(map, alice, mona, seed):
    deeds = Deeds(map, alice, mona, seed)
    for _ in range(120):
        for _ in range(deeds.dice.choice([1, 1, 1, 3])):
            deeds.one()
        now = get_map(alice, map.slug)
        brought = skeleton_of(now)
        assert same(brought, read_whole(now)) == []
    assert brought.standing > 10
    check_outline(brought)


@pytest.mark.parametrize("map", ["public"], indirect=True)
def test_it_is_as_of_the_seq_of_its_map_even_where_someone_has_written_since(map, alice, mona):
    deeds = Deeds(map, alice, mona, 7)
    for _ in range(60):
        deeds.one()
    then = get_map(alice, map.slug)
    as_it_was = read_whole(then)
    for _ in range(30):
        deeds.one()
    forget_all()
    late = skeleton_of(then)
    assert [name for name in same(late, as_it_was) if name != "touched"] == []
    assert len(skeleton_of(get_map(alice, map.slug)).numbers) > len(late.numbers)


def test_an_action_cannot_ask_for_it(map, alice, monkeypatch):
    """What is not committed yet could be kept, and be what everyone else is shown."""
    monkeypatch.setattr("argmap.maps.actions.nodes.kind_for", lambda *_: skeleton_of(map))
    with pytest.raises(RuntimeError, match="committed"):
        actions.add_node(alice, get_map(alice, map.slug), kind="claim", text="So it is.")


def test_what_a_leaf_costs_is_the_same_in_any_map(map, alice, django_assert_num_queries):
    for size in (3, 30):
        for _ in range(size):
            actions.add_node(alice, map, kind="claim", text="So it is.")
        skeleton_of(get_map(alice, map.slug))
        actions.add_node(alice, map, kind="claim", text="So it is.")
        now = get_map(alice, map.slug)
        with django_assert_num_queries(2):
            skeleton_of(now)
