"""The site as it is served, in a process of its own: what others measure it with, and the largest
maps through it, to the first byte and in memory."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

from django.conf import settings

from .workspace import Browser, Writer

TURNS = 15
MOST_TIMES = 3  # to the first byte of the largest map, in times that of 1,000 nodes
MOST_MEMORY = 300_000_000  # of the process, with two of the largest


def report(small, large, second, owner):
    """Print the rows for a map of 1,000 nodes beside two of the largest; how many miss."""
    with server() as (port, process, _):
        reader = Reader(port, Browser(owner).cookie)
        reader.get(second.get_absolute_url())
        small, large = (_ways(reader, map, owner) for map in (small, large))
        missed = sum(_report_times(name, *_medians(small[name], large[name])) for name in small)
        return missed + _report_memory(memory_of(process.pid))


def _ways(reader, map, owner):
    """What is done before a page is asked for, and how that is, by its name."""
    page = map.get_absolute_url()
    writer = Writer(owner, map)

    def get():
        return reader.get(page)

    return {
        "warm": (get, get),
        "unchanged": (get, lambda: reader.get(page, {"If-None-Match": reader.etag})),
        "after an annotation": (writer.annotate, get),
        "after a new node": (writer.add_node, get),
        "?node=N": (get, lambda: reader.get(f"{page}?node={writer.number()}")),
    }


def _medians(*ways):
    """Milliseconds of each, taken in turn, so that a machine that grows slower changes all."""
    taken = [[] for _ in ways]
    for _ in range(TURNS):
        for times, (prepare, get) in zip(taken, ways, strict=True):
            prepare()
            times.append(get())
    return [1000 * statistics.median(times) for times in taken]


def _report_times(name, small, large):
    """Whether it misses its budget."""
    held = large <= MOST_TIMES * small
    print(
        f"  first byte as served, {name:<20} {small:7.1f} ms of 1,000 nodes {large:7.1f} ms of the "
        f"largest   {large / small:.2f} ×   budget ≤ {MOST_TIMES} ×  {'held' if held else 'MISSED'}"
    )
    return not held


def _report_memory(found):
    """Whether it misses its budget."""
    held = found <= MOST_MEMORY
    print(
        f"  memory of a server of two of the largest: {found / 1e6:.0f} MB   "
        f"budget {MOST_MEMORY / 1e6:.0f} MB  {'held' if held else 'MISSED'}"
    )
    return not held


def memory_of(pid):
    """Bytes of a process."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Reader:
    """Asks a server over one connection, as a browser with this cookie."""

    def __init__(self, port, cookie):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie, self.etag = cookie, ""

    def get(self, path, headers=None):
        """Seconds to the first byte."""
        begun = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie, **(headers or {})})
        answer = self.connection.getresponse()
        answer.read(1)
        taken = time.perf_counter() - begun
        answer.read()
        assert answer.status in (200, 304), answer.status
        self.etag = answer.headers.get("ETag", self.etag)
        return taken


def note_commits():
    """In the server: write down each commit's journal, `seq` and time."""
    if path := os.environ.get("ARGMAP_BENCH_COMMITS"):
        from argmap.journal.writing import listeners

        file = open(path, "a", buffering=1)  # noqa: SIM115 (for as long as the process lives)
        listeners.insert(0, lambda *what: print(*what, time.monotonic(), file=file))


@contextmanager
def server():
    """The site as it is served, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.NamedTemporaryFile() as commits:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        environ = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings",
            "ARGMAP_BENCH_COMMITS": commits.name,
        }  # fmt: skip
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        (settings.STATIC_ROOT / "staticfiles.json").touch()  # no file is asked for here
        process = subprocess.Popen(command, env=environ)
        try:
            _await(port, process)
            yield port, process, commits.name
        finally:
            process.terminate()
            process.wait(20)


def _await(port, process):
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
