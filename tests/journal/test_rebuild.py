"""A map's Changes hold everything in it: put together they are its rows, now and as of any seq."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db.models import Q

from argmap.accounts.permissions import Forbidden, Role
from argmap.articles.actions import Selection, add_edition, edit_article
from argmap.articles.models import Passage
from argmap.debate import actions as debate
from argmap.debate.models import Annotation, Dispute, Stance, Suggestion
from argmap.journal.errors import Gone, Settled, Stale
from argmap.journal.reading import rebuild
from argmap.journal.writing import fields_of
from argmap.maps import actions as maps
from argmap.maps.models import Citation, Link, Map, Membership, Node
from argmap.moderation import actions as moderation

REFUSALS = (ValidationError, Forbidden, Gone, Settled, Stale)


def rows_of(map):
    """Written out once more, so that check_data does not check itself."""
    annotations = Annotation.objects.filter(map=map, visibility="map")
    rows = [
        Map.objects.get(pk=map.pk),
        *Membership.objects.filter(map=map),
        *Node.objects.filter(map=map),
        *Citation.objects.filter(node__map=map),
        *Link.objects.filter(map=map),
        *Passage.objects.filter(Q(nodes__map=map) | Q(annotations__in=annotations)).distinct(),
        *annotations,
        *Dispute.objects.filter(map=map),
        *Stance.objects.filter(map=map, map__stances_by_name=True),
        *Suggestion.objects.filter(map=map),
    ]
    return {(row._meta.label_lower, row.pk): fields_of(row) for row in rows}


def told_by(map, until=None):
    kinds = {
        model._meta.label_lower
        for model in (
            *(Map, Membership, Node, Citation, Link, Passage),
            *(Annotation, Dispute, Stance, Suggestion),
        )
    }
    rows = rebuild(map.journal_id, until)
    return {key: fields for key, fields in rows.items() if key[0] in kinds}


class Walk:
    """People who do what comes to their minds, in every way that a map can be written."""

    def __init__(self, seed, map, people, mona, charlie):
        self.random, self.map, self.mona, self.charlie = random.Random(seed), map, mona, charlie
        self.people = people

    def step(self):
        steps = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        try:
            self.random.choice(steps)(self.random.choice(self.people))
        except REFUSALS:
            return False
        return True

    def some(self, model, **where):
        rows = model.objects.filter(map=self.map, **where).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            raise Gone
        return model.objects.get(pk=self.random.choice(ids))

    def selection(self):
        edition = self.random.choice(list(self.map.article.editions.all()))
        start = self.random.randrange(len(edition.text) - 20)
        return Selection(edition, start, start + self.random.randint(1, 20))

    def target(self):
        return self.some(self.random.choice([Node, Node, Link]))

    def words(self):
        return f"Words {self.random.random()}"

    def flip(self):
        return self.random.random() < 0.5

    def do_add_node(self, who):
        bears = self.flip() and Node.objects.filter(map=self.map).exists()
        maps.add_node(
            who,
            self.map,
            kind=self.random.choice(Node.Kind.values),
            text=self.words(),
            selection=self.selection() if self.flip() else None,
            citations=[{"title": self.words()} for _ in range(self.random.randrange(3))],
            target=self.target() if bears else None,
            relation=self.random.choice(Link.Relation.values) if bears else None,
        )

    do_add_more = do_add_still_more = do_add_node

    def do_edit_node(self, who):
        node = self.some(Node)
        maps.edit_node(
            who,
            node,
            version=node.version,
            text=self.words(),
            kind=self.random.choice([None, *Node.Kind.values]),
            citations=[{"title": self.words()}] if self.flip() else None,
            changes_meaning=self.flip(),
        )

    def do_retract_node(self, who):
        maps.retract_node(who, self.some(Node))

    def do_restore_node(self, who):
        maps.restore_node(who, self.some(Node, retracted_at__isnull=False))

    def do_anchor(self, who):
        maps.anchor_node(who, self.some(Node), self.selection())

    def do_place(self, who):
        node = self.some(Node)
        edition, passage = self.map.article.editions.first(), node.passages.first()
        if passage:
            maps.place_passage(who, self.map, passage, edition=edition, start=1, end=5)

    def do_place_annotation(self, who):
        annotation = self.some(Annotation, passage__isnull=False, visibility="map")
        edition = self.map.article.editions.first()
        place = {"start": 2, "end": 6} if self.flip() else {}
        debate.place_annotation(who, annotation, edition=edition, **place)

    def do_add_link(self, who):
        relation = self.random.choice(Link.Relation.values)
        source = self.some(Node)
        maps.add_link(who, self.map, source=source, target=self.target(), relation=relation)

    def do_edit_link(self, who):
        link = self.some(Link)
        changed = self.random.choice(
            [{"scheme": self.words()}, {"relation": self.random.choice(Link.Relation.values)}]
        )
        maps.edit_link(who, link, version=link.version, **changed)

    def do_move_link(self, who):
        link = self.some(Link)
        maps.move_link(who, link, version=link.version, target=self.target())

    def do_retract_link(self, who):
        maps.retract_link(who, self.some(Link))

    def do_restore_link(self, who):
        maps.restore_link(who, self.some(Link, retracted_at__isnull=False))

    def do_edit_map(self, who):
        maps.edit_map(who, self.map, question=self.words())

    def do_set_role(self, who):
        maps.set_role(who, self.map, self.charlie, self.random.choice([Role.WRITER, None]))

    def do_archive(self, who):
        maps.archive_map(who, self.map)
        maps.unarchive_map(who, self.map)

    def do_annotate(self, who):
        debate.annotate(
            who,
            self.map,
            target=self.selection() if self.flip() else self.target(),
            text=self.words(),
            tags=["one", "two"],
            visibility=self.random.choice(["map", "map", "private"]),
            motivation=self.random.choice(["commenting", "questioning"]),
        )

    def do_reply(self, who):
        debate.reply(who, self.some(Annotation), text=self.words())

    def do_edit_annotation(self, who):
        annotation = self.some(Annotation)
        debate.edit_annotation(
            annotation.author, annotation, version=annotation.version, text=self.words()
        )

    def do_retract_annotation(self, who):
        debate.retract_annotation(who, self.some(Annotation))

    def do_restore_annotation(self, who):
        debate.restore_annotation(who, self.some(Annotation, retracted_at__isnull=False))

    def do_resolve(self, who):
        debate.resolve_annotation(who, self.some(Annotation, motivation="questioning"))

    def do_reopen(self, who):
        debate.reopen_annotation(who, self.some(Annotation, resolved_at__isnull=False))

    def do_dispute(self, who):
        debate.open_dispute(
            who,
            self.map,
            target=self.target(),
            ground="outdated",
            statement=self.words(),
            evidence=[self.some(Node)],
        )

    def do_edit_dispute(self, who):
        dispute = self.some(Dispute)
        evidence = [self.some(Node), self.some(Node)]
        debate.edit_dispute(dispute.author, dispute, version=dispute.version, evidence=evidence)

    def do_answer(self, who):
        debate.answer_dispute(who, self.some(Dispute), answer=self.words())

    def do_decide(self, who):
        debate.decide_dispute(
            who, self.some(Dispute), upheld=self.flip(), decision="So.", what_changed="This."
        )

    def do_withdraw(self, who):
        dispute = self.some(Dispute)
        debate.withdraw_dispute(dispute.author, dispute)

    def do_stance(self, who):
        debate.take_stance(
            who, self.map, target=self.target(), credence=self.random.randrange(101), impact=3
        )

    do_more_stances = do_stance

    def do_drop_stance(self, who):
        stance = self.some(Stance)
        debate.drop_stance(stance.user, self.map, target=stance.target)

    def do_suggest(self, who):
        kind, relation = ("claim", "supports") if self.flip() else ("", "")
        debate.suggest(
            who, self.map, target=self.some(Node), text=self.words(), kind=kind, relation=relation
        )

    def do_decide_suggestion(self, who):
        suggestion = self.some(Suggestion, state="open")
        debate.decide_suggestion(who, suggestion, accept=self.random.random() < 0.8)

    def do_withdraw_suggestion(self, who):
        suggestion = self.some(Suggestion)
        debate.withdraw_suggestion(suggestion.author, suggestion)

    def do_merge(self, who):
        debate.merge_nodes(who, self.map, keep=self.some(Node), merge=self.some(Node))

    def do_hide(self, who):
        target = self.some(self.random.choice([Node, Link, Annotation, Dispute, Suggestion]))
        moderation.flag(who, target, reason="spam")
        moderation.hide(self.mona, target, reason="Spam.")

    def do_restore(self, who):
        target = self.some(Node, hidden_at__isnull=False)
        moderation.restore(self.mona, target, reason="Not spam.")

    def do_lock(self, who):
        moderation.flag(who, self.map, reason="abuse")
        moderation.lock_map(self.mona, self.map, reason="A quarrel.")
        moderation.unlock_map(self.mona, self.map, reason="Peace.")
        moderation.dismiss_flags(self.mona, self.map)

    def do_a_new_edition(self, who):
        if self.map.article.editions.count() < 3:
            text = self.map.article.editions.last().text
            add_edition(who, self.map.article, text=text.replace("bridge", "tunnel", 1))


@pytest.fixture
def people(alice, bob, edith, simon):
    return [alice, edith, bob, edith, alice, simon]


@pytest.mark.parametrize(("seed", "by_name"), [(1, True), (2, False)])
def test_after_anything_that_people_do(seed, by_name, new_map, people, mona, charlie):
    map = new_map(stances_by_name=by_name)
    walk = Walk(seed, map, people, mona, charlie)
    snapshots, done = {}, 0
    for _ in range(200):
        done += walk.step()
        if walk.random.random() < 0.03:
            map.journal.refresh_from_db()
            snapshots[map.journal.seq] = rows_of(map)

    assert done > 60
    assert told_by(map) == rows_of(map)
    for seq, rows in snapshots.items():
        assert told_by(map, until=seq) == rows


def test_the_walk_goes_everywhere(new_map, people, mona, charlie):
    """Else it would promise less than it says."""
    map = new_map()
    walk = Walk(5, map, people, mona, charlie)
    everything = {*maps.__all__, *debate.__all__, "hide", "restore", "lock_map", "unlock_map"}
    elsewhere = {"begin_map", "set_visibility", "set_article_visibility"}
    for _ in range(40):
        for _ in range(50):
            walk.step()
        verbs = set(map.journal.events.values_list("verb", flat=True))
        if everything - verbs == elsewhere:
            break
    assert everything - verbs == elsewhere
    assert told_by(map) == rows_of(map)


def test_after_an_import(db):
    call_command("seed", verbosity=0)
    map = Map.objects.get()
    assert told_by(map) == rows_of(map)


def test_an_article_too(article, alice):
    edit_article(alice, article, byline="A. Writer")
    edition = add_edition(alice, article, text="Another text.")
    article.refresh_from_db()
    rows = [article, *article.editions.all()]
    assert edition in rows
    assert rebuild(article.journal_id) == {
        (row._meta.label_lower, row.pk): fields_of(row) for row in rows
    }
