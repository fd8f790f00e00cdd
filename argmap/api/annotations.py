from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.debate.actions import annotate, reply
from argmap.debate.actions.annotations import LONGEST, LONGEST_TAG, MOST_TAGS
from argmap.debate.models import Annotation

from .base.bodies import Body, Choice, Id, Several, Words
from .base.showing import CONTRIBUTION, ContributionSerializer
from .base.targets import (
    PassageSerializer,
    SelectionSerializer,
    TargetSerializer,
    passages,
    shown_target,
)
from .base.views import OfMap, lists, makes, one, shows

OF_THE_THREAD = ("motivation", "visibility", "tags")


class AnnotationTargetSerializer(serializers.Serializer):
    """A node, a link, words of the article, or the annotation that this one answers."""

    node = serializers.IntegerField(allow_null=True)
    link = serializers.IntegerField(allow_null=True)
    passage = PassageSerializer(allow_null=True)
    annotation = serializers.IntegerField(allow_null=True)


class AnnotationSerializer(ContributionSerializer):
    """What someone writes in the margin of a node, a link or words of the article, or in reply."""

    target = serializers.SerializerMethodField()
    tags = serializers.ListField(child=serializers.CharField())

    always = frozenset({*CONTRIBUTION, "id", "target", "motivation", "visibility"})

    class Meta:
        model = Annotation
        fields = ["id", "target", "text", "tags", "motivation", "visibility", *CONTRIBUTION]

    @extend_schema_field(AnnotationTargetSerializer)
    def get_target(self, annotation):
        """The words that someone chose are seen only through what they wrote of them."""
        passage = annotation.passage if self.may_read(annotation) else None
        return {
            **shown_target(annotation.node, annotation.link_id),
            "passage": passage and PassageSerializer(passage, context=self.context).data,
            "annotation": annotation.parent_id,
        }


class NewAnnotationTargetSerializer(TargetSerializer):
    """One of these. With an annotation it is a reply, in the thread of that one."""

    selection = SelectionSerializer(required=False, allow_null=True)
    annotation = Id(required=False, allow_null=True)

    def find_selection(self, selection):
        return selection

    def find_annotation(self, pk):
        found = annotations(self.context["map"], self.context["user"]).filter(pk=pk).first()
        if found is None:
            raise ValidationError("There is no such annotation in this map.")
        return found


class NewAnnotationSerializer(Body):
    target = NewAnnotationTargetSerializer()
    text = Words(longest=LONGEST["text"], default="", help_text="Only a highlight needs none.")
    tags = Several(child=Words(longest=LONGEST_TAG), required=False, max_length=MOST_TAGS)
    motivation = Choice(Annotation.Motivation.choices, required=False)
    visibility = Choice(Annotation.Visibility.choices, required=False)

    def validate(self, fields):
        if isinstance(fields["target"], Annotation):
            taken = "A reply takes this from its thread; leave it out."
            if errors := {name: [taken] for name in OF_THE_THREAD if name in fields}:
                raise ValidationError(errors)
        return fields


def annotations(map, user):
    """The annotations of a map that are for this person, as an answer needs them."""
    return (
        map.annotations.visible_to(user)
        .select_related("author", "node")
        .prefetch_related(Prefetch("passage", passages()))
    )


class Annotations(OfMap):
    called_here = {"passage": "target"}

    @lists(AnnotationSerializer)
    def get(self, request, slug):
        return self.page(annotations(self.map, request.user), AnnotationSerializer)

    @makes(NewAnnotationSerializer, AnnotationSerializer)
    def post(self, request, slug):
        annotation = self._write(**self.checked(NewAnnotationSerializer))
        if annotation.passage_id:
            annotation = one(annotations(self.map, request.user), pk=annotation.pk)
        return self.made(annotation, AnnotationSerializer, "annotation", slug, annotation.pk)

    def _write(self, *, target, text, **fields):
        if isinstance(target, Annotation):
            return reply(self.request.user, target, text=text)
        return annotate(self.request.user, self.map, target=target, text=text, **fields)


class OneAnnotation(OfMap):
    @shows(AnnotationSerializer)
    def get(self, request, slug, pk):
        annotation = one(annotations(self.map, request.user), pk=pk)
        return self.show(annotation, AnnotationSerializer)
