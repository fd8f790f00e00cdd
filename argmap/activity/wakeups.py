"""Who follows journals is woken when an Event is committed to one of them.

A wake-up says which journal and its `seq`, or only "look again", so a lost one loses nothing:
whoever follows looks by itself from time to time. The process that wrote wakes its own at once;
others hear of it by NOTIFY in PostgreSQL, on one connection of its own outside the pool, and in
SQLite from one poller, which asks for the Events that are new, however many follow.
"""

import asyncio
import logging
import os
import threading
import time
from contextlib import contextmanager

from django.db import connection, connections

CHANNEL = "argmap"
POLL_SECONDS = 0.05
RETRY_SECONDS = 1
CHECK_SECONDS = 1  # how long a watcher that has ended stays unseen
LISTEN_SECONDS = 5  # and a connection that is broken

logger = logging.getLogger(__name__)
_guard = threading.Lock()
_followers = set()
_watcher = None


class Follower:
    """One event loop that wants to hear: called there once for all that came since."""

    def __init__(self, heard):
        self.loop, self._heard = asyncio.get_running_loop(), heard
        self._seqs, self._all, self._called = {}, False, False

    def tell(self, seqs):
        """Under the guard. `seqs` by the ids of their journals, or None: look at all."""
        if seqs is None:
            self._all = True
        else:
            for journal_id, seq in seqs.items():
                self._seqs[journal_id] = max(seq, self._seqs.get(journal_id, 0))
        if self._called:
            return
        try:
            self.loop.call_soon_threadsafe(self._call)
        except RuntimeError:  # its loop has ended, and it with it
            _followers.discard(self)
        else:
            self._called = True

    def _call(self):
        with _guard:
            seqs = None if self._all else self._seqs
            self._seqs, self._all, self._called = {}, False, False
            follows = self in _followers
        if follows:
            self._heard(seqs)

    def check(self):
        """The watcher must not end unseen, so every loop that follows looks after it."""
        if self in _followers:
            _start_watcher()
            self.loop.call_later(CHECK_SECONDS, self.check)


@contextmanager
def following(heard):
    """While in it, `heard({journal id: seq})` is called in the running loop after commits.

    `heard(None)` says that any journal may have moved: a watcher began, or missed something.
    """
    follower = Follower(heard)
    with _guard:
        _followers.add(follower)
    follower.check()
    try:
        yield
    finally:
        with _guard:
            _followers.discard(follower)


def announce(journal_id, seq):
    """Called on commit, in the process that wrote.

    What is announced is on the disk already. PostgreSQL would write down the announcement too,
    and everyone who writes anywhere would wait for that.
    """
    _tell({journal_id: seq})
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'off', true), pg_notify(%s, %s)",
                [CHANNEL, f"{journal_id} {seq}"],
            )


def _tell(seqs):
    with _guard:
        for follower in list(_followers):
            follower.tell(seqs)


def _start_watcher():
    """Start it where there is none, or where it ended though somebody follows."""
    global _watcher
    with _guard:
        if _watcher is not None:
            if _watcher.is_alive():
                return
            logger.error("The watcher for wake-ups had ended. It is started again.")
        _watcher = threading.Thread(target=_watch, name="argmap-wakeups", daemon=True)
        _watcher.start()


def _is_needed():
    """The watcher asks; once it was told no, whoever begins to follow starts another."""
    global _watcher
    with _guard:
        if not _followers:
            _watcher = None
        return bool(_followers)


def _watch():
    """One thread in each process, for as long as anybody follows."""
    look = _listen if connection.vendor == "postgresql" else _poll
    while _is_needed():
        try:
            look()
            return
        except Exception:  # the database went away: whoever follows looks again, and so do we
            logger.warning("The watcher for wake-ups begins again.", exc_info=True)
            time.sleep(RETRY_SECONDS)
        finally:
            connections.close_all()


def _listen():
    """Until nobody follows."""
    import psycopg

    parameters = connection.get_connection_params()
    for ours in ("pool", "cursor_factory", "server_side_binding", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    parameters["tcp_user_timeout"] = 2000 * LISTEN_SECONDS
    with psycopg.connect(**parameters, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        _tell(None)  # what was announced before we listened
        while _is_needed():
            for notification in listener.notifies(timeout=LISTEN_SECONDS):
                journal_id, seq = notification.payload.split()
                _tell({int(journal_id): int(seq)})
            listener.execute("SELECT 1")  # fails where the connection broke without a word


def _poll():
    """Until nobody follows. Ids of Events rise in the order of commits: one writes at a time."""
    with connection.cursor() as cursor:
        seen = _newest(cursor)
        _tell(None)
        while _is_needed():
            newest = _newest(cursor)
            if newest > seen:
                cursor.execute(
                    "SELECT journal_id, MAX(seq) FROM journal_event WHERE id > %s AND id <= %s"
                    " GROUP BY journal_id",
                    [seen, newest],
                )
                _tell(dict(cursor.fetchall()))
            elif newest < seen:  # another database took its place
                _tell(None)
            seen = newest
            time.sleep(POLL_SECONDS)


def _newest(cursor):
    cursor.execute("SELECT COALESCE(MAX(id), 0) FROM journal_event")
    return cursor.fetchone()[0]


def _forget():
    """A child process has none of the threads and loops, and perhaps a guard that was held."""
    global _guard, _watcher
    _guard, _watcher = threading.Lock(), None
    _followers.clear()


os.register_at_fork(after_in_child=_forget)
