"""What one request may take, before anything looks at it: each bound of the server stands here.

`Bounded` is the outermost ASGI wrapper. Whoever stays below it has a request with short headers,
whose body is here whole: no thread ever waits for a sender.

Django takes the encoding of a form from its Content-Type, also one that Python knows and text is
never in: `hex` fails wherever the form is read, and `utf-7` brings in half characters.
"""

import asyncio
import re
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import JsonResponse
from django_htmx.middleware import HtmxDetails

# Threads (threads.py): few, since Python runs one at a time; half of them for one address.
THREADS, THREADS_OF_ONE, THREADS_OF_STREAMS = 4, 2, 2
WAIT_SECONDS = 20  # for one of them to get free

# Connections (server.py). An address has its share of them: see `share_of`.
MOST_CONNECTIONS = 6_000
# Live streams: of an account, and in all: each takes some 50 KB, and an Event on its map some
# 0.1 ms. The visitors of one address (a school behind its proxy) have their share together.
MOST_STREAMS_OF_A_PERSON, MOST_STREAMS = 20, 5_000
HEAD_SECONDS = 10  # from a connection's begin, or a request's, until its headers are here
UNREAD_SECONDS = 60  # for a reader to take what was sent

# Characters of a request's head: of all of it, of a header that somebody parses (Django's parser
# of a Content-Type of 60,000 takes seconds), and of cookies.
MOST_OF_A_HEAD, MOST_OF_A_HEADER, MOST_OF_COOKIES = 16_000, 500, 8_000

# Bytes of a body; and of all that are arriving or in work, here and from one address.
MOST_OF_A_BODY = 5 * 1024 * 1024
MOST_BODIES, MOST_BODIES_OF_ONE = 80 * 1024 * 1024, 20 * 1024 * 1024
BODY_SECONDS = 60  # for all of it to arrive
LINGER_SECONDS = 2  # while a refused sender goes on: cut off at once, they would not read why

# Headers that Django, a library or we take apart. Others are only passed on, and a proxy's may be
# long.
PARSED = frozenset(
    b"accept accept-charset accept-encoding accept-language authorization content-disposition"
    b" content-encoding content-length content-type expect host if-match if-modified-since"
    b" if-none-match if-range if-unmodified-since last-event-id origin range transfer-encoding"
    b" x-csrftoken x-forwarded-host x-forwarded-proto".split()
)

SENTENCE = "Send text as UTF-8: its Content-Type names another encoding, or says nothing clear."

_CHARSET = re.compile(r"""charset[^=;]*=\s*["']?([^"';,\s]*)""", re.IGNORECASE)
_SESSION = re.compile(r"[a-z0-9]{1,64}")


