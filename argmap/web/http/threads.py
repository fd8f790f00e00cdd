"""Pages are made in a few lasting threads, and only streams are sent from the event loop.

Django's own ASGI handler takes a thread for each request: it changes threads several times on the
way (a page takes two to four times as long), and each of those threads opens a connection to the
database, which stays. Here a request is answered in one of THREADS threads from its first
middleware to its last, so there are as many connections as threads.

The threads are shared fairly: whoever sends many slow requests waits for themself.
"""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse
from django.urls import set_script_prefix

from .bounds import THREADS, THREADS_OF_ONE, THREADS_OF_STREAMS, WAIT_SECONDS, Refused
from .respond import for_its_reader_alone

_streams = ThreadPoolExecutor(THREADS_OF_STREAMS, thread_name_prefix="argmap-stream")


async def in_a_thread(function, *args):
    """What a stream asks the database, in one of a few lasting threads of their own."""
    return await asyncio.get_running_loop().run_in_executor(_streams, function, *args)


class Pages(ASGIHandler):
    """Django's handler for ASGI, which makes pages whole in a thread of `Turns`.

    A view that streams returns an async iterator, and gets its request's end (and the connection
    goes back) before the first part is sent: what it needs later it asks for itself.
    """

    def __init__(self):
        BaseHandler.__init__(self)
        self.load_middleware()
        self.turns = Turns()

    async def __call__(self, scope, receive, send):
        body = await _body(receive)
        response = await self.turns.run(scope.get("client"), self.answer, scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def answer(self, scope, body):
        """The response, for which nothing more is to be done in this thread."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, io.BytesIO(body))
        response = for_its_reader_alone(refusal or self.get_response(request))
        response._handler_class = type(self)
        try:
            return response if getattr(response, "is_async", False) else _whole(response)
        finally:
            response.close()

    async def _stream(self, response, receive, send):
        """Send until the end of the stream, or until its reader has left."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        leaving = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending


async def _body(receive):
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _disconnected(receive):
    while (await receive())["type"] != "http.disconnect":
        pass


def _whole(response):
    """A file that would be read part by part is read here, so no thread waits for a reader."""
    if not response.streaming:
        return response
    whole = HttpResponse(b"".join(response), status=response.status_code, headers=response.headers)
    whole.cookies = response.cookies
    return whole


@dataclass
class Share:
    """What one address has of the threads, and how many of its requests are here."""

    turns: asyncio.Semaphore
    requests: int = 0


class Turns:
    """First come, first served, and nobody more than `of_one` threads at a time."""

    def __init__(self, threads=THREADS, of_one=THREADS_OF_ONE, seconds=WAIT_SECONDS):
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="argmap-page")
        self._free, self._of_one, self._seconds = asyncio.Semaphore(threads), of_one, seconds
        self._shares = {}

    async def run(self, client, function, *args):
        """What the function returns. Raises Refused where no thread got free in time."""
        address = client[0] if client else ""
        share = self._shares.setdefault(address, Share(asyncio.Semaphore(self._of_one)))
        share.requests += 1
        try:
            async with self._turn(share.turns), self._turn(self._free):
                return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)
        finally:
            share.requests -= 1
            if not share.requests:
                del self._shares[address]

    @asynccontextmanager
    async def _turn(self, turns):
        try:
            async with asyncio.timeout(self._seconds):
                await turns.acquire()
        except TimeoutError:
            raise Refused(503, "Too much is going on here. Try again in a moment.") from None
        try:
            yield
        finally:
            turns.release()
