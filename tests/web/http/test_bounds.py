"""What one request, one connection and one address may take, and that others are served meanwhile.

Raw sockets against the site as it is served. The rude one comes from 127.0.0.2, so that their
address is another than everyone else's.
"""

import json
import os
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection
from django.http import HttpResponse

from argmap.web.http import bounds, server
from argmap.web.http.threads import Pages

pytestmark = pytest.mark.django_db(transaction=True)
RUDE = "127.0.0.2"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


class Client:
    """One connection, from an address of one's own."""

    def __init__(self, serving, address="127.0.0.1"):
        port = int(serving.url.rpartition(":")[2])
        self.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=20, source_address=(address, 0)
        )

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))

    def ask(self, path="/", headers="", method="GET", body=b""):
        self.send(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
        self.send(body)
        return self.answer()

    def answer(self):
        """(status, headers, body) of an answer whose length is known; None where there is none."""
        file = self.socket.makefile("rb")
        line = file.readline()
        if not line:
            return None
        headers = {}
        while (each := file.readline().strip()) != b"":
            name, _, value = each.decode().partition(": ")
            headers[name.lower()] = value
        return int(line.split()[1]), headers, file.read(int(headers.get("content-length", 0)))

    def is_closed(self):
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True


@pytest.fixture
def connect(serving, transactional_db):
    opened = []

    def connect(address=RUDE):
        opened.append(Client(serving, address))
        return opened[-1]

    yield connect
    for each in opened:
        each.socket.close()


@pytest.fixture
def others_are_served(connect):
    """Asked while somebody is rude: a page comes within a second or two."""

    def others_are_served():
        begun = time.monotonic()
        status, _, body = connect("127.0.0.1").ask("/accounts/login/")
        assert status == 200
        assert b"</html>" in body
        assert time.monotonic() - begun < 3

    return others_are_served


@contextmanager
def slow(monkeypatch, path="/slow"):
    """Makes requests of the path wait in their thread until the block ends; counts those there."""
    answer, gate, here = Pages.answer, threading.Event(), []

    def slowly(self, scope, body):
        if scope["path"] == path:
            here.append(scope["client"][0])
            gate.wait(20)
        return answer(self, scope, body)

    monkeypatch.setattr(Pages, "answer", slowly)
    try:
        yield here
    finally:
        gate.set()


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


# ── Heads


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: multipart/form-data; " + 'x="' * 20_000,
        "Content-Type: " + "charset" * 90,
        "Accept: " + "a/b;q=1," * 100,
        "If-None-Match: " + '"x",' * 200,
        "Accept-Language: " + "en," * 300,
        "Content-Type: text/plain\r\n" + "Content-Type: text/plain\r\n" * 60,
        "Cookie: " + "a=b; " * 2_000,
        "X-Whatever: " + "x" * 16_000,
    ],
)
def test_a_long_header_is_refused_at_once(connect, others_are_served, header):
    begun = time.monotonic()
    status, headers, _ = connect().ask("/", header.rstrip() + "\r\n")
    assert status == 431
    assert headers["cache-control"] == "no-store"
    assert time.monotonic() - begun < 1
    others_are_served()


def test_what_browsers_and_proxies_send_is_no_long_header(connect):
    headers = (
        f"Accept: {'text/html,' * 20}*/*\r\nCookie: other={'x' * 3000}\r\n"
        f"Referer: http://localhost/?{'q' * 2000}\r\nX-Forwarded-Client-Cert: {'c' * 4000}\r\n"
    )
    assert connect().ask("/", headers)[0] == 200


def test_a_head_without_end_is_cut_off(connect, others_are_served):
    client = connect()
    client.send("GET / HTTP/1.1\r\nX: ")
    try:
        for _ in range(2_000):
            client.send("x" * 4_000)
        refused = client.answer()
    except ConnectionError:  # it was closed while we were sending
        refused = (431,)
    assert refused[0] == 431
    others_are_served()


def is_cut_off(client, begin):
    """Whether the connection ends while the client goes on with what it began."""
    client.send(begin)
    try:
        for _ in range(200):
            client.send("x" * 4_000)
            time.sleep(0.001)
    except ConnectionError:
        return True
    return False


