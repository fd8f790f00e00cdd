"""A page from the caches equals a page made with empty ones: after every action, for every class
of reader, the most privileged of them reading first. And a browser's copy is confirmed only where
the page is the same. What the stream sends is the same either way, too, and makes of the page that
was there the page that one gets anew.

What a page shows is kept under the `seq`s of journals, and a card under the last one that touched
it. So actions that write the same journals, each to rows of its own, are done together: what one
of them leaves stale, none of the others refreshes.
"""

import re
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from argmap.accounts.models import Team
from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.debate.models import Annotation, Dispute
from argmap.journal.errors import Gone
from argmap.journal.models import Journal
from argmap.journal.writing import REGISTRY
from argmap.maps import actions as maps
from argmap.maps import skeleton
from argmap.maps.models import Link, Node, get_map, get_map_for_many
from argmap.moderation import actions as moderation
from argmap.web.http.memory import Memory
from argmap.web.workspace.asking import kind_of, powers_of
from argmap.web.workspace.broadcast import Place, body_of
from tests.cases import CASES, MAY, World
from tests.web.conftest import WORDS
from tests.web.following import Page, lines_of

pytestmark = pytest.mark.one_database

#: Owner, editor, moderator, who wrote what is hidden and has private annotations (a writer, a
#: suggester), viewer with one, outsider, visitor.
READERS = ("alice", "edith", "mona", "bob", "simon", "victor", "charlie", None)
#: Who sees what is hidden, who has words of their own, who neither: for the pages in turn.
FEW_READERS = ("edith", "simon", None)
LISTS = ("api:nodes", "api:links", "api:annotations", "api:disputes")

STEPS = {}


