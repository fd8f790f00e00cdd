"""A case for every registered action: how it is called, and which row of the table it asks for.

A plugin of every test: one that takes `case` runs for each of them; `possible`, for each that
someone may do.
"""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser

from argmap.accounts import actions as accounts
from argmap.accounts.permissions import Role
from argmap.articles import actions as articles
from argmap.articles.actions import Selection
from argmap.debate import actions as debate
from argmap.interchange.document import MapDocument
from argmap.maps import actions as maps
from argmap.moderation import actions as moderation
from argmap.transfer import actions as transfer

ROLES = ["visitor", "viewer", "suggester", "writer", "editor", "owner", "moderator"]

# DESIGN §6, written out by hand: who may, by row of its table.
MAY = {
    "annotate privately, flag, take a stance": ROLES[1:],
    "annotate for all, reply, dispute, suggest": ROLES[2:],
    "add nodes and links; edit one's own; answer": ["writer", "editor", "owner"],
    "edit anyone's; place; decide": ["editor", "owner"],
    "a new edition": ["editor", "owner"],
    "members, roles, settings, archive": ["owner"],
    "one's own account": ["owner"],
    "hide, restore, lock, sanction": ["moderator"],
    "anyone signed in": ROLES[1:],
    "nobody": [],
}
PRIVATELY, FOR_ALL, ADD, EDIT, EDITION, MANAGE, ACCOUNT, MODERATE, BEGIN, NOBODY = MAY

CASES = []


def case(
    action,
    row,
    suffix="",
    *,
    elsewhere=False,
    when_closed=False,
    when_muted=False,
    when_suspended=False,
):
    """Takes a function of a world and of who will act, which prepares the arguments of a call.

    `elsewhere`: what it writes lies outside of the map, whose state does not matter to it.
    """

    def add(prepare):
        about = SimpleNamespace(
            action=action.__name__,
            row=row,
            prepare=prepare,
            elsewhere=elsewhere,
            when_closed=when_closed or elsewhere,
            when_muted=when_muted or when_suspended,
            when_suspended=when_suspended,
        )
        CASES.append(pytest.param(about, id=action.__name__ + suffix))

    return add


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES)
    if "possible" in metafunc.fixturenames:
        metafunc.parametrize("possible", [each for each in CASES if MAY[each.values[0].row]])


def own(actor, obj):
    """The object, written by the actor (whose role would not always have let them)."""
    if actor.is_authenticated:
        type(obj).objects.filter(pk=obj.pk).update(author=actor)
    return type(obj).objects.get(pk=obj.pk)


class World:
    def __init__(self, map, people):
        self.map = map
        self.__dict__.update(people)

    def node(self, kind="claim", **more):
        return maps.add_node(self.bob, self.map, kind=kind, text="A statement.", **more)

    def link(self):
        support = {"relation": "supports", "target": self.node("thesis")}
        return self.node(**support).links_out.get()

    def dispute(self, author=None):
        dispute = debate.open_dispute(
            self.simon, self.map, target=self.node(), ground="outdated", statement="It is over."
        )
        return own(author, dispute) if author else dispute

    def annotation(self, author):
        return own(author, debate.annotate(self.simon, self.map, target=self.node(), text="Why?"))

    def question(self, author):
        asked = {"text": "Since when?", "motivation": "questioning"}
        return own(author, debate.annotate(self.simon, self.map, target=self.node(), **asked))

    def note_on_words(self, author, **more):
        edition = self.map.article.editions.first()
        words = Selection(edition, 0, 10)
        note = debate.annotate(self.simon, self.map, target=words, text="Why?", **more)
        return {"annotation": own(author, note), "edition": edition}

    def suggestion(self, author=None):
        made = debate.suggest(self.simon, self.map, target=self.node(), text="Other words.")
        return own(author, made) if author else made

    def passage(self):
        edition = self.map.article.editions.first()
        node = self.node(selection=Selection(edition, 0, 10))
        return {"passage": node.passages.get(), "edition": edition, "start": 3, "end": 9}

    def flagged(self, obj):
        moderation.flag(self.victor, obj, reason="spam")
        return obj

    def hidden(self):
        return moderation.hide(self.mona, self.flagged(self.node()), reason="Spam.")

    def locked(self):
        return moderation.lock_map(self.mona, self.flagged(self.map), reason="A quarrel.")

    def team(self):
        """With the same people in the same roles."""
        team = accounts.create_team(self.alice, name="Bridge builders")
        for user, role in ((self.bob, Role.WRITER), (self.edith, Role.EDITOR)):
            accounts.set_team_role(self.alice, team, user, role)
        accounts.set_team_role(self.alice, team, self.victor, Role.VIEWER)
        accounts.set_team_role(self.alice, team, self.simon, Role.SUGGESTER)
        return team

    def article_of_team(self):
        about = {"title": "Bridges", "visibility": self.map.visibility}
        return maps.bring_in(self.alice, article=about, text="Words.", team=self.team()).article


