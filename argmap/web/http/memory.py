"""A cache in the process that keeps values as they are, for what is never changed once made.

Django's own (LocMemCache) pickles, which for the graph of a map takes longer than to ask the
database. What is kept here is named by the `seq` that it was made at, so nothing is cleared by
hand; the least used goes first. Nothing in it is the only copy of anything.

MAX_ENTRIES is in thousands of bytes, keys included: 40_000 keeps 40 MB. What is kept is weighed
down to its texts, wherever they stand in lists, tuples and dataclasses; other objects say their
`weight` themselves.
"""

import sys
import threading
from collections import OrderedDict, defaultdict
from contextlib import contextmanager
from dataclasses import fields, is_dataclass

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

FLIGHT_SECONDS = 10

_MISSING = object()
_NOTHING = _MISSING, 0


class Store:
    """What one cache keeps, for all threads: Django makes a cache object for each of them."""

    def __init__(self):
        self.lock, self.kept, self.weight, self.flights = threading.Lock(), OrderedDict(), 0, {}


_stores = defaultdict(Store)


class Memory(BaseCache):
    def __init__(self, name, params):
        super().__init__(params)
        self._store, self._most = _stores[name], self._max_entries * 1000

    def get(self, key, default=None, version=None):
        with self._store.lock:
            value, _ = self._store.kept.get(key, _NOTHING)
            if value is _MISSING:
                return default
            self._store.kept.move_to_end(key)
            return value

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        weight = _weight_of_key(key) + weight_of(value)
        store = self._store
        with store.lock:
            store.weight += weight - store.kept.pop(key, _NOTHING)[1]
            store.kept[key] = value, weight
            while store.weight > self._most:
                store.weight -= store.kept.popitem(last=False)[1][1]

    def get_or_set(self, key, default, timeout=DEFAULT_TIMEOUT, version=None):
        """The value, made by `default()` where it is not there, by one thread for all who ask.

        The others wait for it, but FLIGHT_SECONDS at most; where it failed they try it themselves.
        """
        value = self.get(key, _MISSING)
        if value is not _MISSING:
            return value
        with self._flight(key):
            value = self.get(key, _MISSING)
            if value is _MISSING:
                value = default()
                self.set(key, value)
        return value

    @contextmanager
    def _flight(self, key):
        """One thread at a time for a key, unless it takes too long."""
        store = self._store
        with store.lock:
            flight = store.flights.setdefault(key, Flight())
            flight.threads += 1
        mine = flight.turn.acquire(timeout=FLIGHT_SECONDS)
        try:
            yield
        finally:
            if mine:
                flight.turn.release()
            with store.lock:
                flight.threads -= 1
                if not flight.threads:
                    del store.flights[key]

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._store.lock:
            if key in self._store.kept:
                return False
        self.set(key, value)
        return True

    def delete(self, key, version=None):
        with self._store.lock:
            found = key in self._store.kept
            self._store.weight -= self._store.kept.pop(key, _NOTHING)[1]
            return found

    def get_many(self, keys, version=None):
        with self._store.lock:
            kept = self._store.kept
            return {key: kept[key][0] for key in keys if key in kept}

    def clear(self):
        with self._store.lock:
            self._store.kept.clear()
            self._store.weight = 0


class Flight:
    """A value that is being made, and how many threads make it or wait for it."""

    def __init__(self):
        self.turn, self.threads = threading.Lock(), 0


def _weight_of_key(key):
    """The same for a key: short parts, long names, runs of marks."""
    parts = key if isinstance(key, tuple) else (key,)
    return 100 + sum(
        100 * (1 + len(part)) if isinstance(part, tuple) else 50 + len(str(part)) for part in parts
    )


def weight_of(value):
    """The bytes that it takes, nearly."""
    if isinstance(value, str):
        return sys.getsizeof(value)
    if (own := getattr(value, "weight", None)) is not None:
        return own
    within = ()
    if isinstance(value, list | tuple | set | frozenset):
        within = value
    elif isinstance(value, dict):
        within = value.items()
    elif is_dataclass(value):
        within = [getattr(value, each.name) for each in fields(value)]
    return sys.getsizeof(value) + sum(map(weight_of, within))
