from rest_framework import serializers

from argmap.maps import limits
from argmap.maps.actions import add_link
from argmap.maps.models import Link

from .base.bodies import Body, Choice, NodeNumber, Words
from .base.showing import CONTRIBUTION, ContributionSerializer
from .base.targets import TargetSerializer, find_node, numbers, shown_target
from .base.views import OfMap, lists, makes, one, shows, versioned


class LinkSerializer(ContributionSerializer):
    """A node bears on a node, or on another link."""

    source = serializers.IntegerField(help_text="The number of a node.")
    target = TargetSerializer()

    always = frozenset({*CONTRIBUTION, "id", "source", "target", "relation"})

    class Meta:
        model = Link
        fields = ["id", "source", "relation", "target", "scheme", *CONTRIBUTION]


def shown_link(link, reader):
    return LinkSerializer.shown(
        reader.may_read(link),
        link,
        id=link.pk,
        source=link.source.number,
        relation=link.relation,
        target=shown_target(link.target_node, link.target_link_id),
        scheme=link.scheme,
    )


class Source(NodeNumber):
    """The number of a node of this map."""

    def run_validation(self, data=serializers.empty):
        return find_node(self.context["map"], super().run_validation(data))


class NewLinkSerializer(Body):
    """Supports and opposes lead to a node, undercuts and joins to a link."""

    source = Source()
    relation = Choice(Link.Relation.choices)
    target = TargetSerializer()
    scheme = Words(longest=limits.LINK["scheme"], required=False)


def links(map):
    """The links of a map as an answer needs them."""
    return map.links.prefetch_related("author", *numbers("source", "target_node"))


class Links(OfMap):
    @lists(LinkSerializer)
    @versioned
    def get(self, request, slug):
        return self.page(links(self.map), shown_link)

    @makes(NewLinkSerializer, LinkSerializer)
    def post(self, request, slug):
        link = add_link(request.user, self.map, **self.checked(NewLinkSerializer))
        return self.made(link, shown_link, "link", slug, link.pk)


class OneLink(OfMap):
    @shows(LinkSerializer)
    @versioned
    def get(self, request, slug, pk):
        return self.show(one(links(self.map), pk=pk), shown_link)