# Maps, nodes, links
case(maps.add_node, ADD)(lambda w, a: {"map": w.map, "kind": "claim", "text": "A claim."})
case(maps.edit_node, ADD, "_own")(
    lambda w, a: {"node": own(a, w.node()), "version": 1, "text": "Better."}
)
case(maps.edit_node, EDIT)(
    lambda w, a: {"node": own(w.charlie, w.node()), "version": 1, "text": "Better."}
)
case(maps.retract_node, ADD, "_own")(lambda w, a: {"node": own(a, w.node())})
case(maps.retract_node, EDIT)(lambda w, a: {"node": own(w.charlie, w.node())})
case(maps.restore_node, ADD, "_own")(
    lambda w, a: {"node": own(a, maps.retract_node(w.bob, w.node()))}
)
case(maps.restore_node, EDIT)(
    lambda w, a: {"node": own(w.charlie, maps.retract_node(w.bob, w.node()))}
)
case(maps.anchor_node, ADD, "_own")(
    lambda w, a: {
        "node": own(a, w.node()),
        "selection": Selection(w.map.article.editions.first(), 0, 10),
    }
)
case(maps.anchor_node, EDIT)(
    lambda w, a: {
        "node": own(w.charlie, w.node()),
        "selection": Selection(w.map.article.editions.first(), 0, 10),
    }
)
case(maps.place_passage, EDIT)(lambda w, a: {"map": w.map, **w.passage()})
case(maps.add_link, ADD)(
    lambda w, a: {
        "map": w.map,
        "source": w.node(),
        "target": w.node("thesis"),
        "relation": "supports",
    }
)
case(maps.edit_link, ADD, "_own")(
    lambda w, a: {"link": own(a, w.link()), "version": 1, "scheme": "sign"}
)
case(maps.edit_link, EDIT)(
    lambda w, a: {"link": own(w.charlie, w.link()), "version": 1, "scheme": "sign"}
)
case(maps.move_link, EDIT)(lambda w, a: {"link": w.link(), "version": 1, "target": w.node()})
case(maps.retract_link, ADD, "_own")(lambda w, a: {"link": own(a, w.link())})
case(maps.retract_link, EDIT)(lambda w, a: {"link": own(w.charlie, w.link())})
case(maps.restore_link, ADD, "_own")(
    lambda w, a: {"link": own(a, maps.retract_link(w.bob, w.link()))}
)
case(maps.restore_link, EDIT)(
    lambda w, a: {"link": own(w.charlie, maps.retract_link(w.bob, w.link()))}
)
case(maps.edit_map, MANAGE)(lambda w, a: {"map": w.map, "question": "Why?"})
case(maps.set_visibility, MANAGE)(lambda w, a: {"map": w.map, "visibility": "unlisted"})
case(maps.set_role, MANAGE)(lambda w, a: {"map": w.map, "user": w.charlie, "role": Role.WRITER})
case(maps.archive_map, MANAGE)(lambda w, a: {"map": w.map})
case(maps.unarchive_map, MANAGE, when_closed=True)(
    lambda w, a: {"map": maps.archive_map(w.alice, w.map)}
)
case(maps.bring_in, BEGIN, elsewhere=True)(
    lambda w, a: {"article": {"title": "Another"}, "text": "Words."}
)
case(maps.bring_in, ADD, "_for_a_team", elsewhere=True)(
    lambda w, a: {"article": {"title": "Another"}, "text": "Words.", "team": w.team()}
)
case(maps.begin_map, BEGIN, elsewhere=True)(lambda w, a: {"title": "Another"})
case(maps.begin_map, BEGIN, "_of_an_article", elsewhere=True)(
    lambda w, a: {"title": "Another", "article": w.map.article}
)
case(transfer.import_map, BEGIN, elsewhere=True)(lambda w, a: {"document": MapDocument("Whole")})

