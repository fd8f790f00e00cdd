"""What the views share. A view reads: fetch or 404, check the body, call the action, answer."""

import functools
import json

from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import APIView

from argmap.journal.errors import Gone
from argmap.journal.once import is_key, once
from argmap.journal.reading import one_moment
from argmap.maps.models import get_map, sees_article
from argmap.maps.versions import names_a_version, version_of

from .bodies import Json
from .errors import KEY_HEADER, ConflictSerializer, ErrorsSerializer, ProblemSerializer
from .pagination import Pages
from .showing import Reader

NOT_SEEN = {
    401: OpenApiResponse(ProblemSerializer, "Not signed in, or the token is not valid."),
    404: OpenApiResponse(ProblemSerializer, "Not there, or not for the caller to see."),
}
NOT_WRITTEN = {
    **NOT_SEEN,
    400: OpenApiResponse(ProblemSerializer, "Not JSON, or no key."),
    403: OpenApiResponse(ProblemSerializer, "The caller may not do this here."),
    409: OpenApiResponse(ConflictSerializer, "Someone was quicker."),
    413: OpenApiResponse(ProblemSerializer, "Too large."),
    422: OpenApiResponse(ErrorsSerializer, "What is wrong, beside each field."),
    503: OpenApiResponse(ProblemSerializer, "Many are writing; try again after `Retry-After`."),
}
KEY = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern="^[A-Za-z0-9_-]{1,64}$",
    description=(
        "Chosen by the caller, new for each thing to make. Sent again under its key within a day,"
        " a request makes nothing more and is answered with what the first one made, as it is now;"
        " with another body or address it is refused (422). A refused request uses up no key."
    ),
)
REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    str,
    OpenApiParameter.HEADER,
    response=[201],
    description="`true` where the key had come before: nothing was made.",
)
BAD_PAGE = {422: OpenApiResponse(ErrorsSerializer, "No such page or size of page.")}


def shows(serializer):
    """Describe a view that answers one object."""
    return extend_schema(responses={200: serializer, **NOT_SEEN})


def lists(serializer):
    """Describe a view that answers a page of a list."""
    return extend_schema(responses={200: serializer(many=True), **NOT_SEEN, **BAD_PAGE})


def makes(body, serializer):
    """Describe a view that makes an object from a body; one, however often it is sent by a key."""
    described = extend_schema(
        request=body, parameters=[KEY, REPLAYED], responses={201: serializer, **NOT_WRITTEN}
    )
    return lambda post: described(_once_by_key(post))


def _once_by_key(post):
    @functools.wraps(post)
    def answer(view, request, *args, **kwargs):
        if KEY_HEADER not in request.headers:
            return post(view, request, *args, **kwargs)
        with once(_key_of(request), _content_of(request)) as sending:
            response = post(view, request, *args, **kwargs)
        if sending.repeated:
            response[REPLAYED.name] = "true"
        return response

    return answer


def _key_of(request):
    """Raises ParseError."""
    key = request.headers[KEY_HEADER].strip('"')
    if not is_key(key):
        raise ParseError(f"{KEY_HEADER} takes 1 to 64 of the characters A-Z a-z 0-9 _ -.")
    return key


def _content_of(request):
    try:
        return json.dumps([request.path, request.data], sort_keys=True)
    except RecursionError as error:
        raise ParseError("This is not JSON.") from error


class View(APIView):
    """A view of the API, and the three ways in which it answers."""

    parser_classes = [Json]
    pagination_class = Pages
    #: Fields that an action calls otherwise than the body that was sent.
    called_here = {}

    def context(self):
        """What the serializer of a body knows: the caller."""
        return {"user": self.request.user}

    def reader(self):
        """Whom a `shown` function shows an object to."""
        return Reader(self.request.user)

    def checked(self, body):
        """The fields of the request's body. Raises ValidationError."""
        body = body(data=self.request.data, context=self.context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    def prepare(self, rows):
        """Give all rows of an answer together what each `shown` needs, and no query gave them."""

    def show(self, obj, shown):
        self.prepare([obj])
        return Response(shown(obj, self.reader()))

    def page(self, queryset, shown):
        pages, reader = self.pagination_class(), self.reader()
        rows = pages.paginate_queryset(queryset, self.request, self)
        self.prepare(rows)
        return pages.get_paginated_response([shown(row, reader) for row in rows])

    def made(self, obj, shown, name, *args):
        """201, with the address of what was made."""
        response = self.show(obj, shown)
        response.status_code = 201
        response["Location"] = self.request.build_absolute_uri(reverse(f"api:{name}", args=args))
        return response

    def finalize_response(self, *args, **kwargs):
        response = super().finalize_response(*args, **kwargs)
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class OfMap(View):
    """A view inside a map, which it fetches before anything else. Raises Gone."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.method not in READS:
            self.map = get_map(request.user, kwargs["slug"])

    def context(self):
        readable = sees_article(self.request.user, self.map)
        return {**super().context(), "map": self.map, "article_readable": readable}

    def reader(self):
        return Reader(self.request.user, sees_article(self.request.user, self.map))


READS = ("GET", "HEAD")


def versioned(read):
    """A reading of a map as of one moment, read(view, request, slug, …), of which READS are.

    Whoever has this version already is answered 304.
    """

    @functools.wraps(read)
    def answer(view, request, slug, **which):
        if names_a_version(request):
            etag = _version(request, get_map(request.user, slug))
            if (unchanged := get_conditional_response(request, etag)) is not None:
                return _with_etag(unchanged, etag)
        with one_moment():
            view.map = get_map(request.user, slug)
            response = read(view, request, slug, **which)
        return _with_etag(response, _version(request, view.map))

    return answer


def _version(request, map):
    return version_of(map, request.user, request.get_full_path())


def _with_etag(response, etag):
    response["ETag"] = etag
    return response


def one(queryset, **which):
    """The one row of a queryset. Raises Gone."""
    row = queryset.filter(**which).first()
    if row is None:
        raise Gone
    return row


@extend_schema(exclude=True)
class Nowhere(View):
    """Any other address below the API's: the answer to it is JSON too."""

    def initial(self, request, *args, **kwargs):
        raise Gone
