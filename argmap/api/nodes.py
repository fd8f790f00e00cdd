from django.db.models import Prefetch
from rest_framework import serializers

from argmap.maps.actions import add_node
from argmap.maps.actions.nodes import CITATION_FIELDS, LONGEST, LONGEST_CITATION, MOST_CITATIONS
from argmap.maps.models import Citation, Link, Node

from .base.bodies import Body, Choice, Words
from .base.pagination import PagesByNumber
from .base.showing import CONTRIBUTION, ContributionSerializer, Row
from .base.targets import PassageSerializer, SelectionSerializer, TargetSerializer, passages
from .base.views import OfMap, lists, makes, one, shows


class CitationSerializer(Row):
    class Meta:
        model = Citation
        fields = CITATION_FIELDS


class NodeSerializer(ContributionSerializer):
    """One statement. What is withheld from the caller is null; so in all that people write."""

    citations = CitationSerializer(many=True)
    passages = PassageSerializer(many=True)
    links = serializers.PrimaryKeyRelatedField(
        source="links_out", many=True, read_only=True, help_text="The links that lead out of it."
    )

    always = frozenset({*CONTRIBUTION, "number", "kind", "wording", "links"})

    class Meta:
        model = Node
        fields = [
            "number",
            "kind",
            "text",
            "detail",
            "citations",
            "passages",
            "links",
            "wording",
            *CONTRIBUTION,
        ]


class NewCitationSerializer(Body):
    """A title, a url or a doi, at least."""

    title = Words(longest=LONGEST_CITATION["title"], required=False)
    url = Words(longest=LONGEST_CITATION["url"], required=False)
    doi = Words(longest=LONGEST_CITATION["doi"], required=False)
    locator = Words(longest=LONGEST_CITATION["locator"], required=False)
    quote = Words(longest=LONGEST_CITATION["quote"], required=False)


class NewNodeSerializer(Body):
    """With a relation and a target it is linked at once; what opposes is a counterpoint."""

    kind = Choice(Node.Kind.choices)
    text = Words(longest=LONGEST["text"])
    detail = Words(longest=LONGEST["detail"], required=False)
    relation = Choice(Link.Relation.choices, required=False, allow_null=True)
    target = TargetSerializer(required=False, allow_null=True)
    selection = SelectionSerializer(required=False, allow_null=True)
    citations = NewCitationSerializer(many=True, required=False, max_length=MOST_CITATIONS)


def nodes(map):
    """The nodes of a map as an answer needs them."""
    links = Link.objects.only("pk", "source_id").order_by("pk")
    return map.nodes.select_related("author").prefetch_related(
        "citations", Prefetch("passages", passages()), Prefetch("links_out", links)
    )


class Nodes(OfMap):
    pagination_class = PagesByNumber
    called_here = {"passage": "selection", "source": "kind"}

    @lists(NodeSerializer)
    def get(self, request, slug):
        return self.page(nodes(self.map), NodeSerializer)

    @makes(NewNodeSerializer, NodeSerializer)
    def post(self, request, slug):
        made = add_node(request.user, self.map, **self.checked(NewNodeSerializer))
        node = one(nodes(self.map), pk=made.pk)
        return self.made(node, NodeSerializer, "node", slug, node.number)


class OneNode(OfMap):
    @shows(NodeSerializer)
    def get(self, request, slug, number):
        return self.show(one(nodes(self.map), number=number), NodeSerializer)
