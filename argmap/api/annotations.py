from django.db.models import Prefetch, prefetch_related_objects
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.debate import limits
from argmap.debate.actions import annotate, reply
from argmap.debate.models import Annotation

from .base.bodies import Body, Choice, Id, Several, Words
from .base.showing import CONTRIBUTION, ContributionSerializer
from .base.targets import (
    PassageSerializer,
    SelectionSerializer,
    TargetSerializer,
    numbers,
    passages,
    place_in_newest,
    placed,
    shown_passage,
    shown_target,
)
from .base.views import OfMap, lists, makes, one, shows, versioned

OF_THE_THREAD = ("motivation", "visibility", "tags")


class AnnotationTargetSerializer(serializers.Serializer):
    """A node, a link, words of the article, or the annotation that this one answers."""

    node = serializers.IntegerField(allow_null=True)
    link = serializers.IntegerField(allow_null=True)
    passage = PassageSerializer(allow_null=True)
    annotation = serializers.IntegerField(allow_null=True)


class AnnotationSerializer(ContributionSerializer):
    """What someone writes in the margin of a node, a link or words of the article, or in reply."""

    target = AnnotationTargetSerializer()
    tags = serializers.ListField(child=serializers.CharField())

    always = frozenset({*CONTRIBUTION, "id", "target", "motivation", "visibility", "resolved_at"})

    class Meta:
        model = Annotation
        fields = [
            "id",
            "target",
            "text",
            "tags",
            "motivation",
            "visibility",
            "resolved_at",
            *CONTRIBUTION,
        ]


def shown_annotation(annotation, reader):
    """The words that someone chose are seen only through what they wrote of them."""
    readable = reader.may_read(annotation)
    passage = annotation.passage if readable else None
    return AnnotationSerializer.shown(
        readable,
        annotation,
        id=annotation.pk,
        target={
            **shown_target(annotation.node, annotation.link_id),
            "passage": passage and shown_passage(passage, reader),
            "annotation": annotation.parent_id,
        },
        text=annotation.text,
        tags=annotation.tags,
        motivation=annotation.motivation,
        visibility=annotation.visibility,
        resolved_at=annotation.resolved_at,
    )


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
    text = Words(
        longest=limits.ANNOTATION["text"], default="", help_text="Only a highlight needs none."
    )
    tags = Several(child=Words(longest=limits.TAG), required=False, max_length=limits.MOST_TAGS)
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
    return map.annotations.visible_to(user).prefetch_related(
        "author", *numbers("node"), Prefetch("passage", passages())
    )


class OfAnnotations(OfMap):
    def prepare(self, rows):
        chosen = [annotation.passage for annotation in rows if annotation.passage_id]
        place_in_newest(self.map.article_id, chosen)


class Annotations(OfAnnotations):
    called_here = {"passage": "target"}

    @lists(AnnotationSerializer)
    @versioned
    def get(self, request, slug):
        return self.page(annotations(self.map, request.user), shown_annotation)

    @makes(NewAnnotationSerializer, AnnotationSerializer)
    def post(self, request, slug):
        annotation = self._write(**self.checked(NewAnnotationSerializer))
        if annotation.passage_id:
            prefetch_related_objects([annotation], placed(of="passage__"))
        return self.made(annotation, shown_annotation, "annotation", slug, annotation.pk)

    def _write(self, *, target, text, **fields):
        if isinstance(target, Annotation):
            return reply(self.request.user, target, text=text)
        return annotate(self.request.user, self.map, target=target, text=text, **fields)


class OneAnnotation(OfAnnotations):
    @shows(AnnotationSerializer)
    @versioned
    def get(self, request, slug, pk):
        annotation = one(annotations(self.map, request.user), pk=pk)
        return self.show(annotation, shown_annotation)
