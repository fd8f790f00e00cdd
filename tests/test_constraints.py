"""What one row can say is held by the database, whoever writes: a bad row for each constraint."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from argmap.accounts.models import Invitation, Sanction, Team, TeamMember
from argmap.articles.models import Passage, Placement
from argmap.debate.models import Annotation, Stance
from argmap.journal.models import Event, Journal, Sent
from argmap.journal.writing import new_journal
from argmap.maps.models import Citation, Link, Map
from argmap.moderation.models import TARGETS, Flag
from argmap.search.models import Entry

OURS = ("journal", "accounts", "articles", "maps", "debate", "moderation", "search")


def names_of_constraints():
    return {
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for constraint in model._meta.constraints
    }


@pytest.fixture
def w(request, map, alice, simon, mona, bob, edition, link, claim, dispute, suggestion, annotation):
    """Made by actions before the test, since these are outermost."""

    class World:
        now = timezone.now()

        def __getattr__(self, name):
            return request.getfixturevalue(name)

        @property
        def written(self):
            return {"author": bob, "created_at": self.now, "changed_at": self.now}

        @property
        def team(self):
            return Team.objects.create(name="Team", slug="team", created_at=self.now)

        @property
        def passage(self):
            return Passage.objects.create(edition=edition, exact="The bridge")

    return World()


def again(obj, **fields):
    """The row once more, with other fields."""
    row = type(obj).objects.get(pk=obj.pk)
    row.pk, row._state.adding = None, True
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def update(obj, **fields):
    type(obj).objects.filter(pk=obj.pk).update(**fields)


def placed(w, **fields):
    place = {"start": 0, "end": 10, "status": "exact"} | fields
    Placement.objects.create(passage=w.passage, edition=w.edition, **place)


def stance(w, **fields):
    Stance.objects.create(map=w.map, user=w.simon, taken_at=w.now, **fields)


def annotation(w, **fields):
    Annotation.objects.create(map=w.map, **w.written, **{"text": "Why?", "node": w.claim} | fields)


def invitation(w, **fields):
    about = {"role": 2, "created_at": w.now, "expires_at": w.now, "invited_by": w.alice} | fields
    Invitation.objects.create(team=w.team, email="d@example.org", token_digest="x", **about)


def measure(w, **fields):
    about = {"kind": "mute", "reason": "Spam.", "begins_at": w.now} | fields
    Sanction.objects.create(user=w.bob, imposed_by=w.mona, **about)


def member(w, **fields):
    team = w.team
    for _ in range(2 if "twice" in fields else 1):
        TeamMember.objects.create(team=team, user=w.bob, role=fields.get("role", 2))


def flagged_twice(name):
    def bad(w):
        targets = {
            "node": w.claim,
            "link": w.link,
            "dispute": w.dispute,
            "suggestion": w.suggestion,
            "map": w.map,
            "account": w.bob,
        }
        target = {
            "annotation": lambda: w.annotation,
            "article": lambda: w.map.article,
        }.get(name, lambda: targets[name])()
        for _ in range(2):
            reported(w, **{name: target})

    return bad


A_FLAG = {"reason": "spam"}


def reported(w, **fields):
    Flag.objects.create(reporter=w.alice, created_at=w.now, **A_FLAG, **fields)


BAD = {
    "journal_one_for_the_site": [
        lambda w: [new_journal(Journal.Kind.SITE), new_journal(Journal.Kind.SITE)]
    ],
    "event_seq_once_in_a_journal": [lambda w: again(w.map.journal.events.first())],
    "event_seq_from_one": [
        lambda w: Event.objects.filter(journal=w.map.journal, seq=1).update(seq=0)
    ],
    "sent_once_under_a_key": [
        lambda w: [Sent.objects.create(actor=w.bob, key="k", at=w.now) for _ in range(2)]
    ],
    "entry_once_for_a_part": [
        lambda w: again(Entry.objects.get(kind="node", object_id=w.claim.pk))
    ],
    "team_member_once": [lambda w: member(w, twice=True)],
    "team_member_role": [lambda w: member(w, role=1), lambda w: member(w, role=7)],
    "invitation_role": [lambda w: invitation(w, role=0), lambda w: invitation(w, role=7)],
    "invitation_accepted_by_someone": [
        lambda w: invitation(w, accepted_at=w.now),
        lambda w: invitation(w, accepted_by=w.bob),
    ],
    "account_username_once": [lambda w: update(w.bob, username_key="alice")],
    "account_email_once": [lambda w: update(w.bob, email_key="alice@example.org")],
    "sanction_ends_after_it_begins": [lambda w: measure(w, ends_at=w.now)],
    "sanction_has_a_reason": [lambda w: measure(w, reason="")],
    "sanction_ban_has_no_end": [
        lambda w: measure(w, kind="ban", ends_at=w.now + timezone.timedelta(days=1))
    ],
    "sanction_kind": [lambda w: measure(w, kind="scold")],
    "article_owned_by_a_person_or_a_team": [
        lambda w: update(w.article, owner=None),
        lambda w: update(w.article, team=w.team),
    ],
    "article_visibility": [lambda w: update(w.article, visibility="secret")],
    "edition_number_once": [lambda w: again(w.edition)],
    "edition_has_text": [lambda w: update(w.edition, text="")],
    "passage_has_words": [lambda w: Passage.objects.create(edition=w.edition, exact="")],
    "placement_once_in_an_edition": [
        lambda w: [
            Placement.objects.create(
                passage=passage, edition=w.edition, start=0, end=1, status="exact"
            )
            for passage in [w.passage] * 2
        ]
    ],
    "placement_has_a_place_or_is_orphaned": [
        lambda w: placed(w, start=10),
        lambda w: placed(w, start=None),
        lambda w: placed(w, end=None),
        lambda w: placed(w, start=None, end=None),
        lambda w: placed(w, status="orphaned"),
        lambda w: placed(w, status="lost"),
    ],
    "placement_score_range": [lambda w: placed(w, score=1.1), lambda w: placed(w, score=-0.1)],
    "placement_placed_by_someone": [lambda w: placed(w, status="placed")],
    "map_visibility": [lambda w: update(w.map, visibility="secret")],
    "map_welcome_role": [
        lambda w: update(w.map, welcome_role=1),
        lambda w: update(w.map, welcome_role=5),
    ],
    "membership_once": [lambda w: again(w.map.memberships.first())],
    "membership_role": [
        lambda w: update(w.map.memberships.first(), role=1),
        lambda w: update(w.map.memberships.first(), role=7),
    ],
    "node_number_once": [lambda w: again(w.claim)],
    "node_has_text": [lambda w: update(w.claim, text="")],
    "node_kind": [lambda w: update(w.claim, kind="joke")],
    "node_wording_within_version": [lambda w: update(w.claim, wording=2)],
    "citation_names_a_source": [lambda w: Citation.objects.create(node=w.claim, quote="So.")],
    "link_relation_fits_target": [
        lambda w: update(w.link, relation="undercuts"),
        lambda w: update(w.link, relation="resembles"),
        lambda w: update(w.link, target_node=None),
        lambda w: update(w.link, target_link=w.link),
    ],
    "link_not_to_itself": [lambda w: update(w.link, source=w.thesis)],
    "link_to_node_once": [lambda w: again(w.link)],
    "link_to_link_once": [
        lambda w: [
            Link.objects.create(
                map=w.map,
                source=w.claim,
                target_link=w.link,
                relation="undercuts",
                **w.written,
            )
            for _ in range(2)
        ]
    ],
    "annotation_has_one_target": [
        lambda w: annotation(w, node=None),
        lambda w: annotation(w, link=w.link),
        lambda w: annotation(w, passage=w.passage),
        lambda w: annotation(w, parent=w.annotation),
    ],
    "annotation_visibility": [lambda w: annotation(w, visibility="some")],
    "annotation_says_something": [lambda w: annotation(w, text="")],
    "annotation_resolved_by_someone": [lambda w: annotation(w, resolved_at=w.now)],
    "dispute_of_a_node_or_a_link": [
        lambda w: update(w.dispute, node=None),
        lambda w: update(w.dispute, link=w.link),
    ],
    "dispute_has_a_statement": [lambda w: update(w.dispute, statement="")],
    "dispute_upheld_says_what_changed": [
        lambda w: update(w.dispute, state="upheld", decided_by=w.edith)
    ],
    "dispute_decided_by_someone": [
        lambda w: update(w.dispute, state="dismissed"),
        lambda w: update(w.dispute, decided_by=w.edith),
        lambda w: update(w.dispute, state="forgotten"),
    ],
    "dispute_open_has_no_answer": [lambda w: update(w.dispute, answered_by=w.bob)],
    "dispute_not_decided_by_its_author": [
        lambda w: update(w.dispute, state="dismissed", decided_by=w.simon)
    ],
    "stance_fits_its_target": [
        lambda w: stance(w, credence=50),
        lambda w: stance(w, node=w.claim),
        lambda w: stance(w, link=w.link),
        lambda w: stance(w, node=w.claim, impact=1),
        lambda w: stance(w, node=w.claim, credence=101),
        lambda w: stance(w, link=w.link, impact=5),
        lambda w: stance(w, link=w.link, impact=1, credence=50),
        lambda w: stance(w, node=w.claim, link=w.link, credence=50),
    ],
    "stance_once_on_a_node": [lambda w: [stance(w, node=w.claim, credence=c) for c in (1, 2)]],
    "stance_once_on_a_link": [lambda w: [stance(w, link=w.link, impact=i) for i in (1, 2)]],
    "suggestion_on_a_node_or_a_link": [lambda w: update(w.suggestion, node=None)],
    "suggestion_of_words_or_of_a_node": [
        lambda w: update(w.suggestion, relation="supports"),
        lambda w: update(w.suggestion, kind="claim"),
        lambda w: update(w.suggestion, node=None, link=w.link),
    ],
    "suggestion_has_text": [lambda w: update(w.suggestion, text="")],
    "suggestion_decided_by_someone": [
        lambda w: update(w.suggestion, state="accepted"),
        lambda w: update(w.suggestion, decided_by=w.edith),
    ],
    "suggestion_not_decided_by_its_author": [
        lambda w: update(w.suggestion, state="declined", decided_by=w.simon)
    ],
    "flag_on_exactly_one_thing": [
        lambda w: reported(w),
        lambda w: reported(w, node=w.claim, map=w.map),
    ],
    "flag_handled_by_someone": [
        lambda w: reported(w, node=w.claim, state="dismissed"),
        lambda w: reported(w, node=w.claim, handled_by=w.mona),
    ],
    **{f"flag_once_on_{name}": [flagged_twice(name)] for name in TARGETS},
}


def test_no_constraint_is_without_a_bad_row():
    assert set(BAD) == names_of_constraints()


@pytest.mark.parametrize(
    "bad", [pytest.param(bad, id=name) for name, rows in BAD.items() for bad in rows]
)
def test_the_database_refuses(w, bad):
    with pytest.raises(IntegrityError), transaction.atomic():
        bad(w)


def test_the_slug_of_a_map_is_its_own(new_map):
    one, other = new_map(), new_map()
    with pytest.raises(IntegrityError), transaction.atomic():
        Map.objects.filter(pk=one.pk).update(slug=other.slug)


def test_a_link_that_was_retracted_may_be_drawn_anew(w):
    update(w.link, retracted_at=w.now)
    again(w.link, retracted_at=None)
