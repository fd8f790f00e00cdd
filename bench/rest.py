"""The REST API: its lists, and one annotation beside a view that only inserts the row."""

import itertools
import json

from django.utils import timezone
from rest_framework.response import Response
from rest_framework.views import APIView

from argmap.accounts.actions import issue_token
from argmap.accounts.models import User
from argmap.api.annotations import NewAnnotationSerializer
from argmap.debate.models import Annotation
from argmap.maps.models import Map

from .pages import reading
from .workspace import Browser, Row

LISTS = ("nodes", "links", "annotations", "disputes")


class Bare(APIView):
    """The floor: no permission, no history, no rule; the same authentication and serializer."""

    def post(self, request, slug):
        map = Map.objects.get(slug=slug)
        context = {"user": request.user, "map": map, "article_readable": True}
        body = NewAnnotationSerializer(data=request.data, context=context)
        body.is_valid(raise_exception=True)
        now, fields = timezone.now(), body.validated_data
        node = fields.pop("target")
        annotation = Annotation.objects.create(
            map=map, node=node, author=request.user, created_at=now, changed_at=now, **fields
        )
        return Response({"id": annotation.pk, "text": annotation.text}, 201)


def rows(map):
    writer = User.objects.get(username="person2")
    _, token = issue_token(writer, name="bench")
    browser = Browser(writer)
    api = f"/api/v1/maps/{map.slug}/"
    for name in LISTS:
        yield from reading(f"REST, 50 {name}", browser, f"{api}{name}/?limit=50", map)

    numbers = itertools.cycle(range(1, map.nodes.count() + 1, 7))

    def annotate(path):
        body = {"target": {"node": next(numbers)}, "text": "A note."}
        answer = browser.post(path, json.dumps(body), HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == 201, answer.content

    yield Row(
        "REST, one annotation",
        lambda: annotate(f"{api}annotations/"),
        lambda: annotate(f"/floor/{map.slug}/annotations/"),
        slower=2,
    )
