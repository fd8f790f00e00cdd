from django.db.models import Prefetch
from rest_framework import serializers

from argmap.accounts.permissions import Verb, may
from argmap.articles import limits
from argmap.articles.actions import WrittenAs, bring_in_article
from argmap.articles.models import Article, Edition, Visibility
from argmap.interchange.structured import KINDS
from argmap.journal.errors import Gone
from argmap.maps.models import Map

from .base.bodies import Body, Choice, OwnTeam, Words
from .base.showing import PersonSerializer, Row, Shown, shown_person, shown_time
from .base.views import OfMap, View, lists, makes, one, shows, versioned


class EditionNoteSerializer(Row):
    """An edition without its text."""

    class Meta:
        model = Edition
        fields = ["number", "sha256", "note", "created_at"]


class ArticleSerializer(Shown):
    """A source text: what is known of it, and its editions without their texts."""

    owner = PersonSerializer()
    team = serializers.CharField(allow_null=True, help_text="Known to its members alone.")
    hidden = serializers.BooleanField()
    editions = EditionNoteSerializer(many=True)

    always = frozenset({"id", "owner", "team", "visibility", "hidden", "created_at"})

    class Meta:
        model = Article
        fields = [
            "id",
            "title",
            "byline",
            "publisher",
            "published_on",
            "url",
            "language",
            "licence_note",
            "owner",
            "team",
            "visibility",
            "hidden",
            "created_at",
            "editions",
        ]


def shown_article(article, reader):
    published_on = article.published_on
    return ArticleSerializer.shown(
        reader.may_read(article),
        id=article.pk,
        title=article.title,
        byline=article.byline,
        publisher=article.publisher,
        published_on=published_on and published_on.isoformat(),
        url=article.url,
        language=article.language,
        licence_note=article.licence_note,
        owner=shown_person(article.owner),
        team=article.team.slug if getattr(article, "role_by_team", None) else None,
        visibility=article.visibility,
        hidden=article.hidden,
        created_at=shown_time(article.created_at),
        editions=[_shown_note(edition) for edition in article.editions.all()],
    )


def _shown_note(edition):
    return {
        "number": edition.number,
        "sha256": edition.sha256,
        "note": edition.note,
        "created_at": shown_time(edition.created_at),
    }


class NewArticleSerializer(Body):
    title = Words(longest=limits.ARTICLE["title"])
    byline = Words(longest=limits.ARTICLE["byline"], required=False)
    publisher = Words(longest=limits.ARTICLE["publisher"], required=False)
    published_on = serializers.DateField(required=False, allow_null=True)
    url = Words(longest=limits.ARTICLE["url"], required=False)
    language = Words(longest=limits.ARTICLE["language"], required=False)
    licence_note = Words(longest=limits.ARTICLE["licence_note"], required=False)
    visibility = Choice(Visibility.choices, required=False)
    team = OwnTeam(required=False, allow_null=True)
    text = Words(longest=limits.TEXT, help_text="The text of its first edition.")
    written_as = Choice(WrittenAs.choices, required=False)
    note = Words(longest=limits.NOTE, required=False, help_text="About that edition.")


PARTS = [(kind, kind) for kind in KINDS]


class RangeSerializer(serializers.Serializer):
    """Code points `start` to `end` of a text, and what they are."""

    kind = serializers.ChoiceField(choices=PARTS)
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    level = serializers.IntegerField(required=False, help_text="Of a heading, 1 to 6.")
    first = serializers.IntegerField(required=False, help_text="The first number of a list.")
    href = serializers.CharField(required=False, help_text="Where a link leads.")
    note = serializers.IntegerField(required=False, help_text="The number of a footnote.")


class EditionSerializer(Shown):
    """One immutable version of an article's text, and its structure.

    The SHA-256 is of the text; where it has a structure, of the text, a NUL, and the structure as
    JSON with sorted keys and without white space.
    """

    structure = RangeSerializer(many=True)
    added_by = PersonSerializer()

    always = frozenset({"number", "added_by", "created_at"})

    class Meta:
        model = Edition
        fields = ["number", "text", "structure", "sha256", "note", "added_by", "created_at"]


def shown_edition(edition, reader):
    return EditionSerializer.shown(
        reader.may_read(edition.article),
        number=edition.number,
        text=edition.text,
        structure=edition.structure,
        sha256=edition.sha256,
        note=edition.note,
        added_by=shown_person(edition.added_by),
        created_at=shown_time(edition.created_at),
    )


def articles(user):
    """Articles as an answer needs them."""
    editions = Edition.objects.defer("text", "structure", "digests")
    return (
        Article.objects.with_role_of(user)
        .select_related("owner", "team")
        .prefetch_related(Prefetch("editions", editions))
    )


def get_article(user, pk):
    """The article that this person may find by its id, or sees through a map. Raises Gone.

    An unlisted article is not found by its id, which could be guessed; it is read through its map.
    """
    article = one(articles(user), pk=pk)
    if not (
        may(user, Verb.SEE_FLAGS, article)
        or Article.objects.visible_to(user).filter(pk=pk).exists()
        or Map.objects.visible_to(user).filter(article=pk).exists()
    ):
        raise Gone
    return article


class Articles(View):
    @lists(ArticleSerializer)
    def get(self, request):
        return self.page(articles(request.user).visible_to(request.user), shown_article)

    @makes(NewArticleSerializer, ArticleSerializer)
    def post(self, request):
        made = bring_in_article(request.user, **self.checked(NewArticleSerializer))
        article = one(articles(request.user), pk=made.pk)
        return self.made(article, shown_article, "article", article.pk)


class OneArticle(View):
    @shows(ArticleSerializer)
    def get(self, request, pk):
        return self.show(get_article(request.user, pk), shown_article)


class OneEdition(View):
    @shows(EditionSerializer)
    def get(self, request, pk, number):
        edition = edition_of(get_article(request.user, pk), number)
        return self.show(edition, shown_edition)


class ArticleOfMap(OfMap):
    """The article of a map, for everyone who sees the map."""

    @shows(ArticleSerializer)
    @versioned
    def get(self, request, slug):
        article = one(articles(request.user), pk=self.map.article_id)
        return self.show(article, shown_article)


class EditionOfMap(OfMap):
    @shows(EditionSerializer)
    @versioned
    def get(self, request, slug, number):
        article = one(Article.objects.with_role_of(request.user), pk=self.map.article_id)
        return self.show(edition_of(article, number), shown_edition)


def edition_of(article, number):
    return one(article.editions.select_related("added_by"), number=number)
