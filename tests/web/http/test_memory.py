"""What is kept in the process: once for all threads, and made by one of them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches

from argmap.web.http import memory


@pytest.fixture
def cache():
    found = memory.Memory("tests", {"OPTIONS": {"MAX_ENTRIES": 1000}})
    found.clear()
    return found


def at_once(count, function):
    """The results of a function that so many threads call at the same time."""
    ready = threading.Barrier(count)

    def call(_):
        ready.wait(10)
        return function()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


def test_all_threads_share_one():
    caches["pages"].set("named", "once")
    assert at_once(4, lambda: caches["pages"].get("named")) == ["once"] * 4


def test_twenty_threads_make_a_value_once(cache):
    made, gate = [], threading.Event()

    def make():
        made.append(1)
        gate.wait(0.2)
        return "value"

    assert at_once(20, lambda: cache.get_or_set("key", make)) == ["value"] * 20
    assert len(made) == 1
    assert not cache._store.flights


def test_two_values_are_made_beside_each_other(cache):
    both = threading.Barrier(2)
    names = iter("ab")

    def make():
        both.wait(5)  # it breaks where one waits for the other
        return "value"

    assert at_once(2, lambda: cache.get_or_set(next(names), make)) == ["value"] * 2


def test_one_that_failed_is_made_by_the_next(cache):
    tries = []

    def make():
        tries.append(1)
        if len(tries) == 1:
            time.sleep(0.1)  # while the others come to wait
            raise RuntimeError("broken on purpose")
        return "value"

    def ask():
        try:
            return cache.get_or_set("key", make)
        except RuntimeError:
            return "failed"

    begun = time.monotonic()
    assert sorted(at_once(5, ask)) == ["failed"] + ["value"] * 4
    assert len(tries) == 2
    assert time.monotonic() - begun < memory.FLIGHT_SECONDS / 2
    assert not cache._store.flights


def test_nobody_waits_for_ever_for_another(cache, monkeypatch):
    monkeypatch.setattr(memory, "FLIGHT_SECONDS", 0.1)
    stuck, begun = threading.Event(), threading.Event()

    def never():
        begun.set()
        stuck.wait(10)
        return "late"

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(cache.get_or_set, "key", never)
        begun.wait(5)
        asked = time.monotonic()
        assert cache.get_or_set("key", lambda: "mine") == "mine"
        assert time.monotonic() - asked < 5
        stuck.set()
        assert late.result() == "late"
