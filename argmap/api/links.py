from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from argmap.maps.actions import add_link
from argmap.maps.actions.links import LONGEST
from argmap.maps.models import Link

from .base.bodies import Body, Choice, NodeNumber, Words
from .base.showing import CONTRIBUTION, ContributionSerializer
from .base.targets import TargetSerializer, find_node, shown_target
from .base.views import OfMap, lists, makes, one, shows


class LinkSerializer(ContributionSerializer):
    """A node bears on a node, or on another link."""

    source = serializers.IntegerField(source="source.number", help_text="The number of a node.")
    target = serializers.SerializerMethodField()

    always = frozenset({*CONTRIBUTION, "id", "source", "target", "relation"})

    class Meta:
        model = Link
        fields = ["id", "source", "relation", "target", "scheme", *CONTRIBUTION]

    @extend_schema_field(TargetSerializer)
    def get_target(self, link):
        return shown_target(link.target_node, link.target_link_id)


class Source(NodeNumber):
    """The number of a node of this map."""

    def run_validation(self, data=serializers.empty):
        return find_node(self.context["map"], super().run_validation(data))


class NewLinkSerializer(Body):
    """Supports and opposes lead to a node, undercuts and joins to a link."""

    source = Source()
    relation = Choice(Link.Relation.choices)
    target = TargetSerializer()
    scheme = Words(longest=LONGEST["scheme"], required=False)


def links(map):
    """The links of a map as an answer needs them."""
    unread = [f"{end}__{name}" for end in ("source", "target_node") for name in ("text", "detail")]
    return map.links.select_related("author", "source", "target_node").defer(*unread)


class Links(OfMap):
    @lists(LinkSerializer)
    def get(self, request, slug):
        return self.page(links(self.map), LinkSerializer)

    @makes(NewLinkSerializer, LinkSerializer)
    def post(self, request, slug):
        link = add_link(request.user, self.map, **self.checked(NewLinkSerializer))
        return self.made(link, LinkSerializer, "link", slug, link.pk)


class OneLink(OfMap):
    @shows(LinkSerializer)
    def get(self, request, slug, pk):
        return self.show(one(links(self.map), pk=pk), LinkSerializer)