def test_a_second_head_without_end_is_cut_off_while_the_first_is_answered(
    connect, others_are_served, new_map
):
    client = connect()
    client.send(f"GET {new_map('public').get_absolute_url()}stream?from=1.1.0 HTTP/1.1\r\n")
    client.send("Host: localhost\r\n\r\n")
    assert client.socket.recv(15) == b"HTTP/1.1 200 OK"
    assert is_cut_off(client, "GET / HTTP/1.1\r\nX: ")
    others_are_served()


@pytest.mark.parametrize("begin", ["1;", "1\r\nx\r\n0\r\nX: "], ids=["extension", "trailer"])
def test_what_is_no_body_of_a_chunked_body_is_cut_off(connect, others_are_served, begin):
    client = connect()
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert is_cut_off(client, begin)
    others_are_served()


@pytest.mark.parametrize("begin", ["", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\n", "\r\n"])
def test_a_head_that_does_not_end_in_time_ends_by_a_clock(
    connect, others_are_served, monkeypatch, begin
):
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.5)
    client = connect()
    client.send(begin)
    others_are_served()
    assert client.is_closed()


def test_the_clock_runs_for_a_second_request_too(connect, monkeypatch):
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.5)
    client = connect()
    assert client.ask("/accounts/login/")[0] == 200
    client.send("GET / HT")
    assert client.is_closed()


# ── Bodies


def test_a_body_over_its_limit_is_refused_before_it_is_sent(connect, others_are_served):
    client = connect()
    length = f"Content-Length: {bounds.MOST_OF_A_BODY + 1}\r\n"
    status, headers, body = client.ask("/accounts/login/", FORM + length, "POST")
    assert status == 413
    assert headers["connection"] == "close"
    assert b"5 MB" in body
    others_are_served()


