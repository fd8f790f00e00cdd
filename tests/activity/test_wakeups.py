"""Who waits for a journal is woken by a commit, in this process and in any other."""

import asyncio
import logging
import os
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from argmap.activity import wakeups
from argmap.journal.models import Journal
from argmap.maps import actions as maps

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 5


def commit_elsewhere(map):
    """As another process would: no follower of this one is told."""

    def write():
        try:
            with patched(wakeups, "_tell", lambda seqs: None):
                maps.edit_map(map.memberships.get(role=6).user, map, summary=str(time.monotonic()))
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


@contextmanager
def patched(module, name, value):
    """In the thread that writes alone, so that the watcher tells all the same."""
    real, here = getattr(module, name), threading.current_thread()

    def call(*args):
        return (value if threading.current_thread() is here else real)(*args)

    setattr(module, name, call)
    try:
        yield
    finally:
        setattr(module, name, real)


def closing(act):
    def run():
        try:
            act()
        finally:
            connections.close_all()

    return run


@pytest.fixture
def no_watcher(monkeypatch):
    """None is left by another test: one tells only those who are there when it begins."""
    monkeypatch.setattr(wakeups, "LISTEN_SECONDS", 0.2)
    deadline = time.monotonic() + 10
    while wakeups._watcher is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def hear(no_watcher):
    """Runs: hear(journal_id, act) follows while `act` is done; the `seq` that it heard of."""

    def hear(journal_id, act, seconds=SOON):
        async def run():
            heard, begun = asyncio.Queue(), asyncio.Event()

            def take(seqs):
                if seqs is None:
                    begun.set()
                elif journal_id in seqs:
                    heard.put_nowait(seqs[journal_id])

            with wakeups.following(take):
                await asyncio.wait_for(begun.wait(), SOON)
                await asyncio.to_thread(act)
                try:
                    return await asyncio.wait_for(heard.get(), seconds)
                except TimeoutError:
                    return None

        return asyncio.run(run())

    return hear


def seq_of(journal_id):
    return Journal.objects.get(pk=journal_id).seq


def test_an_action_is_heard_of_with_the_seq_of_its_event(hear, map, alice):
    act = closing(lambda: maps.edit_map(alice, map, summary="News."))
    assert hear(map.journal_id, act) == seq_of(map.journal_id)


def test_a_commit_of_another_process_is_too(hear, map):
    assert hear(map.journal_id, lambda: commit_elsewhere(map)) == seq_of(map.journal_id)


def test_a_commit_that_is_rolled_back_is_not(hear, map, bob):
    def fail():
        with pytest.raises(Exception, match="not allow"):
            maps.edit_map(bob, map, summary="News.")

    assert hear(map.journal_id, closing(fail), seconds=0.5) is None


def test_what_comes_at_once_is_told_at_once(map):
    """However many commits: a loop is called once, with the newest `seq` of each journal."""
    calls = []

    async def run():
        with wakeups.following(calls.append):
            for seq in range(1000):
                wakeups._tell({-1: seq, -2: 2 * seq})
            await asyncio.sleep(0.1)

    asyncio.run(run())
    assert {-1: 999, -2: 1998} in calls or None in calls
    assert len(calls) <= 2  # the other is the watcher's, when it begins


def test_a_loop_that_has_ended_harms_nobody(hear, map, alice):
    async def begin():
        wakeups.following(print).__enter__()

    asyncio.run(begin())
    act = closing(lambda: maps.edit_map(alice, map, summary="News."))
    assert hear(map.journal_id, act)
    assert not wakeups._followers


def fail_once(monkeypatch, failure):
    name = "_listen" if connection.vendor == "postgresql" else "_poll"
    look, failed = getattr(wakeups, name), []

    def look_after_a_failure():
        if not failed:
            failed.append(True)
            raise failure
        look()

    monkeypatch.setattr(wakeups, name, look_after_a_failure)
    monkeypatch.setattr(wakeups, "RETRY_SECONDS", 0.05)
    return failed


def test_the_watcher_survives_a_database_that_goes_away(hear, map, monkeypatch):
    failed = fail_once(monkeypatch, OSError("gone for a moment"))
    assert hear(map.journal_id, lambda: commit_elsewhere(map))
    assert failed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watcher_that_is_killed_is_missed_and_replaced(hear, map, monkeypatch, caplog):
    failed = fail_once(monkeypatch, SystemError("killed"))
    monkeypatch.setattr(wakeups, "logger", logging.getLogger("nobody"))  # its own warning fails too
    monkeypatch.setattr(wakeups.logger, "warning", None)
    monkeypatch.setattr(wakeups, "CHECK_SECONDS", 0.05)
    with caplog.at_level(logging.ERROR, "nobody"):
        assert hear(map.journal_id, lambda: commit_elsewhere(map))
    assert failed
    assert "had ended" in caplog.text


def test_a_watcher_that_nobody_needs_ends_and_the_next_follower_has_one(hear, map):
    async def run():
        with wakeups.following(print):
            return wakeups._watcher

    watcher = asyncio.run(run())
    assert hear(map.journal_id, lambda: commit_elsewhere(map))
    watcher.join(10)
    assert not watcher.is_alive()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_child_process_begins_without_followers_and_guard(map):
    async def run():
        with wakeups.following(print), wakeups._guard:
            child = os.fork()
            if not child:
                free = wakeups._guard.acquire(blocking=False)
                os._exit(0 if free and not wakeups._followers and not wakeups._watcher else 1)
        return child

    _, status = os.waitpid(asyncio.run(run()), 0)
    assert status == 0
