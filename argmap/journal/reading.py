"""Reading journals: whole, or as of some `seq`; and many queries as of one moment."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction

from .models import Change

_afterwards: ContextVar[list[Callable[[], object]] | None] = ContextVar("afterwards", default=None)


def rebuild(journal_id: int, until: int | None = None) -> dict[tuple[str, int], dict[str, Any]]:
    """What the Changes of a journal add up to, as of `until` (a seq; None is now).

    Maps (object type, id) to the fields of the row.
    """
    changes = Change.objects.filter(event__journal_id=journal_id).order_by("event__seq", "pk")
    if until is not None:
        changes = changes.filter(event__seq__lte=until)
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for object_type, object_id, text in changes.values_list("object_type", "object_id", "text"):
        if text is None:
            continue
        after = json.loads(text)["after"]
        if after is None:
            rows.pop((object_type, object_id), None)
        else:
            rows.setdefault((object_type, object_id), {}).update(after)
    return rows


def numbers_of(
    rows: models.QuerySet[Any, Any], *fields: str | models.Expression
) -> npt.NDArray[np.int64]:
    """Whole numbers of rows, by the hundred thousand: a line for each field, none of which is null.

    Django would make a value of each cell, which takes longer than all the rest.
    """
    try:
        statement, values = rows.values_list(*fields).query.sql_with_params()
    except EmptyResultSet:
        return np.empty((len(fields), 0), dtype="i8")
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        some_at_a_time = iter(lambda: cursor.fetchmany(5_000), [])
        cells = chain.from_iterable(chain.from_iterable(some_at_a_time))
        return np.fromiter(cells, dtype="i8").reshape(-1, len(fields)).T


@contextmanager
def one_moment() -> Iterator[None]:
    """Several queries that see the database as of one moment, in which nothing is written."""
    waiting: list[Callable[[], object]] = []
    token = _afterwards.set(waiting)
    try:
        with _snapshot():
            yield
    finally:
        _afterwards.reset(token)
    for call in waiting:
        afterwards(call)


def afterwards(call: Callable[[], object]) -> None:
    """Call it once the moment is over that somebody reads in; at once, where nobody does."""
    if (waiting := _afterwards.get()) is not None:
        waiting.append(call)
    else:
        call()


@contextmanager
def _snapshot() -> Iterator[None]:
    """SQLite: a plain BEGIN, since Django's would take the write lock here."""
    if connection.in_atomic_block or _in_a_moment():
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with _begins_reading(), transaction.atomic():
            yield


@contextmanager
def _begins_reading() -> Iterator[None]:
    """PostgreSQL: BEGIN says it all, without a statement more."""
    from psycopg import IsolationLevel  # which SQLite has no use for

    connection.ensure_connection()
    postgresql = connection.connection
    postgresql.isolation_level, postgresql.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        yield
    finally:
        if not postgresql.closed:
            postgresql.isolation_level = postgresql.read_only = None


def _in_a_moment() -> bool:
    """Whether SQLite has been told to BEGIN here already, of which Django knows nothing."""
    return connection.vendor == "sqlite" and bool(
        connection.connection and connection.connection.in_transaction
    )
