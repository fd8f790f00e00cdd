"""Many people at once, on both databases."""

import threading
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from argmap.accounts.models import User
from argmap.accounts.permissions import Forbidden, Role, Verb, require
from argmap.debate import actions as debate
from argmap.debate.models import Stance
from argmap.journal import locking, writing
from argmap.journal.errors import Busy, Gone, Settled, Stale
from argmap.journal.locking import FairLock
from argmap.journal.models import Change, Journal
from argmap.journal.reading import one_moment
from argmap.journal.writing import action, record, take
from argmap.maps import actions as maps
from argmap.maps.models import Map, Node, get_map
from argmap.moderation.actions import flag, hide, sanction
from argmap.transfer.consistency import problems

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registry(monkeypatch):
    """Actions of a test's own."""
    monkeypatch.setattr(writing, "REGISTRY", dict(writing.REGISTRY))


def at_once(*calls):
    """Each call in a thread of its own, all begun together. Returns results and exceptions."""
    barrier = threading.Barrier(len(calls))
    outcomes = [None] * len(calls)

    def run(number, call):
        try:
            barrier.wait(timeout=30)
            outcomes[number] = call()
        except Exception as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def errors_in(outcomes):
    return [each for each in outcomes if isinstance(each, Exception)]


def test_twenty_people_write_without_a_gap_or_an_error(map, bob):
    before = Journal.objects.get(pk=map.journal_id).seq

    def write():
        return [maps.add_node(bob, map, kind="claim", text="A claim.").number for _ in range(5)]

    outcomes = at_once(*[write] * 20)

    assert errors_in(outcomes) == []
    assert sorted(number for numbers in outcomes for number in numbers) == list(range(1, 101))
    journal = Journal.objects.get(pk=map.journal_id)
    assert (journal.seq, journal.numbered) == (before + 100, 100)
    assert list(journal.events.values_list("seq", flat=True)) == list(range(1, journal.seq + 1))
    assert Change.objects.filter(object_type="maps.node").count() == 100
    assert list(problems()) == []


def test_more_people_write_than_there_are_connections(map, bob):
    """Whoever waits for their turn has a connection; whose turn it is must not want for one."""

    def write():
        return [maps.add_node(bob, map, kind="claim", text="A claim.").number for _ in range(2)]

    with patch("argmap.journal.locking.LONG_WAIT", 30):
        assert errors_in(at_once(*[write] * 40)) == []


def test_two_decide_one_dispute_and_one_decision_stands(map, dispute, edith, alice):
    def decide(editor, words):
        return lambda: debate.decide_dispute(editor, dispute, upheld=False, decision=words)

    outcomes = at_once(decide(edith, "No."), decide(alice, "Not so."))

    (late,) = errors_in(outcomes)
    assert isinstance(late, Settled)
    (first,) = set(outcomes) - {late}
    dispute.refresh_from_db()
    assert (dispute.decided_by, dispute.decision) == (first.decided_by, first.decision)
    assert map.journal.events.filter(verb="decide_dispute").count() == 1


def test_two_edit_one_node_and_the_later_sees_both_texts(claim, bob, edith):
    def edit(who, text):
        return lambda: maps.edit_node(who, claim, version=1, text=text)

    outcomes = at_once(edit(bob, "By Bob."), edit(edith, "By Edith."))

    (late,) = errors_in(outcomes)
    assert isinstance(late, Stale)
    claim.refresh_from_db()
    assert claim.version == 2
    assert late.theirs["text"] == claim.text
    assert {late.theirs["text"], late.yours["text"]} == {"By Bob.", "By Edith."}


def test_two_accept_one_suggestion_and_it_is_carried_out_once(map, claim, simon, edith, alice):
    suggestion = debate.suggest(
        simon, map, target=claim, text="One more.", kind="claim", relation="supports"
    )
    outcomes = at_once(
        lambda: debate.decide_suggestion(edith, suggestion, accept=True),
        lambda: debate.decide_suggestion(alice, suggestion, accept=True),
    )
    assert [type(error) for error in errors_in(outcomes)] == [Settled]
    assert Node.objects.filter(text="One more.").count() == 1


