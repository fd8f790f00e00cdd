"""What a link, an annotation or a dispute is about; the words of an article that were chosen."""

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.articles.actions import Selection
from argmap.articles.models import Passage, Placement

from .bodies import Body, Id, NodeNumber
from .showing import Row, Shown


class TargetSerializer(Body):
    """A node by its number, or a link by its id: one of the two."""

    node = NodeNumber(required=False, allow_null=True)
    link = Id(required=False, allow_null=True)

    def to_internal_value(self, data):
        """The object itself, of this map."""
        named = super().to_internal_value(data)
        named = {name: value for name, value in named.items() if value is not None}
        if len(named) != 1:
            raise ValidationError(f"Name one of these: {', '.join(self.fields)}.")
        ((name, value),) = named.items()
        return getattr(self, f"find_{name}")(value)

    def find_node(self, number):
        return find_node(self.context["map"], number)

    def find_link(self, pk):
        found = self.context["map"].links.filter(pk=pk).first()
        if found is None:
            raise ValidationError("There is no such link in this map.")
        return found

    def to_representation(self, contribution):
        """The target of a dispute or an annotation."""
        return shown_target(contribution.node, contribution.link_id)


def shown_target(node, link_id):
    return {"node": node and node.number, "link": link_id}


def find_node(map, number):
    """A node of the map. Raises ValidationError, the same for all that are none."""
    found = map.nodes.filter(number=number).first()
    if found is None:
        raise ValidationError("There is no such node in this map.")
    return found


class SelectionSerializer(Body):
    """Words that someone selected: an edition of the map's article, and offsets in its text."""

    edition = NodeNumber(help_text="The number of the edition.")
    start = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    end = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="In code points, as is the start."
    )

    def to_internal_value(self, data):
        fields = super().to_internal_value(data)
        edition = None
        # Who may not read the article would learn its words, selection by selection.
        if self.context["article_readable"]:
            edition = self.context["map"].article.editions.filter(number=fields["edition"]).first()
        if edition is None:
            raise ValidationError({"edition": ["There is no such edition of this map's article."]})
        return Selection(edition, fields["start"], fields["end"])


class PlacementSerializer(Row):
    edition = serializers.IntegerField(source="edition.number")

    class Meta:
        model = Placement
        fields = ["edition", "start", "end", "status", "score"]


class PassageSerializer(Shown):
    """Words of the article (TextQuoteSelector), and where they stand in each edition."""

    edition = serializers.IntegerField(source="edition.number")
    placements = PlacementSerializer(many=True)

    always = frozenset({"id", "edition", "placements"})

    class Meta:
        model = Passage
        fields = ["id", "edition", "exact", "prefix", "suffix", "placements"]

    def may_read(self, passage):
        """An article's words, wherever they are quoted, are for whom the article is for."""
        return self.context["article_readable"]


def passages():
    """Passages with their placements, without the texts that they stand in."""
    placements = _without_text(Placement.objects.order_by("edition__number"))
    return _without_text(Passage.objects).prefetch_related(Prefetch("placements", placements))


def _without_text(rows):
    return rows.select_related("edition").defer("edition__text", "edition__digests")
