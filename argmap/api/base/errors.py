"""What went wrong, as an answer. None of these says more than the caller may know."""

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DomainValidationError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from argmap.accounts.attempts import TooManyAttempts
from argmap.accounts.permissions import Forbidden, SignInFirst
from argmap.journal.errors import Busy, Gone, Reused, Settled, Stale

#: The key of a request: sent again under it, it is done once.
KEY_HEADER = "Idempotency-Key"
#: What is wrong with a body as a whole stands beside this name.
WHOLE = "body"
_WHOLE_ELSEWHERE = {NON_FIELD_ERRORS, api_settings.NON_FIELD_ERRORS_KEY}


class ProblemSerializer(serializers.Serializer):
    """A sentence for people."""

    detail = serializers.CharField()


class ErrorsSerializer(serializers.Serializer):
    """For each field (a dotted path into the body, or "body" for all of it) its sentences."""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class ConflictSerializer(ProblemSerializer):
    """Someone was quicker. Of a text that changed meanwhile: both texts, and the version now."""

    theirs = serializers.DictField(required=False)
    yours = serializers.DictField(required=False)
    current_version = serializers.IntegerField(required=False)


def handle(error, context):
    """The answer to what a view raised; None is a bug of ours, which Django reports."""
    view = context["view"]
    match error:
        case Gone() | Http404():
            return _problem(404, "There is nothing here, or nothing that you may see.")
        case SignInFirst():
            header = view.get_authenticate_header(context["request"])
            return _problem(401, error, headers={"WWW-Authenticate": header})
        case Forbidden():
            return _problem(403, error)
        case Settled():
            return _problem(409, error)
        case Reused():
            return _invalid({KEY_HEADER: [str(error)]}, {})
        case Busy():
            return _problem(503, error, headers={"Retry-After": str(error.retry_after)})
        case Stale():
            return _problem(
                409,
                error,
                theirs=error.theirs,
                yours=error.yours,
                current_version=error.current.version,
            )
        case DomainValidationError():
            return _invalid(_sentences(error), getattr(view, "called_here", {}))
        case exceptions.Throttled(wait=seconds) if seconds:
            sentence = f"You write more than this site can follow. Try again in {seconds} seconds."
            return _problem(429, sentence, headers={"Retry-After": str(seconds)})
        case exceptions.ValidationError():
            return _invalid(error.detail, {})
        case RequestDataTooBig():
            return _problem(413, "This is too large.")
        case TooManyAttempts():
            return _problem(429, error, headers={"Retry-After": str(error.seconds)})
        case SuspiciousOperation() | MultiPartParserError() | UnreadablePostError():
            return _problem(400, "This request cannot be read.")
    return exception_handler(error, context)


def _problem(status, sentence, headers=None, **more):
    return Response({"detail": str(sentence), **more}, status=status, headers=headers)


def _invalid(detail, called_here):
    errors = {}
    for path, sentence in _flat(detail, ()):
        name = ".".join(called_here.get(part, part) for part in path) or WHOLE
        errors.setdefault(_sendable(name), []).append(_sendable(sentence))
    return Response({"errors": errors}, status=422)


def _sentences(error):
    return error.message_dict if hasattr(error, "error_dict") else error.messages


def _flat(detail, path):
    """Each sentence with the path to its field, however deep it lies."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name in _WHOLE_ELSEWHERE else (*path, str(name)))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, (*path, str(index)) if nested else path)
    else:
        yield path, str(detail)


def _sendable(text):
    """A sentence may quote what was sent, and that may be no text at all."""
    return text.encode("utf-8", "replace").decode()
