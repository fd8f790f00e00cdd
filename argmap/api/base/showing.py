"""What goes out: an object as this reader may see it.

A serializer here describes a shape, for the schema; the function beside it makes it. DRF's own
way, which asks each field how it is shown, took four times as long for a list. A test holds each
answer against the schema.
"""

from dataclasses import dataclass
from datetime import UTC

from django.db import models
from rest_framework import serializers

from argmap.accounts.models import User
from argmap.accounts.permissions import may_read_words


@dataclass(frozen=True)
class Reader:
    """Who is answered, and whether the article of the map is there for them to read."""

    user: User
    sees_article: bool = False

    def may_read(self, obj):
        return may_read_words(self.user, obj)


class Row(serializers.ModelSerializer):
    """A row of a table, to be read."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.URLField: serializers.CharField,  # most are empty, which is no URL
    }

    def get_fields(self):
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
            field.required = False
        return fields


class Shown(Row):
    """Every field is null where the words are withheld, but those of `always`.

    `always` is named, and not what is withheld: a field that is added later is withheld
    until someone decides otherwise.
    """

    always = frozenset()

    def get_fields(self):
        fields = super().get_fields()
        for name in fields.keys() - self.always:
            fields[name].allow_null = True
        return fields

    @classmethod
    def shown(cls, readable, /, **fields):
        """The fields as they go out."""
        if readable:
            return fields
        return {name: value if name in cls.always else None for name, value in fields.items()}


class PersonSerializer(Row):
    """Someone, by the name that others read."""

    name = serializers.CharField(source="__str__")

    class Meta:
        model = User
        fields = ["id", "name"]


def shown_person(user):
    return user and {"id": user.pk, "name": str(user)}


def shown_time(time):
    """RFC 3339, in UTC."""
    return time and time.astimezone(UTC).isoformat().replace("+00:00", "Z")


CONTRIBUTION = ("author", "version", "created_at", "changed_at", "retracted", "hidden")


class ContributionSerializer(Shown):
    """What all contributions have in common."""

    author = PersonSerializer()
    retracted = serializers.BooleanField()
    hidden = serializers.BooleanField()

    always = frozenset(CONTRIBUTION)

    @classmethod
    def shown(cls, readable, contribution, /, **fields):
        return super().shown(
            readable,
            **fields,
            author=shown_person(contribution.author),
            version=contribution.version,
            created_at=shown_time(contribution.created_at),
            changed_at=shown_time(contribution.changed_at),
            retracted=contribution.retracted,
            hidden=contribution.hidden,
        )