def share_of(most, others):
    """How many of `most` one address may have, where other addresses have so many.

    It is half of what they leave: however many addresses take all that they may, the next one
    finds room.
    """
    return max(1, (most - others) // 2)


class Refused(Exception):
    """The request is answered with a status and a sentence, and goes no further."""

    def __init__(self, status, sentence=""):
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Bounded:
    """The outermost wrapper: a request in bounds goes on, with its body whole, or it is refused."""

    def __init__(self, application):
        self.application, self.bodies = application, Bodies()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            raise ValueError(f"this site speaks HTTP, not {scope['type']}")
        begun = False

        async def sending(message):
            nonlocal begun
            begun = True
            await send(message)

        try:
            check_head(scope)
            with self.bodies.of(scope) as body:
                arrived = await body.whole(receive)
                await self.application(scope, arrived, sending)
        except ClientLeft:
            return
        except Refused as refused:
            if begun:
                raise
            await _refuse(scope, receive, send, refused)


def check_head(scope):
    """Raises Refused where the path or the headers are too long, or name an encoding not ours."""
    lengths = Counter()
    for name, value in scope["headers"]:
        lengths[name] += len(value)
    if len(scope["path"]) + len(scope["query_string"]) + lengths.total() > MOST_OF_A_HEAD:
        raise Refused(
            431, f"The address and headers of a request take {MOST_OF_A_HEAD} characters."
        )
    for name, length in lengths.items():
        most = MOST_OF_COOKIES if name == b"cookie" else MOST_OF_A_HEADER
        if length > most and (name == b"cookie" or name in PARSED):
            raise Refused(431, f"{name.decode().title()} takes at most {most} characters.")
    types = [value.decode("latin-1") for name, value in scope["headers"] if name == b"content-type"]
    if not can_be_read(",".join(types)):
        raise Refused(400, SENTENCE)


class ClientLeft(Exception):
    """The sender of a request is there no more."""


class Bodies:
    """How many bytes of bodies are here, in all and from each address."""

    def __init__(self):
        self._of = Counter()

    @contextmanager
    def of(self, scope):
        """The body of a request, counted until the request is answered."""
        client = scope.get("client")
        body = Body(self, scope, client[0] if client else "")
        try:
            yield body
        finally:
            self._of[body.address] -= body.size
            if not self._of[body.address]:
                del self._of[body.address]

    def add(self, address, size):
        self._of[address] += size
        if self._of[address] > MOST_BODIES_OF_ONE or self._of.total() > MOST_BODIES:
            raise Refused(503, "Too much is being sent here. Try again in a moment.")


@dataclass
class Body:
    bodies: Bodies
    scope: dict
    address: str
    size: int = 0

    async def whole(self, receive):
        """A `receive` that gives the body in one piece. Raises Refused, or ClientLeft."""
        parts = []
        if self._is_announced():
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    async for part in self._parts(receive):
                        parts.append(part)
            except TimeoutError:
                raise Refused(408) from None

        async def arrived():
            if not parts:
                return await receive()
            return {"type": "http.request", "body": parts.pop(), "more_body": False}

        parts = [b"".join(parts)]
        return arrived

    def _is_announced(self):
        headers = dict(self.scope["headers"])
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            raise Refused(400)
        if int(length) > MOST_OF_A_BODY:
            raise Refused(413)
        return length != b"0" or b"transfer-encoding" in headers

    async def _parts(self, receive):
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            part, more = message.get("body", b""), message.get("more_body", False)
            self.size += len(part)
            self.bodies.add(self.address, len(part))
            if self.size > MOST_OF_A_BODY:
                raise Refused(413)
            yield part


async def _refuse(scope, receive, send, refused):
    """The sentence at once; then the sender may go on for a moment, so that they read it."""
    from .errors import outermost  # it needs the apps, which are there when somebody asks

    asked = dict(scope["headers"])
    kind, body = outermost(scope["path"], asked, refused.status, refused.sentence)
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Connection": "close",
    }
    if refused.status == 503:
        headers["Retry-After"] = "5"
    headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b""})


def can_be_read(content_type):
    """Whether a Content-Type says UTF-8 or nothing, without parameters encoded for themselves."""
    charsets = [charset.lower() for charset in _CHARSET.findall(content_type)]
    return set(charsets) <= {"utf-8", "utf8"} and not re.search(r"\*\s*=", content_type)


class OnlyReadable:
    """The first middleware. It also drops a session cookie that is none of ours (a NUL in it)."""

    sync_capable = async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        if iscoroutinefunction(self):
            return self._later(request)
        return self._refused(request) or self.get_response(request)

    async def _later(self, request):
        return self._refused(request) or await self.get_response(request)

    def _refused(self, request):
        if not can_be_read(request.META.get("CONTENT_TYPE", "")):
            if request.path.startswith("/api/"):
                return JsonResponse({"detail": SENTENCE}, status=400)
            from .errors import sorry  # it needs the apps, which wsgi.py loads after this module

            request.htmx = HtmxDetails(request)
            return sorry(request, 400, SENTENCE)
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if session is not None and not _SESSION.fullmatch(session):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return None


def readable_wsgi(application):
    """The same around a WSGI application: Django fails over a Content-Type before middleware."""

    def answer(environ, start_response):
        if can_be_read(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [SENTENCE.encode()]

    return answer
