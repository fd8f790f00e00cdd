"""Queries that are built once and asked often.

To build a query with subqueries takes the ORM ten times as long as the database takes to answer
it for one person.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

#: Stands in a query for the id that is only known when it is asked; no row has it.
STAND_IN = -1


class Prepared:
    """The rows of `build(STAND_IN)`, a queryset of values, with any id in its place."""

    def __init__(self, build: Callable[[int], QuerySet[Any, Any]]):
        self._build = build

    def asked_of(self, pk: int) -> "Rows":
        return Rows(self, pk)

    @cached_property
    def in_order(self) -> tuple[str, tuple[Any, ...]]:
        return self._build(STAND_IN).query.sql_with_params()

    @cached_property
    def keys(self) -> tuple[str, tuple[Any, ...]]:
        return self._build(STAND_IN).order_by().values("pk").query.sql_with_params()


class Rows:
    """The rows for one id, as a Paginator takes them: counted, and some in their order."""

    def __init__(self, prepared: Prepared, pk: int):
        self._prepared, self._pk = prepared, pk

    def count(self) -> int:
        sql, parameters = self._prepared.keys
        ((count,),) = self._ask(f"SELECT COUNT(*) FROM ({sql}) AS them", parameters)  # noqa: S608
        return count

    def __getitem__(self, which: slice) -> list[tuple[Any, ...]]:
        sql, parameters = self._prepared.in_order
        most = max(0, which.stop - which.start)
        return self._ask(f"{sql} LIMIT %s OFFSET %s", (*parameters, most, which.start))

    def _ask(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._pk if each == STAND_IN else each for each in parameters])
            return cursor.fetchall()
