from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from argmap.journal.text import whole_number
from argmap.maps.models import get_map
from argmap.search.finding import MODELS, search
from argmap.search.words import LONGEST

from .base.views import BAD_PAGE, NOT_SEEN, View

PARTS = "In parts, every second of which is one of the words."


class Parts(serializers.ListField):
    child = serializers.CharField(allow_blank=True)


class FoundSerializer(serializers.Serializer):
    """One thing that has the words, and where it is read."""

    kind = serializers.ChoiceField(list(MODELS))
    id = serializers.IntegerField()
    number = serializers.IntegerField(allow_null=True, help_text="Of a node, within its map.")
    map = serializers.SlugField(help_text="In which the caller reads it.")
    url = serializers.CharField(help_text="Of its page.")
    title = Parts(help_text=PARTS)
    snippet = Parts(help_text=f"{PARTS} None where the title has them all.")


class FindingsSerializer(serializers.Serializer):
    """What has all of the words, the best first."""

    count = serializers.IntegerField(help_text="Of all kinds, or of those that were ranked.")
    more = serializers.BooleanField(help_text="Whether there is more than was ranked.")
    nearly = serializers.BooleanField(help_text="Whether all have only words nearly the same.")
    next = serializers.CharField(allow_null=True)
    results = FoundSerializer(many=True)


class Search(View):
    @extend_schema(
        operation_id="search_list",
        parameters=[
            OpenApiParameter("q", str, description="The words."),
            OpenApiParameter("map", str, description="The slug of a map to stay in."),
            OpenApiParameter("kind", str, enum=list(MODELS), description="The only kind."),
            OpenApiParameter("page", int, description="From 1."),
        ],
        responses={200: FindingsSerializer, **NOT_SEEN, **BAD_PAGE},
    )
    def get(self, request):
        asked = request.query_params
        map = get_map(request.user, asked["map"]) if "map" in asked else None
        kind, page = asked.get("kind", ""), whole_number(asked.get("page", "1"))
        if kind and kind not in MODELS:
            raise ValidationError({"kind": [f"This is one of {', '.join(MODELS)}."]})
        if not page:
            raise ValidationError({"page": ["This is a whole number from 1."]})
        words = asked.get("q", "").replace("\x00", "")[:LONGEST]
        found = search(request.user, words, map=map, kind=kind, page=page)
        more = found.page.has_next() and page == found.page.number
        following = replace_query_param(request.build_absolute_uri(), "page", page + 1)
        results = found.hits if page == found.page.number else []
        return Response(
            {
                "count": found.count,
                "more": found.more,
                "nearly": found.nearly,
                "next": following if more else None,
                "results": [self._shown(hit) for hit in results],
            }
        )

    def _shown(self, hit):
        return {
            "kind": hit.kind.name,
            "id": hit.obj.pk,
            "number": getattr(hit.obj, "number", None),
            "map": hit.map.slug,
            "url": self.request.build_absolute_uri(hit.address),
            "title": hit.title,
            "snippet": hit.snippet,
        }
