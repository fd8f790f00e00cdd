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
from collections import OrderedDict
from dataclasses import fields, is_dataclass

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

_MISSING = object()
_NOTHING = _MISSING, 0


class Memory(BaseCache):
    def __init__(self, name, params):
        super().__init__(params)
        self._kept, self._lock = OrderedDict(), threading.Lock()
        self._weight, self._most = 0, self._max_entries * 1000

    def get(self, key, default=None, version=None):
        with self._lock:
            value, _ = self._kept.get(key, _NOTHING)
            if value is _MISSING:
                return default
            self._kept.move_to_end(key)
            return value

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        weight = _weight_of_key(key) + weight_of(value)
        with self._lock:
            self._weight += weight - self._kept.pop(key, _NOTHING)[1]
            self._kept[key] = value, weight
            while self._weight > self._most:
                self._weight -= self._kept.popitem(last=False)[1][1]

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._lock:
            if key in self._kept:
                return False
        self.set(key, value)
        return True

    def delete(self, key, version=None):
        with self._lock:
            found = key in self._kept
            self._weight -= self._kept.pop(key, _NOTHING)[1]
            return found

    def get_many(self, keys, version=None):
        with self._lock:
            return {key: self._kept[key][0] for key in keys if key in self._kept}

    def clear(self):
        with self._lock:
            self._kept.clear()
            self._weight = 0


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
