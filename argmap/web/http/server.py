"""How the site is served: uvicorn, with an end to every connection that only takes room."""

import resource
from collections import Counter

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .bounds import (
    HEAD_SECONDS,
    MOST_CONNECTIONS,
    MOST_OF_A_HEAD,
    UNREAD_SECONDS,
    share_of,
)

TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
)
TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n"
    b"content-length: 0\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
)

_connections = Counter()  # by address


class Connection(HttpToolsProtocol):
    """uvicorn waits without end for a request's head and for a reader; this one does not."""

    _clock = _unread = None
    _head = 0  # bytes since a head or a part of a body was whole
    _address = None

    def connection_made(self, transport):
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if self._is_one_too_many(address):
            transport.write(TOO_MANY)
            transport.close()
            return
        self._address = address
        _connections[address] += 1
        self._await_head()

    def _is_one_too_many(self, address):
        """Whether there are too many, or too many of one address (a proxy's are of many)."""
        if len(self.connections) > MOST_CONNECTIONS:
            return True
        if address in getattr(self.app, "trusted_hosts", ()):
            return False
        own = _connections[address]
        return own >= share_of(MOST_CONNECTIONS, _connections.total() - own)

    def connection_lost(self, exc):
        self._head_is_here()
        self._is_read()
        if self._address is not None:
            _connections[self._address] -= 1
            if not _connections[self._address]:
                del _connections[self._address]
        super().connection_lost(exc)

    def data_received(self, data):
        if self.transport.is_closing():
            return
        self._head += len(data)
        super().data_received(data)
        if self._head > MOST_OF_A_HEAD * 2:
            self._refuse_head()
        elif self._is_idle() and self._clock is None:
            self._await_head()

    def _refuse_head(self):
        """Amidst an answer (a stream's, say) nothing else can be said."""
        if self._is_idle():
            self.transport.write(TOO_LONG)
            self.transport.close()
        else:
            self.transport.abort()

    def _is_idle(self):
        return self.cycle is None or self.cycle.response_complete

    def on_headers_complete(self):
        self._head = 0
        self._head_is_here()
        super().on_headers_complete()

    def on_body(self, body):
        self._head = 0  # what comes behind it is counted: the next head, or a chunked body's end
        super().on_body(body)

    def _await_head(self):
        self._head = 0
        self._clock = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _head_is_here(self):
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def pause_writing(self):
        super().pause_writing()
        self._must_be_read()

    def resume_writing(self):
        self._is_read()
        super().resume_writing()

    def on_response_complete(self):
        super().on_response_complete()
        if self.transport.is_closing():  # which sends first what is not sent yet
            self._must_be_read()

    def timeout_keep_alive_handler(self):
        super().timeout_keep_alive_handler()
        self._must_be_read()

    def _must_be_read(self):
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def _is_read(self):
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


OPTIONS = {
    "http": Connection,
    "ws": "none",
    "lifespan": "off",
    # It would write down what stands in addresses, such as the key of a password's reset.
    "access_log": False,
    "server_header": False,
    # An open stream would hold up the end.
    "timeout_graceful_shutdown": 2,
}


def serve(host, port, workers=1):
    """Serve the site until told to stop."""
    _make_room()
    uvicorn.run("argmap.asgi:application", host=host, port=port, workers=workers, **OPTIONS)


def _make_room():
    """Each connection is an open file, and many systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 500
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
