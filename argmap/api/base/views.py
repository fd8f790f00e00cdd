"""What the views share. A view reads: fetch or 404, check the body, call the action, answer."""

from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from argmap.accounts.permissions import may_read_words
from argmap.journal.errors import Gone
from argmap.maps.models import get_map

from .bodies import Json
from .errors import ConflictSerializer, ErrorsSerializer, ProblemSerializer
from .pagination import Pages

NOT_SEEN = {
    401: OpenApiResponse(ProblemSerializer, "Not signed in, or the token is not valid."),
    404: OpenApiResponse(ProblemSerializer, "Not there, or not for the caller to see."),
}
NOT_WRITTEN = {
    **NOT_SEEN,
    400: OpenApiResponse(ProblemSerializer, "Not JSON."),
    403: OpenApiResponse(ProblemSerializer, "The caller may not do this here."),
    409: OpenApiResponse(ConflictSerializer, "Someone was quicker."),
    413: OpenApiResponse(ProblemSerializer, "Too large."),
    422: OpenApiResponse(ErrorsSerializer, "What is wrong, beside each field."),
    503: OpenApiResponse(ProblemSerializer, "Many are writing; try again after `Retry-After`."),
}
BAD_PAGE = {422: OpenApiResponse(ErrorsSerializer, "No such page or size of page.")}


def shows(serializer):
    """Describe a view that answers one object."""
    return extend_schema(responses={200: serializer, **NOT_SEEN})


def lists(serializer):
    """Describe a view that answers a page of a list."""
    return extend_schema(responses={200: serializer(many=True), **NOT_SEEN, **BAD_PAGE})


def makes(body, serializer):
    """Describe a view that makes an object from a body."""
    return extend_schema(request=body, responses={201: serializer, **NOT_WRITTEN})


class View(APIView):
    """A view of the API, and the three ways in which it answers."""

    parser_classes = [Json]
    pagination_class = Pages
    #: Fields that an action calls otherwise than the body that was sent.
    called_here = {}

    def context(self):
        """What serializers know: the caller."""
        return {"user": self.request.user}

    def checked(self, body):
        """The fields of the request's body. Raises ValidationError."""
        body = body(data=self.request.data, context=self.context())
        body.is_valid(raise_exception=True)
        return body.validated_data

    def show(self, obj, serializer):
        return Response(serializer(obj, context=self.context()).data)

    def page(self, queryset, serializer):
        pages = self.pagination_class()
        rows = pages.paginate_queryset(queryset, self.request, self)
        data = serializer(rows, many=True, context=self.context()).data
        return pages.get_paginated_response(data)

    def made(self, obj, serializer, name, *args):
        """201, with the address of what was made."""
        response = self.show(obj, serializer)
        response.status_code = 201
        response["Location"] = self.request.build_absolute_uri(reverse(f"api:{name}", args=args))
        return response


class OfMap(View):
    """A view inside a map, which it fetches before anything else. Raises Gone."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.map = get_map(request.user, kwargs["slug"])

    def context(self):
        article = self.map.article
        readable = article is not None and may_read_words(self.request.user, article)
        return {**super().context(), "map": self.map, "article_readable": readable}


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
