"""What something of a journal is like at a `seq`, kept in the process and brought forward.

For what is costly to read whole and cheap to bring from one `seq` to the next. Each version is
never changed once made, so readers who are still at an older one keep theirs.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, Protocol, TypeVar


class Weighed(Protocol):
    """What says how many bytes it takes."""

    @property
    def weight(self) -> int: ...


Key = TypeVar("Key", bound=Hashable)
Version = TypeVar("Version", bound=Weighed)

_every: "list[Versions[Any, Any]]" = []


class CannotBringForward(Exception):
    """What happened is more than can be told from its Changes: the rows are read instead."""


class Versions(Generic[Key, Version]):
    """The versions of many things, each by its key; the least used go first.

    `most` of one thing are kept, and `most_bytes` of all: a version says its `weight`.
    """

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self.most, self.most_bytes = most, most_bytes
        #: By (key, seq), the least used first.
        self._kept: OrderedDict[tuple[Key, int], Version] = OrderedDict()
        self._guard = threading.Lock()
        _every.append(self)
        #: Twenty threads that want the same wait for one that makes it.
        self._flights = [threading.Lock() for _ in range(64)]

    def at(
        self,
        key: Key,
        seq: int,
        *,
        read_whole: Callable[[], Version],
        bring_forward: Callable[[Version], Version],
    ) -> Version:
        """The version at `seq`: kept, or from an older one, or whole.

        `bring_forward(older)` may raise CannotBringForward.
        """
        found = self._kept_at(key, seq)
        if found is None:
            with self._flights[hash(key) % len(self._flights)]:
                found = self._kept_at(key, seq)
                if found is None:
                    found = self._made(key, seq, read_whole, bring_forward)
                    self._keep(key, seq, found)
        return found

    def forget(self) -> None:
        """All of them."""
        with self._guard:
            self._kept.clear()

    def _made(
        self,
        key: Key,
        seq: int,
        read_whole: Callable[[], Version],
        bring_forward: Callable[[Version], Version],
    ) -> Version:
        older = self._newest_before(key, seq)
        if older is not None:
            try:
                return bring_forward(older)
            except CannotBringForward:
                pass
        return read_whole()

    def _kept_at(self, key: Key, seq: int) -> Version | None:
        with self._guard:
            if (found := self._kept.get((key, seq))) is not None:
                self._kept.move_to_end((key, seq))
            return found

    def _newest_before(self, key: Key, seq: int) -> Version | None:
        with self._guard:
            older = [at for at in self._seqs(key) if at < seq]
            return self._kept[key, max(older)] if older else None

    def _keep(self, key: Key, seq: int, version: Version) -> None:
        with self._guard:
            self._kept[key, seq] = version
            for at in sorted(self._seqs(key))[: -self.most]:
                del self._kept[key, at]
            while len(self._kept) > 1 and self._weight() > self.most_bytes:
                self._kept.popitem(last=False)

    def _seqs(self, key: Key) -> list[int]:
        return [seq for each, seq in self._kept if each == key]

    def _weight(self) -> int:
        return sum(each.weight for each in self._kept.values())


def forget_all() -> None:
    """As in a new process: for tests, where ids of rows come again, and for benchmarks."""
    for versions in _every:
        versions.forget()