def test_one_person_in_two_windows_has_one_stance(map, claim, victor):
    outcomes = at_once(
        lambda: debate.take_stance(victor, map, target=claim, credence=10),
        lambda: debate.take_stance(victor, map, target=claim, credence=90),
    )
    assert errors_in(outcomes) == []
    assert Stance.objects.get().credence in (10, 90)


def test_two_owners_cannot_leave_a_map_without_one(map, alice, edith):
    maps.set_role(alice, map, edith, Role.OWNER)
    at_once(
        lambda: maps.set_role(alice, map, alice, Role.EDITOR),
        lambda: maps.set_role(edith, map, edith, Role.EDITOR),
    )
    assert map.memberships.filter(role=Role.OWNER).count() == 1


def test_the_first_to_ask_for_the_sites_journal_do_not_make_two(claim, victor, simon, edith):
    Journal.objects.filter(kind="site", events=None).delete()
    outcomes = at_once(
        *(lambda who=who: flag(who, claim, reason="spam") for who in (victor, simon, edith))
    )
    assert errors_in(outcomes) == []
    claim.refresh_from_db()
    assert claim.open_flags == 3
    assert Journal.objects.filter(kind="site").count() == 1


def test_journals_are_taken_in_one_order_so_that_nobody_waits_for_ever(new_map, alice, bob):
    one, other = new_map(), new_map()
    people = [User.objects.create_user(f"person{number}") for number in range(6)]
    calls = [
        lambda map=map, person=person: maps.set_role(alice, map, person, Role.VIEWER)
        for person in people
        for map in (one, other)
    ]
    assert errors_in(at_once(*calls)) == []
    assert list(problems()) == []


def test_one_moment_sees_nothing_of_what_is_written_meanwhile(map, bob):
    with one_moment():
        before = Node.objects.filter(map=map).count()
        (made,) = at_once(lambda: maps.add_node(bob, map, kind="claim", text="Meanwhile."))
        assert isinstance(made, Node)
        assert Node.objects.filter(map=map).count() == before
    assert Node.objects.filter(map=map).count() == before + 1


def test_a_map_never_ends_wider_than_its_article(new_map, alice):
    """The map is widened in the moment in which the article is narrowed."""
    for _ in range(5):
        map = new_map("public")
        maps.set_visibility(alice, map, "private")
        outcomes = at_once(
            lambda map=map: maps.set_visibility(alice, map, "public"),
            lambda map=map: maps.set_article_visibility(alice, map.article, "private"),
            lambda map=map: maps.begin_map(
                alice, title="One more", article=map.article, visibility="public"
            ),
        )
        assert all(isinstance(error, Settled | ValidationError) for error in errors_in(outcomes))
    assert list(problems()) == []


def test_the_article_is_not_narrowed_while_a_map_of_it_is_begun(new_map, alice):
    """Without the luck of the race above: the narrowing waits until the map is written."""
    article = new_map("public").article
    asked, go_on = threading.Event(), threading.Event()

    def pause(*args):
        asked.set()
        assert go_on.wait(timeout=30)

    def begin():
        with patch("argmap.maps.actions.maps._check_not_wider", pause):
            return maps.begin_map(alice, title="B", article=article, visibility="public")

    def narrow():
        assert asked.wait(timeout=30)
        threading.Timer(0.3, go_on.set).start()
        return maps.set_article_visibility(alice, article, "private")

    begun, _ = at_once(begin, narrow)
    assert isinstance(begun, Map)
    assert list(problems()) == []


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda mona, bob: sanction(mona, bob, kind="suspend", reason="Spam."),
        lambda mona, bob: User.objects.filter(pk=bob.pk).update(is_active=False),
    ],
    ids=["suspended", "closed"],
)
def test_who_is_stopped_while_waiting_for_the_lock_writes_nothing(map, bob, mona, meanwhile):
    assert bob.sanctions_in_force() == []  # as get_map has learnt before
    meanwhile(mona, User.objects.get(pk=bob.pk))
    with pytest.raises(Forbidden):
        maps.add_node(bob, map, kind="claim", text="A claim.")
    assert not Node.objects.exists()