class Life(World):
    """A world in which things can be done to what hangs together."""

    def team(self):
        return Team.objects.first() or super().team()

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
step("add_what_opposes", "bob", "add_node")(
    lambda w: {"map": w.map, "kind": "counterpoint", "text": "No.", "target": w.anchored(),
               "relation": "opposes"}
)  # fmt: skip
step("restore_its_link", "bob", "restore_link")(
    lambda w: {"link": maps.retract_link(w.bob, w.opposed()[2])}
)
step("annotate_a_node_privately", "edith", "annotate")(
    lambda w: {"map": w.map, "target": w.node(), "text": "Mine.", "visibility": "private"}
)
step("retract_what_opposes", "bob", "retract_node")(lambda w: {"node": w.opposed()[1]})
step("retract_its_link", "bob", "retract_link")(lambda w: {"link": w.opposed()[2]})
step("restore_what_opposes", "bob", "restore_node")(
    lambda w: {"node": maps.retract_node(w.bob, w.opposed()[1])}
)
step("retract_what_is_anchored", "edith", "retract_node")(lambda w: {"node": w.doubted().node})
step("move_what_opposes", "edith", "move_link")(
    lambda w: {"link": w.opposed()[2], "version": 1, "target": w.anchored()}
)
step("turn_what_opposes", "bob", "edit_link")(
    lambda w: {"link": w.opposed()[2], "version": 1, "relation": "supports"}
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


PARTS = 8  # of the rounds, in a test each
#: At once, of those that write to the map's journal alone.
TOGETHER = 12
#: What is done together beside them, since it writes the same other journals.
APART = [
    ["begin_map", "bring_in", "bring_in_article", "import_map"],
    ["accept_invitation", "create_team", "invite", "set_article_visibility", "set_team_role"],
    ["dismiss_flags", "flag"],
    ["annotate_a_node_privately"],
    ["annotate_words_privately", "retract_a_private_one"],
    ["read_sanction", "revoke_token", "set_password"],
    ["hide_a_dispute", "hide_a_link", "hide_an_annotation", "hide_an_annotation_of_words",
     "hide_what_is_anchored", "hide_what_opposes", "restore_a_dispute"],
]  # fmt: skip
#: What changes who sees what and may do what, or the whole map.
ALONE = [
    "a_moderator_more", "an_editor_more", "another_edition", "another_title", "archive_map",
    "edit_map", "hide_the_article", "hide_the_map", "issue_token", "lift_sanction", "lock_map",
    "mute_one_who_reads", "not_for_charlie", "one_member_less", "rename_who_wrote",
    "restore_the_article", "unarchive_map", "unlock_map",
]  # fmt: skip


def rounds():
    """Names of steps that are done together."""
    others = sorted(set(STEPS).difference(ALONE, *APART))
    count = -(-len(others) // TOGETHER)
    return [others[at::count] for at in range(count)] + APART + [[name] for name in ALONE]


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


def read(clients, addresses, in_turn, before_each=lambda: None):
    """By reader and address: the page as it is for everyone who asks for it so, and its ETag."""
    pages = {}
    for name, client in clients.items():
        before_each()
        for address in addresses + in_turn * (name in FEW_READERS):
            answer = client.get(address)
            pages[name, address] = _comparable(answer), answer.headers.get("ETag")
    return pages


def _comparable(answer):
    """Status and text, without the tokens that are new in each answer."""
    return f"{answer.status_code}\n" + re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())


def addresses_of(world, full, rows, turn):
    """The pages that everyone reads after a round: the workspace and a node's, and in turn half
    of those that many read. And some of all others, in turn."""
    slug = {"slug": full.map.slug}
    node = row_of(world, rows, Node) or full.node
    number = {**slug, "number": node.number}
    start, end = WORDS[turn // 2 % len(WORDS)]
    words = {**slug, "edition": 1, "start": start, "end": end}
    workspace = full.map.get_absolute_url()
    addresses = [workspace, reverse("node", kwargs=number)]
    if turn % 2:
        addresses += [workspace + "?edition=1", reverse("disputes", kwargs=slug), reverse("home")]
        addresses += [reverse("node", kwargs={**slug, "number": 1 + node.number % 2})]
    else:
        addresses += [f"{workspace}?node={node.number}", reverse("history", kwargs=slug)]
        addresses += [reverse("words", kwargs=words), reverse("annotations", kwargs=slug)]
    in_turn = [reverse("api:map", kwargs=slug), reverse("api:node", kwargs=number)]
    in_turn += [reverse(name, kwargs=slug) for name in LISTS]
    for model in (Link, Annotation, Dispute):
        name = model._meta.model_name
        row = row_of(world, rows, model) or getattr(full, name)
        in_turn += [reverse(face + name, kwargs={**slug, "pk": row.pk}) for face in ("", "api:")]
    return addresses, (in_turn * 2)[2 * turn % len(in_turn) :][:2]


def row_of(world, rows, model):
    """The first of what the actions are about that is such a row of the map."""
    found = (each for each in rows if isinstance(each, model))
    return next((each for each in found if each.map_id == world.map.pk), None)


@contextmanager
def keeping_nothing():
    """Caches that stay empty: no part of a page can be taken for another of the same page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Memory, "set", lambda *args, **how: None)
        yield


def seqs():
    return dict(Journal.objects.values_list("pk", "seq"))


class Stream:
    """What is sent to each class of reader of a map that they had when this was made."""

    def __init__(self, full, people):
        self.slug = full.map.slug
        self.people = {name: people.get(name, AnonymousUser()) for name in READERS}
        self.since = get_map_for_many(self.slug)
        self.graph = skeleton.skeleton_of(self.since)
        self.classes = self._classes()

    def _classes(self):
        """Of those who may read it now: what they are sent, and which tools they have."""
        classes = {}
        for name, user in self.people.items():
            try:
                map = get_map(user, self.slug)
            except Gone:
                continue
            classes[name] = kind_of(user, map, None), powers_of(user, map)
        return classes

    def sent(self, before_each=lambda: None):
        """By name of the reader; the most privileged class first."""
        map, sent = get_map_for_many(self.slug), {}
        for name, (kind, _) in self._classes().items():
            before_each()
            # Where the graph is not known as it was, the whole outline is sent.
            skeleton._versions._keep(map.pk, self.since.seq, self.graph)
            sent[name] = body_of(map, Place(kind, self.since.seq, self.since.article_seq))
        return sent

    def follows(self, name):
        """Whether the reader's page is of the same class, tools and text as before."""
        if get_map_for_many(self.slug).article_seq > self.since.article_seq:
            return False
        return name in self.classes and self._classes().get(name) == self.classes[name]


#: What the stream keeps as a new page shows it.
LIVE = ("outline", "text", "heat", "open-disputes", "count", "no-thesis", "write-thesis")


def live(page):
    """Those parts of a workspace, each as lines."""
    found = {name: page.tree.find(name) for name in LIVE}
    return {name: part and list(lines_of(part)) for name, part in found.items()}


def after_the_stream(html, body):
    """A workspace that was sent messages."""
    page = Page(html)
    data = [line[6:] for line in body.decode().splitlines() if line.startswith("data: ")]
    page.do("\n".join(line for line in data if not re.fullmatch(r"[a-z]+(-\d+)?", line)))
    return page


@pytest.mark.parametrize("map", ["public"], indirect=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_after_every_action_every_reader_gets_what_empty_caches_would_give(
    life, full, people, clients, actors, undone, empty_caches, part
):
    wrong = []
    for turn, names in list(enumerate(rounds()))[part::PARTS]:
        with undone():
            ready = [prepared(STEPS[name], life, actors) for name in names]
            rows = [row for _, _, arguments in ready for row in arguments.values()]
            addresses = addresses_of(life, full, rows, turn)
            empty_caches()
            before, stream = read(clients, *addresses), Stream(full, people)
            act_together(full, ready)
            kept, sent = read(clients, *addresses), stream.sent()
            with keeping_nothing():
                made = read(clients, *addresses, before_each=empty_caches)
                sent_anew = stream.sent(before_each=empty_caches)
            wrong += [
                (names, name, "stream") for name in sent_anew if sent[name] != sent_anew[name]
            ]
            wrong += [
                (names, name, "live")
                for name in ("edith", None)  # who have no marks of their own
                if stream.follows(name)
                and live(after_the_stream(before[name, addresses[0][0]][0], sent[name]))
                != live(Page(made[name, addresses[0][0]][0]))
            ]
        wrong += [(names, *each, "stale") for each in kept if kept[each][0] != made[each][0]]
        wrong += [
            (names, *each, "confirmed")
            for each in kept
            if kept[each][1]
            and kept[each][1] == before[each][1]
            and kept[each][0] != before[each][0]
        ]
    assert wrong == []


def act_together(full, ready):
    """Each of them writes the same of the journals that the pages show."""
    shown = {full.map.journal_id, full.map.article.journal_id}
    shown |= set(Journal.objects.exclude(kind__in=["map", "article"]).values_list("pk", flat=True))
    written = []
    for actor, action, arguments in ready:
        earlier = seqs()
        REGISTRY[action](actor, **arguments)
        written.append({pk for pk, seq in seqs().items() if seq != earlier.get(pk)} & shown)
    assert all(each == written[0] for each in written), [action for _, action, _ in ready]
