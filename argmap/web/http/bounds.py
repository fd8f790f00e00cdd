"""What no page can read is answered, or left out, before anything else looks at a request.

Django takes the encoding of a form from its Content-Type, also one that Python knows and text is
never in: `hex` fails wherever the form is read, and `utf-7` brings in half characters.
"""

import re

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import JsonResponse
from django_htmx.middleware import HtmxDetails

SENTENCE = "Send text as UTF-8: its Content-Type names another encoding, or says nothing clear."

_CHARSET = re.compile(r"""charset[^=;]*=\s*["']?([^"';,\s]*)""", re.IGNORECASE)
_SESSION = re.compile(r"[a-z0-9]{1,64}")


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


def readable_asgi(application):
    """The same around an ASGI application."""

    async def answer(scope, receive, send):
        headers = scope.get("headers", ())
        types = [value.decode("latin-1") for name, value in headers if name == b"content-type"]
        if scope["type"] != "http" or can_be_read(",".join(types)):
            return await application(scope, receive, send)
        content_type = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 400, "headers": content_type})
        return await send({"type": "http.response.body", "body": SENTENCE.encode()})

    return answer
