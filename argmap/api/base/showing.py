"""What goes out: an object as this reader may see it."""

from django.db import models
from rest_framework import serializers

from argmap.accounts.models import User
from argmap.accounts.permissions import may_read_words


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

    def to_representation(self, obj):
        shown = super().to_representation(obj)
        if not self.may_read(obj):
            for name in shown.keys() - self.always:
                shown[name] = None
        return shown

    def may_read(self, obj):
        return may_read_words(self.context["user"], obj)


class PersonSerializer(Row):
    """Someone, by the name that others read."""

    name = serializers.CharField(source="__str__")

    class Meta:
        model = User
        fields = ["id", "name"]


CONTRIBUTION = ("author", "version", "created_at", "changed_at", "retracted", "hidden")


class ContributionSerializer(Shown):
    """What all contributions have in common."""

    author = PersonSerializer()
    retracted = serializers.BooleanField()
    hidden = serializers.BooleanField()

    always = frozenset(CONTRIBUTION)
