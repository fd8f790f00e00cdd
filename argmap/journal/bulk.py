"""Rows by the thousand, each stored as its database takes it quickest, and their Changes.

Django makes and stores a row in some fifty microseconds, and a map that comes in whole has a
million of them. So here rows are dictionaries of plain values, by the names of their columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from .models import Change, Event, new_salts
from .writing import Told, begin_event, digest_of_event, plain, tell_listeners, told

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User  # settings.AUTH_USER_MODEL, to mypy

#: Values of columns, by their names.
Row: TypeAlias = dict[str, Any]

BATCH = 5000  # Changes that are made, stored and forgotten together
#: What stands in these is stored as it is; anything else is asked of the field.
AS_IT_IS = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.FloatField,
    models.ForeignKey,
)


class Sheet:
    """Rows of one model that are being made.

    `same` is what all of them share; what nobody names has the default of its field. All rows
    name the same columns. `count` draws ids for so many rows, for rows that others refer to;
    to be right on SQLite this needs the write lock, which an action holds.
    """

    def __init__(self, model: type[models.Model], count: int | None = None, **same: object) -> None:
        self.model, self.rows = model, list[Row]()
        self._ids = None if count is None else iter(draw_ids(model, count))
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        self._same = {field.attname: field.get_default() for field in fields} | same
        self._asked = {field.attname for field in fields if not isinstance(field, AS_IT_IS)}

    def add(self, **values: Any) -> Row:
        """One more row; it is given back with its `id`, if ids were drawn."""
        if self._ids is not None:
            values["id"] = next(self._ids)
        self.rows.append(values)
        return values

    def write(self) -> None:
        if self.rows:
            named = self.rows[0].keys()
            same = {name: value for name, value in self._same.items() if name not in named}
            insert(self.model, self.rows, same)

    def changes(self, **many: Mapping[int, Iterable[int]]) -> Iterator[Told]:
        """The Change of each row. `many`: for a many-to-many field, its ids by the row's id."""
        kind = self.model._meta.label_lower
        unjournaled: frozenset[str] = getattr(self.model, "unjournaled", frozenset())
        kept = self._same.keys() - unjournaled
        derived = unjournaled & self.rows[0].keys() if self.rows else ()
        same = {name: plain(self._same[name]) for name in kept}
        asked = [name for name in self._asked if name in kept]
        for row, salt in zip(self.rows, new_salts(), strict=False):
            after = same | row
            for name in derived:
                del after[name]
            for name in asked:
                after[name] = plain(after[name])
            for name, ids in many.items():
                after[name] = sorted(ids.get(row["id"], ()))
            yield told(kind, row["id"], None, after, salt)


def draw_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """So many ids that no row of the model has, nor will get from anyone else."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
    return range(last + 1, last + 1 + count)


def insert(model: type[models.Model], rows: Sequence[Row], same: Row | None = None) -> None:
    """Store rows (dictionaries that name the same columns in the same order), with what they share.

    No more is checked than the database itself does. Raises IntegrityError.
    """
    same = same or {}
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = list(rows[0])
    asked = [name for name in names if not isinstance(fields[name], AS_IT_IS)]

    def as_stored(name: str, value: object) -> object:
        return fields[name].get_db_prep_save(value, connection)

    shared = tuple(as_stored(name, value) for name, value in same.items())

    def values() -> Iterator[tuple[object, ...]]:
        for row in rows:
            if list(row) != names:
                raise ValueError(f"a row names {list(row)}, the first one {names}")
            row = row | {name: as_stored(name, row[name]) for name in asked}
            yield (*row.values(), *shared)

    columns = [cast(str, fields[name].column) for name in (*names, *same)]
    store(model._meta.db_table, columns, values())


def insert_missing(model: type[models.Model], rows: Iterable[Row], same: Row) -> None:
    """Store rows, but those that a unique constraint says are there already."""
    made = [model(**row, **same) for row in rows]
    model._default_manager.bulk_create(made, batch_size=500, ignore_conflicts=True)


def store(
    table: str,
    columns: Sequence[str],
    rows: Iterable[tuple[object, ...]],
    connection: BaseDatabaseWrapper = connection,  # this thread's
) -> None:
    """Store rows (tuples) in a table: COPY in PostgreSQL, one prepared statement in SQLite."""
    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            statement = f"INSERT INTO {into} VALUES ({places})"  # noqa: S608 (names of a model)
            cursor.executemany(statement, rows)  # type: ignore[arg-type]  # SQLite takes any iterable


class _Beside:
    """The database stores one batch while the next is made, which must not ask it anything.

    What could not be stored is raised by the next call, or by the last one, `wait`.
    """

    def __init__(self) -> None:
        self._connection = connections[connection.alias]
        self._under_way: Future[None] | None = None

    def __enter__(self) -> _Beside:
        self._connection.inc_thread_sharing()
        self._thread = ThreadPoolExecutor(1, "argmap-import")
        return self

    def __exit__(self, *exception: object) -> None:
        self._thread.shutdown()
        self._connection.dec_thread_sharing()

    def store(self, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
        self.wait()
        self._under_way = self._thread.submit(
            _store_and_check, table, columns, rows, self._connection
        )

    def wait(self) -> None:
        if self._under_way is not None:
            self._under_way.result()


def _store_and_check(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Any],
    connection: BaseDatabaseWrapper,
) -> None:
    """PostgreSQL looks at each row's references when it commits, while everyone waits; so now."""
    store(table, columns, rows, connection)
    if connection.vendor == "postgresql":
        connection.check_constraints()


def record_many(journal_id: int, actor: User | None, changes: Iterable[Change | Told]) -> Event:
    """Like `record`, for Changes by the hundred thousand: made, stored and forgotten in turn."""
    event = begin_event(journal_id, actor)
    event.save()
    digests: list[str] = []
    changes = iter(changes)
    with _Beside() as beside:
        while batch := list(islice(changes, BATCH)):
            digests += [change.digest for change in batch]
            beside.store(
                Change._meta.db_table,
                ["event_id", "object_type", "object_id", "text", "salt", "digest"],
                [(event.pk, c.object_type, c.object_id, c.text, c.salt, c.digest) for c in batch],
            )
        beside.wait()
    event.digest = digest_of_event(event, digests)
    event.save(update_fields=["digest"])
    tell_listeners(event)
    return event
