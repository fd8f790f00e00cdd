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
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(obj, fields))
        (obj.pk,) = cursor.fetchone()
    _is_stored(obj)


def store_with(obj: models.Model, other: models.Model, name: str) -> None:
    """Store two new rows, of which the other names the first by its field of that name.

    In PostgreSQL by one statement: under a lock, each way there and back is waited for by all.
    """
    if connection.vendor != "postgresql":
        store(obj)
        setattr(other, name, obj)
        store(other)
        return
    fields, first = _insert(type(obj))
    others, second = _insert_with(type(other), name)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH stored AS ({first}) {second}", _values(obj, fields) + _values(other, others)
        )
        obj.pk, other.pk = cursor.fetchone()
    setattr(other, name, obj)
    _is_stored(obj)
    _is_stored(other)


def _values(obj: models.Model, fields: list[Any]) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(obj, True), connection) for field in fields]


def _is_stored(obj: models.Model) -> None:
    obj._state.adding, obj._state.db = False, connection.alias


@cache
def _insert(model: type[models.Model]) -> tuple[list[Any], str]:
    """The fields that are stored, and the statement for their values. Gives the new id."""
    fields, pk = _stored_fields(model), _quoted(model._meta.pk.column)
    places = ", ".join(["%s"] * len(fields))
    return fields, f"INSERT INTO {_into(model, fields)} VALUES ({places}) RETURNING {pk} AS id"  # noqa: S608


@cache
def _insert_with(model: type[models.Model], name: str) -> tuple[list[Any], str]:
    """The same, where the field of that name takes the id of what was `stored` beside it."""
    (naming,) = (field for field in _stored_fields(model) if field.name == name)
    fields = [field for field in _stored_fields(model) if field is not naming]
    places = ", ".join(["%s"] * len(fields))
    pk, column = _quoted(model._meta.pk.column), _quoted(naming.column)
    return fields, (
        f"INSERT INTO {_into(model, [*fields, naming])} SELECT {places}, stored.id FROM stored"  # noqa: S608
        f" RETURNING {column}, {pk}"
    )


def _stored_fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field is not model._meta.pk]


def _into(model: type[models.Model], fields: list[Any]) -> str:
    return f"{_quoted(model._meta.db_table)} ({', '.join(_quoted(each.column) for each in fields)})"


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))
