"""What a link, an annotation or a dispute is about; the words of an article that were chosen."""

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.articles.actions import Selection
from argmap.articles.models import Edition, Passage, Placement
from argmap.articles.placing import placements_in
from argmap.maps.models import Node

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
        article = self.context["map"].article
        edition = article and article.editions.filter(number=fields["edition"]).first()
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


def shown_passage(passage, reader):
    """An article's words, wherever they are quoted, are for whom the article is for."""
    return PassageSerializer.shown(
        reader.sees_article,
        id=passage.pk,
        edition=passage.edition.number,
        exact=passage.exact,
        prefix=passage.prefix,
        suffix=passage.suffix,
        placements=[_shown_placement(placement) for placement in passage.placed],
    )


def _shown_placement(placement):
    return {
        "edition": placement.edition.number,
        "start": placement.start,
        "end": placement.end,
        "status": placement.status,
        "score": placement.score,
    }


def numbers(*relations):
    """To fetch no more than the number of the nodes that rows name, and each node once."""
    return [Prefetch(name, Node.objects.only("number")) for name in relations]


def passages():
    """Passages, each with its places as `placed`, without the texts that they stand in.

    As an attribute: otherwise Django makes a queryset for each row, which costs more than the row.
    """
    return _without_text(Passage.objects).prefetch_related(placed())


def placed(of=""):
    """To fetch the same for passages that are there: those of `of`, a relation and `__`."""
    rows = _without_text(Placement.objects.order_by("edition__number"))
    return Prefetch(f"{of}placements", rows, to_attr="placed")


def place_in_newest(article_id, passages):
    """Look for passages in the newest edition, where nobody has read them yet."""
    if not passages:
        return
    newest = Edition.objects.filter(article=article_id).order_by("-number")
    number = newest.values_list("number", flat=True).first()
    unknown = {
        each.pk: each
        for each in passages
        if number not in {placement.edition.number for placement in each.placed}
    }
    if not unknown:
        return
    edition, fields = newest.get(number=number), ("start", "end", "status", "score")
    for pk, place in placements_in(edition, unknown, *fields).items():
        row = Placement(edition=edition, **dict(zip(fields, place, strict=True)))
        unknown[pk].placed.append(row)


def _without_text(rows):
    return rows.select_related("edition").defer(
        "edition__text", "edition__structure", "edition__digests"
    )
