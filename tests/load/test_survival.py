"""Many write, processes are killed, two share a database: what was promised is there, and whole."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

KILLS, WRITERS, EACH = 2, 12, 6
COUNT = "from argmap.debate.models import Annotation; print(*Annotation.objects.values_list('text', flat=True), sep='\\n')"  # noqa: E501


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def written(site):
    return set(site.run("shell", "--no-imports", "-c", COUNT).split("\n"))


def test_what_was_answered_outlives_kill_nine(served, times):
    site, promised = served(), set()
    for round in range(KILLS * times):
        port, done = site.start(), threading.Event()

        def write(number, port=port, done=done, round=round):
            for turn in range(10_000):
                if done.is_set():
                    return
                text = f"{round} {number} {turn}"
                if site.annotate(port, text) == 201:
                    promised.add(text)

        with ThreadPoolExecutor(WRITERS) as pool:
            for number in range(WRITERS):
                pool.submit(write, number)
            until(lambda least=(round + 1) * EACH: len(promised) >= least)
            time.sleep(random.uniform(0, 0.3))
            site.kill(port)
            done.set()
        assert "All is well" in site.run("check_data")
    assert promised
    assert promised <= written(site)


def test_two_processes_write_to_one_database(served, times):
    site = served()
    ports = [site.start(), site.start()]
    texts = [f"{number}" for number in range(WRITERS * EACH * times)]
    with ThreadPoolExecutor(WRITERS) as pool:
        statuses = list(pool.map(lambda text: site.annotate(ports[int(text) % 2], text), texts))
    assert set(statuses) == {201}
    assert set(texts) <= written(site)
    assert "All is well" in site.run("check_data")


def test_it_ends_when_told_to_though_a_stream_is_open(served):
    import socket

    site = served()
    port = site.start()
    reader = socket.create_connection(("127.0.0.1", port), 10)
    request = f"GET {site.address}stream?from=1.1.0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    reader.sendall(request.encode())
    assert b" 200 " in reader.recv(100)
    site.processes[port].terminate()
    site.processes[port].wait(15)
    reader.close()
