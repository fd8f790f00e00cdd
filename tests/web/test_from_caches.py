"""A page from the caches equals a page made with empty ones: after every action, for every class
of reader, the most privileged of them reading first. And a browser's copy is confirmed only where
the page is the same.

The workspace is read by every class of reader. The other pages are read by the three who differ
there, a few of them after each action, in turn: each step costs more than a second.
"""

import re

import pytest
from django.urls import reverse

from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.debate.models import Annotation, Dispute
from argmap.journal.writing import REGISTRY
from argmap.maps import actions as maps
from argmap.maps.models import Link, Node
from argmap.moderation import actions as moderation
from tests.cases import CASES, MAY, World

pytestmark = pytest.mark.one_database

#: Owner, editor, moderator, who wrote what is hidden and has private annotations (a writer, a
#: suggester), viewer with one, outsider, visitor.
READERS = ("alice", "edith", "mona", "bob", "simon", "victor", "charlie", None)
#: Who sees what is hidden, who has words of their own, who neither: for the pages that ask no more.
FEW_READERS = ("edith", "simon", None)
LISTS = ("api:nodes", "api:links", "api:annotations", "api:disputes")

STEPS = {}


class Life(World):
    """A world in which things can be done to what hangs together."""

    def opposed(self):
        node = self.node()
        counter = maps.add_node(
            self.bob, self.map, kind="counterpoint", text="No.", target=node, relation="opposes"
        )
        return node, counter, counter.links_out.get()

    def anchored(self):
        return self.node(selection=Selection(self.map.article.editions.first(), 4, 24))

    def doubted(self):
        node = self.anchored()
        support = {"target": node, "relation": "supports"}
        self.node(**support)
        debate.annotate(self.simon, self.map, target=node, text="Why?")
        debate.take_stance(self.simon, self.map, target=node, credence=30)
        return debate.open_dispute(
            self.simon, self.map, target=node, ground="outdated", statement="It is over."
        )

    def words(self, **more):
        words = Selection(self.map.article.editions.first(), 80, 95)
        return debate.annotate(self.simon, self.map, target=words, text="Here.", **more)


def step(name, actor, action):
    """One more way to do it, by the name of a test's part."""

    def add(prepare):
        STEPS[name] = actor, action, prepare

    return add


spam = {"reason": "Spam."}
step("add_node_on_one", "bob", "add_node")(
    lambda w: {"map": w.map, "kind": "claim", "text": "On.", "target": w.anchored(),
               "relation": "supports"}
)  # fmt: skip
step("add_node_with_words", "bob", "add_node")(
    lambda w: {"map": w.map, "kind": "claim", "text": "On words.",
               "selection": Selection(w.map.article.editions.first(), 100, 120)}
)  # fmt: skip
step("retract_what_opposes", "bob", "retract_node")(lambda w: {"node": w.opposed()[1]})
step("retract_its_link", "bob", "retract_link")(lambda w: {"link": w.opposed()[2]})
step("restore_what_opposes", "bob", "restore_node")(
    lambda w: {"node": maps.retract_node(w.bob, w.opposed()[1])}
)
step("retract_what_is_anchored", "edith", "retract_node")(lambda w: {"node": w.doubted().node})
step("move_what_opposes", "edith", "move_link")(
    lambda w: {"link": w.opposed()[2], "version": 1, "target": w.anchored()}
)
step("edit_into_another_wording", "edith", "edit_node")(
    lambda w: {"node": w.doubted().node, "version": 1, "text": "Otherwise."}
)
step("merge_what_is_doubted", "edith", "merge_nodes")(
    lambda w: {"map": w.map, "keep": w.anchored(), "merge": w.doubted().node}
)
step("hide_what_opposes", "mona", "hide")(lambda w: {"target": w.opposed()[1], **spam})
step("hide_what_is_anchored", "mona", "hide")(lambda w: {"target": w.doubted().node, **spam})
step("hide_a_link", "mona", "hide")(lambda w: {"target": w.opposed()[2], **spam})
step("hide_a_dispute", "mona", "hide")(lambda w: {"target": w.doubted(), **spam})
step("hide_an_annotation", "mona", "hide")(lambda w: {"target": w.annotation(w.simon), **spam})
step("hide_an_annotation_of_words", "mona", "hide")(lambda w: {"target": w.words(), **spam})
step("hide_the_article", "mona", "hide")(lambda w: {"target": w.map.article, **spam})
step("hide_the_map", "mona", "hide")(lambda w: {"target": w.map, **spam})
step("restore_the_article", "mona", "restore")(
    lambda w: {"target": moderation.hide(w.mona, w.map.article, **spam), **spam}
)
step("restore_a_dispute", "mona", "restore")(
    lambda w: {"target": moderation.hide(w.mona, w.doubted(), **spam), **spam}
)
step("link_what_opposes", "bob", "add_link")(
    lambda w: {
        "map": w.map,
        "source": w.node("counterpoint"),
        "target": w.anchored(),
        "relation": "opposes",
    }
)
step("place_in_another_paragraph", "edith", "place_passage")(
    lambda w: {
        "map": w.map,
        "passage": w.anchored().passages.get(),
        "edition": w.map.article.editions.order_by("number").last(),
        "start": 100,
        "end": 120,
    }
)
step("uphold", "edith", "decide_dispute")(
    lambda w: {"dispute": w.doubted(), "upheld": True, "decision": "Yes.", "what_changed": "It."}
)
step("dismiss", "edith", "decide_dispute")(
    lambda w: {"dispute": w.doubted(), "upheld": False, "decision": "No."}
)
step("withdraw_what_is_drawn", "simon", "withdraw_dispute")(lambda w: {"dispute": w.doubted()})
step("dispute_what_is_drawn", "simon", "open_dispute")(
    lambda w: {"map": w.map, "target": w.anchored(), "ground": "outdated", "statement": "So?"}
)
step("dispute_a_link", "simon", "open_dispute")(
    lambda w: {"map": w.map, "target": w.opposed()[2], "ground": "outdated", "statement": "So?"}
)
step("annotate_words", "simon", "annotate")(
    lambda w: {"map": w.map, "target": Selection(w.map.article.editions.first(), 4, 9),
               "text": "Here."}
)  # fmt: skip
step("annotate_words_privately", "simon", "annotate")(
    lambda w: {"map": w.map, "target": Selection(w.map.article.editions.first(), 4, 9),
               "text": "Mine.", "visibility": "private"}
)  # fmt: skip
step("retract_an_annotation_of_words", "simon", "retract_annotation")(
    lambda w: {"annotation": w.words()}
)
step("retract_a_private_one", "simon", "retract_annotation")(
    lambda w: {"annotation": w.words(visibility="private")}
)
step("take_a_stance_again", "simon", "take_stance")(
    lambda w: {"map": w.map, "target": w.doubted().node, "credence": 100}
)
step("another_edition", "alice", "add_edition")(
    lambda w: {"article": w.map.article, "text": "The bridge is open.\n\nAt last."}
)
step("another_title", "alice", "edit_article")(
    lambda w: {"article": w.map.article, "title": "The old bridge"}
)
step("not_for_charlie", "alice", "set_visibility")(
    lambda w: {"map": w.map, "visibility": "private"}
)
step("an_editor_more", "alice", "set_role")(lambda w: {"map": w.map, "user": w.victor, "role": 5})
step("one_member_less", "alice", "set_role")(lambda w: {"map": w.map, "user": w.edith, "role": 2})
step("mute_one_who_reads", "mona", "sanction")(lambda w: {"user": w.simon, "kind": "mute", **spam})
step("a_moderator_more", "mona", "make_moderator")(lambda w: {"user": w.victor})
step("rename_who_wrote", "bob", "rename_account")(lambda w: {"user": w.bob, "name": "Robert"})


