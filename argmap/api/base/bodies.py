"""What comes in: the JSON of a request, and the fields that all bodies share.

A field checks a shape; whether the words will do is for the action to say, so that pages
and API say it in one sentence.
"""

import json

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from argmap.accounts.models import Team
from argmap.journal.text import clean

MOST_UNKNOWN = 20


class Json(JSONParser):
    """Strict JSON. Its stream is the body, which Django keeps as short as that of a form."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return json.loads(stream.read(), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("This is not JSON.") from error


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


class Words(serializers.Field):
    """Text that a database can hold, as it was written."""

    default_error_messages = {"invalid": "This is not text."}

    def __init__(self, *, longest=None, **options):
        self.longest = longest
        super().__init__(**options)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        clean(data, normalise=False)
        return data

    def to_representation(self, value):
        return value


class WordsInSchema(OpenApiSerializerFieldExtension):
    target_class = Words
    match_subclasses = True

    def map_serializer_field(self, auto_schema, direction):
        longest = self.target.longest
        return {"type": "string"} | ({"maxLength": longest} if longest else {})


class Several(serializers.ListField):
    """A list that is counted before anything in it is looked at."""

    default_error_messages = {"too_many": "At most {most} of these."}

    def to_internal_value(self, data):
        if isinstance(data, list) and len(data) > self.max_length:
            self.fail("too_many", most=self.max_length)
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """Says what there is to choose, and not what was sent."""

    def to_internal_value(self, data):
        if isinstance(data, str) and data in self.choices:
            return data
        raise ValidationError(f"Choose one of: {', '.join(self.choices)}.")


class NodeNumber(serializers.IntegerField):
    """#12 is 12."""

    def __init__(self, **options):
        super().__init__(min_value=1, max_value=2**31 - 1, **options)


class Id(serializers.IntegerField):
    def __init__(self, **options):
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class OwnTeam(Words):
    """The slug of a team that the caller is in."""

    def to_internal_value(self, data):
        slug = super().to_internal_value(data)
        user = self.context["user"]
        team = None
        if user.is_authenticated:
            team = Team.objects.filter(members__user=user, slug=slug).first()
        if team is None:
            raise ValidationError("You are in no team with this name.")
        return team


class Body(serializers.Serializer):
    """Refuses what it does not know: a mistyped name would otherwise be lost without a word."""

    def to_internal_value(self, data):
        if isinstance(data, dict) and (unknown := sorted(data.keys() - self.fields.keys())):
            sentence = "There is no such field here."
            raise ValidationError({name[:100]: [sentence] for name in unknown[:MOST_UNKNOWN]})
        return super().to_internal_value(data)
