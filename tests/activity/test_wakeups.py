"""Who waits for a journal is woken by a commit, in this process and in any other."""

import asyncio
import threading
import time

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections

from argmap.activity import wakeups
from argmap.journal.models import Journal
from argmap.maps import actions as maps

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 5


def commit_elsewhere(journal_id):
    """As another process would: no listener of this one hears of it."""

    def write():
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE journal_journal SET seq = seq + 1 WHERE id = %s", [journal_id]
                )
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_notify(%s, %s)", [wakeups.CHANNEL, str(journal_id)])
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def watching():
    """The watcher has looked once, and knows where each journal stands."""
    time.sleep(4 * wakeups.POLL_SECONDS)


@pytest.fixture
def wait():
    """Runs: wait(journals, act) acts while they are waited for; says whether they woke."""

    def wait(journal_ids, act, seconds=SOON):
        async def run():
            with wakeups.waiting_for(journal_ids) as woken:
                await asyncio.to_thread(watching)
                woken.clear()
                await asyncio.to_thread(act)
                try:
                    await asyncio.wait_for(woken.wait(), seconds)
                except TimeoutError:
                    return False
                return True

        return async_to_sync(run)()

    return wait


def closing(act):
    def run():
        try:
            act()
        finally:
            connections.close_all()

    return run


def test_an_action_wakes_who_waits_for_its_journal(wait, map, alice):
    act = closing(lambda: maps.edit_map(alice, map, summary="News."))
    started = time.monotonic()
    assert wait([map.journal_id], act)
    assert time.monotonic() - started < SOON


def test_a_commit_of_another_process_does_too(wait, map):
    assert wait([map.journal_id], lambda: commit_elsewhere(map.journal_id).join())


def test_any_of_several_journals_wakes(wait, map, alice):
    journals = [map.journal_id, map.article.journal_id, alice.journal_id]
    for journal_id in journals:
        assert wait(journals, lambda journal_id=journal_id: commit_elsewhere(journal_id).join())


def test_another_journal_does_not(wait, map, alice):
    assert not wait([map.journal_id], lambda: commit_elsewhere(alice.journal_id).join(), seconds=1)


def test_a_commit_that_is_rolled_back_wakes_nobody(wait, map, bob):
    def fail():
        with pytest.raises(Exception, match="not allow"):
            maps.edit_map(bob, map, summary="News.")

    assert not wait([map.journal_id], closing(fail), seconds=1)


def test_all_who_wait_are_woken_and_nobody_is_kept_afterwards(map, alice):
    async def one():
        with wakeups.waiting_for([map.journal_id]) as woken:
            await asyncio.wait_for(woken.wait(), SOON)

    async def run():
        waiting = [asyncio.ensure_future(one()) for _ in range(20)]
        await asyncio.sleep(0.1)
        act = closing(lambda: maps.edit_map(alice, map, summary="News."))
        await asyncio.to_thread(act)
        await asyncio.gather(*waiting)

    async_to_sync(run)()
    assert map.journal_id not in wakeups._waiting


def test_who_stops_waiting_in_another_loop_harms_nobody(map, alice):
    """A loop that has ended leaves a ticket that cannot be called any more."""

    async def begin():
        wakeups.waiting_for([map.journal_id]).__enter__()

    asyncio.run(begin())
    wakeups.wake(map.journal_id)
    with wakeups._guard:
        wakeups._waiting.pop(map.journal_id, None)


def test_the_watcher_survives_a_database_that_goes_away(wait, map, monkeypatch):
    name = "_listen" if connection.vendor == "postgresql" else "_poll"
    look, failed = getattr(wakeups, name), []

    def look_after_a_failure():
        if not failed:
            failed.append(True)
            raise OSError("gone for a moment")
        look()

    monkeypatch.setattr(wakeups, name, look_after_a_failure)
    monkeypatch.setattr(wakeups, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(wakeups, "_watcher", None)
    assert wait([map.journal_id], lambda: commit_elsewhere(map.journal_id).join())
    assert failed


def test_a_watcher_that_nobody_needs_ends(map):
    async def run():
        with wakeups.waiting_for([map.journal_id]):
            watcher = wakeups._watcher
            assert watcher.is_alive()
        return watcher

    watcher = async_to_sync(run)()
    watcher.join(10)
    assert not watcher.is_alive()
    assert Journal.objects.filter(pk=map.journal_id).exists()