@pytest.mark.parametrize(
    ("meanwhile", "refusal"),
    [
        (lambda mona, bob: sanction(mona, bob, kind="mute", reason="Spam."), Forbidden),
        (lambda mona, bob: User.objects.filter(pk=bob.pk).update(is_active=False), Forbidden),
        (lambda mona, bob: bob.memberships.all().delete(), Gone),
    ],
    ids=["muted", "closed", "no member"],
)
def test_who_is_stopped_while_waiting_annotates_nothing(
    map, new_node, bob, mona, meanwhile, refusal
):
    node = new_node(map)
    map = get_map(bob, map.slug)
    meanwhile(mona, User.objects.get(pk=bob.pk))
    with pytest.raises(refusal):
        debate.annotate(bob, map, target=node, text="Why?")
    assert not map.annotations.exists()


def test_who_is_no_moderator_any_more_hides_nothing(new_map, new_node, mona):
    node = new_node(new_map("public"))
    User.objects.filter(pk=mona.pk).update(is_moderator=False)
    with pytest.raises(Forbidden):
        hide(mona, node, reason="Spam.")


@pytest.mark.parametrize("processes", [1, 2])
def test_two_journals_taken_crosswise_wait_for_each_other_in_one_order(
    new_map, alice, registry, monkeypatch, processes
):
    """Each names the other's first; were they locked so, each would hold what the other needs."""
    if processes == 2 and connection.vendor == "postgresql":  # they have no queue in common
        monkeypatch.setattr(locking, "_queues", lambda journal_ids: [])
    one, other = new_map(), new_map()
    barrier = threading.Barrier(2)

    @action
    def take_both(actor, first, second):
        if connection.vendor == "postgresql":
            barrier.wait(timeout=30)
        take(first.journal_id, second.journal_id)
        require(actor, Verb.READ, first)
        for map in (first, second):
            record(map.journal_id, actor)

    for _ in range(20):
        outcomes = at_once(
            lambda: take_both(alice, one, other), lambda: take_both(alice, other, one)
        )
        assert errors_in(outcomes) == []


def test_who_waits_too_long_for_a_turn_hears_so(map, bob, alice, registry, settings, caplog):
    settings.WRITE_WAIT_SECONDS = 0.2
    inside, done = threading.Event(), threading.Event()

    @action
    def dawdle(actor, map):
        take(map.journal_id)
        require(actor, Verb.READ, map)
        inside.set()
        assert done.wait(timeout=30)
        record(map.journal_id, actor)

    def write():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
        assert inside.wait(timeout=30)
        try:
            return maps.add_node(bob, map, kind="claim", text="A claim.")
        finally:
            done.set()

    with patch("argmap.journal.locking.LONG_WAIT", 0.1):
        outcomes = at_once(lambda: dawdle(alice, map), write)

    assert [type(error) for error in errors_in(outcomes)] == [Busy]
    assert "waited" in caplog.text
    assert maps.add_node(bob, map, kind="claim", text="A claim.").number == 1


def test_what_waits_in_vain_leaves_the_queue(settings):
    settings.WRITE_WAIT_SECONDS = 0.05
    lock = FairLock()
    with lock:

        def wait():
            with lock:
                pass

        assert [type(error) for error in errors_in(at_once(wait, wait))] == [Busy, Busy]
    settings.WRITE_WAIT_SECONDS = 5
    assert errors_in(at_once(*[wait] * 5)) == []
