"""A cache in the process that keeps values as they are, for what is never changed once made.

Django's own (LocMemCache) pickles, which for the graph of a map takes longer than to ask the
database. What is kept here is named by the `seq` that it was made at, so nothing is cleared by
hand; the least used goes first. Nothing in it is the only copy of anything.

MAX_ENTRIES is in thousands of characters, or of whatever else a value counts as its `weight`.
"""

import threading
from collections import OrderedDict

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

_MISSING = object()


class Memory(BaseCache):
    def __init__(self, name, params):
        super().__init__(params)
        self._kept, self._lock = OrderedDict(), threading.Lock()
        self._weight, self._most = 0, self._max_entries * 1000

    def get(self, key, default=None, version=None):
        with self._lock:
            value = self._kept.get(key, _MISSING)
            if value is _MISSING:
                return default
            self._kept.move_to_end(key)
            return value

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._lock:
            self._weight -= _weight(self._kept.pop(key, ""))
            self._kept[key] = value
            self._weight += _weight(value)
            while self._weight > self._most:
                self._weight -= _weight(self._kept.popitem(last=False)[1])

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        with self._lock:
            if key in self._kept:
                return False
        self.set(key, value)
        return True

    def delete(self, key, version=None):
        with self._lock:
            found = key in self._kept
            self._weight -= _weight(self._kept.pop(key, ""))
            return found

    def get_many(self, keys, version=None):
        with self._lock:
            return {key: self._kept[key] for key in keys if key in self._kept}

    def clear(self):
        with self._lock:
            self._kept.clear()
            self._weight = 0


def _weight(value):
    return len(value) if isinstance(value, str) else getattr(value, "weight", 100)
