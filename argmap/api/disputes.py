from django.db.models import Prefetch, prefetch_related_objects
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.debate import limits
from argmap.debate.actions import open_dispute
from argmap.debate.models import Dispute
from argmap.maps.models import Node

from .base.bodies import Body, Choice, NodeNumber, Several, Words
from .base.showing import (
    CONTRIBUTION,
    ContributionSerializer,
    PersonSerializer,
    shown_person,
    shown_time,
)
from .base.targets import TargetSerializer, numbers, shown_target
from .base.views import OfMap, lists, makes, one, shows, versioned


class DisputeSerializer(ContributionSerializer):
    """A formal challenge to one node or link, and what became of it."""

    target = TargetSerializer()
    evidence = serializers.ListField(
        child=serializers.IntegerField(), help_text="The numbers of nodes."
    )
    answered_by = PersonSerializer(allow_null=True)
    decided_by = PersonSerializer(allow_null=True)

    always = frozenset(
        {
            *CONTRIBUTION,
            "id",
            "target",
            "ground",
            "evidence",
            "state",
            "answered_by",
            "answered_at",
            "decided_by",
            "decided_at",
        }
    )

    class Meta:
        model = Dispute
        fields = [
            "id",
            "target",
            "ground",
            "statement",
            "evidence",
            "state",
            "answer",
            "answered_by",
            "answered_at",
            "decision",
            "what_changed",
            "decided_by",
            "decided_at",
            *CONTRIBUTION,
        ]


def shown_dispute(dispute, reader):
    return DisputeSerializer.shown(
        reader.may_read(dispute),
        dispute,
        id=dispute.pk,
        target=shown_target(dispute.node, dispute.link_id),
        ground=dispute.ground,
        statement=dispute.statement,
        evidence=[node.number for node in dispute.brought],
        state=dispute.state,
        answer=dispute.answer,
        answered_by=shown_person(dispute.answered_by),
        answered_at=shown_time(dispute.answered_at),
        decision=dispute.decision,
        what_changed=dispute.what_changed,
        decided_by=shown_person(dispute.decided_by),
        decided_at=shown_time(dispute.decided_at),
    )


class NewDisputeSerializer(Body):
    target = TargetSerializer()
    ground = Choice(Dispute.Ground.choices)
    statement = Words(longest=limits.DISPUTE["statement"])
    evidence = Several(
        child=NodeNumber(),
        required=False,
        max_length=limits.MOST_EVIDENCE,
        help_text="The numbers of nodes that speak for it.",
    )

    def validate_evidence(self, numbers):
        found = list(self.context["map"].nodes.filter(number__in=numbers))
        if len(found) < len(set(numbers)):
            raise ValidationError("There is no such node in this map.")
        return found


def disputes(map):
    """The disputes of a map as an answer needs them."""
    people = ("author", "answered_by", "decided_by")
    return map.disputes.prefetch_related(*people, *numbers("node"), _evidence())


def _evidence():
    return Prefetch("evidence", Node.objects.only("number").order_by("number"), to_attr="brought")


class Disputes(OfMap):
    @lists(DisputeSerializer)
    @versioned
    def get(self, request, slug):
        return self.page(disputes(self.map), shown_dispute)

    @makes(NewDisputeSerializer, DisputeSerializer)
    def post(self, request, slug):
        dispute = open_dispute(request.user, self.map, **self.checked(NewDisputeSerializer))
        prefetch_related_objects([dispute], _evidence())
        return self.made(dispute, shown_dispute, "dispute", slug, dispute.pk)


class OneDispute(OfMap):
    @shows(DisputeSerializer)
    @versioned
    def get(self, request, slug, pk):
        return self.show(one(disputes(self.map), pk=pk), shown_dispute)
