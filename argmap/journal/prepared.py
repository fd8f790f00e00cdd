"""Queries that are built once, asked often, and asked together.

To build a query with subqueries takes the ORM ten times as long as the database takes to answer
it for one person; and each statement costs a way to the database and back.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

#: Stands in a query for the id that is only known when it is asked; no row has it.
STAND_IN = -1

Row = tuple[Any, ...]
Statement = tuple[str, tuple[Any, ...]]


class Prepared:
    """The rows of `build(STAND_IN)`, a queryset of values, with any id in its place."""

    def __init__(self, build: Callable[[int], QuerySet[Any, Any]]):
        self._build = build

    @cached_property
    def in_order(self) -> Statement:
        return self._build(STAND_IN).query.sql_with_params()

    @cached_property
    def keys(self) -> Statement:
        return self._build(STAND_IN).order_by().values("pk").query.sql_with_params()


def counts_of(queries: Sequence[Prepared], pk: int) -> list[int]:
    """How many rows each of them has for this id, in one statement."""
    if not queries:
        return []
    counts = [f"(SELECT COUNT(*) FROM ({query.keys[0]}) AS them)" for query in queries]  # noqa: S608
    parameters = [each for query in queries for each in query.keys[1]]
    ((*found,),) = _ask(f"SELECT {', '.join(counts)}", parameters, pk)
    return found


def rows_of(queries: Sequence[tuple[Prepared, range]], pk: int) -> list[list[Row]]:
    """Those rows of each that stand in its range, in one statement.

    The queries have the same columns; in which order the rows of each come is not said.
    """
    if not queries:
        return []
    parts = [
        f"SELECT {at} AS part, them.* FROM ({query.in_order[0]} LIMIT %s OFFSET %s) AS them"  # noqa: S608
        for at, (query, _) in enumerate(queries)
    ]
    parameters = [
        each for query, which in queries for each in (*query.in_order[1], len(which), which.start)
    ]
    found: list[list[Row]] = [[] for _ in queries]
    for part, *row in _ask(" UNION ALL ".join(parts), parameters, pk):
        found[part].append(tuple(row))
    return found


def _ask(sql: str, parameters: Sequence[Any], pk: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk if each == STAND_IN else each for each in parameters])
        return cursor.fetchall()