# What people say
case(debate.annotate, FOR_ALL)(lambda w, a: {"map": w.map, "target": w.node(), "text": "Why?"})
case(debate.place_annotation, PRIVATELY, "_own")(
    lambda w, a: {**w.note_on_words(a), "start": 3, "end": 9}
)
case(debate.place_annotation, EDIT)(lambda w, a: {**w.note_on_words(w.charlie), "reason": "Gone."})
case(debate.annotate, PRIVATELY, "_privately", when_muted=True)(
    lambda w, a: {"map": w.map, "target": w.node(), "text": "Why?", "visibility": "private"}
)
case(debate.reply, FOR_ALL)(lambda w, a: {"annotation": w.annotation(w.simon), "text": "Because."})
case(debate.edit_annotation, FOR_ALL, "_own")(
    lambda w, a: {"annotation": w.annotation(a), "version": 1, "text": "How?"}
)
case(debate.edit_annotation, NOBODY)(
    lambda w, a: {"annotation": w.annotation(w.charlie), "version": 1, "text": "How?"}
)
case(debate.retract_annotation, FOR_ALL, "_own")(lambda w, a: {"annotation": w.annotation(a)})
case(debate.retract_annotation, EDIT)(lambda w, a: {"annotation": w.annotation(w.charlie)})
case(debate.restore_annotation, FOR_ALL, "_own")(
    lambda w, a: {"annotation": own(a, debate.retract_annotation(w.simon, w.annotation(w.simon)))}
)
case(debate.restore_annotation, EDIT)(
    lambda w, a: {
        "annotation": own(w.charlie, debate.retract_annotation(w.simon, w.annotation(w.simon)))
    }
)
case(debate.resolve_annotation, PRIVATELY, "_own")(lambda w, a: {"annotation": w.question(a)})
case(debate.resolve_annotation, EDIT)(lambda w, a: {"annotation": w.question(w.charlie)})
case(debate.reopen_annotation, PRIVATELY, "_own")(
    lambda w, a: {"annotation": own(a, debate.resolve_annotation(w.simon, w.question(w.simon)))}
)
case(debate.reopen_annotation, EDIT)(
    lambda w, a: {
        "annotation": own(w.charlie, debate.resolve_annotation(w.simon, w.question(w.simon)))
    }
)
case(debate.open_dispute, FOR_ALL)(
    lambda w, a: {"map": w.map, "target": w.node(), "ground": "unsupported", "statement": "So?"}
)
case(debate.edit_dispute, FOR_ALL, "_own")(
    lambda w, a: {"dispute": w.dispute(a), "version": 1, "statement": "So?"}
)
case(debate.edit_dispute, NOBODY)(
    lambda w, a: {"dispute": w.dispute(w.charlie), "version": 1, "statement": "So?"}
)
case(debate.withdraw_dispute, FOR_ALL, "_own")(lambda w, a: {"dispute": w.dispute(a)})
case(debate.withdraw_dispute, NOBODY)(lambda w, a: {"dispute": w.dispute(w.charlie)})
case(debate.answer_dispute, ADD)(lambda w, a: {"dispute": w.dispute(), "answer": "So."})
case(debate.answer_dispute, NOBODY, "_own")(lambda w, a: {"dispute": w.dispute(a), "answer": "So."})
case(debate.decide_dispute, EDIT)(
    lambda w, a: {"dispute": w.dispute(), "upheld": False, "decision": "No."}
)
case(debate.decide_dispute, NOBODY, "_own")(
    lambda w, a: {"dispute": w.dispute(a), "upheld": False, "decision": "No."}
)
case(debate.take_stance, PRIVATELY)(lambda w, a: {"map": w.map, "target": w.node(), "credence": 7})
case(debate.drop_stance, PRIVATELY)(lambda w, a: {"map": w.map, "target": with_a_stance(w, a)})
case(debate.suggest, FOR_ALL)(lambda w, a: {"map": w.map, "target": w.node(), "text": "Words."})
case(debate.decide_suggestion, EDIT)(lambda w, a: {"suggestion": w.suggestion(), "accept": True})
case(debate.decide_suggestion, NOBODY, "_own")(
    lambda w, a: {"suggestion": w.suggestion(a), "accept": True}
)
case(debate.withdraw_suggestion, FOR_ALL, "_own")(lambda w, a: {"suggestion": w.suggestion(a)})
case(debate.withdraw_suggestion, NOBODY)(lambda w, a: {"suggestion": w.suggestion(w.charlie)})
case(debate.merge_nodes, EDIT)(lambda w, a: {"map": w.map, "keep": w.node(), "merge": w.node()})

