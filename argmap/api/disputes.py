from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.debate.actions import open_dispute
from argmap.debate.actions.disputes import LONGEST, MOST_EVIDENCE
from argmap.debate.models import Dispute
from argmap.maps.models import Node

from .base.bodies import Body, Choice, NodeNumber, Several, Words
from .base.showing import CONTRIBUTION, ContributionSerializer, PersonSerializer
from .base.targets import TargetSerializer
from .base.views import OfMap, lists, makes, one, shows


class DisputeSerializer(ContributionSerializer):
    """A formal challenge to one node or link, and what became of it."""

    target = TargetSerializer(source="*")
    evidence = serializers.SlugRelatedField(
        "number", many=True, read_only=True, help_text="The numbers of nodes."
    )
    answered_by = PersonSerializer()
    decided_by = PersonSerializer()

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


class NewDisputeSerializer(Body):
    target = TargetSerializer()
    ground = Choice(Dispute.Ground.choices)
    statement = Words(longest=LONGEST["statement"])
    evidence = Several(
        child=NodeNumber(),
        required=False,
        max_length=MOST_EVIDENCE,
        help_text="The numbers of nodes that speak for it.",
    )

    def validate_evidence(self, numbers):
        found = list(self.context["map"].nodes.filter(number__in=numbers))
        if len(found) < len(set(numbers)):
            raise ValidationError("There is no such node in this map.")
        return found


def disputes(map):
    """The disputes of a map as an answer needs them."""
    evidence = Node.objects.only("number").order_by("number")
    return map.disputes.select_related(
        "author", "node", "answered_by", "decided_by"
    ).prefetch_related(Prefetch("evidence", evidence))


class Disputes(OfMap):
    @lists(DisputeSerializer)
    def get(self, request, slug):
        return self.page(disputes(self.map), DisputeSerializer)

    @makes(NewDisputeSerializer, DisputeSerializer)
    def post(self, request, slug):
        dispute = open_dispute(request.user, self.map, **self.checked(NewDisputeSerializer))
        return self.made(dispute, DisputeSerializer, "dispute", slug, dispute.pk)


class OneDispute(OfMap):
    @shows(DisputeSerializer)
    def get(self, request, slug, pk):
        return self.show(one(disputes(self.map), pk=pk), DisputeSerializer)
