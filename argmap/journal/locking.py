"""Turns at writing: one after the other, in the order of coming, and nobody waits for ever."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import OperationalError, connection, transaction

from .errors import Busy

#: A wait longer than this, in seconds, stands in the log.
LONG_WAIT = 1.0

#: What PostgreSQL calls a lock that was waited for in vain, and two that wait for each other.
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"

logger = logging.getLogger(__name__)


class FairLock:
    """First come, first served. With a plain lock, twenty threads starve one another.

    Whoever has waited for `settings.WRITE_WAIT_SECONDS` gets Busy.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        with watched_wait():
            in_turn = gate.acquire(timeout=settings.WRITE_WAIT_SECONDS)
        if not in_turn:
            self._give_up(gate)

    def _give_up(self, gate: threading.Lock) -> None:
        with self._guard:
            if gate not in self._waiting:  # it was given to us in the last moment
                return
            self._waiting.remove(gate)
        raise Busy

    def __exit__(self, *exception: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


_sqlite_writers = FairLock()
_writers: WeakValueDictionary[int, FairLock] = WeakValueDictionary()  # by their journals
_guard = threading.Lock()


@contextmanager
def turn(*journal_ids: int) -> Iterator[Callable[[], None]]:
    """The transaction of one write to these journals. Raises Busy where its turn did not come.

    Gives what is to be called when the journals are locked: in PostgreSQL the next one in the
    queue of this process may then come and wait for them at the database.

    It is the outermost one: within another, that one's locks would be held before the turn is
    waited for, and all other writers would wait for both. The transaction that Django's TestCase
    wraps around a test does not count, as it does not for `atomic(durable=True)`.

    Nobody waits for what is done on commit.
    """
    around = connection.atomic_blocks[-1] if connection.in_atomic_block else None
    if around and not around._from_testcase:  # type: ignore[attr-defined]  # Django's own
        raise RuntimeError("an action is outermost: call it outside of atomic()")
    try:
        connection.ensure_connection()  # else whoever waits here may have the one that is needed
        with ExitStack() as held:
            for queue in _queues(journal_ids):
                held.enter_context(queue)
            with transaction.atomic():
                transaction.on_commit(held.close)
                yield held.close if connection.vendor == "postgresql" else _keep_turn
    except OperationalError as error:
        if is_about_waiting(error):
            logger.warning("waited in vain to write: %s", error)
            raise Busy from error
        raise


def _keep_turn() -> None:
    """In SQLite until the commit."""


def _queues(journal_ids: Iterable[int]) -> list[FairLock]:
    """Where the writers of this process wait, in an order in which no two wait for each other.

    In SQLite one writes at a time. In PostgreSQL the journals have locks, for which other
    processes wait too; but of twenty threads that wait there at once any may be the next.
    """
    if connection.vendor == "sqlite":
        return [_sqlite_writers]
    with _guard:
        return [_writers.setdefault(each, FairLock()) for each in sorted(set(journal_ids))]


@contextmanager
def watched_wait() -> Iterator[None]:
    """What may wait for others to finish writing; a long wait is logged."""
    since = time.monotonic()
    try:
        yield
    finally:
        if (waited := time.monotonic() - since) > LONG_WAIT:
            logger.warning("waited %.1f s for a turn to write", waited)


def is_about_waiting(error: OperationalError) -> bool:
    """Whether the database gave up waiting for someone else's lock."""
    cause = error.__cause__
    if getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return True
    return getattr(cause, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK)