def test_a_body_over_its_limit_is_refused_while_it_arrives(connect, others_are_served):
    client, sent = connect(), 0
    client.send(
        f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n{FORM}"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    try:
        for _ in range(400):  # 40 MB
            client.send(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
            sent += 100_000
    except ConnectionError:
        pass
    else:
        assert client.answer()[0] == 413
    others_are_served()


def test_whoever_sends_too_much_reads_why(connect):
    """Though they send all of it before they read anything."""
    client = connect()
    body = b"x" * (bounds.MOST_OF_A_BODY + 2_000_000)
    status, _, _ = client.ask("/", f"{FORM}Content-Length: {len(body)}\r\n", "POST", body)
    assert status == 413


def test_the_api_and_htmx_read_it_in_their_own_way(connect):
    length = f"Content-Length: {bounds.MOST_OF_A_BODY + 1}\r\n"
    _, headers, body = connect().ask("/api/v1/maps/", length, "POST")
    assert headers["content-type"] == "application/json"
    assert "5 MB" in json.loads(body)["detail"]
    htmx = "HX-Request: true\r\nHX-Request-Type: partial\r\n"
    _, _, body = connect().ask("/", htmx + length, "POST")
    assert b"toast" in body
    assert b"<html" not in body


def test_a_slow_body_ends_by_a_clock_and_holds_no_thread(connect, others_are_served, monkeypatch):
    monkeypatch.setattr(bounds, "BODY_SECONDS", 1)
    senders = [connect() for _ in range(20)]
    for each in senders:
        each.send(
            f"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n{FORM}"
            "Content-Length: 1000\r\n\r\nlogin="
        )
    others_are_served()
    assert {each.answer()[0] for each in senders} == {408}


def test_one_address_holds_so_many_bytes_of_bodies(connect, others_are_served, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_BODIES_OF_ONE", 5_000)
    begin = f"POST / HTTP/1.1\r\nHost: localhost\r\n{FORM}Content-Length: 4000\r\n\r\n"
    first, second = connect(), connect()
    first.send(begin + "x" * 3_000)
    time.sleep(0.2)
    second.send(begin + "x" * 3_000)
    status, headers, _ = second.answer()
    assert (status, headers["retry-after"]) == (503, "5")
    others_are_served()
    first.send("x" * 1_000)
    assert first.answer()[0] == 403  # it was taken, and had no token
    assert connect().ask("/", f"{FORM}Content-Length: 4000\r\n", "POST", b"x" * 4000)[0] == 403


def test_a_chunked_body_is_read(connect):
    client = connect()
    body = b'{"username": "nobody", "password": "x"}'
    status, _, answer = client.ask(
        "/api/v1/token/",
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
        "POST",
        b"5\r\n" + body[:5] + b"\r\n%x\r\n" % len(body[5:]) + body[5:] + b"\r\n0\r\n\r\n",
    )
    assert status in (400, 401, 403, 404)
    assert b"JSON parse error" not in answer


# ── Threads


def test_twenty_slow_requests_of_one_address_leave_threads_to_others(
    connect, others_are_served, monkeypatch
):
    with slow(monkeypatch) as here:
        askers = [connect() for _ in range(20)]
        for each in askers:
            each.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: len(here) == bounds.THREADS_OF_ONE)
        others_are_served()
        others_are_served()
        assert len(here) == bounds.THREADS_OF_ONE
    assert {each.answer()[0] for each in askers} == {404}


def test_whoever_waits_too_long_for_a_thread_is_told_so(connect, monkeypatch):
    from argmap.asgi import application

    monkeypatch.setattr(application.application.turns, "_seconds", 0.3)
    with slow(monkeypatch) as here:
        askers = [connect() for _ in range(bounds.THREADS_OF_ONE + 1)]
        for each in askers:
            each.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if each is not askers[-1]:
                until(lambda each=each: len(here) > askers.index(each))
        status, headers, _ = askers[-1].answer()
        assert (status, headers["retry-after"]) == (503, "5")
    assert {each.answer()[0] for each in askers[:-1]} == {404}


def test_whoever_does_not_read_holds_no_thread_and_ends_by_a_clock(
    connect, others_are_served, monkeypatch, serving
):
    answer = Pages.answer

    def much(self, scope, body):
        return (
            HttpResponse(b"x" * 30_000_000)
            if scope["path"] == "/much"
            else answer(self, scope, body)
        )

    monkeypatch.setattr(Pages, "answer", much)
    monkeypatch.setattr(server, "UNREAD_SECONDS", 1)
    before = len(serving.server_state.connections)
    readers = [connect() for _ in range(6)]
    for each in readers:
        each.send("GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n")
    others_are_served()
    until(lambda: len(serving.server_state.connections) <= before + 1)


# ── Connections


def test_one_address_opens_so_many_connections(connect, others_are_served, monkeypatch):
    monkeypatch.setattr(server, "share_of", lambda most, others: 3)
    opened = [connect() for _ in range(3)]
    status, headers, _ = connect().answer()
    assert (status, headers["retry-after"]) == (503, "5")
    others_are_served()
    opened[0].socket.close()
    until(lambda: server._connections[RUDE] < 3)
    assert connect().ask("/accounts/login/")[0] == 200


def test_however_many_addresses_take_all_they_may_the_next_one_is_served(connect, monkeypatch):
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 60)
    opened = []
    for rude in range(4):
        for _ in range(40):
            opened.append(connect(f"127.0.9.{rude + 1}"))
    until(lambda: server._connections.total() <= 60)
    until(lambda: all(server._connections[f"127.0.9.{rude + 1}"] for rude in range(4)))
    assert connect("127.0.9.9").ask("/accounts/login/")[0] == 200


def test_a_proxy_opens_as_many_as_it_needs(connect, monkeypatch):
    monkeypatch.setattr(server, "share_of", lambda most, others: 3)
    proxied = [connect("127.0.0.1") for _ in range(5)]
    assert {each.ask("/accounts/login/")[0] for each in proxied} == {200}


# ── What is served


@pytest.mark.parametrize("target", ["/?q=\xff", "/%ff/", "/\xff", "//", "/%00", "*", "http://x/"])
def test_an_odd_target_is_no_error_of_ours(connect, target):
    answer = connect().ask(target)
    assert answer is None or answer[0] in (200, 400, 404)


def open_files(connection):
    """Of this process, and connections to the database's server."""
    files = len(os.listdir("/proc/self/fd"))
    if connection.vendor != "postgresql":
        return files
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return files + cursor.fetchone()[0]


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files as Linux does")
def test_many_requests_and_streams_leave_no_connection_behind(connect, serving, new_map):
    """Each thread keeps one connection to the database, however many ask."""
    address = new_map("public").get_absolute_url()
    counts = []
    for _ in range(4):
        clients = [connect(f"127.0.0.{number}") for number in range(2, 32)]
        for each in clients:
            assert each.ask(address)[0] == 200
            each.send(f"GET {address}stream?from=1.1.0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for each in clients:
            assert each.socket.recv(15) == b"HTTP/1.1 200 OK"
            each.socket.close()
        until(lambda: len(serving.server_state.tasks) == 0)
        counts.append(open_files(connection))
    assert max(counts[1:]) <= counts[0] + 2, counts