_CASES = [param.values[0] for param in CASES]
ALREADY = {action for _, action, _ in STEPS.values()}
STEPS |= {case.action: case for case in _CASES if MAY[case.row] and case.action not in ALREADY}


def prepared(step, world, actors):
    """Who does what with which arguments."""
    if isinstance(step, tuple):
        name, action, prepare = step
        return getattr(world, name), action, prepare(world)
    actor = actors[MAY[step.row][0]]
    return actor, step.action, step.prepare(world, actor)


def test_no_action_is_left_out():
    done = {step[1] if isinstance(step, tuple) else step.action for step in STEPS.values()}
    assert done == set(REGISTRY)


@pytest.fixture
def life(full, people):
    return Life(full.map, people)


@pytest.fixture
def clients(browse, people):
    return {name: browse(people.get(name)) for name in READERS}


def read(clients, addresses, before_each=lambda: None):
    """By reader and address: the page as it is for everyone who asks for it so, and its ETag."""
    pages = {}
    for name, client in clients.items():
        before_each()
        for address in addresses if name in FEW_READERS else addresses[:1]:
            answer = client.get(address)
            pages[name, address] = _comparable(answer), answer.headers.get("ETag")
    return pages


def _comparable(answer):
    """Status and text, without the tokens that are new in each answer."""
    return f"{answer.status_code}\n" + re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())


def addresses_of(world, full, arguments, turn):
    """The workspace, two of the pages of which the process keeps parts, the statement's own page,
    and two of all others."""
    workspace, slug = full.map.get_absolute_url(), {"slug": full.map.slug}
    node = row_of(world, arguments, Node) or full.node
    number = {**slug, "number": node.number}
    in_turn = [reverse("home"), reverse("api:map", kwargs=slug), reverse("api:node", kwargs=number)]
    in_turn += [reverse(name, kwargs=slug) for name in LISTS]
    for model in (Link, Annotation, Dispute):
        name = model._meta.model_name
        row = row_of(world, arguments, model) or getattr(full, name)
        in_turn += [reverse(face + name, kwargs={**slug, "pk": row.pk}) for face in ("", "api:")]
    return [
        workspace,
        workspace + ["?edition=1", f"?node={node.number}"][turn % 2],
        reverse("node", kwargs=number),
        reverse(["history", "disputes"][turn // 2 % 2], kwargs=slug),
        *(in_turn * 2)[2 * turn % len(in_turn) :][:2],
    ]


def row_of(world, arguments, model):
    """The first of an action's arguments that is such a row of the map."""
    found = (each for each in arguments.values() if isinstance(each, model))
    return next((each for each in found if each.map_id == world.map.pk), None)


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("part", range(4))
def test_after_every_action_every_reader_gets_what_empty_caches_would_give(
    life, full, clients, actors, undone, empty_caches, part
):
    wrong = []
    for turn, name in list(enumerate(sorted(STEPS)))[part::4]:
        with undone():
            actor, action, arguments = prepared(STEPS[name], life, actors)
            addresses = addresses_of(life, full, arguments, turn)
            empty_caches()
            before = read(clients, addresses)
            REGISTRY[action](actor, **arguments)
            kept = read(clients, addresses)
            made = read(clients, addresses, before_each=empty_caches)
        wrong += [(name, *each, "stale") for each in kept if kept[each][0] != made[each][0]]
        wrong += [
            (name, *each, "confirmed")
            for each in kept
            if kept[each][1]
            and kept[each][1] == before[each][1]
            and kept[each][0] != before[each][0]
        ]
    assert wrong == []