# Moderation
case(moderation.flag, PRIVATELY, when_closed=True, when_muted=True)(
    lambda w, a: {"target": own(w.charlie, w.node()), "reason": "spam"}
)
case(moderation.dismiss_flags, MODERATE, when_closed=True)(
    lambda w, a: {"target": w.flagged(w.node())}
)
case(moderation.hide, MODERATE, when_closed=True)(
    lambda w, a: {"target": w.flagged(w.node()), "reason": "Spam."}
)
case(moderation.restore, MODERATE, when_closed=True)(
    lambda w, a: {"target": w.hidden(), "reason": "Not spam."}
)
case(moderation.lock_map, MODERATE)(lambda w, a: {"map": w.flagged(w.map), "reason": "A quarrel."})
case(moderation.unlock_map, MODERATE, when_closed=True)(
    lambda w, a: {"map": w.locked(), "reason": "Peace."}
)
case(moderation.sanction, MODERATE, elsewhere=True)(
    lambda w, a: {"user": w.charlie, "kind": "warn", "reason": "Spam."}
)
case(moderation.lift_sanction, MODERATE, elsewhere=True)(
    lambda w, a: {
        "measure": moderation.sanction(w.mona, w.charlie, kind="mute", reason="Spam."),
        "reason": "Sorry.",
    }
)
case(accounts.make_moderator, MODERATE, elsewhere=True)(lambda w, a: {"user": w.charlie})

# Accounts, teams, articles
case(accounts.rename_account, ACCOUNT, elsewhere=True, when_muted=True)(
    lambda w, a: {"user": w.alice, "name": "Alice L."}
)
case(accounts.set_password, ACCOUNT, elsewhere=True, when_suspended=True)(
    lambda w, a: {"user": w.alice, "password": "quite another one"}
)
case(accounts.read_sanction, ACCOUNT, elsewhere=True, when_muted=True, when_suspended=True)(
    lambda w, a: {"measure": moderation.sanction(w.mona, w.alice, kind="warn", reason="Spam.")}
)
case(accounts.issue_token, BEGIN, elsewhere=True, when_muted=True)(lambda w, a: {"name": "script"})
case(accounts.revoke_token, ACCOUNT, elsewhere=True, when_suspended=True)(
    lambda w, a: {"token": accounts.issue_token(w.alice, name="script")[0]}
)
case(accounts.create_team, BEGIN, elsewhere=True)(lambda w, a: {"name": "Road builders"})
case(accounts.set_team_role, MANAGE, elsewhere=True)(
    lambda w, a: {"team": w.team(), "user": w.charlie, "role": Role.EDITOR}
)
case(accounts.invite, MANAGE, elsewhere=True)(
    lambda w, a: {"team": w.team(), "email": "dora@example.org", "role": Role.EDITOR}
)
case(accounts.accept_invitation, BEGIN, elsewhere=True)(
    lambda w, a: {
        "secret": accounts.invite(w.alice, w.team(), email="dora@example.org", role=Role.EDITOR)[1]
    }
)
case(articles.bring_in_article, BEGIN, elsewhere=True)(
    lambda w, a: {"text": "Words.", "title": "Another"}
)
case(articles.bring_in_article, ADD, "_for_a_team", elsewhere=True)(
    lambda w, a: {"text": "Words.", "title": "Another", "team": w.team()}
)
case(articles.edit_article, MANAGE, elsewhere=True)(
    lambda w, a: {"article": w.article_of_team(), "byline": "A. Writer"}
)
case(maps.set_article_visibility, MANAGE, elsewhere=True)(
    lambda w, a: {"article": w.article_of_team(), "visibility": "unlisted"}
)
case(articles.add_edition, EDITION, elsewhere=True)(
    lambda w, a: {"article": w.article_of_team(), "text": "Other words."}
)


def with_a_stance(w, actor):
    node = w.node()
    if actor.is_authenticated:
        role = {"map": w.map, "user": actor}
        made = not w.map.memberships.filter(user=actor).exists()
        if made:
            w.map.memberships.create(**role, role=Role.VIEWER)
        debate.take_stance(actor, w.map, target=node, credence=50)
        if made:
            w.map.memberships.filter(**role).delete()
    return node


@pytest.fixture
def people(alice, bob, charlie, edith, simon, victor, mona):
    return {user.username: user for user in (alice, bob, charlie, edith, simon, victor, mona)}


@pytest.fixture
def public(new_map, people):
    return World(new_map("public", welcome_role=Role.VIEWER), people)


@pytest.fixture
def private(new_map, people):
    return World(new_map("private"), people)


@pytest.fixture
def actors(people):
    """Who stands for each role."""
    names = ["victor", "simon", "bob", "edith", "alice", "mona"]
    return {"visitor": AnonymousUser()} | {
        role: people[name] for role, name in zip(ROLES[1:], names, strict=True)
    }


@pytest.fixture
def allowed_roles():
    return MAY


@pytest.fixture
def cases():
    return [param.values[0] for param in CASES]
