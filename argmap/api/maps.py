from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from argmap.accounts.permissions import Role, Verb, may
from argmap.articles.models import Article, Visibility
from argmap.maps import limits
from argmap.maps.actions import begin_map
from argmap.maps.models import Map, get_map

from .base.bodies import Body, Choice, Id, OwnTeam, Words
from .base.showing import Shown, shown_time
from .base.views import OfMap, View, lists, makes, shows, versioned

ROLES = [role.label for role in Role]


class MapSerializer(Shown):
    """One argument map, and what the caller is in it."""

    article = serializers.IntegerField()
    team = serializers.CharField(allow_null=True, help_text="Known to its members alone.")
    welcome_role = serializers.ChoiceField(ROLES)
    role = serializers.ChoiceField(ROLES, help_text="The caller's own.")
    closed = serializers.ChoiceField(
        ["", "archived", "locked"], help_text="Why nothing can be written, or nothing."
    )
    hidden = serializers.BooleanField()

    always = frozenset(
        {
            "slug",
            "team",
            "visibility",
            "welcome_role",
            "role",
            "stances_by_name",
            "closed",
            "hidden",
            "created_at",
        }
    )

    class Meta:
        model = Map
        fields = [
            "slug",
            "title",
            "question",
            "summary",
            "article",
            "team",
            "visibility",
            "welcome_role",
            "role",
            "stances_by_name",
            "closed",
            "hidden",
            "created_at",
        ]


def shown_map(map, reader):
    return MapSerializer.shown(
        reader.may_read(map),
        slug=map.slug,
        title=map.title,
        question=map.question,
        summary=map.summary,
        article=map.article_id,
        team=map.team.slug if getattr(map, "role_by_team", None) else None,
        visibility=map.visibility,
        welcome_role=Role(map.welcome_role).label,
        role=map.role_of(reader.user).label,
        stances_by_name=map.stances_by_name,
        closed=map.closed,
        hidden=map.hidden,
        created_at=shown_time(map.created_at),
    )


class ReadableArticle(Id):
    """The id of an article that the caller finds in the list of articles."""

    def run_validation(self, data=serializers.empty):
        pk, user = super().run_validation(data), self.context["user"]
        if pk is None:
            return None
        article = Article.objects.visible_to(user).filter(pk=pk).first()
        if article is None or not may(user, Verb.READ, article):
            raise ValidationError("There is no such article.")
        return article


class NewMapSerializer(Body):
    title = Words(longest=limits.MAP["title"])
    question = Words(longest=limits.MAP["question"], required=False)
    article = ReadableArticle(required=False, allow_null=True)
    visibility = Choice(Visibility.choices, required=False)
    team = OwnTeam(required=False, allow_null=True)


class Maps(View):
    @lists(MapSerializer)
    def get(self, request):
        maps = Map.objects.visible_to(request.user).with_role_of(request.user)
        return self.page(maps.select_related("team"), shown_map)

    @makes(NewMapSerializer, MapSerializer)
    def post(self, request):
        made = begin_map(request.user, **self.checked(NewMapSerializer))
        map = get_map(request.user, made.slug)
        return self.made(map, shown_map, "map", map.slug)


class OneMap(OfMap):
    @shows(MapSerializer)
    @versioned
    def get(self, request, slug):
        return self.show(self.map, shown_map)
