"""Who waits for a journal is woken when an Event is committed to it.

A wake-up says only "look again", so a lost one loses nothing: whoever waits looks by itself
from time to time. PostgreSQL wakes every process by NOTIFY, heard on one connection of its own
in each; SQLite by one poller in each process that looks at the highest `seq`s.
"""

import asyncio
import logging
import threading
import time
from collections import defaultdict
from contextlib import contextmanager

from django.db import connection, connections

CHANNEL = "argmap"
POLL_SECONDS = 0.25
RETRY_SECONDS = 1

logger = logging.getLogger(__name__)
_guard = threading.Lock()
_waiting = defaultdict(set)  # journal id -> {(event loop, asyncio.Event)}
_watcher = None


@contextmanager
def waiting_for(journal_ids):
    """An asyncio.Event that is set whenever one of the journals may have a new Event."""
    ticket = (asyncio.get_running_loop(), asyncio.Event())
    with _guard:
        for journal_id in journal_ids:
            _waiting[journal_id].add(ticket)
    _start_watcher()
    try:
        yield ticket[1]
    finally:
        with _guard:
            for journal_id in journal_ids:
                _waiting[journal_id].discard(ticket)
                if not _waiting[journal_id]:
                    del _waiting[journal_id]


def announce(journal_id, seq):
    """Called on commit, in the process that wrote."""
    wake(journal_id)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(journal_id)])


def wake(journal_id):
    with _guard:
        tickets = list(_waiting.get(journal_id, ()))
    for loop, event in tickets:
        try:
            loop.call_soon_threadsafe(event.set)
        except RuntimeError:  # its loop has ended, and its ticket goes with it
            continue


def _wake_all():
    with _guard:
        journal_ids = list(_waiting)
    for journal_id in journal_ids:
        wake(journal_id)


def _start_watcher():
    global _watcher
    with _guard:
        if _watcher is None or not _watcher.is_alive():
            _watcher = threading.Thread(target=_watch, name="argmap-wakeups", daemon=True)
            _watcher.start()


def _watch():
    """One thread in each process, for as long as anybody waits."""
    look = _listen if connection.vendor == "postgresql" else _poll
    while True:
        try:
            look()
        except Exception:  # the database went away: whoever waits looks again, and so do we
            logger.warning("the watcher for wake-ups starts again", exc_info=True)
            time.sleep(RETRY_SECONDS)
            _wake_all()
        finally:
            connections.close_all()
        with _guard:
            if not _waiting:
                return


def _listen():
    import psycopg

    parameters = connection.get_connection_params()
    for ours in ("pool", "cursor_factory", "server_side_binding", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    with psycopg.connect(**parameters, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        _wake_all()  # what was announced before we listened
        while _waiting:
            for notification in listener.notifies(timeout=5):
                wake(int(notification.payload))


def _poll():
    from argmap.journal.models import Journal

    seen = {}
    while _waiting:
        with _guard:
            journal_ids = list(_waiting)
        for journal_id, seq in Journal.objects.filter(pk__in=journal_ids).values_list("pk", "seq"):
            if seen.get(journal_id, seq) != seq:
                wake(journal_id)
            seen[journal_id] = seq
        time.sleep(POLL_SECONDS)
