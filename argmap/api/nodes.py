from django.db.models import Prefetch, prefetch_related_objects
from rest_framework import serializers

from argmap.maps import limits
from argmap.maps.actions import add_node
from argmap.maps.actions.nodes import CITATION_FIELDS
from argmap.maps.models import Citation, Link, Node

from .base.bodies import Body, Choice, Words
from .base.pagination import PagesByNumber
from .base.showing import CONTRIBUTION, ContributionSerializer, Row
from .base.targets import (
    PassageSerializer,
    SelectionSerializer,
    TargetSerializer,
    passages,
    place_in_newest,
    shown_passage,
)
from .base.views import OfMap, lists, makes, one, shows, versioned


class CitationSerializer(Row):
    class Meta:
        model = Citation
        fields = CITATION_FIELDS


class NodeSerializer(ContributionSerializer):
    """One statement. What is withheld from the caller is null; so in all that people write."""

    citations = CitationSerializer(many=True)
    passages = PassageSerializer(many=True)
    links = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of the links that lead out of it."
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


def shown_node(node, reader):
    return NodeSerializer.shown(
        reader.may_read(node),
        node,
        number=node.number,
        kind=node.kind,
        text=node.text,
        detail=node.detail,
        citations=[
            {name: getattr(citation, name) for name in CITATION_FIELDS} for citation in node.cited
        ],
        passages=[shown_passage(passage, reader) for passage in node.chosen],
        links=[link.pk for link in node.leading_out],
        wording=node.wording,
    )


class NewCitationSerializer(Body):
    """A title, a url or a doi, at least."""

    title = Words(longest=limits.CITATION["title"], required=False)
    url = Words(longest=limits.CITATION["url"], required=False)
    doi = Words(longest=limits.CITATION["doi"], required=False)
    locator = Words(longest=limits.CITATION["locator"], required=False)
    quote = Words(longest=limits.CITATION["quote"], required=False)


class NewNodeSerializer(Body):
    """With a relation and a target it is linked at once; what opposes is a counterpoint."""

    kind = Choice(Node.Kind.choices)
    text = Words(longest=limits.NODE["text"])
    detail = Words(longest=limits.NODE["detail"], required=False)
    relation = Choice(Link.Relation.choices, required=False, allow_null=True)
    target = TargetSerializer(required=False, allow_null=True)
    selection = SelectionSerializer(required=False, allow_null=True)
    citations = NewCitationSerializer(many=True, required=False, max_length=limits.MOST_CITATIONS)


def nodes(map):
    """The nodes of a map as an answer needs them."""
    return map.nodes.prefetch_related("author", *_what_belongs_to_it())


def _what_belongs_to_it():
    links = Link.objects.only("pk", "source_id").order_by("pk")
    return (
        Prefetch("citations", to_attr="cited"),
        Prefetch("passages", passages().order_by("pk"), to_attr="chosen"),
        Prefetch("links_out", links, to_attr="leading_out"),
    )


class OfNodes(OfMap):
    def prepare(self, rows):
        chosen = [passage for node in rows for passage in node.chosen]
        place_in_newest(self.map.article_id, chosen)


class Nodes(OfNodes):
    pagination_class = PagesByNumber
    called_here = {"passage": "selection", "source": "kind"}

    @lists(NodeSerializer)
    @versioned
    def get(self, request, slug):
        return self.page(nodes(self.map), shown_node)

    @makes(NewNodeSerializer, NodeSerializer)
    def post(self, request, slug):
        node = add_node(request.user, self.map, **self.checked(NewNodeSerializer))
        prefetch_related_objects([node], *_what_belongs_to_it())
        return self.made(node, shown_node, "node", slug, node.number)


class OneNode(OfNodes):
    @shows(NodeSerializer)
    @versioned
    def get(self, request, slug, number):
        return self.show(one(nodes(self.map), number=number), shown_node)
