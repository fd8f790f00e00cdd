"""Lists in pages: what follows a number or an id, so that a page costs the same anywhere."""

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from argmap.journal.text import whole_number

DEFAULT_SIZE, LARGEST_SIZE = 50, 200
LARGEST_ID = 2**63 - 1


class Pages(BasePagination):
    """`?after=` names the last row that was seen, `?limit=` how many to answer.

    No total: a count of a list that a person sees in part says something of the rest, or
    costs as much as the list.
    """

    order = "pk"

    def paginate_queryset(self, queryset, request, view=None):
        self.url = request.build_absolute_uri()
        after = _number(request, "after", default=0, least=0, largest=LARGEST_ID)
        size = _number(request, "limit", default=DEFAULT_SIZE, least=1, largest=LARGEST_SIZE)
        rows = queryset.filter(**{f"{self.order}__gt": after}).order_by(self.order)
        rows = list(rows[: size + 1])
        self.more = len(rows) > size
        self.rows = rows[:size]
        return self.rows

    def get_paginated_response(self, data):
        return Response({"next": self._next(), "results": data})

    def _next(self):
        if not self.more:
            return None
        return replace_query_param(self.url, "after", getattr(self.rows[-1], self.order))

    def get_paginated_response_schema(self, schema):
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view):
        return [
            _parameter("after", "The last row that was seen.", minimum=0, maximum=LARGEST_ID),
            _parameter("limit", "Rows in a page.", minimum=1, maximum=LARGEST_SIZE),
        ]


class PagesByNumber(Pages):
    """Rows that people know by their number within the map."""

    order = "number"


def _number(request, name, *, default, least, largest):
    text = request.query_params.get(name, "")
    if not text:
        return default
    number = whole_number(text, digits=19)
    if number is not None and least <= number <= largest:
        return number
    raise ValidationError({name: [f"This is a whole number from {least} to {largest}."]})


def _parameter(name, description, **limits):
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "integer", **limits},
    }
