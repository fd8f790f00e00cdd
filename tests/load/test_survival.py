"""Many write, processes are killed, two share a database: what was promised is there, and whole."""

import json
import random
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

LONGEST = 180  # seconds that a writer goes on trying
TEXTS = (
    "import json; from argmap.debate.models import Annotation;"
    "print(json.dumps(list(Annotation.objects.values_list('text', flat=True))))"
)


def written(site):
    """How often each text is there."""
    return Counter(json.loads(site.run("shell", "--no-imports", "-c", TEXTS)))


class Writer:
    """Writes one annotation after the other, each under a key, until it is answered.

    Every second one by the form of the page, the others over REST.
    """

    def __init__(self, site, port, number):
        self.site, self.port, self.number = site, port, number
        self.answered, self.again, self.enough = [], 0, threading.Event()

    def write(self):
        while not self.enough.is_set():
            text = f"Writer {self.number}, {len(self.answered)}"
            deadline = time.monotonic() + LONGEST
            tries = 1
            while not self._is_answered(text):
                assert time.monotonic() < deadline, "nobody answers"
                tries += 1
                time.sleep(0.1)
            self.answered.append(text)
            self.again += tries > 1

    def _is_answered(self, text):
        by_form = self.number % 2
        send = self.site.annotate_by_form if by_form else self.site.annotate
        status = send(self.port, text, f"key-{self.number}-{len(self.answered)}")
        assert status in (None, 503, 302 if by_form else 201), status
        return status not in (None, 503)


@contextmanager
def writing(writers):
    with ThreadPoolExecutor(len(writers)) as pool:
        running = [pool.submit(writer.write) for writer in writers]
        try:
            yield
        finally:
            for writer in writers:
                writer.enough.set()
    for each in running:
        each.result()


def await_answers(writers, count):
    deadline = time.monotonic() + LONGEST
    while sum(len(writer.answered) for writer in writers) < count:
        assert time.monotonic() < deadline, "nobody gets on"
        time.sleep(0.01)


def test_what_was_answered_outlives_kill_nine_and_is_there_once(served, size, say):
    """Also what was on its way then, once its writer has sent it again under its key."""
    kills, count = size(2, promised=20), size(12, promised=50)
    site = served()
    port = site.start()
    writers = [Writer(site, port, number) for number in range(count)]
    with writing(writers):
        for _ in range(kills):
            before = sum(len(writer.answered) for writer in writers)
            await_answers(writers, before + count)
            time.sleep(random.uniform(0, 0.3))
            site.kill(port)
            assert "All is well" in site.run("check_data")
            site.start(port)
    texts = [text for writer in writers for text in writer.answered]
    assert written(site) == Counter(texts)
    assert "All is well" in site.run("check_data")
    say(
        f"{kills} × kill -9 under {count} writers: {len(texts):,} annotations answered, "
        f"{sum(writer.again for writer in writers):,} of them sent again; each is there once"
    )


def test_two_processes_write_to_one_database(served, size, say):
    count = size(12, promised=50)
    site = served()
    ports = [site.start(), site.start()]
    writers = [Writer(site, ports[number // 2 % 2], number) for number in range(count)]
    begun = time.monotonic()
    with writing(writers):
        await_answers(writers, count * 10)
    taken = time.monotonic() - begun
    texts = [text for writer in writers for text in writer.answered]
    assert written(site) == Counter(texts)
    assert "All is well" in site.run("check_data")
    say(
        f"two processes, {count} writers: {len(texts) / taken:.0f} annotations a second, "
        f"{sum(writer.again for writer in writers)} of them refused at first"
    )


def test_it_ends_when_told_to_though_a_stream_is_open(served):
    site = served()
    port = site.start()
    reader = socket.create_connection(("127.0.0.1", port), 10)
    request = f"GET {site.address}stream?from=1.1.0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    reader.sendall(request.encode())
    assert b" 200 " in reader.recv(100)
    site.stop(port)
    reader.close()
