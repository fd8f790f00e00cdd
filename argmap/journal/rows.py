"""One row, read or stored by a statement that is put together once for each model.

Django takes a millisecond or two to put together what the database answers in a twentieth of one,
and whoever has a journal keeps all others waiting for as long.
"""

from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def read(model: type[Row], pk: Any) -> Row | None:
    """The row as it stands, or None. It comes alone, without the rows that it names."""
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    statement = f"SELECT * FROM {table} WHERE {key} = %s"  # noqa: S608 (names of a model)
    return next(iter(model._default_manager.raw(statement, [pk])), None)


def store(obj: models.Model) -> None:
    """Store a new row, which gets its id.

    Its `save` is not called: of a contribution, call `store`. Raises IntegrityError.
    """
    fields, statement = _insert(type(obj))
    values = [field.get_db_prep_save(field.pre_save(obj, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (obj.pk,) = cursor.fetchone()
    obj._state.adding, obj._state.db = False, connection.alias


@cache
def _insert(model: type[models.Model]) -> tuple[list[Any], str]:
    """The fields that are stored, and the statement for their values. Gives the new id."""
    table, pk = _quoted(model._meta.db_table), model._meta.pk
    fields = [field for field in model._meta.concrete_fields if field is not pk]
    columns = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    into = f"{table} ({columns})"
    return fields, f"INSERT INTO {into} VALUES ({places}) RETURNING {_quoted(pk.column)}"  # noqa: S608


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))
