"""How often one may try: where attempts are counted, and the word that it was too often."""

from django.core.cache.backends.db import DatabaseCache
from django.db import connections


class TooManyAttempts(Exception):
    """Someone tried too often; `seconds` is how long to wait until one may surely try again."""

    def __init__(self, sentence, seconds):
        super().__init__(sentence)
        self.seconds = seconds


class Attempts(DatabaseCache):
    """Django's cache in the database, which all processes share and no restart forgets.

    A full one of Django's drops entries in the order of their keys: whoever fills it, by trying
    many names, would empty the limits. Of this one only what has run out goes.
    """

    def _cull(self, db, cursor, now, num):
        connection = connections[db]
        table = connection.ops.quote_name(self._table)
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 (our own name)
            [connection.ops.adapt_datetimefield_value(now)],
        )
